/* Official numbers that this computer gives, with a link or without: from the blocks that the
 * district has leased to it (common/replica/lease.h). Each is drawn once, in the transaction of the
 * save that uses it; what a save leaves unused is not drawn again either. */
#ifndef DONGBO_CLIENT_NUMBERS_H
#define DONGBO_CLIENT_NUMBERS_H

#include "client/client.h"
#include "common/replica/record.h"

/* Draws a number for each field of the record that wants one of this role and has none, into
 * the draft. rec: the record as it stands; NULL: it is new in this very draft. *drawn counts
 * them; a register without numbers left is passed over, its first is in *empty (else NULL). */
int numbers_draw(struct client *c, const struct schema *schema, struct draft *d,
		 const struct type *t, struct rid id, const struct record *rec, size_t *drawn,
		 const struct pack_register **empty, struct err *e);

/* A register of this role, and what is left of it this year. */
struct numbers {
	const struct pack_register *reg;
	int64_t year;      /* 0: not yearly */
	int64_t left;
	int64_t without;   /* records of the unit that want one and have none */
};
/* All of them; in the arena. */
int numbers_list(struct client *c, const struct schema *schema, struct arena *a,
		 struct numbers **out, size_t *count, struct err *e);
/* Asks for blocks in a request, where they run low or records are without a number. */
int numbers_ask(struct client *c, struct arena *a, struct request *r, struct err *e);

#endif
