/* Reports put on paper, screen or disk: every form is a sink (report_run.h).
 *
 * CSV and JSON go out piece by piece as the lines come; XLSX, DOCX and HTML are made
 * whole, so they hold at most RENDER_LINES_MAX lines. What a spreadsheet could take for
 * a formula is never one (csv.h, xlsx_write.h). */
#ifndef DONGBO_SERVER_REPORT_RENDER_H
#define DONGBO_SERVER_REPORT_RENDER_H

#include "server/report/document.h"
#include "server/report/report_run.h"

enum { RENDER_LINES_MAX = 50000, RENDER_COLUMNS_MAX = REPORT_COLUMNS_MAX + 2 };

enum report_format {
	FORMAT_JSON, FORMAT_CSV, FORMAT_XLSX, FORMAT_DOCX, FORMAT_HTML
};

/* By name or by a file's ending. */
bool report_format_find(const char *name, enum report_format *out);

/* Takes pieces of the result. */
struct report_target {
	void *ctx;
	int (*write)(void *ctx, struct bytes piece, struct err *e);
};

struct report_writer;
/* single: one table alone, whose title is then left out of CSV. The run and the target
 * must outlive it. */
int report_writer_new(enum report_format f, const struct report_run *run, bool single,
		      const struct report_target *target, struct report_writer **out,
		      struct err *e);
void report_writer_free(struct report_writer *w);
const struct report_sink *report_writer_sink(struct report_writer *w);
int report_writer_finish(struct report_writer *w, struct err *e);

/* The columns of a table as they stand: TT, names of lines that count, then its own. */
struct report_layout {
	const struct report_table *t;
	const struct report_column *const *columns;
	size_t count;              /* of `columns` */
	size_t lead;               /* columns before those */
	enum lang lang;
};

void report_layout_init(struct report_layout *l, const struct report_run *run,
			const struct report_table *t,
			const struct report_column *const *columns, size_t count);
/* Heading and width (in characters) of the n-th column that stands there. */
const char *report_layout_title(const struct report_layout *l, size_t n);
/* With the heading that it shares with its neighbours before it, where headings stand in a
 * single line: "Thu hồi: Phải thu". Into the arena; NULL when memory is out. */
const char *report_layout_full(const struct report_layout *l, size_t n, struct arena *a);
unsigned report_layout_width(const struct report_layout *l, size_t n);
/* The cells of a line as texts, appended to `text`; views into it, of lead + count. A
 * heading is the first one alone. */
void report_layout_texts(const struct report_layout *l, const struct report_line *line,
			 struct buf *text, struct bytes out[RENDER_COLUMNS_MAX]);

/* A sink that puts tables into a document, with their titles above them. */
struct report_document_sink {
	struct report_sink sink;
	struct document *d;
	struct report_layout layout;
	struct buf text;
	int64_t lines;
	bool untitled;             /* the title stands elsewhere: an annex */
};
void report_document_sink(struct report_document_sink *s, struct document *d);
void report_document_sink_release(struct report_document_sink *s);

#endif
