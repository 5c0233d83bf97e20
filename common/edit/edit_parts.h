/* What the kinds of edit share. For common/edit*.c and common/import*.c only. */
#ifndef DONGBO_EDIT_PARTS_H
#define DONGBO_EDIT_PARTS_H

#include "common/edit/edit.h"
#include "common/replica/record.h"

/* Edits on their way into a draft. */
struct editing {
	struct replica *r;
	const struct schema *s;
	struct draft *d;
	struct err *e;
};

/* The record as stored, and its type. ERR_NO_RECORD, ERR_NO_TYPE. */
int edit_load(struct editing *ed, struct rid id, struct record *rec, const struct type **t);
/* A value that was typed, also a reference by short id. */
int edit_value(struct editing *ed, const struct field *f, struct bytes text,
	       struct value *out);
/* The same for a reference that is known: it must lead to a record of the field's type. */
int edit_check_ref(struct editing *ed, const struct field *f, const struct ref *ref);
/* Sets a field to what somebody gave. ERR_NUMBER_TYPED for another number of a leased register
 * than stands there: the computer gives those (lease.h). */
int edit_typed(struct editing *ed, const struct type *t, struct rid id,
	       const struct record *old, const struct field *f, const struct value *v);
/* Sets a field unless it is so already; old is NULL for a new record. */
void edit_put(struct editing *ed, const struct type *t, struct rid id,
	      const struct record *old, const struct field *f, const struct value *v);
/* Puts a member into a set or takes it out, unless it is so already. */
void edit_put_member(struct editing *ed, const struct type *t, struct rid id,
		     const struct record *old, const struct field *f,
		     const struct value *member, bool in);
/* Gives a set exactly these members. */
void edit_put_set(struct editing *ed, const struct type *t, struct rid id,
		  const struct record *old, const struct field *f, const struct value *members,
		  size_t count);
/* All assignments, by ascending field. */
int edit_assign(struct editing *ed, const struct type *t, struct rid id,
		const struct record *old, const struct assignment *list, size_t count);

#endif
