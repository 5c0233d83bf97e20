/* Snapshots: a stream's log from its start up to a position, for a reader who has nothing of it
 * (SPEC.md 6.16).
 *
 *   snapshot = one .xz file (solid.h) of: (length (varint) | reply (message.h)) ...
 *
 * The replies are those that the reader would get one after the other, each with a receipt at
 * its end: whoever takes them in has the log, checked and folded as always, and can prove it.
 * One thing differs: objects are open, their change sets not deflated, so that what is alike in
 * all of them is found. */
#ifndef DONGBO_SNAPSHOT_H
#define DONGBO_SNAPSHOT_H

#include "common/replica/replica.h"

/* Of the packed bytes. */
void snapshot_hash(struct bytes packed, uint8_t out[HASH_SIZE]);

/* Inflates an object; back deflates it again, with the dictionary that it names, or without one
 * where that is not here: what is signed says nothing of it. In the arena. */
int snapshot_open(struct replica *r, struct bytes object, struct arena *a, struct bytes *out,
		  struct err *e);
int snapshot_close(struct replica *r, struct bytes open, struct arena *a, struct bytes *out,
		   struct err *e);

/* Appends a reply whose objects are open. ERR_TOO_LARGE at out's ceiling. */
int snapshot_put(const struct reply *reply, struct buf *out, struct err *e);
/* Reads the next reply of what was unpacked; strict: nothing is left out in it, no object is
 * away. Objects are open still. */
int snapshot_next(struct cursor *c, struct arena *a, struct reply *out, struct err *e);

#endif
