/* A unit's store into a file, and out of it. */
#include "client/backup.h"

#include <stdio.h>
#include <string.h>

#include "client/identity/key.h"
#include "common/attach/attach.h"
#include "common/system/manifest.h"
#include "common/system/vault.h"
#include "protocol/limits.h"

#define STORE "store.db"
/* The copy on its way, and the store that may still turn out to be wrong. */
#define COPY "backup-copy.db"
#define RESTORING "restoring.db"

enum { CHUNK = VAULT_CHUNK };

struct work {
	const struct env *env;
	struct client_backup *b;
	struct manifest m;
	struct arena a;
	struct buf parts;
	struct buf files;            /* hashes of the attached ones */
	char at[4096], store[4096]; /* the copy; the store's place */
	struct err *e;
};

static int path_in(const char *dir, const char *name, char out[4096], struct err *e)
{
	if (snprintf(out, 4096, "%s/%s", dir, name) >= 4000)
		return err_set(e, ERR_TOO_LARGE, "%.150s", dir);
	return 0;
}

static void begin(struct work *w)
{
	arena_init(&w->a, LIMIT_MEMORY);
	buf_init(&w->parts, (size_t)BIGFILE_PARTS_MAX * HASH_SIZE);
	buf_init(&w->files, MANIFEST_MAX);
}

static void end(struct work *w)
{
	env_remove(w->at, NULL);
	db_sweep(w->at);
	buf_release(&w->parts);
	buf_release(&w->files);
	arena_release(&w->a);
}

/* The attached files of the view; what is not what it was is no use in a backup. */
static int list_files(struct work *w, struct db *db)
{
	struct stmt *s;
	int code = db_query(db, w->e, &s, "SELECT hash FROM attach_file ORDER BY hash", "");

	if (code != 0)
		return code;
	while ((code = db_step(s, w->e)) == 1) {
		struct buf content;

		buf_init(&content, LIMIT_ATTACHMENT);
		if (!w->b->no_files && db_bytes(s, 0).len == HASH_SIZE &&
		    attach_load(w->b->data, db_bytes(s, 0).at, &content, NULL) == 0)
			buf_add(&w->files, db_bytes(s, 0));
		buf_release(&content);
	}
	db_done(s);
	return code == 0 && w->files.failed ? err_set(w->e, ERR_TOO_LARGE, "files") : code;
}

/* The store as of now, looked through, in a file of the store's folder. */
static int copy_store(struct work *w)
{
	struct client c;
	int code = client_open(&c, w->env, w->b->data, w->e);

	if (code != 0)
		return code;
	/* What an earlier run has left there. */
	code = env_remove(w->at, w->e);
	db_sweep(w->at);
	if (code == 0)
		code = db_begin_read(c.db, w->e);
	if (code == 0) {
		code = manifest_of(&c.replica, "dongbo", &w->a, &w->m, w->e);
		memcpy(w->m.key, c.key.public_key, SIGN_PUBLIC);
		if (code == 0)
			code = client_waiting(&c, &w->b->waiting, w->e);
		if (code == 0)
			code = list_files(w, c.db);
		if (code == 0)
			code = db_copy(c.db, w->at, w->b->progress, w->b->ctx, w->e);
		db_end_read(c.db);
	}
	client_close(&c);
	if (code == 0)
		code = manifest_check_store(&w->m, w->env, w->at, w->e);
	if (code == 0)
		code = bigfile_hash(w->at, &w->m.files[0].size, &w->parts, w->e);
	snprintf(w->m.files[0].name, sizeof w->m.files[0].name, STORE);
	w->m.files[0].parts = buf_view(&w->parts);
	w->m.file_count = 1;
	return code;
}

static int put_number(struct work *w, struct vault *v, uint64_t n)
{
	uint8_t bytes[8];
	int i;

	for (i = 7; i >= 0; i--, n >>= 8)
		bytes[i] = (uint8_t)n;
	return vault_put(v, BYTES_OF(bytes), w->e);
}

static int get_number(struct work *w, struct vault *v, uint64_t *out)
{
	uint8_t bytes[8];
	struct cursor c;
	int code = vault_get(v, bytes, sizeof bytes, w->e);

	c = cursor_of(BYTES_OF(bytes));
	*out = code == 0 ? cursor_u64(&c) : 0;
	return code;
}

static int put_manifest(struct work *w, struct vault *v)
{
	struct buf text;
	int code;

	buf_init(&text, MANIFEST_MAX);
	code = manifest_put(&w->m, NULL, &text, w->e);
	if (code == 0)
		code = put_number(w, v, text.len);
	if (code == 0)
		code = vault_put(v, buf_view(&text), w->e);
	buf_release(&text);
	return code;
}

static int put_store(struct work *w, struct vault *v)
{
	uint8_t chunk[CHUNK];
	struct bigfile f;
	size_t n = sizeof chunk;
	int code = bigfile_open(&f, w->at, NULL, w->e);

	while (code == 0 && n == sizeof chunk) {
		code = bigfile_get(&f, chunk, sizeof chunk, &n, w->e);
		if (code == 0)
			code = vault_put(v, (struct bytes){ chunk, n }, w->e);
	}
	bigfile_close(&f);
	return code;
}

