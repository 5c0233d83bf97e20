/* Numbers as typed: every way that has one meaning, and none that has two. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/number.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

static void whole(const char *text, int64_t wanted)
{
	int64_t n = 4242;

	if (!number_whole(bytes_str(text), &n) || n != wanted)
		fail_msg("\"%s\": %" PRId64, text, n);
}

static void no_whole(const char *text)
{
	int64_t n = 4242;

	if (number_whole(bytes_str(text), &n))
		fail_msg("\"%s\" was taken for %" PRId64, text, n);
	assert_int_equal(n, 4242);
}

static void decimal(const char *text, unsigned scale, int64_t wanted)
{
	int64_t n = 4242;

	if (!number_decimal(bytes_str(text), scale, &n) || n != wanted)
		fail_msg("\"%s\": %" PRId64, text, n);
}

static void no_decimal(const char *text, unsigned scale)
{
	int64_t n = 4242;

	if (number_decimal(bytes_str(text), scale, &n))
		fail_msg("\"%s\" was taken for %" PRId64, text, n);
	assert_int_equal(n, 4242);
}

static void thousands_are_set_off_by_dots_or_blanks(void **state)
{
	(void)state;
	whole("1.500", 1500);
	whole("1.500.000", 1500000);
	whole("1 500 000", 1500000);
	whole("1\xc2\xa0" "500\xc2\xa0" "000", 1500000);
	whole("1\xe2\x80\xaf" "500", 1500);
	whole("1500000", 1500000);
	whole("\xe2\x88\x92" "1.500", -1500);
	whole("  7\t", 7);
	whole("12,0", 12);
	whole("1.500.000,00", 1500000);
	whole("1,500,000", 1500000);
	whole("1,500,000.00", 1500000);
}

static void what_has_two_meanings_or_none_is_refused(void **state)
{
	(void)state;
	no_whole("1,500");
	no_whole("1,000");
	no_whole("500.00");
	no_whole("0.500");
	no_whole("1.5");
	no_whole("1500.000");
	no_whole("1.500,5");
	no_whole("1.500 000");
	no_whole("1.500.00");
	no_whole("1..500");
	no_whole(".500");
	no_whole("1.500.");
	no_whole("1,");
	no_whole("1  500");
	no_whole("");
	no_whole(" ");
	no_whole("-");
	no_whole("- 5");
	no_whole("1e5");
	no_whole("\xff");
	no_whole("9223372036854775808");
	no_whole("000000000000000000000000000000000000000000000000000000000000000000");
	no_decimal("1.500", 2);
	no_decimal("1.500", 3);
	no_decimal("3,567", 2);
	no_decimal("1,5,5", 2);
	no_decimal("1.2,3.4", 2);
	no_decimal("3,-5", 2);
}

static void decimals_have_a_comma_or_a_dot(void **state)
{
	(void)state;
	decimal("3,5", 2, 350);
	decimal("3.5", 2, 350);
	decimal("3,50", 1, 35);
	decimal("1.234,5", 1, 12345);
	decimal("1,234.5", 1, 12345);
	decimal("1 234,5", 1, 12345);
	decimal("1 234.567", 3, 1234567);
	decimal("1,500", 3, 1500);
	decimal("0.125", 3, 125);
	decimal("1.234.567", 0, 1234567);
	decimal("-0,5", 1, -5);
	decimal("1500", 2, 150000);
	no_decimal("92233720368547758070", 0);
	no_decimal("922337203685477580,8", 2);
}

static void money_may_say_that_it_is_money(void **state)
{
	static const char *const right[] = { "1.500.000", "1.500.000 đ", "1500000đồng", "1 500 000 ĐỒNG",
		"1.500.000 vnd", "1.500.000 VNĐ", "1.500.000\xc2\xa0₫",
		"1.500.000 do\xcc\x82\xcc\x80ng" };
	static const char *const wrong[] = { "", "đ", "1.500 đô", "1.500 USD", "1,5 triệu", "1.500 đ/tháng",
		"$1.500", "1.500 đ đ" };
	int64_t n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof right / sizeof right[0]; i++) {
		n = 0;
		if (!number_money(bytes_str(right[i]), &n) || n != 1500000)
			fail_msg("\"%s\"", right[i]);
	}
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (number_money(bytes_str(wrong[i]), &n))
			fail_msg("\"%s\" was taken", wrong[i]);
}

/* Written by either custom, a number comes back; garbage never reads past its end. */
static void any_number_in_any_form(void **state)
{
	static const char noise[] = "0123456789., -\xc2\xa0";
	struct gen g = gen_of(9, NULL);
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		int64_t n = (int64_t)(gen_next(&g) >> (1 + gen_below(&g, 63))), found;
		char plain[32], grouped[64] = "", text[24];
		size_t len, k, used = 0;
		char separator = ". "[gen_below(&g, 2)];
		struct bytes exact;

		len = (size_t)snprintf(plain, sizeof plain, "%" PRId64, n);
		for (k = 0; k < len; k++) {
			if (k > 0 && (len - k) % 3 == 0)
				grouped[used++] = separator;
			grouped[used++] = plain[k];
		}
		whole(plain, n);
		whole(grouped, n);
		decimal(plain, 0, n);
		for (k = 0; k < sizeof text; k++)
			text[k] = noise[gen_below(&g, sizeof noise - 1)];
		exact = gen_exact((struct bytes){ (uint8_t *)text, gen_below(&g, sizeof text) });
		number_whole(exact, &found);
		number_money(exact, &found);
		number_decimal(exact, 2, &found);
		gen_free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_are_set_off_by_dots_or_blanks),
		cmocka_unit_test(what_has_two_meanings_or_none_is_refused),
		cmocka_unit_test(decimals_have_a_comma_or_a_dot),
		cmocka_unit_test(money_may_say_that_it_is_money),
		cmocka_unit_test(any_number_in_any_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
