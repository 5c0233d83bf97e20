/* dongbod exchange: one message that came as a file, and its reply as another. */
#include <stdio.h>

#include "protocol/limits.h"
#include "server/cmd.h"
#include "server/exchange.h"

static int exchange(struct cli *c, const char *in, const char *out)
{
	struct buf request, reply;
	struct err told = { 0 };
	struct server s;
	json_t *j;
	int code;

	code = server_open(&s, env_os(), c->data, &c->err);
	if (code != 0)
		return code;
	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	code = env_read_file(in, &request, &c->err);
	if (code == 0)
		code = server_exchange(&s, buf_view(&request), &reply, &c->err);
	if (code == 0)
		code = env_write_file(out, buf_view(&reply), 0600, &c->err);
	/* A refusal is an answer too: the file is for its sender, the status for us. Of a
	 * file that is no message it is no use to blame the link. */
	if (code == 0 && seal_read_refusal(buf_view(&reply), &told) != 0)
		code = err_set(&c->err, told.code == ERR_NOT_DONGBO ? ERR_MALFORMED : told.code,
			       "%s", in);
	if (code == 0) {
		j = json_pack("{s:s, s:I, s:I}", "reply", out, "bytes_in", (json_int_t)request.len,
			      "bytes_out", (json_int_t)reply.len);
		if (!cli_json(c, j))
			printf(CLI_TEXT(c, "Đã nhận %s (%zu byte), trả lời trong %s (%zu byte).\n",
					"Took %s (%zu bytes); the reply is %s (%zu bytes).\n"),
			       in, request.len, out, reply.len);
		json_decref(j);
	}
	buf_release(&request);
	buf_release(&reply);
	server_close(&s);
	return code;
}

static int run(struct cli *c)
{
	const char *in = cli_option(c, "in"), *out = cli_option(c, "out");
	int code = cli_arguments(c, 0, 0);

	if (code == 0 && (in == NULL || out == NULL))
		code = cli_usage(c, CLI_TEXT(c, "cần --in TỆP và --out TỆP",
					     "--in FILE and --out FILE are needed"));
	return code == 0 ? exchange(c, in, out) : code;
}

const struct cli_command dongbod_exchange = {
	"exchange", "--in FILE --out FILE", "in= out=",
	{ "Nhận một gói đồng bộ mang đến bằng USB và ghi gói trả lời",
	  "Take one sync message from a file and write the reply" },
	{ "Ví dụ:\n  dongbod exchange --in tam-son.dongbo --out tam-son.reply.dongbo",
	  "Example:\n  dongbod exchange --in tam-son.dongbo --out tam-son.reply.dongbo" },
	run
};
