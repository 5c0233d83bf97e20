/* New keys for chiefs, and what is signed anew under them. */
#include "client/identity/heir.h"

#include <sodium.h>
#include <string.h>

#include "client/identity/incarnation.h"
#include "client/identity/install.h"
#include "client/identity/resave.h"
#include "client/identity/settle.h"
#include "client/sync/outbox.h"
#include "common/replica/taken.h"
#include "common/replica/version.h"
#include "protocol/limits.h"

int heir_leave(struct client *c, enum succession_reason reason, struct err *e)
{
	return db_exec(c->db, e, "UPDATE chief SET stale=$2 WHERE stale=0 AND device IN (SELECT device "
		       "FROM device WHERE stream=$1)", "ui", c->unit, (int64_t)reason);
}

int heir_leave_one(struct client *c, uint64_t device, enum succession_reason reason,
		   struct err *e)
{
	return db_exec(c->db, e, "UPDATE chief SET stale=$2 WHERE stale=0 AND device=$1", "ui", device,
		       (int64_t)reason);
}

int heir_is_chiefs(struct client *c, uint64_t device, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM " CHIEF_DEVICES " l WHERE "
			     "l.device=$1", "u", device);

	return code != 0 ? code : n > 0;
}

/* A step from one key to the next that the server need not hear of. */
static int note_step(struct client *c, struct bytes name, uint64_t old, uint64_t device,
		     struct err *e)
{
	int64_t number = 0;
	struct stmt *s;
	int code = db_number(c->db, e, 0, &number, "SELECT max(number) FROM incarnation", "");

	if (code == 0)
		code = db_query(c->db, e, &s, "INSERT INTO incarnation(number,old,device,statement,"
				"old_signature,new_signature,reason,time,claim,chief) VALUES($1,$2,$3,"
				"$4,$4,$4,$5,$6,$4,$7)", "iuubii", number + 1, old, device, BYTES_NONE,
				(int64_t)SUCCESSION_REPLACED, env_now(c->env));
	if (code != 0)
		return code;
	db_bind_text(s, 7, name);
	code = db_step(s, e);
	db_done(s);
	return code;
}

int heir_enrolled(struct client *c, struct bytes name, uint64_t device, struct err *e)
{
	int64_t old = 0;
	struct stmt *s;
	int code = db_exec(c->db, e, "UPDATE incarnation SET statement=$2 WHERE device=$1", "ub",
			   device, BYTES_NONE);

	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT device FROM chief WHERE device<>$1 AND name=$2",
				"u", device);
	if (code != 0)
		return code;
	db_bind_text(s, 2, name);
	code = db_step(s, e);
	if (code == 1)
		old = db_int(s, 0);
	db_done(s);
	return code != 1 ? code : note_step(c, name, (uint64_t)old, device, e);
}

/* --- the new key --- */

static int replace(struct client *c, struct chief_key *k, int stale, const struct keybox *box,
		   struct bytes passphrase, struct err *e)
{
	const struct keybox_cost cost = keybox_cost_of(box);
	const struct bytes name = { k->name, k->name_len };
	uint8_t seed[SIGN_SEED];
	struct sign_key fresh;
	struct keybox sealed;
	int code;

	env_random(c->env, seed, sizeof seed);
	sign_make(&fresh, seed);
	sodium_memzero(seed, sizeof seed);
	code = keybox_seal(c->env, &fresh, passphrase, &cost, &sealed, e);
	if (code == 0)
		code = incarnation_heir(c, name, (enum succession_reason)stale, &k->key, &fresh, e);
	if (code == 0)
		code = db_exec(c->db, e, "UPDATE chief SET device=$2, key=$3, salt=$4, sealed=$5, "
			       "stale=0, asked=0, place=0, problem=0 WHERE device=$1 AND stale<>0",
			       "uubbb", k->key.id, fresh.id, BYTES_OF(sealed.key),
			       BYTES_OF(sealed.salt), BYTES_OF(sealed.sealed));
	/* Another process has done it meanwhile. */
	if (code == 0 && db_changes(c->db) != 1)
		code = err_set(e, ERR_BUSY, "%s", "");
	if (code == 0) {
		k->key = fresh;
		k->certified = false;
		k->renewed = true;
	}
	sign_wipe(&fresh);
	return code;
}

/* --- signed anew --- */

/* In the place of the number of a change set: the log has the save, refused. */
enum { ANEW = 2 };

struct redoing {
	struct resaving r;
	struct chief_key *k;
	struct fold fold;
	const struct schema *schema;
	struct err *e;
};

/* A record as it was before it, or what it names, got other numbers. */
static int as_it_was(const struct resaving *r, const struct record *now, struct record *out,
		     struct err *e)
{
	size_t i;

