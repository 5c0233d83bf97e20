/* What a request brings, into the log: the claim, the change sets, the pieces. */
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/attach_way.h"
#include "server/exchange/exchange_internal.h"
#include "server/exchange/fork.h"
#include "server/exchange/held.h"
#include "server/exchange/safe.h"
#include "server/exchange/scope.h"
#include "server/exchange/succession.h"
#include "server/heal/heal.h"
#include "server/lease.h"

/* Whoever has an enrolment can make keys without end: so many are kept in sight. */
enum { CLAIMS_KEPT = 16 };

/* Refused: the sender is told, and an officer can see it. place: among the claims of
 * others, from 1; those are told with stream 0. */
static int refuse_claim(struct server *s, struct exchange *x, const struct message_claim *claim,
			struct claimant *who, size_t place, struct err *e)
{
	int64_t others = 0;
	struct stmt *q;
	int code = db_number(s->db, e, 0, &others, "SELECT count(*) FROM claim_refused WHERE "
			     "enrolment=$1 AND key<>$2", "bb", BYTES_OF(claim->enrolment),
			     BYTES_OF(claim->key));

	exchange_problem(x, who->code, place > 0 ? 0 : who->cert.unit, place);
	x->revoked |= place == 0 && who->code == ERR_REVOKED;
	who->kept = who->code == ERR_REVOKED ||
		    (who->code == ERR_ENROL_EXPIRED && others < CLAIMS_KEPT);
	if (code != 0 || others >= CLAIMS_KEPT)
		return code;
	code = db_query(s->db, e, &q, "INSERT INTO claim_refused(enrolment,key,unit,code,time,author) "
			"VALUES($1,$2,$3,$4,$5,$6) ON CONFLICT(enrolment,key) DO UPDATE SET code=$4, "
			"time=$5, author=$6", "bbuii", BYTES_OF(claim->enrolment),
			BYTES_OF(claim->key), who->cert.unit, (int64_t)who->code, env_now(s->env));
	if (code != 0)
		return code;
	db_bind_text(q, 6, claim->author);
	code = db_step(q, e);
	db_done(q);
	return code;
}

/* A claim that was found good: the key is in, its certificate stands in its stream. Its code
 * changes where that is not so: between opening and merging another key may have come first;
 * a key that may not come back. */
static int take_claim(struct server *s, const struct message_claim *claim,
		      struct claimant *who, struct err *e)
{
	int64_t free = 0;
	int code = db_number(s->db, e, 0, &free, "SELECT count(*) FROM enrolment WHERE id=$1 AND "
			     "(key IS NULL OR key=$2)", "bb", BYTES_OF(claim->enrolment),
			     BYTES_OF(claim->key));

	if (code == 0 && !who->known && free == 0)
		who->code = ERR_ENROL_USED;
	if (code == 0 && who->code == 0)
		code = server_certify(s, who->cert.unit, claim->key, who->cert.unit, who->cert.role,
				      claim->author, e);
	if (code == ERR_REVOKED || code == ERR_EXISTS) {
		who->code = code;
		code = 0;
	}
	return code != 0 || who->code != 0 ? code :
		db_exec(s->db, e, "UPDATE enrolment SET key=$2, used=$3 WHERE id=$1 AND key IS NULL",
			"bbi", BYTES_OF(claim->enrolment), BYTES_OF(claim->key), env_now(s->env));
}

static int take_own_claim(struct server *s, struct exchange *x, struct err *e)
{
	const struct message_claim *claim = &x->request.claim;
	int code = 0;

	if (!x->request.has_claim || !x->first)
		return 0;
	if (x->claim.code == 0)
		code = take_claim(s, claim, &x->claim, e);
	return code != 0 || x->claim.code == 0 ? code : refuse_claim(s, x, claim, &x->claim, 0, e);
}

