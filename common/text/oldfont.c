/* Fonts of old: three tables, and how words decide between them. */
#include "common/text/oldfont.h"

#include <string.h>

#include "common/text/letter.h"
#include "common/text/syllable.h"
#include "common/text/text.h"
#include "protocol/cbor.h"

enum {
	WORD_MAX = 24,  /* codes; of longer ones nothing is asked */
	ENOUGH = 2,     /* weight that decides a text */
	SYMBOLS = 0xa1, LETTERS = 0xc0, LATIN_END = 0x100,
	MICRO = 0xb5, GREEK_MU = 0x3bc, /* editors make the second of the first */
	TEXT_MAX = 4 * 1024 * 1024
};

/* TCVN3: a code, a letter. */
static bool take_tcvn3(uint32_t c, struct letter *out)
{
	static const struct {
		uint16_t first;
		const char *letters;
	} runs[] = {
		{ 0xa1, "ĂÂÊÔƠƯĐăâêôơưđ" }, { 0xb5, "àảãáạ" }, { 0xbb, "ằẳẵắ" },
		{ 0xc6, "ặầẩẫấậè" }, { 0xce, "ẻẽéẹềểễếệìỉ" }, { 0xdc, "ĩíịò" },
		{ 0xe1, "ỏõóọồổỗốộờởỡớợù" }, { 0xf1, "ủũúụừửữứựỳỷỹýỵ" }
	};
	size_t i, at;
	uint32_t n;

	if (c < 0x80)
		return letter_of(c, out);
	if (c == GREEK_MU)
		c = MICRO;
	for (i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		struct bytes letters = bytes_str(runs[i].letters);

		for (at = 0, n = runs[i].first; at < letters.len && n <= c; n++) {
			uint32_t found = letter_next(letters, &at);

			if (n == c)
				return letter_of(found, out);
		}
	}
	return false;
}

/* VNI: ASCII and nine letters of its own (small ones here; capitals are 32 below) ... */
static bool take_vni(uint32_t c, struct letter *out)
{
	static const struct {
		uint8_t code, base, tone;
	} own[] = {
		{ 0xf1, LETTER_DD, TONE_NONE }, { 0xf4, LETTER_OW, TONE_NONE },
		{ 0xf6, LETTER_UW, TONE_NONE }, { 0xec, LETTER_I, TONE_HUYEN },
		{ 0xe6, LETTER_I, TONE_HOI }, { 0xf3, LETTER_I, TONE_NGA },
		{ 0xed, LETTER_I, TONE_SAC }, { 0xf2, LETTER_I, TONE_NANG },
		{ 0xee, LETTER_Y, TONE_NANG }
	};
	size_t i;

	if (c < 0x80)
		return letter_of(c, out);
	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		if (c >= LETTERS && c < LATIN_END && (c | 32) == own[i].code) {
			*out = (struct letter){ own[i].base, own[i].tone, c < own[i].code };
			return true;
		}
	return false;
}

/* ... and a mark behind a vowel: a tone, a hat with or without one, a breve likewise. */
static bool mark_vni(uint32_t mark, struct letter *l)
{
	enum { PLAIN, HAT, BREVE };
	static const struct {
		uint8_t code, shape, tone;
	} marks[] = {
		{ 0xf8, PLAIN, TONE_HUYEN }, { 0xfb, PLAIN, TONE_HOI }, { 0xf5, PLAIN, TONE_NGA },
		{ 0xf9, PLAIN, TONE_SAC }, { 0xef, PLAIN, TONE_NANG },
		{ 0xe2, HAT, TONE_NONE }, { 0xe0, HAT, TONE_HUYEN }, { 0xe5, HAT, TONE_HOI },
		{ 0xe3, HAT, TONE_NGA }, { 0xe1, HAT, TONE_SAC }, { 0xe4, HAT, TONE_NANG },
		{ 0xea, BREVE, TONE_NONE }, { 0xe8, BREVE, TONE_HUYEN }, { 0xfa, BREVE, TONE_HOI },
		{ 0xfc, BREVE, TONE_NGA }, { 0xe9, BREVE, TONE_SAC }, { 0xeb, BREVE, TONE_NANG }
	};
	static const uint8_t shaped[LETTER_COUNT][3] = {
		[LETTER_A] = { LETTER_A, LETTER_AA, LETTER_AW },
		[LETTER_E] = { LETTER_E, LETTER_EE }, [LETTER_O] = { LETTER_O, LETTER_OO },
		[LETTER_OW] = { LETTER_OW }, [LETTER_U] = { LETTER_U },
		[LETTER_UW] = { LETTER_UW }, [LETTER_Y] = { LETTER_Y }
	};
	size_t i;

	for (i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		uint8_t base = shaped[l->base][marks[i].shape];

		if (mark >= LETTERS && mark < LATIN_END && (mark | 32) == marks[i].code &&
		    base != LETTER_NONE && l->tone == TONE_NONE) {
			l->base = base;
			l->tone = marks[i].tone;
			return true;
		}
	}
	return false;
}

