/* Deterministic chance: xoshiro256** seeded through splitmix64 (Blackman and
 * Vigna, public domain algorithms). The same seed gives the same draws on every
 * machine: only integers are used. */
#ifndef DONGBO_BENCH_DRAW_H
#define DONGBO_BENCH_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draw {
	uint64_t s[4];
};

/* Streams of different (seed, unit) pairs are unrelated. */
void draw_init(struct draw *d, uint64_t seed, uint64_t unit);
uint64_t draw_next(struct draw *d);
/* Uniform in low..high, both included; low <= high. */
int64_t draw_between(struct draw *d, int64_t low, int64_t high);
/* True in `percent` of 100 draws. */
bool draw_chance(struct draw *d, unsigned percent);
/* An index below n that favours small ones (density falls as 1/sqrt), as
 * frequent names and habits do; n > 0. */
size_t draw_skewed(struct draw *d, size_t n);

#endif
