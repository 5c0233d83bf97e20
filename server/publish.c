/* Publishing packs into stream 0. */
#include "server/publish.h"

#include <stdio.h>
#include <string.h>

#include "common/projection.h"
#include "common/text.h"
#include "protocol/limits.h"

enum { PUBLISH_MEMORY = 16 * 1024 * 1024, TYPES_FROM = 100, FIELDS_FROM = 1000, CODE_MAX = 64 };

static int bad(struct err *e, const char *place, const char *what)
{
	return err_set(e, ERR_BAD_PACK, "%s: %s", place, what);
}

static bool same(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* Every choice, by number, must still be there under its code. */
static int keeps_choices(const struct field *was, const struct field *is, struct err *e)
{
	size_t i;

	if (was->list == NULL)
		return 0;
	for (i = 0; i < was->list->count; i++) {
		const struct choice *c = list_choice(is->list, was->list->choices[i].number);

		if (c == NULL || !same(c->code, was->list->choices[i].code))
			return bad(e, was->list->choices[i].code,
				   "a choice may not change its number or go away");
	}
	return 0;
}

/* A reference may come to name more types, a list keeps its rows. */
static bool keeps_targets(const struct field *was, const struct field *is)
{
	size_t i, k;

	for (i = 0; i < was->target_count; i++) {
		for (k = 0; k < is->target_count; k++)
			if (same(was->targets[i], is->targets[k]))
				break;
		if (k == is->target_count)
			return false;
	}
	return true;
}

static int keeps_fields(const struct type *was, const struct type *is, struct err *e)
{
	size_t i;
	int code;

	for (i = 0; i < was->field_count; i++) {
		const struct field *a = &was->fields[i], *b = type_field(is, a->number);

		if (b == NULL || !same(a->code, b->code))
			return bad(e, a->code, "a field may not change its number or go away");
		if (a->kind != b->kind || a->personal != b->personal || a->scale != b->scale ||
		    !keeps_targets(a, b))
			return bad(e, a->code, "a field may not change its kind");
		code = keeps_choices(a, b, e);
		if (code != 0)
			return code;
	}
	return 0;
}

static int keeps_states(const struct type *was, const struct type *is, struct err *e)
{
	size_t i;

	if (was->workflow == NULL)
		return is->workflow == NULL ?
			       0 : bad(e, is->code, "a workflow may not be added later");
	if (is->workflow == NULL)
		return bad(e, was->code, "its workflow may not go away");
	for (i = 0; i < was->workflow->state_count; i++) {
		const struct state *a = &was->workflow->states[i];
		const struct state *b = workflow_state(is->workflow, a->number);

		if (b == NULL || !same(a->code, b->code))
			return bad(e, a->code, "a state may not change its number or go away");
	}
	return 0;
}

/* Nothing that older records rest on may have changed. */
static int keeps_types(const struct schema *was, const struct schema *is, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < was->type_count && code == 0; i++) {
		const struct type *a = was->types[i], *b = schema_type(is, a->number);

		if (b == NULL || !same(a->code, b->code) || !same(a->pack, b->pack))
			return bad(e, a->code, "a type may not change its number or go away");
		/* Running totals are kept from the first record on. */
		if (a->row != b->row || a->total_year != b->total_year ||
		    a->total_sum != b->total_sum)
			return bad(e, a->code, "\"row\" and \"totals\" may not change");
		code = keeps_fields(a, b, e);
		if (code == 0)
			code = keeps_states(a, b, e);
	}
	return code;
}

static int keeps_roles(const struct schema *was, const struct schema *is, struct err *e)
{
	size_t i;

	for (i = 0; i < was->role_count; i++) {
		const struct role *r = schema_role(is, was->roles[i].number);

		if (r == NULL || !same(r->code, was->roles[i].code))
			return bad(e, was->roles[i].code,
				   "a role may not change its number or go away");
	}
	return 0;
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

		if (!same(t->pack, pack))
			continue;
		if (t->number < TYPES_FROM)
			return bad(e, t->code, "numbers of types begin at 100");
		for (k = 0; k < t->field_count; k++) {
			const struct field *f = &t->fields[k];

			if (f->number < FIELDS_FROM)
				return bad(e, f->code, "numbers of fields begin at 1000");
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
		rc = keeps_types(was, is, e);
	if (rc == 0 && s != NULL)
		rc = keeps_roles(was, is, e);
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
	int64_t version;

	return check(s, json, code, &version, NULL, e);
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

int server_publish(struct server *s, struct bytes json, struct bytes prose, struct err *e)
{
	struct buf dictionary;
	struct arena a;
	struct draft d;
	struct schema *schema = NULL;
	char code[CODE_MAX];
	int64_t version, number = 0;
	int rc;

	arena_init(&a, PUBLISH_MEMORY);
	buf_init(&dictionary, LIMIT_DICTIONARY);
	rc = server_begin(s, 0, &s->working, &a, &d, e);
	if (rc != 0)
		goto out;
	rc = check(s, json, code, &version, &schema, e);
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
	rc = server_save(s, &s->working, &d, NULL, e);
out:
	buf_release(&dictionary);
	arena_release(&a);
	return rc;
}
