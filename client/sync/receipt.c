/* From head(0) forward: every item moves the head on, and where the server signed
 * a head it must be this one. */
#include "client/sync/receipt.h"

#include <string.h>

#include "common/replica/generation.h"
#include "protocol/limits.h"

/* A walk along one stream. */
struct walk {
	struct client *c;
	uint64_t stream, seq;
	uint8_t head[HASH_SIZE];
	int64_t time;
	uint64_t uncovered;  /* receipts by a key past its time, with none behind them yet */
	struct receipt_check *check;
	struct err *e;
};

static int wrong(struct walk *w, int code)
{
	return err_set(w->e, code, "%llu/%llu", (unsigned long long)w->stream,
		       (unsigned long long)w->seq);
}

/* The author's hash before this item; zeros for his first. */
static int hash_before(struct walk *w, uint64_t device, uint64_t device_seq,
		       uint8_t out[HASH_SIZE])
{
	struct stmt *s;
	int code = generation_before(&w->c->replica, w->stream, device, device_seq, out, w->e);

	if (code != 0)
		return code < 0 ? code : 0;
	code = db_query(w->c->db, w->e, &s, "SELECT hash FROM old_item WHERE stream=$1 AND device=$2 "
			"AND device_seq=$3", "uuu", w->stream, device, device_seq - 1);
	if (code != 0)
		return code;
	code = db_step(s, w->e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE)
		memcpy(out, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	return code < 0 ? code : 0;
}

static int step(struct walk *w, struct stmt *s)
{
	struct opened opened;
	struct arena a;
	uint8_t prev[HASH_SIZE], next[HASH_SIZE];
	uint64_t device = (uint64_t)db_int(s, 1);
	int code;

	w->seq = (uint64_t)db_int(s, 0);
	code = hash_before(w, device, (uint64_t)db_int(s, 2), prev);
	if (code != 0)
		return code;
	arena_init(&a, LIMIT_MEMORY);
	code = replica_open_object(&w->c->replica, db_bytes(s, 3), device, prev, &a, &opened,
				   w->e);
	if (code == 0) {
		w->time = db_int(s, 5);
		head_noted(w->head, opened.hash, db_bytes(s, 4), w->time,
			   (db_int(s, 8) != 0 ? opened.cs.zero : 0) + (uint64_t)db_int(s, 6),
			   db_bytes(s, 7), next);
		memcpy(w->head, next, HASH_SIZE);
		w->check->items++;
	}
	arena_release(&a);
	return code == 0 || code == ERR_NOMEM ? code : wrong(w, code);
}

/* One that a replaced key gave past its time proves nothing by itself; one behind it, by a
 * key in its time, proves the same and more. */
static int check_signature(struct walk *w, const uint8_t *signature)
{
	struct stream_head here = { .stream = w->stream, .seq = w->seq, .time = w->time };
	int code;

	memcpy(here.head, w->head, HASH_SIZE);
	code = replica_head_signed(&w->c->replica, &here, signature, NULL);
	if (code != 0 && code != ERR_KEY_REPLACED)
		return wrong(w, ERR_BAD_SIGNATURE);
	w->uncovered = code == 0 ? 0 : w->uncovered + 1;
	w->check->receipts++;
	return 0;
}

/* The receipt for the head as it is now, if there is one. */
static int compare(struct walk *w)
{
	struct stmt *s;
	int code = db_query(w->c->db, w->e, &s, "SELECT head, time, signature FROM receipt "
			    "WHERE stream=$1 AND seq=$2", "uu", w->stream, w->seq);

	if (code != 0)
		return code;
	code = db_step(s, w->e);
	if (code == 1) {
		struct bytes head = db_bytes(s, 0), signature = db_bytes(s, 2);

		if (!bytes_equal(head, BYTES_OF(w->head)) || db_int(s, 1) != w->time)
			code = wrong(w, ERR_HEAD_MISMATCH);
		else if (signature.len != SIGN_SIZE)
			code = wrong(w, ERR_BAD_SIGNATURE);
		else
			code = check_signature(w, signature.at);
	}
	db_done(s);
	return code;
}

/* Items of the log, or those that stood there before the server was restored. */
static const char items_sql[] =
	"SELECT seq, device, device_seq, object, verdicts, time, zero_ahead, notes, 1 FROM item WHERE "
	"stream=$1 AND seq>$2 AND seq<=$3 ORDER BY seq";
static const char old_sql[] =
	"SELECT number, device, device_seq, object, verdicts, time, zero, notes, 0 FROM old_item "
	"WHERE stream=$1 AND number>$2 AND number<=$3 ORDER BY number";

static int walk_part(struct walk *w, const char *sql, uint64_t from, uint64_t until)
{
	struct stmt *s;
	int code = db_query(w->c->db, w->e, &s, sql, "uuu", w->stream, from, until);

	if (code != 0)
		return code;
	while ((code = db_step(s, w->e)) == 1) {
		code = step(w, s);
		if (code == 0)
			code = compare(w);
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

/* What the old generation had beyond its end, then the head that the new one begins with. */
static int walk_turn(struct walk *w, const struct generation *g)
{
	int64_t time = w->time;
	int code;

	if (memcmp(w->head, g->head, HASH_SIZE) != 0)
		return wrong(w, ERR_HEAD_MISMATCH);
	code = walk_part(w, old_sql, g->seq, g->base);
	generation_head(g, w->head);
	w->time = time;
	w->seq = g->base;
	return code == 0 ? compare(w) : code;
}

static int walk_stream(struct walk *w)
{
	struct replica *r = &w->c->replica;
	struct generation g = { .base = 0 };
	uint64_t from = 0;
	int code;

	head_start(r->district.id, w->stream, r->generation, w->head);
	w->uncovered = 0;
	w->time = 0;
	while ((code = generation_next(r, w->stream, from, &g, w->e)) == 1) {
		code = walk_part(w, items_sql, from, g.seq);
		if (code == 0)
			code = walk_turn(w, &g);
		if (code != 0)
			return code;
		from = g.base;
	}
	if (code == 0)
		code = walk_part(w, items_sql, from, INT64_MAX);
	if (code == 0 && w->uncovered > 0)
		code = wrong(w, ERR_KEY_REPLACED);
	return code;
}

int receipt_verify(struct client *c, struct receipt_check *out, struct err *e)
{
	struct receipt_check check = { 0 };
	struct walk w = { .c = c, .check = &check, .e = e };
	int64_t held = 0, beyond = 0;
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT DISTINCT stream FROM receipt", "");

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		w.stream = (uint64_t)db_int(s, 0);
		code = walk_stream(&w);
		if (code != 0)
			break;
	}
	db_done(s);
	if (code == 0)
		code = db_number(c->db, e, 0, &held, "SELECT count(*) FROM receipt", "");
	/* One for a position that the log does not have proves that something is gone. */
	beyond = held - (int64_t)check.receipts;
	if (code == 0 && beyond > 0)
		code = err_set(e, ERR_HEAD_MISMATCH, "%lld", (long long)beyond);
	if (code == 0)
		*out = check;
	return code;
}
