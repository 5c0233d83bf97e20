/* Which records name which file, as the merge keeps it; what is swept away and what is not; files
 * that are not what they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "protocol/limits.h"
#include "server/fsck.h"
#include "tests/lib/attaching.h"

static struct district_fixture d;
static struct rid record;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	district_renew(&d);
	record = attaching_record(&d, 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	attaching_clean(d.office.dir);
	attaching_clean(d.clients[0].dir);
	attaching_clean(d.clients[1].dir);
	district_end(&d);
	return 0;
}

static int64_t count(size_t client, const char *sql)
{
	int64_t n = 0;
	struct stmt *s;

	assert_int_equal(db_query_text(d.clients[client].c.db, NULL, &s, sql), 0);
	if (db_step(s, NULL) == 1)
		n = db_int(s, 0);
	db_done(s);
	return n;
}

static void sync(size_t client)
{
	assert_int_equal(way_begin(&d.clients[client].c, NULL), 0);
	district_sync(&d, client, NULL);
}

static void detach(size_t client, struct rid row)
{
	struct client *c = &d.clients[client].c;
	struct schema *schema;
	struct draft draft;

	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, NULL), 0);
	assert_int_equal(replica_schema_now(&c->replica, &schema, NULL), 0);
	assert_int_equal(edit_delete(&c->replica, schema, &draft, row, false, NULL), 0);
	assert_int_equal(client_save(c, &draft, NULL, NULL), 0);
}

static size_t swept(void)
{
	size_t n = 0;

	assert_int_equal(attach_sweep(&d.office.s.replica, d.office.dir, false, &n, NULL), 0);
	return n;
}

/* Two computers give one row different contents: both are named until a person chooses. */
static void both_sides_of_a_conflict_are_named(void **state)
{
	struct bytes one = attaching_scan(&d.a, 1, 3000), two = attaching_scan(&d.a, 2, 4000);
	char text[2 * HASH_SIZE + 1], set[100];
	const char *change[] = { set, NULL };
	uint8_t hash[HASH_SIZE];
	struct rid row;

	(void)state;
	row = attaching_add(&d, 0, record, one);
	sync(0);
	sync(1);
	attach_hash(two, hash);
	attach_hash_text(hash, text);
	snprintf(set, sizeof set, "hash=%s", text);
	assert_int_equal(district_edit(&d, 1, row, NULL, change), 0);
	attach_hash(attaching_scan(&d.a, 3, 9), hash);
	attach_hash_text(hash, text);
	snprintf(set, sizeof set, "hash=%s", text);
	assert_int_equal(district_edit(&d, 0, row, NULL, change), 0);
	sync(0);
	sync(1);
	sync(0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM attach_use WHERE live=1"), 2);
	assert_int_equal(count(0, "SELECT count(*) FROM attach_use WHERE live=1"), 2);
	assert_int_equal(count(0, "SELECT count(*) FROM attach_use WHERE live=1 AND seq>1000000"), 0);
	/* The first content, which both have replaced. */
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM attach_use WHERE live=0"), 1);
	assert_int_equal(swept(), 1);
}

static void what_is_refused_names_nothing(void **state)
{
	struct rid row = attaching_add(&d, 0, record, attaching_scan(&d.a, 4, 500));
	const char *change[] = { "kind=no-such-paper", NULL };

	(void)state;
	assert_int_equal(count(0, "SELECT count(*) FROM attach_use WHERE live=1"), 1);
	assert_int_not_equal(district_edit(&d, 0, row, NULL, change), 0);
	assert_int_equal(count(0, "SELECT count(*) FROM attach_use WHERE live=1"), 1);
	sync(0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM attach_use WHERE live=1"), 1);
}

static void detached_files_go(void **state)
{
	struct rid first = attaching_add(&d, 0, record, attaching_scan(&d.a, 5, 500));
	struct rid other = attaching_record(&d, 0);

	(void)state;
	attaching_add(&d, 0, other, attaching_scan(&d.a, 5, 500));
	sync(0);
	assert_int_equal(swept(), 0);
	detach(0, first);
	sync(0);
	/* The other record still names it. */
	assert_int_equal(swept(), 0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM attach_file"), 1);
	assert_int_equal(district_exchange(&d, 1, LIMIT_MESSAGE_FIRST, &(struct exchange_result){ 0 }), 0);
	{
		struct attached *list;
		size_t n = 0;

		assert_int_equal(attach_of(&d.clients[0].c.replica, OFFICE_SCHOOL, other, &d.a, &list, &n,
					   NULL), 0);
		assert_int_equal(n, 1);
		assert_true(list[0].here && !list[0].pending);
		assert_int_equal(list[0].size, 500);
		detach(0, list[0].row);
	}
	sync(0);
	assert_int_equal(swept(), 1);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM attach_file"), 0);
	/* The client's own goes with its next synchronisation. */
	sync(0);
	assert_int_equal(count(0, "SELECT count(*) FROM attach_file"), 0);
}

/* What the record has moved on with stays: a signature, or a judgement, may rest on it. */
static void what_moved_on_with_it_keeps_it(void **state)
{
	struct rid row = attaching_add(&d, 0, record, attaching_scan(&d.a, 6, 500));

	(void)state;
	sync(0);
	assert_int_equal(db_exec(d.office.s.db, NULL, "INSERT INTO transition(stream,device,op,seq,number,"
				 "state,mover,claimed,received) VALUES($1,$2,$3,1,1,1,1,0,0)", "uuu",
				 (uint64_t)OFFICE_SCHOOL, record.device, record.op), 0);
	detach(0, row);
	sync(0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM attach_use WHERE live=1"), 0);
	assert_int_equal(swept(), 0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM attach_file"), 1);
}

/* The power fails between the file and the row that names it: the file is left over, and goes. */
static void a_file_without_its_row_is_swept(void **state)
{
	struct bytes scan = attaching_scan(&d.a, 7, 500);
	uint8_t hash[HASH_SIZE];
	struct buf found;

	(void)state;
	attach_hash(scan, hash);
	assert_int_equal(db_begin(d.office.s.db, NULL), 0);
	assert_int_equal(attach_keep(d.office.s.db, d.office.dir, hash, scan, 0, NULL), 0);
	db_rollback(d.office.s.db);
	buf_init(&found, LIMIT_ATTACHMENT);
	assert_int_equal(attach_load(d.office.dir, hash, &found, NULL), 0);
	buf_release(&found);
	assert_int_equal(swept(), 1);
	assert_int_equal(attach_load(d.office.dir, hash, &found, NULL), ERR_FILE_ABSENT);
}

static void note(void *ctx, const char *place, const char *what)
{
	(void)place;
	snprintf(ctx, 200, "%s", what);
}

static void damage_is_found(void **state)
{
	struct bytes scan = attaching_scan(&d.a, 8, 5000);
	uint8_t hash[HASH_SIZE], (*damaged)[HASH_SIZE];
	char text[2 * HASH_SIZE + 1], path[200], told[200] = "";
	struct fsck f = { .env = env_os(), .found = note, .ctx = told };
	size_t n;
	FILE *file;

	(void)state;
	attaching_add(&d, 0, record, scan);
	sync(0);
	attach_hash(scan, hash);
	attach_hash_text(hash, text);
	assert_int_equal(attach_fsck(&f, d.office.s.db, d.office.dir, &d.a, &damaged, &n, NULL), 0);
	assert_int_equal(f.count, 0);
	snprintf(path, sizeof path, "%s/files/%.2s/%s", d.office.dir, text, text + 2);
	file = fopen(path, "r+");
	assert_non_null(file);
	fseek(file, 2500, SEEK_SET);
	fputc(scan.at[2500] ^ 1, file);
	fclose(file);
	assert_int_equal(attach_fsck(&f, d.office.s.db, d.office.dir, &d.a, &damaged, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_memory_equal(damaged[0], hash, HASH_SIZE);
	assert_string_equal(told, "is not what it was");
	remove(path);
	assert_int_equal(attach_fsck(&f, d.office.s.db, d.office.dir, &d.a, &damaged, &n, NULL), 0);
	assert_string_equal(told, "is not there");
	assert_int_equal(f.count, 2);
}

static void hashes_have_one_form(void **state)
{
	uint8_t hash[HASH_SIZE];
	char text[2 * HASH_SIZE + 1];

	(void)state;
	attach_hash(bytes_str("abc"), hash);
	attach_hash_text(hash, text);
	assert_true(attach_hash_read(bytes_str(text), hash));
	text[3] = 'A';
	assert_false(attach_hash_read(bytes_str(text), hash));
	text[3] = 'g';
	assert_false(attach_hash_read(bytes_str(text), hash));
	assert_false(attach_hash_read((struct bytes){ (const uint8_t *)text, 62 }, hash));
	assert_false(attach_hash_read(BYTES_NONE, hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_sides_of_a_conflict_are_named, begin, end),
		cmocka_unit_test_setup_teardown(what_is_refused_names_nothing, begin, end),
		cmocka_unit_test_setup_teardown(detached_files_go, begin, end),
		cmocka_unit_test_setup_teardown(what_moved_on_with_it_keeps_it, begin, end),
		cmocka_unit_test_setup_teardown(a_file_without_its_row_is_swept, begin, end),
		cmocka_unit_test_setup_teardown(damage_is_found, begin, end),
		cmocka_unit_test(hashes_have_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
