/* Saves out of the state, and anew into it. */
#include "client/identity/settle.h"

#include <string.h>

#include "client/identity/heir.h"
#include "client/identity/incarnation.h"
#include "client/identity/resave.h"
#include "client/sync/outbox.h"
#include "common/replica/judge.h"
#include "common/replica/refold.h"
#include "common/replica/taken.h"
#include "protocol/limits.h"

/* In the place of the number of a change set: a save that no log has, whatever its op numbers. */
enum { ANEW = 2 };

static const struct verdict everything = { .tx = VERDICT_ALL, .code = ERR_ALREADY };

int settle_remember(struct settling *s, const struct changeset *cs, struct arena *a,
		    struct err *e)
{
	if (s->count == s->cap) {
		size_t cap = s->cap == 0 ? 8 : s->cap * 2;
		struct changeset *more = arena_array(a, cap, sizeof *more);

		if (more == NULL)
			return err_set(e, ERR_NOMEM, "settle");
		if (s->count > 0)
			memcpy(more, s->taken, s->count * sizeof *more);
		s->taken = more;
		s->cap = cap;
	}
	s->taken[s->count++] = *cs;
	return 0;
}

static int refold(struct client *c, const struct settling *s, struct arena *a, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < s->count && code == 0; i++)
		code = refold_refused(&c->replica, &s->taken[i], &everything, 1, a, e);
	return code;
}

/* Saved transactions of a device with op numbers from first to last, into the stash. */
static int stash_saved(struct client *c, uint64_t stream, uint64_t device, uint64_t first,
		       uint64_t last, struct arena *a, struct settling *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT plain FROM pending WHERE stream=$1 AND device=$2 "
			    "AND first_op<=$4 AND last_op>=$3 ORDER BY first_op", "uuuu", stream,
			    device, first, last);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		struct bytes plain = arena_copy(a, db_bytes(s, 0));
		struct changeset cs;

		code = plain.at == NULL ? err_set(e, ERR_NOMEM, "pending") :
					  changeset_decode(plain, device, a, &cs, e);
		if (code == 0)
			code = settle_remember(out, &cs, a, e);
		if (code != 0)
			break;
	}
	db_done(s);
	if (code == 0)
		code = db_exec(c->db, e, "INSERT INTO stash(stream,device,first_op,last_op,plain,anew) "
			       "SELECT stream, device, first_op, last_op, plain, 0 FROM pending WHERE "
			       "stream=$1 AND device=$2 AND first_op<=$4 AND last_op>=$3 ON CONFLICT "
			       "DO NOTHING", "uuuu", stream, device, first, last);
	return code != 0 ? code :
		db_exec(c->db, e, "DELETE FROM pending WHERE stream=$1 AND device=$2 AND "
			"first_op<=$4 AND last_op>=$3", "uuuu", stream, device, first, last);
}

/* Transactions of a device in one signed change set with op numbers from first to last: they
 * stay in it, and wait for their verdict, but the log has them from elsewhere. */
struct signed_one {
	uint64_t place, signer;
	struct bytes object;
};

static int take_from(struct client *c, const struct signed_one *w, uint64_t device,
		     uint64_t first, uint64_t last, struct arena *a, struct settling *out,
		     struct err *e)
{
	struct bytes payload;
	struct opened o;
	size_t t;
	int code = replica_read_object(&c->replica, w->object, w->signer, a, &o, &payload, e);

	for (t = 0; code == 0 && t < o.cs.tx_count; t++) {
		const struct transaction *tx = &o.cs.tx[t];
		struct changeset one = o.cs;

		if (changeset_author(&o.cs, tx) != device || tx->first_op > last ||
		    tx->first_op + tx->op_count - 1 < first)
			continue;
		one.tx = &o.cs.tx[t];
		one.tx_count = 1;
		code = settle_remember(out, &one, a, e);
		if (code == 0)
			code = db_exec(c->db, e, "INSERT INTO carrying(place,stream,device,first_op,"
				       "last_op,taken) VALUES($1,$2,$3,$4,$5,1) ON CONFLICT(place,"
				       "device,first_op) DO UPDATE SET taken=1", "uuuuu", w->place,
				       o.cs.stream, device, tx->first_op,
				       tx->first_op + tx->op_count - 1);
	}
	return code;
}

