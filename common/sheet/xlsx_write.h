/* XLSX out: tables for offices to print, and templates for them to fill in.
 *
 * A text is always written as text: codes and identity numbers keep their zeros, and
 * what begins with = is no formula. The same calls give the same bytes. Failure
 * sticks, and xlsx_write_finish tells it. */
#ifndef DONGBO_XLSX_WRITE_H
#define DONGBO_XLSX_WRITE_H

#include "protocol/bytes.h"
#include "protocol/err.h"

struct xlsx_writer;

enum xlsx_kind {
	XLSX_TEXT,
	XLSX_WHOLE,   /* whole numbers, shown as #,##0 */
	XLSX_DECIMAL, /* shown with up to four decimals */
	XLSX_DATE     /* shown as dd/mm/yyyy */
};

struct xlsx_column {
	const char *title;
	enum xlsx_kind kind;
	unsigned width;   /* in characters; 0: by the title */
	unsigned list;    /* from xlsx_write_list: what may be chosen; 0: anything */
	bool open;        /* other things than those of the list may be entered, too */
	const char *hint; /* shown beside a cell while it is entered, or NULL */
	const char *code; /* stands in a hidden row below the heading, or NULL */
};

struct xlsx_sheet {
	const char *name;              /* at most 31 characters, none of []:*?/\ */
	const char *title, *note;      /* lines above the table, or NULL */
	const struct xlsx_column *columns;
	size_t count;
	bool landscape;
	uint32_t entry_rows;           /* rows to be filled in below those written: a template */
};

/* created: seconds since 1970, stands in the file's properties. lists: the name of the
 * sheet that gets the lists, behind all others; NULL where there are none. */
int xlsx_write_new(int64_t created, const char *lists, struct xlsx_writer **out,
		   struct err *e);
void xlsx_write_free(struct xlsx_writer *w);

/* A list to choose from; its number for xlsx_column.list. */
unsigned xlsx_write_list(struct xlsx_writer *w, const char *title, const struct bytes *items,
			 size_t count);

/* Begins a sheet: heading bold, frozen, repeated on each printed page (A4). What the
 * sheet names is copied. A sheet without columns holds lines of text only: notes. */
void xlsx_write_sheet(struct xlsx_writer *w, const struct xlsx_sheet *sheet);

/* Begins the next row; bold: a total. */
void xlsx_write_row(struct xlsx_writer *w, bool bold);
/* The next cell of the row. A text longer than Excel takes (32,767) ends with "…". */
void xlsx_write_text(struct xlsx_writer *w, struct bytes text);
/* Numbers of more than 15 digits, which is what Excel keeps, are written as text. */
void xlsx_write_whole(struct xlsx_writer *w, int64_t n);
/* n / 10^scale, scale at most 18. */
void xlsx_write_decimal(struct xlsx_writer *w, int64_t n, unsigned scale);
/* Days since 1970-01-01; before 1900 it is written as text. */
void xlsx_write_date(struct xlsx_writer *w, int64_t day);
void xlsx_write_empty(struct xlsx_writer *w);

/* The file's bytes, for env_write_file or a reply. The writer is spent (free it).
 * ERR_IO, ERR_NOMEM, ERR_TOO_LARGE (rows, or the buffer's ceiling), ERR_BAD_VALUE (the
 * name of a sheet). */
int xlsx_write_finish(struct xlsx_writer *w, struct buf *out, struct err *e);

#endif
