/* Writers of reports: JSON, CSV, XLSX, and tables alone as DOCX and HTML. */
#include "server/report/report_render.h"

#include <stdlib.h>
#include <string.h>

#include "common/sheet/csv.h"
#include "common/sheet/xlsx_write.h"
#include "common/text/date.h"

enum { PIECE = 64 * 1024, FILE_MAX = 256 * 1024 * 1024 };

struct report_writer {
	const struct report_run *run;
	const struct report_target *target;
	enum report_format format;
	bool single;
	struct report_sink sink;
	struct report_layout layout;
	struct buf out, text;
	size_t tables;
	int64_t lines;             /* of the table in hand, for JSON's commas */
	struct csv csv;
	struct xlsx_writer *xlsx;
	struct document *document;
	struct report_document_sink paper;
};

bool report_format_find(const char *name, enum report_format *out)
{
	static const char *const names[] = { "json", "csv", "xlsx", "docx", "html" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum report_format)i;
			return true;
		}
	return false;
}

/* Hands on what waits, once it is worth it. */
static int flush(struct report_writer *w, bool all, struct err *e)
{
	int code = 0;

	if (w->out.failed)
		return err_set(e, ERR_NOMEM, "%s", w->run->report->code);
	if (w->out.len >= PIECE || (all && w->out.len > 0)) {
		code = w->target->write(w->target->ctx, buf_view(&w->out), e);
		buf_clear(&w->out);
	}
	return code;
}

/* JSON: {"report", "label", "year", "cutoff", "tables": [{"code", "label", "columns",
 * "lines": [{"kind", "name", "record", "cells": {code: value}}...], "sums": {code: n},
 * "count", "carried", "after"}...]}. */

static void put_json(struct report_writer *w, json_t *j, struct err *e, int *code)
{
	char *text = j == NULL ? NULL : json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY);

	if (text == NULL)
		*code = err_set(e, ERR_NOMEM, "%s", w->run->report->code);
	else
		buf_add(&w->out, bytes_str(text));
	free(text);
	json_decref(j);
}

static json_t *json_day(int64_t day)
{
	struct buf b;
	json_t *j;

	buf_init(&b, 64);
	date_put(day, &b);
	j = json_stringn((const char *)b.at, b.len);
	buf_release(&b);
	return j;
}

/* Everything before the tables. */
static json_t *json_head(const struct report_run *run)
{
	const struct report_ask *ask = run->ask;

	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "report", run->report->code, "label",
			 label_in(&run->report->label, ask->lang), "year",
			 ask->year == 0 ? json_null() : json_integer(ask->year), "quarter",
			 ask->quarter == 0 ? json_null() : json_integer(ask->quarter), "cutoff",
			 run->timed ? json_day(run->cutoff_day) : json_null());
}

static int json_begin(struct report_writer *w, struct err *e)
{
	int code = 0;

	put_json(w, json_head(w->run), e, &code);
	if (w->out.len > 0)
		w->out.len--; /* opened again: its last brace */
	buf_add(&w->out, bytes_str(",\"tables\":["));
	return code;
}

static int json_table(void *ctx, const struct report_run *run, const struct report_table *t,
		      const struct report_column *const *columns, size_t count, struct err *e)
{
	struct report_writer *w = ctx;
	json_t *list = json_array();
	size_t i;
	int code = 0;

	report_layout_init(&w->layout, run, t, columns, count);
	for (i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s*}", "code", columns[i]->code,
			"label", label_in(&columns[i]->label, run->ask->lang), "over",
			columns[i]->over.vi == NULL ? NULL :
			label_in(&columns[i]->over, run->ask->lang)));
	buf_add(&w->out, bytes_str(w->tables++ == 0 ? "" : ","));
	put_json(w, json_pack("{s:s, s:s, s:s*, s:o}", "code", t->code, "label",
			      label_in(&t->label, run->ask->lang), "note", t->note.vi == NULL ? NULL :
			      label_in(&t->note, run->ask->lang), "columns", list), e, &code);
	if (w->out.len > 0)
		w->out.len--;
	buf_add(&w->out, bytes_str(",\"lines\":["));
	w->lines = 0;
	return code;
}

static json_t *json_cell(const struct report_cell *c)
{
	struct buf text;
	json_t *j;

	if (c->empty)
		return json_null();
	if (c->kind == REPORT_NUMBER || c->kind == REPORT_MONEY)
		return json_integer(c->n);
	if (c->kind == REPORT_DATE)
		return json_day(c->n);
	if (c->kind == REPORT_TEXT)
		return json_stringn((const char *)c->text.at, c->text.len);
	buf_init(&text, 64);
	report_cell_show(c, &text);
	j = json_stringn((const char *)text.at, text.len);
	buf_release(&text);
	return j;
}

