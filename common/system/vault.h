/* Files that only a passphrase opens, of any size, in bounded memory: backups.
 *
 *   "dongbo vault 1\n\0"                                               16 bytes
 *   passes (8) | memory in bytes (8) | salt (16)  of Argon2id (RFC 9106)
 *   check (16)     Argon2id gives 48 bytes: the key, and these, which tell a wrong
 *                  passphrase from a damaged file
 *   header (24)    of libsodium's secretstream (XChaCha20-Poly1305)
 *   chunks         64 KiB each, encrypted, 17 bytes more; the last is shorter or as long
 *                  and marked as the last, so that a file cut anywhere, between two chunks
 *                  too, is told from a whole one. The first is bound to all before it. */
#ifndef DONGBO_VAULT_H
#define DONGBO_VAULT_H

#include "common/system/keybox.h"

enum { VAULT_CHUNK = 64 * 1024, VAULT_HEADER = 88, VAULT_OVERHEAD = 17 };

struct vault;

/* Begins a file, which has its name only from vault_keep on. cost NULL is the usual one.
 * ERR_PASSPHRASE where it is empty, ERR_IO, ERR_FULL... */
int vault_create(struct vault **out, const struct env *env, const char *path,
		 struct bytes passphrase, const struct keybox_cost *cost, struct err *e);
int vault_put(struct vault *v, struct bytes s, struct err *e);
/* Writes the end, syncs, renames, closes whatever it returns. */
int vault_keep(struct vault *v, struct err *e);

/* ERR_PASSPHRASE; ERR_BAD_BACKUP where it is no such file, ERR_VERSION, ERR_TRUNCATED. */
/* Whether a file begins as one. */
bool vault_looks(const char *path);
int vault_open(struct vault **out, const char *path, struct bytes passphrase, struct err *e);
/* Reads exactly n bytes. Errors name the byte of the file: ERR_TRUNCATED where it ends
 * between two chunks, ERR_BAD_BACKUP where a chunk is altered or cut. */
int vault_get(struct vault *v, uint8_t *out, size_t n, struct err *e);
/* That nothing follows, neither content nor bytes of the file. ERR_TRAILING. */
int vault_end(struct vault *v, struct err *e);

/* Closes; what was being written is taken away. NULL is fine. */
void vault_close(struct vault *v);

#endif
