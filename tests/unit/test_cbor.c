/* protocol/cbor: examples of RFC 8949, every class of refusal, the reader's
 * manners, and (in cbor_random.h) random items.
 *
 * Inputs are written as hex. Each class of refusal stands beside its nearest
 * neighbour that is accepted, so that a reader that refuses all does not pass. */
#include "tests/unit/cbor_random.h"

/* --- RFC 8949 appendix A --- */

static void rfc_integers(void **state)
{
	static const struct { const char *hex; int64_t n; } list[] = {
		{ "00", 0 }, { "01", 1 }, { "0a", 10 }, { "17", 23 }, { "1818", 24 },
		{ "1819", 25 }, { "1864", 100 }, { "1903e8", 1000 },
		{ "1a000f4240", 1000000 }, { "1b000000e8d4a51000", 1000000000000 },
		{ "20", -1 }, { "29", -10 }, { "3863", -100 }, { "3903e7", -1000 },
		/* not in the appendix: the ends of each width */
		{ "18ff", 255 }, { "190100", 256 }, { "19ffff", 65535 },
		{ "1a00010000", 65536 }, { "1affffffff", 4294967295 },
		{ "1b0000000100000000", 4294967296 },
		{ "37", -24 }, { "3818", -25 }, { "38ff", -256 }, { "390100", -257 },
		{ "3affffffff", -4294967296 }, { "3b0000000100000000", -4294967297 },
		{ "1b7fffffffffffffff", INT64_MAX }, { "3b7fffffffffffffff", INT64_MIN },
	};
	uint8_t max[] = { 0x1b, 255, 255, 255, 255, 255, 255, 255, 255 };
	struct buf b;
	struct cbor c;
	size_t i;

	(void)state;
	buf_init(&b, BIG);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		buf_clear(&b);
		cbor_put_int(&b, list[i].n);
		assert_true(bytes_equal(buf_view(&b), unhex(list[i].hex)));
		cbor_init(&c, buf_view(&b));
		assert_int_equal(cbor_next(&c), list[i].n < 0 ? CBOR_NEGINT : CBOR_UINT);
		assert_true(cbor_get_int(&c) == list[i].n);
		assert_int_equal(cbor_finish(&c, "int", NULL), 0);
		check_accepted(buf_view(&b));
	}
	buf_clear(&b);
	cbor_put_uint(&b, UINT64_MAX);
	assert_true(bytes_equal(buf_view(&b), BYTES_OF(max)));
	cbor_init(&c, BYTES_OF(max));
	assert_true(cbor_get_uint(&c) == UINT64_MAX);
	assert_int_equal(cbor_finish(&c, "uint", NULL), 0);
	check_accepted(BYTES_OF(max));
	buf_release(&b);
}

static void rfc_strings(void **state)
{
	static const struct { const char *hex, *text; bool is_text; } list[] = {
		{ "40", "", false }, { "4401020304", "\x01\x02\x03\x04", false },
		{ "60", "", true }, { "6161", "a", true }, { "6449455446", "IETF", true },
		{ "62225c", "\"\\", true }, { "62c3bc", "\xc3\xbc", true },
		{ "63e6b0b4", "\xe6\xb0\xb4", true },
		{ "64f0908591", "\xf0\x90\x85\x91", true },
	};
	struct bytes want, got;
	struct buf b;
	struct cbor c;
	size_t i;

	(void)state;
	buf_init(&b, BIG);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		want = bytes_str(list[i].text);
		buf_clear(&b);
		(list[i].is_text ? cbor_put_text : cbor_put_bytes)(&b, want);
		assert_true(bytes_equal(buf_view(&b), unhex(list[i].hex)));
		cbor_init(&c, buf_view(&b));
		assert_int_equal(cbor_next(&c), list[i].is_text ? CBOR_TEXT : CBOR_BYTES);
		got = (list[i].is_text ? cbor_get_text : cbor_get_bytes)(&c);
		assert_true(bytes_equal(got, want));
		assert_int_equal(cbor_finish(&c, "string", NULL), 0);
		check_accepted(buf_view(&b));
	}
	buf_release(&b);
}

