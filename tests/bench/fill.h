/* A store with many records, fast: made through the fold that every change goes
 * through (records, typed rows, totals, what cross.h keeps), with their moves and filings, but
 * without change sets, signatures and judgement. What reports read is as if it had all
 * been entered; the log is empty, so nothing that replays it may be asked of it.
 *
 * Made from the pack alone: whatever types it has. Names are invented. */
#ifndef DONGBO_BENCH_FILL_H
#define DONGBO_BENCH_FILL_H

#include "server/server.h"
#include "tests/bench/teller.h"

struct fill_options {
	uint64_t seed;
	int64_t records;           /* in all, rows included, about */
	int first_year, last_year;
};

/* Fills the streams of all units that are there. */
void fill_store(struct server *s, const struct fill_options *o);

#endif
