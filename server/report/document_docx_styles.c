/* The styles of a document in DOCX: the decree's letters and distances, in one table.
 * Names are those that an office sees in Word's list of styles. */
#include <string.h>

#include "server/report/document_parts.h"

enum { LEFT, CENTRE, RIGHT, BOTH };

struct style {
	const char *id, *name;
	unsigned half_points;
	bool bold, italic, keep_next;
	unsigned justify;
	unsigned first_line; /* twentieths of a point: 567 is 10 mm */
	unsigned before, after;
	const char *outline; /* level in Word's navigation, for headings */
};

static const struct style styles[] = {
	{ "NoiDung", "Nội dung", 28, .justify = BOTH, .first_line = 567, .after = 120 },
	{ "CanCu", "Căn cứ", 28, .italic = true, .justify = BOTH, .first_line = 567, .after = 120 },
	{ "Heading1", "heading 1", 28, .bold = true, .keep_next = true, .justify = BOTH,
	  .first_line = 567, .before = 120, .after = 120, .outline = "0" },
	{ "Heading2", "heading 2", 28, .bold = true, .keep_next = true, .justify = BOTH,
	  .first_line = 567, .after = 120, .outline = "1" },
	{ "Heading3", "heading 3", 28, .bold = true, .italic = true, .keep_next = true,
	  .justify = BOTH, .first_line = 567, .after = 120, .outline = "2" },
	{ "GachDau", "Gạch đầu dòng", 28, .justify = BOTH, .first_line = 567, .after = 120 },
	{ "Giua", "Giữa dòng", 28, .justify = CENTRE, .before = 120, .after = 120 },
	{ "TenBang", "Tên bảng", 28, .bold = true, .keep_next = true, .justify = CENTRE,
	  .before = 120, .after = 60 },
	{ "GhiChu", "Ghi chú", 24, .italic = true, .keep_next = true, .justify = BOTH, .after = 60 },
	{ "CoQuanChuQuan", "Cơ quan chủ quản", 24, .justify = CENTRE },
	{ "CoQuan", "Cơ quan ban hành", 24, .bold = true, .justify = CENTRE },
	{ "QuocHieu", "Quốc hiệu", 24, .bold = true, .justify = CENTRE },
	{ "TieuNgu", "Tiêu ngữ", 26, .bold = true, .justify = CENTRE },
	{ "SoKyHieu", "Số, ký hiệu", 26, .justify = CENTRE, .before = 60 },
	{ "VeViec", "Trích yếu công văn", 24, .justify = CENTRE },
	{ "DiaDanh", "Địa danh, thời gian", 26, .italic = true, .justify = CENTRE, .before = 60 },
	{ "TenLoai", "Tên loại văn bản", 28, .bold = true, .keep_next = true, .justify = CENTRE,
	  .before = 240 },
	{ "TrichYeu", "Trích yếu", 28, .bold = true, .justify = CENTRE },
	{ "PhuLuc", "Phụ lục", 28, .bold = true, .keep_next = true, .justify = CENTRE,
	  .outline = "0" },
	{ "TenPhuLuc", "Tên phụ lục", 28, .bold = true, .keep_next = true, .justify = CENTRE },
	{ "KemTheo", "Kèm theo", 28, .italic = true, .keep_next = true, .justify = CENTRE },
	{ "NoiNhan", "Nơi nhận", 22, .justify = LEFT },
	{ "ChuKy", "Chữ ký", 28, .bold = true, .justify = CENTRE },
	{ "Bang", "Bảng", 24, .justify = LEFT, .before = 40, .after = 40 },
	{ "BangNho", "Bảng nhiều cột", 22, .justify = LEFT, .before = 40, .after = 40 },
	{ "SoTrang", "Số trang", 26, .justify = CENTRE },
	{ "ThongBao", "Thông báo đầu trang", 22, .bold = true, .justify = CENTRE, .after = 120 },
	/* Between things: a point high. */
	{ "Dong", "Dòng ngăn", 2, .justify = LEFT },
};

static void put_style(const struct style *s, struct buf *x)
{
	static const char *const justify[] = { "left", "center", "right", "both" };

	buf_printf(x, "<w:style w:type=\"paragraph\"%s w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
		   "<w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>%s",
		   strncmp(s->id, "Heading", 7) == 0 ? "" : " w:customStyle=\"1\"", s->id, s->name,
		   s->keep_next ? "<w:keepNext/>" : "");
	buf_printf(x, "<w:spacing w:before=\"%u\" w:after=\"%u\"/>", s->before, s->after);
	if (s->first_line > 0)
		buf_printf(x, "<w:ind w:firstLine=\"%u\"/>", s->first_line);
	buf_printf(x, "<w:jc w:val=\"%s\"/>", justify[s->justify]);
	if (s->outline != NULL)
		buf_printf(x, "<w:outlineLvl w:val=\"%s\"/>", s->outline);
	buf_printf(x, "</w:pPr><w:rPr>%s%s<w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/></w:rPr>"
		   "</w:style>", s->bold ? "<w:b/><w:bCs/>" : "", s->italic ? "<w:i/><w:iCs/>" : "",
		   s->half_points, s->half_points);
}

void document_docx_styles(struct buf *x)
{
	static const char begin[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
		"<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
		"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" "
		"w:hAnsi=\"Times New Roman\" w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"/>"
		"<w:color w:val=\"000000\"/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/>"
		"<w:lang w:val=\"vi-VN\" w:eastAsia=\"vi-VN\"/></w:rPr></w:rPrDefault>"
		"<w:pPrDefault><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" "
		"w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>"
		"<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
		"w:val=\"Normal\"/><w:qFormat/></w:style>"
		"<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name "
		"w:val=\"Normal Table\"/></w:style>"
		"<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"KeBang\"><w:name "
		"w:val=\"Kẻ bảng\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>";
	static const char *const sides[] = { "top", "left", "bottom", "right", "insideH",
					     "insideV" };
	static const char end[] =
		"</w:tblBorders><w:tblCellMar><w:left w:w=\"57\" w:type=\"dxa\"/><w:right "
		"w:w=\"57\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>";
	size_t i;

	buf_add(x, bytes_str(begin));
	for (i = 0; i < sizeof sides / sizeof sides[0]; i++)
		buf_printf(x, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" "
			   "w:color=\"000000\"/>", sides[i]);
	buf_add(x, bytes_str(end));
	for (i = 0; i < sizeof styles / sizeof styles[0]; i++)
		put_style(&styles[i], x);
	buf_add(x, bytes_str("</w:styles>"));
}
