/* XLSX out: what is written is read back as what it was, and the same calls give the
 * same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/xlsx_read.h"
#include "common/xlsx_write.h"

struct fixture {
	struct arena a;
	struct sheet s;
	struct err e;
	struct buf file;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	arena_init(&f->a, SHEET_MEMORY_MAX);
	buf_init(&f->file, SHEET_FILE_MAX);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->a);
	buf_release(&f->file);
	free(f);
	return 0;
}

static void write_sample(struct fixture *f, int64_t created)
{
	static const struct xlsx_column columns[] = {
		{ .title = "Mã" }, { .title = "Họ và tên", .width = 25 },
		{ .title = "Ngày sinh", .kind = XLSX_DATE },
		{ .title = "Số tiền", .kind = XLSX_WHOLE },
		{ .title = "Hệ số", .kind = XLSX_DECIMAL },
	};
	static const struct xlsx_sheet sheet = {
		.name = "Danh sách", .title = "DANH SÁCH", .note = "Đơn vị: đồng",
		.columns = columns, .count = 5, .landscape = true,
	};
	struct xlsx_writer *w;

	assert_int_equal(xlsx_write_new(created, NULL, &w, &f->e), 0);
	xlsx_write_sheet(w, &sheet);
	xlsx_write_row(w, false);
	xlsx_write_text(w, bytes_str("00123"));
	xlsx_write_text(w, bytes_str("=HYPERLINK(\"x\")"));
	xlsx_write_date(w, 5771);
	xlsx_write_whole(w, 1500000);
	xlsx_write_decimal(w, 234, 2);
	xlsx_write_row(w, true);
	xlsx_write_text(w, bytes_str("000085001234"));
	xlsx_write_text(w, bytes_str("Nguyễn <Mẫu> & _x0041_\nhai\x01"));
	xlsx_write_empty(w);
	xlsx_write_whole(w, 1234567890123456789);
	xlsx_write_decimal(w, -5, 1);
	buf_clear(&f->file);
	if (xlsx_write_finish(w, &f->file, &f->e) != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
	xlsx_write_free(w);
}

static void expect_cell(struct fixture *f, size_t row, uint32_t column, enum cell_kind kind,
			const char *text)
{
	struct cell c = sheet_cell(&f->s.rows[row], column);

	if (c.kind != kind || !bytes_equal(c.text, bytes_str(text)))
		fail_msg("row %zu column %u: kind %d <%.*s>", row, column, c.kind, (int)c.text.len,
			 (const char *)c.text.at);
}

static void what_is_written_is_read_back(void **state)
{
	struct fixture *f = *state;
	FILE *out = getenv("KEEP") == NULL ? NULL : fopen(getenv("KEEP"), "wb");

	write_sample(f, 1669512146);
	if (out != NULL) {
		fwrite(f->file.at, 1, f->file.len, out);
		fclose(out);
	}
	if (xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e) != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
	assert_int_equal(f->s.count, 5);
	assert_true(bytes_equal(f->s.name, bytes_str("Danh sách")));
	expect_cell(f, 0, 0, CELL_TEXT, "DANH SÁCH");
	expect_cell(f, 1, 0, CELL_TEXT, "Đơn vị: đồng");
	assert_int_equal(f->s.rows[2].number, 4);
	expect_cell(f, 2, 4, CELL_TEXT, "Hệ số");
	expect_cell(f, 3, 0, CELL_TEXT, "00123");
	expect_cell(f, 3, 1, CELL_TEXT, "=HYPERLINK(\"x\")");
	expect_cell(f, 3, 2, CELL_DATE, "1985-10-20");
	assert_int_equal(f->s.rows[3].cells[2].day, 5771);
	expect_cell(f, 3, 3, CELL_NUMBER, "1500000");
	expect_cell(f, 3, 4, CELL_NUMBER, "2.34");
	expect_cell(f, 4, 0, CELL_TEXT, "000085001234");
	expect_cell(f, 4, 1, CELL_TEXT, "Nguyễn <Mẫu> & _x0041_\nhai");
	expect_cell(f, 4, 2, CELL_EMPTY, "");
	expect_cell(f, 4, 3, CELL_TEXT, "1234567890123456789");
	expect_cell(f, 4, 4, CELL_NUMBER, "-0.5");
}

static void the_same_calls_give_the_same_bytes(void **state)
{
	struct fixture *f = *state;
	struct bytes first;

	write_sample(f, 1669512146);
	first = arena_copy(&f->a, buf_view(&f->file));
	write_sample(f, 1669512146);
	assert_true(bytes_equal(first, buf_view(&f->file)));
	write_sample(f, 1669512147);
	assert_false(bytes_equal(first, buf_view(&f->file)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read_back),
		TEST(the_same_calls_give_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
