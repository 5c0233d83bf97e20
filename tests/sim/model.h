/* A second, slow way to merge, from the rules alone: gather every op that was
 * applied to a record, and keep those that no other has seen and replaced.
 *
 *   - An op supersedes the ops of its cell that it has seen. Beside what it names it has seen
 *     those of keys that its own came in the place of, as far as its certificate says. What is
 *     carried counts as its first key's.
 *   - Live is what no applied op supersedes; two live ops with different values
 *     are a conflict, and so is a deletion beside an edit that it had not seen.
 *   - A record is deleted while any live op of its existence says so.
 *   - The state is that of the last move; pending moves come last. A move in the
 *     log had seen all that was applied to the record and its rows before it, or follows
 *     a signature.
 *
 * It shares no code with common/replica/merge.c and judge.c: it is what they are checked
 * against (model_compare.c). */
#ifndef DONGBO_SIM_MODEL_H
#define DONGBO_SIM_MODEL_H

#include "common/replica/replica.h"

struct mrec {
	struct rid id, parent, root;
	uint32_t type, list;
	size_t from, count;  /* its ops */
	bool deleted;        /* set by model_compare */
};

/* An applied op with its place and what it had seen. */
struct mop {
	const struct op *op;
	uint64_t device, seq, seen_seq, seen_own, tx_first;
	size_t order;
	const struct mrec *rec;  /* NULL: of a record that is not there */
};

/* A key that came in the place of another, in this stream, and the last op of that which it
 * had seen: by its certificate, or by its own statement while there is none. */
struct mstep {
	uint64_t device, old, last;
};

struct model {
	struct replica *r;
	const struct schema *schema;
	uint64_t stream;
	struct arena a;
	struct mop *ops;         /* by record, then in order */
	size_t op_count, op_cap;
	struct mrec *recs;
	size_t rec_count;
	struct mstep *steps;
	size_t step_count;
	uint64_t seq;            /* of what is being gathered */
	const struct logged *item;
	char *why;
};

/* Reads the stream as this replica has it, pending ops last. */
int model_build(struct model *m, struct replica *r, uint64_t stream, struct err *e);
void model_free(struct model *m);
/* Whether `later` had seen `op`. */
bool model_saw(const struct model *m, const struct mop *later, const struct mop *op);
bool model_is_live(const struct model *m, const struct mrec *rec, const struct mop *op);
/* DELETE and UNDELETE: they share the cell of the record's existence. */
bool model_is_existence(const struct op *op);
/* The value that an op gives its cell; of existence: whether it deletes. */
struct value model_value(const struct op *op);
/* How many conflicts there are among the live ops of a record. */
size_t model_conflicts(const struct model *m, const struct mop *const *live, size_t n);

/* The sign op that stands before a move in its transaction, on the same record; or NULL. */
const struct mop *model_signed(const struct model *m, const struct mop *move);
/* What a root and its rows held before the op that was gathered as `before`: a number
 * that is the same for the same content. with_move: and by which move it came into its
 * state. */
void model_version(const struct model *m, struct rid root, size_t before, bool with_move,
		   uint8_t out[16]);

/* model_lineage.c: the steps, from certificates among the ops and, at a client, from what it
 * has stated itself. */
int model_find_steps(struct model *m, struct err *e);
/* Whether the key of `device` came after that of `old` and had seen its op. */
bool model_inherits(const struct model *m, uint64_t device, uint64_t old, uint64_t op);

/* Compares every record of the stream, and the totals, with the model. Returns 0,
 * or 1 with what differs in `why`, or a negative error. */
int model_compare(struct replica *r, uint64_t stream, char why[300], struct err *e);

#endif
