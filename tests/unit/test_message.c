/* protocol/message: every part of requests and replies there and back, what is left
 * out where it is empty, extensions, cuts, and each way a message can be wrong. */
#include "tests/unit/message_sample.h"

#include <stdlib.h>

#include "protocol/cbor.h"
#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"

static struct arena arena;
static struct buf b;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, LIMIT_MEMORY);
	buf_init(&b, 2 * LIMIT_MESSAGE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&b);
	return 0;
}

/* --- decoding copies of exact size --- */

static int decode_request(struct bytes in)
{
	struct bytes exact = gen_exact(in);
	struct request r = { .counter = 4711 };
	struct err e = { 0 };
	int code;

	arena_clear(&arena);
	code = request_decode(exact, &arena, &r, &e);
	assert_int_equal(e.code, code);
	if (code != 0)
		assert_true(r.counter == 4711 && r.have == NULL);
	gen_free(exact);
	return code;
}

static int decode_reply(struct bytes in)
{
	struct bytes exact = gen_exact(in);
	struct reply r = { .counter = 4711 };
	struct err e = { 0 };
	int code;

	arena_clear(&arena);
	code = reply_decode(exact, &arena, &r, &e);
	assert_int_equal(e.code, code);
	if (code != 0)
		assert_true(r.counter == 4711 && r.streams == NULL);
	gen_free(exact);
	return code;
}

static void expect_request(int code, const char *hex)
{
	int got;

	buf_clear(&b);
	gen_hex(&b, hex);
	got = decode_request(buf_view(&b));
	if (got != code)
		fail_msg("%d for %s", got, hex);
}

static void expect_reply(int code, const char *hex)
{
	int got;

	buf_clear(&b);
	gen_hex(&b, hex);
	got = decode_reply(buf_view(&b));
	if (got != code)
		fail_msg("%d for %s", got, hex);
}

/* --- tests --- */

static void request_round_trip(void **state)
{
	unsigned parts;

	(void)state;
	for (parts = 0; parts < REQUEST_PARTS; parts++) {
		struct request r = request_of(parts), back;

		buf_clear(&b);
		request_encode(&r, &b);
		assert_int_equal(cbor_check(buf_view(&b)), 0);
		assert_int_equal(request_decode(buf_view(&b), &arena, &back, NULL), 0);
		same_request(&r, &back);
	}
}

static void reply_round_trip(void **state)
{
	unsigned parts;

	(void)state;
	for (parts = 0; parts < REPLY_PARTS; parts++) {
		struct reply r = reply_of(parts), back;

		buf_clear(&b);
		reply_encode(&r, &b);
		assert_int_equal(cbor_check(buf_view(&b)), 0);
		assert_int_equal(reply_decode(buf_view(&b), &arena, &back, NULL), 0);
		same_reply(&r, &back);
	}
}

/* The number of elements is that of the last part which is there. */
static void trailing_empties_are_left_out(void **state)
{
	unsigned parts;

	(void)state;
	for (parts = 0; parts < REQUEST_PARTS; parts++) {
		struct request r = request_of(parts);
		unsigned n = 2, k;

		for (k = 0; k < 5; k++)
			if (parts & 1u << k)
				n = 3 + k;
		/* All extensions stand in one map behind. */
		n += parts >= 32;
		buf_clear(&b);
		request_encode(&r, &b);
		assert_int_equal(b.at[0], 0x80 | n);
	}
	for (parts = 0; parts < REPLY_PARTS; parts++) {
		struct reply r = reply_of(parts);
		unsigned n = 2, k;

		for (k = 0; k < 4; k++)
			if (parts & 1u << k)
				n = 3 + k;
		n += parts >= 16;
		buf_clear(&b);
		reply_encode(&r, &b);
		assert_int_equal(b.at[0], 0x80 | n);
	}
}

static void known_bytes(void **state)
{
	struct request r = { .counter = 5, .limit = 2048, .have = haves, .have_count = 1 };
	struct message_item it = { .time = 999, .own = true };
	struct message_stream s = { .stream = 3, .from = 4, .items = &it, .item_count = 1 };
	struct reply p = { .counter = 5, .time = 1000, .streams = &s, .stream_count = 1 };
	struct buf want;

	(void)state;
	buf_init(&want, 100);
	gen_hex(&want, "83 05 190800 81 83 00 00 4401020304");
	buf_clear(&b);
	request_encode(&r, &b);
	assert_int_equal(b.len, want.len);
	assert_memory_equal(b.at, want.at, want.len);
	buf_clear(&want);
	gen_hex(&want, "83 05 1903e8 81 85 03 04 40 81 81 01 f6");
	buf_clear(&b);
	reply_encode(&p, &b);
	assert_int_equal(b.len, want.len);
	assert_memory_equal(b.at, want.at, want.len);
	buf_release(&want);
}

