/* A server's keys in a backup, and what every backup's folder has. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/system/vault.h"
#include "server/backup/backup_parts.h"

enum { KEY_FILE_MAX = 4096 };
/* Never the root key: it belongs where no running server is. */
static const char *const key_files[] = { "working.key", "box.key" };
enum { KEY_FILES = 2 };

int backup_path(const char *dir, const char *name, char out[4096], struct err *e)
{
	if (snprintf(out, 4096, "%s/%s", dir, name) >= 4000)
		return err_set(e, ERR_TOO_LARGE, "%.150s", dir);
	return 0;
}

int backup_manifest(const char *dir, struct arena *a, struct manifest *out, struct err *e)
{
	char path[4096];
	struct buf text;
	int code = backup_path(dir, BACKUP_MANIFEST, path, e);

	buf_init(&text, MANIFEST_MAX);
	if (code == 0)
		code = env_read_file(path, &text, e);
	/* A folder that has none is no backup, whatever else it is. */
	if (code == ERR_NO_FILE && env_kind(dir) != ENV_NONE)
		code = err_set(e, ERR_BAD_BACKUP, "%.150s", dir);
	if (code == 0)
		code = manifest_read(buf_view(&text), "dongbod", a, out, e);
	buf_release(&text);
	if (code == 0 && (!manifest_signed(out) || manifest_file(out, BACKUP_STORE) == NULL ||
			  (out->keys && manifest_file(out, BACKUP_KEYS) == NULL)))
		code = err_set(e, ERR_BAD_BACKUP, BACKUP_MANIFEST);
	return code;
}

int backup_check_files(const char *dir, const struct manifest *m, struct err *e)
{
	struct buf parts;
	size_t i;
	int code = 0;

	buf_init(&parts, (size_t)BIGFILE_PARTS_MAX * HASH_SIZE);
	for (i = 0; i < m->file_count && code == 0; i++) {
		char path[4096];
		uint64_t size = 0;

		buf_clear(&parts);
		code = backup_path(dir, m->files[i].name, path, e);
		if (code == 0)
			code = bigfile_hash(path, &size, &parts, e);
		if (code == ERR_NO_FILE)
			code = err_set(e, ERR_BAD_BACKUP, "%s", m->files[i].name);
		if (code == 0)
			code = manifest_check_file(&m->files[i], size, buf_view(&parts), e);
	}
	buf_release(&parts);
	return code;
}

static void wipe(struct buf *b)
{
	if (b->at != NULL)
		sodium_memzero(b->at, b->len);
	buf_release(b);
}

int backup_keys_put(const struct env *env, const char *data, const char *path,
		    struct bytes passphrase, const struct keybox_cost *cost, struct err *e)
{
	struct vault *v = NULL;
	size_t i;
	int code = vault_create(&v, env, path, passphrase, cost, e);

	for (i = 0; i < KEY_FILES && code == 0; i++) {
		char file[4096];
		uint8_t size[2];
		struct buf text;

		buf_init(&text, KEY_FILE_MAX);
		code = backup_path(data, key_files[i], file, e);
		if (code == 0)
			code = env_read_file(file, &text, e);
		size[0] = (uint8_t)(text.len >> 8);
		size[1] = (uint8_t)text.len;
		if (code == 0)
			code = vault_put(v, BYTES_OF(size), e);
		if (code == 0)
			code = vault_put(v, buf_view(&text), e);
		wipe(&text);
	}
	if (code != 0) {
		vault_close(v);
		return code;
	}
	return vault_keep(v, e);
}

/* One key file's text; with data NULL it is only looked at. */
static int get_one(struct vault *v, const char *data, const char *name, struct err *e)
{
	uint8_t size[2], text[KEY_FILE_MAX];
	char file[4096];
	size_t n;
	int code = vault_get(v, size, sizeof size, e);

	if (code != 0)
		return code;
	n = (size_t)size[0] << 8 | size[1];
	if (n > sizeof text)
		return err_set(e, ERR_BAD_BACKUP, BACKUP_KEYS);
	code = vault_get(v, text, n, e);
	if (code == 0 && data != NULL)
		code = backup_path(data, name, file, e);
	if (code == 0 && data != NULL)
		code = env_write_file(file, (struct bytes){ text, n }, 0600, e);
	sodium_memzero(text, sizeof text);
	return code;
}

int backup_keys_get(const char *path, struct bytes passphrase, const char *data, struct err *e)
{
	struct vault *v = NULL;
	size_t i;
	int code = vault_open(&v, path, passphrase, e);

	for (i = 0; i < KEY_FILES && code == 0; i++)
		code = get_one(v, data, key_files[i], e);
	if (code == 0)
		code = vault_end(v, e);
	vault_close(v);
	return code;
}
