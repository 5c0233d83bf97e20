/* Reads standard input as one JSON document, and takes a value out of it.
 *
 * usage: json_check [PATH]
 *
 * PATH is keys and places in arrays with dots between, such as records.0.title; a
 * last part # is the number of members. Texts are printed as they are, anything else
 * as JSON. Fails where the input is not one valid document (in UTF-8, no key twice) or
 * where the path leads nowhere. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 64 * 1024 * 1024 };

static char *read_all(size_t *len)
{
	char *text = malloc(INPUT_MAX);

	*len = text == NULL ? 0 : fread(text, 1, INPUT_MAX, stdin);
	return text;
}

static const json_t *step(const json_t *at, const char *name)
{
	char *end;
	unsigned long n = strtoul(name, &end, 10);

	if (json_is_array(at))
		return *end == '\0' && end != name ? json_array_get(at, n) : NULL;
	return json_object_get(at, name);
}

static int print(const json_t *v)
{
	if (json_is_string(v))
		return puts(json_string_value(v)) == EOF;
	if (json_dumpf(v, stdout, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS) != 0)
		return 1;
	return putchar('\n') == EOF;
}

static int follow(const json_t *at, char *path)
{
	char *part = path, *dot;

	while (at != NULL && part != NULL) {
		dot = strchr(part, '.');
		if (dot != NULL)
			*dot = '\0';
		if (strcmp(part, "#") == 0) {
			printf("%zu\n", json_is_array(at) ? json_array_size(at) :
							    json_object_size(at));
			return 0;
		}
		at = step(at, part);
		part = dot == NULL ? NULL : dot + 1;
	}
	return at == NULL ? 1 : print(at);
}

int main(int argc, char **argv)
{
	json_error_t why;
	size_t len;
	char *text = read_all(&len);
	json_t *v = text == NULL ? NULL :
				   json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
					      &why);
	int status = 0;

	if (v == NULL) {
		fprintf(stderr, "json_check: %s, line %d\n", text == NULL ? "memory" : why.text,
			text == NULL ? 0 : why.line);
		status = 1;
	} else if (argc > 1) {
		status = follow(v, argv[1]);
	}
	json_decref(v);
	free(text);
	return status;
}
