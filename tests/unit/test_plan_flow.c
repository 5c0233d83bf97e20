/* How a record goes through the plan's hands: states, gates, returns, who may do what, one
 * decision for many records, one submission that keeps what was sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/query/query.h"
#include "server/apply.h"
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

static struct schema *schema(void)
{
	struct schema *s;

	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	return s;
}

static const struct type *type(const char *code)
{
	const struct type *t = schema_type_by_code(schema(), bytes_str(code));

	if (t == NULL)
		fail_msg("no type %s", code);
	return t;
}

static struct rid bonus(const char *achievement)
{
	return plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2025,'quarter':'q1','person':'%s',"
			"'kind':'title','achievement':'%s','achieved_on':'2025-01-10','amount':10000000,"
			PAPER "}", ME, achievement);
}

static int edit_amount(enum plan_person who, struct rid id, int amount)
{
	return plan_edit(p, who, U, id, "{'type':'bonus','amount':%d}", amount);
}

static void h1_only_the_head_signs(void **state)
{
	struct rid id = bonus("H1");
	struct draft d;

	(void)state;
	assert_int_equal(plan_move(p, CLERK, U, id, "signed"), ERR_NOT_ALLOWED);
	assert_int_equal(plan_move(p, PNV, U, id, "signed"), ERR_NOT_ALLOWED);
	plan_step(p, CLERK, U, id, "ready draft ready");
	/* With a signature over what stands there: moving it is not enough. */
	assert_int_equal(server_begin(&p->o.s, U, &p->people[CHIEF], &p->o.a, &d, &p->o.e), 0);
	draft_move(&d, BONUS, id, STATE_SIGNED, BYTES_NONE);
	assert_int_equal(server_save(&p->o.s, &p->people[CHIEF], &d, NULL, &p->o.e), ERR_NOT_SIGNED);
	plan_step(p, CHIEF, U, id, "signed");
}

/* Rule 2 and 4: what is signed stands; comments and papers stay open. */
static void signed_content_is_locked(void **state)
{
	struct rid id = bonus("khóa");

	(void)state;
	plan_step(p, CLERK, U, id, "ready");
	assert_int_equal(edit_amount(CLERK, id, 2), ERR_LOCKED);
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(edit_amount(CLERK, id, 2), ERR_LOCKED);
	/* The officer never edits a unit's content; he notes beside it. */
	assert_int_equal(edit_amount(PNV, id, 2), ERR_NOT_ALLOWED);
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'bonus','verify_note':'Sai chính tả'}"), 0);
	plan_step(p, PNV, U, id, "verifying");
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','comments':[{'text':'Đã gửi'}],"
				   "'attachments':[{'kind':'award','name':'a.pdf'}]}"), 0);
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'bonus','comments':[{'text':'Đã nhận'}]}"), 0);
	plan_step(p, PNV, U, id, "not_eligible");
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','comments':[{'text':'x'}]}"),
			 ERR_LOCKED);
}

/* Rule 3: a return opens what it names, and the rest stays locked. */
static void a_return_opens_what_it_names(void **state)
{
	struct rid id = bonus("trả lại");

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','reasons':[{'field':'amount',"
				   "'reason':'x'}]}"), ERR_NOT_ALLOWED);
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'bonus','reasons':[{'field':'amount',"
				   "'reason':'Cao hơn mức quy định'}]}"), 0);
	plan_step(p, PNV, U, id, "returned");
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','achievement':'khác'}"), ERR_LOCKED);
	assert_int_equal(edit_amount(CLERK, id, 5000000), 0);
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','attachments':[{'kind':'award'}]}"), 0);
	plan_step(p, CHIEF, U, id, "signed");
	/* He returned it with reasons of his own, and may verify what came back. */
	plan_step(p, PNV, U, id, "verified");
}

