/* The outside world as a struct: time, randomness, faults, files.
 *
 * Nothing else in common/, client/ or server/ asks the machine for these, so the
 * simulator owns them: it moves the clock, seeds the randomness and stops a
 * program between any two commits. env_os.c is the real world. */
#ifndef DONGBO_ENV_H
#define DONGBO_ENV_H

#include "protocol/bytes.h"
#include "protocol/err.h"

/* Marks of the machine and of a file's place on it; zeros where there is no telling. */
struct env_place {
	uint8_t machine[32], file[32];
};

struct env {
	void *ctx;
	/* Seconds since 1970 by this machine's clock, which may be wrong. */
	int64_t (*now)(void *ctx);
	/* Milliseconds that only ever rise. */
	int64_t (*monotonic_ms)(void *ctx);
	void (*random)(void *ctx, void *out, size_t n);
	/* Called at the named places where a power cut matters ("commit",
	 * "committed"). Nonzero stops the program there: the caller returns
	 * ERR_STOPPED and touches nothing more. */
	int (*fault)(void *ctx, const char *where);
	/* SQLite VFS to open databases with; NULL is the machine's. */
	const char *vfs;
	/* What tells this machine from another, and this file from a copy of it; NULL: as the
	 * machine itself says (env_place.c). */
	void (*place)(void *ctx, const char *path, struct env_place *out);
};

/* The real world. */
const struct env *env_os(void);

int64_t env_now(const struct env *env);
int64_t env_monotonic_ms(const struct env *env);
void env_random(const struct env *env, void *out, size_t n);
void env_place(const struct env *env, const char *path, struct env_place *out);
/* 0 or ERR_STOPPED. */
int env_fault(const struct env *env, const char *where, struct err *e);

/* Appends a whole file. ERR_NO_FILE, ERR_IO, ERR_TOO_LARGE (the buf's ceiling). */
int env_read_file(const char *path, struct buf *out, struct err *e);
/* Appends up to n bytes of a file from an offset on; fewer where it ends. ERR_NO_FILE, ERR_IO. */
int env_read_part(const char *path, uint64_t offset, size_t n, struct buf *out, struct err *e);
/* Bytes that are free where a file or folder is; 0 where nobody can tell. */
uint64_t env_space(const char *path);
/* Writes a file beside its place (NAME.part), syncs, renames, syncs the folder: afterwards
 * it is the old one or the new one, whole. Its mode is `mode`, where
 * the file system has modes. */
int env_write_file(const char *path, struct bytes content, unsigned mode, struct err *e);
/* Writes over the beginning of a file that is there, without syncing: what may be lost with the
 * power, and is short enough to be there whole or not at all. ERR_NO_FILE. */
int env_write_over(const char *path, struct bytes content, struct err *e);
/* The names in a folder, but . and .., sorted by bytes; in the arena. ERR_NO_FILE, ERR_IO where it
 * is none, ERR_TOO_LARGE above `max`. */
int env_list(const char *path, size_t max, struct arena *a, char ***names, size_t *count,
	     struct err *e);
/* What there is of that name; a link is what it leads to. */
enum env_kind { ENV_NONE, ENV_FILE, ENV_FOLDER, ENV_OTHER };
enum env_kind env_kind(const char *path);
/* The path from the root, without links, in the arena. ERR_NO_FILE. */
int env_full_path(const char *path, struct arena *a, const char **out, struct err *e);
/* Takes a file away; none is fine. */
int env_remove(const char *path, struct err *e);
/* Gives a file or folder its name, and syncs the folder that it stands in. */
int env_rename(const char *from, const char *to, struct err *e);
/* Takes a folder away with the files in it; none is fine. Folders in it are an error. */
int env_remove_folder(const char *path, struct err *e);
/* Makes a folder and the folders above it, mode 0700, each synced into the one above. */
int env_make_dirs(const char *path, struct err *e);

#endif
