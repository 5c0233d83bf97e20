/* XLSX out over libxlsxwriter, which has each row on disk as soon as the next begins, so
 * that a long table takes no memory. Its files are unlinked ones: nothing of what they
 * hold stays behind. */
#include "common/sheet/xlsx_write.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/sheet/xlsx_parts.h"
#include "common/sheet/xlsx_write_parts.h"
#include "common/text/date.h"
#include "common/text/text.h"

enum {
	TEXT_MAX = 32767,     /* characters in a cell */
	WIDTH_MIN = 8, WIDTH_MIN_NUMBER = 14, WIDTH_MAX = 40, WIDTH_NOTES = 100,
	A4 = 9
};

#define PRECISE ((int64_t)999999999999999) /* 15 digits, as Excel keeps */
#define LINE_POINTS 15.75                  /* of letters of 12 points */

void xlsx_write_fail(struct xlsx_writer *w, int code, const char *what)
{
	if (w->code == 0)
		w->code = err_set(&w->e, code, "%s", what);
}

void xlsx_write_check(struct xlsx_writer *w, lxw_error error)
{
	switch (error) {
	case LXW_NO_ERROR:
		break;
	case LXW_ERROR_MEMORY_MALLOC_FAILED:
		xlsx_write_fail(w, ERR_NOMEM, "xlsx");
		break;
	case LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE:
		xlsx_write_fail(w, ERR_TOO_LARGE, "xlsx");
		break;
	default:
		if (w->code != 0)
			break;
		w->code = err_because(&w->e, ERR_IO, "the workbook could not be written (code %d)",
				      (int)error);
		err_library(&w->e, lxw_strerror(error));
	}
}

static lxw_format *format(struct xlsx_writer *w, const char *number, bool bold, bool border)
{
	lxw_format *f = workbook_add_format(w->book);

	if (f == NULL) {
		xlsx_write_fail(w, ERR_NOMEM, "xlsx");
		return NULL;
	}
	format_set_font_name(f, "Times New Roman");
	format_set_font_size(f, 12);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (number != NULL)
		format_set_num_format(f, number);
	if (bold)
		format_set_bold(f);
	if (border)
		format_set_border(f, LXW_BORDER_THIN);
	return f;
}

static void make_formats(struct xlsx_writer *w)
{
	static const char *const numbers[XLSX_KINDS] = {
		[XLSX_TEXT] = "@", [XLSX_WHOLE] = "#,##0", [XLSX_DECIMAL] = "#,##0.####",
		[XLSX_DATE] = "dd/mm/yyyy",
	};
	int i;

	for (i = 0; i < XLSX_KINDS; i++) {
		w->formats[i][0] = format(w, numbers[i], false, true);
		w->formats[i][1] = format(w, numbers[i], true, true);
		w->entry[i] = format(w, numbers[i], false, false);
	}
	w->heading = format(w, "@", true, true);
	w->title = format(w, "@", true, false);
	w->note = format(w, "@", false, false);
	w->line = format(w, "@", false, false);
	if (w->code != 0)
		return;
	format_set_text_wrap(w->formats[XLSX_TEXT][0]);
	format_set_text_wrap(w->formats[XLSX_TEXT][1]);
	format_set_text_wrap(w->heading);
	format_set_text_wrap(w->line);
	format_set_align(w->heading, LXW_ALIGN_CENTER);
	format_set_align(w->heading, LXW_ALIGN_VERTICAL_CENTER);
	format_set_bg_color(w->heading, 0xe7eef7);
	format_set_font_size(w->title, 14);
	format_set_italic(w->note);
}

int xlsx_write_new(int64_t created, const char *lists, struct xlsx_writer **out, struct err *e)
{
	struct xlsx_writer *w = calloc(1, sizeof *w);
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	/* Zero would be the present to the library. */
	lxw_doc_properties properties = { .created = created > 0 ? (time_t)created : 1 };
	char path[32];

	if (w == NULL)
		return err_set(e, ERR_NOMEM, "xlsx");
	arena_init(&w->arena, 64 * 1024 * 1024);
	buf_init(&w->text, 4 * 1024 * 1024);
	w->lists_name = lists == NULL ? NULL : arena_str(&w->arena, bytes_str(lists));
	w->file = tmpfile();
	if (w->file == NULL) {
		xlsx_write_free(w);
		return err_set(e, ERR_IO, "tmpfile");
	}
	/* The library opens its file by name: this is the one without a name. */
	snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(w->file));
	w->book = workbook_new_opt(path, &options);
	if (w->book == NULL || (lists != NULL && w->lists_name == NULL)) {
		xlsx_write_free(w);
		return err_set(e, ERR_NOMEM, "xlsx");
	}
	xlsx_write_check(w, workbook_set_properties(w->book, &properties));
	make_formats(w);
	*out = w;
	return 0;
}

