/* Lists, roles and workflows of a pack. */
#include "common/pack_loader.h"

#include <string.h>

static int load_choice(struct loader *l, json_t *j, const char *place, struct choice *c)
{
	int code = loader_code(l, j, place, &c->code);

	if (code == 0)
		code = loader_label(l, j, c->code, &c->label);
	if (code == 0 && (!loader_int(j, "number", &c->number) || c->number < 1))
		code = loader_bad(l, c->code, "needs a \"number\" from 1");
	if (code == 0)
		code = loader_day(l, j, "from", c->code, INT64_MIN, &c->from);
	if (code == 0)
		code = loader_day(l, j, "to", c->code, INT64_MAX, &c->to);
	if (code == 0 && c->to < c->from)
		code = loader_bad(l, c->code, "ends before it begins");
	return code;
}

int loader_lists(struct loader *l, json_t *root)
{
	json_t *lists = json_object_get(root, "lists"), *j;
	const char *name;
	int code = 0;

	l->lists = arena_array(&l->s->arena, json_object_size(lists) + 1, sizeof *l->lists);
	if (l->lists == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_object_foreach(lists, name, j) {
		struct choice_list *list = &l->lists[l->list_count++];
		json_t *choices, *c;
		size_t i, k;

		l->near = list->code = loader_keep(l, name);
		code = loader_label(l, j, name, &list->label);
		list->choices = loader_array(l, j, "choices", sizeof *list->choices, &choices);
		if (list->choices == NULL)
			return err_set(l->e, ERR_NOMEM, "pack");
		json_array_foreach(choices, i, c) {
			if (code == 0)
				code = load_choice(l, c, name, &list->choices[i]);
			for (k = 0; code == 0 && k < i; k++)
				if (list->choices[k].number == list->choices[i].number ||
				    strcmp(list->choices[k].code, list->choices[i].code) == 0)
					code = loader_bad(l, name, "a choice is there twice");
			list->count++;
		}
		if (code != 0)
			return code;
	}
	return 0;
}

static bool one_of(const char *s, const char *a, const char *b, const char *c)
{
	return s != NULL && (strcmp(s, a) == 0 || strcmp(s, b) == 0 || strcmp(s, c) == 0);
}

int loader_load_roles(struct loader *l, json_t *root)
{
	struct schema *s = l->s;
	json_t *roles = json_object_get(root, "roles"), *j;
	struct role *more;
	size_t i;

	more = arena_array(&s->arena, s->role_count + json_array_size(roles) + 1, sizeof *more);
	if (more == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	if (s->role_count > 0)
		memcpy(more, s->roles, s->role_count * sizeof *more);
	s->roles = more;
	json_array_foreach(roles, i, j) {
		struct role *r = &s->roles[s->role_count];
		const char *reads = loader_str(j, "reads"), *writes = loader_str(j, "writes");
		int64_t number;
		int code = loader_code(l, j, "roles", &r->code);

		if (code == 0)
			code = loader_label(l, j, r->code, &r->label);
		if (code != 0)
			return code;
		if (!loader_int(j, "number", &number) || number < 1 || number > 999 ||
		    !one_of(reads, "own", "all", "all") || !one_of(writes, "none", "own", "all"))
			return loader_bad(l, r->code, "needs \"number\", \"reads\" (own, all) and "
					  "\"writes\" (none, own, all)");
		/* Packs share the district's roles: one that is known is that one. */
		if (schema_role(s, (uint32_t)number) != NULL)
			continue;
		r->number = (uint32_t)number;
		r->reads_all = strcmp(reads, "all") == 0;
		r->writes = strcmp(writes, "none") != 0;
		r->writes_all = strcmp(writes, "all") == 0;
		if (++s->role_count > 60)
			return loader_bad(l, "roles", "too many");
	}
	return 0;
}

/* What the role reads of all units, beside what earlier packs let it read. */
static int add_reads(struct loader *l, struct role *r, const char **codes, size_t count)
{
	const char **all = arena_array(&l->s->arena, r->read_count + count + 1, sizeof *all);
	size_t i;
	int code;

	if (all == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	for (i = 0; i < count; i++) {
		const struct type *t = schema_type_by_code(l->s, bytes_str(codes[i]));

		if (t == NULL || t->row) {
			code = loader_bad(l, codes[i], "\"reads_types\" names a type that is not there");
			l->named = false;
			return code;
		}
		all[r->read_count + i] = codes[i];
	}
	if (r->read_count > 0)
		memcpy(all, r->reads, r->read_count * sizeof *all);
	r->reads = all;
	r->read_count += count;
	return 0;
}

int loader_reads(struct loader *l, json_t *root)
{
	json_t *roles = json_object_get(root, "roles"), *j;
	size_t i;

	json_array_foreach(roles, i, j) {
		const char **codes;
		size_t count;
		int64_t number = 0;
		int code = loader_texts(l, j, "reads_types", &codes, &count);
		const struct role *r;

		loader_int(j, "number", &number);
		r = schema_role(l->s, (uint32_t)number);
		l->near = r->code;
		if (code == 0 && count > 0)
			code = add_reads(l, &l->s->roles[r - l->s->roles], codes, count);
		if (code != 0)
			return code;
	}
	return 0;
}

/* A member that is an array of texts, or is not there. */
static int take_codes(struct loader *l, json_t *j, const char *key, const char *place,
		      json_t **out)
{
	json_t *v;
	size_t i;

	*out = json_object_get(j, key);
	if (*out != NULL && !json_is_array(*out))
		return loader_bad(l, place, "needs an array of codes");
	json_array_foreach(*out, i, v)
		if (!json_is_string(v))
			return loader_bad(l, place, "needs an array of codes");
	return 0;
}

/* A list of role codes as bits. */
int loader_roles(struct loader *l, json_t *j, const char *key, const char *place,
		     uint64_t *out)
{
	json_t *array, *v;
	size_t i;
	int code = take_codes(l, j, key, place, &array);

	*out = 0;
	if (code != 0)
		return code;
	json_array_foreach(array, i, v) {
		const struct role *r =
			schema_role_by_code(l->s, bytes_str(json_string_value(v)));

		if (r == NULL)
			return loader_bad(l, place, "names a role that is not there");
		*out |= schema_role_bit(l->s, r->number);
	}
	return 0;
}

static int ask_new_state(struct loader *l, const struct workflow *w, const struct state *st)
{
	const struct state *other;

	for (other = w->states; other < st; other++)
		if (other->number == st->number || strcmp(other->code, st->code) == 0)
			return loader_bad(l, st->code, "a state's number or code is used twice");
	return 0;
}

int loader_state_bits(struct loader *l, json_t *j, const char *key, const struct workflow *w,
		      const char *place, uint64_t *out)
{
	json_t *array, *v;
	size_t i;
	int code = take_codes(l, j, key, place, &array);

	*out = 0;
	if (code != 0)
		return code;
	json_array_foreach(array, i, v) {
		const struct state *st = w == NULL ? NULL :
			workflow_state_by_code(w, bytes_str(json_string_value(v)));

		if (st == NULL)
			return loader_bad(l, place, "names a state that is not there");
		*out |= state_bit(w, st->number);
	}
	return 0;
}

/* "open": true, false, "named" */
static int load_open(struct loader *l, json_t *j, struct state *st)
{
	json_t *open = json_object_get(j, "open");
	const char *text = json_string_value(open);

	if (text != NULL && strcmp(text, "named") == 0)
		st->open = STATE_NAMED;
	else if (json_is_true(open))
		st->open = STATE_OPEN;
	else if (open != NULL && !json_is_false(open))
		return loader_bad(l, st->code, "\"open\" is true, false or \"named\"");
	return 0;
}

static int load_states(struct loader *l, json_t *j, const char *name, struct workflow *w)
{
	json_t *states, *v;
	size_t i;

	w->states = loader_array(l, j, "states", sizeof *w->states, &states);
	if (w->states == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(states, i, v) {
		struct state *st = &w->states[w->state_count++];
		int code = loader_code(l, v, name, &st->code);

		if (code == 0)
			code = loader_label(l, v, st->code, &st->label);
		if (code != 0)
			return code;
		if (!loader_int(v, "number", &st->number) || st->number < 1)
			return loader_bad(l, st->code, "needs a \"number\" from 1");
		st->filed = loader_true(v, "filed");
		st->good = loader_true(v, "good");
		st->final = loader_true(v, "final");
		st->answered = loader_true(v, "answered");
		code = load_open(l, v, st);
		if (code == 0)
			code = ask_new_state(l, w, st);
		if (code != 0)
			return code;
	}
	return w->state_count == 0 || w->state_count > 60 ?
		       loader_bad(l, name, "has no states, or more than 60") : 0;
}

static int load_moves(struct loader *l, json_t *j, const char *name, struct workflow *w)
{
	json_t *moves, *v;
	size_t i;

	w->moves = loader_array(l, j, "moves", sizeof *w->moves, &moves);
	if (w->moves == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(moves, i, v) {
		struct move *m = &w->moves[w->move_count++];
		const struct state *from, *to;
		int code;

		from = workflow_state_by_code(w, bytes_str(loader_str(v, "from")));
		to = workflow_state_by_code(w, bytes_str(loader_str(v, "to")));
		if (from == NULL || to == NULL)
			return loader_bad(l, name, "a move names a state that is not there");
		m->from = from->number;
		m->to = to->number;
		m->complete = loader_true(v, "complete");
		m->remark = loader_true(v, "remark");
		m->sign = loader_true(v, "sign");
		m->other = loader_true(v, "other");
		m->unsent = loader_true(v, "unsent");
		if (workflow_move(w, m->from, m->to) != m)
			return loader_bad(l, to->code, "a move is there twice");
		code = loader_roles(l, v, "by", name, &m->by);
		if (code == 0 && m->by == 0)
			code = loader_bad(l, name, "a move needs roles in \"by\"");
		if (code != 0)
			return code;
	}
	return 0;
}

int loader_workflows(struct loader *l, json_t *root)
{
	json_t *workflows = json_object_get(root, "workflows"), *j;
	const char *name;

	l->workflows = arena_array(&l->s->arena, json_object_size(workflows) + 1,
				   sizeof *l->workflows);
	if (l->workflows == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_object_foreach(workflows, name, j) {
		struct workflow *w = &l->workflows[l->workflow_count++];
		int code;

		l->near = w->code = loader_keep(l, name);
		w->reasons = loader_keep(l, loader_str(j, "reasons"));
		code = load_states(l, j, name, w);
		if (code == 0)
			code = load_moves(l, j, name, w);
		if (code != 0)
			return code;
	}
	return 0;
}
