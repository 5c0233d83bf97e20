/* The server on real sockets: exact bytes of answers, answers from other
 * threads, limits and close. What it refuses is in test_httpd_refusals.c. */
#include "common/system/httpd.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/lib/sock.h"

enum { BODY_MAX = 1024 * 1024, LATER_MAX = 64 };

/* What the handlers share with the tests. */
struct desk {
	atomic_uint calls;
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	struct httpd_call *waiting[LATER_MAX];
	unsigned count;
	atomic_bool answered;
};

struct fixture {
	struct desk desk;
	struct httpd *server;
	unsigned port;
};

static void echo(struct httpd_call *call, void *self)
{
	struct desk *desk = self;

	atomic_fetch_add(&desk->calls, 1);
	httpd_answer(call, 200, call->body, NULL);
}

static void hello(struct httpd_call *call, void *self)
{
	struct desk *desk = self;
	char text[200];

	atomic_fetch_add(&desk->calls, 1);
	snprintf(text, sizeof text, "%s %s %s %zu", call->method, call->path,
			call->peer, call->body.len);
	httpd_answer(call, 200, bytes_str(text), "text/plain");
}

static void later(struct httpd_call *call, void *self)
{
	struct desk *desk = self;

	atomic_fetch_add(&desk->calls, 1);
	pthread_mutex_lock(&desk->lock);
	if (desk->count < LATER_MAX)
		desk->waiting[desk->count++] = call;
	pthread_cond_broadcast(&desk->arrived);
	pthread_mutex_unlock(&desk->lock);
}

static const struct httpd_route routes[] = {
	{ "POST", "/v1/exchange", BODY_MAX, echo },
	{ "GET", "/hello", 0, hello },
	{ "PUT", "/hello", 10, hello },
	{ "POST", "/later", 100, later },
};

static void desk_wait(struct desk *desk, unsigned count)
{
	pthread_mutex_lock(&desk->lock);
	while (desk->count < count)
		pthread_cond_wait(&desk->arrived, &desk->lock);
	pthread_mutex_unlock(&desk->lock);
}

static void open_with(struct fixture *f, struct httpd_options options)
{
	struct err e = { 0 };

	memset(f, 0, sizeof *f);
	assert_int_equal(pthread_mutex_init(&f->desk.lock, NULL), 0);
	assert_int_equal(pthread_cond_init(&f->desk.arrived, NULL), 0);
	options.routes = routes;
	options.route_count = sizeof routes / sizeof routes[0];
	options.self = &f->desk;
	if (httpd_open("127.0.0.1:0", &options, &f->server, &e) != 0)
		fail_msg("%s: %s", err_name(e.code), e.subject);
	f->port = httpd_port(f->server);
	assert_true(f->port > 0);
}

static void open_plain(struct fixture *f)
{
	open_with(f, (struct httpd_options){ .idle_seconds = 60 });
}

