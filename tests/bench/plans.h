/* What a store is asked while something is made: each query with how often, how long, and
 * the engine's plan for it. */
#ifndef DONGBO_BENCH_PLANS_H
#define DONGBO_BENCH_PLANS_H

#include <stdio.h>

struct db;

/* Where they are written; NULL: to standard output. */
void plans_to(FILE *f);
void plans_begin(struct db *db);
void plans_end(const char *what);

#endif
