/* One pass over what was filed, each record into the line of its unit. */
#include "common/calendar/timeliness.h"

#include <string.h>

#include "common/calendar/timeliness_parts.h"
#include "common/query/query.h"
#include "common/text/date.h"

/* The pass: a line for each unit, by place, and the record that is being read. */
struct pass {
	const struct timely_subject *s;
	struct timely_line *lines;
	int64_t last;
	unsigned returned;
};

static void count_state(struct timely_line *l, enum timely state)
{
	l->on_time += state == TIMELY_ON_TIME;
	l->exempt += state == TIMELY_EXEMPT;
	l->signed_late += state == TIMELY_SIGNED;
	l->late += state == TIMELY_LATE;
}

/* The better of two filings counts, of two alike the earlier. */
static void add_filing(const struct pass *p, struct timely_line *l, const struct filing *f,
		       enum timely state)
{
	struct due strict = l->due;

	if (l->records == 0 || state < l->state || (state == l->state && f->received < l->received)) {
		l->state = state;
		l->received = f->received;
		l->signed_at = f->signed_at;
		strict.accept = false;
		l->accepted = state == TIMELY_ON_TIME &&
			      deadline_state(&strict, f, true, f->received) != TIMELY_ON_TIME;
	}
	count_state(l, state);
	if (l->records == 0 || p->last > l->last)
		l->last = p->last;
	l->returned += p->returned;
	l->records++;
}

/* Rounds of which each filing opens its own: what was signed in an earlier one counts in
 * that one too, as signed in time and received late; where an officer accepts such, in
 * that one alone. */
static void place_filing(const struct pass *p, struct timely_line *l, const struct filing *f)
{
	const struct timely_subject *s = p->s;
	const struct deadline *d = s->deadline;
	struct period by_receipt, by_signature;
	uint64_t unit = l->unit.number;

	by_receipt = deadline_period(d, 0, date_of(f->received), unit, s->list, s->list_count);
	by_signature = by_receipt;
	if (f->signed_at < f->received && d->rule != DEADLINE_AVERAGE && d->rule != DEADLINE_ONGOING)
		by_signature = deadline_period(d, 0, date_of(f->signed_at), unit, s->list,
					       s->list_count);
	if (!period_equal(by_signature, by_receipt) && period_equal(by_receipt, s->period)) {
		struct due earlier;

		deadline_due(deadline_last_day(d, by_signature), deadline_asked(d, by_signature),
			     by_signature, unit, s->list, s->list_count, &earlier);
		if (earlier.accept)
			return;
	} else if (!period_equal(by_signature, s->period)) {
		return;
	}
	add_filing(p, l, f, deadline_state(&l->due, f, true, s->t->now));
}

/* Whether its own day decides to which period a filing belongs. */
static bool by_its_day(const struct timely_subject *s)
{
	return s->round == NULL && s->deadline->year == 0 && s->deadline->rule != DEADLINE_ONCE;
}

static struct timely_line *find_line(const struct pass *p, uint64_t unit)
{
	size_t low = 0, high = units_count(p->s->t->units);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->lines[middle].unit.number == unit)
			return &p->lines[middle];
		if (p->lines[middle].unit.number < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The day on which units are looked at. */
static int64_t unit_day(const struct timely_subject *s)
{
	int64_t today = date_of(s->t->now), end;

	if (s->quoted != DEADLINE_NO_DAY)
		return s->quoted;
	end = s->period.year == 0 ? today : period_end(s->period);
	return end < today ? end : today;
}

static void take_filing(struct pass *p, struct stmt *q)
{
	const struct deadline *d = p->s->round == NULL ? p->s->deadline : NULL;
	struct filing f = { db_int(q, 1), db_int(q, 2), db_int(q, 5) == 1 };
	struct timely_line *l = find_line(p, (uint64_t)db_int(q, 0));

	/* What a unit handed in before it was merged counts for the one that owes it now. */
	if (l != NULL && !l->unit.active && (d == NULL || d->rule != DEADLINE_AVERAGE))
		l = find_line(p, units_heir(p->s->t->units, l->unit.number, unit_day(p->s)));
	if (l == NULL || (d != NULL && d->on != 0 && db_is_null(q, 6)))
		return;
	p->last = db_int(q, 3);
	p->returned = (unsigned)db_int(q, 4);
	if (d != NULL && d->on != 0)
		f.received = f.signed_at = date_begins(db_int(q, 6));
	if (by_its_day(p->s))
		place_filing(p, l, &f);
	else
		add_filing(p, l, &f, deadline_state(&l->due, &f, true, p->s->t->now));
}

static int read_filings(struct pass *p, struct err *e)
{
	struct stmt *q;
	int code = timely_select(p->s, &q, e);

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1)
		take_filing(p, q);
	db_done(q);
	return code;
}

