/* Fuzz target: requests, replies and lists of verdicts.
 *
 * The property: what decodes and is encoded again decodes to what encodes to the
 * same bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One round of kind 0 (request), 1 (reply) or 2 (verdicts): in -> out. */
static bool turn(int kind, struct bytes in, struct buf *out)
{
	struct verdict *v;
	struct request r;
	struct reply p;
	struct arena a;
	size_t count;
	bool ok;

	arena_init(&a, LIMIT_MEMORY);
	if (kind == 0) {
		ok = request_decode(in, &a, &r, NULL) == 0;
		if (ok)
			request_encode(&r, out);
	} else if (kind == 1) {
		ok = reply_decode(in, &a, &p, NULL) == 0;
		if (ok)
			reply_encode(&p, out);
	} else {
		ok = verdicts_decode(in, &a, &v, &count, NULL) == 0;
		if (ok)
			verdicts_encode(v, count, out);
	}
	if (ok && out->failed)
		abort();
	arena_release(&a);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct buf one, two;
	int kind;

	buf_init(&one, LIMIT_MESSAGE);
	buf_init(&two, LIMIT_MESSAGE);
	for (kind = 0; kind < 3; kind++) {
		buf_clear(&one);
		buf_clear(&two);
		if (!turn(kind, in, &one))
			continue;
		if (!turn(kind, buf_view(&one), &two))
			abort();
		if (!bytes_equal(buf_view(&one), buf_view(&two)))
			abort();
		/* Verdicts are hashed: they have one form only. */
		if (kind == 2 && !bytes_equal(in, buf_view(&one)))
			abort();
	}
	buf_release(&one);
	buf_release(&two);
	return 0;
}
