/* Judging a transaction: may this author do this to these records, now?
 *
 * The same code runs when a clerk saves, when the server orders, and when fsck
 * checks the server. A judgement rests on the stream before the transaction, on
 * the schema that its change set names, and on nothing else: no clock, no other
 * stream. */
#ifndef DONGBO_JUDGE_H
#define DONGBO_JUDGE_H

#include "common/replica/fold.h"
#include "common/replica/merge.h"
#include "protocol/verdict.h"

struct judge {
	struct fold *fold;
	const struct schema *schema; /* as the writer had it */
	const struct role *role;     /* NULL: unknown to that schema */
	uint64_t role_bit;
	uint64_t stream;
	uint64_t device;             /* whose transaction it is: set by judge_transaction */
	struct lineage lineage;      /* of `device`, as far as its ops rest on it */
	uint64_t lineage_of;
	uint64_t seq;                /* of the item, or SEQ_PENDING */
	bool trusted;                /* verdicts are given: merge without asking */
	bool hopeful;                /* what is gone is passed over */
	bool rebuilding;             /* only records marked `rebuild`; what is gone is passed over */
};

/* Applies one transaction to the fold, which the caller then keeps or undoes.
 * Returns 0 with *verdict.code 0 (applied) or an ERR_* (to be undone); a negative
 * return is a failure of the machine. */
int judge_transaction(struct judge *j, const struct changeset *cs, size_t tx,
		      struct verdict *verdict, struct err *e);

#endif
