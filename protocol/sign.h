/* Ed25519 (RFC 9864) as COSE_Sign1 (RFC 9052) with a detached payload.
 *
 * What is signed is the Sig_structure
 *   ["Signature1", h'a10132' ({1: -19}), external_aad, payload]
 * where external_aad is the CBOR array
 *   [domain, district id, signer's public key, bound...]
 * so a signature is good for one purpose, one district, one key. `bound` are
 * the hashes that the purpose ties in: the predecessor of a change set, say.
 * Only the 64 bytes of the signature travel. */
#ifndef DONGBO_SIGN_H
#define DONGBO_SIGN_H

#include "bytes.h"

enum { SIGN_SIZE = 64, SIGN_PUBLIC = 32, SIGN_SECRET = 64, SIGN_SEED = 32 };

#define SIGN_CHANGESET "dongbo/changeset/1"
#define SIGN_HEAD      "dongbo/head/1"
#define SIGN_ROOT      "dongbo/root/1"
#define SIGN_KEYS      "dongbo/keys/1"
#define SIGN_CLAIM     "dongbo/claim/1"
#define SIGN_SUCCESSION "dongbo/succession/1"
#define SIGN_GENERATION "dongbo/generation/1"
#define SIGN_BACKUP    "dongbo/backup/1"
/* Named now so that nothing else takes it; coded later (SPEC.md section 11). */

struct sign_key {
	uint8_t public_key[SIGN_PUBLIC];
	uint8_t secret[SIGN_SECRET];
	uint64_t id; /* hash_device(public_key) */
};

/* A key pair from 32 random bytes. */
void sign_make(struct sign_key *key, const uint8_t seed[SIGN_SEED]);
/* A key pair from its stored 64-byte secret. */
void sign_restore(struct sign_key *key, const uint8_t secret[SIGN_SECRET]);
void sign_wipe(struct sign_key *key);

/* What a signature stands under. district is 32 bytes, or NULL where there is
 * none yet (the root document); bound has count byte strings. */
struct sign_context {
	const char *domain;
	const uint8_t *district;
	const struct bytes *bound;
	size_t count;
};

void sign_detached(const struct sign_key *key, const struct sign_context *ctx,
		   struct bytes payload, uint8_t signature[SIGN_SIZE]);
bool sign_ok(const uint8_t public_key[SIGN_PUBLIC], const struct sign_context *ctx,
	     struct bytes payload, const uint8_t signature[SIGN_SIZE]);

#endif
