/* dongbod types: what offices can enter, and how. */
#include "common/cli/cli_types.h"
#include "server/cmd/cmd.h"

static int show(struct desk *d)
{
	struct cli *c = d->cli;
	int code = desk_options(d);
	uint64_t role = d->options.reader == 0 ? 0 : schema_role_bit(d->schema, d->options.reader);

	return code != 0 ? code : cli_types(c, d->schema, role, role == 0 || cli_option(c, "all") != NULL);
}

static int run(struct cli *c)
{
	return desk_run(c, 0, 1, show);
}

const struct cli_command dongbod_types = {
	"types", "[TYPE] [--as NAME] [--all]", "as= all",
	{ "Xem các loại hồ sơ, các mục và các lựa chọn", "Show types of records, their fields and choices" },
	{ "Với --as: những loại mà người này lập được, và mục nào do phòng nhập.\n\n"
	  "Ví dụ:\n  dongbod types --as \"Nguyễn Thị Mẫu\"\n  dongbod types decision",
	  "With --as: what this person can make, and which fields offices fill in.\n\n"
	  "Examples:\n  dongbod types --as \"Nguyễn Thị Mẫu\"\n  dongbod types decision" },
	run
};
