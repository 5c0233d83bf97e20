/* What is on its way: told by people, and by the server. */
#include "client/sync/attach_way.h"

#include <string.h>

#include "protocol/limits.h"

enum { TO_SEND, SENT, STUCK };

static int note(struct client *c, const uint8_t hash[HASH_SIZE], uint64_t size, bool wanted,
		struct err *e)
{
	struct bytes name = { hash, HASH_SIZE };
	int64_t last = 0;
	int code = db_number(c->db, e, 0, &last, "SELECT max(place) FROM attach_way", "");

	return code != 0 ? code :
		db_exec(c->db, e, "INSERT INTO attach_way(hash,place,state,held,unsure,wanted,size,"
			"problem,since) VALUES($1,$2,$3,0,0,$4,$5,0,$6) ON CONFLICT(hash) DO UPDATE SET "
			"state=$3, wanted=$4, problem=0", "biiiui", name, last + 1,
			(int64_t)(wanted ? SENT : TO_SEND), (int64_t)wanted, size, env_now(c->env));
}

int way_keep(struct client *c, struct bytes content, uint8_t hash[HASH_SIZE],
	     const struct attach_kind **kind, struct err *e)
{
	int code = attach_kind_of(content, kind, e);

	if (code != 0)
		return code;
	attach_hash(content, hash);
	code = attach_keep(c->db, c->dir, hash, content, env_now(c->env), e);
	return code != 0 ? code : note(c, hash, content.len, false, e);
}

int way_want(struct client *c, const struct attached *f, bool wanted, struct err *e)
{
	int code = client_writable(c, e);

	if (code == 0)
		code = db_begin(c->db, e);
	if (code != 0)
		return code;
	if (wanted)
		code = note(c, f->hash, f->size, true, e);
	else
		code = db_exec(c->db, e, "UPDATE attach_way SET wanted=0 WHERE hash=$1", "b",
			       BYTES_OF(f->hash));
	if (code == 0)
		return db_commit(c->db, e);
	db_rollback(c->db);
	return code;
}

/* A server that goes on from a backup (generation.h of common/) may have lost what it had said to
 * hold. */
int way_generation(struct client *c, struct err *e)
{
	int64_t newest = 0, known = 0;
	int code = db_number(c->db, e, 0, &newest, "SELECT max(base) FROM generation", "");

	if (code == 0)
		code = replica_meta_number(c->db, "attach_generation", 0, &known, e);
	if (code != 0 || newest == known)
		return code;
	code = db_exec(c->db, e, "UPDATE attach_way SET state=$1, held=0 WHERE wanted=0", "i",
		       (int64_t)TO_SEND);
	return code != 0 ? code : replica_meta_put_number(c->db, "attach_generation", newest, e);
}

int way_begin(struct client *c, struct err *e)
{
	size_t removed;
	int64_t any = 0;
	int code = db_number(c->db, e, 0, &any, "SELECT (SELECT count(*) FROM attach_way) + "
			     "(SELECT count(*) FROM attach_file)", "");

	if (code != 0 || any == 0)
		return code;
	code = client_writable(c, e);
	if (code == 0)
		code = db_begin(c->db, e);
	if (code != 0)
		return code;
	code = way_generation(c, e);
	if (code == 0)
		code = db_exec(c->db, e, "UPDATE attach_way SET state=$1 WHERE state=$2", "ii",
			       (int64_t)TO_SEND, (int64_t)STUCK);
	if (code == 0)
		code = db_commit(c->db, e);
	else
		db_rollback(c->db);
	if (code == 0)
		code = attach_sweep(&c->replica, c->dir, true, &removed, e);
	return code;
}

/* --- what the server says --- */

static int set_state(struct client *c, const struct message_attachment *f, int state,
		     uint64_t held, int problem, struct err *e)
{
	return db_exec(c->db, e, "UPDATE attach_way SET state=$2, held=$3, unsure=0, problem=$4 "
		       "WHERE hash=$1", "biui", BYTES_OF(f->hash), (int64_t)state, held,
		       (int64_t)problem);
}

/* It came out as another file: sent once more, if it is what it should be here; a second time
 * it is told to a person. */
static int take_damaged(struct client *c, const struct message_attachment *f, int64_t before,
			struct err *e)
{
	struct buf content;
	bool once;

	buf_init(&content, LIMIT_ATTACHMENT);
	once = before != ERR_FILE_DAMAGED && attach_load(c->dir, f->hash, &content, NULL) == 0;
	buf_release(&content);
	return set_state(c, f, once ? TO_SEND : STUCK, 0, ERR_FILE_DAMAGED, e);
}

/* The row of a file: 1, or 0. */
static int find_way(struct client *c, const uint8_t hash[HASH_SIZE], int64_t *wanted,
		    uint64_t *held, int64_t *problem, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT wanted, held, problem FROM attach_way WHERE hash=$1",
			    "b", (struct bytes){ hash, HASH_SIZE });

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		*wanted = db_int(s, 0);
		*held = (uint64_t)db_int(s, 1);
		*problem = db_int(s, 2);
	}
	db_done(s);
	return code;
}

