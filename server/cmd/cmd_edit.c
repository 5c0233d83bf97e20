/* dongbod edit: an office fills in what is its own in a record. */
#include "server/cmd/cmd.h"

static int edit(struct desk *d)
{
	struct assignment *list;
	struct rid id = RID_NONE;
	uint64_t stream = 0;
	size_t count;
	int code = desk_options(d);

	if (code == 0)
		code = desk_assignments(d, 1, &list, &count);
	if (code == 0)
		code = desk_find(d, d->cli->argv[0], &stream, &id);
	if (code == 0)
		code = desk_begin(d, stream);
	if (code == 0)
		code = edit_change(d->replica, d->schema, &d->draft, id, list, count, d->e);
	if (code == 0)
		code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, id) : code;
}

static int run(struct cli *c)
{
	return desk_run(c, 2, -1, edit);
}

const struct cli_command dongbod_edit = {
	"edit", "ID field=value... --as NAME", "unit= as= passphrase-file= version=",
	{ "Sửa những mục thuộc việc của phòng trong một hồ sơ",
	  "Change what is the office's own in a record" },
	{ "Nội dung do đơn vị nhập thì phòng không sửa mà trả lại (dongbod return).\n\n"
	  "Ví dụ:\n  dongbod edit k3f7q granted=50000000 --as \"Nguyễn Thị Mẫu\"",
	  "What a unit has entered is not changed by an office but returned (dongbod return).\n\n"
	  "Example:\n  dongbod edit k3f7q granted=50000000 --as \"Nguyễn Thị Mẫu\"" },
	run
};
