/* Functions of expressions as SQL. Engines agree on no function of the calendar, so
 * dates are taken apart in whole numbers: days are counted from 1 March of year 0, in
 * centuries, in years of 365 or 366 days, in months of 153/5 days. */
#include <inttypes.h>
#include <stdio.h>

#include "common/expr/expr_sql.h"
#include "common/replica/projection.h"

/* An operand that stands in a formula several times: a column, or a column of a
 * subselect that works it out. */
struct once {
	char name[128];
	const struct node *n;      /* to be worked out; or NULL */
	unsigned x;
};

static void once_begin(struct sql *w, const struct node *n, struct once *o)
{
	char column[64];

	if (n->op == N_FIELD && n->via == NULL && w->alias[n->frame] != NULL) {
		projection_column(n->field, 0, column);
		snprintf(o->name, sizeof o->name, "%.60s.%s", w->alias[n->frame], column);
		o->n = NULL;
		return;
	}
	o->n = n;
	o->x = ++w->next;
	snprintf(o->name, sizeof o->name, "x%u.v", o->x);
	buf_printf(w->out, "(SELECT ");
}

static void once_end(struct sql *w, const struct once *o)
{
	if (o->n == NULL)
		return;
	buf_printf(w->out, " FROM (SELECT ");
	sql_value(w, o->n);
	buf_printf(w->out, " AS v) x%u)", o->x);
}

/* v: days since 1970, from 0001-01-01 to 9999-12-31. */
static void put_of_date(struct sql *w, enum node_op op, const char *v)
{
	char of_century[200], of_year[240]; /* 4 x day + 3; day: from 1 March, 0 to 365 */

	snprintf(of_century, sizeof of_century, "((4 * (%s + 719468) + 3) %% 146097 / 4 * 4 + 3)", v);
	snprintf(of_year, sizeof of_year, "(%s %% 1461 / 4)", of_century);
	buf_printf(w->out, "CASE WHEN %s BETWEEN -719162 AND 2932896 THEN ", v);
	switch (op) {
	case N_YEAR:
		buf_printf(w->out, "(4 * (%s + 719468) + 3) / 146097 * 100 + %s / 1461 + "
			   "(%s + 60) / 366", v, of_century, of_year);
		break;
	case N_MONTH:
		buf_printf(w->out, "((5 * %s + 461) / 153 - 1) %% 12 + 1", of_year);
		break;
	case N_QUARTER:
		buf_printf(w->out, "((5 * %s + 461) / 153 - 1) %% 12 / 3 + 1", of_year);
		break;
	default:
		buf_printf(w->out, "(5 * %s + 461) %% 153 / 5 + 1", of_year);
	}
	buf_printf(w->out, " END");
}

static void put_of_month(struct sql *w, enum node_op op, const char *v)
{
	const char *formula = op == N_YEAR ? "%s / 12" : op == N_MONTH ? "%s %% 12 + 1" :
							     "%s %% 12 / 3 + 1";
	char value[160];

	snprintf(value, sizeof value, formula, v);
	buf_printf(w->out, "CASE WHEN %s >= 0 THEN %s END", v, value);
}

static void put_calendar(struct sql *w, const struct node *n)
{
	struct once o;

	once_begin(w, n->arg, &o);
	if (n->arg->gives.type == EXPR_DATE)
		put_of_date(w, n->op, o.name);
	else
		put_of_month(w, n->op, o.name);
	once_end(w, &o);
}

static void put_date(struct sql *w, const struct node *n)
{
	static const char names[] = "ymd";
	unsigned x = ++w->next;
	const struct node *c;
	size_t i = 0;
	char year[60];

	/* The year that began in March. */
	snprintf(year, sizeof year, "(x%u.y - (14 - x%u.m) / 12)", x, x);
	buf_printf(w->out, "(SELECT CASE WHEN x%u.y BETWEEN 1 AND 9999 AND x%u.m BETWEEN 1 AND 12 "
		   "AND x%u.d BETWEEN 1 AND CASE WHEN x%u.m IN (4, 6, 9, 11) THEN 30 "
		   "WHEN x%u.m <> 2 THEN 31 WHEN (x%u.y %% 4 = 0 AND x%u.y %% 100 <> 0) OR "
		   "x%u.y %% 400 = 0 THEN 29 ELSE 28 END THEN ", x, x, x, x, x, x, x, x);
	buf_printf(w->out, "365 * %s + %s / 4 - %s / 100 + %s / 400 + (153 * ((x%u.m + 9) %% 12) "
		   "+ 2) / 5 + x%u.d - 719469 END FROM (SELECT ", year, year, year, year, x, x);
	for (c = n->arg; c != NULL; c = c->next, i++) {
		sql_value(w, c);
		buf_printf(w->out, " AS %c%s", names[i], c->next != NULL ? ", " : "");
	}
	buf_printf(w->out, ") x%u)", x);
}

static void put_digits(struct sql *w, const struct node *n)
{
	int64_t from = n->n / 32, count = n->n % 32;
	char part[200];
	struct once o;

	once_begin(w, n->arg, &o);
	snprintf(part, sizeof part, "substr(%s, %" PRId64 ", %" PRId64 ")", o.name, from, count);
	buf_printf(w->out, "CASE WHEN length(%s) = %" PRId64 " AND ltrim(%s, '0123456789') = '' "
		   "THEN CAST(%s AS BIGINT) END", part, count, part, part);
	once_end(w, &o);
}

static void put_simple(struct sql *w, const char *before, const struct node *n,
		       const char *after)
{
	buf_printf(w->out, "%s", before);
	sql_value(w, n->arg);
	buf_printf(w->out, "%s", after);
}

void sql_call(struct sql *w, const struct node *n)
{
	switch (n->op) {
	case N_NEG:
		put_simple(w, "(- ", n, ")");
		break;
	case N_ABS:
		put_simple(w, "abs(", n, ")");
		break;
	case N_LENGTH:
		put_simple(w, "CAST(length(", n, ") AS BIGINT)");
		break;
	case N_DIGITS:
		put_digits(w, n);
		break;
	case N_DATE:
		put_date(w, n);
		break;
	default: /* N_YEAR, N_MONTH, N_QUARTER, N_DAY */
		put_calendar(w, n);
	}
}
