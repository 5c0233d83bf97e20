/* T1 to T10 as the form pack says them: last good days, whom they ask, what is exempt. The
 * rules behind them are test_deadline.c's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/calendar/deadline.h"
#include "common/expr/expr.h"
#include "common/text/date.h"
#include "tests/lib/office.h"

static struct schema *s;

static int begin(void **state)
{
	struct buf json;
	struct err e = { 0 };

	(void)state;
	office_file("common/packs/songlo-nq06.json", &json);
	if (schema_new(&s, &e) != 0 || schema_add(s, buf_view(&json), &e) != 0)
		fail_msg("%s: %s", err_name(e.code), e.subject);
	buf_release(&json);
	return 0;
}

static int end(void **state)
{
	(void)state;
	schema_free(s);
	return 0;
}

static const struct deadline *find(const char *code)
{
	const struct deadline *d = schema_deadline(s, bytes_str(code));

	if (d == NULL)
		fail_msg("%s is not there", code);
	return d;
}

static void expect_last(const char *code, int64_t year, unsigned quarter, const char *wanted)
{
	struct buf b;

	buf_init(&b, 64);
	date_show(deadline_last_day(find(code), (struct period){ year, quarter }), &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, wanted);
	buf_release(&b);
}

static bool asks(const char *code, const char *kind)
{
	const struct deadline *d = find(code);
	size_t i;

	for (i = 0; i < d->kind_count; i++)
		if (strcmp(d->kinds[i], kind) == 0)
			return true;
	return false;
}

/* The plan came in November 2021: what fell due before it was asked of nobody. */
static void expect_since_the_plan(const char *code)
{
	int64_t day;

	assert_true(date_days(2021, 11, 1, &day));
	assert_int_equal(find(code)->since, day);
}

static void t1_before_20_october_for_the_year_after_none_if_urgent(void **state)
{
	const struct deadline *d = find("t1");

	(void)state;
	expect_last("t1", 2025, 0, "19/10/2024");
	expect_since_the_plan("t1");
	assert_false(deadline_asked(d, (struct period){ 2022, 0 }));
	assert_true(deadline_asked(d, (struct period){ 2023, 0 }));
	assert_non_null(d->exempt);
	assert_string_equal(d->type->code, "expert_order");
	/* Nobody has to order an expert. */
	assert_int_equal(d->kind_count, 0);
}

static void t2_before_20_november_for_the_year_after(void **state)
{
	(void)state;
	expect_last("t2", 2025, 0, "19/11/2024");
	assert_true(asks("t2", "XA") && asks("t2", "THCS") && asks("t2", "PHONG"));
	/* Nil returns are wanted. */
	assert_true(find("t2")->type->nil_count > 0);
}

static void t3_by_the_20th_of_a_quarter_s_last_month(void **state)
{
	(void)state;
	expect_last("t3", 2024, 1, "20/03/2024");
	expect_last("t3", 2024, 2, "20/06/2024");
	expect_last("t3", 2024, 3, "20/09/2024");
	expect_last("t3", 2024, 4, "20/12/2024");
}

static void t4_before_15_december_of_the_year(void **state)
{
	(void)state;
	expect_last("t4", 2024, 0, "14/12/2024");
	/* Schools of all four kinds, though IV.1 leaves one out. */
	assert_true(asks("t4", "MN") && asks("t4", "TH") && asks("t4", "THCS") &&
		    asks("t4", "TH_THCS") && asks("t4", "XA") && asks("t4", "TT"));
}

static void t5_t6_t7_within_november_2021(void **state)
{
	static const char *const codes[] = { "t5", "t6", "t7" };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		const struct deadline *d = find(codes[i]);

		expect_last(codes[i], 0, 0, "30/11/2021");
		assert_true(deadline_asked(d, (struct period){ 0, 0 }));
		/* When it was held counts, not when it was told of. */
		assert_int_not_equal(d->on, 0);
	}
	assert_true(asks("t5", "PNV") && asks("t6", "GDDT") && !asks("t6", "PNV"));
}

static void t8_one_a_quarter_on_average_of_three_bodies(void **state)
{
	const struct deadline *d = find("t8");

	(void)state;
	assert_int_equal(d->rule, DEADLINE_AVERAGE);
	assert_int_equal(d->per_quarter, 1);
	assert_true(asks("t8", "VHTT") && asks("t8", "TTVH") && asks("t8", "CONG"));
}

static void t9_has_no_date_t10_waits_for_a_call(void **state)
{
	size_t i, ongoing = 0, rounds = 0;

	(void)state;
	for (i = 0; i < s->deadline_count; i++) {
		const struct deadline *d = &s->deadlines[i];

		if (strncmp(d->code, "t9_", 3) == 0) {
			assert_int_equal(d->rule, DEADLINE_ONGOING);
			ongoing++;
		} else if (strncmp(d->code, "t10_", 4) == 0) {
			assert_int_equal(d->rule, DEADLINE_ROUND);
			rounds++;
		}
	}
	assert_true(ongoing >= 8);
	assert_true(rounds >= 5);
	assert_int_equal(s->calendar_count, 1);
	assert_non_null(s->calendars[0].rounds);
	assert_non_null(s->calendars[0].extensions);
	assert_non_null(s->calendars[0].reminders);
}

/* Whom a deadline asks is a kind or a code of the district's units: nobody is asked in vain. */
static void those_asked_are_units(void **state)
{
	struct buf csv;
	size_t i, k;

	(void)state;
	office_file("common/packs/songlo-units.csv", &csv);
	buf_byte(&csv, 0);
	for (i = 0; i < s->deadline_count; i++)
		for (k = 0; k < s->deadlines[i].kind_count; k++) {
			char cell[48];

			snprintf(cell, sizeof cell, ",%s,", s->deadlines[i].kinds[k]);
			if (strstr((const char *)csv.at, cell) == NULL)
				fail_msg("%s asks %s", s->deadlines[i].code, s->deadlines[i].kinds[k]);
		}
	buf_release(&csv);
}

/* What a deadline asks of records can be asked of a store. */
static void every_condition_can_be_said_in_sql(void **state)
{
	struct err e = { 0 };
	struct buf sql;
	size_t i;

	(void)state;
	buf_init(&sql, 1 << 16);
	for (i = 0; i < s->deadline_count; i++) {
		const struct deadline *d = &s->deadlines[i];

		if (d->where != NULL)
			assert_int_equal(expr_sql_where(d->where, "r", NULL, &sql, &e), 0);
		if (d->exempt != NULL)
			assert_int_equal(expr_sql_where(d->exempt, "r", NULL, &sql, &e), 0);
	}
	buf_release(&sql);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t1_before_20_october_for_the_year_after_none_if_urgent),
		cmocka_unit_test(t2_before_20_november_for_the_year_after),
		cmocka_unit_test(t3_by_the_20th_of_a_quarter_s_last_month),
		cmocka_unit_test(t4_before_15_december_of_the_year),
		cmocka_unit_test(t5_t6_t7_within_november_2021),
		cmocka_unit_test(t8_one_a_quarter_on_average_of_three_bodies),
		cmocka_unit_test(t9_has_no_date_t10_waits_for_a_call),
		cmocka_unit_test(those_asked_are_units),
		cmocka_unit_test(every_condition_can_be_said_in_sql),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
