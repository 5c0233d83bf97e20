/* One op after the other: look up, ask, merge; then the checks of what changed. */
#include "common/replica/generation.h"
#include "common/replica/judge_parts.h"

#include "common/pack/field.h"
#include "common/replica/lease.h"
#include "common/replica/version.h"

int trial_refuse(struct trial *t, int code, uint32_t rule, struct rid record)
{
	t->verdict->code = code;
	t->verdict->rule = rule;
	t->verdict->record = record;
	return 0;
}

bool trial_refused(const struct trial *t)
{
	return t->verdict->code != 0;
}

/* The record an op is about and the root that it hangs below. */
static int find(struct trial *t, struct rid id, struct fold_entry **en, struct fold_entry **root)
{
	int code = fold_get(t->j->fold, t->j->stream, id, en, t->e);

	if (code != 0)
		return code;
	*root = *en;
	if (!(*en)->gone && (*en)->rec.list != 0)
		code = fold_get(t->j->fold, t->j->stream, (*en)->rec.root, root, t->e);
	return code;
}

int judge_governing(struct trial *t, struct fold_entry *en, const struct fold_entry *root,
		    uint32_t field, uint32_t *out)
{
	*out = field;
	while (en != root) {
		int code;

		*out = en->rec.list;
		if (rid_equal(en->rec.parent, root->rec.id))
			return 0;
		code = fold_get(t->j->fold, t->j->stream, en->rec.parent, &en, t->e);
		if (code != 0)
			return code;
		if (en->gone)
			return err_set(t->e, ERR_CORRUPT, "row without parent");
	}
	return 0;
}

/* Whether this role may change this field of this record (0: the record as such) in
 * the state that its root is in. */
static int ask_edit(struct trial *t, struct fold_entry *en, struct fold_entry *root,
		    const struct op *op, uint32_t field)
{
	const struct type *type = schema_type(t->j->schema, root->rec.type);
	const struct field *f;
	bool open = false, own;
	int code;

	if (type == NULL)
		return trial_refuse(t, ERR_NO_TYPE, 0, op->record);
	code = judge_governing(t, en, root, field, &field);
	if (code != 0)
		return code;
	f = field == 0 ? NULL : type_field(type, field);
	/* Named where it has rules of its own; else it is the record that is closed. */
	own = f != NULL && (f->by != 0 || f->in != 0);
	if (!((own && f->by != 0 ? f->by : type->edit) & t->j->role_bit))
		return trial_refuse(t, ERR_NOT_ALLOWED, own ? field : 0, op->record);
	if (type->workflow == NULL)
		return 0;
	code = judge_open(t, root, f, &open);
	if (code == 0 && !open)
		trial_refuse(t, ERR_LOCKED, own ? field : 0, root->rec.id);
	return code;
}

/* A delete that this author had seen, or nobody could miss: the record is gone
 * for him. One that he had not seen makes a conflict, later. */
static bool knows_deleted(const struct trial *t, const struct record *r)
{
	size_t i;

	for (i = 0; i < r->live_count && r->live[i].field == FIELD_EXISTENCE; i++)
		if (r->live[i].value.n != 0 &&
		    seen_covers(&t->seen, r->live[i].device, r->live[i].number, r->live[i].seq))
			return true;
	return false;
}

static int touch_root(struct trial *t, struct fold_entry *en, struct fold_entry *root,
		      const struct op *op)
{
	int code;

	/* Another version than was signed. */
	if (rid_equal(t->signed_over, root->rec.id))
		t->signed_over = RID_NONE;
	if (root == en)
		return 0;
	code = fold_change(t->j->fold, root, t->e);
	if (code == 0)
		code = merge_touch(&root->rec, t->j->device, op->number, t->j->seq,
				   t->j->fold->a, t->e);
	return code;
}

