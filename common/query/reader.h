/* Whose records somebody may read: what his role reads of all units, of his own, and of
 * units that the pack names for those of a unit like his ("reads_of": an office and the
 * units of its sector), as units are called today. */
#ifndef DONGBO_READER_H
#define DONGBO_READER_H

#include "common/unit/unit.h"

/* Whether somebody of the unit, in the role (NULL: one that nobody knows), may read records
 * of the type (of rows: their root's) in a stream; ANY_STREAM: in all. */
bool reader_reads(struct replica *r, const struct role *role, uint64_t unit,
		  const struct type *t, uint64_t stream);
/* Appends the numbers of the units whose records of the type he reads by "reads_of", each
 * after a comma. */
void reader_put_streams(struct replica *r, const struct role *role, uint64_t unit,
			const struct type *t, struct buf *out);

#endif
