/* protocol/changeset_encode: what the format can't say is refused, limits hold to
 * the byte, and personal values stay out of the payload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

static const uint8_t salt[CHANGESET_SALT] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
};
static const uint64_t too_big = (uint64_t)INT64_MAX / 2 + 1;
static struct arena made, read;
static struct buf plain;

static int setup(void **state)
{
	(void)state;
	arena_init(&made, LIMIT_MEMORY);
	arena_init(&read, LIMIT_MEMORY);
	buf_init(&plain, 2 * LIMIT_CHANGESET);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&made);
	arena_release(&read);
	buf_release(&plain);
	return 0;
}

/* Encodes; where that works, decodes and compares. Where it fails, nothing may
 * have been written. */
static int turn(struct changeset *cs)
{
	struct changeset back;
	struct err e = { 0 };
	uint8_t root[HASH_SIZE];
	int code;

	buf_clear(&plain);
	memcpy(root, cs->root, HASH_SIZE);
	code = changeset_encode(cs, salt, &plain, &e);
	assert_int_equal(e.code, code);
	if (code != 0) {
		assert_int_equal(plain.len, 0);
		assert_memory_equal(cs->root, root, HASH_SIZE);
		return code;
	}
	arena_clear(&read);
	assert_int_equal(changeset_decode(buf_view(&plain), cs->device, &read, &back, &e), 0);
	assert_string_equal(gen_difference(cs, &back) ? gen_difference(cs, &back) : "", "");
	return 0;
}

/* A bare change set with one SET that turns. */
static struct changeset one(struct op **op)
{
	struct changeset cs;

	arena_clear(&made);
	cs = gen_bare(&made);
	*op = gen_add(&cs, OP_SET, 1);
	(*op)->value = value_int(1);
	assert_int_equal(turn(&cs), 0);
	return cs;
}

static void known_bytes(void **state)
{
	struct changeset cs;
	struct buf want;
	struct op *op;

	(void)state;
	cs = one(&op);
	cs.tx->time = 1577836800 + 5;
	op->value = value_int(-2);
	op = gen_add(&cs, OP_SET, 2);
	op->value = value_text(bytes_str("0123"));
	op->personal = true;
	assert_int_equal(turn(&cs), 0);
	buf_init(&want, 1000);
	gen_hex(&want, "15");                /* length of the payload */
	gen_hex(&want, "01 07 01 0a 02");    /* version, stream, seq, first, zero */
	gen_hex(&want, "00 00");             /* no devices, no authors */
	gen_hex(&want, "01 00 0a");          /* one transaction: flags, time */
	gen_hex(&want, "01 0c 02 13 1c");    /* layout: type 3, fields 1 and +1 */
	gen_hex(&want, "01 00");             /* its only shape: set */
	gen_hex(&want, "00 00 0c 03");       /* its group; own record, 6 back; -2 */
	gen_hex(&want, "000102030405060708090a0b0c0d0e0f 0c 01 04 00 7b");
	assert_int_equal(plain.len, want.len);
	assert_memory_equal(plain.at, want.at, want.len);
	buf_release(&want);
}

static void heads(void **state)
{
	uint64_t *numbers[4];
	struct changeset cs;
	struct op *op;
	size_t i;

	(void)state;
	cs = one(&op);
	numbers[0] = &cs.stream;
	numbers[1] = &cs.zero;
	numbers[2] = &cs.seq;
	numbers[3] = &cs.tx->seen_seq;
	for (i = 0; i < 4; i++) {
		uint64_t was = *numbers[i];

		*numbers[i] = too_big - 1;
		assert_int_equal(turn(&cs), 0);
		*numbers[i] = too_big;
		assert_int_equal(turn(&cs), ERR_BAD_VALUE);
		*numbers[i] = 0;
		assert_int_equal(turn(&cs), i == 2 ? ERR_BAD_VALUE : 0);
		*numbers[i] = was;
	}
	cs.first = 0;
	cs.tx->first_op = op->number = 0;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
}

