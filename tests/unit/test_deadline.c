/* Deadlines to the second: the vectors of the plan's calendar, each by its id, then the
 * traps in it, extensions, averages, and what nobody should be able to send. Seconds
 * are written out, not worked out by the code under test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/calendar/deadline.h"
#include "common/text/date.h"

/* The last second of a day in Vietnam and the first one of the next. */
#define OCT_19 INT64_C(1729357199)  /* 2024-10-19T16:59:59Z */
#define OCT_20 INT64_C(1729357200)  /* 2024-10-19T17:00:00Z */
#define NOV_19 INT64_C(1732035599)
#define NOV_20 INT64_C(1732035600)
#define JUN_20 INT64_C(1718902799)
#define JUN_21 INT64_C(1718902800)
#define MAR_20 INT64_C(1710953999)
#define MAR_21 INT64_C(1710954000)
#define DEC_14 INT64_C(1734195599)
#define DEC_15 INT64_C(1734195600)

enum { ONE_DAY = 86400, SCHOOL = 43, COMMUNE = 27 };

static int64_t day(int64_t year, unsigned month, unsigned of_month)
{
	int64_t out = 0;

	assert_true(date_days(year, month, of_month, &out));
	return out;
}

static struct deadline yearly(unsigned month, unsigned of_month, int offset)
{
	struct deadline d = { .rule = DEADLINE_YEARLY, .year_offset = offset };

	d.days[0].month = month;
	d.days[0].day = of_month;
	d.since = day(2021, 11, 1);
	return d;
}

static struct deadline t1(void)
{
	return yearly(10, 20, -1);
}

static struct deadline t3(void)
{
	struct deadline d = { .rule = DEADLINE_QUARTERLY, .inclusive = true };
	unsigned q;

	for (q = 0; q < 4; q++) {
		d.days[q].month = 3 * q + 3;
		d.days[q].day = 20;
	}
	d.since = day(2021, 11, 1);
	return d;
}

static struct deadline t4(void)
{
	return yearly(12, 15, 0);
}

static struct deadline once(void)
{
	struct deadline d = { .rule = DEADLINE_ONCE, .inclusive = true };

	d.once = day(2021, 11, 30);
	d.since = day(2021, 11, 1);
	return d;
}

static struct deadline t8(void)
{
	struct deadline d = { .rule = DEADLINE_AVERAGE, .per_quarter = 1 };

	d.since = day(2021, 11, 1);
	return d;
}

/* What a filing received and signed then is, where nobody decided anything. */
static enum timely state_of(const struct deadline *d, struct period p, int64_t received,
			    int64_t signed_at)
{
	struct filing f = { received, signed_at, false };
	struct due due;

	deadline_due(deadline_last_day(d, p), deadline_asked(d, p), p, SCHOOL, NULL, 0, &due);
	return deadline_state(&due, &f, true, received);
}

static void expect_day(const struct deadline *d, struct period p, const char *shown)
{
	struct buf b;

	buf_init(&b, 100);
	assert_true(deadline_last_day(d, p) != DEADLINE_NO_DAY);
	date_show(deadline_last_day(d, p), &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, shown);
	buf_release(&b);
}

static void t1_for_2025_at_the_last_second_of_19_october_is_on_time(void **state)
{
	struct deadline d = t1();

	(void)state;
	assert_int_equal(state_of(&d, (struct period){ 2025, 0 }, OCT_19, OCT_19), TIMELY_ON_TIME);
}

static void t1_for_2025_at_midnight_of_20_october_is_late(void **state)
{
	struct deadline d = t1();

	(void)state;
	assert_int_equal(state_of(&d, (struct period){ 2025, 0 }, OCT_20, OCT_20), TIMELY_LATE);
}

