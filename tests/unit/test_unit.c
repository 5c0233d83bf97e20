/* Units with dates: what a replay of events makes of them, and who is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/date.h"
#include "common/unit/unit_parts.h"

enum { PROVINCE = 1, DISTRICT, A, B, C, SCHOOL, NEW, PART, UNITS = PART };

static int64_t day(const char *text)
{
	int64_t days = 0;

	assert_true(date_parse(bytes_str(text), &days));
	return days;
}

static void put(struct units *u, uint64_t number, const char *code, const char *name,
		uint64_t parent)
{
	struct unit_entry *en = units_add(u, number);

	assert_non_null(en);
	en->first.code = bytes_str(code);
	en->first.name = bytes_str(name);
	en->first.parent = parent;
}

static int make(void **state)
{
	struct units *u = NULL;

	assert_int_equal(units_new(&u, NULL), 0);
	/* Not in order: they must find their places. */
	put(u, NEW, "08848", "UBND xã Sông Lô", PROVINCE);
	put(u, PROVINCE, "26", "UBND tỉnh Vĩnh Phúc", 0);
	put(u, DISTRICT, "253", "UBND huyện Sông Lô", PROVINCE);
	put(u, A, "08848", "UBND xã Đồng Thịnh", DISTRICT);
	put(u, B, "08851", "UBND xã Tứ Yên", DISTRICT);
	put(u, C, "08854", "UBND xã Đức Bác", DISTRICT);
	put(u, SCHOOL, "TH-TUYEN", "Trường Tiểu học Tứ Yên", B);
	put(u, PART, "TH-TUYEN2", "Trường Tiểu học Tứ Yên 2", B);
	*state = u;
	return 0;
}

static int end(void **state)
{
	units_free(*state);
	return 0;
}

static struct unit_event *event(struct units *u, uint64_t number, enum unit_event_kind kind,
				const char *from, size_t count, const struct unit_change *changes)
{
	struct unit_event *ev = units_add_event(u, number, day(from));

	assert_non_null(ev);
	ev->kind = kind;
	ev->act = bytes_str("NQ 1/NQ-UBTVQH15");
	ev->issuer = bytes_str("Ủy ban Thường vụ Quốc hội");
	ev->has_act_date = true;
	ev->act_date = day("01/06/2024");
	ev->changes = arena_array(&u->a, count, sizeof *changes);
	assert_non_null(ev->changes);
	memcpy(ev->changes, changes, count * sizeof *changes);
	ev->count = count;
	return ev;
}

/* A, B and C become NEW on 1/7/2025. */
static void merge_all(struct units *u, uint64_t number)
{
	const struct unit_change rows[] = { { .unit = A, .to = NEW, .founds = true },
					    { .unit = B, .to = NEW }, { .unit = C, .to = NEW } };

	event(u, number, UNIT_MERGE, "01/07/2025", 3, rows);
}

static void replay(struct units *u)
{
	struct err e = { 0 };

	if (units_replay(u, true, &e) != 0)
		fail_msg("%s: %s", err_name(e.code), e.subject);
}

static void refused(struct units *u, int code, const char *subject)
{
	struct err e = { 0 };

	assert_int_equal(units_replay(u, true, &e), code);
	assert_string_equal(e.subject, subject);
}

static struct unit on(struct units *u, uint64_t number, const char *when)
{
	struct unit unit;

	assert_true(units_on(u, number, day(when), &unit));
	return unit;
}

#define IS(bytes, text) assert_true(bytes_equal(bytes, bytes_str(text)))

static void units_are_as_they_began(void **state)
{
	struct units *u = *state;
	struct unit unit;
	size_t i;

	assert_int_equal(units_replay(u, false, NULL), 0);
	assert_int_equal(units_count(u), UNITS);
	for (i = 0; i < units_count(u); i++) {
		units_at(u, i, 0, &unit);
		assert_int_equal(unit.number, i + 1);
		assert_true(unit.active);
		assert_int_equal(unit.from, UNIT_ALWAYS);
		assert_int_equal(unit.until, UNIT_NEVER);
	}
	assert_false(units_on(u, 99, 0, &unit));
}

