/* A computer that is not what it was: put back from an older copy, copied, cloned with its
 * whole disk. Whatever it was, and whoever comes first: all that was saved is at the server,
 * once, and the stores agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/identity/incarnation.h"
#include "client/identity/install.h"
#include "client/identity/settle.h"
#include "common/replica/fsck.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "server/exchange/fork.h"
#include "tests/lib/school.h"

enum { STORES = 3, PERSON = 100, NAME = 1001, ROUNDS = 30 };

struct place {
	struct office o;
	struct school s[STORES];
	bool open[STORES];
	struct env env;          /* of machines that look alike to the last byte */
	struct buf text;
	struct err e;
};

#define OK(p, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((p)->e.code), (p)->e.subject); \
	} while (0)

/* --- machines --- */

static void same_place(void *ctx, const char *path, struct env_place *out)
{
	(void)ctx;
	(void)path;
	memset(out, 7, sizeof *out);
}

static void open_store(struct place *p, int i, const struct env *env)
{
	OK(p, client_open(&p->s[i].c, env, p->s[i].dir, &p->e));
	p->open[i] = true;
}

static void close_store(struct place *p, int i)
{
	if (p->open[i])
		client_close(&p->s[i].c);
	p->open[i] = false;
}

static void copy_file(const char *from, const char *to, const char *name)
{
	char a[256], b[256];
	struct buf content;

	snprintf(a, sizeof a, "%s/%s", from, name);
	snprintf(b, sizeof b, "%s/%s", to, name);
	buf_init(&content, 256 << 20);
	if (env_read_file(a, &content, NULL) == 0)
		assert_int_equal(env_write_file(b, buf_view(&content), 0600, NULL), 0);
	buf_release(&content);
}

/* All of a store that is closed, or its database alone; the other one is replaced. */
static void copy_store(const char *from, const char *to, bool all)
{
	static const char *const names[] = { "store.db", "store.db-wal", "device.key",
					     "install.mark" };
	char path[256];
	size_t i;

	for (i = 0; i < (all ? 4 : 2); i++) {
		snprintf(path, sizeof path, "%s/%s", to, names[i]);
		env_remove(path, NULL);
		copy_file(from, to, names[i]);
	}
}

static void make_folder(struct place *p, int i)
{
	memset(&p->s[i], 0, sizeof p->s[i]);
	strcpy(p->s[i].dir, "/tmp/dongbo-school-XXXXXX");
	assert_non_null(mkdtemp(p->s[i].dir));
	arena_init(&p->s[i].a, (size_t)256 << 20);
}

static int make(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	office_make(&p->o);
	office_equip(&p->o);
	school_make(&p->s[0], &p->o, OFFICE_SCHOOL);
	p->open[0] = true;
	make_folder(p, 1);
	make_folder(p, 2);
	p->env = *env_os();
	p->env.place = same_place;
	buf_init(&p->text, 1 << 20);
	*state = p;
	return 0;
}

static int end(void **state)
{
	struct place *p = *state;
	int i;

	for (i = 0; i < STORES; i++)
		school_end(&p->s[i]);
	buf_release(&p->text);
	office_end(&p->o);
	free(p);
	return 0;
}

/* --- people at work --- */

static struct exchange_result sync_once(struct place *p, int i)
{
	struct buf request, reply;
	struct exchange_result r;

	school_request(&p->s[i], &request);
	buf_init(&reply, LIMIT_MESSAGE);
	OK(p, server_exchange(&p->o.s, buf_view(&request), &reply, &p->e));
	r = school_apply(&p->s[i], buf_view(&reply));
	buf_release(&request);
	buf_release(&reply);
	return r;
}

/* What one command does: exchanges until neither side has more. */
static struct exchange_result sync(struct place *p, int i)
{
	struct exchange_result r = { .more = true }, all = { 0 };
	int n;

	for (n = 0; n < ROUNDS && r.more; n++) {
		r = sync_once(p, i);
		all.problems += r.problems;
		all.refused += r.refused;
		all.renewed |= r.renewed;
		if (r.problems > 0 && all.first_problem.code == 0)
			all.first_problem = r.first_problem;
	}
	assert_false(r.more);
	return all;
}

static void sync_well(struct place *p, int i)
{
	struct exchange_result r = sync(p, i);

	if (r.problems > 0)
		fail_msg("problem: %s", err_name(r.first_problem.code));
	assert_int_equal(r.refused, 0);
	assert_int_equal(school_waiting(&p->s[i]), 0);
}

static int64_t number(struct client *c, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(c->db, NULL, 0, &n, sql, ""), 0);
	return n;
}

