/* Packs: JSON into a schema, part by part. */
#include "common/pack/pack_loader.h"

#include <stdlib.h>
#include <string.h>

#include "common/expr/expr.h"
#include "common/text/date.h"

enum { SCHEMA_MEMORY = 64 * 1024 * 1024 };

/* No list of a pack holds true, false or null: they could not be found again in its text. */
static int ask_lists(struct loader *l, json_t *j, const char *key, json_t *v)
{
	const char *name;
	json_t *one;
	size_t i;
	int code = 0;

	json_array_foreach(v, i, one) {
		if (json_is_boolean(one) || json_is_null(one))
			return loader_bad(l, j, key, "a list can't hold true, false or null");
		code = code != 0 ? code : ask_lists(l, one, NULL, one);
	}
	if (json_is_object(v))
		json_object_foreach(v, name, one)
			code = code != 0 ? code : ask_lists(l, v, name, one);
	return code;
}

static int load(struct loader *l, json_t *root)
{
	static int (*const parts[])(struct loader *, json_t *) = {
		loader_load_roles, loader_lists, loader_constants, loader_registers,
		loader_workflows, loader_types, loader_rollups, loader_rules, loader_reads,
		loader_duplicates, loader_watchers, loader_deadlines, loader_calendar, loader_units,
		loader_parts
	};
	struct label name;
	int64_t format;
	size_t i;
	int code = loader_keys(l, root, "format/i pack/s version/i vi/s en/s constants/a registers/a "
			       "lists/o roles/a workflows/o types/a rollups/a duplicates/a "
			       "deadlines/a calendar/o units/o settlement/s reports/a documents/a records/a");

	if (code == 0 && l->strict)
		code = ask_lists(l, root, NULL, root);
	if (code != 0)
		return code;
	l->pack = loader_keep(l, loader_str(root, "pack"));
	if (!loader_int(root, "format", &format) || l->pack == NULL)
		return loader_bad(l, root, "format", "needs \"format\": 1 and a \"pack\" code");
	/* Published by a server that is newer than this program. */
	if (format > 1 && !l->strict)
		return err_set(l->e, ERR_VERSION, "%s", l->pack);
	if (format != 1)
		return loader_bad(l, root, "format", "this program reads \"format\": 1, no other: update "
				  "the program");
	if (l->strict)
		code = loader_label(l, root, &name);
	for (i = 0; i < sizeof parts / sizeof parts[0] && code == 0; i++)
		code = parts[i](l, root);
	return code;
}

static int add(struct schema *s, struct bytes json, bool strict, struct err *e)
{
	struct err own = { 0 };
	struct loader l = { .s = s, .e = e != NULL ? e : &own, .strict = strict };
	int code = json_text_read(&l.doc, json, l.e);

	if (code == 0)
		code = load(&l, l.doc.root);
	json_decref(l.doc.root);
	return code;
}

int schema_add(struct schema *s, struct bytes json, struct err *e)
{
	return add(s, json, false, e);
}

int schema_add_new(struct schema *s, struct bytes json, struct err *e)
{
	return add(s, json, true, e);
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
	struct json_text t;
	int code = json_text_read(&t, json, e);

	if (code != 0)
		return code;
	if (loader_str(t.root, "pack") == NULL)
		code = json_text_bad(&t, t.root, "pack", e, "needs a \"pack\" code");
	else if (!loader_int(t.root, "version", version) || *version < 1)
		code = json_text_bad(&t, t.root, "version", e, "needs a \"version\" from 1");
	else
		buf_add(code_out, bytes_str(loader_str(t.root, "pack")));
	json_decref(t.root);
	return code;
}

/* What the parts share. */

int loader_keys(struct loader *l, json_t *j, const char *keys)
{
	if (!json_is_object(j))
		return loader_bad(l, j, NULL, "an object in { } is wanted here");
	return l->strict ? json_text_keys(&l->doc, j, keys, l->e) : 0;
}

const char *loader_keep(struct loader *l, const char *s)
{
	return s == NULL ? NULL : arena_str(&l->s->arena, bytes_str(s));
}

