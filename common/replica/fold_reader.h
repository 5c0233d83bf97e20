/* What expressions read of a record: its rows and references, as a fold has them. */
#ifndef DONGBO_FOLD_READER_H
#define DONGBO_FOLD_READER_H

#include "common/expr/expr.h"
#include "common/replica/fold.h"

struct fold_reader {
	struct fold *fold;
	uint64_t stream;
	bool everywhere;           /* references are followed into other streams too */
	int64_t today;             /* the day on which what is not received yet would be; 0: none */
	struct expr_reader rd;     /* give this to expr_eval */
};

/* For the records of one stream. Set `everywhere` after it, where no verdict hangs on
 * the answer. */
void fold_reader_init(struct fold_reader *r, struct fold *f, uint64_t stream);
/* A condition on a record of the fold: 1 true, 0 false, -1 not known. A failure is
 * left in *code. */
int fold_reader_holds(struct fold_reader *r, const struct expr *x, const struct record *rec,
		      int *code, struct err *e);
/* The value of any expression. */
int fold_reader_value(struct fold_reader *r, const struct expr *x, const struct record *rec,
		      struct value *out, struct err *e);

#endif
