/* Making, opening and closing a district's store. */
#include "server/server.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text/text.h"
#include "protocol/limits.h"
#include "server/heal/generation.h"
#include "server/identity/keyfile.h"
#include "server/tables.h"

static const char *const key_files[] = { "root", "working", "box" };
enum { KEY_FILES = 3, WORKING_MAX = 2 };

/* All secrets of a district at its birth. */
struct birth {
	struct keyfile_key root, working, box;
	struct sign_key root_key, working_key;
	struct seal_pair box_pair;
	struct buf root_payload, keys_payload;
	uint8_t root_signature[SIGN_SIZE], keys_signature[SIGN_SIZE];
	uint8_t generation[GENERATION_SIZE];
};

static int store_path(const char *dir, char out[4096], struct err *e)
{
	if (snprintf(out, 4096, "%s/store.db", dir) >= 4000)
		return err_set(e, ERR_IO, "%s", dir);
	return 0;
}

/* Neither a store nor a key may be there: a key that is overwritten is lost. */
static int check_free(const struct env *env, const char *dir, struct err *e)
{
	struct db *db = NULL;
	char path[4096];
	size_t i;
	int code = store_path(dir, path, e);

	if (code != 0)
		return code;
	for (i = 0; i < KEY_FILES; i++)
		if (keyfile_exists(dir, key_files[i]))
			return err_set(e, ERR_STORE_EXISTS, "%s", dir);
	code = db_open(&db, env, path, DB_READ, NULL);
	db_close(code == 0 ? db : NULL);
	return code == ERR_NO_STORE ? 0 : err_set(e, ERR_STORE_EXISTS, "%s", dir);
}

static void make_keys(const struct env *env, struct birth *b)
{
	env_random(env, b->root.seed, KEYFILE_SEED);
	env_random(env, b->working.seed, KEYFILE_SEED);
	env_random(env, b->box.seed, KEYFILE_SEED);
	b->root.number = b->working.number = b->box.number = 1;
	sign_make(&b->root_key, b->root.seed);
	sign_make(&b->working_key, b->working.seed);
	seal_make(&b->box_pair, b->box.seed);
	env_random(env, b->generation, sizeof b->generation);
}

static int make_documents(const struct env *env, struct bytes name, struct birth *b,
			  struct err *e)
{
	struct server_keys keys = { .version = 1, .box_count = 1, .since = env_now(env) };
	uint8_t salt[16], district[HASH_SIZE];
	struct bytes payload;

	env_random(env, salt, sizeof salt);
	root_document_put(name, b->root_key.public_key, keys.since, salt, &b->root_payload);
	if (b->root_payload.failed)
		return err_set(e, ERR_NOMEM, "root document");
	payload = buf_view(&b->root_payload);
	document_sign(&b->root_key, SIGN_ROOT, NULL, payload, b->root_signature);
	hash_parts(district, sizeof district, HASH_DISTRICT, &payload, 1);

	memcpy(keys.working, b->working_key.public_key, SIGN_PUBLIC);
	keys.box[0].number = b->box.number;
	memcpy(keys.box[0].key, b->box_pair.public_key, SEAL_KEY);
	keys_document_put(&keys, &b->keys_payload);
	if (b->keys_payload.failed)
		return err_set(e, ERR_NOMEM, "keys document");
	document_sign(&b->root_key, SIGN_KEYS, district, buf_view(&b->keys_payload),
		      b->keys_signature);
	return 0;
}

static int make_store(const struct env *env, const char *dir, const struct birth *b,
		      struct err *e)
{
	struct document root = { buf_view(&b->root_payload), BYTES_OF(b->root_signature) };
	struct document keys = { buf_view(&b->keys_payload), BYTES_OF(b->keys_signature) };
	struct db *db = NULL;
	char path[4096];
	int code = store_path(dir, path, e);

	if (code == 0)
		code = db_open(&db, env, path, DB_CREATE, e);
	if (code != 0)
		return code;
	code = db_begin(db, e);
	if (code == 0)
		code = replica_create(db, &root, &keys, b->generation, e);
	if (code == 0)
		code = db_schema(db, tables_server, e);
	/* Before the store stands: one without it would count as restored. */
	if (code == 0)
		code = generation_write(db, dir, b->generation, e);
	if (code == 0)
		code = db_commit(db, e);
	else
		db_rollback(db);
	db_close(db);
	return code;
}

/* Takes back a store that could not be finished; nobody has seen its keys. */
static void unmake(const char *dir)
{
	static const char *const tails[] = { "", "-wal", "-shm", ".lock" };
	char path[4096], file[4104];
	size_t i;

	for (i = 0; i < KEY_FILES; i++)
		keyfile_remove(dir, key_files[i]);
	for (i = 0; i < sizeof tails / sizeof tails[0] && store_path(dir, path, NULL) == 0; i++) {
		snprintf(file, sizeof file, "%s%s", path, tails[i]);
		unlink(file);
	}
}

