/* From what a person typed to the ops of a draft. Used by every command that
 * writes, on both sides, and by imports. Nothing here judges: the save does. */
#ifndef DONGBO_EDIT_H
#define DONGBO_EDIT_H

#include <jansson.h>

#include "common/pack/field.h"
#include "common/replica/draft.h"
#include "common/replica/replica.h"

/* One argument: field=value, field+=member, field-=member. */
struct assignment {
	struct bytes field, value;
	enum { ASSIGN_SET, ASSIGN_ADD, ASSIGN_REMOVE } how;
};

/* Splits "field=value", "field+=member", "field-=member". false if there is no =. Sets
 * take several members with commas between; = gives a set exactly these. */
bool edit_assignment(struct bytes text, struct assignment *out);

/* A new record (parent RID_NONE) or row of the parent's list. Values of REF fields
 * may be short ids. ERR_NO_TYPE, ERR_NO_FIELD, ERR_BAD_VALUE...: the subject names
 * the field. */
int edit_add(struct replica *r, const struct schema *s, struct draft *d, struct bytes type,
	     const struct assignment *list, size_t count, struct rid *out, struct err *e);
int edit_add_row(struct replica *r, const struct schema *s, struct draft *d, struct rid parent,
		 struct bytes list_field, const struct assignment *list, size_t count,
		 struct rid *out, struct err *e);

/* Changes; only what differs from the shown value becomes an op. */
int edit_change(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		const struct assignment *list, size_t count, struct err *e);
int edit_delete(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		bool undelete, struct err *e);
/* The fields that a return to this state opens again, each with its reason
 * (field=reason), in place of those of an earlier one; the move itself follows. Nothing
 * to do for states that open everything or nothing. */
int edit_return(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		struct bytes state, const struct assignment *reasons, size_t count,
		struct err *e);
/* Signs the record where the move to this state, from where it stands, wants that; else
 * nothing. The move follows in the same draft. digest: of the version that was looked at
 * (version.h); NULL: as it stands now, which the draft's version must have seen whole
 * (ERR_STALE). */
int edit_sign(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
	      struct bytes state, const uint8_t *digest, struct err *e);
/* A workflow move to the state with this code. */
int edit_move(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
	      struct bytes state, struct bytes remark, struct err *e);

/* Settles a conflict: the cell of a field (of element, for sets) gets the value of
 * its take-th live op (from 1, by device id and op number), or `value` where take
 * is 0. Field "deleted" settles a deletion: value "true" or "false". */
int edit_settle(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		struct bytes field, struct bytes element, int take, struct bytes value,
		struct err *e);

/* One line of an import or export (JSON forms of the packs; "type", optional "id"
 * in full form, optional "key", rows nested in their list fields). With an id it
 * updates: only changed fields become ops. keys maps "key" strings to records made
 * earlier in the same import; {"key": "..."} may stand for a reference. */
struct edit_keys;
struct edit_keys *edit_keys_new(void);
void edit_keys_free(struct edit_keys *k);
/* Forgets the keys of the last edit_json: its record was not kept. */
void edit_keys_undo(struct edit_keys *k);
/* Rows of the line that have an id are changed, others added; rows that the line does
 * not name stay. A set is given exactly the members of its array. ERR_BAD_INPUT. */
int edit_json(struct replica *r, const struct schema *s, struct draft *d, json_t *line,
	      struct edit_keys *keys, struct rid *out, struct err *e);

/* Makes the edits of refused transaction tx of item seq in d's stream anew, as a draft
 * on the present state, with the corrections; they are for the record that the
 * refusal is about. Records that it made get new ids: *out is the one it is about.
 * Remembers them, so that what was refused for want of them finds them. ERR_UNREADABLE. */
int edit_resend(struct replica *r, const struct schema *s, struct draft *d, uint64_t seq,
		uint32_t tx, struct rid about, const struct assignment *list, size_t count,
		struct rid *out, struct err *e);

/* The record of that line form, with its rows: round-trips exactly. */
int edit_export(struct replica *r, const struct schema *s, uint64_t stream, struct rid record,
		bool personal, json_t **out, struct err *e);

#endif