static void rfc_simple_values(void **state)
{
	struct buf b;
	struct cbor c;

	(void)state;
	buf_init(&b, BIG);
	cbor_put_bool(&b, false);
	cbor_put_bool(&b, true);
	cbor_put_null(&b);
	assert_true(bytes_equal(buf_view(&b), unhex("f4f5f6")));
	cbor_init(&c, buf_view(&b));
	assert_int_equal(cbor_next(&c), CBOR_FALSE);
	assert_false(cbor_get_bool(&c));
	assert_int_equal(cbor_next(&c), CBOR_TRUE);
	assert_true(cbor_get_bool(&c));
	assert_int_equal(cbor_next(&c), CBOR_NULL);
	cbor_get_null(&c);
	assert_int_equal(cbor_next(&c), CBOR_END);
	assert_int_equal(cbor_finish(&c, "simple", NULL), 0);
	buf_release(&b);
}

/* A container of the numbers 1 .. n, both ways. */
static void count_in(bool map, uint64_t n, const char *hex)
{
	struct buf b;
	struct cbor c;
	uint64_t i;

	buf_init(&b, BIG);
	if (map)
		cbor_put_map(&b, n / 2);
	else
		cbor_put_array(&b, n);
	for (i = 1; i <= n; i++)
		cbor_put_uint(&b, i);
	assert_true(bytes_equal(buf_view(&b), unhex(hex)));
	cbor_init(&c, buf_view(&b));
	assert_int_equal(cbor_next(&c), map ? CBOR_MAP : CBOR_ARRAY);
	assert_int_equal(map ? cbor_open_map(&c) : cbor_open_array(&c), map ? n / 2 : n);
	for (i = 1; i <= n; i++)
		assert_true(cbor_get_uint(&c) == i);
	assert_int_equal(cbor_next(&c), CBOR_END);
	cbor_close(&c);
	assert_int_equal(cbor_finish(&c, "container", NULL), 0);
	check_accepted(buf_view(&b));
	buf_release(&b);
}

static void rfc_containers(void **state)
{
	(void)state;
	count_in(false, 0, "80");
	count_in(false, 3, "83010203");
	count_in(false, 25, "98190102030405060708090a0b0c0d0e0f10111213141516"
		"1718181819");
	count_in(true, 0, "a0");
	count_in(true, 4, "a201020304");
	/* [1, [2, 3], [4, 5]] */
	check_accepted(unhex("8301820203820405"));
}

static void rfc_examples_outside_the_subset(void **state)
{
	(void)state;
	/* bignums and what needs them */
	expect(ERR_MALFORMED, "c249010000000000000000 3bffffffffffffffff "
		"c349010000000000000000");
	/* floats */
	expect(ERR_MALFORMED, "f90000 f93c00 fb3ff199999999999a fa47c35000 "
		"f97c00 f97e00 fa7f800000 fb7ff8000000000000");
	/* undefined and other simple values */
	expect(ERR_MALFORMED, "f7 f0 f8ff");
	/* tags */
	expect(ERR_MALFORMED, "c074323031332d30332d32315432303a30343a30305a "
		"c11a514b67b0 d74401020304 d818456449455446");
	/* text keys */
	expect(ERR_MALFORMED, "a26161016162820203 826161a161626163");
	/* indefinite lengths */
	expect(ERR_NOT_CANONICAL, "5f42010243030405ff 7f657374726561646d696e67ff "
		"9fff 9f018202039f0405ffff 83018202039f0405ff "
		"bf61610161629f0203ffff 826161bf61626163ff");
}

/* --- refusals --- */

static void longer_forms_are_refused(void **state)
{
	(void)state;
	expect(ERR_NOT_CANONICAL, "1800 1817 190000 1900ff 1a00000000 1a0000ffff "
		"1b0000000000000000 1b00000000ffffffff 3817 3900ff 3a0000ffff "
		"3b00000000ffffffff 5800 580161 590001aa 5a00000001aa "
		"5b0000000000000001aa 780161 79000161 980101 99000101 b8010101 "
		"b900010101 811817 a1181700");
	expect(0, "1818 190100 1a00010000 1b0000000100000000");
}

