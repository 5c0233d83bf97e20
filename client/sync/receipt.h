/* Checking receipts anew: from the log that is here and the server's public key. */
#ifndef DONGBO_CLIENT_RECEIPT_H
#define DONGBO_CLIENT_RECEIPT_H

#include "client/client.h"

struct receipt_check {
	uint64_t items, receipts; /* looked at, all good */
};

/* Goes through every stream with a receipt: opens each change set, checks its
 * author's signature, chains the heads, and compares them with the signed ones.
 * ERR_BAD_SIGNATURE, ERR_HEAD_MISMATCH; the subject is stream/position. */
int receipt_verify(struct client *c, struct receipt_check *out, struct err *e);

#endif
