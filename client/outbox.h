/* Own change sets on their way: saved, signed, sent, received. */
#ifndef DONGBO_CLIENT_OUTBOX_H
#define DONGBO_CLIENT_OUTBOX_H

#include "client/client.h"

/* For replica.pending: what is signed without receipt, then what is only saved. */
int outbox_each(void *ctx, uint64_t stream, struct arena *a,
		int (*fn)(void *arg, const struct changeset *cs, struct err *e), void *arg,
		struct err *e);

/* The last op number used in the stream, wherever it stands. */
int outbox_last_op(struct client *c, uint64_t stream, uint64_t *out, struct err *e);

/* The last change set signed for the stream, with or without receipt. */
int outbox_last(struct client *c, uint64_t stream, uint64_t *seq, uint8_t hash[HASH_SIZE],
		struct err *e);

/* Signs pending transactions of a stream into one change set, as many as pack into
 * some `size` bytes, and moves them to the outbox. *signed_any tells whether there
 * were any. Inside the caller's transaction. */
int outbox_sign(struct client *c, uint64_t stream, size_t size, bool *signed_any,
		struct err *e);

struct exchange_counts {
	uint64_t items_in, changesets_out, refused;
	bool gap, stale;
};

/* Folds what a reply brings of one stream, checks the head's signature, keeps the
 * receipt. Inside the caller's transaction; on an error that must be undone. */
int outbox_take_stream(struct client *c, const struct message_stream *s,
		       struct exchange_counts *counts, struct arena *a, struct err *e);

#endif
