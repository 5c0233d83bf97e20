/* Comparing what a replay made with what a store holds: two ordered walks over the
 * same query, side by side. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/replica/fsck_internal.h"
#include "common/replica/projection.h"
#include "common/replica/record.h"

/* A table to be compared. The first columns are its key; the very first one the
 * stream, but for packs, which are all of stream 0. */
struct shape {
	const char *table, *sql;
	int keys;
	bool all_zero;
};

static const struct shape shapes[] = {
	{ "stream", "SELECT stream, seq, head, time FROM stream ORDER BY stream", 1, false },
	{ "author", "SELECT stream, device, seq, hash, last_op FROM author "
	  "ORDER BY stream, device", 2, false },
	{ "generation", "SELECT stream, base, seq, head, old, fresh FROM generation "
	  "ORDER BY stream, base", 2, false },
	{ "place", "SELECT stream, number, seq, at, top FROM place ORDER BY stream, number", 2,
	  false },
	{ "device", "SELECT stream, device, key, unit, role, name, status, cert_device, cert_op FROM device "
	  "ORDER BY stream, device", 2, false },
	{ "adopted", "SELECT stream, hash, seq, refused FROM adopted ORDER BY stream, hash", 2,
	  false },
	{ "lease", "SELECT stream, register, year, first, last, device, seq FROM lease "
	  "ORDER BY stream, register, year, first", 4, false },
	{ "pack", "SELECT seq, code, version, json, dictionary_number, dictionary FROM pack "
	  "WHERE seq > 0 ORDER BY seq, code", 1, true },
	{ "record", "SELECT stream, device, op, type, short, root_device, root_op, state, deleted,"
	  " conflict, cells FROM record ORDER BY stream, device, op", 3, false },
	{ "touch", "SELECT stream, device, op, seq FROM touch ORDER BY stream, device, op, seq", 4,
	  false },
	{ "transition", "SELECT stream, device, op, seq, number, state, mover, claimed, received "
	  "FROM transition ORDER BY stream, device, op, seq, number", 5, false },
	{ "filing", "SELECT stream, device, op, type, first, signed, last, returned, standing "
	  "FROM filing ORDER BY stream, device, op", 3, false },
	{ "refused", "SELECT stream, seq, tx, device, first_op, code, rule, record_device, "
	  "record_op"
	  " FROM refused ORDER BY stream, seq, tx", 3, false },
	{ "attach_use", "SELECT stream, device, op, hash, root_device, root_op, size, seq FROM "
	  "attach_use WHERE live=1 ORDER BY stream, device, op, hash", 3, false },
	/* Sums that went back to nothing may or may not have left a row. */
	{ "total", "SELECT stream, type, state, year, count, sum FROM total WHERE NOT (count=0 AND "
	  "sum=0) ORDER BY stream, type, state, year", 4, false },
};

/* What records say across streams: compared only where every stream is. */
static const struct shape crossing[] = {
	{ "rollup", "SELECT number, stream, device, op, count, sum FROM rollup WHERE NOT (count=0 "
	  "AND sum=0) ORDER BY number, stream, device, op", 4, true },
	{ "twin", "SELECT key, code, count, fingerprint FROM twin WHERE count<>0 ORDER BY key, "
	  "code", 1, true },
	{ "twin_member", "SELECT key, stream, device, op, copy, code FROM twin_member ORDER BY "
	  "key, stream, device, op, copy, code", 5, true },
	{ "finding", "SELECT stream, device, op, code, fingerprint FROM finding ORDER BY stream, "
	  "device, op, code", 3, true },
};

/* Both sides of one comparison; has: a row is there. */
struct sides {
	struct fsck_walk *w;
	const struct shape *shape;
	struct stmt *store, *fresh;
	bool has_store, has_fresh;
};

static bool compared(const struct fsck_walk *w, uint64_t stream)
{
	size_t low = 0, high = w->count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (w->streams[mid].stream == stream)
			return !w->streams[mid].broken && !w->streams[mid].pending;
		if (w->streams[mid].stream < stream)
			low = mid + 1;
		else
			high = mid;
	}
	return true;
}

/* The next row of a stream that is compared. */
static int next(struct sides *p, struct stmt *s, bool *has)
{
	int code;

	do {
		code = db_step(s, p->w->e);
		*has = code == 1;
	} while (*has && !compared(p->w, p->shape->all_zero ? 0 : (uint64_t)db_int(s, 0)));
	return code < 0 ? code : 0;
}

/* Which row comes first, by keys. */
static int order(const struct sides *p)
{
	int i;

	if (!p->has_store || !p->has_fresh)
		return p->has_store ? -1 : 1;
	for (i = 0; i < p->shape->keys; i++) {
		int64_t a = db_int(p->store, i), b = db_int(p->fresh, i);

		if (a != b)
			return a < b ? -1 : 1;
	}
	return 0;
}

