/* Secrets in files of their own, 0600: root.key, working.key, box.key.
 *
 *   dongbo key file 1: working
 *   1 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 *
 * A line per key: its number and 32 bytes in hex, from which the pair is made. */
#ifndef DONGBO_SERVER_KEYFILE_H
#define DONGBO_SERVER_KEYFILE_H

#include "common/system/env.h"

enum { KEYFILE_SEED = 32 };

struct keyfile_key {
	uint8_t number;
	uint8_t seed[KEYFILE_SEED];
};

/* Writes <dir>/<name>.key, whole or not at all. */
int keyfile_write(const char *dir, const char *name, const struct keyfile_key *keys,
		  size_t count, struct err *e);
/* Reads it: at most max keys, at least one. ERR_NO_FILE, ERR_CORRUPT. The caller
 * wipes what it got. */
int keyfile_read(const char *dir, const char *name, struct keyfile_key *out, size_t max,
		 size_t *count, struct err *e);
/* Whether such a file is there. */
bool keyfile_exists(const char *dir, const char *name);
/* Takes it away again: for a store whose making failed. */
void keyfile_remove(const char *dir, const char *name);

#endif
