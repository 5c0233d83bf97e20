/* Expressions as SQL over the typed tables, in what SQLite and PostgreSQL both read.
 *
 * PostgreSQL has conditions apart from values, so there are two ways to write a node:
 * a bool as a value is 1, 0 or NULL. References and lists are correlated subselects by
 * key; the tables within are x1, x2... Where a formula needs its operand several times
 * and that is more than a column, a subselect works it out once. Functions of the
 * calendar and of texts are in expr_sql_call.c. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/expr/expr_sql.h"
#include "common/replica/projection.h"

static void complain(struct sql *w, const char *what)
{
	if (w->code == 0)
		w->code = err_because(w->e, ERR_BAD_PACK, what);
}

static const char *alias_of(struct sql *w, unsigned frame)
{
	if (w->alias[frame] == NULL) {
		complain(w, "the table of the row's root is missing");
		return "";
	}
	return w->alias[frame];
}

static void put_literal(struct sql *w, const struct node *n)
{
	bool text = n->gives.type == EXPR_TEXT;
	size_t i;

	if (n->null) {
		buf_printf(w->out, "CAST(NULL AS %s)", text ? "TEXT" : "BIGINT");
	} else if (text) {
		buf_byte(w->out, '\'');
		for (i = 0; i < n->text.len; i++) {
			if (n->text.at[i] == '\'')
				buf_byte(w->out, '\'');
			buf_byte(w->out, n->text.at[i]);
		}
		buf_byte(w->out, '\'');
	} else if (n->n == INT64_MIN) {
		buf_printf(w->out, "(%" PRId64 " - 1)", INT64_MIN + 1);
	} else {
		/* Two minus signs would begin a comment. */
		buf_printf(w->out, n->n < 0 ? "(%" PRId64 ")" : "%" PRId64, n->n);
	}
}

/* A literal that other things take their width from. */
static void put_wide(struct sql *w, const struct node *n)
{
	if (n->op == N_CONST && !n->null && n->gives.type != EXPR_TEXT) {
		buf_printf(w->out, "CAST(");
		put_literal(w, n);
		buf_printf(w->out, " AS BIGINT)");
	} else {
		sql_value(w, n);
	}
}

/* ---- what is read ---- */

static void put_rollup(struct sql *w, const struct rollup *r, const char *alias)
{
	unsigned x = ++w->next;

	buf_printf(w->out, "coalesce((SELECT x%u.%s FROM rollup x%u WHERE x%u.number = %" PRIu32
		   " AND x%u.stream = %s.stream AND x%u.device = %s.device AND x%u.op = %s.op), 0)",
		   x, r->value == NULL ? "count" : "sum", x, x, r->number, x, alias, x, alias, x,
		   alias);
}

/* What the node reads of the record in a table, as a value. */
static void put_item(struct sql *w, const struct node *n, const char *alias,
		     const struct field *f)
{
	char column[64] = "";

	if (f != NULL)
		projection_column(f, 0, column);
	switch (n->op) {
	case N_STATE:
		buf_printf(w->out, "%s.state", alias);
		break;
	case N_ROLLUP:
		put_rollup(w, n->rollup, alias);
		break;
	case N_SET_COUNT:
		buf_printf(w->out, "CASE WHEN %s.%s IS NULL THEN 0 ELSE length(%s.%s) - "
			   "length(replace(%s.%s, ',', '')) - 1 END", alias, column, alias, column,
			   alias, column);
		break;
	case N_HAS:
		buf_printf(w->out, "CASE WHEN %s.%s LIKE '%%,%" PRId64 ",%%' THEN 1 ELSE 0 END",
			   alias, column, n->n);
		break;
	default:
		buf_printf(w->out, "%s.%s", alias, column);
	}
}

