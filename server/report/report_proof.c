/* What a paper must prove before it can be signed (plan, section 7.1): each number by two
 * ways that have little in common.
 *
 *   sums      added up line by line / asked of the database over all records at once
 *   lines     those listed / those counted
 *   states    those listed / those whose moves, one by one, had led to such a state
 *   units     lines of a table by units / units that were there in the year
 *   reports   units that reported and units that did not / units expected
 *   totals    the running totals of a type and year / its records
 *   declared  the pack's own: the annexes against each other */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/replica/projection.h"
#include "server/report/report_paper.h"
#include "server/report/report_run_parts.h"

enum { PROOFS_MAX = 4000 };

struct proving {
	struct paper_run *p;
	struct proof *list;
	size_t count, failed;
	bool en;
	struct err *e;
};

static int add_proof(struct proving *pr, int64_t left, int64_t right, const char *vi,
		     const char *en, const char *table, const char *column)
{
	struct buf text;
	char *kept;

	if (pr->count == PROOFS_MAX)
		return err_set(pr->e, ERR_LIMIT, "proofs");
	buf_init(&text, 4096);
	buf_add(&text, bytes_str(pr->en ? en : vi));
	if (table != NULL)
		buf_printf(&text, ": %s", table);
	if (column != NULL)
		buf_printf(&text, ", %s", column);
	kept = arena_str(pr->p->run->a, buf_view(&text));
	buf_release(&text);
	if (kept == NULL)
		return err_set(pr->e, ERR_NOMEM, "proofs");
	pr->list[pr->count++] = (struct proof){ kept, left, right };
	pr->failed += left != right;
	return 0;
}

static const char *label_of(const struct proving *pr, const struct label *l)
{
	return label_in(l, pr->p->run->ask->lang);
}

/* Sums and counts of a table, by both ways. */
static int prove_sums(struct proving *pr, const struct report_table *t)
{
	struct report_run *run = pr->p->run;
	const struct report_sums *lines = &run->sums[t - run->report->tables];
	struct report_sums all;
	size_t i;
	int code = report_totals(run, t, &all, pr->e);

	if (code == 0 && t->by == BY_RECORD)
		code = add_proof(pr, lines->lines, all.lines, "Số dòng = số hồ sơ",
				 "Lines = records", label_of(pr, &t->label), NULL);
	for (i = 0; i < t->column_count && code == 0; i++)
		if (t->columns[i].summed)
			code = add_proof(pr, lines->sums[i], all.sums[i],
					 "Cộng các dòng = tổng của mọi hồ sơ",
					 "Sum of the lines = total of all records",
					 label_of(pr, &t->label),
					 label_of(pr, &t->columns[i].label));
	return code;
}

/* A list's records, gone through by their moves. */
struct walk {
	struct report_run *run;
	struct paper_lines lines;
};

/* The state at the cut-off, from the first move on. */
static int state_then(struct report_run *run, const struct type *t, uint64_t stream,
		      struct rid id, int64_t *state, struct err *e)
{
	struct stmt *s;
	int code = db_query(run->r->db, e, &s, "SELECT state, received FROM transition WHERE "
			    "stream=$1 AND device=$2 AND op=$3 ORDER BY seq, number", "uuu", stream,
			    id.device, id.op);

	*state = t->workflow->states[0].number;
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1)
		if (t == run->untimed || db_int(s, 1) <= run->cutoff)
			*state = db_int(s, 0);
	db_done(s);
	return code;
}

static int see_line(void *ctx, const struct report_line *line, struct err *e)
{
	struct walk *w = ctx;
	const struct report_source *src = line->source;
	const struct type *t;
	int64_t state = 0;
	int code;

	if (line->kind != LINE_PLAIN)
		return 0;
	t = report_stated(src);
	w->lines.all++;
	if (src->states == 0) {
		w->lines.good++;
		return 0;
	}
	code = state_then(w->run, t, line->stream, line->record, &state, e);
	w->lines.good += code == 0 && (src->states & state_bit(t->workflow, state)) != 0;
	return code;
}

int paper_walk(struct paper_run *p, const struct report_table *t, struct err *e)
{
	struct walk w = { .run = p->run };
	const struct report_sink sink = { .ctx = &w, .line = see_line, .bare = true };
	int code = report_run_table(p->run, t, &sink, e);

	p->lines[t - p->run->report->tables] = w.lines;
	return code;
}

