/* dongbo sync: sends what waits here and fetches what is new, once or for ever. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "client/sync/carrier_http.h"
#include "client/cmd/cmd.h"
#include "client/sync/sync.h"
#include "client/sync/snapshot.h"
#include "client/sync/route.h"
#include "common/text/sentence.h"

enum { TRIES = 6, PINS_TEXT = 512 };

struct syncing {
	struct session s;
	struct sync sync;
	struct carrier_http *carrier;
	struct carrier_http *second; /* where the server was before, or NULL */
	struct pins given;       /* --pin */
	uint64_t keys;           /* version of the server's keys at the beginning */
	int64_t begun_with;      /* changes that waited at the beginning */
};

static int carry(void *ctx, struct bytes request, struct buf *reply, struct err *e)
{
	struct syncing *y = ctx;
	int code = carrier_http_exchange(y->carrier, request, reply, e);

	/* A message may arrive twice: the other address is tried with the same. */
	if (code == ERR_NO_LINK && y->second != NULL)
		code = carrier_http_exchange(y->second, request, reply, e);
	return code;
}

/* Of both addresses. */
static struct carrier_http_counts counts(const struct syncing *y)
{
	struct carrier_http_counts n = carrier_http_counts(y->carrier), more = { 0 };

	if (y->second != NULL)
		more = carrier_http_counts(y->second);
	n.requests += more.requests;
	n.body_up += more.body_up;
	n.body_down += more.body_down;
	n.wire_up += more.wire_up;
	n.wire_down += more.wire_down;
	return n;
}

/* In parts of a second, so that a stop is noticed. */
static void wait_ms(void *ctx, int64_t ms)
{
	struct syncing *y = ctx;
	struct timespec part = { 0, 200000000 };

	for (; ms > 0 && !*y->s.cli->stop; ms -= 200) {
		if (ms < 200)
			part.tv_nsec = (long)ms * 1000000;
		nanosleep(&part, NULL);
	}
}

static void tell(void *ctx, const struct sync *sync, const struct err *failure)
{
	struct syncing *y = ctx;
	struct client_waiting w;
	struct snapshot_way way;
	struct buf text;

	(void)sync;
	if (failure != NULL && y->s.cli->terminal && !y->s.cli->json) {
		buf_init(&text, 8192);
		sentence_error(failure, y->s.cli->lang, &text);
		cli_line(stderr, buf_view(&text));
		buf_release(&text);
	} else if (failure == NULL && snapshot_way(&y->s.client, &way, NULL) == 0 && way.total > 0) {
		cli_progress(y->s.cli, (int64_t)way.held, (int64_t)way.total);
	} else if (failure == NULL && client_waiting(&y->s.client, &w, NULL) == 0) {
		cli_progress(y->s.cli, y->begun_with - w.edits, y->begun_with);
	}
}

static void print_report(struct syncing *y, const struct carrier_http_counts *n)
{
	struct cli *c = y->s.cli;
	const struct sync *s = &y->sync;

	if (s->changesets_out == 0 && s->items_in == 0 && s->problem.code != 0)
		printf("%s", CLI_TEXT(c, "Máy chủ đã trả lời.",
				      "The server answered."));
	else if (s->changesets_out == 0 && s->items_in == 0)
		printf("%s", CLI_TEXT(c, "Đã đồng bộ, không có gì mới.",
				      "Synchronised, nothing new."));
	else
		printf(CLI_TEXT(c, "Đã đồng bộ: máy chủ nhận %" PRIu64 " gói của máy này, máy này "
				   "nhận %" PRIu64 " gói.",
				"Synchronised: %" PRIu64 " packets received by the server, %" PRIu64
				" fetched."), s->changesets_out, s->items_in);
	printf(CLI_TEXT(c, " (gửi %" PRIu64 " byte, nhận %" PRIu64 " byte)\n",
			" (%" PRIu64 " bytes up, %" PRIu64 " bytes down)\n"),
	       n->body_up, n->body_down);
	if (s->files_up + s->files_down > 0)
		printf(CLI_TEXT(c, "Tệp đính kèm: gửi xong %" PRIu64 ", lấy về %" PRIu64 ".\n",
				"Attached files: %" PRIu64 " sent, %" PRIu64 " fetched.\n"), s->files_up,
		       s->files_down);
	if (s->refused > 0)
		printf(CLI_TEXT(c, "%" PRIu64 " lần nhập không được nhận: xem dongbo refused.\n",
				"%" PRIu64 " saves were refused: see dongbo refused.\n"),
		       s->refused);
	if (y->s.client.replica.keys.version > y->keys)
		printf("%s", CLI_TEXT(c, "Máy chủ đã đổi khóa; khóa mới có chữ ký của khóa gốc, máy này đã theo.\n",
				      "The server has new keys, signed by its root key; this computer "
				      "follows.\n"));
	session_chief_news(&y->s, false);
	fflush(stdout);
}

