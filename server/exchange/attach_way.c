/* Files coming in, files going out. */
#include "server/exchange/attach_way.h"

#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/scope.h"

/* Of files that are not whole, from one device; what is left free on the disk; what of a reply
 * one standing takes. */
#define PARTIAL_MOST ((int64_t)2 * LIMIT_ATTACHMENT)
#define FREE_LEAST ((uint64_t)LIMIT_ATTACHMENT)
enum { STANDING_ROOM = 48, FILE_ROOM = 64, ROOM_LEAST = 256 };

/* Whether a record names it that the sender reads: 1, 0. */
static int named(struct exchange *x, struct replica *view, const uint8_t hash[HASH_SIZE],
		 struct err *e)
{
	struct stmt *s;
	int found = 0;
	int code = db_query(view->db, e, &s, "SELECT DISTINCT stream FROM attach_use WHERE hash=$1",
			    "b", (struct bytes){ hash, HASH_SIZE });

	if (code != 0)
		return code;
	while (found == 0 && (code = db_step(s, e)) == 1)
		found = scope_reads(view, &x->sender, (uint64_t)db_int(s, 0), e);
	db_done(s);
	return code < 0 ? code : found;
}

/* Its place among what is to be said, or the next free one. */
static size_t said(const struct exchange *x, const uint8_t hash[HASH_SIZE])
{
	size_t i;

	for (i = 0; i < x->standing_count; i++)
		if (memcmp(x->standings[i].hash, hash, HASH_SIZE) == 0)
			break;
	return i;
}

static void say(struct exchange *x, const uint8_t hash[HASH_SIZE], uint64_t held, int code)
{
	struct message_attachment *f;
	size_t i = said(x, hash);

	if (i == LIMIT_ATTACHMENTS)
		return;
	f = &x->standings[i];
	x->standing_count += i == x->standing_count;
	memcpy(f->hash, hash, HASH_SIZE);
	f->offset = held;
	f->code = code;
}

/* Others of the same device's that are not whole make room for it. */
static int make_room(struct server *s, struct exchange *x, const struct message_attachment *f,
		     int *problem, struct err *e)
{
	uint64_t space = env_space(s->dir);
	int64_t held = 0;
	int code = attach_held_all(s->db, x->sender.device, &held, e);

	*problem = 0;
	if (code == 0 && held + (int64_t)f->bytes.len > PARTIAL_MOST)
		code = db_exec(s->db, e, "DELETE FROM attach_piece WHERE source=$1 AND hash<>$2", "ub",
			       x->sender.device, BYTES_OF(f->hash));
	if (space > 0 && space < FREE_LEAST + 2 * f->total)
		*problem = ERR_FULL;
	return code;
}

/* Trouble with the folder is the file's, not the store's. */
static bool is_own(int code)
{
	return code == ERR_FILE_DAMAGED || code == ERR_FILE_KIND || code == ERR_FULL ||
	       code == ERR_IO || code == ERR_NO_FILE;
}

static int take_bytes(struct server *s, struct exchange *x, const struct message_attachment *f,
		      struct err *e)
{
	uint64_t held = 0;
	bool whole = false;
	int problem = 0, code = 0;

	if (f->bytes.len > 0)
		code = make_room(s, x, f, &problem, e);
	if (code != 0)
		return code;
	if (problem == 0) {
		code = attach_take(s->db, s->dir, x->sender.device, f, env_now(s->env), &held, &whole,
				   e);
		if (code != 0 && !is_own(code))
			return code;
		problem = code;
	}
	x->files_whole += whole;
	say(x, f->hash, problem != 0 ? 0 : whole || held < f->total ? held : f->total - 1, problem);
	return !whole ? 0 : db_exec(s->db, e, "DELETE FROM attach_lost WHERE hash=$1", "b",
				    BYTES_OF(f->hash));
}

static int take_file(struct server *s, struct exchange *x, const struct message_attachment *f,
		     struct err *e)
{
	uint64_t size = 0;
	int code = attach_have(s->db, f->hash, &size, e);

