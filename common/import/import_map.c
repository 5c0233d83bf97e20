/* Sheets into tables: where the headings are, and which field each column is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "common/import/import_words.h"
#include "common/sheet/xlsx_read.h"
#include "common/text/text.h"

enum { HEAD_ROWS = 30, NOT_FOUND = -1 };

/* The names that fields of a type go by. */
struct naming {
	const struct field *field;
	struct import_words words;
};
struct namings {
	struct naming *list;
	size_t count;
};

static int name_fields(struct import *im, const struct type *t, struct namings *out)
{
	size_t i, k, n = 0;

	for (i = 0; i < t->field_count; i++)
		n += 3 + t->fields[i].also_count;
	out->list = arena_array(&im->arena, n + 1, sizeof *out->list);
	out->count = 0;
	if (out->list == NULL)
		return err_set(im->e, ERR_NOMEM, "headings");
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *const own[] = { f->label.vi, f->label.en, f->code };

		if (f->kind == FIELD_LIST || f->kind == FIELD_BYTES)
			continue;
		for (k = 0; k < 3 + f->also_count; k++) {
			struct naming *one = &out->list[out->count++];

			one->field = f;
			import_words(bytes_str(k < 3 ? own[k] : f->also[k - 3]), &im->arena,
				     &one->words);
		}
	}
	return 0;
}

static bool is_running_number(struct import *im, const struct import_words *w)
{
	static const char *const names[] = { "stt", "tt", "so tt", "so thu tu", "no" };
	struct import_words name;
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		import_words(bytes_str(names[i]), &im->arena, &name);
		if (import_words_fit(w, &name) == IMPORT_SAME)
			return true;
	}
	return false;
}

/* The code at the end of a heading: "Đến ngày [method_to]", "Mã hồ sơ [staff.#id]". */
static struct bytes code_in(struct bytes heading)
{
	size_t from = heading.len;

	if (heading.len == 0 || heading.at[heading.len - 1] != ']')
		return BYTES_NONE;
	while (from > 0 && heading.at[from - 1] != '[')
		from--;
	return from == 0 ? BYTES_NONE :
			   (struct bytes){ heading.at + from, heading.len - from - 1 };
}

static bool by_code(struct import *im, const struct type *t, struct bytes heading,
		    struct import_column *c)
{
	struct bytes code = code_in(heading);
	struct form_place p;

	if (form_parse(im->s, code, &p) && p.type == t) {
		c->kind = p.kind;
		c->field = p.field;
		c->version = p.version;
		return true;
	}
	c->kind = COLUMN_FIELD;
	c->field = type_field_by_code(t, code.len > 0 ? code : heading);
	return c->field != NULL && c->field->kind != FIELD_LIST;
}

/* Finds the field of a heading: the one that fits best, if there is one only. */
static void recognise(struct import *im, const struct namings *names, const struct type *t,
		      struct import_column *c)
{
	struct import_words words;
	const struct field *best = NULL;
	int most = IMPORT_NEAR - 1;
	bool tie = false;
	size_t i;

	c->how = HOW_NONE;
	c->field = NULL;
	if (c->heading.len == 0)
		return;
	if (by_code(im, t, c->heading, c)) {
		c->how = HOW_CODE;
		return;
	}
	c->field = NULL;
	import_words(c->heading, &im->arena, &words);
	for (i = 0; i < names->count; i++) {
		int fit = import_words_fit(&words, &names->list[i].words);

		if (fit < most || (fit == most && names->list[i].field == best))
			continue;
		tie = fit == most && most >= IMPORT_NEAR;
		best = names->list[i].field;
		most = fit;
	}
	if (most >= IMPORT_NEAR && !tie) {
		c->field = best;
		c->how = most >= IMPORT_FIT ? HOW_LABEL : HOW_NEAR;
	} else if (is_running_number(im, &words)) {
		c->kind = COLUMN_NUMBER;
		c->how = HOW_LABEL;
	}
}

