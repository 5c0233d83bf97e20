/* Papers made: sums first, then the text that quotes them, with the tables in it. */
#include "server/report/report_paper.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/letter.h"
#include "server/report/report_render.h"
#include "server/report/report_run_parts.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

/* The sums of all tables, each line gone through. */
static int add_up(struct paper_run *p, bool prove, struct err *e)
{
	const struct report *r = p->run->report;
	size_t i;
	int code = 0;

	if (prove)
		p->lines = arena_array(p->run->a, r->table_count + 1, sizeof *p->lines);
	if (prove && p->lines == NULL)
		return err_set(e, ERR_NOMEM, "%s", r->code);
	for (i = 0; i < r->table_count && code == 0; i++)
		code = prove && r->tables[i].by == BY_RECORD ?
			       paper_walk(p, &r->tables[i], e) :
			       report_run_table(p->run, &r->tables[i], NULL, e);
	return code;
}

int paper_begin(struct paper_run *p, struct report_run *run, bool prove, struct err *e)
{
	size_t i;
	int code;

	*p = (struct paper_run){ .run = run, .paper = run->report->paper };
	code = add_up(p, prove, e);
	if (code != 0 || p->paper->deadline == NULL)
		return code;
	code = report_units(run, p->paper->deadline, &p->units, &p->unit_count, e);
	for (i = 0; i < p->unit_count && code == 0; i++) {
		const struct report_unit *u = &p->units[i];

		/* A paper of one unit waits for that one alone. */
		if (run->ask->has_unit && u->number != run->ask->unit)
			continue;
		p->counts[UNITS_EXPECTED] += u->due;
		p->counts[UNITS_REPORTED] += u->due && u->reported;
		p->counts[UNITS_NIL] += u->due && u->reported && u->nil;
	}
	p->counts[UNITS_MISSING] = p->counts[UNITS_EXPECTED] - p->counts[UNITS_REPORTED];
	return code;
}

int64_t paper_number(const struct paper_run *p, struct paper_number n)
{
	const struct report_sums *s;

	if (n.table == NULL)
		return (int64_t)p->counts[n.column];
	s = &p->run->sums[n.table - p->run->report->tables];
	return n.column < n.table->column_count ? s->sums[n.column] : s->lines;
}

void paper_names(const struct paper_run *p, bool nil, struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < p->unit_count; i++) {
		const struct report_unit *u = &p->units[i];

		if (!u->due || (nil ? !u->nil : u->reported) ||
		    (p->run->ask->has_unit && u->number != p->run->ask->unit))
			continue;
		buf_add(out, bytes_str(n++ == 0 ? "" : "; "));
		report_unit_name(p->run, u->number, out);
	}
}

/* Sums of all tables as lines of text: what a signature keeps. */
static void put_totals(const struct paper_run *p, struct buf *out)
{
	const struct report *r = p->run->report;
	size_t i, k;

	for (i = 0; i < r->table_count; i++) {
		const struct report_table *t = &r->tables[i];

		buf_printf(out, "%s.count=%" PRId64 "\n", t->code, p->run->sums[i].lines);
		for (k = 0; k < t->column_count; k++)
			if (t->columns[k].summed)
				buf_printf(out, "%s.%s=%" PRId64 "\n", t->code, t->columns[k].code,
					   p->run->sums[i].sums[k]);
	}
}

static void put_number(const struct paper_run *p, struct bytes name, struct buf *out)
{
	struct report_cell cell = { .kind = REPORT_NUMBER };
	struct paper_number n;

	if (!paper_find(p->run->report, name, &n))
		return;
	cell.n = paper_number(p, n);
	if (n.table != NULL && n.column < n.table->column_count) {
		cell.kind = n.table->columns[n.column].kind;
		cell.scale = n.table->columns[n.column].scale;
	}
	report_cell_show(&cell, out);
}

/* The unit's name in capitals, as title blocks have it. */
static void put_capitals(const struct paper_run *p, struct buf *out)
{
	struct buf name;
	size_t at = 0;

	buf_init(&name, 4096);
	report_unit_name(p->run, p->run->ask->unit, &name);
	while (at < name.len) {
		uint32_t c = letter_next(buf_view(&name), &at);
		struct letter l;

		if (letter_of(c, &l)) {
			l.capital = true;
			c = letter_code(l);
		}
		letter_put(c, out);
	}
	buf_release(&name);
}

