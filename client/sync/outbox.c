/* What waits, and pending transactions into signed change sets. */
#include "client/sync/outbox.h"

#include <string.h>

#include "protocol/limits.h"

enum { PACKED = 3 }; /* saved bytes per byte sent, cautiously */

/* What a change set carries and the log has by now has been folded from there. */
static int leave_taken(struct client *c, uint64_t place, struct arena *a, struct changeset *cs,
		       struct err *e)
{
	struct transaction *left;
	int64_t taken = 0;
	size_t t, n = 0;
	int code = db_number(c->db, e, 0, &taken, "SELECT count(*) FROM carrying WHERE place=$1 AND "
			     "taken=1", "u", place);

	if (code != 0 || taken == 0)
		return code;
	left = arena_array(a, cs->tx_count, sizeof *left);
	if (left == NULL)
		return err_set(e, ERR_NOMEM, "outbox");
	for (t = 0; t < cs->tx_count && code == 0; t++) {
		const struct transaction *tx = &cs->tx[t];

		code = db_number(c->db, e, 0, &taken, "SELECT taken FROM carrying WHERE place=$1 AND "
				 "device=$2 AND first_op=$3", "uuu", place, changeset_author(cs, tx),
				 tx->first_op);
		if (taken == 0)
			left[n++] = *tx;
	}
	cs->tx = left;
	cs->tx_count = n;
	return code;
}

static int each_signed(struct client *c, uint64_t stream, struct arena *a,
		       int (*fn)(void *, const struct changeset *, struct err *), void *arg,
		       struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT object, device, place FROM outbox WHERE "
			    "stream=$1 ORDER BY place", "u", stream);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		struct bytes object = arena_copy(a, db_bytes(s, 0)), payload;
		struct opened o;

		code = object.at == NULL ? err_set(e, ERR_NOMEM, "outbox") :
					   replica_read_object(&c->replica, object,
							       (uint64_t)db_int(s, 1), a, &o,
							       &payload, e);
		if (code == 0)
			code = leave_taken(c, (uint64_t)db_int(s, 2), a, &o.cs, e);
		if (code == 0)
			code = fn(arg, &o.cs, e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

int outbox_each(void *ctx, uint64_t stream, struct arena *a,
		int (*fn)(void *arg, const struct changeset *cs, struct err *e), void *arg,
		struct err *e)
{
	struct client *c = ctx;
	struct stmt *s;
	int code = each_signed(c, stream, a, fn, arg, e);

	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT plain, device FROM pending WHERE stream=$1 "
				"ORDER BY " OUTBOX_ORDER("pending", "$2") ", first_op", "uu", stream,
				c->key.id);
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		struct bytes plain = arena_copy(a, db_bytes(s, 0));
		uint64_t device = (uint64_t)db_int(s, 1);
		struct changeset cs;

		code = plain.at == NULL ? err_set(e, ERR_NOMEM, "pending") :
					  changeset_decode(plain, device, a, &cs, e);
		if (code == 0)
			code = fn(arg, &cs, e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

/* The last op number that a device has signed in the stream. */
static int last_signed_op(struct client *c, uint64_t stream, uint64_t device, uint64_t *out,
			  struct err *e)
{
	struct author author;
	int64_t sent = 0, old = 0;
	int code = replica_author(&c->replica, stream, device, &author, e);

	if (code == 0)
		code = db_number(c->db, e, 0, &old, "SELECT max(last_op) FROM old_item WHERE stream=$1 "
				 "AND device=$2", "uu", stream, device);
	if (code == 0 && author.last_op < (uint64_t)old)
		author.last_op = (uint64_t)old;
	if (code == 0)
		code = db_number(c->db, e, 0, &sent, "SELECT max(last_op) FROM outbox WHERE "
				 "stream=$1 AND device=$2", "uu", stream, device);
	*out = code == 0 && author.last_op > (uint64_t)sent ? author.last_op : (uint64_t)sent;
	return code;
}

int outbox_last_op(struct client *c, uint64_t stream, uint64_t device, uint64_t *out,
		   struct err *e)
{
	int64_t pending = 0, stashed = 0;
	int code = last_signed_op(c, stream, device, out, e);


	if (code == 0)
		code = db_number(c->db, e, 0, &pending, "SELECT max(last_op) FROM pending WHERE "
				 "stream=$1 AND device=$2", "uu", stream, device);
	if (code == 0)
		code = db_number(c->db, e, 0, &stashed, "SELECT max(last_op) FROM stash WHERE "
				 "stream=$1 AND device=$2", "uu", stream, device);
	if (code != 0)
		return code;
	if ((uint64_t)pending > *out)
		*out = (uint64_t)pending;
	if ((uint64_t)stashed > *out)
		*out = (uint64_t)stashed;
	return 0;
}

/* A device's last change set in the log, or among those that the server has lost. */
static int find_author(struct client *c, uint64_t stream, uint64_t device, struct author *out,
		       struct err *e)
{
	struct stmt *s;
	int code = replica_author(&c->replica, stream, device, out, e);

	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT device_seq, hash FROM old_item WHERE stream=$1 "
				"AND device=$2 AND device_seq>$3 ORDER BY device_seq DESC LIMIT 1",
				"uuu", stream, device, out->seq);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 1).len == HASH_SIZE) {
		out->seq = (uint64_t)db_int(s, 0);
		memcpy(out->hash, db_bytes(s, 1).at, HASH_SIZE);
	}
	db_done(s);
	return code < 0 ? code : 0;
}

