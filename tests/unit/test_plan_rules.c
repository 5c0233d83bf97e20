/* The rules of the plan and its worked numbers, each by its id, over the form pack that
 * the district uses: records go the way that people's do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/query/query.h"
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

/* --- bonuses --- */

/* A bonus for a certificate; the rest of it are fields of the line. */
static struct rid certificate(const char *number, const char *rest)
{
	return plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2025,'quarter':'q1','person':'%s',"
			"'kind':'language','achievement':'Chứng chỉ IELTS','achieved_on':'2019-05-10',"
			"'lang':'en','cert_no':'%s','cert_level':'6.5','amount':50000000," PAPER ",%s}",
			ME, number, rest);
}

/* Whether an officer can verify it. B1 is check 7. */
static bool passes_b1(const char *number, const char *rest)
{
	struct rid id = certificate(number, rest);
	int code;

	plan_step(p, CHIEF, U, id, "signed");
	code = plan_move(p, PNV, U, id, "verified");
	if (code != 0) {
		assert_true(plan_check_failed(p, code, 7));
		/* What is not eligible is said so, with a reason. */
		plan_step(p, PNV, U, id, "not_eligible");
	}
	return code == 0;
}

static void b1_language_certificates(void **state)
{
	(void)state;
	/* IELTS of 10/5/2019, expired on 10/5/2021. */
	assert_false(passes_b1("B1-1", "'cert_issuer':'bc','issuer_international':true,"
			       "'issued_on':'2019-05-10','expires_on':'2021-05-10'"));
	assert_false(passes_b1("B1-2", "'cert_issuer':'bc','issuer_international':true,"
			       "'issued_on':'2019-05-10','expires_on':'2021-08-14'"));
	/* The effective date itself is good; so is none. */
	assert_true(passes_b1("B1-3", "'cert_issuer':'bc','issuer_international':true,"
			      "'issued_on':'2019-05-10','expires_on':'2021-08-15'"));
	assert_true(passes_b1("B1-4", "'cert_issuer':'bc','issuer_international':true,"
			      "'issued_on':'2019-05-10'"));
	/* A domestic centre, whatever its date and whatever was ticked. */
	assert_false(passes_b1("B1-5", "'cert_issuer':'trong_nuoc','issuer_international':false,"
			       "'issued_on':'2019-05-10','expires_on':'2030-01-01'"));
	assert_false(passes_b1("B1-6", "'cert_issuer':'trong_nuoc','issuer_international':true,"
			       "'issued_on':'2019-05-10'"));
	assert_false(passes_b1("B1-8", "'cert_issuer':'khac','cert_issuer_other':'Trung tâm',"
			       "'issuer_international':false,'issued_on':'2019-05-10'"));
	/* Issued after the effective date (Q2). */
	assert_true(passes_b1("B1-7", "'cert_issuer':'idp','issuer_international':true,"
			      "'issued_on':'2024-05-10','expires_on':'2026-05-10'"));
}

static struct rid title(enum plan_person who, uint64_t unit, const char *person,
			const char *achievement, const char *number)
{
	return plan_add(p, who, unit, "{'type':'bonus','plan_year':2025,'quarter':'q1','person':'%s',"
			"'kind':'title','achievement':'%s','award_number':'%s',"
			"'achieved_on':'2025-01-10','amount':10000000," PAPER "}", person,
			achievement, number);
}

static void b2_no_achievement_twice(void **state)
{
	struct rid other, first, second, third;

	(void)state;
	first = certificate("VN 123.456", "'cert_issuer':'bc','issuer_international':true,"
			    "'issued_on':'2024-05-10'");
	assert_int_equal(plan_twins(p, U, first, "certificate_twice"), 1);
	/* In another unit, in other letters: both are kept, a task is there. */
	other = plan_add(p, OTHER_CLERK, OTHER_SCHOOL, "{'type':'bonus','plan_year':2025,"
			 "'quarter':'q2','kind':'language','cert_no':'vn123456','achievement':'IELTS'}");
	assert_int_equal(plan_twins(p, U, first, "certificate_twice"), 2);
	assert_int_equal(plan_twins(p, OTHER_SCHOOL, other, "certificate_twice"), 2);
	plan_step(p, OTHER_CLERK, OTHER_SCHOOL, other, "cancelled");
	assert_int_equal(plan_twins(p, U, first, "certificate_twice"), 1);
	/* The same achievement of one person, then the same award. */
	second = title(CLERK, U, ME, "Nhà giáo Ưu tú", "12/QĐ-CTN");
	title(CLERK, U, ME, "Chiến sĩ thi đua", "99/QĐ");
	assert_int_equal(plan_twins(p, U, second, "achievement_twice"), 1);
	assert_int_equal(plan_twins(p, U, second, "award_twice"), 1);
	third = title(CLERK, U, ME, "NHÀ GIÁO ƯU TÚ", "khác");
	assert_int_equal(plan_twins(p, U, second, "achievement_twice"), 2);
	title(CLERK, U, ME, "Danh hiệu cao quý", "12/qđ-ctn");
	assert_int_equal(plan_twins(p, U, second, "award_twice"), 2);
	/* Nothing was refused. */
	plan_step(p, CHIEF, U, first, "signed");
	plan_step(p, CHIEF, U, third, "signed");
}

