/* How a clerk fills in and changes the forms of the workload. One file per group
 * of forms; form.c has what they share. */
#ifndef DONGBO_BENCH_FORM_H
#define DONGBO_BENCH_FORM_H

#include "teller.h"
#include "workload.h"

enum form { FORM_STAFF, FORM_NEED, FORM_BONUS, FORM_EVALUATION, FORM_REPORT };

/* Indices of fields in workload_types. */
enum {
	STAFF_NAME, STAFF_SEX, STAFF_BIRTH, STAFF_ETHNIC, STAFF_CCCD, STAFF_PHONE, STAFF_POST_KIND,
	STAFF_POSITION, STAFF_LEVEL, STAFF_DISCIPLINE, STAFF_SCHOOL, STAFF_PARTY_ON,
	STAFF_JOINED_ON, STAFF_COEFFICIENT, STAFF_HOME, STAFF_STATUS, STAFF_NOTE,
};
enum {
	NEED_PLAN_YEAR, NEED_POLICY, NEED_DISCIPLINE, NEED_LEVEL, NEED_POSITION, NEED_ASSIGNED,
	NEED_PRESENT, NEED_COUNT, NEED_PERSON, NEED_REASON, NEED_COST, NEED_FROM, NEED_MODE,
	NEED_URGENT, NEED_DOC_NUMBER, NEED_DOC_DATE,
};
enum {
	BONUS_PERSON, BONUS_YEAR, BONUS_QUARTER, BONUS_KIND, BONUS_ACHIEVEMENT, BONUS_RANK,
	BONUS_ACHIEVED_ON, BONUS_ISSUER, BONUS_LANG, BONUS_CERT_NO, BONUS_ISSUED_ON,
	BONUS_EXPIRES_ON, BONUS_AMOUNT, BONUS_DOC_NUMBER, BONUS_DOC_DATE, BONUS_NOTE,
};
enum {
	EVAL_PERSON, EVAL_YEAR, EVAL_SELF, EVAL_RATING, EVAL_SCORE, EVAL_RESULT, EVAL_STRENGTHS,
	EVAL_LIMITS, EVAL_TALENT, EVAL_GROUNDS, EVAL_COUNCIL_ON, EVAL_MINUTES_NO, EVAL_FOR,
	EVAL_TOTAL, EVAL_REMARK,
};
enum {
	REPORT_KIND, REPORT_YEAR, REPORT_PERIOD, REPORT_DOC_NUMBER, REPORT_DOC_DATE,
	REPORT_SIGNER, REPORT_SIGNER_TITLE, REPORT_CUTOFF, REPORT_STAFF_TOTAL,
	REPORT_STUDYING, REPORT_BONUS_TOTAL, REPORT_LEADERSHIP, REPORT_SPREAD,
	REPORT_RESULTS, REPORT_LIMITS, REPORT_CAUSES, REPORT_PROPOSALS, REPORT_NEXT,
};

/* A record as it stands. */
struct record {
	uint8_t form;
	bool live, female;
	unsigned referenced;	/* by how many records that were ever made */
	const char *values[WORKLOAD_FIELDS_MAX];
};

struct clerk {
	struct teller teller;
	struct arena *arena;
	struct record *records;
	uint32_t n;		/* records so far */
	uint32_t touched;	/* fields that the present edit set, by bit */
	struct buf scratch;
	bool failed;		/* out of memory */
};

/* Sets a field from the scratch buffer and empties it. A value as it was before
 * does not count as an edit. */
void form_put(struct clerk *c, struct record *r, unsigned field);
/* Sets a field from a text with rules and choices. */
void form_tell(struct clerk *c, struct record *r, unsigned field, const char *text);
/* The same for `percent` of records, unless the form is full enough already. */
void form_maybe(struct clerk *c, struct record *r, unsigned field, unsigned percent,
	const char *text);
/* Sets a field from one rule, the first letter in upper case. */
void form_prose(struct clerk *c, struct record *r, unsigned field, const char *rule);
void form_number(struct clerk *c, struct record *r, unsigned field, int64_t n);
/* Sets a date, in days since 1970. */
void form_date(struct clerk *c, struct record *r, unsigned field, int64_t days);
void form_month(struct clerk *c, struct record *r, unsigned field, int64_t days);
/* A reference to a live record of staff; nothing if there is none. */
void form_person(struct clerk *c, struct record *r, unsigned field);
/* Whether the next optional group of fields is filled. */
bool form_wants(struct clerk *c, unsigned percent);
/* A day `low`..`high` days before today. */
int64_t form_day_ago(struct clerk *c, int64_t low, int64_t high);
/* The days since 1970 of a date value. */
int64_t form_days_of(const char *value);

void form_new(struct clerk *c, struct record *r);
/* Changes one to three fields. */
void form_change(struct clerk *c, struct record *r);

void form_staff_new(struct clerk *c, struct record *r);
void form_staff_change(struct clerk *c, struct record *r);
void form_need_new(struct clerk *c, struct record *r);
void form_need_change(struct clerk *c, struct record *r);
void form_bonus_new(struct clerk *c, struct record *r);
void form_bonus_change(struct clerk *c, struct record *r);
void form_evaluation_new(struct clerk *c, struct record *r);
void form_evaluation_change(struct clerk *c, struct record *r);
void form_report_new(struct clerk *c, struct record *r);
void form_report_change(struct clerk *c, struct record *r);

#endif
