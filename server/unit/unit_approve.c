/* Where a pack asks for two persons, an officer's yes to a change of units: the units that
 * an event founds come into force with it, and all of them must still fit together. */
#include "server/unit/unit_event.h"

#include "common/unit/unit_parts.h"

static bool is_unit(const struct op *op)
{
	return op->kind == OP_MOVE && (op->type == TYPE_UNIT_EVENT || op->type == TYPE_UNIT);
}

/* The units that the event founds and nobody has approved by themselves. */
static int add_founded(struct server *s, struct draft *d, const struct type *unit,
		       struct rid event, int64_t state, struct err *e)
{
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT DISTINCT u.device, u.op, u.state FROM "
			    "t_unit_change c, t_unit u WHERE c.stream=0 AND c.deleted=0 AND "
			    "c.f_founds<>0 AND c.parent_device=$1 AND c.parent_op=$2 AND u.stream=0 "
			    "AND u.deleted=0 AND u.f_number=c.f_to ORDER BY u.op, u.device", "uu",
			    event.device, event.op);

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		struct rid id = { (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };

		if (!type_counts(unit, db_int(q, 2)))
			draft_move(d, TYPE_UNIT, id, state, BYTES_NONE);
	}
	db_done(q);
	return code;
}

int unit_approve(struct server *s, struct draft *d, struct err *e)
{
	size_t i, n = d->count;
	struct schema *schema;
	int code = 0;

	for (i = 0; i < n && code == 0; i++) {
		const struct type *event, *unit;

		if (d->ops[i].kind != OP_MOVE || d->ops[i].type != TYPE_UNIT_EVENT)
			continue;
		code = replica_schema_now(&s->replica, &schema, e);
		if (code != 0)
			return code;
		event = schema_type(schema, TYPE_UNIT_EVENT);
		unit = schema_type(schema, TYPE_UNIT);
		if (event->workflow != NULL && type_counts(event, d->ops[i].value.n))
			code = add_founded(s, d, unit, d->ops[i].record, d->ops[i].value.n, e);
	}
	return code;
}

int unit_approve_check(struct server *s, const struct draft *d, struct err *e)
{
	struct units *u = NULL;
	bool any = false;
	size_t i;
	int code;

	for (i = 0; i < d->count; i++)
		any |= is_unit(&d->ops[i]);
	if (!any)
		return 0;
	code = units_load(&s->replica, &u, e);
	if (code == 0)
		code = units_replay(u, true, e);
	units_free(u);
	return code;
}
