/* Calendar arithmetic (days from civil, after the well-known era method). */
#include "common/text/date.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HANOI = 7 * 3600, DAY = 86400 };

#define DAYS_MAX ((int64_t)1 << 40)
#define TIME_MAX (DAYS_MAX * DAY)

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

/* Numbers of at most four digits with one kind of separator between them; how many. */
static size_t parts(struct bytes s, unsigned numbers[3], size_t digits[3])
{
	uint8_t separator = 0;
	size_t n = 0, i;

	memset(numbers, 0, 3 * sizeof *numbers);
	memset(digits, 0, 3 * sizeof *digits);
	for (i = 0; i < s.len; i++) {
		if (s.at[i] >= '0' && s.at[i] <= '9') {
			numbers[n] = numbers[n] * 10 + (unsigned)(s.at[i] - '0');
			if (++digits[n] > 4)
				return 0;
			continue;
		}
		if (s.at[i] != '/' && s.at[i] != '-' && s.at[i] != '.')
			return 0;
		if (digits[n] == 0 || n == 2 || (separator != 0 && separator != s.at[i]))
			return 0;
		separator = s.at[i];
		n++;
	}
	return digits[n] == 0 ? 0 : n + 1;
}

bool date_parse(struct bytes s, int64_t *days)
{
	unsigned n[3];
	size_t digits[3];

	/* Years have four digits: 26 would be one in antiquity. */
	if (parts(s, n, digits) != 3 || digits[1] > 2)
		return false;
	if (digits[0] == 4 && digits[2] <= 2)
		return date_days(n[0], n[1], n[2], days);
	return digits[0] <= 2 && digits[2] == 4 && date_days(n[2], n[1], n[0], days);
}

bool date_parse_month(struct bytes s, int64_t *months)
{
	unsigned n[3], month, year;
	size_t digits[3];

	if (parts(s, n, digits) != 2)
		return false;
	year = digits[0] == 4 ? n[0] : n[1];
	month = digits[0] == 4 ? n[1] : n[0];
	if (digits[0] + digits[1] > 6 || (digits[0] != 4 && digits[1] != 4) || month < 1 ||
	    month > 12)
		return false;
	*months = (int64_t)year * 12 + month - 1;
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

void date_show(int64_t days, struct buf *out)
{
	int64_t y;
	unsigned m, d;

	date_civil(days, &y, &m, &d);
	buf_printf(out, "%02u/%02u/%04" PRId64, d, m, y);
}

/* A computer may claim any time: what is further off than every date stays there. */
static int64_t bounded(int64_t seconds)
{
	return seconds < -TIME_MAX ? -TIME_MAX : seconds > TIME_MAX ? TIME_MAX : seconds;
}

int64_t date_of(int64_t seconds)
{
	int64_t local = bounded(seconds) + HANOI;

	return local >= 0 ? local / DAY : -((-local + DAY - 1) / DAY);
}

int64_t date_begins(int64_t days)
{
	return (days < -DAYS_MAX ? -DAYS_MAX : days > DAYS_MAX ? DAYS_MAX : days) * DAY - HANOI;
}

static int64_t split(int64_t seconds, int *hour, int *minute, int *second)
{
	int64_t days = date_of(seconds);
	int rest = (int)(bounded(seconds) - date_begins(days));

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
