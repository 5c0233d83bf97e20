/* The client's half of an exchange: two pure steps around a dumb driver. */
#ifndef DONGBO_CLIENT_EXCHANGE_H
#define DONGBO_CLIENT_EXCHANGE_H

#include "client/client.h"

struct exchange_result {
	uint64_t items_in;        /* change sets of others that arrived */
	uint64_t changesets_out;  /* own ones that now have a receipt */
	uint64_t refused;         /* own transactions refused in this reply */
	uint64_t problems;        /* parts of the request the server could not take */
	struct message_problem first_problem;
	bool more;                /* another exchange has something to carry */
	bool stale;               /* an old reply: what it brought was known */
};

/* Signs what is saved, writes it to the outbox, and appends a sealed request of
 * about size bytes at most (LIMIT_MESSAGE_MIN to LIMIT_MESSAGE). All of it is on
 * disk before the bytes are there. */
int exchange_prepare(struct client *c, size_t size, struct buf *request, struct err *e);

/* Checks a reply and folds it in, all or nothing. ERR_BAD_SEAL, ERR_BAD_SIGNATURE,
 * ERR_HEAD_MISMATCH, ERR_STALE_REPLY..., or the code of a refusal in clear. */
int exchange_apply(struct client *c, struct bytes reply, struct exchange_result *out,
		   struct err *e);

#endif
