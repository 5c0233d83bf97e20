/* What a reply brings of one stream: items in order, the head, the receipt. */
#include <string.h>

#include "client/identity/incarnation.h"
#include "client/identity/settle.h"
#include "client/sync/heal.h"
#include "client/sync/outbox.h"
#include "common/replica/generation.h"
#include "protocol/limits.h"

/* The object of an item and where it is from. */
struct found {
	struct bytes object;
	uint64_t device, device_seq; /* the author, and the number that is due of it */
	bool ours;                   /* it waits in the outbox */
	bool known;                  /* it stood here before, at a place that the server lost */
};

/* A blob that a query gives, into the arena. 1 found, 0 not. */
static int find_blob(struct stmt *s, struct arena *a, struct bytes *out, struct err *e)
{
	int code = db_step(s, e);

	if (code == 1) {
		*out = arena_copy(a, db_bytes(s, 0));
		if (out->at == NULL)
			code = err_set(e, ERR_NOMEM, "item");
	}
	db_done(s);
	return code;
}

/* The number that an item had itself before it was brought back; 0: it was not. */
static uint64_t own_number(struct bytes notes, uint64_t seq)
{
	struct cursor c = cursor_of(notes);

	while (cursor_left(&c) >= NOTE_SIZE) {
		uint64_t number = cursor_u64(&c);

		if (cursor_u64(&c) == seq)
			return number;
	}
	return 0;
}

/* The notes that came with an item, put together again. */
static int find_notes(const struct reply *r, uint64_t stream, uint64_t seq, struct arena *a,
		      struct bytes *out, struct err *e)
{
	struct buf notes;
	size_t i;
	int code = 0;

	buf_init(&notes, LIMIT_MESSAGE);
	for (i = 0; i < r->note_count; i++) {
		const struct message_notes *n = &r->notes[i];

		if (n->stream != stream || seq < n->at || seq - n->at >= n->count)
			continue;
		buf_u64(&notes, n->number + (seq - n->at));
		buf_u64(&notes, n->position + (seq - n->at));
	}
	*out = arena_copy(a, buf_view(&notes));
	if (notes.failed || (notes.len > 0 && out->at == NULL))
		code = err_set(e, ERR_NOMEM, "notes");
	buf_release(&notes);
	return code;
}

/* Whether one that came whole is what waits in the outbox, packed with other words. */
static int is_same(struct client *c, uint64_t stream, struct bytes object, const struct found *f,
		   struct arena *a, bool *same, struct err *e)
{
	struct opened opened = { .object = object };
	int64_t n = 0;
	int code = replica_open_object(&c->replica, object, f->device, NULL, a, &opened, e);

	if (code == 0)
		code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM outbox WHERE stream=$1 AND "
				 "device=$2 AND seq=$3 AND hash=$4", "uuub", stream, f->device,
				 f->device_seq, BYTES_OF(opened.hash));
	*same = n > 0;
	return code;
}

/* The object that an item is about: what waits in the outbox comes first, whether or not
 * it came along too; else it did, or was put together from pieces. */
static int find_object(struct client *c, uint64_t stream, uint64_t seq,
		       const struct message_item *it, struct bytes notes, struct arena *a,
		       struct found *out, struct err *e)
{
	struct author author;
	struct stmt *s;
	int code;

	out->device = it->own ? c->key.id : it->device;
	code = replica_author(&c->replica, stream, out->device, &author, e);
	out->device_seq = author.seq + 1;
	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT object FROM outbox WHERE stream=$1 AND "
				"device=$2 AND seq=$3", "uuu", stream, out->device,
				out->device_seq);
	if (code == 0)
		code = find_blob(s, a, &out->object, e);
	out->ours = code == 1;
	/* Another one than was signed here under this number: the key is forked. */
	if (out->ours && it->object.len > 0 && !bytes_equal(it->object, out->object)) {
		code = is_same(c, stream, it->object, out, a, &out->ours, e);
		out->object = it->object;
		return code;
	}
	/* Keys of the server have other numbers since: what came along is what it is. */
	if (code == 0 && (it->own || it->held || own_number(notes, seq) != 0)) {
		code = heal_object(c, stream, own_number(notes, seq), out->device,
				   out->device_seq, a, &out->object, e);
		out->known = code == 1;
	}
	if (code != 0)
		return code < 0 ? code : 0;
	if (!it->own && !it->held) {
		/* An own one that this store has forgotten comes back so, too. */
		out->object = it->object;
		return 0;
	}
	if (it->held)
		code = db_query(c->db, e, &s, "SELECT data FROM partial WHERE stream=$1 AND "
				"seq=$2 AND length(data)=total", "uu", stream, seq);
	if (it->held && code == 0)
		code = find_blob(s, a, &out->object, e);
	if (code == 0)
		code = err_set(e, ERR_GAP, "%llu/%llu", (unsigned long long)stream,
			       (unsigned long long)seq);
	return code < 0 ? code : 0;
}

