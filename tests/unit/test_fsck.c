/* A store that is sound, and one damaged in a single place, for every kind of
 * damage: each must be found, and named by its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/exchange/exchange.h"
#include "server/fsck.h"
#include "tests/lib/office.h"
#include "tests/lib/school.h"

struct findings {
	struct office o;
	struct buf text; /* "place: what\n" */
	struct rid second;
};

static void found(void *ctx, const char *place, const char *what)
{
	struct findings *g = ctx;

	buf_printf(&g->text, "%s: %s\n", place, what);
}

static size_t run(struct findings *g, const char *scratch)
{
	struct fsck f = { .env = &g->o.env, .scratch = scratch, .found = found, .ctx = g };

	buf_clear(&g->text);
	if (server_fsck(&f, g->o.dir, &g->o.e) != 0)
		fail_msg("%s: %s", err_name(g->o.e.code), g->o.e.subject);
	buf_byte(&g->text, 0);
	g->text.len--;
	return f.count;
}

/* Two bonuses of the school, the first one verified; a newer pack between them; an
 * enrolment of another unit. */
static int make(void **state)
{
	struct findings *g = calloc(1, sizeof *g);
	struct office *o = &g->o;
	struct draft d;
	struct rid r;
	struct buf text;

	buf_init(&g->text, 1 << 20);
	office_make(o);
	office_equip(o);
	office_staff(o);
	r = office_bonus(o, 50000000);
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &d, &o->e), 0);
	draft_move(&d, BONUS, r, STATE_VERIFIED, BYTES_NONE);
	assert_int_equal(server_save(&o->s, &o->officer, &d, NULL, &o->e), 0);
	office_file(OFFICE_PACK, &text);
	((char *)memchr(strstr((char *)text.at, "\"version\""), '1', 20))[0] = '2';
	assert_int_equal(server_publish(&o->s, buf_view(&text), bytes_str("lời văn"), &o->e), 0);
	buf_release(&text);
	g->second = office_bonus(o, 20000000);
	buf_init(&text, 1 << 20);
	assert_int_equal(server_enrol(&o->s, 14, ROLE_CLERK, BYTES_NONE, 60, &text, &o->e), 0);
	buf_release(&text);
	*state = g;
	return 0;
}

static int end(void **state)
{
	struct findings *g = *state;

	office_end(&g->o);
	buf_release(&g->text);
	free(g);
	return 0;
}

static void a_sound_store_is_sound(void **state)
{
	struct findings *g = *state;
	char scratch[128];

	if (run(g, ":memory:") != 0)
		fail_msg("%s", (char *)g->text.at);
	snprintf(scratch, sizeof scratch, "%s/scratch.db", g->o.dir);
	assert_int_equal(run(g, scratch), 0);
	assert_null(fopen(scratch, "r"));
}

