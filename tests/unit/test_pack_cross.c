/* What a pack says across records: constants, registers, roles' reading, applying,
 * rollups, duplicates, deadlines, settlement; beside another pack too. Every way to be
 * refused is told with line, place and reason. */
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

static const struct constant *constant_of(const char *code)
{
	const struct constant *c = schema_constant(s, bytes_str(code));

	assert_non_null(c);
	return c;
}

static void constants_have_their_kinds(void **unused)
{
	int64_t day;

	(void)unused;
	assert_true(constant_of("pages_wanted")->value.kind == VALUE_INT &&
		    constant_of("pages_wanted")->value.n == 300);
	assert_string_equal(constant_of("pages_wanted")->source, "Thể lệ, điểm 2");
	assert_false(constant_of("pages_wanted")->unverified);
	assert_true(date_parse(bytes_str("2026-01-05"), &day));
	assert_true(constant_of("contest_from")->value.kind == VALUE_DATE &&
		    constant_of("contest_from")->value.n == day);
	assert_true(constant_of("teams_allowed")->value.kind == VALUE_BOOL &&
		    constant_of("teams_allowed")->value.n == 1);
	assert_true(constant_of("motto")->value.kind == VALUE_TEXT &&
		    bytes_equal(constant_of("motto")->value.b, bytes_str("Mỗi ngày một trang sách")));
	assert_true(constant_of("motto")->unverified && constant_of("motto")->source == NULL);
	assert_null(schema_constant(s, bytes_str("gone")));
}

static void registers_number_fields(void **unused)
{
	const struct field *f = type_field_by_code(type_of("reading_entry"), bytes_str("entry_no"));

	(void)unused;
	assert_string_equal(f->reg->code, "reading_entries");
	assert_true(f->reg->yearly);
	assert_string_equal(f->reg->form, "{n}/{year}/VHĐ");
	assert_false(s->registers[1].yearly);
}

static void records_act_on_others(void **unused)
{
	const struct apply *a = type_of("reading_award")->apply;

	(void)unused;
	assert_string_equal(a->list->code, "lines");
	assert_string_equal(a->record->code, "entry");
	assert_string_equal(a->by->code, "outcome");
	assert_int_equal(a->step_count, 2);
	assert_true(a->steps[0].when == 1 && strcmp(a->steps[0].to, "awarded") == 0);
	assert_int_equal(a->set_count, 3);
	assert_null(a->sets[0].from);
	assert_string_equal(a->sets[2].field, "prize_money");
	assert_string_equal(a->sets[2].from->code, "money");
	assert_string_equal(a->version->code, "version");
	assert_string_equal(a->amount->code, "money");
	assert_string_equal(a->unit->code, "school");
	assert_null(type_of("reading_entry")->apply);
}

static void rollups_and_duplicates_are_compiled(void **unused)
{
	const struct rollup *r = schema_rollup(s, 2000);
	const struct duplicate *d = &s->duplicates[0];

	(void)unused;
	assert_ptr_equal(schema_rollup_by_code(s, bytes_str("reading_paid")), r);
	assert_ptr_equal(r->from, type_of("reading_prize_payment"));
	assert_string_equal(type_field(r->from, r->by)->code, "for");
	assert_string_equal(expr_text(r->value), "amount");
	assert_string_equal(expr_text(r->where), "coalesce(stopped, false) = false");
	assert_string_equal(d->code, "reading_twice");
	assert_int_equal(d->key_count, 1);
	assert_int_equal(d->keys[0].part_count, 3);
	assert_string_equal(expr_text(d->keys[0].list[2]), "book");
}

static void deadlines_are_rules(void **unused)
{
	const struct deadline *d = schema_deadline(s, bytes_str("reading_due"));

	(void)unused;
	assert_true(d->rule == DEADLINE_YEARLY && d->inclusive && d->year_offset == 0);
	assert_true(d->days[0].month == 4 && d->days[0].day == 21 && d->kind_count == 3);
	assert_string_equal(expr_text(d->where), "entry_kind = 'single'");
	assert_string_equal(expr_text(d->exempt), "genre = 'verse'");
	assert_true(schema_deadline(s, bytes_str("reading_year"))->since == INT64_MIN);
}

