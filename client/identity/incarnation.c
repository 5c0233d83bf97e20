/* New keys in the place of old ones. */
#include "client/identity/incarnation.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "client/identity/heir.h"
#include "client/identity/install.h"
#include "client/identity/key.h"
#include "client/identity/past.h"
#include "client/sync/outbox.h"
#include "protocol/limits.h"

/* A statement in the making. */
struct making {
	struct client *c;
	struct arena a;
	struct install_mark mark;
	enum install found;
	struct succession s;
	struct sign_key old, fresh;
	struct buf claim;        /* of the old key, where the server may never have heard of it */
	struct bytes chief;      /* whose keys they are; none: the store's own */
	struct err *e;
};

/* The last op of the old key that the new one has seen: all that is saved here. After a fork
 * only what is below everything that waits: the other side has its own under those numbers. */
static int find_last_op(struct making *m, struct succession_end *end)
{
	uint64_t device = hash_device(m->s.old_key);
	int64_t first = 0;
	int code = outbox_last_op(m->c, end->stream, device, &end->last_op, m->e);

	if (code == 0 && m->s.reason == SUCCESSION_FORKED)
		code = db_number(m->c->db, m->e, 0, &first, "SELECT min(first_op) FROM (SELECT stream,"
				 " device, first_op FROM pending UNION ALL SELECT stream, device, "
				 "first_op FROM outbox UNION ALL SELECT stream, device, first_op FROM "
				 "stash) w WHERE stream=$1 AND device=$2", "uu", end->stream, device);
	if (code == 0 && first > 0 && (uint64_t)first <= end->last_op)
		end->last_op = (uint64_t)first - 1;
	return code;
}

static int find_end(struct making *m, struct succession_end *end)
{
	uint64_t device = hash_device(m->s.old_key);
	const struct install_end *known = install_end(&m->mark, end->stream, device);
	int code = outbox_last(m->c, end->stream, device, &end->seq, end->hash, m->e);

	if (code != 0)
		return code;
	if (end->seq == 0)
		memset(end->hash, 0, HASH_SIZE);
	/* What was signed and is lost here may still arrive: from a stick, say. */
	if (known != NULL && known->seq > end->seq) {
		end->seq = known->seq;
		memcpy(end->hash, known->hash, HASH_SIZE);
	}
	return find_last_op(m, end);
}

/* Where the old key has signed or saved anything. */
static int list_ends(struct making *m)
{
	uint64_t device = hash_device(m->s.old_key);
	int64_t n = 0;
	struct stmt *s;
	size_t i;
	int code = db_number(m->c->db, m->e, 0, &n, "SELECT count(*) FROM stream", "");

	n += 2;
	m->s.ends = arena_array(&m->a, (size_t)n, sizeof *m->s.ends);
	if (code == 0 && m->s.ends == NULL)
		code = err_set(m->e, ERR_NOMEM, "succession");
	if (code == 0)
		code = db_query(m->c->db, m->e, &s, "SELECT stream FROM author WHERE device=$1 UNION "
				"SELECT stream FROM outbox WHERE device=$1 UNION SELECT stream FROM "
				"pending WHERE device=$1 UNION SELECT stream FROM stash WHERE "
				"device=$1 ORDER BY 1", "u", device);
	if (code != 0)
		return code;
	while (m->s.end_count < (size_t)n && (code = db_step(s, m->e)) == 1)
		m->s.ends[m->s.end_count++].stream = (uint64_t)db_int(s, 0);
	db_done(s);
	for (i = 0, code = code < 0 ? code : 0; i < m->s.end_count && code == 0; i++)
		code = find_end(m, &m->s.ends[i]);
	return code;
}