static int forget_sent(struct client *c, uint64_t stream, const struct found *f, uint64_t seq,
		       struct err *e)
{
	int code = 0;

	if (f->ours)
		code = db_exec(c->db, e, "DELETE FROM carrying WHERE place=(SELECT place FROM outbox "
			       "WHERE stream=$1 AND device=$2 AND seq=$3)", "uuu", stream, f->device,
			       f->device_seq);
	if (f->ours && code == 0)
		code = db_exec(c->db, e, "DELETE FROM outbox WHERE stream=$1 AND device=$2 AND "
			       "seq=$3", "uuu", stream, f->device, f->device_seq);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM partial WHERE stream=$1 AND seq=$2", "uu",
			       stream, seq);
	return code;
}

/* What one stream of a reply is taken into. */
struct taking {
	struct client *c;
	const struct reply *r;
	struct exchange_counts *counts;
	struct stream_head head;
	bool any_ours;
	bool mending;   /* all that is not in the log has been taken out of what is folded */
};

static int take_item(struct taking *t, uint64_t seq, const struct message_item *it,
		     struct err *e)
{
	struct client *c = t->c;
	const uint64_t stream = t->head.stream;
	struct opened opened;
	struct append ap = { .opened = &opened, .time = it->time, .verdicts = it->verdicts };
	struct found f = { .object = BYTES_NONE };
	struct settling settling = { .count = 0 };
	bool here = true;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = find_notes(t->r, stream, seq, &a, &ap.notes, e);
	if (code == 0)
		code = find_object(c, stream, seq, it, ap.notes, &a, &f, e);
	if (code == 0)
		code = replica_open_object(&c->replica, f.object, f.device, NULL, &a, &opened, e);
	if (code == 0 && (opened.cs.stream != stream))
		code = err_set(e, ERR_NO_STREAM, "%llu", (unsigned long long)opened.cs.stream);
	if (code == 0) {
		ap.mode = f.ours && !t->mending ? APPEND_CONFIRM : APPEND_JUDGED;
		ap.zero = opened.cs.zero + (uint64_t)it->zero_ahead;
		/* It may rest on a pack that comes with another file. */
		if (stream != 0)
			code = generation_has_zero(&c->replica, ap.zero, &here, e);
		if (code == 0 && !here)
			code = err_set(e, ERR_GAP, "0/%llu", (unsigned long long)ap.zero);
	}
	if (code == 0 && !f.ours && !f.known)
		code = heal_knew(c, stream, f.device, opened.hash, &f.known, e);
	if (code == 0)
		code = forget_sent(c, stream, &f, seq, e);
	if (code == 0 && !f.ours && !f.known)
		code = settle_before(c, &opened, &a, &settling, t->counts, e);
	if (code == 0)
		code = replica_append(&c->replica, &ap, &a, e);
	if (code == 0)
		code = settle_after(c, &settling, &a, e);
	if (code == 0 && f.ours)
		code = settle_verdicts(c, &opened, ap.verdicts, seq, &a, e);
	else if (code == 0 && !f.known && ap.verdicts.len > 0)
		code = settle_others(c, stream, seq, opened.cs.device, e);
	if (code == 0) {
		t->head = ap.head;
		t->any_ours |= f.ours;
		t->counts->changesets_out += f.ours;
		t->counts->items_in += !f.ours;
	}
	arena_release(&a);
	return code;
}

