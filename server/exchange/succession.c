/* Statements of succession: looked at, kept, certified. */
#include "server/exchange/succession.h"

#include <string.h>

#include "protocol/limits.h"

/* Name and status of a device in its home stream. */
static int find_name(struct exchange *x, struct replica *view, const struct cert *old,
		     struct heir *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(view->db, e, &s, "SELECT name, status FROM device WHERE device=$1 "
			    "ORDER BY stream = unit DESC LIMIT 1", "u", old->device);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		out->name = arena_copy(&x->arena, db_text(s, 0));
		if (!bytes_equal(db_text(s, 1), bytes_str("active")))
			out->code = ERR_REVOKED;
		if (out->name.len > 0 && out->name.at == NULL)
			code = err_set(e, ERR_NOMEM, "succession");
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* Who the old key is: from the log, a claim in this request, or a statement before this. */
static int find_old(struct exchange *x, struct replica *view, size_t at, struct cert *old,
		    struct err *e)
{
	struct heir *h = &x->heirs[at];
	uint64_t device = hash_device(h->statement.old_key);
	size_t i;
	int code = replica_home(view, device, old, e);

	if (code == 0)
		return find_name(x, view, old, h, e);
	if (code != ERR_UNKNOWN_DEVICE)
		return code;
	for (i = 0; i < at; i++)
		if (x->heirs[i].code == 0 && x->heirs[i].cert.device == device) {
			*old = x->heirs[i].cert;
			h->name = x->heirs[i].name;
			return 0;
		}
	for (i = 0; i < x->request.claims_count; i++)
		if (x->others[i].refusal == 0 && x->others[i].cert.device == device) {
			*old = x->others[i].cert;
			h->name = x->request.claims[i].author;
			h->code = x->others[i].code;
			return 0;
		}
	h->code = ERR_UNKNOWN_DEVICE;
	return 0;
}

/* Without the old key's word, an enrolment that an officer gave for its unit: to the new key, or
 * to one that has come in that one's place since, as where the first enrolment was no good. */
static bool claimed(const struct exchange *x, size_t at, const struct cert *old)
{
	const uint8_t *key = x->heirs[at].statement.new_key;
	size_t i;

	for (i = at + 1; i < x->request.succession_count; i++)
		if (x->heirs[i].code == 0 &&
		    memcmp(x->heirs[i].statement.old_key, key, SIGN_PUBLIC) == 0)
			key = x->heirs[i].statement.new_key;
	return x->request.has_claim && x->sender.unit == old->unit &&
	       memcmp(x->request.claim.key, key, SIGN_PUBLIC) == 0;
}

/* A key that was given up for another one can't vouch for a third. */
static int ask_ended(struct replica *view, struct heir *h, struct err *e)
{
	int64_t others = 0;
	int code = db_number(view->db, e, 0, &others, "SELECT count(*) FROM succession WHERE old=$1 "
			     "AND reason=4 AND device<>$2", "uu", hash_device(h->statement.old_key),
			     hash_device(h->statement.new_key));

	if (code == 0 && others > 0 && h->code == 0)
		h->code = ERR_REVOKED;
	return code;
}

static int examine(struct exchange *x, struct replica *view, size_t at, struct err *e)
{
	const struct message_succession *m = &x->request.successions[at];
	struct heir *h = &x->heirs[at];
	struct cert old = { 0 };
	int code;

	if (h->code != 0)
		return h->code == ERR_NOMEM ? err_set(e, ERR_NOMEM, "succession") : 0;
	code = find_old(x, view, at, &old, e);
	if (code == 0)
		code = ask_ended(view, h, e);
	/* Whose key was revoked, or came too late, is let in again by an officer's enrolment. */
	if (code == 0 && claimed(x, at, &old) &&
	    (h->code == ERR_REVOKED || h->code == ERR_ENROL_EXPIRED || h->code == ERR_ENROL_USED))
		h->code = 0;
	if (code != 0 || h->code != 0)
		return code;
	if (memcmp(old.key, h->statement.old_key, SIGN_PUBLIC) != 0)
		h->code = ERR_UNKNOWN_DEVICE;
	else if (!m->vouched && !claimed(x, at, &old))
		h->code = ERR_NOT_ALLOWED;
	h->cert = old;
	h->cert.device = hash_device(h->statement.new_key);
	memcpy(h->cert.key, h->statement.new_key, SIGN_PUBLIC);
	return 0;
}

int succession_examine(struct exchange *x, struct replica *view, struct err *e)
{
	size_t i;
	int code = 0;

	if (x->request.succession_count == 0)
		return 0;
	x->heirs = arena_array(&x->arena, x->request.succession_count, sizeof *x->heirs);
	if (x->heirs == NULL)
		return err_set(e, ERR_NOMEM, "successions");
	for (i = 0; i < x->request.succession_count; i++)
		x->heirs[i].code = succession_check(&x->request.successions[i], view->district.id,
						    &x->arena, &x->heirs[i].statement, NULL);
	for (i = 0; i < x->request.succession_count && code == 0; i++)
		code = examine(x, view, i, e);
	return code;
}

const struct heir *succession_sender(const struct exchange *x, int *refusal)
{
	const struct heir *h = x->heirs;
	size_t i;

	*refusal = x->request.succession_count == 0 ? ERR_UNKNOWN_DEVICE : h->code;
	for (i = 1; *refusal == 0 && i < x->request.succession_count; i++)
		if (memcmp(x->heirs[i].statement.old_key, h->statement.new_key, SIGN_PUBLIC) == 0) {
			h = &x->heirs[i];
			*refusal = h->code;
		}
	return *refusal == 0 ? h : NULL;
}

/* Whether a statement is of the sender's own key, or of one before it. */
static bool is_senders(const struct exchange *x, size_t at)
{
	uint8_t key[SIGN_PUBLIC];
	size_t i;

	memcpy(key, x->heirs[at].statement.new_key, SIGN_PUBLIC);
	for (i = at + 1; i < x->request.succession_count; i++)
		if (memcmp(x->heirs[i].statement.old_key, key, SIGN_PUBLIC) == 0)
			memcpy(key, x->heirs[i].statement.new_key, SIGN_PUBLIC);
	return memcmp(key, x->sender.key, SIGN_PUBLIC) == 0;
}

/* With a chief's nothing is wrong that is the sender's: it has its place behind those that claims
 * of others may have. */
static void tell_problem(struct exchange *x, size_t at)
{
	bool own = is_senders(x, at);

	exchange_problem(x, x->heirs[at].code, own ? x->sender.unit : 0,
			 own ? 0 : LIMIT_CLAIMS + 1 + at);
}

bool succession_failed(const struct exchange *x, uint64_t device)
{
	size_t i;

	for (i = 0; i < x->request.succession_count; i++)
		if (x->heirs[i].code != 0 && hash_device(x->heirs[i].statement.new_key) == device)
			return true;
	return false;
}

int succession_keep(struct server *s, struct exchange *x, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < x->request.succession_count && code == 0; i++) {
		const struct message_succession *m = &x->request.successions[i];
		const struct heir *h = &x->heirs[i];

		if (h->code != 0) {
			tell_problem(x, i);
			continue;
		}
		code = db_exec(s->db, e, "INSERT INTO succession(device,old,statement,"
			       "old_signature,new_signature,reason,time) VALUES($1,$2,$3,$4,$5,$6,$7)"
			       " ON CONFLICT DO NOTHING", "uubbbii", h->cert.device,
			       hash_device(h->statement.old_key), m->statement,
			       m->vouched ? BYTES_OF(m->old_signature) : BYTES_NONE,
			       BYTES_OF(m->new_signature), (int64_t)h->statement.reason,
			       env_now(s->env));
	}
	return code;
}