/* The claim of a key that the server may never have heard of, on the enrolment that it had. */
static int put_claim(struct making *m)
{
	struct client *c = m->c;
	struct message_claim claim;
	struct request r = { .has_claim = true };
	struct buf id, secret;
	int code;

	if (c->enrolled || m->old.id == 0)
		return 0;
	/* One that the key before it speaks for has none. */
	code = incarnation_vouched(c, m->e);
	if (code != 0)
		return code < 0 ? code : 0;
	buf_init(&id, 64);
	buf_init(&secret, 64);
	code = replica_meta_get(c->db, "enrolment_id", &id, m->e);
	if (code == 1)
		code = replica_meta_get(c->db, "enrolment_secret", &secret, m->e);
	if (code == 1 && id.len == MESSAGE_ID && secret.len == CLAIM_SECRET) {
		claim_make(&m->old, c->replica.district.id, id.at, c->unit, buf_view(&c->author),
			   secret.at, &claim);
		r.claim = claim;
		request_encode(&r, &m->claim);
	}
	if (secret.at != NULL)
		sodium_memzero(secret.at, secret.len);
	buf_release(&id);
	buf_release(&secret);
	return code < 0 ? code : 0;
}

/* Chiefs' keys were here, too, when the store was copied, and open for their owners only: none of
 * those that the server knows may sign here again; heir.h. What they have signed goes as it is. */
static int leave_chiefs(struct making *m, bool vouched)
{
	/* A new key, or a new enrolment, on the same computer. */
	if (m->s.reason == SUCCESSION_REPLACED || (!vouched && m->c->restored == 0))
		return 0;
	return heir_leave(m->c, m->s.reason, m->e);
}

/* Without a statement it is one that the server need not be told. */
static int put_row(struct making *m, const struct message_succession *signed_)
{
	struct client *c = m->c;
	int64_t number = 0;
	struct stmt *s;
	int code = db_number(c->db, m->e, 0, &number, "SELECT max(number) FROM incarnation", "");

	if (code == 0)
		code = db_query(c->db, m->e, &s, "INSERT INTO incarnation(number,old,device,statement,"
				"old_signature,new_signature,reason,time,claim,chief) VALUES($1,$2,$3,"
				"$4,$5,$6,$7,$8,$9,$10)", "iuubbbiib", number + 1,
				hash_device(m->s.old_key), m->fresh.id, signed_->statement,
				signed_->vouched ? BYTES_OF(signed_->old_signature) : BYTES_NONE,
				signed_->statement.len > 0 ? BYTES_OF(signed_->new_signature) :
							     BYTES_NONE, (int64_t)m->s.reason,
				m->s.time, buf_view(&m->claim));
	if (code != 0)
		return code;
	db_bind_text(s, 10, m->chief);
	code = db_step(s, m->e);
	db_done(s);
	return code;
}

static int keep(struct making *m, const struct message_succession *signed_)
{
	struct client *c = m->c;
	size_t i;
	int code = m->chief.len > 0 ? 0 : leave_chiefs(m, signed_->vouched);

	if (code == 0)
		code = put_row(m, signed_);
	for (i = 0; i < m->s.end_count && code == 0; i++)
		code = replica_note_lineage(&c->replica, m->s.ends[i].stream, m->fresh.id,
					    hash_device(m->s.old_key), m->s.ends[i].last_op, m->e);
	/* Elsewhere nothing of it was seen, but of keys before it. */
	if (code == 0)
		code = db_exec(c->db, m->e, "INSERT INTO lineage(stream,device,old,last) SELECT DISTINCT "
			       "stream, $1, $2, 0 FROM lineage WHERE device=$2 ON CONFLICT DO NOTHING",
			       "uu", m->fresh.id, hash_device(m->s.old_key));
	return code != 0 || m->chief.len > 0 ? code :
		replica_meta_put_number(c->db, "device", (int64_t)m->fresh.id, m->e);
}

/* The statement, and what the store remembers of it. vouched: by the old key. */
static int state(struct making *m, bool vouched)
{
	struct message_succession signed_;
	struct buf statement;
	int code;

	m->s.time = env_now(m->c->env);
	memcpy(m->s.new_key, m->fresh.public_key, SIGN_PUBLIC);
	code = list_ends(m);
	buf_init(&statement, LIMIT_MESSAGE);
	if (code == 0)
		succession_put(&m->s, &statement);
	if (code == 0 && statement.failed)
		code = err_set(m->e, ERR_NOMEM, "succession");
	if (code == 0) {
		succession_sign(m->c->replica.district.id, vouched ? &m->old : NULL, &m->fresh,
				buf_view(&statement), &signed_);
		code = keep(m, &signed_);
	}
	if (code == 0)
		code = past_keep(m->c, m->e);
	buf_release(&statement);
	return code;
}