static int take_other_claim(struct server *s, struct exchange *x, size_t i, struct err *e)
{
	const struct message_claim *claim = &x->request.claims[i];
	struct claimant *who = &x->others[i];
	int code = 0;

	if (who->refusal != 0) {
		exchange_problem(x, who->refusal, 0, i + 1);
		return 0;
	}
	if (who->code == 0)
		code = take_claim(s, claim, who, e);
	return code != 0 || who->code == 0 ? code : refuse_claim(s, x, claim, who, i + 1, e);
}

/* Whether its author may write in the stream at all; who carries it does not count. */
static int ask_scope(struct server *s, const struct arrival *a, int *problem, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	struct stream_head zero;
	bool lost = false;
	int code = replica_head(&s->replica, 0, &zero, e);

	*problem = 0;
	if (code == 0)
		code = generation_is_lost(&s->replica, 0, cs->zero, zero.seq, &lost, e);
	if (code != 0)
		return code;
	if (cs->zero > zero.seq && !lost) {
		*problem = ERR_GAP;
		return 0;
	}
	return scope_writes(&s->replica, &a->author, cs->stream, problem, e);
}

/* Whoever writes in a stream that is not his unit's is certified there first. */
static int certify(struct server *s, const struct arrival *a, struct err *e)
{
	const struct cert *author = &a->author;
	uint64_t stream = a->opened.cs.stream;

	return stream == author->unit ? 0 :
					server_certify(s, stream, author->key, author->unit,
						       author->role, BYTES_NONE, e);
}

static int append(struct server *s, struct arrival *a, struct err *e)
{
	struct append ap = { .mode = APPEND_JUDGE, .opened = &a->opened };
	struct verdict *list;
	struct stream_head zero, head;
	int code = certify(s, a, e);

	if (code == 0)
		code = replica_head(&s->replica, 0, &zero, e);
	if (code == 0)
		code = replica_head(&s->replica, a->opened.cs.stream, &head, e);
	if (code == 0)
		code = replica_cert(&s->replica, a->opened.cs.stream, a->author.device,
				    &a->opened.cert, e);
	if (code != 0)
		return code;
	/* Receipt times never run backwards, whatever the clock does. */
	ap.time = env_now(s->env);
	if (ap.time < head.time)
		ap.time = head.time;
	ap.zero = zero.seq;
	code = heal_notes(s, a->opened.cs.stream, a->arena, &ap.notes, e);
	if (code == 0)
		code = replica_append(&s->replica, &ap, a->arena, e);
	return code != 0 ? code : verdicts_decode(ap.verdicts, a->arena, &list, &a->refused, e);
}

/* The claim in this message by which an author is known, or NULL. */
static const struct claimant *claim_of(const struct exchange *x, const struct arrival *a)
{
	size_t i;

	if (x->first && x->sender.device == a->author.device)
		return &x->claim;
	for (i = 0; i < x->request.claims_count; i++)
		if (x->others[i].cert.device == a->author.device)
			return &x->others[i];
	return NULL;
}

/* Whether its author's claim is in this message, and failed: that has been told. */
static bool claim_failed(const struct exchange *x, const struct arrival *a)
{
	const struct claimant *c = claim_of(x, a);

	return c != NULL ? c->refusal != 0 || c->code != 0 :
			   succession_failed(x, a->author.device);
}

/* Whether it must wait for a person. */
static int ask_person(struct server *s, struct exchange *x, struct arrival *a, int *problem,
		      struct err *e)
{
	const struct claimant *c = claim_of(x, a);
	int why = 0, code = held_judged(&s->replica, a->opened.cs.stream,
				       a->author.device, a->opened.cs.seq, &why, e);

	a->waits |= why != 0;
	/* Its claim, in this message, came too late after all. */
	if (why == ERR_UNKNOWN_DEVICE && (c == NULL || !c->kept))
		*problem = why;
	return code;
}

