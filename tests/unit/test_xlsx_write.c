/* XLSX out: what is written is read back as what it was, and the same calls give the
 * same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/archive.h"
#include "common/sheet/xlsx_read.h"
#include "common/sheet/xlsx_write.h"
#include "common/system/env.h"

struct fixture {
	struct arena a;
	struct sheet s;
	struct err e;
	struct buf file, text;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	arena_init(&f->a, SHEET_MEMORY_MAX);
	buf_init(&f->file, SHEET_FILE_MAX);
	buf_init(&f->text, SHEET_FILE_MAX);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->a);
	buf_release(&f->file);
	buf_release(&f->text);
	free(f);
	return 0;
}

/* For looking at: KEEP=FOLDER. */
static void keep(struct fixture *f, const char *name)
{
	char path[1000];

	if (getenv("KEEP") == NULL)
		return;
	snprintf(path, sizeof path, "%s/%s", getenv("KEEP"), name);
	assert_int_equal(env_write_file(path, buf_view(&f->file), 0600, &f->e), 0);
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

	write_sample(f, 1669512146);
	keep(f, "sample.xlsx");
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
	setenv("TZ", "America/Lima", 1);
	write_sample(f, 1669512146);
	unsetenv("TZ");
	assert_true(bytes_equal(first, buf_view(&f->file)));
	write_sample(f, 1669512147);
	assert_false(bytes_equal(first, buf_view(&f->file)));
}


/* A part of the file, as text. */
static int collect(void *ctx, struct bytes piece, struct err *e)
{
	(void)e;
	buf_add(ctx, piece);
	return 0;
}

