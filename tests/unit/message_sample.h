/* Messages for test_message: one with every part, and what "the same" means. */
#ifndef DONGBO_TESTS_MESSAGE_SAMPLE_H
#define DONGBO_TESTS_MESSAGE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/message.h"

/* --- samples: parts is a set of bits, one for each part that may be missing --- */

static struct message_have haves[] = {
	{ .stream = 0, .seq = 0, .check = { 1, 2, 3, 4 } },
	{ .stream = INT64_MAX / 2, .seq = INT64_MAX / 2, .check = { 5 }, .own_seq = 1,
	  .own_check = { 9, 8, 7, 6 } },
};
static struct message_piece up[] = {
	{ .id = { 1, 2, 3, 4, 5, 6, 7, 8 }, .total = 100000, .offset = 5000 },
	{ .id = { 8 }, .total = 1, .offset = 0, .device = UINT64_MAX },
};
static struct message_piece resume[] = {
	{ .stream = 4, .seq = 5, .offset = 6 }, { .stream = 7, .seq = 8, .offset = 0 },
};

/* Three groups: two own objects stand before the last. */
static struct message_carried carried[] = {
	{ .device = 0xc0ffee, .after = 0 }, { .device = 0xc0ffee, .after = 0 },
	{ .device = 0xd0d0, .after = 0 }, { .device = 0xc0ffee, .after = 2 },
};
static struct message_claim claims[2];

static struct message_before befores[] = { { .at = 0, .hash = { 4 } }, { .hash = { 5 } } };
static struct message_range ranges[] = {
	{ .stream = 31, .first = 390, .last = 412 },
	{ .stream = INT64_MAX / 2, .device = UINT64_MAX, .first = 1, .last = 1 },
};

static struct message_lease leases[] = { { { (const uint8_t *)"files", 5 }, 2026, 50 },
					 { { (const uint8_t *)"all", 3 }, 0, 1 } };
static struct message_safe safe[] = { { 0, 1 }, { INT64_MAX / 2, INT64_MAX / 2 } };

enum { REQUEST_PARTS = 1024, REQUEST_ALL = 2047, REPLY_PARTS = 128, REPLY_ALL = 127 };

static void add_carried(struct request *r)
{
	size_t i;

	for (i = 0; i < 4; i++) {
		carried[i].object = bytes_str("another's object");
		carried[i].after = i == 3 ? r->object_count : 0;
	}
	r->carried = carried;
	r->carried_count = 4;
}

static struct request request_of(unsigned parts)
{
	static struct bytes objects[2];
	struct request r = { .counter = 77, .limit = 262144 };

	objects[0] = bytes_str("an object");
	objects[1] = bytes_str("");
	up[0].bytes = bytes_str("a piece");
	if (parts & 1)
		r.have = haves, r.have_count = 2;
	if (parts & 2)
		r.objects = objects, r.object_count = 2;
	if (parts & 4)
		r.pieces = up, r.piece_count = 2;
	if (parts & 8)
		r.resume = resume, r.resume_count = 2;
	if (parts & 16) {
		r.has_claim = true;
		memset(&r.claim, 0x5a, sizeof r.claim);
		r.claim.author = bytes_str("Lê Thị Ví Dụ");
	}
	if (parts & 32)
		add_carried(&r);
	if (parts & 64) {
		memset(claims, 0x77, sizeof claims);
		claims[0].author = bytes_str("Trần Văn Thử");
		claims[1].author = bytes_str("");
		r.claims = claims, r.claims_count = 2;
	}
	if (parts & 128) {
		/* The last one is of the piece. */
		befores[1].at = r.object_count + r.carried_count;
		r.befores = befores + (befores[1].at == 0);
		r.before_count = 1 + (befores[1].at > 0);
	}
	if (parts & 256) {
		r.has_bundle = true;
		r.bundle = (struct message_bundle){ .number = 7, .part = 2, .written = -1,
						    .ranges = ranges, .range_count = 2 };
	}
	if (parts & 512)
		r.safe = safe, r.safe_count = 2;
	if (parts & 1024)
		r.leases = leases, r.lease_count = 2;
	return r;
}

static struct message_item items[6];
static struct message_stream streams[3];
static struct message_problem problems[] = { { ERR_FORKED, 7, 9 }, { -9999, 0, 0 } };
static struct message_piece held[] = { { .id = { 3 }, .offset = 12 } };
static struct message_piece down[] = {
	{ .stream = 1, .seq = 2, .total = 900000, .offset = 65536 },
};

static struct message_range missing[] = {
	{ .stream = 31, .device = 0xd0d0, .first = 398, .last = 398, .waiting = 412 },
};

