/* The forms for a need and for a bonus. */
#include "form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int year_now(const struct clerk *c)
{
	return bench_date(c->teller.today).year;
}

static void put_posts(struct clerk *c, struct record *r)
{
	int64_t assigned = draw_between(&c->teller.draw, 6, 48);

	form_number(c, r, NEED_ASSIGNED, assigned);
	form_number(c, r, NEED_PRESENT, assigned - draw_between(&c->teller.draw, 0, 5));
}

static void put_cost(struct clerk *c, struct record *r)
{
	form_number(c, r, NEED_COST, draw_chance(&c->teller.draw, 60)
		? draw_between(&c->teller.draw, 3, 160) * 500000
		: draw_between(&c->teller.draw, 90, 3900) * 50000);
}

static void put_document(struct clerk *c, struct record *r, unsigned number, unsigned date)
{
	form_tell(c, r, number, "<@no 4 260>/{TTr|TTr|CV|DS|BC}-<symbol*>");
	form_date(c, r, date, form_day_ago(c, 0, 9));
}

static const char *level_text(const char *policy)
{
	if (strcmp(policy, "postgrad") == 0)
		return "{ths|ths|ths|ths|ts}";
	if (strcmp(policy, "course") == 0)
		return "{dh|dh|ths|cd}";
	return strcmp(policy, "expert") == 0 ? "{ts|ts|ths}" : "{dh|ths|ths|ts}";
}

/* A month of the plan year, not of the past. */
static void put_from(struct clerk *c, struct record *r)
{
	int year = (int)strtol(r->values[NEED_PLAN_YEAR], NULL, 10);
	struct date today = bench_date(c->teller.today);
	unsigned first = year == today.year ? today.month : 1;

	buf_printf(&c->scratch, "%d-%02u", year,
		(unsigned)draw_between(&c->teller.draw, first, 12));
	form_put(c, r, NEED_FROM);
}

void form_need_new(struct clerk *c, struct record *r)
{
	static const char *const policies[] = {
		"postgrad", "postgrad", "postgrad", "course", "course", "course", "attract",
		"expert",
	};
	const char *policy = policies[draw_between(&c->teller.draw, 0, 7)];

	form_number(c, r, NEED_PLAN_YEAR, year_now(c) + (draw_chance(&c->teller.draw, 80) ? 1 : 0));
	form_tell(c, r, NEED_POLICY, policy);
	form_tell(c, r, NEED_DISCIPLINE, "<discipline*>");
	form_tell(c, r, NEED_LEVEL, level_text(policy));
	form_maybe(c, r, NEED_POSITION, 72, "<position*>");
	if (form_wants(c, 58))
		put_posts(c, r);
	form_number(c, r, NEED_COUNT, 1 + (int64_t)draw_skewed(&c->teller.draw, 6));
	if (form_wants(c, 40))
		form_person(c, r, NEED_PERSON);
	if (form_wants(c, 82))
		form_prose(c, r, NEED_REASON, "need.reason");
	if (form_wants(c, 55))
		put_cost(c, r);
	if (form_wants(c, 40))
		put_from(c, r);
	form_maybe(c, r, NEED_MODE, 50, "{fulltime|partwork|partwork|remote}");
	form_maybe(c, r, NEED_URGENT, 15, "{true|false}");
	if (form_wants(c, 42))
		put_document(c, r, NEED_DOC_NUMBER, NEED_DOC_DATE);
}

static void grow(struct clerk *c, struct record *r, unsigned field, const char *text, size_t most)
{
	const char *old = r->values[field];

	if (old != NULL && strlen(old) < most)
		buf_printf(&c->scratch, "%s. ", old);
	form_tell(c, r, field, text);
}

void form_need_change(struct clerk *c, struct record *r)
{
	int64_t what = draw_between(&c->teller.draw, 0, 99);

	if (what < 20) {
		form_number(c, r, NEED_COUNT, draw_between(&c->teller.draw, 1, 6));
	} else if (what < 40) {
		put_document(c, r, NEED_DOC_NUMBER, NEED_DOC_DATE);
	} else if (what < 54) {
		put_cost(c, r);
	} else if (what < 66) {
		form_person(c, r, NEED_PERSON);
	} else if (what < 77) {
		grow(c, r, NEED_REASON, "<need.more>", 500);
	} else if (what < 84) {
		put_posts(c, r);
	} else if (what < 90) {
		form_tell(c, r, NEED_DISCIPLINE, "<discipline*>");
	} else if (what < 95) {
		put_from(c, r);
	} else {
		form_tell(c, r, NEED_LEVEL, level_text(r->values[NEED_POLICY]));
	}
}

/* Who awards, and how he signs his papers. */
static const struct {
	const char *issuer, *symbol;
} awards[] = {
	{ "UBND huyện Sông Lô", "UBND" }, { "Phòng GD&ĐT huyện", "PGDĐT" },
	{ "UBND huyện", "UBND" }, { "UBND tỉnh Vĩnh Phúc", "UBND" },
	{ "Sở Giáo dục và Đào tạo", "SGDĐT" }, { "Liên đoàn Lao động tỉnh", "LĐLĐ" },
	{ "Sở Khoa học và Công nghệ", "SKHCN" }, { "Tỉnh đoàn Vĩnh Phúc", "TĐTN" },
};

