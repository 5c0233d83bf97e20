/* The door to tables made elsewhere: what a file is, and places in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/sheet.h"
#include "tests/lib/workbook.h"

static void files_are_told_by_their_first_bytes(void **state)
{
	const struct workbook w = { .sheet = bytes_str("<row r=\"1\"><c><v>1</v></c></row>") };
	struct arena a;
	struct sheet s;
	struct err e = { 0 };
	struct buf file;

	(void)state;
	arena_init(&a, SHEET_MEMORY_MAX);
	buf_init(&file, SHEET_FILE_MAX);
	workbook_put(&w, &file);
	assert_int_equal(sheet_read(buf_view(&file), BYTES_NONE, &a, &s, &e), 0);
	assert_int_equal(s.rows[0].cells[0].kind, CELL_NUMBER);
	assert_int_equal(s.separator, 0);
	assert_int_equal(sheet_read(bytes_str("a;b\n1;2\n"), BYTES_NONE, &a, &s, &e), 0);
	assert_int_equal(s.rows[1].cells[1].kind, CELL_TEXT);
	assert_int_equal(s.separator, ';');
	assert_int_equal(s.font_count, 1);
	assert_int_equal(sheet_read(BYTES_OF("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), BYTES_NONE, &a,
				    &s, &e), ERR_OLD_SHEET);
	assert_int_equal(sheet_read(BYTES_OF("PK\x03\x04 no archive"), BYTES_NONE, &a, &s, &e),
			 ERR_MALFORMED);
	assert_int_equal(sheet_read((struct bytes){ file.at, SHEET_FILE_MAX + 1u }, BYTES_NONE, &a,
				    &s, &e), ERR_TOO_LARGE);
	assert_int_equal(sheet_read(BYTES_NONE, BYTES_NONE, &a, &s, &e), 0);
	assert_int_equal(s.count, 0);
	arena_release(&a);
	buf_release(&file);
}

static void letters_of_columns(void **state)
{
	static const struct {
		uint32_t column;
		const char *letters;
	} pairs[] = { { 0, "A" }, { 25, "Z" }, { 26, "AA" }, { 51, "AZ" }, { 52, "BA" },
		      { 701, "ZZ" }, { 702, "AAA" }, { 16383, "XFD" }, { UINT32_MAX, "MWLQKWV" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct buf b;

		buf_init(&b, 100);
		sheet_column_put(pairs[i].column, &b);
		buf_byte(&b, 0);
		assert_string_equal((char *)b.at, pairs[i].letters);
		buf_release(&b);
	}
}

static void places_in_errors(void **state)
{
	struct err e;
	char name[200];

	(void)state;
	assert_int_equal(sheet_error(&e, ERR_CHECK, bytes_str("Trang 1"), 1, 3), ERR_CHECK);
	assert_string_equal(e.subject, "Trang 1!B3");
	sheet_error(&e, ERR_CHECK, BYTES_NONE, 27, 12);
	assert_string_equal(e.subject, "AB12");
	memset(name, 'x', sizeof name);
	sheet_error(&e, ERR_CHECK, (struct bytes){ (uint8_t *)name, sizeof name }, 0, 1);
	assert_string_equal(e.subject, "A1");
	assert_int_equal(sheet_error(NULL, ERR_CHECK, BYTES_NONE, 0, 1), ERR_CHECK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_told_by_their_first_bytes),
		cmocka_unit_test(letters_of_columns),
		cmocka_unit_test(places_in_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
