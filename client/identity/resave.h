/* Saves under new numbers: what was saved under a key that may not be used again, saved anew
 * under this store's own, with all that refers to it. */
#ifndef DONGBO_CLIENT_RESAVE_H
#define DONGBO_CLIENT_RESAVE_H

#include "client/client.h"

/* Op numbers of a device, from `from` to `to`, that are now another's (or its own), from `now` on. */
struct moved {
	uint64_t device, from, to, now_device, now;
};

/* The saves of a stream, one after the other, anew under one key. */
struct resaving {
	struct client *c;
	struct arena *a;
	uint64_t stream;
	uint64_t device;         /* the key's */
	uint32_t role;
	struct moved *moved;
	size_t moved_count, moved_cap;
	size_t moved_from;       /* those before it do not count for now */
	uint64_t count;          /* saves that were made */
};
/* Under the store's own key. */
void resave_begin(struct resaving *r, struct client *c, uint64_t stream, struct arena *a);
/* Saves a change set of one transaction anew: same content, time and author; what it had seen
 * and what it names is said by the new numbers, which table `renumbered` keeps. Where a rule is
 * against it by now it is kept all the same, and the server's word will tell. Inside the
 * caller's transaction. */
int resave_one(struct resaving *r, const struct changeset *cs, struct err *e);
/* The same, only if no rule is against it. */
int resave_try(struct resaving *r, const struct changeset *cs, bool *kept, struct err *e);
/* All that table `renumbered` knows of the stream: names are found by it. */
int resave_load(struct resaving *r, struct err *e);
/* A record by its new id, where its creation was saved anew; and an op by what it was before. */
struct rid resave_new(const struct resaving *r, struct rid id);
struct rid resave_old(const struct resaving *r, struct rid id);

/* Where a transaction of a change set goes that was signed here. */
enum resave_place {
	RESAVE_PENDING, /* among those that wait to be signed; it is in the state already */
	RESAVE_STASH,   /* among those that wait to be saved anew */
	RESAVE_CHIEF,   /* among those that wait for a chief (heir.h) */
	RESAVE_CHIEF_ANEW /* the same; the log has it, refused */
};
/* Puts it there, under its own device and numbers. */
int resave_put(struct client *c, const struct changeset *cs, const struct transaction *tx,
	       enum resave_place place, struct err *e);

#endif
