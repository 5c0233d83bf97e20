/* The grammar of expressions (common/packs/EXPRESSIONS.md has it in EBNF): one
 * function for each level, from `or` down to a single value. */
#include <string.h>

#include "common/expr/expr_parts.h"
#include "common/text/text.h"
#include "protocol/cbor.h"

static struct node *read_or(struct parser *p);

/* Parentheses, arguments, nots and signs each go down one level. */
static bool enter(struct parser *p)
{
	if (p->depth >= EXPR_DEPTH_MAX)
		expr_fail(p, p->t.column, "more than %d levels", EXPR_DEPTH_MAX);
	p->depth++;
	return p->code == 0;
}

/* What stands there, for complaints. */
static struct node *unexpected(struct parser *p, const char *wanted)
{
	const struct token *t = &p->t;

	if (t->kind == T_END)
		return expr_fail(p, t->column, "%s is missing", wanted);
	if (t->kind == T_NAME)
		return expr_fail(p, t->column, "'%.*s' where %s should be", expr_cut(t->text),
				 (const char *)t->text.at, wanted);
	if (t->kind == T_SIGN)
		return expr_fail(p, t->column, "'%c%s' where %s should be",
				 t->sign < SIGN_NE ? t->sign : "!<>"[t->sign - SIGN_NE],
				 t->sign < SIGN_NE ? "" : "=", wanted);
	return expr_fail(p, t->column, "%s where %s should be",
			 t->kind == T_NUMBER ? "a number" :
			 t->kind == T_TEXT ? "a text" : "a constant", wanted);
}

static bool expect(struct parser *p, int sign)
{
	const char wanted[] = { '\'', (char)sign, '\'', '\0' };

	if (p->code == 0 && !token_sign(p, sign))
		unexpected(p, wanted);
	expr_next(p);
	return p->code == 0;
}

static bool skip(struct parser *p, const char *word)
{
	if (!token_is(p, word))
		return false;
	expr_next(p);
	return true;
}

static bool skip_sign(struct parser *p, int sign)
{
	if (!token_sign(p, sign))
		return false;
	expr_next(p);
	return true;
}

/* One or more, with commas between them; ends behind the last. */
static struct node *read_list(struct parser *p)
{
	struct node *first = NULL, **last = &first;

	do {
		*last = read_or(p);
		if (*last == NULL)
			return NULL;
		last = &(*last)->next;
	} while (skip_sign(p, ','));
	return first;
}

/* What follows count(list and its like: operands in the scope of the rows. */
static struct node *read_aggregate(struct parser *p, struct node *n, enum node_op op,
				   const char *name, unsigned column)
{
	bool value = op == N_SUM || op == N_MIN || op == N_MAX;

	n->op = op;
	if (p->top + 1 >= FRAME_COUNT)
		return expr_fail(p, column, "rows within rows within rows within rows");
	p->frames[++p->top] = n->type;
	if (value && !expect(p, ','))
		return NULL;
	if (value || skip_sign(p, ','))
		n->arg = read_list(p);
	p->top--;
	if (p->code != 0 || !expect(p, ')'))
		return NULL;
	return node_call(p, op, name, column, n);
}

/* count, exists, sum, min, max over a list; count and has of a set. */
static struct node *read_over_list(struct parser *p, enum node_op op, const char *name,
				   unsigned column)
{
	struct token list = p->t, follow = { .kind = T_END };
	struct node *n;

	if (list.kind != T_NAME)
		return unexpected(p, "a list");
	expr_next(p);
	if (skip_sign(p, '.')) {
		follow = p->t;
		if (follow.kind != T_NAME)
			return unexpected(p, "a field");
		expr_next(p);
	}
	n = name_list(p, list, follow);
	if (n == NULL)
		return NULL;
	if (n->op == N_COUNT && op != N_HAS)
		return read_aggregate(p, n, op, name, column);
	if (n->op == N_COUNT)
		return expr_fail(p, list.column, "'%.*s' is a list, has() asks a set: exists()",
				 expr_cut(list.text), (const char *)list.text.at);
	if (op != N_COUNT && op != N_HAS)
		return expr_fail(p, list.column, "'%.*s' is a set: count() and has() only",
				 expr_cut(list.text), (const char *)list.text.at);
	n->op = op == N_COUNT ? N_SET_COUNT : N_HAS;
	if (op == N_HAS) {
		if (!expect(p, ','))
			return NULL;
		n->arg = read_or(p);
	}
	if (p->code != 0 || !expect(p, ')'))
		return NULL;
	return node_call(p, n->op, name, column, n);
}