/* Separation of duties: who entered does not verify. */
static void who_enters_does_not_verify(void **state)
{
	struct rid id;

	(void)state;
	id = plan_add(p, PNV, U, "{'type':'attract_transfer','plan_year':2025,'person':'%s','from_org':"
		      "'Sở','position':'Giáo viên','list_note':'12/TB','degree':'ts','category':'ts',"
		      "'list_item':'%s'," PAPER "}", ME,
		      plan_ref(HOME_AFFAIRS, plan_decision(p, "list", "S1")));
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_move(p, PNV, U, id, "verified"), ERR_SAME_PERSON);
	plan_step(p, PNV2, U, id, "verified");
	/* What an office may fill in on a unit's record does not make it its author. */
	id = bonus("số tiếp nhận");
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'bonus','reg_no':1,'verify_note':'x'}"), 0);
	plan_step(p, PNV, U, id, "verified");
}

static void v1_nothing_goes_up_unverified(void **state)
{
	struct rid id = bonus("V1");

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_move(p, PNV, U, id, "consolidated"), ERR_NO_MOVE);
	assert_int_equal(plan_move(p, PNV, U, id, "submitted"), ERR_NO_MOVE);
	/* It is Home Affairs that verifies, not other offices nor the unit. */
	assert_int_equal(plan_move(p, VP, U, id, "verified"), ERR_NOT_ALLOWED);
	assert_int_equal(plan_move(p, LEADER, U, id, "verified"), ERR_NOT_ALLOWED);
	assert_int_equal(plan_move(p, CHIEF, U, id, "verified"), ERR_NOT_ALLOWED);
	plan_step(p, PNV, U, id, "verified consolidated submitted");
	plan_step(p, LEADER, U, id, "sent_up");
	plan_step(p, PNV, U, id, "granted");
}

static void v1_expert_orders_have_two_gates(void **state)
{
	struct rid id;

	(void)state;
	id = plan_add(p, CLERK, U, "{'type':'expert_order','subtype':'general','purpose':'project',"
		      "'title':'Hai cửa'," PAPER "}");
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_move(p, PNV, U, id, "verified"), ERR_NOT_ALLOWED);
	assert_true(plan_check_failed(p, plan_move(p, VP, U, id, "verified"), 5));
	assert_int_equal(plan_edit(p, VP, U, id, "{'type':'expert_order','pnv_opinion':'agree'}"),
			 ERR_NOT_ALLOWED);
	/* An opinion, not a veto. */
	assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'expert_order','pnv_opinion':'disagree'}"), 0);
	plan_step(p, VP, U, id, "verified");
}

/* All of section 4 but "received", which is no state. */
static void every_state_is_reached(void **state)
{
	struct rid id = bonus("đường dài"), study;

	(void)state;
	plan_step(p, CLERK, U, id, "ready");
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verifying returned");
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verified consolidated submitted sent_up supplement returned");
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "verified consolidated submitted sent_up granted");
	plan_step(p, TCKH, U, id, "funded");
	plan_step(p, CLERK, U, id, "paid_part paid");
	plan_step(p, PNV, U, id, "closed");
	study = plan_add(p, CLERK, U, "{'type':'course','plan_year':2025,'answer':'need','course':'x',"
			 "'country':'jp','people':[{'person':'%s'}]," PAPER "}", ME);
	plan_step(p, CHIEF, U, study, "signed");
	plan_step(p, PNV, U, study, "verified consolidated submitted sent_up refused sent_up granted");
	plan_step(p, TCKH, U, study, "recovering recovered");
	/* Needs end where the list is out. */
	assert_null(workflow_state_by_code(type("pg_need")->workflow, bytes_str("funded")));
	assert_true(workflow_state_by_code(type("pg_need")->workflow, bytes_str("granted"))->final);
	assert_null(workflow_state_by_code(type("bonus")->workflow, bytes_str("received")));
}

