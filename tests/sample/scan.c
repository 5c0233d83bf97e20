/* Contents of papers: a PDF of one page with a line of text, a JPEG of a white sheet. */
#include "tests/sample/scan.h"

#include <stdio.h>
#include <string.h>

enum { CONTENTS = 2, PHOTOGRAPH = 5, OBJECTS = 5 };

static const uint8_t photograph[] = {
	0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01, 0x00, 0x00, 0x01,
	0x00, 0x01, 0x00, 0x00, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x28, 0x1c, 0x1e, 0x23, 0x1e, 0x19, 0x28,
	0x23, 0x21, 0x23, 0x2d, 0x2b, 0x28, 0x30, 0x3c, 0x64, 0x41, 0x3c, 0x37, 0x37, 0x3c, 0x7b, 0x58,
	0x5d, 0x49, 0x64, 0x91, 0x80, 0x99, 0x96, 0x8f, 0x80, 0x8c, 0x8a, 0xa0, 0xb4, 0xe6, 0xc3, 0xa0,
	0xaa, 0xda, 0xad, 0x8a, 0x8c, 0xc8, 0xff, 0xcb, 0xda, 0xee, 0xf5, 0xff, 0xff, 0xff, 0x9b, 0xc1,
	0xff, 0xff, 0xff, 0xfa, 0xff, 0xe6, 0xfd, 0xff, 0xf8, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x10,
	0x00, 0x10, 0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x00, 0x15, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0xff, 0xc4, 0x00,
	0x14, 0x10, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0xb2, 0x03, 0xff,
	0xd9,
};

static const struct {
	const char *kind, *name, *text;
} papers[] = {
	{ "admission", "giay-bao-trung-tuyen", "GIAY BAO TRUNG TUYEN" },
	{ "fee_notice", "thong-bao-hoc-phi", "THONG BAO THU HOC PHI" },
	{ "cost_estimate", "du-toan-kinh-phi", "DU TOAN KINH PHI DAO TAO" },
	{ "degree", "bang-thac-si", "BANG THAC SI" },
	{ "transfer_file", "ho-so-chuyen-cong-tac", "HO SO CHUYEN CONG TAC" },
	{ "recruit_result", "ket-qua-tuyen-dung", "KET QUA TUYEN DUNG" },
	{ "certificate", "chung-chi", "CHUNG CHI NGOAI NGU" },
	{ "award", "bang-khen", "BANG KHEN" }
};

static size_t find(const char *kind)
{
	size_t i, n = sizeof papers / sizeof papers[0];

	for (i = 0; i + 1 < n && strcmp(papers[i].kind, kind) != 0; i++)
		continue;
	return i;
}

static bool is_photograph(unsigned turn)
{
	return turn % PHOTOGRAPH == PHOTOGRAPH - 1;
}

void scan_name(const char *kind, unsigned turn, char out[64])
{
	snprintf(out, 64, "%s.%s", papers[find(kind)].name, is_photograph(turn) ? "jpg" : "pdf");
}

void scan_of(const char *kind, unsigned turn, struct buf *out)
{
	size_t at[OBJECTS + 1], xref, i;
	char page[160];

	if (is_photograph(turn)) {
		buf_add(out, (struct bytes){ photograph, sizeof photograph });
		return;
	}
	snprintf(page, sizeof page, "BT /F1 20 Tf 72 740 Td (%s - BAN SAO SO %u) Tj ET",
		 papers[find(kind)].text, 1 + turn % CONTENTS);
	buf_printf(out, "%%PDF-1.4\n");
	at[1] = out->len;
	buf_printf(out, "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
	at[2] = out->len;
	buf_printf(out, "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
	at[3] = out->len;
	buf_printf(out, "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
		   "/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n");
	at[4] = out->len;
	buf_printf(out, "4 0 obj\n<</Length %zu>>\nstream\n%s\nendstream\nendobj\n", strlen(page), page);
	at[5] = out->len;
	buf_printf(out, "5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n");
	xref = out->len;
	buf_printf(out, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
	for (i = 1; i <= OBJECTS; i++)
		buf_printf(out, "%010zu 00000 n \n", at[i]);
	buf_printf(out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1, xref);
}
