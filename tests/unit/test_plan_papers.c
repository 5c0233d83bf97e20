/* The plan's papers: their dates, the files that are wanted, and what every record tells of who
 * did what (P1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/query/query.h"
#include "common/text/date.h"
#include "server/fsck.h"
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

/* --- dates of papers --- */

/* A bonus whose paper is dated `days` after today. */
static struct rid dated(int64_t days, const char *achievement)
{
	struct buf day;
	struct rid id;

	buf_init(&day, 32);
	date_put(date_of(p->o.now) + days, &day);
	buf_byte(&day, 0);
	id = plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2025,'quarter':'q1','person':'%s',"
		      "'kind':'title','achievement':'%s','achieved_on':'2025-01-10','amount':1,"
		      "'doc_number':'1','doc_date':'%s','signer_name':'A','signer_title':'B'}", ME,
		      achievement, (char *)day.at);
	buf_release(&day);
	return id;
}

static void complain(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	print_message("%s: %s\n", place, what);
}

/* Against the day of receipt, which the log has, and by no clock: whenever the log is gone
 * through again, the same comes out. */
static void documents_are_not_of_the_future(void **state)
{
	struct fsck f = { .env = &p->o.env, .scratch = ":memory:", .found = complain };
	int64_t first = p->o.now;
	struct rid good = dated(1, "A"), bad = dated(2, "B"), early = dated(4, "C");

	(void)state;
	/* Nothing is refused; a draft is nobody's business. */
	assert_false(plan_warned(p, U, bad, "bonus_doc_date"));
	plan_step(p, CHIEF, U, good, "signed");
	plan_step(p, CHIEF, U, bad, "signed");
	assert_false(plan_warned(p, U, good, "bonus_doc_date"));
	assert_true(plan_warned(p, U, bad, "bonus_doc_date"));
	/* Entered beforehand, and signed on its day. */
	p->o.now = first + 4 * 86400;
	plan_step(p, CHIEF, U, early, "signed");
	assert_false(plan_warned(p, U, early, "bonus_doc_date"));
	/* Time heals nothing: it was of the future when it came; whoever mends it is believed. */
	plan_step(p, PNV, U, bad, "returned");
	assert_int_equal(plan_edit(p, CLERK, U, bad, "{'type':'bonus','content_note':'x'}"), 0);
	assert_int_equal(server_fsck(&f, p->o.dir, &p->o.e), 0);
	assert_int_equal(f.count, 0);
	plan_step(p, CHIEF, U, bad, "signed");
	assert_false(plan_warned(p, U, bad, "bonus_doc_date"));
	bad = dated(3, "D");
	plan_step(p, CHIEF, U, bad, "signed");
	p->o.now += 10 * 86400;
	plan_step(p, PNV, U, bad, "verifying");
	assert_true(plan_warned(p, U, bad, "bonus_doc_date"));
	assert_int_equal(server_fsck(&f, p->o.dir, &p->o.e), 0);
	assert_int_equal(f.count, 0);
	p->o.now = first;
}

/* --- files of papers --- */

static bool wants_file(struct rid id, const char *row)
{
	assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'bonus','attachments':[%s]}", row), 0);
	assert_false(plan_warned(p, U, id, "bonus_papers"));
	return plan_warned(p, U, id, "bonus_files");
}

/* A paper that is not named is missing; one that is named wants its scan, unless it was handed
 * in as it is. */
static void named_papers_want_their_files(void **state)
{
	struct rid id = dated(0, "Tệp");

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	assert_true(plan_warned(p, U, id, "bonus_papers"));
	assert_false(plan_warned(p, U, id, "bonus_files"));
	assert_false(wants_file(id, "{'kind':'award','on_paper':true}"));
	assert_false(wants_file(id, "{'kind':'award','name':'a.pdf','hash':'00'}"));
	assert_true(wants_file(id, "{'kind':'award','name':'b.pdf'}"));
}

/* --- P1: publicity; the right procedure --- */

/* Whoever turns a record down or sends it back says why; what comes from above is a decision. */
static void p1_nothing_is_turned_down_without_a_word(void **state)
{
	static const char *const down[] = { "returned", "not_eligible", "cancelled", "withdrawn" };
	size_t i, k, n, moves = 0;
	struct schema *s;

	(void)state;
	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	for (i = 0; i < s->type_count; i++) {
		const struct workflow *w = s->types[i]->workflow;

		for (k = 0; w != NULL && k < w->move_count; k++)
			for (n = 0; n < sizeof down / sizeof down[0]; n++) {
				if (strcmp(workflow_state(w, w->moves[k].to)->code, down[n]) != 0)
					continue;
				moves++;
				if (!w->moves[k].remark)
					fail_msg("%s: %s without a word", w->code, down[n]);
			}
	}
	assert_true(moves > 50);
}

static void p1_inspection_reads_everything(void **state)
{
	const struct role *r;
	struct schema *s;
	size_t i;

	(void)state;
	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	r = schema_role_by_code(s, bytes_str("auditor"));
	assert_non_null(r);
	for (i = 0; i < s->type_count; i++)
		assert_true(role_reads(r, s->types[i], U, HOME_AFFAIRS));
	assert_false(r->writes);
}

/* What the unit is shown of a dossier: who took it where, when, and what he said of it. */
static void p1_every_step_is_told(void **state)
{
	static const char *const steps[] = { "signed", "returned", "signed", "verified" };
	struct query_options o = { .stream = U, .lang = LANG_VI };
	struct rid id = dated(0, "Công khai");
	json_t *list = NULL, *j;
	size_t i, n = 0;

	(void)state;
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV, U, id, "returned");
	plan_step(p, CHIEF, U, id, "signed");
	plan_step(p, PNV2, U, id, "verified");
	assert_int_equal(query_history(&p->o.s.replica, U, id, &o, &list, &p->o.e), 0);
	json_array_foreach(list, i, j) {
		if (strcmp(json_string_value(json_object_get(j, "kind")), "move") != 0)
			continue;
		assert_true(n < 4);
		assert_string_equal(json_string_value(json_object_get(j, "value")), steps[n]);
		assert_true(json_string_length(json_object_get(j, "author")) > 3);
		assert_true(json_integer_value(json_object_get(j, "received")) > 0);
		assert_string_equal(json_string_value(json_object_get(j, "signature")), "ok");
		assert_string_equal(json_string_value(json_object_get(j, "remark")), "ghi chú");
		n++;
	}
	assert_int_equal(n, 4);
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_not_of_the_future),
		cmocka_unit_test(named_papers_want_their_files),
		cmocka_unit_test(p1_nothing_is_turned_down_without_a_word),
		cmocka_unit_test(p1_inspection_reads_everything),
		cmocka_unit_test(p1_every_step_is_told),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