static void put_placeholder(const struct paper_run *p, struct bytes name, struct buf *out)
{
	static const char *const quarters[] = { "", "I", "II", "III", "IV" };
	const struct report_run *run = p->run;

	if (bytes_equal(name, bytes_str("year")))
		buf_printf(out, "%" PRId64, run->ask->year);
	else if (bytes_equal(name, bytes_str("quarter")))
		buf_printf(out, "%s", quarters[run->ask->quarter]);
	else if (bytes_equal(name, bytes_str("cutoff")))
		report_cell_show(&(struct report_cell){ .kind = REPORT_DATE,
							.n = run->cutoff_day }, out);
	else if (bytes_equal(name, bytes_str("unit")))
		report_unit_name(run, run->ask->unit, out);
	else if (bytes_equal(name, bytes_str("UNIT")))
		put_capitals(p, out);
	else if (bytes_equal(name, bytes_str("missing_names")))
		paper_names(p, false, out);
	else if (bytes_equal(name, bytes_str("nil_names")))
		paper_names(p, true, out);
	else if (bytes_equal(name, bytes_str("totals")))
		put_totals(p, out);
	else if (bytes_equal(name, bytes_str("members")))
		buf_printf(out, "%zu", p->members);
	else
		put_number(p, name, out);
}

void paper_expand(const struct paper_run *p, const char *text, struct buf *out)
{
	const char *open, *close;

	while (text != NULL && (open = strchr(text, '{')) != NULL) {
		close = strchr(open, '}');
		if (close == NULL)
			break;
		buf_put(out, text, (size_t)(open - text));
		put_placeholder(p, (struct bytes){ (const uint8_t *)open + 1,
						   (size_t)(close - open) - 1 }, out);
		text = close + 1;
	}
	buf_add(out, bytes_str(text));
}

/* A text of the pack, filled in, in the run's arena. */
static struct bytes filled(const struct paper_run *p, const char *text)
{
	struct bytes kept;
	struct buf b;

	buf_init(&b, TEXT_MAX);
	paper_expand(p, text, &b);
	kept = arena_copy(p->run->a, buf_view(&b));
	buf_release(&b);
	return kept;
}

/* What units wrote, the same text once; the first of them by name. */
enum { COLLECTED_NAMES = 5 };
struct collected {
	struct bytes text;
	struct buf units;
	size_t count;
};

static int add_collected(struct paper_run *p, struct collected **list, size_t *count,
			 struct bytes text, uint64_t stream, struct err *e)
{
	struct collected *c = *list, *more;
	size_t i;

	for (i = 0; i < *count && !bytes_equal(c[i].text, text); i++)
		;
	if (i == *count) {
		if ((i & (i - 1)) == 0) {
			more = realloc(c, (i == 0 ? 1 : i * 2) * sizeof *c);
			if (more == NULL)
				return err_set(e, ERR_NOMEM, "collect");
			*list = c = more;
		}
		c[i].text = arena_copy(p->run->a, text);
		c[i].count = 0;
		buf_init(&c[i].units, TEXT_MAX);
		(*count)++;
	}
	if (c[i].count++ < COLLECTED_NAMES) {
		buf_add(&c[i].units, bytes_str(c[i].units.len == 0 ? "" : "; "));
		report_unit_name(p->run, stream, &c[i].units);
	}
	return c[i].units.failed || c[i].text.at == NULL ? err_set(e, ERR_NOMEM, "collect") : 0;
}

static struct bytes trimmed(struct bytes s)
{
	while (s.len > 0 && s.at[0] <= ' ') {
		s.at++;
		s.len--;
	}
	while (s.len > 0 && s.at[s.len - 1] <= ' ')
		s.len--;
	return s;
}

static int collect(struct paper_run *p, const struct paper_block *b, struct collected **list,
		   size_t *count, struct err *e)
{
	unsigned part, parts = report_parts(p->run, b->source) & (PART_OWN | PART_CARRIED);
	int code = 0;

	for (part = PART_OWN; part <= PART_CARRIED && code == 0; part *= 2) {
		struct report_sql q;
		struct stmt *s;

		if ((parts & part) == 0)
			continue;
		report_sql_init(&q, p->run, (enum report_part)part, e);
		report_sql_add(&q, "SELECT a.stream, ");
		report_sql_expr(&q, b->source, b->field);
		report_sql_source(&q, b->source);
		report_sql_add(&q, " ORDER BY a.stream, a.op");
		code = report_sql_query(&q, &s);
		report_sql_release(&q);
		if (code != 0)
			break;
		while ((code = db_step(s, e)) == 1) {
			struct bytes text = trimmed(db_text(s, 1));

			code = text.len == 0 ? 0 : add_collected(p, list, count, text,
								  (uint64_t)db_int(s, 0), e);
			if (code != 0)
				break;
		}
		db_done(s);
	}
	return code;
}

