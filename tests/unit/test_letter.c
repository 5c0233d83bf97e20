/* Letters taken apart and put together again, and the code points of UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "common/text/letter.h"
#include "common/text/text.h"
#include "protocol/cbor.h"
#include "tests/lib/gen_bytes.h"

static const char *const plain[] = { "a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "f", "g", "h",
	"i", "j", "k", "l", "m", "n", "o", "ô", "ơ", "p", "q", "r", "s", "t", "u", "ư", "v", "w",
	"x", "y", "z" };
static const char *const capitals[] = { "A", "Ă", "Â", "B", "C", "D", "Đ", "E", "Ê", "F", "G",
	"H", "I", "J", "K", "L", "M", "N", "O", "Ô", "Ơ", "P", "Q", "R", "S", "T", "U", "Ư", "V",
	"W", "X", "Y", "Z" };
/* ngang, huyền, hỏi, ngã, sắc, nặng. */
static const char *const tones[] = { "", "\xcc\x80", "\xcc\x89", "\xcc\x83", "\xcc\x81",
				     "\xcc\xa3" };

static uint32_t only_code(const char *text)
{
	struct bytes s = bytes_str(text);
	size_t at = 0;
	uint32_t c = letter_next(s, &at);

	assert_int_equal(at, s.len);
	return c;
}

/* What utf8proc composes is the oracle. */
static void every_letter_in_every_tone_and_case(void **state)
{
	size_t i, t, capital, count = 0;

	(void)state;
	for (i = 0; i < sizeof plain / sizeof plain[0]; i++)
		for (capital = 0; capital < 2; capital++)
			for (t = 0; t < TONE_COUNT; t++) {
				const char *base = capital ? capitals[i] : plain[i];
				struct letter l, wanted = { (uint8_t)(i + 1), (uint8_t)t,
							    capital };
				struct buf apart, one;
				uint32_t c;

				if (t > 0 && !letter_vowel(wanted.base))
					continue;
				buf_init(&apart, 100);
				buf_init(&one, 100);
				buf_add(&apart, bytes_str(base));
				buf_add(&apart, bytes_str(tones[t]));
				assert_int_equal(text_nfc(buf_view(&apart), &one, NULL), 0);
				buf_byte(&one, 0);
				c = only_code((char *)one.at);
				assert_true(letter_of(c, &l));
				assert_int_equal(l.base, wanted.base);
				assert_int_equal(l.tone, wanted.tone);
				assert_int_equal(l.capital, wanted.capital);
				assert_int_equal(letter_code(wanted), c);
				buf_release(&apart);
				buf_release(&one);
				count++;
			}
	/* 21 consonants with f j w z and 12 vowels in six tones, twice. */
	assert_int_equal(count, 2 * (21 + 12 * 6));
}

/* So each code point is one letter, and what is none has none. */
static void nothing_else_is_a_letter(void **state)
{
	size_t count = 0;
	uint32_t c;

	(void)state;
	for (c = 0; c < 0x11000; c++) {
		struct letter l;

		if (!letter_of(c, &l))
			continue;
		assert_int_equal(letter_code(l), c);
		count++;
	}
	assert_int_equal(count, 2 * (21 + 12 * 6));
}

static void letters_are_known_without_their_marks(void **state)
{
	size_t i, marked = 0, vowels = 0;

	(void)state;
	for (i = 1; i < LETTER_COUNT; i++) {
		struct buf fold;

		buf_init(&fold, 100);
		assert_int_equal(text_fold(bytes_str(plain[i - 1]), &fold, NULL), 0);
		assert_int_equal(fold.len, 1);
		assert_int_equal(fold.at[0], letter_plain((uint8_t)i));
		buf_release(&fold);
		marked += letter_marked((uint8_t)i);
		vowels += letter_vowel((uint8_t)i);
	}
	assert_int_equal(marked, 7);
	assert_int_equal(vowels, 12);
}

static void code_points_there_and_back(void **state)
{
	uint32_t c;

	(void)state;
	for (c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 61) {
		struct buf b;
		size_t at = 0;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		buf_init(&b, 8);
		letter_put(c, &b);
		assert_true(cbor_utf8_ok(buf_view(&b)));
		assert_int_equal(letter_next(buf_view(&b), &at), c);
		assert_int_equal(at, b.len);
		buf_release(&b);
	}
}

static void what_is_no_utf8_ends_all_the_same(void **state)
{
	static const char *const texts[] = { "\xff", "\xc3", "\xe1\xba", "\xf0\x9f\x98", "\x80",
		"\xc3" "a", "\xe1\xba" "a", "\xc0\x80" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct bytes s = gen_exact(bytes_str(texts[i]));
		size_t at = 0, n = 0;

		assert_int_equal(letter_next(s, &at), 0xfffd);
		assert_int_equal(at, 1);
		while (at < s.len) {
			letter_next(s, &at);
			n++;
		}
		assert_true(n < s.len);
		gen_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_letter_in_every_tone_and_case),
		cmocka_unit_test(nothing_else_is_a_letter),
		cmocka_unit_test(letters_are_known_without_their_marks),
		cmocka_unit_test(code_points_there_and_back),
		cmocka_unit_test(what_is_no_utf8_ends_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
