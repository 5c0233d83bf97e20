/* Definitions of reports: what is wrong with one is told, with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/lib/reporting.h"

static void test_a_good_one(void **state)
{
	(void)state;
	reporting_refused("\"format\": 1", "\"format\": 1", "");
}

static void test_names_and_keys(void **state)
{
	(void)state;
	reporting_refused("\"from\": \"award\", \"states\": \"good\",\n", "\"from\": \"reward\",",
			  "reports.awards.tables.list.from: \"from\" names a type that is not there");
	reporting_refused("\"unit\": true }", "\"units\": true }",
			  "reports.awards.tables.list.columns.unit.units: \"units\" is no key here "
			  "(\"unit\"?)");
	reporting_refused("\"code\": \"cccd\", \"vi\": \"Số CCCD\", \"en\": \"Identity number\", \"value\"",
			  "\"code\": \"name\", \"vi\": \"Số CCCD\", \"en\": \"Identity number\", \"value\"",
			  "reports.awards.tables.list.columns.name.code: \"code\" is that of "
			  "another column");
	reporting_refused("\"code\": \"kinds\", \"vi\": \"Theo loại\"",
			  "\"code\": \"list\", \"vi\": \"Theo loại\"",
			  "reports.awards.tables.list.code: \"code\" is that of another table");
	reporting_refused("\"code\": \"needs\", \"vi\": \"Nhu cầu\", \"en\": \"Needs\",\n    \"tables\"",
			  "\"code\": \"awards\", \"vi\": \"Nhu cầu\", \"en\": \"Needs\",\n    \"tables\"",
			  "reports.awards: \"awards\" is used twice");
	reporting_refused("\"cutoff\": \"d4\",", "\"cutoff\": \"d9\",",
			  "reports.awards.cutoff: \"cutoff\" names a deadline that is not there");
	reporting_refused("\"like\": \"list\", \"by\": \"kind\"",
			  "\"like\": \"units\", \"by\": \"kind\"",
			  "reports.awards.tables.kinds.like: \"like\" names no table above with a "
			  "source of its own");
	reporting_refused("\"needs\": [\"year\"], \"cutoff\"", "\"need\": [\"year\"], \"cutoff\"",
			  "reports.awards.need: \"need\" is no key here (\"needs\"?)");
}

static void test_expressions(void **state)
{
	(void)state;
	reporting_refused("\"value\": \"kind\" }", "\"value\": \"sort\" }",
			  "reports.awards.tables.list.columns.kind.value: 'sort' is not a field of "
			  "award");
	reporting_refused("\"value\": \"kind\" }", "\"value\": \"person\" }",
			  "reports.awards.tables.list.columns.kind.value: \"person\" can't be "
			  "shown: name a field behind the reference");
	reporting_refused("\"where\": \"count > 0 and plan_year >= 2021\"", "\"where\": \"count\"",
			  "reports.needs.tables.lines.where: the result must be a bool, not a "
			  "number");
	reporting_refused("\"sum\": \"if(quarter = 1, 1, 0)\"", "\"sum\": \"achievement\"",
			  "reports.awards.tables.kinds.columns.q1.sum: \"achievement\" is no "
			  "number to be summed");
	reporting_refused("\"value\": \"amount\", \"sum\": true",
			  "\"value\": \"achievement\", \"sum\": true",
			  "reports.awards.tables.list.columns.amount.sum: \"sum\" is for numbers");
	reporting_refused("\"states\": \"good\",\n       \"match\": { \"year\": \"plan_year\", \"quarter\"",
			  "\"states\": [\"paid\"],\n       \"match\": { \"year\": \"plan_year\", \"quarter\"",
			  "reports.awards.tables.list.states: \"states\" names one that award has "
			  "not");
	reporting_refused("{ \"year\": \"plan_year\", \"quarter\"",
			  "{ \"year\": \"achievement\", \"quarter\"",
			  "reports.awards.tables.list: \"year\" can't be compared with that");
}

/* A personal value is shown as it is, masked or not: nothing is made of it. */
static void test_personal_values(void **state)
{
	(void)state;
	reporting_refused("\"value\": [\"achievement\", \"cert_no\"]",
			  "\"value\": [\"achievement\", \"person.cccd\"]",
			  "reports.awards.tables.list.columns.what.value[2]: \"person.cccd\": cccd "
			  "is personal and stands only in a column, alone");
	reporting_refused("\"order\": [\"person.full_name\"]", "\"order\": [\"person.cccd\"]",
			  "reports.awards.tables.list.order[1]: \"person.cccd\": cccd is personal "
			  "and stands only in a column, alone");
	reporting_refused("\"value\": \"kind\" }",
			  "\"value\": \"coalesce(achievement, person.cccd)\" }",
			  "reports.awards.tables.list.columns.kind.value: \"coalesce(achievement, "
			  "person.cccd)\": cccd is personal and stands only in a column, alone");
}

static void test_forms_of_tables(void **state)
{
	(void)state;
	/* Nothing is made of what could not be read. */
	reporting_refused("\"sum\": \"if(quarter = 1, 1, 0)\"", "\"sum\": \"nope\"",
			  "reports.awards.tables.kinds.columns.q1.sum: 'nope' is not a field of award");
	reporting_refused("\"root\": \"need\", \"states\": \"good\",\n       \"match\"",
			  "\"root\": \"award\",\n"
	      "       \"match\"",
			  "reports.needs.tables.lines: award has no rows of need_line");
	reporting_refused("\"like\": \"list\", \"by\": \"kind\"",
			  "\"like\": \"list\", \"by\": \"person\"",
			  "reports.awards.tables.kinds.by: \"by\" can't be a reference: name a "
			  "field behind it");
	reporting_refused("\"code\": \"id\", \"vi\": \"Mã\", \"en\": \"Id\", \"id\": true",
			  "\"code\": \"id\", \"vi\": \"Mã\", \"en\": \"Id\", \"count\": true",
			  "reports.awards.tables.list.columns.id: what counts in a list needs "
			  "\"from\" and \"through\"");
	reporting_refused("\"to\": { \"for\": [\"award\"] }", "\"to\": { \"for\": [\"person\"] }",
			  "reports.needs.tables.money.sources[1].values.paid.to: \"to\": for never "
			  "names that");
	reporting_refused("\"values\": { \"asked\": true", "\"values\": { \"ask\": true",
			  "reports.needs.tables.money.sources[2].values: \"values\": ask is no "
			  "column");
	reporting_refused("\"part\": \"after\"", "\"part\": \"before\"",
			  "reports.awards.tables.kinds.columns.late.part: \"part\" is own, carried "
			  "or after");
	reporting_refused("\"kind\": \"ref\", \"index\": true,", "\"kind\": \"ref\",",
			  "reports.awards.tables.list.columns.paid.through: \"through\": "
			  "payment.for has no \"index\"");
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
