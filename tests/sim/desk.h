/* One save in the making, at a PC or at the server, and valid things to type. */
#ifndef DONGBO_SIM_DESK_H
#define DONGBO_SIM_DESK_H

#include "tests/sim/world.h"

struct desk {
	struct world *w;
	struct chance *chance;
	struct replica *replica;
	const struct schema *schema;
	struct arena *a;
	struct draft *d;
	bool officer;
	struct rid last;          /* what was created last here, of this type */
	const struct type *last_type;
	int expect;            /* ERR_* that must come of it; 0: see work.c */
};

/* A value that the field takes, by its kind and limits. */
struct value desk_value(struct desk *k, const struct field *f);
/* Sets a field: plain ones get a value, sets a few members, lists nothing. */
void desk_fill(struct desk *k, const struct type *t, struct rid record, const struct field *f);
/* A list whose rows clerks make. */
bool desk_list(const struct field *f);
/* A new record with its rows; `all`: nothing that is required is left out. */
struct rid desk_create(struct desk *k, const struct type *t, struct rid parent, uint32_t list,
		       bool all);

/* A stored record of the stream, of this type and in this state (0: any). */
struct picked {
	struct rid id;
	const struct type *type;
	int64_t state;
};
bool desk_pick(struct desk *k, uint32_t type, int64_t state, struct picked *out);
bool desk_pick_conflict(struct desk *k, struct picked *out);

#endif
