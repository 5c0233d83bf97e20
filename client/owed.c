/* The calendar of one unit. */
#include "client/owed.h"

#include "common/text/date.h"

static int64_t year_of(int64_t seconds)
{
	unsigned month, day;
	int64_t year;

	date_civil(date_of(seconds), &year, &month, &day);
	return year;
}

/* Whether it concerns the unit at all. */
static bool concerns(const struct owed *o)
{
	const struct deadline *d = o->item.deadline;

	return o->table.count > 0 ||
	       (d != NULL && d->kind_count == 0 && o->item.due.asked && d->rule != DEADLINE_AVERAGE);
}

static bool missing(const struct owed *o)
{
	return o->table.count > 0 && o->table.lines[0].state == TIMELY_MISSING &&
	       o->table.lines[0].waiting == 0;
}

/* The items of a year that are to be shown, behind those that are there. */
static int add_year(const struct timeliness *t, int64_t year, bool only_missing, struct arena *a,
		    struct owed_list *out, struct err *e)
{
	struct agenda_item *items;
	struct owed *more;
	size_t count, i;
	int code = agenda_make(out->calendar, year, AGENDA_DUE, a, &items, &count, e);

	if (code != 0)
		return code;
	more = arena_array(a, out->count + count + 1, sizeof *more);
	if (more == NULL)
		return err_set(e, ERR_NOMEM, "deadlines");
	for (i = 0; i < out->count; i++)
		more[i] = out->list[i];
	out->list = more;
	for (i = 0; i < count && code == 0; i++) {
		struct owed *o = &more[out->count];

		o->item = items[i];
		code = agenda_table(t, &items[i], a, &o->table, e);
		out->count += concerns(o) && (!only_missing || missing(o));
	}
	return code;
}

/* The clock that the server saw beside its own counts as wrong as it was then. */
static int find_now(struct client *c, int64_t *now, struct err *e)
{
	struct client_waiting w;
	int code = client_waiting(c, &w, e);

	*now = env_now(c->env) - (code == 0 ? w.clock_ahead : 0);
	return code;
}

static int look(struct client *c, struct owed_list *out, struct timeliness *t, struct err *e)
{
	struct schema *schema;
	int code = find_now(c, &out->now, e);

	*t = (struct timeliness){ .r = &c->replica, .stream = c->unit, .now = out->now };
	if (code == 0)
		code = replica_schema_now(&c->replica, &schema, e);
	if (code == 0)
		code = units_now(&c->replica, &t->units, e);
	if (code == 0)
		code = calendar_load(&c->replica, schema, t->units, &out->calendar, e);
	t->schema = code == 0 ? schema : NULL;
	t->calendar = out->calendar;
	return code;
}

/* What units that this one stands for have left undone. */
static int add_inherited(struct client *c, const struct timeliness *own, struct arena *a,
			 struct owed_list *out, struct err *e)
{
	struct timeliness t = *own;
	size_t max = units_count(t.units), n, i;
	uint64_t *list = arena_array(a, max + 1, sizeof *list);
	int code = 0;

	if (list == NULL)
		return err_set(e, ERR_NOMEM, "deadlines");
	n = units_inherited(t.units, c->unit, date_of(out->now), list, max);
	for (i = 0; i < 2 * n && code == 0; i++) {
		t.stream = list[i / 2];
		code = add_year(&t, year_of(out->now) - 1 + (int64_t)(i % 2), true, a, out, e);
	}
	return code;
}

int owed_open(struct client *c, int64_t year, struct arena *a, struct owed_list *out,
	      struct err *e)
{
	struct timeliness t;
	int code;

	*out = (struct owed_list){ 0 };
	code = look(c, out, &t, e);
	if (code == 0 && year == 0)
		code = add_inherited(c, &t, a, out, e);
	if (code == 0 && year == 0)
		code = add_year(&t, year_of(out->now) - 1, true, a, out, e);
	if (code == 0)
		code = add_year(&t, year != 0 ? year : year_of(out->now), false, a, out, e);
	return code;
}

void owed_close(struct owed_list *o)
{
	calendar_free(o->calendar);
	o->calendar = NULL;
}

int owed_next(struct client *c, struct arena *a, struct owed_list *all, const struct owed **next,
	      size_t *overdue, struct err *e)
{
	struct timeliness t;
	size_t i;
	int code;

	*next = NULL;
	*overdue = 0;
	*all = (struct owed_list){ 0 };
	code = look(c, all, &t, e);
	if (code == 0)
		code = add_inherited(c, &t, a, all, e);
	for (i = 0; i < 3 && code == 0; i++)
		code = add_year(&t, year_of(all->now) - 1 + (int64_t)i, i == 0, a, all, e);
	for (i = 0; i < all->count && code == 0; i++) {
		const struct owed *o = &all->list[i];
		const struct timely_line *l = o->table.lines;

		*overdue += missing(o);
		if (*next == NULL && o->table.count > 0 && l->state == TIMELY_OPEN && l->waiting == 0)
			*next = o;
	}
	return code;
}
