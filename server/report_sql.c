/* The SQL of a report's sources.
 *
 * The records of a type stand under an alias in a table of their own in which `state`
 * is that of the cut-off: the row says when the record last moved, and only where that
 * was later its moves are looked up. Expressions read that alias (expr_sql), so they
 * need not know of it. What came between two cut-offs, or after one, has moved since:
 * the index on year and last move leads to it. Whatever a person gave is bound. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/date.h"
#include "common/filing.h"
#include "common/projection.h"
#include "server/report_run_parts.h"

enum { SQL_MAX = 256 * 1024 };

void report_sql_init(struct report_sql *q, struct report_run *run, enum report_part part,
		     struct err *e)
{
	memset(q, 0, sizeof *q);
	q->run = run;
	q->part = part;
	q->e = e;
	buf_init(&q->text, SQL_MAX);
}

void report_sql_release(struct report_sql *q)
{
	buf_release(&q->text);
}

void report_sql_add(struct report_sql *q, const char *fmt, ...)
{
	char piece[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(piece, sizeof piece, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof piece)
		q->text.failed = true;
	else
		buf_put(&q->text, piece, (size_t)n);
}

/* Appends "$n" for a parameter: one number for each thing, wherever it stands. */
static void add_bind(struct report_sql *q, enum report_bind what, size_t n,
		     const struct value *value)
{
	size_t i;

	for (i = 0; i < q->bind_count; i++)
		if (q->binds[i].what == what && q->binds[i].n == n && what != BIND_MATCH)
			break;
	if (i == REPORT_BINDS_MAX) {
		q->text.failed = true;
		return;
	}
	if (i == q->bind_count) {
		q->binds[i].what = what;
		q->binds[i].n = n;
		if (value != NULL)
			q->binds[i].value = *value;
		q->bind_count++;
	}
	report_sql_add(q, "$%zu", i + 1);
}

static void add_expr(struct report_sql *q, const struct expr *x, const char *alias,
		     const char *root)
{
	int code = expr_sql(x, alias, root, &q->text, q->e);

	if (q->code == 0)
		q->code = code;
}

void report_sql_expr(struct report_sql *q, const struct report_source *src,
		     const struct expr *x)
{
	add_expr(q, x, "a", src->root == NULL ? NULL : "r");
}

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
	add_bind(q, when, 0, NULL);
	report_sql_add(q, " THEN %s.%s ELSE coalesce((SELECT x.state FROM transition x WHERE "
		       "x.stream=%s.stream AND x.device=%s.device AND x.op=%s.op AND x.received <= ",
		       alias, now, alias, alias, alias);
	add_bind(q, when, 0, NULL);
	report_sql_add(q, " ORDER BY x.seq DESC, x.number DESC LIMIT 1), %" PRId64 ") END",
		       t->workflow->states[0].number);
}

/* The type's table under an alias, with `state` as the report sees it and `now` as it
 * is: the same, but for what counts up to a cut-off. */
static void add_table(struct report_sql *q, const struct type *t, const char *alias)
{
	char table[64], column[64];
	size_t i, n;

	projection_table(t, table);
	report_sql_add(q, "(SELECT t.stream, t.device, t.op, t.parent_device, t.parent_op, "
			  "t.deleted, t.moved, t.state AS now, ");
	if (t->workflow == NULL || !q->run->timed || q->part == PART_AFTER ||
	    t == q->run->untimed)
		report_sql_add(q, "t.state");
	else
		add_state_at(q, t, "t", "state", BIND_CUTOFF);
	report_sql_add(q, " AS state");
	for (i = 0; i < t->field_count; i++)
		for (n = 0; n < projection_columns(&t->fields[i]); n++) {
			projection_column(&t->fields[i], n, column);
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
		add_table(q, src->path[i], here);
		report_sql_add(q, " ON %s.stream = r.stream AND %s.parent_device = %s.device AND "
			       "%s.parent_op = %s.op AND %s.deleted = 0", here, here, above, here,
			       above, here);
		snprintf(above, sizeof above, "%s", here);
	}
}

