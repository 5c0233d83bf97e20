/* Manifests, written, read and held against a store. */
#include "common/system/manifest.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"

#define MANIFEST_DOMAIN "dongbo/backup-manifest/1"

int manifest_of(struct replica *r, const char *program, struct arena *a, struct manifest *out,
		struct err *e)
{
	int64_t n = 0;
	struct stmt *s;
	int code = db_number(r->db, e, 0, &n, "SELECT count(*) FROM stream", "");

	memset(out, 0, sizeof *out);
	snprintf(out->program, sizeof out->program, "%s", program);
	out->time = env_now(r->env);
	memcpy(out->district, r->district.id, HASH_SIZE);
	memcpy(out->generation, r->generation, GENERATION_SIZE);
	memcpy(out->key, r->keys.working, SIGN_PUBLIC);
	out->heads = arena_array(a, (size_t)n + 1, sizeof *out->heads);
	if (code == 0 && out->heads == NULL)
		code = err_set(e, ERR_NOMEM, "heads");
	if (code == 0)
		code = db_query(r->db, e, &s, "SELECT stream, seq, head FROM stream ORDER BY stream",
				"");
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1 && out->head_count < (size_t)n) {
		struct stream_head *h = &out->heads[out->head_count++];

		h->stream = (uint64_t)db_int(s, 0);
		h->seq = (uint64_t)db_int(s, 1);
		if (db_bytes(s, 2).len == HASH_SIZE)
			memcpy(h->head, db_bytes(s, 2).at, HASH_SIZE);
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static json_t *hex(struct bytes s)
{
	char text[2 * 64 + 1];

	sodium_bin2hex(text, sizeof text, s.at, s.len);
	return json_string(text);
}

static json_t *heads_json(const struct manifest *m)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < m->head_count; i++)
		json_array_append_new(list, json_pack("{s:I, s:I, s:o}", "stream",
						      (json_int_t)m->heads[i].stream, "seq",
						      (json_int_t)m->heads[i].seq, "head",
						      hex(BYTES_OF(m->heads[i].head))));
	return list;
}

static json_t *files_json(const struct manifest *m)
{
	json_t *list = json_array();
	size_t i, k;

	for (i = 0; i < m->file_count; i++) {
		const struct manifest_file *f = &m->files[i];
		json_t *parts = json_array();

		for (k = 0; k + HASH_SIZE <= f->parts.len; k += HASH_SIZE)
			json_array_append_new(parts, hex((struct bytes){ f->parts.at + k,
									  HASH_SIZE }));
		json_array_append_new(list, json_pack("{s:s, s:I, s:o}", "name", f->name, "size",
						      (json_int_t)f->size, "parts", parts));
	}
	return list;
}

static struct sign_context signed_as(const struct manifest *m)
{
	return (struct sign_context){ .domain = SIGN_BACKUP, .district = m->district };
}

/* The lines below the JSON. */
static void put_proof(const struct manifest *m, struct bytes text, const struct sign_key *signer,
		      struct buf *out)
{
	const struct sign_context ctx = signed_as(m);
	uint8_t sum[HASH_SIZE], signature[SIGN_SIZE];
	char hex_text[2 * SIGN_SIZE + 1];

	hash_parts(sum, sizeof sum, MANIFEST_DOMAIN, &text, 1);
	buf_printf(out, "\n%s\n", sodium_bin2hex(hex_text, sizeof hex_text, sum, sizeof sum));
	if (signer == NULL)
		return;
	sign_detached(signer, &ctx, BYTES_OF(sum), signature);
	buf_printf(out, "%s\n", sodium_bin2hex(hex_text, sizeof hex_text, signature, sizeof signature));
}

int manifest_put(const struct manifest *m, const struct sign_key *signer, struct buf *out,
		 struct err *e)
{
	json_t *j = json_pack("{s:s, s:i, s:s, s:I, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o}",
			      "format", "dongbo backup", "version", MANIFEST_VERSION, "program",
			      m->program, "time", (json_int_t)m->time, "district",
			      hex(BYTES_OF(m->district)), "generation", hex(BYTES_OF(m->generation)),
			      "key", hex(BYTES_OF(m->key)), "state", hex(BYTES_OF(m->state)), "keys",
			      m->keys, "replayed", m->replayed, "heads", heads_json(m), "files",
			      files_json(m));
	char *text = j == NULL ? NULL : json_dumps(j, JSON_INDENT(1));

	json_decref(j);
	if (text == NULL)
		return err_set(e, ERR_NOMEM, "manifest");
	buf_add(out, bytes_str(text));
	put_proof(m, bytes_str(text), signer, out);
	free(text);
	return out->failed ? err_set(e, ERR_TOO_LARGE, "manifest") : 0;
}