static void transactions(void **state)
{
	struct changeset cs;
	struct op *op;

	(void)state;
	cs = one(&op);
	cs.tx->seen_own = 10;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->seen_own = 0;
	assert_int_equal(turn(&cs), 0);
	cs.tx->time = INT64_MAX / 4;
	assert_int_equal(turn(&cs), 0);
	cs.tx->time++;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->time = -(INT64_MAX / 4);
	assert_int_equal(turn(&cs), 0);
	cs.tx->time--;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->time = INT64_MIN;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->time = 0;
	cs.tx->author = bytes_str("An\xff");
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->author = (struct bytes){ (const uint8_t *)"A\0n", 3 };
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->author = BYTES_NONE;
	cs.tx->first_op++;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->first_op--;
	cs.tx->op_at = 1;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->op_at = 0;
	cs.tx->op_count = 2;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->op_count = 0;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.tx->op_count = 1;
	cs.op_count = 2;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	cs.op_count = 1;
	op->number++;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->number--;
	op->tx = 1;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->tx = 0;
	assert_int_equal(turn(&cs), 0);
	cs.tx_count = cs.op_count = 0;
	assert_int_equal(turn(&cs), 0);
}

/* Each with the value that is just possible beside it. */
static void values_that_cannot_be_said(void **state)
{
	static const struct value bad[] = {
		{ .kind = VALUE_NONE }, { .kind = VALUE_ERASED },
		{ .kind = VALUE_TEXT, .b = { (const uint8_t *)"a\0b", 3 } },
		{ .kind = VALUE_TEXT, .b = { (const uint8_t *)"\xed\xa0\x80", 3 } },
		{ .kind = VALUE_REF, .ref = { 1, { 2, 0 } } },
		{ .kind = VALUE_REF, .ref = { 1, { 2, (uint64_t)INT64_MAX / 2 + 1 } } },
		{ .kind = VALUE_REF, .ref = { (uint64_t)INT64_MAX / 2 + 1, { 2, 1 } } },
		{ .kind = VALUE_REF, .ref = { UINT64_MAX, { 2, 1 } } },
	};
	struct changeset cs;
	struct op *op;
	size_t i;

	(void)state;
	cs = one(&op);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		op->value = bad[i];
		assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	}
	op->value = value_ref((struct ref){ too_big - 1, { UINT64_MAX, too_big - 1 } });
	assert_int_equal(turn(&cs), 0);
	op->value = value_int(1);
	op->field = 0;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->field = UINT32_MAX;
	op->type = UINT32_MAX;
	assert_int_equal(turn(&cs), 0);
	op->record.op = 0;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->record.op = too_big;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
}

static void members(void **state)
{
	struct changeset cs;
	struct op *op;

	(void)state;
	cs = one(&op);
	op->element = value_int(5);
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->value = value_bool(true);
	assert_int_equal(turn(&cs), 0);
	op->personal = true;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->personal = false;
	op->element = value_date(5);
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->element = value_text(bytes_str("a\xff"));
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->element = value_text(bytes_str("1234"));
	assert_int_equal(turn(&cs), 0);
}

/* A personal value that is no text would be signed in clear, for ever. */
static void personal_values_are_texts(void **state)
{
	static const struct value other[] = {
		{ .kind = VALUE_BOOL, .n = 1 }, { .kind = VALUE_INT, .n = 5 },
		{ .kind = VALUE_INT, .n = 5000 }, { .kind = VALUE_DATE, .n = 5 },
		{ .kind = VALUE_DATE, .n = -99999 },
		{ .kind = VALUE_BYTES, .b = { (const uint8_t *)"ab", 2 } },
		{ .kind = VALUE_REF, .ref = { 1, { 2, 3 } } },
	};
	struct changeset cs;
	struct op *op;
	size_t i;

	(void)state;
	cs = one(&op);
	op->personal = true;
	for (i = 0; i < sizeof other / sizeof other[0]; i++) {
		op->value = other[i];
		assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	}
	op->value = value_text(bytes_str(""));
	assert_int_equal(turn(&cs), 0);
	/* Nothing hides nothing: it may be said of a personal field. */
	op->value = VALUE_OF_NULL;
	buf_clear(&plain);
	assert_int_equal(changeset_encode(&cs, salt, &plain, NULL), 0);
}

