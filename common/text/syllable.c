/* Vietnamese syllables: initials, rimes, and where the tone stands. */
#include "common/text/syllable.h"

#include <stdlib.h>
#include <string.h>

enum { RIME_MAX = 5 }; /* letters: uyêng, ương */

/* In the order of their bytes. */
static const char *const rimes[] = {
	"a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay",
	"e", "ec", "em", "en", "eng", "eo", "ep", "et",
	"i", "ia", "ich", "im", "in", "inh", "ip", "it", "iu", "iêc", "iêm", "iên", "iêng", "iêp",
	"iêt", "iêu",
	"o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay",
	"oc", "oe", "oem", "oen", "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot",
	"oăc", "oăm", "oăn", "oăng", "oăt",
	"u", "ua", "uc", "ui", "um", "un", "ung", "up", "ut", "uy", "uya", "uych", "uynh", "uyp",
	"uyt", "uyu", "uyên", "uyêt", "uân", "uâng", "uât", "uây", "uê", "uêch", "uên", "uênh",
	"uêt", "uôc", "uôi", "uôm", "uôn", "uông", "uôt", "uơ",
	"y", "ych", "yn", "ynh", "yt", "yêm", "yên", "yêng", "yêt", "yêu",
	"âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây",
	"ê", "êch", "êm", "ên", "ênh", "êp", "êt", "êu",
	"ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt",
	"ăc", "ăm", "ăn", "ăng", "ăp", "ăt",
	"ơ", "ơi", "ơm", "ơn", "ơp", "ơt",
	"ư", "ưa", "ưc", "ưi", "ưm", "ưn", "ưng", "ưt", "ưu", "ươc", "ươi", "ươm", "ươn", "ương",
	"ươp", "ươt", "ươu"
};

/* What stands before e ê i only, and what never before them and y. */
enum { ANY, BEFORE_FRONT, BEFORE_BACK };

static const struct initial {
	uint8_t letters[4];
	uint8_t where;
} initials[] = {
	{ { LETTER_NONE }, ANY },
	{ { LETTER_B }, ANY }, { { LETTER_C }, BEFORE_BACK }, { { LETTER_C, LETTER_H }, ANY },
	{ { LETTER_D }, ANY }, { { LETTER_DD }, ANY }, { { LETTER_G }, ANY },
	{ { LETTER_G, LETTER_H }, BEFORE_FRONT }, { { LETTER_G, LETTER_I }, ANY },
	{ { LETTER_H }, ANY }, { { LETTER_K }, ANY }, { { LETTER_K, LETTER_H }, ANY },
	{ { LETTER_L }, ANY }, { { LETTER_M }, ANY }, { { LETTER_N }, ANY },
	{ { LETTER_N, LETTER_G }, BEFORE_BACK }, { { LETTER_N, LETTER_G, LETTER_H }, BEFORE_FRONT },
	{ { LETTER_N, LETTER_H }, ANY }, { { LETTER_P }, ANY }, { { LETTER_P, LETTER_H }, ANY },
	{ { LETTER_Q, LETTER_U }, ANY }, { { LETTER_R }, ANY }, { { LETTER_S }, ANY },
	{ { LETTER_T }, ANY }, { { LETTER_T, LETTER_H }, ANY }, { { LETTER_T, LETTER_R }, ANY },
	{ { LETTER_V }, ANY }, { { LETTER_X }, ANY }
};

static int compare(const void *key, const void *member)
{
	return strcmp(key, *(const char *const *)member);
}

static bool rime_known(const struct letter *l, size_t n)
{
	char text[RIME_MAX * 2 + 1];
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		uint32_t c = letter_code((struct letter){ l[i].base, TONE_NONE, false });

		if (c >= 0x80)
			text[len++] = (char)(0xc0 | c >> 6);
		text[len++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
	}
	text[len] = '\0';
	return bsearch(text, rimes, sizeof rimes / sizeof rimes[0], sizeof rimes[0], compare) !=
	       NULL;
}

/* A letter with a mark takes the tone, the last of two (ươ). Of others it is the only
 * one, the middle one (oai), or the first (ao), but for oa oe uy, where old spelling has
 * the first and new spelling the second, and a final letter after them the second. */
static bool tone_placed(const struct letter *l, size_t n)
{
	size_t vowels = 0, marked = n, toned = n, i;

	for (i = 0; i < n && letter_vowel(l[i].base); i++) {
		vowels++;
		if (letter_marked(l[i].base))
			marked = i;
		if (l[i].tone != TONE_NONE)
			toned = i;
	}
	if (toned == n)
		return true;
	if (marked < n)
		return toned == marked;
	if (vowels == 2 && ((l[0].base == LETTER_O && l[1].base != LETTER_I) ||
			    (l[0].base == LETTER_U && l[1].base == LETTER_Y)))
		return true;
	return toned == (vowels == 3);
}

static bool rime_ok(const struct letter *l, size_t n, uint8_t where)
{
	bool front = l[0].base == LETTER_E || l[0].base == LETTER_EE || l[0].base == LETTER_I;
	uint8_t tone = TONE_NONE, last = l[n - 1].base;
	bool stopped = last == LETTER_C || last == LETTER_P || last == LETTER_T ||
		       (last == LETTER_H && n > 1 && l[n - 2].base == LETTER_C);
	size_t i, tones = 0;

	if (((front || l[0].base == LETTER_Y) && where == BEFORE_BACK) ||
	    (!front && where == BEFORE_FRONT))
		return false;
	for (i = 0; i < n; i++)
		if (l[i].tone != TONE_NONE) {
			tone = l[i].tone;
			tones++;
		}
	if (tones > 1 || (stopped && tone != TONE_SAC && tone != TONE_NANG))
		return false;
	return rime_known(l, n) && tone_placed(l, n);
}

static bool begins_with(const struct letter *l, size_t n, const struct initial *in, size_t *len)
{
	for (*len = 0; *len < sizeof in->letters && in->letters[*len] != LETTER_NONE; (*len)++)
		if (*len == n || l[*len].base != in->letters[*len] ||
		    l[*len].tone != TONE_NONE)
			return false;
	return *len < n && n - *len <= RIME_MAX;
}

bool syllable_ok(const struct letter *l, size_t n)
{
	size_t i, len;

	if (n == 0 || n > SYLLABLE_MAX)
		return false;
	for (i = 0; i < sizeof initials / sizeof initials[0]; i++)
		if (begins_with(l, n, &initials[i], &len) &&
		    rime_ok(l + len, n - len, initials[i].where))
			return true;
	return false;
}
