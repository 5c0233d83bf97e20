/* What was refused and waits for a person; and the running totals. */
#include "common/query/query.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/query/query_parts.h"
#include "common/text/sentence.h"

/* A row of `refused`, kept so that no statement is open meanwhile. */
struct refusal {
	uint64_t stream, seq, device;
	struct verdict verdict;
};

static bool is_wanted(const struct query_options *o, uint64_t device)
{
	size_t i;

	for (i = 0; i < o->device_count; i++)
		if (o->devices[i] == device)
			return true;
	return o->device_count == 0;
}

static int gather(struct query *q, struct refusal **list, size_t *count)
{
	const struct query_options *o = q->o;
	int64_t any = o->stream == ANY_STREAM, n = 0;
	struct stmt *s;
	int code = db_number(q->r->db, q->e, 0, &n, "SELECT count(*) FROM refused WHERE settled=0",
			     "");

	*count = 0;
	if (code != 0)
		return code;
	*list = arena_array(q->a, (size_t)n + 1, sizeof **list);
	if (*list == NULL)
		return err_set(q->e, ERR_NOMEM, "refused");
	code = db_query(q->r->db, q->e, &s, "SELECT stream, seq, device, tx, code, rule, "
			"record_device, record_op FROM refused WHERE settled=0 AND "
			"(stream=$1 OR $2=1) ORDER BY stream, seq, tx", "ui", o->stream, any);
	if (code != 0)
		return code;
	while (*count < (size_t)n && (code = db_step(s, q->e)) == 1)
		if (is_wanted(o, (uint64_t)db_int(s, 2)))
			(*list)[(*count)++] = (struct refusal){
			(uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2),
			{ (uint32_t)db_int(s, 3), (int)db_int(s, 4), (uint32_t)db_int(s, 5),
			  { (uint64_t)db_int(s, 6), (uint64_t)db_int(s, 7) } } };
	db_done(s);
	return code < 0 ? code : 0;
}

/* The record that the refusal is told about, as the transaction names it. */
static struct rid subject_of(const struct refusal *f, const struct changeset *cs,
			     const struct transaction *tx)
{
	size_t i;

	for (i = 0; i < tx->op_count; i++)
		if (rid_equal(cs->ops[tx->op_at + i].record, f->verdict.record))
			return f->verdict.record;
	return tx->op_count > 0 ? cs->ops[tx->op_at].record : f->verdict.record;
}

/* The type of the record, as the transaction names it. */
static const struct type *type_of(struct query *q, const struct changeset *cs,
				  const struct transaction *tx, struct rid id)
{
	size_t i;

	for (i = 0; i < tx->op_count; i++)
		if (rid_equal(cs->ops[tx->op_at + i].record, id))
			return schema_type(q->schema, cs->ops[tx->op_at + i].type);
	return NULL;
}

/* Whether the reader may read it: of rows, the record that they hang on, or would. */
static bool is_readable(struct query *q, uint64_t stream, const struct changeset *cs,
			const struct transaction *tx, struct rid id)
{
	const struct type *t = type_of(q, cs, tx, id);
	struct record rec;
	size_t i, steps;

	for (steps = 0; q->o->reader != 0 && steps < tx->op_count; steps++) {
		for (i = 0; i < tx->op_count; i++)
			if (cs->ops[tx->op_at + i].kind == OP_CREATE &&
			    rid_equal(cs->ops[tx->op_at + i].record, id))
				break;
		if (i == tx->op_count || rid_equal(cs->ops[tx->op_at + i].parent, RID_NONE))
			break;
		id = cs->ops[tx->op_at + i].parent;
		t = type_of(q, cs, tx, id);
	}
	/* One that is there says itself what it is part of. */
	if (q->o->reader != 0 && query_record(q->r, stream, id, q->a, &rec, NULL) == 0)
		return query_ask_reader(q, stream, &rec) == 0;
	return query_reads(q, stream, t);
}

/* The values that the transaction gave one record. */
static void put_values(struct query *q, json_t *j, const struct changeset *cs,
		       const struct transaction *tx, const struct type *t, struct rid id)
{
	json_t *fields = json_object(), *shown = json_object();
	size_t i;

	for (i = 0; i < tx->op_count; i++) {
		const struct op *op = &cs->ops[tx->op_at + i];
		const struct field *f;

		if (!rid_equal(op->record, id))
			continue;
		f = t == NULL ? NULL : type_field(t, op->field);
		if (op->kind != OP_SET || f == NULL)
			continue;
		if (op->element.kind == VALUE_NONE) {
			query_put(q, fields, f->code, query_value_masked(q, f, &op->value));
			query_put(q, shown, f->code, query_shown_masked(q, f, &op->value));
		} else if (op->value.n != 0) {
			json_t *set = json_object_get(fields, f->code);

			if (set == NULL)
				query_put(q, fields, f->code, set = json_array());
			query_add(q, set, query_value(f, &op->element));
		}
	}
	query_put(q, j, "fields", fields);
	query_put(q, j, "shown", shown);
}

