/* dongbo template: a workbook to fill in, for dongbo import. */
#include <stdio.h>

#include "client/cmd.h"
#include "common/template.h"

enum { WORKBOOK_MAX = 64 * 1024 * 1024 };

static int write_file(struct session *s, const struct type *t, struct buf *book)
{
	struct cli *c = s->cli;
	const char *path = cli_option(c, "out");
	char name[80];
	json_t *j;
	int code;

	snprintf(name, sizeof name, "%s.xlsx", t->code);
	path = path == NULL ? name : path;
	code = env_write_file(path, buf_view(book), 0644, s->e);
	if (code != 0)
		return code;
	j = json_pack("{s:s, s:s}", "file", path, "type", t->code);
	if (!cli_json(c, j)) {
		struct buf line;

		buf_init(&line, 8192);
		buf_printf(&line, CLI_TEXT(c, "Đã ghi mẫu \"%s\" vào %s. Điền xong: dongbo import %s "
					   "--dry-run",
					   "The template of \"%s\" is in %s. Then: dongbo import %s "
					   "--dry-run"),
			   label_in(&t->label, c->lang), path, path);
		cli_line(stdout, buf_view(&line));
		buf_release(&line);
	}
	json_decref(j);
	return 0;
}

static int make(struct session *s)
{
	struct bytes name = bytes_str(s->cli->argv[0]);
	const struct type *t = schema_type_by_code(s->schema, name);
	struct template_options o = { .lang = s->cli->lang, .stream = s->client.unit,
				      .role = schema_role_bit(s->schema, s->client.role),
				      .created = env_now(s->client.env) };
	struct buf book;
	int code;

	if (t == NULL)
		return err_set(s->e, ERR_NO_TYPE, "%s", s->cli->argv[0]);
	buf_init(&book, WORKBOOK_MAX);
	code = session_read(s);
	if (code == 0)
		code = template_write(s->replica, s->schema, t, &o, &book, s->e);
	if (code == 0)
		code = write_file(s, t, &book);
	buf_release(&book);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = make(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_template = {
	"template", "TYPE [--out FILE.xlsx]", "out=",
	{ "Tạo tệp Excel mẫu để điền", "Make an Excel file to fill in" },
	{ "Mỗi mục một cột, có danh sách chọn và trang hướng dẫn; danh sách của hồ sơ nằm ở các trang\n"
	  "riêng. Điền xong thì nhập bằng dongbo import. Các loại: dongbo types.\n\n"
	  "Ví dụ:\n  dongbo template staff --out can-bo.xlsx",
	  "A column for each field, with lists to choose from and a guide; the lists of a record have\n"
	  "sheets of their own. Enter it with dongbo import. Types: dongbo types.\n\n"
	  "Example:\n  dongbo template staff --out staff.xlsx" },
	run
};
