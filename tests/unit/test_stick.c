/* Journeys of files from a school to the district: in parts, mixed up, some missing, beside a
 * network. What comes back is in test_stick_back. */
#include "tests/lib/journey.h"

#include <stdio.h>

#include "client/sync/outbox.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"

/* --- there and back --- */

static void one_journey(void **state)
{
	struct stick_written w;
	struct stick_file r;
	struct exchange_result got;

	(void)state;
	school_save(s, "Một");
	w = write_usb(s, 0, false);
	assert_int_equal(w.number, 1);
	assert_int_equal(w.parts, 1);
	assert_int_equal(w.changesets, 1);
	assert_int_equal(under_way(s), 1);
	r = serve_usb();
	assert_int_equal(r.code, 0);
	assert_int_equal(r.came, 1);
	assert_int_equal(r.answers, 1);
	got = take_usb(s);
	assert_int_equal(got.changesets_out, 1);
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	expect_same(s);
	/* The same stick again, on either side. */
	r = serve_usb();
	assert_int_equal(r.came, 0);
	assert_int_equal(r.known, 1);
	got = take_usb(s);
	assert_int_equal(got.changesets_out + got.items_in, 0);
	expect_same(s);
}

/* Each part is a message by itself, none larger than asked for, whatever is in it. */
static void parts_have_their_size(void **state)
{
	static const size_t sizes[] = { SMALL, 100000, 300000, 0 };
	size_t i, k, count;

	(void)state;
	save_noise(s, NOISE);
	/* An object that no small part can take whole. */
	OK(db_begin(s->c.db, &d.e));
	OK(outbox_sign_own(&s->c, s->c.unit, &d.e));
	OK(db_commit(s->c.db, &d.e));
	assert_true(client_number(s, "SELECT max(length(object)) FROM outbox") > SMALL);
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct stick_written w = write_usb(s, sizes[i], false);
		size_t limit = sizes[i] == 0 ? LIMIT_MESSAGE : sizes[i];
		char **paths = files(BUNDLE_REQUEST, &count);

		assert_true(w.parts >= NOISE * 7 / 10 / limit);
		assert_int_equal(w.changesets, client_number(s, "SELECT count(*) FROM outbox"));
		for (k = 0; k < count; k++) {
			struct buf b;

			buf_init(&b, LIMIT_MESSAGE);
			OK(bundle_get(paths[k], &b, &d.e));
			assert_true(b.len <= limit);
			buf_release(&b);
			remove(paths[k]);
		}
	}
	assert_int_equal(school_waiting(s), client_number(s, "SELECT count(*) FROM outbox"));
}

static void many_parts_in_any_order(void **state)
{
	struct stick_written w;
	struct stick_file r;
	char **paths, *swap;
	size_t count, i, k;
	int round;

	(void)state;
	save_noise(s, NOISE);
	w = write_usb(s, SMALL, false);
	assert_true(w.parts > 4);
	paths = files(BUNDLE_REQUEST, &count);
	assert_int_equal(count, w.parts);
	luck_set(7);
	for (round = 0; round < 4; round++) {
		for (i = count; i > 1; i--) {
			k = chance(i);
			swap = paths[i - 1];
			paths[i - 1] = paths[k];
			paths[k] = swap;
		}
		r = serve(paths, count, false);
		assert_int_equal(r.code, 0);
		assert_int_equal(r.refused, 0);
	}
	/* In order at last: what came in pieces is whole. */
	serve_usb();
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM held"), 0);
	take_usb(s);
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
	district_sync(&d, 1, NULL);
	expect_same(other);
	assert_int_equal(client_number(other, "SELECT count(*) FROM t_staff"), NOISE / 100);
}

/* --- a part is missing --- */

