/* What the plan says of orders, attraction and money, each rule by its id, over the form
 * pack that the district uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/date.h"
#include "tests/lib/plan.h"

static struct plan plan;
static struct plan *const p = &plan;

enum { U = OFFICE_SCHOOL };

#define ME plan_ref(U, p->person)

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

/* --- experts --- */

#define CONTENTS "'legal_basis':'Kế hoạch','cooperation_content':'Tập huấn'," \
		 "'partner':'PGS.TS. A','budget_estimate':47000000,'method':'Trực tiếp'"

static struct rid order(const char *subtype, const char *rest)
{
	return plan_add(p, CLERK, U, "{'type':'expert_order','subtype':'%s','purpose':'project',"
			"'title':'Đề án thử'," PAPER "%s}", subtype, rest);
}

/* As far as the province's word. */
static struct rid granted_order(const char *rest)
{
	struct rid id = order("sector", rest);

	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'expert_order','pnv_opinion':'agree'}"), 0);
	plan_step(p, VP, U, id, "verifying verified consolidated submitted sent_up");
	assert_int_equal(plan_edit(p, VP, U, id, "{'type':'expert_order','decision':'%s','granted':"
				   "45000000}", plan_ref(HOME_AFFAIRS, plan_decision(p, "principle", "X1"))), 0);
	plan_step(p, VP, U, id, "granted");
	return id;
}

static void x1_no_contract_before_the_decision(void **state)
{
	static const char contract[] = "{'type':'expert_order','contract_no':'01/HĐ','contract_date':"
				       "'2025-05-01','contract_value':45000000}";
	static const char *const parts[] = { "'contract_no':'01/HĐ'", "'contract_date':'2025-05-01'",
					     "'contract_value':45000000", "'party_b':'Viện'" };
	struct rid id = order("general", "");
	size_t i;

	(void)state;
	/* Not while it is typed, nor after it is granted without a decision. */
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
		assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order',%s}", parts[i]),
				 ERR_LOCKED);
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'expert_order','pnv_opinion':'agree'}"), 0);
	plan_step(p, VP, U, id, "verified consolidated submitted sent_up granted");
	assert_true(plan_check_failed(p, plan_edit(p, CLERK, U, id, "%s", contract), 2));
	/* The decision is of 1/4/2025. */
	id = granted_order(",'plan_year':2026," CONTENTS);
	assert_int_equal(plan_edit(p, CLERK, U, id, "%s", contract), 0);
	assert_false(plan_warned(p, U, id, "expert_contract_date"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','contract_date':"
				   "'2025-03-31'}"), 0);
	assert_true(plan_warned(p, U, id, "expert_contract_date"));
}

/* The field that is asked for first where one of the five is left out. */
static void expect_missing(struct rid id, const char *field)
{
	struct schema *s;

	assert_int_equal(plan_move(p, CHIEF, U, id, "signed"), ERR_REQUIRED);
	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	assert_int_equal(p->verdict.rule,
			 type_field_by_code(schema_type_by_code(s, bytes_str("expert_order")),
					    bytes_str(field))->number);
}

static void x2_orders_of_a_sector_have_five_contents(void **state)
{
	static const char *const five[] = { "legal_basis", "cooperation_content", "partner",
					    "budget_estimate", "method" };
	static const char *const subtypes[] = { "sector", "transfer" };
	struct rid id;
	size_t i, k;

	(void)state;
	for (k = 0; k < 2; k++)
		for (i = 0; i < 5; i++) {
			id = order(subtypes[k], ",'plan_year':2026," CONTENTS);
			assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','%s':null}",
						   five[i]), 0);
			expect_missing(id, five[i]);
		}
	plan_step(p, CHIEF, U, order("sector", ",'plan_year':2026," CONTENTS), "signed");
	/* III.1 has the same form and asks for none of them (Q9). */
	plan_step(p, CHIEF, U, order("general", ""), "signed");
}

static void x3_urgent_orders_give_a_reason(void **state)
{
	struct rid id = order("sector", ",'plan_year':2026,'urgent':true," CONTENTS);

	(void)state;
	expect_missing(id, "urgent_reason");
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','urgent_reason':"
				   "'Thiên tai'}"), 0);
	plan_step(p, CHIEF, U, id, "signed");
}

