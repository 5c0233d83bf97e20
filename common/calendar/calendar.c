/* Rounds and extensions out of their typed tables. What a record lacks or has wrong makes
 * it say less, never an error: it was signed, and others must be readable beside it. */
#include "common/calendar/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/replica/projection.h"
#include "common/replica/taken.h"
#include "common/text/date.h"

enum { CALENDAR_MEMORY = 64 * 1024 * 1024, WORD_MAX = 100 };

/* Days that a calendar has; what is further off is none. */
#define DAY_MIN (-719162)
#define DAY_MAX 2932896

/* Fields in the order of their columns; device, op and state come first. */
static const char *const of_rounds[] = { "code", "title", "expects", "units", "from", "due", "note",
					 "closed", NULL };
static const char *const of_extensions[] = { "deadline", "period", "units", "new_day", "reason",
					     "accept", NULL };
enum { OF_STATE = 2, R_CODE, R_TITLE, R_EXPECTS, R_UNITS, R_FROM, R_DUE, R_NOTE, R_CLOSED };
enum { X_DEADLINE = 3, X_PERIOD, X_UNITS, X_DAY, X_REASON, X_ACCEPT };

struct reading {
	struct calendar *c;
	const struct pack_calendar *of;
	const struct type *type;
	struct stmt *s;
	bool failed;               /* memory ran out on a text */
	struct err *e;
};

/* Oldest first: by the place of the change set that brought the record in stream 0. */
static int select_all(struct reading *rd, struct replica *r, const struct type *t,
		      const char *const *fields)
{
	char table[64], column[64];
	struct buf sql;
	int code;

	projection_table(t, table);
	buf_init(&sql, 1 << 12);
	buf_printf(&sql, "SELECT x.device, x.op, x.state");
	for (; *fields != NULL; fields++) {
		const struct field *f = type_field_by_code(t, bytes_str(*fields));

		if (f != NULL)
			projection_column(f, 0, column);
		buf_printf(&sql, f == NULL ? ", NULL" : ", x.%s", column);
	}
	buf_printf(&sql, " FROM %s x WHERE x.stream=0 AND x.deleted=0 ORDER BY ", table);
	taken_put_origin(&sql, "x");
	buf_printf(&sql, ", x.op");
	buf_byte(&sql, 0);
	code = sql.failed ? err_set(rd->e, ERR_NOMEM, "%s", table) :
			    db_query_text(r->db, rd->e, &rd->s, (char *)sql.at);
	buf_release(&sql);
	return code;
}

/* A copy; none, which is told at the end, where memory ran out. */
static struct bytes keep(struct reading *rd, struct bytes text)
{
	struct bytes copy = arena_copy(&rd->c->arena, text);

	if (copy.at != NULL || text.len == 0)
		return copy;
	rd->failed = true;
	return BYTES_NONE;
}

static struct bytes text_at(struct reading *rd, int column)
{
	return keep(rd, db_text(rd->s, column));
}

static int64_t day_at(struct reading *rd, int column)
{
	int64_t day = db_int(rd->s, column);

	return db_is_null(rd->s, column) || day < DAY_MIN || day > DAY_MAX ? DEADLINE_NO_DAY : day;
}

/* What has been proposed and nobody has approved yet, or is in force no more. */
static bool is_off(const struct reading *rd)
{
	return !type_counts(rd->type, db_int(rd->s, OF_STATE));
}

/* A call that goes through states is closed where its way has ended well. */
static bool is_closed(const struct reading *rd)
{
	const struct workflow *w = rd->type->workflow;
	const struct state *st = w == NULL ? NULL : workflow_state(w, db_int(rd->s, OF_STATE));

	return db_int(rd->s, R_CLOSED) != 0 || (st != NULL && st->good && st->final);
}

static struct rid rid_at(struct reading *rd)
{
	return (struct rid){ (uint64_t)db_int(rd->s, 0), (uint64_t)db_int(rd->s, 1) };
}

/* Room for one more in a list, which has a power of two, at least 16. */
static void *one_more(struct reading *rd, void *list, size_t count, size_t size)
{
	size_t cap = count == 0 ? 16 : count * 2;
	void *more;

	if (count != 0 && (count < 16 || (count & (count - 1)) != 0))
		return list;
	more = arena_array(&rd->c->arena, cap, size);
	if (more == NULL)
		err_set(rd->e, ERR_NOMEM, "calendar");
	else if (count > 0)
		memcpy(more, list, count * size);
	return more;
}

static int number_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Puts the units of a kind, or the one with this code, to the others. */
static bool add_named(const struct units *units, struct bytes word, int64_t day, uint64_t *list,
		      size_t *count)
{
	struct unit u;
	bool any = false;
	size_t i;
	uint64_t number;

	for (i = 0; i < units_count(units); i++) {
		units_at(units, i, day, &u);
		if (!u.active || u.outside || !bytes_equal(u.kind, word))
			continue;
		list[(*count)++] = u.number;
		any = true;
	}
	/* Whole codes, or numbers; not parts of names. */
	if (any || units_find(units, word, day, &number, NULL) != 0 ||
	    !units_on(units, number, day, &u) ||
	    (!bytes_equal(u.code, word) && !(word.at[0] >= '0' && word.at[0] <= '9')))
		return any;
	list[(*count)++] = number;
	return true;
}

