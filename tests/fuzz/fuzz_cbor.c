/* Fuzz target: the CBOR reader.
 *
 * The property: an input that cbor_check accepts, read with the getters and
 * written with the writer, gives the same bytes. So each value has one
 * encoding only, and skipping accepts what reading accepts. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/cbor.h"
#include "tests/fuzz/fuzz.h"

static void copy_item(struct cbor *c, struct buf *out);

static void copy_items(struct cbor *c, struct buf *out, uint64_t n)
{
	while (n-- > 0 && c->code == 0)
		copy_item(c, out);
	cbor_close(c);
}

static void copy_item(struct cbor *c, struct buf *out)
{
	uint64_t n;

	switch (cbor_next(c)) {
	case CBOR_UINT:
		cbor_put_uint(out, cbor_get_uint(c));
		break;
	case CBOR_NEGINT:
		cbor_put_int(out, cbor_get_int(c));
		break;
	case CBOR_BYTES:
		cbor_put_bytes(out, cbor_get_bytes(c));
		break;
	case CBOR_TEXT:
		cbor_put_text(out, cbor_get_text(c));
		break;
	case CBOR_ARRAY:
		n = cbor_open_array(c);
		cbor_put_array(out, n);
		copy_items(c, out, n);
		break;
	case CBOR_MAP:
		n = cbor_open_map(c);
		cbor_put_map(out, n);
		copy_items(c, out, 2 * n);
		break;
	case CBOR_FALSE:
	case CBOR_TRUE:
		cbor_put_bool(out, cbor_get_bool(c));
		break;
	case CBOR_NULL:
		cbor_get_null(c);
		cbor_put_null(out);
		break;
	case CBOR_END:
		abort();
	}
}

static void put_sample(struct gen *g, struct buf *out, unsigned depth)
{
	uint64_t n = gen_below(g, 6), number = gen_next(g) >> gen_below(g, 64), key = 0;
	uint8_t bytes[5];

	gen_fill(g, bytes, sizeof bytes);
	switch (gen_below(g, depth > 5 ? 6 : 9)) {
	case 0:
		cbor_put_uint(out, number);
		break;
	case 1:
		cbor_put_int(out, -(int64_t)(number >> 1));
		break;
	case 2:
		cbor_put_bytes(out, (struct bytes){ bytes, n < 6 ? n : 5 });
		break;
	case 3:
		cbor_put_text(out, bytes_str(n == 0 ? "" : "Xã Tứ Yên \xf0\x9f\x93\x84"));
		break;
	case 4:
		cbor_put_bool(out, n & 1);
		break;
	case 5:
		cbor_put_null(out);
		break;
	case 6:
		cbor_put_map(out, n);
		for (; n > 0; n--) {
			cbor_put_uint(out, key += 1 + gen_below(g, 30));
			put_sample(g, out, depth + 1);
		}
		break;
	default:
		cbor_put_array(out, n);
		for (; n > 0; n--)
			put_sample(g, out, depth + 1);
	}
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	put_sample(g, out, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = { data, size };
	struct cbor c;
	struct buf out;

	if (cbor_check(input) != 0)
		return 0;
	buf_init(&out, size);
	cbor_init(&c, input);
	copy_item(&c, &out);
	if (cbor_finish(&c, "copy", NULL) != 0)
		abort();
	if (out.failed || !bytes_equal(buf_view(&out), input))
		abort();
	buf_release(&out);
	return 0;
}
