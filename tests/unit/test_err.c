/* protocol/err: names and numbers are a promise to other programs, so no two codes
 * may share one; subjects stay within their line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/err.h"

static void codes_are_distinct(void **state)
{
	static const struct { int code; const char *name; } all[] = {
#define X(name, number, text) { ERR_##name, text },
		ERR_LIST(X)
#undef X
	};
	size_t i, k, n = sizeof all / sizeof all[0];

	(void)state;
	for (i = 0; i < n; i++) {
		assert_true(all[i].code < 0 && all[i].code >= -9999);
		assert_string_equal(err_name(all[i].code), all[i].name);
		for (k = i + 1; k < n; k++) {
			assert_int_not_equal(all[i].code, all[k].code);
			assert_string_not_equal(all[i].name, all[k].name);
		}
	}
}

static void numbers_stay(void **state)
{
	(void)state;
	assert_int_equal(ERR_NOMEM, -1);
	assert_int_equal(ERR_TRUNCATED, -20);
	assert_int_equal(ERR_BAD_SEAL, -31);
	assert_int_equal(ERR_NOT_ENROLLED, -50);
	assert_int_equal(ERR_ALREADY, -70);
	assert_int_equal(ERR_NO_LINK, -110);
	assert_int_equal(ERR_NO_OFFICER, -121);
}

static void names_of_other_numbers(void **state)
{
	(void)state;
	assert_string_equal(err_name(0), "ok");
	assert_string_equal(err_name(1), "unknown_code");
	assert_string_equal(err_name(-19), "unknown_code");
	assert_string_equal(err_name(-9999), "unknown_code");
}

static void setting(void **state)
{
	char text[500];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(err_set(&e, ERR_IO, "%s %d", "line", 12), ERR_IO);
	assert_int_equal(e.code, ERR_IO);
	assert_string_equal(e.subject, "line 12");
	assert_int_equal(err_set(NULL, ERR_FULL, "x"), ERR_FULL);

	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = '\0';
	err_set(&e, ERR_DB, "%s", text);
	assert_int_equal(strlen(e.subject), sizeof e.subject - 1);
}

static void wrapping(void **state)
{
	char text[500], before[sizeof ((struct err *)0)->subject];
	struct err e = { 0 };

	(void)state;
	err_set(&e, ERR_BAD_VALUE, "name");
	assert_int_equal(err_wrap(&e, "line %d", 7), ERR_BAD_VALUE);
	assert_string_equal(e.subject, "line 7: name");
	err_wrap(&e, "file");
	assert_string_equal(e.subject, "file: line 7: name");

	/* Nothing inside: no colon that leads nowhere. */
	err_set(&e, ERR_IO, "%s", "");
	err_wrap(&e, "disk");
	assert_string_equal(e.subject, "disk");

	/* Too long for both, then for the outer alone. */
	memset(text, 'b', sizeof text);
	text[250] = '\0';
	err_set(&e, ERR_IO, "%s", text);
	err_wrap(&e, "%s", text);
	assert_int_equal(strlen(e.subject), sizeof e.subject - 1);
	memcpy(before, e.subject, sizeof before);
	text[250] = 'b';
	text[sizeof text - 1] = '\0';
	err_wrap(&e, "%s", text);
	assert_int_equal(strlen(e.subject), sizeof e.subject - 1);
	assert_string_not_equal(e.subject, before);
	assert_int_equal(err_wrap(NULL, "x"), ERR_UNKNOWN);
}

static void a_library_s_words_stand_apart(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_because(&e, ERR_NO_LINK, "nothing answers there");
	err_library(&e, "Failed to connect");
	assert_string_equal(e.subject, "nothing answers there");
	assert_string_equal(e.library, "Failed to connect");
	err_at(&e, 0, 0, "x.vn");
	assert_string_equal(e.library, "Failed to connect");
	err_set(&e, ERR_NO_LINK, "another");
	assert_string_equal(e.library, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_library_s_words_stand_apart),
		cmocka_unit_test(codes_are_distinct),
		cmocka_unit_test(numbers_stay),
		cmocka_unit_test(names_of_other_numbers),
		cmocka_unit_test(setting),
		cmocka_unit_test(wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