/* The title of the record as it is, or as the transaction would have made it. */
static void put_title(struct query *q, json_t *j, uint64_t stream, struct rid id,
		      const struct type *t)
{
	json_t *shown = json_object_get(j, "shown");
	struct record rec;
	struct buf title;
	size_t i;

	buf_init(&title, 4096);
	if (query_record(q->r, stream, id, q->a, &rec, NULL) == 0) {
		query_title(q, stream, &rec, &title);
	} else {
		for (i = 0; t != NULL && i < t->title_count; i++) {
			const char *v = json_string_value(json_object_get(shown, t->titles[i]));

			if (v != NULL && v[0] != '\0')
				buf_printf(&title, "%s%s", title.len > 0 ? " – " : "", v);
		}
	}
	query_put(q, j, "title", query_text(buf_view(&title)));
	buf_release(&title);
}

/* A person's word on what a revoked key had signed, and why. */
static int put_word(struct query *q, const struct refusal *f, const struct logged *item,
		    struct buf *out)
{
	const bool en = q->o->lang == LANG_EN;
	struct logged word;
	int64_t seq = 0;
	size_t i;
	int code = db_number(q->r->db, q->e, 0, &seq, "SELECT seq FROM adopted WHERE stream=$1 AND "
			     "hash=$2", "ub", f->stream, BYTES_OF(item->opened.hash));

	if (code == 0 && seq > 0)
		code = replica_item(q->r, f->stream, (uint64_t)seq, q->a, &word, q->e);
	if (code != 0)
		return code;
	buf_add(out, bytes_str(en ? "It was signed after the computer had been revoked, and an officer did "
				    "not take it in" :
				    "Ký sau khi quyền của máy bị thu hồi, cán bộ đã xét và không nhận"));
	for (i = 0; seq > 0 && i < word.opened.cs.op_count; i++) {
		const struct op *op = &word.opened.cs.ops[i];

		if (op->kind == OP_ADOPT && op->element.kind == VALUE_TEXT &&
		    bytes_equal(op->value.b, BYTES_OF(item->opened.hash)))
			buf_printf(out, en ? ": %.*s" : ", lý do: %.*s", (int)op->element.b.len,
				   (const char *)op->element.b.at);
	}
	buf_add(out, bytes_str(en ? ". If it is still wanted, send it again: dongbo resend." :
				    ". Còn cần thì gửi lại: dongbo resend."));
	return 0;
}

static int refused_one(struct query *q, const struct refusal *f, json_int_t n, json_t *list)
{
	struct transaction none = { .op_count = 0 };
	const struct transaction *tx = &none;
	const struct type *t;
	struct logged item;
	struct buf text;
	struct rid id;
	char device[24], short_id[9];
	json_t *j;
	int code = replica_item(q->r, f->stream, f->seq, q->a, &item, q->e);

	if (code != 0)
		return code;
	if (f->verdict.tx < item.opened.cs.tx_count)
		tx = &item.opened.cs.tx[f->verdict.tx];
	id = subject_of(f, &item.opened.cs, tx);
	t = type_of(q, &item.opened.cs, tx, id);
	if (!is_readable(q, f->stream, &item.opened.cs, tx, id))
		return 0;
	snprintf(device, sizeof device, "%016" PRIx64, f->device);
	j = json_object();
	query_put(q, j, "n", json_integer(n));
	query_put(q, j, "stream", json_integer((json_int_t)f->stream));
	query_put(q, j, "seq", json_integer((json_int_t)f->seq));
	query_put(q, j, "tx", json_integer(f->verdict.tx));
	query_put(q, j, "code", json_string(err_name(f->verdict.code)));
	query_put(q, j, "signs", json_boolean(query_signs(&item.opened.cs, tx)));
	query_put(q, j, "record", rid_equal(id, RID_NONE) ? json_null() :
							    query_full(f->stream, id));
	record_short_text(record_short(f->stream, id), short_id);
	query_put(q, j, "short", json_string(short_id));
	put_values(q, j, &item.opened.cs, tx, t, id);
	query_put(q, j, "type", t == NULL ? json_null() : json_string(t->code));
	query_put(q, j, "label", json_string(t == NULL ? "" : label_in(&t->label, q->o->lang)));
	put_title(q, j, f->stream, id, t);
	buf_init(&text, 8192);
	if (f->verdict.code == ERR_REVOKED)
		code = put_word(q, f, &item, &text);
	else
		query_verdict(q, &f->verdict, t, query_signs(&item.opened.cs, tx), &text);
	query_put(q, j, "sentence", query_text(buf_view(&text)));
	buf_release(&text);
	query_put(q, j, "author",
		  query_text(query_author(q, f->stream, f->device, tx->author)));
	query_put(q, j, "device", json_string(device));
	query_put(q, j, "time", json_integer(tx->time));
	query_add(q, list, j);
	return code;
}

