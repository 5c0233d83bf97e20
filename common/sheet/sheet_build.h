/* A sheet in the making, for its readers: rows come in order, cells in any place of
 * their row. Bounds are kept here, so that they are the same for CSV and XLSX. */
#ifndef DONGBO_SHEET_BUILD_H
#define DONGBO_SHEET_BUILD_H

#include "common/sheet/sheet.h"

struct sheet_build {
	struct arena *arena;
	struct sheet *out;
	struct cell *row;   /* SHEET_COLUMNS_MAX cells of the row in hand */
	uint32_t count;     /* of them, up to the last that is not empty */
	size_t cells;       /* in all rows before */
	struct buf rows;    /* struct sheet_row */
};

/* ERR_NOMEM. */
int sheet_build_init(struct sheet_build *b, struct arena *a, struct sheet *out, struct err *e);
void sheet_build_release(struct sheet_build *b);

/* A cell of the row in hand; row is for the error's place. The text is the caller's and
 * stays. ERR_TOO_LARGE. */
int sheet_build_cell(struct sheet_build *b, uint32_t column, uint32_t row, struct cell cell,
		     struct err *e);
/* Ends it; a row with nothing in it leaves no trace. ERR_TOO_LARGE, ERR_NOMEM. */
int sheet_build_row(struct sheet_build *b, uint32_t number, struct err *e);
/* Puts the rows into the sheet. ERR_NOMEM. */
int sheet_build_end(struct sheet_build *b, struct err *e);

#endif
