/* Official numbers, given in order by the server, where an office's step asks for one. Those
 * of leased registers computers give by themselves (lease.h). */
#ifndef DONGBO_SERVER_REGISTER_H
#define DONGBO_SERVER_REGISTER_H

#include "common/replica/record.h"
#include "server/server.h"

/* Gives the record the next number of each register that it waits for and this role may
 * fill in now, into the draft. Inside the draft's transaction, so no number is given
 * twice; a number of a save that is refused is given to the next. */
int register_number(struct server *s, const struct schema *schema, struct draft *d,
		    struct rid id, struct err *e);
/* Whether the numbers that the draft gives are free: ERR_NUMBER_TAKEN with the number. Asked
 * for every save of an officer. */
int register_ask(struct server *s, const struct draft *d, struct err *e);

/* The highest number from low to high of the register that any record has, in one stream
 * (0: in all); 0: there is none. */
int register_highest(struct server *s, const struct schema *schema,
		     const struct pack_register *r, uint64_t stream, int64_t low, int64_t high,
		     int64_t *out, struct err *e);

#endif
