/* The files themselves: whole ones in the folder, parts in the store. */
#include "common/attach/attach.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"

static int path_of(const char *dir, const uint8_t hash[HASH_SIZE], char out[4096],
		   struct err *e)
{
	char text[2 * HASH_SIZE + 1];

	attach_hash_text(hash, text);
	if (snprintf(out, 4096, "%s/files/%.2s/%s", dir, text, text + 2) >= 4000)
		return err_set(e, ERR_TOO_LARGE, "%.150s", dir);
	return 0;
}

int attach_have(struct db *db, const uint8_t hash[HASH_SIZE], uint64_t *size, struct err *e)
{
	struct bytes name = { hash, HASH_SIZE };
	int64_t n = 0;
	int code = db_number(db, e, -1, &n, "SELECT size FROM attach_file WHERE hash=$1", "b", name);

	if (code == 0 && n >= 0 && size != NULL)
		*size = (uint64_t)n;
	return code != 0 ? code : n >= 0;
}

/* A file that lies there already may be what a run left that was cut off; it is written again
 * rather than believed. */
int attach_put(const char *dir, const uint8_t hash[HASH_SIZE], struct bytes content,
	       struct err *e)
{
	char path[4096], *slash;
	int code = path_of(dir, hash, path, e);

	if (code == 0) {
		slash = strrchr(path, '/');
		*slash = '\0';
		code = env_make_dirs(path, e);
		*slash = '/';
	}
	return code != 0 ? code : env_write_file(path, content, 0600, e);
}

int attach_keep(struct db *db, const char *dir, const uint8_t hash[HASH_SIZE],
		struct bytes content, int64_t time, struct err *e)
{
	struct bytes name = { hash, HASH_SIZE };
	int code = attach_put(dir, hash, content, e);

	return code != 0 ? code : db_exec(db, e, "INSERT INTO attach_file(hash,size,time) "
					  "VALUES($1,$2,$3) ON CONFLICT(hash) DO UPDATE SET size=$2",
					  "bui", name, (uint64_t)content.len, time);
}

/* The subject of an error is the file's hash: its path says no more, and is long. */
static int absent(struct err *e, int code, const uint8_t hash[HASH_SIZE])
{
	char text[2 * HASH_SIZE + 1];

	attach_hash_text(hash, text);
	return err_set(e, code == ERR_NO_FILE ? ERR_FILE_ABSENT : code, "%.16s", text);
}

int attach_load(const char *dir, const uint8_t hash[HASH_SIZE], struct buf *out,
		struct err *e)
{
	uint8_t found[HASH_SIZE];
	size_t before = out->len;
	char path[4096];
	int code = path_of(dir, hash, path, e);

	if (code == 0) {
		code = env_read_file(path, out, e);
		if (code != 0)
			return absent(e, code, hash);
		attach_hash((struct bytes){ out->at + before, out->len - before }, found);
		if (memcmp(found, hash, HASH_SIZE) != 0)
			code = absent(e, ERR_FILE_DAMAGED, hash);
	}
	return code;
}

int attach_part(const char *dir, const uint8_t hash[HASH_SIZE], uint64_t offset, size_t n,
		struct buf *out, struct err *e)
{
	char path[4096];
	int code = path_of(dir, hash, path, e);

	if (code != 0)
		return code;
	code = env_read_part(path, offset, n, out, e);
	return code == 0 ? 0 : absent(e, code, hash);
}

int attach_held(struct db *db, uint64_t source, const struct message_attachment *f,
		uint64_t *held, struct err *e)
{
	int64_t n = 0;
	int code = db_number(db, e, 0, &n, "SELECT sum(length(data)) FROM attach_piece WHERE "
			     "source=$1 AND hash=$2 AND total=$3", "ubu", source, BYTES_OF(f->hash),
			     f->total);

	*held = (uint64_t)n;
	return code;
}

int attach_held_all(struct db *db, uint64_t source, int64_t *bytes, struct err *e)
{
	return db_number(db, e, 0, bytes, "SELECT sum(length(data)) FROM attach_piece WHERE "
			 "source=$1", "u", source);
}

int attach_drop(struct db *db, uint64_t source, const uint8_t hash[HASH_SIZE], struct err *e)
{
	return db_exec(db, e, "DELETE FROM attach_piece WHERE source=$1 AND hash=$2", "ub", source,
		       (struct bytes){ hash, HASH_SIZE });
}

/* What is said to have another size is another attempt: the one before it is forgotten. */
static int add_part(struct db *db, uint64_t source, const struct message_attachment *f,
		    uint64_t *held, struct err *e)
{
	struct bytes fresh = f->bytes;
	int code;

	if (f->offset > *held || f->offset + f->bytes.len <= *held)
		return 0;
	fresh.at += *held - f->offset;
	fresh.len -= (size_t)(*held - f->offset);
	code = db_exec(db, e, "DELETE FROM attach_piece WHERE source=$1 AND hash=$2 AND total<>$3",
		       "ubu", source, BYTES_OF(f->hash), f->total);
	if (code == 0)
		code = db_exec(db, e, "INSERT INTO attach_piece(source,hash,place,total,data) "
			       "VALUES($1,$2,$3,$4,$5)", "ubuub", source, BYTES_OF(f->hash), *held,
			       f->total, fresh);
	*held += fresh.len;
	return code;
}

static int put_together(struct db *db, uint64_t source, const uint8_t hash[HASH_SIZE],
			struct buf *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(db, e, &s, "SELECT data FROM attach_piece WHERE source=$1 AND hash=$2 "
			    "ORDER BY place", "ub", source, (struct bytes){ hash, HASH_SIZE });

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1)
		buf_add(out, db_bytes(s, 0));
	db_done(s);
	return code == 0 && out->failed ? err_set(e, ERR_NOMEM, "file") : code;
}

/* Looked at before it counts. */
static int keep_whole(struct db *db, const char *dir, uint64_t source,
		      const struct message_attachment *f, int64_t time, struct err *e)
{
	const struct attach_kind *kind;
	uint8_t found[HASH_SIZE];
	struct buf content;
	int code;

	buf_init(&content, LIMIT_ATTACHMENT);
	code = put_together(db, source, f->hash, &content, e);
	if (code == 0) {
		attach_hash(buf_view(&content), found);
		if (memcmp(found, f->hash, HASH_SIZE) != 0)
			code = absent(e, ERR_FILE_DAMAGED, f->hash);
	}
	if (code == 0)
		code = attach_kind_of(buf_view(&content), &kind, e);
	if (code == 0)
		code = attach_keep(db, dir, f->hash, buf_view(&content), time, e);
	buf_release(&content);
	return code;
}

int attach_take(struct db *db, const char *dir, uint64_t source,
		const struct message_attachment *f, int64_t time, uint64_t *held, bool *whole,
		struct err *e)
{
	int code = attach_held(db, source, f, held, e), dropped;

	*whole = false;
	if (code == 0)
		code = add_part(db, source, f, held, e);
	if (code != 0 || *held < f->total)
		return code;
	code = keep_whole(db, dir, source, f, time, e);
	*whole = code == 0;
	/* Where the disk is full it is tried again with the next contact. */
	if (code != 0 && code != ERR_FILE_DAMAGED && code != ERR_FILE_KIND)
		return code;
	if (code != 0)
		*held = 0;
	dropped = attach_drop(db, source, f->hash, code == 0 ? e : NULL);
	return dropped != 0 ? dropped : code;
}
