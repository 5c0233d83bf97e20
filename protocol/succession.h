/* A key that takes another's place: of a restored or copied store, after a fork, or on
 * purpose (SPEC.md 6.11).
 *
 *   statement  = [1, old key(32), new key(32), reason, time,
 *                 [[stream, seq, hash(32), last op]...]]
 *   succession = [statement, signature by the old key(64) or null, signature by the new key(64)]
 *
 * It names, for each stream in which the old key has signed or saved, its last change set
 * (seq 0 and a hash of zeros: none) and the last of its ops that the new key has seen. */
#ifndef DONGBO_SUCCESSION_H
#define DONGBO_SUCCESSION_H

#include "err.h"
#include "message.h"

enum succession_reason {
	SUCCESSION_RESTORED = 1, /* the store is older than what it had signed */
	SUCCESSION_COPIED,       /* the store lies on another machine, or in another place */
	SUCCESSION_FORKED,       /* another change set has the number of one of this store's */
	SUCCESSION_REPLACED      /* the key is given up on purpose */
};

/* The old key in one stream. */
struct succession_end {
	uint64_t stream, seq, last_op;
	uint8_t hash[HASH_SIZE];
};

struct succession {
	uint8_t old_key[SIGN_PUBLIC], new_key[SIGN_PUBLIC];
	enum succession_reason reason;
	int64_t time;                /* by the new key's machine */
	struct succession_end *ends; /* by stream, ascending */
	size_t end_count;
};

/* Appends the statement. */
void succession_put(const struct succession *s, struct buf *out);
/* Reads it, ends into the arena. ERR_VERSION, ERR_MALFORMED (equal keys, a reason that is
 * none, streams out of order)... */
int succession_read(struct bytes statement, struct arena *a, struct succession *out,
		    struct err *e);

/* Signs a statement, which is borrowed. old_key NULL: it is lost. */
void succession_sign(const uint8_t district[HASH_SIZE], const struct sign_key *old_key,
		     const struct sign_key *new_key, struct bytes statement,
		     struct message_succession *out);
/* Reads and verifies: ERR_BAD_SIGNATURE where the new key's is wrong, or the old key's is
 * there and wrong. Whether it is there tells m->vouched. */
int succession_check(const struct message_succession *m, const uint8_t district[HASH_SIZE],
		     struct arena *a, struct succession *out, struct err *e);

/* The old key's end in a stream; zeros where none is named. */
struct succession_end succession_at(const struct succession *s, uint64_t stream);

#endif
