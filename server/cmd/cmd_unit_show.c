/* dongbod unit list, show: units as on a day, and one unit through the years. */
#include <stdio.h>
#include <string.h>

#include "common/unit/unit_parts.h"
#include "server/cmd/cmd_unit.h"

enum { SHARES_MAX = 64 };

static json_t *json_text(struct bytes s)
{
	return s.len == 0 ? json_null() : json_stringn((const char *)s.at, s.len);
}

static const char *status_of(const struct unit *unit, int64_t day)
{
	if (unit->active)
		return "active";
	if (unit->from >= unit->until)
		return "void";
	return day < unit->from ? "not_yet" : "ended";
}

static const char *status_text(const struct cli *c, const char *status)
{
	if (strcmp(status, "active") == 0)
		return CLI_TEXT(c, "đang hoạt động", "active");
	if (strcmp(status, "ended") == 0)
		return CLI_TEXT(c, "đã kết thúc", "ended");
	if (strcmp(status, "not_yet") == 0)
		return CLI_TEXT(c, "chưa có", "not yet there");
	return CLI_TEXT(c, "không dùng", "not in use");
}

json_t *cmd_unit_json(struct desk *d, const struct units *u, const struct unit *unit)
{
	struct unit parent = { 0 };
	struct buf name;
	json_t *j;

	buf_init(&name, 4096);
	units_full_name(u, unit->number, d->day, &name);
	if (unit->parent != 0)
		units_on(u, unit->parent, d->day, &parent);
	j = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:o, s:o}", "number",
		      (json_int_t)unit->number, "code", json_text(unit->code), "name",
		      json_text(unit->name), "full_name", json_text(buf_view(&name)), "kind",
		      json_text(unit->kind), "parent", unit->parent == 0 ? json_null() :
		      json_integer((json_int_t)unit->parent), "parent_code",
		      json_text(parent.code), "status", status_of(unit, d->day), "outside",
		      unit->outside, "from", desk_json_date(unit->from), "until",
		      desk_json_date(unit->until));
	buf_release(&name);
	return j;
}

static int gather(struct desk *d, const struct units *u, json_t *list)
{
	bool all = cli_option(d->cli, "all") != NULL;
	struct unit unit;
	size_t i;

	for (i = 0; i < units_count(u); i++) {
		units_at(u, i, d->day, &unit);
		if ((all || unit.active) &&
		    json_array_append_new(list, cmd_unit_json(d, u, &unit)) != 0)
			return err_set(d->e, ERR_NOMEM, "units");
	}
	return 0;
}

static int print(struct desk *d, json_t *list)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "SỐ", "NUMBER"), CLI_TEXT(d->cli, "MÃ", "CODE"),
		CLI_TEXT(d->cli, "TÊN", "NAME"), CLI_TEXT(d->cli, "LOẠI", "KIND"),
		CLI_TEXT(d->cli, "CẤP TRÊN", "PARENT"), CLI_TEXT(d->cli, "TÌNH TRẠNG", "STATUS")
	};
	struct cli_table *t = cli_table_new(6, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(list, i, j) {
		char number[32], unused[32], status[100];
		const char *cells[6] = {
			desk_text(j, "number", number), desk_text(j, "code", unused),
			desk_text(j, "name", unused), desk_text(j, "kind", unused),
			desk_text(j, "parent_code", unused), status
		};

		snprintf(status, sizeof status, "%s%s",
			 status_text(d->cli, desk_text(j, "status", unused)),
			 json_is_true(json_object_get(j, "outside")) ?
			 CLI_TEXT(d->cli, ", ngoài địa bàn", ", outside") : "");
		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

int cmd_unit_list(struct desk *d)
{
	json_t *list = json_array();
	const struct units *u;
	bool by_name = false;
	int code = cli_arguments(d->cli, 1, 1);

	if (code == 0)
		code = cli_order(d->cli, &by_name, NULL);
	if (code == 0)
		code = desk_day(d, "on", d->day, &d->day);
	if (code == 0)
		code = units_now(d->replica, &u, d->e);
	if (code == 0)
		code = gather(d, u, list);
	if (code == 0 && by_name)
		code = query_sort(list, "name", false, d->e);
	if (code == 0 && !cli_json(d->cli, list))
		code = print(d, list);
	json_decref(list);
	return code;
}

/* The fields that nothing is worked out from. The phone only where it was asked for. */
static int add_fields(struct desk *d, uint64_t number, json_t *j)
{
	static const char *const keys[] = { "admin_id", "address", "head", "phone" };
	bool personal = cli_option(d->cli, "personal") != NULL;
	struct stmt *q;
	int i, code = db_query(d->server.db, d->e, &q, "SELECT f_admin_id, f_address, f_head, "
			       "f_phone FROM t_unit WHERE stream=0 AND deleted=0 AND "
			       "f_number=$1", "u", number);

	if (code != 0)
		return code;
	code = db_step(q, d->e);
	for (i = 0; code == 1 && i < (personal ? 4 : 3); i++)
		if (!db_is_null(q, i))
			json_object_set_new(j, keys[i], json_text(db_text(q, i)));
	db_done(q);
	return code < 0 ? code : 0;
}

/* What it was called and where it belonged, from day to day. */
static json_t *versions(const struct units *u, uint64_t number)
{
	const struct unit_entry *en = units_entry(u, number);
	json_t *list = json_array();
	size_t i;

	for (i = 0; en != NULL && i < en->count; i++) {
		const struct unit_version *v = &en->versions[i];
		struct unit parent = { 0 };

		if (v->parent != 0)
			units_on(u, v->parent, v->from, &parent);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "from",
						      desk_json_date(v->from), "code",
						      json_text(v->code), "name",
						      json_text(v->name), "kind",
						      json_text(v->kind), "parent_code",
						      json_text(parent.code), "active",
						      v->active));
	}
	return list;
}

