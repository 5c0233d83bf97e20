/* How a record came to where it is, what is open to its unit there, and where it may go. */
#include "common/query/query_parts.h"

#include <string.h>

json_t *query_next(struct query *q, const struct type *t, int64_t state)
{
	json_t *list = json_array(), *by;
	size_t i, k;

	for (i = 0; t->workflow != NULL && i < t->workflow->move_count; i++) {
		const struct move *m = &t->workflow->moves[i];
		const struct state *to = workflow_state(t->workflow, m->to);

		if (m->from != state || to == NULL)
			continue;
		by = json_array();
		for (k = 0; k < q->schema->role_count; k++)
			if (m->by & schema_role_bit(q->schema, q->schema->roles[k].number))
				query_add(q, by, json_string(label_in(&q->schema->roles[k].label,
								      q->o->lang)));
		query_add(q, list, json_pack("{s:s, s:s, s:b, s:o}", "state", to->code, "label",
					     label_in(&to->label, q->o->lang), "sign", m->sign, "by",
					     by));
	}
	return list;
}

/* The remark of one move, wherever its op is: in the log, or waiting to be sent. */
struct remark {
	struct touch op;
	struct arena *a;
	struct bytes text;
};

static int look_remark(void *arg, const struct changeset *cs, struct err *e)
{
	struct remark *r = arg;
	size_t i;

	(void)e;
	for (i = 0; i < cs->op_count; i++)
		if (changeset_author(cs, &cs->tx[cs->ops[i].tx]) == r->op.device &&
		    cs->ops[i].number == r->op.number && cs->ops[i].element.kind == VALUE_TEXT)
			r->text = arena_copy(r->a, cs->ops[i].element.b);
	return 0;
}

static int find_remark(struct query *q, uint64_t stream, struct remark *r)
{
	const struct pending_source *pending = q->r->pending;
	struct logged item;
	int code;

	if (r->op.seq == SEQ_PENDING)
		return pending == NULL ? 0 : pending->each(pending->ctx, stream, q->a, look_remark, r,
							   q->e);
	code = replica_item(q->r, stream, r->op.seq, q->a, &item, q->e);
	return code != 0 || !item.opened.readable ? code : look_remark(r, &item.opened.cs, q->e);
}

json_t *query_moved(struct query *q, uint64_t stream, const struct record *root)
{
	struct remark r = { root->state_op, q->a, BYTES_NONE };
	struct origin o = { .seq = 0 };
	json_t *j;

	if (root->list != 0 || root->state_op.number == 0)
		return json_null();
	if (find_remark(q, stream, &r) != 0 ||
	    query_origin(q, stream, r.op.device, r.op.number, r.op.seq, &o) != 0)
		q->failed = true;
	j = json_object();
	query_put(q, j, "author", query_text(o.author));
	query_put(q, j, "time", json_integer(o.received != 0 ? o.received : o.time));
	query_put(q, j, "remark", query_text(r.text));
	return j;
}

/* The list of a workflow's reasons, in a state that opens what they name. */
static const struct field *reasons_of(const struct type *t, int64_t state)
{
	const struct state *st = t == NULL || t->workflow == NULL ? NULL :
				 workflow_state(t->workflow, state);

	return st == NULL || st->open != STATE_NAMED || t->workflow->reasons == NULL ? NULL :
		       type_field_by_code(t, bytes_str(t->workflow->reasons));
}

void query_name_reason(struct query *q, const struct type *t, const struct field *list,
		       json_t *row)
{
	json_t *shown = json_object_get(row, "shown");
	const char *code = json_string_value(json_object_get(json_object_get(row, "fields"), "field"));
	const char *reason = json_string_value(json_object_get(shown, "reason"));
	const struct field *f = code == NULL ? NULL : type_field_by_code(t, bytes_str(code));
	const char *label;
	struct buf title;

	if (f == NULL || t->workflow == NULL || t->workflow->reasons == NULL ||
	    strcmp(t->workflow->reasons, list->code) != 0)
		return;
	label = label_in(&f->label, q->o->lang);
	buf_init(&title, 8192);
	buf_printf(&title, "%s%s%s", label, reason == NULL || reason[0] == '\0' ? "" : " – ",
		   reason == NULL ? "" : reason);
	query_put(q, shown, "field", json_string(label));
	query_put(q, row, "title", query_text(buf_view(&title)));
	buf_release(&title);
}

/* Whether one of the reasons opens the field. */
static bool opened(const struct type *t, const struct family *family, const struct field *list,
		   const struct field *named, const struct field *f)
{
	size_t i;

	for (i = 1; i < family->count; i++) {
		const struct record *row = &family->list[i];
		struct value v = record_value(row, named->number);
		const struct field *by = v.kind != VALUE_TEXT ? NULL : type_field_by_code(t, v.b);

		if (by != NULL && row->list == list->number && !record_deleted(row) &&
		    type_field_opens(t, by, f))
			return true;
	}
	return false;
}

int query_named(struct replica *r, const struct schema *s, uint64_t stream, struct rid id,
		enum lang lang, struct buf *out, struct err *e)
{
	struct query_options o = { .stream = stream };
	struct query q = { .r = r, .schema = s, .o = &o, .e = e };
	struct family family = { .count = 0 };
	const struct type *t, *row;
	const struct field *list, *named, *f;
	struct record rec;
	struct arena a;
	size_t i, n = 0;
	int code;

	arena_init(&a, QUERY_MEMORY);
	q.a = &a;
	code = query_record(r, stream, id, &a, &rec, e);
	if (code == 0)
		code = query_family(&q, stream, rec.root, &family);
	t = code != 0 ? NULL : schema_type(s, family.list[0].type);
	list = t == NULL ? NULL : reasons_of(t, family.list[0].state);
	row = list == NULL ? NULL : schema_type_by_code(s, bytes_str(list->targets[0]));
	named = row == NULL ? NULL : type_field_by_code(row, bytes_str("field"));
	for (i = 0; named != NULL && i < t->field_count; i++) {
		f = &t->fields[i];
		if (f->derived == NULL && !f->only_in &&
		    opened(t, &family, list, named, f))
			buf_printf(out, "%s%s", n++ > 0 ? ", " : "", label_in(&f->label, lang));
	}
	arena_release(&a);
	return code;
}

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

void query_way_text(const json_t *shown, enum lang lang, struct buf *out)
{
	const json_t *moved = json_object_get(shown, "moved"), *next = json_object_get(shown, "next");
	const json_t *j, *role;
	size_t i, k;

	if (text_in(moved, "remark")[0] != '\0')
		buf_printf(out, lang == LANG_EN ? "Remark of %s: %s\n" : "Ghi chú của %s: %s\n",
			   text_in(moved, "author"), text_in(moved, "remark"));
	json_array_foreach(next, i, j) {
		buf_printf(out, "%s%s (%s%s): ",
			   i > 0 ? "           " : lang == LANG_EN ? "May go to: " : "Bước tiếp: ",
			   text_in(j, "label"), text_in(j, "state"),
			   !json_is_true(json_object_get(j, "sign")) ? "" :
			   lang == LANG_EN ? ", signed" : ", ký");
		json_array_foreach(json_object_get(j, "by"), k, role)
			buf_printf(out, "%s%s", k > 0 ? ", " : "", json_string_value(role));
		buf_byte(out, '\n');
	}
}
