/* XLSX in: what Excel and others write, and what nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>
#include <cmocka.h>

#include "common/sheet/archive.h"
#include "common/sheet/xlsx_read.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/workbook.h"

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
	buf_init(&f->text, (size_t)1 << 28);
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

static int read(struct fixture *f, const struct workbook *w, const char *name)
{
	struct bytes exact;
	int code;

	buf_clear(&f->file);
	workbook_put(w, &f->file);
	exact = gen_exact(buf_view(&f->file));
	memset(&f->e, 0, sizeof f->e);
	code = xlsx_read(exact, bytes_str(name), &f->a, &f->s, &f->e);
	gen_free(exact);
	return code;
}

/* Rows as "3:n1500|tHọ tên|e" lines: kind, text; then day and second of dates. */
static void expect(struct fixture *f, const struct workbook *w, const char *rows)
{
	static const char kinds[] = { '-', 't', 'n', 'd', 'b', 'e' };
	struct buf *b = &f->text;
	size_t i, c;

	if (read(f, w, "") != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
	buf_clear(b);
	for (i = 0; i < f->s.count; i++) {
		buf_printf(b, "%u:", f->s.rows[i].number);
		for (c = 0; c < f->s.rows[i].count; c++) {
			const struct cell *cell = &f->s.rows[i].cells[c];

			buf_printf(b, "%s%c", c == 0 ? "" : "|", kinds[cell->kind]);
			buf_add(b, cell->text);
		}
		buf_byte(b, '\n');
	}
	buf_byte(b, 0);
	assert_string_equal((char *)b->at, rows);
}

static void expect_sheet(struct fixture *f, const char *sheet, const char *rows)
{
	expect(f, &(struct workbook){ .sheet = bytes_str(sheet) }, rows);
}

static void expect_error(struct fixture *f, const struct workbook *w, int code, const char *subject)
{
	int got = read(f, w, "");

	if (got != code || f->e.code != code || strcmp(f->e.subject, subject) != 0)
		fail_msg("%s <%s>, not %s <%s>", err_name(got), f->e.subject, err_name(code),
			 subject);
}

static void expect_bad_sheet(struct fixture *f, const char *sheet, int code, const char *subject)
{
	expect_error(f, &(struct workbook){ .sheet = bytes_str(sheet) }, code, subject);
}

static void cells_of_all_types(void **state)
{
	expect_sheet(*state,
		     "<row r=\"1\"><c r=\"A1\"><v>1500</v></c><c r=\"B1\" t=\"n\"><v>0.5</v></c>"
		     "<c r=\"C1\"><v>1.5E3</v></c><c r=\"D1\" t=\"b\"><v>1</v></c>"
		     "<c r=\"E1\" t=\"b\"><v>0</v></c><c r=\"F1\" t=\"e\"><v>#N/A</v></c>"
		     "<c r=\"G1\" t=\"str\"><f>A1</f><v>chữ</v></c>"
		     "<c r=\"H1\" t=\"inlineStr\"><is><t>0012</t></is></c>"
		     "<c r=\"I1\" t=\"d\"><v>2023-03-15T08:30:00</v></c></row>",
		     "1:n1500|n0.5|n1500|btrue|bfalse|e#N/A|tchữ|t0012|d2023-03-15 08:30:00\n");
}

static void places_count_not_order(void **state)
{
	expect_sheet(*state,
		     "<row r=\"3\"><c r=\"C3\"><v>1</v></c></row><row r=\"7\" ht=\"20\"/>"
		     "<row r=\"9\"><c r=\"B9\" s=\"4\"/></row>"
		     "<row r=\"10\"><c r=\"B10\"><v>2</v></c><c r=\"AA10\"><v>3</v></c></row>",
		     "3:-|-|n1\n10:-|n2|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|n3\n");
}

static void places_may_be_left_out(void **state)
{
	expect_sheet(*state,
		     "<row><c><v>1</v></c><c><v>2</v></c></row>"
		     "<row><c r=\"C2\"><v>3</v></c><c><v>4</v></c></row>",
		     "1:n1|n2\n2:-|-|n3|n4\n");
}

static void formulas_give_their_results(void **state)
{
	expect_sheet(*state,
		     "<row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c><c r=\"B1\"><f>SUM(A1)</f></c>"
		     "<c r=\"C1\" t=\"str\"><f>\"\"</f><v></v></c>"
		     "<c r=\"D1\"><f t=\"shared\" si=\"0\"/><v>3</v></c></row>",
		     "1:n2|e=SUM(A1)|-|n3\n");
}

static void shared_strings_of_runs(void **state)
{
	const struct workbook w = {
		.sheet = bytes_str("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
				   "<c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>"
				   "<c r=\"D1\" t=\"s\"><v>3</v></c></row>"),
		.strings = bytes_str("<si><t>một</t></si><si><r><t xml:space=\"preserve\">hai </t></r>"
				     "<r><rPr><b/><rFont val=\".VnTime\"/></rPr><t>ba</t></r></si>"
				     "<si><t>漢</t><rPh sb=\"0\" eb=\"1\"><t>kan</t></rPh></si>"
				     "<si><t>a_x000D_\nb_x0009_c_x005F_x0041__xD800_&amp;</t></si>"),
	};
	struct fixture *f = *state;

	expect(f, &w, "1:tmột|thai ba|t漢|ta\nb\tc_x0041_&\n");
	assert_int_equal(f->s.rows[0].cells[0].font, 0);
	assert_true(bytes_equal(f->s.fonts[f->s.rows[0].cells[1].font], bytes_str(".VnTime")));
}

static void text_comes_in_pieces(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	struct buf b, wanted;
	int i;

	/* Longer than a piece of the archive, so that pieces end inside everything. */
	buf_init(&b, 1 << 20);
	buf_init(&wanted, 1 << 20);
	for (i = 1; i <= 3000; i++) {
		buf_printf(&b, "<row r=\"%d\"><c r=\"B%d\" t=\"inlineStr\"><is><t>Nguyễn &lt;Thị&gt; "
			   "Mẫu %d</t></is></c></row>", i, i, i);
		buf_printf(&wanted, "%d:-|tNguyễn <Thị> Mẫu %d\n", i, i);
	}
	buf_byte(&wanted, 0);
	w.sheet = buf_view(&b);
	expect(f, &w, (char *)wanted.at);
	buf_release(&b);
	buf_release(&wanted);
}

static const char date_styles[] =
	"<numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/>"
	"<numFmt numFmtId=\"165\" formatCode=\"#,##0\"/></numFmts>"
	"<fonts><font><name val=\"Times New Roman\"/></font><font><name val=\"VNI-Times\"/></font>"
	"</fonts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
	"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\" fontId=\"1\"/><xf numFmtId=\"164\"/>"
	"<xf numFmtId=\"165\"/><xf numFmtId=\"20\"/></cellXfs><dxfs><dxf><font/></dxf></dxfs>";

static void numbers_in_formats_of_dates(void **state)
{
	struct fixture *f = *state;
	struct workbook w = {
		.styles = bytes_str(date_styles),
		.sheet = bytes_str("<row r=\"1\"><c s=\"1\"><v>45000</v></c>"
				   "<c s=\"2\"><v>45000.354166666664</v></c>"
				   "<c s=\"3\"><v>45000</v></c><c s=\"4\"><v>0.5</v></c>"
				   "<c s=\"9\"><v>45000</v></c><c s=\"2\"><v>-3</v></c>"
				   "<c s=\"2\"><v>60</v></c><c s=\"2\"><v>59</v></c>"
				   "<c s=\"2\"><v>61</v></c><c s=\"2\"><v>2958465.9999999</v></c></row>"),
	};

	expect(f, &w, "1:d2023-03-15|d2023-03-15 08:30:00|n45000|n0.5|n45000|n-3|n60|d1900-02-28|"
		      "d1900-03-01|n2958465.9999999\n");
	assert_int_equal(f->s.rows[0].cells[0].day, 19431);
	assert_int_equal(f->s.rows[0].cells[1].second, 8 * 3600 + 30 * 60);
	assert_true(bytes_equal(f->s.fonts[f->s.rows[0].cells[0].font], bytes_str("VNI-Times")));
	assert_true(bytes_equal(f->s.fonts[f->s.rows[0].cells[1].font],
				bytes_str("Times New Roman")));
	w.book = bytes_str("<workbookPr date1904=\"1\"/><sheets><sheet name=\"Sheet1\" "
			   "r:id=\"rId1\"/></sheets>");
	w.sheet = bytes_str("<row r=\"1\"><c s=\"1\"><v>0</v></c><c s=\"1\"><v>43538</v></c></row>");
	expect(f, &w, "1:d1904-01-01|d2023-03-15\n");
}

static void sheets_by_name(void **state)
{
	struct fixture *f = *state;
	struct workbook w = {
		.sheet = bytes_str("<row r=\"1\"><c><v>1</v></c></row>"),
		.book = bytes_str("<sheets><sheet name=\"Ẩn\" state=\"hidden\" r:id=\"rId7\"/>"
				  "<sheet name=\"Biểu đồ\" r:id=\"rId9\"/>"
				  "<sheet name=\"Danh sách\" r:id=\"rId1\"/></sheets>"),
		.relations = bytes_str("<Relationships><Relationship Id=\"rId7\" Type=\"x/worksheet\" "
				       "Target=\"../other/missing.xml\"/>"
				       "<Relationship Id=\"rId9\" Type=\"x/chartsheet\" Target=\"c.xml\"/>"
				       "<Relationship Id=\"rId1\" Type=\"x/worksheet\" "
				       "Target=\"worksheets/sheet1.xml\"/></Relationships>"),
	};
	struct bytes *names;
	size_t count;

	assert_int_equal(read(f, &w, ""), 0);
	assert_true(bytes_equal(f->s.name, bytes_str("Danh sách")));
	assert_int_equal(f->s.count, 1);
	assert_int_equal(read(f, &w, "Danh sách"), 0);
	assert_int_equal(read(f, &w, "Ẩn"), ERR_NOT_SHEET);
	assert_string_equal(f->e.subject, "other/missing.xml");
	assert_int_equal(read(f, &w, "danh sách"), ERR_NO_SHEET);
	assert_string_equal(f->e.subject, "danh sách");
	assert_int_equal(read(f, &w, "Biểu đồ"), ERR_NO_SHEET);
	assert_int_equal(xlsx_read_names(buf_view(&f->file), &f->a, &names, &count, &f->e), 0);
	assert_int_equal(count, 3);
	assert_true(bytes_equal(names[1], bytes_str("Biểu đồ")));
}

static void what_is_no_workbook(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .root = bytes_str("<Relationships/>") };
	const struct archive_entry other = { "word/document.xml", bytes_str("<a/>"), false };

	expect_error(f, &w, ERR_NOT_SHEET, "officeDocument");
	w.root = bytes_str("<Relationships");
	expect_error(f, &w, ERR_MALFORMED, "_rels/.rels line 1");
	w.root = BYTES_NONE;
	w.book = bytes_str("<sheets/>");
	expect_error(f, &w, ERR_NO_SHEET, "");
	buf_clear(&f->file);
	assert_int_equal(archive_write(&other, 1, 0, &f->file, NULL), 0);
	assert_int_equal(xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e),
			 ERR_NOT_SHEET);
	assert_string_equal(f->e.subject, "_rels/.rels");
}

