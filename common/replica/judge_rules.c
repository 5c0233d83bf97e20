/* The pack's rules on records as a transaction leaves them. */
#include "common/replica/judge_parts.h"

#include "common/replica/fold_reader.h"
#include "common/text/date.h"

/* 1 true, 0 false, -1 not known; or a failure in *code. A verdict looks at the record's
 * own stream only. */
static int holds(struct trial *t, const struct expr *x, const struct record *r, int *code)
{
	struct fold_reader rd;

	fold_reader_init(&rd, t->j->fold, t->j->stream);
	return fold_reader_holds(&rd, x, r, code, t->e);
}

/* Whether a return opens the field by what it names, or names none at all. */
struct naming {
	const struct schema *schema;
	const struct type *type;
	uint32_t list;
	const struct field *field; /* NULL: the record as such */
	bool any, named;
};

static int look_named(void *arg, const struct record *row)
{
	struct naming *n = arg;
	const struct type *type = schema_type(n->schema, row->type);
	const struct field *f = type == NULL || row->list != n->list ? NULL :
				type_field_by_code(type, bytes_str("field"));
	struct value v;

	if (f == NULL)
		return 0;
	v = record_value(row, f->number);
	if (v.kind == VALUE_TEXT && v.b.len > 0) {
		const struct field *named = type_field_by_code(n->type, v.b);

		n->any = true;
		n->named |= n->field != NULL && named != NULL &&
			    type_field_opens(n->type, named, n->field);
	}
	return 0;
}

int judge_open(struct trial *t, struct fold_entry *root, const struct field *f, bool *open)
{
	const struct type *type = schema_type(t->j->schema, root->rec.type);
	const struct workflow *w = type->workflow;
	const struct state *state = workflow_state(w, root->rec.state);
	struct naming n = { t->j->schema, type, 0, f, false, false };
	const struct field *list;
	int code;

	*open = false;
	if (state == NULL)
		return 0;
	if (f != NULL && f->in & state_bit(w, state->number)) {
		*open = true;
		return 0;
	}
	if (state->open == STATE_CLOSED || (f != NULL && f->only_in))
		return 0;
	list = state->open == STATE_OPEN || w->reasons == NULL ? NULL :
	       type_field_by_code(type, bytes_str(w->reasons));
	if (list == NULL) {
		*open = true;
		return 0;
	}
	n.list = list->number;
	code = fold_rows(t->j->fold, t->j->stream, root->rec.id, look_named, &n, t->e);
	*open = n.named || !n.any;
	return code;
}

/* Looking for what a complete record still lacks, and for conflicts. Of several
 * the root is named, else the row with the smallest id: the same on every replica,
 * in whatever order rows are met. */
struct lack {
	struct trial *t;
	uint32_t field;
	struct rid record;         /* that lacks the field */
	struct rid conflict;       /* RID_NONE: none */
};

static bool wanted(struct trial *t, const struct record *r, const struct field *f, int *code)
{
	return f->required_if != NULL ? holds(t, f->required_if, r, code) == 1 : f->required;
}

static bool has_member(const struct record *r, uint32_t field)
{
	size_t i;

	for (i = 0; i < r->live_count; i++)
		if (r->live[i].field == field && r->live[i].value.kind == VALUE_BOOL &&
		    r->live[i].value.n != 0)
			return true;
	return false;
}

static bool missing(const struct record *r, const struct field *f)
{
	if (f->kind == FIELD_LIST)
		return record_rows(r, f->number) == 0;
	if (f->kind == FIELD_SET)
		return !has_member(r, f->number);
	return record_value(r, f->number).kind == VALUE_NULL;
}

static bool before(struct rid a, struct rid b)
{
	return a.device != b.device ? a.device < b.device : a.op < b.op;
}

static int look_complete(void *arg, const struct record *r)
{
	struct lack *l = arg;
	const struct type *type = schema_type(l->t->j->schema, r->type);
	size_t i;
	int code = 0;

	if (record_conflicts(r) > 0 &&
	    (rid_equal(l->conflict, RID_NONE) || before(r->id, l->conflict)))
		l->conflict = r->id;
	for (i = 0; type != NULL && i < type->field_count && code == 0; i++) {
		if (!missing(r, &type->fields[i]) || !wanted(l->t, r, &type->fields[i], &code))
			continue;
		if (l->field == 0 || before(r->id, l->record)) {
			l->field = type->fields[i].number;
			l->record = r->id;
		}
		break;
	}
	return code;
}

