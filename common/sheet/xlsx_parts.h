/* The parts of a workbook (ECMA-376 part 1, chapter 18), mostly for its reader: which
 * there are, what its cells share, and the cells themselves. */
#ifndef DONGBO_XLSX_PARTS_H
#define DONGBO_XLSX_PARTS_H

#include "common/sheet/archive.h"
#include "common/sheet/sheet_build.h"
#include "common/sheet/xml.h"

enum { XLSX_NAME_MAX = 256, XLSX_FONTS_MAX = 256, XLSX_STYLES_MAX = 65536 };

struct xlsx_string {
	struct bytes text;
	uint16_t font; /* of its first run; 0: as the cell's style says */
};

struct xlsx_style {
	bool date;
	uint16_t font;
};

struct xlsx_book {
	struct archive *archive;
	struct arena *arena;
	bool from_1904; /* day 0 is 1904-01-01, as on an old Macintosh */
	const struct xlsx_string *strings;
	size_t string_count;
	const struct xlsx_style *styles;
	size_t style_count;
	struct bytes fonts[XLSX_FONTS_MAX]; /* [0] empty */
	size_t font_count;
};

/* Reads a part as XML, of at most max bytes. Errors as archive_read and xml_feed. */
int xlsx_part(struct archive *archive, const char *part, uint64_t max,
	      const struct xml_handler *handler, struct err *e);

/* The number of a font's name; 0 where there is no room for more. */
uint16_t xlsx_font(struct xlsx_book *book, const char *name);

/* Undoes _x000D_ and its like (ST_Xstring) in place; CRLF becomes LF, other control
 * characters than TAB and LF go. */
void xlsx_unescape(struct buf *text);

/* The other way: appends a text as the content of a cell, without control characters;
 * what has more than max characters ends with "…". */
void xlsx_escape(struct bytes text, size_t max, struct buf *out);

/* "1.5E3" as "1500": a plain decimal of 15 significant digits, or all of a whole
 * number's. False: no number. */
bool xlsx_number(struct bytes s, struct buf *out);

/* Whether a number format shows a date: by its number, if it is Excel's own, else by
 * its code. */
bool xlsx_format_is_date(unsigned id, const char *code);

/* The day and second that a plain decimal counts to; false: to none in the calendar. */
bool xlsx_day(struct bytes number, bool from_1904, int64_t *day, uint32_t *second);

/* Reads the part of shared strings, and that of styles. */
int xlsx_read_strings(struct xlsx_book *book, const char *part, struct err *e);
int xlsx_read_styles(struct xlsx_book *book, const char *part, struct err *e);
/* Reads the cells of a sheet, whose name is in build->out. */
int xlsx_read_cells(struct xlsx_book *book, const char *part, struct sheet_build *build,
		    struct err *e);

#endif
