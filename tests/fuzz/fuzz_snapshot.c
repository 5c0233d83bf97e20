/* Fuzz target: snapshots. An input is a zero byte and what a snapshot unpacks to, so that
 * mutation gets past the file's sums; or an .xz file as it is.
 *
 * The property: a reply that is read has every object and a receipt, and written again reads as
 * the same; what unpacks stays below its ceiling. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/replica/snapshot.h"
#include "common/system/solid.h"
#include "protocol/limits.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 1 << 20 };

void fuzz_sample(struct gen *g, struct buf *out)
{
	struct message_item items[4];
	struct message_stream stream = { .stream = 1 + gen_below(g, 5), .from = gen_below(g, 900),
					 .items = items, .item_count = 1 + gen_below(g, 4),
					 .has_signature = true };
	struct reply r = { .streams = &stream, .stream_count = 1 };
	struct buf plain;
	size_t i, blocks = 1 + gen_below(g, 3);

	buf_init(&plain, MOST);
	while (blocks-- > 0) {
		r.time = (int64_t)gen_below(g, 1u << 31);
		gen_fill(g, stream.signature, SIGN_SIZE);
		for (i = 0; i < stream.item_count; i++) {
			size_t n = 70 + gen_below(g, 60);
			uint8_t *object = arena_alloc(g->a, n);

			gen_fill(g, object, n);
			object[0] = (uint8_t)gen_below(g, 3);
			items[i] = (struct message_item){ .time = r.time - (int64_t)gen_below(g, 999),
							  .device = 1 + gen_below(g, 3),
							  .object = { object, n } };
		}
		if (snapshot_put(&r, &plain, NULL) != 0)
			abort();
	}
	if (gen_below(g, 4) == 0) {
		if (solid_pack(buf_view(&plain), out, NULL) != 0)
			abort();
	} else {
		buf_byte(out, 0);
		buf_add(out, buf_view(&plain));
	}
	buf_release(&plain);
}

static void put(const struct reply *r, struct buf *out)
{
	buf_init(out, 2 * LIMIT_MESSAGE);
	if (snapshot_put(r, out, NULL) != 0)
		abort();
}

/* What was read, written and read again. */
static void turn(const struct reply *r)
{
	struct buf first, second;
	struct cursor c;
	struct reply again;
	struct arena a;
	size_t i, k;

	for (i = 0; i < r->stream_count; i++)
		for (k = 0; k < r->streams[i].item_count; k++)
			if (r->streams[i].items[k].object.len == 0 || !r->streams[i].has_signature)
				abort();
	arena_init(&a, LIMIT_MEMORY);
	put(r, &first);
	c = cursor_of(buf_view(&first));
	if (snapshot_next(&c, &a, &again, NULL) != 0 || cursor_left(&c) != 0)
		abort();
	put(&again, &second);
	if (!bytes_equal(buf_view(&first), buf_view(&second)))
		abort();
	buf_release(&second);
	buf_release(&first);
	arena_release(&a);
}

static void read_all(struct bytes plain)
{
	struct cursor c = cursor_of(plain);
	int code = 0;

	while (code == 0 && cursor_left(&c) > 0) {
		struct arena a;
		struct reply r;

		arena_init(&a, LIMIT_MEMORY);
		code = snapshot_next(&c, &a, &r, NULL);
		if (code == 0)
			turn(&r);
		arena_release(&a);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct buf plain;

	if (size > 0 && data[0] == 0) {
		read_all((struct bytes){ data + 1, size - 1 });
		return 0;
	}
	buf_init(&plain, MOST + 1);
	if (solid_unpack(in, MOST, &plain, NULL) == 0)
		read_all(buf_view(&plain));
	else if (plain.len != 0)
		abort();
	buf_release(&plain);
	return 0;
}
