/* JSON that people write: what can't be read is told with its place, and every value of a
 * document is found again in its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/json_text.h"
#include "common/text/reason.h"

static struct err e;

static void refused(const char *text, size_t len, const char *subject)
{
	struct json_text t;

	e = (struct err){ 0 };
	assert_int_equal(json_text_read(&t, (struct bytes){ (const uint8_t *)text, len }, &e),
			 ERR_BAD_PACK);
	assert_null(t.root);
	assert_string_equal(e.subject, subject);
	assert_string_not_equal(reason_in(e.why, LANG_VI), e.why);
}

#define REFUSED(text, subject) refused(text, sizeof(text) - 1, subject)

static void what_is_no_json_is_told(void **state)
{
	(void)state;
	REFUSED("", "the file is empty");
	REFUSED(" \r\n\t", "the file is empty");
	REFUSED("\xef\xbb\xbf", "the file is empty");
	REFUSED("[1]", "line 1, column 1: an object in { } is wanted here");
	REFUSED("{\n\"a\": [1,\n2",
		"line 3, column 1: the file ends too early: the bracket of line 2 is not closed");
	REFUSED("{\"a\": \"}{[", "line 1, column 10: the file ends too early: the bracket of line 1 is "
		"not closed");
	REFUSED("{\"a\": 1,\n \"b\": 2,\n}", "line 3, column 1: this is no JSON at '}': a comma, colon, "
		"quote or bracket is missing or too much");
	REFUSED("{'a': 1}", "line 1, column 2: this is no JSON at ''': a comma, colon, quote or bracket "
		"is missing or too much");
	REFUSED("{\"a\": 1, \"a\": 2}", "line 1, column 12: \"a\" is there twice in one object");
	REFUSED("{} {}", "line 1, column 4: something stands behind the end: '{'");
	REFUSED("{\"a\": \"\xff\"}", "line 1, column 7: the text is not UTF-8: save the file as UTF-8");
	REFUSED("{\"a\": \"x\ty\"}", "line 1, column 8: a text goes over the end of its line, or holds a "
		"tab: close its quote, or write \\n, \\t");
	REFUSED("{\"a\": \"x\ny\"}", "line 1, column 8: a text goes over the end of its line, or holds a "
		"tab: close its quote, or write \\n, \\t");
	REFUSED("{\"a\": 99999999999999999999}", "line 1, column 26: the number is too large");
	REFUSED("{\"a\": \"\\u0000\"}", "line 1, column 14: a text can't hold \\u0000");
}

static void depth_is_bounded(void **state)
{
	static char text[100000];

	(void)state;
	memset(text, '[', sizeof text);
	refused(text, sizeof text, "line 1, column 2049: brackets are nested too deeply");
}

static const char sample[] =
	"\xef\xbb\xbf{ \"$comment\": [\"x\"], \"list\": [\r\n"
	"  {\"code\": \"mot\", \"tên\": \"Tiếng Việt\", \"flag\": true},\r\n"
	"  {\"number\": 7, \"$comment\": \"}\", \"in\": [\"a\", \"b\\\"]\", 5, true, null]},\r\n"
	"  {\"x\": {\"y\": \"\\u00e1bc\\td\"}}],\r\n"
	"  \"k\\u0065y\":   1 }";

static void at(const struct json_text *t, const json_t *of, const char *key, unsigned line,
	       unsigned column, const char *path)
{
	struct json_place p;

	assert_true(json_text_place(t, of, key, &p));
	assert_string_equal(p.path, path);
	assert_int_equal(p.line, line);
	assert_int_equal(p.column, column);
}

static void every_value_is_found(void **state)
{
	struct json_place p;
	struct json_text t;
	json_t *list, *one, *in;

	(void)state;
	assert_int_equal(json_text_read(&t, bytes_str(sample), &e), 0);
	assert_null(json_object_get(t.root, "$comment"));
	list = json_object_get(t.root, "list");
	at(&t, t.root, NULL, 1, 1, "");
	at(&t, t.root, "list", 1, 22, "list");
	at(&t, t.root, "key", 5, 3, "key");
	at(&t, t.root, "nothing", 1, 1, "");
	one = json_array_get(list, 0);
	at(&t, one, NULL, 2, 3, "list.mot");
	at(&t, one, "tên", 2, 19, "list.mot.tên");
	at(&t, one, "flag", 2, 40, "list.mot.flag");
	at(&t, json_object_get(one, "tên"), NULL, 2, 19, "list.mot.tên");
	one = json_array_get(list, 1);
	at(&t, one, "number", 3, 4, "list.7.number");
	in = json_object_get(one, "in");
	at(&t, json_array_get(in, 1), NULL, 3, 46, "list.7.in[2]");
	at(&t, json_array_get(in, 2), NULL, 3, 54, "list.7.in[3]");
	/* true stands in many places at once. */
	assert_false(json_text_place(&t, json_array_get(in, 3), NULL, &p));
	assert_false(json_text_place(&t, NULL, NULL, &p));
	one = json_object_get(json_array_get(list, 2), "x");
	at(&t, one, "y", 4, 10, "list[3].x.y");
	json_decref(t.root);
}

