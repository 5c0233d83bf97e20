/* Expressions that are refused: each complaint with its column, and the limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/lib/expr_world.h"

struct complaint {
	const char *text;
	unsigned column;
	const char *why;
};

static const struct complaint of_dossiers[] = {
	{ "", 1, "a value is missing" },
	{ "amount >", 9, "a value is missing" },
	{ "amount > > 1", 10, "'>' where a value should be" },
	{ "(amount", 8, "')' is missing" },
	{ "amount)", 7, "')' where an operator or the end should be" },
	{ "amount amount", 8, "'amount' where an operator or the end should be" },
	{ "1 +", 4, "a value is missing" },
	{ "-", 2, "a value is missing" },
	{ "not", 4, "a value is missing" },
	{ "and amount", 1, "'and' where a value should be" },
	{ "or", 1, "'or' where a value should be" },
	{ "amount and", 11, "a value is missing" },
	{ "nope", 1, "'nope' is not a field of dossier" },
	{ "count(lines, nope)", 14, "'nope' is not a field of line or dossier" },
	{ "Amount > 1", 1, "'Amount' is not a field of dossier" },
	{ "AMOUNT = 1 AND urgent", 1, "'AMOUNT' is not a field of dossier" },
	{ "12abc", 1, "a number that goes on with a letter" },
	{ "2.5", 1, "numbers are whole; of decimals they are the stored ones" },
	{ "99999999999999999999", 1, "the number is too large" },
	{ "'abc", 1, "the quote has no end" },
	{ "amount == 1", 8, "'==' is written '='" },
	{ "amount <> 1", 8, "'<>' is written '!='" },
	{ "amount ; 1", 8, "';' means nothing here" },
	{ "tiền = 1", 3, "a character that means nothing here" },
	{ "a$b", 1, "'a' is not a field of dossier" },
	{ "$", 1, "there is no constant '$'" },
	{ "$nope", 1, "there is no constant '$nope'" },
	{ "amount @ 1", 8, "'@' means nothing here" },
	{ "\"x\"", 1, "'\"' means nothing here" },
	{ "amount = null", 10, "nothing equals null: 'is null' asks for it" },
	{ "null = amount", 1, "nothing equals null: 'is null' asks for it" },
	{ "amount in (1, null)", 15, "nothing equals null: 'is null' asks for it" },
	{ "amount is", 10, "'null' is missing" },
	{ "amount is 1", 11, "a number where 'null' should be" },
	{ "amount is not 1", 15, "a number where 'null' should be" },
	{ "amount not 1", 12, "a number where 'in' should be" },
	{ "amount in 1", 11, "a number where '(' should be" },
	{ "amount in ()", 12, "')' where a value should be" },
	{ "amount in (1", 13, "')' is missing" },
	{ "amount in (1,)", 14, "')' where a value should be" },
	{ "1 < amount < 3", 12, "comparisons do not chain: join them with 'and'" },
	{ "amount = 1 = 2", 12, "comparisons do not chain: join them with 'and'" },
	{ "amount is null is null", 16, "comparisons do not chain: join them with 'and'" },
	{ "amount = 'x'", 10, "a quoted text where a number should be" },
	{ "year = '2021'", 8, "a quoted text where a number should be" },
	{ "round = 'x'", 9, "'x' is not a month: '2021-08'" },
	{ "issued = 'x'", 10, "'x' is not a date: '2021-08-15'" },
	{ "issued = '15/08/2021'", 10, "'15/08/2021' is not a date: '2021-08-15'" },
	{ "issued = '2021-02-30'", 10, "'2021-02-30' is not a date: '2021-08-15'" },
	{ "issued > 5", 10, "a number beside a date" },
	{ "issued = round", 10, "a month beside a date" },
	{ "title = 5", 9, "a number beside a text" },
	{ "title = kind", 9, "a choice beside a text" },
	{ "kind = 'nope'", 8, "'nope' is not in the list 'kinds'" },
	{ "kind = level", 8, "choices of two lists: 'kinds' and 'levels'" },
	{ "kind = 1", 8, "a number beside a choice" },
	{ "kind = title", 8, "a text beside a choice" },
	{ "kind > level", 8, "choices of two lists: 'kinds' and 'levels'" },
	{ "state = 'nope'", 9, "'nope' is not a state of 'flow'" },
	{ "state = person.state", 9, "states of two workflows: 'flow' and 'other'" },
	{ "state < 'signed'", 7, "a state is neither more nor less than another: = or !=" },
	{ "state = 1", 9, "a number beside a state" },
	{ "urgent = 1", 10, "a number beside a bool" },
	{ "urgent < true", 8, "a bool is neither more nor less than another: = or !=" },
	{ "person = 5", 10, "a number beside a reference" },
	{ "person < person", 8, "a reference is neither more nor less than another: = or !=" },
	{ "person = 'x'", 10, "a quoted text where a reference should be" },
	{ "person + 1", 8, "'+' between a reference and a number" },
	{ "person in (person)", 1, "a reference has only =, != and 'is null'" },
	{ "coalesce(person, person)", 10, "a reference has only =, != and 'is null'" },
	{ "scan = 'x'", 8, "a quoted text where a file should be" },
	{ "scan", 1, "a file can only be asked whether it is null" },
	{ "length(scan)", 8, "what length() takes must be a text, not a file" },
	{ "lines", 1, "'lines' is a list: count(), exists(), sum(), min(), max()" },
	{ "skills", 1, "'skills' is a set: has(), count()" },
	{ "lines = 1", 1, "'lines' is a list: count(), exists(), sum(), min(), max()" },
	{ "skills is null", 1, "'skills' is a set: has(), count()" },
	{ "lines is null", 1, "'lines' is a list: count(), exists(), sum(), min(), max()" },
	{ "lines is not null", 1, "'lines' is a list: count(), exists(), sum(), min(), max()" },
	{ "count(amount)", 7, "'amount' is not a list or set" },
	{ "count(nope)", 7, "'nope' is not a field of dossier" },
	{ "count()", 7, "')' where a list should be" },
	{ "count(5)", 7, "a number where a list should be" },
	{ "count(lines", 12, "')' is missing" },
	{ "count(lines,", 13, "a value is missing" },
	{ "count(lines, amount)", 14, "the condition must be a bool, not a number" },
	{ "count(lines, ok, ok)", 18, "count() takes no more than that" },
	{ "exists(skills)", 8, "'skills' is a set: count() and has() only" },
	{ "sum(skills, 1)", 5, "'skills' is a set: count() and has() only" },
	{ "sum(lines)", 10, "')' where ',' should be" },
	{ "sum(lines, ok)", 12, "sum() of a bool" },
	{ "sum(lines, note)", 12, "sum() of a text" },
	{ "sum(lines, day)", 12, "sum() of a date" },
	{ "sum(lines, cost, cost)", 18, "the condition must be a bool, not a number" },
	{ "sum(lines, cost, ok, ok)", 22, "sum() takes no more than that" },
	{ "min(lines, note)", 12, "min() of a text" },
	{ "min(lines, what)", 12, "min() of a choice" },
	{ "min(amount, count)", 5, "'amount' is not a list or set" },
	{ "has(lines, 'x')", 5, "'lines' is a list, has() asks a set: exists()" },
	{ "has(skills)", 11, "')' where ',' should be" },
	{ "has(skills, doctor)", 13, "'doctor' is not a field of dossier" },
	{ "has(skills, 'nope')", 13, "'nope' is not in the list 'kinds'" },
	{ "has(skills, 'doctor', 1)", 21, "',' where ')' should be" },
	{ "has(amount, 'x')", 5, "'amount' is not a list or set" },
	{ "count(lines, exists(lines, ok))", 21,
	  "'lines' within another list: only its rows' own" },
	{ "count(lines.parts)", 13, "rows of rows: sum(lines, count(parts))" },
	{ "count(person.tags.x)", 18, "'.' where ')' should be" },
	{ "count(person.name)", 14, "'name' is not a list or set" },
	{ "count(before.lines)", 14, "'lines' is a list of another record: not read here" },
	{ "count(person.nope)", 14, "'nope' is not a field of person" },
	{ "count(lines.", 13, "a field is missing" },
	{ "person.nope", 8, "'nope' is not a field of person" },
	{ "person.", 8, "a field is missing" },
	{ "person.boss.name", 12, "references are followed once" },
	{ "person.tags", 8, "'tags' is a set: has(), count()" },
	{ "before.lines", 8, "'lines' is a list: count(), exists(), sum(), min(), max()" },
	{ "amount.x", 1, "'amount' is no reference" },
	{ "nope.x", 1, "'nope' is not a field of dossier" },
	{ "holder.birth", 8, "'birth' is not a field of school" },
	{ "holder.boss", 8, "'boss' is not a field of school" },
	{ "before.paid.x", 12, "references are followed once" },
	{ "lines.cost", 1, "'lines' is no reference" },
	{ "urgent + 1", 8, "'+' between a bool and a number" },
	{ "issued + issued", 8, "'+' between a date and a date" },
	{ "issued * 2", 8, "'*' between a date and a number" },
	{ "issued - title", 8, "'-' between a date and a text" },
	{ "1 - issued", 3, "'-' between a number and a date" },
	{ "'a' + 1", 1, "a quoted text where a number should be" },
	{ "'2021-01-01' + 1", 1, "a quoted text where a number should be" },
	{ "issued + '2021-01-01'", 10, "a quoted text where a number should be" },
	{ "-issued", 2, "what follows '-' must be a number, not a date" },
	{ "-'a'", 2, "a quoted text where a number should be" },
	{ "-title", 2, "what follows '-' must be a number, not a text" },
	{ "title % 2", 7, "'%' between a text and a number" },
	{ "not amount", 5, "an operand of 'not' must be a bool, not a number" },
	{ "amount and urgent", 1, "an operand of 'and' must be a bool, not a number" },
	{ "urgent or 'x'", 11, "a quoted text where a bool should be" },
	{ "nope(1)", 1, "there is no function 'nope'" },
	{ "year()", 6, "')' where a value should be" },
	{ "year(1)", 6, "year() takes a date or a month, not a number" },
	{ "year(title)", 6, "year() takes a date or a month, not a text" },
	{ "year(issued, 1)", 1, "year() takes 1, not 2" },
	{ "month(amount)", 7, "month() takes a date or a month, not a number" },
	{ "day(round)", 5, "day() takes a date, not a month" },
	{ "quarter('x')", 9, "'x' is not a date: '2021-08-15'" },
	{ "date(1, 2)", 1, "date() takes 3, not 2" },
	{ "date(issued, 1, 1)", 6, "the year of date() must be a number, not a date" },
	{ "date(1, 2, 'x')", 12, "a quoted text where a number should be" },
	{ "length(1)", 8, "what length() takes must be a text, not a number" },
	{ "digits(title, 0, 1)", 15, "the place of digits() is a number from 1" },
	{ "digits(title, amount, 1)", 15, "the place of digits() is a number from 1" },
	{ "digits(title, 1, 19)", 18, "the count of digits() is a number, 1 to 18" },
	{ "digits(title, 1, 0)", 18, "the count of digits() is a number, 1 to 18" },
	{ "digits(1, 1, 1)", 8, "the text of digits() must be a text, not a number" },
	{ "digits(title, 1)", 1, "digits() takes 3, not 2" },
	{ "abs(issued)", 5, "what abs() takes must be a number, not a date" },
	{ "abs()", 5, "')' where a value should be" },
	{ "if(urgent, 1)", 1, "if() takes 3, not 2" },
	{ "if(amount, 1, 2)", 4, "the condition of if() must be a bool, not a number" },
	{ "if(urgent, 1, 'a')", 15, "a quoted text where a number should be" },
	{ "if(urgent, 1, issued)", 15, "a date beside a number" },
	{ "if(urgent, kind, level)", 18, "choices of two lists: 'kinds' and 'levels'" },
	{ "coalesce(1)", 1, "coalesce() takes 2 or more, not 1" },
	{ "coalesce(amount, 'x')", 18, "a quoted text where a number should be" },
	{ "coalesce(issued, 1)", 18, "a number beside a date" },
	{ "is", 1, "'is' where a value should be" },
	{ "in", 1, "'in' where a value should be" },
	{ "a.b.c", 4, "references are followed once" },
	{ "state.x", 1, "'state' is not a field of dossier" },
	{ "unit = 'x'", 8, "a quoted text where a number should be" },
	{ "title = 'ư' and issued > 'ngày'", 26, "'ngày' is not a date: '2021-08-15'" },
	{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1,
	  "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' is not a field of dossier" },
	{ "if(urgent, 'a', 'b') = kind", 12, "'a' is not in the list 'kinds'" },
	{ "((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))", 41,
	  "more than 40 levels" },
	{ "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - 1", 81,
	  "more than 40 levels" },
};

static const struct complaint of_lines[] = {
	{ "nope", 1, "'nope' is not a field of line or dossier" },
	{ "count(parts, nope)", 14, "'nope' is not a field of part or line" },
	{ "count(lines, exists(lines))", 21, "'lines' within another list: only its rows' own" },
	{ "amount > 1 and cost", 16, "an operand of 'and' must be a bool, not a number" },
	{ "person.nope", 8, "'nope' is not a field of person" },
};

static const struct complaint of_conditions[] = {
	{ "amount", 1, "the result must be a bool, not a number" },
	{ "'x'", 1, "a quoted text where a bool should be" },
};

static const struct complaint of_choices[] = {
	{ "'master'", 1, "'master' is a choice of no list" },
};

static struct world world;

static int setup(void **state)
{
	(void)state;
	world_init(&world);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_release(&world);
	return 0;
}

static void expect(uint32_t type, enum expr_type want, const struct complaint *list, size_t count)
{
	char wanted[250];
	size_t i;

	for (i = 0; i < count; i++) {
		struct err e = { .code = 0 };
		struct expr *x = (struct expr *)1;

		snprintf(wanted, sizeof wanted, "column %u: %s", list[i].column, list[i].why);
		if (world_parse(&world, type, list[i].text, want, &x, &e) != ERR_BAD_PACK)
			fail_msg("%s: no complaint", list[i].text);
		assert_null(x);
		assert_int_equal(e.code, ERR_BAD_PACK);
		if (strcmp(e.subject, wanted) != 0)
			fail_msg("%s: %s\nnot %s", list[i].text, e.subject, wanted);
		/* Without a place for it, the code alone. */
		assert_int_equal(world_parse(&world, type, list[i].text, want, &x, NULL),
				 ERR_BAD_PACK);
	}
}

