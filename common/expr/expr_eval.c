/* Values of expressions.
 *
 * Numbers of all kinds (bools, dates, choices, states) go through one function that
 * says whether the value is known; texts and references have their own. Names were
 * resolved when the expression was read, and nothing is allocated. */
#include <string.h>

#include "common/expr/expr_eval.h"
#include "common/text/date.h"
#include "common/text/text.h"

/* Days of 0001-01-01 and 9999-12-31. */
enum { DAY_FIRST = -719162, DAY_LAST = 2932896 };

/* ---- operators ---- */

static bool compare_texts(struct run *run, const struct node *n, int *order)
{
	struct bytes a, b;

	if (!eval_text(run, n->arg, &a) || !eval_text(run, n->arg->next, &b))
		return false;
	*order = bytes_compare(a, b);
	return true;
}

static bool compare_refs(struct run *run, const struct node *n, int *order)
{
	struct ref a, b;

	if (!eval_ref(run, n->arg, &a) || !eval_ref(run, n->arg->next, &b))
		return false;
	*order = a.stream != b.stream || !rid_equal(a.record, b.record);
	return true;
}

static bool compare(struct run *run, const struct node *n, int64_t *out)
{
	int64_t a, b;
	int order = 0;

	if (n->arg->gives.type == EXPR_TEXT) {
		if (!compare_texts(run, n, &order))
			return false;
	} else if (n->arg->gives.type == EXPR_REF) {
		if (!compare_refs(run, n, &order))
			return false;
	} else {
		if (!eval_number(run, n->arg, &a) || !eval_number(run, n->arg->next, &b))
			return false;
		order = a < b ? -1 : a > b;
	}
	switch (n->op) {
	case N_EQ:
		*out = order == 0;
		break;
	case N_NE:
		*out = order != 0;
		break;
	case N_LT:
		*out = order < 0;
		break;
	case N_LE:
		*out = order <= 0;
		break;
	case N_GT:
		*out = order > 0;
		break;
	default:
		*out = order >= 0;
	}
	return true;
}

static bool is_null(struct run *run, const struct node *a)
{
	struct value v;

	switch (a->gives.type) {
	case EXPR_TEXT:
		return !eval_text(run, a, &v.b);
	case EXPR_REF:
		return !eval_ref(run, a, &v.ref);
	case EXPR_BYTES:
		return !eval_field(run, a, &v);
	default:
		return !eval_number(run, a, &v.n);
	}
}

/* or: true as soon as one is; and: false as soon as one is; else null if one is. */
static bool join(struct run *run, const struct node *n, int64_t *out)
{
	bool known = true, ends = n->op == N_OR;
	const struct node *c;
	int64_t v;

	for (c = n->arg; c != NULL; c = c->next) {
		if (!eval_number(run, c, &v)) {
			known = false;
		} else if ((v != 0) == ends) {
			*out = ends;
			return true;
		}
	}
	*out = !ends;
	return known;
}

/* 1 in, 0 not in, -1 not known. */
static int among(struct run *run, const struct node *n)
{
	const struct node *c;
	bool known = true, texts = n->arg->gives.type == EXPR_TEXT;
	struct bytes t = BYTES_NONE, u;
	int64_t a = 0, b;

	if (texts ? !eval_text(run, n->arg, &t) : !eval_number(run, n->arg, &a))
		return -1;
	for (c = n->arg->next; c != NULL; c = c->next) {
		if (texts ? !eval_text(run, c, &u) : !eval_number(run, c, &b))
			known = false;
		else if (texts ? bytes_equal(t, u) : a == b)
			return 1;
	}
	return known ? 0 : -1;
}

static bool arithmetic(struct run *run, const struct node *n, int64_t *out)
{
	int64_t a, b;

	if (!eval_number(run, n->arg, &a) || !eval_number(run, n->arg->next, &b))
		return false;
	switch (n->op) {
	case N_ADD:
		return !__builtin_add_overflow(a, b, out);
	case N_SUB:
		return !__builtin_sub_overflow(a, b, out);
	case N_MUL:
		return !__builtin_mul_overflow(a, b, out);
	default:
		break;
	}
	if (b == 0)
		return false;
	if (b == -1) { /* INT64_MIN / -1 traps */
		*out = 0;
		return n->op == N_MOD || !__builtin_sub_overflow((int64_t)0, a, out);
	}
	*out = n->op == N_DIV ? a / b : a % b;
	return true;
}

/* ---- functions ---- */