/* Reads a row as headings; how well it does as such. */
static int read_headings(struct import *im, struct import_table *t, size_t row,
			 const struct namings *names, struct import_column *columns, int *score)
{
	const struct sheet_row *r = &t->sheet.rows[row];
	size_t i;
	int code = 0;

	*score = 0;
	for (i = 0; i < r->count && code == 0; i++) {
		struct import_column *c = &columns[i];

		*c = (struct import_column){ .at = (uint32_t)i };
		code = import_text(im, t, NULL, &r->cells[i], &im->arena, &c->heading);
		if (code == ERR_BAD_UTF8)
			code = 0;
		if (code == 0)
			recognise(im, names, t->type, c);
		*score += c->how == HOW_NEAR || c->kind != COLUMN_FIELD ? 1 :
			  c->how == HOW_NONE ? 0 : 4;
	}
	return code;
}

/* The line that does best as headings, among the first ones. */
static int find_headings(struct import *im, struct import_table *t)
{
	struct import_column *now = arena_array(&im->arena, t->sheet.columns + 1u, sizeof *now);
	struct import_column *best = arena_array(&im->arena, t->sheet.columns + 1u, sizeof *best);
	struct namings names;
	size_t i;
	int most = 1, score, code = name_fields(im, t->type, &names);

	if (now == NULL || best == NULL)
		return err_set(im->e, ERR_NOMEM, "headings");
	for (i = 0; i < t->sheet.count && i < HEAD_ROWS && code == 0; i++) {
		code = read_headings(im, t, i, &names, now, &score);
		if (code != 0 || score <= most)
			continue;
		most = score;
		memcpy(best, now, t->sheet.columns * sizeof *best);
		t->count = t->sheet.rows[i].count;
		t->first = i + 1;
	}
	t->columns = best;
	return code;
}

/* Whether a row holds codes of templates and nothing else; of which table. */
static bool is_code_row(struct import *im, const struct sheet_row *r, struct form_place *first)
{
	struct form_place p;
	size_t i, found = 0;

	for (i = 0; i < r->count; i++) {
		if (r->cells[i].kind == CELL_EMPTY)
			continue;
		if (r->cells[i].kind != CELL_TEXT || !form_parse(im->s, r->cells[i].text, &p) ||
		    (found > 0 && p.type != first->type))
			return false;
		if (found++ == 0)
			*first = p;
	}
	return found > 0;
}

/* Codes may stand in the line of headings, too: the lower one counts. */
static int find_codes(struct import *im, const struct import_table *t, struct form_place *p)
{
	struct form_place next;
	size_t i;

	for (i = 0; i < t->sheet.count && i < HEAD_ROWS; i++) {
		if (!is_code_row(im, &t->sheet.rows[i], p))
			continue;
		while (i + 1 < t->sheet.count && is_code_row(im, &t->sheet.rows[i + 1], &next))
			i++;
		return (int)i;
	}
	return NOT_FOUND;
}

/* Columns of a sheet with codes; those that somebody added go by their headings. */
static int take_codes(struct import *im, struct import_table *t, size_t row)
{
	const struct sheet_row *codes = &t->sheet.rows[row];
	const struct sheet_row *heads = row > 0 ? &t->sheet.rows[row - 1] : codes;
	size_t i, n = heads->count > codes->count ? heads->count : codes->count;
	struct namings names;
	struct form_place p;
	int code = name_fields(im, t->type, &names);

	t->first = row + 1;
	t->count = n;
	t->columns = arena_array(&im->arena, n + 1, sizeof *t->columns);
	if (t->columns == NULL)
		return err_set(im->e, ERR_NOMEM, "headings");
	for (i = 0; i < n && code == 0; i++) {
		struct import_column *c = &t->columns[i];
		struct cell head = sheet_cell(heads, (uint32_t)i), cell = sheet_cell(codes, (uint32_t)i);

		c->at = (uint32_t)i;
		code = import_text(im, t, NULL, &head, &im->arena, &c->heading);
		if (form_parse(im->s, cell.text, &p)) {
			c->how = HOW_CODE;
			c->kind = p.kind;
			c->field = p.field;
			c->version = p.version;
		} else if (code == 0) {
			recognise(im, &names, t->type, c);
		}
	}
	return code;
}

