/* protocol/hash: against values of another implementation of BLAKE2b (Python's
 * hashlib), and no domain can stand for another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/hash.h"
#include "tests/lib/gen_bytes.h"

static void check(const uint8_t *got, const char *hex)
{
	struct buf want;

	buf_init(&want, 64);
	gen_hex(&want, hex);
	assert_memory_equal(got, want.at, want.len);
	buf_release(&want);
}

static void known_values(void **state)
{
	struct bytes parts[] = { bytes_str("a"), BYTES_NONE, bytes_str("bc") };
	uint8_t out[64], key[32];
	int i;

	(void)state;
	for (i = 0; i < 32; i++)
		key[i] = (uint8_t)i;
	hash_parts(out, 32, HASH_LEAF, parts, 3);
	check(out, "6b9a1bb5c9ba3c0f1a4216922fe5ea35c09547ad6f9c4f6d46b724d207345fde");
	hash_parts(out, 16, HASH_LEAF, parts, 3);
	check(out, "0a6490c135f0d50125165c364a3110b3");
	hash_keyed(out, 16, key, HASH_SALT, parts, 3);
	check(out, "e1737ebd902ca976ff9b1fb97a8440a9");
	assert_true(hash_device(key) == 0x50d621513d987b6c);
}

static void domains_are_apart(void **state)
{
	static const char *const domains[] = {
		HASH_DISTRICT, HASH_DEVICE, HASH_CHANGESET, HASH_HEAD, HASH_NONCE, HASH_LEAF,
		HASH_LEAVES, HASH_SALT, HASH_CLAIM, HASH_RECORD,
		HASH_CODE, HASH_CODE_SEED, HASH_CODE_MAC
	};
	enum { COUNT = sizeof domains / sizeof domains[0] };
	struct bytes part = bytes_str("the same");
	uint8_t plain[COUNT][32], keyed[COUNT][32], key[32] = { 7 };
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		assert_true(strlen(domains[i]) <= 32);
		hash_parts(plain[i], 32, domains[i], &part, 1);
		hash_keyed(keyed[i], 32, key, domains[i], &part, 1);
		for (k = 0; k < i; k++) {
			assert_memory_not_equal(plain[i], plain[k], 32);
			assert_memory_not_equal(keyed[i], keyed[k], 32);
			assert_memory_not_equal(plain[i], keyed[k], 32);
		}
	}
}

static void key_and_size_matter(void **state)
{
	struct bytes part = bytes_str("the same");
	uint8_t a[64], b[64], key[32] = { 7 };

	(void)state;
	hash_keyed(a, 32, key, HASH_CLAIM, &part, 1);
	key[31] ^= 1;
	hash_keyed(b, 32, key, HASH_CLAIM, &part, 1);
	assert_memory_not_equal(a, b, 32);
	/* A short hash is no start of a long one. */
	hash_parts(a, 64, HASH_LEAF, &part, 1);
	hash_parts(b, 32, HASH_LEAF, &part, 1);
	assert_memory_not_equal(a, b, 16);
	/* Where the parts meet does not. */
	hash_parts(a, 32, HASH_LEAF, (struct bytes[]){ bytes_str("the "), bytes_str("same") }, 2);
	assert_memory_equal(a, b, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(domains_are_apart),
		cmocka_unit_test(key_and_size_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
