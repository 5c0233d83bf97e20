/* What the server has said of its backups: up to where each stream is in one that was
 * verified. A record that is in there outlives the server's machine (SPEC.md 6.10). */
#ifndef DONGBO_CLIENT_SAFE_H
#define DONGBO_CLIENT_SAFE_H

#include "client/client.h"

/* Keeps what a reply says, and forgets to answer for what it answers. Inside the
 * caller's transaction. */
int safe_take(struct client *c, const struct reply *r, struct err *e);
/* What the server is to be told has been heard; in the arena, nothing mostly. */
int safe_answers(struct client *c, struct arena *a, struct request *r, struct err *e);

/* Up to where a stream is in a backup; 0: nothing is known to be. */
int safe_position(struct client *c, uint64_t stream, uint64_t *seq, struct err *e);
/* Whether all that was done to a record is in one. */
int safe_record(struct client *c, uint64_t stream, struct rid id, bool *in, struct err *e);

#endif
