/* Lines of imports and exports. What an export writes, an import reads back
 * without making a single op. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/edit/edit_parts.h"
#include "common/query/query_parts.h"
#include "common/text/text.h"

enum { SET_MAX = 256, KEY_MAX = 1024 };

/* "key" -> record, as a JSON object of full ids; and the keys of the last line. */
struct edit_keys {
	json_t *known, *last;
};

struct edit_keys *edit_keys_new(void)
{
	struct edit_keys *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->known = json_object();
	k->last = json_array();
	if (k->known == NULL || k->last == NULL) {
		edit_keys_free(k);
		return NULL;
	}
	return k;
}

void edit_keys_free(struct edit_keys *k)
{
	if (k == NULL)
		return;
	json_decref(k->known);
	json_decref(k->last);
	free(k);
}

void edit_keys_undo(struct edit_keys *k)
{
	json_t *key;
	size_t i;

	json_array_foreach(k->last, i, key)
		json_object_del(k->known, json_string_value(key));
	json_array_clear(k->last);
}

/* A line, or a row in it. */
struct lining {
	struct editing ed;
	struct edit_keys *keys;
};

/* A key as a C string in NFC; NULL where it is none. */
static const char *key_text(struct lining *w, const json_t *j)
{
	struct bytes key;

	if (!json_is_string(j) ||
	    text_take((struct bytes){ (const uint8_t *)json_string_value(j),
				      json_string_length(j) }, KEY_MAX, w->ed.d->a, &key, NULL) != 0)
		return NULL;
	return key.len == 0 ? NULL : arena_str(w->ed.d->a, key);
}

static int note_key(struct lining *w, json_t *line, struct rid id)
{
	json_t *given = json_object_get(line, "key");
	const char *name;
	char text[64];

	if (given == NULL || w->keys == NULL)
		return 0;
	name = key_text(w, given);
	if (name == NULL)
		return err_set(w->ed.e, ERR_BAD_INPUT, "key");
	if (json_object_get(w->keys->known, name) != NULL)
		return err_set(w->ed.e, ERR_EXISTS, "key: %.80s", name);
	record_full_text(w->ed.d->stream, id, text);
	if (json_object_set_new(w->keys->known, name, json_string(text)) != 0 ||
	    json_array_append_new(w->keys->last, json_string(name)) != 0)
		return err_set(w->ed.e, ERR_NOMEM, "key");
	return 0;
}

/* {"key": "..."}: a record of an earlier line. It may be in the same draft, so its
 * type is left to the save. */
static int value_of_key(struct lining *w, const struct field *f, json_t *j, struct value *out)
{
	const char *name = key_text(w, json_object_get(j, "key"));
	const char *full = name == NULL || w->keys == NULL ? NULL :
			   json_string_value(json_object_get(w->keys->known, name));
	struct ref ref;

	if (name == NULL || json_object_size(j) != 1)
		return err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
	if (full == NULL || !record_full_parse(bytes_str(full), &ref.stream, &ref.record))
		return err_set(w->ed.e, ERR_NO_RECORD, "%s: %.80s", f->code, name);
	*out = value_ref(ref);
	return 0;
}

/* Numbers of JSON for fields of numbers; a number in quotes does as well. */
static int value_of_number(struct lining *w, const struct field *f, json_t *j,
			   struct value *out)
{
	char text[64];
	struct bytes copy;
	bool whole = json_is_integer(j);
	/* Three digits behind a dot could be thousands. */
	int digits = f->kind != FIELD_DECIMAL ? 0 : f->scale == 3 ? 4 : (int)f->scale;

	if (f->kind != FIELD_INT && f->kind != FIELD_YEAR && f->kind != FIELD_MONEY &&
	    f->kind != FIELD_DECIMAL)
		return err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
	if (whole)
		snprintf(text, sizeof text, "%lld", (long long)json_integer_value(j));
	else
		snprintf(text, sizeof text, "%.*f", digits, json_real_value(j));
	/* 2.345 where two digits are kept is a mistake, not something to round. */
	if (!whole && strtod(text, NULL) != json_real_value(j))
		return err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
	copy = arena_copy(w->ed.d->a, bytes_str(text));
	if (copy.at == NULL)
		return err_set(w->ed.e, ERR_NOMEM, "%s", f->code);
	return edit_value(&w->ed, f, copy, out);
}

