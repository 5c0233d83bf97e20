/* A new PC of a unit that has 10,000 records, signed 50 saves at a time: all bytes of its first
 * synchronisation, both ways, against the best compressed log.
 *
 * The log is the unit's change sets with their signatures and nothing else: no times, no verdicts,
 * no places. "Best" is the least of what these ways give: the objects as they are, each deflated
 * with the dictionary; all of them open, in one deflate; the same in one .xz file; what is signed
 * before what is personal, in one .xz file; and the two latter by `xz -9e`, where it is there. */
#include <stdlib.h>
#include <string.h>

#include "common/system/solid.h"
#include "protocol/changeset.h"
#include "protocol/limits.h"
#include "protocol/zip.h"
#include "tests/bench/bench.h"

enum { SEED = 42, SAVES = 50, LOG_MOST = 64 * 1024 * 1024 };

struct log {
	struct buf objects, open, parted; /* parted: all payloads, then all personal parts */
	struct buf personal;
};

static void add_object(struct bench_district *d, struct bytes object, struct log *l)
{
	struct bytes dictionary, payload;
	struct object o;
	struct arena a;
	struct buf plain;
	struct err e = { 0 };

	arena_init(&a, LIMIT_MEMORY);
	buf_init(&plain, LIMIT_CHANGESET + 1);
	bench_need(object_split(object, &o, &e), &e, "object");
	bench_need(replica_dictionary(&d->server.replica, o.dictionary, &a, &dictionary, &e), &e,
		   "dictionary");
	bench_need(zip_inflate(o.deflated, dictionary, LIMIT_CHANGESET, &plain, &e), &e, "inflate");
	payload = changeset_payload(buf_view(&plain));
	buf_add(&l->objects, object);
	buf_put(&l->open, o.signature, SIGN_SIZE);
	buf_add(&l->open, buf_view(&plain));
	buf_put(&l->parted, o.signature, SIGN_SIZE);
	buf_add(&l->parted, payload);
	buf_put(&l->personal, payload.at + payload.len,
		(size_t)(plain.at + plain.len - (payload.at + payload.len)));
	buf_release(&plain);
	arena_release(&a);
}

static void read_log(struct bench_district *d, struct log *l)
{
	struct err e = { 0 };
	struct stmt *s;

	buf_init(&l->objects, LOG_MOST);
	buf_init(&l->open, LOG_MOST);
	buf_init(&l->parted, LOG_MOST);
	buf_init(&l->personal, LOG_MOST);
	bench_need(db_query(d->server.db, &e, &s, "SELECT object FROM item WHERE stream=1 ORDER BY "
			    "seq", ""), &e, "log");
	while (db_step(s, &e) == 1)
		add_object(d, db_bytes(s, 0), l);
	db_done(s);
	buf_add(&l->parted, buf_view(&l->personal));
	if (l->objects.failed || l->open.failed || l->parted.failed)
		exit(1);
}

/* By the program, as an outside measure; 0 where it is not there. */
static size_t xz_size(const char *dir, struct bytes content)
{
	char path[300], command[400];
	size_t n = 0;
	struct err e = { 0 };
	FILE *f;

	snprintf(path, sizeof path, "%s/log", dir);
	bench_need(env_write_file(path, content, 0600, &e), &e, path);
	snprintf(command, sizeof command, "xz -9e --check=none --stdout %s 2>/dev/null | wc -c", path);
	f = popen(command, "r");
	if (f == NULL || fscanf(f, "%zu", &n) != 1)
		n = 0;
	if (f != NULL)
		pclose(f);
	return n;
}

static size_t packed_size(struct bytes content)
{
	struct err e = { 0 };
	struct buf out;
	size_t n;

	buf_init(&out, LOG_MOST);
	bench_need(solid_pack(content, &out, &e), &e, "pack");
	n = out.len;
	buf_release(&out);
	return n;
}

static size_t deflated_size(struct bytes content)
{
	struct err e = { 0 };
	struct buf out;
	size_t n;

	buf_init(&out, LOG_MOST);
	bench_need(zip_deflate(content, BYTES_NONE, &out, &e), &e, "deflate");
	n = out.len;
	buf_release(&out);
	return n;
}

static size_t best_size(const char *dir, struct log *l)
{
	const struct {
		const char *name;
		size_t size;
	} ways[] = {
		{ "objects", l->objects.len },
		{ "one_deflate", deflated_size(buf_view(&l->open)) },
		{ "one_xz", packed_size(buf_view(&l->open)) },
		{ "parted_xz", packed_size(buf_view(&l->parted)) },
		{ "xz_9e", xz_size(dir, buf_view(&l->open)) },
		{ "parted_xz_9e", xz_size(dir, buf_view(&l->parted)) },
	};
	size_t i, best = SIZE_MAX;

	for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (ways[i].size == 0)
			continue;
		bench_report("snapshot", "first", ways[i].name, (double)ways[i].size, "B", -1);
		best = ways[i].size < best ? ways[i].size : best;
	}
	return best;
}

/* It has all of it. */
static void need_same(struct bench_district *d, struct client *fresh)
{
	struct stream_head here, there;
	struct err e = { 0 };

	bench_need(replica_head(&fresh->replica, 1, &here, &e), &e, "head");
	bench_need(replica_head(&d->server.replica, 1, &there, &e), &e, "head");
	bench_need(memcmp(here.head, there.head, HASH_SIZE) == 0 ? 0 : ERR_HEAD_MISMATCH, &e, "head");
}

bool bench_snapshot(const char *dir)
{
	struct workload *w = workload_make("first", 1, SEED);
	struct rid *ids = calloc(w->records + 1, sizeof *ids);
	struct bench_district d = { .rules = BENCH_FEW };
	struct client c, fresh;
	struct log log;
	size_t i, best, bytes;
	double cpu;

	bench_district_open(&d, dir, 1);
	bench_client_open(&d, 1, 1, &c);
	for (i = 0; i < w->n; i += SAVES) {
		bench_save(&c, w->edits + i, w->n - i < SAVES ? w->n - i : SAVES, ids);
		bench_sync(&d, &c);
	}
	read_log(&d, &log);
	best = best_size(dir, &log);
	bytes = d.bytes;
	cpu = bench_cpu_s();
	bench_client_open(&d, 1, 2, &fresh);
	bytes = d.bytes - bytes;
	need_same(&d, &fresh);
	bench_report("snapshot", "first", "new_pc_bytes", (double)bytes, "B", (double)best);
	bench_report("snapshot", "first", "cpu_ms_both_sides", (bench_cpu_s() - cpu) * 1000, "ms", -1);
	buf_release(&log.objects);
	buf_release(&log.open);
	buf_release(&log.parted);
	buf_release(&log.personal);
	client_close(&fresh);
	client_close(&c);
	bench_district_close(&d);
	free(ids);
	workload_free(w);
	return (double)bytes <= 1.1 * (double)best;
}
