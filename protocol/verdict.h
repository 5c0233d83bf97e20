/* Verdicts: the server's word on each transaction of a change set.
 *
 * Applied is the usual case and takes no bytes. What was not applied is listed:
 *
 *   verdicts = nothing | [[transaction index, error number, rule, record device(8), record op]...]
 *
 * indices ascending. UINT32_MAX as the index speaks of the whole change set
 * (unreadable). Codes and numbers only: the list is hashed into the stream's head
 * and can never be erased, so it must not hold what somebody typed. */
#ifndef DONGBO_VERDICT_H
#define DONGBO_VERDICT_H

#include "err.h"
#include "value.h"

#define VERDICT_ALL UINT32_MAX

struct verdict {
	uint32_t tx;
	int code;          /* ERR_*; never 0 */
	uint32_t rule;     /* field number, or number of the check; 0 where none */
	struct rid record; /* what it is about, or RID_NONE */
};

/* Appends the encoded list; nothing where count is 0. */
void verdicts_encode(const struct verdict *v, size_t count, struct buf *out);
/* Reads a list into the arena. */
int verdicts_decode(struct bytes in, struct arena *a, struct verdict **out, size_t *count,
		    struct err *e);
/* The verdict on transaction tx, or NULL if it was applied. */
const struct verdict *verdict_on(const struct verdict *v, size_t count, uint32_t tx);

#endif
