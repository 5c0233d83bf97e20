/* The centre's own records under the plan: rounds, extensions, rates and units take two
 * persons, and count nowhere before the second has said yes (matrix of rights, "catalogue,
 * calendar, rates, units"). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/calendar/calendar.h"
#include "common/query/query.h"
#include "common/text/date.h"
#include "server/unit/unit.h"
#include "server/unit/unit_event.h"
#include "tests/lib/plan.h"

static struct plan plan;
static struct plan *const p = &plan;

static int begin(void **state)
{
	(void)state;
	plan_make(p);
	return 0;
}

static int end(void **state)
{
	(void)state;
	plan_end(p);
	return 0;
}

static struct schema *schema(void)
{
	struct schema *s;

	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	return s;
}

static const struct units *units(void)
{
	const struct units *u;

	assert_int_equal(units_now(&p->o.s.replica, &u, &p->o.e), 0);
	return u;
}

/* Nobody but an officer, and he not twice. */
static void only_another_officer(struct rid id, const char *state, int proposer, int other)
{
	static const int nobody[] = { CLERK, CHIEF, VP, KTHT, TCKH, LEADER, SECTOR, AUDITOR };
	size_t i;

	for (i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
		assert_int_equal(plan_move(p, nobody[i], 0, id, state), ERR_NOT_ALLOWED);
	assert_int_equal(plan_move(p, proposer, 0, id, state), ERR_SAME_PERSON);
	plan_step(p, other, 0, id, state);
}

/* Whether the call is in the calendar, and open there. */
static void expect_call(const char *code, bool there, bool closed)
{
	struct calendar *c;
	const struct round *r;

	assert_int_equal(calendar_load(&p->o.s.replica, schema(), units(), &c, &p->o.e), 0);
	r = calendar_round(c, bytes_str(code));
	assert_int_equal(r != NULL, there);
	if (r != NULL)
		assert_int_equal(r->closed, closed);
	calendar_free(c);
}

static size_t extensions(const char *code)
{
	const struct extension *list;
	struct calendar *c;
	size_t n;

	assert_int_equal(calendar_load(&p->o.s.replica, schema(), units(), &c, &p->o.e), 0);
	assert_int_equal(calendar_extensions(c, bytes_str(code), &c->arena, &list, &n, &p->o.e), 0);
	calendar_free(c);
	return n;
}

static void a_call_counts_once_two_agree(void **state)
{
	static const int nobody[] = { CLERK, CHIEF, VP, KTHT, TCKH, LEADER, SECTOR, AUDITOR };
	struct rid id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
		assert_int_equal(plan_try(p, nobody[i], 0, NULL, "{'type':'round','code':'X','title':'x',"
					  "'expects':'course','due':'2025-02-28'}"), ERR_NOT_ALLOWED);
	id = plan_add(p, PNV, 0, "{'type':'round','code':'BD-1','title':'Đợt 1','expects':'course',"
		      "'due':'2025-02-28'}");
	expect_call("BD-1", false, false);
	only_another_officer(id, "in_force", PNV, PNV2);
	expect_call("BD-1", true, false);
	assert_int_equal(plan_edit(p, PNV, 0, id, "{'type':'round','due':'2026-02-28'}"), ERR_LOCKED);
	/* Closing, too: as long as only one wants it, it stays open. */
	plan_step(p, PNV2, 0, id, "closing");
	expect_call("BD-1", true, false);
	only_another_officer(id, "closed", PNV2, PNV);
	expect_call("BD-1", true, true);
	/* What was called by mistake counts no more once two say so. */
	plan_step(p, PNV, 0, id, "ending");
	expect_call("BD-1", true, false);
	only_another_officer(id, "retired", PNV, PNV2);
	expect_call("BD-1", false, false);
}

static void an_extension_counts_once_two_agree(void **state)
{
	struct rid id = plan_add(p, PNV, 0, "{'type':'extension','deadline':'t4','period':'2025',"
				 "'new_day':'2025-12-20','reason':'Bão'}");

	(void)state;
	assert_int_equal(extensions("t4"), 0);
	only_another_officer(id, "in_force", PNV, PNV2);
	assert_int_equal(extensions("t4"), 1);
	assert_int_equal(plan_edit(p, PNV, 0, id, "{'type':'extension','new_day':'2026-12-20'}"),
			 ERR_LOCKED);
	plan_step(p, PNV, 0, id, "ending");
	assert_int_equal(extensions("t4"), 1);
	only_another_officer(id, "retired", PNV, PNV2);
	assert_int_equal(extensions("t4"), 0);
	assert_int_equal(plan_try(p, VP, 0, NULL, "{'type':'extension','deadline':'t1','reason':'x',"
				  "'new_day':'2025-12-20'}"), ERR_NOT_ALLOWED);
}

static void a_rate_counts_once_two_agree(void **state)
{
	struct rid rate = plan_add(p, PNV, 0, "{'type':'rate','policy':'iii7','code':'hai','label':'Thử',"
				   "'amount':50000000,'source':'bản gốc'}");
	struct rid bonus = plan_add(p, CLERK, OFFICE_SCHOOL, "{'type':'bonus','plan_year':2025,'quarter':"
				    "'q1','person':'%s','kind':'title','achievement':'Giải','achieved_on':"
				    "'2025-01-10','amount':10000000,'rate':'%s'," PAPER "}",
				    plan_ref(OFFICE_SCHOOL, p->person), plan_ref(0, rate));

	(void)state;
	assert_false(plan_warned(p, OFFICE_SCHOOL, bonus, "bonus_amount"));
	only_another_officer(rate, "in_force", PNV, PNV2);
	assert_true(plan_warned(p, OFFICE_SCHOOL, bonus, "bonus_amount"));
	/* To correct it takes two, and so does what comes of that; the old one counts until then. */
	assert_int_equal(plan_move(p, PNV, 0, rate, "draft"), ERR_NO_MOVE);
	plan_step(p, PNV, 0, rate, "reopening");
	assert_true(plan_warned(p, OFFICE_SCHOOL, bonus, "bonus_amount"));
	assert_int_equal(plan_edit(p, PNV, 0, rate, "{'type':'rate','amount':10000000}"), ERR_LOCKED);
	only_another_officer(rate, "draft", PNV, PNV2);
	assert_int_equal(plan_edit(p, PNV, 0, rate, "{'type':'rate','amount':20000000}"), 0);
	assert_false(plan_warned(p, OFFICE_SCHOOL, bonus, "bonus_amount"));
	only_another_officer(rate, "in_force", PNV, PNV2);
	assert_true(plan_warned(p, OFFICE_SCHOOL, bonus, "bonus_amount"));
}

/* ---- Units ---- */

static int put(int who, struct unit_row row)
{
	size_t changed;

	return unit_put_as(&p->o.s, who < 0 ? &p->o.s.working : &p->people[who], &row, 1, &changed,
			   &p->o.e);
}

static struct unit on_day(uint64_t number)
{
	struct unit u = { 0 };

	units_on(units(), number, date_of(p->o.now), &u);
	return u;
}

/* The record of a unit, or of an event, by its number. */
static struct rid record_of(const char *table, uint64_t number)
{
	struct stmt *q;
	struct rid id = RID_NONE;
	char sql[100];

	snprintf(sql, sizeof sql, "SELECT device, op FROM %s WHERE f_number=$1", table);
	assert_int_equal(db_query_text(p->o.s.db, &p->o.e, &q, sql), 0);
	db_bind_int(q, 1, (int64_t)number);
	assert_int_equal(db_step(q, &p->o.e), 1);
	id = (struct rid){ (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };
	db_done(q);
	return id;
}

static void a_unit_counts_once_two_agree(void **state)
{
	static const int nobody[] = { CLERK, CHIEF, VP, KTHT, TCKH, LEADER, SECTOR, AUDITOR };
	const struct unit_row row = { .code = bytes_str("MN-MOI"), .name = bytes_str("Trường mới"),
				      .kind = bytes_str("MN"), .number = 200 };
	struct unit_row own = { .number = OFFICE_SCHOOL, .code = bytes_str("MN-TAMSON") };
	size_t i;

	(void)state;
	/* What was there before the pack came counts. */
	assert_true(on_day(OFFICE_SCHOOL).active);
	for (i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
		assert_int_equal(put(nobody[i], row), ERR_NOT_ALLOWED);
	assert_int_equal(put(PNV, row), 0);
	assert_false(on_day(200).active);
	only_another_officer(record_of("t_unit", 200), "in_force", PNV, PNV2);
	assert_true(on_day(200).active);
	/* Of one that is there its address may be corrected, what it is called may not. */
	own.phone = bytes_str("0211000000");
	assert_int_equal(put(PNV, own), 0);
	own.name = bytes_str("Tên khác");
	assert_int_equal(put(PNV, own), ERR_LOCKED);
	assert_int_equal(put(-1, own), ERR_LOCKED);
	/* Whoever runs the machine proposes like anybody else. */
	assert_int_equal(put(-1, (struct unit_row){ .code = bytes_str("MN-HAI"), .name =
						    bytes_str("Trường hai"), .number = 201 }), 0);
	assert_false(on_day(201).active);
	plan_step(p, PNV, 0, record_of("t_unit", 201), "in_force");
	assert_true(on_day(201).active);
	plan_step(p, PNV, 0, record_of("t_unit", 201), "ending");
	assert_true(on_day(201).active);
	only_another_officer(record_of("t_unit", 201), "retired", PNV, PNV2);
	assert_false(on_day(201).active);
}

/* An event of 2/1/2025; its number. */
static uint64_t event(int who, enum unit_event_kind kind, struct event_row *rows, size_t count)
{
	struct event_entry ev = { .kind = kind, .rows = rows, .count = count,
				  .act = bytes_str("NQ 1/NQ-HĐND"), .issuer = bytes_str("HĐND") };
	uint64_t first = 0;

	date_days(2025, 1, 2, &ev.from);
	ev.act_date = ev.from;
	if (unit_event_put(&p->o.s, who < 0 ? &p->o.s.working : &p->people[who], &ev, 1, false, &first,
			   &p->o.e) != 0)
		fail_msg("%s: %s", err_name(p->o.e.code), p->o.e.subject);
	return first;
}

static bool is_named(uint64_t unit, const char *name)
{
	return bytes_equal(on_day(unit).name, bytes_str(name));
}

static void an_event_counts_once_two_agree(void **state)
{
	struct event_row row = { .unit = bytes_str("MN-LANGCONG"), .name = bytes_str("Trường Hoa Sen") };
	struct bytes why = bytes_str("Nhập nhầm");
	uint64_t number = event(PNV, UNIT_RENAME, &row, 1);

	(void)state;
	assert_true(is_named(32, "Trường Mầm non Lãng Công"));
	only_another_officer(record_of("t_unit_event", number), "in_force", PNV, PNV2);
	assert_true(is_named(32, "Trường Hoa Sen"));
	/* Nor does one withdraw it alone. */
	assert_int_equal(unit_event_withdraw(&p->o.s, &p->people[PNV], number, why, &p->o.e), 0);
	assert_true(is_named(32, "Trường Hoa Sen"));
	only_another_officer(record_of("t_unit_event", number), "retired", PNV, PNV2);
	assert_true(is_named(32, "Trường Mầm non Lãng Công"));
	assert_int_equal(unit_event_withdraw(&p->o.s, &p->people[PNV], number, why, &p->o.e),
			 ERR_UNIT_WITHDRAWN);
	/* A proposal that nobody wants any more. */
	number = event(-1, UNIT_RENAME, &row, 1);
	assert_int_equal(unit_event_withdraw(&p->o.s, &p->people[PNV], number, why, &p->o.e), 0);
	assert_int_equal(plan_move(p, PNV2, 0, record_of("t_unit_event", number), "in_force"), ERR_NO_MOVE);
	assert_true(is_named(32, "Trường Mầm non Lãng Công"));
}

static void what_an_event_founds_comes_with_it(void **state)
{
	struct event_row rows[2] = { { .unit = bytes_str("MN-QUANGYEN"), .code = bytes_str("MN-GOP"),
				       .name = bytes_str("Trường gộp") },
				     { .unit = bytes_str("MN-DONGTHINH") } };
	struct event_row same = { .unit = bytes_str("MN-DONGTHINH"), .name = bytes_str("Khác") };
	uint64_t merger = event(PNV, UNIT_MERGE, rows, 2), late = event(PNV, UNIT_RENAME, &same, 1);
	uint64_t made = (uint64_t)office_number(&p->o, "SELECT max(f_number) FROM t_unit");
	struct rid unit = record_of("t_unit", made);

	(void)state;
	assert_true(on_day(33).active && !on_day(made).active);
	only_another_officer(record_of("t_unit_event", merger), "in_force", PNV, PNV2);
	assert_true(!on_day(33).active && !on_day(34).active && on_day(made).active);
	/* It is in force itself: no clerk of one renames it. */
	assert_int_equal(plan_move(p, PNV2, 0, unit, "in_force"), ERR_NO_MOVE);
	assert_int_equal(put(PNV, (struct unit_row){ .number = made, .code = bytes_str("MN-GOP"), .name =
						     bytes_str("x") }), ERR_LOCKED);
	/* What fitted when it was proposed and fits no more is not approved. */
	assert_int_equal(plan_move(p, PNV2, 0, record_of("t_unit_event", late), "in_force"),
			 ERR_UNIT_INACTIVE);
	assert_true(!on_day(34).active);
}

/* ---- What waits ---- */

/* How many approvals somebody is asked for; who 0: in all. */
static size_t asked(const char *role, uint64_t unit, const char *short_id)
{
	struct query_options o = { .stream = ANY_STREAM, .reader_unit = unit };
	json_t *list = NULL, *j;
	size_t i, n = 0;

	if (role != NULL)
		o.reader = schema_role_by_code(schema(), bytes_str(role))->number;
	assert_int_equal(query_tasks(&p->o.s.replica, &o, bytes_str(TASK_APPROVAL), &list, &p->o.e), 0);
	json_array_foreach(list, i, j) {
		const json_t *r = json_array_get(json_object_get(j, "records"), 0);

		assert_string_equal(json_string_value(json_object_get(j, "kind")), "approval");
		n += strcmp(json_string_value(json_object_get(r, "short")), short_id) == 0;
	}
	json_decref(list);
	return n;
}

static void what_waits_is_a_task_of_those_who_may_approve(void **state)
{
	struct rid id = plan_add(p, PNV, 0, "{'type':'extension','deadline':'t2','period':'2026','new_day':"
				 "'2025-12-20','reason':'Bão'}");
	char short_id[9];

	(void)state;
	assert_int_equal(query_short(&p->o.s.replica, 0, id, short_id, &p->o.e), 0);
	assert_int_equal(asked(NULL, 0, short_id), 1);
	assert_int_equal(asked("officer", HOME_AFFAIRS, short_id), 1);
	assert_int_equal(asked("vp", 2, short_id), 0);
	assert_int_equal(asked("clerk", OFFICE_SCHOOL, short_id), 0);
	plan_step(p, PNV2, 0, id, "in_force");
	assert_int_equal(asked("officer", HOME_AFFAIRS, short_id), 0);
	plan_step(p, PNV2, 0, id, "ending");
	assert_int_equal(asked("officer", HOME_AFFAIRS, short_id), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_counts_once_two_agree),
		cmocka_unit_test(an_extension_counts_once_two_agree),
		cmocka_unit_test(a_rate_counts_once_two_agree),
		cmocka_unit_test(a_unit_counts_once_two_agree),
		cmocka_unit_test(an_event_counts_once_two_agree),
		cmocka_unit_test(what_an_event_founds_comes_with_it),
		cmocka_unit_test(what_waits_is_a_task_of_those_who_may_approve)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
