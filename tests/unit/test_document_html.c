/* Official documents as HTML: one file by itself that lets nothing through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/system/env.h"
#include "tests/lib/document_sample.h"

struct fixture {
	struct document *d;
	struct err e;
	struct buf file;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->d = document_new();
	buf_init(&f->file, 1 << 24);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	document_free(f->d);
	buf_release(&f->file);
	free(f);
	return 0;
}

/* For looking at: KEEP=FOLDER. */
static void keep(const char *name, const struct buf *b)
{
	char path[1000];
	struct err e;

	if (getenv("KEEP") == NULL)
		return;
	snprintf(path, sizeof path, "%s/%s", getenv("KEEP"), name);
	assert_int_equal(env_write_file(path, buf_view(b), 0600, &e), 0);
}

static const char *html(struct fixture *f)
{
	buf_clear(&f->file);
	assert_int_equal(document_html(f->d, &f->file, &f->e), 0);
	buf_byte(&f->file, 0);
	return (const char *)f->file.at;
}

static void html_lets_nothing_through(void **state)
{
	static const char evil[] = "</style><script>alert(1)</script>\"\\\n'<b onclick=x>&";
	struct fixture *f = *state;
	struct document_column column = { .title = evil };
	const struct bytes text = bytes_str(evil);
	const struct document_head head = { text, text, text, text, text, text };
	const struct document_signature s = { &text, 1, text, text, text };
	const char *page;
	int i;

	document_name(f->d, text);
	document_notice(f->d, text);
	document_head(f->d, &head);
	for (i = 0; i < DOCUMENT_STYLES; i++)
		document_paragraph(f->d, (enum document_style)i, text);
	document_annex(f->d, text, text, text);
	document_table(f->d, &column, 1);
	document_row(f->d, ROW_PLAIN, &text);
	document_row(f->d, ROW_GROUP, &text);
	column.group = evil;
	document_table(f->d, &column, 1);
	document_signature(f->d, &s);
	page = html(f);
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "<b "));
	/* The style element ends once, and the notice in it is a string of one line. */
	assert_string_equal(strstr(strstr(page, "</style>") + 8, "</style>") == NULL ? "" : "twice",
			    "");
	assert_non_null(strstr(page, "\"\\00003c/style\\00003e\\00003cscript\\00003ealert(1)"
			       "\\00003c/script\\00003e\\000022\\00005c\\00000a'"));
}

static void html_stands_alone(void **state)
{
	struct fixture *f = *state;
	const char *page;

	document_sample(f->d);
	page = html(f);
	f->file.len--;
	keep("sample.html", &f->file);
	assert_null(strstr(page, "http:"));
	assert_null(strstr(page, "https:"));
	assert_null(strstr(page, "url("));
	assert_non_null(strstr(page, "default-src 'none'"));
	assert_non_null(strstr(page, "<section class=\"ngang\">"));
	assert_non_null(strstr(page, "<th colspan=\"4\">Số người</th>"));
	assert_non_null(strstr(page, "<td class=\"phai\">140.000.000</td>"));
	assert_non_null(strstr(page, "5 người &amp; &lt;3&gt; bảo lưu."));
	assert_non_null(strstr(page, "<p class=\"thong-bao\">TẠM TÍNH - còn 3 đơn vị chưa nộp</p>"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(html_lets_nothing_through),
		TEST(html_stands_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