static int start_record(struct trial *t, struct fold_entry *en, const struct type *type,
			const struct op *op)
{
	int code = fold_change(t->j->fold, en, t->e);

	if (code != 0)
		return code;
	en->gone = false;
	en->rec = (struct record){ .id = op->record, .root = op->record, .type = op->type };
	if (type != NULL && type->workflow != NULL)
		en->rec.state = type->workflow->states[0].number;
	return merge_touch(&en->rec, t->j->device, op->number, t->j->seq, t->j->fold->a, t->e);
}

/* A row: its parent's list must be there and take such rows. */
static void ask_row(struct trial *t, const struct fold_entry *parent, const struct type *type,
		    const struct op *op)
{
	const struct type *above;
	const struct field *list;

	if (parent->gone) {
		trial_refuse(t, op->parent.device == t->j->device ? ERR_DEPENDS_ON : ERR_NO_RECORD, 0,
		       op->parent);
		return;
	}
	above = schema_type(t->j->schema, parent->rec.type);
	list = above == NULL ? NULL : type_field(above, op->field);
	if (list == NULL || list->kind != FIELD_LIST ||
	    !bytes_equal(bytes_str(list->targets[0]), bytes_str(type->code)))
		trial_refuse(t, ERR_NO_FIELD, op->field, op->parent);
	else if (knows_deleted(t, &parent->rec))
		trial_refuse(t, ERR_DELETED, 0, op->parent);
}

static int create_row(struct trial *t, struct fold_entry *en, const struct type *type,
		      const struct op *op)
{
	struct fold_entry *parent, *root;
	int code = find(t, op->parent, &parent, &root);

	if (code != 0)
		return code;
	if (!t->j->trusted) {
		ask_row(t, parent, type, op);
		if (!trial_refused(t))
			code = ask_edit(t, parent, root, op, op->field);
		if (code != 0 || trial_refused(t))
			return code;
	}
	if (parent->gone)
		return err_set(t->e, ERR_CORRUPT, "row without parent");
	code = start_record(t, en, type, op);
	en->rec.list = op->field;
	en->rec.parent = op->parent;
	en->rec.root = root->rec.id;
	if (code == 0)
		code = fold_change(t->j->fold, parent, t->e);
	if (code == 0)
		code = merge_count_row(&parent->rec, op->field, 1, t->j->fold->a, t->e);
	if (code == 0)
		code = fold_chain(t->j->fold, en, t->e);
	return code != 0 ? code : touch_root(t, en, root, op);
}

static int judge_create(struct trial *t, const struct op *op)
{
	const struct type *type = schema_type(t->j->schema, op->type);
	bool row = !rid_equal(op->parent, RID_NONE);
	struct fold_entry *en;
	/* Op numbers are never used twice (settle_verdicts in log.c sees to it). */
	int code = fold_new(t->j->fold, t->j->stream, op->record, &en, t->e);

	if (code != 0)
		return code;
	if (!t->j->trusted) {
		if (type == NULL)
			return trial_refuse(t, ERR_NO_TYPE, 0, op->record);
		if (type->row != row)
			return trial_refuse(t, ERR_WRONG_TYPE, 0, op->record);
		/* What all read stands in stream 0, and nothing else. */
		if (!row && type->number >= TYPE_OF_PACKS &&
		    type->district != (t->j->stream == 0))
			return trial_refuse(t, ERR_WRONG_TYPE, 0, op->record);
		if (!row && !(type->edit & t->j->role_bit))
			return trial_refuse(t, ERR_NOT_ALLOWED, 0, op->record);
	}
	return row ? create_row(t, en, type, op) : start_record(t, en, type, op);
}

