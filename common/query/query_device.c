/* What a device has done, for people who must judge it: a change set that has no place yet,
 * told so that it can be read; and the records that a device has touched since some day. */
#include <inttypes.h>
#include <string.h>

#include "common/query/query_parts.h"

/* One transaction of a change set, record by record. */
struct reading {
	struct query q;
	const struct changeset *cs;
	const struct transaction *tx;
	json_t *list;
};

static const struct op *op_at(const struct reading *w, size_t i)
{
	return &w->cs->ops[w->tx->op_at + i];
}

/* Whether an op before this one was on the same record: that has been told. */
static bool is_told(const struct reading *w, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (rid_equal(op_at(w, i)->record, op_at(w, at)->record))
			return true;
	return false;
}

static json_t *change(struct query *q, const struct op *op, const struct type *t)
{
	const struct field *f = t == NULL ? NULL : type_field(t, op->field);
	bool member = op->element.kind != VALUE_NONE;
	const struct value *v = member ? &op->element : &op->value;
	json_t *j = json_object();

	query_put(q, j, "kind", json_string(!member ? "set" : op->value.n != 0 ? "add" : "remove"));
	query_put(q, j, "field", f == NULL ? json_integer(op->field) : json_string(f->code));
	query_put(q, j, "label", json_string(f == NULL ? "?" : label_in(&f->label, q->o->lang)));
	query_put(q, j, "value", f == NULL ? query_value(NULL, v) : query_value_masked(q, f, v));
	query_put(q, j, "shown", f == NULL ? json_string("") : query_shown_masked(q, f, v));
	return j;
}

/* A title that stands here already; else what the change set calls it. */
static void put_title(struct reading *w, json_t *j, struct rid id, const struct type *t)
{
	struct query *q = &w->q;
	struct record rec;
	struct buf title;
	size_t i, k;

	buf_init(&title, 8192);
	if (query_record(q->r, w->cs->stream, id, q->a, &rec, NULL) == 0)
		query_title(q, w->cs->stream, &rec, &title);
	for (k = 0; title.len == 0 && t != NULL && k < t->title_count; k++) {
		const struct field *f = type_field_by_code(t, bytes_str(t->titles[k]));

		for (i = 0; f != NULL && !f->personal && i < w->tx->op_count; i++)
			if (op_at(w, i)->kind == OP_SET && op_at(w, i)->field == f->number &&
			    rid_equal(op_at(w, i)->record, id))
				query_show_value(q, f, &op_at(w, i)->value, &title);
	}
	query_put(q, j, "title", query_text(buf_view(&title)));
	buf_release(&title);
}

/* What is done to it as a whole. */
static void put_deed(struct query *q, json_t *j, const struct op *op, const struct type *t)
{
	const struct state *st = op->kind != OP_MOVE || t == NULL || t->workflow == NULL ? NULL :
				 workflow_state(t->workflow, op->value.n);

	if (op->kind == OP_CREATE)
		query_put(q, j, "created", json_true());
	else if (op->kind == OP_DELETE || op->kind == OP_UNDELETE)
		query_put(q, j, "deleted", json_boolean(op->kind == OP_DELETE));
	else if (op->kind == OP_SIGN)
		query_put(q, j, "signed", json_true());
	else if (op->kind == OP_MOVE)
		query_put(q, j, "moved", json_string(st == NULL ? "?" :
						     label_in(&st->label, q->o->lang)));
}

