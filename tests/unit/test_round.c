/* Rounds and extensions: the centre's calls and decisions as signed records of stream 0, on
 * the server and on a unit's computer. */
#include "tests/unit/calendar_sample.h"

static void extensions_reach_those_they_name(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 12, 18, 8, 0, 0));
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"new_day\":\"2026-12-20\","
	       "\"units\":\"XA, MN-LANGCONG khong-co\",\"reason\":\"Bão\"}", NULL);
	put(FIRST, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	put(FIRST + 1, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	put(COMMUNE, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	t = table("d4", 2026, 0);
	assert_int_equal(line_of(&t, FIRST)->state, TIMELY_LATE);
	assert_int_equal(line_of(&t, FIRST + 1)->state, TIMELY_ON_TIME);
	assert_int_equal(line_of(&t, COMMUNE)->state, TIMELY_ON_TIME);
	assert_int_equal(line_of(&t, COMMUNE + 1)->state, TIMELY_OPEN);
	assert_int_equal(line_of(&t, FIRST + 2)->state, TIMELY_MISSING);
	assert_non_null(line_of(&t, COMMUNE)->due.why);
	/* The day for those who got nothing. */
	assert_int_equal(t.due.day, t.due.quoted);
	/* Other years are not touched. */
	t = table("d4", 2025, 0);
	assert_true(t.due.day == t.due.quoted && line_of(&t, COMMUNE)->due.why == NULL);
	/* A round's longer quarter. */
	put(0, "{\"type\":\"longer\",\"deadline\":\"d3\",\"new_day\":\"2026-12-25\",\"reason\":\"Bão\"}",
	    NULL);
	now_is(at(2026, 12, 24, 8, 0, 0));
	put(FIRST + 3, "{\"type\":\"prize\",\"what\":\"d\"}", "signed");
	now_is(at(2026, 12, 26, 8, 0, 0));
	put(FIRST + 4, "{\"type\":\"prize\",\"what\":\"e\"}", "signed");
	assert_int_equal(state_of("d3", 2026, 4, FIRST + 3), TIMELY_ON_TIME);
	assert_int_equal(state_of("d3", 2027, 1, FIRST + 3), TIMELY_OPEN);
	assert_int_equal(state_of("d3", 2026, 4, FIRST + 4), TIMELY_MISSING);
	assert_int_equal(state_of("d3", 2027, 1, FIRST + 4), TIMELY_ON_TIME);
}

/* An override may come before the quoted day: what follows it is the next round's. */
static void a_shorter_quarter_leaves_the_rest_to_the_next(void **state)
{
	(void)state;
	now_is(at(2026, 12, 1, 8, 0, 0));
	put(0, "{\"type\":\"longer\",\"deadline\":\"d3\",\"period\":\"Q4/2026\",\"new_day\":\"2026-12-10\","
	       "\"reason\":\"Tết\"}", NULL);
	now_is(at(2026, 12, 10, 23, 59, 59));
	put(FIRST, "{\"type\":\"prize\",\"what\":\"a\"}", "signed");
	now_is(at(2026, 12, 11, 0, 0, 0));
	put(FIRST + 1, "{\"type\":\"prize\",\"what\":\"b\"}", "signed");
	assert_int_equal(state_of("d3", 2026, 4, FIRST), TIMELY_ON_TIME);
	assert_int_equal(state_of("d3", 2026, 4, FIRST + 1), TIMELY_MISSING);
	assert_int_equal(state_of("d3", 2027, 1, FIRST + 1), TIMELY_ON_TIME);
	assert_int_equal(state_of("d3", 2027, 1, FIRST), TIMELY_OPEN);
}

static void of_two_decisions_the_later_holds(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 12, 1, 8, 0, 0));
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"new_day\":\"2026-12-31\",\"reason\":\"Bão\"}", NULL);
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"new_day\":\"2026-12-20\",\"reason\":\"Tan bão\"}",
	    NULL);
	t = table("d4", 2026, 0);
	assert_int_equal(t.due.day - t.due.quoted, 6);
}

static struct timely_table round_table(const char *code)
{
	struct timely_table out;
	struct view v;

