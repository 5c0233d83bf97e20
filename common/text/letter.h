/* Vietnamese letters taken apart: which letter of the alphabet, which tone, which case.
 *
 * The alphabet has a ă â b c d đ e ê ... o ô ơ ... u ư ... as letters of their own; a
 * tone is no part of a letter. What is no Vietnamese letter, such as ü or ω, is left to
 * others. Folding, sorting, tone placement and the fonts of old stand on this table. */
#ifndef DONGBO_LETTER_H
#define DONGBO_LETTER_H

#include "protocol/bytes.h"

/* In the order in which tones are sorted. */
enum tone { TONE_NONE, TONE_HUYEN, TONE_HOI, TONE_NGA, TONE_SAC, TONE_NANG, TONE_COUNT };

/* The alphabet in its order, with f j w z where they stand in Latin. */
enum letter_base {
	LETTER_NONE, LETTER_A, LETTER_AW, LETTER_AA, LETTER_B, LETTER_C, LETTER_D, LETTER_DD,
	LETTER_E, LETTER_EE, LETTER_F, LETTER_G, LETTER_H, LETTER_I, LETTER_J, LETTER_K, LETTER_L,
	LETTER_M, LETTER_N, LETTER_O, LETTER_OO, LETTER_OW, LETTER_P, LETTER_Q, LETTER_R,
	LETTER_S, LETTER_T, LETTER_U, LETTER_UW, LETTER_V, LETTER_W, LETTER_X, LETTER_Y, LETTER_Z,
	LETTER_COUNT
};

struct letter {
	uint8_t base; /* enum letter_base */
	uint8_t tone; /* enum tone */
	bool capital;
};

/* The letter that a code point is, precomposed as in NFC; false: none. */
bool letter_of(uint32_t c, struct letter *out);
/* Its code point again. */
uint32_t letter_code(struct letter l);
bool letter_vowel(uint8_t base);
/* Whether it has a hat, a breve, a horn or a bar: ă â đ ê ô ơ ư. */
bool letter_marked(uint8_t base);
/* Without hat, breve, horn, bar and tone: a-z. */
char letter_plain(uint8_t base);

/* The code point at s.at[*at], which moves on. What is no UTF-8 is U+FFFD, one byte. */
uint32_t letter_next(struct bytes s, size_t *at);
/* Appends a code point as UTF-8. */
void letter_put(uint32_t c, struct buf *out);

#endif