static void what_is_no_cbor_is_refused(void **state)
{
	(void)state;
	/* reserved lengths, in every major type */
	expect(ERR_MALFORMED, "1c 1d 1e 3c 5c 7d 9e bc dc fc fd fe");
	/* indefinite integers and tags, a break alone and in an array */
	expect(ERR_MALFORMED, "1f 3f df ff 81ff");
	/* simple values: all others, and ours in two bytes */
	expect(ERR_MALFORMED, "e0 f3 f814 f815 f816 f820");
	expect(ERR_NOT_CANONICAL, "5fff 7fff 9f00ff bfff");
	/* below the 64 bits of a negative integer */
	expect(ERR_MALFORMED, "3b8000000000000000");
}

static void keys_ascend(void **state)
{
	struct cbor c;

	(void)state;
	expect(0, "a200000100");
	expect(ERR_NOT_CANONICAL, "a201000000 a200000000 a220002000 "
		"a3000001000100");
	/* bytewise: all of 0.. before -1, -2 .. */
	expect(0, "a200002000 a220002100 a21b7fffffffffffffff002000 "
		"a220003b7fffffffffffffff00");
	expect(ERR_NOT_CANONICAL, "a220000000 a221002000 "
		"a23b7fffffffffffffff002000");
	/* across widths */
	expect(0, "a31700181800190100f6");
	expect(ERR_NOT_CANONICAL, "a219010000181800");
	/* each map has its own order, also around a map inside */
	expect(0, "82a10100a10100 a205a101000600 a205a109000600 "
		"a10182a10000a10000");
	expect(ERR_NOT_CANONICAL, "a205a101000400 a205a101000500 a101a201000000");
	/* integers of int64 only */
	expect(0, "a11b7fffffffffffffff00 a13b7fffffffffffffff00");
	expect(ERR_MALFORMED, "a11b800000000000000000 a13b800000000000000000 "
		"a1616100 a14000 a18000 a1a000 a1f400 a1f500 a1f600");
	/* The getters check as well as the skipping does. */
	cbor_init(&c, unhex("a201f500f5"));
	assert_int_equal(cbor_open_map(&c), 2);
	assert_int_equal(cbor_get_int(&c), 1);
	assert_true(cbor_get_bool(&c));
	assert_int_equal(cbor_get_int(&c), 0);
	assert_int_equal(c.code, ERR_NOT_CANONICAL);
	assert_false(cbor_get_bool(&c));
}

/* cp in `len` bytes, whether that is right or not. */
static struct bytes utf8_forced(uint32_t cp, unsigned len)
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0, 0xf8 };
	static uint8_t out[5];
	unsigned i;

	for (i = len; i-- > 1; cp >>= 6)
		out[i] = (uint8_t)(0x80 | (cp & 0x3f));
	out[0] = (uint8_t)(lead[len] | cp);
	return (struct bytes){ out, len };
}

static void utf8_of_every_code_point(void **state)
{
	static const uint32_t room[] = { 0, 0x80, 0x800, 0x10000, 0x200000, 0x200000 };
	uint32_t cp;
	unsigned len;

	(void)state;
	for (cp = 0; cp < 0x200000; cp++) {
		unsigned right = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
		bool real = cp > 0 && cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff);

		for (len = 1; len <= 5; len++) {
			if (cp >= room[len])
				continue;
			if (cbor_utf8_ok(utf8_forced(cp, len)) != (real && len == right))
				fail_msg("U+%04X in %u bytes", cp, len);
		}
	}
}

static void bad_utf8_is_refused(void **state)
{
	(void)state;
	expect(ERR_BAD_UTF8, "6100 63610062 6180 61bf 61ff 61fe 62c080 62c1bf "
		"63e09fbf 64f08fbfbf 63eda080 63edbfbf 64f4908080 64f5808080 "
		"66fc8480808080");
	/* sequences cut off, at the end and by another character */
	expect(ERR_BAD_UTF8, "61c3 62e6b0 63f09085 62c361 63e6b061 63e661b4 "
		"64f0908561 64f0906191");
	/* the bytes that would complete it belong to the next item */
	expect(ERR_BAD_UTF8, "8261c3bc");
	expect(0, "63ed9fbf 63ee8080 64f48fbfbf 63e0a080 64f0908080");
	/* bytes may be anything */
	expect(0, "4100 43eda080");
}

