/* dongbo submit: moves a record on: it is complete, and the next one may have it. */
#include "client/cmd.h"

/* The step that asks whether all is there, from where the record stands, for this role:
 * what submitting means is the workflow's to say. */
static const char *next_state(struct session *s, struct rid id)
{
	uint64_t role = schema_role_bit(s->schema, s->client.role);
	struct record rec;
	const struct type *t;
	size_t i;

	if (query_record(s->replica, s->client.unit, id, &s->arena, &rec, NULL) != 0)
		return "";
	t = schema_type(s->schema, rec.type);
	for (i = 0; t != NULL && t->workflow != NULL && i < t->workflow->move_count; i++) {
		const struct move *m = &t->workflow->moves[i];

		if (m->from == rec.state && m->complete && !m->sign && (m->by & role))
			return workflow_state(t->workflow, m->to)->code;
	}
	return "";
}

static int submit(struct session *s)
{
	const char *state = cli_option(s->cli, "to"), *remark = cli_option(s->cli, "remark");
	struct rid id = RID_NONE;
	int code = session_begin(s);

	if (code == 0)
		code = session_find_own(s, s->cli->argv[0], &id);
	if (code == 0)
		code = edit_move(s->replica, s->schema, &s->draft, id,
				 bytes_str(state != NULL ? state : next_state(s, id)),
				 bytes_str(remark),
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
