/* ZIP archives in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/archive.h"
#include "tests/lib/gen_bytes.h"

static const struct archive_entry entries[] = {
	{ "mimetype", { (const uint8_t *)"stored as it is", 15 }, true },
	{ "a/b.xml", { (const uint8_t *)"<a>aaaaaaaaaaaaaaaaaaaaaaaaaaaaa</a>", 36 }, false },
	{ "empty", { NULL, 0 }, false },
};

static void write_all(int64_t time, struct buf *out)
{
	assert_int_equal(archive_write(entries, 3, time, out, NULL), 0);
}

static int collect(void *ctx, struct bytes piece, struct err *e)
{
	(void)e;
	buf_add(ctx, piece);
	return 0;
}

static int refuse(void *ctx, struct bytes piece, struct err *e)
{
	(void)ctx;
	(void)piece;
	return err_set(e, ERR_CHECK, "sink");
}

static void what_is_written_is_read_back(void **state)
{
	struct archive *a;
	struct buf file, got;
	struct bytes exact;
	size_t i;

	(void)state;
	buf_init(&file, 1 << 20);
	buf_init(&got, 1 << 20);
	write_all(1669512146, &file);
	exact = gen_exact(buf_view(&file));
	assert_int_equal(archive_open(exact, &a, NULL), 0);
	for (i = 0; i < 3; i++) {
		buf_clear(&got);
		assert_true(archive_has(a, entries[i].name));
		assert_int_equal(archive_read(a, entries[i].name, 1000, collect, &got, NULL), 0);
		assert_true(bytes_equal(buf_view(&got), entries[i].content));
	}
	assert_false(archive_has(a, "A/b.xml"));
	archive_close(a);
	gen_free(exact);
	buf_release(&file);
	buf_release(&got);
}

static void bounds_and_errors_name_the_entry(void **state)
{
	struct archive *a;
	struct buf file;
	struct err e;

	(void)state;
	buf_init(&file, 1 << 20);
	write_all(0, &file);
	assert_int_equal(archive_open(buf_view(&file), &a, &e), 0);
	assert_int_equal(archive_read(a, "a/b.xml", 35, refuse, NULL, &e), ERR_BOMB);
	assert_string_equal(e.subject, "a/b.xml");
	assert_int_equal(archive_read(a, "a/b.xml", 36, refuse, NULL, &e), ERR_CHECK);
	assert_int_equal(archive_read(a, "none", 36, refuse, NULL, &e), ERR_NOT_SHEET);
	assert_string_equal(e.subject, "none");
	archive_close(a);
	archive_close(NULL);
	buf_release(&file);
}

static void damage_is_seen(void **state)
{
	struct archive *a;
	struct buf file, got;

	(void)state;
	buf_init(&file, 1 << 20);
	buf_init(&got, 1 << 20);
	write_all(0, &file);
	/* "stored as it is" stands 38 bytes from the beginning. */
	file.at[40] ^= 1;
	assert_int_equal(archive_open(buf_view(&file), &a, NULL), 0);
	assert_int_equal(archive_read(a, "mimetype", 100, collect, &got, NULL), ERR_MALFORMED);
	archive_close(a);
	assert_int_equal(archive_open((struct bytes){ file.at, file.len - 30 }, &a, NULL),
			 ERR_MALFORMED);
	assert_int_equal(archive_open(BYTES_OF("PK\x03\x04"), &a, NULL), ERR_MALFORMED);
	assert_int_equal(archive_open(BYTES_NONE, &a, NULL), ERR_MALFORMED);
	buf_release(&file);
	buf_release(&got);
}

static void put_little(struct buf *b, uint64_t n, unsigned bytes)
{
	for (; bytes-- > 0; n >>= 8)
		buf_byte(b, (uint8_t)n);
}

/* The same archive with the records of ZIP64 (APPNOTE 4.3.14 and 4.3.15) before its end,
 * which libzip would follow. */
static void zip64_is_refused(void **state)
{
	struct archive *a;
	struct buf file, big;
	const uint8_t *end;
	struct err e;

	(void)state;
	buf_init(&file, 1 << 20);
	buf_init(&big, 1 << 20);
	write_all(0, &file);
	end = file.at + file.len - 22;
	buf_put(&big, file.at, file.len - 22);
	buf_put(&big, "PK\x06\x06", 4);
	put_little(&big, 44, 8);
	put_little(&big, 45, 2);
	put_little(&big, 45, 2);
	put_little(&big, 0, 8);
	put_little(&big, 3, 8);
	put_little(&big, 3, 8);
	put_little(&big, (uint64_t)end[12] | (uint64_t)end[13] << 8, 8);
	put_little(&big, (uint64_t)end[16] | (uint64_t)end[17] << 8, 8);
	buf_put(&big, "PK\x06\x07", 4);
	put_little(&big, 0, 4);
	put_little(&big, file.len - 22, 8);
	put_little(&big, 1, 4);
	buf_put(&big, "PK\x05\x06", 4);
	put_little(&big, 0, 4);
	put_little(&big, UINT32_MAX, 4);
	put_little(&big, UINT64_MAX, 8);
	put_little(&big, 0, 2);
	assert_int_equal(archive_open(buf_view(&big), &a, &e), ERR_MALFORMED);
	assert_string_equal(e.subject, "ZIP64");
	buf_release(&file);
	buf_release(&big);
}

static void same_input_same_bytes_in_any_time_zone(void **state)
{
	static const char *const zones[] = { "UTC", "Asia/Ho_Chi_Minh", "America/Lima" };
	struct buf first, file;
	size_t i;

	(void)state;
	buf_init(&first, 1 << 20);
	buf_init(&file, 1 << 20);
	write_all(1669512146, &first);
	for (i = 0; i < 3; i++) {
		buf_clear(&file);
		setenv("TZ", zones[i], 1);
		write_all(1669512146, &file);
		assert_true(bytes_equal(buf_view(&first), buf_view(&file)));
	}
	/* The time of the first entry: 27/11/2022 08:22:26 in Hà Nội. */
	assert_memory_equal(first.at + 10, "\xcd\x42\x7b\x55", 4);
	buf_clear(&file);
	write_all(-5, &file);
	assert_memory_equal(file.at + 10, "\x00\x00\x21\x00", 4);
	buf_release(&first);
	buf_release(&file);
}

static void the_ceiling_of_the_buffer(void **state)
{
	struct buf file;

	(void)state;
	buf_init(&file, 100);
	assert_int_equal(archive_write(entries, 3, 0, &file, NULL), ERR_TOO_LARGE);
	buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(bounds_and_errors_name_the_entry),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(zip64_is_refused),
		cmocka_unit_test(same_input_same_bytes_in_any_time_zone),
		cmocka_unit_test(the_ceiling_of_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
