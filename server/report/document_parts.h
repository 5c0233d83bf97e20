/* The model of a document, for its renderers. */
#ifndef DONGBO_SERVER_DOCUMENT_PARTS_H
#define DONGBO_SERVER_DOCUMENT_PARTS_H

#include "server/report/document.h"

enum block_kind { BLOCK_HEAD, BLOCK_PARAGRAPH, BLOCK_TABLE, BLOCK_SIGNATURE, BLOCK_PAGE_BREAK,
		  BLOCK_SECTION, BLOCK_ANNEX };

struct table_row {
	struct table_row *next;
	enum document_row kind;
	struct bytes *cells;
};

struct table {
	struct document_column *columns;
	size_t count;
	unsigned parts;  /* sum of the widths */
	bool grouped;    /* a column has a group: two rows of heading */
	struct table_row *first, *last;
};

struct block {
	struct block *next;
	enum block_kind kind;
	union {
		struct document_head head;
		struct {
			enum document_style style;
			struct bytes text;
		} paragraph;
		struct table table;
		struct document_signature signature;
		struct {
			bool landscape, from_one;
		} section;
		struct {
			struct bytes number, title, belongs_to;
		} annex;
	};
};

struct document {
	struct arena arena;
	struct block *first, *last;
	struct bytes notice, name;
	int code;
};

/* Measures in millimetres, all of them within what the decree allows. */
enum {
	PAGE_WIDTH = 210, PAGE_HEIGHT = 297,
	MARGIN_TOP = 20, MARGIN_BOTTOM = 20, MARGIN_LEFT = 30, MARGIN_RIGHT = 15,
	MARGIN_HEADER = 8,
	INDENT = 10,
	TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT,
	TEXT_WIDTH_ACROSS = PAGE_HEIGHT - MARGIN_LEFT - MARGIN_RIGHT,
	HEAD_LEFT = 72 /* of the title block's two columns */
};

/* In points. Tables of many columns have smaller letters. */
enum { TABLE_POINTS = 12, TABLE_POINTS_SMALL = 11, TABLE_MANY_COLUMNS = 9 };

#define DOCUMENT_NATION "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
#define DOCUMENT_MOTTO "Độc lập - Tự do - Hạnh phúc"
/* Of the motto in Times New Roman, bold, 13: its line is as long as itself. */
enum { MOTTO_WIDTH_TENTHS = 562 };

/* How many neighbours from this column on share its group, itself counted; 1 without. */
size_t document_group(const struct table *t, size_t column);

/* About how wide a text is, in tenths of a millimetre, in bold letters of that size;
 * of its longest line. For lines below texts, which are a part of them long. */
unsigned document_text_width(struct bytes text, unsigned points);

/* The widths of a table's columns that is `total` wide, in tenths of a millimetre: as
 * wished, but no narrower than the longest word in them. */
void document_widths(const struct table *t, unsigned total,
		     unsigned out[DOCUMENT_COLUMNS_MAX]);

/* word/styles.xml of DOCX. */
void document_docx_styles(struct buf *x);

#endif
