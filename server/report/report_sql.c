/* SQL in the making for reports: text, and the parameters in it. Whatever a person gave is
 * bound, and the same thing has one number wherever it stands. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/text/date.h"
#include "server/report/report_run_parts.h"

enum { SQL_MAX = 256 * 1024 };

void report_sql_init(struct report_sql *q, struct report_run *run, enum report_part part,
		     struct err *e)
{
	memset(q, 0, sizeof *q);
	q->run = run;
	q->part = part;
	q->e = e;
	buf_init(&q->text, SQL_MAX);
}

void report_sql_release(struct report_sql *q)
{
	buf_release(&q->text);
}

void report_sql_add(struct report_sql *q, const char *fmt, ...)
{
	char piece[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(piece, sizeof piece, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof piece)
		q->text.failed = true;
	else
		buf_put(&q->text, piece, (size_t)n);
}

void report_sql_bind(struct report_sql *q, enum report_bind what, size_t n,
		     const struct value *value)
{
	size_t i;

	for (i = 0; i < q->bind_count; i++)
		if (q->binds[i].what == what && q->binds[i].n == n && what != BIND_MATCH)
			break;
	if (i == REPORT_BINDS_MAX) {
		q->text.failed = true;
		return;
	}
	if (i == q->bind_count) {
		q->binds[i].what = what;
		q->binds[i].n = n;
		if (value != NULL)
			q->binds[i].value = *value;
		q->bind_count++;
	}
	report_sql_add(q, "$%zu", i + 1);
}

void report_sql_put(struct report_sql *q, const struct expr *x, const char *alias,
		    const char *root)
{
	int code = expr_sql(x, alias, root, &q->text, q->e);

	if (q->code == 0)
		q->code = code;
}

void report_sql_expr(struct report_sql *q, const struct report_source *src,
		     const struct expr *x)
{
	report_sql_put(q, x, "a", src->root == NULL ? NULL : "r");
}

/* The first day of the year n years before the one asked for, or its last. */
static int64_t year_day(const struct report_run *run, size_t n, bool last)
{
	int64_t day = 0;

	date_days(run->ask->year - (int64_t)n + last, 1, 1, &day);
	return day - last;
}

static void bind_one(struct report_sql *q, struct stmt *s, size_t i)
{
	const struct report_run *run = q->run;
	const struct value *v = &q->binds[i].value;
	size_t at = q->binds[i].n;
	int n = (int)i + 1;

	switch (q->binds[i].what) {
	case BIND_CUTOFF:
		db_bind_int(s, n, run->cutoff);
		break;
	case BIND_PREVIOUS:
		db_bind_int(s, n, run->previous);
		break;
	case BIND_YEAR:
		db_bind_int(s, n, run->ask->year - (int64_t)at);
		break;
	case BIND_FIRST_DAY:
	case BIND_LAST_DAY:
		db_bind_int(s, n, year_day(run, at, q->binds[i].what == BIND_LAST_DAY));
		break;
	case BIND_QUARTER:
		db_bind_int(s, n, run->ask->quarter);
		break;
	case BIND_READER:
		db_bind_int(s, n, (int64_t)run->ask->reader_unit);
		break;
	case BIND_STREAM:
		db_bind_int(s, n, (int64_t)run->streams[at]);
		break;
	case BIND_MATCH:
		if (v->kind == VALUE_TEXT)
			db_bind_text(s, n, v->b);
		else
			db_bind_int(s, n, v->n);
		break;
	}
}

int report_sql_query(struct report_sql *q, struct stmt **out)
{
	size_t i;
	int code;

	if (q->code != 0)
		return q->code;
	buf_byte(&q->text, 0);
	if (q->text.failed)
		return err_set(q->e, ERR_TOO_LARGE, "%s", q->run->report->code);
	code = db_query_once(q->run->r->db, q->e, out, (const char *)q->text.at);
	for (i = 0; i < q->bind_count && code == 0; i++)
		bind_one(q, *out, i);
	return code;
}
