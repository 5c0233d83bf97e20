/* Reading JSON of a definition: members of the kind that is wanted, or a complaint with its
 * place. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/report_parts.h"

int reading_bad(struct reading *rd, const char *fmt, ...)
{
	char why[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return err_set(rd->e, ERR_BAD_PACK, "%s%s%s%s%s: %s", rd->r->code,
		       rd->table == NULL ? "" : ".", rd->table == NULL ? "" : rd->table,
		       rd->column == NULL ? "" : ".", rd->column == NULL ? "" : rd->column, why);
}

int reading_nomem(struct reading *rd)
{
	return err_set(rd->e, ERR_NOMEM, "%s", rd->r->code);
}

static bool among(const char *words, const char *key)
{
	size_t n = strlen(key);
	const char *p;

	for (p = words; (p = strstr(p, key)) != NULL; p += n)
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

int reading_keys(struct reading *rd, json_t *j, const char *words)
{
	const char *key;
	json_t *v;

	if (!json_is_object(j))
		return reading_bad(rd, "an object is wanted here");
	json_object_foreach(j, key, v)
		if (key[0] == '\0' || strchr(key, ' ') != NULL || !among(words, key))
			return reading_bad(rd, "\"%.40s\" is no key here", key);
	return 0;
}

int reading_text(struct reading *rd, json_t *j, const char *key, const char **out)
{
	json_t *v = json_object_get(j, key);

	if (v == NULL)
		return 0;
	if (!json_is_string(v))
		return reading_bad(rd, "\"%s\" is a text", key);
	*out = arena_str(rd->a, bytes_str(json_string_value(v)));
	return *out == NULL ? reading_nomem(rd) : 0;
}

int reading_code(struct reading *rd, json_t *j, const char **out)
{
	const char *p;
	int code = reading_text(rd, j, "code", out);

	if (code != 0)
		return code;
	if (*out == NULL || **out < 'a' || **out > 'z' || strlen(*out) > 40)
		return reading_bad(rd, "needs a \"code\" of a-z, 0-9 and _");
	for (p = *out; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_'))
			return reading_bad(rd, "a \"code\" has a-z, 0-9 and _ only");
	return 0;
}

int reading_label(struct reading *rd, json_t *j, struct label *out)
{
	int code = reading_text(rd, j, "vi", &out->vi);

	if (code == 0)
		code = reading_text(rd, j, "en", &out->en);
	if (code == 0 && (out->vi == NULL || out->en == NULL))
		code = reading_bad(rd, "needs \"vi\" and \"en\"");
	return code;
}

void reading_place(json_t *j, const char **place)
{
	json_t *code = json_object_get(j, "code");

	if (json_is_string(code) && json_string_length(code) <= 40)
		*place = json_string_value(code);
}

int reading_flag(struct reading *rd, json_t *j, const char *key, bool *out)
{
	json_t *v = json_object_get(j, key);

	*out = json_is_true(v);
	return v == NULL || json_is_boolean(v) ? 0 :
		reading_bad(rd, "\"%s\" is true or false", key);
}

int reading_array(struct reading *rd, json_t *j, const char *key, size_t max, json_t **out,
		  size_t *count)
{
	*out = json_object_get(j, key);
	*count = json_array_size(*out);
	if (*out != NULL && !json_is_array(*out))
		return reading_bad(rd, "\"%s\" is a list", key);
	return *count <= max ? 0 : reading_bad(rd, "\"%s\" has at most %zu", key, max);
}

int reading_deadline(struct reading *rd, json_t *j, const char *key,
		     const struct deadline **out)
{
	const char *name = NULL;
	int code = reading_text(rd, j, key, &name);

	if (code != 0 || name == NULL)
		return code;
	*out = schema_deadline(rd->s, bytes_str(name));
	return *out != NULL ? 0 : reading_bad(rd, "\"%s\" names a deadline that is not there", key);
}
