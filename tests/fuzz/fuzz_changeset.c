/* Fuzz target: plain forms of change sets.
 *
 * The property: what decodes can be encoded, and that decodes to the same ops. And
 * whatever decodes can be peeked at, with the same root. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/fuzz/fuzz.h"

static void check_peek(struct bytes plain, const struct changeset *cs, struct arena *a)
{
	struct changeset peek;
	struct bytes payload;

	if (changeset_peek(plain, cs->device, a, &peek, &payload, NULL) != 0)
		abort();
	if (memcmp(peek.root, cs->root, HASH_SIZE) != 0 || peek.seq != cs->seq)
		abort();
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	const uint8_t salt[CHANGESET_SALT] = { 2 };
	struct changeset cs = gen_changeset(g, 1 + gen_below(g, 60));

	if (changeset_encode(&cs, salt, out, NULL) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t salt[CHANGESET_SALT] = { 1 };
	const uint64_t device = 0xabcdef;
	struct bytes plain = { data, size };
	struct changeset cs, back;
	struct arena a, b;
	struct buf again;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	arena_init(&b, LIMIT_MEMORY);
	buf_init(&again, LIMIT_CHANGESET);
	if (changeset_decode(plain, device, &a, &cs, NULL) != 0)
		goto done;
	check_peek(plain, &cs, &b);
	back = cs;
	code = changeset_encode(&back, salt, &again, NULL);
	/* A denser form than ours is possible: repeated device numbers, say. */
	if (code != 0 && code != ERR_TOO_LARGE)
		abort();
	if (code != 0)
		goto done;
	if (changeset_decode(buf_view(&again), device, &b, &back, NULL) != 0)
		abort();
	memcpy(back.root, cs.root, HASH_SIZE); /* the salt is another */
	if (gen_difference(&cs, &back) != NULL)
		abort();
done:
	arena_release(&a);
	arena_release(&b);
	buf_release(&again);
	return 0;
}
