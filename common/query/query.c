/* Finding records: by what a person calls them, and by what is in them. */
#include "common/query/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/query/query_parts.h"
#include "common/replica/projection.h"

enum { SHORT_MIN = 5, SHORT_MAX = 8, BUILTIN_TYPES = 100, WHERE_MAX = 32 };

int query_record(struct replica *r, uint64_t stream, struct rid id, struct arena *a,
		 struct record *out, struct err *e)
{
	char name[64];
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT cells FROM record WHERE stream=$1 AND "
			    "device=$2 AND op=$3", "uuu", stream, id.device, id.op);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		struct bytes cells = arena_copy(a, db_bytes(s, 0));
		struct record rec = { .id = id };

		code = cells.at == NULL ? err_set(e, ERR_NOMEM, "record") :
					  record_take(cells, a, &rec, e);
		if (code == 0)
			*out = rec;
	} else if (code == 0) {
		record_full_text(stream, id, name);
		code = err_set(e, ERR_NO_RECORD, "%s", name);
	}
	db_done(s);
	return code;
}

static int find_full(struct replica *r, uint64_t stream, struct bytes text, uint64_t at,
		     struct rid id, struct err *e)
{
	int64_t n = 0;
	int code = db_number(r->db, e, 0, &n, "SELECT count(*) FROM record WHERE stream=$1 AND "
			     "device=$2 AND op=$3", "uuu", at, id.device, id.op);

	if (code == 0 && (n == 0 || (stream != ANY_STREAM && stream != at)))
		code = err_set(e, ERR_NO_RECORD, "%.*s", (int)text.len, (const char *)text.at);
	return code;
}

/* Names the candidates, so that the person can choose. */
static int ambiguous(struct bytes text, const uint64_t *shorts, size_t count, struct err *e)
{
	char list[64] = "", one[9];
	size_t i, used = 0;

	for (i = 0; i < count; i++) {
		record_short_text(shorts[i], one);
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
					 i > 0 ? ", " : "", one);
	}
	return err_set(e, ERR_AMBIGUOUS, "%.*s (%s...)", (int)text.len, (const char *)text.at,
		       list);
}

static int find_short(struct replica *r, uint64_t stream, struct bytes text, uint64_t *at,
		      struct rid *id, struct err *e)
{
	uint64_t low, high, shorts[4];
	size_t count = 0;
	struct stmt *s;
	int code;

	if (text.len > 64 || !record_short_range(text, &low, &high))
		return err_set(e, ERR_NO_RECORD, "%.*s", (int)(text.len > 64 ? 64 : text.len),
			       (const char *)text.at);
	code = db_query(r->db, e, &s, "SELECT stream, device, op, short FROM record "
			"WHERE short BETWEEN $1 AND $2 AND (stream=$3 OR $4=1) LIMIT 4", "uuui",
			low, high, stream, (int64_t)(stream == ANY_STREAM));
	if (code != 0)
		return code;
	while (count < 4 && (code = db_step(s, e)) == 1) {
		*at = (uint64_t)db_int(s, 0);
		*id = (struct rid){ (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) };
		shorts[count++] = (uint64_t)db_int(s, 3);
	}
	db_done(s);
	if (code < 0)
		return code;
	if (count == 0)
		return err_set(e, ERR_NO_RECORD, "%.*s", (int)text.len, (const char *)text.at);
	return count > 1 ? ambiguous(text, shorts, count, e) : 0;
}

int query_find(struct replica *r, uint64_t stream, struct bytes text, uint64_t *found_stream,
	       struct rid *found, struct err *e)
{
	uint64_t at = 0;
	struct rid id = RID_NONE;
	int code;

	if (record_full_parse(text, &at, &id))
		code = find_full(r, stream, text, at, id, e);
	else
		code = find_short(r, stream, text, &at, &id, e);
	if (code == 0) {
		*found_stream = at;
		*found = id;
	}
	return code;
}

int query_short(struct replica *r, uint64_t stream, struct rid id, char out[9], struct err *e)
{
	char text[9];
	size_t len;

	record_short_text(record_short(stream, id), text);
	for (len = SHORT_MIN; len < SHORT_MAX; len++) {
		uint64_t low, high;
		int64_t n = 0;
		int code;

		record_short_range((struct bytes){ (uint8_t *)text, len }, &low, &high);
		code = db_number(r->db, e, 0, &n, "SELECT count(*) FROM record "
				 "WHERE short BETWEEN $1 AND $2", "uu", low, high);
		if (code != 0)
			return code;
		if (n <= 1)
			break;
	}
	snprintf(out, 9, "%.*s", (int)len, text);
	return 0;
}