/* A second pack, of nothing but what a test puts in. */
#define SECOND(more) "{`format`:1,`pack`:`second`,`version`:1,`vi`:`a`,`en`:`a`,\n" more "\n" \
	"`types`:[{`number`:3001,`code`:`second`,`vi`:`a`,`en`:`a`,`edit`:[`jury`],\n`fields`:[" \
	"{`number`:910001,`code`:`word`,`vi`:`a`,`en`:`a`,`kind`:`text`}]}]}"
#define JURY(more) "{`number`:21,`code`:`jury`,`vi`:`a`,`en`:`a`,`reads`:`own`,`writes`:`all`" more "}"

static bool reads(const struct schema *of, const char *role, const char *type)
{
	const struct role *r = schema_role_by_code(of, bytes_str(role));
	size_t i;

	for (i = 0; i < r->read_count; i++)
		if (strcmp(r->reads[i], type) == 0)
			return true;
	return false;
}

static void a_role_reads_what_any_pack_lets_it(void **unused)
{
	struct schema *both;
	struct buf json;

	(void)unused;
	assert_true(reads(s, "jury", "reading_entry") && !reads(s, "jury", "reading_report"));
	assert_int_equal(schema_new(&both, &e), 0);
	assert_int_equal(schema_add(both, bytes_str(good), &e), 0);
	packtext(SECOND("`roles`:[" JURY(",`reads_types`:[`second`]") "],"), NULL, NULL, &json);
	assert_int_equal(schema_add(both, buf_view(&json), &e), 0);
	assert_true(reads(both, "jury", "reading_entry") && reads(both, "jury", "reading_award"));
	assert_true(reads(both, "jury", "second") && !reads(both, "treasurer", "second"));
	buf_release(&json);
	schema_free(both);
}

static void each_pack_settles_in_its_own_type(void **unused)
{
	struct schema *both;
	struct buf plan;

	(void)unused;
	office_file("common/packs/songlo-nq06.json", &plan);
	assert_int_equal(schema_new(&both, &e), 0);
	assert_null(schema_settlement(both, NULL));
	assert_int_equal(schema_add(both, bytes_str(good), &e), 0);
	assert_int_equal(schema_add(both, buf_view(&plan), &e), 0);
	assert_int_equal(both->settlement_count, 2);
	assert_string_equal(schema_settlement(both, schema_type_by_code(both,
			    bytes_str("bonus")))->code, "settlement");
	assert_string_equal(schema_settlement(both, schema_type_by_code(both,
			    bytes_str("reading_entry")))->code, "reading_settlement");
	assert_non_null(schema_settlement(both, schema_type(both, TYPE_UNIT)));
	schema_free(both);
	buf_release(&plan);
}

