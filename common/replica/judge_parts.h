/* What judging shares among its files: judge.c applies ops one by one, judge_rules.c
 * asks the pack's rules. */
#ifndef DONGBO_JUDGE_PARTS_H
#define DONGBO_JUDGE_PARTS_H

#include "common/replica/judge.h"

/* The transaction being judged. A refusal is noted here and is no failure. */
struct trial {
	struct judge *j;
	const struct changeset *cs;
	const struct transaction *x; /* of cs */
	struct seen seen;
	struct verdict *verdict;
	struct rid signed_over;    /* the record that this transaction has signed, as it stands */
	struct err *e;
};

/* Notes a refusal; returns 0. */
int trial_refuse(struct trial *t, int code, uint32_t rule, struct rid record);
bool trial_refused(const struct trial *t);

/* The list field of the root below which this record hangs; `field` where it is the
 * root. */
int judge_governing(struct trial *t, struct fold_entry *en, const struct fold_entry *root,
		    uint32_t field, uint32_t *out);
/* Whether the state of the root leaves the field open (NULL: the record as such). */
int judge_open(struct trial *t, struct fold_entry *root, const struct field *f, bool *open);
/* No conflict in the record or its rows; and, where asked for, all that is required is
 * there. */
int judge_ask_whole(struct trial *t, struct fold_entry *root, bool complete);
/* Whether a device is the author's, under whatever key it went before. */
bool judge_is_author(const struct trial *t, uint64_t device);
/* Separation of duties: the author has entered nothing of what stands in the record.
 * Fields with roles of their own ("by"), such as what an office notes on the record of a
 * unit, are not what is verified, and don't count. */
int judge_ask_other(struct trial *t, struct fold_entry *root);
/* The pack's checks on every record that the transaction changed. */
int judge_ask_rules(struct trial *t);

#endif
