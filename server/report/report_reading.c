/* Reading JSON of a definition: members of the kind that is wanted, or a complaint with its
 * place. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/report/report_parts.h"

const json_t *reading_find(const json_t *j, const char *text)
{
	const char *own = json_string_value(j), *key;
	const json_t *found = NULL;
	json_t *v;
	size_t i;

	if (own != NULL && (strcmp(own, text) == 0 || (own[0] == '-' && strcmp(own + 1, text) == 0)))
		return j;
	json_object_foreach((json_t *)j, key, v)
		if (found == NULL)
			found = reading_find(v, text);
	json_array_foreach(j, i, v)
		if (found == NULL)
			found = reading_find(v, text);
	return found;
}

int reading_bad(struct reading *rd, const char *fmt, ...)
{
	const char *why = rd->e->subject;
	const json_t *text;
	char key[80] = "";
	va_list ap;

	va_start(ap, fmt);
	err_because_v(rd->e, ERR_BAD_PACK, fmt, ap);
	va_end(ap);
	if (why[0] == '"' && strcspn(why + 1, "\"") < sizeof key)
		snprintf(key, sizeof key, "%.*s", (int)strcspn(why + 1, "\""), why + 1);
	if (key[0] == '\0' || json_object_get(rd->at, key) != NULL)
		return json_text_at(&rd->doc, rd->at, key, rd->e);
	text = reading_find(rd->at, key);
	return json_text_at(&rd->doc, text != NULL ? text : rd->at, NULL, rd->e);
}

int reading_nomem(struct reading *rd)
{
	return err_set(rd->e, ERR_NOMEM, "%s", rd->r->code);
}

int reading_keys(struct reading *rd, json_t *j, const char *words)
{
	if (!json_is_object(j)) {
		rd->at = j != NULL ? j : rd->at;
		return reading_bad(rd, "an object in { } is wanted here");
	}
	rd->at = j;
	return json_text_keys(&rd->doc, j, words, rd->e);
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
		return reading_bad(rd, "\"code\" is of a-z, 0-9 and _");
	for (p = *out; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_'))
			return reading_bad(rd, "\"code\" is of a-z, 0-9 and _");
	return 0;
}

int reading_label(struct reading *rd, json_t *j, struct label *out)
{
	int code = reading_text(rd, j, "vi", &out->vi);

	if (code == 0)
		code = reading_text(rd, j, "en", &out->en);
	if (code == 0 && (out->vi == NULL || out->en == NULL))
		code = reading_bad(rd, "needs \"vi\" and \"en\", its names in Vietnamese and English");
	return code;
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
