/* Types of expressions: what an operator takes and gives. What is constant is worked
 * out here, so that it is never worked out again. */
#include <string.h>

#include "common/expr/expr_parts.h"
#include "common/text/date.h"

enum { DIGITS_MAX = 18, DIGITS_FROM_MAX = 65536 };

struct gives gives_of(enum expr_type type)
{
	return (struct gives){ .type = (uint8_t)type };
}

const char *gives_word(struct gives g)
{
	static const char *const words[] = {
		[EXPR_NULL] = "null", [EXPR_BOOL] = "a bool", [EXPR_INT] = "a number",
		[EXPR_DATE] = "a date", [EXPR_TEXT] = "a text", [EXPR_CHOICE] = "a choice",
		[EXPR_STATE] = "a state", [EXPR_REF] = "a reference",
		[EXPR_QUOTED] = "a quoted text", [EXPR_BYTES] = "a file"
	};

	return g.type == EXPR_INT && g.month ? "a month" : words[g.type];
}

/* No type yet: it takes that of its neighbours. */
static bool open(const struct node *n)
{
	return n->gives.type == EXPR_NULL || n->gives.type == EXPR_QUOTED;
}

static bool same(struct gives a, struct gives b)
{
	return a.type == b.type && a.of == b.of;
}

static bool measure(struct parser *p, struct node *n)
{
	const struct node *c;

	n->size = 1;
	n->depth = 1;
	for (c = n->arg; c != NULL; c = c->next) {
		n->size = (uint16_t)(n->size + c->size);
		if (c->depth >= n->depth)
			n->depth = (uint8_t)(c->depth + 1);
	}
	if (n->depth > EXPR_DEPTH_MAX)
		expr_fail(p, n->column, "more than %d levels", EXPR_DEPTH_MAX);
	return p->code == 0;
}

struct node *node_new(struct parser *p, enum node_op op, unsigned column, struct node *arg)
{
	struct node *n;

	if (p->nodes++ >= EXPR_NODES_MAX)
		return expr_fail(p, column, "more than %d parts", EXPR_NODES_MAX);
	n = arena_alloc(p->a, sizeof *n);
	if (n == NULL) {
		p->code = p->code != 0 ? p->code : err_set(p->e, ERR_NOMEM, "expression");
		p->t.kind = T_END;
		return NULL;
	}
	n->op = (uint8_t)op;
	n->column = (uint16_t)column;
	n->arg = arg;
	return measure(p, n) ? n : NULL;
}

struct node *node_number(struct parser *p, unsigned column, int64_t number)
{
	struct node *n = node_new(p, N_CONST, column, NULL);

	if (n != NULL) {
		n->gives = gives_of(EXPR_INT);
		n->n = number;
	}
	return n;
}

struct node *node_text(struct parser *p, unsigned column, struct bytes text)
{
	struct node *n = node_new(p, N_CONST, column, NULL);

	if (n != NULL) {
		n->gives.type = EXPR_QUOTED;
		n->text = text;
	}
	return n;
}

struct node *node_null(struct parser *p, unsigned column)
{
	struct node *n = node_new(p, N_CONST, column, NULL);

	if (n != NULL)
		n->null = true;
	return n;
}

/* A node all of whose operands are constant becomes one itself; an `if` whose condition
 * is becomes the branch that it takes. */
static struct node *fold(struct node *n)
{
	struct node *c;

	if (n->op == N_IF && n->arg->op == N_CONST) {
		c = !n->arg->null && n->arg->n != 0 ? n->arg->next : n->arg->next->next;
		c->next = NULL;
		/* A null where the other branch is a quoted text has that type to come. */
		if (c->gives.type == EXPR_NULL)
			c->gives = n->gives;
		return c;
	}
	for (c = n->arg; c != NULL; c = c->next)
		if (c->op != N_CONST)
			return n;
	expr_constant(n, n);
	n->op = N_CONST;
	n->arg = NULL;
	n->size = n->depth = 1;
	return n;
}

