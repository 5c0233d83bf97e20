/* Events of units as they are entered on the server: resolved, tried out, written, taken
 * back; and read from tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/date.h"
#include "server/fsck.h"
#include "server/unit/unit.h"
#include "server/unit/unit_event.h"
#include "tests/lib/office.h"

static int64_t day(const char *text)
{
	int64_t days = 0;

	assert_true(date_parse(bytes_str(text), &days));
	return days;
}

static int make(void **state)
{
	struct office *o = malloc(sizeof *o);

	assert_non_null(o);
	office_make(o);
	office_equip(o);
	*state = o;
	return 0;
}

static int end(void **state)
{
	office_end(*state);
	free(*state);
	return 0;
}

static uint64_t head(struct office *o)
{
	struct stream_head h;

	assert_int_equal(replica_head(&o->s.replica, 0, &h, &o->e), 0);
	return h.seq;
}

static struct event_entry entry(enum unit_event_kind kind, const char *from,
				struct event_row *rows, size_t count)
{
	return (struct event_entry){ .kind = kind, .from = day(from),
				     .act_date = day("01/06/2024"),
				     .act = bytes_str("QĐ 12/QĐ-UBND"),
				     .issuer = bytes_str("UBND huyện Sông Lô"),
				     .rows = rows, .count = count };
}

static uint64_t enter(struct office *o, struct event_entry ev)
{
	uint64_t first = 0;

	if (unit_event_put(&o->s, &o->s.working, &ev, 1, false, &first, &o->e) != 0)
		fail_msg("%s: %s", err_name(o->e.code), o->e.subject);
	return first;
}

static void refused(struct office *o, struct event_entry ev, int code, const char *subject)
{
	uint64_t first = 0, before = head(o);

	assert_int_equal(unit_event_put(&o->s, &o->s.working, &ev, 1, false, &first, &o->e), code);
	assert_string_equal(o->e.subject, subject);
	assert_int_equal(head(o), before);
}

static struct unit on(struct office *o, uint64_t number, const char *when)
{
	const struct units *u;
	struct unit unit;

	assert_int_equal(units_now(&o->s.replica, &u, &o->e), 0);
	assert_true(units_on(u, number, day(when), &unit));
	return unit;
}

#define IS(bytes, text) assert_true(bytes_equal(bytes, bytes_str(text)))

static void import_file(struct office *o, const char *path, size_t *count)
{
	struct event_entry *list;
	struct buf file;
	uint64_t first = 0;

	office_file(path, &file);
	if (unit_event_read(buf_view(&file), &o->a, &list, count, &o->e) != 0 ||
	    unit_event_put(&o->s, &o->s.working, list, *count, false, &first, &o->e) != 0)
		fail_msg("%s: %s", err_name(o->e.code), o->e.subject);
	assert_int_equal(first, 1);
	buf_release(&file);
}

/* How many communes and townships there are on a day, and how many of them outside. */
static size_t communes(struct office *o, const char *when, size_t *outside)
{
	const struct units *u;
	struct unit unit;
	size_t i, n = 0;

	*outside = 0;
	assert_int_equal(units_now(&o->s.replica, &u, &o->e), 0);
	for (i = 0; i < units_count(u); i++) {
		units_at(u, i, day(when), &unit);
		if (!unit.active || (!bytes_equal(unit.kind, bytes_str("XA")) &&
				     !bytes_equal(unit.kind, bytes_str("TT"))))
			continue;
		n++;
		*outside += unit.outside;
	}
	return n;
}

