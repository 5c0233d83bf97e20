/* A server that was put back from an older copy of its store: it finds out, and each client
 * brings back what it holds, until nothing that had a receipt is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/heal.h"
#include "client/receipt.h"
#include "protocol/limits.h"
#include "server/exchange.h"
#include "server/fsck.h"
#include "server/generation.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct buf copy; /* the store's file at some moment */

static void path_of(const char *name, char out[128])
{
	snprintf(out, 128, "%s/%s", d.office.dir, name);
}

/* The store's file as it is now. */
static void keep_copy(void)
{
	char path[128];

	path_of("store.db", path);
	assert_int_equal(db_checkpoint(d.office.s.db, &d.e), 0);
	buf_clear(&copy);
	assert_int_equal(env_read_file(path, &copy, &d.e), 0);
}

/* ... and as it was then; file: the one beside it, too. */
static void put_back(bool file)
{
	char path[128], beside[128];
	struct buf mark;

	path_of("generation", beside);
	buf_init(&mark, 1000);
	server_close(&d.office.s);
	path_of("store.db", path);
	db_sweep(path);
	assert_int_equal(env_write_file(path, buf_view(&copy), 0600, &d.e), 0);
	if (file) {
		/* As a whole folder, or disk, that was put back would have it. */
		assert_int_equal(env_read_file(beside, &mark, &d.e), 0);
		memset(mark.at + 33, '0', 20);
		assert_int_equal(env_write_over(beside, buf_view(&mark), &d.e), 0);
	}
	buf_release(&mark);
	if (server_open(&d.office.s, &d.office.env, d.office.dir, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
}

static int64_t server_number(const char *sql)
{
	return office_number(&d.office, sql);
}

static int64_t client_number(size_t client, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(d.clients[client].c.db, &d.e, -1, &n, sql, ""), 0);
	return n;
}

static void not_found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	fail_msg("%s: %s", place, what);
}

/* The store is sound, and every receipt that was shown is honoured. */
static void check_server(void)
{
	struct fsck f = { .env = &d.office.env, .scratch = ":memory:", .found = not_found };

	assert_int_equal(server_fsck(&f, d.office.dir, &d.e), 0);
}

/* The client's receipts still hold, old and new. */
static void check_receipts(size_t client)
{
	struct receipt_check check;

	if (receipt_verify(&d.clients[client].c, &check, &d.e) != 0)
		fail_msg("client %zu: %s: %s", client, err_name(d.e.code), d.e.subject);
	assert_true(check.receipts > 0);
}

static void name_of(char out[64], int i)
{
	snprintf(out, 64, "Nguyễn Văn Mẫu %d", i);
}

static void save(size_t client, int i)
{
	char name[64];

	name_of(name, i);
	school_save(&d.clients[client], name);
}

static int make(void **state)
{
	(void)state;
	district_make(&d, 2);
	buf_init(&copy, (size_t)64 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&copy);
	district_end(&d);
	return 0;
}

#define STAFF "SELECT count(*) FROM record WHERE stream=31 AND root_op IS NULL AND type>=100"

static void what_was_lost_comes_back(void **state)
{
	struct heal_news news;
	int64_t before, time;
	int i;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	keep_copy();
	for (i = 2; i < 6; i++) {
		save(0, i);
		district_sync(&d, 0, NULL);
		d.office.now += 1000;
	}
	save(1, 6);
	district_sync(&d, 1, NULL);
	before = server_number("SELECT count(*) FROM item WHERE stream=31");
	time = server_number("SELECT sum(time) FROM item WHERE stream=31");
	d.office.now += 500000;
	put_back(false);
	assert_int_equal(server_number("SELECT count(*) FROM opened"), 1);
	assert_int_equal(server_number("SELECT why FROM opened"), GENERATION_BEHIND_FILE);
	assert_true(server_number("SELECT count(*) FROM item WHERE stream=31") < before);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(server_number("SELECT count(*) FROM item WHERE stream=31"), before);
	/* Received when they were received. */
	assert_int_equal(server_number("SELECT sum(time) FROM item WHERE stream=31"), time);
	check_server();
	district_sync(&d, 0, NULL);
	assert_int_equal(client_number(0, STAFF), 6);
	assert_int_equal(client_number(1, STAFF), 6);
	assert_int_equal(heal_news(&d.clients[0].c, &news, &d.e), 0);
	assert_int_equal(news.left, 0);
	assert_true(news.kept >= 4);
	check_receipts(0);
	check_receipts(1);
}

/* The whole folder is older: nothing tells but a receipt. */
static void a_receipt_tells(void **state)
{
	struct exchange_result r;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	keep_copy();
	save(0, 2);
	district_sync(&d, 0, NULL);
	put_back(true);
	assert_int_equal(server_number("SELECT count(*) FROM opened"), 0);
	save(0, 3);
	district_sync(&d, 0, &r);
	assert_int_equal(r.problems, 0);
	assert_int_equal(server_number("SELECT why FROM opened"), GENERATION_RECEIPT);
	assert_int_equal(school_waiting(&d.clients[0]), 0);
	district_sync(&d, 1, NULL);
	assert_int_equal(server_number(STAFF), 3);
	assert_int_equal(client_number(1, STAFF), 3);
	check_server();
	check_receipts(0);
	check_receipts(1);
}

/* Restored once more, from a copy that is older than what the first restore led to. */
static void it_happens_again(void **state)
{
	int round;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	for (round = 1; round < 5; round++) {
		keep_copy();
		save(0, round * 10);
		district_sync(&d, 0, NULL);
		save(1, round * 10 + 1);
		district_sync(&d, 1, NULL);
		put_back(round % 2 == 0);
		save(0, round * 10 + 2);
		district_sync(&d, 0, NULL);
		district_sync(&d, 1, NULL);
		assert_int_equal(school_waiting(&d.clients[0]), 0);
		assert_int_equal(server_number("SELECT count(*) FROM opened"), round);
		assert_int_equal(server_number(STAFF), 1 + 3 * round);
		district_sync(&d, 0, NULL);
		check_server();
		check_receipts(0);
		check_receipts(1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_receipt_tells, make, end),
		cmocka_unit_test_setup_teardown(it_happens_again, make, end),
		cmocka_unit_test_setup_teardown(what_was_lost_comes_back, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
