/* protocol/zip: the ceiling at its exact byte, bombs, broken streams, and what a
 * wrong dictionary does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "protocol/limits.h"
#include "protocol/zip.h"
#include "tests/lib/gen_bytes.h"

static struct buf packed, out;

static int setup(void **state)
{
	(void)state;
	buf_init(&packed, 1 << 24);
	buf_init(&out, 1 << 24);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&packed);
	buf_release(&out);
	return 0;
}

/* Bytes that deflate can do nothing with. */
static struct bytes noise(size_t n)
{
	uint8_t *p = malloc(n + 1);
	uint32_t x = 2463534242u;
	size_t i;

	assert_non_null(p);
	for (i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		p[i] = (uint8_t)(x >> 11);
	}
	return (struct bytes){ p, n };
}

static struct bytes zeros(size_t n)
{
	uint8_t *p = calloc(1, n + 1);

	assert_non_null(p);
	return (struct bytes){ p, n };
}

static void pack(struct bytes in, struct bytes dictionary)
{
	buf_clear(&packed);
	assert_int_equal(zip_deflate(in, dictionary, &packed, NULL), 0);
}

/* Inflates a copy of exact size into out, which starts with some bytes already. */
static int unpack(struct bytes in, struct bytes dictionary, size_t max)
{
	struct bytes exact = gen_exact(in);
	struct err e = { 0 };
	int code;

	buf_clear(&out);
	buf_put(&out, "before", 6);
	code = zip_inflate(exact, dictionary, max, &out, &e);
	assert_int_equal(e.code, code);
	assert_memory_equal(out.at, "before", 6);
	if (code != 0)
		assert_int_equal(out.len, 6);
	assert_false(out.failed);
	gen_free(exact);
	return code;
}

static void round_trip(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 16383, 16384, 16385, 32768, 65536, 300000 };
	size_t i;

	(void)state;
	for (i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++) {
		struct bytes in = i % 2 ? noise(sizes[i / 2]) : zeros(sizes[i / 2]);

		pack(in, BYTES_NONE);
		assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, in.len + 1), 0);
		assert_int_equal(out.len, 6 + in.len);
		assert_memory_equal(out.at + 6, in.at, in.len);
		/* To the byte, and not a byte less. */
		assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, in.len), 0);
		if (in.len > 0)
			assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, in.len - 1),
					 ERR_BOMB);
		gen_free(in);
	}
}

/* The ceiling of the buffer holds like max, and an exact one is enough. */
static void exact_buffer(void **state)
{
	struct bytes in = noise(20000);
	struct buf small;

	(void)state;
	pack(in, BYTES_NONE);
	buf_init(&small, in.len);
	assert_int_equal(zip_inflate(buf_view(&packed), BYTES_NONE, in.len, &small, NULL), 0);
	assert_int_equal(small.len, in.len);
	buf_release(&small);
	buf_init(&small, in.len - 1);
	assert_int_equal(zip_inflate(buf_view(&packed), BYTES_NONE, in.len, &small, NULL),
			 ERR_BOMB);
	assert_int_equal(small.len, 0);
	small.failed = true;
	assert_int_equal(zip_inflate(buf_view(&packed), BYTES_NONE, 10, &small, NULL), ERR_NOMEM);
	buf_release(&small);
	gen_free(in);
}

/* deflate reaches 1029:1 and no more: a full message of it is 4 GiB. */
static void bombs(void **state)
{
	struct bytes in = zeros(8 << 20);

	(void)state;
	pack(in, BYTES_NONE);
	assert_true(packed.len < in.len / 1000);
	assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, LIMIT_CHANGESET), ERR_BOMB);
	/* What was taken for it is bounded too. */
	assert_true(out.cap <= 4 * LIMIT_CHANGESET);
	assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, 0), ERR_BOMB);
	gen_free(in);
}

static void every_cut_is_truncated(void **state)
{
	struct bytes in = noise(40), text = bytes_str("Xã Tứ Yên, xã Tứ Yên, xã Tứ Yên");
	size_t n;

	(void)state;
	pack(in, BYTES_NONE);
	for (n = 0; n < packed.len; n++)
		assert_int_equal(unpack((struct bytes){ packed.at, n }, BYTES_NONE, 1000),
				 ERR_TRUNCATED);
	pack(text, BYTES_NONE);
	for (n = 0; n < packed.len; n++)
		assert_int_equal(unpack((struct bytes){ packed.at, n }, BYTES_NONE, text.len),
				 ERR_TRUNCATED);
	gen_free(in);
}

