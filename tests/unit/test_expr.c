/* Expressions: what they give for a record, with rows, references and nulls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/date.h"
#include "tests/lib/expr_world.h"

struct fixture {
	struct world w;
	struct record *dossier, *empty, *line, *person, *boss;
};

static int64_t day(int64_t y, unsigned m, unsigned d)
{
	int64_t days = 0;

	assert_true(date_days(y, m, d, &days));
	return days;
}

static struct value text(const char *s)
{
	return value_text(bytes_str(s));
}

/* Two persons, the first in another stream; a dossier with three lines, one of them
 * deleted; one with nothing in it. */
static void fill(struct fixture *f)
{
	struct world *w = &f->w;
	struct record *r, *school;
	int i;

	f->person = r = world_add(w, T_PERSON, 0, NULL, 0);
	r->state = 2;
	world_set(r, F_NAME, text("Nguyễn Văn Mẫu"));
	world_set(r, F_BIRTH, value_date(day(1985, 10, 20)));
	world_set(r, F_SALARY, value_int(500));
	world_set(r, F_CCCD, (struct value){ .kind = VALUE_ERASED });
	world_member(r, F_TAGS, 2, true);
	f->boss = world_add(w, T_PERSON, 0, NULL, 0);
	world_set(f->boss, F_CCCD, text("000185012345"));
	world_set(r, F_BOSS, value_ref(world_ref(w, f->boss)));
	school = world_add(w, T_SCHOOL, 0, NULL, 0);
	world_set(school, F_SCHOOL_NAME, text("Trường Tam Sơn"));
	f->dossier = r = world_add(w, T_DOSSIER, WORLD_STREAM, NULL, 0);
	r->state = 2;
	world_set(r, F_TITLE, text("Quyết định"));
	world_set(r, F_COUNT, value_int(3));
	world_set(r, F_AMOUNT, value_int(1500));
	world_set(r, F_RATE, value_int(234));
	world_set(r, F_YEAR, value_int(2022));
	world_set(r, F_ROUND, value_int(2022 * 12 + 7));
	world_set(r, F_ISSUED, value_date(day(2022, 3, 31)));
	world_set(r, F_URGENT, value_bool(true));
	world_set(r, F_KIND, value_int(1));
	world_set(r, F_LEVEL, value_int(2));
	world_member(r, F_SKILLS, 1, true);
	world_member(r, F_SKILLS, 2, false);
	world_member(r, F_SKILLS, 14, true);
	world_set(r, F_PERSON, value_ref(world_ref(w, f->person)));
	world_set(r, F_HOLDER, value_ref(world_ref(w, school)));
	world_set(r, F_SCAN, value_bytes(bytes_str("x")));
	for (i = 0; i < 3; i++) {
		f->line = r = world_add(w, T_LINE, WORLD_STREAM, f->dossier, F_LINES);
		world_set(r, F_COST, i == 2 ? VALUE_OF_NULL : value_int(100 + 200 * i));
		world_set(r, F_DAY, value_date(day(2022, 1, (unsigned)i + 1)));
		world_set(r, F_OK, value_bool(i == 1));
		world_set(r, F_WHAT, i == 0 ? VALUE_OF_NULL : value_int(i));
	}
	for (i = 0; i < 2; i++) {
		r = world_add(w, T_PART, WORLD_STREAM, f->line - 1, F_PARTS);
		world_set(r, F_N, value_int(5 + i));
	}
	f->empty = world_add(w, T_DOSSIER, WORLD_STREAM, NULL, 0);
	f->empty->state = 1;
	r = world_add(w, T_PAYMENT, WORLD_STREAM, NULL, 0);
	world_set(r, F_OF, value_ref(world_ref(w, f->dossier)));
	world_set(r, F_PAID, value_int(700));
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (f == NULL)
		return -1;
	world_init(&f->w);
	fill(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	world_release(&f->w);
	free(f);
	return 0;
}

/* A value as the tests below write it: null, true, 12, 2022-03-31, 'text', ref. */
static void show(const struct value *v, char *out, size_t size)
{
	struct buf b;

	buf_init(&b, 1000);
	switch (v->kind) {
	case VALUE_BOOL:
		buf_printf(&b, "%s", v->n ? "true" : "false");
		break;
	case VALUE_INT:
		buf_printf(&b, "%lld", (long long)v->n);
		break;
	case VALUE_DATE:
		date_put(v->n, &b);
		break;
	case VALUE_TEXT:
		buf_printf(&b, "'%.*s'", (int)v->b.len, (const char *)v->b.at);
		break;
	default:
		buf_printf(&b, "%s", v->kind == VALUE_REF ? "ref" : "null");
	}
	snprintf(out, size, "%.*s", (int)b.len, (const char *)b.at);
	buf_release(&b);
}

struct example {
	const char *text, *value;
};

static void expect(struct fixture *f, uint32_t type, const struct record *r,
		   const struct example *list, size_t count)
{
	struct err e = { .code = 0 };
	struct expr *x;
	struct value v;
	char shown[200];
	size_t i;

	for (i = 0; i < count; i++) {
		if (world_parse(&f->w, type, list[i].text, EXPR_NULL, &x, &e) != 0)
			fail_msg("%s: %s", list[i].text, e.subject);
		v = world_eval(&f->w, x, r);
		show(&v, shown, sizeof shown);
		if (strcmp(shown, list[i].value) != 0)
			fail_msg("%s: %s, not %s", list[i].text, shown, list[i].value);
		assert_string_equal(expr_text(x), list[i].text);
	}
}

#define EXPECT(f, type, r, list) expect(f, type, r, list, sizeof list / sizeof list[0])

/* n: a bool that is null in the record, so that nothing is constant. */
static void test_three_valued_logic(void **state)
{
	static const char *const names[] = { "false", "true", "null" };
	static const char *const forms[][2] = {
		{ "false", "true" }, { "(amount = 0)", "(amount = 1500)" }
	};
	struct fixture *f = *state;
	int a, b, form;

	for (form = 0; form < 2; form++)
		for (a = 0; a < 3; a++)
			for (b = 0; b < 3; b++) {
				const char *x = a == 2 ? "(expires = issued)" : forms[form][a];
				const char *y = b == 2 ? "(expires = issued)" : forms[form][b];
				int both = a == 0 || b == 0 ? 0 : a == 2 || b == 2 ? 2 : 1;
				int either = a == 1 || b == 1 ? 1 : a == 2 || b == 2 ? 2 : 0;
				int neither = a == 2 ? 2 : 1 - a;
				char t[3][100];
				struct example list[] = { { t[0], names[both] },
							  { t[1], names[either] },
							  { t[2], names[neither] } };

				snprintf(t[0], 100, "%s and %s", x, y);
				snprintf(t[1], 100, "%s or %s", x, y);
				snprintf(t[2], 100, "not %s", x);
				EXPECT(f, T_DOSSIER, f->dossier, list);
			}
}

static void test_values(void **state)
{
	static const struct example list[] = {
		{ "1500000", "1500000" }, { "'it''s'", "'it's'" }, { "null", "null" },
		{ "true", "true" }, { "false", "false" }, { "''", "''" },
		{ "9223372036854775807", "9223372036854775807" },
		{ "-9223372036854775807 - 1", "-9223372036854775808" },
		{ "$factor", "2" }, { "$start", "2021-08-15" }, { "$active", "true" },
		{ "$word", "'it's'" },
		{ "title", "'Quyết định'" }, { "count", "3" }, { "amount", "1500" },
		{ "rate", "234" }, { "year", "2022" }, { "round", "24271" },
		{ "issued", "2022-03-31" }, { "expires", "null" }, { "urgent", "true" },
		{ "kind", "1" }, { "other_kind", "null" }, { "person", "ref" },
		{ "before", "null" }, { "state", "2" }, { "unit", "7" }, { "person.unit", "0" },
		{ "before.unit", "null" }, { "paid", "700" }, { "payments", "1" },
		{ "total", "400" }, { "left", "1100" }, { "grade", "2" },
		{ " ( ( 1 )\n)\t", "1" }
	};
	struct fixture *f = *state;

	EXPECT(f, T_DOSSIER, f->dossier, list);
}

static void test_of_nothing(void **state)
{
	static const struct example list[] = {
		{ "title", "null" }, { "amount + 1", "null" }, { "-amount", "null" },
		{ "amount = amount", "null" }, { "title = title", "null" },
		{ "person = before", "null" }, { "person = person", "null" },
		{ "amount in (1)", "null" }, { "not urgent", "null" }, { "abs(amount)", "null" },
		{ "year(issued)", "null" }, { "length(title)", "null" },
		{ "digits(title, 1, 1)", "null" }, { "date(year, 1, 1)", "null" },
		{ "coalesce(amount, count, 5)", "5" }, { "coalesce(title, 'x')", "'x'" },
		{ "if(urgent, 1, 2)", "2" }, { "has(skills, 'master')", "false" },
		{ "count(skills)", "0" }, { "count(lines)", "0" }, { "exists(lines)", "false" },
		{ "sum(lines, cost)", "0" }, { "min(lines, cost)", "null" },
		{ "max(lines, day)", "null" }, { "total", "0" }, { "left", "null" },
		{ "paid", "0" }, { "payments", "0" }, { "person.name", "null" },
		{ "scan is null", "true" }, { "person is null", "true" },
		{ "title is null and amount is null and state is not null", "true" },
		{ "has(person.tags, 'doctor')", "null" }, { "count(person.tags)", "null" },
		{ "grade", "null" }, { "holder.state = 'draft'", "null" }
	};
	struct fixture *f = *state;

	EXPECT(f, T_DOSSIER, f->empty, list);
}

static void test_comparisons(void **state)
{
	static const struct example list[] = {
		{ "1 = 1", "true" }, { "1 != 1", "false" }, { "1 < 2", "true" },
		{ "2 <= 2", "true" }, { "1 > 2", "false" }, { "1 >= 2", "false" },
		{ "amount > rate", "true" }, { "amount = 1500", "true" },
		{ "issued = '2022-03-31'", "true" }, { "'2022-04-01' > issued", "true" },
		{ "issued < $start", "false" }, { "issued <= expires", "null" },
		{ "title = 'Quyết định'", "true" }, { "title < 'Quyết'", "false" },
		{ "'a' < 'b'", "true" }, { "'đ' > 'z'", "true" }, { "'' = ''", "true" },
		{ "kind = 'master'", "true" }, { "kind != 'doctor'", "true" },
		{ "kind < 'doctor'", "true" }, { "kind = other_kind", "null" },
		{ "'language' = kind", "false" }, { "state = 'signed'", "true" },
		{ "state != 'draft'", "true" }, { "'draft' = state", "false" },
		{ "urgent = true", "true" }, { "urgent != $active", "false" },
		{ "round >= '2022-08'", "true" }, { "round = 2022 * 12 + 7", "true" },
		{ "person = person", "true" }, { "person != person.boss", "true" },
		{ "person = holder", "false" }, { "person = before", "null" },
		{ "kind in ('master', 'doctor')", "true" }, { "kind not in ('doctor')", "true" },
		{ "state in ('draft', 'paid')", "false" }, { "amount in (1, 1500, 2)", "true" },
		{ "amount not in (1, 2)", "true" }, { "amount in (1, amount + 0)", "true" },
		{ "expires in ('2021-01-01')", "null" }, { "issued in (expires, $start)", "null" },
		{ "issued in (expires, '2022-03-31')", "true" },
		{ "issued not in (expires, $start)", "null" },
		{ "title in ('a', 'Quyết định')", "true" }, { "1 in (2, 3)", "false" },
		{ "expires is null", "true" }, { "issued is not null", "true" },
		{ "scan is null", "false" }, { "person is not null", "true" },
		{ "1 is null", "false" }, { "null is null", "true" }, { "'a' is null", "false" },
		{ "1 + 1 = 2 and 3 > 2 or false", "true" }, { "not 1 = 2", "true" },
		{ "not not true", "true" }, { "true or false and false", "true" },
		{ "(true or false) and false", "false" },
		{ "kind = if(urgent, 'master', 'doctor')", "true" },
		{ "kind = coalesce(null, 'doctor')", "false" },
		{ "issued = if(urgent, '2022-03-31', null)", "true" }
	};
	struct fixture *f = *state;

	EXPECT(f, T_DOSSIER, f->dossier, list);
}

static void test_arithmetic(void **state)
{
	static const struct example list[] = {
		{ "1 + 2 * 3", "7" }, { "(1 + 2) * 3", "9" }, { "10 - 3 - 2", "5" },
		{ "7 / 2", "3" }, { "-7 / 2", "-3" }, { "7 % 3", "1" }, { "-7 % 3", "-1" },
		{ "1 / 0", "null" }, { "1 % 0", "null" }, { "amount / (count - 3)", "null" },
		{ "100 / 10 * 2", "20" }, { "2 - -2", "4" }, { "--2", "2" }, { "-amount", "-1500" },
		{ "9223372036854775807 + 1", "null" }, { "-9223372036854775807 - 2", "null" },
		{ "9223372036854775807 * 2", "null" },
		{ "(-9223372036854775807 - 1) / -1", "null" },
		{ "(-9223372036854775807 - 1) % -1", "0" }, { "5 / -1", "-5" },
		{ "abs(-9223372036854775807 - 1)", "null" },
		{ "-(-9223372036854775807 - 1)", "null" },
		{ "amount * 9223372036854775807", "null" },
		{ "issued + 1", "2022-04-01" }, { "1 + issued", "2022-04-01" },
		{ "issued - 31", "2022-02-28" }, { "issued - '2022-03-01'", "30" },
		{ "'2022-04-30' - issued", "30" }, { "issued - issued", "0" },
		{ "amount * $factor - total", "2600" }, { "null + 1", "null" }, { "1 + null", "null" }
	};
	struct fixture *f = *state;

	EXPECT(f, T_DOSSIER, f->dossier, list);
}

static void test_functions(void **state)
{
	static const struct example list[] = {
		{ "coalesce(expires, issued)", "2022-03-31" }, { "coalesce(null, null, 3)", "3" },
		{ "coalesce(expires, '2030-01-01')", "2030-01-01" },
		{ "coalesce(expires = issued, false)", "false" },
		{ "if(amount > 1, 'yes', 'no')", "'yes'" }, { "if(expires > issued, 1, 2)", "2" },
		{ "if(false, 1, amount)", "1500" }, { "abs(-3)", "3" }, { "abs(3)", "3" },
		{ "abs(total - amount)", "1100" },
		{ "year(issued)", "2022" }, { "month(issued)", "3" }, { "day(issued)", "31" },
		{ "quarter(issued)", "1" }, { "quarter('2022-04-01')", "2" },
		{ "quarter('2022-12-31')", "4" }, { "year('0001-01-01')", "1" },
		{ "year(date(1, 1, 1) - 1)", "null" }, { "year('9999-12-31')", "9999" },
		{ "year(date(9999, 12, 31) + 1)", "null" }, { "year(round)", "2022" },
		{ "month(round)", "8" }, { "quarter(round)", "3" }, { "month(round + 5)", "1" },
		{ "year(round + 5)", "2023" }, { "date(year, 2, 28)", "2022-02-28" },
		{ "date(2024, 2, 29)", "2024-02-29" }, { "date(2023, 2, 29)", "null" },
		{ "date(2022, 13, 1)", "null" }, { "date(2022, 4, 31)", "null" },
		{ "date(0, 1, 1)", "null" }, { "date(2022, 1, 0)", "null" },
		{ "date(10000, 1, 1)", "null" }, { "date(2022, -1, 4294967297)", "null" },
		{ "length(title)", "10" }, { "length('')", "0" }, { "length('đường')", "5" },
		{ "digits('000185012345', 5, 2)", "85" }, { "digits('012', 1, 3)", "12" },
		{ "digits('012', 3, 1)", "2" }, { "digits('012', 3, 2)", "null" },
		{ "digits('012', 4, 1)", "null" }, { "digits('01x', 1, 3)", "null" },
		{ "digits('đường 12', 7, 2)", "12" }, { "digits('-1', 1, 2)", "null" },
		{ "digits('999999999999999999', 1, 18)", "999999999999999999" },
		{ "has(skills, 'master')", "true" }, { "has(skills, 'doctor')", "false" },
		{ "has(skills, 'language') and count(skills) = 2", "true" }
	};
	struct fixture *f = *state;

	EXPECT(f, T_DOSSIER, f->dossier, list);
}

static void test_rows(void **state)
{
	static const struct example of_dossier[] = {
		{ "count(lines)", "3" }, { "exists(lines)", "true" },
		{ "count(lines, ok)", "1" }, { "count(lines, what = 'low')", "1" },
		{ "count(lines, what is null)", "1" }, { "count(lines, not what = 'low')", "1" },
		{ "exists(lines, cost > 250)", "true" }, { "exists(lines, cost > 350)", "false" },
		{ "sum(lines, cost)", "400" }, { "sum(lines, cost, ok)", "300" },
		{ "sum(lines, cost, cost > 1000)", "0" }, { "min(lines, cost)", "100" },
		{ "max(lines, cost)", "300" }, { "min(lines, day)", "2022-01-01" },
		{ "max(lines, day, cost is not null)", "2022-01-02" },
		{ "min(lines, cost, cost > 1000)", "null" },
		{ "sum(lines, cost * amount)", "600000" }, { "count(lines, day < issued)", "3" },
		{ "sum(lines, 9223372036854775807)", "null" },
		{ "sum(lines, count(parts))", "2" }, { "sum(lines, sum(parts, n * cost))", "3300" },
		{ "count(lines, exists(parts, n = 6))", "1" }, { "sum(lines, twice)", "811" },
		{ "sum(lines, share)", "202" }, { "count(lines, state = 'signed')", "3" },
		{ "count(lines, cost = 300 and unit = 7)", "1" },
		{ "count(lines, year = 2022)", "3" }, { "count(lines, has(skills, 'master'))", "3" }
	};
	static const struct example of_line[] = {
		{ "cost", "300" }, { "amount", "1500" }, { "state = 'signed'", "true" },
		{ "cost > amount", "false" }, { "twice", "611" }, { "share", "152" },
		{ "count(parts)", "2" }, { "sum(parts, n + cost + amount)", "3611" },
		{ "count(lines)", "3" }, { "sum(lines, cost)", "400" }, { "total", "400" },
		{ "person.name", "'Nguyễn Văn Mẫu'" }, { "who.name", "null" }, { "paid", "700" },
		{ "unit", "7" }
	};
	struct fixture *f = *state;

	EXPECT(f, T_DOSSIER, f->dossier, of_dossier);
	EXPECT(f, T_LINE, f->line - 1, of_line);
}

static void test_references(void **state)
{
	static const struct example list[] = {
		{ "person.name", "'Nguyễn Văn Mẫu'" }, { "person.birth", "1985-10-20" },
		{ "year(issued) - year(person.birth)", "37" }, { "person.salary * 2", "1000" },
		{ "person.cccd", "null" }, { "person.boss", "ref" }, { "person.next", "1986" },
		{ "has(person.tags, 'doctor')", "true" }, { "count(person.tags)", "1" },
		{ "has(person.tags, 'master')", "false" }, { "person.state = 'signed'", "true" },
		{ "holder.name", "'Trường Tam Sơn'" }, { "holder.unit", "0" },
		{ "holder.state = 'draft'", "false" }, { "before.amount", "null" },
		{ "before.paid", "null" }, { "before.total", "null" }
	};
	static const struct example gone[] = {
		{ "person.name", "null" }, { "person is null", "false" }, { "person.unit", "0" }
	};
	static const struct example again[] = {
		{ "before.amount", "1500" }, { "before.total", "400" }, { "before.left", "1100" },
		{ "before.paid", "700" }, { "before.payments", "1" },
		{ "before.state = 'signed'", "true" }, { "before = before", "true" },
		{ "before.person = person", "null" }
	};
	struct fixture *f = *state;

	EXPECT(f, T_DOSSIER, f->dossier, list);
	world_set(f->empty, F_BEFORE, value_ref(world_ref(&f->w, f->dossier)));
	EXPECT(f, T_DOSSIER, f->empty, again);
	world_delete(&f->w, f->person);
	EXPECT(f, T_DOSSIER, f->dossier, gone);
}

/* A value that is not of its field's kind is none; nothing is read of what is not there. */
static void test_strange_records(void **state)
{
	static const struct example list[] = {
		{ "amount", "null" }, { "title is null", "true" }, { "person.name", "null" },
		{ "issued = issued", "null" }, { "has(skills, 'master')", "false" }
	};
	static const struct example no_reader[] = {
		{ "person.name", "null" }, { "paid", "null" }, { "count(lines)", "3" },
		{ "count(lines, ok)", "0" }, { "sum(lines, cost)", "0" }
	};
	static const struct example no_root[] = {
		{ "amount", "null" }, { "state = 'draft'", "null" }, { "cost", "300" },
		{ "count(lines)", "null" }
	};
	struct fixture *f = *state;
	struct record *r = world_add(&f->w, T_DOSSIER, WORLD_STREAM, NULL, 0);

	world_set(r, F_AMOUNT, text("1"));
	world_set(r, F_TITLE, value_int(1));
	world_set(r, F_PERSON, value_int(1));
	world_set(r, F_ISSUED, value_int(1));
	world_set(r, F_SKILLS, value_int(1));
	EXPECT(f, T_DOSSIER, r, list);
	f->w.rd.rows = NULL;
	f->w.rd.follow = NULL;
	f->w.rd.rollup = NULL;
	EXPECT(f, T_DOSSIER, f->dossier, no_reader);
	(f->line - 1)->root = RID_NONE;
	EXPECT(f, T_LINE, f->line - 1, no_root);
}

static int fail_rows(void *ctx, uint64_t stream, const struct record *r, uint32_t list,
		     int (*fn)(void *arg, const struct record *row), void *arg, struct err *e)
{
	(void)ctx;
	(void)stream;
	(void)r;
	(void)list;
	(void)fn;
	(void)arg;
	return err_set(e, ERR_DB, "rows");
}

static void test_a_failing_reader_stops(void **state)
{
	struct fixture *f = *state;
	struct expr_reader rd = { .rows = fail_rows };
	struct err e = { .code = 0 };
	struct value v;
	struct expr *x;

	assert_int_equal(world_parse(&f->w, T_DOSSIER, "coalesce(sum(lines, cost), 1)", EXPR_INT,
				     &x, &e), 0);
	assert_int_equal(expr_eval(x, &rd, f->dossier, NULL, &v, &e), ERR_DB);
	assert_int_equal(v.kind, VALUE_NULL);
	assert_string_equal(e.subject, "rows");
}

/* Derived fields that name each other: the loader refuses them, but an evaluation must
 * end all the same. And what costs too much is null, not slow. */
static void test_endless_derivations_end(void **state)
{
	struct fixture *f = *state;
	const struct type *t = world_type(&f->w, T_DOSSIER);
	struct field *left = (struct field *)type_field(t, F_LEFT);
	struct err e = { .code = 0 };
	struct expr *x;

	assert_int_equal(world_parse(&f->w, T_DOSSIER, "coalesce(left, 0) + 1", EXPR_INT, &x, &e), 0);
	left->derived = x;
	assert_true(expr_reads(x, F_AMOUNT));
	assert_int_equal(world_eval(&f->w, x, f->dossier).n, 17);
	assert_int_equal(world_parse(&f->w, T_DOSSIER, "sum(lines, left) + sum(lines, left) +"
				     "sum(lines, left) + sum(lines, left)", EXPR_INT, &x, &e), 0);
	left->derived = x;
	assert_int_equal(world_eval(&f->w, x, f->dossier).kind, VALUE_NULL);
}

static void test_what_is_known_before(void **state)
{
	static const struct {
		const char *text;
		enum expr_type gives;
		uint32_t shown;
	} list[] = {
		{ "amount > 1", EXPR_BOOL, 0 }, { "amount + 1", EXPR_INT, F_AMOUNT },
		{ "issued", EXPR_DATE, F_ISSUED }, { "issued - expires", EXPR_INT, 0 },
		{ "issued + count", EXPR_DATE, F_ISSUED }, { "title", EXPR_TEXT, F_TITLE },
		{ "'x'", EXPR_TEXT, 0 }, { "null", EXPR_NULL, 0 }, { "kind", EXPR_CHOICE, F_KIND },
		{ "if(urgent, kind, other_kind)", EXPR_CHOICE, F_KIND },
		{ "person", EXPR_REF, F_PERSON }, { "state", EXPR_STATE, 0 },
		{ "person.salary", EXPR_INT, F_SALARY }, { "sum(lines, cost)", EXPR_INT, F_COST },
		{ "count(lines)", EXPR_INT, 0 }, { "amount - total", EXPR_INT, F_AMOUNT },
		{ "amount * rate", EXPR_INT, 0 }, { "2 * rate", EXPR_INT, F_RATE },
		{ "amount + rate", EXPR_INT, 0 }, { "paid", EXPR_INT, F_PAID },
		{ "round + 1", EXPR_INT, F_ROUND }, { "round - round", EXPR_INT, 0 },
		{ "min(lines, day)", EXPR_DATE, F_DAY }
	};
	struct fixture *f = *state;
	struct err e = { .code = 0 };
	struct expr *x;
	size_t i;

	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		if (world_parse(&f->w, T_DOSSIER, list[i].text, EXPR_NULL, &x, &e) != 0)
			fail_msg("%s: %s", list[i].text, e.subject);
		if (expr_gives(x) != list[i].gives)
			fail_msg("%s gives %d", list[i].text, (int)expr_gives(x));
		if ((expr_field(x) == NULL ? 0 : expr_field(x)->number) != list[i].shown)
			fail_msg("%s is not shown as %u", list[i].text, list[i].shown);
	}
}

