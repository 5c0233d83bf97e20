/* What a type has figures of: "figures" of a pack. */
#include "common/pack/pack_loader.h"

#include "common/expr/expr.h"

static bool is_year(const struct field *f)
{
	return f != NULL && (f->kind == FIELD_YEAR || f->kind == FIELD_DATE);
}

static int load_figure(struct loader *l, json_t *j, struct figure *f)
{
	int code = loader_keys(l, j, "code/s vi/s en/s type/s year/s where/s value/s");

	if (code == 0)
		code = loader_code(l, j, &f->code);
	if (code == 0)
		code = loader_label(l, j, &f->label);
	if (code == 0)
		code = loader_type(l, j, "type", &f->type);
	if (code == 0)
		code = loader_field(l, j, "year", f->type, &f->year);
	if (code != 0)
		return code;
	if (f->year == NULL)
		f->year = type_field(f->type, f->type->as_of);
	if (f->type->row || !is_year(f->year))
		return loader_bad(l, j, "year", "counts records by a \"year\", a year or a date field");
	code = loader_expr(l, j, "where", f->type, true, false, &f->where);
	if (code == 0)
		code = loader_expr(l, j, "value", f->type, false, false, &f->value);
	if (code == 0 && f->value != NULL && expr_gives(f->value) != EXPR_INT)
		code = loader_bad(l, j, "value", "\"value\" is a whole number");
	return code;
}

/* Fields of the rows that the figures stand in. */
static int load_row(struct loader *l, json_t *j, const struct type *t, struct figures *g)
{
	int code = loader_keys(l, j, "list/s year/s cutoff/s code/s label/s value/s stated/s from/a");

	if (code == 0)
		code = loader_field(l, j, "list", t, &g->list);
	if (code == 0)
		code = loader_field(l, j, "year", t, &g->year);
	if (code == 0)
		code = loader_field(l, j, "cutoff", t, &g->cutoff);
	if (code == 0 && g->cutoff != NULL && g->cutoff->kind != FIELD_DATE)
		code = loader_bad(l, j, "cutoff", "\"cutoff\" names a date");
	if (code != 0)
		return code;
	g->row = g->list == NULL || g->list->kind != FIELD_LIST ? NULL :
		schema_type_by_code(l->s, bytes_str(g->list->targets[0]));
	if (g->row == NULL || g->year == NULL || g->year->kind != FIELD_YEAR)
		return loader_bad(l, j, NULL, "\"figures\" need a \"list\" and a \"year\"");
	code = loader_field(l, j, "code", g->row, &g->code);
	if (code == 0)
		code = loader_field(l, j, "label", g->row, &g->label);
	if (code == 0)
		code = loader_field(l, j, "value", g->row, &g->value);
	if (code == 0)
		code = loader_field(l, j, "stated", g->row, &g->stated);
	if (code == 0 && (g->code == NULL || g->code->kind != FIELD_TEXT || g->value == NULL ||
			  g->value->kind != FIELD_INT ||
			  (g->label != NULL && g->label->kind != FIELD_TEXT) ||
			  (g->stated != NULL && g->stated->kind != FIELD_INT)))
		code = loader_bad(l, j, NULL, "\"figures\" need rows with a text \"code\" and a whole "
				  "\"value\"");
	return code;
}

int loader_figures(struct loader *l, json_t *j, struct type *t)
{
	json_t *object = json_object_get(j, "figures"), *list, *v;
	struct figures *g;
	size_t i, k;
	int code;

	if (object == NULL)
		return 0;
	g = arena_array(&l->s->arena, 1, sizeof *g);
	if (g == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	code = load_row(l, object, t, g);
	if (code != 0)
		return code;
	g->from = loader_array(l, object, "from", sizeof *g->from, &list);
	if (g->from == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(list, i, v) {
		code = load_figure(l, v, &g->from[i]);
		for (k = 0; k < i && code == 0; k++)
			if (bytes_equal(bytes_str(g->from[k].code), bytes_str(g->from[i].code)))
				code = loader_bad(l, v, "code", "\"%s\" is used twice", g->from[i].code);
		if (code != 0)
			return code;
		g->count++;
	}
	t->figures = g;
	return g->count > 0 ? 0 : loader_bad(l, object, "from", "\"figures\" need \"from\"");
}
