/* Blocks of official numbers for computers that ask for them (lease.h of common/). */
#ifndef DONGBO_SERVER_LEASE_H
#define DONGBO_SERVER_LEASE_H

#include "server/exchange/exchange_internal.h"

/* Gives what the request asks for, as far as its sender may have it, inside the batch's
 * transaction: its blocks then come with the reply. A sender that does not know yet of the
 * newest block that it was given gets no other one. */
int lease_grant(struct server *s, struct exchange *x, struct err *e);

#endif
