/* Sealed envelopes: one request, one reply, any carrier.
 *
 *   request of a known device    D6 B6 11 | box key no | device id (8) | nonce (12) | box
 *   request of an unknown one    D6 B6 12 | box key no | ephemeral key (32)         | box
 *   reply                        D6 B6 13 | box key no | nonce (12)                 | box
 *   refusal, in clear            D6 B6 14 | error number (varint)
 *
 * A reply is sealed to the device's key, also the answer to a first contact (the
 * claim inside names it). A refusal answers what could not be opened or decoded;
 * nothing vouches for it, so it is a hint for people and changes no state.
 *
 * The box is crypto_box (X25519, XSalsa20, Poly1305) between a device's converted
 * Ed25519 key (or the ephemeral one) and the server's numbered box key. Its nonce
 * is the hash of the whole header and the recipient's key, so a header that was
 * touched does not open, without a copy of it inside. 12 random bytes, or a fresh
 * ephemeral key, make every nonce new: a device that sent a million messages would
 * have met one twice with a chance of 2^-57. */
#ifndef DONGBO_SEAL_H
#define DONGBO_SEAL_H

#include "bytes.h"
#include "err.h"

enum { SEAL_KEY = 32, SEAL_NONCE = 12, SEAL_OVERHEAD = 52 };
enum seal_suite { SEAL_KNOWN = 0x11, SEAL_FIRST = 0x12, SEAL_REPLY = 0x13, SEAL_REFUSAL = 0x14 };

struct seal_pair {
	uint8_t public_key[SEAL_KEY];
	uint8_t secret[SEAL_KEY];
};

/* A fresh pair from 32 random bytes. */
void seal_make(struct seal_pair *pair, const uint8_t seed[32]);
/* The pair that belongs to an Ed25519 secret. */
int seal_from_sign(struct seal_pair *pair, const uint8_t sign_secret[64]);
/* The public half alone; ERR_BAD_SIGNATURE if it is no proper Ed25519 key. */
int seal_public_from_sign(uint8_t out[SEAL_KEY], const uint8_t sign_public[32], struct err *e);

/* The header of an envelope, before opening. */
struct seal_header {
	enum seal_suite suite;
	uint8_t key_number;
	uint64_t device;            /* SEAL_KNOWN */
	const uint8_t *ephemeral;   /* SEAL_FIRST */
	struct bytes raw;           /* all of the header */
	struct bytes box;
};

/* A refusal with this error code. */
void seal_refuse(int code, struct buf *out);

/* The error of a refusal as a negative code, through e; 0 if it is none. */
int seal_read_refusal(struct bytes envelope, struct err *e);

/* ERR_NOT_DONGBO (magic), ERR_VERSION (suite), ERR_TRUNCATED, ERR_TOO_LARGE. */
int seal_read_header(struct bytes envelope, struct seal_header *out, struct err *e);

/* Seals content for `to`. device and nonce (12 random bytes) for SEAL_KNOWN, nonce
 * for SEAL_REPLY; for SEAL_FIRST `from` is the ephemeral pair. Appends. */
int seal_close(enum seal_suite suite, uint8_t key_number, uint64_t device,
	       const uint8_t nonce[SEAL_NONCE], const struct seal_pair *from,
	       const uint8_t to[SEAL_KEY], struct bytes content, struct buf *out,
	       struct err *e);

/* Opens: `to` is the recipient's pair, from the sender's public key. Appends the
 * content. ERR_BAD_SEAL. */
int seal_open(const struct seal_header *h, const struct seal_pair *to,
	      const uint8_t from[SEAL_KEY], struct buf *content, struct err *e);

#endif
