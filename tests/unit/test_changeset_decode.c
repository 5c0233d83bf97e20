/* protocol/changeset_decode: each way a plain form can be wrong, beside its nearest
 * neighbour that is right (changeset_hex.h). Layouts and shapes have a test of their
 * own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/changeset_hex.h"

static void the_base(void **state)
{
	struct changeset cs;

	(void)state;
	buf_clear(&part);
	gen_hex(&part, OPEN SHAPE OP "02");
	make_plain("");
	assert_int_equal(decode(buf_view(&plain), &cs), 0);
	assert_true(cs.stream == 7 && cs.seq == 1 && cs.first == 10 && cs.zero == 2);
	assert_true(cs.device == 0xabcdef && cs.tx_count == 1 && cs.op_count == 1);
	assert_true(cs.tx->time == 1577836800 && cs.tx->seen_own == 9 && cs.tx->author.len == 0);
	assert_true(cs.ops->kind == OP_SET && cs.ops->number == 10 && cs.ops->type == 3);
	assert_true(cs.ops->field == 1 && cs.ops->record.device == 0xabcdef);
	assert_true(cs.ops->record.op == 4 && cs.ops->value.kind == VALUE_INT);
	assert_true(cs.ops->value.n == 1 && cs.ops->element.kind == VALUE_NONE);
}

static void heads(void **state)
{
	struct changeset cs;

	(void)state;
	assert_int_equal(decode(BYTES_NONE, &cs), ERR_TRUNCATED);
	expect(ERR_TRUNCATED, "");
	expect(ERR_VERSION, "02 07 01 0a 02");
	expect(ERR_VERSION, "00 07 01 0a 02");
	expect(ERR_NOT_CANONICAL, "8100 07 01 0a 02" NONE TX SHAPE OP "02");
	expect(ERR_NOT_CANONICAL, "01 8700 01 0a 02" NONE TX SHAPE OP "02");
	expect(ERR_NOT_CANONICAL, "01 ffffffffffffffffff02 01 0a 02");
	expect(ERR_MALFORMED, "01 07 00 0a 02" NONE TX SHAPE OP "02");
	expect(ERR_MALFORMED, "01 07 01 00 02" NONE TX SHAPE OP "02");
	expect(0, "01" LAST "01 0a 02" NONE TX SHAPE OP "02");
	expect(ERR_MALFORMED, "01" HIGH "01 0a 02" NONE TX SHAPE OP "02");
	expect(0, "01 07" LAST "0a" LAST NONE TX SHAPE OP "02");
	expect(ERR_MALFORMED, "01 07" HIGH "0a 02" NONE TX SHAPE OP "02");
	expect(ERR_MALFORMED, "01 07 01 " HIGH "02" NONE TX SHAPE OP "02");
	expect(ERR_MALFORMED, "01 07 01 0a" HIGH NONE TX SHAPE OP "02");
	/* The length in front. */
	buf_clear(&plain);
	gen_hex(&plain, "8000");
	assert_int_equal(decode(buf_view(&plain), &cs), ERR_NOT_CANONICAL);
	buf_clear(&plain);
	gen_hex(&plain, "ffffffff0f 01");
	assert_int_equal(decode(buf_view(&plain), &cs), ERR_TRUNCATED);
}