/* Windows-1258 has a few letters elsewhere than Latin-1, and tones in place of others. */
static bool take_1258(uint32_t c, struct letter *out)
{
	static const struct {
		uint8_t code, base;
	} own[] = { { 0xe3, LETTER_AW }, { 0xf0, LETTER_DD }, { 0xf5, LETTER_OW },
		    { 0xfd, LETTER_UW } };
	size_t i;

	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		if (c >= LETTERS && c < LATIN_END && (c | 32) == own[i].code) {
			*out = (struct letter){ own[i].base, TONE_NONE, c < own[i].code };
			return true;
		}
	return c != 0xcc && c != 0xd2 && c != 0xec && c != 0xf2 && c < LATIN_END &&
	       letter_of(c, out);
}

static bool mark_1258(uint32_t mark, struct letter *l)
{
	static const uint8_t codes[TONE_COUNT] = { 0, 0xcc, 0xd2, 0xde, 0xec, 0xf2 };
	uint8_t tone;

	for (tone = TONE_HUYEN; tone < TONE_COUNT; tone++)
		if (mark == codes[tone] && letter_vowel(l->base) && l->tone == TONE_NONE) {
			l->tone = tone;
			return true;
		}
	return false;
}

/* The letter at c[0] in a reading, of one or two codes (next is 0 at the end); 0: none. */
static size_t take(int kind, uint32_t c, uint32_t next, struct letter *out)
{
	switch (kind) {
	case OLDFONT_TCVN3:
		return take_tcvn3(c, out);
	case OLDFONT_VNI:
		return !take_vni(c, out) ? 0 : mark_vni(next, out) ? 2 : 1;
	case OLDFONT_1258:
		return !take_1258(c, out) ? 0 : mark_1258(next, out) ? 2 : 1;
	default:
		return letter_of(c, out);
	}
}

/* QĐ, HĐND, ĐHSP: capitals without a vowel, of which Đ is one. */
static bool abbreviation(const struct letter *l, size_t n)
{
	bool bar = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!l[i].capital || letter_vowel(l[i].base))
			return false;
		bar |= l[i].base == LETTER_DD;
	}
	return bar && n > 1 && n < 8;
}

/* *pairs: letters of two codes. */
static bool makes_sense(int kind, const uint32_t *c, size_t n, size_t *pairs)
{
	struct letter l[WORD_MAX];
	size_t count = 0, i = 0, used;

	*pairs = 0;
	while (i < n) {
		used = take(kind, c[i], i + 1 < n ? c[i + 1] : 0, &l[count++]);
		if (used == 0)
			return false;
		*pairs += used == 2;
		i += used;
	}
	return count > 0 && (syllable_ok(l, count) || abbreviation(l, count));
}

/* What the words of one text say. */
struct evidence {
	uint32_t speaks[OLDFONT_COUNT], against[OLDFONT_COUNT];
	uint32_t either[OLDFONT_COUNT]; /* words that are some as they stand and in it */
	bool unicode; /* it has letters that none of these fonts can have made */
};

static bool is_capital(uint32_t c)
{
	return c >= LETTERS && c < 0xdf && c != 0xd7;
}

/* Single letters with a mark stand in other languages too ("på"). Symbols among letters,
 * two marks, a capital behind a small letter or a vowel before its mark do not. */
