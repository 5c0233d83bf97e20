/* Packs as tests write them: JSON with ` for ", spoiled in one place. */
#ifndef DONGBO_TESTS_PACKTEXT_H
#define DONGBO_TESTS_PACKTEXT_H

#include "protocol/bytes.h"

/* The text with its first `from` turned into `to` (NULL: as it is), quotes made real,
 * into a buffer which it begins. Gives the line (from 1) on which `from` stands. Fails
 * the test where there is none. */
unsigned packtext(const char *text, const char *from, const char *to, struct buf *out);

/* One thing that is wrong with a pack, and how it must be refused. */
struct packtext_wrong {
	const char *from, *to;
	const char *place;       /* that the complaint names */
	const char *reason;      /* ... and what it says */
	const char *line_of;     /* where the complaint is to point: the line of this text
				  * in the spoiled pack; NULL: a line of `to` */
};

/* Each of them is refused with ERR_BAD_PACK by schema_add_new over the packs before it (may
 * be none), with line, place and reason, which is said in both languages. */
void packtext_refused(const char *before, const char *good, const struct packtext_wrong *list,
		      size_t count);

#endif
