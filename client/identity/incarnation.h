/* Incarnations: a computer that is not what it was goes on under a new key.
 *
 * A store that was put back from an older copy, or copied, must not sign under its key again:
 * the numbers may have been given to something else, here or elsewhere. So it makes a new key,
 * before the first write and without asking anybody; the old one vouches for it, and the
 * server hears of it with the next message (SPEC.md 6.11). What was saved under the old key
 * and not signed is carried by the new one, with its old ids and numbers, so that it counts
 * once, whoever else has it. What was signed goes as it is.
 *
 *   incarnation  the keys that this store had before, oldest first; the statement about each,
 *                and, if the server may not know that key, its claim. Also those that its chiefs
 *                had before (heir.h): chief is whose, and empty for the store's own
 * Where the log has something else under those numbers it is saved anew: settle.h. */
#ifndef DONGBO_CLIENT_INCARNATION_H
#define DONGBO_CLIENT_INCARNATION_H

#include <jansson.h>

#include "client/client.h"
#include "protocol/enrolment.h"
#include "protocol/succession.h"

/* Keys of this computer: its own (parameter $1 of the query), those before it, its chiefs'. */
#define LOCAL_DEVICES \
	"(SELECT device FROM chief UNION SELECT old FROM incarnation UNION SELECT $1)"
/* Those of chiefs alone. */
#define CHIEF_DEVICES \
	"(SELECT device FROM chief UNION SELECT old FROM incarnation WHERE chief<>'')"

/* After a store was opened: looks whether it is what it was (install.h), and makes a new key
 * where it is not. */
int incarnation_check(struct client *c, struct err *e);

/* A new key in the place of the store's, inside the caller's transaction; it counts once that
 * is committed and incarnation_switch was called. */
int incarnation_make(struct client *c, enum succession_reason reason, struct err *e);
/* The same of a chief's: the statement about his fresh key, by both. */
int incarnation_heir(struct client *c, struct bytes chief, enum succession_reason reason,
		     const struct sign_key *old, const struct sign_key *fresh, struct err *e);
/* After the commit: the store goes on under the new key. */
int incarnation_switch(struct client *c, struct err *e);

/* A store that was restored without its key, taken up again by a new enrolment: for the old
 * key's word stands that an officer gave it. ERR_OTHER_UNIT, ERR_WRONG_DISTRICT. */
int incarnation_enrol(struct client *c, const struct enrolment *en, struct bytes author,
		      struct err *e);

/* What a request, which has its counter, has to say of keys that the server does not know yet.
 * all: or may have forgotten. */
int incarnation_tell(struct client *c, bool all, struct arena *a, struct request *r, struct err *e);
/* Whether the store's key came in the place of another by that one's word: it needs no claim.
 * 1, 0. */
int incarnation_vouched(struct client *c, struct err *e);

/* For people: [{reason, time, old, device, certified}...], newest last. The reason is that
 * of the statement, or "enrolled": an enrolment spoke for the new key. */
int incarnation_list(struct client *c, json_t **out, struct err *e);

#endif
