/* What is known of an expression without evaluating it. */
#include <string.h>

#include "common/expr/expr_parts.h"

enum expr_type expr_gives(const struct expr *x)
{
	return (enum expr_type)x->root->gives.type;
}

const char *expr_text(const struct expr *x)
{
	return x->text;
}

const struct field *expr_field(const struct expr *x)
{
	return x->root->shown;
}

/* Looking for what an expression rests on. */
struct search {
	bool (*is)(const struct node *n, uint32_t number);
	uint32_t number;
	unsigned left;             /* nodes that may still be looked at */
	unsigned depth;            /* derived fields within derived fields */
};

enum { SEARCH_MAX = 20000 };

static bool any(struct search *s, const struct node *n);

/* Derived fields that name each other would never end: then it may be anything. */
static bool any_derived(struct search *s, const struct field *f)
{
	bool found;

	if (f == NULL || f->derived == NULL)
		return false;
	if (s->depth >= DERIVED_DEPTH_MAX)
		return true;
	s->depth++;
	found = any(s, f->derived->root);
	s->depth--;
	return found;
}

static bool any(struct search *s, const struct node *n)
{
	const struct node *c;
	size_t i;

	if (s->left == 0)
		return true;
	s->left--;
	if (s->is(n, s->number) || any_derived(s, n->field) || any_derived(s, n->via))
		return true;
	for (i = 0; i < n->target_count; i++)
		if (any_derived(s, n->targets[i].field))
			return true;
	for (c = n->arg; c != NULL; c = c->next)
		if (any(s, c))
			return true;
	return false;
}

static bool rests_on(const struct expr *x, bool (*is)(const struct node *, uint32_t),
		     uint32_t number)
{
	struct search s = { is, number, SEARCH_MAX, 0 };

	return any(&s, x->root);
}

static bool is_field(const struct node *n, uint32_t number)
{
	size_t i;

	if ((n->field != NULL && n->field->number == number) ||
	    (n->via != NULL && n->via->number == number))
		return true;
	for (i = 0; i < n->target_count; i++)
		if (n->targets[i].field != NULL && n->targets[i].field->number == number)
			return true;
	return false;
}

static bool is_rows(const struct node *n, uint32_t number)
{
	(void)number;
	return n->op >= N_COUNT && n->op <= N_MAX;
}

static bool is_followed(const struct node *n, uint32_t number)
{
	(void)number;
	return n->via != NULL && n->op != N_UNIT;
}

static bool is_rollup(const struct node *n, uint32_t number)
{
	return n->op == N_ROLLUP && (number == 0 || n->rollup->number == number);
}

static bool is_state(const struct node *n, uint32_t number)
{
	(void)number;
	return n->op == N_STATE && n->via == NULL;
}

static bool is_receipt(const struct node *n, uint32_t number)
{
	(void)number;
	return n->op == N_RECEIVED;
}

bool expr_reads(const struct expr *x, uint32_t field)
{
	return rests_on(x, is_field, field);
}

bool expr_reads_rows(const struct expr *x)
{
	return rests_on(x, is_rows, 0);
}

bool expr_reads_refs(const struct expr *x)
{
	return rests_on(x, is_followed, 0);
}

bool expr_reads_state(const struct expr *x)
{
	return rests_on(x, is_state, 0);
}

bool expr_reads_receipt(const struct expr *x)
{
	return rests_on(x, is_receipt, 0);
}

bool expr_reads_rollup(const struct expr *x, uint32_t number)
{
	return rests_on(x, is_rollup, number);
}
