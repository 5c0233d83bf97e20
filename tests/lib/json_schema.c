/* JSON Schema: one function for each group of keywords. */
#include "tests/lib/json_schema.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct check {
	const json_t *root;        /* the whole schema, for $ref */
	char *why;
	size_t size;
};

static bool valid(const struct check *c, const json_t *schema, const json_t *v, const char *at);

static bool bad(const struct check *c, const char *at, const char *keyword)
{
	if (c->why != NULL)
		snprintf(c->why, c->size, "%s: %s", at[0] == '\0' ? "/" : at, keyword);
	return false;
}

/* The same, of a schema whose failure is no failure of the whole. */
static bool quietly(const struct check *c, const json_t *schema, const json_t *v, const char *at)
{
	struct check quiet = { c->root, NULL, 0 };

	return valid(&quiet, schema, v, at);
}

static bool is_type(const json_t *v, const char *type)
{
	static const struct { const char *name; json_type type; } types[] = {
		{ "object", JSON_OBJECT }, { "array", JSON_ARRAY }, { "string", JSON_STRING },
		{ "integer", JSON_INTEGER }, { "null", JSON_NULL } };
	size_t i;

	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].name, type) == 0)
			return json_typeof(v) == types[i].type;
	if (strcmp(type, "boolean") == 0)
		return json_is_boolean(v);
	if (strcmp(type, "number") == 0)
		return json_is_number(v);
	fail_msg("schema: no type '%s'", type);
	return false;
}

static bool has_type(const json_t *v, const json_t *type)
{
	size_t i;

	if (json_is_string(type))
		return is_type(v, json_string_value(type));
	for (i = 0; i < json_array_size(type); i++)
		if (is_type(v, json_string_value(json_array_get(type, i))))
			return true;
	return false;
}