static void t1_late_and_urgent_has_no_deadline(void **state)
{
	struct deadline d = t1();
	struct filing f = { OCT_20 + 100 * ONE_DAY, OCT_20 + 100 * ONE_DAY, true };
	struct period p = { 2025, 0 };
	struct due due;

	(void)state;
	deadline_due(deadline_last_day(&d, p), deadline_asked(&d, p), p, SCHOOL, NULL, 0, &due);
	assert_int_equal(deadline_state(&due, &f, true, f.received), TIMELY_EXEMPT);
}

static void t1_edge_in_utc_is_17_hours(void **state)
{
	(void)state;
	assert_int_equal(date_begins(day(2024, 10, 20)), OCT_20);
	assert_int_equal(OCT_20 % ONE_DAY, 17 * 3600);
	assert_int_equal(date_of(OCT_19), day(2024, 10, 19));
	assert_int_equal(date_of(OCT_20), day(2024, 10, 20));
}

static void t2_for_2025_is_on_time_on_19_november_and_late_on_the_20th(void **state)
{
	struct deadline d = yearly(11, 20, -1);
	struct period p = { 2025, 0 };

	(void)state;
	assert_int_equal(state_of(&d, p, NOV_19, NOV_19), TIMELY_ON_TIME);
	assert_int_equal(state_of(&d, p, NOV_20, NOV_20), TIMELY_LATE);
}

static void t3_on_20_june_belongs_to_quarter_2_after_it_to_quarter_3(void **state)
{
	struct deadline d = t3();
	struct period p = deadline_period(&d, 0, date_of(JUN_20), SCHOOL, NULL, 0);

	(void)state;
	assert_true(period_equal(p, (struct period){ 2024, 2 }));
	assert_int_equal(state_of(&d, p, JUN_20, JUN_20), TIMELY_ON_TIME);
	p = deadline_period(&d, 0, date_of(JUN_21), SCHOOL, NULL, 0);
	assert_true(period_equal(p, (struct period){ 2024, 3 }));
	assert_int_equal(state_of(&d, p, JUN_21, JUN_21), TIMELY_ON_TIME);
}

static void t3_has_four_last_days_and_none_is_left_after_the_last(void **state)
{
	static const char *const shown[] = { "20/03/2024", "20/06/2024", "20/09/2024",
					     "20/12/2024" };
	struct deadline d = t3();
	struct period p[4];
	size_t i;

	(void)state;
	assert_int_equal(deadline_of_year(&d, 2024, p), 4);
	for (i = 0; i < 4; i++)
		expect_day(&d, p[i], shown[i]);
	p[0] = deadline_period(&d, 0, day(2024, 12, 21), SCHOOL, NULL, 0);
	assert_true(period_equal(p[0], (struct period){ 2025, 1 }));
	p[0] = deadline_period(&d, 0, day(2024, 12, 20), SCHOOL, NULL, 0);
	assert_true(period_equal(p[0], (struct period){ 2024, 4 }));
}

static void t4_at_the_last_second_of_14_december_is_on_time_then_late(void **state)
{
	struct deadline d = t4();
	struct period p = { 2024, 0 };

	(void)state;
	assert_int_equal(state_of(&d, p, DEC_14, DEC_14), TIMELY_ON_TIME);
	assert_int_equal(state_of(&d, p, DEC_15, DEC_15), TIMELY_LATE);
	expect_day(&d, p, "14/12/2024");
}

static void t5_t6_t7_end_with_30_november_2021(void **state)
{
	struct deadline d = once();
	struct period p[4];

	(void)state;
	expect_day(&d, (struct period){ 0, 0 }, "30/11/2021");
	/* 30/11/2021 23:59:59 and the second after it. */
	assert_int_equal(state_of(&d, (struct period){ 0, 0 }, 1638291599, 1638291599),
			 TIMELY_ON_TIME);
	assert_int_equal(state_of(&d, (struct period){ 0, 0 }, 1638291600, 1638291600),
			 TIMELY_LATE);
	assert_int_equal(deadline_of_year(&d, 2021, p), 1);
	assert_int_equal(deadline_of_year(&d, 2022, p), 0);
}

