/* Official documents: the model, and DOCX: all of the text, well-formed, the same each
 * time; with LibreOffice at hand, on the pages that are meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/sheet/archive.h"
#include "common/sheet/xml.h"
#include "common/system/env.h"
#include "server/report/document_parts.h"
#include "tests/lib/document_sample.h"

struct fixture {
	struct document *d;
	struct err e;
	struct buf file, part;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->d = document_new();
	buf_init(&f->file, 1 << 24);
	buf_init(&f->part, 1 << 24);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	document_free(f->d);
	buf_release(&f->file);
	buf_release(&f->part);
	free(f);
	return 0;
}

/* For looking at: KEEP=FOLDER. */
static void keep(const char *name, const struct buf *b)
{
	char path[1000];
	struct err e;

	if (getenv("KEEP") == NULL)
		return;
	snprintf(path, sizeof path, "%s/%s", getenv("KEEP"), name);
	assert_int_equal(env_write_file(path, buf_view(b), 0600, &e), 0);
}

static int collect(void *ctx, struct bytes piece, struct err *e)
{
	(void)e;
	buf_add(ctx, piece);
	return 0;
}

/* A part of the DOCX file in hand. */
static struct bytes part(struct fixture *f, const char *name)
{
	struct archive *archive;

	buf_clear(&f->part);
	assert_int_equal(archive_open(buf_view(&f->file), &archive, &f->e), 0);
	if (archive_read(archive, name, 1 << 24, collect, &f->part, &f->e) != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
	archive_close(archive);
	return buf_view(&f->part);
}

static void make_docx(struct fixture *f)
{
	buf_clear(&f->file);
	if (document_docx(f->d, 1669512146, &f->file, &f->e) != 0)
		fail_msg("%s %s", err_name(f->e.code), f->e.subject);
}

/* What a reader sees: text, with a line for each paragraph; and how often some
 * elements come. */
struct outline {
	struct buf text;
	unsigned tables, heading_rows, sections, across, first_pages, spans, merges;
	bool in_text;
};

static int outline_open(void *ctx, const char *name, const char **attributes, struct err *e)
{
	struct outline *o = ctx;
	const char *orient = xml_attribute(attributes, "orient");

	(void)e;
	o->in_text = strcmp(name, "t") == 0;
	o->tables += strcmp(name, "tbl") == 0;
	o->heading_rows += strcmp(name, "tblHeader") == 0;
	o->sections += strcmp(name, "sectPr") == 0;
	o->first_pages += strcmp(name, "titlePg") == 0;
	o->spans += strcmp(name, "gridSpan") == 0;
	o->merges += strcmp(name, "vMerge") == 0;
	o->across += orient != NULL && strcmp(orient, "landscape") == 0;
	if (strcmp(name, "br") == 0)
		buf_byte(&o->text, '\n');
	return 0;
}

static int outline_close(void *ctx, const char *name, struct err *e)
{
	struct outline *o = ctx;

	(void)e;
	o->in_text = false;
	if (strcmp(name, "p") == 0 && o->text.len > 0 && o->text.at[o->text.len - 1] != '\n')
		buf_byte(&o->text, '\n');
	return 0;
}

static int outline_text(void *ctx, struct bytes piece, struct err *e)
{
	struct outline *o = ctx;

	(void)e;
	if (o->in_text)
		buf_add(&o->text, piece);
	return 0;
}

/* Reads XML, which must be well-formed. */
static void read_xml(const char *name, struct bytes xml, struct outline *o)
{
	const struct xml_handler handler = { o, outline_open, outline_close, outline_text };
	struct xml *x;
	struct err e;

	memset(o, 0, sizeof *o);
	buf_init(&o->text, 1 << 24);
	assert_int_equal(xml_new(name, &handler, &x, &e), 0);
	if (xml_feed(x, xml, &e) != 0 || xml_end(x, &e) != 0)
		fail_msg("%s %s", err_name(e.code), e.subject);
	xml_free(x);
}

static void the_text_is_all_there(void **state)
{
	struct fixture *f = *state;
	struct outline o;

	document_sample_head(f->d);
	document_paragraph(f->d, DOCUMENT_BODY, bytes_str("a < b & \"c\"\nhai\tba\x01"));
	document_paragraph(f->d, DOCUMENT_BULLET, bytes_str("một;"));
	document_sample_table(f->d);
	document_sample_signature(f->d);
	make_docx(f);
	read_xml("document", part(f, "word/document.xml"), &o);
	buf_byte(&o.text, 0);
	assert_string_equal((char *)o.text.at,
		"ỦY BAN NHÂN DÂN\nTỈNH VĨNH PHÚC\nỦY BAN NHÂN DÂN\nHUYỆN SÔNG LÔ\n"
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
		"Số:       /BC-UBND\nSông Lô, ngày     tháng 12 năm 2022\nBÁO CÁO\n"
		"Kết quả triển khai, thực hiện Nghị quyết số 06/2021/NQ-HĐND năm 2022\n"
		"a < b & \"c\"\nhaiba\n- một;\nBảng 1. Thưởng theo quý\nĐơn vị tính: đồng\n"
		"TT\nChính sách thưởng\nSố người\nSố tiền\nQuý I\nQuý II\nQuý III\nQuý IV\n"
		"A. Ngành giáo dục\n"
		"1\nGiáo viên có học sinh đạt giải quốc gia\n2\n0\n1\n4\n140.000.000\n"
		"1\nGiáo viên có học sinh đạt giải quốc gia\n2\n0\n1\n4\n140.000.000\n"
		"1\nGiáo viên có học sinh đạt giải quốc gia\n2\n0\n1\n4\n140.000.000\n"
		"1\nGiáo viên có học sinh đạt giải quốc gia\n2\n0\n1\n4\n140.000.000\n"
		"Tổng cộng\n8\n0\n4\n16\n560.000.000\n"
		"Nơi nhận:\n- UBND tỉnh (b/c);\n- Sở Nội vụ (b/c);\n- TT Huyện ủy, TT HĐND huyện;\n"
		"- Các phòng, ban, ngành;\n- UBND các xã, thị trấn;\n- Lưu: VT, NV.\n"
		"TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn Mẫu\n");
	/* The heading's two rows: a group over four columns, three columns over both; and the
	 * group of rows over all. */
	assert_int_equal(o.tables, 3);
	assert_int_equal(o.heading_rows, 2);
	assert_int_equal(o.spans, 2);
	assert_int_equal(o.merges, 6);
	buf_release(&o.text);
}

static void sections_and_pages(void **state)
{
	struct fixture *f = *state;
	struct outline o;

	document_sample(f->d);
	document_section(f->d, true, false);
	make_docx(f);
	keep("sample.docx", &f->file);
	read_xml("document", part(f, "word/document.xml"), &o);
	assert_int_equal(o.sections, 4);
	assert_int_equal(o.across, 2);
	assert_int_equal(o.first_pages, 3);
	buf_release(&o.text);
}

static void every_part_is_well_formed(void **state)
{
	static const char *const parts[] = { "[Content_Types].xml", "_rels/.rels",
		"word/_rels/document.xml.rels", "word/styles.xml", "word/settings.xml",
		"docProps/core.xml" };
	struct fixture *f = *state;
	struct outline o;
	size_t i;

	document_sample(f->d);
	make_docx(f);
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		read_xml(parts[i], part(f, parts[i]), &o);
		buf_release(&o.text);
	}
	part(f, "docProps/core.xml");
	buf_byte(&f->part, 0);
	assert_non_null(strstr((char *)f->part.at, "<dc:title>Báo cáo &lt;năm&gt; 2022</dc:title>"));
	assert_non_null(strstr((char *)f->part.at, "2022-11-27T08:22:26+07:00"));
	part(f, "word/styles.xml");
	buf_byte(&f->part, 0);
	assert_non_null(strstr((char *)f->part.at, "w:ascii=\"Times New Roman\""));
}

