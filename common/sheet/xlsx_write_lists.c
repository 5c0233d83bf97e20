/* What may be chosen in the cells of a workbook: hints, and lists on a sheet of their
 * own. */
#include <assert.h>

#include "common/sheet/xlsx_write_parts.h"

enum { HINT_MAX = 255, HINT_TITLE_MAX = 32 };

unsigned xlsx_write_list(struct xlsx_writer *w, const char *title, const struct bytes *items,
			 size_t count)
{
	struct xlsx_list *l = &w->lists[w->list_count];
	size_t i;

	if (w->code != 0)
		return 0;
	if (w->list_count == XLSX_LISTS_MAX || w->lists_name == NULL || count == 0) {
		xlsx_write_fail(w, ERR_TOO_LARGE, title);
		return 0;
	}
	l->title = arena_str(&w->arena, bytes_str(title));
	l->items = arena_array(&w->arena, count, sizeof *l->items);
	l->count = count;
	for (i = 0; l->items != NULL && i < count; i++) {
		l->items[i] = arena_copy(&w->arena, items[i]);
		if (l->items[i].len > 0 && l->items[i].at == NULL)
			xlsx_write_fail(w, ERR_NOMEM, "xlsx");
	}
	if (l->title == NULL || l->items == NULL)
		xlsx_write_fail(w, ERR_NOMEM, "xlsx");
	return w->code != 0 ? 0 : ++w->list_count;
}

/* "='Danh mục'!$A$2:$A$9" */
static void put_list_range(struct xlsx_writer *w, unsigned list, struct buf *out)
{
	const char *s;
	char column[LXW_MAX_COL_NAME_LENGTH];

	lxw_col_to_name(column, (lxw_col_t)(list - 1), 1);
	buf_add(out, bytes_str("='"));
	for (s = w->lists_name; *s != '\0'; s++) {
		buf_byte(out, (uint8_t)*s);
		if (*s == '\'')
			buf_byte(out, '\'');
	}
	buf_printf(out, "'!%s$2:%s$%zu", column, column, w->lists[list - 1].count + 1);
	buf_byte(out, 0);
}

/* Libxlsxwriter before 1.1.6 copies the formula of a list twice and loses the first
 * copy; that of any other condition it copies once. So it becomes a list afterwards. */
static void make_list(lxw_worksheet *sheet)
{
	lxw_data_val_obj *v, *newest = NULL;

	STAILQ_FOREACH(v, sheet->data_validations, list_pointers)
		newest = v;
	assert(newest != NULL);
	newest->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
}

static char *shortened(struct xlsx_writer *w, const char *text, size_t max)
{
	return arena_str(&w->arena, bytes_str(xlsx_write_clean(w, bytes_str(text), max)));
}

void xlsx_write_choices(struct xlsx_writer *w, size_t i, uint32_t last)
{
	const struct xlsx_column *c = &w->columns[i];
	lxw_data_validation v = { .validate = LXW_VALIDATION_TYPE_ANY };
	struct buf range;

	buf_init(&range, 1000);
	if (c->list != 0 && c->list <= w->list_count) {
		put_list_range(w, c->list, &range);
		v.validate = LXW_VALIDATION_TYPE_CUSTOM_FORMULA;
		v.show_error = c->open ? LXW_VALIDATION_OFF : LXW_VALIDATION_ON;
		v.value_formula = (char *)range.at;
	}
	if (c->hint != NULL) {
		v.input_message = shortened(w, c->hint, HINT_MAX);
		v.input_title = shortened(w, c->title, HINT_TITLE_MAX);
	}
	if (range.failed || (c->hint != NULL && (v.input_message == NULL || v.input_title == NULL)))
		xlsx_write_fail(w, ERR_NOMEM, "xlsx");
	else if (c->hint != NULL || range.len > 0)
		xlsx_write_check(w, worksheet_data_validation_range(w->sheet, w->first,
								    (lxw_col_t)i, last,
								    (lxw_col_t)i, &v));
	if (w->code == 0 && range.len > 0)
		make_list(w->sheet);
	buf_release(&range);
}

/* Rows must come in order, so the lists go down side by side. */
void xlsx_write_lists(struct xlsx_writer *w)
{
	struct xlsx_sheet sheet = { .name = w->lists_name, .count = w->list_count };
	struct xlsx_column *columns = arena_array(&w->arena, w->list_count, sizeof *columns);
	size_t longest = 0, i, at;

	if (columns == NULL) {
		xlsx_write_fail(w, ERR_NOMEM, "xlsx");
		return;
	}
	for (i = 0; i < w->list_count; i++) {
		columns[i] = (struct xlsx_column){ .title = w->lists[i].title, .width = 30 };
		longest = w->lists[i].count > longest ? w->lists[i].count : longest;
	}
	sheet.columns = columns;
	xlsx_write_sheet(w, &sheet);
	for (at = 0; at < longest && w->code == 0; at++) {
		xlsx_write_row(w, false);
		for (i = 0; i < w->list_count; i++)
			xlsx_write_text(w, at < w->lists[i].count ? w->lists[i].items[at] :
								    BYTES_NONE);
	}
}

