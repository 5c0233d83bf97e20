/* dongbod summary: the consolidated view, from the running totals. */
#include <stdio.h>

#include "server/cmd.h"

/* "1.500.000", as money is read here. */
static const char *grouped(int64_t n, char out[40])
{
	char digits[32];
	int len = snprintf(digits, sizeof digits, "%lld", (long long)n), i, at = 0;

	for (i = 0; i < len; i++) {
		out[at++] = digits[i];
		if ((len - i) % 3 == 1 && i < len - 1 && digits[i] != '-')
			out[at++] = '.';
	}
	out[at] = '\0';
	return out;
}

static int print_totals(struct desk *d, const json_t *totals, bool by_unit)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "LOẠI", "TYPE"), CLI_TEXT(d->cli, "TRẠNG THÁI", "STATE"),
		CLI_TEXT(d->cli, "NĂM", "YEAR"), CLI_TEXT(d->cli, "SỐ HỒ SƠ", "RECORDS"),
		CLI_TEXT(d->cli, "SỐ TIỀN (đồng)", "SUM (VND)"), CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT")
	};
	struct cli_table *t = cli_table_new(by_unit ? 6 : 5, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(totals, i, j) {
		int64_t sum = json_integer_value(json_object_get(j, "sum"));
		char year[32], count[32], unused[32], money[40];
		const char *cells[6] = {
			desk_text(j, "label", unused), desk_text(j, "state_label", unused),
			desk_text(j, "year", year), desk_text(j, "count", count),
			sum == 0 ? "" : grouped(sum, money), desk_text(j, "unit", unused)
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

/* Every unit: where its stream stands and when it was last heard of. */
static int gather_units(struct desk *d, json_t *list)
{
	struct stmt *q;
	int code = db_query(d->server.db, d->e, &q,
			    "SELECT u.f_number, u.f_code, u.f_name, s.seq, s.time, "
			    "(SELECT max(c.time) FROM contact c WHERE c.stream = u.f_number) "
			    "FROM t_unit u LEFT JOIN stream s ON s.stream = u.f_number "
			    "WHERE u.stream=0 AND u.deleted=0 ORDER BY u.f_number", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		json_t *j = json_pack("{s:I, s:s%, s:s%, s:I, s:o, s:o}", "number",
				      (json_int_t)db_int(q, 0), "unit",
				      (const char *)db_text(q, 1).at, db_text(q, 1).len, "name",
				      (const char *)db_text(q, 2).at, db_text(q, 2).len, "head",
				      (json_int_t)db_int(q, 3), "received",
				      db_is_null(q, 4) ? json_null() : json_integer(db_int(q, 4)),
				      "last_contact",
				      db_is_null(q, 5) ? json_null() : json_integer(db_int(q, 5)));

		if (json_array_append_new(list, j) != 0) {
			code = err_set(d->e, ERR_NOMEM, "units");
			break;
		}
	}
	db_done(q);
	return code;
}

static int print_units(struct desk *d, const json_t *units)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"), CLI_TEXT(d->cli, "TÊN", "NAME"),
		CLI_TEXT(d->cli, "SỐ MỤC", "ITEMS"), CLI_TEXT(d->cli, "NHẬN CUỐI", "RECEIVED"),
		CLI_TEXT(d->cli, "LIÊN LẠC CUỐI", "LAST CONTACT")
	};
	struct cli_table *t = cli_table_new(5, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(units, i, j) {
		char unused[32], head[32], received[32], contact[32];
		const char *cells[5] = {
			desk_text(j, "unit", unused), desk_text(j, "name", unused),
			desk_text(j, "head", head),
			desk_time(json_integer_value(json_object_get(j, "received")), received),
			desk_time(json_integer_value(json_object_get(j, "last_contact")), contact)
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

static int summary(struct desk *d, json_t *out)
{
	bool by_unit = cli_option(d->cli, "by-unit") != NULL;
	json_t *totals = NULL, *units = json_array();
	int code = desk_options(d);

	json_object_set_new(out, "units", units);
	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = query_totals(d->replica, &d->options, by_unit, &totals, d->e);
	if (code != 0)
		return code;
	json_object_set_new(out, "totals", totals);
	if (by_unit)
		code = desk_add_units(d, totals);
	if (code == 0)
		code = gather_units(d, units);
	if (code != 0 || cli_json(d->cli, out))
		return code;
	code = print_totals(d, totals, by_unit);
	printf("\n");
	return code == 0 ? print_units(d, units) : code;
}

static int run(struct cli *c)
{
	struct desk d;
	json_t *out;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	out = json_object();
	code = desk_open(&d, c);
	if (code == 0)
		code = summary(&d, out);
	json_decref(out);
	desk_close(&d);
	return code;
}

const struct cli_command dongbod_summary = {
	"summary", "[--by-unit] [--unit CODE] [--type TYPE]", "by-unit unit= type=",
	{ "Tổng hợp toàn huyện", "Show the consolidated view" },
	{ "Số hồ sơ và số tiền theo loại, trạng thái, năm; đơn vị nào đã gửi, lần cuối khi nào.\n\n"
	  "Ví dụ:\n  dongbod summary\n  dongbod summary --by-unit --type bonus",
	  "Records and sums by type, state and year; which unit has reported, and when last.\n\n"
	  "Examples:\n  dongbod summary\n  dongbod summary --by-unit --type bonus" },
	run
};
