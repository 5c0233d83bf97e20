/* Files on their way, in requests and replies: their bytes, and how far they have come. */
#include "message_parts.h"

#include "limits.h"

void message_put_attachments(struct buf *out, const struct message_attachment *list,
			     size_t count)
{
	size_t i;

	cbor_put_array(out, count);
	for (i = 0; i < count; i++) {
		cbor_put_array(out, 4);
		cbor_put_bytes(out, BYTES_OF(list[i].hash));
		cbor_put_uint(out, list[i].total);
		cbor_put_uint(out, list[i].offset);
		cbor_put_bytes(out, list[i].bytes);
	}
}

void message_put_standings(struct buf *out, const struct message_attachment *list, size_t count)
{
	size_t i;

	cbor_put_array(out, count);
	for (i = 0; i < count; i++) {
		cbor_put_array(out, list[i].code == 0 ? 2 : 3);
		cbor_put_bytes(out, BYTES_OF(list[i].hash));
		cbor_put_uint(out, list[i].offset);
		if (list[i].code != 0)
			cbor_put_uint(out, (uint64_t)-(int64_t)list[i].code);
	}
}

/* A list that is neither empty nor longer than allowed. */
static struct message_attachment *open_list(struct cbor *c, struct arena *a, size_t *count)
{
	struct message_attachment *list = message_array(c, a, sizeof *list, count);

	if (*count == 0)
		message_refuse(c, ERR_MALFORMED);
	if (*count > LIMIT_ATTACHMENTS)
		message_refuse(c, ERR_TOO_LARGE);
	return list;
}

struct message_attachment *message_attachments(struct cbor *c, struct arena *a, size_t *count)
{
	struct message_attachment *list = open_list(c, a, count);
	size_t i;

	for (i = 0; i < *count && c->code == 0; i++) {
		struct message_attachment *f = &list[i];

		cbor_open_array(c);
		message_fixed(c, f->hash, HASH_SIZE);
		f->total = message_number(c);
		f->offset = message_number(c);
		f->bytes = cbor_get_bytes(c);
		cbor_close(c);
		if (f->total > LIMIT_ATTACHMENT)
			message_refuse(c, ERR_TOO_LARGE);
		if (f->total == 0 || f->offset > f->total || f->bytes.len > f->total - f->offset)
			message_refuse(c, ERR_MALFORMED);
	}
	cbor_close(c);
	return list;
}

struct message_attachment *message_standings(struct cbor *c, struct arena *a, bool errors,
					     size_t *count)
{
	struct message_attachment *list = open_list(c, a, count);
	size_t i;

	for (i = 0; i < *count && c->code == 0; i++) {
		struct message_attachment *f = &list[i];

		cbor_open_array(c);
		message_fixed(c, f->hash, HASH_SIZE);
		f->offset = message_number(c);
		if (errors && message_more(c)) {
			uint64_t n = cbor_get_uint(c);

			if (n == 0 || n > 9999)
				message_refuse(c, ERR_MALFORMED);
			f->code = c->code == 0 ? -(int)n : 0;
		}
		cbor_close(c);
		if (f->offset > LIMIT_ATTACHMENT)
			message_refuse(c, ERR_MALFORMED);
	}
	cbor_close(c);
	return list;
}