int judge_ask_whole(struct trial *t, struct fold_entry *root, bool complete)
{
	struct lack own = { .t = t }, rows = { .t = t }, *l;
	int code = look_complete(&own, &root->rec);

	if (code == 0)
		code = fold_rows(t->j->fold, t->j->stream, root->rec.id, look_complete, &rows,
				 t->e);
	if (code != 0)
		return code;
	l = rid_equal(own.conflict, RID_NONE) ? &rows : &own;
	if (!rid_equal(l->conflict, RID_NONE))
		return trial_refuse(t, ERR_IN_CONFLICT, 0, l->conflict);
	l = own.field == 0 ? &rows : &own;
	if (complete && l->field != 0)
		return trial_refuse(t, ERR_REQUIRED, l->field, l->record);
	return 0;
}

/* Whether a field of the root has roles of its own. */
static bool has_roles(const struct type *root, uint32_t field)
{
	const struct field *f = root == NULL ? NULL : type_field(root, field);

	return f != NULL && f->by != 0;
}

struct looking {
	struct trial *t;
	const struct fold_entry *root;
	const struct type *type;
};

bool judge_is_author(const struct trial *t, uint64_t device)
{
	size_t i;

	for (i = 0; i < t->j->lineage.count; i++)
		if (t->j->lineage.at[i].device == device)
			return true;
	return device == t->j->device;
}

/* 1 where the author's device stands behind anything that a record holds. */
static int look_own(void *arg, const struct record *r)
{
	const struct looking *l = arg;
	const struct trial *t = l->t;
	size_t i;

	for (i = 0; i < r->live_count; i++)
		if (judge_is_author(t, r->live[i].device) &&
		    (r->list != 0 || !has_roles(l->type, r->live[i].field)))
			return 1;
	return judge_is_author(t, r->id.device);
}

static int look_own_row(void *arg, const struct record *r)
{
	const struct looking *l = arg;
	struct fold_entry *en;
	uint32_t field = 0;
	int code = fold_get(l->t->j->fold, l->t->j->stream, r->id, &en, l->t->e);

	if (code == 0)
		code = judge_governing(l->t, en, l->root, 0, &field);
	return code != 0 || has_roles(l->type, field) ? code : look_own(arg, r);
}

int judge_ask_other(struct trial *t, struct fold_entry *root)
{
	struct looking l = { t, root, schema_type(t->j->schema, root->rec.type) };
	int code = look_own(&l, &root->rec);

	if (code == 0)
		code = fold_rows(t->j->fold, t->j->stream, root->rec.id, look_own_row, &l, t->e);
	return code == 1 ? trial_refuse(t, ERR_SAME_PERSON, 0, root->rec.id) : code;
}

/* The day on which the record's choices must be valid: as the pack says, by a date or
 * a year of its own, for a verdict knows no clock. */
static bool day_of(const struct type *type, const struct record *r, int64_t *from, int64_t *to)
{
	struct value v = type->as_of == 0 ? VALUE_OF_NULL : record_value(r, type->as_of);

	*from = *to = v.n;
	if (v.kind == VALUE_INT)
		return date_days(v.n, 1, 1, from) && date_days(v.n, 12, 31, to);
	return v.kind == VALUE_DATE;
}

/* Rows that have no day of their own go by that of the record they hang on. */
static int ask_choices(struct trial *t, const struct type *type, const struct record *r)
{
	const struct type *dated = type;
	const struct record *with = r;
	struct fold_entry *root;
	int64_t from, to;
	size_t i;
	int code;

	if (type->as_of == 0 && r->list != 0) {
		code = fold_get(t->j->fold, t->j->stream, r->root, &root, t->e);
		if (code != 0)
			return code;
		with = &root->rec;
		dated = schema_type(t->j->schema, with->type);
	}
	if (dated == NULL || !day_of(dated, with, &from, &to))
		return 0;
	for (i = 0; i < r->live_count && !trial_refused(t); i++) {
		const struct live *l = &r->live[i];
		const struct field *f = type_field(type, l->field);
		bool member = l->element.kind != VALUE_NONE;
		const struct choice *c;

		if (f == NULL || f->list == NULL || (member && l->value.n == 0) ||
		    (!member && l->value.kind != VALUE_INT))
			continue;
		c = list_choice(f->list, member ? l->element.n : l->value.n);
		if (c != NULL && (to < c->from || from > c->to))
			trial_refuse(t, ERR_BAD_CHOICE, f->number, r->id);
	}
	return 0;
}

