/* dongbod unit: the district's units. */
#include <stdio.h>
#include <string.h>

#include "server/cmd.h"
#include "server/unit.h"

enum { CSV_MAX = 4 * 1024 * 1024 };

static int tell(struct desk *d, size_t changed)
{
	json_t *j = json_pack("{s:I}", "changed", (json_int_t)changed);

	if (!cli_json(d->cli, j))
		printf(CLI_TEXT(d->cli, "Đã ghi %zu đơn vị.\n", "Wrote %zu units.\n"), changed);
	json_decref(j);
	return 0;
}

static int add(struct desk *d)
{
	struct cli *c = d->cli;
	struct unit_row u = { .kind = bytes_str(cli_option(c, "kind")) };
	int64_t number = 0;
	size_t changed;
	int code = cli_arguments(c, 3, 3);

	if (code == 0)
		code = cli_number(c, "number", 0, 1, INT32_MAX, &number);
	if (code != 0)
		return code;
	u.number = (uint64_t)number;
	u.code = bytes_str(c->argv[1]);
	u.name = bytes_str(c->argv[2]);
	if (cli_option(c, "parent") != NULL) {
		u.has_parent = true;
		code = server_unit_find(&d->server, bytes_str(cli_option(c, "parent")), &u.parent,
					d->e);
	}
	if (code == 0)
		code = unit_put(&d->server, &u, 1, &changed, d->e);
	return code == 0 ? tell(d, changed) : code;
}

static int import(struct desk *d)
{
	struct unit_row *units;
	struct buf text;
	size_t count, changed;
	int code = cli_arguments(d->cli, 2, 2);

	if (code != 0)
		return code;
	code = desk_file(d, d->cli->argv[1], CSV_MAX, &text);
	if (code == 0)
		code = unit_read_csv(buf_view(&text), &d->arena, &units, &count, d->e);
	if (code == 0)
		code = unit_put(&d->server, units, count, &changed, d->e);
	buf_release(&text);
	return code == 0 ? tell(d, changed) : code;
}

static json_t *text_or_null(struct stmt *q, int column)
{
	struct bytes s = db_text(q, column);

	return db_is_null(q, column) ? json_null() : json_stringn((const char *)s.at, s.len);
}

static int gather(struct desk *d, json_t *list)
{
	struct stmt *q;
	int code = db_query(d->server.db, d->e, &q, "SELECT f_number, f_code, f_name, f_kind, "
			    "f_parent, f_status FROM t_unit WHERE stream=0 AND deleted=0 "
			    "ORDER BY f_number", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		json_t *j = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "number",
				      (json_int_t)db_int(q, 0), "code", text_or_null(q, 1),
				      "name", text_or_null(q, 2), "kind", text_or_null(q, 3),
				      "parent", db_is_null(q, 4) ? json_null() :
							  json_integer(db_int(q, 4)),
				      "status", text_or_null(q, 5));

		if (json_array_append_new(list, j) != 0) {
			code = err_set(d->e, ERR_NOMEM, "units");
			break;
		}
	}
	db_done(q);
	return code;
}

static int print(struct desk *d, json_t *list)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "SỐ", "NUMBER"), CLI_TEXT(d->cli, "MÃ", "CODE"),
		CLI_TEXT(d->cli, "TÊN", "NAME"), CLI_TEXT(d->cli, "LOẠI", "KIND"),
		CLI_TEXT(d->cli, "CẤP TRÊN", "PARENT"), CLI_TEXT(d->cli, "TÌNH TRẠNG", "STATUS")
	};
	static const char *const keys[] = { "number", "code", "name", "kind", "parent", "status" };
	struct cli_table *t = cli_table_new(6, headings);
	json_t *j;
	size_t i, k;
	int code;

	json_array_foreach(list, i, j) {
		const char *cells[6];
		char numbers[6][32];

		for (k = 0; k < 6; k++)
			cells[k] = desk_text(j, keys[k], numbers[k]);
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
	if (code == 0 && !cli_json(d->cli, list))
		code = print(d, list);
	json_decref(list);
	return code;
}

static int run(struct cli *c)
{
	struct desk d;
	int code = cli_arguments(c, 1, 3);

	if (code != 0)
		return code;
	code = desk_open(&d, c);
	if (code == 0 && strcmp(c->argv[0], "add") == 0)
		code = add(&d);
	else if (code == 0 && strcmp(c->argv[0], "import") == 0)
		code = import(&d);
	else if (code == 0 && strcmp(c->argv[0], "list") == 0)
		code = show_list(&d);
	else if (code == 0)
		code = cli_usage(c, "%s", c->argv[0]);
	desk_close(&d);
	return code;
}

const struct cli_command dongbod_unit = {
	"unit", "add CODE NAME [--kind K] [--parent CODE] [--number N] | import FILE.csv | "
	"list", "kind= parent= number=",
	{ "Thêm, nhập, xem danh sách đơn vị", "Add, import and list units" },
	{ "Đơn vị đã có (theo số, hoặc theo mã) được sửa lại, đơn vị mới được thêm. Tệp CSV có "
	  "dòng\n"
	  "tiêu đề với các cột number, code, name, kind, parent, status; cần có code và name.\n\n"
	  "Ví dụ:\n"
	  "  dongbod unit import danh-sach-don-vi.csv\n"
	  "  dongbod unit add MN-TAMSON \"Trường Mầm non Tam Sơn\" --kind MN --parent 08824\n"
	  "  dongbod unit list",
	  "A unit that is there (by number, else by code) is changed, a new one is added. The CSV\n"
	  "file has a heading line with number, code, name, kind, parent, status; code and name\n"
	  "are needed.\n\n"
	  "Examples:\n"
	  "  dongbod unit import units.csv\n"
	  "  dongbod unit add MN-TAMSON \"Trường Mầm non Tam Sơn\" --kind MN --parent 08824\n"
	  "  dongbod unit list" },
	run
};
