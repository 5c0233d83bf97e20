/* Replies: for every stream that the sender may read, what it does not hold yet. */
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/attach_way.h"
#include "server/exchange/held.h"
#include "server/exchange/safe.h"
#include "server/exchange/scope.h"
#include "server/exchange/snapshot.h"
#include "server/heal/heal_answer.h"
#include "server/identity/code_fetch.h"
#include "server/identity/key_change.h"

struct answering {
	struct exchange *x;
	struct server *s;
	struct replica *view;
	struct arena arena;   /* of this reply alone: there may be many to one request */
	struct reply reply;
	size_t room;      /* bytes left for items */
	bool full;        /* something was left out for lack of room */
	bool zero_lags;   /* the reader has first to hear that stream 0 was taken back */
	bool more;        /* a reader that has taken this in is due more */
	struct heal_notes_list notes;
	size_t statement_cap;
	bool any;         /* an item or piece is in */
	int64_t old_until;    /* receipts of the sender's from this time on are by a replaced key */
	const struct arrival **carried; /* that are in the log, sorted */
	size_t carried_count;
	struct err *e;
};

enum { ITEM_ROOM = 48, STREAM_ROOM = 96, FIXED_ROOM = 256, RANGE_ROOM = 48, RANGES_MOST = 64,
       SAFE_ROOM = 20, KEYS_ROOM = 80 };

static const struct message_have *have_of(const struct exchange *x, uint64_t stream)
{
	size_t i;

	for (i = 0; i < x->request.have_count; i++)
		if (x->request.have[i].stream == stream)
			return &x->request.have[i];
	return NULL;
}

/* Own change sets up to this number the sender is known to hold: those it sent with
 * this message, or says it has. */
static int own_held(struct answering *w, const struct message_have *h, uint64_t *out)
{
	const struct arrival *a;
	struct generation lost;
	struct stmt *s;
	size_t i;
	int code;

	*out = h == NULL ? 0 : h->own_seq;
	for (i = 0; h != NULL && i < w->x->arrival_count; i++) {
		a = &w->x->arrivals[i];
		if (arrival_taken(a) && a->author.device == w->x->sender.device &&
		    a->opened.cs.stream == h->stream && a->opened.cs.seq > *out)
			*out = a->opened.cs.seq;
	}
	if (h != NULL && *out > h->own_seq)
		return 0;
	if (*out == 0)
		return 0;
	code = db_query(w->view->db, w->e, &s, "SELECT hash FROM item WHERE stream=$1 AND "
			"device=$2 AND device_seq=$3", "uuu", h->stream, w->x->sender.device,
			h->own_seq);
	if (code != 0)
		return code;
	code = db_step(s, w->e);
	/* Another change set under its number: it must see ours whole. */
	if (code == 1 && memcmp(db_bytes(s, 0).at, h->own_check, MESSAGE_CHECK) != 0)
		*out = 0;
	db_done(s);
	if (code != 0)
		return code < 0 ? code : 0;
	/* None so far: those before it may be others, too, of a copy of its store. Unless the server
	 * has lost it. */
	code = generation_newest(w->view, h->stream, &lost, w->e);
	if (code == 0)
		*out = 0;
	return code < 0 ? code : 0;
}

/* Order of carried change sets: stream, author, number. */
static int compare_places(const void *x, const void *y)
{
	const struct arrival *const *a = x, *const *b = y;
	const struct changeset *m = &(*a)->opened.cs, *n = &(*b)->opened.cs;

	if (m->stream != n->stream)
		return m->stream < n->stream ? -1 : 1;
	if (m->device != n->device)
		return m->device < n->device ? -1 : 1;
	return m->seq < n->seq ? -1 : m->seq > n->seq;
}

