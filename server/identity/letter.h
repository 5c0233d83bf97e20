/* An enrolment as a letter: address, code and QR code, with words on what to do, for print
 * and for the screen. */
#ifndef DONGBO_SERVER_LETTER_H
#define DONGBO_SERVER_LETTER_H

#include "common/pack/field.h"
#include "protocol/code.h"

struct letter {
	struct bytes district, unit, role; /* names in words */
	struct bytes address;
	int64_t expires;
	const struct code *code;
	bool chief;                        /* used with dongbo chief add, not dongbo init */
};

/* What the QR code holds: "DONGBO1 ADDRESS CODE". No URL, so that no phone sends it anywhere.
 * Appends; wipe it. */
void letter_scan(const struct letter *l, struct buf *out);
/* A page of HTML, A4; appends. */
int letter_html(const struct letter *l, enum lang lang, struct buf *out, struct err *e);
/* The same for a screen; colour as in qr_blocks. */
int letter_text(const struct letter *l, enum lang lang, bool colour, struct buf *out,
		struct err *e);

#endif
