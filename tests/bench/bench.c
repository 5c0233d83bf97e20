/* make bench: what an exchange costs, in bytes and in time, against baselines that
 * run on the same edits in the same run.
 *
 * usage: bench [--quick] [--merge UNITS | --reports | --snapshot] [FOLDER [RESULTS.jsonl [PLANS.txt]]]
 *
 * --merge measures the server's merge alone, with so many units, --reports the reports
 * alone: for profiling. --snapshot is what a new PC costs alone; its status is 1 if that
 * is too much. PLANS.txt: how the database answers each query of the reports.
 *
 * Bytes are counted on a real HTTP connection over loopback: bodies, and bodies
 * with their headers ("wire"). The baseline for bytes is one deflated patchset of
 * SQLite's session extension, for speed plain prepared INSERTs; baseline.h says
 * exactly what both do. */
#define _DEFAULT_SOURCE /* wait4 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/sync/carrier_http.h"
#include "common/system/httpd.h"
#include "protocol/limits.h"
#include "tests/bench/baseline.h"
#include "tests/bench/bench.h"
#include "tests/bench/plans.h"

enum { SEED = 42 };

static bool quick;
static const char *folder;
static unsigned serial;

static void new_folder(char out[256])
{
	struct err e = { 0 };

	snprintf(out, 256, "%s/b%03u", folder, ++serial);
	bench_need(env_make_dirs(out, &e), &e, out);
}

/* The server behind real HTTP: the handler answers at once, on the polling thread. */
static void handle(struct httpd_call *call, void *self)
{
	struct bench_district *d = self;
	struct err e = { 0 };
	struct buf reply;

	buf_init(&reply, LIMIT_MESSAGE);
	bench_need(server_exchange(&d->server, call->body, &reply, &e), &e, "exchange");
	httpd_answer(call, 200, buf_view(&reply), NULL);
	buf_release(&reply);
}

static const struct httpd_route routes[] = {
	{ "POST", "/v1/exchange", LIMIT_MESSAGE, handle },
};

struct link {
	struct httpd *server;
	struct carrier_http *carrier;
};

static void link_open(struct link *l, struct bench_district *d)
{
	struct httpd_options options = { .routes = routes, .route_count = 1, .self = d };
	struct carrier_http_options none = { 0 };
	struct err e = { 0 };
	char address[64];

	bench_need(httpd_open("127.0.0.1:0", &options, &l->server, &e), &e, "listen");
	snprintf(address, sizeof address, "http://127.0.0.1:%u", httpd_port(l->server));
	bench_need(carrier_http_open(address, &none, &l->carrier, &e), &e, "connect");
}

static void link_close(struct link *l)
{
	carrier_http_close(l->carrier);
	httpd_close(l->server);
}

/* Syncs over the link until nothing is left; message sizes as a client that has
 * met no failure would choose them. */
static void link_sync(struct link *l, struct client *c)
{
	struct exchange_result r = { .more = true };
	struct err e = { 0 };
	size_t size = LIMIT_MESSAGE_FIRST;

	while (r.more) {
		struct buf request, reply;

		buf_init(&request, LIMIT_MESSAGE);
		buf_init(&reply, LIMIT_MESSAGE);
		bench_need(exchange_prepare(c, size, &request, &e), &e, "prepare");
		bench_need(carrier_http_exchange(l->carrier, buf_view(&request), &reply, &e), &e,
			   "carry");
		bench_need(exchange_apply(c, buf_view(&reply), &r, &e), &e, "apply");
		if (r.problems > 0)
			bench_need(r.first_problem.code, &e, "problem");
		size = size * 2 > LIMIT_MESSAGE ? LIMIT_MESSAGE : size * 2;
		buf_release(&request);
		buf_release(&reply);
	}
}

/* Sums of one preset over units; body is both ways. */
struct sums {
	double body, body_up, wire, trips, cpu, patchset, json, edits, store;
};