static int sort_carried(struct answering *w)
{
	struct exchange *x = w->x;
	size_t i;

	w->carried = arena_array(&w->arena, x->arrival_count + 1, sizeof(struct arrival *));
	if (w->carried == NULL)
		return err_set(w->e, ERR_NOMEM, "carried");
	for (i = 0; i < x->arrival_count; i++)
		if (arrival_taken(&x->arrivals[i]) &&
		    x->arrivals[i].author.device != x->sender.device)
			w->carried[w->carried_count++] = &x->arrivals[i];
	qsort(w->carried, w->carried_count, sizeof *w->carried, compare_places);
	return 0;
}

/* Whether the item has come, or come again, with this very request. */
static bool just_carried(const struct answering *w, uint64_t stream, uint64_t device,
			 uint64_t seq)
{
	struct arrival wanted = { .opened.cs = { .stream = stream, .device = device,
						 .seq = seq } };
	const struct arrival *key = &wanted;

	return w->carried_count > 0 && bsearch(&key, w->carried, w->carried_count,
					       sizeof *w->carried, compare_places) != NULL;
}

static uint64_t resumed(const struct exchange *x, uint64_t stream, uint64_t seq)
{
	size_t i;

	for (i = 0; i < x->request.resume_count; i++)
		if (x->request.resume[i].stream == stream && x->request.resume[i].seq == seq)
			return x->request.resume[i].offset;
	return 0;
}

static int add_piece(struct answering *w, uint64_t stream, uint64_t seq, struct bytes object,
		     uint64_t offset)
{
	struct message_piece *p = arena_alloc(&w->arena, sizeof *p);
	size_t room = w->room > 128 ? w->room - 64 : 64;

	if (p == NULL)
		return err_set(w->e, ERR_NOMEM, "piece");
	p->stream = stream;
	p->seq = seq;
	p->total = object.len;
	p->offset = offset;
	p->bytes = (struct bytes){ object.at + offset, object.len - offset };
	if (p->bytes.len > room)
		p->bytes.len = room;
	w->reply.pieces = p;
	w->reply.piece_count = 1;
	w->x->next_piece = (struct message_piece){ .stream = stream, .seq = seq,
						   .offset = offset + p->bytes.len };
	w->any = w->full = true;
	return 0;
}

/* One row of the log as an item. Sets *taken false where there is no room. */
static int add_item(struct answering *w, struct message_stream *ms, struct stmt *s,
		    uint64_t own_held_seq, bool *taken)
{
	struct message_item *it = &ms->items[ms->item_count];
	uint64_t seq = (uint64_t)db_int(s, 0), offset;
	struct bytes object = db_bytes(s, 3), notes = db_bytes(s, 8);
	bool again = false;
	size_t need, most = LIMIT_MESSAGE / 2;
	int code = heal_is_held(w->x, w->view, ms->stream, seq, notes, &again, w->e);

	if (code != 0)
		return code;

	*it = (struct message_item){ .time = db_int(s, 5), .device = (uint64_t)db_int(s, 1) };
	it->zero_ahead = db_int(s, 6);
	it->verdicts = arena_copy(&w->arena, db_bytes(s, 4));
	it->own = it->device == w->x->sender.device && (uint64_t)db_int(s, 2) <= own_held_seq;
	offset = it->own ? 0 : resumed(w->x, ms->stream, seq);
	it->held = (offset > 0 && offset == object.len) || (again && !it->own) ||
		   (!it->own && just_carried(w, ms->stream, it->device, (uint64_t)db_int(s, 2)));
	need = ITEM_ROOM + it->verdicts.len + (it->own || it->held ? 0 : object.len);
	if (notes.len > 0 && w->notes.list == NULL) {
		w->notes.cap = w->room / HEAL_NOTE_ROOM + notes.len / NOTE_SIZE + 1;
		w->notes.list = arena_array(&w->arena, w->notes.cap, sizeof *w->notes.list);
		if (w->notes.list == NULL)
			return err_set(w->e, ERR_NOMEM, "notes");
	}
	/* One goes at least, with however many notes. */
	*taken = need <= w->room &&
		 heal_add_notes(&w->notes, ms->stream, seq, notes, w->any ? &w->room : &most) == 0;
	if (!it->own && !it->held) {
		it->object = arena_copy(&w->arena, object);
		if (it->object.at == NULL)
			return err_set(w->e, ERR_NOMEM, "item");
	}
	if (!*taken) {
		w->full = true;
		/* Too large for a whole reply: in pieces. */
		if (!w->any && !it->own && !it->held)
			return add_piece(w, ms->stream, seq, it->object,
					 offset < object.len ? offset : 0);
		return 0;
	}
	w->room -= need < w->room ? need : w->room;
	w->any = true;
	ms->item_count++;
	return 0;
}

