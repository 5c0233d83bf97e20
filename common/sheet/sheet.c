/* Sheets: places and bounds, and the door that tells CSV from XLSX. */
#include "common/sheet/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "common/sheet/csv.h"
#include "common/sheet/sheet_build.h"
#include "common/sheet/xlsx_read.h"

enum { ROWS_BYTES_MAX = SHEET_ROWS_MAX * sizeof(struct sheet_row) };

static bool begins(struct bytes s, const char *magic, size_t n)
{
	return s.len >= n && memcmp(s.at, magic, n) == 0;
}

int sheet_read(struct bytes file, struct bytes name, struct arena *a, struct sheet *out,
	       struct err *e)
{
	if (file.len > SHEET_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "64 MiB");
	if (begins(file, "PK\x03\x04", 4))
		return xlsx_read(file, name, a, out, e);
	/* A compound file: Excel 97, and any Excel's under a password. */
	if (begins(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		return err_set(e, ERR_OLD_SHEET, "%s", "");
	return csv_read(file, a, out, e);
}

struct cell sheet_cell(const struct sheet_row *row, uint32_t column)
{
	return column < row->count ? row->cells[column] : (struct cell){ .kind = CELL_EMPTY };
}

void sheet_column_put(uint32_t column, struct buf *out)
{
	uint8_t letters[8];
	size_t n = sizeof letters;

	for (;; column = column / 26 - 1) {
		letters[--n] = (uint8_t)('A' + column % 26);
		if (column < 26)
			break;
	}
	buf_put(out, letters + n, sizeof letters - n);
}

int sheet_error(struct err *e, int code, struct bytes name, uint32_t column, uint32_t row)
{
	struct buf place;

	buf_init(&place, sizeof e->subject);
	if (name.len > 0 && name.len < 150) {
		buf_add(&place, name);
		buf_byte(&place, '!');
	}
	sheet_column_put(column, &place);
	buf_printf(&place, "%u", row);
	err_set(e, code, "%.*s", (int)place.len, (const char *)place.at);
	buf_release(&place);
	return code;
}

int sheet_build_init(struct sheet_build *b, struct arena *a, struct sheet *out, struct err *e)
{
	static const struct bytes no_font;

	*out = (struct sheet){ .fonts = &no_font, .font_count = 1 };
	*b = (struct sheet_build){ .arena = a, .out = out };
	buf_init(&b->rows, ROWS_BYTES_MAX);
	b->row = calloc(SHEET_COLUMNS_MAX, sizeof *b->row);
	return b->row == NULL ? err_set(e, ERR_NOMEM, "sheet") : 0;
}

void sheet_build_release(struct sheet_build *b)
{
	free(b->row);
	buf_release(&b->rows);
}

int sheet_build_cell(struct sheet_build *b, uint32_t column, uint32_t row, struct cell cell,
		     struct err *e)
{
	if (cell.kind == CELL_EMPTY)
		return 0;
	if (column >= SHEET_COLUMNS_MAX || cell.text.len > SHEET_TEXT_MAX)
		return sheet_error(e, ERR_TOO_LARGE, b->out->name, column, row);
	b->row[column] = cell;
	if (column >= b->count)
		b->count = column + 1;
	return 0;
}

int sheet_build_row(struct sheet_build *b, uint32_t number, struct err *e)
{
	struct sheet_row row = { .number = number, .count = b->count };
	struct cell *cells;

	if (b->count == 0)
		return 0;
	b->cells += b->count;
	if (number > SHEET_ROWS_MAX || b->cells > SHEET_CELLS_MAX)
		return sheet_error(e, ERR_TOO_LARGE, b->out->name, 0, number);
	cells = arena_array(b->arena, b->count, sizeof *cells);
	if (cells == NULL)
		return err_set(e, ERR_NOMEM, "sheet");
	memcpy(cells, b->row, b->count * sizeof *cells);
	row.cells = cells;
	buf_put(&b->rows, &row, sizeof row);
	if (b->rows.failed)
		return err_set(e, ERR_NOMEM, "sheet");
	if (b->count > b->out->columns)
		b->out->columns = b->count;
	memset(b->row, 0, b->count * sizeof *b->row);
	b->count = 0;
	return 0;
}

int sheet_build_end(struct sheet_build *b, struct err *e)
{
	struct bytes rows = arena_copy(b->arena, buf_view(&b->rows));

	if (rows.len > 0 && rows.at == NULL)
		return err_set(e, ERR_NOMEM, "sheet");
	b->out->rows = (const void *)rows.at;
	b->out->count = rows.len / sizeof(struct sheet_row);
	return 0;
}
