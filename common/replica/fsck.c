/* Replaying a log. */
#include "common/replica/fsck.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/replica/fsck_internal.h"
#include "common/replica/generation.h"
#include "protocol/limits.h"

enum { ITEM_MEMORY = LIMIT_MEMORY * 2, COMMIT_ITEMS = 500 };

void fsck_found(struct fsck *f, const char *place, const char *fmt, ...)
{
	char what[400];
	va_list ap;

	if (f->count++ >= FSCK_TELL)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	f->found(f->ctx, place, what);
}

/* One row of the log, as stored. */
struct stored {
	uint64_t seq, device, device_seq, first_op, last_op;
	struct bytes hash, head, object, verdicts, notes;
	int64_t time, zero_ahead;
};

static void item_found(struct fsck_walk *w, uint64_t stream, uint64_t seq, const char *what,
		       const char *more)
{
	char place[80];

	snprintf(place, sizeof place, "stream %llu, item %llu", (unsigned long long)stream,
		 (unsigned long long)seq);
	fsck_found(w->f, place, "%s%s%s", what, more[0] == '\0' ? "" : ": ", more);
}

/* Nothing after this place can be followed. */
static void stop_stream(struct fsck_walk *w, struct fsck_stream *st, uint64_t seq,
			const char *what, const char *more)
{
	item_found(w, st->stream, seq, what, more);
	st->done = st->broken = true;
}

/* Goes on into the next generation, where the old one was left. */
static int turn(struct fsck_walk *w, struct fsck_stream *st, struct stream_head *head)
{
	struct generation g;
	struct err e = { 0 };
	int code = replica_head(&w->fresh, st->stream, head, w->e);

	while (code == 0 && !st->broken) {
		code = generation_next(w->store, st->stream, head->seq, &g, w->e);
		if (code != 1 || g.seq != head->seq)
			break;
		code = generation_turn(&w->fresh, &g, BYTES_NONE, &e);
		if (code == ERR_HEAD_MISMATCH)
			stop_stream(w, st, head->seq, "the next generation goes on from another head",
				    "");
		else if (code != 0)
			return err_set(w->e, code, "%s", e.subject);
		code = replica_head(&w->fresh, st->stream, head, w->e);
	}
	return code < 0 ? code : 0;
}

/* The item behind the replay's head. 1, or 0 at the end. */
static int load(struct fsck_walk *w, struct fsck_stream *st, struct stored *out)
{
	struct stream_head head;
	struct stmt *s;
	int code = turn(w, st, &head);

	arena_clear(&w->a);
	if (code == 0 && st->broken)
		return 0;
	if (code == 0)
		code = db_query(w->store->db, w->e, &s, "SELECT seq, device, device_seq, first_op,"
				"last_op, hash, head, object, verdicts, time, zero_ahead, notes FROM item "
				"WHERE stream=$1 AND seq>$2 ORDER BY seq LIMIT 1", "uu",
				st->stream, head.seq);
	if (code != 0)
		return code;
	code = db_step(s, w->e);
	if (code == 1)
		*out = (struct stored){
			.seq = (uint64_t)db_int(s, 0), .device = (uint64_t)db_int(s, 1),
			.device_seq = (uint64_t)db_int(s, 2), .first_op = (uint64_t)db_int(s, 3),
			.last_op = (uint64_t)db_int(s, 4),
			.hash = arena_copy(&w->a, db_bytes(s, 5)),
			.head = arena_copy(&w->a, db_bytes(s, 6)),
			.object = arena_copy(&w->a, db_bytes(s, 7)),
			.verdicts = arena_copy(&w->a, db_bytes(s, 8)),
			.time = db_int(s, 9), .zero_ahead = db_int(s, 10),
			.notes = arena_copy(&w->a, db_bytes(s, 11)),
		};
	db_done(s);
	return code;
}

/* What is wrong with what was stored, as against failures of the machine. */
static bool machine(int code)
{
	return code == ERR_NOMEM || code == ERR_DB || code == ERR_IO || code == ERR_FULL ||
	       code == ERR_BUSY || code == ERR_STOPPED || code == ERR_UNKNOWN;
}

/* Where the next item was judged: it waits until the replay of stream 0 is there.
 * A dictionary that is not known yet comes with a later item of stream 0. */
static int look_ahead(struct fsck_walk *w, struct fsck_stream *st)
{
	struct stored it;
	struct opened o;
	struct bytes payload;
	struct err e = { 0 };
	int code = load(w, st, &it);

	if (code <= 0) {
		st->done = true;
		return code;
	}
	code = replica_read_object(&w->fresh, it.object, it.device, &w->a, &o, &payload, &e);
	if (code == 0) {
		st->zero = o.cs.zero + (uint64_t)it.zero_ahead;
		st->zero_known = true;
		return 0;
	}
	if (machine(code)) {
		if (w->e != NULL)
			*w->e = e;
		return code;
	}
	if (code == ERR_NO_DICTIONARY)
		st->zero = UINT64_MAX;
	else
		stop_stream(w, st, it.seq, err_name(code), e.subject);
	return 0;
}

