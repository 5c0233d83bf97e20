/* Text of the fonts of old, as it comes out of CSV and XLSX files.
 *
 * Before Unicode, fonts drew Vietnamese letters for the codes of Latin-1: TCVN3 (.VnTime,
 * .VnArial; one code a letter) and VNI (VNI-Times; a letter and a mark after it). A file
 * keeps the codes, so "Nguyễn Thị" reads "NguyÔn ThÞ" or "Nguyeãn Thò". The code page
 * Windows-1258 (a letter and a tone after it) read as Latin-1 is the same trouble.
 *
 * Whether a text is of that kind is told by its words: which reading of them, as it
 * stands or as one of these, makes Vietnamese syllables (syllable.h). English, numbers and
 * real Vietnamese are left alone: what is read both ways ("Có" is "Cú" in TCVN3) stays
 * as it is unless other cells of its column decide. Capitals that only the font makes
 * (.VnTimeH) come out as the small letters they are. */
#ifndef DONGBO_OLDFONT_H
#define DONGBO_OLDFONT_H

#include "protocol/bytes.h"
#include "protocol/err.h"

enum { OLDFONT_NONE, OLDFONT_TCVN3, OLDFONT_VNI, OLDFONT_1258, OLDFONT_COUNT,
       OLDFONT_UNSURE };

/* "TCVN3", "VNI", "Windows-1258"; "" for the others. */
const char *oldfont_name(int kind);

/* By a font's name: ".VnTime" is TCVN3, "VNI-Times" is VNI. That a cell has such a font
 * does not prove its text: people pasted Unicode into it. */
int oldfont_by_font(struct bytes font);

/* What a text taken for itself is; NONE where in doubt. Give it what was read, before
 * text_nfc: that would make one letter of two codes. */
int oldfont_guess(struct bytes text);

/* Appends the text in Unicode NFC. What has no meaning in that font stays. TCVN3 has
 * no capitals with tones: where all plain letters are capitals, the others become so.
 * ERR_BAD_UTF8, ERR_TOO_LARGE. */
int oldfont_convert(int kind, struct bytes text, struct buf *out, struct err *e);

/* What the cells of a column say together; begin with {0}. Short cells are decided by
 * the others, so note all of them, and where a column says nothing use the whole sheet. */
struct oldfont_column {
	/* By reading: weight of the words that are none as they stand but are some in it
	 * ([0]: that are some as they stand, and in no other), and of those that it can't
	 * make sense of. */
	uint32_t speaks[OLDFONT_COUNT], against[OLDFONT_COUNT];
};
void oldfont_note(struct oldfont_column *c, struct bytes cell);
void oldfont_add(struct oldfont_column *into, const struct oldfont_column *from);
/* What most of it is. */
int oldfont_column(const struct oldfont_column *c);
/* As what to convert one of its cells: by itself where that is plain, else as the
 * column. OLDFONT_UNSURE: it has a meaning both ways, and there are cells of both kinds
 * in the column; tell the person who has the file. */
int oldfont_cell(const struct oldfont_column *c, struct bytes cell);

#endif
