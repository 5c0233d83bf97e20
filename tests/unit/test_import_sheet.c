/* Imports of workbooks: what a spreadsheet does to values, lists on sheets of their own,
 * and that what was exported comes back without a change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/import/export.h"
#include "common/replica/record.h"
#include "common/sheet/sheet.h"
#include "common/sheet/xlsx_write.h"
#include "common/text/date.h"
#include "tests/lib/importing.h"
#include "tests/lib/workbook.h"

static struct district_fixture d;
static struct importing im;

static int make(void **state)
{
	(void)state;
	importing_make(&im, &d);
	return 0;
}

static int end(void **state)
{
	(void)state;
	importing_end(&im);
	return 0;
}

/* A sheet with a row of codes ("a.b a.c") and rows of cells with | between them: # begins
 * a number, @ a day, else text. */
struct page {
	const char *name, *codes;
	const char *const *rows;
};

static void put_cell(struct xlsx_writer *w, const char *text, size_t len)
{
	struct bytes s = { (const uint8_t *)text, len };
	int64_t day;

	if (len > 0 && text[0] == '#') {
		xlsx_write_whole(w, strtoll(text + 1, NULL, 10));
	} else if (len > 0 && text[0] == '@') {
		assert_true(date_parse((struct bytes){ s.at + 1, len - 1 }, &day));
		xlsx_write_date(w, day);
	} else {
		xlsx_write_text(w, s);
	}
}

static void put_row(struct xlsx_writer *w, const char *row)
{
	const char *stop;

	xlsx_write_row(w, false);
	for (;; row = stop + 1) {
		stop = strchr(row, '|');
		put_cell(w, row, stop == NULL ? strlen(row) : (size_t)(stop - row));
		if (stop == NULL)
			return;
	}
}

static void put_page(struct xlsx_writer *w, const struct page *p)
{
	struct xlsx_column columns[32] = { { .title = NULL } };
	struct xlsx_sheet sheet = { .name = p->name, .columns = columns };
	char *codes = strdup(p->codes), *code = codes, *next;
	const char *const *row;

	for (; code != NULL; code = next) {
		next = strchr(code, ' ');
		if (next != NULL)
			*next++ = '\0';
		columns[sheet.count].title = code;
		columns[sheet.count++].code = code;
	}
	xlsx_write_sheet(w, &sheet);
	for (row = p->rows; *row != NULL; row++)
		put_row(w, *row);
	free(codes);
}

static void book(const struct page *pages, size_t count, struct buf *out)
{
	struct xlsx_writer *w;
	size_t i;

	buf_init(out, 1 << 22);
	assert_int_equal(xlsx_write_new(0, NULL, &w, &d.e), 0);
	for (i = 0; i < count; i++)
		put_page(w, &pages[i]);
	assert_int_equal(xlsx_write_finish(w, out, &d.e), 0);
	xlsx_write_free(w);
}

static void expect_book(const struct page *pages, size_t count, const char *counts)
{
	struct buf b;

	book(pages, count, &b);
	importing_expect(&im, NULL, buf_view(&b), counts);
	buf_release(&b);
}

static struct outcome take_book(const struct page *pages, size_t count)
{
	struct outcome o;
	struct buf b;

	book(pages, count, &b);
	o = importing_take(&im, NULL, buf_view(&b), false);
	buf_release(&b);
	return o;
}

static void what_a_spreadsheet_does_to_values(void **state)
{
	static const char *const rows[] = {
		"Người Một Ô|@20/10/1985|#85000001234|#912345678|@1/3/2021", /* zeros are lost */
		"Người Hai Ô|20/10/1986|000186000002|0912345679|03/2021",
		NULL };
	static const struct page page = { "Cán bộ", "staff.full_name staff.birth staff.cccd "
					  "staff.phone staff.raise_month", rows };
	static const char *const wrong[] = {
		"Người Ba Ô|#31340|#850001234|x|@1/3/2021|@12/3/2021",
		NULL };
	static const struct page spoilt = { "Cán bộ", "staff.full_name staff.birth staff.cccd "
					    "staff.phone staff.raise_month staff.note", wrong };
	struct outcome o = take_book(&page, 1);

	(void)state;
	assert_true(outcome_has(o.found, "doubts", "cột C (Số CCCD): 1 ô là số nên đã mất số 0 ở đầu; số 0 được "
				"thêm lại."));
	assert_true(outcome_has(o.found, "notes", "cột D (Số điện thoại): 1 ô là số, không phải chữ"));
	outcome_done(&o);
	expect_book(&page, 1, "2/0/0/0");
	importing_field(&im, "Người Một Ô", "cccd", "\"085000001234\"");
	importing_field(&im, "Người Một Ô", "birth", "\"1985-10-20\"");
	importing_field(&im, "Người Một Ô", "raise_month", "\"2021-03\"");
	importing_field(&im, "Người Hai Ô", "cccd", "\"000186000002\"");
	expect_book(&page, 1, "0/0/2/0");
	o = take_book(&spoilt, 1);
	assert_int_equal(outcome_number(&o, "bad_count"), 3);
	assert_string_equal(outcome_bad(&o, 0), "dòng 3, cột B (Ngày sinh): ô là số, không phải ngày. Gõ lại dạng "
			    "ngày/tháng/năm, ví dụ 01/03/2026.");
	assert_string_equal(outcome_bad(&o, 1), "dòng 3, cột C (Số CCCD): ô là số nên các số 0 ở đầu đã mất. "
			    "Định dạng cột là Văn bản (Text) rồi gõ lại.");
	assert_string_equal(outcome_bad(&o, 2), "dòng 3, cột F (Ghi chú): bảng tính đã đổi ô này thành ngày. Định "
			    "dạng cột là Văn bản (Text) rồi gõ lại.");
	outcome_done(&o);
}