static uint32_t weigh(const uint32_t *c, size_t n, size_t pairs)
{
	uint32_t high = 0;
	bool ascii = false, symbol = false, odd = false;
	size_t i;

	for (i = 0; i < n; i++) {
		high += c[i] >= 0x80;
		ascii |= c[i] < 0x80;
		symbol |= (c[i] >= 0x80 && c[i] < LETTERS) || c[i] == 0xd7 || c[i] == 0xf7 ||
			  c[i] == GREEK_MU;
		odd |= i > 0 && is_capital(c[i]) && c[i - 1] >= 'a' && c[i - 1] <= 'z';
	}
	return high > 1 || odd || (ascii && symbol) || (pairs > 0 && n >= 4) ? 2 : 1;
}

/* Quotes, degrees and the like around a word are no part of it but in TCVN3. */
static void trim(const uint32_t **c, size_t *n)
{
	while (*n > 0 && **c >= 0x80 && **c < LETTERS) {
		(*c)++;
		(*n)--;
	}
	while (*n > 0 && (*c)[*n - 1] >= 0x80 && (*c)[*n - 1] < LETTERS)
		(*n)--;
}

static void weigh_word(struct evidence *ev, const uint32_t *c, size_t n)
{
	const uint32_t *inner = c;
	size_t left = n, pairs, i;
	bool high = false, some = false, plain, sense;
	int kind;

	trim(&inner, &left);
	for (i = 0; i < left; i++)
		high |= inner[i] >= 0x80;
	/* Signs such as £ and ×; micrometres and their kind. */
	if (n == 1 || (n == 2 && (c[0] == MICRO || c[0] == GREEK_MU)))
		return;
	plain = high && makes_sense(OLDFONT_NONE, inner, left, &pairs);
	for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++) {
		sense = kind == OLDFONT_TCVN3 ? makes_sense(kind, c, n, &pairs) :
						high && makes_sense(kind, inner, left, &pairs);
		if (sense && !plain)
			ev->speaks[kind] += weigh(c, n, pairs);
		else if (!sense && high)
			ev->against[kind]++;
		ev->either[kind] += sense && plain;
		some |= sense;
	}
	ev->speaks[OLDFONT_NONE] += plain && !some;
}

static bool in_word(uint32_t c)
{
	struct letter l;

	return (c >= SYMBOLS && c < LATIN_END) || c == GREEK_MU || letter_of(c, &l);
}

/* Letters above Latin-1, or marks on their own. */
static bool is_unicode(uint32_t c)
{
	struct letter l;

	return (c >= 0x300 && c <= 0x323) || (c >= LATIN_END && letter_of(c, &l));
}

/* Beside a word that speaks for a reading, those that do not speak against it count a
 * little, too. */
static void support(struct evidence *ev)
{
	int kind;

	for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++)
		ev->speaks[kind] += ev->speaks[kind] > 0 && ev->either[kind] > 0;
}

static void gather(struct bytes text, struct evidence *ev)
{
	uint32_t word[WORD_MAX];
	size_t at = 0, n = 0;
	bool high = false;

	memset(ev, 0, sizeof *ev);
	while (at <= text.len) {
		uint32_t c = at < text.len ? letter_next(text, &at) : (at++, ' ');

		ev->unicode |= is_unicode(c);
		if (in_word(c)) {
			high |= c >= 0x80;
			if (n < WORD_MAX)
				word[n] = c;
			n++;
			continue;
		}
		if (high && n <= WORD_MAX)
			weigh_word(ev, word, n);
		n = 0;
		high = false;
	}
	support(ev);
}

static bool has_high(struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.at[i] >= 0x80)
			return true;
	return false;
}

/* The reading that is clearly best, of speaks and against as in struct oldfont_column. */
static int decide(const uint32_t *speaks, const uint32_t *against)
{
	int kind, best = OLDFONT_NONE;
	int64_t most = 0;

	for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++) {
		int64_t margin = (int64_t)speaks[kind] - 2 * (int64_t)against[kind];

		if (speaks[kind] < ENOUGH || margin <= 0 || speaks[kind] <= speaks[OLDFONT_NONE])
			continue;
		if (margin == most)
			best = OLDFONT_NONE; /* two are as good */
		else if (margin > most)
			best = kind;
		most = margin > most ? margin : most;
	}
	return best;
}

static int guess(const struct evidence *ev)
{
	return ev->unicode ? OLDFONT_NONE : decide(ev->speaks, ev->against);
}

int oldfont_guess(struct bytes text)
{
	struct evidence ev;

	if (!has_high(text))
		return OLDFONT_NONE;
	gather(text, &ev);
	return guess(&ev);
}

