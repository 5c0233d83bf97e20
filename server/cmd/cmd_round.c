/* dongbod round: the centre's calls. */
#include <stdio.h>
#include <string.h>

#include "common/text/date.h"
#include "common/text/text.h"
#include "server/cmd/cmd_calendar.h"
#include "server/remind.h"

enum { FIELDS_MAX = 8, WORDS_MAX = 1 << 12 };

/* A proposal that came to nothing, or a call that was taken back. */
static bool is_over(const struct type *kept, const json_t *record)
{
	const char *code = json_string_value(json_object_get(record, "state"));
	const struct state *st = kept->workflow == NULL || code == NULL ? NULL :
				 workflow_state_by_code(kept->workflow, bytes_str(code));

	return st != NULL && st->final && !st->good;
}

/* Whether a call of this code is there, also one that nobody has approved yet. */
static int ask_new_code(struct desk *d, const struct type *kept, const char *code_of)
{
	struct query_options o = { .stream = 0, .type = bytes_str(kept->code) };
	struct bytes where;
	char text[200];
	json_t *list = NULL, *j;
	size_t i;
	int code;

	snprintf(text, sizeof text, "code=%.150s", code_of);
	where = bytes_str(text);
	o.where = &where;
	o.where_count = 1;
	code = query_list(d->replica, &o, &list, d->e);
	json_array_foreach(json_object_get(list, "records"), i, j)
		if (code == 0 && !is_over(kept, j))
			code = err_set(d->e, ERR_EXISTS, "%s", code_of);
	json_decref(list);
	return code;
}

static int check_new(struct desk *d, const struct desk_calendar *v, const char *code_of,
		     const struct type **kept)
{
	const char *of = cli_option(d->cli, "type");
	const struct type *t = schema_type_by_code(d->schema, bytes_str(of));
	int64_t from, due;
	int code = desk_day(d, "from", date_of(v->t.now), &from);

	if (code == 0)
		code = desk_day(d, "due", DEADLINE_NO_DAY, &due);
	if (code == 0 && (t == NULL || t->district || t->row))
		code = err_set(d->e, ERR_NO_TYPE, "%s", of == NULL ? "--type" : of);
	if (code == 0 && due == DEADLINE_NO_DAY)
		code = cli_usage(d->cli, CLI_TEXT(d->cli, "cần --due NGÀY, ngày cuối cùng còn kịp",
						  "--due DATE, the last good day, is needed"));
	if (code == 0 && schema_deadline(d->schema, bytes_str(code_of)) != NULL)
		code = err_set(d->e, ERR_EXISTS, "%s", code_of);
	if (code != 0)
		return code;
	*kept = desk_calendar_kept(d->schema, t->pack, true);
	if (*kept == NULL)
		return err_set(d->e, ERR_NO_TYPE, "rounds");
	code = ask_new_code(d, *kept, code_of);
	return code != 0 ? code : desk_calendar_units(d, v, from);
}

static int open_round(struct desk *d)
{
	struct cli *c = d->cli;
	const char *code_of = c->argv[1], *from = cli_option(c, "from");
	struct desk_calendar v = { 0 };
	struct assignment list[FIELDS_MAX];
	const struct type *kept;
	struct rid id = RID_NONE;
	struct buf today;
	size_t count = 0;
	int code = desk_calendar_open(d, &v);

	buf_init(&today, 32);
	if (code == 0)
		code = check_new(d, &v, code_of, &kept);
	date_put(date_of(v.t.now), &today);
	buf_byte(&today, 0);
	desk_calendar_close(&v);
	if (code == 0 && today.failed)
		code = err_set(d->e, ERR_NOMEM, "round");
	if (code == 0) {
		desk_calendar_put(list, &count, "code", code_of);
		desk_calendar_put(list, &count, "title", cli_option(c, "title") != NULL ? cli_option(c, "title") :
									   code_of);
		desk_calendar_put(list, &count, "expects", cli_option(c, "type"));
		desk_calendar_put(list, &count, "units", cli_option(c, "units"));
		desk_calendar_put(list, &count, "from", from != NULL ? from : (const char *)today.at);
		desk_calendar_put(list, &count, "due", cli_option(c, "due"));
		desk_calendar_put(list, &count, "note", cli_option(c, "note"));
		code = desk_calendar_save(d, kept, list, count, &id);
	}
	buf_release(&today);
	return code == 0 ? desk_calendar_tell(d, code_of, NULL, id, CLI_TEXT(c, "Đã mở", "Opened")) : code;
}

/* Closing is a mark; or the step of its way that leads on, of which one may propose what
 * another approves by the same word. */
