/* Types of a pack and their fields: what stands by itself. What speaks of other
 * parts follows in pack_rules.c. */
#include "common/pack/pack_loader.h"

#include <stdlib.h>
#include <string.h>

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
static int load_bounds(struct loader *l, json_t *j, struct field *f)
{
	int64_t n;
	bool there;
	int code = loader_bound(l, j, "digits", 1, 99, &n, &there);

	if (code == 0 && there)
		f->digits = (unsigned)n;
	if (code == 0)
		code = loader_bound(l, j, "scale", 0, 9, &n, &there);
	if (code == 0 && there)
		f->scale = (unsigned)n;
	f->has_min = loader_int(j, "min", &f->min);
	f->has_max = loader_int(j, "max", &f->max);
	if (f->kind == FIELD_MONEY && !f->has_min)
		f->has_min = true, f->min = 0;
	if (f->kind == FIELD_MONEY && !f->has_max)
		f->has_max = true, f->max = 10000000000000;
	if (f->kind == FIELD_YEAR && !f->has_min)
		f->has_min = true, f->min = 1900;
	if (f->kind == FIELD_YEAR && !f->has_max)
		f->has_max = true, f->max = 2200;
	if (code == 0 && l->strict && f->has_min && f->has_max && f->max < f->min)
		code = loader_bad(l, j, json_object_get(j, "max") != NULL ? "max" : "min",
				  "\"max\" is below \"min\"");
	return code;
}

/* Keys that only some kinds have: on others they would mean nothing. */
static int ask_keys(struct loader *l, json_t *j, const struct field *f)
{
	const struct {
		const char *key;
		bool fits;
	} some[] = {
		{ "list", f->kind == FIELD_CHOICE || f->kind == FIELD_SET },
		{ "to", f->kind == FIELD_REF }, { "row", f->kind == FIELD_LIST },
		{ "digits", f->kind == FIELD_TEXT }, { "personal", f->kind == FIELD_TEXT },
		{ "scale", f->kind == FIELD_DECIMAL }
	};
	size_t i;

	for (i = 0; l->strict && i < sizeof some / sizeof some[0]; i++)
		if (!some[i].fits && json_object_get(j, some[i].key) != NULL)
			return loader_bad(l, j, some[i].key, "\"%s\" means nothing for a field of this "
					  "\"kind\"", some[i].key);
	return 0;
}

static int load_kind(struct loader *l, json_t *j, struct field *f)
{
	const char *list = loader_str(j, "list");
	size_t i;
	int code = loader_texts(l, j, f->kind == FIELD_LIST ? "row" : "to", &f->targets,
				&f->target_count);

	if (code != 0)
		return code;
	for (i = 0; list != NULL && i < l->list_count; i++)
		if (strcmp(l->lists[i].code, list) == 0)
			f->list = &l->lists[i];
	if ((f->kind == FIELD_CHOICE || f->kind == FIELD_SET) && f->list == NULL)
		return list == NULL ? loader_bad(l, j, "list", "a choice needs \"list\"") :
				      loader_bad(l, j, "list", "there is no list \"%.40s\"", list);
	if (f->kind == FIELD_REF && f->target_count == 0)
		return loader_bad(l, j, "to", "a reference needs \"to\", the types that it names");
	if (f->kind == FIELD_LIST && f->target_count != 1)
		return loader_bad(l, j, "row", "a list needs \"row\", its one row type");
	return 0;
}

static int load_register(struct loader *l, json_t *j, struct field *f)
{
	const char *reg = loader_str(j, "register");
	size_t i;

	for (i = 0; reg != NULL && i < l->s->register_count; i++)
		if (strcmp(l->s->registers[i].code, reg) == 0)
			f->reg = &l->s->registers[i];
	/* The highest number is asked for with each new one. */
	f->index |= f->reg != NULL;
	if (reg != NULL && f->reg == NULL)
		return loader_bad(l, j, "register", "there is no register \"%.40s\"", reg);
	if (reg != NULL && f->kind != FIELD_INT)
		return loader_bad(l, j, "register", "a register numbers fields of \"kind\": \"int\"");
	return 0;
}

#define FIELD_KEYS "number/i code/s vi/s en/s kind/s max/i min/i digits/i scale/i list/s to row " \
	"required derived/s in only_in/b by with/a personal/b register/s index/b also/a when/x"

