/* Parts of a snapshot, and its replies. */
#include "client/sync/snapshot.h"

#include <string.h>

#include "client/identity/incarnation.h"
#include "client/sync/heal.h"
#include "common/replica/snapshot.h"
#include "common/system/solid.h"
#include "protocol/limits.h"

/* The row of the one under way. */
struct row {
	uint64_t stream, total, held;
	uint8_t hash[HASH_SIZE];
	int64_t problem;
};

/* 1, or 0 where there is none; one whose log has come another way before it was whole is none. */
static int find_row(struct client *c, struct row *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT stream, total, hash, problem, (SELECT "
			    "coalesce(sum(length(data)), 0) FROM snapshot_part), (SELECT count(*) FROM "
			    "stream t WHERE t.stream=snapshot.stream AND t.seq>0) FROM snapshot", "");

	*out = (struct row){ 0 };
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		out->stream = (uint64_t)db_int(s, 0);
		out->total = (uint64_t)db_int(s, 1);
		if (db_bytes(s, 2).len == HASH_SIZE)
			memcpy(out->hash, db_bytes(s, 2).at, HASH_SIZE);
		out->problem = db_int(s, 3);
		out->held = (uint64_t)db_int(s, 4);
		if (db_int(s, 5) > 0 && out->problem == 0 && out->held < out->total) {
			*out = (struct row){ 0 };
			code = 0;
		}
	}
	db_done(s);
	return code;
}

static int drop(struct client *c, struct err *e)
{
	int code = db_exec(c->db, e, "DELETE FROM snapshot", "");

	return code != 0 ? code : db_exec(c->db, e, "DELETE FROM snapshot_part", "");
}

int snapshot_ask(struct client *c, struct request *r, struct err *e)
{
	struct row row;
	int code = find_row(c, &row, e);

	/* One could not be read: then there may be no others. */
	if (code < 0 || (code == 1 && row.problem != 0))
		return code < 0 ? code : 0;
	r->reads_snapshots = true;
	if (code == 0 || row.held == 0 || row.held >= row.total)
		return 0;
	r->has_snapshot = true;
	r->snapshot = (struct message_snapshot){ .stream = row.stream, .offset = row.held };
	memcpy(r->snapshot.hash, row.hash, HASH_SIZE);
	return 0;
}

int snapshot_keep(struct client *c, const struct reply *r, struct exchange_result *out,
		  struct err *e)
{
	const struct message_snapshot *s = &r->snapshot;
	struct stream_head head;
	struct row row;
	bool same;
	int code;

	if (!r->has_snapshot)
		return 0;
	code = replica_head(&c->replica, s->stream, &head, e);
	/* Of an old reply: the log has come another way since. */
	if (code != 0 || head.seq > 0)
		return code;
	code = find_row(c, &row, e);
	if (code < 0 || row.problem != 0)
		return code < 0 ? code : 0;
	same = code == 1 && row.stream == s->stream && memcmp(row.hash, s->hash, HASH_SIZE) == 0 &&
	       row.total == s->total;
	/* One before it is in another file. */
	out->gap |= s->offset > (same ? row.held : 0);
	if (s->offset != (same ? row.held : 0))
		return 0;
	code = same ? 0 : drop(c, e);
	if (code == 0 && !same)
		code = db_exec(c->db, e, "INSERT INTO snapshot(stream,seq,hash,total,problem) VALUES("
			       "$1,$2,$3,$4,0)", "uubu", s->stream, s->seq, BYTES_OF(s->hash),
			       s->total);
	if (code == 0)
		code = db_exec(c->db, e, "INSERT INTO snapshot_part(start,data) VALUES($1,$2)", "ub",
			       s->offset, s->bytes);
	out->snapshot += code == 0 ? s->bytes.len : 0;
	return code;
}

/* All parts, in order. */
static int gather(struct client *c, struct buf *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT data FROM snapshot_part ORDER BY start", "");

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1)
		buf_add(out, db_bytes(s, 0));
	db_done(s);
	return code < 0 ? code : out->failed ? err_set(e, ERR_NOMEM, "snapshot") : 0;
}

static int close_objects(struct client *c, struct reply *r, struct arena *a, struct err *e)
{
	size_t i, k;
	int code = 0;

	for (i = 0; i < r->stream_count; i++)
		for (k = 0; k < r->streams[i].item_count && code == 0; k++)
			code = snapshot_close(&c->replica, r->streams[i].items[k].object, a,
					      &r->streams[i].items[k].object, e);
	return code;
}

/* One reply of it, in a transaction: as any other, but that it says nothing of this computer. */
static int take_reply(struct client *c, struct reply *r, struct arena *a,
		      struct exchange_counts *counts, struct err *e)
{
	bool any = false;
	size_t i;
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	code = close_objects(c, r, a, e);
	if (code == 0)
		code = heal_adopt(c, r, false, &any, e);
	for (i = 0; i < r->stream_count && code == 0; i++) {
		code = outbox_take_stream(c, r, i, counts, e);
		if (code == 0)
			code = heal_adopt(c, r, false, &any, e);
	}
	if (code == 0 && counts->gap)
		code = err_set(e, ERR_GAP, "snapshot");
	if (code == 0)
		return db_commit(c->db, e);
	replica_rollback(&c->replica);
	return code;
}

