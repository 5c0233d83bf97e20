/* The storage engine over SQLite: WAL, synchronous=FULL.
 *
 * Debian 12's SQLite (3.40.1) can damage a WAL when two connections write or
 * checkpoint at the same moment. So there is a lock file beside the store, held
 * from before BEGIN IMMEDIATE until after the checkpoint, and automatic
 * checkpoints are off. */
#include "common/system/db_sqlite_parts.h"
#include "common/text/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* WAL frames after which a commit also checkpoints. */
enum { CHECKPOINT_FRAMES = 2000, STATEMENTS = 512, PARAMETERS = 250, KEPT = 1024 };

struct stmt {
	struct db *db;
	sqlite3_stmt *handle;
	const char *sql;   /* address as key; for text, own copy */
	bool by_text, busy, once;
	/* $n -> engine's index: SQLite numbers named parameters by appearance. */
	uint8_t index[PARAMETERS];
};

struct db {
	sqlite3 *handle;
	const struct env *env;
	int lock_fd; /* -1 for a store in memory */
	bool writing, memory;
	int frames;
	struct stmt *statements[STATEMENTS];
	char *kept[KEPT];
	size_t kept_count;
};

int db_sqlite_error(sqlite3 *handle, struct err *e)
{
	static const struct {
		int rc, code;
	} known[] = { { SQLITE_FULL, ERR_FULL }, { SQLITE_BUSY, ERR_BUSY },
		      { SQLITE_LOCKED, ERR_BUSY }, { SQLITE_CORRUPT, ERR_CORRUPT },
		      { SQLITE_NOTADB, ERR_CORRUPT }, { SQLITE_IOERR, ERR_IO },
		      { SQLITE_NOMEM, ERR_NOMEM } };
	int rc = sqlite3_errcode(handle) & 0xff, code = ERR_DB;
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].rc == rc)
			code = known[i].code;
	if (code == ERR_DB)
		err_because(e, code, "code %d", rc);
	else
		err_set(e, code, "%s", "");
	err_library(e, sqlite3_errmsg(handle));
	return code;
}

static int db_error(struct db *db, struct err *e)
{
	return db_sqlite_error(db->handle, e);
}

sqlite3 *db_sqlite_handle(struct db *db)
{
	return db->handle;
}

static int on_wal(void *arg, sqlite3 *handle, const char *name, int frames)
{
	struct db *db = arg;

	(void)handle;
	(void)name;
	db->frames = frames;
	return SQLITE_OK;
}

static int run_plain(struct db *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(db, e);
	return 0;
}

static int open_lock(struct db *db, const char *path, struct err *e)
{
	char lock[4096];

	if (db->memory)
		return 0;
	if (snprintf(lock, sizeof lock, "%s.lock", path) >= (int)sizeof lock)
		return err_set(e, ERR_IO, "%s", path);
	db->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (db->lock_fd < 0)
		return reason_system(e, ERR_IO, errno, "%s", lock);
	return 0;
}

