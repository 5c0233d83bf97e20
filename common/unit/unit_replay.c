/* What the units were from day to day: their beginnings, and each event laid on top
 * in the order of its day. An event is looked at whole before any of it is done, so
 * one that does not fit changes nothing. */
#include "common/unit/unit_parts.h"

#include <string.h>

enum { ALL = 10000, NAMED = 60 };

static const struct unit_version *last(const struct unit_entry *en)
{
	return en->count == 0 ? NULL : &en->versions[en->count - 1];
}

static bool there(const struct unit_entry *en, int64_t day)
{
	const struct unit_version *v = en == NULL ? NULL : last(en);

	return v != NULL && v->active && v->from <= day;
}

/* The version that begins on this day, as a copy of the one before it. */
static struct unit_version *begin(struct units *u, struct unit_entry *en, int64_t day)
{
	struct unit_version *v = en->count == 0 ? NULL : &en->versions[en->count - 1];

	if (v != NULL && v->from == day)
		return v;
	if (en->count == en->cap) {
		size_t cap = en->cap == 0 ? 2 : en->cap * 2;
		struct unit_version *more = arena_array(&u->a, cap, sizeof *more);

		if (more == NULL)
			return NULL;
		if (en->count > 0)
			memcpy(more, en->versions, en->count * sizeof *more);
		en->versions = more;
		en->cap = cap;
	}
	v = &en->versions[en->count];
	*v = en->count == 0 ? en->first : en->versions[en->count - 1];
	v->from = day;
	en->count++;
	return v;
}

/* An event and a unit of it, as errors name them. */
static int bad(const struct units *u, const struct unit_event *ev, uint64_t unit, int code,
	       struct err *e)
{
	const struct unit_entry *en = units_entry(u, unit);
	struct bytes name = en == NULL ? BYTES_NONE : en->first.name;

	return err_set(e, code, "#%llu: %llu %.*s", (unsigned long long)ev->number,
		       (unsigned long long)unit, (int)(name.len < NAMED ? name.len : NAMED),
		       (const char *)name.at);
}

static int bad_event(const struct unit_event *ev, int code, const char *what, struct err *e)
{
	return err_set(e, code, "#%llu: %s", (unsigned long long)ev->number, what);
}

static int ask_there(const struct units *u, const struct unit_event *ev, uint64_t unit,
		     struct err *e)
{
	const struct unit_entry *en = units_entry(u, unit);

	if (en == NULL)
		return bad(u, ev, unit, ERR_NO_UNIT, e);
	return there(en, ev->from) ? 0 : bad(u, ev, unit, ERR_UNIT_INACTIVE, e);
}

/* Whether `number` is `above` or stands below it. Steps are counted: no loop may trap us. */
static bool below(const struct units *u, uint64_t number, uint64_t above)
{
	size_t steps;

	for (steps = 0; number != 0 && steps <= u->count; steps++) {
		const struct unit_entry *en = units_entry(u, number);

		if (number == above)
			return true;
		if (en == NULL)
			return false;
		number = en->count == 0 ? en->first.parent : last(en)->parent;
	}
	return number != 0;
}

static bool founded_here(const struct unit_event *ev, uint64_t unit)
{
	size_t i;

	for (i = 0; i < ev->count; i++)
		if (ev->changes[i].to == unit && ev->changes[i].founds)
			return true;
	return false;
}

/* A successor: it is there, or begins here and never was. */
static int ask_successor(const struct units *u, const struct unit_event *ev,
			 const struct unit_change *c, struct err *e)
{
	const struct unit_entry *en = units_entry(u, c->to);

	if (en == NULL)
		return bad(u, ev, c->to, ERR_NO_UNIT, e);
	if (!founded_here(ev, c->to))
		return ask_there(u, ev, c->to, e);
	return en->count == 0 ? 0 : bad(u, ev, c->to, ERR_EXISTS, e);
}

static int ask_merge(const struct units *u, const struct unit_event *ev,
		     const struct unit_change *c, struct err *e)
{
	size_t i;

	if (c->to != ev->changes[0].to)
		return bad_event(ev, ERR_BAD_VALUE, "to", e);
	for (i = 0; i < ev->count; i++)
		if (ev->changes[i].unit == c->to)
			return bad(u, ev, c->to, ERR_UNIT_CYCLE, e);
	return ask_successor(u, ev, c, e);
}

