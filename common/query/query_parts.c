/* The parts that all queries are made of: JSON of values and records, families,
 * titles, authors. */
#include "common/query/query_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/text.h"
#include "common/unit/unit.h"

enum { SHOWN_MAX = 1 << 20, TITLE_MAX = 4096 };

void query_put(struct query *q, json_t *object, const char *key, json_t *v)
{
	if (json_object_set_new(object, key, v) != 0)
		q->failed = true;
}

void query_add(struct query *q, json_t *array, json_t *v)
{
	if (json_array_append_new(array, v) != 0)
		q->failed = true;
}

void query_clean(json_t *result)
{
	const char *key;
	json_t *v;
	size_t i;

	json_object_foreach(result, key, v)
		query_clean(v);
	json_array_foreach(result, i, v)
		query_clean(v);
	if (json_is_string(result)) {
		/* C0 and DEL; C1 stands as C2 80 to C2 9F in UTF-8. */
		char *p = strdup(json_string_value(result));
		bool found = false;

		for (i = 0; p != NULL && p[i] != '\0'; i++) {
			unsigned char c = (unsigned char)p[i], next = (unsigned char)p[i + 1];

			if (c == 0xc2 && next >= 0x80 && next <= 0x9f) {
				p[i++] = ' ';
				p[i] = ' ';
				found = true;
			} else if (c < ' ' || c == 0x7f) {
				p[i] = ' ';
				found = true;
			}
		}
		if (p == NULL || found)
			json_string_set(result, p == NULL ? "" : p);
		free(p);
	}
}

json_t *query_text(struct bytes s)
{
	json_t *v = s.len == 0 ? json_string("") : json_stringn((const char *)s.at, s.len);

	return v != NULL ? v : json_string("?");
}

json_t *query_full(uint64_t stream, struct rid id)
{
	char text[64];

	record_full_text(stream, id, text);
	return json_string(text);
}

int query_finish(struct query *q, int code, json_t *v, json_t **out)
{
	if (code == 0 && (q->failed || v == NULL))
		code = err_set(q->e, ERR_NOMEM, "query");
	if (code != 0)
		json_decref(v);
	else
		*out = v;
	return code;
}

int query_family(struct query *q, uint64_t stream, struct rid root, struct family *out)
{
	struct family f = { .count = 1 };
	struct stmt *s;
	int64_t n = 0;
	int code = db_number(q->r->db, q->e, 0, &n, "SELECT count(*) FROM record WHERE stream=$1 "
			     "AND root_device=$2 AND root_op=$3", "uuu", stream, root.device,
			     root.op);

	if (code != 0)
		return code;
	f.list = arena_array(q->a, (size_t)n + 1, sizeof *f.list);
	if (f.list == NULL)
		return err_set(q->e, ERR_NOMEM, "rows");
	code = query_record(q->r, stream, root, q->a, &f.list[0], q->e);
	if (code != 0)
		return code;
	code = db_query(q->r->db, q->e, &s, "SELECT device, op FROM record WHERE stream=$1 AND "
			"root_device=$2 AND root_op=$3 ORDER BY op, device", "uuu", stream,
			root.device, root.op);
	if (code != 0)
		return code;
	while (f.count <= (size_t)n && (code = db_step(s, q->e)) == 1) {
		struct rid id = { (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) };

		code = query_record(q->r, stream, id, q->a, &f.list[f.count], q->e);
		if (code != 0)
			break;
		f.count++;
	}
	db_done(s);
	if (code < 0)
		return code;
	*out = f;
	return 0;
}

json_t *query_value(const struct field *f, const struct value *v)
{
	struct buf text;
	json_t *j;

	switch (v->kind) {
	case VALUE_NONE:
	case VALUE_NULL:
	case VALUE_ERASED:
		return json_null();
	case VALUE_BOOL:
		return json_boolean(v->n != 0);
	case VALUE_TEXT:
		return query_text(v->b);
	case VALUE_REF:
		return query_full(v->ref.stream, v->ref.record);
	case VALUE_BYTES:
		return json_pack("{s:I}", "bytes", (json_int_t)v->b.len);
	case VALUE_INT:
		if (f == NULL || f->kind == FIELD_INT || f->kind == FIELD_YEAR ||
		    f->kind == FIELD_MONEY)
			return json_integer(v->n);
		break;
	case VALUE_DATE:
		break;
	}
	if (f == NULL)
		return json_integer(v->n);
	/* Dates, months, decimals and choices have a text form. */
	buf_init(&text, 256);
	field_put(f, v, &text);
	j = text.failed ? NULL : query_text(buf_view(&text));
	buf_release(&text);
	return j;
}

static bool is_member(const struct live *l, const struct field *f)
{
	return l->field == f->number && l->element.kind != VALUE_NONE &&
	       l->value.kind == VALUE_BOOL && l->value.n != 0;
}

