/* dongbod list: records of all units, or of one, in a table. */
#include <stdio.h>

#include "server/cmd/cmd.h"

enum { SCREEN = 50 };

static const char *note_of(const struct cli *c, const json_t *j)
{
	if (json_integer_value(json_object_get(j, "conflict")) > 0)
		return CLI_TEXT(c, "cần chọn giá trị", "to be settled");
	return json_is_true(json_object_get(j, "deleted")) ? CLI_TEXT(c, "đã xóa", "deleted") : "";
}

static int print(struct desk *d, const json_t *result)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "MÃ", "ID"), CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"),
		CLI_TEXT(d->cli, "LOẠI", "TYPE"), CLI_TEXT(d->cli, "TÊN", "NAME"),
		CLI_TEXT(d->cli, "TRẠNG THÁI", "STATE"), CLI_TEXT(d->cli, "LƯU Ý", "NOTE"),
		CLI_TEXT(d->cli, "CHỜ TỪ", "SINCE"), CLI_TEXT(d->cli, "NGÀY", "DAYS")
	};
	const json_t *records = json_object_get(result, "records");
	const json_t *after = json_object_get(result, "next");
	struct cli_table *t = cli_table_new(d->options.by_age ? 8 : 6, headings);
	char unused[32];
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(records, i, j) {
		char since[40], days[24];
		const char *cells[8] = {
			desk_text(j, "short", unused), desk_text(j, "unit", unused),
			desk_text(j, "label", unused), desk_text(j, "title", unused),
			desk_text(j, "state_label", unused), note_of(d->cli, j),
			since, days
		};

		cli_since(json_object_get(j, "since"), since, days);

		cli_table_row(t, cells);
	}
	code = json_array_size(records) > 0 ? cli_table_print(t, d->e) : 0;
	cli_table_free(t);
	printf(CLI_TEXT(d->cli, "%zu / %lld hồ sơ\n", "%zu of %lld records\n"),
	       json_array_size(records),
	       (long long)json_integer_value(json_object_get(result, "total")));
	if (json_is_string(after))
		printf(CLI_TEXT(d->cli, "Xem tiếp: --after %s\n", "More: --after %s\n"),
		       json_string_value(after));
	return code;
}

static int list(struct desk *d, json_t **result)
{
	struct cli *c = d->cli;
	int code = desk_options(d);

	if (code != 0)
		return code;
	if (c->argc > 0)
		d->options.type = bytes_str(c->argv[0]);
	if (d->options.limit == 0 && !c->json)
		d->options.limit = SCREEN;
	code = desk_read(d);
	if (code == 0)
		code = query_list(d->replica, &d->options, result, d->e);
	if (code == 0)
		code = desk_add_units(d, json_object_get(*result, "records"));
	if (code == 0 && !cli_json(c, *result))
		code = print(d, *result);
	return code;
}

static int run(struct cli *c)
{
	return desk_run_json(c, 0, 1, list);
}

const struct cli_command dongbod_list = {
	"list", "[TYPE] [--unit CODE] [--state STATE] [--where field=value]... [--text WORDS] "
		"[--sort name|age]",
	"unit= state= where= text= sort= limit= after= deleted as=",
	{ "Liệt kê hồ sơ của các đơn vị", "List the units' records" },
	{ "--text tìm theo từ: gõ không dấu thì tìm mọi dấu (dong: Đồng, Đông), gõ có dấu thì tìm\n"
	  "đúng dấu. --sort name xếp theo tên (vần tiếng Việt; người xếp theo tên gọi);\n"
	  "--sort age: những gì còn chờ, chờ lâu nhất trước, từ ngày chuyển sang trạng thái đang có.\n"
	  "--after: xem tiếp, với mã in ở cuối danh sách.\n\n"
	  "Ví dụ:\n"
	  "  dongbod list bonus --state signed\n"
	  "  dongbod list staff --unit MN-TAMSON --text \"nguyen thi\" --sort name",
	  "--text finds words: typed without marks whatever their marks (dong: Đồng, Đông), typed\n"
	  "with marks exactly these. --sort name goes by name (Vietnamese order; people by given\n"
	  "name); --sort age: what is still waited for, the longest first, since it came into its state.\n"
	  "--after: what comes next, with the id that stands at the end of the list.\n\n"
	  "Examples:\n"
	  "  dongbod list bonus --state signed\n"
	  "  dongbod list staff --unit MN-TAMSON --text \"nguyen thi\" --sort name" },
	run
};
