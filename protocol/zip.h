/* Raw deflate (RFC 1951) with an optional preset dictionary, and inflate with a
 * ceiling. The only file that knows zlib. A wrong dictionary inflates to wrong
 * bytes without an error: signatures stand outside the deflate and tell. */
#ifndef DONGBO_ZIP_H
#define DONGBO_ZIP_H

#include "bytes.h"
#include "err.h"

/* Appends the deflated input to out (level 9). ERR_NOMEM or ERR_TOO_LARGE. */
int zip_deflate(struct bytes in, struct bytes dictionary, struct buf *out, struct err *e);

/* Appends the inflated input to out, at most max bytes: ERR_BOMB beyond it,
 * ERR_MALFORMED for a broken stream, ERR_TRUNCATED where it has no end,
 * ERR_TRAILING for bytes after it. */
int zip_inflate(struct bytes in, struct bytes dictionary, size_t max, struct buf *out,
		struct err *e);

#endif
