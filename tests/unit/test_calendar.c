/* The calendar: what packs may say of it, and whom its words name. */
#include "common/calendar/agenda.h"
#include "tests/unit/calendar_sample.h"

/* The sample pack with one text replaced by another: the complaint. */
static const char *spoiled(const char *what, const char *with)
{
	static struct err e;
	struct schema *s = NULL;
	struct buf json, out;
	const char *at;
	int code;

	office_file("tests/unit/data/calendar-pack.json", &json);
	buf_byte(&json, 0);
	at = strstr((const char *)json.at, what);
	assert_non_null(at);
	buf_init(&out, 1 << 20);
	buf_put(&out, json.at, (size_t)(at - (const char *)json.at));
	buf_put(&out, with, strlen(with));
	buf_put(&out, at + strlen(what), strlen(at + strlen(what)));
	e = (struct err){ 0 };
	assert_int_equal(schema_new(&s, &e), 0);
	code = schema_add(s, buf_view(&out), &e);
	assert_int_equal(code, what == with ? 0 : ERR_BAD_PACK);
	schema_free(s);
	buf_release(&out);
	buf_release(&json);
	return e.subject;
}

static void expect_complaint(const char *what, const char *with, const char *about)
{
	const char *said = spoiled(what, with);

	if (strstr(said, about) == NULL)
		fail_msg("'%s' instead of something about %s", said, about);
}

static void bad_calendars_are_told_with_their_place(void **state)
{
	const char *same = "\"format\"";

	(void)state;
	spoiled(same, same);
	expect_complaint("\"rounds\": \"call\"", "\"rounds\": \"khong_co\"", "calendar");
	expect_complaint("\"rounds\": \"call\"", "\"rounds\": \"prize\"", "prize");
	expect_complaint("\"code\": \"expects\", \"kind\": \"text\"",
			 "\"code\": \"expected\", \"kind\": \"text\"", "expects");
	expect_complaint("\"code\": \"due\", \"kind\": \"date\"",
			 "\"code\": \"due\", \"kind\": \"text\"", "due");
	expect_complaint("\"code\": \"new_day\", \"kind\": \"date\"",
			 "\"code\": \"new_day\", \"kind\": \"int\"", "new_day");
	expect_complaint("\"about\": \"about\"", "\"about\": \"date\"", "about");
	expect_complaint("\"about\": \"about\", ", "", "reminders");
	expect_complaint("\"by\": \"by\" }", "\"by\": \"by\", \"state\": \"sent\" }", "sent");
	expect_complaint("\"values\": { \"kind\": \"urge\" }", "\"values\": { \"kind\": \"beg\" }", "kind");
	expect_complaint("\"on\": \"held_on\"", "\"on\": \"inside\"", "d7");
	expect_complaint("\"before\": \"12-15\"", "\"before\": \"12-15\", \"by\": \"12-15\"", "d4");
	expect_complaint("\"before\": \"12-15\"", "\"before\": \"13-15\"", "d4");
	expect_complaint("\"where\": \"sub = 'sector'\"", "\"where\": \"sub = 'other'\"", "d1");
}

static void expect_named(const char *words, size_t wanted, const char *lost)
{
	const struct units *units;
	const uint64_t *list;
	struct buf unknown;
	size_t count, i;

	OK(units_now(&d.office.s.replica, &units, &d.e));
	buf_init(&unknown, 1 << 12);
	OK(calendar_named(units, bytes_str(words), date_of(d.office.now), &d.a, &list, &count,
			  &unknown, &d.e));
	assert_int_equal(count, wanted);
	for (i = 1; i < count; i++)
		assert_true(list[i - 1] < list[i]);
	buf_byte(&unknown, 0);
	assert_string_equal((char *)unknown.at, lost);
	buf_release(&unknown);
}