static void formulas_that_failed_are_told(void **state)
{
	const struct workbook w = { .sheet = bytes_str(
		"<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Họ và tên</t></is></c>"
		"<c r=\"B1\" t=\"inlineStr\"><is><t>Hệ số lương</t></is></c>"
		"<c r=\"C1\" t=\"inlineStr\"><is><t>Năm tốt nghiệp</t></is></c></row>"
		"<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>A</t></is></c>"
		"<c r=\"B2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row>"
		"<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>B</t></is></c>"
		"<c r=\"B3\"><v>2.34</v></c></row>"
		/* No thousands: two and a bit. */
		"<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>C</t></is></c>"
		"<c r=\"C4\"><v>2.021</v></c></row>") };
	struct outcome o;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	workbook_put(&w, &b);
	o = importing_take(&im, "staff", buf_view(&b), false);
	assert_int_equal(outcome_number(&o, "bad_count"), 2);
	assert_non_null(strstr(outcome_bad(&o, 1),
			       "dòng 4, cột C (Năm tốt nghiệp): Giá trị nhập không đúng "
			       "dạng: “2,021”"));
	assert_string_equal(outcome_bad(&o, 0), "dòng 2, cột B (Hệ số lương): ô có công thức báo lỗi hoặc chưa "
			    "tính. Mở bảng tính, sửa rồi lưu lại.");
	assert_int_equal(outcome_number(&o, "new"), 1);
	outcome_done(&o);
	/* Cut off anywhere it is no workbook any more. */
	b.len /= 2;
	o = importing_take(&im, "staff", buf_view(&b), false);
	assert_int_not_equal(o.code, 0);
	buf_release(&b);
}

#define NEED "pg_need.#no pg_need.plan_year pg_need.answer pg_need.doc_number pg_need.#id"
#define LINES "pg_need.lines.#of pg_need.lines.#no pg_need.lines.discipline pg_need.lines.level " \
	      "pg_need.lines.necessity pg_need.lines.count"
#define PEOPLE "pg_need.lines.people.#of pg_need.lines.people.name pg_need.lines.people.note"

static const char *const need_rows[] = { "#1|2022|Có nhu cầu|05/TTr", "#2|2023|Không có nhu cầu|06/TTr",
					 "#3", NULL };
static const char *const line_rows[] = { "#1|#1|Sư phạm Toán học|Thạc sĩ|Thiếu|#2",
					 "#1|#2|Sư phạm Vật lý|Tiến sĩ|Thiếu|#1", NULL };
static const char *const people_rows[] = { "#1|Nguyễn Thị Hàng|a", "#1|Lê Văn Hàng|b",
					   "#2|Trần Thị Hàng", NULL };

static void lists_stand_on_sheets_of_their_own(void **state)
{
	const struct page pages[] = { { "Hồ sơ", NEED, need_rows }, { "Dòng", LINES, line_rows },
				      { "Người", PEOPLE, people_rows } };
	/* In another order, and with one line more. */
	static const char *const more[] = { "#1|#2|Sư phạm Vật lý|Tiến sĩ|Thiếu|#1",
					    "#1|#1|Sư phạm Toán học|Thạc sĩ|Thiếu|#2",
					    "#2|#7|Luật|Thạc sĩ|Thiếu|#1", NULL };
	const struct page again[] = { { "Dòng", LINES, more }, { "Hồ sơ", NEED, need_rows } };
	json_t *j, *lines;

	(void)state;
	expect_book(pages, 3, "2/0/0/0");
	j = importing_show(&im, "05/TTr");
	lines = json_object_get(json_object_get(j, "rows"), "lines");
	assert_int_equal(json_array_size(lines), 2);
	assert_int_equal(json_array_size(json_object_get(json_object_get(json_array_get(lines, 0), "rows"),
							 "people")), 2);
	json_decref(j);
	expect_book(pages, 3, "0/0/2/0");
	expect_book(again, 2, "0/1/1/0");
	expect_book(again, 2, "0/0/2/0");
}

