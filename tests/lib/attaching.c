#define _XOPEN_SOURCE 700
/* Attached files for tests. */
#include "tests/lib/attaching.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "server/exchange/exchange_internal.h"

#define OK(d, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((d)->e.code), (d)->e.subject); \
	} while (0)

enum { SEGMENT = 1400, HTTP_UP = 80, HTTP_DOWN = 45, ROUNDS = 400 };

struct bytes attaching_scan(struct arena *a, uint64_t seed, size_t size)
{
	uint8_t *at = arena_alloc(a, size + 16);
	struct chance c;

	assert_non_null(at);
	chance_init(&c, seed, 1);
	chance_fill(&c, at, size);
	memcpy(at, "%PDF-1.7\n", size < 9 ? size : 9);
	return (struct bytes){ at, size };
}

struct rid attaching_record(struct district_fixture *d, size_t client)
{
	return district_add(d, client, "{\"type\":\"bonus\",\"plan_year\":2026}");
}

struct rid attaching_add(struct district_fixture *d, size_t client, struct rid record,
			 struct bytes content)
{
	struct client *c = &d->clients[client].c;
	struct attach_entry entry = { .as = "award", .name = bytes_str("Quyết định số 5.pdf"),
				      .size = content.len };
	uint8_t hash[HASH_SIZE];
	struct schema *schema;
	struct draft draft;
	struct rid row = RID_NONE;

	OK(d, client_begin(c, c->unit, &d->a, &draft, &d->e));
	OK(d, way_keep(c, content, hash, &entry.kind, &d->e));
	entry.hash = hash;
	OK(d, replica_schema_now(&c->replica, &schema, &d->e));
	OK(d, attach_add_row(&c->replica, schema, &draft, record, &entry, &row, &d->e));
	OK(d, client_save(c, &draft, NULL, &d->e));
	return row;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

void attaching_clean(const char *dir)
{
	char path[300];

	snprintf(path, sizeof path, "%s/files", dir);
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- the link --- */

static int64_t link_now(void *ctx)
{
	const struct attaching_link *l = ctx;

	return OFFICE_NOW + (int64_t)(l->now / 1000);
}

static int64_t link_ms(void *ctx)
{
	const struct attaching_link *l = ctx;

	return (int64_t)l->now;
}

static void link_random(void *ctx, void *out, size_t n)
{
	struct attaching_link *l = ctx;

	chance_fill(&l->chance, out, n);
}

static int link_fault(void *ctx, const char *where)
{
	(void)ctx;
	(void)where;
	return 0;
}

void attaching_link(struct attaching_link *l, struct district_fixture *d, size_t client,
		    uint64_t seed)
{
	memset(l, 0, sizeof *l);
	l->d = d;
	l->client = client;
	chance_init(&l->chance, seed, 2);
	l->env = (struct env){ l, link_now, link_ms, link_random, link_fault, NULL, NULL };
	d->clients[client].c.env = &l->env;
}

void attaching_unlink(struct attaching_link *l)
{
	l->d->clients[l->client].c.env = env_os();
}

/* The line goes down whenever its time has come. */
static bool is_cut(struct attaching_link *l)
{
	if (l->cut_every == 0 || l->now < l->cut_at)
		return false;
	while (l->cut_at <= l->now)
		l->cut_at += (double)l->cut_every;
	l->cuts++;
	l->connected = false;
	return true;
}

/* Sends so many bytes one way: false where it is cut before the last has come. */
static bool send(struct attaching_link *l, size_t n, uint64_t *count)
{
	while (n > 0) {
		size_t step = n < SEGMENT ? n : SEGMENT;
		double took = l->rate == 0 ? 0 : (double)step * 1000 / (double)l->rate;

		l->now += took;
		if (is_cut(l))
			return false;
		if (chance_percent(&l->chance, (unsigned)l->loss)) {
			l->lost += step;
			l->now += 2 * (double)l->round_trip;
			continue;
		}
		*count += step;
		n -= step;
	}
	l->now += (double)l->round_trip / 2;
	return !is_cut(l);
}

static int serve(struct attaching_link *l, struct bytes request, struct buf *reply,
		 struct err *e)
{
	struct server *s = &l->d->office.s;
	struct exchange *x = NULL;
	int code = exchange_open(&x, s, &s->replica, request, e);

	if (code == 0)
		code = exchange_merge(s, &x, 1, e);
	if (code == 0)
		code = exchange_reply(x, s, &s->replica, reply, e);
	if (code == 0) {
		l->arrived += x->file_bytes;
		l->mixed += x->file_bytes > 0 && x->arrival_count > 0;
	}
	exchange_free(x);
	return code;
}

static int carry(void *ctx, struct bytes request, struct buf *reply, struct err *e)
{
	struct attaching_link *l = ctx;
	int code;

	if (!l->connected) {
		l->now += (double)l->round_trip;
		l->connections++;
		l->connected = true;
		is_cut(l);
		l->connected = true;
	}
	if (!send(l, request.len + HTTP_UP, &l->up))
		return err_set(e, ERR_NO_LINK, "cut on the way up");
	code = serve(l, request, reply, e);
	if (code != 0)
		return code;
	l->exchanges++;
	if (!send(l, reply->len + HTTP_DOWN, &l->down)) {
		buf_clear(reply);
		return err_set(e, ERR_NO_LINK, "cut on the way down");
	}
	return 0;
}

static void pass(void *ctx, int64_t ms)
{
	struct attaching_link *l = ctx;

	l->now += (double)ms;
	is_cut(l);
}

static void tell(void *ctx, const struct sync *s, const struct err *failure)
{
	struct attaching_link *l = ctx;

	(void)s;
	(void)failure;
	if (l->each != NULL)
		l->each(l);
}

void attaching_sync(struct attaching_link *l)
{
	struct client *c = &l->d->clients[l->client].c;
	struct way_counts left = { .up = 1 };
	int round;

	if (l->cut_at == 0)
		l->cut_at = (double)l->cut_every;
	for (round = 0; round < ROUNDS; round++) {
		struct sync s = { .client = c, .tries = 6, .ctx = l, .carry = carry, .wait = pass,
				  .tell = tell };
		int code = sync_run(&s, &l->d->e);

		if (code != 0 && code != ERR_NO_LINK)
			fail_msg("%s: %s", err_name(l->d->e.code), l->d->e.subject);
		OK(l->d, way_count(c, &left, &l->d->e));
		if (code == 0)
			return;
	}
	fail_msg("%lld files are left after %d rounds", (long long)left.up, ROUNDS);
}
