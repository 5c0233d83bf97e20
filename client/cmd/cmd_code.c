/* An enrolment for a command: out of a file, or fetched by the code of a letter. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "client/cmd/cmd.h"
#include "client/identity/fetch.h"
#include "client/sync/carrier_http.h"
#include "client/sync/sync.h"
#include "common/text/sentence.h"

enum { TRIES = 4, ASK_MOST = 5, ADDRESS_MAX = 512, TYPED_MAX = 1024, REQUEST_MAX = 4096 };

/* What a QR code begins with. */
static const char mark[] = "DONGBO1 ";

/* What is wrong with a code, for whoever has the letter in his hand. */
static void say_fault(struct cli *c, const struct code_fault *f, struct buf *out)
{
	unsigned g;

	switch (f->kind) {
	case CODE_LETTER:
		buf_printf(out, CLI_TEXT(c, "Nhóm %u có ký tự \"%s\" không bao giờ có trong mã (mã chỉ có số và "
					    "chữ không dấu, không có chữ U). Nếu đang bật bộ gõ tiếng Việt thì "
					    "tắt đi rồi gõ lại.",
					 "Group %u has \"%s\", which no code has (digits and letters without "
					 "marks, no U). If a Vietnamese keyboard is on, switch it off and type "
					 "it again."), f->group, f->letter);
		break;
	case CODE_LENGTH:
		if (f->group != 0)
			buf_printf(out, CLI_TEXT(c, "Nhóm %u có %zu ký tự, phải là 5.",
						 "Group %u has %zu digits, it must have 5."), f->group,
				   f->count);
		else
			buf_printf(out, CLI_TEXT(c, "Mã có %zu ký tự, phải là 40 (8 nhóm, mỗi nhóm 5).",
						 "The code has %zu digits, it must have 40 (8 groups of 5)."),
				   f->count);
		break;
	case CODE_WRONG:
		buf_add(out, bytes_str(CLI_TEXT(c, "Gõ sai ở nhóm:", "Mistyped in group:")));
		for (g = 0; g < CODE_GROUPS; g++)
			if (f->wrong >> g & 1)
				buf_printf(out, " %u", g + 1);
		buf_add(out, bytes_str(CLI_TEXT(c, ". Xem lại nhóm đó trên giấy; các nhóm khác đúng.",
						". Look at it on the letter; the others are right.")));
		break;
	default:
		buf_add(out, bytes_str(CLI_TEXT(c, "Mã và địa chỉ không đi với nhau: địa chỉ gõ sai, hoặc mã của "
						   "giấy khác. Xem lại địa chỉ trước.",
						"Code and address do not belong together: the address is mistyped, "
						"or the code is of another letter. Look at the address first.")));
	}
}

/* "DONGBO1 ADDRESS CODE" in its parts; anything else is a code alone. */
static void split(struct bytes typed, struct buf *address, struct bytes *code)
{
	const size_t skip = sizeof mark - 1;
	const uint8_t *space;

	*code = typed;
	if (typed.len <= skip || memcmp(typed.at, mark, skip) != 0)
		return;
	typed = (struct bytes){ typed.at + skip, typed.len - skip };
	space = memchr(typed.at, ' ', typed.len);
	if (space == NULL)
		return;
	buf_clear(address);
	buf_put(address, typed.at, (size_t)(space - typed.at));
	*code = (struct bytes){ space, typed.len - (size_t)(space - typed.at) };
}

/* People leave "https://" out. */
static void complete(struct buf *address)
{
	char copy[ADDRESS_MAX];
	size_t n = address->len;

	buf_byte(address, 0);
	if (address->failed || n == 0 || strstr((char *)address->at, "://") != NULL) {
		address->len = n;
		return;
	}
	snprintf(copy, sizeof copy, "https://%s", (char *)address->at);
	buf_clear(address);
	buf_add(address, bytes_str(copy));
}

static int read_typed(struct cli *c, struct bytes typed, struct buf *address, struct code *out,
		      struct code_fault *fault)
{
	struct bytes code;
	int rc;

	*fault = (struct code_fault){ .kind = CODE_GOOD };
	split(typed, address, &code);
	complete(address);
	if (address->len == 0)
		return cli_usage(c, CLI_TEXT(c, "cần --address ĐỊA_CHỈ, như trên giấy",
					     "--address URL is needed, as on the letter"));
	rc = code_read(code, buf_view(address), out, fault);
	return rc == 0 ? 0 : err_set(&c->err, rc, "%s", "");
}

