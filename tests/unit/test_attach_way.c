/* Attached files between a unit and the district: over good and bad links, each byte once, records
 * first, and what becomes of files that are not what they should be. SPEC.md 6.14. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "protocol/limits.h"
#include "server/exchange/attach_way.h"
#include "server/heal/generation.h"
#include "tests/lib/attaching.h"
#include "tests/lib/forge.h"

static struct district_fixture d;
static struct rid record;
static struct attaching_link link;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	district_renew(&d);
	record = attaching_record(&d, 0);
	attaching_link(&link, &d, 0, 7);
	return 0;
}

static int end(void **state)
{
	(void)state;
	attaching_unlink(&link);
	attaching_clean(d.office.dir);
	attaching_clean(d.clients[0].dir);
	attaching_clean(d.clients[1].dir);
	district_end(&d);
	return 0;
}

static int64_t here(const char *sql)
{
	int64_t n = 0;
	struct stmt *s;

	assert_int_equal(db_query_text(d.clients[0].c.db, NULL, &s, sql), 0);
	if (db_step(s, NULL) == 1)
		n = db_int(s, 0);
	db_done(s);
	return n;
}

static int64_t there(const char *sql)
{
	return office_number(&d.office, sql);
}

static void expect_there(struct bytes content)
{
	uint8_t hash[HASH_SIZE];
	struct buf found;

	attach_hash(content, hash);
	assert_int_equal(attach_have(d.office.s.db, hash, NULL, NULL), 1);
	buf_init(&found, LIMIT_ATTACHMENT);
	assert_int_equal(attach_load(d.office.dir, hash, &found, NULL), 0);
	assert_true(bytes_equal(buf_view(&found), content));
	buf_release(&found);
}

static void the_issue_s_link(struct attaching_link *l)
{
	l->rate = 2500;
	l->round_trip = 600;
	l->loss = 5;
	l->cut_every = 30000;
}

/* The numbers are exact: the link's time is its own, and nothing else takes any. */
static void two_mib_over_the_issue_s_link(void **state)
{
	enum { SIZE = 2 * 1024 * 1024 };
	struct bytes scan = attaching_scan(&d.a, 1, SIZE);
	uint64_t wire;

	(void)state;
	the_issue_s_link(&link);
	attaching_add(&d, 0, record, scan);
	attaching_sync(&link);
	expect_there(scan);
	assert_int_equal(link.arrived, SIZE);
	assert_int_equal(link.mixed, 0);
	assert_true(link.cuts > 20);
	wire = link.up + link.down + link.lost;
	print_message("2 MiB over 20 kbit/s, 600 ms, 5 %% loss, cut every 30 s: %.0f s (the bytes alone "
		      "take %d s), %llu exchanges, %llu cuts, %llu bytes up, %llu down, %llu lost: overhead "
		      "%.1f %%, %.1f %% without lost segments\n", link.now / 1000, SIZE / 2500,
		      (unsigned long long)link.exchanges, (unsigned long long)link.cuts,
		      (unsigned long long)link.up, (unsigned long long)link.down,
		      (unsigned long long)link.lost, (double)(wire - SIZE) * 100 / SIZE,
		      (double)(wire - link.lost - SIZE) * 100 / SIZE);
	assert_true(wire < SIZE + SIZE / 4);
}

static void any_seed_any_size(void **state)
{
	struct chance c;
	uint64_t size = 0;
	int i;

	(void)state;
	chance_init(&c, 99, 0);
	for (i = 0; i < 12; i++) {
		size_t n = (size_t)chance_between(&c, 10, 60000);

		attaching_add(&d, 0, record, attaching_scan(&d.a, (uint64_t)i + 100, n));
		size += n;
	}
	link.rate = 4000;
	link.round_trip = 300;
	link.loss = 10;
	link.cut_every = 7000;
	attaching_sync(&link);
	assert_int_equal(there("SELECT count(*) FROM attach_file"), 12);
	assert_int_equal(there("SELECT count(*) FROM attach_piece"), 0);
	assert_int_equal(link.arrived, size);
	assert_int_equal(link.mixed, 0);
}

