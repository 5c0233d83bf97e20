/* A stream's log from its start, as replies bring it to a reader who has nothing: for enrolments
 * (stream 0) and for snapshots. It is made segment by segment, each of one generation
 * (generation.h of common/) and with a receipt for its end. */
#ifndef DONGBO_SERVER_WHOLE_H
#define DONGBO_SERVER_WHOLE_H

#include "server/heal/heal_answer.h"

struct whole {
	struct server *s;
	struct replica *view;
	struct arena *a;           /* what the reply is in */
	struct reply reply;        /* the segments since the last whole_clear */
	struct message_have at;    /* where a reader stands that has taken all of them in */
	uint64_t end;              /* of the stream */
	bool open;                 /* objects go open (snapshot.h of common/) */
	struct heal_notes_list notes;
};

/* Inside a read transaction that lasts until the end. */
int whole_begin(struct whole *w, struct server *s, struct replica *view, uint64_t stream,
		struct arena *a, struct err *e);
/* Begins a new reply, in that arena. */
int whole_clear(struct whole *w, struct arena *a, struct err *e);
/* Adds a segment to the reply: items of some `room` bytes, one at least, as far as they are of
 * one generation. Nothing where at.seq is the end. */
int whole_add(struct whole *w, size_t room, struct err *e);

#endif
