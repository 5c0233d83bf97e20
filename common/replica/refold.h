/* Folding records again from the log: when an op that was folded in hope is
 * refused, and for fsck. */
#ifndef DONGBO_REFOLD_H
#define DONGBO_REFOLD_H

#include "common/replica/fold.h"
#include "protocol/verdict.h"

/* Folds again every record that the refused transactions of cs (in the log
 * already) had touched: from the items that touched it, then from what is still
 * pending. */
int refold_refused(struct replica *r, const struct changeset *cs, const struct verdict *list,
		   size_t count, struct arena *a, struct err *e);

#endif
