/* sheet_fill TEMPLATE OUT: fills a template in, as a person with Excel would. Lines of the
 * standard input: the name of a sheet, then cells "CODE=VALUE", with tabs between them. A
 * value that begins with # is a number, with @ a date (2023-03-15), else text. Sheets that
 * no line names are copied too, if they have codes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "common/sheet/sheet.h"
#include "common/sheet/xlsx_read.h"
#include "common/system/env.h"

enum { LINES_MAX = 20000, CELLS_MAX = 64 };

static char *lines[LINES_MAX];
static size_t line_count;

static void die(const char *what)
{
	fprintf(stderr, "sheet_fill: %s\n", what);
	exit(1);
}

static void read_lines(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (line_count == LINES_MAX)
			die("too many lines");
		lines[line_count++] = strdup(line);
	}
	free(line);
}

static void put_value(lxw_worksheet *ws, uint32_t row, uint16_t column, const char *value,
		      lxw_format *date)
{
	lxw_datetime when = { .year = 0 };

	if (value[0] == '#') {
		worksheet_write_number(ws, row, column, strtod(value + 1, NULL), NULL);
	} else if (value[0] == '@') {
		if (sscanf(value + 1, "%d-%d-%d", &when.year, &when.month, &when.day) != 3)
			die(value);
		worksheet_write_datetime(ws, row, column, &when, date);
	} else {
		worksheet_write_string(ws, row, column, value, NULL);
	}
}

/* The column that has this code in the row of codes. */
static int column_of(const struct sheet *s, const char *code, size_t len)
{
	size_t i;

	for (i = 0; i < s->rows[1].count; i++) {
		struct bytes text = s->rows[1].cells[i].text;

		if (text.len > len && memcmp(text.at + text.len - len, code, len) == 0 &&
		    text.at[text.len - len - 1] == '.')
			return (int)i;
	}
	return -1;
}

static void fill_line(lxw_worksheet *ws, const struct sheet *s, uint32_t row, char *cells,
		      lxw_format *date)
{
	char *cell = cells, *next, *eq;
	int column;

	for (; cell != NULL && *cell != '\0'; cell = next) {
		next = strchr(cell, '\t');
		if (next != NULL)
			*next++ = '\0';
		eq = strchr(cell, '=');
		column = eq == NULL ? -1 : column_of(s, cell, (size_t)(eq - cell));
		if (column < 0)
			die(cell);
		put_value(ws, row, (uint16_t)column, eq + 1, date);
	}
}

static void copy_row(lxw_worksheet *ws, const struct sheet_row *r, uint32_t row, struct arena *a)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (r->cells[i].kind != CELL_EMPTY)
			worksheet_write_string(ws, row, (uint16_t)i, arena_str(a, r->cells[i].text), NULL);
}

static void fill_sheet(lxw_workbook *book, const char *name, const struct sheet *s, struct arena *a,
		       lxw_format *date)
{
	lxw_worksheet *ws = workbook_add_worksheet(book, name);
	uint32_t row = 2;
	size_t i, n = strlen(name);

	copy_row(ws, &s->rows[0], 0, a);
	copy_row(ws, &s->rows[1], 1, a);
	for (i = 0; i < line_count; i++)
		if (strncmp(lines[i], name, n) == 0 && lines[i][n] == '\t')
			fill_line(ws, s, row++, lines[i] + n + 1, date);
}

int main(int argc, char **argv)
{
	struct bytes *names;
	lxw_workbook *book;
	lxw_format *date;
	struct buf file;
	struct arena a;
	struct err e = { 0 };
	size_t count, i;

	if (argc != 3)
		die("TEMPLATE OUT");
	arena_init(&a, SHEET_MEMORY_MAX);
	buf_init(&file, SHEET_FILE_MAX);
	read_lines();
	if (env_read_file(argv[1], &file, &e) != 0 ||
	    xlsx_read_names(buf_view(&file), &a, &names, &count, &e) != 0)
		die(e.subject);
	book = workbook_new(argv[2]);
	date = workbook_add_format(book);
	format_set_num_format(date, "dd/mm/yyyy");
	for (i = 0; i < count; i++) {
		struct sheet s;

		if (xlsx_read(buf_view(&file), names[i], &a, &s, &e) != 0)
			die(e.subject);
		if (s.count >= 2 && s.rows[1].count > 0 &&
		    memchr(s.rows[1].cells[s.rows[1].count - 1].text.at, '#',
			   s.rows[1].cells[s.rows[1].count - 1].text.len) != NULL)
			fill_sheet(book, arena_str(&a, names[i]), &s, &a, date);
	}
	if (workbook_close(book) != LXW_NO_ERROR)
		die("workbook_close");
	buf_release(&file);
	arena_release(&a);
	return 0;
}
