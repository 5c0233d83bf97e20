/* Op numbers that stand for something already: the work of two copies of one store. */
#ifndef DONGBO_TAKEN_H
#define DONGBO_TAKEN_H

#include "common/replica/replica.h"

/* Whether an op number of a device is in one of a change set's transactions that have the
 * verdict renumber. */
bool taken_renumbered(const struct changeset *cs, const struct verdict *list, size_t count,
		      struct rid id);

/* Whether transaction t names a record that its signer made under a number that had to be given
 * anew, in this change set (verdicts so far in list) or one of its signer's before it: another
 * record has that number here, and must not be taken for it, unless it is of another key and the
 * transaction had seen it. *verdict is ERR_DEPENDS_ON then,
 * about that record. */
int taken_meant(struct replica *r, const struct changeset *cs, size_t t,
		const struct verdict *list, size_t count, struct arena *a, struct verdict *verdict,
		struct err *e);

/* Appends SQL that gives the position of the change set which brought the record that the table
 * `alias` (columns stream, device, op) has, be it one of its own device or one that carried it;
 * null where it is not in the log yet. */
void taken_put_origin(struct buf *sql, const char *alias);

#endif
