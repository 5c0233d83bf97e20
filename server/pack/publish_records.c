/* What travels of a pack, and the records that come with it. */
#include "server/pack/publish_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/edit/edit.h"
#include "protocol/limits.h"

enum { RECORDS_MEMORY = 64 * 1024 * 1024 };

int publish_pack(const json_t *root, struct buf *out, struct err *e)
{
	json_t *copy = json_deep_copy(root);
	char *text;

	if (copy == NULL)
		return err_set(e, ERR_NOMEM, "pack");
	json_object_del(copy, "records");
	text = json_dumps(copy, JSON_COMPACT);
	if (text != NULL)
		buf_add(out, bytes_str(text));
	free(text);
	json_decref(copy);
	return text == NULL || out->failed ? err_set(e, ERR_TOO_LARGE, "pack") : 0;
}

/* "record/PACK/KEY": that it was published once, whatever became of it since. */
static int was_published(struct server *s, const char *pack, const char *key, char name[200],
			 bool *out, struct err *e)
{
	int64_t n = 0;
	int code;

	snprintf(name, 200, "record/%s/%s", pack, key);
	code = replica_meta_number(s->db, name, 0, &n, e);
	*out = n != 0;
	return code;
}

/* What it is called, and of which type it is. */
static int ask_record(const struct schema *schema, const struct json_text *pack, json_t *given,
		      struct err *e)
{
	const char *key = json_string_value(json_object_get(given, "key"));
	const char *type = json_string_value(json_object_get(given, "type"));
	const struct type *t = type == NULL ? NULL : schema_type_by_code(schema, bytes_str(type));

	if (key == NULL || key[0] == '\0' || strlen(key) > 100)
		return json_text_bad(pack, given, "key", e, "a record needs a \"key\", a text of at most "
				     "100");
	if (t == NULL || !t->district)
		return json_text_bad(pack, given, "type", e, "records of a pack are of district types, "
				     "\"%.40s\" is none", type == NULL ? "" : type);
	if (json_object_get(given, "id") != NULL)
		return json_text_bad(pack, given, "id", e, "a record of a pack has a \"key\", no \"id\"");
	return 0;
}

/* One record into the draft. */
static int draft_record(struct server *s, const struct schema *schema,
			const struct json_text *pack, json_t *given, struct draft *d, struct rid *id,
			struct err *e)
{
	char wrong[sizeof e->subject];
	json_t *line;
	int code;

	line = json_copy(given);
	if (line == NULL)
		return err_set(e, ERR_NOMEM, "records");
	json_object_del(line, "key");
	code = edit_json(&s->replica, schema, d, line, NULL, id, e);
	json_decref(line);
	if (code == 0 || code == ERR_NOMEM)
		return code;
	snprintf(wrong, sizeof wrong, "%s", e->subject);
	err_cause(e, ERR_BAD_PACK);
	return json_text_at(pack, given, wrong, e);
}

/* A key names one record of the pack. */
static int ask_keys(const struct json_text *pack, const json_t *records, struct err *e)
{
	size_t i, k;

	for (i = 1; i < json_array_size(records); i++)
		for (k = 0; k < i; k++) {
			const json_t *j = json_array_get(records, i);
			const char *a = json_string_value(json_object_get(j, "key"));
			const char *b = json_string_value(json_object_get(
				json_array_get(records, k), "key"));

			if (a != NULL && b != NULL && strcmp(a, b) == 0)
				return json_text_bad(pack, j, "key", e, "\"%s\" is used twice", a);
		}
	return 0;
}

int publish_try_records(struct server *s, const struct schema *schema,
			const struct json_text *pack, struct err *e)
{
	json_t *records = json_object_get(pack->root, "records"), *j;
	struct arena a;
	struct draft d;
	struct rid id;
	size_t i;
	int code = 0;

	json_array_foreach(records, i, j)
		if (code == 0)
			code = ask_record(schema, pack, j, e);
	if (code == 0)
		code = ask_keys(pack, records, e);
	if (code != 0 || s == NULL)
		return code;
	arena_init(&a, RECORDS_MEMORY);
	draft_init(&d, &a, 0, s->working.id, 1);
	json_array_foreach(records, i, j)
		if (code == 0)
			code = draft_record(s, schema, pack, j, &d, &id, e);
	arena_release(&a);
	return code;
}

/* The records of the pack that are made now, and what each is called there. */
struct making {
	const struct json_text *pack;
	struct rid *ids;
	const json_t **given;
	size_t count;
};

/* The same, unless it was published before. */
static int put_record(struct server *s, const struct schema *schema, const char *pack,
		      json_t *given, struct draft *d, struct making *m, struct err *e)
{
	const char *key = json_string_value(json_object_get(given, "key"));
	char name[200];
	bool there = false;
	int code = key == NULL ? 0 : was_published(s, pack, key, name, &there, e);

	if (code != 0 || there)
		return code;
	code = draft_record(s, schema, m->pack, given, d, &m->ids[m->count], e);
	m->given[m->count++] = given;
	return code != 0 ? code : replica_meta_put_number(s->db, name, 1, e);
}

/* A rule of the pack itself refuses one. */
static int name_refused(const struct making *m, const struct verdict *v, struct err *e)
{
	size_t i;

	e->code = v->code;
	err_cause(e, ERR_BAD_PACK);
	for (i = 0; i < m->count; i++)
		if (rid_equal(m->ids[i], v->record))
			return json_text_at(m->pack, m->given[i], NULL, e);
	return err_at(e, 0, 0, "records");
}

int publish_records(struct server *s, const char *code, const struct json_text *pack,
		    struct arena *a, struct err *e)
{
	json_t *records = json_object_get(pack->root, "records"), *j;
	size_t n = json_array_size(records), i;
	struct making m = { pack, arena_array(a, n + 1, sizeof *m.ids),
			    arena_array(a, n + 1, sizeof *m.given), 0 };
	struct verdict v = { 0 };
	struct schema *schema;
	struct draft d;
	int rc = replica_schema_now(&s->replica, &schema, e);

	if (m.ids == NULL || m.given == NULL)
		return err_set(e, ERR_NOMEM, "records");
	if (rc == 0)
		rc = server_draft(s, 0, a, &d, e);
	if (rc != 0)
		return rc;
	json_array_foreach(records, i, j)
		if (rc == 0)
			rc = put_record(s, schema, code, j, &d, &m, e);
	if (rc == 0 && d.count > 0)
		rc = server_put(s, &s->working, &d, &v, e);
	return v.code != 0 ? name_refused(&m, &v, e) : rc;
}
