/* XLSX in (ECMA-376): one sheet of a workbook as rows of cells.
 *
 * No path of the archive is ever opened on disk, no DTD is accepted, nothing is
 * followed out of the file. Sizes are held down while inflating, not believed. */
#ifndef DONGBO_XLSX_READ_H
#define DONGBO_XLSX_READ_H

#include "common/sheet/sheet.h"

enum { XLSX_SHEETS_MAX = 255 };

/* Names of the sheets, in their order, hidden ones too. */
int xlsx_read_names(struct bytes file, struct arena *a, struct bytes **names, size_t *count,
		    struct err *e);

/* Formulas give the result that was saved with them. Of merged cells the first has the
 * value. Numbers have the 15 digits that Excel itself keeps; whole ones all. Dates are
 * numbers whose format shows a day, month or year, counted from 1900 or 1904.
 * ERR_NO_SHEET; ERR_NOT_SHEET (no workbook inside); ERR_MALFORMED with part and line;
 * ERR_TOO_LARGE (a bound of sheet.h), ERR_BOMB (inflates too large), ERR_TOO_DEEP,
 * ERR_TRUNCATED, ERR_NOMEM. */
int xlsx_read(struct bytes file, struct bytes name, struct arena *a, struct sheet *out,
	      struct err *e);

#endif
