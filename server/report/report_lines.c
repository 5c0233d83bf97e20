/* Lines of a report on their way to whoever gets them: numbered, added up, those beyond
 * the limit left out but counted. */
#include <string.h>

#include "server/report/report_run_parts.h"

int report_lines_begin(struct report_lines *l, struct report_run *run,
		       const struct report_table *t, const struct report_sink *sink,
		       struct err *e)
{
	size_t i;

	memset(l, 0, sizeof *l);
	l->run = run;
	l->t = t;
	l->sink = sink;
	l->e = e;
	for (i = 0; i < t->column_count; i++)
		if (!t->columns[i].hidden) {
			l->place[l->count] = i;
			l->columns[l->count++] = &t->columns[i];
		}
	l->sums.sums = arena_array(run->a, t->column_count + 1, sizeof *l->sums.sums);
	l->group = arena_array(run->a, t->column_count + 1, sizeof *l->group);
	if (l->sums.sums == NULL || l->group == NULL)
		return err_set(e, ERR_NOMEM, "%s", t->code);
	return sink == NULL || sink->table == NULL ? 0 :
		sink->table(sink->ctx, run, t, l->columns, l->count, e);
}

static int hand_on(struct report_lines *l, struct report_line *line,
		   const struct report_cell *cells)
{
	struct report_cell shown[REPORT_COLUMNS_MAX];
	size_t i;

	if (l->sink == NULL || l->sink->line == NULL)
		return 0;
	for (i = 0; i < l->count && cells != NULL; i++)
		shown[i] = cells[l->place[i]];
	line->cells = cells == NULL ? NULL : shown;
	line->count = cells == NULL ? 0 : l->count;
	return l->sink->line(l->sink->ctx, line, l->e);
}

static int add_sums(struct report_lines *l, const struct report_cell *cells)
{
	size_t i;

	for (i = 0; i < l->t->column_count; i++)
		if (l->t->columns[i].summed && !cells[i].empty &&
		    (__builtin_add_overflow(l->sums.sums[i], cells[i].n, &l->sums.sums[i]) ||
		     __builtin_add_overflow(l->group[i], cells[i].n, &l->group[i])))
			return err_set(l->e, ERR_LIMIT, "%s.%s", l->t->code, l->t->columns[i].code);
	return 0;
}

/* Whether no further line is shown. */
static bool full(const struct report_lines *l)
{
	return l->run->ask->limit > 0 && l->number >= l->run->ask->limit;
}

int report_lines_put(struct report_lines *l, enum report_part part,
		     const struct report_line *of, const struct report_cell *cells)
{
	struct report_line line = *of;
	int code = 0;

	line.kind = part == PART_AFTER ? LINE_AFTER : LINE_PLAIN;
	line.number = l->t->numbered ? l->number + 1 : 0;
	if (part == PART_AFTER) {
		l->sums.after++;
	} else {
		l->sums.lines++;
		l->sums.carried += part == PART_CARRIED;
		l->group_lines++;
		code = add_sums(l, cells);
	}
	if (code != 0)
		return code;
	if (full(l)) {
		l->sums.hidden++;
		return 0;
	}
	l->number++;
	return hand_on(l, &line, cells);
}

int report_lines_heading(struct report_lines *l, struct bytes text)
{
	struct report_line line = { .kind = LINE_HEADING, .text = text };

	return full(l) ? 0 : hand_on(l, &line, NULL);
}

/* A line of sums: the columns that have none stay empty. */
static int put_sums(struct report_lines *l, enum report_line_kind kind, struct bytes name,
		    const int64_t *sums)
{
	struct report_line line = { .kind = kind, .text = name };
	struct report_cell cells[REPORT_COLUMNS_MAX];
	bool any = false;
	size_t i;

	for (i = 0; i < l->t->column_count; i++) {
		const struct report_column *c = &l->t->columns[i];

		cells[i] = (struct report_cell){ .kind = c->kind, .scale = c->scale,
						 .empty = !c->summed, .n = sums[i] };
		any |= c->summed && !c->hidden;
	}
	return any ? hand_on(l, &line, cells) : 0;
}

int report_lines_group(struct report_lines *l, struct bytes name)
{
	int code = l->sums.hidden > 0 || l->group_lines < 2 ? 0 :
		put_sums(l, LINE_SUBTOTAL, name, l->group);

	memset(l->group, 0, l->t->column_count * sizeof *l->group);
	l->group_lines = 0;
	return code;
}

int report_lines_end(struct report_lines *l)
{
	const struct report_run *run = l->run;
	struct bytes name = bytes_str(run->ask->lang == LANG_EN ? "Total" : "Tổng cộng");
	size_t table = (size_t)(l->t - run->report->tables);
	int code = 0;

	if (l->t->by != BY_ALL && l->t->total && l->sums.lines > 0)
		code = put_sums(l, LINE_TOTAL, name, l->sums.sums);
	run->sums[table] = l->sums;
	if (code != 0 || l->sink == NULL || l->sink->end == NULL)
		return code;
	return l->sink->end(l->sink->ctx, &l->sums, l->e);
}

uint64_t report_unit_of(const struct report_run *run, uint64_t stream)
{
	return run->ask->successor ? units_heir(run->units, stream, run->day) : stream;
}

void report_unit_name(const struct report_run *run, uint64_t stream, struct buf *out)
{
	struct unit u;

	if (units_on(run->units, report_unit_of(run, stream), run->day, &u))
		buf_add(out, u.name);
}
