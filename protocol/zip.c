/* zlib, raw, one shot, bounded. */
#include "zip.h"

#include <string.h>
#include <zlib.h>

/* zlib ends a block when its buffer of symbols is full. Columns of numbers and of
 * prose want codes of their own: with memLevel 7 instead of 9 blocks are short enough
 * to tell them apart, and a term's change set is 3.5 % smaller. */
enum { BLOCK_LEVEL = 7 };

enum { WINDOW = -15, CHUNK = 16 * 1024 };

/* Whether an append failed at the ceiling, not for want of memory. */
static bool full(const struct buf *b)
{
	return b->len == b->max;
}

int zip_deflate(struct bytes in, struct bytes dictionary, struct buf *out, struct err *e)
{
	z_stream z;
	size_t bound, start = out->len;
	uint8_t *to;
	int rc;

	memset(&z, 0, sizeof z);
	if (deflateInit2(&z, 9, Z_DEFLATED, WINDOW, BLOCK_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return err_set(e, ERR_NOMEM, "deflate");
	if (dictionary.len > 0 &&
	    deflateSetDictionary(&z, dictionary.at, (uInt)dictionary.len) != Z_OK)
		goto no_memory;
	/* zlib's bound is an eighth above the input: more than out may allow, and
	 * more than is needed. */
	bound = deflateBound(&z, in.len);
	if (!out->failed && bound > out->max - out->len)
		bound = out->max - out->len;
	to = buf_grow(out, bound > 0 ? bound : 1);
	if (to == NULL)
		goto no_memory;
	z.next_in = (Bytef *)(uintptr_t)in.at;
	z.avail_in = (uInt)in.len;
	z.next_out = to;
	z.avail_out = (uInt)bound;
	rc = deflate(&z, Z_FINISH);
	out->len = start + z.total_out;
	deflateEnd(&z);
	if (rc != Z_STREAM_END) {
		out->len = start;
		return err_set(e, ERR_TOO_LARGE, "deflate");
	}
	return 0;
no_memory:
	deflateEnd(&z);
	return err_set(e, full(out) ? ERR_TOO_LARGE : ERR_NOMEM, "deflate");
}

static int inflate_into(z_stream *z, size_t max, struct buf *out, struct err *e)
{
	size_t start = out->len;
	int rc = Z_OK;

	while (rc != Z_STREAM_END) {
		size_t room = max - (out->len - start);
		size_t want = room < CHUNK ? room : CHUNK;
		/* When all that is allowed has come, one byte more shows whether
		 * the stream ends here. */
		uint8_t beyond, *to = want > 0 ? buf_grow(out, want) : &beyond;

		if (to == NULL)
			return err_set(e, ERR_NOMEM, "inflate");
		z->next_out = to;
		z->avail_out = want > 0 ? (uInt)want : 1;
		rc = inflate(z, Z_NO_FLUSH);
		if (want > 0)
			out->len -= z->avail_out;
		else if (z->avail_out == 0)
			return err_set(e, ERR_BOMB, "inflate");
		if (rc == Z_MEM_ERROR)
			return err_set(e, ERR_NOMEM, "inflate");
		if (rc == Z_BUF_ERROR || (rc == Z_OK && z->avail_in == 0 && z->avail_out > 0))
			return err_set(e, ERR_TRUNCATED, "inflate");
		if (rc != Z_OK && rc != Z_STREAM_END)
			return err_set(e, ERR_MALFORMED, "inflate");
	}
	if (z->avail_in > 0)
		return err_set(e, ERR_TRAILING, "inflate");
	return 0;
}

int zip_inflate(struct bytes in, struct bytes dictionary, size_t max, struct buf *out,
		struct err *e)
{
	z_stream z;
	size_t start = out->len;
	int code = 0;

	if (out->failed)
		return err_set(e, ERR_NOMEM, "inflate");
	if (max > out->max - out->len)
		max = out->max - out->len;
	memset(&z, 0, sizeof z);
	if (inflateInit2(&z, WINDOW) != Z_OK)
		return err_set(e, ERR_NOMEM, "inflate");
	z.next_in = (Bytef *)(uintptr_t)in.at;
	z.avail_in = (uInt)in.len;
	if (dictionary.len > 0 &&
	    inflateSetDictionary(&z, dictionary.at, (uInt)dictionary.len) != Z_OK)
		code = err_set(e, ERR_NO_DICTIONARY, "inflate");
	if (code == 0)
		code = inflate_into(&z, max, out, e);
	inflateEnd(&z);
	if (code != 0)
		out->len = start;
	return code;
}
