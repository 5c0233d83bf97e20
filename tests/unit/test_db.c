/* The storage layer: parameters, parts that are undone, one writer at a time, and
 * what a stop around a commit leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/system/db.h"

enum { ROUNDS = 25 };

static char dir[64], path[96];
static const char *stop;  /* the place where the fault hook stops */
static struct env env;
static struct db *db;
static struct err e;

static int fault(void *ctx, const char *where)
{
	(void)ctx;
	return stop != NULL && strcmp(stop, where) == 0;
}

static int begin(void **state)
{
	(void)state;
	stop = NULL;
	env = *env_os();
	env.fault = fault;
	strcpy(dir, "/tmp/dongbo-db-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/store.db", dir);
	assert_int_equal(db_open(&db, &env, path, DB_CREATE, &e), 0);
	assert_int_equal(db_schema(db, "CREATE TABLE t (a BIGINT PRIMARY KEY, b BYTES, c TEXT)",
				   &e), 0);
	return 0;
}

static int end(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	char name[128];
	size_t i;

	(void)state;
	db_close(db);
	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		remove(name);
	}
	return rmdir(dir);
}

static int64_t count(struct db *from)
{
	int64_t n = -1;

	assert_int_equal(db_number(from, &e, 0, &n, "SELECT count(*) FROM t", ""), 0);
	return n;
}

static int add(int64_t a)
{
	return db_exec(db, &e, "INSERT INTO t(a) VALUES($1)", "i", a);
}

static void parameters_go_by_their_numbers(void **state)
{
	struct stmt *s;

	(void)state;
	/* Here $3 comes first, and $1 twice. */
	assert_int_equal(db_query(db, &e, &s, "SELECT $3, $1, $2, $1", "itb", (int64_t)7, "chữ",
				  bytes_str("xyz")), 0);
	assert_int_equal(db_step(s, &e), 1);
	assert_int_equal(db_column_count(s), 4);
	assert_true(bytes_equal(db_bytes(s, 0), bytes_str("xyz")));
	assert_int_equal(db_int(s, 1), 7);
	assert_true(bytes_equal(db_text(s, 2), bytes_str("chữ")));
	assert_int_equal(db_int(s, 3), 7);
	assert_int_equal(db_step(s, &e), 0);
	db_done(s);
	db_done(NULL);
}

static void values_come_back(void **state)
{
	struct stmt *s;

	(void)state;
	assert_int_equal(db_query(db, &e, &s, "SELECT $1, $2, $3, $4, $5, $6", "iubtnt", INT64_MIN,
				  UINT64_MAX, BYTES_NONE, (const char *)NULL, ""), 0);
	assert_int_equal(db_step(s, &e), 1);
	assert_true(db_int(s, 0) == INT64_MIN);
	assert_true((uint64_t)db_int(s, 1) == UINT64_MAX);
	assert_int_equal(db_bytes(s, 2).len, 0);
	/* Empty bytes and texts are not null. */
	assert_false(db_is_null(s, 2));
	assert_true(db_is_null(s, 3));
	assert_true(db_is_null(s, 4) && db_is_null(s, 5) == false);
	db_done(s);
	assert_int_equal(db_query_text(db, &e, &s, "SELECT $2 AS hai, $1 AS mot"), 0);
	db_bind_int(s, 1, 5);
	db_bind_text(s, 2, bytes_str("x"));
	assert_int_equal(db_step(s, &e), 1);
	assert_string_equal(db_column_name(s, 0), "hai");
	assert_int_equal(db_int(s, 1), 5);
	db_done(s);
	/* Given back, it has forgotten what it was bound to. */
	assert_int_equal(db_query_text(db, &e, &s, "SELECT $2 AS hai, $1 AS mot"), 0);
	assert_int_equal(db_step(s, &e), 1);
	assert_true(db_is_null(s, 0) && db_is_null(s, 1));
	db_done(s);
}

