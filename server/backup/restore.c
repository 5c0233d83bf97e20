/* Putting a backup back. */
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/backup/backup_files.h"
#include "server/backup/backup_parts.h"
#include "server/heal/generation.h"
#include "server/identity/keyfile.h"

/* The store's file while it may still turn out to be wrong. */
#define RESTORING "restoring.db"

struct putting {
	const struct env *env;
	const struct restore_options *o;
	struct manifest m;
	struct arena a;
	char from[4096], at[4096], store[4096]; /* the backup's file; the copy; its place */
	bool keys_written;
	size_t files, lost;
	struct restore_result *out;
	struct err *e;
};

/* Neither a store nor, where keys come with the backup, a key may be there. */
static int check_free(struct putting *p)
{
	const char *dir = p->o->data;

	if (env_kind(p->store) != ENV_NONE ||
	    (p->o->passphrase.len > 0 &&
	     (keyfile_exists(dir, "working") || keyfile_exists(dir, "box"))))
		return err_set(p->e, ERR_STORE_EXISTS, "%.150s", dir);
	return 0;
}

/* Copies the store's file, looking at every part on its way. */
static int copy_store(struct putting *p)
{
	uint8_t chunk[65536];
	struct bigfile from, to;
	struct buf parts;
	size_t n = sizeof chunk;
	int code = bigfile_open(&from, p->from, NULL, p->e);

	if (code == ERR_NO_FILE)
		code = err_set(p->e, ERR_BAD_BACKUP, BACKUP_STORE);
	if (code != 0)
		return code;
	buf_init(&parts, (size_t)BIGFILE_PARTS_MAX * HASH_SIZE);
	code = bigfile_create(&to, p->at, &parts, p->e);
	while (code == 0 && n == sizeof chunk) {
		code = bigfile_get(&from, chunk, sizeof chunk, &n, p->e);
		if (code == 0)
			code = bigfile_put(&to, (struct bytes){ chunk, n }, p->e);
	}
	bigfile_finish_parts(&to);
	if (code == 0)
		code = manifest_check_file(manifest_file(&p->m, BACKUP_STORE), to.at,
					   buf_view(&parts), p->e);
	if (code == 0)
		code = bigfile_keep(&to, p->e);
	bigfile_close(&to);
	bigfile_close(&from);
	buf_release(&parts);
	return code;
}

/* The same digits, whatever stands between them. */
static bool same_digits(const char *a, const char *b)
{
	do {
		a += strspn(a, " -");
		b += strspn(b, " -");
		if ((*a | 0x20) != (*b | 0x20))
			return false;
	} while (*a++ != '\0' && *b++ != '\0');
	return true;
}

/* Who the store says it is of: the root key is what everything in it hangs on. */
static int check_root(struct putting *p, const struct replica *r)
{
	hash_fingerprint(r->district.root, p->out->root);
	snprintf(p->out->district, sizeof p->out->district, "%.*s", (int)r->district.name.len,
		 (const char *)r->district.name.at);
	if (p->o->root != NULL && !same_digits(p->o->root, p->out->root))
		return err_set(p->e, ERR_BACKUP_SIGNER, "%s", p->out->root);
	return 0;
}

/* Nobody may be given a number again that the old store gave after the backup was taken. */
static int begin_generation(struct putting *p)
{
	struct replica r;
	struct db *db;
	int code = db_open(&db, p->env, p->at, DB_WRITE, p->e);

	if (code != 0)
		return code;
	code = replica_open(&r, db, p->env, p->e);
	if (code == 0) {
		code = check_root(p, &r);
		if (code == 0)
			code = db_begin(db, p->e);
		if (code == 0)
			code = generation_begin(&r, GENERATION_RESTORED, 0, p->e);
		if (code == 0)
			code = db_commit(db, p->e);
		else
			db_rollback(db);
		if (code == 0)
			code = db_checkpoint(db, p->e);
		if (code == 0)
			code = generation_write(db, p->o->data, r.generation, p->e);
		replica_close(&r);
	}
	db_close(db);
	db_sweep(p->at);
	return code;
}

static int put_keys(struct putting *p)
{
	char path[4096];
	int code;

	if (!p->m.keys || p->o->passphrase.len == 0)
		return 0;
	code = backup_path(p->o->from, BACKUP_KEYS, path, p->e);
	/* First without writing: a vault may turn out to be damaged at its end. */
	if (code == 0)
		code = backup_keys_get(path, p->o->passphrase, NULL, p->e);
	p->keys_written = code == 0;
	return code != 0 ? code : backup_keys_get(path, p->o->passphrase, p->o->data, p->e);
}

