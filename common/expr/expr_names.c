/* What names in expressions stand for: fields, states, rollups, constants, lists. */
#include <string.h>

#include "common/expr/expr_parts.h"

#define NAME(token) expr_cut((token).text), (const char *)(token).text.at

/* Types of fields; of FIELD_SET and FIELD_LIST none. */
static struct gives field_gives(const struct field *f)
{
	static const uint8_t types[] = {
		[FIELD_TEXT] = EXPR_TEXT, [FIELD_INT] = EXPR_INT, [FIELD_YEAR] = EXPR_INT,
		[FIELD_MONTH] = EXPR_INT, [FIELD_MONEY] = EXPR_INT, [FIELD_DECIMAL] = EXPR_INT,
		[FIELD_DATE] = EXPR_DATE, [FIELD_BOOL] = EXPR_BOOL, [FIELD_CHOICE] = EXPR_CHOICE,
		[FIELD_SET] = EXPR_NULL, [FIELD_REF] = EXPR_REF, [FIELD_LIST] = EXPR_NULL,
		[FIELD_BYTES] = EXPR_BYTES
	};
	struct gives g = { types[f->kind], f->kind == FIELD_MONTH, NULL };

	if (f->kind == FIELD_CHOICE)
		g.of = f->list;
	return g;
}

/* The innermost frame with a field of that name. */
static const struct field *find_field(const struct parser *p, struct bytes name,
				      unsigned *frame)
{
	const struct field *f;
	unsigned i;

	for (i = p->top + 1; i-- > 0;) {
		f = p->frames[i] == NULL ? NULL : type_field_by_code(p->frames[i], name);
		if (f != NULL) {
			*frame = i;
			return f;
		}
	}
	return NULL;
}

/* "'x' is not a field of line or bonus" */
static struct node *no_field(struct parser *p, struct token name)
{
	const struct type *inner = p->frames[p->top];
	const struct type *outer = p->top > FRAME_RECORD ? p->frames[p->top - 1] :
							   p->frames[FRAME_ROOT];

	if (outer == NULL)
		return expr_fail(p, name.column, "'%.*s' is not a field of %s", NAME(name), inner->code);
	return expr_fail(p, name.column, "'%.*s' is not a field of %s or %s", NAME(name), inner->code,
			 outer->code);
}

/* Complains about fields that have no single value. */
static bool is_single(struct parser *p, struct token name, const struct field *f)
{
	if (f->kind == FIELD_LIST)
		expr_fail(p, name.column, "'%.*s' is a list: count(), exists(), sum(), min(), max()",
			  NAME(name));
	if (f->kind == FIELD_SET)
		expr_fail(p, name.column, "'%.*s' is a set: has(), count()", NAME(name));
	return p->code == 0;
}

static struct node *reading(struct parser *p, enum node_op op, unsigned column, unsigned frame,
			    struct gives g)
{
	struct node *n = node_new(p, op, column, NULL);

	if (n != NULL) {
		n->gives = g;
		n->frame = (uint8_t)frame;
		n->type = p->frames[frame];
	}
	return n;
}

static struct node *read_field(struct parser *p, struct token name, unsigned frame,
			       const struct field *f)
{
	struct node *n;

	if (!is_single(p, name, f))
		return NULL;
	n = reading(p, N_FIELD, name.column, frame, field_gives(f));
	if (n != NULL)
		n->field = n->shown = f;
	return n;
}

/* Whether records of the type have the rollup. */
static bool rolls_up(const struct rollup *r, const struct type *t)
{
	const struct field *by = r->from == NULL ? NULL : type_field(r->from, r->by);

	return by != NULL && field_targets(by, t);
}

static struct node *read_rollup(struct parser *p, struct token name, unsigned frame,
				const struct rollup *r)
{
	struct node *n;

	if (!p->scope->rollups)
		return expr_fail(p, name.column,
				 "'%.*s' is a rollup: in warnings and reports only", NAME(name));
	n = reading(p, N_ROLLUP, name.column, frame, gives_of(EXPR_INT));
	if (n != NULL) {
		n->rollup = r;
		n->shown = r->value == NULL ? NULL : expr_field(r->value);
	}
	return n;
}

struct node *name_value(struct parser *p, struct token name)
{
	const struct rollup *r = schema_rollup_by_code(p->scope->schema, name.text);
	unsigned frame = 0, i;
	const struct field *f = find_field(p, name.text, &frame);
	bool state = bytes_equal(name.text, bytes_str("state"));
	struct gives g = gives_of(EXPR_STATE);