static void one_statement_can_run_within_itself(void **state)
{
	static const char sql[] = "SELECT a FROM t ORDER BY a";
	struct stmt *one, *two;

	(void)state;
	assert_int_equal(add(1) + add(2), 0);
	assert_int_equal(db_query(db, &e, &one, sql, ""), 0);
	assert_int_equal(db_step(one, &e), 1);
	assert_int_equal(db_query(db, &e, &two, sql, ""), 0);
	assert_ptr_not_equal(one, two);
	assert_int_equal(db_step(two, &e), 1);
	assert_int_equal(db_step(two, &e), 1);
	assert_int_equal(db_int(two, 0), 2);
	assert_int_equal(db_int(one, 0), 1);
	db_done(two);
	db_done(one);
}

static void numbers_and_what_is_missing(void **state)
{
	int64_t n = 0;

	(void)state;
	assert_int_equal(db_number(db, &e, 9, &n, "SELECT a FROM t", ""), 0);
	assert_int_equal(n, 9);
	assert_int_equal(db_number(db, &e, 9, &n, "SELECT max(a) FROM t", ""), 0);
	assert_int_equal(n, 9);
	n = 5;
	assert_int_equal(db_number(db, &e, 9, &n, "SELECT a FROM nowhere", ""), ERR_DB);
	assert_int_equal(n, 5);
	assert_non_null(strstr(e.library, "nowhere"));
	assert_int_equal(add(1), 0);
	assert_int_equal(db_changes(db), 1);
	assert_int_equal(add(1), ERR_DB);
}

static void a_part_is_undone_alone(void **state)
{
	(void)state;
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(add(1), 0);
	assert_int_equal(db_savepoint(db, &e), 0);
	assert_int_equal(add(2), 0);
	db_undo(db);
	assert_int_equal(db_savepoint(db, &e), 0);
	assert_int_equal(add(3), 0);
	assert_int_equal(db_release(db, &e), 0);
	assert_int_equal(db_commit(db, &e), 0);
	assert_int_equal(count(db), 2);
	assert_int_equal(add(2), 0);
	assert_int_equal(add(3), ERR_DB);
}

static void a_rollback_undoes_all(void **state)
{
	(void)state;
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(add(1), 0);
	db_rollback(db);
	db_rollback(db);
	assert_int_equal(count(db), 0);
	/* Closing in the middle is a rollback too. */
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(add(1), 0);
	db_close(db);
	assert_int_equal(db_open(&db, &env, path, DB_WRITE, &e), 0);
	assert_int_equal(count(db), 0);
}

static void a_stop_before_the_commit_undoes_it(void **state)
{
	(void)state;
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(add(1), 0);
	stop = "commit";
	assert_int_equal(db_commit(db, &e), ERR_STOPPED);
	stop = NULL;
	assert_int_equal(count(db), 0);
	/* The lock was given up: the next one can begin. */
	assert_int_equal(db_begin(db, &e), 0);
	db_rollback(db);
}

static void a_stop_after_the_commit_keeps_it(void **state)
{
	(void)state;
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(add(1), 0);
	stop = "committed";
	assert_int_equal(db_commit(db, &e), ERR_STOPPED);
	stop = NULL;
	db_close(db);
	assert_int_equal(db_open(&db, &env, path, DB_WRITE, &e), 0);
	assert_int_equal(count(db), 1);
}

static void words_of_a_schema(void **state)
{
	struct buf sql;
	struct stmt *s;

	(void)state;
	assert_int_equal(db_schema(db, "CREATE TABLE k (a BIGINT PRIMARY KEY, b BYTES NOT NULL) "
				   "CLUSTERED; CREATE TABLE m (x BYTES, y BYTES)", &e), 0);
	buf_init(&sql, 1000);
	assert_int_equal(db_query_text(db, &e, &s, "SELECT sql FROM sqlite_master WHERE name IN "
				       "('k','m') ORDER BY name"), 0);
	while (db_step(s, &e) == 1)
		buf_add(&sql, db_text(s, 0));
	db_done(s);
	buf_byte(&sql, 0);
	assert_string_equal((char *)sql.at, "CREATE TABLE k (a BIGINT PRIMARY KEY, b BLOB NOT NULL)"
			    " WITHOUT ROWIDCREATE TABLE m (x BLOB, y BLOB)");
	buf_release(&sql);
	assert_int_equal(db_schema(db, "CREATE TABLE k (a BYTES)", &e), ERR_DB);
}