/* The store as it will be knows what it lacks: units that have it are asked for it. */
static int note_lost(struct putting *p, struct bytes lost)
{
	struct db *db;
	size_t i;
	int code = db_open(&db, p->env, p->at, DB_WRITE, p->e);

	if (code != 0)
		return code;
	code = db_begin(db, p->e);
	for (i = 0; i < lost.len && code == 0; i += HASH_SIZE) {
		struct bytes hash = { lost.at + i, HASH_SIZE };

		code = db_exec(db, p->e, "DELETE FROM attach_file WHERE hash=$1", "b", hash);
		if (code == 0)
			code = db_exec(db, p->e, "INSERT INTO attach_lost(hash) VALUES($1) ON CONFLICT DO "
				       "NOTHING", "b", hash);
	}
	if (code == 0)
		code = db_commit(db, p->e);
	else
		db_rollback(db);
	db_close(db);
	return code;
}

static int put_files(struct putting *p)
{
	char path[4096], beside[4096];
	struct buf list, lost;
	int code = backup_path(p->o->from, BACKUP_FILES, path, p->e);

	if (code == 0)
		code = backup_path(p->o->from, "..", beside, p->e);
	if (code != 0 || manifest_file(&p->m, BACKUP_FILES) == NULL)
		return code;
	buf_init(&list, MANIFEST_MAX);
	buf_init(&lost, MANIFEST_MAX);
	code = env_read_file(path, &list, p->e);
	if (code == 0)
		code = backup_files_get(beside, p->o->data, buf_view(&list), &p->files, &lost, p->e);
	p->lost = lost.len / HASH_SIZE;
	if (code == 0 && lost.len > 0)
		code = note_lost(p, buf_view(&lost));
	buf_release(&list);
	buf_release(&lost);
	return code;
}

static int put_back(struct putting *p)
{
	int code = backup_manifest(p->o->from, &p->a, &p->m, p->e);

	if (code == 0)
		code = backup_check_files(p->o->from, &p->m, p->e);
	if (code == 0)
		code = env_make_dirs(p->o->data, p->e);
	if (code == 0)
		code = check_free(p);
	if (code != 0)
		return code;
	/* Whatever stood there is what an earlier try has left. */
	code = env_remove(p->at, p->e);
	db_sweep(p->at);
	if (code == 0)
		code = copy_store(p);
	if (code == 0)
		code = manifest_mark(&p->m, p->env, p->at, p->e);
	if (code == 0)
		code = put_files(p);
	if (code == 0)
		code = manifest_check_store(&p->m, p->env, p->at, p->e);
	if (code == 0)
		code = begin_generation(p);
	if (code == 0)
		code = put_keys(p);
	return code != 0 ? code : env_rename(p->at, p->store, p->e);
}

/* Nothing is left of one that failed. */
static void take_back(struct putting *p)
{
	char mark[4096];

	env_remove(p->at, NULL);
	db_sweep(p->at);
	if (backup_path(p->o->data, GENERATION_FILE, mark, NULL) == 0)
		env_remove(mark, NULL);
	if (p->keys_written) {
		keyfile_remove(p->o->data, "working");
		keyfile_remove(p->o->data, "box");
	}
}

int server_restore(const struct env *env, const struct restore_options *o,
		   struct restore_result *out, struct err *e)
{
	struct putting p = { .env = env, .o = o, .out = out, .e = e };
	size_t i;
	int code = backup_path(o->from, BACKUP_STORE, p.from, e);

	memset(out, 0, sizeof *out);
	arena_init(&p.a, LIMIT_MEMORY);
	if (code == 0)
		code = backup_path(o->data, RESTORING, p.at, e);
	if (code == 0)
		code = backup_path(o->data, BACKUP_STORE, p.store, e);
	if (code == 0) {
		code = put_back(&p);
		if (code != 0 && code != ERR_STORE_EXISTS)
			take_back(&p);
	}
	for (i = 0; i < p.m.head_count && code == 0; i++)
		out->items += p.m.heads[i].seq;
	out->streams = p.m.head_count;
	out->time = p.m.time;
	out->keys = p.keys_written;
	out->files = p.files;
	out->files_lost = p.lost;
	out->keys_left = p.m.keys && !p.keys_written;
	arena_release(&p.a);
	return code;
}