static const char *part(struct fixture *f, const char *name)
{
	struct archive *archive;

	buf_clear(&f->text);
	assert_int_equal(archive_open(buf_view(&f->file), &archive, &f->e), 0);
	if (archive_read(archive, name, 1 << 24, collect, &f->text, &f->e) != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
	archive_close(archive);
	buf_byte(&f->text, 0);
	return (const char *)f->text.at;
}

static void expect_in(struct fixture *f, const char *name, const char *text)
{
	const char *in = part(f, name);

	if (strstr(in, text) == NULL)
		fail_msg("%s is not in %s: %s", text, name, in);
}

static void write_template(struct fixture *f)
{
	const struct bytes kinds[] = { bytes_str("Thạc sĩ"), bytes_str("Tiến sĩ; \"CK2\"") };
	const struct bytes units[] = { bytes_str("Trường THCS Tam Sơn"), bytes_str("UBND xã Đồng Quế"),
				       bytes_str("Phòng Nội vụ") };
	struct xlsx_column columns[] = {
		{ .title = "Số CCCD", .hint = "12 chữ số <có số 0 ở đầu>" },
		{ .title = "Ngày sinh", .kind = XLSX_DATE },
		{ .title = "Trình độ" },
		{ .title = "Đơn vị", .hint = "Chọn trong danh sách" },
	};
	struct xlsx_sheet sheet = { .name = "Nhập liệu", .columns = columns, .count = 4,
				    .entry_rows = 500 };
	const struct xlsx_sheet notes = { .name = "Hướng dẫn" };
	struct xlsx_writer *w;

	assert_int_equal(xlsx_write_new(0, "Danh mục 'A' 1", &w, &f->e), 0);
	columns[2].list = xlsx_write_list(w, "Trình độ", kinds, 2);
	columns[3].list = xlsx_write_list(w, "Đơn vị", units, 3);
	xlsx_write_sheet(w, &sheet);
	xlsx_write_sheet(w, &notes);
	xlsx_write_row(w, true);
	xlsx_write_text(w, bytes_str("Cách điền"));
	xlsx_write_row(w, false);
	xlsx_write_text(w, bytes_str("Mỗi dòng một người."));
	buf_clear(&f->file);
	if (xlsx_write_finish(w, &f->file, &f->e) != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
	xlsx_write_free(w);
	keep(f, "template.xlsx");
}

static void a_template(void **state)
{
	struct fixture *f = *state;

	write_template(f);
	expect_in(f, "xl/worksheets/sheet1.xml", "<dataValidation type=\"list\" ");
	expect_in(f, "xl/worksheets/sheet1.xml", "sqref=\"C2:C501\"><formula1>'Danh mục "
		  "''A'' 1'!$A$2:$A$3</formula1>");
	expect_in(f, "xl/worksheets/sheet1.xml", "sqref=\"D2:D501\"><formula1>'Danh mục "
		  "''A'' 1'!$B$2:$B$4</formula1>");
	expect_in(f, "xl/worksheets/sheet1.xml", "prompt=\"12 chữ số &lt;có số 0 ở đầu&gt;\" "
		  "sqref=\"A2:A501\"");
	expect_in(f, "xl/worksheets/sheet1.xml", "<pane ySplit=\"1\" topLeftCell=\"A2\"");
	expect_in(f, "xl/workbook.xml", "<definedName name=\"_xlnm.Print_Titles\" "
		  "localSheetId=\"0\">'Nhập liệu'!$1:$1</definedName>");
	assert_int_equal(xlsx_read(buf_view(&f->file), bytes_str("Danh mục 'A' 1"), &f->a, &f->s,
				   &f->e), 0);
	expect_cell(f, 1, 0, CELL_TEXT, "Thạc sĩ");
	expect_cell(f, 2, 0, CELL_TEXT, "Tiến sĩ; \"CK2\"");
	expect_cell(f, 3, 0, CELL_EMPTY, "");
	expect_cell(f, 3, 1, CELL_TEXT, "Phòng Nội vụ");
	assert_int_equal(xlsx_read(buf_view(&f->file), bytes_str("Hướng dẫn"), &f->a, &f->s,
				   &f->e), 0);
	expect_cell(f, 1, 0, CELL_TEXT, "Mỗi dòng một người.");
	/* Nothing is in it yet but the heading. */
	assert_int_equal(xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e), 0);
	assert_int_equal(f->s.count, 1);
}

static void pages_of_a_report(void **state)
{
	struct fixture *f = *state;

	write_sample(f, 0);
	expect_in(f, "xl/worksheets/sheet1.xml", "paperSize=\"9\" ");
	expect_in(f, "xl/worksheets/sheet1.xml", "orientation=\"landscape\"");
	expect_in(f, "xl/worksheets/sheet1.xml", "<pane ySplit=\"4\"");
	expect_in(f, "xl/workbook.xml", "'Danh sách'!$4:$4");
	expect_in(f, "xl/styles.xml", "formatCode=\"dd/mm/yyyy\"");
	expect_in(f, "xl/styles.xml", "formatCode=\"#,##0\"");
	/* A row of two lines, for programs that do not find its height themselves. */
	expect_in(f, "xl/worksheets/sheet1.xml", "<row r=\"6\" ht=\"31.5\" ");
	assert_null(strstr(part(f, "xl/worksheets/sheet1.xml"), "<row r=\"5\" ht"));
	assert_null(strstr(part(f, "xl/worksheets/sheet1.xml"), "<f>"));
}

static struct xlsx_writer *begin(struct fixture *f, const char *name)
{
	const struct xlsx_column column = { .title = "A" };
	const struct xlsx_sheet sheet = { .name = name, .columns = &column, .count = 1 };
	struct xlsx_writer *w;

	assert_int_equal(xlsx_write_new(0, NULL, &w, &f->e), 0);
	xlsx_write_sheet(w, &sheet);
	xlsx_write_row(w, false);
	return w;
}

static int finish(struct fixture *f, struct xlsx_writer *w)
{
	int code;

	buf_clear(&f->file);
	memset(&f->e, 0, sizeof f->e);
	code = xlsx_write_finish(w, &f->file, &f->e);
	xlsx_write_free(w);
	return code;
}

static void texts_at_the_bound(void **state)
{
	struct fixture *f = *state;
	size_t n;

	for (n = 32766; n <= 32768; n++) {
		struct xlsx_writer *w = begin(f, "A");
		struct buf b;
		size_t i;

		buf_init(&b, 1 << 20);
		for (i = 0; i < n; i++)
			buf_add(&b, bytes_str("ộ"));
		xlsx_write_text(w, buf_view(&b));
		assert_int_equal(finish(f, w), 0);
		assert_int_equal(xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e), 0);
		if (n > 32767) {
			b.len -= 6;
			buf_add(&b, bytes_str("…"));
		}
		assert_true(bytes_equal(f->s.rows[1].cells[0].text, buf_view(&b)));
		buf_release(&b);
	}
}

