/* protocol/changeset_wire: days, widths, finding columns; and the bytes that every
 * form of value takes, which no round trip can tell from others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/changeset_wire.h"
#include "protocol/err.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 24);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void days(void **state)
{
	(void)state;
	assert_true(wire_day(0) == 0 && wire_day(86399) == 0 && wire_day(86400) == 1);
	assert_true(wire_day(-1) == -1 && wire_day(-86400) == -1 && wire_day(-86401) == -2);
}

static void widths(void **state)
{
	uint64_t largest = 0;
	unsigned n, bytes;

	(void)state;
	for (n = 1; n <= 18; n++) {
		largest = largest * 10 + 9;
		for (bytes = 1; bytes < 8 && largest >> 8 * bytes != 0; bytes++)
			;
		assert_int_equal(wire_digits_width(n), bytes);
	}
	assert_int_equal(wire_digits_width(0), 0);
	assert_int_equal(wire_digits_width(19), 0);
}

/* Columns differ if one of four things does, and are found again after growth. */
static void columns_are_found(void **state)
{
	static const uint8_t kinds[] = { WIRE_INT, WIRE_TEXT, WIRE_MEMBER };
	struct column_table t = { .count = 0 };
	struct column like;
	uint32_t index = 0, round, want, field;
	unsigned k, lane, removed;

	(void)state;
	for (round = 0; round < 2; round++)
		for (field = 1, want = 0; field <= 300; field++)
			for (k = 0; k < 3; k++)
				for (lane = 0; lane < 2; lane++)
					for (removed = 0; removed < 2; removed++, want++) {
						like = (struct column){ .kind = kinds[k],
							.lane = (uint8_t)lane, .field = field,
							.removed = (uint8_t)removed };
						assert_int_equal(column_find(&t, &arena, &like,
									     &index), 0);
						assert_int_equal(index, want);
						assert_int_equal(t.at[index].rank,
							wire_rank((enum wire_kind)kinds[k]));
					}
	assert_int_equal(t.count, 3600);
	for (field = 1000; t.count < COLUMNS_MAX; field++) {
		like.field = field;
		assert_int_equal(column_find(&t, &arena, &like, &index), 0);
	}
	like.field = field;
	assert_int_equal(column_find(&t, &arena, &like, &index), ERR_TOO_LARGE);
	like.field = field - 1;
	assert_int_equal(column_find(&t, &arena, &like, &index), 0);
	assert_int_equal(index, COLUMNS_MAX - 1);
}

static void columns_without_memory(void **state)
{
	struct column_table t = { .count = 0 };
	struct column like = { .kind = WIRE_INT, .field = 1 };
	struct arena none;
	uint32_t index;

	(void)state;
	arena_init(&none, 0);
	assert_int_equal(column_find(&t, &none, &like, &index), ERR_NOMEM);
	arena_release(&none);
}

/* The order on the wire: form, lane, field, then added before removed. */
static void order_of_columns(void **state)
{
	static const struct column sorted[] = {
		{ .rank = 0, .lane = 0, .field = 1 }, { .rank = 0, .lane = 0, .field = 2 },
		{ .rank = 0, .lane = 1, .field = 1 }, { .rank = 9, .lane = 0, .field = 1 },
		{ .rank = 9, .lane = 0, .field = 1, .removed = 1 },
		{ .rank = 12, .lane = 0, .field = 1 },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < 6; i++)
		for (k = 0; k < 6; k++) {
			int c = column_compare(&sorted[i], &sorted[k]);

			assert_int_equal((c > 0) - (c < 0), (i > k) - (i < k));
		}
}

/* --- the bytes of columns: what stands last in the plain form --- */

static void expect_end(struct changeset *cs, const char *hex)
{
	static const uint8_t salt[CHANGESET_SALT] = { 0 };
	struct buf plain, want;

	buf_init(&plain, 10000);
	buf_init(&want, 10000);
	gen_hex(&want, hex);
	assert_int_equal(changeset_encode(cs, salt, &plain, NULL), 0);
	assert_true(plain.len >= want.len);
	if (memcmp(plain.at + plain.len - want.len, want.at, want.len) != 0)
		fail_msg("not %s", hex);
	buf_release(&plain);
	buf_release(&want);
}

static struct op *add(struct changeset *cs, uint32_t field, struct value v)
{
	struct op *op = gen_add(cs, OP_SET, field);

	op->value = v;
	return op;
}