static void run_unit(const char *preset, unsigned unit, struct sums *s)
{
	struct workload *w = workload_make(preset, unit, SEED);
	struct rid *ids = calloc(w->records + 1, sizeof *ids);
	struct carrier_http_counts before, after;
	struct bench_district d = { .rules = BENCH_FEW };
	struct client c;
	struct link l;
	struct buf b;
	struct err e = { 0 };
	char dir[256], path[300];
	int64_t store;
	double cpu;

	new_folder(dir);
	bench_district_open(&d, dir, unit);
	bench_client_open(&d, unit, 1, &c);
	if (w->nbase > 0) {
		bench_save(&c, w->base, w->nbase, ids);
		bench_sync(&d, &c);
	}
	bench_save(&c, w->edits, w->n, ids);
	link_open(&l, &d);
	snprintf(path, sizeof path, "%s/server", dir);
	store = bench_store_bytes(&d.server, path);
	before = carrier_http_counts(l.carrier);
	cpu = bench_cpu_s();
	link_sync(&l, &c);
	s->cpu += bench_cpu_s() - cpu;
	after = carrier_http_counts(l.carrier);
	s->store += (double)(bench_store_bytes(&d.server, path) - store);
	s->body_up += (double)(after.body_up - before.body_up);
	s->body += (double)(after.body_up - before.body_up + after.body_down - before.body_down);
	s->wire += (double)(after.wire_up - before.wire_up + after.wire_down - before.wire_down);
	s->trips += (double)(after.requests - before.requests);
	s->edits += (double)w->n;
	buf_init(&b, (size_t)1 << 30);
	bench_need(baseline_patchset(w, &b, NULL, &e), &e, "patchset");
	s->patchset += (double)b.len;
	buf_clear(&b);
	baseline_json(w, &b);
	s->json += (double)b.len;
	buf_release(&b);
	link_close(&l);
	client_close(&c);
	bench_district_close(&d);
	free(ids);
	workload_free(w);
}

static void bench_bytes(const char *preset, unsigned units)
{
	struct sums s = { 0 };
	unsigned i;

	for (i = 1; i <= units; i++)
		run_unit(preset, i, &s);
	bench_report("bytes", preset, "body_bytes", s.body_up / units, "B", s.patchset / units);
	bench_report("bytes", preset, "body_bytes_down", (s.body - s.body_up) / units, "B", -1);
	bench_report("bytes", preset, "wire_bytes", s.wire / units, "B", -1);
	bench_report("bytes", preset, "round_trips", s.trips / units, "trips", -1);
	bench_report("bytes", preset, "cpu_ms_both_sides", s.cpu / units * 1000, "ms", -1);
	bench_report("bytes", preset, "body_bytes_per_edit", s.body_up / s.edits, "B",
		     s.patchset / s.edits);
	if (s.edits / units >= 1000)
		bench_report("bytes", preset, "store_bytes_per_edit", s.store / s.edits, "B",
			     s.json / s.edits);
}

static void bench_none(void)
{
	struct carrier_http_counts before, after;
	struct bench_district d = { .rules = BENCH_FEW };
	struct client c;
	struct link l;
	char dir[256];

	new_folder(dir);
	bench_district_open(&d, dir, 1);
	bench_client_open(&d, 1, 1, &c);
	link_open(&l, &d);
	link_sync(&l, &c);
	before = carrier_http_counts(l.carrier);
	link_sync(&l, &c);
	after = carrier_http_counts(l.carrier);
	bench_report("bytes", "none", "body_bytes",
		     (double)(after.body_up - before.body_up), "B", -1);
	bench_report("bytes", "none", "wire_bytes",
		     (double)(after.wire_up - before.wire_up + after.wire_down - before.wire_down),
		     "B", -1);
	bench_report("bytes", "none", "round_trips", (double)(after.requests - before.requests),
		     "trips", -1);
	link_close(&l);
	client_close(&c);
	bench_district_close(&d);
}

/* Requests made beforehand, merged in batches as a busy server does. */
struct crowd {
	struct bench_district d;
	struct client *clients;
	struct buf *requests;
	unsigned count;
	double edits, json;
};

static void crowd_open(struct crowd *w, const char *preset, unsigned units,
		       enum bench_rules rules)
{
	char dir[256];
	unsigned i;

	memset(w, 0, sizeof *w);
	w->d.rules = rules;
	new_folder(dir);
	bench_district_open(&w->d, dir, units);
	w->count = units;
	w->clients = calloc(units, sizeof *w->clients);
	w->requests = calloc(units, sizeof *w->requests);
	for (i = 0; i < units; i++) {
		struct workload *work = workload_make(preset, i + 1, SEED);
		struct rid *ids = calloc(work->records + 1, sizeof *ids);
		struct err e = { 0 };
		struct buf b;

		bench_client_open(&w->d, i + 1, 1, &w->clients[i]);
		bench_save(&w->clients[i], work->edits, work->n, ids);
		buf_init(&w->requests[i], LIMIT_MESSAGE);
		bench_need(exchange_prepare(&w->clients[i], LIMIT_MESSAGE_FIRST, &w->requests[i], &e),
			   &e, "prepare");
		w->edits += (double)work->n;
		buf_init(&b, (size_t)1 << 30);
		baseline_json(work, &b);
		w->json += (double)b.len;
		buf_release(&b);
		free(ids);
		workload_free(work);
	}
}

