/* CSV: what offices send is read, what is written is read back the same, and no cell
 * becomes a formula. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/csv.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

struct fixture {
	struct arena a;
	struct sheet s;
	struct err e;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	arena_init(&f->a, SHEET_MEMORY_MAX);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->a);
	free(f);
	return 0;
}

/* Rows as "1:a|b" lines, with the number of each. */
static void put_rows(const struct sheet *s, struct buf *out)
{
	size_t i;
	uint32_t c;

	for (i = 0; i < s->count; i++) {
		buf_printf(out, "%u:", s->rows[i].number);
		for (c = 0; c < s->rows[i].count; c++) {
			if (c > 0)
				buf_byte(out, '|');
			buf_add(out, s->rows[i].cells[c].text);
		}
		buf_byte(out, '\n');
	}
}

static void expect_bytes(struct fixture *f, struct bytes file, const char *rows)
{
	struct bytes exact = gen_exact(file);
	struct buf b;

	buf_init(&b, 1 << 20);
	memset(&f->e, 0, sizeof f->e);
	if (csv_read(exact, &f->a, &f->s, &f->e) != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
	gen_free(exact);
	put_rows(&f->s, &b);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, rows);
	buf_release(&b);
}

static void expect(struct fixture *f, const char *file, const char *rows)
{
	expect_bytes(f, bytes_str(file), rows);
}

static void expect_error(struct fixture *f, const char *file, int code, const char *place)
{
	memset(&f->e, 0, sizeof f->e);
	assert_int_equal(csv_read(bytes_str(file), &f->a, &f->s, &f->e), code);
	assert_int_equal(f->e.code, code);
	assert_string_equal(f->e.subject, place);
}

static void rfc_4180(void **state)
{
	struct fixture *f = *state;

	expect(f, "a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n");
	expect(f, "a,b\r\n1,2", "1:a|b\n2:1|2\n");
	expect(f, "\"a\"\"b\",\"x,y\"\r\n\"\",z\r\n", "1:a\"b|x,y\n2:|z\n");
	expect(f, "\"a\r\nb\",c\r\nd,e\r\n", "1:a\r\nb|c\n3:d|e\n");
	expect(f, "", "");
	expect(f, "\r\n\r\n", "");
}

static void line_ends(void **state)
{
	struct fixture *f = *state;

	expect(f, "a,b\n1,2\n", "1:a|b\n2:1|2\n");
	expect(f, "a,b\r1,2\r", "1:a|b\n2:1|2\n");
	expect(f, "a,b\n\n\r\n1,2\n", "1:a|b\n4:1|2\n");
	expect(f, "\"a\nb\rc\r\nd\",e\nf,g", "1:a\nb\rc\r\nd|e\n5:f|g\n");
}

static void separators_are_found(void **state)
{
	struct fixture *f = *state;

	expect(f, "mã;tên\n001;Nguyễn Văn Mẫu\n", "1:mã|tên\n2:001|Nguyễn Văn Mẫu\n");
	assert_int_equal(f->s.separator, ';');
	expect(f, "a\tb;c,d\n1\t2\n", "1:a|b;c,d\n2:1|2\n");
	assert_int_equal(f->s.separator, '\t');
	/* Decimal commas in a table of semicolons. */
	expect(f, "a;b\n1,5;2,5\n2,5;3,5\n", "1:a|b\n2:1,5|2,5\n3:2,5|3,5\n");
	/* What stands in quotes does not count. */
	expect(f, "\"a;b;c;d\",e\n\"x;y;z;;\",f\n", "1:a;b;c;d|e\n2:x;y;z;;|f\n");
	expect(f, "\"a\n;;;\n;;;\",b\nc,d\n", "1:a\n;;;\n;;;|b\n4:c|d\n");
	expect(f, "\"a\"\";\",b\n\"a\"\";\",b\n", "1:a\";|b\n2:a\";|b\n");
	/* A title above. */
	expect(f, "DANH SÁCH, BIỂU 1\n\nmã;tên;tuổi\n1;A;3\n2;B;4\n",
	       "1:DANH SÁCH, BIỂU 1\n3:mã|tên|tuổi\n4:1|A|3\n5:2|B|4\n");
	expect(f, "sep=;\nx,y;z\n", "2:x,y|z\n");
	expect(f, "one\ntwo\n", "1:one\n2:two\n");
	assert_int_equal(f->s.separator, ',');
}

static void cells_at_the_end_that_are_empty(void **state)
{
	struct fixture *f = *state;

	expect(f, "a,b,,,\n,,,\n,x\n", "1:a|b\n3:|x\n");
	assert_int_equal(f->s.columns, 2);
	assert_int_equal(f->s.rows[1].cells[0].kind, CELL_EMPTY);
	assert_int_equal(f->s.rows[1].cells[1].kind, CELL_TEXT);
	assert_int_equal(sheet_cell(&f->s.rows[1], 7).kind, CELL_EMPTY);
}

