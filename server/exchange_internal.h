/* One exchange in the making; shared by exchange.c (opening), intake.c (merging)
 * and answer.c (replying). */
#ifndef DONGBO_SERVER_EXCHANGE_INTERNAL_H
#define DONGBO_SERVER_EXCHANGE_INTERNAL_H

#include "server/exchange.h"

/* A change set that came along, by the sender or by another whom it carries for. */
struct arrival {
	struct bytes object;
	struct cert author;      /* device is known at once, the rest once examined */
	struct opened opened;
	int code;                /* 0: new and in order; ERR_ALREADY: known; else refused */
	uint8_t prev[HASH_SIZE]; /* what the signature was checked against */
};

/* Who stands behind a claim, as its enrolment says. */
struct claimant {
	int refusal;             /* ERR_*: no claim of this district's */
	int code;                /* 0, ERR_ENROL_USED, ERR_ENROL_EXPIRED */
	struct cert cert;        /* unit, role, key */
};

struct exchange {
	struct arena arena;
	struct buf content;      /* opened request */
	int refusal;             /* ERR_*: answered in clear, nothing else done */
	struct request request;
	bool first;              /* came with a claim */
	int claim_code;          /* what became of the claim */
	struct claimant *others; /* of request.claims, in their order */
	struct cert sender;      /* key, home unit, role */
	uint8_t box_key[SEAL_KEY];  /* the sender's */
	size_t box;              /* index of the server's box key */
	struct arrival *arrivals;
	size_t arrival_count;
	struct message_problem *problems;
	size_t problem_count;
	struct message_piece *held;
	size_t held_count;
	bool note_contact;
};

/* Opens and checks one arrival against the log as `view` has it, and, unless `alone`, its
 * author's arrival before it; the result is in its code. */
int arrival_examine(struct exchange *x, struct replica *view, struct arrival *a, bool alone,
		    struct err *e);
/* Whether the log has it now, so that its sender need not be sent it. */
bool arrival_taken(const struct arrival *a);

/* Errors that are about the machine, not about what came. */
bool exchange_fatal(int code);
void exchange_problem(struct exchange *x, int code, uint64_t stream, uint64_t seq);

/* Claim and arrivals of one exchange, inside the batch's transaction. */
int intake_run(struct server *s, struct exchange *x, struct err *e);

#endif
