/* Typed tables and totals. */
#include "common/replica/projection.h"

#include <stdio.h>
#include <string.h>

#include "common/replica/fold_reader.h"

enum { FIXED_COLUMNS = 9 };

/* name with - as _, behind a prefix. */
static void name_of(const char *prefix, const char *code, char out[64])
{
	char *p;

	snprintf(out, 64, "%s%s", prefix, code);
	for (p = out; *p != '\0'; p++)
		if (*p == '-')
			*p = '_';
}

void projection_table(const struct type *t, char out[64])
{
	name_of("t_", t->code, out);
}

size_t projection_columns(const struct field *f)
{
	return f->kind == FIELD_LIST || f->kind == FIELD_BYTES ? 0 : f->kind == FIELD_REF ? 3 : 1;
}

void projection_column(const struct field *f, size_t n, char out[64])
{
	static const char *const parts[] = { "_stream", "_device", "_op" };
	char code[52];

	snprintf(code, sizeof code, "%.40s%s", f->code, f->kind == FIELD_REF ? parts[n] : "");
	name_of("f_", code, out);
}

static const char *column_type(const struct field *f)
{
	return f->kind == FIELD_TEXT || f->kind == FIELD_SET ? "TEXT" : "BIGINT";
}

static int note_column(struct replica *r, const char *table, const char *column, struct err *e)
{
	return db_exec(r->db, e, "INSERT INTO typed_column(type, name) VALUES($1, $2)", "tt",
		       table, column);
}

/* One index on a field: references by their most telling part first. */
static void put_index(const struct field *f, const char *table, const char *more,
		      struct buf *sql)
{
	char column[64];
	size_t n = projection_columns(f);

	projection_column(f, 0, column);
	buf_printf(sql, "CREATE INDEX IF NOT EXISTS %s_%s ON %s(", table, column, table);
	for (; n > 0; n--) {
		projection_column(f, n - 1, column);
		buf_printf(sql, "%s%s", column, n > 1 ? "," : more);
	}
	buf_printf(sql, ");");
}

/* Rows are found from above, records by year without reading the others, and by what
 * the pack says: by fields that it marks. */
static void put_indexes(const struct type *t, const char *table, struct buf *sql)
{
	/* What reports ask of each record of a year or of a span of days before they read it. */
	static const char look[] = ",moved,state,deleted,stream";
	const struct field *year = t->total_year == 0 ? NULL : type_field(t, t->total_year);
	size_t i;

	if (t->row)
		buf_printf(sql, "CREATE INDEX IF NOT EXISTS %s_parent ON %s(stream, parent_device,"
			   "parent_op);", table, table);
	if (year != NULL)
		put_index(year, table, look, sql);
	for (i = 0; i < t->field_count; i++)
		if (t->fields[i].index && projection_columns(&t->fields[i]) > 0 &&
		    &t->fields[i] != year)
			put_index(&t->fields[i], table,
				  t->fields[i].kind == FIELD_DATE ? look : "", sql);
}

/* The columns of a type's texts, or of everything else: numbers come first, so that what
 * is counted and summed is at hand where long texts spill over into other pages. */
static int put_columns(struct replica *r, const struct type *t, const char *table, bool texts,
		       struct buf *sql, struct err *e)
{
	char column[64];
	size_t i, n;
	int code = 0;

	for (i = 0; i < t->field_count && code == 0; i++) {
		const char *kind = column_type(&t->fields[i]);

		if ((strcmp(kind, "TEXT") == 0) != texts)
			continue;
		for (n = 0; n < projection_columns(&t->fields[i]) && code == 0; n++) {
			projection_column(&t->fields[i], n, column);
			buf_printf(sql, "%s %s,", column, kind);
			code = note_column(r, table, column, e);
		}
	}
	return code;
}

/* The table of a type that is new here, with all its columns: one by one they
 * would each have the engine read its whole schema again. */
static int create_table(struct replica *r, const struct type *t, const char *table,
			struct err *e)
{
	struct buf sql;
	int code;

