/* An office and up to three stores of one school: copied, put back, cloned with the whole disk. */
#ifndef DONGBO_TESTS_PLACE_H
#define DONGBO_TESTS_PLACE_H

#include "tests/lib/school.h"

enum { STORES = 3, PERSON = 100, NAME = 1001, ROUNDS = 30 };

struct place {
	struct office o;
	struct school s[STORES];
	bool open[STORES];
	struct env env;          /* of machines that look alike to the last byte */
	struct buf text;
	struct err e;
};

/* Fixtures; *state is a struct place. The first store is open, the others are empty folders. */
int place_make(void **state);
int place_end(void **state);
void place_open_store(struct place *p, int i, const struct env *env);
void place_close_store(struct place *p, int i);
/* All of a store that is closed, or its database alone; the other one is replaced. */
void place_copy_store(const char *from, const char *to, bool all);
/* A second computer that nothing on its disk tells from the first; what waits is in both. */
void place_clone_disk(struct place *p);

/* What one command does: exchanges until neither side has more. */
struct exchange_result place_sync(struct place *p, int i);
/* The same, without a problem, a refusal, or anything left that waits. */
void place_sync_well(struct place *p, int i);
void place_rename_person(struct place *p, int i, const char *from, const char *to);

int64_t place_number(struct client *c, const char *sql);
/* The person of this name in a store: how many, and the number of live values. */
int64_t place_count_named(struct replica *r, const char *name);
/* One person of this name is at the server, with one live value. */
void place_expect_one(struct place *p, const char *name);
/* Both logs are whole, the stores have the same records. */
void place_agree(struct place *p, int i);
/* How many keys this store had before; last: why the last one went. */
uint64_t place_incarnations(struct place *p, int i, const char *last);

#endif
