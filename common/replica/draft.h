/* A transaction in the making: one save, by one author, in one stream.
 *
 * Ops get their numbers here and keep them for ever. Ids of new records are known
 * at once, so rows can be hung below a record of the same save. */
#ifndef DONGBO_DRAFT_H
#define DONGBO_DRAFT_H

#include "protocol/changeset.h"

struct draft {
	struct arena *a;
	uint64_t stream, device;
	uint64_t first;             /* number of the first op */
	struct op *ops;
	size_t count, cap;
	bool failed;                /* memory ran out; checked by draft_changeset */
	bool has_version;           /* seen is given; else: all that the store holds */
	uint64_t seen_seq, seen_own;
	struct bytes author;        /* none: the device's own name */
};

/* first: the device's next op number in the stream. */
void draft_init(struct draft *d, struct arena *a, uint64_t stream, uint64_t device,
		uint64_t first);
/* A new record, a row where list is not 0. Returns its id. */
struct rid draft_create(struct draft *d, uint32_t type, struct rid parent, uint32_t list);
/* value is borrowed for as long as the draft lives. */
void draft_set(struct draft *d, uint32_t type, struct rid record, uint32_t field,
	       struct value value, bool personal);
/* Puts a member into a set, or takes it out. */
void draft_member(struct draft *d, uint32_t type, struct rid record, uint32_t field,
		  struct value member, bool in);
void draft_delete(struct draft *d, uint32_t type, struct rid record, bool undelete);
/* remark may be none. */
void draft_move(struct draft *d, uint32_t type, struct rid record, int64_t state,
		struct bytes remark);

/* digest has 32 bytes, borrowed as values are. */
void draft_sign(struct draft *d, uint32_t type, struct rid record, const uint8_t *digest);

/* Takes in (or refuses) a held change set of the certificate's key, by its hash: 32 bytes,
 * borrowed as the reason is, which may be none. */
void draft_adopt(struct draft *d, struct rid cert, const uint8_t *hash, bool refused,
		 struct bytes reason);

/* The draft as a change set of one transaction (seq 0, for storing and judging);
 * seen_* are used as they stand in the draft. ERR_NOMEM. */
int draft_changeset(struct draft *d, uint64_t zero, int64_t time, struct changeset *out,
		    struct err *e);

#endif
