/* The forms of a year's end: the evaluation of a person and the unit's report,
 * whose headings hold running prose. */
#include "form.h"

#include <string.h>

static void put_score(struct clerk *c, struct record *r)
{
	int64_t tenths = draw_between(&c->teller.draw, 620, 985) / 5 * 5;

	buf_printf(&c->scratch, "%d.%d", (int)(tenths / 10), (int)(tenths % 10));
	form_put(c, r, EVAL_SCORE);
}

static void put_votes(struct clerk *c, struct record *r)
{
	int64_t total = draw_between(&c->teller.draw, 7, 52);
	int64_t against = (int64_t)draw_skewed(&c->teller.draw, (size_t)total / 2);

	form_number(c, r, EVAL_FOR, total - against);
	form_number(c, r, EVAL_TOTAL, total);
}

static const char rating_text[] =
	"{excellent|good|good|good|good|good|done|done|failed}";

/* Schools rate at the end of the school year, others at the end of the year; what
 * is typed between is last year's. */
static int evaluated_year(const struct clerk *c)
{
	bool school = c->teller.kind != UNIT_XA && c->teller.kind != UNIT_PHONG;
	struct date today = bench_date(c->teller.today);

	return today.month >= (school ? 5 : 11) ? today.year : today.year - 1;
}

void form_evaluation_new(struct clerk *c, struct record *r)
{
	form_person(c, r, EVAL_PERSON);
	form_number(c, r, EVAL_YEAR, evaluated_year(c));
	form_maybe(c, r, EVAL_SELF, 82, "{excellent|excellent|good|good|good|good|done}");
	form_tell(c, r, EVAL_RATING, rating_text);
	if (form_wants(c, 75))
		put_score(c, r);
	if (form_wants(c, 72))
		form_prose(c, r, EVAL_RESULT, "eval.result");
	if (form_wants(c, 52))
		form_prose(c, r, EVAL_STRENGTHS, "eval.strong");
	if (form_wants(c, 45))
		form_prose(c, r, EVAL_LIMITS, "eval.weak");
	if (draw_chance(&c->teller.draw, 14)) {
		form_tell(c, r, EVAL_TALENT, "true");
		form_tell(c, r, EVAL_GROUNDS, "<eval.grounds>");
	} else {
		form_maybe(c, r, EVAL_TALENT, 60, "false");
	}
	if (form_wants(c, 66))
		form_date(c, r, EVAL_COUNCIL_ON, form_day_ago(c, 1, 45));
	form_maybe(c, r, EVAL_MINUTES_NO, 45, "<@nn 1 48>/BB-{HĐ|CB|<symbol*>}");
	if (form_wants(c, 45))
		put_votes(c, r);
	form_maybe(c, r, EVAL_REMARK, 14, "<eval.remark>");
}

static void grow(struct clerk *c, struct record *r, unsigned field, const char *text)
{
	const char *old = r->values[field];

	if (old != NULL && strlen(old) < 600)
		buf_printf(&c->scratch, "%s. ", old);
	tell_upper(&c->teller, text, &c->scratch);
	form_put(c, r, field);
}

void form_evaluation_change(struct clerk *c, struct record *r)
{
	int64_t what = draw_between(&c->teller.draw, 0, 99);

	if (what < 26) {
		form_tell(c, r, EVAL_RATING, rating_text);
		if (draw_chance(&c->teller.draw, 45))
			put_score(c, r);
	} else if (what < 40) {
		put_score(c, r);
	} else if (what < 56) {
		form_date(c, r, EVAL_COUNCIL_ON, form_day_ago(c, 0, 20));
		form_tell(c, r, EVAL_MINUTES_NO, "<@nn 1 48>/BB-{HĐ|CB|<symbol*>}");
	} else if (what < 66) {
		put_votes(c, r);
	} else if (what < 79) {
		grow(c, r, EVAL_RESULT, "eval.did2");
	} else if (what < 86) {
		form_prose(c, r, EVAL_LIMITS, "eval.weak");
	} else if (what < 92) {
		form_tell(c, r, EVAL_TALENT, "true");
		form_tell(c, r, EVAL_GROUNDS, "<eval.grounds>");
	} else {
		form_tell(c, r, EVAL_REMARK, "<eval.remark>");
	}
}

static const struct {
	unsigned field;
	const char *rule;
	unsigned low, high;	/* sentences */
} headings[] = {
	{ REPORT_RESULTS, "result*", 3, 7 },
	{ REPORT_LEADERSHIP, "lead", 2, 5 },
	{ REPORT_NEXT, "next", 2, 5 },
	{ REPORT_SPREAD, "spread", 2, 5 },
	{ REPORT_LIMITS, "limit", 2, 4 },
	{ REPORT_CAUSES, "cause", 1, 3 },
	{ REPORT_PROPOSALS, "propose", 1, 4 },
};
enum { HEADINGS = sizeof headings / sizeof headings[0] };

