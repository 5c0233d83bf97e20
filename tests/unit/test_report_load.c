/* Definitions of reports: what is wrong with one is told, with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/lib/reporting.h"

/* The pack with a change; the complaint, or "" where there is none. */
static void check(const char *from, const char *to, const char *complaint)
{
	struct err e = { 0 };
	struct schema *s;
	struct buf json;
	int code;

	reporting_pack(&json, from, to);
	assert_int_equal(schema_new(&s, &e), 0);
	code = schema_add(s, buf_view(&json), &e);
	if (code != 0)
		fail_msg("%s", e.subject);
	code = report_check(s, "thu", &e);
	assert_string_equal(e.subject, complaint);
	assert_int_equal(code, complaint[0] == '\0' ? 0 : ERR_BAD_PACK);
	schema_free(s);
	buf_release(&json);
}

static void test_a_good_one(void **state)
{
	(void)state;
	check("\"format\": 1", "\"format\": 1", "");
}

static void test_names_and_keys(void **state)
{
	(void)state;
	check("\"from\": \"award\", \"states\": \"good\",\n", "\"from\": \"reward\",",
	      "awards.list: \"from\" names a type that is not there");
	check("\"unit\": true }", "\"units\": true }", "awards.list.unit: \"units\" is no key here");
	check("\"code\": \"cccd\", \"vi\": \"Số CCCD\", \"en\": \"Identity number\", \"value\"",
	      "\"code\": \"name\", \"vi\": \"Số CCCD\", \"en\": \"Identity number\", \"value\"",
	      "awards.list.name: a column's code is there twice");
	check("\"code\": \"kinds\", \"vi\": \"Theo loại\"", "\"code\": \"list\", \"vi\": \"Theo loại\"",
	      "awards.list: a table's code is there twice");
	check("\"code\": \"needs\", \"vi\": \"Nhu cầu\", \"en\": \"Needs\",\n    \"tables\"",
	      "\"code\": \"awards\", \"vi\": \"Nhu cầu\", \"en\": \"Needs\",\n    \"tables\"",
	      "awards: a report's code is there twice");
	check("\"cutoff\": \"d4\",", "\"cutoff\": \"d9\",",
	      "awards: \"cutoff\" names a deadline that is not there");
	check("\"like\": \"list\", \"by\": \"kind\"", "\"like\": \"units\", \"by\": \"kind\"",
	      "awards.kinds: \"like\" names no table above with a source of its own");
	check("\"needs\": [\"year\"], \"cutoff\"", "\"need\": [\"year\"], \"cutoff\"",
	      "awards: \"need\" is no key here");
}

static void test_expressions(void **state)
{
	(void)state;
	check("\"value\": \"kind\" }", "\"value\": \"sort\" }",
	      "awards.list.kind: \"sort\": column 1: 'sort' is not a field of award");
	check("\"value\": \"kind\" }", "\"value\": \"person\" }",
	      "awards.list.kind: \"person\" can't be shown: name a field behind the reference");
	check("\"where\": \"count > 0 and plan_year >= 2021\"", "\"where\": \"count\"",
	      "needs.lines: \"count\": column 1: the result must be a bool, not a number");
	check("\"sum\": \"if(quarter = 1, 1, 0)\"", "\"sum\": \"achievement\"",
	      "awards.kinds.q1: \"achievement\" is no number to be summed");
	check("\"value\": \"amount\", \"sum\": true", "\"value\": \"achievement\", \"sum\": true",
	      "awards.list.amount: \"sum\" is for numbers");
	check("\"states\": \"good\",\n       \"match\": { \"year\": \"plan_year\", \"quarter\"",
	      "\"states\": [\"paid\"],\n       \"match\": { \"year\": \"plan_year\", \"quarter\"",
	      "awards.list: \"states\" names one that award has not");
	check("{ \"year\": \"plan_year\", \"quarter\"", "{ \"year\": \"achievement\", \"quarter\"",
	      "awards.list: \"year\" can't be compared with that");
}

/* A personal value is shown as it is, masked or not: nothing is made of it. */
static void test_personal_values(void **state)
{
	(void)state;
	check("\"value\": [\"achievement\", \"cert_no\"]", "\"value\": [\"achievement\", \"person.cccd\"]",
	      "awards.list.what: \"person.cccd\": cccd is personal and stands only in a column, alone");
	check("\"order\": [\"person.full_name\"]", "\"order\": [\"person.cccd\"]",
	      "awards.list: \"person.cccd\": cccd is personal and stands only in a column, alone");
	check("\"value\": \"kind\" }", "\"value\": \"coalesce(achievement, person.cccd)\" }",
	      "awards.list.kind: \"coalesce(achievement, person.cccd)\": cccd is personal and stands "
	      "only in a column, alone");
}

static void test_forms_of_tables(void **state)
{
	(void)state;
	check("\"root\": \"need\", \"states\": \"good\",\n       \"match\"", "\"root\": \"award\",\n"
	      "       \"match\"", "needs.lines: award has no rows of need_line");
	check("\"like\": \"list\", \"by\": \"kind\"", "\"like\": \"list\", \"by\": \"person\"",
	      "awards.kinds: \"by\" can't be a reference: name a field behind it");
	check("\"code\": \"id\", \"vi\": \"Mã\", \"en\": \"Id\", \"id\": true",
	      "\"code\": \"id\", \"vi\": \"Mã\", \"en\": \"Id\", \"count\": true",
	      "awards.list.id: what counts in a list needs \"from\" and \"through\"");
	check("\"to\": { \"for\": [\"award\"] }", "\"to\": { \"for\": [\"person\"] }",
	      "needs.money.paid: \"to\": for never names that");
	check("\"values\": { \"asked\": true", "\"values\": { \"ask\": true",
	      "needs.money: \"values\": ask is no column");
	check("\"part\": \"after\"", "\"part\": \"before\"",
	      "awards.kinds.late: \"part\" is own, carried or after");
	check("\"kind\": \"ref\", \"index\": true,", "\"kind\": \"ref\",",
	      "awards.list.paid: \"through\": payment.for has no \"index\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_one),
		cmocka_unit_test(test_names_and_keys),
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_personal_values),
		cmocka_unit_test(test_forms_of_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