static int take_lock(struct db *db, struct err *e)
{
	if (db->memory)
		return 0;
	while (flock(db->lock_fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return reason_system(e, ERR_IO, errno, "lock");
	return 0;
}

static void drop_lock(struct db *db)
{
	if (!db->memory)
		flock(db->lock_fd, LOCK_UN);
}

/* Settings of a connection. Changing to WAL writes, so it happens under the lock. */
static int configure(struct db *db, enum db_mode mode, struct err *e)
{
	int code;

	sqlite3_busy_timeout(db->handle, 30000);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	/* Closing must not checkpoint without the lock. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_wal_hook(db->handle, on_wal, db);
	if (mode == DB_READ)
		return run_plain(db, "PRAGMA query_only=1; PRAGMA cache_size=-8000", e);
	code = take_lock(db, e);
	if (code != 0)
		return code;
	code = run_plain(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			     "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY", e);
	/* PRAGMA journal_mode=WAL switches automatic checkpoints on again. */
	sqlite3_wal_hook(db->handle, on_wal, db);
	drop_lock(db);
	return code;
}

int db_open(struct db **out, const struct env *env, const char *path, enum db_mode mode,
	    struct err *e)
{
	int flags = mode == DB_CREATE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE :
					SQLITE_OPEN_READWRITE;
	struct db *db = calloc(1, sizeof *db);
	int code = 0;

	if (db == NULL)
		return err_set(e, ERR_NOMEM, "%s", path);
	db->env = env;
	db->lock_fd = -1;
	db->memory = strcmp(path, ":memory:") == 0;
	if (sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, env->vfs) !=
	    SQLITE_OK) {
		code = db->handle == NULL ? ERR_NOMEM : db_error(db, e);
		if (sqlite3_errcode(db->handle) == SQLITE_CANTOPEN)
			code = err_set(e, ERR_NO_STORE, "%s", path);
	}
	if (code == 0)
		code = open_lock(db, path, e);
	if (code == 0)
		code = configure(db, mode, e);
	if (code != 0) {
		db_close(db);
		return code;
	}
	*out = db;
	return 0;
}

static void statement_free(struct stmt *s)
{
	if (s == NULL)
		return;
	sqlite3_finalize(s->handle);
	if (s->by_text)
		free((char *)(uintptr_t)s->sql);
	free(s);
}

void db_close(struct db *db)
{
	size_t i;

	if (db == NULL)
		return;
	if (db->writing)
		db_rollback(db);
	for (i = 0; i < STATEMENTS; i++)
		statement_free(db->statements[i]);
	for (i = 0; i < db->kept_count; i++)
		free(db->kept[i]);
	sqlite3_close(db->handle);
	if (db->lock_fd >= 0)
		close(db->lock_fd);
	free(db);
}

int db_begin(struct db *db, struct err *e)
{
	int code = take_lock(db, e);

	if (code != 0)
		return code;
	code = run_plain(db, "BEGIN IMMEDIATE", e);
	if (code != 0)
		drop_lock(db);
	db->writing = code == 0;
	return code;
}

int db_commit(struct db *db, struct err *e)
{
	int code = env_fault(db->env, "commit", e);

	if (code != 0) {
		db_rollback(db);
		return code;
	}
	code = run_plain(db, "COMMIT", e);
	if (code != 0) {
		struct err cause = e != NULL ? *e : (struct err){ 0 };

		db_rollback(db);
		return err_set(e, ERR_UNKNOWN, "commit: %s", cause.subject);
	}
	db->writing = false;
	/* A checkpoint that cannot run now is made up for by the next one. */
	if (db->frames > CHECKPOINT_FRAMES &&
	    sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
		    SQLITE_OK)
		db->frames = 0;
	drop_lock(db);
	return env_fault(db->env, "committed", e);
}

void db_rollback(struct db *db)
{
	if (!db->writing)
		return;
	sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	db->writing = false;
	drop_lock(db);
}

int db_begin_read(struct db *db, struct err *e)
{
	return run_plain(db, "BEGIN", e);
}

void db_end_read(struct db *db)
{
	sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL);
}

int db_savepoint(struct db *db, struct err *e)
{
	return run_plain(db, "SAVEPOINT part", e);
}

int db_release(struct db *db, struct err *e)
{
	return run_plain(db, "RELEASE part", e);
}

void db_undo(struct db *db)
{
	sqlite3_exec(db->handle, "ROLLBACK TO part; RELEASE part", NULL, NULL, NULL);
}

static void number_parameters(struct stmt *s)
{
	char name[16];
	int n;

	for (n = 1; n < PARAMETERS; n++) {
		int at;

		snprintf(name, sizeof name, "$%d", n);
		at = sqlite3_bind_parameter_index(s->handle, name);
		if (at == 0)
			break;
		s->index[n] = (uint8_t)at;
	}
}

static int prepare(struct db *db, const char *sql, bool by_text, struct stmt **slot,
		   struct err *e)
{
	struct stmt *s = calloc(1, sizeof *s);

