/* protocol/changeset_shapes: shapes told apart and named, the bytes of layouts and
 * masks, and change sets at the limits of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/changeset_shapes.h"
#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

static struct arena arena, read;
static struct shape_table table;
static struct buf out;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, LIMIT_MEMORY);
	arena_init(&read, LIMIT_MEMORY);
	buf_init(&out, 2 * LIMIT_CHANGESET);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	arena_release(&read);
	buf_release(&out);
	return 0;
}

static void begin(void)
{
	arena_clear(&arena);
	memset(&table, 0, sizeof table);
}

#define INT(field) wire_entry(field, WIRE_INT, 0)
#define LIST(...) ((const uint64_t[]){ __VA_ARGS__, 0 })

/* Finds a shape of type 3; entries end with 0 (no field is 0). The word, or the
 * error. */
static int64_t find(enum wire_group kind, const uint64_t *entries)
{
	struct shape form = { .kind = kind, .type = 3 };
	uint64_t copy[32], word = 4711;
	int code;

	for (; entries[form.count] != 0; form.count++)
		copy[form.count] = entries[form.count];
	form.entries = copy;
	code = shape_find(&table, &arena, &form, &word, NULL);
	memset(copy, 0xee, sizeof copy);
	assert_true(code == 0 || word == 4711);
	return code == 0 ? (int64_t)word : code;
}

static void expect(const char *hex)
{
	struct buf want;

	buf_init(&want, 1000);
	gen_hex(&want, hex);
	buf_clear(&out);
	assert_int_equal(shapes_put(&table, &arena, &out, NULL), 0);
	if (!bytes_equal(buf_view(&out), buf_view(&want)))
		fail_msg("not %s", hex);
	buf_release(&want);
}

/* Each is new once and then has its number, from 1. */
static void words(void **state)
{
	struct shape form = { .kind = GROUP_ROW, .type = 3, .list = 1 };
	uint64_t word;

	(void)state;
	begin();
	assert_true(find(GROUP_SET, LIST(INT(1))) == 0);
	assert_true(find(GROUP_SET, LIST(INT(1))) == 1);
	assert_true(find(GROUP_SET, LIST(INT(2))) == 0);
	assert_true(find(GROUP_SET, LIST(INT(1), INT(1))) == 0);
	assert_true(find(GROUP_CREATE, LIST(INT(1))) == 0);
	assert_true(find(GROUP_CREATE, LIST(0)) == 0);
	assert_true(find(GROUP_DELETE, LIST(0)) == 0);
	assert_true(find(GROUP_CREATE, LIST(0)) == 5);
	assert_true(find(GROUP_SET, LIST(INT(2))) == 2);
	assert_int_equal(shape_find(&table, &arena, &form, &word, NULL), 0);
	assert_true(word == 0);
	form.list = 2;
	assert_int_equal(shape_find(&table, &arena, &form, &word, NULL), 0);
	assert_true(word == 0);
	form.type = 4;
	assert_int_equal(shape_find(&table, &arena, &form, &word, NULL), 0);
	assert_true(word == 0);
	assert_int_equal(shape_find(&table, &arena, &form, &word, NULL), 0);
	assert_true(word == 9);
	assert_int_equal(table.count, 9);
}

/* Beside a full table, and with nobody to tell the subject. */
static void table_limit(void **state)
{
	struct shape form = { .kind = GROUP_ROW };
	struct arena none;
	uint64_t word = 4711;

	(void)state;
	begin();
	for (form.list = 0; form.list < SHAPES_MAX; form.list++) {
		assert_int_equal(shape_find(&table, &arena, &form, &word, NULL), 0);
		assert_true(word == 0);
	}
	assert_int_equal(shape_find(&table, &arena, &form, &word, NULL), ERR_TOO_LARGE);
	form.list = SHAPES_MAX - 1;
	assert_int_equal(shape_find(&table, &arena, &form, &word, NULL), 0);
	assert_true(word == SHAPES_MAX);
	begin();
	arena_init(&none, 0);
	assert_int_equal(shape_find(&table, &none, &form, &word, NULL), ERR_NOMEM);
	assert_int_equal(shapes_put(&table, &none, &out, NULL), ERR_NOMEM);
	arena_release(&none);
}