/* domain 8.2: what the law did to the 17 communes. */
static void the_law_is_replayed(void **state)
{
	struct office *o = *state;
	const struct {
		uint64_t number;
		const char *code, *name;
	} successors[] = {
		{ 14, "08773", "UBND xã Yên Lãng" }, { 15, "08773", "UBND xã Yên Lãng" },
		{ 16, "08782", "UBND xã Hải Lựu" }, { 17, "08782", "UBND xã Hải Lựu" },
		{ 18, "08824", "UBND xã Tam Sơn" }, { 19, "08782", "UBND xã Hải Lựu" },
		{ 20, "08782", "UBND xã Hải Lựu" }, { 21, "08782", "UBND xã Hải Lựu" },
		{ 22, "08824", "UBND xã Tam Sơn" }, { 23, "08824", "UBND xã Tam Sơn" },
		{ 24, "08824", "UBND xã Tam Sơn" }, { 25, "08824", "UBND xã Tam Sơn" },
		{ 26, "08848", "UBND xã Sông Lô" }, { 27, "08848", "UBND xã Sông Lô" },
		{ 28, "08848", "UBND xã Sông Lô" }, { 29, "08848", "UBND xã Sông Lô" },
		{ 30, "08866", "UBND xã Sơn Đông" },
	};
	const struct units *u;
	size_t count = 0, outside, i;

	import_file(o, "common/packs/songlo-unit-events.csv", &count);
	assert_int_equal(count, 9);
	assert_int_equal(communes(o, "31/12/2024", &outside), 17);
	assert_int_equal(communes(o, "01/01/2025", &outside), 14);
	assert_int_equal(communes(o, "30/06/2025", &outside), 14);
	assert_int_equal(outside, 0);
	assert_int_equal(communes(o, "01/07/2025", &outside), 5);
	assert_int_equal(outside, 1);
	assert_int_equal(units_now(&o->s.replica, &u, &o->e), 0);
	for (i = 0; i < sizeof successors / sizeof successors[0]; i++) {
		uint64_t heir = units_heir(u, successors[i].number, day("01/07/2025"));

		IS(on(o, heir, "01/07/2025").code, successors[i].code);
		IS(on(o, heir, "01/07/2025").name, successors[i].name);
		assert_true(heir > 86);
	}
	/* Half a year earlier, two communes take in three. */
	assert_int_equal(units_heir(u, 16, day("31/12/2024")), 16);
	assert_int_equal(units_heir(u, 16, day("01/01/2025")), 17);
	assert_int_equal(units_heir(u, 23, day("30/06/2025")), 24);
	assert_int_equal(units_heir(u, 25, day("30/06/2025")), 24);
	IS(on(o, 24, "30/06/2025").name, "UBND thị trấn Tam Sơn");
	/* Offices end with the district; schools stay, below the new communes. */
	assert_true(on(o, 3, "30/06/2025").active);
	assert_false(on(o, 3, "01/07/2025").active);
	assert_true(on(o, 48, "01/07/2025").active);
	assert_int_equal(on(o, 48, "31/12/2024").parent, 16);
	assert_int_equal(on(o, 48, "01/01/2025").parent, 17);
	assert_int_equal(on(o, 48, "01/07/2025").parent, units_heir(u, 16, day("01/07/2025")));
}

static void a_code_means_another_unit_behind_the_event(void **state)
{
	struct office *o = *state;
	struct event_row rows[] = {
		{ .unit = bytes_str("08848"), .code = bytes_str("08848"),
		  .name = bytes_str("UBND xã Sông Lô") },
		{ .unit = bytes_str("08851") },
	};
	struct event_row school = { .unit = bytes_str("50"), .parent = bytes_str("08848") };

	enter(o, entry(UNIT_MERGE, "01/07/2025", rows, 2));
	assert_int_equal(on(o, 28, "01/07/2025").until, day("01/07/2025"));
	/* The kind and the parent of the first one that went into it. */
	IS(on(o, 88, "01/07/2025").kind, "XA");
	assert_int_equal(on(o, 88, "01/07/2025").parent, 1);
	assert_int_equal(enter(o, entry(UNIT_MOVE, "01/07/2025", &school, 1)), 2);
	assert_int_equal(on(o, 50, "01/07/2025").parent, 88);
	assert_int_equal(enter(o, entry(UNIT_MOVE, "30/06/2025", &school, 1)), 3);
	assert_int_equal(on(o, 50, "30/06/2025").parent, 27);
}

static void what_stays_in_a_merger_has_no_row(void **state)
{
	struct office *o = *state;
	struct event_row rows[] = {
		{ .unit = bytes_str("08824"), .to = bytes_str("08824") },
		{ .unit = bytes_str("Như Thụy xã"), .to = bytes_str("08824") },
	};

	refused(o, entry(UNIT_MERGE, "01/01/2025", rows, 2), ERR_NO_UNIT, "Như Thụy xã");
	rows[1].unit = bytes_str("xã Như Thụy");
	enter(o, entry(UNIT_MERGE, "01/01/2025", rows, 2));
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_unit_change"), 1);
	assert_true(on(o, 24, "01/01/2025").active);
	assert_false(on(o, 25, "01/01/2025").active);
}

static void a_split_makes_its_parts(void **state)
{
	struct office *o = *state;
	struct event_row rows[] = {
		{ .unit = bytes_str("TH-TAMSON"), .to = bytes_str("TH-TAMSON"), .share = 6666 },
		{ .unit = bytes_str("TH-TAMSON"), .share = 3333, .code = bytes_str("TH-TAMSON2"),
		  .name = bytes_str("Trường Tiểu học Tam Sơn 2") },
	};

	refused(o, entry(UNIT_SPLIT, "01/08/2024", rows, 2), ERR_UNIT_SHARES,
		"#1: 38 Trường Tiểu học Tam Sơn");
	rows[1].share = 3334;
	enter(o, entry(UNIT_SPLIT, "01/08/2024", rows, 2));
	IS(on(o, 88, "01/08/2024").kind, "TH");
	assert_int_equal(on(o, 88, "01/08/2024").parent, 24);
	assert_int_equal(office_number(o, "SELECT f_share FROM t_unit_change WHERE f_to=88"),
			 3334);
}

