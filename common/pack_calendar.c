/* Deadlines of a pack: rules, not dates. common/deadline.h works them out. */
#include "common/pack_loader.h"

#include <stdio.h>
#include <string.h>

#include "common/date.h"

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

static int load_deadline(struct loader *l, json_t *j, struct deadline *d)
{
	const struct field *year;
	int code = loader_code(l, j, "deadlines", &d->code);

	if (code == 0 && schema_deadline(l->s, bytes_str(d->code)) != NULL)
		code = loader_bad(l, d->code, "a deadline's code is used twice");
	if (code == 0)
		code = loader_label(l, j, d->code, &d->label);
	if (code == 0)
		code = loader_type(l, j, "type", d->code, &d->type);
	if (code == 0)
		code = loader_expr(l, j, "where", d->type, true, false, d->code, &d->where);
	if (code == 0)
		code = loader_expr(l, j, "exempt", d->type, true, false, d->code, &d->exempt);
	if (code == 0)
		code = loader_field(l, j, "year", d->type, d->code, &year);
	if (code == 0)
		code = loader_texts(l, j, "units", &d->kinds, &d->kind_count);
	if (code != 0)
		return code;
	if (year != NULL && year->kind != FIELD_YEAR)
		return loader_bad(l, d->code, "\"year\" names a field of kind year");
	d->year = year != NULL ? year->number : 0;
	if (!loader_date(j, "since", &d->since))
		d->since = INT64_MIN;
	return load_rule(l, j, d);
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