/* A claim speaks for its own key; for those that it came in the place of once it is good. */
static bool to_certify(const struct exchange *x, size_t at)
{
	return x->request.successions[at].vouched ||
	       (x->claim.code == 0 && memcmp(x->request.claim.key, x->heirs[at].statement.new_key,
					     SIGN_PUBLIC) != 0);
}

int succession_certify(struct server *s, struct exchange *x, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < x->request.succession_count && code == 0; i++) {
		struct heir *h = &x->heirs[i];

		if (h->code != 0 || !to_certify(x, i))
			continue;
		code = server_certify(s, h->cert.unit, h->cert.key, h->cert.unit, h->cert.role,
				      h->name, e);
		if (code == ERR_REVOKED || code == ERR_EXISTS) {
			h->code = code;
			tell_problem(x, i);
			code = 0;
		}
		/* Its own claim may have been no good; it is in all the same. */
		if (code == 0 && h->code == 0)
			code = db_exec(s->db, e, "DELETE FROM claim_refused WHERE key=$1", "b",
				       BYTES_OF(h->cert.key));
	}
	return code;
}

/* The statement about a key, by a column of the table: 1, or 0 where there is none. */
static int find_statement(struct db *db, const char *sql, uint64_t device, struct arena *a,
			  struct succession *out, struct err *e)
{
	struct bytes statement = BYTES_NONE;
	struct stmt *q;
	int code = db_query(db, e, &q, sql, "u", device);

	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1) {
		statement = arena_copy(a, db_bytes(q, 0));
		if (statement.at == NULL)
			code = err_set(e, ERR_NOMEM, "succession");
	}
	db_done(q);
	if (code == 1)
		code = succession_read(statement, a, out, e) == 0 ? 1 :
			       err_set(e, ERR_CORRUPT, "succession");
	return code;
}

int succession_of(struct server *s, uint64_t stream, const uint8_t key[SIGN_PUBLIC],
		  uint8_t old_key[SIGN_PUBLIC], uint64_t *last, struct err *e)
{
	struct succession statement;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MESSAGE);
	code = find_statement(s->db, "SELECT statement FROM succession WHERE device=$1",
			      hash_device(key), &a, &statement, e);
	if (code == 1) {
		memcpy(old_key, statement.old_key, SIGN_PUBLIC);
		*last = succession_at(&statement, stream).last_op;
	}
	arena_release(&a);
	return code;
}

int succession_ended(struct replica *view, uint64_t stream, uint64_t device, uint64_t *seq,
		     struct err *e)
{
	struct succession statement;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MESSAGE);
	code = find_statement(view->db, "SELECT statement FROM succession WHERE old=$1 AND "
			      "reason=4 ORDER BY time, device LIMIT 1", device, &a, &statement, e);
	if (code == 1)
		*seq = succession_at(&statement, stream).seq;
	arena_release(&a);
	return code;
}
