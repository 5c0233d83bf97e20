/* dongbod history: who did what to a record, and what came of it. */
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd.h"

static const char *kind_text(const char *kind, enum lang lang)
{
	static const struct {
		const char *code, *vi, *en;
	} words[] = {
		{ "create", "tạo", "created" }, { "set", "nhập", "set" },
		{ "add", "thêm", "added" }, { "remove", "bớt", "removed" },
		{ "delete", "xóa", "deleted" }, { "undelete", "khôi phục", "brought back" },
		{ "move", "chuyển sang", "moved to" }, { "sign", "ký bản", "signed version" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(kind, words[i].code) == 0)
			return lang == LANG_EN ? words[i].en : words[i].vi;
	return kind;
}

/* The field, or what sort of thing was made. */
static const char *what_text(const json_t *j, char unused[32])
{
	return desk_text(j, strcmp(desk_text(j, "kind", unused), "create") == 0 ? "type_label" :
			 "label", unused);
}

static void print_op(const struct cli *c, const json_t *j)
{
	char seq[32], unused[32], when[32], line[1200];
	const char *remark = desk_text(j, "remark", unused);
	const char *sentence = desk_text(j, "sentence", unused);

	snprintf(line, sizeof line, "%5s  %s  %s (%s)  %s %s%s%s%s%s%s",
		 desk_text(j, "seq", seq),
		 desk_time(json_integer_value(json_object_get(j, "received")), when),
		 desk_text(j, "author", unused), desk_text(j, "role_label", unused),
		 kind_text(desk_text(j, "kind", unused), c->lang), what_text(j, unused),
		 desk_text(j, "label", unused)[0] != '\0' ? " = " : "",
		 desk_text(j, "shown", unused), remark[0] != '\0' ? ": " : "", remark,
		 json_is_true(json_object_get(j, "applied")) ? "" :
			 CLI_TEXT(c, "  [không được nhận]", "  [refused]"));
	desk_print(line);
	if (sentence[0] != '\0')
		printf("       %s\n", sentence);
	if (strcmp(desk_text(j, "signature", unused), "bad") == 0)
		printf("       %s\n", CLI_TEXT(c, "CHỮ KÝ SAI", "BAD SIGNATURE"));
}

static int history(struct desk *d, json_t **list)
{
	uint64_t stream = 0;
	struct rid id;
	json_t *j;
	size_t i;
	int code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = desk_find(d, d->cli->argv[0], &stream, &id);
	if (code == 0)
		code = query_history(d->replica, stream, id, &d->options, list, d->e);
	if (code != 0 || cli_json(d->cli, *list))
		return code;
	json_array_foreach(*list, i, j)
		print_op(d->cli, j);
	return 0;
}

static int run(struct cli *c)
{
	return desk_run_json(c, 1, 1, history);
}

const struct cli_command dongbod_history = {
	"history", "ID [--unit CODE] [--personal] [--as NAME]", "unit= personal as=",
	{ "Xem ai đã sửa gì trong một hồ sơ", "Show who changed what in a record" },
	{ "Chữ ký của từng thay đổi được kiểm tra lại.\n\nVí dụ:\n  dongbod history k3f7q",
	  "The signature of every change is checked anew.\n\nExample:\n  dongbod history k3f7q" },
	run
};
