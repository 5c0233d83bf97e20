/* Imports into a client's store, for tests. */
#ifndef DONGBO_TESTS_IMPORTING_H
#define DONGBO_TESTS_IMPORTING_H

#include "common/import/import.h"
#include "tests/lib/district.h"

/* A client, and what was said where a file could not be opened. */
struct importing {
	struct district_fixture *d;
	struct client *c;
	struct schema *s;
	struct buf said;
};

/* A district with the newest pack and one client. */
void importing_make(struct importing *im, struct district_fixture *d);
void importing_end(struct importing *im);

/* What was found and what became of it; both NULL where the file could not be opened. */
struct outcome {
	json_t *found, *result;
	int code;
};

/* An import, kept or let go. type may be NULL. */
struct outcome importing_take(struct importing *im, const char *type, struct bytes file, bool keep);
void outcome_done(struct outcome *o);
long outcome_number(const struct outcome *o, const char *key);
/* The sentence of the n-th complaint. */
const char *outcome_bad(const struct outcome *o, size_t n);
/* Whether one of the notes or doubts of found or result has this in it. */
bool outcome_has(const json_t *from, const char *list, const char *part);

/* An import that is kept: "new/changed/unchanged/bad". */
void importing_expect(struct importing *im, const char *type, struct bytes file,
		      const char *counts);
/* The only record that has these words, with personal fields: query_show. */
json_t *importing_show(struct importing *im, const char *words);
/* A field of it, as compact JSON. */
void importing_field(struct importing *im, const char *words, const char *field,
		     const char *wanted);

#endif
