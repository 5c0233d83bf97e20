/* Lists of verdicts, there and back. */
#include "verdict.h"

#include "cbor.h"

void verdicts_encode(const struct verdict *v, size_t count, struct buf *out)
{
	size_t i;

	if (count == 0)
		return;
	cbor_put_array(out, count);
	for (i = 0; i < count; i++) {
		struct buf device;

		buf_init(&device, 8);
		buf_u64(&device, v[i].record.device);
		cbor_put_array(out, 5);
		cbor_put_uint(out, v[i].tx);
		cbor_put_uint(out, (uint64_t)-(int64_t)v[i].code);
		cbor_put_uint(out, v[i].rule);
		cbor_put_bytes(out, buf_view(&device));
		cbor_put_uint(out, v[i].record.op);
		out->failed |= device.failed;
		buf_release(&device);
	}
}

int verdicts_decode(struct bytes in, struct arena *a, struct verdict **out, size_t *count,
		    struct err *e)
{
	struct verdict *v;
	struct cbor c;
	uint64_t n, i, last = 0;
	int code;

	if (in.len == 0) {
		*out = NULL;
		*count = 0;
		return 0;
	}
	cbor_init(&c, in);
	n = cbor_open_array(&c);
	/* Nothing is said with no bytes; two forms would have two hashes. */
	if (c.code == 0 && n == 0)
		c.code = ERR_NOT_CANONICAL;
	v = c.code == 0 ? arena_array(a, n + 1, sizeof *v) : NULL;
	if (c.code == 0 && v == NULL)
		return err_set(e, ERR_NOMEM, "verdicts");
	for (i = 0; i < n && c.code == 0; i++) {
		uint64_t tx, number, rule;
		const uint8_t *device;

		cbor_open_array(&c);
		tx = cbor_get_uint(&c);
		number = cbor_get_uint(&c);
		rule = cbor_get_uint(&c);
		device = cbor_get_fixed(&c, 8);
		v[i].record.op = cbor_get_uint(&c);
		cbor_close(&c);
		if (c.code == 0 && (tx > UINT32_MAX || number == 0 || number > 9999 ||
				    rule > UINT32_MAX ||
				    v[i].record.op > INT64_MAX / 2 || (i > 0 && tx <= last)))
			c.code = ERR_MALFORMED;
		if (c.code == 0) {
			struct cursor d = cursor_of((struct bytes){ device, 8 });

			v[i].record.device = cursor_u64(&d);
		}
		last = tx;
		v[i].tx = (uint32_t)tx;
		v[i].code = c.code == 0 ? -(int)number : 0;
		v[i].rule = (uint32_t)rule;
	}
	cbor_close(&c);
	code = cbor_finish(&c, "verdicts", e);
	if (code == 0) {
		*out = v;
		*count = (size_t)n;
	}
	return code;
}

const struct verdict *verdict_on(const struct verdict *v, size_t count, uint32_t tx)
{
	size_t low = 0, high = count;

	if (count > 0 && v[count - 1].tx == VERDICT_ALL)
		return &v[count - 1];
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (v[mid].tx == tx)
			return &v[mid];
		if (v[mid].tx < tx)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
