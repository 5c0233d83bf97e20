/* What stands between a record and its next step: everything at once, not one refusal
 * after the other. The rules are those that judging asks; here they are only told. */
#include "common/query/query_parts.h"

#include <stdio.h>

#include "common/expr/expr.h"
#include "common/replica/fold_reader.h"
#include "common/system/env.h"
#include "common/text/date.h"

struct checking {
	struct query *q;
	struct fold fold;
	struct fold_reader reader;
	struct schema *schema;
	struct arena arena;
	json_t *problems;
};

static void tell(struct checking *c, const char *kind, const struct record *rec,
		 const struct field *f, const char *code, const char *sentence)
{
	json_t *j = query_summary(c->q, c->reader.stream, rec);

	query_put(c->q, j, "kind", json_string(kind));
	query_put(c->q, j, "field", f == NULL ? json_null() : json_string(f->code));
	query_put(c->q, j, "field_label",
		  f == NULL ? json_null() : json_string(label_in(&f->label, c->q->o->lang)));
	query_put(c->q, j, "rule", code == NULL ? json_null() : json_string(code));
	query_put(c->q, j, "sentence", json_string(sentence));
	query_add(c->q, c->problems, j);
}

static bool is_empty(const struct record *rec, const struct field *f)
{
	size_t i;

	if (f->kind == FIELD_LIST)
		return record_rows(rec, f->number) == 0;
	if (f->kind != FIELD_SET)
		return record_value(rec, f->number).kind == VALUE_NULL;
	for (i = 0; i < rec->live_count; i++)
		if (rec->live[i].field == f->number && rec->live[i].value.n != 0)
			return false;
	return true;
}

static int check_required(struct checking *c, const struct type *t, const struct record *rec)
{
	size_t i;
	int code = 0;

	for (i = 0; i < t->field_count && code == 0; i++) {
		const struct field *f = &t->fields[i];
		bool wanted = f->required;

		if (!is_empty(rec, f))
			continue;
		if (f->required_if != NULL)
			wanted = fold_reader_holds(&c->reader, f->required_if, rec, &code,
						   c->q->e) == 1;
		if (wanted && code == 0)
			tell(c, "required", rec, f, NULL,
			     c->q->o->lang == LANG_EN ? "Required, not there yet." :
							"Bắt buộc, chưa nhập.");
	}
	return code;
}

/* The states that a record goes to from here by steps that need no remark: those that do
 * lead back or out, and what they ask for is told where they are taken. */
static uint64_t states_ahead(const struct workflow *w, int64_t state)
{
	uint64_t ahead = state_bit(w, state), before = 0;
	size_t i;

	while (ahead != before) {
		before = ahead;
		for (i = 0; i < w->move_count; i++)
			if (!w->moves[i].remark && ahead & state_bit(w, w->moves[i].from))
				ahead |= state_bit(w, w->moves[i].to);
	}
	return ahead;
}

/* Those to which it may go on at once, as complete: what they ask is what is asked now. */
static uint64_t states_next(const struct workflow *w, int64_t state)
{
	uint64_t next = 0;
	size_t i;

	for (i = 0; i < w->move_count; i++)
		if (w->moves[i].from == state && w->moves[i].complete)
			next |= state_bit(w, w->moves[i].to);
	return next;
}

/* Whether something that the check looks at can be entered here: what others fill in on the
 * way is no trouble of today. */
static bool is_ours(const struct type *t, const struct check *k, int64_t state)
{
	const struct state *st = t->workflow == NULL ? NULL : workflow_state(t->workflow, state);
	uint64_t here = t->workflow == NULL ? 0 : state_bit(t->workflow, state);
	bool open = st == NULL || st->open != STATE_CLOSED;
	size_t i;

	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (f->by == 0 && (f->in & here || (open && !f->only_in)) &&
		    expr_reads(k->must, f->number))
			return true;
	}
	return false;
}

/* Checks of every save, and those of steps to come: better known now. */
static int check_rules(struct checking *c, const struct type *t, const struct record *rec)
{
	uint64_t here = t->workflow == NULL ? 0 : state_bit(t->workflow, rec->state);
	uint64_t ahead = t->workflow == NULL ? 0 : states_ahead(t->workflow, rec->state);
	uint64_t next = t->workflow == NULL ? 0 : states_next(t->workflow, rec->state);
	char number[16];
	size_t i;
	int code = 0;

	for (i = 0; i < t->check_count && code == 0; i++) {
		const struct check *k = &t->checks[i];

		if (k->on != 0 && !(k->on & next) && (!(k->on & ahead) || !is_ours(t, k, rec->state)))
			continue;
		if (fold_reader_holds(&c->reader, k->must, rec, &code, c->q->e) == 0) {
			snprintf(number, sizeof number, "%u", k->number);
			tell(c, k->on == 0 || k->on & next ? "check" : "later", rec, NULL, number,
			     label_in(&k->label, c->q->o->lang));
		}
	}
	for (i = 0; i < t->warning_count && code == 0; i++) {
		const struct warning *w = &t->warnings[i];

		if (w->on != 0 && !(w->on & here))
			continue;
		if (fold_reader_holds(&c->reader, w->must, rec, &code, c->q->e) == 0)
			tell(c, "warning", rec, NULL, w->code,
			     label_in(&w->label, c->q->o->lang));
	}
	return code;
}