	buf_init(&sql, 1 << 16);
	buf_printf(&sql,
		   "CREATE TABLE IF NOT EXISTS %s (stream BIGINT NOT NULL, device BIGINT NOT NULL,"
		   "op BIGINT NOT NULL, parent_device BIGINT, parent_op BIGINT, state BIGINT,"
		   "deleted BIGINT NOT NULL, conflict BIGINT NOT NULL, moved BIGINT,", table);
	code = put_columns(r, t, table, false, &sql, e);
	if (code == 0)
		code = put_columns(r, t, table, true, &sql, e);
	/* Not clustered: rows are long, and a tree that holds them inside is deep. */
	buf_printf(&sql, "PRIMARY KEY (stream, device, op));");
	put_indexes(t, table, &sql);
	buf_byte(&sql, 0);
	if (code == 0)
		code = sql.failed ? err_set(e, ERR_NOMEM, "%s", table) :
				    db_schema(r->db, (char *)sql.at, e);
	buf_release(&sql);
	return code;
}

static int has_column(struct replica *r, const char *table, const char *column, bool *found,
		      struct err *e)
{
	int64_t n = 0;
	int code = db_number(r->db, e, 0, &n, "SELECT count(*) FROM typed_column "
			     "WHERE type = $1 AND name = $2", "tt", table, column);

	*found = n > 0;
	return code;
}

static int add_column(struct replica *r, const struct type *t, const struct field *f,
		      size_t n, struct err *e)
{
	char table[64], column[64], sql[256];
	bool found = false;
	int code;

	projection_table(t, table);
	projection_column(f, n, column);
	code = has_column(r, table, column, &found, e);
	if (code != 0 || found)
		return code;
	snprintf(sql, sizeof sql, "ALTER TABLE %s ADD COLUMN %s %s", table, column,
		 column_type(f));
	code = db_schema(r->db, sql, e);
	return code != 0 ? code : note_column(r, table, column, e);
}

/* Those that a newer pack asks for. */
static int add_indexes(struct replica *r, const struct type *t, const char *table,
		       struct err *e)
{
	struct buf sql;
	int code = 0;

	buf_init(&sql, 1 << 16);
	put_indexes(t, table, &sql);
	buf_byte(&sql, 0);
	if (sql.failed)
		code = err_set(e, ERR_NOMEM, "%s", table);
	else if (sql.len > 1)
		code = db_schema(r->db, (char *)sql.at, e);
	buf_release(&sql);
	return code;
}

/* Whether the store has the type's table: then it has a column, for types have. */
static int has_table(struct replica *r, const char *table, bool *found, struct err *e)
{
	int64_t n = 0;
	int code = db_number(r->db, e, 0, &n, "SELECT count(*) FROM typed_column WHERE type = $1",
			     "t", table);

	*found = n > 0;
	return code;
}

int projection_prepare(struct replica *r, const struct schema *s, struct err *e)
{
	size_t i, k, n;
	int code = 0;

	for (i = 0; i < s->type_count && code == 0; i++) {
		const struct type *t = s->types[i];
		bool found = false;
		char table[64];

		projection_table(t, table);
		code = has_table(r, table, &found, e);
		if (code == 0 && !found) {
			code = create_table(r, t, table, e);
			continue;
		}
		for (k = 0; k < t->field_count && code == 0; k++)
			for (n = 0; n < projection_columns(&t->fields[k]) && code == 0; n++)
				code = add_column(r, t, &t->fields[k], n, e);
		if (code == 0)
			code = add_indexes(r, t, table, e);
	}
	return code;
}

/* INSERT ... ON CONFLICT DO UPDATE for a type; parameters in column order. */
static void upsert_sql(const struct type *t, struct buf *sql)
{
	char table[64], column[64];
	struct buf values, updates;
	size_t i, k;
	int n = FIXED_COLUMNS;

	buf_init(&values, 1 << 16);
	buf_init(&updates, 1 << 16);
	projection_table(t, table);
	buf_printf(sql, "INSERT INTO %s(stream,device,op,parent_device,parent_op,state,deleted,"
			"conflict,moved", table);
	for (i = 0; i < t->field_count; i++)
		for (k = 0; k < projection_columns(&t->fields[i]); k++) {
			projection_column(&t->fields[i], k, column);
			buf_printf(sql, ",%s", column);
			buf_printf(&values, ",$%d", ++n);
			buf_printf(&updates, ",%s=$%d", column, n);
		}
	buf_printf(sql, ") VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9");
	buf_add(sql, buf_view(&values));
	buf_printf(sql, ") ON CONFLICT(stream,device,op) DO UPDATE SET state=$6,deleted=$7,"
			"conflict=$8,moved=coalesce($9,%s.moved)", table);
	buf_add(sql, buf_view(&updates));
	buf_byte(sql, 0);
	sql->failed |= values.failed || updates.failed;
	buf_release(&values);
	buf_release(&updates);
}

