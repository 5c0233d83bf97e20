/* dongbod unit rename, merge, split, move, dissolve, withdraw, events: what the law makes
 * of units. */
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd_unit.h"
#include "server/unit/unit_event.h"

enum { CODES_SHOWN = 6 };

static const struct {
	const char *code;
	struct label label;
} kinds[] = {
	[UNIT_RENAME] = { "rename", { "đổi tên", "renamed" } },
	[UNIT_MERGE] = { "merge", { "sáp nhập", "merged" } },
	[UNIT_SPLIT] = { "split", { "chia tách", "split" } },
	[UNIT_MOVE] = { "move", { "chuyển cấp trên", "moved" } },
	[UNIT_DISSOLVE] = { "dissolve", { "giải thể", "dissolved" } },
};

static const char *kind_code(enum unit_event_kind kind)
{
	return kind >= UNIT_RENAME && kind <= UNIT_DISSOLVE ? kinds[kind].code : "?";
}

static json_t *text_or_null(struct bytes s)
{
	return s.len == 0 ? json_null() : json_stringn((const char *)s.at, s.len);
}

static void set_text(json_t *j, const char *key, struct bytes s)
{
	if (s.len > 0)
		json_object_set_new(j, key, json_stringn((const char *)s.at, s.len));
}

/* A unit by its number, and the code that it had on the day. */
static void set_unit(json_t *j, const char *key, const char *code_key, const struct units *u,
		     uint64_t number, int64_t day)
{
	struct unit unit;

	if (!units_on(u, number, day, &unit))
		return;
	json_object_set_new(j, key, json_integer((json_int_t)number));
	set_text(j, code_key, unit.code);
}

static json_t *changes_json(const struct units *u, const struct unit_event *ev)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < ev->count; i++) {
		const struct unit_change *c = &ev->changes[i];
		json_t *j = json_object();

		set_unit(j, "unit", "unit_code", u, c->unit, ev->from - 1);
		set_unit(j, "to", "to_code", u, c->to, ev->from);
		if (c->share != 0)
			json_object_set_new(j, "share", json_real((double)c->share / 100));
		if (c->founds)
			json_object_set_new(j, "founds", json_true());
		set_text(j, "code", c->code);
		set_text(j, "name", c->name);
		set_text(j, "kind", c->kind);
		if (c->has_parent)
			set_unit(j, "parent", "parent_code", u, c->parent, ev->from);
		json_array_append_new(list, j);
	}
	return list;
}

/* Its short id, and where it stands between proposing and approving. */
static void set_record(struct desk *d, json_t *j, const struct unit_event *ev)
{
	const struct type *t = schema_type(d->schema, TYPE_UNIT_EVENT);
	const struct state *st = NULL;
	struct record rec;
	char short_id[9];

	if (query_short(d->replica, 0, ev->record, short_id, NULL) == 0)
		json_object_set_new(j, "short", json_string(short_id));
	if (t->workflow != NULL && query_record(d->replica, 0, ev->record, &d->arena, &rec, NULL) == 0)
		st = workflow_state(t->workflow, rec.state);
	if (st == NULL)
		return;
	json_object_set_new(j, "state", json_string(st->code));
	json_object_set_new(j, "state_label", json_string(label_in(&st->label, d->cli->lang)));
}

json_t *cmd_unit_event_json(struct desk *d, const struct units *u, const struct unit_event *ev)
{
	json_t *j = json_pack("{s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "event",
			      (json_int_t)ev->number, "kind", kind_code(ev->kind), "from",
			      desk_json_date(ev->from), "act", text_or_null(ev->act), "act_date",
			      ev->has_act_date ? desk_json_date(ev->act_date) : json_null(),
			      "issuer", text_or_null(ev->issuer), "withdrawn",
			      text_or_null(ev->withdrawn), "units", changes_json(u, ev));

	set_record(d, j, ev);
	if (ev->misfit.code != 0)
		json_object_set_new(j, "misfit", json_string(err_name(ev->misfit.code)));
	return j;
}

static const char *kind_text(const struct cli *c, const char *code)
{
	size_t i;

	for (i = UNIT_RENAME; i <= UNIT_DISSOLVE; i++)
		if (strcmp(kinds[i].code, code) == 0)
			return label_in(&kinds[i].label, c->lang);
	return code;
}

/* One side of an event: each code once where it stands several times in a row. */
static void put_side(const json_t *units, const char *key, const char *before, struct buf *out)
{
	const char *last = "";
	json_t *u;
	size_t i, n = 0;

	json_array_foreach(units, i, u) {
		const char *code = json_string_value(json_object_get(u, key));

		if (code == NULL || strcmp(code, last) == 0)
			continue;
		if (n < CODES_SHOWN)
			buf_printf(out, "%s%s", n == 0 ? before : ", ", code);
		last = code;
		n++;
	}
	if (n > CODES_SHOWN)
		buf_printf(out, ", ... (%zu)", n);
}

