/* Records and totals of a store against those of the model. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/replica/record.h"
#include "tests/sim/model.h"

static int differs(struct model *m, const struct mrec *rec, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int differs(struct model *m, const struct mrec *rec, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(m->why, 300, "stream %llu, record %016llx.%llu of type %u: ",
			 (unsigned long long)m->stream, (unsigned long long)rec->id.device,
			 (unsigned long long)rec->id.op, rec->type);

	va_start(ap, fmt);
	vsnprintf(m->why + n, 300 - (size_t)n, fmt, ap);
	va_end(ap);
	return 1;
}

static int compare_live(struct model *m, const struct mrec *rec, const struct mop *op,
			const struct record *got)
{
	uint32_t field = model_is_existence(op->op) ? FIELD_EXISTENCE : op->op->field;
	struct value v = model_value(op->op);
	size_t i;

	for (i = 0; i < got->live_count; i++) {
		const struct live *l = &got->live[i];

		if (l->device != op->device || l->number != op->op->number)
			continue;
		if (l->field != field || l->seq != op->seq || !value_equal(&l->value, &v) ||
		    (field != 0 && !value_equal(&l->element, &op->op->element)))
			break;
		return 0;
	}
	return differs(m, rec, "op %llu of %016llx on field %u should be live (%s)",
		       (unsigned long long)op->op->number, (unsigned long long)op->device, field,
		       i < got->live_count ? "it is, otherwise" : "it is not");
}

/* In a cell: by position, then number; what waits, by one key at least. */
static bool out_of_order(const struct live *a, const struct live *b)
{
	if (a->seq != b->seq)
		return a->seq > b->seq;
	if (a->device != b->device && a->seq == SEQ_PENDING)
		return false;
	return a->number != b->number ? a->number > b->number : a->device > b->device;
}

/* Cells stand in order, and in each the earliest op, which is shown, is first. */
static int compare_order(struct model *m, const struct mrec *rec, const struct record *got)
{
	size_t i;

	for (i = 1; i < got->live_count; i++) {
		const struct live *a = &got->live[i - 1], *b = &got->live[i];

		if (a->field > b->field ||
		    (record_cell(got, i - 1) > 1 && out_of_order(a, b)))
			return differs(m, rec, "live ops of field %u out of order", b->field);
	}
	return 0;
}

/* Newest op of each device on the record, or, of a root, its rows. */
static int compare_touches(struct model *m, const struct mrec *rec, const struct record *got)
{
	size_t i, k, n = 0;

	for (k = 0; k < m->op_count; k++) {
		const struct mop *op = &m->ops[k];

		if (op->rec == NULL || (op->rec != rec && !rid_equal(op->rec->root, rec->id)))
			continue;
		for (i = 0; i < got->touch_count; i++)
			if (got->touches[i].device == op->device)
				break;
		if (i == got->touch_count || got->touches[i].number < op->op->number)
			return differs(m, rec, "op %llu of %016llx is not in its touches",
				       (unsigned long long)op->op->number,
				       (unsigned long long)op->device);
		if (got->touches[i].number != op->op->number)
			continue;
		n++;
		if (got->touches[i].seq != op->seq)
			return differs(m, rec, "its touch by %016llx is at the wrong place",
				       (unsigned long long)op->device);
	}
	return n == got->touch_count ? 0 : differs(m, rec, "touches by ops that there are not");
}

static int compare_rows(struct model *m, const struct mrec *rec, const struct record *got)
{
	size_t i, k;

	for (i = 0; i < got->row_count; i++) {
		uint64_t n = 0;

		for (k = 0; k < m->rec_count; k++)
			n += m->recs[k].list == got->rows[i].field && !m->recs[k].deleted &&
			     rid_equal(m->recs[k].parent, rec->id);
		if (n != got->rows[i].count)
			return differs(m, rec, "list %u has %llu rows, not %llu",
				       got->rows[i].field, (unsigned long long)n,
				       (unsigned long long)got->rows[i].count);
	}
	for (k = 0; k < m->rec_count; k++)
		if (rid_equal(m->recs[k].parent, rec->id) && !m->recs[k].deleted &&
		    record_rows(got, m->recs[k].list) == 0)
			return differs(m, rec, "list %u is not empty", m->recs[k].list);
	return 0;
}

