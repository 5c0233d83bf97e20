/* What a pack says across records: constants, registers, roles' reading, applying,
 * rollups, duplicates, deadlines, settlement; beside another pack too. Every way to be
 * refused is told with line, place and reason. */
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
	{ "`value`:300", "`v`:300", "pages_wanted", "needs a \"value\"", NULL },
	{ "`value`:300", "`value`:3.5", "pages_wanted", "needs a \"value\"", NULL },
	{ "`value`:300", "`value`:null", "pages_wanted", "needs a \"value\"", NULL },
	{ "`code`:`motto`", "`code`:`pages_wanted`", "pages_wanted", "twice",
	  "`code`:`pages_wanted`" },
	{ "`code`:`motto`,`vi`:`Khẩu hiệu`", "`code`:`motto`", "motto", "\"vi\" and \"en\"", NULL },
	{ "`code`:`motto`", "`code`:`Motto`", "constants", "a-z", "`constants`" },
	{ "`derived`:`sum(books, pages) >= $pages_wanted`", "`derived`:`sum(books, pages) >= $pages`",
	  "diligent", "$pages", NULL },
	{ "`code`:`reading_plaques`", "`code`:`reading_entries`", "reading_entries", "twice",
	  "`code`:`reading_entries`" },
	{ "`form`:`BK-{n}`", "`form`:`BK`", "reading_plaques", "{n}", NULL },
	{ "`form`:`BK-{n}`", "`f`:`BK-{n}`", "reading_plaques", "{n}", NULL },
	{ "`reads_types`:[`reading_prize_payment`]", "`reads_types`:[`reading_payment`]",
	  "reading_payment", "a type that is not there", NULL },
	{ "`reads_types`:[`reading_prize_payment`]", "`reads_types`:[`reading_book`]", "reading_book",
	  "a type that is not there", NULL },
	{ "`reads_types`:[`reading_prize_payment`]", "`reads_types`:[7]", "reads_types", "texts", NULL },
	{ "`treasurer`,`vi`:`Kế toán cuộc thi`,`en`:`Treasurer`,`reads`:`own`",
	  "`treasurer`,`vi`:`Kế toán cuộc thi`,`en`:`Treasurer`,`reads`:`some`", "treasurer",
	  "(own, all)", NULL },
	{ "`reads_types`:[`reading_prize_payment`],`writes`:`all`",
	  "`reads_types`:[`reading_prize_payment`],`writes`:`most`", "treasurer", "(none, own, all)",
	  "`code`:`treasurer`" },
	{ "`settlement`: `reading_settlement`", "`settlement`: `reading_settled`", "settlement",
	  "a type that is not there", NULL },
	{ "`settlement`: `reading_settlement`", "`settlement`: `reading_rule`", "settlement",
	  "fingerprint", NULL },
	{ "`code`:`reading_settlement`,", "`code`:`reading_settlement`,`workflow`:`reading_report`,",
	  "settlement", "without states", "`settlement`:" },
	{ "`code`:`key`,`vi`:`Khóa trùng`,`en`:`Shared key`,`kind`:`int`",
	  "`code`:`key`,`vi`:`Khóa trùng`,`en`:`Shared key`,`kind`:`text`", "settlement", "key",
	  "`settlement`:" },
};

static void bad_constants_registers_roles_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, single, sizeof single / sizeof single[0]);
}

#define APPLY "`apply`:{`list`:`lines`,`record`:`entry`,`by`:`outcome`"

static const struct packtext_wrong applies[] = {
	{ APPLY, "`apply`:{`list`:`line`,`record`:`entry`,`by`:`outcome`", "apply",
	  "a field that is not there", NULL },
	{ APPLY, "`apply`:{`list`:`number`,`record`:`entry`,`by`:`outcome`", "reading_award",
	  "a \"list\" of its own", "`apply`:{" },
	{ APPLY, "`apply`:{`list`:`lines`,`by`:`outcome`", "apply", "a reference of the row", NULL },
	{ APPLY, "`apply`:{`list`:`lines`,`record`:`prize`,`by`:`outcome`", "apply",
	  "a reference of the row", NULL },
	{ APPLY, "`apply`:{`list`:`lines`,`record`:`entry`,`by`:`money`", "apply", "a choice of the row",
	  NULL },
	/* without "by" it is the award's own state that counts, and it has none */
	{ APPLY, "`apply`:{`list`:`lines`,`record`:`entry`", "prize", "choices or states", NULL },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{}", "reading_award", "needs \"to\"",
	  "`apply`:{" },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{`cup`:`awarded`}", "cup",
	  "choices or states", NULL },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{`prize`:`crowned`}", "crowned",
	  "this state", NULL },
	{ "`to`:{`prize`:`awarded`,`none`:`not_awarded`}", "`to`:{`prize`:4}", "prize", "with states",
	  NULL },
	{ "`prize_money`:`money`}", "`prize_money`:`cash`}", "prize_money", "fields of the row", NULL },
	{ "`prize_money`:`money`}", "`cash`:`money`}", "cash", "this field", NULL },
	{ "`prize_money`:`money`}", "`reader`:`money`}", "reader", "of the kind", NULL },
	{ "`prize_money`:`money`}", "`pages`:`money`}", "pages", "this field", NULL },
	{ "`award`:`self`", "`before`:`self`", "before", "of the kind", NULL },
	{ "`version`:`version`", "`version`:`money`", "apply", "are texts", "`apply`:{" },
	{ "`amount`:`money`,`unit`", "`amount`:`school`,`unit`", "apply", "money",
	  "`apply`:{" },
};

