/* What the commands about deadlines, rounds and extensions share. */
#ifndef DONGBO_SERVER_CMD_CALENDAR_H
#define DONGBO_SERVER_CMD_CALENDAR_H

#include "common/calendar/agenda.h"
#include "server/cmd/cmd.h"

/* What is due when, and who met it, as seen at the end of --at (else now). */
struct desk_calendar {
	struct timeliness t;
	struct calendar *calendar;
	int64_t year;              /* --year, else that of the day */
};
/* Call close whatever open returned. */
int desk_calendar_open(struct desk *d, struct desk_calendar *v);
void desk_calendar_close(struct desk_calendar *v);

/* A deadline in one period (NULL: the first of its year), or a round, and who met it.
 * ERR_NO_DEADLINE. */
int desk_calendar_find(struct desk *d, struct desk_calendar *v, const char *code_of,
		       const struct period *p, struct agenda_item *it,
		       struct timely_table *table);
/* --period, else the one of a deadline that is nearest to the day; {0, 0} of a round. */
int desk_calendar_period(struct desk *d, int64_t day, const char *code_of, struct period *p);
/* Says what it is now that a record of the centre has been saved: "what: title. Last good
 * day: ..."; of what waits for a second person, that it does. */
int desk_calendar_tell(struct desk *d, const char *code_of, const struct period *p,
		       struct rid record, const char *what);

/* The type in which calls, else extensions, are kept for things of a pack; or NULL. */
const struct type *desk_calendar_kept(const struct schema *s, const char *pack, bool rounds);
/* Every word of --units must name somebody on the day. ERR_NO_UNIT. */
int desk_calendar_units(struct desk *d, const struct desk_calendar *v, int64_t day);
/* field=value, where there is a value. */
void desk_calendar_put(struct assignment *list, size_t *count, const char *field,
		       const char *value);
/* A new record in stream 0, as the officer. */
int desk_calendar_save(struct desk *d, const struct type *t, const struct assignment *list,
		       size_t count, struct rid *id);

/* A line for each table; with units, a table for each, or under --unit a line for each.
 * All as JSON under --json (cmd_timeliness.c). */
int cmd_timeliness_print(struct desk *d, const struct agenda_item *items,
			 const struct timely_table *tables, size_t count, int64_t now,
			 bool units);

#endif
