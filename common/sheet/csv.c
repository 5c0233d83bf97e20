/* CSV: what is between cells, cells, and the guard against formulas. */
#include "common/sheet/csv.h"

#include <stdlib.h>
#include <string.h>

#include "common/sheet/csv_text.h"
#include "common/sheet/sheet_build.h"

/* What is looked at to find the separator. */
enum { SAMPLE_LINES = 64 };

/* In the order of preference where lines speak for more than one: in a text a comma is
 * likelier than a semicolon, and a TAB hardly comes. */
static const uint8_t separators[] = { '\t', ';', ',' };

enum { SEPARATORS = sizeof separators };

/* How often each separator comes in each of the first lines, outside quotes. */
struct sample {
	uint16_t count[SEPARATORS][SAMPLE_LINES];
	size_t lines;
};

static int separator_index(uint8_t c)
{
	const uint8_t *at = memchr(separators, c, SEPARATORS);

	return at == NULL ? -1 : (int)(at - separators);
}

static void take_sample(struct sample *s, const uint8_t *at, const uint8_t *end)
{
	bool quoted = false, cell_begins = true, used = false;

	for (; at < end && s->lines < SAMPLE_LINES; at++) {
		int i = separator_index(*at);

		if (*at == '"' && (quoted || cell_begins)) {
			quoted = !quoted;
			/* A doubled quote closes and opens again. */
			cell_begins = !quoted;
			continue;
		}
		if (quoted)
			continue;
		cell_begins = i >= 0 || *at == '\n' || *at == '\r';
		if (i >= 0 && s->count[i][s->lines] < UINT16_MAX)
			s->count[i][s->lines]++;
		used |= *at != '\n' && *at != '\r';
		if (used && (*at == '\n' || *at == '\r')) {
			s->lines++;
			used = false;
		}
	}
	if (used && s->lines < SAMPLE_LINES)
		s->lines++;
}

/* In how many lines a separator comes as often as it most often does. */
static size_t agreement(const struct sample *s, int i, uint16_t *times)
{
	size_t best = 0, a, b;

	*times = 0;
	for (a = 0; a < s->lines; a++) {
		size_t n = 0;

		for (b = 0; b < s->lines; b++)
			n += s->count[i][b] == s->count[i][a];
		if (s->count[i][a] > 0 && (n > best || (n == best && s->count[i][a] > *times))) {
			best = n;
			*times = s->count[i][a];
		}
	}
	return best;
}

/* The one that most lines have equally often; of two, the one that comes oftener. */
static uint8_t find_separator(const uint8_t *at, const uint8_t *end)
{
	struct sample s = { .lines = 0 };
	size_t best = 0;
	uint16_t best_times = 0;
	uint8_t found = ',';
	int i;

	take_sample(&s, at, end);
	for (i = 0; i < SEPARATORS; i++) {
		uint16_t times;
		size_t lines = agreement(&s, i, &times);

		if (lines > best || (lines == best && times > best_times)) {
			best = lines;
			best_times = times;
			found = separators[i];
		}
	}
	return found;
}

/* The guard. What a spreadsheet may take for the beginning of a formula: = + - @ and
 * their full-width forms, U+FF1D, U+FF0B, U+FF0D, U+FF20. */
static bool formula_sign(const uint8_t *at, const uint8_t *end)
{
	if (at == end)
		return false;
	if (end - at >= 3 && at[0] == 0xef && at[1] == 0xbc)
		return at[2] == 0x9d || at[2] == 0x8b || at[2] == 0x8d || at[2] == 0xa0;
	return *at == '=' || *at == '+' || *at == '-' || *at == '@';
}

/* Whether at this place, where a cell may begin, apostrophes and then something
 * dangerous stand. A dash and a space within a text are a list's, no formula. */
static bool guarded_place(const uint8_t *at, const uint8_t *end, bool first)
{
	while (at < end && *at == '\'')
		at++;
	if (first && at < end && (*at == '\t' || *at == '\r' || *at == '\n'))
		return true;
	if (!first && end - at >= 2 && at[0] == '-' && at[1] == ' ')
		return false;
	return formula_sign(at, end);
}

static bool plain_number(struct bytes s)
{
	size_t i = s.len > 0 && (s.at[0] == '-' || s.at[0] == '+'), digits = 0;

	for (; i < s.len; i++) {
		if (s.at[i] >= '0' && s.at[i] <= '9')
			digits++;
		else if (digits == 0 || (s.at[i] != '.' && s.at[i] != ','))
			return false;
	}
	return digits > 0;
}

static bool cell_may_begin_behind(uint8_t c)
{
	return c == ';' || c == '\t' || c == '\n' || c == '\r';
}

/* Takes off, in place, what csv_cell put in. */
static struct bytes without_guard(uint8_t *text, size_t len)
{
	const uint8_t *end = text + len;
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (text[i] == '\'' && (i == 0 || cell_may_begin_behind(text[i - 1])) &&
		    guarded_place(text + i, end, i == 0))
			continue;
		text[n++] = text[i];
	}
	return (struct bytes){ text, n };
}

struct reader {
	uint8_t *at, *end;
	uint8_t separator;
	uint32_t line;
	struct sheet_build build;
	struct err *e;
};

