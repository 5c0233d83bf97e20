/* Types of a pack and their fields: what stands by itself. What speaks of other
 * parts follows in pack_rules.c. */
#include "common/pack_loader.h"

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
static void set_bounds(json_t *j, struct field *f)
{
	int64_t n;

	f->has_min = loader_int(j, "min", &f->min);
	f->has_max = loader_int(j, "max", &f->max);
	if (loader_int(j, "digits", &n) && n > 0 && n < 100)
		f->digits = (unsigned)n;
	if (loader_int(j, "scale", &n) && n >= 0 && n < 10)
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
		return loader_bad(l, f->code, "names a list that is not there");
	if ((f->kind == FIELD_REF || f->kind == FIELD_LIST) && f->target_count == 0)
		return loader_bad(l, f->code, "needs \"to\" or \"row\"");
	if (f->kind == FIELD_LIST && f->target_count != 1)
		return loader_bad(l, f->code, "has one row type");
	return 0;
}

static int load_field(struct loader *l, json_t *j, const char *place, struct field *f)
{
	const char *reg = loader_str(j, "register");
	int64_t number;
	int code = loader_code(l, j, place, &f->code), kind;
	size_t i;

	if (code == 0)
		code = loader_label(l, j, f->code, &f->label);
	if (code != 0)
		return code;
	kind = field_kind(loader_str(j, "kind"));
	if (kind < 0)
		return loader_bad(l, f->code, "has no known \"kind\"");
	if (!loader_int(j, "number", &number) || number < 1 || number > 1000000)
		return loader_bad(l, f->code, "needs a \"number\"");
	f->kind = (enum field_kind)kind;
	f->number = (uint32_t)number;
	f->required = loader_true(j, "required");
	f->personal = loader_true(j, "personal");
	f->only_in = loader_true(j, "only_in");
	f->index = loader_true(j, "index");
	set_bounds(j, f);
	code = loader_texts(l, j, "also", &f->also, &f->also_count);
	if (code == 0)
		code = loader_texts(l, j, "with", &f->with, &f->with_count);
	if (code != 0)
		return code;
	if (f->personal && f->kind != FIELD_TEXT)
		return loader_bad(l, f->code, "only texts can be personal");
	for (i = 0; reg != NULL && i < l->s->register_count; i++)
		if (strcmp(l->s->registers[i].code, reg) == 0)
			f->reg = &l->s->registers[i];
	/* The highest number is asked for with each new one. */
	f->index |= f->reg != NULL;
	if (reg != NULL && (f->reg == NULL || f->kind != FIELD_INT))
		return loader_bad(l, f->code, "names a register that is not there, or is no int");
	return load_kind(l, j, f);
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
		int code = load_field(l, v, t->code, &t->fields[i]);

		if (code != 0)
			return code;
		for (k = 0; k < i; k++)
			if (strcmp(t->fields[k].code, t->fields[i].code) == 0)
				return loader_bad(l, t->fields[i].code, "a field is there twice");
		t->fields[i].place = (unsigned)i;
		t->field_count++;
	}
	qsort(t->fields, t->field_count, sizeof *t->fields, compare_fields);
	for (i = 1; i < t->field_count; i++)
		if (t->fields[i].number == t->fields[i - 1].number)
			return loader_bad(l, t->fields[i].code, "its number is used twice");
	return 0;
}

/* Title, workflow, roles: what names other parts of the pack. */
static int load_links(struct loader *l, json_t *j, struct type *t)
{
	const char *workflow = loader_str(j, "workflow");
	size_t i;
	int code = loader_roles(l, j, "edit", t->code, &t->edit);

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
			return loader_bad(l, t->titles[i], "a title's field is not there");
	for (i = 0; workflow != NULL && i < l->workflow_count; i++)
		if (strcmp(l->workflows[i].code, workflow) == 0)
			t->workflow = &l->workflows[i];
	if (workflow != NULL && t->workflow == NULL)
		return loader_bad(l, t->code, "its workflow is not there");
	return 0;
}

static int load_type(struct loader *l, json_t *j, struct type *t)
{
	int64_t number;
	int code = loader_code(l, j, "types", &t->code);

	if (code == 0)
		code = loader_label(l, j, t->code, &t->label);
	if (code != 0)
		return code;
	l->near = t->code;
	if (!loader_int(j, "number", &number) || number < 1 || number > 1000000)
		return loader_bad(l, t->code, "needs a \"number\"");
	if (schema_type(l->s, (uint32_t)number) != NULL ||
	    schema_type_by_code(l->s, bytes_str(t->code)) != NULL)
		return loader_bad(l, t->code, "its number or code is taken");
	t->number = (uint32_t)number;
	t->row = loader_true(j, "row");
	t->district = loader_true(j, "district");
	t->people = loader_true(j, "people");
	t->section = loader_keep(l, loader_str(j, "section"));
	t->lead = loader_keep(l, loader_str(j, "lead"));
	t->pack = l->pack;
	code = loader_fields(l, j, t);
	if (code == 0)
		code = load_links(l, j, t);
	if (code == 0 && t->row && (t->workflow != NULL || t->district))
		code = loader_bad(l, t->code, "rows share the state and the stream of the record that "
				  "they hang on");
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
	size_t i, k, n;

	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->field_count; k++) {
			const struct field *f = &s->types[i]->fields[k];

			for (n = 0; n < f->target_count; n++) {
				bool any = f->kind == FIELD_REF && strcmp(f->targets[n], "*") == 0;
				const struct type *t =
					schema_type_by_code(s, bytes_str(f->targets[n]));

				l->near = s->types[i]->code;
				if (!any && (t == NULL || (f->kind == FIELD_LIST) != t->row))
					return loader_bad(l, f->code,
							  "names a type that is not there");
			}
		}
	return 0;
}

int loader_types(struct loader *l, json_t *root)
{
	struct schema *s = l->s;
	json_t *types = json_object_get(root, "types"), *j;
	struct type **more;
	size_t i;

	if (json_array_size(types) == 0)
		return loader_bad(l, "types", "a pack needs at least one type");
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