int outbox_last(struct client *c, uint64_t stream, uint64_t device, uint64_t *seq,
		uint8_t hash[HASH_SIZE], struct err *e)
{
	struct author author;
	struct stmt *s;
	int code = find_author(c, stream, device, &author, e);

	if (code != 0)
		return code;
	*seq = author.seq;
	memcpy(hash, author.hash, HASH_SIZE);
	code = db_query(c->db, e, &s, "SELECT seq, hash FROM outbox WHERE stream=$1 AND device=$2 "
			"ORDER BY seq DESC LIMIT 1", "uu", stream, device);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 1).len == HASH_SIZE) {
		*seq = (uint64_t)db_int(s, 0);
		memcpy(hash, db_bytes(s, 1).at, HASH_SIZE);
	}
	db_done(s);
	return code < 0 ? code : 0;
}

int outbox_before(struct client *c, uint64_t stream, uint64_t device, uint64_t seq,
		  uint8_t hash[HASH_SIZE], struct err *e)
{
	struct author author;
	struct stmt *s;
	int code;

	if (seq <= 1)
		return 0;
	code = db_query(c->db, e, &s, "SELECT hash FROM outbox WHERE stream=$1 AND device=$2 AND "
			"seq=$3", "uuu", stream, device, seq - 1);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE)
		memcpy(hash, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	if (code != 0)
		return code;
	code = find_author(c, stream, device, &author, e);
	if (code != 0 || author.seq + 1 != seq)
		return code;
	memcpy(hash, author.hash, HASH_SIZE);
	return 1;
}

/* Behind everything that waits, and all that a bundle has told of. */
static int store_signed(struct client *c, const struct changeset *cs, const uint8_t *hash,
			struct bytes object, struct err *e)
{
	int64_t last = 0, told = 0;
	size_t t;
	int code = db_number(c->db, e, 0, &last, "SELECT max(place) FROM outbox", "");

