/* The staff form. Identity numbers use the place code 000, which no place has. */
#include "form.h"

#include <stdio.h>
#include <string.h>

static void put_name(struct clerk *c, struct record *r)
{
	tell_name(&c->teller, r->female, &c->scratch);
	form_put(c, r, STAFF_NAME);
}

/* 000, century and sex, year of birth, six digits (Thông tư 07/2016/TT-BCA). */
static void put_cccd(struct clerk *c, struct record *r)
{
	int year = bench_date(form_days_of(r->values[STAFF_BIRTH])).year;
	int century = year < 2000 ? 0 : 2;

	buf_printf(&c->scratch, "000%d%02d%06d", century + r->female, year % 100,
		(int)draw_between(&c->teller.draw, 100, 29999));
	form_put(c, r, STAFF_CCCD);
}

/* A step of the scale for each three years of service, about. */
static void put_coefficient(struct clerk *c, struct record *r)
{
	/* First step and rise of the usual salary scales, in hundredths. */
	static const struct {
		const char *level;
		int first, rise, steps;
	} scales[] = {
		{ "thpt", 165, 18, 9 }, { "tc", 186, 20, 11 }, { "cd", 210, 31, 9 },
		{ "dh", 234, 33, 8 }, { "ths", 267, 33, 7 }, { "ts", 300, 33, 6 },
	};
	const char *level = r->values[STAFF_LEVEL];
	int64_t age = (c->teller.today - form_days_of(r->values[STAFF_BIRTH])) / 365, step;
	size_t i = 3;
	int value;

	for (size_t k = 0; k < sizeof scales / sizeof scales[0] && level != NULL; k++) {
		if (strcmp(scales[k].level, level) == 0)
			i = k;
	}
	step = (age - 23) / 3 + draw_between(&c->teller.draw, -2, 1);
	if (step < 0)
		step = 0;
	if (step > scales[i].steps)
		step = scales[i].steps;
	value = scales[i].first + scales[i].rise * (int)step;
	buf_printf(&c->scratch, "%d.%02d", value / 100, value % 100);
	form_put(c, r, STAFF_COEFFICIENT);
}

static void put_joined(struct clerk *c, struct record *r, unsigned field)
{
	int64_t from = form_days_of(r->values[STAFF_BIRTH]) + 22 * 365;
	int64_t to = c->teller.today - 30;

	form_date(c, r, field, from < to ? draw_between(&c->teller.draw, from, to) : to);
}

static const char phone_text[] =
	"{032|033|034|035|036|037|038|039|096|097|097|098|098|086|091|094|088|083|090|070}"
	"<@digits 7>";

/* Post and position go together in a commune; the level follows from both. */
static void put_post(struct clerk *c, struct record *r)
{
	static const char *const communal[] = { "official", "civil", "civil", "parttime" };
	const char *post;
	char position[40];

	if (c->teller.kind == UNIT_XA) {
		post = communal[draw_between(&c->teller.draw, 0, 3)];
		snprintf(position, sizeof position, "<position.%s>", post);
		form_tell(c, r, STAFF_POST_KIND, post);
		form_tell(c, r, STAFF_POSITION, position);
		return;
	}
	form_tell(c, r, STAFF_POST_KIND, c->teller.kind == UNIT_PHONG
		? "{civil|civil|civil|public|contract}"
		: "{public|public|public|public|public|public|contract}");
	form_tell(c, r, STAFF_POSITION, "<position*>");
}

static void change_position(struct clerk *c, struct record *r)
{
	char position[40] = "<position*>";

	if (c->teller.kind == UNIT_XA)
		snprintf(position, sizeof position, "<position.%s>", r->values[STAFF_POST_KIND]);
	form_tell(c, r, STAFF_POSITION, position);
}

static const char *level_text(const struct record *r)
{
	const char *post = r->values[STAFF_POST_KIND];

	if (strcmp(post, "parttime") == 0)
		return "{thpt|thpt|tc|tc|cd|dh|dh}";
	if (strcmp(post, "contract") == 0)
		return "{tc|cd|cd|dh|dh|dh}";
	return "{dh|dh|dh|dh|dh|dh|dh|dh|dh|cd|cd|tc|ths|ths}";
}

