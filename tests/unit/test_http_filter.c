/* The filter alone. Requests are written as wire bytes and cut the lenient way
 * HTTP libraries do (bare LF ends a line, strings end at NUL), because the
 * filter must find what such cutting hides. */
#include "common/system/http_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void never(struct httpd_call *call, void *self)
{
	(void)call;
	(void)self;
	fail();
}

static const struct httpd_route routes[] = {
	{ "POST", "/v1/exchange", 1000, never },
	{ "GET", "/v1/exchange", 0, never },
	{ "GET", "/", 0, never },
};

enum { ROUTES = sizeof routes / sizeof routes[0] };

struct cut {
	struct http_header headers[HTTP_HEADERS_MAX];
	struct http_head head;
};

/* The next line, without its end; advances at. */
static struct bytes cut_line(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *from = *at;
	const uint8_t *lf = memchr(from, '\n', (size_t)(end - from));

	assert_non_null(lf);
	*at = lf + 1;
	if (lf > from && lf[-1] == '\r')
		lf--;
	return (struct bytes){ from, (size_t)(lf - from) };
}

static struct bytes to_nul(const uint8_t *at, size_t len)
{
	return (struct bytes){ at, strnlen((const char *)at, len) };
}

static void cut_request_line(struct http_head *head, struct bytes line)
{
	const uint8_t *end = line.at + line.len;
	const uint8_t *a = memchr(line.at, ' ', line.len);
	const uint8_t *b = end - 1;

	assert_non_null(a);
	head->method = to_nul(line.at, (size_t)(a - line.at));
	while (*a == ' ')
		a++;
	while (*b != ' ')
		b--;
	head->uri = to_nul(a, (size_t)(b - a));
	head->version = to_nul(b + 1, (size_t)(end - b - 1));
}

static void cut_request(struct cut *cut, struct bytes raw)
{
	const uint8_t *at = raw.at, *end = raw.at + raw.len;
	struct http_head *head = &cut->head;

	memset(cut, 0, sizeof *cut);
	head->headers = cut->headers;
	cut_request_line(head, cut_line(&at, end));
	for (;;) {
		struct bytes line = cut_line(&at, end);
		const uint8_t *colon, *value;

		if (line.len == 0 || line.at[0] == '\0')
			break;
		colon = memchr(line.at, ':', line.len);
		assert_non_null(colon);
		for (value = colon + 1; value < line.at + line.len &&
				(*value == ' ' || *value == '\t'); value++)
			;
		if (head->count < HTTP_HEADERS_MAX)
			cut->headers[head->count] = (struct http_header){
				to_nul(line.at, (size_t)(colon - line.at)),
				to_nul(value, (size_t)(line.at + line.len - value)),
			};
		head->count++;
	}
	head->whole = (struct bytes){ raw.at, (size_t)(at - raw.at) };
}

struct row {
	const char *what;
	struct bytes raw;
	unsigned status;
	bool hidden;                 /* visible only in the memory of the head */
};

#define RAW(s) { (const uint8_t *)(s), sizeof(s) - 1 }
#define POST "POST /v1/exchange HTTP/1.1\r\n"