static bool calendar(struct run *run, const struct node *n, int64_t *out)
{
	int64_t v, year;
	unsigned month, day;

	if (!eval_number(run, n->arg, &v))
		return false;
	if (n->arg->gives.type == EXPR_DATE) {
		if (v < DAY_FIRST || v > DAY_LAST)
			return false;
		date_civil(v, &year, &month, &day);
	} else {
		if (v < 0)
			return false;
		year = v / 12;
		month = (unsigned)(v % 12) + 1;
		day = 0;
	}
	*out = n->op == N_YEAR ? year : n->op == N_MONTH ? month :
	       n->op == N_DAY ? day : (month - 1) / 3 + 1;
	return true;
}

static bool make_date(struct run *run, const struct node *n, int64_t *out)
{
	int64_t y, m, d;

	return eval_number(run, n->arg, &y) && eval_number(run, n->arg->next, &m) &&
	       eval_number(run, n->arg->next->next, &d) && m >= 1 && m <= 12 && d >= 1 &&
	       d <= 31 && date_days(y, (unsigned)m, (unsigned)d, out);
}

static bool digits(struct run *run, const struct node *n, int64_t *out)
{
	size_t skip = (size_t)(n->n / 32) - 1, count = (size_t)(n->n % 32), at = 0, i;
	struct bytes t;

	if (!eval_text(run, n->arg, &t))
		return false;
	while (at < t.len && (skip > 0 || (t.at[at] & 0xc0) == 0x80))
		skip -= (t.at[at++] & 0xc0) != 0x80;
	if (t.len - at < count)
		return false;
	*out = 0;
	for (i = at; i < at + count; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		*out = *out * 10 + (t.at[i] - '0');
	}
	return true;
}

/* The operand that an `if` or `coalesce` of another type than number takes. */
static const struct node *choose(struct run *run, const struct node *n)
{
	const struct node *c = n->arg;
	int64_t v;

	if (n->op == N_IF)
		return eval_number(run, c, &v) && v != 0 ? c->next : c->next->next;
	while (c->next != NULL && is_null(run, c))
		c = c->next;
	return c;
}

static bool coalesce(struct run *run, const struct node *n, int64_t *out)
{
	const struct node *c;

	for (c = n->arg; c != NULL; c = c->next)
		if (eval_number(run, c, out))
			return true;
	return false;
}

static bool call_of(struct run *run, const struct node *n, int64_t *out)
{
	struct bytes t;

	switch (n->op) {
	case N_ABS:
	case N_NEG:
		if (!eval_number(run, n->arg, out))
			return false;
		return (n->op == N_ABS && *out >= 0) ||
		       !__builtin_sub_overflow((int64_t)0, *out, out);
	case N_YEAR:
	case N_MONTH:
	case N_QUARTER:
	case N_DAY:
		return calendar(run, n, out);
	case N_DATE:
		return make_date(run, n, out);
	case N_LENGTH:
		if (!eval_text(run, n->arg, &t))
			return false;
		*out = (int64_t)text_length(t);
		return true;
	case N_DIGITS:
		return digits(run, n, out);
	case N_SET_COUNT:
		return eval_set(run, n, true, out);
	case N_HAS:
		return eval_set(run, n, false, out);
	default: /* N_COUNT, N_EXISTS, N_SUM, N_MIN, N_MAX */
		return eval_rows(run, n, out);
	}
}

/* The value of a bool, number, date, choice or state; false where it is null. */
bool eval_number(struct run *run, const struct node *n, int64_t *out)
{
	struct value v;
	int in;

	switch (n->op) {
	case N_CONST:
		*out = n->n;
		return !n->null;
	case N_FIELD:
		if (!eval_field(run, n, &v))
			return false;
		*out = v.n;
		return true;
	case N_STATE:
		return eval_state(run, n, out);
	case N_UNIT:
		return eval_unit(run, n, out);
	case N_ROLLUP:
		return eval_rollup(run, n, out);
	case N_RECEIVED:
		return eval_received(run, n, out);
	case N_OR:
	case N_AND:
		return join(run, n, out);
	case N_NOT:
		if (!eval_number(run, n->arg, out))
			return false;
		*out = *out == 0;
		return true;
	case N_EQ:
	case N_NE:
	case N_LT:
	case N_LE:
	case N_GT:
	case N_GE:
		return compare(run, n, out);
	case N_NULL:
	case N_NOT_NULL:
		*out = is_null(run, n->arg) == (n->op == N_NULL);
		return true;
	case N_IN:
	case N_NOT_IN:
		in = among(run, n);
		*out = in == (n->op == N_IN);
		return in >= 0;
	case N_ADD:
	case N_SUB:
	case N_MUL:
	case N_DIV:
	case N_MOD:
		return arithmetic(run, n, out);
	case N_COALESCE:
		return coalesce(run, n, out);
	case N_IF:
		return eval_number(run, choose(run, n), out);
	default:
		return call_of(run, n, out);
	}
}