static struct node *made(struct parser *p, enum node_op op, unsigned column, struct node *arg,
			 struct gives g)
{
	struct node *n = node_new(p, op, column, arg);

	if (n == NULL)
		return NULL;
	n->gives = g;
	return fold(n);
}

/* A quoted text as what it stands beside. */
static bool settle_text(struct parser *p, struct node *n, struct gives g)
{
	const struct choice *choice;
	const struct state *state;
	int cut = expr_cut(n->text);
	const char *s = (const char *)n->text.at;

	switch (g.type) {
	case EXPR_TEXT:
		return true;
	case EXPR_CHOICE:
		if (g.of == NULL)
			return expr_fail(p, n->column, "'%.*s' is a choice of no list", cut, s) !=
			       NULL;
		choice = list_choice_by_code(g.of, n->text);
		if (choice == NULL)
			return expr_fail(p, n->column, "'%.*s' is not in the list '%s'", cut, s,
					 ((const struct choice_list *)g.of)->code) != NULL;
		n->n = choice->number;
		return true;
	case EXPR_STATE:
		state = workflow_state_by_code(g.of, n->text);
		if (state == NULL)
			return expr_fail(p, n->column, "'%.*s' is not a state of '%s'", cut, s,
					 ((const struct workflow *)g.of)->code) != NULL;
		n->n = state->number;
		return true;
	case EXPR_DATE:
		if (n->text.len == 10 && n->text.at[4] == '-' && date_parse(n->text, &n->n))
			return true;
		return expr_fail(p, n->column, "'%.*s' is not a date: '2021-08-15'", cut, s) !=
		       NULL;
	default:
		break;
	}
	if (g.type == EXPR_INT && g.month) {
		if (date_parse_month(n->text, &n->n))
			return true;
		return expr_fail(p, n->column, "'%.*s' is not a month: '2021-08'", cut, s) != NULL;
	}
	return expr_fail(p, n->column, "a quoted text where %s should be", gives_word(g)) != NULL;
}

/* Only constants, and `if` and `coalesce` of such, are open. */
static bool settle(struct parser *p, struct node *n, struct gives g)
{
	struct node *c;

	if (n->op == N_CONST && !n->null && !settle_text(p, n, g))
		return false;
	for (c = n->op == N_IF ? n->arg->next : n->arg; c != NULL; c = c->next)
		if (open(c) && !settle(p, c, g))
			return false;
	n->gives = g;
	return true;
}

static bool mixed(struct parser *p, const struct node *n, struct gives a)
{
	struct gives b = n->gives;

	if (a.type == EXPR_CHOICE && b.type == EXPR_CHOICE && a.of != NULL)
		expr_fail(p, n->column, "choices of two lists: '%s' and '%s'",
			  ((const struct choice_list *)a.of)->code,
			  ((const struct choice_list *)b.of)->code);
	else if (a.type == EXPR_STATE && b.type == EXPR_STATE)
		expr_fail(p, n->column, "states of two workflows: '%s' and '%s'",
			  ((const struct workflow *)a.of)->code,
			  ((const struct workflow *)b.of)->code);
	else
		expr_fail(p, n->column, "%s beside %s", gives_word(b), gives_word(a));
	return false;
}

bool node_want(struct parser *p, struct node *n, struct gives g, const char *what)
{
	if (open(n))
		return settle(p, n, g);
	if (same(n->gives, g))
		return true;
	if (n->gives.type == g.type)
		return mixed(p, n, g);
	return expr_fail(p, n->column, "%s must be %s, not %s", what, gives_word(g),
			 gives_word(n->gives)) != NULL;
}

/* Gives all of a list one type, that of the first that has one. */
static bool unify(struct parser *p, struct node *list, struct gives *out)
{
	struct gives g = gives_of(EXPR_NULL);
	bool month = true;
	struct node *n;

	for (n = list; n != NULL; n = n->next) {
		if (n->gives.type == EXPR_QUOTED && g.type == EXPR_NULL)
			g.type = EXPR_QUOTED;
		if (!open(n) && (g.type == EXPR_NULL || g.type == EXPR_QUOTED))
			g = n->gives;
		month &= open(n) || n->gives.month;
	}
	for (n = list; n != NULL; n = n->next) {
		if (g.type != EXPR_QUOTED && open(n) && !settle(p, n, g))
			return false;
		if (g.type != EXPR_QUOTED && !same(n->gives, g))
			return mixed(p, n, g);
	}
	g.month &= month;
	*out = g;
	return true;
}

