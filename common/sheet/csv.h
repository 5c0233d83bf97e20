/* CSV: RFC 4180, and what offices in Viet Nam send under that name.
 *
 * Read: UTF-8 with or without BOM, UTF-16 with BOM, else bytes as code page 1252 with
 * a flag; lines that end in CRLF, LF or CR; "," ";" or TAB, found by looking at the
 * first lines outside quotes (or told by Excel's "sep=;"); line breaks in quotes.
 * Excel's ="007" is the text 007.
 *
 * Written: UTF-8 with BOM, CRLF, ",". A spreadsheet takes what begins with = + - @ for
 * a formula, whoever entered it; such text gets ' in front, which the reader takes off
 * again. A Vietnamese Excel splits at ";" instead, so the same holds behind ; and line
 * breaks inside a text. Plain numbers stay as they are. */
#ifndef DONGBO_CSV_H
#define DONGBO_CSV_H

#include "common/sheet/sheet.h"

/* Every cell is CELL_TEXT or CELL_EMPTY. ERR_QUOTE (a quote that is not closed, or
 * text behind one), ERR_BAD_UTF8 (a BOM said UTF-8 or UTF-16, and it is not),
 * ERR_MALFORMED (bytes that are no text), ERR_TOO_LARGE (a bound of sheet.h),
 * ERR_NOMEM. */
int csv_read(struct bytes file, struct arena *a, struct sheet *out, struct err *e);

/* A table being written. The buffer is the caller's, who may empty it between rows;
 * failure is its failure. */
struct csv {
	struct buf *out;
	bool begun; /* the row has a cell */
};

void csv_begin(struct csv *c, struct buf *out);
void csv_cell(struct csv *c, struct bytes text);
void csv_end_row(struct csv *c);

#endif
