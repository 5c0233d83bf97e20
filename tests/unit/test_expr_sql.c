/* Expressions as SQL: what they look like, what cannot be said, and that they give in
 * the tables what they give in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "common/text/date.h"
#include "tests/lib/expr_random.h"

enum { WORLDS = 60, EXPRESSIONS = 60 };

static struct world world;

static int setup(void **state)
{
	(void)state;
	world_init(&world);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_release(&world);
	return 0;
}

static void expect_sql(uint32_t type, const char *text, const char *value, const char *where)
{
	struct err e = { .code = 0 };
	struct buf out;
	struct expr *x;

	buf_init(&out, 10000);
	if (world_parse(&world, type, text, EXPR_NULL, &x, &e) != 0)
		fail_msg("%s: %s", text, e.subject);
	assert_int_equal(expr_sql(x, "a", "r", &out, &e), 0);
	buf_byte(&out, 0);
	assert_string_equal((char *)out.at, value);
	buf_clear(&out);
	assert_int_equal(expr_sql_where(x, "a", "r", &out, &e), 0);
	buf_byte(&out, 0);
	assert_string_equal((char *)out.at, where);
	buf_release(&out);
}

static void test_how_it_is_written(void **state)
{
	(void)state;
	expect_sql(T_DOSSIER, "amount > 5", "CAST((a.f_amount > 5) AS INTEGER)",
		   "(a.f_amount > 5)");
	expect_sql(T_DOSSIER, "urgent", "a.f_urgent", "(a.f_urgent <> 0)");
	expect_sql(T_DOSSIER, "kind in ('master', 'language')",
		   "CAST((a.f_kind IN (1, 14)) AS INTEGER)", "(a.f_kind IN (1, 14))");
	expect_sql(T_DOSSIER, "title = 'it''s'", "CAST((a.f_title = 'it''s') AS INTEGER)",
		   "(a.f_title = 'it''s')");
	expect_sql(T_LINE, "cost = amount", "CAST((a.f_cost = r.f_amount) AS INTEGER)",
		   "(a.f_cost = r.f_amount)");
	expect_sql(T_DOSSIER, "person is null", "CAST((a.f_person_stream IS NULL) AS INTEGER)",
		   "(a.f_person_stream IS NULL)");
	expect_sql(T_DOSSIER, "exists(lines, cost - -1 > 0)",
		   "CAST(EXISTS (SELECT 1 FROM t_line x1 WHERE x1.stream = a.stream AND "
		   "x1.parent_device = a.device AND x1.parent_op = a.op AND x1.deleted = 0 AND "
		   "((x1.f_cost - (-1)) > 0)) AS INTEGER)",
		   "EXISTS (SELECT 1 FROM t_line x1 WHERE x1.stream = a.stream AND "
		   "x1.parent_device = a.device AND x1.parent_op = a.op AND x1.deleted = 0 AND "
		   "((x1.f_cost - (-1)) > 0))");
}

static void expect_none(const char *text, const char *root, const char *why)
{
	struct err e = { .code = 0 };
	struct buf out;
	struct expr *x;

	buf_init(&out, 300);
	assert_int_equal(world_parse(&world, root == NULL ? T_LINE : T_DOSSIER, text, EXPR_NULL,
				     &x, &e), 0);
	assert_true(expr_sql(x, "a", NULL, &out, &e) < 0);
	assert_string_equal(e.subject, why);
	buf_release(&out);
}

static void test_what_cannot_be_said(void **state)
{
	struct field *before = (struct field *)type_field(world_type(&world, T_DOSSIER), F_BEFORE);

	(void)state;
	expect_none("person", "", "a reference is three columns, not a value");
	expect_none("scan is null", "", "files are not in the tables");
	expect_none("amount > 1", NULL, "the table of the row's root is missing");
	expect_none("sum(lines, cost) + sum(lines, cost) + sum(lines, cost)", "",
		    "SQL of sum(lines, cost) + sum(lines, cost) + sum(lines, cost)");
	before->kind = FIELD_LIST;
	before->targets[0] = "line";
	expect_none("count(lines)", "", "a table has the rows of more than one list");
	before->targets[0] = "dossier";
}

/* ---- the same in memory and in the tables ---- */

