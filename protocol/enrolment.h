/* The district's documents and the enrolment of devices.
 *
 *   root document  [format, district name, root key(32), created, salt(16)], signed
 *                  by the root key; its hash is the district's id
 *   keys document  [version, working key(32), [[number, box key(32)]...], since],
 *                  signed by the root key under the district
 *   enrolment      [format, address, root document, signature, keys document,
 *                  signature, unit, role, id(8), secret(16), expires, unit name,
 *                  stream 0 (a deflated reply that holds it), {1: [pin(32)...]}]
 *   key paper      [format, root document, signature, keys document, signature or
 *                  h'']: what goes to the holder of the root key, and comes back
 *
 * An enrolment is a secret until it is used: who has it can enrol one device. As
 * a file it is base64 between two marker lines. */
#ifndef DONGBO_ENROLMENT_H
#define DONGBO_ENROLMENT_H

#include "message.h"
#include "seal.h"

enum { BOX_KEYS_MAX = 16, PIN_SIZE = 32, PINS_MAX = 4 };

struct district {
	uint8_t id[HASH_SIZE];
	uint8_t root[SIGN_PUBLIC];
	struct bytes name;
	int64_t created;
};

struct server_keys {
	uint64_t version;
	uint8_t working[SIGN_PUBLIC];
	struct {
		uint8_t number;
		uint8_t key[SEAL_KEY];
	} box[BOX_KEYS_MAX]; /* the last one is in use */
	size_t box_count;
	int64_t since;
};

struct enrolment {
	struct bytes address;
	struct document root, keys;
	uint64_t unit;
	uint32_t role;
	uint8_t id[MESSAGE_ID];
	uint8_t secret[CLAIM_SECRET];
	int64_t expires;
	struct bytes unit_name;
	struct bytes stream_zero; /* raw deflate of an encoded reply */
	/* SHA-256 of the SubjectPublicKeyInfo of TLS keys (RFC 7469 2.4) that the server may
	 * show; none: certificates are checked as usual. */
	uint8_t pins[PINS_MAX][PIN_SIZE];
	size_t pin_count;
};

/* A change of the server's keys on paper: unsigned (signature empty) or signed. */
struct key_paper {
	struct document root, keys;
};

/* Writers append the payload; the caller signs it with document_sign. */
void root_document_put(struct bytes name, const uint8_t root[SIGN_PUBLIC], int64_t created,
		       const uint8_t salt[16], struct buf *out);
void keys_document_put(const struct server_keys *keys, struct buf *out);
/* district NULL for the root document. */
void document_sign(const struct sign_key *root, const char *domain, const uint8_t *district,
		   struct bytes payload, uint8_t signature[SIGN_SIZE]);

/* Checks the signature by the key named inside, and gives the district. Errors
 * as cbor_finish, ERR_BAD_SIGNATURE. */
int root_document_read(const struct document *doc, struct district *out, struct err *e);
int keys_document_read(const struct document *doc, const struct district *district,
		       struct server_keys *out, struct err *e);

void enrolment_put(const struct enrolment *en, struct buf *out);
/* Reads the encoded form; documents are not checked here. */
int enrolment_read(struct bytes in, struct enrolment *out, struct err *e);

void key_paper_put(const struct key_paper *p, struct buf *out);
/* Reads the encoded form, and checks the root document, giving the district. The keys
 * document is checked where it is signed; where it is not, *keys is what it says. */
int key_paper_read(struct bytes in, struct key_paper *out, struct district *district,
		   struct server_keys *keys, struct err *e);

/* Text form with its marker lines, and back (into the arena). */
void enrolment_armour(struct bytes encoded, struct buf *out);
int enrolment_unarmour(struct bytes text, struct buf *out, struct err *e);

/* Fills in a claim of `device` on an enrolment. author is borrowed. */
void claim_make(const struct sign_key *device, const uint8_t district[HASH_SIZE],
		const uint8_t id[MESSAGE_ID], uint64_t unit, struct bytes author,
		const uint8_t secret[CLAIM_SECRET], struct message_claim *out);
/* Whether the owner of its key made it, for this unit; of its secret that says nothing. */
bool claim_signed(const struct message_claim *claim, const uint8_t district[HASH_SIZE],
		  uint64_t unit);
/* 0, ERR_ENROL_MAC (wrong secret) or ERR_BAD_SIGNATURE (not the key's owner). */
int claim_check(const struct message_claim *claim, const uint8_t district[HASH_SIZE],
		uint64_t unit, const uint8_t secret[CLAIM_SECRET], struct err *e);

#endif