static void devices_and_authors(void **state)
{
	(void)state;
	expect(0, HEAD "01 0000000000000005 00" TX SHAPE "00 01 04 02");
	expect(ERR_TRUNCATED, HEAD "7f 0000000000000005");
	expect(ERR_TRUNCATED, HEAD "02 0000000000000005 00");
	expect(ERR_TOO_LARGE, HEAD "a18d06 00");
	expect(ERR_MALFORMED, HEAD "01 0000000000000005 00" TX SHAPE "00 02 04 02");
	expect(ERR_MALFORMED, HEAD "01 0000000000000005 00" TX SHAPE "00 01 00 02");
	expect(ERR_MALFORMED,
	       HEAD "01 0000000000000005 00" TX SHAPE "00 01" HIGH "02");
	expect(0, HEAD "00 01 02 416e 01 04 00 01 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD "00 01 00 01 04 00 01 " SHAPE OP "02");
	expect(ERR_BAD_UTF8, HEAD "00 01 02 41ff 01 04 00 01 " SHAPE OP "02");
	expect(ERR_BAD_UTF8, HEAD "00 01 02 4100 01 04 00 01 " SHAPE OP "02");
	expect(ERR_TOO_LARGE, HEAD "00 01 c901 41");
	expect(ERR_TRUNCATED, HEAD "00 01 c801 41");
	expect(ERR_TRUNCATED, HEAD "00 40 01 41");
	expect(ERR_TOO_LARGE, HEAD "00 41 01 41");
}

static void transactions(void **state)
{
	(void)state;
	expect(0, HEAD NONE "00 00 00");
	expect(ERR_TRUNCATED, HEAD NONE "7f 00");
	expect(ERR_TOO_LARGE, HEAD NONE "a18d06 00");
	expect(ERR_VERSION, HEAD NONE "01 20 00 " SHAPE OP "02");
	expect(ERR_VERSION, HEAD NONE "01 80 00 " SHAPE OP "02");
	/* Times end at a quarter of 64 bits. */
	expect(0, HEAD NONE "01 00 fefba09ff4ffffff3f " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 80fca09ff4ffffff3f " SHAPE OP "02");
	expect(0, HEAD NONE "01 00 fd83dfe08b80808040 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 ff83dfe08b80808040 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 ffffffffffffffffff01 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 feffffffffffffffff01 " SHAPE OP "02");
	/* Seen: a position below zero, an own number below zero. */
	expect(0, HEAD NONE "01 01 00 00 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 01 00 01 " SHAPE OP "02");
	expect(0, HEAD NONE "01 02 00 09 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 02 00 0a " SHAPE OP "02");
	/* An author that the table has not. */
	expect(0, HEAD NONE "01 04 00 00 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 04 00 01 " SHAPE OP "02");
	/* Groups: none, as many as there may be, one more. */
	expect(0, HEAD NONE "01 08 00 01 " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 00 " SHAPE OP "02");
	expect(ERR_TRUNCATED, HEAD NONE "01 08 00 904e " SHAPE OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 914e " SHAPE OP "02");
}

/* Two shapes: of field 1, and of field 2. */
#define TWO "01 0c 02 13 13 02 00 00 01 02 "

static void groups_and_records(void **state)
{
	(void)state;
	/* The next shape, where there is none; one that no group has introduced. */
	expect(ERR_MALFORMED, OPEN "00 00 00 00 0c 02");
	expect(ERR_MALFORMED, OPEN SHAPE "01 00 0c 02");
	expect(ERR_MALFORMED, OPEN SHAPE "02 00 0c 02");
	expect(0, HEAD NONE "01 08 00 02" SHAPE "00 01 0000 0c0c 02 02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 02" SHAPE "00 00 0000 0c0c 02 02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 02" SHAPE "00 02 0000 0c0c 02 02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 02" SHAPE "01 00 0000 0c0c 02 02");
	expect(0, HEAD NONE "01 08 00 02" TWO "00 00 0000 0c0c 02 02");
	expect(0, HEAD NONE "01 08 00 02" TWO "00 01 0000 0c0c 02 02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 02" TWO "00 02 0000 0c0c 02 02");
	expect(ERR_NOT_CANONICAL, OPEN SHAPE "8000 00 0c 02");
	expect(ERR_MALFORMED, OPEN SHAPE "00 01 0c 02");
	/* Own numbers: from 1; later ones too. */
	expect(0, OPEN SHAPE "00 00 12 02");
	expect(ERR_MALFORMED, OPEN SHAPE "00 00 14 02");
	expect(ERR_MALFORMED, OPEN SHAPE "00 00 16 02");
	expect(0, OPEN SHAPE "00 00 01 02");
	expect(ERR_MALFORMED, OPEN SHAPE "00 00 ffffffffffffffffff01 02");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 13 01 00");
	expect(ERR_TRUNCATED, OPEN SHAPE "00");
	expect(ERR_TRUNCATED, OPEN SHAPE "00 00 0c");
	expect(ERR_TRAILING, OPEN SHAPE "00 00 0c 02 00");
}

static void columns(void **state)
{
	(void)state;
	/* Integers and far dates. */
	expect(ERR_NOT_CANONICAL, OPEN SHAPE OP "8200");
	expect(0, OPEN SHAPE OP "ffffffffffffffffff01");
	expect(ERR_NOT_CANONICAL, OPEN SHAPE OP "ffffffffffffffffff02");
	expect(0, OPEN "01 0c 01 18 01 00" OP "ffffffffffffffffff01");
	/* Texts. */
	expect(0, OPEN "01 0c 01 14 01 00" OP "00");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 14 01 00" OP "61");
	expect(0, OPEN "01 0c 01 14 01 00" OP "c000");
	expect(0, OPEN "01 0c 01 14 01 00" OP "010100");
	expect(0, OPEN "01 0c 01 14 01 00" OP "01f09f938400");
	expect(ERR_BAD_UTF8, OPEN "01 0c 01 14 01 00" OP "0100");
	expect(ERR_BAD_UTF8, OPEN "01 0c 01 14 01 00" OP "016100");
	expect(ERR_BAD_UTF8, OPEN "01 0c 01 14 01 00" OP "01c38000");
	expect(ERR_BAD_UTF8, OPEN "01 0c 01 14 01 00" OP "01eda08000");
	/* Bytes and digests. */
	expect(0, OPEN "01 0c 01 15 01 00" OP "00");
	expect(0, OPEN "01 0c 01 15 01 00" OP "02 0000");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 15 01 00" OP "02 00");
	expect(ERR_TRUNCATED, OPEN "01 0e 01 15 01 06" OP "20 00");
	expect(ERR_MALFORMED, OPEN "01 0e 01 15 01 06" OP "02 0000");
	/* Dates: two planes, or days back. */
	expect(0, OPEN "01 0c 01 16 01 00" OP "00 12 34");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 16 01 00" OP "00 12");
	expect(0, OPEN "01 0c 01 16 01 00" OP "01 12");
	expect(ERR_MALFORMED, OPEN "01 0c 01 16 01 00" OP "02 12 34");
	expect(ERR_MALFORMED, OPEN "01 0c 01 16 01 00" OP "01 ffffffffffffffffff01");
	/* Scaled numbers: 1000 is mantissa 1 with 3 zeros. */
	expect(0, OPEN "01 0c 01 1a 01 00" OP "23");
	expect(ERR_MALFORMED, OPEN "01 0c 01 1a 01 00" OP "22");
	expect(ERR_MALFORMED, OPEN "01 0c 01 1a 01 00" OP "03");
	expect(0, OPEN "01 0c 01 1a 01 00" OP "2f");
	expect(ERR_MALFORMED, OPEN "01 0c 01 1a 01 00" OP "8f8080808080808001");
	/* References: streams, devices, numbers. */
	expect(0, OPEN "01 0c 01 17 01 00" OP "00 00 0c");
	expect(0, OPEN "01 0c 01 17 01 00" OP "01 00 0c");
	expect(ERR_MALFORMED, OPEN "01 0c 01 17 01 00" OP "00 01 0c");
	expect(ERR_MALFORMED, OPEN "01 0c 01 17 01 00" OP "00 00 14");
	expect(0, OPEN "01 0c 01 17 01 00" OP HIGH "00 0c");
	expect(ERR_MALFORMED, OPEN "01 0c 01 17 01 00" OP "818080808080808040 00 0c");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 17 01 00" OP "00 00");
	/* Members. */
	expect(0, OPEN "01 0c 02 1d 0e 01 00" OP "02 04");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 1f 00 01 00" OP "61");
}

static void digits(void **state)
{
	(void)state;
	/* 4 digits in two bytes, 18 in eight. */
	expect(0, OPEN "01 0c 01 19 01 00" OP "04 270f");
	expect(ERR_MALFORMED, OPEN "01 0c 01 19 01 00" OP "04 2710");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 19 01 00" OP "04 27");
	expect(ERR_MALFORMED, OPEN "01 0c 01 19 01 00" OP "03 0001");
	expect(0, OPEN "01 0c 01 19 01 00" OP "12 0de0b6b3a763ffff");
	expect(ERR_MALFORMED, OPEN "01 0c 01 19 01 00" OP "12 0de0b6b3a7640000");
	expect(ERR_MALFORMED, OPEN "01 0c 01 19 01 00" OP "12 ffffffffffffffff");
	expect(ERR_MALFORMED, OPEN "01 0c 01 19 01 00" OP "13 0000000000000000");
	/* Each with its own length. */
	expect(0, OPEN "01 0c 02 19 09 01 00" OP "00 04 05 00 0001 0102");
	expect(ERR_MALFORMED, OPEN "01 0c 02 19 09 01 00" OP "00 04 03 00 0001 0102");
	expect(ERR_MALFORMED, OPEN "01 0c 02 19 09 01 00" OP "00 04 13 00 0001 0102");
	expect(ERR_TRUNCATED, OPEN "01 0c 02 19 09 01 00" OP "00 04");
	expect(ERR_TRUNCATED, OPEN "01 0c 02 19 09 01 00" OP);
}

static void personal_parts(void **state)
{
	size_t i;

	(void)state;
	/* One text, one number. */
	expect_with(0, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 01 6100");
	expect_with(0, OPEN "01 0c 02 1c 0b 01 00" OP, SALT "0c 01 04 0001 0b 01 6100");
	/* The order is that of the columns: numbers first. */
	expect_with(ERR_MALFORMED, OPEN "01 0c 02 1c 0b 01 00" OP, SALT "0b 01 6100 0c 01 04 0001");
	expect_with(ERR_MALFORMED, OPEN "01 0c 01 1b 01 00" OP, "");
	expect_with(ERR_MALFORMED, OPEN "01 0c 01 1b 01 00" OP, SALT "0c 01 04 0001");
	expect_with(ERR_MALFORMED, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 02 6100 6100");
	expect_with(ERR_TRAILING, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 01 6100 0b 01 6100");
	expect_with(ERR_TRAILING, OPEN SHAPE OP "02", SALT "0b 01 6100");
	expect_with(ERR_TRUNCATED, OPEN SHAPE OP "02", SALT);
	expect_with(ERR_TRUNCATED, OPEN SHAPE OP "02", "00112233");
	expect_with(ERR_TRUNCATED, OPEN "01 0c 01 1b 01 00" OP, SALT "0b");
	expect_with(ERR_TRUNCATED, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 01");
	expect_with(ERR_TRUNCATED, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 01 61");
	expect_with(ERR_TRUNCATED, OPEN "01 0c 01 1b 01 00" OP, SALT "0b ffffffff0f 6100");
	expect_with(ERR_NOT_CANONICAL, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 8100 6100");
	expect_with(ERR_MALFORMED, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 00");
	expect_with(ERR_MALFORMED, OPEN "01 0c 01 1b 01 00" OP, SALT "04 01 6100");
	expect_with(ERR_BAD_UTF8, OPEN "01 0c 01 1b 01 00" OP, SALT "0b 01 01ff00");
	expect_with(ERR_MALFORMED, OPEN "01 0c 01 1c 01 00" OP, SALT "0c 01 04 ffff");
	for (i = 256; i <= 257; i++) {
		struct changeset cs;
		size_t k;

		buf_clear(&part);
		gen_hex(&part, OPEN SHAPE OP "02");
		make_plain(SALT);
		for (k = 0; k < i; k++)
			gen_hex(&plain, "0b 01 6100");
		assert_int_equal(decode(buf_view(&plain), &cs),
				 i > 256 ? ERR_TOO_LARGE : ERR_TRAILING);
	}
}

/* --- limits --- */

/* One shape of so many nulls, used `uses` times in each of `txs` transactions; a
 * second shape of one null is used once more if `more`. */
static int decode_nulls(size_t nulls, size_t uses, size_t txs, bool more)
{
	struct changeset cs;
	size_t i, k;

	buf_clear(&part);
	gen_hex(&part, HEAD NONE);
	buf_varint(&part, txs);
	for (i = 0; i < txs; i++)
		buf_byte(&part, 8);
	for (i = 0; i < txs; i++)
		buf_byte(&part, 0);
	for (i = 0; i < txs; i++)
		buf_varint(&part, uses + (more && i == txs - 1 ? 1 : 0));
	gen_hex(&part, "02 0c");
	buf_varint(&part, nulls);
	for (i = 0; i < nulls; i++)
		buf_byte(&part, 0x10);
	gen_hex(&part, "10 01 10 02 00 08");
	for (i = 0; i < txs * uses; i++)
		buf_byte(&part, i > 0);
	if (more)
		buf_byte(&part, 0);
	for (k = 0; k < 2; k++)
		for (i = 0; i < txs * uses + (more ? 1 : 0); i++)
			buf_byte(&part, k == 0 ? 0 : 2);
	make_plain("");
	return decode(buf_view(&plain), &cs);
}

static void op_limits(void **state)
{
	(void)state;
	assert_int_equal(decode_nulls(9999, 1, 1, false), 0);
	assert_int_equal(decode_nulls(LIMIT_TX_OPS, 1, 1, false), 0);
	assert_int_equal(decode_nulls(LIMIT_TX_OPS, 1, 1, true), ERR_TOO_LARGE);
	assert_int_equal(decode_nulls(LIMIT_TX_OPS + 1, 1, 1, false), ERR_TOO_LARGE);
	assert_int_equal(decode_nulls(5000, 2, 1, false), 0);
	assert_int_equal(decode_nulls(5000, 2, 1, true), ERR_TOO_LARGE);
	assert_int_equal(decode_nulls(1000, 10, 10, false), 0);
	assert_int_equal(decode_nulls(1000, 9, 11, false), 0);
	assert_int_equal(decode_nulls(1000, 9, 12, false), ERR_TOO_LARGE);
	assert_int_equal(decode_nulls(60000, 9000, 10, false), ERR_TOO_LARGE);
}

static void column_limit(void **state)
{
	struct changeset cs;
	size_t n, i;

	(void)state;
	for (n = 4095; n <= 4097; n++) {
		buf_clear(&part);
		gen_hex(&part, OPEN "01 0c");
		buf_varint(&part, n);
		for (i = 0; i < n; i++)
			buf_byte(&part, 0x13);
		gen_hex(&part, "01 00" OP);
		for (i = 0; i < n; i++)
			buf_byte(&part, 2);
		make_plain("");
		assert_int_equal(decode(buf_view(&plain), &cs), n > 4096 ? ERR_TOO_LARGE : 0);
	}
}

static void text_limits(void **state)
{
	static const struct { const char *open, *personal; size_t max; } list[] = {
		{ OPEN "01 0c 01 14 01 00" OP, "", LIMIT_TEXT },
		{ OPEN "01 0c 01 1f 00 01 00" OP, "", LIMIT_TEXT },
		{ OPEN "01 0d 02 13 14 01 05" OP "02", "", LIMIT_REMARK },
		{ OPEN "01 0c 01 1b 01 00" OP, SALT "0b 01", LIMIT_TEXT },
	};
	struct changeset cs;
	size_t i, n, k;

	(void)state;
	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		for (n = list[i].max - 1; n <= list[i].max + 1; n++) {
			bool personal = list[i].personal[0] != '\0';
			struct buf *to = personal ? &plain : &part;

			buf_clear(&part);
			gen_hex(&part, list[i].open);
			if (personal)
				make_plain(list[i].personal);
			for (k = 0; k < n; k++)
				buf_byte(to, 'a');
			buf_byte(to, 0);
			if (!personal)
				make_plain("");
			assert_int_equal(decode(buf_view(&plain), &cs),
					 n > list[i].max ? ERR_TOO_LARGE : 0);
		}
	for (n = LIMIT_BYTES - 1; n <= LIMIT_BYTES + 1; n++) {
		buf_clear(&part);
		gen_hex(&part, OPEN "01 0c 01 15 01 00" OP);
		buf_varint(&part, n);
		memset(buf_grow(&part, n), 0, n);
		make_plain("");
		assert_int_equal(decode(buf_view(&plain), &cs),
				 n > LIMIT_BYTES ? ERR_TOO_LARGE : 0);
	}
}

static void size_limit(void **state)
{
	struct changeset cs;
	size_t n;

	(void)state;
	buf_clear(&part);
	gen_hex(&part, OPEN SHAPE OP "02");
	for (n = LIMIT_CHANGESET - 1; n <= LIMIT_CHANGESET + 1; n++) {
		make_plain("");
		while (plain.len < n)
			buf_byte(&plain, 0x0b);
		assert_int_equal(decode(buf_view(&plain), &cs) == ERR_TOO_LARGE,
				 n > LIMIT_CHANGESET);
	}
}

/* Whatever the ceiling, there is an error or the whole, and never a part. */
static void no_memory(void **state)
{
	const uint8_t salt[CHANGESET_SALT] = { 1 };
	struct changeset cs, back;
	struct arena small;
	struct gen g;
	size_t max;
	int code = ERR_NOMEM;

	(void)state;
	arena_clear(&arena);
	g = gen_of(8, &arena);
	cs = gen_changeset(&g, 200);
	buf_clear(&plain);
	assert_int_equal(changeset_encode(&cs, salt, &plain, NULL), 0);
	for (max = 0; code == ERR_NOMEM; max += 64) {
		arena_init(&small, max);
		code = changeset_decode(buf_view(&plain), cs.device, &small, &back, NULL);
		if (code == 0)
			assert_null(gen_difference(&cs, &back));
		arena_release(&small);
		assert_true(max < LIMIT_MEMORY);
	}
	assert_int_equal(code, 0);
}

/* --- peek --- */

static void peeking(void **state)
{
	static const struct { int code; const char *payload, *personal; } list[] = {
		{ 0, "01 07 01 0a 02 ffffff", SALT "0b 01 6100" },
		{ ERR_VERSION, "02 07 01 0a 02", "" }, { ERR_TRUNCATED, "01 07 01 0a", "" },
		{ ERR_NOT_CANONICAL, "01 8700 01 0a 02", "" },
		{ ERR_MALFORMED, "01 07 00 0a 02", "" },
		{ ERR_BAD_UTF8, "01 07 01 0a 02", SALT "0b 01 01ff00" },
		{ ERR_TRUNCATED, "01 07 01 0a 02", SALT },
	};
	struct changeset cs;
	struct bytes payload;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		struct bytes exact;

		buf_clear(&part);
		gen_hex(&part, list[i].payload);
		make_plain(list[i].personal);
		exact = gen_exact(buf_view(&plain));
		arena_clear(&arena);
		payload = BYTES_NONE;
		cs.seq = 4711;
		assert_int_equal(changeset_peek(exact, 1, &arena, &cs, &payload, NULL),
				 list[i].code);
		assert_true((payload.at == NULL) == (list[i].code != 0));
		assert_true(cs.seq == (list[i].code == 0 ? 1 : 4711));
		gen_free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_base),
		cmocka_unit_test(heads),
		cmocka_unit_test(devices_and_authors),
		cmocka_unit_test(transactions),
		cmocka_unit_test(groups_and_records),
		cmocka_unit_test(columns),
		cmocka_unit_test(digits),
		cmocka_unit_test(personal_parts),
		cmocka_unit_test(op_limits),
		cmocka_unit_test(column_limit),
		cmocka_unit_test(text_limits),
		cmocka_unit_test(size_limit),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(peeking),
	};

	return cmocka_run_group_tests(tests, hex_setup, hex_teardown);
}
