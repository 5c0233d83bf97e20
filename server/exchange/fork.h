/* Two change sets of a key with one number: the first counts, the second is kept aside, out of
 * every stream, and its sender is told what stands in its place (SPEC.md 6.11). Its computer
 * goes on under a new key by itself; what is kept here is for people who want to know, and
 * for the day when that computer is gone.
 *
 *   forked   change sets that were second, each once, at most LIMIT_HELD of a device */
#ifndef DONGBO_SERVER_FORK_H
#define DONGBO_SERVER_FORK_H

#include <jansson.h>

#include "server/exchange/exchange_internal.h"

/* Keeps one that was found forked and notes for the reply what has its number. Inside the
 * caller's transaction. */
int fork_note(struct server *s, struct exchange *x, const struct arrival *a, struct err *e);

/* For people: what became of keys, newest first, at most `most`: computers that were restored
 * or copied, or whose key was replaced, and forks. [{kind, time, stream, name, device, old,
 * change_sets}...], kind: restored, copied, forked, replaced, aside (forked, and no new key so
 * far). */
int fork_list(struct replica *r, size_t most, json_t **out, struct err *e);

#endif
