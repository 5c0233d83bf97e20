/* A district to measure in: a server store, clients, the bench pack, in a folder
 * of their own. Every failure ends the program with a sentence: a benchmark that
 * went on would print nonsense. */
#ifndef DONGBO_BENCH_H
#define DONGBO_BENCH_H

#include <stdio.h>

#include "client/sync/exchange.h"
#include "common/pack/field.h"
#include "server/exchange/exchange.h"
#include "tests/bench/workload.h"

/* Ends the program unless code is 0. */
void bench_need(int code, const struct err *e, const char *what);

/* What the bench pack asks of records: nothing but its few checks, or as much as a plan's
 * does (rules.json: checks, warnings, derived fields, sums, keys for every type). */
enum bench_rules { BENCH_FEW, BENCH_NONE, BENCH_MANY };

struct bench_district {
	enum bench_rules rules;    /* set before it is opened */
	char dir[256];
	struct server server;
	unsigned units;
	size_t bytes;              /* of all messages of bench_sync, both ways */
};

/* A fresh district with so many units, numbered from 1. */
void bench_district_open(struct bench_district *d, const char *folder, unsigned units);
void bench_district_close(struct bench_district *d);

/* A new PC of a unit, enrolled: one exchange behind it. */
void bench_client_open(struct bench_district *d, unsigned unit, unsigned pc, struct client *c);

/* Saves edits, one transaction each. ids (workload.records of them) keeps what
 * became of the records. */
void bench_save(struct client *c, const struct workload_edit *edits, size_t n, struct rid *ids);

/* Exchanges by a plain function call until nothing is left. */
void bench_sync(struct bench_district *d, struct client *c);

double bench_cpu_s(void);
double bench_wall_s(void);
/* Bytes of the server's store in dir, with nothing left in its WAL. */
int64_t bench_store_bytes(struct server *s, const char *dir);

/* The table of who met which deadline, over so many units and records (timeliness.c). */
void bench_timeliness(const char *dir, unsigned units, unsigned records);

/* Every report of the plan, and the consolidated table, over so many units and records,
 * each with the plan of its queries (reports.c). */
void bench_reports(const char *dir, unsigned units, unsigned records);

/* What a new PC of a unit with 10,000 records costs in bytes, beside their best compressed log
 * (snapshot.c). False where it is more than 1.1 times that. */
bool bench_snapshot(const char *dir);

/* One figure: to the screen and as a line of results.jsonl. baseline < 0: none. */
void bench_report(const char *bench, const char *preset, const char *metric, double value,
		  const char *unit, double baseline);
/* Where the lines go; NULL for the screen alone. */
void bench_report_to(FILE *jsonl);

#endif
