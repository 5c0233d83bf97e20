/* Synchronising over links that fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/sync.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "tests/lib/district.h"

static void sizes_double_and_halve_within_bounds(void **state)
{
	size_t size = LIMIT_MESSAGE_FIRST;
	int i;

	(void)state;
	assert_int_equal(sync_size(size, true), 2 * size);
	assert_int_equal(sync_size(size, false), size / 2);
	for (i = 0; i < 40; i++)
		size = sync_size(size, true);
	assert_int_equal(size, LIMIT_MESSAGE);
	for (i = 0; i < 40; i++)
		size = sync_size(size, false);
	assert_int_equal(size, LIMIT_MESSAGE_MIN);
}

static void backoff_doubles_and_is_bounded(void **state)
{
	unsigned n;

	(void)state;
	assert_int_equal(sync_backoff_ms(1, 0), 0);
	assert_int_equal(sync_backoff_ms(1, 1000), 1000);
	assert_int_equal(sync_backoff_ms(1, 1001), 0);
	assert_int_equal(sync_backoff_ms(3, 4000), 4000);
	for (n = 1; n < 200; n++)
		assert_in_range(sync_backoff_ms(n, UINT64_MAX - n), 0, 300000);
	assert_int_equal(sync_backoff_ms(100, 300000), 300000);
}

static void intervals_vary_by_a_tenth(void **state)
{
	uint64_t random;

	(void)state;
	assert_int_equal(sync_interval_ms(900, 0), 810000);
	assert_int_equal(sync_interval_ms(900, 180000), 990000);
	for (random = 1; random != 0; random <<= 1)
		assert_in_range(sync_interval_ms(900, random), 810000, 990000);
}

/* A link with a programme: what happens to the n-th message. */
struct link {
	struct district_fixture *d;
	const int *errors;      /* 0: carried; else this code. After the end: carried */
	size_t count, at;
	bool lose_reply;        /* errors come after the server had the request */
	size_t sizes[64], carried;
	int64_t waited;
	volatile sig_atomic_t stop;
	size_t stop_after;
};

static int carry(void *ctx, struct bytes request, struct buf *reply, struct err *e)
{
	struct link *l = ctx;
	int fails = l->at < l->count ? l->errors[l->at] : 0, code = 0;

	assert_true(l->at < 64);
	l->sizes[l->at++] = request.len;
	if (l->stop_after > 0 && l->at >= l->stop_after)
		l->stop = 1;
	if (fails == 0 || l->lose_reply)
		code = server_exchange(&l->d->office.s, request, reply, e);
	if (fails != 0)
		return err_set(e, fails, "link");
	l->carried++;
	return code;
}

static void wait_none(void *ctx, int64_t ms)
{
	struct link *l = ctx;

	l->waited += ms;
}

static int run(struct district_fixture *d, struct link *l, struct sync *s, unsigned tries)
{
	l->d = d;
	*s = (struct sync){ .client = &d->clients[0].c, .tries = tries, .ctx = l, .carry = carry,
			    .wait = wait_none, .stop = &l->stop };
	return sync_run(s, &d->e);
}

/* Records enough for some messages of the least size; the names do not compress. */
static void fill(struct district_fixture *d, int records)
{
	char line[1024];
	uint8_t random[300];
	int i;
	size_t k;

	for (i = 0; i < records; i++) {
		size_t n = (size_t)snprintf(line, sizeof line,
					    "{\"type\":\"staff\",\"full_name\":\"M\",\"note\":\"");

		env_random(env_os(), random, sizeof random);
		for (k = 0; k < sizeof random; k++)
			line[n++] = (char)('a' + random[k] % 26);
		snprintf(line + n, sizeof line - n, "\"}");
		district_add(d, 0, line);
	}
}

static void failures_are_tried_again_with_less(void **state)
{
	static const int errors[] = { ERR_NO_LINK, ERR_STALLED, ERR_NOT_DONGBO };
	struct district_fixture d;
	struct client_waiting w;
	struct link l = { .errors = errors, .count = 3 };
	struct sync s;
	int64_t size = 0;

	(void)state;
	district_make(&d, 1);
	fill(&d, 20);
	assert_int_equal(run(&d, &l, &s, 6), 0);
	assert_int_equal(s.failures, 3);
	assert_true(s.changesets_out > 0);
	assert_int_equal(client_waiting(&d.clients[0].c, &w, &d.e), 0);
	assert_int_equal(w.transactions + w.changesets, 0);
	/* Halved three times, doubled for each that went well, and kept. */
	assert_int_equal(replica_meta_number(d.clients[0].c.db, "message_size", 0, &size, &d.e),
			 0);
	assert_int_equal(size, (LIMIT_MESSAGE_FIRST / 8) << l.carried);
	district_end(&d);
}

