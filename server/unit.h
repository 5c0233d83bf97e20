/* Units: records of stream 0. A unit's number is that of its stream. */
#ifndef DONGBO_SERVER_UNIT_H
#define DONGBO_SERVER_UNIT_H

#include "server/server.h"

enum { UNITS_MAX = 1400 }; /* at one time: one transaction holds so many */

/* at == NULL in a text means: as it is. */
struct unit_row {
	uint64_t number;      /* 0: found by code, else the next that is free */
	struct bytes code, name, kind, status;
	bool has_parent;      /* parent is given */
	uint64_t parent;      /* 0: none */
};

/* Puts units into stream 0, new ones and changed ones (by number, else by code);
 * *changed counts them. All or, where one is wrong, none: the error names its
 * code. ERR_EXISTS (a code or number twice), ERR_BAD_VALUE, ERR_NO_UNIT (parent). */
int unit_put(struct server *s, const struct unit_row *units, size_t count, size_t *changed,
	     struct err *e);

/* Reads units from CSV text: a heading line with some of number, code, name, kind,
 * parent, status (code and name must be there), then a line for each. The texts
 * live in the arena. ERR_BAD_INPUT names the line. */
int unit_read_csv(struct bytes text, struct arena *a, struct unit_row **out, size_t *count,
		  struct err *e);

#endif
