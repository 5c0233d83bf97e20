/* Deterministic chance: xoshiro256** seeded through splitmix64
 * (Blackman and Vigna). Only integers, so a seed means the same run everywhere. */
#ifndef DONGBO_TESTS_CHANCE_H
#define DONGBO_TESTS_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t s[4];
};

/* `lane` makes unrelated sequences of one seed: one for each node. */
void chance_init(struct chance *c, uint64_t seed, uint64_t lane);
uint64_t chance_next(struct chance *c);
/* 0 to n - 1; n > 0. */
size_t chance_below(struct chance *c, size_t n);
/* low to high, both included. */
int64_t chance_between(struct chance *c, int64_t low, int64_t high);
/* True in `percent` of 100. */
bool chance_percent(struct chance *c, unsigned percent);
void chance_fill(struct chance *c, void *out, size_t n);

#endif