static int draft_close(struct desk *d, struct rid id)
{
	const struct assignment closed = { .field = bytes_str("closed"), .value = bytes_str("true") };
	const struct workflow *w;
	const struct type *t;
	struct record rec;
	size_t i;
	int code = query_record(d->replica, 0, id, &d->arena, &rec, d->e);

	if (code != 0)
		return code;
	t = schema_type(d->schema, rec.type);
	w = t == NULL ? NULL : t->workflow;
	if (w == NULL)
		return edit_change(d->replica, d->schema, &d->draft, id, &closed, 1, d->e);
	for (i = 0; i < w->move_count; i++) {
		const struct move *m = &w->moves[i];

		if (!m->remark && workflow_move(w, rec.state, m->to) == m && type_counts(t, m->to))
			return edit_move(d->replica, d->schema, &d->draft, id,
					 bytes_str(workflow_state(w, m->to)->code), BYTES_NONE, d->e);
	}
	return err_set(d->e, ERR_NO_MOVE, "%s", d->cli->argv[1]);
}

static int close_round(struct desk *d)
{
	const char *code_of = d->cli->argv[1];
	struct desk_calendar v = { 0 };
	const struct round *r;
	struct rid id = RID_NONE;
	int code = desk_calendar_open(d, &v);

	if (code == 0) {
		r = calendar_round(v.calendar, bytes_str(code_of));
		if (r == NULL)
			code = err_set(d->e, ERR_NO_DEADLINE, "%s", code_of);
		else
			id = r->record;
	}
	desk_calendar_close(&v);
	if (code == 0)
		code = desk_begin(d, 0);
	if (code == 0)
		code = draft_close(d, id);
	if (code == 0)
		code = desk_save(d);
	return code != 0 ? code :
	       desk_calendar_tell(d, code_of, NULL, id, CLI_TEXT(d->cli, "Đã đóng", "Closed"));
}

static int show_round(struct desk *d)
{
	struct desk_calendar v = { 0 };
	struct timely_table table;
	struct agenda_item it;
	int code = desk_read(d);

	if (code != 0)
		return code;
	code = desk_calendar_open(d, &v);
	if (code == 0)
		code = desk_calendar_find(d, &v, d->cli->argv[1], NULL, &it, &table);
	if (code == 0)
		code = cmd_timeliness_print(d, &it, &table, 1, v.t.now, true);
	desk_calendar_close(&v);
	return code;
}

/* Every call, or those of --year, with how many have answered. */
static int list_rounds(struct desk *d)
{
	struct desk_calendar v = { 0 };
	struct timely_table *tables;
	struct agenda_item *items;
	size_t i, n = 0;
	int code = desk_read(d);

	if (code != 0)
		return code;
	code = desk_calendar_open(d, &v);
	items = code == 0 ? arena_array(&d->arena, v.calendar->round_count + 1, sizeof *items) : NULL;
	tables = code == 0 ? arena_array(&d->arena, v.calendar->round_count + 1, sizeof *tables) :
			     NULL;
	if (code == 0 && (items == NULL || tables == NULL))
		code = err_set(d->e, ERR_NOMEM, "rounds");
	for (i = 0; code == 0 && i < v.calendar->round_count; i++) {
		const struct round *r = &v.calendar->rounds[i];

		if (r->type == NULL)
			continue;
		items[n] = (struct agenda_item){ .round = r };
		code = timeliness_round(&v.t, r, &d->arena, &tables[n], d->e);
		items[n].due = tables[n].due;
		n++;
	}
	if (code == 0)
		code = cmd_timeliness_print(d, items, tables, n, v.t.now, false);
	if (code == 0 && !d->cli->json)
		code = desk_say_waiting(d);
	desk_calendar_close(&v);
	return code;
}

static void tell_reminded(void *ctx, const struct timely_line *l, bool written)
{
	json_t *j = json_pack("{s:s%, s:I, s:s%, s:b}", "unit",
			      l->unit.code.len == 0 ? "" : (const char *)l->unit.code.at,
			      l->unit.code.len, "number", (json_int_t)l->unit.number, "name",
			      l->unit.name.len == 0 ? "" : (const char *)l->unit.name.at,
			      l->unit.name.len, "written", written);

	json_array_append_new(ctx, j);
}

