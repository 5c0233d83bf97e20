/* Units and their events out of the typed tables of stream 0. */
#include <stdlib.h>

#include "common/unit/unit_parts.h"

int units_new(struct units **out, struct err *e)
{
	*out = calloc(1, sizeof **out);
	if (*out == NULL)
		return err_set(e, ERR_NOMEM, "units");
	arena_init(&(*out)->a, UNITS_MEMORY);
	return 0;
}

static struct bytes text(struct units *u, struct stmt *q, int column, bool *failed)
{
	struct bytes s = db_text(q, column), copy;

	if (s.len == 0)
		return BYTES_NONE;
	copy = arena_copy(&u->a, s);
	*failed |= copy.at == NULL;
	return copy;
}

static int load_units(struct units *u, struct replica *r, const struct type *t, struct err *e)
{
	bool failed = false;
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT f_number, f_code, f_name, f_kind, f_parent, "
			    "f_status, f_since, f_outside, state FROM t_unit WHERE stream=0 AND "
			    "deleted=0 ORDER BY f_number", "");

	if (code != 0)
		return code;
	while (!failed && (code = db_step(q, e)) == 1) {
		struct unit_entry *en = units_entry(u, (uint64_t)db_int(q, 0));

		if (en != NULL)
			continue;
		en = units_add(u, (uint64_t)db_int(q, 0));
		failed = en == NULL;
		if (failed)
			break;
		en->first.code = text(u, q, 1, &failed);
		en->first.name = text(u, q, 2, &failed);
		en->first.kind = text(u, q, 3, &failed);
		en->first.parent = (uint64_t)db_int(q, 4);
		/* One that an event founds begins with that (unit_replay.c). */
		en->void_status = !bytes_equal(db_text(q, 5), bytes_str("active")) ||
				  !type_counts(t, db_int(q, 8));
		if (!db_is_null(q, 6))
			en->first.from = db_int(q, 6);
		en->outside = db_int(q, 7) != 0;
	}
	db_done(q);
	return failed ? err_set(e, ERR_NOMEM, "units") : code;
}

static int load_events(struct units *u, struct replica *r, const struct type *t, struct err *e)
{
	bool failed = false;
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT device, op, f_number, f_kind, f_from, f_act, "
			    "f_act_date, f_issuer, f_withdrawn, state FROM t_unit_event WHERE stream=0 "
			    "AND deleted=0 ORDER BY f_from, f_number", "");

	if (code != 0)
		return code;
	while (!failed && (code = db_step(q, e)) == 1) {
		struct unit_event *ev = units_add_event(u, (uint64_t)db_int(q, 2), db_int(q, 4));

		failed = ev == NULL;
		if (failed)
			break;
		ev->record = (struct rid){ (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };
		ev->kind = (enum unit_event_kind)db_int(q, 3);
		ev->act = text(u, q, 5, &failed);
		ev->has_act_date = !db_is_null(q, 6);
		ev->act_date = db_int(q, 6);
		ev->issuer = text(u, q, 7, &failed);
		ev->withdrawn = text(u, q, 8, &failed);
		ev->off = !type_counts(t, db_int(q, 9));
	}
	db_done(q);
	return failed ? err_set(e, ERR_NOMEM, "units") : code;
}

static struct unit_event *event_of(struct units *u, struct rid record)
{
	size_t i;

	for (i = 0; i < u->event_count; i++)
		if (rid_equal(u->events[i].record, record))
			return &u->events[i];
	return NULL;
}

static void take_change(struct units *u, struct stmt *q, struct unit_change *c, bool *failed)
{
	c->unit = (uint64_t)db_int(q, 2);
	c->to = (uint64_t)db_int(q, 3);
	c->share = db_int(q, 4);
	c->founds = db_int(q, 5) != 0;
	c->code = text(u, q, 6, failed);
	c->name = text(u, q, 7, failed);
	c->kind = text(u, q, 8, failed);
	c->has_parent = !db_is_null(q, 9);
	c->parent = (uint64_t)db_int(q, 9);
}

/* The rows of all events, those of one together and in the order of their making. */
static int load_changes(struct units *u, struct replica *r, struct err *e)
{
	struct unit_change *c;
	bool failed = false;
	struct stmt *q;
	int64_t rows = 0;
	size_t n = 0;
	int code = db_number(r->db, e, 0, &rows, "SELECT count(*) FROM t_unit_change", "");

	if (code != 0)
		return code;
	c = arena_array(&u->a, (size_t)rows + 1, sizeof *c);
	if (c == NULL)
		return err_set(e, ERR_NOMEM, "units");
	code = db_query(r->db, e, &q, "SELECT parent_device, parent_op, f_unit, f_to, f_share, "
			"f_founds, f_code, f_name, f_kind, f_parent FROM t_unit_change WHERE "
			"stream=0 AND deleted=0 ORDER BY parent_device, parent_op, device, op", "");
	if (code != 0)
		return code;
	while (!failed && n < (size_t)rows && (code = db_step(q, e)) == 1) {
		struct unit_event *ev = event_of(u, (struct rid){ (uint64_t)db_int(q, 0),
								  (uint64_t)db_int(q, 1) });

		take_change(u, q, &c[n], &failed);
		if (ev != NULL && ev->count++ == 0)
			ev->changes = &c[n];
		n++;
	}
	db_done(q);
	return failed ? err_set(e, ERR_NOMEM, "units") : code < 0 ? code : 0;
}

int units_load(struct replica *r, struct units **out, struct err *e)
{
	struct schema *s;
	int code = units_new(out, e);

	if (code != 0)
		return code;
	code = replica_schema_now(r, &s, e);
	if (code == 0)
		code = load_units(*out, r, schema_type(s, TYPE_UNIT), e);
	if (code == 0)
		code = load_events(*out, r, schema_type(s, TYPE_UNIT_EVENT), e);
	if (code == 0)
		code = load_changes(*out, r, e);
	if (code != 0) {
		units_free(*out);
		*out = NULL;
	}
	return code;
}
