/* Deadlines and rounds side by side. */
#include "common/calendar/agenda.h"

#include <stdlib.h>

#include "common/text/date.h"

/* A list being made. */
struct making {
	const struct calendar *c;
	struct arena *a;
	struct agenda_item *list;
	size_t count;
	struct err *e;
};

struct bytes agenda_code(const struct agenda_item *it)
{
	return it->round != NULL ? it->round->code : bytes_str(it->deadline->code);
}

void agenda_title(const struct agenda_item *it, enum lang lang, struct buf *out)
{
	struct timely_table t = { .deadline = it->deadline, .round = it->round,
				  .period = it->period };

	timely_title(&t, lang, out);
}

static int add_item(struct making *m, struct agenda_item it, int64_t quoted, bool asked)
{
	const struct extension *list;
	size_t count;
	int code = calendar_extensions(m->c, agenda_code(&it), m->a, &list, &count, m->e);

	if (code != 0)
		return code;
	/* No unit has number 0: what is decided for all. */
	deadline_due(quoted, asked, it.period, 0, list, count, &it.due);
	m->list[m->count++] = it;
	return 0;
}

static int add_deadline(struct making *m, const struct deadline *d, const struct period *at,
			size_t n)
{
	size_t i;
	int code = 0;

	for (i = 0; i < n && code == 0; i++)
		code = add_item(m, (struct agenda_item){ .deadline = d, .period = at[i] },
				deadline_last_day(d, at[i]), deadline_asked(d, at[i]));
	return code;
}

static int add_round(struct making *m, const struct round *r)
{
	return add_item(m, (struct agenda_item){ .round = r }, r->due, r->due != DEADLINE_NO_DAY);
}

static bool falls_in(const struct round *r, int64_t year)
{
	int64_t y;
	unsigned month, day;

	if (r->due == DEADLINE_NO_DAY)
		return false;
	date_civil(r->due, &y, &month, &day);
	return y == year;
}

/* Deadlines keep the order of their pack within a day. */
static int by_day(const void *a, const void *b)
{
	const struct agenda_item *x = a, *y = b;

	if (x->due.day != y->due.day)
		return x->due.day < y->due.day ? -1 : 1;
	if ((x->deadline == NULL) != (y->deadline == NULL))
		return x->deadline == NULL ? 1 : -1;
	if (x->deadline != y->deadline)
		return x->deadline < y->deadline ? -1 : 1;
	return x->round < y->round ? -1 : x->round > y->round;
}

static int begin(struct making *m)
{
	size_t max = 4 * m->c->schema->deadline_count + m->c->round_count + 1;

	m->list = arena_array(m->a, max, sizeof *m->list);
	return m->list == NULL ? err_set(m->e, ERR_NOMEM, "agenda") : 0;
}

int agenda_make(const struct calendar *c, int64_t year, enum agenda_year by, struct arena *a,
		struct agenda_item **out, size_t *count, struct err *e)
{
	struct making m = { .c = c, .a = a, .e = e };
	struct period at[4];
	size_t i, n;
	int code = begin(&m);

	for (i = 0; i < c->schema->deadline_count && code == 0; i++) {
		const struct deadline *d = &c->schema->deadlines[i];

		if (d->rule == DEADLINE_ONGOING)
			continue;
		n = by == AGENDA_DUE ? deadline_due_in(d, year, at) : deadline_of_year(d, year, at);
		code = add_deadline(&m, d, at, n);
	}
	for (i = 0; i < c->round_count && code == 0; i++)
		if (falls_in(&c->rounds[i], year))
			code = add_round(&m, &c->rounds[i]);
	if (code == 0 && m.count > 1)
		qsort(m.list, m.count, sizeof *m.list, by_day);
	*out = m.list;
	*count = m.count;
	return code;
}

int agenda_find(const struct calendar *c, struct bytes code_of, int64_t year, struct arena *a,
		struct agenda_item **out, size_t *count, struct err *e)
{
	const struct deadline *d = schema_deadline(c->schema, code_of);
	const struct round *r = calendar_round(c, code_of);
	struct making m = { .c = c, .a = a, .e = e };
	struct period at[4];
	size_t i;
	int code = begin(&m);

	if (code == 0 && r != NULL)
		code = add_round(&m, r);
	else if (code == 0 && d != NULL && d->rule == DEADLINE_ROUND)
		for (i = 0; i < c->round_count && code == 0; i++)
			code = c->rounds[i].deadline == d && falls_in(&c->rounds[i], year) ?
				       add_round(&m, &c->rounds[i]) : 0;
	else if (code == 0 && d != NULL && d->rule == DEADLINE_ONCE)
		code = add_deadline(&m, d, &(struct period){ 0, 0 }, 1);
	else if (code == 0 && d != NULL)
		code = add_deadline(&m, d, at, deadline_of_year(d, year, at));
	else if (code == 0)
		code = err_set(e, ERR_NO_DEADLINE, "%.*s", (int)code_of.len,
			       (const char *)code_of.at);
	*out = m.list;
	*count = m.count;
	return code;
}

int agenda_table(const struct timeliness *t, const struct agenda_item *it, struct arena *a,
		 struct timely_table *out, struct err *e)
{
	return it->round != NULL ? timeliness_round(t, it->round, a, out, e) :
				   timeliness_deadline(t, it->deadline, it->period, a, out, e);
}
