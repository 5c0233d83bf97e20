/* Chiefs' keys: kept, opened, claimed, used. */
#include "client/identity/chief.h"

#include <sodium.h>
#include <string.h>

#include "client/identity/heir.h"
#include "client/identity/incarnation.h"
#include "client/sync/outbox.h"
#include "common/text/text.h"
#include "protocol/limits.h"

/* What a claim weighs in a request, at most. */
enum { CLAIM_ROOM = 32 + MESSAGE_ID + SIGN_PUBLIC + SIGN_SIZE + HASH_SIZE };

_Static_assert(sizeof((struct chief_key *)0)->name == LIMIT_AUTHOR, "a chief's name");

static int normal_name(struct bytes name, struct buf *out, struct err *e)
{
	int code;

	buf_init(out, LIMIT_AUTHOR);
	code = text_nfc(name, out, e);
	if (code == 0 && (out->failed || out->len == 0))
		code = err_set(e, ERR_BAD_VALUE, "name");
	return code;
}

/* A chief as he is kept. */
struct kept {
	struct keybox box;
	uint32_t role;
	bool certified;
	int stale;
};

/* 1 found, 0 not. */
static int find_kept(struct client *c, struct bytes name, struct kept *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT key, salt, sealed, role, (SELECT count(*) FROM "
			    "device d WHERE d.stream=$1 AND d.device=chief.device), stale FROM chief "
			    "WHERE name=$2", "u", c->unit);

	if (code != 0)
		return code;
	db_bind_text(s, 2, name);
	code = db_step(s, e);
	if (code == 1) {
		out->role = (uint32_t)db_int(s, 3);
		out->certified = db_int(s, 4) > 0;
		out->stale = (int)db_int(s, 5);
		code = keybox_take(db_bytes(s, 0), db_bytes(s, 1), db_bytes(s, 2), &out->box, e);
		code = code == 0 ? 1 : code;
	}
	db_done(s);
	return code;
}

int chief_list(struct client *c, struct arena *a, struct chief **out, size_t *count,
	       struct err *e)
{
	int64_t n = 0;
	struct stmt *s;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM chief", "");

	*count = 0;
	*out = arena_array(a, (size_t)n + 1, sizeof **out);
	if (code == 0 && *out == NULL)
		code = err_set(e, ERR_NOMEM, "chiefs");
	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT name, device, role, problem, (SELECT count(*) "
				"FROM device d WHERE d.stream=$1 AND d.device=chief.device), "
				"(SELECT count(*) FROM outbox o WHERE o.device=chief.device), stale, "
				"(SELECT count(*) FROM chief_again g WHERE g.device=chief.device OR "
				"g.device IN (SELECT n.old FROM incarnation n WHERE n.chief=chief.name)) "
				"FROM chief ORDER BY created, name", "u", c->unit);
	if (code != 0)
		return code;
	while (*count < (size_t)n && (code = db_step(s, e)) == 1)
		(*out)[(*count)++] = (struct chief){
			.name = arena_copy(a, db_text(s, 0)), .device = (uint64_t)db_int(s, 1),
			.role = (uint32_t)db_int(s, 2), .problem = (int)db_int(s, 3),
			.certified = db_int(s, 4) > 0, .waiting = db_int(s, 5),
			.stale = (int)db_int(s, 6), .again = db_int(s, 7) };
	db_done(s);
	return code < 0 ? code : 0;
}

/* A new key, or the one that is kept under this name. */
static int find_or_make(struct client *c, struct bytes name, struct bytes passphrase,
			const struct keybox_cost *cost, struct sign_key *key,
			struct keybox *box, struct err *e)
{
	uint8_t seed[SIGN_SEED];
	struct kept kept;
	int code = find_kept(c, name, &kept, e);

	if (code < 0)
		return code;
	if (code == 1 && kept.certified && kept.stale == 0)
		return err_set(e, ERR_EXISTS, "%.*s", (int)name.len, (const char *)name.at);
	if (code == 1 && kept.stale == 0) {
		*box = kept.box;
		return keybox_open(box, passphrase, key, e);
	}
	env_random(c->env, seed, sizeof seed);
	sign_make(key, seed);
	sodium_memzero(seed, sizeof seed);
	return keybox_seal(c->env, key, passphrase, cost, box, e);
}

static int check_role(struct client *c, uint32_t number, struct err *e)
{
	const struct role *role;
	struct schema *schema;
	int code = replica_schema_now(&c->replica, &schema, e);

	if (code != 0 || schema_role_signs(schema, number))
		return code;
	role = schema_role(schema, number);
	return err_set(e, ERR_NOT_ALLOWED, "%s", role == NULL ? "?" : role->code);
}

