/* Statements of succession: written, read, signed, checked. */
#include "succession.h"

#include <string.h>

#include "limits.h"
#include "message_parts.h"

enum { FORMAT = 1 };

void succession_put(const struct succession *s, struct buf *out)
{
	size_t i;

	cbor_put_array(out, 6);
	cbor_put_uint(out, FORMAT);
	cbor_put_bytes(out, BYTES_OF(s->old_key));
	cbor_put_bytes(out, BYTES_OF(s->new_key));
	cbor_put_uint(out, s->reason);
	cbor_put_int(out, s->time);
	cbor_put_array(out, s->end_count);
	for (i = 0; i < s->end_count; i++) {
		cbor_put_array(out, 4);
		cbor_put_uint(out, s->ends[i].stream);
		cbor_put_uint(out, s->ends[i].seq);
		cbor_put_bytes(out, BYTES_OF(s->ends[i].hash));
		cbor_put_uint(out, s->ends[i].last_op);
	}
}

static void get_ends(struct cbor *c, struct arena *a, struct succession *s)
{
	size_t i;

	s->ends = message_array(c, a, sizeof *s->ends, &s->end_count);
	if (s->end_count > LIMIT_STREAMS)
		message_refuse(c, ERR_TOO_LARGE);
	for (i = 0; i < s->end_count && c->code == 0; i++) {
		struct succession_end *end = &s->ends[i];

		cbor_open_array(c);
		end->stream = message_number(c);
		end->seq = message_number(c);
		message_fixed(c, end->hash, HASH_SIZE);
		end->last_op = message_number(c);
		cbor_close(c);
		if (i > 0 && end->stream <= s->ends[i - 1].stream)
			message_refuse(c, ERR_MALFORMED);
	}
	cbor_close(c);
}

int succession_read(struct bytes statement, struct arena *a, struct succession *out,
		    struct err *e)
{
	struct succession s = { .time = 0 };
	struct cbor c;
	uint64_t reason;
	int code;

	cbor_init(&c, statement);
	cbor_open_array(&c);
	if (cbor_get_uint(&c) != FORMAT && c.code == 0)
		c.code = ERR_VERSION;
	message_fixed(&c, s.old_key, SIGN_PUBLIC);
	message_fixed(&c, s.new_key, SIGN_PUBLIC);
	reason = cbor_get_uint(&c);
	s.time = cbor_get_int(&c);
	if (reason < SUCCESSION_RESTORED || reason > SUCCESSION_REPLACED ||
	    memcmp(s.old_key, s.new_key, SIGN_PUBLIC) == 0)
		message_refuse(&c, ERR_MALFORMED);
	s.reason = (enum succession_reason)reason;
	get_ends(&c, a, &s);
	cbor_close(&c);
	code = cbor_finish(&c, "succession", e);
	if (code == 0)
		*out = s;
	return code;
}

void succession_sign(const uint8_t district[HASH_SIZE], const struct sign_key *old_key,
		     const struct sign_key *new_key, struct bytes statement,
		     struct message_succession *out)
{
	struct sign_context ctx = { SIGN_SUCCESSION, district, NULL, 0 };

	memset(out, 0, sizeof *out);
	out->statement = statement;
	out->vouched = old_key != NULL;
	if (old_key != NULL)
		sign_detached(old_key, &ctx, statement, out->old_signature);
	sign_detached(new_key, &ctx, statement, out->new_signature);
}

int succession_check(const struct message_succession *m, const uint8_t district[HASH_SIZE],
		     struct arena *a, struct succession *out, struct err *e)
{
	struct sign_context ctx = { SIGN_SUCCESSION, district, NULL, 0 };
	struct succession s;
	int code = succession_read(m->statement, a, &s, e);

	if (code == 0 && (!sign_ok(s.new_key, &ctx, m->statement, m->new_signature) ||
			  (m->vouched &&
			   !sign_ok(s.old_key, &ctx, m->statement, m->old_signature))))
		code = err_set(e, ERR_BAD_SIGNATURE, "succession");
	if (code == 0)
		*out = s;
	return code;
}

struct succession_end succession_at(const struct succession *s, uint64_t stream)
{
	struct succession_end none = { .stream = stream };
	size_t i;

	for (i = 0; i < s->end_count; i++)
		if (s->ends[i].stream == stream)
			return s->ends[i];
	return none;
}