static const uint8_t keys_signature[SIGN_SIZE] = { 7 };
static struct document keys[2];

static struct reply reply_of(unsigned parts)
{
	struct reply r = { .counter = 77, .time = 1750000000 };

	items[0] = (struct message_item){ .time = r.time - 5, .own = true };
	items[1] = (struct message_item){ .time = r.time + 9, .own = true, .zero_ahead = 3 };
	items[2] = (struct message_item){ .time = r.time, .own = true,
					  .verdicts = bytes_str("verdicts") };
	items[3] = (struct message_item){ .time = 0, .device = 0xd0d0, .held = true,
					  .verdicts = bytes_str("v"), .zero_ahead = -1 };
	items[4] = (struct message_item){ .time = -100, .device = UINT64_MAX,
					  .object = bytes_str("object") };
	items[5] = (struct message_item){ .time = 1, .device = 0xd0d0,
					  .object = bytes_str("other") };
	streams[0] = (struct message_stream){ .stream = 1, .from = 9, .items = items,
					      .item_count = 6, .has_signature = true };
	memset(streams[0].signature, 0xab, SIGN_SIZE);
	streams[1] = (struct message_stream){ .stream = 2, .has_generation = true };
	memset(streams[1].generation, 0xcd, GENERATION_SIZE);
	streams[2] = (struct message_stream){ .stream = INT64_MAX / 2, .from = INT64_MAX / 2 };
	down[0].bytes = bytes_str("downwards");
	if (parts & 1)
		r.streams = streams, r.stream_count = 3;
	if (parts & 2)
		r.problems = problems, r.problem_count = 2;
	if (parts & 4)
		r.held = held, r.held_count = 1;
	if (parts & 8)
		r.pieces = down, r.piece_count = 1;
	if (parts & 16)
		r.missing = missing, r.missing_count = 1;
	if (parts & 32)
		r.safe = safe, r.safe_count = 2;
	if (parts & 64) {
		keys[0] = (struct document){ bytes_str("keys 2"), BYTES_OF(keys_signature) };
		keys[1] = (struct document){ bytes_str("keys 3"), BYTES_OF(keys_signature) };
		r.keys = keys, r.keys_count = 2;
	}
	return r;
}

/* --- comparing --- */

static void same_pieces(const struct message_piece *x, size_t n, const struct message_piece *y,
			size_t m)
{
	size_t i;

	assert_int_equal(n, m);
	for (i = 0; i < n; i++) {
		assert_memory_equal(x[i].id, y[i].id, MESSAGE_ID);
		assert_true(x[i].device == y[i].device);
		assert_true(x[i].stream == y[i].stream && x[i].seq == y[i].seq);
		assert_true(x[i].total == y[i].total && x[i].offset == y[i].offset);
		assert_true(bytes_equal(x[i].bytes, y[i].bytes));
	}
}

static void same_claim(const struct message_claim *x, const struct message_claim *y)
{
	assert_memory_equal(x->enrolment, y->enrolment, MESSAGE_ID);
	assert_memory_equal(x->key, y->key, SIGN_PUBLIC);
	assert_true(bytes_equal(x->author, y->author));
	assert_memory_equal(x->signature, y->signature, SIGN_SIZE);
	assert_memory_equal(x->mac, y->mac, HASH_SIZE);
}

static void same_carried(const struct request *x, const struct request *y)
{
	size_t i;

	assert_int_equal(x->carried_count, y->carried_count);
	for (i = 0; i < x->carried_count; i++) {
		assert_true(x->carried[i].device == y->carried[i].device);
		assert_true(x->carried[i].after == y->carried[i].after);
		assert_true(bytes_equal(x->carried[i].object, y->carried[i].object));
	}
	assert_int_equal(x->claims_count, y->claims_count);
	for (i = 0; i < x->claims_count; i++)
		same_claim(&x->claims[i], &y->claims[i]);
}

static void same_ranges(const struct message_range *x, size_t n, const struct message_range *y,
			size_t m)
{
	size_t i;

	assert_int_equal(n, m);
	for (i = 0; i < n; i++)
		assert_true(x[i].stream == y[i].stream && x[i].device == y[i].device &&
			    x[i].first == y[i].first && x[i].last == y[i].last &&
			    x[i].waiting == y[i].waiting);
}

static void same_safe(const struct message_safe *x, size_t n, const struct message_safe *y,
		      size_t m)
{
	size_t i;

	assert_int_equal(n, m);
	for (i = 0; i < n; i++)
		assert_true(x[i].stream == y[i].stream && x[i].seq == y[i].seq);
}

