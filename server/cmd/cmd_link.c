/* dongbod link: where computers find the server, and which TLS keys it shows. */
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd.h"
#include "server/identity/link.h"
#include "server/identity/tls_cert.h"

enum { PINS_TEXT = 512 };

/* One --tls-cert. */
static int add_cert(struct cli *c, const char *path, struct pins *out)
{
	struct buf pem;
	int code = tls_read(path, &pem, &c->err);

	if (code == 0 && out->count == PINS_MAX)
		code = err_set(&c->err, ERR_TOO_LARGE, "%d", PINS_MAX);
	if (code == 0)
		code = tls_pin(path, (const char *)pem.at, out->key[out->count], &c->err);
	if (code == 0)
		out->count++;
	buf_release(&pem);
	return code;
}

int desk_pins(struct cli *c, struct pins *out)
{
	const char *text;
	size_t i;
	int code = 0;

	out->count = 0;
	for (i = 0; code == 0 && (text = cli_option_at(c, "tls-cert", i)) != NULL; i++)
		code = add_cert(c, text, out);
	for (i = 0; code == 0 && (text = cli_option_at(c, "pin", i)) != NULL; i++) {
		code = pins_read(bytes_str(text), out, &c->err);
		if (code == ERR_BAD_VALUE)
			code = cli_usage(c, CLI_TEXT(c, "--pin %s: viết như sha256//... hoặc 64 chữ số hex",
					     "--pin %s: write it like sha256//... or 64 hex digits"), c->err.subject);
	}
	return code;
}

int desk_address_error(struct cli *c, int code)
{
	char subject[sizeof c->err.subject];

	if (code != ERR_BAD_VALUE)
		return code;
	snprintf(subject, sizeof subject, "%s", c->err.subject);
	return cli_usage(c, CLI_TEXT(c, "địa chỉ phải là http:// hoặc https://, có khóa TLS thì phải là "
					"https://: %s",
				     "an address is http:// or https://, with TLS keys it is https://: %s"),
			 subject);
}

static int set(struct desk *d, const struct link *now)
{
	const char *address = cli_option(d->cli, "address");
	struct pins pins;
	int code = desk_pins(d->cli, &pins);

	if (code == 0 && pins.count == 0 && cli_option(d->cli, "no-pins") == NULL)
		pins = now->pins;
	if (code == 0)
		code = server_link_set(&d->server, address != NULL ? bytes_str(address) :
				       buf_view(&now->address), &pins, d->e);
	return desk_address_error(d->cli, code);
}

static int tell(struct desk *d)
{
	struct link link;
	struct buf pins;
	json_t *j;
	int code = link_read(d->replica, &link, d->e);

	buf_init(&pins, PINS_TEXT);
	pins_put(&link.pins, &pins);
	j = json_pack("{s:s%, s:s%}", "address", link.address.len > 0 ? (const char *)link.address.at : "",
		      link.address.len,
		      "pins", pins.len > 0 ? (const char *)pins.at : "", pins.len);
	if (code == 0 && !cli_json(d->cli, j)) {
		printf(CLI_TEXT(d->cli, "Địa chỉ máy chủ: %s\nKhóa TLS: %s\n",
				"The server's address: %s\nTLS keys: %s\n"),
		       link.address.len > 0 ? json_string_value(json_object_get(j, "address")) :
		       CLI_TEXT(d->cli, "(theo giấy ghi danh)", "(as enrolments have it)"),
		       pins.len > 0 ? json_string_value(json_object_get(j, "pins")) :
		       CLI_TEXT(d->cli, "(không ghim; kiểm tra chứng chỉ như trình duyệt)",
				"(none pinned; certificates are checked as browsers do)"));
	}
	json_decref(j);
	buf_release(&pins);
	buf_release(&link.address);
	return code;
}

static int link_run(struct desk *d)
{
	static const char *const settings[] = { "address", "tls-cert", "pin", "no-pins" };
	struct link now;
	bool any = false;
	size_t i;
	int code = 0;

	for (i = 0; i < sizeof settings / sizeof settings[0]; i++)
		any |= cli_option(d->cli, settings[i]) != NULL;
	if (any) {
		code = link_read(d->replica, &now, d->e);
		if (code == 0)
			code = set(d, &now);
		buf_release(&now.address);
	}
	return code != 0 ? code : tell(d);
}

static int run(struct cli *c)
{
	return desk_run(c, 0, 0, link_run);
}

const struct cli_command dongbod_link = {
	"link", "[--address URL] [--tls-cert FILE]... [--pin PIN]... [--no-pins]",
	"address= tls-cert= pin= no-pins",
	{ "Địa chỉ và khóa TLS của máy chủ mà các máy dùng", "The server's address and TLS keys, as computers "
	  "use them" },
	{ "Các máy nhận địa chỉ và khóa TLS mới khi đồng bộ (hay từ USB); máy nào không tới được địa chỉ mới thì "
	  "thử địa\n"
	  "chỉ cũ. Giấy ghi danh cấp sau đó cũng ghi như vậy. Khóa TLS lấy từ chứng chỉ (--tls-cert, kể cả tự "
	  "ký) hoặc --pin;\n"
	  "ghi cả khóa đang dùng lẫn khóa sắp dùng, đợi các máy đồng bộ, rồi mới đổi chứng chỉ.\n\n"
	  "Ví dụ:\n"
	  "  dongbod link --address https://dongbo.example.vn --tls-cert tls.pem\n"
	  "  dongbod link --tls-cert tls.pem --tls-cert tls-moi.pem     # trước khi đổi",
	  "Computers learn a new address and new TLS keys when they synchronise (or from a stick); one that does "
	  "not reach the\n"
	  "new address tries the old one. Later enrolments say the same. TLS keys are taken from certificates "
	  "(--tls-cert, also\n"
	  "self-signed ones) or given with --pin: name the one in use and the next one, wait until the computers "
	  "have\n"
	  "synchronised, then change the certificate.\n\n"
	  "Examples:\n"
	  "  dongbod link --address https://dongbo.example.vn --tls-cert tls.pem\n"
	  "  dongbod link --tls-cert tls.pem --tls-cert tls-next.pem    # before the change" },
	run
};
