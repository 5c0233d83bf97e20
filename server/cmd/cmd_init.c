/* dongbod init: a new district. */
#include <stdio.h>

#include "server/cmd/cmd.h"

static int run(struct cli *c)
{
	const char *name = cli_option(c, "name");
	char id[2 * HASH_SIZE + 1];
	struct desk d;
	json_t *j;
	size_t i;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	if (name == NULL)
		return cli_usage(c, CLI_TEXT(c, "cần --name TÊN", "--name NAME is needed"));
	code = server_init(env_os(), c->data, bytes_str(name), &c->err);
	if (code != 0)
		return code;
	code = desk_open(&d, c);
	if (code == 0) {
		for (i = 0; i < HASH_SIZE; i++)
			snprintf(id + 2 * i, 3, "%02x", d.replica->district.id[i]);
		j = json_pack("{s:s, s:s, s:s}", "district", id, "name", name, "data", c->data);
		if (!cli_json(c, j))
			printf(CLI_TEXT(c, "Đã tạo kho của %s trong %s\nMã hệ thống: %s\n"
					   "Chuyển %s/root.key ra USB và cất nơi an toàn: máy chủ "
					   "không cần khóa này để chạy.\n",
					"Made the store of %s in %s\nSystem: %s\n"
					"Move %s/root.key to a USB stick and lock it away: the "
					"server runs without it.\n"),
			       name, c->data, id, c->data);
		json_decref(j);
	}
	desk_close(&d);
	return code;
}

const struct cli_command dongbod_init = {
	"init", "--name NAME", "name=",
	{ "Tạo kho dữ liệu và khóa của máy chủ", "Make the server's store and keys" },
	{ "Ví dụ:\n  dongbod init --name \"UBND Mẫu\"",
	  "Example:\n  dongbod init --name \"UBND Mẫu\"" },
	run
};
