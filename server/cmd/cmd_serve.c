/* dongbod serve: the server, until it is told to stop. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/attach/attach.h"
#include "common/text/date.h"
#include "server/backup/backup.h"
#include "server/cmd/cmd.h"
#include "server/exchange/listen.h"
#include "server/identity/link.h"
#include "server/identity/tls_cert.h"

enum { DAY = 86400, PASSPHRASE_MAX = 1024, KEEP_MISSING = 30, KEEP_MAX = 100000 };

static void line(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

/* SIGHUP has come. */
static volatile sig_atomic_t again;

static void on_hangup(int number)
{
	(void)number;
	again = 1;
}

static void watch_hangup(void)
{
	struct sigaction action = { .sa_handler = on_hangup, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(SIGHUP, &action, NULL);
}

/* Backups by the clock of uptime: a wall clock that jumps neither misses one nor takes
 * many. */
struct schedule {
	struct cli *cli;
	struct backup_options options;
	struct buf passphrase;
	int64_t every, next; /* milliseconds */
};

static int stopped(void *ctx, enum backup_step step, int64_t done, int64_t total)
{
	struct cli *c = ctx;

	(void)step;
	(void)done;
	(void)total;
	return *c->stop;
}

static int take_schedule(struct cli *c, struct schedule *s)
{
	int64_t seconds = 0;
	int code = cli_span(c, "backup-every", DAY, &seconds);

	*s = (struct schedule){ .cli = c, .options = { .data = c->data, .to = cli_option(c, "backup"),
						       .progress = stopped, .ctx = c } };
	buf_init(&s->passphrase, PASSPHRASE_MAX);
	if (code == 0)
		code = cli_number(c, "backup-keep", KEEP_MISSING, 0, KEEP_MAX, &s->options.keep);
	if (code == 0 && s->options.to == NULL &&
	    (cli_option(c, "backup-every") != NULL || cli_option(c, "backup-keep") != NULL ||
	     cli_option(c, "passphrase-file") != NULL))
		code = cli_usage(c, CLI_TEXT(c, "cần --backup THƯ_MỤC", "--backup DIR is needed"));
	if (code == 0 && cli_option(c, "passphrase-file") != NULL)
		code = cli_passphrase(c, "passphrase-file", "", false, &s->passphrase);
	s->options.passphrase = buf_view(&s->passphrase);
	s->every = seconds * 1000;
	return code;
}

/* The outcome is a line of the log; a failure is in the store, too (summary). */
static void back_up(struct schedule *s)
{
	struct err e = { 0 };
	struct backup_result r;
	int code = server_backup(env_os(), &s->options, &r, &e);
	struct buf text;

	if (code == ERR_STOPPED)
		return;
	buf_init(&text, 8192);
	date_put_rfc3339(env_now(env_os()), &text);
	if (code == 0)
		buf_printf(&text, " backup %s items=%llu keys=%s %s", r.nothing_new ? "unchanged" :
			   "taken", (unsigned long long)r.items, r.keys ? "in" : "out", r.path);
	else
		buf_printf(&text, " backup FAILED %s: %s%s%s", err_name(code), e.subject,
			   e.library[0] == '\0' ? "" : " - ", e.library);
	cli_line(stderr, buf_view(&text));
	buf_release(&text);
}

static bool has_tls(const struct cli *c)
{
	return cli_option(c, "tls-cert") != NULL;
}

/* The key is none that computers have been told to expect: they would refuse it. */
static int warn_pin(struct cli *c, struct server *s, const uint8_t pin[PIN_SIZE])
{
	struct link link;
	size_t i;
	int code = link_read(&s->replica, &link, &c->err);

	for (i = 0; i < link.pins.count; i++)
		if (memcmp(link.pins.key[i], pin, PIN_SIZE) == 0)
			break;
	if (code == 0 && link.pins.count > 0 && i == link.pins.count)
		fprintf(stderr, "%s\n", CLI_TEXT(c, "CHÚ Ý: các máy được dặn khóa TLS khác và sẽ từ chối chứng "
						    "chỉ này; xem dongbod link.",
						 "NOTE: computers were told of other TLS keys and will refuse this "
						 "certificate; see dongbod link."));
	buf_release(&link.address);
	return code;
}

/* Shows what the files of --tls-cert and --tls-key have now. */
static int take_tls(struct cli *c, struct server *s)
{
	const char *cert = cli_option(c, "tls-cert"), *key = cli_option(c, "tls-key");
	uint8_t pin[PIN_SIZE];
	int code = tls_show(cert, key, pin, &c->err);

	return code != 0 ? code : warn_pin(c, s, pin);
}

/* After SIGHUP. The store is opened anew, for the other one is in use by threads. */
static void renew_tls(struct cli *c)
{
	struct server s;
	struct buf text;
	int code = server_open(&s, env_os(), c->data, &c->err);

	if (code == 0) {
		code = take_tls(c, &s);
		server_close(&s);
	}
	buf_init(&text, 8192);
	date_put_rfc3339(env_now(env_os()), &text);
	if (code == 0)
		buf_printf(&text, " certificate read anew: %s", cli_option(c, "tls-cert"));
	else
		buf_printf(&text, " certificate FAILED, the one before stays: %s: %s", err_name(code),
			   c->err.subject);
	cli_line(stderr, buf_view(&text));
	buf_release(&text);
	memset(&c->err, 0, sizeof c->err);
}

static void wait_for_stop(struct schedule *s)
{
	const struct timespec tick = { 0, 200 * 1000 * 1000 };

	/* The first one at once: a server that is started daily takes one daily. */
	s->next = env_monotonic_ms(env_os());
	while (!*s->cli->stop) {
		if (s->options.to != NULL && env_monotonic_ms(env_os()) >= s->next) {
			s->next = env_monotonic_ms(env_os()) + s->every;
			back_up(s);
			continue;
		}
		if (again && has_tls(s->cli)) {
			again = 0;
			renew_tls(s->cli);
		}
		nanosleep(&tick, NULL);
	}
}

static int serve(struct cli *c, const char *address, struct schedule *schedule)
{
	struct listen_options o = { .address = address, .line = line,
				    .tls_choose = has_tls(c) ? tls_chooser() : NULL };
	struct listener *l = NULL;
	struct server s;
	size_t swept;
	json_t *j;
	int code = server_open(&s, env_os(), c->data, &c->err);

	if (code != 0)
		return code;
	/* Files that nothing names any more; one that can't go now goes another time. */
	(void)attach_sweep(&s.replica, s.dir, false, &swept, NULL);
	if (has_tls(c))
		code = take_tls(c, &s);
	if (code == 0)
		code = listen_open(&l, &s, &o, &c->err);
	if (code == ERR_BAD_VALUE)
		code = cli_usage(c, CLI_TEXT(c, "--listen %s: viết như 127.0.0.1:8080 hoặc 0.0.0.0:443",
					     "--listen %s: write it like 127.0.0.1:8080 or 0.0.0.0:443"), address);
	if (code == 0) {
		j = json_pack("{s:i}", "port", (int)listen_port(l));
		if (!cli_json(c, j))
			printf(CLI_TEXT(c, "Đang phục vụ, cổng %u. Ctrl+C để dừng.\n",
					"Serving on port %u. Ctrl+C stops.\n"), listen_port(l));
		json_decref(j);
		/* Whoever started us reads the port from a pipe. */
		fflush(stdout);
		wait_for_stop(schedule);
		listen_close(l);
	}
	tls_show_none();
	server_close(&s);
	return code;
}

static int run(struct cli *c)
{
	const char *address = cli_option(c, "listen");
	struct schedule schedule;
	int code = cli_arguments(c, 0, 0);

	if (code == 0 && address == NULL)
		code = cli_usage(c, CLI_TEXT(c, "cần --listen ĐỊA_CHỈ:CỔNG",
					     "--listen ADDR:PORT is needed"));
	if (code != 0)
		return code;
	code = take_schedule(c, &schedule);
	if (code == 0 && has_tls(c) != (cli_option(c, "tls-key") != NULL))
		code = cli_usage(c, CLI_TEXT(c, "--tls-cert và --tls-key đi cùng nhau",
					     "--tls-cert and --tls-key go together"));
	watch_hangup();
	if (code == 0)
		code = serve(c, address, &schedule);
	if (schedule.passphrase.at != NULL)
		sodium_memzero(schedule.passphrase.at, schedule.passphrase.len);
	buf_release(&schedule.passphrase);
	return code;
}

const struct cli_command dongbod_serve = {
	"serve", "--listen ADDR:PORT [--tls-cert FILE --tls-key FILE] "
		 "[--backup DIR [--backup-every 24h] [--backup-keep N] [--passphrase-file FILE]]",
	"listen= tls-cert= tls-key= backup= backup-every= backup-keep= passphrase-file=",
	{ "Chạy máy chủ", "Run the server" },
	{ "Nhật ký ra stderr: giờ, mã máy, số byte, kết quả; không có nội dung. SIGTERM dừng "
	  "êm: trả lời\n"
	  "xong những yêu cầu đã nhận rồi mới thôi. Khi dùng thật, đặt sau nginx có TLS, hoặc\n"
	  "--tls-cert, --tls-key (PEM, TLS 1.2 trở lên): tự ký cũng được, vì các máy nhận ra khóa (dongbod link).\n"
	  "SIGHUP đọc lại hai tệp ấy, các kết nối đang có không bị cắt; tệp mới sai thì ghi vào nhật ký và giữ\n"
	  "chứng chỉ cũ.\n"
	  "--backup: khi bắt đầu, rồi cứ mỗi --backup-every (24h), sao lưu vào thư mục này như dongbod backup; "
	  "không\nđược thì ghi vào nhật ký và báo ở dongbod summary.\n\n"
	  "Ví dụ:\n  dongbod serve --listen 127.0.0.1:8080\n"
	  "  dongbod serve --listen 127.0.0.1:8080 --backup /media/sao-luu --backup-every 24h",
	  "The log goes to stderr: time, device, bytes, outcome; no contents. SIGTERM ends it "
	  "cleanly:\n"
	  "what was taken is answered first. In production put it behind nginx with TLS, or\n"
	  "give --tls-cert and --tls-key (PEM, TLS 1.2 or later): self-signed will do, for computers know the\n"
	  "key (dongbod link). SIGHUP reads both files anew and cuts no connection; where the new ones do not\n"
	  "fit, the log says so and the old ones stay.\n"
	  "--backup: at the start, then every --backup-every (24h), it backs the store up into DIR as\n"
	  "dongbod backup does; a failure is in the log, and in dongbod summary.\n\n"
	  "Examples:\n  dongbod serve --listen 127.0.0.1:8080\n"
	  "  dongbod serve --listen 127.0.0.1:8080 --backup /media/backup --backup-every 24h" },
	run
};
