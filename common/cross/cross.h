/* What records say about each other, kept by the merge: rollups, shared keys, and the
 * warnings that do not hold.
 *
 *   rollup       count and sum over the records that name another one
 *   twin_member  which records have which key
 *   twin         the keys that more than one has, and how many: a task each
 *   finding      warnings of a record that do not hold: a task each
 *
 * Keys that hang on rows, or on what references name, are made with the warnings.
 *
 * None of it ever refuses anything, so it may look at whatever this store holds, other
 * streams too; what a store does not hold it does not find. A change writes only what it
 * changes: the record's own keys and shares, then the warnings of every record that could
 * see the difference. A fingerprint tells what a task rests on: an officer's word settles
 * it as it is, and when that changes the task is open again. */
#ifndef DONGBO_CROSS_H
#define DONGBO_CROSS_H

#include "common/replica/fold.h"

/* What a record contributes as it stands. */
int cross_of(struct fold *f, const struct fold_entry *en, struct crossing *out, struct err *e);
/* Writes the difference between what the record contributed and what it does now, and
 * marks the records whose warnings could see it. */
int cross_put(struct fold *f, struct fold_entry *en, struct err *e);
/* Asks the warnings of all marked records anew. Last, when everything else is written. */
int cross_warn(struct fold *f, struct err *e);
/* Makes everything anew, typed rows included: when a pack is published, its rules may
 * see old records differently. */
int cross_rebuild(struct replica *r, struct err *e);

#endif