static void shut(struct fixture *f)
{
	httpd_close(f->server);
	pthread_cond_destroy(&f->desk.arrived);
	pthread_mutex_destroy(&f->desk.lock);
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

#define EXCHANGE(body, len) "POST /v1/exchange HTTP/1.1\r\nHost: a\r\n" \
	"Content-Length: " len "\r\n\r\n" body
#define HELLO "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
#define HELLO_REPLY "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" \
	"Content-Length: 22\r\n\r\nGET /hello 127.0.0.1 0"

static void test_exact_reply(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	open_plain(&f);
	fd = sock_connect(f.port);
	send_text(fd, EXCHANGE("abc", "3"));
	assert_message(fd, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
	send_text(fd, EXCHANGE("", "0"));
	assert_message(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	send_text(fd, HELLO);
	assert_message(fd, HELLO_REPLY);
	send_text(fd, HELLO HELLO);
	assert_message(fd, HELLO_REPLY);
	assert_message(fd, HELLO_REPLY);
	send_text(fd, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_message(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n"
			"Content-Type: text/plain\r\nContent-Length: 22\r\n\r\n"
			"GET /hello 127.0.0.1 0");
	assert_closed(fd);
	close(fd);
	assert_int_equal(f.desk.calls, 6);
	shut(&f);
}

static void test_big_body(void **state)
{
	static uint8_t body[BODY_MAX];
	struct fixture f;
	struct buf b;
	size_t i, head;
	int fd;

	(void)state;
	open_plain(&f);
	for (i = 0; i < sizeof body; i++)
		body[i] = (uint8_t)(i * 2654435761u >> 13);
	fd = sock_connect(f.port);
	send_text(fd, EXCHANGE("", "1048576"));
	assert_true(sock_send(fd, BYTES_OF(body)));
	buf_init(&b, 1 << 22);
	assert_true(sock_read_message(fd, &b));
	head = strlen("HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n");
	assert_int_equal(b.len, head + sizeof body);
	assert_memory_equal(b.at + head, body, sizeof body);
	buf_release(&b);
	close(fd);
	shut(&f);
}

static void pause_ms(long ms)
{
	const struct timespec t = { 0, ms * 1000000 };

	nanosleep(&t, NULL);
}

static void test_slow_body(void **state)
{
	static const char text[] = EXCHANGE("slowly", "6");
	struct fixture f;
	size_t i;
	int fd;

	(void)state;
	open_plain(&f);
	fd = sock_connect(f.port);
	for (i = 0; i < sizeof text - 1; i++) {
		assert_true(sock_send(fd, (struct bytes){
				(const uint8_t *)text + i, 1 }));
		pause_ms(2);
	}
	assert_message(fd, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nslowly");
	close(fd);
	shut(&f);
}

/* Heads and bodies that never end are dropped, no handler sees them. */
static void test_idle_is_dropped(void **state)
{
	struct fixture f;
	int a, b;

	(void)state;
	open_with(&f, (struct httpd_options){ .idle_seconds = 1 });
	a = sock_connect(f.port);
	b = sock_connect(f.port);
	send_text(a, "GET /hello HTTP/1.1\r\nHost");
	send_text(b, EXCHANGE("abc", "6"));
	assert_closed(a);
	assert_closed(b);
	close(a);
	close(b);
	assert_int_equal(f.desk.calls, 0);
	shut(&f);
}

/* The peer leaves in the middle of a body. */
static void test_peer_leaves(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	open_plain(&f);
	fd = sock_connect(f.port);
	send_text(fd, EXCHANGE("abc", "6"));
	close(fd);
	fd = sock_connect(f.port);
	send_text(fd, HELLO);
	assert_message(fd, HELLO_REPLY);
	close(fd);
	assert_int_equal(f.desk.calls, 1);
	shut(&f);
}

static void *answer_all(void *arg)
{
	struct desk *desk = arg;
	unsigned i;

	desk_wait(desk, LATER_MAX);
	for (i = LATER_MAX; i > 0; i--)
		httpd_answer(desk->waiting[i - 1], 201,
				desk->waiting[i - 1]->body, NULL);
	return NULL;
}

#define LATER(body) "POST /later HTTP/1.1\r\nHost: a\r\n" \
	"Content-Length: 2\r\n\r\n" body

/* All calls are with their handler before the first is answered, each on its
 * own connection, from another thread. */
static void test_parallel_later(void **state)
{
	struct fixture f;
	pthread_t thread;
	int fd[LATER_MAX];
	unsigned i;

	(void)state;
	open_plain(&f);
	assert_int_equal(pthread_create(&thread, NULL, answer_all, &f.desk), 0);
	for (i = 0; i < LATER_MAX; i++)
		fd[i] = sock_connect(f.port);
	for (i = 0; i < LATER_MAX; i++) {
		char text[100];

		snprintf(text, sizeof text, LATER("%02u"), i);
		send_text(fd[i], text);
	}
	for (i = 0; i < LATER_MAX; i++) {
		char text[100];

		snprintf(text, sizeof text, "HTTP/1.1 201 Created\r\n"
				"Content-Length: 2\r\n\r\n%02u", i);
		assert_message(fd[i], text);
		send_text(fd[i], HELLO);
	}
	for (i = 0; i < LATER_MAX; i++) {
		assert_message(fd[i], HELLO_REPLY);
		close(fd[i]);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(f.desk.calls, 2 * LATER_MAX);
	shut(&f);
}

/* The peer leaves while its call is kept: the answer goes nowhere. */
static void test_answer_to_nobody(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	open_plain(&f);
	fd = sock_connect(f.port);
	send_text(fd, LATER("ab"));
	desk_wait(&f.desk, 1);
	close(fd);
	httpd_answer(f.desk.waiting[0], 200, bytes_str("x"), NULL);
	shut(&f);
}

static void *close_server(void *arg)
{
	struct fixture *f = arg;

	httpd_close(f->server);
	/* Freed before the answer was given: the wait did not happen. */
	return f->desk.answered ? arg : NULL;
}

static void test_graceful_close(void **state)
{
	struct fixture f;
	pthread_t thread;
	void *waited;
	int fd, probe, half;

	(void)state;
	open_plain(&f);
	half = sock_connect(f.port);
	send_text(half, HELLO);
	assert_message(half, HELLO_REPLY);
	fd = sock_connect(f.port);
	send_text(fd, LATER("ab"));
	desk_wait(&f.desk, 1);
	assert_int_equal(pthread_create(&thread, NULL, close_server, &f), 0);
	while ((probe = sock_connect(f.port)) >= 0) {
		close(probe);
		pause_ms(1);
	}
	/* A request on an old connection is turned away once closing began; the
	 * listener goes a moment earlier, so an answer or two may slip through. */
	for (;;) {
		struct buf b;
		bool refused;

		buf_init(&b, 1 << 16);
		send_text(half, HELLO);
		assert_true(sock_read_message(half, &b));
		refused = memcmp(b.at, "HTTP/1.1 503", 12) == 0;
		buf_release(&b);
		if (refused)
			break;
	}
	assert_closed(half);
	f.desk.answered = true;
	httpd_answer(f.desk.waiting[0], 200, bytes_str("last"), NULL);
	assert_message(fd, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast");
	assert_closed(fd);
	assert_int_equal(pthread_join(thread, &waited), 0);
	assert_non_null(waited);
	close(fd);
	close(half);
	pthread_cond_destroy(&f.desk.arrived);
	pthread_mutex_destroy(&f.desk.lock);
}

static void test_connections_per_address(void **state)
{
	struct fixture f;
	int a, b, c;

	(void)state;
	open_with(&f, (struct httpd_options){ .per_ip = 2 });
	a = sock_connect(f.port);
	b = sock_connect(f.port);
	send_text(a, HELLO);
	send_text(b, HELLO);
	assert_message(a, HELLO_REPLY);
	assert_message(b, HELLO_REPLY);
	c = sock_connect(f.port);
	assert_closed(c);
	close(c);
	send_text(a, HELLO);
	assert_message(a, HELLO_REPLY);
	close(a);
	close(b);
	shut(&f);
}

static void test_connections_total(void **state)
{
	struct fixture f;
	char byte;
	int a, b;

	(void)state;
	open_with(&f, (struct httpd_options){ .connections = 1 });
	a = sock_connect(f.port);
	send_text(a, HELLO);
	assert_message(a, HELLO_REPLY);
	b = sock_connect(f.port);
	send_text(b, HELLO);
	send_text(a, HELLO);
	assert_message(a, HELLO_REPLY);
	assert_int_equal(recv(b, &byte, 1, MSG_DONTWAIT), -1);
	close(a);
	assert_message(b, HELLO_REPLY);
	close(b);
	shut(&f);
}

static void test_open_fails(void **state)
{
	static const char *const bad[] = { "", "127.0.0.1", "127.0.0.1:", ":80",
		"127.0.0.1:x", "127.0.0.1:80x", "127.0.0.1:65536", "[]:80",
		"127.0.0.1:-1", "127.0.0.1:000080", "999.1.1.1.1:80" };
	struct httpd_options options = { .routes = routes, .route_count = 1 };
	struct httpd *server = NULL;
	struct fixture f;
	struct err e;
	char taken[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (httpd_open(bad[i], &options, &server, &e) != ERR_BAD_VALUE)
			fail_msg("\"%s\"", bad[i]);
	open_plain(&f);
	snprintf(taken, sizeof taken, "127.0.0.1:%u", f.port);
	assert_int_equal(httpd_open(taken, &options, &server, &e), ERR_IO);
	assert_int_equal(e.code, ERR_IO);
	assert_null(server);
	shut(&f);
	httpd_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_reply),
		cmocka_unit_test(test_big_body),
		cmocka_unit_test(test_slow_body),
		cmocka_unit_test(test_idle_is_dropped),
		cmocka_unit_test(test_peer_leaves),
		cmocka_unit_test(test_parallel_later),
		cmocka_unit_test(test_answer_to_nobody),
		cmocka_unit_test(test_graceful_close),
		cmocka_unit_test(test_connections_per_address),
		cmocka_unit_test(test_connections_total),
		cmocka_unit_test(test_open_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
