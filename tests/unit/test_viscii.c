/* protocol/viscii: the table against another implementation of RFC 1456, escapes and
 * nothing but escapes for the rest, and that every text has one form only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <iconv.h>

#include "protocol/cbor.h"
#include "protocol/viscii.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

static struct arena arena;
static struct buf form, text;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 24);
	buf_init(&form, 1 << 22);
	buf_init(&text, 1 << 22);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&form);
	buf_release(&text);
	return 0;
}

static void put_utf8(struct buf *out, uint32_t p)
{
	if (p < 0x80) {
		buf_byte(out, (uint8_t)p);
		return;
	}
	if (p < 0x800) {
		buf_byte(out, (uint8_t)(0xc0 | p >> 6));
	} else if (p < 0x10000) {
		buf_byte(out, (uint8_t)(0xe0 | p >> 12));
		buf_byte(out, (uint8_t)(0x80 | (p >> 6 & 0x3f)));
	} else {
		buf_byte(out, (uint8_t)(0xf0 | p >> 18));
		buf_byte(out, (uint8_t)(0x80 | (p >> 12 & 0x3f)));
		buf_byte(out, (uint8_t)(0x80 | (p >> 6 & 0x3f)));
	}
	buf_byte(out, (uint8_t)(0x80 | (p & 0x3f)));
}

/* Reads a copy without a byte to spare; outputs stay as they were where it fails. */
static int take(struct bytes in, struct bytes *out)
{
	struct bytes exact = gen_exact(in), before = *out;
	int code = viscii_take(exact, &arena, out);

	if (code != 0)
		assert_true(out->at == before.at && out->len == before.len);
	gen_free(exact);
	return code;
}

/* The form of `text` is in `form`, and says the same. */
static void turn(void)
{
	struct bytes back = BYTES_NONE;

	buf_clear(&form);
	viscii_put(&form, buf_view(&text));
	assert_false(form.failed);
	assert_true(form.len <= 2 * text.len);
	assert_true(form.len == 0 || memchr(form.at, 0, form.len) == NULL);
	assert_int_equal(take(buf_view(&form), &back), 0);
	assert_true(bytes_equal(back, buf_view(&text)));
}

static void expect_form(const char *utf8, const char *hex)
{
	struct buf want;

	buf_init(&want, 1000);
	gen_hex(&want, hex);
	buf_clear(&text);
	buf_put(&text, utf8, strlen(utf8));
	turn();
	assert_int_equal(form.len, want.len);
	assert_memory_equal(form.at, want.at, want.len);
	buf_release(&want);
}

static void letters_of_rfc_1456(void **state)
{
	iconv_t other = iconv_open("UTF-8", "VISCII");
	unsigned byte, letters = 0;

	(void)state;
	if (other == (iconv_t)-1)
		skip();
	for (byte = 2; byte < 256; byte++) {
		char in = (char)byte, out[8], *from = &in, *to = out;
		size_t left = 1, room = sizeof out;

		assert_int_equal(iconv(other, &from, &left, &to, &room), 0);
		buf_clear(&text);
		buf_put(&text, out, sizeof out - room);
		turn();
		assert_int_equal(form.len, 1);
		assert_int_equal(form.at[0], byte);
		letters += text.len > 1;
	}
	assert_int_equal(letters, 134);
	iconv_close(other);
}

static void ascii(void **state)
{
	static const uint8_t taken[] = { 0x01, 0x02, 0x05, 0x06, 0x14, 0x19, 0x1e };
	uint32_t p;

	(void)state;
	for (p = 1; p < 0x80; p++) {
		bool escaped = memchr(taken, (int)p, sizeof taken) != NULL;

		buf_clear(&text);
		buf_byte(&text, (uint8_t)p);
		turn();
		assert_int_equal(form.len, escaped ? 2 : 1);
		assert_int_equal(form.at[0], escaped ? VISCII_ESCAPE : p);
		assert_int_equal(form.at[form.len - 1], p);
	}
}

/* A byte, or the mark and the sequence as it was. */
static void every_code_point(void **state)
{
	uint32_t p;
	unsigned bytes = 0;

	(void)state;
	for (p = 1; p < 0x110000; p++) {
		if (p >= 0xd800 && p < 0xe000)
			continue;
		buf_clear(&text);
		put_utf8(&text, p);
		arena_clear(&arena);
		turn();
		if (form.len == 1) {
			bytes++;
			continue;
		}
		assert_int_equal(form.len, 1 + text.len);
		assert_int_equal(form.at[0], VISCII_ESCAPE);
		assert_memory_equal(form.at + 1, text.at, text.len);
	}
	assert_int_equal(bytes, 254);
}

