/* Events of units, from what people name to signed records. Each is laid on the units in
 * memory and replayed before the next one is looked at, so a code may mean one unit
 * before an event and another one behind it, as it does in the law. */
#include "server/unit/unit_event.h"

#include <string.h>

#include "common/query/query.h"
#include "common/text/text.h"
#include "common/unit/unit_parts.h"
#include "server/unit/unit.h"

enum { EVENT_MEMORY = 64 * 1024 * 1024, ENTRY_TEXT_MAX = 2000 };

struct work {
	struct server *s;
	const struct sign_key *by;
	struct arena a;
	struct units *u;
	struct draft d;
	uint64_t first;            /* number of the first new event */
	struct unit_row *units;    /* new ones */
	size_t unit_count;
	struct err *e;
};

/* A copy in NFC. */
static int normal(struct work *w, struct bytes from, struct bytes *to)
{
	struct buf b;
	int code;

	buf_init(&b, ENTRY_TEXT_MAX);
	code = text_nfc(from, &b, w->e);
	if (code == 0 && b.failed)
		code = err_set(w->e, ERR_TOO_LARGE, "%.60s...", (const char *)from.at);
	if (code == 0) {
		*to = b.len == 0 ? BYTES_NONE : arena_copy(&w->a, buf_view(&b));
		if (b.len > 0 && to->at == NULL)
			code = err_set(w->e, ERR_NOMEM, "events");
	}
	buf_release(&b);
	return code;
}

static uint64_t next_unit(const struct work *w)
{
	return w->u->count == 0 ? 1 : w->u->list[w->u->count - 1].number + 1;
}

static uint64_t next_event(const struct work *w)
{
	uint64_t highest = 0;
	size_t i;

	for (i = 0; i < w->u->event_count; i++)
		if (w->u->events[i].number > highest)
			highest = w->u->events[i].number;
	return highest + 1;
}

/* What is not told of a new unit is as with the old one. */
static int describe(struct work *w, const struct event_row *row, int64_t day, uint64_t old,
		    struct unit_row *out)
{
	struct unit unit = { 0 };
	int code = normal(w, row->code, &out->code);

	if (code == 0)
		code = normal(w, row->name, &out->name);
	if (code == 0)
		code = normal(w, row->kind, &out->kind);
	if (code != 0)
		return code;
	if (!unit_good_code(out->code))
		return err_set(w->e, ERR_BAD_VALUE, "code");
	if (units_on(w->u, old, day, &unit))
		out->parent = unit.parent;
	if (out->kind.len == 0)
		out->kind = unit.kind;
	if (row->parent.len > 0)
		code = units_find(w->u, row->parent, day, &out->parent, w->e);
	out->number = next_unit(w);
	out->status = bytes_str("active");
	out->since = UNIT_ALWAYS;
	out->outside = row->outside;
	return code;
}

static int make_unit(struct work *w, const struct event_row *row, int64_t day, uint64_t old,
		     uint64_t *number)
{
	struct unit_row *unit = &w->units[w->unit_count];
	struct unit_entry *en;
	int code = describe(w, row, day, old, unit);

	if (code != 0)
		return code;
	en = units_add(w->u, unit->number);
	if (en == NULL)
		return err_set(w->e, ERR_NOMEM, "units");
	en->first.code = unit->code;
	en->first.name = unit->name;
	en->first.kind = unit->kind;
	en->first.parent = unit->parent;
	en->outside = unit->outside;
	w->unit_count++;
	*number = unit->number;
	return 0;
}

/* made: the unit that an earlier row has made, 0 for none. */
static int successor(struct work *w, const struct event_row *row, int64_t day,
		     struct unit_change *c, uint64_t *made)
{
	const struct unit_entry *en;
	int code = 0;

	if (row->to.len > 0) {
		code = units_find(w->u, row->to, day, &c->to, w->e);
		en = code == 0 ? units_entry(w->u, c->to) : NULL;
		c->founds = en != NULL && en->founded && en->count == 0;
		return code;
	}
	if (row->name.len > 0) {
		code = make_unit(w, row, day, c->unit, made);
		c->founds = true;
	}
	if (code == 0 && *made == 0)
		code = err_set(w->e, ERR_REQUIRED, "to, name");
	c->to = *made;
	return code;
}

static int take_row(struct work *w, const struct event_entry *in, const struct event_row *row,
		    struct unit_change *c, uint64_t *made)
{
	int code = units_find(w->u, row->unit, in->from, &c->unit, w->e);

