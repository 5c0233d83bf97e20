/* What a chief signs: the digest of a record as folded, with all that hangs below it, and
 * the move that brought it into its state (SPEC.md section 5.7). Of content, not of
 * numbers: the key that signs need not be able to name what others have not sent yet.
 * A personal value stands in it by the op that set it, for the value may be erased one
 * day, and could be guessed from a digest. Fields of the root with a `by` of their own, and
 * rows below such a list, are notes of those whom the pack lets make them (an office's
 * number of receipt, say): no part of what is signed. */
#ifndef DONGBO_VERSION_H
#define DONGBO_VERSION_H

#include "common/replica/fold.h"
#include "protocol/hash.h"

/* root and rows as folded, in any order; deleted rows and what hangs below them do not
 * count, whether or not they are given. state: the op that
 * moved the root to where it is, number 0 for none. Sorts `rows`. ERR_NOMEM. */
int version_digest(const struct schema *s, const struct record *root, const struct touch *state,
		   const struct record **rows, size_t count, uint8_t out[HASH_SIZE],
		   struct err *e);

/* The same of a root in a fold, as it stands. */
int version_of(struct fold *f, const struct schema *s, const struct fold_entry *root,
	       uint8_t out[HASH_SIZE], struct err *e);

/* Whether a field of a root of this type is part of what is signed. */
bool version_has(const struct type *root, uint32_t field);

#endif
