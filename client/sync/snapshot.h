/* A long log that comes down as a snapshot (SPEC.md 6.16): its parts kept as they come, then its
 * replies taken in one by one. Until then the stream is as if nothing of it had come, and people
 * save as always; what they save goes up meanwhile.
 *
 * One is under way at a time. Table snapshot has its row, snapshot_part its bytes. One that can't
 * be taken in is given up, with the reason kept, and the log comes as it is. */
#ifndef DONGBO_CLIENT_SNAPSHOT_H
#define DONGBO_CLIENT_SNAPSHOT_H

#include "client/sync/exchange.h"
#include "client/sync/outbox.h"

/* Says in a request that snapshots are read, and what has come of one. */
int snapshot_ask(struct client *c, struct request *r, struct err *e);
/* Keeps the part that a reply brings, inside the transaction of its taking in. */
int snapshot_keep(struct client *c, const struct reply *r, struct exchange_result *out,
		  struct err *e);
/* Takes in the one that is whole, a transaction for each of its replies. Does nothing where none
 * is. Its error, when it was given up. */
int snapshot_take(struct client *c, struct exchange_counts *counts, struct err *e);

/* The same, and what follows from it for this computer; adds to what an exchange has brought. */
int snapshot_finish(struct client *c, struct exchange_result *out, struct err *e);

/* What has come of the one under way; total 0: there is none. */
struct snapshot_way {
	uint64_t stream, held, total;
};
int snapshot_way(struct client *c, struct snapshot_way *out, struct err *e);

#endif
