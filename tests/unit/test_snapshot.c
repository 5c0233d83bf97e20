/* A new computer of a unit that has much: it begins with a snapshot, part by part, over good and
 * bad links, and works meanwhile. SPEC.md 6.16; what is not the district's: test_snapshot_forged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/snapshot.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "server/exchange/snapshot.h"
#include "server/identity/key_change.h"
#include "server/identity/keyfile.h"
#include "tests/lib/forge.h"
#include "tests/lib/newcomer.h"

#define OK(call) NEWCOMER_OK(call)

static void a_new_computer_begins_with_one(void **state)
{
	struct newcomer_traffic t;

	(void)state;
	assert_true(newcomer_log_bytes() > 36000);
	newcomer_join(NEW);
	t = newcomer_sync(NEW, LIMIT_MESSAGE_FIRST, 0);
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
	assert_true(t.parts > 0);
	/* Fewer bytes, all in all, than the log's objects alone. */
	assert_true(t.up + t.down < (size_t)newcomer_log_bytes());
	assert_int_equal(newcomer_number(NEW, "SELECT count(*) FROM snapshot"), 0);
	assert_int_equal(newcomer_number(NEW, "SELECT count(*) FROM snapshot_part"), 0);
	assert_true(newcomer.clients[NEW].c.enrolled);
	/* What comes later is as always, both ways. */
	newcomer_save(NEW, 1);
	newcomer_save(OLD, 1);
	assert_int_equal(newcomer_sync(OLD, LIMIT_MESSAGE_FIRST, 0).parts, 0);
	assert_int_equal(newcomer_sync(NEW, LIMIT_MESSAGE_FIRST, 0).parts, 0);
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
}

/* Receipts are of the log: who came late can prove as much as who was there. */
static void its_receipts_are_good(void **state)
{
	int64_t newest, own;

	(void)state;
	newcomer_join(NEW);
	newcomer_sync(NEW, LIMIT_MESSAGE_FIRST, 0);
	newest = newcomer_number(NEW, "SELECT max(seq) FROM receipt WHERE stream=31");
	own = office_number(&newcomer.office, "SELECT seq FROM stream WHERE stream=31");
	assert_int_equal(newest, own);
}

static void parts_of_any_size_over_a_bad_link(void **state)
{
	static const size_t sizes[] = { LIMIT_MESSAGE_MIN, 5000, 20000 };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct newcomer_traffic t;

		newcomer_join(NEW + i);
		t = newcomer_sync(NEW + i, sizes[i], 40);
		newcomer_same_log(NEW + i);
		newcomer_sound(NEW + i);
		assert_true(t.exchanges > 4);
		/* What has come never travels again. */
		assert_true(t.parts > 10000 && t.parts < (uint64_t)newcomer_log_bytes());
	}
}

/* Bytes that have come are counted once: the parts add up to the file. */
static void no_byte_comes_twice(void **state)
{
	struct newcomer_traffic t;
	struct buf packed;
	uint64_t seq;

	(void)state;
	newcomer_join(NEW);
	buf_init(&packed, LIMIT_SNAPSHOT);
	/* Its certificate stands behind what the snapshot holds, or in it. */
	t = newcomer_sync(NEW, 4096, 30);
	OK(snapshot_make(&newcomer.office.s, &newcomer.office.s.replica, OFFICE_SCHOOL, &packed, &seq, &newcomer.e));
	assert_true(t.parts <= packed.len);
	assert_true(t.parts + 1024 > packed.len);
	buf_release(&packed);
}

