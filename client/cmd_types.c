/* dongbo types: what can be entered, and how. */
#include <stdio.h>
#include <string.h>

#include "client/cmd.h"
#include "common/expr.h"

enum { BUILTIN_TYPES = 100 };

static const char *kind_names[] = {
	[FIELD_TEXT] = "text", [FIELD_INT] = "int", [FIELD_YEAR] = "year",
	[FIELD_MONTH] = "month", [FIELD_MONEY] = "money", [FIELD_DECIMAL] = "decimal",
	[FIELD_DATE] = "date", [FIELD_BOOL] = "bool", [FIELD_CHOICE] = "choice",
	[FIELD_SET] = "set", [FIELD_REF] = "ref", [FIELD_LIST] = "list", [FIELD_BYTES] = "bytes"
};

static json_t *field_json(const struct field *f, enum lang lang)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:b, s:b, s:s*}", "code", f->code, "label",
			      label_in(&f->label, lang), "kind", kind_names[f->kind], "required",
			      f->required, "personal", f->personal, "target",
			      f->target_count > 0 ? f->targets[0] : NULL);
	struct buf form;
	size_t i;

	buf_init(&form, 1 << 16);
	field_form(f, lang, &form);
	json_object_set_new(j, "form", json_stringn((char *)form.at, form.len));
	buf_release(&form);
	if (f->required_if != NULL)
		json_object_set_new(j, "required_if", json_string(expr_text(f->required_if)));
	if (f->derived != NULL)
		json_object_set_new(j, "derived", json_string(expr_text(f->derived)));
	if (f->list != NULL) {
		json_t *choices = json_array();

		for (i = 0; i < f->list->count; i++)
			json_array_append_new(choices,
					      json_pack("{s:s, s:s}", "code",
							f->list->choices[i].code, "label",
							label_in(&f->list->choices[i].label,
								 lang)));
		json_object_set_new(j, "choices", choices);
	}
	return j;
}

static json_t *type_json(const struct type *t, enum lang lang, bool fields)
{
	json_t *j = json_pack("{s:s, s:s, s:b, s:s}", "code", t->code, "label",
			      label_in(&t->label, lang), "row", t->row, "pack",
			      t->pack == NULL ? "" : t->pack);
	json_t *list;
	size_t i;

	if (!fields)
		return j;
	list = json_array();
	for (i = 0; i < t->field_count; i++)
		json_array_append_new(list, field_json(&t->fields[i], lang));
	json_object_set_new(j, "fields", list);
	return j;
}

/* "bắt buộc", "bắt buộc khi kind = 'language'". */
static void put_required(const struct field *f, uint64_t role, enum lang lang, struct buf *out)
{
	if (f->by != 0 && !(f->by & role))
		buf_add(out, bytes_str(lang == LANG_EN ? "filled in by an office" : "phòng nhập"));
	if (f->required)
		buf_add(out, bytes_str(lang == LANG_EN ? "required" : "bắt buộc"));
	if (f->required_if != NULL)
		buf_printf(out, lang == LANG_EN ? "required if %s" : "bắt buộc khi %s",
			   expr_text(f->required_if));
	if (f->derived != NULL)
		buf_add(out, bytes_str(lang == LANG_EN ? "worked out" : "máy tự tính"));
	if (f->personal)
		buf_printf(out, "%s%s", out->len > 0 ? ", " : "",
			   lang == LANG_EN ? "personal" : "riêng tư");
}

static void print_choices(struct cli *c, const struct type *t)
{
	size_t i, k, p;

	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		bool before = false;

		for (p = 0; p < i; p++)
			before |= t->fields[p].list == f->list;
		if (f->list == NULL || before)
			continue;
		printf("\n%s (%s):\n", label_in(&f->list->label, c->lang), f->code);
		for (k = 0; k < f->list->count; k++)
			printf("  %-12s %s\n", f->list->choices[k].code,
			       label_in(&f->list->choices[k].label, c->lang));
	}
}

