/* What a reply brings of one stream: items in order, the head, the receipt. */
#include <string.h>

#include "client/outbox.h"
#include "protocol/limits.h"

/* The object that an item is about: it came along, or waits in the outbox, or was
 * put together from pieces. */
static int find_object(struct client *c, uint64_t stream, uint64_t seq,
		       const struct message_item *it, uint64_t own_seq, struct arena *a,
		       struct bytes *out, bool *own, struct err *e)
{
	struct stmt *s;
	int code;

	*own = it->own;
	if (!it->own && !it->held && it->device != c->key.id) {
		*out = it->object;
		return 0;
	}
	if (it->held)
		code = db_query(c->db, e, &s, "SELECT data FROM partial WHERE stream=$1 AND "
				"seq=$2", "uu", stream, seq);
	else
		code = db_query(c->db, e, &s, "SELECT object FROM outbox WHERE stream=$1 AND "
				"seq=$2", "uu", stream, own_seq);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		*own = !it->held;
		*out = arena_copy(a, db_bytes(s, 0));
		code = out->at == NULL ? err_set(e, ERR_NOMEM, "item") : 0;
	} else if (code == 0 && !it->own && !it->held) {
		/* An own one that this store has forgotten comes back in full. */
		*out = it->object;
	} else if (code == 0) {
		code = err_set(e, ERR_GAP, "%llu/%llu", (unsigned long long)stream,
			       (unsigned long long)seq);
	}
	db_done(s);
	return code;
}

static int forget_sent(struct client *c, uint64_t stream, uint64_t own_seq, uint64_t seq,
		       struct err *e)
{
	int code = db_exec(c->db, e, "DELETE FROM outbox WHERE stream=$1 AND seq=$2", "uu", stream,
			   own_seq);

	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM partial WHERE stream=$1 AND seq=$2", "uu",
			       stream, seq);
	return code;
}

static int take_item(struct client *c, uint64_t stream, uint64_t seq,
		     const struct message_item *it, struct exchange_counts *counts,
		     struct stream_head *head, bool *any_own, struct err *e)
{
	struct author author;
	struct opened opened;
	struct append ap = { .opened = &opened, .time = it->time, .verdicts = it->verdicts };
	struct arena a;
	struct bytes object;
	bool own = false;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = replica_author(&c->replica, stream, c->key.id, &author, e);
	if (code == 0)
		code = find_object(c, stream, seq, it, author.seq + 1, &a, &object, &own, e);
	if (code == 0)
		code = replica_open_object(&c->replica, object, own ? c->key.id : it->device, NULL,
					   &a, &opened, e);
	if (code == 0 && (opened.cs.stream != stream))
		code = err_set(e, ERR_NO_STREAM, "%llu", (unsigned long long)opened.cs.stream);
	if (code == 0) {
		ap.mode = own ? APPEND_CONFIRM : APPEND_JUDGED;
		ap.zero = opened.cs.zero + (uint64_t)it->zero_ahead;
		code = forget_sent(c, stream, own ? author.seq + 1 : 0, seq, e);
	}
	if (code == 0)
		code = replica_append(&c->replica, &ap, &a, e);
	if (code == 0) {
		*head = ap.head;
		*any_own |= own;
		counts->changesets_out += own;
		counts->items_in += !own;
	}
	arena_release(&a);
	return code;
}

static int keep_receipt(struct client *c, const struct stream_head *head,
			const uint8_t *signature, bool own, struct err *e)
{
	int code = 0;

	/* Of heads that cover nothing of ours only the newest is of use. */
	if (!own)
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

int outbox_take_stream(struct client *c, const struct message_stream *s,
		       struct exchange_counts *counts, struct arena *a, struct err *e)
{
	struct stream_head head;
	int64_t before = 0, after = 0;
	bool own = false;
	size_t i;
	int code = replica_head(&c->replica, s->stream, &head, e);

	(void)a;
	if (code != 0)
		return code;
	if (s->from > head.seq) {
		counts->gap = true;
		return 0;
	}
	if (head.seq - s->from >= s->item_count) {
		counts->stale |= s->item_count > 0;
		return 0;
	}
	code = db_number(c->db, e, 0, &before, "SELECT count(*) FROM refused WHERE device=$1", "u",
			 c->key.id);
	for (i = (size_t)(head.seq - s->from); i < s->item_count && code == 0; i++)
		code = take_item(c, s->stream, s->from + i + 1, &s->items[i], counts, &head, &own,
				 e);
	if (code == 0 && (!s->has_signature ||
			  !head_signature_ok(c->replica.keys.working, c->replica.district.id,
					     head.stream, head.seq, head.head, head.time,
					     s->signature)))
		code = err_set(e, ERR_HEAD_MISMATCH, "%llu", (unsigned long long)s->stream);
	if (code == 0)
		code = keep_receipt(c, &head, s->signature, own, e);
	if (code == 0)
		code = db_number(c->db, e, 0, &after, "SELECT count(*) FROM refused WHERE "
				 "device=$1", "u", c->key.id);
	counts->refused += (uint64_t)(after - before);
	return code;
}