/* Checks that it is of this stream and none else, reply by reply. */
static int take_all(struct client *c, uint64_t stream, struct bytes plain,
		    struct exchange_counts *counts, struct err *e)
{
	struct cursor at = cursor_of(plain);
	int code = 0;

	while (code == 0 && cursor_left(&at) > 0) {
		struct reply r;
		struct arena a;

		arena_init(&a, LIMIT_MEMORY * (size_t)2);
		code = snapshot_next(&at, &a, &r, e);
		if (code == 0 && r.stream_count > 0 && r.streams[0].stream != stream)
			code = err_set(e, ERR_NO_STREAM, "%llu",
				       (unsigned long long)r.streams[0].stream);
		if (code == 0)
			code = take_reply(c, &r, &a, counts, e);
		arena_release(&a);
	}
	return code;
}

static int take_packed(struct client *c, const struct row *row, struct exchange_counts *counts,
		       struct err *e)
{
	uint8_t hash[HASH_SIZE];
	struct buf packed, plain;
	int code;

	buf_init(&packed, LIMIT_SNAPSHOT);
	buf_init(&plain, LIMIT_SNAPSHOT_LOG + 1);
	code = gather(c, &packed, e);
	snapshot_hash(buf_view(&packed), hash);
	if (code == 0 && memcmp(hash, row->hash, HASH_SIZE) != 0)
		code = err_set(e, ERR_CUT_FILE, "%llu", (unsigned long long)row->stream);
	if (code == 0)
		code = solid_unpack(buf_view(&packed), LIMIT_SNAPSHOT_LOG, &plain, e);
	buf_release(&packed);
	if (code == 0)
		code = take_all(c, row->stream, buf_view(&plain), counts, e);
	buf_release(&plain);
	return code;
}

/* Done with, or given up for a reason: then its bytes go, the row stays. */
static int finish(struct client *c, int problem, struct err *e)
{
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	if (problem == 0)
		code = drop(c, e);
	else
		code = db_exec(c->db, e, "UPDATE snapshot SET problem=$1", "i", (int64_t)problem);
	if (code == 0 && problem != 0)
		code = db_exec(c->db, e, "DELETE FROM snapshot_part", "");
	if (code == 0)
		return db_commit(c->db, e);
	replica_rollback(&c->replica);
	return code;
}

/* What is no fault of the snapshot: it is tried again. */
static bool is_ours(int code)
{
	return code == ERR_NOMEM || code == ERR_DB || code == ERR_IO || code == ERR_FULL ||
	       code == ERR_BUSY || code == ERR_STOPPED || code == ERR_UNKNOWN;
}

int snapshot_take(struct client *c, struct exchange_counts *counts, struct err *e)
{
	struct err later = { 0 };
	struct row row;
	int noted, code = find_row(c, &row, e);

	if (code <= 0 || row.problem != 0 || row.held < row.total)
		return code < 0 ? code : 0;
	code = take_packed(c, &row, counts, e);
	if (is_ours(code))
		return code;
	noted = finish(c, code, &later);
	if (noted == 0)
		return code == 0 ? 0 : err_cause(e, ERR_SNAPSHOT);
	*e = later;
	return noted;
}

/* What was read was signed under this store's own key, and not here. */
static int renew(struct client *c, const struct exchange_counts *counts, struct err *e)
{
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	code = incarnation_make(c, counts->forked ? SUCCESSION_FORKED : SUCCESSION_RESTORED, e);
	if (code == 0)
		code = db_commit(c->db, e);
	else
		replica_rollback(&c->replica);
	return code == 0 ? incarnation_switch(c, e) : code;
}

int snapshot_finish(struct client *c, struct exchange_result *out, struct err *e)
{
	struct exchange_counts counts = { 0 };
	struct cert cert;
	int code = snapshot_take(c, &counts, e);

	out->items_in += counts.items_in;
	out->changesets_out += counts.changesets_out;
	out->refused += counts.refused;
	if (code != 0 || counts.items_in + counts.changesets_out == 0)
		return code;
	out->more = true;
	c->enrolled = replica_cert(&c->replica, c->unit, c->key.id, &cert, NULL) == 0;
	if (!counts.forked && !counts.behind)
		return 0;
	out->renewed = true;
	return renew(c, &counts, e);
}

int snapshot_way(struct client *c, struct snapshot_way *out, struct err *e)
{
	struct row row;
	int code = find_row(c, &row, e);

	*out = (struct snapshot_way){ row.stream, row.held, row.problem == 0 ? row.total : 0 };
	return code < 0 ? code : 0;
}
