/* Inputs for tests of protocol/: bytes from hex, and copies of exact size, so that
 * a sanitizer sees every read past the end. */
#ifndef DONGBO_TESTS_GEN_BYTES_H
#define DONGBO_TESTS_GEN_BYTES_H

#include "protocol/bytes.h"

/* Appends the bytes of a hex text; blanks are skipped. */
void gen_hex(struct buf *out, const char *text);
/* A heap copy without a byte to spare, for gen_free. */
struct bytes gen_exact(struct bytes s);
void gen_free(struct bytes s);

#endif
