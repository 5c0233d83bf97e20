/* Folding a stream's log again, from its first item. What the log says stays as it is; what was
 * folded from it is taken away and made anew. For stores whose stream was taken back to an
 * earlier position (generation.h). */
#ifndef DONGBO_REBUILD_H
#define DONGBO_REBUILD_H

#include "common/replica/replica.h"

/* Takes away all that was folded of a stream: records, with their typed rows, totals and
 * shares; touches, moves, filings, who came in whose place, words on held change sets, blocks of
 * numbers. Certificates and packs stay: what is read again needs them. Inside the caller's
 * transaction, as all here. */
int rebuild_strip(struct replica *r, uint64_t stream, struct err *e);
/* Folds the items of the log, as they were judged. */
int rebuild_fold(struct replica *r, uint64_t stream, struct err *e);
/* Folds a change set that waits, as pending; what it rests on may be missing. `zero`: what is
 * held of stream 0. What stood in the log: replica_fold_item. */
int rebuild_hope(struct replica *r, const struct changeset *cs, uint64_t zero, struct arena *a,
		 struct err *e);

#endif
