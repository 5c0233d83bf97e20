/* dongbod timeliness: who answered, in time, late or not at all. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/date.h"
#include "server/cmd/cmd_calendar.h"

enum { CELLS_MAX = 12, LINE_CELLS = 8, CELL_MAX = 1 << 12 };

/* Cells of one row while they are filled. */
struct row {
	struct buf cells[CELLS_MAX];
	int count;
};

static void row_begin(struct row *r, int count)
{
	int i;

	r->count = count;
	for (i = 0; i < count; i++)
		buf_init(&r->cells[i], CELL_MAX);
}

static void row_end(struct row *r, struct cli_table *t)
{
	const char *cells[CELLS_MAX];
	int i;

	for (i = 0; i < r->count; i++) {
		buf_byte(&r->cells[i], 0);
		cells[i] = r->cells[i].failed ? "..." : (const char *)r->cells[i].at;
	}
	cli_table_row(t, cells);
	for (i = 0; i < r->count; i++)
		buf_release(&r->cells[i]);
}

static void put_time(int64_t seconds, struct buf *out)
{
	char text[32];

	buf_printf(out, "%s", desk_time(seconds, text));
}

/* How long after the computer's claim the receipt was: a clock that lies is seen. */
static void put_gap(int64_t seconds, enum lang lang, struct buf *out)
{
	int64_t n = seconds < 0 ? -seconds : seconds;

	buf_printf(out, "%s", seconds < 0 ? "-" : "");
	if (n >= 86400)
		buf_printf(out, "%" PRId64 " %s", n / 86400, lang == LANG_EN ? "d" : "ngày");
	else
		buf_printf(out, "%02d:%02d", (int)(n / 3600), (int)(n / 60 % 60));
}

static void put_state(const struct timely_line *l, enum lang lang, struct buf *out)
{
	if (l->state == TIMELY_NOTHING && l->records > 0)
		buf_printf(out, "%s", lang == LANG_EN ? "received" : "đã nhận");
	else
		buf_printf(out, "%s", timely_text(l->state, lang));
	if (l->wanted > 0)
		buf_printf(out, " %u/%u", l->records, l->wanted);
	if (l->accepted)
		buf_printf(out, "%s", lang == LANG_EN ? " (accepted)" : " (được chấp nhận)");
	if (!l->expected && l->due.asked)
		buf_printf(out, "%s", lang == LANG_EN ? " (not asked)" : " (không bắt buộc)");
}

/* The cells that a unit's line has in every table. */
static void put_line(const struct timely_line *l, int64_t now, enum lang lang, struct buf *cells)
{
	if (l->due.day != DEADLINE_NO_DAY)
		date_show(l->due.day, &cells[0]);
	put_state(l, lang, &cells[1]);
	if (l->due.asked && (l->expected || l->records > 0))
		timely_margin_text(l, now, lang, &cells[5]);
	if (l->records == 0)
		return;
	put_time(l->received, &cells[2]);
	put_time(l->signed_at, &cells[3]);
	put_gap(l->received - l->signed_at, lang, &cells[4]);
	put_time(l->last, &cells[6]);
	buf_printf(&cells[7], l->returned > 0 ? "%u (%u)" : "%u", l->records, l->returned);
}

#define LINE_HEADINGS(c) \
	CLI_TEXT(c, "HẾT NGÀY", "UNTIL"), CLI_TEXT(c, "TÌNH TRẠNG", "STATE"), \
	CLI_TEXT(c, "NHẬN LẦN ĐẦU", "FIRST RECEIVED"), \
	CLI_TEXT(c, "KÝ (THEO MÁY)", "SIGNED (ITS CLOCK)"), CLI_TEXT(c, "NHẬN SAU KÝ", "AFTER"), \
	CLI_TEXT(c, "SỚM/MUỘN", "EARLY/LATE"), CLI_TEXT(c, "NHẬN GẦN NHẤT", "LAST RECEIVED"), \
	CLI_TEXT(c, "HỒ SƠ (TRẢ LẠI)", "RECORDS (RETURNED)")

