/* What a pack says about records with names and expressions: when a field is
 * required, open or derived, checks, warnings, totals, nil returns. Read when every
 * type of the pack is known. */
#include "common/pack/pack_loader.h"

#include <stdio.h>
#include <string.h>

#include "common/expr/expr.h"
#include "common/pack/field.h"

/* What packs of the first days said with members instead of an expression. They are
 * signed bytes and stay readable. */
static int old_form(json_t *j, const char *key, const char *text)
{
	return json_object_set_new(j, key, json_string(text)) != 0 ? ERR_NOMEM : 0;
}

/* "when": {"field": "kind", "is": "language"} */
static int old_required(json_t *j)
{
	json_t *when = json_object_get(j, "when");
	char text[128];

	if (!json_is_true(json_object_get(j, "required")) || loader_str(when, "field") == NULL ||
	    loader_str(when, "is") == NULL)
		return 0;
	snprintf(text, sizeof text, "%s = '%s'", loader_str(when, "field"),
		 loader_str(when, "is"));
	return old_form(j, "required", text);
}

/* "left" or "count", "op", "right" or "value" */
static int old_check(json_t *j)
{
	const char *count = loader_str(j, "count"), *left = loader_str(j, "left");
	const char *right = loader_str(j, "right"), *op = loader_str(j, "op");
	char text[160], value[24];
	int64_t n = 0;

	if (op == NULL || (left == NULL && count == NULL) ||
	    (right == NULL && !loader_int(j, "value", &n)))
		return 0;
	snprintf(value, sizeof value, "%lld", (long long)n);
	snprintf(text, sizeof text, count != NULL ? "count(%s) %s %s" : "%s %s %s",
		 count != NULL ? count : left, op, right != NULL ? right : value);
	return old_form(j, "must", text);
}

static int load_required(struct loader *l, json_t *j, const struct type *t, struct field *f)
{
	if (old_required(j) != 0)
		return err_set(l->e, ERR_NOMEM, "pack");
	f->required = loader_true(j, "required");
	if (json_is_boolean(json_object_get(j, "required")) ||
	    json_object_get(j, "required") == NULL)
		return 0;
	return loader_expr(l, j, "required", t, true, false, &f->required_if);
}

/* The kind of value a derived field must give. */
static bool derives(const struct field *f, const struct expr *x)
{
	switch (expr_gives(x)) {
	case EXPR_INT:
		return f->kind == FIELD_INT || f->kind == FIELD_YEAR || f->kind == FIELD_MONTH ||
		       f->kind == FIELD_MONEY || f->kind == FIELD_DECIMAL;
	case EXPR_DATE:
		return f->kind == FIELD_DATE;
	case EXPR_BOOL:
		return f->kind == FIELD_BOOL;
	case EXPR_TEXT:
		return f->kind == FIELD_TEXT && !f->personal;
	case EXPR_CHOICE: /* of its list: it was read so */
		return f->kind == FIELD_CHOICE;
	default:
		return false;
	}
}

/* A derived field reads what was entered, never another derived one of the record: there
 * is no order to get wrong, and no circle. */
static int ask_derived(struct loader *l, const struct type *t)
{
	size_t i, k;

	for (i = 0; i < t->field_count; i++)
		for (k = 0; k < t->field_count; k++)
			if (t->fields[i].derived != NULL && t->fields[k].derived != NULL &&
			    expr_reads(t->fields[i].derived, t->fields[k].number))
				return loader_bad(l, loader_of_field(l, t, &t->fields[i]), "derived",
						  "derives from \"%s\", which is derived itself",
						  t->fields[k].code);
	return 0;
}

/* What may change without the record that has the field. */
static bool reads_beside(const struct loader *l, const struct type *t, const struct expr *x)
{
	const struct type *root = t->row ? loader_root(l->s, t) : NULL;
	size_t i;

	for (i = 0; root != NULL && i < root->field_count; i++)
		if (expr_reads(x, root->fields[i].number))
			return true;
	return expr_reads_refs(x) || expr_reads_state(x) || (t->row && expr_reads_rows(x));
}

static int load_derived(struct loader *l, json_t *j, const struct type *t, struct field *f)
{
	const struct expr *x;
	int code;

	l->wanted = f->kind == FIELD_CHOICE ? f->list : NULL;
	code = loader_expr(l, j, "derived", t, false, false, &x);
	l->wanted = NULL;
	if (code != 0 || x == NULL)
		return code;
	if (!derives(f, x))
		return loader_bad(l, j, "derived", "what it derives is of another kind than the field");
	if (f->required || f->required_if != NULL)
		return loader_bad(l, j, "required", "a derived field can't be required");
	if (reads_beside(l, t, x))
		return loader_bad(l, j, "derived", "derives from what may change beside the record: "
				  "references, states, rollups");
	f->derived = x;
	return 0;
}

