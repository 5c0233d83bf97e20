/* Numbers, days, formats and texts of XLSX, each by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/xlsx_parts.h"
#include "common/text/date.h"
#include "tests/lib/gen_changeset.h"

static void expect_number(const char *from, const char *to)
{
	struct buf b;
	bool good;

	buf_init(&b, 1000);
	good = xlsx_number(bytes_str(from), &b);
	buf_byte(&b, 0);
	if (to == NULL ? good : !good || strcmp((char *)b.at, to) != 0)
		fail_msg("%s became %s", from, good ? (char *)b.at : "nothing");
	buf_release(&b);
}

static void numbers_are_plain_and_short(void **state)
{
	(void)state;
	expect_number("0", "0");
	expect_number("-0", "0");
	expect_number("0.0", "0");
	expect_number("007", "7");
	expect_number("1500", "1500");
	expect_number("1500.0", "1500");
	expect_number("1.5E3", "1500");
	expect_number("1.5e+03", "1500");
	expect_number("1E-2", "0.01");
	expect_number("0.5", "0.5");
	expect_number(".5", "0.5");
	expect_number("5.", "5");
	expect_number("-12.50", "-12.5");
	expect_number("1E20", "100000000000000000000");
	expect_number("1.2345E2", "123.45");
	/* What Excel writes for 4.35, and for 0.1 + 0.2. */
	expect_number("4.3499999999999996", "4.35");
	expect_number("0.30000000000000004", "0.3");
	expect_number("0.99999999999999989", "1");
	expect_number("9999999999.9999999", "10000000000");
	expect_number("1.1100000000000001E-2", "0.0111");
	expect_number("123456789012345678", "123456789012345678");
	expect_number("1234567890123.456789", "1234567890123.46");
}

static void what_is_no_number(void **state)
{
	static const char *const bad[] = { "", "-", ".", "+5", "1,5", "1.2.3", "1e", "1e+", "e5",
		"0x10", "1 ", " 1", "NaN", "INF", "1e999", "1e-999", "1e99999999999", "--1", "1-" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect_number(bad[i], NULL);
}

/* What a double is written as in 17 digits is the number of 15 digits that was meant. */
static void numbers_of_fifteen_digits_come_back(void **state)
{
	struct gen g = gen_of(3, NULL);
	int run;

	(void)state;
	for (run = 0; run < 20000; run++) {
		uint64_t whole = gen_below(&g, 1000000000), part = gen_below(&g, 1000000);
		char meant[64], stored[64];
		size_t n;

		n = (size_t)snprintf(meant, sizeof meant, "%llu.%06llu", (unsigned long long)whole,
				     (unsigned long long)part);
		snprintf(stored, sizeof stored, "%.17g", strtod(meant, NULL));
		while (meant[n - 1] == '0')
			meant[--n] = '\0';
		if (meant[n - 1] == '.')
			meant[--n] = '\0';
		expect_number(stored, meant);
	}
}

static void formats_of_dates(void **state)
{
	static const char *const dates[] = { "dd/mm/yyyy", "d-mmm", "mmmm", "yyyy\\-mm\\-dd",
		"[$-42A]dd mmmm yyyy;@", "[$-1010000]d/m/yyyy", "\"ngày\" dd", "dd/mm/yyyy hh:mm" };
	static const char *const others[] = { "General", "0", "#,##0", "0.00E+00", "@", "h:mm",
		"mm:ss", "[h]:mm:ss", "[Red]0", "#,##0 \"đồng/ngày d\"", "0\\d", "_-* #,##0_d",
		"0;dd", "\"d", "[d", "\\", "" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof dates / sizeof dates[0]; i++)
		if (!xlsx_format_is_date(0, dates[i]))
			fail_msg("%s is a date", dates[i]);
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		if (xlsx_format_is_date(0, others[i]))
			fail_msg("%s is no date", others[i]);
	assert_true(xlsx_format_is_date(14, NULL));
	assert_true(xlsx_format_is_date(22, NULL));
	assert_false(xlsx_format_is_date(0, NULL));
	assert_false(xlsx_format_is_date(3, NULL));
	assert_false(xlsx_format_is_date(20, NULL));
	assert_false(xlsx_format_is_date(49, NULL));
}

/* From a calendar walked day by day, with the day that Excel has too many. */
static void every_day_of_both_calendars(void **state)
{
	int64_t day, first, last;
	uint32_t second;
	char text[32];
	int serial = 0;

	(void)state;
	assert_true(date_days(1900, 1, 1, &first));
	assert_true(date_days(9999, 12, 31, &last));
	for (; first <= last; first++) {
		serial += serial == 59 ? 2 : 1;
		snprintf(text, sizeof text, "%d", serial);
		assert_true(xlsx_day(bytes_str(text), false, &day, &second));
		assert_int_equal(day, first);
		if (serial > 1462) {
			snprintf(text, sizeof text, "%d", serial - 1462);
			assert_true(xlsx_day(bytes_str(text), true, &day, &second));
			assert_int_equal(day, first);
		}
	}
	assert_int_equal(serial, 2958465);
	assert_false(xlsx_day(bytes_str("2958466"), false, &day, &second));
	assert_false(xlsx_day(bytes_str("60"), false, &day, &second));
	assert_false(xlsx_day(bytes_str("0"), false, &day, &second));
	assert_false(xlsx_day(bytes_str("-1"), false, &day, &second));
	assert_false(xlsx_day(bytes_str("99999999999999999999"), false, &day, &second));
}

static void seconds_of_a_day(void **state)
{
	int64_t day;
	uint32_t second, s;
	char text[32];

	(void)state;
	for (s = 0; s < 86400; s++) {
		struct buf plain;

		snprintf(text, sizeof text, "%.17g", 45000 + s / 86400.0);
		buf_init(&plain, 100);
		assert_true(xlsx_number(bytes_str(text), &plain));
		assert_true(xlsx_day(buf_view(&plain), false, &day, &second));
		assert_int_equal(second, s);
		buf_release(&plain);
	}
	assert_true(xlsx_day(bytes_str("45000.999999"), false, &day, &second));
	assert_int_equal(day, 19432);
	assert_int_equal(second, 0);
}

static void expect_text(const char *from, const char *to)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_add(&b, bytes_str(from));
	xlsx_unescape(&b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, to);
	buf_release(&b);
}

