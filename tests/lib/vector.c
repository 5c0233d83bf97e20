/* Vectors: the kinds, and JSON in and out of bytes. */
#include "tests/lib/vector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vec_die(json_t *kase, const char *what)
{
	const char *name = json_string_value(json_object_get(kase, "name"));

	fprintf(stderr, "vector %s: %s\n", name == NULL ? "(unnamed part)" : name, what);
	abort();
}

const struct vec_kind *vec_kind(const char *name)
{
	const struct vec_kind *const lists[] = { vec_basic, vec_changesets, vec_messages, vec_verdicts,
						 vec_trust, vec_snapshots, vec_later };
	const struct vec_kind *k;
	size_t i;

	for (i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (k = lists[i]; k->name != NULL; k++)
			if (strcmp(k->name, name) == 0)
				return k;
	return NULL;
}

json_t *vec_get(json_t *object, const char *key)
{
	json_t *j = json_object_get(object, key);

	if (j == NULL)
		vec_die(object, key);
	return j;
}

int64_t vec_int(json_t *object, const char *key)
{
	json_t *j = vec_get(object, key);

	if (!json_is_integer(j))
		vec_die(object, key);
	return json_integer_value(j);
}

struct bytes vec_text(json_t *object, const char *key)
{
	json_t *j = vec_get(object, key);

	if (!json_is_string(j))
		vec_die(object, key);
	return (struct bytes){ (const uint8_t *)json_string_value(j), json_string_length(j) };
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

struct bytes vec_hex_bytes(json_t *hex, struct arena *a)
{
	const char *text = json_string_value(hex);
	size_t n = json_string_length(hex), i;
	uint8_t *to;

	if (text == NULL || n % 2 != 0)
		vec_die(NULL, text == NULL ? "no text" : text);
	to = arena_alloc(a, n / 2 + 1);
	if (to == NULL)
		vec_die(NULL, "no memory");
	for (i = 0; i < n / 2; i++) {
		if (digit(text[2 * i]) < 0 || digit(text[2 * i + 1]) < 0)
			vec_die(NULL, text);
		to[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	}
	return (struct bytes){ to, n / 2 };
}

struct bytes vec_bytes(json_t *object, const char *key, struct arena *a)
{
	return vec_hex_bytes(vec_get(object, key), a);
}

const uint8_t *vec_fixed(json_t *object, const char *key, size_t n, struct arena *a)
{
	struct bytes s = vec_bytes(object, key, a);

	if (s.len != n)
		vec_die(object, key);
	return s.at;
}

void vec_copy(json_t *object, const char *key, uint8_t *to, size_t n, struct arena *a)
{
	memcpy(to, vec_fixed(object, key, n, a), n);
}

void *vec_list(json_t *object, const char *key, size_t size, struct arena *a, size_t *count)
{
	json_t *list = json_object_get(object, key);
	void *p = arena_array(a, json_array_size(list) + 1, size);

	if (p == NULL)
		vec_die(object, "no memory");
	*count = json_array_size(list);
	return p;
}

const uint8_t *vec_seed(json_t *kase, const char *name, struct arena *a)
{
	return vec_fixed(vec_get(kase, "keys"), name, 32, a);
}

uint64_t vec_device(json_t *hex)
{
	const char *text = json_string_value(hex);
	uint64_t n = 0;
	size_t i;

	if (text == NULL || strlen(text) != 16)
		vec_die(NULL, "device id");
	for (i = 0; i < 16; i++) {
		if (digit(text[i]) < 0)
			vec_die(NULL, text);
		n = n << 4 | (uint64_t)digit(text[i]);
	}
	return n;
}

json_t *vec_hex(struct bytes s)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(2 * s.len + 1);
	json_t *j;
	size_t i;

	if (text == NULL)
		vec_die(NULL, "no memory");
	for (i = 0; i < s.len; i++) {
		text[2 * i] = digits[s.at[i] >> 4];
		text[2 * i + 1] = digits[s.at[i] & 15];
	}
	j = json_stringn(text, 2 * s.len);
	free(text);
	return j;
}

json_t *vec_from_text(struct bytes s)
{
	return json_stringn(s.len == 0 ? "" : (const char *)s.at, s.len);
}

json_t *vec_from_device(uint64_t device)
{
	uint8_t b[8];
	int i;

	for (i = 0; i < 8; i++)
		b[i] = (uint8_t)(device >> (56 - 8 * i));
	return vec_hex(BYTES_OF(b));
}