static void crowd_close(struct crowd *w)
{
	unsigned i;

	for (i = 0; i < w->count; i++) {
		buf_release(&w->requests[i]);
		client_close(&w->clients[i]);
	}
	free(w->requests);
	free(w->clients);
	bench_district_close(&w->d);
}

enum { BATCH = 16 };

/* Open, merge, reply for all, BATCH to a commit. */
static void crowd_run(struct crowd *w)
{
	struct exchange *batch[BATCH];
	unsigned i, n = 0, k;
	struct err e = { 0 };
	struct server *s = &w->d.server;

	for (i = 0; i < w->count; i++) {
		bench_need(exchange_open(&batch[n++], s, &s->replica, buf_view(&w->requests[i]),
					 &e), &e, "open");
		if (n < BATCH && i + 1 < w->count)
			continue;
		bench_need(exchange_merge(s, batch, n, &e), &e, "merge");
		for (k = 0; k < n; k++) {
			struct buf reply;

			buf_init(&reply, LIMIT_MESSAGE);
			bench_need(exchange_reply(batch[k], s, &s->replica, &reply, &e), &e,
				   "reply");
			buf_release(&reply);
			exchange_free(batch[k]);
		}
		n = 0;
	}
}

/* CPU of plain INSERTs of the same rows, unit by unit into fresh files. */
static double insert_rate(const char *preset, unsigned units)
{
	double cpu = 0, rows = 0;
	unsigned i;

	for (i = 1; i <= units; i++) {
		struct workload *w = workload_make(preset, i, SEED);
		struct baseline_speed speed;
		struct err e = { 0 };
		char dir[256];

		new_folder(dir);
		bench_need(baseline_insert(w, dir, &speed, &e), &e, "insert");
		cpu += speed.cpu_s;
		rows += (double)speed.rows;
		workload_free(w);
	}
	return rows / cpu;
}

static void bench_merge(unsigned units)
{
	struct crowd w;
	double cpu, wall;
	int64_t store;
	char path[300];

	crowd_open(&w, "district", units, BENCH_FEW);
	snprintf(path, sizeof path, "%s/server", w.d.dir);
	store = bench_store_bytes(&w.d.server, path);
	cpu = bench_cpu_s();
	wall = bench_wall_s();
	crowd_run(&w);
	wall = bench_wall_s() - wall;
	cpu = bench_cpu_s() - cpu;
	bench_report("speed", "district", "merge_edits_per_s", w.edits / cpu, "edits/s",
		     insert_rate("district", units));
	bench_report("speed", "district", "merge_edits_per_wall_s", w.edits / wall, "edits/s", -1);
	bench_report("speed", "district", "store_bytes_per_edit",
		     (double)(bench_store_bytes(&w.d.server, path) - store) / w.edits, "B", w.json / w.edits);
	crowd_close(&w);
}

/* CPU of merging the same requests under other rules. */
static double merge_cpu(unsigned units, enum bench_rules rules)
{
	struct crowd w;
	double cpu;

	crowd_open(&w, "district", units, rules);
	cpu = bench_cpu_s();
	crowd_run(&w);
	cpu = bench_cpu_s() - cpu;
	crowd_close(&w);
	return cpu;
}

/* What rules cost beside the merge that they stand in: the difference of the two runs,
 * as a part of the one without any. */
static void bench_rules(unsigned units)
{
	double none = merge_cpu(units, BENCH_NONE), many = merge_cpu(units, BENCH_MANY);

	bench_report("speed", "rules", "cpu_ms_of_rules", (many - none) * 1000, "ms", none * 1000);
}

static void bench_exchanges(unsigned units)
{
	struct crowd w;
	double cpu;

	crowd_open(&w, "tiny", units, BENCH_FEW);
	cpu = bench_cpu_s();
	crowd_run(&w);
	cpu = bench_cpu_s() - cpu;
	bench_report("speed", "tiny", "exchanges_per_s", w.count / cpu, "1/s", -1);
	crowd_close(&w);
}

/* Runs a program once and prints its wall time in ms and peak memory in KiB: the body
 * of --time. The system counts in a child's peak what its parent had before exec, so
 * this must run in a process that has done nothing else. */
static int time_program(char *const argv[])
{
	double wall = bench_wall_s();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) == NULL)
			_exit(126);
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		return 1;
	printf("%.3f %ld\n", (bench_wall_s() - wall) * 1000, usage.ru_maxrss);
	return 0;
}