/* The last op of the store's own device that is not in its stream yet. */
struct last_own {
	uint64_t device, op;
};

static int last_pending(void *arg, const struct changeset *cs, struct err *e)
{
	struct last_own *own = arg;
	uint64_t last = changeset_last(cs);

	(void)e;
	if (cs->device == own->device && last > own->op)
		own->op = last;
	return 0;
}

int query_seen(struct replica *r, uint64_t stream, uint64_t *seq, uint64_t *own, struct err *e)
{
	struct stream_head head;
	struct last_own last = { 0, 0 };
	struct arena a;
	int code = replica_head(r, stream, &head, e);

	if (code == 0 && r->pending != NULL) {
		last.device = r->pending->device;
		arena_init(&a, QUERY_MEMORY);
		code = r->pending->each(r->pending->ctx, stream, &a, last_pending, &last, e);
		arena_release(&a);
	}
	if (code == 0) {
		*seq = head.seq;
		*own = last.op;
	}
	return code;
}

bool query_version(struct bytes text, uint64_t *seq, uint64_t *own)
{
	char copy[48], end;
	uint64_t a, b = 0;

	if (text.len == 0 || text.len >= sizeof copy || text.at[0] < '0' || text.at[0] > '9')
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	if (strspn(copy, "0123456789+") != text.len)
		return false;
	if (sscanf(copy, "%" SCNu64 "+%" SCNu64 "%c", &a, &b, &end) != 2 &&
	    sscanf(copy, "%" SCNu64 "%c", &a, &end) != 1)
		return false;
	*seq = a;
	*own = b;
	return true;
}

/* A list in the making. */
struct listing {
	struct query q;
	json_t *records;
	int64_t total;
	bool after;             /* the cursor has been passed */
	uint64_t after_stream;
	struct rid after_id;
	struct rid last;
	uint64_t last_stream;
	bool more;
	struct arena one;       /* for the record in hand */
	struct query_sorted sorted;
	uint64_t stream;        /* of the type in hand: where the reader may look */
};

/* A condition on one field of the type in hand. */
struct condition {
	const struct field *field;
	struct value value;
};

struct conditions {
	struct condition list[WHERE_MAX];
	size_t count;
	bool never;             /* the type has no such field or state */
	int64_t state;
};

static int parse_where(struct listing *l, const struct type *t, struct bytes text,
		       struct conditions *c)
{
	const uint8_t *eq = text.len > 0 ? memchr(text.at, '=', text.len) : NULL;
	struct condition *one = &c->list[c->count];
	struct bytes name, value;
	uint64_t stream;
	struct rid id;
	int code;

	if (eq == NULL || c->count == WHERE_MAX)
		return err_set(l->q.e, ERR_USAGE, "--where %.*s", (int)text.len,
			       (const char *)text.at);
	name = (struct bytes){ text.at, (size_t)(eq - text.at) };
	value = (struct bytes){ eq + 1, text.len - name.len - 1 };
	one->field = type_field_by_code(t, name);
	if (one->field == NULL) {
		c->never = true;
		return l->q.o->type.len == 0 ? 0 :
			       err_set(l->q.e, ERR_NO_FIELD, "%.*s", (int)name.len,
				       (const char *)name.at);
	}
	c->count++;
	if (one->field->kind == FIELD_REF && value.len > 0) {
		code = query_find(l->q.r, l->q.o->stream, value, &stream, &id, l->q.e);
		if (code != 0)
			return code;
		one->value = value_ref((struct ref){ stream, id });
		return 0;
	}
	return field_parse(one->field, value, l->q.a, &one->value, l->q.e);
}

static int make_conditions(struct listing *l, const struct type *t, struct conditions *c)
{
	const struct query_options *o = l->q.o;
	const struct state *st;
	size_t i;
	int code = 0;

	memset(c, 0, sizeof *c);
	for (i = 0; i < o->where_count && code == 0; i++)
		code = parse_where(l, t, o->where[i], c);
	if (o->state.len > 0) {
		st = t->workflow == NULL ? NULL : workflow_state_by_code(t->workflow, o->state);
		c->never |= st == NULL;
		c->state = st == NULL ? 0 : st->number;
	}
	return code;
}