/* unify, with quoted texts alone being texts. */
static bool unify_texts(struct parser *p, struct node *list, struct gives *out)
{
	struct node *n;

	if (!unify(p, list, out))
		return false;
	if (out->type != EXPR_QUOTED)
		return true;
	*out = gives_of(EXPR_TEXT);
	for (n = list; n != NULL; n = n->next)
		settle(p, n, *out);
	return true;
}

static bool no_null(struct parser *p, const struct node *list)
{
	for (; list != NULL; list = list->next)
		if (list->gives.type == EXPR_NULL)
			return expr_fail(p, list->column,
					 "nothing equals null: 'is null' asks for it") != NULL;
	return true;
}

/* References and files are not values that one can go on with. */
static bool is_value(struct parser *p, const struct node *n)
{
	if (n->gives.type == EXPR_REF)
		expr_fail(p, n->column, "a reference has only =, != and 'is null'");
	if (n->gives.type == EXPR_BYTES)
		expr_fail(p, n->column, "a file can only be asked whether it is null");
	return p->code == 0;
}

struct node *node_logic(struct parser *p, enum node_op op, unsigned column, struct node *arg)
{
	static const char *const names[] = { "'or'", "'and'", "'not'" };
	char what[32];
	struct node *n;

	memcpy(what, "an operand of ", 14);
	memcpy(what + 14, names[op - N_OR], strlen(names[op - N_OR]) + 1);
	for (n = arg; n != NULL; n = n->next)
		if (!node_want(p, n, gives_of(EXPR_BOOL), what))
			return NULL;
	return made(p, op, column, arg, gives_of(EXPR_BOOL));
}

struct node *node_compare(struct parser *p, enum node_op op, unsigned column, struct node *a,
			  struct node *b)
{
	struct gives g;

	if (a == NULL || b == NULL)
		return NULL;
	a->next = b;
	if (!no_null(p, a) || !unify_texts(p, a, &g))
		return NULL;
	if (g.type == EXPR_BYTES)
		return is_value(p, a), NULL;
	if (op != N_EQ && op != N_NE &&
	    (g.type == EXPR_REF || g.type == EXPR_STATE || g.type == EXPR_BOOL))
		return expr_fail(p, column, "%s is neither more nor less than another: = or !=",
				 gives_word(g));
	return made(p, op, column, a, gives_of(EXPR_BOOL));
}

struct node *node_is_null(struct parser *p, enum node_op op, unsigned column, struct node *a)
{
	if (open(a) && !settle(p, a, gives_of(EXPR_TEXT)))
		return NULL;
	return made(p, op, column, a, gives_of(EXPR_BOOL));
}

struct node *node_in(struct parser *p, enum node_op op, unsigned column, struct node *arg)
{
	struct gives g;

	if (!no_null(p, arg) || !unify_texts(p, arg, &g) || !is_value(p, arg))
		return NULL;
	return made(p, op, column, arg, gives_of(EXPR_BOOL));
}

/* How the result of a sum or product is shown: as its only operand that says so, or
 * as both. */
static const struct field *shown_of(enum node_op op, struct gives g, const struct node *a,
				    const struct node *b)
{
	const struct field *f = a->shown != NULL ? a->shown : b->shown;
	bool both = a->shown != NULL && b->shown != NULL;

	if (g.type == EXPR_DATE)
		return a->gives.type == EXPR_DATE ? a->shown : b->shown;
	if (f == NULL || a->gives.type == EXPR_DATE || op == N_MOD ||
	    (op == N_DIV && b->shown != NULL) || (op == N_MUL && both) ||
	    (f->kind == FIELD_MONTH && !g.month))
		return NULL;
	if (both && (a->shown->kind != b->shown->kind || a->shown->scale != b->shown->scale))
		return NULL;
	return f;
}