static bool asked_by_round(const struct round *r, uint64_t unit)
{
	size_t low = 0, high = r->unit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->units[middle] == unit)
			return true;
		if (r->units[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Averages: a unit owes for each quarter that is over and at whose end it was asked. */
static unsigned wanted_of(const struct timely_subject *s, size_t at)
{
	const struct deadline *d = s->deadline;
	int64_t today = date_of(s->t->now);
	struct period q = { s->period.year, 1 };
	unsigned n = 0, before = 0, gone;
	struct unit u;

	for (; q.quarter <= 4; q.quarter++) {
		int64_t end = period_end(q);

		if (end == DEADLINE_NO_DAY)
			break;
		gone = deadline_quarters(d, q.year, end < today ? end + 1 : today);
		units_at(s->t->units, at, end, &u);
		if (gone > before && calendar_asks(d, &u))
			n += d->per_quarter;
		before = gone;
	}
	return n;
}

/* Whether what arrived today would be of this period. */
static bool would_count(const struct timely_subject *s)
{
	return !by_its_day(s) ||
	       period_equal(s->period, deadline_period(s->deadline, 0, date_of(s->t->now),
						       s->t->stream, s->list, s->list_count));
}

static int begin_lines(const struct timely_subject *s, struct timely_line *lines,
		       struct err *e)
{
	size_t i, n = units_count(s->t->units);
	bool average = s->deadline != NULL && s->deadline->rule == DEADLINE_AVERAGE;
	int64_t day = unit_day(s);
	int code = 0;

	for (i = 0; i < n && code == 0; i++) {
		struct timely_line *l = &lines[i];

		units_at(s->t->units, i, day, &l->unit);
		l->expected = s->round != NULL ?
				      l->unit.active && !l->unit.outside &&
					      asked_by_round(s->round, l->unit.number) :
				      calendar_asks(s->deadline, &l->unit);
		deadline_due(s->quoted, s->asked, s->period, l->unit.number, s->list,
			     s->list_count, &l->due);
		if (average) {
			l->wanted = wanted_of(s, i);
			l->expected |= l->wanted > 0;
		} else {
			l->expected &= s->asked && s->quoted != DEADLINE_NO_DAY;
		}
		if (l->unit.number == s->t->stream && would_count(s))
			code = timely_waiting(s, l->unit.number, &l->waiting, e);
	}
	return code;
}

/* What each unit's line comes to, once everything has been read. */
static void end_line(const struct timely_subject *s, struct timely_line *l)
{
	if (s->deadline != NULL && s->deadline->rule == DEADLINE_AVERAGE)
		l->state = l->wanted == 0 ? TIMELY_NOTHING :
			   l->records >= l->wanted ? TIMELY_ON_TIME : TIMELY_MISSING;
	else if (l->records == 0)
		l->state = deadline_state(&l->due, NULL, l->expected, s->t->now);
}

static void count_line(struct timely_table *out, const struct timely_line *l)
{
	out->records += l->records;
	if (!l->expected)
		return;
	out->expected++;
	out->received += l->records > 0;
	out->on_time += l->state == TIMELY_ON_TIME;
	out->exempt += l->state == TIMELY_EXEMPT;
	out->signed_late += l->state == TIMELY_SIGNED;
	out->late += l->state == TIMELY_LATE;
	out->missing += l->state == TIMELY_MISSING;
	out->open += l->state == TIMELY_OPEN;
}

static int make_table(struct timely_subject *s, struct arena *a, struct timely_table *out,
		      struct err *e)
{
	struct pass p = { .s = s };
	size_t i, n = units_count(s->t->units), kept = 0;
	int code;

	*out = (struct timely_table){ .deadline = s->deadline, .round = s->round,
				      .period = s->period };
	p.lines = arena_array(a, n + 1, sizeof *p.lines);
	if (p.lines == NULL)
		return err_set(e, ERR_NOMEM, "timeliness");
	/* No unit has number 0: what is decided for all. */
	deadline_due(s->quoted, s->asked, s->period, 0, s->list, s->list_count, &out->due);
	code = begin_lines(s, p.lines, e);
	if (code == 0)
		code = read_filings(&p, e);
	if (code != 0)
		return code;
	for (i = 0; i < n; i++) {
		struct timely_line *l = &p.lines[i];

		if ((!l->expected && l->records == 0 && l->waiting == 0) ||
		    (s->t->stream != ANY_STREAM && s->t->stream != l->unit.number))
			continue;
		end_line(s, l);
		count_line(out, l);
		p.lines[kept++] = *l;
	}
	if (s->deadline != NULL && s->deadline->rule == DEADLINE_AVERAGE)
		out->wanted = s->deadline->per_quarter *
			      deadline_quarters(s->deadline, s->period.year,
						date_of(s->t->now));
	out->lines = p.lines;
	out->count = kept;
	return 0;
}

int timeliness_deadline(const struct timeliness *t, const struct deadline *d, struct period p,
			struct arena *a, struct timely_table *out, struct err *e)
{
	struct timely_subject s = { .t = t, .deadline = d, .type = d->type, .period = p,
				    .quoted = deadline_last_day(d, p),
				    .asked = deadline_asked(d, p) };
	int code = calendar_extensions(t->calendar, bytes_str(d->code), a, &s.list,
				       &s.list_count, e);

	return code != 0 ? code : make_table(&s, a, out, e);
}

int timeliness_round(const struct timeliness *t, const struct round *r, struct arena *a,
		     struct timely_table *out, struct err *e)
{
	struct timely_subject s = { .t = t, .deadline = r->deadline, .round = r, .type = r->type,
				    .quoted = r->due, .asked = r->due != DEADLINE_NO_DAY };
	int code;

	if (r->type == NULL)
		return err_set(e, ERR_NO_TYPE, "%.*s", (int)r->type_code.len,
			       (const char *)r->type_code.at);
	code = calendar_extensions(t->calendar, r->code, a, &s.list, &s.list_count, e);
	return code != 0 ? code : make_table(&s, a, out, e);
}

unsigned timely_complete(const struct timely_table *t, bool with_signed)
{
	return t->received - (with_signed ? 0 : t->signed_late);
}

unsigned timely_in_time(const struct timely_table *t, bool with_signed)
{
	return t->on_time + t->exempt + (with_signed ? t->signed_late : 0);
}

int64_t timely_margin(const struct timely_line *l, int64_t now)
{
	if (l->due.day == DEADLINE_NO_DAY || !l->due.asked || l->state == TIMELY_EXEMPT)
		return DEADLINE_NO_DAY;
	return deadline_margin(&l->due, l->records > 0 ? l->received : now);
}
