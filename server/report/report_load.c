/* Reading the definition of a report: its tables, their columns and lines. */
#include <string.h>

#include "server/report/report_parts.h"

static int load_over(struct reading *rd, json_t *j, struct label *out)
{
	json_t *over = json_object_get(j, "over");

	if (over == NULL)
		return 0;
	return json_is_object(over) ? reading_label(rd, over, out) :
				      reading_bad(rd, "\"over\" has \"vi\" and \"en\"");
}

static int load_kind(struct reading *rd, json_t *j, struct report_column *c)
{
	static const char *const names[] = { "text", "number", "money", "", "date" };
	const char *kind = NULL;
	size_t i;
	int code = reading_text(rd, j, "kind", &kind);

	if (code != 0 || kind == NULL)
		return code;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i][0] != '\0' && strcmp(kind, names[i]) == 0) {
			c->kind = (enum report_kind)i;
			return 0;
		}
	return reading_bad(rd, "\"kind\" is money, number, text or date");
}

/* What a column is, besides what stands in it. */
static int load_column(struct reading *rd, json_t *j, struct report_table *t,
		       struct report_column *c)
{
	json_t *width = json_object_get(j, "width");
	int code;

	code = reading_keys(rd, j, "code vi en over width kind hidden value unit id deadline "
			    SOURCE_KEYS " " MEASURE_KEYS);
	if (code == 0)
		code = reading_code(rd, j, &c->code);
	if (code == 0 && report_column(t, bytes_str(c->code)) < t->column_count)
		code = reading_bad(rd, "\"code\" is that of another column");
	if (code == 0)
		code = reading_label(rd, j, &c->label);
	if (code == 0)
		code = load_over(rd, j, &c->over);
	if (code == 0)
		code = reading_flag(rd, j, "hidden", &c->hidden);
	if (code != 0)
		return code;
	if (width != NULL && (!json_is_integer(width) || json_integer_value(width) < 2 ||
			      json_integer_value(width) > 120))
		return reading_bad(rd, "\"width\" is 2 to 120");
	c->width = (unsigned)json_integer_value(width);
	return 0;
}

/* Sums are of whole numbers. */
static int ask_sum(struct reading *rd, const struct report_value *v, struct report_column *c)
{
	if (c->summed && v->what == REPORT_VALUE &&
	    (v->x_count != 1 || expr_gives(v->x[0]) != EXPR_INT))
		return reading_bad(rd, "\"sum\" is for numbers");
	if (v->what == REPORT_COUNT || v->what == REPORT_SUM)
		c->summed = true;
	return 0;
}

/* The values of one source, given in its own object. */
static int load_given(struct reading *rd, json_t *values, struct report_table *t,
		      struct report_feed *feed)
{
	const char *name;
	json_t *v, *at = rd->at;

	if (!json_is_object(values))
		return reading_bad(rd, "a source needs \"values\"");
	json_object_foreach(values, name, v) {
		size_t i = report_column(t, bytes_str(name));
		int code;

		if (i == t->column_count)
			return reading_bad(rd, "\"values\": %.40s is no column", name);
		rd->at = json_is_object(v) ? v : values;
		code = value_load(rd, v, feed->source, t->by == BY_RECORD, &feed->values[i]);
		if (code == 0)
			code = ask_sum(rd, &feed->values[i], &t->columns[i]);
		if (code != 0)
			return code;
		value_kind(&feed->values[i], &t->columns[i]);
		rd->at = at;
	}
	return 0;
}

static int load_columns(struct reading *rd, json_t *j, struct report_table *t)
{
	json_t *list, *one, *at = rd->at;
	size_t i, n;
	int code = reading_array(rd, j, "columns", REPORT_COLUMNS_MAX, &list, &n);

	t->columns = arena_array(rd->a, n + 1, sizeof *t->columns);
	if (t->columns == NULL)
		return reading_nomem(rd);
	if (code == 0 && n == 0)
		code = reading_bad(rd, "needs \"columns\"");
	for (i = 0; i < n && code == 0; i++) {
		struct report_column *c = &t->columns[i];

		one = json_array_get(list, i);
		code = load_column(rd, one, t, c);
		c->summed = json_is_true(json_object_get(one, "sum"));
		t->column_count++;
	}
	rd->at = at;
	return code;
}

/* The values of the table's one source, which stand with the columns. */
static int load_values(struct reading *rd, json_t *j, struct report_table *t,
		       struct report_feed *feed)
{
	json_t *list = json_object_get(j, "columns"), *at = rd->at;
	size_t i;
	int code = 0;

