/* dongbo edit: changes fields of a record or a row. */
#include "client/cmd/cmd.h"

/* --version: what the form showed when the person began to change it. */
static int take_version(struct session *s)
{
	const char *text = cli_option(s->cli, "version");
	struct draft *d = &s->draft;

	if (text == NULL)
		return 0;
	if (!query_version(bytes_str(text), &d->seen_seq, &d->seen_own))
		return cli_usage(s->cli, CLI_TEXT(s->cli, "--version %s: chép đúng phiên bản in ở cuối dongbo show",
						 "--version %s: copy what stands at the end of dongbo show"),
				 text);
	d->has_version = true;
	return 0;
}

static int edit(struct session *s)
{
	struct assignment *list;
	struct rid id = RID_NONE;
	size_t count;
	bool changed;
	int code = session_assignments(s, 1, &list, &count);

	if (code == 0)
		code = session_begin(s);
	if (code == 0)
		code = take_version(s);
	if (code == 0)
		code = session_find_own(s, s->cli->argv[0], &id);
	if (code != 0)
		return code;
	code = edit_change(s->replica, s->schema, &s->draft, id, list, count, s->e);
	if (code != 0)
		return session_edit_error(s, code, session_type(s, s->stream, id));
	changed = s->draft.count > 0;
	code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, changed);
}

static int run(struct cli *c)
{
	return session_run(c, 2, -1, edit);
}

const struct cli_command cmd_edit = {
	"edit", "ID field=value field+=member field-=member", "author= version=",
	{ "Sửa các mục của một hồ sơ hoặc một dòng", "Change fields of a record or a row" },
	{ "Chỉ những mục ghi ra mới đổi; để trống sau dấu = là xóa giá trị. += và -= thêm hoặc "
	  "bớt\n"
	  "trong danh sách chọn nhiều. --version là phiên bản đã xem (dongbo show): người khác "
	  "sửa\n"
	  "sau đó thì hai bản được giữ lại để chọn, không ai ghi đè ai.\n\n"
	  "Ví dụ:\n"
	  "  dongbo edit k3f7q amount=45000000 content_note=\n"
	  "  dongbo edit k3f7q langs+=ja langs-=fr",
	  "Only the fields named are changed; nothing after the = takes the value away. += and -=\n"
	  "put into a set and take out. --version is the version that you saw (dongbo show): if\n"
	  "somebody changed it since, both values are kept to choose from.\n\n"
	  "Examples:\n"
	  "  dongbo edit k3f7q amount=45000000 content_note=\n"
	  "  dongbo edit k3f7q langs+=ja langs-=fr" },
	run
};
