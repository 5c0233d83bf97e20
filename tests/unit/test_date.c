/* Dates: every day of the calendar there and back, what people type, what they read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/date.h"

enum { FIRST = -719162, LAST = 2932896 }; /* 0001-01-01, 9999-12-31 */

static void expect_text(void (*put)(int64_t, struct buf *), int64_t n, const char *wanted)
{
	struct buf b;

	buf_init(&b, 100);
	put(n, &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, wanted);
	buf_release(&b);
}

static void known_days(void **state)
{
	static const struct {
		int64_t year, days;
		unsigned month, day;
	} known[] = { { 1970, 0, 1, 1 }, { 1969, -1, 12, 31 }, { 2000, 11017, 3, 1 },
		      { 2000, 11016, 2, 29 }, { 2026, 20513, 3, 1 }, { 1900, -25567, 1, 1 },
		      { 1, FIRST, 1, 1 }, { 9999, LAST, 12, 31 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		int64_t days = 7;

		assert_true(date_days(known[i].year, known[i].month, known[i].day, &days));
		assert_int_equal(days, known[i].days);
	}
}

static void every_day_follows_the_one_before(void **state)
{
	int64_t days, year, y, back;
	unsigned month, day, m, d;

	(void)state;
	date_civil(FIRST - 1, &year, &month, &day);
	assert_int_equal(year, 0);
	for (days = FIRST; days <= LAST; days++) {
		date_civil(days, &y, &m, &d);
		assert_true(date_days(y, m, d, &back));
		assert_true(back == days);
		assert_true((y == year && m == month && d == day + 1) ||
			    (d == 1 && y == year && m == month + 1 && day >= 28) ||
			    (d == 1 && m == 1 && y == year + 1 && month == 12 && day == 31));
		year = y;
		month = m;
		day = d;
	}
}

static void there_are_no_such_days(void **state)
{
	static const int wrong[][3] = { { 2026, 2, 29 }, { 2100, 2, 29 }, { 1900, 2, 29 },
		{ 2026, 4, 31 }, { 2026, 13, 1 }, { 2026, 0, 1 }, { 2026, 1, 0 }, { 2026, 1, 32 },
		{ 0, 1, 1 }, { 10000, 1, 1 }, { -1, 1, 1 } };
	int64_t days = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(date_days(wrong[i][0], (unsigned)wrong[i][1], (unsigned)wrong[i][2],
				       &days));
	assert_int_equal(days, 7);
	assert_true(date_days(2024, 2, 29, &days));
	assert_true(date_days(2000, 2, 29, &days));
}

static void typed_dates(void **state)
{
	static const char *const right[] = { "2026-03-01", "01/03/2026", "1/3/2026", "01/3/2026",
					     "1/03/2026", "01-03-2026", "1.3.2026", "2026/3/1" };
	static const char *const wrong[] = { "", "2026", "2026-03", "2026-03-01 ", " 2026-03-01",
		"2026-03-01x", "2026-03/01", "1.3/2026", "1-3-", "//2026", "29/02/2026", "32/1/2026",
		"1/13/2026", "01/03/26", "26-03-01", "-026-03-01", "2026--3-01", "2026-03--1",
		"20260301", "1/3/20260", "12026-03-01", "1/3/2026-", "+1/3/2026", "0000-01-01" };
	int64_t days;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof right / sizeof right[0]; i++) {
		days = 0;
		assert_true(date_parse(bytes_str(right[i]), &days));
		assert_int_equal(days, 20513);
	}
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (date_parse(bytes_str(wrong[i]), &days))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_false(date_parse((struct bytes){ (const uint8_t *)"2026-03-01\0", 11 }, &days));
}

static void typed_months(void **state)
{
	static const char *const wrong[] = { "", "2026", "2026-00", "2026-13", "2026-3x",
		"2026-03-01", "-123-05", "01/-123", "26-03", "3/26", "2026--3", "2026-2026", " 2026-03" };
	int64_t months = 0;
	size_t i;

	(void)state;
	assert_true(date_parse_month(bytes_str("2026-03"), &months));
	assert_int_equal(months, 2026 * 12 + 2);
	assert_true(date_parse_month(bytes_str("3/2026"), &months));
	assert_int_equal(months, 2026 * 12 + 2);
	assert_true(date_parse_month(bytes_str("03-2026"), &months));
	assert_int_equal(months, 2026 * 12 + 2);
	assert_true(date_parse_month(bytes_str("9999-12"), &months));
	expect_text(date_put_month, months, "9999-12");
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (date_parse_month(bytes_str(wrong[i]), &months))
			fail_msg("\"%s\" was taken", wrong[i]);
}

static void shown_dates(void **state)
{
	int64_t year;
	unsigned month, day;

	(void)state;
	expect_text(date_put, 20513, "2026-03-01");
	expect_text(date_put, FIRST, "0001-01-01");
	expect_text(date_put_month, 2026 * 12 + 11, "2026-12");
	expect_text(date_put_month, 5, "0000-06");
	/* What nobody types, but anybody may send. */
	date_civil(INT64_MAX, &year, &month, &day);
	assert_true(year > 9999 && month <= 12 && day <= 31);
	date_civil(INT64_MIN, &year, &month, &day);
	assert_true(year < 0 && month <= 12 && day <= 31);
}

static void shown_times_are_those_of_hanoi(void **state)
{
	(void)state;
	expect_text(date_put_time, 0, "01/01/1970 07:00:00");
	expect_text(date_put_rfc3339, 0, "1970-01-01T07:00:00+07:00");
	expect_text(date_put_time, 1790000000, "21/09/2026 21:13:20");
	/* Midnight there is 17:00 of the day before in UTC. */
	expect_text(date_put_time, -7 * 3600, "01/01/1970 00:00:00");
	expect_text(date_put_time, -7 * 3600 - 1, "31/12/1969 23:59:59");
	expect_text(date_put_rfc3339, -7 * 3600 - 86400, "1969-12-31T00:00:00+07:00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_days),
		cmocka_unit_test(every_day_follows_the_one_before),
		cmocka_unit_test(there_are_no_such_days),
		cmocka_unit_test(typed_dates),
		cmocka_unit_test(typed_months),
		cmocka_unit_test(shown_dates),
		cmocka_unit_test(shown_times_are_those_of_hanoi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