static int compare_move(struct model *m, const struct mrec *rec, const struct mop *move)
{
	size_t i;

	if (model_signed(m, move) != NULL)
		return 0;
	for (i = 0; i < m->op_count && move->seq != SEQ_PENDING; i++) {
		const struct mop *op = &m->ops[i];

		if (op->order < move->order && op->rec != NULL &&
		    rid_equal(op->rec->root, rec->id) && !model_saw(m, move, op))
			return differs(m, rec, "moved by one who had not seen op %llu of %016llx",
				       (unsigned long long)op->op->number,
				       (unsigned long long)op->device);
	}
	return 0;
}

static int compare_state(struct model *m, const struct mrec *rec, const struct record *got)
{
	const struct type *t = schema_type(m->schema, rec->type);
	int64_t state = t != NULL && t->workflow != NULL ? t->workflow->states[0].number : 0;
	struct touch by = { 0, 0, 0 }, sign = { 0, 0, 0 };
	size_t i;

	for (i = rec->from; i < rec->from + rec->count; i++) {
		if (m->ops[i].op->kind == OP_SIGN)
			sign = (struct touch){ m->ops[i].device, m->ops[i].op->number,
					       m->ops[i].seq };
		if (m->ops[i].op->kind != OP_MOVE)
			continue;
		state = m->ops[i].op->value.n;
		by = (struct touch){ m->ops[i].device, m->ops[i].op->number, m->ops[i].seq };
		if (compare_move(m, rec, &m->ops[i]) != 0)
			return 1;
	}
	if (state != got->state)
		return differs(m, rec, "in state %d, not %d", (int)state, (int)got->state);
	if (by.device != got->state_op.device || by.number != got->state_op.number ||
	    (by.number != 0 && by.seq != got->state_op.seq))
		return differs(m, rec, "moved last by op %llu of %016llx, not %llu",
			       (unsigned long long)by.number, (unsigned long long)by.device,
			       (unsigned long long)got->state_op.number);
	if (sign.device != got->signature.op.device ||
	    sign.number != got->signature.op.number || sign.seq != got->signature.op.seq)
		return differs(m, rec, "signed last by op %llu of %016llx, not %llu",
			       (unsigned long long)sign.number, (unsigned long long)sign.device,
			       (unsigned long long)got->signature.op.number);
	if (got->type != rec->type || got->list != rec->list ||
	    !rid_equal(got->root, rec->root) ||
	    (rec->list != 0 && !rid_equal(got->parent, rec->parent)))
		return differs(m, rec, "another type, list or place");
	return 0;
}

/* What the columns beside the blob say. */
struct columns {
	int64_t deleted, conflicts, state;
};

static int load(struct model *m, struct mrec *rec, struct record *got, struct columns *c,
		struct err *e)
{
	struct stmt *s;
	int code = db_query(m->r->db, e, &s, "SELECT cells, deleted, conflict, state FROM record "
			    "WHERE stream=$1 AND device=$2 AND op=$3", "uuu", m->stream,
			    rec->id.device, rec->id.op);

	if (code != 0)
		return code;
	code = db_step(s, e);
	got->id = rec->id;
	if (code == 1) {
		*c = (struct columns){ db_int(s, 1), db_int(s, 2), db_int(s, 3) };
		code = record_take(arena_copy(&m->a, db_bytes(s, 0)), &m->a, got, e);
	} else if (code == 0) {
		code = differs(m, rec, "is not there");
	}
	db_done(s);
	return code;
}

