/* How a table's columns and lines stand, whatever they are put on. */
#include <inttypes.h>
#include <string.h>

#include "server/report/report_render.h"

static bool named(const struct report_table *t)
{
	return t->by != BY_RECORD && t->by != BY_ALL;
}

void report_layout_init(struct report_layout *l, const struct report_run *run,
			const struct report_table *t,
			const struct report_column *const *columns, size_t count)
{
	*l = (struct report_layout){ .t = t, .columns = columns, .count = count,
				     .lead = (size_t)t->numbered + named(t),
				     .lang = run->ask->lang };
}

const char *report_layout_title(const struct report_layout *l, size_t n)
{
	if (n >= l->lead)
		return label_in(&l->columns[n - l->lead]->label, l->lang);
	if (l->t->numbered && n == 0)
		return l->lang == LANG_EN ? "No" : "TT";
	return label_in(&l->t->name, l->lang);
}

const char *report_layout_full(const struct report_layout *l, size_t n, struct arena *a)
{
	const struct report_column *c = n < l->lead ? NULL : l->columns[n - l->lead];
	const char *title = report_layout_title(l, n), *full;
	struct buf b;

	if (c == NULL || c->over.vi == NULL)
		return title;
	buf_init(&b, 4096);
	buf_printf(&b, "%s: %s", label_in(&c->over, l->lang), title);
	full = b.failed ? NULL : arena_str(a, buf_view(&b));
	buf_release(&b);
	return full;
}

unsigned report_layout_width(const struct report_layout *l, size_t n)
{
	static const unsigned usual[] = { [REPORT_TEXT] = 18, [REPORT_NUMBER] = 8,
					  [REPORT_MONEY] = 14, [REPORT_DECIMAL] = 9,
					  [REPORT_DATE] = 11 };
	const struct report_column *c;

	if (n < l->lead)
		return l->t->numbered && n == 0 ? 5 : 26;
	c = l->columns[n - l->lead];
	return c->width != 0 ? c->width : usual[c->kind];
}

/* Where the name of a sum stands: among the names, else in the first column that has
 * no sum itself. */
static size_t name_place(const struct report_layout *l, const struct report_line *line)
{
	size_t i;

	if (named(l->t))
		return l->t->numbered;
	for (i = 0; i < l->count; i++)
		if (line->cells[i].empty)
			return l->lead + i;
	return 0;
}

void report_layout_texts(const struct report_layout *l, const struct report_line *line,
			 struct buf *text, struct bytes out[RENDER_COLUMNS_MAX])
{
	size_t starts[RENDER_COLUMNS_MAX + 1], i, name;

	for (i = 0; i < l->lead + l->count; i++)
		out[i] = BYTES_NONE;
	if (line->kind == LINE_HEADING || line->cells == NULL) {
		out[0] = line->text;
		return;
	}
	name = line->text.len > 0 ? name_place(l, line) : SIZE_MAX;
	for (i = 0; i < l->lead + l->count; i++) {
		starts[i] = text->len;
		if (i == name)
			buf_add(text, line->text);
		else if (i >= l->lead)
			report_cell_show(&line->cells[i - l->lead], text);
		else if (i == 0 && line->number > 0)
			buf_printf(text, "%" PRId64, line->number);
	}
	starts[i] = text->len;
	for (i = 0; i < l->lead + l->count && !text->failed; i++)
		out[i] = (struct bytes){ text->at + starts[i], starts[i + 1] - starts[i] };
}

/* Into a document. */

static enum document_align align_of(const struct report_layout *l, size_t n)
{
	const struct report_column *c = n < l->lead ? NULL : l->columns[n - l->lead];

	if (c == NULL)
		return l->t->numbered && n == 0 ? ALIGN_CENTRE : ALIGN_LEFT;
	return c->kind == REPORT_TEXT ? ALIGN_LEFT : c->kind == REPORT_DATE ? ALIGN_CENTRE :
									       ALIGN_RIGHT;
}

static int begin_table(void *ctx, const struct report_run *run, const struct report_table *t,
		       const struct report_column *const *columns, size_t count, struct err *e)
{
	struct report_document_sink *s = ctx;
	struct document_column list[RENDER_COLUMNS_MAX];
	size_t i;

	(void)e;
	report_layout_init(&s->layout, run, t, columns, count);
	if (!s->untitled)
		document_paragraph(s->d, DOCUMENT_CENTRED,
				   bytes_str(label_in(&t->label, run->ask->lang)));
	if (t->note.vi != NULL)
		document_paragraph(s->d, DOCUMENT_NOTE,
				   bytes_str(label_in(&t->note, run->ask->lang)));
	for (i = 0; i < s->layout.lead + count; i++) {
		const struct report_column *c =
			i < s->layout.lead ? NULL : columns[i - s->layout.lead];

		list[i] = (struct document_column){
			.title = report_layout_title(&s->layout, i),
			.group = c == NULL || c->over.vi == NULL ? NULL :
				label_in(&c->over, run->ask->lang),
			.width = report_layout_width(&s->layout, i), .align = align_of(&s->layout, i)
		};
	}
	document_table(s->d, list, i);
	return 0;
}

static int put_line(void *ctx, const struct report_line *line, struct err *e)
{
	struct report_document_sink *s = ctx;
	struct bytes cells[RENDER_COLUMNS_MAX];

	if (++s->lines > RENDER_LINES_MAX)
		return err_set(e, ERR_LIMIT, "%s: %d", s->layout.t->code, RENDER_LINES_MAX);
	buf_clear(&s->text);
	report_layout_texts(&s->layout, line, &s->text, cells);
	if (s->text.failed)
		return err_set(e, ERR_NOMEM, "%s", s->layout.t->code);
	document_row(s->d, line->kind == LINE_HEADING ? ROW_GROUP :
		     line->kind == LINE_SUBTOTAL || line->kind == LINE_TOTAL ? ROW_TOTAL : ROW_PLAIN,
		     cells);
	return 0;
}

/* A table without lines says so. */
static int end_table(void *ctx, const struct report_sums *sums, struct err *e)
{
	struct report_document_sink *s = ctx;
	struct bytes cells[RENDER_COLUMNS_MAX] = { BYTES_NONE };

	(void)e;
	cells[0] = bytes_str(s->layout.lang == LANG_EN ? "Nothing to report" : "Không phát sinh");
	if (sums->lines == 0 && sums->after == 0)
		document_row(s->d, ROW_GROUP, cells);
	return 0;
}

void report_document_sink(struct report_document_sink *s, struct document *d)
{
	memset(s, 0, sizeof *s);
	s->sink = (struct report_sink){ s, begin_table, put_line, end_table, false };
	s->d = d;
	buf_init(&s->text, (size_t)4 << 20);
}

void report_document_sink_release(struct report_document_sink *s)
{
	buf_release(&s->text);
}
