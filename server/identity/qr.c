/* The only file that knows libqrencode. */
#include "server/identity/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

enum { QUIET = 4, DARK_BIT = 1 };

int qr_make(struct bytes text, struct qr *out, struct err *e)
{
	QRcode *code = text.len == 0 || text.len > 2000 ? NULL :
		       QRcode_encodeData((int)text.len, text.at, 0, QR_ECLEVEL_M);
	size_t i, n;

	if (code == NULL)
		return err_set(e, errno == ENOMEM && text.len <= 2000 ? ERR_NOMEM : ERR_TOO_LARGE,
			       "QR");
	if (code->width < 1 || code->width > QR_MAX) {
		QRcode_free(code);
		return err_set(e, ERR_TOO_LARGE, "QR");
	}
	out->size = (unsigned)code->width;
	n = (size_t)out->size * out->size;
	for (i = 0; i < n; i++)
		out->dark[i] = code->data[i] & DARK_BIT;
	/* What it holds may be a secret. */
	memset(code->data, 0, n);
	QRcode_free(code);
	return 0;
}

/* With the quiet zone; light beyond it. */
static bool is_dark(const struct qr *q, unsigned x, unsigned y)
{
	return x >= QUIET && y >= QUIET && x < q->size + QUIET && y < q->size + QUIET &&
	       q->dark[(size_t)(y - QUIET) * q->size + (x - QUIET)];
}

/* Runs of dark modules as one path: printers leave no gaps in it. */
void qr_svg(const struct qr *q, unsigned size, struct buf *out)
{
	unsigned whole = q->size + 2 * QUIET, x, y, run;

	buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%umm\" height=\"%umm\" "
		   "viewBox=\"0 0 %u %u\" shape-rendering=\"crispEdges\"><rect width=\"%u\" "
		   "height=\"%u\" fill=\"#fff\"/><path fill=\"#000\" d=\"", size, size, whole, whole,
		   whole, whole);
	for (y = 0; y < whole; y++)
		for (x = 0; x < whole; x += run) {
			for (run = 0; is_dark(q, x + run, y); run++)
				;
			if (run > 0)
				buf_printf(out, "M%u %uh%uv1h-%uz", x, y, run, run);
			else
				run = 1;
		}
	buf_printf(out, "\"/></svg>\n");
}

void qr_blocks(const struct qr *q, bool colour, struct buf *out)
{
	/* By upper and lower half: 2 * upper + lower. */
	static const char *const dark[] = { " ", "\u2584", "\u2580", "\u2588" };
	unsigned whole = q->size + 2 * QUIET, x, y;

	for (y = 0; y < whole; y += 2) {
		buf_printf(out, "%s", colour ? "\033[30;47m" : "");
		for (x = 0; x < whole; x++) {
			unsigned both = 2u * is_dark(q, x, y) + is_dark(q, x, y + 1);

			/* The last line may have a half that is beyond; it stays light. */
			buf_printf(out, "%s", dark[colour ? both : 3 - both]);
		}
		buf_printf(out, "%s\n", colour ? "\033[0m" : "");
	}
}
