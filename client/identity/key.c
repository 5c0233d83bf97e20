/* Files of device keys. */
#include "client/identity/key.h"

#include <sodium.h>
#include <stdio.h>

#define KEY "device.key"
#define NEXT "device.key.next"

static void path_in(const char *dir, const char *name, char out[4096])
{
	snprintf(out, 4096, "%s/%s", dir, name);
}

int key_make(const struct env *env, const char *dir, bool next, struct sign_key *key,
	     struct err *e)
{
	uint8_t seed[SIGN_SEED];
	char path[4096];

	env_random(env, seed, sizeof seed);
	sign_make(key, seed);
	sodium_memzero(seed, sizeof seed);
	path_in(dir, next ? NEXT : KEY, path);
	return env_write_file(path, BYTES_OF(key->secret), 0600, e);
}

static int load(const char *dir, const char *name, struct sign_key *key, struct err *e)
{
	struct buf b;
	char path[4096];
	int code;

	path_in(dir, name, path);
	buf_init(&b, 4096);
	code = env_read_file(path, &b, e);
	if (code == 0 && b.len != SIGN_SECRET)
		code = err_set(e, ERR_CORRUPT, "%s", path);
	if (code == 0)
		sign_restore(key, b.at);
	if (b.at != NULL)
		sodium_memzero(b.at, b.len);
	buf_release(&b);
	return code;
}

int key_step(const char *dir, struct err *e)
{
	char from[4096], to[4096];

	path_in(dir, NEXT, from);
	path_in(dir, KEY, to);
	return env_rename(from, to, e);
}

int key_load(const char *dir, uint64_t device, struct sign_key *key, bool *found, struct err *e)
{
	struct sign_key next;
	int code = load(dir, KEY, key, e);

	*found = code == 0 && (device == 0 || key->id == device);
	if (code != 0 || *found)
		return code;
	if (load(dir, NEXT, &next, NULL) == 0 && next.id == device) {
		*key = next;
		*found = true;
		code = key_step(dir, e);
	}
	sign_wipe(&next);
	return code;
}
