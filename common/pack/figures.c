/* Figures out of the unit's own records of a year, as they stood at the end of the report's
 * cut-off; what that gives becomes a row by the same edits that a clerk makes. */
#include "common/pack/figures.h"

#include <stdio.h>
#include <string.h>

#include "common/edit/edit.h"
#include "common/expr/expr.h"
#include "common/query/query.h"
#include "common/replica/fold_reader.h"
#include "common/replica/projection.h"
#include "common/replica/taken.h"
#include "common/system/env.h"
#include "common/text/date.h"

enum { SQL_MAX = 1 << 14, ASSIGNED = 3, FOLD_MEMORY = 256 * 1024 * 1024 };

/* A move that this computer has not sent yet, and when it was made. */
struct unsent {
	struct rid record;
	int64_t state, time;
};

struct filling {
	struct replica *r;
	const struct schema *s;
	struct draft *d;
	const struct figures *rule;
	struct rid record;
	int64_t year;
	int64_t last_day, until;   /* the cut-off and its last second; FIGURES_NOW, INT64_MAX: none */
	struct unsent *unsent;     /* in their order */
	size_t unsent_count, unsent_cap;
	struct fold fold;
	struct fold_reader reader;
	struct arena folded, *a;
	enum lang lang;
	struct err *e;
};

/* --- how records stood at the cut-off --- */

static int take_unsent(void *arg, const struct changeset *cs, struct err *e)
{
	struct filling *g = arg;
	size_t i;

	for (i = 0; i < cs->op_count; i++) {
		const struct op *op = &cs->ops[i];

		if (op->kind != OP_MOVE)
			continue;
		if (g->unsent_count == g->unsent_cap) {
			size_t cap = g->unsent_cap == 0 ? 64 : g->unsent_cap * 2;
			struct unsent *more = arena_array(&g->folded, cap, sizeof *more);

			if (more == NULL)
				return err_set(e, ERR_NOMEM, "figures");
			if (g->unsent_count > 0)
				memcpy(more, g->unsent, g->unsent_count * sizeof *more);
			g->unsent = more;
			g->unsent_cap = cap;
		}
		g->unsent[g->unsent_count++] = (struct unsent){ op->record, op->value.n,
								cs->tx[op->tx].time };
	}
	return 0;
}

/* The state that it had: by the last move that was made by then. What a unit had signed counts,
 * though a bad link brought it to the district later; a clock that is ahead does not. */
static int state_then(struct filling *g, const struct type *t, struct rid id, int64_t *state)
{
	struct stmt *s;
	size_t i;
	int code = db_query(g->r->db, g->e, &s, "SELECT state FROM transition WHERE stream=$1 AND "
			    "device=$2 AND op=$3 AND (claimed<=$4 OR received<=$4) ORDER BY seq DESC, "
			    "number DESC LIMIT 1", "uuui", g->d->stream, id.device, id.op, g->until);

	*state = t->workflow->states[0].number;
	if (code != 0)
		return code;
	code = db_step(s, g->e);
	if (code == 1)
		*state = db_int(s, 0);
	db_done(s);
	for (i = 0; i < g->unsent_count; i++)
		if (rid_equal(g->unsent[i].record, id) && g->unsent[i].time <= g->until)
			*state = g->unsent[i].state;
	return code < 0 ? code : 0;
}

/* Whether it counts: *n is then one, or its value. */
static int look(struct filling *g, const struct figure *f, struct rid id, int64_t *n)
{
	struct fold_entry *en;
	struct record rec;
	struct value v = value_int(1);
	int code = fold_get(&g->fold, g->d->stream, id, &en, g->e);

	*n = 0;
	if (code != 0)
		return code;
	rec = en->rec;
	if (f->type->workflow != NULL && g->until != INT64_MAX)
		code = state_then(g, f->type, id, &rec.state);
	if (code == 0 && f->where != NULL &&
	    fold_reader_holds(&g->reader, f->where, &rec, &code, g->e) != 1)
		return code;
	if (code == 0 && f->value != NULL)
		code = fold_reader_value(&g->reader, f->value, &rec, &v, g->e);
	if (code == 0 && v.kind == VALUE_INT)
		*n = v.n;
	return code;
}

