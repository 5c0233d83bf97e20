/* Values of fields: every kind typed, stored, shown and held to its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/pack/field.h"
#include "protocol/limits.h"

static struct arena a;
static struct err e;
static struct choice choices[] = {
	{ .number = 1, .code = "ths", .label = { "Thạc sĩ", "Master" } },
	{ .number = 7, .code = "ts", .label = { "Tiến sĩ", "Doctor" } },
	{ .number = 8, .code = "hoa_1", .label = { "Hóa", "Chemistry" } },
	{ .number = 9, .code = "hoa_2", .label = { "Họa", "Drawing" } } };
static const struct choice_list list = { "levels", { "Trình độ", "Level" }, choices, 4 };

static int begin(void **state)
{
	(void)state;
	arena_init(&a, 1 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&a);
	return 0;
}

static struct field field(enum field_kind kind)
{
	struct field f = { .number = 1, .code = "f", .kind = kind };

	if (kind == FIELD_CHOICE || kind == FIELD_SET)
		f.list = &list;
	return f;
}

static int parse(const struct field *f, const char *text, struct value *v)
{
	return field_parse(f, bytes_str(text), &a, v, &e);
}

static void expect_bytes(struct buf *b, const char *wanted)
{
	buf_byte(b, 0);
	assert_string_equal((char *)b->at, wanted);
	buf_release(b);
}

static void expect_put(const struct field *f, struct value v, const char *wanted)
{
	struct buf b;

	buf_init(&b, 1000);
	field_put(f, &v, &b);
	expect_bytes(&b, wanted);
}

static void expect_show(const struct field *f, struct value v, const char *vi, const char *en)
{
	struct buf b;

	buf_init(&b, 1000);
	field_show(f, &v, LANG_VI, &b);
	expect_bytes(&b, vi);
	buf_init(&b, 1000);
	field_show(f, &v, LANG_EN, &b);
	expect_bytes(&b, en);
}

/* Typed so, it is n, and typed again it comes back as `put`. */
static void expect_number(const struct field *f, const char *text, int64_t n, const char *put)
{
	struct value v, again;

	if (parse(f, text, &v) != 0)
		fail_msg("\"%s\": %s", text, err_name(e.code));
	assert_true(v.n == n);
	expect_put(f, v, put);
	assert_int_equal(parse(f, put, &again), 0);
	assert_true(value_equal(&v, &again));
}

static void expect_wrong(const struct field *f, int code, const char *const *texts)
{
	struct value v = value_int(4242);

	for (; *texts != NULL; texts++) {
		if (parse(f, *texts, &v) != code)
			fail_msg("\"%s\": %s", *texts, err_name(e.code));
		assert_non_null(strstr(e.subject, "f"));
	}
	assert_true(code == ERR_OUT_OF_RANGE || v.n == 4242);
}

static void nothing_typed_is_null(void **state)
{
	struct value v;
	int kind;

	(void)state;
	for (kind = FIELD_TEXT; kind <= FIELD_REF; kind++) {
		struct field f = field((enum field_kind)kind);

		assert_int_equal(parse(&f, "", &v), 0);
		assert_int_equal(v.kind, VALUE_NULL);
		expect_put(&f, v, "");
		expect_show(&f, v, "", "");
		assert_int_equal(field_check(&f, &v, &e), 0);
	}
}

static void whole_numbers(void **state)
{
	static const char *const wrong[] = { "x", "1x", "1 00", "1,5", "1,500", "1,000", "500.00",
		"0.500", "1 500.000", "1,50,000", "đ", "1000 đ", "--1", "-", ".", "1.", ".1",
		"1.5", "1.50", "1.5000", "1.000.00", "1000.000", "1..000", "+1", "9223372036854775808",
		"99999999999999999999", "0x10", NULL };
	struct field f = field(FIELD_INT);

	(void)state;
	expect_number(&f, "0", 0, "0");
	expect_number(&f, "-12", -12, "-12");
	expect_number(&f, "007", 7, "7");
	expect_number(&f, "1.500", 1500, "1500");
	expect_number(&f, "12.345.678", 12345678, "12345678");
	expect_number(&f, "-1.000", -1000, "-1000");
	expect_number(&f, " 1 500 000 ", 1500000, "1500000");
	expect_number(&f, "1\xc2\xa0" "500", 1500, "1500");
	expect_number(&f, "1,500,000", 1500000, "1500000");
	expect_number(&f, "1.500,00", 1500, "1500");
	expect_number(&f, "9223372036854775807", INT64_MAX, "9223372036854775807");
	expect_wrong(&f, ERR_BAD_VALUE, wrong);
}

