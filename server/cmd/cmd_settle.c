/* dongbod settle: an officer chooses among the values that a field has. */
#include "server/cmd/cmd.h"

static int settle(struct desk *d)
{
	struct cli *c = d->cli;
	const char *value = cli_option(c, "value");
	uint64_t stream = 0;
	int64_t take = 0;
	struct rid id;
	int code = cli_number(c, "take", 0, 1, 1000, &take);

	if (code == 0 && (take == 0) == (value == NULL))
		code = cli_usage(c, CLI_TEXT(c, "cần --take N hoặc --value GIÁ_TRỊ",
					     "--take N or --value VALUE is needed"));
	if (code == 0)
		code = desk_options(d);
	if (code == 0)
		code = desk_find(d, c->argv[0], &stream, &id);
	if (code == 0)
		code = desk_begin(d, stream);
	if (code == 0)
		code = edit_settle(d->replica, d->schema, &d->draft, id, bytes_str(c->argv[1]),
				   bytes_str(cli_option(c, "element")), (int)take,
				   bytes_str(value), d->e);
	if (code == 0)
		code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, id) : code;
}

static int run(struct cli *c)
{
	return desk_run(c, 2, 2, settle);
}

const struct cli_command dongbod_settle = {
	"settle", "ID FIELD --take N | --value VALUE [--element CHOICE] --as NAME",
	"take= value= element= unit= as= passphrase-file= version=",
	{ "Chọn giá trị đúng khi hai người nhập khác nhau",
	  "Choose the right value where two people entered different ones" },
	{ "N là số thứ tự trong dongbod conflicts. Mục \"deleted\": 1 là giữ xóa, 2 là khôi "
	  "phục. Danh sách chọn nhiều cần thêm --element MÃ_LỰA_CHỌN.\n\n"
	  "Ví dụ:\n  dongbod settle k3f7q amount --take 2 --as \"Nguyễn Thị Mẫu\"",
	  "N counts as in dongbod conflicts. Field \"deleted\": 1 keeps it deleted, 2 brings it "
	  "back. Sets need --element CHOICE.\n\n"
	  "Example:\n  dongbod settle k3f7q amount --take 2 --as \"Nguyễn Thị Mẫu\"" },
	run
};
