/* dongbod deadlines: the calendar of a year. */
#include <stdio.h>

#include "common/text/date.h"
#include "server/cmd/cmd_calendar.h"

enum { CELLS = 6, NAMED = 3 };

/* Of how many units, as on the last day: few by name. */
static size_t put_names(const struct desk_calendar *v, const struct deadline *d, int64_t day,
			struct buf *out)
{
	const struct units *units = v->t.units;
	size_t i, n = 0;

	for (i = 0; i < units_count(units); i++) {
		struct unit u;

		units_at(units, i, day, &u);
		if (!calendar_asks(d, &u))
			continue;
		if (n++ < NAMED) {
			buf_add(out, bytes_str(n > 1 ? "; " : ""));
			buf_add(out, u.name);
		}
	}
	return n;
}

static void put_asked(const struct desk_calendar *v, const struct agenda_item *it,
		      enum lang lang, struct buf *out)
{
	const struct deadline *d = it->deadline;
	int64_t day = it->due.day;
	size_t n = it->round != NULL ? it->round->unit_count : 0;

	if (it->round == NULL && d->kind_count == 0) {
		buf_printf(out, "%s", lang == LANG_EN ? "whoever has something" : "nếu phát sinh");
		return;
	}
	/* What is due on the average, or has no day yet, is asked of those that are there now. */
	if (day == DEADLINE_NO_DAY)
		day = date_of(v->t.now);
	if (it->round == NULL)
		n = put_names(v, d, day, out);
	if (it->round == NULL && n <= NAMED)
		return;
	buf_clear(out);
	buf_printf(out, lang == LANG_EN ? "%zu units" : "%zu đơn vị", n);
}

/* As the pack has it: kinds and codes. */
static json_t *asked_json(const struct agenda_item *it)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; it->round == NULL && i < it->deadline->kind_count; i++)
		json_array_append_new(list, json_string(it->deadline->kinds[i]));
	return list;
}

/* Whom a decision is for: few by name. */
static void put_units(struct desk *d, const struct desk_calendar *v, struct bytes asked,
		      struct buf *out)
{
	enum lang lang = d->cli->lang;
	int64_t day = date_of(v->t.now);
	const uint64_t *numbers;
	struct buf unknown;
	struct unit u;
	size_t n = 0, i;
	int code;

	buf_init(&unknown, 1 << 16);
	code = calendar_named(v->t.units, asked, day, &d->arena, &numbers, &n, &unknown, d->e);
	buf_release(&unknown);
	if (code != 0 || n == 0) {
		buf_add(out, asked);
		return;
	}
	if (n > NAMED) {
		buf_printf(out, lang == LANG_EN ? "%zu units" : "%zu đơn vị", n);
		return;
	}
	for (i = 0; i < n; i++) {
		buf_add(out, bytes_str(i > 0 ? "; " : ""));
		if (units_on(v->t.units, numbers[i], day, &u))
			buf_add(out, u.name);
	}
}

static bool decides(const struct decision *x, const struct agenda_item *it)
{
	return bytes_equal(x->subject, agenda_code(it)) &&
	       (x->what.every || period_equal(x->what.period, it->period));
}

static void put_decision(struct desk *d, const struct desk_calendar *v, const struct decision *x,
			 struct buf *out)
{
	enum lang lang = d->cli->lang;
	const struct extension *w = &x->what;

	if (!w->all) {
		put_units(d, v, x->asked, out);
		buf_printf(out, ": ");
	}
	if (w->day != DEADLINE_NO_DAY) {
		buf_printf(out, "%s", lang == LANG_EN ? "until the end of " : "hết ngày ");
		date_show(w->day, out);
		buf_printf(out, "%s", w->accept ? ", " : "");
	}
	if (w->accept)
		buf_printf(out, "%s", lang == LANG_EN ? "signed in time is on time" :
							"ký đúng hạn là đúng hạn");
	buf_printf(out, " (%.*s)", (int)w->reason.len, (const char *)w->reason.at);
}

/* Why the day is not the pack's, who has another one, and what else to know. */
static void put_notes(struct desk *d, const struct desk_calendar *v, const struct agenda_item *it,
		      struct buf *out)
{
	enum lang lang = d->cli->lang;
	const struct due *due = &it->due;
	size_t i;

	if (it->round != NULL && it->round->closed)
		buf_printf(out, "%s", lang == LANG_EN ? "closed" : "đã đóng");
	if (due->quoted != DEADLINE_NO_DAY && !due->asked)
		buf_printf(out, "%s", lang == LANG_EN ? "before it was in force" :
							"trước khi có hiệu lực");
	for (i = 0; i < v->calendar->decision_count; i++) {
		const struct decision *x = &v->calendar->decisions[i];

		if (!decides(x, it))
			continue;
		buf_printf(out, "%s", out->len > 0 ? "; " : "");
		put_decision(d, v, x, out);
	}
}

static void put_day(const struct agenda_item *it, enum lang lang, struct buf *out)
{
	if (it->deadline != NULL && it->deadline->rule == DEADLINE_AVERAGE)
		buf_printf(out, lang == LANG_EN ? "%u a quarter on average" :
						  "bình quân %u lần/quý", it->deadline->per_quarter);
	else
		timely_day_text(&it->due, lang, out);
}