static const struct packtext_wrong single[] = {
	{ "`value`:300", "`v`:300",
	  "pages_wanted.v", "\"v\" is no key here; there are: code, vi, en,", NULL },
	{ "`value`:300", "`value`:3.5",
	  "pages_wanted.value", "needs a \"value\": a whole number, true or false,", NULL },
	{ "`value`:300", "`value`:null",
	  "pages_wanted.value", "needs a \"value\": a whole number, true or false,", NULL },
	{ "`code`:`motto`", "`code`:`pages_wanted`",
	  "pages_wanted.code", "\"pages_wanted\" is used twice", NULL },
	{ "`code`:`motto`,`vi`:`Khẩu hiệu`", "`code`:`motto`",
	  "constants.motto", "needs \"vi\" and \"en\", its names in Vietnamese", NULL },
	{ "`code`:`motto`", "`code`:`Motto`",
	  "Motto.code", "a code is of a-z, 0-9 and _, begins with a", NULL },
	{ "`derived`:`sum(books, pages) >= $pages_wanted`",
	  "`derived`:`sum(books, pages) >= $pages`",
	  "diligent.derived", "there is no constant '$pages'", NULL },
	{ "`code`:`reading_plaques`", "`code`:`reading_entries`",
	  "reading_entries.code", "\"reading_entries\" is used twice", NULL },
	{ "`form`:`BK-{n}`", "`form`:`BK`",
	  "reading_plaques.form", "needs a \"form\" with {n} in it", NULL },
	{ "`form`:`BK-{n}`", "`f`:`BK-{n}`",
	  "reading_plaques.f", "\"f\" is no key here; there are: code, vi, en,", NULL },
	{ "`reads_types`:[`reading_prize_payment`]", "`reads_types`:[`reading_payment`]",
	  "treasurer.reads_types", "there is no type \"reading_payment\"", NULL },
	{ "`reads_types`:[`reading_prize_payment`]", "`reads_types`:[`reading_book`]",
	  "treasurer.reads_types", "there is no type \"reading_book\"", NULL },
	{ "`reads_types`:[`reading_prize_payment`]", "`reads_types`:[7]",
	  "treasurer.reads_types", "must hold texts", NULL },
	{ "`treasurer`,`vi`:`Kế toán cuộc thi`,`en`:`Treasurer`,`reads`:`own`",
	  "`treasurer`,`vi`:`Kế toán cuộc thi`,`en`:`Treasurer`,`reads`:`some`",
	  "treasurer.reads", "\"reads\" is own or all", NULL },
	{ "`reads_types`:[`reading_prize_payment`],`writes`:`all`",
	  "`reads_types`:[`reading_prize_payment`],`writes`:`most`",
	  "treasurer.writes", "\"writes\" is none, own or all", NULL },
	{ "`settlement`: `reading_settlement`", "`settlement`: `reading_settled`",
	  "settlement", "there is no type \"reading_settled\"", NULL },
	{ "`settlement`: `reading_settlement`", "`settlement`: `reading_rule`",
	  "settlement", "reading_rule needs task (text), record (ref),", NULL },
	{ "`code`:`reading_settlement`,",
	  "`code`:`reading_settlement`,`workflow`:`reading_report`,",
	  "settlement", "must be a type of records without states", "`settlement`:" },
	{ "`code`:`key`,`vi`:`Khóa trùng`,`en`:`Shared key`,`kind`:`int`",
	  "`code`:`key`,`vi`:`Khóa trùng`,`en`:`Shared key`,`kind`:`text`",
	  "settlement", "reading_settlement needs task (text), record", "`settlement`:" },
};

static void bad_constants_registers_roles_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, single, sizeof single / sizeof single[0]);
}

#define APPLY "`apply`:{`list`:`lines`,`record`:`entry`,`by`:`outcome`"

static const struct packtext_wrong applies[] = {
	{ APPLY, "`apply`:{`list`:`line`,`record`:`entry`,`by`:`outcome`",
	  "apply.list", "reading_award has no field \"line\"", NULL },
	{ APPLY, "`apply`:{`list`:`number`,`record`:`entry`,`by`:`outcome`",
	  "apply.list", "\"apply\" needs a \"list\" of its own", "`apply`:{" },
	{ APPLY, "`apply`:{`list`:`lines`,`by`:`outcome`",
	  "reading_award.apply", "\"record\" names a reference of the row", NULL },
	{ APPLY, "`apply`:{`list`:`lines`,`record`:`prize`,`by`:`outcome`",
	  "apply.record", "\"record\" names a reference of the row", NULL },
	{ APPLY, "`apply`:{`list`:`lines`,`record`:`entry`,`by`:`money`",
	  "apply.by", "\"by\" names a field of \"kind\": \"choice\"", NULL },
	/* without "by" it is the award's own state that counts, and it has none */
	{ APPLY, "`apply`:{`list`:`lines`,`record`:`entry`",
	  "to.prize", "\"prize\" is no state of this type, with a state", NULL },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{}",
	  "apply.to", "\"apply\" needs \"to\"", "`apply`:{" },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{`cup`:`awarded`}",
	  "to.cup", "\"cup\" is no choice of \"by\", with a state behind", NULL },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{`prize`:`crowned`}",
	  "apply.to", "no record that the rows name has the state", NULL },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{`prize`:4}",
	  "to.prize", "\"prize\" is no choice of \"by\", with a state", NULL },
	{ "`prize_money`:`money`}", "`prize_money`:`cash`}",
	  "set.prize_money", "\"set\" names fields of the row, or \"self\"", NULL },
	{ "`prize_money`:`money`}", "`cash`:`money`}",
	  "set.cash", "no record that the rows name has this field, of", NULL },
	{ "`prize_money`:`money`}", "`reader`:`money`}",
	  "set.reader", "no record that the rows name has this field, of", NULL },
	{ "`prize_money`:`money`}", "`pages`:`money`}",
	  "set.pages", "no record that the rows name has this field, of", NULL },
	{ "`award`:`self`", "`before`:`self`",
	  "set.before", "no record that the rows name has this field, of", NULL },
	{ "`version`:`version`", "`version`:`money`",
	  "apply.version", "\"version\" names a field of \"kind\": \"text\"", NULL },
	{ "`amount`:`money`,`unit`", "`amount`:`school`,`unit`",
	  "apply.amount", "\"amount\" names a field of \"kind\": \"money\"", NULL },
};