/* Two items of one device name it once. */
static void devices_are_named_once(void **state)
{
	struct reply r = reply_of(1);
	struct cbor c;

	(void)state;
	buf_clear(&b);
	reply_encode(&r, &b);
	cbor_init(&c, buf_view(&b));
	cbor_open_array(&c);
	cbor_skip(&c);
	cbor_skip(&c);
	cbor_open_array(&c);
	cbor_open_array(&c);
	cbor_skip(&c);
	cbor_skip(&c);
	assert_int_equal(cbor_get_bytes(&c).len, 16);
}

static void every_cut_is_truncated(void **state)
{
	struct request r = request_of(REQUEST_ALL);
	struct reply p = reply_of(REPLY_ALL);
	struct buf all;
	size_t n;

	(void)state;
	buf_init(&all, LIMIT_MESSAGE);
	request_encode(&r, &all);
	for (n = 0; n < all.len; n++)
		assert_int_equal(decode_request((struct bytes){ all.at, n }), ERR_TRUNCATED);
	buf_byte(&all, 0);
	assert_int_equal(decode_request(buf_view(&all)), ERR_TRAILING);
	buf_clear(&all);
	reply_encode(&p, &all);
	for (n = 0; n < all.len; n++)
		assert_int_equal(decode_reply((struct bytes){ all.at, n }), ERR_TRUNCATED);
	buf_byte(&all, 0);
	assert_int_equal(decode_reply(buf_view(&all)), ERR_TRAILING);
	buf_release(&all);
}