static void bad_cells_are_refused_with_their_place(void **state)
{
	struct fixture *f = *state;

	expect_bad_sheet(f, "<row r=\"2\"><c r=\"B2\"><v>x1</v></c></row>", ERR_MALFORMED,
			 "Sheet1!B2");
	expect_bad_sheet(f, "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c></row>", ERR_MALFORMED,
			 "Sheet1!B2");
	expect_bad_sheet(f, "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>-1</v></c></row>", ERR_MALFORMED,
			 "Sheet1!B2");
	expect_bad_sheet(f, "<row r=\"2\"><c r=\"B2\" t=\"d\"><v>2023-02-30</v></c></row>",
			 ERR_MALFORMED, "Sheet1!B2");
	expect_bad_sheet(f, "<row r=\"2\"><c r=\"2B\"/></row>", ERR_MALFORMED, "Sheet1!A2");
	expect_bad_sheet(f, "<row r=\"2\"/><row r=\"2\"/>", ERR_MALFORMED, "Sheet1!A3");
	expect_bad_sheet(f, "<row r=\"x\"/>", ERR_MALFORMED, "Sheet1!A1");
	expect_bad_sheet(f, "<c r=\"A1\"/>", ERR_MALFORMED, "Sheet1!A0");
	expect_bad_sheet(f, "<row r=\"1\"><c r=\"AMK1\"><v>1</v></c></row>", ERR_TOO_LARGE,
			 "Sheet1!AMK1");
	expect_bad_sheet(f, "<row r=\"1048577\"><c><v>1</v></c></row>", ERR_TOO_LARGE,
			 "Sheet1!A1048577");
	expect_bad_sheet(f, "<row r=\"1\"><c></row>", ERR_MALFORMED,
			 "xl/worksheets/sheet1.xml line 1");
	/* Far off, but empty. */
	expect_sheet(f, "<row r=\"1\"><c r=\"XFD1\" s=\"1\"/></row><row r=\"1048576\"/>", "");
}

