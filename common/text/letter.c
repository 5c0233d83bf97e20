/* The table of Vietnamese letters, and UTF-8 by the code point. */
#include "common/text/letter.h"

enum { PAIRS = 0x1ea0, PAIRS_END = 0x1efa, REPLACEMENT = 0xfffd };

/* Small letters by base and tone; consonants have the first alone. */
static const uint16_t codes[LETTER_COUNT][TONE_COUNT] = {
	[LETTER_A] = { 'a', 0xe0, 0x1ea3, 0xe3, 0xe1, 0x1ea1 },
	[LETTER_AW] = { 0x103, 0x1eb1, 0x1eb3, 0x1eb5, 0x1eaf, 0x1eb7 },
	[LETTER_AA] = { 0xe2, 0x1ea7, 0x1ea9, 0x1eab, 0x1ea5, 0x1ead },
	[LETTER_B] = { 'b' }, [LETTER_C] = { 'c' }, [LETTER_D] = { 'd' }, [LETTER_DD] = { 0x111 },
	[LETTER_E] = { 'e', 0xe8, 0x1ebb, 0x1ebd, 0xe9, 0x1eb9 },
	[LETTER_EE] = { 0xea, 0x1ec1, 0x1ec3, 0x1ec5, 0x1ebf, 0x1ec7 },
	[LETTER_F] = { 'f' }, [LETTER_G] = { 'g' }, [LETTER_H] = { 'h' },
	[LETTER_I] = { 'i', 0xec, 0x1ec9, 0x129, 0xed, 0x1ecb },
	[LETTER_J] = { 'j' }, [LETTER_K] = { 'k' }, [LETTER_L] = { 'l' }, [LETTER_M] = { 'm' },
	[LETTER_N] = { 'n' },
	[LETTER_O] = { 'o', 0xf2, 0x1ecf, 0xf5, 0xf3, 0x1ecd },
	[LETTER_OO] = { 0xf4, 0x1ed3, 0x1ed5, 0x1ed7, 0x1ed1, 0x1ed9 },
	[LETTER_OW] = { 0x1a1, 0x1edd, 0x1edf, 0x1ee1, 0x1edb, 0x1ee3 },
	[LETTER_P] = { 'p' }, [LETTER_Q] = { 'q' }, [LETTER_R] = { 'r' }, [LETTER_S] = { 's' },
	[LETTER_T] = { 't' },
	[LETTER_U] = { 'u', 0xf9, 0x1ee7, 0x169, 0xfa, 0x1ee5 },
	[LETTER_UW] = { 0x1b0, 0x1eeb, 0x1eed, 0x1eef, 0x1ee9, 0x1ef1 },
	[LETTER_V] = { 'v' }, [LETTER_W] = { 'w' }, [LETTER_X] = { 'x' },
	[LETTER_Y] = { 'y', 0x1ef3, 0x1ef7, 0x1ef9, 0xfd, 0x1ef5 },
	[LETTER_Z] = { 'z' },
};

static const char plain[LETTER_COUNT + 1] = "?aaabcddeefghijklmnooopqrstuuvwxyz";

/* The same from the other side. U+1EA0 to U+1EF9 are pairs of a capital and a small
 * letter; so are the few below, but for those of Latin-1, which are 32 apart. */
#define L(letter, tone_of) { LETTER_##letter, TONE_##tone_of, false }
static const struct letter pairs[(PAIRS_END - PAIRS) / 2] = {
	L(A, NANG), L(A, HOI), L(AA, SAC), L(AA, HUYEN), L(AA, HOI), L(AA, NGA), L(AA, NANG),
	L(AW, SAC), L(AW, HUYEN), L(AW, HOI), L(AW, NGA), L(AW, NANG),
	L(E, NANG), L(E, HOI), L(E, NGA), L(EE, SAC), L(EE, HUYEN), L(EE, HOI), L(EE, NGA),
	L(EE, NANG), L(I, HOI), L(I, NANG), L(O, NANG), L(O, HOI), L(OO, SAC), L(OO, HUYEN),
	L(OO, HOI), L(OO, NGA), L(OO, NANG), L(OW, SAC), L(OW, HUYEN), L(OW, HOI), L(OW, NGA),
	L(OW, NANG), L(U, NANG), L(U, HOI), L(UW, SAC), L(UW, HUYEN), L(UW, HOI), L(UW, NGA),
	L(UW, NANG), L(Y, HUYEN), L(Y, NANG), L(Y, HOI), L(Y, NGA)
};
static const struct letter latin1[32] = {
	L(A, HUYEN), L(A, SAC), L(AA, NONE), L(A, NGA), [8] = L(E, HUYEN), L(E, SAC), L(EE, NONE),
	[12] = L(I, HUYEN), L(I, SAC), [18] = L(O, HUYEN), L(O, SAC), L(OO, NONE), L(O, NGA),
	[25] = L(U, HUYEN), L(U, SAC), [29] = L(Y, SAC)
};
#undef L