static json_t *words(const struct buf *b)
{
	return json_stringn(b->len == 0 ? "" : (const char *)b->at, b->len);
}

static json_t *item_json(const struct desk_calendar *v, const struct agenda_item *it,
			 const struct buf parts[CELLS])
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < v->calendar->decision_count; i++) {
		const struct decision *x = &v->calendar->decisions[i];
		char id[64];

		if (!decides(x, it))
			continue;
		record_full_text(0, x->record, id);
		json_array_append_new(list, json_pack("{s:s, s:s%, s:o, s:b, s:s%}", "id", id, "units",
						      x->asked.len == 0 ? "" : (const char *)x->asked.at,
						      x->asked.len, "new_day",
						      desk_json_date(x->what.day), "accept",
						      x->what.accept, "reason",
						      x->what.reason.len == 0 ? "" :
						      (const char *)x->what.reason.at,
						      x->what.reason.len));
	}
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:b, s:o, s:o, s:o}", "code", words(&parts[2]),
			 "label", words(&parts[3]), "period", words(&parts[1]), "round",
			 it->round != NULL, "last_day", desk_json_date(it->due.day), "quoted_day",
			 desk_json_date(it->due.quoted), "asked", it->due.asked, "closed",
			 it->round != NULL && it->round->closed, "units", words(&parts[4]),
			 "kinds", asked_json(it), "extensions", list);
}

/* One line: its cells and its JSON. */
static int take_item(struct desk *d, const struct desk_calendar *v, const struct agenda_item *it,
		     struct cli_table *t, json_t *list)
{
	enum lang lang = d->cli->lang;
	const char *cells[CELLS];
	struct buf parts[CELLS];
	int i, failed = 0;

	for (i = 0; i < CELLS; i++)
		buf_init(&parts[i], 1 << 16);
	put_day(it, lang, &parts[0]);
	period_put(it->period, &parts[1]);
	buf_add(&parts[2], agenda_code(it));
	if (it->round != NULL)
		buf_add(&parts[3], it->round->title);
	else
		buf_printf(&parts[3], "%s", label_in(&it->deadline->label, lang));
	put_asked(v, it, lang, &parts[4]);
	put_notes(d, v, it, &parts[5]);
	failed |= json_array_append_new(list, item_json(v, it, parts)) != 0;
	for (i = 0; i < CELLS; i++) {
		buf_byte(&parts[i], 0);
		failed |= parts[i].failed;
		cells[i] = parts[i].failed ? NULL : (const char *)parts[i].at;
	}
	cli_table_row(t, cells);
	for (i = 0; i < CELLS; i++)
		buf_release(&parts[i]);
	return failed ? err_set(d->e, ERR_NOMEM, "deadlines") : 0;
}

static int print_agenda(struct desk *d, const struct desk_calendar *v,
			const struct agenda_item *items, size_t count)
{
	const char *const headings[CELLS] = {
		CLI_TEXT(d->cli, "HẠN CUỐI", "LAST GOOD DAY"), CLI_TEXT(d->cli, "KỲ", "PERIOD"),
		CLI_TEXT(d->cli, "MÃ", "CODE"), CLI_TEXT(d->cli, "NỘI DUNG", "WHAT"),
		CLI_TEXT(d->cli, "ĐƠN VỊ", "UNITS"), CLI_TEXT(d->cli, "GHI CHÚ", "NOTES")
	};
	struct cli_table *t = cli_table_new(CELLS, headings);
	json_t *list = json_array();
	size_t i;
	int code = 0;

	for (i = 0; i < count && code == 0; i++)
		code = take_item(d, v, &items[i], t, list);
	if (code == 0 && !cli_json(d->cli, list))
		code = cli_table_or(t, CLI_TEXT(d->cli, "Không có thời hạn nào trong năm này.",
						"There is no deadline in that year."), d->e);
	cli_table_free(t);
	json_decref(list);
	return code;
}

static int deadlines(struct desk *d)
{
	struct desk_calendar v;
	struct agenda_item *items;
	size_t count;
	int code = desk_read(d);

	if (code != 0)
		return code;
	code = desk_calendar_open(d, &v);
	if (code == 0)
		code = agenda_make(v.calendar, v.year, AGENDA_DUE, &d->arena, &items, &count, d->e);
	if (code == 0)
		code = print_agenda(d, &v, items, count);
	desk_calendar_close(&v);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 0, 0, deadlines);
}

const struct cli_command dongbod_deadlines = {
	"deadlines", "[--year YEAR]", "year=",
	{ "Lịch thời hạn của một năm", "The calendar of a year" },
	{ "Mọi thời hạn và đợt đến hạn trong năm, theo ngày cuối cùng còn kịp; gia hạn và lý do.\n"
	  "Kỳ là năm hoặc quý được báo cáo: nhu cầu của năm 2025 đến hạn trong năm 2024.\n\n"
	  "Ví dụ:\n  dongbod deadlines --year 2024",
	  "Every deadline and call that falls due in the year, by its last good day; extensions\n"
	  "and why. The period is what is reported: the need for 2025 falls due in 2024.\n\n"
	  "Example:\n  dongbod deadlines --year 2024" },
	run
};
