/* What the server refuses, on real sockets: requests that two programs would
 * read differently, and such that are too large. A refusal closes the
 * connection, so whatever stands behind the request never runs. */
#include "common/system/httpd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/lib/sock.h"

enum { BODY_MAX = 1024 * 1024 };

struct fixture {
	atomic_uint calls;
	struct httpd *server;
	unsigned port;
};

static void hello(struct httpd_call *call, void *self)
{
	struct fixture *f = self;
	char text[200];

	atomic_fetch_add(&f->calls, 1);
	snprintf(text, sizeof text, "%s %s %s %zu", call->method, call->path,
			call->peer, call->body.len);
	httpd_answer(call, 200, bytes_str(text), "text/plain");
}

static const struct httpd_route routes[] = {
	{ "POST", "/v1/exchange", BODY_MAX, hello },
	{ "GET", "/hello", 0, hello },
	{ "PUT", "/hello", 10, hello },
};

static void open_server(struct fixture *f)
{
	const struct httpd_options options = { .routes = routes,
		.route_count = sizeof routes / sizeof routes[0], .self = f };
	struct err e = { 0 };

	memset(f, 0, sizeof *f);
	if (httpd_open("127.0.0.1:0", &options, &f->server, &e) != 0)
		fail_msg("%s: %s", err_name(e.code), e.subject);
	f->port = httpd_port(f->server);
}

static void assert_bytes(const struct buf *b, const char *text)
{
	if (bytes_equal(buf_view(b), bytes_str(text)))
		return;
	fail_msg("got %zu bytes \"%.*s\", not \"%s\"", b->len, (int)b->len,
			b->at == NULL ? "" : (const char *)b->at, text);
}

static void assert_message(int fd, const char *text)
{
	struct buf b;

	buf_init(&b, 1 << 22);
	assert_true(sock_read_message(fd, &b));
	assert_bytes(&b, text);
	buf_release(&b);
}

static void send_text(int fd, const char *text)
{
	assert_true(sock_send(fd, bytes_str(text)));
}

static void assert_closed(int fd)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	sock_read_all(fd, &b);
	assert_bytes(&b, "");
	buf_release(&b);
}

#define HELLO "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
#define HELLO_REPLY "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" \
	"Content-Length: 22\r\n\r\nGET /hello 127.0.0.1 0"

/* A second request behind every ambiguous one: it must never run. */
#define SMUGGLED "GET /hello HTTP/1.1\r\nHost: a\r\nX: smuggled\r\n\r\n"
#define P "POST /v1/exchange HTTP/1.1\r\n"
#define WIRE(s) { (const uint8_t *)(s SMUGGLED), sizeof(s SMUGGLED) - 1 }

struct row {
	const char *what;
	struct bytes wire;
	const char *status;          /* NULL: closed without a reply */
};

