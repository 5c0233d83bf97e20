/* Officers: people who sign on the server. The key is made here and kept under the
 * passphrase alone, so the server's disk can sign nothing in anyone's name.
 *
 *   salt   = passes (8) | memory in bytes (8) | salt (16)
 *   sealed = nonce (24) | crypto_secretbox of the 64-byte secret key */
#include "server/officer.h"

#include <sodium.h>
#include <string.h>

#include "common/text.h"
#include "protocol/limits.h"

enum {
	SALT_SIZE = 16 + crypto_pwhash_SALTBYTES,
	SEALED_SIZE = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + SIGN_SECRET,
	PASSPHRASE_MAX = 1024
};

static int derive(struct bytes passphrase, const struct officer_cost *cost,
		  const uint8_t salt[crypto_pwhash_SALTBYTES],
		  uint8_t key[crypto_secretbox_KEYBYTES], struct err *e)
{
	if (crypto_pwhash(key, crypto_secretbox_KEYBYTES, (const char *)passphrase.at,
			  passphrase.len, salt, cost->ops, (size_t)cost->memory,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(e, ERR_NOMEM, "Argon2id");
	return 0;
}

/* Seals the secret under the passphrase, into both columns. */
static int seal_secret(const struct env *env, const struct sign_key *key,
		       struct bytes passphrase, const struct officer_cost *cost,
		       struct buf *salt, struct buf *sealed, struct err *e)
{
	uint8_t secret[crypto_secretbox_KEYBYTES], random[crypto_pwhash_SALTBYTES];
	uint8_t nonce[crypto_secretbox_NONCEBYTES], *box;
	int code;

	env_random(env, random, sizeof random);
	env_random(env, nonce, sizeof nonce);
	code = derive(passphrase, cost, random, secret, e);
	if (code != 0)
		return code;
	buf_u64(salt, cost->ops);
	buf_u64(salt, cost->memory);
	buf_put(salt, random, sizeof random);
	buf_put(sealed, nonce, sizeof nonce);
	box = buf_grow(sealed, crypto_secretbox_MACBYTES + SIGN_SECRET);
	if (box == NULL || salt->failed)
		code = err_set(e, ERR_NOMEM, "officer");
	else
		crypto_secretbox_easy(box, key->secret, SIGN_SECRET, nonce, secret);
	sodium_memzero(secret, sizeof secret);
	return code;
}

static int store(struct server *s, struct bytes name, const struct sign_key *key,
		 uint64_t unit, uint32_t role, struct bytes salt, struct bytes sealed,
		 struct err *e)
{
	struct stmt *q;
	int64_t there = 0;
	int code = db_query(s->db, e, &q, "SELECT count(*) FROM officer WHERE name=$1", "");

	if (code != 0)
		return code;
	db_bind_text(q, 1, name);
	code = db_step(q, e);
	there = code == 1 ? db_int(q, 0) : 0;
	db_done(q);
	if (code < 0)
		return code;
	if (there != 0)
		return err_set(e, ERR_EXISTS, "%.*s", (int)name.len, (const char *)name.at);
	code = db_query(s->db, e, &q, "INSERT INTO officer(name,key,unit,role,salt,sealed,created)"
			" VALUES($1,$2,$3,$4,$5,$6,$7)", "nbuibbi", BYTES_OF(key->public_key),
			unit, (int64_t)role, salt, sealed, env_now(s->env));
	if (code != 0)
		return code;
	db_bind_text(q, 1, name);
	code = db_step(q, e);
	db_done(q);
	return code;
}

/* Unit and role must be there before a person waits for Argon2id. */
static int check_place(struct server *s, uint64_t unit, uint32_t role, struct err *e)
{
	struct schema *schema;
	int code = server_unit(s, unit, NULL, NULL, e);

	if (code == 0)
		code = replica_schema_now(&s->replica, &schema, e);
	if (code == 0 && (role == ROLE_SERVER || schema_role(schema, role) == NULL))
		code = err_set(e, ERR_NOT_ALLOWED, "role %u", role);
	return code;
}

static int add_named(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		     struct bytes passphrase, const struct officer_cost *cost, struct err *e)
{
	uint8_t seed[SIGN_SEED];
	struct sign_key key;
	struct buf salt, sealed;
	int code;

	env_random(s->env, seed, sizeof seed);
	sign_make(&key, seed);
	buf_init(&salt, SALT_SIZE);
	buf_init(&sealed, SEALED_SIZE);
	code = seal_secret(s->env, &key, passphrase, cost, &salt, &sealed, e);
	if (code == 0)
		code = db_begin(s->db, e);
	if (code == 0) {
		code = store(s, name, &key, unit, role, buf_view(&salt), buf_view(&sealed), e);
		if (code == 0)
			code = db_commit(s->db, e);
		else
			db_rollback(s->db);
	}
	buf_release(&salt);
	buf_release(&sealed);
	sodium_memzero(seed, sizeof seed);
	sign_wipe(&key);
	return code;
}

int officer_add(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		struct bytes passphrase, const struct officer_cost *cost, struct err *e)
{
	struct buf normal;
	int code;

	if (passphrase.len == 0 || passphrase.len > PASSPHRASE_MAX)
		return err_set(e, ERR_PASSPHRASE, "1 to %d bytes", PASSPHRASE_MAX);
	buf_init(&normal, LIMIT_AUTHOR);
	code = text_nfc(name, &normal, e);
	if (code == 0 && (normal.failed || normal.len == 0))
		code = err_set(e, ERR_BAD_VALUE, "name");
	if (code == 0)
		code = check_place(s, unit, role, e);
	if (code == 0)
		code = add_named(s, buf_view(&normal), unit, role, passphrase, cost, e);
	buf_release(&normal);
	return code;
}

int server_officer_add(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		       struct bytes passphrase, struct err *e)
{
	const struct officer_cost cost = { crypto_pwhash_OPSLIMIT_MODERATE,
					   crypto_pwhash_MEMLIMIT_MODERATE };

	return officer_add(s, name, unit, role, passphrase, &cost, e);
}

/* What a row holds of an officer. */
struct locked {
	uint8_t key[SIGN_PUBLIC], salt[SALT_SIZE], sealed[SEALED_SIZE];
};

static bool take(struct stmt *q, int column, uint8_t *out, size_t n)
{
	struct bytes b = db_bytes(q, column);

	if (b.len != n)
		return false;
	memcpy(out, b.at, n);
	return true;
}

static int find_row(struct server *s, struct bytes name, struct locked *out, struct err *e)
{
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT key, salt, sealed FROM officer WHERE name=$1",
			    "");

	if (code != 0)
		return code;
	db_bind_text(q, 1, name);
	code = db_step(q, e);
	if (code == 0)
		code = err_set(e, ERR_NO_OFFICER, "%.*s", (int)name.len, (const char *)name.at);
	else if (code == 1)
		code = take(q, 0, out->key, sizeof out->key) &&
				       take(q, 1, out->salt, sizeof out->salt) &&
				       take(q, 2, out->sealed, sizeof out->sealed) ?
			       0 : err_set(e, ERR_CORRUPT, "officer");
	db_done(q);
	return code;
}

static int unlock(const struct locked *row, struct bytes passphrase, struct sign_key *out,
		  struct err *e)
{
	struct cursor c = cursor_of(BYTES_OF(row->salt));
	struct officer_cost cost = { cursor_u64(&c), 0 };
	uint8_t key[crypto_secretbox_KEYBYTES], secret[SIGN_SECRET];
	int code;

	cost.memory = cursor_u64(&c);
	code = derive(passphrase, &cost, row->salt + 16, key, e);
	if (code != 0)
		return code;
	if (crypto_secretbox_open_easy(secret, row->sealed + crypto_secretbox_NONCEBYTES,
				       SEALED_SIZE - crypto_secretbox_NONCEBYTES, row->sealed,
				       key) != 0)
		code = err_set(e, ERR_PASSPHRASE, "officer");
	sodium_memzero(key, sizeof key);
	if (code != 0)
		return code;
	sign_restore(out, secret);
	sodium_memzero(secret, sizeof secret);
	if (memcmp(out->public_key, row->key, SIGN_PUBLIC) != 0) {
		sign_wipe(out);
		return err_set(e, ERR_CORRUPT, "officer");
	}
	return 0;
}

int server_officer_open(struct server *s, struct bytes name, struct bytes passphrase,
			struct sign_key *out, struct err *e)
{
	struct locked row;
	struct buf normal;
	int code;

	buf_init(&normal, LIMIT_AUTHOR);
	code = text_nfc(name, &normal, e);
	if (code == 0 && normal.failed)
		code = err_set(e, ERR_NO_OFFICER, "name");
	if (code == 0)
		code = find_row(s, buf_view(&normal), &row, e);
	if (code == 0)
		code = unlock(&row, passphrase, out, e);
	buf_release(&normal);
	return code;
}