static void a_name_holds_from_its_day(void **state)
{
	struct units *u = *state;
	const struct unit_change first = { .unit = A, .name = bytes_str("UBND xã Mới") };
	const struct unit_change second = { .unit = A, .code = bytes_str("08849") };

	units_entry(u, NEW)->void_status = true;
	/* Entered in the wrong order. */
	event(u, 2, UNIT_RENAME, "01/01/2025", 1, &second);
	event(u, 1, UNIT_RENAME, "15/08/2024", 1, &first);
	replay(u);
	IS(on(u, A, "14/08/2024").name, "UBND xã Đồng Thịnh");
	IS(on(u, A, "15/08/2024").name, "UBND xã Mới");
	IS(on(u, A, "31/12/2024").code, "08848");
	IS(on(u, A, "01/01/2025").code, "08849");
	IS(on(u, A, "01/01/2025").name, "UBND xã Mới");
	assert_int_equal(units_heir(u, A, day("01/01/2030")), A);
}

static void a_merger_ends_the_old_and_begins_the_new(void **state)
{
	struct units *u = *state;
	struct unit_share share[2];
	struct unit unit;

	merge_all(u, 1);
	replay(u);
	assert_true(on(u, A, "30/06/2025").active);
	assert_false(on(u, NEW, "30/06/2025").active);
	unit = on(u, A, "01/07/2025");
	assert_false(unit.active);
	assert_int_equal(unit.until, day("01/07/2025"));
	IS(unit.name, "UBND xã Đồng Thịnh");
	unit = on(u, NEW, "01/07/2025");
	assert_true(unit.active);
	assert_int_equal(unit.from, day("01/07/2025"));
	assert_int_equal(units_heir(u, B, day("30/06/2025")), B);
	assert_int_equal(units_heir(u, B, day("01/07/2025")), NEW);
	assert_int_equal(units_shares(u, B, day("01/07/2025"), share, 2), 1);
	assert_int_equal(share[0].number, NEW);
	assert_true(units_lived(u, A, day("01/01/2025"), day("31/12/2025")));
	assert_true(units_lived(u, A, day("30/06/2025"), day("30/06/2025")));
	assert_false(units_lived(u, A, day("01/07/2025"), day("31/12/2025")));
	assert_true(units_lived(u, NEW, day("01/01/2025"), day("01/07/2025")));
	assert_false(units_lived(u, NEW, day("01/01/2025"), day("30/06/2025")));
	/* Whose parent went, stands below what it went into. */
	assert_int_equal(on(u, SCHOOL, "30/06/2025").parent, B);
	assert_int_equal(on(u, SCHOOL, "01/07/2025").parent, NEW);
}

static void a_unit_may_take_in_others_and_stay(void **state)
{
	struct units *u = *state;
	const struct unit_change row = { .unit = A, .to = B };

	event(u, 1, UNIT_MERGE, "01/01/2025", 1, &row);
	units_entry(u, NEW)->first.from = day("01/07/2025");
	replay(u);
	assert_true(on(u, B, "01/01/2025").active);
	assert_false(on(u, A, "01/01/2025").active);
	assert_int_equal(units_heir(u, A, day("01/01/2025")), B);
}

static void events_follow_one_another_on_one_day(void **state)
{
	struct units *u = *state;
	const struct unit_change into = { .unit = A, .to = B };
	const struct unit_change then = { .unit = B, .to = C };

	units_entry(u, NEW)->void_status = true;
	event(u, 1, UNIT_MERGE, "01/01/2025", 1, &into);
	event(u, 2, UNIT_MERGE, "01/01/2025", 1, &then);
	replay(u);
	assert_int_equal(units_heir(u, A, day("01/01/2025")), C);
	assert_false(on(u, B, "01/01/2025").active);
}