static void bounds_are_inside(void **state)
{
	static const char *const outside[] = { "4", "-5", "11", NULL };
	struct field f = field(FIELD_INT);
	struct value v;

	(void)state;
	f.has_min = f.has_max = true;
	f.min = 5;
	f.max = 10;
	expect_number(&f, "5", 5, "5");
	expect_number(&f, "10", 10, "10");
	expect_wrong(&f, ERR_OUT_OF_RANGE, outside);
	f.has_max = false;
	expect_number(&f, "11", 11, "11");
	f = field(FIELD_YEAR);
	f.has_min = true;
	f.min = 1900;
	expect_number(&f, "1900", 1900, "1900");
	assert_int_equal(parse(&f, "1899", &v), ERR_OUT_OF_RANGE);
}

static void money_is_grouped(void **state)
{
	static const char *const wrong[] = { "1.500 đô", "đ", "1.500 USD", "1.500 đ 3", "1,5 triệu",
					     NULL };
	struct field f = field(FIELD_MONEY);

	(void)state;
	expect_number(&f, "50.000.000", 50000000, "50000000");
	expect_number(&f, "50000000", 50000000, "50000000");
	expect_number(&f, "1.500", 1500, "1500");
	expect_number(&f, "1 500 000 đ", 1500000, "1500000");
	expect_number(&f, "1.500.000đồng", 1500000, "1500000");
	expect_number(&f, "1.500.000 VNĐ ", 1500000, "1500000");
	expect_number(&f, "1500000\xc2\xa0₫", 1500000, "1500000");
	expect_wrong(&f, ERR_BAD_VALUE, wrong);
	expect_show(&f, value_int(0), "0", "0");
	expect_show(&f, value_int(999), "999", "999");
	expect_show(&f, value_int(1000), "1.000", "1.000");
	expect_show(&f, value_int(1500000), "1.500.000", "1.500.000");
	expect_show(&f, value_int(-12345), "-12.345", "-12.345");
	expect_show(&f, value_int(-100), "-100", "-100");
	expect_show(&f, value_int(INT64_MAX), "9.223.372.036.854.775.807",
		    "9.223.372.036.854.775.807");
	expect_show(&f, value_int(INT64_MIN), "-9.223.372.036.854.775.808",
		    "-9.223.372.036.854.775.808");
}

static void decimals(void **state)
{
	static const char *const wrong[] = { "x", "1.234", "1,234", "1.500", "1,", ",5", "1,2,3", "-",
		"2.", "1.2.3", "1.23,456", "922337203685477580700", NULL };
	struct field f = field(FIELD_DECIMAL);

	(void)state;
	f.scale = 2;
	expect_number(&f, "2,34", 234, "2.34");
	expect_number(&f, "2.34", 234, "2.34");
	expect_number(&f, "2,3", 230, "2.30");
	expect_number(&f, "7", 700, "7.00");
	expect_number(&f, "-0,05", -5, "-0.05");
	expect_number(&f, "1.234,5", 123450, "1234.50");
	expect_number(&f, "1,234.5", 123450, "1234.50");
	expect_number(&f, "1 234,50", 123450, "1234.50");
	expect_number(&f, "1.234.567", 123456700, "1234567.00");
	expect_number(&f, "3,5000", 350, "3.50");
	expect_wrong(&f, ERR_BAD_VALUE, wrong);
	expect_show(&f, value_int(234), "2,34", "2.34");
	expect_show(&f, value_int(-5), "-0,05", "-0.05");
	expect_show(&f, value_int(INT64_MIN), "-92233720368547758,08", "-92233720368547758.08");
	f.scale = 0;
	expect_number(&f, "12", 12, "12");
	/* What could be thousands is put so that it can't. */
	f.scale = 3;
	expect_number(&f, "1,5", 1500, "1.5000");
	expect_number(&f, "0.125", 125, "0.1250");
	expect_number(&f, "1234.567", 1234567, "1234.5670");
	expect_wrong(&f, ERR_BAD_VALUE, (const char *[]){ "1.500", NULL });
}

