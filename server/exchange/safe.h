/* What clients are told of backups: up to where a verified one holds each stream. It is
 * said until the device says that it has heard, and then no more (SPEC.md 6.10). */
#ifndef DONGBO_SERVER_SAFE_H
#define DONGBO_SERVER_SAFE_H

#include "server/server.h"

/* What a device has not heard yet, of these streams; in the arena, at most max. */
int safe_news(struct replica *view, uint64_t device, const uint64_t *streams, size_t count,
	      size_t max, struct arena *a, struct message_safe **out, size_t *found,
	      struct err *e);
/* Notes what it has heard, inside the caller's transaction. */
int safe_heard(struct server *s, uint64_t device, const struct message_safe *list, size_t count,
	       struct err *e);

#endif
