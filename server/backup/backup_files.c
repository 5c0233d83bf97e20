/* Attached files: beside backups, and back. */
#include "server/backup/backup_files.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"

enum { LINE = 2 * HASH_SIZE, NAMES = 100000, SWEEP_MEMORY = 64 << 20 };

int backup_files_list(struct db *db, struct buf *list, struct err *e)
{
	struct stmt *s;
	int code = db_query(db, e, &s, "SELECT hash, size FROM attach_file ORDER BY hash", "");

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		char text[2 * HASH_SIZE + 1];

		if (db_bytes(s, 0).len != HASH_SIZE)
			continue;
		attach_hash_text(db_bytes(s, 0).at, text);
		buf_printf(list, "%s %" PRId64 "\n", text, db_int(s, 1));
	}
	db_done(s);
	return code == 0 && list->failed ? err_set(e, ERR_TOO_LARGE, BACKUP_FILES) : code;
}

/* The next line of a list: 1, 0 at its end. */
static int next_line(struct bytes *list, uint8_t hash[HASH_SIZE], uint64_t *size, struct err *e)
{
	const uint8_t *end = list->len == 0 ? NULL : memchr(list->at, '\n', list->len);
	size_t n;

	if (list->len == 0)
		return 0;
	n = end == NULL ? 0 : (size_t)(end - list->at);
	if (n < LINE + 2 || n > LINE + 20 || list->at[LINE] != ' ' ||
	    !attach_hash_read((struct bytes){ list->at, LINE }, hash))
		return err_set(e, ERR_BAD_BACKUP, BACKUP_FILES);
	*size = strtoull((const char *)list->at + LINE + 1, NULL, 10);
	list->at += n + 1;
	list->len -= n + 1;
	return 1;
}

static int pool(const char *to, char out[4096], struct err *e)
{
	return snprintf(out, 4096, "%s/attached", to) < 4000 ?
		       0 : err_set(e, ERR_TOO_LARGE, "%.150s", to);
}

/* Whether one lies there whole, as far as its size tells, or every byte. */
static bool is_there(const char *dir, const uint8_t hash[HASH_SIZE], uint64_t size, bool whole)
{
	struct buf last;
	bool there;

	buf_init(&last, LIMIT_ATTACHMENT);
	if (whole)
		there = attach_load(dir, hash, &last, NULL) == 0 && last.len == size;
	else
		there = attach_part(dir, hash, size == 0 ? 0 : size - 1, 2, &last, NULL) == 0 &&
			last.len == 1;
	buf_release(&last);
	return there;
}

/* From one folder to another, by what it is. *lost: it is not to be had. */
static int copy_one(const char *from, const char *to, const uint8_t hash[HASH_SIZE], bool *lost,
		    struct err *e)
{
	struct buf content;
	int code;

	buf_init(&content, LIMIT_ATTACHMENT);
	code = attach_load(from, hash, &content, NULL);
	*lost = code == ERR_FILE_ABSENT || code == ERR_FILE_DAMAGED || code == ERR_TOO_LARGE;
	if (code != 0 && !*lost)
		err_set(e, code, "%.150s", from);
	if (code == 0)
		code = attach_put(to, hash, buf_view(&content), e);
	if (code == 0) {
		buf_clear(&content);
		code = attach_load(to, hash, &content, e);
	}
	buf_release(&content);
	return *lost ? 0 : code;
}

int backup_files_put(const char *data, const char *to, struct bytes list, size_t *copied,
		     size_t *lost, struct err *e)
{
	uint8_t hash[HASH_SIZE];
	char dir[4096];
	uint64_t size;
	int code = pool(to, dir, e);

	*copied = *lost = 0;
	while (code == 0 && (code = next_line(&list, hash, &size, e)) == 1) {
		bool gone = false;

		code = 0;
		if (is_there(dir, hash, size, false))
			continue;
		code = copy_one(data, dir, hash, &gone, e);
		*lost += gone;
		*copied += code == 0 && !gone;
	}
	return code;
}

int backup_files_missing(const char *to, struct bytes list, bool whole, size_t *missing,
			 struct err *e)
{
	uint8_t hash[HASH_SIZE];
	char dir[4096];
	uint64_t size;
	int code = pool(to, dir, e);

	*missing = 0;
	while (code == 0 && (code = next_line(&list, hash, &size, e)) == 1) {
		*missing += !is_there(dir, hash, size, whole);
		code = 0;
	}
	return code;
}

static bool is_named(const struct bytes *lists, size_t count, const char *text)
{
	size_t i, at;

	for (i = 0; i < count; i++)
		for (at = 0; at + LINE < lists[i].len;) {
			const uint8_t *end = memchr(lists[i].at + at, '\n', lists[i].len - at);

			if (memcmp(lists[i].at + at, text, LINE) == 0)
				return true;
			if (end == NULL)
				break;
			at = (size_t)(end - lists[i].at) + 1;
		}
	return false;
}

static int sweep_folder(const char *dir, const char *prefix, const struct bytes *lists,
			size_t count, struct err *e)
{
	char folder[4096], path[4096], text[LINE + 8];
	struct arena a;
	char **names;
	size_t n = 0, i;
	int code;

	arena_init(&a, SWEEP_MEMORY);
	snprintf(folder, sizeof folder, "%.3800s/files/%.2s", dir, prefix);
	code = env_list(folder, NAMES, &a, &names, &n, e);
	for (i = 0; i < n && code == 0; i++) {
		snprintf(text, sizeof text, "%.2s%.62s", prefix, names[i]);
		snprintf(path, sizeof path, "%.3900s/%.80s", folder, names[i]);
		if (strlen(names[i]) != LINE - 2 || !is_named(lists, count, text))
			code = env_remove(path, e);
	}
	arena_release(&a);
	return code;
}

int backup_files_sweep(const char *to, const struct bytes *lists, size_t count, struct err *e)
{
	char dir[4096], folder[4096];
	struct arena a;
	char **names;
	size_t n = 0, i;
	int code = pool(to, dir, e);

	snprintf(folder, sizeof folder, "%.3900s/files", dir);
	if (code != 0 || env_kind(folder) != ENV_FOLDER)
		return code;
	arena_init(&a, SWEEP_MEMORY);
	code = env_list(folder, NAMES, &a, &names, &n, e);
	for (i = 0; i < n && code == 0; i++)
		if (strlen(names[i]) == 2)
			code = sweep_folder(dir, names[i], lists, count, e);
	arena_release(&a);
	return code;
}

int backup_files_get(const char *to, const char *data, struct bytes list, size_t *files,
		     struct buf *lost, struct err *e)
{
	uint8_t hash[HASH_SIZE];
	char dir[4096];
	uint64_t size;
	int code = pool(to, dir, e);

	*files = 0;
	while (code == 0 && (code = next_line(&list, hash, &size, e)) == 1) {
		bool gone = false;

		code = copy_one(dir, data, hash, &gone, e);
		if (gone)
			buf_put(lost, hash, HASH_SIZE);
		*files += code == 0 && !gone;
	}
	return code != 0 ? code : lost->failed ? err_set(e, ERR_NOMEM, "files") : 0;
}
