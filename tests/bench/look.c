/* look [sizes | edits PRESET N [UNIT [SEED]] | json PRESET [UNIT [SEED]] |
 *       prose [UNITS [SEED]] | insert PRESET FOLDER]
 *
 * Shows the workload to a person: edits as an officer would read them, their
 * sizes as JSON and as SQLite patchsets, the prose of reports alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "baseline.h"
#include "protocol/zip.h"

enum { SEED = 1, UNITS = 40, OUTPUT_MAX = 64 * 1024 * 1024 };

static void print_edit(const struct workload *w, const struct workload_edit *e, size_t number)
{
	static const char *const kinds[] = { "new", "change", "delete" };
	time_t local = (time_t)(e->time + 7 * 3600);
	struct tm tm;
	char when[40];

	gmtime_r(&local, &tm);
	strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
	printf("%zu. %s, unit %u: %s %s #%u\n", number, when, w->unit, kinds[e->kind],
		e->type->code, e->record);
	for (size_t i = 0; i < e->n; i++)
		printf("   %s: %s\n", e->values[i].code, e->values[i].text);
}

static int show_edits(const char *preset, size_t n, unsigned unit, uint64_t seed)
{
	struct workload *w = workload_make(preset, unit, seed);

	if (w == NULL)
		return 1;
	for (size_t i = 0; i < w->n && i < n; i++)
		print_edit(w, &w->edits[i], i + 1);
	workload_free(w);
	return 0;
}

static int show_json(const char *preset, unsigned unit, uint64_t seed)
{
	struct workload *w = workload_make(preset, unit, seed);
	struct buf out;
	bool done;

	if (w == NULL)
		return 1;
	buf_init(&out, OUTPUT_MAX);
	for (size_t i = 0; i < w->nbase; i++)
		baseline_json_edit(w, &w->base[i], &out);
	baseline_json(w, &out);
	done = !out.failed && fwrite(out.at, 1, out.len, stdout) == out.len;
	buf_release(&out);
	workload_free(w);
	return done ? 0 : 1;
}

static bool is_prose(const struct workload_value *v)
{
	static const char *const codes[] = {
		"leadership", "spread", "results", "limits", "causes", "proposals", "next",
	};

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		if (strcmp(codes[i], v->code) == 0)
			return true;
	}
	return false;
}

static int show_prose(unsigned units, uint64_t seed)
{
	for (unsigned u = 0; u < units; u++) {
		struct workload *w = workload_make("district", u, seed);

		if (w == NULL)
			return 1;
		for (size_t i = 0; i < w->n; i++) {
			const struct workload_edit *e = &w->edits[i];

			if (e->kind != WORKLOAD_NEW || strcmp(e->type->code, "report") != 0)
				continue;
			for (size_t k = 0; k < e->n; k++) {
				if (is_prose(&e->values[k]))
					puts(e->values[k].text);
			}
		}
		workload_free(w);
	}
	return 0;
}

struct sizes {
	size_t edits, kinds[3], values, json, json_deflated, set, set_deflated;
};

static int measure(const char *preset, unsigned unit, struct sizes *s, struct err *e)
{
	struct workload *w = workload_make(preset, unit, SEED);
	struct buf json, zipped;
	size_t raw = 0;
	int code;

	if (w == NULL)
		return err_set(e, ERR_NOMEM, "%s", preset);
	buf_init(&json, OUTPUT_MAX);
	buf_init(&zipped, OUTPUT_MAX);
	baseline_json(w, &json);
	code = json.failed ? err_set(e, ERR_NOMEM, "json")
		: zip_deflate(buf_view(&json), BYTES_NONE, &zipped, e);
	s->json += json.len;
	s->json_deflated += zipped.len;
	buf_clear(&zipped);
	if (code == 0)
		code = baseline_patchset(w, &zipped, &raw, e);
	s->set += raw;
	s->set_deflated += zipped.len;
	s->edits += w->n;
	for (size_t i = 0; i < w->n; i++) {
		s->kinds[w->edits[i].kind]++;
		if (w->edits[i].kind == WORKLOAD_NEW)
			s->values += w->edits[i].n;
	}
	buf_release(&zipped);
	buf_release(&json);
	workload_free(w);
	return code;
}

static void print_sizes(const struct workload_preset *p, unsigned units, const struct sizes *s)
{
	double n = units, edits = (double)s->edits;

	printf("%-12s %6u %6zu %7.1f %6.1f %6.1f", p->name, units, p->n,
		(double)s->kinds[0] / n, (double)s->kinds[1] / n, (double)s->kinds[2] / n);
	/* day_on_first may have no new record in one unit, never in all. */
	printf(" %7.1f %9.1f", (double)s->values / (double)s->kinds[0], (double)s->json / edits);
	printf(" | %13.0f %6.1f", (double)s->json_deflated / n, (double)s->json_deflated / edits);
	printf(" | %8.0f %9.0f %6.1f\n", (double)s->set / n, (double)s->set_deflated / n,
		(double)s->set_deflated / edits);
}

static int show_sizes(void)
{
	puts("Means per unit; deflate is raw, level 9.\n"
		"preset        units  edits     new change delete  fields json/edit |"
		" JSON deflated, /edit | patchset  deflated  /edit");
	for (const struct workload_preset *p = workload_presets; p->name != NULL; p++) {
		unsigned units = p->units > 1 ? p->units : p->n < 500 ? UNITS : 4;
		struct sizes s = { 0 };
		struct err e;

		for (unsigned u = 0; u < units; u++) {
			if (measure(p->name, u, &s, &e) != 0) {
				fprintf(stderr, "%s: %s: %s\n", p->name, err_name(e.code),
					e.subject);
				return 1;
			}
		}
		print_sizes(p, units, &s);
	}
	return 0;
}

static int show_insert(const char *preset, const char *folder)
{
	struct workload *w = workload_make(preset, 0, SEED);
	struct baseline_speed speed;
	struct err e;
	int code;

	if (w == NULL)
		return 1;
	code = baseline_insert(w, folder, &speed, &e);
	workload_free(w);
	if (code != 0) {
		fprintf(stderr, "%s: %s\n", err_name(code), e.subject);
		return 1;
	}
	printf("%s: %zu rows, %.4f s CPU, %.4f s, %.0f rows/s of CPU\n", preset, speed.rows,
		speed.cpu_s, speed.wall_s, (double)speed.rows / speed.cpu_s);
	return 0;
}

static unsigned long number(int argc, char **argv, int at, unsigned long otherwise)
{
	return at < argc ? strtoul(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "sizes";

	if (strcmp(what, "sizes") == 0)
		return show_sizes();
	if (strcmp(what, "edits") == 0 && argc > 3)
		return show_edits(argv[2], number(argc, argv, 3, 10),
			(unsigned)number(argc, argv, 4, 0), number(argc, argv, 5, SEED));
	if (strcmp(what, "json") == 0 && argc > 2)
		return show_json(argv[2], (unsigned)number(argc, argv, 3, 0),
			number(argc, argv, 4, SEED));
	if (strcmp(what, "prose") == 0)
		return show_prose((unsigned)number(argc, argv, 2, 100),
			number(argc, argv, 3, SEED));
	if (strcmp(what, "insert") == 0 && argc > 3)
		return show_insert(argv[2], argv[3]);
	fprintf(stderr, "usage: look sizes | edits PRESET N [UNIT [SEED]] |"
		" json PRESET [UNIT [SEED]] | prose [UNITS [SEED]] | insert PRESET FOLDER\n");
	return 2;
}
