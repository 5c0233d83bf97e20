/* Templates: the tables of a form, what may be chosen, and how it all is filled in. */
#include "common/import/template.h"

#include <string.h>

#include "common/import/form.h"
#include "common/query/query.h"
#include "common/sheet/xlsx_write.h"

enum { ENTRY_ROWS = 2000, OFFERED_MAX = 1000, TEXT_MAX = 1 << 16, WIDTH_ID = 14,
       MEMORY = 64 * 1024 * 1024 };

struct writing {
	struct replica *r;
	const struct schema *s;
	const struct template_options *o;
	struct xlsx_writer *w;
	struct arena a;
	struct form form;
	struct err *e;
	struct {                    /* lists that are there already */
		const void *of;     /* a choice list, or a field */
		unsigned number;
	} lists[200];
	size_t list_count;
};

static const char *text(const struct writing *wr, const char *vi, const char *en)
{
	return wr->o->lang == LANG_EN ? en : vi;
}

/* What is in the buffer, kept; never NULL (running out is found by the writer). */
static const char *kept(struct writing *wr, struct buf *b)
{
	const char *s = b->failed ? NULL : arena_str(&wr->a, buf_view(b));

	buf_release(b);
	return s != NULL ? s : "?";
}

static const char *heading(struct writing *wr, const struct form_table *t,
			   const struct form_column *c)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	form_heading(t, c, wr->o->lang, &b);
	if (c->kind == COLUMN_FIELD && (c->field->required || c->field->required_if != NULL))
		buf_add(&b, bytes_str(c->field->required ? " *" : " (*)"));
	return kept(wr, &b);
}

static const char *sheet_name(struct writing *wr, const struct form_table *t)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	form_sheet(&wr->form, t, wr->o->lang, &b);
	return kept(wr, &b);
}

static const char *hint(struct writing *wr, const struct form_table *t,
			const struct form_column *c)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	switch (c->kind) {
	case COLUMN_FIELD:
		form_hint(wr->s, c->field, wr->o->lang, &b);
		break;
	case COLUMN_NUMBER:
		buf_add(&b, bytes_str(text(wr, "1, 2, 3... để các trang sau ghi dòng này",
					   "1, 2, 3... for the sheets behind to name this line")));
		break;
	case COLUMN_OF:
		buf_printf(&b, text(wr, "số ở cột STT của trang %s",
				    "a number of the column No. of the sheet %s"),
			   sheet_name(wr, t->above));
		break;
	case COLUMN_ID:
		buf_add(&b, bytes_str(text(wr, "để trống: hồ sơ mới", "empty: a new record")));
		break;
	}
	return kept(wr, &b);
}

static unsigned known_list(const struct writing *wr, const void *of)
{
	size_t i;

	for (i = 0; i < wr->list_count; i++)
		if (wr->lists[i].of == of)
			return wr->lists[i].number;
	return 0;
}

static unsigned add_list(struct writing *wr, const void *of, const char *title,
			 const struct bytes *items, size_t count)
{
	unsigned number;

	if (count == 0 || wr->list_count == sizeof wr->lists / sizeof wr->lists[0])
		return 0;
	number = xlsx_write_list(wr->w, title, items, count);
	wr->lists[wr->list_count].of = of;
	wr->lists[wr->list_count++].number = number;
	return number;
}

static unsigned choices(struct writing *wr, const struct choice_list *l)
{
	struct bytes *items = arena_array(&wr->a, l->count + 1, sizeof *items);
	size_t i;

	if (items == NULL || known_list(wr, l) != 0)
		return known_list(wr, l);
	for (i = 0; i < l->count; i++)
		items[i] = bytes_str(label_in(&l->choices[i].label, wr->o->lang));
	return add_list(wr, l, label_in(&l->label, wr->o->lang), items, l->count);
}

static unsigned yes_no(struct writing *wr)
{
	static const char of_bools;
	const struct bytes items[] = { bytes_str(text(wr, "Có", "yes")),
				       bytes_str(text(wr, "Không", "no")) };
	unsigned known = known_list(wr, &of_bools);

	return known != 0 ? known :
			    add_list(wr, &of_bools, text(wr, "Có, không", "Yes, no"), items, 2);
}

