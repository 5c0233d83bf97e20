/* Where a report's lines come from, and what stands in their cells: read and checked. */
#include <stdio.h>
#include <string.h>

#include "common/calendar/filing.h"
#include "server/report/report_parts.h"

bool source_there(json_t *j)
{
	static const char *const keys[] = { "from", "root", "where", "states", "match", "to", "like" };
	size_t i;

	for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (json_object_get(j, keys[i]) != NULL)
			return true;
	return false;
}

/* Personal values may be shown, for then they can be masked, but not worked with. */
static int ask_personal(struct reading *rd, const struct expr *x, bool allowed)
{
	size_t i, k;

	for (i = 0; i < rd->s->type_count; i++)
		for (k = 0; k < rd->s->types[i]->field_count; k++) {
			const struct field *f = &rd->s->types[i]->fields[k];

			if (f->personal && expr_reads(x, f->number) &&
			    (!allowed || expr_field(x) != f))
				return reading_bad(rd, "\"%.60s\": %s is personal and stands only in "
						   "a column, alone", expr_text(x), f->code);
		}
	return 0;
}

int source_expr(struct reading *rd, const struct report_source *src, const char *text,
		bool condition, bool personal, const struct expr **out)
{
	struct expr_scope scope = { .schema = rd->s, .type = src->type, .root = src->root,
				    .rollups = true };
	struct expr *x = NULL;
	int code = expr_parse(bytes_str(text), &scope, condition ? EXPR_BOOL : EXPR_NULL, rd->a,
			      &x, rd->e);

	if (code == ERR_BAD_PACK)
		return json_text_at(&rd->doc, reading_find(rd->at, text), NULL, rd->e);
	if (code == 0)
		code = ask_personal(rd, x, personal);
	*out = x;
	return code;
}

static int find_type(struct reading *rd, json_t *name, const char *key, const struct type **out)
{
	const char *text = json_string_value(name);

	*out = text == NULL ? NULL : schema_type_by_code(rd->s, bytes_str(text));
	return *out != NULL ? 0 :
		reading_bad(rd, "\"%s\" names a type that is not there", key);
}

/* Types below `above` until `src->type`, by the lists that they have. */
static bool find_path(const struct schema *s, struct report_source *src,
		      const struct type *above, size_t depth)
{
	size_t i;

	for (i = 0; i < above->field_count && depth < REPORT_PATH_MAX; i++) {
		const struct field *f = &above->fields[i];
		const struct type *row = f->kind != FIELD_LIST ? NULL :
			schema_type_by_code(s, bytes_str(f->targets[0]));

		if (row == NULL)
			continue;
		src->path[depth] = row;
		if (row == src->type || find_path(s, src, row, depth + 1)) {
			if (row == src->type)
				src->path_count = depth + 1;
			return true;
		}
	}
	return false;
}

static int load_from(struct reading *rd, json_t *j, struct report_source *src)
{
	json_t *root = json_object_get(j, "root");
	int code = find_type(rd, json_object_get(j, "from"), "from", &src->type);

	if (code != 0)
		return code;
	if (!src->type->row)
		return root == NULL ? 0 : reading_bad(rd, "\"root\" is for rows");
	code = find_type(rd, root, "root", &src->root);
	if (code == 0 && (src->root->row || !find_path(rd->s, src, src->root, 0)))
		code = reading_bad(rd, "%s has no rows of %s", src->root->code, src->type->code);
	return code;
}

/* The type whose state a line has. */
static const struct type *stated(const struct report_source *src)
{
	return src->root != NULL ? src->root : src->type;
}

static uint64_t marked(const struct workflow *w, const char *mark)
{
	uint64_t bits = 0;
	size_t i;

	for (i = 0; i < w->state_count; i++) {
		const struct state *st = &w->states[i];

		if ((strcmp(mark, "filed") == 0 && st->filed) ||
		    (strcmp(mark, "good") == 0 && st->good) ||
		    (strcmp(mark, "answered") == 0 && st->answered) ||
		    (strcmp(mark, "final") == 0 && st->final))
			bits |= state_bit(w, st->number);
	}
	return bits;
}

