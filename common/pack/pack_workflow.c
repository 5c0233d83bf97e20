/* Lists, roles and workflows of a pack. */
#include "common/pack/pack_loader.h"

#include <string.h>

static int load_choice(struct loader *l, json_t *j, struct choice *c)
{
	int code = loader_keys(l, j, "number/i code/s vi/s en/s from to");

	if (code == 0)
		code = loader_code(l, j, &c->code);
	if (code == 0)
		code = loader_label(l, j, &c->label);
	if (code == 0)
		code = loader_number(l, j, 1, INT64_MAX, &c->number);
	if (code == 0)
		code = loader_day(l, j, "from", INT64_MIN, &c->from);
	if (code == 0)
		code = loader_day(l, j, "to", INT64_MAX, &c->to);
	if (code == 0 && c->to < c->from)
		code = loader_bad(l, j, "to", "ends before it begins");
	return code;
}

/* Choices are told by their numbers and by their codes. */
static int ask_new_choice(struct loader *l, json_t *j, const struct choice_list *list,
			  const struct choice *c)
{
	const struct choice *other;

	for (other = list->choices; other < c; other++) {
		if (other->number == c->number)
			return loader_bad(l, j, "number", "number %u is used twice", (unsigned)c->number);
		if (strcmp(other->code, c->code) == 0)
			return loader_bad(l, j, "code", "\"%s\" is used twice", c->code);
	}
	return 0;
}

static int load_list(struct loader *l, json_t *j, struct choice_list *list)
{
	json_t *choices, *c;
	size_t i;
	int code = loader_keys(l, j, "vi/s en/s choices/a");

	if (code == 0)
		code = loader_label(l, j, &list->label);
	list->choices = loader_array(l, j, "choices", sizeof *list->choices, &choices);
	if (list->choices == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(choices, i, c) {
		if (code == 0)
			code = load_choice(l, c, &list->choices[i]);
		if (code == 0)
			code = ask_new_choice(l, c, list, &list->choices[i]);
		list->count++;
	}
	if (code == 0 && l->strict && list->count == 0)
		code = loader_bad(l, j, "choices", "needs \"choices\"");
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

		list->code = loader_keep(l, name);
		code = loader_name(l, lists, name);
		if (code == 0)
			code = load_list(l, j, list);
		if (code != 0)
			return code;
	}
	return 0;
}

static bool one_of(const char *s, const char *a, const char *b, const char *c)
{
	return s != NULL && (strcmp(s, a) == 0 || strcmp(s, b) == 0 || strcmp(s, c) == 0);
}

/* Packs share the district's roles: one that is known by its number is that one. */
static int ask_same_role(struct loader *l, json_t *j, const struct role *known,
			 const struct role *r, size_t first)
{
	const struct role *named = schema_role_by_code(l->s, bytes_str(r->code));

	if (!l->strict)
		return 0;
	if (known != NULL && known >= l->s->roles + first)
		return loader_bad(l, j, "number", "number %u is used twice", known->number);
	if (known != NULL && strcmp(known->code, r->code) != 0)
		return loader_bad(l, j, "number", "role %u is \"%s\" already", known->number, known->code);
	if (known == NULL && named != NULL)
		return loader_bad(l, j, "code", "\"%s\" is used twice", r->code);
	return 0;
}

static int load_role(struct loader *l, json_t *j, size_t first)
{
	struct schema *s = l->s;
	struct role *r = &s->roles[s->role_count];
	const char *reads = loader_str(j, "reads"), *writes = loader_str(j, "writes");
	const struct role *known;
	int64_t number = 0;
	int code = loader_keys(l, j, "number/i code/s vi/s en/s reads reads_types reads_of/a writes");

	if (code == 0)
		code = loader_code(l, j, &r->code);
	if (code == 0)
		code = loader_label(l, j, &r->label);
	if (code == 0)
		code = loader_number(l, j, 1, 999, &number);
	if (code == 0 && !one_of(reads, "own", "all", "all"))
		code = loader_bad(l, j, "reads", "\"reads\" is own or all");
	if (code == 0 && !one_of(writes, "none", "own", "all"))
		code = loader_bad(l, j, "writes", "\"writes\" is none, own or all");
	if (code != 0)
		return code;
	known = schema_role(s, (uint32_t)number);
	code = ask_same_role(l, j, known, r, first);
	if (code != 0 || known != NULL)
		return code;
	r->number = (uint32_t)number;
	r->reads_all = strcmp(reads, "all") == 0;
	r->writes = strcmp(writes, "none") != 0;
	r->writes_all = strcmp(writes, "all") == 0;
	return ++s->role_count > 60 ? loader_bad(l, j, NULL, "there are more than %d roles", 60) : 0;
}

