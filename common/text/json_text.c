/* JSON that people write: parsing with reasons, places, keys. */
#include "common/text/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 24, WORD_MAX = 40 };

/* The way to a value: a key, or (NULL) an index. */
struct step {
	const char *key;
	size_t index;
	const json_t *value;
};

struct way {
	struct step steps[DEPTH_MAX];
	size_t count;
};

static void drop_comments(json_t *j)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_object(j)) {
		json_object_del(j, "$comment");
		json_object_foreach(j, key, v)
			drop_comments(v);
	}
	json_array_foreach(j, i, v)
		drop_comments(v);
}

static size_t skip_blanks(struct bytes text, size_t at)
{
	while (at < text.len && strchr(" \t\r\n,:", text.at[at]) != NULL)
		at++;
	return at;
}

/* Behind a quoted string. */
static size_t skip_string(struct bytes text, size_t at)
{
	for (at++; at < text.len && text.at[at] != '"'; at++)
		at += text.at[at] == '\\';
	return at < text.len ? at + 1 : text.len;
}

/* The line of the innermost bracket that is left open; 0: there is none. */
static unsigned open_bracket(struct bytes text)
{
	unsigned lines[DEPTH_MAX], line = 1;
	size_t i, depth = 0;

	for (i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c == '"')
			i = skip_string(text, i) - 1;
		else if (c == '{' || c == '[')
			lines[depth++ % DEPTH_MAX] = line;
		else if ((c == '}' || c == ']') && depth > 0)
			depth--;
		line += c == '\n';
	}
	return depth == 0 || depth > DEPTH_MAX ? 0 : lines[depth - 1];
}

static void refuse_end(struct bytes text, struct err *e)
{
	unsigned line = open_bracket(text);

	if (line != 0)
		err_because(e, ERR_BAD_PACK, "the file ends too early: the bracket of line %u is not "
			    "closed", line);
	else
		err_because(e, ERR_BAD_PACK, "the file ends too early: a bracket or a quote is not "
			    "closed");
}

/* What jansson saw last, without the quotes around it. */
static void take_word(const char *text, char *word, size_t size)
{
	const char *near = strstr(text, "near '"), *end = strrchr(text, '\'');

	word[0] = '\0';
	if (near != NULL && end > near + 6)
		snprintf(word, size, "%.*s", (int)(end - near - 6), near + 6);
	err_cut(word);
}

/* What jansson has against a text, in our words. */
static int refuse(struct bytes text, const json_error_t *why, struct err *e)
{
	char word[WORD_MAX + 1];

	take_word(why->text, word, sizeof word);
	if (skip_blanks(text, 0) == text.len)
		return err_because(e, ERR_BAD_PACK, "the file is empty");
	switch (json_error_code(why)) {
	case json_error_premature_end_of_input:
		refuse_end(text, e);
		break;
	case json_error_invalid_utf8:
		err_because(e, ERR_BAD_PACK, "the text is not UTF-8: save the file as UTF-8");
		break;
	case json_error_duplicate_key:
		err_because(e, ERR_BAD_PACK, "%s is there twice in one object", word);
		break;
	case json_error_stack_overflow:
		err_because(e, ERR_BAD_PACK, "brackets are nested too deeply");
		break;
	case json_error_numeric_overflow:
		err_because(e, ERR_BAD_PACK, "the number is too large");
		break;
	case json_error_end_of_input_expected:
		err_because(e, ERR_BAD_PACK, "something stands behind the end: '%s'", word);
		break;
	case json_error_null_character:
	case json_error_null_byte_in_key:
		err_because(e, ERR_BAD_PACK, "a text can't hold \\u0000");
		break;
	default:
		if (strstr(why->text, "control character") != NULL ||
		    strstr(why->text, "newline") != NULL)
			err_because(e, ERR_BAD_PACK, "a text goes over the end of its line, or holds "
				    "a tab: close its quote, or write \\n, \\t");
		else if (strstr(why->text, "premature") != NULL)
			refuse_end(text, e);
		else
			err_because(e, ERR_BAD_PACK, "this is no JSON at '%s': a comma, colon, quote or "
				    "bracket is missing or too much", word);
	}
	return err_at(e, (unsigned)why->line, why->column > 0 ? (unsigned)why->column : 1, "");
}

