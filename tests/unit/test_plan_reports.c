/* The reports of the plan, each by its id, over the form pack that the district uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "server/report/report_paper.h"
#include "server/report/report_render.h"
#include "tests/lib/plan.h"

static struct plan plan;
static struct plan *const p = &plan;
static struct arena a;
static struct report_ask ask;
static struct report_run run;

enum { U = OFFICE_SCHOOL, YEAR = 2025 };

#define ME plan_ref(U, p->person)
#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(p->o.e.code), p->o.e.subject); \
	} while (0)

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

static void open_report(const char *code)
{
	struct schema *schema;
	struct report *r;
	size_t i;

	arena_init(&a, REPORT_MEMORY);
	OK(replica_schema_now(&p->o.s.replica, &schema, &p->o.e));
	OK(report_find(schema, bytes_str(code), &a, &r, &p->o.e));
	ask = (struct report_ask){ .year = YEAR };
	for (i = 0; i < r->need_count; i++) {
		ask.quarter = strcmp(r->needs[i], "quarter") == 0 ? 1 : ask.quarter;
		ask.has_unit |= strcmp(r->needs[i], "unit") == 0;
	}
	ask.unit = U;
	OK(report_begin(&run, &p->o.s.replica, r, &ask, p->o.now, &a, &p->o.e));
}

static void close_report(void)
{
	report_end(&run);
	arena_release(&a);
}

/* A sum of a table, or its lines where column is "count". */
static int64_t sum(const char *table, const char *column)
{
	const struct report_table *t = report_table(run.report, bytes_str(table));
	size_t c;

	assert_non_null(t);
	OK(report_run_table(&run, t, NULL, &p->o.e));
	c = report_column(t, bytes_str(column));
	return c < t->column_count ? run.sums[t - run.report->tables].sums[c] :
				     run.sums[t - run.report->tables].lines;
}

/* Every report of the plan is there and can be made, each of its tables too, as
 * text and from nothing. */
static void o1_to_o14_are_there(void **state)
{
	size_t n, i;

	(void)state;
	for (n = 1; n <= 14; n++) {
		char code[8];

		snprintf(code, sizeof code, "o%zu", n);
		open_report(code);
		for (i = 0; i < run.report->table_count; i++)
			OK(report_run_table(&run, &run.report->tables[i], NULL, &p->o.e));
		close_report();
	}
}

/* The annual paper has the annexes that the plan names, and proves itself. */
static void o2_with_its_annexes(void **state)
{
	static const char *const annexes[] = { "Phụ lục I", "Phụ lục II", "Phụ lục III",
					       "Phụ lục IV", "Phụ lục V", "Phụ lục VI",
					       "Phụ lục VII", "Phụ lục VIII" };
	struct document *d = document_new();
	struct paper_run paper;
	struct proof *list;
	size_t count, failed, i;
	struct buf html;

	(void)state;
	open_report("annual");
	assert_string_equal(run.report->code, "o2");
	assert_int_equal(run.cutoff_day, 20436); /* T4: 14/12/2025 */
	OK(paper_begin(&paper, &run, true, &p->o.e));
	OK(paper_prove(&paper, &list, &count, &failed, &p->o.e));
	assert_int_equal(failed, 0);
	assert_true(count > 90);
	OK(paper_write(&paper, d, &p->o.e));
	buf_init(&html, (size_t)16 << 20);
	OK(document_html(d, &html, &p->o.e));
	buf_byte(&html, 0);
	for (i = 0; i < sizeof annexes / sizeof annexes[0]; i++)
		if (strstr((const char *)html.at, annexes[i]) == NULL)
			fail_msg("%s", annexes[i]);
	buf_release(&html);
	document_free(d);
	close_report();
}

/* T3's round: what is verified stands in its quarter's list, and in no other. */
static void o3_bonuses_by_quarter(void **state)
{
	struct rid id = plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2025,'quarter':'q1',"
				 "'person':'%s','kind':'contest','achievement':'Giải nhất',"
				 "'achieved_on':'2025-02-01','amount':15000000," PAPER "}", ME);

	(void)state;
	open_report("o3");
	assert_int_equal(sum("list", "amount"), 0);
	close_report();
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verifying verified");
	open_report("o3");
	assert_int_equal(sum("list", "amount"), 15000000);
	assert_int_equal(sum("list", "count"), 1);
	assert_int_equal(sum("kinds", "people"), 1);
	assert_int_equal(sum("units", "amount"), 15000000);
	close_report();
	open_report("o3");
	ask.quarter = 2;
	assert_int_equal(sum("list", "amount"), 0);
	close_report();
}

