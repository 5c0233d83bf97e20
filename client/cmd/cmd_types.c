/* dongbo types: what can be entered, and how. */
#include "client/cmd/cmd.h"
#include "common/cli/cli_types.h"

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = cli_types(c, s.schema, schema_role_bit(s.schema, s.client.role),
				 cli_option(c, "all") != NULL);
	session_close(&s);
	return code;
}

const struct cli_command cmd_types = {
	"types", "[TYPE] [--all]", "all",
	{ "Xem các loại hồ sơ và các mục phải nhập", "Show types of records and their fields" },
	{ "Không có LOẠI: những loại mà đơn vị tự nhập; --all kể cả loại do các phòng lập.\n\n"
	  "Ví dụ:\n  dongbo types\n  dongbo types bonus",
	  "Without TYPE: what a unit enters by itself; --all: what offices make too.\n\n"
	  "Examples:\n  dongbo types\n  dongbo types bonus" },
	run
};