	*out = *now;
	out->id = resave_old(r, now->id);
	if (now->list != 0)
		out->parent = resave_old(r, now->parent);
	out->live = arena_array(r->a, now->live_count + 1, sizeof *out->live);
	if (out->live == NULL)
		return err_set(e, ERR_NOMEM, "version");
	for (i = 0; i < now->live_count; i++) {
		struct live *l = &out->live[i];
		struct rid op;

		*l = now->live[i];
		op = resave_old(r, (struct rid){ l->device, l->number });
		l->device = op.device;
		l->number = op.op;
		if (l->value.kind == VALUE_REF && l->value.ref.stream == r->stream)
			l->value.ref.record = resave_old(r, l->value.ref.record);
		if (l->element.kind == VALUE_REF && l->element.ref.stream == r->stream)
			l->element.ref.record = resave_old(r, l->element.ref.record);
	}
	return 0;
}

struct rows {
	const struct resaving *r;
	const struct record **list;
	size_t count, cap;
	struct err *e;
};

static int add_row(void *arg, const struct record *row)
{
	struct rows *w = arg;
	struct record *old = arena_alloc(w->r->a, sizeof *old);

	if (w->count == w->cap) {
		size_t cap = w->cap == 0 ? 32 : w->cap * 2;
		const struct record **more = arena_array(w->r->a, cap, sizeof *more);

		if (more == NULL)
			return ERR_NOMEM;
		if (w->count > 0)
			memcpy(more, w->list, w->count * sizeof *more);
		w->list = more;
		w->cap = cap;
	}
	if (old == NULL || as_it_was(w->r, row, old, w->e) != 0)
		return ERR_NOMEM;
	w->list[w->count++] = old;
	return 0;
}

/* The digest that the record had under the old numbers, as it stands now. */
static int digest_as_it_was(struct redoing *w, const struct fold_entry *en, uint8_t out[HASH_SIZE])
{
	struct rows rows = { .r = &w->r, .e = w->e };
	struct touch state = en->rec.state_op;
	struct record root;
	struct rid op = resave_old(&w->r, (struct rid){ state.device, state.number });
	int code = as_it_was(&w->r, &en->rec, &root, w->e);

	state.device = op.device;
	state.number = op.op;
	if (code == 0)
		code = fold_rows(&w->fold, en->stream, en->rec.id, add_row, &rows, w->e);
	if (code == ERR_NOMEM)
		return err_set(w->e, ERR_NOMEM, "version");
	return code != 0 ? code : version_digest(w->schema, &root, &state, rows.list, rows.count, out,
						 w->e);
}

/* What a signature in a save is of: the record that it names, or what that one is now, just as it
 * was signed. The digest as it is now into the op. *found: else it has changed since. */
static int find_signed(struct redoing *w, struct op *op, bool *renumbered, bool *found)
{
	struct rid now = resave_new(&w->r, op->record);
	uint8_t *digest = arena_alloc(w->r.a, HASH_SIZE);
	struct fold_entry *en;
	int code = fold_get(&w->fold, w->r.stream, op->record, &en, w->e);

	*found = *renumbered = false;
	if (code == 0 && digest == NULL)
		code = err_set(w->e, ERR_NOMEM, "version");
	if (code == 0 && !en->gone)
		code = version_of(&w->fold, w->schema, en, digest, w->e);
	if (code != 0)
		return code;
	*found = !en->gone && bytes_equal(op->value.b, (struct bytes){ digest, HASH_SIZE });
	if (*found || rid_equal(now, op->record))
		return 0;
	code = fold_get(&w->fold, w->r.stream, now, &en, w->e);
	if (code == 0 && !en->gone)
		code = digest_as_it_was(w, en, digest);
	if (code != 0)
		return code;
	*found = *renumbered =
		!en->gone && bytes_equal(op->value.b, (struct bytes){ digest, HASH_SIZE });
	if (*found)
		code = version_of(&w->fold, w->schema, en, digest, w->e);
	op->value = value_bytes((struct bytes){ digest, HASH_SIZE });
	return code;
}

/* One save. Where it has a signature it is made only if that holds; *dropped else. */
static int redo(struct redoing *w, struct changeset *cs, bool *dropped)
{
	size_t i;
	bool signs = false, found = true, renumbered = true, kept = true;
	int code = fold_init(&w->fold, &w->r.c->replica, w->r.a, w->e);

	for (i = 0; i < cs->op_count && code == 0 && found; i++) {
		if (cs->ops[i].kind != OP_SIGN)
			continue;
		signs = true;
		code = find_signed(w, &cs->ops[i], &renumbered, &found);
	}
	*dropped = !found;
	if (code != 0 || !found)
		return code;
	/* What it names is what it was called then. */
	if (!renumbered)
		w->r.moved_from = w->r.moved_count;
	code = signs ? resave_try(&w->r, cs, &kept, w->e) : resave_one(&w->r, cs, w->e);
	w->r.moved_from = 0;
	*dropped = !kept;
	return code;
}