static struct rid hired(int who, uint64_t unit, const char *more)
{
	return plan_add(p, who, unit, "{'type':'staff','full_name':'Ngô Thị Chuyển','birth':'1985-01-01',"
			"'sex':'nu','post_kind':'vc','work_state':'dang_lam'%s}", more);
}

/* In any unit: one person who has moved is one, by the identity number as soon as both
 * records have it, or by the word of an officer. */
static void b2_a_person_who_moved_is_one(void **state)
{
	struct rid old = hired(CLERK, U, ",'cccd':'000185000777'"), new = hired(OTHER_CLERK, OTHER_SCHOOL, "");
	struct rid here, there;

	(void)state;
	here = title(CLERK, U, plan_ref(U, old), "Giáo viên giỏi tỉnh", "1/QĐ");
	there = title(OTHER_CLERK, OTHER_SCHOOL, plan_ref(OTHER_SCHOOL, new), "Giáo viên giỏi tỉnh", "2/QĐ");
	assert_int_equal(plan_twins(p, U, here, "achievement_twice"), 1);
	assert_int_equal(plan_edit(p, OTHER_CLERK, OTHER_SCHOOL, new,
				   "{'type':'staff','cccd':'000185000777'}"), 0);
	assert_int_equal(plan_twins(p, U, here, "achievement_twice"), 2);
	assert_int_equal(plan_twins(p, OTHER_SCHOOL, there, "achievement_twice"), 2);
	assert_int_equal(plan_edit(p, CLERK, U, old, "{'type':'staff','cccd':'000185000778'}"), 0);
	assert_int_equal(plan_twins(p, U, here, "achievement_twice"), 1);
	/* Without numbers. */
	old = hired(CLERK, U, "");
	new = hired(OTHER_CLERK, OTHER_SCHOOL, "");
	here = title(CLERK, U, plan_ref(U, old), "Chiến sĩ thi đua", "3/QĐ");
	there = title(OTHER_CLERK, OTHER_SCHOOL, plan_ref(OTHER_SCHOOL, new), "Chiến sĩ thi đua", "4/QĐ");
	assert_int_equal(plan_twins(p, U, here, "achievement_twice"), 1);
	assert_int_equal(plan_edit(p, PNV, OTHER_SCHOOL, new, "{'type':'staff','same_as':'%s'}",
				   plan_ref(U, old)), 0);
	assert_int_equal(plan_twins(p, U, here, "achievement_twice"), 2);
	plan_step(p, OTHER_CLERK, OTHER_SCHOOL, there, "cancelled");
	assert_int_equal(plan_twins(p, U, here, "achievement_twice"), 1);
}

/* The round by the date of the document; what was entered is kept beside it. */
static void expect_round(const char *day, const char *quarter, int year, bool fits)
{
	struct rid id = plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2024,'quarter':'q2',"
				 "'person':'%s','kind':'title','achievement':'%s','amount':1,"
				 "'achieved_on':'2024-02-10','doc_number':'1','doc_date':'%s',"
				 "'signer_name':'A','signer_title':'B'}", ME, day, day);

	assert_int_equal(plan_value(p, U, id, "bonus", "round_quarter"), quarter[1] - '0');
	assert_int_equal(plan_value(p, U, id, "bonus", "round_year"), year);
	assert_int_equal(plan_value(p, U, id, "bonus", "achieved_quarter"), 1);
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_warned(p, U, id, "bonus_round"), !fits);
}

