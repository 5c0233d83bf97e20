/* Encodings of CSV. Excel writes UTF-8 with BOM, UTF-16LE with BOM ("Unicode Text")
 * or its code page, which holds TCVN3 and VNI too: their fonts put Vietnamese letters
 * on the code points of Western ones. */
#include "common/sheet/csv_text.h"

#include <string.h>

#include "protocol/cbor.h"

/* Code page 1252 from 0x80 to 0x9f; the five that it does not define stand for
 * themselves, as in the WHATWG's Encoding standard. */
static const uint16_t letters_1252[32] = {
	0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
	0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

/* Returns how many bytes it wrote, 4 at most. */
static size_t put_utf8(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static int bad_line(struct err *e, int code, const uint8_t *text, size_t until)
{
	unsigned line = 1;
	size_t i;

	for (i = 0; i < until; i++)
		line += text[i] == '\n';
	return err_set(e, code, "A%u", line);
}

/* Where the first line begins that is no UTF-8. */
static size_t first_bad_line(struct bytes s)
{
	size_t at = 0;

	while (at < s.len) {
		const uint8_t *eol = memchr(s.at + at, '\n', s.len - at);
		size_t n = eol == NULL ? s.len - at : (size_t)(eol - s.at) - at + 1;

		if (!cbor_utf8_ok((struct bytes){ s.at + at, n }))
			break;
		at += n;
	}
	return at;
}

static uint32_t unit_at(struct bytes s, size_t i, bool big)
{
	return big ? (uint32_t)s.at[i] << 8 | s.at[i + 1] : (uint32_t)s.at[i + 1] << 8 | s.at[i];
}

static int from_utf16(struct bytes s, bool big, struct arena *a, uint8_t **out, size_t *len,
		      struct err *e)
{
	/* A unit of two bytes becomes three at most. */
	uint8_t *p = arena_array(a, s.len / 2 + 1, 3);
	size_t n = 0, i;

	if (p == NULL)
		return err_set(e, ERR_NOMEM, "csv");
	for (i = 0; i + 1 < s.len; i += 2) {
		uint32_t c = unit_at(s, i, big), low = 0;

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < s.len)
			low = unit_at(s, i + 2, big);
		if (c >= 0xd800 && c < 0xe000 && (low < 0xdc00 || low >= 0xe000))
			return bad_line(e, ERR_BAD_UTF8, p, n);
		if (low != 0) {
			c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
			i += 2;
		}
		n += put_utf8(p + n, c);
	}
	if (i != s.len)
		return bad_line(e, ERR_BAD_UTF8, p, n);
	*out = p;
	*len = n;
	return 0;
}

static int from_1252(struct bytes s, struct arena *a, uint8_t **out, size_t *len, struct err *e)
{
	uint8_t *p;
	size_t i, n = s.len;

	for (i = 0; i < s.len; i++)
		n += s.at[i] < 0x80 ? 0 : s.at[i] < 0xa0 ? 2 : 1;
	p = arena_alloc(a, n);
	if (p == NULL)
		return err_set(e, ERR_NOMEM, "csv");
	for (i = n = 0; i < s.len; i++) {
		uint8_t c = s.at[i];

		n += put_utf8(p + n, c >= 0x80 && c < 0xa0 ? letters_1252[c - 0x80] : c);
	}
	*out = p;
	*len = n;
	return 0;
}

int csv_text(struct bytes file, struct arena *a, uint8_t **out, size_t *len, bool *code_page,
	     struct err *e)
{
	bool bom = file.len >= 3 && memcmp(file.at, "\xef\xbb\xbf", 3) == 0;
	bool big = file.len >= 2 && memcmp(file.at, "\xfe\xff", 2) == 0;
	bool little = file.len >= 2 && memcmp(file.at, "\xff\xfe", 2) == 0;
	size_t skip = bom ? 3 : big || little ? 2 : 0;
	struct bytes s = { file.len == 0 ? NULL : file.at + skip, file.len - skip };
	const uint8_t *nul;
	int code = 0;

	*code_page = false;
	if (big || little) {
		code = from_utf16(s, big, a, out, len, e);
	} else if (cbor_utf8_ok(s)) {
		*out = arena_alloc(a, s.len + 1);
		*len = s.len;
		if (*out == NULL)
			return err_set(e, ERR_NOMEM, "csv");
		if (s.len > 0)
			memcpy(*out, s.at, s.len);
	} else if (bom) {
		code = bad_line(e, ERR_BAD_UTF8, s.at, first_bad_line(s));
	} else {
		*code_page = true;
		code = from_1252(s, a, out, len, e);
	}
	if (code != 0)
		return code;
	nul = *len == 0 ? NULL : memchr(*out, 0, *len);
	return nul == NULL ? 0 : bad_line(e, ERR_MALFORMED, *out, (size_t)(nul - *out));
}