static const struct function {
	const char *name;
	uint8_t op, least, most;   /* most 0: any number */
	bool list;
} functions[] = {
	{ "count", N_COUNT, 0, 0, true }, { "exists", N_EXISTS, 0, 0, true },
	{ "sum", N_SUM, 0, 0, true }, { "min", N_MIN, 0, 0, true },
	{ "max", N_MAX, 0, 0, true }, { "has", N_HAS, 0, 0, true },
	{ "coalesce", N_COALESCE, 2, 0, false }, { "if", N_IF, 3, 3, false },
	{ "abs", N_ABS, 1, 1, false }, { "year", N_YEAR, 1, 1, false },
	{ "month", N_MONTH, 1, 1, false }, { "quarter", N_QUARTER, 1, 1, false },
	{ "day", N_DAY, 1, 1, false }, { "date", N_DATE, 3, 3, false },
	{ "length", N_LENGTH, 1, 1, false }, { "digits", N_DIGITS, 3, 3, false }
};

static const struct function *find_function(struct bytes name)
{
	size_t i;

	for (i = 0; i < sizeof functions / sizeof functions[0]; i++)
		if (bytes_equal(name, bytes_str(functions[i].name)))
			return &functions[i];
	return NULL;
}

/* received(field): of the value itself, so it takes no expression. */
static struct node *read_received(struct parser *p, unsigned column)
{
	struct token field;
	struct node *n;

	expr_next(p);
	field = p->t;
	if (field.kind != T_NAME)
		return unexpected(p, "a field");
	expr_next(p);
	n = name_received(p, column, field);
	return n != NULL && expect(p, ')') ? n : NULL;
}

static struct node *read_call(struct parser *p, struct token name)
{
	const struct function *f = find_function(name.text);
	struct node *arg, *n;
	unsigned count = 0;

	if (bytes_equal(name.text, bytes_str("received")))
		return read_received(p, name.column);
	if (f == NULL)
		return expr_fail(p, name.column, "there is no function '%.*s'",
				 expr_cut(name.text), (const char *)name.text.at);
	if (!enter(p))
		return NULL;
	expr_next(p);
	if (f->list) {
		n = read_over_list(p, f->op, f->name, name.column);
		p->depth--;
		return n;
	}
	arg = read_list(p);
	for (n = arg; n != NULL; n = n->next)
		count++;
	if (p->code != 0 || !expect(p, ')'))
		return NULL;
	p->depth--;
	if (count < f->least || (f->most != 0 && count > f->most))
		return expr_fail(p, name.column, f->most == 0 ? "%s() takes %u or more, not %u" :
				 "%s() takes %u, not %u", f->name, f->least, count);
	return node_call(p, f->op, f->name, name.column, arg);
}

