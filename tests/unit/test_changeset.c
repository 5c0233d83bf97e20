/* protocol/changeset: random change sets there and back, damage of every kind, and
 * objects: what the signature covers, and what can be told of a set that can't be
 * read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "protocol/limits.h"
#include "protocol/zip.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

static const uint8_t salt[CHANGESET_SALT] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
};
static const uint8_t district[HASH_SIZE] = { 0xd1 }, prev[HASH_SIZE] = { 0x99 };
static struct sign_key key;
static struct arena made, read;
static struct buf plain;

static int setup(void **state)
{
	const uint8_t seed[SIGN_SEED] = { 1 };

	(void)state;
	sign_make(&key, seed);
	arena_init(&made, LIMIT_MEMORY);
	arena_init(&read, LIMIT_MEMORY);
	buf_init(&plain, LIMIT_CHANGESET);
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

/* A change set of this seed; its plain form is in `plain`. */
static struct changeset encoded(uint64_t seed, size_t max_ops)
{
	struct err e = { 0 };
	struct changeset cs;
	struct gen g;

	arena_clear(&made);
	g = gen_of(seed, &made);
	cs = gen_changeset(&g, max_ops);
	buf_clear(&plain);
	if (changeset_encode(&cs, salt, &plain, &e) != 0)
		fail_msg("seed %llu: %s, %s", (unsigned long long)seed, err_name(e.code),
			 e.subject);
	return cs;
}

static int decode(struct bytes in, uint64_t device, struct changeset *out)
{
	struct err e = { 0 };
	int code;

	arena_clear(&read);
	code = changeset_decode(in, device, &read, out, &e);
	assert_int_equal(e.code, code);
	return code;
}

static void random_round_trips(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= 400; seed++) {
		size_t max_ops = seed % 40 == 0 ? 3000 : seed % 4 == 0 ? 300 : 20;
		struct changeset cs = encoded(seed, max_ops), back;
		const char *what;
		struct bytes exact = gen_exact(buf_view(&plain));

		assert_int_equal(decode(exact, cs.device, &back), 0);
		what = gen_difference(&cs, &back);
		if (what != NULL)
			fail_msg("seed %llu: %s", (unsigned long long)seed, what);
		gen_free(exact);
	}
}

/* Reading and writing again gives the same bytes: there is one form that we write. */
static void writing_again_gives_the_same_bytes(void **state)
{
	struct buf again;
	uint64_t seed;

	(void)state;
	buf_init(&again, LIMIT_CHANGESET);
	for (seed = 1000; seed < 1100; seed++) {
		struct changeset cs = encoded(seed, 100), back;

		assert_int_equal(decode(buf_view(&plain), cs.device, &back), 0);
		buf_clear(&again);
		assert_int_equal(changeset_encode(&back, salt, &again, NULL), 0);
		assert_true(bytes_equal(buf_view(&plain), buf_view(&again)));
	}
	buf_release(&again);
}

static void an_offices_day(void **state)
{
	struct gen g = gen_of(1, &made);
	struct changeset cs = gen_forms(&g, 500), back;

	(void)state;
	buf_clear(&plain);
	assert_int_equal(changeset_encode(&cs, salt, &plain, NULL), 0);
	/* Two texts of 25 bytes, 12 digits in 5 bytes: 100 bytes a record, no more. */
	assert_true(plain.len < 500 * 100);
	assert_int_equal(decode(buf_view(&plain), cs.device, &back), 0);
	assert_null(gen_difference(&cs, &back));
}

static void every_cut_fails(void **state)
{
	uint64_t seed;
	size_t n;

	(void)state;
	for (seed = 1; seed <= 30; seed++) {
		struct changeset cs = encoded(seed, seed == 1 ? 200 : 15), back = { .seq = 4711 };

		for (n = 0; n < plain.len; n++) {
			struct bytes cut = gen_exact((struct bytes){ plain.at, n });

			assert_int_not_equal(decode(cut, cs.device, &back), 0);
			assert_true(back.seq == 4711 && back.ops == NULL);
			gen_free(cut);
		}
	}
}

/* Whether the plain form is one that `key` signed with this signature. */
static bool signed_ok(struct bytes in, const uint8_t *signature)
{
	struct changeset cs;
	struct bytes payload;

	return changeset_peek(in, key.id, &read, &cs, &payload, NULL) == 0 &&
	       changeset_verify(key.public_key, district, prev, cs.root, payload, signature,
				NULL) == 0;
}

