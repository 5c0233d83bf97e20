/* dongbod officer: people who sign on the server. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd.h"

static int add(struct desk *d)
{
	struct cli *c = d->cli;
	const char *place = cli_option(c, "unit");
	struct buf pass;
	uint64_t unit = 0;
	uint32_t role = 0;
	json_t *j;
	int code = cli_arguments(c, 2, 2);

	if (code == 0 && place == NULL)
		code = cli_usage(c, CLI_TEXT(c, "cần --unit MÃ của phòng", "--unit CODE is needed"));
	if (code == 0)
		code = server_unit_find(&d->server, bytes_str(place), &unit, d->e);
	if (code == 0)
		code = desk_role(d, NULL, &role);
	if (code != 0)
		return code;
	buf_init(&pass, 1024);
	code = cli_passphrase(c, "passphrase-file",
			      CLI_TEXT(c, "Mật khẩu mới", "New passphrase"), true, &pass);
	if (code == 0)
		code = server_officer_add(&d->server, bytes_str(c->argv[1]), unit, role,
					  buf_view(&pass), d->e);
	if (pass.at != NULL)
		sodium_memzero(pass.at, pass.cap);
	buf_release(&pass);
	if (code != 0)
		return code;
	j = json_pack("{s:s, s:I}", "name", c->argv[1], "unit", (json_int_t)unit);
	if (!cli_json(c, j))
		printf(CLI_TEXT(c, "Đã thêm %s. Mật khẩu không lấy lại được: hãy giữ kỹ.\n",
				"Added %s. The passphrase cannot be recovered: keep it safe.\n"),
		       c->argv[1]);
	json_decref(j);
	return 0;
}

static int gather(struct desk *d, json_t *list)
{
	struct stmt *q;
	int code = db_query(d->server.db, d->e, &q, "SELECT name, unit, role, created, key FROM "
			    "officer ORDER BY name", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		const struct role *r = schema_role(d->schema, (uint32_t)db_int(q, 2));
		char id[17];
		json_t *j;

		snprintf(id, sizeof id, "%016llx", db_bytes(q, 4).len == SIGN_PUBLIC ?
			 (unsigned long long)hash_device(db_bytes(q, 4).at) : 0);
		j = json_pack("{s:s%, s:I, s:s, s:s, s:I}", "name",
			      (const char *)db_text(q, 0).at, db_text(q, 0).len, "stream",
			      (json_int_t)db_int(q, 1), "role", r == NULL ? "?" : r->code, "device",
			      id, "created", (json_int_t)db_int(q, 3));
		if (json_array_append_new(list, j) != 0) {
			code = err_set(d->e, ERR_NOMEM, "officers");
			break;
		}
	}
	db_done(q);
	return code;
}

static int print(struct desk *d, json_t *list)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "TÊN", "NAME"), CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"),
		CLI_TEXT(d->cli, "VAI TRÒ", "ROLE"), CLI_TEXT(d->cli, "KHÓA", "KEY"),
		CLI_TEXT(d->cli, "TẠO LÚC", "CREATED")
	};
	struct cli_table *t = cli_table_new(5, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(list, i, j) {
		char a[32], b[32];
		const char *cells[5] = {
			desk_text(j, "name", a), desk_text(j, "unit", a), desk_text(j, "role", a),
			desk_text(j, "device", a),
			desk_time(json_integer_value(json_object_get(j, "created")), b)
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

static int show_list(struct desk *d)
{
	json_t *list = json_array();
	int code = cli_arguments(d->cli, 1, 1);

	if (code == 0)
		code = gather(d, list);
	if (code == 0)
		code = desk_add_units(d, list);
	if (code == 0)
		code = query_sort(list, "name", true, d->e);
	if (code == 0 && !cli_json(d->cli, list))
		code = print(d, list);
	json_decref(list);
	return code;
}

static int officer(struct desk *d)
{
	if (strcmp(d->cli->argv[0], "add") == 0)
		return add(d);
	if (strcmp(d->cli->argv[0], "list") == 0)
		return show_list(d);
	return cli_unknown(d->cli, d->cli->argv[0]);
}

static int run(struct cli *c)
{
	return desk_run(c, 1, 2, officer);
}

const struct cli_command dongbod_officer = {
	"officer", "add NAME --role ROLE --unit CODE | list", "role= unit= passphrase-file=",
	{ "Thêm, xem cán bộ ký trên máy chủ", "Add and list officers who sign on the server" },
	{ "Khóa của cán bộ chỉ mở được bằng mật khẩu của người đó.\n\n"
	  "Ví dụ:\n"
	  "  dongbod officer add \"Nguyễn Thị Mẫu\" --role officer --unit PNV\n"
	  "  dongbod officer list",
	  "An officer's key opens with that person's passphrase only.\n\n"
	  "Examples:\n"
	  "  dongbod officer add \"Nguyễn Thị Mẫu\" --role officer --unit PNV\n"
	  "  dongbod officer list" },
	run
};
