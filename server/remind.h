/* Reminders: a record of the pack's reminder type in the stream of every unit that still
 * owes something.
 *
 * Streams share no transaction, so this is a job that may stop anywhere and is done by
 * running it again: nobody is reminded of one thing twice in a day. */
#ifndef DONGBO_SERVER_REMIND_H
#define DONGBO_SERVER_REMIND_H

#include "common/calendar/agenda.h"
#include "server/server.h"

struct remind {
	const struct sign_key *officer;
	struct bytes by;           /* the officer's name */
	const struct agenda_item *about;
	const struct timely_table *table; /* as it is now */
	const struct schema *schema;
	int64_t now;
	void *ctx;
	/* Called for each unit that owes it; written: now, else before. May be NULL. */
	void (*row)(void *ctx, const struct timely_line *l, bool written);
	size_t owing, written;     /* counted */
};

/* Outside any transaction. The first refusal ends it. ERR_NO_TYPE: no pack has reminders. */
int server_remind(struct server *s, struct remind *r, struct err *e);

#endif
