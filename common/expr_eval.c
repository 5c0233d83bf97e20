/* Values of expressions.
 *
 * Numbers of all kinds (bools, dates, choices, states) go through one function that
 * says whether the value is known; texts and references have their own. Names were
 * resolved when the expression was read, and nothing is allocated. */
#include <string.h>

#include "common/date.h"
#include "common/expr_parts.h"
#include "common/text.h"

/* Days of 0001-01-01 and 9999-12-31. */
enum { DAY_FIRST = -719162, DAY_LAST = 2932896 };

/* What an evaluation shares with those of derived fields within it. */
struct work {
	const struct expr_reader *rd;
	struct err *e;
	int code;                  /* of the reader */
	int64_t cost;              /* what is left; below 0 the whole is null */
	unsigned depth;            /* derived fields within derived fields */
};

/* One expression over its records. */
struct run {
	struct work *work;
	uint64_t stream;
	const struct record *frames[FRAME_COUNT];
};

static bool number_of(struct run *run, const struct node *n, int64_t *out);
static bool text_of(struct run *run, const struct node *n, struct bytes *out);
static bool ref_of(struct run *run, const struct node *n, struct ref *out);

/* ---- what is read of records ---- */

/* A record that something is read of. */
struct subject {
	const struct record *record;
	const struct record *root;   /* of a row */
	uint64_t stream;
	const struct field *field;
};

static bool field_value(struct run *run, const struct subject *s, struct value *out);

/* A field of one of the records at hand. */
static struct subject own_subject(const struct run *run, unsigned frame,
				  const struct field *field)
{
	struct subject s = { run->frames[frame], run->frames[FRAME_ROOT], run->stream, field };

	/* Rows below a record have it, or its own root, as theirs. */
	if (frame >= FRAME_ROW && s.root == NULL)
		s.root = run->frames[FRAME_RECORD];
	if (frame == FRAME_ROOT)
		s.root = NULL;
	return s;
}

static bool reference_of(struct run *run, const struct node *n, struct ref *out)
{
	struct subject s = own_subject(run, n->frame, n->via);
	struct value v;

	if (!field_value(run, &s, &v))
		return false;
	*out = v.ref;
	return true;
}

/* The record that the node's reference names, and its field there. */
static bool follow(struct run *run, const struct node *n, struct subject *s)
{
	struct work *w = run->work;
	const struct record *r = NULL;
	struct ref ref;
	size_t i;

	if (!reference_of(run, n, &ref) || w->rd->follow == NULL || w->code != 0)
		return false;
	w->code = w->rd->follow(w->rd->ctx, ref, &r, w->e);
	if (w->code != 0 || r == NULL || record_deleted(r))
		return false;
	for (i = 0; i < n->target_count; i++)
		if (n->targets[i].type->number == r->type) {
			*s = (struct subject){ r, NULL, ref.stream, n->targets[i].field };
			return true;
		}
	return false;
}

static bool subject_of(struct run *run, const struct node *n, struct subject *s)
{
	if (n->via != NULL)
		return follow(run, n, s);
	*s = own_subject(run, n->frame, n->field);
	return s->record != NULL;
}

static bool derived_value(struct run *run, const struct subject *s, struct value *out)
{
	struct work *w = run->work;
	const struct node *root = s->field->derived->root;
	struct run inner = { .work = w, .stream = s->stream,
			     .frames = { s->root, s->record } };
	bool known;

	w->cost -= root->size;
	if (w->depth >= DERIVED_DEPTH_MAX || w->cost < 0)
		return false;
	w->depth++;
	if (root->gives.type == EXPR_TEXT) {
		out->kind = VALUE_TEXT;
		known = text_of(&inner, root, &out->b);
	} else if (root->gives.type == EXPR_REF) {
		out->kind = VALUE_REF;
		known = ref_of(&inner, root, &out->ref);
	} else {
		out->kind = VALUE_INT;
		known = number_of(&inner, root, &out->n);
	}
	w->depth--;
	return known;
}