static void begin(struct making *m, struct client *c, struct err *e)
{
	memset(m, 0, sizeof *m);
	m->c = c;
	m->e = e;
	arena_init(&m->a, LIMIT_MEMORY);
	buf_init(&m->claim, LIMIT_MESSAGE);
}

static void end(struct making *m)
{
	arena_release(&m->a);
	buf_release(&m->claim);
	sign_wipe(&m->old);
	sign_wipe(&m->fresh);
}

static int make(struct making *m, enum succession_reason reason)
{
	int code;

	m->s.reason = reason;
	m->old = m->c->key;
	memcpy(m->s.old_key, m->old.public_key, SIGN_PUBLIC);
	code = key_make(m->c->env, m->c->dir, true, &m->fresh, m->e);
	if (code == 0)
		code = put_claim(m);
	return code != 0 ? code : state(m, true);
}

int incarnation_make(struct client *c, enum succession_reason reason, struct err *e)
{
	struct making m;
	int code;

	begin(&m, c, e);
	code = install_look(c, &m.a, &m.mark, &m.found, e);
	if (code == 0)
		code = make(&m, reason);
	end(&m);
	return code;
}

int incarnation_heir(struct client *c, struct bytes chief, enum succession_reason reason,
		     const struct sign_key *old, const struct sign_key *fresh, struct err *e)
{
	struct making m;
	int code;

	begin(&m, c, e);
	m.chief = chief;
	m.s.reason = reason;
	m.old = *old;
	m.fresh = *fresh;
	memcpy(m.s.old_key, old->public_key, SIGN_PUBLIC);
	code = state(&m, true);
	end(&m);
	return code;
}

int incarnation_switch(struct client *c, struct err *e)
{
	int64_t device = 0;
	struct cert cert;
	bool found = false;
	int code = replica_meta_number(c->db, "device", 0, &device, e);

	if (code == 0)
		code = key_load(c->dir, (uint64_t)device, &c->key, &found, e);
	if (code == 0 && (!found || seal_from_sign(&c->box, c->key.secret) != 0))
		code = err_set(e, ERR_CORRUPT, "%s/device.key", c->dir);
	c->pending.device = c->key.id;
	c->enrolled = code == 0 && replica_cert(&c->replica, c->unit, c->key.id, &cert, NULL) == 0;
	return code != 0 ? code : install_note(c, e);
}

/* The key in the folder came after the one that the store knows, by steps that the store has
 * forgotten. Where no file tells of them either, the server knows. What is saved under the older
 * one is carried all the same. */
static int note_forgotten(struct making *m, uint64_t device)
{
	struct client *c = m->c;
	int64_t number = 0;
	uint64_t last = 0;
	bool whole = false;
	int code = past_recall(c, device, &whole, m->e);

	if (code != 0 || whole)
		return code;
	code = db_number(c->db, m->e, 0, &number, "SELECT max(number) FROM incarnation", "");

	if (code == 0)
		code = outbox_last_op(c, c->unit, device, &last, m->e);
	if (code == 0)
		code = replica_note_lineage(&c->replica, c->unit, c->key.id, device, last, m->e);
	return code != 0 ? code :
		db_exec(c->db, m->e, "INSERT INTO incarnation(number,old,device,statement,"
			"old_signature,new_signature,reason,time,claim,chief) VALUES($1,$2,$3,$4,$4,$4,"
			"$5,$6,$4,'')", "iuubii", number + 1, device, c->key.id, BYTES_NONE,
			(int64_t)SUCCESSION_RESTORED, env_now(c->env));
}

