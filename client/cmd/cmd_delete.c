/* dongbo delete and undelete. */
#include "client/cmd/cmd.h"

static int change(struct session *s, bool undelete)
{
	struct rid id = RID_NONE;
	bool changed;
	int code = session_begin(s);

	if (code == 0)
		code = session_find_own(s, s->cli->argv[0], &id);
	if (code == 0)
		code = edit_delete(s->replica, s->schema, &s->draft, id, undelete, s->e);
	if (code != 0)
		return code;
	changed = s->draft.count > 0;
	code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, changed);
}

static int run_either(struct cli *c, bool undelete)
{
	struct session s;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = change(&s, undelete);
	session_close(&s);
	return code;
}

static int run_delete(struct cli *c)
{
	return run_either(c, false);
}

static int run_undelete(struct cli *c)
{
	return run_either(c, true);
}

const struct cli_command cmd_delete = {
	"delete", "ID", "author=",
	{ "Xóa một hồ sơ hoặc một dòng", "Delete a record or a row" },
	{ "Hồ sơ đã xóa vẫn còn trong lịch sử và khôi phục được (dongbo undelete).\n\n"
	  "Ví dụ:\n  dongbo delete k3f7q",
	  "A deleted record stays in the history and can be brought back (dongbo undelete).\n\n"
	  "Example:\n  dongbo delete k3f7q" },
	run_delete
};

const struct cli_command cmd_undelete = {
	"undelete", "ID", "author=",
	{ "Khôi phục hồ sơ hoặc dòng đã xóa", "Bring a deleted record or row back" },
	{ "Xem các hồ sơ đã xóa: dongbo list --deleted.\n\nVí dụ:\n  dongbo undelete k3f7q",
	  "Deleted records: dongbo list --deleted.\n\nExample:\n  dongbo undelete k3f7q" },
	run_undelete
};