static void b3_bonus_rounds_end_on_the_20th(void **state)
{
	(void)state;
	expect_round("2024-03-20", "q1", 2024, false);
	expect_round("2024-03-21", "q2", 2024, true);
	expect_round("2024-06-20", "q2", 2024, true);
	expect_round("2024-06-21", "q3", 2024, false);
	expect_round("2024-12-20", "q4", 2024, false);
	expect_round("2024-12-21", "q1", 2025, false);
}

static void b_bonuses_are_for_officials_and_public_employees(void **state)
{
	struct rid person, id;

	(void)state;
	person = plan_add(p, CLERK, U, "{'type':'staff','full_name':'Hợp Đồng','post_kind':'hd'}");
	id = title(CLERK, U, plan_ref(U, person), "Hợp đồng", "3/QĐ");
	plan_step(p, CHIEF, U, id, "signed");
	assert_true(plan_check_failed(p, plan_move(p, PNV, U, id, "verified"), 8));
	assert_int_equal(plan_edit(p, CLERK, U, person, "{'type':'staff','post_kind':'vc'}"), 0);
	plan_step(p, PNV, U, id, "verified");
}

static void b_amounts_follow_the_rate_or_a_reason(void **state)
{
	struct rid rate, id;

	(void)state;
	rate = plan_add(p, PNV, 0, "{'type':'rate','policy':'iii7','code':'thu','label':'Thử',"
			"'amount':50000000,'source':'bản gốc'}");
	id = title(CLERK, U, ME, "Mức thưởng", "1/QĐ");
	assert_false(plan_warned(p, U, id, "bonus_amount"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','rate':'%s'}", plan_ref(0, rate)), 0);
	/* A rate counts once a second officer has approved it. */
	assert_false(plan_warned(p, U, id, "bonus_amount"));
	plan_step(p, PNV2, 0, rate, "in_force");
	assert_true(plan_warned(p, U, id, "bonus_amount"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','amount_reason':'Có lý do'}"), 0);
	assert_false(plan_warned(p, U, id, "bonus_amount"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','amount_reason':null,"
				   "'amount':50000000}"), 0);
	assert_false(plan_warned(p, U, id, "bonus_amount"));
}

/* --- compensation --- */

static struct rid dossier(const char *rest)
{
	return plan_add(p, CLERK, U, "{'type':'pg_dossier','plan_year':2025,'person':'%s','level':'ths',"
			"'discipline':'toan','institution':'Trường Đại học Sư phạm Hà Nội',"
			"'country':'vn','mode':'full','admission_no':'15/TB','admission_date':"
			"'2025-02-01','fee_date':'2025-02-10','fee_per_term':12000000,"
			"'study_from':'2025-03','study_to':'2027-03','costs':[{'year':2025,"
			"'item':'Học phí','amount':24000000},{'year':2026,'item':'Học phí',"
			"'amount':13500000}]," PAPER "%s}", ME, rest);
}

static struct rid course(const char *country)
{
	return plan_add(p, CLERK, U, "{'type':'course','plan_year':2025,'answer':'need','course':"
			"'Quản lý giáo dục','country':'%s','people':[{'person':'%s'}]," PAPER "}",
			country, ME);
}

static int recover(struct rid source, const char *supported, struct rid *out)
{
	return plan_try(p, TCKH, U, out, "{'type':'recovery','person':'%s','source':'%s','violation':"
			"'Bỏ học','found_on':'2026-01-10','finding':'%s','supported':%s}", ME,
			plan_ref(U, source),
			plan_ref(HOME_AFFAIRS, plan_decision(p, "violation", supported)), supported);
}

static void c1_courses_repay_only_where_abroad(void **state)
{
	struct rid home = course("vn"), japan = course("jp"), r;

	(void)state;
	assert_int_equal(plan_value(p, U, home, "course", "abroad"), 0);
	assert_int_equal(plan_value(p, U, japan, "course", "abroad"), 1);
	/* In Việt Nam, 12,000,000: no recovery can be opened. */
	assert_true(plan_check_failed(p, recover(home, "12000000", NULL), 1));
	/* In Japan, 180,000,000: 360,000,000. */
	assert_int_equal(recover(japan, "180000000", &r), 0);
	assert_int_equal(plan_value(p, U, r, "recovery", "due"), 360000000);
	/* Nor can it come to name a course at home. */
	assert_true(plan_check_failed(p, plan_edit(p, TCKH, U, r, "{'type':'recovery','source':'%s'}",
						   plan_ref(U, home)), 1));
}

static void c2_postgraduates_repay_twice_the_support(void **state)
{
	struct rid r;

	(void)state;
	assert_int_equal(recover(dossier(""), "37500000", &r), 0);
	assert_int_equal(plan_value(p, U, r, "recovery", "due"), 75000000);
}

static void c3_nothing_else_is_compensated(void **state)
{
	const struct field *source;
	struct schema *s;
	struct rid id;
	size_t i;

	(void)state;
	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	source = type_field_by_code(schema_type_by_code(s, bytes_str("recovery")), bytes_str("source"));
	for (i = 0; i < source->target_count; i++)
		assert_true(strcmp(source->targets[i], "pg_dossier") == 0 ||
			    strcmp(source->targets[i], "pg_graduation") == 0 ||
			    strcmp(source->targets[i], "course") == 0);
	assert_int_equal(i, 3);
	/* A bonus can't be moved there either. */
	id = title(CLERK, U, ME, "Không thu hồi", "7/QĐ");
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verifying verified consolidated submitted sent_up granted");
	assert_true(plan_check_failed(p, plan_move(p, TCKH, U, id, "recovering"), 9));
	id = dossier("");
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verifying verified consolidated submitted sent_up granted");
	plan_step(p, TCKH, U, id, "recovering recovered");
}

static void c4_outstanding_is_what_is_due_less_paid_and_waived(void **state)
{
	struct rid r;

	(void)state;
	assert_int_equal(recover(dossier(""), "37500000", &r), 0);
	assert_int_equal(plan_value(p, U, r, "recovery", "outstanding"), 75000000);
	plan_step(p, TCKH, U, r, "recovering");
	assert_int_equal(plan_edit(p, TCKH, U, r, "{'type':'recovery','paid_back':["
				   "{'date':'2026-02-01','amount':25000000,'voucher':'KB1'},"
				   "{'date':'2026-03-01','amount':25000000,'voucher':'KB2'}]}"), 0);
	assert_int_equal(plan_value(p, U, r, "recovery", "paid_total"), 50000000);
	assert_int_equal(plan_value(p, U, r, "recovery", "outstanding"), 25000000);
	/* Not yet recovered; and never more than is due. */
	assert_true(plan_check_failed(p, plan_move(p, TCKH, U, r, "recovered"), 3));
	assert_true(plan_check_failed(p, plan_edit(p, TCKH, U, r, "{'type':'recovery','paid_back':["
						   "{'date':'2026-04-01','amount':25000001,"
						   "'voucher':'KB3'}]}"), 2));
	/* A waiver has its document and its reason. */
	assert_true(plan_check_failed(p, plan_edit(p, TCKH, U, r, "{'type':'recovery','waived':"
						   "25000000}"), 4));
	assert_int_equal(plan_edit(p, TCKH, U, r, "{'type':'recovery','waived':25000000,"
				   "'waiver_doc':'9/QĐ','waiver_reason':'Ốm nặng'}"), 0);
	assert_int_equal(plan_value(p, U, r, "recovery", "outstanding"), 0);
	plan_step(p, TCKH, U, r, "recovered closed");
	/* Only Finance opens one, and nobody writes what is worked out. */
	assert_int_equal(plan_try(p, PNV, U, NULL, "{'type':'recovery','violation':'x'}"),
			 ERR_NOT_ALLOWED);
}

static void c4_support_is_the_sum_of_payments_or_has_a_reason(void **state)
{
	struct rid source = dossier(""), r, pay;

	(void)state;
	pay = plan_add(p, TCKH, U, "{'type':'payment','for':'%s','line':'out','amount':37500000,"
		       "'date':'2025-06-01','voucher':'C1','payer':'TCKH','payee':'Trường'}",
		       plan_ref(U, source));
	assert_int_equal(recover(source, "37500000", &r), 0);
	/* A draft is no payment yet. */
	assert_true(plan_warned(p, U, r, "recovery_supported"));
	plan_step(p, TCKH2, U, pay, "verified");
	assert_false(plan_warned(p, U, r, "recovery_supported"));
	assert_int_equal(plan_edit(p, TCKH, U, r, "{'type':'recovery','supported':40000000}"), 0);
	assert_true(plan_warned(p, U, r, "recovery_supported"));
	assert_int_equal(plan_edit(p, TCKH, U, r, "{'type':'recovery','supported_reason':'Q3'}"), 0);
	assert_false(plan_warned(p, U, r, "recovery_supported"));
}

/* --- postgraduates --- */

static void g1_a_dossier_has_three_papers(void **state)
{
	struct rid id = dossier("");

	(void)state;
	assert_int_equal(plan_value(p, U, id, "pg_dossier", "cost_total"), 37500000);
	plan_step(p, CHIEF, U, id, "signed");
	assert_true(plan_warned(p, U, id, "pg_papers"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'pg_dossier','attachments':[{'kind':"
				   "'admission','name':'a.pdf'},{'kind':'fee_notice','name':'b.pdf'}]}"), 0);
	assert_true(plan_warned(p, U, id, "pg_papers"));
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'pg_dossier','attachments':[{'kind':"
				   "'cost_estimate','name':'c.pdf'}]}"), 0);
	assert_false(plan_warned(p, U, id, "pg_papers"));
	/* What the notices say is asked for before anybody signs. */
	id = dossier(",'content_note':'x'");
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'pg_dossier','fee_per_term':null}"), 0);
	assert_int_equal(plan_move(p, CHIEF, U, id, "signed"), ERR_REQUIRED);
}

static void g2_support_needs_a_sending_decision(void **state)
{
	struct rid study = dossier(""), id;

	(void)state;
	id = plan_add(p, CLERK, U, "{'type':'pg_graduation','plan_year':2027,'dossier':'%s','degree_no':"
		      "'A1','degree_date':'2027-06-01','classification':'Giỏi','back_at_work':"
		      "'2027-07-01','support_tuition':37500000,'support_degree':0," PAPER "}",
		      plan_ref(U, study));
	assert_int_equal(plan_value(p, U, id, "pg_graduation", "support_total"), 37500000);
	plan_step(p, CHIEF, U, id, "signed");
	assert_true(plan_check_failed(p, plan_move(p, PNV, U, id, "verified"), 1));
	plan_step(p, CHIEF, U, study, "signed");
	plan_step(p, PNV, U, study, "verified consolidated submitted sent_up");
	assert_int_equal(plan_edit(p, PNV, U, study, "{'type':'pg_dossier','decision':'%s'}",
				   plan_ref(HOME_AFFAIRS, plan_decision(p, "send", "G2"))), 0);
	plan_step(p, PNV, U, id, "verified");
}

static void r04_no_more_people_than_expected(void **state)
{
	int code = plan_try(p, CLERK, U, NULL, "{'type':'pg_need','plan_year':2026,'answer':'need',"
			    "'lines':[{'discipline':'toan','level':'ths','necessity':'x','count':1,"
			    "'people':[{'person':'%s'},{'name':'Người khác'}]}]}", ME);
	struct rid need;

	(void)state;
	assert_true(plan_check_failed(p, code, 1));
	/* Fewer are allowed, with a note. */
	need = plan_add(p, CLERK, U, "{'type':'pg_need','plan_year':2026,'answer':'need','lines':[{"
			"'discipline':'toan','level':'ths','necessity':'x','count':2,'people':[{'person':"
			"'%s'}]}]," PAPER "}", ME);
	assert_int_equal(plan_move(p, CHIEF, U, need, "signed"), ERR_REQUIRED);
	need = plan_add(p, CLERK, U, "{'type':'pg_need','plan_year':2026,'answer':'need','lines':[{"
			"'discipline':'toan','level':'ths','necessity':'x','count':2,'people':[{'person':"
			"'%s'}],'fewer_note':'Đang xét thêm một người'}]," PAPER "}", ME);
	plan_step(p, CHIEF, U, need, "signed");
}

static struct rid need_of(int who, uint64_t unit, const char *level, const char *person)
{
	return plan_add(p, who, unit, "{'type':'pg_need','plan_year':2028,'answer':'need','lines':[{"
			"'discipline':'toan','level':'%s','necessity':'x','count':1,'people':[{'person':"
			"'%s'}]}]," PAPER "}", level, person);
}

static int64_t tasks(const char *code)
{
	char sql[100];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM twin WHERE code='%s'", code);
	return office_number(&p->o, sql);
}

/* Whether the unit's own check tells it. */
static bool is_told(uint64_t unit, struct rid id, const char *code)
{
	struct query_options o = { .stream = unit };
	json_t *list = NULL, *one;
	bool told = false;
	size_t i;

	assert_int_equal(query_problems(&p->o.s.replica, unit, id, &o, &list, &p->o.e), 0);
	json_array_foreach(list, i, one) {
		const char *rule = json_string_value(json_object_get(one, "rule"));

		told |= rule != NULL && strcmp(rule, code) == 0;
	}
	json_decref(list);
	return told;
}

/* Across the lines of a need, and across units. */
static void r04_one_person_once_per_year_and_level(void **state)
{
	struct rid me = hired(CLERK, U, ",'cccd':'000185000888'");
	struct rid moved = hired(OTHER_CLERK, OTHER_SCHOOL, ",'cccd':'000185000888'");
	int64_t others = tasks("named_twice");
	struct rid need = need_of(CLERK, U, "ths", plan_ref(U, me)), other;

	(void)state;
	assert_int_equal(plan_twins(p, U, need, "named_twice"), 1);
	assert_int_equal(plan_edit(p, CLERK, U, need, "{'type':'pg_need','lines':[{'discipline':'ly',"
				   "'level':'ts','necessity':'x','count':1,'people':[{'person':'%s'}]}]}",
				   plan_ref(U, me)), 0);
	assert_int_equal(plan_twins(p, U, need, "named_twice"), 2); /* of two keys, each once */
	assert_int_equal(tasks("named_twice"), others);
	assert_int_equal(plan_edit(p, CLERK, U, need, "{'type':'pg_need','lines':[{'discipline':'van',"
				   "'level':'ths','necessity':'x','count':1,'people':[{'person':'%s'}]}]}",
				   plan_ref(U, me)), 0);
	assert_int_equal(tasks("named_twice"), others + 1);
	assert_true(is_told(U, need, "named_twice"));
	plan_step(p, CLERK, U, need, "cancelled");
	assert_int_equal(tasks("named_twice"), others);
	need = need_of(CLERK, U, "ck1", plan_ref(U, me));
	other = need_of(OTHER_CLERK, OTHER_SCHOOL, "ck1", plan_ref(OTHER_SCHOOL, moved));
	assert_int_equal(tasks("named_twice"), others + 1);
	plan_step(p, OTHER_CLERK, OTHER_SCHOOL, other, "cancelled");
	assert_int_equal(tasks("named_twice"), others);
}

static void r05_one_person_once_for_a_level(void **state)
{
	struct rid first = dossier(""), second;

	(void)state;
	plan_step(p, CLERK, U, first, "cancelled");
	first = dossier("");
	assert_int_equal(plan_twins(p, U, first, "study_twice") >= 1, 1);
	second = dossier(",'commitment_years':5");
	assert_true(plan_twins(p, U, second, "study_twice") >= 2);
	assert_int_equal(plan_edit(p, CLERK, U, second, "{'type':'pg_dossier','level':'ts'}"), 0);
	assert_int_equal(plan_twins(p, U, second, "study_twice"), 1);
}

/* "Nothing to report" is one record, and needs no paper: its head signs it. */
static void q11_nil_returns(void **state)
{
	struct rid id;

	(void)state;
	id = plan_add(p, CLERK, U, "{'type':'pg_need','plan_year':2027,'answer':'nil'}");
	plan_step(p, CHIEF, U, id, "signed");
	id = plan_add(p, CLERK, U, "{'type':'course','plan_year':2027,'answer':'nil'}");
	plan_step(p, CHIEF, U, id, "signed");
	id = plan_add(p, CLERK, U, "{'type':'attract_need','plan_year':2027,'answer':'nil'}");
	plan_step(p, CHIEF, U, id, "signed");
	id = plan_add(p, CLERK, U, "{'type':'annual_report','year':2027,'nil':true}");
	plan_step(p, CHIEF, U, id, "signed");
	/* Nil with something in it is a mistake. */
	id = plan_add(p, CLERK, U, "{'type':'pg_need','plan_year':2028,'answer':'nil','lines':["
		      "{'discipline':'toan','level':'ths','necessity':'x','count':1,'fewer_note':'x'}]}");
	assert_true(plan_check_failed(p, plan_move(p, CHIEF, U, id, "signed"), 3));
}


/* --- persons --- */

static struct rid somebody(const char *birth, const char *sex, const char *cccd)
{
	return plan_add(p, CLERK, U, "{'type':'staff','full_name':'Vũ Thị Thử',%s,'sex':'%s','cccd':"
			"'%s','post_kind':'vc','work_state':'dang_lam'}", birth, sex, cccd);
}

static void expect_number(const char *birth, const char *sex, const char *cccd, const char *wrong)
{
	static const char *const codes[] = { "cccd_place", "cccd_sex", "cccd_birth" };
	struct rid id = somebody(birth, sex, cccd);
	size_t i;

	for (i = 0; i < 3; i++)
		assert_int_equal(plan_warned(p, U, id, codes[i]), strcmp(codes[i], wrong) == 0);
}

/* Numbers whose place is 000 can be nobody's. */
static void cccd_agrees_with_place_sex_and_birth(void **state)
{
	(void)state;
	expect_number("'birth':'1985-10-20'", "nu", "000185123456", "");
	expect_number("'birth':'1985-10-20'", "nam", "000085123456", "");
	expect_number("'birth':'2003-01-02'", "nu", "000303123456", "");
	expect_number("'birth':'2003-01-02'", "nam", "000203123456", "");
	expect_number("'birth':'1985-10-20'", "nu", "000085123456", "cccd_sex");
	expect_number("'birth':'2003-01-02'", "nam", "000003123456", "cccd_sex");
	expect_number("'birth':'1985-10-20'", "nu", "000186123456", "cccd_birth");
	expect_number("'birth_year':1985", "nu", "000186123456", "cccd_birth");
	expect_number("'birth_year':1985", "nu", "000185123456", "");
	expect_number("'birth':'1985-10-20'", "nu", "003185123456", "cccd_place");
	expect_number("'birth':'1985-10-20'", "nu", "100185123456", "cccd_place");
}

static void cccd_in_two_units_is_a_task(void **state)
{
	struct rid here = somebody("'birth':'1990-01-01'", "nu", "000190777777"), there;

	(void)state;
	assert_int_equal(plan_twins(p, U, here, "person_twice"), 1);
	there = plan_add(p, OTHER_CLERK, OTHER_SCHOOL, "{'type':'staff','full_name':'Vũ Thị Thử','cccd':"
			 "'000190777777'}");
	assert_int_equal(plan_twins(p, U, here, "person_twice"), 2);
	/* The same person, who has moved: one record says so. */
	assert_int_equal(plan_edit(p, PNV, OTHER_SCHOOL, there, "{'type':'staff','same_as':'%s'}",
				   plan_ref(U, here)), 0);
	assert_int_equal(plan_twins(p, U, here, "person_twice"), 1);
	assert_int_equal(plan_edit(p, OTHER_CLERK, OTHER_SCHOOL, there, "{'type':'staff','same_as':null}"),
			 ERR_NOT_ALLOWED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b1_language_certificates),
		cmocka_unit_test(b2_no_achievement_twice),
		cmocka_unit_test(b2_a_person_who_moved_is_one),
		cmocka_unit_test(b3_bonus_rounds_end_on_the_20th),
		cmocka_unit_test(b_bonuses_are_for_officials_and_public_employees),
		cmocka_unit_test(b_amounts_follow_the_rate_or_a_reason),
		cmocka_unit_test(c1_courses_repay_only_where_abroad),
		cmocka_unit_test(c2_postgraduates_repay_twice_the_support),
		cmocka_unit_test(c3_nothing_else_is_compensated),
		cmocka_unit_test(c4_outstanding_is_what_is_due_less_paid_and_waived),
		cmocka_unit_test(c4_support_is_the_sum_of_payments_or_has_a_reason),
		cmocka_unit_test(g1_a_dossier_has_three_papers),
		cmocka_unit_test(g2_support_needs_a_sending_decision),
		cmocka_unit_test(r04_no_more_people_than_expected),
		cmocka_unit_test(r04_one_person_once_per_year_and_level),
		cmocka_unit_test(r05_one_person_once_for_a_level),
		cmocka_unit_test(q11_nil_returns),
		cmocka_unit_test(cccd_agrees_with_place_sex_and_birth),
		cmocka_unit_test(cccd_in_two_units_is_a_task)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