int json_text_read(struct json_text *t, struct bytes text, struct err *e)
{
	static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };
	json_error_t why;

	if (text.len >= 3 && memcmp(text.at, mark, 3) == 0)
		text = (struct bytes){ text.at + 3, text.len - 3 };
	*t = (struct json_text){ .text = text };
	t->root = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &why);
	if (t->root == NULL)
		return refuse(text, &why, e);
	drop_comments(t->root);
	if (json_is_object(t->root))
		return 0;
	json_decref(t->root);
	t->root = NULL;
	err_because(e, ERR_BAD_PACK, "an object in { } is wanted here");
	return err_at(e, 1, 1, "");
}

/* true, false and null are one value each, wherever they stand. */
static bool is_one(const json_t *j)
{
	return !json_is_boolean(j) && !json_is_null(j);
}

static bool push(struct way *w, const char *key, size_t index, const json_t *value)
{
	if (w->count == DEPTH_MAX)
		return false;
	w->steps[w->count++] = (struct step){ key, index, value };
	return true;
}

/* The way from j to a value below it. */
static bool find_way(const json_t *j, const json_t *of, struct way *w)
{
	json_t *v;
	const char *key;
	size_t i;

	if (j == of)
		return is_one(j);
	if (json_is_object(j))
		json_object_foreach((json_t *)j, key, v) {
			if (!push(w, key, 0, v))
				return false;
			if (find_way(v, of, w))
				return true;
			w->count--;
		}
	json_array_foreach(j, i, v) {
		if (!push(w, NULL, i, v))
			return false;
		if (find_way(v, of, w))
			return true;
		w->count--;
	}
	return false;
}

/* Through the text, which has been read once and so is JSON. */

static size_t skip_value(struct bytes text, size_t at)
{
	size_t depth = 0;

	while (at < text.len) {
		uint8_t c = text.at[at];

		if (c == '"')
			at = skip_string(text, at);
		else if (c == '{' || c == '[')
			depth++, at++;
		else if (c == '}' || c == ']')
			depth -= depth > 0, at++;
		else
			at++;
		if (depth == 0 && (at >= text.len || c == '"' || c == '}' || c == ']' ||
				   strchr(" \t\r\n,]}", text.at[at]) != NULL))
			break;
	}
	return at;
}

/* Whether a quoted key is this one; it may be written with escapes. */
static bool is_key(struct bytes quoted, const char *key)
{
	json_t *s;
	bool same;

	if (memchr(quoted.at, '\\', quoted.len) == NULL)
		return quoted.len == strlen(key) + 2 &&
		       memcmp(quoted.at + 1, key, quoted.len - 2) == 0;
	s = json_loadb((const char *)quoted.at, quoted.len, JSON_DECODE_ANY, NULL);
	same = s != NULL && strcmp(json_string_value(s), key) == 0;
	json_decref(s);
	return same;
}

/* From an opening bracket to where a step leads; false: it is not there. */
static bool take_step(struct bytes text, const struct step *s, size_t *key, size_t *at)
{
	size_t p = skip_blanks(text, *at + 1), i, end = 0;

	for (i = 0; p < text.len && text.at[p] != '}' && text.at[p] != ']'; i++) {
		size_t name = p;

		if (s->key != NULL) {
			end = skip_string(text, p);
			p = skip_blanks(text, end);
		}
		if (s->key == NULL ? i == s->index :
			is_key((struct bytes){ text.at + name, end - name }, s->key)) {
			*key = name;
			*at = p;
			return true;
		}
		p = skip_blanks(text, skip_value(text, p));
	}
	return false;
}

