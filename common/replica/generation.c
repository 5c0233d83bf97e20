/* Old numbers and new positions. */
#include "common/replica/generation.h"

#include <string.h>

enum { SEEN_MAX = 64 * 1024 * 1024 };

static int take_row(struct stmt *s, uint64_t stream, struct generation *out, struct err *e)
{
	int code = db_step(s, e);

	if (code == 1 && db_bytes(s, 2).len == HASH_SIZE &&
	    db_bytes(s, 3).len == GENERATION_SIZE && db_bytes(s, 4).len == GENERATION_SIZE) {
		*out = (struct generation){ .stream = stream, .base = (uint64_t)db_int(s, 0),
					    .seq = (uint64_t)db_int(s, 1) };
		memcpy(out->head, db_bytes(s, 2).at, HASH_SIZE);
		memcpy(out->old, db_bytes(s, 3).at, GENERATION_SIZE);
		memcpy(out->fresh, db_bytes(s, 4).at, GENERATION_SIZE);
	} else if (code == 1) {
		code = err_set(e, ERR_CORRUPT, "generation %llu", (unsigned long long)stream);
	}
	db_done(s);
	return code;
}

/* The next of the store's generations, on a stream that has nothing: g is the one before, its
 * base 0 at the beginning; `head` the head that it leaves. 1, or 0 behind the last one. */
static int step_opened(struct replica *r, struct generation *g, uint8_t head[HASH_SIZE],
		       struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT base, old, fresh FROM opened WHERE base>$1 ORDER "
			    "BY base LIMIT 1", "u", g->base);

	if (code != 0)
		return code;
	if (g->base == 0)
		head_start(r->district.id, g->stream, r->generation, head);
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 1).len == GENERATION_SIZE &&
	    db_bytes(s, 2).len == GENERATION_SIZE) {
		g->seq = g->base;
		g->base = (uint64_t)db_int(s, 0);
		memcpy(g->old, db_bytes(s, 1).at, GENERATION_SIZE);
		memcpy(g->fresh, db_bytes(s, 2).at, GENERATION_SIZE);
		memcpy(g->head, head, HASH_SIZE);
		generation_head(g, head);
	} else if (code == 1) {
		code = err_set(e, ERR_CORRUPT, "opened");
	}
	db_done(s);
	return code;
}

static int has_row(struct replica *r, uint64_t stream, struct err *e)
{
	int64_t n = 0;
	int code = db_number(r->db, e, 0, &n, "SELECT count(*) FROM stream WHERE stream=$1", "u",
			     stream);

	return code != 0 ? code : n > 0;
}

/* Of a stream without a row: the first one that begins behind a position, or the last. */
static int next_opened(struct replica *r, uint64_t stream, uint64_t position, bool last,
		       struct generation *out, struct err *e)
{
	struct generation g = { .stream = stream };
	uint8_t head[HASH_SIZE];
	int found = 0, code = has_row(r, stream, e);

	if (code != 0)
		return code < 0 ? code : 0;
	while ((code = step_opened(r, &g, head, e)) == 1) {
		if (g.base <= position)
			continue;
		*out = g;
		found = 1;
		if (!last)
			break;
	}
	return code < 0 ? code : found;
}

#define ROW "SELECT base, seq, head, old, fresh FROM generation WHERE stream=$1 "

int generation_last(struct replica *r, uint64_t stream, struct generation *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, ROW "ORDER BY base DESC LIMIT 1", "u", stream);

	return code != 0 ? code : take_row(s, stream, out, e);
}

int generation_of(struct replica *r, uint64_t stream, uint64_t number, struct generation *out,
		  struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, ROW "AND seq<$2 AND base>$2 ORDER BY base LIMIT 1", "uu",
			    stream, number);

	if (code == 0)
		code = take_row(s, stream, out, e);
	if (code != 0)
		return code;
	code = next_opened(r, stream, number, false, out, e);
	return code == 1 ? out->seq < number : code;
}

int generation_next(struct replica *r, uint64_t stream, uint64_t position, struct generation *out,
		    struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, ROW "AND base>$2 ORDER BY base LIMIT 1", "uu", stream,
			    position);

	if (code == 0)
		code = take_row(s, stream, out, e);
	return code != 0 ? code : next_opened(r, stream, position, false, out, e);
}

int generation_newest(struct replica *r, uint64_t stream, struct generation *out, struct err *e)
{
	int code = generation_last(r, stream, out, e);

	return code != 0 ? code : next_opened(r, stream, 0, true, out, e);
}