/* False where it is null, erased, or of another kind than the field. */
static bool field_value(struct run *run, const struct subject *s, struct value *out)
{
	static const uint8_t kinds[] = {
		[FIELD_TEXT] = VALUE_TEXT, [FIELD_INT] = VALUE_INT, [FIELD_YEAR] = VALUE_INT,
		[FIELD_MONTH] = VALUE_INT, [FIELD_MONEY] = VALUE_INT,
		[FIELD_DECIMAL] = VALUE_INT, [FIELD_DATE] = VALUE_DATE,
		[FIELD_BOOL] = VALUE_BOOL, [FIELD_CHOICE] = VALUE_INT, [FIELD_REF] = VALUE_REF,
		[FIELD_SET] = VALUE_NONE, [FIELD_LIST] = VALUE_NONE, [FIELD_BYTES] = VALUE_BYTES
	};
	const struct live *l;
	bool number, wanted;

	if (s->record == NULL)
		return false;
	if (s->field->derived != NULL) {
		number = kinds[s->field->kind] != VALUE_TEXT && kinds[s->field->kind] != VALUE_REF;
		wanted = derived_value(run, s, out);
		return wanted && (number ? out->kind == VALUE_INT :
					   out->kind == (enum value_kind)kinds[s->field->kind]);
	}
	l = record_live(s->record, s->field->number);
	if (l == NULL || l->value.kind != (enum value_kind)kinds[s->field->kind])
		return false;
	*out = l->value;
	return true;
}

static bool node_value(struct run *run, const struct node *n, struct value *out)
{
	struct subject s;

	return subject_of(run, n, &s) && field_value(run, &s, out);
}

static bool unit_of(struct run *run, const struct node *n, int64_t *out)
{
	struct ref ref = { .stream = run->stream };

	if (n->via != NULL && !reference_of(run, n, &ref))
		return false;
	*out = (int64_t)ref.stream;
	return true;
}

static bool state_of(struct run *run, const struct node *n, int64_t *out)
{
	struct subject s;

	if (!subject_of(run, n, &s))
		return false;
	*out = s.record->state;
	return true;
}

static bool rollup_of(struct run *run, const struct node *n, int64_t *out)
{
	struct work *w = run->work;
	struct value v = VALUE_OF_NULL;
	struct subject s;

	if (w->rd->rollup == NULL || !subject_of(run, n, &s) || w->code != 0)
		return false;
	w->code = w->rd->rollup(w->rd->ctx, s.stream, s.record, n->rollup->number, &v, w->e);
	*out = v.kind == VALUE_INT ? v.n : 0;
	return w->code == 0;
}

/* ---- sets ---- */

/* How many members the set has, of one choice only unless `any`. */
static bool set_of(struct run *run, const struct node *n, bool any, int64_t *out)
{
	struct subject s;
	const struct live *l;
	size_t i;

	if (!subject_of(run, n, &s))
		return false;
	*out = 0;
	l = record_live(s.record, s.field->number);
	if (l == NULL)
		return true;
	for (i = (size_t)(l - s.record->live);
	     i < s.record->live_count && s.record->live[i].field == s.field->number;
	     i += record_cell(s.record, i)) {
		/* The first of a cell is the one that is shown. */
		l = &s.record->live[i];
		*out += l->element.kind == VALUE_INT && l->value.kind == VALUE_BOOL &&
			l->value.n != 0 && (any || l->element.n == n->n);
	}
	return true;
}

/* ---- rows ---- */

struct gathering {
	struct run *run;
	const struct node *n, *value, *where;
	unsigned frame;
	bool found, overflow;
	int64_t total;             /* count, sum, least or most so far */
};

/* Nonzero ends the walk over the rows. */
static int gather(void *arg, const struct record *row)
{
	struct gathering *g = arg;
	struct work *w = g->run->work;
	int64_t v = 0;

	w->cost -= g->n->size;
	if (w->cost < 0 || w->code != 0)
		return 1;
	g->run->frames[g->frame] = row;
	if (g->where != NULL && !(number_of(g->run, g->where, &v) && v != 0))
		return 0;
	if (g->value == NULL) {
		g->total++;
		return g->n->op == N_EXISTS;
	}
	if (!number_of(g->run, g->value, &v))
		return 0;
	if (g->n->op == N_SUM)
		g->overflow |= __builtin_add_overflow(g->total, v, &g->total);
	else if (!g->found || (g->n->op == N_MIN ? v < g->total : v > g->total))
		g->total = v;
	g->found = true;
	return 0;
}

