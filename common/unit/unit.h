/* Units with dates: what each unit was called, where it belonged and whether it was
 * there on a day, and which unit stands for it later.
 *
 * A unit has a number that never changes; it is also its stream. A record of type
 * `unit` says how it began; records of type `unit_event` (both in stream 0) say what
 * the law made of it: renamed, merged, split, moved below another unit, dissolved.
 * Everything here follows from replaying those. Records stay in the stream of the
 * unit that wrote them: adding them up under a successor is the reader's choice.
 *
 * Days are days since 1970-01-01 (date.h). An event takes effect as its day begins. */
#ifndef DONGBO_UNIT_H
#define DONGBO_UNIT_H

#include "common/replica/replica.h"

/* The day of a unit that was always there, or is there for good. */
#define UNIT_ALWAYS (-((int64_t)1 << 40))
#define UNIT_NEVER ((int64_t)1 << 40)

struct units;

/* A unit as on a day; before its life as it began, after its life as it was last. */
struct unit {
	uint64_t number;
	struct bytes code, name, kind; /* live as long as the units */
	/* 0: none. Where the parent as entered has been merged: the unit after it. */
	uint64_t parent;
	bool active;                   /* there on that day */
	bool outside;                  /* of another district: reports nothing here */
	int64_t from, until;           /* its life: from <= day < until; UNIT_ALWAYS, UNIT_NEVER */
};

/* All units as this replica knows them now; the replica keeps them, and they are good
 * until stream 0 moves on and units_now is called again, or the replica closes. */
int units_now(struct replica *r, const struct units **out, struct err *e);

/* By place, in ascending numbers: for (i = 0; i < units_count(u); i++). */
size_t units_count(const struct units *u);
void units_at(const struct units *u, size_t i, int64_t day, struct unit *out);
/* By number; false where there is none. */
bool units_on(const struct units *u, uint64_t number, int64_t day, struct unit *out);
/* Whether a unit was there on any day from first to last. */
bool units_lived(const struct units *u, uint64_t number, int64_t first, int64_t last);

/* The unit that stands for another one on a day: itself, or the one that it went into,
 * and so on. What was split up stands for itself, for its records can't be divided;
 * units_shares tells the parts. So every record has one unit at any day. */
uint64_t units_heir(const struct units *u, uint64_t number, int64_t day);

/* Whether `heir` stands for another unit on a day: it goes on with what was that one's. */
bool units_inherits(const struct units *u, uint64_t heir, uint64_t number, int64_t day);
/* All of those, ascending, at most max; how many were put into out. */
size_t units_inherited(const struct units *u, uint64_t heir, int64_t day, uint64_t *out,
		       size_t max);

/* Into which units a unit has gone by a day, and how much of it into each: shares
 * add up to 1. Puts at most max of them into out and returns how many there are; a
 * unit that is still itself is {number, 1}. */
struct unit_share {
	uint64_t number;
	double share;
};
size_t units_shares(const struct units *u, uint64_t number, int64_t day,
		    struct unit_share *out, size_t max);

/* The unit that a person named: by the code that it has on the day, by one that any
 * unit ever had, by number, by name (marks and case do not matter; whole, else a part).
 * ERR_NO_UNIT; ERR_UNIT_AMBIGUOUS, its subject names them. */
int units_find(const struct units *u, struct bytes text, int64_t day, uint64_t *number,
	       struct err *e);
/* Appends name and parent's name, as on the day: "UBND xã Mẫu, UBND vùng Mẫu".
 * Names repeat, so this is what people see. Nothing for a number that is none. */
void units_full_name(const struct units *u, uint64_t number, int64_t day, struct buf *out);

enum unit_event_kind {
	UNIT_RENAME = 1, UNIT_MERGE, UNIT_SPLIT, UNIT_MOVE, UNIT_DISSOLVE
};

/* What an event does to one unit. */
struct unit_change {
	uint64_t unit;
	uint64_t to;                   /* merge, split: the successor */
	int64_t share;                 /* split: in 1/100 of a per cent */
	bool founds;                   /* the successor begins with this event */
	struct bytes code, name, kind; /* rename: what is new; none: stays */
	bool has_parent;
	uint64_t parent;               /* move; 0: none */
};

struct unit_event {
	uint64_t number;               /* what people call it by */
	struct rid record;
	enum unit_event_kind kind;
	int64_t from;
	struct bytes act, issuer;      /* "NQ 1287/NQ-UBTVQH15" and who issued it */
	bool has_act_date;
	int64_t act_date;
	struct bytes withdrawn;        /* why it does not count; none: it counts */
	bool off;                      /* nor does it: proposed and not approved, or retired */
	struct err misfit;             /* code not 0: it fits nothing and does not count */
	struct unit_change *changes;
	size_t count;
};

/* All events, in the order in which they take effect. */
size_t units_event_count(const struct units *u);
const struct unit_event *units_event(const struct units *u, size_t i);

void units_free(struct units *u);

#endif
