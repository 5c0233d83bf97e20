/* Snapshots made, kept and cut into parts. */
#include "server/exchange/snapshot.h"

#include <stdio.h>
#include <string.h>

#include "common/replica/snapshot.h"
#include "common/system/solid.h"
#include "protocol/limits.h"
#include "server/exchange/whole.h"

/* A shorter log goes as it is. What has come behind a snapshot goes as log too: beyond a
 * sixteenth of it, and what a message takes anyway, a new one is made. A block is what is taken
 * in at one time; the first part is small, for nobody knows yet what the link bears. */
enum { LOG_LEAST = 32 * 1024, TAIL_LEAST = 16 * 1024, TAIL_PART = 16,
       BLOCK = 1024 * 1024, FIRST_PART = 8 * 1024, PART_LEAST = 64,
       SNAPSHOT_ROOM = 80 };

/* A file begins with what it is: position, key that signed, size, the head there, hash. */
enum { HEADER = 3 * 8 + 2 * HASH_SIZE };

struct kept {
	char path[4096];
	uint64_t seq, device, size;
	uint8_t head[HASH_SIZE], hash[HASH_SIZE];
};

static int path_of(const struct server *s, uint64_t stream, const char *suffix, char path[4096],
		   struct err *e)
{
	int n = snprintf(path, 4096, "%s/snapshots/%llu%s", s->dir, (unsigned long long)stream,
			 suffix);

	return n > 0 && n < 4096 ? 0 : err_set(e, ERR_IO, "snapshots");
}

static int add_block(struct whole *w, struct buf *plain, struct err *e)
{
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	code = whole_clear(w, &a, e);
	if (code == 0)
		code = whole_add(w, BLOCK, e);
	/* Ages are counted from here: the same log gives the same bytes. */
	if (code == 0 && w->reply.stream_count > 0)
		w->reply.time = w->reply.streams[0].items[0].time;
	if (code == 0)
		code = snapshot_put(&w->reply, plain, e);
	arena_release(&a);
	return code;
}

int snapshot_make(struct server *s, struct replica *view, uint64_t stream, struct buf *packed,
		  uint64_t *seq, struct err *e)
{
	struct whole w;
	struct arena a;
	struct buf plain;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	buf_init(&plain, LIMIT_SNAPSHOT_LOG);
	code = whole_begin(&w, s, view, stream, &a, e);
	w.open = true;
	/* Room for one more block, however large its last item is. */
	while (code == 0 && w.at.seq < w.end &&
	       plain.len + LIMIT_MESSAGE <= LIMIT_SNAPSHOT_LOG)
		code = add_block(&w, &plain, e);
	*seq = w.at.seq;
	if (code == 0)
		code = solid_pack(buf_view(&plain), packed, e);
	buf_release(&plain);
	arena_release(&a);
	return code;
}

/* Whether the log has this head at this position: 1, 0. */
static int is_of_log(struct replica *view, uint64_t stream, const struct kept *k, struct err *e)
{
	struct stmt *s;
	int code = db_query(view->db, e, &s, "SELECT head FROM item WHERE stream=$1 AND seq=$2", "uu",
			    stream, k->seq);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1)
		code = bytes_equal(db_bytes(s, 0), BYTES_OF(k->head));
	db_done(s);
	return code;
}

/* A file of this stream's log as it is now, signed by the key in use: 1, 0. */
static int look(struct server *s, struct replica *view, uint64_t stream, const char *suffix,
		struct kept *out, struct err *e)
{
	struct buf header;
	struct cursor c;
	int code = path_of(s, stream, suffix, out->path, e);

