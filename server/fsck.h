/* Checking a district's store: keys and documents, the replica, and what the
 * server's own tables say of each other. */
#ifndef DONGBO_SERVER_FSCK_H
#define DONGBO_SERVER_FSCK_H

#include "common/replica/fsck.h"

/* f: as for fsck_replica; a store that does not even open is a thing found.
 * ERR_NO_STORE. */
int server_fsck(struct fsck *f, const char *dir, struct err *e);
/* The same of a store's file alone, such as a copy that has no keys beside it. */
int server_fsck_file(struct fsck *f, const char *path, struct err *e);

#endif