static void r02_estimate_is_the_sum_of_its_lines(void **state)
{
	static const char lines[] = ",'estimate':[{'item':'Công chuyên gia','quantity':3,'price':"
				    "12000000},{'item':'Đi lại','quantity':2,'price':5500000}]";
	struct rid id;

	(void)state;
	id = order("general", lines);
	assert_int_equal(plan_value(p, U, id, "expert_order", "lines_total"), 47000000);
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','budget_estimate':46000000}"),
			 0);
	assert_true(plan_check_failed(p, plan_move(p, CLERK, U, id, "ready"), 1));
	assert_true(plan_check_failed(p, plan_move(p, CHIEF, U, id, "signed"), 1));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','budget_estimate':47000000}"),
			 0);
	plan_step(p, CLERK, U, id, "ready");
	plan_step(p, CHIEF, U, id, "signed");
}

static void r02_contract_within_estimate_and_grant_or_a_reason(void **state)
{
	struct rid id = granted_order(",'plan_year':2026,'experts':1,'expert_months':0.5," CONTENTS);

	(void)state;
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','contract_value':45000000}"),
			 0);
	assert_false(plan_warned(p, U, id, "expert_contract_value"));
	/* 80 million a month: half a month is 40. */
	assert_true(plan_warned(p, U, id, "expert_month_max"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','contract_value':45000001}"),
			 0);
	assert_true(plan_warned(p, U, id, "expert_contract_value"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','contract_reason':'Tăng giá'}"),
			 0);
	assert_false(plan_warned(p, U, id, "expert_contract_value"));
	assert_int_equal(plan_edit(p, VP, U, id, "{'type':'expert_order','contract_value':2000000001}"), 0);
	assert_true(plan_warned(p, U, id, "expert_contract_max"));
}

/* --- attraction and money --- */

static struct rid transfer(void)
{
	return plan_add(p, CLERK, U, "{'type':'attract_transfer','plan_year':2025,'person':'%s','from_org':"
			"'Sở','position':'Giáo viên','list_note':'12/TB','degree':'ts','category':'ts',"
			PAPER "}", ME);
}

static void a1_transfers_are_on_the_provinces_list(void **state)
{
	struct rid id = transfer();

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	assert_true(plan_check_failed(p, plan_move(p, PNV, U, id, "verified"), 1));
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'attract_transfer','list_item':'%s'}",
				   plan_ref(HOME_AFFAIRS, plan_decision(p, "send", "A1a"))), 0);
	assert_true(plan_warned(p, U, id, "transfer_list"));
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'attract_transfer','list_item':'%s'}",
				   plan_ref(HOME_AFFAIRS, plan_decision(p, "list", "A1b"))), 0);
	assert_false(plan_warned(p, U, id, "transfer_list"));
	plan_step(p, PNV, U, id, "verified");
}

static struct rid recruit(const char *category)
{
	return plan_add(p, PNV, U, "{'type':'attract_recruit','plan_year':2025,'person':'%s','position':"
			"'Giáo viên','recruit_plan':'1/KH','recruit_result':'2/QĐ','recruit_date':"
			"'2025-02-02','category':'%s'," PAPER "}", ME, category);
}

static void a2_recruits_are_subjects_of_the_clause(void **state)
{
	(void)state;
	assert_true(plan_check_failed(p, plan_move(p, PNV2, U, recruit("none"), "verified"), 1));
	plan_step(p, PNV2, U, recruit("nd140"), "verified");
	/* Who entered it does not verify it. */
	assert_int_equal(plan_move(p, PNV, U, recruit("nd140"), "verified"), ERR_SAME_PERSON);
	/* The unit reads it, and does not write it. */
	assert_int_equal(plan_try(p, CLERK, U, NULL, "{'type':'attract_recruit','plan_year':2025}"),
			 ERR_NOT_ALLOWED);
}

static struct rid granted_recruit(const char *amount)
{
	struct rid id = recruit("ts");

	plan_step(p, PNV2, U, id, "verified");
	plan_step(p, PNV, U, id, "consolidated submitted sent_up");
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'attract_recruit','granted':%s}", amount), 0);
	plan_step(p, PNV, U, id, "granted");
	return id;
}

/* rest: ",..." more fields. Compared by a second officer. */
static struct rid pay(struct rid source, const char *line, const char *amount, const char *rest)
{
	static int n;
	struct rid id;

	id = plan_add(p, TCKH, U, "{'type':'payment','for':'%s','line':'%s','amount':%s,'date':"
		      "'2025-06-01','voucher':'CT%d','payer':'Trường','payee':'Lê Thị Mẫu'%s}",
		      plan_ref(U, source), line, amount, ++n, rest);
	plan_step(p, TCKH2, U, id, "verified");
	return id;
}

