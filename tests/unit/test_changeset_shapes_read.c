/* protocol/changeset_shapes_read: each way layouts, shapes and masks can be wrong,
 * beside its nearest neighbour that is right (changeset_hex.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/changeset_hex.h"

/* One transaction of two groups. */
#define PAIR HEAD NONE "01 08 00 02 "
/* Groups that introduce both shapes, for records 4 each, 6 back. */
#define OPS "00 00 0000 0c0c "

static void layouts(void **state)
{
	(void)state;
	expect(ERR_TOO_LARGE, OPEN "8120");
	expect(ERR_TRUNCATED, OPEN "8020");
	expect(ERR_TRUNCATED, OPEN "01");
	expect(ERR_TRUNCATED, OPEN "01 0c");
	expect(0, OPEN "01 fcffffff3f 01 13 01 00" OP "02");
	expect(ERR_MALFORMED, OPEN "01 8080808040 01 13 01 00" OP "02");
	expect(ERR_NOT_CANONICAL, OPEN "01 8c00 01 13 01 00" OP "02");
	expect(ERR_NOT_CANONICAL, OPEN "8100 0c 01 13 01 00" OP "02");
	expect(ERR_NOT_CANONICAL, OPEN "01 0c 8100 13 01 00" OP "02");
	expect(ERR_TRUNCATED, OPEN "01 0c 7f 13" OP "02");
	/* Fields: from 1, at most 32 bits. */
	expect(ERR_MALFORMED, OPEN "01 0c 01 03 01 00" OP "02");
	expect(0, OPEN "01 0c 01 f3ffffffff01 01 00" OP "02");
	expect(ERR_MALFORMED, OPEN "01 0c 01 838080808002 01 00" OP "02");
	expect(ERR_MALFORMED, OPEN "01 0c 02 f3ffffffff01 13 01 00" OP "02 02");
	expect(0, OPEN "01 0c 01 1f00 01 00" OP "6100");
	expect(0, OPEN "01 0c 01 1f01 01 00" OP "6100");
	expect(ERR_MALFORMED, OPEN "01 0c 01 1f02 01 00" OP "6100");
	/* The same entry again; the same layout again: longer than need be, no more. */
	expect(0, OPEN "01 0c 02 13 03 01 00" OP "02 02");
	expect(0, PAIR "02 0c 01 13 0c 01 13 02 00 08" OPS "02 02");
}

static void shapes(void **state)
{
	(void)state;
	expect(ERR_TOO_LARGE, OPEN "00 818004");
	expect(ERR_TRUNCATED, OPEN "00 808004");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 13");
	expect(ERR_TRUNCATED, OPEN "01 0c 01 13 01");
	expect(ERR_NOT_CANONICAL, OPEN "01 0c 01 13 8100 00" OP "02");
	expect(ERR_NOT_CANONICAL, OPEN "01 0c 01 13 01 8000" OP "02");
	/* A layout that is not there; one of another lane. */
	expect(ERR_MALFORMED, OPEN "01 0c 01 13 01 08" OP "02");
	expect(ERR_MALFORMED, OPEN "00 01 00" OP "02");
	expect(ERR_MALFORMED, OPEN "01 0c 01 13 01 05" OP "02");
	expect(ERR_MALFORMED, OPEN "01 0d 01 13 01 00" OP "02");
	expect(ERR_MALFORMED, OPEN "01 0e 01 15 01 07" OP "20 00");
	expect(ERR_MALFORMED, OPEN "01 0f 01 15 01 06" OP "20 00");
	expect(ERR_MALFORMED, OPEN "01 0d 00 01 03" OP);
	/* A set sets something. */
	expect(ERR_MALFORMED, OPEN "01 0c 00 01 00" OP);
	/* Creation; of a row, with the parent's id and the list. */
	expect(0, OPEN "01 0c 00 01 01 00");
	expect(0, OPEN "01 0c 01 13 01 01 00 02");
	expect(0, OPEN "01 0c 00 01 02 05" OP);
	expect(0, OPEN "01 0c 00 01 02 ffffffff0f" OP);
	expect(ERR_MALFORMED, OPEN "01 0c 00 01 02 8080808010" OP);
	expect(ERR_TRUNCATED, OPEN "01 0c 00 01 02");
	/* Deletion and return have no entries. */
	expect(0, OPEN "01 0c 00 01 03" OP);
	expect(ERR_MALFORMED, OPEN "01 0c 01 13 01 03" OP "02");
	expect(0, OPEN "01 0c 00 01 04" OP);
	expect(ERR_MALFORMED, OPEN "01 0c 01 13 01 04" OP "02");
}

