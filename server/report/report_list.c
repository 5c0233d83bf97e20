/* Tables with a line for each record.
 *
 * The database gives the lines in order, and they are handed on at once; but for the
 * order of Vietnamese text, which it does not know: then the lines are kept, each with
 * a key of bytes that compare as they should, and sorted here. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/collate.h"
#include "server/report/report_run_parts.h"

enum { CELL_MAX = 64 * 1024, KEY_COLUMNS = 3, UNITS_MAPPED_MAX = 400 };

/* A line that waits to be sorted. */
struct waiting {
	struct bytes key;
	uint64_t place;            /* in which it came */
	enum report_part part;
	uint64_t stream;
	struct rid record;
	struct report_cell *cells;
	struct bytes group;
};

/* A list in the making. */
struct listing {
	struct report_lines *l;
	const struct report_feed *feed;
	struct report_sql q;
	bool bare;                 /* nobody sees the lines: what is summed is enough */
	bool sorted;               /* here, not by the database */
	bool grouped;              /* a group is open: its name is in `group` */
	int order_at, value_at;    /* columns of the statement */
	struct report_row row;
	struct buf group, name, title, key;
	struct waiting *list;
	size_t count, cap;
	struct err *e;
};

/* Streams whose records stand under another unit are sorted under it. */
static void add_unit_order(struct report_sql *q)
{
	const struct report_run *run = q->run;
	size_t i, n = 0;

	for (i = 0; run->ask->successor && i < units_count(run->units); i++) {
		struct unit u;
		uint64_t heir;

		units_at(run->units, i, run->day, &u);
		heir = report_unit_of(run, u.number);
		if (heir == u.number || n == UNITS_MAPPED_MAX)
			continue;
		report_sql_add(q, "%s WHEN %" PRIu64 " THEN %" PRIu64,
			       n++ == 0 ? "CASE a.stream" : "", u.number, heir);
	}
	report_sql_add(q, n == 0 ? "a.stream" : " ELSE a.stream END");
}

static void add_order(struct listing *li)
{
	const struct report_feed *feed = li->feed;
	size_t i;

	report_sql_add(&li->q, " ORDER BY ");
	if (feed->group != NULL)
		report_sql_add(&li->q, "%d, ", KEY_COLUMNS + 1);
	if (feed->group_units) {
		add_unit_order(&li->q);
		report_sql_add(&li->q, ", ");
	}
	for (i = 0; i < feed->order_count && !li->sorted; i++) {
		report_sql_expr(&li->q, feed->source, feed->order[i].x);
		report_sql_add(&li->q, feed->order[i].down ? " DESC, " : ", ");
	}
	if (!feed->group_units) {
		add_unit_order(&li->q);
		report_sql_add(&li->q, ", ");
	}
	/* Op numbers rise with time; device ids say nothing. */
	report_sql_add(&li->q, "a.op, a.device");
}

static void add_value(struct listing *li, const struct report_value *v)
{
	size_t i;

	for (i = 0; i < v->x_count && v->what == REPORT_VALUE; i++) {
		report_sql_add(&li->q, ", ");
		report_sql_expr(&li->q, li->feed->source, v->x[i]);
	}
	if (v->what == REPORT_COUNT || v->what == REPORT_SUM) {
		report_sql_add(&li->q, ", ");
		report_sql_through(&li->q, v);
	}
}

/* SELECT of a feed: its key, its group, what it is sorted by here, then the values. */
static void make_sql(struct listing *li)
{
	const struct report_feed *feed = li->feed;
	const char *top = feed->source->root != NULL ? "r" : "a";
	size_t i;

	for (i = 0; i < feed->order_count && !li->bare; i++)
		li->sorted |= expr_gives(feed->order[i].x) == EXPR_TEXT;
	report_sql_add(&li->q, "SELECT a.stream, %s.device, %s.op", top, top);
	if (feed->group != NULL && !li->bare) {
		report_sql_add(&li->q, ", ");
		report_sql_expr(&li->q, feed->source, feed->group);
	}
	li->order_at = KEY_COLUMNS + (feed->group != NULL && !li->bare);
	li->value_at = li->order_at + (li->sorted ? (int)feed->order_count : 0);
	for (i = 0; i < feed->order_count && li->sorted; i++) {
		report_sql_add(&li->q, ", ");
		report_sql_expr(&li->q, feed->source, feed->order[i].x);
	}
	for (i = 0; i < li->l->t->column_count; i++)
		if (!li->bare || li->l->t->columns[i].summed)
			add_value(li, &feed->values[i]);
	report_sql_source(&li->q, feed->source);
	if (!li->bare)
		add_order(li);
}