static int ask_split(const struct units *u, const struct unit_event *ev,
		     const struct unit_change *c, struct err *e)
{
	const struct unit_change *k;
	int64_t sum = 0;

	if (c->unit != ev->changes[0].unit)
		return bad_event(ev, ERR_BAD_VALUE, "unit", e);
	for (k = ev->changes; k < ev->changes + ev->count; k++) {
		if (k->share < 1 || k->share > ALL)
			return bad(u, ev, k->to, ERR_UNIT_SHARES, e);
		if (k != c && k->to == c->to)
			return bad(u, ev, k->to, ERR_EXISTS, e);
		sum += k->share;
	}
	if (sum != ALL || ev->count < 2)
		return bad(u, ev, c->unit, ERR_UNIT_SHARES, e);
	return c->to == c->unit ? 0 : ask_successor(u, ev, c, e);
}

static int ask_change(const struct units *u, const struct unit_event *ev,
		      const struct unit_change *c, struct err *e)
{
	const struct unit_change *k;
	int code = ask_there(u, ev, c->unit, e);

	if (code != 0)
		return code;
	for (k = ev->changes; k < c && ev->kind != UNIT_SPLIT; k++)
		if (k->unit == c->unit)
			return bad(u, ev, c->unit, ERR_EXISTS, e);
	switch (ev->kind) {
	case UNIT_RENAME:
		return c->code.len > 0 || c->name.len > 0 || c->kind.len > 0 ? 0 :
			bad_event(ev, ERR_REQUIRED, "code, name", e);
	case UNIT_MERGE:
		return ask_merge(u, ev, c, e);
	case UNIT_SPLIT:
		return ask_split(u, ev, c, e);
	case UNIT_MOVE:
		if (c->parent != 0)
			code = ask_there(u, ev, c->parent, e);
		return code;
	case UNIT_DISSOLVE:
		return 0;
	}
	return bad_event(ev, ERR_BAD_CHOICE, "kind", e);
}

static int ask(const struct units *u, const struct unit_event *ev, struct err *e)
{
	size_t i;
	int code = 0;

	if (ev->count == 0)
		return bad_event(ev, ERR_REQUIRED, "unit", e);
	if (ev->act.len == 0 || !ev->has_act_date || ev->issuer.len == 0)
		return bad_event(ev, ERR_REQUIRED, "act, act_date, issuer", e);
	if (ev->from < ev->act_date)
		return bad_event(ev, ERR_UNIT_EARLY, "from", e);
	for (i = 0; i < ev->count && code == 0; i++)
		code = ask_change(u, ev, &ev->changes[i], e);
	return code;
}

static int end(struct units *u, uint64_t number, int64_t day)
{
	struct unit_version *v = begin(u, units_entry(u, number), day);

	if (v != NULL)
		v->active = false;
	return v == NULL ? ERR_NOMEM : 0;
}

static int found(struct units *u, const struct unit_event *ev, const struct unit_change *c)
{
	struct unit_entry *en = units_entry(u, c->to);
	struct unit_version *v;

	if (!c->founds || en->count > 0)
		return 0;
	v = begin(u, en, ev->from);
	if (v != NULL)
		v->active = true;
	return v == NULL ? ERR_NOMEM : 0;
}

static int alter(struct units *u, const struct unit_event *ev, const struct unit_change *c)
{
	struct unit_version *v = begin(u, units_entry(u, c->unit), ev->from);

	if (v == NULL)
		return ERR_NOMEM;
	if (ev->kind == UNIT_MOVE) {
		v->parent = c->parent;
		return 0;
	}
	if (c->code.len > 0)
		v->code = c->code;
	if (c->name.len > 0)
		v->name = c->name;
	if (c->kind.len > 0)
		v->kind = c->kind;
	return 0;
}

static int apply(struct units *u, const struct unit_event *ev, struct err *e)
{
	bool stays = false;
	size_t i;
	int code = 0;

	for (i = 0; i < ev->count && code == 0; i++) {
		const struct unit_change *c = &ev->changes[i];

		stays |= c->to == c->unit;
		if (ev->kind == UNIT_MERGE || ev->kind == UNIT_SPLIT)
			code = found(u, ev, c);
		if (code == 0 && (ev->kind == UNIT_MERGE || ev->kind == UNIT_DISSOLVE))
			code = end(u, c->unit, ev->from);
		if (code == 0 && (ev->kind == UNIT_RENAME || ev->kind == UNIT_MOVE))
			code = alter(u, ev, c);
	}
	if (code == 0 && ev->kind == UNIT_SPLIT && !stays)
		code = end(u, ev->changes[0].unit, ev->from);
	return code == 0 ? 0 : err_set(e, code, "units");
}

/* After a move, nothing may stand below itself; what was entered wrongly is undone. */
static int ask_tree(struct units *u, const struct unit_event *ev, struct err *e)
{
	size_t i;

	for (i = 0; i < ev->count; i++)
		if (below(u, ev->changes[i].parent, ev->changes[i].unit))
			return bad(u, ev, ev->changes[i].unit, ERR_UNIT_CYCLE, e);
	return 0;
}

