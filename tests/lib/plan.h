/* A district at work under the plan (common/packs/songlo-nq06.json): people of every
 * role, records typed as in an import, moves, and what comes of them. All goes
 * through the server's own code; nothing is put into tables from the side. */
#ifndef DONGBO_TESTS_PLAN_H
#define DONGBO_TESTS_PLAN_H

#include "tests/lib/office.h"

/* Two of each office that verifies, so that one can enter and the other verify. `who`
 * below is one of them, or of those of plan_make_with. */
enum plan_person {
	CLERK, CHIEF, PNV, PNV2, VP, KTHT, TCKH, TCKH2, LEADER, SECTOR, AUDITOR, OTHER_CLERK,
	OTHER_CHIEF, PLAN_PEOPLE
};

enum { HOME_AFFAIRS = 3, OTHER_SCHOOL = 38 };

struct plan {
	struct office o;
	struct sign_key people[PLAN_PEOPLE];
	struct verdict verdict;    /* of the last save */
	struct rid person;         /* a staff member of OFFICE_SCHOOL */
};

void plan_make(struct plan *p);
/* The same under another pack, with other people (at most PLAN_PEOPLE, in this order);
 * the plan's first version is not there then. No staff member is made. */
struct plan_hire {
	const char *name, *role;
	uint64_t unit;
};
void plan_make_with(struct plan *p, const char *pack, const struct plan_hire *list, size_t count);
void plan_end(struct plan *p);

/* A record from a line of an import, with ' for ", saved by a person in a unit's stream
 * (0: the district's). plan_add fails the test where it is refused; plan_try gives the code
 * of the verdict. The lines are formats: %s takes plan_ref. */
struct rid plan_add(struct plan *p, int who, uint64_t unit, const char *line, ...)
	__attribute__((format(printf, 4, 5)));
int plan_try(struct plan *p, int who, uint64_t unit, struct rid *out,
	     const char *line, ...) __attribute__((format(printf, 5, 6)));
/* Another version of a record, in the same form; rows are added. */
int plan_edit(struct plan *p, int who, uint64_t unit, struct rid id,
	      const char *line, ...) __attribute__((format(printf, 5, 6)));
/* The full form of a reference; good until the next four calls. */
const char *plan_ref(uint64_t unit, struct rid id);

/* A decision of the province, of 1/4/2025, in the stream of the Home Affairs office. */
struct rid plan_decision(struct plan *p, const char *type, const char *number);
/* What every paper says, in a line. */
#define PAPER "'doc_number':'05/TTr-MN','doc_date':'2025-03-10','signer_name':'Trần Văn Trưởng'," \
	      "'signer_title':'Hiệu trưởng'"

/* A move, with a remark. plan_step fails the test where it is refused, and has the leader
 * take the step that is his, "sent_up". */
int plan_move(struct plan *p, int who, uint64_t unit, struct rid id,
	      const char *state);
void plan_step(struct plan *p, int who, uint64_t unit, struct rid id,
	       const char *states);

/* Whether the last verdict was that this check does not hold. */
bool plan_check_failed(const struct plan *p, int code, uint32_t number);

/* What stands in the record's column of its typed table, as a number (dates in days,
 * choices by number); INT64_MIN for null. */
int64_t plan_value(struct plan *p, uint64_t unit, struct rid id, const char *type,
		   const char *field);
/* Whether the warning is open on the record; how many records share its key of this code:
 * 1 where it is alone, 0 where it has none. */
bool plan_warned(struct plan *p, uint64_t unit, struct rid id, const char *code);
int64_t plan_twins(struct plan *p, uint64_t unit, struct rid id, const char *code);
int64_t plan_rollup(struct plan *p, const char *code, uint64_t unit, struct rid id);

#endif
