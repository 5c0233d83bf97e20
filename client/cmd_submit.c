/* dongbo submit: moves a record on to "signed": it is complete and may be checked. */
#include "client/cmd.h"

static int submit(struct session *s)
{
	const char *state = cli_option(s->cli, "to"), *remark = cli_option(s->cli, "remark");
	struct rid id = RID_NONE;
	int code = session_begin(s);

	if (code == 0)
		code = session_find_own(s, s->cli->argv[0], &id);
	if (code == 0)
		code = edit_move(s->replica, s->schema, &s->draft, id,
				 bytes_str(state != NULL ? state : "signed"), bytes_str(remark),
				 s->e);
	if (code == 0)
		code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, true);
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = submit(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_submit = {
	"submit", "ID", "author= to= remark=",
	{ "Xác nhận hồ sơ đã đủ, gửi huyện thẩm định",
	  "Declare a record complete, for the district to check" },
	{ "Hồ sơ phải đủ các mục bắt buộc và không còn mục hai người nhập khác nhau. Hồ sơ được\n"
	  "gửi ở lần đồng bộ tới. --to chuyển sang trạng thái khác, nếu vai trò cho phép.\n\n"
	  "Ví dụ:\n  dongbo submit k3f7q",
	  "All required fields must be there and no field may be in conflict. The record is sent\n"
	  "with the next synchronisation. --to moves to another state, where the role may.\n\n"
	  "Example:\n  dongbo submit k3f7q" },
	run
};