static void ask_set(struct trial *t, const struct fold_entry *en, const struct op *op)
{
	const struct type *type = schema_type(t->j->schema, en->rec.type);
	const struct field *f = type == NULL ? NULL : type_field(type, op->field);
	const struct value *v = &op->value;
	bool member = op->element.kind != VALUE_NONE;
	int code;

	if (type == NULL || type->number != op->type) {
		trial_refuse(t, ERR_WRONG_TYPE, 0, op->record);
	} else if (f == NULL) {
		trial_refuse(t, ERR_NO_FIELD, op->field, op->record);
	} else if (f->derived != NULL || (f->kind == FIELD_SET) != member ||
		   (op->personal && !f->personal) ||
		   (f->personal && v->kind == VALUE_TEXT && !op->personal)) {
		trial_refuse(t, ERR_BAD_VALUE, op->field, op->record);
	} else {
		code = field_check(f, member ? &op->element : v, NULL);
		if (code != 0)
			trial_refuse(t, code, op->field, op->record);
	}
}

/* A number out of blocks is the computer's own, or stands in the record already (one of
 * two is taken); none where there is none changes nothing. */
static int ask_lease(struct trial *t, const struct fold_entry *en, const struct op *op)
{
	const struct type *type = schema_type(t->j->schema, en->rec.type);
	const struct field *f = type_field(type, op->field);
	size_t i;
	int code;

	if (f->reg == NULL || f->reg->lease == 0)
		return 0;
	if (op->value.kind == VALUE_NULL && record_value(&en->rec, op->field).kind == VALUE_NULL)
		return 0;
	for (i = 0; i < en->rec.live_count; i++)
		if (en->rec.live[i].field == op->field &&
		    value_equal(&en->rec.live[i].value, &op->value))
			return 0;
	code = op->value.kind != VALUE_INT ? 0 :
	       lease_covers(t->j->fold->r, t->j->stream, t->j->device, f->reg, op->value.n, t->e);
	return code != 0 ? (code < 0 ? code : 0) :
			   trial_refuse(t, ERR_NOT_LEASED, op->field, op->record);
}

/* Deleting and bringing back rows changes the count of the parent's list. */
static int count_row(struct trial *t, struct fold_entry *en, bool was, bool is)
{
	struct fold_entry *parent;
	int code;

	if (en->rec.list == 0)
		return 0;
	/* Touched even where the count stays: that depends on what came when. */
	code = fold_get(t->j->fold, t->j->stream, en->rec.parent, &parent, t->e);
	if (code == 0)
		code = fold_change(t->j->fold, parent, t->e);
	if (code == 0 && was != is)
		code = merge_count_row(&parent->rec, en->rec.list, is ? -1 : 1, t->j->fold->a,
				       t->e);
	return code;
}

/* SET, DELETE, UNDELETE. */
static int judge_edit(struct trial *t, const struct op *op)
{
	struct fold_entry *en, *root;
	bool was;
	int code = find(t, op->record, &en, &root);

	if (code != 0)
		return code;
	if (!t->j->trusted) {
		if (en->gone)
			return trial_refuse(t, op->record.device == t->j->device ? ERR_DEPENDS_ON :
								       ERR_NO_RECORD,
				      0, op->record);
		code = ask_edit(t, en, root, op, op->kind == OP_SET ? op->field : 0);
		if (code == 0 && !trial_refused(t) && op->kind == OP_SET)
			ask_set(t, en, op);
		if (code == 0 && !trial_refused(t) && op->kind == OP_SET)
			code = ask_lease(t, en, op);
		if (code != 0)
			return code;
		if (!trial_refused(t) && ((op->kind != OP_UNDELETE && knows_deleted(t, &en->rec)) ||
				    (root != en && knows_deleted(t, &root->rec))))
			trial_refuse(t, ERR_DELETED, 0, op->record);
		if (trial_refused(t))
			return 0;
	}
	if (en->gone)
		return err_set(t->e, ERR_CORRUPT, "edit of no record");
	code = fold_change(t->j->fold, en, t->e);
	was = record_deleted(&en->rec);
	if (code == 0)
		code = merge_op(&en->rec, op, &t->seen, t->j->seq, t->j->fold->a, t->e);
	if (code == 0 && op->kind != OP_SET)
		code = count_row(t, en, was, record_deleted(&en->rec));
	return code != 0 ? code : touch_root(t, en, root, op);
}