void form_staff_new(struct clerk *c, struct record *r)
{
	static const unsigned women[] = { 44, 97, 74, 63, 41 };
	const char *level;

	r->female = draw_chance(&c->teller.draw, women[c->teller.kind]);
	put_name(c, r);
	form_tell(c, r, STAFF_SEX, r->female ? "female" : "male");
	form_date(c, r, STAFF_BIRTH, form_day_ago(c, 23 * 365, 59 * 365));
	form_maybe(c, r, STAFF_ETHNIC, 55,
		"{kinh|kinh|kinh|kinh|kinh|kinh|kinh|cao_lan|cao_lan|san_diu|tay|nung|dao}");
	if (form_wants(c, 90))
		put_cccd(c, r);
	form_maybe(c, r, STAFF_PHONE, 86, phone_text);
	put_post(c, r);
	form_maybe(c, r, STAFF_LEVEL, 94, level_text(r));
	level = r->values[STAFF_LEVEL];
	if (level != NULL && strcmp(level, "thpt") != 0) {
		form_maybe(c, r, STAFF_DISCIPLINE, 90, "<discipline*>");
		form_maybe(c, r, STAFF_SCHOOL, 35, "<institution*>");
	}
	if (form_wants(c, 38))
		put_joined(c, r, STAFF_PARTY_ON);
	if (form_wants(c, 60))
		put_joined(c, r, STAFF_JOINED_ON);
	if (form_wants(c, 62))
		put_coefficient(c, r);
	form_maybe(c, r, STAFF_HOME, 70, "<home>");
	form_maybe(c, r, STAFF_STATUS, 25, "{working|working|working|working|study|leave}");
	form_maybe(c, r, STAFF_NOTE, 12, r->female ? "<staff.note.female>" : "<staff.note>");
}

/* A name typed wrong: one part of it was another. */
static void change_name(struct clerk *c, struct record *r)
{
	const char *old = r->values[STAFF_NAME];
	const char *last = strrchr(old, ' ');

	if (draw_chance(&c->teller.draw, 50)) {
		buf_put(&c->scratch, old, (size_t)(last - old) + 1);
		tell(&c->teller, r->female ? "given.female" : "given.male", &c->scratch);
	} else {
		buf_put(&c->scratch, old, strcspn(old, " ") + 1);
		tell(&c->teller, r->female ? "middle.female" : "middle.male", &c->scratch);
		buf_put(&c->scratch, last, strlen(last));
	}
	form_put(c, r, STAFF_NAME);
}

/* Two digits typed the wrong way round. */
static void change_cccd(struct clerk *c, struct record *r)
{
	const char *old = r->values[STAFF_CCCD];
	size_t at;

	if (old == NULL) {
		put_cccd(c, r);
		return;
	}
	at = (size_t)draw_between(&c->teller.draw, 6, 10);
	buf_put(&c->scratch, old, at);
	buf_byte(&c->scratch, (uint8_t)old[at + 1]);
	buf_byte(&c->scratch, (uint8_t)old[at]);
	buf_put(&c->scratch, old + at + 2, strlen(old + at + 2));
	form_put(c, r, STAFF_CCCD);
}

static void change_note(struct clerk *c, struct record *r)
{
	const char *old = r->values[STAFF_NOTE];

	if (old != NULL && strlen(old) < 250 && draw_chance(&c->teller.draw, 70))
		buf_printf(&c->scratch, "%s; ", old);
	tell(&c->teller, r->female ? "staff.note.female" : "staff.note", &c->scratch);
	form_put(c, r, STAFF_NOTE);
}

static void change_study(struct clerk *c, struct record *r)
{
	form_tell(c, r, STAFF_LEVEL, "{dh|dh|ths|ths|ths|ts}");
	form_tell(c, r, STAFF_DISCIPLINE, "<discipline*>");
	if (draw_chance(&c->teller.draw, 50))
		form_tell(c, r, STAFF_SCHOOL, "<institution*>");
}

void form_staff_change(struct clerk *c, struct record *r)
{
	int64_t what = draw_between(&c->teller.draw, 0, 99);

	if (what < 17) {
		form_tell(c, r, STAFF_PHONE, phone_text);
	} else if (what < 30) {
		change_position(c, r);
		if (draw_chance(&c->teller.draw, 25))
			put_coefficient(c, r);
	} else if (what < 46) {
		put_coefficient(c, r);
	} else if (what < 56) {
		change_study(c, r);
	} else if (what < 67) {
		form_tell(c, r, STAFF_STATUS, "{working|working|study|leave|transferred|retired}");
		if (draw_chance(&c->teller.draw, 40))
			change_note(c, r);
	} else if (what < 76) {
		change_note(c, r);
	} else if (what < 82) {
		form_tell(c, r, STAFF_HOME, "<home>");
	} else if (what < 88) {
		change_cccd(c, r);
	} else if (what < 93) {
		change_name(c, r);
	} else if (what < 97) {
		put_joined(c, r, STAFF_PARTY_ON);
	} else {
		put_joined(c, r, STAFF_JOINED_ON);
	}
}
