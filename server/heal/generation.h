/* Finding out that this store is older than what the server has said and signed, and going
 * on under a new generation (SPEC.md 6.15).
 *
 * Beside the store lies a file, `generation`, with the store's generation and a mark that
 * grows with every commit; it is written behind the commit, so the store is never behind it,
 * unless the store was put back. Where the file is missing, or ahead, or of a generation that
 * the store does not know, the next program that opens the store begins a new generation; so
 * does `dongbod restore`, and whoever is shown a receipt of the server's own that its log does
 * not have. */
#ifndef DONGBO_SERVER_GENERATION_H
#define DONGBO_SERVER_GENERATION_H

#include "common/replica/generation.h"
#include "server/server.h"

#define GENERATION_FILE "generation"

enum generation_why { GENERATION_RESTORED = 1, GENERATION_BEHIND_FILE, GENERATION_RECEIPT };

/* Begins a new one, for all streams, behind every position that there is and `beyond`. Inside
 * the caller's transaction. */
int generation_begin(struct replica *r, enum generation_why why, uint64_t beyond, struct err *e);

/* When a store is opened: begins a new one where the file says so. */
int generation_look(struct server *s, struct err *e);
/* Counts a commit, inside it; and writes that down, behind it. What goes wrong then only makes
 * the file say less. */
int generation_count(struct server *s, struct err *e);
void generation_mark(struct server *s);
/* Writes the file for a new store, or one that was put back, in a folder. */
int generation_write(struct db *db, const char *dir, const uint8_t first[GENERATION_SIZE],
		     struct err *e);

/* What there is to tell people: one for each generation, the newest first. */
struct generation_news {
	int64_t time;              /* when it was begun */
	enum generation_why why;
	uint64_t base;
	int64_t healed;            /* change sets that were brought back */
	int64_t shown;             /* receipts of before that were shown */
	int64_t open;              /* of these, those whose change sets are not all here yet */
};
/* 1, or 0 where there has been none. */
int generation_news(struct db *db, struct generation_news *out, struct err *e);

#endif