static int load_states(struct reading *rd, json_t *j, struct report_source *src)
{
	json_t *v = json_object_get(j, "states"), *one;
	const struct workflow *w = stated(src)->workflow;
	uint64_t bits = 0;
	size_t i;

	if (v == NULL)
		return 0;
	if (w == NULL)
		return reading_bad(rd, "%s has no states", stated(src)->code);
	if (json_is_string(v))
		bits = marked(w, json_string_value(v));
	json_array_foreach(v, i, one) {
		const struct state *st = !json_is_string(one) ? NULL :
			workflow_state_by_code(w, bytes_str(json_string_value(one)));

		if (st == NULL)
			return reading_bad(rd, "\"states\" names one that %s has not",
					   stated(src)->code);
		bits |= state_bit(w, st->number);
	}
	if (bits == 0)
		return reading_bad(rd, "no state of %s is meant by \"states\"", stated(src)->code);
	/* What a table that is liked asks for holds on. */
	src->states = src->states == 0 ? bits : src->states & bits;
	return src->states != 0 ? 0 : reading_bad(rd, "\"states\" leaves nothing over");
}

/* Whether what is asked for under a name can be compared with such a value. */
static bool comparable(const char *name, enum expr_type gives)
{
	if (strcmp(name, "year") == 0)
		return gives == EXPR_INT || gives == EXPR_DATE;
	if (strcmp(name, "quarter") == 0)
		return gives == EXPR_INT || gives == EXPR_CHOICE;
	return gives != EXPR_REF && gives != EXPR_NULL;
}

static int load_match(struct reading *rd, json_t *j, struct report_source *src)
{
	json_t *matches = json_object_get(j, "match"), *v;
	const char *name;

	if (matches != NULL && !json_is_object(matches))
		return reading_bad(rd, "\"match\" is an object");
	json_object_foreach(matches, name, v) {
		struct report_match *m = &src->matches[src->match_count];
		int code;

		if (src->match_count == REPORT_MATCHES_MAX || !json_is_string(v))
			return reading_bad(rd, "\"match\" has at most %d expressions",
					   REPORT_MATCHES_MAX);
		m->name = arena_str(rd->a, bytes_str(name));
		code = source_expr(rd, src, json_string_value(v), false, false, &m->x);
		if (code != 0)
			return code;
		if (m->name == NULL)
			return reading_nomem(rd);
		src->match_count++;
		if (!comparable(name, expr_gives(m->x)))
			return reading_bad(rd, "\"%.40s\" can't be compared with that", name);
		if (strcmp(name, "year") == 0)
			src->year = m->x;
	}
	src->parted = src->year != NULL && filing_moves(stated(src));
	return 0;
}

static int load_to(struct reading *rd, json_t *j, struct report_source *src)
{
	json_t *tos = json_object_get(j, "to"), *list, *one;
	const char *name;
	size_t i;

	if (tos != NULL && !json_is_object(tos))
		return reading_bad(rd, "\"to\" is an object");
	json_object_foreach(tos, name, list) {
		struct report_to *to = &src->tos[src->to_count++];
		int code = 0;

		if (src->to_count > REPORT_EXPRS_MAX)
			return reading_bad(rd, "\"to\" has at most %d", REPORT_EXPRS_MAX);
		to->field = type_field_by_code(src->type, bytes_str(name));
		if (to->field == NULL || to->field->kind != FIELD_REF)
			return reading_bad(rd, "\"to\": %s is no reference", name);
		to->types = arena_array(rd->a, json_array_size(list) + 1, sizeof *to->types);
		if (to->types == NULL)
			return reading_nomem(rd);
		json_array_foreach(list, i, one) {
			code = find_type(rd, one, "to", &to->types[to->count]);
			if (code == 0 && !field_targets(to->field, to->types[to->count++]))
				code = reading_bad(rd, "\"to\": %s never names that", name);
			if (code != 0)
				return code;
		}
		if (to->count == 0)
			return reading_bad(rd, "\"to\": %s needs a list of types", name);
	}
	return 0;
}

