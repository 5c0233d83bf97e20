/* How long each report of the plan takes over a large store, and the plan of every query
 * that it asks, against reading the largest table once from end to end.
 *
 * Each is made from its definition to its last byte (CSV; of documents the whole paper, and
 * all that it must prove): once, for the machine to have what it reads; with its queries
 * watched; and for the time that counts. */
#include <stdlib.h>
#include <string.h>

#include "common/query/query.h"
#include "server/report/report_paper.h"
#include "server/report/report_render.h"
#include "server/unit/unit.h"
#include "tests/bench/bench.h"
#include "tests/bench/fill.h"
#include "tests/bench/plans.h"

enum { FIRST = 2019, LAST = 2023, YEAR = 2022, FILE_MAX = 8 * 1024 * 1024, SEED = 42 };

static int count_bytes(void *ctx, struct bytes piece, struct err *e)
{
	(void)e;
	*(size_t *)ctx += piece.len;
	return 0;
}

static void make_report(struct server *s, struct report_run *run, size_t *bytes)
{
	struct report_target target = { bytes, count_bytes };
	struct report_writer *w;
	struct err e = { 0 };

	(void)s;
	bench_need(report_writer_new(FORMAT_CSV, run, false, &target, &w, &e), &e, "writer");
	bench_need(report_run_all(run, report_writer_sink(w), &e), &e, run->report->code);
	bench_need(report_writer_finish(w, &e), &e, "writer");
	report_writer_free(w);
}

static void make_paper(struct report_run *run, size_t *bytes)
{
	struct document *d = document_new();
	struct paper_run paper;
	struct err e = { 0 };
	struct buf out;

	buf_init(&out, (size_t)256 << 20);
	bench_need(paper_begin(&paper, run, false, &e), &e, run->report->code);
	bench_need(paper_write(&paper, d, &e), &e, run->report->code);
	bench_need(document_docx(d, run->now, &out, &e), &e, "docx");
	*bytes += out.len;
	buf_release(&out);
	document_free(d);
}

static void prove_paper(struct report_run *run, size_t *failed)
{
	struct paper_run paper;
	struct proof *list;
	struct err e = { 0 };
	size_t count;

	bench_need(paper_begin(&paper, run, true, &e), &e, run->report->code);
	bench_need(paper_prove(&paper, &list, &count, failed, &e), &e, run->report->code);
}

enum making { MAKE, PROVE };

/* Seconds for one report from its definition on; *failed: identities that do not hold. */
static double make_once(struct server *s, const char *code, enum making what, size_t *bytes,
			size_t *failed)
{
	struct report_ask ask = { .lang = LANG_VI, .year = YEAR };
	double began = bench_cpu_s();
	struct report_run run;
	struct err e = { 0 };
	struct schema *schema;
	struct report *r;
	struct arena a;
	size_t i;

	arena_init(&a, REPORT_MEMORY);
	bench_need(db_begin_read(s->db, &e), &e, "read");
	bench_need(replica_schema_now(&s->replica, &schema, &e), &e, "schema");
	bench_need(report_find(schema, bytes_str(code), &a, &r, &e), &e, code);
	for (i = 0; i < r->need_count; i++) {
		if (strcmp(r->needs[i], "quarter") == 0)
			ask.quarter = 3;
		if (strcmp(r->needs[i], "unit") == 0) {
			ask.has_unit = true;
			ask.unit = 7;
		}
	}
	bench_need(report_begin(&run, &s->replica, r, &ask, env_now(env_os()), &a, &e), &e, code);
	if (what == PROVE)
		prove_paper(&run, failed);
	else if (r->paper != NULL)
		make_paper(&run, bytes);
	else
		make_report(s, &run, bytes);
	report_end(&run);
	db_end_read(s->db);
	arena_release(&a);
	return bench_cpu_s() - began;
}