static void row_found(struct sides *p, struct stmt *s, const char *what, const char *more)
{
	char place[160];
	int n = snprintf(place, sizeof place, "%s", p->shape->table), i;

	/* Keys (stream, device, op) are a record's id: said as people see it. */
	if (p->shape->keys == 3 && strcmp(p->shape->table, "refused") != 0) {
		char id[64], brief[9];
		struct rid r = { (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) };
		uint64_t stream = (uint64_t)db_int(s, 0);

		record_full_text(stream, r, id);
		record_short_text(record_short(stream, r), brief);
		snprintf(place + n, sizeof place - (size_t)n, " %s (%s)", id, brief);
	} else {
		for (i = 0; i < p->shape->keys && n < 100; i++)
			n += snprintf(place + n, sizeof place - (size_t)n, "%s%lld",
				      i == 0 ? " " : ".", (long long)db_int(s, i));
	}
	fsck_found(p->w->f, place, "%s%s", what, more);
}

static void compare_row(struct sides *p)
{
	char columns[160] = "";
	size_t n = 0;
	int i;

	for (i = 0; i < db_column_count(p->store); i++)
		if ((db_is_null(p->store, i) != db_is_null(p->fresh, i) ||
		     !bytes_equal(db_bytes(p->store, i), db_bytes(p->fresh, i))) &&
		    n < sizeof columns - 1)
			n += (size_t)snprintf(columns + n, sizeof columns - n, " %s",
					      db_column_name(p->store, i));
	if (n > 0)
		row_found(p, p->store, "differs from the log in", columns);
}

static int walk_rows(struct sides *p)
{
	int code = next(p, p->store, &p->has_store);

	if (code == 0)
		code = next(p, p->fresh, &p->has_fresh);
	while (code == 0 && (p->has_store || p->has_fresh)) {
		int first = order(p);

		if (first < 0)
			row_found(p, p->store, "is there, but not in the log", "");
		else if (first > 0)
			row_found(p, p->fresh, "is in the log, but not there", "");
		else
			compare_row(p);
		if (first <= 0)
			code = next(p, p->store, &p->has_store);
		if (first >= 0 && code == 0)
			code = next(p, p->fresh, &p->has_fresh);
	}
	return code;
}

static int compare_table(struct fsck_walk *w, const struct shape *shape)
{
	struct sides p = { .w = w, .shape = shape };
	struct err e = { 0 };
	int code = db_query_text(w->store->db, &e, &p.store, shape->sql);

	/* A table or column that the log asks for is not there. */
	if (code != 0) {
		fsck_found(w->f, shape->table, "%s", e.subject);
		return 0;
	}
	code = db_query_text(w->fresh.db, w->e, &p.fresh, shape->sql);
	if (code == 0)
		code = walk_rows(&p);
	db_done(p.store);
	db_done(p.fresh);
	return code;
}

static int compare_typed(struct fsck_walk *w, const struct type *t)
{
	char table[64], column[64];
	struct shape shape = { table, NULL, 3, false };
	struct buf sql;
	size_t i, n;
	int code;

	projection_table(t, table);
	buf_init(&sql, 1 << 16);
	buf_printf(&sql, "SELECT stream,device,op,parent_device,parent_op,state,deleted,conflict,"
		   "moved");
	for (i = 0; i < t->field_count; i++)
		for (n = 0; n < projection_columns(&t->fields[i]); n++) {
			projection_column(&t->fields[i], n, column);
			buf_printf(&sql, ",%s", column);
		}
	buf_printf(&sql, " FROM %s ORDER BY stream, device, op", table);
	buf_byte(&sql, 0);
	shape.sql = (const char *)sql.at;
	code = sql.failed ? err_set(w->e, ERR_NOMEM, "%s", table) : compare_table(w, &shape);
	buf_release(&sql);
	return code;
}

int fsck_compare(struct fsck_walk *w)
{
	struct schema *schema;
	bool whole = true;
	size_t i;
	int code = db_number(w->fresh.db, w->e, 0, &w->f->records, "SELECT count(*) FROM record",
			     "");

	for (i = 0; i < sizeof shapes / sizeof shapes[0] && code == 0; i++)
		code = compare_table(w, &shapes[i]);
	for (i = 0; i < w->count; i++)
		whole &= compared(w, w->streams[i].stream);
	for (i = 0; whole && i < sizeof crossing / sizeof crossing[0] && code == 0; i++)
		code = compare_table(w, &crossing[i]);
	if (code == 0)
		code = replica_schema_now(&w->fresh, &schema, w->e);
	for (i = 0; code == 0 && i < schema->type_count; i++)
		code = compare_typed(w, schema->types[i]);
	return code;
}
