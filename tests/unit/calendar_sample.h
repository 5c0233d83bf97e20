/* A district with a calendar of its own for tests: what test_timeliness.c and test_round.c
 * share. */
#ifndef DONGBO_TESTS_CALENDAR_SAMPLE_H
#define DONGBO_TESTS_CALENDAR_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/calendar/timeliness.h"
#include "common/edit/edit.h"
#include "common/query/query.h"
#include "common/text/date.h"
#include "tests/lib/district.h"

static struct district_fixture d;

/* Units of songlo-units.csv; kindergartens from FIRST on. */
enum { CULTURE = 7, CENTRE = 13, COMMUNE = 14, FIRST = OFFICE_SCHOOL };

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(d.e.code), d.e.subject); \
	} while (0)

/* Hours and minutes of Vietnam, seconds since 1970. */
static inline int64_t at(int64_t year, unsigned month, unsigned day, int hour, int minute, int second)
{
	int64_t days = 0;

	assert_true(date_days(year, month, day, &days));
	return date_begins(days) + hour * 3600 + minute * 60 + second;
}

static inline void now_is(int64_t seconds)
{
	d.office.now = seconds;
}

static inline int make(void **state)
{
	struct buf json;

	(void)state;
	district_make(&d, 1);
	office_staff(&d.office);
	office_file("tests/unit/data/calendar-pack.json", &json);
	d.e = (struct err){ 0 };
	OK(server_publish(&d.office.s, buf_view(&json), BYTES_NONE, &d.e));
	buf_release(&json);
	district_sync(&d, 0, NULL);
	/* One clock for both sides, which the tests move. */
	d.clients[0].c.env = d.clients[0].c.replica.env = &d.office.env;
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static inline struct schema *schema(void)
{
	struct schema *s;

	OK(replica_schema_now(&d.office.s.replica, &s, &d.e));
	return s;
}

/* An officer's record in a stream, moved to `state` in the same save where there is one. */
static inline struct rid put(uint64_t stream, const char *json, const char *state)
{
	json_t *line = json_loads(json, 0, NULL);
	struct server *s = &d.office.s;
	struct rid id = RID_NONE;
	struct draft draft;

	assert_non_null(line);
	OK(server_begin(s, stream, &d.office.officer, &d.a, &draft, &d.e));
	OK(edit_json(&s->replica, schema(), &draft, line, NULL, &id, &d.e));
	if (state != NULL)
		draft_move(&draft, draft.ops[0].type, id, 2, BYTES_NONE);
	OK(server_save(s, &d.office.officer, &draft, NULL, &d.e));
	json_decref(line);
	return id;
}

static inline void move(uint64_t stream, struct rid id, const char *state)
{
	struct server *s = &d.office.s;
	struct draft draft;

	OK(server_begin(s, stream, &d.office.officer, &d.a, &draft, &d.e));
	OK(edit_move(&s->replica, schema(), &draft, id, bytes_str(state), BYTES_NONE, &d.e));
	OK(server_save(s, &d.office.officer, &draft, NULL, &d.e));
}

/* What is looked at, by whom. */
struct view {
	struct timeliness t;
	struct calendar *calendar;
};

static inline void look_at(struct view *v, struct replica *r, uint64_t stream)
{
	struct schema *s;

	v->t = (struct timeliness){ .r = r, .stream = stream, .now = d.office.now };
	OK(replica_schema_now(r, &s, &d.e));
	v->t.schema = s;
	OK(units_now(r, &v->t.units, &d.e));
	OK(calendar_load(r, s, v->t.units, &v->calendar, &d.e));
	v->t.calendar = v->calendar;
}

/* How many units are of these kinds. */
static inline unsigned count_of(const char *a, const char *b, const char *c)
{
	const char *const kinds[] = { a, b, c };
	const struct units *all;
	struct unit u;
	unsigned n = 0;
	size_t i, k;

	OK(units_now(&d.office.s.replica, &all, &d.e));
	for (i = 0; i < units_count(all); i++) {
		units_at(all, i, date_of(d.office.now), &u);
		for (k = 0; k < 3; k++)
			n += kinds[k] != NULL && bytes_equal(u.kind, bytes_str(kinds[k]));
	}
	assert_true(n > 0);
	return n;
}

static inline unsigned all_asked(void)
{
	return count_of("XA", "TT", "MN");
}

static inline unsigned kindergartens(void)
{
	return count_of("MN", NULL, NULL);
}

static inline struct timely_table table(const char *code, int64_t year, unsigned quarter)
{
	struct timely_table out;
	struct view v;

	look_at(&v, &d.office.s.replica, ANY_STREAM);
	OK(timeliness_deadline(&v.t, schema_deadline(v.t.schema, bytes_str(code)),
			       (struct period){ year, quarter }, &d.a, &out, &d.e));
	calendar_free(v.calendar);
	return out;
}

static inline const struct timely_line *line_of(const struct timely_table *t, uint64_t unit)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (t->lines[i].unit.number == unit)
			return &t->lines[i];
	return NULL;
}

static inline enum timely state_of(const char *code, int64_t year, unsigned quarter, uint64_t unit)
{
	struct timely_table t = table(code, year, quarter);
	const struct timely_line *l = line_of(&t, unit);

	return l == NULL ? TIMELY_NOTHING : l->state;
}

#endif