static void names_of_sheets(void **state)
{
	static const char *const bad[] = { "a/b", "a[b", "Tên trang tính dài hơn ba mươi mốt chữ",
					   "", "'a" };
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (finish(f, begin(f, bad[i])) != ERR_BAD_VALUE)
			fail_msg("<%s> was taken", bad[i]);
		assert_string_equal(f->e.subject, bad[i]);
	}
	assert_int_equal(finish(f, begin(f, "Tên đúng ba mươi mốt chữ ạ 1234")), 0);
}

static void days_before_1900_are_texts(void **state)
{
	struct fixture *f = *state;
	struct xlsx_writer *w = begin(f, "A");

	xlsx_write_date(w, -25568);
	xlsx_write_row(w, false);
	xlsx_write_date(w, -25567);
	xlsx_write_row(w, false);
	xlsx_write_date(w, -25508);
	assert_int_equal(finish(f, w), 0);
	assert_int_equal(xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e), 0);
	expect_cell(f, 1, 0, CELL_TEXT, "1899-12-31");
	expect_cell(f, 2, 0, CELL_DATE, "1900-01-01");
	expect_cell(f, 3, 0, CELL_DATE, "1900-03-01");
}

static void numbers_keep_their_digits(void **state)
{
	static const struct {
		int64_t n;
		unsigned scale;
		enum cell_kind kind;
		const char *text;
	} numbers[] = {
		{ 0, 0, CELL_NUMBER, "0" },
		{ 999999999999999, 0, CELL_NUMBER, "999999999999999" },
		{ -999999999999999, 3, CELL_NUMBER, "-999999999999.999" },
		{ 1000000000000000, 0, CELL_TEXT, "1000000000000000" },
		{ INT64_MIN, 0, CELL_TEXT, "-9223372036854775808" },
		{ 123456789012345678, 2, CELL_TEXT, "1234567890123456.78" },
		{ -1000000000000000005, 18, CELL_TEXT, "-1.000000000000000005" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct xlsx_writer *w = begin(f, "A");

		xlsx_write_decimal(w, numbers[i].n, numbers[i].scale);
		assert_int_equal(finish(f, w), 0);
		assert_int_equal(xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e), 0);
		expect_cell(f, 1, 0, numbers[i].kind, numbers[i].text);
	}
}

static void failure_sticks(void **state)
{
	struct fixture *f = *state;
	struct xlsx_writer *w = begin(f, "bad/name");
	struct buf small;

	xlsx_write_text(w, bytes_str("x"));
	xlsx_write_date(w, 1);
	xlsx_write_whole(w, 1);
	xlsx_write_empty(w);
	xlsx_write_row(w, true);
	assert_int_equal(finish(f, w), ERR_BAD_VALUE);
	w = begin(f, "A");
	buf_init(&small, 100);
	assert_int_equal(xlsx_write_finish(w, &small, &f->e), ERR_TOO_LARGE);
	xlsx_write_free(w);
	buf_release(&small);
	xlsx_write_free(NULL);
	/* Not finished. */
	xlsx_write_free(begin(f, "A"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read_back),
		TEST(the_same_calls_give_the_same_bytes),
		TEST(a_template),
		TEST(pages_of_a_report),
		TEST(texts_at_the_bound),
		TEST(names_of_sheets),
		TEST(days_before_1900_are_texts),
		TEST(numbers_keep_their_digits),
		TEST(failure_sticks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