static int json_line(void *ctx, const struct report_line *line, struct err *e)
{
	static const char *const kinds[] = { "line", "heading", "subtotal", "total", "after" };
	struct report_writer *w = ctx;
	json_t *j = json_pack("{s:s}", "kind", kinds[line->kind]), *cells;
	char full[64];
	size_t i;
	int code = 0;

	if (line->text.len > 0)
		json_object_set_new(j, "name", json_stringn((const char *)line->text.at,
							    line->text.len));
	if (line->record.device != 0) {
		record_full_text(line->stream, line->record, full);
		json_object_set_new(j, "record", json_string(full));
	}
	cells = line->count == 0 ? NULL : json_object();
	for (i = 0; i < line->count; i++)
		json_object_set_new(cells, w->layout.columns[i]->code, json_cell(&line->cells[i]));
	if (cells != NULL)
		json_object_set_new(j, "cells", cells);
	buf_add(&w->out, bytes_str(w->lines++ == 0 ? "" : ","));
	put_json(w, j, e, &code);
	return code != 0 ? code : flush(w, false, e);
}

static int json_end(void *ctx, const struct report_sums *sums, struct err *e)
{
	struct report_writer *w = ctx;
	const struct report_table *t = w->layout.t;
	json_t *j = json_object();
	size_t i;
	int code = 0;

	for (i = 0; i < t->column_count; i++)
		if (t->columns[i].summed)
			json_object_set_new(j, t->columns[i].code, json_integer(sums->sums[i]));
	buf_add(&w->out, bytes_str("],\"sums\":"));
	put_json(w, j, e, &code);
	buf_printf(&w->out, ",\"count\":%lld,\"carried\":%lld,\"after\":%lld}",
		   (long long)sums->lines, (long long)sums->carried, (long long)sums->after);
	return code != 0 ? code : flush(w, false, e);
}

/* CSV. */

static int csv_table(void *ctx, const struct report_run *run, const struct report_table *t,
		     const struct report_column *const *columns, size_t count, struct err *e)
{
	struct report_writer *w = ctx;
	size_t i;

	report_layout_init(&w->layout, run, t, columns, count);
	if (w->tables++ == 0)
		csv_begin(&w->csv, &w->out);
	else
		csv_end_row(&w->csv);
	if (!w->single) {
		csv_cell(&w->csv, bytes_str(label_in(&t->label, run->ask->lang)));
		csv_end_row(&w->csv);
	}
	for (i = 0; i < w->layout.lead + count; i++) {
		const char *title = report_layout_full(&w->layout, i, run->a);

		if (title == NULL)
			return err_set(e, ERR_NOMEM, "%s", t->code);
		csv_cell(&w->csv, bytes_str(title));
	}
	csv_end_row(&w->csv);
	return flush(w, false, e);
}

static int csv_line(void *ctx, const struct report_line *line, struct err *e)
{
	struct report_writer *w = ctx;
	struct bytes cells[RENDER_COLUMNS_MAX];
	size_t i;

	buf_clear(&w->text);
	report_layout_texts(&w->layout, line, &w->text, cells);
	for (i = 0; i < w->layout.lead + w->layout.count; i++)
		csv_cell(&w->csv, cells[i]);
	csv_end_row(&w->csv);
	return w->text.failed ? err_set(e, ERR_NOMEM, "csv") : flush(w, false, e);
}

/* XLSX: a sheet for each table. */

static int xlsx_table(void *ctx, const struct report_run *run, const struct report_table *t,
		      const struct report_column *const *columns, size_t count, struct err *e)
{
	static const enum xlsx_kind kinds[] = { [REPORT_TEXT] = XLSX_TEXT,
						[REPORT_NUMBER] = XLSX_WHOLE,
						[REPORT_MONEY] = XLSX_WHOLE,
						[REPORT_DECIMAL] = XLSX_DECIMAL,
						[REPORT_DATE] = XLSX_DATE };
	struct report_writer *w = ctx;
	struct xlsx_column list[RENDER_COLUMNS_MAX];
	struct xlsx_sheet sheet = { .name = t->code, .columns = list, .landscape = true };
	size_t i;

	report_layout_init(&w->layout, run, t, columns, count);
	for (i = 0; i < w->layout.lead + count; i++) {
		list[i] = (struct xlsx_column){
			.title = report_layout_full(&w->layout, i, run->a),
			.kind = i < w->layout.lead ? XLSX_TEXT : kinds[columns[i - w->layout.lead]->kind],
			.width = report_layout_width(&w->layout, i)
		};
		if (list[i].title == NULL)
			return err_set(e, ERR_NOMEM, "%s", t->code);
	}
	sheet.title = label_in(&t->label, run->ask->lang);
	sheet.note = t->note.vi == NULL ? NULL : label_in(&t->note, run->ask->lang);
	sheet.count = i;
	xlsx_write_sheet(w->xlsx, &sheet);
	return 0;
}