static int value_of(struct lining *w, const struct field *f, json_t *j, struct value *out)
{
	switch (json_typeof(j)) {
	case JSON_NULL:
		*out = VALUE_OF_NULL;
		return 0;
	case JSON_STRING:
		return edit_value(&w->ed, f,
				  (struct bytes){ (const uint8_t *)json_string_value(j),
						  json_string_length(j) }, out);
	case JSON_TRUE:
	case JSON_FALSE:
		*out = value_bool(json_is_true(j));
		return f->kind == FIELD_BOOL ? 0 :
					       err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
	case JSON_INTEGER:
	case JSON_REAL:
		return value_of_number(w, f, j, out);
	case JSON_OBJECT:
		if (f->kind == FIELD_REF)
			return value_of_key(w, f, j, out);
		break;
	default:
		break;
	}
	return err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
}

static int put_set(struct lining *w, const struct type *t, struct rid id,
		   const struct record *old, const struct field *f, json_t *j)
{
	struct value members[SET_MAX];
	json_t *v;
	size_t i;
	int code = 0;

	if (!json_is_null(j) && (!json_is_array(j) || json_array_size(j) > SET_MAX))
		return err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
	json_array_foreach(j, i, v) {
		code = json_is_string(v) ? value_of(w, f, v, &members[i]) :
					   err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
		if (code != 0)
			return code;
	}
	edit_put_set(&w->ed, t, id, old, f, members, json_array_size(j));
	return 0;
}

static int put_fields(struct lining *w, const struct type *t, struct rid id,
		      const struct record *old, json_t *line);

static int put_row(struct lining *w, const struct type *t, struct rid parent,
		   const struct field *list, json_t *row)
{
	const struct type *rows = schema_type_by_code(w->ed.s, bytes_str(list->targets[0]));
	json_t *given = json_object_get(row, "id");
	struct record rec;
	uint64_t stream;
	struct rid id;
	int code;

	(void)t;
	if (!json_is_object(row) || rows == NULL)
		return err_set(w->ed.e, ERR_BAD_VALUE, "%s", list->code);
	if (given == NULL) {
		id = draft_create(w->ed.d, rows->number, parent, list->number);
		code = note_key(w, row, id);
		return code != 0 ? code : put_fields(w, rows, id, NULL, row);
	}
	if (!json_is_string(given) ||
	    !record_full_parse(bytes_str(json_string_value(given)), &stream, &id))
		return err_set(w->ed.e, ERR_BAD_INPUT, "%s: id", list->code);
	code = query_record(w->ed.r, w->ed.d->stream, id, w->ed.d->a, &rec, w->ed.e);
	if (code != 0)
		return err_wrap(w->ed.e, "%s", list->code);
	if (stream != w->ed.d->stream || rec.list != list->number ||
	    !rid_equal(rec.parent, parent))
		return err_set(w->ed.e, ERR_NO_RECORD, "%s: %s", list->code,
			       json_string_value(given));
	return put_fields(w, rows, id, &rec, row);
}

static int put_list(struct lining *w, const struct type *t, struct rid id,
		    const struct field *f, json_t *j)
{
	json_t *row;
	size_t i;
	int code = 0;

	if (!json_is_null(j) && !json_is_array(j))
		return err_set(w->ed.e, ERR_BAD_VALUE, "%s", f->code);
	json_array_foreach(j, i, row) {
		code = put_row(w, t, id, f, row);
		if (code != 0)
			break;
	}
	return code;
}

/* A member that is no field would be lost without a word. */
static int check_names(struct lining *w, const struct type *t, json_t *line)
{
	const char *name;
	json_t *v;

	json_object_foreach(line, name, v) {
		if (strcmp(name, "type") == 0 || strcmp(name, "id") == 0 ||
		    strcmp(name, "key") == 0)
			continue;
		if (type_field_by_code(t, bytes_str(name)) == NULL)
			return err_set(w->ed.e, ERR_NO_FIELD, "%.80s", name);
	}
	return 0;
}

/* Own fields by ascending number, then the rows: that is what packs best. */
static int put_fields(struct lining *w, const struct type *t, struct rid id,
		      const struct record *old, json_t *line)
{
	size_t i;
	int code = check_names(w, t, line), pass;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < t->field_count && code == 0; i++) {
			const struct field *f = &t->fields[i];
			json_t *j = json_object_get(line, f->code);
			struct value v;

			if (j == NULL || (f->kind == FIELD_LIST) != (pass == 1))
				continue;
			if (f->kind == FIELD_LIST) {
				code = put_list(w, t, id, f, j);
			} else if (f->kind == FIELD_SET) {
				code = put_set(w, t, id, old, f, j);
			} else {
				code = value_of(w, f, j, &v);
				if (code == 0)
					code = edit_typed(&w->ed, t, id, old, f, &v);
			}
		}
	return code;
}

