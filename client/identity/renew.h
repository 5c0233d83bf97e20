/* A new key for a store that goes on: by a new enrolment, where the old key is revoked, lost, or
 * was never accepted; or on purpose, by the old key's word. Nothing that was saved is lost.
 *
 * What the old key has signed and the district has no receipt for goes as it is, carried by the
 * new one; where the old key counts no more it becomes saves again, which the new key carries
 * with their ids and numbers: should a person take the signed ones in as well, they count once. */
#ifndef DONGBO_CLIENT_RENEW_H
#define DONGBO_CLIENT_RENEW_H

#include "client/client.h"
#include "protocol/enrolment.h"

/* ERR_WRONG_DISTRICT, ERR_OTHER_UNIT. */
int renew_enrol(struct client *c, const struct enrolment *en, struct bytes author, struct err *e);
/* The old key vouches for the new one and ends. ERR_REVOKED where its word counts no more,
 * ERR_RESTORED where it is not here. */
int renew_key(struct client *c, struct err *e);

#endif