static bool takes_part(const struct unit_event *ev, uint64_t number)
{
	size_t i;

	for (i = 0; i < ev->count; i++)
		if (ev->changes[i].unit == number || ev->changes[i].to == number)
			return true;
	return false;
}

static json_t *shares(struct desk *d, const struct units *u, uint64_t number)
{
	struct unit_share share[SHARES_MAX];
	size_t i, n = units_shares(u, number, d->day, share, SHARES_MAX);
	json_t *list = json_array();

	for (i = 0; i < n && i < SHARES_MAX; i++) {
		struct unit unit = { 0 };

		units_on(u, share[i].number, d->day, &unit);
		json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:f}", "number",
						      (json_int_t)share[i].number, "code",
						      json_text(unit.code), "name",
						      json_text(unit.name), "share",
						      share[i].share));
	}
	return list;
}

static int tell_all(struct desk *d, const struct units *u, uint64_t number, json_t **out)
{
	json_t *events = json_array(), *j;
	struct unit unit;
	size_t i;

	units_on(u, number, d->day, &unit);
	j = cmd_unit_json(d, u, &unit);
	for (i = 0; i < units_event_count(u); i++)
		if (takes_part(units_event(u, i), number))
			json_array_append_new(events,
					      cmd_unit_event_json(d, u, units_event(u, i)));
	json_object_set_new(j, "events", events);
	json_object_set_new(j, "versions", versions(u, number));
	json_object_set_new(j, "successors", shares(d, u, number));
	*out = j;
	return j == NULL ? err_set(d->e, ERR_NOMEM, "unit") : add_fields(d, number, j);
}

/* dd/mm/yyyy out of the JSON form. */
const char *cmd_unit_date(const json_t *object, const char *key, char out[32])
{
	const char *iso = json_string_value(json_object_get(object, key));

	snprintf(out, 32, "%s", "");
	if (iso != NULL && strlen(iso) == 10)
		snprintf(out, 32, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
	return out;
}

static int print_versions(struct desk *d, const json_t *list)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "TỪ NGÀY", "FROM"), CLI_TEXT(d->cli, "MÃ", "CODE"),
		CLI_TEXT(d->cli, "TÊN", "NAME"), CLI_TEXT(d->cli, "LOẠI", "KIND"),
		CLI_TEXT(d->cli, "CẤP TRÊN", "PARENT"), ""
	};
	struct cli_table *t = cli_table_new(6, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(list, i, j) {
		char from[32], unused[32];
		bool active = json_is_true(json_object_get(j, "active"));
		const char *cells[6] = {
			cmd_unit_date(j, "from", from), desk_text(j, "code", unused),
			desk_text(j, "name", unused), desk_text(j, "kind", unused),
			desk_text(j, "parent_code", unused),
			active ? "" : CLI_TEXT(d->cli, "kết thúc", "ends")
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

static int print_one(struct desk *d, const json_t *j)
{
	static const struct {
		const char *key;
		struct label label;
	} fields[] = {
		{ "kind", { "Loại", "Kind" } },
		{ "admin_id", { "Mã định danh", "Administrative id" } },
		{ "address", { "Địa chỉ", "Address" } }, { "head", { "Thủ trưởng", "Head" } },
		{ "phone", { "Điện thoại", "Phone" } },
	};
	json_t *successors = json_object_get(j, "successors"), *s;
	char unused[32], number[32];
	size_t i;
	int code;

	printf("%s  %s  %s\n", desk_text(j, "number", number), desk_text(j, "code", unused),
	       desk_text(j, "full_name", unused));
	for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (json_is_string(json_object_get(j, fields[i].key)))
			printf("%s: %s\n", label_in(&fields[i].label, d->cli->lang),
			       desk_text(j, fields[i].key, unused));
	printf("%s: %s\n\n", CLI_TEXT(d->cli, "Tình trạng", "Status"),
	       status_text(d->cli, desk_text(j, "status", unused)));
	code = print_versions(d, json_object_get(j, "versions"));
	if (code == 0 && json_array_size(json_object_get(j, "events")) > 0) {
		printf("\n");
		code = cmd_unit_print_events(d, json_object_get(j, "events"));
	}
	if (json_array_size(successors) > 1 ||
	    json_integer_value(json_object_get(json_array_get(successors, 0), "number")) !=
	    json_integer_value(json_object_get(j, "number"))) {
		printf("\n%s\n", CLI_TEXT(d->cli, "Nay là:", "Now:"));
		json_array_foreach(successors, i, s)
			printf("  %s  %s  %s  %.4g %%\n", desk_text(s, "number", number),
			       desk_text(s, "code", unused), desk_text(s, "name", unused),
			       json_real_value(json_object_get(s, "share")) * 100);
	}
	return code;
}

int cmd_unit_show(struct desk *d)
{
	const struct units *u;
	uint64_t number = 0;
	json_t *j = NULL;
	int code = cli_arguments(d->cli, 2, 2);

	if (code == 0)
		code = desk_day(d, "on", d->day, &d->day);
	if (code == 0)
		code = units_now(d->replica, &u, d->e);
	if (code == 0)
		code = units_find(u, bytes_str(d->cli->argv[1]), d->day, &number, d->e);
	if (code == 0)
		code = tell_all(d, u, number, &j);
	if (code == 0 && !cli_json(d->cli, j)) {
		query_clean(j);
		code = print_one(d, j);
	}
	json_decref(j);
	return code;
}
