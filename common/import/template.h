/* A workbook that a clerk fills in, for common/import/import.h to read.
 *
 * Text wherever a spreadsheet could spoil what is typed: codes and identity numbers would
 * lose their zeros, and dates are taken for month/day where Windows speaks English. Only
 * amounts, counts and decimals are numbers. Choices drop down by label, people by name. */
#ifndef DONGBO_TEMPLATE_H
#define DONGBO_TEMPLATE_H

#include "common/pack/field.h"
#include "common/replica/replica.h"

struct template_options {
	enum lang lang;
	uint64_t role;       /* bit of the role that fills it in: has what it may enter */
	uint64_t stream;     /* records of this unit are offered where a reference is asked for */
	int64_t created;
	uint32_t reader;     /* as in query_options: whose eyes look for them */
	uint64_t reader_unit;
};

/* Appends the workbook for new records of a type. ERR_NO_FIELD where the role enters
 * none of it. */
int template_write(struct replica *r, const struct schema *s, const struct type *t,
		   const struct template_options *o, struct buf *out, struct err *e);

#endif