static int print_reminded(struct desk *d, const json_t *rows, const struct remind *r)
{
	const char *const headings[] = { CLI_TEXT(d->cli, "MÃ", "CODE"),
					 CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"),
					 CLI_TEXT(d->cli, "ĐÔN ĐỐC", "REMINDED") };
	struct cli_table *t = cli_table_new(3, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(rows, i, j) {
		bool now = json_is_true(json_object_get(j, "written"));
		char unused[32], more[32];
		const char *cells[3] = { desk_text(j, "unit", unused), desk_text(j, "name", more),
					 now ? CLI_TEXT(d->cli, "đã ghi", "now") :
					       CLI_TEXT(d->cli, "hôm nay đã ghi", "earlier today") };

		cli_table_row(t, cells);
	}
	code = r->owing == 0 ? 0 : cli_table_print(t, d->e);
	cli_table_free(t);
	printf(CLI_TEXT(d->cli, "%zu đơn vị chưa nộp, %zu lời đôn đốc được ghi vào sổ của họ.\n",
			"%zu units still owe it, %zu reminders written into their streams.\n"),
	       r->owing, r->written);
	return code;
}

static int remind(struct desk *d)
{
	struct desk_calendar v = { 0 };
	struct timely_table table;
	struct agenda_item it;
	struct period p;
	struct buf by;
	json_t *rows = json_array();
	struct remind r = { .officer = &d->officer, .about = &it, .table = &table,
			    .schema = d->schema, .ctx = rows, .row = tell_reminded };
	int code = desk_officer(d);

	buf_init(&by, WORDS_MAX);
	if (code == 0)
		code = desk_calendar_open(d, &v);
	if (code == 0)
		code = desk_calendar_period(d, date_of(v.t.now), d->cli->argv[1], &p);
	if (code == 0)
		code = desk_calendar_find(d, &v, d->cli->argv[1], &p, &it, &table);
	if (code == 0 && it.round != NULL && it.round->closed)
		code = cli_usage(d->cli, CLI_TEXT(d->cli, "đợt %s đã đóng", "%s is closed"),
				 d->cli->argv[1]);
	if (code == 0)
		code = text_nfc(bytes_str(cli_option(d->cli, "as")), &by, d->e);
	r.by = buf_view(&by);
	r.now = v.t.now;
	if (code == 0)
		code = server_remind(&d->server, &r, d->e);
	if (code == 0 && !cli_json(d->cli, rows))
		code = print_reminded(d, rows, &r);
	buf_release(&by);
	json_decref(rows);
	desk_calendar_close(&v);
	return code;
}

static int round_verb(struct desk *d)
{
	static const struct {
		const char *name;
		int arguments, (*run)(struct desk *d);
	} verbs[] = { { "open", 2, open_round }, { "close", 2, close_round },
		      { "show", 2, show_round }, { "list", 1, list_rounds },
		      { "remind", 2, remind } };
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(d->cli->argv[0], verbs[i].name) == 0) {
			int code = cli_arguments(d->cli, verbs[i].arguments, verbs[i].arguments);

			return code != 0 ? code : verbs[i].run(d);
		}
	return cli_unknown(d->cli, d->cli->argv[0]);
}

static int run(struct cli *c)
{
	return desk_run(c, 1, 2, round_verb);
}

const struct cli_command dongbod_round = {
	"round", "open CODE --type TYPE --due DATE | remind CODE | close CODE | list | show CODE",
	"type= title= from= due= units= note= period= as= passphrase-file=",
	{ "Đợt đăng ký, báo cáo: mở, đôn đốc, đóng, xem", "Calls: open, remind, close, look" },
	{ "Một đợt là một thời hạn riêng cho những đơn vị nêu trong đó; mọi máy có ngay khi đồng bộ.\n\n"
	  "open     --type: loại hồ sơ trả lời; --due: ngày cuối cùng còn kịp; --from: từ ngày (hôm\n"
	  "         nay); --units: mã hoặc loại đơn vị, cách nhau bằng dấu phẩy (không có: như thời\n"
	  "         hạn của loại ấy, hoặc tất cả); --title, --note\n"
	  "remind   ghi một lời đôn đốc vào sổ của mỗi đơn vị chưa nộp; cho cả thời hạn (t4), với\n"
	  "         --period. Dừng giữa chừng thì chạy lại: mỗi ngày không ai bị nhắc hai lần\n"
	  "close    đóng đợt; nộp sau vẫn được nhận và ghi là muộn\n\n"
	  "Khi bộ biểu mẫu đòi hai người, open và close chỉ là đề nghị: đợt có hiệu lực (hoặc đóng)\n"
	  "khi cán bộ khác duyệt, dongbod verify MÃ; những gì còn chờ: dongbod tasks --task approval.\n\n"
	  "Ví dụ:\n"
	  "  dongbod round open BD-2025-1 --type course --title \"Bồi dưỡng năm 2025, đợt 1\" \\\n"
	  "      --due 28/02/2025 --units \"PHONG, XA\" --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod round remind BD-2025-1 --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod round remind t4 --period 2024 --as \"Nguyễn Thị Mẫu\"",
	  "A call is a deadline of its own for the units that it names; every computer has it at\n"
	  "its next synchronisation.\n\n"
	  "open     --type: of the records that answer; --due: the last good day; --from: since\n"
	  "         (today); --units: codes or kinds, with commas (none: as the deadline of that\n"
	  "         type, or all); --title, --note\n"
	  "remind   writes a reminder into the stream of each unit that still owes it; of a\n"
	  "         deadline (t4) too, with --period. If it stops half-way, run it again: nobody\n"
	  "         is reminded twice in a day\n"
	  "close    closes it; what comes later is taken and counts as late\n\n"
	  "Where the pack asks for two persons, open and close propose only: another officer\n"
	  "approves, dongbod verify ID; what still waits: dongbod tasks --task approval.\n\n"
	  "Examples:\n"
	  "  dongbod round open BD-2025-1 --type course --title \"Bồi dưỡng năm 2025, đợt 1\" \\\n"
	  "      --due 28/02/2025 --units \"PHONG, XA\" --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod round remind BD-2025-1 --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod round remind t4 --period 2024 --as \"Nguyễn Thị Mẫu\"" },
	run
};
