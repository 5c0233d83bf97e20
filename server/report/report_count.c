/* Tables that count: a line for each unit, source or value, or a single one.
 *
 * Columns over the same source are one statement; what it gives is added to the lines,
 * which are few, in memory. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/collate.h"
#include "server/report/report_run_parts.h"

/* A line that counts. */
struct counted_line {
	int64_t n;                 /* its key: unit, choice, number... */
	bool null, text_key;
	struct bytes text;         /* of TEXT keys */
	int64_t heir;              /* BY_UNIT: under which it is added up; of choices: place */
	struct bytes order;        /* of TEXT keys: by which they are sorted */
	int64_t *values;
};

struct counting {
	struct report_lines *l;
	const struct report_table *t;
	struct counted_line *list; /* ascending */
	size_t count, cap;
	struct unit_list {
		struct report_unit *list;
		size_t count;
	} units, met[REPORT_COLUMNS_MAX]; /* of t->deadline; of a column's own */
	struct err *e;
};

static int compare_keys(const struct counted_line *a, const struct counted_line *b)
{
	if (a->null != b->null)
		return a->null ? 1 : -1;
	if (a->text_key || b->text_key)
		return bytes_compare(a->text, b->text);
	return (a->n > b->n) - (a->n < b->n);
}

/* The line with a key, made where it is not there. */
static int find_line(struct counting *c, const struct counted_line *key,
		     struct counted_line **out)
{
	struct arena *a = c->l->run->a;
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = compare_keys(&c->list[mid], key);

		if (order == 0) {
			*out = &c->list[mid];
			return 0;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (c->count == REPORT_GROUPS_MAX)
		return err_set(c->e, ERR_LIMIT, "%s: %d", c->t->code, REPORT_GROUPS_MAX);
	if (c->count == c->cap) {
		size_t cap = c->cap == 0 ? 128 : c->cap * 2;
		struct counted_line *more = arena_array(a, cap, sizeof *more);

		if (more == NULL)
			return err_set(c->e, ERR_NOMEM, "%s", c->t->code);
		if (c->count > 0)
			memcpy(more, c->list, c->count * sizeof *more);
		c->list = more;
		c->cap = cap;
	}
	memmove(&c->list[low + 1], &c->list[low], (c->count - low) * sizeof *c->list);
	c->list[low] = *key;
	if (key->text.len > 0)
		c->list[low].text = arena_copy(a, key->text);
	c->list[low].values = arena_array(a, c->t->column_count, sizeof *key->values);
	c->count++;
	*out = &c->list[low];
	return c->list[low].values == NULL ? err_set(c->e, ERR_NOMEM, "%s", c->t->code) : 0;
}

static bool measures(const struct report_value *v)
{
	return v->what == REPORT_COUNT || v->what == REPORT_SUM;
}

static const struct report_source *source_of(const struct report_feed *feed, size_t column)
{
	const struct report_value *v = &feed->values[column];

	return !measures(v) ? NULL :
	       v->source != NULL && v->through == NULL ? v->source : feed->source;
}

static int64_t line_unit(const struct counting *c, int64_t stream)
{
	return (int64_t)report_unit_of(c->l->run, (uint64_t)stream);
}

/* The line that a row of the statement is about. */
static int row_line(struct counting *c, const struct tally_slot *slot, struct stmt *s,
		    struct counted_line **out)
{
	const struct report_table *t = c->t;
	struct counted_line key = { .n = slot->line };