#define EXPECT(type, want, list) expect(type, want, list, sizeof list / sizeof list[0])

static void test_complaints(void **state)
{
	(void)state;
	EXPECT(T_DOSSIER, EXPR_NULL, of_dossiers);
	EXPECT(T_LINE, EXPR_NULL, of_lines);
	EXPECT(T_DOSSIER, EXPR_BOOL, of_conditions);
	EXPECT(T_DOSSIER, EXPR_CHOICE, of_choices);
}

/* Without what a scope may have. */
static void test_scopes(void **state)
{
	const struct type *dossier = world_type(&world, T_DOSSIER);
	const struct type *line = world_type(&world, T_LINE);
	const struct type *payment = world_type(&world, T_PAYMENT);
	const struct choice_list *kinds = type_field(dossier, F_KIND)->list;
	static const char rolled[] = "column 1: 'paid' is a rollup: in warnings and reports only";
	const struct {
		const char *text;
		struct expr_scope scope;
		enum expr_type want;
		const char *why;   /* NULL: it is right */
	} list[] = {
		{ "paid > 1", { .type = dossier }, EXPR_BOOL, rolled },
		{ "paid", { .type = payment, .rollups = true }, EXPR_INT,
		  "column 1: 'paid' is not a field of payment" },
		{ "before.paid", { .type = dossier }, EXPR_INT,
		  "column 8: 'paid' is a rollup: in warnings and reports only" },
		{ "amount", { .type = line }, EXPR_INT, "column 1: 'amount' is not a field of line" },
		{ "state = 'paid'", { .type = line }, EXPR_BOOL, "column 1: line has no states" },
		{ "of.state = 'paid'", { .type = payment }, EXPR_BOOL, NULL },
		{ "if(urgent, 'master', null)", { .type = dossier, .list = kinds }, EXPR_CHOICE, NULL },
		{ "if(urgent, 'low', null)", { .type = dossier, .list = kinds }, EXPR_CHOICE,
		  "column 12: 'low' is not in the list 'kinds'" },
		{ "level", { .type = dossier, .list = kinds }, EXPR_CHOICE,
		  "column 1: choices of two lists: 'kinds' and 'levels'" },
		{ "'2021-08-15'", { .type = dossier }, EXPR_DATE, NULL },
		{ "issued <= received(issued)", { .type = dossier, .received = true }, EXPR_BOOL, NULL },
		{ "exists(lines, received(cost) > issued)", { .type = dossier, .received = true },
		  EXPR_BOOL, NULL },
		{ "issued <= received(issued)", { .type = dossier }, EXPR_BOOL,
		  "column 11: received() is known in warnings only" },
		{ "received(nope)", { .type = dossier, .received = true }, EXPR_DATE,
		  "column 10: 'nope' is not a field of dossier" },
		{ "received(lines)", { .type = dossier, .received = true }, EXPR_DATE,
		  "column 10: 'lines' is a list: count(), exists(), sum(), min(), max()" },
		{ "received(5)", { .type = dossier, .received = true }, EXPR_DATE,
		  "column 10: a number where a field should be" },
		{ "received(issued + 1)", { .type = dossier, .received = true }, EXPR_DATE,
		  "column 17: '+' where ')' should be" },
		{ "'x'", { .type = dossier }, EXPR_TEXT, NULL }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		struct expr_scope scope = list[i].scope;
		struct err e = { .code = 0 };
		struct expr *x;
		int code;

		scope.schema = &world.schema;
		code = expr_parse(bytes_str(list[i].text), &scope, list[i].want, &world.a, &x, &e);
		if ((code != 0) != (list[i].why != NULL))
			fail_msg("%s: %d %s", list[i].text, code, e.subject);
		if (code == 0)
			assert_int_equal(expr_gives(x), list[i].want);
		else
			assert_string_equal(e.subject, list[i].why);
	}
}