static void withdrawn_with_a_reason_that_the_office_confirms(void **state)
{
	struct rid id = bonus("rút");

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_move(p, CLERK, U, id, "cancelled"), ERR_NOT_ALLOWED);
	assert_int_equal(plan_move(p, CHIEF, U, id, "withdrawn"), ERR_NOT_ALLOWED);
	assert_true(plan_check_failed(p, plan_move(p, PNV, U, id, "withdrawn"), 10));
	assert_int_equal(plan_edit(p, CHIEF, U, id, "{'type':'bonus','withdraw_reason':'Đã nhận nơi khác'}"),
			 0);
	plan_step(p, PNV, U, id, "withdrawn");
	/* Who has the receipt asks for it back; before that the unit cancels (test_chief.c). */
	id = bonus("hủy");
	plan_step(p, CHIEF, U, id, "signed");
	assert_int_equal(plan_move(p, CHIEF, U, id, "cancelled"), ERR_RECEIVED);
	id = bonus("hủy nháp");
	plan_step(p, CLERK, U, id, "cancelled");
}

/* What a clerk is told of steps to come is of the way ahead, not of ways back and out. */
static void what_is_to_come_is_told(void **state)
{
	struct query_options o = { .stream = U };
	struct rid id = plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2025,'quarter':'q1','kind':"
				 "'language','achievement':'x','cert_issuer':'trong_nuoc','amount':1}");
	json_t *list = NULL, *one;
	size_t i, b1 = 0;

	(void)state;
	assert_int_equal(query_problems(&p->o.s.replica, U, id, &o, &list, &p->o.e), 0);
	json_array_foreach(list, i, one) {
		const char *rule = json_string_value(json_object_get(one, "rule"));

		if (strcmp(json_string_value(json_object_get(one, "kind")), "later") != 0)
			continue;
		assert_string_equal(rule, "7");
		b1++;
	}
	assert_int_equal(b1, 1);
	json_decref(list);
}

/* The places of records in a list of what waits, the longest first; 0: it is not there. */
static size_t place(const json_t *records, struct rid id)
{
	const char *full = plan_ref(U, id);
	const json_t *one;
	size_t i;

	json_array_foreach(records, i, one)
		if (strcmp(json_string_value(json_object_get(one, "id")), full) == 0)
			return i + 1;
	return 0;
}

/* Rule 7 of the workflow: what waits has an age, and lists go by it. */
static void what_waits_is_listed_by_its_age(void **state)
{
	struct query_options o = { .stream = U, .by_age = true };
	struct rid first = bonus("cũ"), second = bonus("mới"), gone = bonus("thôi");
	json_t *list = NULL, *records;

	(void)state;
	plan_step(p, CHIEF, U, first, "signed");
	p->o.now += 86400;
	plan_step(p, CHIEF, U, second, "signed");
	plan_step(p, CLERK, U, gone, "cancelled");
	assert_int_equal(query_list(&p->o.s.replica, &o, &list, &p->o.e), 0);
	records = json_object_get(list, "records");
	assert_true(place(records, first) > 0 && place(records, first) < place(records, second));
	assert_int_equal(place(records, gone), 0);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(records,
			 place(records, second) - 1), "since")), p->o.now);
	json_decref(list);
	/* A step, and its age begins anew. */
	p->o.now += 86400;
	plan_step(p, PNV, U, first, "verified");
	assert_int_equal(query_list(&p->o.s.replica, &o, &list, &p->o.e), 0);
	records = json_object_get(list, "records");
	assert_true(place(records, first) > place(records, second));
	json_decref(list);
}

/* --- one paper, many records --- */

static int try_apply(enum plan_person who, struct rid id)
{
	struct apply_report report = { 0 };

	return server_apply(&p->o.s, &p->people[who], HOME_AFFAIRS, id, &report, &p->o.e);
}

static void apply_as(enum plan_person who, struct rid id, size_t changed, size_t refused)
{
	struct apply_report report = { 0 };

	if (server_apply(&p->o.s, &p->people[who], HOME_AFFAIRS, id, &report, &p->o.e) != 0)
		fail_msg("%s: %s", err_name(p->o.e.code), p->o.e.subject);
	assert_int_equal(report.changed, changed);
	assert_int_equal(report.refused, refused);
}

