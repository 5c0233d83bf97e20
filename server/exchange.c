/* Opening requests, and the three steps in a row. */
#include "server/exchange.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange_internal.h"

enum { PROBLEMS_MAX = 256, CONTACT_SECONDS = 60 };

void exchange_problem(struct exchange *x, int code, uint64_t stream, uint64_t seq)
{
	if (x->problem_count < PROBLEMS_MAX)
		x->problems[x->problem_count++] = (struct message_problem){ code, stream, seq };
}

/* The server's box key that the envelope names. */
static int find_box(struct exchange *x, const struct server *s, uint8_t number)
{
	size_t i;

	for (i = 0; i < s->replica.keys.box_count; i++)
		if (s->replica.keys.box[i].number == number) {
			x->box = i;
			return 0;
		}
	return ERR_NOT_SEALED_TO_US;
}

/* The hash of a device's change set in a stream. 1 found, 0 not. */
static int stored_hash(struct replica *view, uint64_t stream, uint64_t device, uint64_t seq,
		       uint8_t out[HASH_SIZE], struct err *e)
{
	struct stmt *s;
	int code;

	memset(out, 0, HASH_SIZE);
	if (seq == 0)
		return 1;
	code = db_query(view->db, e, &s, "SELECT hash FROM item WHERE stream=$1 AND device=$2 "
			"AND device_seq=$3", "uuu", stream, device, seq);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1)
		memcpy(out, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	return code;
}

/* Finds the hash that the arrival's chain goes on from. ERR_GAP where it is not
 * here yet. */
static int find_prev(struct exchange *x, struct replica *view, struct arrival *a,
		     const struct arrival *before, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	int code;

	if (before != NULL && before->examined && before->code == 0 &&
	    before->opened.cs.stream == cs->stream && before->opened.cs.seq + 1 == cs->seq) {
		memcpy(a->prev, before->opened.hash, HASH_SIZE);
		return 0;
	}
	code = stored_hash(view, cs->stream, x->sender.device, cs->seq - 1, a->prev, e);
	if (code == 0)
		a->code = ERR_GAP;
	return code < 0 ? code : 0;
}

/* A place in the chain that is taken already: the same change set, or a fork. */
static int compare_stored(struct exchange *x, struct replica *view, struct arrival *a,
			  struct err *e)
{
	uint8_t stored[HASH_SIZE];
	int code = stored_hash(view, a->opened.cs.stream, x->sender.device, a->opened.cs.seq,
			       stored, e);

	if (code == 1)
		a->code = memcmp(stored, a->opened.hash, HASH_SIZE) == 0 ? ERR_ALREADY :
									  ERR_FORKED;
	return code < 0 ? code : 0;
}

/* Errors that are about the machine, not about what came. */
static bool fatal(int code)
{
	return code == ERR_NOMEM || code == ERR_DB || code == ERR_IO || code == ERR_FULL ||
	       code == ERR_BUSY || code == ERR_STOPPED || code == ERR_UNKNOWN;
}

int arrival_examine(struct exchange *x, struct replica *view, struct arrival *a,
		    const struct arrival *before, struct err *e)
{
	struct bytes payload;
	struct object parts;
	int code;

	a->examined = true;
	a->code = 0;
	code = replica_read_object(view, a->object, x->sender.device, &x->arena, &a->opened,
				   &payload, e);
	if (code == 0)
		code = object_split(a->object, &parts, e);
	if (code == 0)
		code = find_prev(x, view, a, before, e);
	if (code == 0 && a->code == 0)
		code = changeset_verify(x->sender.key, view->district.id, a->prev,
					a->opened.cs.root, payload, parts.signature, e);
	if (code != 0 && !fatal(code)) {
		a->code = code;
		return 0;
	}
	if (code != 0 || a->code != 0)
		return code;
	a->opened.cert = x->sender;
	changeset_hash(a->prev, a->opened.cs.root, payload, a->opened.hash);
	return compare_stored(x, view, a, e);
}