static void t9_has_no_date(void **state)
{
	struct deadline d = { .rule = DEADLINE_ONGOING, .since = INT64_MIN };
	struct period p = { 2024, 0 };

	(void)state;
	assert_true(deadline_last_day(&d, p) == DEADLINE_NO_DAY);
	assert_false(deadline_asked(&d, p));
	assert_int_equal(state_of(&d, p, OCT_20, OCT_20), TIMELY_NOTHING);
	assert_false(deadline_nearest(&d, day(2024, 1, 1), &p));
}

/* T10: no date until the centre calls; then that of the call. */
static void t10_falls_due_by_the_round_alone(void **state)
{
	struct deadline d = { .rule = DEADLINE_ROUND, .since = INT64_MIN };
	struct period p[4];
	struct filing f = { OCT_19, OCT_19, false };
	struct due due;

	(void)state;
	assert_int_equal(deadline_of_year(&d, 2024, p), 0);
	deadline_due(day(2024, 10, 19), true, (struct period){ 0, 0 }, SCHOOL, NULL, 0, &due);
	assert_int_equal(deadline_state(&due, &f, true, OCT_19), TIMELY_ON_TIME);
	f.received = f.signed_at = OCT_20;
	assert_int_equal(deadline_state(&due, &f, true, OCT_20), TIMELY_LATE);
}

static void trap_1_before_and_by_are_a_day_apart(void **state)
{
	struct deadline d = t1();

	(void)state;
	expect_day(&d, (struct period){ 2025, 0 }, "19/10/2024");
	d.inclusive = true;
	expect_day(&d, (struct period){ 2025, 0 }, "20/10/2024");
	/* The day before the first of a month, of March in a leap year, of a year. */
	d = yearly(3, 1, 0);
	expect_day(&d, (struct period){ 2024, 0 }, "29/02/2024");
	expect_day(&d, (struct period){ 2025, 0 }, "28/02/2025");
	d = yearly(1, 1, 0);
	expect_day(&d, (struct period){ 2025, 0 }, "31/12/2024");
}

static void trap_2_the_year_is_that_of_the_need(void **state)
{
	struct deadline d = t1();
	struct period p = deadline_period(&d, 2024, day(2023, 10, 5), SCHOOL, NULL, 0), at[4];

	(void)state;
	assert_true(period_equal(p, (struct period){ 2024, 0 }));
	expect_day(&d, p, "19/10/2023");
	/* What falls due in 2023 is the need for 2024. */
	assert_int_equal(deadline_due_in(&d, 2023, at), 1);
	assert_true(period_equal(at[0], p));
	/* A record that names no year: what falls due in the year in which it came. */
	p = deadline_period(&d, 0, day(2023, 10, 5), SCHOOL, NULL, 0);
	assert_true(period_equal(p, (struct period){ 2024, 0 }));
	d = t4();
	p = deadline_period(&d, 0, day(2023, 12, 20), SCHOOL, NULL, 0);
	assert_true(period_equal(p, (struct period){ 2023, 0 }));
}

static void trap_3_nothing_is_asked_of_what_was_over_before_the_plan(void **state)
{
	struct deadline d = t1();
	struct due due;
	struct period p = { 2022, 0 };

	(void)state;
	expect_day(&d, p, "19/10/2021");
	assert_false(deadline_asked(&d, p));
	assert_true(deadline_asked(&d, (struct period){ 2023, 0 }));
	deadline_due(deadline_last_day(&d, p), deadline_asked(&d, p), p, SCHOOL, NULL, 0, &due);
	assert_int_equal(deadline_state(&due, NULL, true, OCT_20), TIMELY_NOTHING);
	assert_int_equal(state_of(&d, p, OCT_20, OCT_20), TIMELY_NOTHING);
	/* In force from a day: it is asked of a period that ends with that very day. */
	d.since = day(2021, 10, 19);
	assert_true(deadline_asked(&d, p));
	d.since++;
	assert_false(deadline_asked(&d, p));
}

