/* Vietnamese text in one byte a letter: VISCII (RFC 1456), with an escape.
 *
 * Prose is most of what travels, and in UTF-8 most of its letters with marks take
 * two or three bytes, of which deflate must code each. In VISCII they take one, so
 * text is a quarter shorter before deflate and some 5 % after it, and a dictionary
 * of 32 KB holds a third more.
 *
 * A byte is a letter as RFC 1456 says. The byte 01 escapes: the UTF-8 sequence of
 * one code point follows that has no byte of its own (those of U+0001 to U+001E
 * that VISCII gives to letters among them). U+0000 does not occur in texts, so 00
 * ends them. */
#ifndef DONGBO_VISCII_H
#define DONGBO_VISCII_H

#include "bytes.h"
#include "err.h"

enum { VISCII_ESCAPE = 0x01 };

/* Appends valid UTF-8 in this form. */
void viscii_put(struct buf *out, struct bytes utf8);

/* Back to UTF-8, in the arena. Any bytes without 00 are either valid or
 * ERR_BAD_UTF8 (a wrong or needless escape); ERR_NOMEM. */
int viscii_take(struct bytes in, struct arena *a, struct bytes *utf8);

#endif
