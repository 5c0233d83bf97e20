/* Statements of generations. */
#include "generation.h"

#include <string.h>

#include "message_parts.h"

enum { STATEMENT_VERSION = 1 };

void generation_put(const struct generation *g, struct buf *out)
{
	cbor_put_array(out, 7);
	cbor_put_uint(out, STATEMENT_VERSION);
	cbor_put_uint(out, g->stream);
	cbor_put_bytes(out, BYTES_OF(g->old));
	cbor_put_uint(out, g->seq);
	cbor_put_bytes(out, BYTES_OF(g->head));
	cbor_put_bytes(out, BYTES_OF(g->fresh));
	cbor_put_uint(out, g->base);
}

int generation_read(struct bytes statement, struct generation *out, struct err *e)
{
	struct generation g;
	struct cbor c;
	int code;

	cbor_init(&c, statement);
	cbor_open_array(&c);
	if (cbor_get_uint(&c) != STATEMENT_VERSION)
		message_refuse(&c, ERR_VERSION);
	g.stream = message_number(&c);
	message_fixed(&c, g.old, sizeof g.old);
	g.seq = message_number(&c);
	message_fixed(&c, g.head, sizeof g.head);
	message_fixed(&c, g.fresh, sizeof g.fresh);
	g.base = message_number(&c);
	cbor_close(&c);
	if (c.code == 0 &&
	    (g.base <= g.seq || memcmp(g.old, g.fresh, sizeof g.old) == 0))
		message_refuse(&c, ERR_MALFORMED);
	code = cbor_finish(&c, "generation", e);
	if (code == 0)
		*out = g;
	return code;
}

void generation_sign(const struct sign_key *server, const uint8_t district[HASH_SIZE],
		     struct bytes statement, uint8_t signature[SIGN_SIZE])
{
	struct sign_context ctx = { SIGN_GENERATION, district, NULL, 0 };

	sign_detached(server, &ctx, statement, signature);
}

bool generation_signature_ok(const uint8_t server_key[SIGN_PUBLIC],
			     const uint8_t district[HASH_SIZE], struct bytes statement,
			     struct bytes signature)
{
	struct sign_context ctx = { SIGN_GENERATION, district, NULL, 0 };

	return signature.len == SIGN_SIZE && sign_ok(server_key, &ctx, statement, signature.at);
}

void generation_head(const struct generation *g, uint8_t out[HASH_SIZE])
{
	struct bytes parts[4] = { BYTES_OF(g->head), BYTES_OF(g->fresh), BYTES_OF(g->old) };
	uint8_t number[8];
	int i;

	for (i = 0; i < 8; i++)
		number[i] = (uint8_t)(g->base >> (56 - 8 * i));
	parts[3] = BYTES_OF(number);
	hash_parts(out, HASH_SIZE, HASH_HEAD, parts, 4);
}
