/* Letters and who signs them, for tests: a school of two computers, the chief's key on the
 * first. */
#ifndef DONGBO_TESTS_LETTERS_H
#define DONGBO_TESTS_LETTERS_H

#include "tests/lib/district.h"

#define CHIEF "Trần Thị Ký"

/* What the tests of a program share: set by letters_make. */
struct letters {
	struct district_fixture d;
	struct client *here, *there; /* the chief's computer, another of the unit */
	struct verdict v;            /* of the last save */
};

void letters_make(struct letters *l);
void letters_end(struct letters *l);
/* A letter with two lines, one of them with a part, and a personal number. */
struct rid letters_new(struct letters *l, struct client *c, int64_t amount);
/* Its first line; the line's part is the op after next. */
struct rid letters_line(struct rid letter);
void letters_amount(struct letters *l, struct client *c, struct rid r, int64_t amount);
/* Signature and move under the chief's key; digest NULL: as it stands. */
int letters_sign_to(struct letters *l, struct rid r, const char *state, const uint8_t *digest);
/* To "signed"; fails the test where it can't. */
void letters_sign(struct letters *l, struct rid r);
/* The digest of the letter as the chief's computer has it. */
const uint8_t *letters_digest(struct letters *l, struct rid r);
int64_t letters_state(struct letters *l, struct replica *r, struct rid id);
/* Both computers synchronise, twice round. */
void letters_everywhere(struct letters *l);
/* Refusals of the chief's transactions with this code, on the server. */
int64_t letters_refused(struct letters *l, int code);
void letters_officer_moves(struct letters *l, struct rid r, const char *state);

#endif