static void a3_the_unit_pays_after_funds_came(void **state)
{
	struct rid id = granted_recruit("100000000"), early, out;

	(void)state;
	early = pay(id, "out", "40000000", "");
	assert_true(plan_warned(p, U, early, "payment_before_funds"));
	assert_true(plan_warned(p, U, id, "recruit_over_funds"));
	pay(id, "in", "100000000", "");
	assert_int_equal(plan_rollup(p, "funded", U, id), 100000000);
	assert_int_equal(plan_rollup(p, "paid", U, id), 40000000);
	assert_false(plan_warned(p, U, early, "payment_before_funds"));
	assert_false(plan_warned(p, U, id, "recruit_over_funds"));
	/* The unit's own payment, signed by its head. */
	out = plan_add(p, CLERK, U, "{'type':'payment','for':'%s','line':'out','amount':60000001,'date':"
		       "'2025-07-01','voucher':'U1','payer':'Trường','payee':'Lê Thị Mẫu'}",
		       plan_ref(U, id));
	assert_false(plan_warned(p, U, id, "recruit_over_funds"));
	plan_step(p, CHIEF, U, out, "signed");
	assert_true(plan_warned(p, U, id, "recruit_over_funds"));
	assert_false(plan_warned(p, U, id, "recruit_over_grant"));
	pay(id, "in", "1", "");
	assert_true(plan_warned(p, U, id, "recruit_over_grant"));
}

static void expect_instalments(const char *granted, int64_t first, int64_t second, int64_t third)
{
	struct rid id = granted_recruit(granted);

	assert_int_equal(plan_value(p, U, id, "attract_recruit", "instalment_1"), first);
	assert_int_equal(plan_value(p, U, id, "attract_recruit", "instalment_2"), second);
	assert_int_equal(plan_value(p, U, id, "attract_recruit", "instalment_3"), third);
}

static void e2_instalments_are_40_30_30(void **state)
{
	struct rid id, one, two;

	(void)state;
	expect_instalments("600000000", 240000000, 180000000, 180000000);
	expect_instalments("150000000", 60000000, 45000000, 45000000);
	id = granted_recruit("150000000");
	pay(id, "in", "150000000", "");
	one = pay(id, "out", "60000000", ",'instalment':1,'of':3,'share':40");
	assert_false(plan_warned(p, U, one, "payment_share"));
	assert_false(plan_warned(p, U, one, "payment_amount"));
	assert_false(plan_warned(p, U, one, "payment_condition"));
	two = pay(id, "out", "45000000", ",'instalment':2,'of':3,'share':40");
	assert_true(plan_warned(p, U, two, "payment_share"));
	assert_true(plan_warned(p, U, two, "payment_amount"));
	assert_true(plan_warned(p, U, two, "payment_condition"));
	two = pay(id, "out", "45000000", ",'instalment':3,'of':3,'share':30,'condition_met':true");
	assert_false(plan_warned(p, U, two, "payment_share"));
	assert_false(plan_warned(p, U, two, "payment_amount"));
	assert_false(plan_warned(p, U, two, "payment_condition"));
	assert_true(plan_check_failed(p, plan_try(p, TCKH, U, NULL, "{'type':'payment','amount':1,"
						  "'instalment':4,'of':3}"), 2));
	/* The same voucher again. */
	assert_int_equal(plan_twins(p, U, one, "voucher_twice"), 1);
}

static void r08_no_more_than_free_posts_or_a_reason(void **state)
{
	struct rid id;

	(void)state;
	id = plan_add(p, CLERK, U, "{'type':'attract_need','plan_year':2026,'answer':'need','situation':"
		      "'x','necessity':'y','posts_assigned':30,'posts_present':28,'lines':["
		      "{'position':'Giáo viên','discipline':'toan','level':'dh','count':2},"
		      "{'position':'Giáo viên','discipline':'van','level':'dh','count':1}]," PAPER "}");
	assert_int_equal(plan_value(p, U, id, "attract_need", "people_count"), 3);
	assert_true(plan_check_failed(p, plan_move(p, CLERK, U, id, "ready"), 1));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'attract_need','over_reason':'Nghỉ hưu'}"), 0);
	plan_step(p, CLERK, U, id, "ready");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x1_no_contract_before_the_decision),
		cmocka_unit_test(x2_orders_of_a_sector_have_five_contents),
		cmocka_unit_test(x3_urgent_orders_give_a_reason),
		cmocka_unit_test(r02_estimate_is_the_sum_of_its_lines),
		cmocka_unit_test(r02_contract_within_estimate_and_grant_or_a_reason),
		cmocka_unit_test(a1_transfers_are_on_the_provinces_list),
		cmocka_unit_test(a2_recruits_are_subjects_of_the_clause),
		cmocka_unit_test(a3_the_unit_pays_after_funds_came),
		cmocka_unit_test(e2_instalments_are_40_30_30),
		cmocka_unit_test(r08_no_more_than_free_posts_or_a_reason)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