/* "95,0 %", or "95,0 % / 93,0 %" where what was signed in time makes a difference. */
static void put_shares(const struct timely_table *t,
		       unsigned (*count)(const struct timely_table *t, bool with_signed),
		       enum lang lang, struct buf *out)
{
	timely_share(count(t, true), t->expected, lang, out);
	if (t->signed_late == 0)
		return;
	buf_printf(out, " / ");
	timely_share(count(t, false), t->expected, lang, out);
}

static bool is_average(const struct timely_table *t)
{
	return t->deadline != NULL && t->deadline->rule == DEADLINE_AVERAGE;
}

enum { COUNTS = 7 };

/* What is asked of nobody is told of those who came. */
static void count_units(const struct timely_table *t, unsigned counts[COUNTS])
{
	size_t i;

	counts[0] = t->expected;
	counts[1] = t->received;
	counts[2] = t->on_time + t->exempt;
	counts[3] = t->signed_late;
	counts[4] = t->late;
	counts[5] = t->missing;
	counts[6] = t->open;
	for (i = 0; t->expected == 0 && i < t->count; i++) {
		enum timely state = t->lines[i].state;

		counts[1] += t->lines[i].records > 0;
		counts[2] += state == TIMELY_ON_TIME || state == TIMELY_EXEMPT;
		counts[3] += state == TIMELY_SIGNED;
		counts[4] += state == TIMELY_LATE;
	}
}

/* open: with how many are not due yet. */
static void put_table(const struct agenda_item *it, const struct timely_table *t, bool open,
		      enum lang lang, struct row *r)
{
	unsigned counts[COUNTS];
	int i, shown = open ? COUNTS : COUNTS - 1;

	count_units(t, counts);
	row_begin(r, 5 + shown);
	buf_add(&r->cells[0], agenda_code(it));
	agenda_title(it, lang, &r->cells[1]);
	if (it->round != NULL && it->round->closed)
		buf_printf(&r->cells[1], "%s", lang == LANG_EN ? " (closed)" : " (đã đóng)");
	if (is_average(t))
		buf_printf(&r->cells[2], lang == LANG_EN ? "together %u/%u" : "gộp chung %u/%u",
			   t->records, t->wanted);
	else if (t->due.day != DEADLINE_NO_DAY)
		date_show(t->due.day, &r->cells[2]);
	for (i = 0; i < shown; i++)
		if (t->expected == 0 && (i == 0 || i > 4))
			buf_printf(&r->cells[3 + i], "-");
		else
			buf_printf(&r->cells[3 + i], "%u", counts[i]);
	put_shares(t, timely_complete, lang, &r->cells[3 + shown]);
	put_shares(t, timely_in_time, lang, &r->cells[4 + shown]);
}

/* A line for each deadline. */
static int print_all(struct desk *d, const struct agenda_item *items,
		     const struct timely_table *tables, size_t count)
{
	struct cli *c = d->cli;
	const char *headings[] = {
		CLI_TEXT(c, "MÃ", "CODE"), CLI_TEXT(c, "NỘI DUNG", "WHAT"),
		CLI_TEXT(c, "HẾT NGÀY", "UNTIL"), CLI_TEXT(c, "PHẢI NỘP", "EXPECTED"),
		CLI_TEXT(c, "ĐÃ NỘP", "RECEIVED"), CLI_TEXT(c, "ĐÚNG HẠN", "ON TIME"),
		CLI_TEXT(c, "KÝ ĐÚNG HẠN", "SIGNED IN TIME"), CLI_TEXT(c, "QUÁ HẠN", "LATE"),
		CLI_TEXT(c, "CHƯA NỘP", "MISSING"), CLI_TEXT(c, "ĐẦY ĐỦ", "COMPLETE"),
		CLI_TEXT(c, "KỊP THỜI", "IN TIME"), ""
	};
	bool signed_late = false, open = false;
	struct cli_table *t;
	struct row r;
	size_t i;
	int code;

	for (i = 0; i < count; i++) {
		signed_late |= tables[i].signed_late > 0;
		open |= tables[i].open > 0;
	}
	if (open) {
		headings[11] = headings[10];
		headings[10] = headings[9];
		headings[9] = CLI_TEXT(c, "CHƯA ĐẾN HẠN", "NOT DUE");
	}
	t = cli_table_new(open ? 12 : 11, headings);
	for (i = 0; i < count; i++) {
		put_table(&items[i], &tables[i], open, c->lang, &r);
		row_end(&r, t);
	}
	code = cli_table_or(t, CLI_TEXT(c, "Không có thời hạn hay đợt nào.", "There is no deadline or call."),
			    d->e);
	cli_table_free(t);
	if (code == 0 && signed_late)
		printf("\n%s\n", CLI_TEXT(c, "a % / b %: tính cả, không tính phần ký đúng hạn nhưng nhận "
					     "sau hạn.",
					  "a % / b %: with, without what was signed in time and "
					  "received late."));
	return code;
}