static void encodings(void **state)
{
	struct fixture *f = *state;
	/* "Đê,ộ" and a pair beyond the first plane */
	static const char little[] = "\xff\xfe" "\x10\x01\xea\x00,\0\xd9\x1e\n\0\x3d\xd8\x00\xde";
	static const char big[] = "\xfe\xff" "\x01\x10\x00\xea\0,\x1e\xd9\0\n\xd8\x3d\xde\x00";

	expect(f, "\xef\xbb\xbfĐê,ộ\n", "1:Đê|ộ\n");
	expect_bytes(f, (struct bytes){ (const uint8_t *)little, sizeof little - 1 },
		     "1:Đê|ộ\n2:😀\n");
	expect_bytes(f, (struct bytes){ (const uint8_t *)big, sizeof big - 1 },
		     "1:Đê|ộ\n2:😀\n");
	assert_false(f->s.code_page);
	/* TCVN3: "Huyện" is "HuyÖn" in a font of Western letters. */
	expect(f, "Huy\xd6n,\x93x\x94\x80\x81\n", "1:HuyÖn|“x”€\xc2\x81\n");
	assert_true(f->s.code_page);
}

static void bad_text_is_refused_with_its_line(void **state)
{
	struct fixture *f = *state;
	static const char odd[] = "\xff\xfe" "a\0\n\0b", half[] = "\xff\xfe" "\n\0\x3d\xd8x\0";

	expect_error(f, "\xef\xbb\xbf" "a,b\nc,d\nx,\xff\n", ERR_BAD_UTF8, "A3");
	assert_int_equal(csv_read((struct bytes){ (const uint8_t *)odd, sizeof odd - 1 }, &f->a,
				  &f->s, &f->e), ERR_BAD_UTF8);
	assert_string_equal(f->e.subject, "A2");
	assert_int_equal(csv_read((struct bytes){ (const uint8_t *)half, sizeof half - 1 }, &f->a,
				  &f->s, &f->e), ERR_BAD_UTF8);
	assert_string_equal(f->e.subject, "A2");
	assert_int_equal(csv_read(BYTES_OF("a\nb\0c"), &f->a, &f->s, &f->e), ERR_MALFORMED);
	assert_string_equal(f->e.subject, "A2");
}

static void bad_quotes_are_refused_with_their_cell(void **state)
{
	struct fixture *f = *state;

	expect_error(f, "a,b\nc,\"d\ne,f\n", ERR_QUOTE, "B2");
	expect_error(f, "a,b\n\n\"c\"d,e\n", ERR_QUOTE, "A3");
	expect(f, "\"a\" ,b\nx\"y,z\n", "1:a|b\n2:x\"y|z\n");
}

static void bounds(void **state)
{
	struct fixture *f = *state;
	struct buf b;
	int i;

	buf_init(&b, 1 << 20);
	for (i = 0; i < SHEET_COLUMNS_MAX; i++)
		buf_byte(&b, ',');
	buf_byte(&b, '\n');
	assert_int_equal(csv_read(buf_view(&b), &f->a, &f->s, &f->e), 0);
	b.len--;
	buf_byte(&b, 'x');
	assert_int_equal(csv_read(buf_view(&b), &f->a, &f->s, &f->e), ERR_TOO_LARGE);
	assert_string_equal(f->e.subject, "AMK1");
	buf_clear(&b);
	buf_put(&b, "a,", 2);
	memset(buf_grow(&b, SHEET_TEXT_MAX + 1), 'x', SHEET_TEXT_MAX + 1);
	assert_int_equal(csv_read(buf_view(&b), &f->a, &f->s, &f->e), ERR_TOO_LARGE);
	assert_string_equal(f->e.subject, "B1");
	buf_release(&b);
}

static void too_many_cells(void **state)
{
	struct fixture *f = *state;
	const size_t rows = SHEET_CELLS_MAX / 1000 + 1;
	struct buf b;
	size_t i;

	buf_init(&b, 1 << 26);
	for (i = 0; i < rows; i++) {
		memset(buf_grow(&b, 999), ',', 999);
		buf_put(&b, "x\n", 2);
	}
	assert_int_equal(csv_read(buf_view(&b), &f->a, &f->s, &f->e), ERR_TOO_LARGE);
	assert_string_equal(f->e.subject, "A2001");
	buf_release(&b);
}

static void little_memory(void **state)
{
	struct fixture *f = *state;
	size_t max;
	int code = ERR_NOMEM;

	for (max = 0; code != 0; max += 16) {
		struct arena a;

		arena_init(&a, max);
		code = csv_read(bytes_str("a,b\nc,d\n"), &a, &f->s, &f->e);
		assert_true(code == 0 || code == ERR_NOMEM);
		arena_release(&a);
	}
}

