/* The units of a report's year: which were there, which have reported, which are silent. */
#include <stdlib.h>
#include <string.h>

#include "common/date.h"
#include "common/projection.h"
#include "server/report_run_parts.h"

bool report_due(const struct deadline *d, int64_t year, int64_t quarter, int64_t *day)
{
	size_t n = 0;

	if (d->rule == DEADLINE_ONCE) {
		*day = d->once - !d->inclusive;
		return true;
	}
	if (d->rule != DEADLINE_YEARLY && d->rule != DEADLINE_QUARTERLY)
		return false;
	/* Of the whole year: its last day. */
	if (d->rule == DEADLINE_QUARTERLY)
		n = quarter >= 1 && quarter <= 4 ? (size_t)quarter - 1 : 3;
	if (!date_days(year + d->year_offset, d->days[n].month, d->days[n].day, day))
		return false;
	*day -= !d->inclusive;
	return true;
}

static bool of_kind(const struct deadline *d, struct bytes kind)
{
	size_t i;

	for (i = 0; i < d->kind_count; i++)
		if (bytes_equal(bytes_str(d->kinds[i]), kind))
			return true;
	return false;
}

/* Units that lived in the year and of which it is expected; without a year, today's. */
static int find_units(struct report_run *run, const struct deadline *d, int64_t due,
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
		    (d != NULL && !of_kind(d, u.kind)))
			continue;
		list[*count].number = u.number;
		/* What has gone into another unit by then is reported by that one. */
		list[(*count)++].due = d != NULL && u.from <= due && due < u.until;
	}
	*out = list;
	return 0;
}

static int compare_units(const void *va, const void *vb)
{
	const struct report_unit *a = va, *b = vb;

	return (a->number > b->number) - (a->number < b->number);
}

/* SELECT of the records that meet a deadline: stream and first filing. */
static int meets_sql(const struct deadline *d, bool nil, bool year, struct buf *sql,
		     struct err *e)
{
	const struct field *f = d->year == 0 ? NULL : type_field(d->type, d->year);
	char table[64], column[64];
	size_t i;
	int code = 0;

	projection_table(d->type, table);
	buf_printf(sql, "SELECT a.stream, min(a.filed) FROM %s a WHERE a.deleted=0 AND "
		   "a.filed IS NOT NULL", table);
	if (f != NULL && year) {
		projection_column(f, 0, column);
		buf_printf(sql, " AND a.%s = $1", column);
	} else if (year) {
		buf_printf(sql, " AND a.filed >= $1 AND a.filed <= $2");
	}
	if (d->where != NULL) {
		buf_printf(sql, " AND (");
		code = expr_sql_where(d->where, "a", NULL, sql, e);
		buf_printf(sql, ")");
	}
	for (i = 0; i < d->type->nil_count && nil; i++) {
		projection_column(d->type->nil[i].field, 0, column);
		buf_printf(sql, " AND a.%s = %lld", column,
			   (long long)d->type->nil[i].value.n);
	}
	buf_printf(sql, " GROUP BY a.stream");
	buf_byte(sql, 0);
	return code == 0 && sql->failed ? err_set(e, ERR_NOMEM, "%s", d->code) : code;
}

/* Marks the units whose records the statement finds. */
static int mark(struct report_run *run, const struct deadline *d, bool nil, int64_t due,
		struct report_unit *list, size_t count, struct err *e)
{
	bool year = run->ask->year != 0;
	struct buf sql;
	struct stmt *s;
	int code;

	buf_init(&sql, 64 * 1024);
	code = meets_sql(d, nil, year, &sql, e);
	if (code == 0)
		code = db_query_text(run->r->db, e, &s, (const char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	if (year && d->year != 0) {
		db_bind_int(s, 1, run->ask->year);
	} else if (year) {
		int64_t first = 0, last = 0;

		date_days(run->ask->year, 1, 1, &first);
		date_days(run->ask->year, 12, 31, &last);
		db_bind_int(s, 1, report_day_end(first - 1) + 1);
		db_bind_int(s, 2, report_day_end(last));
	}
	while ((code = db_step(s, e)) == 1) {
		struct report_unit key = { .number = (uint64_t)db_int(s, 0) };
		struct report_unit *u = bsearch(&key, list, count, sizeof key, compare_units);

		if (u == NULL)
			continue;
		u->reported = true;
		u->nil |= nil;
		u->late = db_int(s, 1) > report_day_end(due);
	}
	db_done(s);
	return code;
}

int report_units(struct report_run *run, const struct deadline *d, struct report_unit **out,
		 size_t *count, struct err *e)
{
	int64_t due = run->day;
	int code;

	if (d != NULL && !report_due(d, run->ask->year, run->ask->quarter, &due))
		due = run->day;
	code = find_units(run, d, due, out, count, e);
	if (code != 0 || d == NULL)
		return code;
	code = mark(run, d, false, due, *out, *count, e);
	if (code == 0 && d->type->nil_count > 0)
		code = mark(run, d, true, due, *out, *count, e);
	return code;
}