int query_refused(struct replica *r, const struct query_options *o, json_t **out, struct err *e)
{
	struct query q = { .r = r, .o = o, .e = e };
	struct refusal *refusals = NULL;
	struct schema *schema;
	size_t count = 0, i;
	struct arena a;
	json_t *list;
	int code = replica_schema_now(r, &schema, e);

	if (code != 0)
		return code;
	arena_init(&a, QUERY_MEMORY);
	q.schema = schema;
	q.a = &a;
	list = json_array();
	code = gather(&q, &refusals, &count);
	for (i = 0; i < count && code == 0; i++)
		code = refused_one(&q, &refusals[i], (json_int_t)i + 1, list);
	code = query_finish(&q, code, list, out);
	arena_release(&a);
	return code;
}

static json_t *total_row(struct query *q, struct stmt *s, bool by_unit)
{
	const struct type *t = schema_type(q->schema, (uint32_t)db_int(s, 0));
	const struct state *st = t == NULL || t->workflow == NULL ? NULL :
				 workflow_state(t->workflow, db_int(s, 1));
	json_t *j = json_object();

	if (by_unit)
		query_put(q, j, "stream", json_integer(db_int(s, 5)));
	query_put(q, j, "type", t == NULL ? json_integer(db_int(s, 0)) : json_string(t->code));
	query_put(q, j, "label", json_string(t == NULL ? "" : label_in(&t->label, q->o->lang)));
	query_put(q, j, "state", st == NULL ? json_null() : json_string(st->code));
	query_put(q, j, "state_label",
		  json_string(st == NULL ? "" : label_in(&st->label, q->o->lang)));
	query_put(q, j, "year", db_int(s, 2) == 0 ? json_null() : json_integer(db_int(s, 2)));
	query_put(q, j, "count", json_integer(db_int(s, 3)));
	query_put(q, j, "sum", json_integer(db_int(s, 4)));
	return j;
}

/* Per unit, or over all of them. */
static int totals_sql(const struct query *q, bool by_unit, struct buf *sql)
{
	buf_printf(sql, by_unit ? "SELECT type, state, year, count, sum, stream FROM total" :
				  "SELECT type, state, year, sum(count), sum(sum), 0 FROM total");
	buf_printf(sql, " WHERE (stream=$1 OR $2=1) AND (type=$3 OR ($3=0 AND type>=100))");
	query_put_readable(q, sql);
	buf_printf(sql, by_unit ? " AND count<>0 ORDER BY stream, type, year, state" :
				  " GROUP BY type, state, year HAVING sum(count)<>0 "
				  "ORDER BY type, year, state");
	buf_byte(sql, 0);
	return sql->failed ? err_set(q->e, ERR_NOMEM, "totals") : 0;
}

int query_totals(struct replica *r, const struct query_options *o, bool by_unit, json_t **out,
		 struct err *e)
{
	struct query q = { .r = r, .o = o, .e = e };
	const struct type *t = NULL;
	struct schema *schema;
	struct buf sql;
	struct stmt *s;
	json_t *list;
	int code = replica_schema_now(r, &schema, e);

	if (code == 0 && o->type.len > 0) {
		t = schema_type_by_code(schema, o->type);
		if (t == NULL)
			code = err_set(e, ERR_NO_TYPE, "%.*s", (int)o->type.len,
				       (const char *)o->type.at);
	}
	q.schema = schema;
	buf_init(&sql, 1 << 16);
	if (code == 0)
		code = totals_sql(&q, by_unit, &sql);
	if (code == 0)
		code = db_query_text(r->db, e, &s, (const char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)o->stream);
	db_bind_int(s, 2, o->stream == ANY_STREAM);
	db_bind_int(s, 3, t == NULL ? 0 : t->number);
	list = json_array();
	while ((code = db_step(s, e)) == 1)
		query_add(&q, list, total_row(&q, s, by_unit));
	db_done(s);
	return query_finish(&q, code, list, out);
}