static void bad_applying_is_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, applies, sizeof applies / sizeof applies[0]);
}

#define ROLLUP "`by`:`for`,\n   `value`:`amount`"

static const struct packtext_wrong across[] = {
	{ "`from`:`reading_prize_payment`", "`from`:`reading_payment`",
	  "reading_paid.from", "there is no type \"reading_payment\"", NULL },
	{ "`from`:`reading_prize_payment`", "`from`:`reading_book`",
	  "reading_paid.by", "reading_book has no field \"for\"", NULL },
	{ ROLLUP, "`by`:`whom`,\n   `value`:`amount`",
	  "reading_paid.by", "reading_prize_payment has no field \"whom\"", NULL },
	{ ROLLUP, "`by`:`amount`,\n   `value`:`amount`",
	  "reading_paid.by", "\"by\" names a reference of a record", NULL },
	{ ROLLUP, "`by`:`for`,\n   `value`:`stopped`",
	  "reading_paid.value", "\"value\" is a whole number", NULL },
	{ ROLLUP, "`by`:`for`,\n   `value`:`for.pages`",
	  "reading_paid.value", "reads what its references name: only what the", NULL },
	{ ROLLUP, "`by`:`for`,\n   `value`:`sums`",
	  "reading_paid.value", "'sums' is not a field of reading_prize_payment", "`value`:`sums`" },
	{ "`where`:`coalesce(stopped, false) = false`", "`where`:`amount`",
	  "reading_paid.where", "the result must be a bool, not a number", NULL },
	{ "`where`:`coalesce(stopped, false) = false`", "`where`:`for.year = 2026`",
	  "reading_paid.where", "reads what its references name: only what the", NULL },
	{ "{`number`:2000,`code`:`reading_paid`", "{`number`:0,`code`:`reading_paid`",
	  "reading_paid.number", "needs a \"number\" from 1 to 1000000", NULL },
	{ "`code`:`reading_twice`", "`code`:`reading_little`",
	  "reading_little.code", "\"reading_little\" is a warning's code", NULL },
	{ "`keys`:[ {`type`:`reading_entry`,`key`:[`year`,`reader`,`book`]} ]", "`keys`:[]",
	  "reading_twice.keys", "needs \"keys\"", NULL },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:[]",
	  "keys[1].key", "needs \"key\", an expression or several", NULL },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:7",
	  "keys[1].key", "an expression must be a text", NULL },
	{ "`key`:[`year`,`reader`,`book`]", "`rows`:[`book`],`key`:`year`",
	  "keys[1].rows", "\"rows\" are lists, each of rows of the one before", NULL },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:[`year`,[]]",
	  "keys[1].key[2]", "needs \"key\", an expression or several", NULL },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:[`year`,`reading_paid`]",
	  "keys[1].key[2]", "'reading_paid' is a rollup: in warnings and", "`key`:[`year`,`reading_paid`]" },
	{ "{`type`:`reading_entry`,`key`", "{`type`:`reading_book`,`key`",
	  "keys[1].type", "\"reading_book\" is a row type: records are", NULL },
	{ "{`type`:`reading_entry`,`key`", "{`type`:`reading`,`key`",
	  "keys[1].type", "there is no type \"reading\"", NULL },
};

static void bad_rollups_and_duplicates_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, across, sizeof across / sizeof across[0]);
}

