/* Rules for packs that are published, beyond those for reading one: what has been
 * written under an older version must keep its meaning for ever. */
#ifndef DONGBO_SERVER_PUBLISH_H
#define DONGBO_SERVER_PUBLISH_H

#include "server/server.h"

/* Whether this pack could be published now. s may be NULL: then it is looked at
 * alone. ERR_BAD_PACK with place and reason. */
int publish_check(struct server *s, struct bytes json, struct err *e);

#endif