/* One line break, of any kind. */
static bool line_break(struct reader *r)
{
	if (r->at == r->end || (*r->at != '\n' && *r->at != '\r'))
		return false;
	r->at += *r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n' ? 2 : 1;
	r->line++;
	return true;
}

/* A cell in quotes, behind the first one; put together in place. */
static int quoted(struct reader *r, uint32_t row, uint32_t column, struct bytes *out)
{
	uint8_t *text = r->at;
	size_t n = 0;

	for (;;) {
		uint8_t *from = r->at;

		if (r->at == r->end)
			return sheet_error(r->e, ERR_QUOTE, BYTES_NONE, column, row);
		if (*r->at == '"') {
			r->at++;
			if (r->at == r->end || *r->at != '"')
				break;
			text[n++] = '"';
			r->at++;
		} else if (line_break(r)) {
			while (from < r->at)
				text[n++] = *from++;
		} else {
			text[n++] = *r->at++;
		}
	}
	/* Blanks behind are of people who typed it by hand. */
	while (r->at < r->end && *r->at == ' ')
		r->at++;
	if (r->at < r->end && *r->at != r->separator && *r->at != '\n' && *r->at != '\r')
		return sheet_error(r->e, ERR_QUOTE, BYTES_NONE, column, row);
	*out = (struct bytes){ text, n };
	return 0;
}

static int cell(struct reader *r, uint32_t row, uint32_t column)
{
	uint8_t *start = r->at;
	struct bytes text;
	int code;

	if (r->at < r->end && *r->at == '"') {
		r->at++;
		code = quoted(r, row, column, &text);
		if (code != 0)
			return code;
		start = (uint8_t *)text.at;
	} else {
		while (r->at < r->end && *r->at != r->separator && *r->at != '\n' &&
		       *r->at != '\r')
			r->at++;
		text = (struct bytes){ start, (size_t)(r->at - start) };
	}
	if (text.len >= 3 && memcmp(start, "=\"", 2) == 0 &&
	    memchr(start + 2, '"', text.len - 2) == start + text.len - 1)
		text = (struct bytes){ start + 2, text.len - 3 };
	else
		text = without_guard(start, text.len);
	return sheet_build_cell(&r->build, column, row,
				(struct cell){ .kind = text.len > 0 ? CELL_TEXT : CELL_EMPTY,
					       .text = text }, r->e);
}

static int row(struct reader *r)
{
	uint32_t number = r->line, column = 0;
	int code;

	for (;; r->at++) {
		code = cell(r, number, column);
		if (code != 0)
			return code;
		if (r->at == r->end || *r->at != r->separator)
			break;
		if (column < UINT32_MAX)
			column++;
	}
	line_break(r);
	return sheet_build_row(&r->build, number, r->e);
}

/* "sep=;" alone on the first line: Excel's own way to tell. */
static void told_separator(struct reader *r)
{
	bool told = r->end - r->at >= 5 && memcmp(r->at, "sep=", 4) == 0 &&
		    separator_index(r->at[4]) >= 0 &&
		    (r->end - r->at == 5 || r->at[5] == '\r' || r->at[5] == '\n');

	if (!told) {
		r->separator = find_separator(r->at, r->end);
		return;
	}
	r->separator = r->at[4];
	r->at += 5;
	line_break(r);
}

int csv_read(struct bytes file, struct arena *a, struct sheet *out, struct err *e)
{
	struct reader r = { .line = 1, .e = e };
	struct sheet sheet;
	size_t len = 0;
	int code = sheet_build_init(&r.build, a, &sheet, e);

	if (code == 0)
		code = csv_text(file, a, &r.at, &len, &sheet.code_page, e);
	if (code == 0) {
		r.end = r.at + len;
		told_separator(&r);
		sheet.separator = r.separator;
	}
	while (code == 0 && r.at < r.end)
		code = row(&r);
	if (code == 0)
		code = sheet_build_end(&r.build, e);
	sheet_build_release(&r.build);
	if (code == 0)
		*out = sheet;
	return code;
}

void csv_begin(struct csv *c, struct buf *out)
{
	*c = (struct csv){ .out = out };
	buf_put(out, "\xef\xbb\xbf", 3);
}

void csv_cell(struct csv *c, struct bytes text)
{
	const uint8_t *end = text.len == 0 ? text.at : text.at + text.len;
	bool safe = plain_number(text), quotes = false;
	size_t i;

	if (c->begun)
		buf_byte(c->out, ',');
	c->begun = true;
	for (i = 0; i < text.len; i++)
		quotes |= text.at[i] == '"' || text.at[i] == ',' ||
			  cell_may_begin_behind(text.at[i]) || text.at[i] == ' ';
	if (quotes)
		buf_byte(c->out, '"');
	for (i = 0; i < text.len; i++) {
		if (!safe && (i == 0 || cell_may_begin_behind(text.at[i - 1])) &&
		    guarded_place(text.at + i, end, i == 0))
			buf_byte(c->out, '\'');
		if (text.at[i] == '"')
			buf_byte(c->out, '"');
		buf_byte(c->out, text.at[i]);
	}
	if (quotes)
		buf_byte(c->out, '"');
}

void csv_end_row(struct csv *c)
{
	buf_put(c->out, "\r\n", 2);
	c->begun = false;
}
