/* Bytes as lines of text that survive mail and editors:
 *
 *   -----BEGIN DONGBO ENROLMENT-----
 *   base64 (RFC 4648 section 4), 64 characters a line
 *   -----END DONGBO ENROLMENT-----
 */
#ifndef DONGBO_ARMOUR_H
#define DONGBO_ARMOUR_H

#include "bytes.h"
#include "err.h"

/* What stands behind BEGIN and END. */
#define ARMOUR_ENROLMENT "DONGBO ENROLMENT"
#define ARMOUR_KEYS      "DONGBO KEYS"

/* Appends. */
void armour_put(const char *label, struct bytes content, struct buf *out);
/* Appends the content. Nothing may stand before the first line; what follows the last is
 * not looked at. ERR_MALFORMED, ERR_TRUNCATED, ERR_TOO_LARGE (LIMIT_MESSAGE of text); the
 * subject is the label. */
int armour_get(const char *label, struct bytes text, struct buf *out, struct err *e);

#endif
