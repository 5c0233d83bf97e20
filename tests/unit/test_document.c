/* Official documents: both forms say the same, are well-formed and the same each time;
 * with LibreOffice at hand, pages are counted and letters looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/archive.h"
#include "common/env.h"
#include "common/xml.h"
#include "server/document_parts.h"

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

static struct bytes B(const char *s)
{
	return bytes_str(s);
}

static void put_head(struct document *d)
{
	const struct document_head head = {
		.superior = B("ỦY BAN NHÂN DÂN\nTỈNH VĨNH PHÚC"),
		.agency = B("ỦY BAN NHÂN DÂN\nHUYỆN SÔNG LÔ"),
		.number = B("Số:       /BC-UBND"),
		.place_date = B("Sông Lô, ngày     tháng 12 năm 2022"),
		.type = B("BÁO CÁO"),
		.summary = B("Kết quả triển khai, thực hiện Nghị quyết số 06/2021/NQ-HĐND năm 2022"),
	};

	document_name(d, B("Báo cáo <năm> 2022"));
	document_head(d, &head);
}

static void put_body(struct document *d)
{
	int i;

	document_paragraph(d, DOCUMENT_CENTRED, B("Kính gửi: Ủy ban nhân dân tỉnh Vĩnh Phúc"));
	document_paragraph(d, DOCUMENT_BASIS, B("Căn cứ Nghị quyết số 06/2021/NQ-HĐND của Hội "
		"đồng nhân dân tỉnh về chính sách đào tạo, bồi dưỡng, thu hút, trọng dụng người "
		"có tài năng;"));
	document_paragraph(d, DOCUMENT_BASIS, B("Theo đề nghị của Trưởng phòng Nội vụ."));
	document_paragraph(d, DOCUMENT_HEADING_1, B("I. CÔNG TÁC CHỈ ĐẠO, TUYÊN TRUYỀN"));
	document_paragraph(d, DOCUMENT_BODY, B("Ủy ban nhân dân huyện đã chỉ đạo các phòng, ban, "
		"ngành và Ủy ban nhân dân các xã, thị trấn tổ chức tuyên truyền, phổ biến chính "
		"sách đến toàn thể cán bộ, công chức, viên chức; trong năm có 84 đơn vị tổ chức "
		"126 hội nghị với 3.412 lượt người tham dự."));
	document_paragraph(d, DOCUMENT_HEADING_1, B("II. KẾT QUẢ THỰC HIỆN CÁC CHÍNH SÁCH"));
	for (i = 0; i < 4; i++) {
		document_paragraph(d, DOCUMENT_HEADING_2, B("1. Đào tạo sau đại học"));
		document_paragraph(d, DOCUMENT_HEADING_3, B("a) Cử đi đào tạo"));
		document_paragraph(d, DOCUMENT_BODY, B("Số người được cử đi đào tạo thạc sĩ là 12, "
			"trong đó có 7 giáo viên, 3 công chức cấp xã và 2 viên chức; kinh phí hỗ "
			"trợ là 540.000.000 đồng."));
		document_paragraph(d, DOCUMENT_BULLET, B("Nhu cầu đăng ký: 18 người;"));
		document_paragraph(d, DOCUMENT_BULLET, B("Đã tốt nghiệp: 5 người & <3> bảo lưu."));
	}
}

static void put_table(struct document *d)
{
	static const struct document_column columns[] = {
		{ .title = "TT", .width = 6, .align = ALIGN_CENTRE },
		{ .title = "Chính sách thưởng", .width = 30 },
		{ .title = "Quý I", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Quý II", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Quý III", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Quý IV", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Số tiền", .width = 18, .align = ALIGN_RIGHT },
	};
	const struct bytes plain[] = { B("1"), B("Giáo viên có học sinh đạt giải quốc gia"), B("2"),
				       B("0"), B("1"), B("4"), B("140.000.000") };
	const struct bytes total[] = { B(""), B("Tổng cộng"), B("8"), B("0"), B("4"), B("16"),
				       B("560.000.000") };
	const struct bytes group[] = { B("A. Ngành giáo dục") };
	int i;

	document_paragraph(d, DOCUMENT_CAPTION, B("Bảng 1. Thưởng theo quý"));
	document_paragraph(d, DOCUMENT_NOTE, B("Đơn vị tính: đồng"));
	document_table(d, columns, 7);
	document_row(d, ROW_GROUP, group);
	for (i = 0; i < 4; i++)
		document_row(d, ROW_PLAIN, plain);
	document_row(d, ROW_TOTAL, total);
}

static void put_signature(struct document *d)
{
	const struct bytes recipients[] = { B("- UBND tỉnh (b/c);"), B("- Sở Nội vụ (b/c);"),
		B("- TT Huyện ủy, TT HĐND huyện;"), B("- Các phòng, ban, ngành;"),
		B("- UBND các xã, thị trấn;"), B("- Lưu: VT, NV.") };
	const struct document_signature s = { recipients, 6, B("TM. ỦY BAN NHÂN DÂN"),
					      B("CHỦ TỊCH"), B("Nguyễn Văn Mẫu") };

	document_signature(d, &s);
}

static void put_annex(struct document *d)
{
	static const char *const titles[] = { "TT", "Đơn vị", "Nhu cầu SĐH", "Cử đi",
		"Tốt nghiệp", "Bồi dưỡng", "Nhu cầu thu hút", "Tiếp nhận", "Tuyển dụng",
		"Đề nghị thưởng", "Được thưởng", "Kinh phí chi trả", "Nộp báo cáo" };
	struct document_column columns[13];
	struct bytes cells[13];
	int i, k;

	for (i = 0; i < 13; i++) {
		columns[i] = (struct document_column){ titles[i], NULL, 6, ALIGN_RIGHT };
		cells[i] = B("12");
	}
	columns[0].width = 4;
	columns[0].align = ALIGN_CENTRE;
	columns[1].width = 20;
	columns[1].align = columns[12].align = ALIGN_LEFT;
	columns[11].width = columns[12].width = 6;
	document_section(d, true, true);
	document_annex(d, B("Phụ lục I"), B("TỔNG HỢP THEO ĐƠN VỊ"),
		       B("(Kèm theo Báo cáo số     /BC-UBND ngày     tháng 12 năm 2022 của Ủy ban "
			 "nhân dân huyện Sông Lô)"));
	document_table(d, columns, 13);
	for (k = 0; k < 60; k++) {
		cells[1] = B(k % 2 ? "Trường THCS Tam Sơn" : "UBND xã Đồng Quế");
		cells[11] = B("1.140.000.000");
		cells[12] = B("Đúng hạn");
		document_row(d, k == 59 ? ROW_TOTAL : ROW_PLAIN, cells);
	}
	document_section(d, false, true);
	document_annex(d, B("Phụ lục II"), B("KHÓ KHĂN, VƯỚNG MẮC"), BYTES_NONE);
	document_paragraph(d, DOCUMENT_BODY, B("Không có."));
}

static void put_sample(struct document *d)
{
	document_notice(d, B("TẠM TÍNH - còn 3 đơn vị chưa nộp"));
	put_head(d);
	put_body(d);
	put_table(d);
	put_signature(d);
	put_annex(d);
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

	put_head(f->d);
	document_paragraph(f->d, DOCUMENT_BODY, B("a < b & \"c\"\nhai\tba\x01"));
	document_paragraph(f->d, DOCUMENT_BULLET, B("một;"));
	put_table(f->d);
	put_signature(f->d);
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

	put_sample(f->d);
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

	put_sample(f->d);
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

	put_sample(f->d);
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
		.agency = B("ỦY BAN NHÂN DÂN"), .number = B("Số: 05/UBND-NV"),
		.place_date = B("Sông Lô, ngày 05 tháng 01 năm 2023"),
		.summary = B("V/v báo cáo"),
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
	put_sample(f->d);
	put_sample(other);
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

static const char *html(struct fixture *f)
{
	buf_clear(&f->file);
	assert_int_equal(document_html(f->d, &f->file, &f->e), 0);
	buf_byte(&f->file, 0);
	return (const char *)f->file.at;
}

static void html_lets_nothing_through(void **state)
{
	static const char evil[] = "</style><script>alert(1)</script>\"\\\n'<b onclick=x>&";
	struct fixture *f = *state;
	struct document_column column = { .title = evil };
	const struct bytes text = B(evil);
	const struct document_head head = { text, text, text, text, text, text };
	const struct document_signature s = { &text, 1, text, text, text };
	const char *page;
	int i;

	document_name(f->d, text);
	document_notice(f->d, text);
	document_head(f->d, &head);
	for (i = 0; i < DOCUMENT_STYLES; i++)
		document_paragraph(f->d, (enum document_style)i, text);
	document_annex(f->d, text, text, text);
	document_table(f->d, &column, 1);
	document_row(f->d, ROW_PLAIN, &text);
	document_row(f->d, ROW_GROUP, &text);
	column.group = evil;
	document_table(f->d, &column, 1);
	document_signature(f->d, &s);
	page = html(f);
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "<b "));
	/* The style element ends once, and the notice in it is a string of one line. */
	assert_string_equal(strstr(strstr(page, "</style>") + 8, "</style>") == NULL ? "" : "twice",
			    "");
	assert_non_null(strstr(page, "\"\\00003c/style\\00003e\\00003cscript\\00003ealert(1)"
			       "\\00003c/script\\00003e\\000022\\00005c\\00000a'"));
}

