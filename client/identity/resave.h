/* Saves under new numbers: what was saved under a key that may not be used again, saved anew
 * under this store's own, with all that refers to it. */
#ifndef DONGBO_CLIENT_RESAVE_H
#define DONGBO_CLIENT_RESAVE_H

#include "client/client.h"

/* The saves of a stream, one after the other. */
struct resaving {
	struct client *c;
	struct arena *a;
	uint64_t stream;
	struct moved *moved;     /* op numbers, old and new */
	size_t moved_count, moved_cap;
	uint64_t count;          /* saves that were made */
};
int resave_begin(struct resaving *r, struct client *c, uint64_t stream, struct arena *a,
		 struct err *e);
/* Saves a change set of one transaction anew: same content, time and author; what it had seen
 * and what it names is said by the new numbers. Where a rule is against it by now it is kept
 * all the same, and the server's word will tell. Inside the caller's transaction. */
int resave_one(struct resaving *r, const struct changeset *cs, struct err *e);

/* A transaction of a change set back among those that wait to be signed, under its own device
 * and numbers. It is in the state already. */
int resave_as_it_is(struct client *c, const struct changeset *cs, const struct transaction *tx,
		    struct err *e);

/* The same into the stash. */
int resave_aside(struct client *c, const struct changeset *cs, const struct transaction *tx,
		 struct err *e);

#endif
