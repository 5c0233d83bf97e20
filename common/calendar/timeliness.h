/* Who met a deadline, and who did not: the table O12, per unit and deadline.
 *
 * Worked out from table `filing` (filing.h), the typed tables and the calendar, for one
 * deadline and period at a time, in one pass and in memory for the units alone. The same
 * on the server, for all units, and on a unit's computer, for its own.
 *
 * Per unit the best filing counts: one that was in time, else the one that misses least.
 * The first receipt of a record is what a deadline looks at: while it is back for
 * additions, and when it comes again, nothing changes for the unit. Nil returns are
 * records like others. */
#ifndef DONGBO_TIMELINESS_H
#define DONGBO_TIMELINESS_H

#include <jansson.h>

#include "common/calendar/calendar.h"

/* What is looked at, and when. */
struct timeliness {
	struct replica *r;
	const struct schema *schema;
	const struct units *units;
	const struct calendar *calendar;
	uint64_t stream;           /* of one unit, or ANY_STREAM (query.h) */
	int64_t now;               /* what was received later is not seen */
};

/* One unit. */
struct timely_line {
	struct unit unit;          /* as on the last good day */
	bool expected;
	struct due due;
	enum timely state;
	bool accepted;             /* on time because an officer accepts its signature */
	/* Of the filing that counts; good where `records` is not 0. */
	int64_t received, signed_at;
	int64_t last;              /* newest receipt of any of its records */
	unsigned records, on_time, exempt, signed_late, late;
	unsigned returned;         /* times sent back, all records together */
	unsigned wanted;           /* AVERAGE: how many by now */
	unsigned waiting;          /* handed in on this computer, not yet received */
};

/* One deadline and period, or one round. */
struct timely_table {
	const struct deadline *deadline; /* NULL: a round that no deadline of a pack is for */
	const struct round *round; /* or NULL */
	struct period period;
	struct due due;            /* for units without a decision of their own */
	struct timely_line *lines; /* units of which it is expected, or that filed */
	size_t count;
	/* Of those expected only. received: in whatever class. */
	unsigned expected, received, on_time, exempt, signed_late, late, missing, open;
	unsigned records;          /* of all units */
	unsigned wanted;           /* AVERAGE: of all together */
};

/* Lines live in the arena. */
int timeliness_deadline(const struct timeliness *t, const struct deadline *d, struct period p,
			struct arena *a, struct timely_table *out, struct err *e);
int timeliness_round(const struct timeliness *t, const struct round *r, struct arena *a,
		     struct timely_table *out, struct err *e);

/* Indicators, with and without what was signed in time and received late: a share of
 * `expected`. What has no date to miss counts as on time. */
unsigned timely_complete(const struct timely_table *t, bool with_signed);
unsigned timely_in_time(const struct timely_table *t, bool with_signed);
/* "93,8 %" (or 93.8%) of a whole, "-" of nothing. */
void timely_share(unsigned part, unsigned whole, enum lang lang, struct buf *out);

/* Days early, or late where negative, of what counts (of today, where nothing is there);
 * DEADLINE_NO_DAY: neither. */
int64_t timely_margin(const struct timely_line *l, int64_t now);

/* In words: "ký đúng hạn, nhận sau hạn"; "hết ngày 19/10/2024" or "không có hạn";
 * "sớm 3 ngày", "còn 3 ngày" (open), "muộn 3 ngày". */
const char *timely_text(enum timely state, enum lang lang);
void timely_day_text(const struct due *due, enum lang lang, struct buf *out);
void timely_margin_text(const struct timely_line *l, int64_t now, enum lang lang,
			struct buf *out);
/* What a table is about: the deadline's label, or the round's title, and the period. */
void timely_title(const struct timely_table *t, enum lang lang, struct buf *out);

/* {code, label, round, period, last_day, quoted_day, asked, expected, received, on_time,
 * exempt, signed_late, late, missing, open, records, complete: {with, without}, in_time: ...}
 * and, where lines are wanted, "units": [{unit, number, name, expected, state, state_label,
 * last_day, extended, reason, received, signed, clock, last, days, records, returned,
 * accepted, waiting}...]. Days are "2024-10-19"; times are seconds; clock: how far the
 * computer's claim is before (below 0: after) the receipt. */
int timely_json(const struct timely_table *t, int64_t now, enum lang lang, bool lines,
		json_t **out, struct err *e);

#endif