static struct bytes next_word(struct bytes *words)
{
	size_t start = 0, end;

	while (start < words->len && strchr(" ,;\t\n", words->at[start]) != NULL)
		start++;
	for (end = start; end < words->len && strchr(" ,;\t\n", words->at[end]) == NULL;)
		end++;
	words->at += end;
	words->len -= end;
	return (struct bytes){ words->at - (end - start), end - start };
}

int calendar_named(const struct units *units, struct bytes words, int64_t day, struct arena *a,
		   const uint64_t **out, size_t *count, struct buf *unknown, struct err *e)
{
	size_t max = units_count(units), n = 0, i, kept = 0;
	/* One word adds each unit at most once; the list is made plain as it fills up. */
	uint64_t *list = arena_array(a, 2 * max + 1, sizeof *list);
	struct bytes word;

	*out = list;
	*count = 0;
	if (list == NULL)
		return err_set(e, ERR_NOMEM, "units");
	while ((word = next_word(&words)).len > 0) {
		if (!add_named(units, word, day, list, &n))
			buf_printf(unknown, "%s%.*s", unknown->len > 0 ? " " : "",
				   (int)(word.len < WORD_MAX ? word.len : WORD_MAX),
				   (const char *)word.at);
		qsort(list, n, sizeof *list, number_order);
		for (i = kept = 0; i < n; i++)
			if (i == 0 || list[i] != list[kept - 1])
				list[kept++] = list[i];
		n = kept;
	}
	*count = n;
	return 0;
}

bool calendar_asks(const struct deadline *d, const struct unit *u)
{
	size_t i;

	if (!u->active || u->outside)
		return false;
	for (i = 0; i < d->kind_count; i++)
		if (bytes_equal(u->kind, bytes_str(d->kinds[i])) ||
		    bytes_equal(u->code, bytes_str(d->kinds[i])))
			return true;
	return false;
}

/* Where a round names nobody: whom the pack's deadline asks, else everybody. */
static int ask_all(struct reading *rd, struct round *r, int64_t day)
{
	const struct units *units = rd->c->units;
	uint64_t *list = arena_array(&rd->c->arena, units_count(units) + 1, sizeof *list);
	struct unit u;
	size_t i;

	if (list == NULL)
		return err_set(rd->e, ERR_NOMEM, "units");
	for (i = 0; i < units_count(units); i++) {
		units_at(units, i, day, &u);
		if (r->deadline != NULL && r->deadline->kind_count > 0 ?
			    calendar_asks(r->deadline, &u) : u.active && !u.outside)
			list[r->unit_count++] = u.number;
	}
	r->units = list;
	return 0;
}

static int resolve_units(struct reading *rd, struct bytes words, int64_t day,
			 const uint64_t **list, size_t *count, struct bytes *unknown)
{
	struct buf lost;
	int code;

	buf_init(&lost, 1 << 16);
	code = calendar_named(rd->c->units, words, day, &rd->c->arena, list, count, &lost, rd->e);
	if (unknown != NULL)
		*unknown = keep(rd, buf_view(&lost));
	buf_release(&lost);
	return code;
}

/* What answers a round: its type, and how a record of that names the round. */
static void find_answer(struct reading *rd, struct round *r)
{
	const struct schema *s = rd->c->schema;
	size_t i;

	r->type = schema_type_by_code(s, r->type_code);
	if (r->type == NULL)
		return;
	for (i = 0; i < r->type->field_count; i++)
		if (r->type->fields[i].kind == FIELD_REF &&
		    field_targets(&r->type->fields[i], rd->of->rounds)) {
			r->names = &r->type->fields[i];
			break;
		}
	for (i = 0; i < s->deadline_count; i++)
		if (s->deadlines[i].rule == DEADLINE_ROUND && s->deadlines[i].type == r->type)
			r->deadline = &s->deadlines[i];
}

static int take_round(struct reading *rd)
{
	struct calendar *c = rd->c;
	struct round *r;
	int64_t day;

	c->rounds = one_more(rd, c->rounds, c->round_count, sizeof *r);
	if (c->rounds == NULL)
		return ERR_NOMEM;
	r = &c->rounds[c->round_count++];
	*r = (struct round){ .record = rid_at(rd), .code = text_at(rd, R_CODE),
			     .title = text_at(rd, R_TITLE), .note = text_at(rd, R_NOTE),
			     .type_code = text_at(rd, R_EXPECTS), .asked = text_at(rd, R_UNITS),
			     .from = day_at(rd, R_FROM), .due = day_at(rd, R_DUE),
			     .closed = is_closed(rd) };
	find_answer(rd, r);
	day = r->from != DEADLINE_NO_DAY ? r->from : r->due;
	if (day == DEADLINE_NO_DAY)
		return 0;
	return r->asked.len == 0 ? ask_all(rd, r, day) :
				   resolve_units(rd, r->asked, day, &r->units, &r->unit_count,
						 &r->unknown);
}

