/* What all forms share: setting fields, references, which form is which. */
#include "form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_WANTED = 14 };

static unsigned filled(const struct clerk *c)
{
	return (unsigned)__builtin_popcount(c->touched);
}

void form_put(struct clerk *c, struct record *r, unsigned field)
{
	struct bytes s = buf_view(&c->scratch);
	const char *old = r->values[field];
	char *text;

	if (c->scratch.failed) {
		c->failed = true;
	} else if (s.len > 0 && (old == NULL || !bytes_equal(bytes_str(old), s))) {
		text = arena_str(c->arena, s);
		if (text == NULL) {
			c->failed = true;
		} else {
			r->values[field] = text;
			c->touched |= UINT32_C(1) << field;
		}
	}
	buf_clear(&c->scratch);
}

void form_tell(struct clerk *c, struct record *r, unsigned field, const char *text)
{
	c->teller.share = 0;
	tell_text(&c->teller, text, &c->scratch);
	form_put(c, r, field);
}

void form_prose(struct clerk *c, struct record *r, unsigned field, const char *rule)
{
	c->teller.share = 0;
	tell_upper(&c->teller, rule, &c->scratch);
	form_put(c, r, field);
}

bool form_wants(struct clerk *c, unsigned percent)
{
	return draw_chance(&c->teller.draw, percent) && filled(c) < FIELDS_WANTED;
}

void form_maybe(struct clerk *c, struct record *r, unsigned field, unsigned percent,
	const char *text)
{
	if (form_wants(c, percent))
		form_tell(c, r, field, text);
}

void form_number(struct clerk *c, struct record *r, unsigned field, int64_t n)
{
	buf_printf(&c->scratch, "%lld", (long long)n);
	form_put(c, r, field);
}

void form_date(struct clerk *c, struct record *r, unsigned field, int64_t days)
{
	struct date d = bench_date(days);

	buf_printf(&c->scratch, "%04d-%02u-%02u", d.year, d.month, d.day);
	form_put(c, r, field);
}

void form_month(struct clerk *c, struct record *r, unsigned field, int64_t days)
{
	struct date d = bench_date(days);

	buf_printf(&c->scratch, "%04d-%02u", d.year, d.month);
	form_put(c, r, field);
}

void form_person(struct clerk *c, struct record *r, unsigned field)
{
	for (int attempt = 0; attempt < 60 && c->n > 0; attempt++) {
		uint32_t i = (uint32_t)draw_between(&c->teller.draw, 0, c->n - 1);
		struct record *to = &c->records[i];

		if (to->form != FORM_STAFF || !to->live || to == r)
			continue;
		to->referenced++;
		buf_printf(&c->scratch, "#%u", i);
		form_put(c, r, field);
		return;
	}
}

int64_t form_day_ago(struct clerk *c, int64_t low, int64_t high)
{
	return c->teller.today - draw_between(&c->teller.draw, low, high);
}

int64_t form_days_of(const char *value)
{
	int year;
	unsigned month, day;

	if (value == NULL || sscanf(value, "%d-%u-%u", &year, &month, &day) != 3)
		abort();
	return day_number(year, month, day);
}

static const struct {
	void (*fill)(struct clerk *c, struct record *r);
	void (*change)(struct clerk *c, struct record *r);
} forms[] = {
	[FORM_STAFF] = { form_staff_new, form_staff_change },
	[FORM_NEED] = { form_need_new, form_need_change },
	[FORM_BONUS] = { form_bonus_new, form_bonus_change },
	[FORM_EVALUATION] = { form_evaluation_new, form_evaluation_change },
	[FORM_REPORT] = { form_report_new, form_report_change },
};

void form_new(struct clerk *c, struct record *r)
{
	c->touched = 0;
	forms[r->form].fill(c, r);
}

static void change_once(struct clerk *c, struct record *r)
{
	c->touched = 0;
	/* A slip may come out as the old value; then the clerk looks again. */
	for (int attempt = 0; attempt < 8 && c->touched == 0; attempt++)
		forms[r->form].change(c, r);
	/* A second thing is often put right while the form is open. */
	if (draw_chance(&c->teller.draw, 22) && filled(c) == 1)
		forms[r->form].change(c, r);
}

/* What came back to its old value by a second change is no edit. */
static void forget_unchanged(struct clerk *c, const struct record *r, const struct record *before)
{
	for (unsigned i = 0; i < WORKLOAD_FIELDS_MAX; i++) {
		const char *old = before->values[i];

		if (old != NULL && strcmp(old, r->values[i]) == 0)
			c->touched &= ~(UINT32_C(1) << i);
	}
}

void form_change(struct clerk *c, struct record *r)
{
	struct record before = *r;

	do {
		change_once(c, r);
		forget_unchanged(c, r, &before);
	} while (c->touched == 0 && !c->failed);
}
