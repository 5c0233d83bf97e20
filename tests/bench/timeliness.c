/* How long the table of who met which deadline takes over a large store: 1,000 units and
 * five years of 1,000,000 records.
 *
 * Rows are put where the merge leaves them (typed tables and filings), for merging so many
 * would take an hour; reading is what is measured. Each deadline looks at its year by an
 * index: of the typed table, or of filings by their first receipt. */
#include <stdlib.h>
#include <string.h>

#include "common/calendar/agenda.h"
#include "common/query/query.h"
#include "common/text/date.h"
#include "server/unit/unit.h"
#include "tests/bench/bench.h"
#include "tests/bench/plans.h"

enum { YEAR = 2022, YEARS = 5, FILE_MAX = 8 * 1024 * 1024, MEMORY = 512 * 1024 * 1024 };

/* What a unit has: a type's rows over the years, and the columns that deadlines look at. */
static const struct kind {
	const char *type, *columns, *values;
	unsigned share;            /* of 1,000 */
} kinds[] = {
	{ "annual_report", "f_year", "$4", 5 },
	{ "pg_need", "f_plan_year,f_answer", "$4,1", 5 },
	{ "expert_order", "f_plan_year,f_subtype,f_urgent", "$4,1+$5%3,CASE WHEN $5%20=0 THEN 1 END",
	  190 },
	{ "bonus", "f_plan_year,f_amount", "$4,$5*1000", 800 },
};

static uint64_t seed = 88172645463325252;

static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void exec(struct server *s, const char *sql, const int64_t *args, int count)
{
	struct err e = { 0 };
	struct stmt *q;
	int i;

	bench_need(db_query_text(s->db, &e, &q, sql), &e, sql);
	for (i = 0; i < count; i++)
		db_bind_int(q, i + 1, args[i]);
	i = db_step(q, &e);
	bench_need(i < 0 ? i : 0, &e, sql);
	db_done(q);
}

static void add_record(struct server *s, const struct kind *k, int64_t type, int64_t unit,
		       int64_t op)
{
	int64_t year = YEAR + (int64_t)(next() % YEARS), day = 0, when;
	int64_t row[5] = { unit, unit * 1000003, op, year, (int64_t)(next() % 1000) };
	char sql[512];

	date_days(year, 1, 1, &day);
	when = date_begins(day + (int64_t)(next() % 365)) + (int64_t)(next() % 86400);
	snprintf(sql, sizeof sql, "INSERT INTO t_%s(stream,device,op,state,deleted,conflict,%s) "
		 "VALUES($1,$2,$3,2,0,0,%s)", k->type, k->columns, k->values);
	exec(s, sql, row, strstr(k->values, "$5") != NULL ? 5 : 4);
	exec(s, "INSERT INTO filing(stream,device,op,type,first,signed,last,returned,standing) "
	     "VALUES($1,$2,$3,$4,$5,$6,$5,$7,1)",
	     (int64_t[]){ unit, unit * 1000003, op, type, when, when - (int64_t)(next() % 90000),
			  op % 9 == 0 }, 7);
}

static void read_whole(const char *path, struct buf *out)
{
	struct err e = { 0 };

	buf_init(out, FILE_MAX);
	bench_need(env_read_file(path, out, &e), &e, path);
}

static void add_units(struct server *s, unsigned units)
{
	static const char *const of[] = { "XA", "PHONG", "MN", "TH", "THCS" };
	struct unit_row *rows = calloc(units, sizeof *rows);
	char (*codes)[16] = calloc(units, sizeof *codes);
	struct err e = { 0 };
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
}

static void fill(struct server *s, unsigned units, unsigned records)
{
	struct err e = { 0 };
	struct buf json;
	struct schema *schema;
	unsigned unit, n, each = records / units;
	size_t k;

	add_units(s, units);
	read_whole("common/packs/songlo-nq06.json", &json);
	bench_need(server_publish(s, buf_view(&json), BYTES_NONE, &e), &e, "pack");
	buf_release(&json);
	bench_need(replica_schema_now(&s->replica, &schema, &e), &e, "schema");
	bench_need(db_begin(s->db, &e), &e, "begin");
	for (unit = 1; unit <= units; unit++) {
		int64_t op = 1;

		for (k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
			const struct type *t = schema_type_by_code(schema, bytes_str(kinds[k].type));

			if (t == NULL)
				continue;
			for (n = 0; n < each * kinds[k].share / 1000; n++)
				add_record(s, &kinds[k], t->number, unit, op++);
		}
	}
	bench_need(db_commit(s->db, &e), &e, "commit");
	bench_need(db_checkpoint(s->db, &e), &e, "checkpoint");
}

/* One pass over a year's agenda, each deadline by itself and all together. tell: the times;
 * else it is for its queries to be watched. */
static void look(struct server *s, int64_t year, bool tell)
{
	struct timeliness t = { .r = &s->replica, .stream = ANY_STREAM };
	struct agenda_item *items;
	struct timely_table table;
	struct calendar *c;
	struct schema *schema;
	struct arena a;
	struct err e = { 0 };
	double all = bench_cpu_s(), one;
	int64_t day = 0;
	size_t count, i;

	date_days(year + 2, 1, 1, &day);
	t.now = date_begins(day);
	arena_init(&a, MEMORY);
	bench_need(replica_schema_now(&s->replica, &schema, &e), &e, "schema");
	bench_need(units_now(&s->replica, &t.units, &e), &e, "units");
	bench_need(calendar_load(&s->replica, schema, t.units, &c, &e), &e, "calendar");
	t.schema = schema;
	t.calendar = c;
	bench_need(agenda_make(c, year, AGENDA_OF, &a, &items, &count, &e), &e, "agenda");
	for (i = 0; i < count; i++) {
		char metric[64];

		one = bench_cpu_s();
		bench_need(agenda_table(&t, &items[i], &a, &table, &e), &e, "timeliness");
		snprintf(metric, sizeof metric, "%.30s_%u_cpu_ms",
			 items[i].deadline != NULL ? items[i].deadline->code : "round",
			 items[i].period.quarter);
		if (tell)
			bench_report("timely", "year", metric, (bench_cpu_s() - one) * 1e3,
				     "ms", -1);
	}
	if (tell)
		bench_report("timely", "year", "all_cpu_ms", (bench_cpu_s() - all) * 1e3, "ms",
			     -1);
	calendar_free(c);
	arena_release(&a);
}

void bench_timeliness(const char *dir, unsigned units, unsigned records)
{
	struct err e = { 0 };
	struct server s;
	char path[300];

	snprintf(path, sizeof path, "%s/server", dir);
	bench_need(server_init(env_os(), path, bytes_str("Huyện lớn"), &e), &e, path);
	bench_need(server_open(&s, env_os(), path, &e), &e, path);
	fill(&s, units, records);
	plans_begin(s.db);
	look(&s, YEAR + 1, false);
	plans_end("timeliness");
	look(&s, YEAR + 1, true);
	server_close(&s);
}