static const char *const languages[] = { "en", "en", "en", "en", "en", "ja", "ko", "zh" };

static const char *const school_kinds[] = {
	"pupil", "pupil", "pupil", "teaching", "teaching", "initiative", "medal", "sport",
};

static const char *const office_kinds[] = {
	"initiative", "initiative", "contest", "contest", "contest", "science", "medal", "degree",
};

static bool is_language(const struct record *r)
{
	return strcmp(r->values[BONUS_KIND], "language") == 0;
}

static void put_achievement(struct clerk *c, struct record *r)
{
	char text[40];

	snprintf(text, sizeof text, "<bonus.%s>",
		r->values[is_language(r) ? BONUS_LANG : BONUS_KIND]);
	form_tell(c, r, BONUS_ACHIEVEMENT, text);
}

/* Certificates of languages run out after two years. */
static void put_certificate(struct clerk *c, struct record *r)
{
	int64_t issued = form_day_ago(c, 25, 330);
	char issuer[40];

	snprintf(issuer, sizeof issuer, "<issuer.%s>", r->values[BONUS_LANG]);
	form_tell(c, r, BONUS_ISSUER, issuer);
	form_tell(c, r, BONUS_CERT_NO, "{2<@no 1 3>VN<@digits 6>{A|G|NGU}<@digits 3>|"
		"<@digits 4>-<@digits 6>|N<@no 1 3>{A|B}<@digits 6>|<@digits 8>}");
	form_date(c, r, BONUS_ISSUED_ON, issued);
	form_date(c, r, BONUS_EXPIRES_ON, issued + 2 * 365);
	form_date(c, r, BONUS_ACHIEVED_ON, issued - draw_between(&c->teller.draw, 10, 24));
}

static void put_award(struct clerk *c, struct record *r)
{
	size_t i = draw_skewed(&c->teller.draw, sizeof awards / sizeof awards[0]);

	if (form_wants(c, 72))
		form_tell(c, r, BONUS_ISSUER, awards[i].issuer);
	if (form_wants(c, 55)) {
		buf_printf(&c->scratch, "%d/QĐ-%s", (int)draw_between(&c->teller.draw, 18, 3900),
			awards[i].symbol);
		form_put(c, r, BONUS_CERT_NO);
	}
	if (form_wants(c, 75))
		form_date(c, r, BONUS_ACHIEVED_ON, form_day_ago(c, 8, 190));
}

static void put_amount(struct clerk *c, struct record *r)
{
	form_tell(c, r, BONUS_AMOUNT, "{2000000|3000000|4000000|5000000|7000000|7500000|10000000|"
		"12000000|15000000|20000000|25000000|30000000|50000000|<@no 11 98>00000}");
}

void form_bonus_new(struct clerk *c, struct record *r)
{
	bool school = c->teller.kind != UNIT_XA && c->teller.kind != UNIT_PHONG;
	struct date today = bench_date(c->teller.today);
	int64_t pick = draw_between(&c->teller.draw, 0, 7);

	form_person(c, r, BONUS_PERSON);
	form_number(c, r, BONUS_YEAR, today.year);
	form_number(c, r, BONUS_QUARTER, (today.month - 1) / 3 + 1);
	if (draw_chance(&c->teller.draw, 24)) {
		form_tell(c, r, BONUS_KIND, "language");
		form_tell(c, r, BONUS_LANG, languages[pick]);
		put_certificate(c, r);
	} else {
		form_tell(c, r, BONUS_KIND, school ? school_kinds[pick] : office_kinds[pick]);
		form_maybe(c, r, BONUS_RANK, 70,
			"{district|district|district|province|province|nation}");
		put_award(c, r);
	}
	put_achievement(c, r);
	if (form_wants(c, 82))
		put_amount(c, r);
	if (form_wants(c, 42))
		put_document(c, r, BONUS_DOC_NUMBER, BONUS_DOC_DATE);
	form_maybe(c, r, BONUS_NOTE, 22, "<bonus.note>");
}

void form_bonus_change(struct clerk *c, struct record *r)
{
	int64_t what = draw_between(&c->teller.draw, 0, 99);

	if (what < 22)
		put_amount(c, r);
	else if (what < 46)
		put_document(c, r, BONUS_DOC_NUMBER, BONUS_DOC_DATE);
	else if (what < 60)
		grow(c, r, BONUS_NOTE, "<bonus.note>", 300);
	else if (what < 72 && !is_language(r))
		form_date(c, r, BONUS_ACHIEVED_ON, form_day_ago(c, 8, 190));
	else if (what < 82)
		put_achievement(c, r);
	else if (what < 90)
		form_number(c, r, BONUS_QUARTER, draw_between(&c->teller.draw, 1, 4));
	else if (what < 94 && is_language(r))
		put_certificate(c, r);
	else
		form_tell(c, r, BONUS_RANK, "{district|province|nation|international}");
}
