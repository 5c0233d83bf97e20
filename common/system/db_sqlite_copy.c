/* Whole stores: checked, copied while others write, read with much of them in memory.
 *
 * The copy is SQLite's online backup. It begins anew whenever another connection has
 * written, unless the source holds a read transaction: so the caller does, and each page
 * comes from the one moment that its other queries see, too. */
#include "common/system/db_sqlite_parts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_AT_ONCE = 256 };

static int run_copy(sqlite3_backup *b, sqlite3 *to,
		    int (*progress)(void *ctx, int64_t done, int64_t total), void *ctx,
		    struct err *e)
{
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK) {
		int total;

		rc = sqlite3_backup_step(b, PAGES_AT_ONCE);
		total = sqlite3_backup_pagecount(b);
		if (progress != NULL &&
		    progress(ctx, total - sqlite3_backup_remaining(b), total) != 0) {
			sqlite3_backup_finish(b);
			return err_set(e, ERR_STOPPED, "copy");
		}
	}
	/* What went wrong is told by finish, as an error of the target. */
	rc = sqlite3_backup_finish(b);
	return rc == SQLITE_OK ? 0 : db_sqlite_error(to, e);
}

int db_copy(struct db *db, const char *path,
	    int (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct err *e)
{
	sqlite3_backup *b;
	sqlite3 *to = NULL;
	int code = 0;

	if (access(path, F_OK) == 0)
		return err_set(e, ERR_STORE_EXISTS, "%.150s", path);
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			    SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    /* One commit at the end, synced; a copy that was cut off is thrown away. */
	    sqlite3_exec(to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=FULL", NULL, NULL,
			 NULL) != SQLITE_OK)
		code = to == NULL ? err_set(e, ERR_NOMEM, "copy") : db_sqlite_error(to, e);
	if (code == 0) {
		b = sqlite3_backup_init(to, "main", db_sqlite_handle(db), "main");
		code = b == NULL ? db_sqlite_error(to, e) : run_copy(b, to, progress, ctx, e);
	}
	if (sqlite3_close(to) != SQLITE_OK && code == 0)
		code = err_set(e, ERR_DB, "copy");
	return code;
}

void db_sweep(const char *path)
{
	static const char *const tails[] = { "-wal", "-shm", "-journal", ".lock" };
	char file[4200];
	size_t i;

	for (i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		snprintf(file, sizeof file, "%.4100s%s", path, tails[i]);
		unlink(file);
	}
}

int db_check(struct db *db, struct buf *out, struct err *e)
{
	struct stmt *s;
	int code = db_query_text(db, e, &s, "PRAGMA integrity_check(100)");

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		if (bytes_equal(db_text(s, 0), bytes_str("ok")))
			continue;
		buf_add(out, db_text(s, 0));
		buf_byte(out, '\n');
	}
	db_done(s);
	return code == 0 && out->failed ? err_set(e, ERR_NOMEM, "check") : code;
}

int db_cache(struct db *db, unsigned mib, struct err *e)
{
	sqlite3 *handle = db_sqlite_handle(db);
	char sql[60];

	/* Negative: in KiB, not in pages. */
	snprintf(sql, sizeof sql, "PRAGMA cache_size=-%u", mib * 1024);
	return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 :
		db_sqlite_error(handle, e);
}

static int see_statement(unsigned event, void *ctx, void *statement, void *text)
{
	const struct db_watch *watch = ctx;
	const char *sql = sqlite3_sql(statement);

	(void)event;
	(void)text;
	if (sql != NULL)
		watch->each(watch->ctx, sql);
	return 0;
}

void db_watch(struct db *db, const struct db_watch *watch)
{
	sqlite3_trace_v2(db_sqlite_handle(db), watch == NULL ? 0 : SQLITE_TRACE_STMT,
			 watch == NULL ? NULL : see_statement, (void *)watch);
}
