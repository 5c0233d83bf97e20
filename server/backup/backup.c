/* Taking a backup of a store in use. */
#include "server/backup/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/text/date.h"
#include "common/text/reason.h"
#include "protocol/limits.h"
#include "server/backup/backup_files.h"
#include "server/backup/backup_parts.h"
#include "server/fsck.h"

#define PREFIX "dongbod-"
#define PART ".part"

enum { NAMES_MAX = 100000, REPLAY_IN_MEMORY = 256 * 1024 * 1024 };

/* What is in a store beside its log, but for what every exchange changes. */
static const char *const state_sql[] = {
	"SELECT * FROM enrolment", "SELECT * FROM officer", "SELECT * FROM held",
	"SELECT * FROM claim_refused", "SELECT * FROM partial", "SELECT * FROM succession",
	"SELECT * FROM forked",
	"SELECT hash, size FROM attach_file", "SELECT * FROM attach_lost",
	"SELECT source, hash, place, total FROM attach_piece",
	"SELECT * FROM keys_document", "SELECT * FROM healed", "SELECT * FROM shown",
	"SELECT * FROM note_due", "SELECT * FROM generation", "SELECT * FROM opened",
};

struct taking {
	const struct env *env;
	const struct backup_options *o;
	struct backup_result *out;
	struct server s;
	struct arena a;
	struct manifest m;
	char name[64], part[4096]; /* of the one in the making */
	struct buf parts[MANIFEST_FILES];
	struct buf list;            /* of attached files */
	struct err *e;
};

/* The sum of the rows' hashes: their order says nothing. */
static int digest_state(struct taking *t)
{
	uint8_t hash[HASH_SIZE];
	size_t i, k;
	int code = 0;

	for (i = 0; i < sizeof state_sql / sizeof state_sql[0] && code == 0; i++) {
		const struct bytes name = bytes_str(state_sql[i]);
		struct stmt *s;

		code = db_query_text(t->s.db, t->e, &s, state_sql[i]);
		if (code != 0)
			return code;
		while ((code = db_step(s, t->e)) == 1) {
			struct bytes columns[32] = { name };
			int c, n = db_column_count(s);

			for (c = 0; c < n && c < 31; c++)
				columns[c + 1] = db_bytes(s, c);
			hash_parts(hash, sizeof hash, "dongbo/backup-state/1", columns,
				   (size_t)c + 1);
			for (k = 0; k < HASH_SIZE; k++)
				t->m.state[k] = (uint8_t)(t->m.state[k] + hash[k]);
		}
		db_done(s);
	}
	return code;
}

static bool is_backup(const char *name)
{
	return strncmp(name, PREFIX, strlen(PREFIX)) == 0 &&
	       strlen(name) == strlen(PREFIX) + strlen("20260101-000000");
}

/* The backups of the folder, oldest first; what was left unfinished is taken away. */
static int list_backups(struct taking *t, char ***names, size_t *count)
{
	char **all, path[4096];
	size_t n = 0, i;
	int code = env_list(t->o->to, NAMES_MAX, &t->a, &all, &n, t->e);

	*names = all;
	*count = 0;
	for (i = 0; i < n && code == 0; i++) {
		size_t len = strlen(all[i]);

		if (is_backup(all[i])) {
			(*names)[(*count)++] = all[i];
		} else if (strncmp(all[i], PREFIX, strlen(PREFIX)) == 0 && len > strlen(PART) &&
			   strcmp(all[i] + len - strlen(PART), PART) == 0) {
			code = backup_path(t->o->to, all[i], path, t->e);
			if (code == 0)
				code = env_remove_folder(path, t->e);
		}
	}
	return code;
}

static bool same_log(const struct manifest *a, const struct manifest *b)
{
	size_t i;

	if (a->head_count != b->head_count || memcmp(a->state, b->state, HASH_SIZE) != 0 ||
	    memcmp(a->generation, b->generation, GENERATION_SIZE) != 0 ||
	    memcmp(a->key, b->key, SIGN_PUBLIC) != 0)
		return false;
	for (i = 0; i < a->head_count; i++)
		if (a->heads[i].stream != b->heads[i].stream || a->heads[i].seq != b->heads[i].seq ||
		    memcmp(a->heads[i].head, b->heads[i].head, HASH_SIZE) != 0)
			return false;
	return true;
}

/* Whether the newest backup holds all there is, with keys where they are asked for, and
 * is still what it was. */