/* Whether a change set is due: its predecessor is there, and it is not. */
static bool is_next(struct fsck_walk *w, uint64_t device, const struct changeset *cs)
{
	uint8_t before[HASH_SIZE];
	struct author author;
	int64_t there = 0;

	if (replica_author(&w->fresh, cs->stream, device, &author, NULL) == 0 &&
	    author.seq + 1 == cs->seq)
		return true;
	return db_number(w->fresh.db, NULL, 0, &there, "SELECT count(*) FROM item WHERE stream=$1 "
			 "AND device=$2 AND device_seq=$3", "uuu", cs->stream, device, cs->seq) == 0 &&
	       there == 0 && generation_before(&w->fresh, cs->stream, device, cs->seq, before,
					       NULL) == 1;
}

/* The row's own columns against the object. False: it can't be followed. */
static bool check_row(struct fsck_walk *w, struct fsck_stream *st, const struct stored *it,
		      const struct opened *o, const struct stream_head *head)
{
	const struct changeset *cs = &o->cs;

	if (cs->stream != st->stream || !is_next(w, it->device, cs)) {
		stop_stream(w, st, it->seq, "gap", "not the device's next change set");
		return false;
	}
	if (it->device_seq != cs->seq || it->first_op != cs->first ||
	    it->last_op != changeset_last(cs))
		item_found(w, st->stream, it->seq, "numbers differ from the change set's", "");
	if (!bytes_equal(it->hash, BYTES_OF(o->hash)))
		item_found(w, st->stream, it->seq, "hash differs", "");
	if (it->time < head->time && !generation_is_healed(it->seq, it->notes))
		item_found(w, st->stream, it->seq, "time runs backwards", "");
	return true;
}

static int append(struct fsck_walk *w, struct fsck_stream *st, const struct stored *it,
		  const struct opened *o)
{
	/* The verdicts of what was brought back are proven by receipts, not made anew. */
	struct append ap = { .mode = generation_is_healed(it->seq, it->notes) ? APPEND_JUDGED :
										 APPEND_JUDGE,
			     .opened = o, .time = it->time, .verdicts = it->verdicts,
			     .notes = it->notes,
			     .zero = o->cs.zero + (uint64_t)it->zero_ahead };
	struct err e = { 0 };
	int code = replica_append(&w->fresh, &ap, &w->a, &e);

	if (code != 0 && !machine(code)) {
		stop_stream(w, st, it->seq, err_name(code), e.subject);
		return 0;
	}
	if (code != 0) {
		if (w->e != NULL)
			*w->e = e;
		return code;
	}
	if (!bytes_equal(ap.verdicts, it->verdicts))
		stop_stream(w, st, it->seq, "verdicts differ", "");
	else if (!bytes_equal(it->head, BYTES_OF(ap.head.head)) && !st->head_told) {
		item_found(w, st->stream, it->seq, "head differs", "");
		st->head_told = true;
	}
	return 0;
}

static int commit_some(struct fsck_walk *w)
{
	int code;

	if (++w->uncommitted < COMMIT_ITEMS)
		return 0;
	w->uncommitted = 0;
	code = db_commit(w->fresh.db, w->e);
	return code != 0 ? code : db_begin(w->fresh.db, w->e);
}

/* One item into the replay. */
static int replay(struct fsck_walk *w, struct fsck_stream *st)
{
	struct stream_head head;
	struct stored it;
	struct opened o;
	struct err e = { 0 };
	int code = load(w, st, &it);

	if (code <= 0) {
		st->done = true;
		return code;
	}
	st->zero_known = false;
	w->f->items++;
	if (w->f->progress != NULL)
		w->f->progress(w->f->ctx, w->f->items, w->total);
	code = replica_head(&w->fresh, st->stream, &head, w->e);
	if (code != 0)
		return code;
	if (it.seq != head.seq + 1) {
		stop_stream(w, st, head.seq + 1, "missing", "");
		return 0;
	}
	code = replica_open_object(&w->fresh, it.object, it.device, NULL, &w->a, &o, &e);
	if (code != 0 && machine(code)) {
		if (w->e != NULL)
			*w->e = e;
		return code;
	}
	if (code != 0) {
		stop_stream(w, st, it.seq, err_name(code), e.subject);
		return 0;
	}
	if (!check_row(w, st, &it, &o, &head))
		return 0;
	code = append(w, st, &it, &o);
	return code != 0 ? code : commit_some(w);
}

/* Everything that was judged at a place of stream 0 which is there by now. */
static int replay_round(struct fsck_walk *w)
{
	bool here = true;
	size_t i;
	int code = 0;

	for (i = 1; i < w->count && code == 0; i++) {
		struct fsck_stream *st = &w->streams[i];

		while (!st->done && code == 0) {
			if (!st->zero_known)
				code = look_ahead(w, st);
			if (code == 0 && !st->done)
				code = generation_has_zero(&w->fresh, st->zero, &here, w->e);
			if (code != 0 || st->done || !here)
				break;
			code = replay(w, st);
		}
	}
	return code;
}

/* What waits for a place of stream 0 that never came. Where that stream is broken
 * itself, it has been told already. */
