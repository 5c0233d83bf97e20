/* protocol/changeset_decode: each way a plain form can be wrong, beside its nearest
 * neighbour that is right.
 *
 * Payloads are hex: head | devices | authors | transactions | shapes | groups |
 * heads | distances | columns. The one that all cases vary sets field 1 of record
 * 4 of the signer, type 3, to the integer 1, as op 10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

/* Up to the transactions; one transaction without flags at the epoch. */
#define HEAD "01 07 01 0a 02 "
#define NONE "00 00 "
#define TX "01 00 00 "
#define OPEN HEAD NONE TX
/* Group, record, distance of the only op. */
#define OP "00 00 0c "
#define SALT "00112233445566778899aabbccddeeff "
/* 2^62 and the number below it as varints. */
#define HIGH "808080808080808040 "
#define LAST "ffffffffffffffff3f "

static struct arena arena;
static struct buf plain, part;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, LIMIT_MEMORY);
	buf_init(&plain, 2 * LIMIT_CHANGESET);
	buf_init(&part, 2 * LIMIT_CHANGESET);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&plain);
	buf_release(&part);
	return 0;
}

static int decode(struct bytes in, struct changeset *out)
{
	struct bytes exact = gen_exact(in);
	struct changeset cs = { .seq = 4711 };
	struct err e = { 0 };
	int code;

	arena_clear(&arena);
	code = changeset_decode(exact, 0xabcdef, &arena, &cs, &e);
	assert_int_equal(e.code, code);
	if (code != 0)
		assert_true(cs.seq == 4711 && cs.ops == NULL);
	*out = cs;
	gen_free(exact);
	return code;
}

/* Puts a payload's length in front of `part`, and the personal part behind. */
static void make_plain(const char *personal)
{
	buf_clear(&plain);
	buf_varint(&plain, part.len);
	buf_add(&plain, buf_view(&part));
	gen_hex(&plain, personal);
}

static void expect_with(int code, const char *payload, const char *personal)
{
	struct changeset cs;
	int got;

	buf_clear(&part);
	gen_hex(&part, payload);
	make_plain(personal);
	got = decode(buf_view(&plain), &cs);
	if (got != code)
		fail_msg("%s, not %s, for %s / %s", err_name(got), err_name(code), payload,
			 personal);
}

static void expect(int code, const char *payload)
{
	expect_with(code, payload, "");
}

