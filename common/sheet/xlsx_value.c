/* How XLSX writes what a cell holds: numbers, days, texts. */
#include <string.h>

#include "common/sheet/xlsx_parts.h"
#include "common/text/date.h"
#include "common/text/text.h"

enum {
	DIGITS_MAX = 15,    /* what Excel keeps */
	EXPONENT_MAX = 308, /* of a double */
	DAY_1900 = -25568,  /* serial 0 of the days from 1970 on: 1899-12-31 */
	DAY_1904 = -24107,
	SERIAL_FALSE = 60,  /* 29 February 1900, which Excel believes in */
	SERIAL_MAX = 2958465 /* 9999-12-31 */
};

/* A number's digits without leading zeros, and where its point stands in them. */
struct decimal {
	bool negative;
	uint8_t digits[DIGITS_MAX + 20];
	int count, point;
};

static bool take_exponent(struct bytes s, size_t *i, int *exponent)
{
	bool negative;
	size_t start;

	(*i)++;
	negative = *i < s.len && s.at[*i] == '-';
	if (*i < s.len && (s.at[*i] == '-' || s.at[*i] == '+'))
		(*i)++;
	start = *i;
	for (; *i < s.len && s.at[*i] >= '0' && s.at[*i] <= '9'; (*i)++)
		if (*exponent <= EXPONENT_MAX)
			*exponent = *exponent * 10 + s.at[*i] - '0';
	if (*i == start || *exponent > EXPONENT_MAX + DIGITS_MAX)
		return false;
	*exponent = negative ? -*exponent : *exponent;
	return true;
}

