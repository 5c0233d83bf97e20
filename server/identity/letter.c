/* Letters with codes. */
#include "server/identity/letter.h"

#include <sodium.h>
#include <stdio.h>

#include "common/text/date.h"
#include "server/identity/qr.h"

enum { SCAN_MAX = 1024, QR_MM = 50, HALF = 23 /* of the code's text: four groups; a dash follows */ };

#define SAY(vi, en) (lang == LANG_EN ? (en) : (vi))

void letter_scan(const struct letter *l, struct buf *out)
{
	char text[CODE_TEXT];

	code_put(l->code, l->address, text);
	buf_printf(out, "DONGBO1 %.*s %s", (int)l->address.len, (const char *)l->address.at, text);
	sodium_memzero(text, sizeof text);
}

static int make_qr(const struct letter *l, struct qr *out, struct err *e)
{
	struct buf scan;
	int code;

	buf_init(&scan, SCAN_MAX);
	letter_scan(l, &scan);
	code = scan.failed ? err_set(e, ERR_TOO_LARGE, "QR") : qr_make(buf_view(&scan), out, e);
	if (scan.at != NULL)
		sodium_memzero(scan.at, scan.len);
	buf_release(&scan);
	return code;
}

static void escape(struct buf *out, struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.at[i] == '<' || s.at[i] == '>' || s.at[i] == '&' || s.at[i] == '"')
			buf_printf(out, "&#%u;", s.at[i]);
		else
			buf_byte(out, s.at[i]);
	}
}

static const char style[] =
	"@page{size:A4;margin:20mm}body{font:12pt/1.5 'Times New Roman',serif;max-width:170mm;"
	"margin:auto}h1{font-size:16pt;text-align:center}table{border-collapse:collapse}"
	"td{padding:1mm 4mm 1mm 0;vertical-align:top}"
	".code{font:bold 17pt/1.7 'Courier New',monospace;border:0.5mm solid #000;padding:2mm 4mm;"
	"text-align:center}.qr{float:right;margin:0 0 4mm 6mm}.warn{font-weight:bold}";

static void row(struct buf *out, const char *label, struct bytes value)
{
	buf_printf(out, "<tr><td>%s</td><td><b>", label);
	escape(out, value);
	buf_printf(out, "</b></td></tr>\n");
}

static void table(const struct letter *l, enum lang lang, struct buf *out)
{
	struct buf until;

	buf_init(&until, 64);
	date_put_time(l->expires, &until);
	buf_printf(out, "<table>\n");
	row(out, SAY("Máy chủ của", "Server of"), l->district);
	row(out, SAY("Đơn vị", "Unit"), l->unit);
	row(out, SAY("Vai trò", "Role"), l->role);
	/* Without the seconds. */
	until.len -= until.len > 3 ? 3 : 0;
	row(out, SAY("Dùng được đến", "Good until"), buf_view(&until));
	row(out, SAY("Địa chỉ máy chủ", "The server's address"), l->address);
	buf_printf(out, "</table>\n");
	buf_release(&until);
}

static void steps(const struct letter *l, enum lang lang, struct buf *out)
{
	buf_printf(out, "<ol>\n<li>%s<br><code>%s</code></li>\n<li>%s</li>\n<li>%s</li>\n</ol>\n<p class=\"warn\">"
		   "%s</p>\n",
		   SAY("Trên máy đã nối mạng, gõ:", "On a computer with a network, type:"),
		   l->chief ? "dongbo chief add --name &quot;…&quot;" :
			      "dongbo init --author &quot;…&quot;",
		   SAY("Gõ địa chỉ rồi gõ mã (hoặc quét mã QR bằng máy quét nối với máy tính). Tắt bộ gõ tiếng "
		       "Việt. Mã chỉ có số và chữ, không phân biệt hoa thường, không có chữ I, L, O, U. Gõ sai, máy "
		       "báo sai ở nhóm nào.",
		       "Type the address, then the code (or scan the QR code with a scanner at the computer). Switch "
		       "a Vietnamese keyboard off. A code has digits and letters of any case, no I, L, O, U. What is "
		       "mistyped is told by its group."),
		   SAY("Máy tự lấy biểu mẫu và khóa của máy chủ, và kiểm tra đúng là máy chủ này.",
		       "The computer fetches the server's forms and keys, and checks that it is this server."),
		   SAY("Ai có giấy này ghi danh được một máy: giao tận tay, không chụp ảnh gửi qua mạng, dùng xong thì "
		       "hủy. Giấy dùng một lần.",
		       "Whoever has this letter can enrol one computer: hand it over in person, send no picture of "
		       "it, destroy it after use. It works once."));
}

int letter_html(const struct letter *l, enum lang lang, struct buf *out, struct err *e)
{
	char text[CODE_TEXT];
	struct qr qr;
	int code = make_qr(l, &qr, e);

	if (code != 0)
		return code;
	code_put(l->code, l->address, text);
	buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title>"
		   "<style>%s</style></head><body>\n<h1>%s</h1>\n<div class=\"qr\">",
		   SAY("vi", "en"), SAY("Giấy ghi danh", "Enrolment"), style,
		   SAY("GIẤY GHI DANH MÁY TÍNH", "ENROLMENT OF A COMPUTER"));
	qr_svg(&qr, QR_MM, out);
	buf_printf(out, "</div>\n");
	table(l, lang, out);
	buf_printf(out, "<p>%s</p>\n<div class=\"code\">%.*s<br>%s</div>\n", SAY("Mã ghi danh:", "Code:"),
		   HALF, text, text + HALF + 1);
	steps(l, lang, out);
	buf_printf(out, "</body></html>\n");
	sodium_memzero(text, sizeof text);
	sodium_memzero(&qr, sizeof qr);
	return out->failed ? err_set(e, ERR_TOO_LARGE, "letter") : 0;
}

int letter_text(const struct letter *l, enum lang lang, bool colour, struct buf *out,
		struct err *e)
{
	char text[CODE_TEXT];
	struct buf until;
	struct qr qr;
	int code = make_qr(l, &qr, e);

	if (code != 0)
		return code;
	buf_init(&until, 64);
	date_put_time(l->expires, &until);
	until.len -= until.len > 3 ? 3 : 0;
	code_put(l->code, l->address, text);
	qr_blocks(&qr, colour, out);
	buf_printf(out, "%s: %.*s\n%s: %.*s\n%s: %.*s\n%s: %s\n%s: %.*s\n",
		   SAY("Đơn vị", "Unit"), (int)l->unit.len, (const char *)l->unit.at,
		   SAY("Vai trò", "Role"), (int)l->role.len, (const char *)l->role.at,
		   SAY("Địa chỉ", "Address"), (int)l->address.len, (const char *)l->address.at,
		   SAY("Mã", "Code"), text, SAY("Dùng được đến", "Good until"), (int)until.len,
		   (const char *)until.at);
	buf_release(&until);
	sodium_memzero(text, sizeof text);
	sodium_memzero(&qr, sizeof qr);
	return out->failed ? err_set(e, ERR_TOO_LARGE, "letter") : 0;
}