/* What opens together with it. */
static int ask_with(struct loader *l, json_t *j, const struct type *t, const struct field *f)
{
	size_t i;

	for (i = 0; i < f->with_count; i++)
		if (type_field_by_code(t, bytes_str(f->with[i])) == NULL)
			return loader_bad(l, j, "with", "%s has no field \"%.40s\"", t->code, f->with[i]);
	if (f->with_count > 0 && (t->workflow == NULL || f->derived != NULL || f->only_in))
		return loader_bad(l, j, "with", "\"with\" is for what a return may open");
	return 0;
}

/* Who may enter it, and when. */
static int load_rights(struct loader *l, json_t *j, const struct type *t, struct field *f)
{
	static const char *const of_records[] = { "in", "by", "register" };
	size_t i;
	int code;

	for (i = 0; i < 3; i++) {
		if (json_object_get(j, of_records[i]) == NULL)
			continue;
		if (t->row)
			return loader_bad(l, j, of_records[i], "rows have no \"%s\": they are open as the "
					  "list field says", of_records[i]);
		if (f->derived != NULL)
			return loader_bad(l, j, of_records[i], "a derived field is never entered: it has no "
					  "\"%s\"", of_records[i]);
	}
	if (json_object_get(j, "in") != NULL && t->workflow == NULL)
		return loader_bad(l, j, "in", "\"%s\" names states, but the type has no workflow", "in");
	code = loader_state_bits(l, j, "in", t->workflow, &f->in);
	if (code == 0)
		code = ask_with(l, j, t, f);
	if (code == 0 && f->only_in && f->in == 0)
		code = loader_bad(l, j, "only_in", "\"only_in\" needs \"in\"");
	return code == 0 ? loader_roles(l, j, "by", &f->by) : code;
}

static int load_field_rules(struct loader *l, json_t *j, const struct type *t, struct field *f)
{
	int code = load_required(l, j, t, f);

	if (code == 0)
		code = load_derived(l, j, t, f);
	return code == 0 ? load_rights(l, j, t, f) : code;
}

static int load_check(struct loader *l, json_t *j, const struct type *t, struct check *c)
{
	int64_t number = 0;
	size_t i;
	int code = loader_keys(l, j, "number/i must/s on vi/s en/s left/x count/x op/x right/x value/x");

	if (code == 0)
		code = loader_label(l, j, &c->label);
	if (code == 0 && old_check(j) != 0)
		code = err_set(l->e, ERR_NOMEM, "pack");
	if (code == 0)
		code = loader_number(l, j, 1, 999, &number);
	c->number = (uint32_t)number;
	for (i = 0; code == 0 && i < t->check_count; i++)
		if (t->checks[i].number == c->number)
			code = loader_bad(l, j, "number", "number %u is used twice", c->number);
	if (code == 0 && json_object_get(j, "must") == NULL)
		code = loader_bad(l, j, "must", "needs \"must\", what has to hold");
	if (code == 0)
		code = loader_state_bits(l, j, "on", t->workflow, &c->on);
	return code == 0 ? loader_expr(l, j, "must", t, true, false, &c->must) : code;
}

static int load_checks(struct loader *l, json_t *j, struct type *t)
{
	json_t *checks, *v;
	size_t i;

	t->checks = loader_array(l, j, "checks", sizeof *t->checks, &checks);
	if (t->checks == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(checks, i, v) {
		int code = load_check(l, v, t, &t->checks[i]);

		if (code != 0)
			return code;
		t->check_count++;
	}
	return 0;
}

static int ask_new_warning(struct loader *l, json_t *j, const char *code)
{
	const struct schema *s = l->s;
	size_t i, k, seen = 0;

	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->warning_count; k++)
			seen += strcmp(s->types[i]->warnings[k].code, code) == 0;
	return seen > 0 ? loader_bad(l, j, "code", "\"%s\" is used twice", code) : 0;
}

static int load_warning(struct loader *l, json_t *j, const struct type *t, struct warning *w)
{
	int code = loader_keys(l, j, "code/s must/s on vi/s en/s");

	if (code == 0)
		code = loader_code(l, j, &w->code);
	if (code == 0)
		code = ask_new_warning(l, j, w->code);
	if (code == 0)
		code = loader_label(l, j, &w->label);
	if (code == 0)
		code = loader_expr(l, j, "must", t, true, true, &w->must);
	if (code == 0 && w->must == NULL)
		code = loader_bad(l, j, "must", "needs \"must\", what has to hold");
	if (code == 0 && t->row)
		code = loader_bad(l, j, NULL, "rows have no \"%s\": they share that of the record that "
				  "they hang on", "warnings");
	return code == 0 ? loader_state_bits(l, j, "on", t->workflow, &w->on) : code;
}