static void the_base(void **state)
{
	struct changeset cs;

	(void)state;
	buf_clear(&part);
	gen_hex(&part, OPEN "01 00 03 01 13" OP "02");
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
	expect(ERR_NOT_CANONICAL, "8100 07 01 0a 02" NONE TX "01 00 03 01 13" OP "02");
	expect(ERR_NOT_CANONICAL, "01 8700 01 0a 02" NONE TX "01 00 03 01 13" OP "02");
	expect(ERR_NOT_CANONICAL, "01 ffffffffffffffffff02 01 0a 02");
	expect(ERR_MALFORMED, "01 07 00 0a 02" NONE TX "01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, "01 07 01 00 02" NONE TX "01 00 03 01 13" OP "02");
	expect(0, "01" LAST "01 0a 02" NONE TX "01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, "01" HIGH "01 0a 02" NONE TX "01 00 03 01 13" OP "02");
	expect(0, "01 07" LAST "0a" LAST NONE TX "01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, "01 07" HIGH "0a 02" NONE TX "01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, "01 07 01 " HIGH "02" NONE TX "01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, "01 07 01 0a" HIGH NONE TX "01 00 03 01 13" OP "02");
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
	expect(0, HEAD "01 0000000000000005 00" TX "01 00 03 01 13 00 01 04 02");
	expect(ERR_TRUNCATED, HEAD "7f 0000000000000005");
	expect(ERR_TRUNCATED, HEAD "02 0000000000000005 00");
	expect(ERR_TOO_LARGE, HEAD "a18d06 00");
	expect(ERR_MALFORMED, HEAD "01 0000000000000005 00" TX "01 00 03 01 13 00 02 04 02");
	expect(ERR_MALFORMED, HEAD "01 0000000000000005 00" TX "01 00 03 01 13 00 01 00 02");
	expect(ERR_MALFORMED,
	       HEAD "01 0000000000000005 00" TX "01 00 03 01 13 00 01" HIGH "02");
	expect(0, HEAD "00 01 02 416e 01 04 00 01 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD "00 01 00 01 04 00 01 01 00 03 01 13" OP "02");
	expect(ERR_BAD_UTF8, HEAD "00 01 02 41ff 01 04 00 01 01 00 03 01 13" OP "02");
	expect(ERR_BAD_UTF8, HEAD "00 01 02 4100 01 04 00 01 01 00 03 01 13" OP "02");
	expect(ERR_TOO_LARGE, HEAD "00 01 c901 41");
	expect(ERR_TRUNCATED, HEAD "00 01 c801 41");
	expect(ERR_TRUNCATED, HEAD "00 40 01 41");
	expect(ERR_TOO_LARGE, HEAD "00 41 01 41");
}

static void transactions(void **state)
{
	(void)state;
	expect(0, HEAD NONE "00 00");
	expect(ERR_TRUNCATED, HEAD NONE "7f 00");
	expect(ERR_TOO_LARGE, HEAD NONE "a18d06 00");
	expect(ERR_VERSION, HEAD NONE "01 10 00 01 00 03 01 13" OP "02");
	expect(ERR_VERSION, HEAD NONE "01 80 00 01 00 03 01 13" OP "02");
	/* Times end at a quarter of 64 bits. */
	expect(0, HEAD NONE "01 00 fefba09ff4ffffff3f 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 80fca09ff4ffffff3f 01 00 03 01 13" OP "02");
	expect(0, HEAD NONE "01 00 fd83dfe08b80808040 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 ff83dfe08b80808040 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 ffffffffffffffffff01 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 00 feffffffffffffffff01 01 00 03 01 13" OP "02");
	/* Seen: a position below zero, an own number below zero. */
	expect(0, HEAD NONE "01 01 00 00 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 01 00 01 01 00 03 01 13" OP "02");
	expect(0, HEAD NONE "01 02 00 09 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 02 00 0a 01 00 03 01 13" OP "02");
	/* An author that the table has not. */
	expect(0, HEAD NONE "01 04 00 00 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 04 00 01 01 00 03 01 13" OP "02");
	/* Groups: none, as many as there may be, one more. */
	expect(0, HEAD NONE "01 08 00 01 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 00 01 00 03 01 13" OP "02");
	expect(ERR_TRUNCATED, HEAD NONE "01 08 00 904e 01 00 03 01 13" OP "02");
	expect(ERR_MALFORMED, HEAD NONE "01 08 00 914e 01 00 03 01 13" OP "02");
}

static void shapes(void **state)
{
	(void)state;
	expect(ERR_TOO_LARGE, OPEN "818004");
	expect(ERR_TRUNCATED, OPEN "808004");
	expect(ERR_MALFORMED, OPEN "01 08 03 01 13" OP "02");
	expect(0, OPEN "01 00 ffffffff0f 01 13" OP "02");
	expect(ERR_MALFORMED, OPEN "01 00 8080808010 01 13" OP "02");
	expect(ERR_NOT_CANONICAL, OPEN "01 00 8300 01 13" OP "02");
	/* Fields: from 1, at most 32 bits. */
	expect(ERR_MALFORMED, OPEN "01 00 03 01 03" OP "02");
	expect(0, OPEN "01 00 03 01 f3ffffffff01" OP "02");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 8380808080 02" OP "02");
	expect(ERR_MALFORMED, OPEN "01 00 03 02 f3ffffffff01 13" OP "02 02");
	expect(ERR_MALFORMED, OPEN "01 00 03 00" OP);
	expect(ERR_TRUNCATED, OPEN "01 00 03 7f 13" OP "02");
	expect(0, OPEN "01 00 03 01 1f 00" OP "6100");
	expect(0, OPEN "01 00 03 01 1f 01" OP "6100");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 1f 02" OP "6100");
	/* Creation; of a row, with the parent's id and the list. */
	expect(0, OPEN "01 01 03 00 00");
	expect(0, OPEN "01 01 03 01 13 00 02");
	expect(0, OPEN "01 02 03 05 00" OP);
	expect(ERR_MALFORMED, OPEN "01 02 03 8080808010 00" OP);
	/* Deletion and return have no entries. */
	expect(0, OPEN "01 03 03 00" OP);
	expect(ERR_MALFORMED, OPEN "01 03 03 01 13" OP "02");
	expect(0, OPEN "01 04 03 00" OP);
	expect(ERR_MALFORMED, OPEN "01 04 03 01 13" OP "02");
	/* A move has a state, and perhaps a remark. */
	expect(0, OPEN "01 05 03 01 13" OP "02");
	expect(0, OPEN "01 05 03 02 13 14" OP "02 6100");
	expect(ERR_MALFORMED, OPEN "01 05 03 00" OP);
	expect(ERR_MALFORMED, OPEN "01 05 03 01 23" OP "02");
	expect(ERR_MALFORMED, OPEN "01 05 03 01 14" OP "6100");
	expect(ERR_MALFORMED, OPEN "01 05 03 02 13 13" OP "02 02");
	expect(ERR_MALFORMED, OPEN "01 05 03 02 13 24" OP "02 6100");
	expect(ERR_MALFORMED, OPEN "01 05 03 03 13 14 10" OP "02 6100");
	/* Signature and adoption have a digest. */
	expect(ERR_MALFORMED, OPEN "01 06 03 00" OP);
	expect(ERR_MALFORMED, OPEN "01 06 03 01 13" OP "02");
	expect(ERR_MALFORMED, OPEN "01 06 03 01 25" OP "0100");
	expect(ERR_MALFORMED, OPEN "01 07 03 02 15 15" OP "0100 0100");
	expect(ERR_MALFORMED, OPEN "01 07 03 01 14" OP "6100");
}

static void groups_and_records(void **state)
{
	(void)state;
	expect(ERR_MALFORMED, OPEN "01 00 03 01 13 01 00 0c 02");
	expect(ERR_MALFORMED, OPEN "00 00 00 0c 02");
	expect(ERR_NOT_CANONICAL, OPEN "01 00 03 01 13 8000 00 0c 02");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 13 00 01 0c 02");
	/* Own numbers: from 1; later ones too. */
	expect(0, OPEN "01 00 03 01 13 00 00 12 02");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 13 00 00 14 02");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 13 00 00 16 02");
	expect(0, OPEN "01 00 03 01 13 00 00 01 02");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 13 00 00 ffffffffffffffffff01 02");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 13");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 13 00");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 13 00 00 0c");
	expect(ERR_TRAILING, OPEN "01 00 03 01 13 00 00 0c 02 00");
}

static void columns(void **state)
{
	(void)state;
	/* Integers and far dates. */
	expect(ERR_NOT_CANONICAL, OPEN "01 00 03 01 13" OP "8200");
	expect(0, OPEN "01 00 03 01 13" OP "ffffffffffffffffff01");
	expect(ERR_NOT_CANONICAL, OPEN "01 00 03 01 13" OP "ffffffffffffffffff02");
	expect(0, OPEN "01 00 03 01 18" OP "ffffffffffffffffff01");
	/* Texts. */
	expect(0, OPEN "01 00 03 01 14" OP "00");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 14" OP "61");
	expect(ERR_BAD_UTF8, OPEN "01 00 03 01 14" OP "c000");
	expect(ERR_BAD_UTF8, OPEN "01 00 03 01 14" OP "eda08000");
	/* Bytes and digests. */
	expect(0, OPEN "01 00 03 01 15" OP "00");
	expect(0, OPEN "01 00 03 01 15" OP "02 0000");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 15" OP "02 00");
	expect(ERR_TRUNCATED, OPEN "01 06 03 01 15" OP "20 00");
	expect(ERR_MALFORMED, OPEN "01 06 03 01 15" OP "02 0000");
	/* Dates: two planes, or days back. */
	expect(0, OPEN "01 00 03 01 16" OP "00 12 34");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 16" OP "00 12");
	expect(0, OPEN "01 00 03 01 16" OP "01 12");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 16" OP "02 12 34");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 16" OP "01 ffffffffffffffffff01");
	/* Scaled numbers: 1000 is mantissa 1 with 3 zeros. */
	expect(0, OPEN "01 00 03 01 1a" OP "23");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 1a" OP "22");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 1a" OP "03");
	expect(0, OPEN "01 00 03 01 1a" OP "2f");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 1a" OP "8f8080808080808001");
	/* References: streams, devices, numbers. */
	expect(0, OPEN "01 00 03 01 17" OP "00 00 0c");
	expect(0, OPEN "01 00 03 01 17" OP "01 00 0c");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 17" OP "00 01 0c");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 17" OP "00 00 14");
	expect(0, OPEN "01 00 03 01 17" OP HIGH "00 0c");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 17" OP "818080808080808040 00 0c");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 17" OP "00 00");
	/* Members. */
	expect(0, OPEN "01 00 03 02 1d 0e" OP "02 04");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 1f 00" OP "61");
}

