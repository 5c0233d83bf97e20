/* Packs for tests, spoiled in one place each. */
#include "tests/lib/packtext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/pack.h"

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

static void expect_refused(const char *before, const char *good, const struct packtext_wrong *w)
{
	char start[32];
	struct schema *s;
	struct buf json;
	struct err e = { 0 };
	unsigned line = packtext(good, w->from, w->to, &json);

	if (w->line_of != NULL)
		line = line_of(w->line_of, &json);
	snprintf(start, sizeof start, "line %u: ", line);
	assert_int_equal(schema_new(&s, &e), 0);
	if (before != NULL) {
		struct buf first;

		packtext(before, NULL, NULL, &first);
		assert_int_equal(schema_add(s, buf_view(&first), &e), 0);
		buf_release(&first);
	}
	if (schema_add(s, buf_view(&json), &e) != ERR_BAD_PACK)
		fail_msg("%s was not refused", w->to);
	if (strncmp(e.subject, start, strlen(start)) != 0 || strstr(e.subject, w->place) == NULL ||
	    strstr(e.subject, w->reason) == NULL)
		fail_msg("%s: \"%s\" instead of \"%s...%s...%s\"", w->to, e.subject, start, w->place,
			 w->reason);
	schema_free(s);
	buf_release(&json);
}

void packtext_refused(const char *before, const char *good, const struct packtext_wrong *list,
		      size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		expect_refused(before, good, &list[i]);
}
