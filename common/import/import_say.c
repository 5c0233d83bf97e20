/* What an import says to people: places, complaints, what was found, what became of it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "common/import/import_words.h"
#include "common/text/sentence.h"

enum { SENTENCE_MAX = 16384, QUOTED_MAX = 60 };

static void put(struct import *im, json_t *object, const char *key, json_t *v)
{
	if (json_object_set_new(object, key, v) != 0)
		im->failed = true;
}

static void add(struct import *im, json_t *array, json_t *v)
{
	if (json_array_append_new(array, v) != 0)
		im->failed = true;
}

static const char *field_label(const struct import *im, const struct import_column *c)
{
	return label_in(&c->field->label, im->o.lang);
}

/* "D" */
static void put_letters(const struct import_column *c, struct buf *out)
{
	sheet_column_put(c->at, out);
}

void import_place(const struct import *im, const struct import_table *t, uint32_t number,
		  const struct import_column *c, struct buf *out)
{
	size_t before = out->len;

	if (t != NULL && im->table_count > 1)
		buf_printf(out, IMPORT_TEXT(im, "trang %.*s", "sheet %.*s"), (int)t->sheet.name.len,
			   (const char *)t->sheet.name.at);
	if (number > 0)
		buf_printf(out, IMPORT_TEXT(im, "%sdòng %u", "%sline %u"),
			   out->len > before ? ", " : "", number);
	if (c == NULL)
		return;
	buf_printf(out, IMPORT_TEXT(im, "%scột ", "%scolumn "), out->len > before ? ", " : "");
	put_letters(c, out);
	if (c->kind == COLUMN_FIELD && c->field != NULL)
		buf_printf(out, " (%s)", field_label(im, c));
	else if (c->heading.len > 0)
		buf_printf(out, " (%.*s)", (int)(c->heading.len > 100 ? 100 : c->heading.len),
			   (const char *)c->heading.at);
}

/* The sentence with its place in front, and what programs want to know. */
static void complain(struct import *im, const struct import_table *t, uint32_t number,
		     const struct import_column *c, int code, struct bytes sentence)
{
	json_t *bad = json_object_get(im->result, "bad"), *j;
	struct buf text;

	if (++im->bad_count > IMPORT_BAD_MAX)
		return;
	j = json_object();
	buf_init(&text, SENTENCE_MAX * 2);
	import_place(im, t, number, c, &text);
	if (text.len > 0)
		buf_add(&text, bytes_str(": "));
	buf_add(&text, sentence);
	if (t != NULL && t->sheet.name.len > 0)
		put(im, j, "sheet", query_text(t->sheet.name));
	put(im, j, "line", json_integer(number));
	put(im, j, "code", json_string(err_name(code)));
	if (c != NULL && c->field != NULL)
		put(im, j, "field", json_string(c->field->code));
	put(im, j, "sentence", query_text(buf_view(&text)));
	if (c != NULL) {
		buf_clear(&text);
		put_letters(c, &text);
		put(im, j, "column", query_text(buf_view(&text)));
	}
	add(im, bad, j);
	buf_release(&text);
}

static void format(struct buf *out, const char *fmt, va_list args)
{
	char text[SENTENCE_MAX / 2];

	vsnprintf(text, sizeof text, fmt, args);
	buf_add(out, bytes_str(text));
}

void import_bad(struct import *im, const struct import_table *t, uint32_t number,
		const struct import_column *c, int code, const char *fmt, ...)
{
	struct buf text;
	va_list args;

	buf_init(&text, SENTENCE_MAX);
	va_start(args, fmt);
	format(&text, fmt, args);
	va_end(args);
	complain(im, t, number, c, code, buf_view(&text));
	buf_release(&text);
}

/* At most so many bytes, between letters. */
static struct bytes shortened(struct bytes s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max > 0 && (s.at[max] & 0xc0) == 0x80)
		max--;
	return (struct bytes){ s.at, max };
}

void import_bad_value(struct import *im, const struct import_table *t, uint32_t number,
		      const struct import_column *c, struct bytes text, const struct err *e)
{
	struct bytes shown = shortened(text, QUOTED_MAX);
	struct err named = { .code = e->code };
	struct buf form, sentence;

	/* What is personal is not repeated where others may look. */
	if (c->field->personal)
		snprintf(named.subject, sizeof named.subject, "%s", field_label(im, c));
	else
		snprintf(named.subject, sizeof named.subject, "“%.*s%s”", (int)shown.len,
			 (const char *)shown.at, shown.len < text.len ? "…" : "");
	buf_init(&form, SENTENCE_MAX);
	buf_init(&sentence, SENTENCE_MAX);
	form_hint(im->s, c->field, im->o.lang, &form);
	sentence_entry(&named, buf_view(&form), im->o.lang, &sentence);
	complain(im, t, number, c, e->code, buf_view(&sentence));
	buf_release(&form);
	buf_release(&sentence);
}

