/* The keys that came before, beside the store: what a store that is put back has forgotten.
 *
 * A computer that was put back has a new key, and nobody knows of it yet; put back once more,
 * its store knows nothing of that key either, and the key before is gone. So the statements
 * about all steps (incarnation.h), and the claims that go with them, lie in a file of their own,
 * on disk before the step counts:
 *
 *   past.key = a request (message.h) that has nothing but them, in order */
#ifndef DONGBO_CLIENT_PAST_H
#define DONGBO_CLIENT_PAST_H

#include "client/client.h"

/* Writes down what the store knows, inside the caller's transaction. */
int past_keep(struct client *c, struct err *e);
/* The steps from this key, which the store takes for its own, to the one that the folder has, as
 * far as the file tells: into the store, inside the caller's transaction. *whole: they lead
 * there. */
int past_recall(struct client *c, uint64_t device, bool *whole, struct err *e);

#endif