void xlsx_write_free(struct xlsx_writer *w)
{
	if (w == NULL)
		return;
	lxw_workbook_free(w->book);
	if (w->file != NULL)
		fclose(w->file);
	buf_release(&w->text);
	arena_release(&w->arena);
	free(w);
}

const char *xlsx_write_clean(struct xlsx_writer *w, struct bytes s, size_t max)
{
	buf_clear(&w->text);
	xlsx_escape(s, max, &w->text);
	buf_byte(&w->text, 0);
	if (w->text.failed) {
		xlsx_write_fail(w, ERR_TOO_LARGE, "text");
		return "";
	}
	return (const char *)w->text.at;
}

/* How many lines a text takes in a cell so wide, about: its letters are narrower than
 * the digits that a width is counted in, but words do not fill their line. */
static unsigned lines_in(struct bytes text, unsigned width)
{
	unsigned lines = 0;
	size_t i, from = 0;

	for (i = 0; i <= text.len; i++) {
		if (i < text.len && text.at[i] != '\n')
			continue;
		lines += 1 + (unsigned)(text_length((struct bytes){ text.at + from, i - from }) /
					width);
		from = i + 1;
	}
	return lines;
}

static unsigned width_at(const struct xlsx_writer *w, size_t column)
{
	return column < w->count ? w->columns[column].width : WIDTH_NOTES;
}

static void note_lines(struct xlsx_writer *w, size_t column, struct bytes text)
{
	unsigned lines = lines_in(text, width_at(w, column));

	w->lines = lines > w->lines ? lines : w->lines;
}

/* Excel finds the height of a row by itself, others do not. */
static void end_row(struct xlsx_writer *w)
{
	const unsigned lines_max = 25; /* Excel's 409 points */

	if (w->code == 0 && w->lines > 1)
		xlsx_write_check(w, worksheet_set_row(w->sheet, w->row, LINE_POINTS *
						      (w->lines < lines_max ? w->lines : lines_max),
						      NULL));
	w->lines = 0;
}

/* What needs to know how many rows there are. */
static void end_sheet(struct xlsx_writer *w)
{
	uint32_t last = w->row + w->in_row + w->entry_rows;
	char range[64];
	size_t i;

	if (w->sheet == NULL || w->code != 0)
		return;
	end_row(w);
	if (w->count == 0)
		return;
	last = last > w->first ? last - 1 : w->first;
	if (last >= LXW_ROW_MAX) {
		xlsx_write_fail(w, ERR_TOO_LARGE, "xlsx");
		return;
	}
	for (i = 0; i < w->count; i++)
		if (w->entry_rows > 0)
			xlsx_write_choices(w, i, last);
	/* Codes are meant to be texts: no warning about that. */
	lxw_rowcol_to_range(range, 0, 0, last, (lxw_col_t)(w->count - 1));
	xlsx_write_check(w, worksheet_ignore_errors(w->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT,
						    range));
}

static void set_page(struct xlsx_writer *w, bool landscape)
{
	worksheet_set_paper(w->sheet, A4);
	if (landscape)
		worksheet_set_landscape(w->sheet);
	/* Inches: left 20 mm, the others 15. */
	worksheet_set_margins(w->sheet, 0.79, 0.59, 0.59, 0.59);
	worksheet_fit_to_pages(w->sheet, 1, 0);
	xlsx_write_check(w, worksheet_set_footer(w->sheet, "&C&P/&N"));
}