static void the_notice_is_above_every_page(void **state)
{
	struct fixture *f = *state;
	struct outline o;

	document_sample(f->d);
	make_docx(f);
	read_xml("header1", part(f, "word/header1.xml"), &o);
	buf_byte(&o.text, 0);
	assert_string_equal((char *)o.text.at, "2\nTẠM TÍNH - còn 3 đơn vị chưa nộp\n");
	buf_release(&o.text);
	read_xml("header2", part(f, "word/header2.xml"), &o);
	buf_byte(&o.text, 0);
	assert_string_equal((char *)o.text.at, "TẠM TÍNH - còn 3 đơn vị chưa nộp\n");
	buf_release(&o.text);
	document_notice(f->d, BYTES_NONE);
	make_docx(f);
	read_xml("header2", part(f, "word/header2.xml"), &o);
	assert_int_equal(o.text.len, 0);
	buf_release(&o.text);
}

static void a_letter_has_its_summary_below_the_number(void **state)
{
	struct fixture *f = *state;
	const struct document_head head = {
		.agency = bytes_str("ỦY BAN NHÂN DÂN"), .number = bytes_str("Số: 05/UBND-NV"),
		.place_date = bytes_str("Sông Lô, ngày 05 tháng 01 năm 2023"),
		.summary = bytes_str("V/v báo cáo"),
	};
	struct outline o;

	document_head(f->d, &head);
	make_docx(f);
	read_xml("document", part(f, "word/document.xml"), &o);
	buf_byte(&o.text, 0);
	assert_string_equal((char *)o.text.at, "ỦY BAN NHÂN DÂN\n" DOCUMENT_NATION "\n"
		DOCUMENT_MOTTO "\nSố: 05/UBND-NV\nV/v báo cáo\n"
		"Sông Lô, ngày 05 tháng 01 năm 2023\n");
	buf_release(&o.text);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
	struct fixture *f = *state;
	struct document *other = document_new();
	struct buf b;

	buf_init(&b, 1 << 24);
	document_sample(f->d);
	document_sample(other);
	make_docx(f);
	assert_int_equal(document_docx(other, 1669512146, &b, &f->e), 0);
	assert_true(bytes_equal(buf_view(&b), buf_view(&f->file)));
	buf_clear(&b);
	buf_clear(&f->file);
	assert_int_equal(document_html(f->d, &f->file, &f->e), 0);
	assert_int_equal(document_html(other, &b, &f->e), 0);
	assert_true(bytes_equal(buf_view(&b), buf_view(&f->file)));
	document_free(other);
	document_free(NULL);
	buf_release(&b);
}

