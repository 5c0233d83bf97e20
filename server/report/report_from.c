/* The SQL of a report's sources.
 *
 * The records of a type stand under an alias in a table of their own in which `state`
 * is that of the cut-off: the row says when the record last moved, and only where that
 * was later its moves are looked up. Expressions read that alias (expr_sql), so they
 * need not know of it. Of a year's records an index comes first (alias k), which has year,
 * last move and state: rows are read of those alone that are wanted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/calendar/filing.h"
#include "common/query/query.h"
#include "common/query/reader.h"
#include "common/replica/projection.h"
#include "server/report/report_run_parts.h"

const struct type *report_stated(const struct report_source *src)
{
	return src->root != NULL ? src->root : src->type;
}

/* The state of the record under an alias at a cut-off; `now` is the column of the state
 * it is in. */
static void add_state_at(struct report_sql *q, const struct type *t, const char *alias,
			 const char *now, enum report_bind when)
{
	report_sql_add(q, "CASE WHEN %s.moved <= ", alias);
	report_sql_bind(q, when, 0, NULL);
	report_sql_add(q, " THEN %s.%s ELSE coalesce((SELECT x.state FROM transition x WHERE "
		       "x.stream=%s.stream AND x.device=%s.device AND x.op=%s.op AND x.received <= ",
		       alias, now, alias, alias, alias);
	report_sql_bind(q, when, 0, NULL);
	report_sql_add(q, " ORDER BY x.seq DESC, x.number DESC LIMIT 1), %" PRId64 ") END",
		       t->workflow->states[0].number);
}

/* The type's table under an alias, with `state` as the report sees it and `now` as it
 * is: the same, but for what counts up to a cut-off. only: this field alone. */
static void add_table(struct report_sql *q, const struct type *t, const char *alias,
		      const struct field *only)
{
	char table[64], column[64];
	size_t i, n;

	projection_table(t, table);
	report_sql_add(q, "(SELECT t.stream, t.device, t.op, t.deleted, t.moved, t.state AS now, ");
	if (only == NULL)
		report_sql_add(q, "t.parent_device, t.parent_op, ");
	if (t->workflow == NULL || !q->run->timed || q->part == PART_AFTER ||
	    t == q->run->untimed)
		report_sql_add(q, "t.state");
	else
		add_state_at(q, t, "t", "state", BIND_CUTOFF);
	report_sql_add(q, " AS state");
	for (i = 0; i < t->field_count; i++)
		for (n = 0; n < projection_columns(&t->fields[i]); n++) {
			projection_column(&t->fields[i], n, column);
			if (only == NULL || only == &t->fields[i])
				report_sql_add(q, ", t.%s", column);
		}
	report_sql_add(q, " FROM %s t) %s", table, alias);
}

/* Rows below their root, level by level: the last one is `a`. */
static void add_rows(struct report_sql *q, const struct report_source *src)
{
	char above[16] = "r", here[16];
	size_t i;

	for (i = 0; i < src->path_count; i++) {
		snprintf(here, sizeof here, i + 1 == src->path_count ? "a" : "m%zu", i);
		report_sql_add(q, " JOIN ");
		add_table(q, src->path[i], here, NULL);
		report_sql_add(q, " ON %s.stream = r.stream AND %s.parent_device = %s.device AND "
			       "%s.parent_op = %s.op AND %s.deleted = 0", here, here, above, here,
			       above, here);
		snprintf(above, sizeof above, "%s", here);
	}
}

/* " IN (2,3)": these states of the source's workflow. */
static void add_set(struct report_sql *q, const struct report_source *src, uint64_t states)
{
	const struct workflow *w = report_stated(src)->workflow;
	const char *sep = " IN (";
	size_t i;

	for (i = 0; i < w->state_count; i++)
		if ((states & state_bit(w, w->states[i].number)) != 0) {
			report_sql_add(q, "%s%" PRId64, sep, w->states[i].number);
			sep = ",";
		}
	report_sql_add(q, ")");
}

/* " AND ...": not one of them, at a cut-off. */
static void add_outside(struct report_sql *q, const struct report_source *src,
			const char *alias, enum report_bind when)
{
	report_sql_add(q, " AND NOT (");
	add_state_at(q, report_stated(src), alias, "now", when);
	add_set(q, src, src->states);
	report_sql_add(q, ")");
}

static void add_compared(struct report_sql *q, const char *what, enum report_bind when)
{
	report_sql_add(q, "%s", what);
	report_sql_bind(q, when, 0, NULL);
}

