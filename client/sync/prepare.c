/* Making requests: what is signed, what goes along, how it is sealed. */
#include "client/sync/exchange.h"

#include <sodium.h>
#include <string.h>

#include "client/identity/chief.h"
#include "client/identity/incarnation.h"
#include "client/identity/install.h"
#include "client/identity/settle.h"
#include "client/numbers.h"
#include "client/sync/attach_way.h"
#include "client/sync/heal.h"
#include "client/sync/outbox.h"
#include "client/sync/safe.h"
#include "client/sync/snapshot.h"
#include "protocol/limits.h"

/* What a request costs beyond its objects: envelope, list of streams, claim; and what goes
 * with an object, its own or another's. */
enum {
	ROOM_FIXED = 512, ROOM_STREAM = 32, ROOM_OBJECT = 8, ROOM_CARRIED = 32, ROOM_BEFORE = 48,
	ROOM_RANGE = 40, ROOM_SUCCESSION = 2 * SIGN_SIZE + 16
};

/* The last change set of a device in a stream that the message has. */
struct tail {
	uint64_t stream, device, seq;
};

struct preparing {
	struct client *c;
	struct arena arena;
	struct request request;
	size_t size, used;
	struct exchange_part *part; /* of a bundle, or NULL */
	struct exchange_files *files; /* where it is none */
	bool shows;     /* it goes to a server that may have forgotten this device */
	bool waits;     /* change sets wait until the server has back what it had lost */
	struct tail *tails;
	size_t tail_count;
	struct err *e;
};

/* Streams that this store exchanges: all it holds, and its own. */
static int list_streams(struct preparing *p)
{
	struct request *r = &p->request;
	int64_t known = 0;
	bool zero = false, own = false;
	struct stmt *s;
	int code = db_number(p->c->db, p->e, 0, &known, "SELECT count(*) FROM stream", "");

	if (code != 0)
		return code;
	r->have = arena_array(&p->arena, (size_t)known + 2, sizeof *r->have);
	if (r->have == NULL)
		return err_set(p->e, ERR_NOMEM, "request");
	code = db_query(p->c->db, p->e, &s, "SELECT stream FROM stream ORDER BY stream", "");
	if (code != 0)
		return code;
	while ((code = db_step(s, p->e)) == 1 && r->have_count < (size_t)known) {
		uint64_t stream = (uint64_t)db_int(s, 0);

		zero |= stream == 0;
		own |= stream == p->c->unit;
		r->have[r->have_count++].stream = stream;
	}
	db_done(s);
	if (!zero)
		r->have[r->have_count++].stream = 0;
	if (!own)
		r->have[r->have_count++].stream = p->c->unit;
	return code < 0 ? code : 0;
}

static int fill_have(struct preparing *p, struct message_have *h)
{
	struct stream_head head;
	uint8_t hash[HASH_SIZE];
	int code = replica_head(&p->c->replica, h->stream, &head, p->e);

	if (code == 0)
		code = outbox_last(p->c, h->stream, p->c->key.id, &h->own_seq, hash, p->e);
	if (code != 0)
		return code;
	h->seq = head.seq;
	memcpy(h->check, head.head, MESSAGE_CHECK);
	memcpy(h->own_check, hash, MESSAGE_CHECK);
	return 0;
}

/* Signs what is saved, stream by stream, until the message would be full; for a bundle all
 * of it, at its first part. */
static int sign_pending(struct preparing *p)
{
	const struct signer self = { &p->c->key, buf_view(&p->c->author) };
	struct request *r = &p->request;
	int64_t waiting = 0;
	bool lacks = false;
	size_t i;
	int code = 0;

	/* What is saved under a key that counts no more is kept for the next one. */
	if ((p->part != NULL && p->part->part > 1) || p->c->revoked != 0)
		return 0;
	/* What is to be saved anew first is waited for: others may rest on it. */
	code = settle_waits(p->c, p->e);
	if (code == 0)
		code = heal_lacks_packs(p->c, &lacks, p->e);
	if (code != 0 || lacks)
		return code < 0 ? code : 0;
	for (i = 0; i < r->have_count && code == 0; i++) {
		bool any = true;

		while (any && code == 0) {
			if (p->part == NULL)
				code = db_number(p->c->db, p->e, 0, &waiting,
						 "SELECT sum(length(object)) FROM outbox", "");
			if (code != 0 || (size_t)waiting >= p->size)
				break;
			code = outbox_sign(p->c, r->have[i].stream, &self,
					   p->size - (size_t)waiting, &any, p->e);
		}
	}
	return code;
}