static void columns_fit_their_longest_word(void **state)
{
	static const struct {
		unsigned wish[3];
		const char *cells[3];
		unsigned at_least[3];
	} cases[] = {
		{ { 1, 1, 1 }, { "a", "b", "c" }, { 500, 500, 500 } },
		/* 21 mm and some room for ten digits and three dots */
		{ { 1, 30, 1 }, { "1.140.000.000", "b", "c" }, { 210, 900, 35 } },
		{ { 0, 0, 8 }, { "a", "1.140.000.000", "c" }, { 100, 210, 800 } },
	};
	struct fixture *f = *state;
	unsigned out[DOCUMENT_COLUMNS_MAX], sum, i, k;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct document_column columns[3];
		struct bytes cells[3];

		for (k = 0; k < 3; k++) {
			columns[k] = (struct document_column){ "X", NULL, cases[i].wish[k], ALIGN_LEFT };
			cells[k] = bytes_str(cases[i].cells[k]);
		}
		document_table(f->d, columns, 3);
		document_row(f->d, ROW_PLAIN, cells);
		document_widths(&f->d->last->table, 1650, out);
		for (k = sum = 0; k < 3; k++) {
			assert_in_range(out[k], cases[i].at_least[k], 1650);
			sum += out[k];
		}
		assert_in_range(sum, 1645, 1650);
	}
}