int intake_take(struct server *s, struct exchange *x, struct arrival *a, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	struct author author;
	bool lags = false;
	int code = 0, problem = 0;

	if (a->code == 0 || a->code == ERR_GAP) {
		/* What was looked up before the lock may have changed since. */
		code = replica_author(&s->replica, cs->stream, a->author.device, &author, e);
		if (code == 0 && (author.seq + 1 != cs->seq || a->code != 0 ||
				  memcmp(author.hash, a->prev, HASH_SIZE) != 0))
			code = arrival_examine(x, &s->replica, a, true, e);
	}
	if (code == 0 && (a->code == 0 || a->waits || a->code == ERR_GAP))
		code = heal_lags(x, &s->replica, cs->stream, &lags, e);
	if (code == 0 && lags) {
		/* Its sender is told in this reply, and sends it again: no problem. */
		a->code = ERR_GAP;
		a->waits = false;
		a->lags = true;
		return 0;
	}
	if (code == 0 && (a->code == 0 || a->waits))
		code = ask_scope(s, a, &problem, e);
	if (code == 0 && problem == 0 && (a->code == 0 || a->waits))
		code = ask_person(s, x, a, &problem, e);
	if (code == 0 && problem == 0 && a->waits)
		code = held_put(s, a, &problem, e);
	else if (code == 0 && problem == 0 && a->code == 0)
		code = append(s, a, e);
	if (code != 0)
		return code;
	if (problem != 0) {
		a->code = problem;
		a->waits = false;
	} else if (a->waits) {
		a->code = ERR_GAP;
	}
	if (a->code == ERR_FORKED)
		code = fork_note(s, x, a, e);
	if (a->code != 0 && a->code != ERR_ALREADY && !a->waits &&
	    !(a->code == ERR_UNKNOWN_DEVICE && claim_failed(x, a)))
		exchange_problem(x, a->code, cs->stream, cs->seq);
	return code;
}

/* One that came in a file is opened here. What it holds is gone then, its numbers stay. */
static int open_and_take(struct server *s, struct exchange *x, struct arrival *a,
			 struct err *e)
{
	struct arena arena;
	int code;

	arena_init(&arena, LIMIT_MEMORY * (size_t)2);
	a->arena = &arena;
	a->code = ERR_GAP; /* so that it is looked at, now */
	code = intake_take(s, x, a, e);
	arena_release(&arena);
	a->arena = NULL;
	a->opened.cs.op_count = a->opened.cs.tx_count = 0;
	a->opened.cs.ops = NULL;
	a->opened.cs.tx = NULL;
	return code;
}

/* And then what has waited for it. */
static int take_arrival(struct server *s, struct exchange *x, struct arrival *a, struct err *e)
{
	int code = a->arena == NULL ? open_and_take(s, x, a, e) : intake_take(s, x, a, e);

	return code != 0 || a->code != 0 ? code : held_follow(s, x, a->opened.cs.stream,
							      a->author.device, e);
}

/* What has come of an object so far. */
static int load_partial(struct server *s, struct exchange *x, const struct message_piece *p,
			struct buf *data, struct err *e)
{
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT data FROM partial WHERE device=$1 AND id=$2 "
			    "AND total=$3", "ubu", x->sender.device, BYTES_OF(p->id), p->total);

	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1)
		buf_add(data, db_bytes(q, 0));
	db_done(q);
	return code < 0 ? code : 0;
}

static int store_partial(struct server *s, struct exchange *x, const struct message_piece *p,
			 struct bytes data, struct err *e)
{
	/* One unfinished object per device: a client sends them one by one. */
	int code = db_exec(s->db, e, "DELETE FROM partial WHERE device=$1", "u",
			   x->sender.device);

	if (code == 0)
		code = db_exec(s->db, e, "INSERT INTO partial(device,id,total,data,time) "
			       "VALUES($1,$2,$3,$4,$5)", "ububi", x->sender.device,
			       BYTES_OF(p->id), p->total, data, env_now(s->env));
	return code;
}

static int take_piece(struct server *s, struct exchange *x, const struct message_piece *p,
		      struct err *e)
{
	struct message_piece *held = &x->held[x->held_count];
	struct buf data;
	int code;

