/* What is known of an expression without evaluating it. */
#include <string.h>

#include "common/expr_parts.h"

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

static bool any(const struct node *n, bool (*is)(const struct node *, uint32_t), uint32_t number)
{
	const struct node *c;

	if (is(n, number))
		return true;
	for (c = n->arg; c != NULL; c = c->next)
		if (any(c, is, number))
			return true;
	return false;
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

bool expr_reads(const struct expr *x, uint32_t field)
{
	return any(x->root, is_field, field);
}

bool expr_reads_rows(const struct expr *x)
{
	return any(x->root, is_rows, 0);
}

bool expr_reads_refs(const struct expr *x)
{
	return any(x->root, is_followed, 0);
}

bool expr_reads_state(const struct expr *x)
{
	return any(x->root, is_state, 0);
}

bool expr_reads_rollup(const struct expr *x, uint32_t number)
{
	return any(x->root, is_rollup, number);
}
