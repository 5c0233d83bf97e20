/* Vietnamese text: normal form and folding. The only file that knows utf8proc. */
#ifndef DONGBO_TEXT_H
#define DONGBO_TEXT_H

#include "protocol/bytes.h"
#include "protocol/err.h"

/* Whether valid UTF-8 is in NFC (Unicode TR 15). Fast for Vietnamese. */
bool text_is_nfc(struct bytes s);
/* Appends s in NFC; every text that comes in goes through here, whoever typed it where.
 * The look-alikes Ð ð (U+00D0, U+00F0) and Ɖ ɖ (U+0189, U+0256) become Đ đ: texts are
 * Vietnamese, where they are slips of keyboards. ERR_BAD_UTF8. */
int text_nfc(struct bytes s, struct buf *out, struct err *e);
/* The same as a copy in the arena; none where s is empty. ERR_BAD_UTF8; ERR_TOO_LARGE:
 * more than max bytes. */
int text_take(struct bytes s, size_t max, struct arena *a, struct bytes *out, struct err *e);

/* Appends the search key: lower case, no marks, đ as d. ERR_BAD_UTF8. */
int text_fold(struct bytes s, struct buf *out, struct err *e);
/* Appends the key of those who do type marks: lower case, letters with their marks, and
 * before the vowels of each syllable its tone, so that hòa and hoà, Thụy and Thuỵ are
 * the same wherever the tone was put. A key to compare, not a text. Without any mark
 * it is what text_fold gives. ERR_BAD_UTF8. */
int text_key(struct bytes s, struct buf *out, struct err *e);
/* Whether somebody took the trouble to type a mark: then marks are to be honoured. */
bool text_has_marks(struct bytes s);
/* How well a name that a person typed fits one that is known: 3 exactly, 2 but for case
 * and the place of tones, 1 but for marks too where none were typed, 0 not at all. Who
 * looks for a name takes the best one, if there is one only. */
int text_fit(struct bytes typed, struct bytes known);

/* Code points in valid UTF-8. */
size_t text_length(struct bytes s);
/* Columns on a terminal: as text_length, wide characters counted double. */
size_t text_width(struct bytes s);

#endif
