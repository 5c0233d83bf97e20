/* Packs: JSON into a schema. Every complaint names the place in the pack. */
#include "common/pack.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA_MEMORY = 64 * 1024 * 1024 };

/* What is being read; errors are wrapped with the type's and field's code. */
struct loader {
	struct schema *s;
	struct choice_list *lists;
	size_t list_count;
	struct workflow *workflows;
	size_t workflow_count;
	const char *pack;
	struct err *e;
};

static int bad(struct loader *l, const char *place, const char *what)
{
	return err_set(l->e, ERR_BAD_PACK, "%s: %s", place, what);
}

static const char *keep(struct loader *l, const char *s)
{
	return s == NULL ? NULL : arena_str(&l->s->arena, bytes_str(s));
}

static const char *get_str(json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

static bool get_int(json_t *j, const char *key, int64_t *out)
{
	json_t *v = json_object_get(j, key);

	if (!json_is_integer(v))
		return false;
	*out = json_integer_value(v);
	return true;
}

static int get_label(struct loader *l, json_t *j, const char *place, struct label *out)
{
	const char *vi = get_str(j, "vi"), *en = get_str(j, "en");

	if (vi == NULL || en == NULL)
		return bad(l, place, "needs \"vi\" and \"en\"");
	out->vi = keep(l, vi);
	out->en = keep(l, en);
	return out->vi == NULL || out->en == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
}

/* A code is [a-z][a-z0-9_-]*: it becomes part of table and column names. */
static int get_code(struct loader *l, json_t *j, const char *place, const char **out)
{
	const char *code = get_str(j, "code"), *p;

	if (code == NULL || code[0] < 'a' || code[0] > 'z' || strlen(code) > 40)
		return bad(l, place, "needs a \"code\" of a-z, 0-9 and _");
	for (p = code; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_' ||
		      *p == '-'))
			return bad(l, code, "a code has a-z, 0-9 and _ only");
	*out = keep(l, code);
	return *out == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
}

static void *get_array(struct loader *l, json_t *j, const char *key, size_t size, json_t **array)
{
	*array = json_object_get(j, key);
	return arena_array(&l->s->arena, json_array_size(*array) + 1, size);
}

static int load_choice(struct loader *l, json_t *j, const char *place, struct choice *c)
{
	int code = get_code(l, j, place, &c->code);

	if (code == 0)
		code = get_label(l, j, c->code, &c->label);
	if (code == 0 && (!get_int(j, "number", &c->number) || c->number < 1))
		code = bad(l, c->code, "needs a \"number\" from 1");
	return code;
}

static int load_lists(struct loader *l, json_t *root)
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

		list->code = keep(l, name);
		code = get_label(l, j, name, &list->label);
		list->choices = get_array(l, j, "choices", sizeof *list->choices, &choices);
		if (list->choices == NULL)
			return err_set(l->e, ERR_NOMEM, "pack");
		json_array_foreach(choices, i, c) {
			if (code == 0)
				code = load_choice(l, c, name, &list->choices[i]);
			for (k = 0; code == 0 && k < i; k++)
				if (list->choices[k].number == list->choices[i].number ||
				    strcmp(list->choices[k].code, list->choices[i].code) == 0)
					code = bad(l, name, "a choice is there twice");
			list->count++;
		}
		if (code != 0)
			return code;
	}
	return 0;
}

static int load_roles(struct loader *l, json_t *root)
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
		const char *reads = get_str(j, "reads"), *writes = get_str(j, "writes");
		int64_t number;
		int code = get_code(l, j, "roles", &r->code);

		if (code == 0)
			code = get_label(l, j, r->code, &r->label);
		if (code != 0)
			return code;
		if (!get_int(j, "number", &number) || number < 1 || number > 999 ||
		    reads == NULL || writes == NULL)
			return bad(l, r->code, "needs \"number\", \"reads\", \"writes\"");
		/* Packs share the district's roles: one that is known is that one. */
		if (schema_role(s, (uint32_t)number) != NULL)
			continue;
		r->number = (uint32_t)number;
		r->reads_all = strcmp(reads, "all") == 0;
		r->writes = strcmp(writes, "none") != 0;
		r->writes_all = strcmp(writes, "all") == 0;
		if (++s->role_count > 60)
			return bad(l, "roles", "too many");
	}
	return 0;
}

/* A list of role codes as bits. */
static int get_roles(struct loader *l, json_t *j, const char *key, const char *place,
		     uint64_t *out)
{
	json_t *array = json_object_get(j, key), *v;
	size_t i;

	*out = 0;
	json_array_foreach(array, i, v) {
		const struct role *r =
			schema_role_by_code(l->s, bytes_str(json_string_value(v)));

		if (r == NULL)
			return bad(l, place, "names a role that is not there");
		*out |= schema_role_bit(l->s, r->number);
	}
	return 0;
}