static int store(struct client *c, struct bytes name, const struct keybox *box, uint32_t role,
		 const struct message_claim *claim, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "INSERT INTO chief(device,key,salt,sealed,role,enrolment,"
			    "signature,mac,created,name,asked,place,problem,stale) VALUES($1,$2,$3,$4,$5,"
			    "$6,$7,$8,$9,$10,0,0,0,0) ON CONFLICT(name) DO UPDATE SET device=$1, "
			    "key=$2, salt=$3, sealed=$4, role=$5, enrolment=$6, signature=$7, mac=$8, "
			    "asked=0, problem=0, stale=0", "ubbbibbbi",
			    hash_device(box->key), BYTES_OF(box->key), BYTES_OF(box->salt),
			    BYTES_OF(box->sealed), (int64_t)role, BYTES_OF(claim->enrolment),
			    BYTES_OF(claim->signature), BYTES_OF(claim->mac), env_now(c->env));

	if (code != 0)
		return code;
	db_bind_text(s, 10, name);
	code = db_step(s, e);
	db_done(s);
	return code;
}

static int add(struct client *c, const struct enrolment *en, struct bytes name,
	       struct bytes passphrase, const struct keybox_cost *cost, struct err *e)
{
	struct message_claim claim;
	struct sign_key key;
	struct keybox box;
	int code = client_writable(c, e);

	if (code == 0)
		code = find_or_make(c, name, passphrase, cost, &key, &box, e);
	if (code != 0)
		return code;
	claim_make(&key, c->replica.district.id, en->id, c->unit, name, en->secret, &claim);
	sign_wipe(&key);
	code = db_begin(c->db, e);
	if (code != 0)
		return code;
	code = client_take_zero(c, en->stream_zero, e);
	if (code == 0)
		code = check_role(c, en->role, e);
	if (code == 0)
		code = heir_enrolled(c, name, hash_device(box.key), e);
	if (code == 0)
		code = store(c, name, &box, en->role, &claim, e);
	if (code != 0) {
		replica_rollback(&c->replica);
		return code;
	}
	code = db_commit(c->db, e);
	if (code == 0)
		replica_keys_keep(&c->replica);
	return code;
}

int chief_add(struct client *c, struct bytes text, struct bytes name, struct bytes passphrase,
	      const struct keybox_cost *cost, struct err *e)
{
	struct enrolment en = { .unit = 0 };
	struct buf encoded, nfc;
	int code;

	buf_init(&encoded, LIMIT_MESSAGE);
	code = client_read_enrolment(text, &encoded, &en, e);
	if (code == 0 && !bytes_equal(en.root.payload, c->replica.root_doc.payload))
		code = err_set(e, ERR_WRONG_DISTRICT, "%s", "");
	if (code == 0 && en.unit != c->unit)
		code = err_set(e, ERR_OUT_OF_SCOPE, "%.*s", (int)en.unit_name.len,
			       (const char *)en.unit_name.at);
	if (code == 0) {
		code = normal_name(name, &nfc, e);
		if (code == 0)
			code = add(c, &en, buf_view(&nfc), passphrase, cost, e);
		buf_release(&nfc);
	}
	sodium_memzero(&en, sizeof en);
	if (encoded.at != NULL)
		sodium_memzero(encoded.at, encoded.len);
	buf_release(&encoded);
	return code;
}

int chief_open(struct client *c, struct bytes name, struct bytes passphrase,
	       struct chief_key *out, struct err *e)
{
	struct kept kept;
	struct buf nfc;
	int code = normal_name(name, &nfc, e);

	memset(out, 0, sizeof *out);
	if (code == 0)
		code = find_kept(c, buf_view(&nfc), &kept, e);
	if (code == 0)
		code = err_set(e, ERR_NO_CHIEF, "%.*s", (int)nfc.len, (const char *)nfc.at);
	if (code == 1)
		code = keybox_open(&kept.box, passphrase, &out->key, e);
	if (code == 0) {
		out->role = kept.role;
		memcpy(out->name, nfc.at, nfc.len);
		out->name_len = nfc.len;
		out->certified = kept.certified;
		if (client_writable(c, NULL) == 0 && c->revoked == 0)
			code = heir_take_up(c, out, kept.stale, &kept.box, passphrase, e);
		if (code != 0)
			chief_close(out);
	}
	buf_release(&nfc);
	return code;
}

void chief_close(struct chief_key *k)
{
	sodium_memzero(k, sizeof *k);
}

static int reseal(struct client *c, const struct chief_key *k, const struct keybox *box,
		  struct err *e)
{
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	code = db_exec(c->db, e, "UPDATE chief SET salt=$2, sealed=$3 WHERE device=$1", "ubb",
		       k->key.id, BYTES_OF(box->salt), BYTES_OF(box->sealed));
	if (code == 0)
		return db_commit(c->db, e);
	db_rollback(c->db);
	return code;
}

int chief_passphrase(struct client *c, struct bytes name, struct bytes old, struct bytes fresh,
		     const struct keybox_cost *cost, struct err *e)
{
	struct chief_key k;
	struct keybox box;
	int code = chief_open(c, name, old, &k, e);

	if (code == 0)
		code = keybox_seal(c->env, &k.key, fresh, cost, &box, e);
	if (code == 0)
		code = reseal(c, &k, &box, e);
	chief_close(&k);
	return code;
}

