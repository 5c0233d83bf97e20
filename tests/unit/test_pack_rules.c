/* What a pack says with names and expressions: choices' intervals, states and moves,
 * fields that are open by state and role, derived ones, checks, nil returns. What is
 * read, and every way to be refused, with line, place and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/date.h"
#include "common/expr.h"
#include "tests/lib/office.h"
#include "tests/lib/packtext.h"

static struct buf pack;
static const char *good;
static struct schema *s;
static struct err e;

static int begin(void **state)
{
	(void)state;
	office_file("tests/data/van-hoa-doc.json", &pack);
	buf_byte(&pack, 0);
	good = (const char *)pack.at;
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(schema_add(s, bytes_str(good), &e), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	schema_free(s);
	buf_release(&pack);
	return 0;
}

static const struct type *type_of(const char *code)
{
	const struct type *t = schema_type_by_code(s, bytes_str(code));

	assert_non_null(t);
	return t;
}

static const struct field *field_of(const char *type, const char *code)
{
	const struct field *f = type_field_by_code(type_of(type), bytes_str(code));

	assert_non_null(f);
	return f;
}

static uint64_t role(const char *code)
{
	const struct role *r = schema_role_by_code(s, bytes_str(code));

	assert_non_null(r);
	return schema_role_bit(s, r->number);
}

static uint64_t state(const char *type, const char *code)
{
	const struct workflow *w = type_of(type)->workflow;
	const struct state *st = workflow_state_by_code(w, bytes_str(code));

	assert_non_null(st);
	return state_bit(w, st->number);
}

static int64_t day(const char *text)
{
	int64_t days;

	assert_true(date_parse(bytes_str(text), &days));
	return days;
}

static void choices_have_intervals(void **unused)
{
	const struct choice_list *l = field_of("reading_entry", "genre")->list;

	(void)unused;
	assert_true(list_choice(l, 1)->from == INT64_MIN && list_choice(l, 1)->to == INT64_MAX);
	assert_int_equal(list_choice(l, 2)->from, day("2026-03-01"));
	assert_int_equal(list_choice(l, 2)->to, day("2026-09-30"));
	assert_int_equal(type_of("reading_entry")->as_of,
			 field_of("reading_entry", "handed_in")->number);
	assert_int_equal(type_of("reading_award")->as_of, 0);
}

static void states_and_moves_have_their_marks(void **unused)
{
	const struct workflow *w = type_of("reading_entry")->workflow;
	const struct state *st = w->states;
	const struct move *m;

	(void)unused;
	assert_int_equal(w->state_count, 7);
	assert_true(st[0].open == STATE_OPEN && !st[0].filed && !st[0].good);
	assert_true(st[1].open == STATE_CLOSED && st[1].filed && !st[1].good);
	assert_true(st[2].open == STATE_NAMED && !st[2].filed);
	assert_true(st[3].filed && st[3].good && !st[3].answered && !st[3].final);
	assert_true(st[4].answered && st[4].final);
	assert_string_equal(w->reasons, "reasons");
	m = workflow_move(w, 1, 2);
	assert_true(m->complete && !m->remark && !m->sign && !m->other);
	assert_true(m->by == (role("clerk") | role("chief") | role("officer")));
	m = workflow_move(w, 2, 3);
	assert_true(m->remark && !m->complete && m->by == role("jury"));
	assert_true(workflow_move(w, 2, 4)->other);
	m = workflow_move(type_of("reading_report")->workflow, 1, 2);
	assert_true(m->sign && m->complete);
	assert_null(type_of("reading_report")->workflow->reasons);
}

static void fields_are_open_by_state_and_role(void **unused)
{
	const struct field *f = field_of("reading_entry", "marks");

	(void)unused;
	assert_true(f->in == (state("reading_entry", "submitted") | state("reading_entry", "verified")));
	assert_true(f->only_in && f->by == role("jury"));
	f = field_of("reading_entry", "comments");
	assert_true(!f->only_in && f->in != 0 && f->by == (role("clerk") | role("chief") | role("jury")));
	f = field_of("reading_entry", "papers");
	assert_true(!f->only_in && f->in != 0 && f->by == 0);
	f = field_of("reading_entry", "book");
	assert_true(f->in == 0 && f->by == 0 && !f->only_in);
}

static void conditions_and_derived_values_are_compiled(void **unused)
{
	const struct field *f = field_of("reading_entry", "members");
	const struct type *t = type_of("reading_entry");

	(void)unused;
	assert_false(f->required);
	assert_string_equal(expr_text(f->required_if), "entry_kind = 'team'");
	assert_true(expr_gives(f->required_if) == EXPR_BOOL);
	assert_true(field_of("reading_entry", "year")->required);
	f = field_of("reading_entry", "pages");
	assert_true(expr_gives(f->derived) == EXPR_INT && expr_reads_rows(f->derived));
	assert_true(expr_reads(f->derived, field_of("reading_book", "pages")->number));
	assert_true(expr_gives(field_of("reading_entry", "diligent")->derived) == EXPR_BOOL);
	assert_non_null(field_of("reading_book", "long")->derived);
	assert_int_equal(t->check_count, 4);
	assert_true(t->checks[0].on == 0 && t->checks[2].on == state("reading_entry", "awarded"));
	assert_true(expr_reads_refs(t->checks[3].must));
	assert_int_equal(t->warning_count, 2);
	assert_string_equal(t->warnings[1].code, "reading_overpaid");
	assert_true(expr_reads_rollup(t->warnings[1].must, 2000) && t->warnings[1].on == 0);
	assert_true(t->warnings[0].on == (state("reading_entry", "submitted") |
					  state("reading_entry", "verified")));
}

static void nil_returns_and_routing(void **unused)
{
	const struct type *t = type_of("reading_report");

	(void)unused;
	assert_int_equal(t->nil_count, 1);
	assert_string_equal(t->nil[0].field->code, "anything");
	assert_true(t->nil[0].value.kind == VALUE_INT && t->nil[0].value.n == 2);
	t = type_of("reading_entry");
	assert_int_equal(t->nil_count, 0);
	assert_string_equal(t->lead, "GDDT");
	assert_int_equal(t->copy_count, 1);
	assert_string_equal(t->copies[0], "VHTT");
	assert_string_equal(t->section, "II.1");
	assert_false(t->district);
	assert_true(type_of("reading_rule")->district);
	/* The server brings the records that come with the pack. */
	assert_true(type_of("reading_rule")->edit == (role("officer") | role("server")));
}

