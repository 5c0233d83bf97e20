/* The next number is one above the highest that any record holds, this year. */
#include "server/register.h"

#include <stdio.h>

#include "common/pack/field.h"
#include "common/query/query.h"
#include "common/replica/projection.h"
#include "common/text/date.h"

static int64_t year_now(const struct server *s)
{
	unsigned month, day;
	int64_t year;

	date_civil(date_of(env_now(s->env)), &year, &month, &day);
	return year;
}

/* One number that a field's records have, by an expression over its column. */
static int ask_table(struct server *s, const struct type *t, const struct field *f,
		     const char *what, const char *where, const int64_t args[4], int64_t *out,
		     struct err *e)
{
	char table[64], column[64], sql[400];
	struct stmt *q;
	int code, i;

	projection_table(t, table);
	projection_column(f, 0, column);
	snprintf(sql, sizeof sql, "SELECT %s(%s) FROM %s WHERE %s %s", what, column, table, column,
		 where);
	code = db_query_text(s->db, e, &q, sql);
	if (code != 0)
		return code;
	for (i = 0; i < 4; i++)
		db_bind_int(q, i + 1, args[i]);
	code = db_step(q, e);
	if (code == 1 && !db_is_null(q, 0) && db_int(q, 0) > *out)
		*out = db_int(q, 0);
	db_done(q);
	return code < 0 ? code : 0;
}

/* The same over all fields that the register numbers: the largest answer. */
static int ask_register(struct server *s, const struct schema *schema,
			const struct pack_register *r, const char *what, const char *where,
			const int64_t args[4], int64_t *out, struct err *e)
{
	size_t i, k;
	int code = 0;

	for (i = 0; i < schema->type_count && code == 0; i++)
		for (k = 0; k < schema->types[i]->field_count && code == 0; k++)
			if (schema->types[i]->fields[k].reg == r)
				code = ask_table(s, schema->types[i], &schema->types[i]->fields[k],
						 what, where, args, out, e);
	return code;
}

int register_highest(struct server *s, const struct schema *schema,
		     const struct pack_register *r, uint64_t stream, int64_t low, int64_t high,
		     int64_t *out, struct err *e)
{
	const int64_t args[4] = { low, high, (int64_t)stream };

	*out = 0;
	return ask_register(s, schema, r, "max", "BETWEEN $1 AND $2 AND ($3=0 OR stream=$3) AND $4=0",
			    args, out, e);
}

static bool is_leased(const struct field *f)
{
	return f->reg != NULL && f->reg->lease > 0;
}

/* The register whose number the op gives; NULL: none. */
static const struct pack_register *gives(const struct schema *schema, const struct op *op)
{
	const struct type *t = op->kind == OP_SET ? schema_type(schema, op->type) : NULL;
	const struct field *f = t == NULL ? NULL : type_field(t, op->field);

	return f == NULL || op->value.kind != VALUE_INT || is_leased(f) ? NULL : f->reg;
}

static int next_number(struct server *s, const struct schema *schema, const struct draft *d,
		       const struct pack_register *r, int64_t *out, struct err *e)
{
	int64_t low = r->yearly ? year_now(s) * REGISTER_YEAR : 0;
	int64_t high = r->yearly ? low + REGISTER_YEAR - 1 : INT64_MAX;
	size_t i;
	int code = register_highest(s, schema, r, 0, low, high, out, e);

	if (*out < low)
		*out = low;
	for (i = 0; i < d->count; i++)
		if (gives(schema, &d->ops[i]) == r && d->ops[i].value.n > *out &&
		    d->ops[i].value.n <= high)
			*out = d->ops[i].value.n;
	++*out;
	return code;
}

int register_ask(struct server *s, const struct draft *d, struct err *e)
{
	struct schema *schema;
	size_t i;
	int code = replica_schema_now(&s->replica, &schema, e);

	for (i = 0; code == 0 && i < d->count; i++) {
		const struct op *op = &d->ops[i];
		const struct pack_register *r = gives(schema, op);
		const int64_t args[4] = { r == NULL ? 0 : op->value.n, (int64_t)d->stream,
					  (int64_t)op->record.device, (int64_t)op->record.op };
		int64_t others = 0;
		struct buf shown;

		if (r == NULL)
			continue;
		code = ask_register(s, schema, r, "count", "=$1 AND NOT (stream=$2 AND device=$3 AND "
				    "op=$4)", args, &others, e);
		if (code != 0 || others == 0)
			continue;
		buf_init(&shown, 200);
		field_show(type_field(schema_type(schema, op->type), op->field), &op->value, LANG_VI,
			   &shown);
		code = err_set(e, ERR_NUMBER_TAKEN, "%.*s", (int)shown.len, (const char *)shown.at);
		buf_release(&shown);
	}
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

		if (f->reg == NULL || is_leased(f) || record_value(&rec, f->number).kind != VALUE_NULL)
			continue;
		code = may_fill(s, schema, d, t, &rec, f, &may, e);
		if (code == 0 && may)
			code = next_number(s, schema, d, f->reg, &number, e);
		if (code == 0 && may)
			draft_set(d, t->number, id, f->number, value_int(number), false);
	}
	return code;
}