static void words_name_units_by_code_kind_and_number(void **state)
{
	(void)state;
	expect_named("", 0, "");
	expect_named(" , ;\n", 0, "");
	expect_named("MN-TAMSON", 1, "");
	expect_named("MN", kindergartens(), "");
	expect_named("MN MN-TAMSON,MN;XA TT MN", all_asked(), "");
	expect_named("31", 1, "");
	/* Not by a part of a name, however well it fits. */
	expect_named("Quang Bạch XX MN-TAMSON", 1, "Quang Bạch XX");
}

/* By last good day, averages at the end, what is ongoing not at all. */
static void a_year_s_agenda_is_in_order(void **state)
{
	struct agenda_item *items;
	struct view v;
	size_t count, i, averages = 0;

	(void)state;
	now_is(at(2026, 11, 1, 8, 0, 0));
	put(0, "{\"type\":\"call\",\"code\":\"DOT-1\",\"title\":\"Đợt 1\",\"expects\":\"course_list\","
	       "\"units\":\"MN\",\"from\":\"2026-11-01\",\"due\":\"2026-11-20\"}", NULL);
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"period\":\"2026\",\"new_day\":\"2027-01-05\","
	       "\"reason\":\"Tết\"}", NULL);
	look_at(&v, &d.office.s.replica, ANY_STREAM);
	OK(agenda_make(v.calendar, 2026, AGENDA_DUE, &d.a, &items, &count, &d.e));
	/* d1 for 2027, d3 four times, d4, d7, d8, d11, d12, the call. */
	assert_int_equal(count, 11);
	for (i = 0; i < count; i++) {
		averages += items[i].due.day == DEADLINE_NO_DAY;
		assert_true(i == 0 || items[i - 1].due.day <= items[i].due.day);
		if (items[i].deadline != NULL && strcmp(items[i].deadline->code, "d1") == 0)
			assert_int_equal(items[i].period.year, 2027);
	}
	assert_int_equal(averages, 1);
	/* The extension moved the report behind what is due at the end of the year. */
	assert_string_equal(items[count - 2].deadline->code, "d4");
	OK(agenda_make(v.calendar, 2026, AGENDA_OF, &d.a, &items, &count, &d.e));
	for (i = 0; i < count; i++)
		if (items[i].deadline != NULL && strcmp(items[i].deadline->code, "d1") == 0)
			assert_int_equal(items[i].period.year, 2026);
	OK(agenda_find(v.calendar, bytes_str("d3"), 2026, &d.a, &items, &count, &d.e));
	assert_int_equal(count, 4);
	OK(agenda_find(v.calendar, bytes_str("d10"), 2026, &d.a, &items, &count, &d.e));
	assert_int_equal(count, 1);
	assert_non_null(items[0].round);
	OK(agenda_find(v.calendar, bytes_str("DOT-1"), 1999, &d.a, &items, &count, &d.e));
	assert_int_equal(count, 1);
	assert_int_equal(agenda_find(v.calendar, bytes_str("DOT-2"), 2026, &d.a, &items, &count, &d.e),
			 ERR_NO_DEADLINE);
	calendar_free(v.calendar);
}

/* Signed and strange: it says less, and others are read beside it. */
static void records_that_make_no_sense_do_no_harm(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 12, 16, 8, 0, 0));
	put(0, "{\"type\":\"call\",\"code\":\"X\"}", NULL);
	put(0, "{\"type\":\"call\",\"expects\":\"khong_co\",\"due\":\"9999-12-31\",\"units\":\"MN\"}", NULL);
	put(0, "{\"type\":\"longer\"}", NULL);
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"period\":\"năm nay\",\"new_day\":\"2026-12-20\"}",
	    NULL);
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"new_day\":\"0001-01-01\",\"units\":\"KHONG\"}", NULL);
	t = table("d4", 2026, 0);
	/* A period that can't be read is the one that is nearest to the day. */
	assert_int_equal(t.due.day - t.due.quoted, 6);
	assert_int_equal(t.open, all_asked());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, make, end)
		cmocka_unit_test(bad_calendars_are_told_with_their_place),
		T(words_name_units_by_code_kind_and_number),
		T(a_year_s_agenda_is_in_order),
		T(records_that_make_no_sense_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