	if (code == 0)
		code = db_number(c->db, e, 0, &told, "SELECT max(until) FROM bundle", "");
	if (told > last)
		last = told;
	if (code == 0)
		code = db_exec(c->db, e, "INSERT INTO outbox(place,stream,device,seq,hash,object,"
			       "first_op,last_op,edits,held) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,0)",
			       "iuuubbuuu", last + 1, cs->stream, cs->device, cs->seq,
			       (struct bytes){ hash, HASH_SIZE }, object, cs->first,
			       changeset_last(cs), cs->op_count);
	for (t = 0; t < cs->tx_count && code == 0; t++) {
		const struct transaction *tx = &cs->tx[t];

		if (tx->carried != 0)
			code = db_exec(c->db, e, "INSERT INTO carrying(place,stream,device,first_op,"
				       "last_op,taken) VALUES($1,$2,$3,$4,$5,0)", "iuuuu", last + 1,
				       cs->stream, tx->carried, tx->first_op,
				       tx->first_op + tx->op_count - 1);
	}
	return code;
}

/* The change set as the next of its key in the stream; seq, zero and root are filled in. */
static int put(struct client *c, const struct sign_key *key, struct changeset *cs,
	       struct arena *a, struct err *e)
{
	uint8_t salt[CHANGESET_SALT], prev[HASH_SIZE], hash[HASH_SIZE];
	uint64_t last_seq = 0, number = 0;
	struct stream_head zero;
	struct bytes dictionary = BYTES_NONE;
	struct buf plain, object;
	int code = outbox_last(c, cs->stream, key->id, &last_seq, prev, e);

	if (code == 0)
		code = replica_head(&c->replica, 0, &zero, e);
	if (code != 0)
		return code;
	cs->seq = last_seq + 1;
	cs->zero = zero.seq;
	buf_init(&plain, LIMIT_CHANGESET);
	buf_init(&object, LIMIT_OBJECT);
	env_random(c->env, salt, sizeof salt);
	code = changeset_encode(cs, salt, &plain, e);
	if (code == 0)
		code = replica_dictionary_number(&c->replica, zero.seq, &number, e);
	if (code == 0)
		code = replica_dictionary(&c->replica, number, a, &dictionary, e);
	if (code == 0)
		code = changeset_seal(key, c->replica.district.id, prev, cs->root,
				      buf_view(&plain), number, dictionary, &object, hash, e);
	if (code == 0)
		code = store_signed(c, cs, hash, buf_view(&object), e);
	buf_release(&plain);
	buf_release(&object);
	return code;
}

/* Saved transactions being put together into one change set. */
struct gathering {
	uint64_t stream, device;
	struct arena *a;
	struct changeset cs;
	size_t tx_cap, op_cap;
	bool own;                /* one that is not carried is in */
};

static int append_saved(struct gathering *g, const struct changeset *one, struct err *e)
{
	size_t i;

	if (g->cs.op_count + one->op_count > g->op_cap || g->cs.tx_count + one->tx_count > g->tx_cap)
		return err_set(e, ERR_LIMIT, "change set");
	/* Those of earlier keys come first, and have no numbers of this one's. */
	if (one->device == g->device && !g->own) {
		g->cs.first = one->first;
		g->own = true;
	}
	for (i = 0; i < one->op_count; i++) {
		struct op *op = &g->cs.ops[g->cs.op_count + i];

		*op = one->ops[i];
		op->tx += (uint32_t)g->cs.tx_count;
	}
	for (i = 0; i < one->tx_count; i++) {
		struct transaction *tx = &g->cs.tx[g->cs.tx_count + i];

		*tx = one->tx[i];
		tx->op_at += g->cs.op_count;
		tx->carried = one->device == g->device ? 0 : one->device;
	}
	g->cs.op_count += one->op_count;
	g->cs.tx_count += one->tx_count;
	return 0;
}

/* Saved by the signer, or under a key in whose place the store's own came. */
#define GATHERED \
	"FROM pending WHERE stream=$1 AND (device=$2 OR ($2=$3 AND device IN (SELECT old FROM " \
	"incarnation WHERE chief='')))"