static void apply(struct rid id, size_t changed, size_t refused)
{
	apply_as(PNV, id, changed, refused);
}

static int64_t state_of(uint64_t unit, struct rid id)
{
	struct arena a;
	struct record r;

	arena_init(&a, 1 << 20);
	assert_int_equal(query_record(&p->o.s.replica, unit, id, &a, &r, &p->o.e), 0);
	arena_release(&a);
	return r.state;
}

static bool is_in(struct rid id, const char *state)
{
	return state_of(U, id) ==
	       workflow_state_by_code(type("bonus")->workflow, bytes_str(state))->number;
}

static void r20_a_submission_keeps_what_was_sent(void **state)
{
	struct rid a = bonus("A"), b = bonus("B"), c = bonus("C"), s;

	(void)state;
	plan_step(p, CHIEF, U, a, "signed");
	plan_step(p, CHIEF, U, b, "signed");
	plan_step(p, PNV2, U, a, "verified");
	plan_step(p, PNV2, U, b, "verified");
	s = plan_add(p, PNV, HOME_AFFAIRS, "{'type':'submission','policy':'iii7','record_type':'bonus',"
		     "'year':2025,'quarter':'q1','count':3,'sum':20000000,'members':["
		     "{'record':'%s','amount':10000000},{'record':'%s','amount':10000000}]}",
		     plan_ref(U, a), plan_ref(U, b));
	assert_true(plan_check_failed(p, plan_move(p, PNV, HOME_AFFAIRS, s, "consolidated"), 1));
	assert_int_equal(plan_edit(p, PNV, HOME_AFFAIRS, s, "{'type':'submission','count':2}"), 0);
	plan_step(p, PNV, HOME_AFFAIRS, s, "consolidated");
	assert_int_equal(plan_value(p, HOME_AFFAIRS, s, "submission", "members_count"), 2);
	assert_int_equal(plan_value(p, HOME_AFFAIRS, s, "submission", "members_sum"), 20000000);
	/* Closed: nothing comes to it or changes in it any more. */
	assert_int_equal(plan_edit(p, PNV, HOME_AFFAIRS, s, "{'type':'submission','members':["
				   "{'record':'%s'}]}", plan_ref(U, c)), ERR_LOCKED);
	apply(s, 2, 0);
	assert_true(is_in(a, "consolidated") && is_in(b, "consolidated"));
	plan_step(p, PNV, HOME_AFFAIRS, s, "submitted");
	apply(s, 2, 0);
	assert_true(plan_check_failed(p, plan_move(p, LEADER, HOME_AFFAIRS, s, "sent_up"), 3));
	assert_int_equal(plan_edit(p, LEADER, HOME_AFFAIRS, s, "{'type':'submission','number':"
				   "'15/TTr-UBND','date':'2025-03-25'}"), 0);
	plan_step(p, LEADER, HOME_AFFAIRS, s, "sent_up");
	/* To send up is the leader's alone, one by one or by the submission. */
	apply(s, 0, 2);
	apply_as(LEADER, s, 2, 0);
	apply_as(LEADER, s, 0, 0);
	assert_true(is_in(a, "sent_up") && is_in(b, "sent_up"));
}

