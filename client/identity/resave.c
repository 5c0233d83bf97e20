/* New numbers for old saves. */
#include "client/identity/resave.h"

#include <string.h>

#include "client/sync/outbox.h"
#include "common/replica/judge.h"
#include "common/replica/rebuild.h"
#include "protocol/limits.h"

void resave_begin(struct resaving *r, struct client *c, uint64_t stream, struct arena *a)
{
	*r = (struct resaving){ .c = c, .a = a, .stream = stream, .device = c->key.id,
				.role = c->role };
}

static int add_moved(struct resaving *r, const struct moved *m, struct err *e)
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

static int note(struct resaving *r, const struct moved *m, struct err *e)
{
	return db_exec(r->c->db, e, "INSERT INTO renumbered(stream,device,first_op,last_op,now_device,"
		       "now) VALUES($1,$2,$3,$4,$5,$6) ON CONFLICT(stream,device,first_op) DO UPDATE "
		       "SET last_op=$4, now_device=$5, now=$6", "uuuuuu", r->stream, m->device,
		       m->from, m->to, m->now_device, m->now);
}

int resave_load(struct resaving *r, struct err *e)
{
	struct stmt *s;
	int code = db_query(r->c->db, e, &s, "SELECT device, first_op, last_op, now_device, now FROM "
			    "renumbered WHERE stream=$1 ORDER BY device, first_op", "u", r->stream);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		const struct moved m = { (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1),
					 (uint64_t)db_int(s, 2), (uint64_t)db_int(s, 3),
					 (uint64_t)db_int(s, 4) };

		code = add_moved(r, &m, e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

struct rid resave_new(const struct resaving *r, struct rid id)
{
	size_t i;

	for (i = r->moved_from; i < r->moved_count; i++) {
		const struct moved *m = &r->moved[i];

		if (m->device == id.device && id.op >= m->from && id.op <= m->to)
			return (struct rid){ m->now_device, m->now + (id.op - m->from) };
	}
	return id;
}

struct rid resave_old(const struct resaving *r, struct rid id)
{
	size_t i;

	for (i = r->moved_from; i < r->moved_count; i++) {
		const struct moved *m = &r->moved[i];

		if (m->now_device == id.device && id.op >= m->now &&
		    id.op - m->now <= m->to - m->from)
			return (struct rid){ m->device, m->from + (id.op - m->now) };
	}
	return id;
}

/* What it had seen of its device's ops, by their new numbers. Those that were not saved anew
 * have a place in the log, or are the key's own under their old numbers. */
static uint64_t find_seen(const struct resaving *r, uint64_t device, uint64_t own)
{
	uint64_t seen = device == r->device ? own : 0;
	size_t i;

	for (i = r->moved_from; i < r->moved_count; i++) {
		const struct moved *m = &r->moved[i];

		if (m->device == device && m->now_device == r->device && m->from <= own)
			seen = m->now + (own < m->to ? own - m->from : m->to - m->from);
	}
	return seen;
}

static void renumber(struct resaving *r, struct op *op, uint64_t number)
{
	op->number = number;
	op->tx = 0;
	op->record = resave_new(r, op->record);
	if (!rid_equal(op->parent, RID_NONE))
		op->parent = resave_new(r, op->parent);
	if (op->value.kind == VALUE_REF && op->value.ref.stream == r->stream)
		op->value.ref.record = resave_new(r, op->value.ref.record);
}

static const char *const put_sql[] = {
	[RESAVE_PENDING] = "INSERT INTO pending(stream,device,first_op,last_op,plain) "
			   "VALUES($1,$2,$3,$4,$5)",
	[RESAVE_STASH] = "INSERT INTO stash(stream,device,first_op,last_op,plain,anew) "
			 "VALUES($1,$2,$3,$4,$5,1) ON CONFLICT(stream,device,first_op) DO UPDATE SET "
			 "anew=1",
	[RESAVE_CHIEF] = "INSERT INTO chief_again(stream,device,first_op,last_op,plain,anew) "
			 "VALUES($1,$2,$3,$4,$5,0) ON CONFLICT DO NOTHING",
	[RESAVE_CHIEF_ANEW] = "INSERT INTO chief_again(stream,device,first_op,last_op,plain,anew) "
			      "VALUES($1,$2,$3,$4,$5,1) ON CONFLICT DO NOTHING",
};

static int put(struct client *c, struct changeset *cs, enum resave_place place, struct err *e)
{
	const struct transaction *tx = cs->tx;
	uint8_t salt[CHANGESET_SALT];
	struct buf plain;
	int code;

	buf_init(&plain, LIMIT_CHANGESET);
	env_random(c->env, salt, sizeof salt);
	code = changeset_encode(cs, salt, &plain, e);
	if (code == 0)
		code = db_exec(c->db, e, put_sql[place], "uuuub", cs->stream, cs->device,
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

/* Into the state, if no rule is against it. */
static int fold_strictly(struct resaving *r, const struct changeset *cs, bool *stands,
			 struct err *e)
{
	struct fold fold;
	struct judge j = { .fold = &fold, .stream = r->stream, .seq = SEQ_PENDING };
	struct verdict verdict;
	struct schema *schema;
	int code = replica_schema_now(&r->c->replica, &schema, e);

	if (code == 0)
		code = fold_init(&fold, &r->c->replica, r->a, e);
	if (code != 0)
		return code;
	j.schema = schema;
	j.role = schema_role(schema, r->role);
	j.role_bit = schema_role_bit(schema, r->role);
	code = judge_transaction(&j, cs, 0, &verdict, e);
	if (code != 0)
		return code;
	*stands = verdict.code == 0;
	if (verdict.code != 0)
		fold_undo(&fold);
	else
		fold_keep(&fold);
	return fold_flush(&fold, SEQ_PENDING, e);
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

int resave_put(struct client *c, const struct changeset *cs, const struct transaction *tx,
	       enum resave_place place, struct err *e)
{
	struct changeset one;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	code = copy_one(cs, tx, &a, &one, e);
	if (code == 0)
		code = put(c, &one, place, e);
	arena_release(&a);
	return code;
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

/* strict: only if no rule is against it; *kept tells. */
static int save_anew(struct resaving *r, const struct changeset *cs, bool strict, bool *kept,
		     struct err *e)
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
		code = outbox_last_op(r->c, r->stream, r->device, &last, e);
	if (code != 0)
		return code;
	m = (struct moved){ device, tx->first_op, tx->first_op + tx->op_count - 1, r->device,
			    last + 1 };
	one.tx->seen_own = find_seen(r, device, tx->seen_own);
	code = add_moved(r, &m, e);
	if (code != 0)
		return code;
	one.device = r->device;
	one.first = one.tx->first_op = m.now;
	for (i = 0; i < one.op_count; i++)
		renumber(r, &one.ops[i], m.now + i);
	if (one.tx->seen_own >= m.now)
		one.tx->seen_own = m.now - 1;
	*kept = true;
	code = strict ? fold_strictly(r, &one, kept, e) : fold_in(r, &one, e);
	if (code == 0 && strict && !*kept) {
		r->moved_count--;
		return 0;
	}
	if (code == 0)
		code = note(r, &m, e);
	if (code == 0)
		code = put(r->c, &one, RESAVE_PENDING, e);
	*kept = code == 0;
	r->count += code == 0;
	return code;
}

int resave_one(struct resaving *r, const struct changeset *cs, struct err *e)
{
	bool kept;

	return save_anew(r, cs, false, &kept, e);
}

int resave_try(struct resaving *r, const struct changeset *cs, bool *kept, struct err *e)
{
	return save_anew(r, cs, true, kept, e);
}
