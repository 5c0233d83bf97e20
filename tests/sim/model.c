/* Gathers ops from log and outbox, and merges each record by looking at every pair
 * of its ops. */
#include "tests/sim/model.h"

#include <stdlib.h>

#include "common/replica/generation.h"
#include "common/replica/record.h"
#include "protocol/limits.h"

static int gather(void *arg, const struct changeset *cs, struct err *e)
{
	struct model *m = arg;
	size_t t, i;

	for (t = 0; t < cs->tx_count; t++) {
		const struct transaction *tx = &cs->tx[t];

		if (m->item != NULL &&
		    verdict_on(m->item->list, m->item->count, (uint32_t)t) != NULL)
			continue;
		for (i = 0; i < tx->op_count; i++) {
			if (m->op_count == m->op_cap) {
				m->op_cap = m->op_cap == 0 ? 1024 : m->op_cap * 2;
				m->ops = realloc(m->ops, m->op_cap * sizeof *m->ops);
				if (m->ops == NULL)
					return err_set(e, ERR_NOMEM, "model");
			}
			m->ops[m->op_count] = (struct mop){ &cs->ops[tx->op_at + i],
							    changeset_author(cs, tx),
							    m->seq, tx->seen_seq, tx->seen_own,
							    tx->first_op, m->op_count, NULL };
			m->op_count++;
		}
	}
	return 0;
}

static int gather_all(struct model *m, struct err *e)
{
	struct stream_head head;
	int code = replica_head(m->r, m->stream, &head, e);

	for (m->seq = 1; code == 0 && m->seq <= head.seq; m->seq++) {
		struct generation g;

		while (generation_of(m->r, m->stream, m->seq, &g, e) == 1)
			m->seq = g.base + 1;
		if (m->seq > head.seq)
			break;
		struct logged item;

		code = replica_item(m->r, m->stream, m->seq, &m->a, &item, e);
		m->item = &item;
		if (code == 0)
			code = gather(m, &item.opened.cs, e);
	}
	m->item = NULL;
	m->seq = SEQ_PENDING;
	if (code == 0 && m->r->pending != NULL)
		code = m->r->pending->each(m->r->pending->ctx, m->stream, &m->a, gather, m, e);
	return code;
}

static int compare_ids(struct rid a, struct rid b)
{
	if (a.device != b.device)
		return a.device < b.device ? -1 : 1;
	return a.op < b.op ? -1 : a.op > b.op;
}

static int compare_ops(const void *x, const void *y)
{
	const struct mop *a = x, *b = y;
	int d = compare_ids(a->op->record, b->op->record);

	return d != 0 ? d : a->order < b->order ? -1 : a->order > b->order;
}

static struct mrec *find(struct model *m, struct rid id)
{
	size_t i;

	for (i = 0; i < m->rec_count; i++)
		if (rid_equal(m->recs[i].id, id))
			return &m->recs[i];
	return NULL;
}

/* A record is there if its creation was applied and so was that of all above it. */
static int list_records(struct model *m, struct err *e)
{
	bool again = true;
	size_t i;

	if (m->op_count > 0)
		qsort(m->ops, m->op_count, sizeof *m->ops, compare_ops);
	m->recs = arena_array(&m->a, m->op_count + 1, sizeof *m->recs);
	if (m->recs == NULL)
		return err_set(e, ERR_NOMEM, "model");
	while (again)
		for (again = false, i = 0; i < m->op_count; i++) {
			const struct op *op = m->ops[i].op;
			struct mrec *above = NULL, *rec = &m->recs[m->rec_count];

			if (op->kind != OP_CREATE || find(m, op->record) != NULL)
				continue;
			if (!rid_equal(op->parent, RID_NONE) && (above = find(m, op->parent)) == NULL)
				continue;
			*rec = (struct mrec){ op->record, op->parent, op->record, op->type, 0, 0, 0,
					      false };
			if (above != NULL) {
				rec->list = op->field;
				rec->root = above->root;
			}
			m->rec_count++;
			again = true;
		}
	for (i = 0; i < m->op_count; i++) {
		struct mrec *rec = find(m, m->ops[i].op->record);

		m->ops[i].rec = rec;
		if (rec != NULL && rec->count++ == 0)
			rec->from = i;
	}
	return 0;
}

bool model_is_existence(const struct op *op)
{
	return op->kind == OP_DELETE || op->kind == OP_UNDELETE;
}

static bool has_cell(const struct op *op)
{
	return op->kind == OP_SET || model_is_existence(op);
}

static bool same_cell(const struct op *a, const struct op *b)
{
	if (!has_cell(a) || !has_cell(b) || model_is_existence(a) != model_is_existence(b))
		return false;
	return model_is_existence(a) ||
	       (a->field == b->field && value_equal(&a->element, &b->element));
}

bool model_saw(const struct model *m, const struct mop *later, const struct mop *op)
{
	if (op->seq <= later->seen_seq)
		return true;
	if (op->device != later->device)
		return model_inherits(m, later->device, op->device, op->op->number);
	return op->op->number <= later->seen_own ||
	       (op->op->number >= later->tx_first && op->op->number < later->op->number);
}

bool model_is_live(const struct model *m, const struct mrec *rec, const struct mop *op)
{
	size_t i;

	if (!has_cell(op->op))
		return false;
	for (i = rec->from; i < rec->from + rec->count; i++)
		if (&m->ops[i] != op && same_cell(m->ops[i].op, op->op) && model_saw(m, &m->ops[i], op))
			return false;
	return true;
}

struct value model_value(const struct op *op)
{
	return model_is_existence(op) ? value_bool(op->kind == OP_DELETE) : op->value;
}

/* Conflicts, counted pair by pair: a cell counts once. */
size_t model_conflicts(const struct model *m, const struct mop *const *live, size_t n)
{
	size_t i, k, count = 0;
	bool deletion = false;

	for (i = 0; i < n; i++) {
		bool first = true, differ = false;
		struct value a = model_value(live[i]->op);

		for (k = 0; k < n; k++) {
			struct value b = model_value(live[k]->op);

			if (k != i && same_cell(live[i]->op, live[k]->op)) {
				first &= i < k;
				differ |= !value_equal(&a, &b);
			}
			deletion |= live[i]->op->kind == OP_DELETE && !model_is_existence(live[k]->op) &&
				    !model_saw(m, live[i], live[k]);
		}
		count += first && differ && !model_is_existence(live[i]->op);
	}
	return count + deletion;
}


int model_build(struct model *m, struct replica *r, uint64_t stream, struct err *e)
{
	struct schema *schema;
	int code = replica_schema_now(r, &schema, e);

	*m = (struct model){ .r = r, .stream = stream };
	arena_init(&m->a, LIMIT_MEMORY * (size_t)4);
	if (code == 0)
		m->schema = schema;
	if (code == 0)
		code = gather_all(m, e);
	if (code == 0)
		code = list_records(m, e);
	return code != 0 ? code : model_find_steps(m, e);
}

void model_free(struct model *m)
{
	free(m->ops);
	free(m->steps);
	arena_release(&m->a);
}