/* A clerk saves while a file is on its way. */
static uint64_t saved_at, there_at;
static void save_once(struct attaching_link *l)
{
	const char *const change[] = { "achievement=trong lúc gửi", NULL };

	if (l->arrived > 20000 && saved_at == 0) {
		assert_int_equal(district_edit(&d, 0, record, NULL, change), 0);
		saved_at = l->exchanges;
	}
	if (saved_at > 0 && there_at == 0 &&
	    there("SELECT count(*) FROM t_bonus WHERE f_achievement='trong lúc gửi'") > 0)
		there_at = l->exchanges;
}

static void records_first(void **state)
{
	(void)state;
	the_issue_s_link(&link);
	link.cut_every = 0;
	link.loss = 0;
	link.each = save_once;
	saved_at = there_at = 0;
	attaching_add(&d, 0, record, attaching_scan(&d.a, 2, 200000));
	attaching_sync(&link);
	assert_true(saved_at > 0);
	/* The very next message. */
	assert_int_equal(there_at, saved_at + 1);
	assert_int_equal(link.mixed, 0);
	assert_int_equal(link.arrived, 200000);
}

static void the_same_content_travels_once(void **state)
{
	struct bytes scan = attaching_scan(&d.a, 3, 50000);
	struct rid other;

	(void)state;
	attaching_add(&d, 0, record, scan);
	attaching_sync(&link);
	other = attaching_record(&d, 0);
	attaching_add(&d, 0, other, scan);
	attaching_sync(&link);
	assert_int_equal(link.arrived, 50000);
	assert_int_equal(there("SELECT count(*) FROM attach_use WHERE live=1"), 2);
	/* Another computer has it from a mail, and the server says that it is there. */
	attaching_unlink(&link);
	district_sync(&d, 1, NULL);
	attaching_link(&link, &d, 1, 8);
	attaching_add(&d, 1, other, scan);
	attaching_sync(&link);
	assert_int_equal(link.arrived, 0);
}

/* --- what a client of ill will, or with a bad disk, may send --- */

static struct reply answer;

static void post(size_t who, struct message_attachment *files, size_t count)
{
	struct request r = { .counter = 5000, .limit = 22, .files = files, .file_count = count };
	struct buf envelope, back;

	buf_init(&envelope, LIMIT_MESSAGE);
	buf_init(&back, LIMIT_MESSAGE);
	forge_close_request(&d.clients[who], &r, &envelope);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&envelope), &back, &d.e), 0);
	forge_open_reply(&d.office, &d.clients[who], buf_view(&back), &answer);
	buf_release(&envelope);
	buf_release(&back);
}

static struct message_attachment piece(const uint8_t hash[HASH_SIZE], struct bytes of,
				       size_t from, size_t n)
{
	struct message_attachment f = { .total = of.len, .offset = from, .bytes = { of.at + from, n } };

	memcpy(f.hash, hash, HASH_SIZE);
	return f;
}

static void expect_standing(uint64_t held, int code)
{
	assert_int_equal(answer.standing_count, 1);
	assert_int_equal(answer.standings[0].offset, held);
	assert_int_equal(answer.standings[0].code, code);
}

/* A row that names a content which this computer keeps to itself for now. */
static struct bytes named(uint64_t seed, size_t size, uint8_t hash[HASH_SIZE])
{
	struct bytes scan = attaching_scan(&d.a, seed, size);

	attaching_add(&d, 0, record, scan);
	assert_int_equal(district_exchange(&d, 0, LIMIT_MESSAGE_FIRST, &(struct exchange_result){ 0 }),
			 0);
	attach_hash(scan, hash);
	return scan;
}