static void nothing_and_lone_shapes(void **state)
{
	(void)state;
	begin();
	expect("00 00");
	/* The layout is the shape: no mask. */
	find(GROUP_SET, LIST(INT(1), INT(3), wire_entry(3, WIRE_TEXT, 0)));
	expect("01 0c 03 13 23 04 01 00");
	/* Of another lane, though the entries are the same. */
	find(GROUP_MOVE, LIST(INT(1)));
	expect("02 0c 03 13 23 04 0d 01 13 02 00 0d");
	begin();
	find(GROUP_SIGN, LIST(wire_entry(DIGEST, WIRE_BYTES, 0)));
	find(GROUP_ADOPT, LIST(wire_entry(DIGEST, WIRE_BYTES, 0)));
	expect("02 0e 01 15 0f 01 15 02 06 0f");
}

static void widening(void **state)
{
	(void)state;
	begin();
	find(GROUP_SET, LIST(INT(2)));
	find(GROUP_SET, LIST(INT(1), INT(3)));
	expect("01 0c 03 13 13 13 02 00 00 02 05");
	/* One form of a field's value beside another; what is there widens nothing. */
	find(GROUP_CREATE, LIST(wire_entry(2, WIRE_NULL, 0), INT(3)));
	expect("01 0c 04 13 10 03 13 03 00 00 01 04 09 0a");
	/* No entries is a shape too. */
	find(GROUP_CREATE, LIST(0));
	find(GROUP_DELETE, LIST(0));
	expect("01 0c 04 13 10 03 13 05 00 00 01 01 03 04 09 0a 00 00");
}

/* An entry that comes again comes as often as in the shape that has most of it. */
static void duplicates(void **state)
{
	(void)state;
	begin();
	find(GROUP_SET, LIST(INT(1)));
	find(GROUP_SET, LIST(INT(1), INT(1), INT(1)));
	find(GROUP_SET, LIST(INT(1), INT(1), INT(2)));
	expect("01 0c 04 13 03 03 13 03 00 00 00 01 07 0b");
	begin();
	find(GROUP_SET, LIST(wire_entry(1, WIRE_MEMBER, 1), wire_entry(1, WIRE_MEMBER, 1)));
	find(GROUP_SET, LIST(wire_entry(1, WIRE_MEMBER, 0)));
	expect("01 0c 03 1f00 0f01 0f01 02 00 00 06 01");
}

/* Masks of more than a byte: first bytes of all shapes, then second ones. */
static void planes(void **state)
{
	(void)state;
	begin();
	find(GROUP_SET, LIST(INT(1), INT(2), INT(3), INT(4), INT(5), INT(6), INT(7), INT(8)));
	find(GROUP_SET, LIST(INT(8)));
	expect("01 0c 08 13 13 13 13 13 13 13 13 02 00 00 ff 80");
	find(GROUP_SET, LIST(INT(1), INT(9)));
	expect("01 0c 09 13 13 13 13 13 13 13 13 13 03 00 00 00 ff 80 01 00 00 01");
}

/* Layouts have the order of their first shapes, and masks that of layouts. */
static void orders(void **state)
{
	struct shape row = { .kind = GROUP_ROW, .type = 1, .list = 300 };
	uint64_t entry = INT(5), word;

	(void)state;
	begin();
	find(GROUP_SET, LIST(INT(1)));
	assert_int_equal(shape_find(&table, &arena, &row, &word, NULL), 0);
	find(GROUP_SET, LIST(INT(2)));
	row.entries = &entry;
	row.count = 1;
	row.list = 7;
	assert_int_equal(shape_find(&table, &arena, &row, &word, NULL), 0);
	expect("02 0c 02 13 13 04 01 53 04 00 0a 00 0a ac02 07 01 02 00 01");
	row.type = UINT32_MAX;
	entry = wire_entry(UINT32_MAX, WIRE_MEMBER, 1);
	begin();
	assert_int_equal(shape_find(&table, &arena, &row, &word, NULL), 0);
	expect("01 fcffffff3f 01 ffffffffff01 01 01 02 07");
}

/* --- whole change sets --- */

