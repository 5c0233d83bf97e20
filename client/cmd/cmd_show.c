/* dongbo show: one record with its rows. */
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/sync/safe.h"

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

/* What stands for a value; NULL: nothing to show. */
static const char *shown_text(struct cli *c, const struct field *f, const json_t *record)
{
	const char *shown = text_in(json_object_get(record, "shown"), f->code);
	const json_t *rows = json_object_get(json_object_get(record, "rows"), f->code);

	if (f->kind == FIELD_LIST ? json_array_size(rows) > 0 : shown[0] != '\0')
		return f->kind == FIELD_LIST ? NULL : shown;
	return f->required ?
		       CLI_TEXT(c, "(chưa nhập, bắt buộc)", "(required, not there yet)") : NULL;
}

static int print_fields(struct session *s, const struct type *t, const json_t *record,
			const char *indent)
{
	struct cli_table *table = cli_table_new(3, NULL);
	size_t i;
	int code;

	if (table == NULL)
		return err_set(s->e, ERR_NOMEM, "show");
	for (i = 0; t != NULL && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *value = shown_text(s->cli, f, record);
		const char *cells[3] = { NULL, label_in(&f->label, s->cli->lang), value };
		char name[128];

		snprintf(name, sizeof name, "%s%s", indent, f->code);
		cells[0] = name;
		if (value != NULL)
			cli_table_row(table, cells);
	}
	code = cli_table_print(table, s->e);
	cli_table_free(table);
	return code;
}

static void print_conflicts(struct session *s, const json_t *record, const char *indent)
{
	json_t *j;
	size_t i;

	json_array_foreach(json_object_get(record, "conflicts"), i, j)
		printf("%s! %s (%s): %s\n", indent, text_in(j, "label"), text_in(j, "field"),
		       CLI_TEXT(s->cli, "hai người nhập khác nhau, xem dongbo conflicts",
				"different values, see dongbo conflicts"));
}

static int print_record(struct session *s, const json_t *record, const char *indent)
{
	const struct type *t = schema_type_by_code(s->schema, bytes_str(text_in(record, "type")));
	char deeper[32];
	size_t i, k;
	json_t *row;
	int code = print_fields(s, t, record, indent);

	print_conflicts(s, record, indent);
	snprintf(deeper, sizeof deeper, "%s    ", indent);
	for (i = 0; t != NULL && i < t->field_count && code == 0; i++) {
		const struct field *f = &t->fields[i];
		json_t *rows = json_object_get(json_object_get(record, "rows"), f->code);

		if (f->kind != FIELD_LIST || json_array_size(rows) == 0)
			continue;
		printf("\n%s%s (%s):\n", indent, label_in(&f->label, s->cli->lang), f->code);
		json_array_foreach(rows, k, row) {
			printf("%s  %s  %s%s\n", indent, text_in(row, "short"),
			       text_in(row, "title"),
			       json_is_true(json_object_get(row, "deleted")) ?
				       CLI_TEXT(s->cli, "  (đã xóa)", "  (deleted)") : "");
			code = print_record(s, row, deeper);
			if (code != 0)
				break;
		}
	}
	return code;
}

static void print_signature(struct cli *c, const json_t *record)
{
	struct buf text;

	buf_init(&text, 8192);
	query_signature_text(json_object_get(record, "signature"), c->lang, &text);
	if (text.len > 0)
		printf("\n%.*s\n", (int)text.len, (const char *)text.at);
	buf_release(&text);
}

/* With what remark it came here, and where it may go. */
static void print_way(struct cli *c, const json_t *record)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	query_way_text(record, c->lang, &text);
	if (text.len > 0)
		printf("\n%.*s", (int)text.len, (const char *)text.at);
	buf_release(&text);
}

static int print_all(struct session *s, const json_t *record, const char *standing,
		     bool in_backup)
{
	struct cli *c = s->cli;
	const char *state = text_in(record, "state_label");
	int code;

	printf("%s  %s\n", text_in(record, "short"), text_in(record, "title"));
	printf("%s%s%s%s\n\n", text_in(record, "label"), state[0] != '\0' ? " – " : "", state,
	       json_is_true(json_object_get(record, "deleted")) ?
		       CLI_TEXT(c, "  (đã xóa)", "  (deleted)") : "");
	code = print_record(s, record, "");
	print_signature(c, record);
	print_way(c, record);
	printf("\n%s: %s   %s: %s%s\n", CLI_TEXT(c, "Phiên bản", "Version"),
	       text_in(record, "version"), CLI_TEXT(c, "Tình trạng", "Standing"),
	       standing_text(standing, c->lang), !in_backup ? "" :
	       CLI_TEXT(c, ", đã có trong bản sao lưu", ", in its backup"));
	return code;
}

static int show(struct session *s)
{
	const char *standing = "received";
	uint64_t stream;
	bool in_backup = false;
	struct rid id;
	json_t *record = NULL;
	int code = session_read(s);

	s->options.personal = cli_option(s->cli, "personal") != NULL;
	s->options.deleted = cli_option(s->cli, "deleted") != NULL;
	if (code == 0)
		code = session_find(s, s->cli->argv[0], &stream, &id);
	if (code == 0)
		code = query_show(s->replica, stream, id, &s->options, &record, s->e);
	if (code == 0)
		code = client_standing(&s->client, stream, id, &standing, s->e);
	if (code == 0)
		code = safe_record(&s->client, stream, id, &in_backup, s->e);
	if (code == 0)
		json_object_set_new(record, "in_backup", json_boolean(in_backup));
	if (code == 0)
		json_object_set_new(record, "standing", json_string(standing));
	if (code == 0 && !cli_json(s->cli, record)) {
		query_clean(record);
		code = print_all(s, record, standing, in_backup);
	}
	json_decref(record);
	return code;
}

static int run(struct cli *c)
{
	return session_run(c, 1, 1, show);
}

const struct cli_command cmd_show = {
	"show", "ID [--personal]", "personal deleted",
	{ "Xem một hồ sơ cùng các dòng của nó", "Show a record with its rows" },
	{ "Mục riêng tư (như số CCCD) bị che; thêm --personal để xem. --deleted kể cả các dòng đã\n"
	  "xóa.\n\nVí dụ:\n  dongbo show k3f7q",
	  "Personal fields (such as identity numbers) are hidden; --personal shows them.\n"
	  "--deleted shows deleted rows too.\n\nExample:\n  dongbo show k3f7q" },
	run
};
