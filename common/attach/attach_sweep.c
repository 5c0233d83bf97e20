/* Keeping house among files: what nothing names any more, what is not what it was. */
#include "common/attach/attach.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"

enum { FOLDERS = 257, NAMES = 20000, LIST_MEMORY = 256 * 1024 * 1024 };

/* A row that once named it keeps it if its record has ever moved on: what was signed or judged
 * then may rest on it. What rests in a refused save that nobody has settled may come again. */
static const char unnamed_sql[] =
	"SELECT hash FROM attach_file f WHERE NOT EXISTS (SELECT 1 FROM attach_use u WHERE "
	"u.hash=f.hash AND (u.live=1 OR EXISTS (SELECT 1 FROM transition t WHERE "
	"t.stream=u.stream AND t.device=u.root_device AND t.op=u.root_op) OR ($1=1 AND EXISTS (SELECT 1 "
	"FROM refused r WHERE r.stream=u.stream AND r.settled=0))))";

struct sweeping {
	struct replica *r;
	const char *files;      /* the folder */
	bool refused;
	struct arena a;
	uint8_t (*hashes)[HASH_SIZE];
	size_t count, removed;
	struct err *e;
};

static int list_hashes(struct db *db, const char *sql, int64_t given, struct arena *a,
		       uint8_t (**out)[HASH_SIZE], size_t *count, struct err *e)
{
	size_t cap = 0;
	struct stmt *s;
	int code = db_query(db, e, &s, sql, "i", given);

	*count = 0;
	*out = NULL;
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		if (*count == cap) {
			uint8_t (*more)[HASH_SIZE];

			cap = cap == 0 ? 64 : cap * 2;
			more = arena_array(a, cap, sizeof *more);
			if (more == NULL) {
				code = err_set(e, ERR_NOMEM, "files");
				break;
			}
			if (*count > 0)
				memcpy(more, *out, *count * sizeof *more);
			*out = more;
		}
		if (db_bytes(s, 0).len == HASH_SIZE)
			memcpy((*out)[(*count)++], db_bytes(s, 0).at, HASH_SIZE);
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* From the store first: a file without a row is left over, a row without its file is a loss. */
static int forget_unnamed(struct sweeping *w)
{
	size_t i;
	int code = list_hashes(w->r->db, unnamed_sql, w->refused, &w->a, &w->hashes, &w->count, w->e);

	for (i = 0; i < w->count && code == 0; i++)
		code = db_exec(w->r->db, w->e, "DELETE FROM attach_file WHERE hash=$1", "b",
			       BYTES_OF(w->hashes[i]));
	/* Uses that are over for good, of files that are gone. */
	if (code == 0)
		code = db_exec(w->r->db, w->e, "DELETE FROM attach_use WHERE live=0 AND NOT EXISTS "
			       "(SELECT 1 FROM attach_file f WHERE f.hash=attach_use.hash)", "");
	return code;
}

/* Files of one folder that the store does not know. Whoever brings one in holds the store's
 * lock until it is known, and the caller holds it now. */
static int sweep_folder(struct sweeping *w, const char *prefix)
{
	char folder[4096], path[4096], text[80];
	uint8_t hash[HASH_SIZE];
	char **names;
	size_t n = 0, i;
	int code;

	snprintf(folder, sizeof folder, "%.3900s/%.2s", w->files, prefix);
	code = env_list(folder, NAMES, &w->a, &names, &n, w->e);
	for (i = 0; i < n && code == 0; i++) {
		snprintf(text, sizeof text, "%.2s%.70s", prefix, names[i]);
		snprintf(path, sizeof path, "%.3960s/%.70s", folder, names[i]);
		if (attach_hash_read(bytes_str(text), hash))
			code = attach_have(w->r->db, hash, NULL, w->e);
		if (code != 0) {
			code = code > 0 ? 0 : code;
			continue;
		}
		code = env_remove(path, w->e);
		w->removed += code == 0;
	}
	return code;
}

static int sweep_folders(struct sweeping *w)
{
	char **names;
	size_t n = 0, i;
	int code;

	if (env_kind(w->files) != ENV_FOLDER)
		return 0;
	code = env_list(w->files, FOLDERS * (size_t)4, &w->a, &names, &n, w->e);
	for (i = 0; i < n && code == 0; i++)
		if (strlen(names[i]) == 2)
			code = sweep_folder(w, names[i]);
	return code;
}

int attach_sweep(struct replica *r, const char *dir, bool refused, size_t *removed,
		 struct err *e)
{
	char files[4096];
	struct sweeping w = { .r = r, .files = files, .refused = refused, .e = e };
	int code;

	*removed = 0;
	if (snprintf(files, sizeof files, "%s/files", dir) >= 3900)
		return err_set(e, ERR_TOO_LARGE, "%.150s", dir);
	code = db_begin(r->db, e);

	if (code != 0)
		return code;
	arena_init(&w.a, LIST_MEMORY);
	code = forget_unnamed(&w);
	if (code == 0)
		code = db_commit(r->db, e);
	else
		db_rollback(r->db);
	if (code == 0)
		code = db_begin(r->db, e);
	if (code == 0) {
		code = sweep_folders(&w);
		db_rollback(r->db);
	}
	arena_release(&w.a);
	*removed = w.removed;
	return code;
}

static int check_one(struct fsck *f, const char *dir, const uint8_t hash[HASH_SIZE],
		     bool *bad, struct err *e)
{
	char place[40], text[2 * HASH_SIZE + 1];
	struct err why = { 0 };
	struct buf content;
	int code;

	buf_init(&content, LIMIT_ATTACHMENT);
	code = attach_load(dir, hash, &content, &why);
	buf_release(&content);
	if (code == ERR_NOMEM)
		return err_set(e, code, "file");
	*bad = code != 0;
	attach_hash_text(hash, text);
	snprintf(place, sizeof place, "file %.16s", text);
	if (code == ERR_FILE_ABSENT)
		fsck_found(f, place, "is not there");
	else if (code == ERR_FILE_DAMAGED || code == ERR_TOO_LARGE)
		fsck_found(f, place, "is not what it was");
	else if (code != 0)
		fsck_found(f, place, "%s", why.subject);
	return 0;
}

int attach_fsck(struct fsck *f, struct db *db, const char *dir, struct arena *a,
		uint8_t (**damaged)[HASH_SIZE], size_t *count, struct err *e)
{
	size_t n = 0, i;
	int code = list_hashes(db, "SELECT hash FROM attach_file WHERE size>=$1 ORDER BY hash", 0, a,
			       damaged, &n, e);

	*count = 0;
	for (i = 0; i < n && code == 0; i++) {
		bool bad = false;

		code = check_one(f, dir, (*damaged)[i], &bad, e);
		if (bad)
			memmove((*damaged)[(*count)++], (*damaged)[i], HASH_SIZE);
	}
	return code;
}