/* The person of this name in a store: how many, and the number of live values. */
static int64_t count_named(struct replica *r, const char *name)
{
	int64_t n = -1;
	struct stmt *s;

	assert_int_equal(db_query(r->db, NULL, &s, "SELECT count(*) FROM t_staff WHERE "
				  "f_full_name=$1 AND deleted=0", ""), 0);
	db_bind_text(s, 1, bytes_str(name));
	assert_int_equal(db_step(s, NULL), 1);
	n = db_int(s, 0);
	db_done(s);
	return n;
}

static void expect_one(struct place *p, const char *name)
{
	int64_t n = count_named(&p->o.s.replica, name);

	if (n != 1)
		fail_msg("%s: %d", name, (int)n);
}

static void found(void *ctx, const char *place, const char *what)
{
	buf_printf(ctx, "%s: %s\n", place, what);
}

static void check_replica(struct place *p, struct replica *r)
{
	struct fsck f = { .env = env_os(), .scratch = ":memory:", .found = found, .ctx = &p->text };

	buf_clear(&p->text);
	OK(p, fsck_replica(&f, r, &p->e));
	buf_byte(&p->text, 0);
	if (f.count != 0)
		fail_msg("%s", (char *)p->text.at);
}

/* Both logs are whole, the stores have the same records. */
static void agree(struct place *p, int i)
{
	static const char sql[] = "SELECT count(*) * 1000 + sum(deleted) * 100 + sum(conflict) FROM "
				  "record WHERE stream=31";

	check_replica(p, &p->o.s.replica);
	check_replica(p, &p->s[i].c.replica);
	assert_int_equal(number(&p->s[i].c, sql), office_number(&p->o, sql));
}

static void rename_person(struct place *p, int i, const char *from, const char *to)
{
	struct client *c = &p->s[i].c;
	struct draft d;
	struct stmt *s;
	struct rid id;

	OK(p, client_begin(c, c->unit, &p->s[i].a, &d, &p->e));
	OK(p, db_query(c->db, &p->e, &s, "SELECT device, op FROM t_staff WHERE f_full_name=$1", ""));
	db_bind_text(s, 1, bytes_str(from));
	assert_int_equal(db_step(s, &p->e), 1);
	id = (struct rid){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) };
	db_done(s);
	draft_set(&d, PERSON, id, NAME, value_text(bytes_str(to)), false);
	OK(p, client_save(c, &d, NULL, &p->e));
}

static uint64_t incarnations(struct place *p, int i, const char *last)
{
	json_t *list = NULL;
	size_t n;

	OK(p, incarnation_list(&p->s[i].c, &list, &p->e));
	n = json_array_size(list);
	if (last != NULL)
		assert_true(n > 0);
	if (last != NULL)
		assert_string_equal(json_string_value(json_object_get(json_array_get(list, n - 1),
								      "reason")), last);
	json_decref(list);
	return n;
}

/* --- restored --- */

/* What turso#8129 is about: a client is put back from an older copy, writes on, is told that all
 * is well, and nothing arrives. */
static void turso_8129(void **state)
{
	struct place *p = *state;
	char name[32];
	int i;

	school_save(&p->s[0], "Before");
	sync_well(p, 0);
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[2].dir, true);
	open_store(p, 0, env_os());
	school_save(&p->s[0], "After");
	sync_well(p, 0);
	/* A month later. */
	close_store(p, 0);
	copy_store(p->s[2].dir, p->s[0].dir, false);
	open_store(p, 0, env_os());
	assert_int_equal(incarnations(p, 0, "restored"), 1);
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "New %d", i);
		school_save(&p->s[0], name);
	}
	sync_well(p, 0);
	expect_one(p, "Before");
	expect_one(p, "After");
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "New %d", i);
		expect_one(p, name);
	}
	assert_int_equal(count_named(&p->s[0].c.replica, "After"), 1);
	agree(p, 0);
}

/* What was saved and not sent when the copy was taken had been sent in the life that is gone:
 * it is carried again, and counts once. */
static void restored_with_what_waited(void **state)
{
	struct place *p = *state;

	sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[2].dir, true);
	open_store(p, 0, env_os());
	rename_person(p, 0, "Waits", "Renamed then");
	sync_well(p, 0);
	close_store(p, 0);
	copy_store(p->s[2].dir, p->s[0].dir, false);
	open_store(p, 0, env_os());
	school_save(&p->s[0], "Now");
	sync_well(p, 0);
	expect_one(p, "Renamed then");
	expect_one(p, "Now");
	assert_int_equal(count_named(&p->o.s.replica, "Waits"), 0);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_staff"), 2);
	agree(p, 0);
}