	if (t->by == BY_UNIT) {
		key.n = line_unit(c, db_int(s, 0));
	} else if (t->by == BY_VALUE) {
		key.null = db_is_null(s, 0);
		key.text_key = expr_gives(t->key) == EXPR_TEXT && !key.null;
		if (key.text_key)
			key.text = db_text(s, 0);
		else
			key.n = key.null ? 0 : db_int(s, 0);
	}
	return find_line(c, &key, out);
}

static int take_number(void *ctx, const struct tally_slot *slot, int64_t n, struct stmt *row)
{
	struct counting *c = ctx;
	struct counted_line *line;
	int code = row_line(c, slot, row, &line);

	if (code == 0 && __builtin_add_overflow(line->values[slot->column], n,
						&line->values[slot->column]))
		code = err_set(c->e, ERR_LIMIT, "%s.%s", c->t->code,
			       c->t->columns[slot->column].code);
	return code;
}

/* Every cell that counts, in as few statements as there are kinds of records. */
static int tally_all(struct counting *c)
{
	size_t cells = c->t->feed_count * c->t->column_count, i, k;
	bool *done = arena_array(c->l->run->a, cells + 1, sizeof *done);
	int code = done == NULL ? err_set(c->e, ERR_NOMEM, "%s", c->t->code) : 0;

	for (i = 0; i < cells && code == 0; i++) {
		struct report_tally ta = { .run = c->l->run, .key = c->t->key, .e = c->e,
					   .keyed = c->t->by == BY_UNIT || c->t->by == BY_VALUE,
					   .take = take_number, .ctx = c };

		for (k = i; k < cells; k++) {
			size_t feed = k / c->t->column_count, column = k % c->t->column_count;
			const struct report_value *v = &c->t->feeds[feed].values[column];
			struct tally_slot slot = { .source = source_of(&c->t->feeds[feed], column),
						   .value = v, .parts = v->parts, .column = column,
						   .line = (int64_t)feed };

			if (!done[k] && slot.source != NULL && report_tally_join(&ta, &slot))
				done[k] = true;
		}
		if (ta.count > 0)
			code = report_tally_run(&ta);
	}
	return code;
}

/* Lines that are there though nothing is counted in them. */

static int add_units(struct counting *c)
{
	const struct report_run *run = c->l->run;
	struct counted_line *line;
	size_t i, k;
	int code = 0;

	for (i = 0; i < c->units.count && code == 0; i++) {
		struct counted_line key = { .n = line_unit(c, (int64_t)c->units.list[i].number) };

		for (k = 0; k < run->stream_count && run->streams[k] != c->units.list[i].number; k++)
			;
		if (!run->ask->has_unit || k < run->stream_count)
			code = find_line(c, &key, &line);
	}
	return code;
}

static int add_choices(struct counting *c)
{
	const struct field *f = expr_field(c->t->key);
	struct counted_line *line;
	size_t i;
	int code = 0;

	for (i = 0; f != NULL && f->list != NULL && i < f->list->count && code == 0; i++) {
		struct counted_line key = { .n = f->list->choices[i].number };

		code = find_line(c, &key, &line);
	}
	return code;
}

static int add_expected(struct counting *c)
{
	struct counted_line *line;
	size_t i;
	int code = 0;

	if (c->t->by == BY_UNIT)
		return add_units(c);
	if (c->t->by == BY_VALUE)
		return c->t->every ? add_choices(c) : 0;
	for (i = 0; i < c->t->feed_count && code == 0; i++) {
		struct counted_line key = { .n = (int64_t)i };

		code = find_line(c, &key, &line);
	}
	return code;
}

/* What the lines are called, and in which order they stand. */

static size_t choice_place(const struct choice_list *l, int64_t n)
{
	size_t i;

	for (i = 0; i < l->count && l->choices[i].number != n; i++)
		;
	return i;
}

static void name_value(const struct counting *c, const struct counted_line *line,
		       struct buf *out)
{
	enum lang lang = c->l->run->ask->lang;
	const struct field *f = expr_field(c->t->key);
	const struct workflow *w = report_stated(c->t->feeds->source)->workflow;
	struct value v = value_int(line->n);
	const struct state *st;

