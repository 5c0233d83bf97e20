/* What timeliness.c and timeliness_query.c share: a question put to the store. */
#ifndef DONGBO_TIMELINESS_PARTS_H
#define DONGBO_TIMELINESS_PARTS_H

#include "common/calendar/timeliness.h"

/* A deadline's period or a round, with what was decided on it. */
struct timely_subject {
	const struct timeliness *t;
	const struct deadline *deadline; /* or NULL */
	const struct round *round; /* or NULL */
	const struct type *type;
	struct period period;
	int64_t quoted;            /* last good day; DEADLINE_NO_DAY */
	bool asked;
	const struct extension *list;
	size_t list_count;
};

/* What was handed in and may belong to it, in no order: stream, first receipt, signed, newest
 * receipt, times returned, exempt (1 or 0), on (day or null). More than belong to it, by their
 * times, may come; never fewer. */
int timely_select(const struct timely_subject *s, struct stmt **out, struct err *e);
/* How many records of a stream were handed in on this computer and have no receipt. */
int timely_waiting(const struct timely_subject *s, uint64_t stream, unsigned *out,
		   struct err *e);

#endif
