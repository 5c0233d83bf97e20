/* What a pack says with names and expressions: choices' intervals, states and moves,
 * fields that are open by state and role, derived ones, checks, nil returns. What is
 * read, and every way to be refused, with line, place and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/expr/expr.h"
#include "common/text/date.h"
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
	{ "`from`:`2026-03-01`", "`from`:`2026-02-30`",
	  "verse.from", "must be a day such as \"2021-08-15\"", NULL },
	{ "`from`:`2026-03-01`", "`from`:20260301",
	  "verse.from", "must be a day such as \"2021-08-15\"", NULL },
	{ "`to`:`2026-12-31`", "`to`:``", "cheer.to", "must be a day such as \"2021-08-15\"", NULL },
	{ "`to`:`2026-09-30`", "`to`:`2026-02-28`", "verse.to", "ends before it begins", NULL },
	{ "`reasons`:`reasons`,\n    `states`:[", "`reasons`:`reasons`,\n    `state`:[",
	  "reading_entry.state", "\"state\" is no key here (\"states\"?)", NULL },
	{ "`open`:`named`", "`open`:`nmaed`",
	  "returned.open", "\"open\" is true, false or \"named\"", NULL },
	{ "`open`:`named`", "`open`:1",
	  "returned.open", "\"open\" is true, false or \"named\"", NULL },
	{ "`number`:3,`code`:`returned`", "`number`:2,`code`:`returned`",
	  "returned.number", "number 2 is used twice", NULL },
	{ "`number`:3,`code`:`returned`", "`number`:3,`code`:`draft`",
	  "draft.code", "\"draft\" is used twice", NULL },
	{ "`number`:3,`code`:`returned`", "`number`:0,`code`:`returned`",
	  "returned.number", "needs a \"number\" from 1", NULL },
	{ "{`from`:`submitted`,`to`:`verified`", "{`from`:`submitted`,`to`:`valid`",
	  "moves[4].to", "there is no state \"valid\"", NULL },
	{ "{`from`:`submitted`,`to`:`verified`", "{`from`:`submitted`,`to`:`returned`",
	  "reading_entry.moves[4]", "a move from \"submitted\" to \"returned\" is there", NULL },
	{ "`by`:[`jury`,`officer`],`other`", "`by`:[`juri`],`other`",
	  "moves[4].by[1]", "there is no role \"juri\"", NULL },
	{ "`by`:[`jury`,`officer`],`other`", "`by`:`jury`,`other`",
	  "moves[4].by", "must be a list of codes in [ ]", NULL },
	{ "`by`:[`jury`,`officer`],`other`", "`by`:[],`other`",
	  "moves[4].by", "a move needs roles in \"by\"", NULL },
};

static void bad_lists_and_states_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, lists_and_states,
			 sizeof lists_and_states / sizeof lists_and_states[0]);
}

static const struct packtext_wrong fields[] = {
	{ "`with`:[`book`]", "`with`:[`page`]", "genre.with", "reading_entry has no field \"page\"", NULL },
	{ "`derived`:`sum(books, pages)`", "`derived`:`sum(books, pages)`,`with`:[`book`]",
	  "pages.with", "\"with\" is for what a return may open", NULL },
	{ "`in`:[`submitted`],`only_in`:true,`by`:[`jury`]},\n    {`number`:900023",
	  "`in`:[`sent`],`only_in`:true,`by`:[`jury`]},\n    {`number`:900023",
	  "entry_no.in[1]", "there is no state \"sent\"", NULL },
	{ "`in`:[`submitted`],`only_in`:true,`by`:[`jury`]},\n    {`number`:900023",
	  "`only_in`:true,`by`:[`jury`]},\n    {`number`:900023",
	  "entry_no.only_in", "\"only_in\" needs \"in\"", NULL },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`in`:`submitted`"),
	  "extra.in", "must be a list of codes in [ ]", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`by`:[`nobody`]"),
	  "extra.by[1]", "there is no role \"nobody\"", "`code`:`extra`" },
	{ "`code`:`name`,`vi`:`Tên`,`en`:`Name`,", "`code`:`name`,`vi`:`Tên`,`en`:`Name`,`in`:[`draft`],",
	  "name.in", "\"in\" names states, but the type has no workflow", NULL },
	{ "`row`:`reading_book`", "`row`:[`reading_book`,`reading_paper`]",
	  "books.row", "a list needs \"row\", its one row type", NULL },
	{ "`row`:`reading_book`", "`row`:`reading_rule`",
	  "books.row", "\"reading_rule\" is no row type", NULL },
	{ "`kind`:`ref`,`to`:`reading_award`", "`kind`:`ref`",
	  "fields.award", "a reference needs \"to\", the types that it names", NULL },
	{ "`code`:`reading_book`,", "`code`:`reading_book`,`workflow`:`reading_entry`,",
	  "reading_book.workflow", "rows have no \"workflow\": they share that of the", NULL },
	{ "`code`:`reading_book`,", "`code`:`reading_book`,`district`:true,",
	  "reading_book.district", "rows have no \"district\": they share that of the", NULL },
	{ "`number`:2002,", "`number`:0,",
	  "reading_book.number", "needs a \"number\" from 1 to 1000000", NULL },
	/* rows follow their list */
	{ "`code`:`name`,`vi`:`Tên sách`,", "`code`:`name`,`vi`:`Tên sách`,`by`:[`jury`],",
	  "name.by", "rows have no \"by\": they are open as the list", NULL },
	{ "`code`:`pages`,`vi`:`Số trang`,", "`code`:`pages`,`vi`:`Số trang`,`register`:`reading_plaques`,",
	  "pages.register", "rows have no \"register\": they are open as the", NULL },
	{ "`register`:`reading_entries`", "`register`:`reading_entry`",
	  "entry_no.register", "there is no register \"reading_entry\"", NULL },
	{ IN_ENTRY, WITH(FIELD "`kind`:`text`,`register`:`reading_plaques`"),
	  "extra.register", "a register numbers fields of \"kind\": \"int\"", "`code`:`extra`" },
	{ "`required`:`entry_kind = 'team'`", "`required`:`entry_kind = 'crowd'`",
	  "members.required", "'crowd' is not in the list 'reading_kinds'", NULL },
	{ "`required`:`entry_kind = 'team'`", "`required`:`members + 1`",
	  "members.required", "the result must be a bool, not a number", NULL },
	{ "`required`:`entry_kind = 'team'`", "`required`:7",
	  "members.required", "an expression must be a text", NULL },
};

