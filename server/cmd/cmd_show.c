/* dongbod show: one record with its rows. */
#include <stdio.h>

#include "server/cmd/cmd.h"

static int print_fields(struct desk *d, const struct type *t, const json_t *record,
			const char *indent)
{
	struct cli_table *table = cli_table_new(3, NULL);
	const json_t *shown = json_object_get(record, "shown");
	char name[160], unused[32];
	size_t i;
	int code;

	for (i = 0; t != NULL && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *cells[3] = { name, label_in(&f->label, d->cli->lang),
					 desk_text(shown, f->code, unused) };

		snprintf(name, sizeof name, "%s%s", indent, f->code);
		if (cells[2][0] != '\0')
			cli_table_row(table, cells);
	}
	code = cli_table_print(table, d->e);
	cli_table_free(table);
	return code;
}

static int print_record(struct desk *d, const json_t *record, const char *indent)
{
	char unused[32], deeper[32], line[512];
	const struct type *t = schema_type_by_code(
		d->schema, bytes_str(desk_text(record, "type", unused)));
	json_t *j, *rows;
	size_t i, k;
	int code = print_fields(d, t, record, indent);

	json_array_foreach(json_object_get(record, "conflicts"), i, j) {
		snprintf(line, sizeof line, "%s! %s: %s", indent, desk_text(j, "label", unused),
			 CLI_TEXT(d->cli, "hai người nhập khác nhau, xem dongbod conflicts",
				  "different values, see dongbod conflicts"));
		desk_print(line);
	}
	snprintf(deeper, sizeof deeper, "%.20s    ", indent);
	for (i = 0; t != NULL && i < t->field_count && code == 0; i++) {
		rows = json_object_get(json_object_get(record, "rows"), t->fields[i].code);
		if (json_array_size(rows) == 0)
			continue;
		printf("%s%s:\n", indent, label_in(&t->fields[i].label, d->cli->lang));
		json_array_foreach(rows, k, j) {
			snprintf(line, sizeof line, "%s  %s  %s", indent,
				 desk_text(j, "short", unused), desk_text(j, "title", unused));
			desk_print(line);
			if (code == 0)
				code = print_record(d, j, deeper);
		}
	}
	return code;
}

static void print_signature(struct desk *d, const json_t *record)
{
	struct buf text;

	buf_init(&text, 8192);
	query_signature_text(json_object_get(record, "signature"), d->cli->lang, &text);
	if (text.len > 0)
		cli_line(stdout, buf_view(&text));
	buf_release(&text);
}

/* With what remark it came here, and where it may go: a line each. */
static void print_way(struct desk *d, const json_t *record)
{
	struct buf text;
	size_t from, to;

	buf_init(&text, 1 << 16);
	query_way_text(record, d->cli->lang, &text);
	for (from = 0; from < text.len; from = to + 1) {
		for (to = from; text.at[to] != '\n';)
			to++;
		cli_line(stdout, (struct bytes){ text.at + from, to - from });
	}
	buf_release(&text);
}

static int show(struct desk *d, json_t **out)
{
	struct cli *c = d->cli;
	uint64_t stream = 0;
	char unused[32], line[600];
	struct rid id;
	json_t *list;
	int code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = desk_find(d, c->argv[0], &stream, &id);
	if (code == 0)
		code = query_show(d->replica, stream, id, &d->options, out, d->e);
	if (code != 0)
		return code;
	list = json_pack("[O]", *out);
	code = desk_add_units(d, list);
	json_decref(list);
	if (code != 0 || cli_json(c, *out))
		return code;
	snprintf(line, sizeof line, "%s  %s  [%s%s%s]  %s", desk_text(*out, "short", unused),
		 desk_text(*out, "title", unused), desk_text(*out, "label", unused),
		 desk_text(*out, "state_label", unused)[0] != '\0' ? ", " : "",
		 desk_text(*out, "state_label", unused), desk_text(*out, "unit", unused));
	desk_print(line);
	code = print_record(d, *out, "");
	print_signature(d, *out);
	print_way(d, *out);
	printf("%s: %s\n", CLI_TEXT(c, "Phiên bản", "Version"),
	       desk_text(*out, "version", unused));
	return code;
}

static int run(struct cli *c)
{
	return desk_run_json(c, 1, 1, show);
}

const struct cli_command dongbod_show = {
	"show", "ID [--unit CODE] [--personal] [--as NAME]", "unit= personal deleted as=",
	{ "Xem một hồ sơ", "Show a record" },
	{ "Các mục cá nhân (số CCCD...) được che, trừ khi có --personal. Phiên bản in ở cuối "
	  "dùng cho\n"
	  "verify --version.\n\nVí dụ:\n  dongbod show k3f7q",
	  "Personal fields (identity numbers...) are masked unless --personal is given. The "
	  "version\n"
	  "at the end is for verify --version.\n\nExample:\n  dongbod show k3f7q" },
	run
};
