/* Packs: JSON into a schema, part by part. */
#include "common/pack_loader.h"

#include <stdlib.h>
#include <string.h>

#include "common/date.h"
#include "common/expr.h"

enum { SCHEMA_MEMORY = 64 * 1024 * 1024 };

static int parse(struct bytes json, json_t **out, struct err *e)
{
	json_error_t why;
	json_t *root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, &why);

	if (root == NULL)
		return err_set(e, ERR_BAD_PACK, "%d:%d: %s", why.line, why.column, why.text);
	*out = root;
	return 0;
}

/* Whether what stands from `at` to `end` gives something its name: "code": "x", or
 * "x": { in a map of things. */
static bool is_definition(struct bytes json, size_t at, size_t end)
{
	static const char code[] = "\"code\"";
	size_t n = sizeof code - 1;

	while (end < json.len && strchr(" \t\r\n:", json.at[end]) != NULL)
		if (json.at[end++] == ':') {
			while (end < json.len && strchr(" \t\r\n", json.at[end]) != NULL)
				end++;
			return end < json.len && json.at[end] == '{';
		}
	while (at > 0 && strchr(" \t\r\n:", json.at[at - 1]) != NULL)
		at--;
	return at >= n && memcmp(json.at + at - n, code, n) == 0;
}

/* Where `text` stands from `from` on, as JSON writes it, as a whole string: a name where
 * it is defined, else the first time. json.len: nowhere. */
static size_t find_string(struct bytes json, size_t from, const char *text, bool name)
{
	json_t *s = json_string(text);
	char *quoted = s == NULL ? NULL : json_dumps(s, JSON_ENCODE_ANY);
	size_t len = quoted == NULL ? 0 : strlen(quoted), i, first = json.len;

	for (i = from; len > 0 && i + len <= json.len; i++) {
		bool defined;

		if (memcmp(json.at + i, quoted, len) != 0)
			continue;
		defined = is_definition(json, i, i + len);
		if (first == json.len || defined)
			first = i;
		if (!name || defined)
			break;
	}
	free(quoted);
	json_decref(s);
	return first;
}

/* Puts the line of the complaint before it: jansson keeps none, so it is looked for
 * by the texts that lead there. */
static void tell_line(struct loader *l)
{
	const char *const way[] = { l->part, l->near, l->found };
	size_t at = 0, next, i, line = 1;

	for (i = 0; i < 3; i++)
		if (way[i] != NULL &&
		    (next = find_string(l->text, at, way[i], i < 2 || l->named)) < l->text.len)
			at = next;
	if (at == 0)
		return;
	for (i = 0; i < at; i++)
		line += l->text.at[i] == '\n';
	err_wrap(l->e, "line %zu", line);
}

static int load(struct loader *l, json_t *root)
{
	static const struct {
		const char *name;
		int (*load)(struct loader *, json_t *);
	} parts[] = {
		{ "roles", loader_load_roles }, { "lists", loader_lists },
		{ "constants", loader_constants }, { "registers", loader_registers },
		{ "workflows", loader_workflows }, { "types", loader_types },
		{ "rollups", loader_rollups }, { "types", loader_rules },
		{ "roles", loader_reads }, { "duplicates", loader_duplicates },
		{ "types", loader_watchers },
		{ "deadlines", loader_deadlines }, { "calendar", loader_calendar },
		{ NULL, loader_parts }
	};
	int64_t format;
	size_t i;
	int code = 0;

	l->pack = loader_keep(l, loader_str(root, "pack"));
	if (!loader_int(root, "format", &format) || format != 1 || l->pack == NULL)
		return loader_bad(l, "pack", "needs \"format\": 1 and a \"pack\" code");
	for (i = 0; i < sizeof parts / sizeof parts[0] && code == 0; i++) {
		l->part = parts[i].name;
		l->near = NULL;
		code = parts[i].load(l, root);
	}
	return code;
}