static void html_stands_alone(void **state)
{
	struct fixture *f = *state;
	const char *page;

	put_sample(f->d);
	page = html(f);
	f->file.len--;
	keep("sample.html", &f->file);
	assert_null(strstr(page, "http:"));
	assert_null(strstr(page, "https:"));
	assert_null(strstr(page, "url("));
	assert_non_null(strstr(page, "default-src 'none'"));
	assert_non_null(strstr(page, "<section class=\"ngang\">"));
	assert_non_null(strstr(page, "<th colspan=\"4\">Số người</th>"));
	assert_non_null(strstr(page, "<td class=\"phai\">140.000.000</td>"));
	assert_non_null(strstr(page, "5 người &amp; &lt;3&gt; bảo lưu."));
	assert_non_null(strstr(page, "<p class=\"thong-bao\">TẠM TÍNH - còn 3 đơn vị chưa nộp</p>"));
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
			cells[k] = B(cases[i].cells[k]);
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
		cells[i] = B("mộttừrấtdàikhôngcắtđượcmộttừrấtdàikhôngcắtđược");
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

	put_sample(f->d);
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
	put_sample(f->d);
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
		TEST(html_lets_nothing_through),
		TEST(html_stands_alone),
		TEST(columns_fit_their_longest_word),
		TEST(columns_that_cannot_fit),
		TEST(ceilings),
		TEST(an_office_opens_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