static int take_signed(struct client *c, uint64_t stream, uint64_t device, uint64_t first,
		       uint64_t last, struct arena *a, struct settling *out, struct err *e)
{
	struct signed_one *list = NULL;
	size_t n = 0, i;
	int64_t most = 0;
	struct stmt *s;
	int code = db_number(c->db, e, 0, &most, "SELECT count(*) FROM outbox WHERE stream=$1", "u",
			     stream);

	if (code != 0 || most == 0)
		return code;
	list = arena_array(a, (size_t)most, sizeof *list);
	if (list == NULL)
		return err_set(e, ERR_NOMEM, "outbox");
	code = db_query(c->db, e, &s, "SELECT place, device, object FROM outbox o WHERE stream=$1 AND "
			"((device=$2 AND first_op<=$4 AND last_op>=$3) OR EXISTS (SELECT 1 FROM "
			"carrying y WHERE y.place=o.place AND y.device=$2 AND y.first_op<=$4 AND "
			"y.last_op>=$3 AND y.taken=0)) ORDER BY place", "uuuu", stream, device, first,
			last);
	if (code != 0)
		return code;
	while (n < (size_t)most && (code = db_step(s, e)) == 1) {
		list[n] = (struct signed_one){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1),
					       arena_copy(a, db_bytes(s, 2)) };
		if (list[n++].object.at == NULL) {
			code = err_set(e, ERR_NOMEM, "outbox");
			break;
		}
	}
	db_done(s);
	for (i = 0, code = code < 0 ? code : 0; i < n && code == 0; i++)
		code = take_from(c, &list[i], device, first, last, a, out, e);
	return code;
}

/* A change set of the outbox as saves again. */
static int dissolve(struct client *c, uint64_t place, uint64_t device, struct bytes object,
		    struct arena *a, struct err *e)
{
	struct bytes payload;
	struct opened o;
	size_t t;
	int code = replica_read_object(&c->replica, object, device, a, &o, &payload, e);

	for (t = 0; code == 0 && t < o.cs.tx_count; t++)
		code = resave_put(c, &o.cs, &o.cs.tx[t], RESAVE_PENDING, e);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM carrying WHERE place=$1", "u", place);
	return code != 0 ? code : db_exec(c->db, e, "DELETE FROM outbox WHERE place=$1", "u", place);
}

static int dissolve_from(struct client *c, uint64_t stream, uint64_t device, uint64_t seq,
			 struct err *e)
{
	int code;

	/* One by one: the table changes under the query. */
	for (;;) {
		struct bytes object = BYTES_NONE;
		uint64_t place = 0;
		struct arena a;
		struct stmt *s;

		code = db_query(c->db, e, &s, "SELECT place, object FROM outbox WHERE stream=$1 AND "
				"device=$2 AND seq>=$3 ORDER BY seq LIMIT 1", "uuu", stream, device,
				seq);
		if (code != 0)
			return code;
		arena_init(&a, LIMIT_MEMORY * (size_t)2);
		code = db_step(s, e);
		if (code == 1) {
			place = (uint64_t)db_int(s, 0);
			object = arena_copy(&a, db_bytes(s, 1));
		}
		db_done(s);
		if (code == 1)
			code = object.at == NULL ? err_set(e, ERR_NOMEM, "outbox") : 1;
		if (code == 1)
			code = dissolve(c, place, device, object, &a, e) == 0 ? 1 : e->code;
		arena_release(&a);
		if (code != 1)
			return code;
	}
}

/* A key of the store's own, now or before. */
static int is_ours(struct client *c, uint64_t device, struct err *e)
{
	int64_t n = 0;
	int code = device == c->key.id ? 1 :
			   db_number(c->db, e, 0, &n, "SELECT count(*) FROM incarnation WHERE old=$1 "
				     "AND chief=''", "u", device);

	return code != 0 ? code : n > 0;
}

/* Chiefs' keys open for their owners only: what was signed under a number that is another's
 * waits for one of them (heir.h), out of the state. */