/* replace: another signature over the same head is there, by a key that was replaced. */
static int keep_receipt(struct client *c, const struct stream_head *head,
			const uint8_t *signature, bool own, bool replace, struct err *e)
{
	int code = 0;

	if (replace)
		code = db_exec(c->db, e, "DELETE FROM receipt WHERE stream=$1 AND seq=$2", "uu",
			       head->stream, head->seq);

	/* Of heads that cover nothing of ours only the newest of a generation is of use. */
	if (code == 0 && !own)
		code = db_exec(c->db, e, "DELETE FROM receipt WHERE stream=$1 AND own=0 AND seq>=("
			       "SELECT coalesce(max(base), 0) FROM generation WHERE stream=$1)", "u",
			       head->stream);
	if (code == 0)
		code = db_exec(c->db, e,
			       "INSERT INTO receipt(stream,seq,head,time,signature,own) "
			       "VALUES($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING", "uubibi",
			       head->stream, head->seq, BYTES_OF(head->head), head->time,
			       (struct bytes){ signature, SIGN_SIZE }, (int64_t)own);
	return code;
}

/* Transactions made on this computer. */
static int count_refused(struct client *c, int64_t *out, struct err *e)
{
	return db_number(c->db, e, 0, out, "SELECT count(*) FROM refused WHERE code<>$2 AND "
			 "settled=0 AND device IN " LOCAL_DEVICES, "ui", c->key.id, (int64_t)ERR_RENUMBER);
}

/* A stream without items brings a fresh receipt of what is held: after a change of the
 * server's key it stands in for those that the old key gave past its time. */
static int renew_receipt(struct client *c, const struct stream_head *head,
			 const uint8_t *signature, struct err *e)
{
	int64_t own = 0;
	int code = replica_head_signed(&c->replica, head, signature, e);

	if (code == 0)
		code = db_number(c->db, e, 0, &own, "SELECT count(*) FROM receipt WHERE stream=$1 "
				 "AND own=1", "u", head->stream);
	return code != 0 ? code : keep_receipt(c, head, signature, own > 0, true, e);
}

/* The items that are new, then the server's word for where they lead. */
static int take_items(struct taking *t, const struct message_stream *s, struct err *e)
{
	size_t i;
	int code = heal_is_open(t->c, s->stream, &t->mending, e);

	/* Where old numbers stand now says what has been seen by them, of what waits as well. */
	for (i = 0; i < t->r->note_count; i++)
		t->mending |= t->r->notes[i].stream == s->stream;
	if (code == 0 && t->mending)
		code = heal_take_out(t->c, s->stream, e);
	for (i = (size_t)(t->head.seq - s->from); i < s->item_count && code == 0; i++)
		code = take_item(t, s->from + i + 1, &s->items[i], e);
	if (code == 0)
		code = s->has_signature ?
			       replica_head_signed(&t->c->replica, &t->head, s->signature, e) :
			       err_set(e, ERR_HEAD_MISMATCH, "%llu", (unsigned long long)s->stream);
	if (code == 0)
		code = keep_receipt(t->c, &t->head, s->signature, t->any_ours, false, e);
	return code == 0 && t->mending ? heal_put_on(t->c, s->stream, e) : code;
}

int outbox_take_stream(struct client *c, const struct reply *r, size_t at,
		       struct exchange_counts *counts, struct err *e)
{
	const struct message_stream *s = &r->streams[at];
	struct taking t = { .c = c, .r = r, .counts = counts };
	int64_t before = 0, after = 0;
	int code = replica_head(&c->replica, s->stream, &t.head, e);

	if (code != 0)
		return code;
	if (s->from > t.head.seq) {
		counts->gap = true;
		return 0;
	}
	if (s->item_count == 0 && s->from == t.head.seq && s->has_signature)
		return renew_receipt(c, &t.head, s->signature, e);
	if (t.head.seq - s->from >= s->item_count) {
		counts->stale |= s->item_count > 0;
		return 0;
	}
	code = count_refused(c, &before, e);
	if (code == 0)
		code = take_items(&t, s, e);
	if (code == 0)
		code = count_refused(c, &after, e);
	counts->refused += (uint64_t)(after - before);
	return code;
}