/* The column of an expression's character, whatever escapes stand before it. */
static void columns_in_a_text(void **state)
{
	struct json_text t;
	json_t *one;

	(void)state;
	assert_int_equal(json_text_read(&t, bytes_str(sample), &e), 0);
	one = json_object_get(json_array_get(json_object_get(t.root, "list"), 2), "x");
	err_because(&e, ERR_BAD_PACK, "the file is empty");
	err_at(&e, 0, 1, "");
	json_text_at(&t, one, "y", &e);
	assert_string_equal(e.subject, "line 4, column 16: list[3].x.y: the file is empty");
	err_at(&e, 0, 5, "");
	json_text_at(&t, one, "y", &e);
	assert_string_equal(e.subject, "line 4, column 26: list[3].x.y: the file is empty");
	/* Of a part, as it stood in the whole. */
	t.line = 100;
	t.path = "reports.o1";
	json_text_bad(&t, one, NULL, &e, "the file is empty");
	assert_string_equal(e.subject, "line 103, column 4: reports.o1.list[3].x: the file is empty");
	json_decref(t.root);
}

static void keys(const char *object, const char *subject)
{
	struct json_text t;
	int code;

	e = (struct err){ 0 };
	assert_int_equal(json_text_read(&t, bytes_str(object), &e), 0);
	code = json_text_keys(&t, t.root, "code/s number/i required/b list/a map/o any old/x", &e);
	assert_int_equal(code, subject == NULL ? 0 : ERR_BAD_PACK);
	if (subject != NULL)
		assert_string_equal(e.subject, subject);
	json_decref(t.root);
}

static void only_these_keys(void **state)
{
	(void)state;
	keys("{\"code\":\"a\",\"number\":1,\"required\":false,\"list\":[],\"map\":{},\"any\":null,\"old\":2}",
	     NULL);
	keys("{\"requird\":1}", "line 1, column 2: requird: \"requird\" is no key here (\"required\"?)");
	keys("{\"colour\":1}", "line 1, column 2: colour: \"colour\" is no key here; there are: code, "
	     "number, required, list, map, any");
	keys("{\"\":1}", "line 1, column 2: \"\" is no key here; there are: code, number, required, "
	     "list, map, any");
	keys("{\"code number\":1}", "line 1, column 2: code number: \"code number\" is no key here; there "
	     "are: code, number, required, list, map, any");
	keys("{\"code\":1}", "line 1, column 2: code: must be a text");
	keys("{\"number\":\"1\"}", "line 1, column 2: number: must be a whole number");
	keys("{\"number\":1.0}", "line 1, column 2: number: must be a whole number");
	keys("{\"required\":\"true\"}", "line 1, column 2: required: must be true or false");
	keys("{\"list\":{}}", "line 1, column 2: list: must be a list in [ ]");
	keys("{\"map\":[]}", "line 1, column 2: map: must be an object in { }");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_json_is_told),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(every_value_is_found),
		cmocka_unit_test(columns_in_a_text),
		cmocka_unit_test(only_these_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