/* Whether the author has signed it, and all that he has not seen of it was there then. */
static bool has_signed(const struct trial *t, const struct record *r)
{
	size_t i;

	for (i = 0; i < r->touch_count; i++) {
		const struct touch *o = &r->touches[i];

		if (o->seq > r->signature.op.seq &&
		    !seen_covers(&t->seen, o->device, o->number, o->seq))
			return false;
	}
	return r->signature.op.number != 0 && r->signature.op.device == t->j->device;
}

static int ask_move(struct trial *t, struct fold_entry *en, const struct op *op)
{
	const struct type *type = en->gone ? NULL : schema_type(t->j->schema, en->rec.type);
	const struct move *m;

	if (en->gone)
		return trial_refuse(t, op->record.device == t->j->device ? ERR_DEPENDS_ON :
							       ERR_NO_RECORD, 0, op->record);
	if (type == NULL || type->number != op->type || type->workflow == NULL)
		return trial_refuse(t, ERR_NO_MOVE, 0, op->record);
	m = workflow_move(type->workflow, en->rec.state, op->value.n);
	/* Its own ops so far would stand before older ones that it has not seen. Who has just
	 * signed the record as it stands, and the move that brought it here, has seen more. */
	if (!rid_equal(t->signed_over, op->record) &&
	    !(m != NULL && m->unsent && has_signed(t, &en->rec)) &&
	    !merge_all_seen(en->in_tx ? &en->saved : &en->rec, &t->seen))
		return trial_refuse(t, ERR_STALE, 0, op->record);
	if (record_deleted(&en->rec))
		return trial_refuse(t, ERR_DELETED, 0, op->record);
	if (m == NULL)
		return trial_refuse(t, ERR_NO_MOVE, 0, op->record);
	if (!(m->by & t->j->role_bit))
		return trial_refuse(t, ERR_NOT_ALLOWED, 0, op->record);
	/* Whoever has the receipt has seen the move before at its place in the log. */
	if (m->unsent && en->rec.state_op.number != 0 && en->rec.state_op.seq <= t->seen.seq)
		return trial_refuse(t, ERR_RECEIVED, 0, op->record);
	if (m->remark && (op->element.kind != VALUE_TEXT || op->element.b.len == 0))
		return trial_refuse(t, ERR_REMARK_REQUIRED, 0, op->record);
	if (m->sign && !rid_equal(t->signed_over, op->record))
		return trial_refuse(t, ERR_NOT_SIGNED, 0, op->record);
	if (m->second && judge_is_author(t, en->rec.state_op.number == 0 ?
					    en->rec.id.device : en->rec.state_op.device))
		return trial_refuse(t, ERR_SAME_PERSON, 0, op->record);
	if (m->other) {
		int code = judge_ask_other(t, en);

		if (code != 0 || trial_refused(t))
			return code;
	}
	return judge_ask_whole(t, en, m->complete);
}

static int judge_move(struct trial *t, const struct op *op)
{
	struct fold_entry *en;
	int code = fold_get(t->j->fold, t->j->stream, op->record, &en, t->e);

	if (code == 0 && !t->j->trusted)
		code = ask_move(t, en, op);
	if (code != 0 || trial_refused(t))
		return code;
	if (en->gone)
		return err_set(t->e, ERR_CORRUPT, "move of no record");
	t->signed_over = RID_NONE;
	code = fold_change(t->j->fold, en, t->e);
	return code != 0 ? code :
			   merge_op(&en->rec, op, &t->seen, t->j->seq, t->j->fold->a, t->e);
}

/* Whether some move from here wants a signature, and this role's. */
static int find_signing(const struct trial *t, const struct workflow *w, int64_t state)
{
	int code = ERR_NO_MOVE;
	size_t i;

	for (i = 0; i < w->move_count; i++) {
		const struct move *m = &w->moves[i];

		if (m->from != state || !m->sign)
			continue;
		if (m->by & t->j->role_bit)
			return 0;
		code = ERR_NOT_ALLOWED;
	}
	return code;
}

