/* The units of a report's year: which were there, which have reported, which are silent. */
#include <stdlib.h>
#include <string.h>

#include "common/query/query.h"
#include "common/replica/projection.h"
#include "common/text/date.h"
#include "server/report/report_run_parts.h"

/* By kind or by code. */
static bool meant(const struct deadline *d, const struct unit *u)
{
	size_t i;

	for (i = 0; i < d->kind_count; i++)
		if (bytes_equal(bytes_str(d->kinds[i]), u->kind) ||
		    bytes_equal(bytes_str(d->kinds[i]), u->code))
			return true;
	return false;
}

/* Units that lived in the year and of which it is expected; without a year, today's. */
static int find_units(struct report_run *run, const struct deadline *d,
		      struct report_unit **out, size_t *count, struct err *e)
{
	size_t n = units_count(run->units), i;
	int64_t first = run->day, last = run->day;
	struct report_unit *list = arena_array(run->a, n + 1, sizeof *list);

	if (list == NULL)
		return err_set(e, ERR_NOMEM, "units");
	if (run->ask->year != 0) {
		date_days(run->ask->year, 1, 1, &first);
		date_days(run->ask->year, 12, 31, &last);
	}
	*count = 0;
	for (i = 0; i < n; i++) {
		struct unit u;

		units_at(run->units, i, run->day, &u);
		if (u.outside || !units_lived(run->units, u.number, first, last) ||
		    (d != NULL && !meant(d, &u)))
			continue;
		list[(*count)++].number = u.number;
	}
	*out = list;
	return 0;
}

static int compare_units(const void *va, const void *vb)
{
	const struct report_unit *a = va, *b = vb;

	return (a->number > b->number) - (a->number < b->number);
}

/* How each met the deadline. What has gone into another unit by its day is not expected
 * to report: that one is. */
static int see_filings(struct report_run *run, const struct deadline *d,
		       struct report_unit *list, size_t count, struct err *e)
{
	struct timeliness t = { run->r, run->schema, run->units, run->calendar, ANY_STREAM,
				run->now };
	struct period p = { d->rule == DEADLINE_ONCE ? 0 : run->ask->year,
			    d->rule == DEADLINE_QUARTERLY ? (unsigned)run->ask->quarter : 0 };
	struct timely_table table;
	size_t i;
	int code = timeliness_deadline(&t, d, p, run->a, &table, e);

	for (i = 0; code == 0 && i < table.count; i++) {
		const struct timely_line *line = &table.lines[i];
		struct report_unit key = { .number = line->unit.number };
		struct report_unit *u = bsearch(&key, list, count, sizeof key, compare_units);

		if (u == NULL)
			continue;
		u->due = line->expected;
		u->reported = line->records > 0;
		u->state = line->state;
	}
	return code;
}

/* Units one of whose reports says that there is nothing to report. */
static int see_nils(struct report_run *run, const struct deadline *d, struct report_unit *list,
		    size_t count, struct err *e)
{
	const struct type *t = d->type;
	const struct field *year = d->year == 0 ? NULL : type_field(t, d->year);
	char table[64], column[64];
	struct buf sql;
	struct stmt *s;
	size_t i;
	int code;

	if (t->nil_count == 0 || year == NULL || run->ask->year == 0)
		return 0;
	projection_table(t, table);
	projection_column(year, 0, column);
	buf_init(&sql, 64 * 1024);
	buf_printf(&sql, "SELECT DISTINCT stream FROM %s WHERE deleted=0 AND %s=$1", table, column);
	for (i = 0; i < t->nil_count; i++) {
		projection_column(t->nil[i].field, 0, column);
		buf_printf(&sql, " AND %s=%lld", column, (long long)t->nil[i].value.n);
	}
	buf_byte(&sql, 0);
	code = sql.failed ? err_set(e, ERR_NOMEM, "%s", d->code) :
			    db_query_once(run->r->db, e, &s, (const char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	db_bind_int(s, 1, run->ask->year);
	while ((code = db_step(s, e)) == 1) {
		struct report_unit key = { .number = (uint64_t)db_int(s, 0) };
		struct report_unit *u = bsearch(&key, list, count, sizeof key, compare_units);

		if (u != NULL)
			u->nil = u->reported;
	}
	db_done(s);
	return code;
}

int report_units(struct report_run *run, const struct deadline *d, struct report_unit **out,
		 size_t *count, struct err *e)
{
	int code = find_units(run, d, out, count, e);

	if (code == 0 && d != NULL)
		code = see_filings(run, d, *out, *count, e);
	if (code == 0 && d != NULL)
		code = see_nils(run, d, *out, *count, e);
	return code;
}
