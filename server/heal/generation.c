/* The file beside the store, and what follows from it. */
#include "server/heal/generation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FILE_SIZE = 2 * GENERATION_SIZE + 22, SPACE = 2 * GENERATION_STEP };

/* The newest generation: the store's first one, where it has begun no other. */
static int current(struct db *db, const uint8_t first[GENERATION_SIZE],
		   uint8_t out[GENERATION_SIZE], struct err *e)
{
	struct stmt *s;
	int code = db_query(db, e, &s, "SELECT fresh FROM opened ORDER BY base DESC LIMIT 1", "");

	memcpy(out, first, GENERATION_SIZE);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 0).len == GENERATION_SIZE)
		memcpy(out, db_bytes(s, 0).at, GENERATION_SIZE);
	db_done(s);
	return code < 0 ? code : 0;
}

/* Whether the store has ever been of this generation. 1, 0. */
static int knows(struct server *s, const uint8_t generation[GENERATION_SIZE], struct err *e)
{
	int64_t n = 0;
	int code = db_number(s->db, e, 0, &n, "SELECT count(*) FROM opened WHERE fresh=$1", "b",
			     (struct bytes){ generation, GENERATION_SIZE });

	return code != 0 ? code :
			   n > 0 || memcmp(generation, s->replica.generation, GENERATION_SIZE) == 0;
}

static int turn_stream(struct replica *r, uint64_t stream, struct generation *g, struct err *e)
{
	struct stream_head head;
	int code = replica_head(r, stream, &head, e);

	g->stream = stream;
	g->seq = head.seq;
	memcpy(g->head, head.head, HASH_SIZE);
	return code != 0 ? code : generation_turn(r, g, BYTES_NONE, e);
}

/* All streams that have anything, in one go. */
static int turn_all(struct replica *r, struct generation *g, struct err *e)
{
	int64_t stream = -1;
	int code;

	do {
		code = db_number(r->db, e, -1, &stream, "SELECT min(stream) FROM stream WHERE "
				 "stream>$1", "i", stream);
		if (code == 0 && stream >= 0)
			code = turn_stream(r, (uint64_t)stream, g, e);
	} while (code == 0 && stream >= 0);
	return code;
}

int generation_begin(struct replica *r, enum generation_why why, uint64_t beyond, struct err *e)
{
	struct generation g = { .stream = 0 };
	uint8_t spread[2];
	int64_t most = 0;
	int code = db_number(r->db, e, 0, &most, "SELECT max(seq) FROM stream", "");

	if (code == 0)
		code = current(r->db, r->generation, g.old, e);
	if (code != 0)
		return code;
	if ((uint64_t)most < beyond)
		most = (int64_t)beyond;
	/* Where one backup is put back twice, the two must not give the same numbers. */
	env_random(r->env, spread, sizeof spread);
	env_random(r->env, g.fresh, sizeof g.fresh);
	g.base = ((uint64_t)most / SPACE + 2 + spread[0] * 256u + spread[1]) * SPACE;
	code = turn_all(r, &g, e);
	return code != 0 ? code :
		db_exec(r->db, e, "INSERT INTO opened(base,old,fresh,time,why) VALUES($1,$2,$3,$4,$5)",
			"ubbii", g.base, BYTES_OF(g.old), BYTES_OF(g.fresh), env_now(r->env),
			(int64_t)why);
}

static int file_path(const char *dir, char out[4096], struct err *e)
{
	return snprintf(out, 4096, "%s/" GENERATION_FILE, dir) >= 4000 ? err_set(e, ERR_IO, "%s", dir) : 0;
}

static void file_text(const uint8_t generation[GENERATION_SIZE], int64_t mark,
		      char out[FILE_SIZE + 1])
{
	int i;

	for (i = 0; i < GENERATION_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02x", generation[i]);
	snprintf(out + 2 * i, 23, " %020" PRId64 "\n", mark);
}

static bool unhex(const char *text, uint8_t *out, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		out[i] = (uint8_t)byte;
	}
	return true;
}

/* What the file says. 1, or 0 where there is none that can be read. */
static int read_file(const char *path, uint8_t generation[GENERATION_SIZE], int64_t *mark,
		     struct err *e)
{
	struct buf b;
	char text[FILE_SIZE + 1];
	int code;

