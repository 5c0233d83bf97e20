/* Stores that are not what they were. */
#include "tests/lib/place.h"

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
#include "common/replica/fsck.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"

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

void place_open_store(struct place *p, int i, const struct env *env)
{
	OK(p, client_open(&p->s[i].c, env, p->s[i].dir, &p->e));
	p->open[i] = true;
}

void place_close_store(struct place *p, int i)
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

void place_copy_store(const char *from, const char *to, bool all)
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

static void place_make_folder(struct place *p, int i)
{
	memset(&p->s[i], 0, sizeof p->s[i]);
	strcpy(p->s[i].dir, "/tmp/dongbo-school-XXXXXX");
	assert_non_null(mkdtemp(p->s[i].dir));
	arena_init(&p->s[i].a, (size_t)256 << 20);
}

int place_make(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	office_make(&p->o);
	office_equip(&p->o);
	school_make(&p->s[0], &p->o, OFFICE_SCHOOL);
	p->open[0] = true;
	place_make_folder(p, 1);
	place_make_folder(p, 2);
	p->env = *env_os();
	p->env.place = same_place;
	buf_init(&p->text, 1 << 20);
	*state = p;
	return 0;
}

int place_end(void **state)
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

static struct exchange_result place_sync_once(struct place *p, int i)
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

struct exchange_result place_sync(struct place *p, int i)
{
	struct exchange_result r = { .more = true }, all = { 0 };
	int n;

	for (n = 0; n < ROUNDS && r.more; n++) {
		r = place_sync_once(p, i);
		all.problems += r.problems;
		all.refused += r.refused;
		all.renewed |= r.renewed;
		if (r.problems > 0 && all.first_problem.code == 0)
			all.first_problem = r.first_problem;
	}
	assert_false(r.more);
	return all;
}

void place_sync_well(struct place *p, int i)
{
	struct exchange_result r = place_sync(p, i);

	if (r.problems > 0)
		fail_msg("problem: %s", err_name(r.first_problem.code));
	assert_int_equal(r.refused, 0);
	assert_int_equal(school_waiting(&p->s[i]), 0);
}

int64_t place_number(struct client *c, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(c->db, NULL, 0, &n, sql, ""), 0);
	return n;
}

int64_t place_count_named(struct replica *r, const char *name)
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

void place_expect_one(struct place *p, const char *name)
{
	int64_t n = place_count_named(&p->o.s.replica, name);

	if (n != 1)
		fail_msg("%s: %d", name, (int)n);
}

static void found(void *ctx, const char *place, const char *what)
{
	buf_printf(ctx, "%s: %s\n", place, what);
}

static void place_check_replica(struct place *p, struct replica *r)
{
	struct fsck f = { .env = env_os(), .scratch = ":memory:", .found = found, .ctx = &p->text };

	buf_clear(&p->text);
	OK(p, fsck_replica(&f, r, &p->e));
	buf_byte(&p->text, 0);
	if (f.count != 0)
		fail_msg("%s", (char *)p->text.at);
}

void place_agree(struct place *p, int i)
{
	static const char sql[] = "SELECT count(*) * 1000 + sum(deleted) * 100 + sum(conflict) FROM "
				  "record WHERE stream=31";

	place_check_replica(p, &p->o.s.replica);
	place_check_replica(p, &p->s[i].c.replica);
	assert_int_equal(place_number(&p->s[i].c, sql), office_number(&p->o, sql));
}

void place_rename_person(struct place *p, int i, const char *from, const char *to)
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

uint64_t place_incarnations(struct place *p, int i, const char *last)
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


void place_clone_disk(struct place *p)
{
	char path[256];

	place_close_store(p, 0);
	snprintf(path, sizeof path, "%s/install.mark", p->s[0].dir);
	env_remove(path, NULL);
	place_open_store(p, 0, &p->env);
	place_sync_well(p, 0);
	school_save(&p->s[0], "Waits in both");
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[1].dir, true);
	place_open_store(p, 0, &p->env);
	place_open_store(p, 1, &p->env);
	assert_int_equal(place_incarnations(p, 1, NULL), 0);
}