static void bad_applying_is_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, applies, sizeof applies / sizeof applies[0]);
}

#define ROLLUP "`by`:`for`,\n   `value`:`amount`"

static const struct packtext_wrong across[] = {
	{ "`from`:`reading_prize_payment`", "`from`:`reading_payment`", "reading_paid",
	  "a type that is not there", NULL },
	{ "`from`:`reading_prize_payment`", "`from`:`reading_book`", "reading_paid", "",  NULL },
	{ ROLLUP, "`by`:`whom`,\n   `value`:`amount`", "reading_paid", "a field that is not there", NULL },
	{ ROLLUP, "`by`:`amount`,\n   `value`:`amount`", "reading_paid", "a reference of a record", NULL },
	{ ROLLUP, "`by`:`for`,\n   `value`:`stopped`", "reading_paid", "a whole number",
	  "`code`:`reading_paid`" },
	{ ROLLUP, "`by`:`for`,\n   `value`:`for.pages`", "reading_paid", "what the record itself holds",
	  "`code`:`reading_paid`" },
	{ ROLLUP, "`by`:`for`,\n   `value`:`sums`", "reading_paid", "'sums'", "`value`:`sums`" },
	{ "`where`:`coalesce(stopped, false) = false`", "`where`:`amount`", "reading_paid", "\"where\"",
	  NULL },
	{ "`where`:`coalesce(stopped, false) = false`", "`where`:`for.year = 2026`", "reading_paid",
	  "what the record itself holds", "`code`:`reading_paid`" },
	{ "{`number`:2000,`code`:`reading_paid`", "{`number`:0,`code`:`reading_paid`", "reading_paid",
	  "a \"number\"", NULL },
	{ "`code`:`reading_twice`", "`code`:`reading_little`", "reading_little", "a warning's code",
	  NULL },
	{ "`keys`:[ {`type`:`reading_entry`,`key`:[`year`,`reader`,`book`]} ]", "`keys`:[]",
	  "reading_twice", "needs \"keys\"", "`code`:`reading_twice`" },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:[]", "reading_twice", "needs a \"key\"",
	  "`code`:`reading_twice`" },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:7", "reading_twice", "must be a text",
	  "`code`:`reading_twice`" },
	{ "`key`:[`year`,`reader`,`book`]", "`rows`:[`book`],`key`:`year`", "reading_twice",
	  "each of rows of the one before", "`code`:`reading_twice`" },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:[`year`,[]]", "reading_twice",
	  "is made of expressions", "`code`:`reading_twice`" },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:[`year`,`reading_paid`]", "reading_twice", "rollup",
	  "`key`:[`year`,`reading_paid`]" },
	{ "{`type`:`reading_entry`,`key`", "{`type`:`reading_book`,`key`", "reading_twice",
	  "is of a record", "`code`:`reading_twice`" },
	{ "{`type`:`reading_entry`,`key`", "{`type`:`reading`,`key`", "reading_twice",
	  "a type that is not there", "`code`:`reading_twice`" },
};

static void bad_rollups_and_duplicates_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, across, sizeof across / sizeof across[0]);
}

