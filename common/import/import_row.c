/* A line and the rows that belong to it: one record, one save. Everything that is wrong in
 * them is told before any of it is given up. */
#include <stdlib.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "common/text/text.h"

enum { PLACES_MAX = 4096 };

/* A record in the making. */
struct work {
	struct import *im;
	struct family family;       /* as stored; count 0: a new record */
	bool *claimed;              /* of the family: a row of the file is that row */
	struct place {              /* which line made what, to tell a verdict's place */
		struct rid id;
		const struct import_table *t;
		uint32_t number;
	} *places;
	size_t place_count, place_cap;
};

static int take_cells(struct import *im, struct import_line *l)
{
	size_t i;
	int code = 0;

	l->values = arena_array(&im->row, l->table->count + 1, sizeof *l->values);
	if (l->values == NULL)
		return err_set(im->e, ERR_NOMEM, "line");
	for (i = 0; i < l->table->count && code == 0; i++) {
		struct import_column *c = &l->table->columns[i];

		if (c->how != HOW_NONE && c->kind == COLUMN_FIELD)
			code = import_cell(im, l->table, l->row, c, &l->values[i]);
	}
	return code;
}

/* Cells of fields that have something in them. */
static size_t filled_cells(const struct import_table *t, const struct sheet_row *row)
{
	size_t i, n = 0;

	for (i = 0; i < t->field_columns; i++)
		n += sheet_cell(row, t->columns[t->by_field[i]].at).kind != CELL_EMPTY;
	return n;
}

static void note_place(struct work *w, const struct import_line *l, struct rid id)
{
	if (w->place_count < w->place_cap)
		w->places[w->place_count++] = (struct place){ id, l->table, l->row->number };
}

/* The id in a line, RID_NONE where there is none. */
static int named_id(struct import *im, const struct import_line *l, struct rid *id, bool *bad)
{
	struct cell cell = l->table->id == NULL ? (struct cell){ .kind = CELL_EMPTY } :
						  sheet_cell(l->row, l->table->id->at);
	struct bytes text;
	uint64_t stream;
	int code;

	*id = RID_NONE;
	code = import_text(im, l->table, l->table->id, &cell, &im->row, &text);
	if (code != 0 || text.len == 0)
		return code == ERR_NOMEM ? code : 0;
	code = query_find(im->r, im->stream, text, &stream, id, im->e);
	if (code == 0)
		return 0;
	if (code != ERR_NO_RECORD && code != ERR_AMBIGUOUS)
		return code;
	*bad = true;
	*id = RID_NONE;
	import_bad(im, l->table, l->row->number, l->table->id, code,
		   IMPORT_TEXT(im, "đơn vị không có hồ sơ nào mang mã này. Để trống ô này nếu là hồ sơ mới.",
			       "the unit has no record with this id. Leave the cell empty for a new one."));
	return 0;
}

/* Whether one of the values that stand side by side in a cell is this one. */
static bool is_live(const struct record *old, const struct field *f, const struct value *element,
		    const struct value *v)
{
	size_t i;

	for (i = 0; old != NULL && i < old->live_count; i++)
		if (old->live[i].field == f->number &&
		    (element == NULL || value_equal(&old->live[i].element, element)) &&
		    value_equal(&old->live[i].value, v))
			return true;
	return false;
}

/* A set exactly as the file has it. What stands in conflict with it already is not said
 * again. */
static void put_set(struct editing *ed, const struct type *t, struct rid id,
		    const struct record *old, const struct field *f, const struct import_value *v)
{
	size_t i, k;

	for (i = 0; i < f->list->count; i++) {
		struct value member = value_int(f->list->choices[i].number), in;
		bool wanted = false;

		for (k = 0; k < v->count; k++)
			wanted |= value_equal(&v->members[k], &member);
		in = value_bool(wanted);
		if (!ed->d->has_version || !is_live(old, f, &member, &in))
			edit_put_member(ed, t, id, old, f, &member, wanted);
	}
}