static unsigned width_of(const struct xlsx_column *c)
{
	size_t n = text_length(bytes_str(c->title)) + 2;

	const unsigned min = c->kind == XLSX_TEXT ? WIDTH_MIN : WIDTH_MIN_NUMBER;

	if (c->width != 0)
		return c->width;
	return n < min ? min : n > WIDTH_MAX ? WIDTH_MAX : (unsigned)n;
}

static void write_line(struct xlsx_writer *w, const char *text, lxw_format *f)
{
	if (text == NULL || w->code != 0)
		return;
	xlsx_write_check(w, worksheet_write_string(w->sheet, w->row++, 0,
						   xlsx_write_clean(w, bytes_str(text), TEXT_MAX),
						   f));
}

/* What programs know the columns by. */
static void write_codes(struct xlsx_writer *w)
{
	lxw_row_col_options hidden = { .hidden = LXW_TRUE };
	bool any = false;
	size_t i;

	for (i = 0; i < w->count && w->code == 0; i++) {
		if (w->columns[i].code == NULL)
			continue;
		any = true;
		xlsx_write_check(w, worksheet_write_string(w->sheet, w->row, (lxw_col_t)i,
							   w->columns[i].code, w->note));
	}
	if (any && w->code == 0)
		xlsx_write_check(w, worksheet_set_row_opt(w->sheet, w->row++, LXW_DEF_ROW_HEIGHT,
							  NULL, &hidden));
}

static void write_heading(struct xlsx_writer *w)
{
	size_t i;

	for (i = 0; i < w->count && w->code == 0; i++) {
		const struct xlsx_column *c = &w->columns[i];

		note_lines(w, i, bytes_str(c->title));
		xlsx_write_check(w, worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i,
							 c->width, w->entry_rows > 0 ?
							 w->entry[c->kind] : NULL));
		xlsx_write_check(w, worksheet_write_string(w->sheet, w->row, (lxw_col_t)i,
							   xlsx_write_clean(w, bytes_str(c->title),
									    TEXT_MAX),
							   w->heading));
	}
	xlsx_write_check(w, worksheet_repeat_rows(w->sheet, w->row, w->row));
	end_row(w);
	w->row++;
	write_codes(w);
	worksheet_freeze_panes(w->sheet, w->row, 0);
}

/* Whether the text, if there is one, could be copied. */
static bool keep(struct xlsx_writer *w, const char **text)
{
	if (*text == NULL)
		return true;
	*text = arena_str(&w->arena, bytes_str(*text));
	return *text != NULL;
}

static bool copy_columns(struct xlsx_writer *w, const struct xlsx_sheet *sheet)
{
	size_t i;

	w->count = sheet->count;
	w->columns = arena_array(&w->arena, sheet->count + 1, sizeof *w->columns);
	if (w->columns == NULL)
		return false;
	for (i = 0; i < sheet->count; i++) {
		struct xlsx_column *c = &w->columns[i];

		*c = sheet->columns[i];
		c->width = width_of(c);
		if (!keep(w, &c->title) || !keep(w, &c->hint) || !keep(w, &c->code))
			return false;
	}
	return true;
}

void xlsx_write_sheet(struct xlsx_writer *w, const struct xlsx_sheet *sheet)
{
	end_sheet(w);
	if (w->code != 0)
		return;
	w->in_row = false;
	w->row = w->first = 0;
	w->entry_rows = sheet->entry_rows;
	if (sheet->name[0] == '\0' ||
	    workbook_validate_sheet_name(w->book, sheet->name) != LXW_NO_ERROR) {
		xlsx_write_fail(w, ERR_BAD_VALUE, sheet->name);
		return;
	}
	w->sheet = workbook_add_worksheet(w->book, sheet->name);
	if (w->sheet == NULL || !copy_columns(w, sheet)) {
		xlsx_write_fail(w, ERR_NOMEM, "xlsx");
		return;
	}
	set_page(w, sheet->landscape);
	write_line(w, sheet->title, w->title);
	write_line(w, sheet->note, w->note);
	if (w->row > 0 && w->count > 0)
		w->row++;
	if (w->count > 0)
		write_heading(w);
	else
		xlsx_write_check(w, worksheet_set_column(w->sheet, 0, 0, WIDTH_NOTES, w->line));
	w->first = w->row;
}