/* FROM and WHERE of the record of one type that a reference names. */
static void put_named(struct sql *w, const struct node *n, const struct target *t, unsigned x)
{
	const char *alias = alias_of(w, n->frame);
	char table[64], stream[64], device[64], op[64];

	projection_table(t->type, table);
	projection_column(n->via, 0, stream);
	projection_column(n->via, 1, device);
	projection_column(n->via, 2, op);
	buf_printf(w->out, " FROM %s x%u WHERE x%u.stream = %s.%s AND x%u.device = %s.%s AND "
		   "x%u.op = %s.%s AND x%u.deleted = 0", table, x, x, alias, stream, x, alias,
		   device, x, alias, op, x);
}

static void put_followed(struct sql *w, const struct node *n)
{
	char alias[16], column[64];
	size_t i;

	if (n->op == N_UNIT) {
		projection_column(n->via, 0, column);
		buf_printf(w->out, "%s.%s", alias_of(w, n->frame), column);
		return;
	}
	buf_printf(w->out, n->target_count > 1 ? "coalesce(" : "");
	for (i = 0; i < n->target_count; i++) {
		unsigned x = ++w->next;

		snprintf(alias, sizeof alias, "x%u", x);
		buf_printf(w->out, "%s(SELECT ", i > 0 ? ", " : "");
		put_item(w, n, alias, n->targets[i].field);
		put_named(w, n, &n->targets[i], x);
		buf_byte(w->out, ')');
	}
	buf_printf(w->out, n->target_count > 1 ? ")" : "");
}

static void put_read(struct sql *w, const struct node *n)
{
	if (n->gives.type == EXPR_BYTES)
		complain(w, "files are not in the tables");
	else if (n->via != NULL)
		put_followed(w, n);
	else if (n->op == N_UNIT)
		buf_printf(w->out, "%s.stream", alias_of(w, n->frame));
	else
		put_item(w, n, alias_of(w, n->frame), n->field);
}

/* ---- references ---- */

static void put_ref_columns(struct sql *w, const char *alias, const struct field *f)
{
	char column[64];
	size_t i;

	for (i = 0; i < projection_columns(f); i++) {
		projection_column(f, i, column);
		buf_printf(w->out, "%s%s.%s", i > 0 ? ", " : "", alias, column);
	}
}

/* The right side: three columns, or a subselect of three. */
static void put_ref(struct sql *w, const struct node *n)
{
	char alias[16];
	unsigned x;

	if (n->via == NULL) {
		buf_byte(w->out, '(');
		put_ref_columns(w, alias_of(w, n->frame), n->field);
	} else {
		x = ++w->next;
		snprintf(alias, sizeof alias, "x%u", x);
		buf_printf(w->out, "(SELECT ");
		put_ref_columns(w, alias, n->targets[0].field);
		put_named(w, n, &n->targets[0], x);
	}
	buf_byte(w->out, ')');
}

/* A subselect of several columns may only stand on the right, so the plain one goes to
 * the left; of two that are followed, the left one's subselect gives the answer. */
static void put_ref_comparison(struct sql *w, const struct node *n)
{
	const struct node *a = n->arg, *b = n->arg->next;
	const char *sign = n->op == N_EQ ? "=" : "<>";
	char alias[16];
	unsigned x;

	if (a->via != NULL && b->via == NULL) {
		b = n->arg;
		a = b->next;
	}
	if (a->via == NULL) {
		buf_byte(w->out, '(');
		put_ref(w, a);
		buf_printf(w->out, " %s ", sign);
		put_ref(w, b);
	} else {
		x = ++w->next;
		snprintf(alias, sizeof alias, "x%u", x);
		buf_printf(w->out, "(SELECT (");
		put_ref_columns(w, alias, a->targets[0].field);
		buf_printf(w->out, ") %s ", sign);
		put_ref(w, b);
		put_named(w, a, &a->targets[0], x);
	}
	buf_byte(w->out, ')');
}

/* ---- rows ---- */

/* A row's frame; nodes that read nothing have frame 0, which is none. */
static bool reads_frame(const struct node *n, unsigned frame)
{
	const struct node *c;

	if (n->frame == frame)
		return true;
	for (c = n->arg; c != NULL; c = c->next)
		if (reads_frame(c, frame))
			return true;
	return false;
}