static int load_field(struct loader *l, json_t *j, struct field *f)
{
	int64_t number = 0;
	int code = loader_keys(l, j, FIELD_KEYS), kind = -1;

	if (code == 0)
		code = loader_code(l, j, &f->code);
	if (code == 0)
		code = loader_label(l, j, &f->label);
	if (code != 0)
		return code;
	kind = field_kind(loader_str(j, "kind"));
	if (kind < 0)
		return loader_bad(l, j, "kind", "needs a \"kind\": text, int, year, month, money, decimal, "
				  "date, bool, choice, set, ref or list");
	code = loader_number(l, j, 1, 1000000, &number);
	f->kind = (enum field_kind)kind;
	f->number = (uint32_t)number;
	f->required = loader_true(j, "required");
	f->personal = loader_true(j, "personal");
	f->only_in = loader_true(j, "only_in");
	f->index = loader_true(j, "index");
	if (code == 0 && f->personal && f->kind != FIELD_TEXT)
		code = loader_bad(l, j, "personal", "only texts can be personal");
	if (code == 0)
		code = ask_keys(l, j, f);
	if (code == 0)
		code = load_bounds(l, j, f);
	if (code == 0)
		code = loader_texts(l, j, "also", &f->also, &f->also_count);
	if (code == 0)
		code = loader_texts(l, j, "with", &f->with, &f->with_count);
	if (code == 0)
		code = load_register(l, j, f);
	return code != 0 ? code : load_kind(l, j, f);
}

