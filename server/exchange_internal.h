/* One exchange in the making; shared by exchange.c (opening), intake.c (merging)
 * and answer.c (replying). */
#ifndef DONGBO_SERVER_EXCHANGE_INTERNAL_H
#define DONGBO_SERVER_EXCHANGE_INTERNAL_H

#include "server/exchange.h"

/* A change set that came along. */
struct arrival {
	struct bytes object;
	struct opened opened;
	bool examined;
	int code;                /* 0: new and in order; ERR_ALREADY: known; else refused */
	uint8_t prev[HASH_SIZE]; /* what the signature was checked against */
};

struct exchange {
	struct arena arena;
	struct buf content;      /* opened request */
	int refusal;             /* ERR_*: answered in clear, nothing else done */
	struct request request;
	bool first;              /* came with a claim */
	int claim_code;          /* what became of the claim */
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

/* Opens and checks one arrival against the log as `view` has it; the result is in
 * its code. prev and prev_seq: the chain so far within the message, or NULL. */
int arrival_examine(struct exchange *x, struct replica *view, struct arrival *a,
		    const struct arrival *before, struct err *e);

void exchange_problem(struct exchange *x, int code, uint64_t stream, uint64_t seq);

/* Claim and arrivals of one exchange, inside the batch's transaction. */
int intake_run(struct server *s, struct exchange *x, struct err *e);

#endif
