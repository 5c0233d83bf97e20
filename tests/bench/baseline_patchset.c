/* SQLite's session extension as a way to send edits: the strongest plain peer. The
 * library must have been built with it (Debian's is). */
#ifndef SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_SESSION
#endif
#ifndef SQLITE_ENABLE_PREUPDATE_HOOK
#define SQLITE_ENABLE_PREUPDATE_HOOK
#endif
#include <sqlite3.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "baseline.h"

enum { STATEMENT_MAX = 8 * 1024 };

static int failed(sqlite3 *db, struct err *e)
{
	return err_set(e, ERR_DB, "%s", sqlite3_errmsg(db));
}

static int run(sqlite3 *db, const char *sql, struct err *e)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(db, e);
}

static int create_tables(sqlite3 *db, struct err *e)
{
	struct buf sql;
	int code = 0;

	buf_init(&sql, STATEMENT_MAX);
	for (size_t t = 0; t < WORKLOAD_TYPES && code == 0; t++) {
		const struct workload_type *type = &workload_types[t];

		buf_clear(&sql);
		buf_printf(&sql, "CREATE TABLE \"%s\"(key TEXT PRIMARY KEY", type->code);
		for (size_t i = 0; type->fields[i].code != NULL; i++)
			buf_printf(&sql, ",\"f_%s\" TEXT", type->fields[i].code);
		buf_printf(&sql, ",time INTEGER,device TEXT)%c", 0);
		code = sql.failed ? err_set(e, ERR_NOMEM, "statement") : run(db, (char *)sql.at, e);
	}
	buf_release(&sql);
	return code;
}

static void statement_of(const struct workload_edit *edit, struct buf *sql)
{
	const char *table = edit->type->code;

	if (edit->kind == WORKLOAD_DELETE) {
		buf_printf(sql, "DELETE FROM \"%s\" WHERE key=?1%c", table, 0);
		return;
	}
	if (edit->kind == WORKLOAD_CHANGE) {
		buf_printf(sql, "UPDATE \"%s\" SET time=?2,device=?3", table);
		for (size_t i = 0; i < edit->n; i++)
			buf_printf(sql, ",\"f_%s\"=?%zu", edit->values[i].code, i + 4);
		buf_printf(sql, " WHERE key=?1%c", 0);
		return;
	}
	buf_printf(sql, "INSERT INTO \"%s\"(key,time,device", table);
	for (size_t i = 0; i < edit->n; i++)
		buf_printf(sql, ",\"f_%s\"", edit->values[i].code);
	buf_printf(sql, ") VALUES(?1,?2,?3");
	for (size_t i = 0; i < edit->n; i++)
		buf_printf(sql, ",?%zu", i + 4);
	buf_printf(sql, ")%c", 0);
}

static bool bind_text(sqlite3_stmt *s, int at, const char *text)
{
	return sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
}

static char *key_text(char *out, size_t size, const struct workload *w, unsigned record)
{
	return sqlite3_snprintf((int)size, out, "u%03u-d01-%06u", w->unit, record);
}

static bool bind_edit(sqlite3_stmt *s, const struct workload *w, const struct workload_edit *edit)
{
	char key[40];
	bool done = bind_text(s, 1, key_text(key, sizeof key, w, edit->record));

	if (edit->kind == WORKLOAD_DELETE)
		return done;
	done = done && sqlite3_bind_int64(s, 2, edit->time) == SQLITE_OK && bind_text(s, 3, "d01");
	for (size_t i = 0; i < edit->n && done; i++) {
		const char *text = edit->values[i].text;

		if (edit->type->fields[edit->values[i].field].kind == WORKLOAD_REF)
			text = key_text(key, sizeof key, w, (unsigned)strtoul(text + 1, NULL, 10));
		done = bind_text(s, (int)i + 4, text);
	}
	return done;
}

static int apply(sqlite3 *db, const struct workload *w, const struct workload_edit *edits,
	size_t n, struct err *e)
{
	struct buf sql;
	int code = 0;

	buf_init(&sql, STATEMENT_MAX);
	for (size_t i = 0; i < n && code == 0; i++) {
		sqlite3_stmt *s = NULL;

		buf_clear(&sql);
		statement_of(&edits[i], &sql);
		if (sql.failed)
			code = err_set(e, ERR_NOMEM, "statement");
		else if (sqlite3_prepare_v2(db, (char *)sql.at, -1, &s, NULL) != SQLITE_OK
				|| !bind_edit(s, w, &edits[i]) || sqlite3_step(s) != SQLITE_DONE
				|| sqlite3_changes(db) != 1)
			code = failed(db, e);
		sqlite3_finalize(s);
	}
	buf_release(&sql);
	return code;
}

static int applied_in_one(sqlite3 *db, const struct workload *w, const struct workload_edit *edits,
	size_t n, struct err *e)
{
	int code = run(db, "BEGIN", e);

	if (code == 0)
		code = apply(db, w, edits, n, e);
	return code != 0 ? code : run(db, "COMMIT", e);
}

/* Raw deflate as everybody has it: level 9, the rest zlib's defaults. */
static int deflate9(struct bytes in, struct buf *out, struct err *e)
{
	z_stream z;
	uint8_t *to;
	size_t bound;
	int rc;

	memset(&z, 0, sizeof z);
	if (deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return err_set(e, ERR_NOMEM, "deflate");
	bound = deflateBound(&z, in.len);
	to = buf_grow(out, bound);
	if (to == NULL) {
		deflateEnd(&z);
		return err_set(e, ERR_NOMEM, "deflate");
	}
	z.next_in = (Bytef *)(uintptr_t)in.at;
	z.avail_in = (uInt)in.len;
	z.next_out = to;
	z.avail_out = (uInt)bound;
	rc = deflate(&z, Z_FINISH);
	out->len -= z.avail_out;
	deflateEnd(&z);
	return rc == Z_STREAM_END ? 0 : err_set(e, ERR_NOMEM, "deflate");
}

int baseline_patchset(const struct workload *w, struct buf *out, size_t *raw, struct err *e)
{
	sqlite3 *db = NULL;
	sqlite3_session *session = NULL;
	void *set = NULL;
	int size = 0, code;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
		code = failed(db, e);
		goto done;
	}
	code = create_tables(db, e);
	if (code == 0)
		code = applied_in_one(db, w, w->base, w->nbase, e);
	if (code == 0 && (sqlite3session_create(db, "main", &session) != SQLITE_OK
			|| sqlite3session_attach(session, NULL) != SQLITE_OK))
		code = failed(db, e);
	if (code == 0)
		code = applied_in_one(db, w, w->edits, w->n, e);
	if (code == 0 && sqlite3session_patchset(session, &size, &set) != SQLITE_OK)
		code = failed(db, e);
	if (code == 0)
		code = deflate9((struct bytes){ set, (size_t)size }, out, e);
	if (code == 0 && raw != NULL)
		*raw = (size_t)size;
done:
	sqlite3_free(set);
	if (session != NULL)
		sqlite3session_delete(session);
	sqlite3_close(db);
	return code;
}
