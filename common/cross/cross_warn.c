/* Warnings that do not hold: asked of every record that changed, of those that a share
 * went to, and of those that name one of them where a warning looks there. */
#include "common/cross/cross_parts.h"

#include <stdio.h>
#include <string.h>

#include "common/expr/expr.h"
#include "common/replica/projection.h"
#include "protocol/hash.h"

/* What a fingerprint is made of, before hashing. */
enum { PRINT_MAX = 1 << 20 };

/* Marks the records that name this one in a field; of rows, those that they hang on. */
static int mark_naming(struct fold *f, const struct fold_entry *en, const struct type *t,
		       const struct field *field, struct err *e)
{
	char table[64], column[3][64], sql[400];
	struct stmt *s;
	size_t n;
	int code;

	projection_table(t, table);
	for (n = 0; n < 3; n++)
		projection_column(field, n, column[n]);
	snprintf(sql, sizeof sql, "SELECT stream, device, op FROM %s WHERE %s=$1 AND %s=$2 AND "
		 "%s=$3", table, column[0], column[1], column[2]);
	code = db_query_text(f->r->db, e, &s, sql);
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)en->stream);
	db_bind_int(s, 2, (int64_t)en->rec.id.device);
	db_bind_int(s, 3, (int64_t)en->rec.id.op);
	while ((code = db_step(s, e)) == 1) {
		struct fold_entry *naming;
		struct rid id = { (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) };

		code = fold_get(f, (uint64_t)db_int(s, 0), id, &naming, e);
		if (code == 0 && naming->rec.list != 0)
			code = fold_get(f, naming->stream, naming->rec.root, &naming, e);
		if (code != 0)
			break;
		naming->ask = true;
	}
	db_done(s);
	return code;
}

static int mark_watchers(struct fold *f, const struct fold_entry *en, struct err *e)
{
	const struct type *own = schema_type(f->schema, en->rec.type);
	size_t i;
	int code = 0;

	for (i = 0; own != NULL && i < own->watcher_count && code == 0; i++)
		code = mark_naming(f, en, own->watchers[i].type, own->watchers[i].field, e);
	return code;
}

static int read_rollup(void *ctx, uint64_t stream, const struct record *r, uint32_t number,
		       struct value *out, struct err *e)
{
	struct fold_reader *rd = ctx;
	const struct rollup *roll = schema_rollup(rd->fold->schema, number);
	int64_t n = 0;
	int code = db_number(rd->fold->r->db, e, 0, &n, roll != NULL && roll->value == NULL ?
			     "SELECT count FROM rollup WHERE number=$1 AND stream=$2 AND device=$3 "
			     "AND op=$4" :
			     "SELECT sum FROM rollup WHERE number=$1 AND stream=$2 AND device=$3 "
			     "AND op=$4", "iuuu", (int64_t)number, stream, r->id.device,
			     r->id.op);

	*out = value_int(n);
	return code;
}

/* The values that the warning reads of the record itself. */
static void print_record(const struct warning *w, const struct record *r, bool all,
			 struct buf *out)
{
	size_t i;

	for (i = 0; i < r->live_count; i++)
		if (all || expr_reads(w->must, r->live[i].field)) {
			buf_varint(out, r->live[i].field);
			value_put(out, &r->live[i].element);
			value_put(out, &r->live[i].value);
		}
}

/* Rows in any order: their hashes are added up. */
struct row_prints {
	const struct warning *w;
	uint64_t sum;
};

static uint64_t hash_buf(const struct buf *b)
{
	struct bytes part = buf_view(b);
	uint8_t full[16];
	uint64_t n;

	hash_parts(full, sizeof full, HASH_RECORD, &part, 1);
	memcpy(&n, full, sizeof n);
	return n;
}

static int print_row(void *arg, const struct record *row)
{
	struct row_prints *p = arg;
	struct buf b;

	buf_init(&b, PRINT_MAX);
	print_record(p->w, row, true, &b);
	p->sum += hash_buf(&b);
	buf_release(&b);
	return 0;
}

static int print_rollups(struct fold *f, struct fold_reader *rd, uint64_t stream,
			 const struct record *r, const struct warning *w, struct buf *out,
			 struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < f->schema->rollup_count && code == 0; i++) {
		struct value v;

		if (!expr_reads_rollup(w->must, f->schema->rollups[i].number))
			continue;
		code = read_rollup(rd, stream, r, f->schema->rollups[i].number, &v, e);
		value_put(out, &v);
	}
	return code;
}

