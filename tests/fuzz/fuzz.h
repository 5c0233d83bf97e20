/* What a fuzz target is: a function that gets bytes and dies if they break a
 * property, and one that makes bytes which keep it, for mutation to start from.
 *
 * libFuzzer calls the first (make fuzz); corpus_main.c calls both, needs no clang
 * and does the same each time (make check). */
#ifndef DONGBO_TESTS_FUZZ_H
#define DONGBO_TESTS_FUZZ_H

#include "tests/lib/gen_changeset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Appends an input that is right, or nearly; g->a is empty. */
void fuzz_sample(struct gen *g, struct buf *out);

#endif