/* A flipped bit is an error or another message; never a crash, never the same. */
static void every_bit_counts(void **state)
{
	struct request r = request_of(REQUEST_ALL);
	struct buf all, again;
	size_t bit;

	(void)state;
	buf_init(&all, LIMIT_MESSAGE);
	buf_init(&again, LIMIT_MESSAGE);
	request_encode(&r, &all);
	for (bit = 0; bit < all.len * 8; bit++) {
		struct request back;

		arena_clear(&arena);
		all.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (request_decode(buf_view(&all), &arena, &back, NULL) == 0) {
			buf_clear(&again);
			request_encode(&back, &again);
			/* An extension under another key is passed over. */
			if (back.carried_count > 0 && back.claims_count > 0 &&
			    back.before_count > 0 && back.has_bundle && back.safe_count > 0 &&
			    back.lease_count > 0)
				assert_true(bytes_equal(buf_view(&all), buf_view(&again)));
			else
				assert_true(again.len < all.len);
		}
		all.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	buf_release(&all);
	buf_release(&again);
}

static void extensions_are_ignored(void **state)
{
	(void)state;
	expect_request(0, "82 05 06");
	expect_request(0, "83 05 06 a0");
	expect_request(0, "83 05 06 a2 00 80 18ff 82 01 a101f6");
	expect_request(0, "84 05 06 80 a1 1863 01");
	expect_reply(0, "83 05 06 a1 00 80");
	expect_reply(0, "87 05 06 80 80 80 80 a1 00 80");
	/* ... but they end the message, and have a form. */
	expect_request(ERR_MALFORMED, "84 05 06 a0 80");
	expect_request(ERR_MALFORMED, "84 05 06 a0 a0");
	expect_request(ERR_NOT_CANONICAL, "83 05 06 a2 1828 00 02 00");
	expect_request(ERR_TRUNCATED, "83 05 06 a1 02");
	expect_reply(ERR_MALFORMED, "84 05 06 a0 80");
	/* Eight elements: one too many. */
	expect_reply(ERR_MALFORMED, "87 05 06 80 80 80 80 80");
}

static void wrong_requests(void **state)
{
	(void)state;
	expect_request(ERR_TRUNCATED, "");
	expect_request(ERR_MALFORMED, "00");
	expect_request(ERR_MALFORMED, "a1 05 06");
	expect_request(ERR_MALFORMED, "80");
	expect_request(ERR_MALFORMED, "81 05");
	expect_request(ERR_MALFORMED, "82 20 06");
	expect_request(ERR_MALFORMED, "82 05 4106");
	expect_request(ERR_NOT_CANONICAL, "82 1805 06");
	expect_request(ERR_MALFORMED, "83 05 06 f6");
	expect_request(0, "82 1b3fffffffffffffff 06");
	expect_request(ERR_MALFORMED, "82 1b4000000000000000 06");
	/* have */
	expect_request(0, "83 05 06 81 83 01 02 4400000000");
	expect_request(0, "83 05 06 81 85 01 02 4400000000 01 4400000000");
	expect_request(ERR_MALFORMED, "83 05 06 81 85 01 02 4400000000 00 4400000000");
	expect_request(ERR_MALFORMED, "83 05 06 81 84 01 02 4400000000 01");
	expect_request(ERR_MALFORMED, "83 05 06 81 82 01 02");
	expect_request(ERR_MALFORMED, "83 05 06 81 86 01 02 4400000000 01 4400000000 00");
	expect_request(ERR_MALFORMED, "83 05 06 81 83 01 02 43000000");
	expect_request(ERR_MALFORMED, "83 05 06 81 83 1b4000000000000000 02 4400000000");
	expect_request(ERR_MALFORMED, "83 05 06 81 84 01 02 4400000000 a0");
	/* objects */
	expect_request(0, "84 05 06 80 81 40");
	expect_request(ERR_MALFORMED, "84 05 06 80 81 60");
	expect_request(ERR_MALFORMED, "84 05 06 80 81 00");
	/* pieces */
	expect_request(0, "85 05 06 80 80 81 84 480000000000000000 01 02 40");
	expect_request(ERR_MALFORMED, "85 05 06 80 80 81 84 4700000000000000 01 02 40");
	expect_request(ERR_MALFORMED, "85 05 06 80 80 81 83 480000000000000000 01 02");
	/* resume */
	expect_request(0, "86 05 06 80 80 80 81 83 01 02 03");
	expect_request(ERR_MALFORMED, "86 05 06 80 80 80 81 82 01 02");
	expect_request(ERR_MALFORMED, "86 05 06 80 80 80 81 84 01 02 03 04");
	/* claim */
	expect_request(ERR_MALFORMED, "87 05 06 80 80 80 80 80");
	expect_request(ERR_MALFORMED, "87 05 06 80 80 80 80 00");
}

#define DEVICE "480102030405060708"

static void wrong_carried(void **state)
{
	(void)state;
	expect_request(0, "83 05 06 a1 06 81 83 00 " DEVICE " 81 40");
	expect_request(0, "83 05 06 a1 06 81 83 00 " DEVICE " 82 40 41aa");
	expect_request(0, "85 05 06 80 81 40 a1 06 82 83 00 " DEVICE " 81 40 83 01 " DEVICE
			  " 81 40");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 80");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 40");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 81 83 00 " DEVICE " 80");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 81 82 00 " DEVICE);
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 81 84 00 " DEVICE " 81 40 00");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 81 83 00 4701020304050607 81 40");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 81 83 00 480000000000000000 81 40");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 81 83 00 " DEVICE " 81 60");
	/* Behind an own object that is not there; backwards; two groups that are one. */
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 81 83 01 " DEVICE " 81 40");
	expect_request(ERR_MALFORMED, "85 05 06 80 81 40 a1 06 82 83 01 " DEVICE " 81 40 83 00 "
				      DEVICE " 81 40");
	expect_request(ERR_MALFORMED, "83 05 06 a1 06 82 83 00 " DEVICE " 81 40 83 00 " DEVICE
				      " 81 40");
	expect_request(ERR_TRUNCATED, "83 05 06 a1 06 9affffffff 83");
	expect_request(ERR_TRUNCATED, "83 05 06 a1 06 81 83 00 " DEVICE " 9affffffff 40");
	/* claims */
	expect_request(ERR_MALFORMED, "83 05 06 a1 07 80");
	expect_request(ERR_MALFORMED, "83 05 06 a1 07 81 80");
	expect_request(ERR_NOT_CANONICAL, "83 05 06 a2 1828 00 06 81 83 00 " DEVICE " 81 40");
	/* pieces of others */
	expect_request(0, "85 05 06 80 80 81 85 480000000000000000 01 02 40 " DEVICE);
	expect_request(ERR_MALFORMED, "85 05 06 80 80 81 85 480000000000000000 01 02 40 "
				      "480000000000000000");
	expect_request(ERR_MALFORMED, "85 05 06 80 80 81 86 480000000000000000 01 02 40 " DEVICE
				      " 00");
}