static void digits(void **state)
{
	(void)state;
	/* 4 digits in two bytes, 18 in eight. */
	expect(0, OPEN "01 00 03 01 19" OP "04 270f");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 19" OP "04 2710");
	expect(ERR_TRUNCATED, OPEN "01 00 03 01 19" OP "04 27");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 19" OP "03 0001");
	expect(0, OPEN "01 00 03 01 19" OP "12 0de0b6b3a763ffff");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 19" OP "12 0de0b6b3a7640000");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 19" OP "12 ffffffffffffffff");
	expect(ERR_MALFORMED, OPEN "01 00 03 01 19" OP "13 0000000000000000");
	/* Each with its own length. */
	expect(0, OPEN "01 00 03 02 19 09" OP "00 04 05 00 0001 0102");
	expect(ERR_MALFORMED, OPEN "01 00 03 02 19 09" OP "00 04 03 00 0001 0102");
	expect(ERR_MALFORMED, OPEN "01 00 03 02 19 09" OP "00 04 13 00 0001 0102");
	expect(ERR_TRUNCATED, OPEN "01 00 03 02 19 09" OP "00 04");
	expect(ERR_TRUNCATED, OPEN "01 00 03 02 19 09" OP);
}

static void personal_parts(void **state)
{
	size_t i;

	(void)state;
	/* One text, one number. */
	expect_with(0, OPEN "01 00 03 01 1b" OP, SALT "0b 01 6100");
	expect_with(0, OPEN "01 00 03 02 1c 0b" OP, SALT "0c 01 04 0001 0b 01 6100");
	/* The order is that of the columns: numbers first. */
	expect_with(ERR_MALFORMED, OPEN "01 00 03 02 1c 0b" OP, SALT "0b 01 6100 0c 01 04 0001");
	expect_with(ERR_MALFORMED, OPEN "01 00 03 01 1b" OP, "");
	expect_with(ERR_MALFORMED, OPEN "01 00 03 01 1b" OP, SALT "0c 01 04 0001");
	expect_with(ERR_MALFORMED, OPEN "01 00 03 01 1b" OP, SALT "0b 02 6100 6100");
	expect_with(ERR_TRAILING, OPEN "01 00 03 01 1b" OP, SALT "0b 01 6100 0b 01 6100");
	expect_with(ERR_TRAILING, OPEN "01 00 03 01 13" OP "02", SALT "0b 01 6100");
	expect_with(ERR_TRUNCATED, OPEN "01 00 03 01 13" OP "02", SALT);
	expect_with(ERR_TRUNCATED, OPEN "01 00 03 01 13" OP "02", "00112233");
	expect_with(ERR_TRUNCATED, OPEN "01 00 03 01 1b" OP, SALT "0b");
	expect_with(ERR_TRUNCATED, OPEN "01 00 03 01 1b" OP, SALT "0b 01");
	expect_with(ERR_TRUNCATED, OPEN "01 00 03 01 1b" OP, SALT "0b 01 61");
	expect_with(ERR_TRUNCATED, OPEN "01 00 03 01 1b" OP, SALT "0b ffffffff0f 6100");
	expect_with(ERR_NOT_CANONICAL, OPEN "01 00 03 01 1b" OP, SALT "0b 8100 6100");
	expect_with(ERR_MALFORMED, OPEN "01 00 03 01 1b" OP, SALT "0b 00");
	expect_with(ERR_MALFORMED, OPEN "01 00 03 01 1b" OP, SALT "04 01 6100");
	expect_with(ERR_BAD_UTF8, OPEN "01 00 03 01 1b" OP, SALT "0b 01 ff00");
	expect_with(ERR_MALFORMED, OPEN "01 00 03 01 1c" OP, SALT "0c 01 04 ffff");
	for (i = 256; i <= 257; i++) {
		struct changeset cs;
		size_t k;

		buf_clear(&part);
		gen_hex(&part, OPEN "01 00 03 01 13" OP "02");
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
	gen_hex(&part, "02 00 03");
	buf_varint(&part, nulls);
	for (i = 0; i < nulls; i++)
		buf_byte(&part, 0x10);
	gen_hex(&part, "00 03 01 10");
	for (i = 0; i < txs * uses; i++)
		buf_byte(&part, 0);
	if (more)
		buf_byte(&part, 1);
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

/* Shapes that nobody uses cost time too. */
static void entry_limit(void **state)
{
	struct changeset cs;
	size_t k, i;

	(void)state;
	for (k = 0; k < 2; k++) {
		buf_clear(&part);
		gen_hex(&part, OPEN "0b 00 03 01 13");
		for (i = 0; i < 10; i++) {
			size_t n = i == 0 ? 9999 + k : 10000;

			gen_hex(&part, "00 03");
			buf_varint(&part, n);
			for (buf_byte(&part, 0x10); n > 1; n--)
				buf_byte(&part, 0);
		}
		gen_hex(&part, OP "02");
		make_plain("");
		assert_int_equal(decode(buf_view(&plain), &cs), k == 1 ? ERR_TOO_LARGE : 0);
	}
}

static void column_limit(void **state)
{
	struct changeset cs;
	size_t n, i;

	(void)state;
	for (n = 4095; n <= 4097; n++) {
		buf_clear(&part);
		gen_hex(&part, OPEN "01 00 03");
		buf_varint(&part, n);
		for (i = 0; i < n; i++)
			buf_byte(&part, 0x13);
		gen_hex(&part, OP);
		for (i = 0; i < n; i++)
			buf_byte(&part, 2);
		make_plain("");
		assert_int_equal(decode(buf_view(&plain), &cs), n > 4096 ? ERR_TOO_LARGE : 0);
	}
}

static void text_limits(void **state)
{
	static const struct { const char *open, *personal; size_t max; } list[] = {
		{ OPEN "01 00 03 01 14" OP, "", LIMIT_TEXT },
		{ OPEN "01 00 03 01 1f 00" OP, "", LIMIT_TEXT },
		{ OPEN "01 05 03 02 13 14" OP "02", "", LIMIT_REMARK },
		{ OPEN "01 00 03 01 1b" OP, SALT "0b 01", LIMIT_TEXT },
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
		gen_hex(&part, OPEN "01 00 03 01 15" OP);
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
	gen_hex(&part, OPEN "01 00 03 01 13" OP "02");
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
		{ ERR_BAD_UTF8, "01 07 01 0a 02", SALT "0b 01 ff00" },
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
		cmocka_unit_test(shapes),
		cmocka_unit_test(groups_and_records),
		cmocka_unit_test(columns),
		cmocka_unit_test(digits),
		cmocka_unit_test(personal_parts),
		cmocka_unit_test(op_limits),
		cmocka_unit_test(entry_limit),
		cmocka_unit_test(column_limit),
		cmocka_unit_test(text_limits),
		cmocka_unit_test(size_limit),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(peeking),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