static void other_ops(void **state)
{
	uint8_t digest[33] = { 1 };
	struct changeset cs;
	struct op *op;

	(void)state;
	cs = one(&op);
	op->field = 0;
	op->kind = OP_SIGN;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->value = value_bytes((struct bytes){ digest, 33 });
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->value.b.len = 31;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->value.b.len = 32;
	assert_int_equal(turn(&cs), 0);
	op->kind = OP_ADOPT;
	assert_int_equal(turn(&cs), 0);
	op->kind = OP_MOVE;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->value = value_int(3);
	assert_int_equal(turn(&cs), 0);
	op->element = value_int(3);
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->element = value_text(bytes_str("\x80"));
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->element = value_text(bytes_str("trả lại vì thiếu số"));
	assert_int_equal(turn(&cs), 0);
	*op = (struct op){ .kind = OP_CREATE, .number = 10, .record = { cs.device, 10 } };
	assert_int_equal(turn(&cs), 0);
	op->field = 5;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->parent = (struct rid){ 0, 4 };
	assert_int_equal(turn(&cs), 0);
	op->parent = (struct rid){ 4, 0 };
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->parent = (struct rid){ 4, 4 };
	op->record.op = 9;
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
	op->record = (struct rid){ cs.device + 1, 10 };
	assert_int_equal(turn(&cs), ERR_BAD_VALUE);
}

/* --- limits at -1, 0, +1 --- */

static void text_limits(void **state)
{
	static const struct { enum value_kind kind; bool element, personal; size_t max; } list[] = {
		{ VALUE_TEXT, false, false, LIMIT_TEXT }, { VALUE_TEXT, false, true, LIMIT_TEXT },
		{ VALUE_TEXT, true, false, LIMIT_TEXT }, { VALUE_BYTES, false, false, LIMIT_BYTES },
	};
	uint8_t *big = malloc(LIMIT_BYTES + 1);
	struct changeset cs;
	struct op *op;
	size_t i, n;

	(void)state;
	assert_non_null(big);
	memset(big, 'a', LIMIT_BYTES + 1);
	for (i = 0; i < 4; i++)
		for (n = list[i].max - 1; n <= list[i].max + 1; n++) {
			struct value v = { .kind = list[i].kind, .b = { big, n } };

			cs = one(&op);
			op->value = list[i].element ? value_bool(true) : v;
			op->element = list[i].element ? v : VALUE_OF_NONE;
			op->personal = list[i].personal;
			assert_int_equal(turn(&cs), n > list[i].max ? ERR_TOO_LARGE : 0);
		}
	for (n = LIMIT_REMARK - 1; n <= LIMIT_REMARK + 1; n++) {
		cs = one(&op);
		op->kind = OP_MOVE;
		op->field = 0;
		op->element = value_text((struct bytes){ big, n });
		assert_int_equal(turn(&cs), n > LIMIT_REMARK ? ERR_TOO_LARGE : 0);
	}
	for (n = LIMIT_AUTHOR - 1; n <= LIMIT_AUTHOR + 1; n++) {
		cs = one(&op);
		cs.tx->author = (struct bytes){ big, n };
		assert_int_equal(turn(&cs), n > LIMIT_AUTHOR ? ERR_TOO_LARGE : 0);
	}
	free(big);
}

static void changeset_limit(void **state)
{
	uint8_t *big = malloc(LIMIT_TEXT);
	struct changeset cs;
	struct op *op = NULL;
	size_t base, i, n;

	(void)state;
	assert_non_null(big);
	memset(big, 'a', LIMIT_TEXT);
	arena_clear(&made);
	cs = gen_bare(&made);
	for (i = 1; i <= 16; i++) {
		op = gen_add(&cs, OP_SET, (uint32_t)i);
		op->value = value_text((struct bytes){ big, LIMIT_TEXT });
	}
	op->value.b.len = 60000;
	assert_int_equal(turn(&cs), 0);
	base = plain.len - 60000;
	for (n = LIMIT_CHANGESET - 1; n <= LIMIT_CHANGESET + 1; n++) {
		op->value.b.len = n - base;
		assert_true(op->value.b.len <= LIMIT_TEXT);
		assert_int_equal(turn(&cs), n > LIMIT_CHANGESET ? ERR_TOO_LARGE : 0);
		assert_true(plain.len == n || n > LIMIT_CHANGESET);
	}
	free(big);
}