/* Looked at again under the lock: another process may have done it. */
static int check_locked(struct client *c, bool *made, struct err *e)
{
	static const enum succession_reason reasons[] = {
		[INSTALL_COPIED] = SUCCESSION_COPIED, [INSTALL_RESTORED] = SUCCESSION_RESTORED
	};
	int64_t device = 0, back = 0;
	struct making m;
	int code = replica_meta_number(c->db, "device", 0, &device, e);

	if (code == 0)
		code = replica_meta_number(c->db, "put_back", 0, &back, e);
	if (code != 0)
		return code;
	begin(&m, c, e);
	code = install_look(c, &m.a, &m.mark, &m.found, e);
	/* The key is newer than the store, or the store came out of a backup. */
	if ((uint64_t)device != c->key.id || back != 0)
		m.found = INSTALL_RESTORED;
	if (code == 0 && m.found != INSTALL_HERE) {
		if ((uint64_t)device != c->key.id)
			code = note_forgotten(&m, (uint64_t)device);
		if (code == 0)
			code = make(&m, reasons[m.found]);
		if (code == 0)
			code = replica_meta_put_number(c->db, "put_back", 0, e);
		*made = code == 0;
	}
	end(&m);
	return code;
}

int incarnation_check(struct client *c, struct err *e)
{
	struct install_mark mark;
	enum install found = INSTALL_HERE;
	int64_t device = 0, back = 0;
	bool made = false;
	struct arena a;
	int code = replica_meta_number(c->db, "device", 0, &device, e);

	if (code == 0)
		code = replica_meta_number(c->db, "put_back", 0, &back, e);
	arena_init(&a, LIMIT_MEMORY);
	if (code == 0)
		code = install_look(c, &a, &mark, &found, e);
	arena_release(&a);
	if (code != 0 || (found == INSTALL_HERE && (uint64_t)device == c->key.id && back == 0))
		return code;
	code = db_begin(c->db, e);
	if (code != 0)
		return code;
	code = check_locked(c, &made, e);
	if (code != 0) {
		replica_rollback(&c->replica);
		return code;
	}
	code = db_commit(c->db, e);
	return code != 0 ? code : made ? incarnation_switch(c, e) : install_note(c, e);
}

static int take_enrolment(struct making *m, const struct enrolment *en, struct bytes author)
{
	struct client *c = m->c;
	int code = client_take_zero(c, en->stream_zero, m->e);

	if (c->restored == 0)
		m->old = c->key;
	if (code == 0)
		code = put_claim(m);
	if (code == 0)
		code = client_write_facts(c->db, en, author, m->e);
	if (code == 0)
		code = key_make(c->env, c->dir, true, &m->fresh, m->e);
	m->s.reason = SUCCESSION_RESTORED;
	memcpy(m->s.old_key, c->key.public_key, SIGN_PUBLIC);
	if (code == 0)
		code = state(m, false);
	return code != 0 ? code : replica_meta_put_number(c->db, "restored", 0, m->e);
}

int incarnation_enrol(struct client *c, const struct enrolment *en, struct bytes author,
		      struct err *e)
{
	struct making m;
	int code = 0;

	if (!bytes_equal(en->root.payload, c->replica.root_doc.payload))
		code = err_set(e, ERR_WRONG_DISTRICT, "%s", "");
	else if (en->unit != c->unit)
		code = err_set(e, ERR_OTHER_UNIT, "%.*s",
			       (int)(en->unit_name.len > 100 ? 100 : en->unit_name.len),
			       (const char *)en->unit_name.at);
	if (code == 0)
		code = db_begin(c->db, e);
	if (code != 0)
		return code;
	begin(&m, c, e);
	code = take_enrolment(&m, en, author);
	end(&m);
	if (code != 0) {
		replica_rollback(&c->replica);
		return code;
	}
	code = db_commit(c->db, e);
	if (code == 0)
		code = key_step(c->dir, e);
	c->restored = 0;
	return code != 0 ? code : incarnation_switch(c, e);
}

/* What the server may have to learn of one step. */
static int tell_one(struct client *c, struct stmt *s, struct arena *a, struct request *r,
		    struct err *e)
{
	struct message_succession *m = &r->successions[r->succession_count];
	struct bytes statement = db_bytes(s, 0), old = db_bytes(s, 1), fresh = db_bytes(s, 2);
	struct bytes claim = arena_copy(a, db_bytes(s, 3));
	struct request told;
	struct cert cert;
	int code;

