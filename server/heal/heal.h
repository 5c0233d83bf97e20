/* What clients bring back to a server that was restored (SPEC.md 6.15): items that its log had
 * before, by the numbers that they had, with the receipts that prove them.
 *
 * A receipt is the server's own signature over a head, and the head is a chain over all before
 * it: whoever shows items from the end of the log up to a receipt's place has proven each of
 * them, with its time, its verdicts and its judging position. They go into the log as they
 * were. What is in the log already, because its author sent it anew before somebody proved
 * it, counts once: then only its old number is noted.
 *
 *   healed    one row for each old number that is here again
 *   shown     receipts of before that clients have shown: fsck sees to it that each is honoured
 *   note_due  notes that the next item of a stream will come with */
#ifndef DONGBO_SERVER_HEAL_H
#define DONGBO_SERVER_HEAL_H

#include "common/replica/generation.h"
#include "server/exchange/exchange_internal.h"

/* A sender whom the log does not know any more: the certificate that it shows. Sets the
 * sender and clears the refusal where it is good. Reads only. */
int heal_identify(struct exchange *x, struct replica *view, struct err *e);

/* Looks at receipts, takes in what is proven. Inside the batch's transaction, before other
 * change sets. What is wrong becomes a problem of the reply. */
int heal_run(struct server *s, struct exchange *x, struct err *e);

/* Whether the sender has not heard yet that this stream, or stream 0, was taken back: what it
 * says of positions may not be understood. It will send again. */
int heal_lags(struct exchange *x, struct replica *view, uint64_t stream, bool *lags,
	      struct err *e);

/* Notes for the next item of a stream; they are due no more. */
int heal_notes(struct server *s, uint64_t stream, struct arena *a, struct bytes *out,
	       struct err *e);

/* The statement about a generation, signed, in the arena. */
int heal_statement(struct server *s, const struct generation *g, struct arena *a,
		   struct message_statement *out, struct err *e);

/* Up to which of its old numbers the sender holds the generation that ended at base; 0. */
uint64_t heal_held(const struct exchange *x, uint64_t stream, uint64_t base);
/* How far each generation that the sender has shown receipts of is here again. */
int heal_told(struct exchange *x, struct replica *view, struct arena *a,
	      struct message_healed **out, size_t *count, struct err *e);

#endif