static int ask_sign(struct trial *t, struct fold_entry *en, const struct op *op)
{
	const struct type *type = en->gone ? NULL : schema_type(t->j->schema, en->rec.type);
	uint8_t digest[HASH_SIZE];
	int code;

	/* It was there to be looked at: what made it was refused. */
	if (en->gone)
		return trial_refuse(t, ERR_DEPENDS_ON, 0, op->record);
	if (type == NULL || type->number != op->type || type->workflow == NULL)
		return trial_refuse(t, ERR_NO_MOVE, 0, op->record);
	code = version_of(t->j->fold, t->j->schema, en, digest, t->e);
	if (code != 0)
		return code;
	if (!bytes_equal(op->value.b, BYTES_OF(digest)))
		return trial_refuse(t, ERR_STALE, 0, op->record);
	if (record_deleted(&en->rec))
		return trial_refuse(t, ERR_DELETED, 0, op->record);
	code = find_signing(t, type->workflow, en->rec.state);
	if (code != 0)
		return trial_refuse(t, code, 0, op->record);
	return judge_ask_whole(t, en, false);
}

static int judge_sign(struct trial *t, const struct op *op)
{
	struct fold_entry *en;
	int code = fold_get(t->j->fold, t->j->stream, op->record, &en, t->e);

	if (code == 0 && !t->j->trusted)
		code = ask_sign(t, en, op);
	if (code != 0 || trial_refused(t))
		return code;
	if (en->gone)
		return err_set(t->e, ERR_CORRUPT, "signature on no record");
	t->signed_over = op->record;
	code = fold_change(t->j->fold, en, t->e);
	return code != 0 ? code :
			   merge_op(&en->rec, op, &t->seen, t->j->seq, t->j->fold->a, t->e);
}

/* Whoever may write everywhere may judge what a revoked key has signed. Whether there is
 * such a change set shows when it is appended (log.c). */
static int judge_adopt(struct trial *t, const struct op *op)
{
	struct fold_entry *en;
	int code = fold_get(t->j->fold, t->j->stream, op->record, &en, t->e);

	if (code == 0 && !t->j->trusted) {
		if (en->gone)
			return trial_refuse(t, op->record.device == t->j->device ? ERR_DEPENDS_ON :
								       ERR_NO_RECORD, 0, op->record);
		if (en->rec.type != TYPE_CERT || op->type != TYPE_CERT)
			return trial_refuse(t, ERR_WRONG_TYPE, 0, op->record);
		if (!t->j->role->writes_all)
			return trial_refuse(t, ERR_NOT_ALLOWED, 0, op->record);
	}
	if (code == 0 && en->gone)
		code = err_set(t->e, ERR_CORRUPT, "adoption by no certificate");
	if (code == 0)
		code = fold_change(t->j->fold, en, t->e);
	return code != 0 ? code :
			   merge_op(&en->rec, op, &t->seen, t->j->seq, t->j->fold->a, t->e);
}

/* Folding again: ops on other records, or on what a refusal took away. */
static int passed_over(struct trial *t, const struct op *op, bool *over)
{
	struct fold_entry *en;
	int code = fold_get(t->j->fold, t->j->stream, op->record, &en, t->e);

	if (code != 0)
		return code;
	if (op->kind == OP_CREATE && en->gone && !rid_equal(op->parent, RID_NONE)) {
		struct fold_entry *parent;

		code = fold_get(t->j->fold, t->j->stream, op->parent, &parent, t->e);
		if (code != 0)
			return code;
		*over = parent->gone;
		/* A row that went with its root comes back with it. */
		en->rebuild |= !parent->gone && parent->rebuild;
	}
	*over |= (!en->rebuild && t->j->rebuilding) || (op->kind != OP_CREATE && en->gone);
	return code;
}

