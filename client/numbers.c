/* The year is the district's: this computer's clock, less what it was off by when the server
 * was last heard. */
#include "client/numbers.h"

#include <stdio.h>

#include "common/replica/lease.h"
#include "common/replica/projection.h"
#include "common/text/date.h"
#include "protocol/limits.h"
#include "protocol/message.h"

/* The register's year in so many days; 0: it is not yearly. */
static int find_year(struct client *c, const struct pack_register *reg, int days, int64_t *out,
		     struct err *e)
{
	unsigned month, day;
	int64_t ahead = 0;
	int code = reg->yearly ? replica_meta_number(c->db, "clock_ahead", 0, &ahead, e) : 0;

	*out = 0;
	if (reg->yearly && code >= 0)
		date_civil(date_of(env_now(c->env) - ahead) + days, out, &month, &day);
	return code < 0 ? code : 0;
}

static int next_number(struct client *c, const struct pack_register *reg, int64_t year,
		       int64_t *next, int64_t *left, struct err *e)
{
	int64_t drawn = 0;
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT last FROM drawn WHERE year=$1 AND register=$2",
			    "i", year);

	if (code != 0)
		return code;
	db_bind_text(s, 2, bytes_str(reg->code));
	code = db_step(s, e);
	if (code == 1)
		drawn = db_int(s, 0);
	db_done(s);
	return code < 0 ? code : lease_next(&c->replica, c->unit, c->key.id, reg, year, drawn,
					    next, left, e);
}

static int note_drawn(struct client *c, const struct pack_register *reg, int64_t year,
		      int64_t number, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "INSERT INTO drawn(year,last,register) VALUES($1,$2,$3) "
			    "ON CONFLICT(register,year) DO UPDATE SET last=$2", "ii", year, number);

	if (code != 0)
		return code;
	db_bind_text(s, 3, bytes_str(reg->code));
	code = db_step(s, e);
	db_done(s);
	return code < 0 ? code : 0;
}

/* Whether the state leaves the field open; a record without workflow is always open. */
static bool is_open(const struct type *t, const struct field *f, int64_t state)
{
	const struct state *st = t->workflow == NULL ? NULL : workflow_state(t->workflow, state);

	return t->workflow == NULL || (f->in & state_bit(t->workflow, state)) ||
	       (st != NULL && st->open == STATE_OPEN && !f->only_in);
}

int numbers_draw(struct client *c, const struct schema *schema, struct draft *d,
		 const struct type *t, struct rid id, const struct record *rec, size_t *drawn,
		 const struct pack_register **empty, struct err *e)
{
	int64_t state = rec != NULL || t->workflow == NULL ? 0 : t->workflow->states[0].number;
	size_t i;
	int code = 0;

	*drawn = 0;
	*empty = NULL;
	for (i = 0; i < t->field_count && code == 0; i++) {
		const struct field *f = &t->fields[i];
		int64_t year = 0, number = 0, left;

		if (!lease_field(schema, t, f, c->role) ||
		    !is_open(t, f, rec != NULL ? rec->state : state) ||
		    (rec != NULL && record_value(rec, f->number).kind != VALUE_NULL))
			continue;
		code = find_year(c, f->reg, 0, &year, e);
		if (code == 0)
			code = next_number(c, f->reg, year, &number, &left, e);
		if (code == 0 && number == 0 && *empty == NULL)
			*empty = f->reg;
		if (code != 0 || number == 0)
			continue;
		draft_set(d, t->number, id, f->number, value_int(number), false);
		code = note_drawn(c, f->reg, year, number, e);
		++*drawn;
	}
	return code;
}

/* Records of the unit in which the field is empty and open. */
static int count_without(struct client *c, const struct type *t, const struct field *f,
			 int64_t *out, struct err *e)
{
	char table[64], column[64], sql[400];
	struct stmt *s;
	int code;

	projection_table(t, table);
	projection_column(f, 0, column);
	snprintf(sql, sizeof sql, "SELECT count(*), state FROM %s WHERE stream=$1 AND deleted=0 AND "
		 "%s IS NULL GROUP BY state", table, column);
	code = db_query_text(c->db, e, &s, sql);
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)c->unit);
	while ((code = db_step(s, e)) == 1)
		if (is_open(t, f, db_int(s, 1)))
			*out += db_int(s, 0);
	db_done(s);
	return code < 0 ? code : 0;
}

static struct numbers *entry(struct numbers *list, size_t *count,
			     const struct pack_register *reg)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (list[i].reg == reg)
			return &list[i];
	list[*count].reg = reg;
	return &list[(*count)++];
}

int numbers_list(struct client *c, const struct schema *schema, struct arena *a,
		 struct numbers **out, size_t *count, struct err *e)
{
	struct numbers *list = arena_array(a, schema->register_count + 1, sizeof *list);
	int64_t next;
	size_t i, k;
	int code = 0;

	*out = list;
	*count = 0;
	if (list == NULL)
		return err_set(e, ERR_NOMEM, "numbers");
	for (i = 0; i < schema->type_count; i++)
		for (k = 0; k < schema->types[i]->field_count && code == 0; k++) {
			const struct field *f = &schema->types[i]->fields[k];

			if (lease_field(schema, schema->types[i], f, c->role))
				code = count_without(c, schema->types[i], f,
						     &entry(list, count, f->reg)->without, e);
		}
	for (i = 0; i < *count && code == 0; i++) {
		code = find_year(c, list[i].reg, 0, &list[i].year, e);
		if (code == 0)
			code = next_number(c, list[i].reg, list[i].year, &next, &list[i].left, e);
	}
	return code;
}

enum { DAYS_AHEAD = 30 };

/* Of next year's numbers one block, when this year nears its end. */
static int ask_next_year(struct client *c, const struct numbers *n, struct request *r,
			 struct err *e)
{
	struct numbers soon = *n;
	int64_t next;
	int code = find_year(c, n->reg, DAYS_AHEAD, &soon.year, e);

	if (code != 0 || soon.year == n->year)
		return code;
	code = next_number(c, n->reg, soon.year, &next, &soon.left, e);
	if (code == 0 && soon.left == 0)
		r->leases[r->lease_count++] = (struct message_lease){
			bytes_str(n->reg->code), (uint64_t)soon.year, (uint64_t)n->reg->lease };
	return code;
}

int numbers_ask(struct client *c, struct arena *a, struct request *r, struct err *e)
{
	struct schema *schema;
	struct numbers *list;
	size_t count = 0, i;
	int code = replica_schema_now(&c->replica, &schema, e);

	if (code == 0)
		code = numbers_list(c, schema, a, &list, &count, e);
	if (code != 0 || count == 0)
		return code;
	r->leases = arena_array(a, 2 * count, sizeof *r->leases);
	if (r->leases == NULL)
		return err_set(e, ERR_NOMEM, "numbers");
	for (i = 0; i < count && code == 0 && r->lease_count + 2 <= LIMIT_LEASES; i++) {
		const struct numbers *n = &list[i];
		int64_t want = n->left > n->reg->lease / 2 ? 0 : n->reg->lease;

		if (n->without + n->reg->lease / 2 > n->left)
			want = n->without + n->reg->lease - n->left;
		if (want > 0)
			r->leases[r->lease_count++] = (struct message_lease){
				bytes_str(n->reg->code), (uint64_t)n->year, (uint64_t)want };
		code = ask_next_year(c, n, r, e);
	}
	return code;
}