static void dates_months_and_bools(void **state)
{
	static const char *const wrong[] = { "z", "2", "01/13/2026", NULL };
	static const char *const no_month[] = { "2026-13", "3", "2026-03-01", NULL };
	struct field date = field(FIELD_DATE), month = field(FIELD_MONTH), yes = field(FIELD_BOOL);

	(void)state;
	expect_number(&date, "01/03/2026", 20513, "2026-03-01");
	expect_number(&date, "1/3/2026", 20513, "2026-03-01");
	expect_show(&date, value_date(20513), "01/03/2026", "01/03/2026");
	expect_wrong(&date, ERR_BAD_VALUE, wrong);
	expect_number(&month, "03/2026", 24314, "2026-03");
	expect_number(&month, " 3/2026", 24314, "2026-03");
	expect_show(&month, value_int(24314), "03/2026", "03/2026");
	expect_wrong(&month, ERR_BAD_VALUE, no_month);
	expect_number(&yes, "true", 1, "true");
	expect_number(&yes, "có", 1, "true");
	expect_number(&yes, "Co\xcc\x81 ", 1, "true");
	expect_number(&yes, "X", 1, "true");
	expect_number(&yes, "TRUE", 1, "true");
	expect_number(&yes, "KHÔNG", 0, "false");
	expect_number(&yes, "1", 1, "true");
	expect_number(&yes, "không", 0, "false");
	expect_number(&yes, "no", 0, "false");
	expect_wrong(&yes, ERR_BAD_VALUE, wrong);
	expect_show(&yes, value_bool(true), "có", "yes");
	expect_show(&yes, value_bool(false), "không", "no");
}

static void choices_by_code_and_label(void **state)
{
	static const char *const wrong[] = { "thạc si", "tien si x", "hoa", "1", "7", "tsx", "levels",
					     NULL };
	struct field f = field(FIELD_CHOICE), set = field(FIELD_SET);
	struct value v = value_int(2);

	(void)state;
	expect_number(&f, "ths", 1, "ths");
	expect_number(&f, "ts", 7, "ts");
	expect_number(&f, "Tiến sĩ", 7, "ts");
	expect_number(&f, "Doctor", 7, "ts");
	expect_number(&f, "TIẾN SĨ", 7, "ts");
	expect_number(&f, "Tie\xcc\x82\xcc\x81n si\xcc\x83", 7, "ts");
	expect_number(&f, " tien si", 7, "ts");
	expect_number(&f, "hoá", 8, "hoa_1");
	expect_number(&f, "hoạ", 9, "hoa_2");
	/* As people write them: with y for i, or short, which is what codes are. */
	expect_number(&f, "Thạc sỹ", 1, "ths");
	expect_number(&f, "tien sy", 7, "ts");
	expect_number(&f, "ThS", 1, "ths");
	expect_number(&f, "TS", 7, "ts");
	expect_wrong(&f, ERR_BAD_CHOICE, wrong);
	expect_show(&f, value_int(7), "Tiến sĩ", "Doctor");
	assert_int_equal(field_check(&f, &v, &e), ERR_BAD_CHOICE);
	assert_int_equal(field_check(&set, &v, &e), ERR_BAD_CHOICE);
	v = value_int(7);
	assert_int_equal(field_check(&f, &v, &e), 0);
	assert_int_equal(field_check(&set, &v, &e), 0);
	/* One that a newer pack has: its number is all there is to show. */
	expect_show(&f, value_int(55), "55", "55");
}

static void texts_become_nfc(void **state)
{
	struct field f = field(FIELD_TEXT);
	struct value v;

	(void)state;
	assert_int_equal(parse(&f, "Nguye\xcc\x82\xcc\x83n \xc3\x90\xe1\xba\xafk", &v), 0);
	assert_true(bytes_equal(v.b, bytes_str("Nguyễn Đắk")));
	expect_put(&f, v, "Nguyễn Đắk");
	assert_int_equal(parse(&f, "\xff", &v), ERR_BAD_UTF8);
	v = value_text(bytes_str("e\xcc\x81"));
	assert_int_equal(field_check(&f, &v, &e), ERR_NOT_NFC);
	assert_string_equal(e.subject, "f");
}

