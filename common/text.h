/* Vietnamese text: normal form and folding. The only file that knows utf8proc. */
#ifndef DONGBO_TEXT_H
#define DONGBO_TEXT_H

#include "protocol/bytes.h"
#include "protocol/err.h"

/* Whether valid UTF-8 is in NFC (Unicode TR 15). Fast for Vietnamese. */
bool text_is_nfc(struct bytes s);
/* Appends s in NFC, with Ð (U+00D0) and Ɖ (U+0189) typed for Đ put right.
 * ERR_BAD_UTF8. */
int text_nfc(struct bytes s, struct buf *out, struct err *e);
/* Appends the search key: lower case, no marks, đ as d. ERR_BAD_UTF8. */
int text_fold(struct bytes s, struct buf *out, struct err *e);
/* Code points in valid UTF-8. */
size_t text_length(struct bytes s);
/* Columns on a terminal: as text_length, wide characters counted double. */
size_t text_width(struct bytes s);

#endif
