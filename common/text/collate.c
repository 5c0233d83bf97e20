/* Sort keys in three levels, each ended by a zero byte: letters and signs; their tones
 * and other marks; their case. What most texts have in common (no tone, small letters) is
 * left out at the end of a level. */
#include "common/text/collate.h"

#include "common/text/letter.h"
#include "common/text/text.h"

enum {
	/* first level: signs and digits between blanks and letters */
	BLANK = 2, LETTERS = 0x80, OTHER = 0xfd,
	/* second level: a letter, then its tones (above it), then marks that are none */
	NO_MARK = 2, OTHER_MARK = NO_MARK + TONE_COUNT,
	/* third level */
	SMALL = 2, CAPITAL = 3,
	LEVEL_MAX = 16 * 1024 * 1024
};

/* In the order of CLDR's root. */
static const char signs[] = "_-–—,;:!?.…·'‘’\"“”«»()[]{}§@*/\\&#%‰•`´^¨°©®+±÷×<=>|~$£¥₫€0123456789";

struct levels {
	struct buf letters, marks, cases;
};

static void levels_init(struct levels *l)
{
	buf_init(&l->letters, LEVEL_MAX);
	buf_init(&l->marks, LEVEL_MAX);
	buf_init(&l->cases, LEVEL_MAX);
}

static void levels_release(struct levels *l)
{
	buf_release(&l->letters);
	buf_release(&l->marks);
	buf_release(&l->cases);
}

/* Without the weights at the end that all have. */
static void end_level(struct buf *level, uint8_t common)
{
	while (level->len > 0 && level->at[level->len - 1] == common)
		level->len--;
	buf_byte(level, 0);
}

static void put_code(uint32_t c, struct buf *out)
{
	buf_byte(out, (uint8_t)(1 + (c >> 14)));
	buf_byte(out, (uint8_t)(1 + (c >> 7 & 0x7f)));
	buf_byte(out, (uint8_t)(1 + (c & 0x7f)));
}

static uint8_t sign_weight(uint32_t c)
{
	struct bytes all = bytes_str(signs);
	uint8_t weight = BLANK;
	size_t at = 0;

	if (c <= ' ' || c == 0xa0)
		return BLANK;
	while (at < all.len) {
		weight++;
		if (letter_next(all, &at) == c)
			return weight;
	}
	return OTHER;
}

static void put_plain(struct levels *l, uint8_t weight, bool capital)
{
	buf_byte(&l->letters, weight);
	buf_byte(&l->marks, NO_MARK);
	buf_byte(&l->cases, capital ? CAPITAL : SMALL);
}

/* A letter of another language stands with the one it folds to, behind it; what folds
 * to nothing known stands by its code point behind everything. */
static void put_other(struct levels *l, uint32_t c)
{
	struct letter folded;
	struct buf one, fold;
	size_t at = 0;

	buf_init(&one, 8);
	buf_init(&fold, 64);
	letter_put(c, &one);
	/* A mark on its own folds to nothing. */
	if (text_fold(buf_view(&one), &fold, NULL) != 0 || fold.len == 0)
		buf_add(&fold, buf_view(&one));
	while (at < fold.len) {
		uint32_t f = letter_next(buf_view(&fold), &at);
		bool known = letter_of(f, &folded);

		put_plain(l, known ? (uint8_t)(LETTERS + folded.base) : sign_weight(f), false);
		if (l->letters.len > 0 && l->letters.at[l->letters.len - 1] == OTHER)
			put_code(f, &l->letters);
	}
	if (!bytes_equal(buf_view(&fold), buf_view(&one))) {
		buf_byte(&l->marks, OTHER_MARK);
		put_code(c, &l->marks);
	}
	buf_release(&one);
	buf_release(&fold);
}

