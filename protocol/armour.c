/* Base64 between two marker lines. */
#include "armour.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "limits.h"

enum { MARK_MAX = 64, LINE_BYTES = 48 };

static size_t mark(const char *what, const char *label, char out[MARK_MAX])
{
	return (size_t)snprintf(out, MARK_MAX, "-----%s %s-----", what, label);
}

void armour_put(const char *label, struct bytes content, struct buf *out)
{
	const int variant = sodium_base64_VARIANT_ORIGINAL;
	char text[MARK_MAX], line[72];
	size_t at;

	mark("BEGIN", label, text);
	buf_printf(out, "%s\n", text);
	for (at = 0; at < content.len; at += LINE_BYTES) {
		size_t n = content.len - at < LINE_BYTES ? content.len - at : LINE_BYTES;

		sodium_bin2base64(line, sizeof line, content.at + at, n, variant);
		buf_printf(out, "%s\n", line);
	}
	mark("END", label, text);
	buf_printf(out, "%s\n", text);
	sodium_memzero(line, sizeof line);
}

/* What stands between the two lines. */
static int find_body(const char *label, struct bytes text, struct bytes *body, struct err *e)
{
	char begin[MARK_MAX], end[MARK_MAX];
	const size_t head = mark("BEGIN", label, begin), tail = mark("END", label, end);
	struct cursor c = cursor_of(text);
	struct bytes part = cursor_take(&c, head);
	const uint8_t *stop;

	if (c.failed || memcmp(part.at, begin, head) != 0)
		return err_set(e, ERR_MALFORMED, "%s", label);
	*body = cursor_take(&c, cursor_left(&c));
	stop = body->len > 0 ? memchr(body->at, '-', body->len) : NULL;
	if (stop == NULL)
		return err_set(e, ERR_TRUNCATED, "%s", label);
	c = cursor_of((struct bytes){ stop, body->len - (size_t)(stop - body->at) });
	part = cursor_take(&c, tail);
	if (c.failed || memcmp(part.at, end, tail) != 0)
		return err_set(e, c.failed ? ERR_TRUNCATED : ERR_MALFORMED, "%s", label);
	body->len = (size_t)(stop - body->at);
	return body->len == 0 ? err_set(e, ERR_MALFORMED, "%s", label) : 0;
}

int armour_get(const char *label, struct bytes text, struct buf *out, struct err *e)
{
	const int variant = sodium_base64_VARIANT_ORIGINAL;
	struct bytes body = BYTES_NONE;
	uint8_t *to;
	size_t n;
	int code;

	if (text.len > LIMIT_MESSAGE)
		return err_set(e, ERR_TOO_LARGE, "%s", label);
	code = find_body(label, text, &body, e);
	if (code != 0)
		return code;
	to = buf_grow(out, body.len);
	if (to == NULL)
		return err_set(e, ERR_TOO_LARGE, "%s", label);
	if (sodium_base642bin(to, body.len, (const char *)body.at, body.len, "\r\n \t", &n, NULL,
			      variant) != 0) {
		out->len -= body.len;
		return err_set(e, ERR_MALFORMED, "%s", label);
	}
	out->len -= body.len - n;
	return 0;
}