static void put_heading(struct clerk *c, struct record *r, unsigned i)
{
	unsigned n = (unsigned)draw_between(&c->teller.draw, headings[i].low, headings[i].high);

	tell_sentences(&c->teller, headings[i].rule, n, &c->scratch);
	form_put(c, r, headings[i].field);
}

/* Three to six headings: the first two always, the others as they come. */
static void put_headings(struct clerk *c, struct record *r)
{
	unsigned left = (unsigned)draw_between(&c->teller.draw, 1, 4);

	for (unsigned i = 0; i < HEADINGS; i++) {
		unsigned open = HEADINGS - i;

		if (i >= 2 && draw_between(&c->teller.draw, 1, open) > left)
			continue;
		if (i >= 2)
			left--;
		put_heading(c, r, i);
	}
}

static void put_document(struct clerk *c, struct record *r)
{
	form_tell(c, r, REPORT_DOC_NUMBER, "<@nn 3 340>/BC-<symbol*>");
	form_date(c, r, REPORT_DOC_DATE, form_day_ago(c, 0, 4));
}

static void put_signer(struct clerk *c, struct record *r)
{
	form_tell(c, r, REPORT_SIGNER, "<@person>");
	form_tell(c, r, REPORT_SIGNER_TITLE, c->teller.kind == UNIT_XA
		? "{Chủ tịch|Chủ tịch|Phó Chủ tịch|KT. CHỦ TỊCH - PHÓ CHỦ TỊCH}"
		: c->teller.kind == UNIT_PHONG ? "{Trưởng phòng|Phó Trưởng phòng|Giám đốc}"
		: "{Hiệu trưởng|Hiệu trưởng|Phó Hiệu trưởng}");
}

static void put_bonus_total(struct clerk *c, struct record *r)
{
	form_number(c, r, REPORT_BONUS_TOTAL, draw_between(&c->teller.draw, 2, 160) * 500000);
}

void form_report_new(struct clerk *c, struct record *r)
{
	struct date today = bench_date(c->teller.today);

	form_tell(c, r, REPORT_KIND, "{quarter|quarter|half|annual|topic|topic}");
	form_number(c, r, REPORT_YEAR, today.year);
	form_maybe(c, r, REPORT_PERIOD, 60,
		"{quý <@no 1 4>|6 tháng đầu năm|9 tháng|năm học <@schoolyear>|"
		"tháng <@no 1 12>|chuyên đề <topic.word>}");
	if (form_wants(c, 55))
		put_document(c, r);
	if (form_wants(c, 60))
		put_signer(c, r);
	if (form_wants(c, 50))
		form_date(c, r, REPORT_CUTOFF, form_day_ago(c, 2, 14));
	if (form_wants(c, 50))
		form_number(c, r, REPORT_STAFF_TOTAL, draw_between(&c->teller.draw, 16, 74));
	if (form_wants(c, 40))
		form_number(c, r, REPORT_STUDYING, (int64_t)draw_skewed(&c->teller.draw, 12));
	if (form_wants(c, 35))
		put_bonus_total(c, r);
	put_headings(c, r);
}

/* A sentence or two more under a heading, or the heading begun. */
static void change_heading(struct clerk *c, struct record *r)
{
	unsigned i = (unsigned)draw_skewed(&c->teller.draw, HEADINGS);
	const char *old = r->values[headings[i].field];

	if (old == NULL || strlen(old) > 2500) {
		put_heading(c, r, i);
		return;
	}
	buf_put(&c->scratch, old, strlen(old));
	tell_sentences(&c->teller, headings[i].rule, (unsigned)draw_between(&c->teller.draw, 1, 2),
		&c->scratch);
	form_put(c, r, headings[i].field);
}

void form_report_change(struct clerk *c, struct record *r)
{
	int64_t what = draw_between(&c->teller.draw, 0, 99);

	if (what < 42)
		change_heading(c, r);
	else if (what < 66)
		put_document(c, r);
	else if (what < 76)
		put_signer(c, r);
	else if (what < 84)
		form_number(c, r, REPORT_STAFF_TOTAL, draw_between(&c->teller.draw, 16, 74));
	else if (what < 92)
		put_bonus_total(c, r);
	else
		form_date(c, r, REPORT_CUTOFF, form_day_ago(c, 2, 14));
}
