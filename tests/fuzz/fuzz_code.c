/* Fuzz target: codes as typed, and the two messages that go with them.
 *
 * The property: what is read as a code is written as one that reads the same; no reply
 * overruns. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/code.h"
#include "protocol/limits.h"
#include "tests/fuzz/fuzz.h"

static const struct bytes where = { (const uint8_t *)"https://dongbo.example", 22 };

void fuzz_sample(struct gen *g, struct buf *out)
{
	uint8_t noise[CODE_SEED + CODE_PRINT + 64];
	struct document root = { { noise, 40 }, { noise, 64 } }, keys = { { noise, 30 }, { noise, 64 } };
	struct code c;
	char text[CODE_TEXT];

	gen_fill(g, noise, sizeof noise);
	memcpy(c.seed, noise, CODE_SEED);
	memcpy(c.print, noise + CODE_SEED, CODE_PRINT);
	code_put(&c, where, text);
	if (gen_below(g, 3) == 0)
		code_request_put(noise, noise, noise, out);
	else if (gen_below(g, 2) == 0)
		code_reply_put(&root, &keys, (struct bytes){ noise, 20 }, out);
	else
		buf_add(out, bytes_str(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size }, envelope;
	const uint8_t *id, *ephemeral;
	struct document root, keys;
	struct code_fault fault;
	struct code c, back;
	char text[CODE_TEXT];

	if (code_read(in, where, &c, &fault) == 0) {
		code_put(&c, where, text);
		if (code_read(bytes_str(text), where, &back, &fault) != 0 ||
		    memcmp(&c, &back, sizeof c) != 0)
			abort();
	} else if (fault.kind == CODE_GOOD || fault.group > size / CODE_GROUP + 1) {
		abort();
	}
	if (code_request_read(in, &id, &ephemeral) && (id < data || ephemeral + 32 > data + size))
		abort();
	if (code_reply_read(in, &root, &keys, &envelope, NULL) == 0 &&
	    envelope.len > 0 && envelope.at + envelope.len != data + size)
		abort();
	return 0;
}
