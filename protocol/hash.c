/* libsodium's generic hash with our domains. */
#include "hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static void run(uint8_t *out, size_t size, const uint8_t *key, const char *prefix,
		const struct bytes *parts, size_t count)
{
	crypto_generichash_state state;
	size_t i;

	crypto_generichash_init(&state, key, 32, size);
	if (prefix != NULL)
		crypto_generichash_update(&state, (const uint8_t *)prefix, strlen(prefix));
	for (i = 0; i < count; i++)
		crypto_generichash_update(&state, parts[i].at, parts[i].len);
	crypto_generichash_final(&state, out, size);
}

void hash_parts(uint8_t *out, size_t size, const char *domain, const struct bytes *parts,
		size_t count)
{
	uint8_t key[32] = { 0 };
	size_t n = strlen(domain);

	assert(n <= sizeof key && size >= 16 && size <= 64);
	memcpy(key, domain, n);
	run(out, size, key, NULL, parts, count);
}

void hash_keyed(uint8_t *out, size_t size, const uint8_t key[32], const char *domain,
		const struct bytes *parts, size_t count)
{
	assert(size >= 16 && size <= 64);
	run(out, size, key, domain, parts, count);
}

uint64_t hash_device(const uint8_t public_key[32])
{
	uint8_t full[HASH_SIZE];
	struct bytes key = { public_key, 32 };
	uint64_t id = 0;
	int i;

	hash_parts(full, sizeof full, HASH_DEVICE, &key, 1);
	for (i = 0; i < 8; i++)
		id = id << 8 | full[i];
	return id;
}

void hash_fingerprint(const uint8_t public_key[32], char out[FINGERPRINT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	struct bytes key = { public_key, 32 };
	uint8_t hash[16];
	size_t i;

	hash_parts(hash, sizeof hash, HASH_DEVICE, &key, 1);
	for (i = 0; i < sizeof hash; i++) {
		if (i > 0 && i % 2 == 0)
			*out++ = '-';
		*out++ = digits[hash[i] >> 4];
		*out++ = digits[hash[i] & 15];
	}
	*out = '\0';
}
