/* Backups of a district's store, taken while it is in use, and put back.
 *
 * A backup is a folder DIR/dongbod-YYYYMMDD-HHMMSS (UTC) with
 *
 *   store.db        the store at one moment
 *   keys.vault      working.key and box.key under a passphrase (vault.h), or not there;
 *                   the root key is in no backup
 *   files.list      which attached files belong to it, or not there; they lie beside the backups,
 *                   once for all of them (backup_files.h)
 *   manifest.json   what the others must be, signed by the working key (manifest.h)
 *
 * It is written beside its place and renamed once it has been opened, looked through and
 * compared with the heads that the store had at that moment; so a folder of that name
 * is whole. Then the store notes for each stream how far it is safe, and clients are told.
 * The store's file is neither encrypted nor compressed: it is as private as the store. */
#ifndef DONGBO_SERVER_BACKUP_H
#define DONGBO_SERVER_BACKUP_H

#include "common/system/keybox.h"
#include "server/server.h"

enum backup_step { BACKUP_COPY, BACKUP_REPLAY };

struct backup_options {
	const char *data;         /* the store's folder */
	const char *to;           /* DIR; made where there is none */
	struct bytes passphrase;  /* for the keys; none: they are left out */
	const struct keybox_cost *cost; /* NULL: the usual one */
	int64_t keep;             /* newest to be kept; 0: all */
	bool replay;              /* work the copy's log out anew, as fsck does */
	/* Or NULL; nonzero ends it with ERR_STOPPED. */
	int (*progress)(void *ctx, enum backup_step step, int64_t done, int64_t total);
	void *ctx;
};

struct backup_result {
	char path[4096];          /* of the backup that holds all there is */
	bool nothing_new;         /* it was there before, and is intact */
	bool keys;
	int64_t time;
	uint64_t items, size;     /* change sets; bytes of the store's file */
	size_t streams, removed;  /* older backups taken away */
	size_t files, files_lost; /* attached files copied; and not to be had, for they are not what
				   * they were in the store */
};

/* ERR_BUSY where another one is being taken to the same DIR, ERR_FULL... What goes wrong
 * is noted in the store, for backup_last. */
int server_backup(const struct env *env, const struct backup_options *o,
		  struct backup_result *out, struct err *e);

/* What is known of backups of this store. */
struct backup_last {
	int64_t time;             /* the last that was taken or found intact; 0: none */
	int64_t failed;           /* when one failed after that; 0: none did */
	char place[1024];         /* of the one */
	char failure[300];        /* of the other */
	int64_t restored;         /* when this store was put back from a backup; 0: never */
	int64_t restored_from;    /* when that backup was taken */
};
int backup_last(struct db *db, struct backup_last *out, struct err *e);

struct restore_options {
	const char *from;         /* a backup's folder */
	const char *data;         /* where the store shall be; nothing may be there */
	struct bytes passphrase;  /* for its keys; none: they are left out */
	const char *root;         /* fingerprint of the root key that the store must have, in digits
				   * with blanks or dashes as one likes; NULL: any */
};

struct restore_result {
	int64_t time;             /* when the backup was taken */
	char district[300];       /* whose store it is, and the fingerprint of its root key: what a
				   * person compares, for another district's store is whole too */
	char root[FINGERPRINT_SIZE];
	uint64_t items;
	size_t streams;
	bool keys;                /* they are there now */
	bool keys_left;           /* the backup has them, and no passphrase was given */
	size_t files, files_lost; /* attached files; and not beside the backup: units that have
				   * them are asked for them */
};

/* All or nothing. ERR_STORE_EXISTS, ERR_BAD_BACKUP, ERR_BACKUP_SIGNER, ERR_TRUNCATED, ERR_TRAILING (with
 * the file and the byte), ERR_PASSPHRASE... */
int server_restore(const struct env *env, const struct restore_options *o,
		   struct restore_result *out, struct err *e);

#endif
