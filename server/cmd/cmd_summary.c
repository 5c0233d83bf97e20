/* dongbod summary: the consolidated view, from the running totals. A record belongs to
 * the unit that it was written in; --units successor adds it up under the one that
 * stands for it on the day (unit.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/number.h"
#include "server/cmd/cmd_summary.h"

/* "1.500.000", nothing where it is 0; until the next call. */
static const char *grouped(int64_t n, struct buf *b)
{
	buf_clear(b);
	if (n != 0)
		number_show(n, b);
	buf_byte(b, 0);
	return b->failed ? "?" : (const char *)b->at;
}

static int print_totals(struct desk *d, const json_t *totals, bool by_unit)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "LOẠI", "TYPE"), CLI_TEXT(d->cli, "TRẠNG THÁI", "STATE"),
		CLI_TEXT(d->cli, "NĂM", "YEAR"), CLI_TEXT(d->cli, "SỐ HỒ SƠ", "RECORDS"),
		CLI_TEXT(d->cli, "SỐ TIỀN (đồng)", "SUM (VND)"), CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"),
		CLI_TEXT(d->cli, "TÊN", "NAME")
	};
	struct cli_table *t = cli_table_new(by_unit ? 7 : 5, headings);
	struct buf money;
	json_t *j;
	size_t i;
	int code;

	buf_init(&money, 64);
	json_array_foreach(totals, i, j) {
		int64_t sum = json_integer_value(json_object_get(j, "sum"));
		char year[32], count[32], unused[32];
		const char *cells[7] = {
			desk_text(j, "label", unused), desk_text(j, "state_label", unused),
			desk_text(j, "year", year), desk_text(j, "count", count),
			grouped(sum, &money), desk_text(j, "unit", unused),
			desk_text(j, "unit_name", unused)
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	buf_release(&money);
	return code;
}

static json_int_t number_of(const json_t *j, const char *key)
{
	return json_integer_value(json_object_get(j, key));
}

/* Rows of one unit, type, year and state come together. */
static int compare_rows(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	json_int_t n = number_of(x, "stream") - number_of(y, "stream");
	char left[32], right[32];
	int c;

	if (n != 0)
		return n < 0 ? -1 : 1;
	c = strcmp(desk_text(x, "type", left), desk_text(y, "type", right));
	if (c != 0)
		return c;
	n = number_of(x, "year") - number_of(y, "year");
	if (n != 0)
		return n < 0 ? -1 : 1;
	return strcmp(desk_text(x, "state", left), desk_text(y, "state", right));
}

static void add_up(json_t *to, const json_t *from, const char *key)
{
	json_object_set_new(to, key, json_integer(number_of(to, key) + number_of(from, key)));
}

/* Rows under the units that stand for theirs; of one unit alone, unless that is 0. */
static int roll_up(struct desk *d, uint64_t only, json_t **totals)
{
	size_t count = json_array_size(*totals), i, n = 0;
	json_t **rows = arena_array(&d->arena, count + 1, sizeof(json_t *)), *list = json_array();
	uint64_t stream = 0, heir = 0;
	const struct units *u;
	int code = rows == NULL ? err_set(d->e, ERR_NOMEM, "totals") : units_now(d->replica, &u,
										 d->e);

	for (i = 0; i < count && code == 0; i++) {
		json_t *j = json_array_get(*totals, i);

		/* They come stream by stream. */
		if (i == 0 || (uint64_t)number_of(j, "stream") != stream) {
			stream = (uint64_t)number_of(j, "stream");
			heir = units_heir(u, stream, d->day);
		}
		json_object_set_new(j, "stream", json_integer((json_int_t)heir));
		if (only == 0 || heir == only)
			rows[n++] = j;
	}
	if (code == 0)
		qsort(rows, n, sizeof *rows, compare_rows);
	for (i = 0; i < n && code == 0; i++) {
		json_t *last = json_array_get(list, json_array_size(list) - 1);

		if (last != NULL && compare_rows(&last, &rows[i]) == 0) {
			add_up(last, rows[i], "count");
			add_up(last, rows[i], "sum");
		} else if (json_array_append(list, rows[i]) != 0) {
			code = err_set(d->e, ERR_NOMEM, "totals");
		}
	}
	json_decref(*totals);
	*totals = list;
	return code;
}

static int add_names(struct desk *d, json_t *totals)
{
	const struct units *u;
	struct buf name;
	json_t *j;
	size_t i;
	int code = desk_add_units(d, totals);

	if (code == 0)
		code = units_now(d->replica, &u, d->e);
	buf_init(&name, 4096);
	json_array_foreach(totals, i, j) {
		if (code != 0)
			break;
		buf_clear(&name);
		units_full_name(u, (uint64_t)number_of(j, "stream"), d->day, &name);
		json_object_set_new(j, "unit_name",
				    json_stringn((const char *)name.at, name.len));
	}
	buf_release(&name);
	return code;
}

/* Where a unit's stream stands and when it was last heard of. */
struct standing {
	struct unit unit;
	int64_t head, received, contact; /* times: 0 where there is none */
	int64_t waiting;                 /* change sets that wait for one before them */
};

static int compare_standings(const void *a, const void *b)
{
	const struct standing *x = a, *y = b;

	return x->unit.number < y->unit.number ? -1 : x->unit.number > y->unit.number;
}

static struct standing *standing_of(struct standing *list, size_t count, int64_t number)
{
	struct standing key = { .unit.number = (uint64_t)number };

	return bsearch(&key, list, count, sizeof *list, compare_standings);
}

/* Gives each unit's standing to fn, for rows of (stream, ...). */
static int each_standing(struct desk *d, struct standing *list, size_t count, const char *sql,
			 void (*fn)(struct standing *st, struct stmt *q))
{
	struct standing *st;
	struct stmt *q;
	int code = db_query_text(d->server.db, d->e, &q, sql);

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		st = standing_of(list, count, db_int(q, 0));
		if (st != NULL)
			fn(st, q);
	}
	db_done(q);
	return code;
}

