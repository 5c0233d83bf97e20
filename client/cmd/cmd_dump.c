/* dongbo dump: what is in a file of the project's own formats. */
#include <stdio.h>

#include "client/cmd/cmd.h"
#include "client/dump.h"
#include "protocol/limits.h"

static int dump(struct cli *c, const struct dump *d)
{
	struct buf in, out;
	json_t *tree = NULL;
	int code;

	buf_init(&in, 2 * LIMIT_MESSAGE);
	buf_init(&out, (size_t)256 << 20);
	code = env_read_file(c->argv[0], &in, &c->err);
	if (code == 0)
		code = dump_bytes(d, buf_view(&in), &tree, &c->err);
	if (code == 0 && !cli_json(c, tree)) {
		query_clean(tree);
		dump_text(tree, &out);
		if (out.failed)
			code = err_set(&c->err, ERR_NOMEM, "dump");
		else
			fwrite(out.at, 1, out.len, stdout);
	}
	json_decref(tree);
	buf_release(&out);
	buf_release(&in);
	return code;
}

static int run(struct cli *c)
{
	struct dump d = { .secrets = cli_option(c, "personal") != NULL };
	struct session s;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	/* A store helps, but what is in clear can be read without one. */
	if (session_open(&s, c) == 0) {
		d.client = &s.client;
		d.schema = s.schema;
	} else {
		c->err = (struct err){ 0 };
	}
	d.arena = &s.arena;
	code = dump(c, &d);
	session_close(&s);
	return code;
}

const struct cli_command cmd_dump = {
	"dump", "FILE [--personal]", "personal",
	{ "Đọc nội dung một tệp của hệ thống (gói tin, giấy ghi danh)",
	  "Read a file of the system (message, enrolment, object)" },
	{ "Dành cho cán bộ kỹ thuật: in ra mọi thứ đọc được. Có kho dữ liệu thì mở được gói gửi\n"
	  "cho máy này và gói máy này gửi đi. Mục riêng tư bị che trừ khi thêm --personal.\n\n"
	  "Ví dụ:\n  dongbo dump goi-tin.bin",
	  "For technicians: prints all that can be read. With a store, messages to and from this\n"
	  "computer are opened. Personal values are hidden unless --personal is given.\n\n"
	  "Example:\n  dongbo dump message.bin" },
	run
};
