/* Attached files in messages: there and back, and what is no such list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "protocol/message.h"
#include "tests/lib/gen_bytes.h"

#define HASH "5820" "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct arena arena;
static struct buf b;

static int decode(bool reply, struct bytes in)
{
	struct bytes exact = gen_exact(in);
	struct request r;
	struct reply p;
	int code;

	arena_clear(&arena);
	code = reply ? reply_decode(exact, &arena, &p, NULL) :
		       request_decode(exact, &arena, &r, NULL);
	gen_free(exact);
	return code;
}

static void expect(bool reply, int code, const char *hex)
{
	int got;

	buf_clear(&b);
	gen_hex(&b, hex);
	got = decode(reply, buf_view(&b));
	if (got != code)
		fail_msg("%d for %s", got, hex);
}

static struct message_attachment files[] = {
	{ .hash = { 1, 2 }, .total = LIMIT_ATTACHMENT, .offset = LIMIT_ATTACHMENT - 7 },
	{ .hash = { 3 }, .total = 1, .offset = 0 },
};
static struct message_attachment standings[] = {
	{ .hash = { 4 }, .offset = 70000 }, { .hash = { 5 }, .code = ERR_FILE_DAMAGED },
};

static void same(const struct message_attachment *x, const struct message_attachment *y, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		assert_memory_equal(x[i].hash, y[i].hash, HASH_SIZE);
		assert_true(x[i].total == y[i].total && x[i].offset == y[i].offset);
		assert_true(bytes_equal(x[i].bytes, y[i].bytes));
		assert_int_equal(x[i].code, y[i].code);
	}
}

/* A message cut anywhere is no message. */
static void expect_whole(bool reply)
{
	size_t i;

	for (i = 0; i < b.len; i++)
		assert_int_not_equal(decode(reply, (struct bytes){ b.at, i }), 0);
}

static void requests_round_trip(void **state)
{
	struct request r = { .counter = 1, .limit = 14, .files = files, .file_count = 2,
			     .wanted = standings, .wanted_count = 1 }, back;

	(void)state;
	files[0].bytes = bytes_str("the end");
	buf_clear(&b);
	request_encode(&r, &b);
	arena_clear(&arena);
	assert_int_equal(request_decode(buf_view(&b), &arena, &back, NULL), 0);
	assert_int_equal(back.file_count, 2);
	same(back.files, files, 2);
	assert_int_equal(back.wanted_count, 1);
	same(back.wanted, standings, 1);
	expect_whole(false);
}

static void replies_round_trip(void **state)
{
	struct reply r = { .counter = 1, .time = 1750000000, .files = files, .file_count = 2,
			   .standings = standings, .standing_count = 2 }, back;

	(void)state;
	buf_clear(&b);
	reply_encode(&r, &b);
	arena_clear(&arena);
	assert_int_equal(reply_decode(buf_view(&b), &arena, &back, NULL), 0);
	assert_int_equal(back.file_count, 2);
	same(back.files, files, 2);
	assert_int_equal(back.standing_count, 2);
	same(back.standings, standings, 2);
	expect_whole(true);
}

static void wrong_lists(void **state)
{
	(void)state;
	/* [hash, total, offset, bytes] under 10, and 8 of a reply. */
	expect(false, 0, "83 05 06 a1 0a 81 84 " HASH " 02 01 4141");
	expect(true, 0, "83 05 06 a1 08 81 84 " HASH " 02 01 4141");
	expect(false, 0, "83 05 06 a1 0a 81 84 " HASH " 02 00 40");
	expect(false, ERR_MALFORMED, "83 05 06 a1 0a 80");
	expect(false, ERR_MALFORMED, "83 05 06 a1 0a 81 83 " HASH " 02 01");
	expect(false, ERR_MALFORMED, "83 05 06 a1 0a 81 84 4100 02 01 4141");
	expect(false, ERR_MALFORMED, "83 05 06 a1 0a 81 84 " HASH " 00 00 40");
	expect(false, ERR_MALFORMED, "83 05 06 a1 0a 81 84 " HASH " 02 03 40");
	expect(false, ERR_MALFORMED, "83 05 06 a1 0a 81 84 " HASH " 02 02 4141");
	expect(false, ERR_TOO_LARGE, "83 05 06 a1 0a 81 84 " HASH " 1a04000001 00 40");
	/* [hash, held]; with a number only in a reply. */
	expect(false, 0, "83 05 06 a1 0b 81 82 " HASH " 00");
	expect(false, ERR_MALFORMED, "83 05 06 a1 0b 81 83 " HASH " 00 01");
	expect(true, 0, "83 05 06 a1 07 81 83 " HASH " 00 01");
	expect(true, ERR_MALFORMED, "83 05 06 a1 07 81 83 " HASH " 00 00");
	expect(true, ERR_MALFORMED, "83 05 06 a1 07 81 83 " HASH " 00 192710");
	expect(true, ERR_MALFORMED, "83 05 06 a1 07 81 82 " HASH " 1a04000001");
	expect(true, ERR_MALFORMED, "83 05 06 a1 07 80");
}

static void too_many(void **state)
{
	static struct message_attachment many[LIMIT_ATTACHMENTS + 1];
	struct request r = { .counter = 1, .limit = 1, .wanted = many };
	size_t n;

	(void)state;
	for (n = LIMIT_ATTACHMENTS; n <= LIMIT_ATTACHMENTS + 1; n++) {
		r.wanted_count = n;
		buf_clear(&b);
		request_encode(&r, &b);
		assert_int_equal(decode(false, buf_view(&b)),
				 n > LIMIT_ATTACHMENTS ? ERR_TOO_LARGE : 0);
	}
}

static int begin(void **state)
{
	(void)state;
	arena_init(&arena, LIMIT_MEMORY);
	buf_init(&b, LIMIT_MESSAGE);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&b);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_round_trip), cmocka_unit_test(replies_round_trip),
		cmocka_unit_test(wrong_lists), cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