static void wrong_events_write_nothing(void **state)
{
	struct office *o = *state;
	struct event_row taken = { .unit = bytes_str("08773"), .code = bytes_str("08776") };
	struct event_row bad_code = { .unit = bytes_str("08773"), .code = bytes_str("0 8") };
	struct event_row no_parent = { .unit = bytes_str("MN-TAMSON") };
	struct event_row nowhere = { .unit = bytes_str("08773"), .line = 7 };
	struct event_row good = { .unit = bytes_str("08773") };
	struct event_entry early = entry(UNIT_DISSOLVE, "31/05/2024", &good, 1);
	struct event_entry both[] = { entry(UNIT_DISSOLVE, "01/01/2025", &good, 1),
				      entry(UNIT_DISSOLVE, "02/01/2025", &good, 1) };
	uint64_t first = 0, before = head(o);

	refused(o, entry(UNIT_RENAME, "01/01/2025", &taken, 1), ERR_UNIT_CODE, "08776: 14, 15");
	refused(o, entry(UNIT_RENAME, "01/01/2025", &bad_code, 1), ERR_BAD_VALUE, "code");
	refused(o, entry(UNIT_MOVE, "01/01/2025", &no_parent, 1), ERR_REQUIRED, "parent");
	refused(o, entry(UNIT_MERGE, "01/01/2025", &nowhere, 1), ERR_REQUIRED, "line 7: to, name");
	refused(o, early, ERR_UNIT_EARLY, "#1: from");
	refused(o, entry(UNIT_DISSOLVE, "01/01/2025", NULL, 0), ERR_REQUIRED, "#1: unit");
	/* The first one fits; it is not kept without the second. */
	assert_int_equal(unit_event_put(&o->s, &o->s.working, both, 2, false, &first, &o->e), ERR_UNIT_INACTIVE);
	assert_int_equal(unit_event_put(&o->s, &o->s.working, both, 1, true, &first, &o->e), 0);
	assert_int_equal(head(o), before);
	assert_true(on(o, 14, "01/01/2025").active);
}

static void an_event_is_withdrawn_and_entered_again(void **state)
{
	struct office *o = *state;
	struct event_row rows[] = {
		{ .unit = bytes_str("08773"), .code = bytes_str("08773"),
		  .name = bytes_str("UBND xã Yên Lãng") },
		{ .unit = bytes_str("08776") },
	};
	struct event_row school = { .unit = bytes_str("MN-LANGCONG"), .parent = bytes_str("88") };
	struct event_row again[] = { { .unit = bytes_str("08773"), .to = bytes_str("88") },
				     { .unit = bytes_str("08776"), .to = bytes_str("88") } };
	struct bytes why = bytes_str("Sai ngày hiệu lực");

	enter(o, entry(UNIT_MERGE, "01/06/2025", rows, 2));
	enter(o, entry(UNIT_MOVE, "01/06/2025", &school, 1));
	assert_int_equal(unit_event_withdraw(&o->s, &o->s.working, 9, why, &o->e), ERR_NO_RECORD);
	assert_int_equal(unit_event_withdraw(&o->s, &o->s.working, 2, BYTES_NONE, &o->e), ERR_REQUIRED);
	/* What rests on it goes first. */
	assert_int_equal(unit_event_withdraw(&o->s, &o->s.working, 1, why, &o->e), ERR_UNIT_INACTIVE);
	assert_int_equal(unit_event_withdraw(&o->s, &o->s.working, 2, why, &o->e), 0);
	assert_int_equal(unit_event_withdraw(&o->s, &o->s.working, 1, why, &o->e), 0);
	assert_int_equal(unit_event_withdraw(&o->s, &o->s.working, 1, why, &o->e), ERR_UNIT_WITHDRAWN);
	assert_true(on(o, 14, "01/07/2025").active);
	assert_false(on(o, 88, "01/07/2025").active);
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_unit_event WHERE deleted=0 AND "
				       "f_withdrawn IS NOT NULL"), 2);
	assert_int_equal(enter(o, entry(UNIT_MERGE, "01/07/2025", again, 2)), 3);
	assert_false(on(o, 88, "30/06/2025").active);
	assert_true(on(o, 88, "01/07/2025").active);
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_unit WHERE f_number>87"), 1);
}