/* The upsert of a type: made once, and found again by the type's address. */
static int find_upsert(struct replica *r, const struct type *t, const char **out,
		       struct err *e)
{
	size_t slot = ((uintptr_t)t >> 5) % UPSERT_CACHE;
	struct buf sql;

	if (r->upserts[slot].type != t) {
		buf_init(&sql, 1 << 16);
		upsert_sql(t, &sql);
		r->upserts[slot].sql = sql.failed ? NULL : db_keep(r->db, (char *)sql.at);
		r->upserts[slot].type = t;
		buf_release(&sql);
	}
	*out = r->upserts[slot].sql;
	if (*out != NULL)
		return 0;
	r->upserts[slot].type = NULL;
	return err_set(e, ERR_NOMEM, "%s", t->code);
}

/* A set's members as ",1,4,": each can be looked for with its commas. */
static struct bytes set_text(struct fold *f, const struct record *rec, uint32_t field)
{
	struct bytes text = BYTES_NONE;
	struct buf out;
	size_t i;

	buf_init(&out, 1 << 16);
	for (i = 0; i < rec->live_count; i++) {
		const struct live *l = &rec->live[i];

		/* Members stand in ascending order; of a conflict the first one counts. */
		if (l->field != field || l->value.kind != VALUE_BOOL || l->value.n == 0 ||
		    (i > 0 && rec->live[i - 1].field == field &&
		     value_equal(&rec->live[i - 1].element, &l->element)))
			continue;
		buf_printf(&out, "%s%lld,", out.len == 0 ? "," : "", (long long)l->element.n);
	}
	text = arena_copy(f->a, buf_view(&out));
	buf_release(&out);
	return text;
}

/* What the field's columns hold: entered or derived. */
static int shown_value(struct fold *f, const struct fold_entry *en, const struct field *field,
		       struct value *out, struct err *e)
{
	struct fold_reader rd;

	*out = VALUE_OF_NULL;
	if (field->derived != NULL) {
		fold_reader_init(&rd, f, en->stream);
		return fold_reader_value(&rd, field->derived, &en->rec, out, e);
	}
	if (field->kind == FIELD_SET) {
		struct bytes members = set_text(f, &en->rec, field->number);

		if (members.len > 0)
			*out = value_text(members);
		return 0;
	}
	*out = record_value(&en->rec, field->number);
	return 0;
}

static int bind_fields(struct stmt *s, struct fold *f, const struct type *t,
		       const struct fold_entry *en, struct err *e)
{
	int n = FIXED_COLUMNS, code = 0;
	size_t i;

	for (i = 0; i < t->field_count && code == 0; i++) {
		size_t columns = projection_columns(&t->fields[i]);
		struct value v;

		if (columns == 0)
			continue;
		code = shown_value(f, en, &t->fields[i], &v, e);
		if (v.kind == VALUE_REF && columns == 3) {
			db_bind_int(s, n + 1, (int64_t)v.ref.stream);
			db_bind_int(s, n + 2, (int64_t)v.ref.record.device);
			db_bind_int(s, n + 3, (int64_t)v.ref.record.op);
		} else if (columns == 3) {
			db_bind_null(s, n + 1);
			db_bind_null(s, n + 2);
			db_bind_null(s, n + 3);
		} else if (v.kind == VALUE_TEXT) {
			db_bind_text(s, n + 1, v.b);
		} else if (v.kind == VALUE_BOOL || v.kind == VALUE_INT || v.kind == VALUE_DATE) {
			db_bind_int(s, n + 1, v.n);
		} else {
			db_bind_null(s, n + 1);
		}
		n += (int)columns;
	}
	return code;
}

static int remove_row(struct fold *f, const struct type *t, const struct fold_entry *en,
		      struct err *e)
{
	char table[64], sql[160];
	struct stmt *s;
	int code;

	projection_table(t, table);
	snprintf(sql, sizeof sql, "DELETE FROM %s WHERE stream=$1 AND device=$2 AND op=$3", table);
	code = db_query_text(f->r->db, e, &s, sql);
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)en->stream);
	db_bind_int(s, 2, (int64_t)en->rec.id.device);
	db_bind_int(s, 3, (int64_t)en->rec.id.op);
	code = db_step(s, e);
	db_done(s);
	return code;
}