/* When the record was first handed in. */
static void add_filed(struct report_sql *q, const char *before, const char *alias)
{
	report_sql_add(q, "%s(SELECT f.first FROM filing f WHERE f.stream=%s.stream AND "
		       "f.device=%s.device AND f.op=%s.op)", before, alias, alias, alias);
}

/* What belongs to the part. With states: what had come into one of them by the cut-off
 * (own); by then, but not by the one before (carried); since, or was handed in since
 * (after). Without: the same of being handed in. */
static void add_part(struct report_sql *q, const struct report_source *src, const char *alias)
{
	if (src->states != 0 && q->part != PART_AFTER) {
		report_sql_add(q, " AND %s.state", alias);
		add_set(q, src, src->states);
	}
	if (report_parts(q->run, src) == PART_OWN)
		return;
	if (src->states == 0) {
		add_filed(q, " AND ", alias);
		add_compared(q, q->part == PART_AFTER ? " > " : " <= ", BIND_CUTOFF);
	}
	if (q->part == PART_OWN)
		return;
	if (src->states == 0 && q->part == PART_CARRIED) {
		add_filed(q, " AND ", alias);
		add_compared(q, " > ", BIND_PREVIOUS);
	}
	if (src->states == 0)
		return;
	add_outside(q, src, alias, q->part == PART_AFTER ? BIND_CUTOFF : BIND_PREVIOUS);
	if (q->part == PART_CARRIED)
		return;
	report_sql_add(q, " AND (%s.now", alias);
	add_set(q, src, src->states);
	add_filed(q, " OR ", alias);
	add_compared(q, " > ", BIND_CUTOFF);
	report_sql_add(q, ")");
}

/* Only what a reference to one of these types stands in. */
static void add_tos(struct report_sql *q, const struct report_source *src, const char *alias)
{
	char stream[64], device[64], op[64], table[64];
	size_t i, k;

	for (i = 0; i < src->to_count; i++) {
		const struct report_to *to = &src->tos[i];

		projection_column(to->field, 0, stream);
		projection_column(to->field, 1, device);
		projection_column(to->field, 2, op);
		for (k = 0; k < to->count; k++) {
			projection_table(to->types[k], table);
			report_sql_add(q, "%s EXISTS (SELECT 1 FROM %s o WHERE o.stream=%s.%s AND "
				       "o.device=%s.%s AND o.op=%s.%s)", k == 0 ? " AND (" : " OR",
				       table, alias, stream, alias, device, alias, op);
		}
		report_sql_add(q, ")");
	}
}

static void add_wheres(struct report_sql *q, const struct report_source *src, const char *alias,
		       const char *root)
{
	size_t i;

	for (i = 0; i < src->where_count; i++) {
		int code;

		report_sql_add(q, " AND (");
		code = expr_sql_where(src->wheres[i], alias, root, &q->text, q->e);
		if (q->code == 0)
			q->code = code;
		report_sql_add(q, ")");
	}
}

/* The year asked for, or those before it for what is carried; of a date its days. */
static void add_year(struct report_sql *q, const struct report_source *src, const char *alias,
		     const char *root, bool carried)
{
	size_t k, last = carried ? REPORT_CARRY_YEARS : 0;

	report_sql_add(q, " AND ");
	report_sql_put(q, src->year, alias, root);
	if (expr_gives(src->year) == EXPR_DATE) {
		report_sql_add(q, " BETWEEN ");
		report_sql_bind(q, BIND_FIRST_DAY, last, NULL);
		report_sql_add(q, " AND ");
		report_sql_bind(q, BIND_LAST_DAY, carried, NULL);
		return;
	}
	for (k = carried; k <= last; k++) {
		report_sql_add(q, k == carried ? " IN (" : ",");
		report_sql_bind(q, BIND_YEAR, k, NULL);
	}
	report_sql_add(q, ")");
}

/* What was asked for under a name, as a value of the expression that it meets. */
static void add_match(struct report_sql *q, const struct report_match *m, size_t n,
		      const char *alias, const char *root)
{
	const struct report_ask *ask = q->run->ask;
	struct field plain = { .code = m->name, .label = { m->name, m->name } };
	const struct field *f = expr_field(m->x);
	struct value v;
	int code;

	plain.kind = expr_gives(m->x) == EXPR_INT ? FIELD_INT : expr_gives(m->x) == EXPR_DATE ?
		FIELD_DATE : expr_gives(m->x) == EXPR_BOOL ? FIELD_BOOL : FIELD_TEXT;
	code = field_parse(f != NULL ? f : &plain, ask->matches[n].text, q->run->a, &v, q->e);
	if (code == 0 && v.kind == VALUE_NULL)
		code = err_set(q->e, ERR_BAD_VALUE, "%s", m->name);
	if (code != 0) {
		q->code = q->code != 0 ? q->code : code;
		return;
	}
	report_sql_add(q, " AND ");
	report_sql_put(q, m->x, alias, root);
	report_sql_add(q, " = ");
	report_sql_bind(q, BIND_MATCH, n, &v);
}

