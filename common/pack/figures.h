/* Figures of a report, out of the records that the report's unit holds: how many of each
 * kind its year has, and what they add up to. The pack says which ("figures" of a type);
 * whoever writes the report may state another number beside one, with a reason. */
#ifndef DONGBO_FIGURES_H
#define DONGBO_FIGURES_H

#include <jansson.h>

#include "common/pack/field.h"
#include "common/replica/draft.h"
#include "common/replica/replica.h"

#define FIGURES_NOW INT64_MAX

/* Works the figures of a record out, into rows of its list, as things stood at the end of its
 * cut-off (*day), by what was done then, sent or not; where it has none (FIGURES_NOW), or one that is not
 * over, as they stand in this store:
 * those that are there are changed, others added, so that doing it again changes nothing.
 * What was stated stays. *out: [{code, label, computed, stated?, changed}...], to be freed.
 * ERR_WRONG_TYPE where its type has no figures, ERR_REQUIRED where its year is missing. */
int figures_fill(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		 enum lang lang, int64_t *day, json_t **out, struct err *e);

#endif
