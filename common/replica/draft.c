/* Collecting the ops of one save. */
#include "common/replica/draft.h"

#include <string.h>

#include "common/pack/pack.h"

void draft_init(struct draft *d, struct arena *a, uint64_t stream, uint64_t device,
		uint64_t first)
{
	*d = (struct draft){ .a = a, .stream = stream, .device = device, .first = first };
}

/* Room for one more op, numbered; NULL when memory is out. */
static struct op *add(struct draft *d)
{
	struct op *op;

	if (d->count == d->cap) {
		size_t cap = d->cap == 0 ? 32 : d->cap * 2;
		struct op *more = arena_array(d->a, cap, sizeof *more);

		if (more == NULL) {
			d->failed = true;
			return NULL;
		}
		if (d->count > 0)
			memcpy(more, d->ops, d->count * sizeof *more);
		d->ops = more;
		d->cap = cap;
	}
	op = &d->ops[d->count];
	*op = (struct op){ .number = d->first + d->count };
	d->count++;
	return op;
}

struct rid draft_create(struct draft *d, uint32_t type, struct rid parent, uint32_t list)
{
	struct op *op = add(d);

	if (op == NULL)
		return RID_NONE;
	op->kind = OP_CREATE;
	op->type = type;
	op->record = (struct rid){ d->device, op->number };
	op->parent = parent;
	op->field = list;
	return op->record;
}

void draft_set(struct draft *d, uint32_t type, struct rid record, uint32_t field,
	       struct value value, bool personal)
{
	struct op *op = add(d);

	if (op == NULL)
		return;
	op->kind = OP_SET;
	op->type = type;
	op->record = record;
	op->field = field;
	op->value = value;
	op->personal = personal && value.kind == VALUE_TEXT;
}

void draft_member(struct draft *d, uint32_t type, struct rid record, uint32_t field,
		  struct value member, bool in)
{
	struct op *op = add(d);

	if (op == NULL)
		return;
	op->kind = OP_SET;
	op->type = type;
	op->record = record;
	op->field = field;
	op->element = member;
	op->value = value_bool(in);
}

void draft_delete(struct draft *d, uint32_t type, struct rid record, bool undelete)
{
	struct op *op = add(d);

	if (op == NULL)
		return;
	op->kind = undelete ? OP_UNDELETE : OP_DELETE;
	op->type = type;
	op->record = record;
}

void draft_move(struct draft *d, uint32_t type, struct rid record, int64_t state,
		struct bytes remark)
{
	struct op *op = add(d);

	if (op == NULL)
		return;
	op->kind = OP_MOVE;
	op->type = type;
	op->record = record;
	op->value = value_int(state);
	if (remark.len > 0)
		op->element = value_text(remark);
}

void draft_sign(struct draft *d, uint32_t type, struct rid record, const uint8_t *digest)
{
	struct op *op = add(d);

	if (op == NULL)
		return;
	op->kind = OP_SIGN;
	op->type = type;
	op->record = record;
	op->value = value_bytes((struct bytes){ digest, HASH_SIZE });
}

void draft_adopt(struct draft *d, struct rid cert, const uint8_t *hash, bool refused,
		 struct bytes reason)
{
	struct op *op = add(d);

	if (op == NULL)
		return;
	op->kind = OP_ADOPT;
	op->type = TYPE_CERT;
	op->record = cert;
	op->field = refused;
	op->value = value_bytes((struct bytes){ hash, HASH_SIZE });
	if (reason.len > 0)
		op->element = value_text(reason);
}

int draft_changeset(struct draft *d, uint64_t zero, int64_t time, struct changeset *out,
		    struct err *e)
{
	struct transaction *tx = arena_alloc(d->a, sizeof *tx);

	if (tx == NULL || d->failed)
		return err_set(e, ERR_NOMEM, "transaction");
	*tx = (struct transaction){ .first_op = d->first, .op_count = d->count, .time = time,
				    .author = d->author, .seen_seq = d->seen_seq,
				    .seen_own = d->seen_own };
	*out = (struct changeset){ .stream = d->stream, .device = d->device, .seq = 1,
				   .first = d->first, .zero = zero, .tx = tx, .tx_count = 1,
				   .ops = d->ops, .op_count = d->count };
	return 0;
}