json_t *query_set(const struct field *f, const struct record *rec)
{
	json_t *j = json_array();
	size_t i, n;

	/* The first of a cell is the one that is shown. */
	for (i = 0; i < rec->live_count && j != NULL; i += n) {
		n = record_cell(rec, i);
		if (is_member(&rec->live[i], f) &&
		    json_array_append_new(j, query_value(f, &rec->live[i].element)) != 0) {
			json_decref(j);
			j = NULL;
		}
	}
	return j;
}

void query_show_set(struct query *q, const struct field *f, const struct record *rec,
		    struct buf *out)
{
	size_t i, n, shown = 0;

	for (i = 0; i < rec->live_count; i += n) {
		n = record_cell(rec, i);
		if (!is_member(&rec->live[i], f))
			continue;
		if (shown++ > 0)
			buf_add(out, bytes_str(", "));
		field_show(f, &rec->live[i].element, q->o->lang, out);
	}
}

/* One that this store does not hold: what it is called on the server, and whose it is. */
static void show_elsewhere(struct query *q, const struct ref *ref, struct buf *out)
{
	const struct units *u;
	struct unit unit;
	char name[9];

	record_short_text(record_short(ref->stream, ref->record), name);
	buf_printf(out, "%.5s (%s", name, q->o->lang == LANG_EN ? "a record of " : "hồ sơ của ");
	if (units_now(q->r, &u, NULL) == 0 && units_on(u, ref->stream, UNIT_NEVER - 1, &unit))
		buf_add(out, unit.code);
	else
		buf_printf(out, "%" PRIu64, ref->stream);
	buf_byte(out, ')');
}

/* A referenced record by its title and short id. */
static void show_ref(struct query *q, const struct ref *ref, bool with_id, struct buf *out)
{
	struct record rec;
	char name[64];
	size_t before = out->len;

	if (query_record(q->r, ref->stream, ref->record, q->a, &rec, NULL) != 0) {
		show_elsewhere(q, ref, out);
		return;
	}
	query_title(q, ref->stream, &rec, out);
	if (with_id && query_short(q->r, ref->stream, ref->record, name, NULL) == 0)
		buf_printf(out, out->len > before ? " (%s)" : "%s", name);
}

void query_show_value(struct query *q, const struct field *f, const struct value *v,
		      struct buf *out)
{
	if (v->kind == VALUE_REF)
		show_ref(q, &v->ref, true, out);
	else
		field_show(f, v, q->o->lang, out);
}

/* Enough to recognise a number one knows, too little to learn it. */
static void put_masked(const struct value *v, struct buf *out)
{
	size_t n = v->kind == VALUE_TEXT ? text_length(v->b) : 0;

	buf_add(out, bytes_str("***"));
	if (n >= 9 && n == v->b.len)
		buf_put(out, v->b.at + v->b.len - 3, 3);
}

static bool is_masked(const struct query *q, const struct field *f, const struct value *v)
{
	return f->personal && !q->o->personal && v->kind != VALUE_NULL &&
	       v->kind != VALUE_ERASED && v->kind != VALUE_NONE;
}

json_t *query_value_masked(struct query *q, const struct field *f, const struct value *v)
{
	struct buf text;
	json_t *j;

	if (!is_masked(q, f, v))
		return query_value(f, v);
	buf_init(&text, 64);
	put_masked(v, &text);
	j = query_text(buf_view(&text));
	buf_release(&text);
	return j;
}

json_t *query_shown_masked(struct query *q, const struct field *f, const struct value *v)
{
	struct buf text;
	json_t *j;

	buf_init(&text, SHOWN_MAX);
	if (is_masked(q, f, v))
		put_masked(v, &text);
	else
		query_show_value(q, f, v, &text);
	j = query_text(buf_view(&text));
	buf_release(&text);
	return j;
}

void query_title(struct query *q, uint64_t stream, const struct record *rec, struct buf *out)
{
	const struct type *t = schema_type(q->schema, rec->type);
	size_t i, before = out->len;

	(void)stream;
	for (i = 0; t != NULL && i < t->title_count; i++) {
		const struct field *f = type_field_by_code(t, bytes_str(t->titles[i]));
		struct value v = f == NULL ? VALUE_OF_NULL : record_value(rec, f->number);

		if (v.kind == VALUE_NULL || f->personal)
			continue;
		if (out->len > before)
			buf_add(out, bytes_str(" – "));
		/* A dossier names its person, what rests on it names the dossier: two steps,
		 * and no further, for packs' titles may refer in a circle. */
		if (v.kind == VALUE_REF && out->max != TITLE_MAX / 4) {
			struct buf inner;

			buf_init(&inner, out->max == TITLE_MAX / 2 ? TITLE_MAX / 4 : TITLE_MAX / 2);
			show_ref(q, &v.ref, false, &inner);
			buf_add(out, buf_view(&inner));
			buf_release(&inner);
		} else {
			field_show(f, &v, q->o->lang, out);
		}
	}
	if (out->len == before && t != NULL)
		buf_add(out, bytes_str(label_in(&t->label, q->o->lang)));
}

