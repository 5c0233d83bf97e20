/* Taking in replies. */
#include "client/sync/exchange.h"

#include <sodium.h>
#include <string.h>

#include "client/sync/attach_way.h"
#include "client/identity/chief.h"
#include "client/sync/heal.h"
#include "client/identity/incarnation.h"
#include "client/identity/install.h"
#include "client/sync/outbox.h"
#include "client/sync/safe.h"
#include "client/sync/snapshot.h"
#include "client/sync/route.h"
#include "client/identity/settle.h"
#include "protocol/limits.h"

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

/* Appends a piece to what has come of its object so far. Gap: one before it is missing. */
static int keep_piece(struct client *c, const struct message_piece *p,
		      struct exchange_result *out, struct err *e)
{
	struct stream_head head;
	struct buf data;
	struct stmt *s;
	int code = replica_head(&c->replica, p->stream, &head, e);

	/* Of an old reply: the object has come another way since; or its generation is no more. */
	if (code != 0 || p->seq <= head.seq || p->seq > head.seq + GENERATION_STEP)
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
	out->gap |= data.len < p->offset;
	if (code >= 0 && data.len == p->offset) {
		out->pieces++;
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

/* What the server waits for, as of now. */
static int note_missing(struct client *c, const struct reply *r, struct err *e)
{
	size_t i;
	int code = db_exec(c->db, e, "DELETE FROM missing", "");

	for (i = 0; i < r->missing_count && code == 0; i++) {
		const struct message_range *g = &r->missing[i];

		code = db_exec(c->db, e, "INSERT INTO missing(stream,device,first,last,waiting) "
			       "VALUES($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING", "uuuuu", g->stream,
			       g->device, g->first, g->last, g->waiting);
	}
	return code;
}

/* late: the reply was under way for nobody knows how long. */
static int note_contact(struct client *c, const struct reply *r, bool late,
			struct exchange_result *out, struct err *e)
{
	int64_t now = env_now(c->env), newest = 0;
	int code = replica_meta_number(c->db, "answered", 0, &newest, e);

	out->counter = r->counter;
	if (code == 0 && (int64_t)r->counter >= newest)
		code = note_missing(c, r, e);
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
	if (code == 0 && !late)
		code = replica_meta_put_number(c->db, "clock_ahead", now - r->time, e);
	return code;
}

/* Whether the key may still send: as the newest reply has it. */
static int note_revoked(struct client *c, const struct reply *r, struct err *e)
{
	bool revoked = false;
	int64_t newest = 0;
	size_t i;
	int code = replica_meta_number(c->db, "answered", 0, &newest, e);

	for (i = 0; i < r->problem_count; i++)
		revoked |= r->problems[i].code == ERR_REVOKED && r->problems[i].seq == 0 &&
			   r->problems[i].stream == c->unit;
	if (code != 0 || (int64_t)r->counter < newest || revoked == (c->revoked != 0))
		return code;
	c->revoked = revoked ? env_now(c->env) : 0;
	return replica_meta_put_number(c->db, "revoked", c->revoked, e);
}

/* Whether the problem is that of a fork which has been seen to. */
static bool fork_seen_to(const struct reply *r, const struct message_problem *p)
{
	size_t i;

	for (i = 0; p->code == ERR_FORKED && i < r->fork_count; i++)
		if (r->forks[i].stream == p->stream && r->forks[i].seq <= p->seq)
			return true;
	return false;
}

static int note_problems(struct client *c, const struct reply *r, struct exchange_result *out,
			 struct err *e)
{
	bool counts = false;
	size_t i;
	int code = note_revoked(c, r, e);

	if (code == 0 && !out->stale)
		code = heal_believes(c, r, &counts, e);

	for (i = 0; i < r->problem_count && code == 0; i++) {
		const struct message_problem *p = &r->problems[i];

		/* Not a problem: there was no room for more. */
		if (p->code == ERR_LIMIT) {
			/* Who brings nothing, and has more, is not asked on and on. */
			out->more |= r->stream_count + r->piece_count + r->statement_count +
					     r->file_count + r->has_snapshot > 0;
			continue;
		}
		if (fork_seen_to(r, p))
			continue;
		/* Nothing of ours stands in stream 0: it is the place of a chief's claim, and
		 * keeps nobody else from synchronising. */
		if (p->code == ERR_HEAD_MISMATCH) {
			if (!counts)
				continue;
			code = heal_mismatch(c, r, p->stream, e);
			/* What the server has yet to be shown. */
			out->more |= code == 0;
			if (code == 0)
				continue;
			code = code < 0 ? code : 0;
		}
		if (code != 0)
			break;
		if (p->stream == 0 && p->seq > 0 && p->code != ERR_HEAD_MISMATCH)
			code = chief_note_problem(c, r->counter, p->seq, p->code, e);
		else if (out->problems++ == 0)
			out->first_problem = *p;
	}
	return code;
}

static int note_waiting(struct client *c, struct exchange_result *out, struct err *e)
{
	int64_t saved = 0, waiting = 0;
	struct way_counts files;
	struct cert cert;
	int code = db_number(c->db, e, 0, &saved, "SELECT count(*) FROM pending", "");

	if (code == 0)
		code = db_number(c->db, e, 0, &waiting, "SELECT count(*) FROM outbox o WHERE "
				 "device NOT IN (SELECT device FROM chief WHERE problem <> 0) AND NOT "
				 OUTBOX_WAITS, "");
	if (code != 0)
		return code;
	/* What the server would not take is not tried again at once. */
	if (out->problems == 0 && saved + waiting > 0)
		out->more = true;
	/* Files only when no records are in their way. */
	code = way_count(c, &files, e);
	if (code != 0)
		return code;
	if (out->problems == 0 && files.ready + files.wanted > 0)
		out->more = true;
	c->enrolled = replica_cert(&c->replica, c->unit, c->key.id, &cert, NULL) == 0;
	return 0;
}

/* Change sets whose numbers the server has given to others are saves again. */
static int note_forks(struct client *c, const struct reply *r, struct exchange_counts *counts,
		      struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->fork_count && code == 0; i++)
		code = settle_fork(c, &r->forks[i], counts, e);
	return code;
}

/* What this store is, after what it has heard: the last step of a reply. */
static int go_on(struct client *c, const struct exchange_counts *counts,
		 struct exchange_result *out, struct err *e)
{
	uint64_t saved = 0;
	int code;