/* Counts are of the carrier's whole life; a report is of one synchronisation. */
static void report(struct syncing *y, const struct carrier_http_counts *before)
{
	struct carrier_http_counts n = counts(y);
	struct cli *c = y->s.cli;
	json_t *j;

	n.body_up -= before->body_up;
	n.body_down -= before->body_down;
	n.wire_up -= before->wire_up;
	n.wire_down -= before->wire_down;
	j = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o}", "exchanges",
		      (json_int_t)y->sync.exchanges, "failures", (json_int_t)y->sync.failures,
		      "items_in", (json_int_t)y->sync.items_in, "changesets_out",
		      (json_int_t)y->sync.changesets_out, "refused",
		      (json_int_t)y->sync.refused, "bytes_up", (json_int_t)n.body_up,
		      "bytes_down", (json_int_t)n.body_down, "wire_up", (json_int_t)n.wire_up,
		      "wire_down", (json_int_t)n.wire_down, "files_up",
		      (json_int_t)y->sync.files_up, "files_down", (json_int_t)y->sync.files_down,
		      "file_bytes", (json_int_t)y->sync.file_bytes, "problem",
		      err_name(y->sync.problem.code), "chiefs", session_chiefs(&y->s));
	if (!cli_json(c, j))
		print_report(y, &n);
	json_decref(j);
}

/* What is wrong is this computer's standing, not a packet. */
static bool about_us(int code)
{
	return code == ERR_REVOKED || code == ERR_ENROL_USED || code == ERR_ENROL_EXPIRED;
}

static int sync_now(struct syncing *y, unsigned tries)
{
	struct carrier_http_counts before = counts(y);
	struct client_waiting w = { 0 };
	struct cli *c = y->s.cli;
	int code = client_waiting(&y->s.client, &w, &c->err);

	y->begun_with = w.edits;
	y->keys = y->s.client.replica.keys.version;
	y->sync = (struct sync){ .client = &y->s.client, .stop = c->stop, .tries = tries,
				 .ctx = y, .carry = carry, .wait = wait_ms, .tell = tell };
	if (code == 0)
		code = sync_run(&y->sync, &c->err);
	/* They have proved right. */
	if (code == 0 && y->given.count > 0)
		code = route_keep_pins(&y->s.client, &y->given, &c->err);
	cli_progress(c, 1, 1);
	if (code != 0)
		return code;
	report(y, &before);
	/* The exchange went well, but something of ours cannot be taken. */
	return y->sync.problem.code == 0 ? 0 :
		err_set(&c->err, y->sync.problem.code, "%s", about_us(y->sync.problem.code) ? "" :
			CLI_TEXT(c, "máy chủ", "server"));
}

/* What the next interval may not mend: it would be told every time. A stranger's TLS key may
 * be that of a hotel's Wi-Fi. */
static bool is_final(int code)
{
	return code != 0 && !sync_passes(code) && code != ERR_ALREADY && code != ERR_GAP &&
	       code != ERR_UNKNOWN && code != ERR_TLS_PIN && code != ERR_TLS_CERT;
}

static int read_pins(struct syncing *y, struct buf *text)
{
	struct cli *c = y->s.cli;
	const char *pin;
	size_t i;
	int code = 0;

	for (i = 0; code == 0 && (pin = cli_option_at(c, "pin", i)) != NULL; i++)
		code = pins_read(bytes_str(pin), &y->given, &c->err);
	if (code != 0)
		return cli_usage(c, CLI_TEXT(c, "--pin %s: viết như sha256//... hoặc 64 chữ số hex",
					     "--pin %s: write it like sha256//... or 64 hex digits"), c->err.subject);
	pins_put(&y->given, text);
	buf_byte(text, 0);
	return 0;
}

static void close_carriers(struct syncing *y)
{
	carrier_http_close(y->second);
	carrier_http_close(y->carrier);
	y->carrier = y->second = NULL;
}

