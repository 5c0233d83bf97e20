/* What the law makes of units, as people enter it: events in stream 0, signed by the
 * district's working key or by an officer, tried out in memory before they are written. Never erased:
 * what was wrong is withdrawn, with a reason. */
#ifndef DONGBO_SERVER_UNIT_EVENT_H
#define DONGBO_SERVER_UNIT_EVENT_H

#include "common/unit/unit.h"
#include "server/server.h"

/* One unit's part in an event. Units are named as units_find takes them, on the event's
 * day and as they stand just before it. */
struct event_row {
	struct bytes unit;
	/* Merge, split: the successor. None: a new unit, with code and name below, or the one
	 * that an earlier row of this event has made. A unit that a withdrawn event had begun
	 * begins again. In a merge a unit may go into itself: it stays. */
	struct bytes to;
	int64_t share;                  /* split: in 1/100 of a per cent */
	struct bytes code, name, kind;  /* rename: what is new; of a new unit. Its kind: else */
	struct bytes parent;            /* and parent: else as the old one's. Move: the parent */
	bool outside;                   /* of a new unit */
	unsigned line;                  /* of the file; 0: none */
};

struct event_entry {
	enum unit_event_kind kind;
	int64_t from, act_date;
	struct bytes act, issuer;
	struct event_row *rows;
	size_t count;
};

enum { UNIT_EVENTS_MAX = 500 }; /* at one time */

/* Enters events, one after the other: all, or where one does not fit, none. dry: only
 * tries. *first gets the number of the first one. by: an officer's key, or the working key;
 * where a pack asks for two persons, they count once an officer has approved them. Errors
 * as units_replay has them, and those of units_find; the subject begins with the row's line
 * where it has one. */
int unit_event_put(struct server *s, const struct sign_key *by, const struct event_entry *list,
		   size_t count, bool dry, uint64_t *first, struct err *e);

/* A share in per cent, at most two decimals, "33,33" or "33.33"; false if it is none. */
bool unit_event_share(struct bytes text, int64_t *share);

/* Withdraws an event: what came of it is undone, as if it had not been; where a pack asks
 * for two persons, that is proposed only: it takes the first step that asks for a remark.
 * ERR_NO_RECORD; what later events need can't be withdrawn before them. */
int unit_event_withdraw(struct server *s, const struct sign_key *by, uint64_t number,
			struct bytes reason, struct err *e);

/* Before a draft is judged: events that come into force take the units that they found with
 * them. After it, within the transaction: that all units still fit together. Nothing where
 * the draft moves neither (unit_approve.c). */
int unit_approve(struct server *s, struct draft *d, struct err *e);
int unit_approve_check(struct server *s, const struct draft *d, struct err *e);

/* Reads events from a table (CSV or XLSX): columns event, kind, from, act, act_date, issuer,
 * unit, to, share, code, name, type, parent, outside; a line for each row, those of one event
 * (the same in `event`) together. ERR_BAD_INPUT names the cell. */
int unit_event_read(struct bytes file, struct arena *a, struct event_entry **out, size_t *count,
		    struct err *e);

#endif
