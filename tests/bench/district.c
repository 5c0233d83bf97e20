/* Making a district for benchmarks. */
#include "tests/bench/bench.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "server/unit/unit.h"

static FILE *results;

void bench_report_to(FILE *jsonl)
{
	results = jsonl;
}

void bench_report(const char *bench, const char *preset, const char *metric, double value,
		  const char *unit, double baseline)
{
	double ratio = baseline > 0 ? value / baseline : 0;

	printf("%-8s %-13s %-22s %14.1f %-8s", bench, preset, metric, value, unit);
	if (baseline > 0)
		printf(" baseline %12.1f  ratio %6.3f", baseline, ratio);
	printf("\n");
	if (results == NULL)
		return;
	fprintf(results, "{\"bench\":\"%s\",\"preset\":\"%s\",\"metric\":\"%s\",\"value\":%.3f,"
		"\"unit\":\"%s\"", bench, preset, metric, value, unit);
	if (baseline > 0)
		fprintf(results, ",\"baseline\":%.3f,\"ratio\":%.4f}\n", baseline, ratio);
	else
		fprintf(results, ",\"baseline\":null,\"ratio\":null}\n");
}

void bench_need(int code, const struct err *e, const char *what)
{
	if (code == 0)
		return;
	fprintf(stderr, "bench: %s: %s: %s\n", what, err_name(code), e->subject);
	exit(1);
}

double bench_cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_wall_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int64_t bench_store_bytes(struct server *s, const char *dir)
{
	static const char *const names[] = { "store.db", "store.db-wal" };
	struct err e = { 0 };
	int64_t n = 0;
	size_t i;

	bench_need(db_checkpoint(s->db, &e), &e, "checkpoint");
	for (i = 0; i < 2; i++) {
		char path[512];
		struct stat st;

		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		if (stat(path, &st) == 0)
			n += st.st_size;
	}
	return n;
}

static void read_file(const char *path, struct buf *out)
{
	struct err e = { 0 };

	buf_init(out, LIMIT_MESSAGE);
	bench_need(env_read_file(path, out, &e), &e, path);
}

static void make_units(struct bench_district *d)
{
	struct unit_row *units = calloc(d->units, sizeof *units);
	char (*names)[2][48] = calloc(d->units, sizeof *names);
	struct err e = { 0 };
	size_t changed;
	unsigned i;

	if (units == NULL || names == NULL)
		exit(1);
	for (i = 0; i < d->units; i++) {
		snprintf(names[i][0], 48, "U%03u", i + 1);
		snprintf(names[i][1], 48, "Đơn vị %u", i + 1);
		units[i].number = i + 1;
		units[i].code = bytes_str(names[i][0]);
		units[i].name = bytes_str(names[i][1]);
		units[i].kind = bytes_str("XA");
		units[i].status = bytes_str("active");
	}
	bench_need(unit_put(&d->server, units, d->units, &changed, &e), &e, "units");
	free(units);
	free(names);
}

/* Without any rule, or with those of rules.json besides. */
static void change_rules(struct buf *pack, enum bench_rules rules)
{
	json_t *root = json_loadb((char *)pack->at, pack->len, 0, NULL), *more, *t, *v;
	static const char *const lists[] = { "fields", "checks", "warnings" };
	struct buf text;
	size_t i, k;
	char *out;

	read_file("tests/bench/rules.json", &text);
	more = json_loadb((char *)text.at, text.len, 0, NULL);
	json_array_foreach(json_object_get(root, "types"), i, t) {
		json_t *own = json_object_get(json_object_get(more, "types"),
					      json_string_value(json_object_get(t, "code")));

		json_object_del(t, "checks");
		for (k = 0; rules == BENCH_MANY && k < 3; k++) {
			v = json_object_get(t, lists[k]);
			if (v != NULL)
				json_array_extend(v, json_object_get(own, lists[k]));
			else
				json_object_set(t, lists[k], json_object_get(own, lists[k]));
		}
	}
	if (rules == BENCH_MANY) {
		json_object_set(root, "rollups", json_object_get(more, "rollups"));
		json_object_set(root, "duplicates", json_object_get(more, "duplicates"));
	}
	out = json_dumps(root, JSON_COMPACT);
	buf_clear(pack);
	buf_add(pack, bytes_str(out));
	free(out);
	buf_release(&text);
	json_decref(more);
	json_decref(root);
}

