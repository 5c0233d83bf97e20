/* What commands say of records that wait for a second person. */
#include <stdio.h>

#include "server/cmd/cmd.h"

bool desk_waits(struct desk *d, uint64_t stream, const struct type *t, int64_t state)
{
	(void)d;
	return stream == 0 && t != NULL && t->workflow != NULL &&
	       workflow_approval(t->workflow, state) != NULL;
}

/* Roles by their names, with commas between. */
static void put_roles(const struct desk *d, uint64_t roles, struct buf *out)
{
	const struct schema *s = d->schema;
	size_t i;

	for (i = 0; i < s->role_count; i++)
		if (roles & schema_role_bit(s, s->roles[i].number))
			buf_printf(out, "%s%s", out->len > 0 ? ", " : "",
				   label_in(&s->roles[i].label, d->cli->lang));
}

void desk_say_waits(struct desk *d, const struct type *t, int64_t state, const char *short_id)
{
	struct cli *c = d->cli;
	struct buf text, roles;

	buf_init(&text, 1 << 12);
	buf_init(&roles, 1 << 12);
	put_roles(d, workflow_approval(t->workflow, state)->by, &roles);
	buf_printf(&text, type_counts(t, state) ?
		   CLI_TEXT(c, "Vẫn như cũ cho đến khi người khác duyệt (%.*s): dongbod verify %s --as TÊN",
			    "Stays as it is until somebody else approves (%.*s): dongbod verify %s --as NAME") :
		   CLI_TEXT(c, "Chưa có hiệu lực cho đến khi người khác duyệt (%.*s): dongbod verify %s --as TÊN",
			    "Has no effect until somebody else approves (%.*s): dongbod verify %s --as NAME"),
		   (int)roles.len, roles.len == 0 ? "" : (const char *)roles.at, short_id);
	cli_line(stdout, buf_view(&text));
	buf_release(&roles);
	buf_release(&text);
}

int desk_say_waiting(struct desk *d)
{
	struct query_options o = { .stream = 0, .lang = d->cli->lang };
	json_t *list = NULL;
	int code = query_tasks(d->replica, &o, bytes_str(TASK_APPROVAL), &list, d->e);

	if (code == 0 && json_array_size(list) > 0)
		printf(CLI_TEXT(d->cli, "%zu việc chờ người thứ hai duyệt, đến khi đó chưa có hiệu lực: dongbod tasks "
				"--task %s\n",
				"%zu wait for a second person and have no effect until then: dongbod tasks "
				"--task %s\n"), json_array_size(list), TASK_APPROVAL);
	json_decref(list);
	return code;
}