static void forms_of_dates(void **state)
{
	struct changeset cs;

	(void)state;
	arena_clear(&arena);
	cs = gen_bare(&arena);
	cs.tx->time = -1; /* the last second of day -1 */
	add(&cs, 1, value_date(-1));
	expect_end(&cs, "0c 01 00");
	cs.ops[0].value.n = -3;
	expect_end(&cs, "0c 01 04");
	cs.ops[0].value.n = 62;
	expect_end(&cs, "0c 01 7d");
	/* As short as two planes: planes. */
	cs.ops[0].value.n = 64;
	expect_end(&cs, "0c 00 64 1f");
	cs.ops[0].value.n = -25567;
	expect_end(&cs, "0c 00 00 00");
	cs.ops[0].value.n = -25567 + 0xffff;
	expect_end(&cs, "0c 00 ff ff");
	cs.ops[0].value.n = -25568;
	expect_end(&cs, "18 01 00 00 00 0c bf8f03");
	/* Two in one column: high bytes, then low ones. */
	cs.ops[0].value.n = 1000;
	add(&cs, 1, value_date(2000));
	expect_end(&cs, "0c 00 67 6b c7 af");
}

static void forms_of_numbers(void **state)
{
	struct changeset cs;

	(void)state;
	arena_clear(&arena);
	cs = gen_bare(&arena);
	add(&cs, 1, value_int(-1));
	expect_end(&cs, "13 01 00 00 00 0c 01");
	cs.ops[0].value.n = 0;
	expect_end(&cs, "13 01 00 00 00 0c 00");
	cs.ops[0].value.n = 25000000;
	expect_end(&cs, "1a 01 00 00 00 0c a606");
	cs.ops[0].value.n = -1000;
	expect_end(&cs, "1a 01 00 00 00 0c 13");
	cs.ops[0].value = value_bool(true);
	expect_end(&cs, "12 01 00 00 00 0c");
	cs.ops[0].value = value_bool(false);
	expect_end(&cs, "11 01 00 00 00 0c");
	cs.ops[0].value = VALUE_OF_NULL;
	expect_end(&cs, "10 01 00 00 00 0c");
}

static void forms_of_texts(void **state)
{
	struct changeset cs;

	(void)state;
	arena_clear(&arena);
	cs = gen_bare(&arena);
	add(&cs, 1, value_text(bytes_str("123")));
	expect_end(&cs, "14 01 00 00 00 0c 31323300");
	cs.ops[0].value = value_text(bytes_str("000012345678"));
	expect_end(&cs, "19 01 00 00 00 0c 0c 0000bc614e");
	add(&cs, 1, value_text(bytes_str("0001")));
	expect_end(&cs, "0c 00 0c04 00 00 bc 61 00 4e 01");
	cs.ops[0].value = value_bytes(bytes_str("ab"));
	cs.ops[1].value = value_bytes(BYTES_NONE);
	expect_end(&cs, "02 6162 00");
}

static void forms_of_references(void **state)
{
	struct changeset cs;

	(void)state;
	arena_clear(&arena);
	cs = gen_bare(&arena);
	add(&cs, 1, value_ref((struct ref){ 7, { cs.device, 9 } }));
	expect_end(&cs, "17 01 00 00 00 0c 00 00 02");
	cs.ops[0].value.ref.stream = 0;
	expect_end(&cs, "17 01 00 00 00 0c 01 00 02");
	add(&cs, 1, value_ref((struct ref){ 7, { 5, 300 } }));
	expect_end(&cs, "0c 01 00 00 01 02 ac02");
}

/* A move's state and field 1 are two columns, the field's first. */
static void lanes(void **state)
{
	struct changeset cs;
	struct op *op;

	(void)state;
	arena_clear(&arena);
	cs = gen_bare(&arena);
	op = gen_add(&cs, OP_MOVE, 0);
	op->value = value_int(5);
	op->element = value_text(bytes_str("r"));
	add(&cs, 1, value_int(7));
	add(&cs, 2, value_text(bytes_str("t")));
	expect_end(&cs, "0e 0a 7400 7200");
}

static void members(void **state)
{
	struct changeset cs;

	(void)state;
	arena_clear(&arena);
	cs = gen_bare(&arena);
	add(&cs, 1, value_bool(false))->element = value_int(5);
	add(&cs, 1, value_bool(true))->element = value_int(6);
	add(&cs, 1, value_bool(false))->element = value_text(bytes_str("a"));
	add(&cs, 1, value_bool(true))->element = value_text(bytes_str("b"));
	/* A layout of four; shapes of the second, of first and fourth, of the third. */
	expect_end(&cs, "04 1d 0e 0f00 0f01 03 00 00 00 02 09 04 00 00 00 00 00 00 0c 0e 12"
			"0c 0a 6200 6100");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days),
		cmocka_unit_test(widths),
		cmocka_unit_test(columns_are_found),
		cmocka_unit_test(columns_without_memory),
		cmocka_unit_test(order_of_columns),
		cmocka_unit_test(forms_of_dates),
		cmocka_unit_test(forms_of_numbers),
		cmocka_unit_test(forms_of_texts),
		cmocka_unit_test(forms_of_references),
		cmocka_unit_test(lanes),
		cmocka_unit_test(members),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