/* Records that a reference may name: "Trần Thị Mẫu [k3f7q]". */
static int offer(struct writing *wr, const char *type, struct bytes *items, size_t *count)
{
	struct query_options o = { .lang = wr->o->lang, .stream = wr->o->stream,
				   .type = bytes_str(type), .by_name = true,
				   .reader = wr->o->reader, .reader_unit = wr->o->reader_unit,
				   .limit = OFFERED_MAX };
	json_t *list = NULL, *j;
	size_t i;
	int code;

	if (strcmp(type, "*") == 0)
		return 0;
	if (schema_type_by_code(wr->s, o.type)->district)
		o.stream = 0;
	code = query_list(wr->r, &o, &list, wr->e);
	if (code != 0)
		return code;
	json_array_foreach(json_object_get(list, "records"), i, j) {
		struct buf b;

		if (*count == OFFERED_MAX)
			break;
		buf_init(&b, TEXT_MAX);
		buf_printf(&b, "%s [%s]", json_string_value(json_object_get(j, "title")),
			   json_string_value(json_object_get(j, "short")));
		items[(*count)++] = bytes_str(kept(wr, &b));
	}
	json_decref(list);
	return 0;
}

static int records(struct writing *wr, const struct field *f, unsigned *list)
{
	struct bytes *items = arena_array(&wr->a, OFFERED_MAX, sizeof *items);
	size_t count = 0, i;
	int code = 0;

	if (items == NULL)
		return err_set(wr->e, ERR_NOMEM, "template");
	for (i = 0; i < f->target_count && code == 0; i++)
		code = offer(wr, f->targets[i], items, &count);
	if (code == 0)
		*list = add_list(wr, f, label_in(&f->label, wr->o->lang), items, count);
	return code;
}

/* Lists must be there before the sheet that uses them. */
static int column_of(struct writing *wr, const struct form_table *t,
		     const struct form_column *c, struct xlsx_column *out)
{
	const struct field *f = c->field;
	struct buf b;

	*out = (struct xlsx_column){ .title = heading(wr, t, c), .hint = hint(wr, t, c) };
	buf_init(&b, FORM_CODE_MAX);
	form_code(t, c, &b);
	out->code = kept(wr, &b);
	if (c->kind == COLUMN_ID)
		out->width = WIDTH_ID;
	if (c->kind != COLUMN_FIELD)
		return 0;
	switch (f->kind) {
	case FIELD_CHOICE:
		out->list = choices(wr, f->list);
		return 0;
	case FIELD_SET:
		/* Several in one cell: no list drops down, but it can be looked at. */
		choices(wr, f->list);
		return 0;
	case FIELD_BOOL:
		out->list = yes_no(wr);
		return 0;
	case FIELD_REF:
		out->open = true;
		return records(wr, f, &out->list);
	case FIELD_INT:
	case FIELD_MONEY:
		out->kind = XLSX_WHOLE;
		return 0;
	case FIELD_DECIMAL:
		out->kind = XLSX_DECIMAL;
		return 0;
	default:
		return 0;
	}
}

static int write_table(struct writing *wr, const struct form_table *t)
{
	struct xlsx_sheet sheet = { .name = sheet_name(wr, t), .count = t->count,
				    .landscape = true, .entry_rows = ENTRY_ROWS };
	struct xlsx_column *columns = arena_array(&wr->a, t->count, sizeof *columns);
	size_t i;
	int code = columns == NULL ? err_set(wr->e, ERR_NOMEM, "template") : 0;

	for (i = 0; i < t->count && code == 0; i++)
		code = column_of(wr, t, &t->columns[i], &columns[i]);
	sheet.columns = columns;
	if (code == 0)
		xlsx_write_sheet(wr->w, &sheet);
	return code;
}

static void line(struct writing *wr, bool bold, const char *s)
{
	xlsx_write_row(wr->w, bold);
	xlsx_write_text(wr->w, bytes_str(s));
}

