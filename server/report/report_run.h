/* Making a report: what is asked for, and who gets the lines.
 *
 * Lines are handed on as the database gives them; what stays in memory are sums, the
 * lines of tables that count, and lists whose order is that of Vietnamese text. Call
 * it within a consistent view (db_begin_read). */
#ifndef DONGBO_SERVER_REPORT_RUN_H
#define DONGBO_SERVER_REPORT_RUN_H

#include "common/calendar/timeliness.h"
#include "server/report/report.h"

/* What a person wants to see. */
struct report_ask {
	enum lang lang;
	bool personal;             /* personal values in full */
	uint32_t reader;           /* whose eyes, as in query.h: a role, 0: all is shown */
	uint64_t reader_unit;
	int64_t year, quarter;     /* 0: all */
	bool has_unit;
	uint64_t unit;
	bool successor;            /* records under the unit that stands for theirs now */
	bool has_cutoff;
	int64_t cutoff;            /* day: the last that counts */
	struct {
		const char *name;
		struct bytes text;
	} matches[REPORT_MATCHES_MAX];
	size_t match_count;
	int64_t limit;             /* lines of one table that are shown; 0: all */
};

struct report_cell {
	enum report_kind kind;
	bool empty;
	int64_t n;                 /* of DATE days since 1970; of DECIMAL times 10^scale */
	unsigned scale;
	struct bytes text;         /* TEXT */
};

enum report_line_kind {
	LINE_PLAIN, LINE_HEADING, /* text alone */
	LINE_SUBTOTAL, LINE_TOTAL,
	LINE_AFTER                /* a record that came after the cut-off: in no sum */
};

struct report_line {
	enum report_line_kind kind;
	int64_t number;            /* TT, from 1; 0: none */
	struct bytes text;         /* a heading; the name of a sum, of a line that counts */
	const struct report_cell *cells; /* of the columns that are shown */
	size_t count;
	/* The record of a plain line, or of one after; device 0: none. */
	uint64_t stream;
	struct rid record;
	const struct report_source *source; /* where it was found */
};

/* What came out: sums by column (those not summed are 0). */
struct report_sums {
	int64_t lines, carried, after; /* lines: with those carried */
	int64_t *sums;
	int64_t hidden;            /* lines beyond the limit */
};

struct report_run;

/* Who gets the lines. A negative return ends the run. Texts live until the return. */
struct report_sink {
	void *ctx;
	/* A table begins: its columns that are shown. */
	int (*table)(void *ctx, const struct report_run *run, const struct report_table *t,
		     const struct report_column *const *columns, size_t count, struct err *e);
	int (*line)(void *ctx, const struct report_line *line, struct err *e);
	int (*end)(void *ctx, const struct report_sums *sums, struct err *e);
	bool bare;                 /* records and sums will do: no texts, in any order */
};

/* A unit that was there in the year. */
struct report_unit {
	uint64_t number;
	bool due;                  /* it is expected to report itself */
	bool reported, nil;
	enum timely state;
};

/* A report being made. */
struct report_run {
	struct replica *r;
	const struct schema *schema;
	const struct units *units;
	struct calendar *calendar;
	const struct report *report;
	const struct report_ask *ask;
	struct arena *a;
	int64_t now;
	bool timed;                /* there is a cut-off */
	const struct type *untimed; /* whose records are read as they are now; or NULL */
	int64_t cutoff_day;
	int64_t cutoff, previous;  /* the last second that counts; that of the report before */
	int64_t day;               /* on which units are named */
	const uint64_t *streams;   /* of the unit asked for, and those that it stands for */
	size_t stream_count;
	struct report_sums *sums;  /* by table, as far as they are made */
	struct report_sums *totals; /* by table, asked of the database at once; or NULL */
	struct report_counted {    /* by table: lines that were counted already */
		struct counted_line *list;
		size_t count;
	} *counted;
};

/* Makes ready; report_end whatever it returns. ERR_USAGE where something that the report
 * needs is not given; the subject is its option. Everything lives in the arena. */
int report_begin(struct report_run *run, struct replica *r, const struct report *report,
		 const struct report_ask *ask, int64_t now, struct arena *a, struct err *e);
void report_end(struct report_run *run);
/* The sums of a table by another way than line by line: asked of the database over all
 * records of each source at once. lines: of lists only. */
int report_totals(struct report_run *run, const struct report_table *t,
		  struct report_sums *out, struct err *e);
/* One table, or all that are not hidden, into the sink (NULL: for the sums alone). */
int report_run_table(struct report_run *run, const struct report_table *t,
		     const struct report_sink *sink, struct err *e);
int report_run_all(struct report_run *run, const struct report_sink *sink, struct err *e);

/* What was asked for, in words: "Năm 2024, quý III; số liệu đến hết ngày 14/12/2024". */
void report_subtitle(const struct report_run *run, struct buf *out);
/* A cell as people read it: 1.500.000, 01/03/2024. */
void report_cell_show(const struct report_cell *c, struct buf *out);
/* The last second of a day in Asia/Ho_Chi_Minh. */
int64_t report_day_end(int64_t day);

#endif
