/* Publishing packs into stream 0. */
#include "server/publish_parts.h"

#include <stdio.h>
#include <string.h>

#include "common/projection.h"
#include "common/text.h"
#include "protocol/limits.h"
#include "server/report.h"

enum { PUBLISH_MEMORY = 64 * 1024 * 1024, TYPES_FROM = 100, FIELDS_FROM = 1000, CODE_MAX = 64 };

static int bad(struct err *e, const char *place, const char *what)
{
	return err_set(e, ERR_BAD_PACK, "%s: %s", place, what);
}

/* Two names that give one column. */
static int check_columns(const struct type *t, struct err *e)
{
	char a[64], b[64];
	size_t i, k;

	for (i = 0; i < t->field_count; i++) {
		projection_column(&t->fields[i], 0, a);
		for (k = 0; k < i; k++) {
			projection_column(&t->fields[k], 0, b);
			if (strcmp(a, b) == 0)
				return bad(e, t->fields[i].code, "differs only in - and _");
		}
	}
	return 0;
}

/* Numbers of types and fields belong to one pack in the whole district. */
static int check_numbers(const struct schema *s, const char *pack, struct err *e)
{
	size_t i, k, m;
	int code = 0;

	for (i = 0; i < s->type_count && code == 0; i++) {
		const struct type *t = s->types[i];

		if (t->pack == NULL || strcmp(t->pack, pack) != 0)
			continue;
		if (t->number < TYPES_FROM)
			return bad(e, t->code, "numbers of types begin at 100");
		for (k = 0; k < t->field_count; k++) {
			const struct field *f = &t->fields[k];

			if (f->number < FIELDS_FROM)
				return bad(e, f->code, "numbers of fields begin at 1000");
			/* A line of import has these beside the fields. */
			if (strcmp(f->code, "type") == 0 || strcmp(f->code, "id") == 0)
				return bad(e, f->code, "a field can't have this code");
			for (m = 0; m < s->type_count; m++)
				if (m != i && type_field(s->types[m], f->number) != NULL)
					return bad(e, f->code, "its number is taken");
		}
		for (k = 0; k < s->type_count; k++) {
			char a[64], b[64];

			projection_table(t, a);
			projection_table(s->types[k], b);
			if (k != i && strcmp(a, b) == 0)
				return bad(e, t->code, "differs from another only in - and _");
		}
		code = check_columns(t, e);
	}
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
		if (!text_is_nfc((struct bytes){ json.at + from, at - from }))
			return err_set(e, ERR_BAD_PACK, "line %u: text is not in Unicode NFC", line);
		at++;
	}
	return 0;
}

/* The schema as it would be, checked against the one that is; out as for check. */
static int check_schema(struct server *s, struct bytes json, const char *code,
			struct schema **out, struct err *e)
{
	struct schema *was = NULL, *is = NULL;
	int rc = check_text(json, e);

	if (rc == 0)
		rc = schema_new(&is, e);
	if (rc == 0 && s != NULL)
		rc = load_others(s, is, code, e);
	if (rc == 0)
		rc = schema_add(is, json, e);
	if (rc == 0)
		rc = check_numbers(is, code, e);
	if (rc == 0 && s != NULL)
		rc = replica_schema_now(&s->replica, &was, e);
	if (rc == 0 && s != NULL)
		rc = publish_keeps(was, is, e);
	if (rc == 0)
		rc = report_check(is, code, e);
	if (rc == 0 && out != NULL)
		*out = is;
	else
		schema_free(is);
	return rc;
}

static int check_version(struct server *s, const char *code, int64_t version, struct err *e)
{
	int64_t present = 0;
	int rc = db_number(s->db, e, 0, &present, "SELECT max(version) FROM pack WHERE code=$1",
			   "t", code);

	if (rc == 0 && version <= present)
		rc = err_set(e, ERR_BAD_PACK, "%s: version %lld is not above %lld", code,
			     (long long)version, (long long)present);
	return rc;
}

/* Code and version of a pack that may be published; the schema that it would make
 * goes to out, the caller's to free, unless that is NULL. */
static int check(struct server *s, struct bytes json, char code[CODE_MAX], int64_t *version,
		 struct schema **out, struct err *e)
{
	struct buf name;
	int rc;

	if (json.len > LIMIT_BYTES)
		return err_set(e, ERR_TOO_LARGE, "pack");
	buf_init(&name, CODE_MAX - 1);
	rc = pack_identity(json, &name, version, e);
	if (rc == 0 && (name.failed || name.len == 0))
		rc = bad(e, "pack", "its code is too long");
	if (rc == 0)
		snprintf(code, CODE_MAX, "%.*s", (int)name.len, (const char *)name.at);
	if (rc == 0 && strcmp(code, "dongbo") == 0)
		rc = bad(e, code, "this name is taken");
	buf_release(&name);
	if (rc == 0 && s != NULL)
		rc = check_version(s, code, *version, e);
	return rc == 0 ? check_schema(s, json, code, out, e) : rc;
}

int publish_check(struct server *s, struct bytes json, struct err *e)
{
	char code[CODE_MAX];
	struct schema *schema = NULL;
	json_t *root = NULL;
	int64_t version;
	int rc = publish_parse(json, &root, e);

	if (rc == 0)
		rc = check(s, json, code, &version, &schema, e);
	if (rc == 0 && s != NULL)
		rc = publish_try_records(s, schema, root, e);
	schema_free(schema);
	json_decref(root);
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

/* The pack itself, with the dictionary made for it, and the records that come with it:
 * one transaction, so that none is there without the others. */
static int put_pack(struct server *s, struct bytes json, struct bytes given, const json_t *root,
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
	rc = check(s, given, code, &version, &schema, e);
	if (rc == 0)
		rc = publish_try_records(s, schema, root, e);
	if (rc == 0)
		rc = pack_dictionary(schema, bytes_str(code), prose, &dictionary, e);
	schema_free(schema);
	if (rc == 0)
		rc = db_number(s->db, e, 0, &number, "SELECT max(dictionary_number) FROM pack",
			       "");
	if (rc != 0) {
		server_drop(s);
		goto out;
	}
	fill(&d, bytes_str(code), version, json, buf_view(&dictionary), number + 1);
	rc = server_put(s, &s->working, &d, &verdict, e);
	if (rc == 0)
		rc = publish_records(s, code, root, &a, e);
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
	json_t *root = NULL;
	struct buf compact;
	int rc = publish_parse(json, &root, e);

	buf_init(&compact, LIMIT_BYTES);
	if (rc == 0)
		rc = publish_pack(root, &compact, e);
	if (rc == 0)
		rc = put_pack(s, buf_view(&compact), json, root, prose, e);
	buf_release(&compact);
	json_decref(root);
	return rc;
}