bool eval_text(struct run *run, const struct node *n, struct bytes *out)
{
	struct value v;

	switch (n->op) {
	case N_CONST:
		*out = n->text;
		return !n->null;
	case N_COALESCE:
	case N_IF:
		return eval_text(run, choose(run, n), out);
	case N_FIELD:
		if (!eval_field(run, n, &v))
			return false;
		*out = v.b;
		return true;
	default:
		return false;
	}
}

bool eval_ref(struct run *run, const struct node *n, struct ref *out)
{
	struct value v;

	if (n->op != N_FIELD || !eval_field(run, n, &v))
		return false;
	*out = v.ref;
	return true;
}

/* ---- from outside ---- */

void expr_constant(const struct node *n, struct node *out)
{
	static const struct expr_reader nothing = { .ctx = NULL };
	struct work work = { .rd = &nothing, .cost = EVAL_COST_MAX };
	struct run run = { .work = &work };
	struct bytes text = BYTES_NONE;
	int64_t number = 0;

	if (n->gives.type == EXPR_TEXT || n->gives.type == EXPR_QUOTED)
		out->null = !eval_text(&run, n, &text);
	else
		out->null = n->gives.type == EXPR_NULL || !eval_number(&run, n, &number);
	out->text = text;
	out->n = number;
}

/* The value over what the run's frames have. */
static void value_of(struct run *run, const struct expr *x, struct value *out)
{
	static const uint8_t kinds[] = {
		[EXPR_NULL] = VALUE_NULL, [EXPR_BOOL] = VALUE_BOOL, [EXPR_INT] = VALUE_INT,
		[EXPR_DATE] = VALUE_DATE, [EXPR_TEXT] = VALUE_TEXT, [EXPR_CHOICE] = VALUE_INT,
		[EXPR_STATE] = VALUE_INT, [EXPR_REF] = VALUE_REF
	};
	const struct node *n = x->root;
	bool known;

	out->kind = (enum value_kind)kinds[n->gives.type];
	if (n->gives.type == EXPR_TEXT)
		known = eval_text(run, n, &out->b);
	else if (n->gives.type == EXPR_REF)
		known = eval_ref(run, n, &out->ref);
	else
		known = n->gives.type != EXPR_NULL && eval_number(run, n, &out->n);
	if (!known || run->work->cost < 0 || run->work->code != 0)
		*out = VALUE_OF_NULL;
}

static void run_init(struct run *run, struct work *work, const struct expr_reader *rd,
		     const struct record *r, const struct record *root)
{
	run->work = work;
	run->stream = rd->stream;
	memset(run->frames, 0, sizeof run->frames);
	run->frames[FRAME_ROOT] = root;
	run->frames[FRAME_RECORD] = r;
}

int expr_eval(const struct expr *x, const struct expr_reader *rd, const struct record *r,
	      const struct record *root, struct value *out, struct err *e)
{
	struct work work = { .rd = rd, .e = e, .cost = EVAL_COST_MAX };
	struct run run;

	run_init(&run, &work, rd, r, root);
	value_of(&run, x, out);
	return work.code;
}

/* Going through rows of rows. */
struct going {
	struct run run;
	struct work work;
	const struct expr *const *list;
	const struct field *const *lists;
	size_t count, depth;
	int (*fn)(void *arg, const struct value *values);
	void *arg;
};

struct level {
	struct going *g;
	size_t at;                 /* rows of lists[at] */
};

static int go_below(struct going *g, size_t at);

static int go_row(void *arg, const struct record *row)
{
	struct level *l = arg;

	l->g->run.frames[FRAME_ROW + l->at] = row;
	return go_below(l->g, l->at + 1);
}

static int go_below(struct going *g, size_t at)
{
	const struct expr_reader *rd = g->work.rd;
	struct value values[EXPR_ROWS_VALUES];
	struct level l = { g, at };
	size_t i;

	if (at < g->depth)
		return rd->rows == NULL ? 0 :
		       rd->rows(rd->ctx, g->run.stream, g->run.frames[FRAME_RECORD + at],
				g->lists[at]->number, go_row, &l, g->work.e);
	for (i = 0; i < g->count && g->work.code == 0; i++)
		value_of(&g->run, g->list[i], &values[i]);
	return g->work.code != 0 ? g->work.code : g->fn(g->arg, values);
}

int expr_eval_rows(const struct expr *const *list, size_t count,
		   const struct field *const *lists, size_t depth, const struct expr_reader *rd,
		   const struct record *r, int (*fn)(void *arg, const struct value *values),
		   void *arg, struct err *e)
{
	struct going g = { .work = { .rd = rd, .e = e, .cost = EVAL_COST_MAX }, .list = list,
			   .lists = lists, .count = count, .depth = depth, .fn = fn, .arg = arg };

	run_init(&g.run, &g.work, rd, r, NULL);
	return go_below(&g, 0);
}