static const struct packtext_wrong due[] = {
	{ "`code`:`reading_year`", "`code`:`reading_due`",
	  "reading_due.code", "\"reading_due\" is used twice", NULL },
	{ "`type`:`reading_report`,`year`:`year`,", "`type`:`reading`,`year`:`year`,",
	  "reading_year.type", "there is no type \"reading\"", NULL },
	{ "`where`:`entry_kind = 'single'`", "`where`:`entry_kind = 'solo'`",
	  "reading_due.where", "'solo' is not in the list 'reading_kinds'", NULL },
	{ "`exempt`:`genre = 'verse'`", "`exempt`:`genre`",
	  "reading_due.exempt", "the result must be a bool, not a choice", NULL },
	{ "`type`:`reading_report`,`year`:`year`", "`type`:`reading_report`,`year`:`text`",
	  "reading_year.year", "\"year\" names a field of \"kind\": \"year\"", NULL },
	{ "`since`:`2026-01-01`", "`since`:`2026-13-01`",
	  "reading_due.since", "must be a day such as \"2021-08-15\"", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`monthly`,`by`:`04-21`",
	  "rule.kind", "needs a \"rule\" of \"kind\" yearly, quarterly,", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`,`by`:`21/04`",
	  "rule.by", "a day of the year is written \"10-20\": month, day", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`",
	  "reading_due.rule", "needs \"by\" or \"before\" with one day of the year", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`,`by`:`04-21`,`before`:`04-22`",
	  "rule.by", "is \"by\" a day or \"before\" it, not both", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`quarterly`,`by`:`04-21`",
	  "rule.by", "must be a list in [ ]", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`average`",
	  "reading_due.rule", "needs \"per_quarter\", how many in each quarter", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`once`,`by`:`04-21`",
	  "rule.by", "needs \"by\" or \"before\" with a day such as", NULL },
	{ "`type`:`reading_report`,`year`:`year`", "`type`:`reading_report`,`on`:`text`",
	  "reading_year.on", "\"on\" names a field of \"kind\": \"date\"", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`,`by`:`02-30`",
	  "rule.by", "a day of the year is written \"10-20\": month, day", NULL },
};

static void bad_deadlines_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, due, sizeof due / sizeof due[0]);
}

/* What one pack may not take of another. */
static const struct packtext_wrong beside[] = {
	{ "`number`:3001", "`number`:2001",
	  "second.number", "number 2001 is used twice", "`code`:`second`" },
	{ "`code`:`second`,`vi`", "`code`:`reading_book`,`vi`",
	  "reading_book.code", "\"reading_book\" is used twice", "`code`:`reading_book`" },
	{ "`version`:1,",
	  "`version`:1,`constants`:[{`code`:`motto`,`vi`:`a`,`en`:`a`,"
	  "`value`:1}],",
	  "motto.code", "\"motto\" is used twice", NULL },
	{ "`version`:1,",
	  "`version`:1,`registers`:[{`code`:`reading_entries`,"
	  "`vi`:`a`,`en`:`a`,`form`:`{n}`}],",
	  "reading_entries.code", "\"reading_entries\" is used twice", NULL },
	{ "`version`:1,",
	  "`version`:1,`deadlines`:[{`code`:`reading_due`,`vi`:`a`,"
	  "`en`:`a`,`type`:`second`,`rule`:{`kind`:`ongoing`}}],",
	  "reading_due.code", "\"reading_due\" is used twice", NULL },
	{ "`version`:1,",
	  "`version`:1,`duplicates`:[{`code`:`reading_twice`,`vi`:`a`,"
	  "`en`:`a`,`keys`:[{`type`:`second`,`key`:`word`}]}],",
	  "reading_twice.code", "\"reading_twice\" is used twice", NULL },
	{ "`version`:1,",
	  "`version`:1,`rollups`:[{`number`:2000,`code`:`other`,"
	  "`vi`:`a`,`en`:`a`,`from`:`reading_prize_payment`,`by`:`for`}],",
	  "other.number", "number 2000 is used twice", NULL },
	{ "`fields`:[",
	  "`warnings`:[{`code`:`reading_little`,`must`:`word != 'a'`,`vi`:`a`,`en`:`a`}],"
	  "`fields`:[",
	  "reading_little.code", "\"reading_little\" is used twice", NULL },
	{ "`edit`:[`jury`]", "`edit`:[`clown`]",
	  "second.edit[1]", "there is no role \"clown\"", NULL },
};

static void a_second_pack_takes_nothing_of_the_first(void **unused)
{
	(void)unused;
	packtext_refused(good, SECOND(""), beside, sizeof beside / sizeof beside[0]);
}

