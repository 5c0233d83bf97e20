/* dongbod refused: what was sent and did not count. */
#include <stdio.h>

#include "server/cmd/cmd.h"

static void print_one(const json_t *j)
{
	char a[32], unused[32], line[700];

	snprintf(line, sizeof line, "%s. %s  %s: %s", desk_text(j, "n", a),
		 desk_text(j, "unit", unused), desk_text(j, "label", unused),
		 desk_text(j, "title", unused));
	desk_print(line);
	snprintf(line, sizeof line, "   %s", desk_text(j, "sentence", unused));
	desk_print(line);
	snprintf(line, sizeof line, "   %s, %s", desk_text(j, "author", unused),
		 desk_time(json_integer_value(json_object_get(j, "time")), a));
	desk_print(line);
}

static int refused(struct desk *d, json_t **list)
{
	json_t *j;
	size_t i;
	int code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = query_refused(d->replica, &d->options, list, d->e);
	if (code == 0)
		code = desk_add_units(d, *list);
	if (code != 0 || cli_json(d->cli, *list))
		return code;
	json_array_foreach(*list, i, j)
		print_one(j);
	if (json_array_size(*list) == 0)
		printf("%s\n", CLI_TEXT(d->cli, "Không có gì bị từ chối.", "Nothing was refused."));
	return 0;
}

static int run(struct cli *c)
{
	return desk_run_json(c, 0, 0, refused);
}

const struct cli_command dongbod_refused = {
	"refused", "[--unit CODE] [--personal] [--as NAME]", "unit= personal as=",
	{ "Xem những thay đổi không được nhận và vì sao", "Show what was not accepted, and why" },
	{ "Đơn vị gửi cũng thấy danh sách này và tự sửa rồi gửi lại.\n\nVí dụ:\n  dongbod refused",
	  "The unit that sent it sees the same list, corrects and sends again.\n\nExample:\n"
	  "  dongbod refused" },
	run
};