/* Conflicts in the rows below. */
static int64_t rows_in_conflict(struct query *q, uint64_t stream, const struct record *rec)
{
	int64_t n = 0;

	if (db_number(q->r->db, q->e, 0, &n, "SELECT sum(conflict) FROM record WHERE stream=$1 AND "
		      "root_device=$2 AND root_op=$3 AND deleted=0", "uuu", stream,
		      rec->id.device, rec->id.op) != 0)
		q->failed = true;
	return n;
}

json_t *query_summary(struct query *q, uint64_t stream, const struct record *rec)
{
	const struct type *t = schema_type(q->schema, rec->type);
	const struct state *st = t == NULL || t->workflow == NULL ? NULL :
				 workflow_state(t->workflow, rec->state);
	json_t *j = json_object();
	struct buf title;
	char id[9] = "";

	buf_init(&title, TITLE_MAX);
	query_title(q, stream, rec, &title);
	if (query_short(q->r, stream, rec->id, id, q->e) != 0)
		q->failed = true;
	query_put(q, j, "id", query_full(stream, rec->id));
	query_put(q, j, "short", json_string(id));
	query_put(q, j, "stream", json_integer((json_int_t)stream));
	query_put(q, j, "type", t == NULL ? json_integer(rec->type) : json_string(t->code));
	query_put(q, j, "label",
		  json_string(t == NULL ? "" : label_in(&t->label, q->o->lang)));
	query_put(q, j, "state", st == NULL ? json_null() : json_string(st->code));
	query_put(q, j, "state_label",
		  json_string(st == NULL ? "" : label_in(&st->label, q->o->lang)));
	query_put(q, j, "title", query_text(buf_view(&title)));
	query_put(q, j, "deleted", json_boolean(record_deleted(rec)));
	query_put(q, j, "conflict",
		  json_integer((json_int_t)record_conflicts(rec) +
			       rows_in_conflict(q, stream, rec)));
	buf_release(&title);
	return j;
}

/* The name that this store's own device will have once it is certified: until then
 * nobody else's ops can be here without a certificate. */
static struct bytes own_author(struct query *q)
{
	struct bytes name = BYTES_NONE;
	struct buf b;

	buf_init(&b, 4096);
	if (replica_meta_get(q->r->db, "author", &b, NULL) == 1)
		name = arena_copy(q->a, buf_view(&b));
	buf_release(&b);
	return name;
}

struct bytes query_author(struct query *q, uint64_t stream, uint64_t device,
			  struct bytes author)
{
	struct bytes name = author;
	struct stmt *s;
	char number[24];

	if (name.len == 0 && replica_working(q->r, device) != NULL)
		return bytes_str(q->o->lang == LANG_EN ? "server" : "máy chủ");
	if (name.len == 0 &&
	    db_query(q->r->db, NULL, &s, "SELECT name FROM device WHERE stream=$1 AND device=$2",
		     "uu", stream, device) == 0) {
		if (db_step(s, NULL) == 1)
			name = arena_copy(q->a, db_text(s, 0));
		db_done(s);
	}
	if (name.len == 0)
		name = own_author(q);
	if (name.len > 0 && name.at != NULL)
		return name;
	snprintf(number, sizeof number, "%016" PRIx64, device);
	name = arena_copy(q->a, bytes_str(number));
	return name.at != NULL ? name : bytes_str("?");
}

/* Looking through what is pending for one op. */
struct looking {
	struct query *q;
	uint64_t device, number;
	struct origin *out;
	bool found;
};

static bool origin_in(struct query *q, const struct changeset *cs, uint64_t device,
		      uint64_t number, struct origin *out)
{
	size_t i;

	for (i = 0; i < cs->tx_count; i++) {
		const struct transaction *tx = &cs->tx[i];

		if (changeset_author(cs, tx) != device || number < tx->first_op ||
		    number >= tx->first_op + tx->op_count)
			continue;
		out->author = query_author(q, cs->stream, cs->device,
					   tx->author.len == 0 ? BYTES_NONE :
								 arena_copy(q->a, tx->author));
		out->device = cs->device;
		out->time = tx->time;
		out->seen_seq = tx->seen_seq;
		out->seen_own = tx->seen_own;
		return true;
	}
	return false;
}

static int look(void *arg, const struct changeset *cs, struct err *e)
{
	struct looking *l = arg;

	(void)e;
	if (origin_in(l->q, cs, l->device, l->number, l->out))
		l->found = true;
	return 0;
}

int query_origin(struct query *q, uint64_t stream, uint64_t device, uint64_t number,
		 uint64_t seq, struct origin *out)
{
	struct origin o = { .device = device, .seq = seq };
	struct looking l = { q, device, number, &o, false };
	struct logged item;
	int code = 0;

	if (seq != SEQ_PENDING) {
		code = replica_item(q->r, stream, seq, q->a, &item, q->e);
		if (code == 0) {
			o.received = item.time;
			l.found = origin_in(q, &item.opened.cs, device, number, &o);
		}
	} else if (q->r->pending != NULL) {
		code = q->r->pending->each(q->r->pending->ctx, stream, q->a, look, &l, q->e);
	}
	if (code != 0)
		return code;
	if (!l.found)
		o.author = query_author(q, stream, device, BYTES_NONE);
	*out = o;
	return 0;
}
