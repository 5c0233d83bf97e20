/* dongbo deadlines: what this unit owes, by when, done or not; works offline. */
#include <stdio.h>

#include "client/cmd/cmd.h"
#include "client/owed.h"
#include "common/text/date.h"

enum { COLUMNS = 4, CELL_MAX = 1 << 12, YEAR_MIN = 1900, YEAR_MAX = 2200 };

static void put_state(const struct owed *o, int64_t now, enum lang lang, struct buf *out)
{
	const struct timely_line *l = o->table.lines;

	if (o->table.count == 0) {
		buf_printf(out, "%s", lang == LANG_EN ? "if you have any" : "nếu phát sinh");
		return;
	}
	if (l->records == 0 && l->waiting > 0)
		buf_printf(out, "%s", lang == LANG_EN ? "done, to be sent" : "đã xong, chờ gửi");
	else if (l->state == TIMELY_NOTHING && l->records > 0)
		buf_printf(out, "%s", lang == LANG_EN ? "received" : "đã nhận");
	else
		buf_printf(out, "%s", timely_text(l->state, lang));
	if (l->wanted > 0) {
		buf_printf(out, " %u/%u", l->records, l->wanted);
	} else if (l->due.asked && l->due.day != DEADLINE_NO_DAY) {
		buf_printf(out, ", ");
		timely_margin_text(l, now, lang, out);
	}
}

static void put_note(const struct session *s, const struct owed *o, struct buf *out)
{
	enum lang lang = s->cli->lang;
	const struct timely_line *l = o->table.lines;
	const struct due *due = o->table.count > 0 ? &l->due : &o->item.due;

	if (o->table.count > 0 && l->unit.number != s->client.unit)
		buf_printf(out, lang == LANG_EN ? "of %.*s, which this unit stands for. " :
						  "của %.*s, nay thuộc đơn vị này. ",
			   (int)l->unit.name.len, (const char *)l->unit.name.at);
	if (o->item.round != NULL && o->item.round->closed)
		buf_printf(out, "%s", lang == LANG_EN ? "closed. " : "đã đóng. ");
	if (due->why != NULL) {
		buf_printf(out, "%s", lang == LANG_EN ? "was " : "gia hạn từ ");
		date_show(due->quoted, out);
		buf_printf(out, ": %.*s. ", (int)due->why->reason.len,
			   (const char *)due->why->reason.at);
	}
	if (o->table.count > 0 && l->returned > 0)
		buf_printf(out, lang == LANG_EN ? "sent back %u times. " : "bị trả lại %u lần. ",
			   l->returned);
}

static void add_row(const struct session *s, struct cli_table *t, const struct owed *o, int64_t now)
{
	enum lang lang = s->cli->lang;
	const struct deadline *d = o->item.deadline;
	struct buf parts[COLUMNS];
	const char *cells[COLUMNS];
	int i;

	for (i = 0; i < COLUMNS; i++)
		buf_init(&parts[i], CELL_MAX);
	if (d == NULL || d->rule != DEADLINE_AVERAGE)
		timely_day_text(o->table.count > 0 ? &o->table.lines[0].due : &o->item.due, lang,
				&parts[0]);
	else
		buf_printf(&parts[0], "%s", lang == LANG_EN ? "each quarter" : "mỗi quý");
	agenda_title(&o->item, lang, &parts[1]);
	put_state(o, now, lang, &parts[2]);
	put_note(s, o, &parts[3]);
	for (i = 0; i < COLUMNS; i++) {
		buf_byte(&parts[i], 0);
		cells[i] = parts[i].failed ? "..." : (const char *)parts[i].at;
	}
	cli_table_row(t, cells);
	for (i = 0; i < COLUMNS; i++)
		buf_release(&parts[i]);
}

static int print(struct session *s, const struct owed_list *owed)
{
	struct cli *c = s->cli;
	const char *const headings[COLUMNS] = {
		CLI_TEXT(c, "HẠN CUỐI", "LAST GOOD DAY"), CLI_TEXT(c, "NỘI DUNG", "WHAT"),
		CLI_TEXT(c, "TÌNH TRẠNG", "STATE"), CLI_TEXT(c, "GHI CHÚ", "NOTES")
	};
	struct cli_table *t = cli_table_new(COLUMNS, headings);
	json_t *list = json_array(), *j;
	size_t i;
	int code = 0;

	for (i = 0; i < owed->count && code == 0; i++) {
		code = timely_json(&owed->list[i].table, owed->now, c->lang, true, &j, s->e);
		if (code == 0 && json_array_append_new(list, j) != 0)
			code = err_set(s->e, ERR_NOMEM, "deadlines");
		add_row(s, t, &owed->list[i], owed->now);
	}
	if (code == 0 && !cli_json(c, list))
		code = cli_table_or(t, CLI_TEXT(c, "Đơn vị không có thời hạn nào trong năm này.",
						"There is no deadline for this unit in that year."), s->e);
	cli_table_free(t);
	json_decref(list);
	return code;
}

static int deadlines(struct session *s)
{
	struct owed_list owed;
	int64_t year = 0;
	int code = cli_number(s->cli, "year", 0, YEAR_MIN, YEAR_MAX, &year);

	if (code == 0)
		code = session_read(s);
	if (code != 0)
		return code;
	code = owed_open(&s->client, year, &s->arena, &owed, s->e);
	if (code == 0)
		code = print(s, &owed);
	owed_close(&owed);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = deadlines(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_deadlines = {
	"deadlines", "[--year YEAR]", "year=",
	{ "Đơn vị phải nộp gì, hạn cuối ngày nào, đã xong chưa", "What this unit owes, and by when" },
	{ "Thời hạn trong năm và những gì năm trước còn thiếu; đợt và gia hạn như lần đồng\n"
	  "bộ cuối. Hạn cuối là ngày cuối cùng còn kịp. Tính theo lúc máy chủ nhận: \"chờ gửi\" là chưa\n"
	  "nộp. Không cần mạng.\n\n"
	  "Ví dụ:\n  dongbo deadlines\n  dongbo deadlines --year 2024",
	  "What falls due this year, and what is missing from the last; calls and extensions as of\n"
	  "the last synchronisation. The day is the last good one. What counts is when the server\n"
	  "received it: \"to be sent\" is not there yet. Needs no network.\n\n"
	  "Examples:\n  dongbo deadlines\n  dongbo deadlines --year 2024" },
	run
};