#define FIELD "{`number`:900001,`code`:`extra`,`vi`:`a`,`en`:`a`,"
#define IN_ENTRY "`copies`:[`VHTT`],`fields`:["
#define WITH(field) IN_ENTRY "\n" field "},"

static const struct packtext_wrong lists_and_states[] = {
	{ "`from`:`2026-03-01`", "`from`:`2026-02-30`", "verse", "are days such as", NULL },
	{ "`from`:`2026-03-01`", "`from`:20260301", "verse", "are days such as", NULL },
	{ "`to`:`2026-12-31`", "`to`:``", "cheer", "are days such as", NULL },
	{ "`to`:`2026-09-30`", "`to`:`2026-02-28`", "verse", "ends before it begins", NULL },
	{ "`reasons`:`reasons`,\n    `states`:[", "`reasons`:`reasons`,\n    `state`:[", "reading_entry",
	  "has no states", "`reading_entry`: { `reasons`" },
	{ "`open`:`named`", "`open`:`nmaed`", "returned", "\"open\"", NULL },
	{ "`open`:`named`", "`open`:1", "returned", "\"open\"", NULL },
	{ "`number`:3,`code`:`returned`", "`number`:2,`code`:`returned`", "returned", "twice", NULL },
	{ "`number`:3,`code`:`returned`", "`number`:3,`code`:`draft`", "draft", "twice",
	  "{`number`:1,`code`:`draft`" },
	{ "`number`:3,`code`:`returned`", "`number`:0,`code`:`returned`", "returned", "\"number\"",
	  NULL },
	{ "{`from`:`submitted`,`to`:`verified`", "{`from`:`submitted`,`to`:`valid`", "reading_entry",
	  "a state that is not there", "`reading_entry`: { `reasons`" },
	{ "{`from`:`submitted`,`to`:`verified`", "{`from`:`submitted`,`to`:`returned`", "returned",
	  "twice", "{`number`:3,`code`:`returned`" },
	{ "`by`:[`jury`,`officer`],`other`", "`by`:[`juri`],`other`", "reading_entry", "a role that is not there",
	  "`reading_entry`: { `reasons`" },
	{ "`by`:[`jury`,`officer`],`other`", "`by`:`jury`,`other`", "reading_entry", "an array of codes",
	  "`reading_entry`: { `reasons`" },
	{ "`by`:[`jury`,`officer`],`other`", "`by`:[],`other`", "reading_entry", "\"by\"",
	  "`reading_entry`: { `reasons`" },
};

