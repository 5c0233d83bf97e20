/* Numbers as people type them. */
#include "common/text/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text/letter.h"
#include "common/text/text.h"

enum { TYPED_MAX = 64, NBSP = 0xa0, THIN_SPACE = 0x2009, NARROW_NBSP = 0x202f, MINUS = 0x2212 };

/* A number taken apart. */
struct typed {
	char text[TYPED_MAX];  /* digits and separators, without blanks around them */
	bool negative;
	char group, point;     /* what separates thousands and decimals; 0: nothing does */
	bool either;           /* one "." that may be the one or the other: taken for group */
};

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == NBSP || c == THIN_SPACE || c == NARROW_NBSP;
}

/* In ASCII, with one kind of blank. */
static bool copy(struct bytes s, struct typed *t)
{
	size_t at = 0, n = 0;

	while (at < s.len) {
		uint32_t c = letter_next(s, &at);

		if (is_blank(c))
			c = ' ';
		if (c == MINUS)
			c = '-';
		if (c == ' ' && n == 0)
			continue;
		if (n + 1 == TYPED_MAX || c == 0 || c >= 0x80)
			return false;
		t->text[n++] = (char)c;
	}
	while (n > 0 && t->text[n - 1] == ' ')
		n--;
	t->text[n] = '\0';
	t->negative = t->text[0] == '-';
	if (t->negative)
		memmove(t->text, t->text + 1, n);
	return strspn(t->text, "0123456789., ") == strlen(t->text);
}

static size_t count(const char *text, char c)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == c;
	return n;
}

/* "1.500", but not "0.500" nor "1500.500". */
static bool is_group(const char *text)
{
	size_t before = strcspn(text, ".,");

	return before >= 1 && before <= 3 && text[0] != '0' && strlen(text + before) == 4;
}

/* Which separator is which. One that is last and alone is the point, but for a dot
 * that can as well set off thousands. */
static void tell_apart(struct typed *t)
{
	size_t dots = count(t->text, '.'), commas = count(t->text, ','), blanks = count(t->text, ' ');
	const char *dot = strrchr(t->text, '.'), *comma = strrchr(t->text, ',');

	t->group = blanks > 0 ? ' ' : 0;
	if (dots > 0 && commas > 0) {
		t->group = dot < comma ? '.' : ',';
		t->point = dot < comma ? ',' : '.';
	} else if (dots > 1 || commas > 1) {
		t->group = dots > 1 ? '.' : ',';
	} else if (dots == 1 && blanks == 0 && is_group(t->text)) {
		t->group = '.';
		t->either = true;
	} else if (dots + commas == 1) {
		t->point = dots == 1 ? '.' : ',';
	}
}

/* The digits before the point, in groups of three if in any. */
static bool read_whole(const struct typed *t, const char **behind, int64_t *out)
{
	const char *p = t->text;
	size_t run = 0, groups = 0;
	int64_t n = 0;

	for (; *p != '\0' && *p != t->point; p++) {
		if (*p == t->group) {
			if (groups > 0 ? run != 3 : run < 1 || run > 3 || t->text[0] == '0')
				return false;
			groups++;
			run = 0;
			continue;
		}
		if (*p < '0' || *p > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, *p - '0', &n))
			return false;
		run++;
	}
	if (run == 0 || (groups > 0 && run != 3))
		return false;
	*behind = *p == '\0' ? p : p + 1;
	*out = n;
	/* A point with nothing behind it is a slip. */
	return *p == '\0' || p[1] != '\0';
}

static bool read(struct bytes text, struct typed *t, const char **behind, int64_t *out)
{
	memset(t, 0, sizeof *t);
	if (!copy(text, t))
		return false;
	tell_apart(t);
	return read_whole(t, behind, out);
}

bool number_whole(struct bytes text, int64_t *out)
{
	const char *behind;
	struct typed t;
	int64_t n;

	if (!read(text, &t, &behind, &n) || strspn(behind, "0") != strlen(behind))
		return false;
	/* 500.00 is 500.000 with a digit lost; 1,000 may be a thousand. */
	if ((t.point == '.' && t.group == 0) || strlen(behind) > 2)
		return false;
	*out = t.negative ? -n : n;
	return true;
}

/* Whether it is a word for đồng, or nothing. */
static bool is_currency(struct bytes s)
{
	static const char *const words[] = { "", "d", "dong", "vnd", "₫" };
	struct buf fold;
	size_t at = 0, i, from = 0;
	bool known = false;

	while (at < s.len && is_blank(letter_next(s, &at)))
		from = at;
	buf_init(&fold, TYPED_MAX);
	if (text_fold((struct bytes){ s.at + from, s.len - from }, &fold, NULL) == 0) {
		while (fold.len > 0 && fold.at[fold.len - 1] == ' ')
			fold.len--;
		for (i = 0; i < sizeof words / sizeof words[0]; i++)
			known |= bytes_equal(buf_view(&fold), bytes_str(words[i]));
	}
	buf_release(&fold);
	return known;
}

bool number_money(struct bytes text, int64_t *out)
{
	size_t n = text.len;

	while (n > 0 && !(text.at[n - 1] >= '0' && text.at[n - 1] <= '9'))
		n--;
	return is_currency((struct bytes){ text.at + n, text.len - n }) &&
	       number_whole((struct bytes){ text.at, n }, out);
}

bool number_decimal(struct bytes text, unsigned scale, int64_t *out)
{
	const char *behind;
	struct typed t;
	unsigned i;
	int64_t n;

	if (!read(text, &t, &behind, &n) || t.either)
		return false;
	for (i = 0; i < scale || *behind != '\0'; i++) {
		int digit = *behind == '\0' ? 0 : *behind++ - '0';

		if (digit < 0 || digit > 9 || (i >= scale && digit != 0))
			return false;
		if (i < scale && (__builtin_mul_overflow(n, 10, &n) ||
				  __builtin_add_overflow(n, digit, &n)))
			return false;
	}
	*out = t.negative ? -n : n;
	return true;
}

void number_show(int64_t n, struct buf *out)
{
	char digits[24];
	size_t len, i;

	snprintf(digits, sizeof digits, "%" PRIu64,
		 n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n);
	len = strlen(digits);
	if (n < 0)
		buf_byte(out, '-');
	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_byte(out, '.');
		buf_byte(out, (uint8_t)digits[i]);
	}
}
