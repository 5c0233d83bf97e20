/* The calendar as the centre keeps it in stream 0: its calls (rounds) and its decisions on
 * deadlines (extensions). Both are records of types that a pack's "calendar" names, so
 * every computer has them, offline too, signed by the officer who made them. Where the
 * type has a workflow they count from when a state that is `good` says so (type_counts):
 * what one has proposed and no other approved is not in here. */
#ifndef DONGBO_CALENDAR_H
#define DONGBO_CALENDAR_H

#include "common/calendar/deadline.h"
#include "common/unit/unit.h"

/* A call: a deadline of its own for the units that it names. */
struct round {
	struct rid record;
	struct bytes code, title, note;
	struct bytes type_code;
	const struct type *type;   /* that answers it; NULL: none that is known here */
	const struct field *names; /* its reference to rounds; NULL: has none */
	const struct deadline *deadline; /* the pack's, of kind ROUND and that type; or NULL */
	int64_t from, due;         /* first and last good day; DEADLINE_NO_DAY: none */
	bool closed;
	struct bytes asked;        /* units, as written */
	const uint64_t *units;     /* those asked, ascending */
	size_t unit_count;
	struct bytes unknown;      /* words in `asked` that are no unit or kind */
};

/* A decision, as its record has it. */
struct decision {
	struct rid record;
	struct bytes subject;      /* code of the deadline or round */
	struct bytes period, asked;
	struct extension what;
};

struct calendar {
	struct arena arena;
	const struct schema *schema;
	const struct units *units;
	struct round *rounds;      /* oldest first */
	size_t round_count;
	struct decision *decisions; /* oldest first */
	size_t decision_count;
};

/* Reads it all; calendar_free whatever it returns. units and schema must outlive it. */
int calendar_load(struct replica *r, const struct schema *s, const struct units *units,
		  struct calendar **out, struct err *e);
void calendar_free(struct calendar *c);

const struct round *calendar_round(const struct calendar *c, struct bytes code);
/* The decisions on a deadline or round, in the arena, oldest first. ERR_NOMEM. */
int calendar_extensions(const struct calendar *c, struct bytes subject, struct arena *a,
			const struct extension **out, size_t *count, struct err *e);

/* The units that words (codes, kinds; blanks or commas between) name as of a day, in
 * ascending order; words that name none are appended to unknown, with blanks between. */
int calendar_named(const struct units *units, struct bytes words, int64_t day, struct arena *a,
		   const uint64_t **out, size_t *count, struct buf *unknown, struct err *e);
/* Whether a deadline asks a unit, as on its last day: by kind or code; never where it is of
 * another district or not there. */
bool calendar_asks(const struct deadline *d, const struct unit *u);

#endif