static int turn(struct changeset *cs)
{
	static const uint8_t salt[CHANGESET_SALT] = { 0 };
	struct changeset back;
	const char *what;
	int code;

	buf_clear(&out);
	code = changeset_encode(cs, salt, &out, NULL);
	if (code != 0)
		return code;
	arena_clear(&read);
	assert_int_equal(changeset_decode(buf_view(&out), cs->device, &read, &back, NULL), 0);
	what = gen_difference(cs, &back);
	assert_string_equal(what != NULL ? what : "", "");
	return 0;
}

/* n ops that set a field to nothing, so many in a transaction. */
static struct changeset nulls(size_t n, size_t each)
{
	struct changeset cs;
	size_t i;

	arena_clear(&arena);
	cs = gen_bare(&arena);
	cs.tx = arena_array(&arena, n / each + 1, sizeof *cs.tx);
	cs.ops = arena_array(&arena, n, sizeof *cs.ops);
	assert_true(cs.tx != NULL && cs.ops != NULL);
	cs.op_count = n;
	cs.tx_count = (n + each - 1) / each;
	for (i = 0; i < n; i++) {
		struct transaction *tx = &cs.tx[i / each];

		if (i % each == 0)
			*tx = (struct transaction){ .first_op = cs.first + i, .op_at = i };
		tx->op_count++;
		cs.ops[i] = (struct op){ .kind = OP_SET, .tx = (uint32_t)(i / each), .type = 3,
					 .field = 1, .number = cs.first + i,
					 .record = { 9, 9 }, .value = VALUE_OF_NULL };
	}
	return cs;
}

static void shape_and_layout_limits(void **state)
{
	struct changeset cs;
	size_t n, i;

	(void)state;
	/* Every list makes a new shape. */
	for (n = SHAPES_MAX - 1; n <= SHAPES_MAX + 1; n++) {
		cs = nulls(n, 1000);
		for (i = 0; i < n; i++) {
			cs.ops[i].kind = OP_CREATE;
			cs.ops[i].record = (struct rid){ cs.device, cs.ops[i].number };
			cs.ops[i].parent = (struct rid){ 9, 9 };
			cs.ops[i].field = (uint32_t)i;
			cs.ops[i].value = VALUE_OF_NONE;
		}
		assert_int_equal(turn(&cs), n > SHAPES_MAX ? ERR_TOO_LARGE : 0);
	}
	/* Every type makes a new layout. */
	for (n = LAYOUTS_MAX - 1; n <= LAYOUTS_MAX + 1; n++) {
		cs = nulls(n, n);
		for (i = 0; i < n; i++)
			cs.ops[i].type = (uint32_t)i;
		assert_int_equal(turn(&cs), n > LAYOUTS_MAX ? ERR_TOO_LARGE : 0);
	}
}

/* What one transaction may say, ten may: in one layout or in ten. */
static void wide_layouts(void **state)
{
	struct changeset cs;
	size_t i;

	(void)state;
	cs = nulls(LIMIT_CHANGESET_OPS, LIMIT_TX_OPS);
	for (i = 0; i < cs.op_count; i++)
		cs.ops[i].field = 1 + (uint32_t)i;
	assert_int_equal(turn(&cs), 0);
	for (i = 0; i < cs.op_count; i++)
		cs.ops[i].type = cs.ops[i].tx;
	assert_int_equal(turn(&cs), 0);
}

/* Many shapes, each with something new to the layout: the masks are larger than a
 * change set, which must show before memory or patience ends. */
static void many_shapes_of_a_wide_layout(void **state)
{
	struct changeset cs;
	size_t i;

	(void)state;
	cs = nulls(20000, 2);
	for (i = 0; i < cs.op_count; i++)
		cs.ops[i].field = 1 + (uint32_t)i;
	assert_int_equal(turn(&cs), ERR_TOO_LARGE);
	/* As many as there is room for. */
	cs = nulls(3800, 2);
	for (i = 0; i < cs.op_count; i++)
		cs.ops[i].field = 1 + (uint32_t)i;
	assert_int_equal(turn(&cs), 0);
	assert_true(out.len > LIMIT_CHANGESET / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(table_limit),
		cmocka_unit_test(nothing_and_lone_shapes),
		cmocka_unit_test(widening),
		cmocka_unit_test(duplicates),
		cmocka_unit_test(planes),
		cmocka_unit_test(orders),
		cmocka_unit_test(shape_and_layout_limits),
		cmocka_unit_test(wide_layouts),
		cmocka_unit_test(many_shapes_of_a_wide_layout),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
