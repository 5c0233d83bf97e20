/* Fuzz target: requests, replies and lists of verdicts.
 *
 * The property: what decodes and is encoded again decodes to what encodes to the
 * same bytes. What heals a server is moreover in order and in bounds: who reads it counts
 * on from it without a look. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/generation.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/verdict.h"
#include "tests/fuzz/fuzz.h"

static void need(bool true_)
{
	if (!true_)
		abort();
}

static void check_healing(const struct request *r)
{
	size_t i;

	for (i = 0; i < r->healing_count; i++) {
		const struct message_healing *h = &r->healing[i];

		need(h->device != 0 && h->device_seq > 0 && h->notes.len % NOTE_SIZE == 0);
		need(i == 0 || h[-1].stream < h->stream ||
		     (h[-1].stream == h->stream && h[-1].number < h->number));
	}
	need(r->certificate.len == 0 || r->certificate_prev.len == HASH_SIZE);
	need(r->shown_count <= LIMIT_STREAMS && r->healing_count <= LIMIT_CBOR_ITEMS);
}

static void check_healed(const struct reply *r)
{
	size_t i;

	for (i = 0; i < r->note_count; i++) {
		need(r->notes[i].number > 0 && r->notes[i].count > 0);
		need(r->notes[i].count <= LIMIT_CBOR_ITEMS);
		need(r->notes[i].at <= INT64_MAX / 2 && r->notes[i].position <= INT64_MAX / 2);
	}
	for (i = 0; i < r->statement_count; i++)
		need(r->statements[i].signature.len == SIGN_SIZE);
	need(r->statement_count <= LIMIT_STREAMS && r->healed_count <= LIMIT_STREAMS &&
	     r->head_count <= LIMIT_STREAMS);
}

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
		if (ok) {
			check_healing(&r);
			request_encode(&r, out);
		}
	} else if (kind == 1) {
		ok = reply_decode(in, &a, &p, NULL) == 0;
		if (ok) {
			check_healed(&p);
			reply_encode(&p, out);
		}
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

/* Receipts, or signed heads. */
static struct message_head *some_heads(struct gen *g, size_t *count)
{
	struct message_head *list = arena_array(g->a, 3, sizeof *list);
	size_t i;

	*count = gen_below(g, 4);
	for (i = 0; i < 3; i++) {
		list[i] = (struct message_head){ .stream = gen_below(g, 30),
						 .seq = gen_below(g, 4000000),
						 .time = (int64_t)gen_below(g, 1u << 31) - 9 };
		gen_fill(g, list[i].head, HASH_SIZE);
		gen_fill(g, list[i].generation, GENERATION_SIZE);
		gen_fill(g, list[i].signature, SIGN_SIZE);
	}
	return list;
}

/* Bare items and whole ones, with notes or without; the last in another stream. Now and then
 * one thing is not as it must be. */
static void add_healing(struct gen *g, struct request *r)
{
	static const uint8_t note[3 * NOTE_SIZE] = { [7] = 42, [15] = 99, [23] = 43, [31] = 100 };
	struct message_healing *h = arena_array(g->a, 4, sizeof *h);
	uint8_t *prev = arena_alloc(g->a, HASH_SIZE);
	uint64_t fault = gen_below(g, 7);
	size_t i;

	r->shown = some_heads(g, &r->shown_count);
	r->healing = h;
	r->healing_count = gen_below(g, 5);
	for (i = 0; i < 4; i++) {
		h[i] = (struct message_healing){ .stream = i < 3 ? 3 : 9,
						 .number = fault == 0 ? 40 : 40 + 7 * i,
						 .time = (int64_t)gen_below(g, 1u << 31),
						 .zero = gen_below(g, 300),
						 .device = gen_next(g) | 1 };
		h[i].device_seq = fault == 1 ? 0 : 1 + gen_below(g, 300);
		gen_fill(g, h[i].hash, HASH_SIZE);
		h[i].notes = (struct bytes){ note, NOTE_SIZE * gen_below(g, 3) + (fault == 2) };
		h[i].object = gen_below(g, 2) == 0 ? bytes_str("lost") : BYTES_NONE;
		h[i].verdicts = gen_below(g, 3) == 0 ? bytes_str("said") : BYTES_NONE;
	}
	gen_fill(g, prev, HASH_SIZE);
	r->certificate_prev = (struct bytes){ prev, HASH_SIZE - (fault == 3) };
	r->certificate = gen_below(g, 2) == 0 ? bytes_str("certificate") : BYTES_NONE;
}

static void add_healed(struct gen *g, struct reply *r)
{
	struct message_statement *s = arena_array(g->a, 2, sizeof *s);
	struct message_notes *n = arena_array(g->a, 2, sizeof *n);
	struct message_healed *h = arena_array(g->a, 2, sizeof *h);
	uint8_t *signature = arena_alloc(g->a, SIGN_SIZE);
	uint64_t fault = gen_below(g, 5);
	size_t i;

	gen_fill(g, signature, SIGN_SIZE);
	for (i = 0; i < 2; i++) {
		s[i] = (struct message_statement){ bytes_str("statement"),
						   { signature, SIGN_SIZE - (fault == 0) } };
		n[i] = (struct message_notes){ 3 + i, gen_below(g, 4000000),
					       fault == 1 ? 0 : 1 + gen_below(g, 900),
					       gen_below(g, 4000000),
					       fault == 2 ? 0 : 1 + gen_below(g, 200000) };
		h[i] = (struct message_healed){ 3 + i, 2000000, gen_below(g, 300) };
	}
	r->statements = s;
	r->statement_count = gen_below(g, 3);
	r->notes = n;
	r->note_count = gen_below(g, 3);
	r->healed = h;
	r->healed_count = gen_below(g, 3);
	r->heads = some_heads(g, &r->head_count);
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
	if (gen_below(g, 4) != 0)
		add_healing(g, &r);
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
	if (gen_below(g, 4) != 0)
		add_healed(g, &r);
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
