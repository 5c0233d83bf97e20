/* Packs for tests, spoiled in one place each. */
#include "tests/lib/packtext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/pack/pack.h"
#include "common/text/reason.h"

static unsigned line_at(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* The text with real quotes, appended. */
static void put_quoted(struct buf *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf_byte(out, text[i] == '`' ? '"' : (uint8_t)text[i]);
}

/* Where `wanted` stands, whichever quotes either has. */
static const char *find(const char *text, const char *wanted)
{
	size_t i;

	for (; *text != '\0'; text++) {
		for (i = 0; wanted[i] != '\0'; i++) {
			char have = text[i] == '`' ? '"' : text[i];

			if (have != (wanted[i] == '`' ? '"' : wanted[i]))
				break;
		}
		if (wanted[i] == '\0')
			return text;
	}
	return NULL;
}

unsigned packtext(const char *text, const char *from, const char *to, struct buf *out)
{
	const char *hit = from == NULL ? text : find(text, from);

	if (hit == NULL)
		fail_msg("%s is not in the pack", from);
	buf_init(out, (size_t)1 << 20);
	put_quoted(out, text, (size_t)(hit - text));
	if (to != NULL)
		put_quoted(out, to, strlen(to));
	put_quoted(out, hit + (from == NULL ? 0 : strlen(from)),
		   strlen(hit) - (from == NULL ? 0 : strlen(from)));
	assert_false(out->failed);
	return line_at(text, hit);
}

/* The line of a text in a pack that may be spoiled. */
static unsigned line_of(const char *text, struct buf *json)
{
	const char *at;

	buf_byte(json, 0);
	json->len--;
	at = find((const char *)json->at, text);
	if (at == NULL)
		fail_msg("%s is not in the spoiled pack", text);
	return line_at((const char *)json->at, at);
}

static unsigned lines_in(const char *text)
{
	unsigned n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* Tells what is not as it should be. */
static bool is_refused(const char *before, const char *good, const struct packtext_wrong *w)
{
	struct schema *s;
	struct buf json;
	struct err e = { 0 };
	unsigned line = packtext(good, w->from, w->to, &json), last = line + lines_in(w->to);
	bool right = false;

	if (w->line_of != NULL)
		line = last = line_of(w->line_of, &json);
	assert_int_equal(schema_new(&s, &e), 0);
	if (before != NULL) {
		struct buf first;

		packtext(before, NULL, NULL, &first);
		assert_int_equal(schema_add(s, buf_view(&first), &e), 0);
		buf_release(&first);
	}
	if (schema_add_new(s, buf_view(&json), &e) != ERR_BAD_PACK)
		print_error("%s was not refused\n", w->to);
	else if (e.line < line || e.line > last || strstr(e.subject, w->place) == NULL ||
		 strstr(e.subject, w->reason) == NULL)
		print_error("%s: \"%s\" instead of \"line %u...%s...%s\"\n", w->to, e.subject, line,
			    w->place, w->reason);
	else if (strcmp(reason_in(e.why, LANG_VI), e.why) == 0)
		print_error("\"%s\" is not in reason*.c\n", e.why);
	else
		right = true;
	schema_free(s);
	buf_release(&json);
	return right;
}

void packtext_refused(const char *before, const char *good, const struct packtext_wrong *list,
		      size_t count)
{
	size_t i, right = 0;

	for (i = 0; i < count; i++)
		right += is_refused(before, good, &list[i]);
	assert_int_equal(right, count);
}