	if (p->total == 0 || p->total > LIMIT_OBJECT || p->offset > p->total ||
	    p->bytes.len > p->total - p->offset) {
		exchange_problem(x, p->total == 0 ? ERR_TRUNCATED : ERR_TOO_LARGE, 0, 0);
		return 0;
	}
	buf_init(&data, LIMIT_OBJECT);
	code = load_partial(s, x, p, &data, e);
	/* Bytes that are here already, of a piece sent twice, are passed over. */
	if (code == 0 && p->offset <= data.len && p->offset + p->bytes.len > data.len)
		buf_put(&data, p->bytes.at + (data.len - p->offset),
			(size_t)(p->offset + p->bytes.len - data.len));
	if (code == 0 && data.failed)
		code = err_set(e, ERR_NOMEM, "piece");
	memcpy(held->id, p->id, MESSAGE_ID);
	held->offset = data.len;
	if (code == 0 && data.len < p->total) {
		x->held_count++;
		/* Nothing yet, as where the whole has come and its reply was lost. */
		if (data.len > 0)
			code = store_partial(s, x, p, buf_view(&data), e);
	} else if (code == 0) {
		struct arrival *a = &x->arrivals[x->arrival_count++];

		a->arena = &x->arena;
		a->told = exchange_told(x, x->request.object_count + x->request.carried_count);
		a->object = arena_copy(&x->arena, buf_view(&data));
		a->author.device = p->device != 0 ? p->device : x->sender.device;
		code = a->object.at == NULL ? err_set(e, ERR_NOMEM, "piece") :
					      arrival_examine(x, &s->replica, a, true, e);
		if (code == 0)
			code = db_exec(s->db, e, "DELETE FROM partial WHERE device=$1", "u",
				       x->sender.device);
		if (code == 0)
			code = take_arrival(s, x, a, e);
	}
	buf_release(&data);
	return code;
}

int intake_run(struct server *s, struct exchange *x, struct err *e)
{
	size_t i, n = x->arrival_count;
	int code = succession_keep(s, x, e);

	if (code == 0)
		code = take_own_claim(s, x, e);
	/* A sender whose claim failed has no place to write in yet; its change sets stay with
	 * it, unless a person may still let them in. */
	if (code != 0 || (x->claim.code != 0 && !x->claim.kept))
		return code;
	for (i = 0; i < x->request.claims_count && code == 0; i++)
		code = take_other_claim(s, x, i, e);
	if (code == 0)
		code = succession_certify(s, x, e);
	if (code == 0)
		code = heal_run(s, x, e);
	for (i = 0; i < n && code == 0; i++)
		code = take_arrival(s, x, &x->arrivals[i], e);
	x->held = arena_array(&x->arena, x->request.piece_count + 1, sizeof *x->held);
	if (code == 0 && x->held == NULL)
		code = err_set(e, ERR_NOMEM, "pieces");
	for (i = 0; i < x->request.piece_count && code == 0; i++)
		code = take_piece(s, x, &x->request.pieces[i], e);
	if (code != 0 || x->claim.code != 0)
		return code;
	code = way_take_in(s, x, e);
	if (code == 0)
		code = held_note_bundle(s, x, e);
	if (code == 0)
		code = safe_heard(s, x->sender.device, x->request.safe, x->request.safe_count, e);
	if (code == 0)
		code = lease_grant(s, x, e);
	/* Not of one that a restored server knows by the certificate it shows alone. */
	if (code == 0)
		code = db_exec(s->db, e,
			       "INSERT INTO contact(device,stream,time,size) SELECT $1, $2, $3, $4 WHERE "
			       "EXISTS (SELECT 1 FROM device WHERE device=$1) ON CONFLICT(device) DO "
			       "UPDATE SET time=$3, size=$4", "uuii", x->sender.device, x->sender.unit,
			       env_now(s->env), (int64_t)x->content.len);
	return code;
}