/* A flipped bit is an error or another value; and the signature tells in any case. */
static void every_bit_counts(void **state)
{
	uint64_t seed;
	size_t bit;
	unsigned errors = 0, others = 0;

	(void)state;
	for (seed = 1; seed <= 12; seed++) {
		struct changeset cs = encoded(seed, 10), back;
		struct object parts;
		struct buf object;
		uint8_t hash[HASH_SIZE];

		buf_init(&object, LIMIT_OBJECT);
		assert_int_equal(changeset_seal(&key, district, prev, cs.root, buf_view(&plain), 0,
						BYTES_NONE, &object, hash, NULL), 0);
		assert_int_equal(object_split(buf_view(&object), &parts, NULL), 0);
		assert_true(signed_ok(buf_view(&plain), parts.signature));
		for (bit = 0; bit < plain.len * 8; bit++) {
			struct bytes damaged;

			plain.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
			damaged = gen_exact(buf_view(&plain));
			plain.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (decode(damaged, cs.device, &back) != 0)
				errors++;
			else if (gen_difference(&cs, &back) != NULL)
				others++;
			assert_false(signed_ok(damaged, parts.signature));
			gen_free(damaged);
		}
		buf_release(&object);
	}
	assert_true(errors > 0 && others > 0);
}

/* --- objects --- */

static void object_round_trip(void **state)
{
	struct bytes dictionary = bytes_str("Nguyễn Thị Mẫu, Trường THCS Tứ Yên");
	struct changeset cs = encoded(5, 300), peek;
	uint8_t hash[HASH_SIZE], want[HASH_SIZE];
	struct bytes payload;
	struct object parts;
	struct buf object, back;
	struct err e = { 0 };

	(void)state;
	buf_init(&object, LIMIT_OBJECT);
	buf_init(&back, LIMIT_CHANGESET);
	buf_put(&object, "before", 6);
	assert_int_equal(changeset_seal(&key, district, prev, cs.root, buf_view(&plain), 300,
					dictionary, &object, hash, &e), 0);
	assert_memory_equal(object.at, "before\xac\x02", 8);
	assert_int_equal(object_split((struct bytes){ object.at + 6, object.len - 6 }, &parts, &e),
			 0);
	assert_true(parts.dictionary == 300);
	assert_int_equal(zip_inflate(parts.deflated, dictionary, LIMIT_CHANGESET, &back, &e), 0);
	assert_true(bytes_equal(buf_view(&back), buf_view(&plain)));
	assert_int_equal(changeset_peek(buf_view(&back), key.id, &read, &peek, &payload, &e), 0);
	assert_int_equal(changeset_verify(key.public_key, district, prev, peek.root, payload,
					  parts.signature, &e), 0);
	changeset_hash(prev, peek.root, payload, want);
	assert_memory_equal(hash, want, HASH_SIZE);
	buf_release(&object);
	buf_release(&back);
}

static void what_the_signature_binds(void **state)
{
	const uint8_t seed[SIGN_SEED] = { 2 };
	struct bytes payload = bytes_str("payload");
	uint8_t root[HASH_SIZE] = { 7 }, bad[HASH_SIZE], hash[HASH_SIZE], other_hash[HASH_SIZE];
	struct sign_key other;
	struct object parts;
	struct buf object;
	struct err e = { 0 };

	(void)state;
	sign_make(&other, seed);
	buf_init(&object, LIMIT_OBJECT);
	buf_clear(&plain);
	buf_varint(&plain, payload.len);
	buf_add(&plain, payload);
	assert_int_equal(changeset_seal(&key, district, prev, root, buf_view(&plain), 0,
					BYTES_NONE, &object, hash, &e), 0);
	assert_int_equal(object_split(buf_view(&object), &parts, &e), 0);
	assert_int_equal(changeset_verify(key.public_key, district, prev, root, payload,
					  parts.signature, &e), 0);
	assert_int_equal(changeset_verify(other.public_key, district, prev, root, payload,
					  parts.signature, &e), ERR_BAD_SIGNATURE);
	assert_int_equal(e.code, ERR_BAD_SIGNATURE);
	memcpy(bad, district, HASH_SIZE);
	bad[31] ^= 1;
	assert_int_equal(changeset_verify(key.public_key, bad, prev, root, payload,
					  parts.signature, &e), ERR_BAD_SIGNATURE);
	memcpy(bad, prev, HASH_SIZE);
	bad[31] ^= 1;
	assert_int_equal(changeset_verify(key.public_key, district, bad, root, payload,
					  parts.signature, &e), ERR_BAD_SIGNATURE);
	changeset_hash(bad, root, payload, other_hash);
	assert_memory_not_equal(hash, other_hash, HASH_SIZE);
	memcpy(bad, root, HASH_SIZE);
	bad[31] ^= 1;
	assert_int_equal(changeset_verify(key.public_key, district, prev, bad, payload,
					  parts.signature, &e), ERR_BAD_SIGNATURE);
	changeset_hash(prev, bad, payload, other_hash);
	assert_memory_not_equal(hash, other_hash, HASH_SIZE);
	assert_int_equal(changeset_verify(key.public_key, district, root, prev, payload,
					  parts.signature, &e), ERR_BAD_SIGNATURE);
	assert_int_equal(changeset_verify(key.public_key, district, prev, root,
					  bytes_str("Payload"), parts.signature, &e),
			 ERR_BAD_SIGNATURE);
	buf_release(&object);
}