	look_at(&v, &d.office.s.replica, ANY_STREAM);
	assert_non_null(calendar_round(v.calendar, bytes_str(code)));
	OK(timeliness_round(&v.t, calendar_round(v.calendar, bytes_str(code)), &d.a, &out, &d.e));
	/* What it points to lives in the calendar. */
	out.round = NULL;
	calendar_free(v.calendar);
	return out;
}

static void open_call(const char *units)
{
	char line[512];

	snprintf(line, sizeof line, "{\"type\":\"call\",\"code\":\"DOT-1\",\"title\":\"Bồi dưỡng đợt 1\","
		 "\"expects\":\"course_list\",\"units\":\"%s\",\"from\":\"2026-11-01\","
		 "\"due\":\"2026-11-20\"}", units);
	put(0, line, NULL);
}

static struct rid answer(uint64_t unit, const char *code)
{
	char line[256], full[64];
	struct round r = { 0 };
	struct view v;

	look_at(&v, &d.office.s.replica, ANY_STREAM);
	if (calendar_round(v.calendar, bytes_str(code)) != NULL)
		r = *calendar_round(v.calendar, bytes_str(code));
	calendar_free(v.calendar);
	record_full_text(0, r.record, full);
	snprintf(line, sizeof line, "{\"type\":\"course_list\",\"call\":\"%s\",\"count\":2}", full);
	return put(unit, line, "signed");
}

static void t10_a_round_asks_the_units_that_it_names(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 11, 1, 8, 0, 0));
	open_call("MN-TAMSON MN-LANGCONG,MN-TAMSON; TT khong-co");
	t = round_table("DOT-1");
	assert_int_equal(t.expected, 3);
	assert_int_equal(t.open, 3);
	now_is(at(2026, 11, 20, 23, 59, 59));
	answer(FIRST, "DOT-1");
	/* One that names no call, or another one, is no answer to this. */
	put(FIRST + 1, "{\"type\":\"course_list\",\"count\":1}", "signed");
	now_is(at(2026, 11, 21, 0, 0, 0));
	answer(FIRST + 2, "DOT-1");
	/* A nil return needs to name none. */
	put(FIRST + 3, "{\"type\":\"course_list\",\"answer\":\"none\"}", "signed");
	t = round_table("DOT-1");
	assert_int_equal(t.expected, 3);
	assert_int_equal(t.on_time, 1);
	assert_int_equal(t.missing, 2);
	assert_int_equal(line_of(&t, FIRST)->state, TIMELY_ON_TIME);
	assert_int_equal(line_of(&t, FIRST + 1)->state, TIMELY_MISSING);
	assert_int_equal(line_of(&t, FIRST + 2)->state, TIMELY_LATE);
	assert_false(line_of(&t, FIRST + 2)->expected);
	assert_int_equal(line_of(&t, FIRST + 3)->state, TIMELY_LATE);
	put(0, "{\"type\":\"longer\",\"deadline\":\"DOT-1\",\"new_day\":\"2026-11-25\","
	       "\"reason\":\"Mưa\"}", NULL);
	t = round_table("DOT-1");
	assert_int_equal(t.open, 2);
	assert_int_equal(line_of(&t, FIRST + 2)->state, TIMELY_ON_TIME);
}

static void a_round_that_names_nobody_asks_whom_its_deadline_asks(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 11, 1, 8, 0, 0));
	open_call("");
	t = round_table("DOT-1");
	assert_int_equal(t.expected, kindergartens());
}

/* A type without a reference to rounds: what was handed in since the round began. */
static void a_round_is_answered_by_time_where_nothing_names_it(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 10, 31, 23, 59, 59));
	put(FIRST, "{\"type\":\"prize\",\"what\":\"sớm\"}", "signed");
	now_is(at(2026, 11, 1, 0, 0, 0));
	put(0, "{\"type\":\"call\",\"code\":\"DOT-2\",\"title\":\"Bổ sung\",\"expects\":\"prize\","
	       "\"units\":\"MN\",\"from\":\"2026-11-01\",\"due\":\"2026-11-20\"}", NULL);
	put(FIRST + 1, "{\"type\":\"prize\",\"what\":\"vừa\"}", "signed");
	t = round_table("DOT-2");
	assert_int_equal(t.expected, kindergartens());
	assert_int_equal(line_of(&t, FIRST)->state, TIMELY_OPEN);
	assert_int_equal(line_of(&t, FIRST + 1)->state, TIMELY_ON_TIME);
}