int projection_put(struct fold *f, const struct type *t, const struct fold_entry *en,
		   struct err *e)
{
	const struct record *rec = &en->rec;
	const char *sql;
	struct stmt *s;
	int code;

	if (en->gone)
		return remove_row(f, t, en, e);
	code = find_upsert(f->r, t, &sql, e);
	if (code == 0)
		code = db_query(f->r->db, e, &s, sql, "");
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)en->stream);
	db_bind_int(s, 2, (int64_t)rec->id.device);
	db_bind_int(s, 3, (int64_t)rec->id.op);
	if (rec->list != 0) {
		db_bind_int(s, 4, (int64_t)rec->parent.device);
		db_bind_int(s, 5, (int64_t)rec->parent.op);
	}
	db_bind_int(s, 6, rec->state);
	db_bind_int(s, 7, record_deleted(rec));
	db_bind_int(s, 8, (int64_t)record_conflicts(rec));
	if (en->moved != 0)
		db_bind_int(s, 9, en->moved);
	code = bind_fields(s, f, t, en, e);
	if (code == 0)
		code = db_step(s, e);
	db_done(s);
	return code;
}

struct counted projection_counted(const struct schema *s, const struct fold_entry *en)
{
	struct counted c = { 0 };
	const struct type *t = en->gone ? NULL : schema_type(s, en->rec.type);
	struct value v;

	if (t == NULL || t->row || record_deleted(&en->rec))
		return c;
	c.any = true;
	c.type = t->number;
	c.state = en->rec.state;
	if (t->total_year != 0) {
		v = record_value(&en->rec, t->total_year);
		c.year = v.kind == VALUE_INT ? v.n : 0;
	}
	if (t->total_sum != 0) {
		v = record_value(&en->rec, t->total_sum);
		c.sum = v.kind == VALUE_INT ? v.n : 0;
	}
	return c;
}

struct totals_cache {
	struct total {
		uint64_t stream;
		uint32_t type;
		int64_t state, year, count, sum;
	} *list;
	size_t count, cap;
};

static int add_total(struct fold *f, uint64_t stream, const struct counted *c, int sign,
		     struct err *e)
{
	struct totals_cache *t = f->totals;
	size_t i;

	if (t == NULL) {
		t = f->totals = arena_alloc(f->a, sizeof *t);
		if (t == NULL)
			return err_set(e, ERR_NOMEM, "totals");
	}
	for (i = 0; i < t->count; i++)
		if (t->list[i].stream == stream && t->list[i].type == c->type &&
		    t->list[i].state == c->state && t->list[i].year == c->year)
			break;
	if (i == t->cap) {
		size_t cap = t->cap == 0 ? 64 : t->cap * 2;
		struct total *more = arena_array(f->a, cap, sizeof *more);

		if (more == NULL)
			return err_set(e, ERR_NOMEM, "totals");
		if (t->count > 0)
			memcpy(more, t->list, t->count * sizeof *more);
		t->list = more;
		t->cap = cap;
	}
	if (i == t->count)
		t->list[t->count++] = (struct total){ .stream = stream, .type = c->type,
						      .state = c->state, .year = c->year };
	t->list[i].count += sign;
	/* Wraps rather than overflows: what one adds, another takes off. */
	t->list[i].sum = (int64_t)((uint64_t)t->list[i].sum +
				   (uint64_t)sign * (uint64_t)c->sum);
	return 0;
}

int projection_count(struct fold *f, uint64_t stream, const struct counted *before,
		     const struct counted *after, struct err *e)
{
	int code = 0;

	if (before->any)
		code = add_total(f, stream, before, -1, e);
	if (code == 0 && after->any)
		code = add_total(f, stream, after, 1, e);
	return code;
}

int projection_totals(struct fold *f, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; f->totals != NULL && i < f->totals->count && code == 0; i++) {
		const struct total *t = &f->totals->list[i];

		if (t->count == 0 && t->sum == 0)
			continue;
		code = db_exec(f->r->db, e,
			       "INSERT INTO total(stream,type,state,year,count,sum) "
			       "VALUES($1,$2,$3,$4,$5,$6) ON CONFLICT(stream,type,state,year) "
			       "DO UPDATE SET count=total.count+$5, sum=total.sum+$6",
			       "uiiiii", t->stream, (int64_t)t->type, t->state, t->year,
			       t->count, t->sum);
	}
	if (f->totals != NULL)
		f->totals->count = 0;
	return code;
}