static void trap_4_t4_comes_before_t3_of_quarter_4(void **state)
{
	struct deadline report = t4(), bonus = t3();
	struct period p = deadline_period(&bonus, 0, day(2024, 12, 18), SCHOOL, NULL, 0);

	(void)state;
	assert_true(period_equal(p, (struct period){ 2024, 4 }));
	assert_true(deadline_last_day(&report, (struct period){ 2024, 0 }) <
		    deadline_last_day(&bonus, p));
}

static void trap_5_the_round_is_not_the_quarter_of_the_calendar(void **state)
{
	struct deadline d = t3();

	(void)state;
	assert_true(period_equal(period_of_day(date_of(MAR_21)), (struct period){ 2024, 1 }));
	assert_true(period_equal(deadline_period(&d, 0, date_of(MAR_21), SCHOOL, NULL, 0),
				 (struct period){ 2024, 2 }));
	assert_true(period_equal(deadline_period(&d, 0, date_of(MAR_20), SCHOOL, NULL, 0),
				 (struct period){ 2024, 1 }));
	/* Whatever year the record is about. */
	assert_true(period_equal(deadline_period(&d, 2023, date_of(MAR_21), SCHOOL, NULL, 0),
				 (struct period){ 2024, 2 }));
}

/* 14/12/2024 was a Saturday. */
static void trap_6_a_weekend_shifts_nothing_unless_an_officer_says_so(void **state)
{
	struct deadline d = t4();
	struct period p = { 2024, 0 };
	struct extension x = { .period = p, .day = day(2024, 12, 16), .all = true };
	struct filing f = { DEC_15 + ONE_DAY, DEC_15 + ONE_DAY, false };
	struct due due;

	(void)state;
	assert_int_equal(state_of(&d, p, DEC_15, DEC_15), TIMELY_LATE);
	deadline_due(deadline_last_day(&d, p), true, p, SCHOOL, &x, 1, &due);
	assert_int_equal(due.day, day(2024, 12, 16));
	assert_int_equal(due.quoted, day(2024, 12, 14));
	assert_true(due.why == &x);
	assert_int_equal(deadline_state(&due, &f, true, f.received), TIMELY_ON_TIME);
	f.received = f.signed_at = DEC_15 + 2 * ONE_DAY;
	assert_int_equal(deadline_state(&due, &f, true, f.received), TIMELY_LATE);
	/* An override may also be earlier. */
	x.day = day(2024, 12, 13);
	deadline_due(deadline_last_day(&d, p), true, p, SCHOOL, &x, 1, &due);
	f.received = f.signed_at = DEC_14;
	assert_int_equal(deadline_state(&due, &f, true, f.received), TIMELY_LATE);
}

static void trap_7_t8_is_an_average_of_the_quarters_gone_by(void **state)
{
	struct deadline d = t8();

	(void)state;
	assert_int_equal(deadline_quarters(&d, 2024, day(2024, 3, 31)), 0);
	assert_int_equal(deadline_quarters(&d, 2024, day(2024, 4, 1)), 1);
	assert_int_equal(deadline_quarters(&d, 2024, day(2024, 6, 30)), 1);
	assert_int_equal(deadline_quarters(&d, 2024, day(2024, 7, 1)), 2);
	assert_int_equal(deadline_quarters(&d, 2024, day(2025, 1, 1)), 4);
	assert_int_equal(deadline_quarters(&d, 2024, day(2030, 1, 1)), 4);
	/* In November 2021 the fourth quarter was the first. */
	assert_int_equal(deadline_quarters(&d, 2021, day(2022, 1, 1)), 1);
	assert_int_equal(deadline_quarters(&d, 2020, day(2022, 1, 1)), 0);
}

