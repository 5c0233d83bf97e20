/* From a code to an enrolment: one small exchange, before there is a store. What answers is
 * known by the fingerprint in the code, whatever the link: its root document must have it, and
 * its keys must be signed by that root. */
#ifndef DONGBO_CLIENT_FETCH_H
#define DONGBO_CLIENT_FETCH_H

#include "common/system/env.h"
#include "protocol/code.h"
#include "protocol/seal.h"

struct fetch {
	struct code code;
	uint8_t id[MESSAGE_ID], secret[CLAIM_SECRET];
	struct seal_pair ephemeral;
};

/* Appends the request. */
void fetch_request(struct fetch *f, const struct env *env, const struct code *code,
		   struct buf *request);
/* Takes the reply in and appends the enrolment in its text form, with the address that it was
 * asked at where the district names none. ERR_WRONG_DISTRICT where another one answers, the
 * error of a refusal, ERR_BAD_SEAL... */
int fetch_take(struct fetch *f, struct bytes reply, struct bytes address, struct buf *text,
	       struct err *e);
void fetch_wipe(struct fetch *f);

#endif