static size_t characters(const json_t *v)
{
	const char *s = json_string_value(v);
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static bool matches(const json_t *v, const char *pattern)
{
	regex_t re;
	bool found;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		fail_msg("schema: pattern %s", pattern);
	found = regexec(&re, json_string_value(v), 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

static bool among(const json_t *v, const json_t *list)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (json_equal((json_t *)v, json_array_get(list, i)))
			return true;
	return false;
}

/* How many of the schemas it is valid under. */
static size_t count_valid(const struct check *c, const json_t *list, const json_t *v,
			  const char *at)
{
	size_t i, n = 0;

	for (i = 0; i < json_array_size(list); i++)
		n += quietly(c, json_array_get(list, i), v, at);
	return n;
}

static const json_t *find_ref(const struct check *c, const char *ref)
{
	const json_t *found = NULL;

	if (strncmp(ref, "#/$defs/", 8) == 0)
		found = json_object_get(json_object_get(c->root, "$defs"), ref + 8);
	if (found == NULL)
		fail_msg("schema: no %s", ref);
	return found;
}

/* Keywords of arrays. */
static bool ask_items(const struct check *c, const char *key, const json_t *want, const json_t *v,
		      const char *at)
{
	size_t n = json_array_size(v), i, k;
	char below[400];

	if (!json_is_array(v))
		return true;
	if (strcmp(key, "minItems") == 0)
		return n >= (size_t)json_integer_value(want);
	if (strcmp(key, "maxItems") == 0)
		return n <= (size_t)json_integer_value(want);
	for (i = 0; i < n; i++) {
		snprintf(below, sizeof below, "%s/%zu", at, i);
		if (strcmp(key, "items") == 0 && !valid(c, want, json_array_get(v, i), below))
			return false;
		for (k = 0; strcmp(key, "uniqueItems") == 0 && k < i; k++)
			if (json_equal(json_array_get(v, i), json_array_get(v, k)))
				return false;
	}
	return true;
}

static bool ask_properties(const struct check *c, const json_t *schema, const json_t *v,
			   const char *at)
{
	const json_t *known = json_object_get(schema, "properties");
	const json_t *others = json_object_get(schema, "additionalProperties");
	const json_t *names = json_object_get(schema, "propertyNames"), *s;
	char below[400];
	const char *key;
	json_t *one;

	json_object_foreach((json_t *)v, key, one) {
		json_t *name = json_string(key);
		bool named = names == NULL || quietly(c, names, name, at);

		json_decref(name);
		snprintf(below, sizeof below, "%s/%s", at, key);
		if (!named)
			return bad(c, below, "propertyNames");
		s = json_object_get(known, key);
		if (s == NULL)
			s = others;
		if (json_is_false(s))
			return bad(c, below, "no such key here");
		if (s != NULL && !valid(c, s, one, below))
			return false;
	}
	return true;
}

/* Keywords of objects; properties and their like are asked together. */
static bool ask_object(const struct check *c, const char *key, const json_t *want,
		       const json_t *v, const char *at)
{
	const char *name;
	json_t *list;
	size_t i;

	if (!json_is_object(v))
		return true;
	if (strcmp(key, "minProperties") == 0)
		return json_object_size(v) >= (size_t)json_integer_value(want);
	if (strcmp(key, "required") == 0) {
		for (i = 0; i < json_array_size(want); i++) {
			name = json_string_value(json_array_get(want, i));
			if (json_object_get(v, name) == NULL)
				return bad(c, at, name);
		}
		return true;
	}
	json_object_foreach((json_t *)want, name, list)
		for (i = 0; json_object_get(v, name) != NULL && i < json_array_size(list); i++)
			if (json_object_get(v, json_string_value(json_array_get(list, i))) == NULL)
				return false;
	return true;
}

static bool ask_scalar(const char *key, const json_t *want, const json_t *v)
{
	if (strcmp(key, "minimum") == 0)
		return !json_is_number(v) || json_number_value(v) >= json_number_value(want);
	if (strcmp(key, "maximum") == 0)
		return !json_is_number(v) || json_number_value(v) <= json_number_value(want);
	if (!json_is_string(v))
		return true;
	if (strcmp(key, "minLength") == 0)
		return characters(v) >= (size_t)json_integer_value(want);
	if (strcmp(key, "maxLength") == 0)
		return characters(v) <= (size_t)json_integer_value(want);
	return matches(v, json_string_value(want));
}

/* allOf, anyOf, oneOf, not, if with then and else, $ref. */
static bool ask_schemas(const struct check *c, const json_t *schema, const char *key,
			const json_t *want, const json_t *v, const char *at)
{
	size_t i;

	if (strcmp(key, "$ref") == 0)
		return valid(c, find_ref(c, json_string_value(want)), v, at);
	if (strcmp(key, "not") == 0)
		return !quietly(c, want, v, at);
	if (strcmp(key, "anyOf") == 0)
		return count_valid(c, want, v, at) > 0;
	if (strcmp(key, "oneOf") == 0)
		return count_valid(c, want, v, at) == 1;
	if (strcmp(key, "if") == 0) {
		const json_t *then = json_object_get(schema, quietly(c, want, v, at) ? "then" : "else");

		return then == NULL || valid(c, then, v, at);
	}
	for (i = 0; i < json_array_size(want); i++)
		if (!valid(c, json_array_get(want, i), v, at))
			return false;
	return true;
}

static bool is_one_of(const char *key, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(key, *list) == 0)
			return true;
	return false;
}

static bool ask(const struct check *c, const json_t *schema, const char *key, const json_t *want,
		const json_t *v, const char *at)
{
	static const char *const silent[] = { "$schema", "$id", "$defs", "$comment", "title",
					      "description", "then", "else", NULL };
	static const char *const scalars[] = { "minimum", "maximum", "minLength", "maxLength",
					       "pattern", NULL };
	static const char *const arrays[] = { "items", "minItems", "maxItems", "uniqueItems", NULL };
	static const char *const objects[] = { "required", "minProperties", "dependentRequired",
					       NULL };
	static const char *const together[] = { "properties", "additionalProperties",
						"propertyNames", NULL };
	static const char *const schemas[] = { "$ref", "allOf", "anyOf", "oneOf", "not", "if",
					       NULL };

	if (is_one_of(key, silent))
		return true;
	if (strcmp(key, "type") == 0)
		return has_type(v, want);
	if (strcmp(key, "const") == 0)
		return json_equal((json_t *)v, (json_t *)want);
	if (strcmp(key, "enum") == 0)
		return among(v, want);
	if (is_one_of(key, scalars))
		return ask_scalar(key, want, v);
	if (is_one_of(key, arrays))
		return ask_items(c, key, want, v, at);
	if (is_one_of(key, objects))
		return ask_object(c, key, want, v, at);
	if (is_one_of(key, together))
		return !json_is_object(v) || ask_properties(c, schema, v, at);
	if (!is_one_of(key, schemas))
		fail_msg("schema: '%s' is not known", key);
	return ask_schemas(c, schema, key, want, v, at);
}

static bool valid(const struct check *c, const json_t *schema, const json_t *v, const char *at)
{
	const char *key;
	json_t *want;

	if (json_is_boolean(schema))
		return json_is_true(schema) || bad(c, at, "not here");
	json_object_foreach((json_t *)schema, key, want)
		if (!ask(c, schema, key, want, v, at)) {
			/* What is further in has told its place already. */
			if (c->why != NULL && c->why[0] == '\0')
				bad(c, at, key);
			return false;
		}
	return true;
}

bool json_schema_valid(const json_t *schema, const json_t *instance, char *why, size_t size)
{
	struct check c = { schema, why, size };

	why[0] = '\0';
	return valid(&c, schema, instance, "");
}