static int altered(struct err *e)
{
	return err_set(e, ERR_BAD_BACKUP, "manifest.json");
}

static bool unhex(const json_t *j, const char *key, uint8_t *out, size_t n)
{
	const char *text = json_string_value(key == NULL ? j : json_object_get(j, key));
	size_t got = 0;

	return text != NULL && sodium_hex2bin(out, n, text, strlen(text), NULL, &got, NULL) == 0 &&
	       got == n;
}

static int read_heads(const json_t *list, struct arena *a, struct manifest *m, struct err *e)
{
	const json_t *j;
	size_t i;

	m->heads = arena_array(a, json_array_size(list) + 1, sizeof *m->heads);
	if (m->heads == NULL)
		return err_set(e, ERR_NOMEM, "heads");
	json_array_foreach(list, i, j) {
		struct stream_head *h = &m->heads[m->head_count++];

		h->stream = (uint64_t)json_integer_value(json_object_get(j, "stream"));
		h->seq = (uint64_t)json_integer_value(json_object_get(j, "seq"));
		if (!unhex(j, "head", h->head, HASH_SIZE))
			return altered(e);
	}
	return 0;
}

static int read_file(const json_t *j, struct arena *a, struct manifest_file *f, struct err *e)
{
	const char *name = json_string_value(json_object_get(j, "name"));
	const json_t *parts = json_object_get(j, "parts"), *one;
	uint8_t *at = arena_array(a, json_array_size(parts) + 1, HASH_SIZE);
	size_t i;

	if (at == NULL)
		return err_set(e, ERR_NOMEM, "manifest");
	/* It becomes part of a path. */
	if (name == NULL || strlen(name) >= sizeof f->name || strchr(name, '/') != NULL ||
	    name[0] == '.')
		return altered(e);
	snprintf(f->name, sizeof f->name, "%s", name);
	f->size = (uint64_t)json_integer_value(json_object_get(j, "size"));
	f->parts = (struct bytes){ at, json_array_size(parts) * HASH_SIZE };
	json_array_foreach(parts, i, one)
		if (!unhex(one, NULL, at + i * HASH_SIZE, HASH_SIZE))
			return altered(e);
	return 0;
}

static int read_json(const json_t *j, const char *program, struct arena *a, struct manifest *m,
		     struct err *e)
{
	const char *format = json_string_value(json_object_get(j, "format"));
	const char *whose = json_string_value(json_object_get(j, "program"));
	const json_t *files = json_object_get(j, "files"), *one;
	size_t i;
	int code;

	if (format == NULL || strcmp(format, "dongbo backup") != 0 || whose == NULL)
		return altered(e);
	if (json_integer_value(json_object_get(j, "version")) != MANIFEST_VERSION)
		return err_set(e, ERR_VERSION, "manifest.json");
	if (strcmp(whose, program) != 0)
		return err_set(e, ERR_BAD_BACKUP, "%.20s", whose);
	snprintf(m->program, sizeof m->program, "%s", whose);
	m->time = json_integer_value(json_object_get(j, "time"));
	m->keys = json_is_true(json_object_get(j, "keys"));
	m->replayed = json_is_true(json_object_get(j, "replayed"));
	if (!unhex(j, "district", m->district, HASH_SIZE) ||
	    !unhex(j, "generation", m->generation, GENERATION_SIZE) ||
	    !unhex(j, "key", m->key, SIGN_PUBLIC) || !unhex(j, "state", m->state, HASH_SIZE) ||
	    json_array_size(files) > MANIFEST_FILES)
		return altered(e);
	code = read_heads(json_object_get(j, "heads"), a, m, e);
	json_array_foreach(files, i, one)
		if (code == 0)
			code = read_file(one, a, &m->files[m->file_count++], e);
	return code;
}

/* Takes the last line, of 2 * n digits, off the text; out: what it says. */
static bool take_line(struct bytes *text, uint8_t *out, size_t n)
{
	const char *line;
	size_t got = 0;

	if (text->len < 2 * n + 2)
		return false;
	line = (const char *)text->at + text->len - (2 * n + 1);
	if (line[-1] != '\n' || line[2 * n] != '\n' ||
	    sodium_hex2bin(out, n, line, 2 * n, NULL, &got, NULL) != 0 || got != n)
		return false;
	text->len -= 2 * n + 1;
	return true;
}

int manifest_read(struct bytes text, const char *program, struct arena *a, struct manifest *out,
		  struct err *e)
{
	uint8_t sum[HASH_SIZE];
	json_t *j;
	int code;

