/* From the database's row to the cells of a line. */
#include <string.h>

#include "common/text/text.h"
#include "server/report/report_run_parts.h"

/* A value as people read it. */
static void show(struct report_row *row, const struct report_source *src, const struct expr *x,
		 struct stmt *s, int column)
{
	enum lang lang = row->run->ask->lang;
	const struct workflow *w = report_stated(src)->workflow;
	const struct field *f = expr_field(x);
	struct value v = value_int(db_int(s, column));
	const struct state *st;

	if (db_is_null(s, column))
		return;
	switch (expr_gives(x)) {
	case EXPR_TEXT:
		buf_add(&row->text, db_text(s, column));
		break;
	case EXPR_BOOL:
		buf_add(&row->text, bytes_str(v.n == 0 ? "" : "x"));
		break;
	case EXPR_STATE:
		st = w == NULL ? NULL : workflow_state(w, v.n);
		buf_add(&row->text, bytes_str(st == NULL ? "" : label_in(&st->label, lang)));
		break;
	case EXPR_DATE:
		report_cell_show(&(struct report_cell){ .kind = REPORT_DATE, .n = v.n }, &row->text);
		break;
	default:
		if (f != NULL && f->kind != FIELD_INT)
			field_show(f, &v, lang, &row->text);
		else
			report_cell_show(&(struct report_cell){ .kind = REPORT_NUMBER, .n = v.n },
					 &row->text);
	}
}

/* What takes the personal value's place: enough of a number to recognise it by, too
 * little to learn it. */
static void mask(struct buf *text, size_t from)
{
	size_t n = text->len - from;
	uint8_t end[3];

	if (n == 0 || text->failed)
		return;
	memcpy(end, text->at + text->len - (n < 3 ? n : 3), n < 3 ? n : 3);
	text->len = from;
	buf_add(text, bytes_str("***"));
	if (n >= 9 && text_length((struct bytes){ end, 3 }) == 3)
		buf_put(text, end, 3);
}

/* Several values in one cell stand behind each other, a semicolon in the place of a stop at
 * the end of one; empty ones leave no trace. */
static void text_cell(struct report_row *row, const struct report_feed *feed,
		      const struct report_value *v, struct stmt *s, int column)
{
	size_t before = row->text.len, i;

	for (i = 0; i < v->x_count; i++) {
		size_t mark = row->text.len, start;
		uint8_t stop = mark > before && !row->text.failed ? row->text.at[mark - 1] : 0;

		if (stop == '.' || stop == ';' || stop == ',')
			row->text.len--;
		if (mark > before)
			buf_add(&row->text, bytes_str("; "));
		start = row->text.len;
		show(row, feed->source, v->x[i], s, column + (int)i);
		/* Nothing came: as it was. */
		if (row->text.len == start && mark > before && !row->text.failed) {
			row->text.len = mark;
			row->text.at[mark - 1] = stop;
		}
	}
}

static void make_cell(struct report_row *row, const struct report_feed *feed,
		      const struct report_value *v, const struct report_column *c,
		      struct stmt *s, int *column, struct report_cell *cell)
{
	size_t before = row->text.len;
	char id[9];

	*cell = (struct report_cell){ .kind = c->kind, .scale = c->scale };
	switch (v->what) {
	case REPORT_VALUE:
		if (c->kind != REPORT_TEXT) {
			cell->empty = db_is_null(s, *column);
			cell->n = db_int(s, *column);
		} else {
			text_cell(row, feed, v, s, *column);
		}
		*column += (int)v->x_count;
		if (c->personal && !row->run->ask->personal)
			mask(&row->text, before);
		break;
	case REPORT_COUNT:
	case REPORT_SUM:
		cell->n = db_int(s, (*column)++);
		break;
	case REPORT_UNIT:
		report_unit_name(row->run, row->stream, &row->text);
		break;
	case REPORT_ID:
		record_short_text(record_short(row->stream, row->record), id);
		buf_add(&row->text, bytes_str(id));
		break;
	default:
		cell->empty = true;
	}
	if (cell->kind == REPORT_TEXT)
		cell->empty = row->text.len == before;
}

int report_row_take(struct report_row *row, const struct report_table *t,
		    const struct report_feed *feed, struct stmt *s, int column, struct err *e)
{
	size_t starts[REPORT_COLUMNS_MAX + 1], i;

	buf_clear(&row->text);
	for (i = 0; i < t->column_count; i++) {
		starts[i] = row->text.len;
		if (row->bare && !t->columns[i].summed)
			row->cells[i] = (struct report_cell){ .kind = REPORT_TEXT, .empty = true };
		else
			make_cell(row, feed, &feed->values[i], &t->columns[i], s, &column,
				  &row->cells[i]);
	}
	starts[i] = row->text.len;
	if (row->text.failed)
		return err_set(e, ERR_TOO_LARGE, "%s", t->code);
	/* Now that the text moves no more. */
	for (i = 0; i < t->column_count; i++)
		if (row->cells[i].kind == REPORT_TEXT)
			row->cells[i].text = (struct bytes){ row->text.at + starts[i],
							     starts[i + 1] - starts[i] };
	return 0;
}

void report_row_show(struct report_row *row, const struct report_source *src,
		     const struct expr *x, struct stmt *s, int column)
{
	buf_clear(&row->text);
	show(row, src, x, s, column);
}
