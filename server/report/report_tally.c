/* Numbers asked of the database over whole sources: how many records, what they add up to.
 *
 * Sources that differ in their conditions only share one statement for each part: what all
 * of them ask for stands in its WHERE, the rest around each number. So a table of many
 * columns, and all the sums of a paper's tables, read their records once. */
#include "server/report/report_run_parts.h"

bool report_tally_join(struct report_tally *ta, const struct tally_slot *slot)
{
	size_t i;

	if (ta->count == TALLY_MAX ||
	    (ta->count > 0 && !report_sql_same(ta->sources[0], slot->source)))
		return false;
	for (i = 0; i < ta->source_count && !report_sql_alike(ta->sources[i], slot->source); i++)
		;
	if (i == ta->source_count)
		ta->sources[ta->source_count++] = slot->source;
	ta->slots[ta->count] = *slot;
	ta->slots[ta->count++].source = ta->sources[i];
	return true;
}

static void add_measured(struct report_sql *q, const struct tally_slot *slot)
{
	const struct report_value *v = slot->value;

	if (v != NULL && v->through != NULL)
		report_sql_through(q, v);
	else if (v == NULL || v->what == REPORT_COUNT)
		report_sql_add(q, "1");
	else
		report_sql_expr(q, slot->source, v->x[0]);
}

/* A slot's number: of the one source, or of those of all records that its own wants. */
static void add_slot(const struct report_tally *ta, struct report_sql *q,
		     const struct tally_slot *slot)
{
	bool several = ta->source_count > 1;

	report_sql_add(q, "coalesce(sum(");
	if (several) {
		report_sql_add(q, "CASE WHEN 1=1");
		report_sql_only(q, ta->sources, ta->source_count, slot->source);
		report_sql_add(q, " THEN ");
	}
	add_measured(q, slot);
	report_sql_add(q, several ? " END), 0)" : "), 0)");
}

static void make_sql(const struct report_tally *ta, struct report_sql *q)
{
	const char *sep = ta->keyed ? ", " : "";
	size_t i;

	report_sql_add(q, "SELECT ");
	if (ta->keyed && ta->key == NULL)
		report_sql_add(q, "a.stream");
	else if (ta->keyed)
		report_sql_expr(q, ta->sources[0], ta->key);
	for (i = 0; i < ta->count; i++) {
		if ((ta->slots[i].parts & q->part) == 0)
			continue;
		report_sql_add(q, "%s", sep);
		add_slot(ta, q, &ta->slots[i]);
		sep = ", ";
	}
	report_sql_from(q, ta->sources, ta->source_count);
	if (ta->keyed)
		report_sql_add(q, " GROUP BY 1");
}

static int take_row(const struct report_tally *ta, enum report_part part, struct stmt *s)
{
	int column = ta->keyed, code = 0;
	size_t i;

	for (i = 0; i < ta->count && code == 0; i++)
		if ((ta->slots[i].parts & part) != 0)
			code = ta->take(ta->ctx, &ta->slots[i], db_int(s, column++), s);
	return code;
}

static int run_part(const struct report_tally *ta, enum report_part part)
{
	struct report_sql q;
	struct stmt *s;
	int code;

	report_sql_init(&q, ta->run, part, ta->e);
	make_sql(ta, &q);
	code = report_sql_query(&q, &s);
	report_sql_release(&q);
	if (code != 0)
		return code;
	while ((code = db_step(s, ta->e)) == 1) {
		code = take_row(ta, part, s);
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

int report_tally_run(struct report_tally *ta)
{
	unsigned parts = 0, part;
	size_t i;
	int code = 0;

	for (i = 0; i < ta->count; i++)
		parts |= ta->slots[i].parts;
	if (ta->count > 0)
		parts &= report_parts(ta->run, ta->sources[0]);
	for (part = PART_OWN; part <= PART_AFTER && code == 0; part *= 2)
		if ((parts & part) != 0)
			code = run_part(ta, (enum report_part)part);
	return code;
}