/* A change set of the outbox. */
struct waiting {
	struct bytes object;
	const uint8_t *hash;
	uint64_t held, stream, device; /* held: bytes that the server has */
	uint64_t seq;
	int64_t place;
};

/* What a reader needs that may lack the one before: its hash, but where that one is in the
 * message too. */
static int add_before(struct preparing *p, const struct waiting *w)
{
	struct request *r = &p->request;
	struct message_before *b = &r->befores[r->before_count];
	size_t i;
	int code;

	for (i = 0; i < p->tail_count; i++)
		if (p->tails[i].stream == w->stream && p->tails[i].device == w->device)
			break;
	if (i == p->tail_count)
		p->tails[p->tail_count++] = (struct tail){ w->stream, w->device, 0 };
	if (p->tails[i].seq + 1 == w->seq) {
		p->tails[i].seq = w->seq;
		return 0;
	}
	p->tails[i].seq = w->seq;
	b->at = r->object_count + r->carried_count;
	code = outbox_before(p->c, w->stream, w->device, w->seq, b->hash, p->e);
	if (code == 1) {
		r->before_count++;
		p->used += ROOM_BEFORE;
	}
	return code < 0 ? code : 0;
}

/* An object that does not fit travels in pieces: from what the server holds on, or in a
 * bundle from where the part before ended. */
static int add_piece(struct preparing *p, const struct waiting *w)
{
	struct request *r = &p->request;
	uint64_t from = p->part != NULL ? p->part->offset : w->held;
	uint64_t held = from < w->object.len ? from : 0;
	struct message_piece *piece = arena_alloc(&p->arena, sizeof *piece);
	size_t room;
	int code = p->part == NULL ? 0 : add_before(p, w);

	if (code == 0 && piece == NULL)
		code = err_set(p->e, ERR_NOMEM, "request");
	if (code != 0)
		return code;
	room = p->size > p->used + 64 ? p->size - p->used - 64 : 256;
	memcpy(piece->id, w->hash, MESSAGE_ID);
	piece->device = w->device == p->c->key.id ? 0 : w->device;
	piece->total = w->object.len;
	piece->offset = held;
	piece->bytes.at = w->object.at + held;
	piece->bytes.len = w->object.len - held < room ? w->object.len - held : room;
	r->pieces = piece;
	r->piece_count = 1;
	p->used = p->size;
	if (p->part != NULL) {
		p->part->offset = held + piece->bytes.len;
		if (p->part->offset == w->object.len) {
			p->part->after = w->place;
			p->part->offset = 0;
			p->part->changesets++;
		}
	}
	return 0;
}

/* Change sets that are in the message tell what own ones there are; but not where the server
 * has later ones, which wait for them and are left out. */
static int leave_own(struct preparing *p, uint64_t stream)
{
	struct request *r = &p->request;
	int64_t waiting = 0;
	size_t i;
	int code = 0;

	for (i = 0; i < r->have_count; i++) {
		if (r->have[i].stream != stream || r->have[i].own_seq == 0)
			continue;
		if (p->part == NULL)
			code = db_number(p->c->db, p->e, 0, &waiting, "SELECT count(*) FROM missing "
					 "WHERE stream=$1 AND device=$2", "uu", stream, p->c->key.id);
		if (code == 0 && waiting == 0)
			r->have[i].own_seq = 0;
	}
	return code;
}

/* One whole, at its place among the others. */
static int add_object(struct preparing *p, const struct waiting *w)
{
	struct request *r = &p->request;
	int code = p->part == NULL ? 0 : add_before(p, w);

	if (code != 0)
		return code;
	if (p->part != NULL) {
		p->part->after = w->place;
		p->part->changesets++;
	}
	if (w->device == p->c->key.id) {
		r->objects[r->object_count++] = w->object;
		p->used += w->object.len + ROOM_OBJECT;
		return leave_own(p, w->stream);
	}
	r->carried[r->carried_count++] = (struct message_carried){ w->device, r->object_count,
								   w->object };
	p->used += w->object.len + ROOM_CARRIED;
	return 0;
}