static const struct row rows[] = {
	{ "post", RAW(POST "Host: a\r\nContent-Length: 1000\r\n\r\n"), 0, 0 },
	{ "get", RAW("GET / HTTP/1.1\r\nHost: a.vn:80\r\n\r\n"), 0, 0 },
	{ "1.0", RAW("GET / HTTP/1.0\r\nHost: [::1]:8\r\n\r\n"), 0, 0 },
	{ "no blank", RAW("GET / HTTP/1.1\r\nHost:a\r\n\r\n"), 0, 0 },
	{ "more blanks", RAW("GET / HTTP/1.1\r\nHost: \t a\r\n\r\n"), 0, 0 },
	{ "empty value", RAW("GET / HTTP/1.1\r\nX:\r\nHost: a\r\n\r\n"), 0, 0 },
	{ "utf-8 value", RAW("GET / HTTP/1.1\r\nHost: a\r\nX: x\xc3\xa3\r\n\r\n"),
		0, 0 },
	{ "length 0", RAW("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
		0, 0 },

	{ "no host", RAW("GET / HTTP/1.1\r\nX: a\r\n\r\n"), 400, 0 },
	{ "no headers", RAW("GET / HTTP/1.1\r\n\r\n"), 400, 0 },
	{ "two hosts", RAW("GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n"), 400, 0 },
	{ "empty host", RAW("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400, 0 },
	{ "host list", RAW("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"), 400, 0 },
	{ "host user", RAW("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), 400, 0 },
	{ "two lengths", RAW(POST "Host: a\r\nContent-Length: 3\r\n"
		"content-length: 3\r\n\r\n"), 400, 0 },
	{ "length list", RAW(POST "Host: a\r\nContent-Length: 3, 3\r\n\r\n"),
		400, 0 },
	{ "signed", RAW(POST "Host: a\r\nContent-Length: +3\r\n\r\n"), 400, 0 },
	{ "negative", RAW(POST "Host: a\r\nContent-Length: -3\r\n\r\n"), 400, 0 },
	{ "hex", RAW(POST "Host: a\r\nContent-Length: 0x3\r\n\r\n"), 400, 0 },
	{ "octal", RAW(POST "Host: a\r\nContent-Length: 010\r\n\r\n"), 400, 0 },
	{ "no digits", RAW(POST "Host: a\r\nContent-Length:\r\n\r\n"), 400, 0 },
	{ "blank behind", RAW(POST "Host: a\r\nContent-Length: 3 \r\n\r\n"),
		400, 0 },
	{ "overflow", RAW(POST "Host: a\r\n"
		"Content-Length: 18446744073709551619\r\n\r\n"), 400, 0 },
	{ "te", RAW(POST "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, 0 },
	{ "cl and te", RAW(POST "Host: a\r\nContent-Length: 3\r\n"
		"Transfer-encoding: identity\r\n\r\n"), 400, 0 },
	{ "blank before colon", RAW(POST "Host: a\r\nContent-Length : 3\r\n\r\n"),
		400, 0 },
	{ "tab before colon", RAW(POST "Host: a\r\nContent-Length\t: 3\r\n\r\n"),
		400, 0 },
	{ "empty name", RAW("GET / HTTP/1.1\r\nHost: a\r\n: 3\r\n\r\n"), 400, 0 },
	{ "name not a token", RAW("GET / HTTP/1.1\r\nHost: a\r\nX(y: 3\r\n\r\n"),
		400, 0 },
	{ "cr in value", RAW("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
		400, 0 },
	{ "escape in value", RAW("GET / HTTP/1.1\r\nHost: a\r\nX: \x1b[0m\r\n\r\n"),
		400, 0 },
	{ "del in value", RAW("GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n"),
		400, 0 },
	{ "absolute uri", RAW("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 0 },
	{ "star", RAW("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 0 },
	{ "blank in uri", RAW("GET /a /b HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 0 },
	{ "byte in uri", RAW("GET /\xc3\xa3 HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 0 },
	{ "method", RAW("G@T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 0 },

	{ "nul in value", RAW("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"), 400, 1 },
	{ "nul in name", RAW("GET / HTTP/1.1\r\nHost: a\r\nX\0y: a\r\n\r\n"),
		400, 1 },
	{ "nul in length", RAW(POST "Host: a\r\nContent-Length: 3\0""0\r\n\r\n"),
		400, 1 },
	{ "nul ends the head", RAW("GET / HTTP/1.1\r\nHost: a\r\n\0X: y\r\n\r\n"),
		400, 1 },
	{ "nul in uri", RAW("GET /\0x HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 1 },
	{ "nul in method", RAW("GET\0X / HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 1 },
	{ "bare lf", RAW("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"), 400, 1 },
	{ "bare lf at the end", RAW("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400, 1 },
	{ "bare lf first", RAW("GET / HTTP/1.1\nHost: a\r\n\r\n"), 400, 1 },
	{ "two blanks", RAW("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400, 1 },

	{ "other path", RAW("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"), 404, 0 },
	{ "dots", RAW("GET /%2e%2e/v1 HTTP/1.1\r\nHost: a\r\n\r\n"), 404, 0 },
	{ "encoded", RAW("GET /v1/%65xchange HTTP/1.1\r\nHost: a\r\n\r\n"), 404, 0 },
	{ "query", RAW("GET /?a=b HTTP/1.1\r\nHost: a\r\n\r\n"), 404, 0 },
	{ "longer", RAW("GET /v1/exchange/ HTTP/1.1\r\nHost: a\r\n\r\n"), 404, 0 },
	{ "method not there", RAW("PUT / HTTP/1.1\r\nHost: a\r\n\r\n"), 405, 0 },
	{ "lower case", RAW("get / HTTP/1.1\r\nHost: a\r\n\r\n"), 405, 0 },
	{ "length missing", RAW(POST "Host: a\r\n\r\n"), 411, 0 },
	{ "one too long", RAW(POST "Host: a\r\nContent-Length: 1001\r\n\r\n"),
		413, 0 },
	{ "huge", RAW(POST "Host: a\r\nContent-Length: 9999999999999999999\r\n\r\n"),
		413, 0 },
	{ "body for get", RAW("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"),
		413, 0 },
	{ "2.0", RAW("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505, 0 },
	{ "1.2", RAW("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), 505, 0 },
};

static void check_row(const struct row *row, bool with_memory)
{
	struct cut cut;
	struct http_verdict v;
	unsigned expected = row->status;

	cut_request(&cut, row->raw);
	if (!with_memory) {
		cut.head.whole = BYTES_NONE;
		if (row->hidden)
			expected = 0;
	}
	v = http_filter(&cut.head, routes, ROUTES);
	if (v.status != expected)
		fail_msg("%s: %u, not %u", row->what, v.status, expected);
	if (v.status != 0) {
		assert_null(v.route);
		assert_int_equal(v.length, 0);
	} else if (v.route == NULL) {
		fail_msg("%s: no route", row->what);
	}
}

static void test_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(&rows[i], true);
}

/* Without the memory the hidden cases pass: it is the memory that shows them,
 * not some other rule. */
static void test_table_without_memory(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(&rows[i], false);
}

static void test_route_and_length(void **state)
{
	struct cut cut;
	struct http_verdict v;
	const struct bytes post =
		RAW(POST "Host: a\r\nContent-Length: 17\r\n\r\n");
	const struct bytes get = RAW("GET /v1/exchange HTTP/1.1\r\nHost: a\r\n\r\n");

	(void)state;
	cut_request(&cut, post);
	v = http_filter(&cut.head, routes, ROUTES);
	assert_ptr_equal(v.route, &routes[0]);
	assert_int_equal(v.length, 17);
	cut_request(&cut, get);
	v = http_filter(&cut.head, routes, ROUTES);
	assert_ptr_equal(v.route, &routes[1]);
	assert_int_equal(v.length, 0);
	assert_int_equal(http_filter(&cut.head, routes, 0).status, 404);
}

/* A folded line is joined in other memory, so it leaves a gap. */
static void test_folded(void **state)
{
	static const uint8_t joined[] = "X";
	const struct bytes raw = RAW("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n");
	struct cut cut;

	(void)state;
	cut_request(&cut, raw);
	assert_int_equal(http_filter(&cut.head, routes, ROUTES).status, 0);
	cut.headers[1].name.at = joined;
	assert_int_equal(http_filter(&cut.head, routes, ROUTES).status, 400);
}

static void add_headers(struct buf *b, unsigned count, unsigned size)
{
	unsigned i;

	buf_printf(b, "GET / HTTP/1.1\r\nHost: a\r\n");
	for (i = 1; i < count; i++)
		buf_printf(b, "X: %0*d\r\n", (int)size, 0);
	buf_printf(b, "\r\n");
	assert_false(b->failed);
}

static void test_head_limits(void **state)
{
	struct cut cut;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	add_headers(&b, HTTP_HEADERS_MAX, 1);
	cut_request(&cut, buf_view(&b));
	assert_int_equal(http_filter(&cut.head, routes, ROUTES).status, 0);
	buf_clear(&b);
	add_headers(&b, HTTP_HEADERS_MAX + 1, 1);
	cut_request(&cut, buf_view(&b));
	assert_int_equal(http_filter(&cut.head, routes, ROUTES).status, 431);
	buf_clear(&b);
	add_headers(&b, 2, HTTP_HEAD_MAX - 32);
	assert_int_equal(b.len, HTTP_HEAD_MAX);
	cut_request(&cut, buf_view(&b));
	assert_int_equal(http_filter(&cut.head, routes, ROUTES).status, 0);
	buf_clear(&b);
	add_headers(&b, 2, HTTP_HEAD_MAX - 31);
	cut_request(&cut, buf_view(&b));
	assert_int_equal(http_filter(&cut.head, routes, ROUTES).status, 431);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_table_without_memory),
		cmocka_unit_test(test_route_and_length),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_head_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