static void escapes_in_texts(void **state)
{
	(void)state;
	expect_text("", "");
	expect_text("a_x0041_b", "aAb");
	expect_text("_x1ED9_", "ộ");
	expect_text("_x00e9_", "é");
	expect_text("_x000D_\n", "\n");
	expect_text("a\r\nb\tc\x01", "a\nb\tc");
	expect_text("_x0000_x", "x");
	expect_text("_xD83D__xDE00_", "");
	expect_text("_x005F_x0041_", "_x0041_");
	expect_text("_x00_ _xGGGG_ _X0041_ _x0041", "_x00_ _xGGGG_ _X0041_ _x0041");
}

static void expect_escaped(const char *from, size_t max, const char *to)
{
	struct buf b;

	buf_init(&b, 1000);
	xlsx_escape(bytes_str(from), max, &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, to);
	buf_release(&b);
}

static void texts_for_cells(void **state)
{
	(void)state;
	expect_escaped("", 10, "");
	expect_escaped("a\x01\r\nb\t", 10, "a\nb\t");
	expect_escaped("_x0041_ _x00", 20, "_x005F_x0041_ _x00");
	expect_escaped("a\xef\xbf\xbf\xef\xbf\xbe\xef\xbf\xbd", 10, "a\xef\xbf\xbd");
	expect_escaped("ộộộ", 3, "ộộộ");
	expect_escaped("ộộộộ", 3, "ộộ…");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_plain_and_short),
		cmocka_unit_test(what_is_no_number),
		cmocka_unit_test(numbers_of_fifteen_digits_come_back),
		cmocka_unit_test(formats_of_dates),
		cmocka_unit_test(every_day_of_both_calendars),
		cmocka_unit_test(seconds_of_a_day),
		cmocka_unit_test(escapes_in_texts),
		cmocka_unit_test(texts_for_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
