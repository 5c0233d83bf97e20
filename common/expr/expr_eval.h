/* One evaluation. Private to expr_eval*.c. */
#ifndef DONGBO_EXPR_EVAL_H
#define DONGBO_EXPR_EVAL_H

#include "common/expr/expr_parts.h"

/* What an evaluation shares with those of derived fields within it. */
struct work {
	const struct expr_reader *rd;
	struct err *e;
	int code;                  /* of the reader */
	int64_t cost;              /* what is left; below 0 the whole is null */
	unsigned depth;            /* derived fields within derived fields */
};

/* One expression over its records. */
struct run {
	struct work *work;
	uint64_t stream;
	const struct record *frames[FRAME_COUNT];
};

/* The value of a node; false where it is null. number: of bools, numbers, dates, choices
 * and states. */
bool eval_number(struct run *run, const struct node *n, int64_t *out);
bool eval_text(struct run *run, const struct node *n, struct bytes *out);
bool eval_ref(struct run *run, const struct node *n, struct ref *out);

/* What is read of records (expr_eval_read.c): the same, for nodes that name something. */
bool eval_field(struct run *run, const struct node *n, struct value *out);
bool eval_state(struct run *run, const struct node *n, int64_t *out);
bool eval_unit(struct run *run, const struct node *n, int64_t *out);
bool eval_rollup(struct run *run, const struct node *n, int64_t *out);
bool eval_received(struct run *run, const struct node *n, int64_t *out);
/* How many members a set has, of one choice only unless `any`. */
bool eval_set(struct run *run, const struct node *n, bool any, int64_t *out);
bool eval_rows(struct run *run, const struct node *n, int64_t *out);

#endif