static void bad_field_rules_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, fields, sizeof fields / sizeof fields[0]);
}

static const struct packtext_wrong derived[] = {
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`derived`:`pages * 2`"),
	  "extra.derived", "derives from \"pages\", which is derived itself", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`derived`:`before.year`"),
	  "extra.derived", "derives from what may change beside the record:", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`bool`,`derived`:`state = 'draft'`"),
	  "extra.derived", "derives from what may change beside the record:", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`money`,`derived`:`reading_paid`"),
	  "extra.derived", "'reading_paid' is a rollup: in warnings and", "`derived`:`reading_paid`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`derived`:`nothing + 1`"),
	  "extra.derived", "'nothing' is not a field of reading_entry", "`derived`:`nothing + 1`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`text`,`derived`:`year`"),
	  "extra.derived", "what it derives is of another kind than the", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`date`,`derived`:`year`"),
	  "extra.derived", "what it derives is of another kind than the", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`bool`,`derived`:`year`"),
	  "extra.derived", "what it derives is of another kind than the", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`text`,`personal`:true,`derived`:`reader`"),
	  "extra.derived", "what it derives is of another kind than the", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`ref`,`to`:`reading_entry`,`derived`:`before`"),
	  "extra.derived", "what it derives is of another kind than the", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`choice`,`list`:`reading_kinds`,`derived`:`prize`"),
	  "extra.derived", "choices of two lists: 'reading_kinds' and", "`derived`:`prize`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`required`:true,`derived`:`year`"),
	  "extra.required", "a derived field can't be required", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`in`:[`submitted`],`derived`:`year`"),
	  "extra.in", "a derived field is never entered: it has no \"in\"", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`by`:[`jury`],`derived`:`year`"),
	  "extra.by", "a derived field is never entered: it has no \"by\"", "`code`:`extra`" },
	{ IN_ENTRY, WITH(FIELD "`kind`:`int`,`register`:`reading_plaques`,`derived`:`year`"),
	  "extra.register", "a derived field is never entered: it has no", "`code`:`extra`" },
	{ "`derived`:`pages > 500`", "`derived`:`pages > 500 and entry_kind = 'team'`",
	  "long.derived", "derives from what may change beside the record:", "`code`:`long`" },
};