static int write_turn(struct replica *r, const struct generation *g, struct bytes signature,
		      int64_t time, struct err *e)
{
	uint8_t turned[HASH_SIZE];
	int code = db_exec(r->db, e, "INSERT INTO generation(stream,base,seq,head,old,fresh,"
			   "signature,healed,healed_head) VALUES($1,$2,$3,$4,$5,$6,$7,$3,$4)",
			   "uuubbbb", g->stream, g->base, g->seq, BYTES_OF(g->head),
			   BYTES_OF(g->old), BYTES_OF(g->fresh), signature);

	generation_head(g, turned);
	return code != 0 ? code :
		db_exec(r->db, e, "INSERT INTO stream(stream,seq,head,time) VALUES($1,$2,$3,$4) "
			"ON CONFLICT(stream) DO UPDATE SET seq=$2, head=$3", "uubi", g->stream,
			g->base, BYTES_OF(turned), time);
}

int generation_turn(struct replica *r, const struct generation *g, struct bytes signature,
		    struct err *e)
{
	struct stream_head head;
	int code = replica_head(r, g->stream, &head, e);

	if (code != 0)
		return code;
	if (head.seq != g->seq || memcmp(head.head, g->head, HASH_SIZE) != 0)
		return err_set(e, ERR_HEAD_MISMATCH, "%llu", (unsigned long long)g->stream);
	return write_turn(r, g, signature, head.time, e);
}

int generation_default(struct replica *r, uint64_t stream, struct stream_head *head,
		       struct err *e)
{
	struct generation g = { .stream = stream };
	int code;

	*head = (struct stream_head){ .stream = stream };
	while ((code = step_opened(r, &g, head->head, e)) == 1)
		head->seq = g.base;
	return code;
}

int generation_ensure(struct replica *r, uint64_t stream, struct err *e)
{
	struct generation g = { .stream = stream };
	uint8_t head[HASH_SIZE];
	int code = has_row(r, stream, e);

	if (code != 0)
		return code < 0 ? code : 0;
	while ((code = step_opened(r, &g, head, e)) == 1) {
		code = write_turn(r, &g, BYTES_NONE, 0, e);
		if (code != 0)
			break;
	}
	return code;
}

static int note_one(struct replica *r, uint64_t stream, uint64_t at, uint64_t number, uint64_t seq,
		    struct err *e)
{
	struct generation g;
	int64_t top = 0, there = 0;
	int code = generation_of(r, stream, number, &g, e);

	if (code == 1)
		code = db_number(r->db, e, 0, &there, "SELECT count(*) FROM item WHERE stream=$1 AND "
				 "seq=$2", "uu", stream, seq);
	else if (code == 0)
		code = err_set(e, ERR_MALFORMED, "note %llu", (unsigned long long)number);
	if (code == 0 && there == 0 && seq != at)
		code = err_set(e, ERR_MALFORMED, "note %llu", (unsigned long long)number);
	if (code == 0)
		code = db_number(r->db, e, 0, &top, "SELECT top FROM place WHERE stream=$1 AND "
				 "number>$2 AND number<$3 ORDER BY number DESC LIMIT 1", "uuu", stream,
				 g.seq, number);
	if ((uint64_t)top < seq)
		top = (int64_t)seq;
	return code != 0 ? code :
		db_exec(r->db, e, "INSERT INTO place(stream,number,seq,at,top) "
			"VALUES($1,$2,$3,$4,$5)", "uuuui", stream, number, seq, at, top);
}

int generation_note(struct replica *r, uint64_t stream, uint64_t at, struct bytes notes,
		    struct err *e)
{
	struct cursor c = cursor_of(notes);
	int code = 0;

	while (code == 0 && cursor_left(&c) >= NOTE_SIZE) {
		uint64_t number = cursor_u64(&c);

		code = note_one(r, stream, at, number, cursor_u64(&c), e);
	}
	return code;
}

int generation_place(struct replica *r, uint64_t stream, uint64_t number, uint64_t *seq,
		     struct err *e)
{
	int64_t n = 0;
	int code = db_number(r->db, e, 0, &n, "SELECT seq FROM place WHERE stream=$1 AND number=$2",
			     "uu", stream, number);

	*seq = (uint64_t)n;
	return code != 0 ? code : n > 0;
}

bool generation_is_healed(uint64_t seq, struct bytes notes)
{
	struct cursor c = cursor_of(notes);

	while (cursor_left(&c) >= NOTE_SIZE) {
		cursor_u64(&c);
		if (cursor_u64(&c) == seq)
			return true;
	}
	return false;
}

/* Items of the new generation up to `top` that the author had not seen: they came between. */
static int list_unseen(struct replica *r, const struct generation *g, uint64_t number,
		       struct seen_again *out, struct arena *a, struct err *e)
{
	static const char sql[] =
		"SELECT seq FROM item i WHERE stream=$1 AND seq>$2 AND seq<=$3 AND NOT EXISTS "
		"(SELECT 1 FROM place p WHERE p.stream=i.stream AND p.seq=i.seq AND p.number>$4 AND "
		"p.number<=$5) ORDER BY seq";
	struct buf list;
	struct stmt *s;
	int code;