static int give_birth(const struct env *env, const char *dir, struct bytes name,
		      struct birth *b, struct err *e)
{
	int code;

	make_keys(env, b);
	code = make_documents(env, name, b, e);
	if (code == 0)
		code = keyfile_write(dir, "root", &b->root, 1, e);
	if (code == 0)
		code = keyfile_write(dir, "working", &b->working, 1, e);
	if (code == 0)
		code = keyfile_write(dir, "box", &b->box, 1, e);
	if (code == 0)
		code = make_store(env, dir, b, e);
	/* After a stop nothing more may be touched, as after a power cut. */
	if (code != 0 && code != ERR_STOPPED && code != ERR_UNKNOWN)
		unmake(dir);
	return code;
}

int server_init(const struct env *env, const char *dir, struct bytes district_name,
		struct err *e)
{
	struct birth b;
	struct buf name;
	int code;

	memset(&b, 0, sizeof b);
	buf_init(&b.root_payload, 4096);
	buf_init(&b.keys_payload, 4096);
	buf_init(&name, LIMIT_AUTHOR);
	code = text_nfc(district_name, &name, e);
	if (code == 0 && (name.len == 0 || name.failed))
		code = err_set(e, name.failed ? ERR_TOO_LARGE : ERR_BAD_VALUE, "name");
	if (code == 0)
		code = env_make_dirs(dir, e);
	if (code == 0)
		code = check_free(env, dir, e);
	if (code == 0)
		code = give_birth(env, dir, buf_view(&name), &b, e);
	buf_release(&name);
	buf_release(&b.root_payload);
	buf_release(&b.keys_payload);
	sodium_memzero(&b, sizeof b);
	return code;
}

/* The one that the newest keys document names. While a new key is being installed the file
 * has two, so that a stop in the middle leaves what opens. */
static int read_working(struct server *s, struct err *e)
{
	struct keyfile_key keys[WORKING_MAX];
	size_t count = 0, i;
	bool found = false;
	int code = keyfile_read(s->dir, "working", keys, WORKING_MAX, &count, e);

	for (i = 0; i < count && code == 0 && !found; i++) {
		sign_make(&s->working, keys[i].seed);
		found = memcmp(s->working.public_key, s->replica.keys.working, SIGN_PUBLIC) == 0;
	}
	sodium_memzero(keys, sizeof keys);
	return code != 0 || found ? code : err_set(e, ERR_CORRUPT, "working.key");
}

/* The pair for every box key of the keys document, in its order. */
static int read_boxes(struct server *s, struct err *e)
{
	const struct server_keys *known = &s->replica.keys;
	struct keyfile_key keys[BOX_KEYS_MAX];
	size_t count = 0, i, k;
	int code = keyfile_read(s->dir, "box", keys, BOX_KEYS_MAX, &count, e);

	for (i = 0; i < known->box_count && code == 0; i++) {
		for (k = 0; k < count && keys[k].number != known->box[i].number; k++)
			;
		if (k < count)
			seal_make(&s->box[i], keys[k].seed);
		if (k == count ||
		    memcmp(s->box[i].public_key, known->box[i].key, SEAL_KEY) != 0)
			code = err_set(e, ERR_CORRUPT, "box.key");
	}
	sodium_memzero(keys, sizeof keys);
	return code;
}

const struct seal_pair *server_box(const struct server *s, uint8_t number)
{
	size_t i;

	for (i = 0; i < s->replica.keys.box_count; i++)
		if (s->replica.keys.box[i].number == number)
			return &s->box[i];
	return NULL;
}

int server_open(struct server *s, const struct env *env, const char *dir, struct err *e)
{
	char path[4096];
	int code = store_path(dir, path, e);

	memset(s, 0, sizeof *s);
	if (code != 0)
		return code;
	s->env = env;
	s->dir = strdup(dir);
	if (s->dir == NULL)
		return err_set(e, ERR_NOMEM, "%s", dir);
	code = db_open(&s->db, env, path, DB_WRITE, e);
	if (code == 0)
		code = replica_open(&s->replica, s->db, env, e);
	if (code == 0)
		code = read_working(s, e);
	if (code == 0)
		code = read_boxes(s, e);
	if (code == 0)
		code = generation_look(s, e);
	if (code != 0)
		server_close(s);
	return code;
}

void server_close(struct server *s)
{
	replica_close(&s->replica);
	db_close(s->db);
	free(s->dir);
	sodium_memzero(s, sizeof *s);
}

int server_view(const struct server *s, struct db **db, struct replica *view, struct err *e)
{
	char path[4096];
	int code = store_path(s->dir, path, e);

	if (code == 0)
		code = db_open(db, s->env, path, DB_READ, e);
	if (code != 0)
		return code;
	code = replica_open(view, *db, s->env, e);
	if (code != 0)
		db_close(*db);
	return code;
}
