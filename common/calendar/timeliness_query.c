/* The two queries behind timeliness. Records are found by their year, where the deadline
 * looks at one, else by when they were received: both have an index, so a year's question
 * reads a year's records. */
#include "common/calendar/timeliness_parts.h"

#include <stdio.h>

#include "common/calendar/filing.h"
#include "common/expr/expr.h"
#include "common/query/query.h"
#include "common/replica/projection.h"
#include "common/replica/taken.h"
#include "common/text/date.h"

enum { ARGUMENTS_MAX = 16, SQL_MAX = 1 << 16, SIGNED_DAYS = 366 };

/* SQL as it grows, and what is bound to it. */
struct question {
	struct buf sql;
	int64_t args[ARGUMENTS_MAX];
	int count;
	int code;                  /* of an expression that cannot be said */
	struct err *e;
};

/* text, with the value as its parameter where it has %s. */
static void with(struct question *q, const char *text, int64_t value)
{
	char name[16];

	if (q->count == ARGUMENTS_MAX) {
		q->sql.failed = true;
		return;
	}
	q->args[q->count++] = value;
	snprintf(name, sizeof name, "$%d", q->count);
	buf_printf(&q->sql, text, name);
}

static int put_question(struct question *q, struct replica *r, struct stmt **out)
{
	int i, code = q->code;

	buf_byte(&q->sql, 0);
	if (code == 0)
		code = q->sql.failed ? err_set(q->e, ERR_NOMEM, "timeliness") :
				       db_query_text(r->db, q->e, out, (char *)q->sql.at);
	for (i = 0; i < q->count && code == 0; i++)
		db_bind_int(*out, i + 1, q->args[i]);
	buf_release(&q->sql);
	return code;
}

/* "(3,4,7)" */
static void put_states(struct question *q, const struct workflow *w)
{
	uint64_t filed = filing_states(w);
	const char *between = "(";
	size_t i;

	for (i = 0; i < w->state_count; i++)
		if (filed & state_bit(w, w->states[i].number)) {
			buf_printf(&q->sql, "%s%lld", between, (long long)w->states[i].number);
			between = ",";
		}
	buf_printf(&q->sql, between[0] == '(' ? "(NULL)" : ")");
}

static void put_column(struct question *q, const struct timely_subject *s, uint32_t number,
		       size_t part)
{
	const struct field *f = number == 0 ? NULL : type_field(s->type, number);
	char column[64];

	if (f == NULL) {
		buf_printf(&q->sql, "NULL");
		return;
	}
	projection_column(f, part, column);
	buf_printf(&q->sql, "r.%s", column);
}

static void put_expr(struct question *q, const struct expr *x)
{
	if (q->code == 0)
		q->code = expr_sql_where(x, "r", NULL, &q->sql, q->e);
}

/* Whether the record says to which period it belongs. */
static bool by_year(const struct timely_subject *s)
{
	return s->round == NULL && s->deadline->year != 0 && s->deadline->rule != DEADLINE_ONCE;
}

static void put_literal(struct question *q, const struct value *v)
{
	size_t i;

	if (v->kind != VALUE_TEXT) {
		buf_printf(&q->sql, "%lld", (long long)v->n);
		return;
	}
	buf_byte(&q->sql, '\'');
	for (i = 0; i < v->b.len; i++) {
		if (v->b.at[i] == '\'')
			buf_byte(&q->sql, '\'');
		buf_byte(&q->sql, v->b.at[i]);
	}
	buf_byte(&q->sql, '\'');
}

/* "(r.f_answer=2)": what a nil return looks like. */
static void put_nil(struct question *q, const struct type *t)
{
	char column[64];
	size_t i;

	for (i = 0; i < t->nil_count; i++) {
		projection_column(t->nil[i].field, 0, column);
		buf_printf(&q->sql, "%sr.%s=", i == 0 ? "(" : " AND ", column);
		put_literal(q, &t->nil[i].value);
	}
	buf_printf(&q->sql, "%s", t->nil_count == 0 ? "0=1" : ")");
}

/* The part of its type that a deadline is for; a nil return answers whatever is asked. */
static void put_where(struct question *q, const struct timely_subject *s)
{
	buf_printf(&q->sql, " AND ((");
	put_expr(q, s->deadline->where);
	buf_printf(&q->sql, ") OR ");
	put_nil(q, s->type);
	buf_printf(&q->sql, ")");
}