	x->file_bytes += f->bytes.len;
	if (code == 1)
		say(x, f->hash, size, 0);
	if (code == 0) {
		code = named(x, &s->replica, f->hash, e);
		if (code == 1)
			return take_bytes(s, x, f, e);
		if (code == 0)
			say(x, f->hash, 0, ERR_FILE_UNNAMED);
	}
	return code < 0 ? code : 0;
}

/* How far one is that a record has just named: then its sender need not ask. */
static int say_of(struct server *s, struct exchange *x, const uint8_t hash[HASH_SIZE],
		  struct err *e)
{
	uint64_t size = 0;
	int64_t held = 0;
	int code = attach_have(s->db, hash, &size, e);

	if (code == 0)
		code = db_number(s->db, e, 0, &held, "SELECT sum(length(data)) FROM attach_piece WHERE "
				 "source=$1 AND hash=$2", "ub", x->sender.device,
				 (struct bytes){ hash, HASH_SIZE });
	else if (code == 1)
		held = (int64_t)size;
	if (code >= 0)
		say(x, hash, (uint64_t)held, 0);
	return code < 0 ? code : 0;
}

static int say_named(struct server *s, struct exchange *x, const struct arrival *a,
		     const struct schema *schema, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	uint8_t hash[HASH_SIZE];
	size_t i;
	int code = 0;

	for (i = 0; cs->ops != NULL && i < cs->op_count && code == 0; i++) {
		const struct op *op = &cs->ops[i];
		const struct type *t = op->kind == OP_SET ? schema_type(schema, op->type) : NULL;

		if (t != NULL && t->file != NULL && t->file->hash->number == op->field &&
		    op->value.kind == VALUE_TEXT && attach_hash_read(op->value.b, hash))
			code = say_of(s, x, hash, e);
	}
	return code;
}

/* Files of the sender's unit that this server has lost. */
static int say_lost(struct replica *view, struct exchange *x, struct err *e)
{
	struct stmt *q;
	int code = db_query(view->db, e, &q, "SELECT hash FROM attach_lost l WHERE EXISTS (SELECT 1 FROM "
			    "attach_use u WHERE u.hash=l.hash AND u.live=1 AND (u.stream=$1 OR "
			    "u.stream=0)) ORDER BY hash", "u", x->sender.unit);

	if (code != 0)
		return code;
	while (x->standing_count < LIMIT_ATTACHMENTS && (code = db_step(q, e)) == 1)
		if (db_bytes(q, 0).len == HASH_SIZE &&
		    said(x, db_bytes(q, 0).at) == x->standing_count)
			say(x, db_bytes(q, 0).at, 0, 0);
	db_done(q);
	return code < 0 ? code : 0;
}

static int make_standings(struct exchange *x, struct err *e)
{
	if (x->standings == NULL)
		x->standings = arena_array(&x->arena, LIMIT_ATTACHMENTS, sizeof *x->standings);
	return x->standings == NULL ? err_set(e, ERR_NOMEM, "files") : 0;
}

int way_take_in(struct server *s, struct exchange *x, struct err *e)
{
	struct schema *schema;
	size_t i;
	int code = replica_schema_now(&s->replica, &schema, e);

	if (code == 0)
		code = make_standings(x, e);
	for (i = 0; i < x->arrival_count && code == 0; i++)
		if (x->arrivals[i].code == 0)
			code = say_named(s, x, &x->arrivals[i], schema, e);
	for (i = 0; i < x->request.file_count && code == 0; i++)
		code = take_file(s, x, &x->request.files[i], e);
	return code;
}

int way_lost(struct server *s, uint8_t (*hashes)[HASH_SIZE], size_t count, struct err *e)
{
	size_t i;
	int code = db_begin(s->db, e);

	if (code != 0)
		return code;
	for (i = 0; i < count && code == 0; i++) {
		code = db_exec(s->db, e, "INSERT INTO attach_lost(hash) VALUES($1) ON CONFLICT DO "
			       "NOTHING", "b", BYTES_OF(hashes[i]));
		if (code == 0)
			code = db_exec(s->db, e, "DELETE FROM attach_file WHERE hash=$1", "b",
				       BYTES_OF(hashes[i]));
	}
	if (code == 0)
		return db_commit(s->db, e);
	db_rollback(s->db);
	return code;
}

/* --- answering --- */