static int judge_op(struct trial *t, const struct op *op)
{
	if (t->j->rebuilding || t->j->hopeful) {
		bool over = false;
		int code = passed_over(t, op, &over);

		if (code != 0 || over)
			return code;
	}
	switch (op->kind) {
	case OP_CREATE:
		return judge_create(t, op);
	case OP_SET:
	case OP_DELETE:
	case OP_UNDELETE:
		return judge_edit(t, op);
	case OP_MOVE:
		return judge_move(t, op);
	case OP_SIGN:
		return judge_sign(t, op);
	case OP_ADOPT:
		return judge_adopt(t, op);
	}
	return err_set(t->e, ERR_CORRUPT, "op");
}

/* Whose transaction it is; which earlier keys' ops are its own. Who carries a transaction
 * must have come in the place of its author. */
static int take_author(struct trial *t)
{
	struct judge *j = t->j;
	struct lineage signer;
	size_t i;
	int code = 0;

	j->device = t->seen.device = changeset_author(t->cs, t->x);
	if (j->lineage_of != j->device)
		code = replica_lineage(j->fold->r, j->stream, j->device, &j->lineage, t->e);
	j->lineage_of = j->device;
	t->seen.before = j->lineage.at;
	t->seen.before_count = j->lineage.count;
	if (code != 0 || t->x->carried == 0 || j->trusted)
		return code;
	code = replica_lineage(j->fold->r, j->stream, t->cs->device, &signer, t->e);
	for (i = 0; i < signer.count; i++)
		if (signer.at[i].device == t->x->carried)
			return code;
	return code != 0 ? code : trial_refuse(t, ERR_NOT_ALLOWED, 0, RID_NONE);
}

/* What it had seen, by the positions of now. Nobody has seen what comes after him; a pending one
 * comes after the head. */
static int take_seen(struct trial *t)
{
	struct judge *j = t->j;
	struct replica *r = j->fold->r;
	struct stream_head head = { .seq = j->seq - 1 };
	bool lost = false;
	int code = 0;

	if (!j->trusted && j->seq == SEQ_PENDING)
		code = replica_head(r, j->stream, &head, t->e);
	if (code == 0 && !j->trusted && j->seq == SEQ_PENDING)
		code = generation_is_lost(r, j->stream, t->seen.seq, head.seq, &lost, t->e);
	if (code == 0 && t->seen.seq > head.seq && !lost && j->seq == SEQ_PENDING)
		return trial_refuse(t, ERR_OUT_OF_RANGE, 0, RID_NONE);
	if (code == 0 && j->seq > GENERATION_STEP)
		code = generation_seen(r, j->stream, j->seq, &t->seen, j->fold->a, t->e);
	if (code == 0 && !j->trusted && t->seen.seq > head.seq)
		return trial_refuse(t, ERR_OUT_OF_RANGE, 0, RID_NONE);
	return code;
}

int judge_transaction(struct judge *j, const struct changeset *cs, size_t tx,
		      struct verdict *verdict, struct err *e)
{
	const struct transaction *x = &cs->tx[tx];
	struct trial t = { .j = j, .cs = cs, .x = x, .verdict = verdict, .e = e,
			   .seen = { .seq = x->seen_seq, .own = x->seen_own,
				     .first = x->first_op } };
	size_t i;
	int code = 0;

	*verdict = (struct verdict){ .tx = (uint32_t)tx };
	code = take_author(&t);
	if (code == 0 && !trial_refused(&t))
		code = take_seen(&t);
	if (code != 0 || trial_refused(&t))
		return code;
	if (!j->trusted && (j->role == NULL || !j->role->writes))
		return trial_refuse(&t, ERR_NOT_ALLOWED, 0, RID_NONE);
	for (i = 0; i < x->op_count && code == 0 && !trial_refused(&t); i++)
		code = judge_op(&t, &cs->ops[x->op_at + i]);
	if (code != 0 || trial_refused(&t) || j->trusted)
		return code;
	return judge_ask_rules(&t);
}