/* What was signed and lost may be on a stick that is still under way. */
static void a_stick_of_the_lost_life(void **state)
{
	struct place *p = *state;
	struct buf stick, reply;

	sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[2].dir, true);
	open_store(p, 0, env_os());
	school_save(&p->s[0], "On a stick");
	school_request(&p->s[0], &stick);
	close_store(p, 0);
	copy_store(p->s[2].dir, p->s[0].dir, false);
	open_store(p, 0, env_os());
	assert_int_equal(incarnations(p, 0, "restored"), 1);
	school_save(&p->s[0], "Now");
	sync_well(p, 0);
	buf_init(&reply, LIMIT_MESSAGE);
	OK(p, server_exchange(&p->o.s, buf_view(&stick), &reply, &p->e));
	sync_well(p, 0);
	expect_one(p, "Waits");
	expect_one(p, "On a stick");
	expect_one(p, "Now");
	agree(p, 0);
	buf_release(&stick);
	buf_release(&reply);
}

/* Edits of what waits, under the new key: no conflict comes of it. */
static void edits_of_what_is_carried(void **state)
{
	struct place *p = *state;

	sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[1].dir, true);
	open_store(p, 1, env_os());
	rename_person(p, 1, "Waits", "Renamed");
	assert_int_equal(number(&p->s[1].c, "SELECT sum(conflict) FROM record"), 0);
	sync_well(p, 1);
	expect_one(p, "Renamed");
	agree(p, 1);
	open_store(p, 0, env_os());
	sync_well(p, 0);
	agree(p, 0);
	assert_int_equal(office_number(&p->o, "SELECT sum(conflict) FROM record"), 0);
}

/* --- copied --- */

/* Both twins go on; first: who synchronises first. */
static void twins(struct place *p, int first)
{
	school_save(&p->s[0], "Received");
	sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[1].dir, true);
	open_store(p, 0, env_os());
	open_store(p, 1, env_os());
	assert_int_equal(incarnations(p, 0, NULL), 0);
	assert_int_equal(incarnations(p, 1, "copied"), 1);
	school_save(&p->s[0], "Of the first");
	school_save(&p->s[1], "Of the second");
	sync_well(p, first);
	sync_well(p, 1 - first);
	school_save(&p->s[0], "Of the first, later");
	school_save(&p->s[1], "Of the second, later");
	sync_well(p, 1 - first);
	sync_well(p, first);
	sync_well(p, 1 - first);
	expect_one(p, "Received");
	expect_one(p, "Waits");
	expect_one(p, "Of the first");
	expect_one(p, "Of the second");
	expect_one(p, "Of the first, later");
	expect_one(p, "Of the second, later");
	agree(p, 0);
	agree(p, 1);
	/* It stays: no new key at each start. */
	close_store(p, 1);
	open_store(p, 1, env_os());
	assert_int_equal(incarnations(p, 1, "copied"), 1);
}

static void twins_first(void **state)
{
	twins(*state, 0);
}

static void twins_second(void **state)
{
	twins(*state, 1);
}

/* Copied before the first contact: the enrolment is the one's who comes first, and his word for
 * the other holds. */
static void copied_before_contact(void **state)
{
	struct place *p = *state;
	struct buf unused;

	school_save(&p->s[0], "Waits");
	/* Something signed, so that the mark has a list. */
	school_request(&p->s[0], &unused);
	buf_release(&unused);
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[1].dir, true);
	open_store(p, 0, env_os());
	open_store(p, 1, env_os());
	assert_int_equal(incarnations(p, 1, "copied"), 1);
	school_save(&p->s[1], "Of the second");
	sync_well(p, 1);
	sync_well(p, 0);
	sync_well(p, 1);
	expect_one(p, "Waits");
	expect_one(p, "Of the second");
	agree(p, 0);
	agree(p, 1);
}

/* --- cloned with the whole disk: only the server can tell --- */

static void clone_disk(struct place *p)
{
	char path[256];

	close_store(p, 0);
	snprintf(path, sizeof path, "%s/install.mark", p->s[0].dir);
	env_remove(path, NULL);
	open_store(p, 0, &p->env);
	sync_well(p, 0);
	school_save(&p->s[0], "Waits in both");
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[1].dir, true);
	open_store(p, 0, &p->env);
	open_store(p, 1, &p->env);
	assert_int_equal(incarnations(p, 1, NULL), 0);
}