static int set_aside(struct client *c, uint64_t stream, uint64_t device, uint64_t seq,
		     struct arena *a, struct settling *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT object FROM outbox WHERE stream=$1 AND device=$2 AND "
			    "seq>=$3 ORDER BY seq", "uuu", stream, device, seq);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		struct bytes object = arena_copy(a, db_bytes(s, 0)), payload;
		struct opened o;
		size_t t;

		code = object.at == NULL ? err_set(e, ERR_NOMEM, "outbox") :
			       replica_read_object(&c->replica, object, device, a, &o, &payload, e);
		for (t = 0; code == 0 && t < o.cs.tx_count; t++) {
			struct changeset one = o.cs;

			one.tx = &o.cs.tx[t];
			one.tx_count = 1;
			code = settle_remember(out, &one, a, e);
			if (code == 0)
				code = resave_put(c, &o.cs, one.tx, RESAVE_CHIEF, e);
		}
		if (code != 0)
			break;
	}
	db_done(s);
	return code != 0 ? code : db_exec(c->db, e, "DELETE FROM outbox WHERE stream=$1 AND device=$2 "
					  "AND seq>=$3", "uuu", stream, device, seq);
}

/* A chief's key that has signed elsewhere, from this number on: its next signature needs another
 * key. 1 where it is a chief's. */
static int leave_chief(struct client *c, uint64_t stream, uint64_t device, uint64_t seq,
		       struct arena *a, struct settling *out, bool *aside, struct err *e)
{
	size_t before = out->count;
	int code = heir_is_chiefs(c, device, e);

	if (code != 1)
		return code;
	code = set_aside(c, stream, device, seq, a, out, e);
	*aside |= out->count > before;
	if (code == 0)
		code = heir_leave_one(c, device, out->count > before ? SUCCESSION_FORKED :
							      SUCCESSION_RESTORED, e);
	return code == 0 ? 1 : code;
}

static int fork_of_chief(struct client *c, const struct message_fork *f, bool *aside,
			 struct err *e)
{
	struct settling out = { .count = 0 };
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = leave_chief(c, f->stream, f->device, f->seq, &a, &out, aside, e);
	if (code == 1)
		code = refold(c, &out, &a, e);
	arena_release(&a);
	return code;
}

int settle_fork(struct client *c, const struct message_fork *f, struct exchange_counts *counts,
		struct err *e)
{
	int64_t here = 0;
	int code = db_number(c->db, e, 0, &here, "SELECT count(*) FROM outbox WHERE stream=$1 AND "
			     "device=$2 AND seq=$3 AND hash<>$4", "uuub", f->stream, f->device, f->seq,
			     BYTES_OF(f->hash));

	if (code != 0 || here == 0)
		return code;
	code = is_ours(c, f->device, e);
	if (code != 1)
		return code < 0 ? code : fork_of_chief(c, f, &counts->aside, e);
	counts->forked |= f->device == c->key.id;
	return dissolve_from(c, f->stream, f->device, f->seq, e);
}

int settle_before(struct client *c, const struct opened *item, struct arena *a,
		  struct settling *out, struct exchange_counts *counts, struct err *e)
{
	const struct changeset *cs = &item->cs;
	int64_t signed_ = 0;
	size_t t;
	int code = is_ours(c, cs->device, e);

	*out = (struct settling){ .count = 0 };
	if (code == 1) {
		code = db_number(c->db, e, 0, &signed_, "SELECT count(*) FROM outbox WHERE stream=$1 "
				 "AND device=$2 AND seq>=$3", "uuu", cs->stream, cs->device, cs->seq);
		if (cs->device == c->key.id && signed_ > 0)
			counts->forked = true;
		if (cs->device == c->key.id && signed_ == 0)
			counts->behind = true;
		if (code == 0 && signed_ > 0)
			code = dissolve_from(c, cs->stream, cs->device, cs->seq, e);
	} else if (code == 0) {
		code = leave_chief(c, cs->stream, cs->device, cs->seq, a, out, &counts->aside, e);
		code = code < 0 ? code : 0;
	}
	for (t = 0; t < cs->tx_count && code == 0; t++) {
		const struct transaction *tx = &cs->tx[t];
		uint64_t device = changeset_author(cs, tx), last = tx->first_op + tx->op_count - 1;

		code = is_ours(c, device, e);
		if (code != 1)
			continue;
		code = stash_saved(c, cs->stream, device, tx->first_op, last, a, out, e);
		if (code == 0)
			code = take_signed(c, cs->stream, device, tx->first_op, last, a, out, e);
	}
	return code < 0 || out->count == 0 ? (code < 0 ? code : 0) : refold(c, out, a, e);
}