/* One deadline, unit by unit, with its sums below. */
static int print_units(struct desk *d, const struct agenda_item *it, const struct timely_table *t,
		       int64_t now)
{
	struct cli *c = d->cli;
	const char *const headings[] = { CLI_TEXT(c, "MÃ", "CODE"), CLI_TEXT(c, "ĐƠN VỊ", "UNIT"),
					 LINE_HEADINGS(c) };
	struct cli_table *table = cli_table_new(2 + LINE_CELLS, headings);
	struct buf title;
	struct row r;
	size_t i;
	int code;

	buf_init(&title, CELL_MAX);
	agenda_title(it, c->lang, &title);
	if (!is_average(t)) {
		buf_printf(&title, "%s", CLI_TEXT(c, ". Hạn cuối: ", ". Last good day: "));
		timely_day_text(&t->due, c->lang, &title);
	}
	cli_line(stdout, buf_view(&title));
	buf_release(&title);
	for (i = 0; i < t->count; i++) {
		row_begin(&r, 2 + LINE_CELLS);
		buf_add(&r.cells[0], t->lines[i].unit.code);
		buf_add(&r.cells[1], t->lines[i].unit.name);
		put_line(&t->lines[i], now, c->lang, &r.cells[2]);
		row_end(&r, table);
	}
	code = cli_table_print(table, d->e);
	cli_table_free(table);
	printf("\n");
	return code != 0 ? code : print_all(d, it, t, 1);
}

/* One unit, deadline by deadline. */
static int print_unit(struct desk *d, const struct agenda_item *items,
		      const struct timely_table *tables, size_t count, int64_t now)
{
	struct cli *c = d->cli;
	const char *const headings[] = { CLI_TEXT(c, "MÃ", "CODE"), CLI_TEXT(c, "NỘI DUNG", "WHAT"),
					 LINE_HEADINGS(c) };
	struct cli_table *table = cli_table_new(2 + LINE_CELLS, headings);
	struct row r;
	size_t i, k;
	int code;

	for (i = 0; i < count; i++)
		for (k = 0; k < tables[i].count; k++) {
			row_begin(&r, 2 + LINE_CELLS);
			buf_add(&r.cells[0], agenda_code(&items[i]));
			agenda_title(&items[i], c->lang, &r.cells[1]);
			put_line(&tables[i].lines[k], now, c->lang, &r.cells[2]);
			row_end(&r, table);
		}
	code = cli_table_or(table, CLI_TEXT(c, "Đơn vị này không có thời hạn nào.",
					    "There is no deadline for this unit."), d->e);
	cli_table_free(table);
	return code;
}

int cmd_timeliness_print(struct desk *d, const struct agenda_item *items,
			 const struct timely_table *tables, size_t count, int64_t now,
			 bool units)
{
	bool unit = d->options.stream != ANY_STREAM;
	json_t *list = json_array(), *j;
	size_t i;
	int code = 0;

	for (i = 0; i < count && code == 0; i++) {
		code = timely_json(&tables[i], now, d->cli->lang, units || unit, &j, d->e);
		if (code == 0 && json_array_append_new(list, j) != 0)
			code = err_set(d->e, ERR_NOMEM, "timeliness");
	}
	if (code != 0 || cli_json(d->cli, list)) {
		json_decref(list);
		return code;
	}
	json_decref(list);
	if (unit)
		return print_unit(d, items, tables, count, now);
	if (!units)
		return print_all(d, items, tables, count);
	for (i = 0; i < count && code == 0; i++) {
		printf("%s", i > 0 ? "\n" : "");
		code = print_units(d, &items[i], &tables[i], now);
	}
	return code;
}