/* "08773, 08776 > 08773": who took part, and who came of it. */
static void put_units(const json_t *event, struct buf *out)
{
	const json_t *units = json_object_get(event, "units");

	put_side(units, "unit_code", "", out);
	put_side(units, "to_code", " > ", out);
	buf_byte(out, 0);
}

int cmd_unit_print_events(struct desk *d, const json_t *list)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "MÃ", "ID"), CLI_TEXT(d->cli, "SỰ KIỆN", "EVENT"), CLI_TEXT(d->cli, "HIỆU LỰC", "FROM"),
		CLI_TEXT(d->cli, "LOẠI", "KIND"), CLI_TEXT(d->cli, "ĐƠN VỊ", "UNITS"),
		CLI_TEXT(d->cli, "VĂN BẢN", "ACT"), CLI_TEXT(d->cli, "NGÀY", "DATED"),
		CLI_TEXT(d->cli, "CƠ QUAN BAN HÀNH", "ISSUED BY"), CLI_TEXT(d->cli, "TÌNH TRẠNG", "STATE")
	};
	struct cli_table *t = cli_table_new(9, headings);
	struct buf units;
	json_t *j;
	size_t i;
	int code;

	buf_init(&units, 1 << 16);
	json_array_foreach(list, i, j) {
		const char *withdrawn = json_string_value(json_object_get(j, "withdrawn"));
		char number[32], from[32], dated[32], unused[32], state[300];
		const char *cells[9] = {
			desk_text(j, "short", unused), desk_text(j, "event", number), cmd_unit_date(j, "from", from),
			kind_text(d->cli, desk_text(j, "kind", unused)), NULL,
			desk_text(j, "act", unused), cmd_unit_date(j, "act_date", dated),
			desk_text(j, "issuer", unused), state
		};

		snprintf(state, sizeof state, "%s%.250s", withdrawn == NULL ? "" :
			 CLI_TEXT(d->cli, "rút lại: ", "withdrawn: "), withdrawn != NULL ? withdrawn :
			 desk_text(j, "state_label", unused));
		err_cut(state);
		buf_clear(&units);
		put_units(j, &units);
		cells[4] = units.failed ? "..." : (const char *)units.at;
		cli_table_row(t, cells);
	}
	buf_release(&units);
	code = cli_table_or(t, CLI_TEXT(d->cli, "Chưa nhập sự kiện nào của đơn vị.",
					"No event of units has been entered."), d->e);
	cli_table_free(t);
	return code;
}

static int tell(struct desk *d, size_t count, uint64_t first)
{
	bool dry = cli_option(d->cli, "dry-run") != NULL;
	json_t *j = json_pack("{s:I, s:I, s:b}", "first", (json_int_t)first, "count",
			      (json_int_t)count, "dry_run", dry);

	bool told = cli_json(d->cli, j);

	if (told)
		;
	else if (dry)
		printf(CLI_TEXT(d->cli, "%zu sự kiện hợp lệ, chưa ghi.\n",
				"%zu events fit; nothing was written.\n"), count);
	else
		printf(CLI_TEXT(d->cli, "Đã ghi %zu sự kiện, từ số %llu.\n",
				"Wrote %zu events, from number %llu.\n"), count,
		       (unsigned long long)first);
	json_decref(j);
	return told || dry ? 0 : desk_say_waiting(d);
}

