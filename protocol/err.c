/* Codes to names, and the two ways to fill a struct err. */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void err_cut(char *text)
{
	size_t n = strlen(text), tail = 0, wanted;
	unsigned char lead;

	while (tail < n && tail < 4 && ((unsigned char)text[n - 1 - tail] & 0xc0) == 0x80)
		tail++;
	lead = tail < n ? (unsigned char)text[n - 1 - tail] : 0;
	wanted = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
	if (tail < wanted)
		text[n - 1 - tail] = '\0';
}

/* Code alone: nothing of what an error said before. */
static void begin(struct err *e, int code)
{
	e->code = code;
	e->line = e->column = 0;
	e->why = NULL;
	e->cause = 0;
	e->detail[0] = '\0';
	e->library[0] = '\0';
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return code;
	begin(e, code);
	va_start(ap, fmt);
	vsnprintf(e->subject, sizeof e->subject, fmt, ap);
	va_end(ap);
	err_cut(e->subject);
	return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[sizeof e->subject];
	size_t used;
	va_list ap;

	if (e == NULL)
		return ERR_UNKNOWN;
	memcpy(inner, e->subject, sizeof inner);
	va_start(ap, fmt);
	vsnprintf(e->subject, sizeof e->subject, fmt, ap);
	va_end(ap);
	used = strlen(e->subject);
	if (inner[0] != '\0')
		snprintf(e->subject + used, sizeof e->subject - used, ": %s", inner);
	err_cut(e->subject);
	return e->code;
}

/* Copies a conversion from behind its %, and gives its letter; *p is then behind it. */
static char take_spec(const char **p, char spec[16], int *stars)
{
	size_t n = 1;

	spec[0] = '%';
	*stars = 0;
	while (**p != '\0' && strchr("0123456789.*z-", **p) != NULL && n < 14) {
		*stars += **p == '*';
		spec[n++] = *(*p)++;
	}
	spec[n++] = **p;
	spec[n] = '\0';
	return **p == '\0' ? '\0' : *(*p)++;
}

/* One argument as the template wants it; what would look like the next line does not. */
static void put_argument(char letter, const char *spec, int stars, va_list *ap, char *out,
			 size_t size)
{
	int width = stars > 0 ? va_arg(*ap, int) : 0;
	char *c;

	if (letter == 's' && stars > 0)
		snprintf(out, size, spec, width, va_arg(*ap, const char *));
	else if (letter == 's')
		snprintf(out, size, spec, va_arg(*ap, const char *));
	else if (strchr(spec, 'z') != NULL)
		snprintf(out, size, spec, va_arg(*ap, size_t));
	else
		snprintf(out, size, spec, va_arg(*ap, int));
	err_cut(out);
	for (c = out; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
}

static void keep_detail(struct err *e, const char *why, va_list *ap)
{
	char spec[16];
	size_t used = 0, count = 0;
	int stars;

	while (*why != '\0' && used + 2 < sizeof e->detail) {
		char letter = *why++ == '%' ? take_spec(&why, spec, &stars) : '\0';

		if (letter == '\0' || letter == '%')
			continue;
		if (count++ > 0)
			e->detail[used++] = '\n';
		put_argument(letter, spec, stars, ap, e->detail + used, sizeof e->detail - used);
		used += strlen(e->detail + used);
	}
}

void err_fill(const char *template, const char *detail, char *out, size_t size)
{
	char spec[16];
	size_t used = 0, n;
	int stars;

	for (; *template != '\0' && used + 1 < size;) {
		char letter = 0;

		if (*template != '%') {
			out[used++] = *template++;
			continue;
		}
		template++;
		letter = take_spec(&template, spec, &stars);
		if (letter == '%') {
			out[used++] = '%';
			continue;
		}
		n = strcspn(detail, "\n");
		snprintf(out + used, size - used, "%.*s", (int)n, detail);
		used += strlen(out + used);
		detail += n + (detail[n] == '\n');
	}
	out[used] = '\0';
}

int err_because_v(struct err *e, int code, const char *why, va_list ap)
{
	va_list args;

	if (e == NULL)
		return code;
	begin(e, code);
	e->why = why;
	va_copy(args, ap);
	keep_detail(e, why, &args);
	va_end(args);
	return err_at(e, 0, 0, "");
}

int err_because(struct err *e, int code, const char *why, ...)
{
	va_list ap;

	va_start(ap, why);
	err_because_v(e, code, why, ap);
	va_end(ap);
	return code;
}

void err_library(struct err *e, const char *words)
{
	if (e == NULL)
		return;
	snprintf(e->library, sizeof e->library, "%s", words);
	err_cut(e->library);
}

int err_cause(struct err *e, int code)
{
	char subject[sizeof e->detail];
	int cause;

	if (e == NULL)
		return code;
	cause = e->code;
	snprintf(subject, sizeof subject, "%.*s", (int)sizeof subject - 1, e->subject);
	begin(e, code);
	e->cause = cause;
	memcpy(e->detail, subject, sizeof subject);
	return err_at(e, 0, 0, "");
}

void err_why(const struct err *e, char *out, size_t size)
{
	out[0] = '\0';
	if (e->why != NULL)
		err_fill(e->why, e->detail, out, size);
	else if (e->cause != 0)
		snprintf(out, size, "%s%s%s", err_name(e->cause), e->detail[0] == '\0' ? "" : ": ",
			 e->detail);
}

void err_place(const struct err *e, char *out, size_t size)
{
	out[0] = '\0';
	if (e->line != 0 && e->column != 0)
		snprintf(out, size, "line %u, column %u: ", e->line, e->column);
	else if (e->line != 0)
		snprintf(out, size, "line %u: ", e->line);
	else if (e->column != 0)
		snprintf(out, size, "column %u: ", e->column);
}

/* As much of a text as there is room for. */
static void append(char *out, size_t size, const char *text)
{
	size_t used = strlen(out);

	if (used + 1 < size)
		snprintf(out + used, size - used, "%s", text);
	err_cut(out);
}

int err_at(struct err *e, unsigned line, unsigned column, const char *place)
{
	char why[sizeof e->subject], lines[40];

	if (e == NULL)
		return ERR_UNKNOWN;
	err_why(e, why, sizeof why);
	e->line = line;
	e->column = column;
	err_place(e, lines, sizeof lines);
	e->subject[0] = '\0';
	append(e->subject, sizeof e->subject, lines);
	append(e->subject, sizeof e->subject / 2, place);
	append(e->subject, sizeof e->subject, place[0] == '\0' ? "" : ": ");
	append(e->subject, sizeof e->subject, why);
	return e->code;
}

const char *err_name(int code)
{
	switch (code) {
	case 0:
		return "ok";
#define X(name, number, text) case ERR_##name: return text;
	ERR_LIST(X)
#undef X
	default:
		return "unknown_code";
	}
}
