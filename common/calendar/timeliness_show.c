/* Timeliness in words and as JSON. */
#include <inttypes.h>

#include "common/calendar/timeliness.h"
#include "common/text/date.h"

static const struct label states[] = {
	[TIMELY_NOTHING] = { "không yêu cầu", "nothing asked" },
	[TIMELY_OPEN] = { "chưa đến hạn", "not due yet" },
	[TIMELY_ON_TIME] = { "đúng hạn", "on time" },
	[TIMELY_EXEMPT] = { "không tính hạn", "no date" },
	[TIMELY_SIGNED] = { "ký đúng hạn, nhận sau hạn", "signed in time, received late" },
	[TIMELY_LATE] = { "quá hạn", "late" },
	[TIMELY_MISSING] = { "chưa nộp", "missing" }
};

/* For programs; the same order. */
static const char *const state_codes[] = { "nothing_asked", "open", "on_time", "exempt",
					   "signed_late", "late", "missing" };

const char *timely_text(enum timely state, enum lang lang)
{
	return label_in(&states[state], lang);
}

void timely_day_text(const struct due *due, enum lang lang, struct buf *out)
{
	if (due->day == DEADLINE_NO_DAY) {
		buf_printf(out, "%s", lang == LANG_EN ? "no date" : "không có hạn");
		return;
	}
	buf_printf(out, "%s", lang == LANG_EN ? "until the end of " : "hết ngày ");
	date_show(due->day, out);
}

void timely_margin_text(const struct timely_line *l, int64_t now, enum lang lang,
			struct buf *out)
{
	int64_t margin = timely_margin(l, now), n = margin < 0 ? -margin : margin;
	const char *days = n == 1 ? "day" : "days";

	if (margin == DEADLINE_NO_DAY)
		return;
	if (margin == 0)
		buf_printf(out, "%s", lang == LANG_EN ? "the last day" : "ngày cuối");
	else if (lang == LANG_EN)
		buf_printf(out, "%" PRId64 " %s %s", n, days,
			   margin < 0 ? "late" : l->state == TIMELY_OPEN ? "left" : "early");
	else
		buf_printf(out, "%s %" PRId64 " ngày",
			   margin < 0 ? "muộn" : l->state == TIMELY_OPEN ? "còn" : "sớm", n);
}

void timely_title(const struct timely_table *t, enum lang lang, struct buf *out)
{
	if (t->round != NULL)
		buf_add(out, t->round->title.len > 0 ? t->round->title : t->round->code);
	else
		buf_printf(out, "%s", label_in(&t->deadline->label, lang));
	if (t->period.year != 0) {
		buf_printf(out, ", ");
		period_show(t->period, lang, out);
	}
}

void timely_share(unsigned part, unsigned whole, enum lang lang, struct buf *out)
{
	unsigned long long permille;

	if (whole == 0) {
		buf_byte(out, '-');
		return;
	}
	/* Rounded down, so that only all of them are 100. */
	permille = 1000ULL * part / whole;
	buf_printf(out, lang == LANG_EN ? "%llu.%llu%%" : "%llu,%llu %%", permille / 10,
		   permille % 10);
}

static json_t *day_json(int64_t day)
{
	struct buf b;
	json_t *j;

	if (day == DEADLINE_NO_DAY)
		return json_null();
	buf_init(&b, 32);
	date_put(day, &b);
	j = json_stringn((const char *)b.at, b.len);
	buf_release(&b);
	return j;
}

static json_t *text_json(struct bytes s)
{
	return json_stringn(s.len == 0 ? "" : (const char *)s.at, s.len);
}

static json_t *put_json(void (*put)(struct period p, struct buf *out), struct period p)
{
	struct buf b;
	json_t *j;

	buf_init(&b, 64);
	put(p, &b);
	j = b.len == 0 ? json_null() : json_stringn((const char *)b.at, b.len);
	buf_release(&b);
	return j;
}

static json_t *line_json(const struct timely_line *l, int64_t now, enum lang lang)
{
	int64_t margin = timely_margin(l, now);
	bool some = l->records > 0;

	return json_pack("{s:o, s:I, s:o, s:b, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:I,"
			 " s:I, s:b, s:I}",
			 "unit", text_json(l->unit.code), "number", (json_int_t)l->unit.number,
			 "name", text_json(l->unit.name), "expected", l->expected,
			 "state", state_codes[l->state], "state_label", timely_text(l->state, lang),
			 "last_day", day_json(l->due.day), "extended", l->due.why != NULL,
			 "reason", l->due.why == NULL ? json_null() : text_json(l->due.why->reason),
			 "received", some ? json_integer(l->received) : json_null(),
			 "signed", some ? json_integer(l->signed_at) : json_null(),
			 "clock", some ? json_integer(l->received - l->signed_at) : json_null(),
			 "last", some ? json_integer(l->last) : json_null(),
			 "days", margin == DEADLINE_NO_DAY ? json_null() : json_integer(margin),
			 "records", (json_int_t)l->records, "returned", (json_int_t)l->returned,
			 "accepted", l->accepted, "waiting", (json_int_t)l->waiting);
}

static json_t *both(const struct timely_table *t,
		    unsigned (*count)(const struct timely_table *t, bool with_signed))
{
	return json_pack("{s:I, s:I}", "with", (json_int_t)count(t, true), "without",
			 (json_int_t)count(t, false));
}

static json_t *table_json(const struct timely_table *t, enum lang lang)
{
	const struct deadline *d = t->deadline;

	return json_pack(
		"{s:o, s:o, s:b, s:o, s:o, s:o, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o,"
		" s:o}",
		"code", t->round != NULL ? text_json(t->round->code) : json_string(d->code), "label",
		t->round != NULL ? text_json(t->round->title) :
				   json_string(label_in(&d->label, lang)),
		"round", t->round != NULL, "period", put_json(period_put, t->period), "last_day",
		day_json(t->due.day), "quoted_day", day_json(t->due.quoted), "asked", t->due.asked,
		"expected", (json_int_t)t->expected, "received", (json_int_t)t->received, "on_time",
		(json_int_t)t->on_time, "exempt", (json_int_t)t->exempt, "signed_late",
		(json_int_t)t->signed_late, "late", (json_int_t)t->late, "missing",
		(json_int_t)t->missing, "open", (json_int_t)t->open, "records",
		(json_int_t)t->records, "complete", both(t, timely_complete), "in_time",
		both(t, timely_in_time));
}

int timely_json(const struct timely_table *t, int64_t now, enum lang lang, bool lines,
		json_t **out, struct err *e)
{
	json_t *j = table_json(t, lang), *list = lines ? json_array() : NULL;
	size_t i;
	int bad = j == NULL;

	for (i = 0; lines && i < t->count; i++)
		bad |= json_array_append_new(list, line_json(&t->lines[i], now, lang)) != 0;
	if (lines)
		bad |= json_object_set_new(j, "units", list) != 0;
	/* An average has a count in place of a day. */
	if (t->deadline != NULL && t->deadline->rule == DEADLINE_AVERAGE)
		bad |= json_object_set_new(j, "wanted_together", json_integer(t->wanted)) != 0;
	*out = j;
	if (!bad)
		return 0;
	json_decref(j);
	*out = NULL;
	return err_set(e, ERR_NOMEM, "timeliness");
}