static void moves_and_digests(void **state)
{
	(void)state;
	/* A move has a state, and perhaps a remark. */
	expect(0, OPEN "01 0d 01 13 01 05" OP "02");
	expect(0, OPEN "01 0d 02 13 14 01 05" OP "02 6100");
	expect(ERR_MALFORMED, OPEN "01 0d 00 01 05" OP);
	expect(ERR_MALFORMED, OPEN "01 0d 01 23 01 05" OP "02");
	expect(ERR_MALFORMED, OPEN "01 0d 01 14 01 05" OP "6100");
	expect(ERR_MALFORMED, OPEN "01 0d 02 13 13 01 05" OP "02 02");
	expect(ERR_MALFORMED, OPEN "01 0d 02 13 24 01 05" OP "02 6100");
	expect(ERR_MALFORMED, OPEN "01 0d 03 13 14 10 01 05" OP "02 6100");
	/* The mask may leave out the remark, and not the state. */
	expect(0, PAIR "01 0d 02 13 14 02 05 05 01 03" OPS "02 02 6100");
	expect(ERR_MALFORMED, PAIR "01 0d 02 13 14 02 05 05 02 03" OPS "02 6100 6100");
	expect(ERR_MALFORMED, PAIR "01 0d 02 13 14 02 05 05 00 03" OPS "02 6100");
	/* Signature and adoption have a digest. */
	expect(ERR_MALFORMED, OPEN "01 0e 00 01 06" OP);
	expect(ERR_MALFORMED, OPEN "01 0e 01 13 01 06" OP "02");
	expect(ERR_MALFORMED, OPEN "01 0e 01 25 01 06" OP "0100");
	expect(ERR_MALFORMED, OPEN "01 0f 02 15 15 01 07" OP "0100 0100");
	expect(ERR_MALFORMED, OPEN "01 0f 01 14 01 07" OP "6100");
}

static void masks(void **state)
{
	(void)state;
	expect(0, PAIR "01 0c 03 13 13 13 02 00 00 05 02" OPS "02 02 02");
	/* Beyond the layout's three entries. */
	expect(ERR_MALFORMED, PAIR "01 0c 03 13 13 13 02 00 00 0d 02" OPS "02 02 02");
	expect(ERR_MALFORMED, PAIR "01 0c 03 13 13 13 02 00 00 05 82" OPS "02 02 02");
	expect(0, PAIR "01 0c 08 13 03 03 03 03 03 03 03 02 00 00 80 01" OPS "02 02");
	expect(0, PAIR "01 0c 09 13 03 03 03 03 03 03 03 03 02 00 00 00 01 01 00" OPS "02 02");
	expect(ERR_MALFORMED, PAIR "01 0c 09 13 03 03 03 03 03 03 03 03 02 00 00 00 01 03 00" OPS
	       "02 02 02");
	/* Nothing set; nothing beside a creation. */
	expect(ERR_MALFORMED, PAIR "01 0c 01 13 02 00 00 01 00" OPS "02");
	expect(0, PAIR "01 0c 01 13 02 00 01 01 00 00 00 00 0c 02");
	/* Cut short. */
	expect(ERR_TRUNCATED, PAIR "01 0c 03 13 13 13 02 00 00");
	expect(ERR_TRUNCATED, PAIR "01 0c 03 13 13 13 02 00 00 05");
	expect(ERR_TRUNCATED, PAIR "01 0c 09 13 03 03 03 03 03 03 03 03 02 00 00 00 01 01");
	/* A layout without entries has masks without bytes. */
	expect(0, PAIR "01 0c 00 02 01 01 00 00");
	expect(0, PAIR "01 0c 00 02 03 04" OPS);
	expect(ERR_MALFORMED, PAIR "01 0c 00 02 03 00" OPS);
}

