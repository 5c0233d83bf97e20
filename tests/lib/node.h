/* One machine of a simulated district: its own wrong clock, its own randomness,
 * a folder, and a power supply that can fail between any two commits.
 *
 * The fuse counts commits. When it burns, struct env reports a stop, at "commit"
 * (the transaction is lost) or at "committed" (it stands, but nobody was told);
 * the program must come back with ERR_STOPPED and is then opened anew from its
 * files. */
#ifndef DONGBO_TESTS_NODE_H
#define DONGBO_TESTS_NODE_H

#include "common/system/env.h"
#include "tests/lib/chance.h"

struct node {
	struct env env;
	struct chance chance;
	const int64_t *time;  /* the world's */
	int64_t skew;         /* of this machine's clock, seconds */
	int fuse;             /* commits that still go through; -1: no end */
	bool late;            /* it burns after the commit, not before */
	bool stopped;         /* the power has failed */
	bool stood;           /* ... and the last transaction stands */
	bool went_on;         /* the program did not notice: a bug */
	uint64_t commits;
	uint64_t place;       /* which machine and disk it is: its lane, until somebody says else */
	char dir[256];
};

void node_init(struct node *n, uint64_t seed, uint64_t lane, const int64_t *time,
	       const char *dir);
/* Lets the power fail at one of the next `within` commits. */
void node_doom(struct node *n, struct chance *c, size_t within);
/* Power is back, no failure ahead. */
void node_repair(struct node *n);

#endif
