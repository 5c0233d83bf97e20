/* Change sets that wait: signed and verified, kept in sight, without a place in their stream
 * and without effect. Most wait for one before them (SPEC.md 6.9): a part of a bundle that is
 * late, or was cut short, makes such a gap; it closes by whatever way the missing ones come.
 * Those of a revoked key, or of a claim that came too late, wait for a person's word
 * (SPEC.md 6.12, adopt.h).
 *
 *   held    the change sets that wait, at most LIMIT_HELD of a device in a stream and
 *           LIMIT_HELD_BYTES of a device
 *   bundle  what bundles say to hold that is not all here yet: so what is missing can be
 *           named, and where it is, before it comes */
#ifndef DONGBO_SERVER_HELD_H
#define DONGBO_SERVER_HELD_H

#include <jansson.h>

#include "server/exchange/exchange_internal.h"

/* The hash of one that waits. 1 found, 0 not. */
int held_hash(struct replica *view, uint64_t stream, uint64_t device, uint64_t seq,
	      uint8_t out[HASH_SIZE], struct err *e);

/* Keeps an arrival that waits; once, however often it comes. *problem is ERR_GAP where there
 * is no room for it: it stays with its sender; ERR_FORKED where another one has its number.
 * Inside the caller's transaction. */
int held_put(struct server *s, const struct arrival *a, int *problem, struct err *e);

/* Whether this change set waits for a person's word. *why: 0; ERR_REVOKED: its key is, or was
 * given up before it; ERR_UNKNOWN_DEVICE: no certificate names it, its claim came too late. */
int held_judged(struct replica *r, uint64_t stream, uint64_t device, uint64_t seq, int *why,
		struct err *e);

/* Takes in what waits and follows now on what the log has of a device in a stream. One that
 * turns out not to follow is dropped, a problem of the reply says why. */
int held_follow(struct server *s, struct exchange *x, uint64_t stream, uint64_t device,
		struct err *e);

/* What is missing before those of a device that wait: at most `cap` ranges are added. Where
 * nothing is, and they wait for a person, `last` is first - 1. */
int held_missing(struct replica *view, uint64_t device, struct message_range *out,
		 size_t *count, size_t cap, struct err *e);

/* Notes which bundle this message is a part of, and forgets those that are all here. */
int held_note_bundle(struct server *s, struct exchange *x, struct err *e);

/* All that waits or is known to be under way, for people: a new array of
 * {stream, device, name, have, held: [[first, last]...], missing: [[first, last]...], since,
 * bundles: [{number, first, last, written, seen}...]}. */
int held_list(struct replica *r, json_t **out, struct err *e);

#endif
