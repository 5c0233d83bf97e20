/* Workbooks put together by hand, part by part, for tests of reading them. */
#ifndef DONGBO_TESTS_WORKBOOK_H
#define DONGBO_TESTS_WORKBOOK_H

#include "protocol/bytes.h"

/* Each part as XML; what is empty is a plain one, with one sheet "Sheet1". */
struct workbook {
	struct bytes sheet;     /* what stands in sheetData */
	struct bytes sheet_xml; /* the whole part, instead */
	struct bytes strings;   /* what stands in sst*/
	struct bytes styles;    /* what stands in styleSheet*/
	struct bytes book;      /* what stands in workbook */
	struct bytes relations; /* the workbook's, whole */
	struct bytes root;      /* _rels/.rels, whole */
};

/* Appends the archive. */
void workbook_put(const struct workbook *w, struct buf *out);

#endif