static int print_type(struct cli *c, const struct type *t, uint64_t role)
{
	static const char *const vi[] = { "Mục", "Tên", "Cách nhập", "Yêu cầu" };
	static const char *const en[] = { "Field", "Name", "Entered as", "Asked for" };
	struct cli_table *table = cli_table_new(4, CLI_TEXT(c, vi, en));
	struct buf form, required;
	size_t i;
	int code;

	if (table == NULL)
		return err_set(&c->err, ERR_NOMEM, "types");
	buf_init(&form, 1 << 16);
	buf_init(&required, 1 << 12);
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *cells[4] = { f->code, label_in(&f->label, c->lang) };

		buf_clear(&form);
		buf_clear(&required);
		if (f->list == NULL)
			field_form(f, c->lang, &form);
		else
			buf_add(&form, bytes_str(f->kind == FIELD_SET ?
						 CLI_TEXT(c, "chọn nhiều, xem dưới",
							  "several, see below") :
						 CLI_TEXT(c, "chọn một, xem dưới",
							  "one, see below")));
		put_required(f, role, c->lang, &required);
		buf_byte(&form, 0);
		buf_byte(&required, 0);
		cells[2] = (const char *)form.at;
		cells[3] = (const char *)required.at;
		cli_table_row(table, cells);
	}
	buf_release(&form);
	buf_release(&required);
	printf("%s – %s\n\n", t->code, label_in(&t->label, c->lang));
	code = cli_table_print(table, &c->err);
	cli_table_free(table);
	print_choices(c, t);
	return code;
}

/* What this role enters by itself; all that there is with --all. */
static bool is_listed(const struct session *s, const struct type *t)
{
	if (t->number < BUILTIN_TYPES)
		return false;
	return cli_option(s->cli, "all") != NULL ||
	       (!t->row && (t->edit & schema_role_bit(s->schema, s->client.role)));
}

static int print_table(struct session *s)
{
	struct cli *c = s->cli;
	const char *const headings[] = { CLI_TEXT(c, "LOẠI", "TYPE"),
					 CLI_TEXT(c, "MỤC KẾ HOẠCH", "SECTION"),
					 CLI_TEXT(c, "TÊN", "NAME"), "" };
	struct cli_table *table = cli_table_new(4, headings);
	size_t k;
	int code, rows;

	/* What one adds by itself first, what is a row of something after it. */
	for (rows = 0; rows < 2; rows++)
		for (k = 0; k < s->schema->type_count; k++) {
			const struct type *t = s->schema->types[k];
			const char *cells[4] = {
				t->code, t->section, label_in(&t->label, c->lang),
				t->row ? CLI_TEXT(c, "dòng của danh sách", "row of a list") :
				t->nil_count > 0 ? CLI_TEXT(c, "có thể báo không phát sinh: dongbo nil",
							    "may be reported as nothing: dongbo nil") :
						   ""
			};

			if (is_listed(s, t) && t->row == (rows == 1))
				cli_table_row(table, cells);
		}
	code = cli_table_print(table, s->e);
	cli_table_free(table);
	return code;
}

static int print_types(struct session *s)
{
	struct cli *c = s->cli;
	json_t *list = json_array();
	size_t i;
	int code = 0;

	for (i = 0; i < s->schema->type_count; i++)
		if (is_listed(s, s->schema->types[i]))
			json_array_append_new(list, type_json(s->schema->types[i], c->lang, false));
	if (!cli_json(c, list)) {
		code = print_table(s);
		printf("%s\n", CLI_TEXT(c, "\nXem các mục của một loại: dongbo types LOẠI",
					"\nFields of a type: dongbo types TYPE"));
	}
	json_decref(list);
	return code;
}

static int run(struct cli *c)
{
	const struct type *t = NULL;
	struct session s;
	json_t *j;
	int code = cli_arguments(c, 0, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0 && c->argc == 0) {
		code = print_types(&s);
	} else if (code == 0) {
		t = schema_type_by_code(s.schema, bytes_str(c->argv[0]));
		if (t == NULL)
			code = err_set(&c->err, ERR_NO_TYPE, "%s", c->argv[0]);
	}
	if (code == 0 && t != NULL) {
		j = type_json(t, c->lang, true);
		if (!cli_json(c, j))
			code = print_type(c, t, schema_role_bit(s.schema, s.client.role));
		json_decref(j);
	}
	session_close(&s);
	return code;
}

const struct cli_command cmd_types = {
	"types", "[TYPE] [--all]", "all",
	{ "Xem các loại hồ sơ và các mục phải nhập", "Show types of records and their fields" },
	{ "Không có LOẠI: những loại mà đơn vị tự nhập; --all kể cả loại do các phòng lập.\n\n"
	  "Ví dụ:\n  dongbo types\n  dongbo types bonus",
	  "Without TYPE: what a unit enters by itself; --all: what offices make too.\n\n"
	  "Examples:\n  dongbo types\n  dongbo types bonus" },
	run
};
