/* Saying where the server is (common/system/link.h), and pins out of files. */
#ifndef DONGBO_SERVER_LINK_H
#define DONGBO_SERVER_LINK_H

#include "common/system/link.h"
#include "server/server.h"

/* Says it to every computer, in stream 0. ERR_BAD_VALUE where the address is none, or pins go
 * with one that is not https. */
int server_link_set(struct server *s, struct bytes address, const struct pins *pins,
		    struct err *e);
/* ERR_BAD_VALUE as above. */
int server_link_check(struct bytes address, const struct pins *pins, struct err *e);

#endif
