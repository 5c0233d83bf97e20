/* A unit's computer, enrolled at an office. */
#ifndef DONGBO_TESTS_SCHOOL_H
#define DONGBO_TESTS_SCHOOL_H

#include "client/identity/chief.h"
#include "client/sync/exchange.h"
#include "tests/lib/office.h"

struct school {
	char dir[64];
	struct client c;
	struct arena a;
	struct err e;
};

/* Makes the store of a clerk of this unit from a new enrolment. */
void school_make(struct school *s, struct office *o, uint64_t unit);
/* Saves one staff record with this name. */
void school_save(struct school *s, const char *name);
/* A key for the unit's chief on this computer, from a new enrolment, at the cheapest
 * Argon2id under OFFICE_PASSPHRASE. */
void school_chief(struct school *s, struct office *o, const char *name);
/* Opens it; the caller closes. */
void school_open_chief(struct school *s, const char *name, struct chief_key *out);
/* The same as school_save, under the chief's key. */
struct rid school_save_as(struct school *s, const char *chief, const char *name);
/* What it sends now, into a buffer which it begins. */
void school_request(struct school *s, struct buf *out);
/* Takes a reply in; fails the test where it can't. */
struct exchange_result school_apply(struct school *s, struct bytes reply);
/* Change sets that have no receipt yet, and saves that are not signed. */
int64_t school_waiting(struct school *s);
void school_end(struct school *s);

#endif
