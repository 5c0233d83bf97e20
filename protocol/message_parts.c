/* What requests and replies share. */
#include "message_parts.h"

#include <string.h>

#include "limits.h"

size_t message_put_trimmed(struct buf *out, const bool *present, size_t n, size_t behind)
{
	while (n > 0 && !present[n - 1])
		n--;
	cbor_put_array(out, n + behind);
	return n;
}

void *message_array(struct cbor *c, struct arena *a, size_t size, size_t *count)
{
	uint64_t n = cbor_open_array(c);
	void *p = c->code == 0 ? arena_array(a, n + 1, size) : NULL;

	if (p == NULL && c->code == 0)
		c->code = ERR_NOMEM;
	*count = p != NULL ? (size_t)n : 0;
	return p;
}

void message_fixed(struct cbor *c, uint8_t *out, size_t n)
{
	const uint8_t *p = cbor_get_fixed(c, n);

	if (p != NULL)
		memcpy(out, p, n);
}

uint64_t message_number(struct cbor *c)
{
	uint64_t n = cbor_get_uint(c);

	if (n > INT64_MAX / 2 && c->code == 0)
		c->code = ERR_MALFORMED;
	return n;
}

void message_put_device(struct buf *out, uint64_t device)
{
	uint8_t id[8];
	int i;

	for (i = 7; i >= 0; i--, device >>= 8)
		id[i] = (uint8_t)device;
	cbor_put_bytes(out, BYTES_OF(id));
}

uint64_t message_device(struct cbor *c)
{
	uint8_t id[8] = { 0 };
	struct cursor d = cursor_of(BYTES_OF(id));
	uint64_t device;

	message_fixed(c, id, sizeof id);
	device = cursor_u64(&d);
	if (device == 0)
		message_refuse(c, ERR_MALFORMED);
	return device;
}

void message_refuse(struct cbor *c, int code)
{
	if (c->code == 0)
		c->code = code;
}

bool message_more(struct cbor *c)
{
	enum cbor_kind kind = cbor_next(c);

	return kind != CBOR_END && kind != CBOR_MAP;
}

void message_put_safe(struct buf *out, const struct message_safe *list, size_t count)
{
	size_t i;

	cbor_put_array(out, count);
	for (i = 0; i < count; i++) {
		cbor_put_array(out, 2);
		cbor_put_uint(out, list[i].stream);
		cbor_put_uint(out, list[i].seq);
	}
}

struct message_safe *message_safe(struct cbor *c, struct arena *a, size_t *count)
{
	struct message_safe *list = message_array(c, a, sizeof *list, count);
	size_t i;

	if (*count == 0 || *count > LIMIT_STREAMS)
		message_refuse(c, ERR_MALFORMED);
	for (i = 0; i < *count && c->code == 0; i++) {
		cbor_open_array(c);
		list[i].stream = message_number(c);
		list[i].seq = message_number(c);
		if (list[i].seq == 0)
			message_refuse(c, ERR_MALFORMED);
		cbor_close(c);
	}
	cbor_close(c);
	return list;
}
