/* Deadlines: which day is the last good one, to which period a filing belongs, whether
 * it was in time.
 *
 * Pure: everything comes in as an argument, "now" too. Days are days since 1970-01-01
 * in Asia/Ho_Chi_Minh, times are seconds since 1970 UTC; a day is over with its last
 * second, 23:59:59 there. What people are shown is the last good day, never the quoted
 * one alone: "before 20 October" and "by 20 October" are a day apart.
 *
 * Three times are kept apart. When the server received a filing decides. When the
 * computer says it was signed decides nothing, but what was signed in time and received
 * late is a class of its own, which is never counted as the unit's fault, and which an
 * officer may accept. The date on the paper is a field like others. */
#ifndef DONGBO_DEADLINE_H
#define DONGBO_DEADLINE_H

#include "common/pack/field.h"

/* Not a day: there is no date. */
#define DEADLINE_NO_DAY INT64_MAX

/* What of a deadline falls due at one time. */
struct period {
	int64_t year;              /* that is reported, not that of the day; 0: the only one */
	unsigned quarter;          /* 1 to 4; 0: the whole year */
};

bool period_equal(struct period a, struct period b);
/* The quarter of the calendar that a day lies in, and the last day of one. */
struct period period_of_day(int64_t day);
int64_t period_end(struct period p);
/* "2024", "Q2/2024", nothing for {0, 0}; and back, with 2024-Q2 and 2024Q2 too. */
void period_put(struct period p, struct buf *out);
bool period_parse(struct bytes text, struct period *out);
/* For reading: "năm 2024", "quý II/2024". */
void period_show(struct period p, enum lang lang, struct buf *out);

/* The last good day as the pack says; DEADLINE_NO_DAY where it says none. */
int64_t deadline_last_day(const struct deadline *d, struct period p);
/* Whether the pack asks for it in this period: it has a day, and was in force on it. */
bool deadline_asked(const struct deadline *d, struct period p);
/* The periods of a reporting year; those that fall due in a calendar year (the two
 * differ where the need is for the year after). At most 4; returns how many. */
size_t deadline_of_year(const struct deadline *d, int64_t year, struct period out[4]);
size_t deadline_due_in(const struct deadline *d, int64_t year, struct period out[4]);
/* The period whose last good day is nearest to a day: what an extension to that day
 * means. false where there is none. */
bool deadline_nearest(const struct deadline *d, int64_t day, struct period *out);

/* A decision of the centre on one deadline or round. */
struct extension {
	bool every;                /* holds for every period, else for `period` */
	struct period period;
	int64_t day;               /* the new last good day; DEADLINE_NO_DAY: as it was */
	bool accept;               /* what was signed in time counts as in time */
	const uint64_t *units;     /* ascending */
	size_t unit_count;
	bool all;                  /* holds for all units, whatever `units` */
	struct bytes reason;
};

/* What holds for one unit in one period. */
struct due {
	int64_t quoted;            /* last good day before any decision, or DEADLINE_NO_DAY */
	int64_t day;               /* last good day */
	bool asked;                /* in force; else nothing can be late */
	bool accept;
	const struct extension *why; /* of the day, or NULL */
};

/* quoted and asked as above, or as a round says; list: the decisions on it, oldest
 * first. One that names units goes before one for all; of two alike the later. */
void deadline_due(int64_t quoted, bool asked, struct period p, uint64_t unit,
		  const struct extension *list, size_t count, struct due *out);

/* The period of a filing. year: what its record says, 0 where it says none. QUARTERLY:
 * the first period whose day is not before this one, extensions for the unit looked at. */
struct period deadline_period(const struct deadline *d, int64_t year, int64_t day,
			      uint64_t unit, const struct extension *list, size_t count);

struct filing {
	int64_t received, signed_at; /* signed_at: by the computer's own clock */
	bool exempt;                 /* there is no date for it: urgent */
};

enum timely {
	TIMELY_NOTHING,            /* nothing was asked */
	TIMELY_OPEN,               /* not there, and not due yet */
	TIMELY_ON_TIME,
	TIMELY_EXEMPT,             /* no date to miss */
	TIMELY_SIGNED,             /* signed in time, received late */
	TIMELY_LATE,
	TIMELY_MISSING
};

/* Of a filing; f NULL: of there being none, now. expected: of this unit. */
enum timely deadline_state(const struct due *due, const struct filing *f, bool expected,
			   int64_t now);
/* Days early (0: on the last day), or late where negative. DEADLINE_NO_DAY: neither. */
int64_t deadline_margin(const struct due *due, int64_t seconds);

/* AVERAGE: quarters of a year that are over on a day and were in force. */
unsigned deadline_quarters(const struct deadline *d, int64_t year, int64_t day);

#endif