/* A bundle without its first part, read; how many bytes its change sets take. */
static int64_t without_the_first(void)
{
	int64_t bytes;
	struct stick_file r;
	char **paths;
	size_t count, i;

	for (i = 0; i < NOISE / 20000; i++) {
		save_noise(s, 20000);
		OK(db_begin(s->c.db, &d.e));
		OK(outbox_sign_own(&s->c, s->c.unit, &d.e));
		OK(db_commit(s->c.db, &d.e));
	}
	write_usb(s, 100000, false);
	paths = files(BUNDLE_REQUEST, &count);
	assert_true(count > 2);
	r = serve(paths + 1, count - 1, false);
	assert_int_equal(r.code, 0);
	assert_int_equal(r.came, 0);
	assert_true(r.waits > 0);
	assert_int_equal(r.problem_count, 0);
	bytes = client_number(s, "SELECT sum(length(object)) FROM outbox");
	take_usb(s);
	assert_int_equal(client_number(s, "SELECT count(*) FROM missing"), 1);
	assert_int_equal(under_way(s), 1);
	return bytes;
}

static void the_gap_closes_by_the_stick(void **state)
{
	struct stick_file r;

	(void)state;
	without_the_first();
	r = serve_usb();
	assert_int_equal(r.waits + r.refused, 0);
	take_usb(s);
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	assert_int_equal(client_number(s, "SELECT count(*) FROM missing"), 0);
	expect_same(s);
}

/* Over the network nothing travels but what is missing. */
static void the_gap_closes_by_the_network(void **state)
{
	int64_t bytes = without_the_first(), sent = 0;
	struct exchange_result r = { .more = true };
	int rounds = 0;

	(void)state;
	while (r.more) {
		struct buf request, reply;

		buf_init(&request, LIMIT_MESSAGE);
		buf_init(&reply, LIMIT_MESSAGE);
		r.more = false;
		OK(exchange_prepare(&s->c, LIMIT_MESSAGE_FIRST, &request, &d.e));
		OK(server_exchange(&d.office.s, buf_view(&request), &reply, &d.e));
		sent += (int64_t)(request.len + reply.len);
		OK(exchange_apply(&s->c, buf_view(&reply), &r, &d.e));
		assert_int_equal(r.problems, 0);
		buf_release(&request);
		buf_release(&reply);
		assert_true(++rounds < 5);
	}
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	expect_same(s);
	if (sent > bytes / 2)
		fail_msg("%lld bytes of %lld", (long long)sent, (long long)bytes);
}

/* A server that no longer has what waited gets all of it again. */
static void a_forgetful_server_gets_all(void **state)
{
	(void)state;
	without_the_first();
	OK(db_exec(d.office.s.db, &d.e, "DELETE FROM held", ""));
	district_sync(&d, 0, NULL);
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
}

static void new_ones_alone_wait_for_the_old(void **state)
{
	struct stick_written w;
	struct stick_file r;
	char **paths, *first;
	size_t count;

	(void)state;
	school_save(s, "Một");
	write_usb(s, 0, false);
	paths = files(BUNDLE_REQUEST, &count);
	first = paths[0];
	school_save(s, "Hai");
	w = write_usb(s, 0, true);
	assert_int_equal(w.changesets, 1);
	w = write_usb(s, 0, true);
	assert_int_equal(w.changesets, 0);
	assert_int_equal(w.number, 3);
	assert_int_equal(under_way(s), 3);
	paths = files(BUNDLE_REQUEST, &count);
	assert_int_equal(count, 3);
	r = serve(paths + 1, 2, false);
	assert_int_equal(r.waits, 1);
	take_usb(s);
	/* The third one asked for nothing but news, and was answered. */
	assert_int_equal(under_way(s), 2);
	r = serve(&first, 1, false);
	assert_int_equal(r.came, 1);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM held"), 0);
	take_usb(s);
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	expect_same(s);
	/* The outbox is empty; later ones are new all the same. */
	school_save(s, "Ba");
	w = write_usb(s, 0, true);
	assert_int_equal(w.changesets, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_journey, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(parts_have_their_size, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(many_parts_in_any_order, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(the_gap_closes_by_the_stick, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(the_gap_closes_by_the_network, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(a_forgetful_server_gets_all, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(new_ones_alone_wait_for_the_old, journey_begin, journey_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
