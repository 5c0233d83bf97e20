/* Messages and change sets as a broken or hostile end would make them: real keys, any
 * content. What is read lives in the arena. */
#ifndef DONGBO_TESTS_FORGE_H
#define DONGBO_TESTS_FORGE_H

#include "protocol/message.h"
#include "tests/lib/school.h"

/* A request of an enrolled computer, opened as the server does, and sealed again. */
void forge_open_request(struct office *o, struct school *s, struct bytes request,
			struct request *out);
void forge_close_request(struct school *s, const struct request *r, struct buf *out);

/* A reply to it. */
void forge_open_reply(struct office *o, struct school *s, struct bytes reply,
		      struct reply *out);
void forge_close_reply(struct office *o, struct school *s, const struct reply *r,
		       struct buf *out);

/* A change set by a computer: the place after its last one with a receipt. */
struct forged {
	struct draft draft;        /* put ops here */
	uint64_t seq, zero;
	uint8_t prev[HASH_SIZE];
	size_t trailing;           /* bytes behind the ops: nobody can read those then */
	uint64_t dictionary;       /* the number it names; deflated without any */
};

void forge_begin(struct school *s, uint64_t stream, struct forged *f);
/* The object, in the computer's arena; the hash of the change set goes to prev. */
struct bytes forge_object(struct school *s, struct forged *f);

#endif
