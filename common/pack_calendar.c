/* Deadlines of a pack: rules, not dates (common/deadline.h works them out), and the types
 * in which the centre keeps calls, extensions and reminders. */
#include "common/pack_loader.h"

#include <stdio.h>
#include <string.h>

#include "common/date.h"
#include "common/expr.h"

enum { SQL_MAX = 1 << 16 };

static int load_days(struct loader *l, json_t *rule, struct deadline *d)
{
	const char **texts, *key = d->inclusive ? "by" : "before";
	size_t count, i;
	int code = loader_texts(l, rule, key, &texts, &count);

	if (code != 0)
		return code;
	if (count != (d->rule == DEADLINE_YEARLY ? 1 : 4))
		return loader_bad(l, d->code, "needs one day a year, or four");
	for (i = 0; i < count; i++) {
		unsigned m, day;
		int64_t days;
		char end;

		if (sscanf(texts[i], "%2u-%2u%c", &m, &day, &end) != 2 ||
		    !date_days(2001, m, day, &days))
			return loader_bad(l, d->code, "a day is written \"10-20\" (month, day)");
		d->days[i].month = m;
		d->days[i].day = day;
	}
	return 0;
}

static int load_once(struct loader *l, json_t *rule, struct deadline *d)
{
	if (!loader_date(rule, d->inclusive ? "by" : "before", &d->once))
		return loader_bad(l, d->code, "needs \"by\" or \"before\" with a date");
	return 0;
}

static int load_rule(struct loader *l, json_t *j, struct deadline *d)
{
	static const char *const kinds[] = { "yearly", "quarterly", "once", "average", "ongoing",
					     "round" };
	json_t *rule = json_object_get(j, "rule");
	const char *kind = loader_str(rule, "kind");
	int64_t n;
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kind != NULL && strcmp(kinds[i], kind) == 0)
			break;
	if (i == sizeof kinds / sizeof kinds[0])
		return loader_bad(l, d->code, "has no known \"rule\"");
	d->rule = (enum deadline_rule)i;
	d->inclusive = json_object_get(rule, "by") != NULL;
	if (d->inclusive && json_object_get(rule, "before") != NULL)
		return loader_bad(l, d->code, "is \"by\" a day or \"before\" it, not both");
	if (loader_int(rule, "year", &n) && n >= -5 && n <= 5)
		d->year_offset = (int)n;
	if (loader_int(rule, "per_quarter", &n) && n >= 1 && n <= 100)
		d->per_quarter = (unsigned)n;
	if (d->rule == DEADLINE_AVERAGE && d->per_quarter == 0)
		return loader_bad(l, d->code, "needs \"per_quarter\"");
	if (d->rule == DEADLINE_YEARLY || d->rule == DEADLINE_QUARTERLY)
		return load_days(l, rule, d);
	return d->rule == DEADLINE_ONCE ? load_once(l, rule, d) : 0;
}

/* What a deadline asks of records is asked of the whole store at once. */
static int load_condition(struct loader *l, json_t *j, const char *key, struct deadline *d,
			  const struct expr **out)
{
	struct buf sql;
	int code = loader_expr(l, j, key, d->type, true, false, d->code, out);

	if (code != 0 || *out == NULL)
		return code;
	buf_init(&sql, SQL_MAX);
	code = expr_sql_where(*out, "r", NULL, &sql, l->e);
	buf_release(&sql);
	return code == 0 ? 0 : err_wrap(l->e, "%s", d->code);
}

static int load_deadline(struct loader *l, json_t *j, struct deadline *d)
{
	const struct field *year, *on;
	int code = loader_code(l, j, "deadlines", &d->code);

	l->near = d->code;
	if (code == 0 && schema_deadline(l->s, bytes_str(d->code)) != NULL)
		code = loader_bad(l, d->code, "a deadline's code is used twice");
	if (code == 0)
		code = loader_label(l, j, d->code, &d->label);
	if (code == 0)
		code = loader_type(l, j, "type", d->code, &d->type);
	if (code == 0)
		code = load_condition(l, j, "where", d, &d->where);
	if (code == 0)
		code = load_condition(l, j, "exempt", d, &d->exempt);
	if (code == 0)
		code = loader_field(l, j, "year", d->type, d->code, &year);
	if (code == 0)
		code = loader_field(l, j, "on", d->type, d->code, &on);
	if (code == 0)
		code = loader_texts(l, j, "units", &d->kinds, &d->kind_count);
	if (code != 0)
		return code;
	if (year != NULL && year->kind != FIELD_YEAR)
		return loader_bad(l, d->code, "\"year\" names a field of kind year");
	if (on != NULL && on->kind != FIELD_DATE)
		return loader_bad(l, d->code, "\"on\" names a field of kind date");
	d->year = year != NULL ? year->number : 0;
	d->on = on != NULL ? on->number : 0;
	code = loader_day(l, j, "since", d->code, INT64_MIN, &d->since);
	return code != 0 ? code : load_rule(l, j, d);
}

