/* Change sets written by hand, for the tests of what reads them.
 *
 * Payloads are hex: head | devices | authors | transactions | layouts | shapes |
 * groups | heads | distances | columns. The one that all cases vary sets field 1 of
 * record 4 of the signer, type 3, to the integer 1, as op 10. */
#ifndef DONGBO_TESTS_CHANGESET_HEX_H
#define DONGBO_TESTS_CHANGESET_HEX_H

#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

/* Up to the transactions; one transaction without flags at the epoch. */
#define HEAD "01 07 01 0a 02 "
#define NONE "00 00 "
#define TX "01 00 00 "
#define OPEN HEAD NONE TX
/* One layout, that of type 3, and its only shape: field 1 is set to an integer. */
#define SHAPE "01 0c 01 13 01 00 "
/* Group, record, distance of the only op. */
#define OP "00 00 0c "
#define SALT "00112233445566778899aabbccddeeff "
/* 2^62 and the number below it as varints. */
#define HIGH "808080808080808040 "
#define LAST "ffffffffffffffff3f "

/* The decoded form; the whole; the payload or what of it is there. */
static struct arena arena;
static struct buf plain, part;

static int hex_setup(void **state)
{
	(void)state;
	arena_init(&arena, LIMIT_MEMORY);
	buf_init(&plain, 2 * LIMIT_CHANGESET);
	buf_init(&part, 2 * LIMIT_CHANGESET);
	return 0;
}

static int hex_teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&plain);
	buf_release(&part);
	return 0;
}

/* Reads a copy of exact size, which is gone afterwards; outputs stay as they were
 * where that fails. */
static int decode(struct bytes in, struct changeset *out)
{
	struct bytes exact = gen_exact(in);
	struct changeset cs = { .seq = 4711 };
	struct err e = { 0 };
	int code;

	arena_clear(&arena);
	code = changeset_decode(exact, 0xabcdef, &arena, &cs, &e);
	assert_int_equal(e.code, code);
	if (code != 0)
		assert_true(cs.seq == 4711 && cs.ops == NULL);
	*out = cs;
	gen_free(exact);
	return code;
}

/* Puts a payload's length in front of `part`, and the personal part behind. */
static void make_plain(const char *personal)
{
	buf_clear(&plain);
	buf_varint(&plain, part.len);
	buf_add(&plain, buf_view(&part));
	gen_hex(&plain, personal);
}

static void expect_with(int code, const char *payload, const char *personal)
{
	struct changeset cs;
	int got;

	buf_clear(&part);
	gen_hex(&part, payload);
	make_plain(personal);
	got = decode(buf_view(&plain), &cs);
	if (got != code)
		fail_msg("%s, not %s, for %s / %s", err_name(got), err_name(code), payload,
			 personal);
}

static void expect(int code, const char *payload)
{
	expect_with(code, payload, "");
}

#endif