/* Of the year's, those of --quarter and those of which anything is to be said. */
static int fill(struct desk *d, const struct desk_calendar *v, struct agenda_item *items,
		size_t *count, struct timely_table *tables)
{
	bool one = cli_option(d->cli, "deadline") != NULL;
	int64_t quarter = 0;
	size_t i, kept = 0;
	int code = cli_number(d->cli, "quarter", 0, 1, 4, &quarter);

	for (i = 0; i < *count && code == 0; i++) {
		if (quarter != 0 && items[i].period.quarter != (unsigned)quarter)
			continue;
		items[kept] = items[i];
		code = agenda_table(&v->t, &items[i], &d->arena, &tables[kept], d->e);
		kept += one || tables[kept].count > 0;
	}
	*count = kept;
	return code;
}

static int timeliness(struct desk *d)
{
	const char *only = cli_option(d->cli, "deadline");
	struct desk_calendar v = { 0 };
	struct agenda_item *items = NULL;
	struct timely_table *tables;
	size_t count = 0;
	int code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	if (code != 0)
		return code;
	code = desk_calendar_open(d, &v);
	if (code == 0)
		code = only == NULL ? agenda_make(v.calendar, v.year, AGENDA_OF, &d->arena, &items,
						  &count, d->e) :
				      agenda_find(v.calendar, bytes_str(only), v.year, &d->arena,
						  &items, &count, d->e);
	tables = arena_array(&d->arena, count + 1, sizeof *tables);
	if (code == 0 && tables == NULL)
		code = err_set(d->e, ERR_NOMEM, "timeliness");
	if (code == 0)
		code = fill(d, &v, items, &count, tables);
	if (code == 0)
		code = cmd_timeliness_print(d, items, tables, count, v.t.now, only != NULL);
	desk_calendar_close(&v);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 0, 0, timeliness);
}

const struct cli_command dongbod_timeliness = {
	"timeliness", "[--year YEAR] [--deadline CODE] [--quarter 1-4] [--unit UNIT] [--at DATE]",
	"year= deadline= quarter= unit= at=",
	{ "Đơn vị nào nộp đúng hạn, quá hạn, chưa nộp", "Who answered in time, late, or not at all" },
	{ "Mỗi thời hạn một dòng; --deadline: từng đơn vị; --unit: từng thời hạn của một đơn vị.\n"
	  "Năm là năm được báo cáo (nhu cầu của năm 2025 nộp trong năm 2024), mặc định là năm nay.\n"
	  "Tính theo lúc máy chủ nhận lần đầu; trả lại để bổ sung không tính vào đơn vị. Ký đúng hạn\n"
	  "mà nhận sau hạn là một loại riêng, cán bộ có thể chấp nhận (dongbod extend --accept).\n"
	  "Giờ ký là do máy của đơn vị khai, chỉ để biết. --at: như đến hết ngày đó.\n\n"
	  "Ví dụ:\n"
	  "  dongbod timeliness --year 2024\n"
	  "  dongbod timeliness --deadline t4 --year 2024\n"
	  "  dongbod timeliness --deadline t3 --year 2024 --quarter 2 --at 30/06/2024\n"
	  "  dongbod timeliness --unit THCS-TAMSON",
	  "A line for each deadline; --deadline: each unit; --unit: each deadline of one unit.\n"
	  "The year is the one that is reported (needs for 2025 are sent in 2024), by default this\n"
	  "one. The server's first receipt counts; being sent back does not count against a unit.\n"
	  "What was signed in time and received late is a class of its own, which an officer may\n"
	  "accept (dongbod extend --accept). The time of signing is what the unit's computer\n"
	  "claims, for your information. --at: as at the end of that day.\n\n"
	  "Examples:\n"
	  "  dongbod timeliness --year 2024\n"
	  "  dongbod timeliness --deadline t4 --year 2024\n"
	  "  dongbod timeliness --deadline t3 --year 2024 --quarter 2 --at 30/06/2024\n"
	  "  dongbod timeliness --unit THCS-TAMSON" },
	run
};
