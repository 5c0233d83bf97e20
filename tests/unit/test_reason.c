/* Reasons in both languages: the sources are read for the English ones, each of which has its
 * Vietnamese, with the same things to fill in. */
#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/system/env.h"
#include "common/text/reason.h"
#include "common/text/reason_parts.h"
#include "common/text/sentence.h"
#include "common/text/text.h"

static struct err e;

/* The calls that take a reason. */
static const char *const calls[] = { "loader_bad(", "reading_bad(", "expr_fail(", "json_text_bad(",
				     "err_because(", "complain(", "bad(", "unexpected(", "node_want(",
				     NULL };

static bool is_call(const char *text, const char *at, size_t *len)
{
	size_t i;

	for (i = 0; calls[i] != NULL; i++) {
		*len = strlen(calls[i]);
		if (strncmp(at, calls[i], *len) == 0)
			return at == text || strchr(" \t!(,?:=", at[-1]) != NULL;
	}
	return false;
}

/* Words that are no names: what a reason has and a key has not. */
static bool is_reason(const char *text)
{
	return strchr(text, ' ') != NULL && text[0] != ' ';
}

static size_t found;

static void ask(const char *path, const char *text)
{
	if (!is_reason(text))
		return;
	found++;
	if (strcmp(reason_in(text, LANG_VI), text) == 0)
		fail_msg("%s: no Vietnamese for \"%s\"", path, text);
}

/* The texts among a call's arguments, from behind its bracket; pieces side by side are one. */
static void read_call(const char *path, const char *p)
{
	char text[1000];
	size_t n = 0, depth = 1;

	for (; *p != '\0' && depth > 0; p++) {
		if (*p == '"') {
			for (p++; *p != '"'; p++) {
				p += *p == '\\';
				text[n++] = *p;
				assert_true(n < sizeof text);
			}
			continue;
		}
		if (strchr(" \t\n", *p) != NULL)
			continue;
		depth += *p == '(';
		depth -= *p == ')';
		text[n] = '\0';
		if (n > 0)
			ask(path, text);
		n = 0;
	}
}

static void read_source(const char *path)
{
	struct buf file;
	const char *text, *p;
	size_t len;

	buf_init(&file, 1 << 20);
	assert_int_equal(env_read_file(path, &file, &e), 0);
	buf_byte(&file, 0);
	text = (const char *)file.at;
	for (p = text; *p != '\0'; p++)
		if (is_call(text, p, &len))
			read_call(path, p + len);
	buf_release(&file);
}

static void read_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[300];

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);

		snprintf(path, sizeof path, "%.60s/%.200s", folder, entry->d_name);
		if (strchr(entry->d_name, '.') == NULL)
			read_folder(path);
		else if (n > 2 && strcmp(entry->d_name + n - 2, ".c") == 0)
			read_source(path);
	}
	closedir(dir);
}

static void each_reason_of_the_sources_has_both(void **state)
{
	(void)state;
	read_folder("common");
	read_folder("server");
	read_folder("client");
	assert_true(found > 200);
}

/* The letters of a template's conversions. */
static void letters(const char *template, char *out)
{
	for (; *template != '\0'; template++) {
		if (*template != '%')
			continue;
		template++;
		template += strspn(template, "0123456789.*z");
		if (*template != '%')
			*out++ = *template;
	}
	*out = '\0';
}

static void both_fill_in_the_same(void **state)
{
	const struct reason *const lists[] = { reasons_of_packs, reasons_of_expressions,
					       reasons_of_reports, reasons_of_libraries };
	const struct reason *r;
	char en[20], vi[20];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		for (r = lists[i]; r->en != NULL; r++) {
			letters(r->en, en);
			letters(r->vi, vi);
			if (strlen(en) != strlen(vi))
				fail_msg("\"%s\" fills in %s, \"%s\" %s", r->en, en, r->vi, vi);
			assert_true(text_is_nfc(bytes_str(r->vi)));
			assert_ptr_equal(reason_in(r->en, LANG_VI), r->vi);
			assert_string_equal(reason_in(r->en, LANG_EN), r->en);
		}
}

