/* dongbod row: one more row in a list of a record. */
#include "server/cmd/cmd.h"

static int row(struct desk *d)
{
	struct assignment *list;
	struct rid parent = RID_NONE, id;
	uint64_t stream = 0;
	size_t count;
	int code = desk_options(d);

	if (code == 0)
		code = desk_assignments(d, 2, &list, &count);
	if (code == 0)
		code = desk_find(d, d->cli->argv[0], &stream, &parent);
	if (code == 0)
		code = desk_begin(d, stream);
	if (code == 0)
		code = edit_add_row(d->replica, d->schema, &d->draft, parent,
				    bytes_str(d->cli->argv[1]), list, count, &id, d->e);
	if (code == 0)
		code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, parent) : code;
}

static int run(struct cli *c)
{
	return desk_run(c, 2, -1, row);
}

const struct cli_command dongbod_row = {
	"row", "ID LIST field=value... --as NAME", "unit= as= passphrase-file= version=",
	{ "Thêm một dòng vào danh sách của hồ sơ", "Add a row to a list of a record" },
	{ "Ví dụ:\n  dongbod row k3f7q checks date=05/03/2025 progress=40 --as \"Nguyễn Thị Mẫu\"",
	  "Example:\n  dongbod row k3f7q checks date=2025-03-05 progress=40 --as \"Nguyễn Thị Mẫu\"" },
	run
};