static void a_split_tells_the_parts(void **state)
{
	struct units *u = *state;
	const struct unit_change rows[] = {
		{ .unit = SCHOOL, .to = SCHOOL, .share = 6000 },
		{ .unit = SCHOOL, .to = PART, .share = 4000, .founds = true },
	};
	const struct unit_change again[] = {
		{ .unit = PART, .to = SCHOOL, .share = 2500 },
		{ .unit = PART, .to = C, .share = 7500 },
	};
	struct unit_share share[3];

	units_entry(u, NEW)->void_status = true;
	event(u, 1, UNIT_SPLIT, "01/08/2024", 2, rows);
	event(u, 2, UNIT_SPLIT, "01/08/2025", 2, again);
	replay(u);
	assert_true(on(u, SCHOOL, "01/08/2024").active);
	assert_false(on(u, PART, "31/07/2024").active);
	assert_int_equal(units_shares(u, SCHOOL, day("31/07/2024"), share, 3), 1);
	assert_int_equal(units_shares(u, SCHOOL, day("01/08/2024"), share, 3), 2);
	assert_int_equal(share[0].number, SCHOOL);
	assert_float_equal(share[0].share, 0.6, 1e-9);
	assert_float_equal(share[1].share, 0.4, 1e-9);
	assert_int_equal(units_shares(u, SCHOOL, day("01/08/2025"), share, 3), 2);
	assert_int_equal(share[0].number, C);
	assert_float_equal(share[0].share, 0.3, 1e-9);
	assert_float_equal(share[1].share, 0.7, 1e-9);
	/* Only so many as there is room for; the count tells. */
	assert_int_equal(units_shares(u, SCHOOL, day("01/08/2025"), share, 1), 2);
	assert_false(on(u, PART, "01/08/2025").active);
	/* Records can't be divided. */
	assert_int_equal(units_heir(u, SCHOOL, day("01/08/2025")), SCHOOL);
	assert_int_equal(units_heir(u, PART, day("01/08/2025")), PART);
}

static void moving_and_dissolving(void **state)
{
	struct units *u = *state;
	const struct unit_change up[] = { { .unit = SCHOOL, .has_parent = true, .parent = C },
					  { .unit = PART, .has_parent = true, .parent = C } };
	const struct unit_change gone = { .unit = DISTRICT };

	units_entry(u, NEW)->void_status = true;
	event(u, 1, UNIT_MOVE, "01/01/2025", 2, up);
	event(u, 2, UNIT_DISSOLVE, "01/07/2025", 1, &gone);
	replay(u);
	assert_int_equal(on(u, PART, "31/12/2024").parent, B);
	assert_int_equal(on(u, PART, "01/01/2025").parent, C);
	assert_false(on(u, DISTRICT, "01/07/2025").active);
	assert_int_equal(units_heir(u, DISTRICT, day("01/07/2025")), DISTRICT);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct units *u = *state;
	const struct unit_change cases[][2] = {
		{ { .unit = 99, .to = B } },
		{ { .unit = A, .to = 99 } },
		{ { .unit = A, .to = A } },
		{ { .unit = A, .to = C }, { .unit = B, .to = SCHOOL } },
		{ { .unit = A, .to = C }, { .unit = A, .to = C } },
		{ { .unit = NEW, .to = B } },
	};
	const struct {
		int code;
		size_t count;
		const char *subject;
	} wanted[] = {
		{ ERR_NO_UNIT, 1, "#1: 99 " }, { ERR_NO_UNIT, 1, "#1: 99 " },
		{ ERR_UNIT_CYCLE, 1, "#1: 3 UBND xã Đồng Thịnh" },
		{ ERR_BAD_VALUE, 2, "#1: to" },
		{ ERR_EXISTS, 2, "#1: 3 UBND xã Đồng Thịnh" },
		{ ERR_UNIT_INACTIVE, 1, "#1: 7 UBND xã Sông Lô" },
	};
	size_t i;

	units_entry(u, NEW)->first.from = day("02/01/2025");
	for (i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		u->event_count = 0;
		event(u, 1, UNIT_MERGE, "01/01/2025", wanted[i].count, cases[i]);
		refused(u, wanted[i].code, wanted[i].subject);
	}
}