static void bad_lists_and_states_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, lists_and_states,
			 sizeof lists_and_states / sizeof lists_and_states[0]);
}

static const struct packtext_wrong fields[] = {
	{ "`in`:[`submitted`],`only_in`:true,`by`:[`jury`]},\n    {`number`:900023",
	  "`in`:[`sent`],`only_in`:true,`by`:[`jury`]},\n    {`number`:900023", "entry_no",
	  "a state that is not there", "`code`:`entry_no`" },
	{ "`with`:[`book`]", "`with`:[`page`]", "genre", "\"with\" names a field that is not there",
	  "`code`:`genre`" },
	{ "`derived`:`sum(books, pages)`", "`derived`:`sum(books, pages)`,`with`:[`book`]", "pages",
	  "\"with\" is for what a return may open", "`code`:`pages`" },
	{ "`in`:[`submitted`],`only_in`:true,`by`:[`jury`]},\n    {`number`:900023",
	  "`only_in`:true,`by`:[`jury`]},\n    {`number`:900023", "entry_no", "\"only_in\" needs \"in\"",
	  "`code`:`entry_no`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`in`:`submitted`"), "extra", "an array of codes",
	  "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`by`:[`nobody`]"), "extra", "a role that is not there",
	  "`code`:`extra`" },
	{ "`code`:`name`,`vi`:`Tên`,`en`:`Name`,", "`code`:`name`,`vi`:`Tên`,`en`:`Name`,`in`:[`draft`],",
	  "name", "\"in\" needs a workflow", NULL },
	{ "`row`:`reading_book`", "`row`:[`reading_book`,`reading_paper`]", "books", "one row type", NULL },
	{ "`row`:`reading_book`", "`row`:`reading_rule`", "books", "a type that is not there", NULL },
	{ "`kind`:`ref`,`to`:`reading_award`", "`kind`:`ref`", "award", "needs \"to\"", NULL },
	{ "`code`:`reading_book`,", "`code`:`reading_book`,`workflow`:`reading_entry`,", "reading_book",
	  "rows share the state", NULL },
	{ "`code`:`reading_book`,", "`code`:`reading_book`,`district`:true,", "reading_book",
	  "rows share the state", NULL },
	{ "`number`:2002,", "`number`:0,", "reading_book", "needs a \"number\"", NULL },
	/* rows follow their list */
	{ "`code`:`name`,`vi`:`Tên sách`,", "`code`:`name`,`vi`:`Tên sách`,`by`:[`jury`],", "name",
	  "the list field", NULL },
	{ "`code`:`pages`,`vi`:`Số trang`,", "`code`:`pages`,`vi`:`Số trang`,`register`:`reading_plaques`,",
	  "pages", "register", NULL },
	{ "`register`:`reading_entries`", "`register`:`reading_entry`", "entry_no", "register", NULL },
	{ IN_ENTRY, WITH(FIELD "`kind`:`text`,`register`:`reading_plaques`"), "extra", "register",
	  "`code`:`extra`" },
	{ "`required`:`entry_kind = 'team'`", "`required`:`entry_kind = 'crowd'`", "members", "crowd",
	  NULL },
	{ "`required`:`entry_kind = 'team'`", "`required`:`members + 1`", "members", "\"required\"", NULL },
	{ "`required`:`entry_kind = 'team'`", "`required`:7", "members", "must be a text",
	  "`code`:`members`" },
};

static void bad_field_rules_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, fields, sizeof fields / sizeof fields[0]);
}

static const struct packtext_wrong derived[] = {
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`derived`:`pages * 2`"), "extra", "derives from a derived",
	  "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`derived`:`before.year`"), "extra", "beside the record",
	  "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`bool`,`derived`:`state = 'draft'`"), "extra",
	  "beside the record", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`money`,`derived`:`reading_paid`"), "extra", "rollup",
	  "`derived`:`reading_paid`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`derived`:`nothing + 1`"), "extra", "'nothing'",
	  "`derived`:`nothing + 1`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`text`,`derived`:`year`"), "extra", "of another kind",
	  "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`date`,`derived`:`year`"), "extra", "of another kind",
	  "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`bool`,`derived`:`year`"), "extra", "of another kind",
	  "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`text`,`personal`:true,`derived`:`reader`"), "extra",
	  "of another kind", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`ref`,`to`:`reading_entry`,`derived`:`before`"), "extra",
	  "of another kind", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`choice`,`list`:`reading_kinds`,`derived`:`prize`"), "extra",
	  "\"derived\"", "`derived`:`prize`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`required`:true,`derived`:`year`"), "extra",
	  "can't be required", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`in`:[`submitted`],`derived`:`year`"), "extra",
	  "never entered", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`by`:[`jury`],`derived`:`year`"), "extra", "never entered",
	  "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`register`:`reading_plaques`,`derived`:`year`"), "extra",
	  "never entered", "`code`:`extra`" },
	{ "`derived`:`pages > 500`", "`derived`:`pages > 500 and entry_kind = 'team'`", "long",
	  "beside the record", "`code`:`long`" },
};