/* What the enrolment says of a claim: fills in the sender. */
static int check_claim(struct exchange *x, struct replica *view, struct err *e)
{
	const struct message_claim *claim = &x->request.claim;
	struct stmt *s;
	int code = db_query(view->db, e, &s, "SELECT unit, role, secret, expires, key FROM "
			    "enrolment WHERE id=$1", "b", BYTES_OF(claim->enrolment));

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 0) {
		x->refusal = ERR_ENROL_UNKNOWN;
	} else if (code == 1) {
		x->sender.unit = (uint64_t)db_int(s, 0);
		x->sender.role = (uint32_t)db_int(s, 1);
		x->sender.device = hash_device(claim->key);
		memcpy(x->sender.key, claim->key, SIGN_PUBLIC);
		if (db_bytes(s, 2).len != CLAIM_SECRET)
			code = err_set(e, ERR_CORRUPT, "enrolment");
		else
			x->refusal = claim_check(claim, view->district.id, x->sender.unit,
						 db_bytes(s, 2).at, NULL);
		if (!db_is_null(s, 4) && db_bytes(s, 4).len > 0) {
			/* The same key again: the reply was lost. */
			if (!bytes_equal(db_bytes(s, 4), BYTES_OF(claim->key)))
				x->claim_code = ERR_ENROL_USED;
		} else if (db_int(s, 3) < env_now(view->env)) {
			x->claim_code = ERR_ENROL_EXPIRED;
		}
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static int open_envelope(struct exchange *x, struct server *s, struct replica *view,
			 const struct seal_header *h, struct err *e)
{
	const uint8_t *from = x->box_key;
	int code;

	x->refusal = find_box(x, s, h->key_number);
	if (x->refusal != 0)
		return 0;
	if (h->suite == SEAL_KNOWN) {
		code = replica_home(view, h->device, &x->sender, e);
		if (fatal(code))
			return code;
		x->refusal = code != 0 ? code :
					 seal_public_from_sign(x->box_key, x->sender.key, NULL);
	} else if (h->suite == SEAL_FIRST) {
		from = h->ephemeral;
	} else {
		x->refusal = ERR_VERSION;
	}
	if (x->refusal == 0)
		x->refusal = seal_open(h, &s->box[x->box], from, &x->content, NULL);
	if (x->refusal == 0)
		x->refusal = request_decode(buf_view(&x->content), &x->arena, &x->request, NULL);
	return 0;
}

static int identify(struct exchange *x, struct replica *view, const struct seal_header *h,
		    struct err *e)
{
	int code = 0;

	if (x->refusal == 0 && h->suite == SEAL_FIRST) {
		x->first = true;
		if (!x->request.has_claim)
			x->refusal = ERR_UNKNOWN_DEVICE;
		else
			code = check_claim(x, view, e);
		if (code == 0 && x->refusal == 0)
			x->refusal = seal_public_from_sign(x->box_key, x->sender.key, NULL);
	}
	return code;
}

static int examine_all(struct exchange *x, struct replica *view, struct err *e)
{
	size_t i, n = x->request.object_count;
	int code = 0;

	/* One more: an object whose last piece comes with this message. */
	x->arrivals = arena_array(&x->arena, n + x->request.piece_count + 1,
				  sizeof *x->arrivals);
	x->problems = arena_array(&x->arena, PROBLEMS_MAX, sizeof *x->problems);
	if (x->arrivals == NULL || x->problems == NULL)
		return err_set(e, ERR_NOMEM, "request");
	for (i = 0; i < n && code == 0; i++) {
		x->arrivals[i].object = x->request.objects[i];
		/* Small objects can inflate to much: what is too much for one message is
		 * left with its sender, who sends it again. */
		if (x->arena.used > LIMIT_MEMORY) {
			x->arrivals[i].examined = true;
			x->arrivals[i].code = ERR_TOO_LARGE;
			x->arrival_count++;
			continue;
		}
		code = arrival_examine(x, view, &x->arrivals[i], i > 0 ? &x->arrivals[i - 1] : NULL,
				       e);
		x->arrival_count++;
	}
	return code;
}

/* Contacts are noted when something is written anyway, or once in a while. */
static int ask_contact(struct exchange *x, struct replica *view, struct err *e)
{
	int64_t last = 0;
	int code = db_number(view->db, e, 0, &last, "SELECT time FROM contact WHERE device=$1",
			     "u", x->sender.device);

	x->note_contact = x->arrival_count > 0 || x->request.piece_count > 0 || x->first ||
			  env_now(view->env) - last > CONTACT_SECONDS;
	return code;
}

int exchange_open(struct exchange **out, struct server *s, struct replica *view,
		  struct bytes request, struct err *e)
{
	struct exchange *x = calloc(1, sizeof *x);
	struct seal_header h;
	int code = 0;

	if (x == NULL)
		return err_set(e, ERR_NOMEM, "request");
	arena_init(&x->arena, LIMIT_MEMORY * (size_t)2);
	buf_init(&x->content, LIMIT_MESSAGE);
	x->refusal = seal_read_header(request, &h, NULL);
	if (x->refusal == 0)
		code = open_envelope(x, s, view, &h, e);
	if (code == 0 && x->refusal == 0)
		code = identify(x, view, &h, e);
	if (code == 0 && x->refusal == 0)
		code = examine_all(x, view, e);
	if (code == 0 && x->refusal == 0)
		code = ask_contact(x, view, e);
	if (code != 0) {
		exchange_free(x);
		return code;
	}
	*out = x;
	return 0;
}

void exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	arena_release(&x->arena);
	buf_release(&x->content);
	free(x);
}

/* Whether merging it would write anything. */
static bool writes(const struct exchange *x)
{
	return x->refusal == 0 && x->note_contact;
}

int exchange_merge(struct server *s, struct exchange **batch, size_t count, struct err *e)
{
	size_t i, work = 0;
	int code;

	for (i = 0; i < count; i++)
		work += writes(batch[i]);
	if (work == 0)
		return 0;
	code = db_begin(s->db, e);
	for (i = 0; i < count && code == 0; i++) {
		if (!writes(batch[i]))
			continue;
		code = db_savepoint(s->db, e);
		if (code != 0)
			break;
		code = intake_run(s, batch[i], e);
		if (code == 0) {
			code = db_release(s->db, e);
		} else if (!fatal(code)) {
			/* This one alone is undone; the others go on. */
			db_undo(s->db);
			replica_forget(&s->replica);
			batch[i]->refusal = code;
			code = 0;
		}
	}
	if (code != 0) {
		replica_rollback(&s->replica);
		return code;
	}
	return db_commit(s->db, e);
}

int server_exchange(struct server *s, struct bytes request, struct buf *reply, struct err *e)
{
	struct exchange *x = NULL;
	int code = exchange_open(&x, s, &s->replica, request, e);

	if (code == 0)
		code = exchange_merge(s, &x, 1, e);
	if (code == 0)
		code = exchange_reply(x, s, &s->replica, reply, e);
	exchange_free(x);
	return code;
}
