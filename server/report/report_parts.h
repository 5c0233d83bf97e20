/* What the files that read and run reports share. Private to server/report*.c. */
#ifndef DONGBO_SERVER_REPORT_PARTS_H
#define DONGBO_SERVER_REPORT_PARTS_H

#include "common/text/json_text.h"
#include "server/report/report.h"

/* A definition while it is read. */
struct reading {
	const struct schema *s;
	struct arena *a;
	struct report *r;          /* its tables as far as they are read */
	struct json_text doc;      /* it, as it stands in the pack */
	json_t *at;                /* the object that is looked at: complaints are of it */
	struct err *e;
};

/* ERR_BAD_PACK at the place: of the key, or the text, in quotes with which the reason begins,
 * else of the object that is looked at. */
int reading_bad(struct reading *rd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int reading_nomem(struct reading *rd);
/* The first text in an object, or below, that says this (as an order it may have a - before
 * it); NULL: there is none. */
const json_t *reading_find(const json_t *j, const char *text);
/* Refuses keys of an object that are not among these words, and what is no object; from then
 * on it is the one that is looked at. */
int reading_keys(struct reading *rd, json_t *j, const char *words);
/* A member that is a text, copied; *out stays NULL where there is none. */
int reading_text(struct reading *rd, json_t *j, const char *key, const char **out);
/* A code of a-z, 0-9 and _. */
int reading_code(struct reading *rd, json_t *j, const char **out);
/* "vi" and "en" of an object; which must be there. */
int reading_label(struct reading *rd, json_t *j, struct label *out);
/* true or false; absent is false. */
int reading_flag(struct reading *rd, json_t *j, const char *key, bool *out);
/* An array that may be absent, of at most max elements. */
int reading_array(struct reading *rd, json_t *j, const char *key, size_t max, json_t **out,
		  size_t *count);
/* The deadline that a member names; NULL where there is none. */
int reading_deadline(struct reading *rd, json_t *j, const char *key,
		     const struct deadline **out);

/* The keys of a source; of what counts one thing; of a table's lines. */
#define SOURCE_KEYS "from root where states match to like"
#define MEASURE_KEYS "count sum part through"
#define LINES_KEYS "order group"

/* Whether an object has keys of a source. */
bool source_there(json_t *j);
/* (report_source.c) */
int source_load(struct reading *rd, json_t *j, const struct report_source **out);
/* An expression over a source's records; personal: may name a personal field alone. */
int source_expr(struct reading *rd, const struct report_source *src, const char *text,
		bool condition, bool personal, const struct expr **out);
/* What one cell gets. source: the feed's, or NULL; record: a line is a record. */
int value_load(struct reading *rd, json_t *j, const struct report_source *source, bool record,
	       struct report_value *out);
/* How a column shows what its values give, where it does not say. */
void value_kind(const struct report_value *v, struct report_column *c);

/* What a document has besides its tables. (report_paper_load.c) */
int paper_load(struct reading *rd, json_t *j);
#define PAPER_KEYS "head body annexes recipients signer deadline draft proofs submission"

#endif
