/* dongbod serve: the server, until it is told to stop. */
#include <stdio.h>
#include <time.h>

#include "server/cmd.h"
#include "server/listen.h"

static void line(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

static void wait_for_stop(const struct cli *c)
{
	const struct timespec tick = { 0, 200 * 1000 * 1000 };

	while (!*c->stop)
		nanosleep(&tick, NULL);
}

static int serve(struct cli *c, const char *address)
{
	struct listen_options o = { .address = address, .line = line };
	struct listener *l = NULL;
	struct server s;
	json_t *j;
	int code = server_open(&s, env_os(), c->data, &c->err);

	if (code != 0)
		return code;
	code = listen_open(&l, &s, &o, &c->err);
	if (code == 0) {
		j = json_pack("{s:i}", "port", (int)listen_port(l));
		if (!cli_json(c, j))
			printf(CLI_TEXT(c, "Đang phục vụ, cổng %u. Ctrl+C để dừng.\n",
					"Serving on port %u. Ctrl+C stops.\n"), listen_port(l));
		json_decref(j);
		/* Whoever started us reads the port from a pipe. */
		fflush(stdout);
		wait_for_stop(c);
		listen_close(l);
	}
	server_close(&s);
	return code;
}

static int run(struct cli *c)
{
	const char *address = cli_option(c, "listen");
	int code = cli_arguments(c, 0, 0);

	if (code == 0 && address == NULL)
		code = cli_usage(c, CLI_TEXT(c, "cần --listen ĐỊA_CHỈ:CỔNG",
					     "--listen ADDR:PORT is needed"));
	return code == 0 ? serve(c, address) : code;
}

const struct cli_command dongbod_serve = {
	"serve", "--listen ADDR:PORT", "listen=",
	{ "Chạy máy chủ", "Run the server" },
	{ "Nhật ký ra stderr: giờ, mã máy, số byte, kết quả; không có nội dung. SIGTERM dừng "
	  "êm: trả lời\n"
	  "xong những yêu cầu đã nhận rồi mới thôi. Khi dùng thật, đặt sau nginx có TLS.\n\n"
	  "Ví dụ:\n  dongbod serve --listen 127.0.0.1:8080",
	  "The log goes to stderr: time, device, bytes, outcome; no contents. SIGTERM ends it "
	  "cleanly:\n"
	  "what was taken is answered first. In production put it behind nginx with TLS.\n\n"
	  "Example:\n  dongbod serve --listen 127.0.0.1:8080" },
	run
};