/* FROM and WHERE of the live rows of the node's list. */
static void put_rows(struct sql *w, const struct node *n, unsigned frame,
		     const struct node *where)
{
	const char *parent = alias_of(w, n->frame), *x = w->alias[frame];
	char table[64];

	if (n->n > 1)
		complain(w, "a table has the rows of more than one list");
	projection_table(n->type, table);
	buf_printf(w->out, " FROM %s %s WHERE %s.stream = %s.stream AND %s.parent_device = "
		   "%s.device AND %s.parent_op = %s.op AND %s.deleted = 0", table, x, x, parent, x,
		   parent, x, parent, x);
	if (where != NULL) {
		buf_printf(w->out, " AND ");
		sql_condition(w, where);
	}
}

static void put_aggregate(struct sql *w, const struct node *n, const struct node *value,
			  unsigned frame)
{
	static const char *const functions[] = { "sum", "min", "max" };
	const char *function = functions[n->op - N_SUM];
	const char *before = n->op == N_SUM ? "CAST(coalesce(" : "";
	const char *after = n->op == N_SUM ? ", 0) AS BIGINT)" : "";
	/* An aggregate of nothing but outer columns would be one of the outer query. */
	bool own = reads_frame(value, frame);
	unsigned q = own ? 0 : ++w->next;

	if (own)
		buf_printf(w->out, "(SELECT %s%s(", before, function);
	else
		buf_printf(w->out, "(SELECT %s%s(x%u.v)%s FROM (SELECT ", before, function, q,
			   after);
	put_wide(w, value);
	if (own)
		buf_printf(w->out, ")%s", after);
	else
		buf_printf(w->out, " AS v");
	put_rows(w, n, frame, value->next);
	if (own)
		buf_byte(w->out, ')');
	else
		buf_printf(w->out, ") x%u)", q);
}

static void put_over_rows(struct sql *w, const struct node *n)
{
	unsigned frame = n->frame < FRAME_RECORD ? FRAME_ROW : n->frame + 1u;
	const char *outer = w->alias[frame];
	char alias[16];

	snprintf(alias, sizeof alias, "x%u", ++w->next);
	w->alias[frame] = alias;
	if (n->op == N_COUNT) {
		buf_printf(w->out, "(SELECT count(*)");
		put_rows(w, n, frame, n->arg);
		buf_byte(w->out, ')');
	} else if (n->op == N_EXISTS) {
		buf_printf(w->out, "EXISTS (SELECT 1");
		put_rows(w, n, frame, n->arg);
		buf_byte(w->out, ')');
	} else {
		put_aggregate(w, n, n->arg, frame);
	}
	w->alias[frame] = outer;
}

/* ---- operators ---- */

static void put_list(struct sql *w, const struct node *n, const char *between,
		     void (*put)(struct sql *, const struct node *))
{
	for (; n != NULL; n = n->next) {
		put(w, n);
		if (n->next != NULL)
			buf_printf(w->out, "%s", between);
	}
}

static void put_comparison(struct sql *w, const struct node *n)
{
	static const char *const signs[] = { "=", "<>", "<", "<=", ">", ">=" };

	if (n->arg->gives.type == EXPR_REF) {
		put_ref_comparison(w, n);
		return;
	}
	buf_byte(w->out, '(');
	sql_value(w, n->arg);
	buf_printf(w->out, " %s ", signs[n->op - N_EQ]);
	sql_value(w, n->arg->next);
	buf_byte(w->out, ')');
}

static void put_in(struct sql *w, const struct node *n)
{
	buf_byte(w->out, '(');
	sql_value(w, n->arg);
	buf_printf(w->out, n->op == N_IN ? " IN (" : " NOT IN (");
	put_list(w, n->arg->next, ", ", sql_value);
	buf_printf(w->out, "))");
}

