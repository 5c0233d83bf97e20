/* Many bytes made as few as can be: one .xz file (LZMA2). What travels once and is large is
 * worth it: deflate, which all other messages use, sees 32 KiB back, LZMA all of a unit's log.
 * The only file that knows liblzma. */
#ifndef DONGBO_SOLID_H
#define DONGBO_SOLID_H

#include "protocol/bytes.h"
#include "protocol/err.h"

/* Window of both sides: what a reader must have of memory, beside what comes out. */
enum { SOLID_WINDOW = 8 * 1024 * 1024 };

/* Appends the packed input. The same bytes give the same bytes, by one version of the library.
 * ERR_NOMEM, or ERR_TOO_LARGE at out's ceiling. */
int solid_pack(struct bytes in, struct buf *out, struct err *e);

/* Appends what was packed, at most max bytes: ERR_BOMB beyond it. ERR_MALFORMED where it is no
 * such file or is damaged, ERR_TRUNCATED where it has no end, ERR_TRAILING for bytes after it,
 * ERR_TOO_LARGE where it asks for a larger window. On an error out is as it was. */
int solid_unpack(struct bytes in, size_t max, struct buf *out, struct err *e);

#endif