/* Sets are asked of the record itself: a member is not the whole of the column. */
static size_t condition_columns(const struct condition *c)
{
	return c->field->kind == FIELD_SET ? 0 : projection_columns(c->field);
}

static void list_sql(const struct listing *l, const struct type *t, const struct conditions *c,
		     struct buf *sql)
{
	char table[64], column[64];
	size_t i, k;
	int n = 2;

	projection_table(t, table);
	buf_printf(sql, "SELECT stream, device, op, moved FROM %s WHERE (stream=$1 OR $2=1)", table);
	if (!l->q.o->deleted)
		buf_printf(sql, " AND (deleted=0 OR conflict>0)");
	if (c->state != 0)
		buf_printf(sql, " AND state=%" PRId64, c->state);
	for (i = 0; i < c->count; i++)
		for (k = 0; k < condition_columns(&c->list[i]); k++) {
			projection_column(c->list[i].field, k, column);
			if (c->list[i].value.kind == VALUE_NULL)
				buf_printf(sql, " AND %s IS NULL", column);
			else
				buf_printf(sql, " AND %s=$%d", column, ++n);
		}
	/* Op numbers rise with time; device ids say nothing. */
	buf_printf(sql, " ORDER BY stream, op, device");
	buf_byte(sql, 0);
}

static void bind_conditions(const struct listing *l, struct stmt *s, const struct conditions *c)
{
	size_t i;
	int n = 2;

	db_bind_int(s, 1, (int64_t)l->stream);
	db_bind_int(s, 2, l->stream == ANY_STREAM);
	for (i = 0; i < c->count; i++) {
		const struct value *v = &c->list[i].value;

		if (condition_columns(&c->list[i]) == 0 || v->kind == VALUE_NULL)
			continue;
		n++;
		if (v->kind == VALUE_REF) {
			db_bind_int(s, n, (int64_t)v->ref.stream);
			db_bind_int(s, ++n, (int64_t)v->ref.record.device);
			db_bind_int(s, ++n, (int64_t)v->ref.record.op);
		} else if (v->kind == VALUE_TEXT) {
			db_bind_text(s, n, v->b);
		} else {
			db_bind_int(s, n, v->n);
		}
	}
}

static bool sets_hold(const struct conditions *c, const struct record *rec)
{
	size_t i, k;

	for (i = 0; i < c->count; i++) {
		bool found = false;

		if (c->list[i].field->kind != FIELD_SET)
			continue;
		for (k = 0; k < rec->live_count && !found; k++)
			found = rec->live[k].field == c->list[i].field->number &&
				rec->live[k].value.kind == VALUE_BOOL &&
				rec->live[k].value.n != 0 &&
				value_equal(&rec->live[k].element, &c->list[i].value);
		if (!found)
			return false;
	}
	return true;
}

/* Whether the next one that was found is shown: it is behind the cursor, and there is
 * room for it. */
static bool is_shown(struct listing *l, uint64_t stream, struct rid id)
{
	if (!l->after) {
		l->after = stream == l->after_stream && rid_equal(id, l->after_id);
		return false;
	}
	l->more = l->q.o->limit > 0 &&
		  (int64_t)json_array_size(l->records) >= l->q.o->limit;
	return !l->more;
}

static void show(struct listing *l, struct query *one, uint64_t stream, const struct record *rec,
		 int64_t since)
{
	json_t *j = query_summary(one, stream, rec);

	l->last = rec->id;
	l->last_stream = stream;
	if (l->q.o->by_age)
		query_put(one, j, "since", since == INT64_MAX ? json_null() : json_integer(since));
	query_add(one, l->records, j);
	l->q.failed |= one->failed;
}

/* Whether anybody still has something to do with it. */
static bool waits(const struct type *t, int64_t state)
{
	const struct state *s = t->workflow == NULL ? NULL : workflow_state(t->workflow, state);

	return s != NULL && !s->final;
}