/* Of the records that its references name, what the warning reads of them. */
static int print_named(struct fold *f, struct fold_reader *rd, const struct record *r,
		       const struct warning *w, struct buf *out, struct err *e)
{
	struct fold_entry *named;
	size_t i;
	int code = 0;

	for (i = 0; i < r->live_count && code == 0; i++) {
		const struct value *v = &r->live[i].value;

		if (v->kind != VALUE_REF || !expr_reads(w->must, r->live[i].field))
			continue;
		code = fold_get(f, v->ref.stream, v->ref.record, &named, e);
		if (code != 0 || named->gone)
			continue;
		print_record(w, &named->rec, false, out);
		code = print_rollups(f, rd, v->ref.stream, &named->rec, w, out, e);
	}
	return code;
}

/* What the answer rests on: own values, rows and rollups that the warning reads, and
 * those of the records that are named. */
static int fingerprint(struct fold *f, struct fold_reader *rd, const struct fold_entry *en,
		       const struct warning *w, int64_t *out, struct err *e)
{
	struct row_prints rows = { w, 0 };
	struct buf b;
	int code = 0;

	buf_init(&b, PRINT_MAX);
	print_record(w, &en->rec, false, &b);
	if (expr_reads_rows(w->must))
		code = fold_rows(f, en->stream, en->rec.id, print_row, &rows, e);
	buf_u64(&b, rows.sum);
	if (code == 0)
		code = print_rollups(f, rd, en->stream, &en->rec, w, &b, e);
	if (code == 0 && expr_reads_refs(w->must))
		code = print_named(f, rd, &en->rec, w, &b, e);
	*out = (int64_t)(hash_buf(&b) & 0x7fffffff);
	buf_release(&b);
	return code;
}

static int ask_one(struct fold *f, struct fold_reader *rd, const struct fold_entry *en,
		   const struct type *t, const struct warning *w, struct err *e)
{
	int64_t print = 0;
	int code = 0;

	if (w->on != 0 && (t->workflow == NULL || !(w->on & state_bit(t->workflow, en->rec.state))))
		return 0;
	if (fold_reader_holds(rd, w->must, &en->rec, &code, e) != 0)
		return code;
	code = fingerprint(f, rd, en, w, &print, e);
	return code != 0 ? code :
		db_exec(f->r->db, e, "INSERT INTO finding(stream,device,op,code,fingerprint) "
			"VALUES($1,$2,$3,$4,$5)", "uuuti", en->stream, en->rec.id.device,
			en->rec.id.op, w->code, print);
}

static int ask_record(struct fold *f, const struct fold_entry *en, struct err *e)
{
	const struct type *t = schema_type(f->schema, en->rec.type);
	struct fold_reader rd;
	size_t i;
	int code;

	if (en->gone ? !en->loaded : t == NULL || (t->warning_count == 0 && !t->late))
		return 0;
	fold_reader_init(&rd, f, en->stream);
	rd.everywhere = true;
	rd.rd.rollup = read_rollup;
	code = en->gone || t->late ? cross_late(f, &rd, en, e) : 0;
	if (code != 0)
		return code;
	/* What was made here has been asked about nothing yet. */
	code = !en->loaded ? 0 :
		db_exec(f->r->db, e, "DELETE FROM finding WHERE stream=$1 AND device=$2 AND op=$3",
			"uuu", en->stream, en->rec.id.device, en->rec.id.op);
	if (en->gone || record_deleted(&en->rec))
		return code;
	for (i = 0; i < t->warning_count && code == 0; i++)
		code = ask_one(f, &rd, en, t, &t->warnings[i], e);
	return code;
}

int cross_warn(struct fold *f, struct err *e)
{
	struct fold_entry *en;
	int code = 0;

	/* Entries that marking brings in stand at the end of the list, and are met too. */
	for (en = f->all; en != NULL && code == 0; en = en->next_all)
		if (en->ask && en->changed)
			code = mark_watchers(f, en, e);
	for (en = f->all; en != NULL && code == 0; en = en->next_all) {
		if (en->ask && en->rec.list == 0)
			code = ask_record(f, en, e);
		en->ask = en->changed = false;
	}
	return code;
}
