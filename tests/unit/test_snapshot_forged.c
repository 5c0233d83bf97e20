/* Snapshots that are cut, mixed, too large, of others or forged: refused with a reason, nothing of
 * them kept, and the log comes all the same. SPEC.md 6.16 and 9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/snapshot.h"
#include "common/replica/snapshot.h"
#include "common/system/solid.h"
#include "protocol/limits.h"
#include "server/exchange/snapshot.h"
#include "tests/lib/newcomer.h"

#define OK(call) NEWCOMER_OK(call)

/* Puts a snapshot into a computer as if it had come. */
static void plant(size_t client, struct bytes packed, const uint8_t *hash)
{
	struct client *c = &newcomer.clients[client].c;
	uint8_t own[HASH_SIZE];

	snapshot_hash(packed, own);
	OK(db_begin(c->db, &newcomer.e));
	OK(db_exec(c->db, &newcomer.e, "DELETE FROM snapshot", ""));
	OK(db_exec(c->db, &newcomer.e, "DELETE FROM snapshot_part", ""));
	OK(db_exec(c->db, &newcomer.e, "INSERT INTO snapshot(stream,seq,hash,total,problem) VALUES(31,1,"
		   "$1,$2,0)", "bu", (struct bytes){ hash != NULL ? hash : own, HASH_SIZE },
		   (uint64_t)packed.len));
	OK(db_exec(c->db, &newcomer.e, "INSERT INTO snapshot_part(start,data) VALUES(0,$1)", "b", packed));
	OK(db_commit(c->db, &newcomer.e));
}

/* It is refused for that reason, nothing of it is kept, and the log comes all the same. */
static void expect_refused(size_t client, int why)
{
	struct exchange_counts counts = { 0 };
	struct err e = { 0 };
	int code = snapshot_take(&newcomer.clients[client].c, &counts, &e);

	assert_int_equal(code, ERR_SNAPSHOT);
	if (e.cause != why)
		fail_msg("%s: %s", err_name(e.cause), e.subject);
	assert_int_equal(newcomer_number(client, "SELECT count(*) FROM item WHERE stream=31"), 0);
	assert_int_equal(newcomer_number(client, "SELECT count(*) FROM record WHERE stream=31"), 0);
	assert_int_equal(newcomer_number(client, "SELECT count(*) FROM snapshot_part"), 0);
	assert_int_equal(newcomer_sync(client, LIMIT_MESSAGE_FIRST, 0).parts, 0);
	newcomer_same_log(client);
}

static void make(uint64_t stream, struct buf *packed)
{
	uint64_t seq;

	buf_init(packed, LIMIT_SNAPSHOT);
	OK(snapshot_make(&newcomer.office.s, &newcomer.office.s.replica, stream, packed, &seq, &newcomer.e));
}

static void parts_that_are_cut_or_mixed(void **state)
{
	struct buf packed;
	uint8_t right[HASH_SIZE];

	(void)state;
	make(OFFICE_SCHOOL, &packed);
	snapshot_hash(buf_view(&packed), right);
	newcomer_join(NEW);
	packed.at[packed.len / 2] ^= 1;
	plant(NEW, buf_view(&packed), right);
	expect_refused(NEW, ERR_CUT_FILE);
	/* With a hash of its own: no such file. */
	newcomer_join(THIRD);
	plant(THIRD, buf_view(&packed), NULL);
	expect_refused(THIRD, ERR_MALFORMED);
	buf_release(&packed);
	make(OFFICE_SCHOOL, &packed);
	newcomer_join(THIRD + 1);
	plant(THIRD + 1, (struct bytes){ packed.at, packed.len - 40 }, NULL);
	expect_refused(THIRD + 1, ERR_TRUNCATED);
	buf_release(&packed);
}

/* The power failed when its last part was on the disk, and no more. */
static void a_stop_before_it_is_taken_in(void **state)
{
	struct buf packed;

	(void)state;
	make(OFFICE_SCHOOL, &packed);
	newcomer_join(NEW);
	plant(NEW, buf_view(&packed), NULL);
	assert_int_equal(newcomer_sync(NEW, LIMIT_MESSAGE_FIRST, 0).parts, 0);
	newcomer_same_log(NEW);
	newcomer_sound(NEW);
	buf_release(&packed);
}

static void one_that_is_a_bomb(void **state)
{
	struct buf zeros, packed;

	(void)state;
	buf_init(&zeros, LIMIT_SNAPSHOT_LOG + 16);
	memset(buf_grow(&zeros, LIMIT_SNAPSHOT_LOG + 1), 0, LIMIT_SNAPSHOT_LOG + 1);
	buf_init(&packed, LIMIT_SNAPSHOT);
	OK(solid_pack(buf_view(&zeros), &packed, &newcomer.e));
	assert_true(packed.len < 100000);
	newcomer_join(NEW);
	plant(NEW, buf_view(&packed), NULL);
	expect_refused(NEW, ERR_BOMB);
	buf_release(&packed);
	buf_release(&zeros);
}

