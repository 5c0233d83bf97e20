/* Sorting by Vietnamese rules, as bytes that memcmp compares.
 *
 * As in CLDR's rules for vi: a ă â b c d đ e ê ... o ô ơ ... u ư are letters of their own;
 * tones decide only among texts that are equal without them, in the order ngang, huyền,
 * hỏi, ngã, sắc, nặng; then small letters come before capitals. Blanks and punctuation
 * count, before digits, before letters. One thing differs: a tone belongs to the vowels of
 * its syllable, not to one of them, so that hòa and hoà, the old and the new way to write
 * one word, sort as one.
 *
 * People go by their given name, which is the last word, then by the middle, then by the
 * family name; two names are apart by their tones before the next part counts, so that
 * all Hà stand before all Hạ. */
#ifndef DONGBO_COLLATE_H
#define DONGBO_COLLATE_H

#include "protocol/bytes.h"
#include "protocol/err.h"

/* Appends the key. Keys may follow one another: none is the beginning of another one.
 * ERR_BAD_UTF8, ERR_TOO_LARGE. */
int collate_text(struct bytes s, struct buf *key, struct err *e);
/* The same for a person's full name; what stands in brackets behind it comes last. */
int collate_name(struct bytes s, struct buf *key, struct err *e);
/* A number in its order, of eight bytes. */
void collate_number(int64_t n, struct buf *key);

#endif