/* Whether the check is due: always, or on the move into one of its states. */
static bool due(const struct check *c, const struct type *type, const struct fold_entry *en)
{
	if (c->on == 0)
		return true;
	return en->in_tx && type->workflow != NULL &&
	       (en->saved_gone || en->saved.state != en->rec.state) &&
	       (c->on & state_bit(type->workflow, en->rec.state));
}

/* A change of a record may break what holds in its rows: their choices, and the checks
 * that look at it. */
struct below {
	struct trial *t;
	const struct type *root;
};

static bool reads_above(const struct check *c, const struct type *root)
{
	size_t i;

	for (i = 0; i < root->field_count; i++)
		if (expr_reads(c->must, root->fields[i].number))
			return true;
	return false;
}

/* Of several rows that with the smallest id is named, in whatever order they are met. */
static int ask_row(void *arg, const struct record *row)
{
	const struct below *b = arg;
	struct trial *t = b->t;
	const struct type *type = schema_type(t->j->schema, row->type);
	const struct verdict first = *t->verdict;
	size_t i;
	int code;

	if (type == NULL || (first.code != 0 && before(first.record, row->id)))
		return 0;
	t->verdict->code = 0;
	code = ask_choices(t, type, row);
	for (i = 0; i < type->check_count && code == 0 && !trial_refused(t); i++)
		if (reads_above(&type->checks[i], b->root) &&
		    holds(t, type->checks[i].must, row, &code) == 0)
			trial_refuse(t, ERR_CHECK, type->checks[i].number, row->id);
	if (!trial_refused(t))
		*t->verdict = first;
	return code;
}

static int ask_below(struct trial *t, const struct fold_entry *root, const struct type *type)
{
	const struct transaction *x = t->x;
	struct below b = { t, type };
	bool set = false, rows = false;
	size_t i;

	for (i = 0; i < x->op_count; i++)
		set |= t->cs->ops[x->op_at + i].kind == OP_SET &&
		       rid_equal(t->cs->ops[x->op_at + i].record, root->rec.id);
	for (i = 0; i < type->field_count; i++)
		rows |= record_rows(&root->rec, type->fields[i].number) > 0;
	return !set || !rows ? 0 : fold_rows(t->j->fold, t->j->stream, root->rec.id, ask_row, &b,
					     t->e);
}

static int ask_checks(struct trial *t, const struct fold_entry *en)
{
	const struct record *r = &en->rec;
	const struct type *type = en->gone ? NULL : schema_type(t->j->schema, r->type);
	size_t i;
	int code;

	if (type == NULL || record_deleted(r))
		return 0;
	code = ask_choices(t, type, r);
	for (i = 0; i < type->check_count && code == 0 && !trial_refused(t); i++)
		if (due(&type->checks[i], type, en) &&
		    holds(t, type->checks[i].must, r, &code) == 0)
			trial_refuse(t, ERR_CHECK, type->checks[i].number, r->id);
	return code != 0 || trial_refused(t) || r->list != 0 ? code : ask_below(t, en, type);
}

/* A row may be what a check of the record above it counts. */
static int ask_above(struct trial *t, const struct fold_entry *en)
{
	struct fold_entry *parent;
	int code;

	if (en->gone || en->rec.list == 0)
		return 0;
	code = fold_get(t->j->fold, t->j->stream, en->rec.parent, &parent, t->e);
	return code != 0 || parent->in_tx ? code : ask_checks(t, parent);
}

int judge_ask_rules(struct trial *t)
{
	const struct fold_entry *en;
	int code = 0;

	/* The list runs backwards; what counts is the record changed first. */
	for (en = t->j->fold->tx; en != NULL && code == 0; en = en->next_tx) {
		struct verdict later = *t->verdict;

		t->verdict->code = 0;
		code = ask_checks(t, en);
		if (code == 0 && !trial_refused(t))
			code = ask_above(t, en);
		if (!trial_refused(t))
			*t->verdict = later;
	}
	return code;
}
