/* dongbo export: records as lines of JSON, for import or for other programs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd.h"

enum { BUILTIN_TYPES = 100 };

static int print_line(struct session *s, struct rid id, bool personal)
{
	json_t *j = NULL;
	int code = edit_export(s->replica, s->schema, s->client.unit, id, personal, &j, s->e);

	if (code != 0)
		return code;
	if (json_dumpf(j, stdout, JSON_COMPACT) != 0 || fputc('\n', stdout) == EOF)
		code = err_set(s->e, ERR_IO, "stdout: %s", strerror(errno));
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

static int export_all(struct session *s)
{
	struct cli *c = s->cli;
	bool personal = cli_option(c, "personal") != NULL;
	const struct type *t;
	size_t i;
	int code = session_read(s);

	if (code == 0 && c->argc > 0) {
		t = schema_type_by_code(s->schema, bytes_str(c->argv[0]));
		if (t == NULL)
			return err_set(s->e, ERR_NO_TYPE, "%s", c->argv[0]);
		return export_type(s, t, personal);
	}
	for (i = 0; i < s->schema->type_count && code == 0; i++)
		if (!s->schema->types[i]->row && s->schema->types[i]->number >= BUILTIN_TYPES)
			code = export_type(s, s->schema->types[i], personal);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = export_all(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_export = {
	"export", "[TYPE] [--personal]", "personal",
	{ "Xuất hồ sơ ra tệp JSONL", "Write records as JSONL" },
	{ "Mỗi dòng một hồ sơ, gồm cả các dòng của nó; sửa tệp rồi nhập lại bằng dongbo import "
	  "thì\n"
	  "chỉ những gì đã đổi được ghi. Mục riêng tư chỉ có khi thêm --personal.\n\n"
	  "Ví dụ:\n  dongbo export staff > can-bo.jsonl",
	  "One record a line, with its rows; change the file and give it to dongbo import: only\n"
	  "what differs is written. Personal fields are there with --personal only.\n\n"
	  "Example:\n  dongbo export staff > staff.jsonl" },
	run
};