static void xlsx_cell(struct report_writer *w, const struct report_cell *c)
{
	if (c->empty)
		xlsx_write_empty(w->xlsx);
	else if (c->kind == REPORT_TEXT)
		xlsx_write_text(w->xlsx, c->text);
	else if (c->kind == REPORT_DATE)
		xlsx_write_date(w->xlsx, c->n);
	else if (c->kind == REPORT_DECIMAL)
		xlsx_write_decimal(w->xlsx, c->n, c->scale);
	else
		xlsx_write_whole(w->xlsx, c->n);
}

static int xlsx_line(void *ctx, const struct report_line *line, struct err *e)
{
	struct report_writer *w = ctx;
	struct bytes texts[RENDER_COLUMNS_MAX];
	size_t i, lead = w->layout.lead;

	if (++w->lines > RENDER_LINES_MAX)
		return err_set(e, ERR_LIMIT, "%s: %d", w->layout.t->code, RENDER_LINES_MAX);
	buf_clear(&w->text);
	report_layout_texts(&w->layout, line, &w->text, texts);
	xlsx_write_row(w->xlsx, line->kind != LINE_PLAIN && line->kind != LINE_AFTER);
	for (i = 0; i < lead + w->layout.count; i++)
		/* The name of a sum may stand in a column of numbers' place. */
		if (i < lead || line->cells == NULL || line->cells[i - lead].empty)
			xlsx_write_text(w->xlsx, texts[i]);
		else
			xlsx_cell(w, &line->cells[i - lead]);
	return w->text.failed ? err_set(e, ERR_NOMEM, "xlsx") : 0;
}

/* Tables alone as a document: across, under the report's name. */
static int begin_document(struct report_writer *w, struct err *e)
{
	const struct report_run *run = w->run;
	struct buf text;

	w->document = document_new();
	if (w->document == NULL)
		return err_set(e, ERR_NOMEM, "%s", run->report->code);
	buf_init(&text, 4096);
	document_name(w->document, bytes_str(label_in(&run->report->label, run->ask->lang)));
	document_section(w->document, true, true);
	document_paragraph(w->document, DOCUMENT_CENTRED,
			   bytes_str(label_in(&run->report->label, run->ask->lang)));
	report_subtitle(run, &text);
	if (text.len > 0)
		document_paragraph(w->document, DOCUMENT_NOTE, buf_view(&text));
	buf_release(&text);
	report_document_sink(&w->paper, w->document);
	return 0;
}

static int begin(struct report_writer *w, struct err *e)
{
	switch (w->format) {
	case FORMAT_JSON:
		w->sink = (struct report_sink){ w, json_table, json_line, json_end, false };
		return json_begin(w, e);
	case FORMAT_CSV:
		w->sink = (struct report_sink){ w, csv_table, csv_line, NULL, false };
		return 0;
	case FORMAT_XLSX:
		w->sink = (struct report_sink){ w, xlsx_table, xlsx_line, NULL, false };
		return xlsx_write_new(w->run->now, NULL, &w->xlsx, e);
	case FORMAT_DOCX:
	case FORMAT_HTML:
		return begin_document(w, e);
	}
	return err_set(e, ERR_USAGE, "format");
}

int report_writer_new(enum report_format f, const struct report_run *run, bool single,
		      const struct report_target *target, struct report_writer **out,
		      struct err *e)
{
	struct report_writer *w = calloc(1, sizeof *w);
	int code;

	if (w == NULL)
		return err_set(e, ERR_NOMEM, "%s", run->report->code);
	w->run = run;
	w->target = target;
	w->format = f;
	w->single = single;
	buf_init(&w->out, FILE_MAX);
	buf_init(&w->text, (size_t)4 << 20);
	code = begin(w, e);
	if (code != 0) {
		report_writer_free(w);
		return code;
	}
	*out = w;
	return 0;
}

void report_writer_free(struct report_writer *w)
{
	if (w == NULL)
		return;
	if (w->document != NULL)
		report_document_sink_release(&w->paper);
	document_free(w->document);
	xlsx_write_free(w->xlsx);
	buf_release(&w->out);
	buf_release(&w->text);
	free(w);
}

const struct report_sink *report_writer_sink(struct report_writer *w)
{
	return w->document != NULL ? &w->paper.sink : &w->sink;
}

int report_writer_finish(struct report_writer *w, struct err *e)
{
	int code = 0;

	if (w->format == FORMAT_JSON)
		buf_add(&w->out, bytes_str("]}\n"));
	else if (w->format == FORMAT_XLSX)
		code = xlsx_write_finish(w->xlsx, &w->out, e);
	else if (w->format == FORMAT_DOCX)
		code = document_docx(w->document, w->run->now, &w->out, e);
	else if (w->format == FORMAT_HTML)
		code = document_html(w->document, &w->out, e);
	return code != 0 ? code : flush(w, true, e);
}