/* The tones of the vowels that follow each other from `at` on. Returns where those end. */
static size_t put_tones(struct bytes s, size_t at, struct buf *marks)
{
	struct letter l;
	size_t end = at;

	while (at < s.len && letter_of(letter_next(s, &at), &l) && letter_vowel(l.base)) {
		if (l.tone != TONE_NONE)
			buf_byte(marks, (uint8_t)(NO_MARK + l.tone));
		end = at;
	}
	return end;
}

static void put_text(struct levels *l, struct bytes s)
{
	size_t at = 0, vowels = 0;
	struct letter one;

	while (at < s.len) {
		size_t from = at;
		uint32_t c = letter_next(s, &at);

		if (!letter_of(c, &one)) {
			if (c < 0x80 || sign_weight(c) != OTHER)
				put_plain(l, sign_weight(c), false);
			else
				put_other(l, c);
			continue;
		}
		put_plain(l, (uint8_t)(LETTERS + one.base), one.capital);
		if (letter_vowel(one.base) && from >= vowels)
			vowels = put_tones(s, from, &l->marks);
	}
}

/* First and second level into the key, the third into cases. */
static void put_part(struct bytes s, struct buf *key, struct buf *cases, bool *failed)
{
	struct levels l;

	levels_init(&l);
	put_text(&l, s);
	end_level(&l.letters, 0);
	end_level(&l.marks, NO_MARK);
	end_level(&l.cases, SMALL);
	buf_add(key, buf_view(&l.letters));
	buf_add(key, buf_view(&l.marks));
	buf_add(cases, buf_view(&l.cases));
	*failed |= l.letters.failed || l.marks.failed || l.cases.failed;
	levels_release(&l);
}

/* The key of several texts that count one after the other. */
static int put_parts(const struct bytes *parts, size_t count, struct buf *key, struct err *e)
{
	struct buf cases;
	bool failed = false;
	size_t i;

	buf_init(&cases, LEVEL_MAX);
	for (i = 0; i < count; i++)
		put_part(parts[i], key, &cases, &failed);
	buf_add(key, buf_view(&cases));
	failed |= cases.failed || key->failed;
	buf_release(&cases);
	return failed ? err_set(e, ERR_TOO_LARGE, "key") : 0;
}

int collate_text(struct bytes s, struct buf *key, struct err *e)
{
	struct bytes part;
	struct buf nfc;
	int code;

	buf_init(&nfc, LEVEL_MAX);
	code = text_nfc(s, &nfc, e);
	part = buf_view(&nfc);
	if (code == 0)
		code = put_parts(&part, 1, key, e);
	buf_release(&nfc);
	return code;
}

static struct bytes slice(struct bytes s, size_t from, size_t to)
{
	while (from < to && s.at[from] == ' ')
		from++;
	while (to > from && s.at[to - 1] == ' ')
		to--;
	return from == to ? BYTES_NONE : (struct bytes){ s.at + from, to - from };
}

/* Given name, middle, family name, and what is in brackets behind them. */
static void split_name(struct bytes s, struct bytes parts[4])
{
	struct bytes name;
	size_t end = 0, first, last;

	while (end < s.len && s.at[end] != '(')
		end++;
	name = slice(s, 0, end);
	for (last = name.len; last > 0 && name.at[last - 1] != ' ';)
		last--;
	for (first = 0; first < last && name.at[first] != ' ';)
		first++;
	parts[0] = slice(name, last, name.len);
	parts[1] = slice(name, first, last);
	parts[2] = slice(name, 0, first);
	parts[3] = slice(s, end, s.len);
}

int collate_name(struct bytes s, struct buf *key, struct err *e)
{
	struct bytes parts[4];
	struct buf nfc;
	int code;

	buf_init(&nfc, LEVEL_MAX);
	code = text_nfc(s, &nfc, e);
	split_name(buf_view(&nfc), parts);
	if (code == 0)
		code = put_parts(parts, 4, key, e);
	buf_release(&nfc);
	return code;
}

void collate_number(int64_t n, struct buf *key)
{
	buf_u64(key, (uint64_t)n ^ (uint64_t)1 << 63);
}