	if (code != 0)
		return code;
	c->share = in->kind == UNIT_SPLIT ? row->share : 0;
	if (in->kind == UNIT_MERGE || in->kind == UNIT_SPLIT)
		return successor(w, row, in->from, c, made);
	if (in->kind == UNIT_RENAME) {
		code = normal(w, row->code, &c->code);
		if (code == 0)
			code = normal(w, row->name, &c->name);
		if (code == 0)
			code = normal(w, row->kind, &c->kind);
		if (code == 0 && c->code.len > 0 && !unit_good_code(c->code))
			code = err_set(w->e, ERR_BAD_VALUE, "code");
	}
	if (in->kind == UNIT_MOVE) {
		c->has_parent = true;
		code = row->parent.len == 0 ? err_set(w->e, ERR_REQUIRED, "parent") :
					      units_find(w->u, row->parent, in->from,
							 &c->parent, w->e);
	}
	return code;
}

static int at_line(struct work *w, unsigned line, int code)
{
	if (code != 0 && line != 0)
		err_wrap(w->e, "line %u", line);
	return code;
}

/* The event among the units, replayed. */
static int try_event(struct work *w, const struct event_entry *in)
{
	struct unit_change *changes = arena_array(&w->u->a, in->count + 1, sizeof *changes);
	struct unit_event *ev;
	uint64_t made = 0;
	size_t i, n = 0;
	int code = 0;

	if (changes == NULL)
		return err_set(w->e, ERR_NOMEM, "events");
	for (i = 0; i < in->count; i++) {
		code = take_row(w, in, &in->rows[i], &changes[n], &made);
		if (code != 0)
			return at_line(w, in->rows[i].line, code);
		if (in->kind == UNIT_MERGE && changes[n].to == changes[n].unit)
			changes[n] = (struct unit_change){ 0 };
		else
			n++;
	}
	ev = units_add_event(w->u, next_event(w), in->from);
	if (ev == NULL)
		return err_set(w->e, ERR_NOMEM, "events");
	ev->kind = in->kind;
	ev->has_act_date = true;
	ev->act_date = in->act_date;
	ev->changes = changes;
	ev->count = n;
	code = normal(w, in->act, &ev->act);
	if (code == 0)
		code = normal(w, in->issuer, &ev->issuer);
	if (code == 0)
		code = units_replay(w->u, true, w->e);
	return at_line(w, in->count > 0 ? in->rows[0].line : 0, code);
}

static void put_int(struct draft *d, uint32_t type, struct rid r, uint32_t field, uint64_t n)
{
	draft_set(d, type, r, field, value_int((int64_t)n), false);
}

static void put_text(struct draft *d, uint32_t type, struct rid r, uint32_t field, struct bytes s)
{
	if (s.len > 0)
		draft_set(d, type, r, field, value_text(s), false);
}

static void put_change(struct draft *d, struct rid event, const struct unit_change *c)
{
	struct rid r = draft_create(d, TYPE_UNIT_CHANGE, event, FIELD_EVENT_CHANGES);

	put_int(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_UNIT, c->unit);
	if (c->to != 0)
		put_int(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_TO, c->to);
	if (c->share != 0)
		put_int(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_SHARE, (uint64_t)c->share);
	if (c->founds)
		draft_set(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_FOUNDS, value_bool(true), false);
	put_text(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_CODE, c->code);
	put_text(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_NAME, c->name);
	put_text(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_KIND, c->kind);
	if (c->has_parent)
		put_int(d, TYPE_UNIT_CHANGE, r, FIELD_CHANGE_PARENT, c->parent);
}

static void put_event(struct draft *d, const struct unit_event *ev)
{
	struct rid r = draft_create(d, TYPE_UNIT_EVENT, RID_NONE, 0);
	size_t i;

	put_int(d, TYPE_UNIT_EVENT, r, FIELD_EVENT_NUMBER, ev->number);
	put_int(d, TYPE_UNIT_EVENT, r, FIELD_EVENT_KIND, (uint64_t)ev->kind);
	draft_set(d, TYPE_UNIT_EVENT, r, FIELD_EVENT_FROM, value_date(ev->from), false);
	put_text(d, TYPE_UNIT_EVENT, r, FIELD_EVENT_ACT, ev->act);
	draft_set(d, TYPE_UNIT_EVENT, r, FIELD_EVENT_ACT_DATE, value_date(ev->act_date), false);
	put_text(d, TYPE_UNIT_EVENT, r, FIELD_EVENT_ISSUER, ev->issuer);
	for (i = 0; i < ev->count; i++)
		put_change(d, r, &ev->changes[i]);
}

