/* Vaults: Argon2id, then secretstream. */
#include "common/system/vault.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/system/bigfile.h"

enum {
	MAGIC = 16, SALT_AT = 32, CHECK_AT = 48, CHECK = 16, STREAM_AT = 64,
	KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES,
	SEALED_CHUNK = VAULT_CHUNK + VAULT_OVERHEAD
};

_Static_assert(VAULT_OVERHEAD == crypto_secretstream_xchacha20poly1305_ABYTES, "overhead");
_Static_assert(VAULT_HEADER == STREAM_AT + crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	       "header");

static const uint8_t magic[MAGIC] = "dongbo vault 1\n";
/* What a file may make its reader spend on a passphrase. */
enum { PASSES_MAX = 64 };
static const uint64_t memory_max = 1024u * 1024 * 1024;

struct vault {
	struct bigfile f;
	crypto_secretstream_xchacha20poly1305_state state;
	uint8_t header[VAULT_HEADER];
	bool first, last;      /* the next chunk is the first; the last one has been read */
	size_t used, at;       /* bytes in plain; how many of them are read */
	uint64_t begin;        /* of the chunk that plain is from, in the file */
	uint8_t plain[VAULT_CHUNK], sealed[SEALED_CHUNK];
};

static void put_u64(uint8_t *out, uint64_t n)
{
	int i;

	for (i = 7; i >= 0; i--, n >>= 8)
		out[i] = (uint8_t)n;
}

void vault_close(struct vault *v)
{
	if (v == NULL)
		return;
	bigfile_close(&v->f);
	sodium_memzero(v, sizeof *v);
	free(v);
}

static int start_writing(struct vault *v, const struct env *env, struct bytes passphrase,
			 const struct keybox_cost *cost, struct err *e)
{
	uint8_t derived[KEY + CHECK];
	int code;

	memcpy(v->header, magic, MAGIC);
	put_u64(v->header + MAGIC, cost->ops);
	put_u64(v->header + MAGIC + 8, cost->memory);
	env_random(env, v->header + SALT_AT, 16);
	code = keybox_derive(passphrase, cost, v->header + SALT_AT, derived, sizeof derived, e);
	if (code != 0)
		return code;
	memcpy(v->header + CHECK_AT, derived + KEY, CHECK);
	crypto_secretstream_xchacha20poly1305_init_push(&v->state, v->header + STREAM_AT, derived);
	sodium_memzero(derived, sizeof derived);
	return bigfile_put(&v->f, BYTES_OF(v->header), e);
}

int vault_create(struct vault **out, const struct env *env, const char *path,
		 struct bytes passphrase, const struct keybox_cost *cost, struct err *e)
{
	struct vault *v = calloc(1, sizeof *v);
	int code;

	if (v == NULL)
		return err_set(e, ERR_NOMEM, "vault");
	v->first = true;
	code = bigfile_create(&v->f, path, NULL, e);
	if (code == 0)
		code = start_writing(v, env, passphrase, cost == NULL ? &keybox_usual : cost, e);
	if (code != 0) {
		vault_close(v);
		return code;
	}
	*out = v;
	return 0;
}

/* Bytes that the next chunk is bound to. */
static struct bytes bound(const struct vault *v)
{
	return v->first ? BYTES_OF(v->header) : BYTES_NONE;
}

static int push(struct vault *v, uint8_t tag, struct err *e)
{
	struct bytes with = bound(v);

	crypto_secretstream_xchacha20poly1305_push(&v->state, v->sealed, NULL, v->plain, v->used,
						   with.at, with.len, tag);
	v->first = false;
	with = (struct bytes){ v->sealed, v->used + VAULT_OVERHEAD };
	v->used = 0;
	return bigfile_put(&v->f, with, e);
}

int vault_put(struct vault *v, struct bytes s, struct err *e)
{
	int code = 0;

	while (s.len > 0 && code == 0) {
		size_t room = sizeof v->plain - v->used, n = s.len < room ? s.len : room;

		/* Only when more comes: the last chunk is left for vault_keep. */
		if (n == 0) {
			code = push(v, 0, e);
			continue;
		}
		memcpy(v->plain + v->used, s.at, n);
		v->used += n;
		s.at += n;
		s.len -= n;
	}
	return code;
}

int vault_keep(struct vault *v, struct err *e)
{
	int code = push(v, crypto_secretstream_xchacha20poly1305_TAG_FINAL, e);

	if (code == 0)
		code = bigfile_keep(&v->f, e);
	vault_close(v);
	return code;
}

