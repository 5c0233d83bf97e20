/* Two computers with one key: what this one has under numbers that the log gives to something
 * else.
 *
 * An item of the log by one of this computer's keys may hold what is saved here and not
 * received: another copy of the store has sent it, or this store did, before it was put back.
 * Where it is the very same save, it is received; nothing is sent again. Where it is another
 * one, the two have gone on under the same key, and what this store saved is saved anew, under
 * its own new key, with new numbers (SPEC.md 6.11). Either way it leaves the state before the
 * item is folded, and no op of the log meets another of its own number. What the log has nothing
 * against is carried under its old numbers: the other copy may have it too, and it counts once.
 *
 *   stash     saves taken out of the state, until it is known what stands in their place
 *   carrying  carried saves in change sets of the outbox; taken: of these and others those that
 *             the log has by now
 */
#ifndef DONGBO_CLIENT_SETTLE_H
#define DONGBO_CLIENT_SETTLE_H

#include "client/sync/outbox.h"

/* Before an item is folded: takes out of the state what has its numbers. Where it is the store's
 * own key that has signed it elsewhere, counts->forked or behind is set. What was taken
 * out is in *out, for settle_after. The arena must outlive that. Inside the caller's
 * transaction. */
struct settling {
	struct changeset *taken;
	size_t count, cap;
};
/* One more, in the arena; borrowed. */
int settle_remember(struct settling *s, const struct changeset *cs, struct arena *a,
		    struct err *e);
int settle_before(struct client *c, const struct opened *item, struct arena *a,
		  struct settling *out, struct exchange_counts *counts, struct err *e);
/* After it: folds what rests on the same records again; saves that the item has are done. */
int settle_after(struct client *c, struct settling *s, struct arena *a, struct err *e);

/* The verdicts on a change set of this computer: a save that is to be numbered anew waits for
 * that. seq: of its item. */
int settle_verdicts(struct client *c, const struct opened *item, struct bytes verdicts,
		    uint64_t seq, struct arena *a, struct err *e);

/* What was refused of an item that was not sent from here: where its key is one that this store
 * left to another copy of it, or to that one's chief, it is told there. */
int settle_others(struct client *c, uint64_t stream, uint64_t seq, uint64_t device, struct err *e);

/* The server has another change set in the place of one that was signed here: it, and what its
 * key has signed behind it, become saves again. counts->forked
 * is set where that is the store's key. */
int settle_fork(struct client *c, const struct message_fork *f, struct exchange_counts *counts,
		struct err *e);

/* Whether something waits to be saved anew: until then nothing is signed. 1, 0. */
int settle_waits(struct client *c, struct err *e);
/* Saves anew, once the store has all that the server has. *count: saves. Inside the caller's
 * transaction. */
int settle_run(struct client *c, uint64_t *count, struct err *e);

#endif
