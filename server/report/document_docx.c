/* A document as DOCX (ECMA-376, WordprocessingML). Lengths are twentieths of a point
 * there, sizes of letters half points. The office's own changes of form are meant to be
 * made in the styles, so everything that can be is one. */
#include <stdlib.h>
#include <string.h>

#include "common/sheet/archive.h"
#include "common/sheet/xml.h"
#include "common/text/date.h"
#include "server/report/document_parts.h"

#define DOCX_MAX ((size_t)256 * 1024 * 1024)
#define NAMESPACES \
	"xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" " \
	"xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define PROLOGUE "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."

enum { SIGNING_ROOM = 1300 };

/* Twentieths of a point in a tenth of a millimetre, 5.669. */
static unsigned dxa(unsigned tenths)
{
	return (unsigned)((unsigned long)tenths * 5669 / 1000);
}

struct writer {
	const struct document *d;
	struct buf x;
	bool landscape, from_one;               /* of the section in hand */
	unsigned widths[DOCUMENT_COLUMNS_MAX]; /* of the table in hand */
};

static const char *const style_ids[DOCUMENT_STYLES] = {
	[DOCUMENT_BODY] = "NoiDung", [DOCUMENT_BASIS] = "CanCu",
	[DOCUMENT_HEADING_1] = "Heading1", [DOCUMENT_HEADING_2] = "Heading2",
	[DOCUMENT_HEADING_3] = "Heading3", [DOCUMENT_BULLET] = "GachDau",
	[DOCUMENT_CENTRED] = "Giua", [DOCUMENT_CAPTION] = "TenBang", [DOCUMENT_NOTE] = "GhiChu",
};

static void put(struct buf *x, const char *s)
{
	buf_add(x, bytes_str(s));
}

/* A run; line breaks and TABs in the text are kept. */
static void put_run(struct buf *x, const char *properties, struct bytes text)
{
	size_t i, from = 0;

	put(x, "<w:r>");
	if (properties != NULL)
		buf_printf(x, "<w:rPr>%s</w:rPr>", properties);
	for (i = 0; i <= text.len; i++) {
		bool end = i == text.len;

		if (!end && text.at[i] != '\n' && text.at[i] != '\t')
			continue;
		if (i > from) {
			put(x, "<w:t xml:space=\"preserve\">");
			xml_put(x, (struct bytes){ text.at + from, i - from });
			put(x, "</w:t>");
		}
		if (!end)
			put(x, text.at[i] == '\n' ? "<w:br/>" : "<w:tab/>");
		from = i + 1;
	}
	put(x, "</w:r>");
}

/* A paragraph in a style, with properties of its own or NULL. */
static void put_paragraph(struct buf *x, const char *style, const char *own,
			  const char *run, struct bytes text)
{
	buf_printf(x, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style,
		   own == NULL ? "" : own);
	if (text.len > 0)
		put_run(x, run, text);
	put(x, "</w:p>");
}

/* A line in the middle of a column: the upper border of a paragraph without height. */
static void put_line(struct buf *x, unsigned column_tenths, unsigned line_tenths)
{
	unsigned side = line_tenths < column_tenths ? dxa(column_tenths - line_tenths) / 2 : 0;

	buf_printf(x, "<w:p><w:pPr><w:pStyle w:val=\"Dong\"/><w:pBdr><w:top w:val=\"single\" "
		   "w:sz=\"6\" w:space=\"1\" w:color=\"000000\"/></w:pBdr>"
		   "<w:spacing w:before=\"40\"/><w:ind w:left=\"%u\" w:right=\"%u\"/></w:pPr></w:p>", side, side);
}

/* Below a text that is centred in a column: 2/5 of the text, which the column breaks. */
static void put_line_below(struct buf *x, unsigned column_tenths, struct bytes text,
			   unsigned points)
{
	unsigned width = document_text_width(text, points);

	put_line(x, column_tenths, (width < column_tenths ? width : column_tenths) * 2 / 5);
}

