/* Deadlines as calendar arithmetic. */
#include "common/calendar/deadline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text/date.h"

/* Years that a date may have; the reporting year is near that of the day. */
enum { YEAR_MIN = 1, YEAR_MAX = 9999, OFFSET_MAX = 5 };

bool period_equal(struct period a, struct period b)
{
	return a.year == b.year && a.quarter == b.quarter;
}

struct period period_of_day(int64_t day)
{
	struct period p;
	unsigned month, of_month;

	date_civil(day, &p.year, &month, &of_month);
	p.quarter = (month + 2) / 3;
	return p;
}

int64_t period_end(struct period p)
{
	unsigned month = p.quarter == 0 ? 12 : p.quarter * 3;
	int64_t day;

	if (!date_days(p.year, month, month % 12 == 3 || month == 12 ? 31 : 30, &day))
		return DEADLINE_NO_DAY;
	return day;
}

void period_put(struct period p, struct buf *out)
{
	if (p.quarter != 0)
		buf_printf(out, "Q%u/", p.quarter);
	if (p.year != 0)
		buf_printf(out, "%" PRId64, p.year);
}

static bool number_of(const char *text, size_t len, int64_t *out)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (text[i] - '0');
	}
	*out = n;
	return len == 4 && n >= YEAR_MIN;
}

bool period_parse(struct bytes text, struct period *out)
{
	const char *s = (const char *)text.at;
	size_t n = text.len, i;
	int64_t quarter = 0;

	*out = (struct period){ 0, 0 };
	if (n == 0)
		return true;
	if (n == 4)
		return number_of(s, 4, &out->year);
	/* Q2/2024, Q2-2024; 2024-Q2, 2024Q2. */
	i = s[0] == 'Q' || s[0] == 'q' ? 0 : n - 2;
	if (n > 7 || n < 6 || (s[i] != 'Q' && s[i] != 'q') ||
	    (n == 7 && s[i == 0 ? 2 : 4] != '/' && s[i == 0 ? 2 : 4] != '-'))
		return false;
	quarter = s[i + 1] - '0';
	if (quarter < 1 || quarter > 4 || !number_of(i == 0 ? s + n - 4 : s, 4, &out->year))
		return false;
	out->quarter = (unsigned)quarter;
	return true;
}

void period_show(struct period p, enum lang lang, struct buf *out)
{
	static const char *const roman[] = { "I", "II", "III", "IV" };

	if (p.quarter >= 1 && p.quarter <= 4 && lang == LANG_EN)
		buf_printf(out, "Q%u %" PRId64, p.quarter, p.year);
	else if (p.quarter >= 1 && p.quarter <= 4)
		buf_printf(out, "quý %s/%" PRId64, roman[p.quarter - 1], p.year);
	else if (p.year != 0)
		buf_printf(out, "%s%" PRId64, lang == LANG_EN ? "" : "năm ", p.year);
}

static int64_t last_of(const struct deadline *d, int64_t year, unsigned at)
{
	int64_t day;

	if (year < YEAR_MIN || year > YEAR_MAX ||
	    !date_days(year, d->days[at].month, d->days[at].day, &day))
		return DEADLINE_NO_DAY;
	return d->inclusive ? day : day - 1;
}

int64_t deadline_last_day(const struct deadline *d, struct period p)
{
	if (p.year < -YEAR_MAX || p.year > 2 * YEAR_MAX)
		return DEADLINE_NO_DAY;
	switch (d->rule) {
	case DEADLINE_YEARLY:
		return last_of(d, p.year + d->year_offset, 0);
	case DEADLINE_QUARTERLY:
		return p.quarter < 1 || p.quarter > 4 ? DEADLINE_NO_DAY :
			       last_of(d, p.year + d->year_offset, p.quarter - 1);
	case DEADLINE_ONCE:
		return d->inclusive ? d->once : d->once - 1;
	case DEADLINE_AVERAGE:
	case DEADLINE_ONGOING:
	case DEADLINE_ROUND:
		break;
	}
	return DEADLINE_NO_DAY;
}

bool deadline_asked(const struct deadline *d, struct period p)
{
	int64_t day = deadline_last_day(d, p);

	return day != DEADLINE_NO_DAY && day >= d->since;
}

size_t deadline_of_year(const struct deadline *d, int64_t year, struct period out[4])
{
	unsigned q;
	int64_t once;
	unsigned month, day;

	switch (d->rule) {
	case DEADLINE_QUARTERLY:
		for (q = 1; q <= 4; q++)
			out[q - 1] = (struct period){ year, q };
		return 4;
	case DEADLINE_ONCE:
		date_civil(deadline_last_day(d, (struct period){ 0, 0 }), &once, &month, &day);
		out[0] = (struct period){ 0, 0 };
		return once == year;
	case DEADLINE_ROUND:
		return 0;
	case DEADLINE_YEARLY:
	case DEADLINE_AVERAGE:
	case DEADLINE_ONGOING:
		break;
	}
	out[0] = (struct period){ year, 0 };
	return 1;
}

