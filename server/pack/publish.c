/* Publishing packs into stream 0. */
#include "server/pack/publish_parts.h"

#include <stdio.h>
#include <string.h>

#include "common/replica/projection.h"
#include "common/text/text.h"
#include "protocol/limits.h"
#include "server/heal/generation.h"
#include "server/report/report.h"

enum { PUBLISH_MEMORY = 64 * 1024 * 1024, TYPES_FROM = 100, FIELDS_FROM = 1000, CODE_MAX = 64 };

json_t *publish_place(const struct json_text *pack, const char *type, const char *field)
{
	json_t *t = json_coded(json_object_get(pack->root, "types"), type);
	json_t *f = field == NULL ? NULL : json_coded(json_object_get(t, "fields"), field);

	return f != NULL ? f : t != NULL ? t : pack->root;
}

/* Two names that give one column. */
static int check_columns(const struct type *t, const struct json_text *pack, struct err *e)
{
	char a[64], b[64];
	size_t i, k;

	for (i = 0; i < t->field_count; i++) {
		projection_column(&t->fields[i], 0, a);
		for (k = 0; k < i; k++) {
			projection_column(&t->fields[k], 0, b);
			if (strcmp(a, b) == 0)
				return json_text_bad(pack, publish_place(pack, t->code, t->fields[i].code),
						     "code", e, "differs from \"%s\" only in - and _",
						     t->fields[k].code);
		}
	}
	return 0;
}

/* Numbers of fields belong to one type in the whole district. */
static int check_field(const struct schema *s, const struct type *t, const struct field *f,
		       const struct json_text *pack, struct err *e)
{
	json_t *j = publish_place(pack, t->code, f->code);
	size_t i;

	if (f->number < FIELDS_FROM)
		return json_text_bad(pack, j, "number", e, "numbers of fields begin at %d", FIELDS_FROM);
	/* A line of import has these beside the fields. */
	if (strcmp(f->code, "type") == 0 || strcmp(f->code, "id") == 0)
		return json_text_bad(pack, j, "code", e, "a field can't have the code \"%s\"", f->code);
	for (i = 0; i < s->type_count; i++)
		if (s->types[i] != t && type_field(s->types[i], f->number) != NULL)
			return json_text_bad(pack, j, "number", e, "number %u is that of %s.%s already",
					     f->number, s->types[i]->code,
					     type_field(s->types[i], f->number)->code);
	return 0;
}

static int check_type(const struct schema *s, const struct type *t, const struct json_text *pack,
		      struct err *e)
{
	json_t *j = publish_place(pack, t->code, NULL);
	char a[64], b[64];
	size_t i;
	int code = 0;

	if (t->number < TYPES_FROM)
		return json_text_bad(pack, j, "number", e, "numbers of types begin at %d", TYPES_FROM);
	for (i = 0; i < t->field_count && code == 0; i++)
		code = check_field(s, t, &t->fields[i], pack, e);
	projection_table(t, a);
	for (i = 0; i < s->type_count && code == 0; i++) {
		projection_table(s->types[i], b);
		if (s->types[i] != t && strcmp(a, b) == 0)
			code = json_text_bad(pack, j, "code", e, "differs from \"%s\" only in - and _",
					     s->types[i]->code);
	}
	return code == 0 ? check_columns(t, pack, e) : code;
}

static int check_numbers(const struct schema *s, const char *name, const struct json_text *pack,
			 struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < s->type_count && code == 0; i++)
		if (s->types[i]->pack != NULL && strcmp(s->types[i]->pack, name) == 0)
			code = check_type(s, s->types[i], pack, e);
	return code;
}