/* What a sum gives; its type is EXPR_NULL where there is no such sum. */
static struct gives arithmetic_gives(enum node_op op, struct gives a, struct gives b)
{
	struct gives g = gives_of(EXPR_NULL);

	if (a.type == EXPR_INT && b.type == EXPR_INT) {
		g.type = EXPR_INT;
		g.month = (op == N_ADD && a.month != b.month) ||
			  (op == N_SUB && a.month && !b.month);
	} else if ((op == N_ADD || op == N_SUB) && a.type == EXPR_DATE && b.type == EXPR_INT) {
		g.type = EXPR_DATE;
	} else if (op == N_ADD && a.type == EXPR_INT && b.type == EXPR_DATE) {
		g.type = EXPR_DATE;
	} else if (op == N_SUB && a.type == EXPR_DATE && b.type == EXPR_DATE) {
		g.type = EXPR_INT;
	}
	return g;
}

struct node *node_arithmetic(struct parser *p, enum node_op op, unsigned column, struct node *a,
			     struct node *b)
{
	struct gives date = gives_of(EXPR_DATE), g;
	const struct field *shown;
	struct node *side[2] = { a, b }, *n;
	int i;

	if (a == NULL || b == NULL)
		return NULL;
	for (i = 0; i < 2; i++) {
		bool beside_date = op == N_SUB && side[1 - i]->gives.type == EXPR_DATE;

		if (open(side[i]) &&
		    !settle(p, side[i], side[i]->gives.type == EXPR_QUOTED && beside_date ?
						date : gives_of(EXPR_INT)))
			return NULL;
	}
	g = arithmetic_gives(op, a->gives, b->gives);
	if (g.type == EXPR_NULL)
		return expr_fail(p, column, "'%c' between %s and %s", "+-*/%"[op - N_ADD],
				 gives_word(a->gives), gives_word(b->gives));
	shown = shown_of(op, g, a, b);
	a->next = b;
	n = made(p, op, column, a, g);
	if (n != NULL)
		n->shown = shown;
	return n;
}

static struct node *call_choose(struct parser *p, enum node_op op, unsigned column,
				struct node *arg)
{
	struct node *values = op == N_IF ? arg->next : arg, *n;
	const struct field *shown = NULL;
	struct gives g;

	if (op == N_IF && !node_want(p, arg, gives_of(EXPR_BOOL), "the condition of if()"))
		return NULL;
	if (!unify(p, values, &g))
		return NULL;
	for (n = values; n != NULL; n = n->next) {
		if (!is_value(p, n))
			return NULL;
		if (shown == NULL)
			shown = n->shown;
	}
	n = made(p, op, column, arg, g);
	if (n != NULL && n->shown == NULL)
		n->shown = shown;
	return n;
}

static struct node *call_calendar(struct parser *p, enum node_op op, const char *name,
				  unsigned column, struct node *arg)
{
	if (open(arg) && !settle(p, arg, gives_of(EXPR_DATE)))
		return NULL;
	if (arg->gives.type != EXPR_DATE && (op == N_DAY || !arg->gives.month))
		return expr_fail(p, arg->column, op == N_DAY ? "%s() takes a date, not %s" :
				 "%s() takes a date or a month, not %s", name, gives_word(arg->gives));
	return made(p, op, column, arg, gives_of(EXPR_INT));
}

static struct node *call_digits(struct parser *p, unsigned column, struct node *arg)
{
	struct node *from = arg->next, *count = from->next, *n;