/* Whether it is a condition in SQL, not a value. */
static bool conditional(const struct node *n)
{
	return (n->op >= N_OR && n->op <= N_NOT_IN) || n->op == N_EXISTS;
}

void sql_condition(struct sql *w, const struct node *n)
{
	switch (n->op) {
	case N_OR:
	case N_AND:
		buf_byte(w->out, '(');
		put_list(w, n->arg, n->op == N_OR ? " OR " : " AND ", sql_condition);
		buf_byte(w->out, ')');
		return;
	case N_NOT:
		buf_printf(w->out, "(NOT ");
		sql_condition(w, n->arg);
		buf_byte(w->out, ')');
		return;
	case N_NULL:
	case N_NOT_NULL:
		buf_byte(w->out, '(');
		sql_value(w, n->arg);
		buf_printf(w->out, n->op == N_NULL ? " IS NULL)" : " IS NOT NULL)");
		return;
	case N_IN:
	case N_NOT_IN:
		put_in(w, n);
		return;
	case N_EXISTS:
		put_over_rows(w, n);
		return;
	default:
		break;
	}
	if (conditional(n)) {
		put_comparison(w, n);
		return;
	}
	buf_byte(w->out, '(');
	sql_value(w, n);
	buf_printf(w->out, " <> 0)");
}

static void put_arithmetic(struct sql *w, const struct node *n)
{
	const struct node *b = n->arg->next;
	bool divides = (n->op == N_DIV || n->op == N_MOD) && (b->op != N_CONST || b->n == 0);

	buf_byte(w->out, '(');
	put_wide(w, n->arg);
	buf_printf(w->out, " %c %s", "+-*/%"[n->op - N_ADD], divides ? "nullif(" : "");
	sql_value(w, b);
	buf_printf(w->out, divides ? ", 0))" : ")");
}

void sql_value(struct sql *w, const struct node *n)
{
	if (conditional(n)) {
		buf_printf(w->out, "CAST(");
		sql_condition(w, n);
		buf_printf(w->out, " AS INTEGER)");
		return;
	}
	switch (n->op) {
	case N_CONST:
		put_literal(w, n);
		return;
	case N_ADD:
	case N_SUB:
	case N_MUL:
	case N_DIV:
	case N_MOD:
		put_arithmetic(w, n);
		return;
	case N_COALESCE:
		buf_printf(w->out, "coalesce(");
		put_list(w, n->arg, ", ", put_wide);
		buf_byte(w->out, ')');
		return;
	case N_IF:
		buf_printf(w->out, "CASE WHEN ");
		sql_condition(w, n->arg);
		buf_printf(w->out, " THEN ");
		put_list(w, n->arg->next, " ELSE ", put_wide);
		buf_printf(w->out, " END");
		return;
	case N_COUNT:
	case N_SUM:
	case N_MIN:
	case N_MAX:
		put_over_rows(w, n);
		return;
	default:
		break;
	}
	if (n->op == N_RECEIVED)
		complain(w, "received() is known in warnings only");
	else if (n->op <= N_ROLLUP || n->op >= N_SET_COUNT)
		put_read(w, n);
	else
		sql_call(w, n);
}

static int write_sql(const struct expr *x, const char *alias, const char *root, struct buf *out,
		     struct err *e, void (*put)(struct sql *, const struct node *))
{
	struct sql w = { .out = out, .e = e, .alias = { root, alias } };

	if (x->root->gives.type == EXPR_REF)
		complain(&w, "a reference is three columns, not a value");
	else
		put(&w, x->root);
	if (w.code == 0 && out->failed)
		w.code = err_set(e, ERR_TOO_LARGE, "SQL of %.60s", x->text);
	return w.code;
}

int expr_sql(const struct expr *x, const char *alias, const char *root, struct buf *out,
	     struct err *e)
{
	return write_sql(x, alias, root, out, e, sql_value);
}

int expr_sql_where(const struct expr *x, const char *alias, const char *root, struct buf *out,
		   struct err *e)
{
	return write_sql(x, alias, root, out, e, sql_condition);
}