/* Damage by SQL, and what must be said of it. */
static const struct damage {
	const char *sql, *said;
	size_t count; /* of findings, where there must be no more; 0: any */
} damages[] = {
	/* the log */
	{ "UPDATE item SET object=substr(object,1,length(object)-5) WHERE stream=31 AND seq=2",
	  "stream 31, item 2: ", 0 },
	{ "UPDATE item SET object=substr(object,1,1)||zeroblob(64)||substr(object,66) WHERE "
	  "stream=31 AND seq=2", "stream 31, item 2: bad_signature", 0 },
	{ "DELETE FROM item WHERE stream=31 AND seq=3", "stream 31, item 3: missing", 0 },
	{ "DELETE FROM item WHERE stream=31 AND seq=5",
	  "stream 31: differs from the log in seq head", 0 },
	{ "UPDATE item SET hash=zeroblob(32) WHERE stream=31 AND seq=2",
	  "stream 31, item 2: hash differs", 0 },
	{ "UPDATE item SET head=zeroblob(32) WHERE stream=31 AND seq=2",
	  "stream 31, item 2: head differs", 0 },
	{ "UPDATE item SET time=time+1 WHERE stream=31 AND seq=5",
	  "stream 31, item 5: head differs", 0 },
	{ "UPDATE item SET time=time-9 WHERE stream=31 AND seq=5",
	  "stream 31, item 5: time runs backwards", 0 },
	{ "UPDATE item SET verdicts=x'80' WHERE stream=31 AND seq=2",
	  "stream 31, item 2: verdicts differ", 0 },
	{ "UPDATE item SET device_seq=9 WHERE stream=31 AND seq=2",
	  "stream 31, item 2: numbers differ", 0 },
	{ "UPDATE item SET device=device+1 WHERE stream=31 AND seq=2",
	  "stream 31, item 2: unknown_device", 0 },
	{ "UPDATE item SET zero_ahead=50 WHERE stream=31 AND seq=5",
	  "stream 31, item 5: judged at a place of stream 0 that is not there", 0 },
	{ "UPDATE item SET object=(SELECT object FROM item WHERE stream=31 AND seq=2) WHERE "
	  "stream=31 AND seq=5", "stream 31, item 5: ", 0 },
	{ "UPDATE item SET object=substr(object,1,40)||x'ff'||substr(object,42) WHERE stream=0 "
	  "AND seq=2", "stream 0, item 2: ", 0 },
	/* the place in it */
	{ "UPDATE stream SET head=zeroblob(32) WHERE stream=31",
	  "stream 31: differs from the log in head", 0 },
	{ "UPDATE stream SET seq=77 WHERE stream=31", "stream 31: differs from the log in seq", 0 },
	{ "DELETE FROM stream WHERE stream=31", "stream 31: is in the log, but not there", 0 },
	{ "UPDATE author SET last_op=1 WHERE stream=31", "author 31.", 0 },
	{ "UPDATE device SET role=3 WHERE stream=31 AND role=2",
	  "differs from the log in role", 0 },
	{ "UPDATE pack SET json=x'7b7d' WHERE version=2", "pack 3: differs from the log in "
	  "json", 0 },
	{ "UPDATE pack SET dictionary=zeroblob(9) WHERE version=1",
	  "pack 2: differs from the log in dictionary", 0 },
	/* what was folded from it */
	{ "UPDATE record SET state=1 WHERE stream=31 AND state=4",
	  "differs from the log in state", 1 },
	{ "UPDATE record SET cells=cells||x'00' WHERE stream=31 AND state=4",
	  "differs from the log in cells", 1 },
	{ "UPDATE record SET short=short+1 WHERE stream=31 AND state=4",
	  "differs from the log in short", 1 },
	{ "DELETE FROM record WHERE stream=31 AND state=4", "is in the log, but not there", 1 },
	{ "INSERT INTO record SELECT stream,device,op+1000,type,short,root_device,root_op,state,"
	  "deleted,conflict,cells FROM record WHERE stream=31 AND state=4",
	  "is there, but not in the log", 1 },
	{ "DELETE FROM touch WHERE stream=31 AND seq=4", "touch 31.", 1 },
	{ "INSERT INTO refused VALUES(31,2,0,1,1,-75,0,0,0,0)",
	  "refused 31.2.0: is there, but not in the log", 1 },
	{ "UPDATE total SET sum=sum+1 WHERE stream=31 AND state=4",
	  "total 31.104.4.2026: differs from the log in sum", 1 },
	{ "UPDATE t_bonus SET f_amount=1 WHERE state=4", "differs from the log in f_amount", 1 },
	{ "DELETE FROM t_bonus WHERE state=4", "is in the log, but not there", 1 },
	{ "UPDATE t_unit SET f_name='Tên khác' WHERE f_number=5",
	  "differs from the log in f_name", 1 },
	{ "DROP TABLE t_bonus", "t_bonus: ", 1 },
	/* the server's own */
	{ "UPDATE enrolment SET unit=4000", "enrolment of unit 4000: there is no such unit", 1 },
	{ "UPDATE enrolment SET secret=x'01'", "enrolment of unit 14: a field has a wrong "
	  "length", 1 },
	{ "UPDATE enrolment SET used=5", "enrolment of unit 14: used without a key", 1 },
	{ "UPDATE enrolment SET used=5, key=zeroblob(32)",
	  "enrolment of unit 14: its key has no certificate", 1 },
	{ "UPDATE officer SET sealed=zeroblob(3) WHERE unit=3",
	  "officer " OFFICE_NAME ": a field has a wrong length", 1 },
	{ "UPDATE officer SET role=55 WHERE unit=3", "officer " OFFICE_NAME ": there is no role "
	  "55", 1 },
	{ "UPDATE officer SET unit=4000 WHERE unit=3",
	  "officer " OFFICE_NAME ": there is no such unit", 1 },
	{ "INSERT INTO partial VALUES(1,zeroblob(8),3,zeroblob(9),0)",
	  "partial object of device 0000000000000001: longer", 1 },
	{ "INSERT INTO held SELECT 31,device,1,zeroblob(32),zeroblob(32),zeroblob(9),0,1 FROM device "
	  "WHERE stream=31 AND role=2",
	  ": nothing keeps it", 1 },
	{ "INSERT INTO held VALUES(31,171,3,zeroblob(3),zeroblob(32),zeroblob(9),0,1)",
	  "held change set of device 00000000000000ab: a field has a wrong length", 1 },
	{ "INSERT INTO contact VALUES(171,0,0,0)",
	  "contact of device 00000000000000ab: no certificate", 1 },
	/* what it is */
	{ "UPDATE meta SET value=zeroblob(64) WHERE key='root_signature'", "store: "
	  "bad_signature", 0 },
	{ "UPDATE keys_document SET signature=zeroblob(64)", "store: "
	  "bad_signature", 0 },
	{ "UPDATE meta SET value=zeroblob(16) WHERE key='generation'",
	  "stream 0, item 1: head differs", 0 },
	{ "DELETE FROM keys_document", "store: corrupt", 0 },
};

