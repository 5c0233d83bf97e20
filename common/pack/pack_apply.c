/* Types whose rows act on other records: "apply" of a pack. */
#include "common/pack/pack_loader.h"

#include <string.h>

/* {"granted": "granted"}: a choice of the row, or an own state, and the state to. */
static int load_steps(struct loader *l, json_t *j, const struct type *t, struct apply *a)
{
	json_t *to = json_object_get(j, "to"), *v;
	const char *key;

	a->steps = arena_array(&l->s->arena, json_object_size(to) + 1, sizeof *a->steps);
	if (a->steps == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_object_foreach(to, key, v) {
		struct apply_step *step = &a->steps[a->step_count++];
		const struct choice *c = a->by == NULL ? NULL :
					 list_choice_by_code(a->by->list, bytes_str(key));
		const struct state *st = a->by != NULL || t->workflow == NULL ? NULL :
					 workflow_state_by_code(t->workflow, bytes_str(key));

		if ((c == NULL && st == NULL) || !json_is_string(v))
			return loader_bad(l, to, key, a->by != NULL ?
					  "\"%.40s\" is no choice of \"by\", with a state behind it" :
					  "\"%.40s\" is no state of this type, with a state behind it",
					  key);
		step->when = c != NULL ? c->number : st->number;
		step->to = loader_keep(l, json_string_value(v));
	}
	return a->step_count == 0 ? loader_bad(l, j, "to", "\"apply\" needs \"to\"") : 0;
}

static int load_sets(struct loader *l, json_t *j, const struct type *row, struct apply *a)
{
	json_t *set = json_object_get(j, "set"), *v;
	const char *key;

	a->sets = arena_array(&l->s->arena, json_object_size(set) + 1, sizeof *a->sets);
	if (a->sets == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_object_foreach(set, key, v) {
		const char *from = json_string_value(v);
		struct apply_set *s = &a->sets[a->set_count++];

		s->field = loader_keep(l, key);
		s->from = from == NULL ? NULL : type_field_by_code(row, bytes_str(from));
		if (s->from == NULL && (from == NULL || strcmp(from, "self") != 0))
			return loader_bad(l, set, key, "\"set\" names fields of the row, or \"self\"");
	}
	return 0;
}

static int ask_kind(struct loader *l, json_t *j, const char *key, const struct field *f,
		    enum field_kind kind, const char *name)
{
	if (f == NULL || f->kind == kind)
		return 0;
	return loader_bad(l, j, key, "\"%s\" names a field of \"kind\": \"%s\"", key, name);
}

static int load_row_fields(struct loader *l, json_t *j, const struct type *row, struct apply *a)
{
	int code = loader_field(l, j, "record", row, &a->record);

	if (code == 0)
		code = loader_field(l, j, "by", row, &a->by);
	if (code == 0)
		code = loader_field(l, j, "version", row, &a->version);
	if (code == 0)
		code = loader_field(l, j, "amount", row, &a->amount);
	if (code == 0)
		code = loader_field(l, j, "unit", row, &a->unit);
	if (code == 0 && (a->record == NULL || a->record->kind != FIELD_REF))
		code = loader_bad(l, j, "record", "\"record\" names a reference of the row");
	if (code == 0)
		code = ask_kind(l, j, "by", a->by, FIELD_CHOICE, "choice");
	if (code == 0)
		code = ask_kind(l, j, "version", a->version, FIELD_TEXT, "text");
	if (code == 0)
		code = ask_kind(l, j, "unit", a->unit, FIELD_TEXT, "text");
	return code == 0 ? ask_kind(l, j, "amount", a->amount, FIELD_MONEY, "money") : code;
}

/* Whether some record that the rows may name has this: a state, a field for what is set. */
static bool somebody_has(const struct schema *s, const struct apply *a, const struct type *t,
			 const char *state, const struct apply_set *set)
{
	size_t i;

	for (i = 0; i < s->type_count; i++) {
		const struct type *to = s->types[i];
		const struct field *f = set == NULL ? NULL :
					type_field_by_code(to, bytes_str(set->field));

		if (to->row || !field_targets(a->record, to))
			continue;
		if (state != NULL && to->workflow != NULL &&
		    workflow_state_by_code(to->workflow, bytes_str(state)) != NULL)
			return true;
		if (f != NULL && f->derived == NULL &&
		    (set->from == NULL ? f->kind == FIELD_REF && field_targets(f, t) :
					 f->kind == set->from->kind && f->list == set->from->list))
			return true;
	}
	return false;
}

static int ask_targets(struct loader *l, json_t *j, const struct apply *a, const struct type *t)
{
	size_t i;

	for (i = 0; i < a->step_count; i++)
		if (!somebody_has(l->s, a, t, a->steps[i].to, NULL))
			return loader_bad(l, j, "to", "no record that the rows name has the state \"%.40s\"",
					  a->steps[i].to);
	for (i = 0; i < a->set_count; i++)
		if (!somebody_has(l->s, a, t, NULL, &a->sets[i]))
			return loader_bad(l, json_object_get(j, "set"), a->sets[i].field,
					  "no record that the rows name has this field, of the kind of "
					  "what is put there");
	return 0;
}

static int load(struct loader *l, json_t *given, const struct type *t, struct apply *a)
{
	const struct type *row;
	int code = loader_keys(l, given, "list/s record/s by/s on/a to/o set/o version/s amount/s "
			       "unit/s");

	if (code == 0)
		code = loader_field(l, given, "list", t, &a->list);
	if (code != 0)
		return code;
	if (t->row || a->list == NULL || a->list->kind != FIELD_LIST)
		return loader_bad(l, given, "list", "\"apply\" needs a \"list\" of its own");
	row = schema_type_by_code(l->s, bytes_str(a->list->targets[0]));
	code = load_row_fields(l, given, row, a);
	if (code == 0)
		code = loader_state_bits(l, given, "on", t->workflow, &a->on);
	if (code == 0)
		code = load_steps(l, given, t, a);
	if (code == 0)
		code = load_sets(l, given, row, a);
	return code != 0 ? code : ask_targets(l, given, a, t);
}

int loader_apply(struct loader *l, json_t *j, struct type *t)
{
	json_t *given = json_object_get(j, "apply");
	struct apply *a;

	if (given == NULL)
		return 0;
	a = arena_alloc(&l->s->arena, sizeof *a);
	if (a == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	t->apply = a;
	return load(l, given, t, a);
}
