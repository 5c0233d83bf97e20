/* Vietnamese text over utf8proc. */
#include "common/text/text.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "common/text/letter.h"
#include "protocol/cbor.h"

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

/* Letters that look like Đ and đ; all have two bytes. */
static void put_right(uint8_t *p, size_t n)
{
	static const uint8_t wrong[][4] = {
		{ 0xc3, 0x90, 0xc4, 0x90 }, { 0xc3, 0xb0, 0xc4, 0x91 },
		{ 0xc6, 0x89, 0xc4, 0x90 }, { 0xc9, 0x96, 0xc4, 0x91 }
	};
	size_t i, k;

	for (i = 0; i + 1 < n; i++)
		for (k = 0; p[i] >= 0xc3 && p[i] <= 0xc9 && k < 4; k++)
			if (p[i] == wrong[k][0] && p[i + 1] == wrong[k][1]) {
				p[i] = wrong[k][2];
				p[i + 1] = wrong[k][3];
			}
}

int text_nfc(struct bytes s, struct buf *out, struct err *e)
{
	size_t start = out->len;
	int code = 0;

	if (!plainly_nfc(s) || !cbor_utf8_ok(s)) {
		code = map(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, out, e);
	} else {
		buf_add(out, s);
		code = out->failed ? err_set(e, ERR_TOO_LARGE, "text") : 0;
	}
	if (code == 0 && out->len > start)
		put_right(out->at + start, out->len - start);
	return code;
}

int text_take(struct bytes s, size_t max, struct arena *a, struct bytes *out, struct err *e)
{
	struct buf nfc;
	int code;

	*out = BYTES_NONE;
	if (s.len == 0)
		return 0;
	buf_init(&nfc, max);
	code = text_nfc(s, &nfc, e);
	if (code == 0) {
		*out = arena_copy(a, buf_view(&nfc));
		if (out->at == NULL)
			code = err_set(e, ERR_NOMEM, "text");
	}
	buf_release(&nfc);
	return code;
}

/* What is nothing but Vietnamese letters and ASCII, without a detour. */
static bool fold_plain(struct bytes s, struct buf *out)
{
	size_t start = out->len, at = 0;

	while (at < s.len) {
		struct letter l;
		uint32_t c = letter_next(s, &at);

		if (letter_of(c, &l)) {
			c = (uint8_t)letter_plain(l.base);
		} else if (c >= 0x80) {
			out->len = start;
			return false;
		}
		buf_byte(out, (uint8_t)c);
	}
	return true;
}

int text_fold(struct bytes s, struct buf *out, struct err *e)
{
	size_t start = out->len, i, kept;
	int code;

	if (fold_plain(s, out))
		return out->failed ? err_set(e, ERR_TOO_LARGE, "text") : 0;
	code = map(s, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
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

/* The vowels that follow each other from `from` on: their tones, then they. Returns
 * where they end. */
static size_t put_vowels(struct bytes s, size_t from, struct buf *out)
{
	size_t at = from, end = from;
	struct letter l;

	while (at < s.len && letter_of(letter_next(s, &at), &l) && letter_vowel(l.base)) {
		if (l.tone != TONE_NONE)
			buf_byte(out, (uint8_t)(0xf8 + l.tone)); /* in no UTF-8 */
		end = at;
	}
	for (at = from; at < end;) {
		letter_of(letter_next(s, &at), &l);
		letter_put(letter_code((struct letter){ l.base, TONE_NONE, false }), out);
	}
	return end;
}

int text_key(struct bytes s, struct buf *out, struct err *e)
{
	struct buf nfc;
	struct bytes t;
	size_t at = 0;
	int code;

	buf_init(&nfc, s.len * 3 + 16);
	code = text_nfc(s, &nfc, e);
	t = buf_view(&nfc);
	while (code == 0 && at < t.len) {
		size_t vowels = put_vowels(t, at, out);
		uint32_t c;

		if (vowels > at) {
			at = vowels;
			continue;
		}
		c = letter_next(t, &at);
		letter_put((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), out);
	}
	buf_release(&nfc);
	return code == 0 && out->failed ? err_set(e, ERR_TOO_LARGE, "text") : code;
}

bool text_has_marks(struct bytes s)
{
	struct buf fold, key;
	bool marks;

	buf_init(&fold, s.len * 4 + 16);
	buf_init(&key, s.len * 4 + 16);
	marks = text_fold(s, &fold, NULL) != 0 || text_key(s, &key, NULL) != 0 ||
		!bytes_equal(buf_view(&fold), buf_view(&key));
	buf_release(&fold);
	buf_release(&key);
	return marks;
}

static bool same_by(int (*key)(struct bytes, struct buf *, struct err *), struct bytes a,
		    struct bytes b)
{
	struct buf x, y;
	bool same;

	buf_init(&x, a.len * 4 + 16);
	buf_init(&y, b.len * 4 + 16);
	same = key(a, &x, NULL) == 0 && key(b, &y, NULL) == 0 &&
	       bytes_equal(buf_view(&x), buf_view(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

int text_fit(struct bytes typed, struct bytes known)
{
	if (bytes_equal(typed, known) || same_by(text_nfc, typed, known))
		return 3;
	if (!same_by(text_fold, typed, known))
		return 0;
	if (same_by(text_key, typed, known))
		return 2;
	return text_has_marks(typed) ? 0 : 1;
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