static void no_dtd(void **state)
{
	struct fixture *f = *state;
	const struct workbook w = { .sheet_xml = bytes_str(
		"<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">"
		"<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;\">]>"
		"<worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>&c;</t></is></c></row>"
		"</sheetData></worksheet>") };

	expect_error(f, &w, ERR_MALFORMED, "xl/worksheets/sheet1.xml line 2");
}

static void deep_nesting(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	int i;

	for (i = 0; i < 100000; i++)
		buf_put(&f->text, "<a>", 3);
	w.sheet = buf_view(&f->text);
	expect_error(f, &w, ERR_TOO_DEEP, "xl/worksheets/sheet1.xml line 1");
}

/* What a parser keeps must not grow with what is sent. */
static void names_without_end(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	int i;

	for (i = 0; i < 1000000; i++)
		buf_printf(&f->text, "<a%d/>", i);
	w.sheet = buf_view(&f->text);
	assert_int_equal(read(f, &w, ""), ERR_TOO_LARGE);
}

static void a_tag_without_end(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	const size_t size = 40 << 20;

	buf_put(&f->text, "<row a=\"", 8);
	memset(buf_grow(&f->text, size), 'x', size);
	w.sheet = buf_view(&f->text);
	assert_int_equal(read(f, &w, ""), ERR_TOO_LARGE);
}

