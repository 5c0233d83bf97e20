/* The half of test_cbor that knows libcbor: what must hold for every accepted
 * input, random items, and how the other half writes its inputs down.
 *
 * An accepted input must come out of the writer byte for byte, and libcbor,
 * which shares no code with us, must decode the same values from it. libcbor
 * reserves memory by declared counts, so it only ever gets inputs that our
 * reader accepted before. Part of test_cbor.c, apart for length. */
#ifndef DONGBO_TESTS_CBOR_RANDOM_H
#define DONGBO_TESTS_CBOR_RANDOM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Two names of libcbor are also ours; they are not called here. */
#define cbor_get_int oracle_get_int
#define cbor_get_bool oracle_get_bool
#include <cbor.h>
#undef cbor_get_int
#undef cbor_get_bool

#include "protocol/cbor.h"
#include "protocol/limits.h"

enum { BIG = 1 << 22 };

/* --- inputs --- */

/* cbor_check of a heap copy of the exact size: a sanitizer then sees every
 * read past the end. */
static int check_exact(struct bytes s)
{
	uint8_t *p = malloc(s.len == 0 ? 1 : s.len);
	int code;

	assert_non_null(p);
	if (s.len > 0)
		memcpy(p, s.at, s.len);
	code = cbor_check((struct bytes){ p, s.len });
	free(p);
	return code;
}

static uint8_t hex_digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The bytes of a hex text, in memory that the next call reuses. */
static struct bytes unhex(const char *text)
{
	static uint8_t out[256];
	size_t n = 0;

	for (; *text != '\0'; text += 2) {
		assert_true(n < sizeof out);
		out[n++] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
	}
	return (struct bytes){ out, n };
}

/* Every one of the hex texts in `list`, set apart by blanks, ends with `code`. */
static void expect(int code, const char *list)
{
	char one[128];

	while (*list != '\0') {
		size_t n = strcspn(list, " ");
		int got;

		assert_true(n > 0 && n < sizeof one);
		memcpy(one, list, n);
		one[n] = '\0';
		got = check_exact(unhex(one));
		if (got != code)
			fail_msg("%s: %s, expected %s", one, err_name(got), err_name(code));
		list += n;
		list += strspn(list, " ");
	}
}

/* --- reader to writer, and reader against libcbor --- */

static void copy_item(struct cbor *c, struct buf *out)
{
	uint64_t i, n;

	switch (cbor_next(c)) {
	case CBOR_UINT: cbor_put_uint(out, cbor_get_uint(c)); break;
	case CBOR_NEGINT: cbor_put_int(out, cbor_get_int(c)); break;
	case CBOR_BYTES: cbor_put_bytes(out, cbor_get_bytes(c)); break;
	case CBOR_TEXT: cbor_put_text(out, cbor_get_text(c)); break;
	case CBOR_ARRAY:
		n = cbor_open_array(c);
		cbor_put_array(out, n);
		for (i = 0; i < n; i++)
			copy_item(c, out);
		cbor_close(c);
		break;
	case CBOR_MAP:
		n = cbor_open_map(c);
		cbor_put_map(out, n);
		for (i = 0; i < 2 * n; i++)
			copy_item(c, out);
		cbor_close(c);
		break;
	case CBOR_FALSE:
	case CBOR_TRUE: cbor_put_bool(out, cbor_get_bool(c)); break;
	case CBOR_NULL:
		cbor_get_null(c);
		cbor_put_null(out);
		break;
	case CBOR_END:
		fail_msg("an accepted item ends early");
	}
}

static void same_string(struct bytes s, const uint8_t *at, size_t len)
{
	assert_true(bytes_equal(s, (struct bytes){ at, len }));
}

static uint64_t oracle_arg(const cbor_item_t *o)
{
	switch (cbor_int_get_width(o)) {
	case CBOR_INT_8: return cbor_get_uint8(o);
	case CBOR_INT_16: return cbor_get_uint16(o);
	case CBOR_INT_32: return cbor_get_uint32(o);
	default: return cbor_get_uint64(o);
	}
}

static void same_item(struct cbor *c, cbor_item_t *o)
{
	struct cbor_pair *pair;
	uint64_t i, n;

	switch (cbor_next(c)) {
	case CBOR_UINT:
		assert_true(cbor_isa_uint(o));
		assert_true(oracle_arg(o) == cbor_get_uint(c));
		break;
	case CBOR_NEGINT:
		assert_true(cbor_isa_negint(o));
		assert_true(oracle_arg(o) == ~(uint64_t)cbor_get_int(c));
		break;
	case CBOR_BYTES:
		assert_true(cbor_isa_bytestring(o) && cbor_bytestring_is_definite(o));
		same_string(cbor_get_bytes(c), cbor_bytestring_handle(o),
			cbor_bytestring_length(o));
		break;
	case CBOR_TEXT:
		assert_true(cbor_isa_string(o) && cbor_string_is_definite(o));
		same_string(cbor_get_text(c), cbor_string_handle(o), cbor_string_length(o));
		break;
	case CBOR_ARRAY:
		n = cbor_open_array(c);
		assert_true(cbor_isa_array(o) && cbor_array_size(o) == n);
		for (i = 0; i < n; i++)
			same_item(c, cbor_array_handle(o)[i]);
		cbor_close(c);
		break;
	case CBOR_MAP:
		n = cbor_open_map(c);
		assert_true(cbor_isa_map(o) && cbor_map_size(o) == n);
		pair = cbor_map_handle(o);
		for (i = 0; i < n; i++) {
			same_item(c, pair[i].key);
			same_item(c, pair[i].value);
		}
		cbor_close(c);
		break;
	case CBOR_FALSE:
	case CBOR_TRUE:
		assert_true(cbor_is_bool(o));
		assert_int_equal(cbor_ctrl_value(o), cbor_get_bool(c) ? 21 : 20);
		break;
	case CBOR_NULL:
		assert_true(cbor_is_null(o));
		cbor_get_null(c);
		break;
	case CBOR_END:
		fail_msg("an accepted item ends early");
	}
}

