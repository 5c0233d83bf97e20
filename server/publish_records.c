/* What travels of a pack, and the records that come with it. */
#include "server/publish_parts.h"

#include <stdlib.h>
#include <string.h>

#include "common/edit.h"
#include "protocol/limits.h"

enum { RECORDS_MEMORY = 64 * 1024 * 1024 };

/* Words for authors of packs are not for computers in the villages. */
static void drop_comments(json_t *j)
{
	const char *key;
	json_t *v;
	size_t i;

	json_object_del(j, "$comment");
	if (json_is_object(j))
		json_object_foreach(j, key, v)
			drop_comments(v);
	json_array_foreach(j, i, v)
		drop_comments(v);
}

int publish_parse(struct bytes json, json_t **out, struct err *e)
{
	json_error_t why;

	*out = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, &why);
	return *out != NULL ? 0 : err_set(e, ERR_BAD_PACK, "%d:%d: %s", why.line, why.column,
					  why.text);
}

int publish_pack(const json_t *root, struct buf *out, struct err *e)
{
	json_t *copy = json_deep_copy(root);
	char *text;

	if (copy == NULL)
		return err_set(e, ERR_NOMEM, "pack");
	json_object_del(copy, "records");
	drop_comments(copy);
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

/* One record into the draft. */
static int draft_record(struct server *s, const struct schema *schema, json_t *given,
			struct draft *d, struct rid *id, struct err *e)
{
	const char *key = json_string_value(json_object_get(given, "key"));
	const struct type *t = schema_type_by_code(
		schema, bytes_str(json_string_value(json_object_get(given, "type"))));
	char why[sizeof e->subject];
	json_t *line;
	int code;

	if (key == NULL || key[0] == '\0' || strlen(key) > 100)
		return err_set(e, ERR_BAD_PACK, "records: each needs a \"key\"");
	if (t == NULL || !t->district)
		return err_set(e, ERR_BAD_PACK, "records: %s: not of a district type", key);
	line = json_copy(given);
	if (line == NULL)
		return err_set(e, ERR_NOMEM, "records");
	json_object_del(line, "key");
	json_object_del(line, "$comment");
	code = edit_json(&s->replica, schema, d, line, NULL, id, e);
	json_decref(line);
	if (code == 0 || code == ERR_NOMEM)
		return code;
	memcpy(why, e->subject, sizeof why);
	return err_set(e, ERR_BAD_PACK, "records: %s: %s: %s", key, err_name(code), why);
}

/* A key names one record of the pack. */
static int ask_keys(const json_t *records, struct err *e)
{
	size_t i, k;

	for (i = 1; i < json_array_size(records); i++)
		for (k = 0; k < i; k++) {
			const char *a = json_string_value(json_object_get(
				json_array_get(records, i), "key"));
			const char *b = json_string_value(json_object_get(
				json_array_get(records, k), "key"));

			if (a != NULL && b != NULL && strcmp(a, b) == 0)
				return err_set(e, ERR_BAD_PACK, "records: %s: is there twice", a);
		}
	return 0;
}

int publish_try_records(struct server *s, const struct schema *schema, const json_t *root,
			struct err *e)
{
	json_t *records = json_object_get(root, "records"), *j;
	struct arena a;
	struct draft d;
	struct rid id;
	size_t i;
	int code = ask_keys(records, e);

	arena_init(&a, RECORDS_MEMORY);
	draft_init(&d, &a, 0, s->working.id, 1);
	json_array_foreach(records, i, j)
		if (code == 0)
			code = draft_record(s, schema, j, &d, &id, e);
	arena_release(&a);
	return code;
}

/* The records of the pack that are made now, and what each is called there. */
struct making {
	struct rid *ids;
	const char **keys;
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
	code = draft_record(s, schema, given, d, &m->ids[m->count], e);
	m->keys[m->count++] = key;
	return code != 0 ? code : replica_meta_put_number(s->db, name, 1, e);
}

/* A rule of the pack itself refuses one: named by what the pack calls it. */
static int name_refused(const struct making *m, const struct verdict *v, struct err *e)
{
	char subject[sizeof e->subject];
	size_t i;

	memcpy(subject, e->subject, sizeof subject);
	for (i = 0; i < m->count; i++)
		if (rid_equal(m->ids[i], v->record))
			return err_set(e, ERR_BAD_PACK, "records: %s: %s: %s", m->keys[i],
				       err_name(v->code), subject);
	return err_set(e, ERR_BAD_PACK, "records: %s: %s", err_name(v->code), subject);
}

int publish_records(struct server *s, const char *pack, const json_t *root, struct arena *a,
		    struct err *e)
{
	json_t *records = json_object_get(root, "records"), *j;
	size_t n = json_array_size(records), i;
	struct making m = { arena_array(a, n + 1, sizeof *m.ids),
			    arena_array(a, n + 1, sizeof *m.keys), 0 };
	struct verdict v = { 0 };
	struct schema *schema;
	struct author author;
	struct draft d;
	int code = replica_schema_now(&s->replica, &schema, e);

	if (m.ids == NULL || m.keys == NULL)
		return err_set(e, ERR_NOMEM, "records");
	if (code == 0)
		code = replica_author(&s->replica, 0, s->working.id, &author, e);
	if (code != 0)
		return code;
	draft_init(&d, a, 0, s->working.id, author.last_op + 1);
	json_array_foreach(records, i, j)
		if (code == 0)
			code = put_record(s, schema, pack, j, &d, &m, e);
	if (code == 0 && d.count > 0)
		code = server_put(s, &s->working, &d, &v, e);
	return v.code != 0 ? name_refused(&m, &v, e) : code;
}
