/* Reasons: why something that a person wrote is not taken, and what the computer itself
 * says, in both languages.
 *
 * Where something is refused stands its English template (err_because); here it has its
 * Vietnamese one, in which the same things are filled in, in the same order. Words among
 * them ("a date") are reasons, too. tests/unit/test_reason.c reads the sources: none is
 * forgotten. */
#ifndef DONGBO_REASON_H
#define DONGBO_REASON_H

#include "common/pack/field.h"
#include "protocol/err.h"

/* The template, or word, in a language; as it is where there is no other. */
const char *reason_in(const char *english, enum lang lang);

/* What an error's subject says, in a language, appended: place and reason; of one that has
 * another as its cause the place alone, with ": " behind it. */
void reason_subject(const struct err *e, enum lang lang, struct buf *out);

/* Sets code for a call of the system that failed with this errno, at a thing that is named. */
int reason_system(struct err *e, int code, int number, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