	memset(out, 0, sizeof *out);
	out->has_signature = take_line(&text, out->signature, SIGN_SIZE);
	if (!take_line(&text, out->sum, HASH_SIZE))
		return altered(e);
	/* Its own end of line is not hashed. */
	text.len--;
	hash_parts(sum, sizeof sum, MANIFEST_DOMAIN, &text, 1);
	if (memcmp(sum, out->sum, sizeof sum) != 0)
		return altered(e);
	j = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	code = j == NULL ? altered(e) : read_json(j, program, a, out, e);
	json_decref(j);
	return code;
}

bool manifest_signed(const struct manifest *m)
{
	const struct sign_context ctx = signed_as(m);

	return m->has_signature && sign_ok(m->key, &ctx, BYTES_OF(m->sum), m->signature);
}

const struct manifest_file *manifest_file(const struct manifest *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->file_count; i++)
		if (strcmp(m->files[i].name, name) == 0)
			return &m->files[i];
	return NULL;
}

int manifest_check_file(const struct manifest_file *f, uint64_t size, struct bytes parts,
			struct err *e)
{
	size_t i;

	for (i = 0; i < parts.len && i < f->parts.len; i++) {
		uint64_t from = i / HASH_SIZE * (uint64_t)BIGFILE_PART;

		if (parts.at[i] == f->parts.at[i])
			continue;
		/* What is there of the last part of a short file differs, too. */
		if (size < f->size && from + BIGFILE_PART > size)
			break;
		return err_set(e, ERR_BAD_BACKUP, "%s: %llu", f->name, (unsigned long long)from);
	}
	if (size < f->size)
		return err_set(e, ERR_TRUNCATED, "%s: %llu", f->name, (unsigned long long)size);
	if (size > f->size || parts.len != f->parts.len)
		return err_set(e, ERR_TRAILING, "%s: %llu", f->name, (unsigned long long)f->size);
	return 0;
}

static int compare(const struct manifest *m, struct replica *r, struct err *e)
{
	char finger[FINGERPRINT_SIZE];
	struct manifest here;
	struct arena a;
	size_t i;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	code = manifest_of(r, m->program, &a, &here, e);
	if (code == 0 && (memcmp(here.district, m->district, HASH_SIZE) != 0 ||
			  memcmp(here.generation, m->generation, GENERATION_SIZE) != 0 ||
			  here.head_count != m->head_count))
		code = err_set(e, ERR_BAD_BACKUP, "store.db");
	/* The one that signed is the one for which the root key vouches, in the store itself. */
	if (code == 0 && m->has_signature && memcmp(here.key, m->key, SIGN_PUBLIC) != 0) {
		hash_fingerprint(m->key, finger);
		code = err_set(e, ERR_BACKUP_SIGNER, "%s", finger);
	}
	for (i = 0; code == 0 && i < here.head_count; i++)
		if (here.heads[i].stream != m->heads[i].stream ||
		    here.heads[i].seq != m->heads[i].seq ||
		    memcmp(here.heads[i].head, m->heads[i].head, HASH_SIZE) != 0)
			code = err_set(e, ERR_BAD_BACKUP, "store.db: %llu",
				       (unsigned long long)here.heads[i].stream);
	arena_release(&a);
	return code;
}

int manifest_check_store(const struct manifest *m, const struct env *env, const char *path,
			 struct err *e)
{
	struct replica r;
	struct db *db;
	struct buf wrong;
	int code = db_open(&db, env, path, DB_READ, e);

	if (code != 0)
		return code;
	buf_init(&wrong, 1 << 20);
	code = db_check(db, &wrong, e);
	if (code == 0 && wrong.len > 0)
		code = err_set(e, ERR_BAD_BACKUP, "store.db: %.*s",
			       (int)(wrong.len < 100 ? wrong.len - 1 : 100),
			       (const char *)wrong.at);
	if (code == 0) {
		code = replica_open(&r, db, env, e);
		if (code == 0) {
			code = compare(m, &r, e);
			replica_close(&r);
		}
	}
	buf_release(&wrong);
	db_close(db);
	db_sweep(path);
	return code;
}

int manifest_mark(const struct manifest *m, const struct env *env, const char *path,
		  struct err *e)
{
	struct db *db;
	int code = db_open(&db, env, path, DB_WRITE, e);

	if (code != 0)
		return code;
	code = db_begin(db, e);
	if (code == 0)
		code = replica_meta_put_number(db, "restored", env_now(env), e);
	if (code == 0)
		code = replica_meta_put_number(db, "restored_from", m->time, e);
	if (code == 0)
		code = replica_meta_put(db, "restored_key", BYTES_OF(m->key), e);
	if (code == 0)
		code = db_commit(db, e);
	else
		db_rollback(db);
	if (code == 0)
		code = db_checkpoint(db, e);
	db_close(db);
	return code;
}