static const struct row rows[] = {
	{ "cl and te", WIRE(P "Host: a\r\nContent-Length: 5\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400" },
	{ "te and cl", WIRE(P "Host: a\r\nTransfer-Encoding: chunked\r\n"
		"Content-Length: 5\r\n\r\n0\r\n\r\n"), "400" },
	{ "te", WIRE(P "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n"
		"0\r\n\r\n"), "400" },
	{ "te unknown", WIRE(P "Host: a\r\nTransfer-Encoding: xchunked\r\n"
		"Content-Length: 3\r\n\r\nabc"), "400" },
	{ "cl twice", WIRE(P "Host: a\r\nContent-Length: 3\r\n"
		"Content-Length: 3\r\n\r\nabc"), "400" },
	{ "cl differs", WIRE(P "Host: a\r\nContent-Length: 0\r\n"
		"Content-Length: 60\r\n\r\n"), "400" },
	{ "cl list", WIRE(P "Host: a\r\nContent-Length: 0, 60\r\n\r\n"), "400" },
	{ "cl signed", WIRE(P "Host: a\r\nContent-Length: +3\r\n\r\nabc"), "400" },
	{ "cl too large", WIRE(P "Host: a\r\n"
		"Content-Length: 99999999999999999999999\r\n\r\n"), "413" },
	{ "cl octal", WIRE(P "Host: a\r\nContent-Length: 03\r\n\r\nabc"), "400" },
	{ "blank before colon", WIRE(P "Host: a\r\n"
		"Content-Length : 3\r\n\r\nabc"), "400" },
	{ "tab before colon", WIRE(P "Host: a\r\nX: y\r\n"
		"Transfer-Encoding\t: chunked\r\nContent-Length: 5\r\n\r\n"
		"0\r\n\r\n"), "400" },
	{ "folded", WIRE(P "Host: a\r\nX: y\r\n z\r\nContent-Length: 0\r\n\r\n"),
		"400" },
	{ "folded length", WIRE(P "Host: a\r\nContent-Length:\r\n 3\r\n\r\nabc"),
		"400" },
	{ "no colon", WIRE(P "Host: a\r\nX\r\nContent-Length: 0\r\n\r\n"), "400" },
	{ "two hosts", WIRE("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
		"400" },
	{ "no host", WIRE("GET /hello HTTP/1.1\r\nX: a\r\n\r\n"), "400" },
	{ "no host 1.0", WIRE("GET /hello HTTP/1.0\r\nX: a\r\n\r\n"), "400" },
	{ "nul in value", WIRE("GET /hello HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
		"400" },
	{ "nul in name", WIRE("GET /hello HTTP/1.1\r\nHost: a\r\nX\0: a\r\n\r\n"),
		"400" },
	{ "nul in length", WIRE(P "Host: a\r\nContent-Length: 0\0""60\r\n\r\n"),
		"400" },
	{ "nul ends head", WIRE(P "Host: a\r\nContent-Length: 0\r\n\0X: y\r\n"),
		"400" },
	{ "nul in uri", WIRE("GET /hello\0x HTTP/1.1\r\nHost: a\r\n\r\n"), "400" },
	{ "nul in method", WIRE("GET\0x /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
		"400" },
	{ "bare cr", WIRE("GET /hello HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n"),
		"400" },
	{ "bare lf", WIRE("GET /hello HTTP/1.1\r\nHost: a\nX: a\r\n\r\n"), "400" },
	{ "bare lf only", WIRE("GET /hello HTTP/1.1\nHost: a\n\n"), "400" },
	{ "bare lf end", WIRE("GET /hello HTTP/1.1\r\nHost: a\r\n\n"), "400" },
	{ "two blanks", WIRE("GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"), "400" },
	{ "blank in uri", WIRE("GET /hello /x HTTP/1.1\r\nHost: a\r\n\r\n"), NULL },
	{ "no version", WIRE("GET /hello\r\nHost: a\r\n\r\n"), "400" },
	{ "junk", WIRE("\x16\x03\x01\x02\r\n\r\n"), NULL },
	{ "1.2", WIRE("GET /hello HTTP/1.2\r\nHost: a\r\n\r\n"), "505" },
	{ "2.0", WIRE("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n"), "505" },
	{ "absolute", WIRE("GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n"),
		"400" },
	{ "dots", WIRE("GET /%2e%2e/hello HTTP/1.1\r\nHost: a\r\n\r\n"), "400" },
	{ "encoded", WIRE("GET /%68ello HTTP/1.1\r\nHost: a\r\n\r\n"), "400" },
	{ "query", WIRE("GET /hello?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"), "400" },
	{ "other path", WIRE("POST /x HTTP/1.1\r\nHost: a\r\n"
		"Content-Length: 3\r\n\r\nabc"), "404" },
	{ "method", WIRE("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n"), "405" },
	{ "no length", WIRE(P "Host: a\r\n\r\n"), "411" },
	{ "too large", WIRE(P "Host: a\r\nContent-Length: 1048577\r\n\r\n"),
		"413" },
	{ "too large, asks", WIRE(P "Host: a\r\nContent-Length: 1048577\r\n"
		"Expect: 100-continue\r\n\r\n"), "413" },
	{ "body for get", WIRE("GET /hello HTTP/1.1\r\nHost: a\r\n"
		"Content-Length: 3\r\n\r\nabc"), "413" },
};

static void check_row(const struct fixture *f, const struct row *row)
{
	int fd = sock_connect(f->port);
	char start[32];
	struct buf b;

	buf_init(&b, 1 << 16);
	assert_true(sock_send(fd, row->wire));
	sock_read_all(fd, &b);
	buf_byte(&b, 0);
	snprintf(start, sizeof start, "HTTP/1.1 %s ",
			row->status == NULL ? "" : row->status);
	if (row->status == NULL ? b.len > 1 :
			strncmp((char *)b.at, start, strlen(start)) != 0)
		fail_msg("%s: %s", row->what, b.at);
	/* It announces the end, and nothing behind it was served. */
	if (row->status != NULL && (strstr((char *)b.at, " 200 ") != NULL ||
			strstr((char *)b.at, "\r\nConnection: close\r\n") == NULL))
		fail_msg("%s: %s", row->what, b.at);
	if (f->calls != 0)
		fail_msg("%s: a handler ran", row->what);
	buf_release(&b);
	close(fd);
}

static void test_ambiguous(void **state)
{
	struct fixture f;
	size_t i;

	(void)state;
	open_server(&f);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(&f, &rows[i]);
	httpd_close(f.server);
}

/* A good request, then one with two readings, then one more: only the first
 * runs, although all came in one segment. */
static void test_pipelined_smuggling(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	open_server(&f);
	fd = sock_connect(f.port);
	send_text(fd, HELLO P "Host: a\r\nContent-Length: 5\r\n"
			"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED);
	assert_message(fd, HELLO_REPLY);
	assert_message(fd, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
			"Content-Length: 0\r\n\r\n");
	assert_closed(fd);
	close(fd);
	assert_int_equal(f.calls, 1);
	httpd_close(f.server);
}

static void test_refusals_exact(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	open_server(&f);
	fd = sock_connect(f.port);
	send_text(fd, "POST /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_message(fd, "HTTP/1.1 405 Method Not Allowed\r\n"
			"Connection: close\r\nAllow: GET, PUT\r\n"
			"Content-Length: 0\r\n\r\n");
	assert_closed(fd);
	close(fd);
	httpd_close(f.server);
}

/* Heads of every size up to the limit, sent in crumbs, stay where they were
 * read; larger ones get 431. */
static void test_long_heads(void **state)
{
	struct fixture f;
	unsigned size;
	struct buf b;

	(void)state;
	open_server(&f);
	buf_init(&b, 1 << 20);
	for (size = 500; size <= 8000; size += 1500) {
		int fd = sock_connect(f.port);
		size_t at;

		buf_clear(&b);
		buf_printf(&b, "GET /hello HTTP/1.1\r\nHost: a\r\nX: %0*d\r\n\r\n",
				(int)size, 0);
		for (at = 0; at < b.len; at += 100)
			assert_true(sock_send(fd, (struct bytes){ b.at + at,
					b.len - at < 100 ? b.len - at : 100 }));
		assert_message(fd, HELLO_REPLY);
		close(fd);
	}
	for (size = 9000; size <= 90000; size += 27000) {
		int fd = sock_connect(f.port);

		buf_clear(&b);
		buf_printf(&b, "GET /hello HTTP/1.1\r\nHost: a\r\nX: %0*d\r\n\r\n",
				(int)size, 0);
		sock_send(fd, buf_view(&b));
		buf_clear(&b);
		sock_read_all(fd, &b);
		assert_true(b.len > 12);
		assert_memory_equal(b.at, "HTTP/1.1 431", 12);
		close(fd);
	}
	assert_int_equal(f.calls, 6);
	buf_release(&b);
	httpd_close(f.server);
}

/* Answered 413 while none of the declared body was sent. */
static void test_large_body_unread(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	open_server(&f);
	fd = sock_connect(f.port);
	send_text(fd, P "Host: a\r\nContent-Length: 1048577\r\n\r\n");
	assert_message(fd, "HTTP/1.1 413 Content Too Large\r\n"
			"Connection: close\r\nContent-Length: 0\r\n\r\n");
	assert_closed(fd);
	close(fd);
	assert_int_equal(f.calls, 0);
	httpd_close(f.server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ambiguous),
		cmocka_unit_test(test_pipelined_smuggling),
		cmocka_unit_test(test_refusals_exact),
		cmocka_unit_test(test_long_heads),
		cmocka_unit_test(test_large_body_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