/* text repeated, between two others. */
static int parse_repeated(const char *before, const char *text, size_t times, const char *after,
			  struct err *e)
{
	struct buf b;
	struct expr *x;
	int code;

	buf_init(&b, 1 << 16);
	buf_printf(&b, "%s", before);
	while (times-- > 0)
		buf_printf(&b, "%s", text);
	buf_printf(&b, "%s", after);
	buf_byte(&b, 0);
	code = world_parse(&world, T_DOSSIER, (char *)b.at, EXPR_NULL, &x, e);
	buf_release(&b);
	return code;
}

static void test_limits(void **state)
{
	struct err e = { .code = 0 };

	(void)state;
	assert_int_equal(parse_repeated("", " ", EXPR_TEXT_MAX - 1, "1", &e), 0);
	assert_int_equal(parse_repeated("", " ", EXPR_TEXT_MAX, "1", &e), ERR_BAD_PACK);
	assert_string_equal(e.subject, "the expression has more than 2000 bytes");
	/* A long condition is not a deep one. */
	assert_int_equal(parse_repeated("1=1", " or 1=1", EXPR_NODES_MAX / 3 - 1, "", &e), 0);
	assert_int_equal(parse_repeated("1=1", " or 1=1", EXPR_NODES_MAX / 3 + 1, "", &e),
			 ERR_BAD_PACK);
	assert_string_equal(e.subject, "column 934: more than 400 parts");
	assert_int_equal(parse_repeated("", "(", EXPR_DEPTH_MAX, "1", &e), ERR_BAD_PACK);
	assert_string_equal(e.subject, "column 42: ')' is missing");
	assert_int_equal(parse_repeated("", "(", EXPR_DEPTH_MAX + 1, "1", &e), ERR_BAD_PACK);
	assert_string_equal(e.subject, "column 41: more than 40 levels");
	assert_int_equal(parse_repeated("count", "+count", EXPR_DEPTH_MAX - 1, "", &e), 0);
	assert_int_equal(parse_repeated("count", "+count", EXPR_DEPTH_MAX, "", &e), ERR_BAD_PACK);
	assert_string_equal(e.subject, "column 240: more than 40 levels");
	assert_int_equal(parse_repeated("not ", "not ", EXPR_DEPTH_MAX, "true", &e), ERR_BAD_PACK);
	assert_int_equal(parse_repeated("", "abs(", EXPR_DEPTH_MAX + 1, "1", &e), ERR_BAD_PACK);
}