static void a_beginning_can_be_corrected_but_not_against_events(void **state)
{
	struct office *o = *state;
	struct event_row row = { .unit = bytes_str("08773"), .name = bytes_str("UBND xã Mới") };
	struct unit_row name = { .number = 14, .code = bytes_str("08773"),
				 .name = bytes_str("UBND xã Lãng-Công") };
	struct unit_row late = { .number = 14, .has_since = true, .since = day("02/01/2025") };
	size_t changed;

	enter(o, entry(UNIT_RENAME, "01/01/2025", &row, 1));
	assert_int_equal(unit_put(&o->s, &name, 1, &changed, &o->e), 0);
	IS(on(o, 14, "31/12/2024").name, "UBND xã Lãng-Công");
	IS(on(o, 14, "01/01/2025").name, "UBND xã Mới");
	assert_int_equal(unit_put(&o->s, &late, 1, &changed, &o->e), ERR_UNIT_INACTIVE);
}

static void an_outside_unit_has_no_stream(void **state)
{
	struct office *o = *state;
	struct draft d;
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(server_enrol(&o->s, 86, ROLE_CLERK, BYTES_NONE, 60, &text, &o->e),
			 ERR_UNIT_OUTSIDE);
	assert_int_equal(server_begin(&o->s, 86, &o->s.working, &o->a, &d, &o->e),
			 ERR_UNIT_OUTSIDE);
	buf_release(&text);
}

static void note(void *ctx, const char *place, const char *what)
{
	buf_printf(ctx, "%s: %s\n", place, what);
}

/* Rules that a later program may tighten, and hands in the store. */
static void fsck_replays_the_events(void **state)
{
	struct office *o = *state;
	struct event_row row = { .unit = bytes_str("08773") };
	struct buf places;
	struct fsck f = { .env = &o->env, .scratch = ":memory:", .found = note, .ctx = &places };

	enter(o, entry(UNIT_DISSOLVE, "01/01/2025", &row, 1));
	assert_int_equal(db_exec(o->s.db, &o->e, "UPDATE t_unit_change SET f_unit=99", ""), 0);
	buf_init(&places, 1 << 16);
	assert_int_equal(server_fsck(&f, o->dir, &o->e), 0);
	buf_byte(&places, 0);
	assert_non_null(strstr((char *)places.at, "units: no_such_unit: #1: 99"));
	buf_release(&places);
}

#define HEADING "event,kind,from,act,act_date,issuer,unit,to,share\n"

static void tables_name_the_cell_that_is_wrong(void **state)
{
	struct office *o = *state;
	const struct {
		const char *text, *place;
	} cases[] = {
		{ HEADING "1,fuse,01/01/2025,A,01/01/2025,B,08773,08776,\n", "B2" },
		{ HEADING "1,merge,32/01/2025,A,01/01/2025,B,08773,08776,\n", "C2" },
		{ HEADING "1,merge,,A,01/01/2025,B,08773,08776,\n", "C2" },
		{ HEADING "1,merge,01/01/2025,A,01/01/2025,B,08773,08776,\n"
			  "1,merge,02/01/2025,A,01/01/2025,B,08779,08776,\n", "A3" },
		{ HEADING "1,split,01/01/2025,A,01/01/2025,B,08773,08776,33.333\n", "I2" },
		{ HEADING ",split,01/01/2025,A,01/01/2025,B,08773,08776,50\n", "A2" },
		{ "event,kind,from,act,act_date,issuer,to\n", "1: unit" },
		{ "event,kind,from,act,act_date,issuer,unit,x\n", "H1" },
	};
	struct event_entry *list;
	size_t i, count;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(unit_event_read(bytes_str(cases[i].text), &o->a, &list, &count,
						 &o->e), ERR_BAD_INPUT);
		assert_string_equal(o->e.subject, cases[i].place);
	}
	assert_int_equal(unit_event_read(bytes_str(HEADING
				"7,split,01/01/2025,QĐ 1,01/12/2024,UBND,TH-A,TH-B,\"33,5\"\n"
				"7,split,01/01/2025,QĐ 1,01/12/2024,UBND,TH-A,TH-C,66.5\n"
				"x,dissolve,01/01/2025,QĐ 1,01/12/2024,UBND,TH-D,,\n"),
					 &o->a, &list, &count, &o->e), 0);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].count, 2);
	assert_int_equal(list[0].rows[0].share, 3350);
	assert_int_equal(list[0].rows[1].share, 6650);
	assert_int_equal(list[1].kind, UNIT_DISSOLVE);
	IS(list[1].rows[0].unit, "TH-D");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_law_is_replayed),
		TEST(a_code_means_another_unit_behind_the_event),
		TEST(what_stays_in_a_merger_has_no_row),
		TEST(a_split_makes_its_parts),
		TEST(wrong_events_write_nothing),
		TEST(an_event_is_withdrawn_and_entered_again),
		TEST(a_beginning_can_be_corrected_but_not_against_events),
		TEST(an_outside_unit_has_no_stream),
		TEST(fsck_replays_the_events),
		TEST(tables_name_the_cell_that_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