int chief_begin(struct client *c, const struct chief_key *k, uint64_t stream, struct arena *a,
		struct draft *d, struct err *e)
{
	int code = client_writable(c, e);

	/* What the chief signs must reach the district behind what it is about. */
	if (code == 0 && c->revoked != 0)
		code = err_set(e, ERR_REVOKED, "%s", "");
	if (code == 0)
		code = db_begin(c->db, e);
	if (code != 0)
		return code;
	code = outbox_sign_own(c, stream, e);
	if (code == 0)
		code = client_draft(c, stream, k->key.id, a, d, e);
	if (code == 0)
		d->author = (struct bytes){ k->name, k->name_len };
	else
		replica_rollback(&c->replica);
	return code;
}

int chief_save(struct client *c, const struct chief_key *k, struct draft *d,
	       struct verdict *verdict, struct err *e)
{
	/* Until the certificate is here nobody else knows the name. */
	const struct signer who = { &k->key, { k->name, k->certified ? k->name_len : 0 } };
	bool any = true;
	int code = client_save_more(c, d, verdict, e);

	while (any && code == 0)
		code = outbox_sign(c, d->stream, &who, LIMIT_CHANGESET, &any, e);
	if (code == 0)
		return db_commit(c->db, e);
	replica_rollback(&c->replica);
	return code;
}

int chief_settle(struct client *c, uint64_t stream, struct rid id, struct err *e)
{
	return db_exec(c->db, e, "UPDATE refused SET settled=1 WHERE stream=$1 AND record_device=$2 "
		       "AND record_op=$3 AND settled=0 AND device IN " CHIEF_DEVICES, "uuu", stream, id.device, id.op);
}

/* Forgets what the server said before it accepted a key. */
static int forget_problems(struct client *c, struct err *e)
{
	return db_exec(c->db, e, "UPDATE chief SET problem=0 WHERE problem<>0 AND device IN "
		       "(SELECT device FROM device WHERE stream=$1)", "u", c->unit);
}

static int take_claim(struct stmt *s, struct arena *a, struct message_claim *out, struct err *e)
{
	struct bytes enrolment = db_bytes(s, 1), key = db_bytes(s, 2), signature = db_bytes(s, 3);
	struct bytes mac = db_bytes(s, 4);

	if (enrolment.len != MESSAGE_ID || key.len != SIGN_PUBLIC || signature.len != SIGN_SIZE ||
	    mac.len != HASH_SIZE)
		return err_set(e, ERR_CORRUPT, "chief");
	memcpy(out->enrolment, enrolment.at, MESSAGE_ID);
	memcpy(out->key, key.at, SIGN_PUBLIC);
	memcpy(out->signature, signature.at, SIGN_SIZE);
	memcpy(out->mac, mac.at, HASH_SIZE);
	out->author = arena_copy(a, db_text(s, 0));
	return out->author.at == NULL ? err_set(e, ERR_NOMEM, "chief") : 0;
}

/* Which place of the request each claim has, so that an answer finds it. */
static int note_places(struct client *c, uint64_t counter, const struct message_claim *list,
		       size_t count, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < count && code == 0; i++)
		code = db_exec(c->db, e, "UPDATE chief SET asked=$2, place=$3 WHERE device=$1",
			       "uui", hash_device(list[i].key), counter, (int64_t)i + 1);
	return code;
}

int chief_claims(struct client *c, uint64_t counter, size_t room, struct arena *a,
		 struct message_claim **out, size_t *count, size_t *used, struct err *e)
{
	struct stmt *s;
	int code = forget_problems(c, e);

	*count = *used = 0;
	*out = arena_array(a, LIMIT_CLAIMS, sizeof **out);
	if (code == 0 && *out == NULL)
		code = err_set(e, ERR_NOMEM, "claims");
	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT name, enrolment, key, signature, mac FROM "
				"chief WHERE device NOT IN (SELECT device FROM device WHERE stream=$1) "
				"AND device NOT IN (SELECT device FROM incarnation WHERE "
				"length(statement)>0) ORDER BY created, name", "u", c->unit);
	if (code != 0)
		return code;
	while (*count < LIMIT_CLAIMS && (code = db_step(s, e)) == 1) {
		size_t need = CLAIM_ROOM + db_text(s, 0).len;

		if (*used + need > room)
			break;
		code = take_claim(s, a, &(*out)[*count], e);
		if (code != 0)
			break;
		(*count)++;
		*used += need;
	}
	db_done(s);
	return code < 0 ? code : note_places(c, counter, *out, *count, e);
}

int chief_note_problem(struct client *c, uint64_t counter, uint64_t place, int problem,
		       struct err *e)
{
	return db_exec(c->db, e, "UPDATE chief SET problem=$3 WHERE asked=$1 AND place=$2", "uui",
		       counter, place, (int64_t)problem);
}
