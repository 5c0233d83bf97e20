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
#include "tests/fuzz/fuzz.h"

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

static void sample_request(struct gen *g, struct buf *out)
{
	struct message_have haves[3] = { { .stream = 1 } };
	struct message_piece pieces[2] = { { .total = 9000, .bytes = bytes_str("a piece") },
					   { .total = 70, .offset = 60 } };
	struct bytes objects[2] = { bytes_str("an object"), bytes_str("") };
	struct message_carried carried[3] = { { 7, 0, bytes_str("another's") },
					      { 7, 0, bytes_str("x") }, { 8, 0, BYTES_NONE } };
	struct message_claim claims[2] = { { .author = bytes_str("Mẫu") } };
	struct message_attachment files[2] = { { .total = 100, .bytes = bytes_str("a file") },
					       { .total = 9000, .offset = 9000 } };
	struct request r = { .counter = gen_below(g, 1000), .limit = gen_below(g, 300000),
			     .have = haves, .have_count = gen_below(g, 4),
			     .objects = objects, .object_count = gen_below(g, 3),
			     .pieces = pieces, .piece_count = gen_below(g, 3),
			     .resume = pieces, .resume_count = gen_below(g, 3),
			     .has_claim = gen_below(g, 2) == 0,
			     .carried = carried, .carried_count = gen_below(g, 4),
			     .claims = claims, .claims_count = gen_below(g, 3) };
	size_t i;

	files[0].offset = gen_below(g, 90);
	r.files = files;
	r.file_count = gen_below(g, 3);
	r.wanted = files;
	r.wanted_count = gen_below(g, 2);
	carried[2].after = gen_below(g, r.object_count + 1);
	pieces[1].device = gen_below(g, 2);

	for (i = 1; i < 3; i++)
		haves[i] = (struct message_have){ .stream = 1 + i, .seq = gen_below(g, 300),
						  .own_seq = gen_below(g, 3) };
	gen_fill(g, r.claim.signature, SIGN_SIZE);
	r.claim.author = bytes_str("Trần Văn Thử");
	request_encode(&r, out);
}

static void sample_reply(struct gen *g, struct buf *out)
{
	struct message_item items[3] = { { .own = true }, { .held = true, .device = 5 },
					 { .device = gen_next(g), .object = bytes_str("object") } };
	struct message_stream streams[2] = {
		{ .stream = 3, .items = items, .item_count = gen_below(g, 4),
		  .has_generation = true, .has_signature = true },
		{ .stream = 9, .from = gen_below(g, 300) } };
	struct message_problem problem = { ERR_GAP, 3, 8 };
	struct message_piece piece = { .stream = 3, .seq = 9, .total = 90, .offset = 5,
				       .bytes = bytes_str("a piece") };
	struct message_attachment file = { .total = 100, .offset = 5, .bytes = bytes_str("a file") };
	struct message_attachment standing = { .offset = gen_below(g, 9),
					       .code = -(int)gen_below(g, 2) };
	struct reply r = { .counter = gen_below(g, 1000), .time = 1750000000,
			   .streams = streams, .stream_count = gen_below(g, 3),
			   .problems = &problem, .problem_count = gen_below(g, 2),
			   .held = &piece, .held_count = gen_below(g, 2),
			   .pieces = &piece, .piece_count = gen_below(g, 2),
			   .files = &file, .file_count = gen_below(g, 2),
			   .standings = &standing, .standing_count = gen_below(g, 2) };
	size_t i;

	for (i = 0; i < 3; i++) {
		items[i].time = 1750000000 - (int64_t)gen_below(g, 90000);
		items[i].zero_ahead = (int64_t)gen_below(g, 5) - 1;
	}
	reply_encode(&r, out);
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	struct verdict v[3];
	uint64_t pick = gen_below(g, 3), i;

	if (pick == 0)
		sample_request(g, out);
	if (pick == 1)
		sample_reply(g, out);
	for (i = 0; i < 3; i++)
		v[i] = (struct verdict){ .tx = (uint32_t)(i + gen_below(g, 2) * 100 * i),
					 .code = -1 - (int)gen_below(g, 120),
					 .rule = (uint32_t)gen_below(g, 90),
					 .record = { gen_next(g), 1 + gen_below(g, 999) } };
	if (pick == 2)
		verdicts_encode(v, 1 + gen_below(g, 2), out);
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