static int put_fields(struct work *w, const struct import_line *l, struct rid id,
		      const struct record *old, bool by_id)
{
	struct editing *ed = &w->im->ed;
	size_t i;

	for (i = 0; i < l->table->field_columns; i++) {
		uint32_t at = l->table->by_field[i];
		const struct field *f = l->table->columns[at].field;
		const struct import_value *v = &l->values[at];

		if (v->bad || f->derived != NULL || (!v->given && !by_id))
			continue;
		if (f->kind == FIELD_SET)
			put_set(ed, l->table->type, id, old, f, v);
		else if (!ed->d->has_version || !is_live(old, f, NULL, &v->v))
			edit_put(ed, l->table->type, id, old, f, &v->v);
	}
	return ed->d->failed ? err_set(w->im->e, ERR_NOMEM, "line") : 0;
}

static bool same_set(const struct record *rec, const struct field *f,
		     const struct import_value *v)
{
	size_t i, n, k, members = 0;

	for (i = 0; i < rec->live_count; i += n) {
		const struct live *one = &rec->live[i];
		bool named = false;

		n = record_cell(rec, i);
		if (one->field != f->number || one->value.kind != VALUE_BOOL || one->value.n == 0)
			continue;
		for (k = 0; k < v->count; k++)
			named |= value_equal(&v->members[k], &one->element);
		if (!named)
			return false;
		members++;
	}
	for (i = k = 0; i < v->count; i++, k++)
		for (n = 0; n < i; n++)
			if (value_equal(&v->members[i], &v->members[n])) {
				k--;
				break;
			}
	return members == k;
}

static bool same_field(const struct record *rec, const struct field *f,
		       const struct import_value *v)
{
	struct value old = record_value(rec, f->number);

	if (f->kind == FIELD_SET)
		return same_set(rec, f, v);
	if (old.kind == VALUE_TEXT && v->v.kind == VALUE_TEXT)
		return text_fit(v->v.b, old.b) >= 2;
	return value_equal(&old, &v->v);
}

/* Whether a stored row is what a line of the file says, in the fields of a key or, where
 * the type has none, in all that the line says. */
static bool same_row(const struct import_line *l, const struct record *rec)
{
	const struct type *t = l->table->type;
	size_t i, k;

	for (k = 0; k < t->match_count; k++) {
		const struct match_key *key = &t->match[k];

		for (i = 0; i < key->count; i++) {
			const struct import_value *v = import_line_value(l, key->fields[i]);

			if (v == NULL || !v->given || v->bad || !same_field(rec, key->fields[i], v))
				break;
		}
		if (i == key->count)
			return true;
	}
	for (i = 0; i < l->table->field_columns && t->match_count == 0; i++) {
		uint32_t at = l->table->by_field[i];
		const struct import_value *v = &l->values[at];

		if (v->given && (v->bad || !same_field(rec, l->table->columns[at].field, v)))
			return false;
	}
	return t->match_count == 0;
}

/* The stored row that a line is, by its id or by what it says; NULL: a new one. */
static int find_row(struct work *w, const struct import_line *l, struct rid parent,
		    const struct record **out, bool *by_id)
{
	const struct field *list = l->table->lists[l->table->depth - 1];
	struct rid named;
	bool bad = false;
	size_t i;
	int code = named_id(w->im, l, &named, &bad);

	*out = NULL;
	*by_id = !rid_equal(named, RID_NONE);
	for (i = 1; i < w->family.count && code == 0 && !bad; i++) {
		const struct record *rec = &w->family.list[i];

		if (rec->list != list->number || !rid_equal(rec->parent, parent) ||
		    record_deleted(rec) || w->claimed[i])
			continue;
		if (*by_id ? !rid_equal(rec->id, named) : !same_row(l, rec))
			continue;
		w->claimed[i] = true;
		*out = rec;
		return 0;
	}
	if (code == 0 && *by_id)
		import_bad(w->im, l->table, l->row->number, l->table->id, ERR_NO_RECORD,
			   IMPORT_TEXT(w->im, "dòng mang mã này không thuộc hồ sơ ấy, hoặc đã có ở dòng khác.",
				       "the row with this id is not of that record, or stands on another line "
				       "already."));
	return code;
}