/* The mask's bits are the layout's entries, over all planes. */
static void masks_select(void **state)
{
	static const uint32_t fields[] = { 9, 17, 1, 8 };
	struct changeset cs;
	size_t i;

	(void)state;
	buf_clear(&part);
	gen_hex(&part, PAIR "01 0c 11");
	for (i = 0; i < 17; i++)
		buf_byte(&part, 0x10);
	gen_hex(&part, "02 00 00  00 81  01 00  01 00" OPS);
	make_plain("");
	assert_int_equal(decode(buf_view(&plain), &cs), 0);
	assert_int_equal(cs.op_count, 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(cs.ops[i].field, fields[i]);
}

/* Entries, layouts and shapes that no group uses: longer than need be, no more. */
static void what_nobody_uses(void **state)
{
	(void)state;
	expect(0, PAIR "01 0c 03 13 13 14 02 00 00 01 02" OPS "02 02");
	expect(ERR_TRAILING, PAIR "01 0c 03 13 13 14 02 00 00 01 02" OPS "02 02 6100");
	expect(0, OPEN "02 0c 01 13 10 01 1b 01 00" OP "02");
	expect(0, OPEN "02 10 01 1b 0c 01 13 01 08" OP "02");
	expect(0, OPEN "01 0c 02 13 14 02 00 00 01 02" OP "02");
	expect(0, HEAD NONE "00 01 0c 01 13 01 00");
	/* They are not believed more than others. */
	expect(ERR_MALFORMED, OPEN "01 0c 02 13 14 02 00 00 01 04" OP "02");
	expect(ERR_MALFORMED, OPEN "02 0c 01 13 10 01 03 01 00" OP "02");
}

/* --- limits --- */

static void nulls(size_t n)
{
	buf_varint(&part, n);
	memset(buf_grow(&part, n), 0, n);
	part.at[part.len - n] = 0x10;
}

/* The base's entry counts twice: in its layout and in its shape. */
static void entry_limit(void **state)
{
	struct changeset cs;
	size_t k, i;

	(void)state;
	for (k = 0; k < 2; k++) {
		buf_clear(&part);
		gen_hex(&part, OPEN "29 0c 01 13");
		for (i = 0; i < 40; i++) {
			gen_hex(&part, "0c");
			nulls(i == 0 ? 9998 + k : 10000);
		}
		gen_hex(&part, "01 00" OP "02");
		make_plain("");
		assert_int_equal(decode(buf_view(&plain), &cs), k == 1 ? ERR_TOO_LARGE : 0);
	}
	/* A mask of many ones costs a byte for eight entries. */
	for (k = 0; k < 2; k++) {
		buf_clear(&part);
		gen_hex(&part, OPEN "01 0c");
		nulls(8000);
		buf_varint(&part, 49 + k);
		memset(buf_grow(&part, 49 + k), 0, 49 + k);
		memset(buf_grow(&part, 1000 * (49 + k)), 0xff, 1000 * (49 + k));
		gen_hex(&part, OP);
		make_plain("");
		assert_int_equal(decode(buf_view(&plain), &cs), k == 1 ? ERR_TOO_LARGE : 0);
	}
}

/* A shape is no larger than a transaction, though its layout may be. */
static void shape_limit(void **state)
{
	struct changeset cs;
	size_t n;

	(void)state;
	for (n = LIMIT_TX_OPS - 1; n <= LIMIT_TX_OPS + 1; n++) {
		buf_clear(&part);
		gen_hex(&part, OPEN "01 0c");
		nulls(n);
		gen_hex(&part, "01 00" OP);
		make_plain("");
		assert_int_equal(decode(buf_view(&plain), &cs),
				 n > LIMIT_TX_OPS ? ERR_TOO_LARGE : 0);
	}
	buf_clear(&part);
	gen_hex(&part, OPEN "01 0c");
	nulls(8 * LIMIT_TX_OPS);
	gen_hex(&part, "02 00 00");
	memset(buf_grow(&part, 2 * LIMIT_TX_OPS), 0, 2 * LIMIT_TX_OPS);
	part.at[part.len - 1] = part.at[part.len - 2] = 0x80;
	gen_hex(&part, OP);
	make_plain("");
	assert_int_equal(decode(buf_view(&plain), &cs), 0);
	assert_int_equal(cs.op_count, 1);
}

/* As many layouts and shapes as may be, in every proportion that fits: each reads
 * with memory in proportion to its bytes. */
static void many_of_both(void **state)
{
	static const struct { size_t layouts, shapes, entries; } list[] = {
		{ 4096, 65536, 0 }, { 4096, 65536, 20 }, { 1, 65536, 110 }, { 2048, 4096, 40 },
		{ 1, 2, 250000 }, { 1, 25, 250000 },
	};
	struct arena small;
	struct changeset cs;
	size_t k, i;

	(void)state;
	for (k = 0; k < sizeof list / sizeof list[0]; k++) {
		size_t planes = (list[k].entries + 7) / 8;

		buf_clear(&part);
		gen_hex(&part, HEAD NONE "00");
		buf_varint(&part, list[k].layouts);
		for (i = 0; i < list[k].layouts; i++) {
			buf_varint(&part, i << 2);
			if (list[k].entries > 0)
				nulls(list[k].entries);
			else
				buf_byte(&part, 0);
		}
		buf_varint(&part, list[k].shapes);
		for (i = 0; i < list[k].shapes; i++)
			buf_varint(&part, (i % list[k].layouts) << 3 | 1);
		memset(buf_grow(&part, planes * list[k].shapes), 0, planes * list[k].shapes);
		make_plain("");
		if (plain.len > LIMIT_CHANGESET)
			fail_msg("case %zu has %zu bytes", k, plain.len);
		arena_init(&small, 32 * LIMIT_CHANGESET);
		assert_int_equal(changeset_decode(buf_view(&plain), 1, &small, &cs, NULL), 0);
		arena_release(&small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts),
		cmocka_unit_test(shapes),
		cmocka_unit_test(moves_and_digests),
		cmocka_unit_test(masks),
		cmocka_unit_test(masks_select),
		cmocka_unit_test(what_nobody_uses),
		cmocka_unit_test(entry_limit),
		cmocka_unit_test(shape_limit),
		cmocka_unit_test(many_of_both),
	};

	return cmocka_run_group_tests(tests, hex_setup, hex_teardown);
}
