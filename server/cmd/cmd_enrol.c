/* dongbod enrol: a file or a letter with which one device joins a unit. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/system/link.h"
#include "protocol/limits.h"
#include "server/cmd/cmd.h"
#include "server/identity/letter.h"

enum { THIRTY_DAYS = 30 * 86400, SEVEN_DAYS = 7 * 86400, LETTER_MAX = 1 << 20, SCAN_MAX = 1024 };

/* One enrolment in the making. */
struct enrolling {
	struct desk d;
	struct enrol_order order;
	struct pins pins;
	struct link link;
	struct code code;
	struct buf text;          /* the enrolment as a file */
	bool letter;              /* a code is wanted: --letter, --show */
};

static void wipe(struct buf *b)
{
	if (b->at != NULL)
		sodium_memzero(b->at, b->len);
	buf_release(b);
}

/* What is asked for; and that a letter can be followed from what is in it. */
static int take_order(struct enrolling *w)
{
	struct cli *c = w->d.cli;
	int64_t valid = 0;
	int code = cli_span(c, "valid", w->letter ? SEVEN_DAYS : THIRTY_DAYS, &valid);

	if (code == 0)
		code = server_unit_find(&w->d.server, bytes_str(c->argv[0]), &w->order.unit, w->d.e);
	if (code == 0)
		code = desk_role(&w->d, "clerk", &w->order.role);
	if (code == 0)
		code = desk_pins(c, &w->pins);
	if (code == 0)
		code = link_read(w->d.replica, &w->link, w->d.e);
	w->order.seconds = valid;
	w->order.address = bytes_str(cli_option(c, "address"));
	w->order.pins = w->pins.count > 0 ? &w->pins : NULL;
	w->order.code = w->letter ? &w->code : NULL;
	if (code == 0 && w->letter && w->order.address.len == 0)
		w->order.address = buf_view(&w->link.address);
	if (code == 0 && w->letter && w->order.address.len == 0)
		code = cli_usage(c, CLI_TEXT(c, "giấy có mã cần địa chỉ máy chủ: --address, hoặc dongbod link",
					     "a letter needs the server's address: --address, or dongbod link"));
	if (code == 0 && w->letter && w->pins.count > 0)
		code = cli_usage(c, CLI_TEXT(c, "mã không chở được khóa TLS; khai báo chung cho mọi máy bằng "
						"dongbod link",
					     "a code has no room for TLS keys; tell them to all with dongbod link"));
	/* As it will be asked for: what comes by default is there for every computer. */
	if (code == 0 && w->letter && w->link.pins.count > 0)
		w->order.pins = &w->link.pins;
	return code;
}

static int fill_letter(struct enrolling *w, struct letter *out)
{
	const struct role *role = schema_role(w->d.schema, w->order.role);
	struct unit unit;
	int code = server_unit(&w->d.server, w->order.unit, &unit, w->d.e);

	*out = (struct letter){
		.district = w->d.replica->district.name, .unit = unit.name,
		.role = bytes_str(role == NULL ? "" : label_in(&role->label, w->d.cli->lang)),
		.address = w->order.address, .code = &w->code,
		.expires = env_now(env_os()) + w->order.seconds,
		.chief = schema_role_signs(w->d.schema, w->order.role),
	};
	return code;
}

static int write_letter(struct enrolling *w, const struct letter *l, const char *path)
{
	struct buf page;
	int code;

	buf_init(&page, LETTER_MAX);
	code = letter_html(l, w->d.cli->lang, &page, w->d.e);
	if (code == 0)
		code = env_write_file(path, buf_view(&page), 0600, w->d.e);
	wipe(&page);
	return code;
}

static int show_letter(struct enrolling *w, const struct letter *l)
{
	struct buf text;
	int code;

	buf_init(&text, LETTER_MAX);
	code = letter_text(l, w->d.cli->lang, w->d.cli->terminal, &text, w->d.e);
	if (code == 0)
		printf("%.*s", (int)text.len, (const char *)text.at);
	wipe(&text);
	return code;
}

static json_t *letter_json(const struct letter *l, const char *path)
{
	char code[CODE_TEXT];
	struct buf scan;
	json_t *j;

	code_put(l->code, l->address, code);
	buf_init(&scan, SCAN_MAX);
	letter_scan(l, &scan);
	j = json_pack("{s:s, s:s%, s:s%, s:I}", "code", code, "address",
		      (const char *)l->address.at, l->address.len, "scan", (const char *)scan.at,
		      scan.len, "expires", (json_int_t)l->expires);
	if (path != NULL)
		json_object_set_new(j, "letter", json_string(path));
	wipe(&scan);
	sodium_memzero(code, sizeof code);
	return j;
}