static void tell_record(struct reading *w, size_t at)
{
	struct query *q = &w->q;
	const struct op *first = op_at(w, at);
	const struct type *t = schema_type(q->schema, first->type);
	json_t *j = json_object(), *changes = json_array();
	char short_id[9];
	size_t i;

	query_put(q, j, "time", json_integer(w->tx->time));
	query_put(q, j, "author", query_text(query_author(q, w->cs->stream, w->cs->device,
							   w->tx->author)));
	query_put(q, j, "record", query_full(w->cs->stream, first->record));
	record_short_text(record_short(w->cs->stream, first->record), short_id);
	query_put(q, j, "short", json_string(short_id));
	query_put(q, j, "type", t == NULL ? json_integer(first->type) : json_string(t->code));
	query_put(q, j, "label", json_string(t == NULL ? "?" : label_in(&t->label, q->o->lang)));
	put_title(w, j, first->record, t);
	for (i = at; i < w->tx->op_count; i++) {
		const struct op *op = op_at(w, i);

		if (!rid_equal(op->record, first->record))
			continue;
		put_deed(q, j, op, t);
		if (op->kind == OP_SET)
			query_add(q, changes, change(q, op, t));
	}
	query_put(q, j, "changes", changes);
	query_add(q, w->list, j);
}

int query_changeset(struct replica *r, const struct changeset *cs, const struct query_options *o,
		    json_t **out, struct err *e)
{
	struct reading w = { .q = { .r = r, .o = o, .e = e }, .cs = cs };
	struct schema *schema;
	struct arena a;
	size_t t, i;
	int code = replica_schema_now(r, &schema, e);

	if (code != 0)
		return code;
	arena_init(&a, QUERY_MEMORY);
	w.q.schema = schema;
	w.q.a = &a;
	w.list = json_array();
	for (t = 0; t < cs->tx_count; t++) {
		w.tx = &cs->tx[t];
		for (i = 0; i < w.tx->op_count; i++)
			if (!is_told(&w, i))
				tell_record(&w, i);
	}
	code = query_finish(&w.q, 0, w.list, out);
	arena_release(&a);
	return code;
}

/* Every record that an item of the device made or changed, once, with the last of them. */
static const char touched_sql[] =
	"SELECT stream, device, op, max(seq), max(time) FROM ("
	"SELECT i.stream AS stream, t.device AS device, t.op AS op, i.seq AS seq, i.time AS time "
	"FROM item i JOIN touch t ON t.stream=i.stream AND t.seq=i.seq "
	"WHERE i.device=$1 AND i.time>=$2 UNION ALL "
	"SELECT i.stream, r.device, r.op, i.seq, i.time FROM item i JOIN record r ON "
	"r.stream=i.stream AND r.device=i.device AND r.op>=i.first_op AND r.op<=i.last_op "
	"WHERE i.device=$1 AND i.time>=$2) x GROUP BY stream, device, op ORDER BY 4 DESC, 1, 3";

static int touched(struct query *q, struct stmt *s, json_t *list)
{
	uint64_t stream = (uint64_t)db_int(s, 0);
	struct rid id = { (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) };
	struct record rec;
	json_t *j;
	int code = query_record(q->r, stream, id, q->a, &rec, q->e);

	if (code != 0)
		return code;
	j = query_summary(q, stream, &rec);
	query_put(q, j, "seq", json_integer(db_int(s, 3)));
	query_put(q, j, "received", json_integer(db_int(s, 4)));
	query_add(q, list, j);
	return 0;
}

int query_touched(struct replica *r, uint64_t device, int64_t since,
		  const struct query_options *o, json_t **out, struct err *e)
{
	struct query q = { .r = r, .o = o, .e = e };
	struct schema *schema;
	struct stmt *s;
	struct arena a;
	json_t *list = json_array();
	int code = replica_schema_now(r, &schema, e);

	if (code == 0)
		code = db_query(r->db, e, &s, touched_sql, "ui", device, since);
	if (code != 0) {
		json_decref(list);
		return code;
	}
	arena_init(&a, QUERY_MEMORY);
	q.schema = schema;
	q.a = &a;
	while ((code = db_step(s, e)) == 1 && (o->limit == 0 ||
					       json_array_size(list) < (size_t)o->limit)) {
		code = touched(&q, s, list);
		if (code != 0)
			break;
	}
	db_done(s);
	code = query_finish(&q, code < 0 ? code : 0, list, out);
	arena_release(&a);
	return code;
}
