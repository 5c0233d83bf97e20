/* A newer pack beside an older one: nothing that records rest on may have changed. */
#include "server/pack/publish_parts.h"

#include <string.h>

/* The two, and where complaints go. */
struct keeping {
	const struct schema *was, *is;
	const struct json_text *pack;
	struct err *e;
};

#define bad(k, type, field, key, ...) \
	json_text_bad((k)->pack, publish_place((k)->pack, type, field), key, (k)->e, __VA_ARGS__)

static bool same(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* Every choice, by number, must still be there under its code. */
static int keeps_choices(const struct keeping *k, const struct type *t, const struct field *was,
			 const struct field *is)
{
	size_t i;

	if (was->list == NULL)
		return 0;
	for (i = 0; i < was->list->count; i++) {
		const struct choice *old = &was->list->choices[i];
		const struct choice *c = list_choice(is->list, old->number);

		if (c == NULL)
			return bad(k, t->code, is->code, "list", "choice \"%s\" (number %u) may not go away: "
				   "old records that hold it could not be read; give it a \"to\" instead",
				   old->code, (unsigned)old->number);
		if (!same(c->code, old->code))
			return bad(k, t->code, is->code, "list", "number %u was the choice \"%s\" and may not "
				   "become \"%s\": old records would say something else",
				   (unsigned)old->number, old->code, c->code);
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

static int keeps_field(const struct keeping *k, const struct type *t, const struct field *a,
		       const struct field *b)
{
	if (!same(a->code, b->code))
		return bad(k, t->code, b->code, "number", "number %u was the field \"%s\" and may not become "
			   "\"%s\": old values would be read as something else", a->number, a->code,
			   b->code);
	if (a->kind != b->kind || a->scale != b->scale)
		return bad(k, t->code, b->code, a->kind != b->kind ? "kind" : "scale",
			   "a field may not change its kind: its values in old records could not be "
			   "read; add a new field instead");
	if (a->personal != b->personal)
		return bad(k, t->code, b->code, "personal", "\"personal\" may not change: old values are "
			   "signed and kept as it was");
	if (!keeps_targets(a, b))
		return bad(k, t->code, b->code, a->kind == FIELD_LIST ? "row" : "to",
			   "what a field names may grow, not shrink: old records name it");
	if ((a->derived == NULL) != (b->derived == NULL))
		return bad(k, t->code, b->code, "derived", "an entered field may not become derived, nor a "
			   "derived one entered: what was entered would be lost");
	if (!keeps_register(a, b))
		return bad(k, t->code, b->code, "register", "its register may not change: numbers that were "
			   "given stay as they are");
	return keeps_choices(k, t, a, b);
}

static int keeps_fields(const struct keeping *k, const struct type *was, const struct type *is)
{
	size_t i;
	int code = 0;

	for (i = 0; i < was->field_count && code == 0; i++) {
		const struct field *a = &was->fields[i], *b = type_field(is, a->number);

		code = b != NULL ? keeps_field(k, is, a, b) :
			bad(k, is->code, a->code, "number", "field \"%s\" (number %u) may not go away or "
			    "change its number: old records hold values in it", a->code, a->number);
	}
	return code;
}

static int keeps_states(const struct keeping *k, const struct type *was, const struct type *is)
{
	size_t i;

	/* What of the built-in types was there before a pack gave them one counts as it is. */
	if (was->workflow == NULL && is->number < TYPE_OF_PACKS)
		return 0;
	if ((was->workflow == NULL) != (is->workflow == NULL))
		return bad(k, is->code, NULL, "workflow", "a workflow may not be added later, nor go away: "
			   "old records have no other state");
	for (i = 0; was->workflow != NULL && i < was->workflow->state_count; i++) {
		const struct state *a = &was->workflow->states[i];
		const struct state *b = workflow_state(is->workflow, a->number);

		if (b == NULL)
			return bad(k, is->code, NULL, "workflow", "state \"%s\" (number %u) may not go away: "
				   "old records may be in it", a->code, (unsigned)a->number);
		if (!same(a->code, b->code))
			return bad(k, is->code, NULL, "workflow", "number %u was the state \"%s\" and may "
				   "not become \"%s\": old records would be in another state",
				   (unsigned)a->number, a->code, b->code);
	}
	return 0;
}

/* Nothing that older records rest on may have changed. */
static int keeps_type(const struct keeping *k, const struct type *a, const struct type *b)
{
	if (b == NULL)
		return bad(k, a->code, NULL, "number", "type \"%s\" (number %u) may not go away or change "
			   "its number: its records could not be read", a->code, a->number);
	if (!same(a->code, b->code) || !same(a->pack, b->pack))
		return bad(k, b->code, NULL, "number", "number %u was the type \"%s\" and may not become "
			   "\"%s\": its records would be read as something else", a->number, a->code,
			   b->code);
	if (a->district != b->district)
		return bad(k, b->code, NULL, "district", "\"district\" may not change: its records stand "
			   "where they are");
	/* Running totals are kept from the first record on. */
	if (a->row != b->row)
		return bad(k, b->code, NULL, "row", "\"row\" may not change: old records would hang in the "
			   "air");
	if (a->total_year != b->total_year || a->total_sum != b->total_sum)
		return bad(k, b->code, NULL, "totals", "\"totals\" may not change: they are kept from the "
			   "first record on");
	return 0;
}

static int keeps_types(const struct keeping *k)
{
	size_t i;
	int code = 0;

	for (i = 0; i < k->was->type_count && code == 0; i++) {
		const struct type *a = k->was->types[i], *b = schema_type(k->is, a->number);

		code = keeps_type(k, a, b);
		if (code == 0)
			code = keeps_fields(k, a, b);
		if (code == 0)
			code = keeps_states(k, a, b);
	}
	return code;
}

static int keeps_roles(const struct keeping *k)
{
	size_t i;

	for (i = 0; i < k->was->role_count; i++) {
		const struct role *a = &k->was->roles[i], *b = schema_role(k->is, a->number);

		if (b == NULL || !same(b->code, a->code))
			return json_text_bad(k->pack, k->pack->root, "roles", k->e, "role \"%s\" (number %u) "
					     "may not go away or change its number: people have it",
					     a->code, a->number);
	}
	return 0;
}

/* Rollups by their numbers; what they sum may change, and is summed anew. */
static int keeps_rollups(const struct keeping *k)
{
	size_t i;

	for (i = 0; i < k->was->rollup_count; i++) {
		const struct rollup *a = &k->was->rollups[i], *b = schema_rollup(k->is, a->number);

		if (b == NULL || !same(b->code, a->code))
			return json_text_bad(k->pack, k->pack->root, "rollups", k->e, "rollup \"%s\" (number "
					     "%u) may not go away or change its number", a->code,
					     a->number);
	}
	return 0;
}

int publish_keeps(const struct schema *was, const struct schema *is,
		  const struct json_text *pack, struct err *e)
{
	struct keeping k = { was, is, pack, e };
	int code = keeps_types(&k);

	if (code == 0)
		code = keeps_roles(&k);
	return code != 0 ? code : keeps_rollups(&k);
}
