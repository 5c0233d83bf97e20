/* Assignments into ops. An edit that changes nothing makes no op: what travels is
 * what a person decided. */
#include "common/edit/edit.h"

#include <string.h>

#include "common/edit/edit_parts.h"
#include "common/query/query.h"
#include "common/text/text.h"
#include "protocol/limits.h"

enum { MEMBERS_MAX = 256 };

bool edit_assignment(struct bytes text, struct assignment *out)
{
	const uint8_t *eq = text.len > 0 ? memchr(text.at, '=', text.len) : NULL;
	size_t n;

	if (eq == NULL || eq == text.at)
		return false;
	n = (size_t)(eq - text.at);
	out->value = (struct bytes){ eq + 1, text.len - n - 1 };
	out->how = ASSIGN_SET;
	if (eq[-1] == '+')
		out->how = ASSIGN_ADD;
	else if (eq[-1] == '-')
		out->how = ASSIGN_REMOVE;
	out->field = (struct bytes){ text.at, out->how == ASSIGN_SET ? n : n - 1 };
	return out->field.len > 0;
}

int edit_load(struct editing *ed, struct rid id, struct record *rec, const struct type **t)
{
	int code = query_record(ed->r, ed->d->stream, id, ed->d->a, rec, ed->e);

	if (code != 0)
		return code;
	*t = schema_type(ed->s, rec->type);
	return *t != NULL ? 0 : err_set(ed->e, ERR_NO_TYPE, "%u", rec->type);
}

int edit_check_ref(struct editing *ed, const struct field *f, const struct ref *ref)
{
	const struct type *t;
	struct record rec;
	int code = query_record(ed->r, ref->stream, ref->record, ed->d->a, &rec, ed->e);

	if (code != 0)
		return err_wrap(ed->e, "%s", f->code);
	t = schema_type(ed->s, rec.type);
	if (t == NULL || !field_targets(f, t))
		return err_set(ed->e, ERR_WRONG_TYPE, "%s", f->code);
	return 0;
}

/* The record's own stream first: that is where short ids are short. */
static int find_ref(struct editing *ed, const struct field *f, struct bytes text,
		    struct value *out)
{
	struct ref ref = { 0, RID_NONE };
	int code = query_find(ed->r, ed->d->stream, text, &ref.stream, &ref.record, ed->e);

	if (code == ERR_NO_RECORD)
		code = query_find(ed->r, ANY_STREAM, text, &ref.stream, &ref.record, ed->e);
	if (code != 0)
		return err_wrap(ed->e, "%s", f->code);
	*out = value_ref(ref);
	return edit_check_ref(ed, f, &ref);
}

int edit_value(struct editing *ed, const struct field *f, struct bytes text, struct value *out)
{
	if (f->kind == FIELD_REF && text.len > 0)
		return find_ref(ed, f, text, out);
	return field_parse(f, text, ed->d->a, out, ed->e);
}

void edit_put(struct editing *ed, const struct type *t, struct rid id,
	      const struct record *old, const struct field *f, const struct value *v)
{
	struct value before = old == NULL ? VALUE_OF_NULL : record_value(old, f->number);

	if (!value_equal(&before, v))
		draft_set(ed->d, t->number, id, f->number, *v, f->personal);
}

/* Whether a set shows this member. */
static bool has_member(const struct record *rec, uint32_t field, const struct value *member)
{
	size_t i;

	for (i = 0; rec != NULL && i < rec->live_count; i++)
		if (rec->live[i].field == field &&
		    value_equal(&rec->live[i].element, member))
			return rec->live[i].value.kind == VALUE_BOOL &&
			       rec->live[i].value.n != 0;
	return false;
}

void edit_put_member(struct editing *ed, const struct type *t, struct rid id,
		     const struct record *old, const struct field *f,
		     const struct value *member, bool in)
{
	if (has_member(old, f->number, member) != in)
		draft_member(ed->d, t->number, id, f->number, *member, in);
}

void edit_put_set(struct editing *ed, const struct type *t, struct rid id,
		  const struct record *old, const struct field *f, const struct value *members,
		  size_t count)
{
	size_t i, k;

	for (i = 0; i < f->list->count; i++) {
		struct value v = value_int(f->list->choices[i].number);
		bool wanted = false;

		for (k = 0; k < count; k++)
			wanted |= value_equal(&members[k], &v);
		edit_put_member(ed, t, id, old, f, &v, wanted);
	}
}

/* "en,ja": the members of an assignment to a set. */
static int split_members(struct editing *ed, const struct field *f, struct bytes text,
			 struct value *out, size_t *count)
{
	size_t i = 0, n = 0;
	int code = 0;

	while (i < text.len && code == 0) {
		size_t from = i;

		while (i < text.len && text.at[i] != ',')
			i++;
		if (n == MEMBERS_MAX)
			return err_set(ed->e, ERR_LIMIT, "%s", f->code);
		if (i > from)
			code = edit_value(ed, f, (struct bytes){ text.at + from, i - from },
					  &out[n++]);
		i++;
	}
	*count = n;
	return code;
}

static int assign_set(struct editing *ed, const struct type *t, struct rid id,
		      const struct record *old, const struct field *f,
		      const struct assignment *as)
{
	struct value members[MEMBERS_MAX];
	size_t count = 0, i;
	int code = split_members(ed, f, as->value, members, &count);

	if (code != 0)
		return code;
	if (as->how == ASSIGN_SET)
		edit_put_set(ed, t, id, old, f, members, count);
	else
		for (i = 0; i < count; i++)
			edit_put_member(ed, t, id, old, f, &members[i], as->how == ASSIGN_ADD);
	return 0;
}

