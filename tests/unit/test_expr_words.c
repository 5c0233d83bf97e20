/* Conditions of the district's plan in words: what clerks read in `types`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "common/expr/expr.h"
#include "common/expr/expr_words.h"
#include "tests/lib/office.h"

static struct schema *s;

static int begin(void **state)
{
	struct err e = { 0 };
	struct buf pack;

	(void)state;
	office_file("common/packs/songlo-nq06.json", &pack);
	buf_byte(&pack, 0);
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(schema_add(s, bytes_str((const char *)pack.at), &e), 0);
	buf_release(&pack);
	return 0;
}

static int end(void **state)
{
	(void)state;
	schema_free(s);
	return 0;
}

static void said(const char *type, const char *field, enum lang lang, const char *expected)
{
	const struct type *t = schema_type_by_code(s, bytes_str(type));
	const struct field *f = type_field_by_code(t, bytes_str(field));
	struct buf out;

	buf_init(&out, 4096);
	assert_true(expr_words(f->required_if, t, lang, &out));
	buf_byte(&out, 0);
	assert_string_equal((const char *)out.at, expected);
	buf_release(&out);
}

static void codes_become_labels(void **state)
{
	(void)state;
	said("pg_need", "lines", LANG_VI, "Nhu cầu của đơn vị là Có nhu cầu");
	said("dissem", "medium", LANG_EN, "Form is one of (Media programme, News item or article)");
	said("staff", "birth", LANG_VI, "Năm sinh (khi không rõ ngày) để trống");
	said("payment", "of", LANG_VI, "Đợt chi trả thứ có ghi");
	said("dissem", "merged_into", LANG_VI, "“Lồng ghép trong phiên họp khác”");
	said("annual_report", "results", LANG_VI, "không chọn “Không phát sinh”");
}

/* Of all conditions of the plan one alone has no words, as it counts rows; and what has none is
 * not half said. */
static void no_code_is_left(void **state)
{
	size_t i, k, n = 0;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->field_count; k++) {
			const struct field *f = &s->types[i]->fields[k];

			if (f->required_if == NULL)
				continue;
			buf_clear(&out);
			if (!expr_words(f->required_if, s->types[i], LANG_VI, &out)) {
				assert_string_equal(f->code, "fewer_note");
				continue;
			}
			assert_null(memchr(out.at, '\'', out.len));
			n++;
		}
	assert_true(n > 40);
	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->check_count; k++) {
			const struct expr *must = s->types[i]->checks[k].must;

			buf_clear(&out);
			if (strpbrk(expr_text(must), "$*+") != NULL) {
				assert_false(expr_words(must, s->types[i], LANG_VI, &out));
				assert_int_equal(out.len, 0);
			}
		}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_become_labels),
		cmocka_unit_test(no_code_is_left),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
