/* Units: records of stream 0. A unit's number is that of its stream. What stands here
 * is how a unit began; what became of it later are events (unit_event.h). */
#ifndef DONGBO_SERVER_UNIT_H
#define DONGBO_SERVER_UNIT_H

#include "common/unit/unit.h"
#include "server/server.h"

enum { UNITS_MAX = 1400 }; /* at one time: one transaction holds so many */

/* What is to be put. at == NULL in a text means: as it is. */
struct unit_row {
	uint64_t number;      /* 0: found by code, else the next that is free */
	struct bytes code, name, kind, status;
	bool has_parent;      /* parent is given */
	uint64_t parent;      /* 0: none */
	bool has_since;
	int64_t since;        /* the day; UNIT_ALWAYS: not known */
	bool has_outside, outside;
	/* Up to 35 of A-Z 0-9 and "."; texts; the phone is personal. */
	struct bytes admin_id, address, head, phone;
};

/* Puts units into stream 0, new ones and changed ones (by number, else by the code they
 * began with); *changed counts them. All or, where one is wrong, none: the error names its
 * code. ERR_UNIT_CODE (a code twice on one day), ERR_EXISTS (a number), ERR_BAD_VALUE, ERR_NO_UNIT
 * (parent), and what replaying the events finds (unit_parts.h). */
int unit_put(struct server *s, const struct unit_row *units, size_t count, size_t *changed,
	     struct err *e);
/* The same, as an officer. Where a pack asks for two persons, new ones count once another
 * officer has approved them, and of old ones only what the pack leaves open can be changed
 * (ERR_LOCKED; common/packs/README.md, "Units"). */
int unit_put_as(struct server *s, const struct sign_key *by, const struct unit_row *units,
		size_t count, size_t *changed, struct err *e);

/* The ops of a new unit, in a draft of stream 0. */
void unit_create(struct draft *d, const struct unit_row *unit);
/* Whether a code may be one: letters, digits and -_. for it is typed on command lines. */
bool unit_good_code(struct bytes code);

/* Reads units from a table (CSV or XLSX): a heading line with some of number, code, name,
 * kind, parent, status, since, outside, admin_id, address, head, phone (code and name must
 * be there), then a line for each. The texts live in the arena. ERR_BAD_INPUT names the
 * cell. */
int unit_read(struct bytes file, struct arena *a, struct unit_row **out, size_t *count,
	      struct err *e);

#endif