static int prove_states(struct proving *pr, const struct report_table *t)
{
	const struct paper_lines *lines = &pr->p->lines[t - pr->p->run->report->tables];
	size_t i;

	for (i = 0; i < t->feed_count; i++)
		if (t->by == BY_RECORD && t->feeds[i].source->states != 0)
			return add_proof(pr, lines->all, lines->good,
					 "Số dòng = số hồ sơ đạt yêu cầu vào ngày chốt",
					 "Lines = records in such a state at the cut-off",
					 label_of(pr, &t->label), NULL);
	return 0;
}

/* Lines of a table by units, each unit once. */
struct units_seen {
	uint64_t *list;
	size_t count, max;
};

static int see_unit(void *ctx, const struct report_line *line, struct err *e)
{
	struct units_seen *u = ctx;

	if (line->kind != LINE_PLAIN)
		return 0;
	if (u->count == u->max)
		return err_set(e, ERR_LIMIT, "units");
	u->list[u->count++] = line->stream;
	return 0;
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Units of the year that stand in the table exactly once. Under successors it is those
 * that their units have gone into that count. */
static int prove_units(struct proving *pr, const struct report_table *t)
{
	struct report_run *run = pr->p->run;
	struct units_seen seen = { .max = units_count(run->units) + 1 };
	const struct report_sink sink = { .ctx = &seen, .line = see_unit };
	struct report_unit *units;
	size_t count, i, k, once = 0, wanted = 0;
	int code = 0;

	if (t->by != BY_UNIT || t->deadline == NULL || run->ask->has_unit)
		return 0;
	seen.list = arena_array(run->a, seen.max, sizeof *seen.list);
	if (seen.list == NULL)
		return err_set(pr->e, ERR_NOMEM, "units");
	code = report_run_table(run, t, &sink, pr->e);
	if (code == 0)
		code = report_units(run, t->deadline, &units, &count, pr->e);
	if (code != 0)
		return code;
	qsort(seen.list, seen.count, sizeof *seen.list, compare_numbers);
	for (i = 0; i < count; i++) {
		size_t times = 0;
		uint64_t unit = report_unit_of(run, units[i].number);

		for (k = 0; k < i && report_unit_of(run, units[k].number) != unit; k++)
			;
		if (k < i)
			continue;
		wanted++;
		for (k = 0; k < seen.count; k++)
			times += seen.list[k] == unit;
		once += times == 1;
	}
	return add_proof(pr, (int64_t)once, (int64_t)wanted,
			 "Số đơn vị có đúng một dòng = số đơn vị hoạt động trong năm",
			 "Units with exactly one line = units there in the year",
			 label_of(pr, &t->label), NULL);
}

static int prove_reports(struct proving *pr)
{
	const struct paper_run *p = pr->p;
	struct report_run *run = p->run;
	size_t i, asked = 0;
	int64_t last;

	if (p->paper->deadline == NULL || run->ask->has_unit)
		return 0;
	/* Expected: counted from the units themselves, not from what was filed. */
	last = deadline_last_day(p->paper->deadline, (struct period){ run->ask->year, 0 });
	for (i = 0; i < units_count(run->units); i++) {
		struct unit u;

		units_at(run->units, i, last, &u);
		asked += calendar_asks(p->paper->deadline, &u);
	}
	return add_proof(pr, (int64_t)(p->counts[UNITS_REPORTED] + p->counts[UNITS_MISSING]), (int64_t)asked,
			 "Đã báo cáo + chưa nộp = số đơn vị phải báo cáo",
			 "Reported + missing = units expected", NULL, NULL);
}

/* Two numbers of the first row. */
static int read_pair(struct proving *pr, struct stmt *q, int64_t out[2])
{
	int code = db_step(q, pr->e);

	out[0] = out[1] = 0;
	if (code == 1) {
		out[0] = db_int(q, 0);
		out[1] = db_int(q, 1);
		code = 0;
	}
	db_done(q);
	return code;
}

/* The running totals of a type and year, kept change by change, and its rows. */
static int prove_total(struct proving *pr, const struct type *t)
{
	struct report_run *run = pr->p->run;
	const struct field *year = t->total_year == 0 ? NULL : type_field(t, t->total_year);
	const struct field *sum = t->total_sum == 0 ? NULL : type_field(t, t->total_sum);
	char table[64], column[64], summed[64] = "NULL", sql[400];
	int64_t kept[2], there[2];
	struct stmt *q;
	int code;

	if (year == NULL || run->ask->year == 0)
		return 0;
	projection_table(t, table);
	projection_column(year, 0, column);
	if (sum != NULL)
		projection_column(sum, 0, summed);
	code = db_query(run->r->db, pr->e, &q, "SELECT sum(count), sum(sum) FROM total WHERE type=$1 "
			"AND year=$2", "ui", (uint64_t)t->number, run->ask->year);
	if (code == 0)
		code = read_pair(pr, q, kept);
	snprintf(sql, sizeof sql, "SELECT count(*), sum(%s) FROM %s WHERE %s=$1 AND deleted=0",
		 summed, table, column);
	if (code == 0)
		code = db_query_once(run->r->db, pr->e, &q, sql);
	if (code != 0)
		return code;
	db_bind_int(q, 1, run->ask->year);
	code = read_pair(pr, q, there);
	if (code == 0)
		code = add_proof(pr, kept[0], there[0], "Sổ tổng hợp = số hồ sơ trong năm",
				 "Running total = records of the year", label_of(pr, &t->label),
				 NULL);
	return code != 0 || sum == NULL ? code :
		add_proof(pr, kept[1], there[1], "Sổ tổng hợp = số tiền của các hồ sơ trong năm",
			  "Running total = money of the year's records", label_of(pr, &t->label),
			  NULL);
}

static int prove_running(struct proving *pr)
{
	const struct report *r = pr->p->run->report;
	const struct schema *s = pr->p->run->schema;
	size_t i, k, f;
	int code = 0;

	for (i = 0; i < s->type_count && code == 0; i++) {
		bool used = false;

		for (k = 0; k < r->table_count && !used; k++)
			for (f = 0; f < r->tables[k].feed_count; f++)
				used |= r->tables[k].feeds[f].source != NULL &&
					report_stated(r->tables[k].feeds[f].source) == s->types[i];
		if (used)
			code = prove_total(pr, s->types[i]);
	}
	return code;
}

static int add_side(struct proving *pr, const struct paper_number *list, size_t count,
		    int64_t *out)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (__builtin_add_overflow(*out, paper_number(pr->p, list[i]), out))
			return err_set(pr->e, ERR_LIMIT, "proofs");
	return 0;
}

