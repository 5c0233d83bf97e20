/* The unit's store: making, opening, saving. */
#include "client/client.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "client/identity/incarnation.h"
#include "client/identity/install.h"
#include "client/identity/key.h"
#include "client/sync/outbox.h"
#include "client/tables.h"
#include "client/sync/route.h"
#include "common/replica/judge.h"
#include "protocol/limits.h"
#include "protocol/zip.h"

static void path_in(const char *dir, const char *name, char out[4096])
{
	snprintf(out, 4096, "%s/%s", dir, name);
}

static int load_key(struct client *c, struct err *e)
{
	int64_t device = 0;
	bool found;
	int code = replica_meta_number(c->db, "device", 0, &device, e);

	if (code == 0)
		code = key_load(c->dir, (uint64_t)device, &c->key, &found, e);
	if (code == 0 && seal_from_sign(&c->box, c->key.secret) != 0)
		code = err_set(e, ERR_CORRUPT, "%s/device.key", c->dir);
	return code;
}

/* A store out of a backup: whose it was, without the key that signs. A key file beside it
 * counts for nothing: that key may have gone on signing elsewhere. */
static int take_restored(struct client *c, struct err *e)
{
	struct buf b;
	int code;

	buf_init(&b, 64);
	code = replica_meta_get(c->db, "restored_key", &b, e);
	if (code >= 0 && b.len != SIGN_PUBLIC)
		code = err_set(e, ERR_CORRUPT, "restored_key");
	if (code >= 0) {
		memcpy(c->key.public_key, b.at, SIGN_PUBLIC);
		c->key.id = hash_device(c->key.public_key);
	}
	buf_release(&b);
	return code < 0 ? code : 0;
}

int client_writable(const struct client *c, struct err *e)
{
	return c->restored == 0 ? 0 : err_set(e, ERR_RESTORED, "%s", "");
}

int client_write_facts(struct db *db, const struct enrolment *en, struct bytes author,
		       struct err *e)
{
	int code = route_begin(db, en, e);

	if (code == 0)
		code = replica_meta_put(db, "unit_name", en->unit_name, e);
	/* None: who used it goes on. */
	if (code == 0 && author.len > 0)
		code = replica_meta_put(db, "author", author, e);
	if (code == 0)
		code = replica_meta_put(db, "enrolment_id", BYTES_OF(en->id), e);
	if (code == 0)
		code = replica_meta_put(db, "enrolment_secret", BYTES_OF(en->secret), e);
	if (code == 0)
		code = replica_meta_put_number(db, "unit", (int64_t)en->unit, e);
	if (code == 0)
		code = replica_meta_put_number(db, "role", en->role, e);
	return code;
}

/* What the enrolment's stream 0 starts from: its generation, and the oldest keys document
 * that signed in it. */
struct origin {
	uint8_t generation[GENERATION_SIZE];
	struct document keys; /* in the arena */
};

static int find_origin(const struct enrolment *en, struct arena *a, struct origin *out,
		       struct err *e)
{
	struct buf plain;
	struct reply reply = { 0 };
	int code = 0;

	*out = (struct origin){ .keys = en->keys };
	if (en->stream_zero.len == 0)
		return 0;
	buf_init(&plain, LIMIT_MESSAGE + 1);
	code = zip_inflate(en->stream_zero, BYTES_NONE, LIMIT_MESSAGE, &plain, e);
	if (code == 0)
		code = reply_decode(buf_view(&plain), a, &reply, e);
	if (code == 0 && reply.stream_count > 0)
		memcpy(out->generation, reply.streams[0].generation, GENERATION_SIZE);
	if (code == 0 && reply.keys_count > 0) {
		out->keys.payload = arena_copy(a, reply.keys[0].payload);
		out->keys.signature = arena_copy(a, reply.keys[0].signature);
		if (out->keys.payload.at == NULL || out->keys.signature.at == NULL)
			code = err_set(e, ERR_NOMEM, "keys");
	}
	buf_release(&plain);
	return code;
}

static int fill_store(struct client *c, const struct enrolment *en, struct bytes author,
		      struct err *e)
{
	struct origin origin;
	struct arena a;
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	arena_init(&a, LIMIT_MEMORY);
	code = find_origin(en, &a, &origin, e);
	if (code == 0)
		code = replica_create(c->db, &en->root, &origin.keys, origin.generation, e);
	arena_release(&a);
	if (code == 0)
		code = db_schema(c->db, tables_client, e);
	if (code == 0)
		code = client_write_facts(c->db, en, author, e);
	if (code == 0)
		code = replica_meta_put_number(c->db, "device", (int64_t)c->key.id, e);
	if (code == 0)
		code = replica_open(&c->replica, c->db, c->env, e);
	if (code == 0)
		code = client_take_zero(c, en->stream_zero, e);
	if (code == 0)
		code = replica_keys_learn(&c->replica, &en->keys, e);
	if (code == 0)
		code = route_note(c, e);
	if (code != 0) {
		db_rollback(c->db);
		return code;
	}
	return db_commit(c->db, e);
}