/* Whether a transaction names a record of this store's that has, or will have, another number:
 * what stands under it at the server is not what it was about. 1, 0. */
static int names_renumbered(struct client *c, const struct changeset *cs,
			    const struct transaction *tx, struct err *e)
{
	int64_t n = 0;
	size_t i;
	int code = 0;

	for (i = 0; i < tx->op_count && code == 0 && n == 0; i++) {
		const struct rid id = cs->ops[tx->op_at + i].record;

		/* Not what it makes itself. */
		if (id.device == changeset_author(cs, tx) && id.op >= tx->first_op)
			continue;
		code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM (SELECT 1 FROM stash WHERE "
				 "stream=$1 AND device=$2 AND first_op<=$3 AND last_op>=$3 UNION ALL "
				 "SELECT 1 FROM renumbered WHERE stream=$1 AND device=$2 AND "
				 "first_op<=$3 AND last_op>=$3) w", "uuu", cs->stream, id.device, id.op);
	}
	return code != 0 ? code : n > 0;
}

/* What the item has just so is done: but not where the same words, in the same second, were said
 * of another record. */
static int leave_stash(struct client *c, const struct changeset *cs, struct err *e)
{
	int code = names_renumbered(c, cs, cs->tx, e);

	return code < 0 ? code :
		db_exec(c->db, e, code == 1 ? "UPDATE stash SET anew=1 WHERE stream=$1 AND device=$2 AND "
					      "first_op=$3" :
					      "DELETE FROM stash WHERE stream=$1 AND device=$2 AND "
					      "first_op=$3", "uuu", cs->stream, cs->device,
			cs->tx->first_op);
}

int settle_after(struct client *c, struct settling *s, struct arena *a, struct err *e)
{
	size_t i;
	int code = s->count == 0 ? 0 : refold(c, s, a, e);

	for (i = 0; i < s->count && code == 0; i++) {
		const struct changeset *cs = &s->taken[i];
		int verdict = 0;

		code = replica_taken(&c->replica, cs, cs->tx, a, &verdict, e);
		if (code == 0 && verdict == ERR_ALREADY && cs->tx->carried == 0)
			code = leave_stash(c, cs, e);
	}
	return code;
}

/* Where a refused transaction goes: 1, and the place; 0: it stays refused. */
static int find_place(struct client *c, const struct changeset *cs, const struct verdict *list,
		      size_t count, const struct verdict *v, enum resave_place *place,
		      struct err *e)
{
	int code;

	*place = RESAVE_STASH;
	/* And what rests on a record that another one has the number of. */
	if (v->code == ERR_RENUMBER ||
	    (v->code == ERR_DEPENDS_ON && taken_renumbered(cs, list, count, v->record)))
		return 1;
	*place = RESAVE_CHIEF_ANEW;
	code = heir_is_chiefs(c, cs->device, e);
	return code != 1 ? code : names_renumbered(c, cs, &cs->tx[v->tx], e);
}

int settle_verdicts(struct client *c, const struct opened *item, struct bytes verdicts,
		    uint64_t seq, struct arena *a, struct err *e)
{
	struct verdict *list = NULL;
	size_t count = 0, i;
	int code = verdicts.len == 0 ? 0 : verdicts_decode(verdicts, a, &list, &count, e);

	for (i = 0; i < count && code >= 0; i++) {
		enum resave_place place;

		if (list[i].tx >= item->cs.tx_count)
			continue;
		code = find_place(c, &item->cs, list, count, &list[i], &place, e);
		if (code != 1)
			continue;
		code = resave_put(c, &item->cs, &item->cs.tx[list[i].tx], place, e);
		if (code == 0)
			code = client_settle_refused(c, item->cs.stream, seq, list[i].tx, e);
	}
	return code < 0 ? code : 0;
}

