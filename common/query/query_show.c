/* One record with its rows, and what is in conflict. */
#include "common/query/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/query/query_parts.h"

static int by_device(const void *a, const void *b)
{
	const struct live *x = *(const struct live *const *)a;
	const struct live *y = *(const struct live *const *)b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

int query_counted(struct query *q, const struct record *rec, uint32_t field,
		  const struct value *element, struct counted_live *out)
{
	struct counted_live c = { .count = 0 };
	size_t i;

	c.list = arena_array(q->a, rec->live_count + 1, sizeof *c.list);
	if (c.list == NULL)
		return err_set(q->e, ERR_NOMEM, "conflict");
	for (i = 0; i < rec->live_count; i++)
		if (rec->live[i].field == field &&
		    value_equal(&rec->live[i].element, element))
			c.list[c.count++] = &rec->live[i];
	qsort(c.list, c.count, sizeof *c.list, by_device);
	*out = c;
	return 0;
}

/* {n, value, shown, author, device, seq, time} */
static json_t *counted_value(struct query *q, uint64_t stream, const struct field *f,
			     const struct live *l, json_int_t n)
{
	struct origin o = { .seq = 0 };
	json_t *j = json_object();
	char device[24];

	if (query_origin(q, stream, l->device, l->number, l->seq, &o) != 0)
		q->failed = true;
	snprintf(device, sizeof device, "%016" PRIx64, l->device);
	query_put(q, j, "n", json_integer(n));
	query_put(q, j, "value", query_value_masked(q, f, &l->value));
	query_put(q, j, "shown", query_shown_masked(q, f, &l->value));
	query_put(q, j, "author", query_text(o.author));
	query_put(q, j, "device", json_string(device));
	query_put(q, j, "seq", l->seq == SEQ_PENDING ? json_null() :
						       json_integer((json_int_t)l->seq));
	query_put(q, j, "time", json_integer(o.time));
	return j;
}

static json_t *cell_conflict(struct query *q, uint64_t stream, const struct record *rec,
			     const struct field *f, const struct live *first)
{
	struct counted_live c = { .count = 0 };
	json_t *j = json_object(), *values = json_array();
	size_t i;

	if (query_counted(q, rec, f->number, &first->element, &c) != 0)
		q->failed = true;
	query_put(q, j, "field", json_string(f->code));
	query_put(q, j, "label", json_string(label_in(&f->label, q->o->lang)));
	query_put(q, j, "element", first->element.kind == VALUE_NONE ?
					   json_null() : query_value(f, &first->element));
	if (first->element.kind != VALUE_NONE)
		query_put(q, j, "element_shown", query_shown_masked(q, f, &first->element));
	for (i = 0; i < c.count; i++)
		query_add(q, values, counted_value(q, stream, f, c.list[i], (json_int_t)i + 1));
	query_put(q, j, "values", values);
	return j;
}

bool query_deletion_conflict(const struct record *rec)
{
	size_t i, n, cells = 0;

	for (i = 0; i < rec->live_count; i += n) {
		n = record_cell(rec, i);
		cells += rec->live[i].field != FIELD_EXISTENCE && record_cell_conflict(rec, i);
	}
	return record_conflicts(rec) > cells;
}

/* The deletion, and the newest edit that it had not seen. */
static json_t *deletion_conflict(struct query *q, uint64_t stream, const struct record *rec)
{
	static const struct field existence = {
		.code = "deleted", .label = { "Xóa hồ sơ", "Deletion" }, .kind = FIELD_BOOL
	};
	const struct live *del = &rec->live[0], *edit = NULL;
	json_t *j = json_object(), *values = json_array(), *v;
	bool english = q->o->lang == LANG_EN;
	size_t i;

	for (i = 0; i < rec->live_count && rec->live[i].field == FIELD_EXISTENCE; i++)
		if (rec->live[i].value.n != 0)
			del = &rec->live[i];
	for (; i < rec->live_count; i++) {
		const struct live *l = &rec->live[i];

		if (!record_deletion_saw(del, l))
			edit = l;
	}
	query_put(q, j, "field", json_string(existence.code));
	query_put(q, j, "label", json_string(label_in(&existence.label, q->o->lang)));
	query_put(q, j, "element", json_null());
	v = counted_value(q, stream, &existence, del, 1);
	query_put(q, v, "shown", json_string(english ? "delete" : "xóa"));
	query_add(q, values, v);
	if (edit != NULL) {
		struct live kept = *edit;

		kept.value = value_bool(false);
		v = counted_value(q, stream, &existence, &kept, 2);
		query_put(q, v, "shown", json_string(english ? "keep, changed meanwhile" :
							       "giữ lại, có người vừa sửa"));
		query_add(q, values, v);
	}
	query_put(q, j, "values", values);
	return j;
}

json_t *query_cells_in_conflict(struct query *q, uint64_t stream, const struct record *rec)
{
	const struct type *t = schema_type(q->schema, rec->type);
	json_t *j = json_array();
	size_t i, n;

	if (record_conflicts(rec) == 0)
		return j;
	for (i = 0; i < rec->live_count; i += n) {
		const struct field *f = t == NULL ? NULL : type_field(t, rec->live[i].field);

		n = record_cell(rec, i);
		if (rec->live[i].field == FIELD_EXISTENCE || n < 2 ||
		    !record_cell_conflict(rec, i))
			continue;
		if (f != NULL)
			query_add(q, j, cell_conflict(q, stream, rec, f, &rec->live[i]));
	}
	if (query_deletion_conflict(rec))
		query_add(q, j, deletion_conflict(q, stream, rec));
	return j;
}

static void put_fields(struct query *q, uint64_t stream, const struct record *rec,
		       const struct type *t, json_t *j)
{
	json_t *fields = json_object(), *shown = json_object();
	size_t i;

	for (i = 0; t != NULL && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		struct value v = record_value(rec, f->number);
		struct buf text;

		if (f->kind == FIELD_LIST)
			continue;
		if (f->kind == FIELD_SET) {
			buf_init(&text, 1 << 16);
			query_show_set(q, f, rec, &text);
			query_put(q, fields, f->code, query_set(f, rec));
			query_put(q, shown, f->code, query_text(buf_view(&text)));
			buf_release(&text);
			continue;
		}
		if (f->derived != NULL && query_derived(q, stream, rec, f, &v) != 0)
			q->failed = true;
		query_put(q, fields, f->code, query_value_masked(q, f, &v));
		query_put(q, shown, f->code, query_shown_masked(q, f, &v));
	}
	query_put(q, j, "fields", fields);
	query_put(q, j, "shown", shown);
}

static json_t *show_record(struct query *q, uint64_t stream, const struct family *family,
			   const struct record *rec);

static json_t *show_rows(struct query *q, uint64_t stream, const struct family *family,
			 const struct record *rec, const struct type *t)
{
	json_t *rows = json_object();
	size_t i, k;

	for (i = 0; t != NULL && i < t->field_count; i++) {
		json_t *list;

		if (t->fields[i].kind != FIELD_LIST)
			continue;
		list = json_array();
		for (k = 0; k < family->count; k++) {
			const struct record *row = &family->list[k];

			json_t *shown;

			if (row->list != t->fields[i].number ||
			    !rid_equal(row->parent, rec->id) ||
			    (!q->o->deleted && record_deleted(row) && record_conflicts(row) == 0))
				continue;
			shown = show_record(q, stream, family, row);
			query_name_reason(q, t, &t->fields[i], shown);
			query_add(q, list, shown);
		}
		query_put(q, rows, t->fields[i].code, list);
	}
	return rows;
}

static json_t *show_record(struct query *q, uint64_t stream, const struct family *family,
			   const struct record *rec)
{
	const struct type *t = schema_type(q->schema, rec->type);
	json_t *j = query_summary(q, stream, rec);

	put_fields(q, stream, rec, t, j);
	if (t != NULL && t->workflow != NULL) {
		query_put(q, j, "moved", query_moved(q, stream, rec));
		query_put(q, j, "next", query_next(q, t, rec->state));
	}
	if (rec->list == 0)
		query_put(q, j, "signature", query_signature(q, stream, family, rec));
	query_put(q, j, "rows", show_rows(q, stream, family, rec, t));
	query_put(q, j, "conflicts", query_cells_in_conflict(q, stream, rec));
	return j;
}

int query_show(struct replica *r, uint64_t stream, struct rid id, const struct query_options *o,
	       json_t **out, struct err *e)
{
	struct query q = { .r = r, .o = o, .e = e };
	struct family family = { .count = 0 };
	struct schema *schema;
	struct record rec;
	struct arena a;
	char version[48];
	uint64_t seq = 0, own = 0;
	json_t *j = NULL;
	int code = replica_schema_now(r, &schema, e);

	if (code != 0)
		return code;
	arena_init(&a, QUERY_MEMORY);
	q.schema = schema;
	q.a = &a;
	code = query_record(r, stream, id, &a, &rec, e);
	if (code == 0)
		code = query_ask_reader(&q, stream, &rec);
	if (code == 0)
		code = query_family(&q, stream, rec.root, &family);
	if (code == 0)
		code = query_seen(r, stream, &seq, &own, e);
	if (code == 0) {
		snprintf(version, sizeof version, "%" PRIu64 "+%" PRIu64, seq, own);
		j = show_record(&q, stream, &family, &rec);
		query_put(&q, j, "version", json_string(version));
	}
	code = query_finish(&q, code, j, out);
	arena_release(&a);
	return code;
}

/* Ids of the records in conflict, in a list of their own: each is then looked at. */
static int conflict_ids(struct query *q, uint64_t **streams, struct rid **ids, size_t *count)
{
	bool all = q->o->stream == ANY_STREAM;
	struct stmt *s;
	int64_t n = 0;
	int code = db_number(q->r->db, q->e, 0, &n, "SELECT count(*) FROM record "
			     "WHERE conflict > 0 AND (stream=$1 OR $2=1)", "ui", q->o->stream,
			     (int64_t)all);

	*count = 0;
	*streams = arena_array(q->a, (size_t)n + 1, sizeof **streams);
	*ids = arena_array(q->a, (size_t)n + 1, sizeof **ids);
	if (code == 0 && (*streams == NULL || *ids == NULL))
		code = err_set(q->e, ERR_NOMEM, "conflicts");
	if (code != 0)
		return code;
	code = db_query(q->r->db, q->e, &s, "SELECT stream, device, op FROM record WHERE conflict "
			"> 0 AND (stream=$1 OR $2=1) ORDER BY stream, op, device", "ui",
			q->o->stream, (int64_t)all);
	if (code != 0)
		return code;
	while (*count < (size_t)n && (code = db_step(s, q->e)) == 1) {
		(*streams)[*count] = (uint64_t)db_int(s, 0);
		(*ids)[(*count)++] = (struct rid){ (uint64_t)db_int(s, 1),
						   (uint64_t)db_int(s, 2) };
	}
	db_done(s);
	return code < 0 ? code : 0;
}

int query_conflicts(struct replica *r, const struct query_options *o, json_t **out, struct err *e)
{
	struct query q = { .r = r, .o = o, .e = e };
	uint64_t *streams;
	struct rid *ids;
	size_t count = 0, i;
	struct schema *schema;
	struct arena a;
	json_t *list;
	int code = replica_schema_now(r, &schema, e);

	if (code != 0)
		return code;
	arena_init(&a, QUERY_MEMORY);
	q.schema = schema;
	q.a = &a;
	list = json_array();
	code = conflict_ids(&q, &streams, &ids, &count);
	for (i = 0; i < count && code == 0; i++) {
		struct record rec;
		json_t *j;

		code = query_record(r, streams[i], ids[i], &a, &rec, e);
		if (code == 0)
			code = query_ask_reader(&q, streams[i], &rec);
		if (code == ERR_NOT_ALLOWED) {
			code = 0;
			continue;
		}
		if (code != 0)
			break;
		j = query_summary(&q, streams[i], &rec);
		query_put(&q, j, "root", query_full(streams[i], rec.root));
		query_put(&q, j, "conflicts", query_cells_in_conflict(&q, streams[i], &rec));
		query_add(&q, list, j);
	}
	code = query_finish(&q, code, list, out);
	arena_release(&a);
	return code;
}
