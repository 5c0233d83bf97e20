/* Chiefs' keys in the place of old ones. A store that was restored or copied has its chiefs' keys
 * in it, but they open for their owners only; so they wait, marked as stale, until a chief gives
 * his passphrase next. Then he gets a new key under the same one, the old key vouches for it, and
 * the server hears of it with the next message (SPEC.md 6.11), as of the store's own.
 *
 * What a chief signed under a number that another copy's chief has given to something else can't
 * go as it is; nor does a signature hold for a record that has got another number itself. Both
 * wait, out of the state: the record stands there unsigned. With his passphrase they are signed
 * anew, if the record is, but for numbers, just what he signed then; else he has to look at it
 * again, and is told.
 *
 *   chief_again  saves of chiefs that wait for that */
#ifndef DONGBO_CLIENT_HEIR_H
#define DONGBO_CLIENT_HEIR_H

#include "client/identity/chief.h"
#include "protocol/succession.h"

/* None of the chiefs' keys that the server knows may sign here again; or this one, if it is one.
 * Inside the caller's transaction, as all here but the last. */
int heir_leave(struct client *c, enum succession_reason reason, struct err *e);
int heir_leave_one(struct client *c, uint64_t device, enum succession_reason reason,
		   struct err *e);
/* Whether a key is, or was, one of this computer's chiefs'. 1, 0. */
int heir_is_chiefs(struct client *c, uint64_t device, struct err *e);
/* A chief comes with a new enrolment and this key: whatever he had before, it vouches for nothing
 * any more. */
int heir_enrolled(struct client *c, struct bytes name, uint64_t device, struct err *e);
/* As a chief's key is opened: where it is stale k gets a new one, sealed as the old box was; what
 * waits for the chief is signed anew, as far as the store knows what the server has. In a
 * transaction of its own; nothing to do mostly. */
int heir_take_up(struct client *c, struct chief_key *k, int stale, const struct keybox *box,
		 struct bytes passphrase, struct err *e);

#endif