static int prove_declared(struct proving *pr)
{
	const struct report_paper *paper = pr->p->paper;
	size_t i;
	int code = 0;

	for (i = 0; i < paper->proof_count && code == 0; i++) {
		const struct paper_proof *proof = &paper->proofs[i];
		int64_t left = 0, right = 0;

		code = add_side(pr, proof->left, proof->left_count, &left);
		if (code == 0)
			code = add_side(pr, proof->right, proof->right_count, &right);
		if (code == 0)
			code = add_proof(pr, left, right, proof->label.vi, proof->label.en, NULL,
					 NULL);
	}
	return code;
}

int paper_prove(struct paper_run *p, struct proof **out, size_t *count, size_t *failed,
		struct err *e)
{
	struct proving pr = { .p = p, .e = e, .en = p->run->ask->lang == LANG_EN };
	const struct report *r = p->run->report;
	size_t i;
	int code = 0;

	pr.list = arena_array(p->run->a, PROOFS_MAX, sizeof *pr.list);
	if (pr.list == NULL)
		return err_set(e, ERR_NOMEM, "proofs");
	for (i = 0; i < r->table_count && code == 0; i++) {
		code = prove_sums(&pr, &r->tables[i]);
		if (code == 0)
			code = prove_states(&pr, &r->tables[i]);
		if (code == 0)
			code = prove_units(&pr, &r->tables[i]);
	}
	if (code == 0)
		code = prove_declared(&pr);
	if (code == 0)
		code = prove_reports(&pr);
	if (code == 0)
		code = prove_running(&pr);
	*out = pr.list;
	*count = pr.count;
	*failed = pr.failed;
	return code;
}
