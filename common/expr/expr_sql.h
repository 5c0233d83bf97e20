/* Writing nodes as SQL. Private to expr_sql*.c. */
#ifndef DONGBO_EXPR_SQL_H
#define DONGBO_EXPR_SQL_H

#include "common/expr/expr_parts.h"

struct sql {
	struct buf *out;
	const char *alias[FRAME_COUNT]; /* the tables of the frames */
	unsigned next;             /* number of the newest table within: x1, x2... */
	struct err *e;
	int code;
};

/* A node as a value; as a condition. */
void sql_value(struct sql *w, const struct node *n);
void sql_condition(struct sql *w, const struct node *n);
/* Functions of numbers, dates and texts. */
void sql_call(struct sql *w, const struct node *n);

#endif
