/* dongbo list: records in a table. */
#include <stdio.h>
#include <stdlib.h>

#include "client/cmd/cmd.h"

enum { WHERE_MAX = 16, SCREEN = 50 };

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

/* What the last column warns of. */
static const char *note_of(struct cli *c, const json_t *j)
{
	if (json_integer_value(json_object_get(j, "conflict")) > 0)
		return CLI_TEXT(c, "cần chọn giá trị", "to be settled");
	if (json_is_true(json_object_get(j, "deleted")))
		return CLI_TEXT(c, "đã xóa", "deleted");
	return "";
}

static int print_list(struct session *s, const json_t *result)
{
	static const char *const vi[] = { "MÃ", "LOẠI", "TÊN", "TRẠNG THÁI", "LƯU Ý", "CHỜ TỪ", "NGÀY" };
	static const char *const en[] = { "ID", "TYPE", "NAME", "STATE", "NOTE", "SINCE", "DAYS" };
	struct cli *c = s->cli;
	struct cli_table *table = cli_table_new(s->options.by_age ? 7 : 5, CLI_TEXT(c, vi, en));
	const json_t *records = json_object_get(result, "records"), *next;
	json_t *j;
	size_t i;
	long long total = json_integer_value(json_object_get(result, "total"));
	int code;

	if (table == NULL)
		return err_set(s->e, ERR_NOMEM, "list");
	json_array_foreach(records, i, j) {
		char since[40], days[24];
		const char *cells[] = { text_in(j, "short"), text_in(j, "label"),
					text_in(j, "title"), text_in(j, "state_label"),
					note_of(c, j), since, days };

		cli_since(json_object_get(j, "since"), since, days);

		cli_table_row(table, cells);
	}
	code = json_array_size(records) > 0 ? cli_table_print(table, s->e) : 0;
	cli_table_free(table);
	printf(CLI_TEXT(c, "%zu / %lld hồ sơ\n", "%zu of %lld records\n"),
	       json_array_size(records), total);
	next = json_object_get(result, "next");
	if (json_is_string(next))
		printf(CLI_TEXT(c, "Xem tiếp: --after %s\n", "More: --after %s\n"),
		       json_string_value(next));
	return code;
}

static int take_options(struct session *s, struct bytes *where)
{
	struct cli *c = s->cli;
	struct query_options *o = &s->options;
	const struct type *t;
	const char *text;
	int code;

	o->where = where;
	while (o->where_count < WHERE_MAX &&
	       (text = cli_option_at(c, "where", o->where_count)) != NULL)
		where[o->where_count++] = bytes_str(text);
	o->text = bytes_str(cli_option(c, "text"));
	o->state = bytes_str(cli_option(c, "state"));
	o->after = bytes_str(cli_option(c, "after"));
	o->deleted = cli_option(c, "deleted") != NULL;
	o->type = c->argc > 0 ? bytes_str(c->argv[0]) : BYTES_NONE;
	t = schema_type_by_code(s->schema, o->type);
	/* What the whole district shares stands in stream 0. */
	if (t != NULL && t->district)
		o->stream = 0;
	code = cli_order(c, &o->by_name, &o->by_age);
	return code != 0 ? code : cli_number(c, "limit", c->json ? 0 : SCREEN, 0, INT32_MAX,
					     &o->limit);
}

static int run(struct cli *c)
{
	struct bytes where[WHERE_MAX];
	json_t *result = NULL;
	struct session s;
	int code = cli_arguments(c, 0, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = take_options(&s, where);
	if (code == 0)
		code = session_read(&s);
	if (code == 0) {
		code = query_list(s.replica, &s.options, &result, s.e);
		if (code != 0)
			code = session_edit_error(&s, code,
						  schema_type_by_code(s.schema, s.options.type));
	}
	if (code == 0 && !cli_json(c, result))
		code = print_list(&s, result);
	json_decref(result);
	session_close(&s);
	return code;
}

const struct cli_command cmd_list = {
	"list", "[TYPE] [--where field=value]... [--text WORDS] [--state STATE] [--sort name|age] [--limit N]",
	"where= text= state= sort= limit= after= deleted",
	{ "Liệt kê hồ sơ của đơn vị", "List the unit's records" },
	{ "--text tìm theo từ: gõ không dấu thì tìm mọi dấu (dong: Đồng, Đông), gõ có dấu thì tìm\n"
	  "đúng dấu. --sort name xếp theo tên (vần tiếng Việt; người xếp theo tên gọi), age: những\n"
	  "gì còn chờ, lâu nhất trước, từ ngày chuyển sang trạng thái đang có; không có thì\n"
	  "theo thứ tự nhập. --limit 0 là tất cả (thường là 50). --deleted kể cả hồ sơ đã xóa.\n"
	  "--after: xem tiếp, với mã in ở cuối danh sách.\n\n"
	  "Ví dụ:\n"
	  "  dongbo list staff --text \"nguyen huyen\" --sort name\n"
	  "  dongbo list bonus --where plan_year=2026 --where quarter=q2 --state draft",
	  "--text finds words: typed without marks whatever their marks (dong: Đồng, Đông), typed\n"
	  "with marks exactly these. --sort name goes by name (Vietnamese order; people by given\n"
	  "name), age: what is still waited for, the longest in its state first; else by order of\n"
	  "entry. --limit 0 is all (usually 50). --deleted shows deleted ones too.\n"
	  "--after: what comes next, with the id that stands at the end of the list.\n\n"
	  "Examples:\n"
	  "  dongbo list staff --text \"nguyen huyen\" --sort name\n"
	  "  dongbo list bonus --where plan_year=2026 --where quarter=q2 --state draft" },
	run
};
