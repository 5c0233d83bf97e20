/* protocol/value: equality, and the compact form of every kind at its ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/value.h"
#include "tests/lib/gen_bytes.h"

/* One of each, no two equal; ERASED stands apart. */
static struct value sample(size_t i)
{
	static const struct ref refs[] = {
		{ 0, { 0, 0 } }, { 1, { 0, 0 } }, { 0, { 1, 0 } }, { 0, { 0, 1 } },
		{ UINT64_MAX, { UINT64_MAX, UINT64_MAX } }
	};

	switch (i) {
	case 0: return VALUE_OF_NONE;
	case 1: return VALUE_OF_NULL;
	case 2: return value_bool(false);
	case 3: return value_bool(true);
	case 4: return value_int(0);
	case 5: return value_int(1);
	case 6: return value_int(INT64_MIN);
	case 7: return value_int(INT64_MAX);
	case 8: return value_date(0);
	case 9: return value_date(1);
	case 10: return value_date(-25567);
	case 11: return value_text(bytes_str(""));
	case 12: return value_text(bytes_str("Xã Tứ Yên"));
	case 13: return value_text(bytes_str("Xã Tứ Yêm"));
	case 14: return value_bytes(bytes_str(""));
	case 15: return value_bytes(bytes_str("Xã Tứ Yên"));
	default: return value_ref(refs[i - 16]);
	}
}

enum { SAMPLES = 21 };

static void equality(void **state)
{
	struct value erased = { .kind = VALUE_ERASED };
	size_t i, k;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		struct value v = sample(i);

		assert_false(value_equal(&erased, &v));
		assert_false(value_equal(&v, &erased));
		for (k = 0; k < SAMPLES; k++) {
			struct value w = sample(k);

			assert_int_equal(value_equal(&v, &w), i == k);
		}
	}
	assert_false(value_equal(&erased, &erased));
}

static void compact_round_trip(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 4096);
	for (i = 0; i < SAMPLES; i++) {
		struct value v = sample(i), back;
		struct cursor c;

		buf_clear(&b);
		value_put(&b, &v);
		c = cursor_of(buf_view(&b));
		back = value_take(&c);
		assert_false(c.failed);
		assert_int_equal(cursor_left(&c), 0);
		assert_true(value_equal(&v, &back));
	}
	buf_clear(&b);
	value_put(&b, &(struct value){ .kind = VALUE_ERASED });
	struct cursor c = cursor_of(buf_view(&b));
	assert_int_equal(value_take(&c).kind, VALUE_ERASED);
	assert_int_equal(b.len, 1);
	buf_release(&b);
}

/* Stored and hashed bytes must not change from version to version. */
static void compact_bytes(void **state)
{
	static const struct { size_t sample; const char *hex; } list[] = {
		{ 1, "01" }, { 3, "0202" }, { 5, "0302" }, { 6, "03ffffffffffffffffff01" },
		{ 10, "04bd8f03" }, { 11, "0500" },
		{ 12, "050d 58c3a3 2054e1bba9 2059c3aa6e" },
		{ 18, "0700 0000000000000001 00" },
	};
	struct buf got, want;
	size_t i;

	(void)state;
	buf_init(&got, 100);
	buf_init(&want, 100);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		struct value v = sample(list[i].sample);

		buf_clear(&got);
		buf_clear(&want);
		value_put(&got, &v);
		gen_hex(&want, list[i].hex);
		assert_int_equal(got.len, want.len);
		assert_memory_equal(got.at, want.at, want.len);
	}
	buf_release(&got);
	buf_release(&want);
}

static void cuts_and_unknown_kinds_fail(void **state)
{
	struct buf b;
	size_t i, n;
	unsigned kind;

	(void)state;
	buf_init(&b, 4096);
	for (i = 0; i < SAMPLES; i++) {
		struct value v = sample(i);

		buf_clear(&b);
		value_put(&b, &v);
		for (n = 0; n < b.len; n++) {
			struct bytes cut = gen_exact((struct bytes){ b.at, n });
			struct cursor c = cursor_of(cut);

			value_take(&c);
			assert_true(c.failed);
			gen_free(cut);
		}
	}
	for (kind = VALUE_ERASED + 1; kind < 256; kind++) {
		uint8_t bytes[16] = { (uint8_t)kind };
		struct cursor c = cursor_of(BYTES_OF(bytes));

		assert_int_equal(value_take(&c).kind, VALUE_NULL);
		assert_true(c.failed);
	}
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality),
		cmocka_unit_test(compact_round_trip),
		cmocka_unit_test(compact_bytes),
		cmocka_unit_test(cuts_and_unknown_kinds_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