static void add_matches(struct report_sql *q, const struct report_source *src,
			const char *alias, const char *root, bool years, bool carried)
{
	const struct report_ask *ask = q->run->ask;
	size_t i, k;

	for (i = 0; i < src->match_count; i++) {
		const struct report_match *m = &src->matches[i];

		if (strcmp(m->name, "year") == 0) {
			if (ask->year != 0 && years)
				add_year(q, src, alias, root, carried);
			continue;
		}
		if (strcmp(m->name, "quarter") == 0) {
			if (ask->quarter == 0)
				continue;
			report_sql_add(q, " AND ");
			report_sql_put(q, m->x, alias, root);
			report_sql_add(q, " = ");
			report_sql_bind(q, BIND_QUARTER, 0, NULL);
			continue;
		}
		for (k = 0; k < ask->match_count; k++)
			if (strcmp(ask->matches[k].name, m->name) == 0)
				add_match(q, m, k, alias, root);
	}
}

/* What the reader may read. */
static void add_reader(struct report_sql *q, const struct type *t, const char *alias)
{
	const struct report_ask *ask = q->run->ask;
	const struct role *r = ask->reader == 0 ? NULL : schema_role(q->run->schema, ask->reader);

	if (ask->reader == 0 || (r != NULL && role_reads(r, t, ANY_STREAM, ask->reader_unit)))
		return;
	report_sql_add(q, " AND %s.stream IN (", alias);
	report_sql_bind(q, BIND_READER, 0, NULL);
	reader_put_streams(q->run->r, r, ask->reader_unit, t, &q->text);
	report_sql_add(q, ")");
}

/* Of the unit that was asked for. */
static void add_streams(struct report_sql *q, const char *alias)
{
	size_t i;

	if (!q->run->ask->has_unit)
		return;
	for (i = 0; i < q->run->stream_count; i++) {
		report_sql_add(q, i == 0 ? " AND %s.stream IN (" : ",", alias);
		report_sql_bind(q, BIND_STREAM, i, NULL);
	}
	report_sql_add(q, ")");
}

unsigned report_parts(const struct report_run *run, const struct report_source *src)
{
	return src->parted && run->timed && run->ask->year != 0 && run->ask->quarter == 0 &&
			       report_stated(src) != run->untimed ?
		       PART_OWN | PART_CARRIED | PART_AFTER : PART_OWN;
}

/* Where records are found by year, or by a date that has an index: it has their last move and
 * state besides, and leads to those alone that are wanted. The field, or NULL. */
static const struct field *key_field(const struct report_run *run,
				     const struct report_source *src)
{
	const struct type *t = report_stated(src);
	const struct field *f = src->year == NULL || run->ask->year == 0 ? NULL :
		expr_field(src->year);

	if (f == NULL || type_field(t, f->number) != f || strcmp(expr_text(src->year), f->code) != 0)
		return NULL;
	return f->number == t->total_year || (f->kind == FIELD_DATE && f->index) ? f : NULL;
}

/* The alias whose state and moves are looked at. */
static const char *state_alias(const struct report_run *run, const struct report_source *src)
{
	return key_field(run, src) != NULL ? "k" : src->root != NULL ? "r" : "a";
}

/* Whether these sources ask for the same states: then the part stands in the WHERE once. */
static bool same_states(const struct report_source *const *list, size_t count)
{
	size_t i;

	for (i = 1; i < count && list[i]->states == list[0]->states; i++)
		;
	return i == count;
}

/* What every record must be that any of the sources wants. */
static void add_common(struct report_sql *q, const struct report_source *const *list,
		       size_t count, const char *alias)
{
	uint64_t states = 0;
	size_t i;

	if (q->part != PART_OWN) {
		report_sql_add(q, " AND %s.moved", alias);
		add_compared(q, " > ", q->part == PART_AFTER ? BIND_CUTOFF : BIND_PREVIOUS);
	}
	if (same_states(list, count)) {
		add_part(q, list[0], alias);
		return;
	}
	for (i = 0; i < count && list[i]->states != 0; i++)
		states |= list[i]->states;
	if (i < count || q->part == PART_AFTER)
		return;
	report_sql_add(q, " AND %s.state", alias);
	add_set(q, list[0], states);
}