static int take_standing(struct client *c, const struct message_attachment *f,
			 struct exchange_result *out, struct err *e)
{
	int64_t wanted = 0, problem = 0;
	uint64_t size = 0, held = 0;
	int here = attach_have(c->db, f->hash, &size, e);
	int code = here < 0 ? here : find_way(c, f->hash, &wanted, &held, &problem, e);

	if (code < 0)
		return code;
	/* What is not here can't be sent; what is wanted there is not to be had. */
	if (here == 0)
		return code == 0 || f->code == 0 ? 0 :
			db_exec(c->db, e, "UPDATE attach_way SET wanted=0, problem=$2 WHERE hash=$1",
				"bi", BYTES_OF(f->hash), (int64_t)f->code);
	if (code == 0)
		code = note(c, f->hash, size, false, e);
	if (code < 0)
		return code;
	/* What an old reply says has been said better since. */
	if (out->stale && (f->code != 0 || f->offset <= held))
		return 0;
	if (f->code == ERR_FILE_DAMAGED)
		return take_damaged(c, f, problem, e);
	if (f->code != 0)
		return set_state(c, f, STUCK, 0, f->code, e);
	out->file_up += f->offset > held ? f->offset - held : 0;
	out->files_up += f->offset >= size && held < size;
	return set_state(c, f, f->offset >= size ? SENT : TO_SEND, f->offset, 0, e);
}

static int take_piece(struct client *c, const struct message_attachment *f,
		      struct exchange_result *out, struct err *e)
{
	int64_t wanted = 0, problem = 0;
	uint64_t before = 0, held = 0;
	bool whole = false;
	int code = find_way(c, f->hash, &wanted, &held, &problem, e);

	if (code <= 0 || wanted == 0)
		return code < 0 ? code : 0;
	code = attach_held(c->db, 0, f, &before, e);
	if (code == 0)
		code = attach_take(c->db, c->dir, 0, f, env_now(c->env), &held, &whole, e);
	out->gap |= code == 0 && f->offset > before;
	out->file_down += code == 0 && held > before ? held - before : 0;
	if (code == 0 && whole) {
		out->files_down++;
		return db_exec(c->db, e, "UPDATE attach_way SET wanted=0, held=$2, problem=0 WHERE hash=$1",
			       "bu", BYTES_OF(f->hash), f->total);
	}
	/* Once more from its beginning; twice is enough. */
	if (code == ERR_FILE_DAMAGED || code == ERR_FILE_KIND)
		code = db_exec(c->db, e, "UPDATE attach_way SET wanted=$3, problem=$2 WHERE hash=$1",
			       "bii", BYTES_OF(f->hash), (int64_t)code,
			       (int64_t)(problem != ERR_FILE_DAMAGED && code == ERR_FILE_DAMAGED));
	return code;
}

int way_take(struct client *c, const struct reply *r, struct exchange_result *out,
	     struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->standing_count && code == 0; i++)
		code = take_standing(c, &r->standings[i], out, e);
	for (i = 0; i < r->file_count && code == 0; i++)
		code = take_piece(c, &r->files[i], out, e);
	return code;
}

/* --- for people --- */

#define NAMED "EXISTS (SELECT 1 FROM attach_use u WHERE u.hash=w.hash AND u.live=1)"

int way_count(struct client *c, struct way_counts *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s,
			    "SELECT state, wanted, size, held, problem, (SELECT count(*) FROM attach_use u "
			    "WHERE u.hash=w.hash AND u.live=1 AND u.seq<$1) FROM attach_way w WHERE "
			    "(state<>$2 OR wanted=1) AND " NAMED, "ui", SEQ_PENDING, (int64_t)SENT);

	*out = (struct way_counts){ 0 };
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		int64_t left = db_int(s, 2) - db_int(s, 3);

		if (db_int(s, 1) != 0) {
			out->wanted++;
			out->wanted_bytes += db_int(s, 2);
			continue;
		}
		out->up++;
		out->up_bytes += left > 0 ? left : 0;
		out->ready += db_int(s, 0) == TO_SEND && db_int(s, 5) > 0;
		if (db_int(s, 0) == STUCK) {
			out->stuck++;
			out->problem = (int)db_int(s, 4);
		}
	}
	db_done(s);
	return code;
}

int way_standing(struct client *c, const struct attached *f, const char **out, uint64_t *held,
		 struct err *e)
{
	struct message_attachment coming = { .total = f->size };
	int64_t state = SENT, wanted = 0;
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT state, wanted, held FROM attach_way WHERE hash=$1",
			    "b", BYTES_OF(f->hash));

	*held = 0;
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		state = db_int(s, 0);
		wanted = db_int(s, 1);
		*held = (uint64_t)db_int(s, 2);
	}
	db_done(s);
	if (code < 0)
		return code;
	if (f->here) {
		*out = state == SENT ? "sent" : "here";
		return 0;
	}
	*out = wanted != 0 ? "wanted" : "absent";
	memcpy(coming.hash, f->hash, HASH_SIZE);
	return attach_held(c->db, 0, &coming, held, e);
}