/* All that must hold for an input that was accepted. */
static void check_accepted(struct bytes s)
{
	struct cbor_load_result result;
	struct cbor c;
	struct buf out;
	cbor_item_t *o;
	uint8_t *again;

	buf_init(&out, BIG);
	cbor_init(&c, s);
	copy_item(&c, &out);
	assert_int_equal(cbor_finish(&c, "copy", NULL), 0);
	assert_true(bytes_equal(buf_view(&out), s));
	buf_release(&out);

	o = cbor_load(s.at, s.len, &result);
	assert_non_null(o);
	assert_int_equal(result.read, s.len);
	cbor_init(&c, s);
	same_item(&c, o);
	assert_int_equal(cbor_finish(&c, "compare", NULL), 0);
	again = malloc(s.len + 16);
	assert_non_null(again);
	assert_int_equal(cbor_serialize(o, again, s.len + 16), s.len);
	assert_memory_equal(again, s.at, s.len);
	free(again);
	cbor_decref(&o);
}

/* --- random items --- */

static uint64_t rng_next(uint64_t *rng)
{
	uint64_t z = *rng += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Of every magnitude alike, so that all widths come up. */
static uint64_t rng_width(uint64_t *rng)
{
	unsigned shift = (unsigned)(rng_next(rng) % 64);

	return rng_next(rng) >> shift;
}

static void random_string(struct buf *out, uint64_t *rng, bool text)
{
	static const char *const letters[] = { "a", "\xc4\x91", "\xe1\xbb\x87",
		"\xf0\x9f\x8c\xbe", "\x7f", "\xef\xbf\xbf" };
	size_t n = rng_next(rng) % (rng_next(rng) % 8 == 0 ? 400 : 20);
	struct buf s;

	buf_init(&s, BIG);
	while (n-- > 0) {
		if (text)
			buf_add(&s, bytes_str(letters[rng_next(rng) % 6]));
		else
			buf_byte(&s, (uint8_t)rng_next(rng));
	}
	(text ? cbor_put_text : cbor_put_bytes)(out, buf_view(&s));
	buf_release(&s);
}

static void random_item(struct buf *out, uint64_t *rng, unsigned depth);

/* First the keys from 0 up, then those from -1 down, in steps of any width. */
static void random_map(struct buf *out, uint64_t *rng, unsigned depth)
{
	uint64_t n = rng_next(rng) % 6, split = rng_next(rng) % 7, i, at = 0;

	cbor_put_map(out, n);
	for (i = 0; i < n; i++) {
		if (i == split)
			at = 0;
		at += rng_width(rng) >> 8;
		if (i < split)
			cbor_put_int(out, (int64_t)at);
		else
			cbor_put_int(out, -1 - (int64_t)at);
		at++;
		random_item(out, rng, depth + 1);
	}
}

static void random_item(struct buf *out, uint64_t *rng, unsigned depth)
{
	uint64_t i, n;

	switch (rng_next(rng) % (depth < LIMIT_CBOR_DEPTH ? 11 : 7)) {
	case 0: cbor_put_uint(out, rng_width(rng)); break;
	case 1: cbor_put_int(out, (int64_t)~(rng_width(rng) >> 1)); break;
	case 2: random_string(out, rng, false); break;
	case 3: random_string(out, rng, true); break;
	case 4: cbor_put_bool(out, false); break;
	case 5: cbor_put_bool(out, true); break;
	case 6: cbor_put_null(out); break;
	case 7:
	case 8:
		n = rng_next(rng) % (rng_next(rng) % 16 == 0 ? 40 : 5);
		cbor_put_array(out, n);
		for (i = 0; i < n; i++)
			random_item(out, rng, depth + 1);
		break;
	default: random_map(out, rng, depth); break;
	}
}

static void random_round_trips(void **state)
{
	uint64_t rng = 20260101;
	struct buf b;
	unsigned i;

	(void)state;
	buf_init(&b, BIG);
	for (i = 0; i < 3000; i++) {
		buf_clear(&b);
		random_item(&b, &rng, 0);
		assert_false(b.failed);
		if (check_exact(buf_view(&b)) != 0)
			fail_msg("item %u is refused", i);
		check_accepted(buf_view(&b));
	}
	buf_release(&b);
}

/* One byte changed: refused, or still an item that passes all comparisons. */
static void random_damage(void **state)
{
	unsigned i, accepted = 0, refused = 0;
	uint64_t rng = 7;
	struct buf b;

	(void)state;
	buf_init(&b, BIG);
	for (i = 0; i < 20000; i++) {
		buf_clear(&b);
		random_item(&b, &rng, 0);
		assert_true(b.len > 0 && !b.failed);
		b.at[rng_next(&rng) % b.len] = (uint8_t)rng_next(&rng);
		if (check_exact(buf_view(&b)) != 0) {
			refused++;
			continue;
		}
		check_accepted(buf_view(&b));
		accepted++;
	}
	assert_true(accepted > 1000 && refused > 1000);
	buf_release(&b);
}

#endif