static void one_cell(const char *text, const char *wanted)
{
	struct buf b;
	struct csv c;

	buf_init(&b, 10000);
	csv_begin(&c, &b);
	csv_cell(&c, bytes_str(text));
	csv_end_row(&c);
	buf_byte(&b, 0);
	assert_memory_equal(b.at, "\xef\xbb\xbf", 3);
	assert_string_equal((char *)b.at + 3, wanted);
	buf_release(&b);
}

static void formulas_are_guarded(void **state)
{
	(void)state;
	one_cell("=1+1", "'=1+1\r\n");
	one_cell("@SUM(A1)", "'@SUM(A1)\r\n");
	one_cell("+84 912", "\"'+84 912\"\r\n");
	one_cell("-x", "'-x\r\n");
	one_cell("\tx", "\"'\tx\"\r\n");
	one_cell("\rx", "\"'\rx\"\r\n");
	one_cell("＝1", "'＝1\r\n");
	one_cell("－1", "'－1\r\n");
	one_cell("＋1", "'＋1\r\n");
	one_cell("＠x", "'＠x\r\n");
	one_cell("''=x", "'''=x\r\n");
	/* A Vietnamese Excel splits at semicolons, whatever the file's commas. */
	one_cell("a;=cmd()", "\"a;'=cmd()\"\r\n");
	one_cell("a\n=cmd()", "\"a\n'=cmd()\"\r\n");
	/* These are no formulas. */
	one_cell("-5", "-5\r\n");
	one_cell("-1.500,25", "\"-1.500,25\"\r\n");
	one_cell("a=b", "a=b\r\n");
	one_cell("- một\n- hai", "\"'- một\n- hai\"\r\n");
	one_cell("'x", "'x\r\n");
	one_cell("001", "001\r\n");
}

static void texts_of_excel_are_taken_as_meant(void **state)
{
	struct fixture *f = *state;

	expect(f, "=\"007\",\"=\"\"08\"\"\"\n", "1:007|08\n");
	expect(f, "=\"a\"b,=\"\n", "1:=\"a\"b|=\"\n");
}

/* Any texts, written and read. */
static void what_is_written_is_read_back(void **state)
{
	static const char *const parts[] = { "=", "+", "-", "@", "'", "\"", ",", ";", "\t", "\r",
		"\n", " ", "a", "Đ", "ộ", "＝", "0", "1.5", "- ", "\"\"", "sep=;", "x" };
	struct fixture *f = *state;
	struct gen g = gen_of(7, NULL);
	int run;

	for (run = 0; run < 20000; run++) {
		struct bytes texts[6];
		struct buf cells[6], b;
		struct csv c;
		size_t i, n = 1 + gen_below(&g, 6), k;

		buf_init(&b, 100000);
		csv_begin(&c, &b);
		/* A first row that leaves no doubt about the separator. */
		for (k = 0; k < 40; k++) {
			for (i = 0; i < 7; i++)
				csv_cell(&c, bytes_str("h"));
			csv_end_row(&c);
		}
		for (i = 0; i < n; i++) {
			buf_init(&cells[i], 1000);
			for (k = gen_below(&g, 6); k > 0; k--)
				buf_add(&cells[i], bytes_str(parts[gen_below(&g, sizeof parts /
								      sizeof parts[0])]));
			texts[i] = buf_view(&cells[i]);
			csv_cell(&c, texts[i]);
		}
		csv_cell(&c, bytes_str("end"));
		csv_end_row(&c);
		assert_int_equal(csv_read(buf_view(&b), &f->a, &f->s, &f->e), 0);
		assert_int_equal(f->s.count, 41);
		assert_int_equal(f->s.rows[40].count, n + 1);
		for (i = 0; i < n; i++) {
			if (!bytes_equal(f->s.rows[40].cells[i].text, texts[i]))
				fail_msg("run %d: <%.*s> became <%.*s>", run, (int)texts[i].len,
					 (const char *)texts[i].at,
					 (int)f->s.rows[40].cells[i].text.len,
					 (const char *)f->s.rows[40].cells[i].text.at);
			buf_release(&cells[i]);
		}
		buf_release(&b);
		arena_clear(&f->a);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(rfc_4180),
		TEST(line_ends),
		TEST(separators_are_found),
		TEST(cells_at_the_end_that_are_empty),
		TEST(encodings),
		TEST(bad_text_is_refused_with_its_line),
		TEST(bad_quotes_are_refused_with_their_cell),
		TEST(bounds),
		TEST(too_many_cells),
		TEST(little_memory),
		TEST(formulas_are_guarded),
		TEST(texts_of_excel_are_taken_as_meant),
		TEST(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
