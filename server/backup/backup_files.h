/* Attached files in backups.
 *
 * They lie beside the backups, once for all of them, DIR/attached/files/ab/cdef... under their
 * hashes, as they do in the store: a backup copies only what no earlier one has. Each backup
 * has a list of its own, files.list, lines of "hash size", which its manifest covers. */
#ifndef DONGBO_SERVER_BACKUP_FILES_H
#define DONGBO_SERVER_BACKUP_FILES_H

#include "common/attach/attach.h"

#define BACKUP_FILES "files.list"

/* The list of what the store holds, in the caller's view; nothing where it holds none. */
int backup_files_list(struct db *db, struct buf *list, struct err *e);
/* Sees to it that all of a list lies beside the backups in `to`, copied from the store in `data`,
 * compared with its hash, and read back. *copied are new; *lost could not be had, for they are
 * not what they were in the store either. */
int backup_files_put(const char *data, const char *to, struct bytes list, size_t *copied,
		     size_t *lost, struct err *e);
/* How many of a list are not there, or (whole: every byte is read) not what they were. */
int backup_files_missing(const char *to, struct bytes list, bool whole, size_t *missing,
			 struct err *e);
/* Takes away what none of these lists names. */
int backup_files_sweep(const char *to, const struct bytes *lists, size_t count, struct err *e);
/* Puts a list's files into a folder; hashes of those that are not there go into `lost`. */
int backup_files_get(const char *to, const char *data, struct bytes list, size_t *files,
		     struct buf *lost, struct err *e);

#endif
