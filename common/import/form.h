/* A record type as tables: the columns that its template, its export and its import
 * share.
 *
 * A record is a line. The rows of its lists stand in tables of their own (a sheet each)
 * and say whose they are by a running number (STT): every list that an office keeps has
 * one, and unlike lines that are repeated for each row it says everything once, so that
 * nothing can contradict itself.
 *
 * Each column has a code, such as "staff.birth", "pg_need.lines.level" or "staff.#id",
 * which stands in a hidden row of workbooks: what is sent out comes back exactly,
 * whatever became of its headings. */
#ifndef DONGBO_FORM_H
#define DONGBO_FORM_H

#include "common/pack/field.h"

enum { FORM_DEPTH = 3, FORM_TABLES_MAX = 16, FORM_CODE_MAX = 256 };

enum column_kind {
	COLUMN_FIELD,
	COLUMN_ID,     /* which record or row it is, where it is known already */
	COLUMN_NUMBER, /* running number, for rows below it to name */
	COLUMN_OF      /* the number of the line that a row belongs to */
};

struct form_column {
	enum column_kind kind;
	const struct field *field; /* COLUMN_FIELD */
};

struct form_table {
	const struct type *type;        /* of its lines */
	const struct form_table *above; /* NULL: records */
	const struct field *list;       /* of above: that its rows stand in */
	struct form_column *columns;
	size_t count;
};

struct form {
	struct form_table tables[FORM_TABLES_MAX]; /* records first, rows behind what is above */
	size_t count;
};

/* role: the bit of the role that fills it in: only what it enters into a new record. 0:
 * all that is stored. personal: with personal fields. ERR_NO_FIELD where a role enters
 * nothing. */
int form_make(const struct schema *s, const struct type *t, uint64_t role, bool personal,
	      struct arena *a, struct form *out, struct err *e);

/* Appends a column's code. */
void form_code(const struct form_table *t, const struct form_column *c, struct buf *out);
/* Appends its heading: the field's label, with its code in [] where another field of the
 * table has the same. The id of CSV always has one: it tells the type. */
void form_heading(const struct form_table *t, const struct form_column *c, enum lang lang,
		  struct buf *out);
/* Appends a name for its sheet that Excel takes, and that no other table of the form has. */
void form_sheet(const struct form *f, const struct form_table *t, enum lang lang,
		struct buf *out);
/* How values are entered in a table, appended: choices by label. */
void form_hint(const struct schema *s, const struct field *f, enum lang lang, struct buf *out);

/* What a code names. */
struct form_place {
	const struct type *root, *type;             /* of the record; of the line */
	const struct field *lists[FORM_DEPTH];      /* from the root down */
	size_t depth;
	enum column_kind kind;
	const struct field *field;
	struct bytes version;                       /* of an id: "seq+own" behind @, or none */
};
/* false: it is none. */
bool form_parse(const struct schema *s, struct bytes code, struct form_place *out);

#endif