static int begin(struct work *w)
{
	int code;

	arena_init(&w->a, EVENT_MEMORY);
	code = server_begin(w->s, 0, w->by, &w->a, &w->d, w->e);
	if (code != 0)
		return code;
	code = units_load(&w->s->replica, &w->u, w->e);
	if (code == 0)
		code = units_replay(w->u, false, w->e);
	if (code != 0)
		server_drop(w->s);
	return code;
}

/* Saves, or forgets what was begun. */
static int finish(struct work *w, bool keep, int code)
{
	if (code == 0 && keep)
		return server_save(w->s, w->by, &w->d, NULL, w->e);
	server_drop(w->s);
	return code;
}

static void release(struct work *w)
{
	units_free(w->u);
	arena_release(&w->a);
}

int unit_event_put(struct server *s, const struct sign_key *by, const struct event_entry *list,
		   size_t count, bool dry, uint64_t *first, struct err *e)
{
	struct work w = { .s = s, .by = by, .e = e };
	size_t i, rows = 0;
	int code;

	if (count > UNIT_EVENTS_MAX)
		return err_set(e, ERR_LIMIT, "%zu > %d", count, UNIT_EVENTS_MAX);
	for (i = 0; i < count; i++)
		rows += list[i].count;
	code = begin(&w);
	if (code == 0) {
		w.first = next_event(&w);
		w.units = arena_array(&w.a, rows + 1, sizeof *w.units);
		if (w.units == NULL)
			code = err_set(e, ERR_NOMEM, "events");
		for (i = 0; i < count && code == 0; i++)
			code = try_event(&w, &list[i]);
		for (i = 0; i < w.unit_count && code == 0; i++)
			unit_create(&w.d, &w.units[i]);
		for (i = 0; i < count && code == 0; i++)
			put_event(&w.d, units_event_by_number(w.u, w.first + i));
		code = finish(&w, !dry, code);
	}
	if (code == 0)
		*first = w.first;
	release(&w);
	return code;
}

/* The step by which it is proposed that the event be no more. */
static int draft_way_out(struct work *w, const struct type *t, const struct unit_event *ev)
{
	const struct workflow *way = t->workflow;
	struct record rec;
	size_t i;
	int code = query_record(&w->s->replica, 0, ev->record, &w->a, &rec, w->e);

	if (code != 0)
		return code;
	for (i = 0; i < way->move_count; i++)
		if (way->moves[i].remark &&
		    workflow_move(way, rec.state, way->moves[i].to) == &way->moves[i])
			break;
	if (i == way->move_count)
		return err_set(w->e, ERR_UNIT_WITHDRAWN, "#%llu", (unsigned long long)ev->number);
	draft_move(&w->d, TYPE_UNIT_EVENT, ev->record, way->moves[i].to, ev->withdrawn);
	return 0;
}

static int withdraw(struct work *w, uint64_t number, struct bytes reason)
{
	struct unit_event *ev = units_event_by_number(w->u, number);
	const struct type *t;
	struct schema *schema;
	int code;

	if (ev == NULL)
		return err_set(w->e, ERR_NO_RECORD, "#%llu", (unsigned long long)number);
	if (ev->withdrawn.len > 0)
		return err_set(w->e, ERR_UNIT_WITHDRAWN, "#%llu", (unsigned long long)number);
	code = normal(w, reason, &ev->withdrawn);
	if (code == 0 && ev->withdrawn.len == 0)
		code = err_set(w->e, ERR_REQUIRED, "reason");
	if (code == 0)
		code = units_replay(w->u, true, w->e);
	if (code == 0)
		code = replica_schema_now(&w->s->replica, &schema, w->e);
	if (code != 0)
		return code;
	t = schema_type(schema, TYPE_UNIT_EVENT);
	if (t->workflow != NULL)
		return draft_way_out(w, t, ev);
	draft_set(&w->d, TYPE_UNIT_EVENT, ev->record, FIELD_EVENT_WITHDRAWN,
		  value_text(ev->withdrawn), false);
	return 0;
}

int unit_event_withdraw(struct server *s, const struct sign_key *by, uint64_t number,
			struct bytes reason, struct err *e)
{
	struct work w = { .s = s, .by = by, .e = e };
	int code = begin(&w);

	if (code == 0)
		code = finish(&w, true, withdraw(&w, number, reason));
	release(&w);
	return code;
}