static void trap_8_signed_in_time_and_received_late_is_a_class_of_its_own(void **state)
{
	struct deadline d = t4();
	struct period p = { 2024, 0 };
	struct extension x = { .every = true, .all = true, .day = DEADLINE_NO_DAY, .accept = true };
	struct filing f = { DEC_15, DEC_14, false };
	struct due due;

	(void)state;
	assert_int_equal(state_of(&d, p, DEC_15, DEC_14), TIMELY_SIGNED);
	assert_int_equal(state_of(&d, p, DEC_15, DEC_15), TIMELY_LATE);
	/* The receipt decides, not a clock that is ahead. */
	assert_int_equal(state_of(&d, p, DEC_14, DEC_15 + 400 * ONE_DAY), TIMELY_ON_TIME);
	/* PNV accepts it as timely. */
	deadline_due(deadline_last_day(&d, p), true, p, SCHOOL, &x, 1, &due);
	assert_true(due.accept);
	assert_int_equal(due.day, day(2024, 12, 14));
	assert_int_equal(deadline_state(&due, &f, true, f.received), TIMELY_ON_TIME);
	f.signed_at = DEC_15;
	assert_int_equal(deadline_state(&due, &f, true, f.received), TIMELY_LATE);
}

static void trap_9_late_is_a_word_and_no_refusal(void **state)
{
	struct deadline d = t4();
	struct filing f = { DEC_15 + 1000 * ONE_DAY, DEC_15 + 1000 * ONE_DAY, false };
	struct period p = { 2024, 0 };
	struct due due;

	(void)state;
	deadline_due(deadline_last_day(&d, p), true, p, SCHOOL, NULL, 0, &due);
	assert_int_equal(deadline_state(&due, &f, true, f.received), TIMELY_LATE);
	assert_int_equal(deadline_state(&due, NULL, true, f.received), TIMELY_MISSING);
}

static void what_is_not_there_is_open_until_its_last_second(void **state)
{
	struct deadline d = t4();
	struct period p = { 2024, 0 };
	struct due due;

	(void)state;
	deadline_due(deadline_last_day(&d, p), true, p, SCHOOL, NULL, 0, &due);
	assert_int_equal(deadline_state(&due, NULL, true, DEC_14), TIMELY_OPEN);
	assert_int_equal(deadline_state(&due, NULL, true, DEC_15), TIMELY_MISSING);
	assert_int_equal(deadline_state(&due, NULL, false, DEC_15), TIMELY_NOTHING);
}

static void days_early_and_late(void **state)
{
	struct deadline d = t4();
	struct period p = { 2024, 0 };
	struct due due;

	(void)state;
	deadline_due(deadline_last_day(&d, p), true, p, SCHOOL, NULL, 0, &due);
	assert_int_equal(deadline_margin(&due, DEC_14), 0);
	assert_int_equal(deadline_margin(&due, DEC_15), -1);
	assert_int_equal(deadline_margin(&due, DEC_15 - ONE_DAY - 1), 1);
	assert_int_equal(deadline_margin(&due, DEC_14 - 10 * ONE_DAY), 10);
	assert_int_equal(deadline_margin(&due, DEC_15 + 9 * ONE_DAY), -10);
}

