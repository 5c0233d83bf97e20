/* Snapshots on their way (SPEC.md 6.16): what a reader has of one, and a part of it. */
#include "message_parts.h"

#include "limits.h"

size_t message_snapshot_count(const struct request *r)
{
	return r->reads_snapshots;
}

void message_snapshot_put(struct buf *out, const struct request *r)
{
	if (!r->reads_snapshots)
		return;
	cbor_put_uint(out, EXTENSION_SNAPSHOTS);
	cbor_put_array(out, r->has_snapshot ? 3 : 0);
	if (!r->has_snapshot)
		return;
	cbor_put_uint(out, r->snapshot.stream);
	cbor_put_bytes(out, BYTES_OF(r->snapshot.hash));
	cbor_put_uint(out, r->snapshot.offset);
}

void message_snapshot_get(struct cbor *c, struct request *r)
{
	struct message_snapshot *s = &r->snapshot;
	uint64_t n = cbor_open_array(c);

	r->reads_snapshots = c->code == 0;
	if (n > 0) {
		s->stream = message_number(c);
		message_fixed(c, s->hash, HASH_SIZE);
		s->offset = message_number(c);
		if (s->offset == 0 || s->offset > LIMIT_SNAPSHOT)
			message_refuse(c, ERR_MALFORMED);
		r->has_snapshot = c->code == 0;
	}
	cbor_close(c);
}

void message_part_put(struct buf *out, const struct message_snapshot *s)
{
	cbor_put_uint(out, EXTENSION_SNAPSHOT_PART);
	cbor_put_array(out, 6);
	cbor_put_uint(out, s->stream);
	cbor_put_uint(out, s->seq);
	cbor_put_bytes(out, BYTES_OF(s->hash));
	cbor_put_uint(out, s->total);
	cbor_put_uint(out, s->offset);
	cbor_put_bytes(out, s->bytes);
}

void message_part_get(struct cbor *c, struct reply *r)
{
	struct message_snapshot *s = &r->snapshot;

	cbor_open_array(c);
	s->stream = message_number(c);
	s->seq = message_number(c);
	message_fixed(c, s->hash, HASH_SIZE);
	s->total = message_number(c);
	s->offset = message_number(c);
	s->bytes = cbor_get_bytes(c);
	cbor_close(c);
	if (s->total > LIMIT_SNAPSHOT)
		message_refuse(c, ERR_TOO_LARGE);
	if (s->seq == 0 || s->bytes.len == 0 || s->offset > s->total ||
	    s->bytes.len > s->total - s->offset)
		message_refuse(c, ERR_MALFORMED);
	r->has_snapshot = c->code == 0;
}
