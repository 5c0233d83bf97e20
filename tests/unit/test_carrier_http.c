/* The carrier against the real server, and against a scripted socket that
 * shows the bytes it sends and gives the answers a bad link gives. */
#include "client/sync/carrier_http.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/system/httpd.h"
#include "tests/lib/sock.h"

#define MAGIC "\xd6\xb6"
#define OK(body, len) "HTTP/1.1 200 OK\r\nContent-Length: " len "\r\n\r\n" body

/* One connection: takes `messages` requests, answers each with `reply`, then
 * closes, or waits for the other side to. */
struct script {
	struct bytes reply;
	unsigned messages;
	bool silent;                 /* reads, never answers */
	bool stay;
	long pause_ms;               /* after each byte of the reply */
	volatile sig_atomic_t *stop; /* set once the first request is in */
	size_t fill;                 /* zero bytes after the reply */
	/* what happened */
	int listener;
	unsigned port;
	struct buf seen;
	uint64_t sent;
	pthread_t thread;
};

static void send_slowly(int fd, struct bytes bytes, long ms)
{
	const struct timespec t = { 0, ms * 1000000 };

	for (; bytes.len > 0; bytes.at++, bytes.len--) {
		if (!sock_send(fd, (struct bytes){ bytes.at, 1 }))
			return;
		nanosleep(&t, NULL);
	}
}

static void send_reply(struct script *s, int fd)
{
	static const uint8_t zeros[65536];
	size_t left;

	if (s->silent)
		return;
	if (s->pause_ms > 0)
		send_slowly(fd, s->reply, s->pause_ms);
	else
		sock_send(fd, s->reply);
	s->sent += s->reply.len;
	for (left = s->fill; left > 0; ) {
		size_t n = left < sizeof zeros ? left : sizeof zeros;

		if (!sock_send(fd, (struct bytes){ zeros, n }))
			return;
		s->sent += n;
		left -= n;
	}
}

static void *run_script(void *arg)
{
	struct script *s = arg;
	int fd = sock_accept(s->listener);
	unsigned i;

	for (i = 0; i < s->messages; i++) {
		if (!sock_read_message(fd, &s->seen))
			break;
		if (s->stop != NULL)
			*s->stop = 1;
		send_reply(s, fd);
	}
	if (s->silent || s->stay)
		sock_read_all(fd, &s->seen);
	close(fd);
	return NULL;
}

static void script_start(struct script *s)
{
	buf_init(&s->seen, 1 << 24);
	s->sent = 0;
	s->listener = sock_listen(&s->port);
	assert_int_equal(pthread_create(&s->thread, NULL, run_script, s), 0);
}

static void script_join(struct script *s)
{
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->listener);
}

static struct carrier_http *open_at(unsigned port,
		const volatile sig_atomic_t *stopped)
{
	const struct carrier_http_options options = {
		.connect_seconds = 5, .progress_seconds = 1, .stopped = stopped,
	};
	struct carrier_http *carrier = NULL;
	struct err e = { 0 };
	char base[64];

	snprintf(base, sizeof base, "http://127.0.0.1:%u", port);
	if (carrier_http_open(base, &options, &carrier, &e) != 0)
		fail_msg("%s: %s", err_name(e.code), e.subject);
	return carrier;
}

static void assert_ok(int code, const struct err *e)
{
	if (code != 0)
		fail_msg("%s: %s", err_name(code), e->subject);
}

static void assert_bytes(struct bytes got, struct bytes expected)
{
	if (!bytes_equal(got, expected))
		fail_msg("%zu bytes \"%.*s\"", got.len, (int)got.len,
				got.at == NULL ? "" : (const char *)got.at);
}

/* One exchange of "abc" with a scripted answer. */
static int exchange_once(struct script *s, struct buf *reply, struct err *e)
{
	struct carrier_http *carrier;
	int code;

	s->messages = 1;
	script_start(s);
	carrier = open_at(s->port, s->stop);
	buf_init(reply, 1 << 24);
	code = carrier_http_exchange(carrier, bytes_str("abc"), reply, e);
	carrier_http_close(carrier);
	script_join(s);
	buf_release(&s->seen);
	return code;
}

