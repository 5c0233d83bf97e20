/* A district's server in a folder of its own, with a clock that tests move. */
#ifndef DONGBO_TESTS_OFFICE_H
#define DONGBO_TESTS_OFFICE_H

#include "server/server.h"

struct office {
	char dir[64];
	struct env env;
	int64_t now;             /* what the clock says */
	int64_t commits;         /* how many the server has begun */
	int64_t stop_at;         /* the commit that fails; 0: none */
	struct server s;
	struct err e;
	struct arena a;
	struct sign_key officer; /* of OFFICE_UNIT */
	struct sign_key chief;   /* of OFFICE_SCHOOL, kept on the server too */
};

enum { OFFICE_NOW = 1790000000, OFFICE_UNIT = 3, OFFICE_SCHOOL = 31 };
enum { ROLE_CLERK = 1, ROLE_CHIEF, ROLE_OFFICER };
enum { BONUS = 104, BONUS_AMOUNT = 1079, BONUS_ACHIEVEMENT = 1065 };
enum { STATE_DRAFT = 1, STATE_SIGNED, STATE_RETURNED, STATE_VERIFIED };
enum { LETTER = 900, LETTER_LINE, LETTER_REASON, LETTER_PART, LETTER_SUBJECT = 9001,
       LETTER_AMOUNT, LETTER_ABOUT, LETTER_TOPICS, LETTER_DATED, LETTER_ANSWERS,
       LETTER_URGENT, LETTER_LINES, LETTER_REASONS, LETTER_REG, LINE_WHAT = 9011, LINE_SUM, LINE_PARTS,
       REASON_FIELD = 9021, PART_NAME = 9031 };
enum { LETTER_DRAFT = 1, LETTER_READY, LETTER_SIGNED, LETTER_RETURNED, LETTER_VERIFIED };
#define OFFICE_NAME "Nguyễn Thị Mẫu"
#define OFFICE_PASSPHRASE "mật khẩu để thử"

/* Makes and opens one with nothing in it; fails the test where it can't. */
void office_make(struct office *o);
/* The units of common/packs, and a pack: the first version of the plan's, which knows
 * no heads' signatures, or another one. */
#define OFFICE_PACK "tests/data/songlo-nq06-v1.json"
void office_equip(struct office *o);
void office_equip_with(struct office *o, const char *pack);
/* Beside them a pack with signatures: letters (tests/data/letters.json). */
void office_letters(struct office *o);
/* Officer and chief, at the cheapest Argon2id, their keys opened. */
void office_staff(struct office *o);
/* A person and a bonus for him in the school's stream, by the chief, signed by him
 * in the same save. */
struct rid office_bonus(struct office *o, int64_t amount);
/* The same as ops only. */
struct rid office_bonus_draft(struct draft *d, int64_t amount);
/* Closes it and takes the folder away. */
void office_end(struct office *o);
/* A whole file into a buffer, which it begins. */
void office_file(const char *path, struct buf *out);
/* The first column of a query, as a number. */
int64_t office_number(struct office *o, const char *sql);

#endif