	if (s == NULL)
		return err_set(e, ERR_NOMEM, "statement");
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle,
			       NULL) != SQLITE_OK) {
		char said[200];
		int code = db_error(db, e);

		snprintf(said, sizeof said, "%s: %.60s", e == NULL ? "" : e->library, sql);
		err_library(e, said);
		free(s);
		return code;
	}
	s->db = db;
	s->by_text = by_text;
	s->sql = by_text ? strdup(sql) : sql;
	if (s->sql == NULL) {
		sqlite3_finalize(s->handle);
		free(s);
		return err_set(e, ERR_NOMEM, "statement");
	}
	number_parameters(s);
	*slot = s;
	return 0;
}

/* An idle statement for sql, from the kept ones or new. */
static int get_statement(struct db *db, const char *sql, bool by_text, struct stmt **out,
			 struct err *e)
{
	size_t i = by_text ? 0 : ((uintptr_t)sql >> 4) % STATEMENTS, tried;

	if (by_text) {
		const char *p;

		for (p = sql; *p != '\0'; p++)
			i = (i * 31 + (uint8_t)*p) % STATEMENTS;
	}
	for (tried = 0; tried < STATEMENTS; tried++, i = (i + 1) % STATEMENTS) {
		struct stmt *s = db->statements[i];
		int code;

		if (s == NULL) {
			code = prepare(db, sql, by_text, &db->statements[i], e);
			if (code != 0)
				return code;
			s = db->statements[i];
		} else if (s->busy || s->by_text != by_text ||
			   (by_text ? strcmp(s->sql, sql) != 0 : s->sql != sql)) {
			continue;
		}
		s->busy = true;
		*out = s;
		return 0;
	}
	return err_set(e, ERR_LIMIT, "statements");
}

void db_bind_int(struct stmt *s, int n, int64_t v)
{
	sqlite3_bind_int64(s->handle, s->index[n], v);
}

void db_bind_bytes(struct stmt *s, int n, struct bytes v)
{
	if (v.len == 0)
		sqlite3_bind_zeroblob(s->handle, s->index[n], 0);
	else
		sqlite3_bind_blob(s->handle, s->index[n], v.at, (int)v.len, SQLITE_STATIC);
}

void db_bind_text(struct stmt *s, int n, struct bytes v)
{
	const char *text = v.len == 0 ? "" : (const char *)v.at;

	sqlite3_bind_text(s->handle, s->index[n], text, (int)v.len, SQLITE_STATIC);
}

void db_bind_null(struct stmt *s, int n)
{
	sqlite3_bind_null(s->handle, s->index[n]);
}

static void bind_list(struct stmt *s, const char *format, va_list *ap)
{
	int n;

	for (n = 1; *format != '\0'; format++, n++) {
		const char *text;

		switch (*format) {
		case 'i':
			db_bind_int(s, n, va_arg(*ap, int64_t));
			break;
		case 'u':
			db_bind_int(s, n, (int64_t)va_arg(*ap, uint64_t));
			break;
		case 'b':
			db_bind_bytes(s, n, va_arg(*ap, struct bytes));
			break;
		case 't':
			text = va_arg(*ap, const char *);
			if (text == NULL)
				db_bind_null(s, n);
			else
				db_bind_text(s, n, bytes_str(text));
			break;
		default:
			db_bind_null(s, n);
		}
	}
}

int db_query(struct db *db, struct err *e, struct stmt **out, const char *sql,
	     const char *format, ...)
{
	va_list ap;
	int code = get_statement(db, sql, false, out, e);

	if (code != 0)
		return code;
	va_start(ap, format);
	bind_list(*out, format, &ap);
	va_end(ap);
	return 0;
}

const char *db_keep(struct db *db, const char *sql)
{
	size_t i;

	for (i = 0; i < db->kept_count; i++)
		if (strcmp(db->kept[i], sql) == 0)
			return db->kept[i];
	if (db->kept_count == KEPT)
		return NULL;
	db->kept[i] = strdup(sql);
	if (db->kept[i] != NULL)
		db->kept_count++;
	return db->kept[i];
}