static void what_has_ended_takes_part_in_nothing(void **state)
{
	struct units *u = *state;
	const struct unit_change gone = { .unit = A }, back = { .unit = B, .to = A };
	const struct unit_change under = { .unit = SCHOOL, .has_parent = true, .parent = A };
	struct unit_event *ev;

	merge_all(u, 1);
	ev = event(u, 2, UNIT_DISSOLVE, "02/07/2025", 1, &gone);
	refused(u, ERR_UNIT_INACTIVE, "#2: 3 UBND xã Đồng Thịnh");
	ev->withdrawn = bytes_str("nhập nhầm");
	replay(u);
	event(u, 3, UNIT_MERGE, "01/07/2025", 1, &back);
	refused(u, ERR_UNIT_INACTIVE, "#3: 4 UBND xã Tứ Yên");
	units_event_by_number(u, 3)->withdrawn = bytes_str("nhập nhầm");
	event(u, 4, UNIT_MOVE, "01/07/2025", 1, &under);
	refused(u, ERR_UNIT_INACTIVE, "#4: 3 UBND xã Đồng Thịnh");
	/* A day earlier it is there still. */
	units_event_by_number(u, 4)->withdrawn = bytes_str("nhầm ngày");
	event(u, 5, UNIT_MOVE, "30/06/2025", 1, &under);
	replay(u);
}

static void shares_add_up(void **state)
{
	struct units *u = *state;
	const int64_t shares[][2] = { { 6000, 3999 }, { 6000, 4001 }, { 10000, 0 } };
	size_t i;

	units_entry(u, NEW)->void_status = true;
	for (i = 0; i < 3; i++) {
		const struct unit_change rows[] = {
			{ .unit = SCHOOL, .to = SCHOOL, .share = shares[i][0] },
			{ .unit = SCHOOL, .to = PART, .share = shares[i][1], .founds = true },
		};

		u->event_count = 0;
		event(u, 1, UNIT_SPLIT, "01/08/2024", 2, rows);
		refused(u, ERR_UNIT_SHARES, i < 2 ? "#1: 6 Trường Tiểu học Tứ Yên" :
						    "#1: 8 Trường Tiểu học Tứ Yên 2");
	}
}

static void no_unit_stands_below_itself(void **state)
{
	struct units *u = *state;
	const struct unit_change row = { .unit = DISTRICT, .has_parent = true, .parent = SCHOOL };

	units_entry(u, NEW)->void_status = true;
	event(u, 1, UNIT_MOVE, "01/01/2025", 1, &row);
	refused(u, ERR_UNIT_CYCLE, "#1: 2 UBND huyện Sông Lô");
	/* Left out, it changes nothing; and says why. */
	assert_int_equal(units_replay(u, false, NULL), 0);
	assert_int_equal(on(u, DISTRICT, "01/01/2025").parent, PROVINCE);
	assert_int_equal(units_event(u, 0)->misfit.code, ERR_UNIT_CYCLE);
	u->event_count = 0;
	units_entry(u, PROVINCE)->first.parent = SCHOOL;
	refused(u, ERR_UNIT_CYCLE, "26");
}

static void acts_come_before_their_effects(void **state)
{
	struct units *u = *state;
	struct unit_event *ev;
	const struct unit_change gone = { .unit = A };

	units_entry(u, NEW)->void_status = true;
	ev = event(u, 1, UNIT_DISSOLVE, "01/01/2025", 1, &gone);
	ev->act_date = day("02/01/2025");
	refused(u, ERR_UNIT_EARLY, "#1: from");
	ev->act_date = day("01/01/2025");
	ev->issuer = BYTES_NONE;
	refused(u, ERR_REQUIRED, "#1: act, act_date, issuer");
}

static void one_code_has_one_holder_a_day(void **state)
{
	struct units *u = *state;
	const struct unit_change row = { .unit = C, .code = bytes_str("08851") };

	refused(u, ERR_UNIT_CODE, "08848: 3, 7");
	merge_all(u, 2);
	replay(u);
	event(u, 1, UNIT_RENAME, "01/01/2025", 1, &row);
	refused(u, ERR_UNIT_CODE, "08851: 4, 5");
}

