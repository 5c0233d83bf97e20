/* What the files that make a report share: SQL for its sources, lines on their way.
 * Private to server/report*.c. */
#ifndef DONGBO_SERVER_REPORT_RUN_PARTS_H
#define DONGBO_SERVER_REPORT_RUN_PARTS_H

#include "common/system/db.h"
#include "server/report/report_run.h"

/* What a parameter of the SQL stands for; its value may differ from run to run of the
 * same statement. */
enum report_bind {
	BIND_CUTOFF, BIND_PREVIOUS, /* the cut-off, and that of the report before it */
	BIND_YEAR,                 /* n years before the one asked for */
	BIND_FIRST_DAY, BIND_LAST_DAY, /* of that year */
	BIND_QUARTER, BIND_STREAM, /* the n-th of run->streams */
	BIND_READER,               /* the reader's own unit */
	BIND_MATCH                 /* the n-th of ask->matches, as this source's expression has it */
};

enum { REPORT_BINDS_MAX = 200 };

/* SQL in the making, for one part of a source's records. */
struct report_sql {
	struct report_run *run;
	enum report_part part;
	struct buf text;
	struct {
		enum report_bind what;
		size_t n;
		struct value value;    /* MATCH */
	} binds[REPORT_BINDS_MAX];
	size_t bind_count;
	int code;                  /* the first failure */
	struct err *e;
};

/* (report_sql.c) */
void report_sql_init(struct report_sql *q, struct report_run *run, enum report_part part,
		     struct err *e);
void report_sql_release(struct report_sql *q);
void report_sql_add(struct report_sql *q, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* An expression over the source's records, whose table is `a`, its root's `r`. */
void report_sql_expr(struct report_sql *q, const struct report_source *src,
		     const struct expr *x);
/* Appends "$n" for a parameter. */
void report_sql_bind(struct report_sql *q, enum report_bind what, size_t n,
		     const struct value *value);
/* An expression over any alias. */
void report_sql_put(struct report_sql *q, const struct expr *x, const char *alias,
		    const char *root);

/* (report_from.c) " FROM ... WHERE ...": the records of the part that any of these sources
 * wants; they differ in conditions only (report_sql_same). */
void report_sql_from(struct report_sql *q, const struct report_source *const *list,
		     size_t count);
/* " AND ...": what one of several asks for besides what they have in common. */
void report_sql_only(struct report_sql *q, const struct report_source *const *list, size_t count,
		     const struct report_source *src);
bool report_sql_same(const struct report_source *a, const struct report_source *b);
/* Whether they want the very same records. */
bool report_sql_alike(const struct report_source *a, const struct report_source *b);
/* " FROM ... WHERE ..." of one source. */
void report_sql_source(struct report_sql *q, const struct report_source *src);
/* A measure over the records that name the line's record `a`. */
void report_sql_through(struct report_sql *q, const struct report_value *v);
/* Prepared and bound. The caller gives it back with db_done. */
int report_sql_query(struct report_sql *q, struct stmt **out);
/* Which parts a source has in this run, as bits: own alone where it is not parted. */
unsigned report_parts(const struct report_run *run, const struct report_source *src);
/* The type whose state and unit a line has. */
const struct type *report_stated(const struct report_source *src);

/* A number asked of a source's records: how many there are, or what they add up to. */
struct tally_slot {
	const struct report_source *source;
	const struct report_value *value; /* NULL: how many */
	unsigned parts;            /* of which it is asked */
	size_t column;             /* for who takes it: where it belongs */
	int64_t line, *to;
};

enum { TALLY_MAX = 200 };

/* Such numbers of sources that differ in their conditions only, in one statement for each
 * part. (report_tally.c) */
struct report_tally {
	struct report_run *run;
	bool keyed;                /* by unit, or by the value of `key` */
	const struct expr *key;
	/* Each number, with the row that it stands in: its first column is the key. */
	int (*take)(void *ctx, const struct tally_slot *slot, int64_t n, struct stmt *row);
	void *ctx;
	struct tally_slot slots[TALLY_MAX];
	size_t count;
	const struct report_source *sources[TALLY_MAX]; /* each once */
	size_t source_count;
	struct err *e;
};

/* Takes a number into the statement, where it fits. */
bool report_tally_join(struct report_tally *ta, const struct tally_slot *slot);
int report_tally_run(struct report_tally *ta);

/* The cells of a line, from the database's row. (report_cells.c) */
struct report_row {
	const struct report_run *run;
	uint64_t stream;
	struct rid record;
	bool bare;                 /* the statement has what is summed alone */
	struct report_cell cells[REPORT_COLUMNS_MAX]; /* texts live in `text` */
	struct buf text;
};

/* column: the statement's first one that holds a value. */
int report_row_take(struct report_row *row, const struct report_table *t,
		    const struct report_feed *feed, struct stmt *s, int column, struct err *e);
/* One value as people read it, into row->text. */
void report_row_show(struct report_row *row, const struct report_source *src,
		     const struct expr *x, struct stmt *s, int column);

/* Lines on their way to a sink, with their sums. (report_lines.c) */
struct report_lines {
	struct report_run *run;
	const struct report_table *t;
	const struct report_sink *sink;  /* or NULL */
	const struct report_column *columns[REPORT_COLUMNS_MAX]; /* those shown */
	size_t place[REPORT_COLUMNS_MAX]; /* of each: its place in the table */
	size_t count;
	struct report_sums sums;
	int64_t *group;                  /* sums of the group in hand */
	int64_t group_lines, number;
	struct err *e;
};

int report_lines_begin(struct report_lines *l, struct report_run *run,
		       const struct report_table *t, const struct report_sink *sink,
		       struct err *e);
/* line: its unit or record, and name; cells: of all columns. */
int report_lines_put(struct report_lines *l, enum report_part part,
		     const struct report_line *line, const struct report_cell *cells);
int report_lines_heading(struct report_lines *l, struct bytes text);
/* Sums of the group that ends, under its name; begins the next one. */
int report_lines_group(struct report_lines *l, struct bytes name);
int report_lines_end(struct report_lines *l);

/* Appends the name of the unit that a stream's records stand under. */
void report_unit_name(const struct report_run *run, uint64_t stream, struct buf *out);
/* That unit itself. */
uint64_t report_unit_of(const struct report_run *run, uint64_t stream);

/* The units of a year: those of which a deadline is expected (NULL: all of the
 * district), ascending, into the arena. (report_units.c) */
int report_units(struct report_run *run, const struct deadline *d, struct report_unit **out,
		 size_t *count, struct err *e);
/* (report_list.c, report_count.c) */
int report_list(struct report_lines *l);
int report_count(struct report_lines *l);

#endif
