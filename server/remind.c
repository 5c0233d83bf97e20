/* One transaction for each unit that owes something. */
#include "server/remind.h"

#include <string.h>

#include "common/replica/projection.h"
#include "common/text/date.h"

enum { ONE_MEMORY = 16 * 1024 * 1024, TEXT_MAX = 1 << 12, BEFORE_MAX = 1 << 20 };

/* Where the reminders of a pack's things stand: its own, else any. */
static const struct pack_calendar *find_kept(const struct remind *r)
{
	const struct type *t = r->about->round != NULL ? r->about->round->type :
							 r->about->deadline->type;
	const struct pack_calendar *any = NULL, *c;
	size_t i;

	for (i = 0; i < r->schema->calendar_count; i++) {
		c = &r->schema->calendars[i];
		if (c->reminders == NULL)
			continue;
		if (t != NULL && strcmp(c->pack, t->pack) == 0)
			return c;
		if (any == NULL)
			any = c;
	}
	return any;
}

/* "t4 2024", "t3 Q2/2024", a round's code: by which a reminder is known again. */
static void put_about(const struct remind *r, struct buf *out)
{
	buf_add(out, agenda_code(r->about));
	if (r->about->period.year != 0) {
		buf_byte(out, ' ');
		period_put(r->about->period, out);
	}
}

/* The streams that were reminded of it today, ascending. */
static int find_before(struct server *s, const struct pack_calendar *k, struct bytes about,
		       int64_t day, struct buf *out, struct err *e)
{
	char table[64], column[64], on[64];
	struct stmt *q;
	struct buf sql;
	int code;

	projection_table(k->reminders, table);
	projection_column(k->about, 0, column);
	projection_column(k->day, 0, on);
	buf_init(&sql, TEXT_MAX);
	buf_printf(&sql, "SELECT DISTINCT stream FROM %s WHERE deleted=0 AND %s=$1 AND %s=$2 "
		   "ORDER BY stream", table, column, on);
	buf_byte(&sql, 0);
	code = sql.failed ? err_set(e, ERR_NOMEM, "reminders") :
			    db_query_text(s->db, e, &q, (char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	db_bind_text(q, 1, about);
	db_bind_int(q, 2, day);
	while ((code = db_step(q, e)) == 1)
		buf_u64(out, (uint64_t)db_int(q, 0));
	db_done(q);
	return code == 0 && out->failed ? err_set(e, ERR_NOMEM, "reminders") : code;
}

static bool reminded(const struct buf *before, uint64_t stream)
{
	struct buf one;
	size_t i;
	bool found = false;

	buf_init(&one, sizeof stream);
	buf_u64(&one, stream);
	for (i = 0; i + one.len <= before->len && !found; i += one.len)
		found = memcmp(before->at + i, one.at, one.len) == 0;
	buf_release(&one);
	return found;
}

/* What the unit reads. */
static void put_text(const struct remind *r, const struct timely_line *l, struct buf *out)
{
	buf_printf(out, "%s", l->state == TIMELY_MISSING ? "Đã quá hạn, đề nghị gửi ngay: " :
							   "Đề nghị gửi: ");
	agenda_title(r->about, LANG_VI, out);
	buf_printf(out, ". Hạn cuối: ");
	timely_day_text(&l->due, LANG_VI, out);
	buf_byte(out, '.');
}

static void fill(const struct remind *r, const struct pack_calendar *k,
		 const struct timely_line *l, struct bytes about, struct bytes text,
		 struct draft *d)
{
	uint32_t type = k->reminders->number;
	struct rid id = draft_create(d, type, RID_NONE, 0);
	int64_t today = date_of(r->now);
	size_t i;

	for (i = 0; i < k->value_count; i++)
		draft_set(d, type, id, k->values[i].field->number, k->values[i].value, false);
	draft_set(d, type, id, k->about->number, value_text(about), k->about->personal);
	draft_set(d, type, id, k->day->number, value_date(today), false);
	if (k->due != NULL && l->due.day != DEADLINE_NO_DAY && l->due.day >= today)
		draft_set(d, type, id, k->due->number, value_date(l->due.day), false);
	if (k->text != NULL)
		draft_set(d, type, id, k->text->number, value_text(text), k->text->personal);
	if (k->by != NULL)
		draft_set(d, type, id, k->by->number, value_text(r->by), k->by->personal);
	if (k->state != 0)
		draft_move(d, type, id, k->state, BYTES_NONE);
}

static int remind_one(struct server *s, const struct remind *r, const struct pack_calendar *k,
		      const struct timely_line *l, struct bytes about, struct err *e)
{
	struct arena one;
	struct draft d;
	struct buf text;
	int code;

	arena_init(&one, ONE_MEMORY);
	buf_init(&text, TEXT_MAX);
	put_text(r, l, &text);
	code = text.failed ? err_set(e, ERR_TOO_LARGE, "reminder") :
			     server_begin(s, l->unit.number, r->officer, &one, &d, e);
	if (code == 0) {
		fill(r, k, l, about, buf_view(&text), &d);
		code = server_save(s, r->officer, &d, NULL, e);
	}
	buf_release(&text);
	arena_release(&one);
	return code;
}

static int remind_all(struct server *s, struct remind *r, const struct pack_calendar *k,
		      struct bytes about, const struct buf *before, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->table->count && code == 0; i++) {
		const struct timely_line *l = &r->table->lines[i];
		bool told = reminded(before, l->unit.number);

		if (!l->expected || (l->state != TIMELY_OPEN && l->state != TIMELY_MISSING))
			continue;
		r->owing++;
		if (!told)
			code = remind_one(s, r, k, l, about, e);
		if (code != 0)
			break;
		r->written += !told;
		if (r->row != NULL)
			r->row(r->ctx, l, !told);
	}
	return code;
}

int server_remind(struct server *s, struct remind *r, struct err *e)
{
	const struct pack_calendar *k = find_kept(r);
	struct buf about, before;
	int code;

	r->owing = r->written = 0;
	if (k == NULL)
		return err_set(e, ERR_NO_TYPE, "reminders");
	buf_init(&about, TEXT_MAX);
	buf_init(&before, BEFORE_MAX);
	put_about(r, &about);
	code = about.failed ? err_set(e, ERR_NOMEM, "reminders") :
	       find_before(s, k, buf_view(&about), date_of(r->now), &before, e);
	if (code == 0)
		code = remind_all(s, r, k, buf_view(&about), &before, e);
	buf_release(&before);
	buf_release(&about);
	return code;
}