/* The zero position that a change set names, without inflating it: the item row
 * keeps how far ahead it was judged. */
static const char items_sql[] =
	"SELECT seq, device, device_seq, object, verdicts, time, zero_ahead, head, notes FROM item "
	"WHERE stream=$1 AND seq > $2 AND seq <= $3 ORDER BY seq";

static int add_items(struct answering *w, struct message_stream *ms, uint64_t until,
		     uint64_t own_held_seq, uint8_t head[HASH_SIZE])
{
	bool taken = true;
	struct stmt *s;
	int code = db_query(w->view->db, w->e, &s, items_sql, "uuu", ms->stream, ms->from, until);

	if (code != 0)
		return code;
	while (taken && (code = db_step(s, w->e)) == 1) {
		code = add_item(w, ms, s, own_held_seq, &taken);
		if (code != 0)
			break;
		if (taken)
			memcpy(head, db_bytes(s, 7).at, HASH_SIZE);
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* Where the stream's reader stands, once it has taken this in. */
static void note_next(struct answering *w, const struct message_stream *ms,
		      const struct message_have *h, const uint8_t head[HASH_SIZE])
{
	struct message_have *next = &w->x->next[w->x->next_count++];

	*next = h == NULL ? (struct message_have){ .stream = ms->stream } : *h;
	next->seq = ms->from + ms->item_count;
	memcpy(next->check, head, MESSAGE_CHECK);
}

/* Nothing new, but that the receipt for it is by a key that was replaced since. */
static void renew_receipt(struct answering *w, uint64_t stream, uint64_t from,
			  const struct stream_head *head)
{
	struct message_stream *ms = &w->reply.streams[w->reply.stream_count];

	if (head->seq == 0 || head->time < w->old_until || w->room < STREAM_ROOM)
		return;
	w->room -= STREAM_ROOM;
	*ms = (struct message_stream){ .stream = stream, .from = from };
	head_sign(&w->s->working, w->view->district.id, head->stream, head->seq, head->head,
		  head->time, ms->signature);
	ms->has_signature = true;
	w->reply.stream_count++;
}

static int add_statements(struct answering *w, const struct heal_way *way)
{
	struct reply *r = &w->reply;
	size_t i;

	if (way->count == 0)
		return 0;
	if (r->statement_count + way->count > w->statement_cap) {
		struct message_statement *more;

		w->statement_cap = (r->statement_count + way->count) * 2;
		more = arena_array(&w->arena, w->statement_cap, sizeof *more);
		if (more == NULL)
			return err_set(w->e, ERR_NOMEM, "statements");
		if (r->statement_count > 0)
			memcpy(more, r->statements, r->statement_count * sizeof *more);
		r->statements = more;
	}
	for (i = 0; i < way->count; i++)
		r->statements[r->statement_count++] = way->statements[i];
	i *= HEAL_STATEMENT_ROOM;
	w->room -= i < w->room ? i : w->room;
	w->any = true;
	/* What it has to show first, it does not know yet. */
	w->more |= way->lags;
	return 0;
}

static int add_mismatch(struct answering *w, const struct message_have *h, uint64_t end)
{
	exchange_problem(w->x, ERR_HEAD_MISMATCH, h->stream, end);
	if (w->reply.heads == NULL)
		w->reply.heads = arena_array(&w->arena, w->x->request.have_count,
					     sizeof *w->reply.heads);
	if (w->reply.heads == NULL)
		return err_set(w->e, ERR_NOMEM, "heads");
	if (w->room < HEAL_STATEMENT_ROOM || w->reply.head_count == w->x->request.have_count)
		return 0;
	w->room -= HEAL_STATEMENT_ROOM;
	return heal_contradict(w->s, w->view, h, &w->reply.heads[w->reply.head_count++], w->e);
}

/* Items behind `from`, up to the end of their generation. */
static int add_segment(struct answering *w, const struct heal_way *way,
		       const struct message_have *h, uint64_t stream, uint64_t end)
{
	struct message_stream *ms = &w->reply.streams[w->reply.stream_count];
	uint8_t head[HASH_SIZE];
	uint64_t own = 0;
	int code = own_held(w, h, &own);

	*ms = (struct message_stream){ .stream = stream, .from = way->from };
	memcpy(head, way->head, HASH_SIZE);
	w->room -= STREAM_ROOM;
	ms->items = arena_array(&w->arena, (size_t)(end - ms->from) + 1, sizeof *ms->items);
	if (code == 0 && ms->items == NULL)
		code = err_set(w->e, ERR_NOMEM, "items");
	if (code == 0)
		code = add_items(w, ms, end, own, head);
	if (code == 0 && (ms->item_count > 0 || way->count > 0))
		note_next(w, ms, h, head);
	if (code != 0 || ms->item_count == 0)
		return code;
	head_sign(&w->s->working, w->view->district.id, stream, ms->from + ms->item_count, head,
		  ms->items[ms->item_count - 1].time, ms->signature);
	ms->has_signature = true;
	ms->has_generation = ms->from == 0;
	memcpy(ms->generation, w->view->generation, GENERATION_SIZE);
	w->reply.stream_count++;
	return 0;
}

static int add_stream(struct answering *w, uint64_t stream)
{
	const struct message_have *h = have_of(w->x, stream);
	struct stream_head end;
	struct heal_way way;
	int code = replica_head(w->view, stream, &end, w->e);

	if (code == 0)
		code = heal_find_way(w->s, w->view, stream, h, &w->arena, &way, w->e);
	if (code != 0)
		return code;
	if (!way.same) {
		code = add_statements(w, &way);
		return code != 0 ? code : add_mismatch(w, h, end.seq);
	}
	if (way.count == 0 && end.seq <= way.from) {
		renew_receipt(w, stream, way.from, &end);
		return 0;
	}
	code = w->zero_lags ? 0 : snapshot_answer(w->x, w->s, w->view, h, stream, &w->arena, &w->room,
						  &w->reply, w->e);
	w->any |= code == 1;
	w->more |= code == 1;
	if (code != 0)
		return code < 0 ? code : 0;
	/* Of statements all or none, in a reply of their own where they are many. */
	if (w->room < STREAM_ROOM + ITEM_ROOM + way.count * HEAL_STATEMENT_ROOM && w->any) {
		w->full = true;
		return 0;
	}
	code = add_statements(w, &way);
	if (way.until < end.seq) {
		end.seq = way.until;
		w->more = true;
	}
	/* What follows may rest on what it will be brought of stream 0. */
	w->zero_lags |= stream == 0 && (way.lags || w->more);
	if (way.lags || (stream != 0 && w->zero_lags))
		end.seq = way.from;
	return code != 0 ? code : add_segment(w, &way, h, stream, end.seq);
}

static int add_streams(struct answering *w)
{
	uint64_t *streams = NULL;
	size_t count = 0, i;
	int code = scope_streams(w->view, &w->x->sender, &w->arena, &streams, &count, w->e);

	if (code != 0)
		return code;
	w->reply.streams = arena_array(&w->arena, count, sizeof *w->reply.streams);
	w->x->next = arena_array(&w->x->arena, count + w->x->request.have_count,
				 sizeof *w->x->next);
	if (w->reply.streams == NULL || w->x->next == NULL)
		return err_set(w->e, ERR_NOMEM, "streams");
	code = safe_news(w->view, w->x->sender.device, streams, count, w->room / 4 / SAFE_ROOM,
			 &w->arena, &w->reply.safe, &w->reply.safe_count, w->e);
	w->room -= w->reply.safe_count * SAFE_ROOM;
	/* In order: what follows may rest on packs and dictionaries of stream 0. */
	for (i = 0; i < count && code == 0 && !w->full; i++)
		code = add_stream(w, streams[i]);
	w->reply.notes = w->notes.list;
	w->reply.note_count = w->notes.count;
	return code;
}

static int seal_reply(struct answering *w, struct buf *out)
{
	const struct seal_pair *box = server_box(w->s, w->x->box);
	uint8_t nonce[SEAL_NONCE];
	struct buf content;
	int code;

	/* Another process has installed keys without it, since the request was opened. */
	if (box == NULL)
		return err_set(w->e, ERR_NOT_SEALED_TO_US, "box key %u", w->x->box);

	buf_init(&content, LIMIT_MESSAGE);
	reply_encode(&w->reply, &content);
	env_random(w->s->env, nonce, sizeof nonce);
	if (content.failed)
		code = err_set(w->e, ERR_TOO_LARGE, "reply");
	else
		code = seal_close(SEAL_REPLY, w->x->box, 0, nonce, box, w->x->box_key,
				  buf_view(&content), out, w->e);
	buf_release(&content);
	return code;
}

/* A key that may send nothing more gets nothing more, but for that. */
static int ask_revoked(struct answering *w, bool *revoked)
{
	const struct cert *sender = &w->x->sender;
	int why = 0, code = held_judged(w->view, sender->unit, sender->device, INT64_MAX, &why, w->e);

	*revoked = why == ERR_REVOKED;
	if (*revoked && !w->x->revoked)
		exchange_problem(w->x, ERR_REVOKED, sender->unit, 0);
	w->x->revoked |= *revoked;
	return code;
}

/* Whether that is told of the device. */
static bool is_missing(const struct answering *w, uint64_t device)
{
	size_t i;

	for (i = 0; i < w->reply.missing_count; i++)
		if (w->reply.missing[i].device == device)
			return true;
	return false;
}

/* Others' matters: those of its unit, and what it has just brought. */
static int ask_telling(struct answering *w, const struct arrival *a, bool *tell)
{
	struct cert cert;
	int code = replica_cert(w->view, w->x->sender.unit, a->author.device, &cert, w->e);

	*tell = code == 0 || arrival_taken(a) || a->waits;
	return code == ERR_UNKNOWN_DEVICE ? 0 : code;
}

/* What is missing before change sets that wait: the sender's, and those of others that it
 * carries. */
static int add_missing(struct answering *w)
{
	const struct exchange *x = w->x;
	uint64_t last = x->sender.device;
	size_t i;
	int code;

	w->reply.missing = arena_array(&w->arena, RANGES_MOST, sizeof *w->reply.missing);
	if (w->reply.missing == NULL)
		return err_set(w->e, ERR_NOMEM, "missing");
	code = held_missing(w->view, last, w->reply.missing, &w->reply.missing_count, RANGES_MOST,
			    w->e);
	for (i = 0; i < x->arrival_count && code == 0; i++) {
		const struct arrival *a = &x->arrivals[i];
		bool tell = false;

		if (a->author.device == last || is_missing(w, a->author.device))
			continue;
		code = ask_telling(w, a, &tell);
		if (code == 0 && tell) {
			last = a->author.device;
			code = held_missing(w->view, last, w->reply.missing,
					    &w->reply.missing_count, RANGES_MOST, w->e);
		}
	}
	/* They are few, or the reply is to say little. */
	while (w->reply.missing_count * RANGE_ROOM > w->room / 4)
		w->reply.missing_count--;
	w->room -= w->reply.missing_count * RANGE_ROOM;
	return code;
}

/* Keys that the sender does not know of yet: without them it can't read the rest. */
static int add_keys(struct answering *w)
{
	struct reply *r = &w->reply;
	size_t i;

	r->keys = arena_array(&w->arena, LIMIT_KEYS, sizeof *r->keys);
	if (r->keys == NULL)
		return err_set(w->e, ERR_NOMEM, "keys");
	key_change_news(w->view, w->x->box, r->keys, &r->keys_count, &w->old_until);
	for (i = 0; i < r->keys_count; i++) {
		size_t need = r->keys[i].payload.len + KEYS_ROOM;

		w->room -= need < w->room ? need : w->room;
	}
	return 0;
}

static int add_all(struct answering *w)
{
	bool revoked = false;
	int code;

	w->x->next_count = 0;
	w->x->next_piece = (struct message_piece){ .seq = 0 };
	w->x->next_snapshot = (struct message_snapshot){ .seq = 0 };
	w->x->next_behind = false;
	if (w->x->claim.code != 0 && !w->x->claim.kept)
		return 0;
	code = db_begin_read(w->view->db, w->e);
	if (code != 0)
		return code;
	code = ask_revoked(w, &revoked);
	if (code == 0)
		code = sort_carried(w);
	if (code == 0)
		code = add_keys(w);
	if (code == 0)
		code = add_missing(w);
	if (code == 0 && !revoked && w->x->claim.code == 0)
		code = add_streams(w);
	if (code == 0)
		code = way_answer(w->x, w->view, w->s->dir, !w->any && !w->full, &w->arena, &w->room,
				  &w->reply, w->e);
	if (code == 0 && w->x->hold_count > 0)
		code = heal_told(w->x, w->view, &w->arena, &w->reply.healed,
				 &w->reply.healed_count, w->e);
	db_end_read(w->view->db);
	return code;
}

/* "There is more" is said to this reply alone. */
static void add_problems(struct answering *w)
{
	struct exchange *x = w->x;

	w->reply.problems = x->problems;
	w->reply.problem_count = x->problem_count;
	if (w->full || w->more) {
		exchange_problem(x, ERR_LIMIT, 0, 0);
		w->reply.problem_count = x->problem_count;
		x->problem_count -= x->problems[x->problem_count - 1].code == ERR_LIMIT;
	}
	w->reply.forks = x->forks;
	w->reply.fork_count = x->fork_count;
	w->reply.held = x->held;
	w->reply.held_count = x->held_count;
}

int exchange_reply(struct exchange *x, struct server *s, struct replica *view,
		   struct buf *reply, struct err *e)
{
	struct answering w = { .x = x, .s = s, .view = view, .e = e };
	uint64_t exponent = x->request.limit;
	size_t limit;
	int code;

	if (x->refusal != 0) {
		seal_refuse(x->refusal, reply);
		return 0;
	}
	if (x->fetch != NULL)
		return code_fetch_reply(x, s, view, reply, e);
	limit = exponent > 22 ? LIMIT_MESSAGE : (size_t)1 << exponent;
	if (limit < LIMIT_MESSAGE_MIN)
		limit = LIMIT_MESSAGE_MIN;
	w.room = limit - FIXED_ROOM;
	w.reply.counter = x->request.counter;
	w.reply.time = env_now(s->env);
	arena_init(&w.arena, LIMIT_MEMORY * (size_t)2);
	code = add_all(&w);
	x->more = w.full || w.more;
	add_problems(&w);
	if (code == 0)
		code = seal_reply(&w, reply);
	arena_release(&w.arena);
	return code;
}