/* What is carried costs nothing where nothing is. */
static void known_bytes_carried(void **state)
{
	struct message_carried one[2] = { { 0x0102030405060708, 0, bytes_str("a") },
					  { 0x0102030405060708, 0, bytes_str("bc") } };
	struct request r = { .counter = 5, .limit = 18, .carried = one, .carried_count = 2 };
	struct buf want;

	(void)state;
	buf_init(&want, 100);
	gen_hex(&want, "83 05 12 a1 06 81 83 00 " DEVICE " 82 4161 426263");
	buf_clear(&b);
	request_encode(&r, &b);
	assert_true(bytes_equal(buf_view(&b), buf_view(&want)));
	r.carried_count = 0;
	buf_clear(&b);
	request_encode(&r, &b);
	assert_int_equal(b.len, 3);
	buf_release(&want);
}

static void too_many_claims(void **state)
{
	static struct message_claim many[LIMIT_CLAIMS + 1];
	struct request r = { .counter = 1, .limit = 1, .claims = many };

	(void)state;
	for (r.claims_count = LIMIT_CLAIMS; r.claims_count <= LIMIT_CLAIMS + 1; r.claims_count++) {
		buf_clear(&b);
		request_encode(&r, &b);
		assert_int_equal(decode_request(buf_view(&b)),
				 r.claims_count > LIMIT_CLAIMS ? ERR_TOO_LARGE : 0);
	}
}

static void wrong_replies(void **state)
{
	(void)state;
	expect_reply(ERR_MALFORMED, "81 05");
	expect_reply(0, "82 05 20");
	expect_reply(ERR_MALFORMED, "82 05 1b8000000000000000");
	/* streams: [stream, from, devices, items, signature, generation] */
	expect_reply(0, "83 05 06 81 85 01 02 40 80 f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 84 01 02 40 80");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 40 80 f4");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 40 80 40");
	expect_reply(ERR_MALFORMED, "83 05 06 81 86 01 02 40 80 f6 40");
	expect_reply(ERR_MALFORMED, "83 05 06 81 86 01 02 40 80 f6 a0");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 60 80 f6");
	/* The device table is of whole ids. */
	expect_reply(0, "83 05 06 81 85 01 02 480000000000000000 80 f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 4700000000000000 80 f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 49000000000000000000 80 f6");
	/* items: [age, zero ahead, verdicts, device index, object] */
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 40 81 80 f6");
	expect_reply(0, "83 05 06 81 85 01 02 40 81 81 00 f6");
	expect_reply(0, "83 05 06 81 85 01 02 40 81 82 00 20 f6");
	expect_reply(0, "83 05 06 81 85 01 02 40 81 83 00 00 40 f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 40 81 84 00 00 40 00 f6");
	expect_reply(0, "83 05 06 81 85 01 02 480000000000000000 81 84 00 00 40 00 f6");
	expect_reply(ERR_MALFORMED,
		     "83 05 06 81 85 01 02 480000000000000000 81 84 00 00 40 01 f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 480000000000000000 81 84 00 00 40"
				    " 1b2000000000000000 f6");
	expect_reply(0, "83 05 06 81 85 01 02 480000000000000000 81 85 00 00 40 00 40 f6");
	expect_reply(ERR_MALFORMED,
		     "83 05 06 81 85 01 02 480000000000000000 81 86 00 00 40 00 40 00 f6");
	/* Ages and positions that would run over. */
	expect_reply(0, "83 05 06 81 85 01 02 40 81 81 1b1fffffffffffffff f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 40 81 81 1b2000000000000000 f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 40 81 81 3b7fffffffffffffff f6");
	expect_reply(ERR_MALFORMED, "83 05 1b7fffffffffffffff 81 85 01 02 40 81 81 00 f6");
	expect_reply(ERR_MALFORMED, "83 05 06 81 85 01 02 40 81 82 00 1b7fffffffffffffff f6");
	/* problems */
	expect_reply(0, "84 05 06 80 81 83 01 00 00");
	expect_reply(0, "84 05 06 80 81 83 19270f 00 00");
	expect_reply(ERR_MALFORMED, "84 05 06 80 81 83 00 00 00");
	expect_reply(ERR_MALFORMED, "84 05 06 80 81 83 192710 00 00");
	expect_reply(ERR_MALFORMED, "84 05 06 80 81 83 1a80000000 00 00");
	/* held */
	expect_reply(0, "85 05 06 80 80 81 82 480000000000000000 05");
	expect_reply(ERR_MALFORMED, "85 05 06 80 80 81 82 4700000000000000 05");
	/* pieces */
	expect_reply(0, "86 05 06 80 80 80 81 85 01 02 03 04 40");
	expect_reply(ERR_MALFORMED, "86 05 06 80 80 80 81 84 01 02 03 04");
}

