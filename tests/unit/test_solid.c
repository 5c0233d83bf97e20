/* Packing: there and back, and nothing that a stranger's bytes can make it do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/system/solid.h"
#include "tests/lib/chance.h"

enum { MOST = 1 << 20 };

/* Bytes of few kinds, so that there is something to find. */
static void fill(struct buf *out, size_t n, uint64_t seed)
{
	struct chance c;

	chance_init(&c, seed, 0);
	buf_init(out, (size_t)64 << 20);
	while (out->len < n)
		buf_byte(out, (uint8_t)chance_below(&c, 7));
}

static void pack(struct bytes in, struct buf *out)
{
	buf_init(out, (size_t)64 << 20);
	assert_int_equal(solid_pack(in, out, NULL), 0);
}

static void there_and_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 70000, 3000000 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buf in, packed, again, back;

		fill(&in, sizes[i], i);
		pack(buf_view(&in), &packed);
		pack(buf_view(&in), &again);
		/* The same bytes give the same bytes. */
		assert_true(bytes_equal(buf_view(&packed), buf_view(&again)));
		assert_true(packed.len < 100 + in.len / 2);
		buf_init(&back, in.len + 1);
		assert_int_equal(solid_unpack(buf_view(&packed), in.len, &back, NULL), 0);
		assert_true(bytes_equal(buf_view(&in), buf_view(&back)));
		buf_release(&back);
		buf_release(&again);
		buf_release(&packed);
		buf_release(&in);
	}
}

static void a_ceiling_is_one(void **state)
{
	struct buf in, packed, back;

	(void)state;
	fill(&in, 100000, 3);
	buf_init(&packed, 50);
	assert_int_equal(solid_pack(buf_view(&in), &packed, NULL), ERR_TOO_LARGE);
	assert_int_equal(packed.len, 0);
	buf_release(&packed);
	pack(buf_view(&in), &packed);
	buf_init(&back, MOST);
	buf_byte(&back, 'x');
	assert_int_equal(solid_unpack(buf_view(&packed), in.len - 1, &back, NULL), ERR_BOMB);
	/* What was there is there. */
	assert_int_equal(back.len, 1);
	assert_int_equal(solid_unpack(buf_view(&packed), in.len, &back, NULL), 0);
	buf_release(&back);
	buf_release(&packed);
	buf_release(&in);
}

static void bytes_of_a_stranger(void **state)
{
	struct buf in, packed, back;
	size_t i;

	(void)state;
	fill(&in, 5000, 4);
	pack(buf_view(&in), &packed);
	buf_init(&back, MOST);
	assert_int_equal(solid_unpack(BYTES_NONE, MOST, &back, NULL), ERR_TRUNCATED);
	assert_int_equal(solid_unpack(bytes_str("no such file at all"), MOST, &back, NULL),
			 ERR_MALFORMED);
	for (i = 0; i < packed.len; i++) {
		assert_int_equal(solid_unpack((struct bytes){ packed.at, i }, MOST, &back, NULL),
				 ERR_TRUNCATED);
		packed.at[i] ^= 0x20;
		assert_int_not_equal(solid_unpack(buf_view(&packed), MOST, &back, NULL), 0);
		packed.at[i] ^= 0x20;
	}
	buf_byte(&packed, 0);
	assert_int_equal(solid_unpack(buf_view(&packed), MOST, &back, NULL), ERR_TRAILING);
	assert_int_equal(back.len, 0);
	buf_release(&back);
	buf_release(&packed);
	buf_release(&in);
}

/* `xz -9 --lzma2=dict=64MiB` of nothing: it asks for more memory than a reader gives. */
static void a_window_that_is_too_large(void **state)
{
	static const uint8_t large[] = {
		0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36, 0x02, 0x00,
		0x21, 0x01, 0x1c, 0x00, 0x00, 0x00, 0x10, 0xcf, 0x58, 0xcc, 0x01, 0x00, 0x00, 0x61,
		0x00, 0x00, 0x00, 0x00
	};
	struct buf back;

	(void)state;
	buf_init(&back, MOST);
	assert_int_equal(solid_unpack(BYTES_OF(large), MOST, &back, NULL), ERR_TOO_LARGE);
	buf_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(a_ceiling_is_one),
		cmocka_unit_test(bytes_of_a_stranger),
		cmocka_unit_test(a_window_that_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
