/* Sentences: every code has one in both languages, and they say what they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/sentence.h"
#include "common/text/text.h"

static const int codes[] = {
#define X(name, number, text) ERR_##name,
	ERR_LIST(X)
#undef X
};

enum { CODES = sizeof codes / sizeof codes[0] };

/* The sentence of a code with a subject, as a C string in a static buffer. */
static const char *say(int code, const char *subject, enum lang lang)
{
	static char text[4096];
	struct err e = { .code = code };
	struct buf b;

	strncpy(e.subject, subject, sizeof e.subject - 1);
	buf_init(&b, sizeof text - 1);
	sentence_error(&e, lang, &b);
	assert_false(b.failed);
	memcpy(text, b.at, b.len);
	text[b.len] = '\0';
	buf_release(&b);
	return text;
}

static void every_code_has_a_sentence(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CODES; i++)
		if (!sentence_known(codes[i]))
			fail_msg("no sentence for %s", err_name(codes[i]));
	assert_false(sentence_known(-9999));
}

static void sentences_are_whole(void **state)
{
	static const enum lang langs[] = { LANG_VI, LANG_EN };
	static const char *const subjects[] = { "", "CHU-DE" };
	size_t i, l, s;

	(void)state;
	for (i = 0; i < CODES; i++)
		for (l = 0; l < 2; l++)
			for (s = 0; s < 2; s++) {
				const char *text = say(codes[i], subjects[s], langs[l]);
				struct bytes bytes = bytes_str(text);

				/* Two sentences: what is wrong, what to do. */
				assert_true(bytes.len > 30);
				assert_int_equal(text[bytes.len - 1], '.');
				assert_non_null(strchr(text, ' '));
				assert_null(strpbrk(text, "[]%"));
				assert_null(strstr(text, "  "));
				assert_null(strstr(text, ": ."));
				assert_null(strstr(text, "()"));
				assert_true(text_is_nfc(bytes));
				if (subjects[s][0] != '\0')
					assert_non_null(strstr(text, subjects[s]));
			}
}

static void languages_differ(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CODES; i++) {
		char vi[4096];

		strcpy(vi, say(codes[i], "", LANG_VI));
		assert_string_not_equal(vi, say(codes[i], "", LANG_EN));
	}
}

static void an_unknown_code_keeps_its_number(void **state)
{
	(void)state;
	assert_string_equal(say(-999, "x", LANG_EN), "Error 999: x.");
	assert_string_equal(say(-999, "", LANG_VI), "Lỗi 999.");
}

static struct schema *make_schema(void)
{
	static const char pack[] =
		"{\"format\":1,\"pack\":\"p\",\"version\":1,\"vi\":\"P\",\"en\":\"P\","
		"\"roles\":[{\"number\":1,\"code\":\"clerk\",\"vi\":\"C\",\"en\":\"C\","
		"\"reads\":\"own\",\"writes\":\"own\"}],"
		"\"types\":[{\"number\":100,\"code\":\"t\",\"vi\":\"T\",\"en\":\"T\","
		"\"edit\":[\"clerk\"],\"title\":[\"a\"],\"fields\":["
		"{\"number\":1001,\"code\":\"a\",\"vi\":\"Mục A\",\"en\":\"Field A\","
		"\"kind\":\"int\"}],\"checks\":[{\"number\":1,\"left\":\"a\",\"op\":\">\","
		"\"value\":0,\"vi\":\"A phải lớn hơn 0.\",\"en\":\"A must be above 0.\"}]}]}";
	struct schema *s;
	struct err e;

	assert_int_equal(schema_new(&s, &e), 0);
	if (schema_add(s, bytes_str(pack), &e) != 0)
		fail_msg("%s", e.subject);
	return s;
}

static void say_verdict(const struct verdict *v, const struct schema *s, const struct type *t,
			enum lang lang, const char *expected)
{
	struct buf b;

	buf_init(&b, 4096);
	sentence_verdict(v, s, t, lang, &b);
	buf_byte(&b, 0);
	assert_non_null(strstr((const char *)b.at, expected));
	buf_release(&b);
}

static void verdicts_name_fields_and_checks(void **state)
{
	struct schema *s = make_schema();
	const struct type *t = schema_type(s, 100);
	struct verdict required = { .code = ERR_REQUIRED, .rule = 1001 };
	struct verdict check = { .code = ERR_CHECK, .rule = 1 };
	struct verdict strange = { .code = ERR_CHECK, .rule = 77 };
	struct verdict locked = { .code = ERR_LOCKED };

	(void)state;
	say_verdict(&required, s, t, LANG_VI, "Mục A");
	say_verdict(&required, s, t, LANG_EN, "Field A");
	/* Of a record whose type is not known the field still is. */
	say_verdict(&required, s, NULL, LANG_EN, "Field A");
	say_verdict(&check, s, t, LANG_VI, "A phải lớn hơn 0.");
	say_verdict(&check, s, t, LANG_EN, "A must be above 0.");
	say_verdict(&strange, s, t, LANG_EN, "77");
	say_verdict(&locked, s, t, LANG_EN, "locked");
	schema_free(s);
}

static void exit_statuses_are_as_documented(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(sentence_exit(0), 0);
	assert_int_equal(sentence_exit(ERR_CHECK), 1);
	assert_int_equal(sentence_exit(ERR_IN_CONFLICT), 1);
	assert_int_equal(sentence_exit(ERR_USAGE), 2);
	assert_int_equal(sentence_exit(ERR_BAD_INPUT), 2);
	assert_int_equal(sentence_exit(ERR_NOT_ENROLLED), 3);
	assert_int_equal(sentence_exit(ERR_REVOKED), 3);
	assert_int_equal(sentence_exit(ERR_NO_LINK), 4);
	assert_int_equal(sentence_exit(ERR_NOT_DONGBO), 4);
	assert_int_equal(sentence_exit(ERR_FORKED), 5);
	assert_int_equal(sentence_exit(ERR_CORRUPT), 6);
	assert_int_equal(sentence_exit(ERR_FULL), 6);
	for (i = 0; i < CODES; i++)
		assert_in_range(sentence_exit(codes[i]), 1, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_sentence),
		cmocka_unit_test(sentences_are_whole),
		cmocka_unit_test(languages_differ),
		cmocka_unit_test(an_unknown_code_keeps_its_number),
		cmocka_unit_test(verdicts_name_fields_and_checks),
		cmocka_unit_test(exit_statuses_are_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