static void take_head(struct standing *st, struct stmt *q)
{
	st->head = db_int(q, 1);
	st->received = db_int(q, 2);
}

static void take_contact(struct standing *st, struct stmt *q)
{
	st->contact = db_int(q, 1);
}

static void take_waiting(struct standing *st, struct stmt *q)
{
	st->waiting = db_int(q, 1);
}

static int take_standings(struct desk *d, struct standing *list, size_t count)
{
	int code = each_standing(d, list, count, "SELECT stream, seq, time FROM stream", take_head);

	if (code == 0)
		code = each_standing(d, list, count, "SELECT stream, max(time) FROM contact GROUP BY "
				     "stream", take_contact);
	if (code == 0)
		code = each_standing(d, list, count, "SELECT stream, count(*) FROM held GROUP BY "
				     "stream", take_waiting);
	return code;
}

static json_t *time_or_null(int64_t time)
{
	return time == 0 ? json_null() : json_integer(time);
}

static json_t *standing_json(const struct standing *st)
{
	const struct unit *unit = &st->unit;

	return json_pack("{s:I, s:s%, s:s%, s:b, s:I, s:o, s:o, s:I}", "number",
			 (json_int_t)unit->number, "unit", (const char *)unit->code.at,
			 unit->code.len, "name", (const char *)unit->name.at, unit->name.len,
			 "active", unit->active, "head", (json_int_t)st->head, "received",
			 time_or_null(st->received), "last_contact", time_or_null(st->contact),
			 "waiting", (json_int_t)st->waiting);
}

/* The units of the day, and those before it that have written something. */
static int gather_units(struct desk *d, json_t *out)
{
	const struct units *u = NULL;
	struct standing *list = NULL;
	size_t i, count = 0;
	int code = units_now(d->replica, &u, d->e);

	if (code == 0) {
		count = units_count(u);
		list = arena_array(&d->arena, count + 1, sizeof *list);
		code = list == NULL ? err_set(d->e, ERR_NOMEM, "units") : 0;
	}
	for (i = 0; code == 0 && i < count; i++)
		units_at(u, i, d->day, &list[i].unit);
	if (code == 0)
		code = take_standings(d, list, count);
	for (i = 0; code == 0 && i < count; i++)
		if ((list[i].unit.active || list[i].head > 0) && !list[i].unit.outside &&
		    json_array_append_new(out, standing_json(&list[i])) != 0)
			code = err_set(d->e, ERR_NOMEM, "units");
	return code;
}

static int print_units(struct desk *d, const json_t *units)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"), CLI_TEXT(d->cli, "TÊN", "NAME"),
		CLI_TEXT(d->cli, "SỐ MỤC", "ITEMS"), CLI_TEXT(d->cli, "NHẬN CUỐI", "RECEIVED"),
		CLI_TEXT(d->cli, "LIÊN LẠC CUỐI", "LAST CONTACT")
	};
	struct cli_table *t = cli_table_new(5, headings);
	long long waiting = 0;
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(units, i, j) {
		char unused[32], head[32], received[32], contact[32];
		const char *cells[5] = {
			desk_text(j, "unit", unused), desk_text(j, "name", unused),
			desk_text(j, "head", head),
			desk_time(json_integer_value(json_object_get(j, "received")), received),
			desk_time(json_integer_value(json_object_get(j, "last_contact")), contact)
		};

		cli_table_row(t, cells);
		waiting += (long long)number_of(j, "waiting");
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	if (waiting > 0)
		printf(CLI_TEXT(d->cli, "\n%lld gói đang chờ gói đứng trước hoặc chờ người xét: dongbod held\n",
				"\n%lld packets wait for those before them, or for a person: dongbod held\n"), waiting);
	return code;
}