/* since: when it came into its state. */
static int list_record(struct listing *l, const struct type *t, const struct conditions *c,
		       uint64_t stream, struct rid id, int64_t since)
{
	struct query one = l->q;
	struct record rec;
	int code;

	if (!query_reads(&l->q, stream, t))
		return 0;
	arena_clear(&l->one);
	one.a = &l->one;
	code = query_record(l->q.r, stream, id, &l->one, &rec, l->q.e);
	if (code != 0)
		return code;
	if (!sets_hold(c, &rec) || !query_matches(&one, stream, &rec) ||
	    (l->q.o->by_age && !waits(t, rec.state)))
		return 0;
	l->total++;
	if (l->q.o->by_name || l->q.o->by_age)
		return query_sorted_add(&one, &l->sorted, l->q.a, stream, &rec, since);
	if (is_shown(l, stream, id))
		show(l, &one, stream, &rec, since);
	return 0;
}

static int list_sorted(struct listing *l)
{
	struct query one = l->q;
	struct record rec;
	size_t i;
	int code = 0;

	query_sorted_sort(&l->sorted);
	one.a = &l->one;
	for (i = 0; i < l->sorted.count && code == 0 && !l->more; i++) {
		const struct query_found *found = &l->sorted.list[i];

		if (!is_shown(l, found->stream, found->id))
			continue;
		arena_clear(&l->one);
		code = query_record(l->q.r, found->stream, found->id, &l->one, &rec, l->q.e);
		if (code == 0)
			show(l, &one, found->stream, &rec, found->since);
	}
	return code;
}

static int list_type(struct listing *l, const struct type *t)
{
	struct conditions c;
	struct buf sql;
	struct stmt *s;
	int code = make_conditions(l, t, &c);

	if (code != 0 || c.never || !query_narrow(&l->q, t, &l->stream))
		return code;
	buf_init(&sql, 1 << 16);
	list_sql(l, t, &c, &sql);
	code = sql.failed ? err_set(l->q.e, ERR_NOMEM, "%s", t->code) :
			    db_query_text(l->q.r->db, l->q.e, &s, (char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	bind_conditions(l, s, &c);
	while ((code = db_step(s, l->q.e)) == 1) {
		struct rid id = { (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) };

		code = list_record(l, t, &c, (uint64_t)db_int(s, 0), id,
				   db_is_null(s, 3) ? INT64_MAX : db_int(s, 3));
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

static int list_types(struct listing *l)
{
	const struct query_options *o = l->q.o;
	const struct type *named = NULL;
	size_t i;
	int code = 0;

	if (o->type.len > 0) {
		named = schema_type_by_code(l->q.schema, o->type);
		return named != NULL ? list_type(l, named) :
				       err_set(l->q.e, ERR_NO_TYPE, "%.*s", (int)o->type.len,
					       (const char *)o->type.at);
	}
	for (i = 0; i < l->q.schema->type_count && code == 0; i++)
		if (!l->q.schema->types[i]->row &&
		    l->q.schema->types[i]->number >= BUILTIN_TYPES)
			code = list_type(l, l->q.schema->types[i]);
	return code;
}

int query_list(struct replica *r, const struct query_options *o, json_t **out, struct err *e)
{
	struct listing l = { .q = { .r = r, .o = o, .e = e }, .after = o->after.len == 0 };
	struct schema *schema;
	struct arena a;
	json_t *result;
	int code = replica_schema_now(r, &schema, e);

	if (code != 0)
		return code;
	if (!l.after && !record_full_parse(o->after, &l.after_stream, &l.after_id))
		return err_set(e, ERR_USAGE, "%.*s", (int)o->after.len,
			       (const char *)o->after.at);
	arena_init(&a, QUERY_MEMORY);
	arena_init(&l.one, QUERY_MEMORY);
	l.q.schema = schema;
	l.q.a = &a;
	result = json_object();
	l.records = json_array();
	code = query_words(&l.q);
	if (code == 0)
		code = list_types(&l);
	if (code == 0)
		code = list_sorted(&l);
	query_put(&l.q, result, "records", l.records);
	query_put(&l.q, result, "total", json_integer(l.total));
	query_put(&l.q, result, "next",
		  l.more ? query_full(l.last_stream, l.last) : json_null());
	code = query_finish(&l.q, code, result, out);
	query_sorted_release(&l.sorted);
	arena_release(&l.one);
	arena_release(&a);
	return code;
}
