/* protocol/sign: the signed bytes are assembled here by hand, and every part of
 * what a signature stands under is shown to be bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sodium.h>

#include "protocol/hash.h"
#include "protocol/sign.h"
#include "tests/lib/gen_bytes.h"

static struct sign_key key_of(uint8_t first)
{
	uint8_t seed[SIGN_SEED] = { first };
	struct sign_key key;

	sign_make(&key, seed);
	return key;
}

static void keys(void **state)
{
	struct sign_key key = key_of(1), back = { 0 }, none = { 0 };

	(void)state;
	assert_true(key.id == hash_device(key.public_key));
	sign_restore(&back, key.secret);
	assert_memory_equal(&key, &back, sizeof key);
	sign_wipe(&back);
	assert_memory_equal(&back, &none, sizeof none);
}

/* Appends a CBOR byte string of 24 to 255 bytes. */
static void put_string(struct buf *b, const uint8_t *p, size_t n)
{
	buf_byte(b, 0x58);
	buf_byte(b, (uint8_t)n);
	buf_put(b, p, n);
}

/* RFC 9052 section 4.4, byte by byte. */
static void structure_by_hand(void **state)
{
	struct sign_key key = key_of(1);
	uint8_t district[32], prev[32], root[32], want[64], got[64];
	struct bytes bound[] = { BYTES_OF(prev), BYTES_OF(root) };
	struct sign_context ctx = { SIGN_CHANGESET, district, bound, 2 };
	struct buf b, aad;

	(void)state;
	memset(district, 0xd1, 32);
	memset(prev, 0x99, 32);
	memset(root, 0x44, 32);
	buf_init(&aad, 1024);
	gen_hex(&aad, "85 72"); /* 5 elements; text of 18 */
	buf_put(&aad, "dongbo/changeset/1", 18);
	put_string(&aad, district, 32);
	put_string(&aad, key.public_key, 32);
	put_string(&aad, prev, 32);
	put_string(&aad, root, 32);
	assert_int_equal(aad.len, 156);
	buf_init(&b, 1024);
	gen_hex(&b, "84 6a 5369676e617475726531"); /* "Signature1" */
	gen_hex(&b, "43 a1 01 32");                /* {1: -19} */
	put_string(&b, aad.at, aad.len);
	gen_hex(&b, "43 010203");
	crypto_sign_detached(want, NULL, b.at, b.len, key.secret);
	sign_detached(&key, &ctx, BYTES_OF(((uint8_t[]){ 1, 2, 3 })), got);
	assert_memory_equal(want, got, 64);
	assert_true(sign_ok(key.public_key, &ctx, BYTES_OF(((uint8_t[]){ 1, 2, 3 })), want));

	/* Without district and bound: null in its place, three elements. */
	buf_clear(&aad);
	gen_hex(&aad, "83 6d");
	buf_put(&aad, "dongbo/root/1", 13);
	gen_hex(&aad, "f6");
	put_string(&aad, key.public_key, 32);
	buf_clear(&b);
	gen_hex(&b, "84 6a 5369676e617475726531 43 a10132");
	put_string(&b, aad.at, aad.len);
	gen_hex(&b, "40");
	crypto_sign_detached(want, NULL, b.at, b.len, key.secret);
	ctx = (struct sign_context){ SIGN_ROOT, NULL, NULL, 0 };
	sign_detached(&key, &ctx, BYTES_NONE, got);
	assert_memory_equal(want, got, 64);
	buf_release(&b);
	buf_release(&aad);
}

static void no_domain_stands_for_another(void **state)
{
	static const char *const domains[] = {
		SIGN_CHANGESET, SIGN_HEAD, SIGN_ROOT, SIGN_KEYS, SIGN_CLAIM, SIGN_SUCCESSION
	};
	enum { COUNT = sizeof domains / sizeof domains[0] };
	struct sign_key key = key_of(1);
	struct bytes payload = bytes_str("the same payload");
	uint8_t district[32] = { 1 }, signature[SIGN_SIZE];
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		struct sign_context ctx = { domains[i], district, NULL, 0 };

		sign_detached(&key, &ctx, payload, signature);
		for (k = 0; k < COUNT; k++) {
			struct sign_context other = { domains[k], district, NULL, 0 };

			assert_int_equal(sign_ok(key.public_key, &other, payload, signature),
					 i == k);
		}
	}
}

static void everything_is_bound(void **state)
{
	struct sign_key key = key_of(1), other = key_of(2);
	uint8_t district[32] = { 1 }, prev[32] = { 2 }, root[32] = { 3 }, signature[SIGN_SIZE];
	uint8_t text[] = "payload";
	struct bytes bound[] = { BYTES_OF(prev), BYTES_OF(root) };
	struct bytes swapped[] = { BYTES_OF(root), BYTES_OF(prev) };
	struct bytes shorter[] = { { prev, 31 }, BYTES_OF(root) };
	struct sign_context ctx = { SIGN_CHANGESET, district, bound, 2 }, bad = ctx;
	struct bytes payload = BYTES_OF(text);
	uint8_t *const parts[] = { district, prev, root, text, signature };
	const size_t sizes[] = { 32, 32, 32, sizeof text, SIGN_SIZE };
	size_t i, bit;

	(void)state;
	sign_detached(&key, &ctx, payload, signature);
	assert_true(sign_ok(key.public_key, &ctx, payload, signature));
	assert_false(sign_ok(other.public_key, &ctx, payload, signature));
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
		for (bit = 0; bit < sizes[i] * 8; bit += i == 4 ? 1 : 5) {
			parts[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(sign_ok(key.public_key, &ctx, payload, signature));
			parts[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	bad.district = NULL;
	assert_false(sign_ok(key.public_key, &bad, payload, signature));
	bad = ctx;
	bad.count = 1;
	assert_false(sign_ok(key.public_key, &bad, payload, signature));
	bad.count = 0;
	assert_false(sign_ok(key.public_key, &bad, payload, signature));
	bad = ctx;
	bad.bound = swapped;
	assert_false(sign_ok(key.public_key, &bad, payload, signature));
	bad.bound = shorter;
	assert_false(sign_ok(key.public_key, &bad, payload, signature));
	payload.len--;
	assert_false(sign_ok(key.public_key, &ctx, payload, signature));
	payload.len++;
	assert_true(sign_ok(key.public_key, &ctx, payload, signature));
}

/* Keys that accept signatures on anything, and none at all. */
static void weak_keys_verify_nothing(void **state)
{
	uint8_t weak[32] = { 1 }, zero[32] = { 0 }, signature[SIGN_SIZE] = { 1 };
	struct sign_context ctx = { SIGN_HEAD, zero, NULL, 0 };

	(void)state;
	assert_false(sign_ok(weak, &ctx, bytes_str("x"), signature));
	assert_false(sign_ok(zero, &ctx, bytes_str("x"), signature));
}

static void large_payload(void **state)
{
	struct sign_key key = key_of(1);
	uint8_t district[32] = { 1 }, signature[SIGN_SIZE];
	struct sign_context ctx = { SIGN_CHANGESET, district, NULL, 0 };
	struct bytes payload = { calloc(1, 1 << 20), 1 << 20 };

	(void)state;
	assert_non_null(payload.at);
	sign_detached(&key, &ctx, payload, signature);
	assert_true(sign_ok(key.public_key, &ctx, payload, signature));
	gen_free(payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(structure_by_hand),
		cmocka_unit_test(no_domain_stands_for_another),
		cmocka_unit_test(everything_is_bound),
		cmocka_unit_test(weak_keys_verify_nothing),
		cmocka_unit_test(large_payload),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
