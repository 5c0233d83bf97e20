/* Packs: JSON into a schema. Every complaint names the place in the pack. */
#include "common/pack_loader.h"

#include <stdlib.h>
#include <string.h>

enum { SCHEMA_MEMORY = 64 * 1024 * 1024 };

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

static int load_field(struct loader *l, json_t *j, const char *place, struct field *f)
{
	const char *list = loader_str(j, "list");
	json_t *when = json_object_get(j, "when");
	int64_t number;
	size_t i;
	int code = loader_code(l, j, place, &f->code), kind;

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
	f->required = json_is_true(json_object_get(j, "required"));
	f->personal = json_is_true(json_object_get(j, "personal"));
	f->target = loader_keep(l, loader_str(j, f->kind == FIELD_LIST ? "row" : "to"));
	f->when_field = loader_keep(l, loader_str(when, "field"));
	f->when_is = loader_keep(l, loader_str(when, "is"));
	set_bounds(j, f);
	if (f->personal && f->kind != FIELD_TEXT)
		return loader_bad(l, f->code, "only texts can be personal");
	for (i = 0; list != NULL && i < l->list_count; i++)
		if (strcmp(l->lists[i].code, list) == 0)
			f->list = &l->lists[i];
	if ((f->kind == FIELD_CHOICE || f->kind == FIELD_SET) && f->list == NULL)
		return loader_bad(l, f->code, "names a list that is not there");
	if ((f->kind == FIELD_REF || f->kind == FIELD_LIST) && f->target == NULL)
		return loader_bad(l, f->code, "needs \"to\" or \"row\"");
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
		t->field_count++;
	}
	qsort(t->fields, t->field_count, sizeof *t->fields, compare_fields);
	for (i = 1; i < t->field_count; i++)
		if (t->fields[i].number == t->fields[i - 1].number)
			return loader_bad(l, t->fields[i].code, "its number is used twice");
	return 0;
}

static int load_check(struct loader *l, json_t *j, const struct type *t, struct check *c)
{
	static const char *const ops[] = { "<", "<=", "=", ">=", ">", "!=" };
	const char *count = loader_str(j, "count"), *op = loader_str(j, "op");
	const char *right = loader_str(j, "right");
	const struct field *f;
	int64_t number;
	int i, code = loader_label(l, j, t->code, &c->label);

	if (code != 0)
		return code;
	if (!loader_int(j, "number", &number) || number < 1 || number > 999)
		return loader_bad(l, t->code, "a check needs a \"number\" from 1 to 999");
	c->number = (uint32_t)number;
	c->count = count != NULL;
	f = type_field_by_code(t, bytes_str(count != NULL ? count : loader_str(j, "left")));
	if (f == NULL || (f->kind == FIELD_LIST) != c->count)
		return loader_bad(l, t->code, "a check's left side is not there");
	c->left = f->number;
	if (right != NULL) {
		f = type_field_by_code(t, bytes_str(right));
		if (f == NULL)
			return loader_bad(l, t->code, "a check's right side is not there");
		c->right = f->number;
	} else if (!loader_int(j, "value", &c->value)) {
		return loader_bad(l, t->code, "a check needs \"right\" or \"value\"");
	}
	for (i = 0; i < 6; i++)
		if (op != NULL && strcmp(ops[i], op) == 0)
			break;
	if (i == 6)
		return loader_bad(l, t->code, "a check's \"op\" is < <= = >= > or !=");
	c->op = (enum check_op)i;
	return 0;
}

static int load_checks(struct loader *l, json_t *j, struct type *t)
{
	json_t *checks, *v;
	size_t i;

	t->checks = loader_array(l, j, "checks", sizeof *t->checks, &checks);
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
	const char *workflow = loader_str(j, "workflow"), *year, *sum;
	const struct field *f;
	size_t i;
	int code = loader_roles(l, j, "edit", t->code, &t->edit);

	if (code != 0)
		return code;
	t->titles = loader_array(l, j, "title", sizeof *t->titles, &titles);
	if (t->titles == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(titles, i, v) {
		f = type_field_by_code(t, bytes_str(json_string_value(v)));
		if (f == NULL)
			return loader_bad(l, t->code, "its title names a field that is not there");
		t->titles[t->title_count++] = f->code;
	}
	year = loader_str(totals, "year");
	sum = loader_str(totals, "sum");
	f = type_field_by_code(t, bytes_str(year));
	t->total_year = f != NULL ? f->number : 0;
	f = type_field_by_code(t, bytes_str(sum));
	t->total_sum = f != NULL ? f->number : 0;
	if ((year != NULL && t->total_year == 0) || (sum != NULL && t->total_sum == 0))
		return loader_bad(l, t->code, "its totals name a field that is not there");
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
	if (!loader_int(j, "number", &number) || number < 1 || number > 1000000)
		return loader_bad(l, t->code, "needs a \"number\"");
	if (schema_type(l->s, (uint32_t)number) != NULL ||
	    schema_type_by_code(l->s, bytes_str(t->code)) != NULL)
		return loader_bad(l, t->code, "its number or code is taken");
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
				return loader_bad(l, f->code, "names a type that is not there");
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
	l.pack = loader_keep(&l, loader_str(root, "pack"));
	if (!loader_int(root, "format", &format) || format != 1 || l.pack == NULL)
		code = loader_bad(&l, "pack", "needs \"format\": 1 and a \"pack\" code");
	if (code == 0)
		code = loader_load_roles(&l, root);
	if (code == 0)
		code = loader_lists(&l, root);
	if (code == 0)
		code = loader_workflows(&l, root);
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
	if (loader_str(root, "pack") == NULL || !loader_int(root, "version", version) || *version < 1)
		code = err_set(e, ERR_BAD_PACK, "pack: needs \"pack\" and \"version\"");
	else
		buf_add(code_out, bytes_str(loader_str(root, "pack")));
	json_decref(root);
	return code;
}