static void measure(struct server *s, const char *code, enum making what, double baseline)
{
	size_t bytes = 0, failed = 0;
	char metric[64];
	double t;

	snprintf(metric, sizeof metric, "%s%s", code, what == PROVE ? "_proofs" : "");
	make_once(s, code, what, &bytes, &failed);
	plans_begin(s->db);
	make_once(s, code, what, &bytes, &failed);
	plans_end(metric);
	t = make_once(s, code, what, &bytes, &failed);
	strncat(metric, "_ms", sizeof metric - strlen(metric) - 1);
	bench_report("reports", "year", metric, t * 1e3, "ms", baseline * 1e3);
	if (failed > 0)
		printf("  %zu identities do not hold\n", failed);
}

/* The consolidated table. */
static double overview(struct server *s, bool by_unit)
{
	struct query_options o = { .lang = LANG_VI, .stream = ANY_STREAM };
	double began = bench_cpu_s();
	struct err e = { 0 };
	json_t *totals;

	bench_need(query_totals(&s->replica, &o, by_unit, &totals, &e), &e, "totals");
	json_decref(totals);
	return bench_cpu_s() - began;
}

static void measure_overview(struct server *s, bool by_unit, double baseline)
{
	overview(s, by_unit);
	plans_begin(s->db);
	overview(s, by_unit);
	plans_end(by_unit ? "overview_units" : "overview");
	bench_report("reports", "overview", by_unit ? "units_ms" : "district_ms",
		     overview(s, by_unit) * 1e3, "ms", baseline * 1e3);
}

static double scan(struct server *s)
{
	double began = bench_cpu_s();
	struct err e = { 0 };
	int64_t n;

	bench_need(db_number(s->db, &e, 0, &n, "SELECT count(*) + sum(f_amount) FROM t_bonus", ""),
		   &e, "scan");
	return bench_cpu_s() - began;
}

static void fill(struct server *s, unsigned units, unsigned records)
{
	static const char *const of[] = { "XA", "PHONG", "MN", "TH", "THCS" };
	const struct fill_options options = { SEED, records, FIRST, LAST };
	struct unit_row *rows = calloc(units, sizeof *rows);
	char (*codes)[16] = calloc(units, sizeof *codes);
	struct err e = { 0 };
	struct buf json;
	size_t changed;
	unsigned i;

	for (i = 0; rows != NULL && codes != NULL && i < units; i++) {
		snprintf(codes[i], sizeof codes[i], "U%u", i + 1);
		rows[i] = (struct unit_row){ .code = bytes_str(codes[i]), .name = bytes_str(codes[i]),
					     .kind = bytes_str(of[i % 5]) };
	}
	bench_need(unit_put(s, rows, units, &changed, &e), &e, "units");
	free(codes);
	free(rows);
	buf_init(&json, FILE_MAX);
	bench_need(env_read_file("common/packs/songlo-nq06.json", &json, &e), &e, "pack");
	bench_need(server_publish(s, buf_view(&json), BYTES_NONE, &e), &e, "pack");
	buf_release(&json);
	fill_store(s, &options);
	bench_need(db_checkpoint(s->db, &e), &e, "checkpoint");
}

void bench_reports(const char *dir, unsigned units, unsigned records)
{
	struct err e = { 0 };
	struct schema *schema;
	struct server s;
	char path[300];
	double began = bench_cpu_s(), baseline;
	size_t i;

	snprintf(path, sizeof path, "%s/server", dir);
	bench_need(server_init(env_os(), path, bytes_str("Huyện lớn"), &e), &e, path);
	bench_need(server_open(&s, env_os(), path, &e), &e, path);
	fill(&s, units, records);
	bench_report("reports", "fill", "seconds", bench_cpu_s() - began, "s", -1);
	scan(&s);
	baseline = scan(&s);
	bench_report("reports", "baseline", "scan_ms", baseline * 1e3, "ms", -1);
	measure_overview(&s, false, baseline);
	measure_overview(&s, true, baseline);
	bench_need(replica_schema_now(&s.replica, &schema, &e), &e, "schema");
	for (i = 0; i < schema->report_count; i++)
		measure(&s, schema->reports[i].code, MAKE, baseline);
	for (i = 0; i < schema->document_count; i++) {
		measure(&s, schema->documents[i].code, MAKE, baseline);
		measure(&s, schema->documents[i].code, PROVE, baseline);
	}
	server_close(&s);
}
