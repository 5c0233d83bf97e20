/* dongbo conflicts: where two people entered different values. */
#include <stdio.h>

#include "client/cmd/cmd.h"

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

static void print_cell(struct cli *c, const char *id, const json_t *cell)
{
	const char *element = text_in(cell, "element");
	json_t *v;
	char time[32];
	size_t i;

	printf("  %s (%s)", text_in(cell, "label"), text_in(cell, "field"));
	if (element[0] != '\0')
		printf(" – %s", text_in(cell, "element_shown"));
	printf("\n");
	json_array_foreach(json_object_get(cell, "values"), i, v) {
		const char *shown = text_in(v, "shown");

		printf("    %lld. %s   %s, %s\n",
		       (long long)json_integer_value(json_object_get(v, "n")),
		       shown[0] != '\0' ? shown : CLI_TEXT(c, "(để trống)", "(nothing)"),
		       text_in(v, "author"),
		       time_text(json_integer_value(json_object_get(v, "time")), time));
	}
	printf("    %s: dongbo settle %s %s%s%s --take N\n", CLI_TEXT(c, "chọn", "choose"), id,
	       text_in(cell, "field"), element[0] != '\0' ? " --element " : "", element);
}

static int conflicts(struct session *s)
{
	struct cli *c = s->cli;
	json_t *list = NULL, *j, *cell;
	size_t i, k;
	int code = session_read(s);

	s->options.personal = cli_option(c, "personal") != NULL;
	if (code == 0)
		code = query_conflicts(s->replica, &s->options, &list, s->e);
	if (code != 0)
		return code;
	if (!cli_json(c, list)) {
		query_clean(list);
		json_array_foreach(list, i, j) {
			printf("%s  %s\n", text_in(j, "short"), text_in(j, "title"));
			json_array_foreach(json_object_get(j, "conflicts"), k, cell)
				print_cell(c, text_in(j, "short"), cell);
		}
		if (json_array_size(list) == 0)
			printf("%s\n", CLI_TEXT(c, "Không có mục nào hai người nhập khác nhau.",
						"There is nothing to settle."));
	}
	json_decref(list);
	return 0;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = conflicts(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_conflicts = {
	"conflicts", "[--personal]", "personal",
	{ "Xem các mục hai người nhập khác nhau", "Show fields with different values" },
	{ "Không giá trị nào bị mất: cả hai được giữ cho đến khi có người chọn (dongbo settle).\n\n"
	  "Ví dụ:\n  dongbo conflicts\n  dongbo settle k3f7q amount --take 1",
	  "No value is lost: all are kept until somebody chooses (dongbo settle).\n\n"
	  "Examples:\n  dongbo conflicts\n  dongbo settle k3f7q amount --take 1" },
	run
};
