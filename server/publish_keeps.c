/* A newer pack beside an older one: nothing that records rest on may have changed. */
#include "server/publish_parts.h"

#include <string.h>

static int bad(struct err *e, const char *place, const char *what)
{
	return err_set(e, ERR_BAD_PACK, "%s: %s", place, what);
}

static bool same(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* Every choice, by number, must still be there under its code. */
static int keeps_choices(const struct field *was, const struct field *is, struct err *e)
{
	size_t i;

	if (was->list == NULL)
		return 0;
	for (i = 0; i < was->list->count; i++) {
		const struct choice *c = list_choice(is->list, was->list->choices[i].number);

		if (c == NULL || !same(c->code, was->list->choices[i].code))
			return bad(e, was->list->choices[i].code,
				   "a choice may not change its number or go away");
	}
	return 0;
}

/* A reference may come to name more types, a list keeps its rows. */
static bool keeps_targets(const struct field *was, const struct field *is)
{
	size_t i, k;

	for (i = 0; i < was->target_count; i++) {
		for (k = 0; k < is->target_count; k++)
			if (same(was->targets[i], is->targets[k]))
				break;
		if (k == is->target_count)
			return false;
	}
	return true;
}

/* Numbers that were given stay what they are. */
static bool keeps_register(const struct field *was, const struct field *is)
{
	return was->reg == NULL ||
	       (is->reg != NULL && same(was->reg->code, is->reg->code) &&
		was->reg->yearly == is->reg->yearly && was->reg->unit == is->reg->unit &&
		(was->reg->lease == 0 || is->reg->lease > 0));
}

static int keeps_fields(const struct type *was, const struct type *is, struct err *e)
{
	size_t i;
	int code;

	for (i = 0; i < was->field_count; i++) {
		const struct field *a = &was->fields[i], *b = type_field(is, a->number);

		if (b == NULL || !same(a->code, b->code))
			return bad(e, a->code, "a field may not change its number or go away");
		if (a->kind != b->kind || a->personal != b->personal || a->scale != b->scale ||
		    !keeps_targets(a, b))
			return bad(e, a->code, "a field may not change its kind");
		if ((a->derived == NULL) != (b->derived == NULL))
			return bad(e, a->code, "an entered field may not become derived, nor a derived "
				   "one entered");
		if (!keeps_register(a, b))
			return bad(e, a->code, "its register may not change");
		code = keeps_choices(a, b, e);
		if (code != 0)
			return code;
	}
	return 0;
}

static int keeps_states(const struct type *was, const struct type *is, struct err *e)
{
	size_t i;

	if (was->workflow == NULL)
		return is->workflow == NULL ?
			       0 : bad(e, is->code, "a workflow may not be added later");
	if (is->workflow == NULL)
		return bad(e, was->code, "its workflow may not go away");
	for (i = 0; i < was->workflow->state_count; i++) {
		const struct state *a = &was->workflow->states[i];
		const struct state *b = workflow_state(is->workflow, a->number);

		if (b == NULL || !same(a->code, b->code))
			return bad(e, a->code, "a state may not change its number or go away");
	}
	return 0;
}

/* Nothing that older records rest on may have changed. */
static int keeps_types(const struct schema *was, const struct schema *is, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < was->type_count && code == 0; i++) {
		const struct type *a = was->types[i], *b = schema_type(is, a->number);

		if (b == NULL || !same(a->code, b->code) || !same(a->pack, b->pack))
			return bad(e, a->code, "a type may not change its number or go away");
		if (a->district != b->district)
			return bad(e, a->code, "\"district\" may not change: its records stand where "
				   "they are");
		/* Running totals are kept from the first record on. */
		if (a->row != b->row || a->total_year != b->total_year ||
		    a->total_sum != b->total_sum)
			return bad(e, a->code, "\"row\" and \"totals\" may not change");
		code = keeps_fields(a, b, e);
		if (code == 0)
			code = keeps_states(a, b, e);
	}
	return code;
}

static int keeps_roles(const struct schema *was, const struct schema *is, struct err *e)
{
	size_t i;

	for (i = 0; i < was->role_count; i++) {
		const struct role *r = schema_role(is, was->roles[i].number);

		if (r == NULL || !same(r->code, was->roles[i].code))
			return bad(e, was->roles[i].code,
				   "a role may not change its number or go away");
	}
	return 0;
}

/* Rollups by their numbers; what they sum may change, and is summed anew. */
static int keeps_rollups(const struct schema *was, const struct schema *is, struct err *e)
{
	size_t i;

	for (i = 0; i < was->rollup_count; i++) {
		const struct rollup *r = schema_rollup(is, was->rollups[i].number);

		if (r == NULL || !same(r->code, was->rollups[i].code))
			return bad(e, was->rollups[i].code,
				   "a rollup may not change its number or go away");
	}
	return 0;
}

int publish_keeps(const struct schema *was, const struct schema *is, struct err *e)
{
	int code = keeps_types(was, is, e);

	if (code == 0)
		code = keeps_roles(was, is, e);
	return code != 0 ? code : keeps_rollups(was, is, e);
}