static void put_path(const struct way *w, const char *before, char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, "%s", before == NULL ? "" : before), i;

	for (i = 0; i < w->count && used < size; i++) {
		const struct step *s = &w->steps[i];
		const char *dot = used == 0 ? "" : ".";
		/* Records that come with a pack have a code of their own. */
		const char *name = i > 0 && w->steps[i - 1].key != NULL &&
				   strcmp(w->steps[i - 1].key, "records") == 0 ? "key" : "code";
		const char *code = json_string_value(json_object_get(s->value, name));
		const json_t *number = json_object_get(s->value, "number");
		char *to = out + used;

		if (s->key != NULL)
			snprintf(to, size - used, "%s%.60s", dot, s->key);
		else if (code != NULL && code[0] != '\0')
			snprintf(to, size - used, "%s%.60s", dot, code);
		else if (json_is_integer(number))
			snprintf(to, size - used, "%s%lld", dot,
				 (long long)json_integer_value(number));
		else
			snprintf(to, size - used, "[%zu]", s->index + 1);
		err_cut(to);
		used += strlen(to);
	}
}

/* Line and column (of characters) at a place of the text. */
static void count_lines(const struct json_text *t, struct json_place *p)
{
	size_t i;

	p->line = t->line == 0 ? 1 : t->line;
	p->column = t->column == 0 ? 1 : t->column;
	for (i = 0; i < p->key; i++)
		if (t->text.at[i] == '\n')
			p->line++, p->column = 1;
		else
			p->column += (t->text.at[i] & 0xc0) != 0x80;
}

bool json_text_place(const struct json_text *t, const json_t *of, const char *key,
		     struct json_place *out)
{
	struct way w = { .count = 0 };
	size_t i;

	*out = (struct json_place){ .path = "" };
	if (of == NULL || t->root == NULL || !find_way(t->root, of, &w))
		return false;
	out->at = out->key = skip_blanks(t->text, 0);
	for (i = 0; i < w.count; i++)
		if (!take_step(t->text, &w.steps[i], &out->key, &out->at))
			return false;
	if (key != NULL && push(&w, key, 0, json_object_get(of, key)) &&
	    !take_step(t->text, &w.steps[w.count - 1], &out->key, &out->at))
		w.count--;
	out->end = skip_value(t->text, out->at);
	put_path(&w, t->path, out->path, sizeof out->path);
	count_lines(t, out);
	return true;
}

/* The column of the n-th character (from 1) of a text, which stands quoted at the place. */
static unsigned column_in(const struct json_text *t, const struct json_place *p, unsigned n)
{
	unsigned column = p->column + 1;
	size_t i = p->key;

	for (; i < p->at; i++)
		column += (t->text.at[i] & 0xc0) != 0x80;
	for (i++; n > 1 && i < p->end && t->text.at[i] != '"'; n--) {
		size_t from = i;

		i += t->text.at[i] != '\\' ? 1 : i + 1 < p->end && t->text.at[i + 1] == 'u' ? 6 : 2;
		while (i < p->end && (t->text.at[i] & 0xc0) == 0x80)
			i++;
		column += t->text.at[from] == '\\' ? (unsigned)(i - from) : 1;
	}
	return column;
}

int json_text_at(const struct json_text *t, const json_t *of, const char *key, struct err *e)
{
	struct json_place p;

	if (!json_text_place(t, of, key, &p))
		return err_at(e, 0, e->column, key == NULL ? "" : key);
	if (e->column > 0)
		p.column = column_in(t, &p, e->column);
	return err_at(e, p.line, p.column, p.path);
}

int json_text_bad(const struct json_text *t, const json_t *of, const char *key, struct err *e,
		  const char *why, ...)
{
	struct err own = { 0 };
	va_list ap;

	if (e == NULL)
		e = &own;
	va_start(ap, why);
	err_because_v(e, ERR_BAD_PACK, why, ap);
	va_end(ap);
	return json_text_at(t, of, key, e);
}

json_t *json_coded(const json_t *array, const char *code)
{
	json_t *j;
	size_t i;

	json_array_foreach(array, i, j) {
		const char *own = json_string_value(json_object_get(j, "code"));

		if (own != NULL && code != NULL && strcmp(own, code) == 0)
			return j;
	}
	return NULL;
}

