/* The table O12: units that answered, late, in time, not at all, out of a real log; with
 * returns, nil returns, averages, and a clock that is another's. */
#include "tests/unit/calendar_sample.h"
#include "client/identity/renew.h"

static void each_edge_of_a_day_is_met_to_the_second(void **state)
{
	(void)state;
	/* d1 for 2027: until the end of 19/10/2026. */
	now_is(at(2026, 10, 19, 23, 59, 59));
	assert_int_equal(state_of("d1", 2027, 0, FIRST), TIMELY_OPEN);
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\"}", "signed");
	assert_int_equal(state_of("d1", 2027, 0, FIRST), TIMELY_ON_TIME);
	now_is(at(2026, 10, 20, 0, 0, 0));
	put(FIRST + 1, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\"}", "signed");
	assert_int_equal(state_of("d1", 2027, 0, FIRST), TIMELY_ON_TIME);
	assert_int_equal(state_of("d1", 2027, 0, FIRST + 1), TIMELY_LATE);
	assert_int_equal(state_of("d1", 2027, 0, FIRST + 2), TIMELY_MISSING);
}

static void delete(uint64_t stream, struct rid id)
{
	struct server *s = &d.office.s;
	struct draft draft;

	/* In one save: filed things are not deleted, they are withdrawn. */
	OK(server_begin(s, stream, &d.office.officer, &d.a, &draft, &d.e));
	draft_move(&draft, 900, id, 2, BYTES_NONE);
	draft_move(&draft, 900, id, 3, BYTES_NONE);
	draft_delete(&draft, 900, id, false);
	OK(server_save(s, &d.office.officer, &draft, NULL, &d.e));
}

static void what_does_not_count_does_not_count(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 10, 1, 8, 0, 0));
	/* Another kind, another year, a draft, one that is deleted or withdrawn. */
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"general\"}", "signed");
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2028,\"sub\":\"sector\"}", "signed");
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\"}", NULL);
	move(FIRST, put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\"}", "signed"),
	     "withdrawn");
	delete(FIRST, put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\"}", NULL));
	t = table("d1", 2027, 0);
	assert_int_equal(t.records, 0);
	assert_int_equal(line_of(&t, FIRST)->state, TIMELY_OPEN);
	assert_int_equal(t.expected, all_asked());
	assert_int_equal(t.open, t.expected);
	/* An office is not asked; what it sends is measured all the same. */
	put(3, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\"}", "signed");
	t = table("d1", 2027, 0);
	assert_int_equal(t.records, 1);
	assert_int_equal(t.received, 0);
	assert_int_equal(line_of(&t, 3)->state, TIMELY_ON_TIME);
	assert_false(line_of(&t, 3)->expected);
}

static void a_nil_return_is_an_answer(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 10, 2, 8, 0, 0));
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"answer\":\"none\"}", "signed");
	t = table("d1", 2027, 0);
	assert_int_equal(line_of(&t, FIRST)->state, TIMELY_ON_TIME);
	assert_int_equal(timely_complete(&t, true), 1);
}

static void urgent_has_no_date_to_miss(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 12, 24, 8, 0, 0));
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\",\"urgent\":true}", "signed");
	t = table("d1", 2027, 0);
	assert_int_equal(line_of(&t, FIRST)->state, TIMELY_EXEMPT);
	assert_true(timely_margin(line_of(&t, FIRST), d.office.now) == DEADLINE_NO_DAY);
	assert_int_equal(timely_in_time(&t, false), 1);
	/* Beside it one that is late: the best counts, both are told. */
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2027,\"sub\":\"sector\",\"urgent\":false}", "signed");
	t = table("d1", 2027, 0);
	assert_int_equal(line_of(&t, FIRST)->state, TIMELY_EXEMPT);
	assert_int_equal(line_of(&t, FIRST)->late, 1);
	assert_int_equal(line_of(&t, FIRST)->records, 2);
}

