/* Settling: a person's word on what is in conflict. It is an edit like any other,
 * that has seen all the values; so it supersedes them everywhere. */
#include <string.h>

#include "common/edit/edit_parts.h"
#include "common/query/query_parts.h"

static int no_conflict(struct editing *ed, struct bytes field)
{
	return err_set(ed->e, ERR_NO_CONFLICT, "%.*s", (int)(field.len > 80 ? 80 : field.len),
		       (const char *)field.at);
}

/* Existence: kept deleted, or brought back. */
static int settle_deletion(struct editing *ed, const struct type *t, const struct record *rec,
			   int take, struct bytes value)
{
	bool yes = bytes_equal(value, bytes_str("true")) || take == 1;
	bool no = bytes_equal(value, bytes_str("false")) || take == 2;

	if (!query_deletion_conflict(rec))
		return no_conflict(ed, bytes_str("deleted"));
	if (yes == no)
		return err_set(ed->e, ERR_BAD_VALUE, "deleted");
	/* A deleted record takes nothing but bringing back; what is then deleted again
	 * has seen the edits. */
	draft_delete(ed->d, t->number, rec->id, true);
	if (yes)
		draft_delete(ed->d, t->number, rec->id, false);
	return 0;
}

static const struct live *find_cell(const struct record *rec, uint32_t field,
				    const struct value *element)
{
	size_t i, n;

	for (i = 0; i < rec->live_count; i += n) {
		n = record_cell(rec, i);
		if (rec->live[i].field == field &&
		    value_equal(&rec->live[i].element, element) &&
		    record_cell_conflict(rec, i))
			return &rec->live[i];
	}
	return NULL;
}

/* A set's cell is true or false, whatever its elements are. */
static int settled_value(struct editing *ed, const struct field *f, struct bytes text,
			 struct value *out)
{
	static const struct field yes_no = { .code = "", .kind = FIELD_BOOL };
	int code;

	if (f->kind != FIELD_SET)
		return edit_value(ed, f, text, out);
	code = field_parse(&yes_no, text, ed->d->a, out, ed->e);
	if (code == 0 && out->kind != VALUE_BOOL)
		code = ERR_BAD_VALUE;
	return code == 0 ? 0 : err_set(ed->e, code, "%s", f->code);
}

static int settle_cell(struct editing *ed, const struct type *t, const struct record *rec,
		       const struct field *f, const struct value *element, int take,
		       struct bytes text)
{
	struct query q = { .r = ed->r, .schema = ed->s, .a = ed->d->a, .e = ed->e };
	struct counted_live c = { .count = 0 };
	struct value v;
	int code;

	if (find_cell(rec, f->number, element) == NULL)
		return no_conflict(ed, bytes_str(f->code));
	if (take > 0) {
		code = query_counted(&q, rec, f->number, element, &c);
		if (code == 0 && (size_t)take > c.count)
			code = err_set(ed->e, ERR_NO_CONFLICT, "%s: %d > %zu", f->code, take,
				       c.count);
		if (code != 0)
			return code;
		v = c.list[take - 1]->value;
	} else {
		code = settled_value(ed, f, text, &v);
		if (code != 0)
			return code;
	}
	if (f->kind == FIELD_SET)
		draft_member(ed->d, t->number, rec->id, f->number, *element, v.n != 0);
	else
		draft_set(ed->d, t->number, rec->id, f->number, v, f->personal);
	return 0;
}

int edit_settle(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		struct bytes field, struct bytes element, int take, struct bytes value,
		struct err *e)
{
	struct editing ed = { r, s, d, e };
	struct value el = VALUE_OF_NONE;
	const struct field *f;
	const struct type *t;
	struct record rec;
	int code = edit_load(&ed, record, &rec, &t);

	if (code != 0)
		return code;
	if (bytes_equal(field, bytes_str("deleted")))
		return settle_deletion(&ed, t, &rec, take, value);
	f = type_field_by_code(t, field);
	if (f == NULL)
		return err_set(e, ERR_NO_FIELD, "%.*s", (int)(field.len > 80 ? 80 : field.len),
			       (const char *)field.at);
	if (f->kind == FIELD_SET) {
		code = element.len == 0 ? err_set(e, ERR_BAD_VALUE, "%s", f->code) :
					  edit_value(&ed, f, element, &el);
		if (code != 0)
			return code;
	}
	return settle_cell(&ed, t, &rec, f, &el, take, value);
}