static sqlite3 *make_tables(struct world *w)
{
	struct buf script;
	sqlite3 *db = NULL;
	char *why = NULL;

	buf_init(&script, 1 << 20);
	world_tables(w, &script);
	buf_byte(&script, 0);
	assert_false(script.failed);
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	if (sqlite3_exec(db, (char *)script.at, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	buf_release(&script);
	return db;
}

/* SELECT of value and condition for every record of the type, in the order of their ops. */
static sqlite3_stmt *select_it(sqlite3 *db, const struct expr *x, uint32_t type)
{
	sqlite3_stmt *s = NULL;
	struct err e = { .code = 0 };
	struct buf sql;
	int code;

	buf_init(&sql, 1 << 20);
	buf_printf(&sql, "SELECT a.op, ");
	code = expr_sql(x, "a", type == T_LINE ? "r" : NULL, &sql, &e);
	buf_printf(&sql, ", CASE WHEN ");
	if (code == 0 && expr_gives(x) == EXPR_BOOL)
		code = expr_sql_where(x, "a", type == T_LINE ? "r" : NULL, &sql, &e);
	else
		buf_printf(&sql, "(1 = 0)");
	if (code != 0)
		fail_msg("%s: %s", expr_text(x), e.subject);
	buf_printf(&sql, " THEN 1 ELSE 0 END FROM %s ORDER BY a.op", type == T_DOSSIER ?
		   "t_dossier a" : "t_line a JOIN t_dossier r ON r.stream = a.stream AND "
		   "r.device = a.parent_device AND r.op = a.parent_op");
	buf_byte(&sql, 0);
	if (sqlite3_prepare_v2(db, (char *)sql.at, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s\n%s\n%s", expr_text(x), (char *)sql.at, sqlite3_errmsg(db));
	buf_release(&sql);
	return s;
}

static void compare(const struct expr *x, const struct record *r, const struct value *v,
		    sqlite3_stmt *s)
{
	int type = sqlite3_column_type(s, 1);
	bool equal;

	if (v->kind == VALUE_NULL)
		equal = type == SQLITE_NULL;
	else if (v->kind == VALUE_TEXT)
		equal = type == SQLITE_TEXT && (size_t)sqlite3_column_bytes(s, 1) == v->b.len &&
			memcmp(sqlite3_column_text(s, 1), v->b.at, v->b.len) == 0;
	else
		equal = type == SQLITE_INTEGER && sqlite3_column_int64(s, 1) == v->n;
	if (!equal || sqlite3_column_int64(s, 0) != (int64_t)r->id.op)
		fail_msg("%s of record %d: kind %d, %lld; in SQL: %s", expr_text(x), (int)r->id.op,
			 (int)v->kind, (long long)v->n, (const char *)sqlite3_column_text(s, 1));
	if (expr_gives(x) == EXPR_BOOL &&
	    sqlite3_column_int64(s, 2) != (v->kind == VALUE_BOOL && v->n != 0))
		fail_msg("%s of record %d as a condition", expr_text(x), (int)r->id.op);
}

static void compare_all(struct gen *g, sqlite3 *db, uint32_t type, enum expr_type want,
			size_t *known)
{
	struct err e = { .code = 0 };
	struct expr *x;
	struct buf text;
	sqlite3_stmt *s;
	size_t i;

	buf_init(&text, 1 << 16);
	random_expr(g, type, want, &text);
	buf_byte(&text, 0);
	if (text.len > EXPR_TEXT_MAX ||
	    (world_parse(&world, type, (char *)text.at, want, &x, &e) != 0 &&
	     strstr(e.subject, "more than") != NULL)) {
		buf_release(&text);
		return;
	}
	if (e.code != 0)
		fail_msg("%s: %s", (char *)text.at, e.subject);
	s = select_it(db, x, type);
	for (i = 0; i < world.count; i++) {
		struct value v;

		if (world.records[i].type != type)
			continue;
		v = world_eval(&world, x, &world.records[i]);
		assert_int_equal(sqlite3_step(s), SQLITE_ROW);
		compare(x, &world.records[i], &v, s);
		*known += v.kind != VALUE_NULL;
	}
	sqlite3_finalize(s);
	buf_release(&text);
}

static void test_memory_and_tables_agree(void **state)
{
	static const enum expr_type types[] = { EXPR_BOOL, EXPR_BOOL, EXPR_INT, EXPR_INT, EXPR_DATE,
						EXPR_TEXT, EXPR_CHOICE };
	size_t known = 0;
	uint64_t i, k;

	(void)state;
	for (i = 0; i < WORLDS; i++) {
		struct gen g = gen_of(i, &world.a);
		sqlite3 *db;

		world_release(&world);
		world_init(&world);
		random_records(&g, &world);
		db = make_tables(&world);
		for (k = 0; k < EXPRESSIONS; k++)
			compare_all(&g, db, gen_below(&g, 3) ? T_DOSSIER : T_LINE,
				    types[gen_below(&g, 7)], &known);
		sqlite3_close(db);
	}
	/* Nulls alone would prove little. */
	assert_true(known > (size_t)WORLDS * EXPRESSIONS);
}

/* Parts of days that a table of one column holds, against those of date.h. */
static void compare_days(sqlite3 *db)
{
	static const char *const parts[] = { "year(issued)", "month(issued)", "quarter(issued)",
					     "day(issued)", "date(year(issued), month(issued), "
					     "day(issued))" };
	struct buf sql;
	struct expr *x;
	sqlite3_stmt *s = NULL;
	int64_t year, days;
	unsigned month, day;
	size_t i;

	buf_init(&sql, 1 << 16);
	buf_printf(&sql, "SELECT a.f_issued");
	for (i = 0; i < 5; i++) {
		buf_printf(&sql, ", ");
		assert_int_equal(world_parse(&world, T_DOSSIER, parts[i], EXPR_NULL, &x, NULL), 0);
		assert_int_equal(expr_sql(x, "a", NULL, &sql, NULL), 0);
	}
	buf_printf(&sql, " FROM day a");
	buf_byte(&sql, 0);
	assert_int_equal(sqlite3_prepare_v2(db, (char *)sql.at, -1, &s, NULL), SQLITE_OK);
	for (i = 0; sqlite3_step(s) == SQLITE_ROW; i++) {
		days = sqlite3_column_int64(s, 0);
		date_civil(days, &year, &month, &day);
		if (sqlite3_column_int64(s, 1) != year || sqlite3_column_int(s, 2) != (int)month ||
		    sqlite3_column_int(s, 3) != (int)(month + 2) / 3 ||
		    sqlite3_column_int(s, 4) != (int)day || sqlite3_column_int64(s, 5) != days)
			fail_msg("day %lld", (long long)days);
	}
	assert_int_equal(i, 60000 + 9999 * 4);
	sqlite3_finalize(s);
	buf_release(&sql);
}

static void test_the_calendar_in_sql(void **state)
{
	static const char fill[] =
		"CREATE TABLE day(f_issued BIGINT);"
		"WITH RECURSIVE n(d) AS (SELECT -20000 UNION ALL SELECT d + 1 FROM n WHERE d < 39999)"
		"INSERT INTO day SELECT d FROM n";
	static const struct {
		unsigned month, day;
	} seams[] = { { 1, 1 }, { 2, 28 }, { 3, 1 }, { 12, 31 } };
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;
	int64_t year, days;
	size_t i;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, fill, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO day VALUES(?)", -1, &s, NULL), SQLITE_OK);
	for (year = 1; year <= 9999; year++)
		for (i = 0; i < 4; i++) {
			assert_true(date_days(year, seams[i].month, seams[i].day, &days));
			sqlite3_bind_int64(s, 1, days);
			assert_int_equal(sqlite3_step(s), SQLITE_DONE);
			sqlite3_reset(s);
		}
	sqlite3_finalize(s);
	compare_days(db);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_how_it_is_written, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_said, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_calendar_in_sql, setup, teardown),
		cmocka_unit_test_setup_teardown(test_memory_and_tables_agree, setup, teardown)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