/* O4 counts people, and who needs nothing says so. */
static void o4_needs_and_nil_returns(void **state)
{
	struct rid id = plan_add(p, CLERK, U, "{'type':'pg_need','plan_year':2025,'answer':'need',"
				 "'lines':[{'discipline':'toan','level':'ths','necessity':'Thiếu',"
				 "'count':3,'fewer_note':'x'},{'discipline':'ly','level':'ts',"
				 "'necessity':'Thiếu','count':1,'fewer_note':'x'}]," PAPER "}");

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verified");
	id = plan_add(p, OTHER_CLERK, OTHER_SCHOOL, "{'type':'pg_need','plan_year':2025,'answer':"
		      "'nil'," PAPER "}");
	plan_step(p, OTHER_CHIEF, OTHER_SCHOOL, id, "signed");
	open_report("o4");
	assert_int_equal(sum("list", "count"), 4);
	assert_int_equal(sum("levels", "count"), 4);
	assert_int_equal(sum("units", "count"), 4);
	assert_int_equal(sum("units", "nil"), 1);
	close_report();
}

static void pay(struct rid source, const char *line, const char *amount, const char *day)
{
	struct rid id = plan_add(p, TCKH, U, "{'type':'payment','for':'%s','line':'%s','amount':%s,"
				 "'date':'%s','voucher':'CT%s','payer':'Trường','payee':'A'}",
				 plan_ref(U, source), line, amount, day, amount);

	plan_step(p, TCKH2, U, id, "verified");
}

/* O13: what was funded and paid for a year's dossiers is told apart from what has its
 * voucher in the year, so that like stands beside like. */
static void o13_money_of_dossiers_and_of_the_year(void **state)
{
	struct rid id = plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2025,'quarter':'q1',"
				 "'person':'%s','kind':'contest','achievement':'Giải nhất',"
				 "'achieved_on':'2025-02-01','amount':15000000," PAPER "}", ME);

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verifying verified");
	pay(id, "in", "15000000", "2025-11-01");
	pay(id, "out", "5000000", "2025-12-01");
	pay(id, "out", "10000000", "2026-01-15");
	open_report("o13");
	assert_int_equal(sum("money", "asked"), 15000000);
	assert_int_equal(sum("money", "given"), 15000000);
	assert_int_equal(sum("money", "spent"), 15000000);
	assert_int_equal(sum("money", "funded"), 15000000);
	assert_int_equal(sum("money", "paid"), 5000000);
	close_report();
	open_report("o13");
	ask.year = YEAR + 1;
	assert_int_equal(sum("money", "given"), 0);
	assert_int_equal(sum("money", "spent"), 0);
	assert_int_equal(sum("money", "paid"), 10000000);
	close_report();
}

/* O14: meetings and media, by form. */
static void o14_dissemination(void **state)
{
	struct rid id = plan_add(p, CLERK, U, "{'type':'dissem','form':'unit','held_from':"
				 "'2025-03-03','held_to':'2025-03-03','lead':'Trường','attended':28,"
				 "'expected':30,'documents':['nq06'],'audience':['vc']}");

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	open_report("o14");
	assert_int_equal(sum("forms", "count"), 1);
	assert_int_equal(sum("forms", "attended"), 28);
	assert_int_equal(sum("forms", "q1"), 1);
	assert_int_equal(sum("dissem_units", "expected"), 30);
	close_report();
}

int main(void)
{
#define IN_A_DISTRICT(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
		IN_A_DISTRICT(o1_to_o14_are_there),
		IN_A_DISTRICT(o2_with_its_annexes),
		IN_A_DISTRICT(o3_bonuses_by_quarter),
		IN_A_DISTRICT(o4_needs_and_nil_returns),
		IN_A_DISTRICT(o13_money_of_dossiers_and_of_the_year),
		IN_A_DISTRICT(o14_dissemination),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
