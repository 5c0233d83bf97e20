/* Signatures: one structure, built the same way for signing and checking. */
#include "sign.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "cbor.h"
#include "hash.h"

void sign_make(struct sign_key *key, const uint8_t seed[SIGN_SEED])
{
	crypto_sign_seed_keypair(key->public_key, key->secret, seed);
	key->id = hash_device(key->public_key);
}

void sign_restore(struct sign_key *key, const uint8_t secret[SIGN_SECRET])
{
	memcpy(key->secret, secret, SIGN_SECRET);
	crypto_sign_ed25519_sk_to_pk(key->public_key, secret);
	key->id = hash_device(key->public_key);
}

void sign_wipe(struct sign_key *key)
{
	sodium_memzero(key, sizeof *key);
}

/* Sig_structure of RFC 9052 section 4.4 into b. */
static void structure(struct buf *b, const uint8_t *public_key,
		      const struct sign_context *ctx, struct bytes payload)
{
	static const uint8_t protected_header[] = { 0xa1, 0x01, 0x32 };
	struct buf aad;
	size_t i;

	buf_init(&aad, 512);
	cbor_put_array(&aad, 3 + ctx->count);
	cbor_put_text(&aad, bytes_str(ctx->domain));
	if (ctx->district != NULL)
		cbor_put_bytes(&aad, (struct bytes){ ctx->district, HASH_SIZE });
	else
		cbor_put_null(&aad);
	cbor_put_bytes(&aad, (struct bytes){ public_key, SIGN_PUBLIC });
	for (i = 0; i < ctx->count; i++)
		cbor_put_bytes(&aad, ctx->bound[i]);

	cbor_put_array(b, 4);
	cbor_put_text(b, bytes_str("Signature1"));
	cbor_put_bytes(b, BYTES_OF(protected_header));
	cbor_put_bytes(b, buf_view(&aad));
	cbor_put_bytes(b, payload);
	if (aad.failed)
		b->failed = true;
	buf_release(&aad);
}

void sign_detached(const struct sign_key *key, const struct sign_context *ctx,
		   struct bytes payload, uint8_t signature[SIGN_SIZE])
{
	struct buf b;

	buf_init(&b, payload.len + 1024);
	structure(&b, key->public_key, ctx, payload);
	/* Memory for one message's bytes is there or the process is lost. */
	assert(!b.failed);
	crypto_sign_detached(signature, NULL, b.at, b.len, key->secret);
	buf_release(&b);
}

bool sign_ok(const uint8_t public_key[SIGN_PUBLIC], const struct sign_context *ctx,
	     struct bytes payload, const uint8_t signature[SIGN_SIZE])
{
	struct buf b;
	bool ok;

	buf_init(&b, payload.len + 1024);
	structure(&b, public_key, ctx, payload);
	ok = !b.failed &&
	     crypto_sign_verify_detached(signature, b.at, b.len, public_key) == 0;
	buf_release(&b);
	return ok;
}