static void columns_that_cannot_fit(void **state)
{
	struct fixture *f = *state;
	struct document_column columns[DOCUMENT_COLUMNS_MAX + 1];
	struct bytes cells[DOCUMENT_COLUMNS_MAX];
	unsigned out[DOCUMENT_COLUMNS_MAX], sum = 0;
	int i;

	for (i = 0; i < DOCUMENT_COLUMNS_MAX; i++) {
		columns[i] = (struct document_column){ "tiêu đề", NULL, 1, ALIGN_LEFT };
		cells[i] = bytes_str("mộttừrấtdàikhôngcắtđượcmộttừrấtdàikhôngcắtđược");
	}
	columns[i] = columns[0];
	document_table(f->d, columns, DOCUMENT_COLUMNS_MAX);
	document_row(f->d, ROW_PLAIN, cells);
	document_widths(&f->d->last->table, 1650, out);
	for (i = 0; i < DOCUMENT_COLUMNS_MAX; i++) {
		assert_in_range(out[i], 1, 1650 / DOCUMENT_COLUMNS_MAX + 1);
		sum += out[i];
	}
	assert_in_range(sum, 1500, 1650);
	document_table(f->d, columns, DOCUMENT_COLUMNS_MAX + 1);
	document_row(f->d, ROW_PLAIN, cells);
	assert_int_equal(document_docx(f->d, 0, &f->file, &f->e), ERR_TOO_LARGE);
	assert_int_equal(document_html(f->d, &f->file, &f->e), ERR_TOO_LARGE);
}

static void ceilings(void **state)
{
	struct fixture *f = *state;
	struct buf small;

	document_sample(f->d);
	buf_init(&small, 1000);
	assert_int_equal(document_docx(f->d, 0, &small, &f->e), ERR_TOO_LARGE);
	buf_clear(&small);
	assert_int_equal(document_html(f->d, &small, &f->e), ERR_TOO_LARGE);
	buf_release(&small);
}

/* Runs a program in a folder, without its words; its status. */
static int run(const char *folder, const char *const *arguments)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		if (chdir(folder) == 0 && setenv("HOME", folder, 1) == 0)
			execvp(arguments[0], (char *const *)arguments);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static unsigned count(const struct fixture *f, const char *word)
{
	const char *at = (const char *)f->part.at;
	unsigned n = 0;

	for (; (at = strstr(at, word)) != NULL; at++)
		n++;
	return n;
}

/* LibreOffice takes the file, and lays it out on the pages that are meant. */
static void an_office_opens_it(void **state)
{
	static const char *const convert[] = { "timeout", "100", "soffice", "--headless",
		"--convert-to", "pdf", "sample.docx", NULL };
	static const char *const to_text[] = { "pdftotext", "-layout", "sample.pdf", NULL };
	static const char *const clean[] = { "rm", "-rf", NULL, NULL };
	struct fixture *f = *state;
	char folder[] = "/tmp/dongbo-document-XXXXXX", path[100];
	const char *remove[4] = { clean[0], clean[1], folder, NULL };
	unsigned pages = 0;
	size_t i;

	if (run("/", (const char *const[]){ "soffice", "--version", NULL }) != 0 ||
	    run("/", (const char *const[]){ "pdftotext", "-v", NULL }) != 0) {
		print_message("SKIPPED: soffice and pdftotext are needed to lay pages out\n");
		skip();
	}
	assert_non_null(mkdtemp(folder));
	document_sample(f->d);
	make_docx(f);
	snprintf(path, sizeof path, "%s/sample.docx", folder);
	assert_int_equal(env_write_file(path, buf_view(&f->file), 0600, &f->e), 0);
	assert_int_equal(run(folder, convert), 0);
	assert_int_equal(run(folder, to_text), 0);
	snprintf(path, sizeof path, "%s/sample.txt", folder);
	buf_clear(&f->part);
	assert_int_equal(env_read_file(path, &f->part, &f->e), 0);
	run("/", remove);
	for (i = 0; i < f->part.len; i++)
		pages += f->part.at[i] == '\f';
	buf_byte(&f->part, 0);
	/* Two of text, five of the first annex, one of the second, with these letters. */
	assert_in_range(pages, 7, 10);
	assert_int_equal(count(f, "TẠM TÍNH"), pages);
	/* In the text four times, and twice in each heading of the long table. */
	assert_int_equal(count(f, "Nhu"), 4 + 2 * (pages - 3));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_text_is_all_there),
		TEST(sections_and_pages),
		TEST(every_part_is_well_formed),
		TEST(the_notice_is_above_every_page),
		TEST(a_letter_has_its_summary_below_the_number),
		TEST(the_same_calls_give_the_same_bytes),
		TEST(columns_fit_their_longest_word),
		TEST(columns_that_cannot_fit),
		TEST(ceilings),
		TEST(an_office_opens_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