/* ssb-server#410: an identity that was restored or copied forks, and is dead for ever. */
static void ssb_server_410(void **state)
{
	struct place *p = *state;
	struct exchange_result r;
	json_t *list = NULL;

	clone_disk(p);
	school_save(&p->s[0], "Of the first");
	school_save(&p->s[1], "Of the second");
	rename_person(p, 1, "Of the second", "Of the second, renamed");
	sync_well(p, 0);
	r = sync(p, 1);
	assert_true(r.renewed);
	assert_int_equal(r.problems, 0);
	assert_int_equal(school_waiting(&p->s[1]), 0);
	assert_int_equal(incarnations(p, 1, "forked"), 1);
	school_save(&p->s[1], "Of the second, later");
	school_save(&p->s[0], "Of the first, later");
	sync_well(p, 1);
	sync_well(p, 0);
	sync_well(p, 1);
	expect_one(p, "Waits in both");
	expect_one(p, "Of the first");
	expect_one(p, "Of the second, renamed");
	expect_one(p, "Of the first, later");
	expect_one(p, "Of the second, later");
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_staff"), 5);
	agree(p, 0);
	agree(p, 1);
	/* Both branches are kept, and people are told. */
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM forked"), 1);
	OK(p, fork_list(&p->o.s.replica, 10, &list, &p->e));
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "kind")),
			    "forked");
	json_decref(list);
}

/* The second copy has not signed when it hears of what the first has sent. */
static void cloned_and_behind(void **state)
{
	struct place *p = *state;
	struct exchange_result r;

	clone_disk(p);
	school_save(&p->s[0], "Of the first");
	sync_well(p, 0);
	close_store(p, 1);
	/* Nothing of its own: what waits is in both. */
	open_store(p, 1, &p->env);
	r = sync(p, 1);
	assert_true(r.renewed);
	assert_int_equal(r.problems, 0);
	assert_int_equal(school_waiting(&p->s[1]), 0);
	school_save(&p->s[1], "Of the second");
	sync_well(p, 1);
	sync_well(p, 0);
	expect_one(p, "Waits in both");
	expect_one(p, "Of the first");
	expect_one(p, "Of the second");
	agree(p, 0);
	agree(p, 1);
}

/* The second carries its saves under numbers that the first has given, too, and not sent yet. The
 * first's are numbered anew, with the edits that rest on them, and none of them touches what has
 * those numbers now. */
static void numbered_anew(void **state)
{
	struct place *p = *state;

	clone_disk(p);
	sync_well(p, 0);
	school_save(&p->s[0], "Of the first");
	rename_person(p, 0, "Of the first", "Of the first, renamed");
	school_save(&p->s[1], "Of the second");
	sync(p, 1);
	assert_int_equal(incarnations(p, 1, "forked"), 1);
	sync(p, 0);
	assert_int_equal(school_waiting(&p->s[0]), 0);
	/* It sees that something of the other's was refused; that one has seen to it. */
	sync(p, 1);
	expect_one(p, "Waits in both");
	expect_one(p, "Of the first, renamed");
	expect_one(p, "Of the second");
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_staff"), 3);
	assert_int_equal(incarnations(p, 0, NULL), 0);
	agree(p, 0);
	agree(p, 1);
}

/* A chief's key was copied along: it signs here no more, and he can be enrolled anew. */
static void chiefs_are_enrolled_anew(void **state)
{
	struct place *p = *state;

	office_letters(&p->o);
	sync_well(p, 0);
	school_chief(&p->s[0], &p->o, "Thủ Trưởng");
	sync_well(p, 0);
	school_save_as(&p->s[0], "Thủ Trưởng", "By the chief, before");
	close_store(p, 0);
	copy_store(p->s[0].dir, p->s[1].dir, true);
	open_store(p, 0, env_os());
	open_store(p, 1, env_os());
	assert_int_equal(number(&p->s[1].c, "SELECT count(*) FROM chief"), 0);
	school_chief(&p->s[1], &p->o, "Thủ Trưởng");
	school_save_as(&p->s[0], "Thủ Trưởng", "By the chief, at the first");
	school_save_as(&p->s[1], "Thủ Trưởng", "By the chief, at the second");
	sync_well(p, 1);
	sync_well(p, 0);
	sync_well(p, 1);
	expect_one(p, "By the chief, before");
	expect_one(p, "By the chief, at the first");
	expect_one(p, "By the chief, at the second");
	agree(p, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(turso_8129), TEST(restored_with_what_waited), TEST(a_stick_of_the_lost_life),
		TEST(edits_of_what_is_carried), TEST(twins_first), TEST(twins_second),
		TEST(copied_before_contact), TEST(ssb_server_410), TEST(cloned_and_behind),
		TEST(numbered_anew), TEST(chiefs_are_enrolled_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