static void bad_derived_fields_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, derived, sizeof derived / sizeof derived[0]);
}

static const struct packtext_wrong checks[] = {
	{ "`must`:`count(books) <= 20`", "`x`:0", "reading_entry", "needs \"must\"", NULL },
	{ "`must`:`count(books) <= 20`", "`must`:`count(books)`", "check 2", "\"must\"", NULL },
	{ "`must`:`count(books) <= 20`", "`must`:`reading_paid > 0`", "check 2", "rollup", NULL },
	{ "{`number`:2,`must`", "{`number`:1,`must`", "reading_entry", "number is used twice", NULL },
	{ "{`number`:2,`must`", "{`number`:1000,`must`", "reading_entry", "from 1 to 999", NULL },
	{ "`on`:[`awarded`]", "`on`:[`granted`]", "reading_entry", "a state that is not there", NULL },
	{ "`must`:`pages <= 3000`", "`on`:[`draft`],`must`:`pages <= 3000`", "reading_book", "state",
	  NULL },
	{ "`code`:`reading_little`", "`code`:`reading_overpaid`", "reading_overpaid", "used twice",
	  NULL },
	{ "`must`:`reading_paid <= coalesce(prize_money, 0)`", "`m`:0", "reading_overpaid", "\"must\"",
	  "`code`:`reading_overpaid`" },
	{ "`must`:`reading_paid <= coalesce(prize_money, 0)`", "`must`:`reading_sum > 0`",
	  "reading_overpaid", "'reading_sum'", NULL },
	{ "`on`:[`submitted`,`verified`]", "`on`:[`sent`]", "reading_little", "a state that is not there",
	  NULL },
	{ "`checks`:[ {`number`:1,`must`:`pages <= 3000`",
	  "`warnings`:[ {`code`:`thick`,`must`:`pages <= 3000`", "thick", "of a record", NULL },
	{ "`as_of`:`handed_in`", "`as_of`:`reader`", "reader", "a date or a year",
	  "`code`:`reader`" },
	{ "`as_of`:`handed_in`", "`as_of`:`gone`", "as_of", "a field that is not there", NULL },
	{ "`nil`:{`anything`:`none`}", "`nil`:{`anything`:`some day`}", "anything", "no such value",
	  "`code`:`anything`" },
	{ "`nil`:{`anything`:`none`}", "`nil`:{`anything`:2}", "anything", "a text",
	  "`code`:`anything`" },
	{ "`nil`:{`anything`:`none`}", "`nil`:{`nothing`:`none`}", "nothing", "a plain field", NULL },
	{ "`reasons`:`reasons`", "`reasons`:`books`", "reading_entry", "rows of \"field\" and \"reason\"",
	  "`code`:`reading_entry`,`vi`" },
	{ "`reasons`:`reasons`", "`reasons`:`why`", "reading_entry", "\"reasons\"",
	  "`code`:`reading_entry`,`vi`" },
	{ "`reasons`:`reasons`", "`reasons`:`reader`", "reading_entry", "\"reasons\"",
	  "`code`:`reading_entry`,`vi`" },
	{ "`code`:`reason`,`vi`:`Lý do`,`en`:`Reason`,`kind`:`text`",
	  "`code`:`reason`,`vi`:`Lý do`,`en`:`Reason`,`kind`:`int`", "reading_entry", "\"reasons\"",
	  "`code`:`reading_entry`,`vi`" },
};

static void bad_checks_and_nil_returns_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, checks, sizeof checks / sizeof checks[0]);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(choices_have_intervals),
		T(states_and_moves_have_their_marks),
		T(fields_are_open_by_state_and_role),
		T(conditions_and_derived_values_are_compiled),
		T(nil_returns_and_routing),
		T(bad_lists_and_states_are_refused),
		T(bad_field_rules_are_refused),
		T(bad_derived_fields_are_refused),
		T(bad_checks_and_nil_returns_are_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
