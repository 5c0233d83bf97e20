/* Change sets of this computer on their way: saved, signed, sent, received. They are its
 * own device's and those of the chiefs whose keys are kept here (chief.h). They stand in
 * the order in which they were made, whoever made them: so they fold, and so they go. */
#ifndef DONGBO_CLIENT_OUTBOX_H
#define DONGBO_CLIENT_OUTBOX_H

#include "client/client.h"

/* For replica.pending: what is signed without receipt, then what is only saved. */
int outbox_each(void *ctx, uint64_t stream, struct arena *a,
		int (*fn)(void *arg, const struct changeset *cs, struct err *e), void *arg,
		struct err *e);

/* The last op number that a device of this computer has used in the stream, wherever it
 * stands. */
int outbox_last_op(struct client *c, uint64_t stream, uint64_t device, uint64_t *out,
		   struct err *e);

/* The last change set it has signed for the stream, with or without receipt. */
int outbox_last(struct client *c, uint64_t stream, uint64_t device, uint64_t *seq,
		uint8_t hash[HASH_SIZE], struct err *e);

/* The hash of the change set before one that waits, 1; 0 where it is the first of all. */
int outbox_before(struct client *c, uint64_t stream, uint64_t device, uint64_t seq,
		  uint8_t hash[HASH_SIZE], struct err *e);

/* The order in which transactions were made that wait to be signed: under one key after the
 * other, as they came in each other's place. w: the table; self: the parameter of the store's
 * own device. */
#define OUTBOX_ORDER(w, self) \
	"CASE WHEN " w ".device=" self " THEN 1000000000 ELSE (SELECT max(number) FROM incarnation " \
	"n WHERE n.old=" w ".device AND n.chief='') END"

/* A condition on outbox o: the server has it, and waits for one before it. */
#define OUTBOX_WAITS \
	"EXISTS (SELECT 1 FROM missing m WHERE m.stream=o.stream AND m.device=o.device AND " \
	"o.seq > m.last AND o.seq <= m.waiting)"

/* Who signs: a key, and the name in its certificate, which need not travel. */
struct signer {
	const struct sign_key *key;
	struct bytes name;
};

/* Signs pending transactions of the signer in a stream into one change set, as many as
 * pack into some `size` bytes, and moves them to the outbox. *signed_any tells whether
 * there were any. Inside the caller's transaction. */
int outbox_sign(struct client *c, uint64_t stream, const struct signer *who, size_t size,
		bool *signed_any, struct err *e);
/* All that this computer itself has saved in the stream. */
int outbox_sign_own(struct client *c, uint64_t stream, struct err *e);

struct exchange_counts {
	uint64_t items_in, changesets_out, refused;
	bool gap, stale;
	bool aside;               /* what a chief has signed was set aside (heir.h) */
	bool forked, behind;      /* the store's key has signed elsewhere under a number that this
				     store has given, or that it has not come to yet */
};

/* Folds what a reply brings of its at-th stream, checks the head's signature, keeps the
 * receipt. Inside the caller's transaction; on an error that must be undone. */
int outbox_take_stream(struct client *c, const struct reply *r, size_t at,
		       struct exchange_counts *counts, struct err *e);

#endif