static void of_extensions_the_unit_s_own_goes_first_then_the_later(void **state)
{
	static const uint64_t own[] = { 5, SCHOOL, 90 };
	struct deadline d = t4();
	struct period p = { 2024, 0 }, other = { 2023, 0 };
	struct extension list[] = {
		{ .period = p, .units = own, .unit_count = 3, .day = day(2024, 12, 31) },
		{ .period = p, .all = true, .day = day(2024, 12, 20) },
		{ .period = other, .all = true, .day = day(2024, 1, 31) },
		{ .period = p, .all = true, .day = day(2024, 12, 22) },
		{ .period = p, .units = own, .unit_count = 1, .day = DEADLINE_NO_DAY, .accept = true }
	};
	struct due due;

	(void)state;
	deadline_due(deadline_last_day(&d, p), true, p, SCHOOL, list, 5, &due);
	assert_int_equal(due.day, day(2024, 12, 31));
	assert_false(due.accept);
	deadline_due(deadline_last_day(&d, p), true, p, COMMUNE, list, 5, &due);
	assert_int_equal(due.day, day(2024, 12, 22));
	deadline_due(deadline_last_day(&d, p), true, p, 5, list, 5, &due);
	assert_int_equal(due.day, day(2024, 12, 31));
	assert_true(due.accept);
	deadline_due(deadline_last_day(&d, other), true, other, COMMUNE, list, 5, &due);
	assert_int_equal(due.day, day(2024, 1, 31));
	/* What has no date gets none by a decision about another thing. */
	deadline_due(DEADLINE_NO_DAY, false, p, COMMUNE, list, 5, &due);
	assert_true(due.day == DEADLINE_NO_DAY && due.why == NULL);
}

static void a_longer_round_takes_in_what_would_be_of_the_next(void **state)
{
	static const uint64_t own[] = { SCHOOL };
	struct deadline d = t3();
	struct extension x = { .period = { 2024, 2 }, .units = own, .unit_count = 1,
			       .day = day(2024, 6, 25) };
	struct period p = deadline_period(&d, 0, day(2024, 6, 23), SCHOOL, &x, 1);

	(void)state;
	assert_true(period_equal(p, (struct period){ 2024, 2 }));
	p = deadline_period(&d, 0, day(2024, 6, 26), SCHOOL, &x, 1);
	assert_true(period_equal(p, (struct period){ 2024, 3 }));
	p = deadline_period(&d, 0, day(2024, 6, 23), COMMUNE, &x, 1);
	assert_true(period_equal(p, (struct period){ 2024, 3 }));
	/* Beyond the next round's day the earlier round still goes first. */
	x.day = day(2024, 10, 31);
	p = deadline_period(&d, 0, day(2024, 10, 1), SCHOOL, &x, 1);
	assert_true(period_equal(p, (struct period){ 2024, 2 }));
}

static void a_new_day_is_meant_for_the_nearest_period(void **state)
{
	struct deadline d = t1();
	struct period p;

	(void)state;
	assert_true(deadline_nearest(&d, day(2024, 10, 31), &p));
	assert_true(period_equal(p, (struct period){ 2025, 0 }));
	d = t4();
	assert_true(deadline_nearest(&d, day(2025, 1, 10), &p));
	assert_true(period_equal(p, (struct period){ 2024, 0 }));
	d = t3();
	assert_true(deadline_nearest(&d, day(2025, 1, 2), &p));
	assert_true(period_equal(p, (struct period){ 2024, 4 }));
	d = once();
	assert_true(deadline_nearest(&d, day(2022, 1, 2), &p));
	assert_true(period_equal(p, (struct period){ 0, 0 }));
	/* On the first and last day that there are. */
	d = t1();
	assert_true(deadline_nearest(&d, day(1, 1, 1), &p));
	assert_true(deadline_nearest(&d, day(9999, 12, 31), &p));
}

static void expect_period(const char *text, int64_t year, unsigned quarter)
{
	struct period p;

	assert_true(period_parse(bytes_str(text), &p));
	assert_true(period_equal(p, (struct period){ year, quarter }));
}

static void periods_are_written_and_read(void **state)
{
	static const char *const wrong[] = { "20245", "Q5/2024", "Q0/2024", "Q2/24", "2024-Q", "Q",
					     "Q2:2024", "2024Q2 ", "năm 2024", "0000", "-024",
					     "2024/Q5", "Q2/20a4" };
	struct period p = { 2024, 2 };
	struct buf b;
	size_t i;

	(void)state;
	expect_period("2024", 2024, 0);
	expect_period("Q2/2024", 2024, 2);
	expect_period("q3-2024", 2024, 3);
	expect_period("2024-Q4", 2024, 4);
	expect_period("2024q1", 2024, 1);
	expect_period("Q12024", 2024, 1);
	expect_period("", 0, 0);
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(period_parse(bytes_str(wrong[i]), &p));
	p = (struct period){ 2024, 2 };
	buf_init(&b, 200);
	period_put(p, &b);
	buf_byte(&b, ' ');
	period_show(p, LANG_VI, &b);
	buf_byte(&b, ' ');
	period_show(p, LANG_EN, &b);
	buf_byte(&b, ' ');
	period_show((struct period){ 2024, 0 }, LANG_VI, &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, "Q2/2024 quý II/2024 Q2 2024 năm 2024");
	buf_release(&b);
}

