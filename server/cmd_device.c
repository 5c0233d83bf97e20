/* dongbod device: which computers and people write in which stream, and which keys
 * asked to and were refused. */
#include <stdio.h>
#include <string.h>

#include "server/cmd.h"

static int gather(struct desk *d, json_t *list)
{
	struct stmt *q;
	int code = db_query(d->server.db, d->e, &q,
			    "SELECT d.stream, d.device, d.role, d.name, d.status, c.time "
			    "FROM device d LEFT JOIN contact c ON c.device = d.device "
			    "ORDER BY d.stream, d.device", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		const struct role *r = schema_role(d->schema, (uint32_t)db_int(q, 2));
		char id[17];
		json_t *j;

		snprintf(id, sizeof id, "%016llx", (unsigned long long)db_int(q, 1));
		j = json_pack("{s:I, s:s, s:s, s:s%, s:s%, s:o}", "stream",
			      (json_int_t)db_int(q, 0), "device", id, "role",
			      r == NULL ? "?" : r->code, "name", (const char *)db_text(q, 3).at,
			      db_text(q, 3).len, "status", (const char *)db_text(q, 4).at,
			      db_text(q, 4).len, "last_contact",
			      db_is_null(q, 5) ? json_null() : json_integer(db_int(q, 5)));
		if (json_array_append_new(list, j) != 0) {
			code = err_set(d->e, ERR_NOMEM, "devices");
			break;
		}
	}
	db_done(q);
	return code;
}

/* Keys that claimed an enrolment which another had used, or which had expired: in
 * the same list, with their status saying so. */
static int gather_refused(struct desk *d, json_t *list)
{
	struct stmt *q;
	int code = db_query(d->server.db, d->e, &q,
			    "SELECT unit, key, code, time FROM claim_refused ORDER BY time", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		char id[17];
		json_t *j;

		snprintf(id, sizeof id, "%016llx",
			 (unsigned long long)hash_device(db_bytes(q, 1).at));
		j = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I}", "stream",
			      (json_int_t)db_int(q, 0), "device", id, "role", "?", "name", "",
			      "status", err_name((int)db_int(q, 2)), "last_contact",
			      (json_int_t)db_int(q, 3));
		if (json_array_append_new(list, j) != 0) {
			code = err_set(d->e, ERR_NOMEM, "devices");
			break;
		}
	}
	db_done(q);
	return code;
}

/* The status in a word for people. */
static const char *status_word(const struct cli *c, const char *status)
{
	if (strcmp(status, "active") == 0)
		return CLI_TEXT(c, "đang dùng", "active");
	if (strcmp(status, err_name(ERR_ENROL_USED)) == 0)
		return CLI_TEXT(c, "TỪ CHỐI: giấy ghi danh đã dùng", "REFUSED: enrolment used");
	if (strcmp(status, err_name(ERR_ENROL_EXPIRED)) == 0)
		return CLI_TEXT(c, "TỪ CHỐI: giấy ghi danh hết hạn", "REFUSED: enrolment expired");
	return status;
}

static const char *role_word(struct desk *d, const char *code)
{
	const struct role *r = schema_role_by_code(d->schema, bytes_str(code));

	return r == NULL ? code : label_in(&r->label, d->cli->lang);
}

static int print(struct desk *d, json_t *list)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"), CLI_TEXT(d->cli, "MÁY", "DEVICE"),
		CLI_TEXT(d->cli, "VAI TRÒ", "ROLE"), CLI_TEXT(d->cli, "TÊN", "NAME"),
		CLI_TEXT(d->cli, "TÌNH TRẠNG", "STATUS"),
		CLI_TEXT(d->cli, "LIÊN LẠC CUỐI", "LAST CONTACT")
	};
	struct cli_table *t = cli_table_new(6, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(list, i, j) {
		char a[32];
		const char *cells[6] = {
			desk_text(j, "unit", a), desk_text(j, "device", a),
			role_word(d, desk_text(j, "role", a)), desk_text(j, "name", a),
			status_word(d->cli, desk_text(j, "status", a)),
			desk_time(json_integer_value(json_object_get(j, "last_contact")), a)
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

static int run(struct cli *c)
{
	json_t *list = json_array();
	struct desk d;
	int code = cli_arguments(c, 1, 1);

	if (code == 0 && strcmp(c->argv[0], "list") != 0)
		code = cli_usage(c, "%s", c->argv[0]);
	if (code == 0) {
		code = desk_open(&d, c);
		if (code == 0)
			code = gather(&d, list);
		if (code == 0)
			code = gather_refused(&d, list);
		if (code == 0)
			code = desk_add_units(&d, list);
		if (code == 0 && !cli_json(c, list))
			code = print(&d, list);
		desk_close(&d);
	}
	json_decref(list);
	return code;
}

const struct cli_command dongbod_device = {
	"device", "list", "",
	{ "Xem các máy và cán bộ ghi được vào từng đơn vị",
	  "List the computers and officers that write for each unit" },
	{ "Ví dụ:\n  dongbod device list", "Example:\n  dongbod device list" },
	run
};