/* The year's records of a figure: by a year, or by a day in it, up to the cut-off. Those without
 * moves are there since they came in. */
static int select_records(struct filling *g, const struct figure *f, struct stmt **s)
{
	bool by_day = f->year->kind == FIELD_DATE, came = f->type->workflow == NULL && !by_day;
	int64_t first = g->year, last = g->year;
	char table[64], column[64];
	struct buf sql;
	int code = 0;

	if (by_day && (!date_days(g->year, 1, 1, &first) || !date_days(g->year, 12, 31, &last)))
		return err_set(g->e, ERR_BAD_VALUE, "%s", f->code);
	if (by_day && last > g->last_day)
		last = g->last_day;
	projection_table(f->type, table);
	projection_column(f->year, 0, column);
	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "SELECT r.device, r.op FROM %s r WHERE r.stream=$1 AND r.deleted=0 AND "
		   "r.%s>=$2 AND r.%s<=$3", table, column, column);
	if (came && g->until != INT64_MAX) {
		buf_printf(&sql, " AND (SELECT i.time FROM item i WHERE i.stream=r.stream AND i.seq=");
		taken_put_origin(&sql, "r");
		buf_printf(&sql, ")<=$4");
	}
	buf_byte(&sql, 0);
	code = sql.failed ? err_set(g->e, ERR_NOMEM, "figures") :
			    db_query_text(g->r->db, g->e, s, (const char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	db_bind_int(*s, 1, (int64_t)g->d->stream);
	db_bind_int(*s, 2, first);
	db_bind_int(*s, 3, last);
	if (came && g->until != INT64_MAX)
		db_bind_int(*s, 4, g->until);
	return 0;
}

static int count(struct filling *g, const struct figure *f, int64_t *out)
{
	struct stmt *s;
	int64_t n;
	int code = select_records(g, f, &s);

	*out = 0;
	if (code != 0)
		return code;
	while ((code = db_step(s, g->e)) == 1) {
		code = look(g, f, (struct rid){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) }, &n);
		if (code == 0 && __builtin_add_overflow(*out, n, out))
			code = err_set(g->e, ERR_BAD_VALUE, "%s", f->code);
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

/* --- into rows --- */

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

static int fill_one(struct filling *g, const struct figure *f, json_t *told)
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

/* The rules of its type, its year, and its cut-off, where that has gone by. */
static int begin(struct filling *g)
{
	const struct pending_source *pending = g->r->pending;
	struct record rec;
	const struct type *t;
	struct value year, cutoff = VALUE_OF_NULL;
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
	if (g->rule->cutoff != NULL)
		cutoff = record_value(&rec, g->rule->cutoff->number);
	g->last_day = cutoff.kind == VALUE_DATE ? cutoff.n : FIGURES_NOW;
	g->until = cutoff.kind != VALUE_DATE || cutoff.n >= date_of(env_now(g->r->env)) ? INT64_MAX :
		   date_begins(cutoff.n + 1) - 1;
	if (pending != NULL && g->until != INT64_MAX)
		code = pending->each(pending->ctx, g->d->stream, &g->folded, take_unsent, g, g->e);
	if (code == 0)
		code = fold_init(&g->fold, g->r, &g->folded, g->e);
	fold_reader_init(&g->reader, &g->fold, g->d->stream);
	return code;
}

int figures_fill(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		 enum lang lang, int64_t *day, json_t **out, struct err *e)
{
	/* Of the draft, which borrows the texts. */
	struct filling g = { .r = r, .s = s, .d = d, .record = record, .a = d->a, .lang = lang, .e = e };
	size_t i;
	int code;

	arena_init(&g.folded, FOLD_MEMORY);
	*out = json_array();
	code = begin(&g);
	for (i = 0; code == 0 && i < g.rule->count; i++)
		code = fill_one(&g, &g.rule->from[i], *out);
	*day = g.last_day;
	arena_release(&g.folded);
	if (code != 0) {
		json_decref(*out);
		*out = NULL;
	}
	return code;
}