	for (i = 0; i < t->column_count && code == 0; i++) {
		json_t *one = json_array_get(list, i);
		struct report_column *c = &t->columns[i];

		rd->at = one;
		code = value_load(rd, one, feed->source, t->by == BY_RECORD, &feed->values[i]);
		if (code == 0 && feed->values[i].what == REPORT_DEADLINE && t->by != BY_UNIT)
			code = reading_bad(rd, "\"deadline\" is for \"by\": \"unit\"");
		if (code == 0)
			code = ask_sum(rd, &feed->values[i], c);
		if (code != 0)
			break;
		value_kind(&feed->values[i], c);
		code = load_kind(rd, one, c);
	}
	rd->at = at;
	return code;
}

/* Whether it is the name of a person: the first title of a type of people. */
static bool names_person(const struct schema *s, const struct expr *x)
{
	const struct field *f = expr_field(x);
	size_t i;

	for (i = 0; i < s->type_count && f != NULL; i++)
		if (s->types[i]->people && s->types[i]->title_count > 0 &&
		    type_field_by_code(s->types[i], bytes_str(s->types[i]->titles[0])) == f)
			return true;
	return false;
}

static int load_order(struct reading *rd, json_t *j, bool list_of_records,
		      struct report_feed *feed)
{
	json_t *list, *one;
	size_t i, n;
	int code = reading_array(rd, j, "order", REPORT_ORDER_MAX, &list, &n);

	if (code == 0 && n > 0 && !list_of_records)
		code = reading_bad(rd, "\"order\" is for lists");
	for (i = 0; i < n && code == 0; i++) {
		struct report_order *o = &feed->order[feed->order_count++];
		const char *text;

		one = json_array_get(list, i);
		text = json_string_value(one);
		if (text == NULL)
			return reading_bad(rd, "\"order\" holds expressions");
		o->down = text[0] == '-';
		code = source_expr(rd, feed->source, text + o->down, false, false, &o->x);
		o->name = code == 0 && names_person(rd->s, o->x);
	}
	return code;
}

static int load_group(struct reading *rd, json_t *j, bool list_of_records,
		      struct report_feed *feed)
{
	const char *group = NULL;
	int code = reading_text(rd, j, "group", &group);

	if (code != 0 || group == NULL)
		return code;
	if (!list_of_records)
		return reading_bad(rd, "\"group\" is for lists");
	feed->group_units = strcmp(group, "unit") == 0;
	if (!feed->group_units)
		code = source_expr(rd, feed->source, group, false, false, &feed->group);
	if (code == 0 && feed->group != NULL && expr_gives(feed->group) == EXPR_REF)
		code = reading_bad(rd, "\"group\" can't be a reference");
	return code;
}

/* One source with its lines' order; its values are read by the caller. */
static int load_feed(struct reading *rd, json_t *j, struct report_table *t,
		     struct report_feed *feed)
{
	int code = source_there(j) ? source_load(rd, j, &feed->source) : 0;

	feed->values = arena_array(rd->a, t->column_count + 1, sizeof *feed->values);
	if (feed->values == NULL)
		return reading_nomem(rd);
	if (code == 0 && feed->source == NULL && (t->by == BY_RECORD || t->by == BY_VALUE))
		code = reading_bad(rd, "needs \"from\" or \"like\"");
	if (code == 0)
		code = load_order(rd, j, t->by == BY_RECORD, feed);
	return code != 0 ? code : load_group(rd, j, t->by == BY_RECORD, feed);
}

static int load_sources(struct reading *rd, json_t *j, struct report_table *t)
{
	json_t *list, *one, *at = rd->at;
	size_t i, n;
	int code = reading_array(rd, j, "sources", REPORT_SOURCES_MAX, &list, &n);

	if (code != 0)
		return code;
	if ((t->by != BY_RECORD && t->by != BY_SOURCE) || source_there(j))
		return reading_bad(rd, "\"sources\" are for lists and \"by\": \"source\"");
	t->feeds = arena_array(rd->a, n + 1, sizeof *t->feeds);
	if (t->feeds == NULL)
		return reading_nomem(rd);
	for (i = 0; i < n && code == 0; i++) {
		struct report_feed *feed = &t->feeds[t->feed_count++];

		one = json_array_get(list, i);
		code = reading_keys(rd, one, "vi en values " SOURCE_KEYS " " LINES_KEYS);
		if (code == 0)
			code = reading_label(rd, one, &feed->label);
		if (code == 0)
			code = load_feed(rd, one, t, feed);
		if (code == 0)
			code = load_given(rd, json_object_get(one, "values"), t, feed);
		rd->at = at;
	}
	return code;
}

static int load_by(struct reading *rd, json_t *j, const char **by, struct report_table *t)
{
	int code = reading_text(rd, j, "by", by);

	if (code != 0)
		return code;
	t->by = *by == NULL ? BY_RECORD : strcmp(*by, "unit") == 0 ? BY_UNIT :
		strcmp(*by, "source") == 0 ? BY_SOURCE : strcmp(*by, "all") == 0 ? BY_ALL :
		BY_VALUE;
	return 0;
}