	if (f != NULL)
		return read_field(p, name, frame, f);
	for (i = p->top + 1; i-- > 0;) {
		const struct type *t = p->frames[i];

		if (t != NULL && r != NULL && rolls_up(r, t))
			return read_rollup(p, name, i, r);
		if (t != NULL && state && t->workflow != NULL) {
			g.of = t->workflow;
			return reading(p, N_STATE, name.column, i, g);
		}
	}
	if (state)
		return expr_fail(p, name.column, "%s has no states", p->scope->type->code);
	if (bytes_equal(name.text, bytes_str("unit")))
		return reading(p, N_UNIT, name.column, FRAME_RECORD, gives_of(EXPR_INT));
	return no_field(p, name);
}

struct node *name_received(struct parser *p, unsigned column, struct token name)
{
	unsigned frame = 0;
	const struct field *f = find_field(p, name.text, &frame);
	struct node *n;

	if (!p->scope->received)
		return expr_fail(p, column, "received() is known in warnings only");
	if (f == NULL)
		return no_field(p, name);
	if (!is_single(p, name, f))
		return NULL;
	if (f->derived != NULL)
		return expr_fail(p, name.column, "'%.*s' is worked out: received() takes a field that is "
				 "entered", NAME(name));
	n = reading(p, N_RECEIVED, column, frame, gives_of(EXPR_DATE));
	if (n != NULL)
		n->field = f;
	return n;
}

/* The types that a reference may name, in the node. */
static bool find_targets(struct parser *p, struct token ref, struct node *n)
{
	struct target *list;
	size_t i;

	if (n->via->kind != FIELD_REF)
		return expr_fail(p, ref.column, "'%.*s' is no reference", NAME(ref)) != NULL;
	list = arena_array(p->a, n->via->target_count + 1, sizeof *list);
	if (list == NULL) {
		p->code = err_set(p->e, ERR_NOMEM, "expression");
		return false;
	}
	n->targets = list;
	n->target_count = n->via->target_count;
	for (i = 0; i < n->target_count; i++) {
		list[i].type = schema_type_by_code(p->scope->schema, bytes_str(n->via->targets[i]));
		if (list[i].type == NULL)
			return expr_fail(p, ref.column, "'%.*s' names %s, which is no type",
					 NAME(ref), n->via->targets[i]) != NULL;
	}
	if (n->target_count == 0)
		expr_fail(p, ref.column, "'%.*s' says no type that it names", NAME(ref));
	return p->code == 0;
}

/* Finds a field in every target; true where all have it, false where none has. */
static bool target_fields(struct parser *p, struct token name, struct node *n)
{
	struct target *list = (struct target *)n->targets;
	const struct target *without = NULL, *with = NULL;
	size_t i;

	for (i = 0; i < n->target_count; i++) {
		list[i].field = type_field_by_code(list[i].type, name.text);
		if (list[i].field == NULL)
			without = &list[i];
		else
			with = &list[i];
	}
	if (with != NULL && without != NULL)
		expr_fail(p, name.column, "'%.*s' is not a field of %s", NAME(name),
			  without->type->code);
	return p->code == 0 && without == NULL;
}

static struct node *followed_field(struct parser *p, struct token name, struct node *n)
{
	const struct field *f = n->targets[0].field;
	struct gives g = field_gives(f), other;
	size_t i;

	for (i = 0; i < n->target_count; i++) {
		if (!is_single(p, name, n->targets[i].field))
			return NULL;
		other = field_gives(n->targets[i].field);
		if (other.type != g.type || other.month != g.month || other.of != g.of)
			return expr_fail(p, name.column,
					 "'%.*s' is one thing in %s and another in %s", NAME(name),
					 n->targets[0].type->code, n->targets[i].type->code);
	}
	if (g.type == EXPR_REF && n->target_count > 1)
		return expr_fail(p, name.column, "'%.*s' is a reference, of one of several types",
				 NAME(name));
	n->shown = f;
	n->gives = g;
	return n;
}

/* state, unit and rollups of what a reference names. */
static struct node *followed_other(struct parser *p, struct token name, struct node *n)
{
	const struct rollup *r = schema_rollup_by_code(p->scope->schema, name.text);
	const struct workflow *w = n->targets[0].type->workflow;
	size_t i;

	for (i = 0; i < n->target_count; i++) {
		r = r != NULL && rolls_up(r, n->targets[i].type) ? r : NULL;
		w = n->targets[i].type->workflow == w ? w : NULL;
	}
	if (r != NULL && !p->scope->rollups)
		return read_rollup(p, name, n->frame, r);
	if (r != NULL) {
		n->op = N_ROLLUP;
		n->rollup = r;
		n->gives = gives_of(EXPR_INT);
		n->shown = r->value == NULL ? NULL : expr_field(r->value);
	} else if (bytes_equal(name.text, bytes_str("state")) && w != NULL) {
		n->op = N_STATE;
		n->gives = gives_of(EXPR_STATE);
		n->gives.of = w;
	} else if (bytes_equal(name.text, bytes_str("unit"))) {
		n->op = N_UNIT;
		n->gives = gives_of(EXPR_INT);
	} else {
		return expr_fail(p, name.column, "'%.*s' is not a field of %s", NAME(name),
				 n->targets[0].type->code);
	}
	return n;
}