/* Back to the sound store: a copy of the file, taken before. */
static void copy_file(const char *from, const char *to)
{
	struct buf b;

	office_file(from, &b);
	assert_int_equal(env_write_file(to, buf_view(&b), 0600, NULL), 0);
	buf_release(&b);
}

static void every_damage_is_found(void **state)
{
	struct findings *g = *state;
	struct office *o = &g->o;
	char path[128], sound[128], wal[128];
	size_t i, count;

	snprintf(path, sizeof path, "%s/store.db", o->dir);
	snprintf(wal, sizeof wal, "%s/store.db-wal", o->dir);
	snprintf(sound, sizeof sound, "%s/sound.db", o->dir);
	assert_int_equal(db_checkpoint(o->s.db, &o->e), 0);
	server_close(&o->s);
	copy_file(path, sound);
	for (i = 0; i < sizeof damages / sizeof damages[0]; i++) {
		struct db *db;

		remove(wal);
		copy_file(sound, path);
		assert_int_equal(db_open(&db, &o->env, path, DB_WRITE, &o->e), 0);
		assert_int_equal(db_begin(db, &o->e), 0);
		if (db_schema(db, damages[i].sql, &o->e) != 0)
			fail_msg("%s: %s", damages[i].sql, o->e.subject);
		assert_int_equal(db_commit(db, &o->e), 0);
		assert_int_equal(db_checkpoint(db, &o->e), 0);
		db_close(db);
		count = run(g, ":memory:");
		if (count == 0 || (damages[i].count != 0 && count != damages[i].count) ||
		    strstr((char *)g->text.at, damages[i].said) == NULL)
			fail_msg("%s: wanted \"%s\", found:\n%s", damages[i].sql,
				 damages[i].said, (char *)g->text.at);
	}
	remove(wal);
	copy_file(sound, path);
	assert_int_equal(run(g, ":memory:"), 0);
}

static void bytes_of_the_file_are_looked_at(void **state)
{
	struct findings *g = *state;
	char path[128];
	struct buf b;
	size_t i, k;

	snprintf(path, sizeof path, "%s/store.db", g->o.dir);
	assert_int_equal(db_checkpoint(g->o.s.db, &g->o.e), 0);
	server_close(&g->o.s);
	office_file(path, &b);
	/* A page of records, turned over. */
	for (i = b.len / 4 * 3 / 4096 * 4096, k = i + 4096; i < k; i++)
		b.at[i] = (uint8_t)~b.at[i];
	assert_int_equal(env_write_file(path, buf_view(&b), 0600, NULL), 0);
	buf_release(&b);
	assert_int_not_equal(run(g, ":memory:"), 0);
}

