/* Fuzz target: tables from XLSX. An input is parts of a workbook, each behind a zero
 * byte, so that mutation gets past the archive's check sums; or an archive as it is.
 *
 * The property: rows and cells are what their reader promises. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/sheet/xlsx_read.h"
#include "common/text/date.h"
#include "protocol/cbor.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/workbook.h"

static const char *const styles =
	"<numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts><fonts><font>"
	"<name val=\".VnTime\"/></font></fonts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
	"<xf numFmtId=\"164\" fontId=\"0\"/></cellXfs>";

static void put_cell(struct gen *g, struct buf *out)
{
	static const char *const cells[] = {
		"<c t=\"s\"><v>0</v></c>", "<c t=\"s\"><v>1</v></c>", "<c s=\"1\"><v>45000.25</v></c>",
		"<c><v>1.5E3</v></c>", "<c t=\"b\"><v>1</v></c>", "<c t=\"e\"><v>#REF!</v></c>",
		"<c t=\"inlineStr\"><is><r><rPr><rFont val=\"x\"/></rPr><t>a_x0041_</t></r></is></c>",
		"<c t=\"str\"><f>A1</f><v>b</v></c>", "<c><f>A1</f></c>", "<c s=\"2\"><v>60</v></c>",
		"<c t=\"d\"><v>2023-03-15T08:30:00</v></c>", "<c r=\"ZZ9\"/>", "<c r=\"C1\"><v>-0.1</v></c>",
	};

	buf_add(out, bytes_str(cells[gen_below(g, sizeof cells / sizeof cells[0])]));
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	size_t rows = gen_below(g, 6), cells;
	struct workbook w = { .sheet_xml = BYTES_NONE };
	struct buf sheet;

	buf_init(&sheet, 65536);
	while (rows-- > 0) {
		buf_add(&sheet, bytes_str("<row>"));
		for (cells = gen_below(g, 6); cells > 0; cells--)
			put_cell(g, &sheet);
		buf_add(&sheet, bytes_str("</row>"));
	}
	w.sheet = buf_view(&sheet);
	w.styles = bytes_str(styles);
	w.strings = bytes_str("<si><t>một</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si>");
	if (gen_below(g, 8) == 0) {
		workbook_put(&w, out);
	} else {
		buf_byte(out, 0);
		buf_add(out, w.sheet);
		buf_byte(out, 0);
		buf_add(out, w.strings);
		buf_byte(out, 0);
		buf_add(out, w.styles);
	}
	buf_release(&sheet);
}

static struct bytes take_part(struct bytes *in)
{
	struct bytes part = BYTES_NONE;
	const uint8_t *end;

	if (in->len == 0 || in->at[0] != 0)
		return part;
	part = (struct bytes){ in->at + 1, in->len - 1 };
	end = part.len == 0 ? NULL : memchr(part.at, 0, part.len);
	if (end != NULL)
		part.len = (size_t)(end - part.at);
	*in = (struct bytes){ part.at + part.len, in->len - 1 - part.len };
	return part;
}

static bool plain_number(struct bytes s)
{
	size_t i = s.len > 0 && s.at[0] == '-', points = 0;

	if (i == s.len || s.at[s.len - 1] == '.' || s.at[i] == '.')
		return false;
	for (; i < s.len; i++) {
		points += s.at[i] == '.';
		if (s.at[i] != '.' && (s.at[i] < '0' || s.at[i] > '9'))
			return false;
	}
	return points <= 1 && !(points == 1 && s.at[s.len - 1] == '0');
}

static bool as_promised(const struct cell *c)
{
	struct bytes date = { c->text.at, c->text.len < 10 ? c->text.len : 10 };
	int64_t day;

	if ((c->kind == CELL_EMPTY) != (c->text.len == 0) || !cbor_utf8_ok(c->text))
		return false;
	switch (c->kind) {
	case CELL_NUMBER:
		return plain_number(c->text);
	case CELL_DATE:
		return date_parse(date, &day) && day == c->day && c->second < 86400 &&
		       c->text.len == (c->second == 0 ? 10 : 19);
	case CELL_BOOL:
		return bytes_equal(c->text, bytes_str("true")) ||
		       bytes_equal(c->text, bytes_str("false"));
	default:
		return c->kind <= CELL_ERROR;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct workbook w = { .sheet_xml = BYTES_NONE };
	uint32_t last = 0, c;
	struct sheet s;
	struct arena a;
	struct buf file;
	size_t i;

	arena_init(&a, SHEET_MEMORY_MAX);
	buf_init(&file, SHEET_FILE_MAX);
	if (size > 0 && data[0] == 0) {
		w.sheet = take_part(&in);
		w.strings = take_part(&in);
		w.styles = take_part(&in);
		workbook_put(&w, &file);
		in = buf_view(&file);
	}
	if (xlsx_read(in, BYTES_NONE, &a, &s, NULL) == 0)
		for (i = 0; i < s.count; i++) {
			const struct sheet_row *row = &s.rows[i];

			if (row->number <= last || row->count == 0 || row->count > s.columns)
				abort();
			last = row->number;
			for (c = 0; c < row->count; c++)
				if (!as_promised(&row->cells[c]) ||
				    row->cells[c].font >= s.font_count)
					abort();
		}
	arena_release(&a);
	buf_release(&file);
	return 0;
}