static void one_of_another_stream(void **state)
{
	struct buf packed;

	(void)state;
	make(0, &packed);
	newcomer_join(NEW);
	plant(NEW, buf_view(&packed), NULL);
	expect_refused(NEW, ERR_NO_STREAM);
	buf_release(&packed);
}

/* The log came by a stick, say, while one was under way: nobody waits for the rest of it. */
static void one_that_the_log_has_overtaken(void **state)
{
	struct snapshot_way way;
	struct request r = { 0 };
	struct client *c;

	(void)state;
	newcomer_join(NEW);
	c = &newcomer.clients[NEW].c;
	newcomer_sync(NEW, LIMIT_MESSAGE_FIRST, 0);
	plant(NEW, bytes_str("a beginning"), NULL);
	OK(db_begin(c->db, &newcomer.e));
	OK(db_exec(c->db, &newcomer.e, "UPDATE snapshot SET total=100000", ""));
	OK(db_commit(c->db, &newcomer.e));
	OK(snapshot_way(c, &way, &newcomer.e));
	assert_int_equal(way.total, 0);
	OK(snapshot_ask(c, &r, &newcomer.e));
	assert_true(r.reads_snapshots && !r.has_snapshot);
}

/* The school of another district, made with the same names. */
static void one_of_another_district(void **state)
{
	static struct district_fixture other;
	struct buf packed;

	(void)state;
	make(OFFICE_SCHOOL, &packed);
	other = newcomer;
	district_make(&newcomer, 0);
	newcomer_join(0);
	plant(0, buf_view(&packed), NULL);
	/* Its certificates are signed by a key that nobody here knows. */
	expect_refused(0, ERR_UNKNOWN_DEVICE);
	district_end(&newcomer);
	newcomer = other;
	buf_release(&packed);
}

/* The first reply of a snapshot, to be changed. */
static void open_first(struct arena *a, struct reply *r)
{
	struct buf packed, plain;
	struct cursor c;

	make(OFFICE_SCHOOL, &packed);
	buf_init(&plain, LIMIT_SNAPSHOT_LOG);
	OK(solid_unpack(buf_view(&packed), LIMIT_SNAPSHOT_LOG, &plain, &newcomer.e));
	c = cursor_of(arena_copy(a, buf_view(&plain)));
	OK(snapshot_next(&c, a, r, &newcomer.e));
	buf_release(&plain);
	buf_release(&packed);
}

static void plant_reply(size_t client, const struct reply *r)
{
	struct buf plain, packed;

	buf_init(&plain, LIMIT_SNAPSHOT_LOG);
	buf_init(&packed, LIMIT_SNAPSHOT);
	OK(snapshot_put(r, &plain, &newcomer.e));
	OK(solid_pack(buf_view(&plain), &packed, &newcomer.e));
	plant(client, buf_view(&packed), NULL);
	buf_release(&packed);
	buf_release(&plain);
}

enum { LATER, LEFT_OUT, SWAPPED, VERDICT, VALUE, NO_RECEIPT, NO_OBJECT, FORGERIES };

static int forge(int kind, struct message_stream *s, struct arena *a)
{
	struct message_item *it = &s->items[5];
	struct message_item swap = *it;

	switch (kind) {
	case LATER:
		it->time += 60;
		return ERR_HEAD_MISMATCH;
	case LEFT_OUT:
		s->item_count--;
		return ERR_HEAD_MISMATCH;
	case SWAPPED:
		*it = s->items[6];
		s->items[6] = swap;
		return ERR_BAD_SIGNATURE;
	case VERDICT:
		it->verdicts = (struct bytes){ (const uint8_t *)"\x81\x85\x00\x18\x52\x00\x48"
					       "\0\0\0\0\0\0\0\0\x00", 16 };
		return ERR_HEAD_MISMATCH;
	case VALUE:
		it->object = arena_copy(a, it->object);
		((uint8_t *)(uintptr_t)it->object.at)[it->object.len - 3] ^= 1;
		return ERR_BAD_SIGNATURE;
	case NO_RECEIPT:
		s->has_signature = false;
		return ERR_MALFORMED;
	default:
		it->held = true;
		return ERR_MALFORMED;
	}
}

static void forgeries_of_its_replies(void **state)
{
	int kind;

	(void)state;
	for (kind = 0; kind < FORGERIES; kind++) {
		struct reply r;
		struct arena a;
		int why;

		arena_init(&a, LIMIT_MEMORY);
		open_first(&a, &r);
		why = forge(kind, &r.streams[0], &a);
		newcomer_join(NEW);
		plant_reply(NEW, &r);
		expect_refused(NEW, why);
		school_end(&newcomer.clients[NEW]);
		newcomer.count = NEW;
		arena_release(&a);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, newcomer_begin, newcomer_end)
	const struct CMUnitTest tests[] = {
		TEST(parts_that_are_cut_or_mixed),
		TEST(a_stop_before_it_is_taken_in),
		TEST(one_that_is_a_bomb),
		TEST(one_of_another_stream),
		TEST(one_that_the_log_has_overtaken),
		TEST(one_of_another_district),
		TEST(forgeries_of_its_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