static void stream_0_is_for_officers_and_for_district_types(void **state)
{
	struct server *s = &d.office.s;
	struct draft draft;
	json_t *line;
	struct rid id;

	(void)state;
	/* A chief writes his own unit only. */
	assert_int_equal(server_begin(s, 0, &d.office.chief, &d.a, &draft, &d.e), ERR_NOT_ALLOWED);
	line = json_loads("{\"type\":\"report\",\"of_year\":2026}", 0, NULL);
	OK(server_begin(s, 0, &d.office.officer, &d.a, &draft, &d.e));
	OK(edit_json(&s->replica, schema(), &draft, line, NULL, &id, &d.e));
	assert_int_equal(server_save(s, &d.office.officer, &draft, NULL, &d.e), ERR_WRONG_TYPE);
	json_decref(line);
	/* What the district itself is made of is the server's to write. */
	OK(server_begin(s, 0, &d.office.officer, &d.a, &draft, &d.e));
	id = draft_create(&draft, TYPE_UNIT, RID_NONE, 0);
	draft_set(&draft, TYPE_UNIT, id, FIELD_UNIT_CODE, value_text(bytes_str("GIA")), false);
	assert_int_equal(server_save(s, &d.office.officer, &draft, NULL, &d.e), ERR_NOT_ALLOWED);
	OK(server_begin(s, 0, &d.office.officer, &d.a, &draft, &d.e));
	id = draft_create(&draft, TYPE_CERT, RID_NONE, 0);
	draft_set(&draft, TYPE_CERT, id, FIELD_CERT_ROLE, value_int(3), false);
	assert_int_equal(server_save(s, &d.office.officer, &draft, NULL, &d.e), ERR_NOT_ALLOWED);
}

/* The same view on the unit's own computer, without a network. */
static void a_unit_s_computer_knows_its_own(void **state)
{
	struct client *c = &d.clients[0].c;
	struct timely_table t;
	const struct timely_line *l;
	struct rid id;
	struct view v;

	(void)state;
	now_is(at(2026, 11, 1, 8, 0, 0));
	open_call("MN-TAMSON");
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"new_day\":\"2026-12-20\",\"reason\":\"Bão\"}",
	    NULL);
	district_sync(&d, 0, NULL);
	now_is(at(2026, 12, 14, 8, 0, 0));
	id = district_add(&d, 0, "{\"type\":\"report\",\"of_year\":2026}");
	assert_int_equal(district_move(&d, 0, id, "signed", NULL), 0);
	look_at(&v, &c->replica, c->unit);
	assert_non_null(calendar_round(v.calendar, bytes_str("DOT-1")));
	OK(timeliness_deadline(&v.t, schema_deadline(v.t.schema, bytes_str("d4")),
			       (struct period){ 2026, 0 }, &d.a, &t, &d.e));
	assert_int_equal(t.count, 1);
	l = line_of(&t, OFFICE_SCHOOL);
	assert_int_equal(l->state, TIMELY_OPEN);
	assert_int_equal(l->waiting, 1);
	assert_int_equal(l->due.day - l->due.quoted, 6);
	calendar_free(v.calendar);
	now_is(at(2026, 12, 16, 8, 0, 0));
	district_sync(&d, 0, NULL);
	look_at(&v, &c->replica, c->unit);
	OK(timeliness_deadline(&v.t, schema_deadline(v.t.schema, bytes_str("d4")),
			       (struct period){ 2026, 0 }, &d.a, &t, &d.e));
	l = line_of(&t, OFFICE_SCHOOL);
	assert_int_equal(l->state, TIMELY_ON_TIME);
	assert_int_equal(l->waiting, 0);
	assert_int_equal(l->received, d.office.now);
	calendar_free(v.calendar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, make, end)
		T(extensions_reach_those_they_name),
		T(a_shorter_quarter_leaves_the_rest_to_the_next),
		T(of_two_decisions_the_later_holds),
		T(t10_a_round_asks_the_units_that_it_names),
		T(a_round_that_names_nobody_asks_whom_its_deadline_asks),
		T(a_round_is_answered_by_time_where_nothing_names_it),
		T(stream_0_is_for_officers_and_for_district_types),
		T(a_unit_s_computer_knows_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
