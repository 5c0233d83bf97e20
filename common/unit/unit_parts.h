/* Units while they are put together: for unit_*.c, and for the server, which tries a
 * change out in memory before it writes it. */
#ifndef DONGBO_UNIT_PARTS_H
#define DONGBO_UNIT_PARTS_H

#include "common/unit/unit.h"

enum { UNITS_MEMORY = 64 * 1024 * 1024 };

/* What holds from a day on. */
struct unit_version {
	int64_t from;
	struct bytes code, name, kind;
	uint64_t parent;
	bool active;
};

struct unit_entry {
	uint64_t number;
	struct unit_version first;     /* as it began; from is `since` */
	bool void_status;              /* its status says that it is no unit any more */
	bool outside;
	bool founded;                  /* an event begins it, or one that was withdrawn did */
	struct unit_version *versions; /* ascending */
	size_t count, cap;
};

struct units {
	struct arena a;
	uint64_t zero;                 /* position of stream 0 */
	struct unit_entry *list;       /* ascending numbers */
	size_t count, cap;
	struct unit_event *events;     /* by day, then number */
	size_t event_count, event_cap;
	double *scratch;               /* one for each unit */
};

int units_new(struct units **out, struct err *e);
/* Reads what stream 0 says, without replaying it. */
int units_load(struct replica *r, struct units **out, struct err *e);
/* One more, at its place, zeroed but for what is given; NULL when memory is out. What
 * they returned before may have moved. */
struct unit_entry *units_add(struct units *u, uint64_t number);
struct unit_event *units_add_event(struct units *u, uint64_t number, int64_t from);
struct unit_entry *units_entry(const struct units *u, uint64_t number);
struct unit_event *units_event_by_number(const struct units *u, uint64_t number);
/* Whether an event has effect. */
bool units_event_counts(const struct unit_event *ev);
/* What holds on a day; NULL before its life or where it has none. */
const struct unit_version *units_entry_on(const struct unit_entry *en, int64_t day);

/* Makes the versions anew from what the units were at first and the events. strict:
 * the first event that does not fit is an error, and so are two units with one code
 * on one day, a parent that is none, and cycles. Otherwise such events are left out
 * and keep their reason in misfit. */
int units_replay(struct units *u, bool strict, struct err *e);

#endif