/* The best time and the largest memory of ten runs. */
static void bench_program(const char *name, const char *command)
{
	double ms, best = 1e9;
	long kib, most = 0;
	int i;

	for (i = 0; i < 10; i++) {
		FILE *f = popen(command, "r");

		if (f == NULL || fscanf(f, "%lf %ld", &ms, &kib) != 2 || pclose(f) != 0) {
			fprintf(stderr, "bench: this did not run: %s\n", command);
			exit(1);
		}
		best = ms < best ? ms : best;
		most = kib > most ? kib : most;
	}
	bench_report(name, "first", "start_ms", best, "ms", -1);
	bench_report(name, "first", "rss_mib", (double)most / 1024, "MiB", -1);
}

/* `status` on a store of 10,000 records, and the server's `summary` beside it. */
static void bench_programs(const char *self, const char *bin)
{
	struct workload *w = workload_make("first", 1, SEED);
	struct rid *ids = calloc(w->records + 1, sizeof *ids);
	struct bench_district d = { .rules = BENCH_FEW };
	struct client c;
	char dir[256], command[1200];

	new_folder(dir);
	bench_district_open(&d, dir, 1);
	bench_client_open(&d, 1, 1, &c);
	bench_save(&c, w->edits, w->n, ids);
	bench_sync(&d, &c);
	client_close(&c);
	bench_district_close(&d);
	snprintf(command, sizeof command, "%s --time %s/dongbo status --data %s/u001-01", self, bin,
		 dir);
	bench_program("dongbo", command);
	snprintf(command, sizeof command, "%s --time %s/dongbod summary --data %s/server", self, bin,
		 dir);
	bench_program("dongbod", command);
	free(ids);
	workload_free(w);
}

int main(int argc, char **argv)
{
	FILE *jsonl = NULL, *plans = NULL;
	const char *slash, *program;
	unsigned merge_units = 0;
	bool reports_only = false, snapshot_only = false;
	char bin[256], dir[256];

	if (sodium_init() < 0)
		return 1;
	program = argv[0];
	if (argc > 2 && strcmp(argv[1], "--time") == 0)
		return time_program(argv + 2);
	if (argc > 1 && strcmp(argv[1], "--quick") == 0) {
		quick = true;
		argc--;
		argv++;
	}
	if (argc > 2 && strcmp(argv[1], "--merge") == 0) {
		merge_units = (unsigned)strtoul(argv[2], NULL, 10);
		argc -= 2;
		argv += 2;
	}
	if (argc > 1 && strcmp(argv[1], "--reports") == 0) {
		reports_only = true;
		argc--;
		argv++;
	}
	if (argc > 1 && strcmp(argv[1], "--snapshot") == 0) {
		snapshot_only = true;
		argc--;
		argv++;
	}
	folder = argc > 1 ? argv[1] : "build/bench/work";
	if (argc > 2) {
		jsonl = fopen(argv[2], "a");
		if (jsonl == NULL) {
			perror(argv[2]);
			return 1;
		}
	}
	if (argc > 3) {
		plans = fopen(argv[3], "w");
		if (plans == NULL) {
			perror(argv[3]);
			return 1;
		}
	}
	bench_report_to(jsonl);
	plans_to(plans);
	setvbuf(stdout, NULL, _IOLBF, 0);
	slash = strrchr(program, '/');
	snprintf(bin, sizeof bin, "%.*s", slash == NULL ? 1 : (int)(slash - program),
		 slash == NULL ? "." : program);
	if (merge_units > 0) {
		bench_merge(merge_units);
		bench_rules(merge_units);
		return 0;
	}
	if (reports_only) {
		new_folder(dir);
		bench_reports(dir, quick ? 50 : 1000, quick ? 50000 : 1000000);
		return 0;
	}
	new_folder(dir);
	if (snapshot_only)
		return !bench_snapshot(dir);
	bench_snapshot(dir);
	bench_none();
	bench_bytes("tiny", quick ? 4 : 40);
	bench_bytes("day", quick ? 4 : 40);
	bench_bytes("term", quick ? 1 : 4);
	if (!quick) {
		bench_bytes("day_on_first", 4);
		bench_bytes("first", 1);
	}
	bench_merge(quick ? 10 : 100);
	bench_rules(quick ? 10 : 100);
	bench_exchanges(quick ? 20 : 400);
	if (!quick)
		bench_programs(program, bin);
	new_folder(dir);
	bench_timeliness(dir, quick ? 50 : 1000, quick ? 50000 : 1000000);
	new_folder(dir);
	bench_reports(dir, quick ? 50 : 1000, quick ? 50000 : 1000000);
	return (jsonl != NULL && fclose(jsonl) != 0) || (plans != NULL && fclose(plans) != 0);
}