int loader_deadlines(struct loader *l, json_t *root)
{
	json_t *list = json_object_get(root, "deadlines"), *j;
	struct schema *s = l->s;
	struct deadline *more;
	size_t i;

	more = arena_array(&s->arena, s->deadline_count + json_array_size(list) + 1, sizeof *more);
	if (more == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	if (s->deadline_count > 0)
		memcpy(more, s->deadlines, s->deadline_count * sizeof *more);
	s->deadlines = more;
	json_array_foreach(list, i, j) {
		int code = load_deadline(l, j, &s->deadlines[s->deadline_count]);

		if (code != 0)
			return code;
		s->deadline_count++;
	}
	return 0;
}

/* A field that common/calendar.h reads by its code. */
struct wanted {
	const char *code;
	enum field_kind kind;
	bool must;
};

static const struct wanted of_rounds[] = {
	{ "code", FIELD_TEXT, true }, { "title", FIELD_TEXT, true }, { "expects", FIELD_TEXT, true },
	{ "units", FIELD_TEXT, true }, { "from", FIELD_DATE, true }, { "due", FIELD_DATE, true },
	{ "note", FIELD_TEXT, false }, { "closed", FIELD_BOOL, true }, { NULL, FIELD_TEXT, false }
};

static const struct wanted of_extensions[] = {
	{ "deadline", FIELD_TEXT, true }, { "period", FIELD_TEXT, true },
	{ "units", FIELD_TEXT, true }, { "new_day", FIELD_DATE, true },
	{ "reason", FIELD_TEXT, true }, { "accept", FIELD_BOOL, true },
	{ NULL, FIELD_TEXT, false }
};

static int load_kept(struct loader *l, json_t *j, const char *key, const struct wanted *fields,
		     const struct type **out)
{
	int code;

	*out = NULL;
	if (json_object_get(j, key) == NULL)
		return 0;
	code = loader_type(l, j, key, "calendar", out);
	if (code == 0 && (!(*out)->district || (*out)->workflow != NULL))
		code = loader_bad(l, (*out)->code, "must be a district type without a workflow");
	for (; code == 0 && fields->code != NULL; fields++) {
		const struct field *f = type_field_by_code(*out, bytes_str(fields->code));

		if (f == NULL ? !fields->must : f->kind == fields->kind)
			continue;
		l->part = "types";
		l->near = (*out)->code;
		code = loader_bad(l, fields->code, "must be a field of this type, and of "
					  "the kind that packs/README.md says");
	}
	return code;
}

/* A field of reminders, of this kind; out NULL where it is not named. */
static int load_part(struct loader *l, json_t *r, const char *key, enum field_kind kind,
		     const struct type *t, const struct field **out)
{
	int code = loader_field(l, r, key, t, "reminders", out);

	if (code == 0 && *out != NULL && (*out)->kind != kind)
		return loader_bad(l, key, "must be a text, days dates (packs/README.md)");
	return code;
}

static int load_state(struct loader *l, json_t *r, struct pack_calendar *c)
{
	const char *code = loader_str(r, "state");
	const struct workflow *w = c->reminders->workflow;
	const struct state *s = code == NULL || w == NULL ? NULL :
				workflow_state_by_code(w, bytes_str(code));

	if (code != NULL && s == NULL)
		return loader_bad(l, code, "is no state of the reminders' type");
	c->state = s == NULL ? 0 : s->number;
	return 0;
}

static int load_reminders(struct loader *l, json_t *j, struct pack_calendar *c)
{
	json_t *r = json_object_get(j, "reminders");
	int code;

	if (r == NULL)
		return 0;
	code = loader_type(l, r, "type", "reminders", &c->reminders);
	if (code == 0)
		code = loader_presets(l, json_object_get(r, "values"), c->reminders, &c->values,
				      &c->value_count);
	if (code == 0)
		code = load_part(l, r, "about", FIELD_TEXT, c->reminders, &c->about);
	if (code == 0)
		code = load_part(l, r, "day", FIELD_DATE, c->reminders, &c->day);
	if (code == 0)
		code = load_part(l, r, "due", FIELD_DATE, c->reminders, &c->due);
	if (code == 0)
		code = load_part(l, r, "text", FIELD_TEXT, c->reminders, &c->text);
	if (code == 0)
		code = load_part(l, r, "by", FIELD_TEXT, c->reminders, &c->by);
	if (code == 0)
		code = load_state(l, r, c);
	if (code == 0 && (c->reminders->district || c->about == NULL || c->day == NULL))
		code = loader_bad(l, "reminders", "need \"about\" and \"day\", in a type of units' records");
	return code;
}

int loader_calendar(struct loader *l, json_t *root)
{
	json_t *j = json_object_get(root, "calendar");
	struct schema *s = l->s;
	struct pack_calendar c = { .pack = l->pack }, *more;
	int code;

	if (j == NULL)
		return 0;
	code = load_kept(l, j, "rounds", of_rounds, &c.rounds);
	if (code == 0)
		code = load_kept(l, j, "extensions", of_extensions, &c.extensions);
	if (code == 0)
		code = load_reminders(l, j, &c);
	if (code != 0)
		return code;
	more = arena_array(&s->arena, s->calendar_count + 1, sizeof *more);
	if (more == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	if (s->calendar_count > 0)
		memcpy(more, s->calendars, s->calendar_count * sizeof *more);
	more[s->calendar_count++] = c;
	s->calendars = more;
	return 0;
}