/* Records that name the round, and nil returns that name none. */
static void put_names(struct question *q, const struct timely_subject *s)
{
	const struct round *r = s->round;

	buf_printf(&q->sql, " AND ((");
	put_column(q, s, r->names->number, 0);
	buf_printf(&q->sql, "=0 AND ");
	put_column(q, s, r->names->number, 1);
	with(q, "=%s AND ", (int64_t)r->record.device);
	put_column(q, s, r->names->number, 2);
	with(q, "=%s) OR (", (int64_t)r->record.op);
	put_column(q, s, r->names->number, 2);
	buf_printf(&q->sql, " IS NULL AND ");
	put_nil(q, s->type);
	buf_printf(&q->sql, "))");
}

/* Which records: live, of the deadline's part of the type, of its year, of the round. */
static void put_which(struct question *q, const struct timely_subject *s)
{
	const struct deadline *d = s->deadline;

	buf_printf(&q->sql, " r.deleted=0");
	if (d != NULL && d->where != NULL)
		put_where(q, s);
	if (s->round != NULL && s->round->names != NULL)
		put_names(q, s);
	if (!by_year(s))
		return;
	buf_printf(&q->sql, " AND ");
	put_column(q, s, d->year, 0);
	with(q, "=%s", s->period.year);
}

/* Receipts among which those of the period are: from..to, and up to `signed_to` what was
 * signed by the end of `to` and came later. */
struct window {
	int64_t from, to, signed_to;
};

/* The whole year in which a period lies that a filing's own day decides. */
static void year_window(const struct timely_subject *s, struct window *w)
{
	int64_t year = s->period.year, from, to;

	if (s->deadline->rule == DEADLINE_YEARLY)
		year += s->deadline->year_offset;
	if (!date_days(year, 1, 1, &from) || !date_days(year, 12, 31, &to))
		return;
	w->from = date_begins(from);
	w->to = date_begins(to + 1) - 1;
}

/* From the day after the round before, as the earliest unit has it, to its own last day,
 * as the latest has it. */
static void quarter_window(const struct timely_subject *s, struct window *w)
{
	struct period before = s->period;
	int64_t from, to = s->quoted;
	size_t i;

	if (--before.quarter == 0) {
		before.quarter = 4;
		before.year--;
	}
	from = deadline_last_day(s->deadline, before);
	if (from == DEADLINE_NO_DAY || to == DEADLINE_NO_DAY)
		return;
	for (i = 0; i < s->list_count; i++) {
		const struct extension *x = &s->list[i];

		if (x->day == DEADLINE_NO_DAY)
			continue;
		if ((x->every || period_equal(x->period, before)) && x->day < from)
			from = x->day;
		if ((x->every || period_equal(x->period, s->period)) && x->day > to)
			to = x->day;
	}
	w->from = date_begins(from + 1);
	w->to = date_begins(to + 1) - 1;
}

static struct window find_window(const struct timely_subject *s)
{
	struct window w = { INT64_MIN, s->t->now, INT64_MIN };
	enum deadline_rule rule = s->deadline == NULL ? DEADLINE_ROUND : s->deadline->rule;

	if (s->round != NULL) {
		if (s->round->from != DEADLINE_NO_DAY)
			w.from = date_begins(s->round->from);
		return w;
	}
	if (rule == DEADLINE_QUARTERLY)
		quarter_window(s, &w);
	else if (rule != DEADLINE_ONCE)
		year_window(s, &w);
	/* What is done on a day is told of later. */
	if (s->deadline->on != 0)
		w.to = s->t->now;
	else if (w.to < s->t->now && (rule == DEADLINE_YEARLY || rule == DEADLINE_QUARTERLY))
		w.signed_to = w.to + SIGNED_DAYS * (int64_t)86400;
	if (w.to > s->t->now)
		w.to = s->t->now;
	if (w.signed_to > s->t->now)
		w.signed_to = s->t->now;
	return w;
}

static void put_columns(struct question *q, const struct timely_subject *s)
{
	const struct deadline *d = s->deadline;

	if (d != NULL && d->exempt != NULL) {
		buf_printf(&q->sql, ", CASE WHEN ");
		put_expr(q, d->exempt);
		buf_printf(&q->sql, " THEN 1 ELSE 0 END, ");
	} else {
		buf_printf(&q->sql, ", 0, ");
	}
	put_column(q, s, d == NULL ? 0 : d->on, 0);
}