static bool keyword(struct bytes name)
{
	static const char *const words[] = { "or", "and", "not", "is", "in" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (bytes_equal(name, bytes_str(words[i])))
			return true;
	return false;
}

static struct node *read_name(struct parser *p)
{
	struct token name = p->t, field;
	struct node *n;

	if (keyword(name.text))
		return unexpected(p, "a value");
	expr_next(p);
	if (token_sign(p, '('))
		return read_call(p, name);
	if (bytes_equal(name.text, bytes_str("null")))
		return node_null(p, name.column);
	if (bytes_equal(name.text, bytes_str("true")) ||
	    bytes_equal(name.text, bytes_str("false"))) {
		n = node_number(p, name.column, name.text.len == 4);
		if (n != NULL)
			n->gives = gives_of(EXPR_BOOL);
		return n;
	}
	if (!skip_sign(p, '.'))
		return name_value(p, name);
	field = p->t;
	if (field.kind != T_NAME)
		return unexpected(p, "a field");
	expr_next(p);
	if (token_sign(p, '.'))
		return expr_fail(p, p->t.column, "references are followed once");
	return name_followed(p, name, field);
}

static struct node *read_value(struct parser *p)
{
	struct token t = p->t;
	struct node *n;

	switch (t.kind) {
	case T_NAME:
		return read_name(p);
	case T_NUMBER:
		expr_next(p);
		return node_number(p, t.column, t.n);
	case T_TEXT:
		expr_next(p);
		return node_text(p, t.column, t.text);
	case T_CONSTANT:
		expr_next(p);
		return name_constant(p, t);
	default:
		break;
	}
	if (!token_sign(p, '('))
		return unexpected(p, "a value");
	if (!enter(p))
		return NULL;
	expr_next(p);
	n = read_or(p);
	p->depth--;
	return n != NULL && expect(p, ')') ? n : NULL;
}

static struct node *read_signed(struct parser *p)
{
	unsigned column = p->t.column;
	struct node *n;

	if (!token_sign(p, '-'))
		return read_value(p);
	if (!enter(p))
		return NULL;
	expr_next(p);
	n = read_signed(p);
	p->depth--;
	return n == NULL ? NULL : node_call(p, N_NEG, "-", column, n);
}

static struct node *read_product(struct parser *p)
{
	struct node *a = read_signed(p);

	while (a != NULL && (token_sign(p, '*') || token_sign(p, '/') || token_sign(p, '%'))) {
		enum node_op op = p->t.sign == '*' ? N_MUL : p->t.sign == '/' ? N_DIV : N_MOD;
		unsigned column = p->t.column;

		expr_next(p);
		a = node_arithmetic(p, op, column, a, read_signed(p));
	}
	return a;
}

static struct node *read_sum(struct parser *p)
{
	struct node *a = read_product(p);

	while (a != NULL && (token_sign(p, '+') || token_sign(p, '-'))) {
		enum node_op op = p->t.sign == '+' ? N_ADD : N_SUB;
		unsigned column = p->t.column;

		expr_next(p);
		a = node_arithmetic(p, op, column, a, read_product(p));
	}
	return a;
}

static bool comparing(const struct parser *p, enum node_op *op)
{
	static const struct {
		int sign;
		uint8_t op;
	} signs[] = { { '=', N_EQ }, { SIGN_NE, N_NE }, { '<', N_LT }, { SIGN_LE, N_LE },
		      { '>', N_GT }, { SIGN_GE, N_GE } };
	size_t i;

	for (i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (token_sign(p, signs[i].sign)) {
			*op = signs[i].op;
			return true;
		}
	return false;
}

static struct node *read_in(struct parser *p, enum node_op op, unsigned column, struct node *a)
{
	if (!expect(p, '(') || !enter(p))
		return NULL;
	a->next = read_list(p);
	p->depth--;
	if (a->next == NULL || !expect(p, ')'))
		return NULL;
	return node_in(p, op, column, a);
}

/* a, a = b, a is null, a in (b, c); one of them only. */
static struct node *read_comparison(struct parser *p)
{
	struct node *a = read_sum(p);
	unsigned column = p->t.column;
	enum node_op op = N_EQ;

	if (a == NULL)
		return NULL;
	if (comparing(p, &op)) {
		expr_next(p);
		a = node_compare(p, op, column, a, read_sum(p));
	} else if (skip(p, "is")) {
		op = skip(p, "not") ? N_NOT_NULL : N_NULL;
		if (!token_is(p, "null"))
			return unexpected(p, "'null'");
		expr_next(p);
		a = node_is_null(p, op, column, a);
	} else if (skip(p, "in")) {
		a = read_in(p, N_IN, column, a);
	} else if (skip(p, "not")) {
		if (!skip(p, "in"))
			return unexpected(p, "'in'");
		a = read_in(p, N_NOT_IN, column, a);
	} else {
		return a;
	}
	if (a != NULL && (comparing(p, &op) || token_is(p, "is") || token_is(p, "in")))
		return expr_fail(p, p->t.column, "comparisons do not chain: join them with 'and'");
	return a;
}

static struct node *read_not(struct parser *p)
{
	unsigned column = p->t.column;
	struct node *n;

	if (!token_is(p, "not"))
		return read_comparison(p);
	if (!enter(p))
		return NULL;
	expr_next(p);
	n = read_not(p);
	p->depth--;
	return n == NULL ? NULL : node_logic(p, N_NOT, column, n);
}

/* Operands in a row, however many, so that long conditions are not deep ones. */
static struct node *read_joined(struct parser *p, const char *word, enum node_op op,
				struct node *(*read)(struct parser *))
{
	struct node *first = read(p), *last = first;
	unsigned column = p->t.column;

	while (last != NULL && skip(p, word))
		last = last->next = read(p);
	if (p->code != 0 || first == last)
		return p->code != 0 ? NULL : first;
	return node_logic(p, op, column, first);
}

static struct node *read_and(struct parser *p)
{
	return read_joined(p, "and", N_AND, read_not);
}

static struct node *read_or(struct parser *p)
{
	return read_joined(p, "or", N_OR, read_and);
}

/* The whole text, of the type that is asked for. */
static struct node *read_whole(struct parser *p, enum expr_type want)
{
	struct gives g = gives_of(want);
	struct node *n;

	expr_next(p);
	n = read_or(p);
	if (n == NULL)
		return NULL;
	if (p->t.kind != T_END)
		return unexpected(p, "an operator or the end");
	if (n->gives.type == EXPR_BYTES)
		return expr_fail(p, n->column, "a file can only be asked whether it is null");
	if (want == EXPR_NULL && n->gives.type != EXPR_QUOTED)
		return n;
	if (want == EXPR_CHOICE || want == EXPR_STATE)
		g.of = want == EXPR_CHOICE && p->scope->list != NULL ? p->scope->list :
								     n->gives.of;
	return node_want(p, n, want == EXPR_NULL ? gives_of(EXPR_TEXT) : g, "the result") ? n :
									     NULL;
}

int expr_parse(struct bytes text, const struct expr_scope *scope, enum expr_type want,
	       struct arena *a, struct expr **out, struct err *e)
{
	struct parser p = { .text = text, .scope = scope, .a = a, .e = e, .top = FRAME_RECORD,
			    .frames = { [FRAME_ROOT] = scope->root,
					[FRAME_RECORD] = scope->type } };
	struct node *root;
	struct expr *x;
	size_t i;

	*out = NULL;
	for (i = 0; i < scope->depth && i < EXPR_ROWS_DEPTH; i++)
		p.frames[++p.top] = scope->rows[i];
	if (text.len > EXPR_TEXT_MAX)
		return err_because(e, ERR_BAD_PACK, "the expression has more than %d bytes", EXPR_TEXT_MAX);
	if (text.len > 0 && (!cbor_utf8_ok(text) || !text_is_nfc(text) ||
			     memchr(text.at, 0, text.len) != NULL))
		return err_because(e, ERR_BAD_PACK, "the text is not in Unicode NFC");
	root = read_whole(&p, want);
	if (p.code != 0)
		return p.code;
	x = arena_alloc(a, sizeof *x);
	if (x == NULL || (x->text = arena_str(a, text)) == NULL)
		return err_set(e, ERR_NOMEM, "expression");
	x->root = root;
	*out = x;
	return 0;
}
