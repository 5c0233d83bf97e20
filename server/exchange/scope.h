/* Which streams a device reads and writes: stream 0 (reads), its unit's, those of units that
 * its unit stands for after a merger (unit.h), and all, where its role says so. Asked as of
 * the day: what a unit reads and writes may change with the law, what stands in a stream
 * never does. */
#ifndef DONGBO_SERVER_SCOPE_H
#define DONGBO_SERVER_SCOPE_H

#include "server/server.h"

/* 1 yes, 0 no. */
int scope_reads(struct replica *view, const struct cert *who, uint64_t stream, struct err *e);
/* 0; or ERR_OUT_OF_SCOPE or ERR_NO_STREAM in *problem. */
int scope_writes(struct replica *view, const struct cert *who, uint64_t stream, int *problem,
		 struct err *e);
/* All that it reads, 0 first, then its unit's, the others ascending; in the arena. */
int scope_streams(struct replica *view, const struct cert *who, struct arena *a, uint64_t **out,
		  size_t *count, struct err *e);

#endif
