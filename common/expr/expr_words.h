/* Conditions of packs as people read them: "Chính sách thưởng là Chứng chỉ ngoại ngữ". */
#ifndef DONGBO_EXPR_WORDS_H
#define DONGBO_EXPR_WORDS_H

#include "common/pack/field.h"

struct expr;

/* Appends the condition over a type's fields with labels in the place of codes. False, and
 * nothing appended, where it has what words can't say shortly: references, sums, constants,
 * arithmetic. */
bool expr_words(const struct expr *x, const struct type *t, enum lang lang, struct buf *out);

#endif
