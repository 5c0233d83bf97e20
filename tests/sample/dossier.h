/* Dossiers and reports, and their way: entered by a clerk, signed by the head, verified
 * at the district, gathered into a submission, sent to the province, answered by a
 * decision, funded, paid, closed. They go in batches, as a round or a quarter has them;
 * some go another way and stay where their fate says.
 *
 * A batch is a line of a table (year.c); what stands in a record and what is peculiar to
 * its policy are functions (story_*.c). */
#ifndef DONGBO_SAMPLE_DOSSIER_H
#define DONGBO_SAMPLE_DOSSIER_H

#include "tests/sample/hand.h"
#include "tests/sample/people.h"

/* When a batch does what; no day: not at all, and its dossiers stay where they are. */
enum step {
	STEP_ENTER, STEP_SIGN, STEP_VERIFY, STEP_GATHER, STEP_SUBMIT, STEP_SEND, STEP_DECIDE,
	STEP_FUND, STEP_PAY, STEP_CLOSE, STEPS
};

enum { ALL = UNITS - 1 }; /* but for the district itself */

struct dossier;
struct batch;

struct policy {
	const char *type;          /* of its records */
	const char *code;          /* of the plan's part, as submissions say it */
	const char *subject;       /* of submissions and decisions */
	enum desk lead;            /* who verifies, gathers, answers */
	uint64_t home;             /* in whose stream papers of the district stand */
	const char *body, *decision, *outcome; /* who decides, by what, how it says yes */
	const char *suffix;        /* of a decision's number: "QĐ-UBND" */
	/* A return: what is wrong with a field, and how it is mended. */
	const char *reason, *mended;
	const char *cancel;        /* why one is given up */
	/* Before a unit begins with it: another unit, what it is about. false: nothing to be
	 * about, so there is no dossier. NULL: nothing to choose. */
	bool (*choose)(struct sample *s, struct dossier *p);
	/* The record with all that a submission asks for; sets amount. */
	struct rid (*create)(struct hand *h, struct dossier *p);
	/* What else its clerk does then; may be NULL. */
	void (*entered)(struct sample *s, struct dossier *p);
	/* What the office fills in before it verifies, by whom it is to be filled in. */
	void (*check)(struct sample *s, struct dossier *p);
	/* What follows on a grant: contracts, progress. */
	void (*carry_out)(struct sample *s, struct dossier *p);
	/* In what parts it is paid, in percent, 0 at the end; NULL: at once. */
	const int *shares;
	/* What is entered before it is closed. */
	void (*finish)(struct sample *s, struct dossier *p);
	bool office;               /* entered by the lead's office, signed by nobody */
	bool report;               /* ends where it has been consolidated */
	bool first_granted;        /* closed when granted: no money in it */
};

struct batch {
	const struct policy *policy;
	int year;
	const char *note;          /* quarter, kind, round: what its records are about */
	uint64_t unit;             /* of all of them; 0: of one after the other */
	unsigned count;            /* of dossiers; ALL: one of every unit */
	const char *fates;         /* of the first ones, blanks between */
	unsigned spread;           /* days over which units enter, sign and pay: up to that one */
	const char *when[STEPS];   /* "2022-03-15" */
	/* Of one of every unit: who signs late, whose computer has no link, who is silent. */
	const char *late_day;
	unsigned late, offline, silent;
	uint64_t lost;             /* one more without a link, of which a story tells */
	unsigned limit;            /* gathers so many at most; 0: all */
};

struct dossier {
	const struct batch *batch;
	unsigned n;                /* its place in the batch */
	uint64_t unit;
	const char *fate;          /* a state in which it stays, or below; else NULL */
	struct rid id;             /* none: not entered */
	const struct person *person;
	int64_t amount;            /* asked for, and granted */
	int64_t funded, paid;
	struct dossier *about;     /* another one that it rests on */
	bool used;                 /* such a one, taken */
	size_t submission;         /* place + 1; 0: none */
	unsigned returned;
	bool late, offline;
};

/* Fates that are no states: it is sent back, mended, and goes on. */
#define FATE_AGAIN "again"                 /* from the district */
#define FATE_SUPPLEMENT_AGAIN "supplement_again" /* from the province */

struct dossiers {
	struct dossier list[CASES];
	size_t count;
	struct {
		struct rid id;
		const struct batch *batch;
		unsigned members;
		struct rid decision;
	} submissions[120];
	size_t submission_count;
	unsigned decisions;        /* numbers given */
	unsigned vouchers;
};

/* Lays out the dossiers of a batch, and puts its steps into the diary. */
void batch_plan(struct sample *s, const struct batch *b);

/* ---- For the stories ---- */

bool dossier_is(const struct dossier *p, const char *fate);
/* As the server holds it; "" where it is not there. */
const char *dossier_state(struct sample *s, const struct dossier *p);
const char *dossier_ref(const struct dossier *p);
/* "12/TTr-THCS" and today, the head's name and title: of every dossier that is signed. */
void dossier_signature(struct hand *h, struct rid id, const char *kind);
/* A paper that comes with it. */
void dossier_attach(struct hand *h, struct rid id, const char *kind);
/* The n-th dossier of a type that stands in a state, from a place on; NULL: there is none. */
struct dossier *dossier_find(struct sample *s, const char *type, const char *state, size_t n);

/* A decision from above, entered by one officer and compared by another. */
struct rid decision_make(struct sample *s, const struct policy *p, const char *type,
			 const char *subject);
/* One amount into the district's or out of the unit's hands; *state: where it stays. */
struct rid payment_in(struct sample *s, struct dossier *p, int64_t amount);
struct rid payment_out(struct sample *s, struct dossier *p, int64_t amount, int n, int of,
		       int share, const char *state);
/* An officer's or clerk's move, saved at once. */
void dossier_move(struct sample *s, const struct dossier *p, enum desk desk, const char *state,
		const char *remark);

#endif
