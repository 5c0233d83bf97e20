/* Fuzz target: the CBOR reader.
 *
 * The property: an input that cbor_check accepts, read with the getters and
 * written with the writer, gives the same bytes. So each value has one
 * encoding only, and skipping accepts what reading accepts. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
