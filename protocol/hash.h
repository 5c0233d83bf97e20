/* BLAKE2b-256 with a domain, so that no hash made for one purpose can stand
 * for another: the key is the domain's name, padded with zeros to 32 bytes. */
#ifndef DONGBO_HASH_H
#define DONGBO_HASH_H

#include "bytes.h"

enum { HASH_SIZE = 32 };

#define HASH_DISTRICT  "dongbo/district/1"
#define HASH_DEVICE    "dongbo/device/1"
#define HASH_CHANGESET "dongbo/changeset/1"
#define HASH_HEAD      "dongbo/head/1"
#define HASH_VERDICTS  "dongbo/verdicts/1"
#define HASH_NONCE     "dongbo/nonce/1"
#define HASH_LEAF      "dongbo/leaf/1"
#define HASH_LEAVES    "dongbo/leaves/1"
#define HASH_SALT      "dongbo/salt/1"
#define HASH_CLAIM     "dongbo/claim-mac/1"
#define HASH_CODE      "dongbo/code/1"
#define HASH_CODE_SEED "dongbo/code-seed/1"
#define HASH_CODE_MAC  "dongbo/code-mac/1"
#define HASH_RECORD    "dongbo/record/1"
#define HASH_VERSION   "dongbo/version/1"
#define HASH_FILE      "dongbo/file/1"
#define HASH_SNAPSHOT  "dongbo/snapshot/1"

/* out gets size bytes (16 to 64) of the hash of the parts, one after another. */
void hash_parts(uint8_t *out, size_t size, const char *domain, const struct bytes *parts,
		size_t count);

/* The 8-byte name of a key, as a number (big-endian): the start of its hash.
 * A look-up, never an identity. */
uint64_t hash_device(const uint8_t public_key[32]);

/* What people compare of a key: 16 bytes of a hash of their own, in hex, by fours. */
enum { FINGERPRINT_SIZE = 40 };
void hash_fingerprint(const uint8_t public_key[32], char out[FINGERPRINT_SIZE]);

/* A secret as the key: MACs and derived salts. domain goes in front of parts. */
void hash_keyed(uint8_t *out, size_t size, const uint8_t key[32], const char *domain,
		const struct bytes *parts, size_t count);

#endif
