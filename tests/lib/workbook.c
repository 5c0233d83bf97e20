/* Workbooks put together by hand. */
#include "tests/lib/workbook.h"

#include <stdlib.h>

#include "common/sheet/archive.h"

#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

static struct bytes wrap(struct buf *b, const char *before, struct bytes s, const char *behind)
{
	buf_init(b, (size_t)1 << 30);
	buf_add(b, bytes_str(before));
	buf_add(b, s);
	buf_add(b, bytes_str(behind));
	return buf_view(b);
}

static struct bytes or_else(struct bytes s, const char *otherwise)
{
	return s.len > 0 ? s : bytes_str(otherwise);
}

void workbook_put(const struct workbook *w, struct buf *out)
{
	struct buf sheet, strings, styles, book;
	struct archive_entry entries[8] = {
		{ "_rels/.rels", or_else(w->root, "<Relationships><Relationship Id=\"rId1\" "
			"Type=\"" TYPE "officeDocument\" Target=\"xl/workbook.xml\"/>"
			"</Relationships>"), false },
		{ "xl/_rels/workbook.xml.rels", or_else(w->relations, "<Relationships>"
			"<Relationship Id=\"rId1\" Type=\"" TYPE "worksheet\" "
			"Target=\"worksheets/sheet1.xml\"/>"
			"<Relationship Id=\"rId2\" Type=\"" TYPE "sharedStrings\" "
			"Target=\"sharedStrings.xml\"/>"
			"<Relationship Id=\"rId3\" Type=\"" TYPE "styles\" Target=\"/xl/styles.xml\"/>"
			"</Relationships>"), false },
	};
	size_t n = 2;

	entries[n++] = (struct archive_entry){ "xl/workbook.xml", wrap(&book, "<workbook " MAIN
		" xmlns:r=\"" TYPE "\">", or_else(w->book, "<sheets><sheet name=\"Sheet1\" "
		"sheetId=\"1\" r:id=\"rId1\"/></sheets>"), "</workbook>"), false };
	wrap(&sheet, "<?xml version=\"1.0\"?><worksheet " MAIN "><sheetData>", w->sheet,
	     "</sheetData></worksheet>");
	entries[n++] = (struct archive_entry){ "xl/worksheets/sheet1.xml",
		w->sheet_xml.len > 0 ? w->sheet_xml : buf_view(&sheet), false };
	entries[n++] = (struct archive_entry){ "xl/sharedStrings.xml",
		wrap(&strings, "<sst " MAIN ">", w->strings, "</sst>"), false };
	entries[n++] = (struct archive_entry){ "xl/styles.xml",
		wrap(&styles, "<styleSheet " MAIN ">", w->styles, "</styleSheet>"), false };
	if (archive_write(entries, n, 1669512146, out, NULL) != 0)
		abort();
	buf_release(&book);
	buf_release(&sheet);
	buf_release(&strings);
	buf_release(&styles);
}