static void known_forms(void **state)
{
	(void)state;
	expect_form("", "");
	expect_form("Tứ Yên", "54d12059ea6e");
	/* Letters that stand where ASCII has control characters. */
	expect_form("ẲẴẪỶỸỴ", "02050614191e");
	/* Emoji, CJK, a letter with its mark apart, what VISCII has not. */
	expect_form("a\xf0\x9f\x93\x84z", "61 01f09f9384 7a");
	expect_form("社寺", "01e7a4be 01e5afba");
	expect_form("e\xcc\x81", "65 01cc81");
	expect_form("ä–", "01c3a4 01e28093");
	expect_form("\x01\x02", "0101 0102");
}

static void what_is_refused(void **state)
{
	static const char *const list[] = {
		/* The mark and nothing, or not enough. */
		"01", "6101", "01c2", "01e280", "01f09f93", "01f0",
		/* Needless: letters and ASCII that have a byte. */
		"0161", "010a", "017f", "01c380", "01e1baa0", "01e1bab2", "01c6b0",
		/* No UTF-8. */
		"0180", "01bf80", "01c080", "01c1bf", "01e08080", "01eda080", "01edbfbf",
		"01f0808080", "01f4908080", "01f5808080", "01ff", "01fe808080", "01e28061",
	};
	struct buf in;
	size_t i;

	(void)state;
	buf_init(&in, 100);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		struct bytes out = BYTES_OF("before");

		buf_clear(&in);
		gen_hex(&in, list[i]);
		if (take(buf_view(&in), &out) != ERR_BAD_UTF8)
			fail_msg("not refused: %s", list[i]);
		/* A letter more does not mend it. */
		buf_byte(&in, 'a');
		assert_int_equal(take(buf_view(&in), &out), ERR_BAD_UTF8);
	}
	buf_release(&in);
}

/* U+0001 is escaped by its own byte: the text must get its own memory all the same. */
static void escaped_marks(void **state)
{
	struct bytes out = BYTES_NONE, copy;
	size_t n;

	(void)state;
	for (n = 1; n <= 5000; n = n * 3 + 1) {
		arena_clear(&arena);
		buf_clear(&text);
		buf_clear(&form);
		memset(buf_grow(&text, n), 0x01, n);
		viscii_put(&form, buf_view(&text));
		assert_int_equal(form.len, 2 * n);
		assert_int_equal(viscii_take(buf_view(&form), &arena, &out), 0);
		copy = gen_exact(out);
		assert_non_null(arena_alloc(&arena, 2 * n));
		assert_true(bytes_equal(copy, out));
		assert_true(bytes_equal(buf_view(&text), out));
		gen_free(copy);
	}
}

static void random_texts(void **state)
{
	static const uint32_t first[] = { 1, 0x20, 0xc0, 0x1ea0, 0x300, 0x4e00, 0x1f300 };
	static const uint32_t count[] = { 31, 95, 0x100, 90, 0x70, 0x1000, 0x300 };
	struct gen g = gen_of(1, &arena);
	unsigned round;

	(void)state;
	for (round = 0; round < 5000; round++) {
		size_t n = gen_below(&g, 200);

		arena_clear(&arena);
		for (buf_clear(&text); n > 0; n--) {
			size_t pool = gen_below(&g, sizeof first / sizeof first[0]);

			put_utf8(&text, first[pool] + (uint32_t)gen_below(&g, count[pool]));
		}
		turn();
	}
}

/* Whatever reads is UTF-8, at most three times as long, and is written like that. */
static void random_bytes(void **state)
{
	struct gen g = gen_of(2, &arena);
	unsigned round, good = 0, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		uint8_t in[24];
		struct bytes s = { in, gen_below(&g, sizeof in) }, out = BYTES_NONE;

		arena_clear(&arena);
		gen_fill(&g, in, sizeof in);
		for (i = 0; i < sizeof in; i++)
			in[i] = in[i] < 16 ? VISCII_ESCAPE : in[i];
		if (take(s, &out) != 0)
			continue;
		good++;
		assert_true(out.len <= 3 * s.len && cbor_utf8_ok(out));
		buf_clear(&form);
		viscii_put(&form, out);
		assert_true(bytes_equal(buf_view(&form), s));
	}
	assert_true(good > 1000 && good < 19000);
}

static void no_memory(void **state)
{
	struct bytes out = BYTES_NONE;
	struct arena none;

	(void)state;
	arena_init(&none, 0);
	assert_int_equal(viscii_take(bytes_str("a"), &none, &out), ERR_NOMEM);
	assert_null(out.at);
	arena_release(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_of_rfc_1456),
		cmocka_unit_test(ascii),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(known_forms),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(escaped_marks),
		cmocka_unit_test(random_texts),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
