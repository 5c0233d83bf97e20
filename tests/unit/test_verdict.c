/* protocol/verdict: lists there and back, every way a list can be wrong, and the
 * look-up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/verdict.h"
#include "tests/lib/gen_bytes.h"

static const struct verdict sample[] = {
	{ 0, ERR_STALE, 0, { 0, 0 } },
	{ 3, ERR_REQUIRED, 12, { 0xd0d0, 77 } },
	{ 70000, ERR_ALREADY, UINT32_MAX, { UINT64_MAX, INT64_MAX / 2 } },
	{ VERDICT_ALL - 1, -9999, 1, { 1, 1 } },
};

enum { SAMPLE = sizeof sample / sizeof sample[0] };

static struct arena arena;
static struct buf b;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	buf_init(&b, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&b);
	return 0;
}

static int decode(struct bytes in)
{
	struct bytes exact = gen_exact(in);
	struct verdict *v = NULL;
	struct err e = { 0 };
	size_t count = 12345;
	int code = verdicts_decode(exact, &arena, &v, &count, &e);

	assert_int_equal(e.code, code);
	if (code != 0)
		assert_int_equal(count, 12345);
	gen_free(exact);
	return code;
}

static int decode_hex(const char *hex)
{
	buf_clear(&b);
	gen_hex(&b, hex);
	return decode(buf_view(&b));
}

static void round_trip(void **state)
{
	struct verdict *v;
	size_t count, n, i;

	(void)state;
	for (n = 0; n <= SAMPLE; n++) {
		buf_clear(&b);
		verdicts_encode(sample, n, &b);
		assert_int_equal(b.len == 0, n == 0);
		assert_int_equal(verdicts_decode(buf_view(&b), &arena, &v, &count, NULL), 0);
		assert_int_equal(count, n);
		for (i = 0; i < n; i++) {
			assert_int_equal(v[i].tx, sample[i].tx);
			assert_int_equal(v[i].code, sample[i].code);
			assert_int_equal(v[i].rule, sample[i].rule);
			assert_true(rid_equal(v[i].record, sample[i].record));
		}
	}
}

static void known_bytes(void **state)
{
	struct buf want;

	(void)state;
	buf_init(&want, 100);
	gen_hex(&want, "81 85 03 18 55 0c 48 000000000000d0d0 18 4d");
	buf_clear(&b);
	verdicts_encode(&sample[1], 1, &b);
	assert_int_equal(b.len, want.len);
	assert_memory_equal(b.at, want.at, want.len);
	buf_release(&want);
}

static void every_cut_fails(void **state)
{
	struct buf all;
	size_t n;

	(void)state;
	buf_init(&all, 1000);
	verdicts_encode(sample, SAMPLE, &all);
	for (n = 1; n < all.len; n++)
		assert_int_equal(decode((struct bytes){ all.at, n }), ERR_TRUNCATED);
	buf_byte(&all, 0);
	assert_int_equal(decode(buf_view(&all)), ERR_TRAILING);
	buf_release(&all);
}

static void what_is_refused(void **state)
{
	(void)state;
	assert_int_equal(decode_hex("81 85 00 01 00 480000000000000000 00"), 0);
	/* An empty list has one form: no bytes. */
	assert_int_equal(decode_hex("80"), ERR_NOT_CANONICAL);
	/* No code, and one that no list of ours will reach. */
	assert_int_equal(decode_hex("81 85 00 00 00 480000000000000000 00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 85 00 19270f 00 480000000000000000 00"), 0);
	assert_int_equal(decode_hex("81 85 00 192710 00 480000000000000000 00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 85 00 1a80000000 00 480000000000000000 00"),
			 ERR_MALFORMED);
	/* Index and rule are 32 bits. */
	assert_int_equal(decode_hex("81 85 1affffffff 01 00 480000000000000000 00"), 0);
	assert_int_equal(decode_hex("81 85 1b0000000100000000 01 00 480000000000000000 00"),
			 ERR_MALFORMED);
	assert_int_equal(decode_hex("81 85 00 01 1b0000000100000000 480000000000000000 00"),
			 ERR_MALFORMED);
	/* An op number from which one can still count on. */
	assert_int_equal(decode_hex("81 85 00 01 00 480000000000000000 1b3fffffffffffffff"), 0);
	assert_int_equal(decode_hex("81 85 00 01 00 480000000000000000 1b4000000000000000"),
			 ERR_MALFORMED);
	/* Indices ascend, none twice. */
	assert_int_equal(decode_hex("82 85 01 01 00 480000000000000000 00"
				    " 85 02 01 00 480000000000000000 00"), 0);
	assert_int_equal(decode_hex("82 85 02 01 00 480000000000000000 00"
				    " 85 02 01 00 480000000000000000 00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("82 85 02 01 00 480000000000000000 00"
				    " 85 01 01 00 480000000000000000 00"), ERR_MALFORMED);
	/* Shapes. */
	assert_int_equal(decode_hex("00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 84 00 01 00 480000000000000000"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 86 00 01 00 480000000000000000 00 00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 85 00 01 00 4700000000000000 00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 85 20 01 00 480000000000000000 00"), ERR_MALFORMED);
	assert_int_equal(decode_hex("81 85 1800 01 00 480000000000000000 00"),
			 ERR_NOT_CANONICAL);
	/* A count that cannot be there takes no memory. */
	assert_int_equal(decode_hex("9b00ffffffffffffff 85"), ERR_TRUNCATED);
}

static void no_memory(void **state)
{
	struct arena small;
	struct verdict *v = NULL;
	size_t count = 0;

	(void)state;
	arena_init(&small, 32);
	buf_clear(&b);
	verdicts_encode(sample, SAMPLE, &b);
	assert_int_equal(verdicts_decode(buf_view(&b), &small, &v, &count, NULL), ERR_NOMEM);
	assert_null(v);
	arena_release(&small);
}

static void look_up(void **state)
{
	struct verdict all[] = { { 1, ERR_STALE, 0, { 0, 0 } },
				 { VERDICT_ALL, ERR_UNREADABLE, 0, { 0, 0 } } };
	size_t i;

	(void)state;
	for (i = 0; i < SAMPLE; i++)
		assert_ptr_equal(verdict_on(sample, SAMPLE, sample[i].tx), &sample[i]);
	assert_null(verdict_on(sample, SAMPLE, 1));
	assert_null(verdict_on(sample, SAMPLE, 4));
	assert_null(verdict_on(sample, SAMPLE, 70001));
	assert_null(verdict_on(sample, 0, 0));
	assert_null(verdict_on(NULL, 0, VERDICT_ALL));
	/* One word on the whole speaks of each. */
	assert_ptr_equal(verdict_on(all, 2, 0), &all[1]);
	assert_ptr_equal(verdict_on(all, 2, 5000), &all[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(known_bytes),
		cmocka_unit_test(every_cut_fails),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(look_up),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
