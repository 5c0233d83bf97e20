/* What an officer's passphrase costs to try (Argon2id), kept with each row. */
#ifndef DONGBO_SERVER_OFFICER_H
#define DONGBO_SERVER_OFFICER_H

#include "server/server.h"

struct officer_cost {
	uint64_t ops;    /* passes */
	uint64_t memory; /* bytes */
};

/* As server_officer_add, at a cost of the caller's choice. */
int officer_add(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		struct bytes passphrase, const struct officer_cost *cost, struct err *e);

#endif