static int put_letter(struct enrolling *w, json_t **j)
{
	struct cli *c = w->d.cli;
	const char *path = cli_option(c, "letter");
	struct letter l;
	int code = fill_letter(w, &l);

	if (code == 0 && path != NULL)
		code = write_letter(w, &l, path);
	if (code == 0)
		*j = letter_json(&l, path);
	if (code == 0 && !c->json && cli_option(c, "show") != NULL)
		code = show_letter(w, &l);
	if (code == 0 && !c->json && path != NULL)
		printf(CLI_TEXT(c, "Đã ghi %s: mở bằng trình duyệt rồi in. Giao tận tay, in xong thì xóa tệp.\n",
				"Wrote %s: open it in a browser and print it. Hand it over in person, delete the "
				"file once it is printed.\n"), path);
	return code;
}

static int put_out(struct enrolling *w)
{
	struct cli *c = w->d.cli;
	const char *path = cli_option(c, "out");
	json_t *j = NULL;
	int code = 0;

	if (path == NULL && !w->letter) {
		printf("%.*s", (int)w->text.len, (const char *)w->text.at);
		return 0;
	}
	if (path != NULL)
		code = env_write_file(path, buf_view(&w->text), 0600, w->d.e);
	if (code == 0 && w->letter)
		code = put_letter(w, &j);
	if (j == NULL)
		j = json_object();
	if (path != NULL)
		json_object_set_new(j, "file", json_string(path));
	if (code == 0 && !cli_json(c, j) && path != NULL)
		printf(CLI_TEXT(c, "Đã ghi %s. Ai có tệp này thì ghi danh được một máy: chỉ "
				   "giao tận tay.\n",
				"Wrote %s. Whoever has this file can enrol one computer: hand it "
				"over in person.\n"), path);
	json_decref(j);
	return code;
}

static int run(struct cli *c)
{
	struct enrolling w = { .letter = cli_option(c, "letter") != NULL ||
					 cli_option(c, "show") != NULL };
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	buf_init(&w.text, LIMIT_MESSAGE * 2);
	code = desk_open(&w.d, c);
	if (code == 0)
		code = take_order(&w);
	if (code == 0) {
		code = server_enrol_order(&w.d.server, &w.order, &w.text, w.d.e);
		code = desk_address_error(c, code);
	}
	if (code == 0)
		code = put_out(&w);
	wipe(&w.text);
	sodium_memzero(&w.code, sizeof w.code);
	buf_release(&w.link.address);
	desk_close(&w.d);
	return code;
}

const struct cli_command dongbod_enrol = {
	"enrol", "UNIT [--role ROLE] [--address URL] [--tls-cert FILE | --pin PIN] [--valid 30d] "
		 "[--out FILE] [--letter FILE.html] [--show]",
	"role= address= tls-cert= pin= valid= out= letter= show",
	{ "Cấp giấy ghi danh cho một máy của đơn vị", "Issue an enrolment for one computer of a "
	  "unit" },
	{ "Giấy ghi danh mang theo đơn vị, biểu mẫu và khóa của máy chủ, nên máy mới làm việc "
	  "được ngay,\n"
	  "kể cả khi chưa có mạng. Mỗi giấy dùng cho một máy.\n"
	  "--letter ghi một trang để in, có mã QR và mã để gõ tay; --show hiện ra màn hình. Mã có giá trị 7 "
	  "ngày (--valid),\n"
	  "máy mới cần mạng khi gõ mã (dongbo init). Địa chỉ lấy từ dongbod link nếu không ghi --address.\n\n"
	  "Ví dụ:\n"
	  "  dongbod enrol MN-TAMSON --address http://10.0.0.5:8080 --out tam-son.txt\n"
	  "  dongbod enrol MN-TAMSON --letter tam-son.html",
	  "An enrolment brings the units, forms and keys, so a new computer can work "
	  "at\n"
	  "once, without a network too. Each one is for one computer.\n"
	  "--letter writes a page to print, with a QR code and a code to type; --show shows it on the screen. A "
	  "code is good\n"
	  "for 7 days (--valid), and the new computer needs a network when it is typed (dongbo init). The address "
	  "is that of\n"
	  "dongbod link where --address is not given.\n\n"
	  "Examples:\n"
	  "  dongbod enrol MN-TAMSON --address http://10.0.0.5:8080 --out tam-son.txt\n"
	  "  dongbod enrol MN-TAMSON --letter tam-son.html" },
	run
};