/* "(1) (2) (3)..." or "1 2 3..." or "A B C..." below the headings. */
static bool is_numbering(const struct sheet_row *r)
{
	size_t i, n = 0;
	char plain[16], letter[4] = "A";

	for (i = 0; i < r->count; i++) {
		struct bytes s = r->cells[i].text;

		if (r->cells[i].kind == CELL_EMPTY)
			continue;
		while (s.len > 0 && (*s.at == '(' || *s.at == ' ')) {
			s.at++;
			s.len--;
		}
		while (s.len > 0 && (s.at[s.len - 1] == ')' || s.at[s.len - 1] == ' '))
			s.len--;
		snprintf(plain, sizeof plain, "%zu", n + 1);
		letter[0] = (char)('A' + n % 26);
		if (!bytes_equal(s, bytes_str(plain)) && !bytes_equal(s, bytes_str(letter)))
			return false;
		n++;
	}
	return n >= 3;
}

static int refuse(struct import *im, struct import_table *t, const struct import_column *c,
		  struct buf *said, const char *text)
{
	if (said != NULL) {
		import_place(im, t, 0, c, said);
		buf_printf(said, "%s%s", said->len > 0 ? ": " : "", text);
	}
	return err_set(im->e, ERR_BAD_INPUT, "%s",
		       c != NULL && c->field != NULL ? c->field->code : t->type->code);
}

/* Two columns for one field: the surer one; guesses give way. */
static int settle_twice(struct import *im, struct import_table *t, struct import_column *a,
			struct import_column *b, struct buf *said)
{
	if (a->how == b->how && a->how != HOW_NEAR)
		return refuse(im, t, b, said, IMPORT_TEXT(im, "có hai cột cùng là mục này. Xóa hoặc đổi tên "
							     "một cột rồi nhập lại.",
							  "two columns are this field. Remove or rename one "
							  "of them and import again."));
	if (a->how <= b->how)
		a->how = HOW_NONE;
	if (b->how <= a->how || b->how == HOW_NEAR)
		b->how = HOW_NONE;
	return 0;
}

/* An amount in millions would be wrong by as much. */
static int ask_unit(struct import *im, struct import_table *t, struct import_column *c,
		    struct buf *said)
{
	static const char *const units[] = { "trieu", "nghin", "ngan", "ty", "tr", "1000", "million",
					     "millions", "thousand", "thousands" };
	struct import_words w;
	size_t i;

	if (c->how == HOW_CODE || c->field == NULL || c->field->kind != FIELD_MONEY)
		return 0;
	import_words(c->heading, &im->arena, &w);
	for (i = 0; i < sizeof units / sizeof units[0]; i++)
		if (import_words_beside(&w, units[i]))
			return refuse(im, t, c, said,
				      IMPORT_TEXT(im, "cột này không tính bằng đồng. Đổi số tiền ra đồng và "
						  "sửa tiêu đề rồi nhập lại.",
						  "this column is not in VND. Change its amounts and its "
						  "heading, then import again."));
	return 0;
}

static int compare_fields(const void *a, const void *b)
{
	const struct import_column *const *x = a, *const *y = b;

	return (*x)->field->number < (*y)->field->number ? -1 :
	       (*x)->field->number > (*y)->field->number;
}

/* Special columns, and the order of the fields. */
static int sort_columns(struct import *im, struct import_table *t)
{
	const struct import_column **order = arena_array(&im->arena, t->count + 1, sizeof *order);
	size_t i;

	t->by_field = arena_array(&im->arena, t->count + 1, sizeof *t->by_field);
	if (order == NULL || t->by_field == NULL)
		return err_set(im->e, ERR_NOMEM, "columns");
	for (i = 0; i < t->count; i++) {
		struct import_column *c = &t->columns[i];

		if (c->how == HOW_NONE)
			continue;
		if (c->kind == COLUMN_FIELD)
			order[t->field_columns++] = c;
		else
			*(c->kind == COLUMN_ID ? &t->id : c->kind == COLUMN_NUMBER ? &t->number :
			  &t->of) = c;
	}
	t->has_version = t->id != NULL && query_version(t->id->version, &t->seen_seq, &t->seen_own);
	qsort(order, t->field_columns, sizeof *order, compare_fields);
	for (i = 0; i < t->field_columns; i++)
		t->by_field[i] = (uint32_t)(order[i] - t->columns);
	return 0;
}

