/* The sums of a table, asked of the database over whole sources: the other way to the
 * numbers that are added up line by line. */
#include <string.h>

#include "server/report_run_parts.h"

static int add(struct report_run *run, const struct report_table *t, int64_t n, int64_t *to,
	       struct err *e)
{
	(void)run;
	return __builtin_add_overflow(*to, n, to) ? err_set(e, ERR_LIMIT, "%s", t->code) : 0;
}

/* What a column adds up over one part of a list's records. */
static void list_term(struct report_sql *q, const struct report_feed *feed,
		      const struct report_value *v)
{
	report_sql_add(q, ", coalesce(sum(");
	if (v->what == REPORT_VALUE)
		report_sql_expr(q, feed->source, v->x[0]);
	else
		report_sql_through(q, v);
	report_sql_add(q, "), 0)");
}

static bool adds(const struct report_table *t, const struct report_feed *feed, size_t i)
{
	enum report_what what = feed->values[i].what;

	return t->columns[i].summed && (what == REPORT_VALUE || what == REPORT_COUNT ||
					what == REPORT_SUM);
}

static int total_part(struct report_run *run, const struct report_table *t,
		      const struct report_feed *feed, enum report_part part,
		      struct report_sums *out, struct err *e)
{
	struct report_sql q;
	struct stmt *s;
	size_t i;
	int column = 1, code;

	report_sql_init(&q, run, part, e);
	report_sql_add(&q, "SELECT count(*)");
	for (i = 0; i < t->column_count && part != PART_AFTER; i++)
		if (adds(t, feed, i))
			list_term(&q, feed, &feed->values[i]);
	report_sql_source(&q, feed->source);
	code = report_sql_query(&q, &s);
	report_sql_release(&q);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		code = 0;
		if (part == PART_AFTER)
			out->after += db_int(s, 0);
		else
			out->lines += db_int(s, 0);
		if (part == PART_CARRIED)
			out->carried += db_int(s, 0);
		for (i = 0; i < t->column_count && part != PART_AFTER && code == 0; i++)
			if (adds(t, feed, i))
				code = add(run, t, db_int(s, column++), &out->sums[i], e);
	}
	db_done(s);
	return code;
}

static int total_list(struct report_run *run, const struct report_table *t,
		      struct report_sums *out, struct err *e)
{
	size_t i;
	unsigned part;
	int code = 0;

	for (i = 0; i < t->feed_count; i++)
		for (part = PART_OWN; part <= PART_AFTER && code == 0; part *= 2)
			if ((report_parts(run, t->feeds[i].source) & part) != 0)
				code = total_part(run, t, &t->feeds[i], (enum report_part)part, out,
						  e);
	return code;
}

/* One measure over all its records: no lines, no keys. */
static int total_measure(struct report_run *run, const struct report_table *t,
			 const struct report_source *src, const struct report_value *v,
			 int64_t *to, struct err *e)
{
	unsigned part, parts = report_parts(run, src) & v->parts;
	int code = 0;

	for (part = PART_OWN; part <= PART_AFTER && code == 0; part *= 2) {
		struct report_sql q;
		struct stmt *s;

		if ((parts & part) == 0)
			continue;
		report_sql_init(&q, run, (enum report_part)part, e);
		report_sql_add(&q, v->what == REPORT_COUNT ? "SELECT count(*)" : "SELECT sum(");
		if (v->what == REPORT_SUM) {
			report_sql_expr(&q, src, v->x[0]);
			report_sql_add(&q, ")");
		}
		report_sql_source(&q, src);
		code = report_sql_query(&q, &s);
		report_sql_release(&q);
		if (code != 0)
			break;
		code = db_step(s, e);
		if (code == 1)
			code = add(run, t, db_int(s, 0), to, e);
		db_done(s);
	}
	return code;
}

int report_totals(struct report_run *run, const struct report_table *t,
		  struct report_sums *out, struct err *e)
{
	size_t i, k;
	int code = 0;

	memset(out, 0, sizeof *out);
	out->sums = arena_array(run->a, t->column_count + 1, sizeof *out->sums);
	if (out->sums == NULL)
		return err_set(e, ERR_NOMEM, "%s", t->code);
	if (t->by == BY_RECORD)
		return total_list(run, t, out, e);
	for (i = 0; i < t->feed_count; i++)
		for (k = 0; k < t->column_count && code == 0; k++) {
			const struct report_value *v = &t->feeds[i].values[k];

			if (v->what == REPORT_COUNT || v->what == REPORT_SUM)
				code = total_measure(run, t, v->source != NULL ? v->source :
						     t->feeds[i].source, v, &out->sums[k], e);
		}
	return code;
}
