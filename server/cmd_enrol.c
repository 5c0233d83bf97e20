/* dongbod enrol: a file with which one device joins a unit. */
#include <sodium.h>
#include <stdio.h>

#include "protocol/limits.h"
#include "common/link.h"
#include "server/cmd.h"

enum { THIRTY_DAYS = 30 * 86400 };

static int put_out(struct desk *d, const struct buf *text)
{
	const char *path = cli_option(d->cli, "out");
	json_t *j;
	int code;

	if (path == NULL) {
		printf("%.*s", (int)text->len, (const char *)text->at);
		return 0;
	}
	code = env_write_file(path, buf_view(text), 0600, d->e);
	if (code != 0)
		return code;
	j = json_pack("{s:s}", "file", path);
	if (!cli_json(d->cli, j))
		printf(CLI_TEXT(d->cli, "Đã ghi %s. Ai có tệp này thì ghi danh được một máy: chỉ "
					"giao tận tay.\n",
				"Wrote %s. Whoever has this file can enrol one computer: hand it "
				"over in person.\n"), path);
	json_decref(j);
	return 0;
}

static int run(struct cli *c)
{
	struct desk d;
	struct buf text;
	uint64_t unit = 0;
	uint32_t role = 0;
	int64_t valid = 0;
	struct pins pins;
	int code = cli_arguments(c, 1, 1);

	if (code == 0)
		code = cli_span(c, "valid", THIRTY_DAYS, &valid);
	if (code != 0)
		return code;
	buf_init(&text, LIMIT_MESSAGE * 2);
	code = desk_open(&d, c);
	if (code == 0)
		code = server_unit_find(&d.server, bytes_str(c->argv[0]), &unit, d.e);
	if (code == 0)
		code = desk_role(&d, "clerk", &role);
	if (code == 0)
		code = desk_pins(c, &pins);
	if (code == 0)
		code = server_enrol_order(&d.server, &(struct enrol_order){
				.unit = unit, .role = role,
				.address = bytes_str(cli_option(c, "address")),
				.pins = pins.count > 0 ? &pins : NULL, .seconds = valid },
				&text, d.e);
	code = desk_address_error(c, code);
	if (code == 0)
		code = put_out(&d, &text);
	if (text.at != NULL)
		sodium_memzero(text.at, text.len);
	buf_release(&text);
	desk_close(&d);
	return code;
}

const struct cli_command dongbod_enrol = {
	"enrol", "UNIT [--role ROLE] [--address URL] [--tls-cert FILE | --pin PIN] [--valid 30d] "
		 "[--out FILE]",
	"role= address= tls-cert= pin= valid= out=",
	{ "Cấp giấy ghi danh cho một máy của đơn vị", "Issue an enrolment for one computer of a "
	  "unit" },
	{ "Giấy ghi danh mang theo đơn vị, biểu mẫu và khóa của huyện, nên máy mới làm việc "
	  "được ngay,\n"
	  "kể cả khi chưa có mạng. Mỗi giấy dùng cho một máy.\n\n"
	  "Ví dụ:\n"
	  "  dongbod enrol MN-TAMSON --address http://10.0.0.5:8080 --out tam-son.txt",
	  "An enrolment brings the district's units, forms and keys, so a new computer can work "
	  "at\n"
	  "once, without a network too. Each one is for one computer.\n\n"
	  "Example:\n"
	  "  dongbod enrol MN-TAMSON --address http://10.0.0.5:8080 --out tam-son.txt" },
	run
};
