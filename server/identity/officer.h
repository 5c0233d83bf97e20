/* People who sign on the server, at a cost of the caller's choice: for tests. */
#ifndef DONGBO_SERVER_OFFICER_H
#define DONGBO_SERVER_OFFICER_H

#include "common/system/keybox.h"
#include "server/server.h"

/* As server_officer_add; cost NULL is the usual one. */
int officer_add(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		struct bytes passphrase, const struct keybox_cost *cost, struct err *e);

struct officer {
	uint64_t unit;
	uint32_t role;
};
/* Who it is, without the passphrase. ERR_NO_OFFICER. */
int officer_find(struct server *s, struct bytes name, struct officer *out, struct err *e);

#endif