/* Records can hold any year and computers claim any time. */
static void absurd_years_and_times_do_no_harm(void **state)
{
	static const int64_t odd[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 10000, INT64_MAX - 1,
				       INT64_MAX };
	struct deadline d[] = { t1(), t3(), t4(), once(), t8() };
	struct period p, list[4];
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof odd / sizeof odd[0]; i++)
		for (k = 0; k < sizeof d / sizeof d[0]; k++) {
			struct filing f = { odd[i], odd[i], false };
			struct due due;

			p = (struct period){ odd[i], 2 };
			deadline_due(deadline_last_day(&d[k], p), deadline_asked(&d[k], p), p, 1,
				     NULL, 0, &due);
			deadline_state(&due, &f, true, odd[i]);
			deadline_margin(&due, odd[i]);
			deadline_period(&d[k], odd[i], date_of(odd[i]), 1, NULL, 0);
			deadline_of_year(&d[k], odd[i] / 2, list);
			deadline_quarters(&d[k], odd[i], 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t1_for_2025_at_the_last_second_of_19_october_is_on_time),
		cmocka_unit_test(t1_for_2025_at_midnight_of_20_october_is_late),
		cmocka_unit_test(t1_late_and_urgent_has_no_deadline),
		cmocka_unit_test(t1_edge_in_utc_is_17_hours),
		cmocka_unit_test(t2_for_2025_is_on_time_on_19_november_and_late_on_the_20th),
		cmocka_unit_test(t3_on_20_june_belongs_to_quarter_2_after_it_to_quarter_3),
		cmocka_unit_test(t3_has_four_last_days_and_none_is_left_after_the_last),
		cmocka_unit_test(t4_at_the_last_second_of_14_december_is_on_time_then_late),
		cmocka_unit_test(t5_t6_t7_end_with_30_november_2021),
		cmocka_unit_test(t9_has_no_date),
		cmocka_unit_test(t10_falls_due_by_the_round_alone),
		cmocka_unit_test(trap_1_before_and_by_are_a_day_apart),
		cmocka_unit_test(trap_2_the_year_is_that_of_the_need),
		cmocka_unit_test(trap_3_nothing_is_asked_of_what_was_over_before_the_plan),
		cmocka_unit_test(trap_4_t4_comes_before_t3_of_quarter_4),
		cmocka_unit_test(trap_5_the_round_is_not_the_quarter_of_the_calendar),
		cmocka_unit_test(trap_6_a_weekend_shifts_nothing_unless_an_officer_says_so),
		cmocka_unit_test(trap_7_t8_is_an_average_of_the_quarters_gone_by),
		cmocka_unit_test(trap_8_signed_in_time_and_received_late_is_a_class_of_its_own),
		cmocka_unit_test(trap_9_late_is_a_word_and_no_refusal),
		cmocka_unit_test(what_is_not_there_is_open_until_its_last_second),
		cmocka_unit_test(days_early_and_late),
		cmocka_unit_test(of_extensions_the_unit_s_own_goes_first_then_the_later),
		cmocka_unit_test(a_longer_round_takes_in_what_would_be_of_the_next),
		cmocka_unit_test(a_new_day_is_meant_for_the_nearest_period),
		cmocka_unit_test(periods_are_written_and_read),
		cmocka_unit_test(absurd_years_and_times_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
