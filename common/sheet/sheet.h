/* A table that somebody made elsewhere: rows of cells, from CSV or XLSX alike.
 *
 * Both readers give this one shape, so whoever imports has one loop. What a cell
 * holds is told, never what it means: that is for the form it is read into. The
 * whole table is read before a row of it is used, so nothing is half done; every
 * bound is below, and the arena's ceiling holds over all. */
#ifndef DONGBO_SHEET_H
#define DONGBO_SHEET_H

#include "protocol/bytes.h"
#include "protocol/err.h"

#define SHEET_FILE_MAX (64u * 1024 * 1024)    /* a file, as it is on disk */
#define SHEET_MEMORY_MAX (256u * 1024 * 1024) /* a ceiling that fits any such arena */

enum {
	SHEET_COLUMNS_MAX = 1024,
	SHEET_ROWS_MAX = 1048576,   /* the number of a row: Excel's own bound */
	SHEET_CELLS_MAX = 2000000,  /* cells in all, with the empty ones between others */
	SHEET_TEXT_MAX = 256 * 1024 /* bytes in one cell; Excel has 32,767 characters */
};

enum cell_kind {
	CELL_EMPTY,
	CELL_TEXT,   /* all of CSV; in XLSX what was entered as text: codes keep zeros */
	CELL_NUMBER, /* text: plain decimal, shortest ("1500", "0.5", never "1.5e3") */
	CELL_DATE,   /* text: "2023-03-15", or "2023-03-15 08:30:00" with a time of day */
	CELL_BOOL,   /* text: "true" or "false" */
	CELL_ERROR   /* text: "#N/A", or "=" and a formula whose result is not there */
};

struct cell {
	struct bytes text; /* UTF-8, not normalised; spaces and line breaks as entered */
	int64_t day;       /* CELL_DATE: days since 1970-01-01 */
	uint32_t second;   /* CELL_DATE: seconds of that day */
	uint16_t font;     /* index into the sheet's fonts; 0: not known */
	uint8_t kind;      /* enum cell_kind */
};

struct sheet_row {
	uint32_t number;          /* from 1: the row in Excel, the line where it begins in CSV */
	uint32_t count;           /* cells, up to the last that is not empty */
	const struct cell *cells; /* cells[0] is column A */
};

struct sheet {
	struct bytes name;            /* of the sheet; empty for CSV */
	const struct sheet_row *rows; /* without rows that have nothing in them */
	size_t count;
	uint32_t columns;             /* of the widest row */
	/* Names of fonts, [0] empty. TCVN3 and VNI show in them (".VnTime", "VNI-Times"). */
	const struct bytes *fonts;
	size_t font_count;
	/* CSV: the bytes were no UTF-8 and stand for letters of code page 1252, which is
	 * how Excel shows text of the fonts of old. */
	bool code_page;
	uint8_t separator;            /* CSV: what was between cells; 0 for XLSX */
};

/* Reads a file's contents, CSV or XLSX by its first bytes. name chooses a sheet of a
 * workbook (exactly, in UTF-8); without one it is the first that is not hidden. All
 * texts live in the arena. The subject of an error is a place: "Sheet1!B3" or, in
 * CSV, "B3" (column B of the line 3). ERR_OLD_SHEET: Excel's form before 2007, or
 * under a password. Else as csv_read and xlsx_read. */
int sheet_read(struct bytes file, struct bytes name, struct arena *a, struct sheet *out,
	       struct err *e);

/* The cell in a column counted from 0; an empty one where the row is shorter. */
struct cell sheet_cell(const struct sheet_row *row, uint32_t column);

/* The letters of a column counted from 0: "A", "Z", "AA". */
void sheet_column_put(uint32_t column, struct buf *out);

/* err_set with a cell's place as subject: "Sheet1!B3", or "B3" without a name. column
 * from 0, row from 1. Returns code. */
int sheet_error(struct err *e, int code, struct bytes name, uint32_t column, uint32_t row);

#endif