/* A table without lines, of two columns. */
static void begin_pair(struct buf *x, unsigned left, unsigned right)
{
	buf_printf(x, "<w:tbl><w:tblPr><w:tblW w:w=\"%u\" w:type=\"dxa\"/><w:tblLayout "
		   "w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right "
		   "w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol "
		   "w:w=\"%u\"/><w:gridCol w:w=\"%u\"/></w:tblGrid>",
		   dxa(left + right), dxa(left), dxa(right));
}

static void begin_cell(struct buf *x, unsigned tenths)
{
	buf_printf(x, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/></w:tcPr>", dxa(tenths));
}

#define ROW_WHOLE "<w:tr><w:trPr><w:cantSplit/></w:trPr>"

static void put_head(struct writer *w, const struct document_head *h)
{
	const unsigned left = HEAD_LEFT * 10, right = (TEXT_WIDTH - HEAD_LEFT) * 10;
	struct buf *x = &w->x;

	begin_pair(x, left, right);
	put(x, ROW_WHOLE);
	begin_cell(x, left);
	if (h->superior.len > 0)
		put_paragraph(x, "CoQuanChuQuan", NULL, NULL, h->superior);
	put_paragraph(x, "CoQuan", NULL, NULL, h->agency);
	put_line_below(x, left, h->agency, 12);
	put(x, "</w:tc>");
	begin_cell(x, right);
	put_paragraph(x, "QuocHieu", NULL, NULL, bytes_str(DOCUMENT_NATION));
	put_paragraph(x, "TieuNgu", NULL, NULL, bytes_str(DOCUMENT_MOTTO));
	put_line(x, right, MOTTO_WIDTH_TENTHS);
	put(x, "</w:tc></w:tr>" ROW_WHOLE);
	begin_cell(x, left);
	put_paragraph(x, "SoKyHieu", NULL, NULL, h->number);
	if (h->type.len == 0 && h->summary.len > 0)
		put_paragraph(x, "VeViec", NULL, NULL, h->summary);
	put(x, "</w:tc>");
	begin_cell(x, right);
	put_paragraph(x, "DiaDanh", NULL, NULL, h->place_date);
	put(x, "</w:tc></w:tr></w:tbl>");
	if (h->type.len == 0) {
		put_paragraph(x, "Dong", "<w:spacing w:after=\"240\"/>", NULL, BYTES_NONE);
		return;
	}
	put_paragraph(x, "TenLoai", NULL, NULL, h->type);
	put_paragraph(x, "TrichYeu", NULL, NULL, h->summary);
	put_line_below(x, TEXT_WIDTH * 10, h->summary, 14);
	put_paragraph(x, "Dong", "<w:spacing w:after=\"200\"/>", NULL, BYTES_NONE);
}

static void put_text(struct writer *w, enum document_style style, struct bytes text)
{
	struct buf bullet;

	if (style != DOCUMENT_BULLET) {
		put_paragraph(&w->x, style_ids[style], NULL, NULL, text);
		return;
	}
	buf_init(&bullet, text.len + 2);
	put(&bullet, "- ");
	buf_add(&bullet, text);
	put_paragraph(&w->x, style_ids[style], NULL, NULL, buf_view(&bullet));
	buf_release(&bullet);
}

static unsigned all_width(const struct writer *w)
{
	return (w->landscape ? TEXT_WIDTH_ACROSS : TEXT_WIDTH) * 10;
}

static unsigned column_width(const struct writer *w, size_t column, size_t span)
{
	unsigned width = 0;
	size_t i;

	for (i = 0; i < span; i++)
		width += w->widths[column + i];
	return width;
}

struct cell_form {
	size_t span;       /* columns */
	const char *merge; /* "restart", "continue" down a column, or NULL */
	enum document_align align;
	bool bold, small, heading;
};

static void put_cell(struct writer *w, size_t column, struct bytes text,
		     const struct cell_form *form)
{
	static const char *const aligns[] = { "left", "center", "right" };
	struct buf *x = &w->x;

	buf_printf(x, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>",
		   dxa(column_width(w, column, form->span)));
	if (form->span > 1)
		buf_printf(x, "<w:gridSpan w:val=\"%zu\"/>", form->span);
	if (form->merge != NULL)
		buf_printf(x, "<w:vMerge w:val=\"%s\"/>", form->merge);
	if (form->heading)
		put(x, "<w:vAlign w:val=\"center\"/>");
	buf_printf(x, "</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"%s\"/><w:jc w:val=\"%s\"/></w:pPr>",
		   form->small ? "BangNho" : "Bang", aligns[form->align]);
	if (text.len > 0)
		put_run(x, form->bold ? "<w:b/>" : NULL, text);
	put(x, "</w:p></w:tc>");
}

/* The heading: one row, or two where columns have a group above them. */
static void put_table_heading(struct writer *w, const struct table *t)
{
	struct cell_form form = { .align = ALIGN_CENTRE, .bold = true, .heading = true,
				  .small = t->count > TABLE_MANY_COLUMNS };
	unsigned row;
	size_t i;

	for (row = 0; row < (t->grouped ? 2 : 1); row++) {
		put(&w->x, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
		for (i = 0; i < t->count; i += form.span) {
			const struct document_column *c = &t->columns[i];
			bool above = c->group != NULL && row == 0;

			form.span = above ? document_group(t, i) : 1;
			form.merge = !t->grouped || c->group != NULL ? NULL :
				     row == 0 ? "restart" : "continue";
			put_cell(w, i, row == 1 && c->group == NULL ? BYTES_NONE :
					  bytes_str(above ? c->group : c->title), &form);
		}
		put(&w->x, "</w:tr>");
	}
}

static void put_table(struct writer *w, const struct table *t)
{
	struct cell_form form = { .small = t->count > TABLE_MANY_COLUMNS };
	const struct table_row *row;
	struct buf *x = &w->x;
	size_t i;

	document_widths(t, all_width(w), w->widths);
	buf_printf(x, "<w:tbl><w:tblPr><w:tblStyle w:val=\"KeBang\"/><w:tblW w:w=\"%u\" "
		   "w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>",
		   dxa(column_width(w, 0, t->count)));
	for (i = 0; i < t->count; i++)
		buf_printf(x, "<w:gridCol w:w=\"%u\"/>", dxa(column_width(w, i, 1)));
	put(x, "</w:tblGrid>");
	put_table_heading(w, t);
	for (row = t->first; row != NULL; row = row->next) {
		put(x, ROW_WHOLE);
		form.bold = row->kind != ROW_PLAIN;
		form.span = row->kind == ROW_GROUP ? t->count : 1;
		for (i = 0; i < t->count; i += form.span) {
			form.align = row->kind == ROW_GROUP ? ALIGN_LEFT : t->columns[i].align;
			put_cell(w, i, row->cells[i], &form);
		}
		put(x, "</w:tr>");
	}
	put(x, "</w:tbl>");
	/* Two tables without a paragraph between would become one. */
	put_paragraph(x, "Dong", "<w:spacing w:after=\"120\"/>", NULL, BYTES_NONE);
}

static void put_signature(struct writer *w, const struct document_signature *s)
{
	const unsigned half = all_width(w) / 2;
	struct buf *x = &w->x;
	size_t i;

	put_paragraph(x, "Dong", "<w:spacing w:after=\"120\"/>", NULL, BYTES_NONE);
	begin_pair(x, half, half);
	put(x, ROW_WHOLE);
	begin_cell(x, half);
	if (s->recipient_count > 0)
		put_paragraph(x, "NoiNhan", NULL, "<w:b/><w:i/><w:sz w:val=\"24\"/>",
			      bytes_str("Nơi nhận:"));
	for (i = 0; i < s->recipient_count; i++)
		put_paragraph(x, "NoiNhan", NULL, NULL, s->recipients[i]);
	if (s->recipient_count == 0)
		put_paragraph(x, "NoiNhan", NULL, NULL, BYTES_NONE);
	put(x, "</w:tc>");
	begin_cell(x, half);
	if (s->authority.len > 0)
		put_paragraph(x, "ChuKy", NULL, NULL, s->authority);
	put_paragraph(x, "ChuKy", NULL, NULL, s->title);
	buf_printf(x, "<w:p><w:pPr><w:pStyle w:val=\"ChuKy\"/><w:spacing w:before=\"%d\"/></w:pPr>",
		   SIGNING_ROOM);
	put_run(x, NULL, s->name);
	put(x, "</w:p></w:tc></w:tr></w:tbl>");
	put_paragraph(x, "Dong", NULL, NULL, BYTES_NONE);
}

static void put_annex(struct writer *w, const struct block *b)
{
	struct buf *x = &w->x;

	put_paragraph(x, "PhuLuc", NULL, NULL, b->annex.number);
	put_paragraph(x, "TenPhuLuc", NULL, NULL, b->annex.title);
	if (b->annex.belongs_to.len > 0)
		put_paragraph(x, "KemTheo", NULL, NULL, b->annex.belongs_to);
	put_line_below(x, all_width(w),
		       b->annex.belongs_to.len > 0 ? b->annex.belongs_to : b->annex.title, 14);
	put_paragraph(x, "Dong", "<w:spacing w:after=\"160\"/>", NULL, BYTES_NONE);
}

/* The properties of the section that ends here. */
static void put_section(struct writer *w)
{
	unsigned width = dxa((w->landscape ? PAGE_HEIGHT : PAGE_WIDTH) * 10);
	unsigned height = dxa((w->landscape ? PAGE_WIDTH : PAGE_HEIGHT) * 10);
	struct buf *x = &w->x;

	put(x, "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/>"
	       "<w:headerReference w:type=\"first\" r:id=\"rId4\"/><w:type w:val=\"nextPage\"/>");
	buf_printf(x, "<w:pgSz w:w=\"%u\" w:h=\"%u\"%s/>", width, height,
		   w->landscape ? " w:orient=\"landscape\"" : "");
	buf_printf(x, "<w:pgMar w:top=\"%u\" w:right=\"%u\" w:bottom=\"%u\" w:left=\"%u\" "
		   "w:header=\"%u\" w:footer=\"%u\" w:gutter=\"0\"/>",
		   dxa(MARGIN_TOP * 10), dxa(MARGIN_RIGHT * 10), dxa(MARGIN_BOTTOM * 10),
		   dxa(MARGIN_LEFT * 10), dxa(MARGIN_HEADER * 10), dxa(MARGIN_HEADER * 10));
	if (w->from_one)
		put(x, "<w:pgNumType w:start=\"1\"/><w:titlePg/>");
	put(x, "</w:sectPr>");
}

static void end_section(struct writer *w, const struct block *b)
{
	put(&w->x, "<w:p><w:pPr><w:pStyle w:val=\"Dong\"/>");
	put_section(w);
	put(&w->x, "</w:pPr></w:p>");
	w->landscape = b->section.landscape;
	w->from_one = b->section.from_one;
}

static void put_block(struct writer *w, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_HEAD:
		put_head(w, &b->head);
		break;
	case BLOCK_PARAGRAPH:
		put_text(w, b->paragraph.style, b->paragraph.text);
		break;
	case BLOCK_TABLE:
		put_table(w, &b->table);
		break;
	case BLOCK_SIGNATURE:
		put_signature(w, &b->signature);
		break;
	case BLOCK_PAGE_BREAK:
		put_paragraph(&w->x, "Dong", "<w:pageBreakBefore/>", NULL, BYTES_NONE);
		break;
	case BLOCK_SECTION:
		end_section(w, b);
		break;
	case BLOCK_ANNEX:
		put_annex(w, b);
		break;
	}
}

static void put_document(struct writer *w)
{
	const struct block *b;

	put(&w->x, PROLOGUE "<w:document " NAMESPACES "><w:body>");
	for (b = w->d->first; b != NULL; b = b->next)
		put_block(w, b);
	put_section(w);
	put(&w->x, "</w:body></w:document>");
}

/* What stands above the text: the page's number, where it has one, and the notice. */
static void put_page_head(const struct document *d, bool numbered, struct buf *x)
{
	put(x, PROLOGUE "<w:hdr " NAMESPACES ">");
	if (numbered)
		put(x, "<w:p><w:pPr><w:pStyle w:val=\"SoTrang\"/></w:pPr><w:fldSimple "
		       "w:instr=\" PAGE \"><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p>");
	if (d->notice.len > 0 || !numbered)
		put_paragraph(x, "ThongBao", NULL, NULL, d->notice);
	put(x, "</w:hdr>");
}

static void put_core(const struct document *d, int64_t created, struct buf *x)
{
	put(x, PROLOGUE "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/"
	       "2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
	       "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
	       "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
	xml_put(x, d->name);
	put(x, "</dc:title><dcterms:created xsi:type=\"dcterms:W3CDTF\">");
	date_put_rfc3339(created, x);
	put(x, "</dcterms:created></cp:coreProperties>");
}

static const char content_types[] = PROLOGUE
	"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
	"<Default Extension=\"rels\" "
	"ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
	"<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
	"<Override PartName=\"/word/document.xml\" ContentType=\"" WORD_TYPE "document.main+xml\"/>"
	"<Override PartName=\"/word/styles.xml\" ContentType=\"" WORD_TYPE "styles+xml\"/>"
	"<Override PartName=\"/word/settings.xml\" ContentType=\"" WORD_TYPE "settings+xml\"/>"
	"<Override PartName=\"/word/header1.xml\" ContentType=\"" WORD_TYPE "header+xml\"/>"
	"<Override PartName=\"/word/header2.xml\" ContentType=\"" WORD_TYPE "header+xml\"/>"
	"<Override PartName=\"/docProps/core.xml\" "
	"ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
	"</Types>";

#define RELATIONS_BEGIN \
	PROLOGUE "<Relationships " \
	"xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define RELATION(id, type, target) \
	"<Relationship Id=\"" id "\" Type=\"" type "\" Target=\"" target "\"/>"

static const char package_relations[] = RELATIONS_BEGIN
	RELATION("rId1", OFFICE "relationships/officeDocument", "word/document.xml")
	RELATION("rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
		 "core-properties", "docProps/core.xml")
	"</Relationships>";

static const char document_relations[] = RELATIONS_BEGIN
	RELATION("rId1", OFFICE "relationships/styles", "styles.xml")
	RELATION("rId2", OFFICE "relationships/settings", "settings.xml")
	RELATION("rId3", OFFICE "relationships/header", "header1.xml")
	RELATION("rId4", OFFICE "relationships/header", "header2.xml")
	"</Relationships>";

/* Word 2013 and later: no compatibility mode. */
static const char settings[] = PROLOGUE
	"<w:settings " NAMESPACES "><w:defaultTabStop w:val=\"720\"/><w:compat><w:compatSetting "
	"w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" "
	"w:val=\"15\"/></w:compat></w:settings>";

int document_docx(const struct document *d, int64_t created, struct buf *out, struct err *e)
{
	struct writer w = { .d = d, .from_one = true };
	struct buf styles, head, first_head, core;
	int code = d->code;

	if (code != 0)
		return err_set(e, code, "docx");
	buf_init(&w.x, DOCX_MAX);
	buf_init(&styles, 65536);
	buf_init(&head, 65536);
	buf_init(&first_head, 65536);
	buf_init(&core, 65536);
	put_document(&w);
	document_docx_styles(&styles);
	put_page_head(d, true, &head);
	put_page_head(d, false, &first_head);
	put_core(d, created, &core);
	if (w.x.failed || styles.failed || head.failed || first_head.failed || core.failed) {
		code = err_set(e, ERR_TOO_LARGE, "docx");
	} else {
		const struct archive_entry entries[] = {
			{ "[Content_Types].xml", bytes_str(content_types), false },
			{ "_rels/.rels", bytes_str(package_relations), false },
			{ "word/document.xml", buf_view(&w.x), false },
			{ "word/_rels/document.xml.rels", bytes_str(document_relations), false },
			{ "word/styles.xml", buf_view(&styles), false },
			{ "word/settings.xml", bytes_str(settings), false },
			{ "word/header1.xml", buf_view(&head), false },
			{ "word/header2.xml", buf_view(&first_head), false },
			{ "docProps/core.xml", buf_view(&core), false },
		};

		code = archive_write(entries, sizeof entries / sizeof entries[0], created, out, e);
	}
	buf_release(&w.x);
	buf_release(&styles);
	buf_release(&head);
	buf_release(&first_head);
	buf_release(&core);
	return code;
}
