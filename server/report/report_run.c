/* Making a report: days and units worked out, table after table. */
#include "server/report/report_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text/date.h"
#include "common/text/number.h"
#include "server/report/report_paper.h"
#include "server/report/report_run_parts.h"

enum { ZONE_SECONDS = 7 * 3600, DAY_SECONDS = 86400, UNIT_STREAMS_MAX = 100,
       CACHE_MIB = 192 };

int64_t report_day_end(int64_t day)
{
	return (day + 1) * DAY_SECONDS - ZONE_SECONDS - 1;
}

static int64_t day_of(int64_t seconds)
{
	int64_t t = seconds + ZONE_SECONDS;

	return (t - (t % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS) / DAY_SECONDS;
}

/* What the report needs and nobody gave. */
static int ask_needs(const struct report *report, const struct report_ask *ask, struct err *e)
{
	size_t i, k;

	for (i = 0; i < report->need_count; i++) {
		const char *name = report->needs[i];

		if ((strcmp(name, "year") == 0 && ask->year != 0) ||
		    (strcmp(name, "quarter") == 0 && ask->quarter != 0) ||
		    (strcmp(name, "unit") == 0 && ask->has_unit))
			continue;
		for (k = 0; k < ask->match_count && strcmp(ask->matches[k].name, name) != 0; k++)
			;
		if (k == ask->match_count)
			return err_set(e, ERR_USAGE, ask->lang == LANG_EN ? "this report needs --%s" :
					"báo cáo này cần --%s", name);
	}
	return 0;
}

/* A deadline's last good day for a year's records; of a quarterly one that of its last
 * quarter, unless one is asked for. */
static bool last_day(const struct deadline *d, int64_t year, int64_t quarter, int64_t *day)
{
	struct period p = { year, (unsigned)quarter };

	if (d->rule == DEADLINE_QUARTERLY && quarter == 0)
		p.quarter = 4;
	if (d->rule != DEADLINE_QUARTERLY)
		p.quarter = 0;
	*day = deadline_last_day(d, p);
	return *day != DEADLINE_NO_DAY;
}

/* The cut-offs: what was asked for, or the deadline's last day; and that of the year
 * before, by the same rule, or else the same day of the year. */
static void find_cutoffs(struct report_run *run)
{
	const struct deadline *d = run->report->cutoff;
	const struct report_ask *ask = run->ask;
	int64_t day = 0, before = 0, year;
	unsigned month, of_month;

	run->timed = ask->has_cutoff || (d != NULL && ask->year != 0 &&
					 last_day(d, ask->year, ask->quarter, &day));
	if (ask->has_cutoff)
		day = ask->cutoff;
	run->cutoff_day = day;
	run->cutoff = run->timed ? report_day_end(day) : INT64_MAX;
	if (d == NULL || !last_day(d, ask->year - 1, ask->quarter, &before)) {
		date_civil(day, &year, &month, &of_month);
		/* There is no 29/2 in the year before. */
		date_days(year - 1, month, month == 2 && of_month > 28 ? 28 : of_month, &before);
	}
	run->previous = report_day_end(before);
}

/* What was signed holds: its cut-off is that of its year, and the one before of the next. */
static int see_signed(struct report_run *run, struct err *e)
{
	bool found = false;
	int64_t day;
	int code;

	if (run->report->paper == NULL || run->ask->year == 0 || run->ask->has_unit)
		return 0;
	code = paper_signed(run, run->ask->year - 1, &day, &found, e);
	if (found)
		run->previous = report_day_end(day);
	found = false;
	if (code == 0 && !run->ask->has_cutoff)
		code = paper_signed(run, run->ask->year, &day, &found, e);
	if (found) {
		run->timed = true;
		run->cutoff_day = day;
		run->cutoff = report_day_end(day);
	}
	return code;
}

/* The day on which units have the names that are shown. */
static void find_day(struct report_run *run)
{
	int64_t today = day_of(run->now), end = today;

	if (run->ask->year != 0)
		date_days(run->ask->year, 12, 31, &end);
	run->day = run->ask->successor || end > today ? today : end;
	if (run->timed && !run->ask->successor && run->cutoff_day < run->day)
		run->day = run->cutoff_day;
}

/* The streams of the unit that is asked for, and of those that it stands for. */
static int find_streams(struct report_run *run, struct err *e)
{
	uint64_t *streams = arena_array(run->a, UNIT_STREAMS_MAX, sizeof *streams);
	size_t i;

	if (streams == NULL)
		return err_set(e, ERR_NOMEM, "units");
	run->streams = streams;
	if (!run->ask->has_unit)
		return 0;
	streams[run->stream_count++] = run->ask->unit;
	for (i = 0; i < units_count(run->units) && run->ask->successor; i++) {
		struct unit u;

		units_at(run->units, i, run->day, &u);
		if (u.number == run->ask->unit ||
		    units_heir(run->units, u.number, run->day) != run->ask->unit)
			continue;
		if (run->stream_count == UNIT_STREAMS_MAX)
			return err_set(e, ERR_LIMIT, "units");
		streams[run->stream_count++] = u.number;
	}
	return 0;
}

int report_begin(struct report_run *run, struct replica *r, const struct report *report,
		 const struct report_ask *ask, int64_t now, struct arena *a, struct err *e)
{
	struct schema *schema;
	int code = ask_needs(report, ask, e);

	memset(run, 0, sizeof *run);
	run->r = r;
	run->report = report;
	run->ask = ask;
	run->a = a;
	run->now = now;
	if (code == 0)
		code = db_cache(r->db, CACHE_MIB, e);
	if (code == 0)
		code = replica_schema_now(r, &schema, e);
	if (code == 0)
		code = units_now(r, &run->units, e);
	if (code != 0)
		return code;
	run->schema = schema;
	code = calendar_load(r, schema, run->units, &run->calendar, e);
	if (code != 0)
		return code;
	run->sums = arena_array(a, report->table_count + 1, sizeof *run->sums);
	run->counted = arena_array(a, report->table_count + 1, sizeof *run->counted);
	if (run->sums == NULL || run->counted == NULL)
		return err_set(e, ERR_NOMEM, "%s", report->code);
	/* Reports of units that come late still count as come. */
	if (report->paper != NULL && report->paper->deadline != NULL)
		run->untimed = report->paper->deadline->type;
	find_cutoffs(run);
	code = see_signed(run, e);
	find_day(run);
	return code != 0 ? code : find_streams(run, e);
}

void report_end(struct report_run *run)
{
	calendar_free(run->calendar);
	run->calendar = NULL;
}

int report_run_table(struct report_run *run, const struct report_table *t,
		     const struct report_sink *sink, struct err *e)
{
	struct report_lines l;
	int code = report_lines_begin(&l, run, t, sink, e);

	if (code == 0)
		code = t->by == BY_RECORD ? report_list(&l) : report_count(&l);
	return code == 0 ? report_lines_end(&l) : code;
}

int report_run_all(struct report_run *run, const struct report_sink *sink, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < run->report->table_count && code == 0; i++)
		if (!run->report->tables[i].hidden)
			code = report_run_table(run, &run->report->tables[i], sink, e);
	return code;
}

