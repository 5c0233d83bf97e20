/* protocol/vectors: every case, both ways. The files are the truth here: nothing is
 * made that they are then compared with. A file that is missing, empty or no JSON
 * fails, and so does a case that nobody checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/vector.h"

static const char *const files[] = {
	"basic", "signature", "changeset", "changeset-bad", "object", "request", "reply",
	"verdicts", "envelope", "documents", "enrolment", "snapshot", "later", "heal"
};
enum { FILES = sizeof files / sizeof files[0] };

static struct arena arena;
static json_t *loaded[FILES];

static json_t *load(const char *name)
{
	char path[200];
	json_error_t why;
	json_t *j;

	snprintf(path, sizeof path, "protocol/vectors/%s.json", name);
	j = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
	if (j == NULL)
		fail_msg("%s: %d: %s", path, why.line, why.text);
	if (!json_is_array(j) || json_array_size(j) == 0)
		fail_msg("%s: no cases", path);
	return j;
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 2 * (size_t)LIMIT_MEMORY);
	return sodium_init() < 0;
}

static int teardown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < FILES; i++)
		json_decref(loaded[i]);
	arena_release(&arena);
	return 0;
}

static void files_are_there(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < FILES; i++)
		loaded[i] = load(files[i]);
}

static const char *name_of(json_t *kase)
{
	return json_string_value(vec_get(kase, "name"));
}

/* The code of a machine name. */
static int code_of(json_t *kase, const char *name)
{
	int n;

	for (n = 1; n < 10000; n++)
		if (strcmp(err_name(-n), name) == 0)
			return -n;
	fail_msg("%s: no error %s", name_of(kase), name);
	return 0;
}

/* What the bytes give is what the file says; an exact copy, so that a sanitizer
 * sees every read past the end. */
static void read_case(const struct vec_kind *k, json_t *kase, struct bytes in)
{
	json_t *error = json_object_get(kase, "error"), *value = NULL;
	struct bytes exact = gen_exact(in);
	int code = k->read(kase, exact, &arena, &value);
	char *text;

	if (error != NULL) {
		int want = code_of(kase, json_string_value(error));

		if (code != want)
			fail_msg("%s: %s, not %s", name_of(kase), err_name(code), err_name(want));
		assert_null(value);
	} else if (code != 0) {
		fail_msg("%s: %s", name_of(kase), err_name(code));
	} else if (!json_equal(value, vec_get(kase, "value"))) {
		text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		fail_msg("%s: %s", name_of(kase), text);
	}
	json_decref(value);
	gen_free(exact);
}

static void write_case(const struct vec_kind *k, json_t *kase, struct bytes in)
{
	struct buf out;
	int code;
	bool same;

	buf_init(&out, 2 * LIMIT_MESSAGE);
	code = k->write(kase, &arena, &out);
	if (code != 0 || out.failed)
		fail_msg("%s: writing: %s", name_of(kase), err_name(code));
	same = k->same != NULL ? k->same(kase, buf_view(&out), in, &arena) :
				 bytes_equal(buf_view(&out), in);
	if (!same)
		fail_msg("%s: written as %s", name_of(kase),
			 json_string_value(vec_hex(buf_view(&out))));
	buf_release(&out);
}

static const struct vec_kind *kind_of(json_t *kase)
{
	const char *name = (const char *)vec_text(kase, "kind").at;
	const struct vec_kind *k = vec_kind(name);

	if (k == NULL)
		fail_msg("%s: no kind %s", name_of(kase), name);
	return k;
}

static void every_case_reads(void **state)
{
	size_t i, n, read = 0;
	json_t *kase;

	(void)state;
	for (i = 0; i < FILES; i++)
		json_array_foreach(loaded[i], n, kase) {
			arena_clear(&arena);
			read_case(kind_of(kase), kase, vec_bytes(kase, "hex", &arena));
			read++;
		}
	assert_true(read >= 200);
}

static void every_value_writes(void **state)
{
	size_t i, n, written = 0;
	json_t *kase;

	(void)state;
	for (i = 0; i < FILES; i++)
		json_array_foreach(loaded[i], n, kase) {
			const struct vec_kind *k = kind_of(kase);

			if (json_object_get(kase, "error") != NULL || k->write == NULL ||
			    json_is_true(json_object_get(kase, "one_way")))
				continue;
			arena_clear(&arena);
			write_case(k, kase, vec_bytes(kase, "hex", &arena));
			written++;
		}
	assert_true(written >= 80);
}

/* Names are what SPEC.md and people find a case by. */
static void cases_are_named_and_enough(void **state)
{
	json_t *names = json_object(), *kase;
	size_t i, n, valid = 0, rejected = 0;

	(void)state;
	for (i = 0; i < FILES; i++)
		json_array_foreach(loaded[i], n, kase) {
			if (json_object_get(names, name_of(kase)) != NULL)
				fail_msg("%s: twice", name_of(kase));
			json_object_set_new(names, name_of(kase), json_true());
			assert_true(json_is_string(vec_get(kase, "why")));
			assert_true((json_object_get(kase, "error") == NULL) !=
				    (json_object_get(kase, "value") == NULL));
			if (json_object_get(kase, "error") != NULL)
				rejected++;
			else
				valid++;
		}
	json_decref(names);
	print_message("%zu valid, %zu rejected\n", valid, rejected);
	assert_true(valid >= 100);
	assert_true(rejected >= 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_there),
		cmocka_unit_test(every_case_reads),
		cmocka_unit_test(every_value_writes),
		cmocka_unit_test(cases_are_named_and_enough),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
