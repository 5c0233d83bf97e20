/* Opening requests, and the three steps in a row. */
#include "server/exchange/exchange.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/succession.h"
#include "server/heal/generation.h"
#include "server/heal/heal.h"
#include "server/identity/code_fetch.h"

enum { CONTACT_SECONDS = 60 };

void exchange_problem(struct exchange *x, int code, uint64_t stream, uint64_t seq)
{
	if (x->problem_count < PROBLEMS_MAX)
		x->problems[x->problem_count++] = (struct message_problem){ code, stream, seq };
}

const uint8_t *exchange_told(const struct exchange *x, uint64_t at)
{
	const struct request *r = &x->request;
	size_t low = 0, high = r->before_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->befores[mid].at == at)
			return r->befores[mid].hash;
		if (r->befores[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Errors that are about the machine, not about what came. */
bool exchange_fatal(int code)
{
	return code == ERR_NOMEM || code == ERR_DB || code == ERR_IO || code == ERR_FULL ||
	       code == ERR_BUSY || code == ERR_STOPPED || code == ERR_UNKNOWN;
}

/* Whether the key is certified in the enrolment's unit. */
static int ask_known(struct replica *view, struct claimant *c, struct err *e)
{
	struct cert cert;
	int code = replica_cert(view, c->cert.unit, c->cert.device, &cert, e);

	c->known = code == 0 && memcmp(cert.key, c->cert.key, SIGN_PUBLIC) == 0;
	return code == ERR_UNKNOWN_DEVICE ? 0 : code;
}

/* What the enrolment says of a claim. */
static int check_claim(struct replica *view, const struct message_claim *claim,
		       struct claimant *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(view->db, e, &s, "SELECT unit, role, secret, expires, key FROM "
			    "enrolment WHERE id=$1", "b", BYTES_OF(claim->enrolment));

	if (code != 0)
		return code;
	out->cert.device = hash_device(claim->key);
	code = db_step(s, e);
	if (code == 0) {
		out->refusal = ERR_ENROL_UNKNOWN;
	} else if (code == 1) {
		out->cert.unit = (uint64_t)db_int(s, 0);
		out->cert.role = (uint32_t)db_int(s, 1);
		memcpy(out->cert.key, claim->key, SIGN_PUBLIC);
		if (db_bytes(s, 2).len != CLAIM_SECRET)
			code = err_set(e, ERR_CORRUPT, "enrolment");
		else
			out->refusal = claim_check(claim, view->district.id, out->cert.unit,
						   db_bytes(s, 2).at, NULL);
		/* The same key again: the reply was lost. Or a person let it in. */
		if (out->refusal == 0)
			code = ask_known(view, out, e);
		if (out->known)
			out->code = 0;
		else if (!db_is_null(s, 4) && db_bytes(s, 4).len > 0)
			out->code = ERR_ENROL_USED;
		else if (db_int(s, 3) < env_now(view->env))
			out->code = ERR_ENROL_EXPIRED;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* The claims of others, one by one: what is wrong with one is no matter of the rest. */
static int check_others(struct exchange *x, struct replica *view, struct err *e)
{
	size_t i;
	int code = 0;

	x->others = arena_array(&x->arena, x->request.claims_count + 1, sizeof *x->others);
	if (x->others == NULL)
		return err_set(e, ERR_NOMEM, "claims");
	for (i = 0; i < x->request.claims_count && code == 0; i++)
		code = check_claim(view, &x->request.claims[i], &x->others[i], e);
	return code;
}

static int open_envelope(struct exchange *x, struct server *s, struct replica *view,
			 const struct seal_header *h, struct err *e)
{
	const struct seal_pair *box = server_box(s, h->key_number);
	const uint8_t *from = x->box_key;
	int code;

	x->refusal = box == NULL ? ERR_NOT_SEALED_TO_US : 0;
	x->box = h->key_number;
	if (x->refusal != 0)
		return 0;
	if (h->suite == SEAL_KNOWN) {
		code = replica_home(view, h->device, &x->sender, e);
		if (exchange_fatal(code))
			return code;
		x->refusal = code != 0 ? code :
					 seal_public_from_sign(x->box_key, x->sender.key, NULL);
	} else if (h->suite == SEAL_FIRST) {
		from = h->ephemeral;
	} else {
		x->refusal = ERR_VERSION;
	}
	if (x->refusal == 0)
		x->refusal = seal_open(h, box, from, &x->content, NULL);
	if (x->refusal == 0)
		x->refusal = request_decode(buf_view(&x->content), &x->arena, &x->request, NULL);
	return 0;
}

/* The sender of a first message without a claim: a key in the place of one that is known. */
static void take_heir(struct exchange *x)
{
	const struct heir *heir = succession_sender(x, &x->refusal);

	if (heir != NULL)
		x->sender = heir->cert;
}

static int identify(struct exchange *x, struct replica *view, const struct seal_header *h,
		    struct err *e)
{
	int code = 0;

	if (x->refusal == 0 && h->suite == SEAL_FIRST && x->request.has_claim) {
		code = check_claim(view, &x->request.claim, &x->claim, e);
		x->refusal = x->claim.refusal;
		x->sender = x->claim.cert;
		if (code == 0 && (x->refusal != 0 || x->claim.code != 0))
			code = heal_identify(x, view, e);
	}
	if (code == 0 && x->refusal == 0)
		code = check_others(x, view, e);
	if (code == 0 && x->refusal == 0)
		code = succession_examine(x, view, e);
	if (code != 0 || x->refusal != 0 || h->suite != SEAL_FIRST)
		return code;
	x->first = true;
	if (!x->request.has_claim && !x->shown_by)
		take_heir(x);
	if (x->refusal == 0)
		x->refusal = seal_public_from_sign(x->box_key, x->sender.key, NULL);
	return 0;
}

/* What is next, in the order of the request: before each of the sender's own stand those
 * that it carries there. */
static void take_next(struct exchange *x, size_t *own, size_t *other, struct arrival *a)
{
	const struct request *r = &x->request;

	if (*other < r->carried_count && r->carried[*other].after <= *own) {
		a->object = r->carried[*other].object;
		a->author.device = r->carried[(*other)++].device;
	} else {
		a->object = r->objects[(*own)++];
		a->author.device = x->sender.device;
	}
}

static int list_arrivals(struct exchange *x, bool file, struct replica *view, struct err *e)
{
	size_t i, n = x->request.object_count + x->request.carried_count, own = 0, other = 0;
	int code = 0;

	/* One more: an object whose last piece comes with this message. */
	x->arrivals = arena_array(&x->arena, n + x->request.piece_count + 1,
				  sizeof *x->arrivals);
	x->problems = arena_array(&x->arena, PROBLEMS_MAX, sizeof *x->problems);
	if (x->arrivals == NULL || x->problems == NULL)
		return err_set(e, ERR_NOMEM, "request");
	for (i = 0; i < n && code == 0; i++) {
		take_next(x, &own, &other, &x->arrivals[i]);
		x->arrivals[i].arena = file ? NULL : &x->arena;
		x->arrivals[i].told = exchange_told(x, i);
		x->arrivals[i].code = file ? ERR_GAP : 0; /* nobody has looked at it */
		x->arrival_count++;
		if (file)
			continue;
		/* Small objects can inflate to much: what is too much for one message is
		 * left with its sender, who sends it again. */
		if (x->arena.used > LIMIT_MEMORY)
			x->arrivals[i].code = ERR_TOO_LARGE;
		else
			code = arrival_examine(x, view, &x->arrivals[i], false, e);
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
			  x->request.claims_count > 0 || x->request.safe_count > 0 ||
			  x->request.succession_count > 0 ||
			  x->request.has_bundle || x->request.file_count > 0 ||
			  x->request.lease_count > 0 ||
			  x->request.shown_count > 0 ||
			  env_now(view->env) - last > CONTACT_SECONDS;
	return code;
}

static int open_request(struct exchange **out, struct server *s, struct replica *view,
			bool file, struct bytes request, struct err *e)
{
	struct exchange *x = calloc(1, sizeof *x);
	struct seal_header h;
	int code = 0;

	if (x == NULL)
		return err_set(e, ERR_NOMEM, "request");
	arena_init(&x->arena, LIMIT_MEMORY * (size_t)2);
	buf_init(&x->content, LIMIT_MESSAGE);
	code = code_fetch_open(x, view, request, e);
	if (code == 1) {
		*out = x;
		return 0;
	}
	if (code == 0)
		x->refusal = seal_read_header(request, &h, NULL);
	if (code == 0 && x->refusal == 0)
		code = open_envelope(x, s, view, &h, e);
	if (code == 0 && x->refusal == 0)
		code = identify(x, view, &h, e);
	if (code == 0 && x->refusal == 0)
		code = list_arrivals(x, file, view, e);
	if (code == 0 && x->refusal == 0)
		code = ask_contact(x, view, e);
	if (code != 0) {
		exchange_free(x);
		return code;
	}
	*out = x;
	return 0;
}

int exchange_open(struct exchange **out, struct server *s, struct replica *view,
		  struct bytes request, struct err *e)
{
	return open_request(out, s, view, false, request, e);
}

int exchange_open_file(struct exchange **out, struct server *s, struct replica *view,
		       struct bytes request, struct err *e)
{
	return open_request(out, s, view, true, request, e);
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
		} else if (!exchange_fatal(code)) {
			/* This one alone is undone; the others go on. */
			db_undo(s->db);
			replica_forget(&s->replica);
			batch[i]->refusal = code;
			code = 0;
		}
	}
	if (code == 0)
		code = generation_count(s, e);
	if (code != 0) {
		replica_rollback(&s->replica);
		return code;
	}
	code = db_commit(s->db, e);
	if (code == 0)
		generation_mark(s);
	return code;
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