int client_read_enrolment(struct bytes text, struct buf *encoded, struct enrolment *out,
			  struct err *e)
{
	struct district district;
	struct server_keys keys;
	int code = enrolment_unarmour(text, encoded, e);

	if (code == 0)
		code = enrolment_read(buf_view(encoded), out, e);
	if (code == 0)
		code = root_document_read(&out->root, &district, e);
	return code != 0 ? code : keys_document_read(&out->keys, &district, &keys, e);
}

/* Whether a store stands there. An empty file, as a power cut in the middle of an
 * init leaves it, is none. */
static bool store_stands(const struct env *env, const char *path)
{
	struct db *db;
	struct buf root;
	bool stands;

	if (db_open(&db, env, path, DB_WRITE, NULL) != 0)
		return false;
	buf_init(&root, 1 << 16);
	stands = replica_meta_get(db, "root", &root, NULL) == 1;
	buf_release(&root);
	db_close(db);
	return stands;
}

/* The store that stands there, where it came out of a backup without its key. */
static int take_up(const struct env *env, const char *dir, const struct enrolment *en,
		   struct bytes author, struct err *e)
{
	struct client c;
	int code = client_open(&c, env, dir, e);

	if (code != 0)
		return code;
	code = c.restored == 0 ? err_set(e, ERR_STORE_EXISTS, "%s", dir) :
				 incarnation_enrol(&c, en, author, e);
	client_close(&c);
	return code;
}

int client_init(const struct env *env, const char *dir, struct bytes text,
		struct bytes author, struct err *e)
{
	struct client c = { .env = env };
	struct enrolment en;
	struct buf encoded;
	char store[4096];
	int code;

	buf_init(&encoded, LIMIT_MESSAGE);
	code = client_read_enrolment(text, &encoded, &en, e);
	if (code == 0)
		code = env_make_dirs(dir, e);
	path_in(dir, "store.db", store);
	if (code == 0 && store_stands(env, store)) {
		code = take_up(env, dir, &en, author, e);
		buf_release(&encoded);
		return code;
	}
	if (code == 0)
		code = key_make(env, dir, false, &c.key, e);
	if (code == 0)
		code = db_open(&c.db, env, store, DB_CREATE, e);
	if (code == 0)
		code = fill_store(&c, &en, author, e);
	c.dir = strdup(dir);
	if (code == 0)
		code = c.dir == NULL ? err_set(e, ERR_NOMEM, "store") : install_note(&c, e);
	free(c.dir);
	if (c.db != NULL) {
		replica_close(&c.replica);
		db_close(c.db);
		/* After these nobody knows whether it stands. */
		if (code != 0 && code != ERR_STOPPED && code != ERR_UNKNOWN)
			remove(store);
	}
	sign_wipe(&c.key);
	buf_release(&encoded);
	return code;
}

static int read_facts(struct client *c, struct err *e)
{
	struct cert cert;
	int64_t unit = 0, role = 0;
	int code = replica_meta_get(c->db, "address", &c->address, e);

	if (code >= 0)
		code = replica_meta_get(c->db, "author", &c->author, e);
	if (code >= 0)
		code = replica_meta_get(c->db, "unit_name", &c->unit_name, e);
	if (code >= 0)
		code = replica_meta_number(c->db, "unit", 0, &unit, e);
	if (code >= 0)
		code = replica_meta_number(c->db, "role", 0, &role, e);
	if (code == 0)
		code = replica_meta_number(c->db, "revoked", 0, &c->revoked, e);
	if (code < 0)
		return code;
	c->unit = (uint64_t)unit;
	c->role = (uint32_t)role;
	c->enrolled = replica_cert(&c->replica, c->unit, c->key.id, &cert, NULL) == 0;
	return 0;
}

int client_open(struct client *c, const struct env *env, const char *dir, struct err *e)
{
	char store[4096];
	int code;

	memset(c, 0, sizeof *c);
	c->env = env;
	buf_init(&c->author, 4096);
	buf_init(&c->address, 4096);
	buf_init(&c->unit_name, 4096);
	path_in(dir, "store.db", store);
	c->dir = strdup(dir);
	code = c->dir == NULL ? ERR_NOMEM : db_open(&c->db, env, store, DB_WRITE, e);
	if (code == ERR_NO_STORE)
		code = err_set(e, ERR_NOT_ENROLLED, "%s", dir);
	if (code == 0)
		code = replica_meta_number(c->db, "restored", 0, &c->restored, e);
	if (code == 0)
		code = c->restored != 0 ? take_restored(c, e) : load_key(c, e);
	if (code == 0)
		code = replica_open(&c->replica, c->db, env, e);
	if (code == 0) {
		c->pending = (struct pending_source){ c, c->key.id, outbox_each };
		c->replica.pending = &c->pending;
		code = read_facts(c, e);
	}
	if (code == 0 && c->restored == 0)
		code = incarnation_check(c, e);
	if (code != 0)
		client_close(c);
	return code;
}