static void depth_is_bounded(void **state)
{
	(void)state;
	expect(0, "818181818181818100 8181818181818180 "
		"a100a100a100a100a100a100a100a10000 a10081a10081a10081a1008100");
	expect(ERR_TOO_DEEP, "818181818181818180 81818181818181818100 "
		"a100a100a100a100a100a100a100a100a0 a10081a10081a10081a10081a0");
	/* depth is of nesting, not a count of containers */
	expect(0, "8a80808080808080808080");
}

static void every_cut_is_truncated(void **state)
{
	/* {0: [1, -500, h'0102', "ü"], 1: {24: false, 65536: [null]}, 2: 2^32,
	 *  -1: a text of 24 bytes} */
	static const char whole[] =
		"a400" "84013901f342010262c3bc" "01" "a21818f41a0001000081f6"
		"021b0000000100000000" "20" "7818"
		"616161616161616161616161616161616161616161616161";
	struct bytes s = unhex(whole);
	size_t len = s.len;

	(void)state;
	assert_int_equal(check_exact(s), 0);
	check_accepted(s);
	for (s.len = 0; s.len < len; s.len++)
		assert_int_equal(check_exact(s), ERR_TRUNCATED);
	assert_int_equal(cbor_check(BYTES_NONE), ERR_TRUNCATED);
}

static void trailing_bytes_are_refused(void **state)
{
	(void)state;
	expect(ERR_TRAILING, "0000 8000 810001 6161ff f6f6 a1000000");
}

static void huge_counts_and_lengths(void **state)
{
	struct cbor c;

	(void)state;
	expect(ERR_TRUNCATED, "9bffffffffffffffff 9b7fffffffffffffff00 "
		"9affffffff0000 bbffffffffffffffff 5bffffffffffffffff00 "
		"7bffffffffffffffff00 5affffffff00 7affffffff00");
	/* twice this count is 0 or 2 in 64 bits */
	expect(ERR_TRUNCATED, "bb8000000000000000 bb80000000000000010000");
	/* the end of the head plus this length is the start */
	expect(ERR_TRUNCATED, "5bfffffffffffffff7");
	/* by one: keys and values both take a byte */
	expect(ERR_TRUNCATED, "830000 a2000001 430000 637878");
	/* Said at the opening, before anybody sizes memory. */
	cbor_init(&c, unhex("a2000001"));
	assert_int_equal(cbor_open_map(&c), 0);
	assert_int_equal(c.code, ERR_TRUNCATED);
	cbor_init(&c, unhex("830000"));
	assert_int_equal(cbor_open_array(&c), 0);
	assert_int_equal(c.code, ERR_TRUNCATED);
}

static void put_nulls(struct buf *b, size_t n)
{
	while (n-- > 0)
		cbor_put_null(b);
}

static void items_are_bounded(void **state)
{
	struct cbor c;
	struct buf b;

	(void)state;
	buf_init(&b, BIG);
	cbor_put_array(&b, LIMIT_CBOR_ITEMS - 1);
	put_nulls(&b, LIMIT_CBOR_ITEMS - 1);
	assert_int_equal(cbor_check(buf_view(&b)), 0);

	buf_clear(&b);
	cbor_put_array(&b, LIMIT_CBOR_ITEMS);
	put_nulls(&b, LIMIT_CBOR_ITEMS);
	cbor_init(&c, buf_view(&b));
	assert_int_equal(cbor_open_array(&c), 0);
	assert_int_equal(c.code, ERR_TOO_LARGE);

	/* Keys and values both count. */
	buf_clear(&b);
	cbor_put_map(&b, LIMIT_CBOR_ITEMS / 2);
	put_nulls(&b, LIMIT_CBOR_ITEMS);
	cbor_init(&c, buf_view(&b));
	assert_int_equal(cbor_open_map(&c), 0);
	assert_int_equal(c.code, ERR_TOO_LARGE);

	/* Every single count fits, all together are one too many. */
	buf_clear(&b);
	cbor_put_array(&b, 3);
	cbor_put_array(&b, LIMIT_CBOR_ITEMS - 3);
	put_nulls(&b, LIMIT_CBOR_ITEMS - 3);
	put_nulls(&b, 2);
	assert_int_equal(cbor_check(buf_view(&b)), ERR_TOO_LARGE);
	buf_release(&b);
}