static void people_work_meanwhile(void **state)
{
	struct exchange_result one = { .more = true };
	struct snapshot_way way;
	int rounds = 0;

	(void)state;
	newcomer_join(NEW);
	/* Nothing of the unit's has come yet. */
	OK(district_exchange(&newcomer, NEW, 4096, &one));
	OK(snapshot_way(&newcomer.clients[NEW].c, &way, &newcomer.e));
	assert_true(way.held > 0 && way.held < way.total);
	while (one.more) {
		if (rounds++ < 5)
			newcomer_save(NEW, 1);
		if (rounds == 3) {
			/* What was saved here is at the district already. */
			assert_int_equal(newcomer_number(NEW, "SELECT count(*) FROM item WHERE stream=31"), 0);
			assert_true(office_number(&newcomer.office, "SELECT count(*) FROM record WHERE "
						  "stream=31 AND type=100") > NEWCOMER_RECORDS);
		}
		OK(district_exchange(&newcomer, NEW, 4096, &one));
		assert_true(rounds < 2000);
	}
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
	assert_int_equal(newcomer_number(NEW, "SELECT count(*) FROM record WHERE stream=31 AND type=100"),
			 NEWCOMER_RECORDS + 5);
	assert_int_equal(school_waiting(&newcomer.clients[NEW]), 0);
}

/* Only who says so gets one. */
static void who_reads_none_gets_the_log(void **state)
{
	struct school *s;
	struct buf request, forged, reply;
	struct request r;
	struct reply back;

	(void)state;
	newcomer_join(NEW);
	s = &newcomer.clients[NEW];
	/* A first one, for the certificate. */
	district_sync(&newcomer, NEW, NULL);
	school_request(s, &request);
	forge_open_request(&newcomer.office, s, buf_view(&request), &r);
	assert_true(r.reads_snapshots);
	r.reads_snapshots = false;
	r.have_count = 0;
	buf_init(&forged, LIMIT_MESSAGE);
	forge_close_request(s, &r, &forged);
	buf_init(&reply, LIMIT_MESSAGE);
	OK(server_exchange(&newcomer.office.s, buf_view(&forged), &reply, &newcomer.e));
	forge_open_reply(&newcomer.office, s, buf_view(&reply), &back);
	assert_false(back.has_snapshot);
	assert_int_equal(back.stream_count, 2);
	buf_release(&reply);
	buf_release(&forged);
	buf_release(&request);
}

static void kept_until_it_is_too_old(void **state)
{
	uint8_t first[HASH_SIZE], *hash;
	struct buf kept;
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/snapshots/%d", newcomer.office.dir, OFFICE_SCHOOL);
	newcomer_join(NEW);
	newcomer_sync(NEW, LIMIT_MESSAGE_FIRST, 0);
	buf_init(&kept, LIMIT_SNAPSHOT);
	OK(env_read_file(path, &kept, &newcomer.e));
	hash = kept.at + 24 + HASH_SIZE;
	memcpy(first, hash, HASH_SIZE);
	/* A little more does not make it old; a third does. */
	newcomer_save(OLD, 5);
	district_sync(&newcomer, OLD, NULL);
	newcomer_join(THIRD);
	newcomer_sync(THIRD, LIMIT_MESSAGE_FIRST, 0);
	newcomer_same_log(THIRD);
	buf_clear(&kept);
	OK(env_read_file(path, &kept, &newcomer.e));
	assert_memory_equal(kept.at + 24 + HASH_SIZE, first, HASH_SIZE);
	newcomer_save(OLD, NEWCOMER_RECORDS);
	district_sync(&newcomer, OLD, NULL);
	newcomer_join(THIRD + 1);
	newcomer_sync(THIRD + 1, LIMIT_MESSAGE_FIRST, 0);
	newcomer_same_log(THIRD + 1);
	buf_clear(&kept);
	OK(env_read_file(path, &kept, &newcomer.e));
	assert_memory_not_equal(kept.at + 24 + HASH_SIZE, first, HASH_SIZE);
	buf_release(&kept);
}

/* A new one is made while somebody receives the one before: he goes on. */
static void the_one_before_is_there_a_while(void **state)
{
	struct exchange_result one = { 0 };
	struct newcomer_traffic t;
	struct snapshot_way way;

	(void)state;
	newcomer_join(NEW);
	OK(district_exchange(&newcomer, NEW, 4096, &one));
	OK(snapshot_way(&newcomer.clients[NEW].c, &way, &newcomer.e));
	newcomer_save(OLD, NEWCOMER_RECORDS);
	district_sync(&newcomer, OLD, NULL);
	newcomer_join(THIRD);
	newcomer_sync(THIRD, LIMIT_MESSAGE_FIRST, 0);
	t = newcomer_sync(NEW, 4096, 0);
	assert_int_equal(t.parts + way.held, way.total);
	newcomer_same_log(NEW);
}

