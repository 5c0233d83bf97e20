/* What falls due when: the deadlines of all packs and the rounds of the centre in one
 * list. */
#ifndef DONGBO_AGENDA_H
#define DONGBO_AGENDA_H

#include "common/calendar/timeliness.h"

struct agenda_item {
	const struct deadline *deadline; /* NULL: a round */
	const struct round *round;
	struct period period;
	struct due due;            /* for units without a decision of their own */
};

enum agenda_year {
	AGENDA_DUE,                /* that fall due in the year */
	AGENDA_OF                  /* of the reporting year; rounds by their last day */
};

/* By last good day; averages, which have none, behind them; what is ongoing not at all. In
 * the arena. */
int agenda_make(const struct calendar *c, int64_t year, enum agenda_year by, struct arena *a,
		struct agenda_item **out, size_t *count, struct err *e);

/* Of one code: all periods of a deadline in a reporting year, the rounds that it has in
 * it, or one round. ERR_NO_DEADLINE. */
int agenda_find(const struct calendar *c, struct bytes code, int64_t year, struct arena *a,
		struct agenda_item **out, size_t *count, struct err *e);

/* Who met it. */
int agenda_table(const struct timeliness *t, const struct agenda_item *it, struct arena *a,
		 struct timely_table *out, struct err *e);

/* Code, and name with the period, appended. */
struct bytes agenda_code(const struct agenda_item *it);
void agenda_title(const struct agenda_item *it, enum lang lang, struct buf *out);

#endif
