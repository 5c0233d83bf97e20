/* Vietnamese text over utf8proc. */
#include "common/text.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Every code point below U+0300, and those of Latin Extended Additional, are
 * their own NFC: nothing composes unless a combining mark follows. */
static bool plainly_nfc(struct bytes s)
{
	size_t i = 0;

	while (i < s.len) {
		uint8_t c = s.at[i];

		if (c < 0x80)
			i += 1;
		else if (c < 0xcc)
			i += 2;
		else if (c == 0xe1 && i + 1 < s.len && s.at[i + 1] >= 0xb8 && s.at[i + 1] <= 0xbb)
			i += 3;
		else if (c == 0xe2 && i + 2 < s.len && s.at[i + 1] == 0x80 && s.at[i + 2] > 0x81)
			i += 3; /* general punctuation: dashes, quotes, dots; no quads */
		else
			return false;
	}
	return true;
}

bool text_is_nfc(struct bytes s)
{
	utf8proc_uint8_t *n = NULL;
	utf8proc_ssize_t len;
	bool same;

	if (plainly_nfc(s))
		return true;
	len = utf8proc_map(s.at, (utf8proc_ssize_t)s.len, &n,
			   UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	same = len >= 0 && bytes_equal(s, (struct bytes){ n, (size_t)len });
	free(n);
	return same;
}

static int map(struct bytes s, utf8proc_option_t options, struct buf *out, struct err *e)
{
	utf8proc_uint8_t *n = NULL;
	utf8proc_ssize_t len = utf8proc_map(s.at, (utf8proc_ssize_t)s.len, &n, options);

	if (len < 0)
		return err_set(e, len == UTF8PROC_ERROR_NOMEM ? ERR_NOMEM : ERR_BAD_UTF8, "text");
	buf_put(out, n, (size_t)len);
	free(n);
	return out->failed ? err_set(e, ERR_TOO_LARGE, "text") : 0;
}

/* Replaces a two-byte sequence throughout, in place. */
static void replace2(uint8_t *p, size_t n, const char from[2], const char to[2])
{
	size_t i;

	for (i = 0; i + 1 < n; i++)
		if (p[i] == (uint8_t)from[0] && p[i + 1] == (uint8_t)from[1]) {
			p[i] = (uint8_t)to[0];
			p[i + 1] = (uint8_t)to[1];
		}
}

int text_nfc(struct bytes s, struct buf *out, struct err *e)
{
	size_t start = out->len;
	int code = map(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, out, e);

	if (code != 0 || out->len == start)
		return code;
	replace2(out->at + start, out->len - start, "\xc3\x90", "\xc4\x90");
	replace2(out->at + start, out->len - start, "\xc6\x89", "\xc4\x90");
	return 0;
}

int text_fold(struct bytes s, struct buf *out, struct err *e)
{
	size_t start = out->len, i, kept;
	int code = map(s, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
				  UTF8PROC_CASEFOLD, out, e);

	if (code != 0)
		return code;
	/* đ has no decomposition, nor have ð and ɖ, of Ð and Ɖ typed for Đ. */
	for (i = kept = start; i < out->len; i++) {
		uint8_t c = out->at[i], next = i + 1 < out->len ? out->at[i + 1] : 0;
		bool d = (c == 0xc4 && next == 0x91) || (c == 0xc3 && next == 0xb0) ||
			 (c == 0xc9 && next == 0x96);

		out->at[kept++] = d ? 'd' : c;
		i += d;
	}
	out->len = kept;
	return 0;
}

size_t text_length(struct bytes s)
{
	size_t n = 0, i;

	for (i = 0; i < s.len; i++)
		n += (s.at[i] & 0xc0) != 0x80;
	return n;
}

size_t text_width(struct bytes s)
{
	utf8proc_ssize_t at = 0;
	size_t width = 0;

	while ((size_t)at < s.len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(s.at + at, (utf8proc_ssize_t)s.len - at, &c);

		if (n <= 0)
			break;
		width += (size_t)utf8proc_charwidth(c);
		at += n;
	}
	return width;
}