void xlsx_write_row(struct xlsx_writer *w, bool bold)
{
	assert(w->sheet != NULL || w->code != 0);
	end_row(w);
	w->row += w->in_row;
	w->in_row = true;
	w->bold = bold;
	w->column = 0;
	if (w->row >= LXW_ROW_MAX)
		xlsx_write_fail(w, ERR_TOO_LARGE, "xlsx");
}

static lxw_format *next_format(struct xlsx_writer *w, enum xlsx_kind kind)
{
	return w->count == 0 ? (w->bold ? w->title : w->line) : w->formats[kind][w->bold];
}

void xlsx_write_text(struct xlsx_writer *w, struct bytes text)
{
	if (w->code != 0)
		return;
	if (text.len == 0) {
		xlsx_write_empty(w);
		return;
	}
	note_lines(w, w->column, text);
	xlsx_write_check(w, worksheet_write_string(w->sheet, w->row, w->column++,
						   xlsx_write_clean(w, text, TEXT_MAX),
						   next_format(w, XLSX_TEXT)));
}

static void write_number(struct xlsx_writer *w, double n, enum xlsx_kind kind)
{
	xlsx_write_check(w, worksheet_write_number(w->sheet, w->row, w->column++, n,
						   next_format(w, kind)));
}

void xlsx_write_whole(struct xlsx_writer *w, int64_t n)
{
	xlsx_write_decimal(w, n, 0);
}

/* "-12.05" */
static void put_decimal(int64_t n, unsigned scale, struct buf *out)
{
	uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n, unit = 1;
	unsigned i;

	for (i = 0; i < scale; i++)
		unit *= 10;
	buf_printf(out, "%s%llu", n < 0 ? "-" : "", (unsigned long long)(size / unit));
	if (scale > 0)
		buf_printf(out, ".%0*llu", (int)scale, (unsigned long long)(size % unit));
}

void xlsx_write_decimal(struct xlsx_writer *w, int64_t n, unsigned scale)
{
	struct buf text;
	double unit = 1;
	unsigned i;

	assert(scale <= 18);

	if (w->code != 0)
		return;
	for (i = 0; i < scale; i++)
		unit *= 10;
	if (n >= -PRECISE && n <= PRECISE) {
		write_number(w, (double)n / unit, scale == 0 ? XLSX_WHOLE : XLSX_DECIMAL);
		return;
	}
	/* More digits than a spreadsheet's number has. */
	buf_init(&text, 100);
	put_decimal(n, scale, &text);
	xlsx_write_text(w, buf_view(&text));
	buf_release(&text);
}

void xlsx_write_date(struct xlsx_writer *w, int64_t day)
{
	int64_t year;
	unsigned month, d;
	struct buf text;

	date_civil(day, &year, &month, &d);
	if (w->code != 0)
		return;
	if (year >= 1900 && year <= 9999) {
		lxw_datetime t = { .year = (int)year, .month = (int)month, .day = (int)d };

		xlsx_write_check(w, worksheet_write_datetime(w->sheet, w->row, w->column++, &t,
							     next_format(w, XLSX_DATE)));
		return;
	}
	buf_init(&text, 64);
	date_put(day, &text);
	xlsx_write_text(w, buf_view(&text));
	buf_release(&text);
}

void xlsx_write_empty(struct xlsx_writer *w)
{
	if (w->code == 0)
		xlsx_write_check(w, worksheet_write_blank(w->sheet, w->row, w->column++,
						  next_format(w, XLSX_TEXT)));
}

int xlsx_write_finish(struct xlsx_writer *w, struct buf *out, struct err *e)
{
	uint8_t chunk[16384];
	size_t n;

	if (w->code == 0 && w->list_count > 0)
		xlsx_write_lists(w);
	end_sheet(w);
	if (w->code == 0) {
		xlsx_write_check(w, workbook_close(w->book));
		w->book = NULL;
	}
	while (w->code == 0 && (n = fread(chunk, 1, sizeof chunk, w->file)) > 0)
		buf_put(out, chunk, n);
	if (w->code == 0 && ferror(w->file))
		xlsx_write_fail(w, ERR_IO, "xlsx");
	if (w->code == 0 && out->failed)
		xlsx_write_fail(w, ERR_TOO_LARGE, "xlsx");
	if (w->code != 0 && e != NULL)
		*e = w->e;
	return w->code;
}
