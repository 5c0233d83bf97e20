/* xoshiro256** and the few distributions that the workload wants. */
#include "draw.h"

#include <assert.h>

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void draw_init(struct draw *d, uint64_t seed, uint64_t unit)
{
	uint64_t x = seed;

	/* Mixed in twice, so that seed 1 unit 2 is not seed 2 unit 1. */
	x = splitmix(&x) ^ (unit * UINT64_C(0xd1342543de82ef95));
	for (size_t i = 0; i < 4; i++)
		d->s[i] = splitmix(&x);
}

static uint64_t rotate(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t draw_next(struct draw *d)
{
	uint64_t *s = d->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

int64_t draw_between(struct draw *d, int64_t low, int64_t high)
{
	assert(low <= high);
	/* The bias of the remainder is below 2^-40 for every span used here. */
	return low + (int64_t)(draw_next(d) % ((uint64_t)(high - low) + 1));
}

bool draw_chance(struct draw *d, unsigned percent)
{
	return draw_next(d) % 100 < percent;
}

size_t draw_skewed(struct draw *d, size_t n)
{
	uint64_t u = draw_next(d) >> 44;	/* 20 bits */

	assert(n > 0);
	return (size_t)(((u * u) >> 20) * n >> 20);
}