int settle_others(struct client *c, uint64_t stream, uint64_t seq, uint64_t device, struct err *e)
{
	return db_exec(c->db, e, "UPDATE refused SET settled=1 WHERE stream=$1 AND seq=$2 AND (EXISTS "
		       "(SELECT 1 FROM incarnation WHERE old=$3 AND (reason=$4 OR reason=$5)) OR EXISTS "
		       "(SELECT 1 FROM chief h WHERE h.device=$3 AND (h.stale=$4 OR h.stale=$5)))",
		       "uuuii", stream, seq, device, (int64_t)SUCCESSION_COPIED,
		       (int64_t)SUCCESSION_FORKED);
}

int settle_waits(struct client *c, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM stash", "");

	return code != 0 ? code : n > 0;
}

/* Beside what is in the stash all that was saved behind it: by the same device, for the two
 * copies had parted by then; and by the store's own key, for it may rest on that. */
#define BEHIND \
	"FROM pending p WHERE stream=$1 AND (device=$2 OR first_op > (SELECT min(s.first_op) FROM " \
	"stash s WHERE s.stream=$1 AND s.device=p.device))"

/* All of that leaves the state, in the order in which it was made. */
static int take_all(struct client *c, uint64_t stream, struct arena *a, struct settling *all,
		    struct err *e)
{
	struct settling folded = { .count = 0 };
	struct stmt *s;
	size_t i;
	int code = db_query(c->db, e, &s, "SELECT plain, device, kept FROM (SELECT plain, device, "
			    "first_op, anew * 2 AS kept FROM stash WHERE stream=$1 UNION ALL SELECT plain, "
			    "device, first_op, 1 AS kept " BEHIND ") w ORDER BY "
			    OUTBOX_ORDER("w", "$2") ", first_op", "uu", stream, c->key.id);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		struct bytes plain = arena_copy(a, db_bytes(s, 0));
		struct changeset cs;

		code = plain.at == NULL ? err_set(e, ERR_NOMEM, "pending") :
					  changeset_decode(plain, (uint64_t)db_int(s, 1), a, &cs, e);
		/* What the server would not take under these numbers, whoever has them. */
		if (code == 0 && db_int(s, 2) == 2)
			cs.seq = ANEW;
		if (code == 0)
			code = settle_remember(all, &cs, a, e);
		if (code == 0 && db_int(s, 2) == 1)
			code = settle_remember(&folded, &cs, a, e);
		if (code != 0)
			break;
	}
	db_done(s);
	for (i = 0; i < folded.count && code == 0; i++)
		code = db_exec(c->db, e, "DELETE FROM pending WHERE stream=$1 AND device=$2 AND "
			       "first_op=$3", "uuu", stream, folded.taken[i].device,
			       folded.taken[i].first);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM stash WHERE stream=$1", "u", stream);
	return code != 0 ? code : refold(c, &folded, a, e);
}

static int settle_stream(struct client *c, uint64_t stream, uint64_t *count, struct err *e)
{
	struct settling all = { .count = 0 };
	struct resaving r;
	struct arena a;
	size_t i;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = take_all(c, stream, &a, &all, e);
	if (code == 0)
		resave_begin(&r, c, stream, &a);
	for (i = 0; i < all.count && code == 0; i++) {
		int verdict = 0;

		if (all.taken[i].seq != ANEW)
			code = replica_taken(&c->replica, &all.taken[i], all.taken[i].tx, &a, &verdict,
					     e);
		if (code == 0 && verdict != ERR_ALREADY)
			code = resave_one(&r, &all.taken[i], e);
	}
	*count += code == 0 ? r.count : 0;
	arena_release(&a);
	return code;
}

int settle_run(struct client *c, uint64_t *count, struct err *e)
{
	int64_t stream = 0;
	int code = settle_waits(c, e);

	*count = 0;
	while (code == 1) {
		code = db_number(c->db, e, 0, &stream, "SELECT min(stream) FROM stash", "");
		if (code == 0)
			code = settle_stream(c, (uint64_t)stream, count, e);
		if (code == 0)
			code = settle_waits(c, e);
	}
	return code;
}