static void texts_are_measured_in_letters(void **state)
{
	struct field f = field(FIELD_TEXT);
	struct value v;
	char *large;

	(void)state;
	f.has_max = true;
	f.max = 4;
	assert_int_equal(parse(&f, "Đệệệ", &v), 0);
	assert_int_equal(parse(&f, "Đệệệa", &v), ERR_OUT_OF_RANGE);
	/* Typed in parts it is as long as it will be. */
	assert_int_equal(parse(&f, "e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "e\xcc\x81", &v), 0);
	f = field(FIELD_TEXT);
	f.digits = 12;
	assert_int_equal(parse(&f, "000199000001", &v), 0);
	assert_int_equal(parse(&f, "00019900000", &v), ERR_BAD_VALUE);
	assert_int_equal(parse(&f, "0001990000011", &v), ERR_BAD_VALUE);
	assert_int_equal(parse(&f, "00019900000a", &v), ERR_BAD_VALUE);
	f = field(FIELD_TEXT);
	large = arena_alloc(&a, LIMIT_TEXT + 1);
	memset(large, 'a', LIMIT_TEXT + 1);
	v = value_text((struct bytes){ (uint8_t *)large, LIMIT_TEXT });
	assert_int_equal(field_check(&f, &v, &e), 0);
	v.b.len++;
	assert_int_equal(field_check(&f, &v, &e), ERR_OUT_OF_RANGE);
}

static void references_in_full(void **state)
{
	static const char *const wrong[] = { "k7zq", "31", "31.ff", "31.ff.x", NULL };
	struct field f = field(FIELD_REF);
	struct value v;

	(void)state;
	assert_int_equal(parse(&f, "31.00000000000000ff.12", &v), 0);
	assert_int_equal(v.ref.stream, 31);
	assert_int_equal(v.ref.record.device, 255);
	assert_int_equal(v.ref.record.op, 12);
	expect_put(&f, v, "31.00000000000000ff.12");
	expect_wrong(&f, ERR_BAD_VALUE, wrong);
}

static void kinds_are_not_mixed_up(void **state)
{
	const struct value values[] = { value_bool(true), value_int(1), value_date(1),
		value_text(bytes_str("1")), value_bytes(bytes_str("1")),
		value_ref((struct ref){ 1, { 1, 1 } }), { .kind = VALUE_ERASED },
		VALUE_OF_NONE };
	int kind, right = 0;
	size_t i;

	(void)state;
	for (kind = FIELD_TEXT; kind <= FIELD_BYTES; kind++) {
		struct field f = field((enum field_kind)kind);

		if (kind == FIELD_LIST)
			continue;
		for (i = 0; i < sizeof values / sizeof values[0]; i++) {
			int code = field_check(&f, &values[i], &e);

			assert_true(code == 0 || code == ERR_BAD_VALUE);
			right += code == 0;
		}
	}
	assert_int_equal(right, 12);
}

static void lists_are_no_values(void **state)
{
	struct field f = field(FIELD_LIST);
	struct value v = VALUE_OF_NULL;

	(void)state;
	assert_int_equal(field_check(&f, &v, &e), ERR_BAD_VALUE);
	assert_int_equal(parse(&f, "", &v), ERR_BAD_VALUE);
	assert_int_equal(parse(&f, "x", &v), ERR_BAD_VALUE);
	f = field(FIELD_TEXT);
	v = (struct value){ .kind = VALUE_ERASED };
	expect_show(&f, v, "(đã xóa)", "(erased)");
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(nothing_typed_is_null),
		T(whole_numbers),
		T(bounds_are_inside),
		T(money_is_grouped),
		T(decimals),
		T(dates_months_and_bools),
		T(choices_by_code_and_label),
		T(texts_become_nfc),
		T(texts_are_measured_in_letters),
		T(references_in_full),
		T(kinds_are_not_mixed_up),
		T(lists_are_no_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
