/* What the commands about time share: the calendar as it is seen on a day, one deadline or
 * round in it, records of the centre in stream 0. */
#include "server/cmd/cmd_calendar.h"

#include <stdio.h>
#include <string.h>

#include "common/text/date.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 2200, WORDS_MAX = 1 << 12 };

int desk_calendar_open(struct desk *d, struct desk_calendar *v)
{
	unsigned month, of_month;
	int64_t day, now = env_now(d->server.env);
	int code = desk_day(d, "at", DEADLINE_NO_DAY, &day);

	*v = (struct desk_calendar){ .t = { .r = d->replica, .schema = d->schema,
					    .stream = d->options.stream } };
	v->t.now = day == DEADLINE_NO_DAY ? now : date_begins(day + 1) - 1;
	date_civil(date_of(v->t.now), &v->year, &month, &of_month);
	if (code == 0)
		code = cli_number(d->cli, "year", v->year, YEAR_MIN, YEAR_MAX, &v->year);
	if (code == 0)
		code = units_now(d->replica, &v->t.units, d->e);
	if (code == 0)
		code = calendar_load(d->replica, d->schema, v->t.units, &v->calendar, d->e);
	v->t.calendar = v->calendar;
	return code;
}

void desk_calendar_close(struct desk_calendar *v)
{
	calendar_free(v->calendar);
}

/* field=value where there is a value. */
void desk_calendar_put(struct assignment *list, size_t *count, const char *field, const char *value)
{
	if (value != NULL)
		list[(*count)++] = (struct assignment){ .field = bytes_str(field),
							.value = bytes_str(value) };
}

/* Where calls, or extensions, of a pack are kept: its own place, else any. */
const struct type *desk_calendar_kept(const struct schema *s, const char *pack, bool rounds)
{
	const struct type *any = NULL, *t;
	size_t i;

	for (i = 0; i < s->calendar_count; i++) {
		t = rounds ? s->calendars[i].rounds : s->calendars[i].extensions;
		if (t != NULL && strcmp(s->calendars[i].pack, pack) == 0)
			return t;
		if (any == NULL)
			any = t;
	}
	return any;
}

/* Every word of --units must name somebody. */
int desk_calendar_units(struct desk *d, const struct desk_calendar *v, int64_t day)
{
	const uint64_t *units;
	struct buf unknown;
	size_t count;
	int code;

	if (cli_option(d->cli, "units") == NULL)
		return 0;
	buf_init(&unknown, WORDS_MAX);
	code = calendar_named(v->t.units, bytes_str(cli_option(d->cli, "units")), day, &d->arena,
			      &units, &count, &unknown, d->e);
	if (code == 0 && (unknown.len > 0 || count == 0))
		code = err_set(d->e, ERR_NO_UNIT, "%.*s", (int)unknown.len,
			       unknown.len == 0 ? "" : (const char *)unknown.at);
	buf_release(&unknown);
	return code;
}

int desk_calendar_save(struct desk *d, const struct type *t, const struct assignment *list,
		       size_t count, struct rid *id)
{
	int code = desk_begin(d, 0);

	if (code == 0)
		code = edit_add(d->replica, d->schema, &d->draft, bytes_str(t->code), list, count,
				id, d->e);
	return code == 0 ? desk_save(d) : code;
}

/* What a deadline or round is now, for one or all of its periods. */
int desk_calendar_find(struct desk *d, struct desk_calendar *v, const char *code_of,
		      const struct period *p, struct agenda_item *it, struct timely_table *table)
{
	struct agenda_item *items;
	size_t count, i;
	int code = agenda_find(v->calendar, bytes_str(code_of), p == NULL ? v->year : p->year,
			       &d->arena, &items, &count, d->e);

	for (i = 0; i < count && code == 0; i++)
		if (p == NULL || items[i].round != NULL || period_equal(items[i].period, *p))
			break;
	if (code == 0 && i == count)
		code = err_set(d->e, ERR_NO_DEADLINE, "%s", code_of);
	if (code != 0)
		return code;
	*it = items[i];
	return agenda_table(&v->t, it, &d->arena, table, d->e);
}

/* "title. Last good day: until the end of ..., N units" once it has been saved. */
static int tell_table(struct desk *d, const char *code_of, const struct period *p, const char *what)
{
	struct desk_calendar v = { 0 };
	struct timely_table table;
	struct agenda_item it;
	struct buf text;
	json_t *j = NULL;
	int code = desk_calendar_open(d, &v);

	if (code == 0)
		code = desk_calendar_find(d, &v, code_of, p, &it, &table);
	if (code == 0)
		code = timely_json(&table, v.t.now, d->cli->lang, false, &j, d->e);
	if (code == 0 && !cli_json(d->cli, j)) {
		buf_init(&text, WORDS_MAX);
		buf_printf(&text, "%s: ", what);
		agenda_title(&it, d->cli->lang, &text);
		buf_printf(&text, "%s", CLI_TEXT(d->cli, ". Hạn cuối: ", ". Last good day: "));
		timely_day_text(&table.due, d->cli->lang, &text);
		buf_printf(&text, CLI_TEXT(d->cli, ", %u đơn vị, %u đã nộp.", ", %u units, %u received."),
			   table.expected, table.received);
		cli_line(stdout, buf_view(&text));
		buf_release(&text);
	}
	json_decref(j);
	desk_calendar_close(&v);
	return code;
}

int desk_calendar_tell(struct desk *d, const char *code_of, const struct period *p,
		       struct rid record, const char *what)
{
	struct record rec;
	int code = query_record(d->replica, 0, record, &d->arena, &rec, d->e);

	if (code != 0)
		return code;
	return desk_waits(d, 0, schema_type(d->schema, rec.type), rec.state) ?
		       desk_tell(d, 0, record) : tell_table(d, code_of, p, what);
}

/* Of a deadline: the period that is nearest to today, unless one is given. */
int desk_calendar_period(struct desk *d, int64_t day, const char *code_of, struct period *p)
{
	const struct deadline *of = schema_deadline(d->schema, bytes_str(code_of));
	const char *given = cli_option(d->cli, "period");

	*p = (struct period){ 0, 0 };
	if (given != NULL && !period_parse(bytes_str(given), p))
		return cli_usage(d->cli, CLI_TEXT(d->cli, "--period %s: viết như 2024 hoặc Q2/2024",
						 "--period %s: write it like 2024 or Q2/2024"), given);
	if (of == NULL || given != NULL)
		return 0;
	return deadline_nearest(of, day, p) ? 0 :
	       cli_usage(d->cli, CLI_TEXT(d->cli, "%s không có ngày", "%s has no date"), code_of);
}
