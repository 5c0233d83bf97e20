/* Text: the fast way to tell NFC against utf8proc, and search keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <cmocka.h>

#include "common/text/text.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

enum { STRINGS = 20000 };

static const char *const vowels[] = { "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y",
				      "A", "Ă", "Â", "E", "Ê", "I", "O", "Ô", "Ơ", "U", "Ư", "Y" };
/* None, grave, acute, hook, tilde, dot below. */
static const char *const tones[] = { "", "\xcc\x80", "\xcc\x81", "\xcc\x89", "\xcc\x83",
				     "\xcc\xa3" };

static bool by_utf8proc(struct bytes s)
{
	utf8proc_uint8_t *n = NULL;
	utf8proc_ssize_t len = utf8proc_map(s.at, (utf8proc_ssize_t)s.len, &n,
					    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool same = len >= 0 && bytes_equal(s, (struct bytes){ n, (size_t)len });

	free(n);
	return same;
}

static void expect_agreement(struct bytes s)
{
	struct bytes exact = gen_exact(s);

	if (text_is_nfc(exact) != by_utf8proc(exact))
		fail_msg("not as utf8proc says: %.*s", (int)s.len, (const char *)s.at);
	gen_free(exact);
}

static void expect(int (*fn)(struct bytes, struct buf *, struct err *), const char *from,
		   const char *to)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_byte(&b, '>');
	assert_int_equal(fn(bytes_str(from), &b, NULL), 0);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at + 1, to);
	buf_release(&b);
}

static void every_code_point_is_as_utf8proc_says(void **state)
{
	utf8proc_int32_t c;

	(void)state;
	for (c = 1; c < 0x30000; c++) {
		uint8_t s[8];

		if (c >= 0xd800 && c < 0xe000)
			continue;
		expect_agreement((struct bytes){ s, (size_t)utf8proc_encode_char(c, s) });
	}
}

/* As the key is without a fast way for what is Vietnamese. */
static void every_code_point_is_folded_as_utf8proc_does(void **state)
{
	utf8proc_int32_t c;

	(void)state;
	for (c = 1; c < 0x3000; c++) {
		utf8proc_uint8_t s[8], *slow = NULL;
		size_t n = (size_t)utf8proc_encode_char(c, s);
		utf8proc_ssize_t len = utf8proc_map(s, (utf8proc_ssize_t)n, &slow,
			UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
			UTF8PROC_CASEFOLD);
		bool d = c == 0x110 || c == 0x111 || c == 0xd0 || c == 0xf0 || c == 0x189 ||
			 c == 0x256;
		struct buf b;

		buf_init(&b, 100);
		assert_int_equal(text_fold((struct bytes){ s, n }, &b, NULL), 0);
		if (!bytes_equal(buf_view(&b), d ? bytes_str("d") :
					       (struct bytes){ slow, (size_t)len }))
			fail_msg("U+%04x", (unsigned)c);
		buf_release(&b);
		free(slow);
	}
}

static void all_vietnamese_letters(void **state)
{
	size_t v, t;

	(void)state;
	for (v = 0; v < sizeof vowels / sizeof vowels[0]; v++)
		for (t = 0; t < sizeof tones / sizeof tones[0]; t++) {
			struct buf apart, one;

			buf_init(&apart, 100);
			buf_init(&one, 100);
			buf_add(&apart, bytes_str(vowels[v]));
			buf_add(&apart, bytes_str(tones[t]));
			assert_int_equal(text_nfc(buf_view(&apart), &one, NULL), 0);
			assert_int_equal(text_length(buf_view(&one)), 1);
			assert_int_equal(text_width(buf_view(&one)), 1);
			assert_true(text_is_nfc(buf_view(&one)));
			assert_int_equal(text_is_nfc(buf_view(&apart)), t == 0);
			expect_agreement(buf_view(&one));
			expect_agreement(buf_view(&apart));
			buf_release(&apart);
			buf_release(&one);
		}
	expect_agreement(bytes_str("đĐ"));
}

