/* What the files of cross.h share. Private to cross*.c. */
#ifndef DONGBO_CROSS_PARTS_H
#define DONGBO_CROSS_PARTS_H

#include "common/cross/cross.h"
#include "common/replica/fold_reader.h"

/* The key that the values of k->list make; 0 where a part is missing. */
int cross_key(const struct duplicate_key *k, const struct value *values, int64_t *out,
	      struct err *e);
/* A record joins those of a key, or leaves them. */
int cross_add_member(struct fold *f, const struct fold_entry *en, const struct cross_key *k,
		     struct err *e);
int cross_drop_member(struct fold *f, const struct fold_entry *en, const struct cross_key *k,
		      struct err *e);
/* Its late keys (struct duplicate), as they are now. rd follows references everywhere. */
int cross_late(struct fold *f, struct fold_reader *rd, const struct fold_entry *en,
	       struct err *e);

#endif