static void assert_fails(struct script s, int expected, const char *subject)
{
	struct err e = { 0 };
	struct buf reply;
	int code = exchange_once(&s, &reply, &e);

	if (code != expected)
		fail_msg("%s, not %s: %s", err_name(code), err_name(expected),
				e.subject);
	assert_int_equal(e.code, expected);
	assert_true(e.subject[0] != '\0');
	if (subject != NULL)
		assert_string_equal(e.subject, subject);
	assert_int_equal(reply.len, 0);
	buf_release(&reply);
}

static struct script answering(const char *reply)
{
	return (struct script){ .reply = bytes_str(reply) };
}

static void test_exact_request(void **state)
{
	struct script s = { .reply = bytes_str(OK(MAGIC "x", "3")),
		.messages = 2, .stay = true };
	struct carrier_http_counts counts;
	struct carrier_http *carrier;
	struct err e = { 0 };
	struct buf reply, expected;
	int i;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
	script_start(&s);
	carrier = open_at(s.port, NULL);
	buf_init(&reply, 100);
	for (i = 0; i < 2; i++) {
		assert_ok(carrier_http_exchange(carrier, bytes_str("abc"), &reply,
				&e), &e);
		assert_bytes(buf_view(&reply), bytes_str(MAGIC "x"));
	}
	counts = carrier_http_counts(carrier);
	carrier_http_close(carrier);
	script_join(&s);
	/* The script takes one connection: both came over it. */
	buf_init(&expected, 1000);
	for (i = 0; i < 2; i++)
		buf_printf(&expected, "POST /v1/exchange HTTP/1.1\r\n"
				"Host: 127.0.0.1:%u\r\nContent-Length: 3\r\n\r\nabc",
				s.port);
	assert_bytes(buf_view(&s.seen), buf_view(&expected));
	assert_int_equal(counts.requests, 2);
	assert_int_equal(counts.body_up, 6);
	assert_int_equal(counts.body_down, 6);
	assert_int_equal(counts.wire_up, s.seen.len);
	assert_int_equal(counts.wire_down, s.sent);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	buf_release(&expected);
	buf_release(&reply);
	buf_release(&s.seen);
}

/* Counters equal what the socket saw for bodies of all sizes, for the library
 * sends small and large ones differently, and for a chunked reply. */
static void test_counts_are_exact(void **state)
{
	static uint8_t body[3 * 1024 * 1024];
	static const size_t sizes[] = { 0, 1, 1000, 16000, 65535, 65536, 100000,
		1024 * 1024, 1024 * 1024 + 1, sizeof body };
	static const char chunked[] = "HTTP/1.1 200 OK\r\n"
		"Transfer-Encoding: chunked\r\n\r\n2\r\n" MAGIC "\r\n3\r\nabc\r\n"
		"0\r\n\r\n";
	struct script s = { .reply = bytes_str(chunked),
		.messages = sizeof sizes / sizeof sizes[0], .stay = true };
	struct carrier_http_counts counts;
	struct carrier_http *carrier;
	struct err e = { 0 };
	struct buf reply;
	uint64_t up = 0;
	size_t i;

	(void)state;
	script_start(&s);
	carrier = open_at(s.port, NULL);
	buf_init(&reply, 100);
	for (i = 0; i < s.messages; i++) {
		assert_ok(carrier_http_exchange(carrier,
				(struct bytes){ body, sizes[i] }, &reply, &e), &e);
		assert_bytes(buf_view(&reply), bytes_str(MAGIC "abc"));
		up += sizes[i];
	}
	counts = carrier_http_counts(carrier);
	carrier_http_close(carrier);
	script_join(&s);
	assert_int_equal(counts.requests, s.messages);
	assert_int_equal(counts.body_up, up);
	assert_int_equal(counts.body_down, 5 * s.messages);
	assert_int_equal(counts.wire_up, s.seen.len);
	assert_int_equal(counts.wire_down, s.sent);
	buf_release(&reply);
	buf_release(&s.seen);
}