static int put_rows(struct work *w, const struct import_line *above, struct rid parent);

static int put_row(struct work *w, struct import_table *t, size_t row, struct rid parent)
{
	struct import_line l = { .table = t, .row = &t->sheet.rows[row] };
	const struct record *old;
	struct rid id;
	bool by_id;
	int code = take_cells(w->im, &l);

	if (code == 0)
		code = find_row(w, &l, parent, &old, &by_id);
	if (code != 0)
		return code;
	id = old != NULL ? old->id : draft_create(w->im->d, t->type->number, parent,
						  t->lists[t->depth - 1]->number);
	note_place(w, &l, id);
	code = put_fields(w, &l, id, old, old != NULL && by_id);
	return code != 0 ? code : put_rows(w, &l, id);
}

static int compare_links(const void *a, const void *b)
{
	const struct import_link *x = a, *y = b;
	int by_of = bytes_compare(x->of, y->of);

	return by_of != 0 ? by_of : x->row < y->row ? -1 : x->row > y->row;
}

/* The rows of a list by what they belong to; once. */
static int link_rows(struct import *im, struct import_table *t)
{
	size_t i, n = t->sheet.count - t->first;
	int code = 0;

	t->links = arena_array(&im->arena, n + 1, sizeof *t->links);
	t->used = arena_array(&im->arena, n + 1, sizeof *t->used);
	if (t->links == NULL || t->used == NULL)
		return err_set(im->e, ERR_NOMEM, "rows");
	for (i = 0; i < n && code == 0; i++) {
		struct cell of = t->of == NULL ? (struct cell){ .kind = CELL_EMPTY } :
						 sheet_cell(&t->sheet.rows[t->first + i], t->of->at);

		t->links[i].row = t->first + i;
		code = import_text(im, t, t->of, &of, &im->arena, &t->links[i].of);
		code = code == ERR_NOMEM ? code : 0;
	}
	qsort(t->links, n, sizeof *t->links, compare_links);
	return code;
}

int import_link_all(struct import *im)
{
	size_t i;
	int code = 0;

	for (i = 0; i < im->table_count && code == 0; i++)
		if (im->tables[i].depth > 0)
			code = link_rows(im, &im->tables[i]);
	return code;
}