static int put_files(struct work *w, struct vault *v)
{
	size_t i;
	int code = put_number(w, v, w->files.len / HASH_SIZE);

	for (i = 0; i < w->files.len && code == 0; i += HASH_SIZE) {
		struct buf content;

		buf_init(&content, LIMIT_ATTACHMENT);
		code = attach_load(w->b->data, w->files.at + i, &content, w->e);
		if (code == 0)
			code = vault_put(v, (struct bytes){ w->files.at + i, HASH_SIZE }, w->e);
		if (code == 0)
			code = put_number(w, v, content.len);
		if (code == 0)
			code = vault_put(v, buf_view(&content), w->e);
		w->b->size += content.len;
		buf_release(&content);
	}
	w->b->files = w->files.len / HASH_SIZE;
	return code;
}

/* One attached file, into the folder where `keep`, compared with its hash. */
static int get_file(struct work *w, struct vault *v, bool keep)
{
	uint8_t hash[HASH_SIZE], found[HASH_SIZE], *to = NULL;
	struct buf content;
	uint64_t size = 0;
	int code = vault_get(v, hash, sizeof hash, w->e);

	buf_init(&content, LIMIT_ATTACHMENT);
	if (code == 0)
		code = get_number(w, v, &size);
	if (code == 0 && size <= LIMIT_ATTACHMENT)
		to = buf_grow(&content, (size_t)size);
	if (code == 0 && to == NULL && size > 0)
		code = err_set(w->e, ERR_BAD_BACKUP, "%.150s", w->b->file);
	if (code == 0)
		code = vault_get(v, to, (size_t)size, w->e);
	attach_hash(buf_view(&content), found);
	if (code == 0 && memcmp(found, hash, HASH_SIZE) != 0)
		code = err_set(w->e, ERR_BAD_BACKUP, "%.150s", w->b->file);
	if (code == 0 && keep) {
		code = attach_put(w->b->data, hash, buf_view(&content), w->e);
		buf_put(&w->files, hash, HASH_SIZE);
	}
	buf_release(&content);
	return code;
}

static int get_files(struct work *w, struct vault *v, bool keep)
{
	int code = get_number(w, v, &w->b->files);
	uint64_t i;

	for (i = 0; i < w->b->files && code == 0; i++)
		code = get_file(w, v, keep);
	return code == 0 && w->files.failed ? err_set(w->e, ERR_BAD_BACKUP, "files") : code;
}

/* The manifest that a vault begins with. */
static int get_manifest(struct work *w, struct vault *v)
{
	uint8_t *text;
	uint64_t n;
	int code = get_number(w, v, &n);

	if (code != 0)
		return code;
	if (n > MANIFEST_MAX)
		return err_set(w->e, ERR_BAD_BACKUP, "%.150s", w->b->file);
	text = arena_alloc(&w->a, (size_t)n + 1);
	if (text == NULL)
		return err_set(w->e, ERR_NOMEM, "manifest");
	code = vault_get(v, text, (size_t)n, w->e);
	if (code == 0)
		code = manifest_read((struct bytes){ text, (size_t)n }, "dongbo", &w->a, &w->m,
				     w->e);
	if (code == 0 && manifest_file(&w->m, STORE) == NULL)
		code = err_set(w->e, ERR_BAD_BACKUP, "%.150s", w->b->file);
	return code;
}

/* The rest of a vault, into a file where there is one, and whether it is what the
 * manifest says. The hashes are of what was read. */
static int get_store(struct work *w, struct vault *v, struct bigfile *to)
{
	uint8_t chunk[CHUNK];
	uint64_t left = w->m.files[0].size;
	int code = 0;

	while (left > 0 && code == 0) {
		size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;

		code = vault_get(v, chunk, n, w->e);
		if (code == 0)
			code = bigfile_put(to, (struct bytes){ chunk, n }, w->e);
		left -= n;
	}
	bigfile_finish_parts(to);
	return code != 0 ? code : manifest_check_file(&w->m.files[0], to->at,
						     buf_view(&w->parts), w->e);
}

/* Opens the file as a restore will, and looks at every byte. */
static int read_back(struct work *w, const char *file)
{
	uint8_t chunk[CHUNK];
	struct vault *v;
	uint64_t left;
	int code = vault_open(&v, file, w->b->passphrase, w->e);

	if (code != 0)
		return code;
	code = get_manifest(w, v);
	for (left = w->m.files[0].size; left > 0 && code == 0;) {
		size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;

		code = vault_get(v, chunk, n, w->e);
		left -= n;
	}
	if (code == 0)
		code = get_files(w, v, false);
	if (code == 0)
		code = vault_end(v, w->e);
	vault_close(v);
	return code;
}

