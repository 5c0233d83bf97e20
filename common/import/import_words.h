/* Headings by their words: "Số CMND/CCCD (12 số)" has the words so, cmnd, cccd, and 12,
 * so beside them. Folded, so that case, marks and punctuation never matter. */
#ifndef DONGBO_IMPORT_WORDS_H
#define DONGBO_IMPORT_WORDS_H

#include "protocol/bytes.h"

enum { IMPORT_WORDS_MAX = 24 };

struct import_words {
	struct bytes list[IMPORT_WORDS_MAX], more[IMPORT_WORDS_MAX]; /* more: in () or [] */
	size_t count, more_count;
};

/* None where memory is out or it is no text. Words beyond the bound are left out. */
void import_words(struct bytes text, struct arena *a, struct import_words *out);

/* How well a heading fits a name, from 0 (not) to IMPORT_SAME. From IMPORT_FIT on it is that
 * name: what stands in () behind the name may be missing. Below it is a guess. */
enum { IMPORT_NEAR = 70, IMPORT_FIT = 900, IMPORT_SAME = 1000 };
int import_words_fit(const struct import_words *heading, const struct import_words *name);
bool import_words_have(const struct import_words *w, const char *word);
/* The same, of words in () alone. */
bool import_words_beside(const struct import_words *w, const char *word);

#endif