static bool holds_all(struct taking *t, const char *newest)
{
	struct manifest last;
	size_t missing = 0;
	char path[4096];

	return backup_path(t->o->to, newest, path, NULL) == 0 &&
	       backup_manifest(path, &t->a, &last, NULL) == 0 && same_log(&last, &t->m) &&
	       (t->o->passphrase.len == 0 || last.keys) && (!t->o->replay || last.replayed) &&
	       backup_check_files(path, &last, NULL) == 0 &&
	       backup_files_missing(t->o->to, buf_view(&t->list), t->o->replay, &missing, NULL) == 0 &&
	       missing == 0;
}

/* The second that a backup's name tells. */
static int64_t named_second(const char *name)
{
	unsigned y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
	int64_t day = 0;

	if (sscanf(name, PREFIX "%4u%2u%2u-%2u%2u%2u", &y, &mo, &d, &h, &mi, &s) != 6 ||
	    !date_days(y, mo, d, &day))
		return 0;
	return day * 86400 + h * 3600 + mi * 60 + s;
}

/* A name of the time, behind all others: the clock may have been set back, and the last
 * one taken must not be taken for an old one. */
static int choose_name(struct taking *t, const char *newest)
{
	int64_t at = t->m.time, after = newest == NULL ? 0 : named_second(newest) + 1, year, second;
	unsigned month, day;
	char path[4096];
	int code;

	if (at < after)
		at = after;
	second = (at % 86400 + 86400) % 86400;
	date_civil((at - second) / 86400, &year, &month, &day);
	snprintf(t->name, sizeof t->name, PREFIX "%04lld%02u%02u-%02lld%02lld%02lld",
		 (long long)year % 10000, month, day, (long long)second / 3600,
		 (long long)second / 60 % 60, (long long)second % 60);
	code = backup_path(t->o->to, t->name, path, t->e);
	snprintf(t->part, sizeof t->part, "%.4000s" PART, path);
	return code != 0 ? code : env_make_dirs(t->part, t->e);
}

static int tell_copy(void *ctx, int64_t done, int64_t total)
{
	struct taking *t = ctx;

	return t->o->progress == NULL ? 0 :
					t->o->progress(t->o->ctx, BACKUP_COPY, done, total);
}

static void tell_replay(void *ctx, int64_t done, int64_t total)
{
	struct taking *t = ctx;

	if (t->o->progress != NULL)
		t->o->progress(t->o->ctx, BACKUP_REPLAY, done, total);
}

static void found(void *ctx, const char *place, const char *what)
{
	struct taking *t = ctx;

	if (t->e->code == 0)
		err_set(t->e, ERR_CORRUPT, "%.90s: %.90s", place, what);
}

static int replay(struct taking *t, const char *path)
{
	struct fsck f = { .env = t->env, .found = found, .progress = tell_replay, .ctx = t };
	char scratch[4096];
	uint64_t size = t->m.files[0].size;
	int code = backup_path(t->part, "replay.db", scratch, t->e);

	if (code != 0)
		return code;
	f.scratch = size > REPLAY_IN_MEMORY ? scratch : ":memory:";
	*t->e = (struct err){ 0 };
	code = server_fsck_file(&f, path, t->e);
	db_sweep(path);
	return code != 0 ? code : f.count > 0 ? ERR_CORRUPT : 0;
}

static int list_file(struct taking *t, const char *name)
{
	struct manifest_file *f = &t->m.files[t->m.file_count];
	struct buf *parts = &t->parts[t->m.file_count++];
	char path[4096];
	int code = backup_path(t->part, name, path, t->e);

	snprintf(f->name, sizeof f->name, "%s", name);
	if (code == 0)
		code = bigfile_hash(path, &f->size, parts, t->e);
	f->parts = buf_view(parts);
	return code;
}

static int write_keys(struct taking *t)
{
	char path[4096];
	int code;

	if (t->o->passphrase.len == 0)
		return 0;
	code = backup_path(t->part, BACKUP_KEYS, path, t->e);
	if (code == 0)
		code = backup_keys_put(t->env, t->o->data, path, t->o->passphrase, t->o->cost,
				       t->e);
	/* A key that does not come out again is no key. */
	if (code == 0)
		code = backup_keys_get(path, t->o->passphrase, NULL, t->e);
	if (code == 0)
		code = list_file(t, BACKUP_KEYS);
	t->m.keys = code == 0;
	return code;
}

/* They change under nobody's hands: it is enough that the list is of this moment. */
static int write_files(struct taking *t)
{
	char path[4096];
	int code;

	if (t->list.len == 0)
		return 0;
	code = backup_files_put(t->o->data, t->o->to, buf_view(&t->list), &t->out->files,
				&t->out->files_lost, t->e);
	if (code == 0)
		code = backup_path(t->part, BACKUP_FILES, path, t->e);
	if (code == 0)
		code = env_write_file(path, buf_view(&t->list), 0600, t->e);
	return code != 0 ? code : list_file(t, BACKUP_FILES);
}

