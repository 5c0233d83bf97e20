/* Merging ops into records: pure, deterministic, the same on every replica.
 *
 * An op supersedes the ops of its cell that it has seen; what none supersedes is
 * live. Nothing else decides, no clock and no order of arrival: the live ops of a
 * cell depend only on which ops were applied, where they stand and what they had
 * seen (SPEC.md section 5). */
#ifndef DONGBO_MERGE_H
#define DONGBO_MERGE_H

#include "common/replica/record.h"

/* Applies a SET, DELETE, UNDELETE, MOVE or SIGN by `s->device` at stream position seq
 * (or SEQ_PENDING). Memory comes from the arena. ERR_NOMEM. */
int merge_op(struct record *r, const struct op *op, const struct seen *s, uint64_t seq,
	     struct arena *a, struct err *e);

/* Notes that an op by device touched the record (or a row of it). */
int merge_touch(struct record *r, uint64_t device, uint64_t number, uint64_t seq,
		struct arena *a, struct err *e);

/* Whether every op applied to the record or its rows has been seen: what a
 * transition needs. */
bool merge_all_seen(const struct record *r, const struct seen *s);

/* Own pending ops first..last got their position. */
void merge_confirm(struct record *r, uint64_t device, uint64_t first, uint64_t last,
		   uint64_t seq);

/* Adds n (may be negative) to the live rows of a list. */
int merge_count_row(struct record *r, uint32_t list, int n, struct arena *a, struct err *e);

#endif
