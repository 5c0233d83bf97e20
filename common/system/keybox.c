/* Keys under passphrases. */
#include "common/system/keybox.h"

#include <sodium.h>
#include <string.h>

_Static_assert(KEYBOX_SALT == 16 + crypto_pwhash_SALTBYTES, "salt of a keybox");
_Static_assert(KEYBOX_SEALED == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES +
				SIGN_SECRET, "box of a keybox");

const struct keybox_cost keybox_usual = { crypto_pwhash_OPSLIMIT_MODERATE,
					  crypto_pwhash_MEMLIMIT_MODERATE };

int keybox_derive(struct bytes passphrase, const struct keybox_cost *cost, const uint8_t *salt,
		  uint8_t *out, size_t n, struct err *e)
{
	if (passphrase.len == 0 || passphrase.len > KEYBOX_PASSPHRASE_MAX)
		return err_set(e, ERR_PASSPHRASE, "1 to %d bytes", KEYBOX_PASSPHRASE_MAX);
	if (crypto_pwhash(out, n, (const char *)passphrase.at, passphrase.len, salt, cost->ops,
			  (size_t)cost->memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(e, ERR_NOMEM, "Argon2id");
	return 0;
}

static void put_u64(uint8_t *out, uint64_t n)
{
	int i;

	for (i = 7; i >= 0; i--, n >>= 8)
		out[i] = (uint8_t)n;
}

int keybox_seal(const struct env *env, const struct sign_key *key, struct bytes passphrase,
		const struct keybox_cost *cost, struct keybox *out, struct err *e)
{
	uint8_t secret[crypto_secretbox_KEYBYTES];
	struct keybox b;
	int code;

	if (cost == NULL)
		cost = &keybox_usual;
	memcpy(b.key, key->public_key, sizeof b.key);
	put_u64(b.salt, cost->ops);
	put_u64(b.salt + 8, cost->memory);
	env_random(env, b.salt + 16, crypto_pwhash_SALTBYTES);
	env_random(env, b.sealed, crypto_secretbox_NONCEBYTES);
	code = keybox_derive(passphrase, cost, b.salt + 16, secret, sizeof secret, e);
	if (code != 0)
		return code;
	crypto_secretbox_easy(b.sealed + crypto_secretbox_NONCEBYTES, key->secret, SIGN_SECRET,
			      b.sealed, secret);
	sodium_memzero(secret, sizeof secret);
	*out = b;
	return 0;
}

struct keybox_cost keybox_cost_of(const struct keybox *box)
{
	struct cursor c = cursor_of(BYTES_OF(box->salt));
	struct keybox_cost cost = { cursor_u64(&c), 0 };

	cost.memory = cursor_u64(&c);
	return cost;
}

int keybox_open(const struct keybox *box, struct bytes passphrase, struct sign_key *out,
		struct err *e)
{
	struct keybox_cost cost = keybox_cost_of(box);
	uint8_t key[crypto_secretbox_KEYBYTES], secret[SIGN_SECRET];
	int code;

	code = keybox_derive(passphrase, &cost, box->salt + 16, key, sizeof key, e);
	if (code != 0)
		return code;
	if (crypto_secretbox_open_easy(secret, box->sealed + crypto_secretbox_NONCEBYTES,
				       KEYBOX_SEALED - crypto_secretbox_NONCEBYTES, box->sealed,
				       key) != 0)
		code = err_set(e, ERR_PASSPHRASE, "%s", "");
	sodium_memzero(key, sizeof key);
	if (code != 0)
		return code;
	sign_restore(out, secret);
	sodium_memzero(secret, sizeof secret);
	if (memcmp(out->public_key, box->key, SIGN_PUBLIC) != 0) {
		sign_wipe(out);
		return err_set(e, ERR_CORRUPT, "key");
	}
	return 0;
}

int keybox_take(struct bytes key, struct bytes salt, struct bytes sealed, struct keybox *out,
		struct err *e)
{
	if (key.len != SIGN_PUBLIC || salt.len != KEYBOX_SALT || sealed.len != KEYBOX_SEALED)
		return err_set(e, ERR_CORRUPT, "key");
	memcpy(out->key, key.at, key.len);
	memcpy(out->salt, salt.at, salt.len);
	memcpy(out->sealed, sealed.at, sealed.len);
	return 0;
}