	if (code != 0)
		return code;
	buf_init(&header, HEADER);
	code = env_read_part(out->path, 0, HEADER, &header, NULL);
	c = cursor_of(buf_view(&header));
	if (code == 0 && header.len == HEADER) {
		out->seq = cursor_u64(&c);
		out->device = cursor_u64(&c);
		out->size = cursor_u64(&c);
		memcpy(out->head, cursor_take(&c, HASH_SIZE).at, HASH_SIZE);
		memcpy(out->hash, cursor_take(&c, HASH_SIZE).at, HASH_SIZE);
		code = out->device == view->server_device && out->size > 0 &&
				       out->size <= LIMIT_SNAPSHOT ?
			       is_of_log(view, stream, out, e) : 0;
	} else {
		code = 0;
	}
	buf_release(&header);
	return code;
}

/* Bytes of the log's objects behind a position. */
static int tail_of(struct replica *view, uint64_t stream, uint64_t seq, int64_t *out,
		   struct err *e)
{
	return db_number(view->db, e, 0, out, "SELECT coalesce(sum(length(object)), 0) FROM item "
			 "WHERE stream=$1 AND seq>$2", "uu", stream, seq);
}

/* Gives the file its name, and the one that had it another. */
static int store(struct server *s, uint64_t stream, const struct kept *k, struct bytes packed,
		 struct err *e)
{
	char fresh[4096], old[4096], suffix[32];
	struct buf content;
	uint64_t random;
	int code;

	env_random(s->env, &random, sizeof random);
	snprintf(suffix, sizeof suffix, ".%016llx", (unsigned long long)random);
	code = path_of(s, stream, suffix, fresh, e);
	if (code == 0)
		code = path_of(s, stream, ".old", old, e);
	buf_init(&content, HEADER + LIMIT_SNAPSHOT);
	buf_u64(&content, k->seq);
	buf_u64(&content, k->device);
	buf_u64(&content, packed.len);
	buf_put(&content, k->head, HASH_SIZE);
	buf_put(&content, k->hash, HASH_SIZE);
	buf_add(&content, packed);
	if (code == 0 && content.failed)
		code = err_set(e, ERR_NOMEM, "snapshots");
	if (code == 0)
		code = env_write_file(fresh, buf_view(&content), 0600, e);
	buf_release(&content);
	if (code != 0)
		return code;
	/* There may be none before it. */
	if (env_kind(k->path) == ENV_FILE)
		env_rename(k->path, old, NULL);
	code = env_rename(fresh, k->path, e);
	if (code != 0)
		env_remove(fresh, NULL);
	return code;
}

static int make_file(struct server *s, struct replica *view, uint64_t stream, struct kept *out,
		     struct err *e)
{
	struct buf packed, folder;
	struct stmt *q;
	int code;

	buf_init(&packed, LIMIT_SNAPSHOT);
	buf_init(&folder, 4096);
	code = snapshot_make(s, view, stream, &packed, &out->seq, e);
	if (code == 0)
		code = db_query(view->db, e, &q, "SELECT head FROM item WHERE stream=$1 AND seq=$2",
				"uu", stream, out->seq);
	if (code == 0) {
		code = db_step(q, e) == 1 && db_bytes(q, 0).len == HASH_SIZE ?
			       0 : err_set(e, ERR_CORRUPT, "snapshot");
		if (code == 0)
			memcpy(out->head, db_bytes(q, 0).at, HASH_SIZE);
		db_done(q);
	}
	out->device = view->server_device;
	out->size = packed.len;
	snapshot_hash(buf_view(&packed), out->hash);
	buf_printf(&folder, "%s/snapshots%c", s->dir, '\0');
	if (code == 0)
		code = folder.failed ? err_set(e, ERR_NOMEM, "snapshots") :
				       env_make_dirs((char *)folder.at, e);
	if (code == 0)
		code = path_of(s, stream, "", out->path, e);
	if (code == 0)
		code = store(s, stream, out, buf_view(&packed), e);
	buf_release(&folder);
	buf_release(&packed);
	return code;
}

/* The one to be sent to who has not begun: 1; 0: the log does as well. */
static int newest(struct server *s, struct replica *view, uint64_t stream, struct kept *out,
		  struct err *e)
{
	int64_t log = 0;
	int code = look(s, view, stream, "", out, e);
	bool there = code == 1;