/* The newest versions of all packs but this one. */
static int load_others(struct server *s, struct schema *schema, const char *code, struct err *e)
{
	struct stmt *q;
	int rc = db_query(s->db, e, &q,
			  "SELECT json FROM pack p WHERE code <> $1 AND NOT EXISTS (SELECT 1 "
			  "FROM pack q WHERE q.code = p.code AND q.seq > p.seq) "
			  "ORDER BY (SELECT min(f.seq) FROM pack f WHERE f.code = p.code)",
			  "t", code);

	if (rc != 0)
		return rc;
	while ((rc = db_step(q, e)) == 1) {
		rc = schema_add(schema, db_bytes(q, 0), e);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}

/* What people type is compared with what a pack says: both in one form. */
static int check_text(struct bytes json, struct err *e)
{
	size_t at = 0, from;
	unsigned line = 0;

	while (at < json.len) {
		for (from = at, line++; at < json.len && json.at[at] != '\n';)
			at++;
		if (!text_is_nfc((struct bytes){ json.at + from, at - from })) {
			err_because(e, ERR_BAD_PACK, "the text is not in Unicode NFC");
			return err_at(e, line, 0, "");
		}
		at++;
	}
	return 0;
}

static bool is_pack_code(struct bytes code)
{
	size_t i;

	for (i = 0; i < code.len; i++)
		if (!((code.at[i] >= 'a' && code.at[i] <= 'z') ||
		      (i > 0 && ((code.at[i] >= '0' && code.at[i] <= '9') || code.at[i] == '-'))))
			return false;
	return code.len > 0 && code.len <= 40;
}

/* The schema as it would be, checked against the one that is; out as for check. */
static int check_schema(struct server *s, const struct json_text *pack, const char *code,
			struct schema **out, struct err *e)
{
	struct schema *was = NULL, *is = NULL;
	int rc = check_text(pack->text, e);

	if (rc == 0)
		rc = schema_new(&is, e);
	if (rc == 0 && s != NULL)
		rc = load_others(s, is, code, e);
	if (rc == 0)
		rc = schema_add_new(is, pack->text, e);
	if (rc == 0)
		rc = check_numbers(is, code, pack, e);
	if (rc == 0 && s != NULL)
		rc = replica_schema_now(&s->replica, &was, e);
	if (rc == 0 && s != NULL)
		rc = publish_keeps(was, is, pack, e);
	if (rc == 0)
		rc = report_check(is, code, e);
	if (rc == 0 && out != NULL)
		*out = is;
	else
		schema_free(is);
	return rc;
}

static int check_version(struct server *s, const struct json_text *pack, const char *code,
			 int64_t version, struct err *e)
{
	int64_t present = 0;
	int rc = db_number(s->db, e, 0, &present, "SELECT max(version) FROM pack WHERE code=$1",
			   "t", code);

	if (rc == 0 && version <= present)
		rc = json_text_bad(pack, pack->root, "version", e, "version %d is not above %d, which is "
				   "published already", (int)version, (int)present);
	return rc;
}

/* Code and version of a pack that may be published; the schema that it would make
 * goes to out, the caller's to free, unless that is NULL. */
static int check(struct server *s, const struct json_text *pack, char code[CODE_MAX],
		 int64_t *version, struct schema **out, struct err *e)
{
	struct buf name;
	int rc;

	if (pack->text.len > LIMIT_BYTES)
		return err_set(e, ERR_TOO_LARGE, "pack");
	buf_init(&name, CODE_MAX - 1);
	rc = pack_identity(pack->text, &name, version, e);
	if (rc == 0 && (name.failed || !is_pack_code(buf_view(&name))))
		rc = json_text_bad(pack, pack->root, "pack", e, "a pack's code is of a-z, 0-9 and -, begins "
				   "with a letter and has at most 40");
	if (rc == 0)
		snprintf(code, CODE_MAX, "%.*s", (int)name.len, (const char *)name.at);
	if (rc == 0 && strcmp(code, "dongbo") == 0)
		rc = json_text_bad(pack, pack->root, "pack", e, "the pack \"%s\" is a part of the program",
				   code);
	buf_release(&name);
	if (rc == 0 && s != NULL)
		rc = check_version(s, pack, code, *version, e);
	return rc == 0 ? check_schema(s, pack, code, out, e) : rc;
}

int publish_check(struct server *s, struct bytes json, struct err *e)
{
	char code[CODE_MAX];
	struct schema *schema = NULL;
	struct json_text pack;
	int64_t version;
	int rc = json_text_read(&pack, json, e);

	if (rc == 0)
		rc = check(s, &pack, code, &version, &schema, e);
	if (rc == 0)
		rc = publish_try_records(s, schema, &pack, e);
	schema_free(schema);
	json_decref(pack.root);
	return rc;
}

static void fill(struct draft *d, struct bytes code, int64_t version, struct bytes json,
		 struct bytes dictionary, int64_t number)
{
	struct rid r = draft_create(d, TYPE_PACK, RID_NONE, 0);

	draft_set(d, TYPE_PACK, r, FIELD_PACK_CODE, value_text(code), false);
	draft_set(d, TYPE_PACK, r, FIELD_PACK_VERSION, value_int(version), false);
	draft_set(d, TYPE_PACK, r, FIELD_PACK_JSON, value_bytes(json), false);
	draft_set(d, TYPE_PACK, r, FIELD_PACK_DICTIONARY, value_bytes(dictionary), false);
	draft_set(d, TYPE_PACK, r, FIELD_PACK_DICTIONARY_NUMBER, value_int(number), false);
}

/* A number names one dictionary for ever, and a wrong dictionary inflates to wrong bytes. A store
 * that was restored does not know which it gave before: it goes on from where its positions do. */
static int next_dictionary(struct server *s, int64_t *out, struct err *e)
{
	struct generation_news news;
	int64_t highest = 0;
	int code = db_number(s->db, e, 0, &highest, "SELECT max(dictionary_number) FROM pack", "");

	if (code == 0)
		code = generation_news(s->db, &news, e);
	if (code < 0)
		return code;
	*out = code == 1 && (int64_t)news.base > highest ? (int64_t)news.base : highest + 1;
	return 0;
}

/* The pack itself, with the dictionary made for it, and the records that come with it:
 * one transaction, so that none is there without the others. */
static int put_pack(struct server *s, struct bytes json, const struct json_text *pack,
		    struct bytes prose, struct err *e)
{
	char code[CODE_MAX];
	struct buf dictionary;
	struct arena a;
	struct draft d;
	struct schema *schema = NULL;
	struct verdict verdict = { 0 };
	int64_t version, number = 0;
	int rc;

	arena_init(&a, PUBLISH_MEMORY);
	buf_init(&dictionary, LIMIT_DICTIONARY);
	rc = server_begin(s, 0, &s->working, &a, &d, e);
	if (rc != 0)
		goto out;
	/* As it was given: complaints name its lines. */
	rc = check(s, pack, code, &version, &schema, e);
	if (rc == 0)
		rc = publish_try_records(s, schema, pack, e);
	if (rc == 0)
		rc = pack_dictionary(schema, bytes_str(code), prose, &dictionary, e);
	schema_free(schema);
	if (rc == 0)
		rc = next_dictionary(s, &number, e);
	if (rc != 0) {
		server_drop(s);
		goto out;
	}
	fill(&d, bytes_str(code), version, json, buf_view(&dictionary), number);
	rc = server_put(s, &s->working, &d, &verdict, e);
	if (rc == 0)
		rc = publish_records(s, code, pack, &a, e);
	if (rc == 0)
		rc = server_commit(s, e);
	else
		server_drop(s);
out:
	buf_release(&dictionary);
	arena_release(&a);
	return rc;
}

int server_publish(struct server *s, struct bytes json, struct bytes prose, struct err *e)
{
	struct json_text pack;
	struct buf compact;
	int rc = json_text_read(&pack, json, e);

	buf_init(&compact, LIMIT_BYTES);
	if (rc == 0)
		rc = publish_pack(pack.root, &compact, e);
	if (rc == 0)
		rc = put_pack(s, buf_view(&compact), &pack, prose, e);
	buf_release(&compact);
	json_decref(pack.root);
	return rc;
}