/* `txs` transactions of `each` deletions and one of `last`. */
static struct changeset deletions(size_t txs, size_t each, size_t last)
{
	struct changeset cs;
	size_t t, i;

	arena_clear(&made);
	cs = gen_bare(&made);
	cs.tx_count = 0;
	cs.tx = arena_array(&made, txs + 1, sizeof *cs.tx);
	cs.ops = arena_array(&made, txs * each + last + 1, sizeof *cs.ops);
	assert_true(cs.tx != NULL && cs.ops != NULL);
	for (t = 0; t < txs + (last > 0 ? 1 : 0); t++) {
		size_t n = t < txs ? each : last;

		cs.tx[t] = (struct transaction){ .first_op = cs.first + cs.op_count,
						 .op_at = cs.op_count, .op_count = n };
		for (i = 0; i < n; i++, cs.op_count++)
			cs.ops[cs.op_count] = (struct op){
				.kind = OP_DELETE, .tx = (uint32_t)t, .record = { 9, 9 },
				.number = cs.first + cs.op_count
			};
		cs.tx_count++;
	}
	return cs;
}

static void count_limits(void **state)
{
	struct changeset cs;
	size_t n, i;

	(void)state;
	for (n = LIMIT_TX_OPS - 1; n <= LIMIT_TX_OPS + 1; n++) {
		cs = deletions(1, n, 0);
		assert_int_equal(turn(&cs), n > LIMIT_TX_OPS ? ERR_TOO_LARGE : 0);
	}
	cs = deletions(9, LIMIT_TX_OPS, LIMIT_TX_OPS - 1);
	assert_int_equal(turn(&cs), 0);
	cs = deletions(10, LIMIT_TX_OPS, 0);
	assert_int_equal(turn(&cs), 0);
	cs = deletions(10, LIMIT_TX_OPS, 1);
	assert_int_equal(turn(&cs), ERR_TOO_LARGE);
	/* Columns: every field makes a new one. */
	for (n = 4095; n <= 4097; n++) {
		cs = deletions(1, n, 0);
		for (i = 0; i < n; i++) {
			cs.ops[i].kind = OP_SET;
			cs.ops[i].field = (uint32_t)i + 1;
			cs.ops[i].value = value_int((int64_t)i);
		}
		assert_int_equal(turn(&cs), n > 4096 ? ERR_TOO_LARGE : 0);
	}
	/* Personal columns. */
	for (n = 255; n <= 257; n++) {
		cs = deletions(1, n, 0);
		for (i = 0; i < n; i++) {
			cs.ops[i].kind = OP_SET;
			cs.ops[i].field = (uint32_t)i + 1;
			cs.ops[i].personal = true;
			cs.ops[i].value = value_text(bytes_str(i % 2 ? "1234" : "x"));
		}
		assert_int_equal(turn(&cs), n > 256 ? ERR_TOO_LARGE : 0);
	}
}

static void author_table_limit(void **state)
{
	static char names[65][32];
	struct changeset cs;
	size_t n, i;

	(void)state;
	for (n = 63; n <= 65; n++) {
		cs = deletions(n, 1, 0);
		for (i = 0; i < n; i++) {
			snprintf(names[i], sizeof names[i], "An %zu", i);
			cs.tx[i].author = bytes_str(names[i]);
		}
		assert_int_equal(turn(&cs), n > 64 ? ERR_TOO_LARGE : 0);
	}
}

static void full_buffer(void **state)
{
	struct changeset cs;
	struct buf small;
	struct op *op;

	(void)state;
	cs = one(&op);
	buf_init(&small, plain.len);
	assert_int_equal(changeset_encode(&cs, salt, &small, NULL), 0);
	buf_release(&small);
	buf_init(&small, plain.len - 1);
	assert_int_equal(changeset_encode(&cs, salt, &small, NULL), ERR_TOO_LARGE);
	assert_int_equal(small.len, 0);
	buf_release(&small);
}