/* The frame of the rows is the one above all that an operand can name: that of its
 * list and one more. */
static bool rows_of(struct run *run, const struct node *n, int64_t *out)
{
	struct work *w = run->work;
	const struct record *r = run->frames[n->frame];
	bool value = n->op == N_SUM || n->op == N_MIN || n->op == N_MAX;
	struct gathering g = { .run = run, .n = n, .value = value ? n->arg : NULL,
			       .where = value ? n->arg->next : n->arg,
			       .frame = n->frame < FRAME_RECORD ? FRAME_ROW : n->frame + 1u };
	int code;

	if (r == NULL)
		return false;
	if (!value && g.where == NULL) {
		*out = (int64_t)record_rows(r, n->field->number);
		*out = n->op == N_EXISTS ? *out > 0 : *out;
		return true;
	}
	if (w->rd->rows != NULL && w->code == 0) {
		code = w->rd->rows(w->rd->ctx, run->stream, r, n->field->number, gather, &g, w->e);
		if (w->code == 0 && code < 0)
			w->code = code;
	}
	run->frames[g.frame] = NULL;
	*out = n->op == N_EXISTS ? g.total > 0 : g.total;
	return w->code == 0 && !g.overflow && (g.found || (n->op != N_MIN && n->op != N_MAX));
}

/* ---- operators ---- */

static bool compare_texts(struct run *run, const struct node *n, int *order)
{
	struct bytes a, b;

	if (!text_of(run, n->arg, &a) || !text_of(run, n->arg->next, &b))
		return false;
	*order = bytes_compare(a, b);
	return true;
}

static bool compare_refs(struct run *run, const struct node *n, int *order)
{
	struct ref a, b;

	if (!ref_of(run, n->arg, &a) || !ref_of(run, n->arg->next, &b))
		return false;
	*order = a.stream != b.stream || !rid_equal(a.record, b.record);
	return true;
}

static bool compare(struct run *run, const struct node *n, int64_t *out)
{
	int64_t a, b;
	int order = 0;

	if (n->arg->gives.type == EXPR_TEXT) {
		if (!compare_texts(run, n, &order))
			return false;
	} else if (n->arg->gives.type == EXPR_REF) {
		if (!compare_refs(run, n, &order))
			return false;
	} else {
		if (!number_of(run, n->arg, &a) || !number_of(run, n->arg->next, &b))
			return false;
		order = a < b ? -1 : a > b;
	}
	switch (n->op) {
	case N_EQ:
		*out = order == 0;
		break;
	case N_NE:
		*out = order != 0;
		break;
	case N_LT:
		*out = order < 0;
		break;
	case N_LE:
		*out = order <= 0;
		break;
	case N_GT:
		*out = order > 0;
		break;
	default:
		*out = order >= 0;
	}
	return true;
}

static bool is_null(struct run *run, const struct node *a)
{
	struct value v;

	switch (a->gives.type) {
	case EXPR_TEXT:
		return !text_of(run, a, &v.b);
	case EXPR_REF:
		return !ref_of(run, a, &v.ref);
	case EXPR_BYTES:
		return !node_value(run, a, &v);
	default:
		return !number_of(run, a, &v.n);
	}
}

/* or: true as soon as one is; and: false as soon as one is; else null if one is. */
static bool join(struct run *run, const struct node *n, int64_t *out)
{
	bool known = true, ends = n->op == N_OR;
	const struct node *c;
	int64_t v;

	for (c = n->arg; c != NULL; c = c->next) {
		if (!number_of(run, c, &v)) {
			known = false;
		} else if ((v != 0) == ends) {
			*out = ends;
			return true;
		}
	}
	*out = !ends;
	return known;
}

/* 1 in, 0 not in, -1 not known. */
static int among(struct run *run, const struct node *n)
{
	const struct node *c;
	bool known = true, texts = n->arg->gives.type == EXPR_TEXT;
	struct bytes t = BYTES_NONE, u;
	int64_t a = 0, b;

	if (texts ? !text_of(run, n->arg, &t) : !number_of(run, n->arg, &a))
		return -1;
	for (c = n->arg->next; c != NULL; c = c->next) {
		if (texts ? !text_of(run, c, &u) : !number_of(run, c, &b))
			known = false;
		else if (texts ? bytes_equal(t, u) : a == b)
			return 1;
	}
	return known ? 0 : -1;
}

