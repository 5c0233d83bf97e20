/* Generations of positions, as a replica keeps them (SPEC.md 6.15).
 *
 * A server that was restored from a backup goes on under numbers that it never gave before.
 * What stood at positions that the backup did not have is brought back by clients; it then
 * stands elsewhere, and edits that name what they had seen by the old numbers are read through
 * `place`.
 *
 *   generation  where each stream was taken up again: positions between seq and base are
 *               those of the old generation; the log goes on from base
 *   place       old numbers, and the position that each change set has now. at: the item whose
 *               notes say so; top: the last position of all numbers up to this one
 *   opened      all generations that this store has begun: streams that it does not know yet
 *               begin with the last one. A server's; a client is told of each stream */
#ifndef DONGBO_GENERATION_STORE_H
#define DONGBO_GENERATION_STORE_H

#include "common/replica/record.h"
#include "common/replica/replica.h"
#include "protocol/generation.h"

/* Bases are further than this behind all positions before them, and from each other. A number
 * that is further behind where a stream ended than this is of no generation that ended there:
 * it was given in one that was lost altogether. */
enum { GENERATION_STEP = 1000000 };

/* The newest of a stream that is written down; or that a stream without a row would begin with.
 * 1, or 0 where there is none. */
int generation_newest(struct replica *r, uint64_t stream, struct generation *out, struct err *e);
int generation_last(struct replica *r, uint64_t stream, struct generation *out, struct err *e);
/* The one whose old numbers hold this one. 1, or 0. */
int generation_of(struct replica *r, uint64_t stream, uint64_t number, struct generation *out,
		  struct err *e);
/* The first one that begins behind a position: what a reader that stands there meets next. 1, 0. */
int generation_next(struct replica *r, uint64_t stream, uint64_t position, struct generation *out,
		    struct err *e);

/* The stream goes on with this one; the statement's seq must be where it ends. Inside the
 * caller's transaction. ERR_HEAD_MISMATCH. */
int generation_turn(struct replica *r, const struct generation *g, struct bytes signature,
		    struct err *e);
/* A stream without a row: as all that was opened leaves it. */
int generation_default(struct replica *r, uint64_t stream, struct stream_head *head,
		       struct err *e);
/* Writes what generation_default says, before a stream's first item. */
int generation_ensure(struct replica *r, uint64_t stream, struct err *e);

/* Notes of an item, into `place`. ERR_MALFORMED where one names no old number, or a position
 * that is not there. */
int generation_note(struct replica *r, uint64_t stream, uint64_t at, struct bytes notes,
		    struct err *e);
/* Where a number stands now. 1, or 0 where it is not there (again). */
int generation_place(struct replica *r, uint64_t stream, uint64_t number, uint64_t *seq,
		     struct err *e);
/* Whether an item comes with the number that it had itself: it was brought back, and its
 * verdicts with it. */
bool generation_is_healed(uint64_t seq, struct bytes notes);

/* What an op had seen whose author says `seen->seq`, folded at position `at`: fills in the
 * rest. Lists go into the arena. */
int generation_seen(struct replica *r, uint64_t stream, uint64_t at, struct seen *seen,
		    struct arena *a, struct err *e);
/* The position of stream 0 that a change set's `zero` stands for; at: what its item was judged
 * at, or the newest. */
int generation_zero(struct replica *r, uint64_t zero, uint64_t at, uint64_t *out, struct err *e);
/* Whether a number that stands behind a stream's end was given in a generation that was lost: it
 * will never be there. */
int generation_is_lost(struct replica *r, uint64_t stream, uint64_t number, uint64_t end,
		       bool *lost, struct err *e);
/* Whether that position of stream 0 is here. */
int generation_has_zero(struct replica *r, uint64_t zero, bool *here, struct err *e);

/* The hash of a device's change set before its `seq`: by the log; zeros for the first of the
 * device, and of the keys that the server holds for the first in a generation. 1, or 0 where
 * it is not here. */
int generation_before(struct replica *r, uint64_t stream, uint64_t device, uint64_t seq,
		      uint8_t out[HASH_SIZE], struct err *e);

#endif
