/* Whether and when each record was handed in: one row a record in table `filing`, kept from
 * its moves as they are applied, so that a question about thousands reads no history.
 *
 *   first, signed  when it was first received, and signed by its computer's clock
 *   last           when it was received after it had been sent back, else as first
 *   returned       how often it was sent back
 *   standing       FILING_TAKEN_BACK, FILING_IN, FILING_BACK (open to its unit again)
 *
 * Which states count is the pack's word; where a new version says otherwise, the rows of
 * that type are made again from `transition`. */
#ifndef DONGBO_FILING_H
#define DONGBO_FILING_H

#include "common/replica/replica.h"

enum { FILING_TAKEN_BACK, FILING_IN, FILING_BACK };

/* States (state_bit) in which a record counts as handed in; those open to its unit. */
uint64_t filing_states(const struct workflow *w);
uint64_t filing_open(const struct workflow *w);
/* Whether records of the type have moves that hand them in; else they are in as they
 * arrive, and have no row. */
bool filing_moves(const struct type *t);

/* One applied move. */
struct filing_move {
	uint64_t stream;
	struct rid record;
	int64_t state, claimed, received;
};
int filing_note(struct replica *r, const struct type *t, const struct filing_move *m,
		struct err *e);

/* Makes again what a schema sees otherwise than the one before it. */
int filing_prepare(struct replica *r, const struct schema *s, struct err *e);

#endif