int loader_load_roles(struct loader *l, json_t *root)
{
	struct schema *s = l->s;
	json_t *roles = json_object_get(root, "roles"), *j;
	struct role *more;
	size_t i, first = s->role_count;

	more = arena_array(&s->arena, s->role_count + json_array_size(roles) + 1, sizeof *more);
	if (more == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	if (s->role_count > 0)
		memcpy(more, s->roles, s->role_count * sizeof *more);
	s->roles = more;
	json_array_foreach(roles, i, j) {
		int code = load_role(l, j, first);

		if (code != 0)
			return code;
	}
	return 0;
}

/* What the role reads of all units, beside what earlier packs let it read. */
static int add_reads(struct loader *l, json_t *j, struct role *r, const char **codes,
		     size_t count)
{
	const char **all = arena_array(&l->s->arena, r->read_count + count + 1, sizeof *all);
	size_t i;

	if (all == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	for (i = 0; i < count; i++) {
		const struct type *t = schema_type_by_code(l->s, bytes_str(codes[i]));

		if (t == NULL || t->row)
			return loader_bad(l, j, "reads_types", "there is no type \"%.40s\"", codes[i]);
		all[r->read_count + i] = codes[i];
	}
	if (r->read_count > 0)
		memcpy(all, r->reads, r->read_count * sizeof *all);
	r->reads = all;
	r->read_count += count;
	return 0;
}

static int load_one_of(struct loader *l, json_t *j, struct reads_of *of)
{
	size_t i;
	int code = loader_keys(l, j, "unit/s units/a types/a");

	of->unit = loader_keep(l, loader_str(j, "unit"));
	if (code == 0)
		code = loader_texts(l, j, "units", &of->units, &of->unit_count);
	if (code == 0)
		code = loader_texts(l, j, "types", &of->types, &of->type_count);
	if (code == 0 && (of->unit == NULL || of->unit_count == 0 || of->type_count == 0))
		code = loader_bad(l, j, NULL, "needs \"unit\", \"units\" and \"types\"");
	for (i = 0; code == 0 && i < of->type_count; i++) {
		const struct type *t = schema_type_by_code(l->s, bytes_str(of->types[i]));

		if (t == NULL || t->row)
			code = loader_bad(l, j, "types", "there is no type \"%.40s\"", of->types[i]);
	}
	return code;
}

/* What it reads of some units, beside what earlier packs let it read. */
static int add_reads_of(struct loader *l, json_t *j, struct role *r)
{
	json_t *list = json_object_get(j, "reads_of"), *v;
	struct reads_of *all;
	size_t i;
	int code = 0;

	all = arena_array(&l->s->arena, r->of_count + json_array_size(list) + 1, sizeof *all);
	if (all == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	if (r->of_count > 0)
		memcpy(all, r->of, r->of_count * sizeof *all);
	json_array_foreach(list, i, v)
		if (code == 0)
			code = load_one_of(l, v, &all[r->of_count + i]);
	r->of = all;
	r->of_count += json_array_size(list);
	return code;
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
		if (code == 0 && count > 0)
			code = add_reads(l, j, &l->s->roles[r - l->s->roles], codes, count);
		if (code == 0)
			code = add_reads_of(l, j, &l->s->roles[r - l->s->roles]);
		if (code != 0)
			return code;
	}
	return 0;
}

/* A member that is an array of texts, or is not there. */
static int take_codes(struct loader *l, json_t *j, const char *key, json_t **out)
{
	json_t *v;
	size_t i, k;

	*out = json_object_get(j, key);
	if (*out != NULL && !json_is_array(*out))
		return loader_bad(l, j, key, "must be a list of codes in [ ]");
	json_array_foreach(*out, i, v) {
		if (!json_is_string(v))
			return loader_bad(l, j, key, "must be a list of codes in [ ]");
		for (k = 0; l->strict && k < i; k++)
			if (json_equal(v, json_array_get(*out, k)))
				return loader_bad(l, v, NULL, "\"%s\" is used twice", json_string_value(v));
	}
	return 0;
}

/* A list of role codes as bits. */
int loader_roles(struct loader *l, json_t *j, const char *key, uint64_t *out)
{
	json_t *array, *v;
	size_t i;
	int code = take_codes(l, j, key, &array);

	*out = 0;
	if (code != 0)
		return code;
	json_array_foreach(array, i, v) {
		const struct role *r =
			schema_role_by_code(l->s, bytes_str(json_string_value(v)));

		if (r == NULL)
			return loader_bad(l, v, NULL, "there is no role \"%.40s\"", json_string_value(v));
		*out |= schema_role_bit(l->s, r->number);
	}
	return 0;
}

static int ask_new_state(struct loader *l, json_t *j, const struct workflow *w,
			 const struct state *st)
{
	const struct state *other;

	for (other = w->states; other < st; other++) {
		if (other->number == st->number)
			return loader_bad(l, j, "number", "number %u is used twice", (unsigned)st->number);
		if (strcmp(other->code, st->code) == 0)
			return loader_bad(l, j, "code", "\"%s\" is used twice", st->code);
	}
	return 0;
}

int loader_state_bits(struct loader *l, json_t *j, const char *key, const struct workflow *w,
		      uint64_t *out)
{
	json_t *array, *v;
	size_t i;
	int code = take_codes(l, j, key, &array);

	*out = 0;
	if (code == 0 && l->strict && array != NULL && w == NULL)
		code = loader_bad(l, j, key, "\"%s\" names states, but the type has no workflow", key);
	if (code != 0)
		return code;
	json_array_foreach(array, i, v) {
		const struct state *st = w == NULL ? NULL :
			workflow_state_by_code(w, bytes_str(json_string_value(v)));

		if (st == NULL)
			return loader_bad(l, v, NULL, "there is no state \"%.40s\"", json_string_value(v));
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
		return loader_bad(l, j, "open", "\"open\" is true, false or \"named\"");
	return 0;
}

static int load_state(struct loader *l, json_t *j, struct workflow *w, struct state *st)
{
	int code = loader_keys(l, j, "number/i code/s vi/s en/s open filed/b good/b answered/b final/b");

	if (code == 0)
		code = loader_code(l, j, &st->code);
	if (code == 0)
		code = loader_label(l, j, &st->label);
	if (code == 0)
		code = loader_number(l, j, 1, INT64_MAX, &st->number);
	st->filed = loader_true(j, "filed");
	st->good = loader_true(j, "good");
	st->final = loader_true(j, "final");
	st->answered = loader_true(j, "answered");
	if (code == 0)
		code = load_open(l, j, st);
	return code != 0 ? code : ask_new_state(l, j, w, st);
}

static int load_states(struct loader *l, json_t *j, struct workflow *w)
{
	json_t *states, *v;
	size_t i;

	w->states = loader_array(l, j, "states", sizeof *w->states, &states);
	if (w->states == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(states, i, v) {
		int code = load_state(l, v, w, &w->states[w->state_count++]);

		if (code != 0)
			return code;
	}
	return w->state_count == 0 || w->state_count > 60 ?
		       loader_bad(l, j, "states", "needs \"states\", %d at most", 60) : 0;
}

/* A state that a move names. */
static int take_state(struct loader *l, json_t *j, const char *key, const struct workflow *w,
		      int64_t *out)
{
	const char *code = loader_str(j, key);
	const struct state *st = code == NULL ? NULL : workflow_state_by_code(w, bytes_str(code));

	if (code == NULL)
		return loader_bad(l, j, key, "a move needs \"from\" and \"to\", codes of states");
	if (st == NULL)
		return loader_bad(l, j, key, "there is no state \"%.40s\"", code);
	*out = st->number;
	return 0;
}

static int load_move(struct loader *l, json_t *j, struct workflow *w, struct move *m)
{
	int code = loader_keys(l, j, "from/s to/s by complete/b remark/b sign/b other/b second/b "
			       "unsent/b");

	if (code == 0)
		code = take_state(l, j, "from", w, &m->from);
	if (code == 0)
		code = take_state(l, j, "to", w, &m->to);
	if (code != 0)
		return code;
	m->complete = loader_true(j, "complete");
	m->remark = loader_true(j, "remark");
	m->sign = loader_true(j, "sign");
	m->other = loader_true(j, "other");
	m->second = loader_true(j, "second");
	m->unsent = loader_true(j, "unsent");
	if (workflow_move(w, m->from, m->to) != m)
		return loader_bad(l, j, NULL, "a move from \"%s\" to \"%s\" is there twice",
				  loader_str(j, "from"), loader_str(j, "to"));
	code = loader_roles(l, j, "by", &m->by);
	return code == 0 && m->by == 0 ? loader_bad(l, j, "by", "a move needs roles in \"by\"") : code;
}

static int load_moves(struct loader *l, json_t *j, struct workflow *w)
{
	json_t *moves, *v;
	size_t i;

	w->moves = loader_array(l, j, "moves", sizeof *w->moves, &moves);
	if (w->moves == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(moves, i, v) {
		int code = load_move(l, v, w, &w->moves[w->move_count++]);

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
		int code = loader_name(l, workflows, name);

		if (code == 0)
			code = loader_keys(l, j, "reasons/s states/a moves/a");
		w->code = loader_keep(l, name);
		w->reasons = loader_keep(l, loader_str(j, "reasons"));
		if (code == 0)
			code = load_states(l, j, w);
		if (code == 0)
			code = load_moves(l, j, w);
		if (code != 0)
			return code;
	}
	return 0;
}