static void same_file(const struct request *x, const struct request *y)
{
	size_t i;

	assert_int_equal(x->before_count, y->before_count);
	for (i = 0; i < x->before_count; i++) {
		assert_true(x->befores[i].at == y->befores[i].at);
		assert_memory_equal(x->befores[i].hash, y->befores[i].hash, HASH_SIZE);
	}
	assert_int_equal(x->has_bundle, y->has_bundle);
	assert_true(x->bundle.number == y->bundle.number && x->bundle.part == y->bundle.part &&
		    x->bundle.written == y->bundle.written);
	same_ranges(x->bundle.ranges, x->bundle.range_count, y->bundle.ranges,
		    y->bundle.range_count);
}

static void same_leases(const struct request *x, const struct request *y)
{
	size_t i;

	assert_int_equal(x->lease_count, y->lease_count);
	for (i = 0; i < x->lease_count; i++)
		assert_true(bytes_equal(x->leases[i].reg, y->leases[i].reg) &&
			    x->leases[i].year == y->leases[i].year &&
			    x->leases[i].count == y->leases[i].count);
}

static void same_request(const struct request *x, const struct request *y)
{
	size_t i;

	assert_true(x->counter == y->counter && x->limit == y->limit);
	assert_int_equal(x->have_count, y->have_count);
	for (i = 0; i < x->have_count; i++) {
		const struct message_have *h = &x->have[i], *k = &y->have[i];

		assert_true(h->stream == k->stream && h->seq == k->seq);
		assert_true(h->own_seq == k->own_seq);
		assert_memory_equal(h->check, k->check, MESSAGE_CHECK);
		assert_memory_equal(h->own_check, k->own_check, MESSAGE_CHECK);
	}
	assert_int_equal(x->object_count, y->object_count);
	for (i = 0; i < x->object_count; i++)
		assert_true(bytes_equal(x->objects[i], y->objects[i]));
	same_pieces(x->pieces, x->piece_count, y->pieces, y->piece_count);
	same_pieces(x->resume, x->resume_count, y->resume, y->resume_count);
	assert_int_equal(x->has_claim, y->has_claim);
	if (x->has_claim)
		same_claim(&x->claim, &y->claim);
	same_carried(x, y);
	same_file(x, y);
	same_leases(x, y);
	same_safe(x->safe, x->safe_count, y->safe, y->safe_count);
}

static void same_stream(const struct message_stream *x, const struct message_stream *y)
{
	size_t i;

	assert_true(x->stream == y->stream && x->from == y->from);
	assert_int_equal(x->has_signature, y->has_signature);
	assert_memory_equal(x->signature, y->signature, SIGN_SIZE);
	assert_int_equal(x->has_generation, y->has_generation);
	assert_memory_equal(x->generation, y->generation, GENERATION_SIZE);
	assert_int_equal(x->item_count, y->item_count);
	for (i = 0; i < x->item_count; i++) {
		const struct message_item *m = &x->items[i], *n = &y->items[i];

		assert_true(m->time == n->time && m->zero_ahead == n->zero_ahead);
		assert_true(bytes_equal(m->verdicts, n->verdicts));
		assert_true(m->own == n->own && m->held == n->held);
		assert_true(m->device == n->device);
		assert_true(bytes_equal(m->object, n->object));
	}
}

static void same_reply(const struct reply *x, const struct reply *y)
{
	size_t i;

	assert_true(x->counter == y->counter && x->time == y->time);
	assert_int_equal(x->stream_count, y->stream_count);
	for (i = 0; i < x->stream_count; i++)
		same_stream(&x->streams[i], &y->streams[i]);
	assert_int_equal(x->problem_count, y->problem_count);
	for (i = 0; i < x->problem_count; i++) {
		assert_int_equal(x->problems[i].code, y->problems[i].code);
		assert_true(x->problems[i].stream == y->problems[i].stream);
		assert_true(x->problems[i].seq == y->problems[i].seq);
	}
	same_pieces(x->held, x->held_count, y->held, y->held_count);
	same_pieces(x->pieces, x->piece_count, y->pieces, y->piece_count);
	same_safe(x->safe, x->safe_count, y->safe, y->safe_count);
	same_ranges(x->missing, x->missing_count, y->missing, y->missing_count);
	assert_int_equal(x->keys_count, y->keys_count);
	for (i = 0; i < x->keys_count; i++) {
		assert_true(bytes_equal(x->keys[i].payload, y->keys[i].payload));
		assert_true(bytes_equal(x->keys[i].signature, y->keys[i].signature));
	}
}

#endif
