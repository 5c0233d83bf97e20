/* Types of records for people and programs: the same on both sides. */
#include "common/cli/cli_types.h"

#include <stdio.h>
#include <string.h>

#include "common/expr/expr.h"
#include "common/expr/expr_words.h"

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

/* "bắt buộc", "bắt buộc khi Chính sách thưởng là Chứng chỉ ngoại ngữ"; the expression itself
 * is for programs. */
static void put_required(const struct type *t, const struct field *f, uint64_t role,
			 enum lang lang, struct buf *out)
{
	struct buf when;


	if (f->by != 0 && !(f->by & role))
		buf_add(out, bytes_str(lang == LANG_EN ? "filled in by an office" : "phòng nhập"));
	if (f->required)
		buf_add(out, bytes_str(lang == LANG_EN ? "required" : "bắt buộc"));
	buf_init(&when, 1 << 16);
	if (f->required_if != NULL && expr_words(f->required_if, t, lang, &when)) {
		buf_add(out, bytes_str(lang == LANG_EN ? "required if " : "bắt buộc khi "));
		buf_add(out, buf_view(&when));
	} else if (f->required_if != NULL) {
		buf_add(out, bytes_str(lang == LANG_EN ? "required in some cases" :
							 "bắt buộc tùy trường hợp"));
	}
	buf_release(&when);
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
		put_required(t, f, role, c->lang, &required);
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

/* Of whom it is told: what a role enters by itself, or all that there is. */
struct telling {
	struct cli *cli;
	const struct schema *schema;
	uint64_t role;
	bool all;
};

static bool is_listed(const struct telling *w, const struct type *t)
{
	if (t->number < BUILTIN_TYPES)
		return false;
	return w->all || (!t->row && (t->edit & w->role));
}

static int print_table(const struct telling *w)
{
	struct cli *c = w->cli;
	const char *const headings[] = { CLI_TEXT(c, "LOẠI", "TYPE"),
					 CLI_TEXT(c, "MỤC KẾ HOẠCH", "SECTION"),
					 CLI_TEXT(c, "TÊN", "NAME"), "" };
	struct cli_table *table = cli_table_new(4, headings);
	size_t k;
	int code, rows;

	/* What one adds by itself first, what is a row of something after it. */
	for (rows = 0; rows < 2; rows++)
		for (k = 0; k < w->schema->type_count; k++) {
			const struct type *t = w->schema->types[k];
			const char *cells[4] = {
				t->code, t->section, label_in(&t->label, c->lang),
				t->row ? CLI_TEXT(c, "dòng của danh sách", "row of a list") :
				t->nil_count > 0 ? CLI_TEXT(c, "có thể báo không phát sinh: dongbo nil",
							    "may be reported as nothing: dongbo nil") :
						   ""
			};

			if (is_listed(w, t) && t->row == (rows == 1))
				cli_table_row(table, cells);
		}
	code = cli_table_print(table, &c->err);
	cli_table_free(table);
	return code;
}

static int print_types(const struct telling *w)
{
	struct cli *c = w->cli;
	json_t *list = json_array();
	size_t i;
	int code = 0;

	for (i = 0; i < w->schema->type_count; i++)
		if (is_listed(w, w->schema->types[i]))
			json_array_append_new(list, type_json(w->schema->types[i], c->lang, false));
	if (!cli_json(c, list)) {
		code = print_table(w);
		printf(CLI_TEXT(c, "\nXem các mục của một loại: %s types LOẠI\n",
				"\nFields of a type: %s types TYPE\n"), c->program);
	}
	json_decref(list);
	return code;
}

int cli_types(struct cli *c, const struct schema *s, uint64_t role, bool all)
{
	struct telling w = { c, s, role, all };
	const struct type *t;
	json_t *j;
	int code = 0;

	if (c->argc == 0)
		return print_types(&w);
	t = schema_type_by_code(s, bytes_str(c->argv[0]));
	if (t == NULL)
		return err_set(&c->err, ERR_NO_TYPE, "%s", c->argv[0]);
	j = type_json(t, c->lang, true);
	if (!cli_json(c, j))
		code = print_type(c, t, role);
	json_decref(j);
	return code;
}
