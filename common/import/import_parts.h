/* An import at work. For common/import*.c only. */
#ifndef DONGBO_IMPORT_PARTS_H
#define DONGBO_IMPORT_PARTS_H

#include "common/edit/edit_parts.h"
#include "common/import/form.h"
#include "common/import/import.h"
#include "common/query/query_parts.h"
#include "common/sheet/sheet.h"
#include "common/text/oldfont.h"

enum import_format { IMPORT_XLSX, IMPORT_CSV, IMPORT_JSONL };

/* How a column was recognised, the surest last. */
enum import_how { HOW_NONE, HOW_NEAR, HOW_LABEL, HOW_CODE };

struct import_column {
	uint32_t at;               /* in the sheet, from 0 */
	struct bytes heading;      /* in Unicode, NFC */
	enum import_how how;       /* NONE: it is not used */
	enum column_kind kind;
	const struct field *field; /* COLUMN_FIELD */
	struct bytes version;      /* COLUMN_ID: what the file has seen of the stream */
	struct oldfont_column says;/* what its cells say about their font */
	int font;                  /* what most of it is */
	bool filled;               /* it has cells below its heading */
	size_t composed, converted, padded; /* cells that were */
};

struct import_table {
	struct sheet sheet;
	struct oldfont_column says;         /* all of its text */
	const struct type *type;            /* of its lines */
	const struct field *lists[FORM_DEPTH]; /* empty: records */
	size_t depth;
	struct import_table *above;
	size_t first;                       /* place of the first line of data in the sheet */
	struct import_column *columns;
	size_t count;
	struct import_column *id, *number, *of; /* or NULL */
	bool has_version;                   /* of what its ids name; else: all that is here */
	uint64_t seen_seq, seen_own;
	uint32_t *by_field;                 /* places of columns with fields, by field number */
	size_t field_columns;
	struct import_link {                /* rows: by what they belong to; else unused */
		struct bytes of;
		size_t row;
	} *links;
	bool *used;                         /* rows: it was found from above */
};

/* The value of a cell, of a column with a field. */
struct import_value {
	bool given, bad;
	struct value v;
	struct value *members;              /* of a set */
	size_t count;
};

/* A line in hand. */
struct import_line {
	struct import_table *table;
	const struct sheet_row *row;
	struct import_value *values;        /* as table->columns */
};

struct import_index;
struct import_names;

struct import {
	struct replica *r;
	const struct schema *s;
	struct import_options o;
	enum import_format format;
	const struct type *type;            /* of the records */
	uint64_t stream;                    /* that they stand in */
	struct bytes file;
	struct arena arena;                 /* as long as the import */
	struct arena row;                   /* as long as a record is in hand */
	struct import_table tables[FORM_TABLES_MAX];
	size_t table_count;
	struct import_index *index;
	struct import_names *names;         /* of records that references name, by type */
	struct edit_keys *keys;             /* JSONL */
	json_t *found, *result;
	int64_t made, changed, unchanged, incomplete;
	size_t bad_count;
	bool failed;                        /* JSON could not be made: no memory */
	const struct import_store *store;
	struct draft *d;
	struct bytes author;
	struct editing ed;                  /* d as edits want it */
	struct err *e;
};

#define IMPORT_TEXT(im, vi, en) ((im)->o.lang == LANG_EN ? (en) : (vi))

/* import_say.c: what people read. */

/* "trang X, dòng 7, cột D (Ngày sinh)"; column may be NULL, number 0. */
void import_place(const struct import *im, const struct import_table *t, uint32_t number,
		  const struct import_column *c, struct buf *out);
/* A complaint about a line or cell; t NULL: a line of JSON. The text is formatted. */
void import_bad(struct import *im, const struct import_table *t, uint32_t number,
		const struct import_column *c, int code, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* The same from what went wrong with a value. */
void import_bad_value(struct import *im, const struct import_table *t, uint32_t number,
		      const struct import_column *c, struct bytes text, const struct err *e);
/* A verdict in words. */
void import_verdict(const struct import *im, const struct type *t, const struct verdict *v,
		    struct buf *out);
/* What became of a line, into the result: the fields that these ops set. */
int import_tell_record(struct import *im, const struct import_line *l, struct rid id, bool fresh,
		       const struct op *ops, size_t count);
/* A sentence into result or found: "notes" or "doubts". */
void import_note(struct import *im, json_t *into, const char *list, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* import_found, once the columns are known. */
int import_tell_found(struct import *im);
/* Notes about the columns that only reading all of them can tell. */
void import_tell_cells(struct import *im);

/* import_font.c: Unicode out of whatever it is. */

/* What the whole sheet says about its font; what its columns do, once they are known. */
void import_fonts_sheet(struct import_table *t);
void import_fonts_columns(struct import_table *t);
/* A cell's text in Unicode NFC, without blanks at its ends, in an arena. c NULL: of a
 * heading. ERR_BAD_VALUE: it is not sure what font it is in. ERR_BAD_UTF8. */
int import_text(struct import *im, struct import_table *t, struct import_column *c,
		const struct cell *cell, struct arena *a, struct bytes *out);

/* import_map.c: sheets into tables with columns. */
int import_map(struct import *im, struct buf *said);

/* import_cell.c: a cell as a value of its field. What is wrong is told. */
int import_cell(struct import *im, struct import_table *t, const struct sheet_row *row,
		struct import_column *c, struct import_value *out);

/* import_ref.c: a record by its name, a key or an id. Complaints are told, and *out->bad set. */
int import_ref(struct import *im, struct import_table *t, const struct sheet_row *row,
	       struct import_column *c, struct bytes text, struct import_value *out);

/* import_find.c: which record a line is. */

int import_index(struct import *im, const struct import_table *t);
/* What it says of a field; NULL where it has no column. */
const struct import_value *import_line_value(const struct import_line *l,
					     const struct field *f);
/* *found is false for a new record; told and *bad where it can't be known. */
int import_find(struct import *im, const struct import_line *l, struct rid named, bool *found,
		struct rid *id, bool *bad);
/* This line is that record: later ones are not. */
int import_claim(struct import *im, const struct import_line *l, struct rid id);

/* import_row.c: a line and what belongs to it, as one save. */

/* Rows of lists by what they belong to, before the first record. */
int import_link_all(struct import *im);
int import_record(struct import *im, struct import_table *t, size_t row);
/* Rows that belong to nothing, after the last. */
void import_tell_orphans(struct import *im, const struct import_table *t);

/* import.c: the draft begun anew, for the next record. */
void import_fresh_draft(struct import *im);

/* import_lines.c: JSONL. */
int import_lines(struct import *im);

#endif