void report_sql_from(struct report_sql *q, const struct report_source *const *list, size_t count)
{
	const struct report_source *src = list[0];
	const char *root = src->root == NULL ? NULL : "r", *top = root == NULL ? "a" : root;
	const char *alias = state_alias(q->run, src);
	const struct field *key = key_field(q->run, src);

	report_sql_add(q, " FROM ");
	if (key != NULL) {
		add_table(q, report_stated(src), "k", key);
		report_sql_add(q, " CROSS JOIN ");
	}
	add_table(q, report_stated(src), top, NULL);
	if (root != NULL)
		add_rows(q, src);
	report_sql_add(q, " WHERE %s.deleted = 0", alias);
	if (key != NULL)
		report_sql_add(q, " AND %s.stream = k.stream AND %s.device = k.device AND "
			       "%s.op = k.op", top, top, top);
	add_streams(q, alias);
	add_reader(q, report_stated(src), alias);
	if (key != NULL)
		add_year(q, src, "k", root == NULL ? NULL : "k", q->part == PART_CARRIED);
	add_matches(q, src, "a", root, key == NULL, q->part == PART_CARRIED);
	add_common(q, list, count, alias);
	if (count > 1)
		return;
	add_tos(q, src, "a");
	add_wheres(q, src, "a", root);
}

void report_sql_only(struct report_sql *q, const struct report_source *const *list, size_t count,
		     const struct report_source *src)
{
	/* What is cheap to ask comes first. */
	add_wheres(q, src, "a", src->root == NULL ? NULL : "r");
	if (!same_states(list, count))
		add_part(q, src, state_alias(q->run, src));
	add_tos(q, src, "a");
}

void report_sql_source(struct report_sql *q, const struct report_source *src)
{
	report_sql_from(q, &src, 1);
}

bool report_sql_same(const struct report_source *a, const struct report_source *b)
{
	size_t i;

	if (a->type != b->type || a->root != b->root || a->match_count != b->match_count)
		return false;
	for (i = 0; i < a->match_count; i++)
		if (strcmp(a->matches[i].name, b->matches[i].name) != 0 ||
		    strcmp(expr_text(a->matches[i].x), expr_text(b->matches[i].x)) != 0)
			return false;
	return true;
}

/* Whether they ask for references to the same types. */
static bool same_tos(const struct report_source *a, const struct report_source *b)
{
	size_t i, k;

	if (a->to_count != b->to_count)
		return false;
	for (i = 0; i < a->to_count; i++) {
		if (a->tos[i].field != b->tos[i].field || a->tos[i].count != b->tos[i].count)
			return false;
		for (k = 0; k < a->tos[i].count; k++)
			if (a->tos[i].types[k] != b->tos[i].types[k])
				return false;
	}
	return true;
}

bool report_sql_alike(const struct report_source *a, const struct report_source *b)
{
	size_t i;

	if (!report_sql_same(a, b) || a->states != b->states || a->where_count != b->where_count)
		return false;
	for (i = 0; i < a->where_count; i++)
		if (strcmp(expr_text(a->wheres[i]), expr_text(b->wheres[i])) != 0)
			return false;
	return same_tos(a, b);
}

void report_sql_through(struct report_sql *q, const struct report_value *v)
{
	const struct report_source *src = v->source;
	char column[64];

	report_sql_add(q, "(SELECT ");
	if (v->what == REPORT_COUNT) {
		report_sql_add(q, "count(*)");
	} else {
		report_sql_add(q, "coalesce(sum(");
		report_sql_put(q, v->x[0], "p", NULL);
		report_sql_add(q, "), 0)");
	}
	report_sql_add(q, " FROM ");
	add_table(q, src->type, "p", NULL);
	projection_column(v->through, 0, column);
	report_sql_add(q, " WHERE p.%s = a.stream", column);
	projection_column(v->through, 1, column);
	report_sql_add(q, " AND p.%s = a.device", column);
	projection_column(v->through, 2, column);
	report_sql_add(q, " AND p.%s = a.op AND p.deleted = 0", column);
	if (q->run->timed && q->part != PART_AFTER && filing_moves(src->type)) {
		add_filed(q, " AND ", "p");
		add_compared(q, " <= ", BIND_CUTOFF);
	}
	add_reader(q, src->type, "p");
	add_matches(q, src, "p", NULL, true, false);
	if (src->states != 0) {
		report_sql_add(q, " AND p.state");
		add_set(q, src, src->states);
	}
	add_tos(q, src, "p");
	add_wheres(q, src, "p", NULL);
	report_sql_add(q, ")");
}