static int compare_record(struct model *m, struct mrec *rec, const struct record *got,
			  const struct columns *c)
{
	const struct mop **live = arena_array(&m->a, rec->count + 1, sizeof(struct mop *));
	size_t n = 0, i;
	int code = live == NULL ? ERR_NOMEM : compare_state(m, rec, got);

	rec->deleted = false;
	for (i = rec->from; i < rec->from + rec->count && code == 0; i++) {
		if (!model_is_live(m, rec, &m->ops[i]))
			continue;
		live[n++] = &m->ops[i];
		rec->deleted |= m->ops[i].op->kind == OP_DELETE;
		code = compare_live(m, rec, &m->ops[i], got);
	}
	if (code == 0 && n != got->live_count)
		code = differs(m, rec, "%zu live ops, not %zu", n, got->live_count);
	if (code == 0)
		code = compare_order(m, rec, got);
	if (code == 0)
		code = compare_touches(m, rec, got);
	if (code == 0 && (c->deleted != rec->deleted || c->state != got->state ||
			  (size_t)c->conflicts != model_conflicts(m, live, n)))
		code = differs(m, rec, "%s, %zu conflicts; the store says %d, %d",
			       rec->deleted ? "deleted" : "not deleted",
			       model_conflicts(m, live, n), (int)c->deleted, (int)c->conflicts);
	return code;
}

static int64_t number(const struct record *r, uint32_t field)
{
	struct value v = field == 0 ? VALUE_OF_NULL : record_value(r, field);

	return v.kind == VALUE_INT ? v.n : 0;
}

/* Counts and sums, record by record, taken off the stored totals: nothing may be
 * left of them. */
static int compare_totals(struct model *m, const struct record *got, struct err *e)
{
	struct stmt *s;
	size_t i, counted = 0;
	int code = db_query(m->r->db, e, &s, "SELECT type, state, year, count, sum FROM total "
			    "WHERE stream=$1", "u", m->stream);

	if (code != 0)
		return code;
	for (i = 0; i < m->rec_count; i++)
		counted += m->recs[i].list == 0 && !m->recs[i].deleted;
	while ((code = db_step(s, e)) == 1) {
		int64_t count = db_int(s, 3), sum = db_int(s, 4);

		counted -= (size_t)count;
		for (i = 0; i < m->rec_count; i++) {
			const struct type *t = schema_type(m->schema, m->recs[i].type);

			if (t == NULL || t->row || m->recs[i].deleted ||
			    db_int(s, 0) != t->number || db_int(s, 1) != got[i].state ||
			    db_int(s, 2) != number(&got[i], t->total_year))
				continue;
			count--;
			sum -= number(&got[i], t->total_sum);
		}
		if (count == 0 && sum == 0)
			continue;
		snprintf(m->why, 300, "stream %llu: total of type %d, state %d, year %d is off "
			 "by %lld, %lld", (unsigned long long)m->stream, (int)db_int(s, 0),
			 (int)db_int(s, 1), (int)db_int(s, 2), (long long)count, (long long)sum);
		code = 1;
		break;
	}
	db_done(s);
	if (code == 0 && counted != 0) {
		snprintf(m->why, 300, "stream %llu: totals leave out %lld records",
			 (unsigned long long)m->stream, (long long)counted);
		code = 1;
	}
	return code;
}

static int compare_all(struct model *m, struct err *e)
{
	struct record *got = arena_array(&m->a, m->rec_count + 1, sizeof *got);
	struct columns c = { 0, 0, 0 };
	int64_t stored = 0;
	size_t i;
	int code = got == NULL ? err_set(e, ERR_NOMEM, "model") :
				 db_number(m->r->db, e, 0, &stored, "SELECT count(*) FROM record "
					   "WHERE stream=$1", "u", m->stream);

	for (i = 0; i < m->rec_count && code == 0; i++) {
		code = load(m, &m->recs[i], &got[i], &c, e);
		if (code == 0)
			code = compare_record(m, &m->recs[i], &got[i], &c);
	}
	for (i = 0; i < m->rec_count && code == 0; i++)
		code = compare_rows(m, &m->recs[i], &got[i]);
	if (code == 0 && (size_t)stored != m->rec_count) {
		snprintf(m->why, 300, "stream %llu: %zu records, the store has %lld",
			 (unsigned long long)m->stream, m->rec_count, (long long)stored);
		code = 1;
	}
	return code != 0 ? code : compare_totals(m, got, e);
}

int model_compare(struct replica *r, uint64_t stream, char why[300], struct err *e)
{
	struct model m;
	int code = model_build(&m, r, stream, e);

	m.why = why;
	if (code == 0)
		code = compare_all(&m, e);
	model_free(&m);
	return code;
}
