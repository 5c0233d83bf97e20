/* A report of a district's office, as documents are tested with: title block, text,
 * tables, signature, annexes across and upright. */
#ifndef DONGBO_TESTS_DOCUMENT_SAMPLE_H
#define DONGBO_TESTS_DOCUMENT_SAMPLE_H

#include "server/report/document.h"

/* All of it: two pages of text, five and one of annexes. */
void document_sample(struct document *d);

void document_sample_head(struct document *d);
/* With a heading of two rows, a group of rows and a total. */
void document_sample_table(struct document *d);
void document_sample_signature(struct document *d);

#endif