void oldfont_note(struct oldfont_column *c, struct bytes cell)
{
	struct evidence ev;
	int kind;

	if (!has_high(cell))
		return;
	gather(cell, &ev);
	if (ev.unicode) {
		c->speaks[OLDFONT_NONE] += ENOUGH;
		return;
	}
	for (kind = OLDFONT_NONE; kind < OLDFONT_COUNT; kind++) {
		c->speaks[kind] += ev.speaks[kind];
		c->against[kind] += ev.against[kind];
	}
}

void oldfont_add(struct oldfont_column *into, const struct oldfont_column *from)
{
	int kind;

	for (kind = OLDFONT_NONE; kind < OLDFONT_COUNT; kind++) {
		into->speaks[kind] += from->speaks[kind];
		into->against[kind] += from->against[kind];
	}
}

int oldfont_column(const struct oldfont_column *c)
{
	return decide(c->speaks, c->against);
}

/* Of what else there is a good part in the column: a tenth. */
static bool also(const struct oldfont_column *c, int kind, int than)
{
	return c->speaks[kind] >= ENOUGH && c->speaks[kind] * 10 >= c->speaks[than];
}

int oldfont_cell(const struct oldfont_column *c, struct bytes cell)
{
	int own, column = oldfont_column(c), kind;
	struct evidence ev;

	if (!has_high(cell))
		return OLDFONT_NONE;
	gather(cell, &ev);
	own = guess(&ev);
	if (own != OLDFONT_NONE || ev.unicode || ev.speaks[OLDFONT_NONE] > 0)
		return own;
	if (column != OLDFONT_NONE)
		return ev.either[column] > 0 && ev.speaks[column] == 0 && also(c, OLDFONT_NONE, column) ?
			       OLDFONT_UNSURE : column;
	for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++)
		if (ev.speaks[kind] > 0 || (ev.either[kind] > 0 && also(c, kind, OLDFONT_NONE)))
			return OLDFONT_UNSURE;
	return OLDFONT_NONE;
}

const char *oldfont_name(int kind)
{
	static const char *const names[OLDFONT_COUNT] = {
		[OLDFONT_NONE] = "", [OLDFONT_TCVN3] = "TCVN3", [OLDFONT_VNI] = "VNI",
		[OLDFONT_1258] = "Windows-1258"
	};

	return kind >= 0 && kind < OLDFONT_COUNT ? names[kind] : "";
}

int oldfont_by_font(struct bytes font)
{
	char begin[4] = "";
	size_t i;

	for (i = 0; i < font.len && i < 3; i++)
		begin[i] = (char)(font.at[i] >= 'A' && font.at[i] <= 'Z' ? font.at[i] + 32 :
									  font.at[i]);
	return strcmp(begin, ".vn") == 0 ? OLDFONT_TCVN3 :
	       strcmp(begin, "vni") == 0 ? OLDFONT_VNI : OLDFONT_NONE;
}

/* Two plain capitals in a row, and no small one. */
static bool all_capitals(struct bytes s)
{
	bool pair = false;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.at[i] >= 'a' && s.at[i] <= 'z')
			return false;
		pair |= i > 0 && s.at[i] >= 'A' && s.at[i] <= 'Z' && s.at[i - 1] >= 'A' &&
			s.at[i - 1] <= 'Z';
	}
	return pair;
}

int oldfont_convert(int kind, struct bytes text, struct buf *out, struct err *e)
{
	bool capitals = kind == OLDFONT_TCVN3 && all_capitals(text);
	struct buf read;
	size_t at = 0;
	int code;

	if (!cbor_utf8_ok(text))
		return err_set(e, ERR_BAD_UTF8, "text");
	buf_init(&read, TEXT_MAX);
	while (at < text.len) {
		size_t ahead, first = at;
		uint32_t c = letter_next(text, &at), next;
		struct letter l;
		size_t used;

		ahead = at;
		next = ahead < text.len ? letter_next(text, &ahead) : 0;
		used = take(kind, c, next, &l);
		if (used == 0) {
			buf_put(&read, text.at + first, at - first);
			continue;
		}
		l.capital |= capitals;
		letter_put(letter_code(l), &read);
		if (used == 2)
			at = ahead;
	}
	code = read.failed ? err_set(e, ERR_TOO_LARGE, "text") : text_nfc(buf_view(&read), out, e);
	buf_release(&read);
	return code;
}
