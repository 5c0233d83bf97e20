/* What a careful engineer would use in a day's work, to measure against: SQLite's
 * session extension for bytes, plain prepared INSERTs for speed, JSON lines for
 * the size of an edit.
 *
 * Records have the key "u012-d01-000123": unit, PC, number. A table per type has
 * the key, a column per field, the time and the device. */
#ifndef DONGBO_BENCH_BASELINE_H
#define DONGBO_BENCH_BASELINE_H

#include "protocol/bytes.h"
#include "protocol/err.h"
#include "workload.h"

/* Appends the raw deflate (level 9) of one patchset of the edits. The base is
 * applied before the session begins. Values are text as a CSV shows them, the
 * time is an integer. A patchset holds only the net change of each row. Unsigned.
 * `raw`, if not NULL, gets the bytes before deflate. ERR_DB, ERR_NOMEM. */
int baseline_patchset(const struct workload *w, struct buf *out, size_t *raw, struct err *e);

struct baseline_speed {
	double cpu_s, wall_s;	/* of the whole process; of the clock on the wall */
	size_t rows;
};

/* Inserts one row per edit, the whole row as it stands after it (a deletion as a
 * row with `deleted` set), by prepared INSERTs of 100 rows a transaction into
 * typed tables (TEXT and INTEGER) of a fresh file in `folder`, WAL with
 * synchronous=FULL. Only the inserts and commits are timed: not the making of the
 * rows, nor opening, nor the closing checkpoint, nor the base. The file is removed
 * again. ERR_DB, ERR_NOMEM. */
int baseline_insert(const struct workload *w, const char *folder, struct baseline_speed *out,
	struct err *e);

/* Appends one edit as one line of compact JSON; numbers and truth values native. */
void baseline_json_edit(const struct workload *w, const struct workload_edit *edit,
	struct buf *out);
/* Appends all edits (not the base), one a line. */
void baseline_json(const struct workload *w, struct buf *out);

#endif