static const char *subject(enum lang lang)
{
	static char text[1000];
	struct buf out;

	buf_init(&out, sizeof text - 1);
	reason_subject(&e, lang, &out);
	memcpy(text, out.at, out.len);
	text[out.len] = '\0';
	buf_release(&out);
	return text;
}

static void a_subject_is_said_in_both(void **state)
{
	(void)state;
	err_because(&e, ERR_BAD_PACK, "'%c' between %s and %s", '+', "a date", "a text");
	assert_string_equal(e.subject, "'+' between a date and a text");
	assert_string_equal(subject(LANG_VI), "không dùng '+' giữa ngày và chữ");
	err_at(&e, 12, 4, "types.x");
	assert_string_equal(e.subject, "line 12, column 4: types.x: '+' between a date and a text");
	assert_string_equal(subject(LANG_EN), e.subject);
	assert_string_equal(subject(LANG_VI), "dòng 12, cột 4: types.x: không dùng '+' giữa ngày và chữ");
	err_at(&e, 0, 4, "");
	assert_string_equal(subject(LANG_VI), "cột 4: không dùng '+' giữa ngày và chữ");
	/* Words that nobody has put into Vietnamese, and no reason at all. */
	err_because(&e, ERR_BAD_PACK, "so it is: %.*s, %zu", 3, "abcd", (size_t)7);
	assert_string_equal(subject(LANG_VI), "so it is: abc, 7");
	err_set(&e, ERR_IO, "line 3: x");
	assert_string_equal(subject(LANG_VI), "line 3: x");
	assert_true(e.why == NULL && e.line == 0);
}

static void an_error_is_the_reason_of_another(void **state)
{
	struct buf out;

	(void)state;
	err_set(&e, ERR_REQUIRED, "cccd");
	assert_int_equal(err_cause(&e, ERR_BAD_PACK), ERR_BAD_PACK);
	err_at(&e, 9, 1, "records.r1");
	assert_string_equal(e.subject, "line 9, column 1: records.r1: required: cccd");
	assert_string_equal(subject(LANG_VI), "dòng 9, cột 1: records.r1: ");
	buf_init(&out, 1000);
	sentence_error(&e, LANG_VI, &out);
	buf_byte(&out, 0);
	assert_non_null(strstr((const char *)out.at, "dòng 9, cột 1: records.r1: "));
	assert_null(strstr((const char *)out.at, "required"));
	assert_non_null(strstr((const char *)out.at, "cccd"));
	buf_release(&out);
}

/* Long subjects end with whole characters, and what is cut off is not looked for. */
static void long_ones_are_cut(void **state)
{
	char text[600];
	size_t i;

	(void)state;
	for (i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "ệ", 3);
	text[i] = '\0';
	err_because(&e, ERR_BAD_PACK, "there is no type \"%.40s\"", text);
	err_at(&e, 1, 1, text);
	assert_true(text_is_nfc(bytes_str(e.subject)));
	assert_true(text_is_nfc(bytes_str(subject(LANG_VI))));
	err_wrap(&e, "%s", text);
	assert_true(text_is_nfc(bytes_str(e.subject)));
	assert_true(text_is_nfc(bytes_str(subject(LANG_VI))));
}

static void the_system_is_understood(void **state)
{
	(void)state;
	assert_int_equal(reason_system(&e, ERR_IO, EACCES, "%s", "/x/y"), ERR_IO);
	assert_string_equal(e.subject, "/x/y: there is no right to it");
	assert_string_equal(subject(LANG_VI), "/x/y: không có quyền truy cập");
	reason_system(&e, ERR_IO, 9999, "%s", "/x/y");
	assert_string_equal(e.subject, "/x/y: the system reports error 9999");
	assert_string_equal(subject(LANG_VI), "/x/y: hệ điều hành báo lỗi 9999");
	assert_int_equal(reason_system(NULL, ERR_IO, EACCES, "x"), ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_of_the_sources_has_both),
		cmocka_unit_test(both_fill_in_the_same),
		cmocka_unit_test(a_subject_is_said_in_both),
		cmocka_unit_test(an_error_is_the_reason_of_another),
		cmocka_unit_test(long_ones_are_cut),
		cmocka_unit_test(the_system_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