size_t deadline_due_in(const struct deadline *d, int64_t year, struct period out[4])
{
	bool dated = d->rule == DEADLINE_YEARLY || d->rule == DEADLINE_QUARTERLY;

	return deadline_of_year(d, dated ? year - d->year_offset : year, out);
}

bool deadline_nearest(const struct deadline *d, int64_t day, struct period *out)
{
	struct period at[4];
	int64_t year, best = DEADLINE_NO_DAY, y;
	unsigned month, of_month;
	size_t i, n;

	if (d->rule == DEADLINE_ONCE) {
		*out = (struct period){ 0, 0 };
		return true;
	}
	date_civil(day, &year, &month, &of_month);
	for (y = year - 1; y <= year + 1; y++) {
		n = deadline_due_in(d, y, at);
		for (i = 0; i < n; i++) {
			int64_t last = deadline_last_day(d, at[i]), off;

			if (last == DEADLINE_NO_DAY)
				continue;
			off = last > day ? last - day : day - last;
			if (off >= best)
				continue;
			best = off;
			*out = at[i];
		}
	}
	return best != DEADLINE_NO_DAY;
}

static bool names(const struct extension *x, uint64_t unit)
{
	size_t low = 0, high = x->unit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->units[middle] == unit)
			return true;
		if (x->units[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

void deadline_due(int64_t quoted, bool asked, struct period p, uint64_t unit,
		  const struct extension *list, size_t count, struct due *out)
{
	size_t i;

	*out = (struct due){ .quoted = quoted, .day = quoted, .asked = asked };
	if (quoted == DEADLINE_NO_DAY)
		return;
	for (i = 0; i < count; i++) {
		const struct extension *x = &list[i];

		if ((!x->every && !period_equal(x->period, p)) || (!x->all && !names(x, unit)))
			continue;
		out->accept |= x->accept;
		if (x->day == DEADLINE_NO_DAY || (out->why != NULL && !out->why->all && x->all))
			continue;
		out->day = x->day;
		out->why = x;
	}
}

/* The first round whose last day, as it holds for the unit, is not before the filing. */
static struct period round_of(const struct deadline *d, int64_t day, uint64_t unit,
			      const struct extension *list, size_t count)
{
	struct period p = period_of_day(day), at[4];
	struct due due;
	int64_t year = p.year, y;
	size_t i, n;

	/* Last year's rounds are over, unless a decision made one longer. */
	for (y = count > 0 ? year - 1 : year; y <= year + 1; y++) {
		n = deadline_due_in(d, y, at);
		for (i = 0; i < n; i++) {
			deadline_due(deadline_last_day(d, at[i]), true, at[i], unit, list, count,
				     &due);
			if (due.day != DEADLINE_NO_DAY && due.day >= day)
				return at[i];
		}
	}
	return p;
}

struct period deadline_period(const struct deadline *d, int64_t year, int64_t day,
			      uint64_t unit, const struct extension *list, size_t count)
{
	struct period p;

	if (d->rule == DEADLINE_ONCE || d->rule == DEADLINE_ROUND)
		return (struct period){ 0, 0 };
	if (d->rule == DEADLINE_QUARTERLY)
		return round_of(d, day, unit, list, count);
	if (year != 0)
		return (struct period){ year, 0 };
	p = period_of_day(day);
	return (struct period){ p.year - (d->rule == DEADLINE_YEARLY ? d->year_offset : 0), 0 };
}

/* Whether a time lies in a day or before it. */
static bool by_end_of(int64_t seconds, int64_t day)
{
	return seconds < date_begins(day + 1);
}

enum timely deadline_state(const struct due *due, const struct filing *f, bool expected,
			   int64_t now)
{
	if (f != NULL && f->exempt)
		return TIMELY_EXEMPT;
	if (due->day == DEADLINE_NO_DAY || !due->asked || (f == NULL && !expected))
		return TIMELY_NOTHING;
	if (f == NULL)
		return by_end_of(now, due->day) ? TIMELY_OPEN : TIMELY_MISSING;
	if (by_end_of(f->received, due->day))
		return TIMELY_ON_TIME;
	if (!by_end_of(f->signed_at, due->day))
		return TIMELY_LATE;
	return due->accept ? TIMELY_ON_TIME : TIMELY_SIGNED;
}

int64_t deadline_margin(const struct due *due, int64_t seconds)
{
	return due->day == DEADLINE_NO_DAY ? DEADLINE_NO_DAY : due->day - date_of(seconds);
}

unsigned deadline_quarters(const struct deadline *d, int64_t year, int64_t day)
{
	struct period p = { year, 0 };
	unsigned n = 0;

	for (p.quarter = 1; p.quarter <= 4; p.quarter++)
		n += period_end(p) != DEADLINE_NO_DAY && period_end(p) < day &&
		     period_end(p) >= d->since;
	return n;
}