static int load_states(struct loader *l, json_t *j, const char *name, struct workflow *w)
{
	json_t *states, *v;
	size_t i;

	w->states = get_array(l, j, "states", sizeof *w->states, &states);
	if (w->states == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(states, i, v) {
		struct state *st = &w->states[w->state_count++];
		int code = get_code(l, v, name, &st->code);

		if (code == 0)
			code = get_label(l, v, st->code, &st->label);
		if (code != 0)
			return code;
		if (!get_int(v, "number", &st->number) || st->number < 1)
			return bad(l, st->code, "needs a \"number\" from 1");
		st->open = json_is_true(json_object_get(v, "open"));
	}
	return w->state_count == 0 ? bad(l, name, "has no states") : 0;
}

static int load_moves(struct loader *l, json_t *j, const char *name, struct workflow *w)
{
	json_t *moves, *v;
	size_t i;

	w->moves = get_array(l, j, "moves", sizeof *w->moves, &moves);
	if (w->moves == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(moves, i, v) {
		struct move *m = &w->moves[w->move_count++];
		const struct state *from, *to;
		int code;

		from = workflow_state_by_code(w, bytes_str(get_str(v, "from")));
		to = workflow_state_by_code(w, bytes_str(get_str(v, "to")));
		if (from == NULL || to == NULL)
			return bad(l, name, "a move names a state that is not there");
		m->from = from->number;
		m->to = to->number;
		m->complete = json_is_true(json_object_get(v, "complete"));
		m->remark = json_is_true(json_object_get(v, "remark"));
		code = get_roles(l, v, "by", name, &m->by);
		if (code != 0)
			return code;
	}
	return 0;
}

static int load_workflows(struct loader *l, json_t *root)
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

		w->code = keep(l, name);
		code = load_states(l, j, name, w);
		if (code == 0)
			code = load_moves(l, j, name, w);
		if (code != 0)
			return code;
	}
	return 0;
}

static int field_kind(const char *kind)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "text", [FIELD_INT] = "int", [FIELD_YEAR] = "year",
		[FIELD_MONTH] = "month", [FIELD_MONEY] = "money", [FIELD_DECIMAL] = "decimal",
		[FIELD_DATE] = "date", [FIELD_BOOL] = "bool", [FIELD_CHOICE] = "choice",
		[FIELD_SET] = "set", [FIELD_REF] = "ref", [FIELD_LIST] = "list",
		[FIELD_BYTES] = "bytes"
	};
	int i;

	for (i = 0; kind != NULL && i < (int)(sizeof names / sizeof names[0]); i++)
		if (strcmp(names[i], kind) == 0)
			return i;
	return -1;
}

/* Bounds that a kind has of itself, where the pack gives none. */
static void set_bounds(json_t *j, struct field *f)
{
	int64_t n;

	f->has_min = get_int(j, "min", &f->min);
	f->has_max = get_int(j, "max", &f->max);
	if (get_int(j, "digits", &n) && n > 0 && n < 100)
		f->digits = (unsigned)n;
	if (get_int(j, "scale", &n) && n >= 0 && n < 10)
		f->scale = (unsigned)n;
	if (f->kind == FIELD_MONEY && !f->has_min)
		f->has_min = true, f->min = 0;
	if (f->kind == FIELD_MONEY && !f->has_max)
		f->has_max = true, f->max = 10000000000000;
	if (f->kind == FIELD_YEAR && !f->has_min)
		f->has_min = true, f->min = 1900;
	if (f->kind == FIELD_YEAR && !f->has_max)
		f->has_max = true, f->max = 2200;
}

static int load_field(struct loader *l, json_t *j, const char *place, struct field *f)
{
	const char *list = get_str(j, "list");
	json_t *when = json_object_get(j, "when");
	int64_t number;
	size_t i;
	int code = get_code(l, j, place, &f->code), kind;

	if (code == 0)
		code = get_label(l, j, f->code, &f->label);
	if (code != 0)
		return code;
	kind = field_kind(get_str(j, "kind"));
	if (kind < 0)
		return bad(l, f->code, "has no known \"kind\"");
	if (!get_int(j, "number", &number) || number < 1 || number > 1000000)
		return bad(l, f->code, "needs a \"number\"");
	f->kind = (enum field_kind)kind;
	f->number = (uint32_t)number;
	f->required = json_is_true(json_object_get(j, "required"));
	f->personal = json_is_true(json_object_get(j, "personal"));
	f->target = keep(l, get_str(j, f->kind == FIELD_LIST ? "row" : "to"));
	f->when_field = keep(l, get_str(when, "field"));
	f->when_is = keep(l, get_str(when, "is"));
	set_bounds(j, f);
	if (f->personal && f->kind != FIELD_TEXT)
		return bad(l, f->code, "only texts can be personal");
	for (i = 0; list != NULL && i < l->list_count; i++)
		if (strcmp(l->lists[i].code, list) == 0)
			f->list = &l->lists[i];
	if ((f->kind == FIELD_CHOICE || f->kind == FIELD_SET) && f->list == NULL)
		return bad(l, f->code, "names a list that is not there");
	if ((f->kind == FIELD_REF || f->kind == FIELD_LIST) && f->target == NULL)
		return bad(l, f->code, "needs \"to\" or \"row\"");
	return 0;
}