static void echo(struct httpd_call *call, void *self)
{
	atomic_fetch_add((atomic_uint *)self, 1);
	httpd_answer(call, 200, call->body, NULL);
}

static void test_big_bodies(void **state)
{
	static uint8_t body[LIMIT_MESSAGE];
	static const struct httpd_route routes[] = {
		{ "POST", "/v1/exchange", LIMIT_MESSAGE, echo },
	};
	atomic_uint calls = 0;
	const struct httpd_options options = { .routes = routes,
		.route_count = 1, .self = &calls };
	struct carrier_http_counts counts;
	struct carrier_http *carrier;
	struct httpd *server = NULL;
	struct err e = { 0 };
	struct buf reply;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof body; i++)
		body[i] = (uint8_t)(i * 2654435761u >> 11);
	memcpy(body, MAGIC, 2);
	assert_ok(httpd_open("127.0.0.1:0", &options, &server, &e), &e);
	carrier = open_at(httpd_port(server), NULL);
	buf_init(&reply, CARRIER_REPLY_MAX);
	for (i = 0; i < 3; i++) {
		assert_ok(carrier_http_exchange(carrier, BYTES_OF(body), &reply,
				&e), &e);
		assert_bytes(buf_view(&reply), BYTES_OF(body));
	}
	counts = carrier_http_counts(carrier);
	assert_int_equal(counts.body_up, 3 * sizeof body);
	assert_int_equal(counts.body_down, 3 * sizeof body);
	assert_int_equal(counts.wire_down, 3 * (sizeof body +
			strlen("HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n")));
	assert_int_equal(calls, 3);
	/* The same carrier goes on after its connection was closed. */
	httpd_close(server);
	assert_int_equal(carrier_http_exchange(carrier, bytes_str(MAGIC), &reply,
			&e), ERR_NO_LINK);
	assert_int_equal(reply.len, 0);
	carrier_http_close(carrier);
	buf_release(&reply);
}

/* A kept connection that died is replaced without the caller noticing. */
static void test_reconnects(void **state)
{
	struct script s = { .reply = bytes_str(OK(MAGIC, "2")), .messages = 1 };
	struct carrier_http *carrier;
	struct err e = { 0 };
	struct buf reply;

	(void)state;
	script_start(&s);
	carrier = open_at(s.port, NULL);
	buf_init(&reply, 100);
	assert_ok(carrier_http_exchange(carrier, bytes_str("a"), &reply, &e), &e);
	assert_int_equal(pthread_join(s.thread, NULL), 0);
	assert_int_equal(pthread_create(&s.thread, NULL, run_script, &s), 0);
	assert_ok(carrier_http_exchange(carrier, bytes_str("b"), &reply, &e), &e);
	carrier_http_close(carrier);
	script_join(&s);
	assert_int_equal(s.seen.at[s.seen.len - 1], 'b');
	buf_release(&s.seen);
	buf_release(&reply);
}

static void test_no_link(void **state)
{
	const struct carrier_http_options options = { .connect_seconds = 5 };
	struct carrier_http *carrier = NULL;
	struct err e = { 0 };
	struct buf reply;
	unsigned port;
	int fd;

	(void)state;
	buf_init(&reply, 100);
	fd = sock_listen(&port);
	close(fd);
	carrier = open_at(port, NULL);
	assert_int_equal(carrier_http_exchange(carrier, bytes_str("a"), &reply,
			&e), ERR_NO_LINK);
	assert_int_equal(e.code, ERR_NO_LINK);
	/* In words of ours; the library's are kept apart. */
	assert_string_equal(e.subject, "nothing answers there");
	assert_true(e.library[0] != '\0');
	carrier_http_close(carrier);
	assert_ok(carrier_http_open("http://dongbo.invalid:80", &options,
			&carrier, &e), &e);
	assert_int_equal(carrier_http_exchange(carrier, bytes_str("a"), &reply,
			&e), ERR_NO_LINK);
	carrier_http_close(carrier);
	buf_release(&reply);
}