static void rows_that_belong_nowhere_are_told(void **state)
{
	static const char *const twice[] = { "#1|2030|Có nhu cầu|07/TTr", "#1|2031|Có nhu cầu|08/TTr", NULL };
	static const char *const lost[] = { "#1|#1|Luật|Thạc sĩ|Thiếu|#2", "#9|#2|Luật|Thạc sĩ|Thiếu|#1",
					    "|#3|Luật|Tiến sĩ|Thiếu|#1", "#1|#4|Không rõ|Thạc sĩ|Thiếu|#0",
					    NULL };
	const struct page pages[] = { { "Hồ sơ", NEED, twice }, { "Dòng", LINES, lost } };
	struct outcome o = take_book(pages, 2);

	(void)state;
	assert_int_equal(outcome_number(&o, "bad_count"), 5);
	assert_non_null(strstr(outcome_bad(&o, 0), "trang Dòng, dòng 6, cột C (Ngành, nghề, lĩnh vực): "
			    "Không có lựa "
			       "chọn này: “Không rõ”"));
	assert_non_null(strstr(outcome_bad(&o, 1), "trang Dòng, dòng 6, cột F (Số lượng dự kiến): Giá "
			    "trị nằm ngoài"));
	assert_string_equal(outcome_bad(&o, 2), "trang Hồ sơ, dòng 4, cột A (pg_need.#no): số này có ở "
			    "hai dòng, nên "
			    "không rõ các dòng ở trang sau thuộc về đâu.");
	assert_string_equal(outcome_bad(&o, 3), "trang Dòng, dòng 5, cột A (pg_need.lines.#of): chưa ghi dòng này "
			    "thuộc số thứ tự nào.");
	assert_string_equal(outcome_bad(&o, 4), "trang Dòng, dòng 4, cột A (pg_need.lines.#of): trang "
			    "trước không có "
			    "dòng nào mang số thứ tự 9.");
	outcome_done(&o);
	/* A list alone. */
	o = take_book(&pages[1], 1);
	assert_int_equal(o.code, ERR_BAD_INPUT);
	assert_non_null(strstr((char *)im.said.at, "trang này là danh sách của hồ sơ"));
}

static void sheets_of_another_type_are_left_out(void **state)
{
	static const char *const people[] = { "Người Trang Hai|1/1/1980", NULL };
	const struct page pages[] = { { "Hồ sơ", NEED, need_rows },
				      { "Cán bộ", "staff.full_name staff.birth", people },
				      { "Hồ sơ 2", NEED, need_rows } };
	struct outcome o = take_book(pages, 2);

	(void)state;
	assert_true(outcome_has(o.found, "notes", "trang Cán bộ là của loại hồ sơ khác"));
	outcome_done(&o);
	o = take_book(pages, 3);
	assert_int_equal(o.code, ERR_BAD_INPUT);
	assert_non_null(strstr((char *)im.said.at, "có hai trang cùng một nội dung"));
}

static void put_out(const char *type, bool workbook, bool personal, struct buf *out)
{
	struct export_options o = { .lang = LANG_VI, .stream = OFFICE_SCHOOL, .personal = personal };
	const struct type *t = schema_type_by_code(im.s, bytes_str(type));
	int64_t count = 0;

	buf_init(out, 1 << 22);
	assert_int_equal(db_begin_read(im.c->db, &d.e), 0);
	if ((workbook ? export_xlsx : export_csv)(&im.c->replica, im.s, t, &o, out, &count, &d.e) != 0)
		fail_msg("%s", d.e.subject);
	db_end_read(im.c->db);
	assert_true(count > 0);
}

