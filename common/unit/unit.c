/* Answers about units: looking up what a replay has worked out. */
#include "common/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "common/unit/unit_parts.h"

int units_now(struct replica *r, const struct units **out, struct err *e)
{
	struct stream_head zero;
	struct units *u;
	int code = replica_head(r, 0, &zero, e);

	if (code != 0)
		return code;
	if (r->units == NULL || r->units->zero != zero.seq) {
		code = units_load(r, &u, e);
		if (code == 0)
			code = units_replay(u, false, e);
		if (code != 0) {
			units_free(u);
			return code;
		}
		u->zero = zero.seq;
		units_free(r->units);
		r->units = u;
	}
	*out = r->units;
	return 0;
}

void units_free(struct units *u)
{
	if (u == NULL)
		return;
	arena_release(&u->a);
	free(u);
}

/* Its place, or where it would stand. */
static size_t place_of(const struct units *u, uint64_t number)
{
	size_t low = 0, high = u->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (u->list[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct unit_entry *units_entry(const struct units *u, uint64_t number)
{
	size_t at = place_of(u, number);

	return at < u->count && u->list[at].number == number ? &u->list[at] : NULL;
}

/* An array of the arena with room for one more at `at`. */
static void *make_room(struct units *u, void *list, size_t at, size_t *count, size_t *cap,
		       size_t size)
{
	char *more = list;

	if (*count == *cap) {
		size_t larger = *cap == 0 ? 64 : *cap * 2;

		more = arena_array(&u->a, larger, size);
		if (more == NULL)
			return NULL;
		if (*count > 0)
			memcpy(more, list, *count * size);
		*cap = larger;
	}
	memmove(more + (at + 1) * size, more + at * size, (*count - at) * size);
	memset(more + at * size, 0, size);
	++*count;
	return more;
}

struct unit_entry *units_add(struct units *u, uint64_t number)
{
	size_t at = place_of(u, number);
	struct unit_entry *list = make_room(u, u->list, at, &u->count, &u->cap, sizeof *list);

	if (list == NULL)
		return NULL;
	u->list = list;
	list[at].number = number;
	list[at].first.from = UNIT_ALWAYS;
	return &list[at];
}

struct unit_event *units_add_event(struct units *u, uint64_t number, int64_t from)
{
	size_t at = u->event_count;
	struct unit_event *list;

	while (at > 0 && (u->events[at - 1].from > from ||
			  (u->events[at - 1].from == from && u->events[at - 1].number > number)))
		at--;
	list = make_room(u, u->events, at, &u->event_count, &u->event_cap, sizeof *list);
	if (list == NULL)
		return NULL;
	u->events = list;
	list[at].number = number;
	list[at].from = from;
	return &list[at];
}

struct unit_event *units_event_by_number(const struct units *u, uint64_t number)
{
	size_t i;

	for (i = 0; i < u->event_count; i++)
		if (u->events[i].number == number)
			return &u->events[i];
	return NULL;
}

bool units_event_counts(const struct unit_event *ev)
{
	return ev->withdrawn.len == 0 && !ev->off && ev->misfit.code == 0;
}

const struct unit_version *units_entry_on(const struct unit_entry *en, int64_t day)
{
	size_t i = en->count;

	while (i > 0 && en->versions[i - 1].from > day)
		i--;
	return i == 0 ? NULL : &en->versions[i - 1];
}

size_t units_count(const struct units *u)
{
	return u->count;
}

/* Its one span of life. */
static void span(const struct unit_entry *en, int64_t *from, int64_t *until)
{
	size_t i;

	*from = *until = UNIT_NEVER;
	for (i = en->count; i > 0; i--) {
		if (en->versions[i - 1].active)
			*from = en->versions[i - 1].from;
		else
			*until = en->versions[i - 1].from;
	}
	if (*from > *until)
		*from = *until;
}

static bool is_active(const struct units *u, uint64_t number, int64_t day)
{
	const struct unit_entry *en = units_entry(u, number);
	const struct unit_version *v = en == NULL ? NULL : units_entry_on(en, day);

	return v != NULL && v->active;
}

void units_at(const struct units *u, size_t i, int64_t day, struct unit *out)
{
	const struct unit_entry *en = &u->list[i];
	const struct unit_version *v = units_entry_on(en, day);

	if (v == NULL)
		v = en->count > 0 ? &en->versions[0] : &en->first;
	*out = (struct unit){ .number = en->number, .code = v->code, .name = v->name,
			      .kind = v->kind, .parent = v->parent, .outside = en->outside };
	span(en, &out->from, &out->until);
	out->active = out->from <= day && day < out->until;
	if (v->parent != 0 && !is_active(u, v->parent, day))
		out->parent = units_heir(u, v->parent, day);
}

bool units_on(const struct units *u, uint64_t number, int64_t day, struct unit *out)
{
	size_t at = place_of(u, number);

	if (at == u->count || u->list[at].number != number)
		return false;
	units_at(u, at, day, out);
	return true;
}

bool units_lived(const struct units *u, uint64_t number, int64_t first, int64_t last)
{
	const struct unit_entry *en = units_entry(u, number);
	int64_t from, until;

	if (en == NULL)
		return false;
	span(en, &from, &until);
	return from <= last && until > first && from < until;
}

uint64_t units_heir(const struct units *u, uint64_t number, int64_t day)
{
	size_t i, k;

	for (i = 0; i < u->event_count && u->events[i].from <= day; i++) {
		const struct unit_event *ev = &u->events[i];

		for (k = 0; ev->kind == UNIT_MERGE && units_event_counts(ev) && k < ev->count; k++)
			if (ev->changes[k].unit == number) {
				number = ev->changes[k].to;
				break;
			}
	}
	return number;
}

bool units_inherits(const struct units *u, uint64_t heir, uint64_t number, int64_t day)
{
	return number != heir && units_entry(u, number) != NULL &&
	       units_heir(u, number, day) == heir;
}

size_t units_inherited(const struct units *u, uint64_t heir, int64_t day, uint64_t *out,
		       size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < u->count && n < max; i++)
		if (units_inherits(u, heir, u->list[i].number, day))
			out[n++] = u->list[i].number;
	return n;
}

/* What each unit holds of the one that is asked for, event by event. */
static void hand_over(const struct units *u, const struct unit_event *ev)
{
	const struct unit_change *c = ev->changes;
	double *part = u->scratch, whole;
	size_t i;

	if (ev->kind == UNIT_MERGE)
		for (i = 0; i < ev->count; i++) {
			whole = part[place_of(u, c[i].unit)];
			part[place_of(u, c[i].unit)] = 0;
			part[place_of(u, c[i].to)] += whole;
		}
	if (ev->kind == UNIT_SPLIT) {
		whole = part[place_of(u, c[0].unit)];
		part[place_of(u, c[0].unit)] = 0;
		for (i = 0; i < ev->count; i++)
			part[place_of(u, c[i].to)] += whole * (double)c[i].share / 10000;
	}
}

size_t units_shares(const struct units *u, uint64_t number, int64_t day,
		    struct unit_share *out, size_t max)
{
	size_t i, n = 0, at = place_of(u, number);

	if (at == u->count || u->list[at].number != number)
		return 0;
	for (i = 0; i < u->count; i++)
		u->scratch[i] = 0;
	u->scratch[at] = 1;
	for (i = 0; i < u->event_count && u->events[i].from <= day; i++)
		if (units_event_counts(&u->events[i]))
			hand_over(u, &u->events[i]);
	for (i = 0; i < u->count; i++)
		if (u->scratch[i] > 0) {
			if (n < max)
				out[n] = (struct unit_share){ u->list[i].number, u->scratch[i] };
			n++;
		}
	return n;
}

void units_full_name(const struct units *u, uint64_t number, int64_t day, struct buf *out)
{
	struct unit unit, parent;

	if (!units_on(u, number, day, &unit))
		return;
	buf_add(out, unit.name);
	if (unit.parent == 0 || !units_on(u, unit.parent, day, &parent))
		return;
	buf_add(out, bytes_str(", "));
	buf_add(out, parent.name);
}

size_t units_event_count(const struct units *u)
{
	return u->event_count;
}

const struct unit_event *units_event(const struct units *u, size_t i)
{
	return &u->events[i];
}
