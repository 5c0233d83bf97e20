/* An official document: what stands in it, in the form of Decree 30/2020/NĐ-CP, appendix
 * I (paper, margins, letters, title block, signatures, page numbers).
 *
 * One model, two renderers. The office edits the text before somebody signs, so the
 * first is DOCX, in named styles; it asks for Times New Roman, which every office has.
 * The second is one HTML file for reading and printing. Everything that is put in is
 * copied; failure sticks, and the renderers tell it. The same calls give the same
 * bytes. */
#ifndef DONGBO_SERVER_DOCUMENT_H
#define DONGBO_SERVER_DOCUMENT_H

#include "protocol/bytes.h"
#include "protocol/err.h"

struct document;

enum document_style {
	DOCUMENT_BODY,      /* 14, justified, first line in by 10 mm */
	DOCUMENT_BASIS,     /* the same, italic: legal bases */
	DOCUMENT_HEADING_1, /* I. */
	DOCUMENT_HEADING_2, /* 1. */
	DOCUMENT_HEADING_3, /* a) */
	DOCUMENT_BULLET,    /* gets "- " in front */
	DOCUMENT_CENTRED,   /* who it is for: "Kính gửi: ..." */
	DOCUMENT_CAPTION,   /* centred, bold: the name of a table */
	DOCUMENT_NOTE       /* 12, italic: units of measure, sources */
};

enum { DOCUMENT_STYLES = DOCUMENT_NOTE + 1 };

/* The title block. What is empty is left out. Without a type it is a letter: the
 * summary stands below the number. */
struct document_head {
	struct bytes superior;   /* "ỦY BAN NHÂN DÂN TỈNH VĨNH PHÚC" */
	struct bytes agency;     /* who issues it */
	struct bytes number;     /* "Số:      /BC-UBND" */
	struct bytes place_date; /* "Nơi ấy, ngày     tháng     năm 2022" */
	struct bytes type;       /* "BÁO CÁO" */
	struct bytes summary;    /* trích yếu */
};

enum document_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

enum { DOCUMENT_COLUMNS_MAX = 64 };

struct document_column {
	const char *title;
	const char *group;   /* neighbours of the same group get it above their titles; NULL */
	unsigned width;      /* in parts of the sum of all; more if a word would not fit */
	enum document_align align;
};

enum document_row {
	ROW_PLAIN,
	ROW_TOTAL, /* bold */
	ROW_GROUP  /* its first cell across all columns, bold */
};

/* Left: Nơi nhận, each line of its own. Right: "TM. ỦY BAN NHÂN DÂN" and "KT. CHỦ TỊCH"
 * (authority, in lines), "CHỦ TỊCH" (title), room to sign, the name. */
struct document_signature {
	const struct bytes *recipients;
	size_t recipient_count;
	struct bytes authority, title, name;
};

/* NULL: no memory. */
struct document *document_new(void);
void document_free(struct document *d);

/* On top of every page: "TẠM TÍNH - còn 3 đơn vị chưa nộp". */
void document_notice(struct document *d, struct bytes text);
/* Title of the file's properties. */
void document_name(struct document *d, struct bytes text);

void document_head(struct document *d, const struct document_head *head);
/* Line breaks within the text stay. */
void document_paragraph(struct document *d, enum document_style style, struct bytes text);
/* A table of at most DOCUMENT_COLUMNS_MAX columns; its heading is repeated on each page
 * that it reaches. Then its rows, of as many cells as it has columns. */
void document_table(struct document *d, const struct document_column *columns, size_t count);
void document_row(struct document *d, enum document_row kind, const struct bytes *cells);
void document_signature(struct document *d, const struct document_signature *s);
void document_page_break(struct document *d);
/* What follows is on new pages, upright or across, numbered on, or from 1 again with no
 * number on the first: an annex. A document begins upright, from 1. */
void document_section(struct document *d, bool landscape, bool from_one);
/* "Phụ lục I", its title, "(Kèm theo Báo cáo số ...)". */
void document_annex(struct document *d, struct bytes number, struct bytes title,
		    struct bytes belongs_to);

/* Appends the file. created: seconds since 1970. ERR_NOMEM, ERR_TOO_LARGE (the model's
 * or the buffer's ceiling), ERR_IO. */
int document_docx(const struct document *d, int64_t created, struct buf *out, struct err *e);
int document_html(const struct document *d, struct buf *out, struct err *e);

#endif