static void a_withdrawn_event_takes_its_unit_back(void **state)
{
	struct units *u = *state;

	merge_all(u, 1);
	units_event_by_number(u, 1)->withdrawn = bytes_str("sai ngày");
	replay(u);
	assert_false(on(u, NEW, "01/07/2025").active);
	assert_true(on(u, A, "01/07/2025").active);
	assert_int_equal(units_heir(u, A, day("01/07/2025")), A);
	assert_false(units_lived(u, NEW, UNIT_ALWAYS, UNIT_NEVER));
	/* Entered again, it begins the same unit. */
	merge_all(u, 2);
	replay(u);
	assert_int_equal(units_heir(u, A, day("01/07/2025")), NEW);
}

static uint64_t find(struct units *u, const char *text, const char *when)
{
	uint64_t number = 0;
	struct err e = { 0 };

	if (units_find(u, bytes_str(text), day(when), &number, &e) != 0)
		fail_msg("%s: %s", err_name(e.code), e.subject);
	return number;
}

static void units_are_found(void **state)
{
	struct units *u = *state;

	merge_all(u, 1);
	replay(u);
	/* The code's holder on the day; a former code; a number; names. */
	assert_int_equal(find(u, "08848", "30/06/2025"), A);
	assert_int_equal(find(u, "08848", "01/07/2025"), NEW);
	assert_int_equal(find(u, "08851", "01/07/2025"), B);
	assert_int_equal(find(u, "26", "01/07/2025"), PROVINCE);
	assert_int_equal(find(u, "3", "01/07/2025"), A);
	assert_int_equal(find(u, "dong thinh", "01/07/2025"), A);
	assert_int_equal(find(u, "ĐỨC BÁC", "01/01/2025"), C);
	assert_int_equal(find(u, "trường tiểu học tứ yên", "01/07/2025"), SCHOOL);
	assert_int_equal(find(u, "xã sông lô", "01/07/2025"), NEW);
}

static void two_are_not_guessed(void **state)
{
	struct units *u = *state;
	uint64_t number = 0;
	struct err e = { 0 };

	merge_all(u, 1);
	replay(u);
	assert_int_equal(units_find(u, bytes_str("tu yen"), day("01/01/2025"), &number, &e),
			 ERR_UNIT_AMBIGUOUS);
	assert_string_equal(e.subject, "tu yen: 4 UBND xã Tứ Yên; 6 Trường Tiểu học Tứ Yên; 8 "
			    "Trường Tiểu học Tứ Yên 2");
	assert_int_equal(units_find(u, bytes_str("xa la"), 0, &number, &e), ERR_NO_UNIT);
	assert_int_equal(units_find(u, BYTES_NONE, 0, &number, &e), ERR_NO_UNIT);
	assert_int_equal(number, 0);
}

static void names_show_their_parent(void **state)
{
	struct units *u = *state;
	struct buf b;

	merge_all(u, 1);
	replay(u);
	buf_init(&b, 1000);
	units_full_name(u, NEW, day("01/07/2025"), &b);
	IS(buf_view(&b), "UBND xã Sông Lô, UBND tỉnh Vĩnh Phúc");
	buf_clear(&b);
	units_full_name(u, PROVINCE, day("01/07/2025"), &b);
	IS(buf_view(&b), "UBND tỉnh Vĩnh Phúc");
	buf_clear(&b);
	units_full_name(u, 99, 0, &b);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(units_are_as_they_began),
		TEST(a_name_holds_from_its_day),
		TEST(a_merger_ends_the_old_and_begins_the_new),
		TEST(a_unit_may_take_in_others_and_stay),
		TEST(events_follow_one_another_on_one_day),
		TEST(a_split_tells_the_parts),
		TEST(moving_and_dissolving),
		TEST(what_does_not_fit_is_refused),
		TEST(what_has_ended_takes_part_in_nothing),
		TEST(shares_add_up),
		TEST(no_unit_stands_below_itself),
		TEST(acts_come_before_their_effects),
		TEST(one_code_has_one_holder_a_day),
		TEST(a_withdrawn_event_takes_its_unit_back),
		TEST(units_are_found),
		TEST(two_are_not_guessed),
		TEST(names_show_their_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