static int load_lines(struct reading *rd, json_t *j, const char *by, struct report_table *t)
{
	json_t *list = json_object_get(j, "columns"), *one;
	size_t i;
	int code;

	if (json_object_get(j, "sources") != NULL) {
		code = load_sources(rd, j, t);
		for (i = 0; i < t->column_count && code == 0; i++) {
			one = json_array_get(list, i);
			rd->at = one;
			code = load_kind(rd, one, &t->columns[i]);
		}
		return code;
	}
	if (t->by == BY_SOURCE)
		return reading_bad(rd, "needs \"sources\"");
	t->feeds = arena_alloc(rd->a, sizeof *t->feeds);
	if (t->feeds == NULL)
		return reading_nomem(rd);
	t->feed_count = 1;
	code = load_feed(rd, j, t, t->feeds);
	if (code == 0 && t->by == BY_VALUE)
		code = source_expr(rd, t->feeds->source, by, false, false, &t->key);
	if (code == 0 && t->key != NULL && expr_gives(t->key) == EXPR_REF)
		code = reading_bad(rd, "\"by\" can't be a reference: name a field behind it");
	return code != 0 ? code : load_values(rd, j, t, t->feeds);
}

/* What lines that count are called, where the pack does not say. */
static void name_lines(struct report_table *t)
{
	const struct field *f = t->key == NULL ? NULL : expr_field(t->key);

	if (t->name.vi != NULL)
		return;
	t->name = t->by == BY_UNIT ? (struct label){ "Đơn vị", "Unit" } :
		  f != NULL ? f->label : (struct label){ "Nội dung", "Item" };
}

static int load_texts(struct reading *rd, json_t *j, struct report_table *t)
{
	json_t *note = json_object_get(j, "note"), *name = json_object_get(j, "name");
	int code = reading_label(rd, j, &t->label);

	if (code == 0 && note != NULL)
		code = reading_label(rd, note, &t->note);
	if (code == 0 && name != NULL)
		code = reading_label(rd, name, &t->name);
	return code;
}

static int load_table(struct reading *rd, json_t *j, struct report_table *t)
{
	const char *by = NULL;
	bool numbered = true;
	int code;

	t->total = true;
	code = reading_keys(rd, j, "code vi en note name sources by columns deadline every hidden "
			    "numbered total " SOURCE_KEYS " " LINES_KEYS);
	if (code == 0)
		code = reading_code(rd, j, &t->code);
	if (code == 0 && report_table(rd->r, bytes_str(t->code)) != NULL)
		code = reading_bad(rd, "\"code\" is that of another table");
	if (code == 0)
		code = load_texts(rd, j, t);
	if (code == 0)
		code = load_by(rd, j, &by, t);
	if (code == 0)
		code = reading_deadline(rd, j, "deadline", &t->deadline);
	if (code == 0)
		code = reading_flag(rd, j, "every", &t->every);
	if (code == 0)
		code = reading_flag(rd, j, "hidden", &t->hidden);
	if (code == 0 && json_object_get(j, "numbered") != NULL)
		code = reading_flag(rd, j, "numbered", &numbered);
	if (code == 0 && json_object_get(j, "total") != NULL)
		code = reading_flag(rd, j, "total", &t->total);
	t->numbered = numbered && t->by != BY_ALL;
	if (code == 0)
		code = load_columns(rd, j, t);
	if (code == 0)
		code = load_lines(rd, j, by, t);
	name_lines(t);
	return code;
}

static int load_tables(struct reading *rd, json_t *j)
{
	struct report *r = rd->r;
	json_t *list, *at = rd->at;
	size_t i, n;
	int code = reading_array(rd, j, "tables", REPORT_TABLES_MAX, &list, &n);

	r->tables = arena_array(rd->a, n + 1, sizeof *r->tables);
	if (r->tables == NULL)
		return reading_nomem(rd);
	if (code == 0 && n == 0)
		code = reading_bad(rd, "needs \"tables\"");
	for (i = 0; i < n && code == 0; i++) {
		code = load_table(rd, json_array_get(list, i), &r->tables[i]);
		r->table_count++;
	}
	rd->at = at;
	return code;
}

static int load_needs(struct reading *rd, json_t *j)
{
	struct report *r = rd->r;
	json_t *list;
	size_t i, n;
	int code = reading_array(rd, j, "needs", REPORT_MATCHES_MAX, &list, &n);

	for (i = 0; i < n && code == 0; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (name == NULL)
			return reading_bad(rd, "\"needs\" holds names");
		r->needs[r->need_count++] = arena_str(rd->a, bytes_str(name));
	}
	return code;
}

