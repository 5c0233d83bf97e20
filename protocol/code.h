/* Enrolment codes: what a person types from a letter, or a QR code holds.
 *
 *   7K3QX-0M8ZR-...          8 groups of 5 digits, base 32 without I, L, O, U
 *
 * Four digits of each group are data, 160 bits in all: a seed of 10 bytes, of which the id and
 * the secret of the enrolment are made, and the first 10 bytes of the district's id, by which
 * its root document is known. The fifth makes the group's sum over GF(32) zero:
 *
 *   16 d0 + 8 d1 + 4 d2 + 2 d3 + d4 + c = 0,   c = group's number | 8 * two bits of a hash of
 *                                              the address
 *
 * The weights differ, so a wrong digit and two that changed places are found wherever they
 * stand, and the group is known; the numbers differ, so groups that changed places are; a
 * wrong address lets most groups fail at once (all pass by chance once in 65536). */
#ifndef DONGBO_CODE_H
#define DONGBO_CODE_H

#include "message.h"

enum { CODE_SEED = 10, CODE_PRINT = 10, CODE_GROUPS = 8, CODE_GROUP = 5, CODE_TEXT = 48 };

struct code {
	uint8_t seed[CODE_SEED];   /* a secret until it is used */
	uint8_t print[CODE_PRINT]; /* of the district's id */
};

/* "XXXXX-XXXXX-...", NUL-terminated. address: where the server is. Case and slashes at its
 * end do not count. */
void code_put(const struct code *c, struct bytes address, char out[CODE_TEXT]);

enum code_fault_kind {
	CODE_GOOD,
	CODE_LETTER,      /* one that no code has: group, and what stands there */
	CODE_LENGTH,      /* group has not five; 0: all together are not forty */
	CODE_WRONG,       /* groups whose sums are not right */
	CODE_ELSEWHERE    /* so many are wrong that it is of another address */
};

struct code_fault {
	enum code_fault_kind kind;
	unsigned group;           /* from 1 */
	unsigned wrong;           /* bit 0: the first group ... */
	size_t count;             /* digits that were typed, in the group or in all */
	char letter[8];           /* UTF-8, NUL-terminated */
};

/* Reads what was typed: any case, O for 0, I and L for 1, groups parted by - or blanks or not
 * at all. 0, or ERR_BAD_CODE with *fault filled in. */
int code_read(struct bytes text, struct bytes address, struct code *out,
	      struct code_fault *fault);

/* Id and secret of the enrolment that the seed stands for. */
void code_enrolment(const uint8_t seed[CODE_SEED], uint8_t id[MESSAGE_ID],
		    uint8_t secret[CLAIM_SECRET]);

/* Asking for the enrolment itself, in clear, because the server's keys are not known yet:
 *
 *   request   D6 B6 16 | id (8) | ephemeral key (32) | MAC (32)
 *   reply     D6 B6 17 | length (varint) | documents | envelope of suite 13
 *   documents [root document, signature, keys document, signature]
 *
 * MAC = K(secret | 16 zeros; dongbo/code-mac/1; id | ephemeral key). The envelope is sealed to
 * the ephemeral key by the newest box key of the documents, and holds an enrolment. */
enum { CODE_REQUEST = 3 + MESSAGE_ID + 32 + HASH_SIZE };

void code_request_put(const uint8_t id[MESSAGE_ID], const uint8_t secret[CLAIM_SECRET],
		      const uint8_t ephemeral[32], struct buf *out);
/* Whether it is one; id and ephemeral are borrowed from it. */
bool code_request_read(struct bytes in, const uint8_t **id, const uint8_t **ephemeral);
bool code_request_ok(struct bytes in, const uint8_t secret[CLAIM_SECRET]);

void code_reply_put(const struct document *root, const struct document *keys,
		    struct bytes envelope, struct buf *out);
/* Takes it apart; documents are not checked here. ERR_NOT_DONGBO, ERR_VERSION where it is
 * another envelope, the errors of cbor_finish. */
int code_reply_read(struct bytes in, struct document *root, struct document *keys,
		    struct bytes *envelope, struct err *e);

#endif