	if (!node_want(p, arg, gives_of(EXPR_TEXT), "the text of digits()"))
		return NULL;
	if (from->op != N_CONST || from->gives.type != EXPR_INT || from->null || from->n < 1 ||
	    from->n > DIGITS_FROM_MAX)
		return expr_fail(p, from->column, "the place of digits() is a number from 1");
	if (count->op != N_CONST || count->gives.type != EXPR_INT || count->null ||
	    count->n < 1 || count->n > DIGITS_MAX)
		return expr_fail(p, count->column, "the count of digits() is a number, 1 to %d",
				 DIGITS_MAX);
	arg->next = NULL;
	n = node_new(p, N_DIGITS, column, arg);
	if (n == NULL)
		return NULL;
	n->gives = gives_of(EXPR_INT);
	n->n = from->n * 32 + count->n;
	return fold(n);
}

/* n: from name_list, its operands: a value for sum, min, max; then a condition or none. */
static struct node *call_aggregate(struct parser *p, enum node_op op, const char *name,
				   struct node *n)
{
	struct node *value = op == N_COUNT || op == N_EXISTS ? NULL : n->arg;
	struct node *where = value == NULL ? n->arg : value->next;

	n->gives = gives_of(op == N_EXISTS ? EXPR_BOOL : EXPR_INT);
	if (value != NULL && open(value) && !settle(p, value, n->gives))
		return NULL;
	if (value != NULL && value->gives.type == EXPR_DATE && op != N_SUM)
		n->gives = gives_of(EXPR_DATE);
	if (value != NULL && value->gives.type != n->gives.type)
		return expr_fail(p, value->column, "%s() of %s", name, gives_word(value->gives));
	if (value != NULL && (op != N_SUM || !value->gives.month)) {
		n->gives.month = value->gives.month;
		n->shown = value->shown;
	}
	if (where != NULL && !node_want(p, where, gives_of(EXPR_BOOL), "the condition"))
		return NULL;
	if (where != NULL && where->next != NULL)
		return expr_fail(p, where->next->column, "%s() takes no more than that", name);
	return measure(p, n) ? n : NULL;
}

static struct node *call_has(struct parser *p, struct node *n)
{
	struct node *code = n->arg;

	if (code->next != NULL)
		return expr_fail(p, code->next->column, "has() takes no more than that");
	if (code->op != N_CONST || code->gives.type != EXPR_QUOTED)
		return expr_fail(p, code->column, "has() takes a code in quotes");
	if (!settle(p, code, n->gives))
		return NULL;
	n->n = code->n;
	n->arg = NULL;
	n->gives = gives_of(EXPR_BOOL);
	return n;
}

struct node *node_call(struct parser *p, enum node_op op, const char *name, unsigned column,
		       struct node *arg)
{
	static const char *const parts[] = { "the year of date()", "the month of date()",
					     "the day of date()" };
	struct node *n;
	size_t i;

	switch (op) {
	case N_COALESCE:
	case N_IF:
		return call_choose(p, op, column, arg);
	case N_YEAR:
	case N_MONTH:
	case N_QUARTER:
	case N_DAY:
		return call_calendar(p, op, name, column, arg);
	case N_DATE:
		for (i = 0, n = arg; n != NULL; n = n->next, i++)
			if (!node_want(p, n, gives_of(EXPR_INT), parts[i]))
				return NULL;
		return made(p, op, column, arg, gives_of(EXPR_DATE));
	case N_LENGTH:
		return node_want(p, arg, gives_of(EXPR_TEXT), "what length() takes") ?
			       made(p, op, column, arg, gives_of(EXPR_INT)) : NULL;
	case N_DIGITS:
		return call_digits(p, column, arg);
	case N_COUNT:
	case N_EXISTS:
	case N_SUM:
	case N_MIN:
	case N_MAX:
		return call_aggregate(p, op, name, arg);
	case N_SET_COUNT:
		arg->gives = gives_of(EXPR_INT);
		return arg;
	case N_HAS:
		return call_has(p, arg);
	default: /* N_NEG, N_ABS */
		if (!node_want(p, arg, gives_of(EXPR_INT), op == N_NEG ? "what follows '-'" :
							     "what abs() takes"))
			return NULL;
		n = made(p, op, column, arg, gives_of(EXPR_INT));
		if (n != NULL && n->op == op && !arg->gives.month)
			n->shown = arg->shown;
		return n;
	}
}
