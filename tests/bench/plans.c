/* Queries that are watched, and their plans. */
#include "tests/bench/plans.h"

#include <stdlib.h>
#include <string.h>

#include "common/system/db.h"
#include "tests/bench/bench.h"

enum { QUERY_MAX = 1024 * 1024 };

/* Time is CPU until the next statement begins: what is done with the rows is in it. */
static struct {
	struct db *db;
	struct query {
		char *sql;
		double seconds;
		unsigned times;
	} *list;
	size_t count, last;
	double began;
} seen;

static FILE *target;

void plans_to(FILE *f)
{
	target = f;
}

static void end_query(void)
{
	double now = bench_cpu_s();

	if (seen.count > 0)
		seen.list[seen.last].seconds += now - seen.began;
	seen.began = now;
}

static void see_query(void *ctx, const char *sql)
{
	struct err none = { 0 };
	size_t i;

	(void)ctx;
	end_query();
	for (i = 0; i < seen.count && strcmp(seen.list[i].sql, sql) != 0; i++)
		;
	if (i == seen.count) {
		seen.list = realloc(seen.list, (i + 1) * sizeof *seen.list);
		bench_need(seen.list == NULL ? ERR_NOMEM : 0, &none, "queries");
		seen.list[seen.count++] = (struct query){ strdup(sql), 0, 0 };
	}
	seen.list[i].times++;
	seen.last = i;
}

static const struct db_watch watch = { see_query, NULL };

void plans_begin(struct db *db)
{
	seen.db = db;
	seen.count = 0;
	db_watch(db, &watch);
}

/* PRAGMA and BEGIN have none. */
static bool planned(const char *sql)
{
	return strncmp(sql, "SELECT", 6) == 0 || strncmp(sql, "WITH", 4) == 0;
}

static void print_plan(FILE *f, const char *what, size_t n, const struct query *asked)
{
	struct err e = { 0 };
	struct stmt *q;
	struct buf sql;

	buf_init(&sql, QUERY_MAX);
	buf_printf(&sql, "EXPLAIN QUERY PLAN ");
	buf_add(&sql, bytes_str(asked->sql));
	buf_byte(&sql, 0);
	fprintf(f, "%s, query %zu: %.1f ms, asked %u times\n", what, n, asked->seconds * 1e3,
		asked->times);
	bench_need(sql.failed ? ERR_TOO_LARGE :
		   db_query_once(seen.db, &e, &q, (const char *)sql.at), &e, "plan");
	while (db_step(q, &e) == 1)
		fprintf(f, "    %.*s\n", (int)db_text(q, 3).len, (const char *)db_text(q, 3).at);
	db_done(q);
	buf_release(&sql);
}

void plans_end(const char *what)
{
	FILE *f = target != NULL ? target : stdout;
	size_t i;

	end_query();
	db_watch(seen.db, NULL);
	for (i = 0; i < seen.count; i++) {
		if (planned(seen.list[i].sql))
			print_plan(f, what, i + 1, &seen.list[i]);
		free(seen.list[i].sql);
	}
	free(seen.list);
	seen.list = NULL;
	seen.count = 0;
}