/* The place of the first link not before this number. */
static size_t first_link(const struct import_table *t, struct bytes of)
{
	size_t low = 0, high = t->sheet.count - t->first;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bytes_compare(t->links[mid].of, of) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int put_list(struct work *w, struct import_table *t, const struct import_line *above,
		    struct bytes number, struct rid parent)
{
	size_t i, n = t->sheet.count - t->first;
	int code = 0;

	for (i = first_link(t, number); i < n && bytes_equal(t->links[i].of, number) && code == 0;
	     i++) {
		size_t row = t->links[i].row;

		if (t->used[row - t->first]) {
			import_bad(w->im, above->table, above->row->number, above->table->number,
				   ERR_EXISTS,
				   IMPORT_TEXT(w->im, "số này có ở hai dòng, nên không rõ các dòng ở trang sau "
						      "thuộc về đâu.",
					       "two lines have this number, so it is not known whose the rows on "
					       "the sheets behind are."));
			return 0;
		}
		t->used[row - t->first] = true;
		if (filled_cells(t, &t->sheet.rows[row]) > 0)
			code = put_row(w, t, row, parent);
	}
	return code;
}

/* The rows of all lists that belong to a line. */
static int put_rows(struct work *w, const struct import_line *above, struct rid parent)
{
	struct import *im = w->im;
	struct bytes number = BYTES_NONE;
	struct cell cell;
	size_t i;
	int code;

	if (above->table->number == NULL)
		return 0;
	cell = sheet_cell(above->row, above->table->number->at);
	code = import_text(im, above->table, above->table->number, &cell, &im->row, &number);
	if (code == ERR_NOMEM || number.len == 0)
		return code == ERR_NOMEM ? code : 0;
	for (i = 0, code = 0; i < im->table_count && code == 0; i++)
		if (im->tables[i].above == above->table)
			code = put_list(w, &im->tables[i], above, number, parent);
	return code;
}

/* The record as it is stored, and whether this file may change it. */
static int load_record(struct work *w, const struct import_line *l, struct rid id, bool *bad)
{
	struct import *im = w->im;
	struct query_options o = { .lang = im->o.lang };
	struct query q = { .r = im->r, .schema = im->s, .o = &o, .a = &im->row, .e = im->e };
	int code = query_family(&q, im->stream, id, &w->family);

	if (code != 0)
		return code;
	w->claimed = arena_array(&im->row, w->family.count, sizeof *w->claimed);
	if (w->claimed == NULL)
		return err_set(im->e, ERR_NOMEM, "rows");
	*bad = true;
	if (w->family.list[0].type != l->table->type->number)
		import_bad(im, l->table, l->row->number, l->table->id, ERR_WRONG_TYPE,
			   IMPORT_TEXT(im, "mã này là của một loại hồ sơ khác.",
				       "this id is of another type of record."));
	else if (record_deleted(&w->family.list[0]))
		import_bad(im, l->table, l->row->number, l->table->id, ERR_DELETED,
			   IMPORT_TEXT(im, "hồ sơ này đã xóa. Khôi phục bằng dongbo undelete, hoặc xóa dòng này.",
				       "this record is deleted. Bring it back with dongbo undelete, or remove the "
				       "line."));
	else
		*bad = false;
	return 0;
}

/* What is wrong with a verdict stands in the line that made the record it speaks of. */
static void tell_verdict(struct work *w, const struct import_line *l, const struct verdict *v)
{
	const struct place *at = NULL;
	const struct import_table *t = l->table;
	const struct import_column *c = NULL;
	struct buf text;
	size_t i;

	for (i = 0; i < w->place_count && at == NULL; i++)
		if (rid_equal(w->places[i].id, v->record))
			at = &w->places[i];
	if (at != NULL)
		t = at->t;
	for (i = 0; i < t->field_columns && v->code != ERR_CHECK; i++)
		if (t->columns[t->by_field[i]].field->number == v->rule)
			c = &t->columns[t->by_field[i]];
	buf_init(&text, 8192);
	import_verdict(w->im, t->type, v, &text);
	import_bad(w->im, t, at != NULL ? at->number : l->row->number, c, v->code, "%.*s",
		   (int)text.len, (const char *)text.at);
	buf_release(&text);
}

/* New records that will be asked for more when they are handed in. */
static void note_incomplete(struct import *im, const struct import_line *l)
{
	const struct type *t = l->table->type;
	size_t i;

	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const struct import_value *v = import_line_value(l, f);

		if (f->required && f->derived == NULL && f->reg == NULL && !f->only_in &&
		    f->kind != FIELD_LIST && (v == NULL || !v->given)) {
			im->incomplete++;
			return;
		}
	}
}

static int save(struct work *w, const struct import_line *l, struct rid id)
{
	struct import *im = w->im;
	struct verdict v = { 0 };
	bool fresh = w->family.count == 0;
	const struct op *ops = im->d->ops;
	size_t count = im->d->count;
	int code;

	if (count == 0) {
		im->unchanged++;
		return import_claim(im, l, id);
	}
	code = im->store->save(im->store->ctx, im->d, &v, im->e);
	if (code != 0 && v.code != 0) {
		tell_verdict(w, l, &v);
		return 0;
	}
	if (code != 0)
		return err_wrap(im->e, "%u", l->row->number);
	im->made += fresh;
	im->changed += !fresh;
	if (fresh)
		note_incomplete(im, l);
	code = import_claim(im, l, id);
	return code != 0 ? code : import_tell_record(im, l, id, fresh, ops, count);
}

