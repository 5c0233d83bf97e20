/* dongbod conflicts: where people entered different things without knowing. */
#include <stdio.h>

#include "server/cmd/cmd.h"

static void print_cell(const json_t *cell)
{
	char unused[32], n[32], when[32], line[1000];
	const char *element = desk_text(cell, "element", unused);
	json_t *v;
	size_t i;

	snprintf(line, sizeof line, "    %s (%s)%s%s:", desk_text(cell, "label", unused),
		 desk_text(cell, "field", unused), element[0] != '\0' ? " " : "", element);
	desk_print(line);
	json_array_foreach(json_object_get(cell, "values"), i, v) {
		snprintf(line, sizeof line, "      %s. %s  – %s, %s", desk_text(v, "n", n),
			 desk_text(v, "shown", unused), desk_text(v, "author", unused),
			 desk_time(json_integer_value(json_object_get(v, "time")), when));
		desk_print(line);
	}
}

static int conflicts(struct desk *d, json_t **list)
{
	char unused[32], line[600];
	json_t *j, *cell;
	size_t i, k;
	int code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = query_conflicts(d->replica, &d->options, list, d->e);
	if (code == 0)
		code = desk_add_units(d, *list);
	if (code != 0 || cli_json(d->cli, *list))
		return code;
	json_array_foreach(*list, i, j) {
		snprintf(line, sizeof line, "%s  %s  %s", desk_text(j, "short", unused),
			 desk_text(j, "unit", unused), desk_text(j, "title", unused));
		desk_print(line);
		json_array_foreach(json_object_get(j, "conflicts"), k, cell)
			print_cell(cell);
	}
	if (json_array_size(*list) == 0)
		printf("%s\n", CLI_TEXT(d->cli, "Không có chỗ nào nhập khác nhau.",
					"Nothing is in conflict."));
	return 0;
}

static int run(struct cli *c)
{
	return desk_run_json(c, 0, 0, conflicts);
}

const struct cli_command dongbod_conflicts = {
	"conflicts", "[--unit CODE] [--type TYPE] [--as NAME]", "unit= type= personal as=",
	{ "Xem những mục mà hai người nhập khác nhau", "Show fields with different values" },
	{ "Chọn giá trị đúng bằng dongbod settle.\n\nVí dụ:\n  dongbod conflicts --unit MN-TAMSON",
	  "Choose the right value with dongbod settle.\n\nExample:\n"
	  "  dongbod conflicts --unit MN-TAMSON" },
	run
};
