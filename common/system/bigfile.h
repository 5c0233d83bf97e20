/* Files that may be larger than memory: written beside their place and renamed once they
 * are whole and on the disk, read in pieces.
 *
 * On the way a hash of every MiB is kept, if asked for: a list of them tells not only
 * that a file is not what it was, but where. */
#ifndef DONGBO_BIGFILE_H
#define DONGBO_BIGFILE_H

#include "common/system/env.h"
#include "protocol/hash.h"

enum { BIGFILE_PART = 1 << 20, BIGFILE_PARTS_MAX = 1 << 20 };

struct bigfile {
	int fd;
	bool writing;
	char path[4096];
	uint64_t at;         /* bytes written or read so far */
	struct buf *parts;   /* 32 bytes for each part, or NULL */
	struct buf pending;  /* of the part that is not full */
};

/* Begins PATH.part, mode 0600; parts may be NULL and is the caller's. On an error there
 * is nothing to close. ERR_IO, ERR_FULL... */
int bigfile_create(struct bigfile *f, const char *path, struct buf *parts, struct err *e);
int bigfile_put(struct bigfile *f, struct bytes s, struct err *e);
/* Syncs, renames, syncs the folder. Closes it whatever it returns; after an error neither
 * PATH nor PATH.part has changed what stood at PATH. */
int bigfile_keep(struct bigfile *f, struct err *e);

/* ERR_NO_FILE, ERR_IO. */
int bigfile_open(struct bigfile *f, const char *path, struct buf *parts, struct err *e);
/* Reads up to max bytes, fewer only at the end of the file. */
int bigfile_get(struct bigfile *f, uint8_t *out, size_t max, size_t *n, struct err *e);

/* Closes; what was being written is taken away. Fine to call on one that is closed. */
void bigfile_close(struct bigfile *f);

/* The hash of the last part, once all is read or written. Nothing where it was full. */
void bigfile_finish_parts(struct bigfile *f);
/* Reads a whole file for its size and the hashes of its parts. */
int bigfile_hash(const char *path, uint64_t *size, struct buf *parts, struct err *e);

#endif
