/* What stands between a record and its next step, told at once; and where it may go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "tests/lib/contest.h"

static struct contest c;

static int begin(void **state)
{
	(void)state;
	contest_make(&c);
	return 0;
}

static int end(void **state)
{
	(void)state;
	contest_end(&c);
	return 0;
}

/* "kind:what" of each problem, in their order, with blanks between; what is the field or
 * the rule. Not that something is there twice: these tests enter the same again and again. */
static const char *problems(struct rid id, enum lang lang)
{
	static char text[1000];
	struct query_options o = { .stream = OFFICE_SCHOOL, .lang = lang };
	json_t *list = NULL, *j;
	size_t i, at = 0;

	assert_int_equal(query_problems(&c.p.o.s.replica, OFFICE_SCHOOL, id, &o, &list, &c.p.o.e), 0);
	text[0] = '\0';
	json_array_foreach(list, i, j) {
		const char *field = json_string_value(json_object_get(j, "field"));
		const char *rule = json_string_value(json_object_get(j, "rule"));

		if (rule != NULL && strcmp(rule, "reading_twice") == 0)
			continue;
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s:%s", at > 0 ? " " : "",
				       json_string_value(json_object_get(j, "kind")),
				       field != NULL ? field : rule != NULL ? rule : "");
		assert_true(at < sizeof text);
		assert_true(json_string_length(json_object_get(j, "sentence")) > 5);
	}
	json_decref(list);
	return text;
}

static struct rid entry(const char *line)
{
	return plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "%s", line);
}

static void what_is_missing_is_told_at_once(void **state)
{
	struct rid r = entry("{'type':'reading_entry'}");

	(void)state;
	assert_string_equal(problems(r, LANG_VI), "required:year required:entry_kind required:reader "
			    "required:book");
	/* A condition that holds asks for more; rows for what is theirs. */
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'year':2026,'entry_kind':'team',"
				   "'reader':'Đội Sao','book':'B','books':[{'pages':10}]}"), 0);
	assert_string_equal(problems(r, LANG_VI), "required:members required:grades required:name");
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'entry_kind':'single'}"), 0);
	assert_string_equal(problems(r, LANG_EN), "required:name");
}

static void a_row_that_is_gone_is_no_problem(void **state)
{
	struct rid book, r = contest_entry(&c, AUTHOR, &book);

	(void)state;
	assert_string_equal(problems(r, LANG_VI), "");
	contest_by(&c, AUTHOR);
	draft_set(&c.d, BOOK_READ, book, BOOK_NAME, VALUE_OF_NULL, false);
	contest_save(&c, AUTHOR);
	/* By the row's own id, or the record's: the same. */
	assert_string_equal(problems(r, LANG_VI), "required:name");
	assert_string_equal(problems(book, LANG_VI), "required:name");
	draft_delete(contest_by(&c, AUTHOR), BOOK_READ, book, false);
	contest_save(&c, AUTHOR);
	assert_string_equal(problems(r, LANG_VI), "");
}

static void conflicts_are_told(void **state)
{
	static const int who[2] = { AUTHOR, HEAD };
	struct rid r = contest_entry(&c, AUTHOR, NULL);
	struct stream_head head;
	size_t i;

	(void)state;
	assert_int_equal(replica_head(&c.p.o.s.replica, OFFICE_SCHOOL, &head, &c.p.o.e), 0);
	for (i = 0; i < 2; i++) {
		contest_by(&c, who[i]);
		c.d.has_version = true;
		c.d.seen_seq = head.seq;
		contest_text(&c, ENTRY, r, READER, i == 0 ? "Lê A" : "Lê B");
		contest_save(&c, who[i]);
	}
	assert_string_equal(problems(r, LANG_VI), "conflict:");
}

/* A check of a step to come, about what can be entered now: better known now. One about
 * what others fill in on the way is not. */