static void trailing_bytes(void **state)
{
	(void)state;
	pack(bytes_str("abc"), BYTES_NONE);
	buf_byte(&packed, 0);
	assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, 1000), ERR_TRAILING);
	assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, 3), ERR_TRAILING);
	/* A second stream after the first is nothing else. */
	packed.len--;
	assert_int_equal(zip_deflate(bytes_str("def"), BYTES_NONE, &packed, NULL), 0);
	assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, 1000), ERR_TRAILING);
}

static void broken_streams(void **state)
{
	static const char *const list[] = {
		"07",             /* block type 3 */
		"0100000000",     /* stored, length and complement disagree */
		"03020000",       /* a distance before the start */
		"789c4b040000",   /* zlib's header is not ours */
	};
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		buf_clear(&b);
		gen_hex(&b, list[i]);
		assert_int_equal(unpack(buf_view(&b), BYTES_NONE, 1000), ERR_MALFORMED);
	}
	buf_release(&b);
}

static void dictionaries(void **state)
{
	struct bytes dictionary = bytes_str("Nguyễn Thị Mẫu, Trường THCS Tứ Yên, Sông Lô");
	struct bytes wrong = bytes_str("Nguyễn Văn Thử, Trường THPT Sáng Sơn Sông Lô");
	struct bytes text = bytes_str("Trường THCS Tứ Yên");
	size_t without;
	int code;

	(void)state;
	pack(text, BYTES_NONE);
	without = packed.len;
	pack(text, dictionary);
	assert_true(packed.len < without);
	assert_int_equal(unpack(buf_view(&packed), dictionary, 1000), 0);
	assert_int_equal(out.len, 6 + text.len);
	assert_memory_equal(out.at + 6, text.at, text.len);
	assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, 1000), ERR_MALFORMED);
	/* Another one gives other bytes, or none: never these. */
	code = unpack(buf_view(&packed), wrong, 1000);
	assert_false(code == 0 && out.len == 6 + text.len &&
		     memcmp(out.at + 6, text.at, text.len) == 0);
}

static void deflate_into_a_full_buffer(void **state)
{
	struct bytes in = noise(1000);
	struct buf small;
	struct err e = { 0 };
	size_t exact;

	(void)state;
	pack(in, BYTES_NONE);
	exact = packed.len;
	/* zlib tells the end only where a byte is left. */
	buf_init(&small, exact + 1);
	assert_int_equal(zip_deflate(in, BYTES_NONE, &small, &e), 0);
	assert_int_equal(small.len, exact);
	buf_release(&small);
	buf_init(&small, exact - 1);
	assert_int_equal(zip_deflate(in, BYTES_NONE, &small, &e), ERR_TOO_LARGE);
	assert_int_equal(small.len, 0);
	buf_release(&small);
	buf_init(&small, 0);
	assert_int_equal(zip_deflate(BYTES_NONE, BYTES_NONE, &small, &e), ERR_TOO_LARGE);
	gen_free(in);

	/* The largest change set fits the largest object, whatever is in it. */
	in = noise(LIMIT_CHANGESET);
	buf_init(&small, LIMIT_OBJECT - 74);
	assert_int_equal(zip_deflate(in, BYTES_NONE, &small, &e), 0);
	buf_release(&small);
	gen_free(in);
}

/* Columns of numbers before columns of prose: blocks are short enough for each to get
 * a code of its own, so it takes less than zlib's longest blocks do. */
static void numbers_and_prose_get_codes_of_their_own(void **state)
{
	static const char letters[] = "nnhhttiicc  aoegu\xe1\xaa\xd1\xf0\xf5";
	struct bytes random = noise(96000);
	uint8_t *in = malloc(random.len), *whole = malloc(2 * random.len);
	z_stream z;
	size_t i;

	(void)state;
	assert_true(in != NULL && whole != NULL);
	for (i = 0; i < random.len; i++)
		in[i] = i / 16000 % 2 ? (uint8_t)letters[random.at[i] % (sizeof letters - 1)] :
				       random.at[i] & 0x1f;
	memset(&z, 0, sizeof z);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = in;
	z.avail_in = (uInt)random.len;
	z.next_out = whole;
	z.avail_out = (uInt)(2 * random.len);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	pack((struct bytes){ in, random.len }, BYTES_NONE);
	assert_true(packed.len < z.total_out - z.total_out / 50);
	assert_int_equal(unpack(buf_view(&packed), BYTES_NONE, random.len), 0);
	assert_memory_equal(out.at + 6, in, random.len);
	free(in);
	free(whole);
	gen_free(random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(exact_buffer),
		cmocka_unit_test(bombs),
		cmocka_unit_test(every_cut_is_truncated),
		cmocka_unit_test(trailing_bytes),
		cmocka_unit_test(broken_streams),
		cmocka_unit_test(dictionaries),
		cmocka_unit_test(deflate_into_a_full_buffer),
		cmocka_unit_test(numbers_and_prose_get_codes_of_their_own),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