static void bad_derived_fields_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, derived, sizeof derived / sizeof derived[0]);
}

static const struct packtext_wrong checks[] = {
	{ "`checks`:[", "`checks`:[null,", "reading_entry.checks", "a list can't hold true, false or null", NULL },
	{ "`must`:`count(books) <= 20`", "`x`:0",
	  "2.x", "\"x\" is no key here; there are: number, must,", NULL },
	{ "`must`:`count(books) <= 20`", "`must`:`count(books)`",
	  "2.must", "the result must be a bool, not a number", NULL },
	{ "`must`:`count(books) <= 20`", "`must`:`reading_paid > 0`",
	  "2.must", "'reading_paid' is a rollup: in warnings and", NULL },
	{ "{`number`:2,`must`", "{`number`:1,`must`", "1.number", "number 1 is used twice", NULL },
	{ "{`number`:2,`must`", "{`number`:1000,`must`",
	  "1000.number", "needs a \"number\" from 1 to 999", NULL },
	{ "`on`:[`awarded`]", "`on`:[`granted`]", "3.on[1]", "there is no state \"granted\"", NULL },
	{ "`must`:`pages <= 3000`", "`on`:[`draft`],`must`:`pages <= 3000`",
	  "1.on", "\"on\" names states, but the type has no workflow", NULL },
	{ "`code`:`reading_little`", "`code`:`reading_overpaid`",
	  "reading_overpaid.code", "\"reading_overpaid\" is used twice",
	  "`code`:`reading_overpaid`,`must`:`reading_paid" },
	{ "`must`:`reading_paid <= coalesce(prize_money, 0)`", "`m`:0",
	  "reading_overpaid.m", "\"m\" is no key here; there are: code, must, on,",
	  "`code`:`reading_overpaid`" },
	{ "`must`:`reading_paid <= coalesce(prize_money, 0)`", "`must`:`reading_sum > 0`",
	  "reading_overpaid.must", "'reading_sum' is not a field of reading_entry", NULL },
	{ "`on`:[`submitted`,`verified`]", "`on`:[`sent`]",
	  "reading_little.on[1]", "there is no state \"sent\"", NULL },
	{ "`checks`:[ {`number`:1,`must`:`pages <= 3000`",
	  "`warnings`:[ {`code`:`thick`,`must`:`pages <= 3000`",
	  "reading_book.warnings", "rows have no \"warnings\": they share that of the", NULL },
	{ "`as_of`:`handed_in`", "`as_of`:`reader`",
	  "reading_entry.as_of", "\"as_of\" names a date or a year", NULL },
	{ "`as_of`:`handed_in`", "`as_of`:`gone`",
	  "reading_entry.as_of", "reading_entry has no field \"gone\"", NULL },
	{ "`nil`:{`anything`:`none`}", "`nil`:{`anything`:`some day`}",
	  "nil.anything", "\"some day\" is no value of this field", NULL },
	{ "`nil`:{`anything`:`none`}", "`nil`:{`anything`:2}",
	  "nil.anything", "must be a plain field of reading_report, its", NULL },
	{ "`nil`:{`anything`:`none`}", "`nil`:{`nothing`:`none`}",
	  "nil.nothing", "must be a plain field of reading_report, its", NULL },
	{ "`reasons`:`reasons`", "`reasons`:`books`",
	  "reading_entry.fields", "needs the list \"books\" of its workflow's", "`lead`:`GDDT`" },
	{ "`reasons`:`reasons`", "`reasons`:`why`",
	  "reading_entry.fields", "needs the list \"why\" of its workflow's", "`lead`:`GDDT`" },
	{ "`reasons`:`reasons`", "`reasons`:`reader`",
	  "reading_entry.fields", "needs the list \"reader\" of its workflow's", "`lead`:`GDDT`" },
	{ "`code`:`reason`,`vi`:`Lý do`,`en`:`Reason`,`kind`:`text`",
	  "`code`:`reason`,`vi`:`Lý do`,`en`:`Reason`,`kind`:`int`",
	  "reading_entry.fields", "needs the list \"reasons\" of its workflow's", "`lead`:`GDDT`" },
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
