/* XML as events, its bounds, and texts written for XML and HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/xml.h"

struct seen {
	struct buf b;
	bool stop;
};

static int open(void *ctx, const char *name, const char **attributes, struct err *e)
{
	struct seen *s = ctx;
	const char *id = xml_attribute(attributes, "id");

	buf_printf(&s->b, "<%s%s%s>", name, id == NULL ? "" : " ", id == NULL ? "" : id);
	return s->stop ? err_set(e, ERR_CHECK, "stopped") : 0;
}

static int close(void *ctx, const char *name, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	buf_printf(&s->b, "</%s>", name);
	return 0;
}

static int text(void *ctx, struct bytes piece, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	buf_add(&s->b, piece);
	return 0;
}

/* Reads in pieces of so many bytes. */
static int read(struct seen *s, const char *xml, size_t piece, struct err *e)
{
	const struct xml_handler handler = { s, open, close, text };
	size_t len = strlen(xml), at;
	struct xml *x;
	int code;

	buf_init(&s->b, 1 << 20);
	assert_int_equal(xml_new("part", &handler, &x, e), 0);
	for (at = code = 0; at < len && code == 0; at += piece)
		code = xml_feed(x, (struct bytes){ (const uint8_t *)xml + at,
						   len - at < piece ? len - at : piece }, e);
	if (code == 0)
		code = xml_end(x, e);
	else
		assert_int_equal(xml_end(x, e), code);
	xml_free(x);
	buf_byte(&s->b, 0);
	return code;
}

static void events_in_pieces_of_any_size(void **state)
{
	struct seen s = { .stop = false };
	size_t piece;

	(void)state;
	for (piece = 1; piece < 80; piece++) {
		assert_int_equal(read(&s, "<?xml version='1.0'?><r:a xmlns:r='u' r:id=\"1\"><!-- x -->"
				      "<b>Đồng &amp; &#7897;<![CDATA[<c>]]></b></r:a>", piece, NULL), 0);
		assert_string_equal((char *)s.b.at, "<a 1><b>Đồng & ộ<c></b></a>");
		buf_release(&s.b);
	}
	xml_free(NULL);
}

static void expect_error(const char *xml, int code, const char *subject)
{
	struct seen s = { .stop = false };
	struct err e = { 0 };

	assert_int_equal(read(&s, xml, 1000, &e), code);
	assert_string_equal(e.subject, subject);
	buf_release(&s.b);
}

static void errors_tell_part_and_line(void **state)
{
	struct seen s = { .stop = true };
	struct err e;

	(void)state;
	expect_error("<a>\n<b></a>", ERR_MALFORMED, "part line 2");
	expect_error("<a>", ERR_MALFORMED, "part line 1");
	expect_error("", ERR_MALFORMED, "part line 1");
	expect_error("<a>&nbsp;</a>", ERR_MALFORMED, "part line 1");
	expect_error("<a>\xff</a>", ERR_MALFORMED, "part line 1");
	expect_error("\n<!DOCTYPE a><a/>", ERR_MALFORMED, "part line 2");
	expect_error("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", ERR_MALFORMED, "part line 1");
	assert_int_equal(read(&s, "<a><b/></a>", 1000, &e), ERR_CHECK);
	assert_string_equal(e.subject, "stopped");
	assert_string_equal((char *)s.b.at, "<a>");
	buf_release(&s.b);
}

static void depth_and_attributes_are_bounded(void **state)
{
	struct buf b;
	int i, n;

	(void)state;
	buf_init(&b, 1 << 20);
	for (n = XML_DEPTH_MAX; n <= XML_DEPTH_MAX + 1; n++) {
		struct seen s = { .stop = false };
		bool good = n == XML_DEPTH_MAX;

		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_put(&b, "<a>", 3);
		for (i = 0; i < n; i++)
			buf_put(&b, "</a>", 4);
		buf_byte(&b, 0);
		assert_int_equal(read(&s, (char *)b.at, 100, NULL), good ? 0 : ERR_TOO_DEEP);
		buf_release(&s.b);
		buf_clear(&b);
		buf_put(&b, "<a", 2);
		for (i = 0; i < n; i++)
			buf_printf(&b, " a%d='1'", i);
		buf_put(&b, "/>", 3);
		assert_int_equal(read(&s, (char *)b.at, 100, NULL), good ? 0 : ERR_TOO_LARGE);
		buf_release(&s.b);
	}
	buf_release(&b);
}

static void texts_are_escaped(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	xml_put(&b, bytes_str("<a b=\"c\" d='e'>&amp; Đồng\n\t\x01\x7f\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"));
	xml_put(&b, BYTES_NONE);
	buf_byte(&b, 0);
	assert_string_equal((char *)b.at, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp; Đồng\n\t\x7f"
					  "\xef\xbf\xbd");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_in_pieces_of_any_size),
		cmocka_unit_test(errors_tell_part_and_line),
		cmocka_unit_test(depth_and_attributes_are_bounded),
		cmocka_unit_test(texts_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