static void random_strings_are_as_utf8proc_says(void **state)
{
	static const char *const parts[] = { "a", "ê", "Ệ", "đ", "\xcc\x81", "\xcc\xa3", "\xcd\x80",
		"–", "“", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x84\xab", "中", "가", "\xe1\x84\x80",
		"\xe1\x85\xa1", "Å", "\xe1\xba\x9b", " ", "Ǹ", "😀", "ộ" };
	struct gen g = gen_of(1, NULL);
	size_t i, nfc = 0;

	(void)state;
	for (i = 0; i < STRINGS; i++) {
		size_t n = gen_below(&g, 6);
		struct buf b;

		buf_init(&b, 100);
		while (n-- > 0)
			buf_add(&b, bytes_str(parts[gen_below(&g, sizeof parts /
							      sizeof parts[0])]));
		expect_agreement(buf_view(&b));
		nfc += text_is_nfc(buf_view(&b));
		buf_release(&b);
	}
	assert_in_range(nfc, STRINGS / 20, STRINGS - STRINGS / 20);
}

static void nfc_puts_right_what_was_meant(void **state)
{
	(void)state;
	expect(text_nfc, "Nguye\xcc\x82\xcc\x83n", "Nguyễn");
	expect(text_nfc, "Nguy\xe1\xba\xbdn", "Nguyẽn");
	expect(text_nfc, "Ðắk Lắk", "Đắk Lắk");
	expect(text_nfc, "Ɖồng Nai", "Đồng Nai");
	expect(text_nfc, "ðường ɖê Ð", "đường đê Đ");
	expect(text_nfc, "đường Đê", "đường Đê");
	/* Where the mark stands is the writer's. */
	expect(text_nfc, "hòa", "hòa");
	expect(text_nfc, "hoà", "hoà");
	expect(text_nfc, "", "");
}

static void keys_are_without_marks(void **state)
{
	size_t v, t;

	(void)state;
	expect(text_fold, "Nguyễn Thị Mẫu", "nguyen thi mau");
	expect(text_fold, "Nguye\xcc\x82\xcc\x83n", "nguyen");
	expect(text_fold, "ĐƯỜNG đê", "duong de");
	expect(text_fold, "Ðắk ð", "dak d");
	expect(text_fold, "Ɖồng ɖ", "dong d");
	expect(text_fold, "hòa", "hoa");
	expect(text_fold, "hoà", "hoa");
	expect(text_fold, "12/QĐ-UBND", "12/qd-ubnd");
	expect(text_fold, "中文 Ω", "中文 ω");
	for (v = 0; v < sizeof vowels / sizeof vowels[0]; v++)
		for (t = 0; t < sizeof tones / sizeof tones[0]; t++) {
			char from[16];

			snprintf(from, sizeof from, "%s%s", vowels[v], tones[t]);
			expect(text_fold, from, (const char *[]){ "a", "a", "a", "e", "e", "i", "o",
					"o", "o", "u", "u", "y" }[v % 12]);
		}
}

static void same_key(const char *a, const char *b, bool same)
{
	struct buf left, right;

	buf_init(&left, 1000);
	buf_init(&right, 1000);
	assert_int_equal(text_key(bytes_str(a), &left, NULL), 0);
	assert_int_equal(text_key(bytes_str(b), &right, NULL), 0);
	if (bytes_equal(buf_view(&left), buf_view(&right)) != same)
		fail_msg("%s and %s", a, b);
	buf_release(&left);
	buf_release(&right);
}

