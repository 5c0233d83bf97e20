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
			struct draft *d, struct err *e)
{
	const char *key = json_string_value(json_object_get(given, "key"));
	const struct type *t = schema_type_by_code(
		schema, bytes_str(json_string_value(json_object_get(given, "type"))));
	json_t *line;
	struct rid id;
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
	code = edit_json(&s->replica, schema, d, line, NULL, &id, e);
	json_decref(line);
	if (code != 0)
		return code == ERR_NOMEM ? code :
			err_set(e, ERR_BAD_PACK, "records: %s: %s", key, e->subject);
	return 0;
}

/* The same, unless it was published before. */
static int put_record(struct server *s, const struct schema *schema, const char *pack,
		      json_t *given, struct draft *d, struct err *e)
{
	const char *key = json_string_value(json_object_get(given, "key"));
	char name[200];
	bool there = false;
	int code = key == NULL ? 0 : was_published(s, pack, key, name, &there, e);

	if (code != 0 || there)
		return code;
	code = draft_record(s, schema, given, d, e);
	return code != 0 ? code : replica_meta_put_number(s->db, name, 1, e);
}

int publish_try_records(struct server *s, const struct schema *schema, const json_t *root,
			struct err *e)
{
	json_t *records = json_object_get(root, "records"), *j;
	struct arena a;
	struct draft d;
	size_t i;
	int code = 0;

	arena_init(&a, RECORDS_MEMORY);
	draft_init(&d, &a, 0, s->working.id, 1);
	json_array_foreach(records, i, j)
		if (code == 0)
			code = draft_record(s, schema, j, &d, e);
	arena_release(&a);
	return code;
}

int publish_records(struct server *s, const char *pack, const json_t *root, struct err *e)
{
	json_t *records = json_object_get(root, "records"), *j;
	struct schema *schema;
	struct verdict v = { 0 };
	struct arena a;
	struct draft d;
	size_t i;
	int code;

	if (json_array_size(records) == 0)
		return 0;
	arena_init(&a, RECORDS_MEMORY);
	code = server_begin(s, 0, &s->working, &a, &d, e);
	if (code == 0) {
		code = replica_schema_now(&s->replica, &schema, e);
		json_array_foreach(records, i, j)
			if (code == 0)
				code = put_record(s, schema, pack, j, &d, e);
		if (code == 0 && d.count > 0)
			code = server_save(s, &s->working, &d, &v, e);
		else
			server_drop(s);
	}
	arena_release(&a);
	return code;
}
