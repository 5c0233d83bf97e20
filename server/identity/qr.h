/* QR codes (ISO/IEC 18004) for paper and for screens. */
#ifndef DONGBO_SERVER_QR_H
#define DONGBO_SERVER_QR_H

#include "protocol/bytes.h"
#include "protocol/err.h"

enum { QR_MAX = 177 };

struct qr {
	unsigned size;                     /* modules on a side */
	uint8_t dark[QR_MAX * QR_MAX];     /* row by row, 1 where it is dark */
};

/* Level M: a seventh of it may be soiled. ERR_TOO_LARGE, ERR_NOMEM. */
int qr_make(struct bytes text, struct qr *out, struct err *e);
/* An <svg> element of `size` millimetres with the quiet zone around it; appends. */
void qr_svg(const struct qr *q, unsigned size, struct buf *out);
/* Lines of half blocks, black on white whatever the terminal's colours, where colour is true;
 * else for a dark screen. Appends. */
void qr_blocks(const struct qr *q, bool colour, struct buf *out);

#endif