static void pieces_are_taken_in_order_alone(void **state)
{
	uint8_t hash[HASH_SIZE];
	struct bytes scan = named(4, 1000, hash);
	struct message_attachment f = piece(hash, scan, 100, 200);

	(void)state;
	post(0, &f, 1);
	expect_standing(0, 0);
	f = piece(hash, scan, 0, 400);
	post(0, &f, 1);
	expect_standing(400, 0);
	/* Some of it again, and more. */
	f = piece(hash, scan, 300, 300);
	post(0, &f, 1);
	expect_standing(600, 0);
	f = piece(hash, scan, 0, 0);
	post(0, &f, 1);
	expect_standing(600, 0);
	/* Another computer's own attempt begins anew. */
	f = piece(hash, scan, 600, 400);
	district_sync(&d, 1, NULL);
	post(1, &f, 1);
	expect_standing(0, 0);
	post(0, &f, 1);
	expect_standing(1000, 0);
	expect_there(scan);
}

static void a_wrong_whole_is_dropped(void **state)
{
	uint8_t hash[HASH_SIZE], *bad;
	struct bytes scan = named(5, 1000, hash);
	struct message_attachment f;

	(void)state;
	bad = (uint8_t *)(uintptr_t)arena_copy(&d.a, scan).at;
	bad[500] ^= 1;
	f = piece(hash, (struct bytes){ bad, 1000 }, 0, 1000);
	post(0, &f, 1);
	expect_standing(0, ERR_FILE_DAMAGED);
	assert_int_equal(there("SELECT count(*) FROM attach_piece"), 0);
	assert_int_equal(there("SELECT count(*) FROM attach_file"), 0);
	/* The client sends it once more by itself. */
	attaching_sync(&link);
	expect_there(scan);
}

static void what_is_no_paper_is_refused(void **state)
{
	struct attach_entry entry = { .as = "award", .name = bytes_str("giấy khen.pdf"), .size = 600 };
	struct client *c = &d.clients[0].c;
	struct bytes program = attaching_scan(&d.a, 6, 600);
	const struct attach_kind pdf = { "pdf", "application/pdf" };
	struct message_attachment f;
	uint8_t hash[HASH_SIZE];
	struct schema *schema;
	struct draft draft;
	struct rid row;

	(void)state;
	/* A client that does not look. */
	memcpy((uint8_t *)(uintptr_t)program.at, "MZ\x90\0\3\0\0\0\4", 9);
	attach_hash(program, hash);
	entry.hash = hash;
	entry.kind = &pdf;
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, NULL), 0);
	assert_int_equal(replica_schema_now(&c->replica, &schema, NULL), 0);
	assert_int_equal(attach_add_row(&c->replica, schema, &draft, record, &entry, &row, NULL), 0);
	assert_int_equal(client_save(c, &draft, NULL, NULL), 0);
	district_sync(&d, 0, NULL);
	f = piece(hash, program, 0, program.len);
	post(0, &f, 1);
	expect_standing(0, ERR_FILE_KIND);
	assert_int_equal(there("SELECT count(*) FROM attach_file"), 0);
}

static void what_no_record_names_is_not_taken(void **state)
{
	struct bytes scan = attaching_scan(&d.a, 9, 500);
	struct message_attachment f;
	uint8_t hash[HASH_SIZE];

	(void)state;
	attach_hash(scan, hash);
	f = piece(hash, scan, 0, 500);
	district_sync(&d, 0, NULL);
	post(0, &f, 1);
	expect_standing(0, ERR_FILE_UNNAMED);
	assert_int_equal(there("SELECT count(*) FROM attach_piece"), 0);
}