/* What this store holds twice: of what others hold, the district tells. */
static int check_twins(struct checking *c, const struct record *rec)
{
	const struct schema *s = c->q->schema;
	struct stmt *st;
	size_t i;
	int code = db_query(c->q->r->db, c->q->e, &st, "SELECT DISTINCT t.code FROM twin t JOIN "
			    "twin_member m ON m.code=t.code AND m.key=t.key WHERE m.stream=$1 AND "
			    "m.device=$2 AND m.op=$3 ORDER BY t.code", "uuu", c->reader.stream,
			    rec->id.device, rec->id.op);

	if (code != 0)
		return code;
	while ((code = db_step(st, c->q->e)) == 1)
		for (i = 0; i < s->duplicate_count; i++)
			if (bytes_equal(db_text(st, 0), bytes_str(s->duplicates[i].code)))
				tell(c, "warning", rec, NULL, s->duplicates[i].code,
				     label_in(&s->duplicates[i].label, c->q->o->lang));
	db_done(st);
	return code;
}

static int check_record(struct checking *c, const struct record *rec)
{
	const struct type *t = schema_type(c->q->schema, rec->type);
	int code;

	if (t == NULL || record_deleted(rec))
		return 0;
	if (record_conflicts(rec) > 0)
		tell(c, "conflict", rec, NULL, NULL,
		     c->q->o->lang == LANG_EN ? "Two people entered different values: choose one." :
						"Hai người nhập khác nhau: cần chọn một giá trị.");
	code = check_required(c, t, rec);
	if (code == 0)
		code = check_rules(c, t, rec);
	return code != 0 || rec->list != 0 ? code : check_twins(c, rec);
}

/* What is not received yet is looked at as if it came today. */
static int begin(struct checking *c, struct query *q, uint64_t stream, struct rid id,
		 struct record *rec)
{
	int code;

	q->a = &c->arena;
	c->q = q;
	c->problems = json_array();
	arena_init(&c->arena, QUERY_MEMORY);
	code = replica_schema_now(q->r, &c->schema, q->e);
	q->schema = c->schema;
	if (code == 0)
		code = fold_init(&c->fold, q->r, &c->arena, q->e);
	fold_reader_init(&c->reader, &c->fold, stream);
	c->reader.everywhere = true;
	c->reader.today = date_of(env_now(q->r->env));
	if (code == 0)
		code = query_record(q->r, stream, id, &c->arena, rec, q->e);
	return code == 0 ? query_ask_reader(q, stream, rec) : code;
}

int query_problems(struct replica *r, uint64_t stream, struct rid id,
		   const struct query_options *o, json_t **out, struct err *e)
{
	struct query q = { .r = r, .o = o, .e = e };
	struct family family = { .count = 0 };
	struct checking c = { .q = &q };
	struct record rec;
	size_t i;
	int code = begin(&c, &q, stream, id, &rec);

	if (code == 0)
		code = query_family(&q, stream, rec.root, &family);
	for (i = 0; i < family.count && code == 0; i++)
		code = check_record(&c, &family.list[i]);
	code = query_finish(&q, code, c.problems, out);
	arena_release(&c.arena);
	return code;
}

int query_hints(struct replica *r, uint64_t stream, struct rid id, const struct query_options *o,
		json_t **out, struct err *e)
{
	struct query q = { .r = r, .o = o, .e = e };
	struct checking c = { .q = &q };
	struct record rec;
	const struct type *t = NULL;
	size_t i;
	int code = begin(&c, &q, stream, id, &rec);

	if (code == 0 && !rid_equal(rec.id, rec.root))
		code = query_record(r, stream, rec.root, &c.arena, &rec, e);
	if (code == 0 && !record_deleted(&rec))
		t = schema_type(c.schema, rec.type);
	for (i = 0; t != NULL && i < t->warning_count && code == 0; i++) {
		const struct warning *w = &t->warnings[i];

		if (expr_reads_receipt(w->must) &&
		    fold_reader_holds(&c.reader, w->must, &rec, &code, e) == 0)
			tell(&c, "warning", &rec, NULL, w->code, label_in(&w->label, o->lang));
	}
	code = query_finish(&q, code, c.problems, out);
	arena_release(&c.arena);
	return code;
}

int query_derived(struct query *q, uint64_t stream, const struct record *rec,
		  const struct field *f, struct value *out)
{
	struct fold fold;
	struct fold_reader reader;
	int code = fold_init(&fold, q->r, q->a, q->e);

	*out = VALUE_OF_NULL;
	if (code != 0)
		return code;
	fold_reader_init(&reader, &fold, stream);
	return fold_reader_value(&reader, f->derived, rec, out, q->e);
}
