/* Change sets as they come: whose they are, what they follow, whether they are signed. */
#include <string.h>

#include "server/exchange/exchange_internal.h"
#include "server/exchange/held.h"

enum { LOOK_BACK = 64 };

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

/* The one before it in this message, if that is its predecessor and was found good. */
static bool follows(struct arrival *a, const struct arrival *before)
{
	if (before == NULL || before->opened.cs.seq + 1 != a->opened.cs.seq ||
	    (before->code != 0 && !before->waits && before->code != ERR_FORKED))
		return false;
	memcpy(a->prev, before->opened.hash, HASH_SIZE);
	a->waits = before->waits;
	a->forked = before->code == ERR_FORKED;
	return true;
}

/* Finds the hash that the arrival's chain goes on from: in the log; else it waits, for one
 * that waits as well, or for one of which nothing but the hash is known. */
static int find_prev(struct replica *view, struct arrival *a, const struct arrival *before,
		     struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	int code;

	if (follows(a, before))
		return 0;
	code = stored_hash(view, cs->stream, a->author.device, cs->seq - 1, a->prev, e);
	if (code == 1 && a->told != NULL && memcmp(a->told, a->prev, HASH_SIZE) != 0)
		a->code = ERR_BAD_CHAIN;
	if (code != 0)
		return code < 0 ? code : 0;
	code = held_hash(view, cs->stream, a->author.device, cs->seq - 1, a->prev, e);
	a->waits = code == 1 || a->told != NULL;
	if (code == 0 && a->told != NULL)
		memcpy(a->prev, a->told, HASH_SIZE);
	else if (code == 0)
		a->code = ERR_GAP;
	return code < 0 ? code : 0;
}

/* A place in the chain that is taken already: the same change set, or a fork. Behind one
 * that waits nothing is in the log. */
static int compare_stored(struct replica *view, struct arrival *a, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	uint8_t stored[HASH_SIZE];
	int code = a->waits ? held_hash(view, cs->stream, a->author.device, cs->seq, stored, e) :
			      stored_hash(view, cs->stream, a->author.device, cs->seq, stored, e);

	if (code == 1 && memcmp(stored, a->opened.hash, HASH_SIZE) != 0) {
		a->code = ERR_FORKED;
		a->waits = false;
	} else if (a->waits) {
		a->code = ERR_GAP;
	} else if (code == 1) {
		a->code = ERR_ALREADY;
	}
	return code < 0 ? code : 0;
}

/* Whether it follows one that was kept aside; else `code` stays what it is. */
static int ask_aside(struct replica *view, struct arrival *a, struct bytes payload,
		     const uint8_t *signature, int code, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	struct stmt *s;
	int step = db_query(view->db, e, &s, "SELECT hash FROM forked WHERE stream=$1 AND device=$2 "
			    "AND seq=$3", "uuu", cs->stream, a->author.device, cs->seq - 1);

	if (step != 0)
		return step;
	while (!a->forked && (step = db_step(s, e)) == 1) {
		if (db_bytes(s, 0).len != HASH_SIZE ||
		    changeset_verify(a->author.key, view->district.id, db_bytes(s, 0).at, cs->root,
				     payload, signature, NULL) != 0)
			continue;
		memcpy(a->prev, db_bytes(s, 0).at, HASH_SIZE);
		a->forked = true;
		a->waits = false;
		a->code = 0;
		code = 0;
	}
	db_done(s);
	return step < 0 ? step : code;
}

/* Key, unit and role of the author. */
static int find_author(struct exchange *x, struct replica *view, struct arrival *a,
		       struct err *e)
{
	uint64_t device = a->author.device;
	size_t i;

	if (device == x->sender.device) {
		a->author = x->sender;
		return 0;
	}
	for (i = 0; i < x->request.claims_count; i++)
		if (x->others[i].refusal == 0 &&
		    (x->others[i].code == 0 || x->others[i].code == ERR_ENROL_EXPIRED) &&
		    x->others[i].cert.device == device) {
			a->author = x->others[i].cert;
			return 0;
		}
	/* A key that came and went since its computer was last heard. */
	for (i = 0; i < x->request.succession_count; i++)
		if (x->heirs[i].code == 0 && x->heirs[i].cert.device == device) {
			a->author = x->heirs[i].cert;
			return 0;
		}
	return replica_home(view, device, &a->author, e);
}

/* Looked for among the last few only: where it is not found the log tells, once that
 * one is in. */
static const struct arrival *find_before(const struct exchange *x, const struct arrival *a)
{
	const struct arrival *b = a;
	int n;

	for (n = 0; n < LOOK_BACK && b > x->arrivals; n++) {
		b--;
		if (b->author.device == a->author.device &&
		    b->opened.cs.stream == a->opened.cs.stream)
			return b;
	}
	return NULL;
}

int arrival_examine(struct exchange *x, struct replica *view, struct arrival *a, bool alone,
		    struct err *e)
{
	struct bytes payload;
	struct object parts;
	int code;

	a->code = 0;
	a->waits = a->forked = false;
	code = replica_read_object(view, a->object, a->author.device, a->arena, &a->opened,
				   &payload, e);
	if (code == 0)
		code = object_split(a->object, &parts, e);
	if (code == 0)
		code = find_author(x, view, a, e);
	if (code == 0)
		code = find_prev(view, a, alone ? NULL : find_before(x, a), e);
	if (code == 0 && a->code == 0)
		code = changeset_verify(a->author.key, view->district.id, a->prev,
					a->opened.cs.root, payload, parts.signature, e);
	if (code == ERR_BAD_SIGNATURE || (code == 0 && a->code == ERR_GAP))
		code = ask_aside(view, a, payload, parts.signature, code, e);
	if (code != 0 && !exchange_fatal(code)) {
		a->code = code;
		code = 0;
	}
	if (code != 0 || a->code != 0) {
		a->waits = false;
		return code;
	}
	a->opened.cert = a->author;
	changeset_hash(a->prev, a->opened.cs.root, payload, a->opened.hash);
	if (a->forked)
		a->code = ERR_FORKED;
	return a->forked ? 0 : compare_stored(view, a, e);
}

bool arrival_taken(const struct arrival *a)
{
	return a->code == 0 || a->code == ERR_ALREADY;
}
