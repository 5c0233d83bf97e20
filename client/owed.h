/* What this unit owes, by when, and whether it is done: the server's table O12 for one
 * unit, worked out offline from stream 0 and the unit's own stream. */
#ifndef DONGBO_CLIENT_OWED_H
#define DONGBO_CLIENT_OWED_H

#include "client/client.h"
#include "common/calendar/agenda.h"

struct owed {
	struct agenda_item item;
	struct timely_table table; /* of this unit: at most one line */
};

struct owed_list {
	struct calendar *calendar;
	int64_t now;               /* this computer's clock, put right by the server's */
	struct owed *list;         /* by last good day */
	size_t count;
};

/* What falls due in a year, of this unit or of whoever has something to send. 0: this
 * year, and what is missing from the last. In the arena; owed_close whatever it
 * returns. Inside a read transaction. */
int owed_open(struct client *c, int64_t year, struct arena *a, struct owed_list *out,
	      struct err *e);
void owed_close(struct owed_list *o);

/* What is due next and not done; false where nothing is. *missing counts what is overdue. */
int owed_next(struct client *c, struct arena *a, struct owed_list *all, const struct owed **next,
	      size_t *missing, struct err *e);

#endif