static void tries_come_to_an_end(void **state)
{
	static const int errors[] = { ERR_NO_LINK, ERR_NO_LINK, ERR_NO_LINK, ERR_NO_LINK };
	struct district_fixture d;
	struct link l = { .errors = errors, .count = 4 };
	struct sync s;

	(void)state;
	district_make(&d, 1);
	fill(&d, 1);
	assert_int_equal(run(&d, &l, &s, 3), ERR_NO_LINK);
	assert_int_equal(l.at, 3);
	assert_int_equal(run(&d, &l, &s, 0), ERR_NO_LINK);
	assert_int_equal(l.at, 4);
	assert_int_equal(run(&d, &l, &s, 1), 0);
	assert_true(s.changesets_out > 0);
	district_end(&d);
}

static void what_does_not_pass_is_not_tried_again(void **state)
{
	static const int errors[] = { ERR_REVOKED };
	struct district_fixture d;
	struct link l = { .errors = errors, .count = 1 };
	struct sync s;

	(void)state;
	district_make(&d, 1);
	assert_int_equal(run(&d, &l, &s, 6), ERR_REVOKED);
	assert_int_equal(l.at, 1);
	district_end(&d);
}

static void a_lost_reply_loses_and_doubles_nothing(void **state)
{
	static const int errors[] = { ERR_STALLED, ERR_STALLED };
	struct district_fixture d;
	struct client_waiting w;
	struct link l = { .errors = errors, .count = 2, .lose_reply = true };
	struct sync s;

	(void)state;
	district_make(&d, 1);
	fill(&d, 3);
	assert_int_equal(run(&d, &l, &s, 6), 0);
	assert_int_equal(s.refused, 0);
	assert_int_equal(client_waiting(&d.clients[0].c, &w, &d.e), 0);
	assert_int_equal(w.transactions + w.changesets, 0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 3);
	district_end(&d);
}

static void the_least_messages_bring_all_through(void **state)
{
	struct district_fixture d;
	struct client_waiting w;
	struct link l = { .count = 0 };
	struct client *c;
	struct sync s;

	(void)state;
	district_make(&d, 1);
	c = &d.clients[0].c;
	fill(&d, 40);
	assert_int_equal(db_begin(c->db, &d.e), 0);
	assert_int_equal(replica_meta_put_number(c->db, "message_size", LIMIT_MESSAGE_MIN, &d.e),
			 0);
	assert_int_equal(db_commit(c->db, &d.e), 0);
	assert_int_equal(run(&d, &l, &s, 1), 0);
	assert_true(s.exchanges > 1);
	assert_true(l.sizes[0] <= LIMIT_MESSAGE_MIN);
	assert_int_equal(client_waiting(c, &w, &d.e), 0);
	assert_int_equal(w.transactions + w.changesets, 0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 40);
	district_end(&d);
}

static void a_stop_is_heeded_between_exchanges(void **state)
{
	static const int errors[] = { ERR_NO_LINK, ERR_NO_LINK, ERR_NO_LINK };
	struct district_fixture d;
	struct link l = { .errors = errors, .count = 3, .stop_after = 2 };
	struct sync s;

	(void)state;
	district_make(&d, 1);
	assert_int_equal(run(&d, &l, &s, 6), ERR_STOPPED);
	assert_int_equal(l.at, 2);
	district_end(&d);
}

/* A piece of a file takes some seconds, so that what is saved meanwhile need not wait. */
static void pieces_take_some_seconds(void **state)
{
	size_t piece = PIECE_FIRST, i;

	(void)state;
	for (i = 0; i < 20; i++)
		piece = sync_piece(piece, true, false, 100);
	assert_int_equal(piece, PIECE_MAX);
	assert_int_equal(sync_piece(8192, true, false, 4000), 8192);
	assert_int_equal(sync_piece(8192, true, false, 9000), 4096);
	/* One failure may be chance, two in a row are not. */
	assert_int_equal(sync_piece(8192, false, false, 100), 8192);
	assert_int_equal(sync_piece(8192, false, true, 100), 4096);
	for (i = 0; i < 20; i++)
		piece = sync_piece(piece, false, true, 100);
	assert_int_equal(piece, PIECE_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_take_some_seconds),
		cmocka_unit_test(sizes_double_and_halve_within_bounds),
		cmocka_unit_test(backoff_doubles_and_is_bounded),
		cmocka_unit_test(intervals_vary_by_a_tenth),
		cmocka_unit_test(failures_are_tried_again_with_less),
		cmocka_unit_test(tries_come_to_an_end),
		cmocka_unit_test(what_does_not_pass_is_not_tried_again),
		cmocka_unit_test(a_lost_reply_loses_and_doubles_nothing),
		cmocka_unit_test(the_least_messages_bring_all_through),
		cmocka_unit_test(a_stop_is_heeded_between_exchanges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