static const uint8_t ascii[26] = {
	LETTER_A, LETTER_B, LETTER_C, LETTER_D, LETTER_E, LETTER_F, LETTER_G, LETTER_H, LETTER_I,
	LETTER_J, LETTER_K, LETTER_L, LETTER_M, LETTER_N, LETTER_O, LETTER_P, LETTER_Q, LETTER_R,
	LETTER_S, LETTER_T, LETTER_U, LETTER_V, LETTER_W, LETTER_X, LETTER_Y, LETTER_Z
};

static bool extended(uint32_t c, struct letter *out)
{
	static const struct {
		uint16_t capital, small;
		uint8_t base, tone;
	} few[] = {
		{ 0x102, 0x103, LETTER_AW, TONE_NONE }, { 0x110, 0x111, LETTER_DD, TONE_NONE },
		{ 0x128, 0x129, LETTER_I, TONE_NGA }, { 0x168, 0x169, LETTER_U, TONE_NGA },
		{ 0x1a0, 0x1a1, LETTER_OW, TONE_NONE }, { 0x1af, 0x1b0, LETTER_UW, TONE_NONE }
	};
	size_t i;

	for (i = 0; i < sizeof few / sizeof few[0]; i++)
		if (c == few[i].capital || c == few[i].small) {
			*out = (struct letter){ few[i].base, few[i].tone, c == few[i].capital };
			return true;
		}
	return false;
}

bool letter_of(uint32_t c, struct letter *out)
{
	uint32_t small = c | 32;

	if (c < 0x80) {
		if (small < 'a' || small > 'z')
			return false;
		*out = (struct letter){ ascii[small - 'a'], TONE_NONE, c < 'a' };
		return true;
	}
	if (c >= PAIRS && c < PAIRS_END) {
		*out = pairs[(c - PAIRS) / 2];
		out->capital = c % 2 == 0;
		return true;
	}
	if (c >= 0xc0 && c < 0x100) {
		*out = latin1[small - 0xe0];
		out->capital = c < 0xe0;
		return out->base != LETTER_NONE;
	}
	return c < 0x200 && extended(c, out);
}

uint32_t letter_code(struct letter l)
{
	uint32_t c = codes[l.base][l.tone];

	if (!l.capital)
		return c;
	if (c < 0x100)
		return c - 32;
	return c - 1;
}

bool letter_vowel(uint8_t base)
{
	return codes[base][TONE_NANG] != 0;
}

bool letter_marked(uint8_t base)
{
	return codes[base][TONE_NONE] >= 0x80;
}

char letter_plain(uint8_t base)
{
	return plain[base];
}

uint32_t letter_next(struct bytes s, size_t *at)
{
	const uint8_t *p = s.at + *at;
	size_t left = s.len - *at, more = p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3, i;
	uint32_t c = p[0] & (0x3fu >> more);

	if (p[0] < 0x80) {
		(*at)++;
		return p[0];
	}
	if (p[0] < 0xc2 || p[0] > 0xf4 || left <= more)
		more = 0;
	for (i = 1; i <= more && (p[i] & 0xc0) == 0x80; i++)
		c = c << 6 | (p[i] & 0x3f);
	if (more == 0 || i <= more) {
		(*at)++;
		return REPLACEMENT;
	}
	*at += more + 1;
	return c;
}

void letter_put(uint32_t c, struct buf *out)
{
	uint8_t lead = c < 0x800 ? 0xc0 : c < 0x10000 ? 0xe0 : 0xf0;
	int shift = c < 0x800 ? 6 : c < 0x10000 ? 12 : 18;

	if (c < 0x80) {
		buf_byte(out, (uint8_t)c);
		return;
	}
	buf_byte(out, (uint8_t)(lead | c >> shift));
	while ((shift -= 6) >= 0)
		buf_byte(out, (uint8_t)(0x80 | (c >> shift & 0x3f)));
}