static int compare_fields(const void *a, const void *b)
{
	const struct field *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static int load_fields(struct loader *l, json_t *j, struct type *t)
{
	json_t *fields, *v;
	size_t i, k;

	t->fields = get_array(l, j, "fields", sizeof *t->fields, &fields);
	if (t->fields == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(fields, i, v) {
		int code = load_field(l, v, t->code, &t->fields[i]);

		if (code != 0)
			return code;
		for (k = 0; k < i; k++)
			if (strcmp(t->fields[k].code, t->fields[i].code) == 0)
				return bad(l, t->fields[i].code, "a field is there twice");
		t->field_count++;
	}
	qsort(t->fields, t->field_count, sizeof *t->fields, compare_fields);
	for (i = 1; i < t->field_count; i++)
		if (t->fields[i].number == t->fields[i - 1].number)
			return bad(l, t->fields[i].code, "its number is used twice");
	return 0;
}

static int load_check(struct loader *l, json_t *j, const struct type *t, struct check *c)
{
	static const char *const ops[] = { "<", "<=", "=", ">=", ">", "!=" };
	const char *count = get_str(j, "count"), *op = get_str(j, "op");
	const char *right = get_str(j, "right");
	const struct field *f;
	int64_t number;
	int i, code = get_label(l, j, t->code, &c->label);

	if (code != 0)
		return code;
	if (!get_int(j, "number", &number) || number < 1 || number > 999)
		return bad(l, t->code, "a check needs a \"number\" from 1 to 999");
	c->number = (uint32_t)number;
	c->count = count != NULL;
	f = type_field_by_code(t, bytes_str(count != NULL ? count : get_str(j, "left")));
	if (f == NULL || (f->kind == FIELD_LIST) != c->count)
		return bad(l, t->code, "a check's left side is not there");
	c->left = f->number;
	if (right != NULL) {
		f = type_field_by_code(t, bytes_str(right));
		if (f == NULL)
			return bad(l, t->code, "a check's right side is not there");
		c->right = f->number;
	} else if (!get_int(j, "value", &c->value)) {
		return bad(l, t->code, "a check needs \"right\" or \"value\"");
	}
	for (i = 0; i < 6; i++)
		if (op != NULL && strcmp(ops[i], op) == 0)
			break;
	if (i == 6)
		return bad(l, t->code, "a check's \"op\" is < <= = >= > or !=");
	c->op = (enum check_op)i;
	return 0;
}

static int load_checks(struct loader *l, json_t *j, struct type *t)
{
	json_t *checks, *v;
	size_t i;

	t->checks = get_array(l, j, "checks", sizeof *t->checks, &checks);
	if (t->checks == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(checks, i, v) {
		int code = load_check(l, v, t, &t->checks[i]);

		if (code != 0)
			return code;
		t->check_count++;
	}
	return 0;
}

/* Title, totals, workflow, roles: what names other parts of the pack. */
static int load_links(struct loader *l, json_t *j, struct type *t)
{
	json_t *titles, *totals = json_object_get(j, "totals"), *v;
	const char *workflow = get_str(j, "workflow"), *year, *sum;
	const struct field *f;
	size_t i;
	int code = get_roles(l, j, "edit", t->code, &t->edit);

	if (code != 0)
		return code;
	t->titles = get_array(l, j, "title", sizeof *t->titles, &titles);
	if (t->titles == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(titles, i, v) {
		f = type_field_by_code(t, bytes_str(json_string_value(v)));
		if (f == NULL)
			return bad(l, t->code, "its title names a field that is not there");
		t->titles[t->title_count++] = f->code;
	}
	year = get_str(totals, "year");
	sum = get_str(totals, "sum");
	f = type_field_by_code(t, bytes_str(year));
	t->total_year = f != NULL ? f->number : 0;
	f = type_field_by_code(t, bytes_str(sum));
	t->total_sum = f != NULL ? f->number : 0;
	if ((year != NULL && t->total_year == 0) || (sum != NULL && t->total_sum == 0))
		return bad(l, t->code, "its totals name a field that is not there");
	for (i = 0; workflow != NULL && i < l->workflow_count; i++)
		if (strcmp(l->workflows[i].code, workflow) == 0)
			t->workflow = &l->workflows[i];
	if (workflow != NULL && t->workflow == NULL)
		return bad(l, t->code, "its workflow is not there");
	return 0;
}

static int load_type(struct loader *l, json_t *j, struct type *t)
{
	int64_t number;
	int code = get_code(l, j, "types", &t->code);

	if (code == 0)
		code = get_label(l, j, t->code, &t->label);
	if (code != 0)
		return code;
	if (!get_int(j, "number", &number) || number < 1 || number > 1000000)
		return bad(l, t->code, "needs a \"number\"");
	if (schema_type(l->s, (uint32_t)number) != NULL ||
	    schema_type_by_code(l->s, bytes_str(t->code)) != NULL)
		return bad(l, t->code, "its number or code is taken");
	t->number = (uint32_t)number;
	t->row = json_is_true(json_object_get(j, "row"));
	t->pack = l->pack;
	code = load_fields(l, j, t);
	if (code == 0)
		code = load_checks(l, j, t);
	if (code == 0)
		code = load_links(l, j, t);
	return code;
}

static int compare_types(const void *a, const void *b)
{
	const struct type *const *x = a, *const *y = b;

	return (*x)->number < (*y)->number ? -1 : (*x)->number > (*y)->number;
}

/* Codes that name types must name types. */
static int check_targets(struct loader *l)
{
	const struct schema *s = l->s;
	size_t i, k;

	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->field_count; k++) {
			const struct field *f = &s->types[i]->fields[k];
			const struct type *t;

			if (f->target == NULL)
				continue;
			t = schema_type_by_code(s, bytes_str(f->target));
			if (t == NULL || (f->kind == FIELD_LIST) != t->row)
				return bad(l, f->code, "names a type that is not there");
		}
	return 0;
}

static int load_types(struct loader *l, json_t *root)
{
	struct schema *s = l->s;
	json_t *types = json_object_get(root, "types"), *j;
	struct type **more;
	size_t i;

	if (json_array_size(types) == 0)
		return bad(l, "types", "a pack needs at least one type");
	more = arena_array(&s->arena, s->type_count + json_array_size(types) + 1,
			   sizeof(struct type *));
	if (more == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	if (s->type_count > 0)
		memcpy(more, s->types, s->type_count * sizeof(struct type *));
	s->types = more;
	json_array_foreach(types, i, j) {
		struct type *t = arena_alloc(&s->arena, sizeof *t);
		int code;

		if (t == NULL)
			return err_set(l->e, ERR_NOMEM, "pack");
		code = load_type(l, j, t);
		if (code != 0)
			return code;
		s->types[s->type_count++] = t;
		qsort(s->types, s->type_count, sizeof(struct type *), compare_types);
	}
	return check_targets(l);
}

static int parse(struct bytes json, json_t **out, struct err *e)
{
	json_error_t why;
	json_t *root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, &why);

	if (root == NULL)
		return err_set(e, ERR_BAD_PACK, "%d:%d: %s", why.line, why.column, why.text);
	*out = root;
	return 0;
}

int schema_add(struct schema *s, struct bytes json, struct err *e)
{
	struct loader l = { .s = s, .e = e };
	json_t *root = NULL;
	int64_t format;
	int code = parse(json, &root, e);

	if (code != 0)
		return code;
	l.pack = keep(&l, get_str(root, "pack"));
	if (!get_int(root, "format", &format) || format != 1 || l.pack == NULL)
		code = bad(&l, "pack", "needs \"format\": 1 and a \"pack\" code");
	if (code == 0)
		code = load_roles(&l, root);
	if (code == 0)
		code = load_lists(&l, root);
	if (code == 0)
		code = load_workflows(&l, root);
	if (code == 0)
		code = load_types(&l, root);
	json_decref(root);
	return code;
}

int schema_new(struct schema **out, struct err *e)
{
	struct schema *s = calloc(1, sizeof *s);
	int code;

	if (s == NULL)
		return err_set(e, ERR_NOMEM, "schema");
	arena_init(&s->arena, SCHEMA_MEMORY);
	code = schema_add(s, bytes_str(pack_builtin), e);
	if (code != 0) {
		schema_free(s);
		return code;
	}
	*out = s;
	return 0;
}

void schema_free(struct schema *s)
{
	if (s == NULL)
		return;
	arena_release(&s->arena);
	free(s);
}

int pack_identity(struct bytes json, struct buf *code_out, int64_t *version, struct err *e)
{
	json_t *root = NULL;
	int code = parse(json, &root, e);

	if (code != 0)
		return code;
	if (get_str(root, "pack") == NULL || !get_int(root, "version", version) || *version < 1)
		code = err_set(e, ERR_BAD_PACK, "pack: needs \"pack\" and \"version\"");
	else
		buf_add(code_out, bytes_str(get_str(root, "pack")));
	json_decref(root);
	return code;
}
