/* Leases: blocks of official numbers, so that a computer without a link can give one.
 *
 * A register of the pack may be `leased`. The server then gives each device blocks of it, as
 * records in the stream of the device's unit, and a number counts only under the device whose
 * block it is from (judge.h). Blocks never overlap, and none is given to a second key, so no
 * number is ever given twice: not by two computers, nor by one that was copied (the copy has a
 * new key, and with it no block). A number says year * REGISTER_YEAR + n where its register is
 * yearly. */
#ifndef DONGBO_LEASE_H
#define DONGBO_LEASE_H

#include "common/replica/record.h"
#include "common/replica/replica.h"

/* Notes the block that a record of type `lease` in the stream gives, at item seq; one that
 * gives none is passed over. */
int lease_note(struct replica *r, uint64_t stream, const struct record *rec, uint64_t seq,
	       struct err *e);
/* Whether the number is from a block of the device's. 1, 0. */
int lease_covers(struct replica *r, uint64_t stream, uint64_t device,
		 const struct pack_register *reg, int64_t number, struct err *e);
/* The lowest number of the device's blocks of this year (0: not yearly) that is above
 * `after`; 0: there is none. left: how many there are, from it on. */
int lease_next(struct replica *r, uint64_t stream, uint64_t device,
	       const struct pack_register *reg, int64_t year, int64_t after, int64_t *next,
	       int64_t *left, struct err *e);

/* Whether the role may fill in the number: only then it is asked for blocks, and gets any. */
bool lease_field(const struct schema *s, const struct type *t, const struct field *f,
		 uint32_t role);

#endif