/* Receipts of records without moves: of the change set that brought them. */
static void select_arrived(struct question *q, const struct timely_subject *s, const char *table)
{
	buf_printf(&q->sql, "SELECT r.stream, i.time, i.time, i.time, 0");
	put_columns(q, s);
	buf_printf(&q->sql, " FROM %s r JOIN item i ON i.stream=r.stream AND i.seq=", table);
	taken_put_origin(&q->sql, "r");
	buf_printf(&q->sql, " WHERE");
	put_which(q, s);
	with(q, " AND i.time<=%s", s->t->now);
}

/* The filings whose times may make them the period's. In the order of the tables that are
 * then looked at, which is four times as fast as back and forth; engines drop an order
 * within that decides nothing, so it has a limit. */
/* Whether all that counts for the unit that is looked at stands in its own stream: nothing of
 * units that it stands for, on whatever day. */
static bool one_stream(const struct timely_subject *s)
{
	uint64_t other;

	return s->t->stream != ANY_STREAM &&
	       units_inherited(s->t->units, s->t->stream, UNIT_NEVER - 1, &other, 1) == 0;
}

static void put_window(struct question *q, const struct timely_subject *s)
{
	struct window w = find_window(s);

	with(q, "(SELECT stream, device, op FROM filing WHERE type=%s", s->type->number);
	with(q, " AND first>=%s", w.from);
	with(q, " AND first<=%s", w.signed_to > w.to ? w.signed_to : w.to);
	if (w.signed_to > w.to) {
		with(q, " AND (first<=%s", w.to);
		with(q, " OR signed<=%s)", w.to);
	}
	if (one_stream(s))
		with(q, " AND stream=%s", (int64_t)s->t->stream);
	buf_printf(&q->sql, " ORDER BY stream, device, op LIMIT 1000000000) k JOIN filing c ON "
		   "c.stream=k.stream AND c.device=k.device AND c.op=k.op JOIN ");
}

static void select_moved(struct question *q, const struct timely_subject *s, const char *table)
{
	buf_printf(&q->sql, "SELECT c.stream, c.first, c.signed, c.last, c.returned");
	put_columns(q, s);
	buf_printf(&q->sql, " FROM ");
	if (by_year(s))
		buf_printf(&q->sql, "filing c JOIN ");
	else
		put_window(q, s);
	buf_printf(&q->sql, "%s r ON r.stream=c.stream AND r.device=c.device AND r.op=c.op WHERE",
		   table);
	put_which(q, s);
	with(q, " AND c.standing<>%s", FILING_TAKEN_BACK);
	with(q, " AND c.first<=%s", s->t->now);
}

int timely_select(const struct timely_subject *s, struct stmt **out, struct err *e)
{
	struct question q = { .e = e };
	char table[64];

	projection_table(s->type, table);
	buf_init(&q.sql, SQL_MAX);
	if (filing_moves(s->type))
		select_moved(&q, s, table);
	else
		select_arrived(&q, s, table);
	if (one_stream(s))
		with(&q, " AND r.stream=%s", (int64_t)s->t->stream);
	return put_question(&q, s->t->r, out);
}

int timely_waiting(const struct timely_subject *s, uint64_t stream, unsigned *out, struct err *e)
{
	struct question q = { .e = e };
	struct stmt *st;
	char table[64];
	int code;

	projection_table(s->type, table);
	buf_init(&q.sql, SQL_MAX);
	buf_printf(&q.sql, "SELECT count(*) FROM %s r WHERE", table);
	put_which(&q, s);
	with(&q, " AND r.stream=%s", (int64_t)stream);
	if (filing_moves(s->type)) {
		buf_printf(&q.sql, " AND r.state IN ");
		put_states(&q, s->type->workflow);
		buf_printf(&q.sql, " AND NOT EXISTS (SELECT 1 FROM filing c WHERE c.stream=r.stream "
			   "AND c.device=r.device AND c.op=r.op)");
	} else {
		buf_printf(&q.sql, " AND ");
		taken_put_origin(&q.sql, "r");
		buf_printf(&q.sql, " IS NULL");
	}
	code = put_question(&q, s->t->r, &st);
	if (code != 0)
		return code;
	code = db_step(st, e);
	if (code == 1)
		*out = (unsigned)db_int(st, 0);
	db_done(st);
	return code < 0 ? code : 0;
}
