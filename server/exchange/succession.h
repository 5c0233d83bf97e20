/* Keys that come in the place of others (SPEC.md 6.11): of stores that were restored or
 * copied, after a fork, or on purpose. The statement is the new key's word, and the old
 * key's; where the old key is lost a claim of the new one, on an enrolment for the same unit,
 * stands for it: an officer gave that.
 *
 *   succession  the statement of each new key that was accepted: by it fields 26 and 27 of its
 *               certificates are filled in, in every stream
 *
 * Of the four reasons the last one alone ends the old key (succession_end). After the others
 * it stays what it was: the computer that a disk was copied from goes on, and a stick that was
 * written before a restore still arrives. */
#ifndef DONGBO_SERVER_SUCCESSION_H
#define DONGBO_SERVER_SUCCESSION_H

#include "server/exchange/exchange_internal.h"

/* Looks at the statements of a request, in their order; each heir gets its code. Reads only. */
int succession_examine(struct exchange *x, struct replica *view, struct err *e);
/* The key that a sender without a claim has, as its statements say: that of the first, or of
 * one that follows on it. NULL where there is no good one; *refusal says why. */
const struct heir *succession_sender(const struct exchange *x, int *refusal);

/* Keeps the statements that hold, before claims are taken; then certifies their new keys,
 * after them. What is wrong with one becomes a problem of the reply. Inside the caller's
 * transaction. */
int succession_keep(struct server *s, struct exchange *x, struct err *e);
int succession_certify(struct server *s, struct exchange *x, struct err *e);

/* Whether what a request says of this new key does not hold: that has been told. */
bool succession_failed(const struct exchange *x, uint64_t device);

/* What certificates of a key say of the one before it: 1, or 0 where there is none. */
int succession_of(struct server *s, uint64_t stream, const uint8_t key[SIGN_PUBLIC],
		  uint8_t old_key[SIGN_PUBLIC], uint64_t *last, struct err *e);
/* Whether the device has given up its key on purpose: 1, and its last change set in the stream
 * by its own word; else 0. */
int succession_ended(struct replica *view, uint64_t stream, uint64_t device, uint64_t *seq,
		     struct err *e);

#endif
