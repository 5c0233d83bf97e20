/* One thin layer over the storage engine: prepare, bind, step, transactions.
 *
 * SQL is written once, in the subset that SQLite and PostgreSQL share: parameters
 * $1, $2..., ON CONFLICT for upserts, no PRAGMA, no rowid, no REPLACE. In a schema
 * BYTES stands for the engine's type for byte strings, and CLUSTERED behind a table
 * asks for rows kept in key order, where the engine can. db_sqlite.c is the engine.
 *
 * Writing: db_begin takes the store's lock file, then the engine's write lock;
 * db_commit checkpoints, if due, before both are given up, so no two connections
 * ever write or checkpoint at once. A failed COMMIT is ERR_UNKNOWN: what became
 * of the transaction is known only after reopening. */
#ifndef DONGBO_DB_H
#define DONGBO_DB_H

#include "common/system/env.h"

struct db;
struct stmt;

enum db_mode { DB_READ, DB_WRITE, DB_CREATE };

/* Opens a store file, or ":memory:". ERR_NO_STORE where there is none. */
int db_open(struct db **out, const struct env *env, const char *path, enum db_mode mode,
	    struct err *e);
void db_close(struct db *db);

int db_begin(struct db *db, struct err *e);
int db_commit(struct db *db, struct err *e);
/* Never fails: what was begun is undone, or the engine has undone it. */
void db_rollback(struct db *db);
/* A consistent view for several reads, without the write lock. */
int db_begin_read(struct db *db, struct err *e);
void db_end_read(struct db *db);
/* A nested part that can be undone alone. */
int db_savepoint(struct db *db, struct err *e);
int db_release(struct db *db, struct err *e);
void db_undo(struct db *db);

/* A statement with its parameters bound by `format`, one letter each: i int64_t,
 * u uint64_t, b struct bytes, t const char * (NULL binds null), n nothing, null.
 * Statements are kept: `sql` must be a string that lives as long as the db, and
 * is known by its address. Bound bytes must live until db_done. */
int db_query(struct db *db, struct err *e, struct stmt **out, const char *sql,
	     const char *format, ...);
/* A copy of SQL made at run time that lives as long as the db, the same one for the
 * same text: for db_query. NULL when memory is out. */
const char *db_keep(struct db *db, const char *sql);
/* The same for SQL made at run time; kept by its text. */
int db_query_text(struct db *db, struct err *e, struct stmt **out, const char *sql);
/* The same, not kept: db_done ends it. For texts without number, such as reports'. */
int db_query_once(struct db *db, struct err *e, struct stmt **out, const char *sql);
/* Binding one by one, from 1. */
void db_bind_int(struct stmt *s, int n, int64_t v);
void db_bind_bytes(struct stmt *s, int n, struct bytes v);
void db_bind_text(struct stmt *s, int n, struct bytes v);
void db_bind_null(struct stmt *s, int n);

/* 1 a row, 0 the end, negative an error. */
int db_step(struct stmt *s, struct err *e);
/* Columns of the row, from 0. Bytes live until the next step. */
int64_t db_int(struct stmt *s, int column);
struct bytes db_bytes(struct stmt *s, int column);
struct bytes db_text(struct stmt *s, int column);
bool db_is_null(struct stmt *s, int column);
const char *db_column_name(struct stmt *s, int column);
int db_column_count(struct stmt *s);
/* Gives the statement back; NULL is fine. */
void db_done(struct stmt *s);

/* Runs to the end, rows ignored. */
int db_exec(struct db *db, struct err *e, const char *sql, const char *format, ...);
/* Several statements of a schema, with BYTES and CLUSTERED replaced. */
int db_schema(struct db *db, const char *sql, struct err *e);
/* The first column of the first row, or `missing` where there is no row or null. */
int db_number(struct db *db, struct err *e, int64_t missing, int64_t *out, const char *sql,
	      const char *format, ...);
/* What the engine finds wrong with the store's file, a line each, at most 100; nothing
 * where it is sound. Reads all of it. */
int db_check(struct db *db, struct buf *out, struct err *e);
/* Writes all that the caller's consistent view (db_begin_read, with something read in it)
 * holds into a new store file, synced; writers go on meanwhile. progress (or NULL) counts
 * in parts of the engine's own; where it returns nonzero the copy ends with ERR_STOPPED.
 * What an error leaves at the path is for the caller to take away. */
int db_copy(struct db *db, const char *path,
	    int (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct err *e);
/* Takes the files away that the engine may leave beside a store that nobody has open. */
void db_sweep(const char *path);
/* Moves all that is committed into the main file, outside any transaction: before a
 * program ends. What cannot be moved now is no error. */
int db_checkpoint(struct db *db, struct err *e);
/* How much of the store may stay in memory from now on, a ceiling: for questions that read
 * the same records more than once. */
int db_cache(struct db *db, unsigned mib, struct err *e);
/* Who is told of each statement as it begins: for measuring. NULL: nobody. */
struct db_watch {
	void (*each)(void *ctx, const char *sql);
	void *ctx;
};
void db_watch(struct db *db, const struct db_watch *watch);
/* Rows changed by the last statement. */
int64_t db_changes(struct db *db);

#endif