static void test_cut_off(void **state)
{
	(void)state;
	assert_fails(answering(""), ERR_NO_LINK, NULL);
	assert_fails(answering("HTTP/1.1 200 OK\r\nContent-Le"), ERR_NO_LINK,
			NULL);
	assert_fails(answering("HTTP/1.1 200 OK\r\nX: y\r\n"), ERR_NO_LINK, NULL);
	assert_fails(answering(OK(MAGIC "abc", "10")), ERR_NO_LINK, NULL);
	assert_fails(answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
			"\r\n2\r\n" MAGIC "\r\n"), ERR_NO_LINK, NULL);
}

static void test_stalled(void **state)
{
	static uint8_t body[LIMIT_MESSAGE];
	struct script s = answering(OK(MAGIC "abc", "10"));
	struct carrier_http *carrier;
	struct err e = { 0 };
	struct buf reply;
	unsigned port;
	int fd;

	(void)state;
	/* Nobody accepts, so nobody reads what the kernel took. */
	fd = sock_listen(&port);
	carrier = open_at(port, NULL);
	buf_init(&reply, 100);
	assert_int_equal(carrier_http_exchange(carrier, BYTES_OF(body), &reply,
			&e), ERR_STALLED);
	carrier_http_close(carrier);
	buf_release(&reply);
	close(fd);
	assert_fails((struct script){ .silent = true }, ERR_STALLED, NULL);
	s.stay = true;
	assert_fails(s, ERR_STALLED, NULL);
}

/* Slow is not stalled: the whole takes longer than progress_seconds. */
static void test_slow_is_fine(void **state)
{
	struct script s = { .reply = bytes_str(OK(MAGIC "abcd", "6")),
		.pause_ms = 60 };
	struct err e = { 0 };
	struct buf reply;

	(void)state;
	assert_ok(exchange_once(&s, &reply, &e), &e);
	assert_bytes(buf_view(&reply), bytes_str(MAGIC "abcd"));
	buf_release(&reply);
}

static void test_http_status(void **state)
{
	struct script s = answering("HTTP/1.1 503 Busy\r\n"
			"Content-Length: 1000000000\r\n\r\n");

	(void)state;
	assert_fails(answering("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n"
			MAGIC), ERR_HTTP, "503");
	assert_fails(answering("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"),
			ERR_HTTP, "404");
	assert_fails(answering("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
			"Location: http://127.0.0.1:1/login\r\n\r\n"), ERR_HTTP, "302");
	assert_fails(answering("HTTP/1.1 204 None\r\n\r\n"), ERR_HTTP, "204");
	s.fill = 1000000000;
	assert_fails(s, ERR_HTTP, "503");
}

static void test_captive_portal(void **state)
{
	static const char page[] = "<html>";
	struct script s = answering(
			"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n<");

	(void)state;
	assert_fails(answering("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
			"Content-Length: 6\r\n\r\n<html>"), ERR_NOT_DONGBO, NULL);
	assert_fails(answering(OK("", "0")), ERR_NOT_DONGBO, NULL);
	assert_fails(answering(OK("\xd6", "1")), ERR_NOT_DONGBO, NULL);
	assert_fails(answering(OK("\xd6\x01", "2")), ERR_NOT_DONGBO, NULL);
	assert_fails(answering("SSH-2.0-OpenSSH_9.2\r\n"), ERR_NOT_DONGBO, NULL);
	assert_fails(answering(page), ERR_NOT_DONGBO, NULL);
	/* Given up at the first byte, or this would take a gigabyte. */
	s.fill = 999999999;
	assert_fails(s, ERR_NOT_DONGBO, NULL);
}

static void test_too_large(void **state)
{
	struct script s = answering(
			"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" MAGIC);
	struct err e = { 0 };
	struct buf reply;
	char head[100];

	(void)state;
	s.fill = 999999998;
	assert_fails(s, ERR_TOO_LARGE, NULL);
	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
			MAGIC, CARRIER_REPLY_MAX);
	s.reply = bytes_str(head);
	s.fill = CARRIER_REPLY_MAX - 2;
	assert_ok(exchange_once(&s, &reply, &e), &e);
	assert_int_equal(reply.len, CARRIER_REPLY_MAX);
	buf_release(&reply);
	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
			MAGIC, CARRIER_REPLY_MAX + 1);
	s.fill = CARRIER_REPLY_MAX - 1;
	assert_fails(s, ERR_TOO_LARGE, NULL);
}