/* " IN (2,3)": the states that the source asks for. */
static void add_set(struct report_sql *q, const struct report_source *src)
{
	const struct workflow *w = report_stated(src)->workflow;
	const char *sep = " IN (";
	size_t i;

	for (i = 0; i < w->state_count; i++)
		if ((src->states & state_bit(w, w->states[i].number)) != 0) {
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
	add_set(q, src);
	report_sql_add(q, ")");
}

static void add_compared(struct report_sql *q, const char *what, enum report_bind when)
{
	report_sql_add(q, "%s", what);
	add_bind(q, when, 0, NULL);
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
		add_set(q, src);
	}
	if (report_parts(q->run, src) == PART_OWN)
		return;
	if (src->states == 0) {
		add_filed(q, " AND ", alias);
		add_compared(q, q->part == PART_AFTER ? " > " : " <= ", BIND_CUTOFF);
	}
	if (q->part == PART_OWN)
		return;
	report_sql_add(q, " AND %s.moved", alias);
	add_compared(q, " > ", q->part == PART_AFTER ? BIND_CUTOFF : BIND_PREVIOUS);
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
	add_set(q, src);
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
	add_expr(q, src->year, alias, root);
	if (expr_gives(src->year) == EXPR_DATE) {
		report_sql_add(q, " BETWEEN ");
		add_bind(q, BIND_FIRST_DAY, last, NULL);
		report_sql_add(q, " AND ");
		add_bind(q, BIND_LAST_DAY, carried, NULL);
		return;
	}
	for (k = carried; k <= last; k++) {
		report_sql_add(q, k == carried ? " IN (" : ",");
		add_bind(q, BIND_YEAR, k, NULL);
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
	add_expr(q, m->x, alias, root);
	report_sql_add(q, " = ");
	add_bind(q, BIND_MATCH, n, &v);
}

static void add_matches(struct report_sql *q, const struct report_source *src,
			const char *alias, const char *root, bool carried)
{
	const struct report_ask *ask = q->run->ask;
	size_t i, k;

	for (i = 0; i < src->match_count; i++) {
		const struct report_match *m = &src->matches[i];

		if (strcmp(m->name, "year") == 0) {
			if (ask->year != 0)
				add_year(q, src, alias, root, carried);
			continue;
		}
		if (strcmp(m->name, "quarter") == 0) {
			if (ask->quarter == 0)
				continue;
			report_sql_add(q, " AND ");
			add_expr(q, m->x, alias, root);
			report_sql_add(q, " = ");
			add_bind(q, BIND_QUARTER, 0, NULL);
			continue;
		}
		for (k = 0; k < ask->match_count; k++)
			if (strcmp(ask->matches[k].name, m->name) == 0)
				add_match(q, m, k, alias, root);
	}
}

static void add_streams(struct report_sql *q, const char *alias)
{
	size_t i;

	if (!q->run->ask->has_unit)
		return;
	for (i = 0; i < q->run->stream_count; i++) {
		report_sql_add(q, i == 0 ? " AND %s.stream IN (" : ",", alias);
		add_bind(q, BIND_STREAM, i, NULL);
	}
	report_sql_add(q, ")");
}

unsigned report_parts(const struct report_run *run, const struct report_source *src)
{
	return src->parted && run->timed && run->ask->year != 0 && run->ask->quarter == 0 &&
			       report_stated(src) != run->untimed ?
		       PART_OWN | PART_CARRIED | PART_AFTER : PART_OWN;
}

void report_sql_source(struct report_sql *q, const struct report_source *src)
{
	const char *root = src->root == NULL ? NULL : "r", *top = root == NULL ? "a" : root;

	report_sql_add(q, " FROM ");
	add_table(q, report_stated(src), top);
	if (root != NULL)
		add_rows(q, src);
	report_sql_add(q, " WHERE %s.deleted = 0", top);
	add_streams(q, top);
	add_matches(q, src, "a", root, q->part == PART_CARRIED);
	add_part(q, src, top);
	add_tos(q, src, "a");
	add_wheres(q, src, "a", root);
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
		add_expr(q, v->x[0], "p", NULL);
		report_sql_add(q, "), 0)");
	}
	report_sql_add(q, " FROM ");
	add_table(q, src->type, "p");
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
	add_matches(q, src, "p", NULL, false);
	if (src->states != 0) {
		report_sql_add(q, " AND p.state");
		add_set(q, src);
	}
	add_tos(q, src, "p");
	add_wheres(q, src, "p", NULL);
	report_sql_add(q, ")");
}

/* The first day of the year n years before the one asked for, or its last. */
static int64_t year_day(const struct report_run *run, size_t n, bool last)
{
	int64_t day = 0;

	date_days(run->ask->year - (int64_t)n + last, 1, 1, &day);
	return day - last;
}

static void bind_one(struct report_sql *q, struct stmt *s, size_t i)
{
	const struct report_run *run = q->run;
	const struct value *v = &q->binds[i].value;
	size_t at = q->binds[i].n;
	int n = (int)i + 1;

	switch (q->binds[i].what) {
	case BIND_CUTOFF:
		db_bind_int(s, n, run->cutoff);
		break;
	case BIND_PREVIOUS:
		db_bind_int(s, n, run->previous);
		break;
	case BIND_YEAR:
		db_bind_int(s, n, run->ask->year - (int64_t)at);
		break;
	case BIND_FIRST_DAY:
	case BIND_LAST_DAY:
		db_bind_int(s, n, year_day(run, at, q->binds[i].what == BIND_LAST_DAY));
		break;
	case BIND_QUARTER:
		db_bind_int(s, n, run->ask->quarter);
		break;
	case BIND_STREAM:
		db_bind_int(s, n, (int64_t)run->streams[at]);
		break;
	case BIND_MATCH:
		if (v->kind == VALUE_TEXT)
			db_bind_text(s, n, v->b);
		else
			db_bind_int(s, n, v->n);
		break;
	}
}

int report_sql_query(struct report_sql *q, struct stmt **out)
{
	size_t i;
	int code;

	if (q->code != 0)
		return q->code;
	buf_byte(&q->text, 0);
	if (q->text.failed)
		return err_set(q->e, ERR_TOO_LARGE, "%s", q->run->report->code);
	code = db_query_text(q->run->r->db, q->e, out, (const char *)q->text.at);
	for (i = 0; i < q->bind_count && code == 0; i++)
		bind_one(q, *out, i);
	return code;
}
