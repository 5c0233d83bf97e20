/* A document as HTML for reading and printing: one file that asks for nothing from
 * outside and runs nothing. A browser that knows page margin boxes (CSS Paged Media)
 * prints page numbers and the notice above each page, counted through; others show the
 * notice once. */
#include <string.h>

#include "common/sheet/xml.h"
#include "server/report/document_parts.h"

struct html {
	const struct document *d;
	struct buf *x;
	bool landscape;
};

static const char *const style_classes[DOCUMENT_STYLES] = {
	[DOCUMENT_BODY] = "p", [DOCUMENT_BASIS] = "p class=\"can-cu\"",
	[DOCUMENT_HEADING_1] = "h2", [DOCUMENT_HEADING_2] = "h3", [DOCUMENT_HEADING_3] = "h4",
	[DOCUMENT_BULLET] = "p", [DOCUMENT_CENTRED] = "p class=\"giua\"",
	[DOCUMENT_CAPTION] = "p class=\"ten-bang\"", [DOCUMENT_NOTE] = "p class=\"ghi-chu\"",
};

static void put(struct html *h, const char *s)
{
	buf_add(h->x, bytes_str(s));
}

static void put_text(struct html *h, struct bytes text)
{
	size_t i, from = 0;

	for (i = 0; i <= text.len; i++) {
		if (i < text.len && text.at[i] != '\n')
			continue;
		if (i > from)
			xml_put(h->x, (struct bytes){ text.at + from, i - from });
		if (i < text.len)
			put(h, "<br>");
		from = i + 1;
	}
}

