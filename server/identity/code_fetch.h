/* Answering those who have a code and no enrolment yet (protocol/code.h): the documents in
 * clear, the enrolment sealed. Nothing is written; a code is used up by the claim alone. Its
 * seed has 80 bits, so that guessing it is hopeless at any rate a server can answer at. */
#ifndef DONGBO_SERVER_CODE_FETCH_H
#define DONGBO_SERVER_CODE_FETCH_H

#include "server/exchange/exchange_internal.h"

/* Whether the request is one; then x is ready to be replied to, or has its refusal. 1, 0, or
 * an error of the machine. */
int code_fetch_open(struct exchange *x, struct replica *view, struct bytes request,
		    struct err *e);
int code_fetch_reply(struct exchange *x, struct server *s, struct replica *view,
		     struct buf *reply, struct err *e);

#endif
