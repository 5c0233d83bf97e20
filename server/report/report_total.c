/* The sums of a report's tables, asked of the database over whole sources: the other way to
 * the numbers that are added up line by line. All of them at once, the first time that one
 * is asked for: tables whose records are the same read them together. */
#include <stdlib.h>

#include "server/report/report_run_parts.h"

enum { NUMBERS_MAX = REPORT_TABLES_MAX * REPORT_SOURCES_MAX * (REPORT_COLUMNS_MAX + 3) };

/* The numbers of all tables, each asked of one source. */
struct totalling {
	struct report_run *run;
	struct tally_slot *list;
	size_t count, cap;
	struct err *e;
};

static int add_number(struct totalling *to, const struct report_source *src,
		      const struct report_value *v, unsigned parts, int64_t *sum)
{
	struct tally_slot *more;
	size_t cap = to->cap == 0 ? 128 : to->cap * 2;

	if (to->count == NUMBERS_MAX)
		return err_set(to->e, ERR_LIMIT, "%s", to->run->report->code);
	if (to->count == to->cap) {
		more = realloc(to->list, cap * sizeof *more);
		if (more == NULL)
			return err_set(to->e, ERR_NOMEM, "%s", to->run->report->code);
		to->list = more;
		to->cap = cap;
	}
	to->list[to->count++] = (struct tally_slot){ .source = src, .value = v, .parts = parts,
						     .to = sum };
	return 0;
}

static bool adds(enum report_what what)
{
	return what == REPORT_VALUE || what == REPORT_COUNT || what == REPORT_SUM;
}

/* A list's lines, and what its columns add up to. */
static int add_list(struct totalling *to, const struct report_table *t,
		    const struct report_feed *feed, struct report_sums *out)
{
	size_t i;
	int code = add_number(to, feed->source, NULL, PART_OWN | PART_CARRIED, &out->lines);

	if (code == 0)
		code = add_number(to, feed->source, NULL, PART_CARRIED, &out->carried);
	if (code == 0)
		code = add_number(to, feed->source, NULL, PART_AFTER, &out->after);
	for (i = 0; i < t->column_count && code == 0; i++)
		if (t->columns[i].summed && adds(feed->values[i].what))
			code = add_number(to, feed->source, &feed->values[i],
					  PART_OWN | PART_CARRIED, &out->sums[i]);
	return code;
}

static int add_counts(struct totalling *to, const struct report_table *t,
		      const struct report_feed *feed, struct report_sums *out)
{
	size_t i;
	int code = 0;

	for (i = 0; i < t->column_count && code == 0; i++) {
		const struct report_value *v = &feed->values[i];
		bool own = v->source != NULL && v->through == NULL;

		if (v->what == REPORT_COUNT || v->what == REPORT_SUM)
			code = add_number(to, own ? v->source : feed->source, v, v->parts,
					  &out->sums[i]);
	}
	return code;
}

static int add_table(struct totalling *to, const struct report_table *t, struct report_sums *out)
{
	size_t i;
	int code = 0;

	out->sums = arena_array(to->run->a, t->column_count + 1, sizeof *out->sums);
	if (out->sums == NULL)
		return err_set(to->e, ERR_NOMEM, "%s", t->code);
	for (i = 0; i < t->feed_count && code == 0; i++)
		code = t->by == BY_RECORD ? add_list(to, t, &t->feeds[i], out) :
					    add_counts(to, t, &t->feeds[i], out);
	return code;
}

static int take_number(void *ctx, const struct tally_slot *slot, int64_t n, struct stmt *row)
{
	struct totalling *to = ctx;

	(void)row;
	return !__builtin_add_overflow(*slot->to, n, slot->to) ? 0 :
		err_set(to->e, ERR_LIMIT, "%s", to->run->report->code);
}

/* Each number with all those that fit into its statement. */
static int ask_all(struct totalling *to)
{
	size_t i, k;
	int code = 0;

	for (i = 0; i < to->count && code == 0; i++) {
		struct report_tally ta = { .run = to->run, .take = take_number, .ctx = to,
					   .e = to->e };

		for (k = i; k < to->count; k++)
			if (to->list[k].to != NULL && report_tally_join(&ta, &to->list[k]))
				to->list[k].to = NULL;
		if (ta.count > 0)
			code = report_tally_run(&ta);
	}
	return code;
}

int report_totals(struct report_run *run, const struct report_table *t, struct report_sums *out,
		  struct err *e)
{
	const struct report *r = run->report;
	struct totalling to = { .run = run, .e = e };
	struct report_sums *sums = run->totals;
	size_t i;
	int code = 0;

	if (sums == NULL) {
		sums = arena_array(run->a, r->table_count + 1, sizeof *sums);
		if (sums == NULL)
			return err_set(e, ERR_NOMEM, "%s", r->code);
		for (i = 0; i < r->table_count && code == 0; i++)
			code = add_table(&to, &r->tables[i], &sums[i]);
		if (code == 0)
			code = ask_all(&to);
		free(to.list);
	}
	if (code != 0)
		return code;
	run->totals = sums;
	*out = sums[t - r->tables];
	return 0;
}