/* What is beside the store is no part of it. */
static void files_that_are_damaged_or_gone(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/snapshots/%d", newcomer.office.dir, OFFICE_SCHOOL);
	newcomer_join(NEW);
	newcomer_sync(NEW, LIMIT_MESSAGE_FIRST, 0);
	OK(env_write_over(path, bytes_str("rubbish that is longer than a position"), &newcomer.e));
	newcomer_join(THIRD);
	assert_true(newcomer_sync(THIRD, LIMIT_MESSAGE_FIRST, 0).parts > 0);
	newcomer_same_log(THIRD);
	OK(env_remove(path, &newcomer.e));
	/* Where none can be written the log comes. */
	OK(env_make_dirs(path, &newcomer.e));
	newcomer_join(THIRD + 1);
	assert_int_equal(newcomer_sync(THIRD + 1, LIMIT_MESSAGE_FIRST, 0).parts, 0);
	newcomer_same_log(THIRD + 1);
	env_remove_folder(path, NULL);
}

/* Of an old reply, or of two that cross: what does not go on is passed over. */
static void parts_that_do_not_go_on(void **state)
{
	struct exchange_result one = { 0 }, late = { 0 };
	struct snapshot_way way;
	struct buf request, reply, again;

	(void)state;
	newcomer_join(NEW);
	buf_init(&reply, LIMIT_MESSAGE);
	buf_init(&again, LIMIT_MESSAGE);
	school_request(&newcomer.clients[NEW], &request);
	OK(server_exchange(&newcomer.office.s, buf_view(&request), &reply, &newcomer.e));
	OK(exchange_apply(&newcomer.clients[NEW].c, buf_view(&reply), &one, &newcomer.e));
	OK(exchange_apply(&newcomer.clients[NEW].c, buf_view(&reply), &late, &newcomer.e));
	assert_true(one.snapshot > 0);
	assert_int_equal(late.snapshot, 0);
	OK(snapshot_way(&newcomer.clients[NEW].c, &way, &newcomer.e));
	assert_int_equal(way.held, one.snapshot);
	newcomer_sync(NEW, 4096, 0);
	OK(exchange_apply(&newcomer.clients[NEW].c, buf_view(&reply), &late, &newcomer.e));
	assert_int_equal(newcomer_number(NEW, "SELECT count(*) FROM snapshot"), 0);
	newcomer_same_log(NEW);
	buf_release(&request);
	buf_release(&again);
	buf_release(&reply);
}

/* One request in a file, and all replies to it, which begin with the log as a snapshot; taken in
 * from the last to the first, and again. */
static void on_a_stick(void **state)
{
	enum { MOST = 40 };
	struct exchange_part part = { .bundle = 1, .part = 1, .written = OFFICE_NOW, .single = true };
	struct exchange_result one;
	struct buf request, replies[MOST];
	struct exchange *x = NULL;
	uint64_t taken = 0;
	size_t n = 0, i, round;
	bool more = true;

	(void)state;
	newcomer_join(NEW);
	newcomer_save(NEW, 1);
	buf_init(&request, LIMIT_MESSAGE);
	OK(exchange_prepare_part(&newcomer.clients[NEW].c, 9000, &part, &request, &newcomer.e));
	OK(exchange_open_file(&x, &newcomer.office.s, &newcomer.office.s.replica, buf_view(&request),
			      &newcomer.e));
	OK(exchange_merge(&newcomer.office.s, &x, 1, &newcomer.e));
	for (; more; n++) {
		assert_true(n < MOST);
		buf_init(&replies[n], LIMIT_MESSAGE);
		OK(exchange_reply(x, &newcomer.office.s, &newcomer.office.s.replica, &replies[n],
				  &newcomer.e));
		OK(exchange_next(x, &more, &newcomer.e));
	}
	exchange_free(x);
	assert_true(n > 3);
	for (round = 0; round < n; round++)
		for (i = n; i-- > 0;) {
			one = (struct exchange_result){ 0 };
			OK(exchange_apply_late(&newcomer.clients[NEW].c, buf_view(&replies[i]), &one,
					       &newcomer.e));
			taken += one.snapshot;
			/* What can't go in yet is kept for later. */
			if (round == 0)
				assert_int_equal(one.gap, i > 0);
		}
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
	assert_true(taken > 10000 && taken < (uint64_t)newcomer_log_bytes());
	assert_int_equal(school_waiting(&newcomer.clients[NEW]), 0);
	for (i = 0; i < n; i++)
		buf_release(&replies[i]);
	buf_release(&request);
}

