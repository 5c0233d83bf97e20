/* What a backup is of: which store, how far, and what its files must be.
 *
 * A text file: JSON, in the line below it a hash of that, so that a change of a single byte
 * anywhere is found, and told with its place; and, of a server, in a third line the signature
 * of its working key under that hash, so that nobody else can make one. A unit's backup is
 * in a vault (vault.h), whose passphrase proves as much. */
#ifndef DONGBO_MANIFEST_H
#define DONGBO_MANIFEST_H

#include "common/replica/replica.h"
#include "common/system/bigfile.h"
#include "protocol/sign.h"

enum { MANIFEST_VERSION = 1, MANIFEST_FILES = 4, MANIFEST_MAX = 64 << 20 };

struct manifest_file {
	char name[32];
	uint64_t size;
	struct bytes parts;         /* hashes of its MiBs (bigfile.h) */
};

struct manifest {
	char program[16];           /* whose store it is: "dongbo", "dongbod" */
	int64_t time;               /* when it was taken, by that machine's clock */
	uint8_t district[HASH_SIZE];
	uint8_t generation[GENERATION_SIZE];
	uint8_t key[SIGN_PUBLIC];   /* a client's device; of a server its working key */
	uint8_t state[HASH_SIZE];   /* digest of what is in the store beside the log */
	bool keys;                  /* a server's secret keys are in it */
	bool replayed;              /* its log was worked out anew */
	struct stream_head *heads;  /* stream, seq and head, by stream */
	size_t head_count;
	struct manifest_file files[MANIFEST_FILES];
	size_t file_count;
	uint8_t sum[HASH_SIZE];     /* of its text, as it was read */
	bool has_signature;
	uint8_t signature[SIGN_SIZE];
};

/* Begins one: what a replica is, and its heads, in the caller's view; in the arena. */
int manifest_of(struct replica *r, const char *program, struct arena *a, struct manifest *out,
		struct err *e);
/* Signed by `signer`, whose public key is m->key; NULL: not signed. */
int manifest_put(const struct manifest *m, const struct sign_key *signer, struct buf *out,
		 struct err *e);
/* In the arena. ERR_BAD_BACKUP where it is none or was altered, ERR_VERSION, and
 * ERR_BAD_BACKUP where it is another program's. */
int manifest_read(struct bytes text, const char *program, struct arena *a, struct manifest *out,
		  struct err *e);

/* Whether one that was read bears the signature of the key that it names. Whose key that is,
 * manifest_check_store tells. */
bool manifest_signed(const struct manifest *m);

/* Whether a file's size and parts are those; ERR_BAD_BACKUP with the first byte that may
 * differ, ERR_TRUNCATED where it is shorter. */
int manifest_check_file(const struct manifest_file *f, uint64_t size, struct bytes parts,
			struct err *e);
const struct manifest_file *manifest_file(const struct manifest *m, const char *name);

/* Opens the copy of a store, lets the engine look through all of it, and compares what it
 * says it is, and its heads, and of a server that its working key, for which its root key
 * vouches, is the one that signed. ERR_BAD_BACKUP, ERR_BACKUP_SIGNER. Leaves no other file behind. */
int manifest_check_store(const struct manifest *m, const struct env *env, const char *path,
			 struct err *e);

/* Writes into a store that is being restored that it was, from when, and whose key it had:
 * meta restored, restored_from, restored_key. */
int manifest_mark(const struct manifest *m, const struct env *env, const char *path,
		  struct err *e);

#endif
