/* The way to the district's server: as the enrolment has it, as the district has said since
 * (common/system/link.h), or as a person has given it; the last word counts. */
#ifndef DONGBO_CLIENT_ROUTE_H
#define DONGBO_CLIENT_ROUTE_H

#include "client/client.h"
#include "common/system/link.h"

struct route {
	/* Texts that end in NUL. before: where the server was until the district named another
	 * address, for where the new one can't be reached; "" if there is none. */
	struct buf address, before;
	struct buf pins;           /* of its TLS keys; "": none */
};

/* The caller releases it, whatever this returns. */
int route_read(struct client *c, struct route *out, struct err *e);
void route_release(struct route *w);

/* At the making of a store, inside its transaction. */
int route_begin(struct db *db, const struct enrolment *en, struct err *e);
/* ... and once stream 0 is in: what it said by then is older than the enrolment's word. */
int route_note(struct client *c, struct err *e);
/* Takes over what stream 0 says, where that is new; inside the caller's transaction. */
int route_follow(struct client *c, struct err *e);
/* TLS keys that a person has given and that have proved right. */
int route_keep_pins(struct client *c, const struct pins *pins, struct err *e);

#endif
