/* protocol/head: the chain against hashes made elsewhere, and what a head's
 * signature binds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sodium.h>

#include "protocol/message.h"
#include "tests/lib/gen_bytes.h"

static void check(const uint8_t *got, const char *hex)
{
	struct buf want;

	buf_init(&want, 64);
	gen_hex(&want, hex);
	assert_memory_equal(got, want.at, want.len);
	buf_release(&want);
}

/* The hashes are Python's hashlib over hand-made input. */
static void known_chain(void **state)
{
	const uint8_t verdicts[] = { 0x81, 0x01 };
	uint8_t district[32], generation[16], set[32], head[32];

	(void)state;
	memset(district, 1, 32);
	memset(generation, 2, 16);
	memset(set, 3, 32);
	head_start(district, 7, generation, head);
	check(head, "3025a3bd5d5e830d6d406f315589b5f306959f4d51e783d6fb467d3bffcc8122");
	head_next(head, set, BYTES_NONE, 1750000000, 5, head);
	check(head, "7771813764e26f4d6aed32e8e769ae6faf5ce1ffd15d8abf929f1b8c009ff5ac");
	head_next(head, set, BYTES_OF(verdicts), -1, (uint64_t)1 << 40, head);
	check(head, "65421de531bac68e61662740b8c11045f1c1acd1425e25f0029f4562b492aae4");
}

static void all_parts_matter(void **state)
{
	uint8_t district[32] = { 1 }, generation[16] = { 2 }, set[32] = { 3 };
	uint8_t prev[32] = { 4 }, one[32], other[32];
	struct bytes verdicts = bytes_str("v");

	(void)state;
	head_start(district, 7, generation, one);
	head_start(district, 8, generation, other);
	assert_memory_not_equal(one, other, 32);
	generation[15] ^= 1;
	head_start(district, 7, generation, other);
	assert_memory_not_equal(one, other, 32);
	generation[15] ^= 1;
	district[31] ^= 1;
	head_start(district, 7, generation, other);
	assert_memory_not_equal(one, other, 32);

	head_next(prev, set, verdicts, 100, 5, one);
	head_next(set, prev, verdicts, 100, 5, other);
	assert_memory_not_equal(one, other, 32);
	head_next(prev, set, BYTES_NONE, 100, 5, other);
	assert_memory_not_equal(one, other, 32);
	head_next(prev, set, verdicts, 101, 5, other);
	assert_memory_not_equal(one, other, 32);
	head_next(prev, set, verdicts, -100, 5, other);
	assert_memory_not_equal(one, other, 32);
	head_next(prev, set, verdicts, 100, 6, other);
	assert_memory_not_equal(one, other, 32);
	head_next(prev, set, verdicts, 5, 100, other);
	assert_memory_not_equal(one, other, 32);
	head_next(prev, set, verdicts, 100, 5, other);
	assert_memory_equal(one, other, 32);
}

static void signature_binds(void **state)
{
	uint8_t seed[32] = { 1 }, district[32] = { 2 }, head[32] = { 3 }, sig[SIGN_SIZE];
	struct sign_key key, other;
	int i;

	(void)state;
	sign_make(&key, seed);
	seed[0] = 9;
	sign_make(&other, seed);
	head_sign(&key, district, 7, 9, head, -5, sig);
	assert_true(head_signature_ok(key.public_key, district, 7, 9, head, -5, sig));
	assert_false(head_signature_ok(other.public_key, district, 7, 9, head, -5, sig));
	assert_false(head_signature_ok(key.public_key, district, 8, 9, head, -5, sig));
	assert_false(head_signature_ok(key.public_key, district, 7, 10, head, -5, sig));
	assert_false(head_signature_ok(key.public_key, district, 9, 7, head, -5, sig));
	assert_false(head_signature_ok(key.public_key, district, 7, 9, head, 5, sig));
	for (i = 0; i < 32; i++) {
		head[i] ^= 1;
		assert_false(head_signature_ok(key.public_key, district, 7, 9, head, -5, sig));
		head[i] ^= 1;
		district[i] ^= 1;
		assert_false(head_signature_ok(key.public_key, district, 7, 9, head, -5, sig));
		district[i] ^= 1;
	}
	for (i = 0; i < SIGN_SIZE; i++) {
		sig[i] ^= 0x10;
		assert_false(head_signature_ok(key.public_key, district, 7, 9, head, -5, sig));
		sig[i] ^= 0x10;
	}
	/* The widest numbers fit. */
	head_sign(&key, district, UINT64_MAX, UINT64_MAX, head, INT64_MIN, sig);
	assert_true(head_signature_ok(key.public_key, district, UINT64_MAX, UINT64_MAX, head,
				      INT64_MIN, sig));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_chain),
		cmocka_unit_test(all_parts_matter),
		cmocka_unit_test(signature_binds),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