/* --- personal values --- */

static struct bytes payload_of(struct bytes in)
{
	struct cursor c = cursor_of(in);

	return cursor_take(&c, cursor_varint(&c));
}

/* Another number, name and salt: the same payload byte for byte, so nothing of
 * them is signed but the root. */
static void payload_knows_nothing_personal(void **state)
{
	const uint8_t other_salt[CHANGESET_SALT] = { 0xff };
	uint8_t root[HASH_SIZE];
	struct changeset cs;
	struct buf again;
	struct op *op, *name;

	(void)state;
	cs = one(&op);
	op->value = value_text(bytes_str("000012345678"));
	op->personal = true;
	name = gen_add(&cs, OP_SET, 2);
	name->value = value_text(bytes_str("Nguyễn Thị Mẫu"));
	name->personal = true;
	buf_init(&again, LIMIT_CHANGESET);
	assert_int_equal(turn(&cs), 0);
	memcpy(root, cs.root, HASH_SIZE);
	name->value = value_text(bytes_str("Trần Văn Thử"));
	assert_int_equal(changeset_encode(&cs, salt, &again, NULL), 0);
	assert_true(bytes_equal(payload_of(buf_view(&plain)), payload_of(buf_view(&again))));
	assert_memory_not_equal(root, cs.root, HASH_SIZE);
	name->value = value_text(bytes_str("Nguyễn Thị Mẫu"));
	buf_clear(&again);
	assert_int_equal(changeset_encode(&cs, other_salt, &again, NULL), 0);
	assert_true(bytes_equal(payload_of(buf_view(&plain)), payload_of(buf_view(&again))));
	assert_memory_not_equal(root, cs.root, HASH_SIZE);
	/* What is not personal changes the payload and leaves the root. */
	name->type = op->type = 4;
	buf_clear(&again);
	assert_int_equal(changeset_encode(&cs, salt, &again, NULL), 0);
	assert_false(bytes_equal(payload_of(buf_view(&plain)), payload_of(buf_view(&again))));
	assert_memory_equal(root, cs.root, HASH_SIZE);
	buf_release(&again);
}

/* The root made by another implementation (Python's hashlib). */
static void known_root(void **state)
{
	static const char *const texts[] = { "012345678901", "0912345678", "Nguyễn Thị Mẫu" };
	struct changeset cs;
	struct buf want;
	struct op *op;
	size_t i;

	(void)state;
	arena_clear(&made);
	cs = gen_bare(&made);
	for (i = 0; i < 3; i++) {
		op = gen_add(&cs, OP_SET, (uint32_t)i + 1);
		op->value = value_text(bytes_str(texts[i]));
		op->personal = true;
	}
	assert_int_equal(turn(&cs), 0);
	buf_init(&want, 100);
	gen_hex(&want, "ca5ab3b98773c1aa49005fad7dbd591c2a9c35f71d1e8da02f0a1d24baf9a824");
	assert_memory_equal(cs.root, want.at, HASH_SIZE);
	buf_release(&want);
}

static void no_personal_values_no_root(void **state)
{
	uint8_t zeros[HASH_SIZE] = { 0 };
	struct changeset cs;
	struct op *op;

	(void)state;
	cs = one(&op);
	memset(cs.root, 5, HASH_SIZE);
	assert_int_equal(turn(&cs), 0);
	assert_memory_equal(cs.root, zeros, HASH_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_bytes),
		cmocka_unit_test(heads),
		cmocka_unit_test(transactions),
		cmocka_unit_test(values_that_cannot_be_said),
		cmocka_unit_test(members),
		cmocka_unit_test(personal_values_are_texts),
		cmocka_unit_test(other_ops),
		cmocka_unit_test(text_limits),
		cmocka_unit_test(changeset_limit),
		cmocka_unit_test(count_limits),
		cmocka_unit_test(author_table_limit),
		cmocka_unit_test(full_buffer),
		cmocka_unit_test(payload_knows_nothing_personal),
		cmocka_unit_test(known_root),
		cmocka_unit_test(no_personal_values_no_root),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