static void r19_one_decision_answers_many(void **state)
{
	struct rid list[3], d;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		list[i] = bonus("R19");
		plan_step(p, CHIEF, U, list[i], "signed");
		plan_step(p, PNV2, U, list[i], "verified consolidated submitted sent_up");
	}
	d = plan_add(p, PNV, HOME_AFFAIRS, "{'type':'decision','body':'ubnd_tinh','decision_type':'funding',"
		     "'number':'99/QĐ-UBND','date':'2025-04-20','subject':'Thưởng quý I','answers':["
		     "{'record':'%s','outcome':'granted','amount':9000000},"
		     "{'record':'%s','outcome':'refused'},{'record':'%s','outcome':'noted'}]}",
		     plan_ref(U, list[0]), plan_ref(U, list[1]), plan_ref(U, list[2]));
	assert_int_equal(plan_value(p, HOME_AFFAIRS, d, "decision", "answers_count"), 3);
	assert_int_equal(plan_value(p, HOME_AFFAIRS, d, "decision", "answers_sum"), 9000000);
	/* Compared with the paper by a second officer, before it acts on anything. */
	assert_int_equal(try_apply(PNV, d), ERR_NOT_APPROVED);
	assert_int_equal(plan_move(p, PNV, HOME_AFFAIRS, d, "verified"), ERR_SAME_PERSON);
	assert_true(is_in(list[0], "sent_up"));
	plan_step(p, PNV2, HOME_AFFAIRS, d, "verified");
	apply(d, 2, 0);
	apply(d, 0, 0);
	assert_true(is_in(list[0], "granted") && is_in(list[1], "refused") && is_in(list[2], "sent_up"));
	assert_int_equal(plan_value(p, U, list[0], "bonus", "granted"), 9000000);
	assert_int_equal(plan_value(p, U, list[0], "bonus", "decision_op"), (int64_t)d.op);
	plan_step(p, PNV2, HOME_AFFAIRS, d, "closed");
}

/* Rates: two persons; those that came with the pack wait for the original. */
static void rates_are_put_in_force_by_a_second_officer(void **state)
{
	struct rid id;

	(void)state;
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_rate"), 22);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_rate WHERE f_verified = 1"), 0);
	assert_int_equal(office_number(&p->o, "SELECT f_amount FROM t_rate WHERE "
				       "f_code = 'attract_nd140_dh'"), 150000000);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_legal_doc"), 10);
	id = plan_add(p, PNV, 0, "{'type':'rate','policy':'iii7','code':'moi','label':'Mức mới','amount':"
		      "1,'source':'bản gốc'}");
	assert_int_equal(plan_move(p, PNV, 0, id, "in_force"), ERR_SAME_PERSON);
	plan_step(p, PNV2, 0, id, "in_force");
	assert_int_equal(plan_edit(p, PNV, 0, id, "{'type':'rate','amount':2}"), ERR_LOCKED);
	assert_true(plan_check_failed(p, plan_try(p, PNV, 0, NULL, "{'type':'rate','code':'x',"
						  "'verified':true}"), 2));
	assert_int_equal(plan_try(p, VP, 0, NULL, "{'type':'rate','code':'x'}"), ERR_NOT_ALLOWED);
}

/* --- section 1.1 --- */

static uint64_t bits(const char *roles)
{
	uint64_t out = 0;
	size_t n;

	for (; *roles != '\0'; roles += n + (roles[n] == ' ')) {
		const struct role *r;

		n = strcspn(roles, " ");
		r = schema_role_by_code(schema(), (struct bytes){ (const uint8_t *)roles, n });
		assert_non_null(r);
		out |= schema_role_bit(schema(), r->number);
	}
	return out;
}

/* Who creates, who takes it in, and who verifies. The server itself writes the district's
 * records that come with a pack. */
static const struct {
	const char *type, *edit, *lead, *verify;
} rights[] = {
	{ "dissem", "clerk chief sector", "PNV", "officer" },
	{ "expert_order", "clerk chief", "VP", "vp" },
	{ "research_order", "clerk chief", "KTHT", "ktht" },
	{ "pg_need", "clerk chief", "PNV", "officer" },
	{ "pg_dossier", "clerk chief", "PNV", "officer" },
	{ "pg_graduation", "clerk chief", "PNV", "officer" },
	{ "course", "clerk chief", "PNV", "officer" },
	{ "attract_need", "clerk chief", "PNV", "officer" },
	{ "attract_transfer", "clerk chief officer", "PNV", "officer" },
	{ "attract_recruit", "officer", "PNV", "officer" },
	{ "evaluation", "clerk chief", "PNV", "officer" },
	{ "talent_use", "clerk chief officer", "PNV", "officer" },
	{ "bonus", "clerk chief", "PNV", "officer" },
	{ "payment", "clerk chief tckh", "TCKH", "officer tckh" },
	{ "recovery", "tckh", "TCKH", NULL },
	{ "annual_report", "clerk chief", "PNV", "officer" },
	{ "difficulty", "clerk chief sector", "PNV", "officer" },
	{ "decision", "officer vp ktht", "PNV", "officer vp ktht tckh" },
	{ "submission", "officer vp ktht", "UBND", NULL },
	{ "rate", "officer server", NULL, "officer" },
	{ "round", "officer server", NULL, "officer" },
	{ "extension", "officer server", NULL, "officer" }
};

