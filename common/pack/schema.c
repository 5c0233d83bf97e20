/* Looking things up in a schema. */
#include <string.h>

#include "common/expr/expr.h"
#include "common/pack/pack.h"

const struct type *schema_type(const struct schema *s, uint32_t number)
{
	size_t low = 0, high = s->type_count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (s->types[mid]->number == number)
			return s->types[mid];
		if (s->types[mid]->number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool is(const char *code, struct bytes wanted)
{
	return code != NULL && bytes_equal(bytes_str(code), wanted);
}

const struct type *schema_type_by_code(const struct schema *s, struct bytes code)
{
	size_t i;

	for (i = 0; i < s->type_count; i++)
		if (is(s->types[i]->code, code))
			return s->types[i];
	return NULL;
}

const struct type *schema_settlement(const struct schema *s, const struct type *t)
{
	size_t i;

	for (i = 0; t != NULL && t->pack != NULL && i < s->settlement_count; i++)
		if (strcmp(s->settlements[i]->pack, t->pack) == 0)
			return s->settlements[i];
	return s->settlement_count > 0 ? s->settlements[0] : NULL;
}

const struct field *type_field(const struct type *t, uint32_t number)
{
	size_t low = 0, high = t->field_count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (t->fields[mid].number == number)
			return &t->fields[mid];
		if (t->fields[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct field *type_field_by_code(const struct type *t, struct bytes code)
{
	size_t i;

	for (i = 0; i < t->field_count; i++)
		if (is(t->fields[i].code, code))
			return &t->fields[i];
	return NULL;
}

/* By how many steps a return opens fields that hang on each other. */
enum { OPENS_STEPS = 4 };

static bool hangs_on(const struct field *f, const struct field *other)
{
	size_t i;

	if (f->required_if != NULL && expr_reads(f->required_if, other->number))
		return true;
	for (i = 0; i < f->with_count; i++)
		if (strcmp(f->with[i], other->code) == 0)
			return true;
	return false;
}

static bool opens(const struct type *t, const struct field *named, const struct field *f,
		  unsigned steps)
{
	size_t i;

	if (f == named)
		return true;
	for (i = 0; i < t->field_count && steps > 0; i++)
		if (&t->fields[i] != f && hangs_on(f, &t->fields[i]) &&
		    opens(t, named, &t->fields[i], steps - 1))
			return true;
	return false;
}

bool type_field_opens(const struct type *t, const struct field *named, const struct field *f)
{
	return opens(t, named, f, OPENS_STEPS);
}

bool field_targets(const struct field *f, const struct type *t)
{
	size_t i;

	for (i = 0; i < f->target_count; i++)
		if (is(f->targets[i], bytes_str(t->code)) ||
		    (is(f->targets[i], bytes_str("*")) && !t->row))
			return true;
	return false;
}

const struct role *schema_role(const struct schema *s, uint32_t number)
{
	size_t i;

	for (i = 0; i < s->role_count; i++)
		if (s->roles[i].number == number)
			return &s->roles[i];
	return NULL;
}

const struct role *schema_role_by_code(const struct schema *s, struct bytes code)
{
	size_t i;

	for (i = 0; i < s->role_count; i++)
		if (is(s->roles[i].code, code))
			return &s->roles[i];
	return NULL;
}

bool role_reads(const struct role *r, const struct type *t, uint64_t stream, uint64_t unit)
{
	size_t i;

	if (r->reads_all || stream == 0 || stream == unit)
		return true;
	for (i = 0; t != NULL && i < r->read_count; i++)
		if (strcmp(r->reads[i], t->code) == 0)
			return true;
	return false;
}

uint64_t schema_role_bit(const struct schema *s, uint32_t number)
{
	size_t i;

	for (i = 0; i < s->role_count; i++)
		if (s->roles[i].number == number)
			return (uint64_t)1 << i;
	return 0;
}

bool schema_role_signs(const struct schema *s, uint32_t number)
{
	uint64_t bit = schema_role_bit(s, number);
	size_t i, k;

	for (i = 0; i < s->type_count; i++) {
		const struct workflow *w = s->types[i]->workflow;

		for (k = 0; w != NULL && k < w->move_count; k++)
			if (w->moves[k].sign && (w->moves[k].by & bit))
				return true;
	}
	return false;
}

const struct choice *list_choice(const struct choice_list *l, int64_t number)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (l->choices[i].number == number)
			return &l->choices[i];
	return NULL;
}

const struct choice *list_choice_by_code(const struct choice_list *l, struct bytes code)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (is(l->choices[i].code, code))
			return &l->choices[i];
	return NULL;
}

/* The state of a record from before its type had a workflow: what was made by the rules
 * of then counts as found right. */
static int64_t standing(const struct workflow *w, int64_t state)
{
	size_t i;

	for (i = 0; state == 0 && i < w->state_count; i++)
		if (w->states[i].good)
			return w->states[i].number;
	return state;
}

const struct state *workflow_state(const struct workflow *w, int64_t number)
{
	size_t i;

	number = standing(w, number);
	for (i = 0; i < w->state_count; i++)
		if (w->states[i].number == number)
			return &w->states[i];
	return NULL;
}

const struct state *workflow_state_by_code(const struct workflow *w, struct bytes code)
{
	size_t i;

	for (i = 0; i < w->state_count; i++)
		if (is(w->states[i].code, code))
			return &w->states[i];
	return NULL;
}

const struct move *workflow_move(const struct workflow *w, int64_t from, int64_t to)
{
	size_t i;

	from = standing(w, from);
	for (i = 0; i < w->move_count; i++)
		if (w->moves[i].from == from && w->moves[i].to == to)
			return &w->moves[i];
	return NULL;
}

static bool marks_good(const struct workflow *w)
{
	size_t i;

	for (i = 0; i < w->state_count; i++)
		if (w->states[i].good)
			return true;
	return false;
}

bool type_counts(const struct type *t, int64_t state)
{
	const struct state *st = t->workflow == NULL ? NULL : workflow_state(t->workflow, state);

	return t->workflow == NULL || (st != NULL && st->good);
}

/* Whether the step says yes to what stands there, out of a good state or another. */
static bool approves(const struct workflow *w, const struct move *m, bool good)
{
	const struct state *to = workflow_state(w, m->to);

	if (good)
		return m->second;
	return marks_good(w) ? to->good : !m->remark && to->open == STATE_CLOSED;
}

const struct state *workflow_verify(const struct workflow *w, int64_t state, uint64_t role_bits)
{
	const struct state *now = workflow_state(w, state);
	size_t i;

	for (i = 0; now != NULL && i < w->move_count; i++) {
		const struct move *m = &w->moves[i];

		if (m->from == now->number && (m->by & role_bits) && approves(w, m, now->good))
			return workflow_state(w, m->to);
	}
	return NULL;
}

const struct move *workflow_approval(const struct workflow *w, int64_t state)
{
	size_t i;

	state = standing(w, state);
	for (i = 0; i < w->move_count; i++)
		if (w->moves[i].from == state && (w->moves[i].other || w->moves[i].second))
			return &w->moves[i];
	return NULL;
}

const struct state *workflow_return(const struct workflow *w, int64_t state, uint64_t role_bits)
{
	size_t i;

	for (i = 0; i < w->move_count; i++) {
		const struct move *m = &w->moves[i];
		const struct state *to = workflow_state(w, m->to);

		if (m->from == state && (m->by & role_bits) && m->remark &&
		    to->open != STATE_CLOSED)
			return to;
	}
	return NULL;
}

const struct move *workflow_submit(const struct workflow *w, int64_t from, uint64_t role_bit,
				   bool *signature)
{
	size_t i;

	*signature = false;
	for (i = 0; w != NULL && i < w->move_count; i++) {
		const struct move *m = &w->moves[i];

		if (m->from != from || !m->complete)
			continue;
		if (!m->sign && (m->by & role_bit))
			return m;
		*signature |= m->sign;
	}
	return NULL;
}

uint64_t state_bit(const struct workflow *w, int64_t state)
{
	const struct state *st = workflow_state(w, state);

	return st == NULL ? 0 : (uint64_t)1 << (st - w->states);
}

const struct constant *schema_constant(const struct schema *s, struct bytes code)
{
	size_t i;

	for (i = 0; i < s->constant_count; i++)
		if (is(s->constants[i].code, code))
			return &s->constants[i];
	return NULL;
}

const struct rollup *schema_rollup(const struct schema *s, uint32_t number)
{
	size_t i;

	for (i = 0; i < s->rollup_count; i++)
		if (s->rollups[i].number == number)
			return &s->rollups[i];
	return NULL;
}

const struct rollup *schema_rollup_by_code(const struct schema *s, struct bytes code)
{
	size_t i;

	for (i = 0; i < s->rollup_count; i++)
		if (is(s->rollups[i].code, code))
			return &s->rollups[i];
	return NULL;
}

const struct deadline *schema_deadline(const struct schema *s, struct bytes code)
{
	size_t i;

	for (i = 0; i < s->deadline_count; i++)
		if (is(s->deadlines[i].code, code))
			return &s->deadlines[i];
	return NULL;
}