/* Of an office that reads all units: one snapshot after the other, records of short logs as they
 * are. */
static void of_several_units(void **state)
{
	struct school *s = &newcomer.clients[NEW];
	struct newcomer_traffic t;
	struct buf text;
	int i;

	(void)state;
	school_make(&newcomer.clients[THIRD], &newcomer.office, OFFICE_SCHOOL + 1);
	newcomer.count = THIRD + 1;
	for (i = 0; i < NEWCOMER_ROUNDS; i++)
		newcomer_save(THIRD, NEWCOMER_SAVES);
	district_sync(&newcomer, THIRD, NULL);
	school_make(&newcomer.clients[THIRD + 1], &newcomer.office, OFFICE_SCHOOL + 2);
	newcomer.count = THIRD + 2;
	newcomer_save(THIRD + 1, 3);
	district_sync(&newcomer, THIRD + 1, NULL);
	/* Made anew in the place of that computer, with a role that reads all. */
	newcomer_join(NEW);
	newcomer.count = THIRD + 2;
	client_close(&s->c);
	newcomer_empty(s->dir);
	buf_init(&text, LIMIT_MESSAGE * 2);
	OK(server_enrol(&newcomer.office.s, OFFICE_UNIT, ROLE_OFFICER, bytes_str("http://127.0.0.1:1"),
			86400, &text, &newcomer.e));
	OK(client_init(env_os(), s->dir, buf_view(&text), bytes_str("Vũ Thị Mẫu"), &newcomer.e));
	OK(client_open(&s->c, env_os(), s->dir, &newcomer.e));
	buf_release(&text);
	t = newcomer_sync(NEW, 9000, 20);
	assert_true(t.parts > 50000);
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
	assert_int_equal(newcomer_number(NEW, "SELECT count(*) FROM record WHERE type=100"),
			 2 * NEWCOMER_RECORDS + 3);
	assert_int_equal(newcomer_number(NEW, "SELECT count(*) FROM snapshot"), 0);
}

/* The server's store as it was a while ago, and the mark beside it. */
static void put_back(struct bytes store)
{
	struct office *o = &newcomer.office;
	char path[128], beside[128];
	struct buf mark;

	snprintf(path, sizeof path, "%s/store.db", o->dir);
	snprintf(beside, sizeof beside, "%s/generation", o->dir);
	buf_init(&mark, 1000);
	server_close(&o->s);
	db_sweep(path);
	OK(env_write_file(path, store, 0600, &newcomer.e));
	OK(env_read_file(beside, &mark, &newcomer.e));
	memset(mark.at + 33, '0', 20);
	OK(env_write_over(beside, buf_view(&mark), &newcomer.e));
	OK(server_open(&o->s, &o->env, o->dir, &newcomer.e));
	buf_release(&mark);
}

/* Through two generations: what stood there before, statement, what was brought back with its
 * notes. A computer that had begun with a snapshot of what was lost begins anew. */
