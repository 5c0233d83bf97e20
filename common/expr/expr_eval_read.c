/* What expressions read of records: fields, states, sets and rows, of the records at
 * hand and of those that they name. */
#include "common/expr/expr_eval.h"

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
		known = eval_text(&inner, root, &out->b);
	} else if (root->gives.type == EXPR_REF) {
		out->kind = VALUE_REF;
		known = eval_ref(&inner, root, &out->ref);
	} else {
		out->kind = VALUE_INT;
		known = eval_number(&inner, root, &out->n);
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

bool eval_field(struct run *run, const struct node *n, struct value *out)
{
	struct subject s;

	return subject_of(run, n, &s) && field_value(run, &s, out);
}

bool eval_unit(struct run *run, const struct node *n, int64_t *out)
{
	struct ref ref = { .stream = run->stream };

	if (n->via != NULL && !reference_of(run, n, &ref))
		return false;
	*out = (int64_t)ref.stream;
	return true;
}

bool eval_state(struct run *run, const struct node *n, int64_t *out)
{
	struct subject s;

	if (!subject_of(run, n, &s))
		return false;
	*out = s.record->state;
	return true;
}

bool eval_rollup(struct run *run, const struct node *n, int64_t *out)
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

/* Who signs a record says its values anew: what counts is the later of both. */
bool eval_received(struct run *run, const struct node *n, int64_t *out)
{
	struct work *w = run->work;
	struct subject s = own_subject(run, n->frame, n->field);
	const struct record *signed_as = s.root != NULL ? s.root : s.record;
	const struct live *l = s.record == NULL ? NULL : record_live(s.record, s.field->number);
	struct value v = VALUE_OF_NULL;
	uint64_t seq;

	if (l == NULL || w->rd->received == NULL || w->code != 0)
		return false;
	seq = l->seq;
	if (signed_as->signature.op.number != 0 && signed_as->signature.op.seq > seq)
		seq = signed_as->signature.op.seq;
	w->code = w->rd->received(w->rd->ctx, s.stream, seq, &v, w->e);
	*out = v.n;
	return w->code == 0 && v.kind == VALUE_DATE;
}

/* ---- sets ---- */

bool eval_set(struct run *run, const struct node *n, bool any, int64_t *out)
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
	bool found;
	__int128 total;            /* count, sum, least or most so far: rows come in any order,
	                            * so only the end may be too large, never the way there */
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
	if (g->where != NULL && !(eval_number(g->run, g->where, &v) && v != 0))
		return 0;
	if (g->value == NULL) {
		/* Not stopped at the first: what an evaluation costs is bounded, and must not
		 * hang on the order of the rows. */
		g->total++;
		return 0;
	}
	if (!eval_number(g->run, g->value, &v))
		return 0;
	if (g->n->op == N_SUM)
		g->total += v;
	else if (!g->found || (g->n->op == N_MIN ? v < g->total : v > g->total))
		g->total = v;
	g->found = true;
	return 0;
}

/* The frame of the rows is the one above all that an operand can name: that of its
 * list and one more. */
bool eval_rows(struct run *run, const struct node *n, int64_t *out)
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
	if (w->code != 0 || g.total > INT64_MAX || g.total < INT64_MIN)
		return false;
	*out = n->op == N_EXISTS ? g.total > 0 : (int64_t)g.total;
	return g.found || (n->op != N_MIN && n->op != N_MAX);
}