static void keys_with_marks_are_the_same_wherever_the_tone_stands(void **state)
{
	static const char *const pairs[][2] = { { "hòa", "hoà" }, { "Thụy", "Thuỵ" },
		{ "khỏe", "khoẻ" }, { "ĐÒAN", "đoàn" }, { "qúy", "quý" }, { "Nguye\xcc\x82\xcc\x83n",
		"NGUYỄN" }, { "Ðắk", "đắk" }, { "Ü", "ü" } };
	static const char *const others[][2] = { { "hòa", "hóa" }, { "hòa", "hoa" }, { "da", "đa" },
		{ "huyền", "huyện" }, { "huyên", "huyền" }, { "mo", "mơ" }, { "u", "ü" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		same_key(pairs[i][0], pairs[i][1], true);
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		same_key(others[i][0], others[i][1], false);
	expect(text_key, "Huyen 12/QD – Ω", "huyen 12/qd – ω");
	expect(text_key, "", "");
}

/* What is typed of a word is the beginning of its key. */
static void keys_of_beginnings_begin_keys(void **state)
{
	static const char whole[] = "Nguyễn";
	static const char *const parts[] = { "N", "Ng", "Nguyễ" };
	struct buf all, part;
	size_t i;

	(void)state;
	buf_init(&all, 100);
	buf_init(&part, 100);
	assert_int_equal(text_key(bytes_str(whole), &all, NULL), 0);
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		buf_clear(&part);
		assert_int_equal(text_key(bytes_str(parts[i]), &part, NULL), 0);
		assert_true(part.len < all.len);
		assert_memory_equal(part.at, all.at, part.len);
	}
	buf_release(&all);
	buf_release(&part);
}

static void names_fit_more_or_less(void **state)
{
	static const struct {
		const char *typed, *known;
		int fit;
	} cases[] = {
		{ "Như Thụy", "Như Thụy", 3 }, { "Nhu\xcc\x9b Thụy", "Như Thụy", 3 },
		{ "như thuỵ", "Như Thụy", 2 }, { "nhu thuy", "Như Thụy", 1 },
		{ "NHU THUY", "NHU THUY", 3 }, { "nhu thúy", "Như Thụy", 0 },
		{ "Như Thuy", "Như Thụy", 0 }, { "nhu", "Như Thụy", 0 }, { "", "Như Thụy", 0 },
		{ "dong", "Đồng", 1 }, { "đong", "Đồng", 0 }, { "\xff", "Đồng", 0 }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (text_fit(bytes_str(cases[i].typed), bytes_str(cases[i].known)) != cases[i].fit)
			fail_msg("%s", cases[i].typed);
}

static void texts_are_taken_into_an_arena(void **state)
{
	struct bytes s;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a, 10000);
	assert_int_equal(text_take(bytes_str("Ðe\xcc\x81"), 4, &a, &s, &e), 0);
	assert_true(bytes_equal(s, bytes_str("Đé")));
	assert_int_equal(text_take(bytes_str("Đé."), 4, &a, &s, &e), ERR_TOO_LARGE);
	assert_int_equal(text_take(BYTES_NONE, 4, &a, &s, &e), 0);
	assert_int_equal(s.len, 0);
	assert_int_equal(text_take(bytes_str("\xff"), 4, &a, &s, &e), ERR_BAD_UTF8);
	arena_release(&a);
}

static void what_is_no_text_is_told(void **state)
{
	struct buf b;
	struct err e;

	(void)state;
	buf_init(&b, 8);
	assert_int_equal(text_nfc(bytes_str("\xff"), &b, &e), ERR_BAD_UTF8);
	assert_int_equal(text_fold(bytes_str("a\xe1\xba"), &b, &e), ERR_BAD_UTF8);
	assert_int_equal(text_key(bytes_str("a\xc3"), &b, &e), ERR_BAD_UTF8);
	assert_int_equal(b.len, 0);
	assert_int_equal(text_nfc(bytes_str("quá dài cho tám byte"), &b, &e), ERR_TOO_LARGE);
	buf_release(&b);
}

static void lengths_and_widths(void **state)
{
	(void)state;
	assert_int_equal(text_length(BYTES_NONE), 0);
	assert_int_equal(text_length(bytes_str("Trường Đê")), 9);
	assert_int_equal(text_width(bytes_str("Trường Đê")), 9);
	assert_int_equal(text_length(bytes_str("中文")), 2);
	assert_int_equal(text_width(bytes_str("中文")), 4);
	assert_int_equal(text_width(bytes_str("e\xcc\x81")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_is_as_utf8proc_says),
		cmocka_unit_test(every_code_point_is_folded_as_utf8proc_does),
		cmocka_unit_test(all_vietnamese_letters),
		cmocka_unit_test(random_strings_are_as_utf8proc_says),
		cmocka_unit_test(nfc_puts_right_what_was_meant),
		cmocka_unit_test(keys_are_without_marks),
		cmocka_unit_test(keys_with_marks_are_the_same_wherever_the_tone_stands),
		cmocka_unit_test(keys_of_beginnings_begin_keys),
		cmocka_unit_test(names_fit_more_or_less),
		cmocka_unit_test(texts_are_taken_into_an_arena),
		cmocka_unit_test(what_is_no_text_is_told),
		cmocka_unit_test(lengths_and_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