static void rights_are_those_of_the_matrix(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rights / sizeof rights[0]; i++) {
		const struct type *t = type(rights[i].type);

		if (t->edit != bits(rights[i].edit))
			fail_msg("%s: edit", t->code);
		if ((t->lead == NULL) != (rights[i].lead == NULL) ||
		    (t->lead != NULL && strcmp(t->lead, rights[i].lead) != 0))
			fail_msg("%s: lead", t->code);
		for (k = 0; rights[i].verify != NULL && k < t->workflow->move_count; k++) {
			const struct move *m = &t->workflow->moves[k];

			if (strcmp(workflow_state(t->workflow, m->to)->code, "verified") == 0 && m->other &&
			    m->by != bits(rights[i].verify))
				fail_msg("%s: verify", t->code);
		}
	}
}

static bool reads(const char *role, const char *of)
{
	const struct role *r = schema_role_by_code(schema(), bytes_str(role));
	size_t i;

	for (i = 0; !r->reads_all && i < r->read_count; i++)
		if (strcmp(r->reads[i], of) == 0)
			return true;
	return r->reads_all;
}

static void offices_read_their_own_policy(void **state)
{
	(void)state;
	assert_true(reads("officer", "bonus") && reads("auditor", "bonus") && reads("leader", "bonus"));
	assert_true(reads("vp", "expert_order") && reads("vp", "dissem") && !reads("vp", "bonus"));
	assert_true(reads("ktht", "research_order") && !reads("ktht", "expert_order"));
	assert_true(reads("tckh", "payment") && reads("tckh", "recovery") && !reads("tckh", "dissem"));
	/* Of units of their own sector alone: test_plan_rights.c. */
	assert_true(!reads("sector", "dissem") && !reads("sector", "annual_report"));
	assert_true(!reads("sector", "bonus") && !reads("clerk", "bonus") && !reads("chief", "bonus"));
	assert_false(schema_role_by_code(schema(), bytes_str("auditor"))->writes);
	assert_false(schema_role_by_code(schema(), bytes_str("sector"))->writes_all);
	assert_int_equal(plan_try(p, CLERK, U, NULL, "{'type':'recovery','violation':'x'}"),
			 ERR_NOT_ALLOWED);
	assert_int_equal(plan_try(p, VP, U, NULL, "{'type':'payment','amount':1}"), ERR_NOT_ALLOWED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(h1_only_the_head_signs),
		cmocka_unit_test(signed_content_is_locked),
		cmocka_unit_test(a_return_opens_what_it_names),
		cmocka_unit_test(who_enters_does_not_verify),
		cmocka_unit_test(v1_nothing_goes_up_unverified),
		cmocka_unit_test(v1_expert_orders_have_two_gates),
		cmocka_unit_test(every_state_is_reached),
		cmocka_unit_test(withdrawn_with_a_reason_that_the_office_confirms),
		cmocka_unit_test(what_is_to_come_is_told),
		cmocka_unit_test(what_waits_is_listed_by_its_age),
		cmocka_unit_test(r20_a_submission_keeps_what_was_sent),
		cmocka_unit_test(r19_one_decision_answers_many),
		cmocka_unit_test(rates_are_put_in_force_by_a_second_officer),
		cmocka_unit_test(rights_are_those_of_the_matrix),
		cmocka_unit_test(offices_read_their_own_policy)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