/* Who wrote it belongs to the sentence, unless the paper is that unit's own. */
static void put_collected(const struct paper_run *p, const struct collected *c, struct buf *out)
{
	struct bytes text = c->text;

	if (p->run->ask->has_unit) {
		buf_add(out, text);
		return;
	}
	while (text.len > 0 && (text.at[text.len - 1] == '.' || text.at[text.len - 1] == ';'))
		text.len--;
	buf_add(out, text);
	buf_add(out, bytes_str(" ("));
	buf_add(out, buf_view(&c->units));
	if (c->count > COLLECTED_NAMES)
		buf_printf(out, p->run->ask->lang == LANG_EN ? "; and %zu others" :
			   "; và %zu đơn vị khác", c->count - COLLECTED_NAMES);
	buf_add(out, bytes_str(")."));
}

static int write_collected(struct paper_run *p, struct document *d, const struct paper_block *b,
			   struct err *e)
{
	struct collected *list = NULL;
	struct buf line;
	size_t count = 0, i;
	int code = collect(p, b, &list, &count, e);

	buf_init(&line, TEXT_MAX);
	for (i = 0; i < count && code == 0; i++) {
		buf_clear(&line);
		put_collected(p, &list[i], &line);
		document_paragraph(d, b->style, buf_view(&line));
	}
	if (count == 0 && b->text != NULL && code == 0)
		document_paragraph(d, DOCUMENT_BODY, filled(p, b->text));
	for (i = 0; i < count; i++)
		buf_release(&list[i].units);
	free(list);
	buf_release(&line);
	return code;
}

static int write_table(struct paper_run *p, struct document *d, const struct report_table *t,
		       bool titled, struct err *e)
{
	struct report_document_sink sink;
	int code;

	report_document_sink(&sink, d);
	sink.untitled = !titled;
	code = report_run_table(p->run, t, &sink.sink, e);
	report_document_sink_release(&sink);
	return code;
}

static int write_block(struct paper_run *p, struct document *d, const struct paper_block *b,
		       struct err *e)
{
	if (b->has_condition && (paper_number(p, b->condition) != 0) == b->unless)
		return 0;
	switch (b->kind) {
	case PAPER_HEADING:
	case PAPER_TEXT:
		document_paragraph(d, b->style, filled(p, b->text));
		return 0;
	case PAPER_TABLE:
		return write_table(p, d, b->table, true, e);
	case PAPER_COLLECT:
		return write_collected(p, d, b, e);
	}
	return 0;
}

static void write_head(struct paper_run *p, struct document *d)
{
	const struct report_paper *paper = p->paper;
	const struct document_head head = {
		.superior = filled(p, paper->head.superior), .agency = filled(p, paper->head.agency),
		.number = filled(p, paper->head.number), .place_date = filled(p, paper->head.place),
		.type = filled(p, paper->head.type), .summary = filled(p, paper->head.subject)
	};

	document_name(d, head.summary);
	if (p->counts[UNITS_MISSING] > 0 && paper->draft != NULL)
		document_notice(d, filled(p, paper->draft));
	document_head(d, &head);
}

static void write_signature(struct paper_run *p, struct document *d)
{
	const struct report_paper *paper = p->paper;
	struct bytes lines[PAPER_LINES_MAX];
	struct document_signature s = { .recipients = lines,
					.recipient_count = paper->recipient_count,
					.authority = filled(p, paper->signer.authority),
					.title = filled(p, paper->signer.title),
					.name = filled(p, paper->signer.name) };
	size_t i;

	for (i = 0; i < paper->recipient_count; i++)
		lines[i] = filled(p, paper->recipients[i]);
	document_signature(d, &s);
}

int paper_write(struct paper_run *p, struct document *d, struct err *e)
{
	const struct report_paper *paper = p->paper;
	size_t i;
	int code = 0;

	write_head(p, d);
	for (i = 0; i < paper->block_count && code == 0; i++)
		code = write_block(p, d, &paper->blocks[i], e);
	if (code == 0)
		write_signature(p, d);
	for (i = 0; i < paper->annex_count && code == 0; i++) {
		const struct paper_annex *a = &paper->annexes[i];

		document_section(d, true, true);
		document_annex(d, filled(p, a->number),
			       bytes_str(label_in(&a->table->label, p->run->ask->lang)),
			       filled(p, a->belongs));
		code = write_table(p, d, a->table, false, e);
	}
	return code;
}
