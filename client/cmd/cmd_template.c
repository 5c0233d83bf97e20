/* dongbo template: a workbook to fill in, for dongbo import. */
#include "client/cmd/cmd.h"
#include "common/cli/cli_import.h"

static int make(struct session *s)
{
	struct template_options o = { .lang = s->cli->lang, .stream = s->client.unit,
				      .role = schema_role_bit(s->schema, s->client.role),
				      .created = env_now(s->client.env) };
	int code = session_read(s);

	return code != 0 ? code : cli_import_template(s->cli, s->replica, s->schema, &o);
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