static void test_bytes_that_are_no_text(void **state)
{
	static const struct bytes list[] = {
		{ (const uint8_t *)"'\xff'", 3 }, { (const uint8_t *)"'a\0b'", 5 },
		{ (const uint8_t *)"'a\xcc\x81'", 5 }
	};
	struct expr_scope scope = { .schema = &world.schema,
				    .type = world_type(&world, T_DOSSIER) };
	struct err e = { .code = 0 };
	struct expr *x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		assert_int_equal(expr_parse(list[i], &scope, EXPR_NULL, &world.a, &x, &e),
				 ERR_BAD_PACK);
		assert_string_equal(e.subject, "the text is not in Unicode NFC");
	}
	assert_int_equal(expr_parse(BYTES_NONE, &scope, EXPR_NULL, &world.a, &x, &e), ERR_BAD_PACK);
	assert_string_equal(e.subject, "column 1: a value is missing");
}

/* Memory that ends at every point on the way. */
static void test_no_memory(void **state)
{
	static const char text[] = "holder.name = 'it''s' or sum(lines, cost) > 3 or $factor = 2";
	struct expr_scope scope = { .schema = &world.schema,
				    .type = world_type(&world, T_DOSSIER) };
	struct expr *x;
	struct arena a;
	size_t max, failed = 0;
	int code = ERR_NOMEM;

	(void)state;
	for (max = 0; code != 0; max += 16) {
		struct err e = { .code = 0 };

		assert_true(max < 1 << 16);
		arena_init(&a, max);
		code = expr_parse(bytes_str(text), &scope, EXPR_BOOL, &a, &x, &e);
		assert_true(code == 0 || code == ERR_NOMEM);
		failed += code != 0;
		arena_release(&a);
	}
	assert_true(failed > 10);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_complaints), T(test_scopes), T(test_limits), T(test_bytes_that_are_no_text),
		T(test_no_memory)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
