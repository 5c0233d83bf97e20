/* The reasons of a return: rows that name fields, below the record that goes back. The
 * rows of an earlier return go out, for what they asked for has been answered. */
#include "common/edit/edit_parts.h"

#include "common/query/query_parts.h"

/* Rows of the list that are still there, by an earlier return. */
static int drop_reasons(struct editing *ed, const struct record *rec, uint32_t list,
			const struct type *row)
{
	struct query_options o = { .stream = ed->d->stream };
	struct query q = { .r = ed->r, .schema = ed->s, .o = &o, .a = ed->d->a, .e = ed->e };
	struct family family;
	size_t i;
	int code = query_family(&q, ed->d->stream, rec->id, &family);

	for (i = 1; code == 0 && i < family.count; i++)
		if (family.list[i].list == list && !record_deleted(&family.list[i]))
			draft_delete(ed->d, row->number, family.list[i].id, false);
	return code;
}

/* One reason: the field that it names must be one of the record's. */
static int put_reason(struct editing *ed, const struct type *t, struct rid record,
		      const struct field *list, const struct type *row,
		      const struct assignment *reason)
{
	const struct field *named = type_field_by_code(t, reason->field);
	struct assignment values[2] = {
		{ bytes_str("field"), reason->field, ASSIGN_SET },
		{ bytes_str("reason"), reason->value, ASSIGN_SET } };

	if (named == NULL || reason->how != ASSIGN_SET)
		return err_set(ed->e, ERR_NO_FIELD, "%.*s",
			       (int)(reason->field.len > 80 ? 80 : reason->field.len),
			       (const char *)reason->field.at);
	if (reason->value.len == 0)
		return err_set(ed->e, ERR_REMARK_REQUIRED, "%s", named->code);
	return edit_assign(ed, row, draft_create(ed->d, row->number, record, list->number), NULL,
			   values, 2);
}

int edit_return(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		struct bytes state, const struct assignment *reasons, size_t count,
		struct err *e)
{
	struct editing ed = { r, s, d, e };
	const struct field *list;
	const struct state *to;
	const struct type *t, *row;
	struct record rec;
	size_t i;
	int code = edit_load(&ed, record, &rec, &t);

	if (code != 0)
		return code;
	to = t->workflow == NULL ? NULL : workflow_state_by_code(t->workflow, state);
	if (count == 0 && (to == NULL || to->open != STATE_NAMED))
		return 0;
	list = t->workflow == NULL || t->workflow->reasons == NULL ? NULL :
	       type_field_by_code(t, bytes_str(t->workflow->reasons));
	if (list == NULL)
		return count == 0 ? 0 : err_set(e, ERR_NO_FIELD, "%s", t->code);
	row = schema_type_by_code(s, bytes_str(list->targets[0]));
	code = drop_reasons(&ed, &rec, list->number, row);
	for (i = 0; i < count && code == 0; i++)
		code = put_reason(&ed, t, record, list, row, &reasons[i]);
	return code;
}