	if (line->null) {
		buf_add(out, bytes_str(lang == LANG_EN ? "(not entered)" : "(không ghi)"));
		return;
	}
	switch (expr_gives(c->t->key)) {
	case EXPR_TEXT:
		buf_add(out, line->text);
		break;
	case EXPR_BOOL:
		buf_add(out, bytes_str(lang == LANG_EN ? (line->n ? "yes" : "no") :
				       line->n ? "có" : "không"));
		break;
	case EXPR_STATE:
		st = w == NULL ? NULL : workflow_state(w, line->n);
		buf_add(out, bytes_str(st == NULL ? "?" : label_in(&st->label, lang)));
		break;
	case EXPR_DATE:
		report_cell_show(&(struct report_cell){ .kind = REPORT_DATE, .n = line->n }, out);
		break;
	default:
		if (f != NULL && f->kind != FIELD_INT)
			field_show(f, &v, lang, out);
		else
			buf_printf(out, "%" PRId64, line->n);
	}
}

static void name_line(const struct counting *c, const struct counted_line *line, struct buf *out)
{
	const struct report_feed *feed;

	buf_clear(out);
	if (c->t->by == BY_UNIT) {
		report_unit_name(c->l->run, (uint64_t)line->n, out);
	} else if (c->t->by == BY_VALUE) {
		name_value(c, line, out);
	} else if (c->t->by == BY_SOURCE) {
		feed = &c->t->feeds[line->n];
		buf_add(out, bytes_str(label_in(&feed->label, c->l->run->ask->lang)));
	}
}

static int compare_places(const void *va, const void *vb)
{
	const struct counted_line *a = va, *b = vb;

	if (a->heir != b->heir)
		return a->heir < b->heir ? -1 : 1;
	if (a->text_key && b->text_key)
		return bytes_compare(a->order, b->order);
	return (a->n > b->n) - (a->n < b->n);
}

static int make_order(const struct counting *c, struct counted_line *line)
{
	struct buf key;
	int code;

	buf_init(&key, (size_t)1 << 20);
	code = collate_text(line->text, &key, c->e);
	line->order = arena_copy(c->l->run->a, buf_view(&key));
	if (code == 0 && (key.failed || line->order.at == NULL))
		code = err_set(c->e, ERR_NOMEM, "%s", c->t->code);
	buf_release(&key);
	return code;
}

/* By choice: as their list has them. Units: those that went into one behind each other.
 * Values that were not entered come last. */
static int put_in_order(struct counting *c)
{
	const struct report_run *run = c->l->run;
	const struct field *f = c->t->by != BY_VALUE ? NULL : expr_field(c->t->key);
	bool choices = f != NULL && f->list != NULL && expr_gives(c->t->key) == EXPR_CHOICE;
	size_t i;
	int code = 0;

	for (i = 0; i < c->count && code == 0; i++) {
		struct counted_line *line = &c->list[i];

		if (c->t->by == BY_UNIT)
			line->heir = (int64_t)units_heir(run->units, (uint64_t)line->n, run->day);
		else
			line->heir = line->null ? INT64_MAX :
				choices ? (int64_t)choice_place(f->list, line->n) : 0;
		if (line->text_key)
			code = make_order(c, line);
	}
	if (c->count > 1)
		qsort(c->list, c->count, sizeof *c->list, compare_places);
	return code;
}

/* How the unit met a column's deadline; nothing where it was not asked. */
static const char *met(const struct counting *c, size_t column, int64_t unit)
{
	size_t i;

	for (i = 0; i < c->met[column].count; i++) {
		const struct report_unit *u = &c->met[column].list[i];

		if ((int64_t)u->number == unit)
			return u->due || u->reported ?
				       timely_text(u->state, c->l->run->ask->lang) :
				       c->l->run->ask->lang == LANG_EN ? "no longer there" : "không còn";
	}
	return "";
}

/* The units of the table, and how they met the deadlines of its columns. */
static int find_units(struct counting *c)
{
	const struct report_value *values = c->t->feeds->values;
	size_t i, k;
	int code = report_units(c->l->run, c->t->deadline, &c->units.list, &c->units.count, c->e);

	for (i = 0; i < c->t->column_count && code == 0; i++) {
		const struct deadline *d = values[i].deadline;

		if (d == NULL)
			continue;
		for (k = 0; k < i && values[k].deadline != d; k++)
			;
		if (d == c->t->deadline)
			c->met[i] = c->units;
		else if (k < i)
			c->met[i] = c->met[k];
		else
			code = report_units(c->l->run, d, &c->met[i].list, &c->met[i].count, c->e);
	}
	return code;
}

static int put_line(struct counting *c, const struct counted_line *line, struct buf *name)
{
	struct report_cell cells[REPORT_COLUMNS_MAX];
	const struct report_table *t = c->t;
	size_t i;

	name_line(c, line, name);
	for (i = 0; i < t->column_count; i++) {
		const struct report_column *col = &t->columns[i];
		const struct report_feed *feed =
			&t->feeds[t->by == BY_SOURCE ? (size_t)line->n : 0];

		cells[i] = (struct report_cell){ .kind = col->kind, .scale = col->scale,
						 .n = line->values[i] };
		if (feed->values[i].what == REPORT_DEADLINE) {
			cells[i].kind = REPORT_TEXT;
			cells[i].text = bytes_str(met(c, i, line->n));
		}
		cells[i].empty = !measures(&feed->values[i]) && cells[i].text.len == 0;
	}
	return report_lines_put(c->l, PART_OWN, &(struct report_line){
					.stream = t->by == BY_UNIT ? (uint64_t)line->n : 0,
					.text = buf_view(name) }, cells);
}

/* The lines; after those that became one unit, what they make together. */
static int put_lines(struct counting *c)
{
	struct buf name;
	size_t i, last;
	int code = 0;

	buf_init(&name, 64 * 1024);
	for (i = 0; i < c->count && code == 0; i = last) {
		for (last = i; last < c->count && code == 0; last++) {
			if (last > i && (c->t->by != BY_UNIT ||
					 c->list[last].heir != c->list[i].heir))
				break;
			code = put_line(c, &c->list[last], &name);
		}
		if (code != 0 || c->t->by != BY_UNIT)
			continue;
		buf_clear(&name);
		buf_add(&name, bytes_str(c->l->run->ask->lang == LANG_EN ? "Together as " :
									   "Cộng theo "));
		report_unit_name(c->l->run, (uint64_t)c->list[i].heir, &name);
		code = report_lines_group(c->l, buf_view(&name));
	}
	buf_release(&name);
	return code;
}

/* What was counted is few and kept: a paper shows it after it has quoted it. */
static int count_once(struct counting *c)
{
	struct report_run *run = c->l->run;
	struct report_counted *kept = &run->counted[c->t - run->report->tables];
	int code = 0;

	if (kept->list != NULL) {
		c->list = kept->list;
		c->count = kept->count;
		return 0;
	}
	code = add_expected(c);
	if (code == 0)
		code = tally_all(c);
	if (code == 0)
		code = put_in_order(c);
	kept->list = c->list;
	kept->count = c->count;
	return code;
}

int report_count(struct report_lines *l)
{
	struct counting c = { .l = l, .t = l->t, .e = l->e };
	int code = 0;

	if (l->t->by == BY_UNIT)
		code = find_units(&c);
	if (code == 0)
		code = count_once(&c);
	return code == 0 ? put_lines(&c) : code;
}