/* Of files that are not whole a device has so much and no more. */
static void partial_files_are_bounded(void **state)
{
	enum { STEP = 3 * 1024 * 1024, FILES = 50 };
	struct bytes step = { arena_alloc(&d.a, STEP), STEP };
	struct client *c = &d.clients[0].c;
	const struct attach_kind pdf = { "pdf", "application/pdf" };
	struct schema *schema;
	struct draft draft;
	struct rid row;
	uint8_t hash[HASH_SIZE] = { 0 };
	int i;

	(void)state;
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, NULL), 0);
	assert_int_equal(replica_schema_now(&c->replica, &schema, NULL), 0);
	for (i = 0; i < FILES; i++) {
		struct attach_entry entry = { .as = "award", .name = bytes_str("x.pdf"), .hash = hash,
					      .size = LIMIT_ATTACHMENT, .kind = &pdf };

		hash[0] = (uint8_t)i;
		assert_int_equal(attach_add_row(&c->replica, schema, &draft, record, &entry, &row, NULL), 0);
	}
	assert_int_equal(client_save(c, &draft, NULL, NULL), 0);
	district_sync(&d, 0, NULL);
	for (i = 0; i < FILES; i++) {
		struct message_attachment f = { .total = LIMIT_ATTACHMENT, .bytes = step };

		hash[0] = (uint8_t)i;
		memcpy(f.hash, hash, HASH_SIZE);
		post(0, &f, 1);
		assert_true(there("SELECT sum(length(data)) FROM attach_piece") <=
			    2 * (int64_t)LIMIT_ATTACHMENT);
	}
	assert_true(there("SELECT count(*) FROM attach_piece") < FILES);
}

/* --- a server that has lost something --- */

static void a_lost_file_is_asked_for(void **state)
{
	uint8_t hashes[1][HASH_SIZE];
	struct bytes scan = attaching_scan(&d.a, 10, 30000);

	(void)state;
	attaching_add(&d, 0, record, scan);
	attaching_sync(&link);
	attach_hash(scan, hashes[0]);
	assert_int_equal(way_lost(&d.office.s, hashes, 1, NULL), 0);
	attaching_sync(&link);
	expect_there(scan);
	assert_int_equal(link.arrived, 60000);
	assert_int_equal(there("SELECT count(*) FROM attach_lost"), 0);
}

/* The server goes on under a new generation, as after a backup without this file. */
static int server_begin_anew(void)
{
	struct server *s = &d.office.s;
	int code = db_begin(s->db, NULL);

	if (code == 0)
		code = generation_begin(&s->replica, GENERATION_RESTORED, 0, NULL);
	if (code == 0)
		code = db_exec(s->db, NULL, "DELETE FROM attach_file", "");
	return code == 0 ? db_commit(s->db, NULL) : code;
}

static void another_generation_is_told_of_everything(void **state)
{
	struct bytes scan = attaching_scan(&d.a, 11, 30000);

	(void)state;
	attaching_add(&d, 0, record, scan);
	attaching_sync(&link);
	assert_int_equal(here("SELECT state FROM attach_way"), 1);
	/* What it had said to hold may be gone. */
	assert_int_equal(server_begin_anew(), 0);
	attaching_sync(&link);
	expect_there(scan);
	assert_int_equal(link.arrived, 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_mib_over_the_issue_s_link, begin, end),
		cmocka_unit_test_setup_teardown(any_seed_any_size, begin, end),
		cmocka_unit_test_setup_teardown(records_first, begin, end),
		cmocka_unit_test_setup_teardown(the_same_content_travels_once, begin, end),
		cmocka_unit_test_setup_teardown(pieces_are_taken_in_order_alone, begin, end),
		cmocka_unit_test_setup_teardown(a_wrong_whole_is_dropped, begin, end),
		cmocka_unit_test_setup_teardown(what_is_no_paper_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(what_no_record_names_is_not_taken, begin, end),
		cmocka_unit_test_setup_teardown(partial_files_are_bounded, begin, end),
		cmocka_unit_test_setup_teardown(a_lost_file_is_asked_for, begin, end),
		cmocka_unit_test_setup_teardown(another_generation_is_told_of_everything, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
