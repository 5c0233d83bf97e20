/* The hash chain of a stream and the server's signature over it. */
#include "message.h"

#include <assert.h>

#include "cbor.h"

void head_start(const uint8_t district[HASH_SIZE], uint64_t stream,
		const uint8_t generation[GENERATION_SIZE], uint8_t out[HASH_SIZE])
{
	uint8_t number[8];
	struct bytes parts[3] = { { district, HASH_SIZE }, BYTES_OF(number),
				  { generation, GENERATION_SIZE } };
	int i;

	for (i = 0; i < 8; i++)
		number[i] = (uint8_t)(stream >> (56 - 8 * i));
	hash_parts(out, HASH_SIZE, HASH_HEAD, parts, 3);
}

void head_noted(const uint8_t prev[HASH_SIZE], const uint8_t changeset[HASH_SIZE],
		struct bytes verdicts, int64_t time, uint64_t zero, struct bytes notes,
		uint8_t out[HASH_SIZE])
{
	uint8_t digest[HASH_SIZE], fixed[16];
	struct bytes parts[5] = { { prev, HASH_SIZE }, { changeset, HASH_SIZE },
				  BYTES_OF(digest), BYTES_OF(fixed), notes };
	int i;

	for (i = 0; i < 8; i++) {
		fixed[i] = (uint8_t)((uint64_t)time >> (56 - 8 * i));
		fixed[8 + i] = (uint8_t)(zero >> (56 - 8 * i));
	}
	hash_parts(digest, sizeof digest, HASH_VERDICTS, &verdicts, 1);
	hash_parts(out, HASH_SIZE, HASH_HEAD, parts, 5);
}

void head_next(const uint8_t prev[HASH_SIZE], const uint8_t changeset[HASH_SIZE],
	       struct bytes verdicts, int64_t time, uint64_t zero, uint8_t out[HASH_SIZE])
{
	head_noted(prev, changeset, verdicts, time, zero, BYTES_NONE, out);
}

static void head_payload(struct buf *b, uint64_t stream, uint64_t seq, const uint8_t *head,
			 int64_t time)
{
	cbor_put_array(b, 4);
	cbor_put_uint(b, stream);
	cbor_put_uint(b, seq);
	cbor_put_bytes(b, (struct bytes){ head, HASH_SIZE });
	cbor_put_int(b, time);
}

void head_sign(const struct sign_key *server, const uint8_t district[HASH_SIZE],
	       uint64_t stream, uint64_t seq, const uint8_t head[HASH_SIZE], int64_t time,
	       uint8_t signature[SIGN_SIZE])
{
	struct sign_context ctx = { SIGN_HEAD, district, NULL, 0 };
	struct buf payload;

	buf_init(&payload, 128);
	head_payload(&payload, stream, seq, head, time);
	/* As in sign_detached: never a signature over half of it. */
	assert(!payload.failed);
	sign_detached(server, &ctx, buf_view(&payload), signature);
	buf_release(&payload);
}

bool head_signature_ok(const uint8_t server_key[SIGN_PUBLIC], const uint8_t district[HASH_SIZE],
		       uint64_t stream, uint64_t seq, const uint8_t head[HASH_SIZE],
		       int64_t time, const uint8_t signature[SIGN_SIZE])
{
	struct sign_context ctx = { SIGN_HEAD, district, NULL, 0 };
	struct buf payload;
	bool ok;

	buf_init(&payload, 128);
	head_payload(&payload, stream, seq, head, time);
	ok = !payload.failed && sign_ok(server_key, &ctx, buf_view(&payload), signature);
	buf_release(&payload);
	return ok;
}