static void test_what_it_reads(void **state)
{
	struct fixture *f = *state;
	struct expr *x, *plain;

	assert_int_equal(world_parse(&f->w, T_DOSSIER, "amount > sum(lines, cost) and paid < 3 "
				     "and holder.name = 'x' and state = 'paid'", EXPR_BOOL, &x,
				     NULL), 0);
	assert_int_equal(world_parse(&f->w, T_DOSSIER, "left > 3 and person.unit = unit",
				     EXPR_BOOL, &plain, NULL), 0);
	assert_true(expr_reads(x, F_AMOUNT));
	assert_true(expr_reads(x, F_LINES));
	assert_true(expr_reads(x, F_COST));
	assert_true(expr_reads(x, F_HOLDER));
	assert_true(expr_reads(x, F_NAME));
	assert_true(expr_reads(x, F_SCHOOL_NAME));
	assert_false(expr_reads(x, F_TOTAL));
	assert_true(expr_reads_rows(x));
	assert_true(expr_reads_refs(x));
	assert_true(expr_reads_state(x));
	assert_true(expr_reads_rollup(x, 1));
	assert_true(expr_reads_rollup(x, 0));
	assert_false(expr_reads_rollup(x, 2));
	/* left is amount - total, total sum(lines, cost) */
	assert_true(expr_reads(plain, F_LEFT));
	assert_true(expr_reads(plain, F_AMOUNT));
	assert_true(expr_reads(plain, F_TOTAL));
	assert_true(expr_reads(plain, F_COST));
	assert_false(expr_reads(plain, F_COUNT));
	assert_true(expr_reads_rows(plain));
	assert_false(expr_reads_refs(plain));
	assert_false(expr_reads_state(plain));
	assert_false(expr_reads_rollup(plain, 0));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_three_valued_logic), T(test_values), T(test_of_nothing),
		T(test_comparisons), T(test_arithmetic), T(test_functions), T(test_rows),
		T(test_references), T(test_strange_records), T(test_a_failing_reader_stops),
		T(test_endless_derivations_end), T(test_what_is_known_before),
		T(test_what_it_reads)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