void import_verdict(const struct import *im, const struct type *t, const struct verdict *v,
		    struct buf *out)
{
	sentence_verdict(v, im->s, t, im->o.lang, out);
}

void import_note(struct import *im, json_t *into, const char *list, const char *fmt, ...)
{
	struct buf text;
	va_list args;

	buf_init(&text, SENTENCE_MAX);
	va_start(args, fmt);
	format(&text, fmt, args);
	va_end(args);
	add(im, json_object_get(into, list), query_text(buf_view(&text)));
	buf_release(&text);
}

/* The same with a column's place in front. */
static void note_at(struct import *im, json_t *into, const char *list,
		    const struct import_table *t, const struct import_column *c,
		    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
static void note_at(struct import *im, json_t *into, const char *list,
		    const struct import_table *t, const struct import_column *c,
		    const char *fmt, ...)
{
	struct buf text;
	va_list args;

	buf_init(&text, SENTENCE_MAX);
	import_place(im, t, 0, c, &text);
	buf_add(&text, bytes_str(": "));
	va_start(args, fmt);
	format(&text, fmt, args);
	va_end(args);
	add(im, json_object_get(into, list), query_text(buf_view(&text)));
	buf_release(&text);
}

int import_tell_record(struct import *im, const struct import_line *l, struct rid id, bool fresh,
		       const struct op *ops, size_t count)
{
	struct query_options o = { .lang = im->o.lang };
	struct query q = { .r = im->r, .schema = im->s, .o = &o, .a = &im->row, .e = im->e };
	json_t *records = json_object_get(im->result, "records"), *fields, *j;
	struct record rec;
	struct buf title;
	size_t i, k;
	int code;

	if (json_array_size(records) >= IMPORT_RECORDS_MAX)
		return 0;
	code = query_record(im->r, im->stream, id, &im->row, &rec, im->e);
	if (code != 0)
		return code;
	buf_init(&title, SENTENCE_MAX);
	query_title(&q, im->stream, &rec, &title);
	fields = json_array();
	for (i = 0; i < count && !fresh; i++) {
		const struct type *t = schema_type(im->s, ops[i].type);
		const struct field *f = t == NULL ? NULL : type_field(t, ops[i].field);
		const char *label = f == NULL ? NULL : label_in(&f->label, im->o.lang);

		for (k = 0; label != NULL && k < json_array_size(fields); k++)
			if (strcmp(json_string_value(json_array_get(fields, k)), label) == 0)
				break;
		if (label != NULL && k == json_array_size(fields))
			add(im, fields, json_string(label));
	}
	j = json_object();
	put(im, j, "line", json_integer(l->row->number));
	put(im, j, "what", json_string(fresh ? "new" : "changed"));
	put(im, j, "id", query_full(im->stream, id));
	put(im, j, "title", query_text(buf_view(&title)));
	put(im, j, "fields", fields);
	add(im, records, j);
	buf_release(&title);
	return 0;
}

static json_t *column_json(struct import *im, const struct import_table *t,
			   const struct import_column *c)
{
	static const char *const how[] = { "none", "near", "label", "code" };
	struct form_column of = { c->kind, c->field };
	struct form_table table = { .type = t->type };
	json_t *j = json_object();
	struct buf text;

	buf_init(&text, 4096);
	put_letters(c, &text);
	put(im, j, "column", query_text(buf_view(&text)));
	put(im, j, "heading", query_text(c->heading));
	put(im, j, "how", json_string(how[c->how]));
	if (c->how != HOW_NONE) {
		buf_clear(&text);
		form_heading(&table, &of, im->o.lang, &text);
		put(im, j, "code", c->kind == COLUMN_FIELD ? json_string(c->field->code) :
							     json_null());
		put(im, j, "field", query_text(buf_view(&text)));
	}
	buf_release(&text);
	return j;
}

static json_t *table_json(struct import *im, const struct import_table *t)
{
	json_t *j = json_object(), *columns = json_array();
	size_t i;

	for (i = 0; i < t->count; i++)
		if (t->columns[i].heading.len > 0 || t->columns[i].filled ||
		    t->columns[i].how != HOW_NONE)
			add(im, columns, column_json(im, t, &t->columns[i]));
	put(im, j, "sheet", query_text(t->sheet.name));
	put(im, j, "type", json_string(t->type->code));
	put(im, j, "label", json_string(label_in(&t->type->label, im->o.lang)));
	put(im, j, "rows", json_integer((json_int_t)(t->sheet.count - t->first)));
	put(im, j, "columns", columns);
	return j;
}

static void note_font(struct import *im, const struct import_table *t,
		      const struct import_column *c)
{
	static const char *const examples[] = { "", " (.VnTime)", " (VNI-Times)", "" };

	if (c->font > OLDFONT_NONE && c->font < OLDFONT_COUNT)
		note_at(im, im->found, "notes", t, c,
			IMPORT_TEXT(im, "viết bằng phông %s%s, được chuyển sang Unicode.",
				    "is written in %s%s, and is changed to Unicode."),
			oldfont_name(c->font), examples[c->font]);
}

/* Numbers where texts are wanted: how many, and how many of those lack one digit. */
static void note_numbers(struct import *im, const struct import_table *t,
			 const struct import_column *c)
{
	size_t i, numbers = 0, lost = 0;

	if (c->how == HOW_NONE || c->kind != COLUMN_FIELD || c->field->kind != FIELD_TEXT)
		return;
	for (i = t->first; i < t->sheet.count; i++) {
		struct cell cell = sheet_cell(&t->sheet.rows[i], c->at);

		numbers += cell.kind == CELL_NUMBER;
		lost += cell.kind == CELL_NUMBER && cell.text.len + 1 == c->field->digits;
	}
	if (lost > 0)
		note_at(im, im->found, "doubts", t, c,
			IMPORT_TEXT(im, "%zu ô là số nên đã mất số 0 ở đầu; số 0 được thêm lại.",
				    "%zu cells are numbers and have lost a leading zero; it is put back."),
			lost);
	else if (numbers > 0 && c->field->digits == 0)
		note_at(im, im->found, "notes", t, c,
			IMPORT_TEXT(im, "%zu ô là số, không phải chữ; nếu có số 0 ở đầu thì đã mất.",
				    "%zu cells are numbers, not text; a leading zero would be lost."),
			numbers);
}

static void note_column(struct import *im, const struct import_table *t,
			const struct import_column *c)
{
	if (c->how == HOW_NONE && (c->heading.len > 0 || c->filled))
		note_at(im, im->found, "notes", t, c,
			IMPORT_TEXT(im, "không dùng, biểu mẫu không có mục nào tên như vậy.",
				    "is not used: the form has no field of that name."));
	else if (c->how == HOW_NEAR)
		note_at(im, im->found, "doubts", t, c,
			IMPORT_TEXT(im, "tiêu đề trong tệp là “%.*s”.",
				    "the heading in the file is \"%.*s\"."),
			(int)c->heading.len, (const char *)c->heading.at);
	else if (c->how != HOW_NONE && c->kind == COLUMN_FIELD && c->field->derived != NULL)
		note_at(im, im->found, "notes", t, c,
			IMPORT_TEXT(im, "được tính ra nên không nhập.",
				    "is worked out, and not imported."));
	if (c->how != HOW_NONE)
		note_font(im, t, c);
	note_numbers(im, t, c);
}

static bool has_field(const struct import_table *t, const struct field *f)
{
	size_t i;

	for (i = 0; i < t->field_columns; i++)
		if (t->columns[t->by_field[i]].field == f)
			return true;
	return false;
}

/* The n-th field of the pack's order. */
static const struct field *in_place(const struct type *t, size_t n)
{
	size_t i;

	for (i = 0; i < t->field_count && t->fields[i].place != n; i++)
		;
	return &t->fields[i < t->field_count ? i : 0];
}

/* What new records must have, and no column is there for. A file with ids is about
 * records that exist. */
static void note_missing(struct import *im, const struct import_table *t)
{
	struct buf names;
	size_t i;

	if (t->depth > 0 || (t->id != NULL && t->id->filled))
		return;
	buf_init(&names, SENTENCE_MAX / 4);
	for (i = 0; i < t->type->field_count; i++) {
		const struct field *f = in_place(t->type, i);

		if (f->required && f->derived == NULL && f->reg == NULL && !f->only_in &&
		    f->kind != FIELD_LIST && !has_field(t, f))
			buf_printf(&names, "%s%s", names.len > 0 ? "; " : "",
				   label_in(&f->label, im->o.lang));
	}
	if (names.len > 0)
		import_note(im, im->found, "doubts",
			    IMPORT_TEXT(im, "tệp không có cột cho mục bắt buộc: %.*s. Có thể bổ sung sau khi nhập.",
					"the file has no column for what is required: %.*s. It can be entered "
					"later."), (int)names.len, (const char *)names.at);
	buf_release(&names);
}

/* "Đơn vị tính: triệu đồng" above a table with amounts. */
static void note_units(struct import *im, struct import_table *t)
{
	size_t i, k;
	bool money = false;

	for (i = 0; i < t->field_columns; i++)
		money |= t->columns[t->by_field[i]].field->kind == FIELD_MONEY;
	for (i = 0; money && i + 1 < t->first && i < t->sheet.count; i++)
		for (k = 0; k < t->sheet.rows[i].count; k++) {
			struct import_words w;
			struct bytes text;

			if (import_text(im, t, NULL, &t->sheet.rows[i].cells[k], &im->arena, &text) != 0)
				continue;
			import_words(text, &im->arena, &w);
			if (!import_words_have(&w, "dong") ||
			    (!import_words_have(&w, "trieu") && !import_words_have(&w, "nghin") &&
			     !import_words_have(&w, "ngan")))
				continue;
			import_note(im, im->found, "doubts",
				    IMPORT_TEXT(im, "dòng %u của tệp ghi “%.*s”: số tiền được nhập đúng như đã ghi, "
						    "tính bằng đồng.",
						"line %u of the file says \"%.*s\": amounts are taken as they stand, "
						"in VND."), t->sheet.rows[i].number, (int)text.len,
				    (const char *)text.at);
			return;
		}
}

int import_tell_found(struct import *im)
{
	json_t *tables = json_object_get(im->found, "tables");
	size_t i, k;

	for (i = 0; i < im->table_count; i++) {
		struct import_table *t = &im->tables[i];

		add(im, tables, table_json(im, t));
		for (k = 0; k < t->count; k++)
			note_column(im, t, &t->columns[k]);
		if (t->depth == 0 && t->first >= t->sheet.count)
			import_note(im, im->found, "notes", "%s",
				    IMPORT_TEXT(im, "dưới dòng tiêu đề không có dòng nào.",
						"there is nothing below the line of headings."));
		note_missing(im, t);
		note_units(im, t);
		if (t->sheet.code_page && oldfont_column(&t->says) == OLDFONT_NONE)
			import_note(im, im->found, "doubts", "%s",
				    IMPORT_TEXT(im, "tệp không phải Unicode (UTF-8), và không rõ viết bằng phông "
						    "nào: chữ có dấu có thể sai.",
						"the file is not in Unicode (UTF-8), and its font is not known: "
						"accented letters may be wrong."));
	}
	put(im, im->found, "type", json_string(im->type->code));
	put(im, im->found, "label", json_string(label_in(&im->type->label, im->o.lang)));
	return im->failed ? err_set(im->e, ERR_NOMEM, "import") : 0;
}

void import_tell_cells(struct import *im)
{
	size_t i, k;

	for (i = 0; i < im->table_count; i++)
		for (k = 0; k < im->tables[i].count; k++) {
			const struct import_table *t = &im->tables[i];
			const struct import_column *c = &t->columns[k];

			if (c->converted > 0 && c->font == OLDFONT_NONE)
				note_at(im, im->result, "notes", t, c,
					IMPORT_TEXT(im, "%zu ô viết bằng phông cũ đã được chuyển sang Unicode.",
						    "%zu cells in a font of old were changed to Unicode."),
					c->converted);
			if (c->composed > 0)
				note_at(im, im->result, "notes", t, c,
					IMPORT_TEXT(im, "%zu ô viết bằng Unicode tổ hợp đã được chuyển sang "
							"dựng sẵn.",
						    "%zu cells in decomposed Unicode were composed."),
					c->composed);
		}
	if (im->incomplete > 0)
		import_note(im, im->result, "notes",
			    IMPORT_TEXT(im, "%lld hồ sơ mới còn thiếu mục bắt buộc: bổ sung trước khi trình.",
					"%lld new records still lack something required: complete them before they "
					"are submitted."), (long long)im->incomplete);
}
