/* Records from files that people made: workbooks, CSV, lines of JSON.
 *
 * A file is read whole, its columns are found, and only then is anything saved: one
 * save a record, all of them within one transaction of the caller, who keeps it or lets it
 * go. So a dry run is a run that is let go, and nothing is ever half imported.
 *
 * Columns are known by the code that templates and exports carry (form.h), by the label
 * of a field in either language, by another name that the pack gives it ("also"), and,
 * with a doubt that a person must settle, by words that come close to a label.
 *
 * Which record a line is: the one that its id names; else the one that has the same
 * values in the fields of a key of its type ("match", surest first); where a line has no
 * whole key, a record that has the same in every column of the file. So the same file again
 * changes nothing. Where a key is told by an earlier line, or fits two records, the
 * line is wrong. An empty cell leaves a field as it is, but empties it where the line
 * names its record by id: there the file says all that it knows.
 *
 * Lines of JSON go through edit_json: which record a line is, its id alone says. */
#ifndef DONGBO_IMPORT_H
#define DONGBO_IMPORT_H

#include <jansson.h>

#include "common/pack/field.h"
#include "common/replica/draft.h"
#include "common/replica/replica.h"
#include "protocol/verdict.h"

/* Complaints that are kept; what is beyond is counted. */
enum { IMPORT_BAD_MAX = 200, IMPORT_RECORDS_MAX = 1000 };

struct import;

struct import_options {
	struct bytes type;     /* code; none: as the file says */
	struct bytes sheet;    /* of a workbook; none: the first, with those that belong to it */
	enum lang lang;        /* of what is said */
	uint64_t role;         /* bit of the role that imports; 0: asked at each save only */
	uint32_t reader;       /* on the server: the role of who imports, and his unit: what they */
	uint64_t reader_unit;  /* do not read is not found. 0: reads all that is here */
};

/* Where records are saved. */
struct import_store {
	void *ctx;
	/* Judges and folds the draft and readies it for the next, within the transaction; as
	 * client_save_more. Refused: *v tells why, and nothing of it is left. */
	int (*save)(void *ctx, struct draft *d, struct verdict *v, struct err *e);
	void (*progress)(void *ctx, int64_t done, int64_t total); /* or NULL */
	bool (*stopped)(void *ctx);                               /* or NULL */
};

/* Reads a file and finds its columns. It must outlive the import. ERR_USAGE where nothing
 * tells the type; ERR_NO_TYPE, ERR_WRONG_TYPE, ERR_NOT_ALLOWED; ERR_BAD_INPUT (no line of headings, two
 * columns that are one field: *said tells, if not NULL); or what sheet_read says. */
int import_open(struct replica *r, const struct schema *s, const struct import_options *o,
		struct bytes file, struct import **out, struct buf *said, struct err *e);
void import_free(struct import *im);

/* What was found: {format: "xlsx"|"csv"|"jsonl", type, label, tables:[{sheet, type, label,
 * rows, columns:[{column: "D", heading, code, field, how: "code"|"label"|"near"|"none"}...]}...],
 * notes:[sentence...], doubts:[sentence...]}. Where there is a doubt somebody must have
 * looked before it is imported. Borrowed. */
const json_t *import_found(const struct import *im);

/* Makes the records, in drafts like d, which was begun, in its stream. Nonzero where the machine or the
 * store failed, or ERR_STOPPED: then let the transaction go. What is wrong with the file is
 * no error here: see bad_count. */
int import_run(struct import *im, struct draft *d, const struct import_store *store,
	       struct err *e);

/* What became of it: {new, changed, unchanged, bad_count, bad:[{sheet, line, column,
 * field, code, sentence}...], records:[{line, what: "new"|"changed", id, title,
 * fields:[label...]}...], notes:[sentence...]}. Borrowed. */
const json_t *import_result(const struct import *im);
size_t import_bad_count(const struct import *im);

#endif
