/* What was signed, worked out from the ops alone: for every live op of the record and its
 * rows a hash, all of them put together by XOR, in whatever order. It shares no code with
 * common/replica/version.c. */
#include <string.h>

#include "protocol/hash.h"
#include "tests/sim/model.h"

const struct mop *model_signed(const struct model *m, const struct mop *move)
{
	size_t i;

	for (i = move->rec->from; i < move->rec->from + move->rec->count; i++) {
		const struct mop *op = &m->ops[i];

		if (op->op->kind == OP_SIGN && op->device == move->device &&
		    op->tx_first == move->tx_first && op->op->number + 1 == move->op->number)
			return op;
	}
	return NULL;
}

static bool same_cell(const struct op *a, const struct op *b)
{
	return a->kind == OP_SET && b->kind == OP_SET && a->field == b->field &&
	       value_equal(&a->element, &b->element);
}

/* Live, and the one that is shown, among the ops gathered before a place. */
static bool shown(const struct model *m, const struct mrec *rec, const struct mop *op,
		  size_t before)
{
	bool existence = model_is_existence(op->op);
	size_t i, k;

	for (i = rec->from; i < rec->from + rec->count; i++) {
		const struct mop *other = &m->ops[i];
		bool live = true;

		if (other == op || other->order >= before)
			continue;
		if (existence ? !model_is_existence(other->op) : !same_cell(other->op, op->op))
			continue;
		if (model_saw(m, other, op))
			return false;
		/* An earlier one of its cell that is live as well is shown in its stead. */
		for (k = rec->from; k < rec->from + rec->count; k++)
			if (m->ops[k].order < before && &m->ops[k] != other &&
			    same_cell(m->ops[k].op, other->op) && model_saw(m, &m->ops[k], other))
				live = false;
		if (!existence && live && other->order < op->order)
			return false;
	}
	return true;
}

static bool gone(const struct model *m, const struct mrec *rec, size_t before)
{
	size_t i;

	for (i = rec->from; i < rec->from + rec->count; i++)
		if (m->ops[i].order < before && m->ops[i].op->kind == OP_DELETE &&
		    shown(m, rec, &m->ops[i], before))
			return true;
	return false;
}

/* The list of the root that a row hangs below; 0 where something above it is gone. */
static uint32_t governing(const struct model *m, const struct mrec *rec, struct rid root,
			  size_t before)
{
	size_t i;

	while (!rid_equal(rec->parent, root)) {
		for (i = 0; i < m->rec_count && !rid_equal(m->recs[i].id, rec->parent); i++)
			;
		if (i == m->rec_count || gone(m, &m->recs[i], before))
			return 0;
		rec = &m->recs[i];
	}
	return rec->list;
}

/* Fields with roles of their own are notes, no part of what is signed. */
static bool is_note(const struct model *m, uint32_t type, uint32_t field)
{
	const struct type *t = schema_type(m->schema, type);
	const struct field *f = t == NULL ? NULL : type_field(t, field);

	return f != NULL && f->by != 0;
}

static void add(uint8_t out[16], const struct buf *b)
{
	struct bytes part = buf_view(b);
	uint8_t one[16];
	size_t i;

	hash_parts(one, sizeof one, "sim/version", &part, 1);
	for (i = 0; i < sizeof one; i++)
		out[i] ^= one[i];
}

static void add_cell(const struct model *m, const struct mrec *rec, const struct mop *op,
		     struct buf *b, uint8_t out[16])
{
	const struct type *t = schema_type(m->schema, rec->type);
	const struct field *f = t == NULL ? NULL : type_field(t, op->op->field);
	const struct value *v = &op->op->value;

	if (op->op->kind != OP_SET || v->kind == VALUE_NULL ||
	    (rec->list == 0 && is_note(m, rec->type, op->op->field)) ||
	    (op->op->element.kind != VALUE_NONE && v->n == 0))
		return;
	buf_clear(b);
	buf_u64(b, rec->id.device);
	buf_u64(b, rec->id.op);
	buf_u64(b, op->op->field);
	if (op->op->element.kind != VALUE_NONE) {
		value_put(b, &op->op->element);
	} else if (f != NULL && f->personal) {
		buf_u64(b, op->device);
		buf_u64(b, op->op->number);
	} else {
		value_put(b, v);
	}
	add(out, b);
}

static void add_record(const struct model *m, const struct mrec *rec, size_t before, bool root,
		       struct buf *b, uint8_t out[16])
{
	size_t i;
	bool made = false;

	for (i = rec->from; i < rec->from + rec->count; i++)
		made |= m->ops[i].op->kind == OP_CREATE && m->ops[i].order < before;
	if (!made || (!root && gone(m, rec, before)))
		return;
	buf_clear(b);
	buf_u64(b, rec->id.device);
	buf_u64(b, rec->id.op);
	buf_u64(b, rec->parent.device);
	buf_u64(b, rec->parent.op);
	buf_u64(b, rec->type);
	buf_u64(b, rec->list);
	add(out, b);
	for (i = rec->from; i < rec->from + rec->count; i++)
		if (m->ops[i].order < before && shown(m, rec, &m->ops[i], before))
			add_cell(m, rec, &m->ops[i], b, out);
}

/* The last move of the root. */
static void add_move(const struct model *m, const struct mrec *rec, size_t before, struct buf *b,
		     uint8_t out[16])
{
	const struct mop *last = NULL;
	size_t i;

	for (i = rec->from; i < rec->from + rec->count; i++)
		if (m->ops[i].order < before && m->ops[i].op->kind == OP_MOVE)
			last = &m->ops[i];
	buf_clear(b);
	buf_u64(b, last == NULL ? 0 : last->device);
	buf_u64(b, last == NULL ? 0 : last->op->number);
	add(out, b);
}

static uint32_t root_type(const struct model *m, struct rid root)
{
	size_t i;

	for (i = 0; i < m->rec_count; i++)
		if (rid_equal(m->recs[i].id, root))
			return m->recs[i].type;
	return 0;
}

void model_version(const struct model *m, struct rid root, size_t before, bool with_move,
		   uint8_t out[16])
{
	struct buf b;
	size_t i;

	memset(out, 0, 16);
	buf_init(&b, 1 << 20);
	for (i = 0; i < m->rec_count; i++) {
		const struct mrec *rec = &m->recs[i];
		bool is_root = rid_equal(rec->id, root);

		uint32_t list;

		if (!is_root && !rid_equal(rec->root, root))
			continue;
		list = is_root ? 0 : governing(m, rec, root, before);
		if (!is_root && (list == 0 || is_note(m, root_type(m, root), list)))
			continue;
		add_record(m, rec, before, is_root, &b, out);
		if (is_root && with_move)
			add_move(m, rec, before, &b, out);
	}
	buf_release(&b);
}