	if (counts->forked || counts->behind) {
		out->renewed = out->more = true;
		return incarnation_make(c, counts->forked ? SUCCESSION_FORKED :
							    SUCCESSION_RESTORED, e);
	}
	code = settle_waits(c, e);
	/* Only who has all that the server has knows what is missing there. */
	if (code != 1 || out->more)
		return code < 0 ? code : 0;
	out->more = true;
	return settle_run(c, &saved, e);
}

static int take_reply(struct client *c, const struct reply *r, bool late,
		      struct exchange_result *out, struct err *e)
{
	struct exchange_counts counts = { 0 };
	bool turned = false, healed = false, left = false;
	size_t i;
	int code = note_contact(c, r, late, out, e);

	/* First of all: what the streams bring is signed with the newest. */
	for (i = 0; i < r->keys_count && code == 0; i++)
		code = replica_keys_learn(&c->replica, &r->keys[i], e);
	if (code == 0)
		code = heal_adopt(c, r, !out->stale, &turned, e);
	for (i = 0; i < r->stream_count && code == 0; i++)
		code = outbox_take_stream(c, r, i, &counts, e);
	/* Where the reply brought as much as it speaks of. */
	if (code == 0)
		code = heal_adopt(c, r, !out->stale, &turned, e);
	if (code == 0)
		code = heal_note(c, r, &healed, e);
	if (code == 0)
		code = heal_left(c, &left, e);
	out->more |= healed || (left && turned);
	if (code == 0)
		code = note_held(c, r, e);
	for (i = 0; i < r->piece_count && code == 0; i++)
		code = keep_piece(c, &r->pieces[i], out, e);
	if (code == 0)
		code = snapshot_keep(c, r, out, e);
	if (code == 0)
		code = route_follow(c, e);
	if (code == 0)
		code = safe_take(c, r, e);
	if (code == 0)
		code = way_take(c, r, out, e);
	if (code == 0)
		code = note_forks(c, r, &counts, e);
	if (code == 0)
		code = note_problems(c, r, out, e);
	if (code != 0)
		return code;
	out->items_in = counts.items_in;
	out->changesets_out = counts.changesets_out;
	out->refused = counts.refused;
	out->gap |= counts.gap;
	out->more |= turned || out->snapshot > 0 || r->piece_count > 0 || r->held_count > 0 || out->gap;
	out->aside = counts.aside;
	code = go_on(c, &counts, out, e);
	return code != 0 ? code : note_waiting(c, out, e);
}

static int apply(struct client *c, struct bytes reply, bool late, struct exchange_result *out,
		 struct err *e)
{
	struct exchange_result result = { 0 };
	struct reply r;
	struct buf content;
	struct arena a;
	int code, noted;

	buf_init(&content, LIMIT_MESSAGE);
	arena_init(&a, LIMIT_MEMORY);
	code = client_writable(c, e);
	if (code == 0)
		code = open_reply(c, reply, &content, e);
	if (code == ERR_UNKNOWN_DEVICE && c->enrolled) {
		/* Nothing vouches for that word; to show who one is does no harm. */
		noted = heal_forgotten(c, e);
		out->more = out->shows = noted == 1 || (noted == 0 && late);
		code = out->shows ? 0 : noted < 0 ? noted : code;
		goto out;
	}
	if (code == 0)
		code = reply_decode(buf_view(&content), &a, &r, e);
	if (code == 0)
		code = db_begin(c->db, e);
	if (code == 0) {
		code = take_reply(c, &r, late, &result, e);
		if (code == 0)
			code = db_commit(c->db, e);
		else
			replica_rollback(&c->replica);
	}
	if (code == 0)
		replica_keys_keep(&c->replica);
	/* The mark knows of what has been taken back. */
	if (code == 0 && result.aside && !result.renewed)
		code = install_note(c, e);
	if (code == 0 && result.renewed)
		code = incarnation_switch(c, e);
	if (code == 0)
		code = snapshot_finish(c, &result, e);
	if (code == 0)
		*out = result;
out:
	arena_release(&a);
	buf_release(&content);
	return code;
}

int exchange_apply(struct client *c, struct bytes reply, struct exchange_result *out,
		   struct err *e)
{
	return apply(c, reply, false, out, e);
}

int exchange_apply_late(struct client *c, struct bytes reply, struct exchange_result *out,
			struct err *e)
{
	return apply(c, reply, true, out, e);
}
