/* Calendar arithmetic (days from civil, after the well-known era method). */
#include "common/date.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HANOI = 7 * 3600 };

#define DAYS_MAX ((int64_t)1 << 40)

static unsigned month_days(int64_t year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

bool date_days(int64_t year, unsigned month, unsigned day, int64_t *days)
{
	int64_t era, y;
	unsigned of_era, of_year;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month))
		return false;
	/* Years begin in March here, so the leap day is the last of its year. */
	y = month <= 2 ? year - 1 : year;
	era = y / 400;
	of_era = (unsigned)(y - era * 400);
	of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	*days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
	return true;
}

void date_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	/* Further off there is nothing to show, but what anybody may have sent. */
	int64_t near = days < -DAYS_MAX ? -DAYS_MAX : days > DAYS_MAX ? DAYS_MAX : days;
	int64_t z = near + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = (int64_t)yoe + era * 400 + (*month <= 2);
}

/* A copy with an end, for sscanf. */
static bool copy(struct bytes s, char *out, size_t size)
{
	if (s.len == 0 || s.len >= size || memchr(s.at, 0, s.len) != NULL)
		return false;
	memcpy(out, s.at, s.len);
	out[s.len] = '\0';
	return true;
}

static bool year_at(const char *text, size_t at)
{
	return at < strlen(text) && strspn(text + at, "0123456789") == 4;
}

bool date_parse(struct bytes s, int64_t *days)
{
	char text[16], end;
	unsigned y, m, d;

	if (!copy(s, text, sizeof text) || strspn(text, "0123456789-/") != s.len)
		return false;
	/* Years have four digits: 26 would be one in antiquity. */
	if ((year_at(text, 0) && sscanf(text, "%4u-%2u-%2u%c", &y, &m, &d, &end) == 3) ||
	    (year_at(text, s.len - 4) && sscanf(text, "%2u/%2u/%4u%c", &d, &m, &y, &end) == 3))
		return date_days(y, m, d, days);
	return false;
}

bool date_parse_month(struct bytes s, int64_t *months)
{
	char text[16], end;
	unsigned y, m;

	if (!copy(s, text, sizeof text) || strspn(text, "0123456789-/") != s.len)
		return false;
	if (!(year_at(text, 0) && sscanf(text, "%4u-%2u%c", &y, &m, &end) == 2) &&
	    !(year_at(text, s.len - 4) && sscanf(text, "%2u/%4u%c", &m, &y, &end) == 2))
		return false;
	if (m < 1 || m > 12)
		return false;
	*months = (int64_t)y * 12 + m - 1;
	return true;
}

void date_put(int64_t days, struct buf *out)
{
	int64_t y;
	unsigned m, d;

	date_civil(days, &y, &m, &d);
	buf_printf(out, "%04" PRId64 "-%02u-%02u", y, m, d);
}

void date_put_month(int64_t months, struct buf *out)
{
	buf_printf(out, "%04" PRId64 "-%02d", months / 12, (int)(months % 12 + 1));
}

static int64_t split(int64_t seconds, int *hour, int *minute, int *second)
{
	int64_t local = seconds + HANOI;
	int64_t days = local >= 0 ? local / 86400 : -((-local + 86399) / 86400);
	int rest = (int)(local - days * 86400);

	*hour = rest / 3600;
	*minute = rest / 60 % 60;
	*second = rest % 60;
	return days;
}

void date_put_time(int64_t seconds, struct buf *out)
{
	int h, mi, s;
	int64_t y, days = split(seconds, &h, &mi, &s);
	unsigned m, d;

	date_civil(days, &y, &m, &d);
	buf_printf(out, "%02u/%02u/%04" PRId64 " %02d:%02d:%02d", d, m, y, h, mi, s);
}

void date_put_rfc3339(int64_t seconds, struct buf *out)
{
	int h, mi, s;
	int64_t days = split(seconds, &h, &mi, &s);

	date_put(days, out);
	buf_printf(out, "T%02d:%02d:%02d+07:00", h, mi, s);
}