static void a_text_without_end(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	const size_t size = 40 << 20;

	buf_add(&f->text, bytes_str("<row r=\"4\"><c r=\"C4\" t=\"inlineStr\"><is><t>"));
	memset(buf_grow(&f->text, size), 'x', size);
	buf_add(&f->text, bytes_str("</t></is></c></row>"));
	w.sheet = buf_view(&f->text);
	expect_error(f, &w, ERR_TOO_LARGE, "Sheet1!C4");
}

static void an_archive_that_inflates_without_end(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	const size_t size = 5 << 20;

	buf_put(&f->text, "<a>", 3);
	memset(buf_grow(&f->text, size), ' ', size);
	w.root = buf_view(&f->text);
	expect_error(f, &w, ERR_BOMB, "_rels/.rels");
	assert_true(f->file.len < 100000);
}

static void too_many_cells(void **state)
{
	struct fixture *f = *state;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	int i;

	for (i = 1; i <= SHEET_CELLS_MAX / SHEET_COLUMNS_MAX + 1; i++)
		buf_printf(&f->text, "<row r=\"%d\"><c r=\"AMJ%d\"><v>1</v></c></row>", i, i);
	w.sheet = buf_view(&f->text);
	expect_error(f, &w, ERR_TOO_LARGE, "Sheet1!A1954");
}

