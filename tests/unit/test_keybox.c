/* Keys under passphrases: they open with the right one and with no other, and nothing
 * of the secret stands in what is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include <sodium.h>

#include "common/system/keybox.h"

static const struct keybox_cost cheap = { 1, 8192 };

static void make(struct sign_key *key, struct keybox *box, const char *passphrase)
{
	uint8_t seed[SIGN_SEED];

	env_random(env_os(), seed, sizeof seed);
	sign_make(key, seed);
	assert_int_equal(keybox_seal(env_os(), key, bytes_str(passphrase), &cheap, box, NULL), 0);
}

static bool holds(struct bytes all, struct bytes part)
{
	size_t i;

	for (i = 0; i + part.len <= all.len; i++)
		if (memcmp(all.at + i, part.at, part.len) == 0)
			return true;
	return false;
}

static void the_right_passphrase_opens(void **state)
{
	struct sign_key key, back;
	struct keybox box;
	struct bytes half;

	(void)state;
	make(&key, &box, "mật khẩu của thủ trưởng");
	assert_int_equal(keybox_open(&box, bytes_str("mật khẩu của thủ trưởng"), &back, NULL), 0);
	assert_memory_equal(&back, &key, sizeof key);
	assert_memory_equal(box.key, key.public_key, SIGN_PUBLIC);
	half = (struct bytes){ key.secret, 16 };
	assert_false(holds(BYTES_OF(box.sealed), half));
	assert_false(holds(BYTES_OF(box.salt), half));
}

static void others_do_not(void **state)
{
	static const char *const wrong[] = { "mật khẩu", "Mật khẩu đúng", "mật khẩu đúng ", "" };
	struct sign_key key, back;
	struct keybox box;
	struct err e;
	size_t i;

	(void)state;
	make(&key, &box, "mật khẩu đúng");
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(keybox_open(&box, bytes_str(wrong[i]), &back, &e),
				 ERR_PASSPHRASE);
}

static void every_byte_counts(void **state)
{
	struct sign_key key, back;
	struct keybox box;
	size_t i;

	(void)state;
	make(&key, &box, "a");
	for (i = 0; i < KEYBOX_SEALED; i++) {
		box.sealed[i] ^= 1;
		assert_int_equal(keybox_open(&box, bytes_str("a"), &back, NULL), ERR_PASSPHRASE);
		box.sealed[i] ^= 1;
	}
	box.salt[KEYBOX_SALT - 1] ^= 1;
	assert_int_equal(keybox_open(&box, bytes_str("a"), &back, NULL), ERR_PASSPHRASE);
	box.salt[KEYBOX_SALT - 1] ^= 1;
	/* Passes and memory are part of what makes the key. */
	box.salt[7] = 2;
	assert_int_equal(keybox_open(&box, bytes_str("a"), &back, NULL), ERR_PASSPHRASE);
	box.salt[7] = 1;
	/* A cost that no machine can pay is an error, and no crash. */
	box.salt[8] = 0xff;
	assert_int_equal(keybox_open(&box, bytes_str("a"), &back, NULL), ERR_NOMEM);
	box.salt[8] = 0;
	box.key[0] ^= 1;
	assert_int_equal(keybox_open(&box, bytes_str("a"), &back, NULL), ERR_CORRUPT);
}

static void no_two_boxes_are_alike(void **state)
{
	struct sign_key key;
	struct keybox a, b;

	(void)state;
	make(&key, &a, "một");
	assert_int_equal(keybox_seal(env_os(), &key, bytes_str("một"), &cheap, &b, NULL), 0);
	assert_memory_not_equal(a.salt + 16, b.salt + 16, 16);
	assert_memory_not_equal(a.sealed, b.sealed, KEYBOX_SEALED);
}

static void passphrases_have_a_length(void **state)
{
	static uint8_t much[KEYBOX_PASSPHRASE_MAX + 1];
	struct sign_key key;
	struct keybox box;

	(void)state;
	make(&key, &box, "x");
	memset(much, 'x', sizeof much);
	assert_int_equal(keybox_seal(env_os(), &key, BYTES_NONE, &cheap, &box, NULL),
			 ERR_PASSPHRASE);
	assert_int_equal(keybox_seal(env_os(), &key, BYTES_OF(much), &cheap, &box, NULL),
			 ERR_PASSPHRASE);
	assert_int_equal(keybox_seal(env_os(), &key, (struct bytes){ much, sizeof much - 1 },
				     &cheap, &box, NULL), 0);
}

static void columns_have_their_sizes(void **state)
{
	struct sign_key key;
	struct keybox box, back;
	struct bytes parts[3], was;
	int i;

	(void)state;
	make(&key, &box, "x");
	parts[0] = BYTES_OF(box.key);
	parts[1] = BYTES_OF(box.salt);
	parts[2] = BYTES_OF(box.sealed);
	assert_int_equal(keybox_take(parts[0], parts[1], parts[2], &back, NULL), 0);
	assert_memory_equal(&back, &box, sizeof box);
	for (i = 0; i < 3; i++) {
		was = parts[i];
		parts[i].len--;
		assert_int_equal(keybox_take(parts[0], parts[1], parts[2], &back, NULL),
				 ERR_CORRUPT);
		parts[i] = was;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_passphrase_opens),
		cmocka_unit_test(others_do_not),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(no_two_boxes_are_alike),
		cmocka_unit_test(passphrases_have_a_length),
		cmocka_unit_test(columns_have_their_sizes),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