static int make_lists(struct preparing *p)
{
	struct request *r = &p->request;
	int64_t count = 0;
	int code = db_number(p->c->db, p->e, 0, &count, "SELECT count(*) FROM outbox", "");
	size_t n = (size_t)count + 1;

	if (code != 0)
		return code;
	r->objects = arena_array(&p->arena, n, sizeof *r->objects);
	r->carried = arena_array(&p->arena, n, sizeof *r->carried);
	r->befores = arena_array(&p->arena, n, sizeof *r->befores);
	p->tails = arena_array(&p->arena, n, sizeof *p->tails);
	return r->objects == NULL || r->carried == NULL || r->befores == NULL || p->tails == NULL ?
		       err_set(p->e, ERR_NOMEM, "request") : 0;
}

/* Those of a chief wait until the server knows the key, or learns it from this request. */
#define OBJECTS \
	"FROM outbox o WHERE device NOT IN (SELECT device FROM chief WHERE problem <> 0 OR " \
	"(asked <> $1 AND device NOT IN (SELECT device FROM device WHERE stream=$2))) AND " \
	"stream NOT IN (SELECT stream FROM stopped) AND "

/* Over a link what waits at the server for a missing one need not travel again. */
static const char objects_sql[] =
	"SELECT object, hash, held, stream, device, seq, place " OBJECTS "NOT " OUTBOX_WAITS
	" ORDER BY place";
static const char part_sql[] =
	"SELECT object, hash, held, stream, device, seq, place " OBJECTS
	"place > $3 AND place <= $4 ORDER BY place";

static int add_waiting(struct preparing *p, struct stmt *s, bool *full)
{
	struct request *r = &p->request;
	struct waiting w = { arena_copy(&p->arena, db_bytes(s, 0)), db_bytes(s, 1).at,
			     (uint64_t)db_int(s, 2), (uint64_t)db_int(s, 3),
			     (uint64_t)db_int(s, 4), (uint64_t)db_int(s, 5), db_int(s, 6) };
	bool ours = w.device == p->c->key.id, begun = p->part != NULL ? p->part->offset > 0 : w.held > 0;
	size_t need = w.object.len + ROOM_CARRIED + (p->part != NULL ? ROOM_BEFORE : 0);

	if (w.object.at == NULL)
		return err_set(p->e, ERR_NOMEM, "request");
	/* Chiefs sign what this computer has saved, and that is kept for its next key. */
	if (!ours && p->c->revoked != 0)
		return 0;
	if (p->used + need <= p->size && !begun)
		return add_object(p, &w);
	*full = true;
	return r->object_count + r->carried_count == 0 ? add_piece(p, &w) : 0;
}

/* Signed change sets in the order in which they were made, as many as fit; the first of
 * all, if it does not, in pieces. */
static int add_objects(struct preparing *p)
{
	struct request *r = &p->request;
	const struct exchange_part *part = p->part;
	bool full = false;
	struct stmt *s;
	int code = make_lists(p);

	if (code == 0)
		code = part == NULL ?
			       db_query(p->c->db, p->e, &s, objects_sql, "uu", r->counter,
					p->c->unit) :
			       db_query(p->c->db, p->e, &s, part_sql, "uuii", r->counter,
					p->c->unit, part->after, part->until);
	if (code != 0)
		return code;
	while (!full && (code = db_step(s, p->e)) == 1) {
		code = add_waiting(p, s, &full);
		if (code != 0)
			break;
	}
	db_done(s);
	if (part != NULL)
		p->part->more = full && (part->offset > 0 || part->after < part->until);
	return code < 0 ? code : 0;
}

