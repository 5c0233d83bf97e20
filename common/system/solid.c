/* liblzma, one shot, bounded. */
#include "common/system/solid.h"

#include <lzma.h>

enum { CHUNK = 64 * 1024, WINDOW_LEAST = 64 * 1024, DECODER_MEMORY = 2 * SOLID_WINDOW };

/* Text and numbers of any length: nothing stands at even places. */
enum { PLACE_BITS = 0 };

static int code_of(lzma_ret ret)
{
	switch (ret) {
	case LZMA_MEM_ERROR:
		return ERR_NOMEM;
	case LZMA_MEMLIMIT_ERROR:
		return ERR_TOO_LARGE;
	case LZMA_BUF_ERROR:
		return ERR_TRUNCATED;
	default:
		return ERR_MALFORMED;
	}
}

/* All of the input through the coder, at most max bytes of output. */
static int run(lzma_stream *z, struct bytes in, size_t max, struct buf *out, struct err *e)
{
	size_t start = out->len;
	lzma_ret ret = LZMA_OK;

	z->next_in = in.at;
	z->avail_in = in.len;
	while (ret != LZMA_STREAM_END) {
		size_t room = max - (out->len - start), want = room < CHUNK ? room : CHUNK;
		/* When all that is allowed has come, one byte more shows whether it ends here. */
		uint8_t beyond, *to = want > 0 ? buf_grow(out, want) : &beyond;

		if (to == NULL)
			return err_set(e, out->len == out->max ? ERR_TOO_LARGE : ERR_NOMEM, "lzma");
		z->next_out = to;
		z->avail_out = want > 0 ? want : 1;
		ret = lzma_code(z, LZMA_FINISH);
		if (want > 0)
			out->len -= z->avail_out;
		else if (z->avail_out == 0)
			return err_set(e, ERR_BOMB, "lzma");
		if (ret != LZMA_OK && ret != LZMA_STREAM_END)
			return err_set(e, code_of(ret), "lzma");
	}
	return z->avail_in == 0 ? 0 : err_set(e, ERR_TRAILING, "lzma");
}

int solid_pack(struct bytes in, struct buf *out, struct err *e)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_options_lzma options;
	lzma_filter filters[] = { { LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL } };
	size_t start = out->len;
	int code = 0;

	if (out->failed || lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME))
		return err_set(e, ERR_NOMEM, "lzma");
	options.pb = PLACE_BITS;
	/* A small one takes little memory. */
	options.dict_size = WINDOW_LEAST;
	while (options.dict_size < SOLID_WINDOW && options.dict_size < in.len)
		options.dict_size *= 2;
	if (lzma_stream_encoder(&z, filters, LZMA_CHECK_CRC32) != LZMA_OK)
		code = err_set(e, ERR_NOMEM, "lzma");
	if (code == 0)
		code = run(&z, in, out->max - out->len, out, e);
	lzma_end(&z);
	if (code == ERR_BOMB)
		code = err_set(e, ERR_TOO_LARGE, "lzma");
	if (code != 0)
		out->len = start;
	return code;
}

int solid_unpack(struct bytes in, size_t max, struct buf *out, struct err *e)
{
	lzma_stream z = LZMA_STREAM_INIT;
	size_t start = out->len;
	int code = 0;

	if (out->failed)
		return err_set(e, ERR_NOMEM, "lzma");
	if (max > out->max - out->len)
		max = out->max - out->len;
	if (lzma_stream_decoder(&z, DECODER_MEMORY, 0) != LZMA_OK)
		return err_set(e, ERR_NOMEM, "lzma");
	code = run(&z, in, max, out, e);
	lzma_end(&z);
	if (code != 0)
		out->len = start;
	return code;
}