static void kept_texts_are_found_again(void **state)
{
	char text[32] = "SELECT 1";
	const char *kept = db_keep(db, text);
	int i;

	(void)state;
	assert_ptr_not_equal(kept, text);
	memset(text, 0, sizeof text);
	assert_string_equal(kept, "SELECT 1");
	assert_ptr_equal(db_keep(db, "SELECT 1"), kept);
	for (i = 0; i < 300; i++) {
		snprintf(text, sizeof text, "SELECT %d", i);
		assert_non_null(db_keep(db, text));
	}
	assert_ptr_equal(db_keep(db, "SELECT 1"), kept);
}

static void opening_says_what_is_wrong(void **state)
{
	struct db *other = NULL;
	char none[128];
	int64_t n = 0;

	(void)state;
	snprintf(none, sizeof none, "%s/none.db", dir);
	assert_int_equal(db_open(&other, &env, none, DB_WRITE, &e), ERR_NO_STORE);
	assert_int_equal(db_open(&other, &env, none, DB_READ, &e), ERR_NO_STORE);
	assert_null(other);
	assert_int_not_equal(access(none, F_OK), 0);
	/* A reader can't write. */
	assert_int_equal(db_open(&other, &env, path, DB_READ, &e), 0);
	assert_int_not_equal(db_exec(other, &e, "INSERT INTO t(a) VALUES(1)", ""), 0);
	assert_int_equal(count(other), 0);
	db_close(other);
	assert_int_equal(db_open(&other, &env, ":memory:", DB_CREATE, &e), 0);
	assert_int_equal(db_begin(other, &e), 0);
	assert_int_equal(db_commit(other, &e), 0);
	assert_int_equal(db_number(other, &e, 0, &n, "SELECT 5", ""), 0);
	assert_int_equal(n, 5);
	db_close(other);
}

static void a_view_stays_as_it_was(void **state)
{
	struct db *reader;

	(void)state;
	assert_int_equal(db_open(&reader, &env, path, DB_READ, &e), 0);
	assert_int_equal(db_begin_read(reader, &e), 0);
	assert_int_equal(count(reader), 0);
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(add(1), 0);
	assert_int_equal(db_commit(db, &e), 0);
	assert_int_equal(count(reader), 0);
	db_end_read(reader);
	assert_int_equal(count(reader), 1);
	db_close(reader);
	assert_int_equal(db_checkpoint(db, &e), 0);
}

/* Adds one to the largest number, many times; in a process of its own. */
static int count_up(void)
{
	struct db *own;
	int64_t n = 0;
	int i, code = db_open(&own, &env, path, DB_WRITE, &e);

	if (code != 0)
		return code;
	for (i = 0; i < ROUNDS && code == 0; i++) {
		code = db_begin(own, &e);
		if (code == 0)
			code = db_number(own, &e, 0, &n, "SELECT max(a) FROM t", "");
		if (code == 0)
			code = db_exec(own, &e, "INSERT INTO t(a) VALUES($1)", "i", n + 1);
		if (code == 0)
			code = db_commit(own, &e);
	}
	db_close(own);
	return code;
}

static void two_processes_take_turns(void **state)
{
	struct buf wrong;
	pid_t pids[2];
	int i, status;

	(void)state;
	db_close(db);
	db = NULL;
	for (i = 0; i < 2; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(count_up() == 0 ? 0 : 1);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	assert_int_equal(db_open(&db, &env, path, DB_WRITE, &e), 0);
	/* No number was given twice. */
	assert_int_equal(count(db), 2 * ROUNDS);
	buf_init(&wrong, 10000);
	assert_int_equal(db_check(db, &wrong, &e), 0);
	assert_int_equal(wrong.len, 0);
	buf_release(&wrong);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(parameters_go_by_their_numbers),
		T(values_come_back),
		T(one_statement_can_run_within_itself),
		T(numbers_and_what_is_missing),
		T(a_part_is_undone_alone),
		T(a_rollback_undoes_all),
		T(a_stop_before_the_commit_undoes_it),
		T(a_stop_after_the_commit_keeps_it),
		T(words_of_a_schema),
		T(kept_texts_are_found_again),
		T(opening_says_what_is_wrong),
		T(a_view_stays_as_it_was),
		T(two_processes_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