/* What the whole bundle holds, told in each of its parts. */
static int add_bundle(struct preparing *p)
{
	struct message_bundle *b = &p->request.bundle;
	const struct exchange_part *part = p->part;
	struct stmt *s;
	int code;

	*b = (struct message_bundle){ .number = part->bundle, .part = part->part,
				      .written = part->written };
	p->request.has_bundle = true;
	b->ranges = arena_array(&p->arena, LIMIT_RANGES, sizeof *b->ranges);
	if (b->ranges == NULL)
		return err_set(p->e, ERR_NOMEM, "request");
	code = db_query(p->c->db, p->e, &s, "SELECT stream, device, min(seq), max(seq) " OBJECTS
			"place > $3 AND place <= $4 GROUP BY stream, device ORDER BY stream, device",
			"uuii", p->request.counter, p->c->unit, part->begin, part->until);
	if (code != 0)
		return code;
	/* Where there is little room it is told of fewer: it only helps people. */
	while (b->range_count < LIMIT_RANGES && p->used + ROOM_RANGE < p->size / 4 &&
	       (code = db_step(s, p->e)) == 1) {
		struct message_range *g = &b->ranges[b->range_count++];

		g->stream = (uint64_t)db_int(s, 0);
		g->device = (uint64_t)db_int(s, 1) == p->c->key.id ? 0 : (uint64_t)db_int(s, 1);
		g->first = (uint64_t)db_int(s, 2);
		g->last = (uint64_t)db_int(s, 3);
		p->used += ROOM_RANGE;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* At the first part: up to where the bundle goes. */
static int set_end(struct preparing *p)
{
	if (p->part->part > 1)
		return 0;
	return db_number(p->c->db, p->e, p->part->begin, &p->part->until,
			 "SELECT coalesce(max(place), $1) FROM outbox", "i", p->part->begin);
}

/* Claims of chiefs whose keys the server does not know yet; they leave room for what
 * they are for. */
static int add_claims(struct preparing *p)
{
	size_t room = p->size > p->used ? (p->size - p->used) / 2 : 0, used = 0;
	int code = chief_claims(p->c, p->request.counter, room, &p->arena, &p->request.claims,
				&p->request.claims_count, &used, p->e);

	p->used += used;
	return code;
}

/* Objects that are coming down in pieces. */
static int add_resume(struct preparing *p)
{
	struct request *r = &p->request;
	struct stmt *s;
	int code;

	r->resume = arena_array(&p->arena, 16, sizeof *r->resume);
	if (r->resume == NULL)
		return err_set(p->e, ERR_NOMEM, "request");
	code = db_query(p->c->db, p->e, &s, "SELECT stream, seq, length(data) FROM partial "
			"ORDER BY stream, seq", "");
	if (code != 0)
		return code;
	while ((code = db_step(s, p->e)) == 1 && r->resume_count < 16) {
		struct message_piece *piece = &r->resume[r->resume_count++];

		piece->stream = (uint64_t)db_int(s, 0);
		piece->seq = (uint64_t)db_int(s, 1);
		piece->offset = (uint64_t)db_int(s, 2);
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static int add_claim(struct preparing *p)
{
	struct client *c = p->c;
	struct buf id, secret;
	int code;

	code = p->shows ? 0 : c->enrolled ? 1 : incarnation_vouched(c, p->e);
	if (code != 0)
		return code < 0 ? code : 0;
	buf_init(&id, 64);
	buf_init(&secret, 64);
	code = replica_meta_get(c->db, "enrolment_id", &id, p->e);
	if (code == 1)
		code = replica_meta_get(c->db, "enrolment_secret", &secret, p->e);
	if (code >= 0 && (id.len != MESSAGE_ID || secret.len != CLAIM_SECRET))
		code = err_set(p->e, ERR_CORRUPT, "enrolment");
	if (code == 1) {
		claim_make(&c->key, c->replica.district.id, id.at, c->unit, buf_view(&c->author),
			   secret.at, &p->request.claim);
		p->request.has_claim = true;
		code = 0;
	}
	if (secret.at != NULL)
		sodium_memzero(secret.at, secret.len);
	buf_release(&id);
	buf_release(&secret);
	return code;
}

/* Records first: of files nothing goes along with them but in a bundle, behind the last. */
static int add_files(struct preparing *p)
{
	struct request *r = &p->request;
	bool objects = r->object_count + r->carried_count + r->piece_count > 0;
	bool records = objects || r->has_claim;
	int code;

	if (p->part != NULL)
		return p->part->more ? 0 :
			way_ask_part(p->c, p->part, p->size > p->used ? p->size - p->used : 0,
				     &p->arena, r, p->e);
	code = records ? 0 : way_ask(p->c, p->files, &p->arena, r, p->e);
	/* What comes down of a snapshot is as much as of files. */
	p->files->asked |= r->has_snapshot && !objects;
	return code;
}

static int next_counter(struct preparing *p)
{
	int64_t counter = 0;
	int code = replica_meta_number(p->c->db, "counter", 0, &counter, p->e);

	p->request.counter = (uint64_t)counter + 1;
	return code != 0 ? code :
			   replica_meta_put_number(p->c->db, "counter", counter + 1, p->e);
}

static int fill_request(struct preparing *p)
{
	size_t i;
	int code = next_counter(p);

	if (code == 0)
		code = list_streams(p);
	if (code == 0)
		code = sign_pending(p);
	for (i = 0; i < p->request.have_count && code == 0; i++)
		code = fill_have(p, &p->request.have[i]);
	p->used = ROOM_FIXED + ROOM_STREAM * p->request.have_count;
	if (code == 0)
		code = add_claims(p);
	if (code == 0)
		code = incarnation_tell(p->c, p->shows, &p->arena, &p->request, p->e);
	for (i = 0; i < p->request.succession_count && code == 0; i++)
		p->used += p->request.successions[i].statement.len + ROOM_SUCCESSION;
	if (code == 0 && p->part != NULL)
		code = set_end(p);
	if (code == 0 && p->part != NULL)
		code = add_bundle(p);
	if (code == 0)
		code = heal_shows(p->c, &p->shows, p->e);
	if (code == 0)
		code = heal_fill(p->c, p->part != NULL, p->size, &p->arena, &p->request, &p->used,
				 &p->waits, p->e);
	if (code == 0 && (!p->waits || p->part != NULL))
		code = add_objects(p);
	if (code == 0)
		code = add_resume(p);
	if (code == 0)
		code = snapshot_ask(p->c, &p->request, p->e);
	if (code == 0)
		code = safe_answers(p->c, &p->arena, &p->request, p->e);
	if (code == 0)
		code = numbers_ask(p->c, &p->arena, &p->request, p->e);
	if (code == 0)
		code = add_claim(p);
	return code != 0 ? code : add_files(p);
}

static int seal_request(struct preparing *p, struct buf *out)
{
	struct client *c = p->c;
	const struct server_keys *keys = &c->replica.keys;
	const size_t newest = keys->box_count - 1;
	struct seal_pair ephemeral;
	uint8_t random[32];
	struct buf content;
	int code;

	buf_init(&content, LIMIT_MESSAGE);
	request_encode(&p->request, &content);
	env_random(c->env, random, sizeof random);
	if (content.failed)
		code = err_set(p->e, ERR_TOO_LARGE, "request");
	else if (c->enrolled && !p->shows)
		code = seal_close(SEAL_KNOWN, keys->box[newest].number, c->key.id, random, &c->box,
				  keys->box[newest].key, buf_view(&content), out, p->e);
	else {
		seal_make(&ephemeral, random);
		code = seal_close(SEAL_FIRST, keys->box[newest].number, 0, NULL, &ephemeral,
				  keys->box[newest].key, buf_view(&content), out, p->e);
		sodium_memzero(&ephemeral, sizeof ephemeral);
	}
	buf_release(&content);
	return code;
}

/* As a power of two: one byte, and it need not be exact. */
static uint64_t exponent_of(size_t size)
{
	uint64_t n = 0;

	while (((size_t)2 << n) <= size)
		n++;
	return n;
}

static int prepare(struct client *c, size_t size, struct exchange_part *part,
		   struct exchange_files *files, struct buf *request, struct err *e)
{
	struct preparing p = { .c = c, .size = size, .part = part, .files = files, .e = e };
	struct exchange_result late = { 0 };
	int code = client_writable(c, e);

	/* One whose last part came just before the power failed. */
	if (code == 0)
		code = snapshot_finish(c, &late, e);
	if (code == 0)
		code = db_begin(c->db, e);
	if (code != 0)
		return code;
	arena_init(&p.arena, LIMIT_MEMORY);
	p.request.limit = exponent_of(size);
	code = fill_request(&p);
	if (files != NULL && files->asked && files->piece < size)
		p.request.limit = exponent_of(files->piece);
	if (code == 0)
		code = seal_request(&p, request);
	if (code == 0)
		code = db_commit(c->db, e);
	else
		replica_rollback(&c->replica);
	/* Before a byte leaves. */
	if (code == 0)
		code = install_note(c, e);
	if (part != NULL)
		part->counter = p.request.counter;
	arena_release(&p.arena);
	return code;
}

int exchange_prepare_part(struct client *c, size_t size, struct exchange_part *part,
			  struct buf *request, struct err *e)
{
	return part == NULL ? exchange_prepare(c, size, request, e) :
			      prepare(c, size, part, NULL, request, e);
}

int exchange_prepare_files(struct client *c, size_t size, struct exchange_files *files,
			   struct buf *request, struct err *e)
{
	return prepare(c, size, NULL, files, request, e);
}

int exchange_prepare(struct client *c, size_t size, struct buf *request, struct err *e)
{
	struct exchange_files files = { .piece = size - size / 4 };

	return exchange_prepare_files(c, size, &files, request, e);
}