/* Room for all that is saved. 1, or 0 where there is nothing. */
static int make_room(struct client *c, struct gathering *g, struct err *e)
{
	int64_t ops = 0, txs = 0;
	int code = db_number(c->db, e, 0, &ops, "SELECT sum(last_op - first_op + 1) " GATHERED,
			     "uuu", g->stream, g->device, c->key.id);

	if (code == 0)
		code = db_number(c->db, e, 0, &txs, "SELECT count(*) " GATHERED, "uuu", g->stream,
				 g->device, c->key.id);
	if (code == 0)
		code = last_signed_op(c, g->stream, g->device, &g->cs.first, e);
	g->cs.first++;
	g->cs.stream = g->stream;
	g->cs.device = g->device;
	if (code != 0 || txs == 0)
		return code;
	g->op_cap = (size_t)(ops < LIMIT_CHANGESET_OPS ? ops : LIMIT_CHANGESET_OPS);
	g->tx_cap = (size_t)txs;
	g->cs.ops = arena_array(g->a, g->op_cap, sizeof *g->cs.ops);
	g->cs.tx = arena_array(g->a, g->tx_cap, sizeof *g->cs.tx);
	if (g->cs.ops == NULL || g->cs.tx == NULL)
		return err_set(e, ERR_NOMEM, "change set");
	return 1;
}

/* Collects saved transactions, oldest first, up to `budget` saved bytes; always at
 * least one. */
static int gather(struct client *c, size_t budget, struct gathering *g, struct err *e)
{
	size_t used = 0;
	struct stmt *s;
	int code = make_room(c, g, e);

	if (code != 1)
		return code;
	code = db_query(c->db, e, &s, "SELECT plain, device " GATHERED " ORDER BY "
			OUTBOX_ORDER("pending", "$3") ", first_op", "uuu", g->stream, g->device,
			c->key.id);
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		struct bytes plain = db_bytes(s, 0);
		struct changeset one;

		if (used > 0 && used + plain.len > budget)
			break;
		used += plain.len;
		plain = arena_copy(g->a, plain);
		code = plain.at == NULL ? err_set(e, ERR_NOMEM, "change set") :
					  changeset_decode(plain, (uint64_t)db_int(s, 1), g->a, &one,
							   e);
		if (code == 0)
			code = append_saved(g, &one, e);
		if (code == ERR_LIMIT && g->cs.tx_count > 0)
			code = 1; /* full: the rest goes into the next one */
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static int sign_gathered(struct client *c, const struct signer *who, struct gathering *g,
			 struct err *e)
{
	size_t i;
	int code;

	for (i = 0; i < g->cs.tx_count; i++)
		if (bytes_equal(g->cs.tx[i].author, who->name))
			g->cs.tx[i].author = BYTES_NONE;
	code = put(c, who->key, &g->cs, g->a, e);
	for (i = 0; i < g->cs.tx_count && code == 0; i++)
		code = db_exec(c->db, e, "DELETE FROM pending WHERE stream=$1 AND device=$2 AND "
			       "first_op=$3", "uuu", g->stream, changeset_author(&g->cs, &g->cs.tx[i]),
			       g->cs.tx[i].first_op);
	return code;
}

int outbox_sign(struct client *c, uint64_t stream, const struct signer *who, size_t size,
		bool *signed_any, struct err *e)
{
	struct gathering g = { .stream = stream, .device = who->key->id };
	struct arena a;
	size_t budget = size * PACKED;
	int code;

	*signed_any = false;
	if (budget > LIMIT_CHANGESET - LIMIT_CHANGESET / 16)
		budget = LIMIT_CHANGESET - LIMIT_CHANGESET / 16;
	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	g.a = &a;
	code = gather(c, budget, &g, e);
	if (code == 0 && g.cs.tx_count > 0) {
		code = sign_gathered(c, who, &g, e);
		*signed_any = code == 0;
	}
	arena_release(&a);
	return code;
}

int outbox_sign_own(struct client *c, uint64_t stream, struct err *e)
{
	const struct signer self = { &c->key, buf_view(&c->author) };
	bool any = true;
	int code = 0;

	while (any && code == 0)
		code = outbox_sign(c, stream, &self, LIMIT_MESSAGE_FIRST, &any, e);
	return code;
}