void report_subtitle(const struct report_run *run, struct buf *out)
{
	static const char *const quarters[] = { "I", "II", "III", "IV" };
	const struct report_ask *ask = run->ask;
	bool en = ask->lang == LANG_EN;

	if (ask->year != 0)
		buf_printf(out, en ? "Year %" PRId64 : "Năm %" PRId64, ask->year);
	if (ask->quarter >= 1 && ask->quarter <= 4)
		buf_printf(out, en ? ", quarter %s" : ", quý %s", quarters[ask->quarter - 1]);
	if (ask->has_unit) {
		buf_printf(out, out->len > 0 ? "; " : "");
		report_unit_name(run, ask->unit, out);
	}
	if (run->timed) {
		buf_printf(out, out->len > 0 ? "; " : "");
		buf_printf(out, en ? "as of the end of " : "số liệu đến hết ngày ");
		report_cell_show(&(struct report_cell){ .kind = REPORT_DATE, .n = run->cutoff_day },
				 out);
	}
}

void report_cell_show(const struct report_cell *c, struct buf *out)
{
	int64_t year, power = 1;
	unsigned month, day, i;

	if (c->empty)
		return;
	switch (c->kind) {
	case REPORT_TEXT:
		buf_add(out, c->text);
		break;
	case REPORT_NUMBER:
	case REPORT_MONEY:
		number_show(c->n, out);
		break;
	case REPORT_DATE:
		date_civil(c->n, &year, &month, &day);
		buf_printf(out, "%02u/%02u/%04" PRId64, day, month, year);
		break;
	case REPORT_DECIMAL:
		for (i = 0; i < c->scale; i++)
			power *= 10;
		if (c->n < 0 && c->n / power == 0)
			buf_byte(out, '-');
		number_show(c->n / power, out);
		if (c->scale > 0)
			buf_printf(out, ",%0*" PRId64, (int)c->scale,
				   c->n < 0 ? -(c->n % power) : c->n % power);
		break;
	}
}
