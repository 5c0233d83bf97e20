/* Units from a spreadsheet's CSV (RFC 4180): commas, or semicolons where the
 * heading line has only those, as a Vietnamese Excel writes them. */
#include <string.h>

#include "server/unit.h"

enum { COLUMNS = 16 };

struct reader {
	const uint8_t *at, *end;
	uint8_t comma;
	unsigned line;
	struct arena *a;
	struct err *e;
};

static int bad(struct reader *r, const char *what)
{
	return err_set(r->e, ERR_BAD_INPUT, "line %u: %s", r->line, what);
}

/* A quoted field, after its first quote. Doubled quotes stand for one. */
static int quoted(struct reader *r, struct bytes *out)
{
	uint8_t *text = arena_alloc(r->a, (size_t)(r->end - r->at) + 1);
	size_t n = 0;

	if (text == NULL)
		return err_set(r->e, ERR_NOMEM, "units");
	for (;; r->at++) {
		if (r->at == r->end)
			return bad(r, "a quote is not closed");
		if (*r->at == '"') {
			r->at++;
			if (r->at == r->end || *r->at != '"')
				break;
		}
		text[n++] = *r->at;
	}
	*out = (struct bytes){ text, n };
	return 0;
}

static int field(struct reader *r, struct bytes *out)
{
	const uint8_t *start = r->at;

	if (r->at < r->end && *r->at == '"') {
		r->at++;
		return quoted(r, out);
	}
	while (r->at < r->end && *r->at != r->comma && *r->at != '\n' && *r->at != '\r')
		r->at++;
	*out = (struct bytes){ start, (size_t)(r->at - start) };
	return 0;
}

/* The fields of one line. */
static int line(struct reader *r, struct bytes *fields, size_t *count)
{
	size_t n = 0;
	int code;

	r->line++;
	for (;;) {
		if (n == COLUMNS)
			return bad(r, "too many columns");
		code = field(r, &fields[n++]);
		if (code != 0)
			return code;
		if (r->at == r->end || *r->at != r->comma)
			break;
		r->at++;
	}
	if (r->at < r->end && *r->at == '\r')
		r->at++;
	if (r->at < r->end && *r->at++ != '\n')
		return bad(r, "text behind a quote");
	*count = n;
	return 0;
}

static int number(struct reader *r, struct bytes s, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9' || i == 9)
			return bad(r, "a number is wanted");
		n = n * 10 + (uint64_t)(s.at[i] - '0');
	}
	*out = n;
	return 0;
}

static int set_field(struct reader *r, struct unit_row *u, struct bytes heading, struct bytes value)
{
	if (bytes_equal(heading, bytes_str("number")))
		return number(r, value, &u->number);
	if (bytes_equal(heading, bytes_str("parent"))) {
		u->has_parent = true;
		return number(r, value, &u->parent);
	}
	if (bytes_equal(heading, bytes_str("code")))
		u->code = value;
	else if (bytes_equal(heading, bytes_str("name")))
		u->name = value;
	else if (bytes_equal(heading, bytes_str("kind")))
		u->kind = value;
	else if (bytes_equal(heading, bytes_str("status")))
		u->status = value;
	else
		return bad(r, "an unknown column");
	return 0;
}

static size_t count_lines(struct bytes text)
{
	size_t i, n = 1;

	for (i = 0; i < text.len; i++)
		n += text.at[i] == '\n';
	return n;
}

static bool has_heading(const struct bytes *headings, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (bytes_equal(headings[i], bytes_str(name)))
			return true;
	return false;
}

int unit_read_csv(struct bytes text, struct arena *a, struct unit_row **out, size_t *count,
		  struct err *e)
{
	struct reader r = { .at = text.at, .end = text.at + text.len, .comma = ',', .a = a,
			    .e = e };
	struct bytes headings[COLUMNS], fields[COLUMNS];
	struct unit_row *units = arena_array(a, count_lines(text), sizeof *units);
	size_t columns, n, i, units_read = 0;
	const uint8_t *eol;
	int code;

	if (units == NULL)
		return err_set(e, ERR_NOMEM, "units");
	if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		r.at += 3;
	eol = text.len > 0 ? memchr(text.at, '\n', text.len) : NULL;
	if (eol != NULL && memchr(text.at, ',', (size_t)(eol - text.at)) == NULL)
		r.comma = ';';
	code = line(&r, headings, &columns);
	if (code == 0 && (!has_heading(headings, columns, "code") ||
			  !has_heading(headings, columns, "name")))
		code = bad(&r, "columns code and name are needed");
	while (code == 0 && r.at < r.end) {
		code = line(&r, fields, &n);
		if (code == 0 && n == 1 && fields[0].len == 0)
			continue;
		if (code == 0 && n != columns)
			code = bad(&r, "not as many columns as the heading has");
		for (i = 0; i < columns && code == 0; i++)
			code = set_field(&r, &units[units_read], headings[i], fields[i]);
		units_read++;
	}
	if (code != 0)
		return code;
	*out = units;
	*count = units_read;
	return 0;
}
