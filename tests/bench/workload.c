/* Chooses what a clerk does next and when: 55 of 100 saves make a record, 40
 * change one (mostly one of the last), 5 delete one that nothing refers to. */
#include "workload.h"

#include <stdlib.h>
#include <string.h>

#include "form.h"

enum {
	DAY = 86400,
	ZONE = 7 * 3600,	/* Asia/Ho_Chi_Minh has no summer time */
	MORNING = 7 * 3600 + 1800, NOON = 11 * 3600 + 1800,
	AFTERNOON = 13 * 3600 + 1800, EVENING = 17 * 3600,
	MEMORY = 256 * 1024 * 1024,
	VALUE_MAX = 64 * 1024,
};

const struct workload_preset workload_presets[] = {
	{ "tiny", 0, 1, false, 1 },
	{ "day", 0, 25, false, 1 },
	{ "term", 0, 1000, false, 1 },
	{ "first", 0, 10000, true, 1 },
	{ "day_on_first", 10000, 25, false, 1 },
	{ "district", 0, 500, false, 100 },
	{ NULL, 0, 0, false, 0 },
};

struct made {
	struct workload workload;	/* first: workload_free gets a pointer to it */
	struct arena arena;
	struct clerk clerk;
	int64_t now;
	uint32_t staff;			/* live records of staff */
};

static bool is_holiday(int64_t day)
{
	struct date d = bench_date(day);
	unsigned md = d.month * 100 + d.day;
	int64_t weekday = (day + 3) % 7;	/* 0 is Monday */

	return weekday > 4 || md == 101 || md == 430 || md == 501 || md == 902;
}

/* The next save: some minutes on, at times after a longer break, never outside of
 * office hours. */
static void pass_time(struct made *m)
{
	struct draw *d = &m->clerk.teller.draw;
	int64_t kind = draw_between(d, 0, 99), day, at;

	m->now += kind < 70 ? draw_between(d, 50, 420)
		: kind < 95 ? draw_between(d, 420, 1500) : draw_between(d, 1500, 4800);
	day = (m->now + ZONE) / DAY;
	at = (m->now + ZONE) % DAY;
	if (at >= NOON && at < AFTERNOON) {
		at = AFTERNOON + draw_between(d, 0, 1200);
	} else if (at >= EVENING) {
		day++;
		at = MORNING + draw_between(d, 0, 1800);
	}
	while (is_holiday(day))
		day++;
	m->now = day * DAY + at - ZONE;
	m->clerk.teller.today = day;
}

static enum form next_form(struct made *m)
{
	int64_t kind = draw_between(&m->clerk.teller.draw, 0, 999);

	if (kind < 25)
		return FORM_REPORT;
	if (kind < 165)
		return FORM_NEED;
	if (kind < 345 && m->staff > 0)
		return FORM_BONUS;
	if (kind < 645 && m->staff > 0)
		return FORM_EVALUATION;
	return FORM_STAFF;
}

/* A live record, mostly one of the last; -1 if chance finds none. */
static int64_t choose_record(struct made *m, bool unreferenced)
{
	struct clerk *c = &m->clerk;

	for (int attempt = 0; attempt < 40 && c->n > 0; attempt++) {
		bool recent = draw_chance(&c->teller.draw, 55);
		uint32_t back = recent && c->n > 15 ? 15 : c->n;
		uint32_t i = c->n - 1 - (uint32_t)draw_between(&c->teller.draw, 0, back - 1);

		if (c->records[i].live && !(unreferenced && c->records[i].referenced > 0))
			return i;
	}
	return -1;
}

/* The touched fields of a record, in the order of the form. */
static bool take_values(struct made *m, struct workload_edit *e, const struct record *r)
{
	struct workload_value *values, *v;
	size_t n;

	n = (size_t)__builtin_popcount(m->clerk.touched);
	values = arena_array(&m->arena, n, sizeof *values);
	if (values == NULL)
		return false;
	v = values;
	for (unsigned i = 0; i < WORKLOAD_FIELDS_MAX; i++) {
		if (m->clerk.touched >> i & 1)
			*v++ = (struct workload_value){ e->type->fields[i].code, i, r->values[i] };
	}
	e->n = n;
	e->values = values;
	return true;
}

