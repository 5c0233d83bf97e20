/* The first step of reading CSV: bytes of any encoding that is met into UTF-8. */
#ifndef DONGBO_CSV_TEXT_H
#define DONGBO_CSV_TEXT_H

#include "protocol/bytes.h"
#include "protocol/err.h"

/* The file's text without BOM, in the arena, to be changed in place. *code_page: it was
 * no UTF-8, so each byte became the letter that code page 1252 has for it. ERR_BAD_UTF8
 * (a BOM promised what does not follow), ERR_MALFORMED (NULs: no text), ERR_NOMEM; the
 * subject is the place of the line, "A3". */
int csv_text(struct bytes file, struct arena *a, uint8_t **out, size_t *len, bool *code_page,
	     struct err *e);

#endif
