/* The next number is one above the highest that any record holds, this year. */
#include "server/register.h"

#include <stdio.h>

#include "common/date.h"
#include "common/projection.h"
#include "common/query.h"

static int64_t year_now(const struct server *s)
{
	unsigned month, day;
	int64_t year;

	date_civil(date_of(env_now(s->env)), &year, &month, &day);
	return year;
}

/* The highest number that one field's records hold, from `low` to `high`. */
static int highest(struct server *s, const struct type *t, const struct field *f, int64_t low,
		   int64_t high, int64_t *out, struct err *e)
{
	char table[64], column[64], sql[300];
	struct stmt *q;
	int code;

	projection_table(t, table);
	projection_column(f, 0, column);
	snprintf(sql, sizeof sql, "SELECT max(%s) FROM %s WHERE %s BETWEEN $1 AND $2", column,
		 table, column);
	code = db_query_text(s->db, e, &q, sql);
	if (code != 0)
		return code;
	db_bind_int(q, 1, low);
	db_bind_int(q, 2, high);
	code = db_step(q, e);
	if (code == 1 && !db_is_null(q, 0) && db_int(q, 0) > *out)
		*out = db_int(q, 0);
	db_done(q);
	return code < 0 ? code : 0;
}

static int next_number(struct server *s, const struct schema *schema,
		       const struct pack_register *r, int64_t *out, struct err *e)
{
	int64_t low = r->yearly ? year_now(s) * REGISTER_YEAR : 0;
	int64_t high = r->yearly ? low + REGISTER_YEAR - 1 : INT64_MAX;
	size_t i, k;
	int code = 0;

	*out = low;
	for (i = 0; i < schema->type_count && code == 0; i++)
		for (k = 0; k < schema->types[i]->field_count && code == 0; k++)
			if (schema->types[i]->fields[k].reg == r)
				code = highest(s, schema->types[i], &schema->types[i]->fields[k],
					       low, high, out, e);
	++*out;
	return code;
}

/* Whether the officer whose draft it is may fill the field in, as the record stands. */
static int may_fill(struct server *s, const struct schema *schema, const struct draft *d,
		    const struct type *t, const struct record *rec, const struct field *f,
		    bool *out, struct err *e)
{
	uint64_t state = t->workflow == NULL ? 0 : state_bit(t->workflow, rec->state);
	const struct state *st = t->workflow == NULL ? NULL :
				 workflow_state(t->workflow, rec->state);
	struct cert cert;
	int code = replica_cert(&s->replica, d->stream, d->device, &cert, e);

	*out = code == 0 && ((f->by != 0 ? f->by : t->edit) & schema_role_bit(schema, cert.role)) &&
	       (st == NULL || (f->in & state) || (st->open == STATE_OPEN && !f->only_in));
	return code;
}

int register_number(struct server *s, const struct schema *schema, struct draft *d,
		    struct rid id, struct err *e)
{
	const struct type *t;
	struct record rec;
	size_t i;
	int code = query_record(&s->replica, d->stream, id, d->a, &rec, e);

	if (code != 0)
		return code;
	t = schema_type(schema, rec.type);
	for (i = 0; t != NULL && i < t->field_count && code == 0; i++) {
		const struct field *f = &t->fields[i];
		int64_t number = 0;
		bool may = false;

		if (f->reg == NULL || record_value(&rec, f->number).kind != VALUE_NULL)
			continue;
		code = may_fill(s, schema, d, t, &rec, f, &may, e);
		if (code == 0 && may)
			code = next_number(s, schema, f->reg, &number, e);
		if (code == 0 && may)
			draft_set(d, t->number, id, f->number, value_int(number), false);
	}
	return code;
}