	buf_init(&b, FILE_SIZE);
	code = env_read_file(path, &b, e);
	if (code == ERR_NO_FILE || code == ERR_TOO_LARGE || (code == 0 && b.len != FILE_SIZE)) {
		code = 0;
	} else if (code == 0) {
		memcpy(text, b.at, FILE_SIZE);
		text[FILE_SIZE] = '\0';
		code = unhex(text, generation, GENERATION_SIZE) &&
		       sscanf(text + 2 * GENERATION_SIZE, " %20" SCNd64, mark) == 1;
	}
	buf_release(&b);
	return code;
}

/* The file, as of now: synced where `sync`. */
static int write_file(struct db *db, const char *dir, const uint8_t first[GENERATION_SIZE],
		      bool sync, struct err *e)
{
	uint8_t generation[GENERATION_SIZE];
	char path[4096], text[FILE_SIZE + 1];
	int64_t mark = 0;
	struct bytes content = { (const uint8_t *)text, FILE_SIZE };
	int code = file_path(dir, path, e);

	if (code == 0)
		code = current(db, first, generation, e);
	if (code == 0)
		code = replica_meta_number(db, "mark", 0, &mark, e);
	if (code != 0)
		return code;
	file_text(generation, mark, text);
	return sync ? env_write_file(path, content, 0600, e) : env_write_over(path, content, e);
}

int generation_write(struct db *db, const char *dir, const uint8_t first[GENERATION_SIZE],
		     struct err *e)
{
	return write_file(db, dir, first, true, e);
}

int generation_count(struct server *s, struct err *e)
{
	int64_t mark = 0;
	int code = replica_meta_number(s->db, "mark", 0, &mark, e);

	return code != 0 ? code : replica_meta_put_number(s->db, "mark", mark + 1, e);
}

void generation_mark(struct server *s)
{
	write_file(s->db, s->dir, s->replica.generation, false, NULL);
}

/* Whether the store is behind what the file says. The file is read first: the store may move
 * on meanwhile, the file never gets ahead of it. */
static int is_behind(struct server *s, bool *behind, struct err *e)
{
	uint8_t there[GENERATION_SIZE], here[GENERATION_SIZE];
	int64_t mark = 0, own = 0;
	char path[4096];
	int code = file_path(s->dir, path, e);

	*behind = false;
	if (code == 0)
		code = read_file(path, there, &mark, e);
	if (code < 0)
		return code;
	if (code == 0) {
		*behind = true;
		return 0;
	}
	code = current(s->db, s->replica.generation, here, e);
	if (code == 0)
		code = replica_meta_number(s->db, "mark", 0, &own, e);
	if (code != 0)
		return code;
	if (memcmp(there, here, GENERATION_SIZE) == 0) {
		*behind = mark > own;
		return 0;
	}
	/* One that the store has left behind: the power failed before the file was written. */
	code = knows(s, there, e);
	*behind = code == 0;
	return code < 0 ? code : 0;
}

int generation_look(struct server *s, struct err *e)
{
	bool behind = false;
	int code = is_behind(s, &behind, e);

	if (code != 0 || !behind)
		return code;
	code = db_begin(s->db, e);
	if (code != 0)
		return code;
	/* Somebody else may have seen it too. */
	code = is_behind(s, &behind, e);
	if (code == 0 && behind)
		code = generation_begin(&s->replica, GENERATION_BEHIND_FILE, 0, e);
	if (code == 0)
		code = db_commit(s->db, e);
	else
		replica_rollback(&s->replica);
	return code != 0 || !behind ? code :
				      write_file(s->db, s->dir, s->replica.generation, true, e);
}

int generation_news(struct db *db, struct generation_news *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(db, e, &s, "SELECT base, time, why FROM opened ORDER BY base DESC LIMIT 1",
			    "");

	memset(out, 0, sizeof *out);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		out->base = (uint64_t)db_int(s, 0);
		out->time = db_int(s, 1);
		out->why = (enum generation_why)db_int(s, 2);
	}
	db_done(s);
	if (code != 1)
		return code;
	code = db_number(db, e, 0, &out->healed, "SELECT count(*) FROM healed WHERE base=$1", "u",
			 out->base);
	if (code == 0)
		code = db_number(db, e, 0, &out->shown, "SELECT count(*) FROM shown WHERE base=$1",
				 "u", out->base);
	if (code == 0)
		code = db_number(db, e, 0, &out->open, "SELECT count(*) FROM shown w WHERE base=$1 AND "
				 "NOT EXISTS (SELECT 1 FROM healed h WHERE h.stream=w.stream AND "
				 "h.number=w.seq AND h.head=w.head)", "u", out->base);
	return code != 0 ? code : 1;
}