static void of_a_server_that_was_restored(void **state)
{
	struct exchange_result one = { 0 };
	struct buf store;
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/store.db", newcomer.office.dir);
	buf_init(&store, (size_t)64 << 20);
	newcomer_join(NEW);
	OK(db_checkpoint(newcomer.office.s.db, &newcomer.e));
	OK(env_read_file(path, &store, &newcomer.e));
	newcomer_save(OLD, NEWCOMER_RECORDS);
	district_sync(&newcomer, OLD, NULL);
	OK(district_exchange(&newcomer, NEW, 4096, &one));
	assert_true(one.snapshot > 0);
	put_back(buf_view(&store));
	district_sync(&newcomer, OLD, NULL);
	newcomer_save(OLD, 3);
	district_sync(&newcomer, OLD, NULL);
	newcomer_sync(NEW, 4096, 0);
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
	newcomer_join(THIRD);
	assert_true(newcomer_sync(THIRD, LIMIT_MESSAGE_FIRST, 0).parts > 0);
	newcomer_same_log(THIRD);
	newcomer_sound(THIRD);
	assert_int_equal(newcomer_number(THIRD, "SELECT count(*) FROM record WHERE stream=31 AND "
					 "type=100"), 2 * NEWCOMER_RECORDS + 3);
	assert_true(newcomer_number(THIRD, "SELECT count(*) FROM generation WHERE stream=31") > 0);
	/* What was lost, and kept in a file beside the store, does not come to who never had it. */
	assert_int_equal(newcomer_number(THIRD, "SELECT count(*) FROM old_item"), 0);
	buf_release(&store);
}

/* New keys for the server, whose heads count from `since` on. */
static void change_keys(int64_t since)
{
	struct office *o = &newcomer.office;
	struct keyfile_key key;
	struct key_change k;
	struct sign_key root;
	struct buf text, read, sealed;
	size_t n;

	buf_init(&text, 1 << 16);
	buf_init(&read, 1 << 16);
	buf_init(&sealed, 1 << 16);
	OK(keyfile_read(o->dir, "root", &key, 1, &n, &newcomer.e));
	sign_make(&root, key.seed);
	OK(key_change_new(&o->s, since, 0, true, &text, &newcomer.e));
	OK(key_change_read(buf_view(&text), &read, &k, &newcomer.e));
	OK(key_change_sign(&k, &root, &sealed, &newcomer.e));
	buf_clear(&read);
	OK(key_change_read(buf_view(&sealed), &read, &k, &newcomer.e));
	OK(key_change_install(&o->s, &k, &newcomer.e));
	server_close(&o->s);
	OK(server_open(&o->s, &o->env, o->dir, &newcomer.e));
	buf_release(&sealed);
	buf_release(&read);
	buf_release(&text);
}

/* One that an older key signed is made anew, whose word counts no more perhaps. */
static void of_a_server_with_new_keys(void **state)
{
	struct exchange_result one = { 0 };

	(void)state;
	newcomer_join(NEW);
	OK(district_exchange(&newcomer, NEW, 4096, &one));
	change_keys(OFFICE_NOW - 100000);
	newcomer_sync(NEW, 4096, 0);
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
	newcomer_join(THIRD);
	assert_true(newcomer_sync(THIRD, LIMIT_MESSAGE_FIRST, 0).parts > 0);
	newcomer_same_log(THIRD);
	newcomer_sound(THIRD);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, newcomer_begin, newcomer_end)
	const struct CMUnitTest tests[] = {
		TEST(a_new_computer_begins_with_one),
		TEST(its_receipts_are_good),
		TEST(parts_of_any_size_over_a_bad_link),
		TEST(no_byte_comes_twice),
		TEST(people_work_meanwhile),
		TEST(who_reads_none_gets_the_log),
		TEST(kept_until_it_is_too_old),
		TEST(the_one_before_is_there_a_while),
		TEST(files_that_are_damaged_or_gone),
		TEST(parts_that_do_not_go_on),
		TEST(on_a_stick),
		TEST(of_several_units),
		TEST(of_a_server_that_was_restored),
		TEST(of_a_server_with_new_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
