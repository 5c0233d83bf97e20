/* Figures out of the typed tables. Each is one query over the unit's own records of the year;
 * what it gives becomes a row by the same edits that a clerk makes. */
#include "common/pack/figures.h"

#include <stdio.h>
#include <string.h>

#include "common/edit/edit.h"
#include "common/expr/expr.h"
#include "common/query/query.h"
#include "common/replica/projection.h"
#include "common/text/date.h"

enum { SQL_MAX = 1 << 16, ASSIGNED = 3 };

struct filling {
	struct replica *r;
	const struct schema *s;
	struct draft *d;
	const struct figures *rule;
	struct rid record;
	int64_t year;
	struct arena *a;
	enum lang lang;
	struct err *e;
};

/* The year's records of a figure, as a condition: by a year, or by a day in it. */
static void put_year(const struct figure *f, struct buf *sql)
{
	char column[64];

	projection_column(f->year, 0, column);
	buf_printf(sql, f->year->kind == FIELD_YEAR ? " AND r.%s=$2" : " AND r.%s>=$2 AND r.%s<=$3",
		   column, column);
}

static int bind_year(const struct filling *g, const struct figure *f, struct stmt *s)
{
	int64_t first, last;

	db_bind_int(s, 1, (int64_t)g->d->stream);
	if (f->year->kind == FIELD_YEAR) {
		db_bind_int(s, 2, g->year);
		return 0;
	}
	if (!date_days(g->year, 1, 1, &first) || !date_days(g->year, 12, 31, &last))
		return err_set(g->e, ERR_BAD_VALUE, "%s", f->code);
	db_bind_int(s, 2, first);
	db_bind_int(s, 3, last);
	return 0;
}

static int count(const struct filling *g, const struct figure *f, int64_t *out)
{
	char table[64];
	struct stmt *s;
	struct buf sql;
	int code = 0;

	buf_init(&sql, SQL_MAX);
	projection_table(f->type, table);
	buf_printf(&sql, "SELECT %s", f->value == NULL ? "count(*)" : "coalesce(sum(");
	if (f->value != NULL) {
		code = expr_sql(f->value, "r", NULL, &sql, g->e);
		buf_printf(&sql, "),0)");
	}
	buf_printf(&sql, " FROM %s r WHERE r.stream=$1 AND r.deleted=0", table);
	put_year(f, &sql);
	if (f->where != NULL && code == 0) {
		buf_printf(&sql, " AND ");
		code = expr_sql_where(f->where, "r", NULL, &sql, g->e);
	}
	buf_byte(&sql, 0);
	if (code == 0)
		code = sql.failed ? err_set(g->e, ERR_NOMEM, "figures") :
				    db_query_text(g->r->db, g->e, &s, (const char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	code = bind_year(g, f, s);
	if (code == 0)
		code = db_step(s, g->e);
	*out = code == 1 ? db_int(s, 0) : 0;
	db_done(s);
	return code < 0 ? code : 0;
}

/* The row that has this figure already, if one does; what it states. */
static int find_row(const struct filling *g, const struct figure *f, struct rid *row,
		    int64_t *stated, bool *has_stated)
{
	const struct figures *rule = g->rule;
	char table[64], columns[2][64], sql[400];
	struct stmt *s;
	int code;

	projection_table(rule->row, table);
	projection_column(rule->code, 0, columns[0]);
	projection_column(rule->stated != NULL ? rule->stated : rule->value, 0, columns[1]);
	snprintf(sql, sizeof sql, "SELECT device, op, %s FROM %s WHERE stream=$1 AND parent_device=$2 "
		 "AND parent_op=$3 AND deleted=0 AND %s=$4 ORDER BY op, device", columns[1], table,
		 columns[0]);
	*row = RID_NONE;
	*has_stated = false;
	code = db_query_text(g->r->db, g->e, &s, sql);
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)g->d->stream);
	db_bind_int(s, 2, (int64_t)g->record.device);
	db_bind_int(s, 3, (int64_t)g->record.op);
	db_bind_text(s, 4, bytes_str(f->code));
	code = db_step(s, g->e);
	if (code == 1) {
		*row = (struct rid){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) };
		*has_stated = rule->stated != NULL && !db_is_null(s, 2);
		*stated = *has_stated ? db_int(s, 2) : 0;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static int put(const struct filling *g, const struct figure *f, struct rid row, int64_t n)
{
	const struct figures *rule = g->rule;
	struct assignment list[ASSIGNED];
	size_t used = 0;
	char number[24];
	const char *text;

	snprintf(number, sizeof number, "%lld", (long long)n);
	text = arena_str(g->a, bytes_str(number));
	if (text == NULL)
		return err_set(g->e, ERR_NOMEM, "figures");
	list[used++] = (struct assignment){ bytes_str(rule->value->code), bytes_str(text), ASSIGN_SET };
	if (row.op != 0)
		return edit_change(g->r, g->s, g->d, row, list, used, g->e);
	list[used++] = (struct assignment){ bytes_str(rule->code->code), bytes_str(f->code), ASSIGN_SET };
	if (rule->label != NULL)
		list[used++] = (struct assignment){ bytes_str(rule->label->code),
						    bytes_str(label_in(&f->label, LANG_VI)), ASSIGN_SET };
	return edit_add_row(g->r, g->s, g->d, g->record, bytes_str(rule->list->code), list, used, &row,
			    g->e);
}

static int fill_one(const struct filling *g, const struct figure *f, json_t *told)
{
	int64_t n = 0, stated = 0;
	size_t before = g->d->count;
	bool has_stated;
	struct rid row;
	json_t *one;
	int code = count(g, f, &n);

	if (code == 0)
		code = find_row(g, f, &row, &stated, &has_stated);
	if (code == 0)
		code = put(g, f, row, n);
	if (code != 0)
		return code;
	one = json_pack("{s:s, s:s, s:I, s:b}", "code", f->code, "label", label_in(&f->label, g->lang),
			"computed", (json_int_t)n, "changed", g->d->count > before);
	if (one != NULL && has_stated)
		json_object_set_new(one, "stated", json_integer(stated));
	return json_array_append_new(told, one) == 0 ? 0 : err_set(g->e, ERR_NOMEM, "figures");
}

/* The rules of its type, and its year. */
static int begin(struct filling *g)
{
	struct record rec;
	const struct type *t;
	struct value year;
	int code = query_record(g->r, g->d->stream, g->record, g->a, &rec, g->e);

	if (code != 0)
		return code;
	t = schema_type(g->s, rec.type);
	g->rule = t == NULL ? NULL : t->figures;
	if (g->rule == NULL)
		return err_set(g->e, ERR_WRONG_TYPE, "%s", t == NULL ? "" : t->code);
	year = record_value(&rec, g->rule->year->number);
	if (year.kind != VALUE_INT)
		return err_set(g->e, ERR_REQUIRED, "%s", g->rule->year->code);
	g->year = year.n;
	return 0;
}

int figures_fill(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		 enum lang lang, json_t **out, struct err *e)
{
	/* Of the draft, which borrows the texts. */
	struct filling g = { .r = r, .s = s, .d = d, .record = record, .a = d->a, .lang = lang, .e = e };
	size_t i;
	int code = begin(&g);

	*out = json_array();
	for (i = 0; code == 0 && i < g.rule->count; i++)
		code = fill_one(&g, &g.rule->from[i], *out);
	if (code != 0) {
		json_decref(*out);
		*out = NULL;
	}
	return code;
}