/* Between tags; the closing one is the opening one's first word. */
static void put_element(struct html *h, const char *tag, struct bytes text)
{
	buf_printf(h->x, "<%s>", tag);
	put_text(h, text);
	buf_printf(h->x, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void put_some(struct html *h, const char *tag, struct bytes text)
{
	if (text.len > 0)
		put_element(h, tag, text);
}

/* A CSS string: what could end it or the style element is written by its code. */
static void put_css_string(struct html *h, struct bytes s)
{
	size_t i;

	buf_byte(h->x, '"');
	for (i = 0; i < s.len; i++) {
		if (s.at[i] < 0x20 || strchr("\"\\<>&", s.at[i]) != NULL)
			buf_printf(h->x, "\\%06x", s.at[i]);
		else
			buf_byte(h->x, s.at[i]);
	}
	buf_byte(h->x, '"');
}

/* A line in the middle. */
static void put_line(struct html *h, unsigned tenths)
{
	buf_printf(h->x, "<hr class=\"ke\" style=\"width:%u.%umm\">\n", tenths / 10, tenths % 10);
}

/* Below a text that is centred in so wide a column: 2/5 of it. */
static void put_line_below(struct html *h, unsigned column, struct bytes text, unsigned points)
{
	unsigned width = document_text_width(text, points);

	put_line(h, (width < column ? width : column) * 2 / 5);
}

static unsigned all_width(const struct html *h)
{
	return (h->landscape ? TEXT_WIDTH_ACROSS : TEXT_WIDTH) * 10;
}

static const char css[] =
	"body{font-family:'Times New Roman','Liberation Serif',serif;font-size:14pt;color:#000;"
	"background:#fff;max-width:165mm;margin:10mm auto;line-height:1.15}\n"
	"p,h2,h3,h4{font-size:14pt;margin:0 0 6pt;text-align:justify;text-indent:10mm}\n"
	"h2,h3,h4{break-after:avoid}h4,.can-cu,.kem-theo{font-style:italic}\n"
	"h1{font-size:14pt;margin:0;text-align:center}\n"
	".giua,.ten-bang,.trich-yeu,.ten-phu-luc,.kem-theo,.thong-bao,.khoi p{text-align:center;"
	"text-indent:0;margin:0;white-space:pre-wrap}.khoi p{font-size:inherit}\n"
	".ten-bang,.trich-yeu,.ten-phu-luc,.thong-bao{font-weight:bold}.thong-bao{margin:0 0 8pt}"
	".giua,.ten-bang{margin:6pt 0}\n"
	".ten-bang,.ghi-chu{break-after:avoid}.ghi-chu{font-size:12pt;font-style:italic;text-indent:0}\n"
	".ke{border:0;border-top:1px solid #000;margin:2pt auto 10pt}\n"
	".khoi .ke{margin-bottom:6pt}.khoi{width:100%;border-collapse:collapse;margin:0 0 10pt;break-inside:avoid}\n"
	".khoi td{vertical-align:top;padding:0}.khoi .co-quan{font-size:12pt;width:44%}\n"
	".khoi .quoc-hieu{font-size:12pt;font-weight:bold}"
	".khoi .tieu-ngu{font-size:13pt;font-weight:bold}\n"
	".khoi .so{font-size:13pt}.khoi .dia-danh{font-size:13pt;font-style:italic}\n"
	".khoi .dam{font-weight:bold}.khoi .noi-nhan{width:50%}\n"
	".khoi .noi-nhan p{font-size:11pt;text-align:left}"
	".khoi .noi-nhan .tu{font-size:12pt;font-weight:bold;font-style:italic}\n"
	".ky-ten{padding-top:23mm}\n"
	".bang{width:100%;border-collapse:collapse;font-size:12pt;margin:0 0 8pt;line-height:1.1;"
	"table-layout:fixed}\n"
	".bang th,.bang td{border:1px solid #000;padding:2pt 3pt;vertical-align:top;"
	"overflow-wrap:break-word}.bang th{vertical-align:middle}\n"
	".bang thead{display:table-header-group}.bang tr{break-inside:avoid}\n"
	".nhieu-cot{font-size:11pt}.phai{text-align:right}.o-giua{text-align:center}\n"
	".tong td{font-weight:bold}.ngat{break-after:page}\n"
	"section{break-before:page}section:first-of-type{break-before:auto}\n"
	".ngang{page:ngang}@media screen{.ngang{margin:0 -43mm}}\n"
	"@media print{body{max-width:none;margin:0}}\n";

static void put_style(struct html *h)
{
	put(h, "<style>\n@page{size:A4;margin:20mm 15mm 20mm 30mm;@top-center{content:");
	if (h->d->notice.len > 0) {
		put(h, "counter(page) \"\\00000a\" ");
		put_css_string(h, h->d->notice);
		put(h, ";white-space:pre;font-weight:bold");
	} else {
		put(h, "counter(page)");
	}
	put(h, ";font-size:13pt;font-family:'Times New Roman',serif}}\n"
	       "@page ngang{size:A4 landscape}\n"
	       /* Its notice stands in the text. */
	       "@page:first{@top-center{content:none}}\n");
	put(h, css);
	put(h, "</style>\n");
}

static void put_head(struct html *h, const struct document_head *head)
{
	put(h, "<table class=\"khoi\"><tr><td class=\"co-quan\">");
	put_some(h, "p", head->superior);
	put_some(h, "p class=\"dam\"", head->agency);
	put_line_below(h, HEAD_LEFT * 10, head->agency, 12);
	put(h, "</td><td>");
	put_element(h, "p class=\"quoc-hieu\"", bytes_str(DOCUMENT_NATION));
	put_element(h, "p class=\"tieu-ngu\"", bytes_str(DOCUMENT_MOTTO));
	put_line(h, MOTTO_WIDTH_TENTHS);
	put(h, "</td></tr>\n<tr><td>");
	put_some(h, "p class=\"so\"", head->number);
	if (head->type.len == 0)
		put_some(h, "p", head->summary);
	put(h, "</td><td>");
	put_some(h, "p class=\"dia-danh\"", head->place_date);
	put(h, "</td></tr></table>\n");
	if (head->type.len == 0)
		return;
	put_element(h, "h1", head->type);
	put_some(h, "p class=\"trich-yeu\"", head->summary);
	put_line_below(h, all_width(h), head->summary, 14);
}

static const char *align_class(enum document_align align)
{
	return align == ALIGN_RIGHT ? " class=\"phai\"" :
	       align == ALIGN_CENTRE ? " class=\"o-giua\"" : "";
}

static void put_table_heading(struct html *h, const struct table *t)
{
	size_t i, span;

	put(h, "<thead><tr>");
	for (i = 0; i < t->count; i += span) {
		const struct document_column *c = &t->columns[i];

		span = document_group(t, i);
		if (c->group != NULL)
			buf_printf(h->x, "<th colspan=\"%zu\">", span);
		else
			put(h, t->grouped ? "<th rowspan=\"2\">" : "<th>");
		put_text(h, bytes_str(c->group != NULL ? c->group : c->title));
		put(h, "</th>");
	}
	if (t->grouped) {
		put(h, "</tr><tr>");
		for (i = 0; i < t->count; i++)
			if (t->columns[i].group != NULL)
				put_element(h, "th", bytes_str(t->columns[i].title));
	}
	put(h, "</tr></thead>\n<tbody>\n");
}

static void put_table(struct html *h, const struct table *t)
{
	const unsigned total = all_width(h);
	unsigned widths[DOCUMENT_COLUMNS_MAX];
	const struct table_row *row;
	size_t i;

	buf_printf(h->x, "<table class=\"bang%s\"><colgroup>",
		   t->count > TABLE_MANY_COLUMNS ? " nhieu-cot" : "");
	document_widths(t, total, widths);
	for (i = 0; i < t->count; i++)
		buf_printf(h->x, "<col style=\"width:%u.%02u%%\">", widths[i] * 100 / total,
			   widths[i] * 10000 / total % 100);
	put(h, "</colgroup>\n");
	put_table_heading(h, t);
	for (row = t->first; row != NULL; row = row->next) {
		put(h, row->kind == ROW_PLAIN ? "<tr>" : "<tr class=\"tong\">");
		if (row->kind == ROW_GROUP) {
			buf_printf(h->x, "<td colspan=\"%zu\">", t->count);
			put_text(h, row->cells[0]);
			put(h, "</td>");
		}
		for (i = 0; row->kind != ROW_GROUP && i < t->count; i++) {
			buf_printf(h->x, "<td%s>", align_class(t->columns[i].align));
			put_text(h, row->cells[i]);
			put(h, "</td>");
		}
		put(h, "</tr>\n");
	}
	put(h, "</tbody></table>\n");
}

static void put_signature(struct html *h, const struct document_signature *s)
{
	size_t i;

	put(h, "<table class=\"khoi\"><tr><td class=\"noi-nhan\">");
	if (s->recipient_count > 0)
		put(h, "<p class=\"tu\">Nơi nhận:</p>");
	for (i = 0; i < s->recipient_count; i++)
		put_element(h, "p", s->recipients[i]);
	put(h, "</td><td>");
	put_some(h, "p class=\"dam\"", s->authority);
	put_some(h, "p class=\"dam\"", s->title);
	put_element(h, "p class=\"dam ky-ten\"", s->name);
	put(h, "</td></tr></table>\n");
}

static void put_block(struct html *h, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_HEAD:
		put_head(h, &b->head);
		break;
	case BLOCK_PARAGRAPH:
		buf_printf(h->x, "<%s>%s", style_classes[b->paragraph.style],
			   b->paragraph.style == DOCUMENT_BULLET ? "- " : "");
		put_text(h, b->paragraph.text);
		buf_printf(h->x, "</%.*s>\n",
			   (int)strcspn(style_classes[b->paragraph.style], " "),
			   style_classes[b->paragraph.style]);
		break;
	case BLOCK_TABLE:
		put_table(h, &b->table);
		break;
	case BLOCK_SIGNATURE:
		put_signature(h, &b->signature);
		break;
	case BLOCK_PAGE_BREAK:
		put(h, "<div class=\"ngat\"></div>\n");
		break;
	case BLOCK_SECTION:
		h->landscape = b->section.landscape;
		put(h, h->landscape ? "</section>\n<section class=\"ngang\">\n" :
					      "</section>\n<section>\n");
		break;
	case BLOCK_ANNEX:
		put_element(h, "h1", b->annex.number);
		put_some(h, "p class=\"ten-phu-luc\"", b->annex.title);
		put_some(h, "p class=\"kem-theo\"", b->annex.belongs_to);
		put_line_below(h, all_width(h), b->annex.belongs_to.len > 0 ?
						b->annex.belongs_to : b->annex.title, 14);
		break;
	}
}

int document_html(const struct document *d, struct buf *out, struct err *e)
{
	struct html h = { .d = d, .x = out };
	const struct block *b;

	if (d->code != 0)
		return err_set(e, d->code, "html");
	put(&h, "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" "
		"content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
	put_element(&h, "title", d->name);
	put_style(&h);
	put(&h, "</head><body>\n");
	put_some(&h, "p class=\"thong-bao\"", d->notice);
	put(&h, "<section>\n");
	for (b = d->first; b != NULL; b = b->next)
		put_block(&h, b);
	put(&h, "</section>\n</body></html>\n");
	return out->failed ? err_set(e, ERR_TOO_LARGE, "html") : 0;
}