	if (code >= 0)
		code = tail_of(view, stream, there ? out->seq : 0, &log, e);
	if (code != 0)
		return code;
	if (there && log <= TAIL_LEAST + (int64_t)out->size / TAIL_PART)
		return 1;
	if (!there && log < LOG_LEAST)
		return 0;
	code = make_file(s, view, stream, out, e);
	return code == 0 ? 1 : code;
}

/* The one that the reader has begun with, where it is still there. */
static int begun(struct server *s, struct replica *view, const struct message_snapshot *want,
		 struct kept *out, struct err *e)
{
	static const char *const suffixes[] = { "", ".old" };
	size_t i;
	int code = 0;

	for (i = 0; i < 2 && code == 0; i++) {
		code = look(s, view, want->stream, suffixes[i], out, e);
		if (code == 1 && memcmp(out->hash, want->hash, HASH_SIZE) != 0)
			code = 0;
	}
	return code == 1 && want->offset >= out->size ? 0 : code;
}

/* The next part, of some `room` bytes at most: 1; 0 where there is none to be had. */
static int next_part(struct exchange *x, struct server *s, struct replica *view, uint64_t stream,
		     struct arena *a, size_t room, struct message_snapshot *out, struct err *e)
{
	const struct message_snapshot *want = &x->request.snapshot;
	struct kept k;
	struct buf bytes;
	uint64_t from = 0;
	int code = 0;

	if (room < SNAPSHOT_ROOM + PART_LEAST)
		return 0;
	room -= SNAPSHOT_ROOM;
	if (x->request.has_snapshot && want->stream == stream) {
		code = begun(s, view, want, &k, e);
		from = code == 1 ? want->offset : 0;
	}
	if (code == 0) {
		code = newest(s, view, stream, &k, e);
		/* A file bears what it bears. */
		if (!x->request.has_bundle && room > FIRST_PART)
			room = FIRST_PART;
	}
	if (code != 1)
		return exchange_fatal(code) && code != ERR_IO && code != ERR_FULL ? code : 0;
	buf_init(&bytes, LIMIT_MESSAGE);
	room = k.size - from < room ? (size_t)(k.size - from) : room;
	code = env_read_part(k.path, HEADER + from, room, &bytes, NULL);
	*out = (struct message_snapshot){ stream, k.seq, { 0 }, k.size, from, BYTES_NONE };
	memcpy(out->hash, k.hash, HASH_SIZE);
	memcpy(x->next_check, k.head, MESSAGE_CHECK);
	out->bytes = arena_copy(a, buf_view(&bytes));
	if (code == 0 && bytes.len == room)
		code = out->bytes.at != NULL ? 1 : err_set(e, ERR_NOMEM, "snapshot");
	else
		code = code == ERR_NOMEM ? code : 0;
	buf_release(&bytes);
	return code;
}

int snapshot_answer(struct exchange *x, struct server *s, struct replica *view,
		    const struct message_have *h, uint64_t stream, struct arena *a, size_t *room,
		    struct reply *reply, struct err *e)
{
	const struct message_snapshot *part = &reply->snapshot;
	struct stream_head end;
	int code;

	if (!x->request.reads_snapshots || stream == 0 || (h != NULL && h->seq > 0))
		return 0;
	/* One after the other. */
	if (reply->has_snapshot) {
		x->next_behind = true;
		return 1;
	}
	code = next_part(x, s, view, stream, a, *room, &reply->snapshot, e);
	if (code != 1)
		return code;
	reply->has_snapshot = true;
	*room -= part->bytes.len + SNAPSHOT_ROOM;
	x->next_snapshot = *part;
	x->next_snapshot.offset += part->bytes.len;
	x->next_snapshot.bytes = BYTES_NONE;
	code = replica_head(view, stream, &end, e);
	x->next_behind |= code == 0 && end.seq > part->seq;
	return code == 0 ? 1 : code;
}
