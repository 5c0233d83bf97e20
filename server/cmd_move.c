/* dongbod return, dongbod verify: an officer's word on a record. Both need what he
 * looked at to be the newest: without --version, that is the record as it stands. */
#include <stddef.h>

#include "server/cmd.h"

static int move(struct desk *d, const char *state)
{
	struct cli *c = d->cli;
	uint64_t stream = 0;
	struct rid id;
	int code = desk_options(d);

	if (code == 0)
		code = desk_find(d, c->argv[0], &stream, &id);
	if (code == 0)
		code = desk_begin(d, stream);
	if (code == 0)
		code = edit_move(d->replica, d->schema, &d->draft, id, bytes_str(state),
				 bytes_str(cli_option(c, "remark")), d->e);
	if (code == 0)
		code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, id) : code;
}

static int run_move(struct cli *c, const char *state)
{
	struct desk d;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	code = desk_open(&d, c);
	if (code == 0)
		code = move(&d, state);
	desk_close(&d);
	return code;
}

static int run_return(struct cli *c)
{
	return run_move(c, "returned");
}

static int run_verify(struct cli *c)
{
	return run_move(c, "verified");
}

const struct cli_command dongbod_return = {
	"return", "ID --remark TEXT --as NAME [--version V]",
	"remark= as= passphrase-file= version= unit=",
	{ "Trả hồ sơ về đơn vị để bổ sung", "Send a record back to its unit" },
	{ "Ví dụ:\n"
	  "  dongbod return k3f7q --remark \"Thiếu bản sao quyết định\" --as \"Nguyễn Thị Mẫu\"",
	  "Example:\n"
	  "  dongbod return k3f7q --remark \"Thiếu bản sao quyết định\" --as \"Nguyễn Thị Mẫu\"" },
	run_return
};

const struct cli_command dongbod_verify = {
	"verify", "ID --as NAME [--version V]", "as= passphrase-file= version= unit=",
	{ "Công nhận hồ sơ đạt thẩm định", "Verify a record" },
	{ "Với --version (in ở cuối lệnh show), chỉ công nhận đúng bản đã xem: nếu sau đó có "
	  "người sửa\n"
	  "thì lệnh không được nhận.\n\n"
	  "Ví dụ:\n  dongbod verify k3f7q --version 12+0 --as \"Nguyễn Thị Mẫu\"",
	  "With --version (at the end of show) only what was looked at is verified: if somebody "
	  "has\n"
	  "changed it since, the command is refused.\n\n"
	  "Example:\n  dongbod verify k3f7q --version 12+0 --as \"Nguyễn Thị Mẫu\"" },
	run_verify
};