static void a_missing_key_is_found(void **state)
{
	struct findings *g = *state;
	char path[128];

	snprintf(path, sizeof path, "%s/working.key", g->o.dir);
	assert_int_equal(remove(path), 0);
	assert_int_equal(run(g, ":memory:"), 1);
	assert_non_null(strstr((char *)g->text.at, "working.key"));
}

static size_t run_replica(struct findings *g, struct replica *r)
{
	struct fsck f = { .env = env_os(), .scratch = ":memory:", .found = found, .ctx = g };

	buf_clear(&g->text);
	assert_int_equal(fsck_replica(&f, r, &g->o.e), 0);
	buf_byte(&g->text, 0);
	g->text.len--;
	return f.count;
}

static void sync(struct findings *g, struct school *s)
{
	struct buf request, reply;

	school_request(s, &request);
	buf_init(&reply, 1 << 22);
	assert_int_equal(server_exchange(&g->o.s, buf_view(&request), &reply, &g->o.e), 0);
	school_apply(s, buf_view(&reply));
	buf_release(&request);
	buf_release(&reply);
}

/* A client's store is checked by the same code. What waits to be sent is in its
 * records but not in its log. */
static void a_client_is_checked_too(void **state)
{
	struct findings *g = *state;
	struct school s;

	school_make(&s, &g->o, OFFICE_SCHOOL);
	if (run_replica(g, &s.c.replica) != 0)
		fail_msg("new: %s", (char *)g->text.at);
	school_save(&s, "Lê Thị Mẫu");
	if (run_replica(g, &s.c.replica) != 0)
		fail_msg("saved: %s", (char *)g->text.at);
	sync(g, &s);
	sync(g, &s);
	if (run_replica(g, &s.c.replica) != 0)
		fail_msg("synced: %s", (char *)g->text.at);
	assert_int_equal(db_begin(s.c.db, &g->o.e), 0);
	assert_int_equal(db_schema(s.c.db, "UPDATE t_bonus SET f_amount=1 WHERE f_amount=20000000",
				   &g->o.e), 0);
	assert_int_equal(db_commit(s.c.db, &g->o.e), 0);
	assert_int_equal(run_replica(g, &s.c.replica), 1);
	assert_non_null(strstr((char *)g->text.at, "differs from the log in f_amount"));
	/* The district's store holds what the school sent, and is sound as well. */
	if (run(g, ":memory:") != 0)
		fail_msg("server: %s", (char *)g->text.at);
	school_end(&s);
}

/* An edit that a verification overtook: it stands in the log, and counts nowhere. */
static void what_was_refused_is_no_damage(void **state)
{
	struct findings *g = *state;
	struct office *o = &g->o;
	struct school s;
	struct draft d;

	school_make(&s, o, OFFICE_SCHOOL);
	sync(g, &s);
	sync(g, &s);
	assert_int_equal(client_begin(&s.c, OFFICE_SCHOOL, &s.a, &d, &o->e), 0);
	draft_set(&d, BONUS, g->second, BONUS_AMOUNT, value_int(7), false);
	assert_int_equal(client_save(&s.c, &d, NULL, &o->e), 0);
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &d, &o->e), 0);
	draft_move(&d, BONUS, g->second, STATE_VERIFIED, BYTES_NONE);
	assert_int_equal(server_save(&o->s, &o->officer, &d, NULL, &o->e), 0);
	sync(g, &s);
	sync(g, &s);
	assert_int_equal(office_number(o, "SELECT code FROM refused"), ERR_LOCKED);
	if (run(g, ":memory:") != 0)
		fail_msg("server: %s", (char *)g->text.at);
	if (run_replica(g, &s.c.replica) != 0)
		fail_msg("client: %s", (char *)g->text.at);
	school_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sound_store_is_sound, make, end),
		cmocka_unit_test_setup_teardown(every_damage_is_found, make, end),
		cmocka_unit_test_setup_teardown(bytes_of_the_file_are_looked_at, make, end),
		cmocka_unit_test_setup_teardown(a_missing_key_is_found, make, end),
		cmocka_unit_test_setup_teardown(a_client_is_checked_too, make, end),
		cmocka_unit_test_setup_teardown(what_was_refused_is_no_damage, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