static int end_group(struct listing *li)
{
	if (!li->grouped)
		return 0;
	li->grouped = false;
	buf_clear(&li->title);
	buf_add(&li->title, bytes_str(li->l->run->ask->lang == LANG_EN ? "Sum, " : "Cộng "));
	buf_add(&li->title, buf_view(&li->group));
	return report_lines_group(li->l, buf_view(&li->title));
}

/* A heading where the line belongs to another group than the one before. */
static int see_group(struct listing *li, struct bytes name)
{
	int code;

	if (!li->feed->group_units && li->feed->group == NULL)
		return 0;
	if (li->grouped && bytes_equal(name, buf_view(&li->group)))
		return 0;
	code = end_group(li);
	buf_clear(&li->group);
	buf_add(&li->group, name);
	li->grouped = true;
	return code != 0 ? code : report_lines_heading(li->l, buf_view(&li->group));
}

/* The group that the statement's row belongs to, into li->name. */
static void name_group(struct listing *li, struct stmt *s)
{
	buf_clear(&li->name);
	if (li->feed->group_units)
		report_unit_name(li->l->run, li->row.stream, &li->name);
	if (li->feed->group == NULL)
		return;
	report_row_show(&li->row, li->feed->source, li->feed->group, s, KEY_COLUMNS);
	buf_add(&li->name, buf_view(&li->row.text));
}

static int make_key(struct listing *li, struct stmt *s)
{
	const struct report_feed *feed = li->feed;
	size_t i, k;
	int code = 0;

	buf_clear(&li->key);
	for (i = 0; i < feed->order_count && code == 0; i++) {
		size_t from = li->key.len;
		int column = li->order_at + (int)i;

		if (expr_gives(feed->order[i].x) != EXPR_TEXT)
			collate_number(db_is_null(s, column) ? INT64_MIN : db_int(s, column),
				       &li->key);
		else if (feed->order[i].name)
			code = collate_name(db_text(s, column), &li->key, li->e);
		else
			code = collate_text(db_text(s, column), &li->key, li->e);
		for (k = from; k < li->key.len && feed->order[i].down; k++)
			li->key.at[k] = (uint8_t)~li->key.at[k];
	}
	return code == 0 && li->key.failed ? err_set(li->e, ERR_NOMEM, "order") : code;
}

static int keep_cells(struct listing *li, struct waiting *w)
{
	struct arena *a = li->l->run->a;
	size_t n = li->l->t->column_count, i;

	w->cells = arena_array(a, n, sizeof *w->cells);
	if (w->cells == NULL)
		return err_set(li->e, ERR_NOMEM, "%s", li->l->t->code);
	memcpy(w->cells, li->row.cells, n * sizeof *w->cells);
	for (i = 0; i < n; i++)
		if (w->cells[i].kind == REPORT_TEXT && w->cells[i].text.len > 0) {
			w->cells[i].text = arena_copy(a, w->cells[i].text);
			if (w->cells[i].text.at == NULL)
				return err_set(li->e, ERR_NOMEM, "%s", li->l->t->code);
		}
	return 0;
}

/* Keeps the line in hand until all are there. */
static int keep_line(struct listing *li, struct bytes group)
{
	struct arena *a = li->l->run->a;
	struct waiting *w;

	if (li->count == REPORT_SORT_MAX)
		return err_set(li->e, ERR_LIMIT, "%s: %d", li->l->t->code, REPORT_SORT_MAX);
	if (li->count == li->cap) {
		size_t cap = li->cap == 0 ? 64 : li->cap * 2;
		struct waiting *more = arena_array(a, cap, sizeof *more);

		if (more == NULL)
			return err_set(li->e, ERR_NOMEM, "%s", li->l->t->code);
		if (li->count > 0)
			memcpy(more, li->list, li->count * sizeof *more);
		li->list = more;
		li->cap = cap;
	}
	w = &li->list[li->count];
	*w = (struct waiting){ .place = li->count, .part = li->q.part, .stream = li->row.stream,
			       .record = li->row.record };
	/* Lines of one group came behind each other, and carry one copy of its name. */
	w->group = li->count > 0 && bytes_equal(w[-1].group, group) ? w[-1].group :
								      arena_copy(a, group);
	w->key = arena_copy(a, buf_view(&li->key));
	li->count++;
	return w->key.at == NULL ? err_set(li->e, ERR_NOMEM, "%s", li->l->t->code) :
				   keep_cells(li, w);
}

static int compare_waiting(const void *va, const void *vb)
{
	const struct waiting *a = va, *b = vb;
	int c = bytes_compare(a->key, b->key);

	return c != 0 ? c : (a->place > b->place) - (a->place < b->place);
}