/* At the terminal, until it is right. */
static int ask(struct cli *c, struct buf *address, struct code *out, struct code_fault *fault)
{
	struct buf typed, why;
	int n, code = 0;

	buf_init(&typed, TYPED_MAX);
	buf_init(&why, TYPED_MAX);
	for (n = 0; n < ASK_MOST; n++) {
		if (address->len == 0)
			code = cli_ask(c, CLI_TEXT(c, "Địa chỉ máy chủ ghi trên giấy: ",
						   "The server's address, on the letter: "), address);
		buf_clear(&typed);
		if (code == 0)
			code = cli_ask(c, CLI_TEXT(c, "Mã trên giấy (8 nhóm): ",
						   "The code on the letter (8 groups): "), &typed);
		if (code == 0)
			code = read_typed(c, buf_view(&typed), address, out, fault);
		if (code != ERR_BAD_CODE)
			break;
		buf_clear(&why);
		say_fault(c, fault, &why);
		cli_line(stderr, buf_view(&why));
		if (fault->kind == CODE_ELSEWHERE)
			buf_clear(address);
		if (n + 1 < ASK_MOST)
			code = 0;
	}
	if (typed.at != NULL)
		sodium_memzero(typed.at, typed.len);
	buf_release(&why);
	buf_release(&typed);
	return code;
}

static void wait_ms(struct cli *c, int64_t ms)
{
	struct timespec part = { 0, 200000000 };

	for (; ms > 0 && !*c->stop; ms -= 200)
		nanosleep(&part, NULL);
}

/* Nothing of TLS is asked: what answers proves itself by the code's fingerprint. */
static int carry(struct cli *c, const char *address, struct bytes request, struct buf *reply)
{
	const struct carrier_http_options o = { .any_certificate = true, .stopped = c->stop };
	struct carrier_http *carrier = NULL;
	uint64_t random;
	unsigned n;
	int code = carrier_http_open(address, &o, &carrier, &c->err);

	if (code != 0)
		return cli_usage(c, CLI_TEXT(c, "--address %s: viết như http://10.0.0.5:8080",
					     "--address %s: write it like http://10.0.0.5:8080"), address);
	for (n = 1; n <= TRIES; n++) {
		code = carrier_http_exchange(carrier, request, reply, &c->err);
		if (code == 0 || !sync_passes(code) || n == TRIES)
			break;
		env_random(env_os(), &random, sizeof random);
		wait_ms(c, sync_backoff_ms(n, random));
	}
	carrier_http_close(carrier);
	return code;
}

/* What else a person should know when it fails. */
static void say_failed(struct cli *c, int code)
{
	if (code == 0 || c->said.len > 0 || sentence_exit(code) != 4)
		return;
	sentence_error(&c->err, c->lang, &c->said);
	buf_printf(&c->said, "\n%s", CLI_TEXT(c, "Ghi danh bằng mã cần mạng một lần, để lấy biểu mẫu và khóa của "
						 "máy chủ. Không có mạng thì xin tệp giấy ghi danh (--enrol); mã "
						 "này vẫn còn dùng được.",
					      "Enrolling by code needs the network once, for the server's forms and "
					      "keys. Without one ask for an enrolment file (--enrol); this code stays "
					      "good."));
}

static int fetch(struct cli *c, const struct code *code, struct buf *address, struct buf *text)
{
	struct buf request, reply;
	struct fetch f;
	int rc;

	buf_init(&request, REQUEST_MAX);
	buf_init(&reply, CARRIER_REPLY_MAX);
	fetch_request(&f, env_os(), code, &request);
	buf_byte(address, 0);
	rc = address->failed ? err_set(&c->err, ERR_TOO_LARGE, "--address") :
			       carry(c, (char *)address->at, buf_view(&request), &reply);
	address->len -= !address->failed;
	if (rc == 0)
		rc = fetch_take(&f, buf_view(&reply), buf_view(address), text, &c->err);
	say_failed(c, rc);
	fetch_wipe(&f);
	buf_release(&reply);
	buf_release(&request);
	return rc;
}

int cmd_enrolment(struct cli *c, struct buf *text, bool *by_code)
{
	const char *file = cli_option(c, "enrol"), *typed = cli_option(c, "code");
	const char *where = cli_option(c, "address");
	struct code_fault fault = { .kind = CODE_GOOD };
	struct buf address;
	struct code secret;
	int code;

	*by_code = file == NULL;
	if (file != NULL && (typed != NULL || where != NULL))
		return cli_usage(c, CLI_TEXT(c, "--enrol không đi cùng --code, --address",
					     "--enrol does not go with --code and --address"));
	if (file != NULL)
		return env_read_file(file, text, &c->err);
	/* Programs are not asked. */
	if (typed == NULL && c->json)
		return cli_usage(c, CLI_TEXT(c, "cần --enrol TỆP hoặc --code MÃ",
					     "--enrol FILE or --code CODE is needed"));
	buf_init(&address, ADDRESS_MAX);
	if (where != NULL)
		buf_add(&address, bytes_str(where));
	code = typed != NULL ? read_typed(c, bytes_str(typed), &address, &secret, &fault) :
			       ask(c, &address, &secret, &fault);
	if (code == ERR_BAD_CODE)
		say_fault(c, &fault, &c->said);
	if (code == 0)
		code = fetch(c, &secret, &address, text);
	sodium_memzero(&secret, sizeof secret);
	buf_release(&address);
	return code;
}
