/* JSONL: a record a line, through edit_json. A bad line is told with its number. */
#include <stdlib.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "common/text/sentence.h"
#include "protocol/limits.h"

enum { LINE_MAX_BYTES = 4 * 1024 * 1024 };

static void bad(struct import *im, uint32_t line, int code)
{
	struct buf text;

	buf_init(&text, 8192);
	sentence_error(im->e, im->o.lang, &text);
	import_bad(im, NULL, line, NULL, code, "%.*s", (int)text.len, (const char *)text.at);
	buf_release(&text);
}

/* A field of the type or of the rows below it. */
static const struct field *find_field(const struct import *im, const struct type *t,
				      const char *name, int depth)
{
	const struct field *f = t == NULL ? NULL : type_field_by_code(t, bytes_str(name));
	size_t i;

	for (i = 0; t != NULL && f == NULL && depth > 0 && i < t->field_count; i++)
		if (t->fields[i].kind == FIELD_LIST)
			f = find_field(im, schema_type_by_code(im->s,
							       bytes_str(t->fields[i].targets[0])),
				       name, depth - 1);
	return f;
}

/* With the field's name and how it is entered, where that is what is wrong. */
static void bad_value(struct import *im, uint32_t line, const struct type *t, int code)
{
	const struct field *f = find_field(im, t, im->e->subject, FORM_DEPTH);
	struct err named = *im->e;
	struct buf form, text;

	if (f == NULL) {
		bad(im, line, code);
		return;
	}
	err_set(&named, code, "%s (%s)", label_in(&f->label, im->o.lang), f->code);
	buf_init(&form, 8192);
	buf_init(&text, 16384);
	field_form(im->s, f, im->o.lang, &form);
	sentence_entry(&named, buf_view(&form), im->o.lang, &text);
	import_bad(im, NULL, line, NULL, code, "%.*s", (int)text.len, (const char *)text.at);
	buf_release(&form);
	buf_release(&text);
}

static void bad_verdict(struct import *im, uint32_t line, const struct verdict *v)
{
	const struct type *t = NULL;
	struct buf text;
	size_t i;

	for (i = 0; i < im->d->count; i++)
		if (rid_equal(im->d->ops[i].record, v->record))
			t = schema_type(im->s, im->d->ops[i].type);
	buf_init(&text, 8192);
	import_verdict(im, t, v, &text);
	import_bad(im, NULL, line, NULL, v->code, "%.*s", (int)text.len, (const char *)text.at);
	buf_release(&text);
}

static int take_json(struct import *im, json_t *j, uint32_t line)
{
	const char *type = json_string_value(json_object_get(j, "type"));
	bool fresh = json_object_get(j, "id") == NULL;
	struct verdict v = { 0 };
	struct rid id = RID_NONE;
	bool changed;
	int code;

	import_fresh_draft(im);
	code = edit_json(im->r, im->s, im->d, j, im->keys, &id, im->e);
	changed = im->d->count > 0;
	if (code != 0 && sentence_exit(code) == SENTENCE_MACHINE)
		return code;
	if (code != 0) {
		bad_value(im, line, type == NULL ? NULL : schema_type_by_code(im->s, bytes_str(type)),
			  code);
	} else if (changed) {
		code = im->store->save(im->store->ctx, im->d, &v, im->e);
		if (code != 0 && v.code == 0)
			return err_wrap(im->e, "%u", line);
		if (code != 0)
			bad_verdict(im, line, &v);
	}
	if (code != 0) {
		edit_keys_undo(im->keys);
		return 0;
	}
	im->made += changed && fresh;
	im->changed += changed && !fresh;
	im->unchanged += !changed;
	return 0;
}

static bool is_blank(struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.at[i] != ' ' && s.at[i] != '\t' && s.at[i] != '\r')
			return false;
	return true;
}

static int take_line(struct import *im, struct bytes text, uint32_t line)
{
	json_error_t why;
	json_t *j;
	int code;

	if (is_blank(text))
		return 0;
	j = text.len > LINE_MAX_BYTES ? NULL :
		json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &why);
	if (j == NULL) {
		err_set(im->e, ERR_BAD_INPUT, "%s", text.len > LINE_MAX_BYTES ? "4 MiB" : why.text);
		bad(im, line, ERR_BAD_INPUT);
		return 0;
	}
	code = take_json(im, j, line);
	json_decref(j);
	return code;
}

int import_lines(struct import *im)
{
	struct bytes rest = im->file;
	uint32_t line = 0;
	int code = 0;

	if (rest.len >= 3 && memcmp(rest.at, "\xef\xbb\xbf", 3) == 0) {
		rest.at += 3;
		rest.len -= 3;
	}
	while (rest.len > 0 && code == 0) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		size_t n = end == NULL ? rest.len : (size_t)(end - rest.at);

		if (im->store->stopped != NULL && im->store->stopped(im->store->ctx))
			return err_set(im->e, ERR_STOPPED, "%u", line);
		code = take_line(im, (struct bytes){ rest.at, n }, ++line);
		n += end != NULL;
		rest.at += n;
		rest.len -= n;
		if (im->store->progress != NULL)
			im->store->progress(im->store->ctx, (int64_t)(im->file.len - rest.len),
					    (int64_t)im->file.len);
	}
	return code;
}