/* Moves are done all at once, so that two units may change places; a circle that is
 * found only then is taken back. */
static int move(struct units *u, const struct unit_event *ev, struct err *e)
{
	uint64_t *before = arena_array(&u->a, ev->count, sizeof *before);
	size_t i;
	int code;

	if (before == NULL)
		return err_set(e, ERR_NOMEM, "units");
	for (i = 0; i < ev->count; i++)
		before[i] = last(units_entry(u, ev->changes[i].unit))->parent;
	code = apply(u, ev, e);
	if (code == 0)
		code = ask_tree(u, ev, e);
	for (i = 0; code == ERR_UNIT_CYCLE && i < ev->count; i++)
		begin(u, units_entry(u, ev->changes[i].unit), ev->from)->parent = before[i];
	return code;
}

/* Every unit as it began, but those that an event begins. */
static int reset(struct units *u, struct err *e)
{
	size_t i, k;

	u->scratch = arena_array(&u->a, u->count + 1, sizeof *u->scratch);
	if (u->scratch == NULL)
		return err_set(e, ERR_NOMEM, "units");
	for (i = 0; i < u->count; i++)
		u->list[i].founded = false;
	for (i = 0; i < u->event_count; i++) {
		u->events[i].misfit.code = 0;
		for (k = 0; k < u->events[i].count; k++) {
			const struct unit_change *c = &u->events[i].changes[k];
			struct unit_entry *en = units_entry(u, c->to);

			if (c->founds && en != NULL)
				en->founded = true;
		}
	}
	for (i = 0; i < u->count; i++) {
		struct unit_entry *en = &u->list[i];
		struct unit_version *v;

		en->count = 0;
		if (en->founded || en->void_status)
			continue;
		v = begin(u, en, en->first.from);
		if (v == NULL)
			return err_set(e, ERR_NOMEM, "units");
		v->active = true;
	}
	return 0;
}

/* Parents, before any event: they are there, and nothing stands below itself. */
static int ask_beginnings(const struct units *u, struct err *e)
{
	size_t i;

	for (i = 0; i < u->count; i++) {
		const struct unit_version *first = &u->list[i].first;
		int len = (int)(first->code.len < NAMED ? first->code.len : NAMED);

		if (first->parent != 0 && units_entry(u, first->parent) == NULL)
			return err_set(e, ERR_NO_UNIT, "%.*s: %llu", len,
				       (const char *)first->code.at,
				       (unsigned long long)first->parent);
		if (below(u, first->parent, u->list[i].number))
			return err_set(e, ERR_UNIT_CYCLE, "%.*s", len,
				       (const char *)first->code.at);
	}
	return 0;
}

/* A code that two units have on one day; none where there is none. */
static struct bytes shared_code(const struct unit_entry *a, const struct unit_entry *b)
{
	size_t i, k;

	for (i = 0; i < a->count; i++)
		for (k = 0; k < b->count; k++) {
			const struct unit_version *x = &a->versions[i], *y = &b->versions[k];
			int64_t x_end = i + 1 < a->count ? x[1].from : UNIT_NEVER;
			int64_t y_end = k + 1 < b->count ? y[1].from : UNIT_NEVER;

			if (x->active && y->active && x->from < y_end && y->from < x_end &&
			    bytes_equal(x->code, y->code))
				return x->code;
		}
	return BYTES_NONE;
}

static int ask_codes(const struct units *u, struct err *e)
{
	size_t i, k;

	for (i = 0; i < u->count; i++)
		for (k = 0; k < i; k++) {
			struct bytes code = shared_code(&u->list[k], &u->list[i]);

			if (code.len > 0)
				return err_set(e, ERR_UNIT_CODE, "%.*s: %llu, %llu",
					       (int)(code.len < NAMED ? code.len : NAMED),
					       (const char *)code.at,
					       (unsigned long long)u->list[k].number,
					       (unsigned long long)u->list[i].number);
		}
	return 0;
}

int units_replay(struct units *u, bool strict, struct err *e)
{
	size_t i;
	int code = reset(u, e);

	if (code == 0 && strict)
		code = ask_beginnings(u, e);
	for (i = 0; i < u->event_count && code == 0; i++) {
		struct unit_event *ev = &u->events[i];
		struct err why = { 0 };

		if (ev->withdrawn.len > 0 || ev->off)
			continue;
		code = ask(u, ev, &why);
		if (code == 0)
			code = ev->kind == UNIT_MOVE ? move(u, ev, &why) : apply(u, ev, &why);
		if (code != 0 && (strict || code == ERR_NOMEM))
			return err_set(e, code, "%s", why.subject);
		ev->misfit = why;
		code = 0;
	}
	return code == 0 && strict ? ask_codes(u, e) : code;
}
