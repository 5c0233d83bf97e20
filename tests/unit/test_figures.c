/* R16: the figures of a unit's report, out of what it has recorded; numbers that differ from
 * them need a reason, and both are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/pack/figures.h"
#include "common/text/date.h"
#include "tests/lib/plan.h"

enum { U = OFFICE_SCHOOL, BONUSES_2024 = 1 /* of the first test */ };

static struct plan plan, *p = &plan;

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

static int64_t day; /* of the last figures */

/* Fills in, as the clerk; how much that changed, or the error. */
static int fill(struct rid report)
{
	struct schema *s;
	struct draft d;
	json_t *told = NULL;
	int code;

	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	assert_int_equal(server_begin(&p->o.s, U, &p->people[CLERK], &p->o.a, &d, &p->o.e), 0);
	code = figures_fill(&p->o.s.replica, s, &d, report, LANG_EN, &day, &told, &p->o.e);
	json_decref(told);
	if (code != 0 || d.count == 0) {
		server_drop(&p->o.s);
		return code;
	}
	code = (int)d.count;
	assert_int_equal(server_save(&p->o.s, &p->people[CLERK], &d, &p->verdict, &p->o.e), 0);
	return code;
}

static int64_t figure(struct rid report, const char *code, const char *column)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT coalesce(f_%s,-1) FROM t_figure WHERE parent_device=%lld AND "
		 "parent_op=%lld AND deleted=0 AND f_code='%s'", column, (long long)report.device,
		 (long long)report.op, code);
	return office_number(&p->o, sql);
}

static struct rid row_of(struct rid report, const char *code)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT op FROM t_figure WHERE parent_device=%lld AND parent_op=%lld "
		 "AND f_code='%s'", (long long)report.device, (long long)report.op, code);
	return (struct rid){ report.device, (uint64_t)office_number(&p->o, sql) };
}

static struct rid bonus(int year, const char *what)
{
	return plan_add(p, CLERK, U, "{'type':'bonus','plan_year':%d,'quarter':'q1','person':'%s','kind':"
			"'title','achievement':'%s','achieved_on':'2025-01-10','amount':10000000," PAPER "}",
			year, plan_ref(U, p->person), what);
}

static void r16_figures_are_filled_in(void **state)
{
	struct rid one = bonus(2025, "Một"), report, row;

	(void)state;
	plan_step(p, CHIEF, U, one, "signed");
	plan_step(p, CHIEF, U, bonus(2024, "Năm trước"), "signed");
	bonus(2025, "Bản nháp");
	one = plan_add(p, CLERK, U, "{'type':'dissem','form':'unit','held_from':'2025-12-31','lead':'x',"
		       "'documents':['nq06'],'audience':['vc'],'attended':30,'expected':31}");
	plan_step(p, CHIEF, U, one, "signed");
	one = plan_add(p, CLERK, U, "{'type':'dissem','form':'unit','held_from':'2026-01-01','lead':'x',"
		       "'documents':['nq06'],'audience':['vc'],'attended':7,'expected':7}");
	plan_step(p, CHIEF, U, one, "signed");
	report = plan_add(p, CLERK, U, "{'type':'annual_report','year':2025}");
	assert_true(fill(report) > 0);
	assert_int_equal(figure(report, "bonus", "computed"), 1);
	assert_int_equal(figure(report, "bonus_granted", "computed"), 0);
	assert_int_equal(figure(report, "dissem", "computed"), 1);
	assert_int_equal(figure(report, "dissem_people", "computed"), 30);
	assert_int_equal(fill(report), 0);
	/* Another number beside it, with a reason: the worked out one goes on. */
	row = row_of(report, "bonus");
	assert_true(plan_check_failed(p, plan_edit(p, CLERK, U, row, "{'type':'figure','stated':3}"), 1));
	assert_int_equal(plan_edit(p, CLERK, U, row, "{'type':'figure','stated':3,'reason':'Gửi bằng giấy'}"),
			 0);
	plan_step(p, CHIEF, U, bonus(2025, "Hai"), "signed");
	assert_int_equal(fill(report), 1);
	assert_int_equal(figure(report, "bonus", "computed"), 2);
	assert_int_equal(figure(report, "bonus", "stated"), 3);
}

/* As of the cut-off: what was done later is next year's business, whoever did it. */
static void r16_figures_are_as_of_the_cut_off(void **state)
{
	int64_t now = p->o.now, cutoff = date_of(now) + 1;
	struct rid before = bonus(2024, "Trước"), signed_later = bonus(2024, "Ký sau"), report, later;
	struct buf text;

	(void)state;
	buf_init(&text, 32);
	date_put(cutoff, &text);
	buf_byte(&text, 0);
	plan_step(p, CHIEF, U, before, "signed");
	report = plan_add(p, CLERK, U, "{'type':'annual_report','year':2024,'cutoff':'%s'}",
			  (char *)text.at);
	buf_release(&text);
	/* The day is not over: as it stands. */
	assert_true(fill(report) > 0);
	assert_int_equal(day, cutoff);
	assert_int_equal(figure(report, "bonus", "computed"), BONUSES_2024 + 1);
	/* The last second of the day counts, the next one does not. */
	p->o.now = date_begins(cutoff + 1) - 1;
	plan_step(p, CHIEF, U, signed_later, "signed");
	p->o.now++;
	later = bonus(2024, "Hôm sau");
	plan_step(p, CHIEF, U, later, "signed");
	fill(report);
	assert_int_equal(figure(report, "bonus", "computed"), BONUSES_2024 + 2);
	/* What becomes of a dossier afterwards changes nothing. */
	p->o.now += 86400;
	plan_step(p, PNV, U, before, "returned");
	assert_int_equal(plan_edit(p, CLERK, U, signed_later, "{'type':'bonus','withdraw_reason':'Rút'}"), 0);
	plan_step(p, PNV, U, signed_later, "withdrawn");
	assert_int_equal(fill(report), 0);
	assert_int_equal(figure(report, "bonus", "computed"), BONUSES_2024 + 2);
	p->o.now = now;
}

static void what_has_no_figures(void **state)
{
	(void)state;
	assert_int_equal(fill(bonus(2025, "Không")), ERR_WRONG_TYPE);
	assert_int_equal(fill(plan_add(p, CLERK, U, "{'type':'annual_report','nil':true}")), ERR_REQUIRED);
	assert_int_equal(fill((struct rid){ 1, 1 }), ERR_NO_RECORD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r16_figures_are_filled_in),
		cmocka_unit_test(r16_figures_are_as_of_the_cut_off),
		cmocka_unit_test(what_has_no_figures),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
