/* Files that hang on records: which records name them, and the files themselves.
 *
 * A row whose type has `file` (pack.h) names a file by the hash of its content: an ordinary
 * row of an ordinary record, so it is signed, judged, merged and kept as all else is. The
 * content is no part of the log. It lies beside the store, under its hash, once however many
 * records name it:
 *
 *   DIR/files/ab/cdef...     DIR: the store's folder; ab: the first byte of the hash
 *
 * and is written, synced, renamed and its folder synced before the row that names it here, or
 * that says it is here, is committed. Names that people gave are data in the row, never paths.
 *
 *   attach_use    which rows name which file, kept by the merge; live 0: they did once
 *   attach_file   the files that are here whole
 *   attach_piece  what has come of those that are on their way, by whom it comes (a device;
 *                 at a client 0)
 *
 * Pieces are rows of the store, so that what is acknowledged is on the disk by the commit that
 * everything else rests on. A whole is looked at before it counts: its hash, and what kind of
 * file it is. */
#ifndef DONGBO_ATTACH_H
#define DONGBO_ATTACH_H

#include "common/attach/attach_kind.h"
#include "common/replica/fold.h"
#include "common/replica/fsck.h"

/* The name of a content: H(dongbo/file/1; content). */
void attach_hash(struct bytes content, uint8_t out[HASH_SIZE]);
/* As it stands in rows: 64 digits, lower case. */
void attach_hash_text(const uint8_t hash[HASH_SIZE], char out[2 * HASH_SIZE + 1]);
bool attach_hash_read(struct bytes text, uint8_t out[HASH_SIZE]);

/* --- which records name which file --- */

/* Notes what a record that was changed names. Inside fold_flush. */
int attach_fold(struct fold *f, const struct type *t, const struct fold_entry *en,
		struct err *e);
/* A list of the type that takes rows with files: the one with this code, or (NULL) the only
 * one. NULL where there is none. */
const struct field *attach_list(const struct schema *s, const struct type *t, const char *code);

/* A file that a record names. */
struct attached {
	struct rid row;
	uint8_t hash[HASH_SIZE];
	uint64_t size;
	struct bytes name, media; /* as the row says */
	const struct type *type;
	int64_t kind;            /* the row's choice, 0: none */
	bool here, pending;      /* whole and here; the row waits to be sent */
};
/* Those that the live rows below a record name, or the one of a row, in the order in which the
 * stream has them; in the arena. ERR_NO_RECORD. */
int attach_of(struct replica *r, uint64_t stream, struct rid record, struct arena *a,
	      struct attached **out, size_t *count, struct err *e);

/* How many files live rows name in a stream (ANY: all) that are not here. */
#define ATTACH_ANY UINT64_MAX
int attach_missing(struct db *db, uint64_t stream, int64_t *files, int64_t *bytes,
		   struct err *e);

/* --- the files --- */

/* Whether it is here: 1, 0; size may be NULL. */
int attach_have(struct db *db, const uint8_t hash[HASH_SIZE], uint64_t *size, struct err *e);
/* Puts a content under its hash into a folder, durable. */
int attach_put(const char *dir, const uint8_t hash[HASH_SIZE], struct bytes content,
	       struct err *e);
/* The same in the store's folder, and notes it. Inside the caller's transaction. */
int attach_keep(struct db *db, const char *dir, const uint8_t hash[HASH_SIZE],
		struct bytes content, int64_t time, struct err *e);
/* Appends the whole content, compared with its hash. ERR_FILE_ABSENT, ERR_FILE_DAMAGED. */
int attach_load(const char *dir, const uint8_t hash[HASH_SIZE], struct buf *out,
		struct err *e);
/* Appends up to n bytes from an offset on, as they stand there. ERR_FILE_ABSENT. */
int attach_part(const char *dir, const uint8_t hash[HASH_SIZE], uint64_t offset, size_t n,
		struct buf *out, struct err *e);

/* --- what is on its way --- */

/* How much has come; 0 too where it was to have another size. */
int attach_held(struct db *db, uint64_t source, const struct message_attachment *f,
		uint64_t *held, struct err *e);
/* Bytes of all that is on its way from there. */
int attach_held_all(struct db *db, uint64_t source, int64_t *bytes, struct err *e);
/* Appends what is new in a part; bytes that are here already, and those behind a gap, are
 * passed over. When all has come it is looked at and kept (*whole), or dropped:
 * ERR_FILE_DAMAGED (the hash is another), ERR_FILE_KIND. *held is what is held then. */
int attach_take(struct db *db, const char *dir, uint64_t source,
		const struct message_attachment *f, int64_t time, uint64_t *held, bool *whole,
		struct err *e);
int attach_drop(struct db *db, uint64_t source, const uint8_t hash[HASH_SIZE], struct err *e);

/* --- keeping house --- */

/* Takes away files that nothing names any more: no live row does, and no row whose record has
 * ever moved on did, for then a signed or judged version may name it. And what an interrupted
 * run has left in the folder. Commits the store before a file goes. Not inside a
 * transaction. refused: where saves of this store's own may have been refused and be entered
 * again, what rests in them is left alone until that is settled. */
int attach_sweep(struct replica *r, const char *dir, bool refused, size_t *removed,
		 struct err *e);
/* Whether every file is there, and is what it was. Told to the fsck; *damaged (arena) are
 * their hashes. */
int attach_fsck(struct fsck *f, struct db *db, const char *dir, struct arena *a,
		uint8_t (**damaged)[HASH_SIZE], size_t *count, struct err *e);

#endif
