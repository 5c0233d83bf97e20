/* Calendar dates and times of day, without libc's locale or time zone. */
#ifndef DONGBO_DATE_H
#define DONGBO_DATE_H

#include "protocol/bytes.h"

/* Days since 1970-01-01 of a proleptic Gregorian date; false if there is none. */
bool date_days(int64_t year, unsigned month, unsigned day, int64_t *days);
void date_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day);
/* "01/03/2026", "1/3/2026", "2026-03-01"; - / or . in either. Years have four digits. */
bool date_parse(struct bytes s, int64_t *days);
/* "03/2026", "3/2026", "2026-03": months since year 0. */
bool date_parse_month(struct bytes s, int64_t *months);
/* ISO form. */
void date_put(int64_t days, struct buf *out);
void date_put_month(int64_t months, struct buf *out);
/* For reading: "01/03/2026". */
void date_show(int64_t days, struct buf *out);
/* The day of a time in Asia/Ho_Chi_Minh (UTC+7, no summer time, so no table of zones),
 * and the second in which a day begins there. */
int64_t date_of(int64_t seconds);
int64_t date_begins(int64_t days);
/* A time in seconds as "dd/mm/yyyy hh:mm:ss" in Asia/Ho_Chi_Minh (UTC+7, no
 * summer time). */
void date_put_time(int64_t seconds, struct buf *out);
/* RFC 3339 in UTC+07:00. */
void date_put_rfc3339(int64_t seconds, struct buf *out);

#endif