static int load_where(struct reading *rd, json_t *j, struct report_source *src)
{
	json_t *where = json_object_get(j, "where");

	if (where == NULL)
		return 0;
	if (!json_is_string(where) || src->where_count == REPORT_EXPRS_MAX)
		return reading_bad(rd, "\"where\" is an expression");
	return source_expr(rd, src, json_string_value(where), true, false,
			   &src->wheres[src->where_count++]);
}

/* Begins with the source of a table above. */
static int load_like(struct reading *rd, json_t *j, struct report_source *src)
{
	const struct report_table *t;
	const char *like = json_string_value(json_object_get(j, "like"));

	t = like == NULL ? NULL : report_table(rd->r, bytes_str(like));
	if (t == NULL || t->feed_count != 1 || t->feeds[0].source == NULL)
		return reading_bad(rd, "\"like\" names no table above with a source of its own");
	if (json_object_get(j, "from") != NULL || json_object_get(j, "root") != NULL ||
	    json_object_get(j, "match") != NULL)
		return reading_bad(rd, "\"like\" brings \"from\", \"root\" and \"match\" along");
	*src = *t->feeds[0].source;
	return 0;
}

int source_load(struct reading *rd, json_t *j, const struct report_source **out)
{
	struct report_source *src = arena_alloc(rd->a, sizeof *src);
	int code;

	if (src == NULL)
		return reading_nomem(rd);
	code = json_object_get(j, "like") != NULL ? load_like(rd, j, src) : load_from(rd, j, src);
	if (code == 0)
		code = load_states(rd, j, src);
	if (code == 0)
		code = load_match(rd, j, src);
	if (code == 0)
		code = load_where(rd, j, src);
	if (code == 0)
		code = load_to(rd, j, src);
	*out = src;
	return code;
}

static int load_part(struct reading *rd, json_t *j, struct report_value *v)
{
	const char *part = NULL;
	int code = reading_text(rd, j, "part", &part);

	v->parts = PART_OWN | PART_CARRIED;
	if (code != 0 || part == NULL)
		return code;
	v->parts = strcmp(part, "own") == 0 ? PART_OWN : strcmp(part, "carried") == 0 ?
		PART_CARRIED : strcmp(part, "after") == 0 ? PART_AFTER : 0;
	return v->parts != 0 ? 0 : reading_bad(rd, "\"part\" is own, carried or after");
}

/* A measure of its own in a list hangs on the line's record; in a table that counts it may
 * hang on the records of the table's source. */
static int load_through(struct reading *rd, json_t *j, const struct report_source *lines,
			bool record, struct report_value *v)
{
	const char *name = NULL;
	int code = reading_text(rd, j, "through", &name);

	if (code != 0)
		return code;
	if (!record && name == NULL)
		return 0;
	if (v->source == NULL || v->source->root != NULL || name == NULL || lines == NULL)
		return reading_bad(rd, record ?
			"what counts in a list needs \"from\" and \"through\"" :
			"\"through\" needs \"from\", and a source of the table");
	v->through = type_field_by_code(v->source->type, bytes_str(name));
	if (v->through == NULL || v->through->kind != FIELD_REF ||
	    !field_targets(v->through, lines->type))
		return reading_bad(rd, "\"through\": %s names no %s", name, lines->type->code);
	/* Each line would read them all. */
	return v->through->index ? 0 :
		reading_bad(rd, "\"through\": %s.%s has no \"index\"", v->source->type->code, name);
}

static int load_measure(struct reading *rd, json_t *j, const struct report_source *source,
			bool record, struct report_value *v)
{
	const char *sum = NULL;
	bool count = false;
	int code = source_there(j) ? source_load(rd, j, &v->source) : 0;

	if (code == 0)
		code = reading_flag(rd, j, "count", &count);
	if (code == 0 && !count)
		code = reading_text(rd, j, "sum", &sum);
	if (code == 0 && v->source == NULL && source == NULL)
		code = reading_bad(rd, "needs a source: neither it nor its table has \"from\"");
	if (code != 0)
		return code;
	if (!count && sum == NULL)
		return reading_bad(rd, "needs \"count\" or \"sum\"");
	v->what = count ? REPORT_COUNT : REPORT_SUM;
	if (!count) {
		v->x_count = 1;
		code = source_expr(rd, v->source != NULL ? v->source : source, sum, false, false,
				   &v->x[0]);
		if (code == 0 && expr_gives(v->x[0]) != EXPR_INT)
			code = reading_bad(rd, "\"%.60s\" is no number to be summed", sum);
	}
	if (code == 0)
		code = load_part(rd, j, v);
	return code != 0 ? code : load_through(rd, j, source, record, v);
}