/* Some bytes of a wanted one; *absent: it is not to be had. */
static int add_part(struct exchange *x, struct replica *view, const char *dir, size_t at,
		    struct arena *a, size_t *room, struct reply *reply, bool *absent,
		    struct err *e)
{
	struct message_attachment *w = &x->request.wanted[at], *f = &reply->files[reply->file_count];
	uint64_t size = 0;
	struct buf bytes;
	int code = attach_have(view->db, w->hash, &size, e);
	size_t n;

	if (code == 1)
		code = named(x, view, w->hash, e);
	*absent = code == 0;
	x->next_files[at] = w->offset;
	if (code <= 0 || w->offset >= size || *room < ROOM_LEAST)
		return code < 0 ? code : 0;
	n = size - w->offset < *room - FILE_ROOM ? (size_t)(size - w->offset) : *room - FILE_ROOM;
	buf_init(&bytes, LIMIT_MESSAGE);
	code = attach_part(dir, w->hash, w->offset, n, &bytes, e);
	*absent = code == ERR_FILE_ABSENT || (code == 0 && bytes.len == 0);
	if (code == 0 && !*absent) {
		*f = (struct message_attachment){ .total = size, .offset = w->offset,
						  .bytes = arena_copy(a, buf_view(&bytes)) };
		memcpy(f->hash, w->hash, HASH_SIZE);
		code = f->bytes.at == NULL ? err_set(e, ERR_NOMEM, "files") : 0;
		reply->file_count++;
		*room -= bytes.len + FILE_ROOM;
		x->next_files[at] = w->offset + bytes.len;
		x->file_out += bytes.len;
	}
	buf_release(&bytes);
	return code == ERR_FILE_ABSENT ? 0 : code;
}

int way_answer(struct exchange *x, struct replica *view, const char *dir, bool alone,
	       struct arena *a, size_t *room, struct reply *reply, struct err *e)
{
	size_t most = *room / 2 / STANDING_ROOM, i, n = x->request.wanted_count;
	int code = make_standings(x, e);

	if (code == 0)
		code = say_lost(view, x, e);
	if (code != 0)
		return code;

	reply->standings = arena_array(a, x->standing_count + n + 1, sizeof *reply->standings);
	reply->files = arena_array(a, n + 1, sizeof *reply->files);
	x->next_files = arena_array(&x->arena, n + 1, sizeof *x->next_files);
	if (reply->standings == NULL || reply->files == NULL || x->next_files == NULL)
		return err_set(e, ERR_NOMEM, "files");
	/* What is left out is asked again. */
	reply->standing_count = x->standing_count < most ? x->standing_count : most;
	if (reply->standing_count > 0)
		memcpy(reply->standings, x->standings,
		       reply->standing_count * sizeof *reply->standings);
	*room -= reply->standing_count * STANDING_ROOM;
	for (i = 0; i < n; i++)
		x->next_files[i] = x->request.wanted[i].offset;
	for (i = 0; i < n && alone && code == 0; i++) {
		bool absent = false;

		code = add_part(x, view, dir, i, a, room, reply, &absent, e);
		if (code == 0 && absent && reply->standing_count < LIMIT_ATTACHMENTS) {
			struct message_attachment *f = &reply->standings[reply->standing_count++];

			*f = (struct message_attachment){ .code = ERR_FILE_ABSENT };
			memcpy(f->hash, x->request.wanted[i].hash, HASH_SIZE);
		}
	}
	return code;
}

int way_doubt(struct server *s, struct err *e)
{
	return db_exec(s->db, e, "INSERT INTO attach_lost(hash) SELECT DISTINCT hash FROM attach_use u "
		       "WHERE live=1 AND NOT EXISTS (SELECT 1 FROM attach_file f WHERE f.hash=u.hash) "
		       "ON CONFLICT DO NOTHING", "");
}

bool way_next(struct exchange *x)
{
	bool any = false;
	size_t i;

	for (i = 0; x->next_files != NULL && i < x->request.wanted_count; i++) {
		any |= x->next_files[i] > x->request.wanted[i].offset;
		x->request.wanted[i].offset = x->next_files[i];
	}
	x->standing_count = 0;
	return any;
}
