/* What goes to a restored server: receipts, the items that they prove, the certificate. */
#include <string.h>

#include "client/sync/heal.h"
#include "common/pack/pack.h"
#include "protocol/limits.h"

/* What an item costs beside its object, a bare one, a receipt. */
enum { ROOM_ITEM = 112, ROOM_BARE = 112, ROOM_SHOWN = 180, SHOWN_MOST = 2000 };

struct filling {
	struct client *c;
	struct request *r;
	struct arena *a;
	bool all;
	size_t room, *used;
	size_t shown_cap, item_cap;
	bool full;
	struct err *e;
};

/* A generation of a stream that is not all at the server yet. */
struct open_generation {
	uint64_t stream, base, seq; /* its numbers: from seq + 1 to base */
	int64_t number;             /* the server has it up to there; -1: it has not said */
	uint64_t most;
};

/* The generation that a position was given in. */
static int find_generation(struct filling *f, uint64_t stream, uint64_t seq,
			   uint8_t out[GENERATION_SIZE])
{
	struct generation g;
	int code = generation_of(&f->c->replica, stream, seq, &g, f->e);

	memcpy(out, f->c->replica.generation, GENERATION_SIZE);
	if (code == 1)
		memcpy(out, g.old, GENERATION_SIZE);
	if (code == 0)
		code = generation_last(&f->c->replica, stream, &g, f->e);
	else
		return code < 0 ? code : 0;
	if (code == 1)
		memcpy(out, g.fresh, GENERATION_SIZE);
	return code < 0 ? code : 0;
}

static int show(struct filling *f, struct stmt *s)
{
	struct message_head *h = &f->r->shown[f->r->shown_count];

	if (f->r->shown_count == f->shown_cap)
		return 0;
	h->stream = (uint64_t)db_int(s, 0);
	h->seq = (uint64_t)db_int(s, 1);
	h->time = db_int(s, 3);
	if (db_bytes(s, 2).len != HASH_SIZE || db_bytes(s, 4).len != SIGN_SIZE)
		return err_set(f->e, ERR_CORRUPT, "receipt");
	memcpy(h->head, db_bytes(s, 2).at, HASH_SIZE);
	memcpy(h->signature, db_bytes(s, 4).at, SIGN_SIZE);
	f->r->shown_count++;
	*f->used += ROOM_SHOWN;
	return find_generation(f, h->stream, h->seq, h->generation);
}

static int make_shown(struct filling *f)
{
	if (f->r->shown != NULL)
		return 0;
	f->shown_cap = SHOWN_MOST;
	f->r->shown = arena_array(f->a, f->shown_cap, sizeof *f->r->shown);
	return f->r->shown == NULL ? err_set(f->e, ERR_NOMEM, "receipts") : 0;
}

/* The receipts of the generation for what the server lacks: the last one first of all, then as
 * many of the others as a part of the message holds; they prove it piece by piece. */
