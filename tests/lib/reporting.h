/* A small district with a policy of its own, whose records tests make and move at
 * times of their choice. */
#ifndef DONGBO_TESTS_REPORTING_H
#define DONGBO_TESTS_REPORTING_H

#include "server/report/report_run.h"
#include "tests/lib/office.h"

enum { COMMUNE_A = 11, COMMUNE_B = 12, SCHOOL_A = 21, CENTRE = 1 };

/* Units 1 (centre), 11 and 12 (communes), 21 (school); the pack reporting_pack.json;
 * an officer who may do everything. */
void reporting_make(struct office *o);
/* The clock, as a day and hour in Asia/Ho_Chi_Minh. It may go forward only. */
void reporting_clock(struct office *o, int64_t year, unsigned month, unsigned day, unsigned hour,
		     unsigned minute, unsigned second);
/* A record from its JSON (' for "), in a unit's stream, now. */
struct rid reporting_add(struct office *o, uint64_t unit, const char *json);
/* Moves, one after another: "signed verified". */
void reporting_move(struct office *o, uint64_t unit, struct rid id, const char *states);
/* The same, and moved: for what stands in the report in the end. */
struct rid reporting_good(struct office *o, uint64_t unit, const char *json);
/* The pack's JSON with one text in place of another; fails where that is not there. */
void reporting_pack(struct buf *out, const char *from, const char *to);

/* The pack with that change has a mistake in its reports or documents: refused so, on a line
 * that holds the end of the place that is named. "": it has none. */
void reporting_refused(const char *from, const char *to, const char *complaint);

/* A report, its tables as text: a line for each line, cells with | between. */
void reporting_text(struct office *o, const char *code, const struct report_ask *ask,
		    const char *table, struct buf *out);

#endif