/* The ops make no sense, yet place, root and signature stand. */
static void garbage_still_verifies(void **state)
{
	static const char head[] = "01 07 05 64 02";
	struct changeset cs = encoded(8, 200), peek, back;
	struct buf garbage, object;
	struct cursor c = cursor_of(buf_view(&plain));
	struct bytes payload, hidden;
	struct object parts;
	uint8_t hash[HASH_SIZE], zeros[HASH_SIZE] = { 0 };

	(void)state;
	assert_memory_not_equal(cs.root, zeros, HASH_SIZE);
	cursor_take(&c, cursor_varint(&c));
	hidden = cursor_take(&c, cursor_left(&c));
	buf_init(&object, LIMIT_OBJECT);
	buf_init(&garbage, LIMIT_CHANGESET);
	gen_hex(&garbage, "69");
	gen_hex(&garbage, head);
	while (garbage.len < 0x6a)
		buf_byte(&garbage, 0xee);
	buf_add(&garbage, hidden);
	assert_int_equal(changeset_seal(&key, district, prev, cs.root, buf_view(&garbage), 0,
					BYTES_NONE, &object, hash, NULL), 0);
	assert_int_equal(object_split(buf_view(&object), &parts, NULL), 0);
	assert_int_not_equal(decode(buf_view(&garbage), key.id, &back), 0);
	assert_int_equal(changeset_peek(buf_view(&garbage), key.id, &read, &peek, &payload, NULL),
			 0);
	assert_true(peek.stream == 7 && peek.seq == 5 && peek.first == 100 && peek.zero == 2);
	assert_true(peek.device == key.id && peek.op_count == 0 && peek.tx_count == 0);
	assert_int_equal(payload.len, 0x69);
	assert_memory_equal(peek.root, cs.root, HASH_SIZE);
	assert_true(signed_ok(buf_view(&garbage), parts.signature));
	buf_release(&garbage);
	buf_release(&object);
}

static void splitting(void **state)
{
	struct object parts = { .dictionary = 4711 };
	struct bytes exact;
	struct buf b;
	size_t n;

	(void)state;
	buf_init(&b, 2 * LIMIT_OBJECT);
	gen_hex(&b, "8001");
	while (b.len < 66)
		buf_byte(&b, 0x11);
	for (n = 0; n < 66; n++) {
		exact = gen_exact((struct bytes){ b.at, n });
		assert_int_equal(object_split(exact, &parts, NULL), ERR_TRUNCATED);
		gen_free(exact);
	}
	assert_true(parts.dictionary == 4711);
	exact = gen_exact(buf_view(&b));
	assert_int_equal(object_split(exact, &parts, NULL), 0);
	assert_true(parts.dictionary == 128 && parts.deflated.len == 0);
	assert_ptr_equal(parts.signature, exact.at + 2);
	gen_free(exact);
	while (b.len < LIMIT_OBJECT)
		buf_byte(&b, 0x11);
	assert_int_equal(object_split(buf_view(&b), &parts, NULL), 0);
	assert_int_equal(parts.deflated.len, LIMIT_OBJECT - 66);
	buf_byte(&b, 0x11);
	assert_int_equal(object_split(buf_view(&b), &parts, NULL), ERR_TOO_LARGE);
	b.len = 100;
	b.at[1] = 0;
	assert_int_equal(object_split(buf_view(&b), &parts, NULL), ERR_NOT_CANONICAL);
	buf_release(&b);
}

/* Sealing leaves nothing behind where it fails. */
static void sealing_fails(void **state)
{
	uint8_t hash[HASH_SIZE] = { 0x55 }, before[HASH_SIZE];
	struct changeset cs = encoded(5, 300);
	struct buf object;

	(void)state;
	memcpy(before, hash, HASH_SIZE);
	buf_init(&object, 100);
	buf_put(&object, "before", 6);
	assert_int_equal(changeset_seal(&key, district, prev, cs.root, buf_view(&plain), 0,
					BYTES_NONE, &object, hash, NULL), ERR_TOO_LARGE);
	assert_int_equal(object.len, 6);
	buf_release(&object);
	buf_init(&object, 10000);
	assert_int_equal(changeset_seal(&key, district, prev, cs.root, bytes_str("\x05""ab"), 0,
					BYTES_NONE, &object, hash, NULL), ERR_TRUNCATED);
	assert_int_equal(object.len, 0);
	assert_memory_equal(hash, before, HASH_SIZE);
	buf_release(&object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_round_trips),
		cmocka_unit_test(writing_again_gives_the_same_bytes),
		cmocka_unit_test(an_offices_day),
		cmocka_unit_test(every_cut_fails),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(object_round_trip),
		cmocka_unit_test(what_the_signature_binds),
		cmocka_unit_test(garbage_still_verifies),
		cmocka_unit_test(splitting),
		cmocka_unit_test(sealing_fails),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
