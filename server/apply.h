/* Records that act on others: decisions that answer many, submissions that carry many
 * on (struct apply in common/pack/pack.h).
 *
 * Each record is a transaction of its own in its unit's stream, and streams share no
 * transaction: so this is a job that may stop anywhere and is done by running it
 * again. What has been done is told by the records themselves. */
#ifndef DONGBO_SERVER_APPLY_H
#define DONGBO_SERVER_APPLY_H

#include "common/query/query.h"
#include "server/server.h"

struct apply_report {
	void *ctx;
	/* Called for each row: done (changed now, or before), or refused with a verdict. */
	void (*row)(void *ctx, uint64_t stream, struct rid record, bool changed, int code,
		    const struct verdict *v);
	size_t rows, changed, refused; /* counted */
	int first;                 /* the code of the first refusal, 0: none */
};

/* Moves and fills in every record that the rows name, as an officer. A refusal is
 * reported and stops nothing; so is a record that has changed since its row took it in
 * (ERR_CHANGED): what was frozen is what is carried on. One that has been moved
 * so, and gone on since, is done. ERR_NO_MOVE: the type acts on nothing, or its own state
 * says nothing; ERR_NOT_APPROVED: it is in none of the states that the pack wants for that.
 * Outside any transaction. */
int server_apply(struct server *s, const struct sign_key *officer, uint64_t stream,
		 struct rid id, struct apply_report *report, struct err *e);

struct gathered {
	size_t added, renewed;     /* rows */
};

/* Adds a row for every record that the options choose and that has none yet, with its
 * version, amount and unit as they are; renews these in rows whose record has changed
 * since. ERR_WRONG_TYPE where the row can't name such records. May be run again. */
int server_gather(struct server *s, const struct sign_key *officer, uint64_t stream,
		  struct rid id, const struct query_options *o, struct gathered *out,
		  struct err *e);

#endif
