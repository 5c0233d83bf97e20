/* xoshiro256**. */
#include "tests/lib/chance.h"

#include <string.h>

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void chance_init(struct chance *c, uint64_t seed, uint64_t lane)
{
	uint64_t x = seed;
	size_t i;

	x = splitmix(&x) ^ (lane * UINT64_C(0xd1342543de82ef95));
	for (i = 0; i < 4; i++)
		c->s[i] = splitmix(&x);
}

static uint64_t rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

uint64_t chance_next(struct chance *c)
{
	uint64_t *s = c->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

size_t chance_below(struct chance *c, size_t n)
{
	return (size_t)(chance_next(c) % n);
}

int64_t chance_between(struct chance *c, int64_t low, int64_t high)
{
	return low + (int64_t)(chance_next(c) % ((uint64_t)(high - low) + 1));
}

bool chance_percent(struct chance *c, unsigned percent)
{
	return chance_next(c) % 100 < percent;
}

void chance_fill(struct chance *c, void *out, size_t n)
{
	uint8_t *p = out;

	while (n > 0) {
		uint64_t word = chance_next(c);
		size_t part = n < sizeof word ? n : sizeof word;

		memcpy(p, &word, part);
		p += part;
		n -= part;
	}
}