static int strand(struct fsck_walk *w)
{
	size_t i;
	int code = 0;

	for (i = 1; i < w->count && code == 0; i++) {
		struct fsck_stream *st = &w->streams[i];
		struct stream_head head;

		if (st->done)
			continue;
		code = replica_head(&w->fresh, st->stream, &head, w->e);
		if (code == 0 && !w->streams[0].broken)
			item_found(w, st->stream, head.seq + 1,
				   "judged at a place of stream 0 that is not there", "");
		st->done = st->broken = true;
	}
	return code;
}

static int replay_all(struct fsck_walk *w)
{
	struct fsck_stream *zero = &w->streams[0];
	int code = replay_round(w);

	while (code == 0 && !zero->done) {
		code = replay(w, zero);
		if (code == 0 && !zero->done)
			code = replay_round(w);
	}
	/* Behind its last item a new generation may begin. */
	if (code == 0)
		code = replay_round(w);
	return code != 0 ? code : strand(w);
}

static int count_pending(void *arg, const struct changeset *cs, struct err *e)
{
	(void)cs;
	(void)e;
	*(bool *)arg = true;
	return 0;
}

static int add_stream(struct fsck_walk *w, uint64_t stream)
{
	struct fsck_stream *more = realloc(w->streams, (w->count + 1) * sizeof *more);

	if (more == NULL)
		return err_set(w->e, ERR_NOMEM, "streams");
	w->streams = more;
	more[w->count++] = (struct fsck_stream){ .stream = stream };
	return 0;
}

/* Streams that the log has, or that anything else speaks of. */
static int list_streams(struct fsck_walk *w)
{
	const struct pending_source *p = w->store->pending;
	struct stmt *s;
	size_t i;
	int code = add_stream(w, 0);

	if (code == 0)
		code = db_query(w->store->db, w->e, &s, "SELECT DISTINCT stream FROM item WHERE "
				"stream<>0 UNION SELECT stream FROM stream WHERE stream<>0 UNION "
				"SELECT DISTINCT stream FROM record WHERE stream<>0 ORDER BY "
				"1", "");
	if (code != 0)
		return code;
	while ((code = db_step(s, w->e)) == 1)
		if (add_stream(w, (uint64_t)db_int(s, 0)) != 0) {
			code = ERR_NOMEM;
			break;
		}
	db_done(s);
	for (i = 0; i < w->count && code == 0 && p != NULL; i++) {
		arena_clear(&w->a);
		code = p->each(p->ctx, w->streams[i].stream, &w->a, count_pending,
			       &w->streams[i].pending, w->e);
	}
	return code;
}

static void remove_scratch(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", ".lock" };
	char file[4104];
	size_t i;

	for (i = 0; i < 4 && strcmp(path, ":memory:") != 0; i++)
		if (snprintf(file, sizeof file, "%s%s", path, tails[i]) < (int)sizeof file)
			unlink(file);
}

/* An empty store of the same district and generation, in an open transaction. */
static int open_fresh(struct fsck_walk *w, struct db **out)
{
	const struct replica *r = w->store;
	struct db *db = NULL;
	size_t i;
	int code;

	remove_scratch(w->f->scratch);
	code = db_open(&db, w->f->env, w->f->scratch, DB_CREATE, w->e);
	if (code != 0)
		return code;
	*out = db;
	code = db_begin(db, w->e);
	if (code == 0)
		code = replica_create(db, &r->root_doc, &r->workings[0].doc, r->generation, w->e);
	for (i = 1; i < r->working_count && code == 0; i++)
		code = replica_keys_put(db, &r->workings[i].doc, r->workings[i].version, w->e);
	if (code == 0)
		code = replica_open(&w->fresh, db, w->f->env, w->e);
	return code;
}

static int check_engine(struct fsck_walk *w)
{
	struct buf lines;
	int code;

	buf_init(&lines, 1 << 16);
	code = db_check(w->store->db, &lines, w->e);
	if (code == 0 && lines.len > 0)
		fsck_found(w->f, "store", "%.*s", (int)lines.len, (const char *)lines.at);
	buf_release(&lines);
	return code;
}

int fsck_replica(struct fsck *f, struct replica *r, struct err *e)
{
	struct fsck_walk w = { .f = f, .store = r, .e = e };
	struct db *db = NULL;
	int code;

	f->count = 0;
	f->items = f->records = 0;
	arena_init(&w.a, ITEM_MEMORY);
	code = check_engine(&w);
	if (code == 0)
		code = list_streams(&w);
	if (code == 0)
		code = db_number(r->db, e, 0, &w.total, "SELECT count(*) FROM item", "");
	if (code == 0)
		code = open_fresh(&w, &db);
	if (code == 0)
		code = replay_all(&w);
	if (code == 0)
		code = fsck_compare(&w);
	/* Pages of the file that can't be read: the engine has named them above. */
	if (code == ERR_CORRUPT) {
		fsck_found(f, "store", "%s", e != NULL ? e->subject : "");
		code = 0;
	}
	replica_close(&w.fresh);
	db_close(db);
	remove_scratch(f->scratch);
	arena_release(&w.a);
	free(w.streams);
	return code;
}