/* --- the reader's manners --- */

static void getters_refuse_other_kinds(void **state)
{
	static const char *const items[] = {
		"05", "24", "4161", "6161", "80", "a0", "f4", "f5", "f6",
	};
	static const enum cbor_kind kinds[] = {
		CBOR_UINT, CBOR_NEGINT, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP,
		CBOR_FALSE, CBOR_TRUE, CBOR_NULL,
	};
	unsigned i, getter;

	(void)state;
	for (i = 0; i < 9; i++) {
		for (getter = 0; getter < 8; getter++) {
			bool right = false;
			struct cbor c;

			cbor_init(&c, unhex(items[i]));
			assert_int_equal(cbor_next(&c), kinds[i]);
			switch (getter) {
			case 0: right = i == 0; cbor_get_uint(&c); break;
			case 1: right = i <= 1; cbor_get_int(&c); break;
			case 2: right = i == 2; cbor_get_bytes(&c); break;
			case 3: right = i == 3; cbor_get_text(&c); break;
			case 4: right = i == 4; cbor_open_array(&c); break;
			case 5: right = i == 5; cbor_open_map(&c); break;
			case 6: right = i == 6 || i == 7; cbor_get_bool(&c); break;
			case 7: right = i == 8; cbor_get_null(&c); break;
			}
			assert_int_equal(c.code, right ? 0 : ERR_MALFORMED);
		}
	}
}

static void integers_out_of_range(void **state)
{
	struct cbor c;

	(void)state;
	cbor_init(&c, unhex("1b8000000000000000"));
	assert_int_equal(cbor_get_int(&c), 0);
	assert_int_equal(c.code, ERR_MALFORMED);
	cbor_init(&c, unhex("1b8000000000000000"));
	assert_true(cbor_get_uint(&c) == (uint64_t)1 << 63);
	assert_int_equal(cbor_finish(&c, "n", NULL), 0);
}

static void errors_stick(void **state)
{
	struct err e = { 0 };
	struct cbor c;

	(void)state;
	cbor_init(&c, unhex("8301f705"));
	assert_int_equal(cbor_open_array(&c), 3);
	assert_int_equal(cbor_get_uint(&c), 1);
	assert_int_equal(cbor_next(&c), CBOR_END);
	assert_int_equal(c.code, ERR_MALFORMED);
	assert_int_equal(cbor_get_uint(&c), 0);
	assert_int_equal(cbor_get_int(&c), 0);
	assert_null(cbor_get_bytes(&c).at);
	assert_null(cbor_get_text(&c).at);
	assert_false(cbor_get_bool(&c));
	cbor_get_null(&c);
	assert_int_equal(cbor_open_array(&c), 0);
	assert_int_equal(cbor_open_map(&c), 0);
	assert_null(cbor_get_fixed(&c, 0));
	assert_null(cbor_skip(&c).at);
	cbor_close(&c);
	assert_int_equal(cbor_finish(&c, "verdict", &e), ERR_MALFORMED);
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_string_equal(e.subject, "verdict");

	/* The text is still there, but no getter gives it any more. */
	cbor_init(&c, unhex("6161"));
	assert_int_equal(cbor_get_uint(&c), 0);
	assert_null(cbor_get_text(&c).at);
	assert_int_equal(cbor_next(&c), CBOR_END);

	/* The first code stays, whatever comes after it. */
	cbor_init(&c, unhex("9fff"));
	assert_int_equal(cbor_get_uint(&c), 0);
	assert_int_equal(cbor_finish(&c, "x", NULL), ERR_NOT_CANONICAL);
}