static bool make_new(struct made *m, struct workload_edit *e)
{
	struct clerk *c = &m->clerk;
	struct record *r = &c->records[c->n];

	r->form = (uint8_t)next_form(m);
	form_new(c, r);
	r->live = true;
	if (r->form == FORM_STAFF)
		m->staff++;
	e->kind = WORKLOAD_NEW;
	e->record = c->n++;
	e->type = &workload_types[r->form];
	return take_values(m, e, r);
}

static bool make_change(struct made *m, struct workload_edit *e, uint32_t at)
{
	struct record *r = &m->clerk.records[at];

	form_change(&m->clerk, r);
	e->kind = WORKLOAD_CHANGE;
	e->record = at;
	e->type = &workload_types[r->form];
	return take_values(m, e, r) && e->n > 0;
}

static void make_delete(struct made *m, struct workload_edit *e, uint32_t at)
{
	struct record *r = &m->clerk.records[at];

	r->live = false;
	if (r->form == FORM_STAFF)
		m->staff--;
	e->kind = WORKLOAD_DELETE;
	e->record = at;
	e->type = &workload_types[r->form];
}

static bool make_edit(struct made *m, bool only_new, struct workload_edit *e)
{
	int64_t kind = only_new ? 0 : draw_between(&m->clerk.teller.draw, 0, 99), at = -1;
	bool done;

	pass_time(m);
	e->time = m->now;
	if (kind >= 55)
		at = choose_record(m, kind >= 95);
	if (at < 0) {
		done = make_new(m, e);
	} else if (kind < 95) {
		done = make_change(m, e, (uint32_t)at);
	} else {
		make_delete(m, e, (uint32_t)at);
		done = true;
	}
	return done && !m->clerk.failed;
}

static const char *known_name(void *ctx, struct draw *d, bool female)
{
	const struct clerk *c = ctx;

	for (int attempt = 0; attempt < 12 && c->n > 0; attempt++) {
		const struct record *r = &c->records[draw_between(d, 0, c->n - 1)];

		if (r->form == FORM_STAFF && r->live && r->female == female)
			return r->values[STAFF_NAME];
	}
	return NULL;
}

static bool make_all(struct made *m, const struct workload_preset *p, uint64_t seed)
{
	struct workload *w = &m->workload;
	size_t total = p->nbase + p->n;
	struct workload_edit *edits = arena_array(&m->arena, total, sizeof *edits);
	struct clerk *c = &m->clerk;

	c->arena = &m->arena;
	c->records = arena_array(&m->arena, total, sizeof *c->records);
	if (edits == NULL || c->records == NULL)
		return false;
	teller_init(&c->teller, w->unit, seed);
	c->teller.known = known_name;
	c->teller.ctx = c;
	m->now = (day_number(2023, 1, 30) + draw_between(&c->teller.draw, 0, 420)) * DAY
		+ MORNING - ZONE;
	for (size_t i = 0; i < total; i++) {
		if (!make_edit(m, p->only_new || i < p->nbase, &edits[i]))
			return false;
	}
	w->base = edits;
	w->nbase = p->nbase;
	w->edits = edits + p->nbase;
	w->n = p->n;
	w->records = c->n;
	return true;
}

struct workload *workload_make(const char *preset, unsigned unit, uint64_t seed)
{
	const struct workload_preset *p = workload_presets;
	struct made *m;
	bool done;

	while (p->name != NULL && strcmp(p->name, preset) != 0)
		p++;
	m = p->name != NULL ? calloc(1, sizeof *m) : NULL;
	if (m == NULL)
		return NULL;
	arena_init(&m->arena, MEMORY);
	buf_init(&m->clerk.scratch, VALUE_MAX);
	m->workload.preset = p->name;
	m->workload.unit = unit;
	done = make_all(m, p, seed);
	buf_release(&m->clerk.scratch);
	if (!done) {
		workload_free(&m->workload);
		return NULL;
	}
	return &m->workload;
}

void workload_free(struct workload *w)
{
	struct made *m = (struct made *)(void *)w;

	if (m == NULL)
		return;
	arena_release(&m->arena);
	free(m);
}