static const struct packtext_wrong due[] = {
	{ "`code`:`reading_year`", "`code`:`reading_due`", "reading_due", "used twice",
	  "`code`:`reading_due`" },
	{ "`type`:`reading_report`,`year`:`year`,", "`type`:`reading`,`year`:`year`,", "reading_year",
	  "a type that is not there", NULL },
	{ "`where`:`entry_kind = 'single'`", "`where`:`entry_kind = 'solo'`", "reading_due", "solo", NULL },
	{ "`exempt`:`genre = 'verse'`", "`exempt`:`genre`", "reading_due", "\"exempt\"", NULL },
	{ "`type`:`reading_report`,`year`:`year`", "`type`:`reading_report`,`year`:`text`",
	  "reading_year", "kind year", NULL },
	{ "`since`:`2026-01-01`", "`since`:`2026-13-01`", "reading_due", "days such as",
	  "`code`:`reading_due`" },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`monthly`,`by`:`04-21`", "reading_due",
	  "no known \"rule\"", "`code`:`reading_due`" },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`,`by`:`21/04`", "reading_due", "month, day",
	  "`code`:`reading_due`" },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`", "reading_due", "one day a year",
	  "`code`:`reading_due`" },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`,`by`:`04-21`,`before`:`04-22`", "reading_due",
	  "not both", "`code`:`reading_due`" },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`quarterly`,`by`:`04-21`", "reading_due", "or four",
	  "`code`:`reading_due`" },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`average`", "reading_due", "per_quarter",
	  "`code`:`reading_due`" },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`once`,`by`:`04-21`", "reading_due", "with a date",
	  "`code`:`reading_due`" },
	{ "`type`:`reading_report`,`year`:`year`", "`type`:`reading_report`,`on`:`text`", "reading_year",
	  "kind date", NULL },
	{ "`kind`:`yearly`,`by`:`04-21`", "`kind`:`yearly`,`by`:`02-30`", "reading_due", "month, day",
	  "`code`:`reading_due`" },
};

static void bad_deadlines_are_refused(void **unused)
{
	(void)unused;
	packtext_refused(NULL, good, due, sizeof due / sizeof due[0]);
}

/* What one pack may not take of another. */
static const struct packtext_wrong beside[] = {
	{ "`number`:3001", "`number`:2001", "second", "its number or code is taken",
	  "`code`:`second`" },
	{ "`code`:`second`,`vi`", "`code`:`reading_book`,`vi`", "reading_book",
	  "its number or code is taken", "`code`:`reading_book`" },
	{ "`version`:1,`vi`:`a`,`en`:`a`,\n", "`version`:1,`constants`:[{`code`:`motto`,`vi`:`a`,`en`:`a`,"
	  "`value`:1}],\n", "motto", "twice", NULL },
	{ "`version`:1,`vi`:`a`,`en`:`a`,\n", "`version`:1,`registers`:[{`code`:`reading_entries`,"
	  "`vi`:`a`,`en`:`a`,`form`:`{n}`}],\n", "reading_entries", "twice", NULL },
	{ "`version`:1,`vi`:`a`,`en`:`a`,\n", "`version`:1,`deadlines`:[{`code`:`reading_due`,`vi`:`a`,"
	  "`en`:`a`,`type`:`second`,`rule`:{`kind`:`ongoing`}}],\n", "reading_due", "used twice", NULL },
	{ "`version`:1,`vi`:`a`,`en`:`a`,\n", "`version`:1,`duplicates`:[{`code`:`reading_twice`,`vi`:`a`,"
	  "`en`:`a`,`keys`:[{`type`:`second`,`key`:`word`}]}],\n", "reading_twice", "is there twice",
	  NULL },
	{ "`version`:1,`vi`:`a`,`en`:`a`,\n", "`version`:1,`rollups`:[{`number`:2000,`code`:`other`,"
	  "`vi`:`a`,`en`:`a`,`from`:`reading_prize_payment`,`by`:`for`}],\n", "other", "of its own",
	  NULL },
	{ "`fields`:[", "`warnings`:[{`code`:`reading_little`,`must`:`word != 'a'`,`vi`:`a`,`en`:`a`}],"
	  "`fields`:[", "reading_little", "used twice", NULL },
	{ "`edit`:[`jury`]", "`edit`:[`clown`]", "second", "a role that is not there", NULL },
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
	{ "`rounds`:`call`", "`rounds`:`calls`", "calendar", "a type that is not there", NULL },
	{ "`rounds`:`call`", "`rounds`:`nudge`", "nudge", "a district type without a workflow",
	  "`code`:`nudge`" },
	{ "`code`:`due`,`vi`:`a`,`en`:`a`,`kind`:`date`", "`code`:`due`,`vi`:`a`,`en`:`a`,`kind`:`text`",
	  "due", "of the kind", NULL },
	{ "`code`:`accept`", "`code`:`accepts`", "accept", "must be a field of this type",
	  "`code`:`more_time`" },
	{ "`type`:`nudge`", "`type`:`poke`", "reminders", "a type that is not there", NULL },
	{ "`values`:{`what`:`nhắc`}", "`values`:{`whom`:`nhắc`}", "whom", "plain field", NULL },
	{ "`about`:`what`", "`about`:`on`", "about", "must be a text", NULL },
	{ "`about`:`what`", "`about`:`whom`", "reminders", "a field that is not there", NULL },
	{ "`about`:`what`,", "", "reminders", "need \"about\" and \"day\"", NULL },
	{ "`due`:`till`", "`due`:`till`,`state`:`done`", "done", "no state of the reminders", NULL },
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