int edit_typed(struct editing *ed, const struct type *t, struct rid id,
	       const struct record *old, const struct field *f, const struct value *v)
{
	struct value had = old == NULL ? VALUE_OF_NULL : record_value(old, f->number);

	if (f->reg != NULL && f->reg->lease > 0 && !value_equal(&had, v))
		return err_set(ed->e, ERR_NUMBER_TYPED, "%s", f->code);
	edit_put(ed, t, id, old, f, v);
	return 0;
}

static int assign_one(struct editing *ed, const struct type *t, struct rid id,
		      const struct record *old, const struct field *f,
		      const struct assignment *as)
{
	struct value v;
	int code;

	if (f->kind == FIELD_SET)
		return assign_set(ed, t, id, old, f, as);
	if (as->how != ASSIGN_SET)
		return err_set(ed->e, ERR_BAD_VALUE, "%s", f->code);
	code = edit_value(ed, f, as->value, &v);
	return code != 0 ? code : edit_typed(ed, t, id, old, f, &v);
}

int edit_assign(struct editing *ed, const struct type *t, struct rid id,
		const struct record *old, const struct assignment *list, size_t count)
{
	size_t i, k;
	int code = 0;

	for (k = 0; k < count; k++)
		if (type_field_by_code(t, list[k].field) == NULL)
			return err_set(ed->e, ERR_NO_FIELD, "%.*s",
				       (int)(list[k].field.len > 80 ? 80 : list[k].field.len),
				       (const char *)list[k].field.at);
	for (i = 0; i < t->field_count && code == 0; i++) {
		const struct field *f = &t->fields[i];
		size_t given = 0;

		for (k = 0; k < count && code == 0; k++) {
			if (!bytes_equal(bytes_str(f->code), list[k].field))
				continue;
			/* Two values for one field: which one is meant? */
			if (given++ > 0 && list[k].how == ASSIGN_SET)
				return err_set(ed->e, ERR_BAD_INPUT, "%s", f->code);
			code = assign_one(ed, t, id, old, f, &list[k]);
		}
	}
	return code;
}

int edit_add(struct replica *r, const struct schema *s, struct draft *d, struct bytes type,
	     const struct assignment *list, size_t count, struct rid *out, struct err *e)
{
	struct editing ed = { r, s, d, e };
	const struct type *t = schema_type_by_code(s, type);
	struct rid id;
	int code;

	if (t == NULL)
		return err_set(e, ERR_NO_TYPE, "%.*s", (int)(type.len > 80 ? 80 : type.len),
			       (const char *)type.at);
	if (t->row)
		return err_set(e, ERR_WRONG_TYPE, "%s", t->code);
	id = draft_create(d, t->number, RID_NONE, 0);
	code = edit_assign(&ed, t, id, NULL, list, count);
	if (code == 0)
		*out = id;
	return code;
}

int edit_add_row(struct replica *r, const struct schema *s, struct draft *d, struct rid parent,
		 struct bytes list_field, const struct assignment *list, size_t count,
		 struct rid *out, struct err *e)
{
	struct editing ed = { r, s, d, e };
	const struct type *above, *t;
	const struct field *f;
	struct record rec;
	struct rid id;
	int code = edit_load(&ed, parent, &rec, &above);

	if (code != 0)
		return code;
	f = type_field_by_code(above, list_field);
	if (f == NULL || f->kind != FIELD_LIST)
		return err_set(e, ERR_NO_FIELD, "%.*s",
			       (int)(list_field.len > 80 ? 80 : list_field.len),
			       (const char *)list_field.at);
	t = schema_type_by_code(s, bytes_str(f->targets[0]));
	if (t == NULL)
		return err_set(e, ERR_NO_TYPE, "%s", f->targets[0]);
	id = draft_create(d, t->number, parent, f->number);
	code = edit_assign(&ed, t, id, NULL, list, count);
	if (code == 0)
		*out = id;
	return code;
}

int edit_change(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		const struct assignment *list, size_t count, struct err *e)
{
	struct editing ed = { r, s, d, e };
	const struct type *t;
	struct record rec;
	int code = edit_load(&ed, record, &rec, &t);

	return code != 0 ? code : edit_assign(&ed, t, record, &rec, list, count);
}

int edit_delete(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		bool undelete, struct err *e)
{
	struct editing ed = { r, s, d, e };
	const struct type *t;
	struct record rec;
	int code = edit_load(&ed, record, &rec, &t);

	if (code == 0 && record_deleted(&rec) == undelete)
		draft_delete(d, t->number, record, undelete);
	return code;
}

int edit_move(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
	      struct bytes state, struct bytes remark, struct err *e)
{
	struct editing ed = { r, s, d, e };
	const struct type *t;
	const struct state *to;
	struct record rec;
	struct bytes kept;
	int code = edit_load(&ed, record, &rec, &t);

	if (code != 0)
		return code;
	to = t->workflow == NULL ? NULL : workflow_state_by_code(t->workflow, state);
	if (to == NULL)
		return err_set(e, ERR_NO_MOVE, "%.*s", (int)(state.len > 80 ? 80 : state.len),
			       (const char *)state.at);
	code = text_take(remark, LIMIT_REMARK, d->a, &kept, e);
	if (code == 0)
		draft_move(d, t->number, record, to->number, kept);
	return code;
}
