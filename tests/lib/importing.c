/* Imports for tests. */
#include "tests/lib/importing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/query/query.h"

void importing_make(struct importing *im, struct district_fixture *d)
{
	district_make(d, 1);
	district_renew(d);
	im->d = d;
	im->c = &d->clients[0].c;
	buf_init(&im->said, 8192);
	assert_int_equal(replica_schema_now(&im->c->replica, &im->s, &d->e), 0);
}

void importing_end(struct importing *im)
{
	buf_release(&im->said);
	district_end(im->d);
}

static int save(void *ctx, struct draft *draft, struct verdict *v, struct err *e)
{
	return client_save_more(ctx, draft, v, e);
}

static void run(struct importing *t, struct import *im, bool keep, struct outcome *out)
{
	const struct import_store store = { t->c, save, NULL, NULL };
	struct draft draft;

	arena_clear(&t->d->a);
	assert_int_equal(client_begin(t->c, OFFICE_SCHOOL, &t->d->a, &draft, &t->d->e), 0);
	out->code = import_run(im, &draft, &store, &t->d->e);
	out->result = json_deep_copy(import_result(im));
	if (keep && out->code == 0) {
		assert_int_equal(client_save(t->c, &draft, NULL, &t->d->e), 0);
	} else {
		client_drop(t->c);
		assert_int_equal(replica_schema_now(&t->c->replica, &t->s, &t->d->e), 0);
	}
}

struct outcome importing_take(struct importing *t, const char *type, struct bytes file, bool keep)
{
	struct import_options o = { .type = bytes_str(type), .lang = LANG_VI };
	struct outcome out = { NULL, NULL, 0 };
	struct import *im;

	buf_clear(&t->said);
	out.code = import_open(&t->c->replica, t->s, &o, file, &im, &t->said, &t->d->e);
	if (out.code != 0)
		return out;
	out.found = json_deep_copy(import_found(im));
	run(t, im, keep, &out);
	import_free(im);
	return out;
}

void outcome_done(struct outcome *o)
{
	json_decref(o->found);
	json_decref(o->result);
}

long outcome_number(const struct outcome *o, const char *key)
{
	return (long)json_integer_value(json_object_get(o->result, key));
}

const char *outcome_bad(const struct outcome *o, size_t n)
{
	const char *text = json_string_value(json_object_get(json_array_get(
		json_object_get(o->result, "bad"), n), "sentence"));

	return text == NULL ? "(none)" : text;
}

bool outcome_has(const json_t *from, const char *list, const char *part)
{
	json_t *j;
	size_t i;

	json_array_foreach(json_object_get(from, list), i, j)
		if (strstr(json_string_value(j), part) != NULL)
			return true;
	return false;
}

void importing_expect(struct importing *im, const char *type, struct bytes file,
		      const char *counts)
{
	struct outcome o = importing_take(im, type, file, true);
	char got[80], *text;

	if (o.code != 0)
		fail_msg("%s: %s (%.*s)", err_name(o.code), im->d->e.subject, (int)im->said.len,
			 (char *)im->said.at);
	snprintf(got, sizeof got, "%ld/%ld/%ld/%ld", outcome_number(&o, "new"),
		 outcome_number(&o, "changed"), outcome_number(&o, "unchanged"),
		 outcome_number(&o, "bad_count"));
	text = json_dumps(o.result, JSON_INDENT(1));
	if (strcmp(got, counts) != 0)
		fail_msg("%s instead of %s: %s", got, counts, text);
	free(text);
	outcome_done(&o);
}

json_t *importing_show(struct importing *im, const char *words)
{
	struct query_options o = { .stream = OFFICE_SCHOOL, .text = bytes_str(words),
				   .personal = true };
	json_t *list = NULL, *j = NULL;
	struct rid id;
	uint64_t stream;

	assert_int_equal(query_list(&im->c->replica, &o, &list, &im->d->e), 0);
	if (json_array_size(json_object_get(list, "records")) != 1)
		fail_msg("%zu records are called %s",
			 json_array_size(json_object_get(list, "records")), words);
	assert_true(record_full_parse(bytes_str(json_string_value(json_object_get(
		json_array_get(json_object_get(list, "records"), 0), "id"))), &stream, &id));
	assert_int_equal(query_show(&im->c->replica, stream, id, &o, &j, &im->d->e), 0);
	json_decref(list);
	return j;
}

void importing_field(struct importing *im, const char *words, const char *field,
		     const char *wanted)
{
	json_t *j = importing_show(im, words);
	char *got = json_dumps(json_object_get(json_object_get(j, "fields"), field),
			       JSON_ENCODE_ANY | JSON_COMPACT);

	if (got == NULL || strcmp(got, wanted) != 0)
		fail_msg("%s of %s is %s, not %s", field, words, got, wanted);
	free(got);
	json_decref(j);
}
