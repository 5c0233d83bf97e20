/* The keys of a unit's chiefs on its computer. A chief enrols as a device does, with a key
 * of his own and a certificate of his own role; the key lies in the store under his
 * passphrase (keybox.h) and is open only while something is signed. What it signs waits in
 * the outbox beside the computer's own change sets, and this computer's requests carry it. */
#ifndef DONGBO_CLIENT_CHIEF_H
#define DONGBO_CLIENT_CHIEF_H

#include "client/client.h"
#include "common/system/keybox.h"

struct chief {
	struct bytes name;
	uint64_t device;
	uint32_t role;
	bool certified;  /* the server has accepted the key */
	int problem;     /* ERR_*: what the server last said of its claim; 0: nothing */
	int64_t waiting; /* change sets signed, no receipt yet */
	int stale;       /* enum succession_reason: the next signature makes another key; 0: none */
	int64_t again;   /* saves that are signed anew when it is opened next (heir.h) */
};

/* All, in the order in which they were added; into the arena. */
int chief_list(struct client *c, struct arena *a, struct chief **out, size_t *count,
	       struct err *e);

/* A key for the chief of an enrolment, in its text form, and the claim to go with it.
 * The enrolment must be of this district and unit, and of a role that some form wants
 * signed by (ERR_WRONG_DISTRICT, ERR_OUT_OF_SCOPE, ERR_NOT_ALLOWED); it may bring a newer
 * stream 0. A name that is here already and not yet accepted by the server keeps its key,
 * which the passphrase must open, and claims with the new enrolment; else ERR_EXISTS.
 * cost NULL: the usual one. */
int chief_add(struct client *c, struct bytes enrolment, struct bytes name,
	      struct bytes passphrase, const struct keybox_cost *cost, struct err *e);
/* ERR_NO_CHIEF, ERR_PASSPHRASE. */
int chief_passphrase(struct client *c, struct bytes name, struct bytes old, struct bytes fresh,
		     const struct keybox_cost *cost, struct err *e);

/* A chief at work: the key is in memory from chief_open to chief_close, which wipes it. */
struct chief_key {
	struct sign_key key;
	uint32_t role;
	uint8_t name[200];
	size_t name_len;
	bool certified;
	bool renewed;        /* as it was opened, it came in the place of one that may not be used */
	uint64_t again, left; /* saves signed anew by that; signatures that have to be given again */
};
/* Also makes a new key and signs anew what waits for it, where that is due (heir.h). */
int chief_open(struct client *c, struct bytes name, struct bytes passphrase,
	       struct chief_key *out, struct err *e);
void chief_close(struct chief_key *k);

/* As client_begin and client_save, under a chief's key: what the computer itself has saved
 * is signed first, so that all stands in the order in which it was made; the draft is
 * judged as the server will, folded, signed and put into the outbox. client_drop ends it
 * otherwise. */
int chief_begin(struct client *c, const struct chief_key *k, uint64_t stream, struct arena *a,
		struct draft *d, struct err *e);
int chief_save(struct client *c, const struct chief_key *k, struct draft *d,
	       struct verdict *verdict, struct err *e);

/* Settles the refused signatures of chiefs over a record: it is being signed anew. Inside
 * the caller's transaction. */
int chief_settle(struct client *c, uint64_t stream, struct rid id, struct err *e);

/* The claims that still wait for an answer, into a request of this counter: as many as
 * `room` bytes hold. *used: bytes taken. Inside the caller's transaction. */
int chief_claims(struct client *c, uint64_t counter, size_t room, struct arena *a,
		 struct message_claim **out, size_t *count, size_t *used, struct err *e);
/* What the answer to the request of this counter says of its place-th claim (from 1). */
int chief_note_problem(struct client *c, uint64_t counter, uint64_t place, int problem,
		       struct err *e);

#endif