/* "value": one expression, or several. */
static int load_shown(struct reading *rd, json_t *value, const struct report_source *source,
		      struct report_value *v)
{
	size_t n = json_is_array(value) ? json_array_size(value) : 1;

	if (source == NULL)
		return reading_bad(rd, "\"value\" needs a source");
	if (n == 0 || n > REPORT_EXPRS_MAX)
		return reading_bad(rd, "\"value\" is 1 to %d expressions", REPORT_EXPRS_MAX);
	v->what = REPORT_VALUE;
	for (v->x_count = 0; v->x_count < n; v->x_count++) {
		json_t *one = json_is_array(value) ? json_array_get(value, v->x_count) : value;
		const struct expr **x = &v->x[v->x_count];
		int code;

		if (!json_is_string(one))
			return reading_bad(rd, "\"value\" is an expression");
		code = source_expr(rd, source, json_string_value(one), false, n == 1, x);
		if (code != 0)
			return code;
		if (expr_gives(*x) == EXPR_REF || expr_gives(*x) == EXPR_NULL)
			return reading_bad(rd, "\"%.60s\" can't be shown: name a field behind the "
					   "reference", json_string_value(one));
	}
	return 0;
}

int value_load(struct reading *rd, json_t *j, const struct report_source *source, bool record,
	       struct report_value *out)
{
	bool unit = false, id = false;
	int code;

	*out = (struct report_value){ .what = REPORT_NOTHING };
	/* Of one of several sources: the expression itself, to be shown or summed. */
	if (json_is_string(j) || json_is_array(j) || json_is_true(j)) {
		json_t *whole;

		if (record)
			return load_shown(rd, j, source, out);
		whole = json_is_true(j) ? json_pack("{s:b}", "count", 1) :
					  json_pack("{s:O}", "sum", j);
		code = whole == NULL ? reading_nomem(rd) :
				       load_measure(rd, whole, source, false, out);
		json_decref(whole);
		return code;
	}
	code = reading_flag(rd, j, "unit", &unit);
	if (code == 0)
		code = reading_flag(rd, j, "id", &id);
	if (code == 0)
		code = reading_deadline(rd, j, "deadline", &out->deadline);
	if (code != 0)
		return code;
	if (out->deadline != NULL)
		out->what = REPORT_DEADLINE;
	else if ((unit || id) && (!record || source == NULL))
		return reading_bad(rd, "\"unit\" and \"id\" are for lists");
	else if (unit || id)
		out->what = unit ? REPORT_UNIT : REPORT_ID;
	else if (json_object_get(j, "value") != NULL)
		return record ? load_shown(rd, json_object_get(j, "value"), source, out) :
				reading_bad(rd, "\"value\" is for lists");
	else
		return load_measure(rd, j, source, record, out);
	return 0;
}

void value_kind(const struct report_value *v, struct report_column *c)
{
	const struct field *f = v->x_count == 1 ? expr_field(v->x[0]) : NULL;

	if (v->what == REPORT_COUNT)
		c->kind = REPORT_NUMBER;
	if (v->x_count != 1 || (v->what != REPORT_VALUE && v->what != REPORT_SUM))
		return;
	if (expr_gives(v->x[0]) == EXPR_DATE)
		c->kind = REPORT_DATE;
	if (expr_gives(v->x[0]) == EXPR_INT)
		c->kind = f == NULL || f->kind == FIELD_INT ? REPORT_NUMBER :
			  f->kind == FIELD_MONEY ? REPORT_MONEY :
			  f->kind == FIELD_DECIMAL ? REPORT_DECIMAL : REPORT_TEXT;
	if (c->kind == REPORT_DECIMAL)
		c->scale = f->scale;
	c->personal = v->what == REPORT_VALUE && f != NULL && f->personal;
}
