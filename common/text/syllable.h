/* Whether letters are a syllable that Vietnamese spelling allows.
 *
 * A syllable is an initial (ngh), a rime (iêng) and one tone, which stands on a certain
 * letter; before p t c ch it is sắc or nặng. Of all strings of letters few are one, so
 * text read in the wrong encoding gives itself away (oldfont.h). It says nothing about
 * meaning: names of other peoples and foreign words are none. */
#ifndef DONGBO_SYLLABLE_H
#define DONGBO_SYLLABLE_H

#include "common/text/letter.h"

enum { SYLLABLE_MAX = 7 }; /* letters: nghiêng */

bool syllable_ok(const struct letter *l, size_t n);

#endif