const char *loader_str(json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

bool loader_int(json_t *j, const char *key, int64_t *out)
{
	json_t *v = json_object_get(j, key);

	if (!json_is_integer(v))
		return false;
	*out = json_integer_value(v);
	return true;
}

bool loader_true(json_t *j, const char *key)
{
	return json_is_true(json_object_get(j, key));
}

int loader_number(struct loader *l, json_t *j, int64_t min, int64_t max, int64_t *out)
{
	if (loader_int(j, "number", out) && *out >= min && *out <= max)
		return 0;
	if (max == INT64_MAX)
		return loader_bad(l, j, "number", "needs a \"number\" from %d", (int)min);
	return loader_bad(l, j, "number", "needs a \"number\" from %d to %d", (int)min, (int)max);
}

int loader_bound(struct loader *l, json_t *j, const char *key, int64_t min, int64_t max,
		 int64_t *out, bool *there)
{
	*there = loader_int(j, key, out) && *out >= min && *out <= max;
	if (*there || !l->strict || json_object_get(j, key) == NULL)
		return 0;
	return loader_bad(l, j, key, "must be from %d to %d", (int)min, (int)max);
}

int loader_label(struct loader *l, json_t *j, struct label *out)
{
	const char *vi = loader_str(j, "vi"), *en = loader_str(j, "en");
	bool empty = l->strict && vi != NULL && en != NULL && (vi[0] == '\0' || en[0] == '\0');

	if (vi == NULL || en == NULL || empty)
		return loader_bad(l, j, vi == NULL || vi[0] == '\0' ? "vi" : "en",
				  "needs \"vi\" and \"en\", its names in Vietnamese and English");
	out->vi = loader_keep(l, vi);
	out->en = loader_keep(l, en);
	return out->vi == NULL || out->en == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
}

/* A code is [a-z][a-z0-9_-]*: it becomes part of table and column names. */
static bool is_code(const char *code)
{
	const char *p;

	if (code[0] < 'a' || code[0] > 'z' || strlen(code) > 40)
		return false;
	for (p = code; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_' ||
		      *p == '-'))
			return false;
	return true;
}

int loader_code(struct loader *l, json_t *j, const char **out)
{
	const char *code = loader_str(j, "code");

	if (code == NULL)
		return loader_bad(l, j, "code", "needs a \"code\" of a-z, 0-9 and _");
	if (!is_code(code))
		return loader_bad(l, j, "code", "a code is of a-z, 0-9 and _, begins with a letter and "
				  "has at most 40");
	*out = loader_keep(l, code);
	return *out == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
}

int loader_name(struct loader *l, json_t *map, const char *key)
{
	if (!json_is_object(json_object_get(map, key)))
		return loader_bad(l, map, key, "an object in { } is wanted here");
	return !l->strict || is_code(key) ? 0 :
		loader_bad(l, map, key, "a code is of a-z, 0-9 and _, begins with a letter and has at "
			   "most 40");
}

void *loader_array(struct loader *l, json_t *j, const char *key, size_t size, json_t **array)
{
	*array = json_object_get(j, key);
	return arena_array(&l->s->arena, json_array_size(*array) + 1, size);
}

int loader_texts(struct loader *l, json_t *j, const char *key, const char ***out,
		 size_t *count)
{
	json_t *v = json_object_get(j, key), *one;
	size_t i, n = json_is_string(v) ? 1 : json_array_size(v);

	*out = NULL;
	*count = 0;
	if (n == 0)
		return 0;
	*out = arena_array(&l->s->arena, n, sizeof **out);
	for (i = 0; *out != NULL && i < n; i++) {
		one = json_is_string(v) ? v : json_array_get(v, i);
		if (!json_is_string(one))
			return loader_bad(l, j, key, "must hold texts");
		(*out)[i] = loader_keep(l, json_string_value(one));
		if ((*out)[i] == NULL)
			return err_set(l->e, ERR_NOMEM, "pack");
		++*count;
	}
	return *out == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
}

bool loader_date(json_t *j, const char *key, int64_t *days)
{
	const char *s = loader_str(j, key);

	return s != NULL && date_parse(bytes_str(s), days);
}

bool loader_plain_date(const struct loader *l, json_t *j, const char *key, int64_t *days)
{
	const char *s = loader_str(j, key);

	return loader_date(j, key, days) && (!l->strict || (strlen(s) == 10 && s[4] == '-'));
}