static void under_a_password(void **state)
{
	struct fixture *f = *state;
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip;
	zip_stat_t st;

	zip_source_keep(source);
	zip = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, NULL);
	assert_int_equal(zip_file_add(zip, "_rels/.rels", zip_source_buffer(zip, "<a/>", 4, 0), 0), 0);
	assert_int_equal(zip_file_set_encryption(zip, 0, ZIP_EM_AES_256, "x"), 0);
	assert_int_equal(zip_close(zip), 0);
	assert_int_equal(zip_source_open(source), 0);
	assert_int_equal(zip_source_stat(source, &st), 0);
	zip_source_read(source, buf_grow(&f->file, st.size), st.size);
	zip_source_close(source);
	zip_source_free(source);
	assert_int_equal(xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e),
			 ERR_MALFORMED);
	assert_string_equal(f->e.subject, "_rels/.rels");
}

/* Each prefix of a good file, and the file with each byte changed, ends somehow. */
static void damaged_files(void **state)
{
	struct fixture *f = *state;
	const struct workbook w = {
		.sheet = bytes_str("<row r=\"1\"><c t=\"s\"><v>0</v></c><c s=\"1\"><v>45000</v></c></row>"),
		.strings = bytes_str("<si><t>một</t></si>"), .styles = bytes_str(date_styles),
	};
	size_t i, good = 0;

	assert_int_equal(read(f, &w, ""), 0);
	for (i = 0; i < f->file.len; i++) {
		struct bytes cut = gen_exact((struct bytes){ f->file.at, i });
		uint8_t was = f->file.at[i];

		assert_int_not_equal(xlsx_read(cut, BYTES_NONE, &f->a, &f->s, &f->e), 0);
		gen_free(cut);
		f->file.at[i] ^= 0x11;
		good += xlsx_read(buf_view(&f->file), BYTES_NONE, &f->a, &f->s, &f->e) == 0;
		f->file.at[i] = was;
		arena_clear(&f->a);
	}
	/* Times, attributes and the like do not matter; what is in parts does. */
	assert_in_range(good, 1, f->file.len / 2);
}

static void little_memory(void **state)
{
	struct fixture *f = *state;
	const struct workbook w = {
		.sheet = bytes_str("<row r=\"1\"><c t=\"s\"><v>0</v></c><c s=\"1\"><v>45000</v></c></row>"),
		.strings = bytes_str("<si><t>một</t></si>"), .styles = bytes_str(date_styles),
	};
	size_t max;
	int code = ERR_NOMEM;

	workbook_put(&w, &f->file);
	for (max = 0; code != 0; max += 16) {
		struct arena a;

		arena_init(&a, max);
		code = xlsx_read(buf_view(&f->file), BYTES_NONE, &a, &f->s, &f->e);
		assert_true(code == 0 || code == ERR_NOMEM);
		arena_release(&a);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(cells_of_all_types),
		TEST(places_count_not_order),
		TEST(places_may_be_left_out),
		TEST(formulas_give_their_results),
		TEST(shared_strings_of_runs),
		TEST(text_comes_in_pieces),
		TEST(numbers_in_formats_of_dates),
		TEST(sheets_by_name),
		TEST(what_is_no_workbook),
		TEST(bad_cells_are_refused_with_their_place),
		TEST(no_dtd),
		TEST(deep_nesting),
		TEST(names_without_end),
		TEST(a_tag_without_end),
		TEST(a_text_without_end),
		TEST(an_archive_that_inflates_without_end),
		TEST(too_many_cells),
		TEST(under_a_password),
		TEST(damaged_files),
		TEST(little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