static bool arithmetic(struct run *run, const struct node *n, int64_t *out)
{
	int64_t a, b;

	if (!number_of(run, n->arg, &a) || !number_of(run, n->arg->next, &b))
		return false;
	switch (n->op) {
	case N_ADD:
		return !__builtin_add_overflow(a, b, out);
	case N_SUB:
		return !__builtin_sub_overflow(a, b, out);
	case N_MUL:
		return !__builtin_mul_overflow(a, b, out);
	default:
		break;
	}
	if (b == 0)
		return false;
	if (b == -1) { /* INT64_MIN / -1 traps */
		*out = 0;
		return n->op == N_MOD || !__builtin_sub_overflow((int64_t)0, a, out);
	}
	*out = n->op == N_DIV ? a / b : a % b;
	return true;
}

/* ---- functions ---- */

static bool calendar(struct run *run, const struct node *n, int64_t *out)
{
	int64_t v, year;
	unsigned month, day;

	if (!number_of(run, n->arg, &v))
		return false;
	if (n->arg->gives.type == EXPR_DATE) {
		if (v < DAY_FIRST || v > DAY_LAST)
			return false;
		date_civil(v, &year, &month, &day);
	} else {
		if (v < 0)
			return false;
		year = v / 12;
		month = (unsigned)(v % 12) + 1;
		day = 0;
	}
	*out = n->op == N_YEAR ? year : n->op == N_MONTH ? month :
	       n->op == N_DAY ? day : (month - 1) / 3 + 1;
	return true;
}

static bool make_date(struct run *run, const struct node *n, int64_t *out)
{
	int64_t y, m, d;

	return number_of(run, n->arg, &y) && number_of(run, n->arg->next, &m) &&
	       number_of(run, n->arg->next->next, &d) && m >= 1 && m <= 12 && d >= 1 &&
	       d <= 31 && date_days(y, (unsigned)m, (unsigned)d, out);
}

static bool digits(struct run *run, const struct node *n, int64_t *out)
{
	size_t skip = (size_t)(n->n / 32) - 1, count = (size_t)(n->n % 32), at = 0, i;
	struct bytes t;

	if (!text_of(run, n->arg, &t))
		return false;
	while (at < t.len && (skip > 0 || (t.at[at] & 0xc0) == 0x80))
		skip -= (t.at[at++] & 0xc0) != 0x80;
	if (t.len - at < count)
		return false;
	*out = 0;
	for (i = at; i < at + count; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		*out = *out * 10 + (t.at[i] - '0');
	}
	return true;
}

/* The operand that an `if` or `coalesce` of another type than number takes. */
static const struct node *choose(struct run *run, const struct node *n)
{
	const struct node *c = n->arg;
	int64_t v;

	if (n->op == N_IF)
		return number_of(run, c, &v) && v != 0 ? c->next : c->next->next;
	while (c->next != NULL && is_null(run, c))
		c = c->next;
	return c;
}

static bool coalesce(struct run *run, const struct node *n, int64_t *out)
{
	const struct node *c;

	for (c = n->arg; c != NULL; c = c->next)
		if (number_of(run, c, out))
			return true;
	return false;
}

static bool call_of(struct run *run, const struct node *n, int64_t *out)
{
	struct bytes t;

	switch (n->op) {
	case N_ABS:
	case N_NEG:
		if (!number_of(run, n->arg, out))
			return false;
		return (n->op == N_ABS && *out >= 0) ||
		       !__builtin_sub_overflow((int64_t)0, *out, out);
	case N_YEAR:
	case N_MONTH:
	case N_QUARTER:
	case N_DAY:
		return calendar(run, n, out);
	case N_DATE:
		return make_date(run, n, out);
	case N_LENGTH:
		if (!text_of(run, n->arg, &t))
			return false;
		*out = (int64_t)text_length(t);
		return true;
	case N_DIGITS:
		return digits(run, n, out);
	case N_SET_COUNT:
		return set_of(run, n, true, out);
	case N_HAS:
		return set_of(run, n, false, out);
	default: /* N_COUNT, N_EXISTS, N_SUM, N_MIN, N_MAX */
		return rows_of(run, n, out);
	}
}

