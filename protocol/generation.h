/* Generations: what a server says that was restored from a backup (SPEC.md 6.15).
 *
 *   statement = [1, stream, old generation(16), seq, head(32), new generation(16), base]
 *
 * The stream goes on behind `seq`, whose head it names, at position base, with base + 1.
 * Positions between them are the old generation's: whatever stood there is known by those
 * numbers for ever, and no later item has one of them.
 *
 *   the head at base = H(head; head | new generation | old generation | u64 base)
 *
 * A note says where a change set stands now that had another number in an old generation. It
 * is bound into the head of the item that it came with, behind zero (head_noted):
 *
 *   notes = u64 old number | u64 position, ... by old number, ascending */
#ifndef DONGBO_GENERATION_H
#define DONGBO_GENERATION_H

#include "err.h"
#include "message.h"

struct generation {
	uint64_t stream, seq, base;
	uint8_t old[GENERATION_SIZE], fresh[GENERATION_SIZE];
	uint8_t head[HASH_SIZE];
};

enum { NOTE_SIZE = 16 };

void generation_put(const struct generation *g, struct buf *out);
/* ERR_VERSION, ERR_MALFORMED (base not behind seq, one generation twice)... */
int generation_read(struct bytes statement, struct generation *out, struct err *e);
void generation_sign(const struct sign_key *server, const uint8_t district[HASH_SIZE],
		     struct bytes statement, uint8_t signature[SIGN_SIZE]);
bool generation_signature_ok(const uint8_t server_key[SIGN_PUBLIC],
			     const uint8_t district[HASH_SIZE], struct bytes statement,
			     struct bytes signature);
/* The head that the new generation begins with. */
void generation_head(const struct generation *g, uint8_t out[HASH_SIZE]);

#endif
