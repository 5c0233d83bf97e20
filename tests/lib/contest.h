/* A district at work under the small pack of another resolution
 * (tests/data/van-hoa-doc.json): schools enter, a jury and an office look at it. */
#ifndef DONGBO_TESTS_CONTEST_H
#define DONGBO_TESTS_CONTEST_H

#include "tests/lib/plan.h"

#define CONTEST_PACK "tests/data/van-hoa-doc.json"

enum {
	AUTHOR, HEAD, JURY, JURY2, OFFICER, OFFICER2, TREASURER, OTHER_AUTHOR, CONTEST_PEOPLE
};
static const struct plan_hire contest_people[CONTEST_PEOPLE] = {
	[AUTHOR] = { "Lê Thị Nhập", "clerk", OFFICE_SCHOOL },
	[HEAD] = { "Trần Văn Trưởng", "chief", OFFICE_SCHOOL },
	[JURY] = { "Phạm Thị Chấm", "jury", 6 },
	[JURY2] = { "Đỗ Văn Khảo", "jury", 6 },
	[OFFICER] = { "Nguyễn Thị Nội", "officer", HOME_AFFAIRS },
	[OFFICER2] = { "Vũ Văn Vụ", "officer", HOME_AFFAIRS },
	[TREASURER] = { "Hoàng Thị Tài", "treasurer", 5 },
	[OTHER_AUTHOR] = { "Mai Thị Khác", "clerk", OTHER_SCHOOL }
};

/* Types, then fields of an entry and of its rows. */
enum { ENTRY = 2001, BOOK_READ, REASON, FILE_ROW, COMMENT };
enum {
	YEAR = 900011, ENTRY_KIND, READER, MEMBERS, BOOK_TOLD = 900016, GENRE, HANDED_IN, BOOKS,
	PAGES_IN_ALL, ENTRY_NO = 900022, MARKS, PRIZE, PRIZE_MONEY, AWARD, FILES, COMMENTS, REASONS,
	BOOK_NAME = 900031, BOOK_PAGES, BOOK_GENRE, BOOK_LONG, GRADES, PLAQUE_NO = 900037, REASON_WHY = 900042,
	FILE_NAME = 900051, COMMENT_SAID = 900061
};
enum { ENTRY_DRAFT = 1, ENTRY_SUBMITTED, ENTRY_RETURNED, ENTRY_VERIFIED, ENTRY_AWARDED };

struct contest {
	struct plan p;
	struct draft d;          /* the one that is open */
};

void contest_make(struct contest *c);
void contest_end(struct contest *c);

/* Opens a draft of this person in the school's stream. */
struct draft *contest_by(struct contest *c, int who);
/* Saves it; fails the test where it is refused. */
void contest_save(struct contest *c, int who);
/* It is refused with this verdict. */
void contest_refused(struct contest *c, int who, int code, uint32_t rule, struct rid about);
/* Values, and a row of the books that were read, into the draft. */
void contest_text(struct contest *c, uint32_t type, struct rid r, uint32_t field,
		  const char *text);
void contest_int(struct contest *c, uint32_t type, struct rid r, uint32_t field, int64_t n);
struct rid contest_book(struct contest *c, struct rid entry, const char *name, int64_t pages);

/* A complete entry with one book, saved by a person; the same handed in. book may be
 * NULL. */
struct rid contest_entry(struct contest *c, int who, struct rid *book);
struct rid contest_submitted(struct contest *c, struct rid *book);
/* Sends it back with these fields named: codes with blanks between. */
void contest_return(struct contest *c, int who, struct rid r, const char *fields);
/* The tables are what a replay of the log makes. */
void contest_sound(struct contest *c);

#endif