/* Counts that the bytes can't hold cost nothing; those they can are bounded. */
static void huge_counts(void **state)
{
	struct request r = { .counter = 1, .limit = 1 };
	struct reply p = { .counter = 1, .time = 1 };
	size_t n;

	(void)state;
	expect_request(ERR_TRUNCATED, "83 05 06 9b0fffffffffffffff 83");
	expect_request(ERR_TRUNCATED, "84 05 06 80 9affffffff 40");
	expect_reply(ERR_TRUNCATED, "83 05 06 9affffffff 85");
	expect_reply(ERR_TRUNCATED, "83 05 06 81 85 01 02 40 9bffffffffffffffff 80");
	assert_true(arena.used < 65536);

	for (n = LIMIT_STREAMS - 1; n <= LIMIT_STREAMS + 1; n++) {
		r.have = calloc(n, sizeof *r.have);
		p.streams = calloc(n, sizeof *p.streams);
		assert_non_null(r.have);
		assert_non_null(p.streams);
		r.have_count = p.stream_count = n;
		buf_clear(&b);
		request_encode(&r, &b);
		assert_int_equal(decode_request(buf_view(&b)),
				 n > LIMIT_STREAMS ? ERR_TOO_LARGE : 0);
		buf_clear(&b);
		reply_encode(&p, &b);
		assert_int_equal(decode_reply(buf_view(&b)),
				 n > LIMIT_STREAMS ? ERR_TOO_LARGE : 0);
		free(r.have);
		free(p.streams);
	}
}

static void author_limit(void **state)
{
	uint8_t name[LIMIT_AUTHOR + 1];
	struct request r = request_of(16);
	size_t n;

	(void)state;
	memset(name, 'a', sizeof name);
	for (n = LIMIT_AUTHOR - 1; n <= LIMIT_AUTHOR + 1; n++) {
		r.claim.author = (struct bytes){ name, n };
		buf_clear(&b);
		request_encode(&r, &b);
		assert_int_equal(decode_request(buf_view(&b)),
				 n > LIMIT_AUTHOR ? ERR_TOO_LARGE : 0);
	}
	name[0] = 0xff;
	r.claim.author = (struct bytes){ name, 5 };
	buf_clear(&b);
	request_encode(&r, &b);
	assert_int_equal(decode_request(buf_view(&b)), ERR_BAD_UTF8);
}

static void no_memory(void **state)
{
	struct request r = request_of(REQUEST_ALL), back;
	struct arena small;
	size_t max;
	int code = ERR_NOMEM;

	(void)state;
	buf_clear(&b);
	request_encode(&r, &b);
	for (max = 0; code == ERR_NOMEM; max += 16) {
		arena_init(&small, max);
		code = request_decode(buf_view(&b), &small, &back, NULL);
		arena_release(&small);
		assert_true(max < 100000);
	}
	assert_int_equal(code, 0);
	assert_true(max > 200);
}

static void full_buffer(void **state)
{
	struct request r = request_of(REQUEST_ALL);
	struct reply p = reply_of(REPLY_ALL);
	struct buf small;

	(void)state;
	buf_init(&small, 20);
	request_encode(&r, &small);
	assert_true(small.failed);
	buf_clear(&small);
	reply_encode(&p, &small);
	assert_true(small.failed);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_round_trip),
		cmocka_unit_test(reply_round_trip),
		cmocka_unit_test(trailing_empties_are_left_out),
		cmocka_unit_test(known_bytes),
		cmocka_unit_test(devices_are_named_once),
		cmocka_unit_test(every_cut_is_truncated),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(extensions_are_ignored),
		cmocka_unit_test(wrong_requests),
		cmocka_unit_test(wrong_carried),
		cmocka_unit_test(known_bytes_carried),
		cmocka_unit_test(too_many_claims),
		cmocka_unit_test(wrong_replies),
		cmocka_unit_test(huge_counts),
		cmocka_unit_test(author_limit),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(full_buffer),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