static void ends_and_closing(void **state)
{
	struct cbor c;

	(void)state;
	/* An empty container is opened and closed. */
	cbor_init(&c, unhex("82a080"));
	assert_int_equal(cbor_open_array(&c), 2);
	assert_int_equal(cbor_open_map(&c), 0);
	assert_int_equal(cbor_next(&c), CBOR_END);
	cbor_close(&c);
	assert_int_equal(cbor_open_array(&c), 0);
	cbor_close(&c);
	cbor_close(&c);
	assert_int_equal(cbor_next(&c), CBOR_END);
	assert_int_equal(cbor_finish(&c, "x", NULL), 0);

	/* Closed too early, and what was never opened. */
	cbor_init(&c, unhex("8100"));
	cbor_open_array(&c);
	cbor_close(&c);
	assert_int_equal(c.code, ERR_MALFORMED);
	cbor_init(&c, unhex("00"));
	cbor_close(&c);
	assert_int_equal(c.code, ERR_MALFORMED);

	/* Reading on at the end of a container does not leave it. */
	cbor_init(&c, unhex("828000"));
	cbor_open_array(&c);
	cbor_open_array(&c);
	assert_int_equal(cbor_get_uint(&c), 0);
	assert_int_equal(c.code, ERR_MALFORMED);

	/* All bytes are used, but the array is still open. */
	cbor_init(&c, unhex("8100"));
	cbor_open_array(&c);
	cbor_get_uint(&c);
	assert_int_equal(cbor_finish(&c, "x", NULL), ERR_MALFORMED);
}

static void skip_returns_the_item(void **state)
{
	struct bytes s;
	struct cbor c;

	(void)state;
	cbor_init(&c, unhex("8401a101820203624142f5"));
	assert_int_equal(cbor_open_array(&c), 4);
	s = cbor_skip(&c);
	assert_true(s.len == 1 && s.at[0] == 1);
	s = cbor_skip(&c);
	assert_true(s.len == 5 && s.at[0] == 0xa1 && s.at[4] == 3);
	s = cbor_skip(&c);
	assert_true(s.len == 3 && s.at[2] == 'B');
	assert_true(cbor_get_bool(&c));
	cbor_close(&c);
	assert_int_equal(cbor_finish(&c, "x", NULL), 0);
	/* Nothing to skip. */
	cbor_init(&c, unhex("80"));
	cbor_open_array(&c);
	assert_null(cbor_skip(&c).at);
	assert_int_equal(c.code, ERR_MALFORMED);
}

static void fixed_bytes(void **state)
{
	struct cbor c;
	const uint8_t *p;

	(void)state;
	cbor_init(&c, unhex("40"));
	assert_non_null(cbor_get_fixed(&c, 0));
	cbor_init(&c, unhex("420102"));
	p = cbor_get_fixed(&c, 2);
	assert_true(p != NULL && p[0] == 1 && p[1] == 2);
	assert_int_equal(cbor_finish(&c, "x", NULL), 0);
	cbor_init(&c, unhex("420102"));
	assert_null(cbor_get_fixed(&c, 3));
	assert_int_equal(c.code, ERR_MALFORMED);
	cbor_init(&c, unhex("420102"));
	assert_null(cbor_get_fixed(&c, 1));
	assert_int_equal(c.code, ERR_MALFORMED);
}

static void writer_failure_sticks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 3);
	cbor_put_uint(&b, 1);
	cbor_put_uint(&b, 1000);
	assert_true(b.failed);
	assert_int_equal(b.len, 1);
	cbor_put_null(&b);
	cbor_put_bytes(&b, BYTES_NONE);
	assert_true(b.failed);
	assert_int_equal(b.len, 1);
	buf_release(&b);
}

/* --- random items --- */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_integers),
		cmocka_unit_test(rfc_strings),
		cmocka_unit_test(rfc_simple_values),
		cmocka_unit_test(rfc_containers),
		cmocka_unit_test(rfc_examples_outside_the_subset),
		cmocka_unit_test(longer_forms_are_refused),
		cmocka_unit_test(what_is_no_cbor_is_refused),
		cmocka_unit_test(keys_ascend),
		cmocka_unit_test(utf8_of_every_code_point),
		cmocka_unit_test(bad_utf8_is_refused),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(every_cut_is_truncated),
		cmocka_unit_test(trailing_bytes_are_refused),
		cmocka_unit_test(huge_counts_and_lengths),
		cmocka_unit_test(items_are_bounded),
		cmocka_unit_test(getters_refuse_other_kinds),
		cmocka_unit_test(integers_out_of_range),
		cmocka_unit_test(errors_stick),
		cmocka_unit_test(ends_and_closing),
		cmocka_unit_test(skip_returns_the_item),
		cmocka_unit_test(fixed_bytes),
		cmocka_unit_test(writer_failure_sticks),
		cmocka_unit_test(random_round_trips),
		cmocka_unit_test(random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
