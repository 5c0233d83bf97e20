/* Officers: people who sign on the server. The key is made here and kept under the
 * passphrase alone (keybox.h), so the server's disk can sign nothing in anyone's name. */
#include "server/identity/officer.h"

#include <sodium.h>
#include <string.h>

#include "common/text/text.h"
#include "protocol/limits.h"

static int store(struct server *s, struct bytes name, const struct keybox *box, uint64_t unit,
		 uint32_t role, struct err *e)
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
			" VALUES($1,$2,$3,$4,$5,$6,$7)", "nbuibbi", BYTES_OF(box->key), unit,
			(int64_t)role, BYTES_OF(box->salt), BYTES_OF(box->sealed),
			env_now(s->env));
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
	struct unit place;
	int code = server_unit_used(s, unit, &place, e);

	if (code == 0)
		code = replica_schema_now(&s->replica, &schema, e);
	if (code == 0 && (role == ROLE_SERVER || schema_role(schema, role) == NULL))
		code = err_set(e, ERR_NOT_ALLOWED, "role %u", role);
	return code;
}

static int add_named(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		     struct bytes passphrase, const struct keybox_cost *cost, struct err *e)
{
	uint8_t seed[SIGN_SEED];
	struct sign_key key;
	struct keybox box;
	int code;

	env_random(s->env, seed, sizeof seed);
	sign_make(&key, seed);
	code = keybox_seal(s->env, &key, passphrase, cost, &box, e);
	if (code == 0)
		code = db_begin(s->db, e);
	if (code == 0) {
		code = store(s, name, &box, unit, role, e);
		if (code == 0)
			code = db_commit(s->db, e);
		else
			db_rollback(s->db);
	}
	sodium_memzero(seed, sizeof seed);
	sign_wipe(&key);
	return code;
}

int officer_add(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		struct bytes passphrase, const struct keybox_cost *cost, struct err *e)
{
	struct buf normal;
	int code;

	if (passphrase.len == 0 || passphrase.len > KEYBOX_PASSPHRASE_MAX)
		return err_set(e, ERR_PASSPHRASE, "1 to %d bytes", KEYBOX_PASSPHRASE_MAX);
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
	return officer_add(s, name, unit, role, passphrase, NULL, e);
}

/* The one officer that the name fits (text_fit). */
static int find_row(struct server *s, struct bytes name, struct officer *who, struct keybox *out,
		    struct err *e)
{
	int best = 0, found = 0, code, taken = 0;
	struct stmt *q;

	code = db_query(s->db, e, &q, "SELECT name, key, salt, sealed, unit, role FROM officer", "");
	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1 && taken == 0) {
		int fit = text_fit(name, db_text(q, 0));

		if (fit == 0 || fit < best)
			continue;
		found = fit == best ? found + 1 : 1;
		best = fit;
		*who = (struct officer){ (uint64_t)db_int(q, 4), (uint32_t)db_int(q, 5) };
		taken = keybox_take(db_bytes(q, 1), db_bytes(q, 2), db_bytes(q, 3), out, e);
	}
	db_done(q);
	if (code < 0 || taken != 0)
		return code < 0 ? code : taken;
	return found == 1 ? 0 : err_set(e, ERR_NO_OFFICER, "%.*s",
					(int)(name.len > 80 ? 80 : name.len),
					(const char *)name.at);
}

int server_officer_open(struct server *s, struct bytes name, struct bytes passphrase,
			struct sign_key *out, struct err *e)
{
	struct officer who;
	struct keybox box;
	int code = find_row(s, name, &who, &box, e);

	return code == 0 ? keybox_open(&box, passphrase, out, e) : code;
}

int officer_find(struct server *s, struct bytes name, struct officer *out, struct err *e)
{
	struct keybox box;

	return find_row(s, name, out, &box, e);
}