void bench_district_open(struct bench_district *d, const char *folder, unsigned units)
{
	struct buf pack, prose;
	struct err e = { 0 };
	char dir[512];

	snprintf(d->dir, sizeof d->dir, "%s", folder);
	snprintf(dir, sizeof dir, "%s/server", folder);
	d->units = units;
	bench_need(server_init(env_os(), dir, bytes_str("Sông Lô"), &e), &e, "server");
	bench_need(server_open(&d->server, env_os(), dir, &e), &e, "server");
	make_units(d);
	read_file("tests/bench/pack.json", &pack);
	if (d->rules != BENCH_FEW)
		change_rules(&pack, d->rules);
	/* The prose of the pack that ships: general, not made for these records. */
	read_file("common/packs/songlo-nq06.dict.txt", &prose);
	bench_need(server_publish(&d->server, buf_view(&pack), buf_view(&prose), &e), &e, "pack");
	buf_release(&pack);
	buf_release(&prose);
}

void bench_district_close(struct bench_district *d)
{
	server_close(&d->server);
}

void bench_client_open(struct bench_district *d, unsigned unit, unsigned pc, struct client *c)
{
	struct err e = { 0 };
	struct buf text;
	char dir[512];

	snprintf(dir, sizeof dir, "%s/u%03u-%02u", d->dir, unit, pc);
	buf_init(&text, LIMIT_MESSAGE);
	bench_need(server_enrol(&d->server, unit, 1, bytes_str("http://127.0.0.1:8080"), 86400,
				&text, &e), &e, "enrol");
	bench_need(client_init(env_os(), dir, buf_view(&text), bytes_str("Nguyễn Thị Hoa"), &e),
		   &e, "client");
	buf_release(&text);
	bench_need(client_open(c, env_os(), dir, &e), &e, "client");
	bench_sync(d, c);
}

/* The value of one field, references by their place in ids. */
static struct value value_of(struct client *c, const struct field *f, const char *text,
			     const struct rid *ids, struct arena *a)
{
	struct err e = { 0 };
	struct value v;

	if (f->kind == FIELD_REF && text[0] == '#')
		return value_ref((struct ref){ c->unit, ids[atoi(text + 1)] });
	bench_need(field_parse(f, bytes_str(text), a, &v, &e), &e, f->code);
	return v;
}

static void draft_edit(struct client *c, struct draft *d, const struct schema *s,
		       const struct workload_edit *edit, struct rid *ids)
{
	const struct type *t = schema_type_by_code(s, bytes_str(edit->type->code));
	size_t i;

	if (edit->kind == WORKLOAD_NEW)
		ids[edit->record] = draft_create(d, t->number, RID_NONE, 0);
	if (edit->kind == WORKLOAD_DELETE)
		draft_delete(d, t->number, ids[edit->record], false);
	for (i = 0; i < edit->n; i++) {
		const struct field *f = type_field_by_code(t, bytes_str(edit->values[i].code));

		draft_set(d, t->number, ids[edit->record], f->number,
			  value_of(c, f, edit->values[i].text, ids, d->a), f->personal);
	}
}

/* The clerk's clock, as the workload says: what a device claims travels. */
static int64_t edit_time;

static int64_t workload_now(void *ctx)
{
	(void)ctx;
	return edit_time;
}

void bench_save(struct client *c, const struct workload_edit *edits, size_t n, struct rid *ids)
{
	const struct env *real = c->env;
	struct env clerk = *real;
	struct err e = { 0 };
	struct schema *schema;
	struct arena a;
	struct draft d;
	size_t i;

	clerk.now = workload_now;
	c->env = &clerk;
	arena_init(&a, (size_t)1 << 32);
	bench_need(replica_schema_now(&c->replica, &schema, &e), &e, "schema");
	bench_need(client_begin(c, c->unit, &a, &d, &e), &e, "save");
	for (i = 0; i < n; i++) {
		edit_time = edits[i].time;
		draft_edit(c, &d, schema, &edits[i], ids);
		bench_need(client_save_more(c, &d, NULL, &e), &e, "save");
	}
	bench_need(client_save(c, &d, NULL, &e), &e, "save");
	arena_release(&a);
	c->env = real;
}

void bench_sync(struct bench_district *d, struct client *c)
{
	struct exchange_result r = { .more = true };
	struct err e = { 0 };

	while (r.more) {
		struct buf request, reply;

		buf_init(&request, LIMIT_MESSAGE);
		buf_init(&reply, LIMIT_MESSAGE);
		bench_need(exchange_prepare(c, LIMIT_MESSAGE_FIRST, &request, &e), &e, "prepare");
		bench_need(server_exchange(&d->server, buf_view(&request), &reply, &e), &e,
			   "exchange");
		d->bytes += request.len + reply.len;
		bench_need(exchange_apply(c, buf_view(&reply), &r, &e), &e, "apply");
		if (r.problems > 0)
			bench_need(r.first_problem.code, &e, "problem");
		buf_release(&request);
		buf_release(&reply);
	}
}
