/* Deadlines of a pack: rules, not dates (common/calendar/deadline.h works them out), and the types
 * in which the centre keeps calls, extensions and reminders. */
#include "common/pack/pack_loader.h"

#include <stdio.h>
#include <string.h>

#include "common/expr/expr.h"
#include "common/text/date.h"

enum { SQL_MAX = 1 << 16 };

static int load_days(struct loader *l, json_t *rule, struct deadline *d)
{
	const char **texts, *key = d->inclusive ? "by" : "before";
	size_t count, i;
	int code = loader_texts(l, rule, key, &texts, &count);

	if (code != 0)
		return code;
	if (count != (d->rule == DEADLINE_YEARLY ? 1 : 4))
		return d->rule == DEADLINE_YEARLY ?
			loader_bad(l, rule, key, "needs \"by\" or \"before\" with one day of the year") :
			loader_bad(l, rule, key, "needs \"by\" or \"before\" with four days of the year");
	for (i = 0; i < count; i++) {
		unsigned m, day;
		int64_t days;
		char end;

		if (sscanf(texts[i], "%2u-%2u%c", &m, &day, &end) != 2 ||
		    !date_days(2001, m, day, &days))
			return loader_bad(l, rule, key, "a day of the year is written \"10-20\": month, day");
		d->days[i].month = m;
		d->days[i].day = day;
	}
	return 0;
}

static int load_once(struct loader *l, json_t *rule, struct deadline *d)
{
	if (!loader_plain_date(l, rule, d->inclusive ? "by" : "before", &d->once))
		return loader_bad(l, rule, d->inclusive ? "by" : "before",
				  "needs \"by\" or \"before\" with a day such as \"2021-11-30\"");
	return 0;
}