/* Saves of a chief's keys in a stream, in the order in which they were made. */
static int load_saves(struct redoing *w, struct settling *out)
{
	struct client *c = w->r.c;
	struct stmt *s;
	int code = db_query(c->db, w->e, &s, "SELECT plain, device, anew FROM chief_again g WHERE stream=$1 AND "
			    "(device=$2 OR device IN (SELECT old FROM incarnation WHERE chief=$3)) ORDER "
			    "BY (SELECT max(number) FROM incarnation n WHERE n.device=g.device), first_op",
			    "uu", w->r.stream, w->r.device);

	if (code != 0)
		return code;
	db_bind_text(s, 3, (struct bytes){ w->k->name, w->k->name_len });
	while ((code = db_step(s, w->e)) == 1) {
		struct bytes plain = arena_copy(w->r.a, db_bytes(s, 0));
		struct changeset cs;

		code = plain.at == NULL ? err_set(w->e, ERR_NOMEM, "chief_again") :
			       changeset_decode(plain, (uint64_t)db_int(s, 1), w->r.a, &cs, w->e);
		/* The number of a change set says nothing of a save alone. */
		cs.seq = code == 0 && db_int(s, 2) != 0 ? ANEW : 1;
		if (code == 0)
			code = settle_remember(out, &cs, w->r.a, w->e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static int redo_saves(struct redoing *w)
{
	struct settling all = { .count = 0 };
	struct client *c = w->r.c;
	size_t i;
	int code = load_saves(w, &all);

	for (i = 0; i < all.count && code == 0; i++) {
		struct changeset *cs = &all.taken[i];
		bool dropped = false;
		int verdict = 0;

		/* Another copy of the store may have sent the very same. */
		if (cs->seq != ANEW)
			code = replica_taken(&c->replica, cs, cs->tx, w->r.a, &verdict, w->e);
		if (code == 0 && verdict != ERR_ALREADY)
			code = redo(w, cs, &dropped);
		if (code == 0)
			code = db_exec(c->db, w->e, "DELETE FROM chief_again WHERE stream=$1 AND device=$2 "
				       "AND first_op=$3", "uuu", cs->stream, cs->device,
				       cs->tx->first_op);
		w->k->left += dropped;
	}
	return code;
}

/* All that waits in a stream: behind what the computer itself has saved, for it is about that. */
static int redo_stream(struct client *c, struct chief_key *k, uint64_t stream, struct err *e)
{
	const struct signer who = { &k->key, { k->name, k->certified ? k->name_len : 0 } };
	struct redoing w = { .k = k, .e = e };
	struct schema *schema;
	bool any = true;
	struct arena a;
	int code = outbox_sign_own(c, stream, e);

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	resave_begin(&w.r, c, stream, &a);
	w.r.device = k->key.id;
	w.r.role = k->role;
	if (code == 0)
		code = replica_schema_now(&c->replica, &schema, e);
	if (code == 0) {
		w.schema = schema;
		code = resave_load(&w.r, e);
	}
	if (code == 0)
		code = redo_saves(&w);
	while (code == 0 && any)
		code = outbox_sign(c, stream, &who, LIMIT_CHANGESET, &any, e);
	k->again += w.r.count;
	arena_release(&a);
	return code;
}

/* The next stream in which something waits for the chief, or -1. */
static int next_stream(struct client *c, const struct chief_key *k, int64_t *stream,
		       struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT coalesce(min(stream), -1) FROM chief_again WHERE "
			    "stream>$1 AND (device=$2 OR device IN (SELECT old FROM incarnation WHERE "
			    "chief=$3))", "iu", *stream, k->key.id);

	if (code != 0)
		return code;
	db_bind_text(s, 3, (struct bytes){ k->name, k->name_len });
	code = db_step(s, e);
	if (code == 1)
		*stream = db_int(s, 0);
	db_done(s);
	return code < 0 ? code : 0;
}

static int take_up(struct client *c, struct chief_key *k, int stale, const struct keybox *box,
		   struct bytes passphrase, struct err *e)
{
	int64_t stream = -1;
	int code = stale == 0 ? 0 : replace(c, k, stale, box, passphrase, e);

	/* Before that nobody knows which numbers the records will have. */
	if (code == 0)
		code = settle_waits(c, e);
	if (code == 1)
		return 0;
	while (code == 0) {
		code = next_stream(c, k, &stream, e);
		if (code != 0 || stream < 0)
			break;
		code = redo_stream(c, k, (uint64_t)stream, e);
	}
	return code;
}

int heir_take_up(struct client *c, struct chief_key *k, int stale, const struct keybox *box,
		 struct bytes passphrase, struct err *e)
{
	int64_t stream = -1;
	int code = next_stream(c, k, &stream, e);

	if (code != 0 || (stale == 0 && stream < 0))
		return code;
	code = db_begin(c->db, e);
	if (code != 0)
		return code;
	code = take_up(c, k, stale, box, passphrase, e);
	if (code != 0) {
		replica_rollback(&c->replica);
		return code;
	}
	code = db_commit(c->db, e);
	return code != 0 ? code : install_note(c, e);
}
