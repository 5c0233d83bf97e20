/* dongbo nil: "nothing to report", in one command, so that silence is never taken for
 * nothing. */
#include "client/cmd/cmd.h"

/* What the type's nil return says, into the new record; given fields go before. */
static void put_presets(struct session *s, const struct type *t, struct rid id)
{
	size_t i;

	for (i = 0; i < t->nil_count; i++)
		draft_set(&s->draft, t->number, id, t->nil[i].field->number, t->nil[i].value,
			  t->nil[i].field->personal);
}

/* On to where submitting leads, in the same breath: what is missing makes nothing. */
static int take_on(struct session *s, const struct type *t, struct rid id)
{
	uint64_t role = schema_role_bit(s->schema, s->client.role);
	const struct move *m;
	struct record rec;
	bool signature;
	int code = query_record(s->replica, s->stream, id, &s->arena, &rec, s->e);

	if (code != 0)
		return code;
	m = workflow_submit(t->workflow, rec.state, role, &signature);
	if (m != NULL)
		code = edit_move(s->replica, s->schema, &s->draft, id,
				 bytes_str(workflow_state(t->workflow, m->to)->code),
				 bytes_str(NULL), s->e);
	return code != 0 ? code : session_save(s, id);
}

static int nil(struct session *s)
{
	struct bytes type = bytes_str(s->cli->argv[0]);
	const struct type *t = schema_type_by_code(s->schema, type);
	struct assignment *list;
	struct rid id = RID_NONE;
	size_t count;
	int code = session_assignments(s, 1, &list, &count);

	if (code == 0 && t == NULL)
		code = err_set(s->e, ERR_NO_TYPE, "%s", s->cli->argv[0]);
	if (code == 0 && t->nil_count == 0)
		code = cli_usage(s->cli, CLI_TEXT(s->cli, "loại %s không có báo cáo \"không phát sinh\"",
						  "%s has no nil return"), t->code);
	if (code == 0)
		code = session_unit(s);
	if (code == 0)
		code = session_begin(s);
	if (code != 0)
		return code;
	code = edit_add(s->replica, s->schema, &s->draft, type, list, count, &id, s->e);
	if (code != 0)
		return session_edit_error(s, code, t);
	put_presets(s, t, id);
	code = session_number(s, t, id, NULL, false);
	if (code == 0)
		code = session_save_more(s, id);
	if (code == 0)
		code = take_on(s, t, id);
	return code != 0 ? code : session_tell(s, id, true);
}

static int run(struct cli *c)
{
	return session_run(c, 1, -1, nil);
}

const struct cli_command cmd_nil = {
	"nil", "TYPE field=value...", "author= unit=",
	{ "Báo \"không phát sinh\"", "Report that there is nothing to report" },
	{ "Lập hồ sơ với câu trả lời \"không có\" của loại ấy, đã hoàn thành; thủ trưởng ký thì gửi được.\n\n"
	  "Ví dụ:\n  dongbo nil pg_need plan_year=2026",
	  "Makes a record with the nil answer of its type, and submits it; it is sent once signed.\n\n"
	  "Example:\n  dongbo nil pg_need plan_year=2026" },
	run
};