static void what_was_exported_changes_nothing(void **state)
{
	static const char *const types[] = { "staff", "pg_need", "bonus" };
	struct outcome o;
	struct buf file;
	size_t i;
	int k;

	(void)state;
	importing_expect(&im, NULL, bytes_str(
		"{\"type\":\"staff\",\"key\":\"a\",\"full_name\":\"=Người; Xuất, \\\"ra\\\"\\nhai dòng\","
		"\"cccd\":\"000185000777\",\"salary_coef\":\"2.34\",\"langs\":[\"en\",\"ja\"],\"leader\":false,"
		"\"raise_month\":\"2021-03\",\"birth\":\"1985-01-02\",\"sex\":\"nu\"}\n"
		"{\"type\":\"bonus\",\"achievement\":\"0012\",\"person\":{\"key\":\"a\"},\"amount\":50000000,"
		"\"score\":\"6.5\",\"plan_year\":2022}"), "2/0/0/0");
	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		for (k = 0; k < 4; k++) {
			put_out(types[i], k % 2 == 0, k / 2 == 0, &file);
			o = importing_take(&im, NULL, buf_view(&file), true);
			if (o.code != 0)
				fail_msg("%s: %s", types[i], d.e.subject);
			if (outcome_number(&o, "new") + outcome_number(&o, "changed") > 0 ||
			    outcome_number(&o, "bad_count") > 0)
				fail_msg("%s, %d: %s", types[i], k, json_dumps(o.result, JSON_INDENT(1)));
			assert_true(outcome_number(&o, "unchanged") > 0);
			assert_int_equal(json_array_size(json_object_get(o.found, "doubts")), 0);
			outcome_done(&o);
			buf_release(&file);
		}
}

static bool holds(struct bytes all, const char *part)
{
	size_t i, n = strlen(part);

	for (i = 0; i + n <= all.len; i++)
		if (memcmp(all.at + i, part, n) == 0)
			return true;
	return false;
}

static void personal_fields_are_left_out_unless_asked_for(void **state)
{
	struct buf file;

	(void)state;
	importing_expect(&im, "staff", bytes_str("Họ và tên;Ngày sinh;Số CCCD\nNgười "
			    "Riêng;1/1/1980;000180000888\n"),
			 "1/0/0/0");
	put_out("staff", false, false, &file);
	assert_false(holds(buf_view(&file), "000180000888"));
	assert_false(holds(buf_view(&file), "CCCD"));
	buf_release(&file);
	put_out("staff", false, true, &file);
	assert_true(holds(buf_view(&file), "000180000888"));
	buf_release(&file);
}

/* The file with one text in place of another, which is as long. */
static void change(struct buf *file, const char *from, const char *to)
{
	size_t i, n = strlen(from);

	assert_int_equal(n, strlen(to));
	for (i = 0; i + n <= file->len; i++)
		if (memcmp(file->at + i, from, n) == 0) {
			memcpy(file->at + i, to, n);
			return;
		}
	fail_msg("%s is not there", from);
}

static void what_changed_since_the_export_is_not_overwritten(void **state)
{
	static const char *const edit[] = { "position=Hiệu phó", NULL };
	struct verdict v;
	struct buf file;
	uint64_t stream;
	struct rid id;
	json_t *j;

	(void)state;
	importing_expect(&im, "staff", bytes_str("Họ và tên;Ngày sinh;Chức vụ\nNgười Sửa;1/1/1981;Giáo viên A\n"
						 "Người Yên;1/1/1982;Giáo viên B\n"), "2/0/0/0");
	put_out("staff", false, true, &file);
	change(&file, "Giáo viên A", "Giáo viên C");
	change(&file, "Giáo viên B", "Giáo viên D");
	j = importing_show(&im, "Người Sửa");
	assert_true(record_full_parse(bytes_str(json_string_value(json_object_get(j, "id"))), &stream, &id));
	json_decref(j);
	assert_int_equal(district_edit(&d, 0, id, &v, edit), 0);
	j = NULL;
	{
		struct outcome o = importing_take(&im, NULL, buf_view(&file), true);

		assert_int_equal(outcome_number(&o, "changed"), 2);
		outcome_done(&o);
	}
	j = importing_show(&im, "Người Sửa");
	assert_true(json_is_true(json_object_get(j, "conflict")) ||
		    json_integer_value(json_object_get(j, "conflict")) > 0);
	json_decref(j);
	importing_field(&im, "Người Yên", "position", "\"Giáo viên D\"");
	j = importing_show(&im, "Người Yên");
	assert_int_equal(json_integer_value(json_object_get(j, "conflict")), 0);
	json_decref(j);
	/* Both values stand there: saying it again says nothing new. */
	{
		struct outcome o = importing_take(&im, NULL, buf_view(&file), true);

		assert_int_equal(outcome_number(&o, "changed"), 0);
		outcome_done(&o);
	}
	buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_spreadsheet_does_to_values),
		cmocka_unit_test(formulas_that_failed_are_told),
		cmocka_unit_test(lists_stand_on_sheets_of_their_own),
		cmocka_unit_test(rows_that_belong_nowhere_are_told),
		cmocka_unit_test(sheets_of_another_type_are_left_out),
		cmocka_unit_test(what_was_exported_changes_nothing),
		cmocka_unit_test(personal_fields_are_left_out_unless_asked_for),
		cmocka_unit_test(what_changed_since_the_export_is_not_overwritten),
	};

	return cmocka_run_group_tests(tests, make, end);
}