int client_backup(const struct env *env, struct client_backup *b, struct err *e)
{
	struct work w = { .env = env, .b = b, .e = e };
	struct vault *v = NULL;
	char fresh[4096];
	int code = path_in(b->data, COPY, w.at, e);

	begin(&w);
	/* Beside its place until it has been read back. */
	if (code == 0 && snprintf(fresh, sizeof fresh, "%s.new", b->file) >= 4000)
		code = err_set(e, ERR_TOO_LARGE, "%.150s", b->file);
	if (code == 0)
		code = copy_store(&w);
	if (code == 0)
		code = vault_create(&v, env, fresh, b->passphrase, b->cost, e);
	if (code == 0)
		code = put_manifest(&w, v);
	if (code == 0)
		code = put_store(&w, v);
	if (code == 0)
		code = put_files(&w, v);
	if (code == 0)
		code = vault_keep(v, e);
	else
		vault_close(v);
	if (code == 0) {
		code = read_back(&w, fresh);
		if (code == 0)
			code = env_rename(fresh, b->file, e);
		if (code != 0)
			env_remove(fresh, NULL);
	}
	b->time = w.m.time;
	b->size += w.m.files[0].size;
	end(&w);
	return code;
}

/* What was left out of the backup is not here. */
static int forget_files(struct work *w)
{
	struct db *db;
	size_t i;
	int code = db_open(&db, w->env, w->at, DB_WRITE, w->e);

	if (code != 0)
		return code;
	code = db_begin(db, w->e);
	if (code == 0)
		code = db_exec(db, w->e, "UPDATE attach_file SET time=-time-1", "");
	for (i = 0; i < w->files.len && code == 0; i += HASH_SIZE)
		code = db_exec(db, w->e, "UPDATE attach_file SET time=-time-1 WHERE hash=$1", "b",
			       (struct bytes){ w->files.at + i, HASH_SIZE });
	if (code == 0)
		code = db_exec(db, w->e, "DELETE FROM attach_file WHERE time<0", "");
	if (code == 0)
		code = db_commit(db, w->e);
	else
		db_rollback(db);
	db_close(db);
	return code;
}

/* Where the computer's own key is still in the folder, the store can be used: it goes on under
 * a new key, which that one vouches for (incarnation.h). Another computer's is none. */
static int take_key(struct work *w)
{
	struct sign_key key;
	struct db *db;
	bool found = false;
	int code = key_load(w->b->data, hash_device(w->m.key), &key, &found, NULL);

	sign_wipe(&key);
	w->b->usable = code == 0 && found;
	if (!w->b->usable)
		return 0;
	code = db_open(&db, w->env, w->at, DB_WRITE, w->e);
	if (code != 0)
		return code;
	code = db_begin(db, w->e);
	if (code == 0)
		code = replica_meta_put_number(db, "restored", 0, w->e);
	if (code == 0)
		code = replica_meta_put_number(db, "put_back", env_now(w->env), w->e);
	if (code == 0)
		code = db_commit(db, w->e);
	else
		db_rollback(db);
	if (code == 0)
		code = db_checkpoint(db, w->e);
	db_close(db);
	return code;
}

/* Out of the vault into a file of its own, which is then looked through and marked. */
static int unpack(struct work *w, struct vault *v)
{
	struct bigfile to;
	int code = get_manifest(w, v);

	if (code == 0)
		code = env_make_dirs(w->b->data, w->e);
	if (code == 0)
		code = bigfile_create(&to, w->at, &w->parts, w->e);
	if (code != 0)
		return code;
	code = get_store(w, v, &to);
	if (code == 0)
		code = bigfile_keep(&to, w->e);
	else
		bigfile_close(&to);
	if (code == 0)
		code = get_files(w, v, true);
	if (code == 0)
		code = vault_end(v, w->e);
	if (code == 0)
		code = forget_files(w);
	if (code == 0)
		code = manifest_mark(&w->m, w->env, w->at, w->e);
	if (code == 0)
		code = manifest_check_store(&w->m, w->env, w->at, w->e);
	return code != 0 ? code : take_key(w);
}

static int count_waiting(struct work *w)
{
	struct client c;
	int code = client_open(&c, w->env, w->b->data, w->e);

	if (code != 0)
		return code;
	code = client_waiting(&c, &w->b->waiting, w->e);
	client_close(&c);
	return code;
}

int client_restore(const struct env *env, struct client_backup *b, struct err *e)
{
	struct work w = { .env = env, .b = b, .e = e };
	struct vault *v = NULL;
	int code = path_in(b->data, STORE, w.store, e);

	if (code == 0)
		code = path_in(b->data, RESTORING, w.at, e);
	if (code == 0 && env_kind(w.store) != ENV_NONE)
		code = err_set(e, ERR_STORE_EXISTS, "%.150s", b->data);
	if (code != 0)
		return code;
	begin(&w);
	code = vault_open(&v, b->file, b->passphrase, e);
	if (code == 0)
		code = unpack(&w, v);
	vault_close(v);
	if (code == 0)
		code = env_rename(w.at, w.store, e);
	b->time = w.m.time;
	b->size = w.m.files[0].size;
	end(&w);
	return code != 0 ? code : count_waiting(&w);
}