/* The reply buffer's own, lower ceiling. */
static void test_small_ceiling(void **state)
{
	struct script s = { .reply = bytes_str(OK(MAGIC "abc", "5")),
		.messages = 1 };
	struct carrier_http *carrier;
	struct err e = { 0 };
	struct buf reply;

	(void)state;
	script_start(&s);
	carrier = open_at(s.port, NULL);
	buf_init(&reply, 4);
	assert_int_equal(carrier_http_exchange(carrier, bytes_str("a"), &reply,
			&e), ERR_TOO_LARGE);
	assert_int_equal(reply.len, 0);
	assert_false(reply.failed);
	carrier_http_close(carrier);
	script_join(&s);
	buf_release(&s.seen);
	buf_release(&reply);
}

static void test_stopped(void **state)
{
	volatile sig_atomic_t stop = 0;
	struct carrier_http_counts counts;
	struct carrier_http *carrier;
	struct err e = { 0 };
	struct buf reply;

	(void)state;
	assert_fails((struct script){ .silent = true, .stop = &stop },
			ERR_STOPPED, NULL);
	assert_int_equal(stop, 1);
	/* Set before: nothing is sent. */
	carrier = open_at(1, &stop);
	buf_init(&reply, 100);
	assert_int_equal(carrier_http_exchange(carrier, bytes_str("a"), &reply,
			&e), ERR_STOPPED);
	counts = carrier_http_counts(carrier);
	assert_int_equal(counts.requests, 0);
	assert_int_equal(counts.wire_up, 0);
	carrier_http_close(carrier);
	buf_release(&reply);
}

static void test_bad_bases(void **state)
{
	static const char *const bad[] = { "", "127.0.0.1:80", "ftp://a",
		"file:///etc/passwd", "HTTP://a", "http://", "http:///x",
		"http://u:p@a", "http://a?b", "http://a#b", "http://a b",
		"http://a\r\nX: y", "https://" };
	const struct carrier_http_options options = { .connect_seconds = 5 };
	struct carrier_http *carrier = NULL;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (carrier_http_open(bad[i], &options, &carrier, &e) !=
				ERR_BAD_VALUE)
			fail_msg("\"%s\"", bad[i]);
	assert_null(carrier);
	carrier_http_close(NULL);
}

static void test_base_with_path(void **state)
{
	struct script s = { .reply = bytes_str(OK(MAGIC, "2")), .messages = 1 };
	const struct carrier_http_options options = { .connect_seconds = 5 };
	static const char start[] = "POST /huyen/v1/exchange HTTP/1.1\r\n";
	struct carrier_http *carrier = NULL;
	struct err e = { 0 };
	struct buf reply;
	char base[64];

	(void)state;
	script_start(&s);
	snprintf(base, sizeof base, "http://127.0.0.1:%u/huyen/", s.port);
	assert_ok(carrier_http_open(base, &options, &carrier, &e), &e);
	buf_init(&reply, 100);
	assert_ok(carrier_http_exchange(carrier, bytes_str("a"), &reply, &e), &e);
	carrier_http_close(carrier);
	script_join(&s);
	assert_true(s.seen.len > sizeof start);
	assert_memory_equal(s.seen.at, start, sizeof start - 1);
	buf_release(&s.seen);
	buf_release(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_request),
		cmocka_unit_test(test_counts_are_exact),
		cmocka_unit_test(test_big_bodies),
		cmocka_unit_test(test_reconnects),
		cmocka_unit_test(test_no_link),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_slow_is_fine),
		cmocka_unit_test(test_http_status),
		cmocka_unit_test(test_captive_portal),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_small_ceiling),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_bad_bases),
		cmocka_unit_test(test_base_with_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