static int compare_fields(const void *a, const void *b)
{
	const struct field *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

int loader_fields(struct loader *l, json_t *j, struct type *t)
{
	json_t *fields, *v;
	size_t i, k;

	t->fields = loader_array(l, j, "fields", sizeof *t->fields, &fields);
	if (t->fields == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(fields, i, v) {
		int code = load_field(l, v, &t->fields[i]);

		if (code != 0)
			return code;
		for (k = 0; k < i; k++)
			if (strcmp(t->fields[k].code, t->fields[i].code) == 0)
				return loader_bad(l, v, "code", "\"%s\" is used twice", t->fields[i].code);
		t->fields[i].place = (unsigned)i;
		t->field_count++;
	}
	qsort(t->fields, t->field_count, sizeof *t->fields, compare_fields);
	for (i = 1; i < t->field_count; i++)
		if (t->fields[i].number == t->fields[i - 1].number)
			return loader_bad(l, loader_of_field(l, t, &t->fields[i]), "number",
					  "number %u is used twice", t->fields[i].number);
	return 0;
}

/* Title, workflow, roles: what names other parts of the pack. */
static int load_links(struct loader *l, json_t *j, struct type *t)
{
	const char *workflow = loader_str(j, "workflow");
	size_t i;
	int code = loader_roles(l, j, "edit", &t->edit);

	/* The server brings the records that come with a pack. */
	if (t->district)
		t->edit |= schema_role_bit(l->s, ROLE_SERVER);
	if (code == 0)
		code = loader_texts(l, j, "title", &t->titles, &t->title_count);
	if (code == 0)
		code = loader_texts(l, j, "copies", &t->copies, &t->copy_count);
	if (code != 0)
		return code;
	for (i = 0; i < t->title_count; i++)
		if (type_field_by_code(t, bytes_str(t->titles[i])) == NULL)
			return loader_bad(l, j, "title", "%s has no field \"%.40s\"", t->code,
					  t->titles[i]);
	for (i = 0; workflow != NULL && i < l->workflow_count; i++)
		if (strcmp(l->workflows[i].code, workflow) == 0)
			t->workflow = &l->workflows[i];
	if (workflow != NULL && t->workflow == NULL)
		return loader_bad(l, j, "workflow", "there is no workflow \"%.40s\"", workflow);
	return 0;
}

/* Rows share the state, the rights and the stream of the record that they hang on. */
static int ask_row(struct loader *l, json_t *j, const struct type *t)
{
	static const char *const not_here[] = { "workflow", "district", "edit", "warnings", "nil" };
	size_t i, n = l->strict ? 5 : 2;

	for (i = 0; t->row && i < n; i++)
		if (json_object_get(j, not_here[i]) != NULL &&
		    !json_is_false(json_object_get(j, not_here[i])))
			return loader_bad(l, j, not_here[i], "rows have no \"%s\": they share that of the "
					  "record that they hang on", not_here[i]);
	if (l->strict && !t->row && t->edit == 0)
		return loader_bad(l, j, "edit", "needs \"edit\", the roles that may enter it");
	return 0;
}

#define TYPE_KEYS "number/i code/s vi/s en/s section/s row/b district/b people/b edit title/a " \
	"match/a workflow/s totals/o as_of/s nil/o lead/s copies/a apply/o file/o figures/o fields/a " \
	"checks/a warnings/a"

static int load_type(struct loader *l, json_t *j, struct type *t)
{
	int64_t number = 0;
	int code = loader_keys(l, j, TYPE_KEYS);

	if (code == 0)
		code = loader_code(l, j, &t->code);
	if (code == 0)
		code = loader_label(l, j, &t->label);
	if (code == 0)
		code = loader_number(l, j, 1, 1000000, &number);
	if (code == 0 && schema_type(l->s, (uint32_t)number) != NULL)
		code = loader_bad(l, j, "number", "number %u is used twice", (unsigned)number);
	if (code == 0 && schema_type_by_code(l->s, bytes_str(t->code)) != NULL)
		code = loader_bad(l, j, "code", "\"%s\" is used twice", t->code);
	if (code != 0)
		return code;
	t->number = (uint32_t)number;
	t->row = loader_true(j, "row");
	t->district = loader_true(j, "district");
	t->people = loader_true(j, "people");
	t->section = loader_keep(l, loader_str(j, "section"));
	t->lead = loader_keep(l, loader_str(j, "lead"));
	t->pack = l->pack;
	if (l->strict && json_object_get(j, "fields") == NULL)
		return loader_bad(l, j, "fields", "needs \"fields\"");
	code = loader_fields(l, j, t);
	if (code == 0)
		code = load_links(l, j, t);
	return code != 0 ? code : ask_row(l, j, t);
}

static int compare_types(const void *a, const void *b)
{
	const struct type *const *x = a, *const *y = b;

	return (*x)->number < (*y)->number ? -1 : (*x)->number > (*y)->number;
}

/* Codes that name types must name types. */
static int check_target(struct loader *l, const struct type *of, const struct field *f,
			const char *target)
{
	const struct type *t = schema_type_by_code(l->s, bytes_str(target));
	const char *key = f->kind == FIELD_LIST ? "row" : "to";
	json_t *j = loader_of_field(l, of, f);

	if (f->kind == FIELD_REF && strcmp(target, "*") == 0)
		return 0;
	if (t == NULL)
		return loader_bad(l, j, key, "there is no type \"%.40s\"", target);
	if (f->kind == FIELD_LIST && !t->row)
		return loader_bad(l, j, key, "\"%.40s\" is no row type", target);
	return f->kind == FIELD_LIST || !t->row ? 0 :
		loader_bad(l, j, key, "\"%.40s\" is a row type: references name records", target);
}

/* Rows of rows of rows come to an end. */
static bool comes_back(const struct schema *s, const struct type *t, const struct type *to,
		       int depth)
{
	size_t i;

	for (i = 0; depth < 8 && i < t->field_count; i++) {
		const struct type *row = t->fields[i].kind != FIELD_LIST ? NULL :
			schema_type_by_code(s, bytes_str(t->fields[i].targets[0]));

		if (row != NULL && (row == to || comes_back(s, row, to, depth + 1)))
			return true;
	}
	return false;
}

static int check_targets(struct loader *l)
{
	const struct schema *s = l->s;
	size_t i, k, n;
	int code = 0;

	for (i = 0; i < s->type_count && code == 0; i++)
		for (k = 0; k < s->types[i]->field_count; k++) {
			const struct field *f = &s->types[i]->fields[k];

			for (n = 0; n < f->target_count && code == 0; n++)
				code = check_target(l, s->types[i], f, f->targets[n]);
		}
	for (i = 0; i < s->type_count && code == 0 && l->strict; i++)
		if (comes_back(s, s->types[i], s->types[i], 0))
			code = loader_bad(l, loader_of_type(l, s->types[i]), NULL,
					  "its rows hold themselves");
	return code;
}

int loader_types(struct loader *l, json_t *root)
{
	struct schema *s = l->s;
	json_t *types = json_object_get(root, "types"), *j;
	struct type **more;
	size_t i;

	if (json_array_size(types) == 0)
		return loader_bad(l, root, "types", "a pack needs at least one type in \"types\"");
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
