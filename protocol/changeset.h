/* Change sets: what one device signs at one time for one stream.
 *
 * A change set travels and is stored as an *object*:
 *
 *   object  = dictionary (varint, 0 = none) | signature (64) | raw deflate(plain)
 *   plain   = length of payload (varint) | payload | personal
 *
 * The payload is columnar: what is alike stands together, so that deflate finds
 * it. Groups of ops with the same shape (kind, type, fields, kinds of value) name
 * the shape once; every field then has one column of values (SPEC.md section 4).
 *
 * The personal part holds the values of personal fields beside a salt
 * (changeset_columns.h). The signature covers only a root over their salted
 * hashes, so a value can be erased later while signature and chain still verify.
 * The root is rebuilt by the reader and never travels. */
#ifndef DONGBO_CHANGESET_H
#define DONGBO_CHANGESET_H

#include "err.h"
#include "hash.h"
#include "sign.h"
#include "value.h"

enum { CHANGESET_SALT = 16 };

/* One save. seen_seq and seen_own say what its author's form was opened on: the
 * stream position, and the last own op number. */
struct transaction {
	uint64_t first_op;
	/* Of a transaction that is carried: saved under a key in whose place the signer came, it
	 * keeps that device's ids and numbers (SPEC.md 4.4). 0: the signer's own. */
	uint64_t carried;
	size_t op_at, op_count;   /* into changeset.ops */
	int64_t time;             /* device's claim, seconds since 1970-01-01 */
	struct bytes author;      /* none: the name in the device's certificate */
	uint64_t seen_seq;
	uint64_t seen_own;
};

struct changeset {
	uint64_t stream;
	uint64_t device;      /* hash_device() of the signer; not in the payload */
	uint64_t seq;         /* counts the device's change sets in the stream, from 1 */
	uint64_t first;       /* op number of its first op */
	uint64_t zero;        /* stream-0 position its writer had applied */
	struct transaction *tx;
	size_t tx_count;
	struct op *ops;       /* the signer's are numbered first, first + 1, ... in this order */
	size_t op_count;
	uint8_t root[HASH_SIZE]; /* over the personal values; zeros where none */
};

/* Whose ops a transaction holds. */
static inline uint64_t changeset_author(const struct changeset *cs, const struct transaction *tx)
{
	return tx->carried != 0 ? tx->carried : cs->device;
}

/* The last of the signer's op numbers that it uses; first - 1 where it has none. */
uint64_t changeset_last(const struct changeset *cs);

/* Whether two transactions are one save: the same device, op numbers, time, what was seen, and
 * ops. Names of authors don't count: one that a certificate has does not travel. */
bool changeset_same(const struct changeset *a, const struct transaction *x,
		    const struct changeset *b, const struct transaction *y);

/* The plain form of a change set. salt is 16 random bytes, used where there are
 * personal values; cs->root is filled in. Within a transaction the sets that
 * follow a create, or each other, on one record should have ascending fields:
 * that is what packs best. ERR_TOO_LARGE past LIMIT_CHANGESET, ERR_BAD_VALUE for
 * what the format can't say: numbers, places or records that contradict each other,
 * personal values that are not text (null may carry the flag, and loses it). */
int changeset_encode(struct changeset *cs, const uint8_t salt[CHANGESET_SALT],
		     struct buf *plain, struct err *e);

/* Reads a plain form by `device`. Everything in out lives in the arena or in
 * plain. Errors: ERR_MALFORMED, ERR_TRUNCATED, ERR_TRAILING, ERR_NOT_CANONICAL,
 * ERR_BAD_UTF8, ERR_TOO_LARGE, ERR_VERSION, ERR_NOMEM. */
int changeset_decode(struct bytes plain, uint64_t device, struct arena *a,
		     struct changeset *out, struct err *e);

/* Only stream, seq, first, zero and root of a plain form: what ids, places and the
 * signature rest on, and what can be read even where the ops can't. payload is
 * set to the signed part; the arena is for passing use. */
int changeset_peek(struct bytes plain, uint64_t device, struct arena *a, struct changeset *out,
		   struct bytes *payload, struct err *e);

/* The signed part of a plain form; none where plain is too short to tell. */
struct bytes changeset_payload(struct bytes plain);

/* The hash that chains: over predecessor hash (zeros for the first), root and
 * payload; never over the signature. */
void changeset_hash(const uint8_t prev[HASH_SIZE], const uint8_t root[HASH_SIZE],
		    struct bytes payload, uint8_t out[HASH_SIZE]);

/* Signs and packs: appends the object, gives the chain hash. */
int changeset_seal(const struct sign_key *key, const uint8_t district[HASH_SIZE],
		   const uint8_t prev[HASH_SIZE], const uint8_t root[HASH_SIZE],
		   struct bytes plain, uint64_t dictionary_number, struct bytes dictionary,
		   struct buf *object, uint8_t hash[HASH_SIZE], struct err *e);

/* The parts of an object, borrowed from it. ERR_TRUNCATED, ERR_NOT_CANONICAL. */
struct object {
	uint64_t dictionary;
	const uint8_t *signature;
	struct bytes deflated;
};
int object_split(struct bytes object, struct object *out, struct err *e);

/* Checks signature over payload and root in a chain after prev. 0 or
 * ERR_BAD_SIGNATURE. */
int changeset_verify(const uint8_t public_key[SIGN_PUBLIC], const uint8_t district[HASH_SIZE],
		     const uint8_t prev[HASH_SIZE], const uint8_t root[HASH_SIZE],
		     struct bytes payload, const uint8_t signature[SIGN_SIZE], struct err *e);

#endif