static int load_warnings(struct loader *l, json_t *j, struct type *t)
{
	json_t *warnings, *v;
	size_t i;

	t->warnings = loader_array(l, j, "warnings", sizeof *t->warnings, &warnings);
	if (t->warnings == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(warnings, i, v) {
		int code = load_warning(l, v, t, &t->warnings[i]);

		if (code != 0)
			return code;
		t->warning_count++;
	}
	return 0;
}

static int load_totals(struct loader *l, json_t *j, struct type *t)
{
	json_t *totals = json_object_get(j, "totals");
	const struct field *year, *sum, *as_of;
	int code = totals == NULL ? 0 : loader_keys(l, totals, "year/s sum/s");

	if (code == 0)
		code = loader_field(l, totals, "year", t, &year);
	if (code == 0)
		code = loader_field(l, totals, "sum", t, &sum);
	if (code == 0)
		code = loader_field(l, j, "as_of", t, &as_of);
	if (code != 0)
		return code;
	if (l->strict && totals != NULL && year == NULL && sum == NULL)
		return loader_bad(l, j, "totals", "needs \"year\" or \"sum\"");
	if (as_of != NULL && as_of->kind != FIELD_DATE && as_of->kind != FIELD_YEAR)
		return loader_bad(l, j, "as_of", "\"as_of\" names a date or a year");
	t->total_year = year != NULL ? year->number : 0;
	t->total_sum = sum != NULL ? sum->number : 0;
	t->as_of = as_of != NULL ? as_of->number : 0;
	return 0;
}

/* One of "match": a field, or several that make the key together. */
static int load_match_key(struct loader *l, json_t *j, const struct type *t,
			  struct match_key *key)
{
	size_t n = json_is_array(j) ? json_array_size(j) : 1, i;

	key->fields = arena_array(&l->s->arena, n + 1, sizeof *key->fields);
	if (key->fields == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	for (i = 0; i < n; i++) {
		const char *code = json_string_value(json_is_array(j) ? json_array_get(j, i) : j);
		const struct field *f = code == NULL ? NULL : type_field_by_code(t, bytes_str(code));

		if (f == NULL || f->derived != NULL || f->kind == FIELD_LIST ||
		    f->kind == FIELD_SET || f->kind == FIELD_BYTES)
			return loader_bad(l, j, NULL, "\"match\" names plain fields that are entered, not "
					  "\"%.40s\"", code == NULL ? "" : code);
		key->fields[key->count++] = f;
	}
	return n > 0 ? 0 : loader_bad(l, j, NULL, "a key of \"match\" names no field");
}

static int load_match(struct loader *l, json_t *j, struct type *t)
{
	json_t *keys, *v;
	size_t i;
	int code = 0;

	t->match = loader_array(l, j, "match", sizeof *t->match, &keys);
	if (t->match == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(keys, i, v) {
		code = load_match_key(l, v, t, &t->match[t->match_count++]);
		if (code != 0)
			break;
	}
	return code;
}

int loader_presets(struct loader *l, json_t *object, const struct type *t, struct preset **out,
		   size_t *count)
{
	json_t *v;
	const char *key;
	int code;

	*count = 0;
	*out = arena_array(&l->s->arena, json_object_size(object) + 1, sizeof **out);
	if (*out == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_object_foreach(object, key, v) {
		struct preset *p = &(*out)[*count];

		p->field = type_field_by_code(t, bytes_str(key));
		if (p->field == NULL || p->field->kind == FIELD_SET || p->field->derived != NULL ||
		    !json_is_string(v))
			return loader_bad(l, object, key, "must be a plain field of %s, its value a text",
					  t->code);
		code = field_parse(p->field, bytes_str(json_string_value(v)), &l->s->arena,
				   &p->value, l->e);
		if (code != 0)
			return code == ERR_NOMEM ? code :
				loader_bad(l, object, key, "\"%.40s\" is no value of this field",
					   json_string_value(v));
		++*count;
	}
	return 0;
}

static bool has_text(const struct type *t, const char *code)
{
	const struct field *f = t == NULL ? NULL : type_field_by_code(t, bytes_str(code));

	return f != NULL && f->kind == FIELD_TEXT;
}

/* The list whose rows name what a return reopens: rows of two texts. */
static int ask_reasons(struct loader *l, const struct type *t)
{
	const struct field *list;
	const struct type *row;

	if (t->workflow == NULL || t->workflow->reasons == NULL)
		return 0;
	list = type_field_by_code(t, bytes_str(t->workflow->reasons));
	row = list == NULL || list->kind != FIELD_LIST ? NULL :
		schema_type_by_code(l->s, bytes_str(list->targets[0]));
	if (!has_text(row, "field") || !has_text(row, "reason"))
		return loader_bad(l, loader_of_type(l, t), "fields", "needs the list \"%.40s\" of its "
				  "workflow's \"reasons\", with rows of the texts \"field\" and "
				  "\"reason\"", t->workflow->reasons);
	return 0;
}

static int load_rules(struct loader *l, json_t *j, struct type *t)
{
	json_t *fields = json_object_get(j, "fields"), *v;
	size_t i;
	int code = 0;

	json_array_foreach(fields, i, v) {
		const struct field *f = type_field_by_code(t, bytes_str(loader_str(v, "code")));

		if (f != NULL && code == 0)
			code = load_field_rules(l, v, t, &t->fields[f - t->fields]);
	}
	if (code == 0)
		code = ask_derived(l, t);
	if (code == 0)
		code = load_checks(l, j, t);
	if (code == 0)
		code = load_warnings(l, j, t);
	if (code == 0)
		code = load_totals(l, j, t);
	if (code == 0)
		code = load_match(l, j, t);
	if (code == 0)
		code = loader_presets(l, json_object_get(j, "nil"), t, &t->nil, &t->nil_count);
	if (code == 0)
		code = loader_apply(l, j, t);
	if (code == 0)
		code = loader_file(l, j, t);
	if (code == 0)
		code = loader_figures(l, j, t);
	return code != 0 ? code : ask_reasons(l, t);
}

static bool reads_through(const struct expr *x, const struct field *f)
{
	return expr_reads_refs(x) && expr_reads(x, f->number);
}

static bool looks_at(const struct schema *s, const struct type *t, const struct field *f)
{
	size_t i, k, n;

	if (f->kind != FIELD_REF)
		return false;
	for (i = 0; i < t->warning_count; i++)
		if (reads_through(t->warnings[i].must, f))
			return true;
	for (i = 0; i < s->duplicate_count; i++)
		for (k = 0; k < s->duplicates[i].key_count; k++)
			for (n = 0; n < s->duplicates[i].keys[k].count; n++)
				if (reads_through(s->duplicates[i].keys[k].list[n], f))
					return true;
	return false;
}

static bool has_late_key(const struct schema *s, const struct type *t)
{
	size_t i, k;

	for (i = 0; i < s->duplicate_count; i++)
		for (k = 0; k < s->duplicates[i].key_count; k++)
			if (s->duplicates[i].keys[k].late && s->duplicates[i].keys[k].type == t)
				return true;
	return false;
}

static int add_watcher(struct loader *l, struct type *of, const struct type *t,
		       const struct field *f)
{
	struct watch *more = arena_array(&l->s->arena, of->watcher_count + 1, sizeof *more);

	if (more == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	if (of->watcher_count > 0)
		memcpy(more, of->watchers, of->watcher_count * sizeof *more);
	more[of->watcher_count++] = (struct watch){ t, f };
	of->watchers = more;
	return 0;
}

/* Fields through which warnings and keys look at other records are looked for by what they
 * name: when that changes, both are asked again. */
int loader_watchers(struct loader *l, json_t *root)
{
	const struct schema *s = l->s;
	size_t i, k, n;
	int code = 0;

	(void)root;
	for (i = 0; i < s->type_count; i++)
		s->types[i]->late = has_late_key(s, s->types[i]);
	for (i = 0; i < s->type_count; i++)
		s->types[i]->watcher_count = 0;
	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->field_count; k++) {
			struct field *f = &s->types[i]->fields[k];

			if (!looks_at(s, s->types[i], f))
				continue;
			f->index = true;
			for (n = 0; n < s->type_count && code == 0; n++)
				if (field_targets(f, s->types[n]))
					code = add_watcher(l, s->types[n], s->types[i], f);
		}
	return code;
}

int loader_rules(struct loader *l, json_t *root)
{
	json_t *types = json_object_get(root, "types"), *j;
	struct schema *s = l->s;
	size_t i, k;

	json_array_foreach(types, i, j) {
		const char *code = loader_str(j, "code");
		int failed = 0;

		for (k = 0; k < s->type_count; k++)
			if (strcmp(s->types[k]->code, code) == 0)
				failed = load_rules(l, j, s->types[k]);
		if (failed != 0)
			return failed;
	}
	return 0;
}
