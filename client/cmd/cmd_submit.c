/* dongbo submit: moves a record on: it is complete, and the next one may have it. */
#include "client/cmd/cmd.h"

/* The state that submitting leads to: what that means is the workflow's to say. */
static int find_next(struct session *s, struct rid id, struct bytes *state)
{
	uint64_t role = schema_role_bit(s->schema, s->client.role);
	const char *name = s->cli->argv[0];
	const struct type *t;
	const struct move *m;
	struct record rec;
	bool signature;
	int code = query_record(s->replica, s->stream, id, &s->arena, &rec, s->e);

	if (code != 0)
		return code;
	t = schema_type(s->schema, rec.type);
	m = workflow_submit(t == NULL ? NULL : t->workflow, rec.state, role, &signature);
	if (m == NULL)
		return err_set(s->e, signature ? ERR_NOT_SIGNED : ERR_NO_MOVE, "%s", name);
	*state = bytes_str(workflow_state(t->workflow, m->to)->code);
	return 0;
}

static int submit(struct session *s)
{
	struct bytes state = bytes_str(cli_option(s->cli, "to"));
	struct rid id = RID_NONE;
	int code = session_begin(s);

	if (code == 0)
		code = session_find_own(s, s->cli->argv[0], &id);
	if (code == 0 && state.len == 0)
		code = find_next(s, id, &state);
	if (code == 0)
		code = edit_move(s->replica, s->schema, &s->draft, id, state,
				 bytes_str(cli_option(s->cli, "remark")), s->e);
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
	"submit", "ID [--to STATE] [--remark TEXT]", "author= to= remark=",
	{ "Xác nhận hồ sơ đã đủ, chuyển sang bước sau",
	  "Declare a record complete, for whoever takes the next step" },
	{ "Hồ sơ phải đủ các mục bắt buộc và không còn mục hai người nhập khác nhau. Hồ sơ được\n"
	  "gửi ở lần đồng bộ tới. --to chuyển sang trạng thái khác, nếu vai trò cho phép\n"
	  "(dongbo show cho biết những trạng thái nào).\n\n"
	  "Ví dụ:\n  dongbo submit k3f7q\n  dongbo submit k3f7q --to draft\n"
	  "  dongbo submit k3f7q --to cancelled --remark \"Nhập trùng\"",
	  "All required fields must be there and no field may be in conflict. The record is sent\n"
	  "with the next synchronisation. --to moves to another state, where the role may\n"
	  "(dongbo show has the states).\n\n"
	  "Examples:\n  dongbo submit k3f7q\n  dongbo submit k3f7q --to draft\n"
	  "  dongbo submit k3f7q --to cancelled --remark \"Entered twice\"" },
	run
};