static int write_manifest(struct taking *t)
{
	char path[4096];
	struct buf text;
	int code = backup_path(t->part, BACKUP_MANIFEST, path, t->e);

	buf_init(&text, MANIFEST_MAX);
	if (code == 0)
		code = manifest_put(&t->m, &t->s.working, &text, t->e);
	if (code == 0)
		code = env_write_file(path, buf_view(&text), 0600, t->e);
	buf_release(&text);
	return code;
}

/* Copies within the view that the heads were read in, then looks at what came of it. */
static int write_all(struct taking *t)
{
	char store[4096], path[4096];
	int code = backup_path(t->part, BACKUP_STORE, store, t->e);

	if (code == 0)
		code = db_copy(t->s.db, store, tell_copy, t, t->e);
	db_end_read(t->s.db);
	if (code == 0)
		code = manifest_check_store(&t->m, t->env, store, t->e);
	if (code == 0)
		code = list_file(t, BACKUP_STORE);
	if (code == 0 && t->o->replay)
		code = replay(t, store);
	t->m.replayed = code == 0 && t->o->replay;
	if (code == 0)
		code = write_keys(t);
	if (code == 0)
		code = write_files(t);
	if (code == 0)
		code = write_manifest(t);
	/* What has been written, read back from where it is. */
	if (code == 0)
		code = backup_check_files(t->part, &t->m, t->e);
	if (code == 0)
		code = backup_path(t->o->to, t->name, path, t->e);
	return code != 0 ? code : env_rename(t->part, path, t->e);
}

static int note_safe(struct taking *t)
{
	const char *place = t->out->path;
	size_t i;
	int code;

	/* Whoever reads of it later stands in another folder. */
	if (env_full_path(t->out->path, &t->a, &place, NULL) != 0)
		place = t->out->path;
	code = db_begin(t->s.db, t->e);
	if (code != 0)
		return code;
	for (i = 0; i < t->m.head_count && code == 0; i++)
		code = db_exec(t->s.db, t->e, "INSERT INTO safe(stream,seq) VALUES($1,$2) ON "
			       "CONFLICT(stream) DO UPDATE SET seq=$2 WHERE safe.seq < $2", "uu",
			       t->m.heads[i].stream, t->m.heads[i].seq);
	if (code == 0)
		code = replica_meta_put_number(t->s.db, "backup_time", t->m.time, t->e);
	if (code == 0)
		code = replica_meta_put(t->s.db, "backup_place", bytes_str(place), t->e);
	if (code == 0)
		code = replica_meta_put_number(t->s.db, "backup_failed", 0, t->e);
	if (code == 0)
		return db_commit(t->s.db, t->e);
	db_rollback(t->s.db);
	return code;
}

/* Best effort: what failed is told anyway, and may be why nothing can be noted. */
static void note_failure(struct taking *t, const struct err *why)
{
	char text[300];

	snprintf(text, sizeof text, "%s: %.250s", err_name(why->code), why->subject);
	if (why->code == ERR_STOPPED || why->code == ERR_BUSY || t->s.db == NULL ||
	    db_begin(t->s.db, NULL) != 0)
		return;
	if (replica_meta_put_number(t->s.db, "backup_failed", env_now(t->env), NULL) == 0 &&
	    replica_meta_put(t->s.db, "backup_failure", bytes_str(text), NULL) == 0)
		db_commit(t->s.db, NULL);
	else
		db_rollback(t->s.db);
}

/* Attached files that no backup names any more. */
static int sweep_files(struct taking *t, char **names, size_t count)
{
	struct bytes *lists = arena_array(&t->a, count + 1, sizeof *lists);
	struct buf text;
	size_t i, n = 0;
	int code = lists == NULL ? err_set(t->e, ERR_NOMEM, "backups") : 0;

	for (i = 0; i < count && code == 0; i++) {
		char folder[4096], path[4096];

		buf_init(&text, MANIFEST_MAX);
		code = backup_path(t->o->to, names[i], folder, t->e);
		if (code == 0)
			code = backup_path(folder, BACKUP_FILES, path, t->e);
		if (code == 0 && env_kind(path) != ENV_NONE) {
			code = env_read_file(path, &text, t->e);
			lists[n] = arena_copy(&t->a, buf_view(&text));
			if (code == 0 && text.len > 0 && lists[n++].at == NULL)
				code = err_set(t->e, ERR_NOMEM, "backups");
		}
		buf_release(&text);
	}
	return code != 0 ? code : backup_files_sweep(t->o->to, lists, n, t->e);
}

