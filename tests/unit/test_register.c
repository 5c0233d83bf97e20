/* Official numbers: in order, each once, over units and years; a save that is refused
 * uses none up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/pack/field.h"
#include "server/register.h"
#include "tests/lib/contest.h"

static struct contest c;

static int begin(void **state)
{
	(void)state;
	contest_make(&c);
	return 0;
}

static int end(void **state)
{
	(void)state;
	contest_end(&c);
	return 0;
}

static struct schema *schema(void)
{
	struct schema *s;

	assert_int_equal(replica_schema_now(&c.p.o.s.replica, &s, &c.p.o.e), 0);
	return s;
}

/* An office's step, as its command takes it: numbered, then moved. */
static int step(int who, uint64_t unit, struct rid id, const char *state)
{
	struct server *s = &c.p.o.s;
	struct err *e = &c.p.o.e;

	assert_int_equal(server_begin(s, unit, &c.p.people[who], &c.p.o.a, &c.d, e), 0);
	assert_int_equal(register_number(s, schema(), &c.d, id, e), 0);
	assert_int_equal(edit_move(&s->replica, schema(), &c.d, id, bytes_str(state),
				   bytes_str(strcmp(state, "returned") == 0 ? "xem lại" : ""), e), 0);
	return server_save(s, &c.p.people[who], &c.d, &c.p.verdict, e);
}

static int64_t number(uint64_t unit, struct rid id, const char *field)
{
	return plan_value(&c.p, unit, id, "reading_entry", field);
}

/* What people read of it. */
static const char *shown(int64_t n, uint32_t field)
{
	static char text[64];
	const struct value v = value_int(n);
	struct buf b;

	buf_init(&b, sizeof text - 1);
	field_show(type_field(schema_type(schema(), ENTRY), field), &v, LANG_VI, &b);
	snprintf(text, sizeof text, "%.*s", (int)b.len, (const char *)b.at);
	buf_release(&b);
	return text;
}

static struct rid of_other_school(void)
{
	struct rid r = plan_add(&c.p, OTHER_AUTHOR, OTHER_SCHOOL, "{'type':'reading_entry','year':2026,"
				"'entry_kind':'single','reader':'A','book':'B'}");

	plan_step(&c.p, OTHER_AUTHOR, OTHER_SCHOOL, r, "submitted");
	return r;
}

static void numbers_follow_each_other_over_all_units(void **state)
{
	struct rid a = contest_submitted(&c, NULL), b = of_other_school();
	struct rid d = contest_submitted(&c, NULL);

	(void)state;
	assert_int_equal(number(OFFICE_SCHOOL, a, "entry_no"), INT64_MIN);
	assert_int_equal(step(JURY, OFFICE_SCHOOL, d, "verified"), 0);
	assert_int_equal(step(JURY2, OTHER_SCHOOL, b, "verified"), 0);
	assert_int_equal(step(JURY, OFFICE_SCHOOL, a, "returned"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, d, "entry_no"), 2026 * (int64_t)REGISTER_YEAR + 1);
	assert_int_equal(number(OTHER_SCHOOL, b, "entry_no"), 2026 * (int64_t)REGISTER_YEAR + 2);
	assert_int_equal(number(OFFICE_SCHOOL, a, "entry_no"), 2026 * (int64_t)REGISTER_YEAR + 3);
	assert_string_equal(shown(number(OFFICE_SCHOOL, a, "entry_no"), ENTRY_NO), "03/2026/VHĐ");
	/* Numbered once, whatever way it goes. */
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, a, "submitted");
	assert_int_equal(step(JURY, OFFICE_SCHOOL, a, "verified"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, a, "entry_no"), 2026 * (int64_t)REGISTER_YEAR + 3);
}

static void only_who_may_fill_it_in_gives_a_number(void **state)
{
	struct rid r = contest_submitted(&c, NULL);

	(void)state;
	assert_int_equal(step(OFFICER, OFFICE_SCHOOL, r, "verified"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, r, "entry_no"), INT64_MIN);
	/* Nor in a state in which the field is closed. */
	assert_int_equal(step(JURY, OFFICE_SCHOOL, r, "not_awarded"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, r, "entry_no"), INT64_MIN);
}

static void a_refused_save_gives_its_number_to_the_next(void **state)
{
	struct rid a = contest_entry(&c, AUTHOR, NULL), b = contest_submitted(&c, NULL);
	struct rid last = contest_submitted(&c, NULL);
	int64_t before;

	(void)state;
	assert_int_equal(step(JURY, OFFICE_SCHOOL, last, "verified"), 0);
	before = number(OFFICE_SCHOOL, last, "entry_no");
	/* Still a draft: no such move. */
	assert_int_equal(step(JURY, OFFICE_SCHOOL, a, "verified"), ERR_NO_MOVE);
	/* Refused with the number in it: it has no prize yet. */
	plan_step(&c.p, JURY, OFFICE_SCHOOL, b, "verified");
	assert_int_equal(step(JURY, OFFICE_SCHOOL, b, "awarded"), ERR_CHECK);
	assert_int_equal(number(OFFICE_SCHOOL, b, "plaque_no"), INT64_MIN);
	b = contest_submitted(&c, NULL);
	assert_int_equal(step(JURY, OFFICE_SCHOOL, b, "verified"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, b, "entry_no"), before + 1);
}

