/* The parts of a reply that lead a reader through the generations of its streams. */
#ifndef DONGBO_SERVER_HEAL_ANSWER_H
#define DONGBO_SERVER_HEAL_ANSWER_H

#include "server/heal/heal.h"

enum { HEAL_TURNS = 64, HEAL_NOTE_ROOM = 32, HEAL_STATEMENT_ROOM = 220 };

/* How a reader goes on in a stream. */
struct heal_way {
	uint64_t from, until;     /* items that it is due now */
	bool same;                /* what it said of its head is what is here */
	bool lags;                /* it holds what was taken back: it has to hear that first */
	uint8_t head[HASH_SIZE];  /* at from, where there are statements */
	struct message_statement statements[HEAL_TURNS];
	size_t count;
};
int heal_find_way(struct server *s, struct replica *view, uint64_t stream,
		  const struct message_have *h, struct arena *a, struct heal_way *out,
		  struct err *e);

/* What the server signs where a reader's head is not its own: its head at that position, or at
 * its end. */
int heal_contradict(struct server *s, struct replica *view, const struct message_have *h,
		    struct message_head *out, struct err *e);

/* Notes of items, put together. */
struct heal_notes_list {
	struct message_notes *list;
	size_t count, cap;
};
/* ERR_LIMIT, which sets no error: no room. */
int heal_add_notes(struct heal_notes_list *list, uint64_t stream, uint64_t at, struct bytes notes,
		   size_t *room);
/* Whether the reader has the object of an item, as it has shown. */
int heal_is_held(const struct exchange *x, struct replica *view, uint64_t stream, uint64_t seq,
		 struct bytes notes, bool *held, struct err *e);

#endif