static int show_all(struct filling *f, const struct open_generation *g)
{
	size_t first = f->r->shown_count;
	struct stmt *s;
	int code = make_shown(f);

	if (code == 0)
		code = db_query(f->c->db, f->e, &s, "SELECT stream, seq, head, time, signature FROM "
				"receipt WHERE stream=$1 AND seq>$2 AND seq<=$3 ORDER BY seq DESC", "uuu",
				g->stream, g->number < 0 ? g->seq : (uint64_t)g->number, g->most);
	if (code != 0)
		return code;
	while ((code = db_step(s, f->e)) == 1) {
		if (f->r->shown_count > first && *f->used + ROOM_SHOWN > f->room / 4)
			break;
		code = show(f, s);
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* The first number from this one on that a receipt in the message is of. */
static uint64_t next_proof(const struct filling *f, const struct open_generation *g,
			   uint64_t number)
{
	uint64_t proof = 0;
	size_t i;

	for (i = 0; i < f->r->shown_count; i++)
		if (f->r->shown[i].stream == g->stream && f->r->shown[i].seq >= number &&
		    (proof == 0 || f->r->shown[i].seq < proof))
			proof = f->r->shown[i].seq;
	return proof;
}

static int fill_item(struct filling *f, const struct open_generation *g, struct stmt *s, bool bare)
{
	struct message_healing *h = &f->r->healing[f->r->healing_count];

	*h = (struct message_healing){ .stream = g->stream, .number = (uint64_t)db_int(s, 0),
				       .device = (uint64_t)db_int(s, 1), .time = db_int(s, 6),
				       .zero = (uint64_t)db_int(s, 7),
				       .device_seq = (uint64_t)db_int(s, 2) };
	h->verdicts = arena_copy(f->a, db_bytes(s, 5));
	h->notes = arena_copy(f->a, db_bytes(s, 8));
	if (db_bytes(s, 3).len != HASH_SIZE)
		return err_set(f->e, ERR_CORRUPT, "old_item");
	memcpy(h->hash, db_bytes(s, 3).at, HASH_SIZE);
	if (!bare) {
		h->object = arena_copy(f->a, db_bytes(s, 4));
		if (h->object.at == NULL)
			return err_set(f->e, ERR_NOMEM, "item");
	}
	f->r->healing_count++;
	*f->used += (bare ? ROOM_BARE : ROOM_ITEM + h->object.len) + h->verdicts.len +
		    h->notes.len;
	return 0;
}

static int make_items(struct filling *f)
{
	int64_t n = 0;
	int code = f->r->healing != NULL ? 0 :
			   db_number(f->c->db, f->e, 0, &n, "SELECT count(*) FROM old_item", "");

	if (code != 0 || f->r->healing != NULL)
		return code;
	f->item_cap = n < LIMIT_CBOR_ITEMS / 16 ? (size_t)n : LIMIT_CBOR_ITEMS / 16;
	f->r->healing = arena_array(f->a, f->item_cap + 1, sizeof *f->r->healing);
	return f->r->healing == NULL ? err_set(f->e, ERR_NOMEM, "items") : 0;
}

/* Items in order, whole while there is room; then bare up to the next receipt, or none of the
 * rest could be believed. One goes whole at least, and that far. */
static int fill_items(struct filling *f, const struct open_generation *g)
{
	uint64_t proof = 0;
	size_t begun = f->r->healing_count;
	struct stmt *s;
	int code = make_items(f);

	if (code == 0)
		code = db_query(f->c->db, f->e, &s, "SELECT number, device, device_seq, hash, object, "
				"verdicts, time, zero, notes FROM old_item WHERE stream=$1 AND number>$2 "
				"AND number<=$3 ORDER BY number", "uuu", g->stream,
				g->number < 0 ? g->seq : (uint64_t)g->number, g->most);
	if (code != 0)
		return code;
	while ((code = db_step(s, f->e)) == 1) {
		uint64_t number = (uint64_t)db_int(s, 0);
		bool bare = f->full;
		size_t need;

		if (bare && number > proof)
			break;
		if (!bare) {
			proof = next_proof(f, g, number);
			need = db_bytes(s, 4).len + ROOM_ITEM + (size_t)(proof - number) * ROOM_BARE;
			bare = f->full = (*f->used + need > f->room && begun < f->r->healing_count) ||
					 proof == 0;
			if (bare && number > next_proof(f, g, begun == f->r->healing_count ? number :
						f->r->healing[f->r->healing_count - 1].number))
				break;
		}
		if (f->r->healing_count == f->item_cap) {
			f->full = true;
			break;
		}
		code = fill_item(f, g, s, bare);
		if (code != 0)
			break;
	}
	db_done(s);
	if (code >= 0 && f->r->healing_count > begun)
		code = db_exec(f->c->db, f->e, "UPDATE healing SET sent=1 WHERE stream=$1 AND base=$2",
			       "uu", g->stream, g->base);
	return code < 0 ? code : 0;
}

static int next_open(struct filling *f, struct open_generation *g)
{
	struct stmt *s;
	int code = db_query(f->c->db, f->e, &s, "SELECT h.stream, h.base, g.seq, h.number, h.most FROM "
			    "healing h JOIN generation g ON g.stream=h.stream AND g.base=h.base WHERE "
			    "h.number<h.most AND h.tries<$3 AND (h.stream>$1 OR (h.stream=$1 AND "
			    "h.base>$2)) ORDER BY h.stream, h.base LIMIT 1", "uui", g->stream, g->base,
			    (int64_t)HEAL_TRIES);

	if (code != 0)
		return code;
	code = db_step(s, f->e);
	if (code == 1)
		*g = (struct open_generation){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1),
					       (uint64_t)db_int(s, 2), db_int(s, 3),
					       (uint64_t)db_int(s, 4) };
	db_done(s);
	return code;
}

/* Receipts of streams whose head the server disputes. */
static int show_disputed(struct filling *f)
{
	struct stmt *s;
	int64_t n = 0;
	int code = db_number(f->c->db, f->e, 0, &n, "SELECT count(*) FROM stopped", "");

	if (code == 0 && n > 0)
		code = make_shown(f);
	if (code != 0 || n == 0)
		return code;
	code = db_query(f->c->db, f->e, &s, "SELECT stream, seq, head, time, signature FROM receipt r "
			"WHERE stream IN (SELECT stream FROM stopped) AND seq=(SELECT max(seq) FROM "
			"receipt q WHERE q.stream=r.stream) ORDER BY stream", "");
	if (code != 0)
		return code;
	while ((code = db_step(s, f->e)) == 1) {
		code = show(f, s);
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* Whether a change set of the server's certifies this device. */
static bool certifies(const struct client *c, const struct changeset *cs)
{
	size_t i;

	for (i = 0; i < cs->op_count; i++)
		if (cs->ops[i].kind == OP_SET && cs->ops[i].field == FIELD_CERT_KEY &&
		    bytes_equal(cs->ops[i].value.b, BYTES_OF(c->key.public_key)))
			return true;
	return false;
}

static int find_prev(struct client *c, uint64_t device, uint64_t seq, uint8_t out[HASH_SIZE],
		     struct err *e)
{
	struct stmt *s;
	int code = generation_before(&c->replica, c->unit, device, seq, out, e);

	if (code != 0)
		return code < 0 ? code : 0;
	code = db_query(c->db, e, &s, "SELECT hash FROM old_item WHERE stream=$1 AND device=$2 AND "
			"device_seq=$3", "uuu", c->unit, device, seq - 1);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE)
		memcpy(out, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	return code < 0 ? code : 0;
}

/* A change set that certifies this device, and the hash before it. */
struct certificate {
	struct client *c;
	struct arena *a;
	struct bytes object, prev;
	struct err *e;
};

static int look_at(struct certificate *f, struct stmt *s)
{
	struct bytes object = db_bytes(s, 2), payload;
	uint8_t prev[HASH_SIZE];
	struct opened o;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	code = replica_read_object(&f->c->replica, object, (uint64_t)db_int(s, 0), &a, &o, &payload,
				   f->e);
	if (code == 0 && certifies(f->c, &o.cs)) {
		code = find_prev(f->c, (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1), prev, f->e);
		f->object = arena_copy(f->a, object);
		f->prev = arena_copy(f->a, BYTES_OF(prev));
		if (code == 0 && (f->object.at == NULL || f->prev.at == NULL))
			code = err_set(f->e, ERR_NOMEM, "certificate");
	}
	arena_release(&a);
	return code;
}

/* Wherever it stands now. */
static int find_certificate(struct certificate *f)
{
	size_t i;
	int code = 0;

	for (i = 0; i < f->c->replica.working_count && code == 0 && f->object.len == 0; i++) {
		struct stmt *s;

		code = db_query(f->c->db, f->e, &s, "SELECT device, device_seq, object FROM item WHERE "
				"stream=$1 AND device=$2 UNION ALL SELECT device, device_seq, object "
				"FROM old_item WHERE stream=$1 AND device=$2", "uu", f->c->unit,
				f->c->replica.workings[i].device);
		if (code != 0)
			return code;
		while (f->object.len == 0 && (code = db_step(s, f->e)) == 1) {
			code = look_at(f, s);
			if (code != 0)
				break;
		}
		db_done(s);
		code = code < 0 ? code : 0;
	}
	return code;
}

int heal_keep_certificate(struct client *c, struct err *e)
{
	struct certificate f = { .c = c, .e = e };
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	f.a = &a;
	code = find_certificate(&f);
	if (code == 0 && f.object.len > 0)
		code = replica_meta_put(c->db, "certificate", f.object, e);
	if (code == 0 && f.object.len > 0)
		code = replica_meta_put(c->db, "certificate_prev", f.prev, e);
	arena_release(&a);
	return code;
}

/* Of a generation that was lost, where there is none in the log. */
static int recall(struct certificate *f, const char *key, struct bytes *out)
{
	struct buf b;
	int code;

	buf_init(&b, LIMIT_OBJECT);
	code = replica_meta_get(f->c->db, key, &b, f->e);
	if (code == 1) {
		*out = arena_copy(f->a, buf_view(&b));
		if (out->at == NULL)
			code = err_set(f->e, ERR_NOMEM, "certificate");
	}
	buf_release(&b);
	return code < 0 ? code : 0;
}

static int show_certificate(struct filling *f)
{
	struct certificate found = { .c = f->c, .a = f->a, .e = f->e };
	int code = find_certificate(&found);

	if (code == 0 && found.object.len == 0)
		code = recall(&found, "certificate", &found.object);
	if (code == 0 && found.object.len > 0 && found.prev.len == 0)
		code = recall(&found, "certificate_prev", &found.prev);
	if (code != 0 || found.object.len == 0 || found.prev.len != HASH_SIZE)
		return code;
	f->r->certificate = found.object;
	f->r->certificate_prev = found.prev;
	*f->used += found.object.len + HASH_SIZE + 16;
	return 0;
}

int heal_fill(struct client *c, bool all, size_t room, struct arena *a, struct request *r,
	      size_t *used, bool *left, struct err *e)
{
	struct filling f = { .c = c, .r = r, .a = a, .all = all, .room = room, .used = used, .e = e };
	struct open_generation g = { .stream = 0 };
	bool shows = false;
	int code = heal_shows(c, &shows, e);

	*left = false;
	if (code == 0 && shows)
		code = show_certificate(&f);
	if (code == 0)
		code = show_disputed(&f);
	while (code == 0 && (code = next_open(&f, &g)) == 1) {
		code = show_all(&f, &g);
		/* Over a link the server first says what others have brought it already. */
		if (code == 0 && !f.full && (all || g.number >= 0))
			code = fill_items(&f, &g);
		*left |= g.number < 0 && !all;
	}
	*left |= f.full;
	return code;
}

int heal_shows(struct client *c, bool *shows, struct err *e)
{
	int64_t flag = 0;
	int code = replica_meta_number(c->db, "heal_show", 0, &flag, e);

	*shows = flag != 0;
	return code;
}

int heal_forgotten(struct client *c, struct err *e)
{
	bool shows = false;
	int code = heal_shows(c, &shows, e);

	if (code != 0 || shows)
		return code;
	code = db_begin(c->db, e);
	if (code != 0)
		return code;
	code = replica_meta_put_number(c->db, "heal_show", 1, e);
	if (code == 0)
		code = db_commit(c->db, e);
	else
		replica_rollback(&c->replica);
	return code != 0 ? code : 1;
}

int heal_believes(struct client *c, const struct reply *r, bool *believes, struct err *e)
{
	int64_t turned = 0;
	bool more = false;
	size_t i;
	int code = replica_meta_number(c->db, "heal_counter", 0, &turned, e);

	for (i = 0; i < r->problem_count; i++)
		more |= r->problems[i].code == ERR_HEAD_MISMATCH || r->problems[i].code == ERR_LIMIT;
	*believes = (int64_t)r->counter > turned;
	return code != 0 || !*believes || more ? code :
		db_exec(c->db, e, "DELETE FROM stopped WHERE since=0", "");
}

int heal_mismatch(struct client *c, const struct reply *r, uint64_t stream, struct err *e)
{
	const struct message_head *theirs = NULL;
	int64_t asked = -1;
	size_t i;
	int code = db_number(c->db, e, -1, &asked, "SELECT since FROM stopped WHERE stream=$1", "u",
			     stream);

	for (i = 0; i < r->head_count; i++)
		if (r->heads[i].stream == stream)
			theirs = &r->heads[i];
	if (code != 0 || asked > 0)
		return code != 0 ? code : 1;
	if (asked == -1)
		return db_exec(c->db, e, "INSERT INTO stopped(stream,since,seq,head,time,signature) "
			       "VALUES($1,0,0,$2,0,$2)", "ub", stream, BYTES_NONE);
	/* It has seen our receipt, and what it has signed stands against it. */
	code = db_exec(c->db, e, "UPDATE stopped SET since=$2, seq=$3, head=$4, time=$5, signature=$6 "
		       "WHERE stream=$1", "uiubib", stream, env_now(c->env),
		       theirs == NULL ? 0 : theirs->seq,
		       theirs == NULL ? BYTES_NONE : BYTES_OF(theirs->head),
		       theirs == NULL ? 0 : theirs->time,
		       theirs == NULL ? BYTES_NONE : BYTES_OF(theirs->signature));
	return code != 0 ? code : 1;
}

int heal_left(struct client *c, bool *left, struct err *e)
{
	int64_t open = 0, own = 0;
	int code = db_number(c->db, e, 0, &open, "SELECT count(*) FROM healing WHERE number<most AND "
			     "tries<$1", "i", (int64_t)HEAL_TRIES);

	if (code == 0)
		code = db_number(c->db, e, 0, &own, "SELECT count(*) FROM healing WHERE number<most AND "
				 "tries<$2 AND stream=$1", "ui", c->unit, (int64_t)HEAL_TRIES);
	*left = open > 0;
	return code != 0 || own > 0 ? code : replica_meta_put_number(c->db, "heal_show", 0, e);
}