int db_query_text(struct db *db, struct err *e, struct stmt **out, const char *sql)
{
	return get_statement(db, sql, true, out, e);
}

int db_query_once(struct db *db, struct err *e, struct stmt **out, const char *sql)
{
	int code = prepare(db, sql, true, out, e);

	if (code == 0)
		(*out)->once = true;
	return code;
}

int db_step(struct stmt *s, struct err *e)
{
	int rc = sqlite3_step(s->handle);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return db_error(s->db, e);
}

int64_t db_int(struct stmt *s, int column)
{
	return sqlite3_column_int64(s->handle, column);
}

struct bytes db_bytes(struct stmt *s, int column)
{
	const void *p = sqlite3_column_blob(s->handle, column);

	return (struct bytes){ p, (size_t)sqlite3_column_bytes(s->handle, column) };
}

struct bytes db_text(struct stmt *s, int column)
{
	const void *p = sqlite3_column_text(s->handle, column);

	return (struct bytes){ p, (size_t)sqlite3_column_bytes(s->handle, column) };
}

bool db_is_null(struct stmt *s, int column)
{
	return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

const char *db_column_name(struct stmt *s, int column)
{
	return sqlite3_column_name(s->handle, column);
}

int db_column_count(struct stmt *s)
{
	return sqlite3_column_count(s->handle);
}

void db_done(struct stmt *s)
{
	if (s == NULL)
		return;
	sqlite3_reset(s->handle);
	sqlite3_clear_bindings(s->handle);
	s->busy = false;
	if (s->once)
		statement_free(s);
}

int db_exec(struct db *db, struct err *e, const char *sql, const char *format, ...)
{
	struct stmt *s;
	va_list ap;
	int code = get_statement(db, sql, false, &s, e);

	if (code != 0)
		return code;
	va_start(ap, format);
	bind_list(s, format, &ap);
	va_end(ap);
	do
		code = db_step(s, e);
	while (code > 0);
	db_done(s);
	return code;
}

/* The next word of a schema that is ours, and what SQLite calls it. */
static const char *next_word(const char *sql, const char **word, const char **meaning)
{
	const char *bytes = strstr(sql, "BYTES"), *clustered = strstr(sql, "CLUSTERED");

	if (bytes != NULL && (clustered == NULL || bytes < clustered)) {
		*word = "BYTES";
		*meaning = "BLOB";
		return bytes;
	}
	*word = "CLUSTERED";
	*meaning = "WITHOUT ROWID";
	return clustered;
}

int db_schema(struct db *db, const char *sql, struct err *e)
{
	const char *p = sql, *hit, *word, *meaning;
	struct buf b;
	int code;

	buf_init(&b, 1 << 20);
	while ((hit = next_word(p, &word, &meaning)) != NULL) {
		buf_put(&b, p, (size_t)(hit - p));
		buf_add(&b, bytes_str(meaning));
		p = hit + strlen(word);
	}
	buf_add(&b, bytes_str(p));
	buf_byte(&b, 0);
	if (b.failed)
		code = err_set(e, ERR_NOMEM, "schema");
	else
		code = run_plain(db, (char *)b.at, e);
	buf_release(&b);
	return code;
}

int db_number(struct db *db, struct err *e, int64_t missing, int64_t *out, const char *sql,
	      const char *format, ...)
{
	struct stmt *s;
	va_list ap;
	int code = get_statement(db, sql, false, &s, e);

	if (code != 0)
		return code;
	va_start(ap, format);
	bind_list(s, format, &ap);
	va_end(ap);
	code = db_step(s, e);
	if (code >= 0)
		*out = code == 1 && !db_is_null(s, 0) ? db_int(s, 0) : missing;
	db_done(s);
	return code < 0 ? code : 0;
}

int db_checkpoint(struct db *db, struct err *e)
{
	int code = take_lock(db, e);

	if (code != 0)
		return code;
	if (sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
	    SQLITE_OK)
		db->frames = 0;
	drop_lock(db);
	return 0;
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes64(db->handle);
}
