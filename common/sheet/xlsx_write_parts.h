/* A workbook in the making. For common/xlsx_write*.c only: what they know of
 * libxlsxwriter stays there. */
#ifndef DONGBO_XLSX_WRITE_PARTS_H
#define DONGBO_XLSX_WRITE_PARTS_H

#include <stdio.h>
#include <xlsxwriter.h>

#include "common/sheet/xlsx_write.h"

enum { XLSX_LISTS_MAX = 200, XLSX_KINDS = XLSX_DATE + 1 };

struct xlsx_list {
	const char *title;
	struct bytes *items;
	size_t count;
};

struct xlsx_writer {
	FILE *file;
	lxw_workbook *book;
	const char *lists_name;
	struct xlsx_list lists[XLSX_LISTS_MAX];
	unsigned list_count;
	lxw_format *formats[XLSX_KINDS][2]; /* by kind, plain and bold */
	lxw_format *entry[XLSX_KINDS];      /* of cells to be filled in */
	lxw_format *heading, *title, *note, *line;
	struct arena arena;
	struct buf text;
	/* the sheet in hand */
	lxw_worksheet *sheet;
	struct xlsx_column *columns;
	size_t count;
	uint32_t entry_rows, first, row; /* first: of rows below the heading */
	uint16_t column;
	unsigned lines; /* of the row's longest text */
	bool in_row, bold;
	int code;
	struct err e;
};

/* Notes the first failure. */
void xlsx_write_fail(struct xlsx_writer *w, int code, const char *what);
void xlsx_write_check(struct xlsx_writer *w, lxw_error error);
/* A text as a C string that a cell can hold, of so many characters at most. It is good
 * until the next call. */
const char *xlsx_write_clean(struct xlsx_writer *w, struct bytes s, size_t max);
/* What may be entered into a column of the sheet in hand, down to a row. */
void xlsx_write_choices(struct xlsx_writer *w, size_t column, uint32_t last);
/* The sheet that holds the lists. */
void xlsx_write_lists(struct xlsx_writer *w);

#endif