static void what_was_sent_back_keeps_its_first_receipt(void **state)
{
	int64_t first = at(2026, 12, 10, 9, 0, 0), last = at(2026, 12, 28, 9, 0, 0);
	const struct timely_line *l;
	struct timely_table t;
	struct rid id;

	(void)state;
	now_is(first);
	id = put(FIRST, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	now_is(first + 60);
	move(FIRST, id, "returned");
	now_is(at(2026, 12, 20, 9, 0, 0));
	t = table("d4", 2026, 0);
	l = line_of(&t, FIRST);
	assert_int_equal(l->state, TIMELY_ON_TIME);
	assert_int_equal(l->returned, 1);
	now_is(last);
	move(FIRST, id, "signed");
	move(FIRST, id, "verified");
	t = table("d4", 2026, 0);
	l = line_of(&t, FIRST);
	assert_int_equal(l->state, TIMELY_ON_TIME);
	assert_int_equal(l->received, first);
	assert_int_equal(l->last, last);
	assert_int_equal(l->returned, 1);
	assert_int_equal(timely_margin(l, d.office.now), 4);
	move(FIRST, id, "returned");
	t = table("d4", 2026, 0);
	assert_int_equal(line_of(&t, FIRST)->returned, 2);
	/* As the table stood on an earlier day. */
	now_is(first - 1);
	assert_int_equal(state_of("d4", 2026, 0, FIRST), TIMELY_OPEN);
}

/* The school enters and signs in time, and has no network until later. */
static struct rid school_files(const char *json, int64_t signed_at, int64_t received)
{
	struct rid id;

	now_is(signed_at);
	id = district_add(&d, 0, json);
	assert_int_equal(district_move(&d, 0, id, "signed", NULL), 0);
	now_is(received);
	district_sync(&d, 0, NULL);
	return id;
}

static void trap_8_signed_in_time_received_late_is_its_own_class(void **state)
{
	int64_t signed_at = at(2026, 12, 14, 23, 59, 59), received = at(2026, 12, 17, 7, 30, 0);
	const struct timely_line *l;
	struct timely_table t;

	(void)state;
	school_files("{\"type\":\"report\",\"of_year\":2026}", signed_at, received);
	put(FIRST + 1, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	t = table("d4", 2026, 0);
	l = line_of(&t, OFFICE_SCHOOL);
	assert_int_equal(l->state, TIMELY_SIGNED);
	assert_int_equal(l->signed_at, signed_at);
	assert_int_equal(l->received, received);
	assert_int_equal(timely_margin(l, d.office.now), -3);
	assert_int_equal(t.expected, all_asked());
	assert_int_equal(t.signed_late, 1);
	assert_int_equal(t.late, 1);
	assert_int_equal(t.missing, t.expected - 2);
	assert_int_equal(timely_complete(&t, true), 2);
	assert_int_equal(timely_complete(&t, false), 1);
	assert_int_equal(timely_in_time(&t, true), 1);
	assert_int_equal(timely_in_time(&t, false), 0);
	/* An officer accepts it. */
	put(0, "{\"type\":\"longer\",\"deadline\":\"d4\",\"period\":\"2026\",\"accept\":true,"
	       "\"reason\":\"Mất mạng cả xã\"}", NULL);
	t = table("d4", 2026, 0);
	l = line_of(&t, OFFICE_SCHOOL);
	assert_int_equal(l->state, TIMELY_ON_TIME);
	assert_true(l->accepted);
	assert_int_equal(timely_in_time(&t, false), 1);
	/* It accepts signatures, not lateness. */
	assert_int_equal(line_of(&t, FIRST + 1)->state, TIMELY_LATE);
}

/* A clock that is a year ahead or behind decides nothing, and is seen. */
static void clocks_that_lie_are_seen_and_decide_nothing(void **state)
{
	const struct timely_line *l;
	struct timely_table t;
	struct rid id;

	(void)state;
	now_is(at(2027, 12, 1, 8, 0, 0));
	id = district_add(&d, 0, "{\"type\":\"report\",\"of_year\":2026}");
	assert_int_equal(district_move(&d, 0, id, "signed", NULL), 0);
	now_is(at(2026, 12, 1, 8, 0, 0));
	district_sync(&d, 0, NULL);
	t = table("d4", 2026, 0);
	l = line_of(&t, OFFICE_SCHOOL);
	assert_int_equal(l->state, TIMELY_ON_TIME);
	assert_int_equal(l->received - l->signed_at, -365 * 86400);
}

static void a_quarter_s_round_is_that_of_the_receipt(void **state)
{
	(void)state;
	now_is(at(2026, 12, 20, 23, 59, 59));
	put(FIRST + 1, "{\"type\":\"prize\",\"what\":\"a\"}", "signed");
	now_is(at(2026, 12, 21, 0, 0, 0));
	put(FIRST + 2, "{\"type\":\"prize\",\"what\":\"b\"}", "signed");
	assert_int_equal(state_of("d3", 2026, 4, FIRST + 1), TIMELY_ON_TIME);
	assert_int_equal(state_of("d3", 2026, 4, FIRST + 2), TIMELY_MISSING);
	assert_int_equal(state_of("d3", 2027, 1, FIRST + 2), TIMELY_ON_TIME);
	assert_int_equal(state_of("d3", 2027, 1, FIRST + 1), TIMELY_OPEN);
	assert_int_equal(state_of("d3", 2026, 3, FIRST + 1), TIMELY_MISSING);
	/* Without a year in the record, the year of the receipt. */
	assert_int_equal(state_of("d11", 2026, 0, FIRST + 2), TIMELY_ON_TIME);
	assert_int_equal(state_of("d11", 2027, 0, FIRST + 2), TIMELY_OPEN);
}

static void a_quarter_signed_in_time_counts_there_too_and_there_alone_if_accepted(void **state)
{
	(void)state;
	school_files("{\"type\":\"prize\",\"what\":\"c\"}", at(2026, 12, 20, 8, 0, 0),
		     at(2027, 1, 4, 8, 0, 0));
	assert_int_equal(state_of("d3", 2026, 4, OFFICE_SCHOOL), TIMELY_SIGNED);
	assert_int_equal(state_of("d3", 2027, 1, OFFICE_SCHOOL), TIMELY_ON_TIME);
	put(0, "{\"type\":\"longer\",\"deadline\":\"d3\",\"period\":\"Q4/2026\",\"accept\":true,"
	       "\"units\":\"MN-TAMSON\",\"reason\":\"Mất mạng\"}", NULL);
	assert_int_equal(state_of("d3", 2026, 4, OFFICE_SCHOOL), TIMELY_ON_TIME);
	assert_int_equal(state_of("d3", 2027, 1, OFFICE_SCHOOL), TIMELY_OPEN);
}

/* d11 looks at no year of the record: what came in the year after, but was signed in time, is
 * of both. */
static void the_year_of_a_receipt_counts_where_the_record_has_none(void **state)
{
	(void)state;
	school_files("{\"type\":\"prize\",\"what\":\"c\"}", at(2026, 12, 31, 23, 59, 59),
		     at(2027, 1, 2, 8, 0, 0));
	assert_int_equal(state_of("d11", 2026, 0, OFFICE_SCHOOL), TIMELY_SIGNED);
	assert_int_equal(state_of("d11", 2027, 0, OFFICE_SCHOOL), TIMELY_ON_TIME);
}

/* d12, before 15/12: received in the same year, late. */
static void signed_in_time_within_the_year_is_seen_too(void **state)
{
	(void)state;
	school_files("{\"type\":\"prize\",\"what\":\"c\"}", at(2026, 12, 14, 8, 0, 0),
		     at(2026, 12, 20, 8, 0, 0));
	put(FIRST + 1, "{\"type\":\"prize\",\"what\":\"d\"}", "signed");
	assert_int_equal(state_of("d12", 2026, 0, OFFICE_SCHOOL), TIMELY_SIGNED);
	assert_int_equal(state_of("d12", 2026, 0, FIRST + 1), TIMELY_LATE);
}

static void trap_3_years_before_the_plan_ask_nothing(void **state)
{
	struct timely_table t;

	(void)state;
	now_is(at(2026, 12, 18, 8, 0, 0));
	t = table("d1", 2022, 0);
	assert_int_equal(t.expected, 0);
	assert_int_equal(t.count, 0);
	t = table("d1", 2023, 0);
	assert_int_equal(t.missing, all_asked());
	put(FIRST, "{\"type\":\"order\",\"plan_year\":2022,\"sub\":\"sector\"}", "signed");
	t = table("d1", 2022, 0);
	assert_int_equal(t.count, 1);
	assert_int_equal(t.lines[0].state, TIMELY_NOTHING);
	assert_int_equal(t.lines[0].records, 1);
}

/* d7: when it was done counts, not when it was told of. */
static void t7_is_met_by_what_lies_in_november(void **state)
{
	(void)state;
	now_is(at(2026, 12, 18, 8, 0, 0));
	put(FIRST, "{\"type\":\"media\",\"inside\":true,\"held_on\":\"2026-11-30\"}", "signed");
	put(FIRST + 1, "{\"type\":\"media\",\"inside\":true,\"held_on\":\"2026-12-01\"}", "signed");
	put(FIRST + 2, "{\"type\":\"media\",\"inside\":false,\"held_on\":\"2026-11-03\"}", "signed");
	put(FIRST + 3, "{\"type\":\"media\",\"inside\":true}", "signed");
	assert_int_equal(state_of("d7", 0, 0, FIRST), TIMELY_ON_TIME);
	assert_int_equal(state_of("d7", 0, 0, FIRST + 1), TIMELY_LATE);
	assert_int_equal(state_of("d7", 0, 0, FIRST + 2), TIMELY_MISSING);
	assert_int_equal(state_of("d7", 0, 0, FIRST + 3), TIMELY_MISSING);
}

static void t8_counts_per_body_and_all_together(void **state)
{
	static const char *const days[] = { "2026-02-01", "2026-02-02", "2026-05-01" };
	const struct timely_line *l;
	struct timely_table t;
	char line[128];
	size_t i;

	(void)state;
	now_is(at(2026, 10, 5, 8, 0, 0));
	for (i = 0; i < 3; i++) {
		snprintf(line, sizeof line, "{\"type\":\"media\",\"inside\":false,\"held_on\":\"%s\"}",
			 days[i]);
		put(CULTURE, line, "signed");
	}
	put(CENTRE, "{\"type\":\"media\",\"inside\":false,\"held_on\":\"2025-12-31\"}", "signed");
	t = table("d8", 2026, 0);
	assert_int_equal(t.expected, 2);
	assert_int_equal(t.wanted, 3);
	assert_int_equal(t.records, 3);
	/* Two in one quarter and none in the next is on time. */
	l = line_of(&t, CULTURE);
	assert_int_equal(l->wanted, 3);
	assert_int_equal(l->records, 3);
	assert_int_equal(l->state, TIMELY_ON_TIME);
	assert_int_equal(line_of(&t, CENTRE)->state, TIMELY_MISSING);
	now_is(at(2027, 1, 1, 0, 0, 0));
	assert_int_equal(state_of("d8", 2026, 0, CULTURE), TIMELY_MISSING);
	assert_int_equal(state_of("d8", 2027, 0, CULTURE), TIMELY_NOTHING);
}

static void t9_has_receipts_and_no_date(void **state)
{
	const struct timely_line *l;
	struct timely_table t;

	(void)state;
	now_is(at(2026, 10, 5, 8, 0, 0));
	put(FIRST, "{\"type\":\"note_in\",\"text\":\"x\"}", NULL);
	t = table("d9", 2026, 0);
	l = line_of(&t, FIRST);
	assert_int_equal(l->state, TIMELY_NOTHING);
	assert_int_equal(l->records, 1);
	assert_int_equal(l->received, d.office.now);
	assert_int_equal(t.expected, 0);
	assert_int_equal(table("d9", 2025, 0).count, 0);
}

/* What a computer had saved under the key before its own comes carried by the new one, and
 * was received when that came. */
static void what_came_carried_was_received_too(void **state)
{
	int64_t arrival = at(2026, 10, 7, 9, 0, 0);
	const struct timely_line *l;
	struct timely_table t;
	struct view v;

	(void)state;
	now_is(at(2026, 10, 5, 8, 0, 0));
	district_add(&d, 0, "{\"type\":\"note_in\",\"text\":\"x\"}");
	OK(renew_key(&d.clients[0].c, &d.e));
	now_is(arrival);
	district_sync(&d, 0, NULL);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM carried"), 1);
	t = table("d9", 2026, 0);
	l = line_of(&t, FIRST);
	assert_non_null(l);
	assert_int_equal(l->records, 1);
	assert_int_equal(l->received, arrival);
	/* The computer itself does not take it for something that waits to be sent. */
	look_at(&v, &d.clients[0].c.replica, FIRST);
	OK(timeliness_deadline(&v.t, schema_deadline(v.t.schema, bytes_str("d9")),
			       (struct period){ 2026, 0 }, &d.a, &t, &d.e));
	l = line_of(&t, FIRST);
	assert_non_null(l);
	assert_int_equal(l->waiting, 0);
	calendar_free(v.calendar);
}

static void it_is_told_in_json(void **state)
{
	struct timely_table t;
	json_t *j, *line;

	(void)state;
	now_is(at(2026, 12, 16, 8, 0, 0));
	put(FIRST, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	t = table("d4", 2026, 0);
	t.deadline = schema_deadline(schema(), bytes_str("d4"));
	OK(timely_json(&t, d.office.now, LANG_VI, true, &j, &d.e));
	assert_string_equal(json_string_value(json_object_get(j, "period")), "2026");
	assert_string_equal(json_string_value(json_object_get(j, "last_day")), "2026-12-14");
	assert_int_equal(json_array_size(json_object_get(j, "units")), t.count);
	line = json_array_get(json_object_get(j, "units"), count_of("XA", "TT", NULL));
	assert_string_equal(json_string_value(json_object_get(line, "unit")), "MN-TAMSON");
	assert_string_equal(json_string_value(json_object_get(line, "state")), "late");
	assert_int_equal(json_integer_value(json_object_get(line, "days")), -2);
	json_decref(j);
}

static void expect_text(void (*put_text)(int64_t, enum lang, struct buf *), int64_t n,
			enum lang lang, const char *wanted)
{
	struct buf b;

	buf_init(&b, 200);
	put_text(n, lang, &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, wanted);
	buf_release(&b);
}

static void put_share(int64_t part, enum lang lang, struct buf *out)
{
	timely_share((unsigned)part, 16, lang, out);
}

/* So many days before the last one. */
static void put_margin(int64_t days, enum lang lang, struct buf *out)
{
	struct timely_line l = { .due = { .day = 20000, .asked = true }, .records = 1,
				 .state = TIMELY_ON_TIME };

	l.received = date_begins(20000 - days);
	timely_margin_text(&l, 0, lang, out);
}

static void put_left(int64_t days, enum lang lang, struct buf *out)
{
	struct timely_line l = { .due = { .day = 20000, .asked = true }, .state = TIMELY_OPEN };

	timely_margin_text(&l, date_begins(20000 - days), lang, out);
}

static void words_of_the_table(void **state)
{
	struct due due = { .day = DEADLINE_NO_DAY };
	struct buf b;

	(void)state;
	expect_text(put_margin, 3, LANG_VI, "sớm 3 ngày");
	expect_text(put_margin, 0, LANG_VI, "ngày cuối");
	expect_text(put_margin, -1, LANG_EN, "1 day late");
	expect_text(put_left, 1, LANG_EN, "1 day left");
	expect_text(put_left, 2, LANG_VI, "còn 2 ngày");
	/* Not 100 until all are there. */
	expect_text(put_share, 16, LANG_VI, "100,0 %");
	expect_text(put_share, 15, LANG_VI, "93,7 %");
	expect_text(put_share, 15, LANG_EN, "93.7%");
	buf_init(&b, 200);
	timely_day_text(&due, LANG_VI, &b);
	date_days(2024, 10, 19, &due.day);
	buf_byte(&b, '|');
	timely_day_text(&due, LANG_VI, &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, "không có hạn|hết ngày 19/10/2024");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, make, end)
		T(each_edge_of_a_day_is_met_to_the_second),
		T(what_does_not_count_does_not_count),
		T(a_nil_return_is_an_answer),
		T(urgent_has_no_date_to_miss),
		T(what_was_sent_back_keeps_its_first_receipt),
		T(trap_8_signed_in_time_received_late_is_its_own_class),
		T(clocks_that_lie_are_seen_and_decide_nothing),
		T(a_quarter_s_round_is_that_of_the_receipt),
		T(a_quarter_signed_in_time_counts_there_too_and_there_alone_if_accepted),
		T(the_year_of_a_receipt_counts_where_the_record_has_none),
		T(signed_in_time_within_the_year_is_seen_too),
		T(trap_3_years_before_the_plan_ask_nothing),
		T(t7_is_met_by_what_lies_in_november),
		T(t8_counts_per_body_and_all_together),
		T(t9_has_receipts_and_no_date),
		T(what_came_carried_was_received_too),
		T(it_is_told_in_json),
		cmocka_unit_test(words_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