/* The centre's calls and decisions, in types of a second pack. */
#define TEXT(n, code) "{`number`:" n ",`code`:`" code "`,`vi`:`a`,`en`:`a`,`kind`:`text`}"
#define KIND(n, code, kind) "{`number`:" n ",`code`:`" code "`,`vi`:`a`,`en`:`a`,`kind`:`" kind "`}"
static const char calls[] =
	"{`format`:1,`pack`:`calls`,`version`:1,`vi`:`a`,`en`:`a`,\n`calendar`:{`rounds`:`call`,"
	"`extensions`:`more_time`,\n`reminders`:{`type`:`nudge`,`values`:{`what`:`nhắc`},`about`:`what`,"
	"`day`:`on`,`due`:`till`}},\n"
	"`types`:[\n{`number`:3001,`code`:`call`,`vi`:`a`,`en`:`a`,`district`:true,`edit`:[`officer`],"
	"`fields`:[\n" TEXT("910001", "code") "," TEXT("910002", "title") "," TEXT("910003", "expects")
	"," TEXT("910004", "units") "," KIND("910005", "from", "date") "," KIND("910006", "due", "date")
	"," KIND("910007", "closed", "bool") "]},\n"
	"{`number`:3002,`code`:`more_time`,`vi`:`a`,`en`:`a`,`district`:true,`edit`:[`officer`],"
	"`fields`:[\n" TEXT("910011", "deadline") "," TEXT("910012", "period") ","
	TEXT("910013", "units") "," KIND("910014", "new_day", "date") "," TEXT("910015", "reason") ","
	KIND("910016", "accept", "bool") "]},\n"
	"{`number`:3003,`code`:`nudge`,`vi`:`a`,`en`:`a`,`edit`:[`officer`],`fields`:[\n"
	TEXT("910021", "what") "," KIND("910022", "on", "date") "," KIND("910023", "till", "date") "]}]}";

static const struct packtext_wrong calendar[] = {
	{ "`rounds`:`call`", "`rounds`:`calls`",
	  "calendar.rounds", "there is no type \"calls\"", NULL },
	{ "`rounds`:`call`", "`rounds`:`nudge`",
	  "calendar.rounds", "nudge must be a district type", NULL },
	{ "`code`:`due`,`vi`:`a`,`en`:`a`,`kind`:`date`",
	  "`code`:`due`,`vi`:`a`,`en`:`a`,`kind`:`text`",
	  "call.fields.due.kind", "call needs a field \"due\" of \"kind\": \"date\"", NULL },
	{ "`code`:`accept`", "`code`:`accepts`",
	  "calendar.extensions", "more_time needs a field \"accept\" of \"kind\":", "`calendar`" },
	{ "`type`:`nudge`", "`type`:`poke`", "reminders.type", "there is no type \"poke\"", NULL },
	{ "`values`:{`what`:`nhắc`}", "`values`:{`whom`:`nhắc`}",
	  "values.whom", "must be a plain field of nudge, its value a text", NULL },
	{ "`about`:`what`", "`about`:`on`",
	  "reminders.about", "\"about\" names a field of \"kind\": \"text\"", NULL },
	{ "`about`:`what`", "`about`:`whom`",
	  "reminders.about", "nudge has no field \"whom\"", NULL },
	{ "`about`:`what`,", "",
	  "calendar.reminders", "reminders need \"about\" and \"day\", in a type of", NULL },
	{ "`due`:`till`", "`due`:`till`,`state`:`done`",
	  "reminders.state", "there is no state \"done\"", NULL },
};

static void bad_calendars_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(good, calls, calendar, sizeof calendar / sizeof calendar[0]);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(constants_have_their_kinds),
		T(registers_number_fields),
		T(records_act_on_others),
		T(rollups_and_duplicates_are_compiled),
		T(deadlines_are_rules),
		T(a_role_reads_what_any_pack_lets_it),
		T(each_pack_settles_in_its_own_type),
		T(bad_constants_registers_roles_are_refused),
		T(bad_applying_is_refused),
		T(bad_rollups_and_duplicates_are_refused),
		T(bad_deadlines_are_refused),
		T(bad_calendars_are_refused),
		T(a_second_pack_takes_nothing_of_the_first),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
