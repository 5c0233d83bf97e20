/* One exchange in the making; shared by exchange.c (opening), intake.c (merging)
 * and answer.c (replying). */
#ifndef DONGBO_SERVER_EXCHANGE_INTERNAL_H
#define DONGBO_SERVER_EXCHANGE_INTERNAL_H

#include "protocol/succession.h"
#include "server/exchange/exchange.h"

enum { PROBLEMS_MAX = 256 }; /* of one exchange */

/* A change set that came along, by the sender or by another whom it carries for. */
struct arrival {
	struct bytes object;
	struct cert author;      /* device is known at once, the rest once examined */
	struct opened opened;
	struct arena *arena;     /* what it was read into; NULL: read as it is taken in */
	/* 0: new and in order; ERR_ALREADY: known; ERR_GAP with `waits`: good, but for one before
	 * it, or for a person's word; else refused. */
	int code;
	bool waits;
	bool lags;               /* comes again: its sender has not heard of a restore yet */
	bool forked;             /* stands behind one that was second under its number */
	uint8_t prev[HASH_SIZE]; /* what the signature was checked against */
	const uint8_t *told;     /* the predecessor's hash as it came along, or NULL */
	size_t refused;          /* new: its transactions that were not applied */
};

/* Who stands behind a claim, as its enrolment says. */
struct claimant {
	int refusal;             /* ERR_*: no claim of this district's */
	int code;                /* 0, ERR_ENROL_USED, ERR_ENROL_EXPIRED, ERR_REVOKED, ERR_EXISTS */
	bool known;              /* the key has its certificate from it already */
	bool kept;               /* refused, but what it signs is kept for a person to let in */
	struct cert cert;        /* unit, role, key */
};

/* A statement of succession that came along, and what it is good for. */
struct heir {
	int code;                /* ERR_*: it is not */
	struct succession statement;
	struct cert cert;        /* the new key, with unit and role of the old one */
	struct bytes name;       /* as in the old key's certificate */
};

/* Old numbers that the sender holds, by a receipt that it has shown. */
struct heal_hold {
	uint64_t stream, base, number;
};

struct exchange {
	struct arena arena;
	struct buf content;      /* opened request */
	int refusal;             /* ERR_*: answered in clear, nothing else done */
	struct code_fetch *fetch;   /* it asks for an enrolment by code (code_fetch.h), else NULL */
	struct request request;
	bool first;              /* the sender was not known: it came with a claim, or in the place
				    of another */
	struct claimant claim;   /* that claim, and what became of it */
	struct claimant *others; /* of request.claims, in their order */
	struct heir *heirs;      /* of request.successions, in their order */
	struct cert sender;      /* key, home unit, role */
	uint8_t box_key[SEAL_KEY];  /* the sender's */
	uint8_t box;             /* number of the server's box key */
	struct arrival *arrivals;
	size_t arrival_count;
	struct message_problem *problems;
	size_t problem_count;
	struct message_piece *held;
	size_t held_count;
	/* Of attached files (attach_way.h): what is to be said of them; how far the wanted ones are
	 * by the last reply; bytes that came, and went. */
	struct message_attachment *standings;
	size_t standing_count;
	uint64_t *next_files;
	uint64_t file_bytes, file_out;
	size_t files_whole;      /* by what came */
	struct message_fork *forks;
	size_t fork_count;
	bool note_contact;
	bool shown_by;           /* the sender is known by a certificate that it has shown alone */
	struct heal_hold *holds; /* by what it has shown of older generations */
	size_t hold_count;
	bool revoked;            /* the sender's key; it has been told */
	/* Where a reader stands that has taken in the last reply, and what has come of a piece;
	 * in the arena. */
	struct message_have *next;
	size_t next_count;
	struct message_piece next_piece;
	/* Of a snapshot: where the last reply has ended, the head at its position, whether more
	 * of the log stands behind it. */
	struct message_snapshot next_snapshot;
	uint8_t next_check[MESSAGE_CHECK];
	bool next_behind;
	bool more;               /* the last reply had no room for all */
};

/* Opens and checks one arrival against the log as `view` has it, and, unless `alone`, its
 * author's arrival before it; the result is in its code. */
int arrival_examine(struct exchange *x, struct replica *view, struct arrival *a, bool alone,
		    struct err *e);
/* Whether the log has it now, so that its sender need not be sent it. */
bool arrival_taken(const struct arrival *a);

/* Errors that are about the machine, not about what came. */
bool exchange_fatal(int code);
/* The hash before a change set of the request, as it came along; NULL: it did not. */
const uint8_t *exchange_told(const struct exchange *x, uint64_t at);
void exchange_problem(struct exchange *x, int code, uint64_t stream, uint64_t seq);

/* Looks at one change set as the log is now and takes it in: into the log, or among those
 * that wait. What is wrong with it becomes its code, and a problem of the reply. */
int intake_take(struct server *s, struct exchange *x, struct arrival *a, struct err *e);

/* Claim and arrivals of one exchange, inside the batch's transaction. */
int intake_run(struct server *s, struct exchange *x, struct err *e);

#endif
