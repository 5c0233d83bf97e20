/* A person's signing key, sealed under a passphrase: what is on the disk signs nothing
 * in anybody's name. Officers' keys on the server and chiefs' keys on a unit's computer
 * are kept so.
 *
 *   salt   = passes (8) | memory in bytes (8) | salt (16)          of Argon2id (RFC 9106)
 *   sealed = nonce (24) | crypto_secretbox of the 64-byte secret key */
#ifndef DONGBO_KEYBOX_H
#define DONGBO_KEYBOX_H

#include "common/system/env.h"
#include "protocol/sign.h"

enum { KEYBOX_SALT = 32, KEYBOX_SEALED = 24 + 16 + SIGN_SECRET, KEYBOX_PASSPHRASE_MAX = 1024 };

/* What a try of a passphrase costs. */
struct keybox_cost {
	uint64_t ops;    /* passes */
	uint64_t memory; /* bytes */
};

struct keybox {
	uint8_t key[SIGN_PUBLIC]; /* whose secret it is */
	uint8_t salt[KEYBOX_SALT], sealed[KEYBOX_SEALED];
};

/* 1 to KEYBOX_PASSPHRASE_MAX bytes, else ERR_PASSPHRASE; cost NULL is the usual one, some
 * half second and 256 MB. ERR_NOMEM where the machine has not that much. */
int keybox_seal(const struct env *env, const struct sign_key *key, struct bytes passphrase,
		const struct keybox_cost *cost, struct keybox *out, struct err *e);
/* ERR_PASSPHRASE where it does not open, ERR_CORRUPT where it holds another key. The
 * caller wipes the key. */
int keybox_open(const struct keybox *box, struct bytes passphrase, struct sign_key *out,
		struct err *e);
/* n bytes, 16 or more, from a passphrase and 16 bytes of salt. The lengths are as above. */
int keybox_derive(struct bytes passphrase, const struct keybox_cost *cost, const uint8_t *salt,
		  uint8_t *out, size_t n, struct err *e);
/* The usual cost. */
extern const struct keybox_cost keybox_usual;
/* What it was sealed at. */
struct keybox_cost keybox_cost_of(const struct keybox *box);
/* From columns of a table: ERR_CORRUPT where one has not its size. */
int keybox_take(struct bytes key, struct bytes salt, struct bytes sealed, struct keybox *out,
		struct err *e);

#endif
