/* dongbo check: everything that a record still lacks, at any time. */
#include <stdio.h>

#include "client/cmd/cmd.h"

static const char *text_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

static const char *kind_text(struct cli *c, const char *kind)
{
	switch (kind[0]) {
	case 'r':
		return CLI_TEXT(c, "còn thiếu", "missing");
	case 'l':
		return CLI_TEXT(c, "bước sau", "next steps");
	case 'w':
		return CLI_TEXT(c, "lưu ý", "note");
	default:
		return kind[1] == 'o' ? CLI_TEXT(c, "hai giá trị", "conflict") :
					CLI_TEXT(c, "chưa đúng", "not right");
	}
}

static int print_problems(struct session *s, const json_t *problems)
{
	const char *const headings[] = {
		CLI_TEXT(s->cli, "VIỆC", "WHAT"), CLI_TEXT(s->cli, "HỒ SƠ/DÒNG", "RECORD/ROW"),
		CLI_TEXT(s->cli, "MỤC", "FIELD"), CLI_TEXT(s->cli, "NỘI DUNG", "WHY")
	};
	struct cli_table *t;
	json_t *j;
	size_t i;
	int code;

	if (json_array_size(problems) == 0) {
		printf("%s\n", CLI_TEXT(s->cli, "Hồ sơ đủ và đúng.",
					"The record is complete and right."));
		return 0;
	}
	t = cli_table_new(4, headings);
	json_array_foreach(problems, i, j) {
		const char *cells[4] = { kind_text(s->cli, text_of(j, "kind")),
					 text_of(j, "short"), text_of(j, "field_label"),
					 text_of(j, "sentence") };

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, s->e);
	cli_table_free(t);
	return code;
}

/* What would refuse a step: the rest is good to know. */
static bool blocks(const json_t *problems)
{
	json_t *j;
	size_t i;

	json_array_foreach(problems, i, j)
		if (text_of(j, "kind")[0] == 'r' || text_of(j, "kind")[0] == 'c')
			return true;
	return false;
}

static int check(struct session *s, json_t **problems)
{
	uint64_t stream;
	struct rid id;
	int code = session_read(s);

	if (code == 0)
		code = session_find(s, s->cli->argv[0], &stream, &id);
	if (code == 0)
		code = query_problems(s->replica, stream, id, &s->options, problems, s->e);
	if (code == 0 && !cli_json(s->cli, *problems)) {
		query_clean(*problems);
		code = print_problems(s, *problems);
	}
	if (code == 0 && blocks(*problems))
		code = err_set(s->e, ERR_CHECK, "%s", s->cli->argv[0]);
	return code;
}

static int run(struct cli *c)
{
	json_t *problems = NULL;
	struct session s;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = check(&s, &problems);
	json_decref(problems);
	session_close(&s);
	return code;
}

const struct cli_command cmd_check = {
	"check", "ID", "",
	{ "Xem hồ sơ còn thiếu gì, sai gì", "See what a record lacks" },
	{ "Mọi điều một lần: mục còn thiếu, quy định chưa đạt, mục hai người nhập khác nhau, và những\n"
	  "điều nên biết trước cho các bước sau. Không thay đổi gì. Trạng thái kết thúc 1 nếu hồ sơ\n"
	  "chưa nộp được.\n\n"
	  "Ví dụ:\n  dongbo check k3f7q",
	  "All at once: fields that are missing, rules that don't hold, values in conflict, and what\n"
	  "later steps will ask. Changes nothing. Exit status 1 if the record can't be submitted yet.\n\n"
	  "Example:\n  dongbo check k3f7q" },
	run
};