static bool take_decimal(struct bytes s, struct decimal *d)
{
	const int room = sizeof d->digits;
	bool point = false, any = false;
	int exponent = 0;
	size_t i = 0;

	*d = (struct decimal){ .negative = s.len > 0 && s.at[0] == '-' };
	for (i = d->negative; i < s.len && s.at[i] != 'e' && s.at[i] != 'E'; i++) {
		if (s.at[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.at[i] < '0' || s.at[i] > '9' || i > 400)
			return false;
		any = true;
		d->point += !point;
		if (d->count == 0 && s.at[i] == '0')
			d->point--;
		else if (d->count < room)
			d->digits[d->count++] = s.at[i] - '0';
	}
	if (!any || (i < s.len && !take_exponent(s, &i, &exponent)) || i != s.len)
		return false;
	d->point += exponent;
	return true;
}

/* To 15 digits, unless it is whole; a double has no more, and Excel shows no more. */
static void round_decimal(struct decimal *d)
{
	while (d->count > 0 && d->digits[d->count - 1] == 0)
		d->count--;
	if (d->count > DIGITS_MAX && d->point < d->count) {
		int i = DIGITS_MAX;
		bool up = d->digits[i] >= 5;

		d->count = DIGITS_MAX;
		while (up && --i >= 0) {
			up = d->digits[i] == 9;
			d->digits[i] = up ? 0 : d->digits[i] + 1;
		}
		if (up) {
			d->digits[0] = 1;
			d->point++;
		}
		while (d->count > 0 && d->digits[d->count - 1] == 0)
			d->count--;
	}
}

bool xlsx_number(struct bytes s, struct buf *out)
{
	struct decimal d;
	int i;

	if (!take_decimal(s, &d))
		return false;
	round_decimal(&d);
	if (d.count == 0) {
		buf_byte(out, '0');
		return true;
	}
	if (d.negative)
		buf_byte(out, '-');
	if (d.point <= 0)
		buf_put(out, "0.", 2);
	for (i = d.point; i < 0; i++)
		buf_byte(out, '0');
	for (i = 0; i < d.count || i < d.point; i++) {
		if (i == d.point && i > 0)
			buf_byte(out, '.');
		buf_byte(out, (uint8_t)('0' + (i < d.count ? d.digits[i] : 0)));
	}
	return true;
}

bool xlsx_day(struct bytes number, bool from_1904, int64_t *day, uint32_t *second)
{
	int64_t serial = 0;
	double fraction = 0, unit = 1;
	bool point = false;
	size_t i;

	for (i = 0; i < number.len; i++) {
		int digit = number.at[i] - '0';

		if (number.at[i] == '.') {
			point = true;
		} else if (digit < 0 || digit > 9 || serial > SERIAL_MAX) {
			return false;
		} else if (point) {
			unit /= 10;
			fraction += digit * unit;
		} else {
			serial = serial * 10 + digit;
		}
	}
	*second = (uint32_t)(fraction * 86400 + 0.5);
	if (*second == 86400) {
		*second = 0;
		serial++;
	}
	if (serial > SERIAL_MAX || (!from_1904 && (serial == 0 || serial == SERIAL_FALSE)))
		return false;
	if (from_1904)
		*day = DAY_1904 + serial;
	else
		*day = DAY_1900 + serial - (serial > SERIAL_FALSE);
	return true;
}

/* Looks at the letters that stand for something: not in quotes or brackets, not behind
 * a character that takes the next one as it is. Only the first section counts. */
static bool code_is_date(const char *code)
{
	bool day = false, month = false, clock = false;

	for (; *code != '\0' && *code != ';'; code++) {
		if (*code == '"' || *code == '[') {
			code = strchr(code + 1, *code == '"' ? '"' : ']');
			if (code == NULL)
				break;
		} else if (*code == '\\' || *code == '_' || *code == '*') {
			if (*++code == '\0')
				break;
		} else if (strchr("dDyY", *code) != NULL) {
			day = true;
		} else if (*code == 'm' || *code == 'M') {
			month = true;
		} else if (strchr("hHsS", *code) != NULL) {
			clock = true;
		}
	}
	/* m is a minute beside hours and seconds. */
	return day || (month && !clock);
}

bool xlsx_format_is_date(unsigned id, const char *code)
{
	if (code != NULL)
		return code_is_date(code);
	/* Excel's own, those for East Asia too; 18 to 21, 32 to 35 and 45 to 47 are times. */
	return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
	       (id >= 50 && id <= 58);
}

static int hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "_x0041_" at this place; false otherwise. */
static bool take_escape(const uint8_t *at, const uint8_t *end, uint32_t *unit)
{
	uint32_t n = 0;
	int i;

	if (end - at < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_')
		return false;
	for (i = 2; i < 6; i++) {
		if (hex(at[i]) < 0)
			return false;
		n = n << 4 | (uint32_t)hex(at[i]);
	}
	*unit = n;
	return true;
}

/* A code unit in UTF-8, never longer than its escape; halves of pairs are left out,
 * for no letter that needs two is escaped. */
static size_t put_unit(uint8_t *out, uint32_t c)
{
	if (c >= 0xd800 && c < 0xe000)
		return 0;
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (uint8_t)(0xe0 | c >> 12);
	out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c & 0x3f));
	return 3;
}

void xlsx_unescape(struct buf *text)
{
	const uint8_t *at = text->at, *end = text->len == 0 ? at : at + text->len;
	size_t n = 0;

	while (at < end) {
		uint32_t unit = *at;
		bool escape = take_escape(at, end, &unit);
		size_t taken = escape ? 7 : 1;

		if (unit < 0x20 && unit != '\t' && unit != '\n')
			;
		else if (escape)
			n += put_unit(text->at + n, unit);
		else
			text->at[n++] = *at;
		at += taken;
	}
	text->len = n;
}

void xlsx_escape(struct bytes text, size_t max, struct buf *out)
{
	size_t i, n = 0, room = text_length(text) > max ? max - 1 : max;

	for (i = 0; i < text.len; i++) {
		const uint8_t *at = text.at + i, *end = text.at + text.len;
		bool begins = (*at & 0xc0) != 0x80;
		uint32_t unit;

		if (begins && n == room) {
			buf_add(out, bytes_str(n < max ? "…" : ""));
			break;
		}
		if (*at < 0x20 && *at != '\n' && *at != '\t')
			continue;
		/* U+FFFE and U+FFFF are none of XML's characters. */
		if (end - at >= 3 && at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe) {
			i += 2;
			continue;
		}
		n += begins;
		/* What looks like an escape would be read as one. */
		if (take_escape(at, end, &unit))
			buf_put(out, "_x005F", 6);
		buf_byte(out, *at);
	}
}
