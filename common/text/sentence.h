/* Sentences for people, in Vietnamese and English, from codes: one table.
 *
 * Errors and verdicts carry a code and a subject; here they become one sentence
 * that says what is wrong and what to do. Programs never look at sentences. */
#ifndef DONGBO_SENTENCE_H
#define DONGBO_SENTENCE_H

#include "common/pack/field.h"
#include "protocol/err.h"
#include "protocol/verdict.h"

/* The sentence for an error, appended without a line end. */
void sentence_error(const struct err *e, enum lang lang, struct buf *out);

/* The same about a value that was entered: where it is wrong, with how values of its
 * field are entered in place of where to look for that. */
void sentence_entry(const struct err *e, struct bytes form, enum lang lang, struct buf *out);

/* Whether this program has a sentence of its own for the code. */
bool sentence_known(int code);

/* The sentence for a verdict: the schema gives labels of fields and messages of
 * checks; type is that of the record spoken of, NULL where unknown. */
void sentence_verdict(const struct verdict *v, const struct schema *s, const struct type *type,
		      enum lang lang, struct buf *out);

/* Exit status of a program that ends with this code, from 0 to SENTENCE_MACHINE, and what
 * each means. */
enum { SENTENCE_MACHINE = 6 };
int sentence_exit(int code);
const struct label *sentence_status(int status);

#endif