/* The value of a bool, number, date, choice or state; false where it is null. */
static bool number_of(struct run *run, const struct node *n, int64_t *out)
{
	struct value v;
	int in;

	switch (n->op) {
	case N_CONST:
		*out = n->n;
		return !n->null;
	case N_FIELD:
		if (!node_value(run, n, &v))
			return false;
		*out = v.n;
		return true;
	case N_STATE:
		return state_of(run, n, out);
	case N_UNIT:
		return unit_of(run, n, out);
	case N_ROLLUP:
		return rollup_of(run, n, out);
	case N_OR:
	case N_AND:
		return join(run, n, out);
	case N_NOT:
		if (!number_of(run, n->arg, out))
			return false;
		*out = *out == 0;
		return true;
	case N_EQ:
	case N_NE:
	case N_LT:
	case N_LE:
	case N_GT:
	case N_GE:
		return compare(run, n, out);
	case N_NULL:
	case N_NOT_NULL:
		*out = is_null(run, n->arg) == (n->op == N_NULL);
		return true;
	case N_IN:
	case N_NOT_IN:
		in = among(run, n);
		*out = in == (n->op == N_IN);
		return in >= 0;
	case N_ADD:
	case N_SUB:
	case N_MUL:
	case N_DIV:
	case N_MOD:
		return arithmetic(run, n, out);
	case N_COALESCE:
		return coalesce(run, n, out);
	case N_IF:
		return number_of(run, choose(run, n), out);
	default:
		return call_of(run, n, out);
	}
}

static bool text_of(struct run *run, const struct node *n, struct bytes *out)
{
	struct value v;

	switch (n->op) {
	case N_CONST:
		*out = n->text;
		return !n->null;
	case N_COALESCE:
	case N_IF:
		return text_of(run, choose(run, n), out);
	case N_FIELD:
		if (!node_value(run, n, &v))
			return false;
		*out = v.b;
		return true;
	default:
		return false;
	}
}

static bool ref_of(struct run *run, const struct node *n, struct ref *out)
{
	struct value v;

	if (n->op != N_FIELD || !node_value(run, n, &v))
		return false;
	*out = v.ref;
	return true;
}

/* ---- from outside ---- */

void expr_constant(const struct node *n, struct node *out)
{
	static const struct expr_reader nothing = { .ctx = NULL };
	struct work work = { .rd = &nothing, .cost = EVAL_COST_MAX };
	struct run run = { .work = &work };
	struct bytes text = BYTES_NONE;
	int64_t number = 0;

	if (n->gives.type == EXPR_TEXT || n->gives.type == EXPR_QUOTED)
		out->null = !text_of(&run, n, &text);
	else
		out->null = n->gives.type == EXPR_NULL || !number_of(&run, n, &number);
	out->text = text;
	out->n = number;
}

int expr_eval(const struct expr *x, const struct expr_reader *rd, const struct record *r,
	      const struct record *root, struct value *out, struct err *e)
{
	static const uint8_t kinds[] = {
		[EXPR_NULL] = VALUE_NULL, [EXPR_BOOL] = VALUE_BOOL, [EXPR_INT] = VALUE_INT,
		[EXPR_DATE] = VALUE_DATE, [EXPR_TEXT] = VALUE_TEXT, [EXPR_CHOICE] = VALUE_INT,
		[EXPR_STATE] = VALUE_INT, [EXPR_REF] = VALUE_REF
	};
	const struct node *n = x->root;
	struct work work = { .rd = rd, .e = e, .cost = EVAL_COST_MAX };
	struct run run;
	bool known;

	run.work = &work;
	run.stream = rd->stream;
	memset(run.frames, 0, sizeof run.frames);
	run.frames[FRAME_ROOT] = root;
	run.frames[FRAME_RECORD] = r;
	out->kind = (enum value_kind)kinds[n->gives.type];
	if (n->gives.type == EXPR_TEXT)
		known = text_of(&run, n, &out->b);
	else if (n->gives.type == EXPR_REF)
		known = ref_of(&run, n, &out->ref);
	else
		known = n->gives.type != EXPR_NULL && number_of(&run, n, &out->n);
	if (!known || work.cost < 0 || work.code != 0)
		*out = VALUE_OF_NULL;
	return work.code;
}
