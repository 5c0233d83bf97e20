/* A school with a long log. */
#include "tests/lib/newcomer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/fsck.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"

#define OK(call) NEWCOMER_OK(call)

struct district_fixture newcomer;
static struct chance chance;

/* Names that nothing makes short: a log of some length out of few saves. */
void newcomer_save(size_t client, size_t n)
{
	struct client *c = &newcomer.clients[client].c;
	struct draft draft;
	size_t i;

	OK(client_begin(c, c->unit, &newcomer.a, &draft, &newcomer.e));
	for (i = 0; i < n; i++) {
		struct rid r = draft_create(&draft, 100, RID_NONE, 0);
		char *name = arena_alloc(&newcomer.a, 80);

		snprintf(name, 80, "Trần Văn %016llx%016llx%016llx",
			 (unsigned long long)chance_next(&chance),
			 (unsigned long long)chance_next(&chance),
			 (unsigned long long)chance_next(&chance));
		draft_set(&draft, 100, r, 1001, value_text(bytes_str(name)), false);
		OK(client_save_more(c, &draft, NULL, &newcomer.e));
	}
	OK(client_save(c, &draft, NULL, &newcomer.e));
}

int newcomer_begin(void **state)
{
	int i;

	(void)state;
	chance_init(&chance, 11, 0);
	district_make(&newcomer, 1);
	for (i = 0; i < NEWCOMER_ROUNDS; i++) {
		newcomer_save(OLD, NEWCOMER_SAVES);
		district_sync(&newcomer, OLD, NULL);
	}
	return 0;
}

int newcomer_end(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/snapshots", newcomer.office.dir);
	env_remove_folder(path, NULL);
	district_end(&newcomer);
	return 0;
}

void newcomer_join(size_t client)
{
	school_make(&newcomer.clients[client], &newcomer.office, OFFICE_SCHOOL);
	newcomer.count = client + 1;
}

int64_t newcomer_number(size_t client, const char *sql)
{
	int64_t n = -1;

	OK(db_number(newcomer.clients[client].c.db, &newcomer.e, -1, &n, sql, ""));
	return n;
}

void newcomer_same_log(size_t client)
{
	struct stream_head here, there;

	OK(replica_head(&newcomer.clients[client].c.replica, OFFICE_SCHOOL, &here, &newcomer.e));
	OK(replica_head(&newcomer.office.s.replica, OFFICE_SCHOOL, &there, &newcomer.e));
	assert_int_equal(here.seq, there.seq);
	assert_memory_equal(here.head, there.head, HASH_SIZE);
}

static void complain(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	fail_msg("%s: %s", place, what);
}

/* All that it holds follows from what is signed in its log. */
void newcomer_sound(size_t client)
{
	struct fsck f = { .env = env_os(), .scratch = ":memory:", .found = complain };

	OK(fsck_replica(&f, &newcomer.clients[client].c.replica, &newcomer.e));
	assert_int_equal(f.count, 0);
	assert_true(f.records >= NEWCOMER_RECORDS);
}

/* Exchanges until nothing is left; of a hundred replies `lost` never come. */
struct newcomer_traffic newcomer_sync(size_t client, size_t size, unsigned lost)
{
	struct client *c = &newcomer.clients[client].c;
	struct newcomer_traffic t = { 0 };
	struct exchange_result one;

	do {
		struct buf request, reply;

		one = (struct exchange_result){ .more = true };
		buf_init(&request, LIMIT_MESSAGE);
		buf_init(&reply, LIMIT_MESSAGE);
		OK(exchange_prepare(c, size, &request, &newcomer.e));
		OK(server_exchange(&newcomer.office.s, buf_view(&request), &reply, &newcomer.e));
		t.up += request.len;
		t.down += reply.len;
		if (!chance_percent(&chance, lost))
			OK(exchange_apply(c, buf_view(&reply), &one, &newcomer.e));
		t.parts += one.snapshot;
		t.items += one.items_in;
		buf_release(&reply);
		buf_release(&request);
		assert_int_equal(one.problems, 0);
		assert_true(++t.exchanges < 2000);
	} while (one.more);
	return t;
}

int64_t newcomer_log_bytes(void)
{
	return office_number(&newcomer.office, "SELECT sum(length(object)) FROM item WHERE stream=31");
}

void newcomer_empty(const char *dir)
{
	char **names, path[300];
	struct arena a;
	size_t count, i;

	arena_init(&a, 1 << 20);
	OK(env_list(dir, 100, &a, &names, &count, &newcomer.e));
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		env_remove(path, NULL);
	}
	arena_release(&a);
}
