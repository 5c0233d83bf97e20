/* Where the district's server is found, and what TLS keys it shows: pins, the SHA-256 of the
 * SubjectPublicKeyInfo of each (RFC 7469 2.4), so that no authority is needed and a
 * certificate may be renewed at will. More than one: the key that is in use, and those that
 * will be.
 *
 * The district says so in stream 0 (record of type 9), signed like all that stands there, so
 * that computers follow when the server moves or its key changes. */
#ifndef DONGBO_LINK_H
#define DONGBO_LINK_H

#include "common/replica/replica.h"

struct pins {
	uint8_t key[PINS_MAX][PIN_SIZE];
	size_t count;
};

/* "sha256//BASE64;sha256//BASE64", as curl takes it; appends. */
void pins_put(const struct pins *pins, struct buf *out);
/* The same back, and what people may type: with or without sha256//, base64 or hex, parted by
 * ; , or blanks. Adds to what is there. ERR_BAD_VALUE with the part that is none,
 * ERR_TOO_LARGE. */
int pins_read(struct bytes text, struct pins *out, struct err *e);

struct link {
	struct rid id;        /* RID_NONE: the district has not said anything */
	struct buf address;   /* empty: as the enrolment has it */
	struct pins pins;
};

/* What stream 0 says now. The caller releases address. */
int link_read(struct replica *r, struct link *out, struct err *e);

#endif
