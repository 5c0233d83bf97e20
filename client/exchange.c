/* Preparing requests and applying replies. */
#include "client/exchange.h"

#include <sodium.h>
#include <string.h>

#include "client/chief.h"
#include "client/outbox.h"
#include "protocol/limits.h"

/* What a request costs beyond its objects: envelope, list of streams, claim; and what goes
 * with an object, its own or another's. */
enum { ROOM_FIXED = 512, ROOM_STREAM = 32, ROOM_OBJECT = 8, ROOM_CARRIED = 32 };

struct preparing {
	struct client *c;
	struct arena arena;
	struct request request;
	size_t size, used;
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

/* Signs what is saved, stream by stream, until the message would be full. */
static int sign_pending(struct preparing *p)
{
	const struct signer self = { &p->c->key, buf_view(&p->c->author) };
	struct request *r = &p->request;
	int64_t waiting = 0;
	size_t i;
	int code = 0;

	for (i = 0; i < r->have_count && code == 0; i++) {
		bool any = true;

		while (any && code == 0) {
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
};

/* An object that does not fit travels in pieces, from what the server holds on. */
static int add_piece(struct preparing *p, const struct waiting *w)
{
	struct request *r = &p->request;
	size_t room = p->size > p->used + 64 ? p->size - p->used - 64 : 256;
	uint64_t held = w->held < w->object.len ? w->held : 0;
	struct message_piece *piece = arena_alloc(&p->arena, sizeof *piece);

	if (piece == NULL)
		return err_set(p->e, ERR_NOMEM, "request");
	memcpy(piece->id, w->hash, MESSAGE_ID);
	piece->device = w->device == p->c->key.id ? 0 : w->device;
	piece->total = w->object.len;
	piece->offset = held;
	piece->bytes.at = w->object.at + held;
	piece->bytes.len = w->object.len - held < room ? w->object.len - held : room;
	r->pieces = piece;
	r->piece_count = 1;
	p->used = p->size;
	return 0;
}

/* Change sets that are in the message tell what own ones there are. */
static void leave_own(struct request *r, uint64_t stream)
{
	size_t i;

	for (i = 0; i < r->have_count; i++)
		if (r->have[i].stream == stream)
			r->have[i].own_seq = 0;
}

/* One whole, at its place among the others. */
static void add_object(struct preparing *p, const struct waiting *w)
{
	struct request *r = &p->request;

	if (w->device == p->c->key.id) {
		r->objects[r->object_count++] = w->object;
		leave_own(r, w->stream);
		p->used += w->object.len + ROOM_OBJECT;
		return;
	}
	r->carried[r->carried_count++] = (struct message_carried){ w->device, r->object_count,
								   w->object };
	p->used += w->object.len + ROOM_CARRIED;
}

static int make_lists(struct preparing *p)
{
	struct request *r = &p->request;
	int64_t count = 0;
	int code = db_number(p->c->db, p->e, 0, &count, "SELECT count(*) FROM outbox", "");

	if (code != 0)
		return code;
	r->objects = arena_array(&p->arena, (size_t)count + 1, sizeof *r->objects);
	r->carried = arena_array(&p->arena, (size_t)count + 1, sizeof *r->carried);
	return r->objects == NULL || r->carried == NULL ? err_set(p->e, ERR_NOMEM, "request") : 0;
}

/* Those of a chief wait until the server knows the key, or learns it from this request. */
static const char objects_sql[] =
	"SELECT object, hash, held, stream, device FROM outbox WHERE device NOT IN "
	"(SELECT device FROM chief WHERE problem <> 0 OR (asked <> $1 AND device NOT IN "
	"(SELECT device FROM device WHERE stream=$2))) ORDER BY place";

/* Signed change sets in the order in which they were made, as many as fit; the first of
 * all, if it does not, in pieces. */
static int add_objects(struct preparing *p)
{
	struct request *r = &p->request;
	struct stmt *s;
	int code = make_lists(p);

	if (code == 0)
		code = db_query(p->c->db, p->e, &s, objects_sql, "uu", r->counter, p->c->unit);
	if (code != 0)
		return code;
	while ((code = db_step(s, p->e)) == 1) {
		struct waiting w = { arena_copy(&p->arena, db_bytes(s, 0)), db_bytes(s, 1).at,
				     (uint64_t)db_int(s, 2), (uint64_t)db_int(s, 3),
				     (uint64_t)db_int(s, 4) };

		if (w.object.at == NULL) {
			code = err_set(p->e, ERR_NOMEM, "request");
			break;
		}
		if (p->used + w.object.len + ROOM_CARRIED > p->size || w.held > 0) {
			if (r->object_count + r->carried_count == 0)
				code = add_piece(p, &w);
			break;
		}
		add_object(p, &w);
	}
	db_done(s);
	return code < 0 ? code : 0;
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

	if (c->enrolled)
		return 0;
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
		code = add_objects(p);
	if (code == 0)
		code = add_resume(p);
	return code != 0 ? code : add_claim(p);
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
	else if (c->enrolled)
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

int exchange_prepare(struct client *c, size_t size, struct buf *request, struct err *e)
{
	struct preparing p = { .c = c, .size = size, .e = e };
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	arena_init(&p.arena, LIMIT_MEMORY);
	/* As a power of two: one byte, and it need not be exact. */
	while (((size_t)2 << p.request.limit) <= size)
		p.request.limit++;
	code = fill_request(&p);
	if (code == 0)
		code = seal_request(&p, request);
	if (code == 0)
		code = db_commit(c->db, e);
	else
		replica_rollback(&c->replica);
	arena_release(&p.arena);
	return code;
}

/* Opens a reply's envelope with the box key it names. */
static int open_reply(struct client *c, struct bytes bytes, struct buf *content, struct err *e)
{
	const struct server_keys *keys = &c->replica.keys;
	struct seal_header h;
	size_t i;
	int code = seal_read_refusal(bytes, e);

	if (code == 0)
		code = seal_read_header(bytes, &h, e);
	if (code != 0)
		return code;
	for (i = 0; i < keys->box_count; i++)
		if (keys->box[i].number == h.key_number && h.suite == SEAL_REPLY)
			return seal_open(&h, &c->box, keys->box[i].key, content, e);
	return err_set(e, ERR_NOT_SEALED_TO_US, "reply");
}

/* What the server holds of the objects that go up in pieces. */
static int note_held(struct client *c, const struct reply *r, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->held_count && code >= 0; i++) {
		int64_t place = 0;
		struct stmt *s;

		code = db_query(c->db, e, &s, "SELECT place, hash FROM outbox", "");
		if (code != 0)
			return code;
		while (place == 0 && (code = db_step(s, e)) == 1)
			if (memcmp(db_bytes(s, 1).at, r->held[i].id, MESSAGE_ID) == 0)
				place = db_int(s, 0);
		db_done(s);
		if (code >= 0 && place != 0)
			code = db_exec(c->db, e, "UPDATE outbox SET held=$2 WHERE place=$1", "iu",
				       place, r->held[i].offset);
	}
	return code < 0 ? code : 0;
}

/* Appends a piece to what has come of its object so far. */
static int keep_piece(struct client *c, const struct message_piece *p, struct err *e)
{
	struct stream_head head;
	struct buf data;
	struct stmt *s;
	int code = replica_head(&c->replica, p->stream, &head, e);

	/* Of an old reply: the object has come another way since. */
	if (code != 0 || p->seq <= head.seq)
		return code;
	if (p->total > LIMIT_OBJECT || p->bytes.len > p->total ||
	    p->offset > p->total - p->bytes.len)
		return err_set(e, ERR_TOO_LARGE, "piece");
	buf_init(&data, LIMIT_OBJECT);
	code = db_query(c->db, e, &s, "SELECT data FROM partial WHERE stream=$1 AND seq=$2", "uu",
			p->stream, p->seq);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1)
		buf_add(&data, db_bytes(s, 0));
	db_done(s);
	if (code >= 0 && data.len == p->offset) {
		buf_add(&data, p->bytes);
		code = data.failed ? err_set(e, ERR_NOMEM, "piece") :
				     db_exec(c->db, e,
					     "INSERT INTO partial(stream,seq,total,data) "
					     "VALUES($1,$2,$3,$4) ON CONFLICT(stream,seq) DO "
					     "UPDATE SET total=$3, data=$4", "uuub", p->stream,
					     p->seq, p->total, buf_view(&data));
	}
	buf_release(&data);
	return code < 0 ? code : 0;
}

static int note_contact(struct client *c, const struct reply *r, struct exchange_result *out,
			struct err *e)
{
	int64_t now = env_now(c->env), newest = 0;
	int code = replica_meta_number(c->db, "answered", 0, &newest, e);

	if (code != 0)
		return code;
	/* What an old reply says of the time says nothing of now. */
	if ((int64_t)r->counter <= newest) {
		out->stale = true;
		return 0;
	}
	code = replica_meta_put_number(c->db, "answered", (int64_t)r->counter, e);
	if (code == 0)
		code = replica_meta_put_number(c->db, "last_sync", now, e);
	if (code == 0)
		code = replica_meta_put_number(c->db, "clock_ahead", now - r->time, e);
	return code;
}

static int note_problems(struct client *c, const struct reply *r, struct exchange_result *out,
			 struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->problem_count && code == 0; i++) {
		const struct message_problem *p = &r->problems[i];

		/* Not a problem: there was no room for more. */
		if (p->code == ERR_LIMIT) {
			out->more = true;
			continue;
		}
		/* Nothing of ours stands in stream 0: it is the place of a chief's claim, and
		 * keeps nobody else from synchronising. */
		if (p->stream == 0 && p->seq > 0)
			code = chief_note_problem(c, r->counter, p->seq, p->code, e);
		else if (out->problems++ == 0)
			out->first_problem = *p;
	}
	return code;
}

static int note_waiting(struct client *c, struct exchange_result *out, struct err *e)
{
	int64_t saved = 0, waiting = 0;
	struct cert cert;
	int code = db_number(c->db, e, 0, &saved, "SELECT count(*) FROM pending", "");

	if (code == 0)
		code = db_number(c->db, e, 0, &waiting, "SELECT count(*) FROM outbox WHERE device "
				 "NOT IN (SELECT device FROM chief WHERE problem <> 0)", "");
	if (code != 0)
		return code;
	/* What the server would not take is not tried again at once. */
	if (out->problems == 0 && saved + waiting > 0)
		out->more = true;
	c->enrolled = replica_cert(&c->replica, c->unit, c->key.id, &cert, NULL) == 0;
	return 0;
}

static int take_reply(struct client *c, const struct reply *r, struct exchange_result *out,
		      struct err *e)
{
	struct exchange_counts counts = { 0 };
	size_t i;
	int code = note_contact(c, r, out, e);