static int finish_table(struct import *im, struct import_table *t, struct buf *said)
{
	size_t i, k;
	int code = 0;

	for (i = 0; i < t->count && code == 0; i++)
		for (k = 0; k < i && code == 0; k++) {
			struct import_column *a = &t->columns[k], *b = &t->columns[i];

			if (a->how != HOW_NONE && b->how != HOW_NONE && a->kind == b->kind &&
			    a->field == b->field)
				code = settle_twice(im, t, a, b, said);
		}
	for (i = 0; i < t->count && code == 0; i++)
		if (t->columns[i].how != HOW_NONE)
			code = ask_unit(im, t, &t->columns[i], said);
	if (code == 0 && t->first < t->sheet.count && is_numbering(&t->sheet.rows[t->first]))
		t->first++;
	if (code == 0)
		code = sort_columns(im, t);
	if (code == 0 && t->field_columns == 0)
		code = refuse(im, t, NULL, said,
			      IMPORT_TEXT(im, "Không thấy dòng tiêu đề: đầu mỗi cột phải ghi tên mục. Dùng mẫu "
					  "do dongbo template tạo ra.",
					  "There is no line of headings: each column needs the name of its field. "
					  "Use what dongbo template makes."));
	if (code == 0)
		import_fonts_columns(t);
	return code;
}

/* What type the file says that it is: a column of it may carry its code. */
static const struct type *type_told(struct import *im, const struct import_table *t)
{
	struct form_place p;
	size_t i, k;

	for (i = 0; i < t->sheet.count && i < HEAD_ROWS; i++)
		for (k = 0; k < t->sheet.rows[i].count; k++)
			if (form_parse(im->s, code_in(t->sheet.rows[i].cells[k].text), &p) &&
			    p.depth == 0)
				return p.root;
	return NULL;
}

/* Better said once than for every line. */
static bool may_enter(const struct import *im, const struct type *t)
{
	uint64_t by = t->edit;
	size_t i;

	for (i = 0; i < t->field_count; i++)
		by |= t->fields[i].by;
	return im->o.role == 0 || (by & im->o.role) != 0;
}

/* The type of the records, as asked for or told by the file. */
static int choose_type(struct import *im, struct import_table *t, const struct type *told,
		       struct buf *said)
{
	const struct type *asked = schema_type_by_code(im->s, im->o.type);

	if (im->o.type.len > 0 && asked == NULL)
		return err_set(im->e, ERR_NO_TYPE, "%.*s", (int)(im->o.type.len > 80 ? 80 :
			       im->o.type.len), (const char *)im->o.type.at);
	if (asked == NULL && told == NULL && said != NULL)
		buf_add(said, bytes_str(IMPORT_TEXT(im, "Tệp không cho biết là loại hồ sơ nào: thêm --type LOẠI. "
							"Xem các loại: dongbo types.",
						    "The file does not tell which type of record it is: add "
						    "--type TYPE. Types: dongbo types.")));
	if (asked == NULL && told == NULL)
		return err_set(im->e, ERR_USAGE, "--type");
	if (asked != NULL && told != NULL && asked != told)
		return err_set(im->e, ERR_WRONG_TYPE, "%s", told->code);
	im->type = t->type = asked != NULL ? asked : told;
	if (t->type->row)
		return err_set(im->e, ERR_WRONG_TYPE, "%s", t->type->code);
	return may_enter(im, t->type) ? 0 : err_set(im->e, ERR_NOT_ALLOWED, "%s", t->type->code);
}

/* A sheet with codes, of the records or of a list below them. */
static int take_place(struct import *im, struct import_table *t, const struct form_place *p,
		      size_t row)
{
	im->table_count++;
	import_fonts_sheet(t);
	t->type = p->type;
	t->depth = p->depth;
	memcpy(t->lists, p->lists, sizeof t->lists);
	return take_codes(im, t, row);
}

