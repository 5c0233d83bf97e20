/* Records as tables, for people with a spreadsheet: what common/import/import.h reads back
 * without changing a thing. Choices stand there by label, records by title and id. */
#ifndef DONGBO_EXPORT_H
#define DONGBO_EXPORT_H

#include "common/pack/field.h"
#include "common/replica/replica.h"

struct export_options {
	enum lang lang;
	bool personal;       /* with personal fields; else their columns are not there */
	uint64_t stream;
	int64_t created;
	bool (*stopped)(void *ctx); /* or NULL */
	void *ctx;
};

/* Call inside a transaction or between db_begin_read and db_end_read: the file says how
 * much of the stream stands in it, so that what changes meanwhile is not overwritten
 * unseen when it comes back.
 *
 * Appends all records of a type that are not deleted; *count gets how many. CSV has the
 * records alone; a workbook has a sheet more for each of their lists. ERR_STOPPED. */
int export_csv(struct replica *r, const struct schema *s, const struct type *t,
	       const struct export_options *o, struct buf *out, int64_t *count, struct err *e);
int export_xlsx(struct replica *r, const struct schema *s, const struct type *t,
		const struct export_options *o, struct buf *out, int64_t *count, struct err *e);

#endif
