/* The tables of reason.h, by who gives the reasons. Private to reason*.c. */
#ifndef DONGBO_REASON_PARTS_H
#define DONGBO_REASON_PARTS_H

#include <stddef.h>

struct reason {
	const char *en, *vi;
};

/* Each ends with a NULL. */
extern const struct reason reasons_of_packs[], reasons_of_expressions[], reasons_of_reports[],
			   reasons_of_libraries[];

#endif