static int take_record(struct work *w, struct import_line *l)
{
	struct import *im = w->im;
	size_t before = im->bad_count;
	struct rid named, id = RID_NONE;
	bool found = false, bad = false, bad_too = false;
	int code = take_cells(im, l);

	if (code == 0)
		code = named_id(im, l, &named, &bad);
	if (code == 0)
		code = import_find(im, l, named, &found, &id, &bad_too);
	if (code == 0 && found)
		code = load_record(w, l, id, &bad);
	if (code != 0)
		return code;
	if (!found || bad || bad_too) {
		w->family.count = 0;
		id = draft_create(im->d, l->table->type->number, RID_NONE, 0);
	}
	/* What has changed since the file was made is not overwritten: it is a conflict. */
	if (!rid_equal(named, RID_NONE) && l->table->has_version) {
		im->d->has_version = true;
		im->d->seen_seq = l->table->seen_seq;
		im->d->seen_own = l->table->seen_own < im->d->first ? l->table->seen_own :
								     im->d->first - 1;
	}
	note_place(w, l, id);
	code = put_fields(w, l, id, w->family.count > 0 ? &w->family.list[0] : NULL,
			  found && !rid_equal(named, RID_NONE));
	if (code == 0)
		code = put_rows(w, l, id);
	if (code != 0 || im->bad_count > before)
		return code;
	return save(w, l, id);
}

int import_record(struct import *im, struct import_table *t, size_t row)
{
	struct import_line l = { .table = t, .row = &t->sheet.rows[row] };
	struct work w = { .im = im };
	size_t filled = filled_cells(t, l.row);

	import_fresh_draft(im);
	/* Lines that are only numbered wait to be filled in. */
	if (filled == 0)
		return 0;
	if (filled == 1 && t->field_columns >= 3 &&
	    (t->id == NULL || sheet_cell(l.row, t->id->at).kind == CELL_EMPTY)) {
		import_bad(im, t, l.row->number, NULL, ERR_BAD_INPUT,
			   IMPORT_TEXT(im, "cả dòng chỉ có một ô có nội dung, không giống một hồ sơ. Xóa dòng này "
					   "khỏi bảng.",
				       "the whole line has one cell filled in, which looks like no record. Remove "
				       "the line."));
		return 0;
	}
	w.place_cap = im->table_count == 1 ? 1 : PLACES_MAX;
	w.places = arena_array(&im->row, w.place_cap, sizeof *w.places);
	if (w.places == NULL)
		return err_set(im->e, ERR_NOMEM, "line");
	return take_record(&w, &l);
}

/* Rows that nothing above asked for. */
void import_tell_orphans(struct import *im, const struct import_table *t)
{
	size_t i, n = t->depth == 0 ? 0 : t->sheet.count - t->first;

	for (i = 0; i < n; i++) {
		size_t row = t->links[i].row;
		struct bytes of = t->links[i].of;

		if (t->used[row - t->first] || filled_cells(t, &t->sheet.rows[row]) == 0)
			continue;
		import_bad(im, t, t->sheet.rows[row].number, t->of, ERR_NO_RECORD,
			   of.len == 0 ? IMPORT_TEXT(im, "chưa ghi dòng này thuộc số thứ tự nào.%.*s",
						     "it is not said whose this row is.%.*s") :
					 IMPORT_TEXT(im, "trang trước không có dòng nào mang số thứ tự %.*s.",
						     "no line of the sheet before has the number %.*s."),
			   (int)(of.len > 40 ? 40 : of.len), (const char *)of.at);
	}
}