static void write_general(struct writing *wr)
{
	static const struct label lines[] = {
		{ "Mỗi dòng là một hồ sơ. Dấu * là bắt buộc, dấu (*) là bắt buộc trong một số trường hợp.",
		  "One record a line. Columns with * are required, with (*) in some cases." },
		{ "Ngày ghi ngày/tháng/năm, ví dụ 01/03/2026. Tiền tính bằng đồng. Gõ bằng phông Unicode.",
		  "Dates are day/month/year, such as 01/03/2026. Money is in VND. Type in Unicode." },
		{ "Không sửa dòng ẩn dưới dòng tiêu đề. Cột không dùng thì để trống.",
		  "Leave the hidden row below the headings as it is. What is not used stays empty." },
		{ "Cột Mã hồ sơ: để trống khi nhập mới; tệp xuất ra đã có mã thì giữ nguyên.",
		  "Record id: empty for new records; in files that were exported, keep it as it is." },
		{ "Xong thì kiểm tra bằng dongbo import TỆP --dry-run, rồi nhập bằng dongbo import TỆP.",
		  "Then check it with dongbo import FILE --dry-run, and enter it with dongbo import FILE." },
	};
	static const struct label rows[] = {
		{ "Danh sách kèm theo hồ sơ nằm ở các trang riêng, mỗi danh sách một trang.",
		  "The lists of a record stand on sheets of their own." },
		{ "Cột Thuộc STT ở đó ghi số thứ tự của hồ sơ mà dòng ấy thuộc về.",
		  "\"Belongs to no.\" is the number of the record that a line there is part of." },
	};
	size_t i;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
		line(wr, false, label_in(&lines[i], wr->o->lang));
	for (i = 0; wr->form.count > 1 && i < sizeof rows / sizeof rows[0]; i++)
		line(wr, false, label_in(&rows[i], wr->o->lang));
}

/* A choice a line: they are what people look up. */
static void write_choices(struct writing *wr, const struct choice_list *l)
{
	size_t i;

	for (i = 0; i < l->count; i++) {
		struct buf b;

		buf_init(&b, TEXT_MAX);
		buf_printf(&b, "        – %s", label_in(&l->choices[i].label, wr->o->lang));
		line(wr, false, kept(wr, &b));
	}
}

static void write_column(struct writing *wr, const struct form_table *t,
			 const struct form_column *c)
{
	const struct field *f = c->field;
	struct buf b;

	buf_init(&b, TEXT_MAX);
	form_heading(t, c, wr->o->lang, &b);
	if (c->kind == COLUMN_FIELD && f->required)
		buf_add(&b, bytes_str(text(wr, " (bắt buộc)", " (required)")));
	else if (c->kind == COLUMN_FIELD && f->required_if != NULL)
		buf_add(&b, bytes_str(text(wr, " (bắt buộc trong một số trường hợp)",
					   " (required in some cases)")));
	if (c->kind == COLUMN_FIELD && f->list != NULL)
		buf_add(&b, bytes_str(f->kind == FIELD_SET ?
					      text(wr, ": chọn nhiều, cách nhau bằng dấu ; trong",
						   ": any of, with ; between them") :
					      text(wr, ": chọn một trong", ": one of")));
	else
		buf_printf(&b, ": %s", hint(wr, t, c));
	line(wr, false, kept(wr, &b));
	if (c->kind == COLUMN_FIELD && f->list != NULL)
		write_choices(wr, f->list);
}

static void write_guide(struct writing *wr)
{
	struct xlsx_sheet sheet = { .name = text(wr, "Hướng dẫn", "How to fill it in"),
				    .title = label_in(&wr->form.tables[0].type->label, wr->o->lang) };
	size_t i, k;

	xlsx_write_sheet(wr->w, &sheet);
	write_general(wr);
	for (i = 0; i < wr->form.count; i++) {
		const struct form_table *t = &wr->form.tables[i];
		struct buf b;

		buf_init(&b, TEXT_MAX);
		buf_printf(&b, text(wr, "Trang %s", "Sheet %s"), sheet_name(wr, t));
		line(wr, true, kept(wr, &b));
		for (k = 0; k < t->count; k++)
			write_column(wr, t, &t->columns[k]);
	}
}

static int write_all(struct writing *wr, struct buf *out)
{
	size_t i;
	int code = 0;

	for (i = 0; i < wr->form.count && code == 0; i++)
		code = write_table(wr, &wr->form.tables[i]);
	if (code != 0)
		return code;
	write_guide(wr);
	return xlsx_write_finish(wr->w, out, wr->e);
}

int template_write(struct replica *r, const struct schema *s, const struct type *t,
		   const struct template_options *o, struct buf *out, struct err *e)
{
	struct writing wr = { .r = r, .s = s, .o = o, .e = e };
	int code;

	if (t->row || (t->edit & o->role) == 0)
		return err_set(e, t->row ? ERR_WRONG_TYPE : ERR_NOT_ALLOWED, "%s", t->code);
	arena_init(&wr.a, MEMORY);
	code = form_make(s, t, o->role, true, &wr.a, &wr.form, e);
	if (code == 0)
		code = xlsx_write_new(o->created, text(&wr, "Danh mục", "Lists"), &wr.w, e);
	if (code == 0)
		code = write_all(&wr, out);
	xlsx_write_free(wr.w);
	arena_release(&wr.a);
	return code;
}