/* What every event has. */
static int take_act(struct desk *d, struct event_entry *ev)
{
	static const char *const needed[] = { "act", "act-date", "issuer", "from" };
	struct cli *c = d->cli;
	size_t i;
	int code;

	for (i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (cli_option(c, needed[i]) == NULL)
			return cli_usage(c, CLI_TEXT(c, "cần --%s", "--%s is needed"), needed[i]);
	ev->act = bytes_str(cli_option(c, "act"));
	ev->issuer = bytes_str(cli_option(c, "issuer"));
	code = desk_day(d, "act-date", 0, &ev->act_date);
	return code != 0 ? code : desk_day(d, "from", 0, &ev->from);
}

/* TO=SHARE, or CODE=SHARE=NAME for a new unit. */
static int take_part(struct desk *d, const char *text, struct event_row *row)
{
	const char *share = strchr(text, '='), *name = share == NULL ? NULL :
							strchr(share + 1, '=');
	struct bytes who = { (const uint8_t *)text, share == NULL ? 0 : (size_t)(share - text) };
	struct bytes part = BYTES_NONE;

	if (share != NULL)
		part = name == NULL ? bytes_str(share + 1) :
			(struct bytes){ (const uint8_t *)share + 1, (size_t)(name - share - 1) };
	if (who.len == 0 || !unit_event_share(part, &row->share))
		return cli_usage(d->cli, "%s", text);
	if (name != NULL) {
		row->code = who;
		row->name = bytes_str(name + 1);
	} else {
		row->to = who;
	}
	return 0;
}

static int take_rows(struct desk *d, struct event_entry *ev)
{
	struct cli *c = d->cli;
	size_t i, first = ev->kind == UNIT_SPLIT ? 2 : 1;
	int code = 0;

	ev->count = (size_t)c->argc - first;
	ev->rows = arena_array(&d->arena, ev->count + 1, sizeof *ev->rows);
	if (ev->rows == NULL)
		return err_set(d->e, ERR_NOMEM, "units");
	for (i = 0; i < ev->count && code == 0; i++) {
		struct event_row *row = &ev->rows[i];

		row->unit = bytes_str(c->argv[ev->kind == UNIT_SPLIT ? 1 : first + i]);
		row->parent = bytes_str(cli_option(c, "parent"));
		row->outside = cli_option(c, "outside") != NULL;
		row->kind = bytes_str(cli_option(c, "kind"));
		if (ev->kind == UNIT_SPLIT) {
			code = take_part(d, c->argv[first + i], row);
			continue;
		}
		row->to = bytes_str(cli_option(c, "into"));
		if (ev->kind == UNIT_RENAME || i == 0) {
			row->code = bytes_str(cli_option(c, "code"));
			row->name = bytes_str(cli_option(c, "name"));
		}
	}
	return code;
}

int cmd_unit_change(struct desk *d)
{
	struct cli *c = d->cli;
	struct event_entry ev = { .kind = UNIT_RENAME };
	const struct sign_key *by = NULL;
	uint64_t first = 0;
	int code;

	while (strcmp(kinds[ev.kind].code, c->argv[0]) != 0)
		ev.kind++;
	code = cli_arguments(c, ev.kind == UNIT_SPLIT ? 4 : 2, ev.kind == UNIT_RENAME ? 2 : -1);
	if (code == 0)
		code = take_act(d, &ev);
	if (code == 0)
		code = take_rows(d, &ev);
	if (code == 0)
		code = cmd_unit_author(d, &by);
	if (code == 0)
		code = unit_event_put(&d->server, by, &ev, 1, cli_option(c, "dry-run") != NULL,
				      &first, d->e);
	return code == 0 ? tell(d, 1, first) : code;
}

int cmd_unit_withdraw(struct desk *d)
{
	struct cli *c = d->cli;
	struct bytes text, reason = bytes_str(cli_option(c, "reason"));
	const struct sign_key *by = NULL;
	uint64_t number = 0;
	json_t *j;
	bool told;
	size_t i;
	int code = cli_arguments(c, 2, 2);

	if (code != 0)
		return code;
	text = bytes_str(c->argv[1]);
	for (i = 0; i < text.len && i < 10 && text.at[i] >= '0' && text.at[i] <= '9'; i++)
		number = number * 10 + (uint64_t)(text.at[i] - '0');
	if (text.len == 0 || i < text.len)
		return cli_unknown(c, c->argv[1]);
	if (reason.len == 0)
		return cli_usage(c, CLI_TEXT(c, "cần --reason \"LÝ DO\"",
					     "--reason \"REASON\" is needed"));
	code = cmd_unit_author(d, &by);
	if (code == 0)
		code = unit_event_withdraw(&d->server, by, number, reason, d->e);
	if (code != 0)
		return code;
	j = json_pack("{s:I}", "withdrawn", (json_int_t)number);
	told = cli_json(c, j);
	if (!told)
		printf(CLI_TEXT(c, "Đã ghi rút lại sự kiện %llu.\n", "Withdrawal of event %llu written.\n"),
		       (unsigned long long)number);
	json_decref(j);
	return told ? 0 : desk_say_waiting(d);
}

static int import_events(struct desk *d)
{
	struct event_entry *list = NULL;
	const struct sign_key *by = NULL;
	struct buf text;
	size_t count = 0;
	uint64_t first = 0;
	int code = desk_file(d, d->cli->argv[2], UNIT_FILE_MAX, &text);

	if (code == 0)
		code = unit_event_read(buf_view(&text), &d->arena, &list, &count, d->e);
	if (code == 0)
		code = cmd_unit_author(d, &by);
	if (code == 0)
		code = unit_event_put(&d->server, by, list, count,
				      cli_option(d->cli, "dry-run") != NULL, &first, d->e);
	buf_release(&text);
	return code == 0 ? tell(d, count, first) : code;
}

int cmd_unit_events(struct desk *d)
{
	const struct units *u;
	json_t *list;
	size_t i;
	int code;

	if (d->cli->argc == 3 && strcmp(d->cli->argv[1], "import") == 0)
		return import_events(d);
	code = cli_arguments(d->cli, 1, 1);
	if (code == 0)
		code = units_now(d->replica, &u, d->e);
	if (code != 0)
		return code;
	list = json_array();
	for (i = 0; i < units_event_count(u); i++)
		json_array_append_new(list, cmd_unit_event_json(d, u, units_event(u, i)));
	if (!cli_json(d->cli, list)) {
		query_clean(list);
		code = cmd_unit_print_events(d, list);
	}
	json_decref(list);
	return code;
}
