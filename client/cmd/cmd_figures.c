/* dongbo figures: the figures of a report, worked out from what this unit has recorded. */
#include <stdio.h>

#include "client/cmd/cmd.h"
#include "common/pack/figures.h"
#include "common/text/date.h"

enum { CELLS = 4 };

static const char *number_in(const json_t *j, const char *key, char out[40])
{
	const json_t *n = json_object_get(j, key);

	out[0] = '\0';
	if (json_is_integer(n))
		snprintf(out, 40, "%lld", (long long)json_integer_value(n));
	return out;
}

/* Of which day they are. */
static void print_day(struct cli *c, int64_t day)
{
	struct buf b;

	buf_init(&b, 64);
	if (day != FIGURES_NOW)
		date_show(day, &b);
	buf_byte(&b, 0);
	if (day == FIGURES_NOW)
		printf("%s\n", CLI_TEXT(c, "Số liệu đến lúc này: báo cáo chưa ghi ngày chốt số liệu.",
					"As of now: the report has no cut-off."));
	else
		printf(CLI_TEXT(c, "Số liệu đến hết ngày %s.\n", "As of the end of %s.\n"),
		       (const char *)b.at);
	buf_release(&b);
}

static int print_figures(struct cli *c, const json_t *told)
{
	const char *const headings[CELLS] = { CLI_TEXT(c, "MÃ", "CODE"), CLI_TEXT(c, "SỐ LIỆU", "FIGURE"),
					      CLI_TEXT(c, "MÁY TÍNH", "WORKED OUT"),
					      CLI_TEXT(c, "ĐƠN VỊ GHI", "STATED") };
	struct cli_table *table = cli_table_new(CELLS, headings);
	const json_t *one;
	size_t i;
	int code;

	if (table == NULL)
		return err_set(&c->err, ERR_NOMEM, "figures");
	json_array_foreach(told, i, one) {
		char computed[40], stated[40];
		const char *cells[CELLS] = {
			json_string_value(json_object_get(one, "code")),
			json_string_value(json_object_get(one, "label")),
			number_in(one, "computed", computed), number_in(one, "stated", stated)
		};

		cli_table_row(table, cells);
	}
	code = cli_table_print(table, &c->err);
	cli_table_free(table);
	return code;
}

static int fill(struct session *s)
{
	struct rid id = RID_NONE;
	json_t *told = NULL;
	int64_t day = FIGURES_NOW;
	bool changed;
	int code = session_begin(s);

	if (code == 0)
		code = session_find_own(s, s->cli->argv[0], &id);
	if (code == 0)
		code = figures_fill(s->replica, s->schema, &s->draft, id, s->cli->lang, &day, &told,
				    s->e);
	if (code == ERR_WRONG_TYPE || code == ERR_REQUIRED)
		return session_edit_error(s, code, session_type(s, s->client.unit, id));
	changed = s->draft.count > 0;
	if (code == 0 && changed)
		code = session_save(s, id);
	if (code == 0 && !cli_json(s->cli, told)) {
		code = print_figures(s->cli, told);
		if (code == 0)
			print_day(s->cli, day);
		if (code == 0)
			code = session_tell(s, id, changed);
	}
	json_decref(told);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = fill(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_figures = {
	"figures", "ID", "author=",
	{ "Tính số liệu của báo cáo từ hồ sơ của đơn vị", "Work out a report's figures from the unit's records" },
	{ "Số liệu của năm báo cáo, tính từ những gì máy này có, đến hết ngày chốt số liệu (chưa ghi ngày chốt\n"
	  "hay ngày ấy chưa qua: đến lúc này), ghi vào các dòng của báo cáo; làm lại thì cập nhật.\n"
	  "Số thực tế khác thì ghi bên cạnh, có lý do, bằng mã của dòng (dongbo show):\n"
	  "cả hai số được giữ.\n\n"
	  "Ví dụ:\n  dongbo figures k3f7q\n  dongbo edit x2m9p stated=4 reason=\"Một hồ sơ gửi bằng giấy\"",
	  "Of the report's year, out of what this computer has, as of the report's cut-off (as of now where\n"
	  "it has none, or it is not over), into rows of the report; doing it again brings them up to date.\n"
	  "Where the true number is another one, it is stated beside it with\n"
	  "a reason, by the id of the row (dongbo show): both are kept.\n\n"
	  "Examples:\n  dongbo figures k3f7q\n  dongbo edit x2m9p stated=4 reason=\"One came on paper\"" },
	run
};