static int put_line(struct listing *li, enum report_part part, uint64_t stream,
		    struct rid record, const struct report_cell *cells)
{
	const struct report_line line = { .stream = stream, .record = record,
					  .source = li->feed->source };

	return report_lines_put(li->l, part, &line, cells);
}

/* Lines by their key, group after group: the groups stand in order already. */
static int put_sorted(struct listing *li)
{
	size_t i, end;
	int code = 0;

	for (i = 0; i < li->count && code == 0; i = end) {
		for (end = i + 1; end < li->count; end++)
			if (!bytes_equal(li->list[end].group, li->list[i].group))
				break;
		qsort(&li->list[i], end - i, sizeof *li->list, compare_waiting);
		for (; i < end && code == 0; i++) {
			const struct waiting *w = &li->list[i];

			code = w->part == PART_AFTER ? 0 : see_group(li, w->group);
			if (code == 0)
				code = put_line(li, w->part, w->stream, w->record, w->cells);
		}
	}
	li->count = 0;
	return code;
}

static int put_row(struct listing *li, struct stmt *s)
{
	int code = 0;

	li->row.stream = (uint64_t)db_int(s, 0);
	li->row.record = (struct rid){ (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) };
	if (!li->bare)
		name_group(li, s);
	if (li->sorted)
		code = make_key(li, s);
	else if (!li->bare && li->q.part != PART_AFTER)
		code = see_group(li, buf_view(&li->name));
	if (code == 0)
		code = report_row_take(&li->row, li->l->t, li->feed, s, li->value_at, li->e);
	if (code != 0)
		return code;
	return li->sorted ? keep_line(li, buf_view(&li->name)) :
			    put_line(li, li->q.part, li->row.stream, li->row.record,
				     li->row.cells);
}

static const char *part_name(const struct report_run *run, enum report_part part)
{
	bool en = run->ask->lang == LANG_EN;

	return part == PART_CARRIED ? (en ? "Carried from earlier years" :
					    "Chuyển từ các năm trước") :
				      (en ? "After the cut-off (in no total)" :
					    "Phát sinh sau kỳ báo cáo (không cộng vào tổng)");
}

/* The lines of one part, under its name where it is not the first. */
static int put_part(struct listing *li)
{
	struct stmt *s;
	bool begun = li->q.part == PART_OWN;
	int code = report_sql_query(&li->q, &s);

	if (code != 0)
		return code;
	while ((code = db_step(s, li->e)) == 1) {
		code = begun ? 0 : report_lines_heading(li->l, bytes_str(part_name(li->l->run,
										  li->q.part)));
		begun = true;
		if (code == 0)
			code = put_row(li, s);
		if (code != 0)
			break;
	}
	db_done(s);
	if (code == 0 && li->sorted)
		code = put_sorted(li);
	return code == 0 ? end_group(li) : code;
}

static int put_feed(struct report_lines *l, const struct report_feed *feed)
{
	struct listing li = { .l = l, .feed = feed, .e = l->e, .row.run = l->run,
			      .bare = l->sink == NULL || l->sink->bare };
	unsigned parts = report_parts(l->run, feed->source), part;
	int code = 0;

	li.row.bare = li.bare;
	buf_init(&li.row.text, (size_t)CELL_MAX * REPORT_COLUMNS_MAX);
	buf_init(&li.group, CELL_MAX);
	buf_init(&li.name, CELL_MAX);
	buf_init(&li.title, CELL_MAX * 2);
	buf_init(&li.key, (size_t)CELL_MAX * REPORT_ORDER_MAX * 4);
	for (part = PART_OWN; part <= PART_AFTER && code == 0; part *= 2) {
		if ((parts & part) == 0)
			continue;
		report_sql_init(&li.q, l->run, (enum report_part)part, l->e);
		make_sql(&li);
		code = put_part(&li);
		report_sql_release(&li.q);
	}
	buf_release(&li.key);
	buf_release(&li.title);
	buf_release(&li.name);
	buf_release(&li.group);
	buf_release(&li.row.text);
	return code;
}

int report_list(struct report_lines *l)
{
	size_t i;
	int code = 0;

	for (i = 0; i < l->t->feed_count && code == 0; i++) {
		const struct report_feed *feed = &l->t->feeds[i];

		if (feed->label.vi != NULL)
			code = report_lines_heading(l, bytes_str(label_in(&feed->label,
									  l->run->ask->lang)));
		if (code == 0)
			code = put_feed(l, feed);
	}
	return code;
}