bool vault_looks(const char *path)
{
	uint8_t start[13];
	struct bigfile f;
	size_t n = 0;
	int code = bigfile_open(&f, path, NULL, NULL);

	if (code == 0)
		code = bigfile_get(&f, start, sizeof start, &n, NULL);
	bigfile_close(&f);
	return code == 0 && n == sizeof start && memcmp(start, magic, n) == 0;
}

static int start_reading(struct vault *v, struct bytes passphrase, struct err *e)
{
	uint8_t derived[KEY + CHECK];
	struct keybox_cost cost;
	struct cursor c;
	size_t n;
	bool same;
	int code = bigfile_get(&v->f, v->header, VAULT_HEADER, &n, e);

	if (code != 0)
		return code;
	if (n < MAGIC || memcmp(v->header, magic, 13) != 0)
		return err_set(e, ERR_BAD_BACKUP, "%.150s", v->f.path);
	if (memcmp(v->header, magic, MAGIC) != 0)
		return err_set(e, ERR_VERSION, "%.150s", v->f.path);
	if (n < VAULT_HEADER)
		return err_set(e, ERR_TRUNCATED, "%.150s: %zu", v->f.path, n);
	c = cursor_of((struct bytes){ v->header + MAGIC, 16 });
	cost.ops = cursor_u64(&c);
	cost.memory = cursor_u64(&c);
	if (cost.ops == 0 || cost.ops > PASSES_MAX || cost.memory < 8192 ||
	    cost.memory > memory_max)
		return err_set(e, ERR_BAD_BACKUP, "%.150s: 16", v->f.path);
	code = keybox_derive(passphrase, &cost, v->header + SALT_AT, derived, sizeof derived, e);
	if (code != 0)
		return code;
	same = sodium_memcmp(derived + KEY, v->header + CHECK_AT, CHECK) == 0;
	if (crypto_secretstream_xchacha20poly1305_init_pull(&v->state, v->header + STREAM_AT,
							     derived) != 0)
		same = false;
	sodium_memzero(derived, sizeof derived);
	return same ? 0 : err_set(e, ERR_PASSPHRASE, "%.150s", v->f.path);
}

int vault_open(struct vault **out, const char *path, struct bytes passphrase, struct err *e)
{
	struct vault *v = calloc(1, sizeof *v);
	int code;

	if (v == NULL)
		return err_set(e, ERR_NOMEM, "vault");
	v->first = true;
	code = bigfile_open(&v->f, path, NULL, e);
	if (code == 0)
		code = start_reading(v, passphrase, e);
	if (code != 0) {
		vault_close(v);
		return code;
	}
	*out = v;
	return 0;
}

/* The next chunk into plain. */
static int pull(struct vault *v, struct err *e)
{
	struct bytes with = bound(v);
	unsigned long long len = 0;
	uint8_t tag = 0;
	size_t n;
	int code;

	v->begin = v->f.at;
	code = bigfile_get(&v->f, v->sealed, SEALED_CHUNK, &n, e);
	if (code != 0)
		return code;
	if (n < VAULT_OVERHEAD)
		return err_set(e, ERR_TRUNCATED, "%.150s: %llu", v->f.path,
			       (unsigned long long)v->f.at);
	if (crypto_secretstream_xchacha20poly1305_pull(&v->state, v->plain, &len, &tag, v->sealed,
						       n, with.at, with.len) != 0)
		/* Altered, or what is left of a longer one. */
		return err_set(e, ERR_BAD_BACKUP, "%.150s: %llu", v->f.path,
			       (unsigned long long)v->begin);
	v->first = false;
	v->last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	v->used = (size_t)len;
	v->at = 0;
	return 0;
}

int vault_get(struct vault *v, uint8_t *out, size_t n, struct err *e)
{
	while (n > 0) {
		size_t left = v->used - v->at, k = n < left ? n : left;

		if (left == 0 && v->last)
			return err_set(e, ERR_BAD_BACKUP, "%.150s: %llu", v->f.path,
				       (unsigned long long)v->f.at);
		if (left == 0) {
			int code = pull(v, e);

			if (code != 0)
				return code;
			continue;
		}
		memcpy(out, v->plain + v->at, k);
		v->at += k;
		out += k;
		n -= k;
	}
	return 0;
}

int vault_end(struct vault *v, struct err *e)
{
	uint8_t more;
	size_t n = 0;
	int code = 0;

	if (v->at == v->used && !v->last)
		code = pull(v, e);
	if (code != 0)
		return code;
	if (v->at < v->used || !v->last)
		return err_set(e, ERR_TRAILING, "%.150s: %llu", v->f.path,
			       (unsigned long long)v->begin);
	code = bigfile_get(&v->f, &more, 1, &n, e);
	return code != 0 || n == 0 ? code : err_set(e, ERR_TRAILING, "%.150s: %llu", v->f.path,
						   (unsigned long long)v->f.at - 1);
}