static struct node *follow(struct parser *p, struct token ref)
{
	unsigned frame = 0;
	const struct field *f = find_field(p, ref.text, &frame);
	struct node *n;

	if (f == NULL)
		return no_field(p, ref);
	n = reading(p, N_FIELD, ref.column, frame, gives_of(EXPR_NULL));
	if (n == NULL)
		return NULL;
	n->via = f;
	return find_targets(p, ref, n) ? n : NULL;
}

struct node *name_followed(struct parser *p, struct token ref, struct token name)
{
	struct node *n = follow(p, ref);

	if (n == NULL)
		return NULL;
	if (target_fields(p, name, n))
		return followed_field(p, name, n);
	return p->code != 0 ? NULL : followed_other(p, name, n);
}

struct node *name_constant(struct parser *p, struct token name)
{
	const struct constant *c = schema_constant(p->scope->schema, name.text);
	struct node *n;

	if (c == NULL)
		return expr_fail(p, name.column, "there is no constant '$%.*s'", NAME(name));
	n = node_number(p, name.column, 0);
	if (n == NULL)
		return NULL;
	n->null = c->value.kind != VALUE_INT && c->value.kind != VALUE_DATE &&
		  c->value.kind != VALUE_BOOL && c->value.kind != VALUE_TEXT;
	n->gives = gives_of(c->value.kind == VALUE_DATE ? EXPR_DATE :
			    c->value.kind == VALUE_BOOL ? EXPR_BOOL :
			    c->value.kind == VALUE_TEXT ? EXPR_TEXT : EXPR_INT);
	if (c->value.kind == VALUE_TEXT)
		n->text = c->value.b;
	else if (!n->null)
		n->n = c->value.n;
	return n;
}

/* A set of what a reference names. */
static struct node *followed_set(struct parser *p, struct token ref, struct token name)
{
	struct node *n = follow(p, ref);
	size_t i;

	if (n == NULL)
		return NULL;
	if (!target_fields(p, name, n))
		return p->code != 0 ? NULL : expr_fail(p, name.column, "'%.*s' is not a field of %s",
						       NAME(name), n->targets[0].type->code);
	for (i = 0; i < n->target_count; i++) {
		const struct field *f = n->targets[i].field;

		if (f->kind != FIELD_SET || f->list != n->targets[0].field->list)
			return expr_fail(p, name.column, f->kind == FIELD_LIST ?
					 "'%.*s' is a list of another record: not read here" :
					 "'%.*s' is not a list or set", NAME(name));
	}
	n->op = N_SET_COUNT;
	n->gives = (struct gives){ EXPR_CHOICE, false, n->targets[0].field->list };
	return n;
}

/* How many lists of the type have rows of that type. */
static int64_t lists_of(const struct type *t, const struct type *rows)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < t->field_count; i++)
		count += t->fields[i].kind == FIELD_LIST && field_targets(&t->fields[i], rows);
	return count;
}

struct node *name_list(struct parser *p, struct token name, struct token after)
{
	unsigned frame = 0;
	const struct field *f = find_field(p, name.text, &frame);
	struct node *n;

	if (f == NULL)
		return no_field(p, name);
	if (after.kind != T_END && f->kind == FIELD_LIST)
		return expr_fail(p, after.column, "rows of rows: sum(%.*s, count(%.*s))",
				 NAME(name), NAME(after));
	if (after.kind != T_END)
		return followed_set(p, name, after);
	if (f->kind != FIELD_LIST && f->kind != FIELD_SET)
		return expr_fail(p, name.column, "'%.*s' is not a list or set", NAME(name));
	n = reading(p, f->kind == FIELD_SET ? N_SET_COUNT : N_COUNT, name.column, frame,
		    (struct gives){ EXPR_CHOICE, false, f->list });
	if (n == NULL)
		return NULL;
	n->field = f;
	if (f->kind == FIELD_SET)
		return n;
	/* Otherwise the cost of an evaluation would grow with the square of the rows. */
	if (p->top > FRAME_RECORD && frame != p->top)
		return expr_fail(p, name.column, "'%.*s' within another list: only its rows' own",
				 NAME(name));
	n->type = f->target_count == 0 ? NULL :
		  schema_type_by_code(p->scope->schema, bytes_str(f->targets[0]));
	if (n->type == NULL)
		return expr_fail(p, name.column, "'%.*s' says no type of its rows", NAME(name));
	n->n = lists_of(p->frames[frame], n->type);
	return n;
}
