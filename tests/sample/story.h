/* The policies of the plan as the sample year has them, and what happens beside them. */
#ifndef DONGBO_SAMPLE_STORY_H
#define DONGBO_SAMPLE_STORY_H

#include "tests/sample/dossier.h"

/* II. note: form of the activity */
extern const struct policy policy_dissem;
/* III.1, III.2. note: general, sector, transfer or urgent */
extern const struct policy policy_expert;
/* III.3 */
extern const struct policy policy_research;
/* III.4 */
extern const struct policy policy_pg_need, policy_pg_dossier, policy_pg_graduation;
/* III.5. note: code of the round */
extern const struct policy policy_course;
/* III.6. note of the need: code of the round */
extern const struct policy policy_attract_need, policy_attract_transfer, policy_attract_recruit;
/* III.7. note of a bonus: q1 to q4 */
extern const struct policy policy_evaluation_year, policy_evaluation, policy_talent_use,
	policy_bonus;
/* IV */
extern const struct policy policy_annual_report, policy_difficulty;

/* A text of a list, by turns. */
#define TURN(list, n) ((list)[(n) % (sizeof(list) / sizeof((list)[0]))])

/* What stands in stream 0: rates, documents, catalogues, notices, rounds, extensions. Each
 * of them puts what it does into the diary. */
void story_master(void);
/* A round's record, by its code; none before it is called. */
struct rid story_round(struct sample *s, const char *code);
/* Whether the unit has heard of the call that a dossier's batch answers: a policy's choose. */
bool story_heard(struct sample *s, struct dossier *p);
/* Payments in instalments and of wrong amounts, recoveries: with the plan's numbers. */
void story_money(void);
/* Guidance, reminders, inspections. */
void story_inspection(void);
/* Refusals, conflicts, doubles, people who move, tasks and their settlement. */
void story_trouble(void);
/* Records of the district that stay on the way: decisions, submissions. */
void story_leftover(void);

#endif