static void a_yearly_register_begins_anew(void **state)
{
	struct rid a = contest_submitted(&c, NULL), b = contest_submitted(&c, NULL), d;

	(void)state;
	/* 31/12/2026 at 23:59:59 by the clocks of the district, and a second later. */
	c.p.o.now = 1798736399;
	assert_int_equal(step(JURY, OFFICE_SCHOOL, a, "verified"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, a, "entry_no") / REGISTER_YEAR, 2026);
	c.p.o.now++;
	assert_int_equal(step(JURY, OFFICE_SCHOOL, b, "verified"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, b, "entry_no"), 2027 * (int64_t)REGISTER_YEAR + 1);
	/* A clock that goes back goes on where that year ended. */
	c.p.o.now -= 86400;
	d = contest_submitted(&c, NULL);
	assert_int_equal(step(JURY, OFFICE_SCHOOL, d, "verified"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, d, "entry_no"), number(OFFICE_SCHOOL, a, "entry_no") + 1);
	/* One that is not yearly goes on and on. */
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, a, PRIZE, 1);
	contest_int(&c, ENTRY, b, PRIZE, 2);
	contest_save(&c, JURY);
	assert_int_equal(step(JURY, OFFICE_SCHOOL, a, "awarded"), 0);
	c.p.o.now += 2 * 86400;
	assert_int_equal(step(JURY, OFFICE_SCHOOL, b, "awarded"), 0);
	assert_in_range(number(OFFICE_SCHOOL, a, "plaque_no"), 1, 100);
	assert_int_equal(number(OFFICE_SCHOOL, b, "plaque_no"),
			 number(OFFICE_SCHOOL, a, "plaque_no") + 1);
	assert_string_equal(shown(2, PLAQUE_NO), "BK-02");
}

static void a_number_is_never_given_twice(void **state)
{
	struct rid a = contest_submitted(&c, NULL), b = contest_submitted(&c, NULL), d;
	int64_t taken;

	(void)state;
	assert_int_equal(step(JURY, OFFICE_SCHOOL, a, "returned"), 0);
	taken = number(OFFICE_SCHOOL, a, "entry_no");
	/* By hand neither: on another record, of another unit too. */
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, b, ENTRY_NO, taken);
	assert_int_equal(server_save(&c.p.o.s, &c.p.people[JURY], &c.d, NULL, &c.p.o.e),
			 ERR_NUMBER_TAKEN);
	assert_string_equal(c.p.o.e.subject, shown(taken, ENTRY_NO));
	d = of_other_school();
	assert_int_equal(plan_edit(&c.p, JURY, OTHER_SCHOOL, d, "{'entry_no':%lld}", (long long)taken),
			 ERR_NUMBER_TAKEN);
	/* Free ones may be typed, and are counted on from. */
	assert_int_equal(plan_edit(&c.p, JURY, OTHER_SCHOOL, d, "{'entry_no':%lld}",
				   (long long)taken + 10), 0);
	assert_int_equal(step(JURY, OFFICE_SCHOOL, b, "verified"), 0);
	assert_int_equal(number(OFFICE_SCHOOL, b, "entry_no"), taken + 11);
	/* One that is gone has had its number. */
	draft_delete(contest_by(&c, AUTHOR), ENTRY, a, false);
	contest_save(&c, AUTHOR);
	b = contest_submitted(&c, NULL);
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, b, ENTRY_NO, taken);
	assert_int_equal(server_save(&c.p.o.s, &c.p.people[JURY], &c.d, NULL, &c.p.o.e),
			 ERR_NUMBER_TAKEN);
	contest_sound(&c);
}

/* Several records in one save. */
static void within_a_save_numbers_differ(void **state)
{
	struct rid a = contest_submitted(&c, NULL), b = contest_submitted(&c, NULL);

	(void)state;
	contest_by(&c, JURY);
	assert_int_equal(register_number(&c.p.o.s, schema(), &c.d, a, &c.p.o.e), 0);
	assert_int_equal(register_number(&c.p.o.s, schema(), &c.d, b, &c.p.o.e), 0);
	contest_save(&c, JURY);
	assert_int_equal(number(OFFICE_SCHOOL, b, "entry_no"), number(OFFICE_SCHOOL, a, "entry_no") + 1);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(numbers_follow_each_other_over_all_units),
		T(only_who_may_fill_it_in_gives_a_number),
		T(a_refused_save_gives_its_number_to_the_next),
		T(a_yearly_register_begins_anew),
		T(a_number_is_never_given_twice),
		T(within_a_save_numbers_differ),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
