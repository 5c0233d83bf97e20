/* protocol/message: what is told with messages in files, and each way it can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "protocol/message.h"
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

static void expect_request(int code, const char *hex)
{
	expect(false, code, hex);
}

static void expect_reply(int code, const char *hex)
{
	expect(true, code, hex);
}

#define DEVICE "480102030405060708"
#define HASH "5820" "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* What is told with messages in files. */
static void wrong_files(void **state)
{
	(void)state;
	/* The change set before one of two, and before the one of a piece. */
	expect_request(0, "85 05 06 80 81 40 a1 01 82 82 00 " HASH " 82 01 " HASH);
	expect_request(0, "83 05 06 a1 01 81 82 00 " HASH);
	expect_request(0, "84 05 06 80 a2 01 81 82 01 " HASH " 06 81 83 00 " DEVICE " 81 40");
	expect_request(ERR_MALFORMED, "83 05 06 a1 01 80");
	expect_request(ERR_MALFORMED, "83 05 06 a1 01 81 81 00");
	expect_request(ERR_MALFORMED, "83 05 06 a1 01 81 82 00 4100");
	expect_request(ERR_MALFORMED, "83 05 06 a1 01 81 82 01 " HASH);
	expect_request(ERR_MALFORMED, "85 05 06 80 81 40 a1 01 82 82 01 " HASH " 82 00 " HASH);
	expect_request(ERR_MALFORMED, "85 05 06 80 81 40 a1 01 82 82 00 " HASH " 82 00 " HASH);
	expect_request(ERR_TRUNCATED, "83 05 06 a1 01 9affffffff 82");
	/* [number, part, written, [[stream, first, last, device]...]] */
	expect_request(0, "83 05 06 a1 08 84 01 01 20 80");
	expect_request(0, "83 05 06 a1 08 84 01 02 00 81 83 07 01 01");
	expect_request(0, "83 05 06 a1 08 84 01 02 00 81 84 07 01 02 " DEVICE);
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 84 00 01 00 80");
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 84 01 00 00 80");
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 83 01 01 00");
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 85 01 01 00 80 00");
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 84 01 01 1b2000000000000000 80");
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 84 01 02 00 81 83 07 00 01");
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 84 01 02 00 81 83 07 02 01");
	expect_request(ERR_MALFORMED, "83 05 06 a1 08 84 01 02 00 81 84 07 01 02 4701020304050607");
	/* [[stream, device, first, last, waiting]...] */
	expect_reply(0, "83 05 06 a1 01 81 85 07 " DEVICE " 01 02 03");
	expect_reply(ERR_MALFORMED, "83 05 06 a1 01 80");
	expect_reply(ERR_MALFORMED, "83 05 06 a1 01 81 84 07 " DEVICE " 01 02");
	expect_reply(ERR_MALFORMED, "83 05 06 a1 01 81 85 07 " DEVICE " 00 02 03");
	expect_reply(ERR_MALFORMED, "83 05 06 a1 01 81 85 07 " DEVICE " 03 01 04");
	expect_reply(ERR_MALFORMED, "83 05 06 a1 01 81 85 07 " DEVICE " 01 02 02");
}

static void too_many_ranges(void **state)
{
	static struct message_range many[LIMIT_RANGES + 1];
	struct request r = { .counter = 1, .limit = 1, .has_bundle = true };
	struct reply p = { .counter = 1, .missing = many };
	size_t i, n;

	(void)state;
	for (i = 0; i <= LIMIT_RANGES; i++)
		many[i] = (struct message_range){ .stream = i, .device = 1, .first = 1, .last = 1,
						  .waiting = 2 };
	r.bundle = (struct message_bundle){ .number = 1, .part = 1, .ranges = many };
	for (n = LIMIT_RANGES; n <= LIMIT_RANGES + 1; n++) {
		r.bundle.range_count = p.missing_count = n;
		buf_clear(&b);
		request_encode(&r, &b);
		assert_int_equal(decode(false, buf_view(&b)), n > LIMIT_RANGES ? ERR_TOO_LARGE : 0);
		buf_clear(&b);
		reply_encode(&p, &b);
		assert_int_equal(decode(true, buf_view(&b)), n > LIMIT_RANGES ? ERR_TOO_LARGE : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_files),
		cmocka_unit_test(too_many_ranges),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