/* The letter behind a key, * where there is none; 0: it is not among them. */
static char letter_of(const char *keys, const char *key, size_t n)
{
	const char *p, *end;

	for (p = keys; *p != '\0'; p = end + (*end == ' ')) {
		size_t m = strcspn(p, "/ ");

		end = p + strcspn(p, " ");
		if (m == n && memcmp(p, key, n) == 0)
			return p[m] == '/' ? p[m + 1] : '*';
	}
	return 0;
}

static bool is_kind(const json_t *v, char letter)
{
	switch (letter) {
	case 's':
		return json_is_string(v);
	case 'i':
		return json_is_integer(v);
	case 'b':
		return json_is_boolean(v);
	case 'a':
		return json_is_array(v);
	case 'o':
		return json_is_object(v);
	default:
		return true;
	}
}

/* How many letters two words differ in (Levenshtein); many where they are long. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned row[WORD_MAX + 1];
	size_t i, k;

	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	for (k = 0; k <= m; k++)
		row[k] = (unsigned)k;
	for (i = 0; i < n; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i + 1;
		for (k = 0; k < m; k++) {
			unsigned best = corner + (a[i] != b[k]);

			corner = row[k + 1];
			if (corner + 1 < best)
				best = corner + 1;
			if (row[k] + 1 < best)
				best = row[k] + 1;
			row[k + 1] = best;
		}
	}
	return row[m];
}

/* The key that is likest to a misspelt one; "" where none is like it. */
static void find_likest(const char *keys, const char *key, char *out, size_t size)
{
	size_t n = strlen(key);
	unsigned best = n > 5 ? 3 : n > 2 ? 2 : 1, d;
	const char *p, *end;

	out[0] = '\0';
	for (p = keys; *p != '\0'; p = end + (*end == ' ')) {
		size_t m = strcspn(p, "/ ");

		end = p + strcspn(p, " ");
		d = distance(key, n, p, m);
		if (d < best && d < m && letter_of(keys, p, m) != 'x') {
			best = d;
			snprintf(out, size, "%.*s", (int)m, p);
		}
	}
}

/* The keys alone, with commas. */
static void list_keys(const char *keys, char *out, size_t size)
{
	size_t used = 0;
	const char *p, *end;

	out[0] = '\0';
	for (p = keys; *p != '\0' && used < size; p = end + (*end == ' ')) {
		size_t m = strcspn(p, "/ ");

		end = p + strcspn(p, " ");
		if (letter_of(keys, p, m) == 'x')
			continue;
		snprintf(out + used, size - used, "%s%.*s", used == 0 ? "" : ", ", (int)m, p);
		used += strlen(out + used);
	}
}

static int refuse_key(const struct json_text *t, const json_t *j, const char *key,
		      const char *keys, struct err *e)
{
	char likest[WORD_MAX + 1], all[250];

	find_likest(keys, key, likest, sizeof likest);
	if (likest[0] != '\0')
		return json_text_bad(t, j, key, e, "\"%.40s\" is no key here (\"%s\"?)", key,
				     likest);
	list_keys(keys, all, sizeof all);
	return json_text_bad(t, j, key, e, "\"%.40s\" is no key here; there are: %s", key, all);
}

static const char *kind_wanted(char kind)
{
	return kind == 's' ? "a text" : kind == 'i' ? "a whole number" :
	       kind == 'b' ? "true or false" : kind == 'a' ? "a list in [ ]" : "an object in { }";
}

int json_text_keys(const struct json_text *t, const json_t *object, const char *keys,
		   struct err *e)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)object, key, v) {
		char letter = letter_of(keys, key, strlen(key));

		if (letter == 0)
			return refuse_key(t, object, key, keys, e);
		if (!is_kind(v, letter))
			return json_text_bad(t, object, key, e, "must be %s", kind_wanted(letter));
	}
	return 0;
}