static int change_line(struct lining *w, json_t *line, struct rid *out)
{
	const char *given = json_string_value(json_object_get(line, "id"));
	const char *type = json_string_value(json_object_get(line, "type"));
	const struct type *t;
	struct record rec;
	uint64_t stream;
	struct rid id;
	int code;

	if (given == NULL || !record_full_parse(bytes_str(given), &stream, &id))
		return err_set(w->ed.e, ERR_BAD_INPUT, "id");
	if (stream != w->ed.d->stream)
		return err_set(w->ed.e, ERR_NO_RECORD, "%s", given);
	code = edit_load(&w->ed, id, &rec, &t);
	if (code == 0 && type != NULL && strcmp(type, t->code) != 0)
		code = err_set(w->ed.e, ERR_WRONG_TYPE, "%.80s", type);
	if (code == 0)
		code = note_key(w, line, id);
	if (code == 0)
		code = put_fields(w, t, id, &rec, line);
	if (code == 0)
		*out = id;
	return code;
}

static int add_line(struct lining *w, json_t *line, struct rid *out)
{
	const char *type = json_string_value(json_object_get(line, "type"));
	const struct type *t = type == NULL ? NULL : schema_type_by_code(w->ed.s, bytes_str(type));
	struct rid id;
	int code;

	if (t == NULL)
		return err_set(w->ed.e, ERR_NO_TYPE, "%.80s", type == NULL ? "type" : type);
	if (t->row)
		return err_set(w->ed.e, ERR_WRONG_TYPE, "%s", t->code);
	id = draft_create(w->ed.d, t->number, RID_NONE, 0);
	code = note_key(w, line, id);
	if (code == 0)
		code = put_fields(w, t, id, NULL, line);
	if (code == 0)
		*out = id;
	return code;
}

int edit_json(struct replica *r, const struct schema *s, struct draft *d, json_t *line,
	      struct edit_keys *keys, struct rid *out, struct err *e)
{
	struct lining w = { .ed = { r, s, d, e }, .keys = keys };

	if (keys != NULL)
		json_array_clear(keys->last);
	if (!json_is_object(line))
		return err_set(e, ERR_BAD_INPUT, "{...}");
	return json_object_get(line, "id") != NULL ? change_line(&w, line, out) :
						     add_line(&w, line, out);
}

static json_t *export_record(struct query *q, uint64_t stream, const struct family *family,
			     const struct record *rec);

static void export_list(struct query *q, uint64_t stream, const struct family *family,
			const struct record *rec, const struct field *f, json_t *j)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < family->count; i++)
		if (family->list[i].list == f->number &&
		    rid_equal(family->list[i].parent, rec->id) &&
		    !record_deleted(&family->list[i]))
			query_add(q, list, export_record(q, stream, family, &family->list[i]));
	if (json_array_size(list) > 0)
		query_put(q, j, f->code, list);
	else
		json_decref(list);
}

/* What is null or empty is left out, and so is what was erased. */
static json_t *export_record(struct query *q, uint64_t stream, const struct family *family,
			     const struct record *rec)
{
	const struct type *t = schema_type(q->schema, rec->type);
	json_t *j = json_object();
	size_t i;

	if (rec->list == 0)
		query_put(q, j, "type", json_string(t == NULL ? "?" : t->code));
	query_put(q, j, "id", query_full(stream, rec->id));
	for (i = 0; t != NULL && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		struct value v = record_value(rec, f->number);
		json_t *set;

		if (f->personal && !q->o->personal)
			continue;
		if (f->kind == FIELD_LIST) {
			export_list(q, stream, family, rec, f, j);
		} else if (f->kind == FIELD_SET) {
			set = query_set(f, rec);
			if (json_array_size(set) > 0)
				query_put(q, j, f->code, set);
			else
				json_decref(set);
		} else if (v.kind != VALUE_NULL && v.kind != VALUE_ERASED) {
			query_put(q, j, f->code, query_value(f, &v));
		}
	}
	return j;
}

int edit_export(struct replica *r, const struct schema *s, uint64_t stream, struct rid record,
		bool personal, json_t **out, struct err *e)
{
	struct query_options o = { .personal = personal };
	struct arena a;
	struct query q = { .r = r, .schema = s, .o = &o, .a = &a, .e = e };
	struct family family = { .count = 0 };
	json_t *j = NULL;
	int code;

	arena_init(&a, QUERY_MEMORY);
	code = query_family(&q, stream, record, &family);
	if (code == 0)
		j = export_record(&q, stream, &family, &family.list[0]);
	code = query_finish(&q, code, j, out);
	arena_release(&a);
	return code;
}
