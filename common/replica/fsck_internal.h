/* What the two halves of fsck share: fsck.c replays, fsck_compare.c compares. */
#ifndef DONGBO_FSCK_INTERNAL_H
#define DONGBO_FSCK_INTERNAL_H

#include "common/replica/fsck.h"

/* A stream on its way through the replay. */
struct fsck_stream {
	uint64_t stream;
	uint64_t zero;       /* position of stream 0 that the next item was judged at */
	bool zero_known;
	bool done;           /* no item is left, or the rest can't be followed */
	bool broken;         /* stopped before its end: not compared */
	bool head_told;      /* one wrong head makes all after it wrong */
	bool pending;        /* own transactions wait: not compared */
};

struct fsck_walk {
	struct fsck *f;
	struct replica *store; /* what is checked */
	struct replica fresh;  /* what the replay makes */
	struct fsck_stream *streams; /* ascending; the first is stream 0 */
	size_t count;
	struct arena a;        /* one item */
	int64_t total;
	unsigned uncommitted;
	struct err *e;
};

int fsck_compare(struct fsck_walk *w);

#endif
