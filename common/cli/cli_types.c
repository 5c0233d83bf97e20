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

/* [{code, label}...] of the types that a reference or list is of. */
static json_t *targets_json(const struct schema *s, const struct field *f, enum lang lang)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < f->target_count; i++) {
		const struct type *t = schema_type_by_code(s, bytes_str(f->targets[i]));

		json_array_append_new(list, json_pack("{s:s, s:s}", "code", f->targets[i], "label",
						      t == NULL ? f->targets[i] :
								  label_in(&t->label, lang)));
	}
	return list;
}

static json_t *field_json(const struct schema *s, const struct field *f, enum lang lang)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:b, s:b, s:s*}", "code", f->code, "label",
			      label_in(&f->label, lang), "kind", kind_names[f->kind], "required",
			      f->required, "personal", f->personal, "target",
			      f->target_count > 0 ? f->targets[0] : NULL);
	struct buf form;
	size_t i;

	buf_init(&form, 1 << 16);
	field_form(s, f, lang, &form);
	if (f->target_count > 0)
		json_object_set_new(j, "targets", targets_json(s, f, lang));
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

static json_t *type_json(const struct schema *s, const struct type *t, enum lang lang, bool fields)
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
		json_array_append_new(list, field_json(s, &t->fields[i], lang));
	json_object_set_new(j, "fields", list);
	return j;
}

static void put_word(const char *word, struct buf *out)
{
	buf_printf(out, "%s%s", out->len > 0 ? ", " : "", word);
}

/* "bắt buộc", "bắt buộc khi Chính sách thưởng là Chứng chỉ ngoại ngữ"; the expression itself
 * is for programs. */
static void put_required(const struct type *t, const struct field *f, uint64_t role,
			 enum lang lang, struct buf *out)
{
	struct buf when;

	if (f->by != 0 && !(f->by & role))
		put_word(lang == LANG_EN ? "filled in by others" : "nơi khác nhập", out);
	if (f->required)
		put_word(lang == LANG_EN ? "required" : "bắt buộc", out);
	buf_init(&when, 1 << 16);
	if (f->required_if != NULL && expr_words(f->required_if, t, lang, &when)) {
		put_word(lang == LANG_EN ? "required if " : "bắt buộc khi ", out);
		buf_add(out, buf_view(&when));
	} else if (f->required_if != NULL) {
		put_word(lang == LANG_EN ? "required in some cases" : "bắt buộc tùy trường hợp", out);
	}
	buf_release(&when);
	if (f->derived != NULL)
		put_word(lang == LANG_EN ? "worked out" : "máy tự tính", out);
	if (f->personal)
		put_word(lang == LANG_EN ? "personal" : "riêng tư", out);
}

/* A list whose rows name attached files. */
static bool is_of_files(const struct schema *s, const struct field *f)
{
	const struct type *row = f->kind != FIELD_LIST ? NULL :
				 schema_type_by_code(s, bytes_str(f->targets[0]));

	return row != NULL && row->file != NULL;
}

/* What is entered by a command of its own, or chosen from what stands below, or its form. */
static void put_entered(struct cli *c, const struct schema *s, const struct field *f,
			struct buf *out)
{
	if (f->list != NULL)
		buf_add(out, bytes_str(f->kind == FIELD_SET ?
				       CLI_TEXT(c, "chọn nhiều, xem dưới", "several, see below") :
				       CLI_TEXT(c, "chọn một, xem dưới", "one, see below")));
	else if (f->kind == FIELD_REF && f->target_count > 1)
		buf_add(out, bytes_str(CLI_TEXT(c, "mã của một hồ sơ, xem dưới",
						"id of a record, see below")));
	else if (f->reg != NULL)
		buf_add(out, bytes_str(f->reg->lease > 0 ?
				       CLI_TEXT(c, "máy tự cấp số", "numbered by the computer") :
				       CLI_TEXT(c, "cấp số khi tiếp nhận", "numbered on receipt")));
	else if (is_of_files(s, f))
		buf_printf(out, CLI_TEXT(c, "%s attach MÃ TỆP", "%s attach ID FILE"), c->program);
	else if (f->kind == FIELD_LIST)
		buf_printf(out, CLI_TEXT(c, "%s row MÃ %s mục=giá_trị", "%s row ID %s field=value"),
			   c->program, f->code);
	else
		field_form(s, f, c->lang, out);
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

/* Of what types a reference may be, and of what the rows of lists are. */
static void print_targets(struct cli *c, const struct schema *s, const struct type *t)
{
	size_t i, k;

	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (f->target_count < (f->kind == FIELD_LIST ? 1 : 2) || is_of_files(s, f))
			continue;
		printf("\n%s (%s): %s\n", label_in(&f->label, c->lang), f->code,
		       f->kind == FIELD_LIST ? CLI_TEXT(c, "mỗi dòng là", "each row is") :
					       CLI_TEXT(c, "hồ sơ thuộc loại", "a record of"));
		for (k = 0; k < f->target_count; k++) {
			const struct type *to = schema_type_by_code(s, bytes_str(f->targets[k]));

			printf("  %-18s %s\n", f->targets[k],
			       to == NULL ? "" : label_in(&to->label, c->lang));
		}
	}
}

static int print_type(struct cli *c, const struct schema *s, const struct type *t, uint64_t role)
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
		put_entered(c, s, f, &form);
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
	print_targets(c, s, t);
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
			json_array_append_new(list, type_json(w->schema, w->schema->types[i],
							c->lang, false));
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
	j = type_json(s, t, c->lang, true);
	if (!cli_json(c, j))
		code = print_type(c, s, t, role);
	json_decref(j);
	return code;
}
