/* Checking a replica against itself.
 *
 * Nothing in the store is believed. The log is replayed into a store of its own:
 * every object is opened, its signature checked by the certificate as of its
 * place, its chain and the stream's followed, its verdicts made anew. Then what the
 * replay folded is compared, row by row, with what the store says. Streams go on
 * side by side, in the order of the stream-0 positions that they were judged at,
 * for that is how they came about. */
#ifndef DONGBO_FSCK_H
#define DONGBO_FSCK_H

#include "common/replica/replica.h"

struct fsck {
	const struct env *env;
	const char *scratch;    /* file for the replay, made and removed; or ":memory:" */
	/* Told of what is wrong, and where; at most FSCK_TELL times. */
	void (*found)(void *ctx, const char *place, const char *what);
	void (*progress)(void *ctx, int64_t done, int64_t total); /* or NULL */
	void *ctx;
	size_t count;           /* out: how much was found in all */
	int64_t items, records; /* out: how much was looked at */
};

enum { FSCK_TELL = 1000 };

/* Checks all of it, within a consistent view of the caller. A stream with own
 * pending transactions is replayed but not compared. 0 though things were found;
 * errors are of the machine. */
int fsck_replica(struct fsck *f, struct replica *r, struct err *e);

/* Counts and tells one thing. */
void fsck_found(struct fsck *f, const char *place, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