static int take_options(struct desk *d, bool *by_successor)
{
	const char *units = cli_option(d->cli, "units");
	int code = desk_day(d, "on", d->day, &d->day);

	if (code == 0)
		code = desk_options(d);
	if (units != NULL && strcmp(units, "as-was") != 0 && strcmp(units, "successor") != 0)
		return cli_usage(d->cli, "--units as-was|successor");
	*by_successor = units != NULL && strcmp(units, "successor") == 0;
	return code;
}

static int get_totals(struct desk *d, bool by_unit, bool by_successor, json_t **totals)
{
	uint64_t only = d->options.stream == ANY_STREAM ? 0 : d->options.stream;
	int code;

	if (by_successor)
		d->options.stream = ANY_STREAM;
	code = query_totals(d->replica, &d->options, by_unit, totals, d->e);
	if (code == 0 && by_successor)
		code = roll_up(d, only, totals);
	if (code == 0 && by_unit)
		code = add_names(d, *totals);
	return code;
}

static int summary(struct desk *d, json_t *out)
{
	bool by_unit = cli_option(d->cli, "by-unit") != NULL, by_successor = false;
	json_t *totals = NULL, *units = json_array();
	int code = take_options(d, &by_successor);

	json_object_set_new(out, "units", units);
	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = get_totals(d, by_unit || by_successor, by_successor, &totals);
	if (totals != NULL)
		json_object_set_new(out, "totals", totals);
	if (code == 0)
		code = gather_units(d, units);
	if (code == 0)
		code = desk_backups(d, out);
	if (code == 0)
		code = desk_attached(d, out);
	if (code == 0)
		code = desk_healing(d, out);
	if (code == 0)
		code = desk_renewals(d, out);
	if (code != 0 || cli_json(d->cli, out))
		return code;
	code = print_totals(d, totals, by_unit || by_successor);
	printf("\n");
	if (code == 0)
		code = print_units(d, units);
	printf("\n");
	desk_print_attached(d, out);
	desk_print_backups(d, out);
	desk_print_healing(d, out);
	desk_print_renewals(d, out);
	return code;
}

/* By the sections of the plan; units are another table. */
static int sections(struct desk *d, json_t *out)
{
	json_t *totals = NULL, *list = NULL;
	int code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = query_totals(d->replica, &d->options, false, &totals, d->e);
	if (code == 0)
		code = cmd_summary_sections(d, totals, &list);
	json_decref(totals);
	if (code != 0)
		return code;
	json_object_set_new(out, "sections", list);
	return cli_json(d->cli, out) ? 0 : cmd_summary_print_sections(d, list);
}

static int run(struct cli *c)
{
	struct desk d;
	json_t *out;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	out = json_object();
	code = desk_open(&d, c);
	if (code == 0)
		code = cli_option(c, "sections") != NULL ? sections(&d, out) : summary(&d, out);
	json_decref(out);
	desk_close(&d);
	return code;
}

const struct cli_command dongbod_summary = {
	"summary", "[--sections | --by-unit] [--units as-was|successor] [--on DATE] [--unit UNIT] "
		   "[--type TYPE] [--as NAME]",
	"sections by-unit units= on= unit= type= as=",
	{ "Tổng hợp mọi đơn vị", "Show the consolidated view" },
	{ "Số hồ sơ và số tiền theo loại, trạng thái, năm; đơn vị nào đã gửi, lần cuối khi nào.\n"
	  "--sections: mỗi loại một dòng, theo mục của kế hoạch, hồ sơ đã đi đến đâu.\n"
	  "Hồ sơ thuộc đơn vị đã lập ra nó. --units successor cộng vào đơn vị kế thừa; tên đơn vị "
	  "như\n"
	  "vào ngày --on (dd/mm/yyyy), nếu không có thì hôm nay.\n\n"
	  "Ví dụ:\n  dongbod summary --sections\n  dongbod summary --by-unit --type bonus\n"
	  "  dongbod summary --by-unit --units successor --on 01/07/2025",
	  "Records and sums by type, state and year; which unit has reported, and when last.\n"
	  "--sections: a line for each type, by the sections of the plan, how far its records are.\n"
	  "A record belongs to the unit that made it. --units successor adds it up under the unit "
	  "that\n"
	  "stands for that one; names are as on the day of --on (dd/mm/yyyy), else of today.\n\n"
	  "Examples:\n  dongbod summary --sections\n  dongbod summary --by-unit --type bonus\n"
	  "  dongbod summary --by-unit --units successor --on 01/07/2025" },
	run
};