/* All but the newest `keep`; the one just taken is among those. */
static int remove_old(struct taking *t)
{
	char **names, path[4096];
	size_t count = 0, i;
	int code = list_backups(t, &names, &count);

	for (i = 0; code == 0 && t->o->keep > 0 && i + (size_t)t->o->keep < count; i++) {
		code = backup_path(t->o->to, names[i], path, t->e);
		if (code == 0)
			code = env_remove_folder(path, t->e);
		t->out->removed += code == 0;
	}
	i = t->out->removed;
	return code != 0 || i == 0 ? code : sweep_files(t, names + i, count - i);
}

static int take(struct taking *t)
{
	char **names;
	size_t count = 0, i;
	int code = list_backups(t, &names, &count);

	if (code == 0)
		code = db_begin_read(t->s.db, t->e);
	if (code != 0)
		return code;
	code = manifest_of(&t->s.replica, "dongbod", &t->a, &t->m, t->e);
	if (code == 0)
		code = digest_state(t);
	if (code == 0)
		code = backup_files_list(t->s.db, &t->list, t->e);
	t->out->nothing_new = code == 0 && count > 0 && holds_all(t, names[count - 1]);
	if (code == 0 && t->out->nothing_new)
		snprintf(t->name, sizeof t->name, "%s", names[count - 1]);
	if (code == 0 && !t->out->nothing_new)
		code = choose_name(t, count > 0 ? names[count - 1] : NULL);
	if (code != 0 || t->out->nothing_new)
		db_end_read(t->s.db);
	else
		code = write_all(t);
	if (code != 0)
		return code;
	for (i = 0; i < t->m.head_count; i++)
		t->out->items += t->m.heads[i].seq;
	t->out->streams = t->m.head_count;
	t->out->time = t->m.time;
	t->out->keys = t->o->passphrase.len > 0;
	t->out->size = t->m.files[0].size;
	code = backup_path(t->o->to, t->name, t->out->path, t->e);
	return code == 0 ? note_safe(t) : code;
}

/* One at a time: another one's unfinished folder is not what was left behind. */
static int lock_folder(const char *to, int *fd, struct err *e)
{
	char path[4096];
	int code = backup_path(to, ".lock", path, e);

	if (code != 0)
		return code;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return reason_system(e, errno == ENOSPC ? ERR_FULL : ERR_IO, errno, "%.150s", path);
	if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
		return err_set(e, ERR_BUSY, "%.150s", to);
	return 0;
}

int server_backup(const struct env *env, const struct backup_options *o,
		  struct backup_result *out, struct err *e)
{
	struct err why = { 0 };
	struct taking t = { .env = env, .o = o, .out = out, .e = &why };
	int fd = -1, code = server_open(&t.s, env, o->data, &why);
	size_t i;

	memset(out, 0, sizeof *out);
	arena_init(&t.a, LIMIT_MEMORY);
	buf_init(&t.list, MANIFEST_MAX);
	for (i = 0; i < MANIFEST_FILES; i++)
		buf_init(&t.parts[i], (size_t)BIGFILE_PARTS_MAX * HASH_SIZE);
	if (code == 0)
		code = env_make_dirs(o->to, &why);
	if (code == 0)
		code = lock_folder(o->to, &fd, &why);
	if (code == 0)
		code = take(&t);
	if (code == 0)
		code = remove_old(&t);
	if (code != 0) {
		if (t.part[0] != '\0')
			env_remove_folder(t.part, NULL);
		note_failure(&t, &why);
		if (e != NULL)
			*e = why;
	}
	if (fd >= 0)
		close(fd);
	for (i = 0; i < MANIFEST_FILES; i++)
		buf_release(&t.parts[i]);
	buf_release(&t.list);
	arena_release(&t.a);
	if (t.s.db != NULL)
		server_close(&t.s);
	return code;
}

static int get_text(struct db *db, const char *key, char *out, size_t size, struct err *e)
{
	struct buf b;
	int code;

	buf_init(&b, 8192);
	code = replica_meta_get(db, key, &b, e);
	snprintf(out, size, "%.*s", (int)b.len, b.len == 0 ? "" : (const char *)b.at);
	buf_release(&b);
	return code < 0 ? code : 0;
}

int backup_last(struct db *db, struct backup_last *out, struct err *e)
{
	int code = replica_meta_number(db, "backup_time", 0, &out->time, e);

	if (code == 0)
		code = replica_meta_number(db, "backup_failed", 0, &out->failed, e);
	if (code == 0)
		code = replica_meta_number(db, "restored", 0, &out->restored, e);
	if (code == 0)
		code = replica_meta_number(db, "restored_from", 0, &out->restored_from, e);
	if (code == 0)
		code = get_text(db, "backup_place", out->place, sizeof out->place, e);
	if (code == 0)
		code = get_text(db, "backup_failure", out->failure, sizeof out->failure, e);
	return code;
}