static void later_steps_are_told_where_something_can_be_done(void **state)
{
	struct rid r = plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_report','year':2026,"
				"'anything':'none'}");

	(void)state;
	/* Nothing of the prize that the jury gives. */
	assert_string_equal(problems(contest_entry(&c, AUTHOR, NULL), LANG_VI), "");
	/* The next step asks it: it stands in the way. */
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'given':['first']}"), 0);
	assert_string_equal(problems(r, LANG_VI), "check:1");
	/* The one after that. */
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'given':[],'text':'Không có gì'}"), 0);
	assert_string_equal(problems(r, LANG_VI), "later:2");
}

static void warnings_are_told_in_their_states(void **state)
{
	struct rid r = contest_entry(&c, AUTHOR, NULL);

	(void)state;
	/* Too few pages: once it is handed in. */
	assert_string_equal(problems(r, LANG_VI), "");
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	assert_string_equal(problems(r, LANG_VI), "warning:reading_little");
}

/* The codes of the states to which a record may go, with * where it is signed. */
static const char *next(const char *type, const char *from)
{
	static char text[200];
	struct query_options o = { .stream = OFFICE_SCHOOL };
	struct rid r = strcmp(type, "reading_report") == 0 ?
		plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_report','year':2026,"
			 "'anything':'none'}") : contest_entry(&c, AUTHOR, NULL);
	json_t *j = NULL, *one;
	size_t i, at = 0;

	if (strcmp(from, "draft") != 0)
		plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, from);
	assert_int_equal(query_show(&c.p.o.s.replica, OFFICE_SCHOOL, r, &o, &j, &c.p.o.e), 0);
	text[0] = '\0';
	json_array_foreach(json_object_get(j, "next"), i, one)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s%s", at > 0 ? " " : "",
				       json_string_value(json_object_get(one, "state")),
				       json_is_true(json_object_get(one, "sign")) ? "*" : "");
	json_decref(j);
	return text;
}

static void where_it_may_go(void **state)
{
	(void)state;
	assert_string_equal(next("reading_entry", "draft"), "submitted");
	assert_string_equal(next("reading_entry", "submitted"), "returned verified");
	assert_string_equal(next("reading_report", "draft"), "signed*");
}

/* Handing in is the step that asks for completeness, whatever a pack calls it. */
static void submitting_is_what_the_workflow_says(void **state)
{
	const struct workflow *entries, *reports;
	const struct move *m;
	struct schema *s;
	uint64_t clerk, jury;
	bool signature;

	(void)state;
	assert_int_equal(replica_schema_now(&c.p.o.s.replica, &s, &c.p.o.e), 0);
	entries = schema_type(s, ENTRY)->workflow;
	reports = schema_type_by_code(s, bytes_str("reading_report"))->workflow;
	clerk = schema_role_bit(s, 1);
	jury = schema_role_bit(s, 21);
	m = workflow_submit(entries, ENTRY_DRAFT, clerk, &signature);
	assert_true(m != NULL && m->to == ENTRY_SUBMITTED && !signature);
	m = workflow_submit(entries, ENTRY_RETURNED, clerk, &signature);
	assert_true(m != NULL && m->to == ENTRY_SUBMITTED);
	/* Nobody's turn but the jury's, who do not hand in. */
	assert_null(workflow_submit(entries, ENTRY_SUBMITTED, clerk, &signature));
	assert_false(signature);
	assert_null(workflow_submit(entries, ENTRY_DRAFT, jury, &signature));
	assert_false(signature);
	/* The head of the unit signs: that is no submitting, and is told. */
	assert_null(workflow_submit(reports, 1, clerk, &signature));
	assert_true(signature);
	assert_null(workflow_submit(NULL, 1, clerk, &signature));
	assert_false(signature);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_missing_is_told_at_once),
		T(a_row_that_is_gone_is_no_problem),
		T(conflicts_are_told),
		T(later_steps_are_told_where_something_can_be_done),
		T(warnings_are_told_in_their_states),
		T(where_it_may_go),
		T(submitting_is_what_the_workflow_says),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
