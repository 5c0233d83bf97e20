/* dongbo export: records as lines of JSON, or a type as CSV or a workbook, for import or
 * for other programs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "common/import/export.h"
#include "common/text/reason.h"

enum { TABLE_MAX = 256 * 1024 * 1024 };

static int print_line(struct session *s, struct rid id, bool personal)
{
	json_t *j = NULL;
	int code = edit_export(s->replica, s->schema, s->client.unit, id, personal, &j, s->e);

	if (code != 0)
		return code;
	if (json_dumpf(j, stdout, JSON_COMPACT) != 0 || fputc('\n', stdout) == EOF)
		code = reason_system(s->e, ERR_IO, errno, "stdout");
	json_decref(j);
	return code;
}

static int export_type(struct session *s, const struct type *t, bool personal)
{
	struct stmt *st;
	int code = db_query(s->client.db, s->e, &st, "SELECT device, op FROM record "
			    "WHERE stream=$1 AND type=$2 AND deleted=0 AND root_op IS NULL "
			    "ORDER BY op, device", "ui", s->client.unit, (int64_t)t->number);

	if (code != 0)
		return code;
	while ((code = db_step(st, s->e)) == 1) {
		struct rid id = { (uint64_t)db_int(st, 0), (uint64_t)db_int(st, 1) };

		code = print_line(s, id, personal);
		if (code == 0 && *s->cli->stop)
			code = err_set(s->e, ERR_STOPPED, "export");
		if (code != 0)
			break;
	}
	db_done(st);
	return code;
}

static int export_lines(struct session *s, const struct type *t)
{
	bool personal = cli_option(s->cli, "personal") != NULL;
	size_t i;
	int code = 0;

	if (t != NULL)
		return export_type(s, t, personal);
	for (i = 0; i < s->schema->type_count && code == 0; i++)
		if (!s->schema->types[i]->row && s->schema->types[i]->number >= TYPE_OF_PACKS)
			code = export_type(s, s->schema->types[i], personal);
	return code;
}

static bool stopped(void *ctx)
{
	return *((struct session *)ctx)->cli->stop != 0;
}

/* Into --out; CSV without it to the standard output. */
static int put_table(struct session *s, const struct type *t, const char *format,
		     struct bytes table, int64_t count)
{
	struct cli *c = s->cli;
	const char *path = cli_option(c, "out");
	char name[80];
	json_t *j;
	int code;

	if (path == NULL && strcmp(format, "csv") == 0) {
		if (table.len > 0 && fwrite(table.at, 1, table.len, stdout) != table.len)
			return reason_system(s->e, ERR_IO, errno, "stdout");
		return 0;
	}
	snprintf(name, sizeof name, "%s.%s", t->code, format);
	path = path == NULL ? name : path;
	code = cli_new_file(c, path, table, 0600);
	if (code != 0)
		return code;
	j = json_pack("{s:s, s:s, s:I}", "file", path, "type", t->code, "records",
		      (json_int_t)count);
	if (!cli_json(c, j)) {
		struct buf line;

		buf_init(&line, 8192);
		buf_printf(&line, CLI_TEXT(c, "Đã ghi %lld hồ sơ vào %s.", "%lld records are in %s."),
			   (long long)count, path);
		cli_line(stdout, buf_view(&line));
		buf_release(&line);
	}
	json_decref(j);
	return 0;
}

static bool has_lists(const struct type *t)
{
	size_t i;

	for (i = 0; i < t->field_count; i++)
		if (t->fields[i].kind == FIELD_LIST)
			return true;
	return false;
}

static int export_table(struct session *s, const struct type *t, const char *format)
{
	struct cli *c = s->cli;
	struct export_options o = { .lang = c->lang, .stream = s->client.unit,
				    .personal = cli_option(c, "personal") != NULL,
				    .created = env_now(s->client.env), .stopped = stopped,
				    .ctx = s };
	bool csv = strcmp(format, "csv") == 0;
	int64_t count = 0;
	struct buf table;
	int code;

	if (csv && has_lists(t))
		fprintf(stderr, "%s\n", CLI_TEXT(c, "CSV không có các danh sách của hồ sơ: muốn có thì "
						    "dùng --format xlsx.",
						 "CSV does not have the lists of records: --format xlsx does."));
	buf_init(&table, TABLE_MAX);
	code = (csv ? export_csv : export_xlsx)(s->replica, s->schema, t, &o, &table, &count, s->e);
	if (code == 0)
		code = put_table(s, t, format, buf_view(&table), count);
	buf_release(&table);
	return code;
}

static int export(struct session *s)
{
	struct cli *c = s->cli;
	const char *format = cli_option(c, "format"), *out = cli_option(c, "out");
	const char *dot = out == NULL ? NULL : strrchr(out, '.');
	const struct type *t = c->argc == 0 ? NULL :
			       schema_type_by_code(s->schema, bytes_str(c->argv[0]));
	bool lines;
	int code;

	if (format == NULL)
		format = dot == NULL || strchr(dot, '/') != NULL ? "jsonl" : dot + 1;
	lines = strcmp(format, "jsonl") == 0;

	if (c->argc > 0 && t == NULL)
		return err_set(s->e, ERR_NO_TYPE, "%s", c->argv[0]);
	if (!lines && strcmp(format, "csv") != 0 && strcmp(format, "xlsx") != 0)
		return cli_usage(c, CLI_TEXT(c, "%s: chỉ có csv, xlsx, jsonl",
					     "%s: only csv, xlsx, jsonl"), format);
	if (lines && out != NULL)
		return cli_usage(c, "%s", CLI_TEXT(c, "JSONL ra màn hình: ghi > TỆP thay cho --out",
						   "JSONL goes to the screen: write > FILE, not --out"));
	if (!lines && t == NULL)
		return cli_usage(c, "%s", CLI_TEXT(c, "một tệp bảng chứa một loại hồ sơ: ghi LOẠI",
						   "a table holds one type: name it"));
	if (t != NULL && t->row)
		return err_set(s->e, ERR_WRONG_TYPE, "%s", t->code);
	code = session_read(s);
	if (code != 0)
		return code;
	return lines ? export_lines(s, t) : export_table(s, t, format);
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = export(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_export = {
	"export", "[TYPE] [--format jsonl|csv|xlsx] [--out FILE] [--personal]",
	"personal format= out=",
	{ "Xuất hồ sơ ra tệp Excel, CSV hoặc JSONL", "Write records as Excel, CSV or JSONL" },
	{ "JSONL: mỗi dòng một hồ sơ, gồm cả các dòng của nó. CSV, Excel: một loại hồ sơ, mỗi hồ sơ\n"
	  "một dòng; Excel có thêm trang cho từng danh sách. Sửa tệp rồi nhập lại bằng dongbo import\n"
	  "thì chỉ những gì đã đổi được ghi. Mục riêng tư chỉ có khi thêm --personal.\n\n"
	  "Ví dụ:\n  dongbo export staff > can-bo.jsonl\n"
	  "  dongbo export staff --out can-bo.xlsx",
	  "JSONL: one record a line, with its rows. CSV and Excel: one type, a record a line; Excel\n"
	  "has a sheet more for each list. Change the file and give it to dongbo import: only what\n"
	  "differs is written. Personal fields are there with --personal only.\n\n"
	  "Examples:\n  dongbo export staff > staff.jsonl\n"
	  "  dongbo export staff --out staff.xlsx" },
	run
};