static int load_rule(struct loader *l, json_t *j, struct deadline *d)
{
	static const struct {
		const char *kind, *keys;
	} rules[] = {
		{ "yearly", "kind/s before/s by/s year/i" }, { "quarterly", "kind/s before/a by/a" },
		{ "once", "kind/s before/s by/s" }, { "average", "kind/s per_quarter/i" },
		{ "ongoing", "kind/s" }, { "round", "kind/s" }
	};
	json_t *rule = json_object_get(j, "rule");
	const char *kind = loader_str(rule, "kind");
	int64_t n = 0;
	bool there;
	size_t i;
	int code;

	for (i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (kind != NULL && strcmp(rules[i].kind, kind) == 0)
			break;
	if (i == sizeof rules / sizeof rules[0])
		return loader_bad(l, json_is_object(rule) ? rule : j, json_is_object(rule) ? "kind" : "rule",
				  "needs a \"rule\" of \"kind\" yearly, quarterly, once, average, "
				  "ongoing or round");
	code = loader_keys(l, rule, rules[i].keys);
	d->rule = (enum deadline_rule)i;
	d->inclusive = json_object_get(rule, "by") != NULL;
	if (code == 0 && d->inclusive && json_object_get(rule, "before") != NULL)
		code = loader_bad(l, rule, "by", "is \"by\" a day or \"before\" it, not both");
	if (code == 0)
		code = loader_bound(l, rule, "year", -5, 5, &n, &there);
	d->year_offset = code == 0 && there ? (int)n : 0;
	if (code == 0)
		code = loader_bound(l, rule, "per_quarter", 1, 100, &n, &there);
	d->per_quarter = code == 0 && there ? (unsigned)n : 0;
	if (code == 0 && d->rule == DEADLINE_AVERAGE && d->per_quarter == 0)
		code = loader_bad(l, rule, "per_quarter", "needs \"per_quarter\", how many in each quarter");
	if (code == 0 && (d->rule == DEADLINE_YEARLY || d->rule == DEADLINE_QUARTERLY))
		return load_days(l, rule, d);
	return code == 0 && d->rule == DEADLINE_ONCE ? load_once(l, rule, d) : code;
}

/* What a deadline asks of records is asked of the whole store at once. */
static int load_condition(struct loader *l, json_t *j, const char *key, struct deadline *d,
			  const struct expr **out)
{
	struct buf sql;
	int code = loader_expr(l, j, key, d->type, true, false, out);

	if (code != 0 || *out == NULL)
		return code;
	buf_init(&sql, SQL_MAX);
	code = expr_sql_where(*out, "r", NULL, &sql, l->e);
	buf_release(&sql);
	return code == 0 ? 0 : json_text_at(&l->doc, j, key, l->e);
}

static int load_deadline(struct loader *l, json_t *j, struct deadline *d)
{
	const struct field *year, *on;
	int code = loader_keys(l, j, "code/s vi/s en/s type/s where/s exempt/s year/s on/s units/a "
			       "since rule");

	if (code == 0)
		code = loader_code(l, j, &d->code);
	if (code == 0 && schema_deadline(l->s, bytes_str(d->code)) != NULL)
		code = loader_bad(l, j, "code", "\"%s\" is used twice", d->code);
	if (code == 0)
		code = loader_label(l, j, &d->label);
	if (code == 0)
		code = loader_type(l, j, "type", &d->type);
	if (code == 0)
		code = load_condition(l, j, "where", d, &d->where);
	if (code == 0)
		code = load_condition(l, j, "exempt", d, &d->exempt);
	if (code == 0)
		code = loader_field(l, j, "year", d->type, &year);
	if (code == 0)
		code = loader_field(l, j, "on", d->type, &on);
	if (code == 0)
		code = loader_texts(l, j, "units", &d->kinds, &d->kind_count);
	if (code != 0)
		return code;
	if (year != NULL && year->kind != FIELD_YEAR)
		return loader_bad(l, j, "year", "\"%s\" names a field of \"kind\": \"%s\"", "year", "year");
	if (on != NULL && on->kind != FIELD_DATE)
		return loader_bad(l, j, "on", "\"%s\" names a field of \"kind\": \"%s\"", "on", "date");
	d->year = year != NULL ? year->number : 0;
	d->on = on != NULL ? on->number : 0;
	code = loader_day(l, j, "since", INT64_MIN, &d->since);
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

/* A field that common/calendar/calendar.h reads by its code. */
struct wanted {
	const char *code;
	enum field_kind kind;
	bool must;
};

static const struct wanted of_rounds[] = {
	{ "code", FIELD_TEXT, true }, { "title", FIELD_TEXT, true }, { "expects", FIELD_TEXT, true },
	{ "units", FIELD_TEXT, true }, { "from", FIELD_DATE, true }, { "due", FIELD_DATE, true },
	{ "note", FIELD_TEXT, false }, { "closed", FIELD_BOOL, false }, { NULL, FIELD_TEXT, false }
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
	code = loader_type(l, j, key, out);
	if (code == 0 && !(*out)->district)
		code = loader_bad(l, j, key, "%s must be a district type", (*out)->code);
	if (code == 0 && (*out)->workflow != NULL)
		code = loader_ask_good(l, j, key, (*out)->workflow);
	for (; code == 0 && fields->code != NULL; fields++) {
		const struct field *f = type_field_by_code(*out, bytes_str(fields->code));

		json_t *own = f == NULL ? NULL : loader_of_field(l, *out, f);

		if (f == NULL ? fields->must : f->kind != fields->kind)
			code = loader_bad(l, own != NULL ? own : j, own != NULL ? "kind" : key,
					  "%s needs a field \"%s\" of \"kind\": \"%s\"", (*out)->code,
					  fields->code, fields->kind == FIELD_DATE ? "date" :
					  fields->kind == FIELD_BOOL ? "bool" : "text");
	}
	return code;
}

/* A field of reminders, of this kind; out NULL where it is not named. */
static int load_part(struct loader *l, json_t *r, const char *key, enum field_kind kind,
		     const struct type *t, const struct field **out)
{
	int code = loader_field(l, r, key, t, out);

	if (code == 0 && *out != NULL && (*out)->kind != kind)
		return loader_bad(l, r, key, "\"%s\" names a field of \"kind\": \"%s\"", key,
				  kind == FIELD_DATE ? "date" : "text");
	return code;
}

static int load_state(struct loader *l, json_t *r, struct pack_calendar *c)
{
	const char *code = loader_str(r, "state");
	const struct workflow *w = c->reminders->workflow;
	const struct state *s = code == NULL || w == NULL ? NULL :
				workflow_state_by_code(w, bytes_str(code));

	if (code != NULL && s == NULL)
		return loader_bad(l, r, "state", "there is no state \"%.40s\"", code);
	c->state = s == NULL ? 0 : s->number;
	return 0;
}

static int load_reminders(struct loader *l, json_t *j, struct pack_calendar *c)
{
	json_t *r = json_object_get(j, "reminders");
	int code;

	if (r == NULL)
		return 0;
	code = loader_keys(l, r, "type/s values/o about/s day/s due/s text/s by/s state/s");
	if (code == 0)
		code = loader_type(l, r, "type", &c->reminders);
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
		code = loader_bad(l, r, NULL, "reminders need \"about\" and \"day\", in a type of units' "
				  "records");
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
	code = loader_keys(l, j, "rounds/s extensions/s reminders/o");
	if (code == 0)
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