int schema_add(struct schema *s, struct bytes json, struct err *e)
{
	struct err own = { 0 };
	struct loader l = { .s = s, .e = e != NULL ? e : &own, .text = json };
	json_t *root = NULL;
	int code = parse(json, &root, l.e);

	if (code != 0)
		return code;
	code = load(&l, root);
	if (code == ERR_BAD_PACK)
		tell_line(&l);
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

/* What the parts share. */

int loader_bad(struct loader *l, const char *place, const char *what)
{
	l->found = loader_keep(l, place);
	l->named = true;
	return err_set(l->e, ERR_BAD_PACK, "%s: %s", place, what);
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

int loader_label(struct loader *l, json_t *j, const char *place, struct label *out)
{
	const char *vi = loader_str(j, "vi"), *en = loader_str(j, "en");

	if (vi == NULL || en == NULL)
		return loader_bad(l, place, "needs \"vi\" and \"en\"");
	out->vi = loader_keep(l, vi);
	out->en = loader_keep(l, en);
	return out->vi == NULL || out->en == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
}

/* A code is [a-z][a-z0-9_-]*: it becomes part of table and column names. */
int loader_code(struct loader *l, json_t *j, const char *place, const char **out)
{
	const char *code = loader_str(j, "code"), *p;

	if (code == NULL || code[0] < 'a' || code[0] > 'z' || strlen(code) > 40)
		return loader_bad(l, place, "needs a \"code\" of a-z, 0-9 and _");
	for (p = code; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_' ||
		      *p == '-'))
			return loader_bad(l, code, "a code has a-z, 0-9 and _ only");
	*out = loader_keep(l, code);
	return *out == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
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
			return loader_bad(l, key, "must hold texts");
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

int loader_day(struct loader *l, json_t *j, const char *key, const char *place, int64_t missing,
	       int64_t *days)
{
	*days = missing;
	if (json_object_get(j, key) == NULL || loader_date(j, key, days))
		return 0;
	return loader_bad(l, place, "\"from\", \"to\" and \"since\" are days such as "
			  "\"2021-08-15\"");
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

int loader_expr(struct loader *l, json_t *j, const char *key, const struct type *t,
		bool condition, bool rollups, const char *place, const struct expr **out)
{
	const char *text = loader_str(j, key);
	struct expr_scope scope = { .schema = l->s, .type = t,
				    .root = loader_root(l->s, t), .rollups = rollups,
				    .list = l->wanted, .rows = l->rows, .depth = l->depth };
	enum expr_type want = condition ? EXPR_BOOL : l->wanted != NULL ? EXPR_CHOICE : EXPR_NULL;
	struct expr *x = NULL;
	int code;

	*out = NULL;
	if (text == NULL)
		return json_object_get(j, key) == NULL ? 0 :
			loader_bad(l, place, "an expression must be a text");
	code = expr_parse(bytes_str(text), &scope, want, &l->s->arena, &x, l->e);
	if (code == ERR_BAD_PACK) {
		l->found = loader_keep(l, text);
		l->named = false;
		return err_wrap(l->e, "%s.%s: \"%s\"", t->code, place, key);
	}
	*out = x;
	return code;
}

int loader_field(struct loader *l, json_t *j, const char *key, const struct type *t,
		 const char *place, const struct field **out)
{
	const char *code = loader_str(j, key);

	*out = code == NULL ? NULL : type_field_by_code(t, bytes_str(code));
	if (code == NULL || *out != NULL)
		return 0;
	return loader_bad(l, place, "names a field that is not there");
}

int loader_type(struct loader *l, json_t *j, const char *key, const char *place,
		const struct type **out)
{
	const char *code = loader_str(j, key);

	*out = code == NULL ? NULL : schema_type_by_code(l->s, bytes_str(code));
	return *out == NULL ? loader_bad(l, place, "names a type that is not there") : 0;
}