void client_close(struct client *c)
{
	if (c->db != NULL) {
		replica_close(&c->replica);
		db_close(c->db);
	}
	sign_wipe(&c->key);
	sodium_memzero(&c->box, sizeof c->box);
	buf_release(&c->author);
	buf_release(&c->address);
	buf_release(&c->unit_name);
	free(c->dir);
	c->dir = NULL;
	c->db = NULL;
}

/* The role that a device of this computer writes under. */
static int find_role(struct client *c, uint64_t device, uint32_t *out, struct err *e)
{
	int64_t role = c->role;
	int code = device == c->key.id ? 0 :
			   db_number(c->db, e, 0, &role, "SELECT role FROM chief WHERE device=$1",
				     "u", device);

	*out = (uint32_t)role;
	return code;
}

int client_draft(struct client *c, uint64_t stream, uint64_t device, struct arena *a,
		 struct draft *d, struct err *e)
{
	uint64_t last = 0;
	uint32_t role = 0;
	int code = client_writable(c, e);

	if (code == 0)
		code = find_role(c, device, &role, e);
	if (code == 0)
		code = client_may_write(c, stream, role, e);
	if (code == 0)
		code = outbox_last_op(c, stream, device, &last, e);
	if (code == 0)
		draft_init(d, a, stream, device, last + 1);
	return code;
}

int client_begin(struct client *c, uint64_t stream, struct arena *a, struct draft *d,
		 struct err *e)
{
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	code = client_draft(c, stream, c->key.id, a, d, e);
	if (code != 0)
		replica_rollback(&c->replica);
	return code;
}

/* What a form without a version had before it: everything this store holds. */
static int fill_seen(struct client *c, struct draft *d, struct err *e)
{
	struct stream_head head;
	int code;

	if (d->has_version)
		return 0;
	code = replica_head(&c->replica, d->stream, &head, e);
	d->seen_seq = head.seq;
	d->seen_own = d->first - 1;
	return code;
}

static int judge_draft(struct client *c, struct draft *d, struct changeset *cs,
		       struct verdict *verdict, struct err *e)
{
	struct stream_head zero;
	struct schema *schema;
	struct fold fold;
	struct judge j = { .fold = &fold, .stream = d->stream, .device = d->device,
			   .seq = SEQ_PENDING };
	uint32_t role = 0;
	int code = replica_head(&c->replica, 0, &zero, e);

	if (code == 0)
		code = find_role(c, d->device, &role, e);
	if (code == 0)
		code = draft_changeset(d, zero.seq, env_now(c->env), cs, e);
	if (code == 0)
		code = replica_schema(&c->replica, zero.seq, &schema, e);
	if (code == 0)
		code = fold_init(&fold, &c->replica, d->a, e);
	if (code != 0)
		return code;
	j.schema = schema;
	j.role = schema_role(schema, role);
	j.role_bit = schema_role_bit(schema, role);
	code = judge_transaction(&j, cs, 0, verdict, e);
	if (code == 0 && verdict->code != 0)
		return err_set(e, verdict->code, "%u", verdict->rule);
	if (code == 0)
		fold_keep(&fold);
	return code != 0 ? code : fold_flush(&fold, SEQ_PENDING, e);
}

int client_save_more(struct client *c, struct draft *d, struct verdict *verdict,
		     struct err *e)
{
	struct verdict local = { 0 };
	struct changeset cs;
	uint8_t salt[CHANGESET_SALT];
	struct buf plain;
	int code;

	if (verdict != NULL)
		*verdict = local;
	if (d->count == 0)
		return 0;
	code = fill_seen(c, d, e);
	if (code == 0)
		code = judge_draft(c, d, &cs, &local, e);
	if (verdict != NULL)
		*verdict = local;
	if (code != 0)
		return code;
	buf_init(&plain, LIMIT_CHANGESET);
	env_random(c->env, salt, sizeof salt);
	code = changeset_encode(&cs, salt, &plain, e);
	if (code == 0)
		code = db_exec(c->db, e, "INSERT INTO pending(stream,device,first_op,last_op,plain)"
			       " VALUES($1,$2,$3,$4,$5)", "uuuub", d->stream, d->device, cs.first,
			       cs.first + cs.op_count - 1, buf_view(&plain));
	buf_release(&plain);
	if (code != 0)
		return code;
	draft_init(d, d->a, d->stream, d->device, cs.first + cs.op_count);
	return 0;
}

int client_save(struct client *c, struct draft *d, struct verdict *verdict, struct err *e)
{
	int code = client_save_more(c, d, verdict, e);

	if (code != 0) {
		replica_rollback(&c->replica);
		return code;
	}
	return db_commit(c->db, e);
}

void client_drop(struct client *c)
{
	replica_rollback(&c->replica);
}

int client_settle_refused(struct client *c, uint64_t stream, uint64_t seq, uint32_t tx,
			  struct err *e)
{
	return db_exec(c->db, e, "UPDATE refused SET settled = 1 WHERE stream = $1 AND seq = $2 "
		       "AND tx = $3", "uui", stream, seq, (int64_t)tx);
}
