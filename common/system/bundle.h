/* Bundles: messages as files, on a stick that one person carries, or in a mail.
 *
 * A file is one message, the very bytes that go over HTTP, sealed: who finds the stick reads
 * nothing. The name is for people, and puts the parts of a bundle in order; programs look
 * into the file. One stick serves many units at once:
 *
 *   UNIT_may-PC_NUMBER-PART_DATE_gui-di.dongbo            up, to the district
 *   UNIT_may-PC_NUMBER-PART_DATE_tra-loi.reply.dongbo  and its answer, for that PC
 *   ....part                                                 not finished: pulled out too early
 *   DOC-TOI.txt                                              what all this is
 *
 * PC is the first 6 digits of the device's id. Names are ASCII without anything that a FAT
 * file system minds. A file is written under another name, synced and renamed, and none is
 * ever written over but by a newer answer to the same request. */
#ifndef DONGBO_BUNDLE_H
#define DONGBO_BUNDLE_H

#include "protocol/bytes.h"
#include "protocol/err.h"

enum { BUNDLE_NAME = 200, BUNDLE_FILES = 20000 };

struct bundle_name {
	struct bytes unit;       /* its code; what a name can't have becomes '-' */
	uint64_t device;
	uint64_t number, part;   /* from 1 */
	int64_t day;             /* by the writer's clock */
};

/* The name of a file that goes up. */
void bundle_name(const struct bundle_name *n, char out[BUNDLE_NAME]);
/* The name of the nth file (from 1) that answers a request in a file of this name. */
void bundle_reply_name(const char *request, unsigned nth, char out[BUNDLE_NAME]);
/* What a name says of its PC, number and part; false where it says nothing. The device is then
 * what its id begins with: bundle_is_of compares. */
bool bundle_name_read(const char *name, struct bundle_name *out);
bool bundle_is_of(const struct bundle_name *n, uint64_t device);

/* The last part of a path. */
const char *bundle_base(const char *path);

/* What the bytes of a file are. */
enum bundle_kind { BUNDLE_REQUEST, BUNDLE_REPLY, BUNDLE_NEITHER };
enum bundle_kind bundle_kind(struct bytes file);
/* The file's error for an error of opening its message: what never arrived whole is
 * ERR_CUT_FILE, what is of nobody here ERR_FOR_ANOTHER. */
int bundle_error(int code, struct bytes file);

/* Paths of the files in a folder that may be messages, or unfinished ones (bundle_unfinished),
 * in the order in which they are to be taken; in the arena. */
int bundle_list(const char *dir, struct arena *a, char ***paths, size_t *count, struct err *e);
bool bundle_unfinished(const char *path);
bool bundle_may_be(const char *path);
/* Reads one, appending. ERR_UNFINISHED; ERR_MALFORMED where it is larger than any message. */
int bundle_get(const char *path, struct buf *out, struct err *e);
/* dir/name, in the arena. */
int bundle_path(const char *dir, const char *name, struct arena *a, const char **out,
		struct err *e);
/* Writes one, safe against a stick that is pulled out. */
int bundle_put(const char *path, struct bytes message, struct err *e);
/* Puts DOC-TOI.txt into a folder that has none like it. */
int bundle_put_readme(const char *dir, struct err *e);

#endif