	m->statement = arena_copy(a, statement);
	if (m->statement.at == NULL)
		return err_set(e, ERR_NOMEM, "succession");
	if (fresh.len != SIGN_SIZE || (old.len != 0 && old.len != SIGN_SIZE))
		return err_set(e, ERR_CORRUPT, "incarnation");
	m->vouched = old.len > 0;
	if (m->vouched)
		memcpy(m->old_signature, old.at, SIGN_SIZE);
	memcpy(m->new_signature, fresh.at, SIGN_SIZE);
	r->succession_count++;
	if (claim.len == 0 || r->claims_count == LIMIT_CLAIMS ||
	    replica_cert(&c->replica, c->unit, (uint64_t)db_int(s, 4), &cert, NULL) == 0)
		return 0;
	code = request_decode(claim, a, &told, e);
	if (code == 0)
		r->claims[r->claims_count++] = told.claim;
	return code;
}

/* Those of which the store has no certificate; $2: or has. */
#define TO_TELL \
	"FROM incarnation WHERE length(statement)>0 AND ($2=1 OR device NOT IN (SELECT device FROM " \
	"device WHERE stream=$1))"

/* Where the answer has something against a chief's, it is by this place that he is found: behind
 * those that claims may have. */
static int note_places(struct client *c, const struct request *r, const uint64_t *devices,
		       struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->succession_count && code == 0; i++)
		code = db_exec(c->db, e, "UPDATE chief SET asked=$2, place=$3 WHERE device=$1", "uui",
			       devices[i], r->counter, (int64_t)(LIMIT_CLAIMS + 1 + i));
	return code;
}

int incarnation_tell(struct client *c, bool all, struct arena *a, struct request *r,
		     struct err *e)
{
	uint64_t devices[LIMIT_CLAIMS];
	int64_t n = 0;
	struct stmt *s;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) " TO_TELL, "ui", c->unit,
			     (int64_t)all);

	if (code != 0 || n == 0)
		return code;
	if (n > LIMIT_CLAIMS)
		n = LIMIT_CLAIMS;
	r->successions = arena_array(a, (size_t)n, sizeof *r->successions);
	if (r->successions == NULL)
		return err_set(e, ERR_NOMEM, "successions");
	/* The store's own first: whose message it is hangs on them. */
	code = db_query(c->db, e, &s, "SELECT statement, old_signature, new_signature, claim, old, "
			"device " TO_TELL " ORDER BY CASE WHEN chief='' THEN 0 ELSE 1 END, number", "ui",
			c->unit, (int64_t)all);
	if (code != 0)
		return code;
	while (r->succession_count < (size_t)n && (code = db_step(s, e)) == 1) {
		devices[r->succession_count] = (uint64_t)db_int(s, 5);
		code = tell_one(c, s, a, r, e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : note_places(c, r, devices, e);
}

int incarnation_vouched(struct client *c, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM incarnation WHERE device=$1 AND "
			     "length(old_signature)>0", "u", c->key.id);

	return code != 0 ? code : n > 0;
}

static const char *const reason_names[] = {
	[SUCCESSION_RESTORED] = "restored", [SUCCESSION_COPIED] = "copied",
	[SUCCESSION_FORKED] = "forked", [SUCCESSION_REPLACED] = "replaced"
};

int incarnation_list(struct client *c, json_t **out, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT reason, time, old, device, (SELECT count(*) FROM "
			    "device d WHERE d.stream=$1 AND d.device=i.device), CASE WHEN "
			    "length(statement)>0 AND length(old_signature)=0 THEN 1 ELSE 0 END FROM "
			    "incarnation i WHERE chief='' ORDER BY number", "u", c->unit);

	*out = json_array();
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		int64_t reason = db_int(s, 0);
		char old[17], device[17];

		snprintf(old, sizeof old, "%016llx", (unsigned long long)db_int(s, 2));
		snprintf(device, sizeof device, "%016llx", (unsigned long long)db_int(s, 3));
		json_array_append_new(*out, json_pack("{s:s, s:I, s:s, s:s, s:b}", "reason",
						      db_int(s, 5) != 0 ? "enrolled" :
									  reason_names[reason], "time",
						      (json_int_t)db_int(s, 1), "old", old, "device",
						      device, "certified", db_int(s, 4) > 0));
	}
	db_done(s);
	return code < 0 ? code : 0;
}