static int read_first(struct import *im, struct import_table *t, struct buf *said)
{
	struct form_place p;
	int code = sheet_read(im->file, im->o.sheet, &im->arena, &t->sheet, im->e), row;

	if (code != 0)
		return code;
	row = find_codes(im, t, &p);
	code = choose_type(im, t, row != NOT_FOUND ? p.root : type_told(im, t), said);
	if (code == 0 && row != NOT_FOUND)
		return take_place(im, t, &p, (size_t)row);
	if (code != 0)
		return code;
	im->table_count++;
	import_fonts_sheet(t);
	return find_headings(im, t);
}

static int read_other(struct import *im, struct bytes name, struct import_table *t)
{
	struct form_place p;
	int code = sheet_read(im->file, name, &im->arena, &t->sheet, im->e), row;

	row = code == 0 ? find_codes(im, t, &p) : NOT_FOUND;
	if (row == NOT_FOUND)
		return code;
	if (p.root == im->type)
		return take_place(im, t, &p, (size_t)row);
	import_note(im, im->found, "notes",
		    IMPORT_TEXT(im, "trang %.*s là của loại hồ sơ khác, không nhập; muốn nhập thì thêm "
				"--sheet.", "the sheet %.*s is of another type and is left out; name it with "
				"--sheet."), (int)name.len, (const char *)name.at);
	return 0;
}

static bool has_codes(const struct import_table *t)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (t->columns[i].how == HOW_CODE)
			return true;
	return false;
}

/* The other sheets of a template: lists of its records. */
static int read_others(struct import *im)
{
	struct bytes *names, first = im->tables[0].sheet.name;
	size_t count, i;
	int code = xlsx_read_names(im->file, &im->arena, &names, &count, im->e);

	for (i = 0; code == 0 && i < count; i++) {
		if (bytes_equal(names[i], first))
			continue;
		if (im->table_count == FORM_TABLES_MAX)
			return err_set(im->e, ERR_LIMIT, "%d", FORM_TABLES_MAX);
		code = read_other(im, names[i], &im->tables[im->table_count]);
	}
	return code;
}

static int compare_depths(const void *a, const void *b)
{
	const struct import_table *x = a, *y = b;

	return x->depth < y->depth ? -1 : x->depth > y->depth;
}

/* Hangs every table below the one that its lines belong to. */
static int link_tables(struct import *im, struct buf *said)
{
	size_t i, k, n;

	qsort(im->tables, im->table_count, sizeof im->tables[0], compare_depths);
	for (i = 0; i < im->table_count; i++) {
		struct import_table *t = &im->tables[i];

		for (k = 0; k < im->table_count; k++) {
			struct import_table *o = &im->tables[k];

			n = t->depth == 0 ? 0 : t->depth - 1;
			if (t->depth > 0 && o->depth == n &&
			    memcmp(o->lists, t->lists, n * sizeof t->lists[0]) == 0)
				t->above = o;
			if (k != i && o->depth == t->depth &&
			    memcmp(o->lists, t->lists, sizeof t->lists) == 0)
				return refuse(im, t, NULL, said,
					      IMPORT_TEXT(im, "có hai trang cùng một nội dung. Để lại một trang.",
							  "two sheets hold the same. Keep one of them."));
		}
		if (t->depth > 0 && t->above == NULL)
			return refuse(im, t, NULL, said,
				      IMPORT_TEXT(im, "trang này là danh sách của hồ sơ ở một trang khác, mà tệp "
						  "không có trang ấy.",
						  "this sheet is a list of records on another sheet, which is not "
						  "there."));
	}
	return 0;
}

int import_map(struct import *im, struct buf *said)
{
	size_t i;
	int code = read_first(im, &im->tables[0], said);

	if (code == 0 && im->format == IMPORT_XLSX && has_codes(&im->tables[0]))
		code = read_others(im);
	if (code == 0)
		code = link_tables(im, said);
	for (i = 0; i < im->table_count && code == 0; i++)
		code = finish_table(im, &im->tables[i], said);
	return code;
}