	/* All in a row, as they were: the usual case. */
	if (out->top - out->base == number - g->seq)
		return 0;
	code = db_query(r->db, e, &s, sql, "uuuuu", g->stream, out->base, out->top, g->seq, number);
	if (code != 0)
		return code;
	buf_init(&list, SEEN_MAX);
	while ((code = db_step(s, e)) == 1) {
		uint64_t seq = (uint64_t)db_int(s, 0);

		buf_put(&list, &seq, sizeof seq);
	}
	db_done(s);
	if (code == 0 && list.len > 0) {
		uint64_t *unseen = arena_array(a, list.len / sizeof *unseen, sizeof *unseen);

		if (unseen == NULL || list.failed)
			code = err_set(e, ERR_NOMEM, "seen");
		else
			memcpy(unseen, list.at, list.len);
		out->unseen = unseen;
		out->unseen_count = list.len / sizeof *unseen;
	}
	buf_release(&list);
	return code;
}

int generation_is_lost(struct replica *r, uint64_t stream, uint64_t number, uint64_t end,
		       bool *lost, struct err *e)
{
	struct generation g;
	int code = number <= end + GENERATION_STEP ? 0 : generation_newest(r, stream, &g, e);

	*lost = code == 1;
	return code < 0 ? code : 0;
}

int generation_seen(struct replica *r, uint64_t stream, uint64_t at, struct seen *seen,
		    struct arena *a, struct err *e)
{
	struct seen_again *again;
	struct generation g;
	uint64_t number = 0;
	struct stmt *s;
	struct stream_head head = { .seq = 0 };
	int code = at == SEQ_PENDING ? replica_head(r, stream, &head, e) : 0;

	/* What waits will stand behind the end. */
	if (at == SEQ_PENDING)
		at = head.seq + 1;
	if (code == 0)
		code = generation_of(r, stream, seen->seq, &g, e);
	/* Of a generation that was lost altogether: what was before it, at least. */
	if (code == 0 && seen->seq >= at) {
		code = generation_last(r, stream, &g, e);
		if (code == 1)
			seen->seq = g.seq;
		return code < 0 ? code : 0;
	}
	if (code == 1 && seen->seq > g.seq + GENERATION_STEP) {
		seen->seq = g.seq;
		return 0;
	}
	if (code != 1)
		return code;
	again = arena_alloc(a, sizeof *again);
	if (again == NULL)
		return err_set(e, ERR_NOMEM, "seen");
	*again = (struct seen_again){ .base = g.base };
	code = db_query(r->db, e, &s, "SELECT number, top FROM place WHERE stream=$1 AND number>$2 "
			"AND number<=$3 AND at<=$4 ORDER BY number DESC LIMIT 1", "uuuu", stream,
			g.seq, seen->seq, at);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		number = (uint64_t)db_int(s, 0);
		again->top = (uint64_t)db_int(s, 1);
		seen->again = again;
	}
	db_done(s);
	return code != 1 ? code : list_unseen(r, &g, number, again, a, e);
}

int generation_zero(struct replica *r, uint64_t zero, uint64_t at, uint64_t *out, struct err *e)
{
	struct generation g, old;
	int64_t top = 0;
	int code = generation_of(r, 0, zero, &g, e);

	*out = zero;
	if (code == 0 && zero > at) {
		code = generation_newest(r, 0, &g, e);
		*out = code == 1 ? at : zero;
		return code < 0 ? code : 0;
	}
	if (code != 1)
		return code;
	code = generation_of(r, 0, at, &old, e);
	if (code < 0)
		return code;
	code = db_number(r->db, e, 0, &top, "SELECT top FROM place WHERE stream=0 AND number=$1 AND "
			 "(at<=$2 OR $3=1)", "uui", zero, at, (int64_t)code);
	*out = top > 0 ? (uint64_t)top : at;
	return code;
}

int generation_has_zero(struct replica *r, uint64_t zero, bool *here, struct err *e)
{
	struct stream_head head;
	struct generation g;
	uint64_t seq;
	int code = replica_head(r, 0, &head, e);

	*here = code == 0 && zero <= head.seq;
	if (code != 0 || !*here)
		return code;
	code = generation_of(r, 0, zero, &g, e);
	if (code == 1) {
		code = generation_place(r, 0, zero, &seq, e);
		*here = code == 1;
	}
	return code < 0 ? code : 0;
}

int generation_before(struct replica *r, uint64_t stream, uint64_t device, uint64_t seq,
		      uint8_t out[HASH_SIZE], struct err *e)
{
	struct stmt *s;
	int64_t begins = 0;
	int code;

	memset(out, 0, HASH_SIZE);
	if (seq <= 1)
		return 1;
	code = db_query(r->db, e, &s, "SELECT hash FROM item WHERE stream=$1 AND device=$2 AND "
			"device_seq=$3", "uuu", stream, device, seq - 1);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE)
		memcpy(out, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	if (code == 0) {
		code = db_number(r->db, e, 0, &begins, "SELECT count(*) FROM generation WHERE "
				 "stream=$1 AND base=$2", "uu", stream, seq - 1);
		code = code != 0 ? code : begins > 0;
	}
	return code;
}
