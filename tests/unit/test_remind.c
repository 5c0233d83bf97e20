/* Reminders: into the stream of each unit that owes something, once a day, whatever stops
 * the job half-way. */
#include "server/remind.h"
#include "tests/unit/calendar_sample.h"

static int remind(size_t *owing, size_t *written)
{
	struct remind r = { .officer = &d.office.officer, .by = bytes_str(OFFICE_NAME),
			    .now = d.office.now };
	struct timely_table t;
	struct agenda_item *items;
	struct view v;
	size_t count;
	int code;

	look_at(&v, &d.office.s.replica, ANY_STREAM);
	OK(agenda_find(v.calendar, bytes_str("d4"), 2026, &d.a, &items, &count, &d.e));
	assert_int_equal(count, 1);
	OK(agenda_table(&v.t, items, &d.a, &t, &d.e));
	r.about = items;
	r.table = &t;
	r.schema = v.t.schema;
	code = server_remind(&d.office.s, &r, &d.e);
	*owing = r.owing;
	*written = r.written;
	calendar_free(v.calendar);
	return code;
}

/* How many there are, and in how many streams. */
static int64_t reminders(void)
{
	return office_number(&d.office, "SELECT count(*) FROM t_urging WHERE deleted=0 AND f_kind=2 AND "
			     "f_about='d4 2026'");
}

static int64_t streams(void)
{
	return office_number(&d.office, "SELECT count(DISTINCT stream) FROM t_urging");
}

static void whoever_owes_it_is_reminded_once_a_day(void **state)
{
	size_t owing, written;

	(void)state;
	now_is(at(2026, 12, 10, 8, 0, 0));
	put(FIRST, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	OK(remind(&owing, &written));
	assert_int_equal(owing, all_asked() - 1);
	assert_int_equal(written, owing);
	assert_int_equal(reminders(), owing);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_urging WHERE stream=31"), 0);
	/* With its last good day, and who it was. */
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_urging WHERE f_due=20801 AND "
				       "f_date=20797 AND f_by='" OFFICE_NAME "' AND f_actions LIKE "
				       "'%hết ngày 14/12/2026.'"), owing);
	OK(remind(&owing, &written));
	assert_int_equal(written, 0);
	assert_int_equal(reminders(), owing);
	now_is(at(2026, 12, 15, 8, 0, 0));
	OK(remind(&owing, &written));
	assert_int_equal(written, owing);
	/* It was due yesterday: no day to come is named. */
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_urging WHERE f_due IS NULL"),
			 owing);
}

static void what_stopped_half_way_goes_on_where_it_stopped(void **state)
{
	size_t owing, written, before;

	(void)state;
	now_is(at(2026, 12, 10, 8, 0, 0));
	d.office.stop_at = d.office.commits + 6;
	assert_int_not_equal(remind(&owing, &before), 0);
	d.office.stop_at = 0;
	assert_true(before > 0 && before < all_asked());
	assert_int_equal(reminders(), before);
	OK(remind(&owing, &written));
	assert_int_equal(owing, all_asked());
	assert_int_equal(before + written, owing);
	assert_int_equal(reminders(), owing);
	assert_int_equal(streams(), owing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, make, end)
		T(whoever_owes_it_is_reminded_once_a_day),
		T(what_stopped_half_way_goes_on_where_it_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