static int load_report(struct reading *rd, json_t *j, bool document)
{
	struct report *r = rd->r;
	int code = reading_keys(rd, j, document ? "code alias vi en plan needs cutoff tables " PAPER_KEYS :
						  "code alias vi en plan needs cutoff tables");

	if (code == 0)
		code = reading_text(rd, j, "plan", &r->plan);
	if (code == 0)
		code = reading_text(rd, j, "alias", &r->alias);
	if (code == 0)
		code = load_needs(rd, j);
	if (code == 0)
		code = reading_deadline(rd, j, "cutoff", &r->cutoff);
	if (code == 0)
		code = load_tables(rd, j);
	if (code == 0 && document)
		code = paper_load(rd, j);
	return code;
}

int report_load(const struct schema *s, const struct pack_part *part, bool document,
		struct arena *a, struct report **out, struct err *e)
{
	struct err own = { 0 };
	struct report *r = arena_alloc(a, sizeof *r);
	struct reading rd = { .s = s, .a = a, .r = r, .e = e != NULL ? e : &own };
	int code;

	if (r == NULL)
		return err_set(e, ERR_NOMEM, "%s", part->code);
	r->code = part->code;
	r->pack = part->pack;
	r->label = part->label;
	code = json_text_read(&rd.doc, bytes_str(part->json), rd.e);
	rd.doc.path = part->path;
	rd.doc.line = part->line;
	rd.doc.column = part->column;
	if (code == 0)
		code = load_report(&rd, rd.doc.root, document);
	json_decref(rd.doc.root);
	*out = r;
	return code;
}

static int check_parts(const struct schema *s, const struct pack_part *parts, size_t count,
		       bool documents, const char *pack, struct arena *a, struct err *e)
{
	struct report *r;
	size_t i;
	int code = 0;

	for (i = 0; i < count && code == 0; i++) {
		if (pack != NULL && strcmp(parts[i].pack, pack) != 0)
			continue;
		arena_clear(a);
		code = report_load(s, &parts[i], documents, a, &r, e);
	}
	return code;
}

/* The n-th of all reports and documents. */
static const struct pack_part *part_at(const struct schema *s, size_t n)
{
	return n < s->report_count ? &s->reports[n] : &s->documents[n - s->report_count];
}

static int told_twice(const struct pack_part *part, struct err *e)
{
	err_because(e, ERR_BAD_PACK, "\"%s\" is used twice", part->code);
	return err_at(e, part->line, part->column, part->path);
}

/* A code names one thing in the whole district. */
static int ask_codes(const struct schema *s, struct err *e)
{
	size_t i, k, all = s->report_count + s->document_count;

	for (i = 0; i < all; i++)
		for (k = 0; k < i; k++)
			if (strcmp(part_at(s, i)->code, part_at(s, k)->code) == 0)
				return told_twice(part_at(s, i), e);
	return 0;
}

int report_check(const struct schema *s, const char *pack, struct err *e)
{
	struct arena a;
	int code = ask_codes(s, e);

	arena_init(&a, REPORT_MEMORY);
	if (code == 0)
		code = check_parts(s, s->reports, s->report_count, false, pack, &a, e);
	if (code == 0)
		code = check_parts(s, s->documents, s->document_count, true, pack, &a, e);
	arena_release(&a);
	return code;
}

int report_find(const struct schema *s, struct bytes code, struct arena *a,
		struct report **out, struct err *e)
{
	size_t i, all = s->report_count + s->document_count;
	int rc = 0;

	for (i = 0; i < all; i++)
		if (bytes_equal(bytes_str(part_at(s, i)->code), code))
			return report_load(s, part_at(s, i), i >= s->report_count, a, out, e);
	for (i = 0; i < all && rc == 0; i++) {
		rc = report_load(s, part_at(s, i), i >= s->report_count, a, out, e);
		if (rc == 0 && (*out)->alias != NULL && bytes_equal(bytes_str((*out)->alias), code))
			return 0;
	}
	return rc != 0 ? rc : err_set(e, ERR_NO_REPORT, "%.*s", (int)(code.len > 40 ? 40 : code.len),
				      (const char *)code.at);
}

const struct report_table *report_table(const struct report *r, struct bytes code)
{
	size_t i;

	for (i = 0; i < r->table_count; i++)
		if (bytes_equal(bytes_str(r->tables[i].code), code))
			return &r->tables[i];
	return NULL;
}

size_t report_column(const struct report_table *t, struct bytes code)
{
	size_t i;

	for (i = 0; i < t->column_count; i++)
		if (bytes_equal(bytes_str(t->columns[i].code), code))
			break;
	return i;
}