int loader_day(struct loader *l, json_t *j, const char *key, int64_t missing, int64_t *days)
{
	*days = missing;
	if (json_object_get(j, key) == NULL || loader_plain_date(l, j, key, days))
		return 0;
	return loader_bad(l, j, key, "must be a day such as \"2021-08-15\"");
}

/* The one type that holds a row's list; NULL where there are several. */
static const struct type *owner_of(const struct schema *s, const struct type *t)
{
	const struct type *above = NULL;
	size_t i, k, owners = 0;

	for (i = 0; t->row && i < s->type_count; i++)
		for (k = 0; k < s->types[i]->field_count; k++)
			if (s->types[i]->fields[k].kind == FIELD_LIST &&
			    field_targets(&s->types[i]->fields[k], t)) {
				owners += above != s->types[i];
				above = s->types[i];
			}
	return owners == 1 ? above : NULL;
}

/* Lists of lists are few; circles end too. */
const struct type *loader_root(const struct schema *s, const struct type *t)
{
	int depth;

	for (depth = 0; t != NULL && t->row && depth < 8; depth++)
		t = owner_of(s, t);
	return t == NULL || t->row || depth == 0 ? NULL : t;
}

/* The expression of a text that is a member, or (key NULL) an element. */
static int read_expr(struct loader *l, const char *text, json_t *j, const char *key,
		     const struct type *t, enum expr_type want, bool rollups,
		     const struct expr **out)
{
	struct expr_scope scope = { .schema = l->s, .type = t,
				    .root = loader_root(l->s, t), .rollups = rollups,
				    .received = rollups,
				    .list = l->wanted, .rows = l->rows, .depth = l->depth };
	struct expr *x = NULL;
	int code = expr_parse(bytes_str(text), &scope, want, &l->s->arena, &x, l->e);

	*out = x;
	return code != ERR_BAD_PACK ? code : json_text_at(&l->doc, j, key, l->e);
}

static enum expr_type wanted(const struct loader *l, bool condition)
{
	return condition ? EXPR_BOOL : l->wanted != NULL ? EXPR_CHOICE : EXPR_NULL;
}

int loader_expr(struct loader *l, json_t *j, const char *key, const struct type *t,
		bool condition, bool rollups, const struct expr **out)
{
	const char *text = loader_str(j, key);

	*out = NULL;
	if (text == NULL)
		return json_object_get(j, key) == NULL ? 0 :
			loader_bad(l, j, key, "an expression must be a text");
	return read_expr(l, text, j, key, t, wanted(l, condition), rollups, out);
}

int loader_expr_text(struct loader *l, json_t *text, const struct type *t, bool condition,
		     bool rollups, const struct expr **out)
{
	*out = NULL;
	if (!json_is_string(text))
		return loader_bad(l, text, NULL, "an expression must be a text");
	return read_expr(l, json_string_value(text), text, NULL, t, wanted(l, condition), rollups,
			 out);
}

int loader_field(struct loader *l, json_t *j, const char *key, const struct type *t,
		 const struct field **out)
{
	const char *code = loader_str(j, key);

	*out = code == NULL ? NULL : type_field_by_code(t, bytes_str(code));
	if (code == NULL || *out != NULL)
		return 0;
	return loader_bad(l, j, key, "%s has no field \"%.40s\"", t->code, code);
}

int loader_type(struct loader *l, json_t *j, const char *key, const struct type **out)
{
	const char *code = loader_str(j, key);

	*out = code == NULL ? NULL : schema_type_by_code(l->s, bytes_str(code));
	if (*out != NULL)
		return 0;
	return code == NULL ? loader_bad(l, j, key, "needs \"%s\", the code of a type", key) :
			      loader_bad(l, j, key, "there is no type \"%.40s\"", code);
}

json_t *loader_of_type(struct loader *l, const struct type *t)
{
	return json_coded(json_object_get(l->doc.root, "types"), t->code);
}

json_t *loader_of_field(struct loader *l, const struct type *t, const struct field *f)
{
	return json_coded(json_object_get(loader_of_type(l, t), "fields"), f->code);
}