	for (i = 0; i < r->stream_count && code == 0; i++)
		code = outbox_take_stream(c, &r->streams[i], &counts, e);
	if (code == 0)
		code = note_held(c, r, e);
	for (i = 0; i < r->piece_count && code == 0; i++)
		code = keep_piece(c, &r->pieces[i], e);
	if (code == 0)
		code = note_problems(c, r, out, e);
	if (code != 0)
		return code;
	out->items_in = counts.items_in;
	out->changesets_out = counts.changesets_out;
	out->refused = counts.refused;
	out->more |= r->piece_count > 0 || r->held_count > 0 || counts.gap;
	return note_waiting(c, out, e);
}

int exchange_apply(struct client *c, struct bytes reply, struct exchange_result *out,
		   struct err *e)
{
	struct exchange_result result = { 0 };
	struct reply r;
	struct buf content;
	struct arena a;
	int code;

	buf_init(&content, LIMIT_MESSAGE);
	arena_init(&a, LIMIT_MEMORY);
	code = open_reply(c, reply, &content, e);
	if (code == 0)
		code = reply_decode(buf_view(&content), &a, &r, e);
	if (code == 0)
		code = db_begin(c->db, e);
	if (code == 0) {
		code = take_reply(c, &r, &result, e);
		if (code == 0)
			code = db_commit(c->db, e);
		else
			replica_rollback(&c->replica);
	}
	if (code == 0)
		*out = result;
	arena_release(&a);
	buf_release(&content);
	return code;
}
