/* What a reply brings of one stream: items in order, the head, the receipt. */
#include <string.h>

#include "client/outbox.h"
#include "protocol/limits.h"

/* The object of an item and where it is from. */
struct found {
	struct bytes object;
	uint64_t device, device_seq; /* the author, and the number that is due of it */
	bool ours;                   /* it waits in the outbox */
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

/* The object that an item is about: what waits in the outbox comes first, whether or not
 * it came along too; else it did, or was put together from pieces. */
static int find_object(struct client *c, uint64_t stream, uint64_t seq,
		       const struct message_item *it, struct arena *a, struct found *out,
		       struct err *e)
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
		code = db_exec(c->db, e, "DELETE FROM outbox WHERE stream=$1 AND device=$2 AND "
			       "seq=$3", "uuu", stream, f->device, f->device_seq);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM partial WHERE stream=$1 AND seq=$2", "uu",
			       stream, seq);
	return code;
}

static int take_item(struct client *c, uint64_t stream, uint64_t seq,
		     const struct message_item *it, struct exchange_counts *counts,
		     struct stream_head *head, bool *any_ours, struct err *e)
{
	struct opened opened;
	struct append ap = { .opened = &opened, .time = it->time, .verdicts = it->verdicts };
	struct found f = { .object = BYTES_NONE };
	struct stream_head zero;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = replica_head(&c->replica, 0, &zero, e);
	if (code == 0)
		code = find_object(c, stream, seq, it, &a, &f, e);
	if (code == 0)
		code = replica_open_object(&c->replica, f.object, f.device, NULL, &a, &opened, e);
	if (code == 0 && (opened.cs.stream != stream))
		code = err_set(e, ERR_NO_STREAM, "%llu", (unsigned long long)opened.cs.stream);
	if (code == 0) {
		ap.mode = f.ours ? APPEND_CONFIRM : APPEND_JUDGED;
		ap.zero = opened.cs.zero + (uint64_t)it->zero_ahead;
		/* It may rest on a pack that comes with another file. */
		if (stream != 0 && ap.zero > zero.seq)
			code = err_set(e, ERR_GAP, "0/%llu", (unsigned long long)ap.zero);
	}
	if (code == 0) {
		code = forget_sent(c, stream, &f, seq, e);
	}
	if (code == 0)
		code = replica_append(&c->replica, &ap, &a, e);
	if (code == 0) {
		*head = ap.head;
		*any_ours |= f.ours;
		counts->changesets_out += f.ours;
		counts->items_in += !f.ours;
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

	/* Of heads that cover nothing of ours only the newest is of use. */
	if (code == 0 && !own)
		code = db_exec(c->db, e, "DELETE FROM receipt WHERE stream=$1 AND own=0", "u",
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
	return db_number(c->db, e, 0, out, "SELECT count(*) FROM refused WHERE device=$1 OR "
			 "device IN (SELECT device FROM chief)", "u", c->key.id);
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

int outbox_take_stream(struct client *c, const struct message_stream *s,
		       struct exchange_counts *counts, struct err *e)
{
	struct stream_head head;
	int64_t before = 0, after = 0;
	bool ours = false;
	size_t i;
	int code = replica_head(&c->replica, s->stream, &head, e);

	if (code != 0)
		return code;
	if (s->from > head.seq) {
		counts->gap = true;
		return 0;
	}
	if (s->item_count == 0 && s->from == head.seq && s->has_signature)
		return renew_receipt(c, &head, s->signature, e);
	if (head.seq - s->from >= s->item_count) {
		counts->stale |= s->item_count > 0;
		return 0;
	}
	code = count_refused(c, &before, e);
	for (i = (size_t)(head.seq - s->from); i < s->item_count && code == 0; i++)
		code = take_item(c, s->stream, s->from + i + 1, &s->items[i], counts, &head, &ours,
				 e);
	if (code == 0)
		code = s->has_signature ? replica_head_signed(&c->replica, &head, s->signature, e) :
					  err_set(e, ERR_HEAD_MISMATCH, "%llu",
						  (unsigned long long)s->stream);
	if (code == 0)
		code = keep_receipt(c, &head, s->signature, ours, false, e);
	if (code == 0)
		code = count_refused(c, &after, e);
	counts->refused += (uint64_t)(after - before);
	return code;
}