/* Which period a decision is about: as it says, else the nearest to its day. */
static void find_period(struct reading *rd, struct decision *d)
{
	const struct deadline *of = schema_deadline(rd->c->schema, d->subject);

	d->what.every = true;
	if (of == NULL)
		return;
	if (d->period.len > 0 && period_parse(d->period, &d->what.period))
		d->what.every = false;
	else if (d->what.day != DEADLINE_NO_DAY)
		d->what.every = !deadline_nearest(of, d->what.day, &d->what.period);
}

static int take_decision(struct reading *rd)
{
	struct calendar *c = rd->c;
	struct decision *d;
	int64_t day;

	c->decisions = one_more(rd, c->decisions, c->decision_count, sizeof *d);
	if (c->decisions == NULL)
		return ERR_NOMEM;
	d = &c->decisions[c->decision_count++];
	*d = (struct decision){ .record = rid_at(rd), .subject = text_at(rd, X_DEADLINE),
				.period = text_at(rd, X_PERIOD), .asked = text_at(rd, X_UNITS) };
	d->what.day = day_at(rd, X_DAY);
	d->what.reason = text_at(rd, X_REASON);
	d->what.accept = db_int(rd->s, X_ACCEPT) != 0;
	d->what.all = d->asked.len == 0;
	find_period(rd, d);
	if (d->what.all)
		return 0;
	/* Codes may pass from unit to unit: as on the day that is decided on. */
	day = d->what.day;
	if (day == DEADLINE_NO_DAY)
		day = period_end(d->what.period);
	return resolve_units(rd, d->asked, day == DEADLINE_NO_DAY ? DAY_MAX : day, &d->what.units,
			     &d->what.unit_count, NULL);
}

static int read_kept(struct reading *rd, struct replica *r, const struct type *t,
		     const char *const *fields, int (*take)(struct reading *rd))
{
	int code = t == NULL ? 0 : select_all(rd, r, t, fields);

	if (code != 0 || t == NULL)
		return code;
	rd->type = t;
	while ((code = db_step(rd->s, rd->e)) == 1) {
		code = is_off(rd) ? 0 : take(rd);
		if (code == 0 && rd->failed)
			code = err_set(rd->e, ERR_NOMEM, "calendar");
		if (code != 0)
			break;
	}
	db_done(rd->s);
	return code;
}

/* Several packs may keep theirs in the same types. */
static bool read_before(const struct schema *s, size_t at, bool rounds)
{
	const struct pack_calendar *c = s->calendars;
	size_t i;

	for (i = 0; i < at; i++)
		if (rounds ? c[i].rounds == c[at].rounds : c[i].extensions == c[at].extensions)
			return true;
	return false;
}

int calendar_load(struct replica *r, const struct schema *s, const struct units *units,
		  struct calendar **out, struct err *e)
{
	struct reading rd = { .e = e };
	size_t i;
	int code = 0;

	*out = rd.c = calloc(1, sizeof *rd.c);
	if (rd.c == NULL)
		return err_set(e, ERR_NOMEM, "calendar");
	arena_init(&rd.c->arena, CALENDAR_MEMORY);
	rd.c->schema = s;
	rd.c->units = units;
	for (i = 0; i < s->calendar_count && code == 0; i++) {
		rd.of = &s->calendars[i];
		if (!read_before(s, i, true))
			code = read_kept(&rd, r, rd.of->rounds, of_rounds, take_round);
		if (code == 0 && !read_before(s, i, false))
			code = read_kept(&rd, r, rd.of->extensions, of_extensions, take_decision);
	}
	return code;
}

void calendar_free(struct calendar *c)
{
	if (c == NULL)
		return;
	arena_release(&c->arena);
	free(c);
}

const struct round *calendar_round(const struct calendar *c, struct bytes code)
{
	size_t i;

	for (i = 0; i < c->round_count; i++)
		if (bytes_equal(c->rounds[i].code, code))
			return &c->rounds[i];
	return NULL;
}

int calendar_extensions(const struct calendar *c, struct bytes subject, struct arena *a,
			const struct extension **out, size_t *count, struct err *e)
{
	struct extension *list = arena_array(a, c->decision_count + 1, sizeof *list);
	size_t i;

	*out = list;
	*count = 0;
	if (list == NULL)
		return err_set(e, ERR_NOMEM, "calendar");
	for (i = 0; i < c->decision_count; i++)
		if (bytes_equal(c->decisions[i].subject, subject))
			list[(*count)++] = c->decisions[i].what;
	return 0;
}
