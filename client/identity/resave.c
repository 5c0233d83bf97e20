/* New numbers for old saves. */
#include "client/identity/resave.h"

#include <string.h>

#include "client/sync/outbox.h"
#include "common/replica/rebuild.h"
#include "protocol/limits.h"

/* Ops of a device, from `from` to `to`, that are now this store's, from `now` on. */
struct moved {
	uint64_t device, from, to, now;
};

int resave_begin(struct resaving *r, struct client *c, uint64_t stream, struct arena *a,
		 struct err *e)
{
	(void)e;
	*r = (struct resaving){ .c = c, .a = a, .stream = stream };
	return 0;
}

static int note(struct resaving *r, const struct moved *m, struct err *e)
{
	if (r->moved_count == r->moved_cap) {
		size_t cap = r->moved_cap == 0 ? 16 : r->moved_cap * 2;
		struct moved *more = arena_array(r->a, cap, sizeof *more);

		if (more == NULL)
			return err_set(e, ERR_NOMEM, "resave");
		if (r->moved_count > 0)
			memcpy(more, r->moved, r->moved_count * sizeof *more);
		r->moved = more;
		r->moved_cap = cap;
	}
	r->moved[r->moved_count++] = *m;
	return 0;
}

/* A record by its new id, where its creation was saved anew. */
static struct rid find_new(const struct resaving *r, struct rid id)
{
	size_t i;

	for (i = 0; i < r->moved_count; i++) {
		const struct moved *m = &r->moved[i];

		if (m->device == id.device && id.op >= m->from && id.op <= m->to)
			return (struct rid){ r->c->key.id, m->now + (id.op - m->from) };
	}
	return id;
}

/* What it had seen of its device's ops, by their new numbers. Those that were not saved anew
 * have a place in the log, or are the key's own under their old numbers. */
static uint64_t find_seen(const struct resaving *r, uint64_t device, uint64_t own)
{
	uint64_t seen = device == r->c->key.id ? own : 0;
	size_t i;

	for (i = 0; i < r->moved_count; i++) {
		const struct moved *m = &r->moved[i];

		if (m->device == device && m->from <= own)
			seen = m->now + (own < m->to ? own - m->from : m->to - m->from);
	}
	return seen;
}

static void renumber(struct resaving *r, struct op *op, uint64_t number)
{
	op->number = number;
	op->tx = 0;
	op->record = find_new(r, op->record);
	if (!rid_equal(op->parent, RID_NONE))
		op->parent = find_new(r, op->parent);
	if (op->value.kind == VALUE_REF && op->value.ref.stream == r->stream)
		op->value.ref.record = find_new(r, op->value.ref.record);
}

static int put(struct client *c, struct changeset *cs, bool aside, struct err *e)
{
	const struct transaction *tx = cs->tx;
	uint8_t salt[CHANGESET_SALT];
	struct buf plain;
	int code;

	buf_init(&plain, LIMIT_CHANGESET);
	env_random(c->env, salt, sizeof salt);
	code = changeset_encode(cs, salt, &plain, e);
	if (code == 0)
		code = db_exec(c->db, e, aside ?
			       "INSERT INTO stash(stream,device,first_op,last_op,plain,anew) "
			       "VALUES($1,$2,$3,$4,$5,1) ON CONFLICT(stream,device,first_op) DO UPDATE "
			       "SET anew=1" :
			       "INSERT INTO pending(stream,device,first_op,last_op,plain) "
			       "VALUES($1,$2,$3,$4,$5)", "uuuub", cs->stream, cs->device,
			       tx->first_op, tx->first_op + tx->op_count - 1, buf_view(&plain));
	buf_release(&plain);
	return code;
}

/* Into the state, whatever the rules say by now: it waits like any other save, and the server's
 * word takes it out again. */
static int fold_in(struct resaving *r, const struct changeset *cs, struct err *e)
{
	struct stream_head zero;
	int code = replica_head(&r->c->replica, 0, &zero, e);

	return code != 0 ? code : rebuild_hope(&r->c->replica, cs, zero.seq, r->a, e);
}

/* One transaction as a change set of its own. */
static int copy_one(const struct changeset *cs, const struct transaction *tx, struct arena *a,
		    struct changeset *out, struct err *e)
{
	size_t i;

	*out = (struct changeset){ .stream = cs->stream, .device = changeset_author(cs, tx),
				   .seq = 1, .first = tx->first_op, .zero = cs->zero, .tx_count = 1,
				   .op_count = tx->op_count };
	out->tx = arena_alloc(a, sizeof *out->tx);
	out->ops = arena_array(a, tx->op_count, sizeof *out->ops);
	if (out->tx == NULL || out->ops == NULL)
		return err_set(e, ERR_NOMEM, "resave");
	*out->tx = *tx;
	out->tx->op_at = 0;
	out->tx->carried = 0;
	memcpy(out->ops, cs->ops + tx->op_at, tx->op_count * sizeof *out->ops);
	for (i = 0; i < tx->op_count; i++)
		out->ops[i].tx = 0;
	return 0;
}

static int put_back(struct client *c, const struct changeset *cs, const struct transaction *tx,
		    bool aside, struct err *e)
{
	struct changeset one;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	code = copy_one(cs, tx, &a, &one, e);
	if (code == 0)
		code = put(c, &one, aside, e);
	arena_release(&a);
	return code;
}

int resave_as_it_is(struct client *c, const struct changeset *cs, const struct transaction *tx,
		    struct err *e)
{
	return put_back(c, cs, tx, false, e);
}

int resave_aside(struct client *c, const struct changeset *cs, const struct transaction *tx,
		 struct err *e)
{
	return put_back(c, cs, tx, true, e);
}

/* A number out of a block counts under the key that the block is for: the record waits for
 * another one. The op stays, for those behind it keep their places. */
static int drop_numbers(struct resaving *r, struct changeset *cs, struct err *e)
{
	struct schema *schema;
	size_t i;
	int code = replica_schema_now(&r->c->replica, &schema, e);

	for (i = 0; i < cs->op_count && code == 0; i++) {
		struct op *op = &cs->ops[i];
		const struct type *t = op->kind == OP_SET ? schema_type(schema, op->type) : NULL;
		const struct field *f = t == NULL ? NULL : type_field(t, op->field);

		if (f != NULL && f->reg != NULL && f->reg->lease > 0)
			op->value = VALUE_OF_NULL;
	}
	return code;
}

int resave_one(struct resaving *r, const struct changeset *cs, struct err *e)
{
	const struct transaction *tx = cs->tx;
	uint64_t device = changeset_author(cs, tx), last = 0;
	struct changeset one;
	struct moved m;
	size_t i;
	int code = copy_one(cs, tx, r->a, &one, e);

	if (code == 0)
		code = drop_numbers(r, &one, e);
	if (code == 0)
		code = outbox_last_op(r->c, r->stream, r->c->key.id, &last, e);
	if (code != 0)
		return code;
	m = (struct moved){ device, tx->first_op, tx->first_op + tx->op_count - 1, last + 1 };
	one.tx->seen_own = find_seen(r, device, tx->seen_own);
	code = note(r, &m, e);
	if (code != 0)
		return code;
	one.device = r->c->key.id;
	one.first = one.tx->first_op = m.now;
	for (i = 0; i < one.op_count; i++)
		renumber(r, &one.ops[i], m.now + i);
	if (one.tx->seen_own >= m.now)
		one.tx->seen_own = m.now - 1;
	code = put(r->c, &one, false, e);
	if (code == 0)
		code = fold_in(r, &one, e);
	r->count += code == 0;
	return code;
}
