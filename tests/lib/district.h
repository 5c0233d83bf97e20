/* A district for tests: a server, and computers of one school that are enrolled with
 * it. No network: an exchange is a function call. */
#ifndef DONGBO_TESTS_DISTRICT_H
#define DONGBO_TESTS_DISTRICT_H

#include "tests/lib/school.h"

enum { DISTRICT_CLIENTS = 4 };

struct district_fixture {
	struct office office;
	struct school clients[DISTRICT_CLIENTS];
	size_t count;
	struct arena a;          /* for drafts */
	struct err e;
};

/* Server with units and pack, and `clients` enrolled computers of OFFICE_SCHOOL that
 * have synchronised once. Any failure fails the test. */
void district_make(struct district_fixture *d, size_t clients);
/* Publishes the newest version of the plan's pack; all computers have it then. */
void district_renew(struct district_fixture *d);
void district_end(struct district_fixture *d);

/* Exchanges until neither has more; sums up in *out, which may be NULL. */
void district_sync(struct district_fixture *d, size_t client, struct exchange_result *out);
/* One exchange with a message of some size; the error of any of its steps. */
int district_exchange(struct district_fixture *d, size_t client, size_t size,
		      struct exchange_result *out);

/* A record as JSON: {"type": ..., fields}, saved by a client. */
struct rid district_add(struct district_fixture *d, size_t client, const char *json);
/* "field=value" assignments, ending in NULL. The save's code, its verdict if any. */
int district_edit(struct district_fixture *d, size_t client, struct rid id,
		  struct verdict *verdict, const char *const *assignments);
/* A move to a state. */
int district_move(struct district_fixture *d, size_t client, struct rid id, const char *state,
		  struct verdict *verdict);

#endif