static int open_carrier(struct syncing *y)
{
	struct cli *c = y->s.cli;
	struct carrier_http_options o = { .ca_file = cli_option(c, "ca"), .stopped = c->stop };
	const char *server = cli_option(c, "server");
	struct buf given;
	struct route way;
	int code = route_read(&y->s.client, &way, &c->err);

	close_carriers(y);
	y->given.count = 0;
	buf_init(&given, PINS_TEXT);
	if (code == 0)
		code = read_pins(y, &given);
	if (code == 0 && server == NULL && way.address.len <= 1)
		code = err_set(&c->err, ERR_NO_SERVER, "%s", "");
	if (code == 0) {
		o.pins = y->given.count > 0 ? (char *)given.at : (char *)way.pins.at;
		/* Whoever names an authority wants it asked. */
		if (o.ca_file != NULL && y->given.count == 0)
			o.pins = NULL;
		code = carrier_http_open(server != NULL ? server : (char *)way.address.at, &o,
					 &y->carrier, &c->err);
	}
	if (code == 0 && server == NULL && way.before.len > 1)
		code = carrier_http_open((char *)way.before.at, &o, &y->second, &c->err);
	buf_release(&given);
	route_release(&way);
	return code;
}

static int sync_for_ever(struct syncing *y, int64_t every)
{
	struct cli *c = y->s.cli;
	struct buf text;
	uint64_t random;
	int code = 0;

	while (!*c->stop) {
		code = sync_now(y, TRIES);
		if (*c->stop || is_final(code))
			break;
		if (code != 0) {
			buf_init(&text, 8192);
			sentence_error(&c->err, c->lang, &text);
			cli_line(stderr, buf_view(&text));
			buf_release(&text);
			/* Address and keys may have been told since, by a stick say. */
			code = open_carrier(y);
			if (code != 0)
				return code;
		}
		env_random(y->s.client.env, &random, sizeof random);
		wait_ms(y, sync_interval_ms(every, random));
	}
	/* Being told to stop is how this command ends well. */
	return *c->stop ? 0 : code;
}

static int run(struct cli *c)
{
	struct syncing y = { .carrier = NULL };
	int64_t every = 0;
	bool once = cli_option(c, "once") != NULL;
	int code = cli_arguments(c, 0, 0);

	if (code == 0)
		code = cli_span(c, "every", 0, &every);
	if (code == 0 && once && every > 0)
		code = cli_usage(c, CLI_TEXT(c, "--once và --every không đi cùng nhau",
					     "--once and --every do not go together"));
	if (code != 0)
		return code;
	code = session_open(&y.s, c);
	if (code == 0)
		code = open_carrier(&y);
	if (code == 0)
		code = every > 0 ? sync_for_ever(&y, every) : sync_now(&y, once ? 1 : TRIES);
	close_carriers(&y);
	session_close(&y.s);
	return code;
}

const struct cli_command cmd_sync = {
	"sync", "[--every 15m] [--once] [--server URL] [--ca FILE] [--pin PIN]",
	"every= once server= ca= pin=",
	{ "Gửi những gì đang chờ và nhận những gì mới", "Send what waits, fetch what is new" },
	{ "Mạng chậm hay đứt quãng không sao: gói gửi tự nhỏ lại, phần đã gửi không phải gửi lại.\n"
	  "--every đồng bộ mãi, cách nhau chừng ấy (90s, 15m, 2h). --once chỉ thử một lần rồi "
	  "thôi.\n"
	  "--server dùng địa chỉ khác với giấy ghi danh, --ca chứng chỉ gốc riêng cho https.\n"
	  "--pin khóa TLS mới mà cơ quan tiếp nhận đọc cho (sha256//... hay 64 chữ số hex): dùng được\n"
	  "thì máy nhớ.\n"
	  "Máy mới của đơn vị đã có nhiều hồ sơ: hồ sơ cũ về trong một bản đóng gói, đứt thì nhận tiếp;\n"
	  "trong lúc ấy vẫn nhập và gửi được, dongbo status cho biết đã về bao nhiêu.\n\n"
	  "Ví dụ:\n  dongbo sync\n  dongbo sync --every 15m",
	  "Slow or broken links do not matter: messages become smaller by themselves, and what\n"
	  "got through is not sent again. --every goes on for ever at that distance (90s, 15m,\n"
	  "2h). --once tries a single time. --server is another address than the enrolment's,\n"
	  "--ca a root certificate of your own for https, --pin a new TLS key as the receiving office tells it\n"
	  "(sha256//... or 64 hex digits): kept once it has worked.\n"
	  "On a new computer of a unit that has much the records of before come packed, after a cut\n"
	  "from where it was; you can enter and send meanwhile, and dongbo status says how far it is.\n\n"
	  "Examples:\n  dongbo sync\n  dongbo sync --every 15m" },
	run
};
