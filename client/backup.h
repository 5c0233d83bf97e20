/* A backup of a unit's store in one file under a passphrase (vault.h): a stick, another
 * computer, a colleague's cupboard.
 *
 *   length of the manifest (8) | manifest (manifest.h) | store.db |
 *   number of attached files (8) | hash (32), size (8), content ...
 *
 * The device's key is not in it: two computers with one key would sign different things
 * under one number. So what comes out of it is a store for reading, in which everything
 * is that had been saved, sent or not; but where the computer's key is in the folder still, the
 * store goes on, under a new key (incarnation.h), and so it does after a new enrolment. */
#ifndef DONGBO_CLIENT_BACKUP_H
#define DONGBO_CLIENT_BACKUP_H

#include "client/client.h"

struct client_backup {
	const char *file, *data;
	struct bytes passphrase;
	const struct keybox_cost *cost; /* NULL: the usual one */
	bool no_files;       /* attached files are left out */
	/* Or NULL; nonzero ends it with ERR_STOPPED. */
	int (*progress)(void *ctx, int64_t done, int64_t total);
	void *ctx;
	/* out */
	int64_t time;        /* when it was taken */
	uint64_t size;       /* of the store in it, and of the attached files; 0 when begun with */
	uint64_t files;      /* attached files in it */
	bool usable;         /* restored beside the computer's own key */
	struct client_waiting waiting;
};

/* Writes the file, reads it back and compares. Whatever stood there is replaced once all
 * is well. ERR_PASSPHRASE (none given), ERR_FULL... */
int client_backup(const struct env *env, struct client_backup *b, struct err *e);
/* Makes a store of it, or leaves nothing. ERR_STORE_EXISTS, ERR_PASSPHRASE,
 * ERR_BAD_BACKUP, ERR_TRUNCATED, ERR_VERSION... */
int client_restore(const struct env *env, struct client_backup *b, struct err *e);

#endif
